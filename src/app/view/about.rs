//! The bio: one column of text. In a wide window a side note stands beside the line that it belongs to, in a narrow one
//! after its paragraph.

use std::collections::BTreeSet;

use super::{
    super::{Model, content::MEASURE, keys::Command},
    sheet::{Row, Sheet},
    window::Window,
};
use crate::{theme::Theme, typeset::Line};

/// Between the text and its notes.
const GUTTER: u16 = 4;
/// Notes narrower than this are no notes but a column of words.
const NARROWEST_NOTE: u16 = 24;
/// With notes in the margin the text is at least this wide.
const NARROWEST_TEXT: u16 = 52;

pub(super) fn sheet<'a>(model: &'a Model, theme: &Theme, window: &Window) -> Sheet<'a> {
    let text = model.content.about();
    let width = window.text.width;
    let mut sheet = Sheet::default();
    if text.has_notes() && width >= NARROWEST_TEXT + GUTTER + NARROWEST_NOTE {
        let note = ((width - GUTTER) / 3).clamp(NARROWEST_NOTE, 32);
        let column = (width - GUTTER - note).min(MEASURE);
        let mut free = 0;
        let mut notes = Vec::new();
        let mut told = BTreeSet::new();
        let lines = text.margin(column);
        for (line, y) in lines.iter().zip(0_u16..) {
            // A note to which several lines refer stands beside the first.
            for &n in line.notes.iter().filter(|n| told.insert(**n)) {
                // A note that would cover the one above it moves down.
                let first = free.max(y);
                let beside = beside(text.note(n, note), theme);
                free = first + beside.height() + 1;
                notes.push((first, beside));
            }
        }
        sheet.lines(0, lines, theme);
        for (first, note) in notes {
            sheet.beside(column + GUTTER, first, note);
        }
    } else {
        sheet.lines(0, text.below(width.min(MEASURE)), theme);
    }
    sheet
}

/// A side note in the margin. The reader's place is in the text, never in its margin.
fn beside<'a>(lines: &'a [Line], theme: &Theme) -> Sheet<'a> {
    let mut sheet = Sheet::default();
    for line in lines {
        let mut row = Row::default();
        row.set(0, line, theme);
        sheet.push(row);
    }
    sheet
}

pub(super) fn hints() -> Vec<(Command, &'static str)> {
    vec![(Command::Open, "read on"), (Command::Down, "scroll"), (Command::NextPage, "next page")]
}
