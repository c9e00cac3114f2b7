//! The list of a page of entries: which fields of an entry stand in which column.

use super::super::super::screen::{Context, Row, Sheet};
use crate::{
    document::{Entry, Layout, Page},
    site::MEASURE,
    typeset,
};

/// Between two columns.
const GAP: u16 = 3;
/// Between the list and what is told beside it: the bar's place, and air.
const GUTTER: u16 = 5;
/// What is told beside the list has at least this many columns.
const NARROWEST_TEXT: u16 = 32;

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
}

impl Columns {
    pub(super) fn of(page: &Page, window: u16, context: &Context<'_>) -> Self {
        let layout = page.layout;
        let set = |form| {
            let mut widths = [0; 3];
            for entry in &page.entries {
                for (widest, text) in widths.iter_mut().zip(cells(layout, form, entry)) {
                    *widest = typeset::width(&context.spell(&text)).max(*widest);
                }
            }
            let [first, rest @ ..] = widths;
            let columns = rest.into_iter().filter(|width| *width > 0);
            let full = columns.fold(first, |full, width| full.saturating_add(GAP).saturating_add(width));
            (form, widths, full)
        };
        let (three, two) = (set(Form::Three), set(Form::Two));
        let left = |full: u16| window.checked_sub(full.saturating_add(GUTTER)).filter(|left| *left >= NARROWEST_TEXT);
        // Layers without their summaries would say too little; those of a wide window stand beside the text, others
        // above.
        let mut fits_beside = [three, two].into_iter().take(if layout == Layout::Layers { 1 } else { 2 });
        if let Some(((form, widths, full), left)) = fits_beside.find_map(|set| Some((set, left(set.2)?))) {
            let beside = Some((full + GUTTER, left.min(MEASURE)));
            return Self { layout, form, widths, width: full, beside };
        }
        let across = window.min(MEASURE);
        let wide = (three.2 <= across && !context.window.narrow).then_some(three);
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
        let spelled = |entry| cells(self.layout, self.form, entry).map(|text| context.spell(&text).into_owned());
        let [left, middle, right] = spelled(entry);
        let repeated = !middle.is_empty() && above.is_some_and(|above| spelled(above).first() == Some(&left));
        let style = if selected { theme.strong } else { theme.ink };
        // Under a name that is not repeated, what tells the entries apart speaks for it.
        let middle_style = if repeated { style } else { theme.quiet };
        if self.form == Form::Stacked {
            if !repeated {
                sheet.wrapped(0, self.width, &left, style);
            }
            sheet.wrapped(2, self.width.saturating_sub(2), &middle, middle_style);
        } else {
            let mut row = Row::default();
            let [left_width, _, right_width] = self.widths;
            if !repeated {
                row.put(0, left, style);
            }
            row.put(left_width + GAP, middle, middle_style);
            row.put(self.width.saturating_sub(right_width), right, theme.quiet);
            sheet.push(row);
        }
        sheet.entry(first, self.width, i, selected, theme);
    }

    /// The fields of an entry that the list does not have, nor, where there is one, the heading beside it.
    pub(super) fn left_out(&self, entry: &Entry, context: &Context<'_>) -> Vec<String> {
        let listed = cells(self.layout, self.form, entry);
        let headed = self.beside.is_some();
        let [title, organization] = [&entry.title, &entry.organization].map(|field| field.clone().filter(|_| !headed));
        let dates = Some(entry.dates.to_string()).filter(|_| !headed);
        let fields = [title, organization, dates, entry.subtitle.clone(), entry.place.clone(), entry.level.clone()];
        let fields = fields.into_iter().flatten().filter(|field| !field.is_empty() && !listed.contains(field));
        fields.map(|field| context.spell(&field).into_owned()).collect()
    }
}

/// The texts of an entry's columns; empty where there is none.
fn cells(layout: Layout, form: Form, entry: &Entry) -> [String; 3] {
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    let dates = entry.dates.to_string();
    let [left, middle, right] = match layout {
        Layout::Timeline => match (&entry.organization, &entry.title) {
            (Some(organization), title) => [organization.clone(), text(title), dates],
            (None, _) => [text(&entry.title), String::new(), dates],
        },
        Layout::Layers => [entry.label().to_owned(), text(&entry.subtitle), entry.place.clone().unwrap_or(dates)],
        Layout::Compact => {
            let about = if entry.tags.is_empty() { text(&entry.subtitle) } else { entry.tags.join(", ") };
            [entry.label().to_owned(), about, text(&entry.level)]
        }
        _ => {
            let organization = entry.organization.as_ref().filter(|_| entry.title.is_some());
            let about = organization.or(entry.subtitle.as_ref()).cloned().unwrap_or_default();
            [entry.label().to_owned(), about, dates]
        }
    };
    if form == Form::Three {
        return [left, middle, right];
    }
    let (preferred, other) = if layout == Layout::Layers { (right, middle) } else { (middle, right) };
    [left, if preferred.is_empty() { other } else { preferred }, String::new()]
}
