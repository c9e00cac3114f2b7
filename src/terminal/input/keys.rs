//! What bytes mean as keys: tables, and the little that is common to them.

use super::{Code, Key};

/// `CSI … letter`: cursor and editing keys (xterm, "PC-Style Function Keys"), with the modifiers that rxvt says by the
/// letter itself.
const LETTERS: [(u8, Code, u16); 15] = [
    (b'A', Code::Up, 0),
    (b'B', Code::Down, 0),
    (b'C', Code::Right, 0),
    (b'D', Code::Left, 0),
    (b'F', Code::End, 0),
    (b'H', Code::Home, 0),
    (b'P', Code::Function(1), 0),
    (b'Q', Code::Function(2), 0),
    (b'R', Code::Function(3), 0),
    (b'S', Code::Function(4), 0),
    (b'Z', Code::Tab, SHIFT),
    (b'a', Code::Up, SHIFT),
    (b'b', Code::Down, SHIFT),
    (b'c', Code::Right, SHIFT),
    (b'd', Code::Left, SHIFT),
];

/// `SS3 letter`: cursor keys in application mode, F1 to F4, rxvt's cursor keys under Ctrl, the keypad (xterm,
/// "VT220-Style Function Keys").
const SINGLES: [(u8, Code, u16); 34] = [
    (b'A', Code::Up, 0),
    (b'B', Code::Down, 0),
    (b'C', Code::Right, 0),
    (b'D', Code::Left, 0),
    (b'F', Code::End, 0),
    (b'H', Code::Home, 0),
    (b'I', Code::Tab, 0),
    (b'M', Code::Enter, 0),
    (b'P', Code::Function(1), 0),
    (b'Q', Code::Function(2), 0),
    (b'R', Code::Function(3), 0),
    (b'S', Code::Function(4), 0),
    (b'X', Code::Char('='), 0),
    (b' ', Code::Char(' '), 0),
    (b'a', Code::Up, CONTROL),
    (b'b', Code::Down, CONTROL),
    (b'c', Code::Right, CONTROL),
    (b'd', Code::Left, CONTROL),
    (b'j', Code::Char('*'), 0),
    (b'k', Code::Char('+'), 0),
    (b'l', Code::Char(','), 0),
    (b'm', Code::Char('-'), 0),
    (b'n', Code::Char('.'), 0),
    (b'o', Code::Char('/'), 0),
    (b'p', Code::Char('0'), 0),
    (b'q', Code::Char('1'), 0),
    (b'r', Code::Char('2'), 0),
    (b's', Code::Char('3'), 0),
    (b't', Code::Char('4'), 0),
    (b'u', Code::Char('5'), 0),
    (b'v', Code::Char('6'), 0),
    (b'w', Code::Char('7'), 0),
    (b'x', Code::Char('8'), 0),
    (b'y', Code::Char('9'), 0),
];

/// `CSI number ~`: the VT220's editing keys and function keys with xterm's, rxvt's and `PuTTY`'s additions.
const NUMBERS: [(u16, Code); 28] = [
    (1, Code::Home),
    (2, Code::Insert),
    (3, Code::Delete),
    (4, Code::End),
    (5, Code::PageUp),
    (6, Code::PageDown),
    (7, Code::Home),
    (8, Code::End),
    (11, Code::Function(1)),
    (12, Code::Function(2)),
    (13, Code::Function(3)),
    (14, Code::Function(4)),
    (15, Code::Function(5)),
    (17, Code::Function(6)),
    (18, Code::Function(7)),
    (19, Code::Function(8)),
    (20, Code::Function(9)),
    (21, Code::Function(10)),
    (23, Code::Function(11)),
    (24, Code::Function(12)),
    (25, Code::Function(13)),
    (26, Code::Function(14)),
    (28, Code::Function(15)),
    (29, Code::Function(16)),
    (31, Code::Function(17)),
    (32, Code::Function(18)),
    (33, Code::Function(19)),
    (34, Code::Function(20)),
];

/// `CSI [ letter`: the Linux console's F1 to F5 (`console_codes(4)`, the keymaps' F strings).
const LINUX: [(u8, Code); 5] = [
    (b'A', Code::Function(1)),
    (b'B', Code::Function(2)),
    (b'C', Code::Function(3)),
    (b'D', Code::Function(4)),
    (b'E', Code::Function(5)),
];

/// `CSI number u`: keys that write no character (kitty keyboard protocol, "Functional key definitions"; the keypad is
/// taken for the keys that it doubles). F13 and up are counted on from [`KITTY_F13`].
const KITTY: [(u16, Code); 34] = [
    (8, Code::Backspace),
    (9, Code::Tab),
    (10, Code::Enter),
    (13, Code::Enter),
    (27, Code::Escape),
    (127, Code::Backspace),
    (57399, Code::Char('0')),
    (57400, Code::Char('1')),
    (57401, Code::Char('2')),
    (57402, Code::Char('3')),
    (57403, Code::Char('4')),
    (57404, Code::Char('5')),
    (57405, Code::Char('6')),
    (57406, Code::Char('7')),
    (57407, Code::Char('8')),
    (57408, Code::Char('9')),
    (57409, Code::Char('.')),
    (57410, Code::Char('/')),
    (57411, Code::Char('*')),
    (57412, Code::Char('-')),
    (57413, Code::Char('+')),
    (57414, Code::Enter),
    (57415, Code::Char('=')),
    (57416, Code::Char(',')),
    (57417, Code::Left),
    (57418, Code::Right),
    (57419, Code::Up),
    (57420, Code::Down),
    (57421, Code::PageUp),
    (57422, Code::PageDown),
    (57423, Code::Home),
    (57424, Code::End),
    (57425, Code::Insert),
    (57426, Code::Delete),
];

/// The kitty protocol's F13; F35 is the last.
const KITTY_F13: u16 = 57376;
const KITTY_F35: u16 = 57398;

/// The private use area from which the kitty protocol takes the numbers of keys that write nothing.
const KITTY_FUNCTIONAL: std::ops::RangeInclusive<u16> = 57344..=63743;

/// Modifiers as xterm and kitty encode them: the parameter less one is a sum of these.
pub(super) const SHIFT: u16 = 1;
const ALT: u16 = 2;
pub(super) const CONTROL: u16 = 4;
/// Super, Hyper, Meta: such a key is meant for the desktop and is dropped. The bits above them are locks and say
/// nothing.
const DESKTOP: u16 = 8 | 16 | 32;

/// A control character as the key that sends it. Ctrl-I, -M, -J and -H cannot be told from Tab, Enter and Backspace.
pub(super) const fn control(byte: u8) -> Key {
    match byte {
        0x00 => Key::new(Code::Char(' ')).with_control(),
        0x08 | 0x7F => Key::new(Code::Backspace),
        0x09 => Key::new(Code::Tab),
        0x0A | 0x0D => Key::new(Code::Enter),
        0x1B => Key::new(Code::Escape),
        0x01..=0x1A => Key::new(Code::Char((byte | 0x60) as char)).with_control(),
        _ => Key::new(Code::Char((byte | 0x40) as char)).with_control(),
    }
}

/// `SS3 letter`, with the parameter that some terminals put before the letter; 1 or 0 for none.
pub(super) fn single(letter: u8, modifiers: u16) -> Option<Key> {
    SINGLES.iter().find(|row| row.0 == letter).and_then(|&(_, code, own)| modified(code, modifiers, own))
}

/// `CSI letter` and `CSI 1 ; modifiers letter`.
pub(super) fn letter(letter: u8, modifiers: u16) -> Option<Key> {
    LETTERS.iter().find(|row| row.0 == letter).and_then(|&(_, code, own)| modified(code, modifiers, own))
}

/// `CSI number ~` and `CSI number ; modifiers ~`; `own` are the bits that rxvt says by another final byte.
pub(super) fn number(number: u16, modifiers: u16, own: u16) -> Option<Key> {
    NUMBERS.iter().find(|row| row.0 == number).and_then(|&(_, code)| modified(code, modifiers, own))
}

/// `CSI [ letter`.
pub(super) fn linux(letter: u8) -> Option<Key> {
    LINUX.iter().find(|row| row.0 == letter).map(|&(_, code)| Key::new(code))
}

/// `CSI character ; modifiers u` and `CSI 27 ; modifiers ; character ~`: any key, by its number or its character.
/// `shifted` is the character that it writes with Shift, 0 where the terminal does not say.
pub(super) fn character(number: u16, shifted: u16, modifiers: u16) -> Option<Key> {
    if let Some(&(_, code)) = KITTY.iter().find(|row| row.0 == number) {
        return modified(code, modifiers, 0);
    }
    if (KITTY_F13..=KITTY_F35).contains(&number) {
        let index = u8::try_from(number - KITTY_F13).ok()?;
        return modified(Code::Function(13 + index), modifiers, 0);
    }
    if KITTY_FUNCTIONAL.contains(&number) {
        return None;
    }
    let key = modified(Code::Char(written(number)?), modifiers, 0)?;
    let Code::Char(c) = key.code else { return Some(key) };
    if key.control && !key.shift && matches!(c, '[' | 'h' | 'i' | 'j' | 'm') {
        // A terminal that can tell Ctrl-[ from Esc is still typed on by hands that cannot.
        return Some(Key { alt: key.alt, ..control(c as u8 & 0x1f) });
    }
    let capital = || Some(c.to_uppercase()).filter(|upper| upper.len() == 1).and_then(|mut upper| upper.next());
    match written(shifted).or_else(capital).filter(|upper| key.shift && (*upper != c || c.is_uppercase())) {
        Some(upper) => Some(Key { code: Code::Char(upper), shift: false, ..key }),
        None => Some(key),
    }
}

/// A number as a character that may be typed. The parser's numbers end at 65535, where larger ones are cut.
fn written(number: u16) -> Option<char> {
    char::from_u32(number.into()).filter(|c| !c.is_control() && *c != char::REPLACEMENT_CHARACTER && number < u16::MAX)
}

/// A key with the modifiers of a parameter (0 and 1 are none) and those of its sequence.
fn modified(code: Code, parameter: u16, own: u16) -> Option<Key> {
    let bits = parameter.saturating_sub(1) | own;
    let key = Key { code, control: bits & CONTROL != 0, alt: bits & ALT != 0, shift: bits & SHIFT != 0 };
    (bits & DESKTOP == 0).then_some(key)
}
