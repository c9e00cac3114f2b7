use proptest::prelude::*;

use super::*;

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
        ("    a\n\n    b", "C(a||b)"),
        ("a\n\n---\n\nb", "P(a) - P(b)"),
        ("[a](https://example.com) b", "P(a{https://example.com} b)"),
        ("<https://example.com>", "P(https://example.com{https://example.com})"),
        ("<a@example.com>", "P(a@example.com{mailto:a@example.com})"),
        ("a &amp; b &lt; \\*c\\*", "P(a & b < *c*)"),
        ("<!-- for the owner\n\nalone -->\n\na <!-- b --> c", "P(a  c)"),
        ("\\[^x]", "P([^x])"),
        ("a | b", "P(a | b)"),
        ("日本語 **東京** é", "P(日本語 *東京* é)"),
    ];
    for (text, expected) in cases {
        let (prose, findings) = parse(text);
        assert_eq!(short(&prose.blocks), expected, "{text:?}");
        assert_eq!(findings, [], "{text:?}");
    }
}

#[test]
fn notes_are_numbered_by_their_first_reference() {
    let (prose, findings) = parse("a[^y] b[^X] c[^y].\n\n[^x]: first *x*\n\n[^y]: one\n\n    two\n");
    assert_eq!(short(&prose.blocks), "P(a^1 b^2 c^1.)");
    let notes: Vec<String> = prose.notes.iter().map(|note| short(note)).collect();
    assert_eq!(notes, ["P(one) P(two)", "P(first _x_)"]);
    assert_eq!(findings, []);
}

#[test]
fn findings_say_where() {
    let cases = [
        ("a <b>c</b>", vec![("<b>", "HTML would not be shown: `<b>`"), ("</b>", "HTML would not be shown: `</b>`")]),
        ("<div>\nx\n</div>", vec![("<div>\nx\n</div>", "HTML would not be shown: `<div> x </div>`")]),
        ("a ![b](c.png)", vec![("![b](c.png)", "an image cannot be shown")]),
        ("|a|b|\n|-|-|\n|c|d|", vec![("|a|b|\n|-|-|\n|c|d|", "a table cannot be shown")]),
        ("a[^x] b", vec![("[^x]", "there is no side note `[^x]`")]),
        ("a\n\n[^x]: b", vec![("[^x]:", "nothing refers to the side note `[^x]`")]),
        ("a[^x]\n\n[^x]: b\n\n[^x]: c", vec![("[^x]:", "the side note `[^x]` is source twice")]),
        ("a[^x]\n\n[^x]: b[^x]", vec![("[^x]", "a side note refers to a side note")]),
        ("[a](javascript:b)", vec![("[a](javascript:b)", "a link cannot begin with `javascript`")]),
        ("[a](b.html)", vec![("[a](b.html)", "this is not a whole link")]),
        ("a&#27;b", vec![("&#27;", "the control character Escape (U+001B) cannot be shown")]),
        ("a&#x202e;b", vec![("&#x202e;", "a character that turns the direction of text (U+202E) cannot be shown")]),
    ];
    for (text, expected) in cases {
        let (_, findings) = parse(text);
        let found: Vec<(&str, &str)> =
            findings.iter().map(|finding| (text[finding.span.clone()].trim_end(), finding.message.as_str())).collect();
        assert_eq!(found, expected, "{text:?}");
        assert!(findings.iter().all(|finding| !finding.remedy.is_empty()), "{text:?}");
    }
}

#[test]
fn a_missing_note_suggests_the_nearest() {
    let (_, findings) = parse("a[^gtp] b[^gpt]\n\n[^gpt]: c");
    assert_eq!(findings[0].remedy, "did you mean `[^gpt]`?");
}

#[test]
fn depth_is_bounded() {
    let (_, findings) = parse(&format!("{} x", ">".repeat(DEEPEST)));
    assert_eq!(findings, []);
    let (prose, findings) = parse(&format!("{} x", ">".repeat(5000)));
    assert_eq!(findings.len(), 1);
    assert!(short(&prose.blocks).contains("P(x)"));
    let list: Vec<String> = (0..40).map(|depth| format!("{}- x\n", "  ".repeat(depth))).collect();
    let (_, findings) = parse(&list.concat());
    assert_eq!(findings.len(), 1);
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
        let (prose, findings) = parse(&text);
        let mut all = String::new();
        words(&prose.blocks, &mut all);
        prose.notes.iter().for_each(|note| words(note, &mut all));
        prop_assert!(!all.chars().any(is_refused), "{all:?}");
        for finding in findings {
            prop_assert!(text.get(finding.span.clone()).is_some(), "{finding:?}");
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
