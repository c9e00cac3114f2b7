use super::*;

impl Flow {
    /// The path from `x0` at time 0 to time 1 in `steps` equal steps of Euler's method, as a sampler takes them:
    /// `steps + 1` points, of which `x0` is the first.
    fn path(&self, x0: [f32; 2], steps: u16) -> Vec<[f32; 2]> {
        let step = 1.0 / f32::from(steps.max(1));
        let mut x = x0;
        let mut path = vec![x];
        for n in 0..steps {
            let v = self.velocity(x, f32::from(n) * step);
            x = [x[0] + step * v[0], x[1] + step * v[1]];
            path.push(x);
        }
        path
    }
}

#[track_caller]
fn close(found: [f32; 2], expected: [f32; 2], tolerance: f32) {
    let off = (found[0] - expected[0]).abs().max((found[1] - expected[1]).abs());
    assert!(off <= tolerance, "{found:?} is not {expected:?}: off by {off}");
}

/// Two rows of targets, as near to each other as the dots of a mark.
fn grid() -> Flow {
    Flow::new((0..40_u8).map(|n| [f32::from(n % 20) * 0.1 - 1.0, if n < 20 { -0.5 } else { 0.6 }]).collect())
}

#[test]
fn one_target_is_reached_in_a_straight_line() {
    let (target, x0) = ([0.5, -2.0], [-1.5, 0.25]);
    let flow = Flow::new(vec![target]);
    for steps in [1, 2, 7, 64] {
        let path = flow.path(x0, steps);
        assert_eq!(path.len(), usize::from(steps) + 1);
        for (n, x) in path.into_iter().enumerate() {
            let t = n as f32 / f32::from(steps);
            close(x, [(1.0 - t) * x0[0] + t * target[0], (1.0 - t) * x0[1] + t * target[1]], 2e-5);
        }
    }
    let times = [0.0, 0.3, 0.5, 0.99];
    for (x, t) in flow.path_to(target, x0, &times).into_iter().zip(times) {
        close(x, [(1.0 - t) * x0[0] + t * target[0], (1.0 - t) * x0[1] + t * target[1]], 2e-5);
    }
}

#[test]
fn on_the_axis_of_symmetry_the_velocity_is_the_mean() {
    let flow = Flow::new(vec![[-1.0, 0.5], [1.0, 0.5]]);
    for (y, t) in [(0.0, 0.0), (0.7, 0.3), (-2.0, 0.5), (0.1, 0.9)] {
        close(flow.velocity([0.0, y], t), [0.0, (0.5 - y) / (1.0 - t)], 1e-5);
    }
}

/// With targets at ±1 the weights' softmax is a hyperbolic tangent: `v = (tanh(t x / (1 − t)²) − x) / (1 − t)`.
#[test]
fn two_targets_have_a_closed_form() {
    let flow = Flow::new(vec![[-1.0, 0.0], [1.0, 0.0]]);
    for t in [0.0_f32, 0.2, 0.5, 0.8, 0.95] {
        for x in [-2.5_f32, -0.3, -0.001, 0.0, 0.02, 0.6, 1.4] {
            let left = 1.0 - t;
            let expected = ((t * x / (left * left)).tanh() - x) / left;
            close(flow.velocity([x, 0.0], t), [expected, 0.0], 5e-5 * expected.abs().max(1.0));
        }
    }
}

/// The sum over all targets, in double precision and with the library's `exp`.
#[test]
fn what_is_left_out_does_not_matter() {
    let (flow, mut noise) = (grid(), Noise::new(3));
    for n in 0..2000_u16 {
        let t = f32::from(n) / 2000.0;
        let x = noise.normal().map(|z| z * (1.0 - t));
        let found = flow.velocity(x, t);
        let (x, t) = (x.map(f64::from), f64::from(t));
        let (mut total, mut sum) = (0.0, [0.0, 0.0]);
        for target in flow.targets().iter().map(|target| target.map(f64::from)) {
            let square = |x1: [f64; 2]| (x[0] - t * x1[0]).powi(2) + (x[1] - t * x1[1]).powi(2);
            let nearest = flow.targets().iter().map(|x1| square(x1.map(f64::from))).fold(f64::INFINITY, f64::min);
            let weight = ((nearest - square(target)) / (2.0 * (1.0 - t).powi(2))).exp();
            total += weight;
            sum = [sum[0] + weight * (target[0] - x[0]), sum[1] + weight * (target[1] - x[1])];
        }
        let expected = sum.map(|sum| (sum / total / (1.0 - t)) as f32);
        close(found, expected, 1e-3 * expected[0].abs().max(expected[1].abs()).max(1.0));
    }
}

#[test]
fn noise_is_drawn_to_the_mean_at_first() {
    close(grid().velocity([0.3, 0.4], 0.0), [-0.05 - 0.3, 0.05 - 0.4], 1e-5);
}

#[test]
fn every_path_ends_at_a_target() {
    let (flow, mut noise) = (grid(), Noise::new(7));
    for _ in 0..200 {
        let end = flow.path(noise.normal(), 1000)[1000];
        let nearest = flow.targets().iter().map(|x1| (x1[0] - end[0]).abs().max((x1[1] - end[1]).abs()));
        assert!(nearest.fold(f32::INFINITY, f32::min) < 1e-3, "{end:?} is no target");
    }
}

#[test]
fn forwards_undoes_backwards() {
    let (flow, mut noise) = (grid(), Noise::new(11));
    let times: Vec<f32> = (0..400_u16).map(|n| 1.0 - (1.0 - f32::from(n) / 400.0).powi(3)).collect();
    for target in flow.targets() {
        let x0 = flow.path_to(*target, noise.normal(), &times)[0];
        close(flow.path(x0, 4000)[4000], *target, 1e-3);
    }
}

#[test]
fn without_targets_nothing_moves() {
    assert_eq!(Flow::new(Vec::new()).path([1.0, 2.0], 3), [[1.0, 2.0]; 4]);
    assert_eq!(grid().path([1.0, 2.0], 0), [[1.0, 2.0]]);
    assert!(grid().path_to([0.0, 0.0], [0.0, 0.0], &[]).is_empty());
}

#[test]
fn far_away_and_late_the_velocity_is_still_a_number() {
    for x in [[1e6, -1e6], [0.0, 0.0], [-3e3, 1e-30]] {
        for t in [-1.0, 0.0, 0.5, 0.999_999, 1.0, 2.0] {
            assert!(grid().velocity(x, t).iter().all(|v| v.is_finite()), "{x:?} at {t}");
        }
    }
}

#[test]
fn noise_is_standard_normal() {
    let mut noise = Noise::new(1);
    let draws: Vec<f64> = (0..100_000).flat_map(|_| noise.normal().map(f64::from)).collect();
    let moment = |power| draws.iter().map(|x| x.powi(power)).sum::<f64>() / draws.len() as f64;
    // 0, 1, 0, 3, each within five of its standard deviations.
    for (power, expected, tolerance) in [(1, 0.0, 0.012), (2, 1.0, 0.016), (3, 0.0, 0.044), (4, 3.0, 0.11)] {
        assert!((moment(power) - expected).abs() < tolerance, "moment {power} is {}", moment(power));
    }
    // P(|x| < 1) and P(|x| > 3), from tables.
    let share = |test: fn(&f64) -> bool| draws.iter().filter(|x| test(x)).count() as f64 / draws.len() as f64;
    assert!((share(|x| x.abs() < 1.0) - 0.682_689).abs() < 0.005);
    assert!((share(|x| x.abs() > 3.0) - 0.002_700).abs() < 0.000_6);
}

#[test]
fn the_generator_is_the_published_one() {
    let mut noise = Noise::new(1_234_567);
    let published = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
    assert_eq!([noise.bits(), noise.bits(), noise.bits()], published);
}

/// The bits, so that a machine that computes others is found out.
#[test]
fn a_seed_gives_the_same_bits_everywhere() {
    let x0 = Noise::new(2209).normal();
    let end = grid().path(x0, 8)[7];
    let found = [x0[0].to_bits(), x0[1].to_bits(), end[0].to_bits(), end[1].to_bits()];
    assert_eq!(found, [3_205_778_558, 1_072_067_762, 3_199_904_218, 1_060_185_200], "{x0:?} {end:?}");
}
