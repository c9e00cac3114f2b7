//! The choices of plain lines: the list of them, and the choice that an answer names.

use crate::{
    document::{Document, Entry, Opens, Place},
    exhibits,
    site::Site,
    typeset::ascii,
};

/// What an answer stands for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Choice {
    Place(Place),
    /// What had this title is on the card no more.
    Gone(String),
}

/// What numbers stand for that were read aloud before the card changed.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// Name and title of each page; empty where its pages were read aloud since.
    pages: Vec<(String, String)>,
    /// The labels of the entries of pages, by the name of the page.
    entries: Vec<(String, Vec<String>)>,
}

impl Heard {
    /// The card is about to be another one than `document`. What was heard before and not since, stays heard.
    pub(super) fn keep(&mut self, document: &Document) {
        if self.pages.is_empty() {
            self.pages = document.pages.iter().map(|page| (page.name.clone(), page.title.clone())).collect();
        }
        for page in &document.pages {
            if !page.entries.is_empty() && self.entries_of(&page.name).is_none() {
                let labels = page.entries.iter().map(|entry| entry.label().to_owned()).collect();
                self.entries.push((page.name.clone(), labels));
            }
        }
    }

    /// The pages are read aloud anew.
    pub(super) fn forget_pages(&mut self) {
        self.pages = Vec::new();
    }

    /// The entries of this page are read aloud anew.
    pub(super) fn forget_entries(&mut self, page: &str) {
        self.entries.retain(|(of, _)| of != page);
    }

    fn entries_of(&self, page: &str) -> Option<&[String]> {
        self.entries.iter().find(|(of, _)| of == page).map(|(_, labels)| labels.as_slice())
    }

    /// The choice that an answer names: a page by its name, its title or its number, or an entry by its number.
    pub(super) fn choice(&self, answer: &str, document: &Document) -> Option<Choice> {
        let typed = |text: &str| ascii(text).to_lowercase();
        let is = |name: &str| typed(name) == typed(answer);
        let named = document.pages.iter().position(|page| is(&page.name) || is(&page.title));
        let named = named.map(|page| Choice::Place(Place { page, entry: None }));
        named.or_else(|| self.numbered(answer, document))
    }

    /// What a number stands for: `3` for the third page, `3.2` for the second entry of it, `0` for the place that the
    /// logo opens.
    fn numbered(&self, answer: &str, document: &Document) -> Option<Choice> {
        if let (Some(Opens::Place(place)), "0") = (&document.card.opens, answer) {
            return Some(Choice::Place(*place));
        }
        let index = |number: &str| number.parse::<usize>().ok()?.checked_sub(1);
        let (page, entry) = match answer.split_once('.') {
            Some((page, entry)) => (index(page)?, Some(index(entry)?)),
            None => (index(answer)?, None),
        };
        let (page, of) = if self.pages.is_empty() {
            (page, document.pages.get(page)?)
        } else {
            let (name, title) = self.pages.get(page)?;
            match document.position(name).and_then(|page| Some((page, document.pages.get(page)?))) {
                Some(found) => found,
                None => return Some(Choice::Gone(title.clone())),
            }
        };
        let Some(entry) = entry else { return Some(Choice::Place(Place { page, entry })) };
        let labels: Vec<&str> = of.entries.iter().map(Entry::label).collect();
        let heard: Vec<&str> = match self.entries_of(&of.name) {
            Some(heard) => heard.iter().map(String::as_str).collect(),
            None => labels.clone(),
        };
        let label = *heard.get(entry)?;
        // Of several of one label, the one of the same rank.
        let rank = heard.iter().take(entry).filter(|other| **other == label).count();
        let found = labels.iter().enumerate().filter(|(_, other)| **other == label).nth(rank);
        Some(match found {
            Some((entry, _)) => Choice::Place(Place { page, entry: Some(entry) }),
            None => Choice::Gone(label.to_owned()),
        })
    }
}

/// The name of the exhibit that an answer may open: the one that the logo opens, or the answer itself.
pub(super) fn exhibit<'a>(answer: &'a str, document: &'a Document) -> &'a str {
    match &document.card.opens {
        Some(Opens::Exhibit(name)) if answer == "0" => name,
        _ => answer,
    }
}

/// The logo, if it opens something.
fn opening_logo(document: &Document) -> Option<&str> {
    document.card.logo.as_deref().filter(|_| document.card.opens.is_some())
}

/// The choices of `document`, one a line, with all entries and exhibits where these are asked for; `card` is the card
/// with all of its languages.
pub(super) fn lines(document: &Document, card: &Site, entries: bool) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(logo) = opening_logo(document) {
        lines.push(format!("0 {}", document.card.caption.as_deref().unwrap_or(logo)));
    }
    for (page, i) in document.pages.iter().zip(1..) {
        lines.push(format!("{i} {}", page.title));
        for (entry, j) in page.entries.iter().zip(1..).filter(|_| entries) {
            lines.push(format!("{i}.{j} {}", entry.heading(page.layout, &document.words).join(" · ")));
        }
    }
    let mut named = document.exhibits().filter(|_| entries).collect::<Vec<_>>();
    named.sort_unstable();
    named.dedup();
    lines.extend(named.into_iter().filter_map(|name| exhibit_line(name, document)));
    let languages = card.document().editions().map(|edition| (&edition.language, &edition.words.name));
    let others = languages.filter(|(other, _)| **other != document.language);
    lines.extend(others.map(|(other, name)| format!("{other} {name}")));
    lines.push(format!("? {}", document.words.plain.these_choices));
    lines.push(format!("q {}", document.words.hints.hang_up));
    lines
}

/// Names an exhibit: what is typed, and what that opens.
pub(super) fn exhibit_line(name: &str, document: &Document) -> Option<String> {
    exhibits::summary(name).map(|summary| format!("{name} {}: {}", document.words.hints.try_it, summary.title))
}

/// The choices in a line.
pub(super) fn in_a_line(document: &Document) -> String {
    let words = &document.words;
    let logo = opening_logo(document).map(|logo| format!("0 {logo}"));
    let pages = document.pages.iter().zip(1..).map(|(page, i)| format!("{i} {}", page.title));
    let more = [format!("? {}", words.plain.choices), format!("q {}", words.hints.hang_up)];
    words.joined(logo.into_iter().chain(pages).chain(more))
}
