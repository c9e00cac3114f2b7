//! The career: the company's line as a ribbon, the stations newest first. In a wide window the selected station is told
//! beside the list, in a narrow one it unfolds in place.

use super::{
    super::{Model, content::MEASURE, keys::Command},
    Target,
    sheet::{Row, Sheet},
    window::Window,
};
use crate::{
    profile::{Career, Station, typeset},
    theme::Theme,
};

/// Between the list and what is told beside it: the bar's place, and air.
const GUTTER: u16 = 5;
/// A station told in fewer columns is told in place.
const NARROWEST_TEXT: u16 = 34;
/// Between an organization and its subject.
const GAP: u16 = 3;

pub(super) fn sheet<'a>(model: &'a Model, theme: &Theme, window: &Window) -> Sheet<'a> {
    let career = &model.content.profile.career;
    let mut sheet = Sheet::default();
    let ribbon_and_list = career.stations.len() + 2;
    sheet.lead(window.text.height, ribbon_and_list);
    ribbon(career, window.text.width, theme, &mut sheet);
    let columns = Columns::of(career, window.text.width);
    let beside = columns.beside(window.text.width);
    let list = sheet.height();
    for (i, station) in career.stations.iter().enumerate() {
        let first = sheet.height();
        let selected = i == model.station;
        columns.list(i, station, selected, theme, &mut sheet);
        if selected {
            if beside.is_none() && model.unfolded {
                let mut told = Sheet::default();
                told.blank();
                let width = window.text.width.saturating_sub(2).min(MEASURE);
                // The list says the subject where there is one; the time is told here.
                if let (Some(_), Some(time)) = (&station.subject, &station.time) {
                    told.wrapped(0, width, time, theme.quiet);
                    told.gap();
                }
                tell(model, i, station, width, theme, &mut told);
                if i + 1 < career.stations.len() {
                    told.gap();
                }
                let y = sheet.height();
                sheet.beside(2, y, told);
            }
            sheet.selected = Some((first, sheet.height()));
        }
    }
    if let (Some((x, width)), Some(station), Some((row, after))) =
        (beside, career.stations.get(model.station), sheet.selected)
    {
        let mut told = Sheet::default();
        heading(station, width, theme, &mut told);
        tell(model, model.station, station, width, theme, &mut told);
        if sheet.height() <= window.text.height {
            // The list stands still while one steps through it, and the text begins at its head.
            let end = list + told.height();
            sheet.beside(x, list, told);
            (sheet.selected, sheet.told) = (Some((0, after)), Some(end.max(after)));
        } else {
            // A list longer than the window takes its station's text along.
            let end = row + told.height();
            sheet.beside(x, row, told);
            sheet.selected = Some((row, end.max(after)));
        }
    }
    sheet
}

/// Whether a station is told in place, because there is no room beside the list.
pub(in crate::app) fn unfolds(model: &Model) -> bool {
    let career = &model.content.profile.career;
    let window = Window::of(model.size());
    window.is_none_or(|window| Columns::of(career, window.text.width).beside(window.text.width).is_none())
}

pub(super) fn hints(model: &Model, window: &Window) -> Vec<(Command, &'static str)> {
    let career = &model.content.profile.career;
    let station = career.stations.get(model.station);
    let folded = !model.unfolded && Columns::of(career, window.text.width).beside(window.text.width).is_none();
    let mut hints = vec![(Command::Open, if folded { "unfold" } else { "read on" }), (Command::Down, "earlier")];
    if let Some(layer) = station.and_then(|station| station.layer)
        && model.content.profile.stack.layers.get(layer).is_some()
    {
        hints.push((Command::Layer, "its layer"));
    }
    hints
}

/// The company's line: `MLIR Systems → Deepvision Inc → …`, broken between names.
fn ribbon(career: &Career, width: u16, theme: &Theme, sheet: &mut Sheet) {
    if career.line.is_empty() {
        return;
    }
    let mut row = Row::default();
    let sign = theme.signs.arrow;
    let mut x = 0;
    for (i, name) in career.line.iter().enumerate() {
        let arrow = if i == 0 { 0 } else { 2 + typeset::width(sign) + 2 };
        if x > 0 && x + arrow + typeset::width(name) > width {
            sheet.push(std::mem::take(&mut row));
            x = row.put(0, sign, theme.quiet) + 2;
        } else if i > 0 {
            x = row.put(x + 2, sign, theme.quiet) + 2;
        }
        if x + typeset::width(name) <= width {
            x = row.put(x, name.clone(), theme.ink);
        } else {
            // A name longer than the window has lines of its own.
            sheet.push(std::mem::take(&mut row));
            sheet.wrapped(0, width, name, theme.ink);
            x = width;
        }
    }
    sheet.push(row);
    sheet.blank();
}

/// The columns of the list: organization and subject beside each other, or where there is no room one below the other.
struct Columns {
    /// Where the subject stands; `None` for below.
    subject: Option<u16>,
    /// The columns of the whole list.
    width: u16,
}

impl Columns {
    fn of(career: &Career, width: u16) -> Self {
        let widest = |texts: &mut dyn Iterator<Item = &str>| texts.map(typeset::width).max().unwrap_or(0);
        let organization = widest(&mut career.stations.iter().map(|station| station.organization.as_str()));
        let subject = widest(&mut career.stations.iter().filter_map(about));
        let full = if subject == 0 { organization } else { organization + GAP + subject };
        if full <= width {
            Self { subject: Some(organization + GAP), width: full }
        } else {
            Self { subject: None, width }
        }
    }

    /// Where the selected station is told beside the list, and how wide; `None` where there is no room.
    fn beside(&self, width: u16) -> Option<(u16, u16)> {
        let x = self.width + GUTTER;
        let left = width.checked_sub(x)?;
        (left >= NARROWEST_TEXT).then(|| (x, left.min(MEASURE)))
    }

    /// Lists a station.
    fn list<'a>(&self, i: usize, station: &'a Station, selected: bool, theme: &Theme, sheet: &mut Sheet<'a>) {
        let first = usize::from(sheet.height());
        let style = if selected { theme.strong } else { theme.ink };
        if let Some(x) = self.subject {
            let mut row = Row::default();
            row.put(0, station.organization.as_str(), style);
            if let Some(about) = about(station) {
                row.put(x, about, theme.quiet);
            }
            sheet.push(row);
        } else {
            sheet.wrapped(0, self.width, &station.organization, style);
            if let Some(about) = about(station) {
                sheet.wrapped(2, self.width.saturating_sub(2), about, theme.quiet);
            }
        }
        for row in sheet.rows_mut().iter_mut().skip(first) {
            row.hit(0..self.width, Target::Station(i));
            row.belongs(i);
        }
        if let Some(row) = sheet.rows_mut().get_mut(first).filter(|_| selected) {
            row.select(theme);
        }
    }
}

/// What the list says of a station besides its organization.
fn about(station: &Station) -> Option<&str> {
    station.subject.as_deref().or(station.time.as_deref())
}

/// What and when, above the text beside the list.
fn heading<'a>(station: &'a Station, width: u16, theme: &Theme, sheet: &mut Sheet<'a>) {
    let parts: Vec<&str> = [&station.subject, &station.time].into_iter().flatten().map(String::as_str).collect();
    let parts = parts.join(theme.signs.separator);
    let separator = if parts.is_empty() { "" } else { theme.signs.separator };
    let mut row = Row::default();
    let x = row.put(0, station.organization.as_str(), theme.strong);
    if x + typeset::width(separator) + typeset::width(&parts) <= width {
        let x = row.put(x, separator, theme.quiet);
        row.put(x, parts, theme.quiet);
        sheet.push(row);
    } else {
        sheet.wrapped(0, width, &station.organization, theme.strong);
        sheet.wrapped(0, width, &parts, theme.quiet);
    }
    sheet.gap();
}

/// What was built, with whom, and in which layer.
fn tell<'a>(model: &'a Model, i: usize, station: &'a Station, width: u16, theme: &Theme, sheet: &mut Sheet<'a>) {
    let text = model.content.station(i);
    if let Some(text) = text {
        sheet.lines(0, text.below(width), theme);
    }
    if !station.people.is_empty() {
        sheet.gap();
        sheet.wrapped(0, width, &with(&station.people), theme.quiet);
    }
    if let Some(layer) = station.layer.and_then(|layer| model.content.profile.stack.layers.get(layer)) {
        sheet.gap();
        let first = usize::from(sheet.height());
        let way = format!("{} {} on the stack", theme.signs.arrow, layer.title);
        sheet.wrapped(0, width, &way, theme.accent);
        for row in sheet.rows_mut().iter_mut().skip(first) {
            row.hit(0..width, Target::Command(Command::Layer));
        }
    }
}

/// `With A, B and C`, each name in one piece.
fn with(people: &[String]) -> String {
    let names: Vec<String> = people.iter().map(|name| name.replace(' ', "\u{a0}")).collect();
    match names.split_last() {
        Some((last, [])) => format!("With {last}"),
        Some((last, others)) => format!("With {} and {last}", others.join(", ")),
        None => String::new(),
    }
}
