//! A site: one loaded card, with everything that is computed from it once and shared by all sessions: texts set to each
//! width, the logo, the QR code, the search index, the renditions. A reload replaces the whole site.
//!
//! Each part is computed when it is first needed and never changes after that. [`Site::prepare`] computes in advance
//! what takes longer than a frame.

mod contact;
mod cover;
mod icon;
mod index;
mod logo;
mod portrait;
mod text;

use std::sync::{Arc, OnceLock};

use qrcode::{EcLevel, QrCode};

pub use contact::{Item, items};
pub use cover::COVER;
pub use index::{Destination, Index, IndexEntry, card_fields};
pub use logo::Logo;
pub use portrait::Portrait;
pub use text::{MEASURE, Text, Variant};

use crate::{
    document::{Document, Language, Place, unbroken},
    exhibits,
    formats::Renditions,
    typeset,
};
use portrait::Portraits;

/// The heights in which the logo is drawn, in dots (four to a cell), tallest first.
const LOGO_HEIGHTS: [u16; 5] = [52, 36, 28, 20, 16];

/// A loaded card.
pub struct Site {
    /// The document as the owner wrote it, for other programs.
    written: Arc<Document>,
    /// The document with the quotation marks of its language, for readers.
    document: Arc<Document>,
    /// The card in other languages.
    translations: Vec<Arc<Self>>,
    texts: [OnceLock<Vec<PageTexts>>; Variant::COUNT],
    indexes: [OnceLock<Index>; 2],
    logos: [OnceLock<Option<Logo>>; LOGO_HEIGHTS.len()],
    /// The headline in large letters.
    headline: OnceLock<Option<Logo>>,
    /// The photo; editions that have the same one share them.
    portraits: Option<Arc<Portraits>>,
    qr: OnceLock<Option<QrCode>>,
    renditions: OnceLock<Renditions>,
}

/// The texts of a page: the intro, and the text of each entry.
struct PageTexts {
    intro: Text,
    entries: Vec<Text>,
}

impl std::fmt::Debug for Site {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Site").field("document", &self.document).finish_non_exhaustive()
    }
}

impl Site {
    /// Prepares a card to be shown.
    #[must_use]
    pub fn new(document: Document) -> Self {
        Self::of(Arc::new(document), None)
    }

    /// `portraits` are those of the card of which the document is a translation.
    fn of(document: Arc<Document>, portraits: Option<&Arc<Portraits>>) -> Self {
        let portraits = document.card.photo.as_ref().map(|photo| {
            let shared = portraits.filter(|portraits| portraits.are_of(photo)).map(Arc::clone);
            shared.unwrap_or_else(|| Arc::new(Portraits::new(photo.clone())))
        });
        let edition = |other: &Arc<Document>| Arc::new(Self::of(Arc::clone(other), portraits.as_ref()));
        Self {
            translations: document.translations.iter().map(edition).collect(),
            document: Arc::new(typeset::typographic(&document)),
            written: document,
            texts: Default::default(),
            indexes: Default::default(),
            logos: Default::default(),
            headline: OnceLock::new(),
            portraits,
            qr: OnceLock::new(),
            renditions: OnceLock::new(),
        }
    }

    /// The document for readers.
    #[must_use]
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// The card in each of its languages, its own first.
    pub fn editions(self: &Arc<Self>) -> impl Iterator<Item = &Arc<Self>> {
        std::iter::once(self).chain(&self.translations)
    }

    /// The card in this language; in its own where it has no other or none is asked for.
    #[must_use]
    pub fn in_language(self: &Arc<Self>, language: Option<&Language>) -> Arc<Self> {
        let edition = self.editions().find(|site| Some(&site.document.language) == language);
        Arc::clone(edition.unwrap_or(self))
    }

    /// The renditions of the card, for visitors without a terminal.
    #[must_use]
    pub fn renditions(&self) -> &Renditions {
        self.renditions.get_or_init(|| Renditions::new(&self.written, Arc::clone(&self.document)))
    }

    /// Computes what takes longer than a frame, so that no visitor waits for it.
    pub fn prepare(&self) {
        for height in LOGO_HEIGHTS {
            if let Some(logo) = self.logo(u16::MAX, height / 4) {
                logo.prepare();
            }
        }
        let _ = self.headline(u16::MAX);
        self.portraits.iter().for_each(|portraits| portraits.prepare());
        for name in self.document.exhibits() {
            let _ = exhibits::summary(name);
        }
        let _ = self.search_index(false);
        // What only an exhibit needs comes last: it takes the longest, and no page waits for it.
        for name in self.document.exhibits() {
            if let Some(exhibit) = exhibits::open(name) {
                exhibit.prepare();
            }
        }
        self.translations.iter().for_each(|other| other.prepare());
    }

    /// The text at a place: of an entry, or of a page as a whole. `None` where there is no such place.
    #[must_use]
    pub fn text(&self, place: Place, variant: Variant) -> Option<&Text> {
        let direction = self.document.words.direction;
        let texts = self.texts.get(variant.number())?.get_or_init(|| {
            let page = |page: &crate::document::Page| PageTexts {
                intro: if page.entries.is_empty() {
                    Text::new(&page.intro, variant, direction)
                } else {
                    Text::with_addresses(&page.intro, variant, direction)
                },
                entries: page.entries.iter().map(|entry| Text::new(&entry.text, variant, direction)).collect(),
            };
            self.document.pages.iter().map(page).collect()
        });
        let page = texts.get(place.page)?;
        place.entry.map_or(Some(&page.intro), |entry| page.entries.get(entry))
    }

    /// The search index, with punctuation in ASCII or as it was written.
    #[must_use]
    pub fn search_index(&self, ascii: bool) -> &Index {
        let [written, in_ascii] = &self.indexes;
        let index = if ascii { in_ascii } else { written };
        index.get_or_init(|| Index::new(&self.document, ascii))
    }

    /// The tallest logo that fits in a box of cells.
    #[must_use]
    pub fn logo(&self, columns: u16, rows: u16) -> Option<&Logo> {
        let text = self.document.card.logo.as_deref()?;
        let fitting = LOGO_HEIGHTS.into_iter().zip(&self.logos).filter(|(height, _)| height.div_ceil(4) <= rows);
        fitting.filter_map(|(height, logo)| logo.get_or_init(|| Logo::new(text, height)).as_ref()).find(|logo| {
            let (width, _) = logo.cells();
            width <= columns
        })
    }

    /// The headline in large letters; `None` where the columns have no room for it or the font lacks one of them.
    #[must_use]
    pub fn headline(&self, columns: u16) -> Option<&Logo> {
        let letters = self.headline.get_or_init(|| Logo::of_lines(&self.document.card.headline)).as_ref();
        letters.filter(|letters| letters.cells().0 <= columns)
    }

    /// The largest portrait that fits in a box of cells; `None` where the card has no photo, or the box no room for
    /// one.
    #[must_use]
    pub fn portrait(&self, columns: u16, rows: u16) -> Option<&Portrait> {
        self.portraits.as_ref()?.fitting(columns, rows)
    }

    /// The photo as a PNG file for a terminal that scales pictures itself.
    #[must_use]
    pub fn photo_file(&self) -> Option<&[u8]> {
        self.portraits.as_ref()?.file()
    }

    /// The card as a picture for programs that show a link to it, as a PNG file of [`COVER`] pixels; `None` where the
    /// card has nothing that can be drawn.
    #[must_use]
    pub fn cover(&self) -> Option<Vec<u8>> {
        cover::cover(&self.written.card, self.logo(u16::MAX, 7))
    }

    /// Whether [`Site::cover`] has anything to draw.
    #[must_use]
    pub fn has_cover(&self) -> bool {
        let card = &self.written.card;
        card.photo.is_some() || card.logo.is_some() || cover::is_drawable(&cover::texts(card))
    }

    /// Whether [`Site::cover`] shows the name or the headline.
    #[must_use]
    pub fn names_cover(&self) -> bool {
        cover::is_drawable(cover::texts(&self.written.card).iter().take(2))
    }

    /// The card as the small picture of a browser's tab, as SVG.
    #[must_use]
    pub fn icon(&self) -> String {
        icon::icon(&self.written.card)
    }

    /// The QR code (ISO/IEC 18004), at the level of error correction that needs the fewest modules, since a screen is
    /// not scratched; `None` where the card has none.
    #[must_use]
    pub fn qr(&self) -> Option<&QrCode> {
        // The loader bounds the content far below the longest of a code.
        let code = || QrCode::with_error_correction_level(self.document.card.qr.content()?, EcLevel::L).ok();
        self.qr.get_or_init(code).as_ref()
    }

    /// The card in a sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        let (card, words) = (&self.document.card, &self.document.words);
        let parts = [card.name.clone(), Some(card.headline.join(" ")), self.document.work()];
        let mut sentence = String::new();
        for part in parts.into_iter().flatten().filter(|part| !part.is_empty()) {
            typeset::push_sentence(&mut sentence, &part);
            if !part.ends_with(['.', '!', '?', '。', '！', '？', '؟', '।', '…']) {
                sentence.push_str(&words.lists.stop);
            }
        }
        sentence
    }

    /// What stays on the visitor's main screen: the card in a sentence with how to come back, and the command for that
    /// if the profile has an address. Names have no-break spaces.
    #[must_use]
    pub fn goodbye(&self) -> (String, Option<String>) {
        let card = &self.document.words.card;
        let names = [&self.document.card.name, &self.document.card.organization];
        let after_sentence = |more: &str| {
            let mut text = self.sentence();
            for name in names.into_iter().flatten() {
                text = text.replace(name, &unbroken(name));
            }
            typeset::push_sentence(&mut text, more);
            text
        };
        match self.document.card.ssh() {
            Some(command) => (after_sentence(&card.come_back), Some(command)),
            None => (after_sentence(&card.come_back_way), None),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
