//! A sheet: rows of text from top to bottom, some of which a window shows. A sheet draws only inside the area that it
//! is given, and maps a click to its target.

mod bookmark;
mod found;
mod row;

use std::{borrow::Cow, collections::HashMap, ops::Range, sync::Arc};

use ratatui::{
    buffer::{Buffer, Cell},
    layout::{Position, Rect, Size},
    style::{Color, Modifier, Style},
};

pub(super) use bookmark::Bookmark;
pub(super) use row::{Anchor, Row, Target};

use crate::{
    terminal::Hyperlink,
    theme::Theme,
    typeset::{self, Line},
};

/// Modifiers that are visible on a blank cell.
const SEEN: Modifier = Modifier::REVERSED.union(Modifier::UNDERLINED).union(Modifier::CROSSED_OUT);

/// Rows of text.
#[derive(Debug, Clone, Default)]
pub(super) struct Sheet {
    rows: Vec<Row>,
    /// The part of the window in which the sheet stands unscrolled; `None` where it is scrolled in the window's text.
    pub(super) area: Option<Rect>,
    /// The rows that are shown when something is selected.
    pub(super) selected: Option<(u16, u16)>,
    /// The rows that are in view before the visitor scrolls; without them it begins at the first row.
    pub(super) opening: Option<(u16, u16)>,
    /// The row after the text of the selected entry, where that stands beside the list and so is not in `selected`.
    pub(super) told: Option<u16>,
    /// Whether what is selected has more to say once it is unfolded.
    pub(super) unfolds: bool,
    /// The row after the line of layers on the card.
    pub(super) climb_end: Option<u16>,
    /// The rows of what is marked.
    pub(super) marked: Option<(u16, u16)>,
    /// The cells that the photo takes, or will take when the terminal has it.
    pub(super) photo: Option<Size>,
    /// The sheets that were put beside this one: their left edge, and their rows. Words run on within a column.
    columns: Vec<(u16, Range<usize>)>,
}

impl Sheet {
    pub(super) fn push(&mut self, row: Row) {
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

    /// A row of one text.
    pub(super) fn line(&mut self, x: u16, text: impl Into<Cow<'static, str>>, style: Style) {
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

    /// Makes the rows from `first` on lead to an address, from column `x` on.
    pub(super) fn link(&mut self, first: u16, x: u16, address: &str) {
        let address: Arc<str> = address.into();
        self.rows_from(first).for_each(|row| row.link(x..row.width(), Arc::clone(&address)));
    }

    /// A plain text, wrapped to a width, all of whose rows hit the same.
    pub(super) fn link_row(&mut self, width: u16, text: &str, style: Style, target: Target) {
        let first = self.height();
        self.wrapped(0, width, text, style);
        self.rows_from(first).for_each(|row| row.hit(0..width, target));
    }

    /// Set lines, `x` columns in.
    pub(super) fn lines(&mut self, x: u16, lines: &[Line], theme: &Theme) {
        for line in lines {
            let mut row = Row::default();
            row.set(x, line, theme);
            row.belongs(Anchor::Text(line.block));
            self.rows.push(row);
        }
    }

    /// Puts another sheet under this one.
    pub(super) fn append(&mut self, other: Sheet) {
        let end = self.height();
        self.beside(0, end, other);
    }

    pub(super) fn height(&self) -> u16 {
        u16::try_from(self.rows.len()).unwrap_or(u16::MAX)
    }

    /// The columns up to the end of the longest row.
    pub(super) fn width(&self) -> u16 {
        self.width_of(u16::MAX)
    }

    /// The columns up to the end of the longest of the first rows.
    pub(super) fn width_of(&self, rows: u16) -> u16 {
        self.rows.iter().take(rows.into()).map(Row::width).max().unwrap_or(0)
    }

    pub(super) fn rows_from(&mut self, first: u16) -> impl Iterator<Item = &mut Row> {
        self.rows.iter_mut().skip(first.into())
    }

    pub(super) fn truncate(&mut self, height: u16) {
        self.rows.truncate(height.into());
    }

    /// Makes the rows from `first` on an entry of the screen's list, `width` columns wide.
    pub(super) fn entry(&mut self, first: u16, width: u16, entry: usize, selected: bool, theme: &Theme) {
        for row in self.rows_from(first) {
            row.hit(0..width, Target::Entry(entry));
            row.belongs(Anchor::Entry(entry));
        }
        if selected {
            self.rows_from(first).take(1).for_each(|row| row.select(theme));
            self.selected = Some((first, self.height()));
        }
    }

    /// Puts another sheet beside this one: its first row in row `y`, `x` columns to the right.
    pub(super) fn beside(&mut self, x: u16, y: u16, other: Sheet) {
        let top = usize::from(y);
        self.columns.push((x, top..top + other.rows.len()));
        self.selected = other.selected.map(|(first, end)| (first + y, end + y)).or(self.selected);
        self.photo = other.photo.or(self.photo);
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
        let seen = |cell: &Cell| cell.symbol() != " " || cell.bg != Color::Reset || cell.modifier.intersects(SEEN);
        let alike = |one: &Cell, next: &Cell| one.style() == next.style() && seen(one) == seen(next);
        for cells in picture.content().chunks(usize::from(width.max(1))) {
            let mut row = Row::default();
            let mut x = 0;
            for run in cells.chunk_by(alike) {
                if let Some(first) = run.first().filter(|cell| seen(cell)) {
                    row.put(x, run.iter().map(Cell::symbol).collect::<String>(), first.style());
                }
                x += run.len() as u16;
            }
            row.keep(0..width);
            if let Some(target) = target {
                row.hit(0..width, target);
            }
            self.rows.push(row);
        }
    }

    /// Draws the rows from `first` on into `area`, mirrored where they begin at the right; the bar stands two cells
    /// beside it.
    pub(super) fn draw(&self, area: Rect, first: u16, rtl: bool, buffer: &mut Buffer) {
        for (row, y) in self.rows.iter().skip(first.into()).zip(area.y..area.bottom()) {
            row.draw(Rect { y, height: 1, ..area }, rtl, buffer);
        }
    }

    /// Which cells lead where, when the rows are drawn from `first` on into `area`.
    pub(super) fn links(&self, area: Rect, first: u16, rtl: bool) -> Vec<Hyperlink> {
        let mut links = Vec::new();
        // Counted from the top of the page, so that a link keeps its number while the page scrolls.
        let mut numbers = HashMap::new();
        for (row, i) in self.rows.iter().zip(0_u16..) {
            let y = i.checked_sub(first).and_then(|below| area.y.checked_add(below));
            for (columns, address) in &row.links {
                let next = numbers.len();
                let number = *numbers.entry(Arc::as_ptr(address).cast::<u8>()).or_insert(next);
                let columns = if rtl { row.mirrored(columns, area.width) } else { columns.clone() };
                let [start, end] = [columns.start, columns.end].map(|x| area.x.saturating_add(x).min(area.right()));
                if let Some(row) = y.filter(|y| *y < area.bottom()) {
                    let number = u16::try_from(number).unwrap_or(u16::MAX);
                    links.push(Hyperlink { row, columns: start..end, address: Arc::clone(address), number });
                }
            }
        }
        links
    }

    /// What a cell hits, when the rows are drawn from `first` on into `area`; its column counts from where they begin.
    pub(super) fn target(&self, area: Rect, first: u16, at: Position) -> Option<Target> {
        let row = self.rows.get(usize::from(first.checked_add(at.y.checked_sub(area.y)?)?))?;
        row.target(at.x)
    }
}

#[cfg(test)]
impl Sheet {
    /// A row of which [`Row::runs_together`] holds.
    pub(super) fn run_together(&self) -> Option<&Row> {
        self.rows.iter().find(|row| row.runs_together())
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
        sheet.draw(area, 0, false, &mut drawn);
        // What would colour ink is not seen where there is none.
        picture[(4, 2)].reset();
        assert_eq!(drawn, picture);
    }
}
