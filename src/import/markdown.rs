//! Texts as Markdown that says them as they are.

use textwrap::{Options, WordSeparator, WordSplitter};

use crate::{
    formats::{markdown::escaped, plain::plain},
    profile::markdown::parse,
};

/// The columns of a text in the file.
const WIDTH: usize = 96;

/// A text without any markup as Markdown: blank lines part paragraphs, a line break is one.
pub(super) fn markdown(text: &str) -> String {
    paragraphs(text, WIDTH).join("\n\n")
}

/// A list with an item for each text.
pub(super) fn list(items: &[String]) -> String {
    let items = items.iter().map(|item| {
        let paragraphs = paragraphs(item, WIDTH - 2).join("\n\n");
        let lines = paragraphs.lines().enumerate().map(|(index, line)| match (index, line) {
            (0, line) => format!("- {line}"),
            (_, "") => String::new(),
            (_, line) => format!("  {line}"),
        });
        lines.collect::<Vec<_>>().join("\n")
    });
    items.collect::<Vec<_>>().join("\n")
}

fn paragraphs(text: &str, width: usize) -> Vec<String> {
    // A tab is a space on the card.
    let text = text.replace('\t', " ");
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let paragraphs = lines.split(|line| line.is_empty()).filter(|lines| !lines.is_empty());
    paragraphs.map(|lines| paragraph(lines, width)).collect()
}

/// Lines that belong together. Each is broken to the width where it says the same then.
fn paragraph(lines: &[&str], width: usize) -> String {
    let joined = |line: &dyn Fn(&str) -> String| lines.iter().map(|of| line(of)).collect::<Vec<_>>().join("\\\n");
    let says = |markdown: &String| {
        let (prose, findings) = parse(markdown);
        findings.is_empty() && prose.blocks.len() == 1 && plain(&prose) == lines.join("\n")
    };
    let broken = joined(&|line| {
        let options = Options::new(width)
            .word_separator(WordSeparator::AsciiSpace)
            .word_splitter(WordSplitter::NoHyphenation)
            .break_words(false);
        textwrap::wrap(&escaped(line), options).join("\n")
    });
    let whole = || joined(&|line| escaped(line));
    let every = || {
        let sign = |sign: char| sign.is_ascii_punctuation().then_some('\\').into_iter().chain([sign]);
        joined(&|line| line.chars().flat_map(sign).collect())
    };
    Some(broken).filter(says).or_else(|| Some(whole()).filter(says)).unwrap_or_else(every)
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
        let items = ["one".to_owned(), "- two\n\nparagraphs".to_owned(), "* three".to_owned()];
        assert_eq!(list(&items), "- one\n- \\- two\n\n  paragraphs\n- \\* three");
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
