use proptest::{collection::vec, prelude::*, sample::select};

use super::*;

#[test]
fn tags_and_names_of_characters_are_what_they_say() {
    for (html, expected) in [
        (
            "<p>I build <strong>light</strong>.</p><ul><li>One</li><li>Two<ul><li>inner</li></ul></li></ul>&nbsp;",
            "I build **light**.\n\n- One\n- Two\n  - inner",
        ),
        ("a<br>b<br/><BR>c", "a\\\nb\n\nc"),
        ("one <em>line</em>\ntwo\n\nthree", "one *line*\\\ntwo\n\nthree"),
        ("<div>source\n  lines</div><div>two</div>", "source lines\n\ntwo"),
        ("<ol><li>x<li>y</ol><p>z", "1. x\n2. y\n\nz"),
        ("<ul><li></li><li><p>a</p><p>b</p></li></ul>", "- a\n\n  b"),
        ("<ul><li><ul><li>deep</li></ul></li></ul>", "- - deep"),
        (
            "See <a class='x' href=\"https://x.example/?a=1&amp;b\"> my <b>site</b> </a>now",
            "See [my site](https://x.example/?a=1&b) now",
        ),
        ("<a href='javascript:alert(1)'>words</a>", "words"),
        ("run <code>a_b</code> and <kbd>`</kbd>", "run `a_b` and \\`"),
        ("<h2>Head</h2>x<span style=\"color: red\">y</span><u> z</u>", "**Head**\n\nxy z"),
        ("<b> a </b>b<i>c</i>", "**a** b*c*"),
        ("R&amp;D &lt;b&gt; &#8211; &#x2013; &eacute; &#0; &#8203;", "R&D \\<b> – – é \\&#0; \\&#8203;"),
        ("<b>-</b> x<br>1. y", "**\\-** x\\\n1\\. y"),
        ("a<b>\"b\"</b>c", "a\"b\"c"),
        ("<p>\u{200c}foo <b>\u{200d}bar</b></p>", "foo **bar**"),
        ("<p></p>", ""),
    ] {
        assert_eq!(markdown(html, 96).as_deref(), Some(expected), "{html}");
    }
    assert_eq!(line("Thomas <b>Edison</b><br>&amp; sons").as_deref(), Some("Thomas Edison & sons"));
}

#[test]
fn what_is_no_html_stays() {
    for text in [
        "a < b",
        "<3",
        "vector<int>",
        "vector<a>",
        "Map<K, V> and List<i>",
        "I teach <p> and <ul>",
        "AT&T; &c",
        "</b>",
        "<https://x.example>",
        "<b@x.example>",
        "x <y> z </y>",
        "<!-- c -->",
        "1 < 2 > 0",
        "<b",
        "<b <b>",
        "",
    ] {
        assert_eq!((line(text), markdown(text, 96)), (None, None), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_html_is_markdown_without_a_fault(parts in vec(prop_oneof![
        2 => select(vec![
            "<p>", "</p>", "<br>", "<ul>", "</ul>", "<ol>", "</ol>", "<li>", "</li>", "<b>", "</b>", "<i>", "</i>",
            "<a href='https://x.example/(a)'>", "</a>", "<code>", "</code>", "<h1>", "</h1>", "<td>", "</td>", " ",
            "\n", "\u{200c}", "\u{200d}",
            "&nbsp;", "&amp;", "&lt;", "<b", "\"", ">", "!", "[x]: u",
        ]).prop_map(str::to_owned),
        1 => crate::formats::tests::line(),
    ], 0..12)) {
        let html = parts.concat();
        if let Some(markdown) = markdown(&html, 60) {
            let (prose, findings) = parse(&markdown);
            prop_assert!(findings.is_empty(), "{} {} {:?}", html, markdown, findings);
            let letters = |text: &str| text.chars().filter(|sign| sign.is_alphabetic()).collect::<String>();
            let line = line(&html).unwrap_or_default();
            let shown = plain(&prose).replace("<https://x.example/(a)>", "");
            prop_assert_eq!(letters(&shown), letters(&line), "{} {}", html, markdown);
        }
    }
}
