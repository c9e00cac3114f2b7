//! Encodes a frame: the bytes that change the screen from one frame to the next.
//!
//! Both frames are drawn into buffers that belong to the thread, and the cells that differ are written: cursor
//! movements (CUP, CUF, CR LF), SGR, EL, links (OSC 8) and printable text, nothing else. A control character in a cell
//! is sent as a space. A VT100 understands all of these but colours and links.

mod sgr;

use std::{
    cell::RefCell,
    fmt::{self, Write as _},
    num::NonZeroU16,
    ops::Range,
};

use ratatui::{
    buffer::{Buffer, Cell, CellDiffOption, CellWidth as _},
    layout::Rect,
    style::Color,
};
use unicode_width::UnicodeWidthStr as _;

use super::link::{self, Hyperlink, in_row, link_at};
use sgr::{SgrState, VISIBLE_ON_BLANKS};

/// Begin and end of synchronized output (DEC private mode 2026): the terminal shows the frame whole.
const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";
/// Plain style, and the whole screen erased (ED 2).
const ERASE_SCREEN: &[u8] = b"\x1b[m\x1b[2J";
/// Erases to the end of the line (EL 0).
const ERASE_LINE: &[u8] = b"\x1b[K";

/// Bytes that most frames fit in.
const USUAL: usize = 1024;

thread_local! {
    /// The buffers of the screen that is shown and of the next one. A thread draws one frame at a time, so that all its
    /// sessions share them, and a session at rest keeps no cell.
    static BUFFERS: RefCell<[Buffer; 2]> = RefCell::default();
}

/// Appends what turns a screen that shows one state into one that shows the next. `draw` draws a state into a blank
/// buffer and returns which of its cells are links; it is called for both states. Only `area` of the screen is drawn,
/// the rest stays blank; it must be the same area for both. Without `shown` the screen may show anything, and is erased
/// first. Nothing is appended where nothing changes.
pub fn frame<S>(
    area: Rect,
    draw: impl Fn(&S, &mut Buffer) -> Vec<Hyperlink>,
    shown: Option<&S>,
    next: &S,
    synchronized: bool,
    out: &mut Vec<u8>,
) {
    BUFFERS.with_borrow_mut(|[before, after]| {
        let drawn = |state: &S, buffer: &mut Buffer| {
            buffer.resize(area);
            buffer.reset();
            draw(state, buffer)
        };
        let links = [shown.map_or_else(Vec::new, |state| drawn(state, before)), drawn(next, after)];
        let before: &mut [Cell] = if shown.is_some() { &mut before.content } else { &mut [] };
        let changes = changes(before, after, &links);
        if shown.is_some() && changes.is_empty() {
            return;
        }
        out.reserve(USUAL);
        if synchronized {
            out.extend_from_slice(BEGIN);
        }
        if shown.is_none() {
            out.extend_from_slice(ERASE_SCREEN);
        }
        let [_, links] = &links;
        let (movement, style) = (String::new(), SgrState::default());
        let mut encoder = Encoder { out, screen: after, links, cursor: None, movement, style, link: None };
        for Patch { y, x, erases, .. } in changes {
            if erases { encoder.erase(x, y) } else { encoder.cell(x, y) }
        }
        encoder.set_link(None);
        encoder.set_style(SgrState::default());
        if synchronized {
            out.extend_from_slice(END);
        }
    });
}

/// A cell that is written, or the rest of a row that is erased.
struct Patch {
    y: u16,
    x: u16,
    /// Whether the row is blank from here on, and is erased (EL); otherwise the cell is written.
    erases: bool,
}

/// What turns the screen that some cells and their links describe into the one of a buffer: one style after the other,
/// the plain one first, since to move over what has another style takes fewer bytes than to change the style to and
/// fro. A screen that was erased has no cells `before`, and is blank. Only rows that change are normalized; ratatui's
/// diff would ask for the width of every cell of all rows.
fn changes(before: &mut [Cell], after: &mut Buffer, [old_links, new_links]: &[Vec<Hyperlink>; 2]) -> Vec<Patch> {
    let area = after.area;
    let columns = usize::from(area.width).max(1);
    // The styles in the order in which they come from the top of the screen down, with the changes that have them: a
    // handful.
    let mut changes = vec![(SgrState::default(), Vec::new())];
    let (mut style, mut number) = (SgrState::default(), 0);
    let mut old_rows = before.chunks_exact_mut(columns);
    for (new, y) in after.content.chunks_exact_mut(columns).zip(area.y..) {
        let old = old_rows.next().unwrap_or_default();
        let relinked = !in_row(old_links, y).eq(in_row(new_links, y));
        if old == new && !relinked {
            continue;
        }
        let end = |row: &mut [Cell], links: &[Hyperlink]| {
            let links = in_row(links, y).map(|link| usize::from(link.columns.end.saturating_sub(area.x)));
            links.fold(normalize(row), usize::max)
        };
        let (old_end, new_end) = (end(old, old_links), end(new, new_links));
        // Up to so many blanks are written as they are.
        let erases = old_end > new_end + ERASE_LINE.len();
        let written = if erases { new_end } else { new_end.max(old_end) };
        for (i, (new, x)) in new.iter().zip(area.x..).take(written).enumerate() {
            let changed = old.get(i).map_or_else(|| !is_blank(new), |old| old != new)
                || relinked && link_at(old_links, x, y) != link_at(new_links, x, y);
            if !changed || new.diff_option == CellDiffOption::Skip {
                continue;
            }
            let needed = style.needed(new);
            if needed != style {
                style = needed;
                number = changes.iter().position(|(known, _)| *known == style).unwrap_or(changes.len());
                if number == changes.len() {
                    changes.push((style, Vec::new()));
                }
            }
            if let Some((_, styled)) = changes.get_mut(number) {
                styled.push(Patch { y, x, erases: false });
            }
        }
        if let Some((_, plain)) = changes.first_mut().filter(|_| erases) {
            plain.push(Patch { y, x: area.x + new_end as u16, erases });
        }
    }
    changes.into_iter().flat_map(|(_, styled)| styled).collect()
}

/// Makes cells of a row equal that look alike, replaces by a space what must not be sent or has no width, and says how
/// wide the others are: ratatui counts halfwidth sound marks of katakana twice (`ｶﾞ`). The cells that a wide character
/// covers are never written, and differ from all others: a terminal blanks them, in a style of its choice, when the
/// character goes. Returns the number of cells after which the row is blank.
fn normalize(row: &mut [Cell]) -> usize {
    let (content, columns) = (content(row), row.len());
    let (mut covered, mut end) = (0, 0);
    for (x, cell) in row.iter_mut().enumerate() {
        if covered > 0 {
            covered -= 1;
            cell.reset();
            cell.set_diff_option(CellDiffOption::Skip);
            end = x + 1;
            continue;
        }
        if x >= content {
            break;
        }
        let text = cell.symbol();
        if !matches!(text.as_bytes(), [b' '..=b'~']) {
            let width = if text.contains(char::is_control) { 0 } else { text.width() };
            match NonZeroU16::new(width as u16).filter(|_| x + width <= columns) {
                Some(forced) => {
                    covered = width - 1;
                    cell.set_diff_option(CellDiffOption::ForcedWidth(forced));
                }
                None => {
                    cell.set_symbol(" ");
                }
            }
        }
        // The colour and weight of a character are not seen where there is none.
        if cell.symbol() == " " && !cell.modifier.intersects(VISIBLE_ON_BLANKS) {
            (cell.fg, cell.modifier) = (Color::Reset, cell.modifier & VISIBLE_ON_BLANKS);
        }
        if !is_blank(cell) {
            end = x + 1;
        }
    }
    end
}

/// The number of cells after which a row is blank.
fn content(row: &[Cell]) -> usize {
    row.iter().rposition(|cell| !is_blank(cell)).map_or(0, |last| last + 1)
}

/// Whether a cell equals [`Cell::EMPTY`]. Most cells of a screen do, and a comparison of all that a cell has takes
/// three times as long.
fn is_blank(cell: &Cell) -> bool {
    matches!(cell.symbol().as_bytes(), b" ")
        && (cell.fg, cell.bg, cell.diff_option) == (Color::Reset, Color::Reset, CellDiffOption::None)
        && cell.modifier.is_empty()
}

struct Encoder<'a> {
    out: &'a mut Vec<u8>,
    /// What the screen shows after the frame.
    screen: &'a Buffer,
    links: &'a [Hyperlink],
    /// Where the terminal's cursor stands; `None` where terminals differ in that.
    cursor: Option<(u16, u16)>,
    /// The bytes of the last movement of the cursor.
    movement: String,
    style: SgrState,
    /// The link that is open.
    link: Option<&'a Hyperlink>,
}

impl<'a> Encoder<'a> {
    /// Writes a cell.
    fn cell(&mut self, x: u16, y: u16) {
        let Some(cell) = self.screen.cell((x, y)) else { return };
        let link = link_at(self.links, x, y);
        if link != self.link {
            self.set_link(None);
        }
        self.go(x, y);
        self.set_link(link);
        self.set_style(self.style.needed(cell));
        self.out.extend_from_slice(cell.symbol().as_bytes());
        // Terminals differ in how far a character of another width moves the cursor, and in where the cursor is after
        // the last column.
        let right = x + 1;
        self.cursor = (cell.cell_width() == 1 && right < self.screen.area.right()).then_some((right, y));
    }

    /// Erases a row from a column on.
    fn erase(&mut self, x: u16, y: u16) {
        self.set_link(None);
        self.go(x, y);
        if !self.style.erases() {
            self.set_style(SgrState::default());
        }
        self.out.extend_from_slice(ERASE_LINE);
    }

    /// Moves the cursor to a cell, or writes the cells before it again where that is as short.
    fn go(&mut self, x: u16, y: u16) {
        if self.cursor == Some((x, y)) {
            return;
        }
        // To write to a string does not fail.
        let _ = write_movement(&mut self.movement, self.cursor, (x, y));
        let rewritten = match self.cursor {
            Some((from, row)) if row == y && from < x => self.rewrite(from..x, y, self.movement.len()),
            _ => false,
        };
        if !rewritten {
            self.out.extend_from_slice(self.movement.as_bytes());
        }
        self.cursor = Some((x, y));
    }

    /// Writes some cells of a row again, if that takes at most so many bytes and no other style or link; whether it was
    /// done.
    fn rewrite(&mut self, columns: Range<u16>, y: u16, most: usize) -> bool {
        if columns.len() > most {
            return false;
        }
        let begin = self.out.len();
        for x in columns {
            let cell = self.screen.cell((x, y)).filter(|cell| {
                let alike = self.style.needed(cell) == self.style && link_at(self.links, x, y) == self.link;
                alike && cell.cell_width() == 1 && self.out.len() - begin + cell.symbol().len() <= most
            });
            let Some(cell) = cell else {
                self.out.truncate(begin);
                return false;
            };
            self.out.extend_from_slice(cell.symbol().as_bytes());
        }
        true
    }

    fn set_style(&mut self, style: SgrState) {
        self.style.change(style, self.out);
        self.style = style;
    }

    /// Ends the link that is open, and begins another.
    fn set_link(&mut self, link: Option<&'a Hyperlink>) {
        if link != self.link {
            // One link ends where another begins; what cannot be a link is plain text.
            let sequence = link.and_then(link::open);
            self.out.extend_from_slice(sequence.as_deref().unwrap_or(link::CLOSE).as_bytes());
            self.link = link;
        }
    }
}

/// Writes the shortest of some ways to move the cursor to a cell: absolute (CUP), along its row (CUF), or to the start
/// of one of the next two rows (CR LF) and along it. A line feed never scrolls here: the cell is on the screen.
fn write_movement(movement: &mut String, cursor: Option<(u16, u16)>, (x, y): (u16, u16)) -> fmt::Result {
    movement.clear();
    match cursor {
        // Shorter than the absolute way, which says the row too.
        Some((column, row)) if row == y && column < x => write_right(movement, x - column),
        Some((_, row)) if (1..=2).contains(&y.saturating_sub(row)) => {
            (row..y).for_each(|_| movement.push_str("\r\n"));
            write_right(movement, x)?;
            let down = movement.len();
            write_absolute(movement, x, y)?;
            if down < movement.len() - down {
                movement.truncate(down);
            } else {
                movement.drain(..down);
            }
            Ok(())
        }
        _ => write_absolute(movement, x, y),
    }
}

fn write_right(movement: &mut String, cells: u16) -> fmt::Result {
    match cells {
        0 => Ok(()),
        1 => movement.write_str("\x1b[C"),
        cells => write!(movement, "\x1b[{cells}C"),
    }
}

fn write_absolute(movement: &mut String, x: u16, y: u16) -> fmt::Result {
    if x == 0 { write!(movement, "\x1b[{}H", y + 1) } else { write!(movement, "\x1b[{};{}H", y + 1, x + 1) }
}

#[cfg(test)]
mod tests;
