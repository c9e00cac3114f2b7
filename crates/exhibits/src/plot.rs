//! Plots of the exhibits: axes with ticks and units, and curves, points and bars on them. Everything is drawn inside
//! the area that is given, whatever its size; where there is no room for axes, the curves have it to themselves.

pub(crate) mod axis;
mod cells;
pub(crate) mod digits;
pub(crate) mod dots;
mod ticks;

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
use ticks::{LowerAxis, LowerTick};

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
        let (rows, ticks) = ticks::upright(&self.y, area.height.saturating_sub(3));
        let margin = ticks.iter().map(|(_, label)| label.width() as u16).max().unwrap_or(0) + 2;
        let margin = margin.max(least);
        let room = area.width.saturating_sub(margin);
        if room < LEAST.0 || rows < LEAST.1 {
            return Plane { area, plot: self };
        }
        let lower = LowerAxis::of(&self.x, margin, room);
        let inner = Rect { x: area.x + margin, y: area.y + 1, width: lower.columns, height: rows };
        let left = inner.x - 1;
        put(buffer, area, left, area.y, &palette.signs.spell(self.y.title), palette.quiet);
        for y in inner.y..inner.bottom() {
            put(buffer, area, left, y, signs.vertical, palette.quiet);
        }
        for (place, label) in ticks {
            let y = inner.bottom() - 1 - ticks::cell(place, rows);
            put(buffer, area, left - label.width() as u16 - 1, y, &palette.signs.spell(&label), palette.quiet);
            put(buffer, area, left, y, signs.left_tick, palette.quiet);
        }
        put(buffer, area, left, inner.bottom(), signs.corner, palette.quiet);
        for x in inner.x..inner.right() {
            put(buffer, area, x, inner.bottom(), signs.horizontal, palette.quiet);
        }
        for LowerTick { column, begin, label } in &lower.ticks {
            put(buffer, area, area.x + column, inner.bottom(), signs.lower_tick, palette.quiet);
            put(buffer, area, area.x + begin, inner.bottom() + 1, &palette.signs.spell(label), palette.quiet);
        }
        put(buffer, area, area.x + lower.title, inner.bottom() + 1, self.x.title, palette.quiet);
        Plane { area: inner, plot: self }
    }

    /// Hands out a plane without axes.
    pub(crate) fn bare(self, area: Rect) -> Plane {
        Plane { area, plot: self }
    }
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
        self.line(points).draw(style, palette.signs, buffer);
    }

    /// Draws a curve as [`curve`](Self::curve) does, dotted.
    pub(crate) fn dotted(
        &self,
        points: impl IntoIterator<Item = (f64, f64)>,
        style: Style,
        palette: &Palette,
        buffer: &mut Buffer,
    ) {
        let mut dots = self.line(points);
        dots.thin();
        dots.draw(style, palette.signs, buffer);
    }

    /// The dots of a curve through points.
    fn line(&self, points: impl IntoIterator<Item = (f64, f64)>) -> Dots {
        let mut dots = Dots::new(self.area);
        let mut before = None;
        for point in points {
            let here = self.dot(point);
            if let Some(to) = here {
                dots.line(before.unwrap_or(to), to);
            }
            before = here;
        }
        dots
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

    /// Writes a text beside a cell so that it can be taken for the name of nothing else: in the row over it or under
    /// it, in columns that reach to it; else one row further, if nothing is between; else in the row of the cell.
    pub(crate) fn name(&self, at: Position, text: &str, style: Style, buffer: &mut Buffer) {
        let width = text.width() as u16;
        let columns = |x: u16| x..x.saturating_add(width);
        let over = |away: u16| at.y.saturating_sub(away)..at.y;
        let under = |away: u16| at.y + 1..(at.y + 1).saturating_add(away);
        let rows = [1, 2]
            .into_iter()
            .flat_map(|away| [(at.y.checked_sub(away), over(away)), (at.y.checked_add(away), under(away))]);
        // From the cell on, or up to it, or around it; but a text that touches the axis reads like a number of it.
        let reaching = || {
            let first = at.x.max(self.area.x + 1);
            (0..width).filter_map(move |left| first.checked_sub(left)).filter(|x| *x > self.area.x)
        };
        let mut near = rows.filter_map(|(y, rows)| {
            let free = |x: &u16| rows.clone().all(|y| self.is_free(columns(*x), y, buffer));
            reaching().find(free).zip(y)
        });
        let beside = (1..=4).flat_map(|away| [at.x.checked_sub(width + away), at.x.checked_add(away)]).flatten();
        let mut beside = beside.map(|x| (x, at.y)).filter(|(x, y)| self.is_free(columns(*x), *y, buffer));
        if let Some((x, y)) = near.next().or_else(|| beside.next()) {
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
        (self.area.x..to).step_by(2).for_each(|x| self.dash(x, row, palette, buffer));
    }

    /// Draws a broken line across the plane, where nothing else is, and its name on it, as far to the right as there is
    /// room; else over it or under it, as far to the left.
    pub(crate) fn named_rule(&self, row: u16, name: &str, palette: &Palette, buffer: &mut Buffer) {
        let width = name.width() as u16;
        let columns = || self.area.x..=self.area.right().saturating_sub(width);
        let is_free = |x: u16, row: u16| self.is_free(x..x.saturating_add(width), row, buffer);
        let mut beside = [row.checked_sub(1), row.checked_add(1)].into_iter().flatten();
        let on = columns().rev().find(|x| is_free(*x, row)).map(|x| (x, row));
        let place = on.or_else(|| beside.find_map(|row| Some((columns().find(|x| is_free(*x, row))?, row))));
        if let Some((x, y)) = place {
            put(buffer, self.area, x, y, name, palette.quiet);
        }
        // A column is left free on both sides of the name.
        let named = |x: u16| place.is_some_and(|(at, y)| y == row && (at.saturating_sub(1)..=at + width).contains(&x));
        for x in (self.area.x..self.area.right()).step_by(2).filter(|x| !named(*x)) {
            self.dash(x, row, palette, buffer);
        }
    }

    fn dash(&self, x: u16, row: u16, palette: &Palette, buffer: &mut Buffer) {
        if is_free((x, row), buffer) {
            put(buffer, self.area, x, row, palette.signs.axis().horizontal, palette.quiet);
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
