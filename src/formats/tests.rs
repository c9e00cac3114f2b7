//! The cards that the formats are tried on, and what holds of all formats.

use std::path::Path;

use proptest::{collection::vec, option, prelude::*, sample::select};

use super::*;
use crate::exhibits::NAMES;
use crate::profile::{
    Accent, Block, Card, Career, Layer, Link, Prose, Qr, Run, Stack, Station, TextStyle, characters::push_shown,
};

/// The card of an invented engineer.
pub(super) fn own() -> Profile {
    Profile::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/engineer"), &NAMES)
        .unwrap_or_else(|problems| panic!("{problems}"))
}

/// A card with everything that the engineer's card has not.
pub(super) fn full() -> Profile {
    let card = r#"
headline = "Bridges"
name = "Alex Example"
pronouns = "they/them"
role = "Engineer"
organization = "Example & Daughters, Ltd; London"
place = "Example City, North"
email = "alex@example.com"
phone = "+1 555 0100"
interests = ["steel", "stone, cut"]
outside = ["rowing"]
mark = "x<y"
address = "card.example.com:2222"
pages = ["contact", "stack", "career", "about", "card"]
[[link]]
label = "Work"
url = "https://example.com/work"
[[link]]
label = "Br\u00fccken"
url = "https://example.com/br\u00fccken?a=1&b=(2)"
"#;
    let about = "# A heading\n\nSee [my work](https://example.com), <https://example.org> and <a@example.com>.[^one]\n\n\
        - one\n- two\n  1. deep\n\n> quoted\n\n```\ncode  here\n```\n\n---\n\n[^one]: A note with *two*\n\n    paragraphs.\n";
    let career = r#"
line = ["Harbour Office", "Bridge Works"]
[[station]]
organization = "Example & Daughters, Ltd; London"
time = "2021 – now"
people = ["Sam Sample", "Kim Kind"]
layer = "deck"
text = "Piers and *quays*. See [^n] and again.[^n]\n\n[^n]: The long one."
[[station]]
organization = "Bridge Works"
subject = "arches"
time = "2019-05"
[[station]]
organization = "A ferry"
time = "once"
"#;
    let stack = "ground = \"rock\"\n[[layer]]\ntitle = \"deck\"\nsummary = \"what is walked on\"\nplace = \"Works\"\n\
        exhibits = [\"kernels\", \"numerics\"]\n";
    load(&[("card.toml", card), ("about.md", about), ("career.toml", career), ("stack.toml", stack)])
}

/// A profile of these files.
pub(super) fn load(files: &[(&str, &str)]) -> Profile {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(dir.path().join(name), text).unwrap();
    }
    Profile::load(dir.path(), &NAMES).unwrap_or_else(|problems| panic!("{problems}"))
}

/// A line of text with whatever a profile may hold, and what a format might stumble over.
pub(super) fn line() -> impl Strategy<Value = String> {
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

fn run() -> impl Strategy<Value = Run> {
    let voice = (any::<bool>(), any::<bool>(), any::<bool>());
    let link = option::weighted(
        0.3,
        select(vec!["https://example.com/a(b)?c=d&amp;e", "mailto:a@example.com", "https://ex.ample/ü"]),
    );
    let text = (line(), voice, link, select(vec!["", " "])).prop_map(|(text, (strong, emphasis, code), link, end)| {
        Run::Text { text: text + end, voice: TextStyle { strong, emphasis, code }, link: link.map(str::to_owned) }
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

/// A text of any shape, with two side notes.
pub(super) fn prose() -> impl Strategy<Value = Prose> {
    let note = || run().prop_filter("a note has no notes", |run| matches!(run, Run::Text { .. }));
    (vec(block(), 0..4), note(), note()).prop_map(|(blocks, one, two)| Prose {
        blocks,
        notes: vec![vec![Block::Paragraph(vec![one])], vec![Block::Paragraph(vec![two])]],
    })
}

/// A profile of any texts.
pub(super) fn profile() -> impl Strategy<Value = Profile> {
    let long = "[\u{4e00}-\u{4fff}éa-z]{200}";
    let name = option::of(prop_oneof![line(), long]);
    let some = || option::of(line());
    let card = (vec(line(), 1..4), name, some(), some(), some(), some(), vec(line(), 0..4), vec(line(), 0..3), some());
    let card = card.prop_map(|(headline, name, pronouns, role, organization, place, interests, outside, label)| Card {
        headline,
        name,
        pronouns,
        role,
        organization,
        place,
        email: label.as_ref().map(|_| "a;b,c\"d@example.com".to_owned()),
        phone: label.as_ref().map(|_| "+1 (555) 0100".to_owned()),
        interests,
        outside,
        mark: Some("1/√x".to_owned()),
        pages: Page::ALL.to_vec(),
        accent: Accent::Teal,
        address: None,
        qr: Qr::Link("https://example.com".to_owned()),
        links: label
            .map(|label| Link { label, url: "https://example.com/\"<ü>&amp;\\,;".to_owned() })
            .into_iter()
            .collect(),
    });
    let station =
        (line(), some(), some(), vec(line(), 0..3), prose()).prop_map(|(organization, subject, time, people, text)| {
            Station { organization, subject, time, people, text, layer: Some(0) }
        });
    let layer = (line(), some(), some(), prose()).prop_map(|(title, summary, place, text)| Layer {
        title,
        summary,
        place,
        text,
        exhibits: Vec::new(),
    });
    (card, prose(), vec(station, 0..3), vec(layer, 0..3)).prop_map(|(card, about, stations, layers)| Profile {
        card,
        about,
        career: Career { line: Vec::new(), stations },
        stack: Stack { ground: None, text: Prose::default(), layers },
    })
}

/// The words of a text without the space between and within them.
pub(super) fn squeezed(text: &str) -> String {
    text.chars().filter(|sign| !sign.is_whitespace()).collect()
}

#[test]
fn a_document_is_the_same_each_time_and_ends_with_its_line() {
    for profile in [own(), full()] {
        let documents = Documents::new(&profile);
        for format in Format::each(&profile) {
            let document = documents.get(format).unwrap_or_else(|| panic!("{format:?}"));
            assert_eq!(Some(&document), render(&profile, format).as_ref(), "{format:?}");
            assert_eq!(document.ends_with(b"\n"), format.has_lines(), "{format:?}");
        }
    }
}

#[test]
fn only_a_vcard_ends_its_lines_with_carriage_returns() {
    let documents = Documents::new(&full());
    for format in Format::each(&full()).filter(|format| format.has_lines()) {
        let text = String::from_utf8(documents.get(format).unwrap().to_vec()).unwrap();
        let crlf = matches!(format, Format::Vcard(_));
        assert!(text.split_inclusive('\n').all(|line| line.ends_with("\r\n") == crlf), "{format:?}");
        assert!(!text.chars().any(|sign| sign.is_control() && !matches!(sign, '\r' | '\n')), "{format:?}");
    }
}

#[test]
fn what_the_card_does_not_have_is_no_document() {
    let documents = Documents::new(&load(&[("card.toml", "headline = 'Bridges'\nqr = 'none'\npages = ['card']\n")]));
    for format in [Format::Qr(Code::Dark), Format::Qr(Code::Png), Format::Page(Page::About)] {
        assert_eq!(documents.get(format), None);
    }
    let names: Vec<_> = documents.files().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["README.txt", "card.vcf", "resume.json", "about.md", "card.html"]);
}

#[test]
fn a_page_that_is_not_shown_is_in_no_document() {
    let profile = load(&[
        ("card.toml", "headline = 'Bridges'\npages = ['card', 'contact']\nname = 'Alex'\nrole = 'Engineer'"),
        ("about.md", "A secret."),
        ("career.toml", "line = ['A secret']\n[[station]]\norganization = 'A secret'"),
        ("stack.toml", "[[layer]]\ntitle = 'A secret'"),
    ]);
    for (name, bytes) in Documents::new(&profile).files() {
        assert!(!String::from_utf8_lossy(&bytes).contains("secret"), "{name}");
    }
}

#[test]
fn the_files_are_the_documents() {
    let documents = Documents::new(&full());
    let files = documents.files();
    let names: Vec<_> = files.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["README.txt", "card.vcf", "resume.json", "about.md", "card.html", "qr.svg", "qr.png"]);
    let readme = String::from_utf8(files[0].1.to_vec()).unwrap();
    assert!(names.iter().skip(1).all(|name| readme.contains(name)), "{readme}");
    assert!(readme.ends_with(std::str::from_utf8(&documents.text(TEXT_WIDTH)).unwrap()), "{readme}");
    assert!(readme.lines().all(|line| line.chars().count() <= 80), "{readme}");
    assert_eq!(files[1].1, documents.get(Format::Vcard(Version::V3)).unwrap());
}

#[test]
fn a_width_is_set_once_and_within_bounds() {
    let documents = Documents::new(&own());
    let (first, again) = (documents.text(40), documents.text(40));
    assert_eq!(first.as_ptr(), again.as_ptr(), "the same bytes");
    assert_eq!(documents.text(TEXT_WIDTH), documents.get(Format::Text).unwrap());
    assert_eq!(documents.text(0), documents.text(1));
    assert_eq!(documents.text(u16::MAX), documents.text(WIDEST));
}

#[test]
fn every_name_is_one_format_s() {
    let mut names: Vec<_> = Format::ALL.iter().map(|named| named.name).chain(Page::ALL.map(Page::name)).collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_profile_is_rendered_in_every_format(profile in profile()) {
        for format in Format::each(&profile) {
            prop_assert!(render(&profile, format).is_some());
        }
    }
}
