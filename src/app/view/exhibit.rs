//! An exhibit: its picture, beside or under it what can be changed and the figures that follow, then its words.

use ratatui::{buffer::Buffer, layout::Rect};
use unicode_width::UnicodeWidthStr as _;

use super::{
    super::{Model, content::MEASURE, exhibit::Showing, keys::Command},
    Target,
    sheet::{Row, Sheet},
    window::Window,
};
use crate::{
    exhibits::{Change, Parameter},
    profile::typewritten,
    terminal::capabilities::Glyphs,
    theme::Theme,
};

/// What stands beside the picture is so wide: a bar, a label, a value between its signs.
const PANEL: u16 = 30;
/// In a large window.
const WIDE_PANEL: u16 = 38;
/// Between the picture and what stands beside it.
const GUTTER: u16 = 2;
/// The bar's place, before a parameter.
const BAR: u16 = 2;
/// The labels of parameters, and of figures, with the space after them.
const LABELS: (u16, u16) = (13, 17);
/// A picture beside the panel is at least so wide.
const NARROWEST: u16 = 36;
/// A picture is at least so high, where that is not the whole window, and at most.
const HEIGHTS: (u16, u16) = (10, 28);

pub(super) fn sheet(model: &Model, showing: &Showing, theme: &Theme, window: &Window) -> Sheet<'static> {
    let Rect { width, height, .. } = window.text;
    let words = words(model, showing, width.min(MEASURE + 8), theme);
    let mut sheet = Sheet::default();
    sheet.wrapped(0, width, &spelled(model, showing.exhibit.title()), theme.strong);
    let title = sheet.height();
    let panel_width = if width >= 90 { WIDE_PANEL } else { PANEL };
    if let Some(left) = width.checked_sub(panel_width + GUTTER).filter(|left| *left >= NARROWEST) {
        let panel = panel(model, showing, panel_width, theme);
        let room = height.saturating_sub(title + 1 + words.height());
        let rows = room.clamp(HEIGHTS.0.min(height.saturating_sub(title)), HEIGHTS.1).max(panel.height());
        picture(showing, (left, rows), theme, &mut sheet);
        let selected = panel.selected.map(|(first, end)| (first + title, end + title));
        sheet.beside(left + GUTTER, title, panel);
        sheet.selected = selected;
    } else {
        let parameters = showing.exhibit.parameters();
        let chosen = showing.parameter.min(parameters.len().saturating_sub(1));
        if let Some(one) = parameters.get(chosen) {
            parameter(model, (chosen, one), true, width, theme, &mut sheet);
        }
        let rows = height.saturating_sub(sheet.height()).clamp(4, HEIGHTS.1);
        picture(showing, (width, rows), theme, &mut sheet);
        figures(model, showing, width, theme, &mut sheet);
        // The parameter stands above the picture: with it in view, so is what it does.
        sheet.selected = Some((0, title + 1));
    }
    sheet.blank();
    let end = sheet.height();
    sheet.beside(0, end, words);
    sheet
}

pub(super) fn hints(showing: &Showing) -> Vec<(Command, &'static str)> {
    let mut hints = vec![(Command::Right, "change")];
    if showing.exhibit.moves() {
        hints.push((Command::Run, if showing.exhibit.running() { "pause" } else { "run" }));
    }
    hints.push((Command::Back, "back"));
    if showing.exhibit.parameters().len() > 1 {
        hints.push((Command::Down, "choose"));
    }
    hints
}

/// What to notice, what it is, and what holds for the figures.
fn words(model: &Model, showing: &Showing, width: u16, theme: &Theme) -> Sheet<'static> {
    let mut sheet = Sheet::default();
    let exhibit = &showing.exhibit;
    sheet.wrapped(0, width, &spelled(model, exhibit.notice()), theme.strong);
    sheet.wrapped(0, width, &spelled(model, exhibit.about()), theme.ink);
    sheet.wrapped(0, width, &spelled(model, &exhibit.basis()), theme.quiet);
    sheet
}

/// Puts the picture under what is there.
fn picture(showing: &Showing, (width, height): (u16, u16), theme: &Theme, sheet: &mut Sheet<'static>) {
    let area = Rect::new(0, 0, width, height);
    let mut picture = Buffer::empty(area);
    showing.exhibit.draw(theme, area, &mut picture);
    sheet.picture(&picture, showing.exhibit.moves().then_some(Target::Command(Command::Run)));
}

/// What can be changed, and the figures that follow from it.
fn panel(model: &Model, showing: &Showing, width: u16, theme: &Theme) -> Sheet<'static> {
    let mut sheet = Sheet::default();
    let parameters = showing.exhibit.parameters();
    let chosen = showing.parameter.min(parameters.len().saturating_sub(1));
    for (i, one) in parameters.iter().enumerate() {
        let first = sheet.height();
        parameter(model, (i, one), i == chosen, width, theme, &mut sheet);
        if i == chosen {
            sheet.selected = Some((first, sheet.height()));
        }
    }
    sheet.blank();
    figures(model, showing, width, theme, &mut sheet);
    sheet
}

/// A parameter: `▌ steps        ‹ 2 ›`. A value that has no room beside its label stands under it.
fn parameter(
    model: &Model,
    (i, parameter): (usize, &Parameter),
    chosen: bool,
    width: u16,
    theme: &Theme,
    sheet: &mut Sheet<'static>,
) {
    let [before, after] = theme.signs.change;
    let value = spelled(model, &parameter.value);
    let mut row = Row::default();
    if chosen {
        row.put(0, theme.signs.bar, theme.accent);
    }
    let voice = if chosen { theme.strong } else { theme.ink };
    row.hit(0..LABELS.0, Target::Parameter(i));
    let labelled = row.put(BAR, parameter.label, voice);
    let length = value.width() as u16 + 4;
    let mut x = BAR + LABELS.0;
    if x + length > width {
        x = width.saturating_sub(length).max(labelled + 1);
    }
    if x + length > width {
        sheet.push(std::mem::take(&mut row));
        x = width.saturating_sub(length).min(BAR + 2);
    }
    let end = x + length;
    if parameter.less {
        row.put(x, before, theme.accent);
    }
    if parameter.more {
        row.put(end - 1, after, theme.accent);
    }
    // Half of the value belongs to each sign: two cells are hard to hit.
    let middle = x + length / 2;
    row.hit(x..middle, Target::Change(i, Change::Less));
    row.hit(middle..end, Target::Change(i, Change::More));
    row.put(x + 2, value, voice);
    sheet.push(row);
}

/// The figures, their values under each other: behind their labels, or, where one has no room there, at the right edge.
fn figures(model: &Model, showing: &Showing, width: u16, theme: &Theme, sheet: &mut Sheet<'static>) {
    let figures: Vec<_> =
        showing.exhibit.figures().into_iter().map(|figure| (figure.label, spelled(model, &figure.value))).collect();
    let left = figures.iter().all(|(_, value)| BAR + LABELS.1 + value.width() as u16 <= width);
    for (label, value) in figures {
        let mut row = Row::default();
        let labelled = row.put(BAR, label, theme.quiet);
        let x = if left { BAR + LABELS.1 } else { width.saturating_sub(value.width() as u16) };
        if x <= labelled {
            sheet.push(std::mem::take(&mut row));
        }
        row.put(x, value, theme.ink);
        sheet.push(row);
    }
}

/// The words of an exhibit as the terminal can show them.
fn spelled(model: &Model, text: &str) -> String {
    if model.look.glyphs == Glyphs::Ascii { typewritten(text).into_owned() } else { text.to_owned() }
}
