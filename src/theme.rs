//! The styles of the card, for every background and colour depth.
//!
//! A style is named by its meaning, never by its look. The background is never painted, except under the QR code, which
//! a camera must be able to read: the card has the terminal's own foreground and background.

pub mod palette;
mod signs;

use ratatui::style::{Color, Modifier, Style};

pub use signs::Signs;

use crate::{
    document::{Accent, LEAST_CONTRAST, Rgb},
    terminal::capabilities::{Appearance, Depth, Ground},
};

/// The styles of a screen, and its symbols.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// The terminal's own ink.
    pub ink: Style,
    /// Names, headings, the selection.
    pub strong: Style,
    /// Emphasis within a text.
    pub emphasis: Style,
    /// Secondary text: side notes, hints. On an unknown ground it has the terminal's own ink, as [`Theme::link`] has:
    /// no colour can be read on every ground that there is.
    pub quiet: Style,
    /// Lines that are no text: the box of the card, the ground of layers.
    pub rule: Style,
    /// Words that lead somewhere.
    pub link: Style,
    /// The bar beside the selection, other signs, pictures, animation.
    pub accent: Style,
    /// The searched words in a result.
    pub found: Style,
    /// The found words on their page.
    pub marked: Style,
    /// The cursor of an edited line.
    pub caret: Style,
    /// The QR code: dark modules on a light ground, for cameras.
    pub code: Style,
    /// Symbols besides words.
    pub signs: &'static Signs,
}

impl Theme {
    /// The theme of a card on a terminal with this appearance. `accent` is what [`accent_colour`] gives, which takes
    /// much longer to find than all the rest.
    #[must_use]
    pub fn new(accent: Option<Color>, appearance: Appearance) -> Self {
        let style = |colour: Option<Color>| Style { fg: colour, ..Style::new() };
        let is_known = appearance.ground != Ground::Unknown;
        let of_words = accent.filter(|_| is_known);
        Self {
            ink: Style::new(),
            strong: Style::new().add_modifier(Modifier::BOLD),
            emphasis: match appearance.depth {
                // Terminals old enough for sixteen colours show italic as reverse, if at all.
                Depth::Mono | Depth::Ansi16 => Style::new().add_modifier(Modifier::UNDERLINED),
                Depth::Ansi256 | Depth::True => Style::new().add_modifier(Modifier::ITALIC),
            },
            quiet: style(quiet(appearance).filter(|_| is_known)),
            rule: style(quiet(appearance)),
            link: style(of_words),
            accent: style(accent),
            found: match of_words {
                None => Style::new().add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
                colour => style(colour).add_modifier(Modifier::BOLD),
            },
            marked: style(of_words).add_modifier(Modifier::REVERSED),
            caret: Style::new().add_modifier(Modifier::REVERSED),
            code: match appearance.depth {
                Depth::True | Depth::Ansi256 => Style::new().fg(Color::Indexed(16)).bg(Color::Indexed(231)),
                Depth::Ansi16 => Style::new().fg(Color::Black).bg(Color::White),
                Depth::Mono if appearance.ground == Ground::Light => Style::new(),
                Depth::Mono => Style::new().add_modifier(Modifier::REVERSED),
            },
            signs: Signs::of(appearance.glyphs),
        }
    }
}

/// A dimmer ink whose contrast with the ground is still 4.5:1 (WCAG 2.2, 1.4.3); `None` where no colour has that. Each
/// terminal has sixteen colours of its own; the palette in which a colour is the faintest decides.
fn quiet(appearance: Appearance) -> Option<Color> {
    match (appearance.depth, appearance.ground) {
        (Depth::Mono, _) | (Depth::Ansi16, Ground::Unknown | Ground::Light) => None,
        (Depth::Ansi16, Ground::Dark) => Some(Color::Gray),
        (Depth::Ansi256, Ground::Unknown) => Some(Color::Indexed(243)),
        (Depth::Ansi256, Ground::Dark) => Some(Color::Indexed(247)),
        (Depth::Ansi256, Ground::Light) => Some(Color::Indexed(241)),
        (Depth::True, Ground::Unknown) => Some(rgb(0x76_76_76)),
        (Depth::True, Ground::Dark) => Some(rgb(0x9e_a0_a6)),
        (Depth::True, Ground::Light) => Some(rgb(0x5f_5e_5a)),
    }
}

/// The accent and the quiet ink among the 256 colours, for text that can be read on every ground.
#[must_use]
pub fn inks_on_any_ground(accent: Accent) -> [Option<u8>; 2] {
    let appearance = Appearance { depth: Depth::Ansi256, ground: Ground::Unknown, ..Appearance::default() };
    [accent_colour(accent, appearance), quiet(appearance)].map(|colour| match colour {
        Some(Color::Indexed(index)) => Some(index),
        _ => None,
    })
}

/// The accent's colour for each ground and depth, with a contrast of 4.5:1 on its ground, and on both if the ground is
/// unknown: of 256 colours five hues have that. `None` where none of sixteen colours has it: the bar, bold and
/// underlined text convey the same.
#[must_use]
pub fn accent_colour(accent: Accent, appearance: Appearance) -> Option<Color> {
    use Color::{Blue, Cyan, LightCyan, LightGreen, LightMagenta, LightYellow, Magenta, Red};
    // For an unknown, a dark and a light ground each.
    let (hex, ansi256, ansi16) = match accent {
        Accent::Amber => ([0x9b_6c_27, 0xd8_a4_57, 0x82_56_15], [131, 179, 94], [None, Some(LightYellow), Some(Red)]),
        Accent::Blue => ([0x33_75_cc, 0x89_b0_e3, 0x1d_5e_b2], [63, 110, 25], [None, Some(Cyan), Some(Blue)]),
        Accent::Green => ([0x22_86_43, 0x2f_c6_61, 0x12_6e_31], [29, 78, 22], [None, Some(LightGreen), Some(Blue)]),
        Accent::Rose => ([0xcf_41_62, 0xe7_97_a9, 0xb8_1e_42], [131, 211, 125], [None, Some(LightMagenta), Some(Red)]),
        Accent::Teal => ([0x21_83_76, 0x2d_c2_ae, 0x11_6b_5f], [29, 79, 23], [None, Some(LightCyan), Some(Blue)]),
        Accent::Violet => {
            ([0x8e_5a_d6, 0xbe_a0_e9, 0x79_31_dd], [98, 183, 56], [None, Some(LightMagenta), Some(Magenta)])
        }
        Accent::Own(color) => return own_color(color, appearance),
    };
    let [unknown, dark, light] = match appearance.depth {
        Depth::Mono => return None,
        Depth::Ansi16 => ansi16,
        Depth::Ansi256 => ansi256.map(|index| Some(Color::Indexed(index))),
        Depth::True => hex.map(|hex| Some(rgb(hex))),
    };
    match appearance.ground {
        Ground::Unknown => unknown,
        Ground::Dark => dark,
        Ground::Light => light,
    }
}

/// The accent on a light and on a dark ground in 24-bit colour; `None` where an owner's colour cannot be made readable.
#[must_use]
pub fn accents(accent: Accent) -> [Option<Rgb>; 2] {
    [Ground::Light, Ground::Dark].map(|ground| accent_rgb(accent, ground))
}

fn accent_rgb(accent: Accent, ground: Ground) -> Option<Rgb> {
    match accent_colour(accent, Appearance { depth: Depth::True, ground, ..Appearance::default() }) {
        Some(Color::Rgb(red, green, blue)) => Some(Rgb::from_channels([red, green, blue])),
        _ => None,
    }
}

/// The grounds on which text must be readable: of the default grounds of terminals those with the least contrast.
const fn grounds(ground: Ground) -> &'static [Rgb] {
    match ground {
        Ground::Unknown => &[Rgb::BLACK, Rgb::WHITE],
        Ground::Dark => &[Rgb(0x28_2c_34)],
        Ground::Light => &[Rgb(0xfd_f6_e3)],
    }
}

/// The readable colour nearest to an owner's. With sixteen colours it is that of the nearest accent that has a name.
fn own_color(color: Rgb, appearance: Appearance) -> Option<Color> {
    let grounds = grounds(appearance.ground);
    let color = color.readable(grounds)?;
    match appearance.depth {
        Depth::Mono => None,
        Depth::True => Some(rgb(color.0)),
        Depth::Ansi256 => {
            let indexes = (16..=255).map(|index| (index, palette::color(index)));
            let read = indexes.filter(|(_, one)| grounds.iter().all(|ground| one.contrast(*ground) >= LEAST_CONTRAST));
            read.min_by_key(|(_, one)| one.distance(color)).map(|(index, _)| Color::Indexed(index))
        }
        Depth::Ansi16 => {
            let named = Accent::ALL.into_iter().min_by_key(|(_, accent)| {
                accent_rgb(*accent, appearance.ground).map_or(u32::MAX, |accent| accent.distance(color))
            });
            named.and_then(|(_, accent)| accent_colour(accent, appearance))
        }
    }
}

const fn rgb(hex: u32) -> Color {
    Color::Rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

#[cfg(test)]
mod tests;
