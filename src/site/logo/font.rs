//! Glyphs of the embedded font: their metrics in ems, and their pixels.

use ab_glyph_rasterizer::{Point, Rasterizer, point};
use read_fonts::{
    FontRef, TableProvider as _,
    model::glyph::outline::PathSink,
    tables::{
        cmap::Cmap,
        glyf::outline::{Outline, OutlineContext as _, OutlineTables, PathContourStart, Unscaled},
        kern::{Kern, SubtableKind},
    },
    types::GlyphId,
};

/// A TrueType font, parsed. It borrows the file's bytes and keeps nothing of its own.
pub(in crate::site) struct Font {
    characters: Cmap<'static>,
    tables: OutlineTables<'static>,
    kern: Option<Kern<'static>>,
    /// The unit of the tables, in ems.
    unit: f32,
}

/// A glyph's ink on a grid of which the origin of the glyph is a corner.
pub(in crate::site) struct Raster {
    /// The column of the leftmost squares, from the origin.
    pub(in crate::site) left: i32,
    /// The row of the topmost squares, from the base line down: what stands above it has negative rows.
    pub(in crate::site) top: i32,
    /// How many squares a row has; 0 if there is no ink.
    pub(in crate::site) width: usize,
    /// How much of each square is ink, from 0 to 255, row by row.
    pub(in crate::site) coverage: Vec<u8>,
}

impl Font {
    /// Parses a TrueType font; `None` if it cannot be used.
    pub(in crate::site) fn parse(bytes: &'static [u8]) -> Option<Self> {
        let font = FontRef::new(bytes).ok()?;
        let tables = OutlineTables::new(&font).ok()?;
        let unit = 1.0 / f32::from(tables.units_per_em);
        Some(Self { characters: font.cmap().ok()?, kern: font.kern().ok(), tables, unit })
    }

    /// Whether there is a glyph for `c`.
    pub(in crate::site) fn has(&self, c: char) -> bool {
        self.glyph(c).is_some()
    }

    /// How far the ink of `c` reaches down and up from the base line, in ems; `None` if it has none.
    pub(in crate::site) fn extent(&self, c: char) -> Option<(f32, f32)> {
        let [_, bottom, _, top] = self.bounds(self.glyph(c)?)?;
        (top > bottom).then_some((bottom * self.unit, top * self.unit))
    }

    /// How far the origin of the next glyph lies from that of `c`, in ems.
    pub(in crate::site) fn advance(&self, c: char) -> f32 {
        self.glyph(c).map_or(0, |glyph| self.tables.h_metrics(glyph).1) as f32 * self.unit
    }

    /// By how much `right` stands farther from `left` than its advance says, in ems.
    pub(in crate::site) fn kerning(&self, left: char, right: char) -> f32 {
        let (Some(kern), Some(left), Some(right)) = (&self.kern, self.glyph(left), self.glyph(right)) else {
            return 0.0;
        };
        let units = kern.subtables().flatten().find_map(|table| match table.kind() {
            Ok(SubtableKind::Format0(pairs)) if table.is_horizontal() => pairs.kerning(left, right),
            _ => None,
        });
        units.unwrap_or(0) as f32 * self.unit
    }

    /// The ink of `c` at a size of `px` squares an em.
    pub(in crate::site) fn rasterize(&self, c: char, px: f32) -> Raster {
        self.outline(c, px).unwrap_or(Raster { left: 0, top: 0, width: 0, coverage: Vec::new() })
    }

    fn outline(&self, c: char, px: f32) -> Option<Raster> {
        let glyph = self.glyph(c)?;
        let scale = px * self.unit;
        let [left, bottom, right, top] = self.bounds(glyph)?.map(|edge| edge * scale);
        // Rows are counted down, ordinates up.
        let (left, top, right, bottom) = (left.floor(), (-top).floor(), right.ceil(), (-bottom).ceil());
        let (width, height) = ((right - left) as usize, (bottom - top) as usize);
        let mut pen = Pen {
            rasterizer: Rasterizer::new(width, height),
            origin: point(-left, -top),
            scale,
            start: Point::default(),
            end: Point::default(),
        };
        let mut outline = Outline::<Unscaled>::new();
        outline.load(&self.tables, glyph).ok()?;
        if !outline.to_path(PathContourStart::default(), &mut pen) {
            return None;
        }
        let mut coverage = vec![0; width * height];
        pen.rasterizer.for_each_pixel(|square, ink| {
            if let Some(square) = coverage.get_mut(square) {
                // In whole steps, so that rounding leaves no ink behind. Where strokes overlap, the sum is more than 1:
                // the cast saturates.
                *square = (ink * 255.0) as u8;
            }
        });
        Some(Raster { left: left as i32, top: top as i32, width, coverage })
    }

    /// The left, lower, right and upper edge of a glyph, in units of the tables; `None` if it has no ink.
    fn bounds(&self, glyph: GlyphId) -> Option<[f32; 4]> {
        let glyph = self.tables.glyph(glyph)?.into_glyph()?;
        Some([glyph.x_min(), glyph.y_min(), glyph.x_max(), glyph.y_max()].map(f32::from))
    }

    /// Glyph 0 is what stands for characters that the font lacks.
    fn glyph(&self, c: char) -> Option<GlyphId> {
        self.characters.map_codepoint(c).filter(|glyph| *glyph != GlyphId::NOTDEF)
    }
}

/// Draws an outline, whose ordinate points up, into a rasterizer, whose ordinate points down.
struct Pen {
    rasterizer: Rasterizer,
    /// Where the glyph's origin lies in the rasterizer.
    origin: Point,
    /// How many squares a unit of the outline has.
    scale: f32,
    start: Point,
    end: Point,
}

impl Pen {
    fn place(&self, x: f32, y: f32) -> Point {
        point(self.origin.x + x * self.scale, self.origin.y - y * self.scale)
    }
}

impl PathSink for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.start = self.place(x, y);
        self.end = self.start;
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let end = self.place(x, y);
        self.rasterizer.draw_line(self.end, end);
        self.end = end;
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let end = self.place(x, y);
        self.rasterizer.draw_quad(self.end, self.place(x1, y1), end);
        self.end = end;
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let end = self.place(x, y);
        self.rasterizer.draw_cubic(self.end, self.place(x1, y1), self.place(x2, y2), end);
        self.end = end;
    }

    fn close(&mut self) {
        self.rasterizer.draw_line(self.end, self.start);
        self.end = self.start;
    }
}
