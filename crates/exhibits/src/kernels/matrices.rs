//! The matrices: their sizes, where their elements lie in memory, and what they are.

use std::sync::{LazyLock, OnceLock};

use super::cache::LINE;
use crate::flow::Noise;

/// The matrices, in the order in which they are named: C = A B.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Matrix {
    C,
    A,
    B,
}

impl Matrix {
    /// All of them, in order.
    pub(crate) const ALL: [Self; 3] = [Self::C, Self::A, Self::B];

    /// The line of memory of an element. The matrices lie one after the other, A first, row by row.
    pub(crate) const fn line(self, row: u16, column: u16, size: u16) -> u16 {
        let before = match self {
            Self::A => 0,
            Self::B => 1,
            Self::C => 2,
        };
        (before * size * size + row * size + column) / ELEMENTS
    }
}

/// Rows and columns of the matrices.
pub(crate) const SIZES: [u16; 5] = [24, 32, 40, 48, 64];

/// The largest of [`SIZES`].
pub(crate) const LARGEST: u16 = 64;

/// Elements of a line of memory: single precision.
pub(crate) const ELEMENTS: u16 = (LINE / 4) as u16;

/// A and B: uniform in [−1, 1), and so large that every size is a corner of them.
pub(crate) fn operands() -> (&'static [f32], &'static [f32]) {
    const COUNT: usize = (LARGEST as usize).pow(2);
    static OPERANDS: LazyLock<Vec<f32>> = LazyLock::new(|| {
        let mut noise = Noise::new(0x00C0_FFEE);
        (0..2 * COUNT).map(|_| (2.0 * noise.uniform() - 1.0) as f32).collect()
    });
    OPERANDS.split_at(COUNT)
}

/// C as three plain loops compute it, row by row, for one of [`SIZES`].
pub(crate) fn plain_product(size: usize) -> &'static [f32] {
    static PRODUCTS: [OnceLock<Vec<f32>>; SIZES.len()] = [const { OnceLock::new() }; SIZES.len()];
    let (Some(product), Some(size)) = (PRODUCTS.get(size), SIZES.get(size)) else { return &[] };
    product.get_or_init(|| {
        let rows = usize::from(*size);
        let (a, b) = operands();
        let element = |i: usize, j: usize| {
            let row = a.iter().skip(i * usize::from(LARGEST)).take(rows);
            let column = b.iter().skip(j).step_by(usize::from(LARGEST));
            row.zip(column).fold(0.0, |sum, (a, b)| sum + a * b)
        };
        (0..rows).flat_map(|i| (0..rows).map(move |j| element(i, j))).collect()
    })
}
