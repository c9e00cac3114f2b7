//! How far off a method is: over [1, 4), which stands for all positive numbers, and in an `RMSNorm`.

use std::sync::{LazyLock, OnceLock};

use super::method::Method;
use crate::{arithmetic::log2, flow::Noise};

/// What there is to know of a method's error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Measured {
    /// The greatest relative error found, |y √x − 1|.
    pub(crate) worst: f64,
    /// Where.
    pub(super) at: f32,
    /// The root mean square of the relative error of the sample vectors after an `RMSNorm`.
    pub(super) normalized: f64,
}

/// Each is measured once and kept: no visitor can make more of them.
static MEASURED: [OnceLock<Measured>; Method::COUNT] = [const { OnceLock::new() }; Method::COUNT];

impl Measured {
    /// How many bits are right.
    pub(super) fn bits(self) -> f64 {
        -log2(self.worst)
    }
}

impl Method {
    /// The relative error at a positive number.
    pub(super) fn error(self, x: f32) -> f64 {
        relative_error(self.apply(x), x)
    }

    /// What there is to know of its error.
    pub(crate) fn measured(self) -> Measured {
        let measure = || {
            let (worst, at) = worst_error(ONCE, |x| self.error(x));
            Measured { worst, at, normalized: normalized(self) }
        };
        MEASURED.get(self.number()).map_or_else(measure, |kept| *kept.get_or_init(measure))
    }

    /// About the greatest relative error: that at the ends of the parts of \[1, 4), unless it is small.
    pub(super) fn rough(self) -> f64 {
        let ends = || OCTAVES.step_by(1 << PART).flat_map(|first| [first, first + (1 << PART) - 1]);
        let measure = || match ends().map(|bits| self.error(f32::from_bits(bits)).abs()).fold(0.0, f64::max) {
            // Where most of it is rounding, the ends of a part say little of the numbers between them.
            rounding if rounding < 1e-6 => worst_error(ROUGHLY, |x| self.error(x)).0,
            worst => worst,
        };
        ROUGH.get(self.number()).map_or_else(measure, |kept| *kept.get_or_init(measure))
    }
}

/// The rough errors of all methods, measured once to compare them: far fewer points than for a method that is shown.
static ROUGH: [OnceLock<f64>; Method::COUNT] = [const { OnceLock::new() }; Method::COUNT];

/// The relative error of `y` as `1/√x`: `y √x − 1`, of which the root is computed in `f64`.
pub(crate) fn relative_error(y: f32, x: f32) -> f64 {
    f64::from(y) * f64::from(x).sqrt() - 1.0
}

/// The bits of 1, and one past those of the number before 4.
const OCTAVES: std::ops::Range<u32> = 0x3f80_0000..0x4080_0000;
/// Numbers of a part, as a power of two: [1, 4) has 4096 parts, of which the pieces of all methods are whole multiples.
const PART: u32 = 12;

/// Within a part the error of a method rises above that of its first and its last number by no more than this part of
/// the worst, and by what rounding adds: four times half a unit in the last place.
const BEND: f64 = 2e-3;
const ROUNDING: f64 = 4.0 / 16_777_216.0;

/// Parts of which every number is looked at, at most: for the constant that a visitor dials and waits for, for the
/// comparison of all methods, and for those that are told of.
pub(crate) const DIALLED: usize = 128;
const ROUGHLY: usize = 32;
const ONCE: usize = 1024;

/// The greatest |error| and its place, among all numbers of the `most` parts at most that may have it. Where little is
/// left but rounding these are not all parts, and where no digit is right it is one.
pub(crate) fn worst_error(most: usize, error: impl Fn(f32) -> f64) -> (f64, f32) {
    let at = |bits: u32| error(f32::from_bits(bits)).abs();
    let last = (1 << PART) - 1;
    let ends = |first: u32| (at(first).max(at(first + last)), first);
    let mut parts: Vec<(f64, u32)> = OCTAVES.step_by(1 << PART).map(ends).collect();
    parts.sort_by(|one, other| other.0.total_cmp(&one.0));
    let least = parts.first().map_or(0.0, |(top, _)| top * (1.0 - BEND) - ROUNDING);
    let most = if least < 1.0 { most } else { 1 };
    let near = parts.into_iter().take_while(|(end, _)| *end >= least).take(most);
    let all = near.flat_map(|(_, first)| first..=first + last).map(|bits| (at(bits), bits));
    let (worst, bits) = all.fold((0.0, OCTAVES.start), |worst, one| if one.0 > worst.0 { one } else { worst });
    (worst, f32::from_bits(bits))
}

/// Sample vectors, of as many numbers each.
const TOKENS: u16 = 32;
const WIDTH: usize = 64;

/// The mean squares of the sample vectors: normal noise, each vector larger than the one before, by 64 to 1 in all, as
/// the activations of a network grow from layer to layer.
static MEAN_SQUARES: LazyLock<Vec<f32>> = LazyLock::new(|| {
    let mut noise = Noise::new(1);
    (0..TOKENS)
        .map(|token| {
            let size = 0.25 + f32::from(token) * (15.75 / f32::from(TOKENS - 1));
            let mut sum = 0.0;
            for _ in 0..WIDTH / 2 {
                let [x, y] = noise.normal();
                sum += (size * x) * (size * x) + (size * y) * (size * y);
            }
            sum / WIDTH as f32
        })
        .collect()
});

/// An `RMSNorm` multiplies a vector by `1/√(mean of squares)` of its own, so that its relative error is that of the
/// factor, one for each vector.
fn normalized(method: Method) -> f64 {
    let squares = MEAN_SQUARES.iter().map(|mean| method.error(*mean) * method.error(*mean));
    (squares.sum::<f64>() / f64::from(TOKENS)).sqrt()
}
