//! The career: the company's line as a ribbon, the stations newest first. In a wide window the selected station is told
//! beside the list, in a narrow one it unfolds in place.

use unicode_width::UnicodeWidthStr as _;

use super::{
    super::{Model, content::MEASURE, keys::Command},
    Target,
    sheet::{Row, Sheet},
    window::Window,
};
use crate::{
    profile::{Career, Station},
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
    for (i, station) in career.stations.iter().enumerate() {
        let first = sheet.height();
        let selected = i == model.station;
        sheet.push(columns.row(i, station, selected, theme));
        if selected {
            if beside.is_none() && model.unfolded {
                let mut told = Sheet::default();
                told.blank();
                tell(model, i, station, window.text.width.saturating_sub(2).min(MEASURE), theme, &mut told);
                if i + 1 < career.stations.len() {
                    told.blank();
                }
                let y = sheet.height();
                sheet.beside(2, y, told);
            }
            sheet.selected = Some((first, sheet.height()));
        }
    }
    if let (Some((x, width)), Some(station), Some((row, _))) =
        (beside, career.stations.get(model.station), sheet.selected)
    {
        let list = sheet.height() - career.stations.len() as u16;
        let mut told = Sheet::default();
        heading(station, theme, &mut told);
        tell(model, model.station, station, width, theme, &mut told);
        // Beside the head of the list; a list longer than the window takes its station's text along.
        let fits = sheet.height().max(list + told.height()) <= window.text.height;
        let y = if fits { list } else { row };
        let end = y + told.height();
        sheet.beside(x, y, told);
        sheet.selected = Some((row, end.max(row + 1)));
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
        let arrow = if i == 0 { 0 } else { 2 + sign.width() as u16 + 2 };
        if x > 0 && x + arrow + name.width() as u16 > width {
            sheet.push(std::mem::take(&mut row));
            x = row.put(0, sign, theme.quiet) + 2;
        } else if i > 0 {
            x = row.put(x + 2, sign, theme.quiet) + 2;
        }
        x = row.put(x, name.clone(), theme.ink);
    }
    sheet.push(row);
    sheet.blank();
}

/// The columns of the list.
struct Columns {
    organization: u16,
    subject: u16,
}

impl Columns {
    /// The list is at most as wide as the window, and half of it where something stands beside.
    fn of(career: &Career, width: u16) -> Self {
        let widest = |texts: &mut dyn Iterator<Item = &str>| texts.map(|text| text.width() as u16).max().unwrap_or(0);
        let organization = widest(&mut career.stations.iter().map(|station| station.organization.as_str()));
        let subject = widest(&mut career.stations.iter().filter_map(about));
        let organization = organization.min(width / 2);
        Self { organization, subject: subject.min(width.saturating_sub(organization + GAP)) }
    }

    /// Where the selected station is told beside the list, and how wide; `None` where there is no room.
    fn beside(&self, width: u16) -> Option<(u16, u16)> {
        let x = self.organization + GAP + self.subject + GUTTER;
        let left = width.checked_sub(x)?;
        (left >= NARROWEST_TEXT).then(|| (x, left.min(MEASURE)))
    }

    fn row<'a>(&self, i: usize, station: &'a Station, selected: bool, theme: &Theme) -> Row<'a> {
        let mut row = Row::default();
        row.put(
            0,
            fit(&station.organization, self.organization, theme),
            if selected { theme.strong } else { theme.ink },
        );
        if let Some(about) = about(station) {
            row.put(self.organization + GAP, fit(about, self.subject, theme), theme.quiet);
        }
        if selected {
            row.select(theme);
        }
        row.hit(0..self.organization + GAP + self.subject, Target::Station(i));
        row
    }
}

/// What the list says of a station besides its organization.
fn about(station: &Station) -> Option<&str> {
    station.subject.as_deref().or(station.time.as_deref())
}

/// As much of a text as fits: whole characters, and an ellipsis where some are left out. What is left out here
/// stands in full where the station is told.
fn fit<'a>(text: &'a str, width: u16, theme: &Theme) -> std::borrow::Cow<'a, str> {
    use unicode_segmentation::UnicodeSegmentation as _;
    if text.width() <= usize::from(width) {
        return text.into();
    }
    let mut left = usize::from(width).saturating_sub(theme.signs.ellipsis.width());
    let kept = text.graphemes(true).take_while(|grapheme| {
        let fits = grapheme.width() <= left;
        left = left.saturating_sub(grapheme.width());
        fits
    });
    let mut kept: String = kept.collect();
    kept.push_str(theme.signs.ellipsis);
    kept.into()
}

/// What and when, above the text beside the list.
fn heading<'a>(station: &'a Station, theme: &Theme, sheet: &mut Sheet<'a>) {
    let mut row = Row::default();
    let mut x = row.put(0, station.organization.as_str(), theme.strong);
    for part in [&station.subject, &station.time].into_iter().flatten() {
        x = row.put(x, theme.signs.separator, theme.quiet);
        x = row.put(x, part.as_str(), theme.quiet);
    }
    sheet.push(row);
    sheet.blank();
}

/// What was built, with whom, and in which layer.
fn tell<'a>(model: &'a Model, i: usize, station: &'a Station, width: u16, theme: &Theme, sheet: &mut Sheet<'a>) {
    let text = model.content.station(i);
    if let Some(text) = text {
        sheet.lines(0, text.below(width), theme);
    }
    if !station.people.is_empty() {
        sheet.blank();
        sheet.wrapped(0, width, &with(&station.people), theme.quiet);
    }
    if let Some(layer) = station.layer.and_then(|layer| model.content.profile.stack.layers.get(layer)) {
        sheet.blank();
        let mut row = Row::default();
        let end = row.put(0, format!("{} {} on the stack", theme.signs.arrow, layer.title), theme.accent);
        row.hit(0..end, Target::Command(Command::Layer));
        sheet.push(row);
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
