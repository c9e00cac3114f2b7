use proptest::prelude::*;
use ratatui::{buffer::Buffer, layout::Rect, style::Modifier};

use super::{
    field::advance,
    shape::noise,
    sum::{LANES, Lanes},
    *,
};
use crate::{
    profile::Accent,
    terminal::capabilities::{Glyphs, Look},
    theme::Theme,
};

/// Computed in double precision by `tests/reference/models.py`.
const REFERENCE: &str = include_str!("../../../tests/reference/models.csv");

const ORDERS: [Order; 3] = [Order::Forward, Order::Backward, Order::Pairwise];
const FORWARD: Summation = Summation { order: Order::Forward, precision: Precision::F32 };

/// The rows of a kind: the words before its numbers, and these.
fn reference(kind: &str) -> impl Iterator<Item = (Vec<&'static str>, Vec<f64>)> {
    let rows = REFERENCE.lines().filter(move |row| row.split(',').next() == Some(kind));
    let rows = rows.map(|row| {
        let cells = row.split(',').skip(1);
        let numbers = cells.clone().filter_map(|cell| cell.parse().ok()).collect();
        (cells.filter(|cell| cell.parse::<f64>().is_err()).collect(), numbers)
    });
    assert!(rows.clone().count() >= 9, "{kind} has no reference");
    rows
}

fn shape(name: &str) -> Shape {
    Shape::ALL.into_iter().find(|shape| shape.name() == name).unwrap()
}

#[track_caller]
fn close(found: [f32; 2], expected: [f64; 2], tolerance: f64) {
    let off = [0, 1].map(|axis| (f64::from(found[axis]) - expected[axis]).abs());
    assert!(off[0].max(off[1]) <= tolerance, "{found:?} is not {expected:?}: off by {off:?}");
}

fn finished(mut exhibit: Models) -> Models {
    // At most 64 steps to the pairs and 64 along them, 16 a call.
    (0..8).for_each(|_| exhibit.finish());
    assert!(exhibit.has_ended() && !exhibit.running());
    exhibit
}

fn run(mut exhibit: Models) -> Models {
    exhibit.toggle();
    let frames = (0..200).take_while(|_| {
        exhibit.step();
        exhibit.running()
    });
    assert!(frames.count() < 90, "three seconds");
    exhibit
}

fn ends(exhibit: &Models) -> Vec<[[f32; 2]; 2]> {
    exhibit.travel.twins(1.0).map(|twin| twin.places).collect()
}

fn figure(exhibit: &Models, label: &str) -> String {
    exhibit.figures().into_iter().find(|figure| figure.label == label).unwrap().value
}

#[test]
fn noise_and_shapes_are_those_of_the_reference() {
    for (_, row) in reference("noise") {
        close(noise()[row[0] as usize], [row[1], row[2]], 1e-6);
    }
    for (name, row) in reference("target") {
        close(shape(name[0]).targets()[row[0] as usize], [row[1], row[2]], 1e-6);
    }
    assert!(Shape::ALL.iter().all(|shape| shape.targets().len() == TARGETS) && noise().len() == POINTS);
}

#[test]
fn the_velocity_is_that_of_the_reference_in_every_order() {
    for (name, row) in reference("velocity") {
        let [t, x, y, across, along] = row[..] else { panic!("{row:?}") };
        for order in ORDERS {
            // A bf16 has 8 bits, and additions of over a hundred terms take some of them.
            for (precision, tolerance) in [(Precision::F32, 2e-5), (Precision::F64, 2e-5), (Precision::Bf16, 0.2)] {
                let start = [x as f32, y as f32];
                let mut point = [start];
                advance(&mut point, shape(name[0]).targets(), t as f32, 1.0, Summation { order, precision });
                let size = across.abs().max(along.abs()).max(1.0) / (1.0 - t);
                close(point[0], [x + across, y + along], tolerance * size);
            }
        }
    }
}

#[test]
fn points_end_where_the_reference_s_do() {
    for (name, row) in reference("end") {
        let [steps, point, x, y] = row[..] else { panic!("{row:?}") };
        let (shape, steps) = (shape(name[0]), steps as u16);
        for precision in [Precision::F32, Precision::F64] {
            let mut x0 = [noise()[point as usize]];
            for n in 0..steps {
                let step = 1.0 / f32::from(steps);
                advance(&mut x0, shape.targets(), f32::from(n) * step, step, Summation { precision, ..FORWARD });
            }
            close(x0[0], [x, y], 2e-4);
        }
    }
}

#[test]
fn figures_are_those_of_the_reference() {
    for (name, row) in reference("figures") {
        let [steps, off_shape, straightness] = row[..] else { panic!("{row:?}") };
        let (flow, precision) = (Flow::Rectified, Precision::F32);
        let exhibit = finished(Models::set(shape(name[0]), steps as u16, flow, precision, Second::Forward));
        let found = [exhibit.travel.off_shape(), exhibit.travel.straightness().unwrap()];
        // On the way to two moons in 32 steps one point of 256 goes another way than in double precision: that is the point.
        let tolerance = if (name[0], steps) == ("two moons", 32.0) { 0.01 } else { 1e-4 };
        for (found, expected) in found.into_iter().zip([off_shape, straightness]) {
            assert!((found - expected).abs() < tolerance, "{row:?}: {found}");
        }
    }
}

/// The sums of 1/1 to 1/128, to the bit.
#[test]
fn sums_are_those_of_the_reference() {
    for (name, row) in reference("sum") {
        let precision = PRECISIONS.into_iter().find(|precision| precision.to_string() == name[0]).unwrap();
        let order = ORDERS.into_iter().find(|order| format!("{order:?}").to_lowercase() == name[1]).unwrap();
        let terms = (1..=128_u8).map(|n| [[1.0 / f32::from(n); LANES]]);
        let [sum]: [Lanes; 1] = Summation { order, precision }.of(terms);
        assert_eq!(sum.map(f64::from), [row[0]; LANES], "{name:?}");
    }
}

#[test]
fn sums_stagnate_where_their_precision_ends() {
    let ones = |precision, order, count: u16| {
        let [[sum, ..]]: [Lanes; 1] = Summation { order, precision }.of((0..count).map(|_| [[1.0; LANES]]));
        sum
    };
    for (precision, order, count, expected) in [
        // 256 + 1 lies between two numbers of 8 bits, 256 and 258, and 256 is the even one.
        (Precision::Bf16, Order::Forward, 300, 256.0),
        (Precision::Bf16, Order::Pairwise, 512, 512.0),
        (Precision::F32, Order::Forward, 300, 300.0),
        (Precision::F64, Order::Pairwise, 7, 7.0),
        (Precision::F32, Order::Pairwise, 0, 0.0),
        (Precision::F32, Order::Backward, 1, 1.0),
    ] {
        assert_eq!(ones(precision, order, count), expected, "{count} ones in {precision} {order:?}");
    }
    // To the nearest, and ties to even: 1 + 1/256 is a tie, 1 + 3/256 is one, 1 + 5/512 is none.
    for (term, expected) in [(1.0 + 1.0 / 256.0, 1.0), (1.0 + 3.0 / 256.0, 1.015_625), (1.0 + 5.0 / 512.0, 1.007_812_5)]
    {
        let [[sum, ..]]: [Lanes; 1] =
            Summation { precision: Precision::Bf16, ..FORWARD }.of([[[term; LANES]]].into_iter());
        assert_eq!(sum, expected, "{term}");
    }
}

#[test]
fn one_target_is_reached_in_one_straight_step() {
    let (target, x0) = ([0.5, -2.0], [-1.5, 0.25]);
    for steps in STEPS {
        let mut x = [x0];
        for n in 0..steps {
            let step = 1.0 / f32::from(steps);
            advance(&mut x, &[target], f32::from(n) * step, step, FORWARD);
            let t = f64::from(n + 1) / f64::from(steps);
            close(x[0], [0, 1].map(|axis| (1.0 - t) * f64::from(x0[axis]) + t * f64::from(target[axis])), 1e-5);
        }
    }
}

/// With targets at ±1 the weights are a hyperbolic tangent: `v = (tanh(t x / (1 − t)²) − x) / (1 − t)`. Who begins on one
/// side ends there; the axis is left by nobody; and of two terms the order cannot matter.
#[test]
fn of_two_targets_the_sign_decides() {
    let targets = [[-1.0, 0.0], [1.0, 0.0]];
    for t in [0.0_f64, 0.25, 0.5, 0.875] {
        for x in [-2.5_f64, -0.25, 0.0, 0.125, 1.5] {
            let mut point = [[x as f32, 0.0]];
            advance(&mut point, &targets, t as f32, 1.0, FORWARD);
            let left = 1.0 - t;
            let v = ((t * x / (left * left)).tanh() - x) / left;
            close(point[0], [x + v, 0.0], 2e-6 * v.abs().max(1.0));
        }
    }
    for x0 in [-1.75_f32, -0.01, -1e-6, 0.0, 1e-6, 0.3, 2.0] {
        let ends =
            [FORWARD, Summation { order: Order::Backward, ..FORWARD }, Summation { order: Order::Pairwise, ..FORWARD }]
                .map(|summation| {
                    let mut x = [[x0, 0.5]];
                    (0..64_u8).for_each(|n| advance(&mut x, &targets, f32::from(n) / 64.0, 1.0 / 64.0, summation));
                    x[0].map(f32::to_bits)
                });
        assert_eq!([ends[0]; 3], ends, "{x0}");
        let expected = if x0 == 0.0 { 0.0 } else { f64::from(x0.signum()) };
        close(ends[0].map(f32::from_bits), [expected, 0.0], 1e-4);
    }
}

#[test]
fn without_targets_nothing_moves_and_far_away_all_is_finite() {
    for summation in ORDERS.map(|order| Summation { order, ..FORWARD }) {
        let mut points = [[1.0, 2.0]; 3];
        advance(&mut points, &[], 0.5, 0.5, summation);
        assert_eq!(points, [[1.0, 2.0]; 3]);
        for t in [-1.0, 0.0, 0.5, 0.999_999_9, 1.0, 2.0] {
            let mut points = [[1e6, -1e6], [0.0, 0.0], [-3e3, 1e-30]];
            advance(&mut points, Shape::Ring.targets(), t, 0.01, summation);
            assert!(points.iter().flatten().all(|v| v.is_finite()), "{t}: {points:?}");
        }
    }
}

#[test]
fn after_a_reflow_paths_are_straight_and_one_step_is_enough() {
    for shape in Shape::ALL {
        let fine = finished(Models::set(shape, FINE, Flow::Rectified, Precision::F32, Second::Backward));
        for steps in STEPS {
            let reflowed = finished(Models::set(shape, steps, Flow::Reflowed, Precision::F32, Second::Backward));
            assert!(reflowed.travel.straightness().unwrap() < 1e-6, "{shape:?}");
            for (found, expected) in ends(&reflowed).into_iter().zip(ends(&fine)) {
                for run in 0..2 {
                    close(found[run], expected[run].map(f64::from), 1e-5);
                }
            }
        }
    }
}

/// Otherwise the velocity where they meet would be the mean over the pairs. After the last step has begun, at 63/64 at the
/// latest, no velocity is asked for, and many lines end at the same target.
#[test]
fn no_two_lines_of_a_reflow_meet_on_their_way() {
    for shape in Shape::ALL {
        let fine = finished(Models::set(shape, FINE, Flow::Rectified, Precision::F32, Second::Forward));
        let lines: Vec<_> =
            noise().iter().zip(ends(&fine)).map(|(from, [to, _])| [*from, to].map(|x| x.map(f64::from))).collect();
        for (n, [from, to]) in lines.iter().enumerate() {
            for [other_from, other_to] in &lines[..n] {
                let apart = [from[0] - other_from[0], from[1] - other_from[1]];
                let at_end = [to[0] - other_to[0], to[1] - other_to[1]];
                let change = [at_end[0] - apart[0], at_end[1] - apart[1]];
                // Where they are nearest, if that is on their way.
                let t = -(apart[0] * change[0] + apart[1] * change[1]) / (change[0].powi(2) + change[1].powi(2));
                if t > 0.0 && t <= 63.0 / 64.0 {
                    let least = (apart[0] + t * change[0]).hypot(apart[1] + t * change[1]);
                    assert!(least > 1e-6, "{shape:?}: {least} at {t}");
                }
            }
        }
    }
}

#[test]
fn the_order_of_addition_is_part_of_the_result() {
    let default = finished(Models::new());
    assert_eq!(figure(&default, "same to the bit"), "61 of 256");
    assert_eq!(figure(&default, "apart in sight"), "1 of 256");
    assert_eq!(figure(&default, "largest gap"), "1.13 sd");
    let [fork] = default.travel.forks() else { panic!("one point goes two ways") };
    assert_eq!([0, 1].map(|run| *fork[run].last().unwrap()), ends(&default)[117], "taken again, to the bit");
    assert_eq!(fork[0][0], noise()[117]);

    for (precision, second, same) in [
        (Precision::F32, Second::Forward, "256 of 256"),
        (Precision::Bf16, Second::Forward, "256 of 256"),
        (Precision::F64, Second::Backward, "256 of 256"),
        (Precision::F64, Second::Pairwise, "256 of 256"),
        (Precision::F64, Second::InF64, "256 of 256"),
        (Precision::Bf16, Second::Pairwise, "0 of 256"),
    ] {
        let exhibit = finished(Models::set(Shape::TwoMoons, 32, Flow::Rectified, precision, second));
        assert_eq!(figure(&exhibit, "same to the bit"), same, "{precision} {second}");
        assert_eq!(figure(&exhibit, "first parting") == "none", same == "256 of 256");
    }
}

/// The bits, so that a machine that computes others is found out.
#[test]
fn a_setting_gives_the_same_bits_everywhere() {
    for (precision, expected) in
        [(Precision::Bf16, 3_742_507_079), (Precision::F32, 3_909_132_586), (Precision::F64, 152_613_601)]
    {
        let exhibit = finished(Models::set(Shape::Spiral, 16, Flow::Rectified, precision, Second::Pairwise));
        let bits = ends(&exhibit).into_iter().flatten().flatten().map(f32::to_bits);
        // FNV-1a, over numbers in place of bytes.
        let hash = bits.fold(0x811C_9DC5_u32, |hash, bits| (hash ^ bits).wrapping_mul(0x0100_0193));
        assert_eq!(hash, expected, "{precision}");
    }
}

#[test]
fn a_run_ends_where_it_is_finished_at_once_and_can_begin_again() {
    for (steps, flow) in [(1, Flow::Rectified), (4, Flow::Reflowed), (64, Flow::Rectified)] {
        let still = Models::set(Shape::Ring, steps, flow, Precision::F32, Second::Backward);
        assert!(still.moves() && !still.running());
        let ended = run(still.clone());
        assert_eq!(ended, finished(still.clone()));
        let mut again = ended.clone();
        again.toggle();
        assert!(again.running() && again.travel == still.travel);
        again.toggle();
        again.step();
        assert_eq!(again, still, "paused before the first step");
        let mut restarted = ended;
        restarted.restart();
        assert_eq!(restarted, still);
    }
}

#[test]
fn at_a_part_of_a_step_points_are_on_its_line() {
    let mut exhibit = Models::set(Shape::Ring, 1, Flow::Rectified, Precision::F32, Second::Backward);
    exhibit.toggle();
    for frame in 1..=FRAMES {
        exhibit.step();
        let (travel, part) = exhibit.shown();
        assert_eq!((travel.taken(), part), (1, f32::from(frame) / f32::from(FRAMES)));
        let [[x, y], _] = travel.twins(part).next().unwrap().places;
        let (from, to) = (noise()[0], ends(&exhibit)[0][0]);
        close([x, y], [0, 1].map(|axis| f64::from(from[axis] + part * (to[axis] - from[axis]))), 1e-6);
    }
    assert!(!exhibit.running());
}

#[test]
fn a_change_begins_a_run_and_stays_at_the_end_of_its_values() {
    let mut exhibit = Models::new();
    for (parameter, values) in [(0, 4), (1, 7), (2, 2), (3, 3), (4, 4)] {
        (0..values).for_each(|_| exhibit.change(parameter, Change::Less));
        let least = exhibit.clone();
        assert!(!exhibit.parameters()[parameter].less && exhibit.parameters()[parameter].more);
        let mut seen = vec![exhibit.parameters()[parameter].value.clone()];
        while exhibit.parameters()[parameter].more {
            exhibit.change(parameter, Change::More);
            assert!(exhibit.running() && exhibit.travel.taken() == 0);
            seen.push(exhibit.parameters()[parameter].value.clone());
        }
        seen.dedup();
        assert_eq!(seen.len(), values);
        exhibit.step();
        let last = exhibit.clone();
        exhibit.change(parameter, Change::More);
        assert_eq!(exhibit, last, "nothing changes, nothing begins again");
        assert_ne!(exhibit, least);
    }
    exhibit.change(5, Change::Less);
    exhibit.change(usize::MAX, Change::More);
}

/// What a visitor may do.
#[derive(Debug, Clone, Copy)]
enum Act {
    Change(usize, Change),
    Toggle,
    Restart,
    Step(u8),
    Finish,
}

fn act() -> impl Strategy<Value = Act> {
    let change = prop_oneof![Just(Change::Less), Just(Change::More)];
    prop_oneof![
        3 => (0..6_usize, change).prop_map(|(parameter, change)| Act::Change(parameter, change)),
        1 => Just(Act::Toggle),
        1 => Just(Act::Restart),
        3 => (0..9_u8).prop_map(Act::Step),
        1 => Just(Act::Finish),
    ]
}

fn acted(acts: &[Act]) -> Models {
    let mut exhibit = Models::new();
    for act in acts {
        match *act {
            Act::Change(parameter, change) => exhibit.change(parameter, change),
            Act::Toggle => exhibit.toggle(),
            Act::Restart => exhibit.restart(),
            Act::Step(times) => (0..times).for_each(|_| exhibit.step()),
            Act::Finish => exhibit.finish(),
        }
    }
    exhibit
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn whatever_a_visitor_does_it_fits_and_ends(acts in prop::collection::vec(act(), 0..16)) {
        let exhibit = acted(&acts);
        prop_assert_eq!(&exhibit, &acted(&acts), "the same acts, the same state");
        for Parameter { label, value, .. } in exhibit.parameters() {
            prop_assert!(label.len() <= 12 && value.len() <= 20 && value.is_ascii(), "{label}: {value}");
        }
        for Figure { label, value } in exhibit.figures() {
            prop_assert!(label.len() <= 16 && value.len() <= 20 && value.is_ascii(), "{label}: {value}");
        }
        prop_assert!(exhibit.travel.gaps().len() <= 65 && exhibit.travel.forks().len() <= 6);
        let (_, part) = exhibit.shown();
        prop_assert!((0.0..=1.0).contains(&part));
        let ended = finished(exhibit.clone());
        drawn(&ended, Glyphs::Unicode, (46, 16));
        if exhibit.running() {
            let mut exhibit = exhibit;
            (0..90).for_each(|_| exhibit.step());
            prop_assert_eq!(exhibit, ended, "step by step and at once end in the same state");
        }
    }
}

fn buffer(exhibit: &Models, glyphs: Glyphs, area: Rect) -> Buffer {
    let theme = Theme::new(Accent::Teal, Look { glyphs, ..Look::default() });
    let mut buffer = Buffer::empty(Rect::new(0, 0, area.right() + 2, area.bottom() + 2));
    view::draw(exhibit, &theme, area, &mut buffer);
    buffer
}

fn drawn(exhibit: &Models, glyphs: Glyphs, (width, height): (u16, u16)) -> String {
    let buffer = buffer(exhibit, glyphs, Rect::new(0, 0, width, height));
    let row = |y| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
    (0..height).map(row).collect::<Vec<_>>().join("\n")
}

#[test]
fn it_is_drawn_at_any_size_and_only_there() {
    let mut halfway = Models::set(Shape::Clusters, 2, Flow::Reflowed, Precision::Bf16, Second::Backward);
    halfway.finish();
    for exhibit in [Models::new(), finished(Models::new()), halfway] {
        for width in (1..=130).step_by(7) {
            for height in (1..=60).step_by(4) {
                for glyphs in [Glyphs::Unicode, Glyphs::Ascii] {
                    let area = Rect::new(3, 2, width, height);
                    let buffer = buffer(&exhibit, glyphs, area);
                    for position in buffer.area.positions() {
                        let cell = &buffer[position];
                        assert!(area.contains(position) || cell.symbol() == " ", "{position} of {area}");
                        assert!(glyphs == Glyphs::Unicode || cell.symbol().is_ascii());
                    }
                }
            }
        }
    }
    // An area that the window does not hold.
    let theme = Theme::new(Accent::Teal, Look::default());
    let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 9));
    view::draw(&finished(Models::new()), &theme, Rect::new(5, 3, 300, 300), &mut buffer);
    view::draw(&finished(Models::new()), &theme, Rect::new(50, 3, 10, 10), &mut buffer);
}

#[test]
fn what_differs_is_seen_without_colour() {
    let exhibit = finished(Models::new());
    let buffer = buffer(&exhibit, Glyphs::Unicode, Rect::new(0, 0, 46, 16));
    let plane = Rect::new(4, 1, 42, 12);
    let cells = || plane.positions().map(|position| &buffer[position]);
    for sign in ["1", "2"] {
        let marks: Vec<_> = cells().filter(|cell| cell.symbol() == sign).collect();
        assert!(marks.len() == 1 && marks[0].modifier.contains(Modifier::REVERSED), "{sign}: {marks:?}");
    }
    let bold = cells().filter(|cell| cell.modifier.contains(Modifier::BOLD)).count();
    assert!(bold > 20, "bits that differ are bold: {bold}");
    let mut same = Models::set(Shape::TwoMoons, 32, Flow::Rectified, Precision::F32, Second::Forward);
    same = finished(same);
    let buffer = self::buffer(&same, Glyphs::Unicode, Rect::new(0, 0, 46, 16));
    assert!(plane.positions().all(|position| buffer[position].modifier.is_empty()));
}

#[test]
fn it_looks_as_it_should() {
    let reflowed = Models::set(Shape::Spiral, 1, Flow::Reflowed, Precision::F32, Second::Backward);
    for (name, exhibit) in
        [("still", Models::new()), ("default", finished(Models::new())), ("reflowed", finished(reflowed))]
    {
        for size @ (width, height) in [(30, 8), (46, 16), (70, 28), (120, 45)] {
            insta::assert_snapshot!(format!("{name}-{width}x{height}"), drawn(&exhibit, Glyphs::Unicode, size));
        }
        insta::assert_snapshot!(format!("{name}-ascii"), drawn(&exhibit, Glyphs::Ascii, (46, 16)));
        let told =
            exhibit.figures().iter().map(|figure| format!("{:17}{}\n", figure.label, figure.value)).collect::<String>();
        insta::assert_snapshot!(format!("{name}-figures"), told);
    }
}
