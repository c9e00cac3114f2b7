//! What characters are written with, and the sequence that changes it (SGR).

use ratatui::{
    buffer::Cell,
    style::{Color, Modifier},
};

use super::moves::decimal;

/// What characters are written with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Pen {
    pub(super) foreground: Color,
    pub(super) background: Color,
    pub(super) modifier: Modifier,
}

impl Pen {
    pub(super) const PLAIN: Self =
        Self { foreground: Color::Reset, background: Color::Reset, modifier: Modifier::empty() };

    pub(super) fn of(cell: &Cell) -> Self {
        Self { foreground: cell.fg, background: cell.bg, modifier: cell.modifier }
    }

    /// The pen that makes a cell look as it does: what colours only ink does not matter where there is none.
    pub(super) fn needed(cell: &Cell, current: Self) -> Self {
        let pen = Self::of(cell);
        let inkless = cell.symbol() == " " && !pen.modifier.intersects(VISIBLE_ON_BLANKS);
        let currently_inkless = !current.modifier.intersects(VISIBLE_ON_BLANKS);
        if inkless && currently_inkless && current.background == pen.background { current } else { pen }
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
        if (self.modifier - to.modifier).is_empty() {
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
    let added = to.modifier - from.modifier;
    for (_, on) in MODIFIERS.into_iter().filter(|(modifier, _)| added.contains(*modifier)) {
        decimal(on.into(), out);
        out.push(b';');
    }
    for (before, after, base) in [(from.foreground, to.foreground, 30), (from.background, to.background, 40)] {
        if before != after {
            colour(after, base, out);
            out.push(b';');
        }
    }
    if out.len() > begin {
        out.pop();
    }
}

/// Writes the parameters of a colour; `base` is 30 for ink and 40 for paper. The sixteen named colours are sent by their own
/// numbers (30-37, 90-97), which every terminal with colour knows.
fn colour(colour: Color, base: u16, out: &mut Vec<u8>) {
    let (kind, values): (u16, &[u8]) = match colour {
        Color::Reset => (9, &[]),
        Color::Black => (0, &[]),
        Color::Red => (1, &[]),
        Color::Green => (2, &[]),
        Color::Yellow => (3, &[]),
        Color::Blue => (4, &[]),
        Color::Magenta => (5, &[]),
        Color::Cyan => (6, &[]),
        Color::Gray => (7, &[]),
        Color::DarkGray => (60, &[]),
        Color::LightRed => (61, &[]),
        Color::LightGreen => (62, &[]),
        Color::LightYellow => (63, &[]),
        Color::LightBlue => (64, &[]),
        Color::LightMagenta => (65, &[]),
        Color::LightCyan => (66, &[]),
        Color::White => (67, &[]),
        Color::Indexed(n) => (8, &[5, n]),
        Color::Rgb(r, g, b) => (8, &[2, r, g, b]),
    };
    decimal(base + kind, out);
    for value in values {
        out.push(b';');
        decimal((*value).into(), out);
    }
}
