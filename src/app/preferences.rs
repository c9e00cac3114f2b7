//! How a visitor chose to see the card before it opened: by the user name, as in `ssh career@host`, or by variables
//! that their client sends. Both speak the words of one table. Nothing of what a visitor wrote is kept, only what was
//! recognised in it.

use strum::EnumString;

use crate::{
    document::{Document, Language, Place, words::NoticeWords},
    exhibits,
    terminal::capabilities::{Appearance, Depth, Environment, Glyphs, Ground},
};

/// A short message beside the keys, in whatever language the card is, shown until the visitor's next key, click or
/// paste.
pub(super) type Notice = fn(&NoticeWords) -> &String;

/// One word of a visitor's preferences, in upper or lower case.
#[derive(Debug, Clone, PartialEq, Eq, EnumString)]
#[strum(serialize_all = "lowercase", ascii_case_insensitive)]
pub enum Word {
    /// A page's name, with the index of an entry where its number follows: the card opens there.
    #[strum(disabled)]
    Page(String, Option<usize>),
    /// The name of an exhibit that the card opens.
    #[strum(disabled)]
    Exhibit(String),
    /// The tag of a language of the card.
    #[strum(disabled)]
    Language(Language),
    /// `text`: the whole card is printed.
    Text,
    /// `plain`: text to read and answer, line by line.
    Plain,
    /// `light`: the ground is light, whatever the terminal says.
    Light,
    /// `dark`: the ground is dark.
    Dark,
    /// `mono`: no colour.
    Mono,
    /// `ascii`: no characters beyond ASCII for lines and signs.
    Ascii,
    /// `still`: nothing moves.
    Still,
}

impl Word {
    /// The words that no page can have for a name.
    pub const RESERVED: [&str; 8] = ["text", "plain", "light", "dark", "mono", "ascii", "still", "help"];

    /// What a word of a visitor means; `None` for one that means nothing.
    #[must_use]
    pub fn of(word: &str, card: &Document) -> Option<Self> {
        if let Some((page, number)) = word.split_once('/') {
            let entry = Place::index(number)?;
            let Some(Self::Page(page, _)) = Self::of(page, card) else { return None };
            return Some(Self::Page(page, Some(entry)));
        }
        let pages = card.editions().flat_map(|edition| &edition.pages).map(|page| &page.name);
        let page = pages.into_iter().find(|name| name.eq_ignore_ascii_case(word));
        let language = || Language::parse(word)?.best(card.languages()).cloned();
        let mut exhibits = card.editions().flat_map(Document::exhibits);
        let mut exhibit = || exhibits.find(|name| name.eq_ignore_ascii_case(word)).map(ToOwned::to_owned);
        let page = page.map(|page| Self::Page(page.clone(), None)).or_else(|| word.parse().ok());
        page.or_else(|| exhibit().map(Self::Exhibit)).or_else(|| language().map(Self::Language))
    }

    /// What a user name means; `None` for any other, which opens the card. `plain` prints, as `text` does, so that the
    /// name alone is enough for a pipe.
    #[must_use]
    pub fn of_user(name: &str, card: &Document) -> Option<Self> {
        Self::of(name, card).map(|word| if word == Self::Plain { Self::Text } else { word })
    }
}

/// How the card is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// As pages on the visitor's screen.
    #[default]
    Pages,
    /// As lines of text that are only ever added, with numbered choices to answer.
    Plain,
    /// As text that is printed once.
    Text,
}

/// The visitor's choice of colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColorScheme {
    /// As the terminal says.
    #[default]
    Own,
    /// For a dark ground.
    Dark,
    /// For a light ground.
    Light,
    /// No colour at all.
    None,
}

impl ColorScheme {
    /// How the terminal shows things, with the visitor's choice of colours. A choice for another ground than there is
    /// certain to be could not be read.
    #[must_use]
    pub fn applied(self, appearance: Appearance) -> Appearance {
        match self {
            Self::Dark | Self::Light if appearance.ground_is_certain => appearance,
            Self::Own => appearance,
            Self::Dark => Appearance { ground: Ground::Dark, ..appearance },
            Self::Light => Appearance { ground: Ground::Light, ..appearance },
            Self::None => Appearance { depth: Depth::Mono, ..appearance },
        }
    }

    /// The next of the choices that make a difference on this terminal, and what is said of it.
    pub(super) fn next(self, appearance: Appearance) -> (Self, Notice) {
        match self {
            colors if appearance.depth == Depth::Mono => (colors, |notices| &notices.no_colour),
            Self::Own if appearance.ground_is_certain => (Self::None, |notices| &notices.ground_none),
            Self::Own => (Self::Dark, |notices| &notices.ground_dark),
            Self::Dark => (Self::Light, |notices| &notices.ground_light),
            Self::Light => (Self::None, |notices| &notices.ground_none),
            Self::None => (Self::Own, |notices| &notices.ground_as_is),
        }
    }
}

/// An exhibit that is open when the visitor arrives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedExhibit {
    /// What it is called.
    pub name: String,
    /// The words that set it ([`exhibits::set`](crate::exhibits::set)); none leave it at its default.
    pub setting: Vec<String>,
}

impl OpenedExhibit {
    /// The exhibit of a card that the first word names, set as the others say; `None` where it names none that the card
    /// opens.
    ///
    /// # Errors
    ///
    /// The name, if the other words do not set that exhibit.
    #[must_use]
    pub fn parse<'w>(words: &[&'w str], card: &Document) -> Option<Result<Self, &'w str>> {
        let (name, setting) = words.split_first()?;
        card.editions().flat_map(Document::exhibits).find(|exhibit| exhibit == name)?;
        let setting = setting.iter().map(|word| (*word).to_owned()).collect();
        let exhibit = Self { name: (*name).to_owned(), setting };
        Some(exhibit.open().is_some().then_some(exhibit).ok_or(*name))
    }

    /// The model; `None` where there is none of this name, or a word means nothing to it.
    pub(super) fn open(&self) -> Option<Box<dyn exhibits::Exhibit>> {
        let mut model = exhibits::open(&self.name)?;
        let words: Vec<&str> = self.setting.iter().map(String::as_str).collect();
        exhibits::set(model.as_mut(), &words)?;
        Some(model)
    }
}

/// Everything that a visitor chose.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Preferences {
    /// How the card is shown.
    pub mode: Mode,
    /// The language that the visitor named.
    pub language: Option<Language>,
    /// The language of the card that is nearest to that of the visitor's own texts.
    pub locale: Option<Language>,
    /// The name of the page on which it opens; the first page where nothing was chosen.
    pub page: Option<String>,
    /// The entry of that page, counted from 0.
    pub entry: Option<usize>,
    /// The exhibit that is open over that page.
    pub exhibit: Option<OpenedExhibit>,
    /// The colours.
    pub colors: ColorScheme,
    /// Whether lines and signs are drawn in ASCII.
    pub ascii: bool,
    /// Whether nothing moves.
    pub still: bool,
}

impl Preferences {
    /// Puts together what the user name and the environment say. A terminal that cannot address its cursor gets text
    /// ([`Environment::addresses_cursor`]); `ACCESSIBLE`, unless it is empty or `0`, asks for the plain mode; the words
    /// of `LC_SSHCARD`, parted by commas, win over both, a later word over an earlier, and the user name over all.
    /// Words that mean nothing are passed over. Where no word is a language, the visitor's locale chooses among those
    /// of the card, and then a page that is not in each of them.
    #[must_use]
    pub fn new(user_name: Option<Word>, environment: &Environment, card: &Document) -> Self {
        let accessible = environment.get("ACCESSIBLE").is_some_and(|value| !matches!(value.trim(), "" | "0"));
        let words = environment.get("LC_SSHCARD").unwrap_or_default().split(',');
        let locale = environment.locale("LC_MESSAGES").and_then(Language::of_locale);
        let locale = locale.and_then(|language| language.best(card.languages()).cloned());
        let mut preferences = Self { locale, ..Self::default() };
        let text = (!environment.addresses_cursor()).then_some(Word::Text);
        let first = text.into_iter().chain(accessible.then_some(Word::Plain));
        for word in first.chain(words.filter_map(|word| Word::of(word.trim(), card))).chain(user_name) {
            preferences.apply(word);
        }
        if let (None, Some(page)) = (&preferences.language, &preferences.page) {
            let mut has_page =
                card.editions().filter(|edition| edition.position(page).is_some()).map(|has| &has.language);
            let read = preferences.locale.as_ref().unwrap_or(&card.language);
            if !has_page.clone().any(|language| language == read) {
                preferences.locale = has_page.next().cloned();
            }
        }
        preferences
    }

    /// The language that the visitor reads; `None` for that of the card.
    #[must_use]
    pub fn reads(&self) -> Option<&Language> {
        self.language.as_ref().or(self.locale.as_ref())
    }

    fn apply(&mut self, word: Word) {
        match word {
            Word::Page(page, entry) => (self.page, self.entry) = (Some(page), entry),
            Word::Exhibit(name) => self.exhibit = Some(OpenedExhibit { name, setting: Vec::new() }),
            Word::Language(language) => self.language = Some(language),
            Word::Text => self.mode = Mode::Text,
            Word::Plain => self.mode = Mode::Plain,
            Word::Light => self.colors = ColorScheme::Light,
            Word::Dark => self.colors = ColorScheme::Dark,
            Word::Mono => self.colors = ColorScheme::None,
            Word::Ascii => self.ascii = true,
            Word::Still => self.still = true,
        }
    }

    /// How the terminal shows things, given the choice of characters. The colours are the app's, which can change them.
    #[must_use]
    pub fn appearance(&self, appearance: Appearance) -> Appearance {
        if self.ascii { Appearance { glyphs: Glyphs::Ascii, ..appearance } } else { appearance }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{document::Page, site::Site};

    /// A card in English and German; only in German it has a page of projects.
    fn card() -> Document {
        let page = |name: &&str| Page { name: (*name).into(), ..Page::default() };
        let pages = ["card", "about", "career", "stack", "contact", "projects"];
        let [english, german] = [&pages[..5], &pages].map(|pages| pages.iter().map(page).collect());
        let translation = Document { language: language("de"), pages: german, ..Document::default() };
        Document { pages: english, translations: vec![Arc::new(translation)], ..Document::default() }
    }

    fn language(tag: &str) -> Language {
        Language::parse(tag).unwrap()
    }

    #[test]
    fn user_names_are_doors() {
        for (name, choice) in [
            ("career", Some(Word::Page("career".into(), None))),
            ("career/2", Some(Word::Page("career".into(), Some(1)))),
            ("career/0", None),
            ("career/", None),
            ("dark/1", None),
            ("card", Some(Word::Page("card".into(), None))),
            ("plain", Some(Word::Text)),
            ("text", Some(Word::Text)),
            ("Light", Some(Word::Light)),
            ("dark", Some(Word::Dark)),
            ("mono", Some(Word::Mono)),
            ("still", Some(Word::Still)),
            ("de", Some(Word::Language(language("de")))),
            ("EN", Some(Word::Language(language("en")))),
            ("de-AT", Some(Word::Language(language("de")))),
            ("fr", None),
            ("projects", Some(Word::Page("projects".into(), None))),
            ("", None),
            ("ada", None),
            ("careers", None),
            ("plain,light", None),
            ("\u{1b}[2J", None),
        ] {
            assert_eq!(Word::of_user(name, &card()), choice, "{name:?}");
        }
    }

    #[test]
    fn variables_and_the_user_name_make_one_choice() {
        let none = Preferences::default();
        let plain = Preferences { mode: Mode::Plain, ..none.clone() };
        let light = Preferences { colors: ColorScheme::Light, ..none.clone() };
        for (user, variables, expected) in [
            (None, &[][..], none.clone()),
            (None, &[("LC_SSHCARD", "plain")][..], plain.clone()),
            (None, &[("LC_SSHCARD", "plain, LIGHT")], Preferences { colors: ColorScheme::Light, ..plain.clone() }),
            (None, &[("LC_SSHCARD", "blink,,light,\u{1b}[31m")], light.clone()),
            (None, &[("LC_SSHCARD", "dark,light")], light.clone()),
            (
                None,
                &[("LC_SSHCARD", "mono,ascii,still")],
                Preferences { colors: ColorScheme::None, ascii: true, still: true, ..none.clone() },
            ),
            (
                None,
                &[("LC_SSHCARD", "stack,text")],
                Preferences { mode: Mode::Text, page: Some("stack".into()), ..none.clone() },
            ),
            (None, &[("ACCESSIBLE", "1")], plain.clone()),
            (None, &[("ACCESSIBLE", "")], none.clone()),
            (None, &[("ACCESSIBLE", "0")], none.clone()),
            (None, &[("ACCESSIBLE", "yes"), ("LC_SSHCARD", "text")], Preferences { mode: Mode::Text, ..none.clone() }),
            (
                Some("career"),
                &[("LC_SSHCARD", "stack,plain")],
                Preferences { page: Some("career".into()), ..plain.clone() },
            ),
            (Some("light"), &[("LC_SSHCARD", "dark")], light.clone()),
            (Some("plain"), &[("LC_SSHCARD", "plain")], Preferences { mode: Mode::Text, ..none.clone() }),
            (Some("ada"), &[("LC_SSHCARD", "light")], light.clone()),
        ] {
            let mut environment = Environment::default();
            environment.set_term("xterm");
            for (name, value) in variables {
                environment.set(name, value);
            }
            let choices = Preferences::new(user.and_then(|user| Word::of_user(user, &card())), &environment, &card());
            assert_eq!(choices, expected, "{user:?} {variables:?}");
        }
    }

    #[test]
    fn a_word_or_the_locale_chooses_the_language() {
        for (user, variables, expected) in [
            (None, &[][..], None),
            (None, &[("LANG", "de_AT.UTF-8")][..], Some("de")),
            (None, &[("LANG", "de_AT.UTF-8"), ("LC_MESSAGES", "en_GB.UTF-8")], Some("en")),
            (None, &[("LANG", "de_DE"), ("LC_MESSAGES", "en_GB"), ("LC_ALL", "de_CH")], Some("de")),
            (None, &[("LANG", "de_DE"), ("LC_ALL", "")], Some("de")),
            (None, &[("LANG", "de_DE"), ("LC_ALL", "C")], None),
            (None, &[("LANG", "fr_FR.UTF-8")], None),
            (None, &[("LC_SSHCARD", "plain,de")], Some("de")),
            (None, &[("LC_SSHCARD", "en"), ("LANG", "de_DE")], Some("en")),
            (Some("de"), &[("LC_SSHCARD", "en"), ("LANG", "en_US")], Some("de")),
            (Some("projects"), &[], Some("de")),
            (Some("projects"), &[("LANG", "en_US")], Some("de")),
            (Some("projects"), &[("LC_SSHCARD", "en")], Some("en")),
            (Some("about"), &[("LANG", "de_DE")], Some("de")),
        ] {
            let mut environment = Environment::default();
            environment.set_term("xterm");
            for (name, value) in variables {
                environment.set(name, value);
            }
            let card = card();
            let choices = Preferences::new(user.and_then(|user| Word::of_user(user, &card)), &environment, &card);
            let edition = Arc::new(Site::new(card)).in_language(choices.reads());
            assert_eq!(edition.document().language.tag(), expected.unwrap_or("en"), "{user:?} {variables:?}");
        }
    }

    #[test]
    fn no_choice_draws_pages_on_a_dumb_terminal() {
        let others = ["card", "about", "career", "stack", "contact", "", "ada"];
        for word in Word::RESERVED.into_iter().chain(others) {
            let mut environment = Environment::default();
            environment.set_term("dumb");
            assert_ne!(
                Preferences::new(Word::of_user(word, &card()), &environment, &card()).mode,
                Mode::Pages,
                "{word}@"
            );
            environment.set("LC_SSHCARD", word);
            assert_ne!(Preferences::new(None, &environment, &card()).mode, Mode::Pages, "{word}");
            environment.set("ACCESSIBLE", "1");
            assert_ne!(Preferences::new(None, &environment, &card()).mode, Mode::Pages, "{word}");
        }
        for (term, way) in [
            ("dumb", Mode::Text),
            ("dumb-emacs-ansi", Mode::Text),
            ("", Mode::Text),
            ("unknown", Mode::Text),
            ("lpr", Mode::Text),
            ("emacs", Mode::Text),
            ("xterm-256color", Mode::Pages),
            ("a-terminal-of-tomorrow", Mode::Pages),
        ] {
            let mut environment = Environment::default();
            environment.set_term(term);
            assert_eq!(Preferences::new(None, &environment, &card()).mode, way, "{term}");
        }
        // A client, or a shell, that names no terminal.
        assert_eq!(Preferences::new(None, &Environment::default(), &card()).mode, Mode::Text);
    }
}
