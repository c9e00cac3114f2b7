//! The bio: one column of text. In a wide window a side note stands beside the line that it belongs to, in a narrow one
//! after its paragraph.

use super::{
    super::{Model, content::MEASURE, keys::Command},
    sheet::{Row, Sheet},
    window::Window,
};
use crate::theme::Theme;

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
        let lines = text.margin(column);
        for (line, y) in lines.iter().zip(0_u16..) {
            for &n in &line.notes {
                // A note that would cover the one above it moves down.
                let first = free.max(y);
                let mut beside = Sheet::default();
                for (line, i) in text.note(n, note - 2).iter().zip(0..) {
                    let mut row = Row::default();
                    if i == 0 {
                        row.put(0, superscript(n), theme.quiet);
                    }
                    row.set_quiet(2, line, theme);
                    beside.push(row);
                }
                free = first + beside.height() + 1;
                notes.push((first, beside));
            }
        }
        sheet.lines(0, lines, theme);
        for (first, note) in notes {
            sheet.beside(column + GUTTER, first, note);
        }
    } else {
        let column = width.min(MEASURE);
        sheet.lines((width - column) / 2, text.below(column), theme);
    }
    sheet
}

pub(super) fn hints() -> Vec<(Command, &'static str)> {
    vec![(Command::Open, "read on"), (Command::Down, "scroll"), (Command::NextPage, "next page")]
}

/// A note's number as it stands in the text.
fn superscript(n: usize) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let digits = n.to_string().into_bytes();
    digits.into_iter().filter_map(|digit| DIGITS.get(usize::from(digit - b'0'))).collect()
}
