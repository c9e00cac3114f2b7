//! The keys that bytes and sequences stand for.

use super::{Code, Key};

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

/// Cursor and function keys by the letter that ends both `CSI` and `SS3` (xterm, "PC-Style Function Keys").
const fn cursor(letter: u8) -> Option<Code> {
    Some(match letter {
        b'A' => Code::Up,
        b'B' => Code::Down,
        b'C' => Code::Right,
        b'D' => Code::Left,
        b'F' => Code::End,
        b'H' => Code::Home,
        b'P'..=b'S' => Code::Function(letter - b'O'),
        _ => return None,
    })
}

/// `SS3 letter`, with the parameter that some terminals put before the letter; 1 or 0 for none: cursor keys in
/// application mode, F1 to F4, rxvt's cursor keys under Ctrl, and the keypad, most of whose keys send their character
/// and 64 (xterm, "VT220-Style Function Keys").
pub(super) fn single(letter: u8, modifiers: u16) -> Option<Key> {
    let (code, own) = match letter {
        b'a'..=b'd' => (cursor(letter.to_ascii_uppercase())?, CONTROL),
        b'j'..=b'y' => (Code::Char(char::from(letter - 64)), 0),
        b'I' => (Code::Tab, 0),
        b'M' => (Code::Enter, 0),
        b'X' => (Code::Char('='), 0),
        b' ' => (Code::Char(' '), 0),
        _ => (cursor(letter)?, 0),
    };
    modified(code, modifiers, own)
}

/// `CSI letter` and `CSI 1 ; modifiers letter`; rxvt says Shift by a small letter.
pub(super) fn letter(letter: u8, modifiers: u16) -> Option<Key> {
    let (code, own) = match letter {
        b'a'..=b'd' => (cursor(letter.to_ascii_uppercase())?, SHIFT),
        b'Z' => (Code::Tab, SHIFT),
        _ => (cursor(letter)?, 0),
    };
    modified(code, modifiers, own)
}

/// `CSI number ~` and `CSI number ; modifiers ~`: the VT220's editing keys and function keys with xterm's, rxvt's and
/// `PuTTY`'s additions; `own` are the bits that rxvt says by another final byte.
pub(super) fn number(number: u16, modifiers: u16, own: u16) -> Option<Key> {
    let code = match number {
        1 | 7 => Code::Home,
        2 => Code::Insert,
        3 => Code::Delete,
        4 | 8 => Code::End,
        5 => Code::PageUp,
        6 => Code::PageDown,
        11..=15 => Code::Function(number as u8 - 10),
        17..=21 => Code::Function(number as u8 - 11),
        23..=26 => Code::Function(number as u8 - 12),
        28..=29 => Code::Function(number as u8 - 13),
        31..=34 => Code::Function(number as u8 - 14),
        _ => return None,
    };
    modified(code, modifiers, own)
}

/// `CSI [ letter`: the Linux console's F1 to F5 (`console_codes(4)`, the keymaps' F strings).
pub(super) fn linux(letter: u8) -> Option<Key> {
    matches!(letter, b'A'..=b'E').then(|| Key::new(Code::Function(letter - b'@')))
}

/// `CSI number u`: keys that write no character (kitty keyboard protocol, "Functional key definitions"; the keypad is
/// taken for the keys that it doubles).
const fn kitty(number: u16) -> Option<Code> {
    Some(match number {
        8 | 127 => Code::Backspace,
        9 => Code::Tab,
        10 | 13 | 57414 => Code::Enter,
        27 => Code::Escape,
        // F13 to F35.
        57376..=57398 => Code::Function((number - 57363) as u8),
        57399..=57408 => Code::Char((b'0' + (number - 57399) as u8) as char),
        57409 => Code::Char('.'),
        57410 => Code::Char('/'),
        57411 => Code::Char('*'),
        57412 => Code::Char('-'),
        57413 => Code::Char('+'),
        57415 => Code::Char('='),
        57416 => Code::Char(','),
        57417 => Code::Left,
        57418 => Code::Right,
        57419 => Code::Up,
        57420 => Code::Down,
        57421 => Code::PageUp,
        57422 => Code::PageDown,
        57423 => Code::Home,
        57424 => Code::End,
        57425 => Code::Insert,
        57426 => Code::Delete,
        _ => return None,
    })
}

/// `CSI character ; modifiers u` and `CSI 27 ; modifiers ; character ~`: any key, by its number or its character.
/// `shifted` is the character that it writes with Shift, 0 where the terminal does not say.
pub(super) fn character(number: u16, shifted: u16, modifiers: u16) -> Option<Key> {
    // The private use area from which the kitty protocol takes the numbers of keys that write nothing.
    const FUNCTIONAL: std::ops::RangeInclusive<u16> = 57344..=63743;
    if let Some(code) = kitty(number) {
        return modified(code, modifiers, 0);
    }
    if FUNCTIONAL.contains(&number) {
        return None;
    }
    let key = modified(Code::Char(written(number)?), modifiers, 0)?;
    let Code::Char(c) = key.code else { return Some(key) };
    if key.control && !key.shift && matches!(c, '[' | 'h' | 'i' | 'j' | 'm') {
        // A terminal that tells Ctrl-[ from Esc reports these as characters; visitors mean Esc, Backspace, Tab, Enter.
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
