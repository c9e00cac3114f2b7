//! The view: a pure function from a model to cells. It asks nobody, keeps nothing, and draws inside the buffer's area
//! whatever its size.
//!
//! A window is composed of the line of pages, the page, and the line of keys. Each is a sheet of rows that is drawn from its
//! first visible one; where the visitor clicks is found in the same rows that were drawn.

mod about;
mod card;
mod career;
mod contact;
mod exhibit;
mod help;
mod qr;
mod search;
mod sheet;
mod stack;
mod window;

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect, Size},
};

pub(super) use card::mark;
pub(super) use career::unfolds;
pub(super) use contact::items;
pub(super) use sheet::Bookmark;
use sheet::{Row, Sheet, Wanted};
use window::Window;
pub use window::area;

use super::{
    Model,
    keys::{self, Command},
    reading::Extent,
    search::Place,
};
use crate::{
    exhibits::Change,
    profile::{Page, typeset},
    terminal::Link,
    theme::Theme,
};

/// The width to which a text is set that is copied, in cells: as wide as without a terminal.
const COPIED: u16 = 72;

/// What a click can hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// What a key would do.
    Command(Command),
    /// A station of the career.
    Station(usize),
    /// A layer of the stack.
    Layer(usize),
    /// An exhibit of the selected layer.
    Exhibit(usize),
    /// A parameter of the exhibit that is open.
    Parameter(usize),
    /// The same, to be changed.
    Change(usize, Change),
    /// Something on the contact page.
    Item(usize),
    /// What was found: its place among the results.
    Result(usize),
}

/// Draws what the visitor sees into a blank buffer that has at least the cells of [`area`]; returns which cells are links: none
/// where the terminal knows no links.
pub fn draw(model: &Model, buffer: &mut Buffer) -> Vec<Link> {
    let theme = model.theme();
    let Some(window) = window(model) else {
        let all = Rect::new(0, 0, model.size().width, model.size().height);
        tiny(model, &theme).draw(all, 0, buffer);
        return Vec::new();
    };
    pages(model, &theme, &window).draw(window.bar, 0, buffer);
    hints(model, &theme, &window).draw(window.hints, 0, buffer);
    if let Some(face) = card::boxed(model, &window) {
        face.draw(model, &theme, buffer);
        return Vec::new();
    }
    let sheet = body(model, &theme, &window);
    let first = first_row(model, &sheet, &window);
    if let Some((area, mark)) = scroll_mark(&sheet, first, &theme, &window) {
        mark.draw(area, 0, buffer);
    }
    sheet.draw(window.text, first, buffer);
    if model.look.links { sheet.links(window.text, first) } else { Vec::new() }
}

/// How the window is composed for what it shows: an exhibit takes more room than text.
fn window(model: &Model) -> Option<Window> {
    let exhibit = model.exhibit.is_some() && model.help.is_none() && model.search.is_none();
    if exhibit { Window::of_exhibit(model.size()) } else { Window::of(model.size()) }
}

/// Whether a window of this size holds a page.
pub(super) fn has_room(size: Size) -> bool {
    Window::of(size).is_some()
}

/// What is under a cell.
pub(super) fn target(model: &Model, column: u16, row: u16) -> Option<Target> {
    let (theme, window) = (model.theme(), window(model)?);
    let at = Position::new(column, row);
    let inside = |area: Rect| area.contains(at);
    if inside(window.bar) {
        pages(model, &theme, &window).target(window.bar, 0, at)
    } else if inside(window.hints) {
        hints(model, &theme, &window).target(window.hints, 0, at)
    } else if let Some(face) = card::boxed(model, &window) {
        inside(face.area).then_some(Target::Command(Command::Flip))
    } else {
        // The bar and the space beside it belong to their row.
        let rows = Rect { x: window.text.x.saturating_sub(2), width: window.text.width + 2, ..window.text };
        let body = body(model, &theme, &window);
        inside(rows).then(|| body.target(window.text, first_row(model, &body, &window), at))?
    }
}

/// The first row that is shown: what the visitor scrolled to, or as far as the page goes.
fn first_row(model: &Model, body: &Sheet, window: &Window) -> u16 {
    model.scrolled().min(body.height().saturating_sub(window.text.height))
}

/// Whether the card stands in its box.
pub(super) fn has_box(model: &Model) -> bool {
    window(model).is_some_and(|window| card::boxed(model, &window).is_some())
}

/// How the page stands in its window.
pub(super) fn extent(model: &Model) -> Extent {
    let Some(window) = window(model) else { return Extent::default() };
    if card::boxed(model, &window).is_some() {
        return Extent { visible: window.text.height, ..Extent::default() };
    }
    let body = body(model, &model.theme(), &window);
    Extent {
        rows: body.height(),
        visible: window.text.height,
        first: first_row(model, &body, &window),
        selected: body.selected,
        told: body.told,
        marked: body.marked,
    }
}

/// The place of the first row in the window.
pub(super) fn anchor(model: &Model) -> Option<Bookmark> {
    let window = window(model)?;
    let body = body(model, &model.theme(), &window);
    body.anchor(first_row(model, &body, &window))
}

/// The row of a place.
pub(super) fn row_of(model: &Model, anchor: Bookmark) -> u16 {
    let window = window(model);
    window.map_or(0, |window| body(model, &model.theme(), &window).row_of(anchor))
}

/// What `y` copies: what is selected, as text.
pub(super) fn selected_text(model: &Model) -> Option<String> {
    if model.help.is_some() || model.search.is_some() {
        return None;
    }
    let part = |part| {
        let text = model.content.page(model.page(), Some(part), COPIED);
        Some(text.trim_end().to_owned()).filter(|text| !text.is_empty())
    };
    match model.page() {
        Page::Contact => items(&model.content).into_iter().nth(model.item).map(|item| item.text),
        Page::Career => part(model.station),
        Page::Stack => part(model.layer),
        Page::Card | Page::About => None,
    }
}

/// The page, or what stands over it: the results of a search, the help.
fn body<'a>(model: &'a Model, theme: &Theme, window: &Window) -> Sheet<'a> {
    if let Some(search) = &model.search {
        return search::sheet(model, search, theme, window);
    }
    if model.help.is_some() {
        return help::sheet(model, theme, window);
    }
    if let Some(showing) = &model.exhibit {
        return exhibit::sheet(model, showing, theme, window);
    }
    let mut sheet = match model.page() {
        Page::Card => card::sheet(model, theme, window),
        Page::About => about::sheet(model, theme, window),
        Page::Career => career::sheet(model, theme, window),
        Page::Stack => stack::sheet(model, theme, window),
        Page::Contact => contact::sheet(model, theme, window),
    };
    // The card has marked its own words: they may stand in two places on it.
    if model.page() != Page::Card {
        mark_found(model, &mut sheet, theme, |_| true);
    }
    sheet
}

/// Marks what the visitor was led to, if its text is one that belongs on this sheet.
fn mark_found(model: &Model, sheet: &mut Sheet, theme: &Theme, belongs: impl FnOnce(&str) -> bool) {
    let Some(found) = &model.found else { return };
    let Some(entry) = model.content.index().entry(found.entry).filter(|entry| belongs(&entry.text)) else { return };
    let target = match entry.place {
        Place::Page(_) => None,
        Place::Station(station) => Some(Target::Station(station)),
        Place::Layer(layer) => Some(Target::Layer(layer)),
        Place::Item(item) => Some(Target::Item(item)),
    };
    sheet.mark(Wanted { text: &entry.text, marks: &found.marks, target }, theme.marked);
}

/// The line of pages; only the one that is shown where there is no room for all.
fn pages(model: &Model, theme: &Theme, window: &Window) -> Sheet<'static> {
    let pages = &model.content.profile.card.pages;
    let gap = if window.narrow { 2 } else { 4 };
    let mut row = Row::default();
    let [before, after] = theme.signs.shown;
    // The first name stands where its sign does when it is shown.
    let length: usize = 1 + pages.iter().map(|page| page.name().len() + gap).sum::<usize>();
    if length.saturating_sub(gap) + after.len() <= usize::from(window.bar.width) {
        let mut x = 1;
        for (i, page) in pages.iter().enumerate() {
            let shown = i == model.page && model.help.is_none() && model.search.is_none();
            let end = row.put(x, page.name(), if shown { theme.strong } else { theme.quiet });
            if shown {
                row.put(x - 1, before, theme.accent);
                row.put(end, after, theme.accent);
            }
            row.hit(x.saturating_sub(1)..end + 1, Target::Command(Command::Page(i)));
            x = end + gap as u16;
        }
    } else {
        let [previous, next] = theme.signs.change;
        if model.page > 0 {
            row.put(0, previous, theme.accent);
        }
        row.put(2, before, theme.accent);
        let end = row.put(3, model.page().name(), theme.strong);
        let end = row.put(end, after, theme.accent) + 1;
        if model.page + 1 < pages.len() {
            row.put(end, next, theme.accent);
        }
        row.put(end + 3, format!("{} of {}", model.page + 1, pages.len()), theme.quiet);
        // Half of the name belongs to each sign: one cell is hard to hit.
        row.hit(0..end / 2, Target::Command(Command::PreviousPage));
        row.hit(end / 2..end + 2, Target::Command(Command::NextPage));
    }
    Sheet::from(row)
}

/// The keys that matter here, and a notice at their right.
fn hints(model: &Model, theme: &Theme, window: &Window) -> Sheet<'static> {
    if let Some(search) = &model.search {
        return search::line(search, model.notice, theme, window);
    }
    let mut row = Row::default();
    let showing = model.exhibit.as_deref();
    let mut hints = match (model.help, model.page()) {
        (Some(_), _) => vec![(Command::Back, "close")],
        (None, Page::Stack) if showing.is_some() => showing.map_or_else(Vec::new, exhibit::hints),
        (None, Page::Card) => card::hints(),
        (None, Page::About) => about::hints(),
        (None, Page::Career) => career::hints(model, window),
        (None, Page::Stack) => stack::hints(model),
        (None, Page::Contact) => contact::hints(model),
    };
    if model.help.is_none() {
        // After the page's own two.
        let third = hints.len().min(2);
        // An exhibit has its own way back.
        if showing.is_none() {
            hints.insert(third, (Command::Find, "find"));
            if model.origin.is_some() {
                hints.insert(third, (Command::Back, "back"));
            }
        }
        hints.push((Command::Help, "keys"));
    }
    hints.push((Command::Goodbye, "hang up"));
    let gap: u16 = if window.narrow { 2 } else { 4 };
    let key = |command| theme.signs.key(keys::hint(command));
    let length = |hints: &[(Command, &str)]| -> u16 {
        hints.iter().map(|(command, label)| typeset::width(&key(*command)) + 1 + label.len() as u16 + gap).sum()
    };
    let notice = model.notice.map(|notice| (notice, window.hints.width.saturating_sub(typeset::width(notice))));
    let room = notice.map_or(window.hints.width + gap, |(_, x)| x);
    // The last two stay longest, of the others the earlier ones; a notice leaves no room for some of them.
    while 1 + length(&hints) > room && (hints.len() > 2 || notice.is_some() && !hints.is_empty()) {
        hints.remove(hints.len().saturating_sub(3));
    }
    if let Some((notice, x)) = notice {
        row.put(x, notice, theme.strong);
    }
    let mut x = 1;
    for (command, label) in hints {
        let from = x;
        x = row.put(x, key(command), theme.ink);
        x = row.put(x + 1, label, theme.quiet);
        row.hit(from..x, Target::Command(command));
        x += gap;
    }
    Sheet::from(row)
}

/// A window too small for a page: as much of the headline as there is room for, and how to leave.
fn tiny(model: &Model, theme: &Theme) -> Sheet<'static> {
    let mut sheet = Sheet::default();
    let size = model.size();
    sheet.wrapped(0, size.width, &model.content.profile.card.headline.join(" "), theme.strong);
    sheet.rows_mut().truncate(usize::from(size.height).saturating_sub(1));
    let leave = ["q: hang up", "q: bye", "q"].into_iter().find(|leave| leave.len() <= usize::from(size.width));
    sheet.line(0, leave.unwrap_or_default(), theme.quiet);
    sheet
}

/// A quiet mark in the right margin, as long as what is shown is of the whole, and where it stands; only when there is more.
fn scroll_mark(sheet: &Sheet, scrolled: u16, theme: &Theme, window: &Window) -> Option<(Rect, Sheet<'static>)> {
    let (rows, visible) = (u32::from(sheet.height()), u32::from(window.text.height));
    if rows <= visible || visible == 0 {
        return None;
    }
    let length = (visible * visible / rows).max(1);
    let travel = visible - length;
    let first = (u32::from(scrolled) * travel).div_ceil(rows - visible).min(travel);
    let area = Rect { x: window.margin, y: window.text.y + first as u16, width: 1, height: length as u16 };
    let mut mark = Sheet::default();
    for _ in 0..length {
        mark.line(0, theme.signs.scroll, theme.quiet);
    }
    Some((area, mark))
}
