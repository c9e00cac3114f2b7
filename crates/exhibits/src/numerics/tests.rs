use proptest::prelude::*;
use ratatui::{buffer::Buffer, layout::Rect, style::Modifier};

use super::{method::EvaluationCost, *};
use crate::{arithmetic::log2, exhibit::View as _, signs::Signs, tests::check};

const REFERENCE: &str = include_str!("../../tests/reference/numerics.csv");

/// The rounding of two operations.
const TWO_ROUNDINGS: f64 = 1.0 / 8_388_608.0;

/// The rows of the reference: a method, its worst error over all floats, and that of its exact coefficients.
fn reference() -> Vec<(Method, f64, Option<f64>)> {
    let row = |row: &str| {
        let [name, setting, steps, worst, minimax] = row.split(',').collect::<Vec<_>>().try_into().unwrap();
        let steps = steps.parse().unwrap();
        let method = match name {
            "bits" => {
                let magic = u32::from_str_radix(setting.trim_start_matches("0x"), 16).unwrap();
                let constant = Constant::ALL.into_iter().find(|constant| constant.magic() == magic).unwrap();
                Method::BitTrick { constant, steps }
            }
            "lines" => Method::Linear { pieces: setting.parse().unwrap() },
            "parabolas" => Method::Quadratic { pieces: setting.parse().unwrap() },
            _ => Method::Table { entries: setting.parse().unwrap(), steps },
        };
        (method, worst.parse().unwrap(), minimax.parse().ok())
    };
    REFERENCE.lines().skip(1).map(row).collect()
}

#[test]
fn the_worst_errors_are_those_of_all_floats() {
    let reference = reference();
    assert!(reference.iter().map(|(method, ..)| *method).eq(Method::all()));
    for (method, worst, _) in reference {
        let found = method.measured();
        assert_eq!(scientific(found.worst), scientific(worst), "{method:?}");
        // Less than the very worst, if at all, only where that is rounding.
        assert!((-1e-9..TWO_ROUNDINGS / 20.0).contains(&(worst - found.worst)), "{method:?}: {found:?}, not {worst}");
        assert_eq!(method.error(found.at).abs().to_bits(), found.worst.to_bits(), "{method:?}: {found:?}");
    }
}

#[test]
fn the_known_errors_of_the_bit_trick() {
    for (constant, steps, expected) in [
        (Constant::Classic, 0, 0.03437),
        (Constant::Classic, 1, 0.001_752),
        (Constant::Classic, 2, 4.7e-6),
        (Constant::Lomont, 1, 0.001_751),
        (Constant::Walczyk, 1, 8.79e-4),
        (Constant::Kadlec, 1, 6.50e-4),
    ] {
        let found = Method::BitTrick { constant, steps }.measured().worst;
        assert!((found / expected - 1.0).abs() < 0.01, "{constant:?} after {steps}: {found}");
    }
}

#[test]
fn pieces_are_the_best_there_are() {
    for (method, _, minimax) in reference() {
        let (pieces, best): (_, fn(f64, f64) -> f64) = match method {
            Method::Linear { pieces } => (pieces, |from, to| minimax::line(from, to).1),
            Method::Quadratic { pieces } => (pieces, |from, to| minimax::parabola(from, to).1),
            _ => continue,
        };
        // The first piece of an octave is the one that bends most.
        let to = if pieces == 0 { 4.0 } else { 1.0 + 1.0 / f64::from(1 << (pieces - 1)) };
        let (found, expected) = (best(1.0, to), minimax.unwrap());
        assert!((found / expected - 1.0).abs() < 1e-6, "{method:?}: {found}, not {expected}");
    }
}

/// Chebyshev: the error of the best line and the best parabola takes its greatest value at the ends, with the sign that
/// follows from how often it turns.
#[test]
fn errors_of_the_best_alternate() {
    for (from, to) in [(1.0_f64, 4.0_f64), (1.0, 2.0), (2.0, 2.125)] {
        let ([c], e) = minimax::constant(from, to);
        let ([l0, l1], line) = minimax::line(from, to);
        let ([p0, p1, p2], parabola) = minimax::parabola(from, to);
        for (x, sign) in [(from, -1.0), (to, 1.0)] {
            let off = |y: f64| y * x.sqrt() - 1.0;
            assert!((off(c) - sign * e).abs() < 1e-12);
            assert!((off(l0 + l1 * x) + line).abs() < 1e-12);
            assert!((off(p0 + p1 * x + p2 * x * x) - sign * parabola).abs() < 1e-10, "{from} {to} {x}");
        }
        let grid = (0..=1000).map(|n| from + (to - from) * f64::from(n) / 1000.0);
        let worst = grid.map(|x| ((p0 + p1 * x + p2 * x * x) * x.sqrt() - 1.0).abs()).fold(0.0, f64::max);
        assert!(worst < parabola * 1.000_001);
    }
}

/// Newton's step on `1/y² − x` squares the error: `e ← −3/2 e² − 1/2 e³`.
#[test]
fn a_newton_step_squares_the_error() {
    for n in 0..3000_u16 {
        let x = 1.0 + f32::from(n) / 1000.0;
        for steps in [0, 1] {
            let at = |steps| Method::BitTrick { constant: Constant::Classic, steps }.error(x);
            let (e, next) = (at(steps), at(steps + 1));
            assert!((next + e * e * (1.5 + 0.5 * e)).abs() < 2.0 * TWO_ROUNDINGS, "{x}: {e}, then {next}");
        }
    }
}

#[test]
fn more_work_is_never_worse_until_rounding_is_all_that_is_left() {
    for (number, method) in Method::all().enumerate() {
        assert_eq!(method.number(), number);
        let Some(simpler) = method.simpler() else { continue };
        let (more, less) = (method.measured().worst, simpler.measured().worst);
        assert!(more < less || less < 2.0 * TWO_ROUNDINGS, "{method:?}: {more}, and {less} before");
        let (more, less) = (method.cost(), simpler.cost());
        assert!(more.operations() > less.operations() || more.table > less.table, "{method:?}");
    }
    assert_eq!(Method::all().count(), Method::COUNT);
}

#[test]
fn costs_are_what_is_written() {
    let trick = |constant, steps| Method::BitTrick { constant, steps };
    for (method, multiplies, additions, integers, table) in [
        (trick(Constant::Classic, 0), 0, 0, 2, 0),
        (trick(Constant::Classic, 1), 4, 1, 2, 0),
        (trick(Constant::Walczyk, 3), 10, 3, 2, 0),
        (trick(Constant::Kadlec, 1), 4, 1, 2, 0),
        (trick(Constant::Kadlec, 2), 8, 2, 2, 0),
        (Method::Linear { pieces: 0 }, 1, 1, 6, 8),
        (Method::Linear { pieces: 5 }, 1, 1, 8, 256),
        (Method::Quadratic { pieces: 3 }, 2, 2, 8, 96),
        (Method::Table { entries: 8, steps: 1 }, 4, 1, 6, 1024),
    ] {
        assert_eq!(method.cost(), EvaluationCost { multiplies, additions, integers, table }, "{method:?}");
    }
}

proptest! {
    /// Four times x is half of `1/√x`, to the bit: [1, 4) stands for all numbers.
    #[test]
    fn two_octaves_are_all_of_them(bits in 0x3f80_0000..0x4080_0000_u32, power in -25..25_i32, number in 0..Method::COUNT) {
        let method = Method::all().nth(number).unwrap();
        let scale = |by: i32| f32::from_bits(((127 + by) as u32) << 23);
        let x = f32::from_bits(bits);
        let y = method.apply(x);
        prop_assert_eq!((method.apply(x * scale(2 * power)) * scale(power)).to_bits(), y.to_bits());
        prop_assert!((f64::from(y) * f64::from(x).sqrt() - 1.0).abs() < 0.18);
    }

    /// Of a number that is not positive and normal the result means nothing, but there is one.
    #[test]
    fn any_bits_have_a_result(bits in any::<u32>(), number in 0..Method::COUNT) {
        let _ = Method::all().nth(number).unwrap().apply(f32::from_bits(bits));
    }

    #[test]
    fn any_changes_keep_what_was_promised(changes in check::changes()) {
        let (mut one, mut other) = (Numerics::default(), Numerics::default());
        check::make(&mut one, &changes);
        check::make(&mut other, &changes);
        prop_assert_eq!(one, other);
    }
}

#[test]
fn the_default_says_what_one_step_buys() {
    let exhibit = Numerics::default();
    tests::check::promises(&exhibit);
    let figures: Vec<_> = exhibit.figures().into_iter().map(|figure| (figure.label, figure.value)).collect();
    let expected = [
        ("worst error", "1.75e-3"),
        ("correct bits", "9.2"),
        ("this step gave", "+4.3 bits"),
        ("multiplies", "4"),
        ("additions", "1"),
        ("on integers", "2 operations"),
        ("table", "0 B"),
        ("in RMSNorm", "0.11 % off"),
    ];
    assert_eq!(figures, expected.map(|(label, value)| (label, value.to_owned())));
    let promise = "Published methods only.";
    assert!(exhibit.basis().starts_with(promise));
}

/// The number before some words of a text.
fn number_before(text: &str, words: &str) -> f64 {
    let (before, _) = text.split_once(words).unwrap_or_else(|| panic!("{words:?} in {text}"));
    before.rsplit([' ', '\u{a0}']).next().unwrap().parse().unwrap()
}

#[test]
fn what_is_said_follows_from_the_figures_at_every_setting() {
    for method in Method::all() {
        let said = method.finding();
        let bits = -log2(method.measured().worst);
        let shown = |bits: f64| format!("{bits:.1}");
        assert!(said.contains(&format!("{bits:.1}")), "{method:?}: {said}");
        assert_eq!(said.contains("Newton step took"), method.steps() > 0, "{method:?}: {said}");
        let before = method.simpler().map(|simpler| -log2(simpler.measured().worst));
        if said.contains("took") {
            assert_eq!(shown(number_before(&said, " correct bits to")), shown(before.unwrap()), "{method:?}: {said}");
        }
        let times = before.map(|before| bits / before);
        if said.contains("nothing is left but rounding") {
            assert!(bits > 22.0 && times.unwrap() < 1.75, "{method:?}: {said}");
        } else if method.steps() > 0 {
            let times = times.unwrap();
            let expected = match times {
                ..1.97 => "nearly twice",
                1.97..2.02 => ", twice",
                _ => "more than twice",
            };
            assert!(times > 1.7 && said.contains(expected), "{method:?}: {said}");
        }
        if let Method::BitTrick { steps, .. } = method {
            let nearest = Constant::ALL.map(|constant| Method::BitTrick { constant, steps }.measured().worst);
            let nearest = nearest.into_iter().fold(1.0, f64::min);
            if said.contains("No other") {
                assert!(method.measured().worst <= nearest, "{method:?}: {said}");
            } else if said.contains("as near") {
                let times = number_before(&said, "\u{a0}times as near");
                assert!((times - method.measured().worst / nearest).abs() < 0.051, "{method:?}: {said}");
            }
        }
        let width = said.chars().count();
        assert!(width <= 120, "{width} for {method:?}: {said}");
    }
}

/// The trade-off compares rough measures: they put every letter where the exact ones would.
#[test]
fn the_rough_measures_are_as_good_for_the_trade_off() {
    let rough: Vec<_> = Method::all().map(view::Spot::of).collect();
    let exact: Vec<_> = rough.iter().map(view::Spot::exactly).collect();
    for (rough_one, exact_one) in rough.iter().zip(&exact) {
        let [found, expected] = [rough_one.worst, exact_one.worst];
        assert!(found <= expected && found > expected * 0.9, "{rough_one:?} is not {expected}");
        assert_eq!(rough_one.beaten(&rough), exact_one.beaten(&exact), "{rough_one:?} is not {expected}");
    }
}

/// Keys as the visitor presses them: a parameter's number, then `+` or `-`.
fn set(keys: &str) -> Numerics {
    let mut exhibit = Numerics::default();
    for key in keys.split_whitespace() {
        let (parameter, sign) = key.split_at(1);
        let change = if sign == "+" { Change::More } else { Change::Less };
        exhibit.change(parameter.parse().unwrap(), change);
    }
    exhibit
}

#[test]
fn pictures_at_their_sizes() {
    for (name, keys) in [("default", ""), ("trade_off", "3+ 1+ 1+"), ("parabolas", "0+ 0+"), ("rounding", "2+ 2+")] {
        let exhibit = set(keys);
        for (size, signs) in [((46, 16), Signs::Unicode), ((70, 28), Signs::Unicode), ((46, 16), Signs::Ascii)] {
            let text = check::picture(signs, size, |palette, area, buffer| exhibit.draw(palette, area, buffer));
            insta::assert_snapshot!(format!("{name}-{}x{}-{signs:?}", size.0, size.1), text);
        }
    }
}

#[test]
fn pictures_stay_in_their_area() {
    for keys in ["", "3+", "0+ 2+", "2+ 2+ 0+ 0+ 0+"] {
        let exhibit = set(keys);
        check::stays_inside(|palette, area, buffer| exhibit.draw(palette, area, buffer));
    }
}

/// Wherever the choice is in the trade-off, it is marked without colour.
#[test]
fn the_choice_is_marked() {
    let mut exhibit = set("3+");
    for _ in 0..4 {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 46, 16));
        exhibit.draw(&check::palette(Signs::Ascii), buffer.area, &mut buffer);
        let marked = buffer.content.iter().filter(|cell| cell.modifier.contains(Modifier::REVERSED));
        assert_eq!(marked.count(), 1, "{:?}", exhibit.method());
        exhibit.change(0, Change::More);
    }
}
