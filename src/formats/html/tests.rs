use html5ever::{
    ParseOpts, parse_document, tendril::TendrilSink as _, tokenizer::TokenizerOpts, tree_builder::TreeBuilderOpts,
};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use proptest::prelude::*;

use super::{colors::Colors, *};
use crate::{
    document::LEAST_CONTRAST,
    formats::tests::{Said, document, full, load, missing, own, prose, rendered, with_photo},
};

/// What a browser makes of a page; an error is one of the standard's parse errors.
fn read(html: &str) -> Handle {
    let options = ParseOpts {
        tokenizer: TokenizerOpts { exact_errors: true, ..TokenizerOpts::default() },
        tree_builder: TreeBuilderOpts { exact_errors: true, ..TreeBuilderOpts::default() },
    };
    let dom = parse_document(RcDom::default(), options).one(html);
    let errors = dom.errors.borrow();
    assert!(errors.is_empty(), "{errors:?}\n{html}");
    dom.document.clone()
}

/// An element: its tag, its attributes, and the words in it.
type Element = (String, Vec<(String, String)>, String);

/// Every element below a node, in order.
fn elements(node: &Handle, found: &mut Vec<Element>) {
    if let NodeData::Element { name, attrs, .. } = &node.data {
        let attributes = attrs.borrow();
        let attributes = attributes.iter().map(|attr| (attr.name.local.to_string(), attr.value.to_string()));
        found.push((name.local.to_string(), attributes.collect(), words(node)));
    }
    node.children.borrow().iter().for_each(|child| elements(child, found));
}

fn words(node: &Handle) -> String {
    let mut text = String::new();
    if let NodeData::Text { contents } = &node.data {
        text.push_str(&contents.borrow());
    }
    node.children.borrow().iter().for_each(|child| text.push_str(&words(child)));
    text
}

/// The values of a property of schema.org: the words of its elements, or what their `content` says.
fn property(html: &str, name: &str) -> Vec<String> {
    let mut found = Vec::new();
    elements(&read(html), &mut found);
    let has =
        |attributes: &[(String, String)]| attributes.iter().any(|(key, value)| key == "itemprop" && value == name);
    let content = |attributes: &[(String, String)]| attributes.iter().find(|(key, _)| key == "content").cloned();
    let found = found.into_iter().filter(|(_, attributes, _)| has(attributes));
    found.map(|(_, attributes, words)| content(&attributes).map_or(words, |(_, value)| value)).collect()
}

fn render(document: &Document) -> String {
    rendered(document, "html")
}

/// The words of a page, and whatever its attributes hold.
pub(in crate::formats) fn said(html: &str) -> Said {
    let document = read(html);
    let mut found = Vec::new();
    elements(&document, &mut found);
    let attributes = found.into_iter().flat_map(|(_, attributes, _)| attributes).map(|(_, value)| value);
    Said::new(&words(&document), Some(attributes.collect()))
}

#[test]
fn the_own_card_and_a_card_with_everything() {
    for (name, document) in [("own", own()), ("full", full())] {
        let html = render(&document);
        read(&html);
        // The style is the same in both, and no browser is needed to read it.
        let html = html.replace(STYLE.trim_end(), "(style)");
        insta::with_settings!({ snapshot_path => "../snapshots" }, { insta::assert_snapshot!(name, html) });
    }
}

#[test]
fn a_program_finds_the_person() {
    let html = render(&full());
    for (name, expected) in [
        ("jobTitle", vec!["Engineer"]),
        ("worksFor", vec!["Example & Daughters, Ltd; London"]),
        ("homeLocation", vec!["Example City, North"]),
        ("email", vec!["alex@example.com"]),
        ("telephone", vec!["+1 555 0100"]),
        ("knowsAbout", vec!["steel", "stone, cut", "deck"]),
        ("knowsLanguage", vec!["English", "Latin"]),
        ("url", vec!["https://card.example.com/", "Work", "Br\u{fc}cken"]),
    ] {
        assert_eq!(property(&html, name), expected, "{name}");
    }
    assert_eq!(
        property(&render(&own()), "name").first().map(String::as_str),
        Some("Speech networks,\nkept in a hearing aid.")
    );
}

#[test]
fn an_organization_stands_above_its_roles_once() {
    let jobs = "layout = 'timeline'\n[[entry]]\norganization = 'Works'\ntitle = 'Head'\nfrom = 2022\nto = 'now'\n\
        text = '# Spans'\n[[entry]]\norganization = 'Works'\ntitle = 'Engineer'\n[[entry]]\ntitle = 'Works'\n";
    let html = render(&load(&[("card.toml", "headline = 'Bridges'"), ("career.toml", jobs)]));
    let mut found = Vec::new();
    elements(&read(&html), &mut found);
    let headings = found.into_iter().filter(|(tag, ..)| matches!(tag.as_str(), "h2" | "h3" | "h4" | "h5"));
    let headings: Vec<_> = headings.map(|(tag, _, words)| format!("{tag} {words}")).collect();
    assert_eq!(headings, ["h2 Career", "h3 Works", "h4 Head", "h5 Spans", "h4 Engineer", "h3 Works"], "{html}");
    assert!(html.contains("<p class=\"dates\">2022\u{a0}–\u{a0}now</p>"), "{html}");
}

#[test]
fn entries_of_a_compact_page_are_terms() {
    let skills = "layout = 'compact'\nsection = 'skills'\n[[entry]]\ntitle = 'Rust'\ntags = ['a', 'b']\n\
        level = 'daily'\n[[entry]]\ntitle = 'C'\ntext = 'Once.'\n";
    let html = render(&load(&[("card.toml", "headline = 'Bridges'"), ("skills.toml", skills)]));
    assert_eq!(property(&html, "knowsAbout"), ["Rust", "C"], "{html}");
    let mut found = Vec::new();
    elements(&read(&html), &mut found);
    let terms = found.into_iter().filter(|(tag, ..)| matches!(tag.as_str(), "dt" | "dd"));
    let terms: Vec<_> = terms.map(|(_, _, words)| words.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(terms, ["Rust", "a, b · daily", "C", "Once."], "{html}");
}

#[test]
fn names_are_kept_on_one_line() {
    let about = "**Ada Lovelace** and Ada Lovelace ran GPT-3 on a well-known machine, `GPT-3`. \
        **Longer than any line of a phone is.**";
    let html = render(&load(&[("card.toml", "headline = 'Names'"), ("about.md", about)]));
    let expected = "<p><strong><span class=\"whole\">Ada Lovelace</span></strong> and \
         <span class=\"whole\">Ada Lovelace</span> ran \
         <span class=\"whole\">GPT-3</span> on a well-known machine, <code>GPT-3</code>. \
         <strong>Longer than any line of a phone is.</strong></p>";
    assert!(html.contains(expected), "{html}");
}

#[test]
fn nothing_is_fetched_and_nothing_runs() {
    for document in [own(), with_photo(3, 2)] {
        let html = render(&document);
        let mut found = Vec::new();
        elements(&read(&html), &mut found);
        for (tag, attributes, _) in found {
            assert!(!["script", "iframe", "object", "embed", "video", "audio", "form", "base"].contains(&tag.as_str()));
            let is_canonical = attributes.iter().any(|(key, value)| key == "rel" && value == "canonical");
            for (key, value) in attributes {
                assert!(!key.starts_with("on") && key != "style", "{tag} {key}");
                let own = tag == "img" && value.starts_with("data:image/jpeg;base64,");
                assert!(key != "src" || own, "{tag} {value}");
                assert!(tag != "link" || key != "href" || is_canonical || value == "data:,", "{value}");
            }
        }
        assert!(!STYLE.contains("url(") && !STYLE.contains("@import"));
    }
}

#[test]
fn the_style_has_the_colours_of_other_pictures() {
    let (light, dark) = STYLE.split_once("@media").unwrap();
    for (style, colors) in [(light, LIGHT), (dark, DARK)] {
        let Colors { paper, sheet, ink, quiet, rule } = colors;
        for (name, color) in [("paper", paper), ("sheet", sheet), ("ink", ink), ("quiet", quiet), ("rule", rule)] {
            assert!(style.contains(&format!("--{name}: {color};")), "{name}");
        }
    }
}

#[test]
fn every_accent_can_be_read_on_the_page() {
    let own = [0xff_66_00, 0xff_ff_ff, 0].map(|hex| Accent::Own(Rgb(hex)));
    for accent in Accent::ALL.into_iter().map(|(_, accent)| accent).chain(own) {
        for (color, colors) in super::accent(accent).into_iter().zip([LIGHT, DARK]) {
            for ground in [colors.paper, colors.sheet] {
                assert!(color.contrast(ground) >= LEAST_CONTRAST, "{accent:?}: {color} on {ground}");
            }
        }
    }
}

#[test]
fn letters_from_the_right_are_set_from_the_right() {
    assert_eq!(element("p", "", "\u{5e9}\u{5dc}\u{5d5}\u{5dd}"), "<p dir=\"auto\">\u{5e9}\u{5dc}\u{5d5}\u{5dd}</p>");
    assert_eq!(element("p", "class=\"a\"", "b"), "<p class=\"a\">b</p>");
    let about = "SSH \u{5e9}\u{5dc}\u{5d5}\u{5dd}";
    for (language, direction) in [("en", "auto"), ("he", "rtl")] {
        let card = format!("language = \"{language}\"\nheadline = \"a\"\n");
        let html = render(&load(&[("card.toml", &card), ("about.md", about)]));
        assert!(html.contains(&format!("<p dir=\"{direction}\">{about}</p>")), "{html}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_document_is_a_page_without_errors_that_says_the_same(document in document(prose())) {
        let html = render(&document);
        let missing = missing(&document, &said(&html));
        prop_assert!(missing.is_empty(), "{:?} is not in\n{}", missing, html);
    }
}

#[test]
fn a_name_with_a_hyphen_is_not_broken() {
    let work =
        "[[entry]]\ntitle = \"X-ray of Port-Royal\"\norganization = \"Bryde-Owen & Co\"\npeople = [\"Jean-Luc Ude\"]\n";
    let card = "name = \"Ann-Marie Low\"\nheadline = \"Well-made GPT-3\"\norganization = \"Nord-Sud\"\n";
    let html = render(&load(&[("card.toml", card), ("work.toml", work)]));
    for name in ["Ann-Marie", "Port-Royal", "Bryde-Owen", "Jean-Luc", "GPT-3", "Nord-Sud"] {
        assert!(html.contains(&format!("<span class=\"whole\">{name}</span>")), "no {name} in\n{html}");
    }
    assert!(html.contains("Well-made") && !html.contains(">Well-made<"), "{html}");
}

#[test]
fn addresses_are_printed_as_people_read_them() {
    let link = |url: &str| elements::link("", url, "words");
    assert_eq!(link("https://example.com/a"), "<a href=\"https://example.com/a\">words</a>");
    let expected = "<a href=\"https://example.com/%D8%A3\" data-address=\"https://example.com/\u{623}\">words</a>";
    for url in ["https://example.com/\u{623}", "https://example.com/%D8%A3"] {
        assert_eq!(link(url), expected);
        let html = super::prose::prose(&crate::profile::markdown::parse(&format!("[words]({url})")).0, 2);
        assert!(html.contains(expected), "{html}");
    }
}
