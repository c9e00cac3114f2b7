//! stub until merged
use ratatui::{buffer::Buffer, layout::Rect, style::Style};
#[derive(Debug)]
pub struct Mark;
pub const FRAMES: usize = 40;
impl Mark {
    pub fn new(_: &str, _: u16) -> Option<Self> {
        None
    }
    pub fn size(&self) -> (u16, u16) {
        (0, 0)
    }
    pub fn frame(&self, _: usize) -> impl Iterator<Item = (u16, u16)> {
        std::iter::empty()
    }
    pub fn rest(&self) -> impl Iterator<Item = (u16, u16)> {
        std::iter::empty()
    }
}
pub fn draw(_: impl Iterator<Item = (u16, u16)>, _: Rect, _: Style, _: &mut Buffer) {}
