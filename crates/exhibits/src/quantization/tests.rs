use proptest::prelude::*;
use ratatui::{buffer::Buffer, layout::Rect, style::Modifier};

use super::{layer::weights, scheme::Grid, *};
use crate::{exhibit::View as _, signs::Signs, tests::check};

const REFERENCE: &str = include_str!("../../tests/reference/quantization.csv");

fn setting(bits: u8, scheme: Scheme, rounding: Rounding) -> Setting {
    Setting { bits, scheme, scales: Scales::Tensor, rounding, outlier: 0 }
}

#[track_caller]
fn close(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance, "{found}, not {expected}");
}

/// The rows of the reference: a setting that rounds to nearest, its ratio, and the best that clipping can give.
fn reference() -> Vec<(Setting, f64, f64)> {
    let row = |row: &str| {
        let [bits, scheme, group, outlier, nearest, best] = row.split(',').collect::<Vec<_>>().try_into().unwrap();
        let group: usize = group.parse().unwrap();
        let outlier: f32 = outlier.parse().unwrap();
        let setting = Setting {
            bits: bits.parse().unwrap(),
            scheme: if scheme == "symmetric" { Scheme::Symmetric } else { Scheme::Asymmetric },
            scales: Scales::ALL.into_iter().find(|scales| scales.group() == group).unwrap(),
            rounding: Rounding::Nearest,
            outlier: OUTLIERS.iter().position(|value| value.to_bits() == outlier.to_bits()).unwrap(),
        };
        (setting, nearest.parse().unwrap(), best.parse().unwrap())
    };
    REFERENCE.lines().skip(1).map(row).collect()
}

#[test]
fn ratios_are_those_of_numpy() {
    let reference = reference();
    assert_eq!(reference.len(), 252);
    for (setting, nearest, best) in reference {
        close(setting.outcome().sqnr(), nearest, 1e-3);
        // The search is coarse, so that it is quick: it may miss a third of a decibel, and find nothing that is not
        // there.
        let found = Setting { rounding: Rounding::LeastSquares, ..setting }.outcome().sqnr();
        assert!((best - 0.33..best + 1e-3).contains(&found), "{setting:?}: {found}, not {best}");
        assert!(found >= nearest - 1e-3, "{setting:?}: clipping made it worse");
    }
}

/// Four weights on three levels, by hand: −1, −0.4, 0.2 and 1 become −1, 0, 0 and 1.
#[test]
fn a_case_that_can_be_done_by_hand() {
    let outcome = setting(2, Scheme::Symmetric, Rounding::Nearest).quantize(&[-1.0, -0.4, 0.2, 1.0]);
    close(outcome.signal, 2.2, 1e-6);
    close(outcome.noise, 0.2, 1e-6);
    close(outcome.sqnr(), 10.0 * 11.0_f64.log10(), 1e-4);
    assert_eq!((outcome.zeros, outcome.reach), (2, 1.0));
}

/// Weights spread evenly from 0 to 1 on 2ᵇ levels from end to end: the errors are uniform over a step, whose mean
/// square is a twelfth of its square, and the ratio is `20 log₁₀ 2(2ᵇ − 1)`. The rule takes a step of a 2ᵇth of the
/// span.
#[test]
fn the_rule_holds_where_errors_are_uniform() {
    let even: Vec<f32> = (0..=8000_u16).map(|n| f32::from(n) / 8000.0).collect();
    for bits in BITS {
        let outcome = setting(bits, Scheme::Asymmetric, Rounding::Nearest).quantize(&even);
        let levels = f64::from(1_u16 << bits);
        close(outcome.sqnr(), 20.0 * (2.0 * (levels - 1.0)).log10(), 0.1);
        close(outcome.rule(bits, even.len()), 20.0 * (2.0 * levels).log10(), 0.01);
    }
    // A sine's constant is 1.76 dB: its peak is 3.01 dB over its root mean square.
    let sine = setting(8, Scheme::Symmetric, Rounding::Nearest).quantize(&[1.0, 0.5_f32.sqrt(), 0.0, -0.5_f32.sqrt()]);
    close(sine.rule(16, 4), 16.0 * 6.0206 + 1.7609, 0.01);
}

#[test]
fn steps_are_half_precision() {
    // To the even one of two neighbours at 2⁻¹⁰ from each other, and to multiples of 2⁻²⁴ below 2⁻¹⁴.
    let ulp = 1.0 / 1024.0;
    for (peak, expected) in [
        (1.0, 1.0),
        (0.1, 0.099_975_586),
        (1.0 + 0.4 * ulp, 1.0),
        (1.0 + 0.5 * ulp, 1.0),
        (1.0 + 0.6 * ulp, 1.0 + ulp),
        (1.0 + 1.5 * ulp, 1.0 + 2.0 * ulp),
        (1.25 / 16_777_216.0, 1.0 / 16_777_216.0),
        (0.0, 1.0 / 16_777_216.0),
    ] {
        let grid = Grid::new(setting(2, Scheme::Symmetric, Rounding::Nearest), 0.0, peak);
        let step = grid.levels().last().unwrap();
        assert_eq!(step.to_bits(), f32::to_bits(expected), "{peak}: {step}");
    }
}

proptest! {
    /// Every level stays what it is, 0 is one of them, and nothing within the grid is further from its level than half
    /// a step.
    #[test]
    fn grids_round_to_nearest(bits in BITS, asymmetric: bool, low in -2.0..0.5_f32, width in 1e-3..2.0_f32, part in 0.0..1.0_f32) {
        let scheme = if asymmetric { Scheme::Asymmetric } else { Scheme::Symmetric };
        let grid = Grid::new(setting(bits, scheme, Rounding::Nearest), low, low + width);
        let levels: Vec<f32> = grid.levels().collect();
        prop_assert_eq!(levels.len(), (1 << bits) - usize::from(!asymmetric));
        prop_assert!(levels.contains(&0.0));
        prop_assert!(levels.iter().all(|level| grid.level(*level).to_bits() == level.to_bits() || *level == 0.0));
        let weight = levels[0] + part * (levels[levels.len() - 1] - levels[0]);
        let step = levels[1] - levels[0];
        prop_assert!((grid.level(weight) - weight).abs() <= 0.5001 * step, "{weight} in {levels:?}");
        // The zero point is rounded: that may move an end by half a step, and the half precision of the step a little
        // more.
        prop_assert!((grid.level(low + width) - (low + width)).abs() <= 1.2 * step);
    }

    #[test]
    fn any_weights_can_be_quantized(weights in prop::collection::vec(prop::num::f32::NORMAL | prop::num::f32::ZERO, 0..40), bits in BITS) {
        for (scheme, rounding) in Scheme::ALL.into_iter().zip(Rounding::ALL) {
            let _ = setting(bits, scheme, rounding).quantize(&weights);
        }
    }

    #[test]
    fn any_changes_keep_what_was_promised(changes in check::changes()) {
        let (mut one, mut other) = (Quantization::default(), Quantization::default());
        check::make(&mut one, &changes);
        check::make(&mut other, &changes);
        prop_assert_eq!(one, other);
    }
}

#[test]
fn the_layer_has_heavy_tails_and_one_outlier() {
    let body = weights(0);
    assert_eq!(body.len(), WEIGHTS);
    let moment = |power: i32| body.iter().map(|w| f64::from(*w).powi(power)).sum::<f64>() / WEIGHTS as f64;
    close(moment(2).sqrt(), 0.02, 0.002);
    // A normal distribution has 3.
    assert!(moment(4) / (moment(2) * moment(2)) > 6.0);
    assert!(body.iter().all(|weight| weight.abs() < 0.15));
    for (outlier, value) in OUTLIERS.into_iter().enumerate().skip(1) {
        let both = weights(outlier).iter().zip(body);
        let changed: Vec<_> = both.filter(|(with, without)| with.to_bits() != without.to_bits()).collect();
        assert_eq!(changed, [(&value, &OUTLIERS[0])]);
    }
}

#[test]
fn bits_of_a_weight_count_the_scales() {
    for (bits, scheme, scales, expected) in [
        (4, Scheme::Symmetric, Scales::Groups(64), 4.25),
        (4, Scheme::Asymmetric, Scales::Groups(64), 4.3125),
        (2, Scheme::Symmetric, Scales::Groups(16), 3.0),
        (8, Scheme::Symmetric, Scales::Channel, 8.0625),
        (3, Scheme::Asymmetric, Scales::Groups(128), 3.0 + 19.0 / 128.0),
    ] {
        let setting = Setting { scales, ..setting(bits, scheme, Rounding::Nearest) };
        close(setting.bits_per_weight(), expected, 1e-12);
    }
}

/// Keys as the visitor presses them: a parameter's number, then `+` or `-`.
fn set(keys: &str) -> Quantization {
    let mut exhibit = Quantization::default();
    for key in keys.split_whitespace() {
        let (parameter, sign) = key.split_at(1);
        exhibit.change(parameter.parse().unwrap(), if sign == "+" { Change::More } else { Change::Less });
    }
    exhibit
}

#[test]
fn figures_say_what_the_outlier_costs_and_what_groups_give_back() {
    for (keys, expected) in [
        ("", ["11.5 dB", "0.0 dB", "46 %", "4.002", "5.6 dB", "12.6 dB", "16.2 dB", "3.50 GB"]),
        (FAR, ["3.2 dB", "8.3 dB", "89 %", "4.002", "13.3 dB", "2.6 dB", "26.3 dB", "3.50 GB"]),
        (
            "0+ 0+ 0+ 0+ 0+ 0+ 0+ 1+ 1+ 1+",
            ["16.5 dB", "0.5 dB", "24 %", "4.250", "13.3 dB", "17.3 dB", "11.6 dB", "3.72 GB"],
        ),
    ] {
        let exhibit = set(keys);
        check::promises(&exhibit);
        let values: Vec<_> = exhibit.figures().into_iter().map(|figure| figure.value).collect();
        assert_eq!(values, expected, "{keys}");
    }
}

const FAR: &str = "0+ 0+ 0+ 0+ 0+ 0+ 0+";

/// The costs of the sentence are differences of ratios that the reference script computed.
#[test]
fn the_sentence_follows_the_figures() {
    let ratio = |outlier: f32, group: usize| {
        let wanted = |(setting, ..): &&(Setting, f64, f64)| {
            setting.bits == 4
                && setting.scheme == Scheme::Symmetric
                && setting.scales.group() == group
                && OUTLIERS[setting.outlier].to_bits() == outlier.to_bits()
        };
        reference().iter().find(wanted).unwrap().1
    };
    let cost = |group| bound(&decibels(ratio(0.10, group) - ratio(0.45, group)));
    assert!(set("").notice().starts_with("Move the outlier"));
    assert!(set(FAR).notice().contains(&format!("at 0.45 costs all of them {}", cost(WEIGHTS))));
    // Clipping for groups of 16 spares the outlier, which then only adds to the signal.
    let spared = Setting {
        bits: 2,
        scheme: Scheme::Asymmetric,
        scales: Scales::Groups(16),
        rounding: Rounding::LeastSquares,
        outlier: OUTLIERS.len() - 1,
    };
    let spared = Quantization { setting: spared };
    assert!(spared.cost(spared.setting.scales) < 0.0 && spared.notice().contains("costs nothing"));
    let groups = set(&format!("{FAR} 1+ 1+ 1+")).notice();
    let said = format!("costs {}, where one grid for all would cost {}", cost(64), cost(WEIGHTS));
    assert!(groups.contains(&said), "{groups}");
}

/// The outlier itself is left where no other weight is.
#[test]
fn a_hundred_percent_become_zero_only_where_all_do() {
    for setting in Setting::all().filter(|setting| setting.scales == Scales::Tensor) {
        let zeros = setting.outcome().zeros;
        assert_eq!(Quantization { setting }.zeros() == "100", zeros == WEIGHTS, "{zeros} of {setting:?}");
    }
}

/// The grid reaches to the outlier, and no further.
#[test]
fn the_grid_stretches_with_the_outlier() {
    for (outlier, size) in OUTLIERS.into_iter().enumerate().skip(1) {
        let setting = Setting { outlier, ..setting(4, Scheme::Symmetric, Rounding::Nearest) };
        let (_, grid) = setting.groups().next().unwrap();
        let last = grid.levels().last().unwrap();
        assert!((last / size.max(0.13) - 1.0).abs() < 0.05, "{last}");
    }
}

#[test]
fn pictures_at_their_sizes() {
    for (name, keys) in [("default", ""), ("far", FAR), ("groups", "0+ 0+ 0+ 0+ 0+ 0+ 0+ 1+ 1+ 1+")] {
        let exhibit = set(keys);
        for (size, signs) in [
            ((36, 10), Signs::Unicode),
            ((46, 18), Signs::Unicode),
            ((100, 28), Signs::Unicode),
            ((46, 18), Signs::Ascii),
        ] {
            let text = check::picture(signs, size, |palette, area, buffer| exhibit.draw(palette, area, buffer));
            insta::assert_snapshot!(format!("{name}-{}x{}-{signs:?}", size.0, size.1), text);
        }
    }
}

#[test]
fn pictures_stay_in_their_area() {
    for keys in ["", FAR, "2- 2- 0+ 1+", "2+ 2+ 2+ 2+ 3+ 4+"] {
        let exhibit = set(keys);
        check::stays_inside(|palette, area, buffer| exhibit.draw(palette, area, buffer));
    }
}

/// What one grid for all would cost is told as more only where it is more.
#[test]
fn the_sentence_agrees_with_what_it_compares() {
    for setting in Setting::all().filter(|setting| setting.outlier > 0 && setting.scales != Scales::Tensor) {
        let exhibit = Quantization { setting };
        let notice = exhibit.notice();
        let costs = [setting.scales, Scales::Tensor].map(|scales| (10.0 * exhibit.cost(scales)).round());
        assert_eq!(notice.contains(", where one grid"), costs[1] > costs[0].max(0.0), "{setting:?}: {notice}");
        assert!(!notice.contains('−') && !notice.contains(" 0.0"), "{setting:?}: {notice}");
    }
}

/// As many strokes as levels, or a line that says how many there are.
#[test]
fn a_grid_is_drawn_with_all_of_its_levels() {
    for (keys, width, expected) in [
        ("", 40, " 15 levels "),
        ("", 100, "15"),
        (FAR, 100, "15"),
        ("2- 2-", 46, "3"),
        ("2- 2- 4+", 100, "4"),
        ("2+ 2+ 2+ 2+ 0+ 0+ 0+", 46, " 255 levels "),
    ] {
        let row = check::picture(Signs::Unicode, (width, 10), |palette, area, buffer| {
            set(keys).draw(palette, area, buffer);
        });
        let row = row.lines().last().unwrap_or_default();
        let strokes = row.matches(['⡇', '⢸', '⡧', '⢼']).count();
        match expected.parse() {
            Ok(levels) => assert_eq!(strokes, levels, "{keys} {width}: {row}"),
            Err(_) => assert!(strokes == 2 && format!("{row} ").contains(expected), "{keys} {width}: {row}"),
        }
    }
}

/// Where there is little room beside a line, and not much on it.
#[test]
fn a_line_of_levels_says_how_many_they_are_wherever_the_outlier_is() {
    for setting in Setting::all().filter(|setting| setting.scales == Scales::Tensor && setting.bits == 4) {
        let row = check::picture(Signs::Unicode, (35, 10), |palette, area, buffer| {
            Quantization { setting }.draw(palette, area, buffer);
        });
        let row = row.lines().last().unwrap_or_default();
        let levels = if setting.scheme == Scheme::Symmetric { 15 } else { 16 };
        let strokes = row.matches(['⡇', '⢸', '⡧', '⢼']).count();
        assert!(strokes == levels || row.contains(&format!("{levels} levels")), "{setting:?}: {row}");
    }
}

/// Whatever is set: the plots do not move when it changes.
#[test]
fn both_plots_have_their_axes_under_each_other() {
    for keys in ["", "1+", "1+ 1+ 4+", FAR] {
        let picture = check::picture(Signs::Unicode, (60, 28), |palette, area, buffer| {
            set(keys).draw(palette, area, buffer);
        });
        let corners: Vec<_> = picture.lines().filter_map(|row| row.chars().position(|sign| sign == '└')).collect();
        assert_eq!(corners, [5, 5], "{keys}: {picture}");
    }
}

/// The outlier and the chosen number of bits can be told without colour.
#[test]
fn what_matters_is_marked() {
    let exhibit = set(FAR);
    let mut buffer = Buffer::empty(Rect::new(0, 0, 70, 28));
    exhibit.draw(&check::palette(Signs::Ascii), buffer.area, &mut buffer);
    let text: String = buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect();
    assert!(text.contains("outlier"), "{text}");
    assert_eq!(buffer.content.iter().filter(|cell| cell.modifier.contains(Modifier::REVERSED)).count(), 2);
}

#[test]
fn every_setting_has_a_place_of_its_own() {
    let mut places: Vec<_> = Setting::all().map(Setting::number).collect();
    places.sort_unstable();
    assert_eq!(places, (0..7 * 2 * 6 * 2 * 8).collect::<Vec<_>>());
}
