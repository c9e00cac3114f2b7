//! The card for visitors without a terminal: one rendering of the document for each format. A format is a file here and
//! a row of [`FORMATS`]; none of them reads a file or knows a page by its name, and the same document is always
//! rendered the same.

use crate::document::{Document, Place};

mod format;
mod html;
mod json_resume;
mod markdown;
mod parts;
mod plain;
mod qr;
mod renditions;
mod text;
mod uri;
mod vcard;

pub use format::{File, Format};
pub use parts::TAKEAWAYS;
pub use renditions::{Rendition, Renditions, WIDEST};
pub use text::TEXT_WIDTH;

/// All formats, in the order of help. A new format is a file and a row here.
pub static FORMATS: &[&dyn Format] =
    &[&text::Text, &markdown::Markdown, &vcard::Vcard, &json_resume::JsonResume, &html::Html, &qr::Qr];

/// The format of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static dyn Format> {
    FORMATS.iter().copied().find(|format| format.name() == name)
}

/// The names of all formats: words that no page may have for its name.
pub fn reserved() -> impl Iterator<Item = &'static str> {
    FORMATS.iter().map(|format| format.name())
}

/// Renders a page, or one entry of it, as running text of at most `width` cells a line; a width of 0 counts as 1. With
/// `ascii`, the punctuation is ASCII and only letters are not. Empty where there is no such place.
#[must_use]
pub fn render_page(document: &Document, place: Place, width: u16, ascii: bool) -> String {
    text::place(document, place, width, ascii)
}

#[cfg(test)]
mod tests;
