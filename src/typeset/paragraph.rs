//! One paragraph: runs of words in, lines of pieces out. It knows nothing of blocks, indents or markers.

use std::{ops::Range, sync::Arc};

use textwrap::{
    WordSeparator,
    core::Fragment,
    wrap_algorithms::{Penalties, wrap_first_fit, wrap_optimal_fit},
};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::line::Piece;
use crate::{document::TextStyle, profile::characters::push_shown};

/// A strong run of at most this many cells is a name, and stays on one line while it fits.
const NAME: u16 = 32;

/// A space at which no line is broken.
pub const NO_BREAK_SPACE: char = '\u{a0}';

/// The cells that a text takes: the sum over its graphemes, which is what a terminal page made of cells shows.
#[must_use]
pub fn width(text: &str) -> u16 {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return u16::try_from(text.len()).unwrap_or(u16::MAX);
    }
    if is_cells(text) {
        return u16::try_from(text.chars().count()).unwrap_or(u16::MAX);
    }
    text.graphemes(true).fold(0, |width, grapheme| width.saturating_add(grapheme_width(grapheme)))
}

/// Whether each character of a text is a cell of its own, as in most of what a card says: such a text needs no
/// graphemes.
#[must_use]
pub fn is_cells(text: &str) -> bool {
    text.chars().all(|character| stands_alone(character) || character == NO_BREAK_SPACE)
}

/// Whether a character is a grapheme and a cell of its own, whatever stands beside it: printable ASCII, the letters and
/// signs of Latin-1 and Latin Extended, dashes and quotation marks, superscript digits, arrows, the Enter key, and what
/// pictures are made of (box drawing, block elements, braille patterns). Many more are, and are found out the long way.
#[must_use]
pub(super) fn stands_alone(character: char) -> bool {
    matches!(
        character,
        ' '..='~'
            | '\u{a1}'..='\u{ac}'
            | '\u{ae}'..='\u{24f}'
            | '\u{2010}'..='\u{2027}'
            | '\u{2070}'
            | '\u{2074}'..='\u{2079}'
            | '\u{2190}'..='\u{21ff}'
            | '⏎'
            | '\u{2500}'..='\u{259f}'
            | '\u{2800}'..='\u{28ff}'
    )
}

/// The cells that one grapheme takes.
#[must_use]
pub fn grapheme_width(grapheme: &str) -> u16 {
    u16::try_from(grapheme.width()).unwrap_or(u16::MAX)
}

/// How a word is said and where it leads.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct PieceStyle {
    pub(super) text: TextStyle,
    pub(super) link: Option<Arc<str>>,
    /// Whether it is the number of a side note.
    pub(super) note: bool,
}

/// A line of a paragraph.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Set {
    pub(super) pieces: Vec<Piece>,
    pub(super) notes: Vec<usize>,
}

/// Whether a strong run is a name that is kept whole on a line of `room` cells.
pub(super) fn is_name(strong: &str, room: u16) -> bool {
    let width = width(strong.trim());
    width <= room && width <= NAME
}

/// The words of a paragraph, gathered before they are set.
#[derive(Debug, Default)]
pub(super) struct Paragraph<'n> {
    /// The names of the whole text; they are kept whole here as well, strong or not.
    known: &'n [String],
    /// Whether no word is broken, however long it is.
    whole_words: bool,
    text: String,
    /// Where each style ends, in order.
    styles: Vec<(usize, PieceStyle)>,
    /// The references to side notes: their bytes and their numbers.
    notes: Vec<(Range<usize>, usize)>,
    /// The bytes of the lines before the last: the owner asked for a break after each.
    breaks: Vec<usize>,
}

impl<'n> Paragraph<'n> {
    /// A paragraph of a text in which these names are strong somewhere.
    pub(super) fn new(known: &'n [String], whole_words: bool) -> Self {
        Self { known, whole_words, ..Self::default() }
    }

    /// Adds words.
    pub(super) fn words(&mut self, words: &str, style: PieceStyle) {
        push_shown(&mut self.text, words);
        self.close(style);
    }

    /// Adds what stands around a side note within the text. A space before it is added only where there is none.
    pub(super) fn bracket(&mut self, text: &str) {
        let line = self.text.get(self.breaks.last().copied().unwrap_or(0)..).unwrap_or_default();
        let spaced = line.is_empty() || line.ends_with(char::is_whitespace);
        self.text.push_str(if spaced { text.trim_start() } else { text });
        self.close(PieceStyle::default());
    }

    /// Adds a reference to a side note; it is never parted from the word before it, nor run together with another one.
    pub(super) fn note(&mut self, number: usize, sign: &str) {
        let line = self.breaks.last().copied().unwrap_or(0);
        let kept = self.text.get(line..).map_or(0, |line| line.trim_end().len());
        self.text.truncate(line + kept);
        for (end, _) in self.styles.iter_mut().rev().take_while(|(end, _)| *end > line + kept) {
            *end = line + kept;
        }
        let start = self.text.len();
        let closed = sign.ends_with(']');
        if !closed && self.notes.last().is_some_and(|(before, _)| before.end == start) {
            self.text.push(',');
        }
        self.text.push_str(sign);
        self.notes.push((start..self.text.len(), number));
        self.close(PieceStyle { note: true, ..PieceStyle::default() });
    }

    /// Breaks the line.
    pub(super) fn line_break(&mut self) {
        self.breaks.push(self.text.len());
    }

    fn close(&mut self, mut style: PieceStyle) {
        // The runs of one link share its address, by which its pieces are known as one.
        if let Some((_, before)) = self.styles.last().filter(|(_, before)| before.link == style.link) {
            style.link.clone_from(&before.link);
        }
        self.styles.push((self.text.len(), style));
    }

    /// Sets the paragraph in lines of at most `room` cells.
    pub(super) fn set(&self, room: u16) -> Vec<Set> {
        let mut lines = Vec::new();
        let names = self.names(room);
        for segment in self.segments() {
            let atoms = self.atoms(segment, room, &names);
            let fragments = fragments(&atoms, if self.whole_words { u16::MAX } else { room });
            let widths = [f64::from(room)];
            // An overfull line must never be the better one, however wide the page.
            let penalties = Penalties { overflow_penalty: 1_000_000_000, ..Penalties::new() };
            let set = wrap_optimal_fit(&fragments, &widths, &penalties)
                .unwrap_or_else(|_| wrap_first_fit(&fragments, &widths));
            for line in set {
                let from = line.first().map_or(0, |fragment| fragment.atoms.start);
                let to = line.last().map_or(0, |fragment| fragment.words_end);
                lines.extend(self.line(atoms.get(from..to).unwrap_or_default()));
            }
        }
        lines
    }

    /// Sets the paragraph as it is: a line ends only where it is full.
    pub(super) fn set_verbatim(&self, room: u16) -> Vec<Set> {
        let mut lines = Vec::new();
        let names = self.names(room);
        for segment in self.segments() {
            let atoms = self.atoms(segment, room, &names);
            let mut rest = atoms.as_slice();
            while !rest.is_empty() {
                let mut used = 0_u16;
                let fits = rest.iter().take_while(|atom| {
                    used = used.saturating_add(atom.width);
                    used <= room
                });
                let count = fits.count().max(1);
                let (line, after) = rest.split_at(count);
                lines.extend(self.line(line));
                rest = after;
            }
        }
        lines
    }

    /// The bytes between the breaks that the owner asked for.
    fn segments(&self) -> Vec<Range<usize>> {
        let starts = std::iter::once(0).chain(self.breaks.iter().copied());
        let ends = self.breaks.iter().copied().chain(std::iter::once(self.text.len()));
        starts.zip(ends).map(|(start, end)| start..end).collect()
    }

    /// The graphemes of a segment that fit in `room` cells, each with what may happen before it.
    fn atoms(&self, segment: Range<usize>, room: u16, names: &[Range<usize>]) -> Vec<Atom> {
        let text = self.text.get(segment.clone()).unwrap_or_default();
        let mut opportunities = Vec::new();
        let mut end = segment.start;
        for word in WordSeparator::UnicodeBreakProperties.find_words(text) {
            opportunities.push(end);
            end += word.word.len() + word.whitespace.len();
        }
        let mut atoms = Vec::new();
        // Within a name, and before a note, even a word that is too long is not cut.
        for (offset, grapheme) in text.grapheme_indices(true) {
            let start = segment.start + offset;
            let width = grapheme_width(grapheme);
            if width > room {
                continue;
            }
            let name = names.get(names.partition_point(|name| name.end <= start));
            let within = name.is_some_and(|name| name.start < start);
            let noted = self.note_at(start).is_some();
            let before = if within || noted || self.whole_words && self.is_within_word(start, grapheme) {
                Before::Never
            } else if opportunities.binary_search(&start).is_ok() && !is_within_unit(text, offset) {
                Before::Line
            } else if is_after_hyphen(text, offset) {
                Before::Hyphen
            } else {
                Before::Cut
            };
            let space = grapheme.chars().all(char::is_whitespace);
            atoms.push(Atom { bytes: start..start + grapheme.len(), width, space, before });
        }
        atoms
    }

    /// Whether a grapheme stands within a word: no space is before it, nor are two characters of a script without
    /// spaces, which are wide. Code, as a command in a sentence, is one word.
    fn is_within_word(&self, start: usize, grapheme: &str) -> bool {
        let before = self.text.get(..start).and_then(|before| before.graphemes(true).next_back()).unwrap_or(" ");
        let is_code = |at: usize| {
            let style = self.styles.get(self.styles.partition_point(|(end, _)| *end <= at));
            style.is_some_and(|(_, style)| style.text.code)
        };
        let code = is_code(start) && start.checked_sub(before.len()).is_some_and(is_code);
        let spaced = before.chars().all(char::is_whitespace);
        let wide = grapheme_width(before) > 1 && grapheme_width(grapheme) > 1;
        code || !spaced && !wide
    }

    /// The strong runs, and the names that are strong elsewhere in the text, where they are short enough to be kept
    /// whole; in order, and apart from each other.
    fn names(&self, room: u16) -> Vec<Range<usize>> {
        let mut names: Vec<Range<usize>> = Vec::new();
        for name in self.known {
            names.extend(self.text.match_indices(name.as_str()).map(|(start, _)| start..start + name.len()));
        }
        let mut strong: Vec<Range<usize>> = Vec::new();
        let mut start = 0;
        for (end, style) in &self.styles {
            if style.text.strong && *end > start {
                match strong.last_mut() {
                    Some(run) if run.end == start => run.end = *end,
                    _ => strong.push(start..*end),
                }
            }
            start = *end;
        }
        names.append(&mut strong);
        names.retain(|name| self.text.get(name.clone()).is_some_and(|name| is_name(name, room)));
        names.sort_by_key(|name| (name.start, name.end));
        names.dedup_by(|next, name| {
            let overlaps = next.start < name.end;
            if overlaps {
                name.end = name.end.max(next.end);
            }
            overlaps
        });
        names
    }

    /// A line's pieces, without space at its ends; `None` when nothing is left.
    fn line(&self, atoms: &[Atom]) -> Option<Set> {
        let from = atoms.iter().position(|atom| !atom.space)?;
        let to = atoms.iter().rposition(|atom| !atom.space)? + 1;
        let mut set = Set { pieces: Vec::new(), notes: Vec::new() };
        let mut last: Option<usize> = None;
        for atom in atoms.get(from..to).unwrap_or_default() {
            let index = self.styles.partition_point(|(end, _)| *end <= atom.bytes.start);
            let style = self.styles.get(index).map(|(_, style)| style.clone()).unwrap_or_default();
            let text = self.text.get(atom.bytes.clone()).unwrap_or_default();
            let alike =
                |piece: &Piece| piece.style == style.text && piece.link == style.link && piece.note == style.note;
            match set.pieces.last_mut() {
                Some(piece) if last == Some(index) || alike(piece) => {
                    piece.text.push_str(text);
                    piece.width = piece.width.saturating_add(atom.width);
                }
                _ => set.pieces.push(Piece {
                    text: text.to_owned(),
                    width: atom.width,
                    style: style.text,
                    link: style.link,
                    note: style.note,
                }),
            }
            last = Some(index);
            if let Some(number) = self.note_at(atom.bytes.start).filter(|number| !set.notes.contains(number)) {
                set.notes.push(number);
            }
        }
        Some(set)
    }

    /// The side note whose sign a byte belongs to.
    fn note_at(&self, byte: usize) -> Option<usize> {
        let index = self.notes.partition_point(|(range, _)| range.end <= byte);
        self.notes.get(index).filter(|(range, _)| range.start <= byte).map(|(_, number)| *number)
    }
}

/// One grapheme.
#[derive(Debug)]
struct Atom {
    bytes: Range<usize>,
    width: u16,
    space: bool,
    before: Before,
}

/// What may happen before a grapheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
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
struct Piecework {
    /// The atoms, as indices.
    atoms: Range<usize>,
    /// Where its words end and its spaces begin.
    words_end: usize,
    words: u32,
    spaces: u32,
}

impl Fragment for Piecework {
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

/// Joins atoms to fragments of at most `room` cells.
fn fragments(atoms: &[Atom], room: u16) -> Vec<Piecework> {
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
fn cut(atoms: &[Atom], mut word: Range<usize>, room: u16, fragments: &mut Vec<Piecework>) {
    let slice = |range: Range<usize>| atoms.get(range).unwrap_or_default();
    let words_end = word.start + slice(word.clone()).iter().rposition(|atom| !atom.space).map_or(0, |last| last + 1);
    loop {
        let mut used = 0_u32;
        let fits = slice(word.start..words_end).iter().take_while(|atom| {
            used += u32::from(atom.width);
            used <= u32::from(room)
        });
        let full = word.start + fits.count();
        if full >= words_end {
            fragments.push(piecework(atoms, word));
            return;
        }
        // No atom is wider than the line, so at least one fits.
        let full = full.max(word.start + 1);
        let last =
            |kind: fn(Before) -> bool| slice(word.start + 1..full + 1).iter().rposition(|atom| kind(atom.before));
        let kind = last(|before| before == Before::Hyphen).or_else(|| last(|before| before != Before::Never));
        let at = kind.map_or(full, |index| word.start + 1 + index);
        fragments.push(piecework(atoms, word.start..at));
        word.start = at;
    }
}

/// Whether a place is that of the one letter after a slash, as in GB/s: no line begins there.
fn is_within_unit(text: &str, offset: usize) -> bool {
    let Some((before, after)) = text.split_at_checked(offset) else { return false };
    let mut letters = after.chars();
    before.ends_with('/')
        && letters.next().is_some_and(char::is_alphabetic)
        && !letters.next().is_some_and(char::is_alphanumeric)
}

/// Whether a hyphen between two letters or digits stands just before a byte.
fn is_after_hyphen(text: &str, byte: usize) -> bool {
    let is_word = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
    let (before, after) = (text.get(..byte).unwrap_or_default(), text.get(byte..).unwrap_or_default());
    before.strip_suffix('-').is_some_and(|before| is_word(before.chars().next_back())) && is_word(after.chars().next())
}

fn piecework(atoms: &[Atom], range: Range<usize>) -> Piecework {
    let slice = atoms.get(range.clone()).unwrap_or_default();
    let words = slice.iter().rposition(|atom| !atom.space).map_or(0, |last| last + 1);
    let total = |atoms: &[Atom]| atoms.iter().map(|atom| u32::from(atom.width)).sum();
    let (head, tail) = slice.split_at(words);
    Piecework { words_end: range.start + words, words: total(head), spaces: total(tail), atoms: range }
}
