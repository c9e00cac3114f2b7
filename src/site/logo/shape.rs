//! The shape of a text in dots: glyphs of the embedded font on a grid. A character that the font lacks is never drawn.

use super::font::{Font, Raster};

/// `DejaVu` Serif Italic, cut down; its licence is beside it. Of the faces that were tried its strokes make the best
/// dots: stems of two or three, hairlines of one.
const FONT: &[u8] = include_bytes!("DejaVuSerif-Italic-subset.ttf");

/// A glyph is drawn this many times larger and then gathered into dots, so that it can be shifted by parts of a dot.
const FINE: u8 = 4;

/// A dot is set when this much of it is ink. Less than a half, so that hairlines hold together.
const INK: f32 = 0.42;

/// The thickness of the bar of a root, in ems: that of the font's own.
const BAR: f32 = 0.055;

/// The least space between two characters, row by row, in ems: where one leans over the foot of the next, dots would
/// run together that strokes do not.
const APART: f32 = 0.09;

/// The least space between the bar and what stands under it, in ems.
const BELOW_BAR: f32 = 0.14;

/// The font, parsed.
pub(in crate::site) fn font() -> Option<Font> {
    Font::parse(FONT)
}

/// At most so many characters are drawn.
const LONGEST: usize = 8;

/// The dots of `text`, row by row, `height` rows of them; the leftmost column is 0. `None` if none is set.
pub(super) fn draw(font: &Font, text: &str, height: u16) -> Option<Vec<(u16, u16)>> {
    let text: Vec<char> = text.chars().filter(|c| font.has(*c)).take(LONGEST).collect();
    // The ink fills the height where it can; rounding to the grid decides by how much the size must give way.
    let mut px = largest(font, &text, f32::from(height))?;
    loop {
        let ink = set(font, &text, px);
        let (top, bottom) = (ink.iter().map(|dot| dot.1).min()?, ink.iter().map(|dot| dot.1).max()?);
        let rows = bottom - top + 1;
        if rows <= i32::from(height) || px < 1.0 {
            return Some(fit(&ink, height, top, bottom));
        }
        px = (px - 0.25).min(px * f32::from(height + 1) / rows as f32);
    }
}

/// The dots of a whole line in letters of a size, around its base line; `None` where the font lacks one of them.
pub(super) fn line(font: &Font, text: &str, px: f32) -> Option<Vec<(i32, i32)>> {
    let text: Vec<char> = text.chars().collect();
    text.iter().all(|c| *c == ' ' || font.has(*c)).then(|| {
        let ink = set(font, &text, px);
        let left = ink.iter().map(|dot| dot.0).min().unwrap_or(0);
        ink.into_iter().map(|(x, y)| (x - left, y)).collect()
    })
}

/// The size at which the outlines of `text` are `height` dots high, and a little more.
fn largest(font: &Font, text: &[char], height: f32) -> Option<f32> {
    let extents = text.iter().filter_map(|c| font.extent(*c));
    let (low, high) =
        extents.fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), (bottom, top)| (low.min(bottom), high.max(top)));
    (high > low).then(|| (height + 1.5) / (high - low))
}

/// Moves ink into the box: its leftmost column to 0, and to the middle of the height.
fn fit(ink: &[(i32, i32)], height: u16, top: i32, bottom: i32) -> Vec<(u16, u16)> {
    let left = ink.iter().map(|dot| dot.0).min().unwrap_or(0);
    let down = (i32::from(height) - (bottom - top + 1)) / 2 - top;
    let mut dots: Vec<(u16, u16)> = ink
        .iter()
        .filter_map(|(x, y)| Some((u16::try_from(x - left).ok()?, u16::try_from(y + down).ok()?)))
        .filter(|(_, y)| *y < height)
        .collect();
    dots.sort_unstable_by_key(|(x, y)| (*y, *x));
    dots.dedup();
    dots
}

/// Sets a line of text: dots to the right of and below the origin, which lies on the base line.
fn set(font: &Font, text: &[char], px: f32) -> Vec<(i32, i32)> {
    let mut ink: Vec<(i32, i32)> = Vec::new();
    let mut pen = 0.0;
    let mut before: Option<(char, Vec<(i32, i32)>)> = None;
    for (index, &c) in text.iter().enumerate() {
        if let Some((before, _)) = &before {
            pen += font.kerning(*before, c) * px;
        }
        let grown = text.get(index + 1).filter(|_| c == '√').map_or(1.0, |next| growth(font, *next));
        let mut glyph = glyph(font, c, px * grown);
        let mut at = pen.round() as i32;
        if let Some((before, ink)) = before.as_ref().filter(|_| !glyph.is_empty()) {
            let clear = clear_of(ink, &glyph, (APART * px).round() as i32);
            // Under its bar a root is followed as closely as its stroke allows.
            at = if *before == '√' { clear } else { at.max(clear) };
            pen = at as f32;
        }
        for dot in &mut glyph {
            dot.0 += at;
        }
        if let Some(('√', root)) = &before {
            ink.extend(bar(root, &glyph, (BAR * px).round().max(1.0) as i32));
        }
        ink.extend(&glyph);
        pen += font.advance(c) * px * grown;
        before = Some((c, glyph));
    }
    ink
}

/// How much larger a root must be drawn for its bar to clear `next`.
fn growth(font: &Font, next: char) -> f32 {
    let top = |c| font.extent(c).map(|(_, top)| top);
    let grown = top(next).zip(top('√')).map(|(next, root)| (next + BELOW_BAR + BAR) / root);
    grown.unwrap_or(1.0).max(1.0)
}

/// How far right `glyph` must stand to keep `space` from the ink before it, row by row.
fn clear_of(before: &[(i32, i32)], glyph: &[(i32, i32)], space: i32) -> i32 {
    let right = |row: i32| before.iter().filter(|dot| (dot.1 - row).abs() <= 1).map(|dot| dot.0).max();
    let least = glyph.iter().filter_map(|dot| Some(right(dot.1)? + 1 + space - dot.0)).max();
    least.or_else(|| before.iter().map(|dot| dot.0 + 1 + space).max()).unwrap_or(0)
}

/// The bar from the root's upper right end to the right edge of `glyph`.
fn bar(root: &[(i32, i32)], glyph: &[(i32, i32)], thickness: i32) -> Vec<(i32, i32)> {
    let (Some(top), Some(end)) = (root.iter().map(|dot| dot.1).min(), glyph.iter().map(|dot| dot.0).max()) else {
        return Vec::new();
    };
    let begin = root.iter().filter(|dot| dot.1 == top).map(|dot| dot.0).min().unwrap_or(end);
    (top..top + thickness).flat_map(|y| (begin..=end).map(move |x| (x, y))).collect()
}

/// A glyph's dots around its origin. Of the few shifts by parts of a dot to the side, the one is taken at which its ink
/// falls most nearly into whole dots.
fn glyph(font: &Font, c: char, px: f32) -> Vec<(i32, i32)> {
    let raster = font.rasterize(c, px * f32::from(FINE));
    let candidates = (0..i32::from(FINE)).map(|shift| Gathered::new(&raster, raster.left + shift));
    candidates
        .max_by(|one, other| one.sharpness().total_cmp(&other.sharpness()))
        .map_or_else(Vec::new, |best| best.dots())
}

/// How much ink lies in each dot of a glyph, from 0 to 1.
struct Gathered {
    left: i32,
    top: i32,
    width: usize,
    ink: Vec<f32>,
}

impl Gathered {
    /// Gathers a glyph's ink on a grid of fine dots, of which the leftmost lie `left` from the origin.
    fn new(Raster { top, width: fine_width, coverage, .. }: &Raster, left: i32) -> Self {
        let (fine, per_dot) = (i32::from(FINE), usize::from(FINE));
        let (inset, drop) = (left.rem_euclid(fine) as usize, top.rem_euclid(fine) as usize);
        let width = (inset + fine_width).div_ceil(per_dot).max(1);
        let lines = coverage.chunks((*fine_width).max(1));
        let mut ink = vec![0.0; width * (drop + lines.len()).div_ceil(per_dot)];
        for (line, row) in lines.zip(drop..) {
            for (coverage, column) in line.iter().zip(inset..) {
                if let Some(ink) = ink.get_mut(row / per_dot * width + column / per_dot) {
                    *ink += f32::from(*coverage) / (255 * per_dot * per_dot) as f32;
                }
            }
        }
        Self { left: left.div_euclid(fine), top: top.div_euclid(fine), width, ink }
    }

    /// How far the dots with any ink are from being in doubt.
    fn sharpness(&self) -> f32 {
        self.ink.iter().filter(|ink| **ink > 0.0).map(|ink| (ink - INK) * (ink - INK)).sum()
    }

    fn dots(&self) -> Vec<(i32, i32)> {
        let rows = self.ink.chunks(self.width).zip(self.top..);
        rows.flat_map(|(row, y)| row.iter().zip(self.left..).filter(|(ink, _)| **ink > INK).map(move |(_, x)| (x, y)))
            .collect()
    }
}
