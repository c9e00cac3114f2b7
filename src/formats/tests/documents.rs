//! The documents that the formats are tried on: two that are read from files, and generated ones.

use image::{Rgb, RgbImage};
use proptest::{
    collection::vec,
    option,
    prelude::*,
    sample::{Index, select, subsequence},
};

use super::*;
use crate::{
    document::{
        Accent, Block, Card, Date, Dates, Document, End, Entry, Layout, Link, Page, Photo, Place, Prose, Qr, Run,
        Section, TextStyle,
    },
    exhibits::NAMES,
    profile::{Severity, Vocabulary, characters::push_shown, markdown::parse},
};

/// The card of an invented engineer.
pub(in crate::formats) fn own() -> Document {
    crate::site::tests::engineer().written().clone()
}

/// A card with every key, every layout and every block of a text.
pub(in crate::formats) fn full() -> Document {
    let card = r#"
headline = "Bridges"
name = "Alex Example"
given = "Alex"
family = "Example"
pronouns = "they/them"
role = "Engineer"
organization = "Example & Daughters, Ltd; London"
place = "Example City, North"
email = "alex@example.com"
phone = "+1 555 0100"
interests = ["steel", "stone, cut"]
outside = ["rowing"]
logo = "x<y"
caption = "Which is greater, & why?"
opens = "stack/deck"
address = "card.example.com:2222"
web = "https://card.example.com/"
pages = ["contact", "stack", "career", "about", "card", "talks", "languages"]
[[link]]
label = "Work"
url = "https://example.com/work"
[[link]]
label = "Br\u00fccken"
url = "https://example.com/br\u00fccken?a=1&b=(2)"
"#;
    let about = "# A heading\n\n\
        See [my work](https://example.com), <https://example.org> and <a@example.com>.[^one]\n\n\
        <!-- a comment -->\n\n- one\n- two\n  1. deep\n\n> quoted\n\n```\ncode  here\n```\n\n---\n\n\
        [^one]: A note with *two*\n\n    paragraphs.\n";
    let career = r#"
layout = "timeline"
line = ["Harbour Office", "Bridge Works"]
[[entry]]
organization = "Example & Daughters, Ltd; London"
from = "2021"
to = "now"
people = ["Sam Sample", "Kim Kind"]
see = "stack/deck"
text = "Piers and *quays*. See [^n] and again.[^n]\n\n[^n]: The long one."
[[entry]]
organization = "Bridge Works"
title = "arches"
from = "2019-05"
to = "2019-05"
[[entry]]
organization = "A ferry"
time = "once"
"#;
    let stack = "layout = \"layers\"\nground = \"rock\"\n[[entry]]\ntitle = \"deck\"\n\
        subtitle = \"what is walked on\"\nplace = \"Works\"\nexhibits = [\"kernels\", \"numerics\"]\n";
    let talks = r#"
title = "Talks & walks"
intro = "Some were recorded.[^n]\n\n[^n]: By the hosts."
[[entry]]
title = "Arches, again"
organization = "Bridge Days"
subtitle = "a keynote"
from = "2020-02-29"
place = "Example City"
url = "https://example.com/arches"
links = [{ label = "slides", url = "https://example.com/slides.pdf" }]
tags = ["stone", "a*b"]
people = ["Sam Sample"]
see = "career"
text = "What holds:\n\n- a keystone\n- a good [scaffold][s]\n\n[s]: https://example.com/scaffold"
"#;
    let languages = "layout = \"compact\"\n[[entry]]\ntitle = \"English\"\nlevel = \"native\"\n\
        [[entry]]\ntitle = \"Latin\"\nlevel = \"read\"\n";
    load(&[
        ("card.toml", card),
        ("about.md", about),
        ("career.toml", career),
        ("stack.toml", stack),
        ("talks.toml", talks),
        ("languages.toml", languages),
    ])
}

/// The same with a photo of this size, in which every pixel has its own colour.
pub(in crate::formats) fn with_photo(width: u32, height: u32) -> Document {
    let mut document = full();
    document.card.photo = Some(photo(width, height));
    document
}

fn photo(width: u32, height: u32) -> Photo {
    let shade = |at: u32, of: u32| (at * 255 / of) as u8;
    let pixel = |x, y| Rgb([shade(x, width), shade(y, height), shade(x * y, width * height)]);
    Photo::new(RgbImage::from_fn(width, height, pixel))
}

/// The document of these files.
pub(crate) fn load(files: &[(&str, &str)]) -> Document {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(dir.path().join(name), text).unwrap();
    }
    read(dir.path())
}

fn read(dir: &Path) -> Document {
    let reserved: Vec<&str> = reserved().collect();
    let vocabulary = Vocabulary { exhibits: &NAMES, reserved: &reserved, ..Vocabulary::default() };
    crate::profile::load(dir, &vocabulary).unwrap_or_else(|errors| panic!("{errors}")).document
}

/// A line of text with whatever a profile may hold, and what a format might stumble over.
pub(crate) fn line() -> impl Strategy<Value = String> {
    let words = select(vec![
        "plain",
        "a;b,c\\n",
        "</script>",
        "<!--",
        "-->",
        "]]>",
        "\"quoted\"",
        "'",
        "&amp;",
        "&",
        "*",
        "**x**",
        "_",
        "__a_b",
        "`",
        "``c``",
        "[a](b)",
        "[^1]",
        "![i](u)",
        "#",
        "1.",
        "-",
        "+",
        "===",
        "---",
        ">",
        "~~",
        "|",
        "$x$",
        "\\",
        ":",
        "(",
        "日本語",
        "e\u{301}",
        "👩‍🔬",
        "שלום",
        "مرحبا",
        "\u{a0}",
        "Ⓐ",
        "«»",
        "http://x",
        "BEGIN:VCARD",
        "\u{fffe}",
        "x",
    ]);
    let words = vec(prop_oneof![3 => words.prop_map(str::to_owned), 1 => "\\PC{1,60}"], 1..6);
    (words, select(vec![" ", "", "  "])).prop_map(|(words, between)| {
        // As every text of a profile is.
        let mut line = String::new();
        push_shown(&mut line, &words.join(between));
        let line = line.trim();
        if line.is_empty() { "x".to_owned() } else { line.to_owned() }
    })
}

/// An address that the loader lets through.
pub(crate) fn address() -> impl Strategy<Value = String> {
    let addresses = vec![
        "https://example.com/a(b)?c=d&amp;e",
        "mailto:a@example.com",
        "tel:+1555",
        "https://ex.ample/\u{fc}",
        "https://example.com/\"<\u{fc}>&amp;\\,;",
        "https://[2001:db8::1]:8080/a",
        "https://example.com/a[1]?b=[2]#c[3]",
        "https://example.com/100%#a#b",
        "https://example.com/`*_*`",
    ];
    select(addresses).prop_map(str::to_owned)
}

fn run() -> impl Strategy<Value = Run> {
    let style = (any::<bool>(), any::<bool>(), any::<bool>());
    let text = (line(), style, option::weighted(0.3, address()), select(vec!["", " "]));
    let text = text.prop_map(|(text, (strong, emphasis, code), link, end)| Run::Text {
        text: text + end,
        style: TextStyle { strong, emphasis, code },
        link,
    });
    prop_oneof![8 => text, 1 => Just(Run::Break), 1 => (1_usize..3).prop_map(Run::Note)]
}

fn block() -> impl Strategy<Value = Block> {
    let runs = || vec(run(), 1..5);
    let leaf = prop_oneof![
        4 => runs().prop_map(Block::Paragraph),
        1 => (1_u8..7, runs()).prop_map(|(level, runs)| Block::Heading(level, runs)),
        1 => vec(line(), 1..3).prop_map(Block::Code),
        1 => Just(Block::Rule),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            (option::of(0_u64..100), vec(vec(inner.clone(), 1..3), 1..3))
                .prop_map(|(first, items)| Block::List(first, items)),
            vec(inner, 1..3).prop_map(Block::Quote),
        ]
    })
}

/// A text of any blocks, with two footnotes. It has no source.
pub(crate) fn prose() -> BoxedStrategy<Prose> {
    let note = || run().prop_filter("a footnote has no footnotes", |run| matches!(run, Run::Text { .. }));
    let prose = (vec(block(), 0..4), note(), note()).prop_map(|(blocks, one, two)| Prose {
        notes: vec![vec![Block::Paragraph(vec![one])], vec![Block::Paragraph(vec![two])]],
        ..Prose::of(blocks)
    });
    prose.boxed()
}

/// Parts of a Markdown text that can stand in any order. Their labels are the same in every text.
const PARTS: [&str; 16] = [
    "A *word* and **Two Words**, `co*de`\\\nand more.",
    "- one\n- two\n\n  more\n  1. deep",
    "3. three\n4. four",
    "> quoted\nlazily",
    "```\ncode  here\n\n[^1] [site]\n```",
    "    indented [site]",
    "### Deep",
    "Setext\n------",
    "***",
    "<!-- a secret -->",
    "See [the Site][ site ] and [it][], [site] or ![^0].\n\n[Site]: https://a.example/ 'title'\n\
     [it]: <https://b.example>\n\
     [^0]: Zero.",
    "Noted.[^1] Again.[^1]\n\n[^1]: A note of `code`\n\n    and *more*.",
    "Noted.[^Two-2]\n\n[^two-2]: - in a list",
    "[brackets] \\[escaped\\] [and](https://c.example) <d@example.com> <https://e.example>",
    "- [site] in a list",
    "> [^q]\n>\n> [^q]: quoted note",
];

/// A text with its Markdown, as the loader reads it.
pub(in crate::formats) fn written() -> BoxedStrategy<Prose> {
    // Every sign of a line may be escaped; the space at its ends is not there.
    let line = line().prop_map(|line| {
        let escaped =
            line.chars().flat_map(|sign| sign.is_ascii_punctuation().then_some('\\').into_iter().chain([sign]));
        escaped.collect::<String>()
    });
    let parts = subsequence(PARTS.to_vec(), 0..5);
    let parts = (parts, vec(line, 0..3))
        .prop_map(|(parts, lines)| parts.into_iter().map(str::to_owned).chain(lines).collect::<Vec<_>>());
    let last = select(vec!["", "", "```\nopen", "~~~~\n~~~", "- ```\n  open", "> ```\n> open"]);
    let prose = (parts.prop_shuffle(), last).prop_map(|(parts, last)| {
        let (prose, diagnostics) = parse(&format!("{}\n\n{last}", parts.join("\n\n")));
        assert!(diagnostics.iter().all(|one| one.severity == Severity::Warning), "{diagnostics:?}\n{parts:?}");
        prose
    });
    prose.boxed()
}

fn dates() -> impl Strategy<Value = Dates> {
    let date = || {
        (1_u16..4000, option::of((1_u8..13, option::of(1_u8..29)))).prop_map(|(year, rest)| Date {
            year,
            month: rest.map(|(month, _)| month),
            day: rest.and_then(|(_, day)| day),
        })
    };
    let end = prop_oneof![Just(End::Now), date().prop_map(End::Date)];
    let span = (option::of(date()), option::of(end)).prop_map(|(from, to)| match (from, to) {
        (None, None) => Dates::Unknown,
        (from, to) => Dates::Span { from, to },
    });
    prop_oneof![1 => line().prop_map(Dates::Words), 3 => span]
}

fn link() -> impl Strategy<Value = Link> {
    (line(), address()).prop_map(|(label, url)| Link { label, url })
}

/// An entry; `see` is left out.
fn entry(layout: Layout, text: impl Strategy<Value = Prose>) -> impl Strategy<Value = Entry> {
    let names = (option::of(line()), option::of(line()), line());
    let level = option::of(line()).prop_map(move |level| level.filter(|_| layout == Layout::Compact));
    let exhibits = option::weighted(0.2, select(NAMES.to_vec()));
    let about = (option::of(line()), dates(), option::of(line()), level);
    let more = (option::of(address()), vec(link(), 0..3), vec(line(), 0..3), vec(line(), 0..4), exhibits);
    (names, about, more, text).prop_map(|((title, organization, name), about, more, text)| {
        let (subtitle, dates, place, level) = about;
        let (url, links, tags, people, exhibit) = more;
        let title = if organization.is_none() { title.or(Some(name)) } else { title };
        let exhibits = exhibit.into_iter().map(str::to_owned).collect();
        let see = None;
        Entry {
            title,
            organization,
            subtitle,
            dates,
            place,
            level,
            url,
            links,
            tags,
            people,
            text,
            exhibits,
            see,
            ..Entry::default()
        }
    })
}

fn page(text: BoxedStrategy<Prose>) -> impl Strategy<Value = Page> {
    let of_entries = Layout::of_entries().into_iter().map(|(_, layout)| layout);
    let layouts: Vec<_> = of_entries.chain([Layout::Prose]).collect();
    let sections = Section::named().into_iter().map(|(_, section)| section).collect::<Vec<_>>();
    (select(layouts), select(sections)).prop_flat_map(move |(layout, section)| {
        let most = if layout == Layout::Prose { 1 } else { 4 };
        let entries = vec(entry(layout, text.clone()), 0..most);
        (line(), text.clone(), vec(line(), 0..3), option::of(line()), entries).prop_map(
            move |(title, intro, line, ground, entries)| Page {
                name: String::new(),
                title,
                layout,
                section,
                line: if layout == Layout::Timeline { line } else { Vec::new() },
                ground: ground.filter(|_| layout == Layout::Layers),
                intro,
                entries,
            },
        )
    })
}

fn card() -> impl Strategy<Value = Card> {
    let name = option::of(prop_oneof![line(), "[\u{4e00}-\u{4fff}\u{e9}a-z]{200}"]);
    let some = || option::of(line());
    let texts = (vec(line(), 1..4), name, some(), some(), some(), some(), vec(line(), 0..4), vec(line(), 0..3));
    (texts, any::<bool>(), vec(link(), 0..3)).prop_map(|(texts, reached, links)| {
        let (headline, name, pronouns, role, organization, place, interests, outside) = texts;
        Card {
            headline,
            name,
            pronouns,
            role,
            organization,
            place,
            email: reached.then(|| "a;b,c\"d@example.com".to_owned()),
            phone: reached.then(|| "+1 (555) 0100".to_owned()),
            interests,
            outside,
            logo: Some("1/\u{221a}x".to_owned()),
            photo: Some(photo(2, 1)),
            accent: Accent::Teal,
            address: None,
            qr: Qr::Link("https://example.com".to_owned()),
            web: reached.then(|| "https://example.com/me;here,".to_owned()),
            links,
            ..Card::default()
        }
    })
}

/// A document of any texts, with pages of every layout and section. The texts are those of `text`.
pub(crate) fn document(text: BoxedStrategy<Prose>) -> impl Strategy<Value = Document> {
    let see = vec(option::of((any::<Index>(), option::of(any::<Index>()))), 16);
    (card(), vec(page(text), 0..5), any::<bool>(), any::<Index>(), see).prop_map(
        |(card, mut pages, has_contact, first, see)| {
            for (index, page) in pages.iter_mut().enumerate() {
                page.name = format!("page-{index}");
            }
            let built_in =
                |name: &str, layout| Page { name: name.into(), title: name.into(), layout, ..Page::default() };
            pages.extend(has_contact.then(|| built_in("contact", Layout::Contact)));
            pages.insert(first.index(pages.len() + 1), built_in("card", Layout::Card));
            let sizes: Vec<usize> = pages.iter().map(|page| page.entries.len()).collect();
            for (entry, see) in pages.iter_mut().flat_map(|page| &mut page.entries).zip(see) {
                entry.see = see.map(|(page, entry)| {
                    let page = page.index(sizes.len());
                    Place { page, entry: entry.filter(|_| sizes[page] > 0).map(|entry| entry.index(sizes[page])) }
                });
            }
            Document { card, pages, ..Document::default() }
        },
    )
}
