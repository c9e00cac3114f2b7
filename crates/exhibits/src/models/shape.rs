//! Where the points of the flow begin and where they lead: the noise, and the shapes, each computed once and shared.
//!
//! The curves have a sine and a cosine of their own, since those of a system's library differ in their last bits from
//! one to the next.

use std::sync::LazyLock;

use crate::flow::Noise;

/// How many points travel: enough for a cloud, few enough that a step of two runs takes 0.23 ms.
pub(super) const POINTS: usize = 256;

/// How many targets a shape has: enough for a curve, and a power of two, so that a pairwise sum is a whole tree.
pub(super) const TARGETS: usize = 128;

/// The seed of the noise in which all points begin: looked for among 27,298, since few of them have a point so near to
/// the boundary between two ends that the last bits of an `f32` decide where it goes. With this one the point of index
/// 117 does so on its way to two moons in 32 steps.
pub(super) const SEED: u64 = 27_298;

/// The noise in which the points begin: draws from N(0, I).
pub(super) fn noise() -> &'static [[f32; 2]] {
    static NOISE: LazyLock<Vec<[f32; 2]>> = LazyLock::new(|| {
        let mut noise = Noise::new(SEED);
        (0..POINTS).map(|_| noise.normal()).collect()
    });
    &NOISE
}

/// What the points flow to. Lengths are in standard deviations of the noise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Two half circles of radius 1.5, one in the other's opening.
    TwoMoons,
    /// Two turns of Archimedes' spiral, out to a radius of 2, in about equal steps of its length.
    Spiral,
    /// Eight clusters of 16 targets on a circle of 1.8, each with a standard deviation of 0.1.
    Clusters,
    /// A circle of radius 1.6.
    Ring,
}

impl Shape {
    /// All of them, in the order in which they are offered.
    pub(super) const ALL: [Self; 4] = [Self::TwoMoons, Self::Spiral, Self::Clusters, Self::Ring];

    /// Its name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::TwoMoons => "two moons",
            Self::Spiral => "spiral",
            Self::Clusters => "eight clusters",
            Self::Ring => "ring",
        }
    }

    /// Its [`TARGETS`] targets, along the curve.
    pub(super) fn targets(self) -> &'static [[f32; 2]] {
        static ALL: LazyLock<[Vec<[f32; 2]>; 4]> = LazyLock::new(|| Shape::ALL.map(Shape::computed));
        let [moons, spiral, clusters, ring] = &*ALL;
        match self {
            Self::TwoMoons => moons,
            Self::Spiral => spiral,
            Self::Clusters => clusters,
            Self::Ring => ring,
        }
    }

    fn computed(self) -> Vec<[f32; 2]> {
        let mut noise = Noise::new(0);
        let all = TARGETS as f64;
        let target = |n: usize| {
            let n = n as f64;
            match self {
                Self::TwoMoons => {
                    let along = |n: f64| circle(n / (all - 2.0));
                    let half = all / 2.0;
                    let [x, y] = if n < half { along(n) } else { along(n - half).map(|v| -v) };
                    let aside = if n < half { -1.0 } else { 1.0 };
                    [1.5 * (x + 0.5 * aside), 1.5 * (y + 0.25 * aside)]
                }
                Self::Spiral => {
                    let turns = 2.0 * ((n + 1.0) / all).sqrt();
                    circle(turns).map(|v| turns * v)
                }
                Self::Clusters => {
                    let [x, y] = circle((n / 16.0).floor() / 8.0);
                    let [across, along] = noise.normal().map(f64::from);
                    [1.8 * x + 0.1 * across, 1.8 * y + 0.1 * along]
                }
                Self::Ring => circle(n / all).map(|v| 1.6 * v),
            }
        };
        (0..TARGETS).map(target).map(|target| target.map(|v| v as f32)).collect()
    }
}

/// The point of the unit circle after some turns: cosine and sine by their Taylor series up to the 29th power, whose
/// error within half a turn is below 1e-16.
fn circle(turns: f64) -> [f64; 2] {
    let angle = (turns - turns.round()) * std::f64::consts::TAU;
    [0, 1].map(|first: u32| {
        let mut term = if first == 0 { 1.0 } else { angle };
        (1..=14).fold(term, |sum, n| {
            let power = f64::from(2 * n + first);
            term *= -angle * angle / (power * (power - 1.0));
            sum + term
        })
    })
}
