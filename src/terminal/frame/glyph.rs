//! Cells as they are compared and written: sixteen bytes each, where the library's take forty and compare as texts.

use std::{collections::HashMap, ops::Range, sync::Arc};

use ratatui::buffer::Cell;
use unicode_width::UnicodeWidthStr as _;

use super::pen::{Colours, Pen};

/// What a cell shows. What says how it is written stands in it part by part, so that none of it is only there to align the rest.
#[derive(Debug, Clone, Copy)]
pub(super) struct Glyph {
    colours: Colours,
    symbol: Symbol,
    modifier: u16,
    /// The cells that it takes; ambiguous characters are narrow.
    pub(super) width: u8,
    /// Whether it is nothing but the terminal's own paper.
    pub(super) blank: bool,
}

/// A code point, or the number of a cluster of them, counted from the one after the last code point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Symbol(u32);

const SPACE: Symbol = Symbol(b' ' as u32);

/// A thread keeps one for each cell of the largest window that it drew lately.
const _: () = assert!(size_of::<Glyph>() == 16);

impl PartialEq for Glyph {
    /// What they take and whether they are blank follows from what they show.
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.colours == other.colours && self.symbol == other.symbol && self.modifier == other.modifier
    }
}

impl Glyph {
    /// A cell that was erased.
    pub(super) const BLANK: Self = Self::with(SPACE, Pen::PLAIN, 1, true);

    #[inline]
    const fn with(symbol: Symbol, Pen { colours, modifier }: Pen, width: u8, blank: bool) -> Self {
        Self { colours, symbol, modifier, width, blank }
    }

    /// What a cell shows. What must not be sent, a control character or nothing at all, is a space.
    #[inline]
    pub(super) fn of(cell: &Cell, clusters: &mut Clusters) -> Self {
        let text = cell.symbol();
        let (symbol, width) = match text.as_bytes() {
            [byte @ b' '..=b'~'] => (Symbol(u32::from(*byte)), 1),
            _ => clusters.symbol_and_width(text),
        };
        let pen = Pen::of(cell);
        Self::with(symbol, pen, width, symbol == SPACE && pen.erases())
    }

    /// What it is written with.
    #[inline]
    pub(super) fn pen(self) -> Pen {
        Pen { colours: self.colours, modifier: self.modifier }
    }

    pub(super) fn is_space(self) -> bool {
        self.symbol == SPACE
    }

    /// Whether two cells look alike: what would colour ink does not matter where there is none.
    pub(super) fn same(self, other: Self) -> bool {
        self == other || (self.blank && other.blank)
    }

    /// Writes it.
    #[inline]
    pub(super) fn write(self, clusters: &Clusters, out: &mut Vec<u8>) {
        match u8::try_from(self.symbol.0) {
            Ok(byte) if byte.is_ascii() => out.push(byte),
            _ => clusters.write(self.symbol, out),
        }
    }
}

/// The texts of cells that are more than one code point (UAX #29, grapheme clusters). A text is the same symbol until all
/// are forgotten.
#[derive(Debug, Default)]
pub(super) struct Clusters {
    numbers: HashMap<Arc<str>, Symbol>,
    texts: Vec<Arc<str>>,
}

impl Clusters {
    /// Far more than a card has; a visitor can write others into a search, a line of them at a time. A frame adds at most
    /// one for each of its cells.
    const MOST: usize = 1024;
    /// The number of the first.
    const FIRST: u32 = char::MAX as u32 + 1;

    /// Whether there are so many that they should be forgotten.
    pub(super) fn are_many(&self) -> bool {
        self.texts.len() >= Self::MOST
    }

    /// What the cells of a row show; in which columns, from the first to the last, that is something else than `before`.
    pub(super) fn glyphs(&mut self, cells: &[Cell], before: &[Glyph], after: &mut [Glyph]) -> Range<usize> {
        let (mut first, mut end) = (None, 0);
        for (x, ((cell, before), after)) in cells.iter().zip(before).zip(after).enumerate() {
            *after = Glyph::of(cell, self);
            if *after != *before {
                first = first.or(Some(x));
                end = x + 1;
            }
        }
        first.unwrap_or(end)..end
    }

    /// The symbol of any text, and the cells that it takes.
    #[inline(never)]
    fn symbol_and_width(&mut self, text: &str) -> (Symbol, u8) {
        let mut characters = text.chars();
        let symbol = match (characters.next(), characters.next()) {
            (None, _) => return (SPACE, 1),
            _ if text.contains(char::is_control) => return (SPACE, 1),
            (Some(character), None) => Symbol(character.into()),
            (Some(_), Some(_)) => self.symbol(text),
        };
        (symbol, u8::try_from(text.width()).unwrap_or(u8::MAX))
    }

    fn symbol(&mut self, text: &str) -> Symbol {
        if let Some(symbol) = self.numbers.get(text) {
            return *symbol;
        }
        // A frame has fewer cells than there are numbers left.
        let symbol = Symbol(Self::FIRST.saturating_add(self.texts.len() as u32));
        let text: Arc<str> = text.into();
        self.numbers.insert(Arc::clone(&text), symbol);
        self.texts.push(text);
        symbol
    }

    fn write(&self, symbol: Symbol, out: &mut Vec<u8>) {
        if let Some(character) = char::from_u32(symbol.0) {
            out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        } else if let Some(text) = self.texts.get(symbol.0.saturating_sub(Self::FIRST) as usize) {
            out.extend_from_slice(text.as_bytes());
        }
    }
}
