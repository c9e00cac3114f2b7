//! The picture of Beat Quake: the error of the dialled constant over \[1, 4), and the line that is to be beaten.

use ratatui::{buffer::Buffer, layout::Rect};
use unicode_width::UnicodeWidthStr as _;

use super::{FAR_OFF, Quake, error, off, published};
use crate::{
    exhibit::View,
    numerics::{Constant, error_curve},
    palette::Palette,
    plot::{self, Axis, Plot},
};

/// Ends of the axis of errors, the same for every constant, so that the curve comes down as the constant gets better.
/// Quake III's worst error is 1.75e-3.
const ERRORS: (f64, f64) = (1e-4, 1.0);

/// What the axis of errors measures, in as many words as have room.
const TITLES: [&str; 2] = ["how far off 1/√x, after one Newton step", "how far off 1/√x"];

impl View for Quake {
    fn draw(&self, palette: &Palette, area: Rect, buffer: &mut Buffer) {
        let area = area.intersection(buffer.area);
        let title = plot::title_beside(&[], &TITLES, area.width);
        let plane = Plot { x: Axis::log2(1.0, 4.0, "x"), y: Axis::log10(ERRORS.0, ERRORS.1, title) };
        let plane = plane.draw(palette, area, buffer);
        plane.curve(curve(self.constant, plane.area.width * 2), palette.accent, palette, buffer);
        if self.worst() < FAR_OFF {
            let text = format!("worst {}", off(self.worst()));
            let x = plane.area.right().saturating_sub(text.width() as u16);
            if let Some(top) = plane.cell((1.0, self.worst())) {
                plane.name((x, top.y).into(), &text, palette.strong, buffer);
            }
        }
        if let Some(at) = plane.cell((1.0, published(Constant::Classic))) {
            plane.named_rule(at.y, "Quake III", palette, buffer);
        }
    }

    /// The error over \[1, 4), from zero to the worst.
    fn miniature(&self, palette: &Palette, area: Rect, buffer: &mut Buffer) {
        let limit = self.worst().min(1.0);
        let plane = Plot { x: Axis::log2(1.0, 4.0, ""), y: Axis::linear(0.0, limit, "") }.bare(area);
        plane.curve(curve(self.constant, area.width * 2), palette.accent, palette, buffer);
    }
}

/// The error of a constant in so many parts of \[1, 4). One that is beyond the picture, or no number, is drawn to the
/// edge.
fn curve(constant: u32, parts: u16) -> impl Iterator<Item = (f64, f64)> {
    error_curve(move |x| error(constant, x), parts.into()).map(|(x, error)| (x, error.min(2.0 * ERRORS.1)))
}
