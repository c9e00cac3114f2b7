//! Prose set to a width: which words stand on which line. Pure; it knows widths, not colours.
//!
//! A line is never wider than what was asked for and never begins or ends with a space. Lines are broken where Unicode
//! allows it (UAX #14), so that the right edge is as even as it can be, and never within a name that fits; a word
//! longer than the line is broken between graphemes. Text is kept in logical order.

use std::borrow::Cow;

use crate::document::{Block, Direction, Prose, Run, TASKS, TextStyle};

mod ascii;
mod footnotes;
mod fragment;
mod line;
mod names;
mod paragraph;
mod plain;
mod quotes;
mod width;

pub use ascii::ascii;
pub use footnotes::link_footnotes;
pub(crate) use footnotes::{map, notes_in_brackets, spell_out};
pub use line::{Line, Piece};
use paragraph::Paragraph;
pub use paragraph::narrowest;
pub(crate) use plain::is_full_width_sign;
pub use plain::{push_sentence, wrap, wrap_command, wrap_evenly, wrap_words};
pub use quotes::typographic;
pub use width::{grapheme_width, is_cells, width};

/// How a text is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Options {
    /// Whether each footnote stands after the block that refers to it, indented and begun with its number. Otherwise it
    /// is not among the lines, and the caller puts it beside the line that refers to it ([`Line::notes`]).
    pub notes_below: bool,
    /// Whether punctuation, bullets and the numbers of footnotes are ASCII: `word[1]` and `*` instead of `word¹` and
    /// `•`.
    pub ascii: bool,
    /// Whether no word is broken: a line is longer than the width where a word is. A broken address cannot be copied.
    pub whole_words: bool,
    /// Where lines begin. At the right a marker stands [`MIRRORED_GAP`] cells from its words.
    pub direction: Direction,
}

/// Between a sign and its words in a line that begins at the right: two phrases to a terminal that orders the words of
/// each phrase, as that of the web page does.
pub const MIRRORED_GAP: u16 = 2;

impl Options {
    /// The number of a footnote, as it stands in the text.
    fn number(self, number: usize) -> String {
        if self.ascii { format!("[{number}]") } else { superscript(number) }
    }

    fn bullet(self) -> &'static str {
        if self.ascii { "* " } else { "• " }
    }

    /// Before what a line of code has no room for.
    fn continued(self) -> &'static str {
        if self.ascii { "> " } else { "↳ " }
    }

    fn text(self, text: &str) -> Cow<'_, str> {
        if self.ascii { ascii(text) } else { text.into() }
    }
}

/// Sets a text in lines of at most `width` cells. A grapheme wider than that is left out.
#[must_use]
pub fn set(prose: &Prose, width: u16, options: Options) -> Vec<Line> {
    let names = names::names(prose, |name| options.text(name).into_owned());
    let mut setter = Setter::new(prose, &names, width, options);
    for (index, block) in prose.blocks.iter().enumerate() {
        setter.block = index;
        setter.gap();
        setter.block(block, 0);
        if options.notes_below {
            setter.notes_below();
        }
    }
    while setter.lines.last().is_some_and(|line| line.pieces.is_empty()) {
        setter.lines.pop();
    }
    setter.lines
}

/// Sets footnote `number` of a text, counted from 1, as it stands beside the text or below it: begun with its number,
/// the following lines hanging. No lines when there is no such note.
#[must_use]
pub fn set_note(prose: &Prose, number: usize, width: u16, options: Options) -> Vec<Line> {
    let names = names::names(prose, |name| options.text(name).into_owned());
    let mut setter = Setter::new(prose, &names, width, options);
    setter.note(number, 0);
    setter.lines
}

/// A number in superscript digits: `¹⁰`.
fn superscript(number: usize) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let digits = number.to_string();
    digits.chars().filter_map(|digit| DIGITS.get(digit.to_digit(10)? as usize)).collect()
}

/// A block is indented only while so many cells are left for its text.
const NARROWEST: u16 = 8;

/// Quotations, code and notes below stand so far in.
const INDENT: u16 = 2;

struct Setter<'p> {
    prose: &'p Prose,
    names: &'p [String],
    width: u16,
    options: Options,
    lines: Vec<Line>,
    block: usize,
    aside: bool,
    /// What stands before the next line: the bullets and numbers of the items that it begins.
    marker: Option<Marker>,
    /// The notes that stand below a block already.
    below: Vec<usize>,
}

struct Marker {
    indent: u16,
    text: String,
}

impl<'p> Setter<'p> {
    fn new(prose: &'p Prose, names: &'p [String], width: u16, options: Options) -> Self {
        let (lines, below) = (Vec::new(), Vec::new());
        Self { prose, names, width: width.max(1), options, lines, block: 0, aside: false, marker: None, below }
    }

    /// A blank line, unless there is nothing above it or one is there already.
    fn gap(&mut self) {
        if let Some(above) = self.lines.last().filter(|line| !line.pieces.is_empty()) {
            self.lines.push(Line { block: above.block, aside: self.aside, ..Line::default() });
        }
    }

    fn block(&mut self, block: &Block, indent: u16) {
        match block {
            Block::Paragraph(runs) => self.runs(runs, indent, false),
            Block::Heading(_, runs) => self.runs(runs, indent, true),
            Block::List(first, items) => self.list(*first, items, indent),
            Block::Quote(blocks) => {
                let indent = self.further(indent, INDENT);
                self.blocks(blocks, indent);
            }
            Block::Code(lines) => {
                let indent = self.further(indent, INDENT);
                self.code(lines, indent);
            }
            Block::Rule => self.rule(indent),
        }
    }

    /// The blocks of a container. A list follows the words that introduce it directly.
    fn blocks(&mut self, blocks: &[Block], indent: u16) {
        for (index, block) in blocks.iter().enumerate() {
            let introduced =
                index == 1 && matches!((blocks.first(), block), (Some(Block::Paragraph(_)), Block::List(..)));
            if index > 0 && !introduced {
                self.gap();
            }
            self.block(block, indent);
        }
    }

    /// The indent `by` cells further in, if there is room.
    fn further(&self, indent: u16, by: u16) -> u16 {
        if self.width.saturating_sub(indent) >= by.saturating_add(NARROWEST) { indent + by } else { indent }
    }

    /// Sets runs; each line break of the owner begins a line.
    fn runs(&mut self, runs: &[Run], indent: u16, heading: bool) {
        for part in runs.split(|run| *run == Run::Break) {
            let mut paragraph = Paragraph::new(self.names, self.options.whole_words);
            for run in part {
                match run {
                    Run::Text { text, style, link } => {
                        let style = TextStyle { strong: style.strong || heading, ..*style };
                        paragraph.words(&self.options.text(text), style, link.as_deref());
                    }
                    Run::Note(number) => paragraph.note(*number, &self.options.number(*number)),
                    Run::Break => {}
                }
            }
            for line in paragraph.set(self.room(indent)) {
                self.line(Line { indent, heading, ..line });
            }
        }
    }

    /// The cells right of an indent.
    fn room(&self, indent: u16) -> u16 {
        self.width.saturating_sub(indent).max(1)
    }

    fn list(&mut self, first: Option<u64>, items: &[Vec<Block>], indent: u16) {
        let last = first.map_or(0, |first| first.saturating_add(items.len().saturating_sub(1) as u64));
        let digits = last.to_string().len();
        let airy = items.iter().any(|item| item.iter().filter(|block| !matches!(block, Block::List(..))).count() > 1);
        for (index, item) in items.iter().enumerate() {
            if index > 0 && airy {
                self.gap();
            }
            let task = task(item);
            let marker = match (first, &task) {
                (Some(first), _) => format!("{:>digits$}. ", first.saturating_add(index as u64)),
                (None, Some((sign, _))) => self.options.text(sign).into_owned(),
                (None, None) => self.options.bullet().to_owned(),
            };
            let item = task.as_ref().filter(|_| first.is_none()).map_or(item.as_slice(), |(_, words)| words);
            self.item(marker, item, indent);
        }
    }

    /// Blocks that hang from a marker.
    fn item(&mut self, mut marker: String, blocks: &[Block], indent: u16) {
        if self.options.direction == Direction::Rtl {
            marker.truncate(marker.trim_end().len());
            marker.push_str(&" ".repeat(MIRRORED_GAP.into()));
        }
        let inner = self.further(indent, width(&marker));
        if inner == indent {
            // Too narrow to hang: the marker has its own line.
            self.runs(&[Run::plain(marker)], indent, false);
            self.blocks(blocks, indent);
        } else {
            self.hang(marker, indent);
            self.blocks(blocks, inner);
            self.leave_marker();
        }
    }

    /// Puts a marker before the next line.
    fn hang(&mut self, text: String, indent: u16) {
        match &mut self.marker {
            Some(marker) => marker.text.push_str(&text),
            None => self.marker = Some(Marker { indent, text }),
        }
    }

    /// A marker that no line followed stands alone.
    fn leave_marker(&mut self) {
        if let Some(marker) = self.marker.take() {
            let piece = Piece { marker: true, ..piece(marker.text.trim_end()) };
            self.line(Line { indent: marker.indent, pieces: vec![piece], ..Line::default() });
        }
    }

    /// Code as it is: its own indentation is kept while there is room, and what is too long goes on in the next line.
    fn code(&mut self, lines: &[String], indent: u16) {
        let (first, start) = (self.lines.len(), indent);
        for text in lines {
            let text = self.options.text(text);
            let spaces = text.chars().take_while(|character| *character == ' ').count();
            let indent = self.further(indent, u16::try_from(spaces).unwrap_or(u16::MAX));
            let mut paragraph = Paragraph::default();
            paragraph.words(&text, TextStyle::CODE, None);
            let room = self.room(indent);
            let sign = Some(piece(self.options.continued())).filter(|sign| room >= NARROWEST + sign.width);
            let lines = paragraph.set_verbatim(room, room - sign.as_ref().map_or(0, |sign| sign.width));
            if lines.is_empty() {
                self.lines.push(Line { block: self.block, aside: self.aside, ..Line::default() });
            }
            for (n, mut line) in lines.into_iter().enumerate() {
                line.pieces.splice(0..0, sign.clone().filter(|_| n > 0));
                self.line(Line { indent, ..line });
            }
        }
        let columns = Some((start, self.lines.iter().skip(first).map(Line::width).max().unwrap_or(start)));
        self.lines.iter_mut().skip(first).for_each(|line| line.code = columns);
    }

    /// Three asterisks in the middle, as a printer parts two sections.
    fn rule(&mut self, indent: u16) {
        let room = self.room(indent);
        let piece = piece(if room >= 5 { "* * *" } else { "*" });
        // After a marker it cannot stand in the middle.
        let indent = if self.marker.is_some() { indent } else { indent + (room - piece.width) / 2 };
        self.line(Line { indent, pieces: vec![piece], ..Line::default() });
    }

    /// Adds a line, with the marker that waits for it.
    fn line(&mut self, mut line: Line) {
        if let Some(marker) = self.marker.take() {
            // The line's indent is where its marker ends; code may stand further in.
            let filled = line.indent.saturating_sub(marker.indent).saturating_sub(width(&marker.text));
            line.indent = marker.indent;
            let marker = piece(&(marker.text + &" ".repeat(filled.into())));
            line.pieces.insert(0, Piece { marker: true, ..marker });
        }
        line.block = self.block;
        line.aside = self.aside;
        self.lines.push(line);
    }

    /// The notes that the block above refers to for the first time.
    fn notes_below(&mut self) {
        let of_block = self.lines.iter().filter(|line| line.block == self.block);
        for number in of_block.flat_map(|line| line.notes.clone()).collect::<Vec<_>>() {
            if !self.below.contains(&number) {
                self.below.push(number);
                self.gap();
                self.note(number, self.further(0, INDENT));
            }
        }
    }

    fn note(&mut self, number: usize, indent: u16) {
        let Some(note) = self.prose.note(number) else { return };
        self.aside = true;
        self.item(format!("{} ", self.options.number(number)), note, indent);
        self.aside = false;
    }
}

/// The box of a task that an item begins with, and what stands after it.
fn task(item: &[Block]) -> Option<(&str, Vec<Block>)> {
    let (Block::Paragraph(runs), further) = item.split_first()? else { return None };
    let (Run::Text { text, .. }, others) = runs.split_first()? else { return None };
    let (sign, words) = TASKS.iter().find_map(|sign| Some((*sign, text.strip_prefix(*sign)?)))?;
    let runs = [Run::plain(words)].into_iter().chain(others.iter().cloned()).collect();
    Some((sign, [Block::Paragraph(runs)].into_iter().chain(further.iter().cloned()).collect()))
}

/// A piece without a style.
fn piece(text: &str) -> Piece {
    Piece { text: text.to_owned(), width: width(text), ..Piece::default() }
}

#[cfg(test)]
mod tests;
