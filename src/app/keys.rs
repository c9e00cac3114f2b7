//! One table: which key does what, and what help says of it. Every page has the same keys; what a command means there is
//! the page's business.

use crate::terminal::input::{Code, Key};

/// What a visitor can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// The page at this place of the top line, from 0.
    Page(usize),
    /// The page to the right.
    NextPage,
    /// The page to the left.
    PreviousPage,
    /// The page to the right; in an exhibit, more.
    Right,
    /// The page to the left; in an exhibit, less.
    Left,
    /// One step down.
    Down,
    /// One step up.
    Up,
    /// A screen down; from the end of a page on to the next one.
    PageDown,
    /// A screen up.
    PageUp,
    /// The beginning.
    Top,
    /// The end.
    Bottom,
    /// A screen down, as [`PageDown`](Self::PageDown); in an exhibit, run or pause.
    Run,
    /// The exhibit from its beginning.
    Restart,
    /// Open what is selected, or read on.
    Open,
    /// Back to where the visitor came from.
    Back,
    /// The other side of the card.
    Flip,
    /// From an entry to the place on another page that it belongs to.
    See,
    /// What is selected, to the clipboard.
    Copy,
    /// Another ground: dark, light, none.
    Ground,
    /// Motion on or off.
    Motion,
    /// Mouse on or off.
    Mouse,
    /// Find anything on the card.
    Find,
    /// This table.
    Help,
    /// Goodbye.
    Goodbye,
}

/// A line of the table.
#[derive(Debug)]
pub struct Row {
    /// The keys as they are shown in help.
    pub shown: &'static str,
    /// The one key that is shown at the bottom of a page.
    pub hint: &'static str,
    /// What they do.
    pub help: &'static str,
    chords: &'static [(Chord, Command)],
}

/// A key as the table names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Chord {
    code: Code,
    control: bool,
    shift: bool,
}

const fn key(code: Code) -> Chord {
    Chord { code, control: false, shift: false }
}

const fn char(char: char) -> Chord {
    key(Code::Char(char))
}

const fn control(char: char) -> Chord {
    Chord { code: Code::Char(char), control: true, shift: false }
}

const fn row(shown: &'static str, hint: &'static str, help: &'static str, chords: &'static [(Chord, Command)]) -> Row {
    Row { shown, hint, help, chords }
}

/// The table. Help lists it in this order.
pub static TABLE: [Row; 20] = [
    // Ctrl-E and Ctrl-Y are vi's, and what st sends for the wheel where no mouse reports are on.
    row(
        "↓ j",
        "↓",
        "down",
        &[(key(Code::Down), Command::Down), (char('j'), Command::Down), (control('e'), Command::Down)],
    ),
    row("↑ k", "↑", "up", &[(key(Code::Up), Command::Up), (char('k'), Command::Up), (control('y'), Command::Up)]),
    row(
        "→ l",
        "→",
        "next page; in an exhibit: more",
        &[(key(Code::Right), Command::Right), (char('l'), Command::Right)],
    ),
    row(
        "← h",
        "←",
        "previous page; in an exhibit: less",
        &[(key(Code::Left), Command::Left), (char('h'), Command::Left)],
    ),
    row(
        "Tab Shift-Tab",
        "Tab",
        "next page, previous page",
        &[
            (key(Code::Tab), Command::NextPage),
            (Chord { code: Code::Tab, control: false, shift: true }, Command::PreviousPage),
        ],
    ),
    row(
        "1 … 9",
        "1",
        "go to a page",
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
    row("⏎", "⏎", "open, or read on", &[(key(Code::Enter), Command::Open)]),
    row("Esc", "Esc", "back", &[(key(Code::Escape), Command::Back), (key(Code::Backspace), Command::Back)]),
    row(
        "Space",
        "Space",
        "a screen down, then on to the next page; in an exhibit: run, pause",
        &[(char(' '), Command::Run)],
    ),
    row("r", "r", "an exhibit from its beginning", &[(char('r'), Command::Restart)]),
    row(
        "PageDown PageUp b",
        "PageUp",
        "a screen down, a screen up",
        &[
            (key(Code::PageDown), Command::PageDown),
            (control('f'), Command::PageDown),
            (key(Code::PageUp), Command::PageUp),
            (char('b'), Command::PageUp),
            (control('b'), Command::PageUp),
        ],
    ),
    row(
        "g G",
        "g",
        "to the beginning, to the end",
        &[
            (char('g'), Command::Top),
            (key(Code::Home), Command::Top),
            (char('G'), Command::Bottom),
            (key(Code::End), Command::Bottom),
        ],
    ),
    row("/", "/", "find anything", &[(char('/'), Command::Find)]),
    row("f", "f", "flip the card", &[(char('f'), Command::Flip)]),
    row("o", "o", "to what an entry belongs to, on another page", &[(char('o'), Command::See)]),
    row("y", "y", "copy what is selected", &[(char('y'), Command::Copy)]),
    row("t", "t", "ground: dark, light, none", &[(char('t'), Command::Ground)]),
    row("m M", "m", "motion, mouse: on or off", &[(char('m'), Command::Motion), (char('M'), Command::Mouse)]),
    row("?", "?", "these keys", &[(char('?'), Command::Help), (key(Code::Function(1)), Command::Help)]),
    row(
        "q Ctrl-C Ctrl-D",
        "q",
        "hang up",
        &[(char('q'), Command::Goodbye), (control('c'), Command::Goodbye), (control('d'), Command::Goodbye)],
    ),
];

/// What a key asks for; `None` for one that the table does not have.
#[must_use]
pub fn command(key: Key) -> Option<Command> {
    if key.alt {
        return None;
    }
    // A character says itself whether it is shifted.
    let shift = key.shift && !matches!(key.code, Code::Char(_));
    let chord = Chord { code: key.code, control: key.control, shift };
    TABLE.iter().flat_map(|row| row.chords).find(|(of, _)| *of == chord).map(|(_, command)| *command)
}

/// The key that is shown for a command at the bottom of a page.
#[must_use]
pub fn hint(command: Command) -> &'static str {
    TABLE.iter().find(|row| row.chords.iter().any(|(_, of)| *of == command)).map_or("", |row| row.hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_means_two_things() {
        let chords: Vec<Chord> = TABLE.iter().flat_map(|row| row.chords).map(|(chord, _)| *chord).collect();
        for (i, chord) in chords.iter().enumerate() {
            assert!(!chords.iter().skip(i + 1).any(|other| other == chord), "{chord:?} stands twice");
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
