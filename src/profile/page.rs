//! Reads a page: `NAME.md` is a page of prose, `NAME.toml` a page of entries.

use toml::Spanned;

use super::{
    characters::quoted,
    extra, first_edition,
    keys::ValueKind,
    known_pages::{misspelled, section_of},
    limits::{ENTRIES, LINE, NAMES, PLACE, TEXT, TITLE},
    link::link,
    markdown, mistaken,
    reader::Reader,
    source_file::SourceFile,
    vocabulary::Vocabulary,
};
use crate::document::{Date, Dates, End, Entry, Layout, Page, Section};

/// A page as it was read: its content, and the `see` of its entries, which can lead to any other page.
pub(super) struct ReadPage {
    /// Its title is empty where the file gives none.
    pub(super) page: Page,
    /// For each entry that has one.
    pub(super) see: Vec<(usize, Spanned<String>)>,
    /// The known name of which the page's name is a slip, where the owner gave neither a title nor a section.
    pub(super) meant: Option<&'static str>,
}

/// Reads a page of prose. A first-level heading at the top is its title.
pub(super) fn prose(name: &str, source: &SourceFile) -> ReadPage {
    source.check_characters();
    let (title, intro, diagnostics) = markdown::parse_page(source.text());
    for diagnostic in diagnostics {
        source.add(diagnostic);
    }
    let meant = misspelled(name).filter(|_| title.is_none());
    let title = title.unwrap_or_default();
    let page = Page { name: name.to_owned(), title, section: section_of(name), intro, ..Page::default() };
    ReadPage { page, see: Vec::new(), meant }
}

/// Reads a page of entries; `None` when some of the file is no TOML, or is of the first edition.
pub(super) fn entries(name: &str, source: &SourceFile, vocabulary: &Vocabulary<'_>) -> Option<ReadPage> {
    let mut reader = Reader::new(source).mistaken(&mistaken::PAGE);
    let title = reader.line("title", LINE);
    let section = reader.choice("section", &Section::named());
    let layout = reader.choice("layout", &Layout::of_entries()).unwrap_or(Layout::List);
    let intro = reader.prose("intro", TEXT).unwrap_or_default();
    let ground = reader.spanned_line("ground", LINE);
    let line = reader.spanned_list("line", NAMES, LINE);
    // A file of the first edition has no layout yet: `sshcard migrate` adds it.
    if !first_edition::is_of(&reader) {
        only(source, ground.as_ref(), "ground", layout == Layout::Layers, "layers");
        only(source, line.first(), "line", layout == Layout::Timeline, "timeline");
    }
    let meant = misspelled(name).filter(|_| title.is_none() && section.is_none());
    let mut page = Page {
        name: name.to_owned(),
        title: title.unwrap_or_default(),
        layout,
        section: section.unwrap_or_else(|| section_of(name)),
        line: line.into_iter().map(Spanned::into_inner).collect(),
        ground: ground.map(Spanned::into_inner),
        intro,
        entries: Vec::new(),
    };
    let mut see = Vec::new();
    first_edition::tell(&mut reader);
    for reader in reader.tables("entry", ENTRIES) {
        let (entry, place) = entry(reader, layout, vocabulary);
        see.extend(place.map(|place| (page.entries.len(), place)));
        page.entries.push(entry);
    }
    reader.finish();
    (!source.is_broken() && source.old_keys() == 0).then_some(ReadPage { page, see, meant })
}

/// A key that only one layout shows.
fn only(source: &SourceFile, value: Option<&Spanned<String>>, key: &str, shown: bool, layout: &str) {
    if let Some(value) = value.filter(|_| !shown) {
        let message = format!("`{key}` is shown by `layout = \"{layout}\"` alone");
        source.error(value.span(), message, "choose that layout, or remove the line");
    }
}

fn entry(reader: Reader<'_>, layout: Layout, vocabulary: &Vocabulary<'_>) -> (Entry, Option<Spanned<String>>) {
    let mut reader = reader.mistaken(&mistaken::PAGE);
    let source = reader.source();
    let remedy = "add at least one, as in `title = \"Compiler\"`";
    let names = ["title", "organization"];
    reader.require_one(&names, "an entry has neither `title` nor `organization`", remedy);
    let title = reader.line("title", TITLE);
    let organization = reader.line("organization", TITLE);
    let entry = Entry {
        title,
        organization,
        subtitle: reader.line("subtitle", TITLE),
        dates: dates(&mut reader),
        place: reader.line("place", LINE),
        level: {
            let level = reader.spanned_line("level", LINE);
            only(source, level.as_ref(), "level", layout == Layout::Compact, "compact");
            level.map(Spanned::into_inner)
        },
        url: reader.url("url"),
        links: reader.tables("links", NAMES).into_iter().filter_map(link).collect(),
        tags: reader.list("tags", NAMES, LINE),
        people: reader.list("people", NAMES, LINE),
        text: reader.prose("text", TEXT).unwrap_or_default(),
        exhibits: {
            let names: Vec<(&str, &str)> = vocabulary.exhibits.iter().map(|name| (*name, *name)).collect();
            reader.ask(
                "exhibits",
                ValueKind::Names(NAMES, vocabulary.exhibits.iter().map(|name| (*name).to_owned()).collect()),
            );
            let listed = reader.spanned_list("exhibits", NAMES, LINE);
            listed.iter().filter_map(|one| reader.pick("exhibit", one, &names)).map(str::to_owned).collect()
        },
        see: None,
        extra: extra::extra(&mut reader),
    };
    let see = reader.spanned_line("see", PLACE);
    reader.finish();
    (entry, see)
}

/// `from` and `to`, or `time` in words.
fn dates(reader: &mut Reader<'_>) -> Dates {
    let from: Option<Date> = reader.date("from", &[]);
    let to = reader.date("to", &[("now", End::Now), ("present", End::Now), ("today", End::Now)]);
    let time = reader.spanned_line("time", LINE);
    if let (Some(End::Date(to)), Some(from)) = (to, from)
        && to < from
    {
        reader.source().error(reader.span(), "an entry ends before it begins", "exchange `from` and `to`");
    }
    match time {
        Some(time) if from.is_some() || to.is_some() => {
            let message = format!("`time` says {} beside `from` or `to`", quoted(time.get_ref()));
            reader.source().error(time.span(), message, "keep the words or the dates");
            Dates::Words(time.into_inner())
        }
        Some(time) => Dates::Words(time.into_inner()),
        None if from.is_some() || to.is_some() => Dates::Span { from, to },
        None => Dates::Unknown,
    }
}

/// Whether a page has nothing to show.
pub(super) fn is_empty(page: &Page) -> bool {
    page.intro.blocks.is_empty() && page.entries.is_empty() && page.line.is_empty()
}
