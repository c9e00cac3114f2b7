//! The pictures of quantization: the weights with the levels that they may take under them, the errors that this makes, and
//! the signal-to-noise ratio at every number of bits beside what the rule says.

use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
};
use unicode_width::UnicodeWidthStr as _;

use super::{
    Quantization,
    layer::{Outliers, WEIGHTS},
    scheme::{BITS, Grid, Scales, Setting},
};
use crate::{
    exhibit::View,
    palette::Palette,
    plot::{Axis, Plane, Plot, put},
};

/// The lowest area with room for the errors, and the least with room for all pictures, in cells.
const ERRORS: u16 = 14;
const ALL: (u16, u16) = (56, 20);
/// Between pictures that stand side by side.
const GAP: u16 = 2;

impl View for Quantization {
    /// Draws the pictures that have room in `area`.
    fn draw(&self, palette: &Palette, area: Rect, buffer: &mut Buffer) {
        let area = area.intersection(buffer.area);
        let setting = self.setting;
        if area.width >= ALL.0 && area.height >= ALL.1 {
            let [upper, _, lower] =
                Layout::vertical([Constraint::Fill(3), Constraint::Length(1), Constraint::Fill(2)]).areas(area);
            let [left, _, right] =
                Layout::horizontal([Constraint::Fill(1), Constraint::Length(GAP), Constraint::Fill(1)]).areas(lower);
            weights(setting, 3, palette, upper, buffer);
            errors(setting, palette, left, buffer);
            ratios(setting, palette, right, buffer);
        } else if area.height >= ERRORS {
            let [upper, lower] = Layout::vertical([Constraint::Fill(1), Constraint::Length(6)]).areas(area);
            weights(setting, 2, palette, upper, buffer);
            errors(setting, palette, lower, buffer);
        } else {
            weights(setting, 1, palette, area, buffer);
        }
    }
}

/// The axis of how many there are: logarithmic, so that a single one is seen, and from half of one, so that it has a height.
fn count_axis(title: &'static str) -> Axis {
    Axis::log10(0.5, 5000.0, title)
}

/// The histogram of the weights, and under it, in at most so many rows, the levels of a grid each.
fn weights(setting: Setting, rows: u16, palette: &Palette, area: Rect, buffer: &mut Buffer) {
    let grids = grids(setting, usize::from(rows));
    let parts = [Constraint::Fill(1), Constraint::Length(grids.len() as u16)];
    let [upper, lower] = Layout::vertical(parts).areas(area);
    // To a little beyond the greatest weight there is.
    let end = match setting.outliers {
        Outliers::None => 0.15,
        Outliers::One | Outliers::Eight => 0.45,
    };
    let x = Axis::linear(-end, end, "weight");
    let plane = Plot { x: x.clone(), y: count_axis("how many weights") }.draw(palette, upper, buffer);
    let values = setting.outliers.weights().iter().copied();
    plane.bars(&histogram(values, end, plane.area.width), palette.text, palette, buffer);
    outliers(setting.outliers, end, &plane, palette, buffer);
    for ((name, grid), row) in grids.into_iter().zip(lower.rows()) {
        let plane = Rect { x: plane.area.x, width: plane.area.width, ..row };
        if usize::from(plane.x - row.x) > name.width() {
            put(buffer, row, row.x, row.y, name, palette.quiet);
        }
        levels(grid, x.clone(), palette, plane, buffer);
    }
}

/// How many values lie in each of `bins` equal parts from −end to end; what lies beyond is counted in the last of its side.
fn histogram(values: impl Iterator<Item = f32>, end: f64, bins: u16) -> Vec<f64> {
    let mut counts = vec![0.0; usize::from(bins)];
    let scale = f64::from(bins) / (2.0 * end);
    for value in values {
        // A cast to an unsigned number takes what is negative as 0.
        let bin = ((f64::from(value) + end) * scale) as usize;
        if let Some(count) = counts.get_mut(bin.min(usize::from(bins).saturating_sub(1))) {
            *count += 1.0;
        }
    }
    counts
}

/// Draws the outliers' bars as what they are, and says so over the greatest.
fn outliers(outliers: Outliers, end: f64, plane: &Plane, palette: &Palette, buffer: &mut Buffer) {
    let word = match outliers {
        Outliers::None => return,
        Outliers::One => "outlier",
        Outliers::Eight => "outliers",
    };
    for value in outliers.values() {
        let bin = ((f64::from(*value) + end) * f64::from(plane.area.width) / (2.0 * end)) as u16;
        let x = plane.area.x + bin;
        let bar = Rect { x, width: 1, ..plane.area }.intersection(plane.area);
        for cell in bar.intersection(buffer.area).positions() {
            // The bar alone: what is written over it keeps its voice.
            if let Some(cell) = buffer.cell_mut(cell).filter(|cell| cell.symbol() != " ") {
                cell.set_style(palette.highlight);
            }
        }
    }
    let Some(bottom) = plane.area.bottom().checked_sub(2).filter(|bottom| *bottom > plane.area.y) else { return };
    let x = plane.area.right().saturating_sub(word.width() as u16);
    let free = (x..plane.area.right()).all(|x| buffer.cell((x, bottom)).is_some_and(|cell| cell.symbol() == " "));
    if free && x > plane.area.x {
        put(buffer, plane.area, x, bottom, word, palette.strong);
    }
}

/// The grids to show, at most so many of them: one for all, or of all groups the widest, the narrowest and the one between.
fn grids(setting: Setting, most: usize) -> Vec<(&'static str, Grid)> {
    let mut grids: Vec<Grid> = setting.groups().map(|(_, grid)| grid).collect();
    grids.sort_by(|one, other| other.reach().total_cmp(&one.reach()));
    let last = grids.len().saturating_sub(1);
    let shown: &[(&str, usize)] = match (setting.scales, most) {
        (Scales::Tensor, _) => &[("grid", 0)],
        (_, 0 | 1) => &[("mid", last / 2)],
        (_, 2) => &[("wide", 0), ("mid", last / 2)],
        _ => &[("wide", 0), ("mid", last / 2), ("fine", last)],
    };
    shown.iter().filter_map(|(name, place)| Some((*name, *grids.get(*place)?))).collect()
}

/// A row of strokes, one at each level; where they are too many they run together.
fn levels(grid: Grid, x: Axis, palette: &Palette, row: Rect, buffer: &mut Buffer) {
    // So low a plot has no axes of its own.
    let plane = Plot { x, y: Axis::linear(0.0, 1.0, "") }.draw(palette, row, buffer);
    let strokes = grid.levels().map(f64::from).flat_map(|level| [(level, 0.0), (level, 1.0), (level, f64::NAN)]);
    plane.curve(strokes, palette.accent, palette, buffer);
}

/// Half the widths that the picture of errors may have: each a fifth of the one before.
const ENDS: [f64; 5] = [0.5, 0.1, 0.02, 0.004, 0.0008];

/// The histogram of what rounding and clipping leave out.
fn errors(setting: Setting, palette: &Palette, area: Rect, buffer: &mut Buffer) {
    let outcome = setting.outcome();
    let rms = (outcome.noise / WEIGHTS as f64).sqrt();
    let end = ENDS.into_iter().rev().find(|end| *end >= 3.0 * rms).unwrap_or(ENDS[0]);
    let plot = Plot { x: Axis::linear(-end, end, "error"), y: count_axis("how many errors") };
    let plane = plot.draw(palette, area, buffer);
    let off = setting.groups().flat_map(|(group, grid)| group.iter().map(move |weight| grid.level(*weight) - weight));
    plane.bars(&histogram(off, end, plane.area.width), palette.text, palette, buffer);
}

/// The ratio at every number of bits, and, dotted, what the rule says.
fn ratios(setting: Setting, palette: &Palette, area: Rect, buffer: &mut Buffer) {
    let bits = |bits: u8| Setting { bits, ..setting };
    let axis = Axis::linear(f64::from(*BITS.start()), f64::from(*BITS.end()), "bits");
    let title = if area.width < 40 { "SQNR, dB; dotted: rule" } else { "SQNR, dB; dotted: the rule, 6.02 b + c" };
    let plane = Plot { x: axis, y: Axis::linear(0.0, 50.0, title) }.draw(palette, area, buffer);
    let rule = |at: u8| bits(at).outcome().rule(at, WEIGHTS);
    let dots = BITS.zip(BITS.skip(1)).flat_map(|(low, high)| {
        let (from, to) = (rule(low), rule(high));
        let part = |n: u16| f64::from(n) / 8.0;
        (0..8).map(move |n| (f64::from(low) + part(n), from + (to - from) * part(n)))
    });
    plane.scatter(dots, palette.quiet, palette, buffer);
    let measured = BITS.map(|at| (f64::from(at), bits(at).outcome().sqnr()));
    plane.curve(measured.clone(), palette.text, palette, buffer);
    for point in measured {
        plane.mark(point, "o", palette.text, buffer);
    }
    let chosen = (f64::from(setting.bits), setting.outcome().sqnr());
    plane.mark(chosen, "o", palette.selected, buffer);
}
