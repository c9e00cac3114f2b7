//! The weights of a layer, made up: seeded, heavy-tailed, channels of different sizes, and a few outliers.

use std::sync::LazyLock;

use crate::flow::Noise;

/// Channels, and weights of each.
pub(super) const CHANNELS: usize = 32;
pub(super) const CHANNEL: usize = 256;
/// All weights.
pub(super) const WEIGHTS: usize = CHANNELS * CHANNEL;

/// How many of the weights are outliers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outliers {
    None,
    One,
    Eight,
}

impl Outliers {
    pub(super) const ALL: [Self; 3] = [Self::None, Self::One, Self::Eight];

    /// What they are, the greatest first.
    pub(super) fn values(self) -> &'static [f32] {
        let count = match self {
            Self::None => 0,
            Self::One => 1,
            Self::Eight => 8,
        };
        OUTLIERS.get(..count).unwrap_or_default()
    }

    /// The layer's weights with these outliers, channel after channel.
    pub(super) fn weights(self) -> &'static [f32] {
        match self {
            Self::None => &LAYERS.0,
            Self::One => &LAYERS.1,
            Self::Eight => &LAYERS.2,
        }
    }
}

/// The root mean square of the weights of a channel of middle size.
const SIZE: f64 = 0.02;

/// What the outliers are. Each is far beyond the other weights, of which the largest is about 0.13.
const OUTLIERS: [f32; 8] = [0.44, -0.36, -0.31, 0.28, -0.27, -0.26, 0.25, 0.23];

static LAYERS: LazyLock<(Vec<f32>, Vec<f32>, Vec<f32>)> = LazyLock::new(|| {
    let body = body();
    let with = |outliers: Outliers| {
        let mut weights = body.clone();
        for (n, outlier) in outliers.values().iter().enumerate() {
            // One in every fourth channel, at no place in particular.
            if let Some(weight) = weights.get_mut((4 * n + 1) * CHANNEL + (n * 89 + 37) % CHANNEL) {
                *weight = *outlier;
            }
        }
        weights
    };
    (with(Outliers::None), with(Outliers::One), with(Outliers::Eight))
});

/// The weights without outliers: `s z (1 + z²/12)` of normal z, whose tails are heavier than normal ones and whose mean
/// square is `s² (1 + 6/12 + 15/144)`; s is between half and one and a half of the middle one, by channel.
fn body() -> Vec<f32> {
    let mut noise = Noise::new(7);
    let mut weights = Vec::with_capacity(WEIGHTS);
    for _ in 0..CHANNELS {
        let size = SIZE * (0.5 + noise.uniform()) / (1.0 + 6.0_f64 / 12.0 + 15.0 / 144.0).sqrt();
        for _ in 0..CHANNEL / 2 {
            weights.extend(noise.normal().map(f64::from).map(|z| (size * z * (1.0 + z * z / 12.0)) as f32));
        }
    }
    weights
}
