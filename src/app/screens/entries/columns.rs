//! The list of a page of entries: which fields of an entry stand in which column.

use super::super::super::screen::{Context, Row, Sheet};
use crate::{
    document::{Dates, Entry, Layout, Page, Words},
    site::MEASURE,
    typeset,
};

/// Between two columns.
const GAP: u16 = 3;
/// Between the list and what is told beside it: the bar's place, and air.
const GUTTER: u16 = 5;
/// What is told beside the list has at least this many columns.
const NARROWEST_TEXT: u16 = 32;
/// A list wraps at this many columns where that leaves room for what is told beside it.
const WRAPPED_LIST: u16 = 44;
/// A stacked text stands this many columns to the right of the one above it.
const STEP: u16 = 2;
/// A time in the owner's words wraps at this many columns; dates are never broken.
const TIME: u16 = 20;

/// How a list is set in a window.
#[derive(Debug)]
pub(super) struct Columns {
    layout: Layout,
    form: Form,
    /// The width of each column.
    widths: [u16; 3],
    /// The columns of the window that the list takes.
    pub(super) width: u16,
    /// Where the selected entry is told beside the list, and how wide; `None` where there is no room.
    pub(super) beside: Option<(u16, u16)>,
}

/// The columns of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// What it is, what it is about, and when or where.
    Three,
    /// What it is, and the more telling of the other two.
    Two,
    /// The second below the first.
    Stacked,
    /// The second below the first, and the dates at the right of the title.
    Dated,
}

impl Columns {
    pub(super) fn of(page: &Page, window: u16, context: &Context<'_>) -> Self {
        let layout = page.layout;
        let set = |form| {
            let mut widths = [0; 3];
            for entry in &page.entries {
                for (widest, lines) in widths.iter_mut().zip(texts(layout, form, entry, context)) {
                    *widest = lines.iter().map(|line| typeset::width(line)).fold(*widest, u16::max);
                }
            }
            let [first, rest @ ..] = widths;
            let columns = rest.into_iter().filter(|width| *width > 0);
            let full = columns.fold(first, |full, width| full.saturating_add(GAP).saturating_add(width));
            (form, widths, full)
        };
        let narrow = context.window.narrow;
        let has_dates = page.entries.iter().any(|entry| entry.dates != Dates::Unknown);
        let dated = (has_dates && !narrow && has_dates_at_the_right(layout)).then(|| {
            let width = |entry| dated_width(layout, entry, context);
            (Form::Dated, [0; 3], page.entries.iter().map(width).max().unwrap_or(0))
        });
        let (three, two) = (set(Form::Three), set(Form::Two));
        let left = |full: u16| window.checked_sub(full.saturating_add(GUTTER)).filter(|left| *left >= NARROWEST_TEXT);
        // A list of dates wraps before it takes the place of what is told beside it. Layers without their summaries
        // would say too little; those of a wide window stand beside the text, others above.
        let wrapped = dated.map(|(form, widths, full)| (form, widths, full.min(WRAPPED_LIST)));
        let second = if layout == Layout::Layers { None } else { dated.or(Some(two)) };
        let mut fits_beside = [Some(three), second, wrapped].into_iter().flatten();
        if let Some(((form, widths, full), left)) = fits_beside.find_map(|set| Some((set, left(set.2)?))) {
            let beside = Some((full + GUTTER, left.min(MEASURE)));
            return Self { layout, form, widths, width: full, beside };
        }
        let across = window.min(MEASURE);
        let wide = (three.2 <= across && !narrow).then_some(three).or(dated);
        let fitting = wide.or((two.2 <= across).then_some(two)).unwrap_or((Form::Stacked, two.1, across));
        Self { layout, form: fitting.0, widths: fitting.1, width: across, beside: None }
    }

    /// Lists an entry. A name that the entry above has too is not repeated.
    pub(super) fn list(
        &self,
        (i, entry): (usize, &Entry),
        above: Option<&Entry>,
        selected: bool,
        context: &Context<'_>,
        sheet: &mut Sheet,
    ) {
        let theme = context.theme;
        let first = sheet.height();
        let name = |entry| cells(self.layout, self.form, entry, context.words()).into_iter().next();
        let [left, middle, right] = texts(self.layout, self.form, entry, context);
        let repeated = !middle.is_empty() && above.is_some_and(|above| name(above) == name(entry));
        let style = if selected { theme.strong } else { theme.ink };
        // Under a name that is not repeated, what tells the entries apart speaks for it.
        let middle_style = if repeated { style } else { theme.quiet };
        let (left, middle) = (left.concat(), middle.concat());
        match self.form {
            Form::Stacked => {
                if !repeated {
                    sheet.wrapped(0, self.width, &left, style);
                }
                sheet.wrapped(STEP, self.width.saturating_sub(STEP), &middle, middle_style);
            }
            Form::Dated => {
                let mut rows = Vec::new();
                if !repeated {
                    rows.push((0, left, style));
                }
                if !middle.is_empty() {
                    rows.push((STEP, middle, middle_style));
                }
                // The title of a timeline stands under the organization, that of a list above it.
                let title = if self.layout == Layout::Timeline { rows.len().saturating_sub(1) } else { 0 };
                for (nth, (x, text, style)) in rows.into_iter().enumerate() {
                    let dates: &[String] = if nth == title { &right } else { &[] };
                    let widest = dates.iter().map(|line| typeset::width(line) + GAP).max().unwrap_or(0);
                    let lines = typeset::wrap(&text, self.width.saturating_sub(x + widest));
                    for i in 0..lines.len().max(dates.len()) {
                        let mut row = Row::default();
                        if let Some(line) = lines.get(i) {
                            row.put(x, line.clone(), style);
                        }
                        if let Some(line) = dates.get(i) {
                            row.put(self.width.saturating_sub(typeset::width(line)), line.clone(), theme.quiet);
                        }
                        sheet.push(row);
                    }
                }
            }
            Form::Three | Form::Two => {
                let mut row = Row::default();
                let [left_width, _, right_width] = self.widths;
                if !repeated {
                    row.put(0, left, style);
                }
                row.put(left_width + GAP, middle, middle_style);
                for line in right {
                    let width = if has_dates_at_the_right(self.layout) { typeset::width(&line) } else { right_width };
                    row.put(self.width.saturating_sub(width), line, theme.quiet);
                    sheet.push(std::mem::take(&mut row));
                }
                if row.width() > 0 {
                    sheet.push(row);
                }
            }
        }
        sheet.entry(first, self.width, i, selected, theme);
    }

    /// The fields of an entry that the list does not have, nor, where there is one, the heading beside it.
    pub(super) fn left_out(&self, entry: &Entry, context: &Context<'_>) -> Vec<String> {
        let words = context.words();
        let listed = cells(self.layout, self.form, entry, words);
        let headed = self.beside.is_some();
        let [title, organization] = [&entry.title, &entry.organization].map(|field| field.clone().filter(|_| !headed));
        let dates = Some(entry.dates.text(words)).filter(|_| !headed);
        let fields = [title, organization, dates, entry.subtitle.clone(), entry.place.clone(), entry.level.clone()];
        let fields = fields.into_iter().flatten().filter(|field| !field.is_empty() && !listed.contains(field));
        fields.map(|field| context.spell(&field).into_owned()).collect()
    }
}

/// Whether the right column of a list in this layout holds dates, which stand flush right.
fn has_dates_at_the_right(layout: Layout) -> bool {
    matches!(layout, Layout::Timeline | Layout::List)
}

/// The lines of an entry's columns, in the characters of this terminal. Only a time in words is wrapped.
fn texts(layout: Layout, form: Form, entry: &Entry, context: &Context<'_>) -> [Vec<String>; 3] {
    let [left, middle, right] =
        cells(layout, form, entry, context.words()).map(|text| context.spell(&text).into_owned());
    let line = |text: String| if text.is_empty() { Vec::new() } else { vec![text] };
    let in_words = has_dates_at_the_right(layout) && entry.dates.words().is_some();
    [line(left), line(middle), if in_words { typeset::wrap(&right, TIME) } else { line(right) }]
}

/// The columns that an entry takes in [`Form::Dated`] when nothing but a time in words is wrapped.
fn dated_width(layout: Layout, entry: &Entry, context: &Context<'_>) -> u16 {
    let widths = texts(layout, Form::Dated, entry, context)
        .map(|lines| lines.iter().map(|line| typeset::width(line)).max().unwrap_or(0));
    let [mut left, mut middle, right] = widths;
    if middle > 0 {
        middle = middle.saturating_add(STEP);
    }
    let title = if layout == Layout::Timeline && middle > 0 { &mut middle } else { &mut left };
    if right > 0 {
        *title = title.saturating_add(GAP).saturating_add(right);
    }
    left.max(middle)
}

/// The texts of an entry's columns; empty where there is none.
fn cells(layout: Layout, form: Form, entry: &Entry, words: &Words) -> [String; 3] {
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    let dates = entry.dates.text(words);
    let [left, middle, right] = match layout {
        Layout::Timeline => match (&entry.organization, &entry.title) {
            (Some(organization), title) => [organization.clone(), text(title), dates],
            (None, _) => [text(&entry.title), String::new(), dates],
        },
        Layout::Layers => [entry.label().to_owned(), text(&entry.subtitle), entry.place.clone().unwrap_or(dates)],
        Layout::Compact => {
            let about = if entry.tags.is_empty() { text(&entry.subtitle) } else { words.joined(&entry.tags) };
            [entry.label().to_owned(), about, text(&entry.level)]
        }
        _ => {
            let organization = entry.organization.as_ref().filter(|_| entry.title.is_some());
            let about = organization.or(entry.subtitle.as_ref()).cloned().unwrap_or_default();
            [entry.label().to_owned(), about, dates]
        }
    };
    if matches!(form, Form::Three | Form::Dated) {
        return [left, middle, right];
    }
    let (preferred, other) = if layout == Layout::Layers { (right, middle) } else { (middle, right) };
    [left, if preferred.is_empty() { other } else { preferred }, String::new()]
}
