//! What characters are written with, and the sequence that changes it (SGR).

use ratatui::{
    buffer::Cell,
    style::{Color, Modifier},
};

use super::moves::decimal;

/// What characters are written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pen {
    foreground: Colour,
    background: Colour,
    modifier: u16,
}

impl Pen {
    pub(super) const PLAIN: Self = Self { foreground: Colour::DEFAULT, background: Colour::DEFAULT, modifier: 0 };

    #[inline]
    pub(super) fn of(cell: &Cell) -> Self {
        Self { foreground: Colour::of(cell.fg), background: Colour::of(cell.bg), modifier: cell.modifier.bits() }
    }

    /// Whether what is not ink looks the same with either.
    pub(super) fn is_as_good_on_blanks(self, other: Self) -> bool {
        !self.shows_on_blanks() && !other.shows_on_blanks() && self.background == other.background
    }

    /// Whether it leaves a mark where there is no ink.
    #[inline]
    fn shows_on_blanks(self) -> bool {
        self.modifier & VISIBLE_ON_BLANKS.bits() != 0
    }

    /// Whether what is erased with it is nothing but the terminal's own paper.
    #[inline]
    pub(super) fn erases(self) -> bool {
        self.background == Colour::DEFAULT && !self.shows_on_blanks()
    }

    /// Changes it to another: by the difference, or anew, whichever is shorter. A modifier ends anew: those that end one alone
    /// (22, 23, 24, 27) came with the VT220.
    pub(super) fn change(self, to: Self, out: &mut Vec<u8>) {
        if to == self {
            return;
        }
        // Both are written, and the longer is taken away.
        let begin = out.len();
        out.extend_from_slice(b"\x1b[0;");
        parameters(Self::PLAIN, to, out);
        // `ESC [ m` is plain.
        let nothing = if to == Self::PLAIN { 2 } else { 0 };
        out.truncate(out.len() - nothing);
        out.push(b'm');
        if self.modifier & !to.modifier == 0 {
            let middle = out.len();
            out.extend_from_slice(b"\x1b[");
            parameters(self, to, out);
            out.push(b'm');
            if out.len() - middle <= middle - begin {
                out.drain(begin..middle);
            } else {
                out.truncate(middle);
            }
        }
    }
}

/// What shows where there is no ink.
pub(super) const VISIBLE_ON_BLANKS: Modifier =
    Modifier::UNDERLINED.union(Modifier::REVERSED).union(Modifier::CROSSED_OUT);

/// Modifiers with the parameter of SGR that turns each on.
const MODIFIERS: [(Modifier, u8); 6] = [
    (Modifier::BOLD, 1),
    (Modifier::DIM, 2),
    (Modifier::ITALIC, 3),
    (Modifier::UNDERLINED, 4),
    (Modifier::REVERSED, 7),
    (Modifier::CROSSED_OUT, 9),
];

/// Writes the parameters that change one pen into another that has all of its modifiers.
fn parameters(from: Pen, to: Pen, out: &mut Vec<u8>) {
    let begin = out.len();
    let added = Modifier::from_bits_truncate(to.modifier & !from.modifier);
    for (_, on) in MODIFIERS.into_iter().filter(|(modifier, _)| added.contains(*modifier)) {
        decimal(on.into(), out);
        out.push(b';');
    }
    for (before, after, base) in [(from.foreground, to.foreground, 30), (from.background, to.background, 40)] {
        if before != after {
            after.write(base, out);
            out.push(b';');
        }
    }
    if out.len() > begin {
        out.pop();
    }
}

/// A colour as SGR has it: a kind, and the values of one that has no number of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Colour([u8; 4]);

impl Colour {
    /// The kind is what is added to 30 for ink and to 40 for paper. The sixteen named colours are sent by their own numbers
    /// (30-37, 90-97), which every terminal with colour knows.
    const DEFAULT: Self = Self::with(9, [0; 3]);
    /// One of the 256 colours, or any (ITU-T T.416): 38 and 48 for both.
    const INDEXED: u8 = 0x80;
    const DIRECT: u8 = 0x81;

    const fn with(kind: u8, [r, g, b]: [u8; 3]) -> Self {
        Self([kind, r, g, b])
    }

    #[inline]
    fn of(colour: Color) -> Self {
        match colour {
            Color::Reset => Self::DEFAULT,
            Color::Indexed(n) => Self::with(Self::INDEXED, [n, 0, 0]),
            Color::Rgb(r, g, b) => Self::with(Self::DIRECT, [r, g, b]),
            named => Self::named(named),
        }
    }

    #[inline(never)]
    fn named(colour: Color) -> Self {
        let kind = match colour {
            Color::Black => 0,
            Color::Red => 1,
            Color::Green => 2,
            Color::Yellow => 3,
            Color::Blue => 4,
            Color::Magenta => 5,
            Color::Cyan => 6,
            Color::Gray => 7,
            Color::DarkGray => 60,
            Color::LightRed => 61,
            Color::LightGreen => 62,
            Color::LightYellow => 63,
            Color::LightBlue => 64,
            Color::LightMagenta => 65,
            Color::LightCyan => 66,
            Color::White => 67,
            Color::Reset | Color::Indexed(_) | Color::Rgb(..) => return Self::DEFAULT,
        };
        Self::with(kind, [0; 3])
    }

    /// Writes its parameters; `base` is 30 for ink and 40 for paper.
    fn write(self, base: u16, out: &mut Vec<u8>) {
        let Self([kind, r, g, b]) = self;
        let (number, values): (u8, &[u8]) = match kind {
            Self::INDEXED => (8, &[5, r]),
            Self::DIRECT => (8, &[2, r, g, b]),
            number => (number, &[]),
        };
        decimal(base + u16::from(number), out);
        for value in values {
            out.push(b';');
            decimal((*value).into(), out);
        }
    }
}
