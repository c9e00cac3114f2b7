use image::{ExtendedColorType, ImageEncoder as _, Rgba, RgbaImage, codecs::png::PngEncoder};
use proptest::prelude::*;

use super::*;
use crate::profile::{Vocabulary, load};

/// A picture whose left half is red, in a format.
fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let half = |x, _| if x < width / 2 { Rgb([250, 10, 10]) } else { Rgb([10, 10, 250]) };
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(RgbImage::from_fn(width, height, half)).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn jpeg(width: u32, height: u32) -> Vec<u8> {
    picture(width, height, ImageFormat::Jpeg)
}

/// A PNG file that says that it has so many pixels, and has none.
fn announcing(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = picture(1, 1, ImageFormat::Png);
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&sum.to_be_bytes());
    bytes
}

/// The checksum of a chunk of PNG (ISO/IEC 15948, annex D).
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg()))
    })
}

/// Loads a card with this line and these pictures: its photo, and what was told of the files.
fn loaded(line: &str, pictures: &[(&str, Vec<u8>)]) -> (Option<Photo>, Vec<String>) {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("card.toml"), format!("headline = 'One'\n{line}\n")).unwrap();
    for (name, bytes) in pictures {
        fs::write(dir.path().join(name), bytes).unwrap();
    }
    let (photo, diagnostics) = match load(dir.path(), &Vocabulary::default()) {
        Ok(loaded) => (loaded.document.card.photo, loaded.warnings),
        Err(errors) => (None, errors),
    };
    (photo, crate::profile::tests::told(&diagnostics))
}

#[test]
fn a_photo_beside_the_card_is_the_card_s() {
    for (line, name, bytes) in [
        ("", "photo.jpg", jpeg(40, 30)),
        ("", "Photo.JPEG", jpeg(40, 30)),
        ("", "photo.png", picture(40, 30, ImageFormat::Png)),
        ("photo = 'me at work.jpg'", "me at work.jpg", jpeg(40, 30)),
    ] {
        let (photo, told) = loaded(line, &[(name, bytes)]);
        assert_eq!((photo.map(|photo| photo.size()), told), (Some((40, 30)), vec![]), "{name}");
    }
    assert_eq!(loaded("", &[]), (None, vec![]));
}

#[test]
fn what_is_wrong_with_a_photo_is_told_with_its_remedy() {
    let gif = b"GIF89a\x01\x00\x01\x00".to_vec();
    for (line, pictures, expected) in [
        (
            "",
            vec![("photo.jpg", jpeg(4, 4)), ("photo.png", picture(4, 4, ImageFormat::Png))],
            "photo.png there are two photos; keep photo.jpg or photo.png, or name one in card.toml: `photo = \
             \"photo.jpg\"`",
        ),
        (
            "",
            vec![("photo.jpg", picture(4, 4, ImageFormat::Png))],
            "photo.jpg this is a PNG file with another ending; rename it, so that it ends in .png",
        ),
        ("", vec![("photo.jpg", gif)], "photo.jpg this is a picture of another format: GIF; save it as JPEG or PNG"),
        ("", vec![("photo.png", b"Dear Sir".to_vec())], "photo.png this is not a picture; save it as JPEG or PNG"),
        (
            "",
            vec![("photo.jpg", vec![0xff; 10_000_001])],
            "photo.jpg this picture is larger than 10 MB; scale it down: a card shows at most 512 by 512 pixels",
        ),
        (
            "",
            vec![("photo.png", announcing(4000, 2501))],
            "photo.png this picture has 4000 x 2501 pixels, more than 10 million; scale it down: a card shows at most \
             512 by 512 pixels",
        ),
        (
            "photo = 'mee.jpg'",
            vec![("me.jpg", jpeg(4, 4))],
            "card.toml:2:9 there is no picture `mee.jpg` beside card.toml; did you mean `me.jpg`?",
        ),
        (
            "photo = 'portrait.webp'",
            vec![],
            "card.toml:2:9 there is no picture `portrait.webp` beside card.toml; name a file that ends in .jpg, .jpeg or \
             .png",
        ),
        (
            "photo = '../me.jpg'",
            vec![],
            "card.toml:2:9 there is no picture `../me.jpg` beside card.toml; put the file beside card.toml, and write its \
             name alone",
        ),
        (
            "",
            vec![("boat.png", picture(4, 4, ImageFormat::Png))],
            "boat.png this picture is not shown; name it in card.toml, `photo = \"boat.png\"`, or remove it",
        ),
        ("picture = 'me.jpg'", vec![], "card.toml:2:1 unknown key `picture`; did you mean `photo`?"),
    ] {
        let (photo, told) = loaded(line, &pictures);
        assert_eq!((photo, told), (None, vec![expected.to_owned()]));
    }
    // Half of a file, whose small picture of EXIF data is whole.
    let whole = jpeg(64, 64);
    let small = [b"\xff\xe1\x00\x0aExif\0\0", &b"\xff\xd9"[..]].concat();
    let half = [&whole[..2], &small, &whole[2..whole.len() - 12]].concat();
    for (bytes, expected) in [
        (
            half,
            vec!["photo.jpg this file ends before its picture does; copy the whole file, or save it anew".to_owned()],
        ),
        ([&whole[..], b"more"].concat(), vec![]),
    ] {
        assert_eq!(loaded("", &[("photo.jpg", bytes)]).1, expected);
    }
    // A file that ends too soon, and one that never was whole.
    for bytes in [jpeg(64, 64)[..200].to_vec(), announcing(3000, 3000)] {
        let name = if bytes.starts_with(b"\x89PNG") { "photo.png" } else { "photo.jpg" };
        let (photo, told) = loaded("", &[(name, bytes)]);
        assert_eq!((photo, told.len()), (None, 1), "{told:?}");
        assert!(told[0].contains("cannot be decoded") && told[0].ends_with("save it as JPEG or PNG"), "{told:?}");
    }
}

#[test]
fn a_large_picture_is_scaled_down() {
    let photo = decode(&jpeg(1600, 800), Some(ImageFormat::Jpeg)).unwrap();
    assert_eq!(photo.size(), (512, 256));
    let first = photo.pixels().next().unwrap();
    assert!(first[0] > 200 && first[2] < 60, "{first:?}");
}

#[test]
fn the_way_that_the_camera_was_held_is_put_right() {
    // An APP1 segment with one entry of EXIF (CIPA DC-008, section 4.6): orientation 6, a quarter turn to the right.
    let exif = b"\xff\xe1\x00\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let upright = jpeg(64, 32);
    let turned = [&upright[..2], &exif[..], &upright[2..]].concat();
    let photo = decode(&turned, Some(ImageFormat::Jpeg)).unwrap();
    assert_eq!(photo.size(), (32, 64));
    // What was at the left is at the top.
    let (first, last) = (photo.pixels().next().unwrap(), photo.pixels().last().unwrap());
    assert!(first[0] > 200 && last[2] > 200, "{first:?} {last:?}");
}

#[test]
fn transparency_becomes_white() {
    let mut bytes = Vec::new();
    let clear = RgbaImage::from_pixel(2, 2, Rgba([0, 0, 0, 0]));
    PngEncoder::new(&mut bytes).write_image(clear.as_raw(), 2, 2, ExtendedColorType::Rgba8).unwrap();
    let photo = decode(&bytes, Some(ImageFormat::Png)).unwrap();
    assert!(photo.pixels().all(|pixel| pixel == [255; 3]));
}

proptest! {
    /// Damaged files are errors at worst.
    #[test]
    fn no_bytes_make_the_decoder_panic(
        flips in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..24),
        is_png in any::<bool>(),
        length in any::<prop::sample::Index>(),
        noise in proptest::collection::vec(any::<u8>(), 0..64),
    ) {
        let format = if is_png { ImageFormat::Png } else { ImageFormat::Jpeg };
        let mut bytes = picture(24, 16, format);
        for (at, byte) in flips {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes.truncate(length.index(bytes.len()) + 1);
        bytes.extend(noise);
        if let Ok(photo) = decode(&bytes, Some(format)) {
            let (width, height) = photo.size();
            prop_assert!((1..=512).contains(&width) && (1..=512).contains(&height));
        }
    }
}

/// A picture that is another one in every block.
fn motley(width: u32, height: u32) -> Vec<u8> {
    let colour = |x, y| Rgb([x, y, x ^ y].map(|of: u32| (of * 37 % 251) as u8));
    let mut bytes = Cursor::new(Vec::new());
    let picture = DynamicImage::from(RgbImage::from_fn(width, height, colour));
    picture.write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

#[test]
fn a_picture_that_is_whole_without_its_end_is_shown() {
    let ends = "photo.jpg this file ends before its picture does; copy the whole file, or save it anew";
    for (width, height) in [(64, 64), (40, 30), (200, 160)] {
        for whole in [motley(width, height), jpeg(width, height)] {
            let (photo, _) = loaded("", &[("photo.jpg", whole.clone())]);
            assert!(photo.is_some());
            let without_end = whole[..whole.len() - 2].to_vec();
            assert_eq!(loaded("", &[("photo.jpg", without_end)]), (photo, vec![]), "{width} x {height}");
        }
        let whole = motley(width, height);
        for missing in [16, 40, whole.len() / 4] {
            let cut = whole[..whole.len() - missing].to_vec();
            assert_eq!(loaded("", &[("photo.jpg", cut)]), (None, vec![ends.to_owned()]), "{missing} bytes are missing");
        }
    }
}
