//! The renditions of a card: the bytes of every format. Most are made once when the profile loads, so that a request
//! costs a lookup.

use std::{
    fmt::Write as _,
    sync::{Arc, OnceLock},
};

use bytes::Bytes;

use super::{
    FORMATS,
    format::File,
    text::{self, TEXT_WIDTH, render_page},
};
use crate::document::{Document, Page, Place, words::filled};

/// A document in one format, or one of its pages as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendition {
    /// The command: the name of a format or of a page.
    pub name: String,
    /// The variant of the format; empty if it has none.
    pub variant: &'static str,
    /// The content. Clones share it.
    pub bytes: Bytes,
    /// Whether it is lines of text, which get the line ends of a terminal if they are sent to one.
    pub has_lines: bool,
}

/// All renditions of one document.
#[derive(Debug)]
pub struct Renditions {
    document: Arc<Document>,
    /// The renditions of the formats, then the texts of the pages.
    made: Vec<Rendition>,
    /// The text at each width from 1 to [`WIDEST`], set when it is first asked for. With [`Self::coloured`] and
    /// [`Self::pages`] visitors can make at most 6 × [`WIDEST`] texts of the size of the whole card: twelve megabytes
    /// for a card of ten kilobytes.
    widths: Box<[OnceLock<Bytes>]>,
    /// The text at each width in colours.
    coloured: Box<[OnceLock<Bytes>]>,
    /// The text of each page, then of each of its entries, at each width, without colours and in colours. The pages of
    /// a width are as long as the text of the whole card, and so are their entries.
    pages: Box<[Box<[[SetPlace; 2]]>]>,
}

/// A text at each width, made when it is first asked for.
type SetPlace = OnceLock<Box<[OnceLock<Bytes>]>>;

/// The greatest width of text, in cells; longer lines are hard to read.
pub const WIDEST: u16 = 200;

/// The file that describes the others.
const README: &str = "README.txt";

/// An empty slot for each width.
fn none() -> Box<[OnceLock<Bytes>]> {
    (0..WIDEST).map(|_| OnceLock::new()).collect()
}

impl Renditions {
    /// Renders a document in every format: for programs as it was `written`, for readers with its quotation marks.
    #[must_use]
    pub fn new(written: &Document, document: Arc<Document>) -> Self {
        let formats = FORMATS.iter().flat_map(|format| {
            let variants = if format.variants().is_empty() { &[""] } else { format.variants() };
            variants.iter().map(move |variant| (format, *variant))
        });
        let formats = formats.filter_map(|(format, variant)| {
            let bytes = format.render(if format.is_set() { &document } else { written }, variant)?;
            Some(Rendition { name: format.name().to_owned(), variant, bytes, has_lines: format.has_lines(variant) })
        });
        let pages = document.pages.iter().enumerate().map(|(index, page)| {
            let text = render_page(&document, Place { page: index, entry: None }, TEXT_WIDTH, false);
            Rendition { name: page.name.clone(), variant: "", bytes: text.into(), has_lines: true }
        });
        let made = formats.chain(pages).collect();
        let places = |page: &Page| (0..=page.entries.len()).map(|_| Default::default()).collect();
        let pages = document.pages.iter().map(places).collect();
        Self { document, made, widths: none(), coloured: none(), pages }
    }

    /// The rendition of a format or a page by its name; an empty `variant` is the default. `None` if the card has none,
    /// such as no QR code, or there is no such name.
    #[must_use]
    pub fn get(&self, name: &str, variant: &str) -> Option<&Rendition> {
        self.made.iter().find(|made| made.name == name && (variant.is_empty() || made.variant == variant))
    }

    /// Every name that [`get`](Self::get) knows: formats, then pages.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        // Variants of one format stand side by side; a page's name is no format's.
        let names = self.made.chunk_by(|one, other| one.name == other.name);
        names.filter_map(|made| Some(made.first()?.name.as_str()))
    }

    /// The whole card as text of at most `width` cells a line; `width` is clamped to 1 to [`WIDEST`].
    #[must_use]
    pub fn text(&self, width: u16) -> Bytes {
        let width = width.clamp(1, WIDEST);
        let set = || Bytes::from(text::whole(&self.document, width));
        self.widths.get(usize::from(width - 1)).map_or_else(set, |kept| kept.get_or_init(set).clone())
    }

    /// The text in colours of a terminal: of the 256 those that can be read on every ground.
    #[must_use]
    pub fn coloured(&self, width: u16) -> Bytes {
        let width = width.clamp(1, WIDEST);
        let set = || Bytes::from(text::coloured(&self.document, None, width));
        self.coloured.get(usize::from(width - 1)).map_or_else(set, |kept| kept.get_or_init(set).clone())
    }

    /// A page, or an entry of one, as text of at most `width` cells a line, in colours if it `has_colours`; `None` if
    /// there is no such place.
    #[must_use]
    pub fn place(&self, place: Place, width: u16, has_colours: bool) -> Option<Bytes> {
        let width = width.clamp(1, WIDEST);
        let set = || {
            Bytes::from(if has_colours {
                text::coloured(&self.document, Some(place), width)
            } else {
                render_page(&self.document, place, width, false)
            })
        };
        let [plain, coloured] = self.pages.get(place.page)?.get(place.entry.map_or(0, |entry| entry + 1))?;
        let widths = if has_colours { coloured } else { plain }.get_or_init(none);
        widths.get(usize::from(width - 1)).map(|kept| kept.get_or_init(set).clone())
    }

    /// The files of the card, by name, for sftp and scp.
    #[must_use]
    pub fn files(&self) -> Vec<(&'static str, Bytes)> {
        let files = self.found().map(|(file, bytes)| (file.name, bytes));
        [(README, self.readme().into())].into_iter().chain(files).collect()
    }

    /// All files but the [`README`].
    fn found(&self) -> impl Iterator<Item = (&'static File, Bytes)> {
        let files = FORMATS.iter().flat_map(|format| format.files().iter().map(move |file| (format.name(), file)));
        files.filter_map(|(name, file)| Some((file, self.get(name, file.variant)?.bytes.clone())))
    }

    /// The text of the [`README`]: the list of files, what to do with them, and the card itself.
    fn readme(&self) -> String {
        let words = &self.document.words;
        let mut readme = format!("{}\n\n", words.files.what);
        for (file, _) in self.found() {
            let _ = writeln!(readme, "  {:11}  {}", file.name, (file.about)(words));
        }
        for other in &self.document.translations {
            let _ = writeln!(readme, "  {:11}  {}", format!("{}/", other.language), other.words.name);
        }
        let _ = writeln!(readme, "\n{}", words.files.for_phones);
        if let Some(ssh) = self.document.card.ssh() {
            let _ = writeln!(readme, "{}", filled(&words.files.itself, &[&ssh]));
        }
        readme.push_str("\n\n");
        readme.push_str(&String::from_utf8_lossy(&self.text(TEXT_WIDTH)));
        readme
    }
}
