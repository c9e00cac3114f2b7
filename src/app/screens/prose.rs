//! A page of prose: one column of text. In a wide window a footnote stands beside the line that refers to it, in a
//! narrow one after its paragraph.

use std::collections::BTreeSet;

use super::super::screen::{Command, Context, Hint, Outcome, Row, Screen, Sheet};
use crate::{document::Place, site::MEASURE, theme::Theme, typeset::Line};

/// Between the text and its notes.
const GUTTER: u16 = 4;
/// Notes narrower than this are no notes but a column of words.
const NARROWEST_NOTE: u16 = 24;
const WIDEST_NOTE: u16 = 32;
/// With notes in the margin the text is at least this wide.
const NARROWEST_TEXT: u16 = 52;

/// A page of prose, by its index in the document.
#[derive(Debug)]
pub(super) struct Prose {
    pub(super) page: usize,
}

impl Screen for Prose {
    fn update(&mut self, _command: Command, _context: &Context<'_>) -> Outcome {
        Outcome::Pass
    }

    fn sheet(&self, context: &Context<'_>) -> Sheet {
        let mut sheet = Sheet::default();
        let place = Place { page: self.page, entry: None };
        let Some(text) = context.view.site.text(place, context.variant()) else { return sheet };
        let width = context.window.text.width;
        if !text.has_notes() || width < NARROWEST_TEXT + GUTTER + NARROWEST_NOTE {
            sheet.lines(0, text.below(width.min(MEASURE)), context.theme);
            return sheet;
        }
        let note_width = ((width - GUTTER) / 3).clamp(NARROWEST_NOTE, WIDEST_NOTE);
        let column = (width - GUTTER - note_width).min(MEASURE);
        let lines = text.margin(column);
        sheet.lines(0, lines, context.theme);
        let mut free = 0;
        let mut told = BTreeSet::new();
        for (line, y) in lines.iter().zip(0_u16..) {
            // A note to which several lines refer stands beside the first.
            for &n in line.notes.iter().filter(|n| told.insert(**n)) {
                let note = note(text.note(n, note_width), context.theme);
                // A note that would cover the one above it moves down.
                let first = free.max(y);
                free = first + note.height() + 1;
                sheet.beside(column + GUTTER, first, note);
            }
        }
        sheet
    }

    fn hints<'a>(&self, context: &Context<'a>) -> Vec<Hint<'a>> {
        let words = context.words();
        vec![
            (Command::Open, &words.hints.read_on),
            (Command::Down, &words.hints.scroll),
            (Command::NextPage, &words.hints.next_page),
        ]
    }
}

/// A footnote in the margin. Its rows are no part of the text, in which the reader's place is.
fn note(lines: &[Line], theme: &Theme) -> Sheet {
    let mut sheet = Sheet::default();
    for line in lines {
        let mut row = Row::default();
        row.set(0, line, theme);
        sheet.push(row);
    }
    sheet
}
