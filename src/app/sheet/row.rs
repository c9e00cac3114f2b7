//! A row of a sheet: texts at columns, and the targets of clicks.

use std::{borrow::Cow, ops::Range, sync::Arc};

use ratatui::{
    buffer::{Buffer, Cell},
    layout::Rect,
    style::{Modifier, Style},
};

use super::super::keys::Command;
use crate::{
    document::{Direction, NO_BREAK_SPACE},
    exhibits::Change,
    theme::Theme,
    typeset::{self, Line, Piece, is_cells},
};

/// What a click can hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) enum Target {
    /// What a key would do.
    Command(Command),
    /// An entry of the screen's list: an entry of the page, an item of the contact page, a result of a search.
    Entry(usize),
    /// An exhibit of the selected entry.
    Exhibit(usize),
    /// A layer of the line of layers on the card.
    Layer(usize),
    /// A parameter of an exhibit.
    Parameter(usize),
    /// A parameter of an exhibit, and the way to change it.
    Change(usize, Change),
}

/// What a row is part of, however the page is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) enum Anchor {
    /// An entry of the page's list, or an item of the contact page.
    Entry(usize),
    /// A paragraph of the page's text.
    Text(usize),
    /// A paragraph of what is told of the selected entry.
    Told(usize),
}

impl Anchor {
    /// The part that a row of a sheet beside another one belongs to: there a paragraph is one of the selected entry.
    fn told(self) -> Self {
        match self {
            Self::Text(paragraph) => Self::Told(paragraph),
            Self::Entry(_) | Self::Told(_) => self,
        }
    }
}

/// A row. Columns count from the left edge of the text; the bar stands left of it.
#[derive(Debug, Clone, Default)]
pub(in crate::app) struct Row {
    pub(super) parts: Vec<Part>,
    pub(super) hits: Vec<(Range<u16>, Target)>,
    pub(super) links: Vec<(Range<u16>, Arc<str>)>,
    /// The bar beside what is selected.
    bar: Option<(&'static str, Style)>,
    kept: Vec<Kept>,
    /// What the row is part of.
    anchor: Option<Anchor>,
    /// What stands beside it, or in it, is part of.
    beside: Option<Anchor>,
}

/// Columns that are mirrored as a whole and stay what they are within: a line of text in several styles, a picture.
#[derive(Debug, Clone)]
struct Kept {
    columns: Range<u16>,
    /// The cells of the stops at its end that stand before its words in a mirrored row: where letters that are written
    /// from the left end a line, no terminal orders what follows them.
    stops: u16,
}

/// What ends a sentence or a part of one.
const STOPS: [char; 7] = ['.', ',', ':', ';', '!', '?', '…'];

/// A text in a row.
#[derive(Debug, Clone)]
pub(super) struct Part {
    /// The column of its first cell.
    pub(super) x: u16,
    /// The cells that its text takes.
    width: u16,
    pub(super) text: Cow<'static, str>,
    style: Style,
    /// Whether it is the number of a side note, which is no word of the text around it.
    pub(super) note: bool,
}

impl Part {
    /// The column after it.
    fn end(&self) -> u16 {
        self.x.saturating_add(self.width)
    }
}

impl Row {
    /// Puts a text at a column; returns the column after it.
    pub(in crate::app) fn put(&mut self, x: u16, text: impl Into<Cow<'static, str>>, style: Style) -> u16 {
        let text = text.into();
        let part = Part { x, width: typeset::width(&text), text, style, note: false };
        let end = part.end();
        self.parts.push(part);
        end
    }

    /// Whether two texts stand in the same cells.
    fn overlaps(&self) -> bool {
        let mut columns: Vec<_> = self.parts.iter().map(|part| (part.x, part.end())).collect();
        columns.sort_unstable();
        columns.windows(2).any(|pair| matches!(pair, [(_, end), (next, _)] if end > next))
    }

    /// Makes the columns a target, above those that they had.
    pub(in crate::app) fn hit(&mut self, columns: Range<u16>, target: Target) {
        self.hits.push((columns, target));
    }

    /// Makes the columns a target where nothing else is.
    pub(in crate::app) fn hit_below(&mut self, columns: Range<u16>, target: Target) {
        self.hits.insert(0, (columns, target));
    }

    /// The column after the last part.
    pub(in crate::app) fn width(&self) -> u16 {
        self.parts.iter().map(Part::end).max().unwrap_or(0)
    }

    /// Makes the columns lead to an address.
    pub(in crate::app) fn link(&mut self, columns: Range<u16>, address: Arc<str>) {
        self.links.push((columns, address));
    }

    /// Makes the row part of something.
    pub(in crate::app) fn belongs(&mut self, to: Anchor) {
        self.anchor = Some(to);
    }

    /// Puts what another row says into this one, `x` columns to the right.
    pub(super) fn stands_beside(&mut self, x: u16, other: Row) {
        let Row { mut parts, mut hits, mut links, mut kept, anchor, beside, .. } = other;
        self.beside = anchor.or(beside).map(Anchor::told).or(self.beside);
        for part in &mut parts {
            part.x += x;
        }
        let hit = hits.iter_mut().map(|(columns, _)| columns);
        let kept_columns = kept.iter_mut().map(|kept| &mut kept.columns);
        for columns in hit.chain(links.iter_mut().map(|(columns, _)| columns)).chain(kept_columns) {
            *columns = columns.start + x..columns.end + x;
        }
        join(&mut self.parts, parts);
        join(&mut self.hits, hits);
        join(&mut self.links, links);
        join(&mut self.kept, kept);
    }

    /// Keeps the order of what stands in some columns when the row is mirrored.
    pub(in crate::app) fn keep(&mut self, columns: Range<u16>) {
        self.kept.push(Kept { columns, stops: 0 });
    }

    /// What is kept round some columns.
    fn kept(&self, columns: &Range<u16>) -> Option<&Kept> {
        let holds = |kept: &Range<u16>| kept.start <= columns.start && columns.end <= kept.end;
        self.kept.iter().find(|kept| holds(&kept.columns))
    }

    /// Columns as they are in the mirrored row, which is `width` columns wide.
    pub(super) fn mirrored(&self, columns: &Range<u16>, width: u16) -> Range<u16> {
        let (kept, stops) = self.kept(columns).map_or((columns, 0), |kept| (&kept.columns, kept.stops));
        let start = width.saturating_sub(kept.end).saturating_add(columns.start - kept.start + stops);
        start..start.saturating_add(columns.end.saturating_sub(columns.start))
    }

    /// Draws the row into an area of one row; mirrored, it begins at the right.
    pub(in crate::app) fn draw(&self, area: Rect, rtl: bool, buffer: &mut Buffer) {
        let beside = if rtl { area.right().checked_add(1) } else { area.x.checked_sub(2) };
        if let (Some((sign, style)), Some(x)) = (self.bar, beside) {
            put(buffer, Rect { x, width: 2, ..area }, sign, style);
        }
        debug_assert!(!self.overlaps(), "two texts in the same cells: {self:?}");
        for part in &self.parts {
            let columns = part.x..part.end();
            let start = if rtl { self.mirrored(&columns, area.width).start } else { part.x };
            let at = |start: u16| {
                let left = area.x.saturating_add(start);
                Rect { x: left, width: area.right().saturating_sub(left), ..area }
            };
            let last = self.kept(&columns).filter(|kept| rtl && kept.stops > 0 && kept.columns.end == columns.end);
            let words = if last.is_some() { part.text.trim_end_matches(STOPS) } else { &part.text };
            put(buffer, at(start), words, part.style);
            if let Some(kept) = last {
                let stops = part.text.get(words.len()..).unwrap_or_default();
                put(buffer, at(area.width.saturating_sub(kept.columns.end)), stops, part.style);
            }
        }
    }

    /// What a column hits.
    pub(in crate::app) fn target(&self, column: u16) -> Option<Target> {
        self.hits.iter().rev().find(|(columns, _)| columns.contains(&column)).map(|(_, target)| *target)
    }

    /// Marks the row as selected.
    pub(in crate::app) fn select(&mut self, theme: &Theme) {
        self.bar = Some((theme.signs.bar, theme.accent));
    }

    /// A set line, `x` columns in.
    pub(in crate::app) fn set(&mut self, x: u16, line: &Line, theme: &Theme) {
        let base = if line.aside { theme.quiet } else { theme.ink };
        let (left, mut x) = (x, x + line.indent);
        let text = x + line.pieces.iter().filter(|piece| piece.marker).map(|piece| piece.width).sum::<u16>();
        match line.code {
            Some((from, to)) => self.keep(left + from..left + to),
            None => self.kept.push(Kept { columns: text..left + line.width(), stops: stops(line) }),
        }
        for piece in &line.pieces {
            let mut style = base;
            if piece.style.strong || line.heading {
                style = style.patch(theme.strong);
            }
            if piece.style.emphasis {
                style = style.patch(theme.emphasis);
            }
            if let Some(address) = &piece.link {
                self.link(x..x + piece.width, Arc::clone(address));
                style = style.patch(theme.link).add_modifier(Modifier::UNDERLINED);
            }
            // The space after a marker is on its other side in a mirrored row.
            let text = if piece.marker { piece.text.trim_end() } else { &piece.text };
            let width = if piece.marker { typeset::width(text) } else { piece.width };
            self.parts.push(Part { x, width, text: text.to_owned().into(), style, note: piece.note });
            x += piece.width;
        }
    }

    /// What a reader takes the row for. What is told of an entry is read, the list beside it is only seen.
    pub(super) fn place(&self) -> Option<Anchor> {
        match (self.anchor, self.beside) {
            (None | Some(Anchor::Entry(_)), Some(beside)) => Some(beside),
            (own, _) => own,
        }
    }

    pub(super) fn is_part_of(&self, anchor: Anchor) -> bool {
        [self.anchor, self.beside].contains(&Some(anchor))
    }

    /// Gives some bytes of a part a style of their own.
    pub(super) fn restyle(&mut self, part: usize, run: Range<usize>, style: Style) {
        let Some(Part { mut x, text, style: before, note, width }) = self.parts.get(part).cloned() else { return };
        if self.kept(&(x..x + width)).is_none() {
            self.keep(x..x + width);
        }
        let cuts = [(0, run.start, before), (run.start, run.end, before.patch(style)), (run.end, text.len(), before)];
        let mut pieces = Vec::new();
        for (from, to, style) in cuts {
            let text = Cow::from(text.get(from..to).unwrap_or_default().to_owned());
            if !text.is_empty() {
                let part = Part { x, width: typeset::width(&text), text, style, note };
                x = part.end();
                pieces.push(part);
            }
        }
        self.parts.splice(part..=part, pieces);
    }
}

/// The cells of the stops at the end of a line of which no letter is written from the right.
fn stops(line: &Line) -> u16 {
    let text = |piece: &Piece| !piece.marker;
    let last = line.pieces.last().filter(|piece| text(piece)).map_or("", |piece| &piece.text);
    let stops = last.len() - last.trim_end_matches(STOPS).len();
    let mut pieces = line.pieces.iter().filter(|piece| text(piece));
    let is_latin = stops > 0 && !pieces.any(|piece| piece.text.contains(Direction::is_rtl));
    if is_latin { typeset::width(last.get(last.len() - stops..).unwrap_or_default()) } else { 0 }
}

/// Appends a list to another, most of which are empty: then it is moved, not copied.
fn join<T>(list: &mut Vec<T>, other: Vec<T>) {
    if list.is_empty() {
        *list = other;
    } else {
        list.extend(other);
    }
}

/// Writes a text into one row of cells; what does not fit is left out, whole characters at a time. A space at which no
/// line is broken is a space like any other.
fn put(buffer: &mut Buffer, area: Rect, text: &str, style: Style) {
    let area = area.intersection(buffer.area);
    if area.is_empty() {
        return;
    }
    if !is_cells(text) {
        buffer.set_stringn(area.x, area.y, text.replace(NO_BREAK_SPACE, " "), area.width.into(), style);
        return;
    }
    let start = buffer.index_of(area.x, area.y);
    let mut styled = Cell::EMPTY;
    styled.set_style(style);
    for (cell, character) in buffer.content.iter_mut().skip(start).take(area.width.into()).zip(text.chars()) {
        cell.set_char(if character == NO_BREAK_SPACE { ' ' } else { character });
        (cell.fg, cell.bg, cell.modifier) = (styled.fg, styled.bg, styled.modifier);
    }
}

#[cfg(test)]
impl Row {
    /// Whether two texts of a mirrored row are one cell apart, and are neither one line of text nor parted by a shape:
    /// a terminal that orders the words of a phrase from right to left would change their places.
    pub(in crate::app) fn runs_together(&self) -> bool {
        let is_shape = |text: &str| text.contains(|sign| ('\u{2500}'..='\u{28ff}').contains(&sign));
        let mut parts: Vec<_> = self.parts.iter().map(|part| (part.x, part.end(), is_shape(&part.text))).collect();
        parts.sort_unstable();
        let is_kept = |from: u16, to: u16| self.kept(&(from..to)).is_some();
        parts.windows(2).any(|pair| match *pair {
            [(from, end, false), (next, to, false)] => end + 1 == next && !is_kept(from, to),
            _ => false,
        })
    }
}
