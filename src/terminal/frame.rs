//! One frame as bytes: what has to be sent so that a screen that shows one buffer shows another.
//!
//! The result depends on the two buffers and their links alone. It contains cursor movements (CUP, CUD, CUF, CUB, CR LF), SGR, EL,
//! links (OSC 8) and printable text, nothing else: a control character in a cell is left out. A VT100 understands all of it but
//! the colours and the links.

mod canvas;
mod moves;
mod pen;

use std::ops::Range;

use ratatui::{
    buffer::{Buffer, Cell},
    layout::Rect,
    style::Color,
};
use unicode_width::UnicodeWidthStr as _;

use super::{
    Size,
    link::{self, Lead, Link},
};
pub use canvas::Stamp;
use moves::{Move, shorter};
use pen::{Pen, VISIBLE_ON_BLANKS};

/// Begin and end of synchronized output (DEC private mode 2026): the terminal shows the frame whole.
const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";
/// Plain ink, and the whole screen erased (ED 2): after a resize nobody knows what the terminal made of it.
const ERASE_SCREEN: &[u8] = b"\x1b[m\x1b[2J";
/// Clears to the end of the line (EL 0).
const ERASE_LINE: &[u8] = b"\x1b[K";

/// Appends what turns a screen of `size` that shows what `shown` draws into one that shows what `next` draws. Both get a
/// blank canvas, and give back which cells lead where. Without `shown` nobody knows what the screen shows, and it is
/// erased first. What is returned says in the next call that this is what the screen shows; if the canvas still has it, it is
/// not drawn again.
pub fn frame(
    size: Size,
    shown: Option<(Stamp, impl FnOnce(&mut Buffer) -> Vec<Link>)>,
    next: impl FnOnce(&mut Buffer) -> Vec<Link>,
    synchronized: bool,
    out: &mut Vec<u8>,
) -> Stamp {
    let area = Rect { x: 0, y: 0, width: size.columns, height: size.rows };
    canvas::with_two(shown.as_ref().map(|(stamp, _)| *stamp), |before, after| {
        let stamp = after.draw_new(area, next);
        let known = shown.map(|(stamp, draw)| {
            before.show(stamp, area, draw);
            (&before.cells, before.links.as_slice())
        });
        difference(known, (&after.cells, &after.links), synchronized, out);
        stamp
    })
}

/// Cells, and which of them lead where.
type Drawn<'a> = (&'a Buffer, &'a [Link]);

/// Appends what turns `shown` into `next`; nothing when they look alike. Both have the same area, at 0, 0. Without `shown` the
/// screen, whatever it shows, is made blank first.
fn difference(shown: Option<Drawn>, next: Drawn, synchronized: bool, out: &mut Vec<u8>) {
    let begin = out.len();
    if synchronized {
        out.extend_from_slice(BEGIN);
    }
    let body = out.len();
    if shown.is_none() {
        out.extend_from_slice(ERASE_SCREEN);
    }
    let (cells, links) = next;
    let columns = cells.area.width;
    let links = [shown.map_or(&[][..], |(_, links)| links), links];
    let mut encoder = Encoder { out, pen: Pen::PLAIN, cursor: None, columns, links, linked: false, link: None };
    let blank = vec![Cell::EMPTY; columns.into()];
    let mut before = shown.map(|(cells, _)| rows(cells));
    for (after, y) in rows(cells).zip(0..) {
        let before = before.as_mut().and_then(Iterator::next).unwrap_or(&blank);
        encoder.row(y, before, after);
    }
    encoder.pen(Pen::PLAIN);
    encoder.link(None);
    if out.len() == body {
        out.truncate(begin);
    } else if synchronized {
        out.extend_from_slice(END);
    }
}

/// The rows of cells, from the top down.
fn rows(cells: &Buffer) -> impl Iterator<Item = &[Cell]> {
    cells.content().chunks_exact(usize::from(cells.area.width).max(1))
}

/// Whether a cell shows nothing but the terminal's own paper.
fn blank(cell: &Cell) -> bool {
    cell.symbol() == " " && cell.bg == Color::Reset && !cell.modifier.intersects(VISIBLE_ON_BLANKS)
}

fn same(a: &Cell, b: &Cell) -> bool {
    (a.symbol() == b.symbol() && Pen::of(a) == Pen::of(b)) || (blank(a) && blank(b))
}

/// Whether nothing need be sent of a cell that leads nowhere, as can be seen at a glance.
fn stays(old: &Cell, new: &Cell) -> bool {
    let (before, after) = (old.symbol(), new.symbol());
    before.len() == 1 && before == after && Pen::of(old) == Pen::of(new)
}

/// A cell that was erased.
static BLANK: Cell = Cell::EMPTY;

struct Encoder<'a> {
    out: &'a mut Vec<u8>,
    pen: Pen,
    /// Where the terminal's cursor stands; `None` when that depends on the terminal.
    cursor: Option<(u16, u16)>,
    columns: u16,
    /// The links of what is shown, and of what is next.
    links: [&'a [Link]; 2],
    /// Whether any of them is in the row that is written.
    linked: bool,
    /// Where what is written leads.
    link: Option<Lead<'a>>,
}

/// Where a cell leads. There are few links on a screen.
fn leads(links: &[Link], x: u16, y: u16) -> Option<Lead<'_>> {
    links.iter().find(|link| link.row == y && link.columns.contains(&x)).map(Lead::from)
}

impl<'a> Encoder<'a> {
    /// Writes a row: what changed in it, or, where that is shorter, all that is right of its first change, anew.
    fn row(&mut self, y: u16, before: &[Cell], after: &[Cell]) {
        self.linked = self.links.into_iter().flatten().any(|link| link.row == y);
        // Most rows stay as they are.
        if !self.linked && before == after {
            return;
        }
        let (begin, start) = (self.out.len(), (self.pen, self.cursor, self.link));
        let Some(first) = self.changes(y, before, after, None) else { return };
        // To erase takes a move and three bytes more.
        if self.out.len() - begin <= 8 || before.iter().skip(first).all(blank) {
            return;
        }
        let changes = self.out.split_off(begin);
        let end = (self.pen, self.cursor, self.link);
        (self.pen, self.cursor, self.link) = start;
        self.erase_from(first, y, after);
        self.changes(y, before, after, Some(first));
        if self.out.len() - begin >= changes.len() {
            self.out.truncate(begin);
            self.out.extend_from_slice(&changes);
            (self.pen, self.cursor, self.link) = end;
        }
    }

    /// Writes what changed in a row; the first column that did. From column `erased` on the screen is blank already.
    fn changes(&mut self, y: u16, before: &[Cell], after: &[Cell], erased: Option<usize>) -> Option<usize> {
        let end_of = |row: &[Cell]| {
            let last = row.iter().enumerate().rfind(|(_, cell)| !blank(cell));
            last.map_or(0, |(x, cell)| (x + width(cell).max(1)).min(row.len()))
        };
        let (end_before, end_after) = (erased.unwrap_or_else(|| end_of(before)), end_of(after));
        // Erasing takes three bytes and perhaps a pen; up to that many blanks are written as they are.
        let erase = end_before > end_after + 3;
        let end = if erase { end_after } else { end_before.max(end_after) };

        let mut first = None;
        // The cells of the row that were right of a wide character's first half: what stands there is not in `before`.
        let mut hidden_before = 0;
        // The cells that the wide character in `after` covers.
        let mut covered = 0;
        for ((old, new), x) in before.iter().zip(after).zip(0_u16..).take(end) {
            let is_erased = erased.is_some_and(|erased| usize::from(x) >= erased);
            // Most of a row: a character of one cell that stays.
            if hidden_before == 0 && covered == 0 && !is_erased && !self.linked && stays(old, new) {
                continue;
            }
            let old = if is_erased { &BLANK } else { old };
            let disturbed = hidden_before > 0;
            hidden_before = (width(old)).max(hidden_before).saturating_sub(1);
            if covered > 0 {
                covered -= 1;
                continue;
            }
            covered = width(new).saturating_sub(1);
            let [led, leads] = self.leads(x, y);
            let led = led.filter(|_| !is_erased);
            if disturbed || !same(old, new) || width(old) != width(new) || led != leads {
                first.get_or_insert(usize::from(x));
                if leads != self.link {
                    self.link(None);
                }
                self.go(x, y, after);
                self.link(leads);
                self.put(new);
            }
        }
        if erase {
            first.get_or_insert(end_after);
            self.erase_from(end_after, y, after);
        }
        first
    }

    /// Where a cell of the row that is written leads: on what is shown, and on what is next.
    fn leads(&self, x: u16, y: u16) -> [Option<Lead<'a>>; 2] {
        if self.linked { self.links.map(|links| leads(links, x, y)) } else { [None; 2] }
    }

    /// Erases what is right of a column of row `y`, whose cells are `row`.
    fn erase_from(&mut self, x: usize, y: u16, row: &[Cell]) {
        self.go(x as u16, y, row);
        self.link(None);
        if self.pen.background != Color::Reset || self.pen.modifier.intersects(VISIBLE_ON_BLANKS) {
            self.pen(Pen::PLAIN);
        }
        self.out.extend_from_slice(ERASE_LINE);
    }

    /// Moves to a cell of row `y`, whose cells are `row`, in the fewest bytes.
    fn go(&mut self, x: u16, y: u16, row: &[Cell]) {
        if self.cursor == Some((x, y)) {
            return;
        }
        let mut best = Move::To { x, y };
        if let Some((from, at)) = self.cursor
            && at <= y
        {
            let down = y - at;
            best = shorter(best, Move::Along { down, right: i32::from(x) - i32::from(from) });
            // A line feed moves down and never scrolls here: row `y` is on the screen.
            if (1..=2).contains(&down) {
                best = shorter(best, Move::Lines { down, right: x });
            }
            // What is between may be short enough to be written again.
            if down == 0 && from < x && self.again(from..x, y, row, best.bytes()) {
                self.cursor = Some((x, y));
                return;
            }
        }
        best.write(self.out);
        self.cursor = Some((x, y));
    }

    /// Writes what stands in some columns of row `y` again, in at most so many bytes and with the pen as it is; whether it
    /// could.
    fn again(&mut self, columns: Range<u16>, y: u16, row: &[Cell], most: usize) -> bool {
        let begin = self.out.len();
        let between = row.iter().zip(0_u16..).skip(columns.start.into()).take(columns.len());
        for (cell, x) in between {
            let alike = Pen::needed(cell, self.pen) == self.pen && self.leads(x, y)[1] == self.link;
            let symbol = cell.symbol();
            let fits = self.out.len() - begin + symbol.len() <= most;
            if !alike || !fits || width(cell) != 1 || symbol.contains(char::is_control) {
                self.out.truncate(begin);
                return false;
            }
            self.out.extend_from_slice(symbol.as_bytes());
        }
        true
    }

    fn put(&mut self, cell: &Cell) {
        self.pen(Pen::needed(cell, self.pen));
        let symbol = cell.symbol();
        if let [byte @ b' '..=b'~'] = symbol.as_bytes() {
            self.out.push(*byte);
        } else if symbol.is_empty() || symbol.contains(char::is_control) {
            self.out.push(b' ');
        } else {
            self.out.extend_from_slice(symbol.as_bytes());
        }
        // Terminals differ in how far a character of another width moves the cursor, and in where it is after the last
        // column: from there every move is absolute.
        self.cursor = match self.cursor {
            Some((x, y)) if width(cell) == 1 && x + 1 < self.columns => Some((x + 1, y)),
            _ => None,
        };
    }

    /// Changes where what is written leads.
    fn link(&mut self, lead: Option<Lead<'a>>) {
        if lead == self.link {
            return;
        }
        // One link ends where another begins; what cannot be a link is plain text.
        let sequence = lead.and_then(link::open);
        self.out.extend_from_slice(sequence.as_deref().unwrap_or(link::CLOSE).as_bytes());
        self.link = lead;
    }

    fn pen(&mut self, pen: Pen) {
        self.pen.change(pen, self.out);
        self.pen = pen;
    }
}

/// The cells that a cell's character takes; ambiguous ones are narrow. What must not be sent is a space.
fn width(cell: &Cell) -> usize {
    match cell.symbol() {
        symbol if symbol.len() <= 1 || symbol.contains(char::is_control) => 1,
        symbol => symbol.width(),
    }
}

#[cfg(test)]
mod tests;
