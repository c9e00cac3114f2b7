use proptest::prelude::*;

use super::*;
use crate::{exhibit::View as _, signs::Signs, tests::check};

/// The exhibit with a constant dialled, digit by digit.
fn dialled(constant: u32) -> Quake {
    let mut quake = Quake::default();
    for (dial, digit) in format!("{constant:08x}").chars().enumerate() {
        let wanted = digit.to_string();
        for change in [Change::Less, Change::More] {
            while quake.parameters()[dial].value != wanted {
                let before = quake.constant;
                quake.change(dial, change);
                if quake.constant == before {
                    break;
                }
            }
        }
    }
    assert_eq!(quake.constant, constant);
    quake
}

#[test]
fn dials_turn_one_digit_and_stop_at_their_ends() {
    let mut quake = dialled(0x5f37_59df);
    quake.change(7, Change::More);
    assert_eq!(quake.constant, 0x5f37_59df, "f is the last digit");
    quake.change(5, Change::More);
    assert_eq!(quake.constant, 0x5f37_5adf);
    quake.change(0, Change::Less);
    assert_eq!(quake.constant, 0x4f37_5adf);
    quake.change(8, Change::More);
    assert_eq!(quake.constant, 0x4f37_5adf, "there are eight dials");
}

#[test]
fn published_constants_have_the_errors_that_numerics_measures() {
    for (constant, label) in [(Constant::Classic, "Quake III 1999"), (Constant::Lomont, "Lomont 2003")] {
        let quake = dialled(constant.magic());
        assert_eq!(quake.worst().to_bits(), published(constant).to_bits());
        let figures = quake.figures();
        let value = |label: &str| figures.iter().find(|figure| figure.label == label).unwrap().value.clone();
        assert_eq!(value("yours"), value(label));
    }
}

/// Computed with `NumPy` for every float in \[1, 4), in f32.
#[test]
fn the_worst_errors_are_those_of_all_floats() {
    for (constant, expected) in [
        (0x5f00_0000, "0.11612"),
        (0x5f30_0000, "6.12233e-3"),
        (0x5f37_0000, "1.89931e-3"),
        (0x5f37_59df, "1.75234e-3"),
        (0x5f37_5a00, "1.75213e-3"),
        (0x5f37_5a86, "1.75130e-3"),
        (0x5f37_5a87, "1.75129e-3"),
    ] {
        assert_eq!(off(dialled(constant).worst()), expected, "{constant:#x}");
    }
    let published = PUBLISHED.map(|constant| off(published(constant)));
    assert_eq!(published, ["1.75234e-3", "1.75130e-3", "6.50197e-4"]);
}

#[test]
fn the_sentence_follows_the_error() {
    for (constant, said) in [
        (0xffff_ffff, "The result is far off 1/√x."),
        (START, "comes down"),
        (0x5f40_0000, "times as far off as Quake\u{a0}III"),
        (0x5f37_5900, "times as far off as Quake\u{a0}III"),
        (0x5f37_59df, "Quake\u{a0}III itself"),
        (0x5f37_5adf, "is better by a hair"),
        (0x5f37_59d6, "A hair worse"),
        (0x5f37_5a86, "as near as Lomont"),
    ] {
        let notice = dialled(constant).notice();
        assert!(notice.contains(said), "{constant:#x}: {notice}");
    }
}

#[test]
fn a_score_is_told_where_it_is_better() {
    let quake = Quake::default();
    assert!(quake.better_score(f64::INFINITY).is_none(), "nothing was dialled yet");
    let best = dialled(0x5f37_5adf).better_score(f64::INFINITY).unwrap();
    assert!(best.said.contains("0x5f375adf") && best.said.contains("better than Quake III’s"), "{}", best.said);
    assert!(
        dialled(0x5f37_5adf).better_score(best.worst).is_none()
            && dialled(0x5f27_5adf).better_score(best.worst).is_none()
    );
    assert!(dialled(0x5f37_5a86).better_score(best.worst).is_some());
    let mut quake = dialled(0x5f37_5a86);
    quake.restart();
    assert_eq!(quake.constant, START);
}

proptest! {
    #[test]
    fn any_changes_keep_what_was_promised(changes in prop::collection::vec((0..9_usize, any::<bool>()), 0..40)) {
        check::make(&mut Quake::default(), &changes);
    }

    /// The sampled worst error is that of the points of the curve, or a little more.
    #[test]
    fn no_point_is_worse_than_the_worst(constant in 0x5e80_0000..0x6000_0000_u32, bits in 0x3f80_0000..0x4080_0000_u32) {
        let (worst, at) = (worst(constant), error(constant, f32::from_bits(bits)).abs());
        prop_assert!(at <= worst * (1.0 + 1e-4) + 1e-6, "{} at {:#x} of {}", at, bits, worst);
    }
}

#[test]
fn pictures_at_their_sizes() {
    for (name, constant) in [("start", START), ("near", 0x5f37_0000), ("beaten", 0x5f37_5a86), ("absurd", 0xffff_ffff)]
    {
        let quake = dialled(constant);
        for (size, signs) in [((46, 14), Signs::Unicode), ((70, 24), Signs::Unicode), ((36, 10), Signs::Ascii)] {
            let text = check::picture(signs, size, |palette, area, buffer| quake.draw(palette, area, buffer));
            insta::assert_snapshot!(format!("{name}-{}x{}-{signs:?}", size.0, size.1), text);
        }
        check::stays_inside(|palette, area, buffer| quake.draw(palette, area, buffer));
    }
}
