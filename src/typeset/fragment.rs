//! Graphemes joined to what stays together on a line.

use std::ops::Range;

/// A grapheme and its width.
#[derive(Debug)]
pub(super) struct Atom {
    pub(super) bytes: Range<usize>,
    pub(super) width: u16,
    pub(super) space: bool,
    pub(super) before: Before,
}

/// What may happen before a grapheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Before {
    /// The line may end.
    Line,
    /// A word too long for the line is best cut: what is before is a hyphen within it.
    Hyphen,
    /// A word too long for the line may be cut.
    Cut,
    /// Nothing, while there is another way.
    Never,
}

/// Graphemes that stay together.
#[derive(Debug)]
pub(super) struct Fragment {
    /// The atoms, as indices.
    pub(super) atoms: Range<usize>,
    /// Where its words end and its spaces begin.
    pub(super) words_end: usize,
    /// The cells of its words.
    words: u32,
    /// The cells of its spaces.
    spaces: u32,
}

impl textwrap::core::Fragment for Fragment {
    fn width(&self) -> f64 {
        f64::from(self.words)
    }

    fn whitespace_width(&self) -> f64 {
        f64::from(self.spaces)
    }

    fn penalty_width(&self) -> f64 {
        0.0
    }
}

impl Fragment {
    /// The cells of its words.
    pub(super) fn words(&self) -> u16 {
        u16::try_from(self.words).unwrap_or(u16::MAX)
    }

    fn new(atoms: &[Atom], range: Range<usize>) -> Self {
        let slice = atoms.get(range.clone()).unwrap_or_default();
        let total = |atoms: &[Atom]| atoms.iter().map(|atom| u32::from(atom.width)).sum();
        let (head, tail) = slice.split_at(words(slice));
        Self { words_end: range.start + head.len(), words: total(head), spaces: total(tail), atoms: range }
    }
}

/// How many atoms there are before the space at the end.
fn words(atoms: &[Atom]) -> usize {
    atoms.iter().rposition(|atom| !atom.space).map_or(0, |last| last + 1)
}

/// Joins atoms to fragments of at most `room` cells.
pub(super) fn fragments(atoms: &[Atom], room: u16) -> Vec<Fragment> {
    let mut fragments = Vec::new();
    let mut start = 0;
    for end in 1..=atoms.len() {
        if atoms.get(end).is_none_or(|atom| atom.before == Before::Line) {
            cut(atoms, start..end, room, &mut fragments);
            start = end;
        }
    }
    fragments
}

/// Cuts what is too long for a line: before a name first, then within a word, and last where nothing else is left.
fn cut(atoms: &[Atom], mut word: Range<usize>, room: u16, fragments: &mut Vec<Fragment>) {
    let slice = |range: Range<usize>| atoms.get(range).unwrap_or_default();
    let words_end = word.start + words(slice(word.clone()));
    loop {
        let mut used = 0_u32;
        let fits = slice(word.start..words_end).iter().take_while(|atom| {
            used += u32::from(atom.width);
            used <= u32::from(room)
        });
        let full = word.start + fits.count();
        if full >= words_end {
            fragments.push(Fragment::new(atoms, word));
            return;
        }
        // No atom is wider than the line, so at least one fits.
        let full = full.max(word.start + 1);
        let last =
            |kind: fn(Before) -> bool| slice(word.start + 1..full + 1).iter().rposition(|atom| kind(atom.before));
        let kind = last(|before| before == Before::Hyphen).or_else(|| last(|before| before != Before::Never));
        let at = kind.map_or(full, |index| word.start + 1 + index);
        fragments.push(Fragment::new(atoms, word.start..at));
        word.start = at;
    }
}
