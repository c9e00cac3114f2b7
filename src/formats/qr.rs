//! The QR code (ISO/IEC 18004) of the card: in characters for a terminal, as SVG, as PNG. Its content is the owner's
//! choice; nothing that a visitor sent is encoded.

use std::fmt::Write as _;

use bytes::Bytes;
use qrcode::{Color, EcLevel, QrCode};

use super::{File, Format};
use crate::document::{Card, Document, PixelFormat, Words, png};

/// `qr`: in half blocks in colours of its own for a terminal; without colours for light letters on a dark ground (light
/// modules are drawn) or for dark letters on a light one or on paper (dark modules are drawn); in `##` for where there
/// are no blocks; as a drawing or a picture.
pub(super) struct QrFormat;

impl Format for QrFormat {
    fn name(&self) -> &'static str {
        "qr"
    }

    fn gives<'w>(&self, words: &'w Words) -> &'w str {
        &words.commands.qr
    }

    fn variants(&self) -> &'static [&'static str] {
        &["ansi", "dark", "light", "text", "svg", "png"]
    }

    fn files(&self) -> &'static [File] {
        &[
            File { name: "qr.svg", about: |words| &words.files.svg, variant: "svg" },
            File { name: "qr.png", about: |words| &words.files.png, variant: "png" },
        ]
    }

    fn has_lines(&self, variant: &str) -> bool {
        variant != "png"
    }

    fn absence(&self) -> &'static str {
        "this card has no QR code: there is nothing to encode"
    }

    /// `None` also where the card has more for the code than any code can hold.
    fn render(&self, document: &Document, variant: &str) -> Option<Bytes> {
        let card = &document.card;
        let content = card.qr.content()?;
        let shown = || Modules::new(content, EcLevel::L);
        Some(match variant {
            "dark" => shown()?.half_blocks(false).into(),
            "light" => shown()?.half_blocks(true).into(),
            "text" => shown()?.text().into(),
            "svg" => format!("{}\n", svg(card)?).into(),
            "png" => printed(content)?.png()?.into(),
            _ => shown()?.coloured().into(),
        })
    }
}

/// Light modules on each side: what the standard asks for.
const QUIET: usize = 4;

/// Black on white, of the 256 colours those that no theme of a terminal changes, and the way back (ECMA-48, SGR).
const BLACK_ON_WHITE: &str = "\x1b[38;5;16;48;5;231m";
const RESET: &str = "\x1b[0m";

/// The pixels of a module's side: a small code of 29 modules is 296 pixels wide and prints sharply at the size of a
/// stamp.
const SCALE: u8 = 8;

/// The code as an element of a web page, its side a module long for each module.
pub(super) fn svg(card: &Card) -> Option<String> {
    Some(printed(card.qr.content()?)?.svg())
}

/// A code that will be printed can be stained or folded, so it has more redundancy than one on a screen, where fewer
/// modules are the better read.
fn printed(content: &str) -> Option<Modules> {
    Modules::new(content, EcLevel::M).or_else(|| Modules::new(content, EcLevel::L))
}

/// The modules of a code, with the quiet zone round them.
struct Modules {
    /// With the quiet zone.
    side: usize,
    code: QrCode,
}

impl Modules {
    fn new(content: &str, level: EcLevel) -> Option<Self> {
        let code = QrCode::with_error_correction_level(content, level).ok()?;
        Some(Self { side: code.width() + 2 * QUIET, code })
    }

    fn is_dark(&self, x: usize, y: usize) -> bool {
        let inside = |at: usize| at.checked_sub(QUIET).filter(|at| *at < self.code.width());
        matches!((inside(x), inside(y)), (Some(x), Some(y)) if self.code[(x, y)] == Color::Dark)
    }

    /// In two colours, so that a camera reads it on every ground. The quiet zone is painted too.
    fn coloured(&self) -> String {
        let rows = self.rows(true).map(|row| format!("{BLACK_ON_WHITE}{row}{RESET}\n"));
        rows.collect()
    }

    fn half_blocks(&self, draws_dark: bool) -> String {
        let rows = self.rows(draws_dark).map(|row| format!("{}\n", row.trim_end()));
        rows.collect()
    }

    /// Two rows of modules at a time, as characters.
    fn rows(&self, draws_dark: bool) -> impl Iterator<Item = String> {
        let drawn = move |x, y| self.is_dark(x, y) == draws_dark;
        let row = move |y| (0..self.side).map(|x| half_block(drawn(x, y), drawn(x, y + 1))).collect();
        (0..self.side).step_by(2).map(row)
    }

    fn text(&self) -> String {
        let rows = (0..self.side).map(|y| {
            let row: String = (0..self.side).map(|x| if self.is_dark(x, y) { "##" } else { "  " }).collect();
            format!("{}\n", row.trim_end())
        });
        rows.collect()
    }

    /// Each run of dark modules in a row is a rectangle of one path, so that no seam shows between two.
    fn svg(&self) -> String {
        let side = self.side;
        let mut dark = String::new();
        for y in 0..side {
            let mut x = 0;
            while x < side {
                let run = (x..side).take_while(|x| self.is_dark(*x, y)).count();
                if run > 0 {
                    let _ = write!(dark, "M{x} {y}h{run}v1h-{run}z");
                }
                x += run.max(1);
            }
        }
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" width=\"{pixels}\" \
             height=\"{pixels}\" shape-rendering=\"crispEdges\" role=\"img\" aria-label=\"QR code\">\
             <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path fill=\"#000\" d=\"{dark}\"/></svg>",
            pixels = side * usize::from(SCALE)
        )
    }

    /// Black and white; a module is [`SCALE`] pixels each way.
    fn png(&self) -> Option<Vec<u8>> {
        let (scale, side) = (usize::from(SCALE), self.side * usize::from(SCALE));
        let pixel = |n: usize| if self.is_dark(n % side / scale, n / side / scale) { 0x00 } else { 0xff };
        let pixels: Vec<u8> = (0..side * side).map(pixel).collect();
        let side = u32::try_from(side).ok()?;
        png((side, side), PixelFormat::L8, &pixels)
    }
}

/// Two modules, one above the other, as one character.
fn half_block(above: bool, below: bool) -> char {
    match (above, below) {
        (true, true) => '█',
        (true, false) => '▀',
        (false, true) => '▄',
        (false, false) => ' ',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code() -> Modules {
        Modules::new("https://example.com", EcLevel::L).unwrap()
    }

    /// Which modules characters draw, the blank ones at a line's end included.
    fn drawn(text: &str, side: usize) -> Vec<Vec<bool>> {
        let mut rows = Vec::new();
        for line in text.lines() {
            let line: Vec<char> = format!("{line:side$}").chars().collect();
            rows.push(line.iter().map(|sign| matches!(sign, '█' | '▀')).collect());
            rows.push(line.iter().map(|sign| matches!(sign, '█' | '▄')).collect());
        }
        rows.truncate(side);
        rows
    }

    #[test]
    fn every_drawing_has_the_modules_of_the_code() {
        let code = code();
        let side = code.side;
        let dark: Vec<Vec<bool>> = (0..side).map(|y| (0..side).map(|x| code.is_dark(x, y)).collect()).collect();
        assert_eq!(drawn(&code.half_blocks(true), side), dark);
        let light: Vec<Vec<bool>> = dark.iter().map(|row| row.iter().map(|dark| !dark).collect()).collect();
        assert_eq!(drawn(&code.half_blocks(false), side), light);
        let plain = code.coloured().replace(BLACK_ON_WHITE, "").replace(RESET, "");
        assert_eq!(drawn(&plain, side), dark);
        assert!(plain.lines().all(|line| line.chars().count() == side));
        let text = code.text();
        let hashes: Vec<Vec<bool>> = text
            .lines()
            .map(|line| {
                format!("{line:width$}", width = 2 * side).as_bytes().chunks(2).map(|two| two == b"##").collect()
            })
            .collect();
        assert_eq!(hashes, dark);
        for (y, row) in dark.iter().enumerate() {
            for (x, dark) in row.iter().enumerate() {
                assert!(!dark || (QUIET..side - QUIET).contains(&x) && (QUIET..side - QUIET).contains(&y), "{x} {y}");
            }
        }
    }

    #[test]
    fn the_picture_is_that_of_the_code() {
        let code = code();
        let picture = image::load_from_memory(&code.png().unwrap()).unwrap().to_luma8();
        let (side, scale) = (code.side as u32, u32::from(SCALE));
        assert_eq!(picture.dimensions(), (side * scale, side * scale));
        for (x, y, pixel) in picture.enumerate_pixels() {
            let expected = if code.is_dark((x / scale) as usize, (y / scale) as usize) { 0x00 } else { 0xff };
            assert_eq!(pixel.0, [expected], "{x} {y}");
        }
    }

    #[test]
    fn the_drawing_has_as_many_dark_modules_as_the_code() {
        let code = code();
        let svg = code.svg();
        let path = svg.split("fill=\"#000\" d=\"").nth(1).unwrap().split('"').next().unwrap();
        let drawn: usize = path.split('h').skip(1).filter_map(|run| run.split('v').next()?.parse::<usize>().ok()).sum();
        let dark: usize = (0..code.side).map(|y| (0..code.side).filter(|x| code.is_dark(*x, y)).count()).sum();
        assert_eq!(drawn, dark);
    }
}
