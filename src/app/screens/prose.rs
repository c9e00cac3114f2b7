//! A page of prose: one column of text. In a wide window a footnote stands beside the line that refers to it, in a
//! narrow one after its paragraph.

use std::collections::BTreeSet;

use ratatui::layout::{Rect, Size};

use super::{
    super::screen::{Command, Context, Hint, Outcome, Row, Screen, Sheet, Target},
    exhibit::{ExhibitScreen, still},
};
use crate::{
    document::{NO_BREAK_SPACE, Opens, Place, unbroken},
    site::MEASURE,
    theme::Theme,
    typeset::Line,
};

/// Between the text and its notes.
const GUTTER: u16 = 4;
/// Notes narrower than this are no notes but a column of words.
const NARROWEST_NOTE: u16 = 24;
const WIDEST_NOTE: u16 = 32;
/// With notes in the margin the text is at least this wide.
const NARROWEST_TEXT: u16 = 52;

/// A page of prose, by its index in the document.
#[derive(Debug)]
pub(super) struct ProseScreen {
    pub(super) page: usize,
}

impl Screen for ProseScreen {
    fn update(&mut self, _command: Command, _context: &Context<'_>) -> Outcome {
        Outcome::Pass
    }

    fn click(&mut self, target: Target, context: &Context<'_>) -> Outcome {
        let opened = match (target, &context.document().card.opens) {
            (Target::Entry(n), _) => self.named(context).get(n).map(|place| Outcome::Go(*place)),
            (Target::Exhibit(_), Some(Opens::Exhibit(name))) => {
                ExhibitScreen::new(std::slice::from_ref(name)).map(|exhibit| Outcome::Open(Box::new(exhibit)))
            }
            _ => None,
        };
        opened.unwrap_or(Outcome::Stay)
    }

    /// The page as text.
    fn selection(&self, context: &Context<'_>) -> Option<String> {
        context.as_text(Place { page: self.page, entry: None })
    }

    /// The people of the text, and what the logo opens.
    fn aside(&self, context: &Context<'_>) -> Sheet {
        let (theme, mut sheet) = (context.theme, Sheet::default());
        let Some(Size { width, height }) = context.window.aside.map(Rect::as_size) else { return sheet };
        for (n, place) in self.named(context).into_iter().enumerate() {
            let Some(entry) = context.document().entry(place) else { continue };
            sheet.gap();
            let people: Vec<_> = entry.people.iter().map(|name| unbroken(name)).collect();
            sheet.wrapped(0, width, &context.spell(&context.words().listed(&people)), theme.strong);
            let title = context.document().place_title(place).unwrap_or_default();
            let text = format!("{} {}", theme.signs.arrow, context.spell(&title));
            sheet.link_row(width, &text, theme.link, Target::Entry(n));
        }
        if let Some(Opens::Exhibit(name)) = &context.document().card.opens {
            if sheet.height() > 0 {
                sheet.blank();
                sheet.blank();
            }
            let size = Size { width, height: height.saturating_sub(sheet.height()) };
            sheet.append(still(name, size, Target::Exhibit(0), context));
        }
        sheet
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

    fn hints<'a>(&self, _: &Sheet, context: &Context<'a>) -> Vec<Hint<'a>> {
        let words = context.words();
        vec![
            (Command::Open, &words.hints.read_on),
            (Command::Down, &words.hints.scroll),
            (Command::NextPage, &words.hints.next_page),
        ]
    }
}

impl ProseScreen {
    /// The entries of other pages with people whom the text names, in the order in which it names them.
    fn named(&self, context: &Context<'_>) -> Vec<Place> {
        let pages = &context.document().pages;
        let spaced = |name: &str| name.replace(NO_BREAK_SPACE, " ");
        let names: Vec<String> = pages
            .get(self.page)
            .map(|page| page.intro.strong().map(|name| spaced(&name)).collect())
            .unwrap_or_default();
        let entries = pages.iter().enumerate().flat_map(|(page, of)| {
            of.entries.iter().enumerate().map(move |(entry, of)| (Place { page, entry: Some(entry) }, of))
        });
        let first = |people: &[String]| names.iter().position(|name| people.iter().any(|one| spaced(one) == *name));
        let mut named: Vec<_> = entries.filter_map(|(place, entry)| Some((first(&entry.people)?, place))).collect();
        named.sort_by_key(|(first, _)| *first);
        named.into_iter().map(|(_, place)| place).collect()
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
