//! The pictures of quantization: the weights in outline, with the levels that they may take under them, and the
//! signal-to-noise ratio at every number of bits.

use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
};
use unicode_width::UnicodeWidthStr as _;

use super::{
    Quantization,
    layer::{OUTLIER, weights},
    scheme::{BITS, Grid, Scales, Setting},
};
use crate::{
    exhibit::View,
    palette::Palette,
    plot::{Axis, Plot, put},
};

/// From this height on the ratio has its plot under the weights.
const RATIO: u16 = 14;

/// Columns on the left of both plots, whose axes stand under each other: the longest name of a grid, a space, the axis.
const MARGIN: u16 = 6;

/// Dots from one stroke to the next, at least, so that they can be counted.
const APART: f64 = 3.0;

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
        self.weights(palette, upper, buffer);
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
    /// The outline of how many weights there are of a size, and under it the levels of a grid or two, a row each.
    fn weights(&self, palette: &Palette, area: Rect, buffer: &mut Buffer) {
        let grids = grids(self.setting);
        let rows = grids.len() as u16;
        let upper = Rect { height: area.height.saturating_sub(rows), ..area };
        let x = Axis::linear(-END, END, "weight");
        // Logarithmic, so that a single one is seen, and from half of one, so that it has a height.
        let plot = Plot { x: x.clone(), y: Axis::log10(0.5, 5000.0, "how many weights") };
        let plane = plot.draw_beside(MARGIN, palette, upper, buffer);
        let bins = usize::from(plane.area.width).max(1);
        plane.curve(outline(&histogram(weights(self.setting.outlier), bins)), palette.text, palette, buffer);
        let value = f64::from(self.value());
        plane.mark((value, 1.0), "o", palette.selected, buffer);
        if let Some(at) = plane.cell((value, 1.0)).filter(|_| self.setting.outlier > 0) {
            plane.name(at, "outlier", palette.strong, buffer);
        }
        // Right under the numbers of the axis, where there is one.
        let top = if plane.area == upper { upper.bottom() } else { plane.area.bottom() + 2 };
        for ((name, grid), y) in grids.into_iter().zip(top..area.bottom()) {
            let levels = Rect { x: plane.area.x, y, width: plane.area.width, height: 1 };
            if let Some(x) = levels.x.checked_sub(name.width() as u16 + 2).filter(|x| *x >= area.x) {
                put(buffer, area, x, y, name, palette.quiet);
            }
            draw_levels(grid, x.clone(), palette, levels, buffer);
        }
    }
}

/// A row of strokes, one at each level; where they would run together, a line from the first to the last, and on it, or
/// beside it, how many there are.
fn draw_levels(grid: Grid, x: Axis, palette: &Palette, area: Rect, buffer: &mut Buffer) {
    let plane = Plot { x, y: Axis::linear(0.0, 1.0, "") }.bare(area);
    let levels: Vec<f64> = grid.levels().map(f64::from).collect();
    let (first, last) = (levels.first().copied().unwrap_or(0.0), levels.last().copied().unwrap_or(0.0));
    let close = last - first < APART * plane.dot_size() * levels.len().saturating_sub(1) as f64;
    let stroke = |level: f64| [(level, 0.0), (level, 1.0), (level, f64::NAN)];
    if !close {
        return plane.curve(levels.into_iter().flat_map(stroke), palette.accent, palette, buffer);
    }
    let line = [(first, 0.5), (last, 0.5), (last, f64::NAN)];
    plane.curve([first, last].into_iter().flat_map(stroke).chain(line), palette.accent, palette, buffer);
    let count = format!("{} levels", levels.len());
    // With a space at either side.
    let width = count.len() as u16 + 2;
    if let (Some(from), Some(to)) = (plane.cell((first, 0.5)), plane.cell((last, 0.5))) {
        let on_line = |space: u16| {
            let between = (to.x - from.x).checked_sub(1 + space)?;
            Some((from.x + 1 + between / 2, format!("{:^1$}", count, space.into())))
        };
        let right = Some(to.x + 2).filter(|x| x + width - 2 <= area.right());
        let left = (from.x + 1).checked_sub(width).filter(|x| *x >= area.x);
        let beside = right.or(left).map(|x| (x, count.clone()));
        // A line that is nearly hidden shows no length.
        let long = to.x - from.x >= 2 * width;
        let place = on_line(width).filter(|_| long).or(beside).or_else(|| on_line(width));
        if let Some((x, text)) = place.or_else(|| on_line(width - 2)) {
            put(buffer, area, x, area.y, &text, palette.quiet);
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

/// The grids to show: the one for all, or that of the outlier and the middle one of the others.
fn grids(setting: Setting) -> Vec<(&'static str, Grid)> {
    let mut grids: Vec<Grid> = setting.groups().map(|(_, grid)| grid).collect();
    if setting.scales == Scales::Tensor {
        return grids.into_iter().map(|grid| ("grid", grid)).collect();
    }
    let outlier = OUTLIER / setting.scales.group();
    if outlier >= grids.len() {
        return Vec::new();
    }
    let its = grids.remove(outlier);
    grids.sort_by(|one, other| other.reach().total_cmp(&one.reach()));
    let middle = grids.get(grids.len().saturating_sub(1) / 2).map(|grid| ("rest", *grid));
    [Some(("own", its)), middle].into_iter().flatten().collect()
}

/// The ratio at every number of bits, as one line, with the chosen one on it.
fn ratios(setting: Setting, palette: &Palette, area: Rect, buffer: &mut Buffer) {
    let axis = Axis::whole(f64::from(*BITS.start()), f64::from(*BITS.end()), "bits");
    let plane = Plot { x: axis, y: Axis::linear(0.0, 50.0, "SQNR, dB") };
    let plane = plane.draw_beside(MARGIN, palette, area, buffer);
    let at = |bits: u8| (f64::from(bits), Setting { bits, ..setting }.outcome().sqnr());
    plane.curve(BITS.map(at), palette.text, palette, buffer);
    plane.mark(at(setting.bits), "o", palette.selected, buffer);
}
