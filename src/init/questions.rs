//! The questions that `sshcard init` asks on a terminal: an answer is a line of text, and Enter alone takes the default
//! in brackets. An answer that the card cannot hold is refused with the reason, and the question is asked again.

use std::io::{BufRead, Write};

use anyhow::{Context as _, Result, bail};

use super::{NewProfile, PAGES};
use crate::{
    profile::{
        characters::{alternatives, name, quoted, refused, suggestion},
        limits::{HEADLINE, HEADLINE_LINES, LINE, LINKS, URL, beyond, excess},
        url,
    },
    scaffold::with_scheme,
};

/// The longest line that is read, in bytes.
const LONGEST: u64 = 4096;

/// Asks what the card is to say.
///
/// # Errors
///
/// The answers end before the questions do, or a line cannot be read or written.
pub fn ask(answers: impl BufRead, questions: impl Write) -> Result<NewProfile> {
    let mut asker = Asker { answers, questions };
    let defaults = NewProfile::default();
    asker.say("Enter takes what stands in brackets. All of it can be changed later.\n")?;
    let name = asker.until("Your name", &defaults.name, |text| line(text, LINE).map(str::to_owned))?;
    let headline = asker.until("What do you do, in a few words?", &defaults.headline.join(" "), headline)?;
    let links = asker.links()?;
    let names = alternatives(PAGES.iter().map(|(name, ..)| *name)).replace('`', "").replace(" or ", ", ");
    asker.say(&format!("{}\n", textwrap::fill(&format!("The pages can be {names}."), 76)))?;
    let pages = asker.until("Which pages are there to be?", &defaults.pages.join(" "), pages)?;
    Ok(NewProfile { name, headline, links, pages, ..defaults })
}

struct Asker<R, W> {
    answers: R,
    questions: W,
}

impl<R: BufRead, W: Write> Asker<R, W> {
    fn say(&mut self, words: &str) -> Result<()> {
        let written = self.questions.write_all(words.as_bytes()).and_then(|()| self.questions.flush());
        written.context("the question cannot be asked here; `sshcard init --yes` asks nothing")
    }

    /// Reads a line, and removes the space around it.
    fn read(&mut self) -> Result<String> {
        let mut bytes = Vec::new();
        let mut limited = std::io::Read::take(&mut self.answers, LONGEST);
        limited.read_until(b'\n', &mut bytes).context("the answer cannot be read")?;
        if !bytes.ends_with(b"\n") {
            self.say("\n")?;
            bail!("the answers ended before the questions did, and nothing was written");
        }
        Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
    }

    /// Asks until the answer is one.
    fn until<T>(&mut self, question: &str, default: &str, read: impl Fn(&str) -> Result<T, String>) -> Result<T> {
        loop {
            let shown = if default.is_empty() { String::new() } else { format!(" [{default}]") };
            self.say(&format!("{question}{shown}: "))?;
            let answer = self.read()?;
            match read(if answer.is_empty() { default } else { &answer }) {
                Ok(answer) => return Ok(answer),
                Err(reason) => self.say(&format!("  {reason}{}\n", if reason.ends_with('?') { "" } else { "." }))?,
            }
        }
    }

    fn links(&mut self) -> Result<Vec<(String, String)>> {
        let mut links = Vec::new();
        while links.len() < LINKS {
            let more = if links.is_empty() { "A link, as in https://example.com" } else { "Another link" };
            let Some(address) = self.until(&format!("{more} (Enter for none)"), "", address)? else { break };
            let host = address.split("://").nth(1).unwrap_or(&address).split('/').next().unwrap_or_default();
            let host = host.trim_start_matches("www.").to_owned();
            let label = self.until("  What is it called?", &host, |text| line(text, LINE).map(str::to_owned))?;
            links.push((label, address));
        }
        Ok(links)
    }
}

/// A line that a card may hold.
fn line(text: &str, longest: usize) -> Result<&str, String> {
    match refused(text, &[]).next() {
        Some((_, character)) => Err(format!("{} cannot be shown", name(character))),
        None if text.is_empty() => Err("Write something".to_owned()),
        None => match excess(text, longest) {
            Some(excess) => Err(format!("That has {}; {}", excess.length, excess.remedy())),
            None => Ok(text),
        },
    }
}

/// Few words in at most three lines.
fn headline(text: &str) -> Result<Vec<String>, String> {
    let text = line(text, HEADLINE * HEADLINE_LINES)?;
    let options =
        textwrap::Options::new(HEADLINE).break_words(false).word_splitter(textwrap::WordSplitter::NoHyphenation);
    let lines: Vec<String> = textwrap::wrap(text, options).into_iter().map(|line| line.trim().to_owned()).collect();
    let fits = lines.len() <= HEADLINE_LINES && lines.iter().all(|line| beyond(line, HEADLINE).is_none());
    if fits {
        Ok(lines)
    } else {
        Err(format!("That is too long: {HEADLINE_LINES} lines of {HEADLINE} columns have room"))
    }
}

/// A link, or none.
fn address(text: &str) -> Result<Option<String>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    line(text, URL)?;
    let Err((wrong, remedy)) = url::check(text) else { return Ok(Some(text.to_owned())) };
    let is_good = |whole: &String| url::check(whole).is_ok() && beyond(whole, URL).is_none();
    match with_scheme(text).filter(is_good) {
        Some(whole) => Ok(Some(whole)),
        None => Err(format!("This {wrong}; {remedy}")),
    }
}

/// Names of pages, in any order, with or without commas.
fn pages(text: &str) -> Result<Vec<&'static str>, String> {
    let names = || PAGES.iter().map(|(name, ..)| *name);
    let mut pages = Vec::new();
    for word in text.split([' ', ',', '\t']).filter(|word| !word.is_empty()) {
        let lower = word.to_lowercase();
        // A page that was made from card.toml is there anyway.
        if matches!(&*lower, "card" | "contact" | "none") {
            continue;
        }
        let Some(page) = names().find(|name| *name == lower) else {
            let remedy =
                suggestion(&lower, names()).unwrap_or_else(|| "it can be a file that you add later".to_owned());
            return Err(format!("There is no template {}; {remedy}", quoted(word)));
        };
        pages.push(page);
    }
    Ok(names().filter(|name| pages.contains(name)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(answers: &str) -> (Result<NewProfile>, String) {
        let mut questions = Vec::new();
        let answers = ask(answers.as_bytes(), &mut questions);
        (answers, String::from_utf8(questions).unwrap())
    }

    #[test]
    fn enter_takes_what_stands_in_the_brackets() {
        let (answers, questions) = asked("\n\n\n\n");
        assert_eq!(answers.unwrap(), NewProfile::default());
        insta::assert_snapshot!(questions);
    }

    #[test]
    fn answers_are_taken_as_they_are() {
        let (answers, _) = asked(
            " Sam Sample \nI build bridges of stone and of steel in the north\nhttps://www.example.com/x\n\n\
             mailto:a@example.com\nMail\ngithub.com/sam\n\n\nskills, About talks\n",
        );
        let expected = NewProfile {
            name: "Sam Sample".to_owned(),
            headline: vec!["I build bridges of stone".to_owned(), "and of steel in the north".to_owned()],
            links: vec![
                ("example.com".to_owned(), "https://www.example.com/x".to_owned()),
                ("Mail".to_owned(), "mailto:a@example.com".to_owned()),
                ("github.com".to_owned(), "https://github.com/sam".to_owned()),
            ],
            pages: vec!["about", "talks", "skills"],
            ..NewProfile::default()
        };
        let answers = answers.unwrap();
        assert_eq!((answers.name, answers.links, answers.pages), (expected.name, expected.links, expected.pages));
        assert_eq!(answers.headline.join(" "), expected.headline.join(" "));
    }

    #[test]
    fn what_cannot_be_is_told_and_asked_again() {
        for (wrong, right, reason) in [
            (format!("{}\n", "x".repeat(81)), "\n\n\n\n", "That has 81 characters; shorten it to 80 characters."),
            ("a\u{1b}b\n".into(), "\n\n\n\n", "the control character Escape (U+001B) cannot be shown."),
            (format!("\n{}\n", "x".repeat(37)), "\n\n\n", "That is too long: 3 lines of 36 columns have room."),
            ("\n\nexample\n".into(), "\n\n", "This is not a whole link; begin it with its scheme"),
            ("\n\n\nskils\n".into(), "\n", "There is no template `skils`; did you mean `skills`?\n"),
            ("\n\n\nboats\n".into(), "\n", "There is no template `boats`; it can be a file that you add later."),
        ] {
            let (answers, questions) = asked(&format!("{wrong}{right}"));
            assert_eq!(answers.unwrap(), NewProfile::default(), "{questions}");
            assert!(questions.contains(reason), "{questions}");
        }
    }

    #[test]
    fn the_end_of_the_answers_is_an_end() {
        for answers in ["", "Sam", "Sam\n", "\n\nhttps://example.com\n"] {
            let error = asked(answers).0.unwrap_err().to_string();
            assert_eq!(error, "the answers ended before the questions did, and nothing was written");
        }
        assert!(asked(&"x".repeat(5000)).0.is_err());
    }
}
