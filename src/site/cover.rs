//! The card as a PNG picture for link previews (<https://ogp.me>): name, headline, work and the command in the embedded
//! font, the logo in dots, the photo. Its colours are those of the web page on a light ground.

use super::{
    Logo,
    logo::{Font, font},
};
use crate::{
    document::{Card, PixelFormat, Rgb, png},
    formats::{LIGHT, accent},
};

/// The picture's width and height, in pixels.
pub const COVER: (u32, u32) = (WIDTH.unsigned_abs(), HEIGHT.unsigned_abs());
const WIDTH: i32 = 1200;
const HEIGHT: i32 = 630;

/// From the picture's edge to the sheet, and to what is on it.
const EDGE: i32 = 36;
const MARGIN: i32 = 100;

/// The longest side of the photo.
const PHOTO: u32 = 220;

/// The widest and the highest logo, and the most a dot of it takes.
const LOGO: (u16, u16) = (430, 200);
const DOT: u16 = 7;

/// Draws the card as a PNG file (ISO/IEC 15948). A text with characters that the font lacks is left out; `None` where
/// nothing would be left.
pub(super) fn cover(card: &Card, logo: Option<&Logo>) -> Option<Vec<u8>> {
    let font = font()?;
    let mut canvas = Canvas::new();
    let (right, bottom) = (WIDTH - MARGIN, HEIGHT - MARGIN);
    let mut room = right - MARGIN;
    if let Some(photo) = &card.photo {
        let photo = photo.within(PHOTO);
        let width = i32::try_from(photo.size().0).ok()?;
        let left = right - width;
        for (n, pixel) in (0..).zip(photo.pixels()) {
            canvas.blend(left + n % width, MARGIN + n / width, Rgb::from_channels(pixel), 1.0);
        }
        room -= width + 40;
    }
    let [accent, _] = accent(card.accent);
    let [name, headline, role, organization, place, ssh] = texts(card);
    let (large, small, command) = match (name, headline) {
        // The command says how to find out.
        names if !is_drawable([&names.0, &names.1]) => (ssh, None, None),
        (None, headline) => (headline, None, ssh),
        (name, headline) => (name, headline, ssh),
    };
    let mut top = MARGIN;
    for (text, sizes, colour) in [(large, [76, 60, 46], LIGHT.ink), (small, [42, 36, 30], LIGHT.quiet)] {
        if let Some((lines, size)) = text.and_then(|text| fitting(&font, &text, sizes, room)) {
            for line in lines {
                top += size;
                canvas.text(&font, &line, size as f32, (MARGIN, top), colour);
                top += size / 4;
            }
            top += 14;
        }
    }
    let mut foot = right - MARGIN;
    if let Some(logo) = logo {
        let (width, height) = logo.cells();
        let (width, height) = (2 * width, 4 * height);
        let dot = DOT.min(LOGO.0 / width.max(1)).min(LOGO.1 / height.max(1)).max(1);
        let (left, above) = (right - i32::from(width * dot), bottom - i32::from(height * dot));
        for (x, y) in logo.rest() {
            let place = |at: u16| f32::from(at * dot) + f32::from(dot) / 2.0;
            canvas.dot(left as f32 + place(x), above as f32 + place(y), 0.46 * f32::from(dot), accent);
        }
        foot = left - MARGIN - 40;
    }
    let lines = [(role, LIGHT.ink), (organization, accent), (place, LIGHT.quiet), (command, LIGHT.ink)];
    let mut base = bottom;
    for (text, colour) in lines.into_iter().rev().filter_map(|(text, colour)| Some((text?, colour))) {
        let Some((lines, size)) = fitting(&font, &text, [34, 28, 24], foot).filter(|(lines, _)| lines.len() == 1)
        else {
            continue;
        };
        if base - size < top {
            break;
        }
        canvas.text(&font, lines.first()?, size as f32, (MARGIN, base), colour);
        base -= size * 4 / 3;
    }
    let is_blank = top == MARGIN && base == bottom && logo.is_none() && card.photo.is_none();
    if is_blank { None } else { canvas.png() }
}

/// The texts of the picture, of which those are drawn that can be: name, headline, role, organization, place, command.
pub(super) fn texts(card: &Card) -> [Option<String>; 6] {
    let headline = Some(card.headline.join(" "));
    [card.name.clone(), headline, card.role.clone(), card.organization.clone(), card.place.clone(), card.ssh()]
}

/// Whether any of these texts can be drawn: the font has a glyph for each of its characters. It has Latin, Greek and
/// Cyrillic letters.
pub(super) fn is_drawable<'t>(texts: impl IntoIterator<Item = &'t Option<String>>) -> bool {
    texts.into_iter().flatten().any(|text| has_glyphs(text))
}

fn has_glyphs(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|letter| letter == ' ' || Logo::has_glyph(letter))
}

/// A text in lines of at most `room` pixels, two of them or three, in the largest size in which it has so few; `None`
/// for no text, for one that the font cannot set, and for one that is too long.
fn fitting(font: &Font, text: &str, sizes: [i32; 3], room: i32) -> Option<(Vec<String>, i32)> {
    if !has_glyphs(text) {
        return None;
    }
    sizes.into_iter().zip([2, 2, 3]).find_map(|(size, most)| {
        let mut lines: Vec<String> = Vec::new();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            let longer = lines.last().map(|line| format!("{line} {word}"));
            match longer.filter(|line| width(font, line, size as f32) <= room as f32) {
                Some(longer) => *lines.last_mut()? = longer,
                None => lines.push(word.to_owned()),
            }
        }
        let fits = lines.len() <= most && lines.iter().all(|line| width(font, line, size as f32) <= room as f32);
        fits.then_some((lines, size))
    })
}

/// How far the letters of a text stand from where it begins, each with its own start, and where the text ends, in
/// pixels.
fn set(font: &Font, text: &str, size: f32) -> (Vec<(char, f32)>, f32) {
    let (mut letters, mut pen, mut before) = (Vec::new(), 0.0, None);
    for letter in text.chars() {
        pen += before.map_or(0.0, |before| font.kerning(before, letter)) * size;
        letters.push((letter, pen));
        pen += font.advance(letter) * size;
        before = Some(letter);
    }
    (letters, pen)
}

fn width(font: &Font, text: &str, size: f32) -> f32 {
    set(font, text, size).1
}

/// The pixels, row by row.
struct Canvas(Vec<[f32; 3]>);

impl Canvas {
    /// The empty sheet on its paper.
    fn new() -> Self {
        let pixel = |n: i32| {
            let (x, y) = (n % WIDTH, n / WIDTH);
            let inside = x.min(y).min(WIDTH - 1 - x).min(HEIGHT - 1 - y) - EDGE;
            channels(match inside {
                ..0 => LIGHT.paper,
                0..2 => LIGHT.rule,
                _ => LIGHT.sheet,
            })
        };
        Self((0..WIDTH * HEIGHT).map(pixel).collect())
    }

    /// Covers a part of a pixel, from 0 to 1, with a colour.
    fn blend(&mut self, x: i32, y: i32, colour: Rgb, part: f32) {
        let is_inside = (0..WIDTH).contains(&x) && (0..HEIGHT).contains(&y);
        let at = usize::try_from(y * WIDTH + x).ok().filter(|_| is_inside);
        if let Some(pixel) = at.and_then(|at| self.0.get_mut(at)) {
            for (channel, ink) in pixel.iter_mut().zip(channels(colour)) {
                *channel += (ink - *channel) * part;
            }
        }
    }

    fn text(&mut self, font: &Font, text: &str, size: f32, (left, base): (i32, i32), colour: Rgb) {
        for (letter, at) in set(font, text, size).0 {
            let raster = font.rasterize(letter, size);
            let rows = raster.coverage.chunks(raster.width.max(1));
            for (row, y) in rows.zip(base + raster.top..) {
                for (ink, x) in row.iter().zip(left + at.round() as i32 + raster.left..) {
                    self.blend(x, y, colour, f32::from(*ink) / 255.0);
                }
            }
        }
    }

    /// A disc.
    fn dot(&mut self, x: f32, y: f32, radius: f32, colour: Rgb) {
        let reach = radius.ceil() as i32 + 1;
        for row in y as i32 - reach..=y as i32 + reach {
            for column in x as i32 - reach..=x as i32 + reach {
                let away = (column as f32 + 0.5 - x).hypot(row as f32 + 0.5 - y);
                self.blend(column, row, colour, (radius + 0.5 - away).clamp(0.0, 1.0));
            }
        }
    }

    fn png(&self) -> Option<Vec<u8>> {
        let bytes: Vec<u8> = self.0.iter().flatten().map(|channel| channel.round() as u8).collect();
        png(COVER, PixelFormat::Rgb8, &bytes)
    }
}

fn channels(colour: Rgb) -> [f32; 3] {
    colour.channels().map(f32::from)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{document::Document, formats::tests::load, site::Site};

    fn drawn(card: &str) -> Option<Vec<u8>> {
        Site::new(load(&[("card.toml", card)])).cover()
    }

    /// The colours of a picture, and how many pixels each has.
    fn colours(file: &[u8]) -> std::collections::HashMap<[u8; 3], usize> {
        let picture = image::load_from_memory(file).unwrap().to_rgb8();
        assert_eq!(picture.dimensions(), COVER);
        let mut counted = std::collections::HashMap::new();
        picture.pixels().for_each(|pixel| *counted.entry(pixel.0).or_default() += 1);
        counted
    }

    #[test]
    fn the_picture_has_the_words_in_ink_and_the_logo_in_the_accent() {
        let card =
            "headline = 'Bridges'\nname = 'Alex Example'\norganization = 'Clearsound'\nlogo = '1/√x'\naccent = 'blue'";
        let file = drawn(card).unwrap();
        let counted = colours(&file);
        assert!(counted[&[0x1b, 0x1b, 0x1b]] > 1000 && counted[&[0x1d, 0x5e, 0xb2]] > 1000, "{}", counted.len());
        assert!(file.len() < 100_000, "{}", file.len());
        let without = colours(&drawn(&card.replace("logo = '1/√x'\n", "")).unwrap());
        assert!(without[&[0x1d, 0x5e, 0xb2]] < counted[&[0x1d, 0x5e, 0xb2]] / 2);
    }

    #[test]
    fn what_the_font_lacks_is_left_out() {
        for (card, expected) in [
            ("headline = '橋'\nname = '山田'", false),
            ("headline = '橋'\nname = 'Yamada'", true),
            ("headline = '橋'\nplace = 'Kyoto'", true),
        ] {
            assert_eq!(drawn(card).is_some(), expected);
            assert_eq!(Site::new(load(&[("card.toml", card)])).has_cover(), expected);
        }
        assert!(Arc::new(Site::new(Document::default())).cover().is_none());
        // The command is as large as a name would be, and the only text.
        let command = colours(&drawn("headline = '橋'\nname = '山田'\naddress = 'x.example'").unwrap());
        let named = colours(&drawn("headline = '橋'\nname = 'ssh x.example'").unwrap());
        assert_eq!(command, named);
    }
}
