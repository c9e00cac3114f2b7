//! The symbols of the interface besides words, in two sets: for terminals with box drawing, blocks and braille, and for
//! terminals with ASCII alone. Symbols of the two sets may differ in width. The words of a profile are not changed
//! here.

use std::borrow::Cow;

use ratatui::symbols::{border, braille::BRAILLE};

use crate::terminal::capabilities::Glyphs;

/// A set of signs.
#[derive(Debug, PartialEq, Eq)]
pub struct Signs {
    /// The box of the card.
    pub border: border::Set<'static>,
    /// What stands beside what is selected; at most two cells wide.
    pub bar: &'static str,
    /// What stands before and after the name of the page that is shown; at most one cell wide each.
    pub shown: [&'static str; 2],
    /// From one name to the next, and to another page.
    pub arrow: &'static str,
    /// Between words that stand side by side, with its spaces.
    pub separator: &'static str,
    /// The line on which the layers stand; one cell wide.
    pub ground: &'static str,
    /// The scroll mark; one cell wide.
    pub scroll: &'static str,
    /// For what is left out.
    pub ellipsis: &'static str,
    /// What stands before and after something that can be changed; one cell wide each.
    pub change: [&'static str; 2],
    /// Above and below something that can be turned up and down; one cell wide each.
    pub turn: [&'static str; 2],
    /// The names of keys whose sign this set does not have, or that another key stands for.
    keys: &'static [(&'static str, &'static str)],
    /// Whether braille patterns stand for dots.
    braille: bool,
}

const UNICODE: Signs = Signs {
    border: border::ROUNDED,
    bar: "▌",
    shown: ["▌", ""],
    arrow: "→",
    separator: " · ",
    ground: "═",
    scroll: "│",
    ellipsis: "…",
    change: ["‹", "›"],
    turn: ["▴", "▾"],
    keys: &[],
    braille: true,
};

const ASCII: Signs = Signs {
    border: border::Set {
        top_left: ".",
        top_right: ".",
        bottom_left: "'",
        bottom_right: "'",
        vertical_left: "|",
        vertical_right: "|",
        horizontal_top: "-",
        horizontal_bottom: "-",
    },
    bar: ">",
    shown: ["[", "]"],
    arrow: "->",
    separator: " / ",
    ground: "=",
    scroll: "|",
    ellipsis: "...",
    change: ["<", ">"],
    turn: ["^", "v"],
    keys: &[("↓", "Down"), ("↑", "Up"), ("→", "Right"), ("←", "Left"), ("⏎", "Enter"), ("…", "to")],
    braille: false,
};

/// The signs where text begins at the right: the key to the left leads to what comes next.
const UNICODE_RTL: Signs = Signs {
    bar: "▐",
    shown: ["▐", ""],
    arrow: "←",
    change: ["›", "‹"],
    keys: &[("→", "←"), ("←", "→"), ("l", "h"), ("h", "l")],
    ..UNICODE
};
const ASCII_RTL: Signs = Signs {
    bar: "<",
    shown: ["]", "["],
    arrow: "<-",
    change: [">", "<"],
    keys: &[
        ("↓", "Down"),
        ("↑", "Up"),
        ("→", "Left"),
        ("←", "Right"),
        ("l", "h"),
        ("h", "l"),
        ("⏎", "Enter"),
        ("…", "to"),
    ],
    ..ASCII
};

impl Signs {
    /// The signs that a terminal has, where text begins at the left.
    #[must_use]
    pub fn of(glyphs: Glyphs) -> &'static Self {
        match glyphs {
            Glyphs::Unicode => &UNICODE,
            Glyphs::Ascii => &ASCII,
        }
    }

    /// The signs of the same set where text begins at the right.
    #[must_use]
    pub fn mirrored(&self) -> &'static Self {
        if self.braille { &UNICODE_RTL } else { &ASCII_RTL }
    }

    /// Keys as they are named here: `⏎` or `Enter`. `keys` are names with a space between them.
    #[must_use]
    pub fn key(&self, keys: &'static str) -> Cow<'static, str> {
        if self.keys.is_empty() || keys.is_ascii() {
            return keys.into();
        }
        let name = |key: &'static str| self.keys.iter().find(|(sign, _)| *sign == key).map_or(key, |(_, name)| name);
        keys.split(' ').map(name).collect::<Vec<_>>().join(" ").into()
    }

    /// The character that shows some of the eight dots of a cell: dot (x, y) is bit `x + 2 * y`. No dots are a space.
    /// ASCII has two dots to a cell, one above the other.
    #[must_use]
    pub fn stipple(&self, pattern: u8) -> char {
        match (pattern & 0x0f != 0, pattern & 0xf0 != 0) {
            (false, false) => ' ',
            _ if self.braille => BRAILLE.get(usize::from(pattern)).copied().unwrap_or(' '),
            (true, false) => '\'',
            (false, true) => '.',
            (true, true) => ':',
        }
    }
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr as _;

    use super::*;

    #[test]
    fn signs_are_as_wide_as_they_promise() {
        for (glyphs, ascii) in [(Glyphs::Unicode, false), (Glyphs::Ascii, true)] {
            let signs = Signs::of(glyphs);
            assert!(signs.bar.width() <= 2);
            assert!(signs.shown.iter().all(|sign| sign.width() <= 1));
            let cells = [&[signs.ground, signs.scroll], &signs.change[..]].concat();
            assert!(cells.iter().all(|sign| sign.width() == 1));
            let words = [&[signs.bar, signs.arrow, signs.separator, signs.ellipsis], &cells[..]].concat();
            assert_eq!(words.iter().all(|sign| sign.is_ascii()), ascii);
        }
    }

    #[test]
    fn keys_have_names_where_they_have_no_sign() {
        for (keys, expected) in [("⏎", "Enter"), ("→ l Tab", "Right l Tab"), ("1 … 9", "1 to 9"), ("Esc", "Esc")]
        {
            assert_eq!(Signs::of(Glyphs::Ascii).key(keys), expected);
            assert_eq!(Signs::of(Glyphs::Unicode).key(keys), keys);
        }
        for (keys, unicode, ascii) in
            [("→ l Tab", "← h Tab", "Left h Tab"), ("← h", "→ l", "Right l"), ("⏎", "⏎", "Enter"), ("L", "L", "L")]
        {
            assert_eq!(Signs::of(Glyphs::Unicode).mirrored().key(keys), unicode);
            assert_eq!(Signs::of(Glyphs::Ascii).mirrored().key(keys), ascii);
        }
    }

    #[test]
    fn a_picture_of_dots_is_of_dots_in_ascii_too() {
        let ascii = Signs::of(Glyphs::Ascii);
        assert_eq!(Signs::of(Glyphs::Unicode).stipple(0b0100_0001), '⡁');
        for (dots, expected) in [
            (0b00_00_00_00, ' '),
            (0b00_00_00_10, '\''),
            (0b00_00_11_00, '\''),
            (0b00_01_00_00, '.'),
            (0b11_00_00_00, '.'),
            (0b00_10_10_00, ':'),
            (0b11_11_11_11, ':'),
        ] {
            assert_eq!(ascii.stipple(dots), expected, "{dots:#b}");
        }
    }
}
