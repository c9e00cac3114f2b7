//! Cells: what is written over others, and which are free.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    style::Style,
};

/// A style for a sign that takes a cell from another one: nothing of the other's style stays, even where this one
/// leaves the colour to the terminal.
pub(crate) fn alone(style: Style) -> Style {
    Style::reset().patch(style)
}

/// Whether nothing is drawn in a cell yet.
pub(crate) fn is_free(at: (u16, u16), buffer: &Buffer) -> bool {
    buffer.cell(at).is_some_and(|cell| cell.symbol() == " ")
}

/// Writes a text into one row, cut off at the area's edge.
pub(crate) fn put(buffer: &mut Buffer, area: Rect, x: u16, y: u16, text: &str, style: Style) {
    let area = area.intersection(buffer.area);
    if area.contains(Position::new(x, y)) {
        buffer.set_stringn(x, y, text, usize::from(area.right() - x), alone(style));
    }
}
