//! The sums, the field and the ends of paths, against what is known of them from elsewhere.

use super::*;
use crate::models::{
    field::advance,
    sum::{LANES, Lanes},
};

/// Computed in double precision by `tests/reference/models.py`.
const REFERENCE: &str = include_str!("../../../tests/reference/models.csv");

const ORDERS: [SummationOrder; 3] = [SummationOrder::Forward, SummationOrder::Backward, SummationOrder::Pairwise];
const FORWARD: Summation = Summation { order: SummationOrder::Forward, precision: Precision::F32 };

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
        let [steps, off_shape, expected] = row[..] else { panic!("{row:?}") };
        let (flow, precision) = (FlowKind::Rectified, Precision::F32);
        let exhibit = finished(Models::set(shape(name[0]), steps as u16, flow, precision, Second::Forward));
        // On the way to two moons in 32 steps one point of 256 goes another way than in double precision: that is the
        // point.
        let tolerance = if (name[0], steps) == ("two moons", 32.0) { 0.01 } else { 1e-4 };
        let found = exhibit.travel.off_shape();
        assert!((found - off_shape).abs() < tolerance, "{row:?}: {found}");
        // S is that of the fine path for every number of steps.
        let told = figure(&exhibit, "path bend");
        assert_eq!(told, format!("{:.3}", straightness(shape(name[0]), false)));
        if steps as u16 == FINE {
            assert!((straightness(shape(name[0]), false) - expected).abs() < 1e-4, "{row:?}: {told}");
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
        assert_eq!(sum.map(f32::to_bits), [(row[0] as f32).to_bits(); LANES], "{name:?}");
    }
}

#[test]
fn sums_stagnate_where_their_precision_ends() {
    let ones = |precision, order, count: u16| {
        let [[sum, ..]]: [Lanes; 1] = Summation { order, precision }.of((0..count).map(|_| [[1.0; LANES]]));
        sum.to_bits()
    };
    for (precision, order, count, expected) in [
        // 256 + 1 lies between two numbers of 8 bits, 256 and 258, and 256 is the even one.
        (Precision::Bf16, SummationOrder::Forward, 300, 256.0),
        (Precision::Bf16, SummationOrder::Pairwise, 512, 512.0),
        (Precision::F32, SummationOrder::Forward, 300, 300.0),
        (Precision::F64, SummationOrder::Pairwise, 7, 7.0),
        (Precision::F32, SummationOrder::Pairwise, 0, 0.0),
        (Precision::F32, SummationOrder::Backward, 1, 1.0),
    ] {
        assert_eq!(ones(precision, order, count), f32::to_bits(expected), "{count} ones in {precision} {order:?}");
    }
    // To the nearest, and ties to even: 1 + 1/256 is a tie, 1 + 3/256 is one, 1 + 5/512 is none.
    for (term, expected) in [(1.0 + 1.0 / 256.0, 1.0), (1.0 + 3.0 / 256.0, 1.015_625), (1.0 + 5.0 / 512.0, 1.007_812_5)]
    {
        let [[sum, ..]]: [Lanes; 1] =
            Summation { precision: Precision::Bf16, ..FORWARD }.of([[[term; LANES]]].into_iter());
        assert_eq!(sum.to_bits(), f32::to_bits(expected), "{term}");
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

/// With targets at ±1 the weights are a hyperbolic tangent: `v = (tanh(t x / (1 − t)²) − x) / (1 − t)`. Who begins on
/// one side ends there; the axis is left by nobody; and of two terms the order cannot matter.
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
        let ends = [
            FORWARD,
            Summation { order: SummationOrder::Backward, ..FORWARD },
            Summation { order: SummationOrder::Pairwise, ..FORWARD },
        ]
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

/// The bits, so that a machine that computes others is found out.
#[test]
fn a_setting_gives_the_same_bits_everywhere() {
    for (precision, expected) in
        [(Precision::Bf16, 3_742_507_079), (Precision::F32, 3_909_132_586), (Precision::F64, 152_613_601)]
    {
        let exhibit = finished(Models::set(Shape::Spiral, 16, FlowKind::Rectified, precision, Second::Pairwise));
        let bits = ends(&exhibit).into_iter().flatten().flatten().map(f32::to_bits);
        // FNV-1a, over numbers in place of bytes.
        let hash = bits.fold(0x811C_9DC5_u32, |hash, bits| (hash ^ bits).wrapping_mul(0x0100_0193));
        assert_eq!(hash, expected, "{precision}");
    }
}
