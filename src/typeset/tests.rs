use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

use super::*;
use crate::profile::markdown;

/// A line as its text, with its indent as spaces.
fn text(line: &Line) -> String {
    let words: String = line.pieces.iter().map(|piece| piece.text.as_str()).collect();
    format!("{}{words}", " ".repeat(line.indent.into()))
}

fn lines(markdown: &str, width: u16, notes_below: bool) -> Vec<String> {
    let (prose, _) = markdown::parse(markdown);
    set(&prose, width, Options { notes_below, ..Options::default() }).iter().map(text).collect()
}

#[test]
fn text_is_set_in_lines() {
    let cases: &[(&str, u16, &[&str])] = &[
        ("", 10, &[]),
        ("one two three", 7, &["one two", "three"]),
        ("one\n\ntwo", 7, &["one", "", "two"]),
        ("one  \ntwo", 7, &["one", "two"]),
        ("a longish word", 3, &["a", "lon", "gis", "h", "wor", "d"]),
        ("well-known", 10, &["well-known"]),
        ("日本語の文章です。", 8, &["日本語", "の文章で", "す。"]),
        ("日本語", 1, &[]),
        ("日本", 3, &["日", "本"]),
        ("مرحبا بالعالم", 7, &["مرحبا", "بالعالم"]),
        ("e\u{301}e\u{301}e\u{301}", 2, &["e\u{301}e\u{301}", "e\u{301}"]),
        ("👩‍👩‍👧‍👦👩‍👩‍👧‍👦 x", 3, &["👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦", "x"]),
        ("🇩🇪🇫🇷", 2, &["🇩🇪", "🇫🇷"]),
        ("# Head\n\ntext", 9, &["Head", "", "text"]),
        ("- one two three\n- four", 12, &["• one two", "  three", "• four"]),
        ("9. a\n10. b", 12, &[" 9. a", "10. b"]),
        ("- a\n  - b\n- c", 20, &["• a", "  • b", "• c"]),
        ("- - a", 20, &["• • a"]),
        ("- a\n\n  b\n- c", 20, &["• a", "", "  b", "", "• c"]),
        ("-\n- a", 20, &["•", "• a"]),
        ("- a", 1, &["•", "a"]),
        ("> one two\n>\n> three", 10, &["  one two", "", "  three"]),
        ("```\nab  cd\n\n    ef\n```", 16, &["  ab  cd", "", "      ef"]),
        ("```\nabcdefghijkl\n```", 10, &["  abcdefgh", "  ijkl"]),
        ("a\n\n---\n\nb", 9, &["a", "", "  * * *", "", "b"]),
    ];
    for (markdown, width, expected) in cases {
        assert_eq!(lines(markdown, *width, false), *expected, "{markdown:?} at {width}");
    }
}

#[test]
fn fields_are_wrapped_by_the_same_measure() {
    let cases: &[(&str, u16, &[&str])] = &[
        ("", 10, &[]),
        (" ", 10, &[]),
        ("one two three", 7, &["one two", "three"]),
        // Two cells, of which a sum over characters counts one.
        ("❤\u{fe0f}❤\u{fe0f}", 3, &["❤\u{fe0f}", "❤\u{fe0f}"]),
        ("ab ❤\u{fe0f}", 4, &["ab", "❤\u{fe0f}"]),
        // Two cells, of which a sum over characters counts four and more.
        ("👩‍🔬 👩‍🔬", 5, &["👩‍🔬 👩‍🔬"]),
        // Two cells, of which a width of the whole string counts one.
        ("لا", 1, &["ل", "ا"]),
        ("A\u{a0}B C", 3, &["A\u{a0}B", "C"]),
        ("of 1/√x", 5, &["of", "1/√x"]),
        // A word too long for the line is cut at a hyphen first, an address before one.
        ("a-rather-long-name", 16, &["a-rather-long-", "name"]),
        ("a-rather-long-name.example.com", 17, &["a-rather-long", "-name.example.com"]),
        ("--------", 3, &["---", "---", "--"]),
        // A unit is kept, an address is broken where browsers break it.
        ("it has 32 GB/s", 13, &["it has 32", "GB/s"]),
        ("it is at a/long/way", 13, &["it is at a/", "long/way"]),
    ];
    for (text, width, expected) in cases {
        assert_eq!(wrap(text, *width), *expected, "{text:?} at {width}");
    }
}

#[test]
fn lines_of_equal_length_are_no_more_lines() {
    let caption = "I found a faster, more accurate way to compute this. It belongs to NXP now.";
    let halves = ["I found a faster, more accurate way to", "compute this. It belongs to NXP now."];
    assert_eq!(wrap_evenly(caption, 60), halves);
    assert_eq!(wrap_evenly(caption, 80), [caption]);
    assert_eq!(wrap_evenly("界界界界界 界界", 12), ["界界界界", "界 界界"], "a script without spaces");
    assert_eq!(wrap_evenly("an-address.example.com it is", 8), wrap("an-address.example.com it is", 8));
    for width in 1..90 {
        let lines = wrap_evenly(caption, width);
        assert_eq!(lines.len(), wrap(caption, width).len(), "at {width}");
        assert!(lines.iter().all(|line| super::width(line) <= width), "{lines:?} at {width}");
    }
}

#[test]
fn what_stands_alone_takes_a_cell() {
    let all: Vec<char> = ('\0'..=char::MAX).filter(|character| width::stands_alone(*character)).collect();
    assert!(all.len() > 1000);
    for one in &all {
        assert_eq!(grapheme_width(one.encode_utf8(&mut [0; 4])), 1, "{one:?}");
    }
    // No two of them are one, in any order: what joins does so by its class, and each class is met here.
    for step in [1, 2, 3, 101] {
        let text: String = all.iter().cycle().step_by(step).take(2 * all.len()).collect();
        assert_eq!(text.graphemes(true).count(), text.chars().count());
    }
}

#[test]
fn a_name_is_not_broken_while_it_fits() {
    let cases: &[(&str, u16, &[&str])] = &[
        ("with **Ada Lovelace** here", 14, &["with", "Ada Lovelace", "here"]),
        // At its second mention it is not strong, and still whole.
        ("**Ada Lovelace** and yet Ada Lovelace", 14, &["Ada Lovelace", "and yet", "Ada Lovelace"]),
        ("(**Ada Lovelace**)", 12, &["(", "Ada Lovelace", ")"]),
        ("with **Ada Lovelace**", 8, &["with Ada", "Lovelace"]),
    ];
    for (markdown, width, expected) in cases {
        assert_eq!(lines(markdown, *width, false), *expected, "{markdown:?} at {width}");
    }
}

const NOTED: &str = "One two.[^a] Three[^b] four.\n\nFive.[^a]\n\n[^a]: Note **a**\n    goes on.\n\n[^b]: Note b.\n";

#[test]
fn notes_go_where_they_are_asked_to() {
    let margin = ["One two.¹", "Three² four.", "", "Five.¹"];
    assert_eq!(lines(NOTED, 13, false), margin);
    let below = ["One two.¹", "Three² four.", "", "  ¹ Note a", "    goes on.", "", "  ² Note b.", "", "Five.¹"];
    assert_eq!(lines(NOTED, 13, true), below);
    let bracketed = ["One two. [Note a goes on.] Three [Note b.] four.", "", "Five. [Note a goes on.]"];
    let (prose, _) = markdown::parse(NOTED);
    let prose = Prose::of(notes_in_brackets(&prose));
    assert_eq!(set(&prose, 60, Options::default()).iter().map(text).collect::<Vec<_>>(), bracketed);
}

#[test]
fn lines_know_what_they_belong_to() {
    let (prose, _) = markdown::parse(NOTED);
    let lines = set(&prose, 13, Options { notes_below: true, ..Options::default() });
    let notes: Vec<&[usize]> = lines.iter().map(|line| line.notes.as_slice()).collect();
    assert_eq!(notes[..3], [&[1][..], &[2], &[]]);
    assert_eq!(lines.iter().map(|line| line.block).collect::<Vec<_>>(), [0, 0, 0, 0, 0, 0, 0, 0, 1]);
    let asides: Vec<bool> = lines.iter().map(|line| line.aside).collect();
    assert_eq!(asides, [false, false, false, true, true, false, true, false, false]);
    let (prose, _) = markdown::parse("# a\n\nb");
    let lines = set(&prose, 13, Options::default());
    assert!(lines[0].heading && lines[0].pieces[0].style.strong && !lines[2].heading);
}

#[test]
fn a_note_alone_hangs_from_its_number() {
    let (prose, _) = markdown::parse(NOTED);
    let ascii = Options { ascii: true, ..Options::default() };
    assert_eq!(
        set_note(&prose, 1, 12, Options::default()).iter().map(text).collect::<Vec<_>>(),
        ["¹ Note a", "  goes on."]
    );
    assert_eq!(set_note(&prose, 1, 14, ascii).iter().map(text).collect::<Vec<_>>(), ["[1] Note a", "    goes on."]);
    assert!(set_note(&prose, 1, 12, Options::default()).iter().all(|line| line.aside));
    assert_eq!(set_note(&prose, 0, 12, Options::default()), []);
    assert_eq!(set_note(&prose, 3, 12, Options::default()), []);
}

#[test]
fn a_note_keeps_to_the_word_before_it() {
    assert_eq!(lines("aaa bbb [^x][^y]\n\n[^x]: x\n\n[^y]: y", 7, false), ["aaa", "bbb¹,²"]);
    assert_eq!(superscript(10), "¹⁰");
    assert_eq!(superscript(2_345_678_909), "²³⁴⁵⁶⁷⁸⁹⁰⁹");
}

#[test]
fn voices_and_links_are_kept() {
    let (prose, _) = markdown::parse("a **b *c*** [d e](https://example.com) `f`");
    let lines = set(&prose, 40, Options::default());
    let pieces: Vec<(&str, bool, bool, bool, Option<&str>)> = lines[0]
        .pieces
        .iter()
        .map(|piece| (&*piece.text, piece.style.strong, piece.style.emphasis, piece.style.code, piece.link.as_deref()))
        .collect();
    let expected = [
        ("a ", false, false, false, None),
        ("b ", true, false, false, None),
        ("c", true, true, false, None),
        (" ", false, false, false, None),
        ("d e", false, false, false, Some("https://example.com")),
        (" ", false, false, false, None),
        ("f", false, false, true, None),
    ];
    assert_eq!(pieces, expected);
    // A link over two lines leads there from both.
    let lines = set(&prose, 7, Options::default());
    let linked: Vec<&str> = lines
        .iter()
        .flat_map(|line| &line.pieces)
        .filter(|piece| piece.link.is_some())
        .map(|piece| &*piece.text)
        .collect();
    assert_eq!(linked.concat().replace(' ', ""), "de");
}

/// Text for Markdown: its marks, wide and combining characters, and anything at all.
fn any_markdown() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => "[a-z]{1,12}[ .,]",
        2 => "(\\*\\*|\\*|`|#|> |- |1\\. |\n|\n\n|    |\\[\\^a\\]|\\[|\\]\\(https://x\\)|<|&#27;|---|```|  \n|\t)",
        1 => "[日本語。👩\u{200d}👧🇩🇪e\u{301}\u{fe0f}مرحبا\u{a0}\u{ad}\u{3000}]{1,6}",
        1 => "\\PC{1,4}",
        1 => Just("\n\n[^a]: note **b c**\n\n".to_owned()),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(part, 0..40).prop_map(|parts| parts.concat())
}

/// The words of blocks in the order in which they are set.
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
    fn any_text_at_any_width(markdown in any_markdown(), width in 1_u16..=200, notes in 0..3) {
        let (mut prose, _) = markdown::parse(&markdown);
        if notes == 2 {
            prose = Prose::of(notes_in_brackets(&prose));
        }
        let lines = set(&prose, width, Options { notes_below: notes == 1, ..Options::default() });
        let mut shown = String::new();
        for line in &lines {
            let taken = line.pieces.iter().fold(line.indent, |taken, piece| taken.saturating_add(piece.width));
            prop_assert!(taken <= width, "{line:?} at {width}");
            for piece in &line.pieces {
                prop_assert_eq!(self::width(&piece.text), piece.width, "{:?}", piece);
                prop_assert!(!piece.text.chars().any(char::is_control), "{:?}", piece);
                shown.push_str(&piece.text);
            }
            let words: String = line.pieces.iter().map(|piece| piece.text.as_str()).collect();
            // A space that carries a combining mark is no space.
            let space = |grapheme: Option<&str>| grapheme.is_none_or(|grapheme| grapheme.trim().is_empty());
            let mut graphemes = words.graphemes(true);
            let ends = space(graphemes.next()) || words.graphemes(true).next_back().is_none_or(|last| space(Some(last)));
            prop_assert!(line.pieces.is_empty() || !ends, "space at an end of {words:?}");
        }
        prop_assert!(!lines.last().is_some_and(|line| line.pieces.is_empty()), "a blank line at the end");
        // Every character of the text is shown, in its order; among them stand bullets, numbers and notes.
        let mut written = String::new();
        words(&prose.blocks, &mut written);
        let mut rest = shown.chars();
        if width >= 2 {
            for character in written.chars().filter(|character| !character.is_whitespace()) {
                prop_assert!(rest.any(|shown| shown == character), "{character:?} of {written:?} is lost in {shown:?}");
            }
        }
    }

    #[test]
    fn plain_words_are_set_exactly(words in "([a-zé日🙂]{1,12} ){1,40}", width in 2_u16..=100) {
        let (prose, _) = markdown::parse(&words);
        let shown: String = set(&prose, width, Options::default()).iter().map(text).collect();
        let written: String = words.split_whitespace().collect();
        prop_assert_eq!(shown.replace(' ', ""), written);
    }
}

#[test]
fn whole_words_are_never_broken() {
    let prose = markdown::parse("See https://example.com/a/long-path and `ssh -p 22 host` in 日本語の文章です.").0;
    let options = Options { whole_words: true, ..Options::default() };
    let lines: Vec<String> = set(&prose, 12, options).iter().map(text).collect();
    assert_eq!(lines, ["See", "https://example.com/a/long-path", "and", "ssh -p 22 host", "in 日本語の", "文章です."]);
    assert_eq!(wrap_words("mail@a-host.example.com or call", 8), ["mail@a-host.example.com", "or call"]);
}

#[test]
fn what_is_copied_is_broken_only_where_a_line_has_no_room() {
    let cases: &[(&str, u16, &[&str])] = &[
        // An address moves to the next line whole, and its scheme stands never alone.
        ("video: https://video.example.com/w/9", 30, &["video:", "https://video.example.com/w/9"]),
        ("<https://keys.example.com/vks/v1/by-name/ruben>", 30, &["https://keys.example.com/vks/", "v1/by-name/ruben"]),
        ("<https://example.com/imo?view=week&from=3>", 24, &["https://example.com/imo?", "view=week&from=3"]),
        ("ilse.okafor@hydrology.hohenfeld.example.com", 30, &["ilse.okafor@hydrology", ".hohenfeld.example.com"]),
        ("https://example.com/aaaaaaaaaaaaaaaaaaaaaaaa", 20, &["https://example.com/", "aaaaaaaaaaaaaaaaaaaa", "aaaa"]),
        // So does code, and no line begins with a redirection.
        (
            "Write, or `ssh card.example.com` from a shell.",
            24,
            &["Write, or", "`ssh card.example.com`", "from a shell."],
        ),
        ("`ssh card.example.com vcard > card.vcf`", 28, &["ssh card.example.com", "vcard > card.vcf"]),
        (
            "```\nlet tokens = lexer(\"a | b\"); // no allocation\n```",
            30,
            &["  let tokens = lexer(\"a | b\"); ", "  ↳ // no allocation"],
        ),
        // A lone `I` goes with its verb, and no last word stands alone where others can go down to it.
        ("It was late when I went", 19, &["It was late when", "I went"]),
        ("one two three four five six seven", 28, &["one two three four five", "six seven"]),
    ];
    for (markdown, width, expected) in cases {
        let expected: Vec<String> = expected.iter().map(|line| line.trim_end().replace('`', "")).collect();
        assert_eq!(lines(markdown, *width, false), expected, "{markdown:?} at {width}");
    }
    assert_eq!(wrap_command("ssh card.example.com vcard > card.vcf", 30), ["ssh card.example.com", "vcard > card.vcf"]);
}

#[test]
fn tasks_have_boxes_in_place_of_bullets() {
    let markdown = "- [ ] read issues\n- [x] write **thanks**\n- neither";
    assert_eq!(lines(markdown, 12, false), ["☐ read", "  issues", "☑ write", "  thanks", "• neither"]);
    let (prose, _) = markdown::parse(markdown);
    let ascii = set(&prose, 20, Options { ascii: true, ..Options::default() });
    assert_eq!(ascii.iter().map(text).collect::<Vec<_>>(), ["[ ] read issues", "[x] write thanks", "* neither"]);
}

#[test]
fn where_lines_begin_at_the_right_a_marker_stands_two_cells_from_its_words() {
    let (prose, _) = markdown::parse("- א[^1]\n- [x] ב\n\n10. ג\n\n[^1]: ד\n");
    let options = Options { notes_below: true, direction: Direction::Rtl, ..Options::default() };
    let lines: Vec<String> = set(&prose, 20, options).iter().map(text).collect();
    assert_eq!(lines, ["•  א¹", "☑  ב", "", "  ¹  ד", "", "10.  ג"]);
    assert_eq!(set_note(&prose, 1, 20, options).iter().map(text).collect::<Vec<_>>(), ["¹  ד"]);
}
