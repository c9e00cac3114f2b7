//! Prose as words alone, for fields that hold one text: paragraphs parted by blank lines, no width, no voice. Side notes
//! stand in brackets where they belong, and the address of a link after its words.

use crate::profile::{Block, Prose, Run};

/// A text without any form.
pub(super) fn plain(prose: &Prose) -> String {
    blocks(&prose.blocks, &prose.notes)
}

/// The same of some blocks of a text with these side notes.
pub(super) fn blocks(blocks: &[Block], notes: &[Vec<Block>]) -> String {
    parted(blocks, notes, "\n\n")
}

fn parted(blocks: &[Block], notes: &[Vec<Block>], between: &str) -> String {
    blocks.iter().map(|block| plain_block(block, notes)).collect::<Vec<_>>().join(between)
}

fn plain_block(block: &Block, notes: &[Vec<Block>]) -> String {
    match block {
        Block::Paragraph(runs) | Block::Heading(_, runs) => plain_runs(runs, notes),
        Block::List(first, items) => {
            let items = items.iter().zip(0..).map(|(item, n)| {
                let marker =
                    first.map_or_else(|| "\u{2022} ".to_owned(), |first| format!("{}. ", first.saturating_add(n)));
                let inner = parted(item, notes, "\n").replace('\n', "\n  ");
                format!("{marker}{inner}")
            });
            items.collect::<Vec<_>>().join("\n")
        }
        Block::Quote(inner) => blocks(inner, notes),
        Block::Code(lines) => lines.join("\n"),
        Block::Rule => "* * *".to_owned(),
    }
}

fn plain_runs(runs: &[Run], notes: &[Vec<Block>]) -> String {
    let mut words = String::new();
    for (run, address) in spelled(runs) {
        match run {
            Run::Text { text, .. } => words.push_str(text),
            Run::Break => words.push('\n'),
            Run::Note(number) => {
                if let Some(note) = number.checked_sub(1).and_then(|index| notes.get(index)) {
                    // A note has no notes of its own.
                    words.push_str(&format!(" [{}]", blocks(note, &[])));
                }
            }
        }
        if let Some(address) = address {
            words.push_str(&format!(" <{address}>"));
        }
    }
    words
}

/// Each run, and the address to be told after it: at a link's end, where its words do not tell it. A line break or a
/// reference to a note may stand within a link, and does not end it.
pub(super) fn spelled(runs: &[Run]) -> impl Iterator<Item = (&Run, Option<&str>)> {
    fn link_of(run: &Run) -> Option<&str> {
        if let Run::Text { link, .. } = run { link.as_deref() } else { None }
    }
    let mut linked = String::new();
    runs.iter().enumerate().map(move |(index, run)| {
        let (Run::Text { text, .. }, Some(url)) = (run, link_of(run)) else { return (run, None) };
        linked.push_str(text);
        let next = runs.iter().skip(index + 1).find(|run| matches!(run, Run::Text { .. }));
        if next.and_then(link_of) == Some(url) {
            return (run, None);
        }
        let said = std::mem::take(&mut linked);
        let tells = said == url || url.strip_prefix("mailto:") == Some(said.as_str());
        (run, (!tells).then_some(url))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::markdown::parse;

    #[test]
    fn words_notes_and_addresses_stay() {
        for (markdown, expected) in [
            ("A **b** c.\n\nD\\\ne.", "A b c.\n\nD\ne."),
            ("A.[^n] B.\n\n[^n]: Note.", "A. [Note.] B."),
            ("[a](https://x.example) <https://y.example>", "a <https://x.example> https://y.example"),
            ("- a\n- b\n  1. c\n  2. d", "\u{2022} a\n\u{2022} b\n  1. c\n  2. d"),
            ("> q\n\n```\nx  y\n```\n\n---", "q\n\nx  y\n\n* * *"),
        ] {
            assert_eq!(plain(&parse(markdown).0), expected, "{markdown}");
        }
    }
}
