//! The reader's position on a sheet, by which the same text is found again after the page was set to another width.

use super::{
    Sheet,
    row::{Anchor, Row},
};

/// A place: how far into what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) struct Bookmark {
    anchor: Anchor,
    /// The rows of it that are above.
    above: u16,
    /// All of its rows.
    rows: u16,
}

impl Sheet {
    /// The place of a row: that of the first from it on that is part of something, else of the last before it.
    pub(in crate::app) fn anchor(&self, row: u16) -> Option<Bookmark> {
        let row = usize::from(row);
        let places = || self.rows.iter().enumerate().filter_map(|(i, row)| Some((i, row.place()?)));
        let (at, anchor) = places().find(|(i, _)| *i >= row).or_else(|| places().next_back())?;
        let parts = || self.rows.iter().enumerate().filter(|(_, row)| row.is_part_of(anchor));
        let above = parts().filter(|(i, _)| *i < at).count() as u16;
        Some(Bookmark { anchor, above, rows: parts().count() as u16 })
    }

    /// The row of a place; the first of all where it is not on the sheet, or at the very beginning.
    pub(in crate::app) fn row_of(&self, bookmark: Bookmark) -> u16 {
        let Bookmark { anchor, above, rows: before } = bookmark;
        let part = |row: &Row| row.is_part_of(anchor);
        let Some(first) = self.rows.iter().position(part) else { return 0 };
        if above == 0 && matches!(anchor, Anchor::Text(0) | Anchor::Entry(0)) {
            return 0;
        }
        let rows = self.rows.iter().filter(|row| part(row)).count() as u32;
        // As far into it as before: half of it read is half of it read at every width.
        (first as u32 + u32::from(above) * rows / u32::from(before.max(1))) as u16
    }
}
