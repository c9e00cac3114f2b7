//! The weights of a layer, made up: seeded, heavy-tailed, channels of different sizes, and one weight that may lie far
//! beyond the others.

use std::sync::LazyLock;

use crate::flow::Noise;

/// Channels, and weights of each.
pub(super) const CHANNELS: usize = 32;
pub(super) const CHANNEL: usize = 256;
/// All weights.
pub(super) const WEIGHTS: usize = CHANNELS * CHANNEL;

/// Where the outlier may lie: from among the other weights, of which the largest is about 0.13, to far beyond them.
pub(super) const OUTLIERS: [f32; 8] = [0.10, 0.15, 0.20, 0.25, 0.30, 0.35, 0.40, 0.45];

/// The layer's weights with the outlier at one of [`OUTLIERS`], channel after channel.
pub(super) fn weights(outlier: usize) -> &'static [f32] {
    static LAYERS: LazyLock<[Vec<f32>; OUTLIERS.len()]> = LazyLock::new(|| {
        let body = body();
        OUTLIERS.map(|outlier| {
            let mut weights = body.clone();
            if let Some(weight) = weights.get_mut(OUTLIER) {
                *weight = outlier;
            }
            weights
        })
    });
    LAYERS.get(outlier).map_or(&[], Vec::as_slice)
}

/// Which weight is the outlier: one of the second channel, at no place in particular.
pub(super) const OUTLIER: usize = CHANNEL + 37;

/// The root mean square of the weights of a channel of middle size.
const SIZE: f64 = 0.02;

/// The weights without an outlier: `s z (1 + z²/12)` of normal z, whose tails are heavier than normal ones and whose
/// mean square is `s² (1 + 6/12 + 15/144)`; s is between half and one and a half of the middle one, by channel.
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
