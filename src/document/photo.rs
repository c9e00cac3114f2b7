//! The owner's photo as pixels, and its encodings. The owner's file itself is never sent: its metadata, such as the
//! place where the photo was taken, is dropped.

use std::{collections::BTreeMap, fmt, sync::Arc};

use bytes::Bytes;
pub(crate) use image::ExtendedColorType as PixelFormat;
use image::{
    ImageEncoder as _, RgbImage,
    codecs::{
        jpeg::JpegEncoder,
        png::{CompressionType, FilterType, PngEncoder},
    },
    imageops::{self, FilterType as Resampling},
};
use parking_lot::Mutex;

/// A picture in sRGB, 8 bits a colour, without transparency. Clones share the pixels and the JPEG files.
#[derive(Clone)]
pub struct Photo(Arc<PhotoData>);

/// The pixels, and the files that were made of them, by their longest side.
struct PhotoData {
    pixels: RgbImage,
    jpegs: Mutex<BTreeMap<u32, Option<Jpeg>>>,
}

/// A JPEG file (ITU-T T.81).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jpeg {
    /// Width and height, in pixels.
    pub size: (u32, u32),
    /// The file. Clones share it.
    pub bytes: Bytes,
}

/// The quality of JPEG, 1 to 100: at 85 the losses of a portrait are not seen at its own size.
const QUALITY: u8 = 85;

impl Photo {
    /// The longest side of the photo of a card, in pixels: a quarter of the height of a large screen.
    pub const LONGEST_SIDE: u32 = 512;

    /// Takes pixels; neither side is 0.
    #[must_use]
    pub fn new(pixels: RgbImage) -> Self {
        Self(Arc::new(PhotoData { pixels, jpegs: Mutex::default() }))
    }

    /// Width and height, in pixels.
    #[must_use]
    pub fn size(&self) -> (u32, u32) {
        self.0.pixels.dimensions()
    }

    /// The pixels from the top left corner on, row by row: red, green, blue.
    pub fn pixels(&self) -> impl Iterator<Item = [u8; 3]> {
        self.0.pixels.pixels().map(|pixel| pixel.0)
    }

    /// The photo in exactly so many pixels, of which there is at least one each way.
    #[must_use]
    pub fn scaled(&self, width: u32, height: u32) -> Self {
        let (width, height) = (width.max(1), height.max(1));
        if (width, height) == self.size() {
            return self.clone();
        }
        Self::new(imageops::resize(&self.0.pixels, width, height, Resampling::Lanczos3))
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

    /// The photo as a JPEG file with neither side longer than `longest` pixels. It is made once for each length.
    #[must_use]
    pub fn jpeg(&self, longest: u32) -> Option<Jpeg> {
        let mut made = self.0.jpegs.lock();
        let file = || {
            let (photo, mut file) = (self.within(longest), Vec::new());
            // It fails only where memory cannot be written to.
            photo.0.pixels.write_with_encoder(JpegEncoder::new_with_quality(&mut file, QUALITY)).ok()?;
            Some(Jpeg { size: photo.size(), bytes: file.into() })
        };
        made.entry(longest).or_insert_with(file).clone()
    }

    /// The photo as a PNG file.
    #[must_use]
    pub fn png(&self) -> Option<Vec<u8>> {
        png(self.size(), PixelFormat::Rgb8, self.0.pixels.as_raw())
    }
}

/// Pixels as a PNG file (ISO/IEC 15948). `None` only where they are not as many as `width` and `height` say.
pub(crate) fn png((width, height): (u32, u32), format: PixelFormat, pixels: &[u8]) -> Option<Vec<u8>> {
    let mut file = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut file, CompressionType::Best, FilterType::Adaptive);
    (pixels.len() as u64 * 8 == u64::from(width) * u64::from(height) * u64::from(format.bits_per_pixel()))
        .then_some(())?;
    encoder.write_image(pixels, width, height, format).ok()?;
    Some(file)
}

impl PartialEq for Photo {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.pixels == other.0.pixels
    }
}

impl Eq for Photo {}

impl fmt::Debug for Photo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (width, height) = self.size();
        write!(f, "Photo({width}x{height})")
    }
}
