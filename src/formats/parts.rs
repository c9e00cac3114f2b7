//! Parts of a card in words that several formats share.

use crate::{
    document::{
        Block, Card, Document, Entry, Layout, Page, Place, Prose, Qr, Section, Words, short_address, words::filled,
    },
    exhibits::{self, Summary},
};

/// The commands that take the card away, and what each gives; none where the profile does not tell the card's address.
/// Few, since they stand beside the QR code in a small window; the last names the others.
#[must_use]
pub fn takeaways(document: &Document) -> Vec<(String, &str)> {
    let formats = &document.words.formats;
    let commands = [(" text", &formats.text), (" vcard > card.vcf", &formats.vcard), (" help", &formats.help)];
    let Some(ssh) = document.card.ssh() else { return Vec::new() };
    commands.map(|(command, gives)| (format!("{ssh}{command}"), gives.as_str())).into()
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

/// Entries of a page that follow each other and stand under one heading.
pub(super) struct Group<'d> {
    /// The organization of all of them. Without one, there is one entry, whose own heading tells everything.
    pub(super) organization: Option<&'d str>,
    /// The entries, each with its index in the page.
    pub(super) entries: Vec<(usize, &'d Entry)>,
}

impl<'d> Group<'d> {
    /// The group of one entry. In a timeline the organization stands above its roles, in other layouts the title of
    /// each entry leads.
    pub(super) fn of(layout: Layout, (index, entry): (usize, &'d Entry)) -> Self {
        Self { organization: entry.organization_above(layout), entries: vec![(index, entry)] }
    }
}

/// The entries of a page, in order. Those of one organization that follow each other in a timeline are one group.
pub(super) fn groups(page: &Page) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for entry in page.entries.iter().enumerate() {
        let group = Group::of(page.layout, entry);
        match groups.last_mut() {
            Some(last) if last.organization.is_some() && last.organization == group.organization => {
                last.entries.push(entry);
            }
            _ => groups.push(group),
        }
    }
    groups
}

/// When an entry was.
pub(super) fn dates(document: &Document, entry: &Entry) -> Option<String> {
    Some(entry.dates.unbroken(&document.words)).filter(|dates| !dates.is_empty())
}

/// What a line or two say of an entry below its heading: organization, subtitle, place, level.
pub(super) fn facts(entry: &Entry, layout: Layout) -> Vec<&str> {
    let is_told = entry.title.is_none() || entry.organization_above(layout).is_some();
    let organization = entry.organization.as_ref().filter(|_| !is_told);
    [organization, entry.subtitle.as_ref(), entry.place.as_ref(), entry.level.as_ref()]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect()
}

/// An entry of a compact page in a line, in parts; the first is its name.
pub(super) fn compact(document: &Document, entry: &Entry) -> Vec<String> {
    let organization = entry.organization.clone().filter(|_| entry.title.is_some());
    let tags = (!entry.tags.is_empty()).then(|| document.words.joined(&entry.tags));
    let parts = [organization, entry.subtitle.clone(), tags, entry.place.clone(), entry.level.clone()];
    [entry.label().to_owned()].into_iter().chain(parts.into_iter().flatten()).collect()
}

/// A line below the text of an entry.
pub(super) enum Below<'d> {
    /// People, keywords.
    Words(String),
    /// An address, with the words that lead there.
    Link(&'d str, &'d str),
    /// A place, with its name.
    See(Place, String),
}

/// The parts of an entry below its text, in the order of the screen: people, keywords, addresses, `see`. The
/// keywords of a compact page stand in the line of the entry.
pub(super) fn below<'d>(document: &'d Document, page: &Page, entry: &'d Entry) -> Vec<Below<'d>> {
    let words = &document.words;
    let with = (!entry.people.is_empty()).then(|| Below::Words(words.with(&entry.people) + &words.lists.stop));
    let has_tags = page.layout != Layout::Compact && !entry.tags.is_empty();
    let tags = has_tags.then(|| Below::Words(entry.tags.join(" · ")));
    let url = entry.url.as_deref().map(|url| Below::Link(short_address(url), url));
    let links = entry.links.iter().map(|link| Below::Link(&link.label, &link.url));
    let see = entry.see.and_then(|place| Some(Below::See(place, document.place_title_from(place, &page.name)?)));
    with.into_iter().chain(tags).chain(url).chain(links).chain(see).collect()
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

/// By how many levels the headings of a text are deeper below a heading of `level` than the owner wrote them: the
/// highest of them stands directly below it.
pub(super) fn deeper(prose: &Prose, level: usize) -> usize {
    fn highest(blocks: &[Block]) -> Option<usize> {
        let levels = blocks.iter().filter_map(|block| match block {
            Block::Heading(level, _) => Some(usize::from(*level)),
            Block::Quote(blocks) => highest(blocks),
            Block::List(_, items) => items.iter().filter_map(|item| highest(item)).min(),
            Block::Paragraph(_) | Block::Code(_) | Block::Rule => None,
        });
        levels.min()
    }
    let blocks = prose.notes.iter().chain([&prose.blocks]);
    let highest = blocks.filter_map(|blocks| highest(blocks)).min();
    highest.map_or(0, |highest| (level + 1).saturating_sub(highest))
}

/// The first block of a text, with the footnotes of the text.
pub(super) fn first_block(prose: &Prose) -> Prose {
    Prose { blocks: prose.blocks.iter().take(1).cloned().collect(), notes: prose.notes.clone(), ..Prose::default() }
}
