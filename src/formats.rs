//! The formats: ways to give the card to a visitor without a terminal. A format renders the whole document to bytes.
//!
//! Each format is a file here and a row of [`FORMATS`]. A format does no I/O and depends on no page's name; the same
//! document always renders to the same bytes.

mod format;
mod html;
pub(crate) mod json_resume;
pub(crate) mod markdown;
mod parts;
mod photo;
pub(crate) mod plain;
mod qr;
mod renditions;
mod text;
mod uri;
mod vcard;

pub use format::{File, Format};
pub(crate) use html::{DARK, LIGHT, accent, escaped};
pub use html::{Surroundings, page as web_page};
pub use parts::takeaways;
pub use renditions::{Rendition, Renditions, WIDEST};
pub use text::{TEXT_WIDTH, render_page};
pub(crate) use uri::{tel, uri};

/// All formats, in the order of help. A new format is a file and a row here.
pub static FORMATS: &[&dyn Format] = &[
    &text::TextFormat,
    &markdown::MarkdownFormat,
    &vcard::VcardFormat,
    &json_resume::JsonResumeFormat,
    &html::HtmlFormat,
    &qr::QrFormat,
    &photo::PhotoFormat,
];

/// The format of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static dyn Format> {
    FORMATS.iter().copied().find(|format| format.name() == name)
}

/// The names of all formats: words that no page may have for its name.
pub fn reserved() -> impl Iterator<Item = &'static str> {
    FORMATS.iter().map(|format| format.name())
}

#[cfg(test)]
pub(crate) mod tests;
