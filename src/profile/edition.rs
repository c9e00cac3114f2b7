//! Other editions of a profile, for terminals that cannot show it as it was written: in ASCII's punctuation, and with the
//! addresses of links as side notes. Words, order and numbers of things stay; only the owner's punctuation and the notes'
//! numbers change, and never an address.

use std::borrow::Cow;

use super::{Block, Profile, Prose, Run, Voice};

impl Profile {
    /// The profile with typographic punctuation as a typewriter has it. Letters stay as they are: they are words.
    #[must_use]
    pub fn typewritten(&self) -> Self {
        let mut profile = self.clone();
        let card = &mut profile.card;
        let lines = [&mut card.name, &mut card.pronouns, &mut card.role, &mut card.organization, &mut card.place];
        lines.into_iter().flatten().for_each(respell);
        [&mut card.headline, &mut card.interests, &mut card.outside].into_iter().flatten().for_each(respell);
        card.links.iter_mut().for_each(|link| respell(&mut link.label));
        profile.career.line.iter_mut().for_each(respell);
        for station in &mut profile.career.stations {
            respell(&mut station.organization);
            [&mut station.subject, &mut station.time].into_iter().flatten().for_each(respell);
            station.people.iter_mut().for_each(respell);
        }
        profile.stack.ground.iter_mut().for_each(respell);
        for layer in &mut profile.stack.layers {
            respell(&mut layer.title);
            [&mut layer.summary, &mut layer.place].into_iter().flatten().for_each(respell);
        }
        for prose in profile.texts_mut() {
            prose.blocks.iter_mut().chain(prose.notes.iter_mut().flatten()).for_each(respell_block);
        }
        profile
    }

    /// The profile with a side note for each link whose words do not say where it leads.
    #[must_use]
    pub fn addressed(&self) -> Self {
        let mut profile = self.clone();
        for prose in profile.texts_mut() {
            if prose.blocks.iter().chain(prose.notes.iter().flatten()).any(leads) {
                *prose = Addresses::note(std::mem::take(prose));
            }
        }
        profile
    }

    fn texts_mut(&mut self) -> impl Iterator<Item = &mut Prose> {
        let stations = self.career.stations.iter_mut().map(|station| &mut station.text);
        let layers = self.stack.layers.iter_mut().map(|layer| &mut layer.text);
        [&mut self.about, &mut self.stack.text].into_iter().chain(stations).chain(layers)
    }
}

/// Typographic characters, and what a typewriter has for them. Spaces that must not break stay what they are: they are
/// drawn as spaces.
const TYPEWRITTEN: [(char, &str); 21] = [
    ('’', "'"),
    ('‘', "'"),
    ('‚', ","),
    ('“', "\""),
    ('”', "\""),
    ('„', "\""),
    ('′', "'"),
    ('″', "\""),
    ('–', "-"),
    ('—', "--"),
    ('‐', "-"),
    ('‑', "-"),
    ('−', "-"),
    ('…', "..."),
    ('•', "*"),
    ('·', "/"),
    ('×', "x"),
    ('→', "->"),
    ('←', "<-"),
    ('\u{2009}', " "),
    ('\u{202f}', "\u{a0}"),
];

/// A text with the punctuation of a typewriter.
#[must_use]
pub fn typewritten(text: &str) -> Cow<'_, str> {
    let sign = |character: char| TYPEWRITTEN.iter().find(|(of, _)| *of == character).map(|(_, sign)| *sign);
    if text.is_ascii() || !text.contains(|character| sign(character).is_some()) {
        return text.into();
    }
    let mut written = String::with_capacity(text.len());
    for character in text.chars() {
        match sign(character) {
            Some(sign) => written.push_str(sign),
            None => written.push(character),
        }
    }
    written.into()
}

fn respell(text: &mut String) {
    if let Cow::Owned(written) = typewritten(text) {
        *text = written;
    }
}

fn respell_block(block: &mut Block) {
    match block {
        Block::Paragraph(runs) | Block::Heading(_, runs) => {
            for run in runs {
                if let Run::Text { text, .. } = run {
                    respell(text);
                }
            }
        }
        Block::List(_, items) => items.iter_mut().flatten().for_each(respell_block),
        Block::Quote(blocks) => blocks.iter_mut().for_each(respell_block),
        Block::Code(lines) => lines.iter_mut().for_each(respell),
        Block::Rule => {}
    }
}

/// Whether a block has a link.
fn leads(block: &Block) -> bool {
    match block {
        Block::Paragraph(runs) | Block::Heading(_, runs) => {
            runs.iter().any(|run| matches!(run, Run::Text { link: Some(_), .. }))
        }
        Block::List(_, items) => items.iter().flatten().any(leads),
        Block::Quote(blocks) => blocks.iter().any(leads),
        Block::Code(_) | Block::Rule => false,
    }
}

/// Gives links their notes, and all notes new numbers in the order in which the text refers to them.
struct Addresses {
    /// The notes that there were.
    old: Vec<Vec<Block>>,
    /// The new number of each of them that was referred to.
    renumbered: Vec<Option<usize>>,
    /// The addresses that have a note, with its number.
    told: Vec<(String, usize)>,
    notes: Vec<Vec<Block>>,
}

impl Addresses {
    fn note(prose: Prose) -> Prose {
        let renumbered = vec![None; prose.notes.len()];
        let mut this = Self { old: prose.notes, renumbered, told: Vec::new(), notes: Vec::new() };
        let blocks = prose.blocks.into_iter().map(|block| this.block(block)).collect();
        Prose { blocks, notes: this.notes }
    }

    fn block(&mut self, block: Block) -> Block {
        match block {
            Block::Paragraph(runs) => Block::Paragraph(self.runs(runs)),
            Block::Heading(level, runs) => Block::Heading(level, self.runs(runs)),
            Block::List(first, items) => {
                let items = items.into_iter().map(|item| item.into_iter().map(|block| self.block(block)).collect());
                Block::List(first, items.collect())
            }
            Block::Quote(blocks) => Block::Quote(blocks.into_iter().map(|block| self.block(block)).collect()),
            Block::Code(_) | Block::Rule => block,
        }
    }

    fn runs(&mut self, runs: Vec<Run>) -> Vec<Run> {
        let mut noted = Vec::with_capacity(runs.len());
        for (run, address) in with_addresses(runs) {
            match run {
                Run::Note(old) => noted.extend(self.renumber(old).map(Run::Note)),
                run => noted.push(run),
            }
            if let Some(address) = address {
                noted.push(Run::Note(self.address(address)));
            }
        }
        noted
    }

    fn renumber(&mut self, old: usize) -> Option<usize> {
        let index = old.checked_sub(1)?;
        if let Some(number) = self.renumbered.get(index).copied().flatten() {
            return Some(number);
        }
        let note = std::mem::take(self.old.get_mut(index)?);
        // A note has no notes of its own: an address stands in it.
        let note = note.into_iter().map(spelled_out).collect();
        self.notes.push(note);
        let number = self.notes.len();
        *self.renumbered.get_mut(index)? = Some(number);
        Some(number)
    }

    fn address(&mut self, address: String) -> usize {
        if let Some((_, number)) = self.told.iter().find(|(known, _)| *known == address) {
            return *number;
        }
        let link = Some(address.clone());
        let words = Run::Text { text: short(&address).to_owned(), voice: Voice::default(), link };
        self.notes.push(vec![Block::Paragraph(vec![words])]);
        self.told.push((address, self.notes.len()));
        self.notes.len()
    }
}

/// Each run, and the address that has to be told after it: at a link's end, where its words do not tell it.
fn with_addresses(runs: Vec<Run>) -> Vec<(Run, Option<String>)> {
    fn leads_to(run: &Run) -> Option<&str> {
        if let Run::Text { link, .. } = run { link.as_deref() } else { None }
    }
    let mut told = Vec::with_capacity(runs.len());
    let mut words = String::new();
    let mut rest = runs.into_iter().peekable();
    while let Some(run) = rest.next() {
        let mut address = None;
        if let Run::Text { text, link: Some(link), .. } = &run {
            words.push_str(text);
            if rest.peek().and_then(leads_to) != Some(link) {
                let said = std::mem::take(&mut words);
                address = (said.trim() != link && said.trim() != short(link)).then(|| link.clone());
            }
        }
        told.push((run, address));
    }
    told
}

/// A block of a note, with addresses in brackets after their links.
fn spelled_out(block: Block) -> Block {
    let all = |blocks: Vec<Block>| blocks.into_iter().map(spelled_out).collect();
    let runs = |runs: Vec<Run>| {
        let mut told = Vec::with_capacity(runs.len());
        for (run, address) in with_addresses(runs) {
            told.push(run);
            if let Some(address) = address {
                let text = format!(" ({})", short(&address));
                told.push(Run::Text { text, voice: Voice::default(), link: None });
            }
        }
        told
    };
    match block {
        Block::Paragraph(of) => Block::Paragraph(runs(of)),
        Block::Heading(level, of) => Block::Heading(level, runs(of)),
        Block::List(first, items) => Block::List(first, items.into_iter().map(all).collect()),
        Block::Quote(blocks) => Block::Quote(all(blocks)),
        Block::Code(_) | Block::Rule => block,
    }
}

/// An address as people write it: a mail address without its scheme, everything else whole.
fn short(address: &str) -> &str {
    let scheme = ["mailto:", "tel:"].into_iter().find(|scheme| address.starts_with(scheme));
    scheme.and_then(|scheme| address.strip_prefix(scheme)).unwrap_or(address)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{markdown, typeset};

    #[test]
    fn punctuation_is_typewritten_and_letters_stay() {
        for (text, expected) in [
            ("plain", "plain"),
            ("“It’s” — 2–3…", "\"It's\" -- 2-3..."),
            ("naïve 橋 é", "naïve 橋 é"),
            ("2\u{a0}×\u{a0}3", "2\u{a0}x\u{a0}3"),
        ] {
            assert_eq!(typewritten(text), expected);
        }
    }

    /// A text with addresses, as it is set with notes below.
    fn check(text: &str, expected: &[&str]) {
        let prose = Addresses::note(markdown::parse(text).0);
        let lines = typeset::set(&prose, 60, typeset::Notes::Below, typeset::Marks::Brackets);
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
