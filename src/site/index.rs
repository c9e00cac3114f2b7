//! The search index: every name and every sentence of the card and of its exhibits, each with its place. Only text that
//! a page or an exhibit shows is in it.

mod ranking;

use std::borrow::Cow;

use nucleo_matcher::chars::{normalize, to_lower_case};
use unicode_segmentation::UnicodeSegmentation as _;

use super::contact::items;
use crate::{
    document::{Block, Card, Document, Entry, Layout, Opens, Page, Place, Prose, Run},
    exhibits::{self, Exhibit},
    typeset::ascii,
};

/// So many entries are searched, names first. Measured with optimization, a long one costs a key about one microsecond,
/// and three where several words, or letters apart, are sought in it: the largest index takes about three milliseconds.
/// This repository's own profile has about a hundred entries, most of them short, and takes a twentieth of one.
const MOST_ENTRIES: usize = 1024;

/// A sentence longer than this many characters becomes several entries: more than three lines of the widest text, and
/// an entry's characters can be counted in 16 bits.
const LONGEST_ENTRY: usize = 240;

/// The search index of a card.
#[derive(Debug)]
pub struct Index {
    entries: Vec<IndexEntry>,
    /// The numbers of the entries that are the name of a page, of an exhibit, or of a page's entry.
    titles: Vec<u16>,
    ascii: bool,
}

/// An entry of the index: one name or one sentence.
#[derive(Debug)]
pub struct IndexEntry {
    /// The text as it stands on the page.
    pub text: String,
    /// The place of the text. On the contact page `Place::entry` is an index into [`items`]; on the card it is an index
    /// into [`card_fields`].
    pub place: Place,
    /// What opens there.
    pub opens: Destination,
    kind: FieldKind,
    /// The text's graphemes without diacritics, a character each.
    exact: Box<[char]>,
    /// The text in lower case.
    folded: Box<[char]>,
}

/// What a result opens besides its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// Nothing: the words stand there.
    Place,
    /// Nothing, since it is the name of the page.
    Page,
    /// An exhibit.
    Exhibit {
        /// The name of the exhibit.
        name: String,
        /// Whether the words stand in what is said of it, and not on the page.
        explained: bool,
    },
}

/// The kind of an entry, in the order in which results are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum FieldKind {
    /// A name, a title or another short field.
    Name,
    /// Running text.
    Text,
    /// An address, which often repeats the words of its field.
    Address,
}

/// A text's graphemes without diacritics, a character each.
pub(super) fn exact(text: &str) -> Box<[char]> {
    // Marks are found as they are typed.
    let letter = |sign: char| match sign {
        '‘' | '’' | '‚' | '′' | '׳' => '\'',
        '“' | '”' | '„' | '«' | '»' | '″' | '״' => '"',
        sign if sign.is_whitespace() => ' ',
        sign => normalize(sign),
    };
    let first = |grapheme: &str| grapheme.chars().next().map(letter);
    text.graphemes(true).filter_map(first).collect()
}

/// Puts characters in lower case.
pub(super) fn folded(exact: &[char]) -> Box<[char]> {
    exact.iter().map(|c| to_lower_case(*c)).collect()
}

/// The fields of a card in the order of the search: those above, then those below.
pub fn card_fields(card: &Card) -> impl Iterator<Item = Cow<'_, str>> {
    let fields = [&card.name, &card.pronouns, &card.role, &card.organization, &card.place];
    let headline = Some(card.headline.join(" ")).filter(|headline| !headline.is_empty()).map(Cow::from);
    let lists = card.caption.iter().chain(&card.interests).chain(&card.outside).map(Cow::from);
    fields.into_iter().flatten().map(Cow::from).chain(headline).chain(lists)
}

impl Index {
    /// Indexes the pages: names first, then running text.
    pub(super) fn new(document: &Document, ascii: bool) -> Self {
        let mut index = Self { entries: Vec::new(), titles: Vec::new(), ascii };
        for (page, number) in document.pages.iter().zip(0..) {
            index.title(&page.title, Place { page: number, entry: None }, &Destination::Page);
        }
        let opened = opened(document);
        for (name, exhibit, place) in &opened {
            let opens = Destination::Exhibit { name: (*name).to_owned(), explained: false };
            index.title(exhibit.title(), *place, &opens);
        }
        for (page, number) in document.pages.iter().zip(0..) {
            index.names(document, page, number);
        }
        for (page, number) in document.pages.iter().zip(0..) {
            index.prose(&page.intro, Place { page: number, entry: None });
            for (entry, n) in page.entries.iter().zip(0..) {
                index.prose(&entry.text, Place { page: number, entry: Some(n) });
            }
        }
        // What exhibits say, and their sources.
        for (name, exhibit, place) in opened {
            let opens = Destination::Exhibit { name: name.to_owned(), explained: true };
            for sentence in [exhibit.about(), &exhibit.basis()].join(" ").split_sentence_bounds() {
                index.push((sentence, FieldKind::Text), place, &opens);
            }
        }
        index
    }

    /// The entry of this number.
    #[must_use]
    pub fn entry(&self, number: u16) -> Option<&IndexEntry> {
        self.entries.get(usize::from(number))
    }

    /// The numbers of the entries that are the name of a page, of an exhibit, or of a page's entry, in this order.
    #[must_use]
    pub fn titles(&self) -> &[u16] {
        &self.titles
    }

    fn names(&mut self, document: &Document, page: &Page, number: usize) {
        let at = |entry: usize| Place { page: number, entry: Some(entry) };
        match page.layout {
            Layout::Card => {
                for (field, n) in card_fields(&document.card).zip(0..) {
                    self.name(&field, at(n));
                }
            }
            Layout::Contact => {
                // Commands are no words of the owner.
                for (item, n) in items(document).iter().zip(0..).filter(|(item, _)| !item.is_command) {
                    self.name(&item.label, at(n));
                    self.push((&item.text, FieldKind::Address), at(n), &Destination::Place);
                }
            }
            _ => {
                for name in &page.line {
                    self.name(name, Place { page: number, entry: None });
                }
                for (entry, n) in page.entries.iter().zip(0..) {
                    self.entry_names(document, entry, at(n));
                }
                if let Some(ground) = &page.ground {
                    self.name(ground, Place { page: number, entry: None });
                }
            }
        }
    }

    fn entry_names(&mut self, document: &Document, entry: &Entry, place: Place) {
        // Organization and title are one name: a visitor who types either finds both.
        let names = [&entry.organization, &entry.title].into_iter().flatten().map(String::as_str);
        self.title(&names.collect::<Vec<_>>().join(" · "), place, &Destination::Place);
        self.name(&entry.dates.text(&document.words), place);
        for field in [&entry.subtitle, &entry.place, &entry.level].into_iter().flatten() {
            self.name(field, place);
        }
        for name in entry.people.iter().chain(&entry.tags) {
            self.name(name, place);
        }
        for link in &entry.links {
            self.name(&link.label, place);
        }
        if let Some(url) = &entry.url {
            self.push((url, FieldKind::Address), place, &Destination::Place);
        }
    }

    fn prose(&mut self, prose: &Prose, place: Place) {
        self.blocks(&prose.blocks, place);
        for note in &prose.notes {
            self.blocks(note, place);
        }
    }

    fn blocks(&mut self, blocks: &[Block], place: Place) {
        for block in blocks {
            match block {
                Block::Paragraph(runs) | Block::Heading(_, runs) => {
                    for sentence in said(runs).split_sentence_bounds() {
                        self.push((sentence, FieldKind::Text), place, &Destination::Place);
                    }
                }
                Block::List(_, items) => items.iter().for_each(|item| self.blocks(item, place)),
                Block::Quote(blocks) => self.blocks(blocks, place),
                Block::Code(lines) => {
                    for line in lines {
                        self.push((line, FieldKind::Text), place, &Destination::Place);
                    }
                }
                Block::Rule => {}
            }
        }
    }

    fn name(&mut self, text: &str, place: Place) {
        self.push((text, FieldKind::Name), place, &Destination::Place);
    }

    /// Adds a name that is listed before anything is sought.
    fn title(&mut self, text: &str, place: Place, opens: &Destination) {
        let number = u16::try_from(self.entries.len()).ok();
        self.titles.extend(number.filter(|_| self.entries.len() < MOST_ENTRIES && !text.trim().is_empty()));
        self.push((text, FieldKind::Name), place, opens);
    }

    /// Adds an entry, or several if the text is long, divided between words if possible.
    fn push(&mut self, (text, kind): (&str, FieldKind), place: Place, opens: &Destination) {
        let text = if self.ascii { ascii(text) } else { text.into() };
        let mut rest = text.trim();
        while !rest.is_empty() && self.entries.len() < MOST_ENTRIES {
            let end = rest.grapheme_indices(true).nth(LONGEST_ENTRY).map_or(rest.len(), |(end, _)| end);
            let (piece, after) = rest.split_at(end);
            let cut = if after.is_empty() { None } else { piece.rfind(char::is_whitespace).filter(|cut| *cut > 0) };
            let (piece, after) = rest.split_at(cut.unwrap_or(end));
            let exact = exact(piece.trim_end());
            let folded = folded(&exact);
            self.entries.push(IndexEntry {
                text: piece.trim_end().to_owned(),
                place,
                opens: opens.clone(),
                kind,
                exact,
                folded,
            });
            rest = after.trim_start();
        }
    }
}

/// The exhibits of the card, each once and where it is first opened: by an entry, else by the logo.
fn opened(document: &Document) -> Vec<(&str, Box<dyn Exhibit>, Place)> {
    let mut opened: Vec<(&str, _, _)> = Vec::new();
    let mut add = |name, place| {
        if !opened.iter().any(|(of, ..)| *of == name) {
            opened.extend(exhibits::open(name).map(|exhibit| (name, exhibit, place)));
        }
    };
    for (page, number) in document.pages.iter().zip(0..) {
        for (entry, n) in page.entries.iter().zip(0..) {
            entry.exhibits.iter().for_each(|name| add(name, Place { page: number, entry: Some(n) }));
        }
    }
    let card = document.pages.iter().position(|page| page.layout == Layout::Card);
    if let (Some(page), Some(Opens::Exhibit(name))) = (card, &document.card.opens) {
        add(name, Place { page, entry: None });
    }
    opened
}

/// The words of a paragraph, without the numbers of its notes.
fn said(runs: &[Run]) -> String {
    let mut text = String::new();
    for run in runs {
        match run {
            Run::Text { text: words, .. } => text.push_str(words),
            Run::Break => text.push(' '),
            Run::Note(_) => {}
        }
    }
    text
}
