//! The card for no terminal: one rendering of the profile for each format. It reads no file and knows no visitor; the same
//! profile is always rendered the same.

mod text;

use crate::profile::{Page, Profile, typeset::Marks};

/// The width of text without a terminal, in cells.
pub const TEXT_WIDTH: u16 = 72;

/// A way to take the card away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// The whole card as running text.
    Text,
}

impl Format {
    /// All formats: the command that gives one, and what it is, for help.
    pub const ALL: [(&'static str, &'static str, Self); 1] = [("text", "the whole card as running text", Self::Text)];
}

/// Renders the profile. The result is complete: it ends with a line end where the format has lines.
#[must_use]
pub fn render(profile: &Profile, format: Format) -> Vec<u8> {
    match format {
        Format::Text => text::render(profile, TEXT_WIDTH).into_bytes(),
    }
}

/// Renders one page as running text of at most `width` cells a line; a width of 0 counts as 1. `part` is the one station
/// or layer that is wanted of it, counted from 0; there is no text where there is no such part. [`Marks::Brackets`] adds
/// nothing to the profile's words that is not ASCII.
#[must_use]
pub fn render_page(profile: &Profile, page: Page, part: Option<usize>, width: u16, marks: Marks) -> String {
    text::render_page(profile, page, part, width, marks)
}

/// Renders the whole card as running text of at most `width` cells a line; a width of 0 counts as 1.
#[must_use]
pub fn render_text(profile: &Profile, width: u16) -> String {
    text::render(profile, width)
}
