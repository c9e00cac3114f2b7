//! Formatted text as plain text, for fields that hold a single text: paragraphs are separated by blank lines, footnotes
//! stand in brackets where they are referred to, and the address of a link follows its words. There is no width and no
//! style.

use std::fmt::Write as _;

use crate::{
    document::{Block, Prose, Run, runs_with_addresses, short_address},
    typeset::is_full_width_sign,
};

/// A text without any form.
pub(crate) fn plain(prose: &Prose) -> String {
    PlainWriter { prose, told: Vec::new() }.parted(&prose.blocks, "\n\n")
}

struct PlainWriter<'p> {
    prose: &'p Prose,
    /// The notes that were told; each is told where the text first refers to it.
    told: Vec<usize>,
}

impl PlainWriter<'_> {
    fn parted(&mut self, blocks: &[Block], between: &str) -> String {
        // Where there is no form, a rule parts no more than a blank line does.
        let blocks = blocks.iter().filter(|block| **block != Block::Rule);
        let blocks: Vec<String> = blocks.map(|block| self.block(block)).collect();
        blocks.join(between)
    }

    fn block(&mut self, block: &Block) -> String {
        match block {
            Block::Paragraph(runs) | Block::Heading(_, runs) => self.runs(runs),
            Block::List(first, items) => {
                let items = items.iter().zip(0..).map(|(item, n)| {
                    let marker = first.map(|first| format!("{}. ", first.saturating_add(n)));
                    let inner = self.parted(item, "\n").replace('\n', "\n  ");
                    format!("{}{inner}", marker.as_deref().unwrap_or("\u{2022} "))
                });
                items.collect::<Vec<_>>().join("\n")
            }
            Block::Quote(inner) => self.parted(inner, "\n\n"),
            Block::Code(lines) => lines.join("\n"),
            Block::Rule => String::new(),
        }
    }

    fn runs(&mut self, runs: &[Run]) -> String {
        let mut words = String::new();
        for (run, address) in runs_with_addresses(runs) {
            match run {
                Run::Text { text, .. } => words.push_str(text),
                Run::Break => words.push('\n'),
                Run::Note(number) => self.note(*number, &mut words),
            }
            if let Some(address) = address {
                let _ = write!(words, " <{}>", short_address(address));
            }
        }
        words
    }

    fn note(&mut self, number: usize, words: &mut String) {
        let Some(note) = self.prose.note(number) else { return };
        if !self.told.contains(&number) {
            self.told.push(number);
            let spaced = words.ends_with(|last| last == ' ' || is_full_width_sign(last));
            let space = if spaced { "" } else { " " };
            // A note has no notes of its own.
            let note = plain(&Prose::of(note.to_vec()));
            let _ = write!(words, "{space}[{note}]");
        }
    }
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
            ("A [^n] B.[^n]\n\n[^n]: Note.", "A [Note.] B."),
            ("甲。[^n]乙。\n\n[^n]: 注。", "甲。[注。]乙。"),
            ("[a](https://x.example) <https://y.example>", "a <https://x.example> https://y.example"),
            ("- a\n- b\n  1. c\n  2. d", "\u{2022} a\n\u{2022} b\n  1. c\n  2. d"),
            ("> q\n\n```\nx  y\n```\n\n---", "q\n\nx  y"),
        ] {
            assert_eq!(plain(&parse(markdown).0), expected, "{markdown}");
        }
    }
}
