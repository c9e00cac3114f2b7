//! The photo in the sizes in which a terminal shows it.

use std::sync::OnceLock;

use crate::document::Photo;

/// The greatest height, in rows: as wide as high it is 24 columns, a third of a card in a window of the usual size.
const TALLEST: u16 = 12;

/// The least height, in rows, which is 12 pixels in half blocks: fewer show no face.
const SHORTEST: u16 = 6;

/// The photo at one size.
#[derive(Debug)]
pub struct Portrait {
    /// The columns that it takes.
    pub columns: u16,
    /// The rows that it takes.
    pub rows: u16,
    pixels: Photo,
}

impl Portrait {
    /// The two pixels of each cell, the upper one first, from the top left cell on, row by row.
    pub fn cells(&self) -> impl Iterator<Item = [[u8; 3]; 2]> {
        let pixels: Vec<[u8; 3]> = self.pixels.pixels().collect();
        let columns = usize::from(self.columns);
        (0..usize::from(self.rows)).flat_map(move |row| {
            let line = |y: usize| pixels.iter().skip(y * columns).take(columns).copied().collect::<Vec<_>>();
            line(2 * row).into_iter().zip(line(2 * row + 1)).map(|(upper, lower)| [upper, lower])
        })
    }
}

/// The portraits of a photo, each of which is made when it is first shown.
#[derive(Debug, Default)]
pub(super) struct Portraits([OnceLock<Portrait>; (TALLEST - SHORTEST + 1) as usize]);

impl Portraits {
    /// The largest portrait that fits into so many cells, which are taken to be twice as high as wide.
    pub(super) fn fitting(&self, photo: &Photo, columns: u16, rows: u16) -> Option<&Portrait> {
        let (width, height) = photo.size();
        let mut sizes =
            (SHORTEST..=TALLEST).zip(&self.0).rev().filter(|(tall, _)| *tall <= rows).map(|(tall, kept)| {
                let wide = (u32::from(2 * tall) * width + height / 2) / height.max(1);
                (u16::try_from(wide).unwrap_or(u16::MAX), tall, kept)
            });
        let (wide, tall, kept) = sizes.find(|(wide, ..)| (1..=columns).contains(wide))?;
        let pixels = || photo.scaled(wide.into(), u32::from(tall) * 2);
        Some(kept.get_or_init(|| Portrait { columns: wide, rows: tall, pixels: pixels() }))
    }

    /// Makes all of them.
    pub(super) fn prepare(&self, photo: &Photo) {
        for rows in SHORTEST..=TALLEST {
            let _ = self.fitting(photo, u16::MAX, rows);
        }
    }
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::*;

    fn sized(width: u32, height: u32) -> Photo {
        Photo::new(RgbImage::from_fn(width, height, |_, y| Rgb([(y * 255 / height) as u8; 3])))
    }

    #[test]
    fn the_largest_that_fits_keeps_the_photo_s_proportions() {
        for ((width, height), (columns, rows), expected) in [
            ((512, 512), (80, 40), Some((24, 12))),
            ((512, 512), (80, 9), Some((18, 9))),
            ((512, 512), (20, 40), Some((20, 10))),
            ((512, 512), (11, 40), None),
            ((512, 512), (80, 5), None),
            ((300, 400), (80, 40), Some((18, 12))),
            ((512, 256), (30, 40), Some((28, 7))),
            ((512, 1), (400, 40), None),
            ((1, 512), (80, 40), None),
        ] {
            let portraits = Portraits::default();
            let photo = sized(width, height);
            let portrait = portraits.fitting(&photo, columns, rows);
            assert_eq!(portrait.map(|it| (it.columns, it.rows)), expected, "{width}x{height} in {columns}x{rows}");
        }
    }

    #[test]
    fn a_cell_has_two_pixels() {
        let portraits = Portraits::default();
        let cells: Vec<_> = portraits.fitting(&sized(512, 512), 80, 12).unwrap().cells().collect();
        assert_eq!(cells.len(), 24 * 12);
        let levels: Vec<u8> = cells.iter().step_by(24).flatten().map(|pixel| pixel[0]).collect();
        assert!(levels.is_sorted() && levels[0] < 10 && levels[23] > 245, "{levels:?}");
    }
}
