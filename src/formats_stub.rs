//! Stub.
use crate::document::{Document, Place};
#[derive(Debug)]
pub struct Renditions;
impl Renditions {
    pub fn new(_: &Document) -> Self {
        Self
    }
}
pub const TAKEAWAYS: [(&str, &str); 1] = [("text", "x")];
pub fn render_page(_: &Document, _: Place, _: u16, _: bool) -> String {
    String::new()
}
