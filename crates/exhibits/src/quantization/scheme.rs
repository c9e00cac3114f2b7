//! How weights become integers: the grids, one for each group of weights that shares a scale, and what is lost.
//!
//! A weight w becomes the integer `q = clamp(round(w / step) + zero)` and is read back as `(q − zero) · step` (Jacob et
//! al., "Quantization and training of neural networks for efficient integer-arithmetic-only inference", CVPR 2018). A
//! step is kept as an `f16`, a zero point in as many bits as a weight.

use std::sync::OnceLock;

use super::layer::{CHANNEL, OUTLIERS, WEIGHTS, weights};
use crate::arithmetic::log10;

/// The fewest and the most bits.
pub(super) const BITS: std::ops::RangeInclusive<u8> = 2..=8;

/// A way to quantize, and the layer that it is done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Setting {
    /// Bits of a weight, within [`BITS`].
    pub(super) bits: u8,
    pub(super) scheme: Scheme,
    pub(super) scales: Scales,
    pub(super) rounding: Rounding,
    /// Where the outlier lies: an index into [`OUTLIERS`].
    pub(super) outlier: usize,
}

/// Where the grid lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scheme {
    /// As far below 0 as above: 2ᵇ − 1 levels, 0 in the middle of them.
    Symmetric,
    /// From the least weight to the greatest: 2ᵇ levels, one of which is 0.
    Asymmetric,
}

/// Which weights share a scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scales {
    Tensor,
    Channel,
    /// So many neighbours of a channel; a divisor of its weights.
    Groups(u16),
}

/// Where the ends of a grid are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rounding {
    /// At the ends of its weights: each is rounded to the nearest level, none is clipped.
    Nearest,
    /// Where the squares of the errors add up to least, clipped ones among them.
    LeastSquares,
}

impl Scheme {
    pub(super) const ALL: [Self; 2] = [Self::Symmetric, Self::Asymmetric];
}

impl Scales {
    pub(super) const ALL: [Self; 6] =
        [Self::Tensor, Self::Channel, Self::Groups(128), Self::Groups(64), Self::Groups(32), Self::Groups(16)];

    /// How many weights share one.
    pub(super) fn group(self) -> usize {
        match self {
            Self::Tensor => WEIGHTS,
            Self::Channel => CHANNEL,
            Self::Groups(weights) => usize::from(weights).max(1),
        }
    }
}

impl Rounding {
    pub(super) const ALL: [Self; 2] = [Self::Nearest, Self::LeastSquares];
}

/// The levels of a group: `(n − zero) · step` for n from `least` to `most`, all whole numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Grid {
    step: f32,
    zero: f32,
    least: f32,
    most: f32,
}

impl Grid {
    /// The grid of a setting from `low` to `high`, which are widened to hold 0.
    pub(super) fn new(setting: Setting, low: f32, high: f32) -> Self {
        let (low, high) = (low.min(0.0), high.max(0.0));
        let levels = f32::from(1_u16 << setting.bits.clamp(1, 15));
        match setting.scheme {
            Scheme::Symmetric => {
                let most = (levels / 2.0 - 1.0).max(1.0);
                Self { step: half_precision(high.max(-low) / most), zero: 0.0, least: -most, most }
            }
            Scheme::Asymmetric => {
                let most = levels - 1.0;
                let step = half_precision((high - low) / most);
                Self { step, zero: nearest(-low / step).min(most), least: 0.0, most }
            }
        }
    }

    /// The level that a weight becomes.
    pub(super) fn level(self, weight: f32) -> f32 {
        // No quotient that matters is beyond it; without the bound, rounding would not round.
        const FAR: f32 = 65536.0;
        let steps = nearest((weight / self.step).clamp(-FAR, FAR));
        ((steps + self.zero).clamp(self.least, self.most) - self.zero) * self.step
    }

    /// All levels, the least first.
    pub(super) fn levels(self) -> impl Iterator<Item = f32> {
        (self.least as i32..=self.most as i32).map(move |n| (n as f32 - self.zero) * self.step)
    }

    /// Half of what the levels span.
    pub(super) fn reach(self) -> f64 {
        f64::from(self.most - self.least) * f64::from(self.step) / 2.0
    }

    /// The sum of the squares of the errors of some weights, in columns of fixed number, which is a part of the result.
    fn loss(self, weights: &[f32]) -> f64 {
        const LANES: usize = 8;
        let mut sums = [0.0_f32; LANES];
        let (chunks, rest) = weights.as_chunks::<LANES>();
        let square = |weight: f32| (weight - self.level(weight)) * (weight - self.level(weight));
        for chunk in chunks {
            for (sum, weight) in sums.iter_mut().zip(chunk) {
                *sum += square(*weight);
            }
        }
        sums.into_iter().chain(rest.iter().map(|weight| square(*weight))).map(f64::from).sum()
    }
}

/// The nearest whole number, the even one of two, for numbers below four million: adding this one leaves no digit after
/// the point.
fn nearest(x: f32) -> f32 {
    const ROUND: f32 = 12_582_912.0;
    (x + ROUND) - ROUND
}

/// The nearest positive `f16` to a number in its range, and the least there is to smaller ones.
fn half_precision(x: f32) -> f32 {
    const LEAST: f32 = 1.0 / 16_777_216.0;
    /// Below it an `f16` has fewer digits: whole multiples of the least.
    const NORMAL: f32 = 1.0 / 16384.0;
    /// The bits that an `f32` has beyond those of an `f16`.
    const SURPLUS: u32 = 13;
    if x < NORMAL {
        return (nearest(x / LEAST) * LEAST).max(LEAST);
    }
    let bits = x.to_bits();
    let even = (bits >> SURPLUS) & 1;
    f32::from_bits((bits + (1 << (SURPLUS - 1)) - 1 + even) >> SURPLUS << SURPLUS)
}

/// What a setting makes of the layer.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Outcome {
    /// The sum of the squares of all weights, and of all errors.
    pub(super) signal: f64,
    pub(super) noise: f64,
    /// The mean, over all weights, of the square of half of what their levels span.
    pub(super) reach: f64,
    /// How many weights become 0.
    pub(super) zeros: usize,
    /// For each group, how far its grid was shrunk: a number of [`SHRINKS`].
    shrinks: Vec<u8>,
}

/// How often a grid is shrunk in search of the best, each time to so much of what it was: down to a seventeenth, where
/// the levels of 2 bits for a tensor with an outlier are at their best.
const SHRINKS: u8 = 28;
const SHRINK: f32 = 0.9;

/// Every setting's outcome is made once and kept. There are 1,344, the largest of about half a kilobyte.
static OUTCOMES: [OnceLock<Outcome>; COUNT] = [const { OnceLock::new() }; COUNT];
const COUNT: usize = 7 * 2 * 6 * 2 * OUTLIERS.len();

impl Setting {
    /// Every setting.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        BITS.flat_map(|bits| Scheme::ALL.map(|scheme| (bits, scheme)))
            .flat_map(|(bits, scheme)| Scales::ALL.map(|scales| (bits, scheme, scales)))
            .flat_map(|(bits, scheme, scales)| Rounding::ALL.map(|rounding| (bits, scheme, scales, rounding)))
            .flat_map(|(bits, scheme, scales, rounding)| {
                (0..OUTLIERS.len()).map(move |outlier| Self { bits, scheme, scales, rounding, outlier })
            })
    }

    pub(super) fn outcome(self) -> &'static Outcome {
        static NOTHING: Outcome = Outcome { signal: 0.0, noise: 0.0, reach: 0.0, zeros: 0, shrinks: Vec::new() };
        let kept = OUTCOMES.get(self.number());
        kept.map_or(&NOTHING, |kept| kept.get_or_init(|| self.quantize(weights(self.outlier))))
    }

    pub(super) fn number(self) -> usize {
        let place = |found: Option<usize>| found.unwrap_or(COUNT);
        let scheme = place(Scheme::ALL.iter().position(|other| *other == self.scheme));
        let scales = place(Scales::ALL.iter().position(|other| *other == self.scales));
        let rounding = place(Rounding::ALL.iter().position(|other| *other == self.rounding));
        let bits = place(BITS.clone().position(|other| other == self.bits));
        (((bits * 2 + scheme) * 6 + scales) * 2 + rounding) * OUTLIERS.len() + self.outlier
    }

    /// Quantizes some weights.
    pub(super) fn quantize(self, weights: &[f32]) -> Outcome {
        let mut outcome = Outcome { signal: 0.0, noise: 0.0, reach: 0.0, zeros: 0, shrinks: Vec::new() };
        for group in weights.chunks(self.scales.group()) {
            let (low, high) = range(group);
            let (grid, loss, shrinks) = self.best(group, low, high);
            outcome.signal += group.iter().map(|weight| f64::from(*weight) * f64::from(*weight)).sum::<f64>();
            outcome.noise += loss;
            outcome.reach += grid.reach() * grid.reach() * group.len() as f64;
            outcome.zeros += group.iter().filter(|weight| grid.level(**weight) == 0.0).count();
            outcome.shrinks.push(shrinks);
        }
        outcome.reach /= weights.len().max(1) as f64;
        outcome
    }

    /// The grid of a group, the sum of its squared errors, and how often it was shrunk from what the weights span.
    fn best(self, group: &[f32], low: f32, high: f32) -> (Grid, f64, u8) {
        let shrunk = |shrinks: u8, shrink: f32| {
            let grid = Grid::new(self, low * shrink, high * shrink);
            (grid, grid.loss(group), shrinks)
        };
        let whole = shrunk(0, 1.0);
        if self.rounding == Rounding::Nearest {
            return whole;
        }
        let shrinks = (1..SHRINKS).scan(1.0, |shrink, shrinks| {
            *shrink *= SHRINK;
            Some((shrinks, *shrink))
        });
        shrinks
            .map(|(shrinks, shrink)| shrunk(shrinks, shrink))
            .fold(whole, |best, other| if other.1 < best.1 { other } else { best })
    }

    /// The groups of weights with their grids.
    pub(super) fn groups(self) -> impl Iterator<Item = (&'static [f32], Grid)> {
        let groups = weights(self.outlier).chunks(self.scales.group());
        groups.zip(&self.outcome().shrinks).map(move |(group, shrinks)| {
            let (low, high) = range(group);
            let shrink = (0..*shrinks).fold(1.0, |shrink, _| shrink * SHRINK);
            (group, Grid::new(self, low * shrink, high * shrink))
        })
    }

    /// Bits of a weight with its share of the scales, and of the zero points where there are any.
    pub(super) fn bits_per_weight(self) -> f64 {
        const SCALE: u8 = 16;
        let zero = if self.scheme == Scheme::Asymmetric { self.bits } else { 0 };
        f64::from(self.bits) + f64::from(SCALE + zero) / self.scales.group() as f64
    }
}

/// The least and the greatest of some weights.
fn range(group: &[f32]) -> (f32, f32) {
    group.iter().fold((0.0, 0.0), |(low, high), w| (if *w < low { *w } else { low }, if *w > high { *w } else { high }))
}

impl Outcome {
    /// The signal-to-quantization-noise ratio, in dB.
    pub(super) fn sqnr(&self) -> f64 {
        10.0 * log10(self.signal / self.noise)
    }

    /// How far the grids reach over the root mean square of the weights, in dB. Where groups differ, their squares are
    /// averaged, as the errors add up.
    pub(super) fn reach_over_rms(&self, weights: usize) -> f64 {
        10.0 * log10(self.reach * weights as f64 / self.signal)
    }

    /// What the rule says of the ratio: an error that is uniform over a step of `2 reach / 2ᵇ` has a mean square of a
    /// twelfth of its square (Bennett, "Spectra of quantized signals", 1948), so that
    ///
    /// `SQNR = 6.02 b + 4.77 − 20 log₁₀(reach / rms)` dB, with 6.02 = 20 log₁₀ 2 and 4.77 = 10 log₁₀ 3.
    pub(super) fn rule(&self, bits: u8, weights: usize) -> f64 {
        20.0 * log10(2.0) * f64::from(bits) + 10.0 * log10(3.0) - self.reach_over_rms(weights)
    }
}
