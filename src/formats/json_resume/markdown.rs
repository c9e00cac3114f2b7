//! Texts of a resume as Markdown that says them as they are.

use textwrap::{Options, WordSeparator, WordSplitter};

use crate::{
    formats::{markdown::escaped, plain::plain},
    profile::markdown::parse,
};

/// The columns of a text in the file.
pub(super) const WIDTH: usize = 96;

/// A text without any markup as Markdown: blank lines part paragraphs, a line break is one.
pub(crate) fn markdown(text: &str) -> String {
    of_width(text, WIDTH)
}

/// Sets the text in lines of a width.
pub(super) fn of_width(text: &str, width: usize) -> String {
    // A tab is a space on the card.
    let text = text.replace('\t', " ");
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let paragraphs = lines.split(|line| line.is_empty()).filter(|lines| !lines.is_empty());
    paragraphs.map(|lines| paragraph(lines, width)).collect::<Vec<_>>().join("\n\n")
}

/// Markdown as an item of a list.
pub(super) fn item(marker: &str, markdown: &str) -> String {
    let lines = markdown.lines().enumerate().map(|(index, line)| match (index, line) {
        (0, line) => format!("{marker}{line}"),
        (_, "") => String::new(),
        (_, line) => format!("{}{line}", " ".repeat(marker.len())),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Lines that belong together. Each is broken to the width where it says the same then.
pub(super) fn paragraph(lines: &[&str], width: usize) -> String {
    let escaped: Vec<String> = lines.iter().map(|line| escaped(line)).collect();
    let every = || {
        let sign = |sign: char| sign.is_ascii_punctuation().then_some('\\').into_iter().chain([sign]);
        lines.iter().map(|line| line.chars().flat_map(sign).collect()).collect::<Vec<String>>().join("\\\n")
    };
    broken(&escaped, width, &lines.join("\n")).unwrap_or_else(every)
}

/// Lines of Markdown as a paragraph, broken to the width where it says the same then; `None` where it says other words
/// than these.
pub(super) fn broken(lines: &[String], width: usize, words: &str) -> Option<String> {
    let says = |markdown: &String| {
        let (prose, findings) = parse(markdown);
        findings.is_empty() && prose.blocks.len() == 1 && plain(&prose) == words
    };
    let options = Options::new(width)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .break_words(false);
    let broken = lines.iter().map(|line| textwrap::wrap(line, &options).join("\n"));
    let broken = broken.collect::<Vec<_>>().join("\\\n");
    Some(broken).filter(says).or_else(|| Some(lines.join("\\\n")).filter(says))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The words of a text as they come out again.
    fn shown(markdown: &str) -> String {
        let (prose, findings) = parse(markdown);
        assert!(findings.is_empty(), "{markdown}: {findings:?}");
        plain(&prose)
    }

    #[test]
    fn signs_of_markdown_are_words() {
        let text =
            "# 1 of *all*\n- a_b_c, <b>x</b> &amp; [x](y)\n\n1. `code` ![i](u) [^1]\n\n\n> C:\\n | a |\n---\n+ b";
        let written = markdown(text);
        assert_eq!(shown(&written), text.replace("\n\n\n", "\n\n"), "{written}");
        assert_eq!(markdown("Plain words, (in brackets): 2 - 1 = 1."), "Plain words, (in brackets): 2 - 1 = 1.");
        assert_eq!(item("- ", &markdown("- two\n\nparagraphs")), "- \\- two\n\n  paragraphs");
    }

    #[test]
    fn long_lines_are_broken_where_that_changes_nothing() {
        let text = "words and more ".repeat(20);
        let written = markdown(&text);
        assert!(written.lines().all(|line| line.len() <= WIDTH) && written.lines().count() > 2, "{written}");
        assert_eq!(shown(&written), text.trim());
        // A broken line would begin with a sign of a list.
        let text = "- x 1. ".repeat(40);
        assert_eq!(shown(&markdown(&text)), text.trim());
    }

    proptest! {
        #[test]
        fn any_text_comes_out_as_it_was(lines in prop::collection::vec(crate::formats::tests::line(), 0..6)) {
            let text = lines.join("\n");
            prop_assert_eq!(shown(&markdown(&text)), text);
        }
    }
}
