//! The photo in the sizes in which terminals show it.

use std::sync::OnceLock;

use crate::document::Photo;

/// The greatest height, in rows: a square photo then takes 24 columns, a third of a card in a window of the usual size.
const TALLEST: u16 = 12;

/// The least height, in rows: 12 pixels in half blocks, below which a face cannot be recognized.
const SHORTEST: u16 = 6;

/// The longest side of the photo in a terminal that scales pictures itself, in pixels: the usual width of the 24
/// columns that it takes at most.
const IN_TERMINAL: u32 = 240;

/// The photo at one size.
#[derive(Debug)]
pub struct Portrait {
    /// The columns that it takes.
    pub columns: u16,
    /// The rows that it takes.
    pub rows: u16,
    /// The two pixels of each cell, the upper one first, from the top left cell on, row by row.
    pub cells: Vec<[[u8; 3]; 2]>,
}

impl Portrait {
    fn new(photo: &Photo, columns: u16, rows: u16) -> Self {
        let pixels: Vec<_> = photo.scaled(columns.into(), u32::from(rows) * 2).pixels().collect();
        let lines: Vec<_> = pixels.chunks(usize::from(columns).max(1)).collect();
        let cells = lines.chunks_exact(2).flat_map(|pair| {
            let line = |nth: usize| pair.get(nth).into_iter().copied().flatten().copied();
            line(0).zip(line(1)).map(|(upper, lower)| [upper, lower])
        });
        Self { columns, rows, cells: cells.collect() }
    }
}

/// A photo in the sizes of terminals, each of which is computed when it is first shown.
#[derive(Debug)]
pub(super) struct Portraits {
    photo: Photo,
    sizes: [OnceLock<Portrait>; (TALLEST - SHORTEST + 1) as usize],
    file: OnceLock<Option<Vec<u8>>>,
}

impl Portraits {
    pub(super) fn new(photo: Photo) -> Self {
        Self { photo, sizes: Default::default(), file: OnceLock::new() }
    }

    /// Whether these are the portraits of this photo.
    pub(super) fn are_of(&self, photo: &Photo) -> bool {
        self.photo == *photo
    }

    /// The largest portrait that fits into so many cells, which are taken to be twice as high as wide.
    pub(super) fn fitting(&self, columns: u16, rows: u16) -> Option<&Portrait> {
        let (width, height) = self.photo.size();
        let mut sizes =
            (SHORTEST..=TALLEST).zip(&self.sizes).rev().filter(|(tall, _)| *tall <= rows).map(|(tall, kept)| {
                let wide = (u32::from(2 * tall) * width + height / 2) / height.max(1);
                (u16::try_from(wide).unwrap_or(u16::MAX), tall, kept)
            });
        let (wide, tall, kept) = sizes.find(|(wide, ..)| (1..=columns).contains(wide))?;
        Some(kept.get_or_init(|| Portrait::new(&self.photo, wide, tall)))
    }

    /// The photo as a PNG file for a terminal that scales pictures itself.
    pub(super) fn file(&self) -> Option<&[u8]> {
        self.file.get_or_init(|| self.photo.within(IN_TERMINAL).png()).as_deref()
    }

    /// Makes all of them.
    pub(super) fn prepare(&self) {
        for rows in SHORTEST..=TALLEST {
            let _ = self.fitting(u16::MAX, rows);
        }
        let _ = self.file();
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
            let portraits = Portraits::new(sized(width, height));
            let portrait = portraits.fitting(columns, rows);
            assert_eq!(portrait.map(|it| (it.columns, it.rows)), expected, "{width}x{height} in {columns}x{rows}");
        }
    }

    #[test]
    fn a_cell_has_two_pixels() {
        let portraits = Portraits::new(sized(512, 512));
        let cells = &portraits.fitting(80, 12).unwrap().cells;
        assert_eq!(cells.len(), 24 * 12);
        let levels: Vec<u8> = cells.iter().step_by(24).flatten().map(|pixel| pixel[0]).collect();
        assert!(levels.is_sorted() && levels[0] < 10 && levels[23] > 245, "{levels:?}");
    }
}
