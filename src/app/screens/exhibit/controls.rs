//! What stands beside the picture of an exhibit, or above and below it: what can be changed, and what follows from it.

use super::super::super::screen::{Context, Row, Sheet, Target};
use crate::{
    exhibits::{Change, Parameter},
    typeset,
};

/// The bar's place, before a parameter.
const BAR: u16 = 2;
/// The columns that the labels of figures take, with the space after them.
const FIGURE_LABELS: u16 = 17;
/// The columns that the labels of parameters take at least, with the space after them. Some settings of an exhibit have
/// parameters of other labels, most of which fit: the values stay where they are when the setting changes.
const PARAMETER_LABELS: u16 = 9;

/// The columns that the labels of some parameters take, with the space after them.
pub(super) fn labels(parameters: &[Parameter]) -> u16 {
    parameters.iter().map(|parameter| typeset::width(parameter.label) + 1).fold(PARAMETER_LABELS, u16::max)
}

/// A parameter with so many columns for its label: `▌ steps    ‹ 2 ›`. A value that has no room beside the label stands
/// under it.
pub(super) fn parameter(
    (i, parameter): (usize, &Parameter),
    chosen: bool,
    (labels, width): (u16, u16),
    context: &Context<'_>,
) -> Sheet {
    let (theme, mut sheet) = (context.theme, Sheet::default());
    let [before, after] = theme.signs.change;
    let value = context.spell(&parameter.value).into_owned();
    let mut row = Row::default();
    if chosen {
        row.put(0, theme.signs.bar, theme.accent);
    }
    let style = if chosen { theme.strong } else { theme.ink };
    row.hit(0..BAR + labels, Target::Parameter(i));
    let labelled = row.put(BAR, parameter.label, style);
    let length = typeset::width(&value) + 4;
    let mut x = BAR + labels;
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
    row.put(x + 2, value, style);
    sheet.push(row);
    sheet
}

/// The digits of one number in a row; what turns the chosen one stands above and below it.
pub(super) fn dials((prefix, digits): (&'static str, &[Parameter]), chosen: usize, context: &Context<'_>) -> [Row; 3] {
    let theme = context.theme;
    let [up, down] = theme.signs.turn;
    let [mut above, mut row, mut below] = [Row::default(), Row::default(), Row::default()];
    row.put(0, theme.signs.bar, theme.accent);
    let mut x = row.put(BAR, prefix, theme.quiet) + 1;
    for (i, digit) in digits.iter().enumerate() {
        // A digit and the space after it: one cell is hard to hit.
        let cells = x..x + 2;
        if i == chosen {
            if digit.more {
                above.put(x, up, theme.accent);
            }
            if digit.less {
                below.put(x, down, theme.accent);
            }
        }
        above.hit(cells.clone(), Target::Change(i, Change::More));
        below.hit(cells.clone(), Target::Change(i, Change::Less));
        row.hit(cells.clone(), Target::Parameter(i));
        row.put(x, digit.value.clone(), if i == chosen { theme.marked } else { theme.strong });
        x = cells.end;
    }
    [above, row, below]
}

/// Lists figures, their values under each other: behind their labels, or, where one has no room there, at the right
/// edge.
pub(super) fn list(figures: &[(&'static str, String)], width: u16, context: &Context<'_>, sheet: &mut Sheet) {
    let left = figures.iter().all(|(_, value)| BAR + FIGURE_LABELS + typeset::width(value) <= width);
    for (label, value) in figures {
        let mut row = Row::default();
        let labelled = row.put(BAR, *label, context.theme.quiet);
        let x = if left { BAR + FIGURE_LABELS } else { width.saturating_sub(typeset::width(value)) };
        if x <= labelled {
            sheet.push(std::mem::take(&mut row));
        }
        row.put(x, value.clone(), context.theme.ink);
        sheet.push(row);
    }
}
