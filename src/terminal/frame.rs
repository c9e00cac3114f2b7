//! One frame as bytes: what has to be sent so that a screen that shows one buffer shows another.
//!
//! The result depends on the two buffers and their links alone. It contains cursor movements (CUP, CUD, CUF, CUB, CR LF), SGR, EL,
//! links (OSC 8) and printable text, nothing else: a control character in a cell is left out. A VT100 understands all of it but
//! the colours and the links.

use std::{cell::RefCell, cmp::Ordering, io::Write as _};

use ratatui::{
    buffer::{Buffer, Cell},
    layout::Rect,
    style::{Color, Modifier},
};
use unicode_width::UnicodeWidthStr as _;

use super::{
    Size,
    link::{self, Lead, Link},
};

/// Begin and end of synchronized output (DEC private mode 2026): the terminal shows the frame whole.
const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";
/// Plain ink, and the whole screen erased (ED 2): after a resize nobody knows what the terminal made of it.
const ERASE_SCREEN: &[u8] = b"\x1b[m\x1b[2J";
/// Clears to the end of the line (EL 0).
const ERASE_LINE: &[u8] = b"\x1b[K";

thread_local! {
    /// What is drawn on: a thread draws one frame at a time, so all its sessions share two buffers, and a session at
    /// rest keeps none.
    static CANVASES: RefCell<[Buffer; 2]> = RefCell::default();
}

/// Appends what turns a screen of `size` that shows what `shown` draws into one that shows what `next` draws. Both get a
/// blank canvas, and give back which cells lead where. Without `shown` nobody knows what the screen shows, and it is
/// erased first.
pub fn frame(
    size: Size,
    shown: Option<impl FnOnce(&mut Buffer) -> Vec<Link>>,
    next: impl FnOnce(&mut Buffer) -> Vec<Link>,
    synchronized: bool,
    out: &mut Vec<u8>,
) {
    let area = Rect { x: 0, y: 0, width: size.columns, height: size.rows };
    CANVASES.with_borrow_mut(|[before, after]| {
        wipe(before, area);
        wipe(after, area);
        let erase = shown.is_none();
        let links = [shown.map(|shown| shown(before)).unwrap_or_default(), next(after)];
        difference(before, after, [&links[0], &links[1]], erase, synchronized, out);
    });
}

/// Makes a canvas blank and of the right size. One that a much larger window needed is given back.
fn wipe(canvas: &mut Buffer, area: Rect) {
    const SPARE: usize = 4;
    const USUAL: usize = 80 * 24;
    if canvas.content.capacity() > SPARE * (area.area() as usize).max(USUAL) {
        *canvas = Buffer::empty(area);
    } else {
        canvas.resize(area);
        canvas.reset();
    }
}

/// Appends what turns `shown` into `next`; nothing when they look alike. Both buffers have the same area, at 0, 0. With
/// `erase` the screen, whatever it shows, is made blank first.
fn difference(shown: &Buffer, next: &Buffer, links: [&[Link]; 2], erase: bool, synchronized: bool, out: &mut Vec<u8>) {
    let begin = out.len();
    if synchronized {
        out.extend_from_slice(BEGIN);
    }
    let body = out.len();
    if erase {
        out.extend_from_slice(ERASE_SCREEN);
    }
    let width = usize::from(next.area.width).max(1);
    let mut encoder = Encoder { out, pen: Pen::PLAIN, cursor: None, columns: next.area.width, links, link: None };
    let rows = shown.content().chunks_exact(width).zip(next.content().chunks_exact(width));
    for ((before, after), y) in rows.zip(0..) {
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

/// What characters are written with.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Pen {
    foreground: Color,
    background: Color,
    modifier: Modifier,
}

impl Pen {
    const PLAIN: Self = Self { foreground: Color::Reset, background: Color::Reset, modifier: Modifier::empty() };

    fn of(cell: &Cell) -> Self {
        Self { foreground: cell.fg, background: cell.bg, modifier: cell.modifier }
    }

    /// The pen that makes a cell look as it does: what colours only ink does not matter where there is none.
    fn needed(cell: &Cell, current: Self) -> Self {
        let pen = Self::of(cell);
        let inkless = cell.symbol() == " " && !pen.modifier.intersects(VISIBLE_ON_BLANKS);
        let currently_inkless = !current.modifier.intersects(VISIBLE_ON_BLANKS);
        if inkless && currently_inkless && current.background == pen.background { current } else { pen }
    }
}

const VISIBLE_ON_BLANKS: Modifier = Modifier::UNDERLINED.union(Modifier::REVERSED).union(Modifier::CROSSED_OUT);

/// Whether a cell shows nothing but the terminal's own paper.
fn blank(cell: &Cell) -> bool {
    cell.symbol() == " " && cell.bg == Color::Reset && !cell.modifier.intersects(VISIBLE_ON_BLANKS)
}

fn same(a: &Cell, b: &Cell) -> bool {
    (a.symbol() == b.symbol() && Pen::of(a) == Pen::of(b)) || (blank(a) && blank(b))
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
    /// Where what is written leads.
    link: Option<Lead<'a>>,
}

/// A move by so many cells (CUD, CUF, CUB), which nobody takes for more than one when the number is left out.
fn count(cells: u16, way: char) -> String {
    match cells {
        0 => String::new(),
        1 => format!("\x1b[{way}"),
        _ => format!("\x1b[{cells}{way}"),
    }
}

/// Where a cell leads. There are few links on a screen.
fn leads(links: &[Link], x: u16, y: u16) -> Option<Lead<'_>> {
    links.iter().find(|link| link.row == y && link.columns.contains(&x)).map(Lead::from)
}

impl<'a> Encoder<'a> {
    /// Writes a row: what changed in it, or, where that is shorter, all that is right of its first change, anew.
    fn row(&mut self, y: u16, before: &[Cell], after: &[Cell]) {
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
            let old = if is_erased { &BLANK } else { old };
            let disturbed = hidden_before > 0;
            hidden_before = (width(old)).max(hidden_before).saturating_sub(1);
            if covered > 0 {
                covered -= 1;
                continue;
            }
            covered = width(new).saturating_sub(1);
            let [led, leads] = self.links.map(|links| leads(links, x, y));
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
        let mut best = match x {
            0 => format!("\x1b[{}H", y + 1),
            _ => format!("\x1b[{};{}H", y + 1, x + 1),
        };
        let mut shorter = |way: String| {
            if way.len() < best.len() {
                best = way;
            }
        };
        if let Some((from, at)) = self.cursor
            && at <= y
        {
            let (down, right) = (y - at, count(x, 'C'));
            // Straight down, and then along the row.
            let along = match x.cmp(&from) {
                Ordering::Less => count(from - x, 'D'),
                Ordering::Equal | Ordering::Greater => count(x - from, 'C'),
            };
            shorter(count(down, 'B') + &along);
            // To the start of the row. A line feed moves down and never scrolls here: row `y` is on the screen.
            if (1..=2).contains(&down) {
                shorter("\r\n".repeat(down.into()) + &right);
            }
            // What is between may be short enough to be written again.
            if down == 0 && from < x {
                let between = row.iter().zip(0_u16..).skip(from.into()).take((x - from).into());
                let again: Option<String> = between
                    .map(|(cell, x)| {
                        let alike = Pen::needed(cell, self.pen) == self.pen && leads(self.links[1], x, y) == self.link;
                        (width(cell) == 1 && alike).then(|| cell.symbol())
                    })
                    .collect();
                if let Some(text) = again.filter(|text| text.len() <= best.len() && !text.contains(char::is_control)) {
                    best = text;
                }
            }
        }
        self.out.extend_from_slice(best.as_bytes());
        self.cursor = Some((x, y));
    }

    fn put(&mut self, cell: &Cell) {
        self.pen(Pen::needed(cell, self.pen));
        let symbol = cell.symbol();
        if symbol.is_empty() || symbol.contains(char::is_control) {
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

    /// Changes the pen (SGR): by the difference, or anew, whichever is shorter. A modifier ends anew: those that end one alone (22,
    /// 23, 24, 27) came with the VT220.
    fn pen(&mut self, pen: Pen) {
        if pen == self.pen {
            return;
        }
        let change = parameters(self.pen, pen);
        let fresh = parameters(Pen::PLAIN, pen);
        let anew = if fresh.is_empty() { fresh } else { format!("0;{fresh}") };
        let ends = !(self.pen.modifier - pen.modifier).is_empty();
        let shorter = if !ends && change.len() <= anew.len() { change } else { anew };
        let _ = write!(self.out, "\x1b[{shorter}m");
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

/// The parameters of the SGR that changes one pen into another that has all of its modifiers.
fn parameters(from: Pen, to: Pen) -> String {
    let added = to.modifier - from.modifier;
    let on = MODIFIERS.into_iter().filter(|(modifier, _)| added.contains(*modifier));
    let mut list: Vec<_> = on.map(|(_, on)| on.to_owned()).collect();
    if from.foreground != to.foreground {
        list.push(colour(to.foreground, 30));
    }
    if from.background != to.background {
        list.push(colour(to.background, 40));
    }
    list.join(";")
}

/// Modifiers with the SGR that turns each on.
const MODIFIERS: [(Modifier, &str); 6] = [
    (Modifier::BOLD, "1"),
    (Modifier::DIM, "2"),
    (Modifier::ITALIC, "3"),
    (Modifier::UNDERLINED, "4"),
    (Modifier::REVERSED, "7"),
    (Modifier::CROSSED_OUT, "9"),
];

/// SGR parameters of a colour; `base` is 30 for ink and 40 for paper. The sixteen named colours are sent by their own
/// numbers (30-37, 90-97), which every terminal with colour knows.
fn colour(colour: Color, base: u8) -> String {
    let named = |n: u8| (base + n).to_string();
    match colour {
        Color::Reset => named(9),
        Color::Black => named(0),
        Color::Red => named(1),
        Color::Green => named(2),
        Color::Yellow => named(3),
        Color::Blue => named(4),
        Color::Magenta => named(5),
        Color::Cyan => named(6),
        Color::Gray => named(7),
        Color::DarkGray => named(60),
        Color::LightRed => named(61),
        Color::LightGreen => named(62),
        Color::LightYellow => named(63),
        Color::LightBlue => named(64),
        Color::LightMagenta => named(65),
        Color::LightCyan => named(66),
        Color::White => named(67),
        Color::Indexed(n) => format!("{};5;{n}", base + 8),
        Color::Rgb(r, g, b) => format!("{};2;{r};{g};{b}", base + 8),
    }
}

#[cfg(test)]
mod tests;
