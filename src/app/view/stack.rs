//! The stack: the layers above the ground that they stand on, and what was done in the selected one.

use super::{
    super::{Model, content::MEASURE, keys::Command},
    Target,
    sheet::{Row, Sheet},
    window::Window,
};
use crate::{
    exhibits,
    profile::{Layer, Stack, typeset, typewritten},
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
        columns.list(i, layer, across, i == model.layer, theme, &mut sheet);
    }
    sheet.push(ground(stack, across, theme));
    if let Some(layer) = stack.layers.get(model.layer) {
        let mut told = Sheet::default();
        let (x, y, width) = match beside {
            Some(left) => (across + GUTTER, head, left.min(MEASURE)),
            None => (0, sheet.height() + 1, across),
        };
        if beside.is_some() || columns.full() > across {
            told.wrapped(0, width, &layer.title, theme.strong);
            // What the list has no room for.
            let summary = layer.summary.as_deref().filter(|_| columns.full() > across);
            let place = layer.place.as_deref().filter(|_| columns.place(layer, across).is_none());
            for line in [summary, place].into_iter().flatten() {
                told.wrapped(0, width, line, theme.quiet);
            }
            told.blank();
        }
        if let Some(text) = model.content.layer(model.layer) {
            told.lines(0, text.below(width), theme);
        }
        exhibits(layer, width, theme, &mut told);
        let (end, list) = (y + told.height(), sheet.height());
        sheet.beside(x, y, told);
        sheet.selected = Some((selected, end.max(selected + 1)));
        if beside.is_some() && list <= window.text.height {
            // The layers stand still while one climbs, and the text begins at their head.
            (sheet.selected, sheet.told) = (Some((0, selected + 1)), Some(end.max(selected + 1)));
        }
    }
    sheet
}

pub(super) fn hints(model: &Model) -> Vec<(Command, &'static str)> {
    let mut hints = Vec::new();
    if model.layer + 1 < model.content.profile.stack.layers.len() {
        hints.push((Command::Up, "climb"));
    }
    hints.push((Command::Open, if model.opens_exhibit() { "try it" } else { "read on" }));
    hints
}

/// The exhibits that a layer opens, each in a row of its own to be clicked.
fn exhibits(layer: &Layer, width: u16, theme: &Theme, sheet: &mut Sheet) {
    let titles = layer.exhibits.iter().filter_map(|name| Some(exhibits::summary(name)?.title));
    for (nth, title) in titles.enumerate() {
        if nth == 0 {
            sheet.blank();
        }
        let first = usize::from(sheet.height());
        let title = if theme.signs.arrow.is_ascii() { typewritten(title) } else { title.into() };
        sheet.wrapped(0, width, &format!("{} {title}", theme.signs.arrow), theme.accent);
        for row in sheet.rows_mut().iter_mut().skip(first) {
            row.hit(0..width, Target::Exhibit(nth));
        }
    }
}

/// What the layers stand on: `═══ hardware ═══`.
fn ground(stack: &Stack, width: u16, theme: &Theme) -> Row<'static> {
    let label = stack.ground.as_ref().map(|ground| format!(" {ground} ")).unwrap_or_default();
    let left = usize::from(width.saturating_sub(typeset::width(&label)));
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
            |text: fn(&Layer) -> &str| stack.layers.iter().map(|layer| typeset::width(text(layer))).max().unwrap_or(0);
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

    /// Where a layer's place stands; `None` where its title leaves no room.
    fn place(&self, layer: &Layer, across: u16) -> Option<u16> {
        let x = across.checked_sub(self.place)?;
        (x > typeset::width(&layer.title)).then_some(x)
    }

    /// Lists a layer.
    fn list<'a>(&self, i: usize, layer: &'a Layer, across: u16, selected: bool, theme: &Theme, sheet: &mut Sheet<'a>) {
        let first = usize::from(sheet.height());
        sheet.wrapped(0, across, &layer.title, if selected { theme.strong } else { theme.ink });
        for row in sheet.rows_mut().iter_mut().skip(first) {
            row.hit(0..across, Target::Layer(i));
            row.belongs(i);
        }
        let Some(row) = sheet.rows_mut().get_mut(first) else { return };
        if let Some(summary) = layer.summary.as_deref().filter(|_| self.full() <= across) {
            row.put(self.title + GAP, summary, theme.quiet);
        }
        if let (Some(place), Some(x)) = (&layer.place, self.place(layer, across)) {
            row.put(x, place.as_str(), theme.quiet);
        }
        if selected {
            row.select(theme);
        }
    }
}
