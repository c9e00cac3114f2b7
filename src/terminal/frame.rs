//! One frame as bytes: what has to be sent so that a screen that shows one drawing shows another.
//!
//! The result depends on the two drawings alone. It contains cursor movements (CUP, CUD, CUF, CUB, CR LF), SGR, EL,
//! links (OSC 8) and printable text, nothing else: a control character in a cell is a space. A VT100 understands all of it but
//! the colours and the links.

mod canvas;
mod glyph;
mod moves;
mod pen;

use std::ops::Range;

use ratatui::buffer::Buffer;

use super::{
    Size,
    link::{self, Lead, Link},
};
use canvas::Canvas;
pub use canvas::Stamp;
use glyph::{Glyph, Numbers, PenNumber};
use moves::{Move, shorter};

/// Begin and end of synchronized output (DEC private mode 2026): the terminal shows the frame whole.
const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";
/// Plain ink, and the whole screen erased (ED 2): after a resize nobody knows what the terminal made of it.
const ERASE_SCREEN: &[u8] = b"\x1b[m\x1b[2J";
/// Clears to the end of the line (EL 0).
const ERASE_LINE: &[u8] = b"\x1b[K";

/// Bytes that most frames fit in.
const USUAL: usize = 1024;

/// What a screen should show.
#[derive(Debug)]
pub struct Drawing<D> {
    /// Draws what stands in the buffer's rows, which are whole and blank: one row of the screen, or more.
    pub draw: D,
    /// Which cells lead where.
    pub links: Vec<Link>,
}

type Never = fn() -> Drawing<fn(&mut Buffer)>;

/// What a screen shows of which nobody knows anything, for [`frame`].
pub const NOTHING: Option<(Stamp, Never)> = None;

/// Appends what turns a screen of `size` that shows one drawing into one that shows the next. Without `shown` nobody knows
/// what the screen shows, and it is erased first. What is returned says in the next call that this is what the screen shows; if
/// it is remembered then, it is not drawn again.
pub fn frame<D: Fn(&mut Buffer)>(
    size: Size,
    shown: Option<(Stamp, impl FnOnce() -> Drawing<D>)>,
    next: Drawing<impl Fn(&mut Buffer)>,
    synchronized: bool,
    out: &mut Vec<u8>,
) -> Stamp {
    canvas::with(|canvas| {
        out.reserve(USUAL);
        let begin = out.len();
        if synchronized {
            out.extend_from_slice(BEGIN);
        }
        let body = out.len();
        if shown.is_none() {
            out.extend_from_slice(ERASE_SCREEN);
        }
        canvas.show(size, shown);
        difference(canvas, &next, out);
        if out.len() == body {
            out.truncate(begin);
        } else if synchronized {
            out.extend_from_slice(END);
        }
        canvas.shows(size, next.links)
    })
}

/// Appends what turns the screen into one that shows the drawing, and makes it show that.
fn difference(canvas: &mut Canvas, next: &Drawing<impl Fn(&mut Buffer)>, out: &mut Vec<u8>) {
    let Canvas { row, screen, numbers, links, .. } = canvas;
    let columns = row.columns();
    let mut encoder = Encoder {
        out,
        numbers,
        pen: PenNumber::PLAIN,
        cursor: None,
        columns,
        links: [links, &next.links],
        linked: false,
        link: None,
    };
    for (before, y) in screen.chunks_exact_mut(usize::from(columns).max(1)).zip(0..) {
        let (after, changed) = row.draw(y, &next.draw, before, encoder.numbers);
        encoder.row(y, before, after, changed);
        before.copy_from_slice(after);
    }
    encoder.pen(PenNumber::PLAIN);
    encoder.link(None);
}

struct Encoder<'a> {
    out: &'a mut Vec<u8>,
    numbers: &'a mut Numbers,
    pen: PenNumber,
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

impl<'a> Encoder<'a> {
    /// Writes a row: what changed in it, or, where that is shorter, all that is right of its first change, anew.
    fn row(&mut self, y: u16, before: &[Glyph], after: &[Glyph], changed: Range<usize>) {
        self.linked = self.links.into_iter().flatten().any(|link| link.row == y);
        // Most rows stay as they are.
        if changed.is_empty() && !self.linked {
            return;
        }
        // What a wide character covers depends on what is left of it, and where a link begins is not seen in the cells.
        let alone = !self.linked && !self.numbers.are_wide([before, after]);
        let columns = if alone { changed } else { 0..after.len() };
        let (begin, start) = (self.out.len(), (self.pen, self.cursor, self.link));
        let Some(first) = self.changes(y, [before, after], columns, alone) else { return };
        let (middle, end) = (self.out.len(), (self.pen, self.cursor, self.link));
        // Each of them takes a byte at least, so what is shorter already need not be tried.
        let [mut was, is] = [before, after].map(|row| row.iter().skip(first).filter(|glyph| !glyph.blank));
        if was.next().is_none() || middle - begin <= is.count() + ERASE_LINE.len() {
            return;
        }
        (self.pen, self.cursor, self.link) = start;
        self.erase_from(first, y, after);
        self.anew(first, y, after, alone);
        if self.out.len() - middle < middle - begin {
            self.out.drain(begin..middle);
        } else {
            self.out.truncate(middle);
            (self.pen, self.cursor, self.link) = end;
        }
    }

    /// Writes what changed in a row, of which nothing did outside of some columns; the first column that did. Where cells stand
    /// alone, each is a character, and leads nowhere.
    fn changes(&mut self, y: u16, [before, after]: [&[Glyph]; 2], columns: Range<usize>, alone: bool) -> Option<usize> {
        // Erasing takes three bytes and perhaps a pen; up to that many blanks are written as they are.
        let (end_before, end_after) = (self.end_of(0, y, before), self.end_of(1, y, after));
        let erase = end_before > end_after + ERASE_LINE.len();
        let end = if erase { end_after } else { end_before.max(end_after) };

        let mut first = if alone {
            let changed = |x: usize, new: Glyph| before.get(x).is_none_or(|old| !old.same(new));
            self.runs(y, after, columns.start..columns.end.min(end), changed)
        } else {
            self.changes_of_any_width(y, [before, after], end)
        };
        if erase {
            first.get_or_insert(end_after);
            self.erase_from(end_after, y, after);
        }
        first
    }

    /// Writes what changed in a row up to a column, where characters may be wide, and may lead somewhere.
    fn changes_of_any_width(&mut self, y: u16, [before, after]: [&[Glyph]; 2], end: usize) -> Option<usize> {
        let mut first = None;
        // The cells of the row that were right of a wide character's first half: what stands there is not in `before`.
        let mut hidden_before = 0;
        // The cells that the wide character in `after` covers.
        let mut covered = 0;
        for ((old, new), x) in before.iter().zip(after).zip(0..).take(end) {
            let disturbed = hidden_before > 0;
            hidden_before = old.width.max(hidden_before).saturating_sub(1);
            if covered > 0 {
                covered -= 1;
                continue;
            }
            covered = new.width.saturating_sub(1);
            let led_elsewhere = || self.leads(0, x, y) != self.leads(1, x, y);
            if disturbed || !old.same(*new) || old.width != new.width || led_elsewhere() {
                first.get_or_insert(usize::from(x));
                self.glyph(x, y, after, *new);
            }
        }
        first
    }

    /// Writes a row from a column on, from which it is blank.
    fn anew(&mut self, first: usize, y: u16, after: &[Glyph], alone: bool) {
        if alone {
            self.runs(y, after, first..self.end_of(1, y, after), |_, glyph| !glyph.blank);
            return;
        }
        let mut covered = 0;
        for (new, x) in after.iter().take(self.end_of(1, y, after)).skip(first).zip(first as u16..) {
            if covered > 0 {
                covered -= 1;
                continue;
            }
            covered = new.width.saturating_sub(1);
            if !new.blank || self.leads(1, x, y).is_some() {
                self.glyph(x, y, after, *new);
            }
        }
    }

    /// Writes some cells of a row whose cells stand alone, those that are wanted; the first of them.
    fn runs(
        &mut self,
        y: u16,
        row: &[Glyph],
        columns: Range<usize>,
        wanted: impl Fn(usize, Glyph) -> bool,
    ) -> Option<usize> {
        let (mut first, mut begin) = (None, None);
        for (x, glyph) in row.iter().enumerate().take(columns.end).skip(columns.start) {
            if wanted(x, *glyph) {
                begin = begin.or(Some(x));
            } else if let Some(begin) = begin.take() {
                first = first.or(Some(begin));
                self.run(begin..x, y, row);
            }
        }
        if let Some(begin) = begin {
            first = first.or(Some(begin));
            self.run(begin..columns.end, y, row);
        }
        first
    }

    /// Writes cells of row `y`, whose cells are `row` and stand alone.
    fn run(&mut self, columns: Range<usize>, y: u16, row: &[Glyph]) {
        self.link(None);
        self.go(columns.start as u16, y, row);
        let end = columns.end as u16;
        for glyph in row.get(columns).unwrap_or_default() {
            self.put(*glyph);
        }
        self.at(end, y);
    }

    /// Writes a cell of row `y`, whose cells are `row`.
    fn glyph(&mut self, x: u16, y: u16, row: &[Glyph], glyph: Glyph) {
        let leads = self.leads(1, x, y);
        if leads != self.link {
            self.link(None);
        }
        self.go(x, y, row);
        self.link(leads);
        self.put(glyph);
        // Terminals differ in how far a character of another width moves the cursor.
        if glyph.width == 1 {
            self.at(x + 1, y);
        } else {
            self.cursor = None;
        }
    }

    /// The column after the last one of row `y` that is not blank, or that leads somewhere: on what is shown (0), or on what is
    /// next (1).
    fn end_of(&self, screen: usize, y: u16, row: &[Glyph]) -> usize {
        let last = row.iter().enumerate().rfind(|(_, glyph)| !glyph.blank);
        let ink = last.map_or(0, |(x, glyph)| x + usize::from(glyph.width).max(1));
        let links = self.links.get(screen).filter(|_| self.linked).copied().unwrap_or_default();
        let led = links.iter().filter(|link| link.row == y).map(|link| usize::from(link.columns.end)).max();
        ink.max(led.unwrap_or(0)).min(row.len())
    }

    /// Where a cell leads: on what is shown (0), or on what is next (1).
    fn leads(&self, screen: usize, x: u16, y: u16) -> Option<Lead<'a>> {
        if !self.linked {
            return None;
        }
        // There are few links on a screen.
        let links = self.links.get(screen).copied().unwrap_or_default();
        links.iter().find(|link| link.row == y && link.columns.contains(&x)).map(Lead::from)
    }

    /// Erases what is right of a column of row `y`, whose cells are `row`.
    fn erase_from(&mut self, x: usize, y: u16, row: &[Glyph]) {
        self.go(x as u16, y, row);
        self.link(None);
        if !self.numbers.pen(self.pen).erases() {
            self.pen(PenNumber::PLAIN);
        }
        self.out.extend_from_slice(ERASE_LINE);
    }

    /// Moves to a cell of row `y`, whose cells are `row`, in the fewest bytes.
    fn go(&mut self, x: u16, y: u16, row: &[Glyph]) {
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
    fn again(&mut self, columns: Range<u16>, y: u16, row: &[Glyph], most: usize) -> bool {
        if columns.len() > most {
            return false;
        }
        let begin = self.out.len();
        for (glyph, x) in row.iter().skip(columns.start.into()).zip(columns) {
            let alike = self.numbers.needed(*glyph, self.pen) == self.pen && self.leads(1, x, y) == self.link;
            if alike && glyph.width == 1 {
                self.numbers.write(*glyph, self.out);
            }
            if !alike || glyph.width != 1 || self.out.len() - begin > most {
                self.out.truncate(begin);
                return false;
            }
        }
        true
    }

    fn put(&mut self, glyph: Glyph) {
        if glyph.pen != self.pen {
            self.pen(self.numbers.needed(glyph, self.pen));
        }
        self.numbers.write(glyph, self.out);
    }

    /// Says where the cursor is now. Terminals differ in where it is after the last column: from there every move is absolute.
    fn at(&mut self, x: u16, y: u16) {
        self.cursor = (x < self.columns).then_some((x, y));
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

    fn pen(&mut self, pen: PenNumber) {
        self.numbers.pen(self.pen).change(self.numbers.pen(pen), self.out);
        self.pen = pen;
    }
}

#[cfg(test)]
mod tests;
