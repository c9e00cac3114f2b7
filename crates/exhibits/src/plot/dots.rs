//! Dots: two to a cell's width and four to its height, as braille or as the strokes of ASCII that are nearest.

use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use super::cells::alone;
use crate::signs::Signs;

/// Some cells as dots, none of them set at first. Dots beyond its edges are left out.
#[derive(Debug)]
pub(crate) struct Dots {
    area: Rect,
    cells: Vec<u8>,
}

impl Dots {
    /// The dots of an area.
    pub(crate) fn new(area: Rect) -> Self {
        Self { area, cells: vec![0; area.area() as usize] }
    }

    /// Sets a dot, counted from the upper left corner.
    pub(crate) fn set(&mut self, x: i32, y: i32) {
        let (Ok(x), Ok(y)) = (u16::try_from(x), u16::try_from(y)) else { return };
        let (column, row) = (x / 2, y / 4);
        if column < self.area.width
            && let Some(cell) =
                self.cells.get_mut(usize::from(row) * usize::from(self.area.width) + usize::from(column))
        {
            *cell |= bit(x % 2, y % 4);
        }
    }

    /// Sets the dots of a straight line. Of one that leads far away only the part near the area is drawn.
    pub(crate) fn line(&mut self, from: (f64, f64), to: (f64, f64)) {
        let (width, height) = (f64::from(self.area.width) * 2.0, f64::from(self.area.height) * 4.0);
        let Some((from, to)) = clipped(from, to, (width, height)) else { return };
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let steps = dx.abs().max(dy.abs()).ceil().max(1.0);
        for step in 0..=steps as i32 {
            let part = f64::from(step) / steps;
            self.set((from.0 + part * dx).round() as i32, (from.1 + part * dy).round() as i32);
        }
    }

    /// Leaves out every second column of dots.
    pub(crate) fn thin(&mut self) {
        const LEFT: u8 = bit(0, 0) | bit(0, 1) | bit(0, 2) | bit(0, 3);
        self.cells.iter_mut().for_each(|cell| *cell &= LEFT);
    }

    /// Draws the cells that have a dot; the others stay as they are.
    pub(crate) fn draw(&self, style: Style, signs: Signs, buffer: &mut Buffer) {
        let drawn = self.area.intersection(buffer.area);
        for (pattern, position) in self.cells.iter().zip(self.area.positions()) {
            if *pattern != 0
                && drawn.contains(position)
                && let Some(cell) = buffer.cell_mut(position)
            {
                cell.set_char(signs.dots(*pattern)).set_style(alone(style));
            }
        }
    }
}

/// The part of a line between `(0, 0)` and `size`, with a dot's breadth to spare (Liang and Barsky, 1984).
fn clipped(from: (f64, f64), to: (f64, f64), size: (f64, f64)) -> Option<((f64, f64), (f64, f64))> {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    for (step, room) in
        [(-dx, from.0 + 1.0), (dx, size.0 + 1.0 - from.0), (-dy, from.1 + 1.0), (dy, size.1 + 1.0 - from.1)]
    {
        if step == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if step < 0.0 {
            enter = enter.max(room / step);
        } else {
            leave = leave.min(room / step);
        }
    }
    let at = |part: f64| (from.0 + part * dx, from.1 + part * dy);
    (enter <= leave && [dx, dy].iter().all(|step| step.is_finite())).then(|| (at(enter), at(leave)))
}

/// A dot's bit in the block of braille patterns: the left column is dots 1, 2, 3 and 7, the right one 4, 5, 6 and 8
/// (Unicode, chapter 21.1).
const fn bit(x: u16, y: u16) -> u8 {
    match (x, y) {
        (_, 3) => 0x40 << x,
        (0, _) => 0x01 << y,
        _ => 0x08 << y,
    }
}
