//! Cells as they are compared and written: eight bytes each, where the library's take forty and compare as texts.

use std::{collections::HashMap, ops::Range, sync::Arc};

use ratatui::{buffer::Cell, style::Color};
use unicode_width::UnicodeWidthStr as _;

use super::pen::Pen;

/// What a cell shows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Glyph {
    symbol: Symbol,
    /// What it is written with.
    pub(super) pen: PenNumber,
    /// The cells that it takes; ambiguous characters are narrow.
    pub(super) width: u8,
    /// Whether it is nothing but the terminal's own paper.
    pub(super) blank: bool,
}

/// A code point, or the number of a cluster of them, counted from the one after the last code point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Symbol(u32);

const SPACE: Symbol = Symbol(b' ' as u32);

/// The number of a pen; that of [`Pen::PLAIN`] is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PenNumber(u16);

impl PenNumber {
    pub(super) const PLAIN: Self = Self(0);
}

/// A thread keeps one for each cell of the largest window that it drew lately.
const _: () = assert!(size_of::<Glyph>() == 8);

impl PartialEq for Glyph {
    /// What they take and whether they are blank follows from what they show.
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.symbol == other.symbol && self.pen == other.pen
    }
}

impl Glyph {
    /// A cell that was erased.
    pub(super) const BLANK: Self = Self { symbol: SPACE, pen: PenNumber::PLAIN, width: 1, blank: true };

    /// Whether two cells look alike: what would colour ink does not matter where there is none.
    pub(super) fn same(self, other: Self) -> bool {
        self == other || (self.blank && other.blank)
    }
}

/// What has a number in glyphs: pens, and the texts of cells that are more than one code point (UAX #29, grapheme clusters). A
/// number stays the same until all are forgotten.
#[derive(Debug)]
pub(super) struct Numbers {
    symbols: HashMap<Arc<str>, Symbol>,
    clusters: Vec<Arc<str>>,
    pens: Vec<Pen>,
    /// The pen of the last cell that had another than the plain one.
    last: PenNumber,
    /// Whether any character took more or less than one cell.
    wide: bool,
}

impl Default for Numbers {
    fn default() -> Self {
        Self {
            symbols: HashMap::new(),
            clusters: Vec::new(),
            pens: vec![Pen::PLAIN],
            last: PenNumber::PLAIN,
            wide: false,
        }
    }
}

impl Numbers {
    /// Far more than a card has. A visitor can write other clusters into a search, a line of them at a time. What a frame adds
    /// comes on top.
    const MOST: usize = 1024;
    /// The number of the first cluster.
    const FIRST: u32 = char::MAX as u32 + 1;

    /// Whether there are so many that they should be forgotten.
    pub(super) fn are_many(&self) -> bool {
        self.clusters.len() >= Self::MOST || self.pens.len() >= Self::MOST
    }

    /// What the cells of a row show; in which columns, from the first to the last, that is something else than `before`. What
    /// must not be sent, a control character or nothing at all, is a space.
    pub(super) fn glyphs(&mut self, cells: &[Cell], before: &[Glyph], after: &mut [Glyph]) -> Range<usize> {
        let (mut first, mut end) = (None, 0);
        for (x, ((cell, before), after)) in cells.iter().zip(before).zip(after).enumerate() {
            *after = self.glyph(cell);
            if *after != *before {
                first = first.or(Some(x));
                end = x + 1;
            }
        }
        first.unwrap_or(end)..end
    }

    #[inline]
    fn glyph(&mut self, cell: &Cell) -> Glyph {
        let plain = cell.modifier.is_empty() && matches!((cell.fg, cell.bg), (Color::Reset, Color::Reset));
        let text = cell.symbol();
        let (symbol, width) = match text.as_bytes() {
            // Half of all cells.
            b" " if plain => return Glyph::BLANK,
            [byte @ b' '..=b'~'] => (Symbol(u32::from(*byte)), 1),
            _ => self.symbol_and_width(text),
        };
        let (pen, erases) = if plain { (PenNumber::PLAIN, true) } else { self.pen_number(cell) };
        Glyph { symbol, pen, width, blank: symbol == SPACE && erases }
    }

    /// The number of a cell's pen, and whether what is erased with it is nothing but paper.
    #[inline(never)]
    fn pen_number(&mut self, cell: &Cell) -> (PenNumber, bool) {
        let pen = Pen::of(cell);
        if self.pen(self.last) != pen {
            let known = self.pens.iter().position(|known| *known == pen);
            let number = known.unwrap_or_else(|| {
                self.pens.push(pen);
                self.pens.len() - 1
            });
            // No theme has so many; what has no number is plain.
            self.last = u16::try_from(number).map_or(PenNumber::PLAIN, PenNumber);
        }
        (self.last, self.pen(self.last).erases())
    }

    /// The pen of a number.
    pub(super) fn pen(&self, PenNumber(number): PenNumber) -> Pen {
        self.pens.get(usize::from(number)).copied().unwrap_or(Pen::PLAIN)
    }

    /// The pen that makes a cell look as it does: what colours only ink does not matter where there is none.
    pub(super) fn needed(&self, glyph: Glyph, current: PenNumber) -> PenNumber {
        let inkless = glyph.symbol == SPACE && self.pen(glyph.pen).is_as_good_on_blanks(self.pen(current));
        if inkless { current } else { glyph.pen }
    }

    /// Whether any of the characters of rows takes more or less than one cell.
    pub(super) fn are_wide(&self, rows: [&[Glyph]; 2]) -> bool {
        self.wide && rows.into_iter().flatten().any(|glyph| glyph.width != 1)
    }

    /// Writes a character.
    #[inline]
    pub(super) fn write(&self, glyph: Glyph, out: &mut Vec<u8>) {
        match u8::try_from(glyph.symbol.0) {
            Ok(byte) if byte.is_ascii() => out.push(byte),
            _ => self.write_symbol(glyph.symbol, out),
        }
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
        let width = u8::try_from(text.width()).unwrap_or(u8::MAX);
        self.wide |= width != 1;
        (symbol, width)
    }

    fn symbol(&mut self, text: &str) -> Symbol {
        if let Some(symbol) = self.symbols.get(text) {
            return *symbol;
        }
        // A frame has fewer cells than there are numbers left.
        let symbol = Symbol(Self::FIRST.saturating_add(self.clusters.len() as u32));
        let text: Arc<str> = text.into();
        self.symbols.insert(Arc::clone(&text), symbol);
        self.clusters.push(text);
        symbol
    }

    fn write_symbol(&self, symbol: Symbol, out: &mut Vec<u8>) {
        if let Some(character) = char::from_u32(symbol.0) {
            out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        } else if let Some(text) = self.clusters.get(symbol.0.saturating_sub(Self::FIRST) as usize) {
            out.extend_from_slice(text.as_bytes());
        }
    }
}
