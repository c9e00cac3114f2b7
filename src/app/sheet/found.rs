//! Marks the words of a search on a sheet: finds them in the rows, wherever the lines were broken.

use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use super::{
    Sheet,
    row::{Part, Target},
};
use crate::site::IndexEntry;

/// A character on a sheet.
#[derive(Clone, Copy)]
struct Sign<'s> {
    row: usize,
    part: usize,
    /// The first byte of it in its part.
    at: usize,
    x: u16,
    text: &'s str,
}

/// Bytes of one part of a row.
struct PartRange {
    row: usize,
    part: usize,
    from: usize,
    to: usize,
}

/// Whether a character is the text's own. White space depends on how it was set, and what a title has between its names
/// ([`Signs::separator`](crate::theme::Signs)) is not in a list that has a column for each.
fn is_own(grapheme: &str) -> bool {
    !grapheme.chars().all(|c| c.is_whitespace() || matches!(c, '·' | '/'))
}

impl Sheet {
    /// Marks characters of an entry, counted from 0 and in order, if they stand on the sheet, and remembers their rows.
    pub(in crate::app) fn mark(&mut self, entry: &IndexEntry, marks: &[u16], style: Style) {
        let runs = self.runs(entry, marks);
        if let (Some(first), Some(last)) = (runs.first(), runs.last()) {
            self.marked = Some((first.row as u16, last.row as u16 + 1));
        }
        // From the last to the first, so that the parts before keep their places.
        for run in runs.iter().rev() {
            if let Some(row) = self.rows.get_mut(run.row) {
                row.restyle(run.part, run.from..run.to, style);
            }
        }
    }

    /// The marked parts of the entry's text, in order.
    fn runs(&self, entry: &IndexEntry, marks: &[u16]) -> Vec<PartRange> {
        let own: Vec<(u16, &str)> = (0..).zip(entry.text.graphemes(true)).filter(|(_, sign)| is_own(sign)).collect();
        let (Some(first), Some(last)) = (marks.first(), marks.last()) else { return Vec::new() };
        let columns = self.columns();
        // Where the same words stand several times, those of the entry are meant.
        let target = entry.place.entry.map(Target::Entry);
        // A text may stand on the sheet only in part: a title was cut short, or a part of it has no column, or an
        // address was put into a note. Marked words without the words around them count only where the target is.
        let found =
            [(0, u16::MAX), (0, *last), (*first, u16::MAX), (*first, *last)].into_iter().find_map(|(from, to)| {
                let words: Vec<_> = own.iter().copied().filter(|(n, _)| (from..=to).contains(n)).collect();
                let strict = words.len() < own.len() && (from, to) == (*first, *last);
                self.find(&columns, &words, target, strict)
            });
        let mut runs: Vec<PartRange> = Vec::new();
        let mut before: Option<u16> = None;
        for (n, sign) in found.unwrap_or_default() {
            if marks.binary_search(&n).is_err() {
                continue;
            }
            let joins = before.is_some_and(|before| (before..n).all(|n| marks.binary_search(&n).is_ok()));
            let to = sign.at + sign.text.len();
            match runs.last_mut() {
                Some(run) if joins && (run.row, run.part) == (sign.row, sign.part) => run.to = to,
                _ => runs.push(PartRange { row: sign.row, part: sign.part, from: sign.at, to }),
            }
            before = Some(n);
        }
        runs
    }

    /// The characters of each column of the sheet, as they are read: row by row.
    fn columns(&self) -> Vec<Vec<Sign<'_>>> {
        let mut columns = vec![Vec::new(); self.columns.len() + 1];
        for (row, of) in self.rows.iter().enumerate() {
            for (part, Part { x: left, text, .. }) in of.parts.iter().enumerate().filter(|(_, part)| !part.note) {
                let inside = |(x, rows): &(u16, std::ops::Range<usize>)| left >= x && rows.contains(&row);
                let column = self.columns.iter().rposition(inside).map_or(0, |column| column + 1);
                let Some(column) = columns.get_mut(column) else { continue };
                let mut x = *left;
                for (at, sign) in text.grapheme_indices(true) {
                    if is_own(sign) {
                        column.push(Sign { row, part, at, x, text: sign });
                    }
                    x = x.saturating_add(sign.width() as u16);
                }
            }
        }
        columns
    }

    /// Where words stand: where they are what is meant, else, unless only that counts, the first place of all.
    fn find<'s>(
        &self,
        columns: &[Vec<Sign<'s>>],
        words: &[(u16, &str)],
        target: Option<Target>,
        strict: bool,
    ) -> Option<Vec<(u16, Sign<'s>)>> {
        let first = words.first()?.1;
        let same = |window: &&[Sign<'_>]| {
            window.first().is_some_and(|sign| sign.text == first)
                && window.iter().zip(words).all(|(sign, (_, word))| sign.text == *word)
        };
        let mut places = columns.iter().flat_map(|column| column.windows(words.len())).filter(same);
        let meant =
            |window: &[Sign<'s>]| window.first().zip(target).is_some_and(|(sign, target)| self.hits(*sign, target));
        let anywhere = places.clone().next().filter(|_| !strict);
        let found = places.find(|window| meant(window)).or(anywhere)?;
        Some(words.iter().map(|(n, _)| *n).zip(found.iter().copied()).collect())
    }

    fn hits(&self, sign: Sign<'_>, target: Target) -> bool {
        let row = self.rows.get(sign.row);
        row.is_some_and(|row| row.hits.iter().any(|(columns, of)| *of == target && columns.contains(&sign.x)))
    }
}
