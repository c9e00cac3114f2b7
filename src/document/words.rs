//! The card's own words: the texts of the interface, for each language a table in `locales/`. An owner may replace any
//! of them.
//!
//! A word is named by its table and its key. `{}` in it is a placeholder; in a date the placeholders have names.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Table;

use super::text::unbroken;

/// The language that has every word.
pub const DEFAULT_LANGUAGE: &str = "en";

/// The tables, by the primary subtag of their language (BCP 47).
const LOCALES: [(&str, &str); 15] = [
    ("ar", include_str!("../../locales/ar.toml")),
    ("de", include_str!("../../locales/de.toml")),
    (DEFAULT_LANGUAGE, include_str!("../../locales/en.toml")),
    ("es", include_str!("../../locales/es.toml")),
    ("fr", include_str!("../../locales/fr.toml")),
    ("he", include_str!("../../locales/he.toml")),
    ("hi", include_str!("../../locales/hi.toml")),
    ("it", include_str!("../../locales/it.toml")),
    ("ja", include_str!("../../locales/ja.toml")),
    ("ko", include_str!("../../locales/ko.toml")),
    ("nl", include_str!("../../locales/nl.toml")),
    ("pl", include_str!("../../locales/pl.toml")),
    ("pt", include_str!("../../locales/pt.toml")),
    ("tr", include_str!("../../locales/tr.toml")),
    ("zh", include_str!("../../locales/zh.toml")),
];

/// The languages that have a table.
pub fn languages() -> impl Iterator<Item = &'static str> {
    LOCALES.iter().map(|(language, _)| *language)
}

/// The table of a language, by its tag; `None` where there is none.
#[must_use]
pub fn locale(tag: &str) -> Option<Table> {
    let primary = tag.split('-').next().unwrap_or_default();
    let (_, text) = LOCALES.iter().find(|(language, _)| language.eq_ignore_ascii_case(primary))?;
    text.parse().ok()
}

/// The table of [`DEFAULT_LANGUAGE`], which has every word.
#[must_use]
pub fn default_locale() -> Table {
    locale(DEFAULT_LANGUAGE).unwrap_or_default()
}

/// Where a line of text begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// At the left.
    #[default]
    Ltr,
    /// At the right.
    Rtl,
}

impl Direction {
    /// Whether a letter is written from the right: those of Hebrew, of Arabic, and of what stands between and after
    /// them in Unicode.
    #[must_use]
    pub fn is_rtl(letter: char) -> bool {
        matches!(letter, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}'
            | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
    }

    /// From one name to the next, with its spaces.
    #[must_use]
    pub fn arrow(self) -> &'static str {
        match self {
            Self::Ltr => " → ",
            Self::Rtl => " ← ",
        }
    }
}

/// All words of a card.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Where text begins.
    pub direction: Direction,
    /// What the language is called in itself.
    pub name: String,
    /// The titles of pages whose files give none, by the names of the files.
    pub pages: BTreeMap<String, String>,
    /// What keys do, in a word or two; below a page.
    pub hints: HintWords,
    /// What keys do; in the help.
    pub help: HelpWords,
    /// What a page says for a moment.
    pub notices: NoticeWords,
    /// What only plain lines say.
    pub plain: PlainWords,
    /// What the search says.
    pub search: SearchWords,
    /// The words of the connection's figures.
    pub wire: WireWords,
    /// The card itself and the contact page.
    pub card: CardWords,
    /// The card in sentences.
    pub formats: FormatWords,
    /// What each command gives.
    pub commands: CommandWords,
    /// The file that tells of the others.
    pub files: FileWords,
    /// The web page.
    pub web: WebWords,
    /// Why a session ended.
    pub endings: EndingWords,
    /// Dates and spans.
    pub dates: DateWords,
    /// What stands between words.
    pub lists: ListWords,
    /// The marks that straight ones become.
    pub quotes: QuoteWords,
}

/// Tables of words.
macro_rules! tables {
    ($($(#[$doc:meta])* struct $name:ident { $($key:ident)* })*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
            #[serde(deny_unknown_fields)]
            #[expect(missing_docs, reason = "`locales/en.toml` has each word")]
            pub struct $name { $(pub $key: String,)* }
        )*
    };
}

tables! {
    /// `[hints]`
    struct HintWords {
        find back keys hang_up bye read_on flip next copy try_it unfold climb earlier see scroll next_page go_there close
        pause run change choose turn next_digit details again
    }
    /// `[help]`
    struct HelpWords {
        down up next_page previous_page go_to_page open back screen_down exhibit change run restart screen_up ends find flip see
        copy ground certain_ground motion keys hang_up doors details language wire
    }
    /// `[notices]`
    struct NoticeWords {
        motion_on motion_off mouse_clicks mouse_selects ground_dark ground_light ground_none ground_as_is no_colour copied
        no_clipboard nothing_to_copy one_minute updated restarting language
    }
    /// `[plain]`
    struct PlainWords { prompt one_minute no_choice gone single_entry how these_choices choices menu }
    /// `[search]`
    struct SearchWords { prompt nothing }
    /// `[wire]`
    struct WireWords {
        title key_exchange cipher mac in_cipher sent received frames round_trip silent at_rest none
    }
    /// `[card]`
    struct CardWords {
        take_away take_away_so larger_window vcard_code opens come_back come_back_way email phone web position
    }
    /// `[formats]`
    struct FormatWords { text vcard help with see to_try to_try_on_page from_the_ground pages }
    /// `[commands]`
    struct CommandWords {
        intro names page markdown vcard json html qr photo postcard hostkey privacy version help exhibit at_page as_text
        at_ground in_signs in_language at_language
    }
    /// `[files]`
    struct FileWords { what for_phones itself html vcard json svg png photo }
    /// `[web]`
    struct WebWords { open key close again plain keyboard lost full many no_script unreachable nothing refused }
    /// `[endings]`
    struct EndingWords { idle overlong evicted shutdown failed }
    /// `[lists]`: between words, between the last two, after a label, at the end of a sentence.
    struct ListWords { comma last colon stop }
    /// `[quotes]`: of a quotation, of one within it or in single marks, and of what is left out.
    struct QuoteWords { open close inner_open inner_close apostrophe }
}

/// `[dates]`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "`locales/en.toml` has each word")]
pub struct DateWords {
    pub months: [String; 12],
    pub day: String,
    pub month: String,
    pub year: String,
    pub span: String,
    pub since: String,
    pub until: String,
    pub now: String,
}

impl Default for Words {
    /// The words of [`DEFAULT_LANGUAGE`].
    fn default() -> Self {
        Self::from_table(default_locale()).unwrap_or_else(|| unreachable!("locales/en.toml is tested"))
    }
}

impl Words {
    /// The words of a whole table; `None` where one is missing.
    #[must_use]
    pub fn from_table(table: Table) -> Option<Self> {
        table.try_into().ok()
    }

    /// Names in a row: `a`, `a and b`, `a, b and c`.
    #[must_use]
    pub fn listed(&self, names: &[String]) -> String {
        listed(names, &self.lists.comma, &self.lists.last)
    }

    /// Names in a row, with a comma between all of them.
    #[must_use]
    pub fn joined<S: AsRef<str>>(&self, names: impl IntoIterator<Item = S>) -> String {
        let mut joined = String::new();
        for name in names {
            joined.push_str(if joined.is_empty() { "" } else { &self.lists.comma });
            joined.push_str(name.as_ref());
        }
        joined
    }

    /// What follows a label: `label: text`.
    #[must_use]
    pub fn labelled(&self, label: &str, text: &str) -> String {
        [label, &self.lists.colon, text].concat()
    }

    /// `With a and b`, no name broken into two lines; empty without people.
    #[must_use]
    pub fn with(&self, people: &[String]) -> String {
        let names: Vec<String> = people.iter().map(|name| unbroken(name)).collect();
        if names.is_empty() { String::new() } else { filled(&self.formats.with, &[&self.listed(&names)]) }
    }
}

/// Names in a row, with `comma` between them, and `and` between the last two.
#[must_use]
pub fn listed(names: &[String], comma: &str, and: &str) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => [&first.join(comma), and, last].concat(),
    }
}

/// A word with what stands at each `{}`, in order.
#[must_use]
pub fn filled(word: &str, parts: &[&str]) -> String {
    let mut parts = parts.iter();
    let mut filled = String::with_capacity(word.len() + 16);
    for (index, piece) in word.split("{}").enumerate() {
        if index > 0 {
            filled.push_str(parts.next().copied().unwrap_or_default());
        }
        filled.push_str(piece);
    }
    filled
}

/// The places of a word where something is put in, in the order of the alphabet: `{}`, `{month}`.
#[must_use]
pub fn placeholders(word: &str) -> Vec<&str> {
    let pieces = word.split_inclusive('}').filter_map(|piece| piece.get(piece.rfind('{')?..));
    let mut places: Vec<&str> = pieces.filter(|place| place.ends_with('}')).collect();
    places.sort_unstable();
    places
}

#[cfg(test)]
mod tests;
