//! The current style of the output, and the sequence that changes it (SGR, ECMA-48, 8.3.117).

use ratatui::{
    buffer::Cell,
    style::{Color, Modifier},
};

/// The modifiers that are visible on a cell without a character.
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

/// All of them; no other modifier is sent.
const SENT: Modifier = VISIBLE_ON_BLANKS.union(Modifier::BOLD).union(Modifier::DIM).union(Modifier::ITALIC);

/// The style that a terminal writes characters in. The default is the plain style.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct SgrState {
    foreground: Color,
    background: Color,
    modifier: Modifier,
}

impl SgrState {
    /// The style that makes a cell look as it should: this one, where the difference is not seen on a blank.
    pub(super) fn needed(self, cell: &Cell) -> Self {
        let wanted = Self { foreground: cell.fg, background: cell.bg, modifier: cell.modifier & SENT };
        let blank = cell.symbol() == " " && !(wanted.modifier | self.modifier).intersects(VISIBLE_ON_BLANKS);
        if blank && wanted.background == self.background { self } else { wanted }
    }

    /// Whether what is erased in it looks as in the plain style.
    pub(super) fn erases(self) -> bool {
        self.background == Color::Reset && !self.modifier.intersects(VISIBLE_ON_BLANKS)
    }

    /// Appends what changes this style to another: the difference, or all of it anew, whichever is shorter. A modifier
    /// ends anew: the parameters that end a single one (22, 23, 24, 27) came with the VT220.
    pub(super) fn change(self, to: Self, out: &mut Vec<u8>) {
        if to == self {
            return;
        }
        let anew = match Self::default().added(to) {
            // `CSI m` is the plain style.
            all if all.is_empty() => all,
            all => format!("0;{all}"),
        };
        let difference = to.modifier.contains(self.modifier).then(|| self.added(to));
        let parameters = difference.filter(|difference| difference.len() <= anew.len()).unwrap_or(anew);
        out.extend_from_slice(b"\x1b[");
        out.extend_from_slice(parameters.as_bytes());
        out.push(b'm');
    }

    /// The parameters that change this style to another, which has all of its modifiers.
    fn added(self, to: Self) -> String {
        let modifiers = to.modifier.difference(self.modifier);
        let modifiers = MODIFIERS.iter().filter(|(one, _)| modifiers.contains(*one)).map(|(_, on)| on.to_string());
        let colours = [(self.foreground, to.foreground, 30), (self.background, to.background, 40)];
        let colours = colours.into_iter().filter(|(before, after, _)| before != after);
        let colours = colours.map(|(_, after, base)| parameter(after, base));
        modifiers.chain(colours).collect::<Vec<_>>().join(";")
    }
}

/// The parameter of a colour; `base` is 30 for the foreground and 40 for the background. The sixteen named colours have
/// numbers of their own, which every terminal with colour knows; others are indexed or direct (ITU-T T.416).
fn parameter(colour: Color, base: u8) -> String {
    let offset = match colour {
        Color::Indexed(n) => return format!("{};5;{n}", base + 8),
        Color::Rgb(r, g, b) => return format!("{};2;{r};{g};{b}", base + 8),
        Color::Reset => 9,
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
    };
    (base + offset).to_string()
}
