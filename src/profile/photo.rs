//! Reads the photo: a JPEG or PNG file beside `card.toml`, decoded once and scaled down to the largest size that a card
//! shows.

use std::{
    fs,
    io::Cursor,
    path::{Path, PathBuf},
};

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, ImageResult, Limits, Pixel as _, Rgb, RgbImage};
use toml::Spanned;

use super::{
    characters::{quoted, suggestion},
    diagnostic::{Diagnostic, Diagnostics},
    source_file::{self, SourceFile, file_name},
};
use crate::document::Photo;

/// The longest file, in bytes. At the most pixels that are taken, a JPEG file of the best quality has fewer.
const LONGEST_FILE: u64 = 10_000_000;

/// The most pixels. They are decoded into 80 MB at most: four channels of 16 bits.
const MOST_PIXELS: u64 = 10_000_000;

/// What the decoder may allocate, in bytes: the pixels, and as much as a half more for what it works with.
const DECODER_MEMORY: u64 = 120_000_000;

/// The remedy for all that is too large.
const SCALE_DOWN: &str = "scale it down: a card shows at most 512 by 512 pixels";

/// The name of the photo's file, without its ending, where the owner gives none.
const NAME: &str = "photo";

/// The endings of pictures of other formats.
const OTHER_FORMATS: [&str; 12] =
    ["webp", "gif", "heic", "heif", "avif", "svg", "bmp", "tif", "tiff", "jfif", "jxl", "psd"];

/// What shows through where a picture is transparent.
const GROUND: Rgb<u8> = Rgb([255; 3]);

/// Whether a file is a picture by its ending.
pub(super) fn is_picture(path: &Path) -> bool {
    format_of_name(path).is_some()
}

/// Whether a file is a picture of a format that is not taken, by its ending.
pub(super) fn is_other_picture(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    OTHER_FORMATS.iter().any(|other| ending.eq_ignore_ascii_case(other))
}

/// The format that a file's ending stands for.
fn format_of_name(path: &Path) -> Option<ImageFormat> {
    let ending = path.extension()?.to_str()?.to_ascii_lowercase();
    match ending.as_str() {
        "jpg" | "jpeg" => Some(ImageFormat::Jpeg),
        "png" => Some(ImageFormat::Png),
        _ => None,
    }
}

/// The photo that `card.toml` names, else the one that is called `photo`. Other pictures in the directory are told.
pub(super) fn photo(
    dir: &Path,
    named: Option<Spanned<String>>,
    card_file: &SourceFile,
    diagnostics: &mut Diagnostics,
) -> Option<Photo> {
    let mut pictures = pictures(dir);
    let chosen = if let Some(named) = named {
        let found = pictures.iter().position(|path| *file_name(path) == **named.get_ref());
        if found.is_none() {
            not_found(&named, &pictures, card_file);
            return None;
        }
        found
    } else {
        let is_photo = |path: &PathBuf| path.file_stem().is_some_and(|stem| stem.eq_ignore_ascii_case(NAME));
        let found = pictures.iter().position(is_photo);
        if let Some(other) = pictures.iter().skip(found.map_or(0, |found| found + 1)).find(|path| is_photo(path)) {
            let first = found.and_then(|found| pictures.get(found)).map(|path| file_name(path)).unwrap_or_default();
            let remedy =
                format!("keep {first} or {}, or name one in card.toml: `photo = \"{first}\"`", file_name(other));
            diagnostics.push(Diagnostic::with_file(other, "there are two photos", remedy));
            return None;
        }
        found
    };
    let chosen = chosen.map(|chosen| pictures.remove(chosen));
    for other in pictures {
        let remedy = match chosen {
            Some(_) => "remove it, or name it in card.toml in place of the other".to_owned(),
            None => format!("name it in card.toml, `photo = \"{}\"`, or remove it", file_name(&other)),
        };
        diagnostics.push(Diagnostic::with_file(&other, "this picture is not shown", remedy).as_warning());
    }
    read(&chosen?).map_err(|wrong| diagnostics.append(wrong)).ok()
}

/// The pictures in the directory, in the order of the alphabet.
fn pictures(dir: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(dir).into_iter().flatten().filter_map(|file| Some(dir.join(file.ok()?.file_name())));
    let mut pictures: Vec<PathBuf> =
        paths.filter(|path| is_picture(path) && !file_name(path).starts_with('.')).collect();
    pictures.sort();
    pictures
}

/// The error of a name that is no picture's in the directory.
fn not_found(named: &Spanned<String>, pictures: &[PathBuf], card_file: &SourceFile) {
    let file = named.get_ref();
    let message = format!("there is no picture {} beside card.toml", quoted(file));
    let remedy = match suggestion(file, pictures.iter().map(|path| file_name(path))) {
        Some(remedy) => remedy,
        None if !is_picture(Path::new(file)) => "name a file that ends in .jpg, .jpeg or .png".to_owned(),
        None if file.contains('/') => "put the file beside card.toml, and write its name alone".to_owned(),
        None => "put the file there, or remove the line".to_owned(),
    };
    card_file.error(named.span(), message, remedy);
}

/// Reads and decodes a file.
fn read(path: &Path) -> Result<Photo, Diagnostics> {
    let wrong = |message: String, remedy: &str| Diagnostics::from(Diagnostic::with_file(path, message, remedy));
    let gone = || wrong("this picture is gone".to_owned(), "put it back");
    let bytes = source_file::read(path, LONGEST_FILE)?.ok_or_else(gone)?;
    if bytes.len() as u64 > LONGEST_FILE {
        return Err(wrong(format!("this picture is larger than {} MB", LONGEST_FILE / 1_000_000), SCALE_DOWN));
    }
    decode(&bytes, format_of_name(path)).map_err(|(message, remedy)| wrong(message, &remedy))
}

/// Decodes the bytes of a file whose ending stands for `named`; the error is what is wrong, and the remedy.
fn decode(bytes: &[u8], named: Option<ImageFormat>) -> Result<Photo, (String, String)> {
    let save = || "save it as JPEG or PNG".to_owned();
    let format = match image::guess_format(bytes) {
        Ok(format @ (ImageFormat::Jpeg | ImageFormat::Png)) => format,
        Ok(other) => return Err((format!("this is a picture of another format: {}", format_name(other)), save())),
        Err(_) => return Err(("this is not a picture".to_owned(), save())),
    };
    if named != Some(format) {
        let ending = if format == ImageFormat::Png { ".png" } else { ".jpg" };
        let message = format!("this is a {} file with another ending", format_name(format));
        return Err((message, format!("rename it, so that it ends in {ending}")));
    }
    let damaged = |error: image::ImageError| (format!("this picture cannot be decoded: {error}"), save());
    let mut decoder = decoder(bytes, format).map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        let most = MOST_PIXELS / 1_000_000;
        let message = format!("this picture has {width} x {height} pixels, more than {most} million");
        return Err((message, SCALE_DOWN.to_owned()));
    }
    // How the camera was held (EXIF).
    let orientation = decoder.orientation().map_err(damaged)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    // The decoder of JPEG fills what is missing with grey; that of PNG refuses the file.
    if format == ImageFormat::Jpeg && !has_end(bytes) && !is_whole(bytes, &picture) {
        return Err((
            "this file ends before its picture does".to_owned(),
            "copy the whole file, or save it anew".to_owned(),
        ));
    }
    if width.max(height) > Photo::LONGEST_SIDE {
        // The mean of the pixels that each new one covers.
        picture = picture.thumbnail(Photo::LONGEST_SIDE, Photo::LONGEST_SIDE);
    }
    picture.apply_orientation(orientation);
    Ok(Photo::new(opaque(&picture)))
}

fn decoder(bytes: &[u8], format: ImageFormat) -> ImageResult<impl ImageDecoder> {
    let mut limits = Limits::default();
    limits.max_alloc = Some(DECODER_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    reader.into_decoder()
}

/// Whether a JPEG file without an end has the whole picture: whatever follows makes no difference to what is decoded.
fn is_whole(bytes: &[u8], picture: &DynamicImage) -> bool {
    // Coefficients of zero and of other values, by most codes (ITU-T T.81, annex K.3).
    [0x00, 0xaa].into_iter().all(|byte| {
        let longer = [bytes, &[byte; 64], &[0xff, 0xd9]].concat();
        let decoded = decoder(&longer, ImageFormat::Jpeg).and_then(DynamicImage::from_decoder);
        decoded.is_ok_and(|decoded| decoded == *picture)
    })
}

/// Whether a JPEG file goes on to its end, the marker EOI (ITU-T T.81, annex B). What stands in a segment is passed
/// over: a small picture in the EXIF data has an end of its own.
fn has_end(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    // Other bytes after one of ones are those of a picture, or markers without a length.
    while let Some(at) = rest.windows(2).position(|pair| matches!(pair, [0xff, 0x02..=0xcf | 0xd9..=0xfe])) {
        rest = rest.get(at + 1..).unwrap_or_default();
        rest = match rest {
            [0xd9, ..] => return true,
            [_, high, low, ..] => rest.get(1 + usize::from(u16::from_be_bytes([*high, *low]))..).unwrap_or_default(),
            _ => return false,
        };
    }
    false
}

/// The picture on a white ground, where it has transparency.
fn opaque(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let picture = picture.to_rgba8();
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let mut pixel = GROUND.to_rgba();
        pixel.blend(picture.get_pixel(x, y));
        pixel.to_rgb()
    })
}

fn format_name(format: ImageFormat) -> String {
    format!("{format:?}").to_ascii_uppercase()
}

#[cfg(test)]
mod tests;
