//! A frame: everything that the window shows, laid out once. Drawing, clicking and scrolling read the same frame.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect, Size},
};

use super::{
    keys::{self, Command},
    screen::{Context, Hint, Screen},
    sheet::{Bookmark, Row, Sheet, Target},
    window::{Window, drawn_area},
};
use crate::{document::Page, terminal::Link, theme::Theme, typeset};

/// A laid-out window.
#[derive(Debug, Clone)]
pub struct Frame {
    /// How the window is divided; `None` where it is too small for a page.
    window: Option<Window>,
    size: Size,
    /// The line of tabs.
    bar: Row,
    pub(super) body: Sheet,
    /// The row of the body that was scrolled to; see [`Frame::first`].
    pub(super) scroll: u16,
    /// The line of keys.
    hints: Row,
    scroll_sign: Row,
    links: bool,
}

/// What stands around the body.
pub(super) struct Around<'a> {
    pub(super) pages: &'a [Page],
    pub(super) shown: usize,
    pub(super) hints: Vec<Hint>,
    pub(super) notice: Option<&'static str>,
    /// The size of the terminal.
    pub(super) size: Size,
}

impl Frame {
    /// Lays a window out.
    pub(super) fn new(screen: &dyn Screen, scroll: u16, around: Around<'_>, context: &Context<'_>) -> Self {
        let (theme, window) = (context.theme, context.window);
        let hints = screen.line(around.notice, context).unwrap_or_else(|| hint_row(&around, theme, window));
        let mut scroll_sign = Row::default();
        scroll_sign.put(0, theme.signs.scroll, theme.quiet);
        Self {
            window: Some(*window),
            size: around.size,
            bar: tabs(&around, screen.hides_page(), context),
            body: screen.sheet(context),
            scroll,
            hints,
            scroll_sign,
            links: context.appearance.links,
        }
    }

    /// A window too small for a page: as much of the headline as there is room for, and how to leave.
    pub(super) fn tiny(size: Size, headline: &str, theme: &Theme) -> Self {
        let mut body = Sheet::default();
        body.wrapped(0, size.width, headline, theme.strong);
        body.rows_mut().truncate(usize::from(size.height).saturating_sub(1));
        let leave = ["q: hang up", "q: bye", "q"].into_iter().find(|leave| leave.len() <= usize::from(size.width));
        body.line(0, leave.unwrap_or_default(), theme.quiet);
        let (bar, hints, scroll_sign) = Default::default();
        Self { window: None, size, bar, body, scroll: 0, hints, scroll_sign, links: false }
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

    /// The furthest that the body scrolls.
    pub(super) fn furthest(&self) -> u16 {
        if self.body.area.is_some() { 0 } else { self.body.height().saturating_sub(self.visible()) }
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
            self.bar.target(at.x - window.bar.x)
        } else if window.hints.contains(at) {
            self.hints.target(at.x - window.hints.x)
        } else {
            let area = self.area();
            // The bar beside what is selected and the space around it belong to their row.
            let left = if self.body.area.is_some() { area.x } else { area.x.saturating_sub(2) };
            let rows = Rect { x: left, width: area.right().saturating_sub(left), ..area };
            rows.contains(at).then(|| self.body.target(area, self.first(), at))?
        }
    }

    /// The part of the window that is drawn; the rest of it is blank. It depends on the size alone.
    #[must_use]
    pub fn drawn_area(&self) -> Rect {
        drawn_area(self.size)
    }

    /// Draws the window into a blank buffer that has at least the cells of [`Frame::drawn_area`]; returns which cells lead
    /// where: none where the terminal knows no links.
    pub fn draw(&self, buffer: &mut Buffer) -> Vec<Link> {
        let (area, first) = (self.area(), self.first());
        self.body.draw(area, first, buffer);
        if let Some(window) = &self.window {
            self.bar.draw(window.bar, buffer);
            self.hints.draw(window.hints, buffer);
            for y in self.scroll_mark(window) {
                self.scroll_sign.draw(Rect { x: window.margin, y, width: 1, height: 1 }, buffer);
            }
        }
        if self.links { self.body.links(area, first) } else { Vec::new() }
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

/// The line of tabs; only the one that is shown where there is no room for all.
fn tabs(around: &Around<'_>, hidden: bool, context: &Context<'_>) -> Row {
    let (theme, window) = (context.theme, context.window);
    let gap = if window.narrow { 2 } else { 4 };
    let mut row = Row::default();
    let [before, after] = theme.signs.shown;
    let titles: Vec<_> = around.pages.iter().map(|page| context.spell(&page.title).into_owned()).collect();
    // The first title stands where its sign does when it is shown.
    let length = 1 + titles.iter().map(|title| typeset::width(title).saturating_add(gap)).fold(0, u16::saturating_add);
    if length.saturating_sub(gap) + typeset::width(after) <= window.bar.width {
        let mut x = 1;
        for (i, title) in titles.into_iter().enumerate() {
            let shown = i == around.shown && !hidden;
            let end = row.put(x, title, if shown { theme.strong } else { theme.quiet });
            if shown {
                row.put(x - 1, before, theme.accent);
                row.put(end, after, theme.accent);
            }
            row.hit(x.saturating_sub(1)..end + 1, Target::Command(Command::Page(i)));
            x = end + gap;
        }
    } else {
        let [previous, next] = theme.signs.change;
        if around.shown > 0 {
            row.put(0, previous, theme.accent);
        }
        let count = format!("{} of {}", around.shown + 1, titles.len());
        let room = window.bar.width.saturating_sub(3 + 5 + typeset::width(&count));
        row.put(2, before, theme.accent);
        let title = titles.into_iter().nth(around.shown).unwrap_or_default();
        let title = typeset::wrap(&title, room.max(1)).into_iter().next().unwrap_or_default();
        let end = row.put(3, title, theme.strong);
        let end = row.put(end, after, theme.accent) + 1;
        if around.shown + 1 < around.pages.len() {
            row.put(end, next, theme.accent);
        }
        row.put(end + 3, count, theme.quiet);
        // Half of the title belongs to each sign: one cell is hard to hit.
        row.hit(0..end / 2, Target::Command(Command::PreviousPage));
        row.hit(end / 2..end + 2, Target::Command(Command::NextPage));
    }
    row
}

/// The keys that matter here, and a notice at their right.
fn hint_row(around: &Around<'_>, theme: &Theme, window: &Window) -> Row {
    let mut row = Row::default();
    let mut hints = around.hints.clone();
    let gap: u16 = if window.narrow { 2 } else { 4 };
    let length = |hints: &[Hint]| -> u16 { hints.iter().map(|hint| hint_width(*hint, theme) + gap).sum() };
    let notice = around.notice.map(|notice| (notice, window.hints.width.saturating_sub(typeset::width(notice))));
    let room = notice.map_or(window.hints.width + gap, |(_, x)| x);
    // The last two stay longest, of the others the earlier ones; a notice leaves no room for some of them.
    while 1 + length(&hints) > room && (hints.len() > 2 || notice.is_some() && !hints.is_empty()) {
        hints.remove(hints.len().saturating_sub(3));
    }
    if let Some((notice, x)) = notice {
        row.put(x, notice, theme.strong);
    }
    let mut x = 1;
    for hint in hints {
        x = put_hint(&mut row, x, hint, theme) + gap;
    }
    row
}

/// The cells that a key and its label take.
pub(super) fn hint_width((command, label): Hint, theme: &Theme) -> u16 {
    typeset::width(&theme.signs.key(keys::hint(command))) + 1 + typeset::width(label)
}

/// Puts a key and its label into a row; returns the column after them.
pub(super) fn put_hint(row: &mut Row, x: u16, (command, label): Hint, theme: &Theme) -> u16 {
    let end = row.put(x, theme.signs.key(keys::hint(command)), theme.ink);
    let end = row.put(end + 1, label, theme.quiet);
    row.hit(x..end, Target::Command(command));
    end
}
