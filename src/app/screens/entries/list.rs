//! The list of a page of entries: which fields of an entry stand in which column.

use std::borrow::Cow;

use ratatui::style::Style;

use super::super::{
    super::screen::{Context, Row, Sheet},
    ribbon::{Name, ribbon},
};
use crate::{
    document::{Entry, Layout, Page},
    exhibits::MINIATURE,
    site::MEASURE,
    theme::Theme,
    typeset,
};

/// Between two columns.
const GAP: u16 = 3;
/// Between the list and what is told beside it: the bar's place, and air.
const GUTTER: u16 = 5;
/// What is told beside the list has at least this many columns.
const NARROWEST_TEXT: u16 = 32;
/// A list beside which something is told has at most this many columns; layers, whose summaries make no second line,
/// have more.
const WIDEST_BESIDE: u16 = 44;
/// The middle column wraps at no fewer columns than these.
const NARROWEST_MIDDLE: u16 = 20;
/// From so many rows on, what stands at the right may be told below the list.
const HIGH: u16 = 40;
/// A text below another one stands this many columns to its right.
pub(super) const STEP: u16 = 2;
/// A time in the owner's words wraps at this many columns; dates are never broken.
const TIME: u16 = 20;

/// The columns of the longest dates: `31 May 2019 – 30 Jun 2021`.
const WIDEST_DATES: u16 = 25;

/// How a list is set in a window.
#[derive(Debug)]
pub(super) struct List {
    layout: Layout,
    /// The widths of the left and the right column; `None` where the texts of an entry stand one below the other.
    columns: Option<(u16, u16)>,
    /// The columns of the window that the list takes.
    pub(super) width: u16,
    /// The columns at the end of a row that its miniature takes, with the gap before it; 0 where there are none.
    miniature: u16,
    /// Where entries are told beside the list, and how wide; `None` where they are told in it or below it.
    pub(super) beside: Option<(u16, u16)>,
    /// What the list says of each entry of the page.
    texts: Vec<Texts>,
}

/// The texts of an entry in the three columns, in the characters of this terminal.
#[derive(Debug, Default)]
struct Texts {
    left: String,
    middle: String,
    /// Only a time in words has more than one line.
    right: Vec<String>,
    /// The same before it was wrapped; empty where there is none.
    right_unwrapped: String,
    /// The fields that the list does not have.
    left_out: Vec<String>,
}

impl List {
    /// The texts of a page's list, which is not set yet. In a narrow window each entry has two texts, unless the page
    /// has room for all.
    pub(super) fn new(page: &Page, context: &Context<'_>) -> Self {
        let has_exhibits = page.entries.iter().any(|entry| !entry.exhibits.is_empty());
        let miniature = if has_exhibits && page.layout == Layout::Layers { GAP + MINIATURE } else { 0 };
        let list = |in_two: bool| {
            let texts = page.entries.iter().map(|entry| Texts::of(entry, page.layout, in_two, context)).collect();
            Self { layout: page.layout, columns: None, width: 0, miniature, beside: None, texts }
        };
        let all = list(false);
        let (left, middle, right) = all.widths();
        let has_room = joined([left, middle, right]).saturating_add(miniature) <= context.window.text.width;
        if context.window.narrow && !has_room { list(true) } else { all }
    }

    /// Whether the rows of a page carry miniatures.
    pub(super) fn has_miniatures(page: &Page, context: &Context<'_>) -> bool {
        page.layout == Layout::Layers && Self::new(page, context).across(context).miniature > 0
    }

    /// Sets the list across the page.
    pub(super) fn across(mut self, context: &Context<'_>) -> Self {
        let across = context.window.text.width.min(MEASURE);
        let (left, middle, mut right) = self.widths();
        let has_room = |right: u16, list: &Self| joined([left, middle, right]).saturating_add(list.miniature) <= across;
        if context.window.text.height >= HIGH && self.miniature > 0 && !has_room(right, &self) && has_room(0, &self) {
            // What stands at the right is told instead, for the sake of the miniatures.
            for texts in &mut self.texts {
                texts.right.clear();
                let told = std::mem::take(&mut texts.right_unwrapped);
                texts.left_out.splice(..0, Some(told).filter(|told| !told.is_empty()));
            }
            right = 0;
        }
        let [natural, narrowest] = [middle, middle.min(NARROWEST_MIDDLE)].map(|middle| joined([left, middle, right]));
        let wraps = matches!(self.layout, Layout::Compact | Layout::Layers);
        let columns = (natural <= across || wraps && narrowest <= across).then_some((left, right));
        let compact = self.layout == Layout::Compact && columns.is_some();
        let width = if compact { natural.min(across) } else { across };
        // No text wraps for a miniature: one word on a line of its own is hard to read.
        let miniature = if natural.saturating_add(self.miniature) <= across { self.miniature } else { 0 };
        Self { columns, width, miniature, beside: None, ..self }
    }

    /// Sets the list with room beside it, in which entries are told. Without that room the list comes back as it was.
    pub(super) fn beside(self, context: &Context<'_>) -> Result<Self, Self> {
        let window = context.window.text.width;
        let Some(room) = window.checked_sub(GUTTER + NARROWEST_TEXT) else { return Err(self) };
        let (left, middle, right) = self.widths();
        let texts = joined([left, middle, right]);
        let natural = texts.saturating_add(self.miniature);
        let miniature = if natural <= room { self.miniature } else { 0 };
        if miniature < self.miniature && natural <= window.min(MEASURE) {
            // Miniatures are worth more than a second column.
            return Err(self);
        }
        let natural = texts.saturating_add(miniature);
        let layers = self.layout == Layout::Layers;
        let most = if layers { room } else { room.min(WIDEST_BESIDE) };
        let (columns, width) = if natural <= most {
            (Some((left, right)), natural)
        } else {
            let stacked = self.texts.iter().map(|texts| self.stacked_width(texts)).max().unwrap_or(0);
            // Only in a window that has the room of a whole list does a list wrap beside a text.
            if layers || stacked > most && most < WIDEST_BESIDE {
                return Err(self);
            }
            (None, stacked.min(most))
        };
        let x = width + GUTTER;
        Ok(Self { columns, width, miniature, beside: Some((x, (window - x).min(MEASURE))), ..self })
    }

    /// The widths of the three columns in which nothing but a time in words is wrapped.
    fn widths(&self) -> (u16, u16, u16) {
        self.texts.iter().fold((0, 0, 0), |(left, middle, right), texts| {
            let [own_left, own_middle] = [&texts.left, &texts.middle].map(|text| typeset::width(text));
            (own_left.max(left), own_middle.max(middle), longest(&texts.right).max(right))
        })
    }

    /// The columns that an entry takes when its texts stand one below the other and only a time in words is wrapped.
    fn stacked_width(&self, Texts { left, middle, right, .. }: &Texts) -> u16 {
        let mut rows = [typeset::width(left), typeset::width(middle)];
        if rows[1] > 0 {
            rows[1] += STEP;
        }
        if let Some(row) = rows.get_mut(self.dated_row(middle)) {
            *row = joined([*row, 0, longest(right)]);
        }
        rows[0].max(rows[1])
    }

    /// The row of an entry's two texts that has the dates: in a timeline the title below the organization.
    fn dated_row(&self, middle: &str) -> usize {
        usize::from(self.layout == Layout::Timeline && !middle.is_empty())
    }

    /// Lists an entry of the page, with its miniature if it has one, between its neighbours; `false` where the name of
    /// its organization stands above and is not repeated.
    pub(super) fn entry(
        &self,
        i: usize,
        [above, below]: [Option<usize>; 2],
        (selected, miniature): (bool, Option<Cow<'static, str>>),
        context: &Context<'_>,
        sheet: &mut Sheet,
    ) -> bool {
        let theme = context.theme;
        let first = sheet.height();
        let Some(Texts { left, middle, right, .. }) = self.texts.get(i) else { return true };
        let same = |other: Option<usize>| {
            self.layout == Layout::Timeline
                && !middle.is_empty()
                && other.and_then(|other| self.texts.get(other)).is_some_and(|other| other.left == *left)
        };
        let (repeated, followed) = (same(above), same(below));
        let style = if selected { theme.strong } else { theme.ink };
        // In a group the name is the heading of all, and what tells the entries apart speaks for each.
        let grouped = repeated || followed;
        let (left_style, middle_style) = if grouped { (theme.ink, style) } else { (style, theme.quiet) };
        let mut marked = first;
        if let Some((left_width, right_width)) = self.columns {
            let x = left_width + GAP;
            let beyond = if right_width > 0 { right_width + GAP } else { 0 };
            let width = self.width.saturating_sub(self.miniature);
            let middle = typeset::wrap(middle, width.saturating_sub(x + beyond).max(1));
            let right_x = |line: &str| {
                let flush = matches!(self.layout, Layout::Timeline | Layout::List);
                width.saturating_sub(if flush { typeset::width(line) } else { right_width })
            };
            for n in 0..middle.len().max(right.len()).max(1) {
                let mut row = Row::default();
                if n == 0 && !repeated {
                    row.put(0, left.clone(), left_style);
                }
                if let Some(line) = middle.get(n) {
                    row.put(x, line.clone(), middle_style);
                }
                if let Some(line) = right.get(n) {
                    row.put(right_x(line), line.clone(), theme.quiet);
                }
                sheet.push(row);
            }
        } else {
            let dated = self.dated_row(middle);
            let dates = |row: usize| if row == dated { right.as_slice() } else { &[] };
            if !repeated {
                beside_dates(0, (left, left_style), dates(0), self.width, context, sheet);
            }
            if grouped {
                marked = sheet.height();
            }
            beside_dates(STEP, (middle, middle_style), dates(1), self.width, context, sheet);
        }
        if self.miniature > 0
            && let Some(miniature) = miniature
        {
            let (x, style) = (self.width - MINIATURE, if selected { theme.accent } else { theme.rule });
            sheet.rows_from(first).take(1).for_each(|row| _ = row.put(x, miniature.clone(), style));
        }
        sheet.entry(first, self.width, i, false, theme);
        if selected {
            sheet.rows_from(marked).take(1).for_each(|row| row.select(theme));
        }
        !repeated
    }

    /// The fields of an entry of the page that the list does not have, in the characters of this terminal.
    pub(super) fn left_out(&self, entry: usize) -> &[String] {
        self.texts.get(entry).map_or(&[], |texts| texts.left_out.as_slice())
    }
}

impl Texts {
    /// The texts of an entry, `in_two` where its row has room for no more.
    fn of(entry: &Entry, layout: Layout, in_two: bool, context: &Context<'_>) -> Self {
        let dates = entry.dates.unbroken(context.words());
        let columns = fields(entry, &dates, layout, (in_two, context));
        let [left, middle, right] = columns.each_ref().map(|fields| {
            let text = fields.join(context.theme.signs.separator);
            context.spell(&text).into_owned()
        });
        let in_words = entry.dates.words().is_some() && layout != Layout::Compact;
        let all = [&entry.title, &entry.organization, &entry.subtitle, &entry.place, &entry.level];
        let all = all.into_iter().flatten().chain([&dates]);
        let is_listed = |field: &String| columns.iter().any(|fields| fields.contains(field));
        let left_out = all.filter(|field| !field.is_empty() && !is_listed(field));
        let left_out = left_out.map(|field| context.spell(field).into_owned()).collect();
        Self { left, middle, right: right_lines(right.clone(), in_words), right_unwrapped: right, left_out }
    }
}

/// The fields of an entry's columns.
fn fields(entry: &Entry, dates: &str, layout: Layout, (in_two, context): (bool, &Context<'_>)) -> [Vec<String>; 3] {
    let label = entry.label().to_owned();
    let organization = entry.organization.clone().filter(|_| entry.title.is_some());
    let (subtitle, level) = (entry.subtitle.clone(), entry.level.clone());
    let dates = Some(dates.to_owned()).filter(|dates| !dates.is_empty());
    let [left, middle, right] = match layout {
        Layout::Timeline => match organization {
            Some(organization) => [Some(organization), entry.title.clone(), dates],
            None => [Some(label), None, dates],
        }
        .map(|field| field.into_iter().collect()),
        Layout::Layers => {
            [vec![label], subtitle.into_iter().collect(), entry.place.clone().or(dates).into_iter().collect()]
        }
        Layout::Compact => {
            let tags = Some(context.words().joined(&entry.tags)).filter(|tags| !tags.is_empty());
            let about = [organization, subtitle, tags].into_iter().flatten().collect();
            [vec![label], about, [level, dates].into_iter().flatten().collect()]
        }
        _ => [vec![label], [subtitle, organization].into_iter().flatten().collect(), dates.into_iter().collect()],
    };
    if !in_two {
        return [left, middle, right];
    }
    // Dates are told, not listed.
    let second = match layout {
        Layout::Compact => [middle, right].concat(),
        Layout::Layers if !right.is_empty() => right,
        _ if middle.is_empty() => right,
        _ => middle,
    };
    [left, second, Vec::new()]
}

/// What stands at the right: a time in words wraps, nothing else does.
fn right_lines(text: String, in_words: bool) -> Vec<String> {
    if in_words {
        return typeset::wrap(&text, TIME);
    }
    Some(text).filter(|text| !text.is_empty()).into_iter().collect()
}

/// The width of columns side by side; those without a width take no gap either.
fn joined(widths: [u16; 3]) -> u16 {
    let [first, rest @ ..] = widths;
    let rest = rest.into_iter().filter(|width| *width > 0);
    rest.fold(first, |full, width| full.saturating_add(GAP).saturating_add(width))
}

fn longest(lines: &[String]) -> u16 {
    lines.iter().map(|line| typeset::width(line)).max().unwrap_or(0)
}

/// A text that wraps at the left of dates, or what else stands flush right, in its first rows.
fn beside_dates(
    x: u16,
    (text, style): (&str, Style),
    right: &[String],
    width: u16,
    context: &Context<'_>,
    sheet: &mut Sheet,
) {
    let theme = context.theme;
    let at_right = |line: &str| (width.saturating_sub(typeset::width(line)), line.to_owned());
    // What leaves the text too little room has rows of its own, so that no date is broken.
    if longest(right) > (width / 2).max(WIDEST_DATES) {
        sheet.wrapped(x, width.saturating_sub(x).max(1), text, style);
        for line in right.iter().flat_map(|line| typeset::wrap(line, width)) {
            let (x, line) = at_right(&line);
            sheet.line(x, line, theme.quiet);
        }
        return;
    }
    let taken = if right.is_empty() { 0 } else { longest(right) + GAP };
    let mut lines = typeset::wrap(text, width.saturating_sub(x + taken).max(1));
    // Below what stands at the right the text takes the whole width.
    let mut first = lines.iter().take(right.len());
    let end = first.try_fold(0, |at, line| Some(text.get(at..)?.find(line.as_str())? + at + line.len()));
    if let Some(rest) = end.and_then(|end| text.get(end..)) {
        lines.truncate(right.len());
        lines.extend(typeset::wrap(rest, width.saturating_sub(x).max(1)));
    }
    for n in 0..lines.len().max(right.len()) {
        let mut row = Row::default();
        if let Some(line) = lines.get(n) {
            row.put(x, line.clone(), style);
        }
        if let Some(line) = right.get(n) {
            let (x, line) = at_right(line);
            row.put(x, line, theme.quiet);
        }
        sheet.push(row);
    }
}

/// What and when, above what is told beside the list: the title first, unless the layout is a timeline, and its dates.
pub(super) fn heading(entry: &Entry, layout: Layout, width: u16, context: &Context<'_>) -> Sheet {
    let (theme, mut sheet) = (context.theme, Sheet::default());
    let mut names = [&entry.title, &entry.organization];
    if layout == Layout::Timeline {
        names.reverse();
    }
    let mut names = names.into_iter().flatten().map(|name| context.spell(name));
    let dates =
        right_lines(context.spell(&entry.dates.unbroken(context.words())).into_owned(), entry.dates.words().is_some());
    beside_dates(0, (&names.next().unwrap_or_default(), theme.strong), &dates, width, context, &mut sheet);
    for name in names {
        sheet.wrapped(0, width, &name, theme.quiet);
    }
    sheet.gap();
    sheet
}

/// The names that one company has had, broken between names.
pub(super) fn line(page: &Page, width: u16, context: &Context<'_>, sheet: &mut Sheet) {
    if page.line.is_empty() {
        return;
    }
    let names = page.line.iter().map(|name| Name { text: name.clone(), style: context.theme.ink, target: None });
    sheet.append(ribbon(names, 2, width, context));
    sheet.gap();
}

/// What the layers stand on: `═══ hardware ═══`; words that have no room in the line stand under it.
pub(super) fn ground_rows(ground: &str, width: u16, theme: &Theme, sheet: &mut Sheet) {
    let label = format!(" {ground} ");
    let Some(left) = width.checked_sub(typeset::width(&label)) else {
        sheet.line(0, theme.signs.ground.repeat(width.into()), theme.rule);
        sheet.wrapped(0, width, ground, theme.ink);
        return;
    };
    let left = usize::from(left);
    let mut row = Row::default();
    let x = row.put(0, theme.signs.ground.repeat(left / 2), theme.rule);
    let x = row.put(x, label, theme.ink);
    row.put(x, theme.signs.ground.repeat(left - left / 2), theme.rule);
    sheet.push(row);
}
