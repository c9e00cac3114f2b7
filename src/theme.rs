//! The four voices of the card as styles, for every ground and depth of colour.
//!
//! A style is named by what it means, never by how it looks. Nothing here paints the background: the terminal's own
//! paper and ink are the card's, except under the QR code, which a camera must be able to read.

mod signs;

use ratatui::style::{Color, Modifier, Style};

pub use signs::Signs;

use crate::{
    profile::Accent,
    terminal::capabilities::{Depth, Ground, Look},
};

/// The voices in which a page speaks, and its signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    /// The terminal's own ink.
    pub ink: Style,
    /// Names, headings, what is selected.
    pub strong: Style,
    /// Emphasis within a text.
    pub emphasis: Style,
    /// What may be read later: side notes, hints.
    pub quiet: Style,
    /// Links, the bar beside what is selected, what moves.
    pub accent: Style,
    /// What was typed, where it stands in a result.
    pub found: Style,
    /// What a search led to, on its page.
    pub marked: Style,
    /// Where the visitor types.
    pub caret: Style,
    /// Dark modules on light paper, for cameras.
    pub code: Style,
    /// What a page is made of besides words.
    pub signs: &'static Signs,
}

impl Theme {
    /// The theme of a card with this accent on this terminal.
    #[must_use]
    pub fn new(accent: Accent, look: Look) -> Self {
        let style = |colour: Option<Color>| Style { fg: colour, ..Style::new() };
        Self {
            ink: Style::new(),
            strong: Style::new().add_modifier(Modifier::BOLD),
            emphasis: match look.depth {
                // Terminals old enough for sixteen colours show italic as reverse, if at all.
                Depth::Mono | Depth::Ansi16 => Style::new().add_modifier(Modifier::UNDERLINED),
                Depth::Ansi256 | Depth::True => Style::new().add_modifier(Modifier::ITALIC),
            },
            quiet: style(quiet(look)),
            accent: style(accent_colour(accent, look)),
            found: match style(accent_colour(accent, look)).add_modifier(Modifier::BOLD) {
                found if look.depth == Depth::Mono => found.add_modifier(Modifier::UNDERLINED),
                found => found,
            },
            marked: style(accent_colour(accent, look)).add_modifier(Modifier::REVERSED),
            caret: Style::new().add_modifier(Modifier::REVERSED),
            code: match look.depth {
                Depth::True | Depth::Ansi256 => Style::new().fg(Color::Indexed(16)).bg(Color::Indexed(231)),
                Depth::Ansi16 => Style::new().fg(Color::Black).bg(Color::White),
                Depth::Mono if look.ground == Ground::Light => Style::new(),
                Depth::Mono => Style::new().add_modifier(Modifier::REVERSED),
            },
            signs: Signs::of(look.glyphs),
        }
    }
}

/// A dimmer ink whose contrast with the paper is still 4.5:1 (WCAG 2.2, 1.4.3).
fn quiet(look: Look) -> Option<Color> {
    match (look.depth, look.ground) {
        (Depth::Mono, _) | (Depth::Ansi16, Ground::Unknown) => None,
        (Depth::Ansi16, Ground::Dark) => Some(Color::Gray),
        (Depth::Ansi16, Ground::Light) => Some(Color::DarkGray),
        (Depth::Ansi256, Ground::Unknown) => Some(Color::Indexed(243)),
        (Depth::Ansi256, Ground::Dark) => Some(Color::Indexed(247)),
        (Depth::Ansi256, Ground::Light) => Some(Color::Indexed(241)),
        (Depth::True, Ground::Unknown) => Some(rgb(0x76_76_76)),
        (Depth::True, Ground::Dark) => Some(rgb(0x9e_a0_a6)),
        (Depth::True, Ground::Light) => Some(rgb(0x5f_5e_5a)),
    }
}

/// The one colour, chosen for each ground and depth: 4.5:1 on its ground, 3:1 on both where the ground is unknown.
fn accent_colour(accent: Accent, look: Look) -> Option<Color> {
    let values = values(accent);
    let [unknown, dark, light] = match look.depth {
        Depth::Mono => return None,
        Depth::Ansi16 => values.ansi16,
        Depth::Ansi256 => values.ansi256.map(Color::Indexed),
        Depth::True => values.rgb.map(rgb),
    };
    Some(match look.ground {
        Ground::Unknown => unknown,
        Ground::Dark => dark,
        Ground::Light => light,
    })
}

/// An accent's values, each for an unknown, a dark and a light ground.
struct Values {
    rgb: [u32; 3],
    ansi256: [u8; 3],
    ansi16: [Color; 3],
}

fn values(accent: Accent) -> Values {
    use Color::{Blue, Cyan, Green, LightBlue, LightCyan, LightGreen, LightMagenta, LightRed, LightYellow, Magenta};
    use Color::{Red, Yellow};
    match accent {
        Accent::Amber => Values {
            rgb: [0x9b_6c_27, 0xd8_a4_57, 0x82_56_15],
            ansi256: [130, 179, 94],
            ansi16: [Yellow, LightYellow, Red],
        },
        Accent::Blue => Values {
            rgb: [0x33_75_cc, 0x89_b0_e3, 0x1d_5e_b2],
            ansi256: [32, 110, 25],
            ansi16: [Cyan, LightBlue, Blue],
        },
        Accent::Green => Values {
            rgb: [0x22_86_43, 0x2f_c6_61, 0x12_6e_31],
            ansi256: [28, 78, 22],
            ansi16: [Green, LightGreen, Blue],
        },
        Accent::Rose => {
            Values { rgb: [0xcf_41_62, 0xe7_97_a9, 0xb8_1e_42], ansi256: [161, 211, 125], ansi16: [Red, LightRed, Red] }
        }
        Accent::Teal => {
            Values { rgb: [0x21_83_76, 0x2d_c2_ae, 0x11_6b_5f], ansi256: [30, 79, 23], ansi16: [Cyan, LightCyan, Blue] }
        }
        Accent::Violet => Values {
            rgb: [0x8e_5a_d6, 0xbe_a0_e9, 0x79_31_dd],
            ansi256: [98, 183, 56],
            ansi16: [Magenta, LightMagenta, Magenta],
        },
    }
}

const fn rgb(hex: u32) -> Color {
    Color::Rgb((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance (WCAG 2.2).
    fn luminance(colour: Color) -> f64 {
        let (r, g, b) = match colour {
            Color::Rgb(r, g, b) => (r, g, b),
            Color::Indexed(n @ 232..) => (8 + 10 * (n - 232), 8 + 10 * (n - 232), 8 + 10 * (n - 232)),
            Color::Indexed(n @ 16..) => {
                let part = |i: u8| if i == 0 { 0 } else { 55 + 40 * i };
                (part((n - 16) / 36), part((n - 16) / 6 % 6), part((n - 16) % 6))
            }
            other => panic!("{other:?} has no luminance of its own"),
        };
        let linear = |part: u8| match f64::from(part) / 255.0 {
            v if v <= 0.04045 => v / 12.92,
            v => ((v + 0.055) / 1.055).powf(2.4),
        };
        0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
    }

    fn contrast(a: Color, b: Color) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn every_voice_can_be_read_on_its_ground() {
        let night = [Color::Rgb(0, 0, 0), Color::Rgb(0x1e, 0x1e, 0x1e), Color::Rgb(0x28, 0x2c, 0x34)];
        let paper = [Color::Rgb(255, 255, 255), Color::Rgb(0xfd, 0xf6, 0xe3)];
        let plain = [Color::Rgb(0, 0, 0), Color::Rgb(255, 255, 255)];
        for (_, accent) in Accent::ALL {
            for depth in [Depth::Ansi256, Depth::True] {
                for (ground, grounds, quiet_least, accent_least) in [
                    (Ground::Dark, &night[..], 4.5, 4.5),
                    (Ground::Light, &paper[..], 4.5, 4.5),
                    (Ground::Unknown, &plain[..], 4.5, 3.0),
                ] {
                    let theme = Theme::new(accent, Look { ground, depth, ..Look::default() });
                    for ground in grounds {
                        for (voice, least) in [(theme.quiet, quiet_least), (theme.accent, accent_least)] {
                            let colour = voice.fg.expect("a colour at this depth");
                            let seen = contrast(colour, *ground);
                            assert!(seen >= least, "{accent:?} {depth:?}: {colour:?} on {ground:?} is {seen:.2}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn strong_is_the_terminal_s_own_ink_and_bold() {
        // The inks and papers that terminals come with; what an owner of one chose is their own.
        let pairs = [(0xd8_d8_d8, 0x16_18_1d), (0xff_ff_ff, 0), (0x1b_1b_1b, 0xfb_f9_f4), (0, 0xff_ff_ff)];
        for (ink, paper) in pairs {
            assert!(contrast(rgb(ink), rgb(paper)) >= 7.0);
        }
        for (_, accent) in Accent::ALL {
            for depth in [Depth::Mono, Depth::Ansi16, Depth::Ansi256, Depth::True] {
                let strong = Theme::new(accent, Look { depth, ..Look::default() }).strong;
                assert_eq!((strong.fg, strong.bg, strong.add_modifier), (None, None, Modifier::BOLD));
            }
        }
    }

    #[test]
    fn without_colour_there_is_none() {
        let look = Look { depth: Depth::Mono, ground: Ground::Dark, ..Look::default() };
        let theme = Theme::new(Accent::Teal, look);
        for style in [theme.ink, theme.strong, theme.quiet, theme.accent, theme.code] {
            assert_eq!((style.fg, style.bg), (None, None));
        }
    }
}
