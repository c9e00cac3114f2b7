//! Which ticks of an axis are shown, and where: evenly spaced, each with its label, and clear of the axis' title. It
//! draws nothing.

use unicode_width::UnicodeWidthStr as _;

use super::Axis;

/// Columns between two labels, and between a label and the title, at least.
const CLEAR: u16 = 2;

/// The rows or columns that a plane may have where there is room for so many. It gives up some of them for ticks that
/// are evenly spaced.
fn lengths(room: u16, spare: u16) -> impl Iterator<Item = u16> {
    (room - (room / 5).min(spare)..=room).rev()
}

/// The cell of a tick, counted from the beginning of an axis.
pub(super) fn cell(place: f64, length: u16) -> u16 {
    (place * f64::from(length.saturating_sub(1))).round() as u16
}

/// Whether as many cells lie between each two of some ticks.
fn are_even(ticks: &[(f64, String)], length: u16) -> bool {
    let cells = || ticks.iter().map(|(place, _)| cell(*place, length));
    let mut steps = cells().zip(cells().skip(1)).map(|(one, next)| next.abs_diff(one));
    let first = steps.next();
    steps.all(|step| Some(step) == first)
}

/// The ticks of an upright axis that takes so many rows, or a few less, and the rows: the densest ticks that have room
/// and are evenly spaced; one where there are none.
pub(super) fn upright(axis: &Axis, rows: u16) -> (u16, Vec<(f64, String)>) {
    let sets = axis.tick_sets(usize::from(rows.saturating_sub(1) / 2 + 1));
    for ticks in sets.iter().filter(|ticks| ticks.len() > 1) {
        if let Some(rows) = lengths(rows, 3).find(|rows| are_even(ticks, *rows)) {
            return (rows, ticks.clone());
        }
    }
    (rows, sets.into_iter().find(|ticks| ticks.len() == 1).unwrap_or_default())
}

/// A tick of the lower axis: its column, and the one where its label begins, both counted from the left edge of the
/// whole plot.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct LowerTick {
    pub(super) column: u16,
    pub(super) begin: u16,
    pub(super) label: String,
}

/// The lower axis.
#[derive(Debug)]
pub(super) struct LowerAxis {
    /// The columns of the plane.
    pub(super) columns: u16,
    pub(super) ticks: Vec<LowerTick>,
    /// Where the title begins, counted from the left edge of the whole plot.
    pub(super) title: u16,
}

impl LowerAxis {
    /// The axis of a plane of so many columns, or a few less, with so many on its left: with the densest ticks that are
    /// evenly spaced and between two of which the title stands clear of their labels; where there are none, the title
    /// stands at the end, in place of the last ticks.
    pub(super) fn of(axis: &Axis, margin: u16, room: u16) -> Self {
        let sets = axis.tick_sets(room.into());
        let all = sets.iter().filter(|ticks| ticks.len() > 1).filter_map(|ticks| {
            let even = lengths(room, 4).find(|columns| are_even(ticks, *columns));
            even.and_then(|columns| Some((columns, labelled(ticks, columns, margin, room)?)))
        });
        let all: Vec<(u16, Vec<LowerTick>)> = all.collect();
        let width = axis.title.width() as u16;
        let gap = |ticks: &[LowerTick]| {
            let gaps = ticks.iter().zip(ticks.iter().skip(1)).map(|(one, next)| (one.end(), next.begin));
            let wide = gaps.rev().find(|(begin, end)| end - begin >= width + 2 * CLEAR);
            wide.map(|(begin, end)| begin + (end - begin - width) / 2)
        };
        let end = (margin + room).saturating_sub(width);
        let best = all.iter().position(|(_, ticks)| width == 0 || gap(ticks).is_some());
        let title = best.and_then(|best| gap(&all.get(best)?.1)).unwrap_or(end);
        let Some((columns, mut ticks)) = all.into_iter().nth(best.unwrap_or(0)) else {
            return Self { columns: room, ticks: Vec::new(), title };
        };
        if best.is_none() {
            ticks.retain(|tick| tick.end() + CLEAR <= title);
        }
        Self { columns, ticks, title }
    }
}

impl LowerTick {
    /// The column after its label.
    fn end(&self) -> u16 {
        self.begin + self.label.width() as u16
    }
}

/// Ticks with their labels in the middle under them, within the plot; `None` where a label is not clear of the next.
fn labelled(ticks: &[(f64, String)], columns: u16, margin: u16, room: u16) -> Option<Vec<LowerTick>> {
    let labelled = |(place, label): &(f64, String)| {
        let (column, width) = (margin + cell(*place, columns), label.width() as u16);
        let begin = column.saturating_sub(width.saturating_sub(1) / 2).min((margin + room).saturating_sub(width));
        LowerTick { column, begin, label: label.clone() }
    };
    let ticks: Vec<_> = ticks.iter().map(labelled).collect();
    let clear = ticks.iter().zip(ticks.iter().skip(1)).all(|(one, next)| one.end() + CLEAR <= next.begin);
    clear.then_some(ticks)
}
