use proptest::prelude::*;
use pulldown_cmark::{Event, LinkType, Options, Parser, Tag};

use super::*;
use crate::{
    document::{Block, Run, TextStyle},
    formats::{
        plain::plain,
        tests::{Said, document, full, load, own, rendered, squeezed, written},
    },
    profile::{Severity, markdown::parse},
};

fn render(document: &Document) -> String {
    rendered(document, "markdown")
}

/// The words of a document, and where its links lead, as a parser of Markdown has them.
pub(in crate::formats) fn said(markdown: &str) -> Said {
    let (mut words, mut addresses) = (String::new(), Vec::new());
    for event in Parser::new_ext(markdown, Options::ENABLE_FOOTNOTES) {
        match event {
            Event::Text(text) | Event::Code(text) => words.push_str(&text),
            Event::Start(Tag::Link { link_type: LinkType::Email, dest_url, .. }) => {
                addresses.push(format!("mailto:{dest_url}"));
            }
            Event::Start(Tag::Link { dest_url, .. }) => addresses.push(dest_url.into_string()),
            _ => {}
        }
    }
    Said::new(&words, Some(addresses))
}

/// The document of a page for each text; the text is its `intro`.
fn document_of(texts: &[&str]) -> Document {
    let page = |(text, n): (&&str, usize)| Page {
        name: format!("page-{n}"),
        title: format!("Page {n}"),
        intro: parse(text).0,
        ..Page::default()
    };
    Document {
        card: Card { headline: vec!["Bridges".into()], ..Card::default() },
        pages: texts.iter().zip(1..).map(page).collect(),
        ..Document::default()
    }
}

/// A text without links, whose addresses follow their words in plain text.
fn bare(prose: &Prose) -> Prose {
    let bare = |blocks: &Vec<Block>| {
        crate::typeset::map(blocks, &mut |runs| {
            let bare = |run: &Run| match run {
                Run::Text { text, .. } => Run::Text { text: text.clone(), style: TextStyle::default(), link: None },
                other => other.clone(),
            };
            runs.iter().map(bare).collect()
        })
    };
    Prose { blocks: bare(&prose.blocks), notes: prose.notes.iter().map(bare).collect(), ..Prose::default() }
}

#[test]
fn the_own_card_and_a_card_with_everything() {
    for (name, document) in [("own", own()), ("full", full())] {
        let markdown = render(&document);
        assert!(parse(&markdown).1.is_empty(), "{markdown}");
        assert!(markdown.ends_with('\n') && !markdown.ends_with("\n\n"), "{markdown}");
        insta::with_settings!({ snapshot_path => "../snapshots" }, { insta::assert_snapshot!(name, markdown) });
    }
}

#[test]
fn signs_are_escaped_where_they_would_mean_something_and_only_there() {
    for (text, expected) in [
        ("C#, F# and #1", "C#, F# and \\#1"),
        ("snake_case and _this_", "snake_case and \\_this\\_"),
        ("R&D, AT&T; &amp;", "R&D, AT\\&T; \\&amp;"),
        ("2 * 3 < 7 > 5", "2 \\* 3 \\< 7 > 5"),
        ("1. not a list", "1\\. not a list"),
        ("- nor this", "\\- nor this"),
        ("-5 degrees", "-5 degrees"),
        ("+1 555", "+1 555"),
        ("+ a", "\\+ a"),
        ("---", "\\---"),
        ("-", "\\-"),
        ("2023", "2023"),
        ("> quoted?", "\\> quoted?"),
        ("[^1] [x]", "\\[^1\\] \\[x\\]"),
        ("C:\\dir", "C:\\\\dir"),
        ("a ! b!", "a ! b!"),
    ] {
        assert_eq!(escaped(text), expected);
        assert_eq!(plain(&parse(&escaped(text)).0), text);
    }
}

#[test]
fn links_lead_where_they_led() {
    for (words, url, expected) in [
        ("https://x.example", "https://x.example", "<https://x.example>"),
        ("a@x.example", "mailto:a@x.example", "<a@x.example>"),
        ("a", "https://x.example/(b)", "[a](<https://x.example/(b)>)"),
        ("a]: b", "https://x.example", "[a\\]: b](https://x.example)"),
        ("a", "https://x.example/?a&amp;b", "[a](https://x.example/?a\\&amp;b)"),
        ("a", "https://x.example/\u{fc}", "[a](https://x.example/%C3%BC)"),
    ] {
        assert_eq!(link(words, url), expected);
    }
}

#[test]
fn a_text_goes_out_as_it_was_written() {
    let text = "Setext\n======\n\n*  one\n*  two\n\n\n+ other   \n\n\
        ~~~ c\n\tcode\n~~~\n\n__x__ &amp; \\*\n\n[a]: <https://x.example>\n";
    let about = format!("# Title\n\n{text}");
    let document = load(&[
        ("card.toml", "headline = 'Bridges'"),
        ("about.md", &about),
        ("talks.toml", &format!("[[entry]]\ntitle = 'A'\ntext = '''\n{}'''", text.replace("[a]", "[b]"))),
    ]);
    let markdown = render(&document);
    // Only the heading is one below that of the page, or of the entry.
    let expected = text.trim_end().replace("Setext\n======", "### Setext");
    assert!(markdown.contains(&format!("\n## Title\n\n{expected}\n\n## Talks\n")), "{markdown}");
    assert!(markdown.contains(&format!("\n### A\n\n#{}\n", expected.replace("[a]", "[b]"))), "{markdown}");
}

#[test]
fn comments_are_the_owner_s_alone() {
    let about = "<!-- secret -->\n# Title\n\none <!-- secret --> two\n\n<!--\nsecret\n\nsecret\n-->\n\nthree\n";
    let talks = "[[entry]]\ntitle = 'A'\ntext = 'four <!-- secret -->'";
    let document = load(&[("card.toml", "headline = 'Bridges'"), ("about.md", about), ("talks.toml", talks)]);
    let markdown = render(&document);
    assert!(!markdown.contains("secret") && !markdown.contains("<!--"), "{markdown}");
    for words in ["## Title", "one  two", "three", "four"] {
        assert!(markdown.contains(words), "{words}: {markdown}");
    }
    // Where a comment parts two blocks, an empty one stays.
    let text = "- a\n\n<!-- secret -->\n\n    code\n\nb\n<!-- secret -->\nc";
    let markdown = render(&document_of(&[text]));
    assert!(markdown.ends_with("\n\n- a\n\n<!-- -->\n\n    code\n\nb\n<!-- -->\nc\n"), "{markdown}");
}

#[test]
fn headings_of_a_text_stand_below_that_of_its_page() {
    for (text, expected) in [
        ("# A\n\n## B #\n\n###### C", "### A\n\n#### B #\n\n###### C"),
        ("## A\n\n### B", "### A\n\n#### B"),
        // These stand low enough.
        ("#### A", "#### A"),
        ("A\n=", "### A"),
        ("A\n  b\\\n*c\nd*\n---\n\ne\n===", "#### A b *c d*\n\n### e"),
        ("> A\n> b\n> ---", "> ### A b"),
        ("- A\n  b\n  ---", "- ### A b"),
        ("#a #\n---", "### #a \\#"),
        ("`# code`\n\n```\n# code\n```\n\n#no", "`# code`\n\n```\n# code\n```\n\n#no"),
        ("A [b][1]\n---\n\n[1]: https://x.example", "### A [b][1]\n\n[1]: https://x.example"),
    ] {
        let expected = format!("# Bridges\n\n## Page 1\n\n{expected}\n");
        assert_eq!(render(&document_of(&[text])), expected, "{text:?}");
    }
}

#[test]
fn an_organization_stands_above_its_roles_once() {
    let jobs = "layout = 'timeline'\n[[entry]]\norganization = 'Works'\ntitle = 'Head'\nfrom = 2022\nto = 'now'\n\
        text = '# Spans'\n[[entry]]\norganization = 'Works'\ntitle = 'Engineer'\n[[entry]]\ntitle = 'Works'\n";
    let document = load(&[("card.toml", "headline = 'Bridges'"), ("career.toml", jobs)]);
    let expected = "## Career\n\n### Works\n\n#### Head · 2022\u{a0}–\u{a0}now\n\n##### Spans\n\n\
         #### Engineer\n\n### Works\n";
    let markdown = render(&document);
    assert!(markdown.contains(expected), "{markdown}");
}

#[test]
fn entries_of_a_compact_page_are_items_of_a_list() {
    let skills = "layout = 'compact'\nintro = '- of mine'\n[[entry]]\ntitle = 'Rust'\ntags = ['a', 'b']\nlevel = 'daily'\n\
        url = 'https://x.example'\n[[entry]]\ntitle = '1. C'\ntime = 'once'\n\
        [[entry]]\ntitle = 'Go'\ntags = ['c']\ntext = 'Said.'\n";
    let document = load(&[("card.toml", "headline = 'Bridges'"), ("skills.toml", skills)]);
    let expected = "## Skills\n\n- of mine\n\n- Rust · a, b · daily · <https://x.example>\n- 1\\. C · once\n\n\
        ### Go · c\n\nSaid.\n";
    let markdown = render(&document);
    assert!(markdown.contains(expected), "{markdown}");
}

#[test]
fn labels_of_two_texts_do_not_collide() {
    for (texts, expected) in [
        // A footnote keeps its label in the first text.
        (&["a[^1]\n\n[^1]: one", "b[^1]\n\n[^1]: two"][..], &["a[^1]\n\n[^1]: one", "b[^1-2]\n\n[^1-2]: two"][..]),
        (&["a[^N]\n\n[^n]: one", "b[^n]\n\n[^N]: two"], &["a[^N]\n\n[^n]: one", "b[^n-2]\n\n[^N-2]: two"]),
        // The new label is no other's.
        (
            &["a[^1]\n\n[^1]: one", "b[^1]\n\n[^1]: two", "c[^1-2]\n\n[^1-2]: three"],
            &["a[^1]\n\n[^1]: one", "b[^1-2-]\n\n[^1-2-]: two", "c[^1-2]\n\n[^1-2]: three"],
        ),
        // The label of a link could be words of another text.
        (
            &["[x][site]\n\n[site]: https://a.example", "[site][] [Site]\n\n[site]: https://b.example"],
            &[
                "[x][site-1]\n\n[site-1]: https://a.example",
                "[site][site-2] [Site][Site-2]\n\n[site-2]: https://b.example",
            ],
        ),
        (
            &["plain [site]", "[site]\n\n[site]: https://b.example"],
            &["plain [site]", "[site][site-2]\n\n[site-2]: https://b.example"],
        ),
        // Code is no label.
        (&["`[^1]` a[^1]\n\n[^1]: one", "`[^1]`"], &["`[^1]` a[^1]\n\n[^1]: one", "`[^1]`"]),
        // A block of code that is not closed is closed.
        (&["```\nopen", "b"], &["```\nopen\n```", "b"]),
        (&["~~~~\n~~~", "b"], &["~~~~\n~~~\n~~~~", "b"]),
        (&["- ```\n  open", "b"], &["- ```\n  open", "b"]),
    ] {
        let pages = expected.iter().zip(1..).map(|(text, n)| format!("\n## Page {n}\n\n{text}\n"));
        let markdown = format!("# Bridges\n{}", pages.collect::<String>());
        assert_eq!(render(&document_of(texts)), markdown);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn several_texts_say_what_each_says(document in document(written())) {
        let markdown = render(&document);
        prop_assert!(!markdown.contains("a secret"), "{}", markdown);
        let (whole, diagnostics) = parse(&markdown);
        let errors = diagnostics.iter().filter(|one| one.severity == Severity::Error).count();
        prop_assert_eq!(errors, 0, "{:?}\n{}", diagnostics, markdown);
        let whole = squeezed(&plain(&bare(&whole)));
        let mut from = 0;
        for page in pages(&document) {
            for prose in [&page.intro].into_iter().chain(page.entries.iter().map(|entry| &entry.text)) {
                let words = squeezed(&plain(&bare(prose)));
                let found = whole[from..].find(&words);
                prop_assert!(found.is_some(), "{:?} is not said in\n{}", prose.source, markdown);
                from += found.unwrap_or_default() + words.len();
                let is_changed = prose.source.contains(['[', '`', '~', '#', '=', '-']);
                prop_assert!(is_changed || markdown.contains(&prose.source), "{}", markdown);
            }
        }
    }
}
