//! The owner's photo as pixels, and the encodings that are made of it. The owner's file itself goes nowhere: what it
//! says besides the picture, such as where it was taken, is left behind.

use std::{fmt, sync::Arc};

use image::{
    ExtendedColorType, ImageEncoder, RgbImage,
    codecs::{
        jpeg::JpegEncoder,
        png::{CompressionType, FilterType, PngEncoder},
    },
    imageops::{self, FilterType as Resampling},
};

/// A picture in sRGB, 8 bits a colour, without transparency. Clones share the pixels.
#[derive(Clone, PartialEq, Eq)]
pub struct Photo(Arc<RgbImage>);

/// The quality of JPEG, 1 to 100: at 85 the losses of a portrait are not seen at its own size.
const QUALITY: u8 = 85;

impl Photo {
    /// The longest side of the photo of a card, in pixels: a quarter of the height of a large screen.
    pub const LONGEST_SIDE: u32 = 512;

    /// Takes pixels; neither side is 0.
    #[must_use]
    pub fn new(pixels: RgbImage) -> Self {
        Self(Arc::new(pixels))
    }

    /// Width and height, in pixels.
    #[must_use]
    pub fn size(&self) -> (u32, u32) {
        self.0.dimensions()
    }

    /// The pixels from the top left corner on, row by row: red, green, blue.
    pub fn pixels(&self) -> impl Iterator<Item = [u8; 3]> {
        self.0.pixels().map(|pixel| pixel.0)
    }

    /// The photo in exactly so many pixels, of which there is at least one each way.
    #[must_use]
    pub fn scaled(&self, width: u32, height: u32) -> Self {
        let (width, height) = (width.max(1), height.max(1));
        if (width, height) == self.size() {
            return self.clone();
        }
        Self::new(imageops::resize(&*self.0, width, height, Resampling::Lanczos3))
    }

    /// The photo with neither side longer than `longest` pixels, its proportions kept.
    #[must_use]
    pub fn within(&self, longest: u32) -> Self {
        let (width, height) = self.size();
        let side = width.max(height);
        if side <= longest {
            return self.clone();
        }
        let shorter = |length: u32| (length * longest + side / 2) / side;
        self.scaled(shorter(width), shorter(height))
    }

    /// The photo as a JPEG file (ITU-T T.81).
    #[must_use]
    pub fn jpeg(&self) -> Option<Vec<u8>> {
        let mut file = Vec::new();
        self.encode(JpegEncoder::new_with_quality(&mut file, QUALITY))?;
        Some(file)
    }

    /// The photo as a PNG file (ISO/IEC 15948).
    #[must_use]
    pub fn png(&self) -> Option<Vec<u8>> {
        let mut file = Vec::new();
        self.encode(PngEncoder::new_with_quality(&mut file, CompressionType::Best, FilterType::Adaptive))?;
        Some(file)
    }

    /// `None` only where memory cannot be written to.
    fn encode(&self, encoder: impl ImageEncoder) -> Option<()> {
        let (width, height) = self.size();
        encoder.write_image(self.0.as_raw(), width, height, ExtendedColorType::Rgb8).ok()
    }
}

impl fmt::Debug for Photo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (width, height) = self.size();
        write!(f, "Photo({width}x{height})")
    }
}
