//! The card as one tree: a [`Document`] has a [`Card`] and [`Page`]s, a page has a text and entries. All output is made
//! of this tree (screens, plain lines, text, Markdown, HTML, JSON, the search), and no code that reads it depends on
//! the name of a page.
//!
//! The tree says nothing of presentation: text is divided into blocks and runs, without widths or colours. No string in
//! it contains a character that could act on a terminal; the loader ([`crate::profile`]) refuses those.

mod card;
mod color;
mod dates;
mod language;
mod name;
mod photo;
mod place;
mod text;
pub mod words;

use std::sync::Arc;

use strum::{IntoStaticStr, VariantArray};

pub use card::{Accent, Card, Link, Opens, Qr, split_address};
pub(crate) use card::{is_email, is_phone};
pub use color::{LEAST_CONTRAST, Rgb};
pub(crate) use dates::means_now;
pub use dates::{Date, Dates, End};
pub use language::Language;
pub(crate) use name::{is_east_asian, is_hangul, whole_name};
pub use photo::{Jpeg, Photo};
pub(crate) use photo::{PixelFormat, png};
pub use place::Place;
pub use text::{Block, NO_BREAK_SPACE, Prose, Run, TASKS, TextStyle, runs_with_addresses, short_address, unbroken};
pub use words::{Direction, Words};

/// The content of a card in one language, checked and ready to be rendered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Document {
    /// The language in which the card is written.
    pub language: Language,
    /// The card's own words, in that language if there is a table of it.
    pub words: Arc<Words>,
    /// The person.
    pub card: Card,
    /// The pages that are shown, in the order of the tabs. The first is not always the card itself.
    pub pages: Vec<Page>,
    /// Values of an imported JSON Resume for which the profile has no key, by the keys of the resume.
    pub extra: Extra,
    /// `security.txt` (RFC 9116) as the owner wrote it; only in the document of the card's first language.
    pub security: Option<String>,
    /// The card in its other languages. These documents have no translations of their own.
    pub translations: Vec<Arc<Self>>,
}

/// Values that are carried from an imported JSON Resume to the exported one and never shown.
pub type Extra = serde_json::Map<String, serde_json::Value>;

impl Document {
    /// The index of the page with this name.
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        self.pages.iter().position(|page| page.name == name)
    }

    /// The entry at a place; `None` for a whole page.
    #[must_use]
    pub fn entry(&self, place: Place) -> Option<&Entry> {
        self.pages.get(place.page)?.entries.get(place.entry?)
    }

    /// The card in each of its languages, its own first.
    pub fn editions(&self) -> impl Iterator<Item = &Self> + Clone {
        std::iter::once(self).chain(self.translations.iter().map(|other| &**other))
    }

    /// The languages that there are: that of the card, then those of its translations.
    pub fn languages(&self) -> impl Iterator<Item = &Language> + Clone {
        self.editions().map(|edition| &edition.language)
    }

    /// The place in this document that corresponds to `place` in `other`, another edition of the same card: the page of
    /// the same name, and in it the entry of the same label, else of the same index.
    #[must_use]
    pub fn counterpart(&self, other: &Self, place: Place) -> Option<Place> {
        let page = self.position(&other.pages.get(place.page)?.name)?;
        let entries = self.pages.get(page).map_or(&[][..], |page| &page.entries);
        let label = other.entry(place).map(Entry::label);
        let named = entries.iter().position(|entry| Some(entry.label()) == label);
        Some(Place { page, entry: named.or(place.entry.filter(|entry| *entry < entries.len())) })
    }

    /// The name of a place for a reader: `stack: kernels`, or the page's title alone.
    #[must_use]
    pub fn place_title(&self, place: Place) -> Option<String> {
        let page = self.pages.get(place.page)?;
        let entry = self.entry(place).map(Entry::label);
        Some(entry.map_or_else(|| page.title.clone(), |entry| self.words.labelled(&page.title, entry)))
    }

    /// The name of a place for a reader of the page `from`: an entry of that page is named alone.
    #[must_use]
    pub fn place_title_from(&self, place: Place, from: &str) -> Option<String> {
        let entry = self.entry(place).filter(|_| self.pages.get(place.page).is_some_and(|page| page.name == from));
        entry.map_or_else(|| self.place_title(place), |entry| Some(entry.label().to_owned()))
    }

    /// Role and organization: `Engineer, Example Ltd`; `None` where the card says neither.
    #[must_use]
    pub fn work(&self) -> Option<String> {
        let parts = [&self.card.role, &self.card.organization].into_iter().flatten();
        Some(self.words.joined(parts)).filter(|work| !work.is_empty())
    }

    /// The title of a page with an upper-case first letter, as a heading has it.
    #[must_use]
    pub fn heading(&self, page: &Page) -> String {
        let mut letters = page.title.chars();
        let first: String = letters.by_ref().take(1).collect();
        self.upper_case(&first) + letters.as_str()
    }

    /// A text in capitals, by the rules of the language.
    #[must_use]
    pub fn upper_case(&self, text: &str) -> String {
        // Turkish and Azerbaijani keep the dot of an `i` (Unicode's SpecialCasing.txt).
        let dotted = ["tr", "az"].contains(&self.language.primary());
        if dotted { text.replace('i', "İ").to_uppercase() } else { text.to_uppercase() }
    }

    /// The place that describes what the logo opens; for an exhibit, the last entry that has it.
    #[must_use]
    pub fn opened_place(&self) -> Option<Place> {
        match self.card.opens.as_ref()? {
            Opens::Place(place) => Some(*place),
            Opens::Exhibit(name) => self.place_of_exhibit(name),
        }
    }

    /// The last entry that has the exhibit of this name. In layers that is the highest one.
    #[must_use]
    pub fn place_of_exhibit(&self, name: &str) -> Option<Place> {
        self.pages.iter().enumerate().rev().find_map(|(page, of)| {
            let entry = of.entries.iter().rposition(|entry| entry.exhibits.iter().any(|exhibit| exhibit == name))?;
            Some(Place { page, entry: Some(entry) })
        })
    }

    /// The exhibits that the card opens, by name: those of its entries and that of its logo. One may come twice.
    pub fn exhibits(&self) -> impl Iterator<Item = &str> {
        let of_entries = self.pages.iter().flat_map(|page| &page.entries).flat_map(|entry| &entry.exhibits);
        let of_logo = self.card.opens.iter().filter_map(|opens| match opens {
            Opens::Exhibit(name) => Some(name),
            Opens::Place(_) => None,
        });
        of_entries.chain(of_logo).map(String::as_str)
    }

    /// Whether the card has its contact page. The ways to reach the person stand there, else on the card itself.
    #[must_use]
    pub fn has_contact(&self) -> bool {
        self.pages.iter().any(|page| page.layout == Layout::Contact)
    }
}

/// The content of one page. An `app::Screen` shows it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// The page's name: the stem of its file's name, or `card` or `contact`. It is the page's command and user name.
    pub name: String,
    /// The text of the tab and the heading. If the file gives none, it is a word of the card for a known name, else the
    /// name.
    pub title: String,
    /// How the page is laid out.
    pub layout: Layout,
    /// The meaning of the page for other programs.
    pub section: Section,
    /// The names that one company has had, in order; shown above a timeline.
    pub line: Vec<String>,
    /// The line below the lowest of the layers.
    pub ground: Option<String>,
    /// The whole text of a page of prose; the text above the entries of another.
    pub intro: Prose,
    /// The entries, in the order of the file.
    pub entries: Vec<Entry>,
}

/// How a page is laid out. The name that an owner writes for a layout is that of its variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase")]
pub enum Layout {
    /// The card itself, from `card.toml`.
    Card,
    /// A text.
    #[default]
    Prose,
    /// Entries one below the other.
    List,
    /// Entries by date, below the names that a company has had.
    Timeline,
    /// Entries as layers of a stack, read from the bottom up.
    Layers,
    /// Entries of one line each.
    Compact,
    /// The ways to reach the person, and the commands that copy the card, from `card.toml`.
    Contact,
}

impl Layout {
    /// The layouts that a page of entries may choose, by name.
    #[must_use]
    pub fn of_entries() -> Vec<(&'static str, Self)> {
        let chosen = |layout: &&Self| !matches!(layout, Self::Card | Self::Prose | Self::Contact);
        Self::VARIANTS.iter().filter(chosen).map(|layout| (layout.into(), *layout)).collect()
    }
}

/// The meaning of a page for other programs: the section of a JSON Resume and the types of schema.org. It has no
/// influence on how the page looks. The name that an owner writes for a section is that of its variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase")]
#[expect(missing_docs, reason = "each is what its name says")]
pub enum Section {
    Work,
    Education,
    Projects,
    Publications,
    Talks,
    Awards,
    Certificates,
    Volunteer,
    Skills,
    /// Languages that the person speaks.
    Languages,
    /// What others say.
    References,
    /// No meaning that other programs know.
    #[default]
    None,
}

impl Section {
    /// All sections, by name.
    #[must_use]
    pub fn named() -> Vec<(&'static str, Self)> {
        Self::VARIANTS.iter().map(|section| (section.into(), *section)).collect()
    }
}

/// One entry of a page: a job, a school, a project, a layer, a skill.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entry {
    /// An entry has a title or an organization, or both.
    pub title: Option<String>,
    /// Company, school, publisher.
    pub organization: Option<String>,
    /// The subject, or the person's role, in a line.
    pub subtitle: Option<String>,
    /// When it was.
    pub dates: Dates,
    /// Where it was.
    pub place: Option<String>,
    /// The proficiency in a word, for skills and languages.
    pub level: Option<String>,
    /// Its address.
    pub url: Option<String>,
    /// Further addresses.
    pub links: Vec<Link>,
    /// Keywords.
    pub tags: Vec<String>,
    /// The people with whom it was done.
    pub people: Vec<String>,
    /// The description.
    pub text: Prose,
    /// The names of the exhibits that it opens.
    pub exhibits: Vec<String>,
    /// The related place on another page.
    pub see: Option<Place>,
    /// Values of an imported JSON Resume for which an entry has no key, by the keys of the resume.
    pub extra: Extra,
}

impl Entry {
    /// The name of the entry: its title, else its organization.
    #[must_use]
    pub fn label(&self) -> &str {
        self.title.as_deref().or(self.organization.as_deref()).unwrap_or_default()
    }

    /// The organization as a heading above the entry: in a timeline, for an entry that has a title as well. In other
    /// layouts the title comes first, and there is none.
    #[must_use]
    pub fn organization_above(&self, layout: Layout) -> Option<&str> {
        self.organization.as_deref().filter(|_| layout == Layout::Timeline && self.title.is_some())
    }

    /// The parts of the entry's heading: title and organization, in a timeline the organization first, then the dates.
    #[must_use]
    pub fn heading(&self, layout: Layout, words: &Words) -> Vec<String> {
        let mut names = [&self.title, &self.organization].map(Clone::clone);
        if layout == Layout::Timeline {
            names.reverse();
        }
        let dates = Some(self.dates.text(words)).filter(|dates| !dates.is_empty());
        names.into_iter().flatten().chain(dates).collect()
    }
}
