//! How a visitor chose to see the card before it opened: by the user name, as in `ssh career@host`, or by variables that
//! their client sends. Both speak the words of one table. Nothing of what a visitor wrote is kept, only what was
//! recognised in it.

use crate::{
    profile::Page,
    terminal::capabilities::{Environment, Glyphs, Look},
};

/// One word of a visitor's choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// A page's name: the card opens there, if the profile has it.
    Page(Page),
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

/// The words, but for the names of pages.
const WORDS: [(&str, Choice); 7] = [
    ("text", Choice::Text),
    ("plain", Choice::Plain),
    ("light", Choice::Light),
    ("dark", Choice::Dark),
    ("mono", Choice::Mono),
    ("ascii", Choice::Ascii),
    ("still", Choice::Still),
];

impl Choice {
    /// What a word chooses, in upper or lower case; `None` for one that means nothing.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        let pages = Page::ALL.into_iter().map(|page| (page.name(), Self::Page(page)));
        pages.chain(WORDS).find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, choice)| choice)
    }

    /// What a user name chooses; `None` for any other, which opens the card. `plain` prints, as `text` does, so
    /// that the name alone is enough for a pipe.
    #[must_use]
    pub fn of_user(name: &str) -> Option<Self> {
        Self::of(name).map(|choice| if choice == Self::Plain { Self::Text } else { choice })
    }
}

/// In which way the card is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Way {
    /// As pages on the visitor's screen.
    #[default]
    Pages,
    /// As lines of text that are only ever added, with numbered choices to answer.
    Plain,
    /// As text that is printed once.
    Text,
}

/// The visitor's choice of ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Paper {
    /// As the terminal says.
    #[default]
    Own,
    /// Dark.
    Dark,
    /// Light.
    Light,
    /// No colour at all.
    None,
}

/// Everything that a visitor chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Choices {
    /// How the card is shown.
    pub way: Way,
    /// Where it opens; the first page where nothing was chosen.
    pub page: Option<Page>,
    /// The ground.
    pub paper: Paper,
    /// Whether lines and signs are drawn in ASCII.
    pub ascii: bool,
    /// Whether nothing moves.
    pub still: bool,
}

impl Choices {
    /// Puts together what the user name and the environment choose. A terminal that cannot address its cursor gets text
    /// ([`Environment::addresses_cursor`]); `ACCESSIBLE`, unless it is empty or `0`, asks for the plain way; the words
    /// of `LC_SSHCARD`, parted by commas, win over both, a later word over an earlier, and the user name over all.
    /// Words that mean nothing are passed over.
    #[must_use]
    pub fn new(user: Option<Choice>, environment: &Environment) -> Self {
        let accessible = environment.get("ACCESSIBLE").is_some_and(|value| !matches!(value.trim(), "" | "0"));
        let words = environment.get("LC_SSHCARD").unwrap_or_default().split(',');
        let mut choices = Self::default();
        let text = (!environment.addresses_cursor()).then_some(Choice::Text);
        let first = text.into_iter().chain(accessible.then_some(Choice::Plain));
        for choice in first.chain(words.filter_map(|word| Choice::of(word.trim()))).chain(user) {
            choices.choose(choice);
        }
        choices
    }

    fn choose(&mut self, choice: Choice) {
        match choice {
            Choice::Page(page) => self.page = Some(page),
            Choice::Text => self.way = Way::Text,
            Choice::Plain => self.way = Way::Plain,
            Choice::Light => self.paper = Paper::Light,
            Choice::Dark => self.paper = Paper::Dark,
            Choice::Mono => self.paper = Paper::None,
            Choice::Ascii => self.ascii = true,
            Choice::Still => self.still = true,
        }
    }

    /// How the terminal shows things, given the choice of characters. The ground is the model's, which can change it.
    #[must_use]
    pub fn look(&self, look: Look) -> Look {
        if self.ascii { Look { glyphs: Glyphs::Ascii, ..look } } else { look }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_names_are_doors() {
        for (name, choice) in [
            ("career", Some(Choice::Page(Page::Career))),
            ("card", Some(Choice::Page(Page::Card))),
            ("plain", Some(Choice::Text)),
            ("text", Some(Choice::Text)),
            ("Light", Some(Choice::Light)),
            ("dark", Some(Choice::Dark)),
            ("mono", Some(Choice::Mono)),
            ("still", Some(Choice::Still)),
            ("", None),
            ("ada", None),
            ("careers", None),
            ("plain,light", None),
            ("\u{1b}[2J", None),
        ] {
            assert_eq!(Choice::of_user(name), choice, "{name:?}");
        }
    }

    #[test]
    fn variables_and_the_user_name_make_one_choice() {
        let none = Choices::default();
        let plain = Choices { way: Way::Plain, ..none };
        let light = Choices { paper: Paper::Light, ..none };
        for (user, variables, expected) in [
            (None, &[][..], none),
            (None, &[("LC_SSHCARD", "plain")][..], plain),
            (None, &[("LC_SSHCARD", "plain, LIGHT")], Choices { paper: Paper::Light, ..plain }),
            (None, &[("LC_SSHCARD", "blink,,light,\u{1b}[31m")], light),
            (None, &[("LC_SSHCARD", "dark,light")], light),
            (
                None,
                &[("LC_SSHCARD", "mono,ascii,still")],
                Choices { paper: Paper::None, ascii: true, still: true, ..none },
            ),
            (None, &[("LC_SSHCARD", "stack,text")], Choices { way: Way::Text, page: Some(Page::Stack), ..none }),
            (None, &[("ACCESSIBLE", "1")], plain),
            (None, &[("ACCESSIBLE", "")], none),
            (None, &[("ACCESSIBLE", "0")], none),
            (None, &[("ACCESSIBLE", "yes"), ("LC_SSHCARD", "text")], Choices { way: Way::Text, ..none }),
            (Some("career"), &[("LC_SSHCARD", "stack,plain")], Choices { page: Some(Page::Career), ..plain }),
            (Some("light"), &[("LC_SSHCARD", "dark")], light),
            (Some("plain"), &[("LC_SSHCARD", "plain")], Choices { way: Way::Text, ..none }),
            (Some("ada"), &[("LC_SSHCARD", "light")], light),
        ] {
            let mut environment = Environment::default();
            environment.set_term("xterm");
            for (name, value) in variables {
                environment.set(name, value);
            }
            let choices = Choices::new(user.and_then(Choice::of_user), &environment);
            assert_eq!(choices, expected, "{user:?} {variables:?}");
        }
    }

    #[test]
    fn no_choice_draws_pages_on_a_dumb_terminal() {
        let words = WORDS.map(|(word, _)| word).into_iter().chain(Page::ALL.map(Page::name)).chain(["", "ada"]);
        for word in words {
            let mut environment = Environment::default();
            environment.set_term("dumb");
            assert_ne!(Choices::new(Choice::of_user(word), &environment).way, Way::Pages, "{word}@");
            environment.set("LC_SSHCARD", word);
            assert_ne!(Choices::new(None, &environment).way, Way::Pages, "{word}");
            environment.set("ACCESSIBLE", "1");
            assert_ne!(Choices::new(None, &environment).way, Way::Pages, "{word}");
        }
        for (term, way) in [
            ("dumb", Way::Text),
            ("dumb-emacs-ansi", Way::Text),
            ("", Way::Text),
            ("unknown", Way::Text),
            ("lpr", Way::Text),
            ("emacs", Way::Text),
            ("xterm-256color", Way::Pages),
            ("a-terminal-of-tomorrow", Way::Pages),
        ] {
            let mut environment = Environment::default();
            environment.set_term(term);
            assert_eq!(Choices::new(None, &environment).way, way, "{term}");
        }
        // A client, or a shell, that names no terminal.
        assert_eq!(Choices::new(None, &Environment::default()).way, Way::Text);
    }
}
