use super::*;

fn theme(accent: Accent, appearance: Appearance) -> Theme {
    Theme::new(accent_colour(accent, appearance), appearance)
}

/// The sixteen colours as terminals come with them, in the order of their numbers.
const PALETTES: [(&str, [u32; 16]); 4] = [
    (
        "xterm",
        [
            0, 0xcd_00_00, 0x00_cd_00, 0xcd_cd_00, 0x00_00_ee, 0xcd_00_cd, 0x00_cd_cd, 0xe5_e5_e5, 0x7f_7f_7f,
            0xff_00_00, 0x00_ff_00, 0xff_ff_00, 0x5c_5c_ff, 0xff_00_ff, 0x00_ff_ff, 0xff_ff_ff,
        ],
    ),
    (
        "VGA",
        [
            0, 0xaa_00_00, 0x00_aa_00, 0xaa_55_00, 0x00_00_aa, 0xaa_00_aa, 0x00_aa_aa, 0xaa_aa_aa, 0x55_55_55,
            0xff_55_55, 0x55_ff_55, 0xff_ff_55, 0x55_55_ff, 0xff_55_ff, 0x55_ff_ff, 0xff_ff_ff,
        ],
    ),
    (
        "Terminal.app",
        [
            0, 0x99_00_00, 0x00_a6_00, 0x99_99_00, 0x00_00_b2, 0xb2_00_b2, 0x00_a6_b2, 0xbf_bf_bf, 0x66_66_66,
            0xe5_00_00, 0x00_d9_00, 0xe5_e5_00, 0x00_00_ff, 0xe5_00_e5, 0x00_e5_e5, 0xe5_e5_e5,
        ],
    ),
    (
        "PuTTY",
        [
            0, 0xbb_00_00, 0x00_bb_00, 0xbb_bb_00, 0x00_00_bb, 0xbb_00_bb, 0x00_bb_bb, 0xbb_bb_bb, 0x55_55_55,
            0xff_55_55, 0x55_ff_55, 0xff_ff_55, 0x55_55_ff, 0xff_55_ff, 0x55_ff_ff, 0xff_ff_ff,
        ],
    ),
];

/// A colour as a terminal with this palette shows it.
fn shown(colour: Color, palette: &[u32; 16]) -> Color {
    use Color::{Black, Blue, Cyan, DarkGray, Gray, Green, LightBlue, LightCyan, LightGreen, LightMagenta, LightRed};
    use Color::{LightYellow, Magenta, Red, White, Yellow};
    let names = [
        Black,
        Red,
        Green,
        Yellow,
        Blue,
        Magenta,
        Cyan,
        Gray,
        DarkGray,
        LightRed,
        LightGreen,
        LightYellow,
        LightBlue,
        LightMagenta,
        LightCyan,
        White,
    ];
    let number = names.iter().position(|name| *name == colour).expect("one of the sixteen");
    rgb(palette[number])
}

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
    let own = [0xff_66_00, 0x10_10_40, 0xff_ff_ff, 0, 0x00_ff_00, 0x77_77_77].map(|hex| Accent::Own(Rgb(hex)));
    for accent in Accent::ALL.into_iter().map(|(_, accent)| accent).chain(own) {
        for depth in [Depth::Ansi256, Depth::True] {
            for (ground, grounds) in
                [(Ground::Dark, &night[..]), (Ground::Light, &paper[..]), (Ground::Unknown, &plain[..])]
            {
                let theme = theme(accent, Appearance { ground, depth, ..Appearance::default() });
                let words = [theme.quiet, theme.link, theme.found, theme.marked];
                let mut voices = vec![theme.accent, theme.rule];
                if ground == Ground::Unknown {
                    assert!(words.iter().all(|voice| voice.fg.is_none()), "{accent:?} {depth:?}");
                } else {
                    voices.extend(words);
                }
                for ground in grounds {
                    for voice in &voices {
                        let colour = voice.fg.expect("a colour at this depth");
                        let seen = contrast(colour, *ground);
                        assert!(seen >= 4.5, "{accent:?} {depth:?}: {colour:?} on {ground:?} is {seen:.2}");
                    }
                }
            }
        }
    }
}

/// Lines and pictures, whose contrast is 3:1 (WCAG 2.2, 1.4.11): the darkest and the lightest grounds are not all that
/// there are.
#[test]
fn what_is_drawn_can_be_seen_on_an_unknown_ground() {
    let grounds = [0, 0x1e_1e_1e, 0xf5_f5_f5, 0xfd_f6_e3, 0xff_ff_ff].map(rgb);
    for (_, accent) in Accent::ALL {
        for depth in [Depth::Ansi256, Depth::True] {
            let theme = theme(accent, Appearance { depth, ..Appearance::default() });
            for (voice, ground) in [theme.accent, theme.rule].iter().flat_map(|voice| grounds.map(|on| (voice, on))) {
                let seen = contrast(voice.fg.unwrap(), ground);
                assert!(seen >= 3.0, "{accent:?} {depth:?}: {voice:?} on {ground:?} is {seen:.2}");
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
            let strong = theme(accent, Appearance { depth, ..Appearance::default() }).strong;
            assert_eq!((strong.fg, strong.bg, strong.add_modifier), (None, None, Modifier::BOLD));
        }
    }
}

#[test]
fn without_colour_there_is_none() {
    let appearance = Appearance { depth: Depth::Mono, ground: Ground::Dark, ..Appearance::default() };
    let theme = theme(Accent::Teal, appearance);
    for style in [theme.ink, theme.strong, theme.quiet, theme.accent, theme.code] {
        assert_eq!((style.fg, style.bg), (None, None));
    }
}

#[test]
fn sixteen_colours_can_be_read_in_every_palette_or_are_not_used() {
    let (night, paper) = ([rgb(0)], [rgb(0xff_ff_ff)]);
    let both = [night[0], paper[0]];
    for (_, accent) in Accent::ALL {
        for (ground, grounds) in [(Ground::Dark, &night[..]), (Ground::Light, &paper[..]), (Ground::Unknown, &both[..])]
        {
            let theme = theme(accent, Appearance { ground, depth: Depth::Ansi16, ..Appearance::default() });
            assert!(ground == Ground::Unknown || theme.accent.fg.is_some(), "{accent:?} has none on {ground:?}");
            for (palette, colours) in PALETTES {
                for voice in [theme.quiet, theme.accent, theme.found] {
                    let Some(colour) = voice.fg else { continue };
                    for ground in grounds {
                        let seen = contrast(shown(colour, &colours), *ground);
                        assert!(seen >= 4.5, "{accent:?}, {palette}: {colour:?} on {ground:?} is {seen:.2}");
                    }
                }
            }
        }
    }
}

#[test]
fn what_was_found_can_be_told_from_what_is_selected() {
    for (_, accent) in Accent::ALL {
        for depth in [Depth::Mono, Depth::Ansi16, Depth::Ansi256, Depth::True] {
            for ground in [Ground::Unknown, Ground::Dark, Ground::Light] {
                let theme = theme(accent, Appearance { ground, depth, ..Appearance::default() });
                assert_ne!(theme.found, theme.strong, "{accent:?} {depth:?} {ground:?}");
            }
        }
    }
}
