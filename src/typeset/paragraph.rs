//! One paragraph, or its part between two line breaks: words in, lines of pieces out. It knows nothing of blocks,
//! indents or markers.

use std::{
    ops::{Range, RangeInclusive},
    sync::Arc,
};

use textwrap::{
    WordSeparator,
    wrap_algorithms::{Penalties, wrap_first_fit, wrap_optimal_fit},
};
use unicode_segmentation::UnicodeSegmentation as _;

use super::{
    fragment::{Atom, Before, Fragment, fragments},
    line::{Line, Piece},
    names::is_name,
    width::{grapheme_width, graphemes, width},
};
use crate::{document::TextStyle, profile::characters::push_shown};

/// What a last line shorter than a quarter of the others costs: as much as a line with this many free cells, squared.
const SHORT_LAST_LINE: usize = 32 * 32;

/// The words of a paragraph, gathered before they are set.
#[derive(Debug, Default)]
pub(super) struct Paragraph<'n> {
    /// The names of the whole text; they are kept whole, strong or not.
    names: &'n [String],
    /// Whether no word is broken, however long it is.
    whole_words: bool,
    text: String,
    /// The parts of the text in one style, in order.
    spans: Vec<Span>,
}

/// A part of a paragraph in one style.
#[derive(Debug)]
struct Span {
    /// The byte at which it ends; it begins where the one before it ends.
    end: usize,
    style: TextStyle,
    link: Option<Arc<str>>,
    /// The footnote whose number it is.
    note: Option<usize>,
}

impl<'n> Paragraph<'n> {
    /// A paragraph of a text with these names.
    pub(super) fn new(names: &'n [String], whole_words: bool) -> Self {
        Self { names, whole_words, ..Self::default() }
    }

    /// Adds words. The runs of one link share its address.
    pub(super) fn words(&mut self, words: &str, style: TextStyle, link: Option<&str>) {
        push_shown(&mut self.text, words);
        let before = self.spans.last().and_then(|span| span.link.clone());
        let link = link.map(|link| before.filter(|before| **before == *link).unwrap_or_else(|| link.into()));
        self.spans.push(Span { end: self.text.len(), style, link, note: None });
    }

    /// Adds a reference to a footnote; it is never parted from the word before it, nor run together with another one.
    pub(super) fn note(&mut self, number: usize, sign: &str) {
        self.text.truncate(self.text.trim_end().len());
        let end = self.text.len();
        self.spans.iter_mut().for_each(|span| span.end = span.end.min(end));
        let after_note = self.span(end.saturating_sub(1)).is_some_and(|span| span.note.is_some());
        if after_note && !sign.ends_with(']') {
            self.text.push(',');
        }
        self.text.push_str(sign);
        self.spans.push(Span { end: self.text.len(), style: TextStyle::default(), link: None, note: Some(number) });
    }

    /// Sets the paragraph in lines of at most `room` cells.
    pub(super) fn set(&self, room: u16) -> Vec<Line> {
        let atoms = self.atoms(room);
        let fragments = fragments(&atoms, if self.whole_words { u16::MAX } else { room });
        self.lines(&atoms, &broken(&fragments, room))
    }

    /// Sets the paragraph in as many lines as there are of at most `room` cells, about equally long.
    pub(super) fn set_evenly(&self, room: u16) -> Vec<Line> {
        let atoms = self.atoms(room);
        let fragments = fragments(&atoms, room);
        let widest = fragments.iter().map(Fragment::words).max().unwrap_or(0).min(room);
        // No other way to break them takes fewer lines.
        let narrowest = narrowest(widest..=room, |room| wrap_first_fit(&fragments, &[f64::from(room)]).len());
        self.lines(&atoms, &broken(&fragments, narrowest))
    }

    /// The lines of some fragments.
    fn lines(&self, atoms: &[Atom], lines: &[&[Fragment]]) -> Vec<Line> {
        let lines = lines.iter().filter_map(|line| {
            let atoms = atoms.get(line.first()?.atoms.start..line.last()?.words_end)?;
            self.line(atoms)
        });
        lines.collect()
    }

    /// Sets the paragraph as it is: a line ends only where it is full, after a space if there is one. The lines after
    /// the first have `further` cells.
    pub(super) fn set_verbatim(&self, room: u16, further: u16) -> Vec<Line> {
        let atoms = self.atoms(room);
        let (mut lines, mut rest, mut room) = (Vec::new(), atoms.as_slice(), room);
        while !rest.is_empty() {
            let mut used = 0_u16;
            let fits = rest.iter().take_while(|atom| {
                used = used.saturating_add(atom.width);
                used <= room
            });
            let full = fits.count().max(1);
            // The space may also follow the last cell.
            let words = rest.get(..=full).unwrap_or_default();
            let space = words.iter().rposition(|atom| atom.space).map(|space| space + 1);
            // The spaces before the first word are its indent.
            let space = space.filter(|space| words.iter().take(*space).any(|atom| !atom.space));
            let (line, after) = rest.split_at(space.unwrap_or(full));
            lines.extend(self.line(line));
            (rest, room) = (after, further.max(1));
        }
        lines
    }

    /// The graphemes that fit in `room` cells, each with what may happen before it.
    fn atoms(&self, room: u16) -> Vec<Atom> {
        let (whole, addresses) = (self.whole(room), addresses(&self.text));
        let mut opportunities = Vec::new();
        let mut end = 0;
        for word in WordSeparator::UnicodeBreakProperties.find_words(&self.text) {
            opportunities.push(end);
            end += word.word.len() + word.whitespace.len();
        }
        let mut atoms = Vec::new();
        for (start, grapheme, width) in graphemes(&self.text) {
            if width > room {
                continue;
            }
            let within = |range: &&Range<usize>| range.start < start && start < range.end;
            let address = addresses
                .iter()
                .find(within)
                .and_then(|address| self.text.get(address.clone()).zip(Some(start - address.start)));
            let span = self.span(start);
            let in_note = span.is_some_and(|span| span.note.is_some());
            let redirection = ['>', '<', '|'];
            let redirects = span.is_some_and(|span| span.style.code)
                && (grapheme.starts_with(redirection) || before_it(&self.text, start).ends_with(redirection));
            // Within a name, before a note and in a redirection even a word that is too long is not cut.
            let before = if whole.iter().find(within).is_some()
                || in_note
                || redirects
                || self.whole_words && self.is_within_word(start, grapheme)
            {
                Before::Never
            } else if let Some((address, at)) = address {
                if breaks_address(address, at) { Before::Hyphen } else { Before::Cut }
            } else if opportunities.binary_search(&start).is_ok()
                && !is_within_unit(&self.text, start)
                && !is_after_i(&self.text, start)
            {
                Before::Line
            } else if is_after_hyphen(&self.text, start) {
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
        let is_code = |at: usize| self.span(at).is_some_and(|span| span.style.code);
        let code = is_code(start) && start.checked_sub(before.len()).is_some_and(is_code);
        let spaced = before.chars().all(char::is_whitespace);
        let wide = grapheme_width(before) > 1 && grapheme_width(grapheme) > 1;
        code || !spaced && !wide
    }

    /// The parts that are not broken, since they fit on a line: names, and code with the sign after it.
    fn whole(&self, room: u16) -> Vec<Range<usize>> {
        let names = self.names.iter().filter(|name| is_name(name, room));
        let names = names.flat_map(|name| self.text.match_indices(name.as_str()));
        let mut start = 0;
        let code = self.spans.iter().filter_map(|span| {
            let range = std::mem::replace(&mut start, span.end)..span.end;
            let fits = width(self.text.get(range.clone())?) < room;
            (span.style.code && fits).then_some(range)
        });
        names.map(|(start, name)| start..start + name.len()).chain(code).collect()
    }

    /// A line's pieces, without space at its ends; `None` when nothing is left.
    fn line(&self, atoms: &[Atom]) -> Option<Line> {
        let from = atoms.iter().position(|atom| !atom.space)?;
        let to = atoms.iter().rposition(|atom| !atom.space)? + 1;
        let mut line = Line::default();
        for atom in atoms.get(from..to)? {
            let (text, span) = (self.text.get(atom.bytes.clone())?, self.span(atom.bytes.start)?);
            let note = span.note.is_some();
            let alike = |piece: &&mut Piece| piece.style == span.style && piece.link == span.link && piece.note == note;
            if let Some(piece) = line.pieces.last_mut().filter(alike) {
                piece.text.push_str(text);
                piece.width = piece.width.saturating_add(atom.width);
            } else {
                let link = span.link.clone();
                line.pieces.push(Piece {
                    text: text.to_owned(),
                    width: atom.width,
                    style: span.style,
                    link,
                    note,
                    marker: false,
                });
            }
            line.notes.extend(span.note.filter(|number| !line.notes.contains(number)));
        }
        Some(line)
    }

    /// The part of the text that a byte belongs to.
    fn span(&self, byte: usize) -> Option<&Span> {
        self.spans.get(self.spans.partition_point(|span| span.end <= byte))
    }
}

/// Breaks fragments into lines of at most `room` cells.
fn broken(fragments: &[Fragment], room: u16) -> Vec<&[Fragment]> {
    let widths = [f64::from(room)];
    // An overfull line must never be the better one, however wide the page; nor a last line of a single word, where a
    // few words can go down to it.
    let penalties =
        Penalties { overflow_penalty: 1_000_000_000, short_last_line_penalty: SHORT_LAST_LINE, ..Penalties::new() };
    wrap_optimal_fit(fragments, &widths, &penalties).unwrap_or_else(|_| wrap_first_fit(fragments, &widths))
}

/// The fewest of some columns in which a text takes no more lines than in the most of them: there its lines are about
/// equally long. `lines` counts the lines in some columns; in more columns there are never more.
pub fn narrowest(columns: RangeInclusive<u16>, lines: impl Fn(u16) -> usize) -> u16 {
    let (mut narrowest, mut enough) = columns.into_inner();
    let most = lines(enough);
    if most <= 1 {
        return enough;
    }
    while narrowest < enough {
        let middle = narrowest.midpoint(enough);
        if lines(middle) > most { narrowest = middle + 1 } else { enough = middle }
    }
    enough
}

/// Whether a place is that of the one letter after a slash, as in GB/s, or of a root, as in 1/√x: no line begins there.
fn is_within_unit(text: &str, offset: usize) -> bool {
    let Some((before, after)) = text.split_at_checked(offset) else { return false };
    let mut letters = after.chars();
    before.ends_with('/')
        && match letters.next() {
            Some('√') => true,
            Some(letter) => letter.is_alphabetic() && !letters.next().is_some_and(char::is_alphanumeric),
            None => false,
        }
}

/// The text before a byte, without white space at its end.
fn before_it(text: &str, offset: usize) -> &str {
    text.get(..offset).unwrap_or_default().trim_end()
}

/// Whether the word just before a byte is a lone `I`: no line ends in it.
fn is_after_i(text: &str, offset: usize) -> bool {
    let before = text.get(..offset).unwrap_or_default();
    before.strip_suffix(" I ").is_some() || before == "I "
}

/// Where addresses stand: of websites, of mail, of hosts.
fn addresses(text: &str) -> Vec<Range<usize>> {
    let parts = |character: char| !character.is_ascii_graphic();
    let mut end = 0;
    let words = text.split_inclusive(parts).map(|word| {
        let start = end;
        end += word.len();
        (start, word.trim_end_matches(parts))
    });
    let addresses = words.filter(|(_, word)| {
        let is_alphanumeric = |byte: &u8| byte.is_ascii_alphanumeric();
        let joins = |three: &[u8]| match three {
            [before, b'.' | b'@', after] => is_alphanumeric(before) && is_alphanumeric(after),
            _ => false,
        };
        word.contains("://") || word.as_bytes().windows(3).any(joins)
    });
    addresses.map(|(start, word)| start..start + word.len()).collect()
}

/// Whether an address too long for a line is best broken at a byte of it: after `/`, `?` and `&`, before `.`, `@` and
/// `-`, and never just after its scheme.
fn breaks_address(address: &str, at: usize) -> bool {
    let Some((before, after)) = address.split_at_checked(at) else { return false };
    let part = after.starts_with(['.', '@', '-']) && after.chars().nth(1).is_some_and(char::is_alphanumeric);
    part || before.ends_with(['/', '?', '&']) && !after.starts_with('/') && !before.ends_with("://")
}

/// Whether a hyphen between two letters or digits stands just before a byte.
fn is_after_hyphen(text: &str, offset: usize) -> bool {
    let Some((before, after)) = text.split_at_checked(offset) else { return false };
    let is_word = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
    before.strip_suffix('-').is_some_and(|before| is_word(before.chars().next_back())) && is_word(after.chars().next())
}
