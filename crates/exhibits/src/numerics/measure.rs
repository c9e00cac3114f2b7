//! How far off a method is: over [1, 4), which stands for all positive numbers, and in an `RMSNorm`.

use std::sync::{LazyLock, OnceLock};

use super::method::Method;
use crate::flow::Noise;

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

impl Method {
    /// The relative error at a positive number.
    pub(super) fn error(self, x: f32) -> f64 {
        relative_error(self.apply(x), x)
    }

    /// What there is to know of its error.
    pub(crate) fn measured(self) -> Measured {
        let measure = || {
            let (worst, at) = worst_error(|x| self.error(x));
            Measured { worst, at, normalized: normalized(self) }
        };
        MEASURED.get(self.number()).map_or_else(measure, |kept| *kept.get_or_init(measure))
    }
}

/// The relative error of `y` as `1/√x`: `y √x − 1`, of which the root is computed in `f64`.
pub(crate) fn relative_error(y: f32, x: f32) -> f64 {
    f64::from(y) * f64::from(x).sqrt() - 1.0
}

/// The bits of 1, and one past those of the number before 4.
const OCTAVES: std::ops::Range<u32> = 0x3f80_0000..0x4080_0000;
/// Numbers from one that is looked at to the next, as a power of two: 4096 parts of [1, 4), of which the pieces of all
/// methods are whole multiples.
const PART: u32 = 12;

/// Numbers on either side of the worst that are all looked at: where little is left but rounding, neighbours differ.
const NEAR: u32 = 1 << 9;

/// The greatest |error| and its place: among the first and the last number of every part, where pieces begin and end;
/// from there uphill, in ever smaller strides, for those that turn in between; and among all numbers near what was
/// found.
pub(crate) fn worst_error(error: impl Fn(f32) -> f64) -> (f64, f32) {
    let look = |worst: (f64, u32), bits: u32| {
        let error = error(f32::from_bits(bits)).abs();
        if error > worst.0 && OCTAVES.contains(&bits) { (error, bits) } else { worst }
    };
    let ends = OCTAVES.step_by(1 << PART).flat_map(|first| [first, first + (1 << PART) - 1]);
    let strides = (0..PART).rev().map(|power| 1 << power);
    let climb = |worst: (f64, u32), stride: u32| [worst.1 - stride, worst.1 + stride].into_iter().fold(worst, look);
    let top = strides.fold(ends.fold((0.0, OCTAVES.start), look), climb);
    let (error, at) = (top.1 - NEAR..top.1 + NEAR).fold(top, look);
    (error, f32::from_bits(at))
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
