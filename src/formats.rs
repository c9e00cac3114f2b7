//! The card for no terminal: one rendering of the profile for each format. It reads no file and knows no visitor; the same
//! profile is always rendered the same.

use bytes::Bytes;

use crate::{
    exhibits,
    profile::{Layer, Page, Profile, typeset::Marks},
};

mod documents;
mod html;
mod json_resume;
mod markdown;
mod plain;
mod qr;
mod text;
mod uri;
mod vcard;

pub use documents::{Documents, WIDEST};
pub use qr::Code;
pub use vcard::Version;

/// The width of text without a terminal, in cells.
pub const TEXT_WIDTH: u16 = 72;

/// A way to take the card away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// The whole card as running text.
    Text,
    /// One page as running text.
    Page(Page),
    /// The whole card as Markdown.
    Markdown,
    /// The card for an address book.
    Vcard(Version),
    /// The card as a JSON Resume.
    Json,
    /// The whole card as a web page.
    Html,
    /// What a camera reads on the card.
    Qr(Code),
}

/// A name by which a format is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Named {
    /// The name: the first word of a command.
    pub name: &'static str,
    /// What it gives, for help.
    pub gives: &'static str,
    /// The format, when nothing more is said.
    pub format: Format,
    /// The words that may follow the name, and the format that each gives.
    pub variants: &'static [(&'static str, Format)],
}

impl Format {
    /// All names but those of the pages, which are each a format by their own name.
    pub const ALL: [Named; 6] = [
        Named { name: "text", gives: "the whole card as running text", format: Self::Text, variants: &[] },
        Named { name: "markdown", gives: "the whole card as Markdown", format: Self::Markdown, variants: &[] },
        Named {
            name: "vcard",
            gives: "for an address book, as vCard 3.0 or 4.0",
            format: Self::Vcard(Version::V3),
            variants: &[("3", Self::Vcard(Version::V3)), ("4", Self::Vcard(Version::V4))],
        },
        Named { name: "json", gives: "the card as a JSON Resume", format: Self::Json, variants: &[] },
        Named { name: "html", gives: "the whole card as a web page", format: Self::Html, variants: &[] },
        Named {
            name: "qr",
            gives: "the QR code, for a dark terminal or as said",
            format: Self::Qr(Code::Dark),
            variants: &[
                ("light", Self::Qr(Code::Light)),
                ("text", Self::Qr(Code::Text)),
                ("svg", Self::Qr(Code::Svg)),
                ("png", Self::Qr(Code::Png)),
            ],
        },
    ];

    /// How a page tells visitors to take the card away: the command after `ssh HOST`, and what it gives. Few, since they
    /// stand beside the QR code in a small window; the last names the others.
    pub const TAKEAWAYS: [(&'static str, &'static str); 3] = [
        ("text", "the whole card as running text"),
        ("vcard > card.vcf", "for an address book"),
        ("help", "what else there is"),
    ];

    /// Whether the document is lines of text, and a terminal wants them ended its way.
    #[must_use]
    pub const fn has_lines(self) -> bool {
        !matches!(self, Self::Qr(Code::Png))
    }

    /// Every format, with its variants.
    fn each(profile: &Profile) -> impl Iterator<Item = Self> {
        let named = Self::ALL.into_iter().flat_map(|named| {
            let variants = named.variants.iter().map(|(_, format)| *format);
            [named.format].into_iter().chain(variants.filter(move |variant| *variant != named.format))
        });
        named.chain(profile.card.pages.clone().into_iter().map(Self::Page))
    }
}

/// Renders the profile; `None` where it has nothing of the kind: a QR code that it does not want, a page that it does not
/// show. The result is complete: it ends with a line end where the format has lines.
#[must_use]
pub fn render(profile: &Profile, format: Format) -> Option<Bytes> {
    Some(match format {
        Format::Text => text::render(profile, TEXT_WIDTH).into(),
        Format::Page(page) if !shows(profile, page) => return None,
        Format::Page(page) => text::render_page(profile, page, None, TEXT_WIDTH, Marks::Superscript).into(),
        Format::Markdown => markdown::render(profile).into(),
        Format::Vcard(version) => vcard::render(profile, version).into(),
        Format::Json => json_resume::render(profile).into(),
        Format::Html => html::render(profile).into(),
        Format::Qr(code) => qr::render(profile, code)?.into(),
    })
}

/// Renders one page as running text of at most `width` cells a line; a width of 0 counts as 1. `part` is the one station
/// or layer that is wanted of it, counted from 0; there is no text where there is no such part. [`Marks::Brackets`] adds
/// nothing to the profile's words that is not ASCII.
#[must_use]
pub fn render_page(profile: &Profile, page: Page, part: Option<usize>, width: u16, marks: Marks) -> String {
    text::render_page(profile, page, part, width, marks)
}

/// Whether the card shows a page. What stands on no page is in no format either: its owner keeps it back.
fn shows(profile: &Profile, page: Page) -> bool {
    profile.card.pages.contains(&page)
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
fn joined<const N: usize>(parts: [Option<&str>; N], between: &str) -> Option<String> {
    let parts: Vec<&str> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(between))
}

/// What the exhibits of a layer are called.
fn titles(layer: &Layer) -> Vec<String> {
    layer.exhibits.iter().filter_map(|name| Some(exhibits::summary(name)?.title.to_owned())).collect()
}

#[cfg(test)]
mod tests;
