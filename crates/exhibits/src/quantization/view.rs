//! The pictures of quantization: the weights in outline, with the levels that they may take under them, and the
//! signal-to-noise ratio at every number of bits.

use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
};
use unicode_width::UnicodeWidthStr as _;

use super::{
    Quantization,
    layer::weights,
    scheme::{BITS, Grid, Scales, Setting},
};
use crate::{
    exhibit::View,
    palette::Palette,
    plot::{Axis, Plot, put},
};

/// From this height on the ratio has its plot under the weights.
const RATIO: u16 = 14;

/// What the axis of the weights shows to each side of zero: a little more than the largest there is.
const END: f64 = 0.5;

impl View for Quantization {
    /// Draws the pictures that have room in `area`.
    fn draw(&self, palette: &Palette, area: Rect, buffer: &mut Buffer) {
        let area = area.intersection(buffer.area);
        let parts = if area.height >= RATIO {
            [Constraint::Fill(3), Constraint::Fill(2)]
        } else {
            [Constraint::Fill(1), Constraint::Length(0)]
        };
        let [upper, lower] = Layout::vertical(parts).areas(area);
        self.weights(if area.height >= RATIO { 2 } else { 1 }, palette, upper, buffer);
        if !lower.is_empty() {
            ratios(self.setting, palette, lower, buffer);
        }
    }

    /// The outline of the weights.
    fn miniature(&self, palette: &Palette, area: Rect, buffer: &mut Buffer) {
        let plot = Plot { x: Axis::linear(-END, END, ""), y: Axis::log10(0.5, 5000.0, "") };
        let bins = usize::from(area.width) * 2;
        let histogram = histogram(weights(self.setting.outlier), bins);
        plot.bare(area).curve(outline(&histogram), palette.accent, palette, buffer);
    }
}

impl Quantization {
    /// The outline of how many weights there are of a size, and under it, in at most so many rows, the levels of a grid
    /// each.
    fn weights(&self, rows: usize, palette: &Palette, area: Rect, buffer: &mut Buffer) {
        let grids = grids(self.setting, rows);
        let parts = [Constraint::Fill(1), Constraint::Length(grids.len() as u16)];
        let [upper, lower] = Layout::vertical(parts).areas(area);
        let x = Axis::linear(-END, END, "weight");
        // Logarithmic, so that a single one is seen, and from half of one, so that it has a height.
        let plot = Plot { x: x.clone(), y: Axis::log10(0.5, 5000.0, "how many weights") };
        let plane = plot.draw(palette, upper, buffer);
        let bins = usize::from(plane.area.width).max(1);
        plane.curve(outline(&histogram(weights(self.setting.outlier), bins)), palette.text, palette, buffer);
        let value = f64::from(self.value());
        plane.mark((value, 1.0), "o", palette.selected, buffer);
        if self.setting.outlier > 0 {
            plane.mark((value, 5.0), "outlier", palette.strong, buffer);
        }
        for ((name, grid), row) in grids.into_iter().zip(lower.rows()) {
            let plane = Rect { x: plane.area.x, width: plane.area.width, ..row };
            if usize::from(plane.x - row.x) > name.width() {
                put(buffer, row, row.x, row.y, name, palette.quiet);
            }
            // A row of strokes, one at each level; where they are too many they run together.
            let plane = Plot { x: x.clone(), y: Axis::linear(0.0, 1.0, "") }.bare(plane);
            let stroke = |level| [(level, 0.0), (level, 1.0), (level, f64::NAN)];
            plane.curve(grid.levels().map(f64::from).flat_map(stroke), palette.accent, palette, buffer);
        }
    }
}

/// How many values lie in each of `bins` equal parts of the axis.
fn histogram(values: &[f32], bins: usize) -> Vec<f64> {
    let mut counts = vec![0.0; bins];
    for value in values {
        // A cast to an unsigned number takes what is negative as 0.
        let bin = ((f64::from(*value) + END) / (2.0 * END) * bins as f64) as usize;
        if let Some(count) = counts.get_mut(bin.min(bins - 1)) {
            *count += 1.0;
        }
    }
    counts
}

/// The outline of bars; where there are none, nothing.
fn outline(counts: &[f64]) -> impl Iterator<Item = (f64, f64)> {
    let edge = |bin: usize| 2.0 * END * bin as f64 / counts.len() as f64 - END;
    counts.iter().enumerate().flat_map(move |(bin, count)| {
        let (left, right) = (edge(bin), edge(bin + 1));
        if *count > 0.0 {
            [(left, *count), (right, *count), (right, *count)]
        } else {
            [(left, 0.5), (left, f64::NAN), (right, 0.5)]
        }
    })
}

/// The grids to show, at most so many of them: one for all, or the widest of all groups and the one between.
fn grids(setting: Setting, most: usize) -> Vec<(&'static str, Grid)> {
    let mut grids: Vec<Grid> = setting.groups().map(|(_, grid)| grid).collect();
    grids.sort_by(|one, other| other.reach().total_cmp(&one.reach()));
    let middle = grids.len().saturating_sub(1) / 2;
    let shown: &[(&str, usize)] = match (setting.scales, most) {
        (Scales::Tensor, _) => &[("grid", 0)],
        (_, 0 | 1) => &[("wide", 0)],
        _ => &[("wide", 0), ("mid", middle)],
    };
    shown.iter().filter_map(|(name, place)| Some((*name, *grids.get(*place)?))).collect()
}

/// The ratio at every number of bits, as one line, with the chosen one on it.
fn ratios(setting: Setting, palette: &Palette, area: Rect, buffer: &mut Buffer) {
    let axis = Axis::linear(f64::from(*BITS.start()), f64::from(*BITS.end()), "bits");
    let plane = Plot { x: axis, y: Axis::linear(0.0, 50.0, "SQNR, dB") }.draw(palette, area, buffer);
    let at = |bits: u8| (f64::from(bits), Setting { bits, ..setting }.outcome().sqnr());
    plane.curve(BITS.map(at), palette.text, palette, buffer);
    plane.mark(at(setting.bits), "o", palette.selected, buffer);
}
