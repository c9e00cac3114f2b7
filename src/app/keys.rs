//! The table of keys: the command of each key, and its text in the help. The keys are the same on every screen; each
//! screen defines what a command does there.

use crate::{
    document::words::HelpWords,
    terminal::input::{Code, Key},
};

/// A command of the visitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Command {
    /// The page of the tab with this index.
    Page(usize),
    NextPage,
    PreviousPage,
    /// The next page; in an exhibit, more. Where rows begin at the right it is the key to the left.
    Right,
    /// The previous page; in an exhibit, less.
    Left,
    Down,
    Up,
    /// A screen down; from the end of a page on to the next one.
    PageDown,
    PageUp,
    Top,
    Bottom,
    /// A screen down, as [`PageDown`](Self::PageDown); in an exhibit, run or pause.
    Run,
    /// The exhibit from its beginning.
    Restart,
    /// The description of an exhibit and all of its figures, or back to its picture.
    Details,
    /// Open the selected entry, or read on.
    Open,
    /// Back to where the visitor came from.
    Back,
    /// The other side of the card.
    Flip,
    /// From an entry to the related place on another page.
    See,
    /// Copy the selected entry to the clipboard.
    Copy,
    /// Other colours: for a dark ground, for a light one, none.
    Ground,
    /// Motion on or off.
    Motion,
    /// Mouse on or off.
    Mouse,
    /// The card in the next of its languages.
    Language,
    Find,
    /// The figures of this session's connection.
    Wire,
    Help,
    Goodbye,
}

/// A row of the table of keys.
#[derive(Debug)]
pub(super) struct KeyBinding {
    /// The keys as they are shown in help, with a space between them.
    pub(super) shown: &'static str,
    /// The command.
    pub(super) help: HelpText,
    /// The group in the help.
    pub(super) group: KeyGroup,
    keys: &'static [(Key, Command)],
}

/// The groups of keys in the help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyGroup {
    /// Navigation.
    Moving,
    /// Other commands of all pages.
    Page,
    /// Commands of exhibits.
    Exhibit,
}

/// A word of the help.
type HelpText = fn(&HelpWords) -> &String;

impl KeyBinding {
    /// What the first of the keys asks for.
    pub(super) fn command(&self) -> Option<Command> {
        self.keys.first().map(|(_, command)| *command)
    }
}

const fn moving(shown: &'static str, help: HelpText, keys: &'static [(Key, Command)]) -> KeyBinding {
    KeyBinding { shown, help, group: KeyGroup::Moving, keys }
}

const fn row(shown: &'static str, help: HelpText, keys: &'static [(Key, Command)]) -> KeyBinding {
    KeyBinding { shown, help, group: KeyGroup::Page, keys }
}

const fn in_exhibit(shown: &'static str, help: HelpText, keys: &'static [(Key, Command)]) -> KeyBinding {
    KeyBinding { shown, help, group: KeyGroup::Exhibit, keys }
}

const fn key(code: Code) -> Key {
    Key::new(code)
}

const fn char(char: char) -> Key {
    key(Code::Char(char))
}

const fn control(char: char) -> Key {
    self::char(char).with_control()
}

/// The table of keys. The help lists each group in this order.
pub(super) static TABLE: [KeyBinding; 22] = [
    // Ctrl-E and Ctrl-Y are vi's, and what st sends for the wheel where no mouse reports are on.
    moving(
        "↓ j",
        |help| &help.down,
        &[(key(Code::Down), Command::Down), (char('j'), Command::Down), (control('e'), Command::Down)],
    ),
    moving(
        "↑ k",
        |help| &help.up,
        &[(key(Code::Up), Command::Up), (char('k'), Command::Up), (control('y'), Command::Up)],
    ),
    moving(
        "→ l Tab",
        |help| &help.next_page,
        &[(key(Code::Right), Command::Right), (char('l'), Command::Right), (key(Code::Tab), Command::NextPage)],
    ),
    moving(
        "← h",
        |help| &help.previous_page,
        &[
            (key(Code::Left), Command::Left),
            (char('h'), Command::Left),
            (key(Code::Tab).with_shift(), Command::PreviousPage),
        ],
    ),
    moving(
        "1 … 9",
        |help| &help.go_to_page,
        &[
            (char('1'), Command::Page(0)),
            (char('2'), Command::Page(1)),
            (char('3'), Command::Page(2)),
            (char('4'), Command::Page(3)),
            (char('5'), Command::Page(4)),
            (char('6'), Command::Page(5)),
            (char('7'), Command::Page(6)),
            (char('8'), Command::Page(7)),
            (char('9'), Command::Page(8)),
        ],
    ),
    moving("⏎", |help| &help.open, &[(key(Code::Enter), Command::Open)]),
    moving("Esc", |help| &help.back, &[(key(Code::Escape), Command::Back), (key(Code::Backspace), Command::Back)]),
    moving(
        "Space PgDn",
        |help| &help.screen_down,
        &[(char(' '), Command::Run), (key(Code::PageDown), Command::PageDown), (control('f'), Command::PageDown)],
    ),
    moving(
        "PgUp b",
        |help| &help.screen_up,
        &[(key(Code::PageUp), Command::PageUp), (char('b'), Command::PageUp), (control('b'), Command::PageUp)],
    ),
    moving(
        "g G",
        |help| &help.ends,
        &[
            (char('g'), Command::Top),
            (key(Code::Home), Command::Top),
            (char('G'), Command::Bottom),
            (key(Code::End), Command::Bottom),
        ],
    ),
    row("/", |help| &help.find, &[(char('/'), Command::Find)]),
    row("f", |help| &help.flip, &[(char('f'), Command::Flip)]),
    row("o", |help| &help.see, &[(char('o'), Command::See)]),
    row("y", |help| &help.copy, &[(char('y'), Command::Copy)]),
    row("t", |help| &help.ground, &[(char('t'), Command::Ground)]),
    row("m M", |help| &help.motion, &[(char('m'), Command::Motion), (char('M'), Command::Mouse)]),
    row("w", |help| &help.wire, &[(char('w'), Command::Wire)]),
    row("L", |help| &help.language, &[(char('L'), Command::Language)]),
    row("?", |help| &help.keys, &[(char('?'), Command::Help), (key(Code::Function(1)), Command::Help)]),
    row(
        "q Ctrl-C",
        |help| &help.hang_up,
        &[(char('q'), Command::Goodbye), (control('c'), Command::Goodbye), (control('d'), Command::Goodbye)],
    ),
    in_exhibit("r", |help| &help.restart, &[(char('r'), Command::Restart)]),
    in_exhibit("i", |help| &help.details, &[(char('i'), Command::Details)]),
];

/// The command of a key; `None` if the table does not have the key.
pub(super) fn command(key: Key) -> Option<Command> {
    // The modifier Shift is ignored for a character, which is an upper-case letter already.
    let key = Key { shift: key.shift && !matches!(key.code, Code::Char(_)), ..key };
    TABLE.iter().flat_map(|row| row.keys).find(|(of, _)| *of == key).map(|(_, command)| *command)
}

/// The key that a hint shows for a command: the first of its row.
pub(super) fn hint(command: Command) -> &'static str {
    let row = TABLE.iter().find(|row| row.keys.iter().any(|(_, of)| *of == command));
    row.and_then(|row| row.shown.split(' ').next()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_means_two_things() {
        let keys: Vec<Key> = TABLE.iter().flat_map(|row| row.keys).map(|(key, _)| *key).collect();
        for (i, key) in keys.iter().enumerate() {
            assert!(!keys[..i].contains(key), "{key:?} stands twice");
        }
    }

    #[test]
    fn keys_are_found_with_their_modifiers() {
        let plain = Key { code: Code::Char('c'), control: false, alt: false, shift: false };
        assert_eq!(command(plain), None);
        assert_eq!(command(Key { control: true, ..plain }), Some(Command::Goodbye));
        assert_eq!(command(Key { code: Code::Tab, shift: true, ..plain }), Some(Command::PreviousPage));
        assert_eq!(command(Key { code: Code::Char('G'), shift: true, ..plain }), Some(Command::Bottom));
        assert_eq!(command(Key { code: Code::Char('q'), alt: true, ..plain }), None);
    }
}
