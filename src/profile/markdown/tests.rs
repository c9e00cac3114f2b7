use proptest::prelude::*;

use super::*;
use crate::profile::Severity;

/// Writes blocks short: `P(…)`, `H1(…)`, `L(…;…)`, `Q(…)`, `C(…|…)`, `-`; words as they are, `*strong*`, `_emphasis_`,
/// `` `code` ``, `{url}` after what is linked, `^n` for a note and `/` for a break.
fn short(blocks: &[Block]) -> String {
    let runs = |runs: &[Run]| -> String {
        runs.iter()
            .map(|run| match run {
                Run::Note(number) => format!("^{number}"),
                Run::Break => "/".to_owned(),
                Run::Text { text, style, link } => {
                    let mut text = text.clone();
                    for (on, mark) in [(style.code, '`'), (style.emphasis, '_'), (style.strong, '*')] {
                        if on {
                            text = format!("{mark}{text}{mark}");
                        }
                    }
                    let link = link.as_ref().map(|link| format!("{{{link}}}")).unwrap_or_default();
                    text + &link
                }
            })
            .collect()
    };
    let block = |block: &Block| match block {
        Block::Paragraph(text) => format!("P({})", runs(text)),
        Block::Heading(level, text) => format!("H{level}({})", runs(text)),
        Block::List(first, items) => {
            let items: Vec<String> = items.iter().map(|item| short(item)).collect();
            format!("L{}({})", first.map_or(String::new(), |first| first.to_string()), items.join(";"))
        }
        Block::Quote(blocks) => format!("Q({})", short(blocks)),
        Block::Code(lines) => format!("C({})", lines.join("|")),
        Block::Rule => "-".to_owned(),
    };
    blocks.iter().map(block).collect::<Vec<_>>().join(" ")
}

#[test]
fn markdown_becomes_blocks() {
    let cases = [
        ("", ""),
        ("one\ntwo", "P(one two)"),
        ("one\n\ntwo", "P(one) P(two)"),
        ("one  \ntwo", "P(one/two)"),
        ("**a** *b* `c` ***d***", "P(*a* _b_ `c` *_d_*)"),
        ("# a *b*\n\n### c", "H1(a _b_) H3(c)"),
        ("- a\n- b\n  - c\n", "L(P(a);P(b) L(P(c)))"),
        ("3. a\n\n   b\n4. c", "L3(P(a) P(b);P(c))"),
        ("> a\n> > b", "Q(P(a) Q(P(b)))"),
        ("```rust\nfn a() {\n\tb\n}\n```", "C(fn a() {|    b|})"),
        ("a\n\n---\n\nb", "P(a) - P(b)"),
        ("[a](https://example.com) b", "P(a{https://example.com} b)"),
        ("<https://example.com>", "P(https://example.com{https://example.com})"),
        ("<a@example.com>", "P(a@example.com{mailto:a@example.com})"),
        ("a &amp; b &lt; \\*c\\*", "P(a & b < *c*)"),
        ("<!-- for the owner\n\nalone -->\n\na <!-- b --> c", "P(a  c)"),
        ("<!-- one --><!-- two -->\n\na", "P(a)"),
        ("[a][b] [B]\n\n[b]: https://example.com", "P(a{https://example.com} B{https://example.com})"),
        ("---\n\na: b\n\n---", "- P(a: b) -"),
        ("---\na b: c\n---", "- H2(a b: c)"),
        ("+++", "P(+++)"),
        ("\\[^x]", "P([^x])"),
        ("a | b", "P(a | b)"),
        ("日本語 **東京** é", "P(日本語 *東京* é)"),
    ];
    for (text, expected) in cases {
        let (prose, diagnostics) = parse(text);
        assert_eq!(short(&prose.blocks), expected, "{text:?}");
        assert_eq!(diagnostics, [], "{text:?}");
    }
}

#[test]
fn footnotes_are_numbered_by_their_first_reference() {
    let (prose, diagnostics) = parse("a[^y] b[^X] c[^y].\n\n[^x]: first *x*\n\n[^y]: one\n\n    two\n");
    assert_eq!(short(&prose.blocks), "P(a^1 b^2 c^1.)");
    let notes: Vec<String> = prose.notes.iter().map(|note| short(note)).collect();
    assert_eq!(notes, ["P(one) P(two)", "P(first _x_)"]);
    assert_eq!(diagnostics, []);
}

#[test]
fn diagnostics_say_where() {
    let cases = [
        (
            "a <b>c</b>",
            vec![("<b>", "HTML is shown without its tags: `<b>`"), ("</b>", "HTML is shown without its tags: `</b>`")],
        ),
        ("<div>\nx\n</div>", vec![("<div>\nx\n</div>", "HTML is shown without its tags: `<div> x </div>`")]),
        ("<div>\n<!-- b\n</div>", vec![("<div>\n<!-- b\n</div>", "this comment has no end")]),
        ("a <!-- b\n\nc", vec![("<!--", "this comment has no end")]),
        ("a \\<!-- b `<!--`", vec![]),
        ("a\n\n<!-- b\n\nc", vec![("<!-- b\n\nc", "this comment has no end")]),
        ("a ![b](c.png)", vec![("![b](c.png)", "an image is shown as its description")]),
        ("|a|b|\n|-|-|\n|c|d|", vec![("|a|b|\n|-|-|\n|c|d|", "a table is shown as a line for each row")]),
        ("a[^x] b", vec![("[^x]", "there is no footnote `[^x]`")]),
        ("a\n\n[^x]: b", vec![("[^x]:", "nothing refers to the footnote `[^x]`")]),
        ("a[^x]\n\n[^x]: b\n\n[^x]: c", vec![("[^x]:", "the footnote `[^x]` is written twice")]),
        ("a[^x]\n\n[^x]: b[^x]", vec![("[^x]", "a footnote refers to a footnote")]),
        ("[a](javascript:b)", vec![("[a](javascript:b)", "this cannot begin with `javascript`")]),
        ("[a](b.html)", vec![("[a](b.html)", "this is not a whole link")]),
        ("    a\n\n    b", vec![("a\n\n    b", "an indent of four spaces or a tab makes this code")]),
        ("a[^x]\n\n[^x]:", vec![("[^x]:", "the footnote `[^x]` is empty")]),
        ("[](https://example.com)", vec![("[](https://example.com)", "a link without words is not shown")]),
        (
            "[a](https://example.com \"b\")",
            vec![("[a](https://example.com \"b\")", "the title of a link is not shown: `b`")],
        ),
        ("a\n\n[b]: https://example.com", vec![("[b]: https://example.com", "nothing refers to the link `[b]`")]),
        ("---\na: b\n---\nc", vec![("---\na: b\n---", "front matter of another program is not read")]),
        ("a&#27;b", vec![("&#27;", "the control character Escape (U+001B) cannot be shown")]),
        ("a&#x202e;b", vec![("&#x202e;", "a character that turns the direction of text (U+202E) cannot be shown")]),
    ];
    for (text, expected) in cases {
        let (_, diagnostics) = parse(text);
        let found: Vec<(&str, &str)> =
            diagnostics.iter().map(|one| (text[one.span.clone()].trim_end(), one.message.as_str())).collect();
        assert_eq!(found, expected, "{text:?}");
        assert!(diagnostics.iter().all(|one| !one.remedy.is_empty()), "{text:?}");
    }
}

#[test]
fn what_a_terminal_cannot_show_is_shown_as_its_words() {
    for (text, expected, source) in [
        ("a ![the *boat*](boat.png) b", "P(a the _boat_ b)", "a ![the *boat*](boat.png) b"),
        ("|a|b|\n|-|-|\n|c|**d**|\n| |e|", "P(a · b/c · *d*/e)", "|a|b|\n|-|-|\n|c|**d**|\n| |e|"),
        ("a <b>c</b><br>d<br />", "P(a c/d)", "a <b>c</b><br>d<br />"),
        ("<p>a\n<!-- mine -->\n<i>b</i> < c</p>\n\nd", "P(a b < c) P(d)", "<p>a\n<!-- -->\n<i>b</i> < c</p>\n\nd"),
        ("<hr>\n\na", "P(a)", "<hr>\n\na"),
    ] {
        let (prose, diagnostics) = parse(text);
        assert_eq!((short(&prose.blocks).as_str(), prose.source.as_str()), (expected, source), "{text:?}");
        assert!(!diagnostics.is_empty(), "{text:?}");
        assert!(diagnostics.iter().all(|one| one.severity == Severity::Warning), "{diagnostics:?}");
    }
}

#[test]
fn a_heading_at_the_top_is_the_title_of_a_page() {
    for (text, expected_title, blocks, source) in [
        ("# a *b*\n\nc", Some("a b"), "P(c)", "c"),
        ("<!-- d -->\n\na\n===\nb\n\n# c", Some("a"), "P(b) H1(c)", "b\n\n# c"),
        ("# a <!-- d -->\n# b", Some("a"), "H1(b)", "# b"),
        ("---\ntitle: d\n---\n# a\n\nb", Some("a"), "P(b)", "b"),
        ("## a\n\n# b", None, "H2(a) H1(b)", "## a\n\n# b"),
        ("a\n\n# b", None, "P(a) H1(b)", "a\n\n# b"),
        ("#\n\na", None, "P(a)", "a"),
    ] {
        let (title, prose, _) = parse_page(text);
        assert_eq!((title.as_deref(), short(&prose.blocks).as_str()), (expected_title, blocks), "{text:?}");
        assert_eq!(prose.source, source, "{text:?}");
    }
    let (title, prose, diagnostics) = parse_page("# a[^x] [b](https://example.com)\n\nc\n\n[^x]: d");
    assert_eq!((title.as_deref(), short(&prose.blocks).as_str()), (Some("a b"), "P(c)"));
    let warnings: Vec<_> = diagnostics.iter().map(|one| (one.severity, one.span.start, one.message.as_str())).collect();
    let expected = [
        (3, "a page's title shows no footnote"),
        (8, "a page's title shows no link"),
        (37, "nothing refers to the footnote `[^x]`"),
    ];
    assert_eq!(warnings, expected.map(|(at, message)| (Severity::Warning, at, message)));
    let (_, _, diagnostics) = parse_page(&format!("# {}", "a".repeat(LINE + 1)));
    assert_eq!(diagnostics[0].message, "the page's title is too long: 81 characters");
    let (_, _, diagnostics) = parse_page(&format!("# {}", "云".repeat(LINE / 2 + 1)));
    assert_eq!(diagnostics[0].message, "the page's title is too long: 82 columns");
}

#[test]
fn a_missing_footnote_suggests_the_nearest() {
    let (_, diagnostics) = parse("a[^gtp] b[^gpt]\n\n[^gpt]: c");
    assert_eq!(diagnostics[0].remedy, "did you mean `[^gpt]`?");
}

#[test]
fn depth_is_bounded() {
    let (_, diagnostics) = parse(&format!("{} x", ">".repeat(DEEPEST)));
    assert_eq!(diagnostics, []);
    let (prose, diagnostics) = parse(&format!("{} x", ">".repeat(5000)));
    assert_eq!(diagnostics.len(), 1);
    assert!(short(&prose.blocks).contains("P(x)"));
    let list: Vec<String> = (0..40).map(|depth| format!("{}- x\n", "  ".repeat(depth))).collect();
    let (_, diagnostics) = parse(&list.concat());
    assert_eq!(diagnostics.len(), 1);
}

/// The words of blocks, in order.
fn words(blocks: &[Block], into: &mut String) {
    for block in blocks {
        match block {
            Block::Paragraph(runs) | Block::Heading(_, runs) => {
                for run in runs {
                    if let Run::Text { text, .. } = run {
                        into.push_str(text);
                    }
                }
            }
            Block::List(_, items) => items.iter().for_each(|item| words(item, into)),
            Block::Quote(blocks) => words(blocks, into),
            Block::Code(lines) => lines.iter().for_each(|line| into.push_str(line)),
            Block::Rule => {}
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_cut_without_control_characters(text in "(?s)(.|[*_`#>\\-\\[\\]^()<&;:!|~\n\t 0-9a-z]){0,200}") {
        let (prose, diagnostics) = parse(&text);
        let mut all = String::new();
        words(&prose.blocks, &mut all);
        prose.notes.iter().for_each(|note| words(note, &mut all));
        prop_assert!(!all.chars().any(is_refused), "{all:?}");
        for diagnostic in diagnostics {
            prop_assert!(text.get(diagnostic.span.clone()).is_some(), "{diagnostic:?}");
        }
    }

    #[test]
    fn plain_words_are_all_kept(text in "([a-zé日🙂]{1,9}[ \n]){0,40}") {
        let (prose, _) = parse(&text);
        let mut all = String::new();
        words(&prose.blocks, &mut all);
        let kept: String = all.split_whitespace().collect();
        let source: String = text.split_whitespace().collect();
        prop_assert_eq!(kept, source);
    }
}
