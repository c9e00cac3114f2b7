//! Names in a row with an arrow from each to the next, broken between names: `Example Ltd → Sample Inc → …`.

use ratatui::style::Style;

use super::super::screen::{Context, Row, Sheet, Target};
use crate::typeset;

/// A name of the row, and what a click on it hits.
pub(super) struct Name {
    pub(super) text: String,
    pub(super) style: Style,
    pub(super) target: Option<Target>,
}

/// The names, with `gap` columns before and after each arrow.
pub(super) fn ribbon(names: impl IntoIterator<Item = Name>, gap: u16, width: u16, context: &Context<'_>) -> Sheet {
    let (theme, arrow) = (context.theme, context.theme.signs.arrow);
    let (mut sheet, mut row, mut x) = (Sheet::default(), Row::default(), 0);
    for (i, Name { text, style, target }) in names.into_iter().enumerate() {
        let name = context.spell(&text).into_owned();
        let cells = typeset::width(&name);
        let between = if i == 0 { 0 } else { gap + typeset::width(arrow) + gap };
        if x > 0 && x + between + cells > width {
            sheet.push(std::mem::take(&mut row));
            x = row.put(0, arrow, theme.quiet) + gap;
        } else if i > 0 {
            x = row.put(x + gap, arrow, theme.quiet) + gap;
        }
        if x + cells <= width {
            let from = x;
            x = row.put(x, name, style);
            if let Some(target) = target {
                row.hit(from..x, target);
            }
        } else {
            // A name longer than the window has lines of its own.
            sheet.push(std::mem::take(&mut row));
            let first = sheet.height();
            sheet.wrapped(0, width, &name, style);
            if let Some(target) = target {
                sheet.rows_from(first).for_each(|row| row.hit(0..width, target));
            }
            x = width;
        }
    }
    if x > 0 {
        sheet.push(row);
    }
    sheet
}
