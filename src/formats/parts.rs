//! Parts of a card in words, as several formats have them.

use crate::{
    document::{Card, Document, Entry, Layout, Page, Prose, Qr, Section, Words, words::filled},
    exhibits::{self, Summary},
};

/// The commands that take the card away, and what each gives; `HOST` stands for an address that the profile does not
/// tell. Few, since they stand beside the QR code in a small window; the last names the others.
#[must_use]
pub fn takeaways(document: &Document) -> [(String, &str); 3] {
    let ssh = document.card.ssh().unwrap_or_else(|| "ssh HOST".to_owned());
    let formats = &document.words.formats;
    [
        (format!("{ssh} text"), &formats.text),
        (format!("{ssh} vcard > card.vcf"), &formats.vcard),
        (format!("{ssh} help"), &formats.help),
    ]
}

/// The pages below the card itself, which stands above them all.
pub(super) fn pages(document: &Document) -> impl Iterator<Item = &Page> {
    document.pages.iter().filter(|page| page.layout != Layout::Card)
}

/// What the person says of themselves, for programs that have room for one text: the first page of prose that is
/// nothing else to them.
pub(super) fn story(document: &Document) -> Option<&Page> {
    document.pages.iter().find(|page| page.layout == Layout::Prose && page.section == Section::None)
}

/// The line above an entry, in parts: organization, title, dates, level, place.
pub(super) fn heading(words: &Words, entry: &Entry) -> Vec<String> {
    entry.heading(words).into_iter().chain(entry.level.clone()).chain(entry.place.clone()).collect()
}

/// `With A and B.`
pub(super) fn with(words: &Words, entry: &Entry) -> Option<String> {
    (!entry.people.is_empty()).then(|| words.with(&entry.people) + &words.lists.stop)
}

/// `See stack: kernels.`
pub(super) fn see(document: &Document, entry: &Entry) -> Option<String> {
    Some(filled(&document.words.formats.see, &[&document.place_title(entry.see?)?]))
}

/// The exhibits that an entry opens, in words.
pub(super) fn exhibits_of(entry: &Entry) -> impl Iterator<Item = &'static Summary> {
    entry.exhibits.iter().filter_map(|name| exhibits::summary(name))
}

/// `To try in a terminal: A and B.`
pub(super) fn to_try(words: &Words, entry: &Entry) -> Option<String> {
    let titles: Vec<String> = exhibits_of(entry).map(|exhibit| exhibit.title.to_owned()).collect();
    (!titles.is_empty()).then(|| filled(&words.formats.to_try, &[&words.listed(&titles)]))
}

/// The address in the QR code, where it is a link and the card has it nowhere else.
pub(super) fn code_link(card: &Card) -> Option<&str> {
    match &card.qr {
        Qr::Link(url) if !card.links.iter().any(|link| link.url == *url) => Some(url),
        _ => None,
    }
}

/// The first block of a text, with the footnotes of the text.
pub(super) fn first_block(prose: &Prose) -> Prose {
    Prose { blocks: prose.blocks.iter().take(1).cloned().collect(), notes: prose.notes.clone(), ..Prose::default() }
}
