//! Prose set to a width: which words stand on which line. Pure; it knows widths, not colours.
//!
//! A line is never wider than what was asked for and never begins or ends with a space. Lines are broken where Unicode
//! allows it (UAX #14), so that the right edge is as even as it can be, and never within a name that fits; a word
//! longer than the line is broken between graphemes. Text is kept in logical order.

use std::{borrow::Cow, rc::Rc, sync::Arc};

use crate::document::{Block, Prose, Run, TextStyle};

mod ascii;
mod footnotes;
mod line;
mod paragraph;
mod plain;

pub use ascii::ascii;
pub use footnotes::link_footnotes;
pub(crate) use footnotes::{map, spell_out};
pub use line::{Line, Piece};
pub use paragraph::{NO_BREAK_SPACE, grapheme_width, is_cells, width};
use paragraph::{Paragraph, PieceStyle, is_name};
pub use plain::{wrap, wrap_words};

/// Where footnotes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum NotePlacement {
    /// Not among the lines: the caller puts them beside the line that refers to them ([`Line::notes`]).
    Margin,
    /// After the block that refers to them, indented, begun with their number.
    #[default]
    Below,
    /// In square brackets where they belong, within the text.
    Inline,
}

/// How a text is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Options {
    /// Where footnotes go.
    pub notes: NotePlacement,
    /// Whether punctuation, bullets and the numbers of footnotes are ASCII: `word[1]` and `*` instead of `word¹` and
    /// `•`.
    pub ascii: bool,
    /// Whether no word is broken: a line is longer than the width where a word is. A broken address cannot be copied.
    pub whole_words: bool,
}

impl Options {
    /// The number of a footnote, as it stands in the text.
    fn number(self, number: usize) -> String {
        if self.ascii { format!("[{number}]") } else { superscript(number) }
    }

    fn bullet(self) -> &'static str {
        if self.ascii { "* " } else { "• " }
    }

    fn text(self, text: &str) -> Cow<'_, str> {
        if self.ascii { ascii(text) } else { text.into() }
    }
}

/// Sets a text in lines of at most `width` cells. A grapheme wider than that is left out.
#[must_use]
pub fn set(prose: &Prose, width: u16, options: Options) -> Vec<Line> {
    let mut setter = Setter::new(prose, width, options);
    for (index, block) in prose.blocks.iter().enumerate() {
        setter.block = index;
        setter.gap();
        setter.told.clear();
        setter.block(block, 0);
        if options.notes == NotePlacement::Below {
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
pub fn set_note(prose: &Prose, number: usize, width: u16, ascii: bool) -> Vec<Line> {
    let mut setter = Setter::new(prose, width, Options { ascii, ..Options::default() });
    setter.note(number, 0);
    setter.lines
}

/// A number in superscript digits: `¹⁰`.
#[must_use]
pub fn superscript(number: usize) -> String {
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
    names: Rc<[String]>,
    width: u16,
    options: Options,
    lines: Vec<Line>,
    block: usize,
    aside: bool,
    /// What stands before the next line: the bullets and numbers of the items that it begins.
    marker: Option<Marker>,
    /// The notes that the block refers to, and those that were told below a block before.
    told: Vec<usize>,
    below: Vec<usize>,
}

/// The names of a text: its short strong runs of several words. They are not broken where they are not strong either.
/// So many are looked for; a text that fills a page names fewer people and companies.
fn names(prose: &Prose, options: Options) -> Rc<[String]> {
    const MOST: usize = 64;
    let mut names = Vec::new();
    for block in prose.blocks.iter().chain(prose.notes.iter().flatten()) {
        let (Block::Paragraph(runs) | Block::Heading(_, runs)) = block else { continue };
        for run in runs {
            let Run::Text { text, style, .. } = run else { continue };
            let name = options.text(text.trim());
            let name = name.as_ref();
            if style.strong && name.contains(' ') && is_name(name, u16::MAX) && !names.iter().any(|known| known == name)
            {
                names.push(name.to_owned());
            }
            if names.len() == MOST {
                return names.into();
            }
        }
    }
    names.into()
}

struct Marker {
    indent: u16,
    text: String,
}

impl<'p> Setter<'p> {
    fn new(prose: &'p Prose, width: u16, options: Options) -> Self {
        Self {
            prose,
            names: names(prose, options),
            width: width.max(1),
            options,
            lines: Vec::new(),
            block: 0,
            aside: false,
            marker: None,
            told: Vec::new(),
            below: Vec::new(),
        }
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

    fn runs(&mut self, runs: &[Run], indent: u16, heading: bool) {
        let names = Rc::clone(&self.names);
        let mut paragraph = Paragraph::new(&names, self.options.whole_words);
        self.gather(&mut paragraph, runs, heading);
        for set in paragraph.set(self.width.saturating_sub(indent).max(1)) {
            for note in &set.notes {
                if !self.told.contains(note) {
                    self.told.push(*note);
                }
            }
            self.line(Line { indent, pieces: set.pieces, notes: set.notes, heading, ..Line::default() });
        }
    }

    fn gather(&mut self, paragraph: &mut Paragraph<'_>, runs: &[Run], heading: bool) {
        for run in runs {
            match run {
                Run::Text { text, style, link } => {
                    let style = TextStyle { strong: style.strong || heading, ..*style };
                    paragraph.words(
                        &self.options.text(text),
                        PieceStyle { text: style, link: link.as_deref().map(Arc::from), note: false },
                    );
                }
                Run::Break => paragraph.line_break(),
                Run::Note(number) if self.options.notes == NotePlacement::Inline => {
                    let Some(note) = number.checked_sub(1).and_then(|index| self.prose.notes.get(index)) else {
                        continue;
                    };
                    paragraph.bracket(" [");
                    self.gather_note(paragraph, note);
                    paragraph.bracket("]");
                }
                Run::Note(number) => paragraph.note(*number, &self.options.number(*number)),
            }
        }
    }

    /// A note's words, within a paragraph.
    fn gather_note(&mut self, paragraph: &mut Paragraph<'_>, blocks: &[Block]) {
        for (index, block) in blocks.iter().enumerate() {
            if index > 0 {
                paragraph.bracket(" ");
            }
            match block {
                Block::Paragraph(runs) | Block::Heading(_, runs) => {
                    let no_break = Run::Text { text: " ".to_owned(), style: TextStyle::default(), link: None };
                    for run in runs {
                        match run {
                            Run::Note(_) => {}
                            Run::Break => self.gather(paragraph, std::slice::from_ref(&no_break), false),
                            Run::Text { .. } => self.gather(paragraph, std::slice::from_ref(run), false),
                        }
                    }
                }
                Block::Quote(blocks) => self.gather_note(paragraph, blocks),
                Block::List(_, items) => {
                    for (index, item) in items.iter().enumerate() {
                        paragraph.bracket(if index > 0 { "; " } else { "" });
                        self.gather_note(paragraph, item);
                    }
                }
                Block::Code(lines) => {
                    let style = TextStyle { code: true, ..TextStyle::default() };
                    paragraph.words(
                        &self.options.text(&lines.join(" ")),
                        PieceStyle { text: style, ..PieceStyle::default() },
                    );
                }
                Block::Rule => {}
            }
        }
    }

    fn list(&mut self, first: Option<u64>, items: &[Vec<Block>], indent: u16) {
        let last = first.map_or(0, |first| first.saturating_add(items.len().saturating_sub(1) as u64));
        let digits = last.to_string().len();
        let airy = items.iter().any(|item| item.iter().filter(|block| !matches!(block, Block::List(..))).count() > 1);
        for (index, item) in items.iter().enumerate() {
            if index > 0 && airy {
                self.gap();
            }
            let marker = match first {
                Some(first) => format!("{:>digits$}. ", first.saturating_add(index as u64)),
                None => self.options.bullet().to_owned(),
            };
            let inner = self.further(indent, width(&marker));
            if inner == indent {
                // Too narrow to hang: the marker has its own line.
                self.runs(&[Run::plain(marker)], indent, false);
                self.blocks(item, indent);
            } else {
                self.hang(marker, indent);
                self.blocks(item, inner);
                self.leave_marker();
            }
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
            let text = marker.text.trim_end().to_owned();
            let width = width(&text);
            self.line(Line {
                indent: marker.indent,
                pieces: vec![Piece { text, width, ..Piece::default() }],
                ..Line::default()
            });
        }
    }

    /// Code as it is: its own indentation is kept while there is room, and what is too long goes on in the next line.
    fn code(&mut self, lines: &[String], indent: u16) {
        let style = PieceStyle { text: TextStyle { code: true, ..TextStyle::default() }, ..PieceStyle::default() };
        for text in lines {
            let text = self.options.text(text);
            let spaces = text.chars().take_while(|character| *character == ' ').count();
            let indent = self.further(indent, u16::try_from(spaces).unwrap_or(u16::MAX));
            let mut paragraph = Paragraph::new(&[], self.options.whole_words);
            paragraph.words(&text, style.clone());
            let set = paragraph.set_verbatim(self.width.saturating_sub(indent).max(1));
            if set.is_empty() {
                self.lines.push(Line { block: self.block, aside: self.aside, ..Line::default() });
            }
            for set in set {
                self.line(Line { indent, pieces: set.pieces, ..Line::default() });
            }
        }
    }

    /// Three asterisks in the middle, as a printer parts two sections.
    fn rule(&mut self, indent: u16) {
        let room = self.width.saturating_sub(indent).max(1);
        let text = if room >= 5 { "* * *" } else { "*" };
        let piece = Piece { text: text.to_owned(), width: text.len() as u16, ..Piece::default() };
        // After a marker it cannot stand in the middle.
        let indent = if self.marker.is_some() { indent } else { indent + (room - piece.width) / 2 };
        self.line(Line { indent, pieces: vec![piece], ..Line::default() });
    }

    /// Adds a line, with the marker that waits for it.
    fn line(&mut self, mut line: Line) {
        if let Some(marker) = self.marker.take() {
            // The line's indent is where its marker ends; code may stand further in.
            let width = width(&marker.text);
            let filled = line.indent.saturating_sub(marker.indent).saturating_sub(width);
            let text = format!("{}{}", marker.text, " ".repeat(filled.into()));
            line.indent = marker.indent;
            line.pieces.insert(0, Piece { text, width: width + filled, ..Piece::default() });
        }
        line.block = self.block;
        line.aside = self.aside;
        self.lines.push(line);
    }

    /// The notes that the block above refers to for the first time.
    fn notes_below(&mut self) {
        for number in std::mem::take(&mut self.told) {
            if !self.below.contains(&number) {
                self.below.push(number);
                self.gap();
                let indent = self.further(0, INDENT);
                self.note(number, indent);
            }
        }
    }

    fn note(&mut self, number: usize, indent: u16) {
        let prose = self.prose;
        let Some(note) = number.checked_sub(1).and_then(|index| prose.notes.get(index)) else { return };
        self.aside = true;
        let marker = format!("{} ", self.options.number(number));
        let inner = self.further(indent, width(&marker));
        if inner == indent {
            self.runs(&[Run::plain(marker)], indent, false);
            self.blocks(note, indent);
        } else {
            self.hang(marker, indent);
            self.blocks(note, inner);
            self.leave_marker();
        }
        self.aside = false;
    }
}

#[cfg(test)]
mod tests;
