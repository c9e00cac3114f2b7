//! What an owner wrote is in every format: the strings of any document, and pages that no line of Rust knows.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::{
    document::{Block, Document, Layout, Page, Prose, Run, short_address},
    formats::parts::{exhibits_of, pages},
};

/// What a format says of a document: its words, and where its links lead.
pub(in crate::formats) struct Said {
    words: String,
    /// None where a format has no links, and addresses stand among the words.
    addresses: Option<Vec<String>>,
}

impl Said {
    pub(in crate::formats) fn new(words: &str, addresses: Option<Vec<String>>) -> Self {
        Self { words: folded(words), addresses }
    }

    fn words(&self, words: &str) -> bool {
        self.words.contains(&folded(words))
    }

    fn address(&self, url: &str) -> bool {
        let encoded = uri::uri(url);
        match &self.addresses {
            None => self.words(short_address(url)),
            Some(addresses) => addresses.iter().any(|address| address == url || *address == encoded),
        }
    }
}

/// Words without space and case, and without the characters that HTML cannot hold: a heading may be in capitals.
fn folded(words: &str) -> String {
    let signs = words.chars().filter(|sign| !sign.is_whitespace()).flat_map(char::to_uppercase);
    let signs = signs.flat_map(char::to_lowercase);
    let none = |sign: char| matches!(sign, '\u{fdd0}'..='\u{fdef}') || u32::from(sign) & 0xfffe == 0xfffe;
    signs.map(|sign| if none(sign) { char::REPLACEMENT_CHARACTER } else { sign }).collect()
}

/// The strings of a document that are not said.
pub(in crate::formats) fn missing(document: &Document, said: &Said) -> Vec<String> {
    let card = &document.card;
    let mut words: Vec<String> = card.headline.iter().chain(&card.interests).chain(&card.outside).cloned().collect();
    let texts = [&card.name, &card.pronouns, &card.role, &card.organization, &card.place, &card.logo];
    words.extend(texts.into_iter().flatten().cloned());
    let mut addresses = Vec::new();
    if document.has_contact() {
        words.extend(card.email.iter().chain(&card.phone).chain(card.links.iter().map(|link| &link.label)).cloned());
        addresses.extend(card.links.iter().map(|link| link.url.clone()));
    }
    // A page of prose without words is not shown; the title of the contact page is not the owner's.
    let shown = |page: &&Page| match page.layout {
        Layout::Prose => !plain::plain(&page.intro).is_empty(),
        layout => layout != Layout::Contact,
    };
    for page in pages(document).filter(shown) {
        words.extend([&page.title].into_iter().chain(&page.line).chain(&page.ground).cloned());
        prose_strings(&page.intro, &mut words, &mut addresses);
        for entry in &page.entries {
            let lines = [&entry.title, &entry.organization, &entry.subtitle, &entry.place, &entry.level];
            words.extend(lines.into_iter().flatten().chain(&entry.tags).chain(&entry.people).cloned());
            words.push(entry.dates.text(&document.words));
            words.extend(exhibits_of(entry).map(|exhibit| exhibit.title.to_owned()));
            words.extend(entry.links.iter().map(|link| link.label.clone()));
            words.extend(entry.see.map(|place| document.place_title_from(place, &page.name).unwrap()));
            addresses.extend(entry.url.iter().chain(entry.links.iter().map(|link| &link.url)).cloned());
            prose_strings(&entry.text, &mut words, &mut addresses);
        }
    }
    words.retain(|words| !said.words(words));
    addresses.retain(|url| !said.address(url));
    [words, addresses].concat()
}

/// The words and addresses of a text, with those of the footnotes that it refers to.
fn prose_strings(prose: &Prose, words: &mut Vec<String>, addresses: &mut Vec<String>) {
    let mut notes = Vec::new();
    prose.blocks.iter().for_each(|block| block_strings(block, words, addresses, &mut notes));
    for number in std::mem::take(&mut notes) {
        prose.notes[number - 1].iter().for_each(|block| block_strings(block, words, addresses, &mut notes));
    }
}

fn block_strings(block: &Block, words: &mut Vec<String>, addresses: &mut Vec<String>, notes: &mut Vec<usize>) {
    match block {
        Block::Paragraph(runs) | Block::Heading(_, runs) => {
            for run in runs {
                match run {
                    Run::Text { text, link, .. } => {
                        words.push(text.clone());
                        addresses.extend(link.clone());
                    }
                    Run::Note(number) => notes.push(*number),
                    Run::Break => {}
                }
            }
        }
        Block::List(_, items) => {
            items.iter().flatten().for_each(|block| block_strings(block, words, addresses, notes));
        }
        Block::Quote(blocks) => blocks.iter().for_each(|block| block_strings(block, words, addresses, notes)),
        Block::Code(lines) => words.extend(lines.iter().cloned()),
        Block::Rule => {}
    }
}

/// What each format that says everything says.
fn said(document: &Document) -> [(&'static str, Said); 3] {
    let text = Said::new(&rendered(document, "text"), None);
    let markdown = markdown::tests::said(&rendered(document, "markdown"));
    let html = html::tests::said(&rendered(document, "html"));
    [("text", text), ("markdown", markdown), ("html", html)]
}

#[test]
fn pages_of_an_owner_are_in_every_format() {
    let talks = "# Talks, and more\n\nAt [Bridge Days](https://days.example).\n\n- on *arches*\n";
    let projects = r#"
title = "Things made"
intro = "All of them are open."
[[entry]]
title = "Span"
organization = "Bridge Works"
subtitle = "a solver"
from = "2019-05"
to = "2020-06-07"
place = "Example City"
url = "https://span.example"
links = [{ label = "the paper", url = "https://span.example/p.pdf" }]
tags = ["statics", "solver"]
people = ["Sam Sample", "Kim Kind"]
exhibits = ["kernels"]
see = "poems/Ode"
text = "It solves.\n\n- ten times faster\n- and *smaller*\n"
[[entry]]
organization = "A kit"
time = "for ever"
"#;
    let poems = "layout = 'compact'\n[[entry]]\ntitle = 'Ode'\nlevel = 'loud'\n";
    let document = load(&[
        ("card.toml", "headline = 'Bridges'"),
        ("talks.md", talks),
        ("projects.toml", projects),
        ("poems.toml", poems),
    ]);
    for (format, said) in said(&document) {
        assert_eq!(missing(&document, &said), Vec::<String>::new(), "{format}");
    }
    let resume: Value = serde_json::from_str(&rendered(&document, "json")).unwrap();
    assert_eq!(
        resume["projects"],
        json!([
            {
                "name": "Span",
                "entity": "Bridge Works",
                "location": "Example City",
                "url": "https://span.example",
                "startDate": "2019-05",
                "endDate": "2020-06-07",
                "description": "It solves.",
                "summary": "a solver",
                "highlights": ["ten times faster", "and smaller"],
                "people": ["Sam Sample", "Kim Kind"],
                "keywords": ["statics", "solver"],
                "links": [{ "label": "the paper", "url": "https://span.example/p.pdf" }],
            },
            { "entity": "A kit", "highlights": ["for ever"] },
        ])
    );
    assert_eq!(
        resume["publications"],
        json!([{
            "name": "Talks, and more",
            "summary": "At Bridge Days <https://days.example>.",
            "highlights": ["on arches"],
        }])
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_string_is_in_text_markdown_and_html(document in document(written())) {
        for (format, said) in said(&document) {
            let missing = missing(&document, &said);
            prop_assert!(missing.is_empty(), "{:?} is not in\n{}", missing, rendered(&document, format));
        }
    }
}
