//! The picture of Beat Quake: the error of the dialled constant over \[1, 4), and the line that is to be beaten.

use ratatui::{buffer::Buffer, layout::Rect};
use unicode_width::UnicodeWidthStr as _;

use super::{Quake, error, off, published};
use crate::{
    exhibit::View,
    numerics::Constant,
    palette::Palette,
    plot::{Axis, Plane, Plot, is_free, put},
};

/// Upper ends of the axis: the picture comes nearer as the error shrinks. The last one shows that of Quake III,
/// 1.75e-3, with room above it.
const LIMITS: [f64; 6] = [1.0, 0.3, 0.1, 0.03, 0.01, 0.0025];

/// Part of an axis that the error must leave free at the top, or the next larger one is shown.
const FREE: f64 = 0.95;

/// The name of the line of Quake III's worst error.
const GOAL: &str = "Quake III";

impl View for Quake {
    fn draw(&self, palette: &Palette, area: Rect, buffer: &mut Buffer) {
        let area = area.intersection(buffer.area);
        let limit = LIMITS.into_iter().rev().find(|limit| self.worst() < limit * FREE).unwrap_or(LIMITS[0]);
        let title = if area.width < 52 { "how far off" } else { "how far off 1/√x is, after one Newton step" };
        let plane = Plot { x: Axis::log2(1.0, 4.0, "x"), y: Axis::linear(0.0, limit, title) };
        let plane = plane.draw(palette, area, buffer);
        let columns = plane.area.width * 2;
        let classic = curve(Constant::Classic.magic(), columns, limit).step_by(3);
        plane.scatter(classic, palette.quiet, palette, buffer);
        plane.curve(curve(self.constant, columns, limit), palette.accent, palette, buffer);
        if self.worst() < limit {
            let text = off(self.worst());
            let x = plane.area.right().saturating_sub(text.width() as u16).max(plane.area.x);
            // Over its curve's top.
            if let Some(at) = plane.cell((1.0, self.worst()))
                && at.y > plane.area.y
            {
                put(buffer, plane.area, x, at.y - 1, &text, palette.strong);
            }
        }
        line(&plane, published(Constant::Classic), palette, buffer);
    }

    /// The error over \[1, 4), from zero to the worst.
    fn miniature(&self, palette: &Palette, area: Rect, buffer: &mut Buffer) {
        let limit = self.worst().min(1.0);
        let plane = Plot { x: Axis::log2(1.0, 4.0, ""), y: Axis::linear(0.0, limit, "") }.bare(area);
        plane.curve(curve(self.constant, area.width * 2, limit), palette.accent, palette, buffer);
    }
}

/// The error of a constant over \[1, 4) at so many points; one beyond the limit is drawn to the edge and no further.
fn curve(constant: u32, points: u16, limit: f64) -> impl Iterator<Item = (f64, f64)> {
    (0..points).map(move |point| {
        let x = 2_f64.powf(2.0 * f64::from(point) / f64::from(points));
        (x, error(constant, x as f32).abs().min(2.0 * limit))
    })
}

/// A broken line across the picture at an error, with the name of the goal near it, where there is room for a name.
fn line(plane: &Plane, error: f64, palette: &Palette, buffer: &mut Buffer) {
    let Some(at) = plane.cell((1.0, error)) else { return };
    plane.rule(plane.area.right(), at.y, palette, buffer);
    let (area, width) = (plane.area, GOAL.width() as u16);
    let free =
        |(x, y): &(u16, u16)| (area.y..area.bottom()).contains(y) && (*x..x + width).all(|x| is_free((x, *y), buffer));
    let near = [at.y.saturating_sub(1), at.y + 1, at.y.saturating_sub(2)];
    let ends = [area.x, area.right().saturating_sub(width)];
    if let Some((x, y)) = near.into_iter().flat_map(|y| ends.map(|x| (x, y))).find(free) {
        put(buffer, area, x, y, GOAL, palette.quiet);
    }
}
