//! The choices of plain lines: the list of them, and the choice that an answer names.

use crate::{
    document::{Document, Opens, Place},
    exhibits,
    site::Site,
    typeset::ascii,
};

/// The place that an answer stands for: a page by its name, its title or its number, or an entry by its number.
pub(super) fn place(answer: &str, document: &Document) -> Option<Place> {
    let typed = |text: &str| ascii(text).to_lowercase();
    let is = |name: &str| typed(name) == typed(answer);
    let named = document.pages.iter().position(|page| is(&page.name) || is(&page.title));
    named.map(|page| Place { page, entry: None }).or_else(|| numbered(answer, document))
}

/// What a number stands for: `3` for the third page, `3.2` for the second entry of it, `0` for the place that the logo
/// opens.
fn numbered(answer: &str, document: &Document) -> Option<Place> {
    if let (Some(Opens::Place(place)), "0") = (&document.card.opens, answer) {
        return Some(*place);
    }
    let index = |number: &str| number.parse::<usize>().ok()?.checked_sub(1);
    let (page, entry) = match answer.split_once('.') {
        Some((page, entry)) => (index(page)?, Some(index(entry)?)),
        None => (index(answer)?, None),
    };
    let entries = document.pages.get(page)?.entries.len();
    entry.is_none_or(|entry| entry < entries).then_some(Place { page, entry })
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
