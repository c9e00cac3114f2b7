//! A frame: everything that the window shows, laid out once. Drawing, clicking and scrolling read the same frame.

mod hints;

use std::sync::Arc;

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect, Size},
    style::Style,
};

use super::{
    keys::Command,
    screen::{Context, Hint, Screen},
    sheet::{Bookmark, Row, Sheet, Target},
    window::{Window, drawn_area},
};
use crate::{
    document::{Direction, Document, words::filled},
    terminal::Hyperlink,
    theme::Theme,
    typeset,
};

/// The least room between the titles of two tabs: the sign of the one that is shown stands in it.
const TAB_GAP: u16 = 2;
/// The column of the line of tabs in which titles begin, after a number and the sign.
const TITLES: u16 = 2;

/// A laid-out window.
#[derive(Debug, Clone)]
pub struct Frame {
    /// How the window is divided; `None` where it is too small for a page.
    window: Option<Window>,
    size: Size,
    /// The line of tabs, or the line that the visitor edits.
    bar: Row,
    /// Shared by frames that differ in how far they are scrolled.
    pub(super) body: Arc<Sheet>,
    /// What stands beside the body and does not scroll, and where.
    aside: Option<(Rect, Arc<Sheet>)>,
    /// The row of the body that was scrolled to; see [`Frame::first`].
    pub(super) scroll: u16,
    /// The line at the bottom.
    hints: Row,
    /// The same where the body is seen to its end, if the line tells of a key that scrolls down until there.
    hints_at_end: Option<Row>,
    scroll_sign: (&'static str, Style),
    links: bool,
    /// Whether rows begin at the right.
    rtl: bool,
}

impl Frame {
    /// Lays a window out. `body` is the sheet of the screen, `page` the index of the page that is shown, or lies under
    /// the screen.
    pub(super) fn new(
        screen: &dyn Screen,
        body: Sheet,
        page: usize,
        hints: Vec<Hint<'_>>,
        notice: Option<&str>,
        context: &Context<'_>,
    ) -> Self {
        let theme = context.theme;
        let scroll: Hint<'_> = (Command::Down, &context.words().hints.scroll);
        let at_end: Vec<_> = hints.iter().copied().filter(|hint| *hint != scroll).collect();
        let scrolls = at_end.len() < hints.len();
        let bottom = |hints| hints::bottom(hints, screen.open_name(context), notice, context);
        Self {
            window: Some(*context.window),
            size: context.view.size,
            bar: screen.line(context).unwrap_or_else(|| tabs(page, screen.hides_page(), context)),
            body: Arc::new(body),
            aside: context.window.aside.map(|area| (area, Arc::new(screen.aside(context)))),
            scroll: context.scroll,
            hints: bottom(hints),
            hints_at_end: scrolls.then(|| bottom(at_end)),
            scroll_sign: (theme.signs.scroll, theme.rule),
            links: context.view.appearance.links,
            rtl: context.rtl,
        }
    }

    /// A window too small for a page: as much of the headline as there is room for, and how to leave.
    pub(super) fn tiny(size: Size, document: &Document, theme: &Theme) -> Self {
        let mut body = Sheet::default();
        body.wrapped(0, size.width, &document.card.headline.join(" "), theme.strong);
        body.truncate(size.height.saturating_sub(1));
        let words = &document.words;
        let leave = [&words.hints.hang_up, &words.hints.bye].map(|leave| words.labelled("q", leave));
        let leave = leave.into_iter().find(|leave| typeset::width(leave) <= size.width);
        body.line(0, leave.unwrap_or_else(|| "q".to_owned()), theme.quiet);
        let (bar, hints, scroll_sign) = Default::default();
        let rtl = words.direction == Direction::Rtl;
        Self {
            window: None,
            size,
            bar,
            body: Arc::new(body),
            aside: None,
            scroll: 0,
            hints,
            hints_at_end: None,
            scroll_sign,
            links: false,
            rtl,
        }
    }

    /// The part of the window in which the body stands.
    fn area(&self) -> Rect {
        match (self.body.area, &self.window) {
            (Some(area), _) => area,
            (None, Some(window)) => window.text,
            (None, None) => Rect::new(0, 0, self.size.width, self.size.height),
        }
    }

    /// The first row of the body that is shown: what was scrolled to, or as far as the body goes.
    pub(super) fn first(&self) -> u16 {
        self.scroll.min(self.furthest())
    }

    /// The rows of the body that the window shows.
    pub(super) fn visible(&self) -> u16 {
        self.area().height
    }

    /// How far a screenful scrolls: the last row in view becomes the first.
    pub(super) fn screenful(&self) -> u16 {
        self.visible().saturating_sub(1).max(1)
    }

    /// The furthest that the body scrolls.
    pub(super) fn furthest(&self) -> u16 {
        if self.body.area.is_some() { 0 } else { self.body.height().saturating_sub(self.visible()) }
    }

    /// The line at the bottom.
    fn hints(&self) -> &Row {
        self.hints_at_end.as_ref().filter(|_| self.first() >= self.furthest()).unwrap_or(&self.hints)
    }

    /// Scrolls to where the body opens.
    pub(super) fn open(&mut self) {
        let row = self.body.opening.map_or(0, |(from, end)| end.saturating_sub(self.visible()).min(from));
        self.scroll = row.min(self.furthest());
    }

    /// The first row when the body is scrolled as little as shows what is selected; its beginning, if it does not fit.
    pub(super) fn revealed(&self) -> u16 {
        let first = self.first();
        let row =
            self.body.selected.map_or(first, |(from, end)| first.max(end.saturating_sub(self.visible())).min(from));
        row.min(self.furthest())
    }

    /// The first row when what is marked is in view, with what stands before it.
    pub(super) fn revealed_mark(&self) -> u16 {
        let (first, visible) = (self.first(), self.visible());
        let seen = first..=first.saturating_add(visible);
        match self.body.marked {
            Some((from, end)) if !(seen.contains(&from) && seen.contains(&end)) => {
                from.saturating_sub(visible / 3).min(self.furthest())
            }
            _ => first,
        }
    }

    /// The place of the first row in view.
    pub(super) fn bookmark(&self) -> Option<Bookmark> {
        self.body.anchor(self.first())
    }

    /// What is under a cell.
    pub(super) fn target(&self, column: u16, row: u16) -> Option<Target> {
        let window = self.window.as_ref()?;
        let at = Position::new(column, row);
        if window.bar.contains(at) {
            self.bar.target(self.column(window.bar, at.x))
        } else if window.hints.contains(at) {
            self.hints().target(self.column(window.hints, at.x))
        } else if let Some((area, aside)) = self.aside.as_ref().filter(|(area, _)| area.contains(at)) {
            let there = Position { x: self.column(*area, at.x), ..at };
            aside.target(*area, 0, there).or_else(|| self.target_in_body(at))
        } else {
            self.target_in_body(at)
        }
    }

    /// What is under a cell of the body.
    fn target_in_body(&self, cell: Position) -> Option<Target> {
        let area = self.area();
        // The bar beside what is selected and the space around it belong to their row.
        let beside = if self.body.area.is_some() { 0 } else { area.x.min(2) };
        let left = if self.rtl { area.x } else { area.x - beside };
        let rows = Rect { x: left, width: area.width.saturating_add(beside), ..area };
        let at = Position { x: self.column(area, cell.x), ..cell };
        rows.contains(cell).then(|| self.body.target(area, self.first(), at))?
    }

    /// The column of an area that a column of the window is, counted from where rows begin.
    fn column(&self, area: Rect, x: u16) -> u16 {
        if self.rtl { area.right().saturating_sub(x.saturating_add(1)) } else { x.saturating_sub(area.x) }
    }

    /// The part of the window that is drawn; the rest of it is blank. It depends on the size alone.
    #[must_use]
    pub fn drawn_area(&self) -> Rect {
        drawn_area(self.size)
    }

    /// The cells that the photo takes, or will take when the terminal has it.
    #[must_use]
    pub fn photo(&self) -> Option<Size> {
        self.body.photo
    }

    /// Draws the window into a blank buffer that has at least the cells of [`Frame::drawn_area`]; returns which cells
    /// lead where: none where the terminal knows no links.
    pub fn draw(&self, buffer: &mut Buffer) -> Vec<Hyperlink> {
        let (area, first) = (self.area(), self.first());
        self.body.draw(area, first, self.rtl, buffer);
        if let Some((area, aside)) = &self.aside {
            aside.draw(*area, 0, self.rtl, buffer);
        }
        if let Some(window) = &self.window {
            self.bar.draw(window.bar, self.rtl, buffer);
            self.hints().draw(window.hints, self.rtl, buffer);
            for y in self.scroll_mark(window) {
                buffer.set_string(window.margin, y, self.scroll_sign.0, self.scroll_sign.1);
            }
        }
        if self.links { self.body.links(area, first, self.rtl) } else { Vec::new() }
    }

    /// The rows of a quiet mark in the right margin, as long as what is shown is of the whole; only when there is more.
    fn scroll_mark(&self, window: &Window) -> std::ops::Range<u16> {
        let (rows, visible) = (u32::from(self.body.height()), u32::from(self.visible()));
        if self.furthest() == 0 || visible == 0 {
            return 0..0;
        }
        let length = (visible * visible / rows).max(1);
        let travel = visible - length;
        let from = (u32::from(self.first()) * travel).div_ceil(rows - visible).min(travel);
        let top = window.text.y + from as u16;
        top..top + length as u16
    }
}

/// The line of tabs: all of them, or as many around the one that is shown as there is room for.
fn tabs(page: usize, hidden: bool, context: &Context<'_>) -> Row {
    let (theme, window) = (context.theme, context.window);
    let titles: Vec<_> = context.document().pages.iter().map(|page| context.spell(&page.title).into_owned()).collect();
    let [before, after] = theme.signs.shown;
    // The first title stands where its sign does when it is shown.
    let words =
        titles.iter().map(|title| typeset::width(title)).fold(TITLES + typeset::width(after), u16::saturating_add);
    let gaps = u16::try_from(titles.len().saturating_sub(1)).unwrap_or(u16::MAX);
    let room = window.bar.width.checked_sub(words);
    // Not in the first cell of the window, where the terminal is asked for the width of characters; nor beside a title
    // that is ordered from the right, which a terminal may order together with its number.
    let has_numbers = window.bar.x > 0 && !window.narrow && !context.rtl && gaps > 0;
    let widest = if window.narrow { TAB_GAP } else { 2 * TAB_GAP };
    let gap = (TAB_GAP..=widest).rev().find(|gap| room.is_some_and(|room| gaps.saturating_mul(*gap) <= room));
    let Some(gap) = gap else { return tabs_around(page, &titles, context) };
    let mut row = Row::default();
    let mut x = TITLES;
    for (i, title) in titles.into_iter().enumerate() {
        let shown = i == page && !hidden;
        // The key that leads there, where the visitor is not: the first nine pages have one.
        if has_numbers && gap == 2 * TAB_GAP && !shown && i < 9 {
            row.put(x - TITLES, (i + 1).to_string(), theme.quiet);
        }
        let end = row.put(x, title, if shown { theme.strong } else { theme.quiet });
        if shown {
            row.put(x - 1, before, theme.accent);
            row.put(end, after, theme.accent);
        }
        row.hit(x - TITLES..end + 1, Target::Command(Command::Page(i)));
        x = end + gap;
    }
    row
}

/// The tab that is shown and its neighbours, between signs that lead to the pages before and after:
/// `‹ Education  ▌Publications  Talks … ›`. Its number follows where room is left.
fn tabs_around(page: usize, titles: &[String], context: &Context<'_>) -> Row {
    let theme = context.theme;
    let ([before, after], [previous, next]) = (theme.signs.shown, theme.signs.change);
    let (width, last) = (context.window.bar.width, titles.len().saturating_sub(1));
    let (ellipsis, sign_gap) = (theme.signs.ellipsis, context.sign_gap());
    // The signs at the left, and those at the right when the last of the titles in the row is that of page `to`.
    let left = TITLES + 2;
    let after_width = typeset::width(after).max(sign_gap);
    let right = |to: usize| {
        let more = if to < last { sign_gap + typeset::width(ellipsis) } else { 0 };
        after_width + more + if page < last { sign_gap + typeset::width(next) } else { 0 }
    };
    let length = |from: usize, to: usize| {
        let titles = titles.iter().take(to + 1).skip(from).map(|title| typeset::width(title).saturating_add(TAB_GAP));
        titles.fold(left + right(to), u16::saturating_add).saturating_sub(TAB_GAP)
    };
    let (mut from, mut to) = (page, page);
    loop {
        let size = to - from;
        if to < last && length(from, to + 1) <= width {
            to += 1;
        }
        if from > 0 && length(from - 1, to) <= width {
            from -= 1;
        }
        if to - from == size {
            break;
        }
    }
    let mut row = Row::default();
    if page > 0 {
        row.put(1, previous, theme.accent);
        row.hit(0..left - 1, Target::Command(Command::PreviousPage));
    }
    let alone = from == to;
    let (mut x, mut end) = (left, left);
    for (i, title) in titles.iter().enumerate().take(to + 1).skip(from) {
        let room = width.saturating_sub(x + right(last)).max(1);
        // A title that has no room alone shows its first words.
        let title =
            if alone { typeset::wrap(title, room).into_iter().next().unwrap_or_default() } else { title.clone() };
        let shown = i == page;
        end = row.put(x, title, if shown { theme.strong } else { theme.quiet });
        if shown {
            row.put(x - 1, before, theme.accent);
            row.put(end, after, theme.accent);
        }
        row.hit(x - 1..end + 1, Target::Command(Command::Page(i)));
        x = end + TAB_GAP;
    }
    let shown_end = end;
    end += after_width;
    if to < last && end + right(to) - after_width <= width {
        end = row.put(end, ellipsis, theme.quiet) + sign_gap;
    }
    if page < last {
        end = row.put(end, next, theme.accent);
        row.hit(shown_end + 1..end + 1, Target::Command(Command::NextPage));
    }
    if alone {
        // Half of the title belongs to each sign: one cell is hard to hit.
        row.hit(0..shown_end / 2, Target::Command(Command::PreviousPage));
        row.hit(shown_end / 2..end + 1, Target::Command(Command::NextPage));
    }
    let count = [page + 1, titles.len()].map(|number| number.to_string());
    let count = filled(&context.words().card.position, &count.each_ref().map(String::as_str));
    if end + TAB_GAP + typeset::width(&count) <= width {
        row.put(end + TAB_GAP, count, theme.quiet);
    }
    row
}

#[cfg(test)]
impl Frame {
    /// A mirrored row of which [`Row::runs_together`] holds.
    pub(super) fn run_together(&self) -> Option<&Row> {
        let sheets = [&self.body].into_iter().chain(self.aside.iter().map(|(_, sheet)| sheet));
        let rows = sheets.filter_map(|sheet| sheet.run_together());
        let lines = [&self.bar, &self.hints].into_iter().chain(&self.hints_at_end).filter(|row| row.runs_together());
        rows.chain(lines).next().filter(|_| self.rtl)
    }
}
