//! The example machine, and the sizes of the block that is compiled for it.

use super::graph::Dims;

/// What there is to compute with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Machine {
    /// Rows and columns of the blocks in which products are computed.
    pub(crate) unit: usize,
    /// Bytes beside the arithmetic: the blocks of a tile.
    pub(crate) buffer: usize,
    /// Bytes on the chip for values between kernels.
    pub(crate) chip: usize,
}

impl Machine {
    /// The example machine.
    pub(crate) const EXAMPLE: Self = Self { unit: 32, buffer: 128 << 10, chip: 1 << 20 };

    /// The example machine for [`SAMPLE`]: a sixteenth in each direction, so that the same decisions are made.
    pub(crate) const SMALL: Self = Self { unit: 32 / 16, buffer: (128 << 10) / 256, chip: (1 << 20) / 256 };

    /// Operations of products in a second.
    pub(crate) const PRODUCTS: f64 = 2e12;

    /// Other operations in a second.
    pub(crate) const OTHERS: f64 = 64e9;

    /// Bytes from or to memory in a second.
    pub(crate) const BANDWIDTH: f64 = 32e9;

    /// Seconds until a kernel runs.
    pub(crate) const LAUNCH: f64 = 4e-6;

    /// Bytes of weights that can be fetched ahead.
    pub(crate) const AHEAD: f64 = 262_144.0;
}

/// The block whose time is estimated.
pub(crate) const MODEL: Dims = Dims { tokens: 128, width: 512, heads: 8, hidden: 1408 };

/// The block that is computed, to see what the passes do to the result: [`MODEL`], a sixteenth in each direction.
pub(crate) const SAMPLE: Dims = Dims { tokens: 8, width: 32, heads: 8, hidden: 88 };
