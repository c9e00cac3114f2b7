//! The meaning of a complete control sequence or control string.

use std::mem;

use vte::{Params, Perform};

use super::{Action, Key, Mouse, Reply, keys};

/// Stands for the `$` with which rxvt ends a key under Shift: a final byte that no terminal sends.
pub(super) const RXVT_SHIFT: u8 = b'}';

/// The longest name and version of a terminal that are kept, in characters.
const LONGEST_VERSION: usize = 64;

/// The kitty protocol's event type of a key that goes up.
const RELEASED: u16 = 3;

/// What a sequence means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Meaning {
    Key(Key),
    Mouse(Mouse),
    Reply(Reply),
    /// `CSI 200 ~`
    PasteBegins,
    /// `CSI 201 ~`
    PasteEnds,
    /// `CSI M`: three raw bytes follow.
    LegacyMouse,
    /// `CSI [`: one letter follows.
    LinuxFunction,
}

/// Receives the parser's callbacks, and holds the meaning of the last sequence until it is taken.
#[derive(Default)]
pub(super) struct SequenceReader {
    meaning: Option<Meaning>,
    /// XTVERSION's text, while it is read.
    version: Option<String>,
}

impl SequenceReader {
    pub(super) fn take(&mut self) -> Option<Meaning> {
        self.meaning.take()
    }
}

impl Perform for SequenceReader {
    fn csi_dispatch(&mut self, params: &Params, intermediates: &[u8], ignore: bool, action: char) {
        self.meaning = match (intermediates, u8::try_from(action)) {
            (intermediates, Ok(action)) if !ignore => control(&Parameters(params), intermediates, action),
            _ => None,
        };
    }

    fn osc_dispatch(&mut self, params: &[&[u8]], _bell_terminated: bool) {
        self.meaning = colour(params).map(Meaning::Reply);
    }

    fn hook(&mut self, _params: &Params, intermediates: &[u8], ignore: bool, action: char) {
        self.version = (intermediates == b">" && action == '|' && !ignore).then(String::new);
    }

    fn put(&mut self, byte: u8) {
        if let Some(version) = self.version.as_mut().filter(|version| version.len() < LONGEST_VERSION)
            && matches!(byte, b' '..=b'~')
        {
            version.push(byte.into());
        }
    }

    fn unhook(&mut self) {
        self.meaning = mem::take(&mut self.version).map(|version| Meaning::Reply(Reply::Version(version)));
    }
}

/// A sequence's parameters, some of which have parts: `1;5:3`.
struct Parameters<'a>(&'a Params);

impl Parameters<'_> {
    /// Part `part` of parameter `index`, each counted from 0; 0 where there is none, as an empty one reads.
    fn part(&self, index: usize, part: usize) -> u16 {
        self.0.iter().nth(index).and_then(|parts| parts.get(part)).copied().unwrap_or(0)
    }

    /// Parameter `index`.
    fn get(&self, index: usize) -> u16 {
        self.part(index, 0)
    }

    fn count(&self) -> usize {
        self.0.iter().count()
    }

    /// Whether there are none: the parser reads that as a single 0.
    fn none(&self) -> bool {
        self.count() <= 1 && self.get(0) == 0
    }
}

/// `CSI parameters intermediates action`.
fn control(params: &Parameters, intermediates: &[u8], action: u8) -> Option<Meaning> {
    match (intermediates, action) {
        ([], b'M') if params.none() => Some(Meaning::LegacyMouse),
        // With `m` a button goes up.
        ([b'<'], b'M') if params.count() == 3 => mouse(params).map(Meaning::Mouse),
        ([], b'[') if params.none() => Some(Meaning::LinuxFunction),
        ([], b'~') if params.get(0) == 200 => Some(Meaning::PasteBegins),
        ([], b'~') if params.get(0) == 201 => Some(Meaning::PasteEnds),
        ([], b'R') if params.count() == 2 => {
            Some(Meaning::Reply(Reply::Cursor { row: params.get(0), column: params.get(1) }))
        }
        ([], _) => key(params, action).map(Meaning::Key),
        ([b'?'], b'c') => Some(Meaning::Reply(Reply::DeviceAttributes { level: params.get(0) })),
        ([b'>'], b'c') => {
            Some(Meaning::Reply(Reply::SecondaryAttributes { kind: params.get(0), version: params.get(1) }))
        }
        ([b'?', b'$'], b'y') => Some(Meaning::Reply(Reply::Mode { mode: params.get(0), state: params.get(1) })),
        _ => None,
    }
}

/// `CSI parameters action` as a key; `None` for one that goes up.
fn key(params: &Parameters, action: u8) -> Option<Key> {
    if params.part(1, 1) == RELEASED {
        return None;
    }
    let modifiers = params.get(1);
    match action {
        // xterm's modifyOtherKeys: CSI 27 ; modifiers ; character ~
        b'~' if params.get(0) == 27 => keys::character(params.get(2), 0, modifiers),
        b'~' => keys::number(params.get(0), modifiers, 0),
        RXVT_SHIFT => keys::number(params.get(0), modifiers, keys::SHIFT),
        b'^' => keys::number(params.get(0), modifiers, keys::CONTROL),
        b'@' => keys::number(params.get(0), modifiers, keys::SHIFT | keys::CONTROL),
        // The third parameter is the text of a key without a number of its own.
        b'u' if params.get(0) == 0 => keys::character(params.get(2), 0, modifiers),
        b'u' => keys::character(params.get(0), params.part(0, 1), modifiers),
        // Older terminals have the modifiers as the only parameter.
        _ if params.count() == 1 => keys::letter(action, params.get(0)),
        _ => keys::letter(action, modifiers),
    }
}

/// A mouse event (xterm, "Mouse Tracking", SGR 1006): the button's code, the column and the row, counted from 1. `None`
/// for what the card has no use for: the other buttons, a move, a wheel that is pushed aside.
fn mouse(params: &Parameters) -> Option<Mouse> {
    const MODIFIERS: u16 = 4 | 8 | 16;
    let action = match params.get(0) & !MODIFIERS {
        0 => Action::Press,
        64 => Action::WheelUp,
        65 => Action::WheelDown,
        _ => return None,
    };
    Some(Mouse { action, column: params.get(1).saturating_sub(1), row: params.get(2).saturating_sub(1) })
}

/// OSC 11: `11;rgb:r/g/b` or `11;rgba:r/g/b/a`, as X11's `XParseColor(3)` has it, with one to four digits each.
fn colour(params: &[&[u8]]) -> Option<Reply> {
    let &[b"11", value] = params else { return None };
    let (model, parts) = str::from_utf8(value).ok()?.split_once(':')?;
    let parts: Vec<&str> = parts.split('/').collect();
    match (model, parts.as_slice()) {
        ("rgb", &[red, green, blue]) | ("rgba", &[red, green, blue, _]) => {
            Some(Reply::Background { red: intensity(red)?, green: intensity(green)?, blue: intensity(blue)? })
        }
        _ => None,
    }
}

/// One to four hexadecimal digits as a share of the largest number that they can hold, rounded to 0 to 255.
fn intensity(digits: &str) -> Option<u8> {
    // `from_str_radix` alone would let a sign pass.
    let all_digits = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let value = u32::from_str_radix(digits, 16).ok().filter(|_| all_digits && digits.len() <= 4)?;
    let largest = (1 << (4 * digits.len())) - 1;
    u8::try_from((value * 255 + largest / 2) / largest).ok()
}
