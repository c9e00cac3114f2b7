//! Plots of the exhibits: axes with ticks and units, and curves, points and bars on them. Everything is drawn inside
//! the area that is given, whatever its size; where there is no room for axes, the curves have it to themselves.

pub(crate) mod axis;
mod cells;
pub(crate) mod digits;
pub(crate) mod dots;

use std::ops::Range;

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    style::Style,
};
use unicode_width::UnicodeWidthStr as _;

pub(crate) use axis::Axis;
pub(crate) use cells::{alone, is_free, put};
use dots::Dots;

use crate::palette::Palette;

/// The narrowest and lowest plane that still has its axes beside it, in cells.
const LEAST: (u16, u16) = (12, 3);

/// Two axes. Their titles stand at their ends: that of `y` above it, that of `x` right under its end.
#[derive(Debug, Clone)]
pub(crate) struct Plot {
    /// From left to right.
    pub(crate) x: Axis,
    /// From the bottom up.
    pub(crate) y: Axis,
}

impl Plot {
    /// Draws the axes and hands out the plane between them.
    pub(crate) fn draw(self, palette: &Palette, area: Rect, buffer: &mut Buffer) -> Plane {
        self.draw_beside(0, palette, area, buffer)
    }

    /// Draws the axes with so many columns on their left at least, and hands out the plane between them.
    pub(crate) fn draw_beside(self, least: u16, palette: &Palette, area: Rect, buffer: &mut Buffer) -> Plane {
        let area = area.intersection(buffer.area);
        let signs = palette.signs.axis();
        let (rows, ticks) = even_ticks(&self.y, area.height.saturating_sub(3));
        let margin = ticks.iter().map(|(_, label)| label.width() as u16).max().unwrap_or(0) + 2;
        let margin = margin.max(least);
        let columns = area.width.saturating_sub(margin);
        if columns < LEAST.0 || rows < LEAST.1 {
            return Plane { area, plot: self };
        }
        let inner = Rect { x: area.x + margin, y: area.y + 1, width: columns, height: rows };
        let left = inner.x - 1;
        put(buffer, area, area.x + margin - 1, area.y, &palette.signs.spell(self.y.title), palette.quiet);
        for y in inner.y..inner.bottom() {
            put(buffer, area, left, y, signs.vertical, palette.quiet);
        }
        for (place, label) in ticks {
            let y = inner.bottom() - 1 - tick_row(place, rows);
            put(buffer, area, left - label.width() as u16 - 1, y, &palette.signs.spell(&label), palette.quiet);
            put(buffer, area, left, y, signs.left_tick, palette.quiet);
        }
        put(buffer, area, left, inner.bottom(), signs.corner, palette.quiet);
        for x in inner.x..inner.right() {
            put(buffer, area, x, inner.bottom(), signs.horizontal, palette.quiet);
        }
        self.label_x(palette, area, inner, buffer);
        Plane { area: inner, plot: self }
    }

    /// Hands out a plane without axes.
    pub(crate) fn bare(self, area: Rect) -> Plane {
        Plane { area, plot: self }
    }

    /// The ticks of the lower axis with their labels, as many as have room, and its title in the middle of the last gap
    /// where it stands clear of them, else at the end of the axis in place of the last labels.
    fn label_x(&self, palette: &Palette, area: Rect, inner: Rect, buffer: &mut Buffer) {
        /// Columns between the title and a label, at least.
        const CLEAR: u16 = 3;
        let row = inner.bottom() + 1;
        let mut free = area.x;
        let mut labels = Vec::new();
        for (place, label) in self.x.ticks_of(usize::from(inner.width), |label| label.width() + 3) {
            let x = inner.x + (place * f64::from(inner.width - 1)).round() as u16;
            let width = label.width() as u16;
            let begin = x.saturating_sub((width - 1) / 2).min(area.right().saturating_sub(width));
            put(buffer, area, x, inner.bottom(), palette.signs.axis().lower_tick, palette.quiet);
            if begin >= free {
                labels.push((begin, begin + width, label));
                free = begin + width + 1;
            }
        }
        let width = self.x.title.width() as u16;
        let gaps = labels.iter().zip(labels.iter().skip(1)).map(|((_, begin, _), (end, ..))| (*begin, *end));
        let wide = |(begin, end): &(u16, u16)| end - begin >= width + 2 * CLEAR;
        let gap = gaps.rev().find(wide).map(|(begin, end)| begin + (end - begin - width) / 2);
        let at = gap.unwrap_or(area.right().saturating_sub(width).max(area.x));
        for (begin, end, label) in labels {
            if width == 0 || end + 1 < at || at + width < begin {
                put(buffer, area, begin, row, &palette.signs.spell(&label), palette.quiet);
            }
        }
        put(buffer, area, at, row, self.x.title, palette.quiet);
    }
}

/// The ticks of an upright axis that takes so many rows, or a few less, and the rows: the densest ticks that have room
/// and are evenly spaced.
fn even_ticks(axis: &Axis, rows: u16) -> (u16, Vec<(f64, String)>) {
    let fewer = |rows: u16| (rows - (rows / 5).min(3)..=rows).rev();
    let sets = axis.tick_sets(usize::from(rows.saturating_sub(1) / 2 + 1));
    for ticks in sets.iter().filter(|ticks| ticks.len() > 1) {
        let even = |rows: &u16| {
            let at: Vec<u16> = ticks.iter().map(|(place, _)| tick_row(*place, *rows)).collect();
            let mut steps = at.iter().zip(at.iter().skip(1)).map(|(one, next)| next.abs_diff(*one));
            let first = steps.next();
            steps.all(|step| Some(step) == first)
        };
        if let Some(rows) = fewer(rows).find(even) {
            return (rows, ticks.clone());
        }
    }
    (rows, sets.into_iter().next().unwrap_or_default())
}

/// The row of a tick, counted from below.
fn tick_row(place: f64, rows: u16) -> u16 {
    (place * f64::from(rows.saturating_sub(1))).round() as u16
}

/// What lies between the axes.
#[derive(Debug)]
pub(crate) struct Plane {
    /// Its cells.
    pub(crate) area: Rect,
    plot: Plot,
}

impl Plane {
    /// Where a point of the plot lies in dots from the upper left corner; `None` where one of its coordinates has no
    /// place on its axis at all. Points outside of the plane have places outside of it.
    fn dot(&self, (x, y): (f64, f64)) -> Option<(f64, f64)> {
        let [width, height] = [self.area.width * 2, self.area.height * 4].map(|dots| f64::from(dots.max(1) - 1));
        Some((self.plot.x.place(x)? * width, (1.0 - self.plot.y.place(y)?) * height))
    }

    /// What a dot is across, in the units of a linear `x`.
    pub(crate) fn dot_size(&self) -> f64 {
        let width = f64::from((self.area.width * 2).max(2) - 1);
        let place = self.plot.x.place(1.0).unwrap_or(0.0) - self.plot.x.place(0.0).unwrap_or(0.0);
        1.0 / (place.max(f64::MIN_POSITIVE) * width)
    }

    /// The cell in which a point of the plot lies, if it is in the plane.
    pub(crate) fn cell(&self, point: (f64, f64)) -> Option<Position> {
        let (x, y) = self.dot(point)?;
        let [x, y] = [(x.round() / 2.0).floor(), (y.round() / 4.0).floor()];
        let inside = x >= 0.0 && y >= 0.0 && x < f64::from(self.area.width) && y < f64::from(self.area.height);
        inside.then(|| Position::new(self.area.x + x as u16, self.area.y + y as u16))
    }

    /// Draws a curve through points, in dots. Where a point has no place the curve is broken.
    pub(crate) fn curve(
        &self,
        points: impl IntoIterator<Item = (f64, f64)>,
        style: Style,
        palette: &Palette,
        buffer: &mut Buffer,
    ) {
        let mut dots = Dots::new(self.area);
        let mut before = None;
        for point in points {
            let here = self.dot(point);
            if let Some(to) = here {
                dots.line(before.unwrap_or(to), to);
            }
            before = here;
        }
        dots.draw(style, palette.signs, buffer);
    }

    /// Draws points as single dots.
    pub(crate) fn scatter(
        &self,
        points: impl IntoIterator<Item = (f64, f64)>,
        style: Style,
        palette: &Palette,
        buffer: &mut Buffer,
    ) {
        let mut dots = Dots::new(self.area);
        for (x, y) in points.into_iter().filter_map(|point| self.dot(point)) {
            dots.set(x.round() as i32, y.round() as i32);
        }
        dots.draw(style, palette.signs, buffer);
    }

    /// Puts a sign or a word at a point: its first cell on it, or its last one where it would not fit.
    pub(crate) fn mark(&self, point: (f64, f64), text: &str, style: Style, buffer: &mut Buffer) {
        if let Some(at) = self.cell(point) {
            let width = text.width() as u16;
            let x = if at.x + width > self.area.right() { (at.x + 1).saturating_sub(width) } else { at.x };
            put(buffer, self.area, x.max(self.area.x), at.y, text, style);
        }
    }

    /// Writes a text beside a cell, as near as there is room: over it or under it, in the columns from it on; else on
    /// its left.
    pub(crate) fn name(&self, at: Position, text: &str, style: Style, buffer: &mut Buffer) {
        let width = text.width() as u16;
        let x = at.x.min(self.area.right().saturating_sub(width)).max(self.area.x);
        let rows = (1..=3).flat_map(|away| [at.y.checked_sub(away), at.y.checked_add(away)]).flatten();
        let left = (1..=4).filter_map(|away| at.x.checked_sub(width + away));
        let mut places = rows.map(|y| (x, y)).chain(left.map(|x| (x, at.y)));
        if let Some((x, y)) = places.find(|(x, y)| self.is_free(*x..*x + width, *y, buffer)) {
            put(buffer, self.area, x, y, text, style);
        }
    }

    /// Whether nothing is in some cells of a row, nor right beside them, so that a text can stand there.
    pub(crate) fn is_free(&self, columns: Range<u16>, row: u16, buffer: &Buffer) -> bool {
        let Rect { x: left, y: top, .. } = self.area;
        let (right, bottom) = (self.area.right(), self.area.bottom());
        let mut beside = columns.start.saturating_sub(1).max(left)..(columns.end + 1).min(right);
        let inside = columns.start >= left && columns.end <= right && (top..bottom).contains(&row);
        inside && beside.all(|x| is_free((x, row), buffer))
    }

    /// Draws a broken line from the left edge to a column, where nothing else is.
    pub(crate) fn rule(&self, to: u16, row: u16, palette: &Palette, buffer: &mut Buffer) {
        for x in (self.area.x..to).step_by(2) {
            if is_free((x, row), buffer) {
                put(buffer, self.area, x, row, palette.signs.axis().horizontal, palette.quiet);
            }
        }
    }
}

/// Dots of a line, and of one that is dotted, for a legend.
pub(crate) const SOLID: u8 = 0x12;
pub(crate) const DOTTED: u8 = 0x40;

/// What a line is: a piece of it, two cells wide, its style, and its name.
pub(crate) type LegendLine = (String, Style, String);

/// Whether a legend has room beside a title, in a row of so many cells. The title begins over the axis.
pub(crate) fn has_legend(lines: &[LegendLine], title: &str, width: u16) -> bool {
    title.width() + legend_width(lines) + 6 <= usize::from(width)
}

/// The longest of some titles, beginning with the longest, beside which a legend has room; else the longest that has
/// room alone.
pub(crate) fn title_beside(lines: &[LegendLine], titles: &[&'static str], width: u16) -> &'static str {
    let beside = |lines: &[LegendLine]| titles.iter().find(|title| has_legend(lines, title, width));
    beside(lines).or_else(|| beside(&[])).or(titles.last()).copied().unwrap_or_default()
}

fn legend_width(lines: &[LegendLine]) -> usize {
    lines.iter().map(|(_, _, name)| name.width() + 5).sum()
}

/// Says what the lines are, at the right of the title's row, where there is room beside the title.
pub(crate) fn legend(lines: &[LegendLine], title: &str, area: Rect, buffer: &mut Buffer) {
    if !has_legend(lines, title, area.width) {
        return;
    }
    let mut x = area.right() - legend_width(lines) as u16;
    for (piece, style, name) in lines {
        put(buffer, area, x + 2, area.y, piece, *style);
        put(buffer, area, x + 5, area.y, name, *style);
        x += name.width() as u16 + 5;
    }
}

/// A bar from left to right, as a line: `part` of `width` cells, the last of them half where there is a sign for it.
pub(crate) fn bar(part: f64, width: u16, palette: &Palette) -> String {
    let parts = palette.signs.parts();
    let steps = (part.clamp(0.0, 1.0) * f64::from(width) * parts.len() as f64).round() as usize;
    let steps = if part > 0.0 { steps.max(1) } else { steps };
    let full = parts.last().copied().unwrap_or_default().repeat(steps / parts.len());
    let rest = (steps % parts.len()).checked_sub(1).and_then(|rest| parts.get(rest)).copied().unwrap_or_default();
    full + rest
}

#[cfg(test)]
mod tests;
