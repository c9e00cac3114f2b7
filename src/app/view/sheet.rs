//! A sheet: rows of text from top to bottom, of which a window shows some. It draws only inside the area that it is
//! given, and knows what a click on it hits.

mod found;
mod place;

use std::{borrow::Cow, collections::HashMap, ops::Range, sync::Arc};

use ratatui::{
    buffer::{Buffer, Cell},
    layout::{Position, Rect},
    style::{Color, Modifier, Style},
};
use unicode_segmentation::UnicodeSegmentation as _;

pub(super) use found::Wanted;
pub(super) use place::Anchor;
pub(in crate::app) use place::Bookmark;

use super::Target;
use crate::{
    profile::typeset::{self, Line, NO_BREAK_SPACE, grapheme_width, is_cells},
    terminal::Link,
    theme::Theme,
};

/// What is seen where there is no ink.
const SEEN: Modifier = Modifier::REVERSED.union(Modifier::UNDERLINED).union(Modifier::CROSSED_OUT);

/// Rows of text.
#[derive(Debug, Default)]
pub(super) struct Sheet<'a> {
    rows: Vec<Row<'a>>,
    /// The rows that are shown when something is selected.
    pub(super) selected: Option<(u16, u16)>,
    /// The row after what is told of it, where that is not among them.
    pub(super) told: Option<u16>,
    /// The rows of what is marked.
    pub(super) marked: Option<(u16, u16)>,
    /// The sheets that were put beside this one: their left edge, and their rows. Words run on within a column.
    columns: Vec<(u16, Range<usize>)>,
}

/// One row. Columns count from the left edge of the text; the bar stands left of it.
#[derive(Debug, Default)]
pub(super) struct Row<'a> {
    parts: Vec<Part<'a>>,
    hits: Vec<(Range<u16>, Target)>,
    links: Vec<(Range<u16>, Arc<str>)>,
    /// The bar beside what is selected.
    bar: Option<(&'static str, Style)>,
    /// What the row is part of.
    anchor: Option<Anchor>,
    /// What stands beside it, or in it, is part of.
    beside: Option<Anchor>,
}

/// A text in a row.
#[derive(Debug, Clone)]
struct Part<'a> {
    /// The column of its first cell.
    x: u16,
    /// The cells that its text takes.
    width: u16,
    text: Cow<'a, str>,
    style: Style,
    /// Whether it is the number of a side note, which is no word of the text around it.
    note: bool,
}

impl Part<'_> {
    /// The column after it.
    fn end(&self) -> u16 {
        self.x.saturating_add(self.width)
    }
}

impl<'a> Row<'a> {
    /// Puts a text at a column; returns the column after it.
    pub(super) fn put(&mut self, x: u16, text: impl Into<Cow<'a, str>>, style: Style) -> u16 {
        let text = text.into();
        let part = Part { x, width: typeset::width(&text), text, style, note: false };
        let end = part.end();
        self.parts.push(part);
        end
    }

    /// A run of a picture's cells has ended.
    fn ends(&mut self, run: Option<(u16, String, Style)>) {
        if let Some((x, text, style)) = run {
            self.put(x, text, style);
        }
    }

    /// Whether two texts stand in the same cells.
    fn overlaps(&self) -> bool {
        let mut columns: Vec<_> = self.parts.iter().map(|part| (part.x, part.end())).collect();
        columns.sort_unstable();
        columns.windows(2).any(|pair| matches!(pair, [(_, end), (next, _)] if end > next))
    }

    /// Makes the columns a target.
    pub(super) fn hit(&mut self, columns: Range<u16>, target: Target) {
        self.hits.push((columns, target));
    }

    /// The column after the last part.
    pub(super) fn width(&self) -> u16 {
        self.parts.iter().map(Part::end).max().unwrap_or(0)
    }

    /// Makes the columns lead to an address.
    pub(super) fn link(&mut self, columns: Range<u16>, address: Arc<str>) {
        self.links.push((columns, address));
    }

    /// Makes the row part of an entry of its page's list.
    pub(super) fn belongs(&mut self, entry: usize) {
        self.anchor = Some(Anchor::Entry(entry));
    }

    /// Puts what another row says into this one, `x` columns to the right.
    fn stands_beside(&mut self, x: u16, other: Row<'a>) {
        let Row { mut parts, mut hits, mut links, anchor, beside, .. } = other;
        self.beside = anchor.or(beside).map(Anchor::told).or(self.beside);
        for part in &mut parts {
            part.x += x;
        }
        let hit = hits.iter_mut().map(|(columns, _)| columns);
        for columns in hit.chain(links.iter_mut().map(|(columns, _)| columns)) {
            *columns = columns.start + x..columns.end + x;
        }
        join(&mut self.parts, parts);
        join(&mut self.hits, hits);
        join(&mut self.links, links);
    }

    /// Marks the row as selected.
    pub(super) fn select(&mut self, theme: &Theme) {
        self.bar = Some((theme.signs.bar, theme.accent));
    }

    /// A set line, `x` columns in.
    pub(super) fn set(&mut self, x: u16, line: &'a Line, theme: &Theme) {
        let base = if line.aside { theme.quiet } else { theme.ink };
        let mut x = x + line.indent;
        for piece in &line.pieces {
            let mut style = base;
            if piece.voice.strong || line.heading {
                style = style.patch(theme.strong);
            }
            if piece.voice.emphasis {
                style = style.patch(theme.emphasis);
            }
            if let Some(address) = &piece.link {
                self.link(x..x + piece.width, Arc::clone(address));
                style = style.patch(theme.accent).add_modifier(Modifier::UNDERLINED);
            }
            let (width, text) = (piece.width, Cow::Borrowed(piece.text.as_str()));
            self.parts.push(Part { x, width, text, style, note: piece.note });
            x += piece.width;
        }
    }
}

/// Appends a list to another, most of which are empty: then it is moved, not copied.
fn join<T>(list: &mut Vec<T>, other: Vec<T>) {
    if list.is_empty() {
        *list = other;
    } else {
        list.extend(other);
    }
}

impl<'a> From<Row<'a>> for Sheet<'a> {
    fn from(row: Row<'a>) -> Self {
        Self { rows: vec![row], ..Self::default() }
    }
}

impl<'a> Sheet<'a> {
    pub(super) fn push(&mut self, row: Row<'a>) {
        self.rows.push(row);
    }

    pub(super) fn blank(&mut self) {
        self.rows.push(Row::default());
    }

    /// A blank row, unless there is one already.
    pub(super) fn gap(&mut self) {
        if self.rows.last().is_some_and(|row| row.width() > 0) {
            self.blank();
        }
    }

    /// Air above a page that is far shorter than its window: `rows` are those that the page always has.
    pub(super) fn lead(&mut self, visible: u16, rows: usize) {
        const MOST: usize = 5;
        let left = usize::from(visible).saturating_sub(rows);
        // A window of the usual height has none to give.
        if visible > 24 {
            self.rows.resize_with((left / 4).min(MOST), Row::default);
        }
    }

    /// A row of one text.
    pub(super) fn line(&mut self, x: u16, text: impl Into<Cow<'a, str>>, style: Style) {
        let mut row = Row::default();
        row.put(x, text, style);
        self.rows.push(row);
    }

    /// A plain text, wrapped to a width.
    pub(super) fn wrapped(&mut self, x: u16, width: u16, text: &str, style: Style) {
        for line in typeset::wrap(text, width) {
            self.line(x, line, style);
        }
    }

    /// Set lines, `x` columns in.
    pub(super) fn lines(&mut self, x: u16, lines: &'a [Line], theme: &Theme) {
        for line in lines {
            let mut row = Row { anchor: Some(Anchor::Text(line.block)), ..Row::default() };
            row.set(x, line, theme);
            self.rows.push(row);
        }
    }

    pub(super) fn height(&self) -> u16 {
        u16::try_from(self.rows.len()).unwrap_or(u16::MAX)
    }

    /// The columns up to the end of the longest row.
    pub(super) fn width(&self) -> u16 {
        self.rows.iter().map(Row::width).max().unwrap_or(0)
    }

    pub(super) fn rows_mut(&mut self) -> &mut Vec<Row<'a>> {
        &mut self.rows
    }

    /// Puts another sheet beside this one: its first row in row `y`, `x` columns to the right.
    pub(super) fn beside(&mut self, x: u16, y: u16, other: Sheet<'a>) {
        let top = usize::from(y);
        self.columns.push((x, top..top + other.rows.len()));
        if let Some((first, end)) = other.marked {
            self.marked = Some((first + y, end + y));
        }
        let within = other.columns.into_iter();
        self.columns.extend(within.map(|(left, rows)| (left + x, rows.start + top..rows.end + top)));
        let rows = top + other.rows.len();
        // A sheet without rows adds none above itself either.
        if !other.rows.is_empty() && self.rows.len() < rows {
            self.rows.resize_with(rows, Row::default);
        }
        for (own, row) in self.rows.iter_mut().skip(top).zip(other.rows) {
            own.stands_beside(x, row);
        }
    }

    /// Puts a picture under what is there: its cells as rows, all of which hit the same.
    pub(super) fn picture(&mut self, picture: &Buffer, target: Option<Target>) {
        let width = picture.area.width;
        for cells in picture.content().chunks(usize::from(width.max(1))) {
            let mut row = Row::default();
            let mut run: Option<(u16, String, Style)> = None;
            for (x, cell) in (0..).zip(cells) {
                let style = cell.style();
                let blank = cell.symbol() == " " && cell.bg == Color::Reset && !cell.modifier.intersects(SEEN);
                match &mut run {
                    Some((_, text, of)) if *of == style && !blank => text.push_str(cell.symbol()),
                    _ => {
                        row.ends(run.take());
                        run = (!blank).then(|| (x, cell.symbol().to_owned(), style));
                    }
                }
            }
            row.ends(run);
            if let Some(target) = target {
                row.hit(0..width, target);
            }
            self.rows.push(row);
        }
    }

    /// Draws the rows from `first` on into `area`; the bar stands two cells to the left of it.
    pub(super) fn draw(&self, area: Rect, first: u16, buffer: &mut Buffer) {
        let area = area.intersection(buffer.area);
        for (row, y) in self.rows.iter().skip(first.into()).zip(area.y..area.bottom()) {
            if let (Some((sign, style)), Some(x)) = (row.bar, area.x.checked_sub(2)) {
                put(buffer, Rect { x, y, width: 2, height: 1 }, sign, style);
            }
            debug_assert!(!row.overlaps(), "two texts in the same cells: {row:?}");
            for part in &row.parts {
                let left = area.x.saturating_add(part.x);
                let width = area.right().saturating_sub(left);
                put(buffer, Rect { x: left, y, width, height: 1 }, &part.text, part.style);
            }
        }
    }

    /// Which cells lead where, when the rows are drawn from `first` on into `area`.
    pub(super) fn links(&self, area: Rect, first: u16) -> Vec<Link> {
        let mut links = Vec::new();
        // Counted from the top of the page, so that a link keeps its number while the page scrolls.
        let mut numbers = HashMap::new();
        for (row, i) in self.rows.iter().zip(0_u16..) {
            let y = i.checked_sub(first).and_then(|below| area.y.checked_add(below));
            for (columns, address) in &row.links {
                let next = numbers.len();
                let number = *numbers.entry(Arc::as_ptr(address).cast::<u8>()).or_insert(next);
                let [start, end] = [columns.start, columns.end].map(|x| area.x.saturating_add(x).min(area.right()));
                if let Some(row) = y.filter(|y| *y < area.bottom()) {
                    let number = u16::try_from(number).unwrap_or(u16::MAX);
                    links.push(Link { row, columns: start..end, address: Arc::clone(address), number });
                }
            }
        }
        links
    }

    /// What a cell hits, when the rows are drawn from `first` on into `area`.
    pub(super) fn target(&self, area: Rect, first: u16, at: Position) -> Option<Target> {
        let row = self.rows.get(usize::from(first.checked_add(at.y.checked_sub(area.y)?)?))?;
        let column = at.x.saturating_sub(area.x);
        row.hits.iter().find(|(columns, _)| columns.contains(&column)).map(|(_, target)| *target)
    }
}

/// Writes a text into one row of cells; what does not fit is left out, whole characters at a time. A space at which no line is
/// broken is a space like any other.
pub(super) fn put(buffer: &mut Buffer, area: Rect, text: &str, style: Style) {
    let area = area.intersection(buffer.area);
    if area.height > 0 && is_cells(text) {
        let start =
            usize::from(area.y - buffer.area.y) * usize::from(buffer.area.width) + usize::from(area.x - buffer.area.x);
        let cells = buffer.content.iter_mut().skip(start).take(area.width.into());
        let mut styled = Cell::EMPTY;
        styled.set_style(style);
        for (cell, character) in cells.zip(text.chars()) {
            cell.set_char(if character == NO_BREAK_SPACE { ' ' } else { character });
            (cell.fg, cell.bg, cell.modifier) = (styled.fg, styled.bg, styled.modifier);
        }
        return;
    }
    let mut x = area.x;
    for grapheme in text.graphemes(true) {
        let width = grapheme_width(grapheme);
        if width == 0 || grapheme.contains(char::is_control) {
            continue;
        }
        if area.height == 0 || x.saturating_add(width) > area.right() {
            break;
        }
        let symbol = if grapheme.chars().eq([NO_BREAK_SPACE]) { " " } else { grapheme };
        for covered in x..x + width {
            if let Some(cell) = buffer.cell_mut((covered, area.y)) {
                cell.reset();
            }
        }
        if let Some(cell) = buffer.cell_mut((x, area.y)) {
            cell.set_symbol(symbol).set_style(style);
        }
        x += width;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_shows_what_is_seen_of_its_cells() {
        let area = Rect { x: 3, y: 2, width: 8, height: 2 };
        let mut picture = Buffer::empty(area);
        picture.set_string(3, 2, "a b", Style::new().fg(Color::Red));
        // Blanks that are seen: paper of their own, a line, what is turned round.
        picture.set_string(7, 2, "  ", Style::new().fg(Color::Black).bg(Color::White));
        for (x, modifier) in [(4, Modifier::UNDERLINED), (6, Modifier::REVERSED), (8, Modifier::CROSSED_OUT)] {
            picture.set_string(x, 3, " ", Style::new().add_modifier(modifier));
        }
        let mut sheet = Sheet::default();
        sheet.picture(&picture, None);
        let mut drawn = Buffer::empty(area);
        sheet.draw(area, 0, &mut drawn);
        // What would colour ink is not seen where there is none.
        picture[(4, 2)].reset();
        assert_eq!(drawn, picture);
    }
}
