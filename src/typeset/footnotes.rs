//! Footnotes for the addresses of links, for terminals on which a text cannot lead anywhere.

use std::borrow::Cow;

use super::plain::is_full_width_sign;
use crate::document::{Block, Prose, Run, TextStyle, runs_with_addresses, short_address};

/// A text with a footnote for each link whose words do not say where it leads. All footnotes are numbered anew, in the
/// order in which the text refers to them.
#[must_use]
pub fn link_footnotes(prose: &Prose) -> Cow<'_, Prose> {
    if !prose.texts().flatten().any(|run| run.link().is_some()) {
        return Cow::Borrowed(prose);
    }
    let renumbered = vec![None; prose.notes.len()];
    let mut footnotes = LinkFootnotes { old: prose, renumbered, told: Vec::new(), notes: Vec::new() };
    let blocks = map(&prose.blocks, &mut |runs| footnotes.runs(runs));
    Cow::Owned(Prose { source: prose.source.clone(), blocks, notes: footnotes.notes })
}

/// Blocks with the runs of each paragraph and heading changed.
pub(crate) fn map(blocks: &[Block], change: &mut dyn FnMut(&[Run]) -> Vec<Run>) -> Vec<Block> {
    let one = |block: &Block| match block {
        Block::Paragraph(runs) => Block::Paragraph(change(runs)),
        Block::Heading(level, runs) => Block::Heading(*level, change(runs)),
        Block::List(first, items) => Block::List(*first, items.iter().map(|item| map(item, change)).collect()),
        Block::Quote(blocks) => Block::Quote(map(blocks, change)),
        Block::Code(_) | Block::Rule => block.clone(),
    };
    blocks.iter().map(one).collect()
}

/// The runs with each address in words after its link, between `before` and `after`.
pub(crate) fn spell_out(runs: &[Run], before: &str, after: &str) -> Vec<Run> {
    let spelled = runs_with_addresses(runs).flat_map(|(run, address)| {
        let address = address.map(|address| Run::plain(format!("{before}{}{after}", short_address(address))));
        [run.clone()].into_iter().chain(address)
    });
    spelled.collect()
}

/// The blocks of a text with each footnote in square brackets where the text refers to it.
pub(crate) fn notes_in_brackets(prose: &Prose) -> Vec<Block> {
    map(&prose.blocks, &mut |runs| {
        let mut told: Vec<Run> = Vec::with_capacity(runs.len());
        for run in runs {
            let Run::Note(number) = run else {
                told.push(run.clone());
                continue;
            };
            if let Some(note) = prose.note(*number) {
                let spaced = match told.last() {
                    Some(Run::Text { text, .. }) => {
                        text.ends_with(|last: char| last.is_whitespace() || is_full_width_sign(last))
                    }
                    _ => true,
                };
                told.push(Run::plain(if spaced { "[" } else { " [" }));
                told.extend(in_a_line(note));
                told.push(Run::plain("]"));
            }
        }
        told
    })
}

/// The words of blocks, one after the other.
fn in_a_line(blocks: &[Block]) -> Vec<Run> {
    let parts = blocks.iter().map(|block| match block {
        Block::Paragraph(runs) | Block::Heading(_, runs) => {
            let words = runs.iter().filter(|run| !matches!(run, Run::Note(_)));
            words.map(|run| if *run == Run::Break { Run::plain(" ") } else { run.clone() }).collect()
        }
        Block::Quote(blocks) => in_a_line(blocks),
        Block::List(_, items) => {
            let items: Vec<Vec<Run>> = items.iter().map(|item| in_a_line(item)).collect();
            items.join(&Run::plain("; "))
        }
        Block::Code(lines) => vec![Run::code(lines.join(" "))],
        Block::Rule => Vec::new(),
    });
    let parts: Vec<Vec<Run>> = parts.filter(|runs| !runs.is_empty()).collect();
    parts.join(&Run::plain(" "))
}

/// Gives links their footnotes.
struct LinkFootnotes<'p> {
    /// The text as it was.
    old: &'p Prose,
    /// The new number of each of them that was referred to.
    renumbered: Vec<Option<usize>>,
    /// The addresses that have a footnote, with its number.
    told: Vec<(String, usize)>,
    notes: Vec<Vec<Block>>,
}

impl LinkFootnotes<'_> {
    fn runs(&mut self, runs: &[Run]) -> Vec<Run> {
        let mut noted = Vec::with_capacity(runs.len());
        for (run, address) in runs_with_addresses(runs) {
            match run {
                Run::Note(number) => noted.extend(self.renumber(*number).map(Run::Note)),
                Run::Text { .. } | Run::Break => noted.push(run.clone()),
            }
            if let Some(address) = address {
                noted.push(Run::Note(self.address(address)));
            }
        }
        noted
    }

    fn renumber(&mut self, number: usize) -> Option<usize> {
        let index = number.checked_sub(1)?;
        if let Some(number) = *self.renumbered.get(index)? {
            return Some(number);
        }
        // A footnote has no footnotes of its own: an address stands in it.
        let note = map(self.old.note(number)?, &mut |runs| spell_out(runs, " (", ")"));
        self.notes.push(note);
        *self.renumbered.get_mut(index)? = Some(self.notes.len());
        Some(self.notes.len())
    }

    fn address(&mut self, address: &str) -> usize {
        if let Some((_, number)) = self.told.iter().find(|(known, _)| known == address) {
            return *number;
        }
        let link = Some(address.to_owned());
        let words = Run::Text { text: short_address(address).to_owned(), style: TextStyle::default(), link };
        self.notes.push(vec![Block::Paragraph(vec![words])]);
        self.told.push((address.to_owned(), self.notes.len()));
        self.notes.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        profile::markdown,
        typeset::{self, Options},
    };

    /// A text with addresses, as it is set with notes below.
    fn check(text: &str, expected: &[&str]) {
        let prose = markdown::parse(text).0;
        let prose = link_footnotes(&prose);
        let lines = typeset::set(&prose, 60, Options { notes_below: true, ascii: true, ..Options::default() });
        let lines: Vec<String> = lines
            .iter()
            .map(|line| {
                let words: String = line.pieces.iter().map(|piece| piece.text.as_str()).collect();
                format!("{}{words}", " ".repeat(line.indent.into()))
            })
            .filter(|line| !line.is_empty())
            .collect();
        assert_eq!(lines, expected, "{text}");
    }

    #[test]
    fn links_get_their_addresses_in_order() {
        check("A [word](https://a.example).", &["A word[1].", "  [1] https://a.example"]);
        check("See <https://a.example>.", &["See https://a.example."]);
        check("Write [me@a.example](mailto:me@a.example).", &["Write me@a.example."]);
        check(
            "One[^n], [two](https://a.example), [**th**ree](https://b.example), [two again](https://a.example).\n\n\
                [^n]: A [note](https://c.example).",
            &[
                "One[1], two[2], three[3], two again[2].",
                "  [1] A note (https://c.example).",
                "  [2] https://a.example",
                "  [3] https://b.example",
            ],
        );
    }
}
