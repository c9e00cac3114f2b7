//! What can be found: every name and every sentence of the profile, with its place. Made once for a profile and only read
//! after that; it holds nothing that is not on a page.

use nucleo_matcher::chars::{normalize, to_lower_case};
use unicode_segmentation::UnicodeSegmentation as _;

use super::super::{Content, view};
use crate::{
    profile::{Block, Card, Page, Profile, Prose, Run, Station},
    theme::Signs,
};

/// So many entries are searched, names first. Measured with optimization, a long one costs a key about one microsecond, and
/// three where several words, or letters apart, are sought in it: the largest index takes about three milliseconds. This
/// repository's own profile has about a hundred entries, most of them short, and takes a twentieth of one.
const MOST_ENTRIES: usize = 1024;

/// A sentence longer than this many characters becomes several entries: more than three lines of the widest text, and an
/// entry's characters can be counted in 16 bits.
const LONGEST_ENTRY: usize = 240;

/// Everything that can be found on a card.
#[derive(Debug)]
pub(in crate::app) struct Index {
    pub(super) entries: Vec<Entry>,
}

/// One name or one sentence.
#[derive(Debug)]
pub(in crate::app) struct Entry {
    /// The words as they stand on the page.
    pub(in crate::app) text: String,
    /// Where they stand.
    pub(in crate::app) place: Place,
    /// Whether they are a name, a title or another short field; the rest is running text.
    pub(super) name: bool,
    /// The text's graphemes without diacritics, a character each.
    pub(super) exact: Box<[char]>,
    /// The same in lower case.
    pub(super) folded: Box<[char]>,
}

/// Where something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) enum Place {
    /// Somewhere on a page.
    Page(Page),
    /// A station of the career.
    Station(usize),
    /// A layer of the stack.
    Layer(usize),
    /// Something on the contact page.
    Item(usize),
}

impl Place {
    /// The page that it is on.
    pub(in crate::app) fn page(self) -> Page {
        match self {
            Self::Page(page) => page,
            Self::Station(_) => Page::Career,
            Self::Layer(_) => Page::Stack,
            Self::Item(_) => Page::Contact,
        }
    }

    /// What the place on the page is called; `None` where only the page has a name.
    pub(in crate::app) fn title(self, content: &Content) -> Option<String> {
        let profile = &content.profile;
        match self {
            Self::Page(_) | Self::Item(_) => None,
            Self::Station(station) => {
                profile.career.stations.get(station).map(|station| station_title(station, content.signs()))
            }
            Self::Layer(layer) => profile.stack.layers.get(layer).map(|layer| layer.title.clone()),
        }
    }
}

/// A station as the list has it: `Kinara AI · compiler`.
fn station_title(station: &Station, signs: &Signs) -> String {
    match station.subject.as_ref().or(station.time.as_ref()) {
        Some(about) => [station.organization.as_str(), about].join(signs.separator),
        None => station.organization.clone(),
    }
}

/// A text's graphemes without diacritics, a character each.
pub(super) fn exact(text: &str) -> Box<[char]> {
    let first = |grapheme: &str| grapheme.chars().next().map(|c| if c.is_whitespace() { ' ' } else { normalize(c) });
    text.graphemes(true).filter_map(first).collect()
}

/// The same in lower case.
pub(super) fn folded(exact: &[char]) -> Box<[char]> {
    exact.iter().map(|c| to_lower_case(*c)).collect()
}

impl Index {
    /// Gathers what stands on the pages that the card has.
    pub(in crate::app) fn new(content: &Content) -> Self {
        let mut index = Self { entries: Vec::new() };
        let pages = &content.profile.card.pages;
        for page in pages {
            index.names(*page, content);
        }
        for page in pages {
            index.texts(*page, &content.profile);
        }
        index
    }

    /// An entry; `None` where there is no such number.
    pub(in crate::app) fn entry(&self, number: u16) -> Option<&Entry> {
        self.entries.get(usize::from(number))
    }

    fn names(&mut self, page: Page, content: &Content) {
        let Profile { card, career, stack, .. } = &content.profile;
        match page {
            Page::Card => self.card(card),
            Page::About => {}
            Page::Career => {
                for name in &career.line {
                    self.name(name, Place::Page(page));
                }
                for (i, station) in career.stations.iter().enumerate() {
                    let place = Place::Station(i);
                    self.name(&station_title(station, content.signs()), place);
                    // The title has the time only where there is no subject.
                    if let (Some(_), Some(time)) = (&station.subject, &station.time) {
                        self.name(time, place);
                    }
                    for person in &station.people {
                        self.name(person, place);
                    }
                }
            }
            Page::Stack => {
                for (i, layer) in stack.layers.iter().enumerate() {
                    for name in [Some(&layer.title), layer.summary.as_ref(), layer.place.as_ref()].into_iter().flatten()
                    {
                        self.name(name, Place::Layer(i));
                    }
                }
                if let Some(ground) = &stack.ground {
                    self.name(ground, Place::Page(page));
                }
            }
            Page::Contact => {
                for (i, item) in view::items(content).iter().enumerate() {
                    self.name(item.label(), Place::Item(i));
                    self.name(item.text(), Place::Item(i));
                }
            }
        }
    }

    fn card(&mut self, card: &Card) {
        let headline = card.headline.join(" ");
        let fields = [&card.name, &card.pronouns, &card.role, &card.organization, &card.place];
        let lists = [&card.interests, &card.outside];
        let fields = fields.into_iter().flatten().chain([&headline]).chain(lists.into_iter().flatten());
        for field in fields {
            self.name(field, Place::Page(Page::Card));
        }
    }

    fn texts(&mut self, page: Page, profile: &Profile) {
        match page {
            Page::Card | Page::Contact => {}
            Page::About => self.prose(&profile.about, Place::Page(page)),
            Page::Career => {
                for (i, station) in profile.career.stations.iter().enumerate() {
                    self.prose(&station.text, Place::Station(i));
                }
            }
            Page::Stack => {
                self.prose(&profile.stack.text, Place::Page(page));
                for (i, layer) in profile.stack.layers.iter().enumerate() {
                    self.prose(&layer.text, Place::Layer(i));
                }
            }
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
                        self.push(sentence, place, false);
                    }
                }
                Block::List(_, items) => items.iter().for_each(|item| self.blocks(item, place)),
                Block::Quote(blocks) => self.blocks(blocks, place),
                Block::Code(lines) => lines.iter().for_each(|line| self.push(line, place, false)),
                Block::Rule => {}
            }
        }
    }

    fn name(&mut self, text: &str, place: Place) {
        self.push(text, place, true);
    }

    /// Adds an entry, or several where the text is long; cut between words where there are any.
    fn push(&mut self, text: &str, place: Place, name: bool) {
        let mut rest = text.trim();
        while !rest.is_empty() && self.entries.len() < MOST_ENTRIES {
            let end = rest.grapheme_indices(true).nth(LONGEST_ENTRY).map_or(rest.len(), |(end, _)| end);
            let (piece, after) = rest.split_at(end);
            let cut = if after.is_empty() { None } else { piece.rfind(char::is_whitespace).filter(|cut| *cut > 0) };
            let (piece, after) = rest.split_at(cut.unwrap_or(end));
            let exact = exact(piece.trim_end());
            let folded = folded(&exact);
            self.entries.push(Entry { text: piece.trim_end().to_owned(), place, name, exact, folded });
            rest = after.trim_start();
        }
    }
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
