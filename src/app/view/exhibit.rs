//! An exhibit: its picture, beside or under it what can be changed and the figures that follow, then its words.

use ratatui::{buffer::Buffer, layout::Rect};

use super::{
    super::{Model, content::MEASURE, exhibit::Showing, keys::Command},
    Target,
    sheet::{Row, Sheet},
    window::Window,
};
use crate::{
    exhibits::{Change, Palette, Parameter, Signs},
    profile::{typeset, typewritten},
    terminal::capabilities::Glyphs,
    theme::Theme,
};

/// From so many rows on there is room for all words, and air between the picture and them.
const TALL: u16 = 26;
const AIR: u16 = 1;
/// What stands beside the picture is so wide: a bar, a label, a value between its signs.
const PANEL: u16 = 31;
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
/// A picture beside the panel is at least and at most so high.
const HEIGHTS: (u16, u16) = (10, 28);

pub(super) fn sheet(model: &Model, showing: &Showing, theme: &Theme, window: &Window) -> Sheet<'static> {
    let Rect { width, height, .. } = window.text;
    let [caption, about] = words(model, showing, (width.min(MEASURE + 8), height >= TALL), theme);
    let mut sheet = Sheet::default();
    sheet.wrapped(0, width, &spelled(model, showing.exhibit.title()), theme.strong);
    let title = sheet.height();
    let figures = figures(model, showing);
    let panel_width = if width >= 90 { WIDE_PANEL } else { PANEL };
    if let Some(left) = width.checked_sub(panel_width + GUTTER).filter(|left| *left >= NARROWEST) {
        let mut panel = parameters(model, showing, panel_width, theme);
        panel.blank();
        // In a low window the figures come before what it is: that is a row or two further down.
        let under = caption.height() + if height >= TALL { 2 * AIR + about.height() } else { 0 };
        let room = height.saturating_sub(title + under);
        let rows = room.clamp(HEIGHTS.0, HEIGHTS.1).min(height.saturating_sub(title)).max(panel.height());
        // The figures that have no room beside the picture stand under the words.
        let (beside, below) = figures.split_at(figures.len().min(usize::from(rows - panel.height())));
        list(beside, panel_width, theme, &mut panel);
        picture(model, showing, (left, rows), theme, &mut sheet);
        let selected = panel.selected.map(|(first, end)| (first + title, end + title));
        sheet.beside(left + GUTTER, title, panel);
        sheet.selected = selected;
        if height >= TALL {
            sheet.blank();
        }
        append(&mut sheet, caption);
        list(below, panel_width, theme, &mut sheet);
        sheet.gap();
        append(&mut sheet, about);
    } else {
        let parameters = showing.exhibit.parameters();
        let chosen = showing.parameter.min(parameters.len().saturating_sub(1));
        if let Some(one) = parameters.get(chosen) {
            parameter(model, (chosen, one), true, width, theme, &mut sheet);
        }
        let rows = height.saturating_sub(sheet.height()).clamp(4, HEIGHTS.1);
        picture(model, showing, (width, rows), theme, &mut sheet);
        list(&figures, width, theme, &mut sheet);
        sheet.blank();
        append(&mut sheet, caption);
        sheet.gap();
        append(&mut sheet, about);
        // The parameter stands above the picture: with it in view, so is what it does.
        sheet.selected = Some((0, title + 1));
    }
    sheet
}

/// Puts a sheet under another.
fn append(sheet: &mut Sheet<'static>, other: Sheet<'static>) {
    let end = sheet.height();
    sheet.beside(0, end, other);
}

pub(super) fn hints(showing: &Showing) -> Vec<(Command, &'static str)> {
    let mut hints = Vec::new();
    if showing.exhibit.moves() {
        hints.push((Command::Run, if showing.exhibit.running() { "pause" } else { "run" }));
    }
    hints.push((Command::Right, "change"));
    hints.push((Command::Back, "back"));
    if showing.exhibit.parameters().len() > 1 {
        hints.push((Command::Down, "choose"));
    }
    hints
}

/// What holds for the figures, as the picture's caption, and what to notice; then what it is.
fn words(model: &Model, showing: &Showing, (width, airy): (u16, bool), theme: &Theme) -> [Sheet<'static>; 2] {
    let [mut caption, mut about] = [Sheet::default(), Sheet::default()];
    let exhibit = &showing.exhibit;
    caption.wrapped(0, width, &spelled(model, &exhibit.basis()), theme.quiet);
    // In a low window their voices keep them apart.
    if airy {
        caption.gap();
    }
    caption.wrapped(0, width, &spelled(model, exhibit.notice()), theme.strong);
    about.wrapped(0, width, &spelled(model, exhibit.about()), theme.ink);
    [caption, about]
}

/// Puts the picture under what is there.
fn picture(model: &Model, showing: &Showing, (width, height): (u16, u16), theme: &Theme, sheet: &mut Sheet<'static>) {
    let area = Rect::new(0, 0, width, height);
    let mut picture = Buffer::empty(area);
    showing.exhibit.draw(&palette(model, theme), area, &mut picture);
    sheet.picture(&picture, showing.exhibit.moves().then_some(Target::Command(Command::Run)));
}

/// The styles and characters of the picture.
fn palette(model: &Model, theme: &Theme) -> Palette {
    Palette {
        text: theme.ink,
        strong: theme.strong,
        quiet: theme.quiet,
        accent: theme.accent,
        highlight: theme.found,
        selected: theme.marked,
        signs: match model.look.glyphs {
            Glyphs::Unicode => Signs::Unicode,
            Glyphs::Ascii => Signs::Ascii,
        },
    }
}

/// What can be changed.
fn parameters(model: &Model, showing: &Showing, width: u16, theme: &Theme) -> Sheet<'static> {
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
    let length = typeset::width(&value) + 4;
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

/// The figures that follow from the setting: labels and values.
fn figures(model: &Model, showing: &Showing) -> Vec<(&'static str, String)> {
    showing.exhibit.figures().into_iter().map(|figure| (figure.label, spelled(model, &figure.value))).collect()
}

/// Lists figures, their values under each other: behind their labels, or, where one has no room there, at the right edge.
fn list(figures: &[(&'static str, String)], width: u16, theme: &Theme, sheet: &mut Sheet<'static>) {
    let left = figures.iter().all(|(_, value)| BAR + LABELS.1 + typeset::width(value) <= width);
    for (label, value) in figures {
        let mut row = Row::default();
        let labelled = row.put(BAR, *label, theme.quiet);
        let x = if left { BAR + LABELS.1 } else { width.saturating_sub(typeset::width(value)) };
        if x <= labelled {
            sheet.push(std::mem::take(&mut row));
        }
        row.put(x, value.clone(), theme.ink);
        sheet.push(row);
    }
}

/// The words of an exhibit as the terminal can show them.
fn spelled(model: &Model, text: &str) -> String {
    if model.look.glyphs == Glyphs::Ascii { typewritten(text).into_owned() } else { text.to_owned() }
}
