//! Rectified flow towards a finite set of points: the exact velocity field, and the paths along it.
//!
//! Nothing is learned and nothing is drawn here. For noise `x₀ ~ N(0, I)` and data `x₁` uniform over the targets, the
//! flow follows the mean of the straight lines `x_t = (1 − t) x₀ + t x₁` that pass through a point (Liu, Gong and Liu,
//! "Flow Straight and Fast", 2022, arXiv:2209.03003), and for finitely many targets that mean is a finite sum.
//!
//! The same seed gives the same bits on every machine: there is no operation here but `+ − × ÷` and the square root,
//! which IEEE 754 defines to the last bit, and `exp` and `ln` are built from these, since those of a system's library
//! differ.

use super::arithmetic::{exp, ln};

/// Where a flow leads.
#[derive(Debug, Clone, PartialEq)]
pub struct Flow {
    /// By their second coordinate, so that those that matter at a point stand together.
    targets: Vec<[f32; 2]>,
}

/// The time nearest to 1 at which the field is still evaluated; at 1 itself it is not defined.
pub(super) const LATEST: f32 = 1.0 - 1.0 / 1_048_576.0;

/// A target whose weight is below `exp` of this, against the likeliest's 1, is left out: a millionth of a millionth of
/// a sum in which an `f32` has seven digits.
const NEGLIGIBLE: f32 = -27.0;

impl Flow {
    /// The flow of standard normal noise to `targets`, all equally likely. Without targets it stands still.
    #[must_use]
    pub fn new(mut targets: Vec<[f32; 2]>) -> Self {
        targets.sort_by(|one, other| one[1].total_cmp(&other[1]));
        Self { targets }
    }

    /// The points that the flow leads to, in the order of their second coordinate; those that share it in the order in
    /// which they were given.
    #[must_use]
    pub fn targets(&self) -> &[[f32; 2]] {
        &self.targets
    }

    /// The velocity at `x` and time `t` in \[0, 1\):
    ///
    /// `v(x, t) = E[x₁ − x₀ | x_t = x] = Σ wᵢ (x₁ᵢ − x) / (1 − t)`, with `w = softmax(−|x − t x₁ᵢ|² / 2(1 − t)²)`.
    #[must_use]
    pub fn velocity(&self, [x, y]: [f32; 2], t: f32) -> [f32; 2] {
        let t = t.clamp(0.0, LATEST);
        let left = 1.0 - t;
        let sharpness = -0.5 / (left * left);
        // The softmax is taken against its largest term, so that no sum of it can vanish.
        let closest = self.closest([x, y], t);
        let mut sums = SoftmaxSums::default();
        let (chunks, rest) = self.within(y, t, closest + NEGLIGIBLE / sharpness).as_chunks::<LANES>();
        for chunk in chunks {
            sums.add([x, y], t, chunk, closest, sharpness);
        }
        for target in rest {
            sums.add([x, y], t, &[*target], closest, sharpness);
        }
        let [total, across, along] = sums.fold();
        if total > 0.0 { [across / (total * left), along / (total * left)] } else { [0.0, 0.0] }
    }

    /// The square of the distance from `x` to the nearest target times `t`. The targets nearest in height bound it, and
    /// what the difference in height alone puts further away is not looked at.
    fn closest(&self, x: [f32; 2], t: f32) -> f32 {
        let level = self.targets.partition_point(|target| t * target[1] < x[1]);
        let neighbours = level.saturating_sub(LANES)..(level + LANES).min(self.targets.len());
        let bound = least(self.targets.get(neighbours).unwrap_or_default(), x, t);
        least(self.within(x[1], t, bound), x, t)
    }

    /// The targets whose height alone does not put them further from `y` than `reach`, a square.
    fn within(&self, y: f32, t: f32, reach: f32) -> &[[f32; 2]] {
        let far = |target: &[f32; 2]| {
            let along = y - t * target[1];
            along * along > reach
        };
        let begin = self.targets.partition_point(|target| t * target[1] < y && far(target));
        let (_, rest) = self.targets.split_at(begin);
        let (near, _) = rest.split_at(rest.partition_point(|target| t * target[1] < y || !far(target)));
        near
    }

    /// Follows the flow backwards: the points at `times`, rising from 0 to less than 1, of a path that ends at
    /// `target`. The first of them, where `times` begins with 0, is the noise that flows there.
    ///
    /// Near the end the points on their way to a target are distributed as `N(t x₁, (1 − t)² I)`, so that a standard
    /// normal `z` picks one of them fairly: over all `z` the noise found is distributed as noise is, given that it ends
    /// at `target`. That holds as long as `1 − t` of the last time is small against half the distance between targets.
    /// The steps are those of Adams and Bashforth's second-order method, which evaluates the field once for each.
    #[must_use]
    pub fn path_to(&self, target: [f32; 2], z: [f32; 2], times: &[f32]) -> Vec<[f32; 2]> {
        let Some(&last) = times.last() else { return Vec::new() };
        let mut x = [last * target[0] + (1.0 - last) * z[0], last * target[1] + (1.0 - last) * z[1]];
        let mut path = vec![x];
        let mut before: Option<(f32, [f32; 2])> = None;
        for (from, to) in times.iter().zip(times.iter().skip(1)).rev() {
            let step = from - to;
            let v = self.velocity(x, *to);
            let (last_step, last_v) = before.replace((step, v)).unwrap_or((step, v));
            let half = 0.5 * step / last_step;
            let ahead = |v: f32, last: f32| v + half * (v - last);
            x = [x[0] + step * ahead(v[0], last_v[0]), x[1] + step * ahead(v[1], last_v[1])];
            path.push(x);
        }
        path.reverse();
        path
    }
}

/// Sums are taken in so many columns, which the compiler puts side by side in a register. The number is a part of the
/// result: another one rounds otherwise.
const LANES: usize = 8;

/// The sums of a softmax: of the weights, and of the weighted ways to the targets.
#[derive(Default)]
struct SoftmaxSums {
    total: [f32; LANES],
    across: [f32; LANES],
    along: [f32; LANES],
}

impl SoftmaxSums {
    fn add<const N: usize>(&mut self, x: [f32; 2], t: f32, targets: &[[f32; 2]; N], closest: f32, sharpness: f32) {
        let sums = self.total.iter_mut().zip(&mut self.across).zip(&mut self.along);
        for (((total, across), along), target) in sums.zip(targets) {
            let weight = exp((distance(x, t, *target) - closest) * sharpness);
            *total += weight;
            *across += weight * (target[0] - x[0]);
            *along += weight * (target[1] - x[1]);
        }
    }

    fn fold(self) -> [f32; 3] {
        [self.total, self.across, self.along].map(|lanes| lanes.iter().sum())
    }
}

/// The least square of a distance from `x` to a target times `t`.
fn least(targets: &[[f32; 2]], x: [f32; 2], t: f32) -> f32 {
    let (chunks, rest) = targets.as_chunks::<LANES>();
    let mut lanes = [f32::INFINITY; LANES];
    for chunk in chunks {
        for (least, target) in lanes.iter_mut().zip(chunk) {
            let square = distance(x, t, *target);
            *least = if square < *least { square } else { *least };
        }
    }
    rest.iter().map(|target| distance(x, t, *target)).chain(lanes).fold(f32::INFINITY, f32::min)
}

/// The square of the distance from `x` to a target times `t`.
fn distance(x: [f32; 2], t: f32, target: [f32; 2]) -> f32 {
    let [across, along] = [x[0] - t * target[0], x[1] - t * target[1]];
    across * across + along * along
}

/// A source of noise: `SplitMix64` (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA
/// 2014). Small, quick, and good enough for pictures; not for secrets.
#[derive(Debug, Clone)]
pub struct Noise {
    state: u64,
}

impl Noise {
    /// The noise of a seed; any number will do.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// Two independent draws from N(0, 1), by Marsaglia's polar method (SIAM Review 6(3), 1964), which is exact but for
    /// the rounding of its logarithm, under 1e-13.
    #[must_use]
    pub fn normal(&mut self) -> [f32; 2] {
        loop {
            let (u, v) = (2.0 * self.uniform() - 1.0, 2.0 * self.uniform() - 1.0);
            let s = u * u + v * v;
            if s > 0.0 && s < 1.0 {
                let factor = (-2.0 * ln(s) / s).sqrt();
                return [(u * factor) as f32, (v * factor) as f32];
            }
        }
    }

    /// A draw from \[0, 1\), a multiple of 2⁻⁵³.
    #[must_use]
    pub fn uniform(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / 9_007_199_254_740_992.0
    }

    /// 64 random bits.
    #[must_use]
    pub const fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests;
