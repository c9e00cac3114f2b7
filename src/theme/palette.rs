//! The fixed colours of a terminal of 256 colours, as xterm defines them: a cube of six levels a channel (16 to 231),
//! and 24 greys (232 to 255). The first sixteen differ between terminals.

use crate::document::Rgb;

/// The colour of an index of the 256-colour palette, from 16 on.
#[must_use]
pub fn color(index: u8) -> Rgb {
    let cube = index.saturating_sub(16);
    Rgb::from_channels(match index {
        232.. => [8 + 10 * (index - 232); 3],
        _ => [cube / 36, cube / 6 % 6, cube % 6].map(level),
    })
}

/// The index of the colour that is the nearest.
#[must_use]
pub fn nearest(to: Rgb) -> u8 {
    let channels = to.channels();
    let [r, g, b] = channels.map(|part| (0..6).min_by_key(|step| level(*step).abs_diff(part)).unwrap_or_default());
    let mean = channels.iter().map(|part| u16::from(*part)).sum::<u16>() / 3;
    let grey = (mean.saturating_sub(3) / 10).min(23) as u8;
    let (in_cube, in_greys) = (16 + 36 * r + 6 * g + b, 232 + grey);
    if color(in_greys).distance(to) < color(in_cube).distance(to) { in_greys } else { in_cube }
}

/// The value of a channel at one of its six levels.
const fn level(step: u8) -> u8 {
    if step == 0 { 0 } else { 55 + 40 * step }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_colour_is_found() {
        for (colour, expected) in [
            ([0, 0, 0], 16),
            ([255, 255, 255], 231),
            ([255, 0, 0], 196),
            ([8, 8, 8], 232),
            ([238, 238, 238], 255),
            ([128, 128, 129], 244),
            ([100, 140, 170], 67),
            ([252, 4, 130], 198),
        ] {
            assert_eq!(nearest(Rgb::from_channels(colour)), expected, "{colour:?}");
        }
        assert!((16..=255).all(|index| color(nearest(color(index))) == color(index)));
    }
}
