//! The card for visitors without a terminal: one rendering of the document for each format. A format is a file here and
//! a row of [`FORMATS`]; none of them reads a file or knows a page by its name, and the same document is always
//! rendered the same.

use bytes::Bytes;

use crate::{
    document::{Card, Document, Entry, Layout, Page, Place, Prose, Qr, Section},
    exhibits::{self, Summary},
};

mod html;
pub(crate) mod json_resume;
pub(crate) mod markdown;
pub(crate) mod plain;
mod qr;
mod renditions;
mod text;
mod uri;
mod vcard;

pub(crate) use uri::uri;

pub use renditions::{Rendition, Renditions, WIDEST};

/// The width of text without a terminal, in cells.
pub const TEXT_WIDTH: u16 = 72;

/// A way to give the card to a visitor without a terminal.
pub trait Format: Sync {
    /// The first word of the command that asks for it. No page has this name.
    fn name(&self) -> &'static str;

    /// What it gives, for help.
    fn gives(&self) -> &'static str;

    /// The words that may follow the name. The first is the default; without any there is one rendering.
    fn variants(&self) -> &'static [&'static str] {
        &[]
    }

    /// The files that hold it, for visitors who copy the card as files.
    fn files(&self) -> &'static [File] {
        &[]
    }

    /// Whether a variant is lines of text, and a terminal wants them ended its way.
    fn has_lines(&self, _variant: &str) -> bool {
        true
    }

    /// The command with what may follow it: `vcard [3|4]`.
    fn usage(&self) -> String {
        match self.variants() {
            [] => self.name().to_owned(),
            variants => format!("{} [{}]", self.name(), variants.join("|")),
        }
    }

    /// Renders a document. `variant` is one of [`variants`](Self::variants); any other word counts as the default.
    /// `None` where the document has nothing of the kind. The result is complete: it ends with a line end where it has
    /// lines.
    fn render(&self, document: &Document, variant: &str) -> Option<Bytes>;
}

/// A file that holds one variant of a format.
#[derive(Debug, Clone, Copy)]
pub struct File {
    /// The file's name.
    pub name: &'static str,
    /// What it is for, in the file that tells of the others.
    pub about: &'static str,
    /// The variant that is in it.
    pub variant: &'static str,
}

/// All formats, in the order of help.
pub static FORMATS: [&dyn Format; 6] =
    [&text::Text, &markdown::Markdown, &vcard::Vcard, &json_resume::JsonResume, &html::Html, &qr::Qr];

/// How a page tells visitors to take the card away: the command after `ssh HOST`, and what it gives. Few, since they
/// stand beside the QR code in a small window; the last names the others.
pub const TAKEAWAYS: [(&str, &str); 3] = [
    ("text", "the whole card as running text"),
    ("vcard > card.vcf", "for an address book"),
    ("help", "what else there is"),
];

/// The format of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static dyn Format> {
    FORMATS.into_iter().find(|format| format.name() == name)
}

/// The names of all formats: words that no page may have for its name.
pub fn reserved() -> impl Iterator<Item = &'static str> {
    FORMATS.into_iter().map(Format::name)
}

/// Renders a page, or one entry of it, as running text of at most `width` cells a line; a width of 0 counts as 1. With
/// `ascii`, the punctuation is ASCII and only letters are not. Empty where there is no such place.
#[must_use]
pub fn render_page(document: &Document, place: Place, width: u16, ascii: bool) -> String {
    text::place(document, place, width, ascii)
}

/// The pages below the card itself, which stands above them all.
fn pages(document: &Document) -> impl Iterator<Item = &Page> {
    document.pages.iter().filter(|page| page.layout != Layout::Card)
}

/// What the person says of themselves, for programs that have room for one text: the first page of prose that is
/// nothing else to them.
fn story(document: &Document) -> Option<&Page> {
    document.pages.iter().find(|page| page.layout == Layout::Prose && page.section == Section::None)
}

/// The line above an entry, in parts: organization, title, dates, level, place.
fn heading(entry: &Entry) -> Vec<String> {
    entry.heading().into_iter().chain(entry.level.clone()).chain(entry.place.clone()).collect()
}

/// `With A and B.`
fn with(entry: &Entry) -> Option<String> {
    (!entry.people.is_empty()).then(|| format!("With {}.", listed(&entry.people)))
}

/// `See stack: kernels.`
fn see(document: &Document, entry: &Entry) -> Option<String> {
    Some(format!("See {}.", document.place_title(entry.see?)?))
}

/// The exhibits that an entry opens, in words.
fn exhibits_of(entry: &Entry) -> impl Iterator<Item = &'static Summary> {
    entry.exhibits.iter().filter_map(|name| exhibits::summary(name))
}

/// `To try in a terminal: A and B.`
fn to_try(entry: &Entry) -> Option<String> {
    let titles: Vec<String> = exhibits_of(entry).map(|exhibit| exhibit.title.to_owned()).collect();
    (!titles.is_empty()).then(|| format!("To try in a terminal: {}.", listed(&titles)))
}

/// The address in the QR code, where it is a link and the card has it nowhere else.
fn code_link(card: &Card) -> Option<&str> {
    match &card.qr {
        Qr::Link(url) if !card.links.iter().any(|link| link.url == *url) => Some(url),
        _ => None,
    }
}

/// `a`, `a and b`, `a, b and c`.
fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// What there is of `parts`, with `between` between them.
fn joined<'a>(parts: impl IntoIterator<Item = Option<&'a str>>, between: &str) -> Option<String> {
    let parts: Vec<&str> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(between))
}

/// The first block of a text, with the footnotes of the text.
fn first_block(prose: &Prose) -> Prose {
    Prose { blocks: prose.blocks.iter().take(1).cloned().collect(), notes: prose.notes.clone(), ..Prose::default() }
}

#[cfg(test)]
pub(crate) mod tests;
