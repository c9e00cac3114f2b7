//! The stack: the layers above the ground that they stand on, and what was done in the selected one.

use unicode_width::UnicodeWidthStr as _;

use super::{
    super::{Model, content::MEASURE, keys::Command},
    Target,
    sheet::{Row, Sheet},
    window::Window,
};
use crate::{
    profile::{Layer, Stack},
    theme::Theme,
};

/// Between the columns of a layer.
const GAP: u16 = 3;
/// Between the layers and the text beside them.
const GUTTER: u16 = 5;
/// A text beside the layers is at least this wide.
const NARROWEST_TEXT: u16 = 32;

pub(super) fn sheet<'a>(model: &'a Model, theme: &Theme, window: &Window) -> Sheet<'a> {
    let stack = &model.content.profile.stack;
    let width = window.text.width;
    let columns = Columns::of(stack);
    let beside = width.checked_sub(columns.full() + GUTTER).filter(|left| *left >= NARROWEST_TEXT);
    let across = if beside.is_some() { columns.full() } else { width.min(MEASURE) };
    let mut sheet = Sheet::default();
    let above = model.content.stack().below(across);
    sheet.lead(window.text.height, above.len() + 1 + stack.layers.len());
    if !above.is_empty() {
        sheet.lines(0, above, theme);
        sheet.blank();
    }
    let head = sheet.height();
    let mut selected = head;
    for (i, layer) in stack.layers.iter().enumerate().rev() {
        if i == model.layer {
            selected = sheet.height();
        }
        sheet.push(columns.row(i, layer, across, i == model.layer, theme));
    }
    sheet.push(ground(stack, across, theme));
    if let Some(layer) = stack.layers.get(model.layer) {
        let mut told = Sheet::default();
        let (x, y, width) = match beside {
            Some(left) => (across + GUTTER, head, left.min(MEASURE)),
            None => (0, sheet.height() + 1, across),
        };
        if beside.is_some() || columns.full() > across {
            told.line(0, layer.title.as_str(), theme.strong);
            if let Some(summary) = layer.summary.as_deref().filter(|_| columns.full() > across) {
                told.wrapped(0, width, summary, theme.quiet);
            }
            told.blank();
        }
        if let Some(text) = model.content.layer(model.layer) {
            told.lines(0, text.below(width), theme);
        }
        let end = y + told.height();
        sheet.beside(x, y, told);
        sheet.selected = Some((selected, end.max(selected + 1)));
    }
    sheet
}

pub(super) fn hints(model: &Model) -> Vec<(Command, &'static str)> {
    let mut hints = Vec::new();
    if model.layer + 1 < model.content.profile.stack.layers.len() {
        hints.push((Command::Up, "climb"));
    }
    hints.push((Command::Open, "read on"));
    hints
}

/// What the layers stand on: `═══ hardware ═══`.
fn ground(stack: &Stack, width: u16, theme: &Theme) -> Row<'static> {
    let label = stack.ground.as_ref().map(|ground| format!(" {ground} ")).unwrap_or_default();
    let left = usize::from(width).saturating_sub(label.width());
    let mut row = Row::default();
    let x = row.put(0, theme.signs.ground.repeat(left / 2), theme.quiet);
    let x = row.put(x, label, theme.ink);
    row.put(x, theme.signs.ground.repeat(left - left / 2), theme.quiet);
    row
}

/// The columns of a layer: title, summary, place.
struct Columns {
    title: u16,
    summary: u16,
    place: u16,
}

impl Columns {
    fn of(stack: &Stack) -> Self {
        let widest =
            |text: fn(&Layer) -> &str| stack.layers.iter().map(|layer| text(layer).width() as u16).max().unwrap_or(0);
        Self {
            title: widest(|layer| &layer.title),
            summary: widest(|layer| layer.summary.as_deref().unwrap_or_default()),
            place: widest(|layer| layer.place.as_deref().unwrap_or_default()),
        }
    }

    /// The width that all of them take.
    fn full(&self) -> u16 {
        let gap = |width: u16| if width == 0 { 0 } else { GAP + width };
        self.title + gap(self.summary) + gap(self.place)
    }

    fn row<'a>(&self, i: usize, layer: &'a Layer, across: u16, selected: bool, theme: &Theme) -> Row<'a> {
        let mut row = Row::default();
        row.put(0, layer.title.as_str(), if selected { theme.strong } else { theme.ink });
        if let Some(summary) = layer.summary.as_deref().filter(|_| self.full() <= across) {
            row.put(self.title + GAP, summary, theme.quiet);
        }
        if let Some(place) = &layer.place {
            let x = across.saturating_sub(self.place);
            if x > layer.title.width() as u16 {
                row.put(x, place.as_str(), theme.quiet);
            }
        }
        if selected {
            row.select(theme);
        }
        row.hit(0..across, Target::Layer(i));
        row
    }
}
