use proptest::{collection::vec, prelude::*, sample::select};

use super::*;
use crate::{
    formats::{
        plain,
        tests::{full, own, profile, prose, squeezed},
        uri::uri,
    },
    profile::markdown::parse,
};

/// A text on its own.
fn written(prose: &Prose) -> String {
    let mut out = Out::default();
    out.prose(prose, 0);
    out.text
}

/// What a text says: its words without form, and where its links lead.
fn said(prose: &Prose) -> (String, Vec<String>) {
    let mut links = Vec::new();
    prose.blocks.iter().chain(prose.notes.iter().flatten()).for_each(|block| links_of(block, &mut links));
    links.dedup();
    let bare = Prose {
        blocks: prose.blocks.iter().map(bare).collect(),
        notes: prose.notes.iter().map(|note| note.iter().map(bare).collect()).collect(),
    };
    (squeezed(&plain::plain(&bare)), links)
}

fn links_of(block: &Block, links: &mut Vec<String>) {
    match block {
        Block::Paragraph(runs) | Block::Heading(_, runs) => {
            for run in runs {
                if let Run::Text { link: Some(link), text, .. } = run
                    && !text.trim().is_empty()
                {
                    links.push(uri(link).into_owned());
                }
            }
        }
        Block::List(_, items) => items.iter().flatten().for_each(|block| links_of(block, links)),
        Block::Quote(blocks) => blocks.iter().for_each(|block| links_of(block, links)),
        Block::Code(_) | Block::Rule => {}
    }
}

/// A block without links, whose addresses are compared apart.
fn bare(block: &Block) -> Block {
    let all = |blocks: &[Block]| blocks.iter().map(bare).collect();
    let runs = |runs: &[Run]| {
        let bare = |run: &Run| match run {
            Run::Text { text, .. } => Run::Text { text: text.clone(), voice: TextStyle::default(), link: None },
            other => other.clone(),
        };
        runs.iter().map(bare).collect()
    };
    match block {
        Block::Paragraph(of) => Block::Paragraph(runs(of)),
        Block::Heading(level, of) => Block::Heading(*level, runs(of)),
        Block::List(first, items) => Block::List(*first, items.iter().map(|item| all(item)).collect()),
        Block::Quote(blocks) => Block::Quote(all(blocks)),
        Block::Code(_) | Block::Rule => block.clone(),
    }
}

fn check(prose: &Prose) {
    let markdown = written(prose);
    let (again, findings) = parse(&markdown);
    assert_eq!(said(&again), said(prose), "{prose:#?}\n{markdown}");
    assert!(findings.is_empty(), "{findings:?}\n{markdown}");
}

#[test]
fn the_own_card_and_a_card_with_everything() {
    for (name, profile) in [("own", own()), ("full", full())] {
        let markdown = render(&profile);
        assert!(parse(&markdown).1.is_empty(), "{markdown}");
        assert!(!markdown.contains("\n\n\n") && markdown.ends_with('\n') && !markdown.ends_with("\n\n"), "{markdown}");
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
        ("2023", "2023"),
        ("> quoted?", "\\> quoted?"),
        ("[^1] [x]", "\\[^1\\] \\[x\\]"),
        ("C:\\dir", "C:\\\\dir"),
        ("a ! b!", "a ! b!"),
    ] {
        let prose = Prose { blocks: vec![Block::Paragraph(vec![plain(text)])], notes: Vec::new() };
        assert_eq!(written(&prose), format!("{expected}\n"), "{text}");
        check(&prose);
    }
}

#[test]
fn a_voice_that_cannot_be_written_is_left_out() {
    let linked_code = |text: &str, url: &str| Run::Text {
        text: text.into(),
        voice: TextStyle { code: true, ..TextStyle::default() },
        link: Some(url.into()),
    };
    for (runs, expected) in [
        (vec![strong("a"), plain("'s")], "**a**'s\n"),
        (vec![plain("a "), strong("b c"), plain(".")], "a **b c**.\n"),
        (vec![plain("x"), strong("(a)"), plain("y")], "x(a)y\n"),
        (vec![strong(" a "), plain("b")], "**a** b\n"),
        (vec![strong("a"), emphasis("b")], "**a**b\n"),
        (vec![code("a`b")], "``a`b``\n"),
        (vec![plain("Look!"), link("here", "https://x.example")], "Look\\![here](https://x.example)\n"),
        (vec![link("https://x.example", "https://x.example")], "<https://x.example>\n"),
        (vec![linked_code("a]: b", "https://x.example")], "[a\\]: b](https://x.example)\n"),
        (vec![linked_code("a] b", "https://x.example")], "[`a] b`](https://x.example)\n"),
        (vec![link("a", "https://x.example/(b)")], "[a](<https://x.example/(b)>)\n"),
    ] {
        let prose = Prose { blocks: vec![Block::Paragraph(runs)], notes: Vec::new() };
        assert_eq!(written(&prose), expected);
        check(&prose);
    }
}

#[test]
fn blocks_stay_what_they_are() {
    for text in [
        "- a\n- b\n\n* c",
        "1. a\n2. b\n\n   c\n3. d",
        "- a\n  - b\n    1. c\n\n       ```\n       x\n\n       y\n       ```",
        "> a\n>\n> - b\n\n> c",
        "```\n```` x\n```\n\nb",
        "a\\\nb\n\n***\n\n# c",
        "a[^1][^2].\n\n[^1]: - x\n    - y\n\n[^2]: b\n\n    c",
    ] {
        let (prose, findings) = parse(text);
        assert!(findings.is_empty(), "{text}: {findings:?}");
        assert_eq!(parse(&written(&prose)).0, prose, "{text}\n{}", written(&prose));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_text_says_the_same(prose in prose()) {
        let markdown = written(&prose);
        let (again, _) = parse(&markdown);
        prop_assert_eq!(said(&again).0, said(&prose).0, "{}", markdown);
    }

    #[test]
    fn what_was_markdown_stays_the_same(parts in vec(select(vec![
        "word", "two words", "**", "*", "_", "`", "[a](https://x.example)", "<https://y.example>", "[^1]", "\n", "\n\n", "\n- ",
        "\n1. ", "\n> ", "\n# ", "\n```\n", "\n---\n", " ", "!", "\\", "(", ")", ":", "#", "&lt;", "&", "1.", "\n  ", "\n    ",
    ]), 0..24)) {
        let text = format!("{}\n\n[^1]: a *note*\n", parts.concat());
        // What it finds is the owner's to mend; what it makes of the text must hold all the same.
        let (prose, _) = parse(&text);
        let markdown = written(&prose);
        let (again, findings) = parse(&markdown);
        prop_assert!(findings.is_empty(), "{:?}\n{}\n{}", findings, text, markdown);
        prop_assert_eq!(said(&again), said(&prose), "{}\n---\n{}", text, markdown);
    }

    #[test]
    fn any_card_is_markdown(profile in profile()) {
        let markdown = render(&profile);
        prop_assert!(!markdown.contains("\n\n\n"), "{}", markdown);
    }
}
