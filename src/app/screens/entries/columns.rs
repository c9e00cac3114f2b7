//! The list of a page of entries: which fields of an entry stand in which of its three columns.

use super::super::super::{
    screen::Context,
    sheet::{Row, Sheet, Target},
};
use crate::{
    document::{Entry, Layout, Page},
    typeset,
};

/// Between two columns.
const GAP: u16 = 3;

/// The columns of a list: names at the left, what they are about, and dates or places at the right. Where the window has no
/// room for all of them, the second stands below the first and the third is left out.
#[derive(Debug)]
pub(super) struct Columns {
    layout: Layout,
    widths: [u16; 3],
    /// Whether all columns stand side by side.
    all: bool,
    /// The columns of the whole list.
    pub(super) width: u16,
}

impl Columns {
    pub(super) fn of(page: &Page, width: u16, context: &Context<'_>) -> Self {
        let mut widths = [0; 3];
        for entry in &page.entries {
            for (widest, text) in widths.iter_mut().zip(cells(page.layout, entry)) {
                *widest = typeset::width(&context.spell(&text)).max(*widest);
            }
        }
        let [left, middle, right] = widths;
        let gap = |width: u16| if width == 0 { 0 } else { GAP.saturating_add(width) };
        let full = left.saturating_add(gap(middle)).saturating_add(gap(right));
        Self { layout: page.layout, widths, all: full <= width, width: full.min(width) }
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
        let first = usize::from(sheet.height());
        let [left, middle, right] = cells(self.layout, entry).map(|text| context.spell(&text).into_owned());
        let repeated =
            above.is_some_and(|above| context.spell(&cells(self.layout, above)[0]) == left) && !middle.is_empty();
        let style = if selected { theme.strong } else { theme.ink };
        let [left_width, ..] = self.widths;
        if self.all {
            let mut row = Row::default();
            if !repeated {
                row.put(0, left, style);
            }
            // Under a name that is not repeated, what tells the entries apart speaks for it.
            let middle_style = if repeated { style } else { theme.quiet };
            row.put(left_width + GAP, middle, middle_style);
            let x = self.width - typeset::width(&right);
            row.put(x, right, theme.quiet);
            sheet.push(row);
        } else {
            if !repeated {
                sheet.wrapped(0, self.width, &left, style);
            }
            if !middle.is_empty() {
                let style = if repeated { style } else { theme.quiet };
                sheet.wrapped(2, self.width.saturating_sub(2), &middle, style);
            }
        }
        for row in sheet.rows_mut().iter_mut().skip(first) {
            row.hit(0..self.width, Target::Entry(i));
            row.belongs(i);
        }
        if let Some(row) = sheet.rows_mut().get_mut(first).filter(|_| selected) {
            row.select(theme);
        }
    }

    /// The fields of an entry that the list does not have, nor, where there is one, the heading beside it.
    pub(super) fn left_out(&self, entry: &Entry, headed: bool, context: &Context<'_>) -> Vec<String> {
        let [left, middle, right] = cells(self.layout, entry);
        // Where not all columns have room, the right one is left out.
        let listed = [left, middle, if self.all { right } else { String::new() }];
        let [title, organization] = [&entry.title, &entry.organization].map(|field| field.clone().filter(|_| !headed));
        let dates = Some(entry.dates.to_string()).filter(|_| !headed);
        let fields = [title, organization, dates, entry.subtitle.clone(), entry.place.clone(), entry.level.clone()];
        let fields = fields.into_iter().flatten().filter(|field| !field.is_empty() && !listed.contains(field));
        fields.map(|field| context.spell(&field).into_owned()).collect()
    }
}

/// The texts of an entry's columns; empty where there is none.
fn cells(layout: Layout, entry: &Entry) -> [String; 3] {
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    let dates = || entry.dates.to_string();
    match layout {
        Layout::Timeline => match (&entry.organization, &entry.title) {
            (Some(organization), title) => [organization.clone(), text(title), dates()],
            (None, _) => [text(&entry.title), String::new(), dates()],
        },
        Layout::Layers => {
            let place = entry.place.clone().unwrap_or_else(dates);
            [entry.label().to_owned(), text(&entry.subtitle), place]
        }
        Layout::Compact => {
            let about = if entry.tags.is_empty() { text(&entry.subtitle) } else { entry.tags.join(", ") };
            [entry.label().to_owned(), about, text(&entry.level)]
        }
        Layout::Card | Layout::Prose | Layout::List | Layout::Contact => {
            let organization = entry.organization.as_ref().filter(|_| entry.title.is_some());
            let about = organization.or(entry.subtitle.as_ref()).cloned().unwrap_or_default();
            [entry.label().to_owned(), about, dates()]
        }
    }
}
