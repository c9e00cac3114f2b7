//! The characters of plots and pictures, for terminals with blocks and braille and for terminals with ASCII alone; and
//! the ASCII form of mathematical signs in texts.

use std::{borrow::Cow, iter};

/// The characters that an exhibit is drawn with. Every one of them is one cell wide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Signs {
    /// Box drawing, blocks and braille patterns.
    #[default]
    Unicode,
    /// ASCII alone.
    Ascii,
}

/// The signs of a plot's axes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct AxisSigns {
    /// The axis on the left.
    pub(crate) vertical: &'static str,
    /// A tick of it.
    pub(crate) left_tick: &'static str,
    /// Where the axes meet.
    pub(crate) corner: &'static str,
    /// The axis below.
    pub(crate) horizontal: &'static str,
    /// A tick of it.
    pub(crate) lower_tick: &'static str,
}

impl Signs {
    /// A text as these signs write it. An exhibit says `9 µs`, `8 × 8`, `−0.4`, `1/√x`, `2ᵇ` and `Newton’s`; in ASCII
    /// that is `9 us`, `8 x 8`, `-0.4`, `1/sqrt(x)`, `2^b` and `Newton's`. All other characters stay as they are. An
    /// exponent such as that of `1e-3` has a hyphen in both: programs read it so.
    #[must_use]
    pub fn spell(self, text: &str) -> Cow<'_, str> {
        if self == Self::Unicode || !text.contains(['µ', '×', '−', '√', 'ᵇ', '’']) {
            return text.into();
        }
        let mut spelled = String::with_capacity(text.len());
        let mut rest = text.chars().peekable();
        while let Some(character) = rest.next() {
            match character {
                'µ' => spelled.push('u'),
                '×' => spelled.push('x'),
                '−' => spelled.push('-'),
                'ᵇ' => spelled.push_str("^b"),
                '’' => spelled.push('\''),
                '√' => {
                    spelled.push_str("sqrt");
                    let mut operand = iter::from_fn(|| rest.next_if(|next| next.is_alphanumeric())).peekable();
                    if operand.peek().is_some() {
                        spelled.push('(');
                        spelled.extend(operand);
                        spelled.push(')');
                    }
                }
                other => spelled.push(other),
            }
        }
        spelled.into()
    }

    /// The signs of axes.
    pub(crate) const fn axis(self) -> &'static AxisSigns {
        match self {
            Self::Unicode => {
                &AxisSigns { vertical: "│", left_tick: "┤", corner: "└", horizontal: "─", lower_tick: "┬" }
            }
            Self::Ascii => &AxisSigns { vertical: "|", left_tick: "+", corner: "+", horizontal: "-", lower_tick: "+" },
        }
    }

    /// A line from left to right that grows by parts of a cell: from the least that can be seen to all of it.
    pub(crate) const fn parts(self) -> &'static [&'static str] {
        match self {
            Self::Unicode => &["╸", "━"],
            Self::Ascii => &["="],
        }
    }

    /// The sign for content that has no room.
    pub(crate) const fn ellipsis(self) -> &'static str {
        match self {
            Self::Unicode => "…",
            Self::Ascii => "...",
        }
    }

    /// A cell of a dotted line from left to right.
    pub(crate) const fn dot(self) -> char {
        match self {
            Self::Unicode => '·',
            Self::Ascii => '.',
        }
    }

    /// The character that shows some of the eight dots of a cell: bits as in the block of braille patterns, where the
    /// left column is 0, 1, 2 and 6, the right one 3, 4, 5 and 7 (Unicode, chapter 21.1). No dots are a space.
    pub(crate) fn dots(self, pattern: u8) -> char {
        match (pattern, self) {
            (0, _) => ' ',
            (_, Self::Unicode) => char::from_u32(0x2800 + u32::from(pattern)).unwrap_or(' '),
            (_, Self::Ascii) => {
                // The first of the nearest: the table begins with the strokes that look best.
                let nearest = STROKES.iter().min_by_key(|(_, stroke)| (stroke ^ pattern).count_ones());
                nearest.map_or(' ', |(sign, _)| *sign)
            }
        }
    }
}

/// Dots from rows of two, the upper one first.
const fn rows(rows: [u8; 4]) -> u8 {
    let [a, b, c, d] = rows;
    let left = (a >> 1) | (b >> 1) << 1 | (c >> 1) << 2 | (d >> 1) << 6;
    let right = (a & 1) << 3 | (b & 1) << 4 | (c & 1) << 5 | (d & 1) << 7;
    left | right
}

/// Where the strokes of ASCII's characters run in a cell, as far as terminals' fonts agree.
const STROKES: [(char, u8); 29] = [
    ('|', rows([0b01, 0b01, 0b01, 0b01])),
    ('|', rows([0b10, 0b10, 0b10, 0b10])),
    ('/', rows([0b01, 0b01, 0b10, 0b10])),
    ('\\', rows([0b10, 0b10, 0b01, 0b01])),
    ('_', rows([0b00, 0b00, 0b00, 0b11])),
    ('-', rows([0b00, 0b11, 0b00, 0b00])),
    ('-', rows([0b00, 0b00, 0b11, 0b00])),
    ('"', rows([0b11, 0b00, 0b00, 0b00])),
    ('=', rows([0b00, 0b11, 0b11, 0b00])),
    ('"', rows([0b11, 0b11, 0b00, 0b00])),
    ('_', rows([0b00, 0b00, 0b11, 0b11])),
    ('.', rows([0b00, 0b00, 0b00, 0b01])),
    ('.', rows([0b00, 0b00, 0b00, 0b10])),
    (',', rows([0b00, 0b00, 0b01, 0b10])),
    (',', rows([0b00, 0b00, 0b01, 0b01])),
    (',', rows([0b00, 0b00, 0b10, 0b10])),
    ('.', rows([0b00, 0b00, 0b01, 0b11])),
    ('.', rows([0b00, 0b00, 0b10, 0b11])),
    ('\'', rows([0b01, 0b00, 0b00, 0b00])),
    ('\'', rows([0b10, 0b00, 0b00, 0b00])),
    ('\'', rows([0b01, 0b01, 0b00, 0b00])),
    ('\'', rows([0b10, 0b10, 0b00, 0b00])),
    ('\'', rows([0b01, 0b10, 0b00, 0b00])),
    ('`', rows([0b10, 0b01, 0b00, 0b00])),
    ('-', rows([0b00, 0b01, 0b00, 0b00])),
    ('-', rows([0b00, 0b10, 0b00, 0b00])),
    (':', rows([0b01, 0b00, 0b00, 0b01])),
    (':', rows([0b10, 0b00, 0b00, 0b10])),
    ('#', rows([0b11, 0b11, 0b11, 0b11])),
];

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr as _;

    use super::*;

    #[test]
    fn every_sign_is_one_cell_wide() {
        for (signs, ascii) in [(Signs::Unicode, false), (Signs::Ascii, true)] {
            let AxisSigns { vertical, left_tick, corner, horizontal, lower_tick } = signs.axis();
            let all = [&[*vertical, *left_tick, *corner, *horizontal, *lower_tick], signs.parts()].concat();
            assert!(all.iter().all(|sign| sign.width() == 1 && sign.is_ascii() == ascii), "{all:?}");
        }
    }

    #[test]
    fn signs_of_mathematics_have_words_in_ascii() {
        for (text, expected) in [
            ("9.5 µs, 8 × 8, −0.4 dB", "9.5 us, 8 x 8, -0.4 dB"),
            ("1/√x is", "1/sqrt(x) is"),
            ("√(x + 1), √2 and √", "sqrt(x + 1), sqrt(2) and sqrt"),
            ("2ᵇ − 1: Newton’s", "2^b - 1: Newton's"),
            ("1.75e-3 naïve 橋", "1.75e-3 naïve 橋"),
        ] {
            assert_eq!((Signs::Ascii.spell(text), Signs::Unicode.spell(text)), (expected.into(), text.into()));
        }
    }

    #[test]
    fn dots_are_braille_or_the_nearest_stroke() {
        assert_eq!(Signs::Unicode.dots(0b0100_0001), '⡁');
        for (dots, expected) in [
            ([0b00, 0b00, 0b00, 0b00], ' '),
            ([0b01, 0b01, 0b10, 0b10], '/'),
            ([0b10, 0b10, 0b10, 0b10], '|'),
            ([0b00, 0b00, 0b00, 0b11], '_'),
            ([0b00, 0b00, 0b00, 0b01], '.'),
        ] {
            assert_eq!(Signs::Ascii.dots(rows(dots)), expected, "{dots:?}");
        }
        assert!((0..=u8::MAX).all(|dots| Signs::Ascii.dots(dots).is_ascii()));
    }
}
