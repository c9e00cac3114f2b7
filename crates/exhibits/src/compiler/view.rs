//! What the compiler looks like: the time of the block as one large number, and under it each part of the block with
//! its kernels and its time, as a line that shrinks from what it was as exported. The rows of the parts never move.

use ratatui::{buffer::Buffer, layout::Rect};

use super::{Compiler, Estimate, Line, cost::Bound, estimate, graph::Part, passes::Passes, ratio};
use crate::{
    exhibit::{Exhibit as _, View},
    palette::Palette,
    plot::{
        bar,
        digits::{HEIGHT, large},
        dots::Dots,
        put,
    },
};

/// Columns of the whole at most.
const WIDEST: u16 = 100;

/// The rows of the parts, and with the large number and a line of headings above them.
const PARTS: u16 = Part::ALL.len() as u16;
const ALL: u16 = PARTS + HEIGHT + 1;

/// Columns of a part's name, of its number of kernels with the space after it, and of its time.
const COLUMNS: [u16; 3] = [10, 4, 8];

/// Columns of what a part waits for, and the width from which on there is room for it.
const WAITS: (u16, u16) = (12, 56);

impl View for Compiler {
    /// Draws the picture of the exhibit.
    fn draw(&self, palette: &Palette, area: Rect, buffer: &mut Buffer) {
        let area = area.intersection(buffer.area);
        let area = Rect { width: area.width.min(WIDEST), ..area };
        let (times, now, exported) = (self.shown(), estimate(self.applied), estimate(Passes::NONE));
        let head = match area.height {
            ALL.. => HEIGHT + 1,
            height => height.min(1),
        };
        let total = times.iter().sum::<f64>();
        self.total(total, palette, Rect { height: head, ..area }, buffer);
        let rows =
            Rows { palette, area, longest: Part::ALL.map(|part| exported.of(part)).into_iter().fold(0.0, f64::max) };
        if head > HEIGHT {
            rows.headings(area.y + HEIGHT, buffer);
        }
        // Where there is room the operators stand under each part, and air between the parts; in a low area only the
        // parts are there that took longest.
        let room = area.height - head;
        let each = (room / PARTS).clamp(1, 3);
        let mut slowest = Part::ALL;
        slowest.sort_by(|one, other| exported.of(*other).total_cmp(&exported.of(*one)));
        let shown = slowest.get(..usize::from(room)).unwrap_or(&slowest);
        let parts = Part::ALL.into_iter().zip(times).filter(|(part, _)| shown.contains(part));
        for ((part, time), y) in parts.zip((area.y + head..area.bottom()).step_by(each.into())) {
            let kernels: Vec<&Line> = now.kernels.iter().filter(|kernel| kernel.part == part).collect();
            rows.part(part, &kernels, (time, exported.of(part)), y, buffer);
            if each > 1 {
                let room = area.width.saturating_sub(COLUMNS[0]);
                put(
                    buffer,
                    area,
                    area.x + COLUMNS[0],
                    y + 1,
                    &operators(&kernels, room.into(), palette),
                    palette.quiet,
                );
            }
        }
    }

    /// A column for each part of the block, as high as its time.
    fn miniature(&self, palette: &Palette, area: Rect, buffer: &mut Buffer) {
        let times = self.shown();
        let longest = times.into_iter().fold(f64::MIN_POSITIVE, f64::max);
        let mut dots = Dots::new(area);
        for (time, x) in times.into_iter().zip((0..).step_by(2)) {
            let height = (4.0 * time / longest).ceil() as i32;
            (4 - height..4).for_each(|y| dots.set(x, y));
        }
        dots.draw(palette.accent, palette.signs, buffer);
    }
}

impl Compiler {
    /// The time of the whole block, as large as there is room, and what it was.
    fn total(&self, seconds: f64, palette: &Palette, area: Rect, buffer: &mut Buffer) {
        let exported: &Estimate = estimate(Passes::NONE);
        let now = format!("{:.2}", seconds * 1e3);
        let before = format!("{:.2} ms as exported", exported.time * 1e3);
        if area.height <= HEIGHT {
            put(buffer, area, area.x, area.y, &format!("{now} ms"), palette.strong);
            put(buffer, area, area.x + COLUMNS[0], area.y, &format!("of {before}"), palette.quiet);
            return;
        }
        let x = large(&now, palette.strong, palette, area, (area.x, area.y), buffer);
        put(buffer, area, x, area.y + HEIGHT - 1, "ms", palette.strong);
        if self.applied == Passes::NONE && !self.running() {
            put(buffer, area, x + 4, area.y + HEIGHT - 1, "as exported", palette.quiet);
            return;
        }
        let faster = format!("{} times as fast", ratio(exported.time / seconds));
        put(buffer, area, x + 4, area.y + HEIGHT - 2, &faster, palette.text);
        put(buffer, area, x + 4, area.y + HEIGHT - 1, &before, palette.quiet);
    }
}

/// The rows of the parts.
struct Rows<'a> {
    palette: &'a Palette,
    area: Rect,
    /// Seconds of the longest line: the slowest part as it was exported.
    longest: f64,
}

impl Rows<'_> {
    /// The column where the times end, and the columns of the lines.
    fn ends(&self) -> (u16, u16, u16) {
        let [name, count, time] = COLUMNS;
        let waits = if self.area.width >= WAITS.1 { WAITS.0 } else { 0 };
        let end = self.area.right().saturating_sub(waits);
        let begin = self.area.x + name + count;
        (end, begin, end.saturating_sub(begin + time))
    }

    fn headings(&self, y: u16, buffer: &mut Buffer) {
        let (end, ..) = self.ends();
        let mut word = |x, text| put(buffer, self.area, x, y, text, self.palette.quiet);
        word(self.area.x + COLUMNS[0], "kernels");
        word(end.saturating_sub(4), "time");
        if end < self.area.right() {
            word(end + 1, "waits for");
        }
    }

    /// A part: its name, how many kernels it has, how long it takes of what it took, and what it waits for most.
    fn part(&self, part: Part, kernels: &[&Line], (time, exported): (f64, f64), y: u16, buffer: &mut Buffer) {
        let Self { palette, area, .. } = *self;
        let (end, begin, width) = self.ends();
        put(buffer, area, area.x, y, part.name(), palette.text);
        put(buffer, area, begin - COLUMNS[1], y, &format!("{:>2}", kernels.len()), palette.text);
        let [before, now] = [exported, time].map(|seconds| bar(seconds / self.longest, width, palette));
        let dotted: String = before.chars().map(|_| palette.signs.dot()).collect();
        put(buffer, area, begin, y, &dotted, palette.quiet);
        put(buffer, area, begin, y, &now, palette.accent);
        let style = if kernels.is_empty() { palette.quiet } else { palette.text };
        let time = format!("{:>8}", super::microseconds(time));
        put(buffer, area, end.saturating_sub(COLUMNS[2]), y, &palette.signs.spell(&time), style);
        if end < area.right() {
            put(buffer, area, end + 1, y, waits(kernels), palette.quiet);
        }
    }
}

/// What most of the time of some kernels is.
fn waits(kernels: &[&Line]) -> &'static str {
    let seconds = |bound: &Bound| -> f64 {
        kernels.iter().filter(|kernel| kernel.cost.bound == *bound).map(|kernel| kernel.cost.time).sum()
    };
    let all = [Bound::Memory, Bound::Arithmetic, Bound::Launch];
    match all.into_iter().max_by(|one, other| seconds(one).total_cmp(&seconds(other))) {
        _ if kernels.is_empty() => "",
        Some(Bound::Memory) => "memory",
        Some(Bound::Arithmetic) => "arithmetic",
        Some(Bound::Launch) => "launches",
        None => "",
    }
}

/// The operators of some kernels, those of a fused one with a plus between them, as far as they have room.
fn operators(kernels: &[&Line], room: usize, palette: &Palette) -> String {
    let names = kernels.iter().map(|kernel| kernel.names.join("+")).collect::<Vec<_>>().join(" ");
    if names.len() <= room {
        return names;
    }
    let (fitting, _) = names.split_at(room.saturating_sub(4));
    let end = fitting.rfind([' ', '+']).unwrap_or(0);
    format!("{} {}", fitting.split_at(end).0, palette.signs.ellipsis())
}

#[cfg(test)]
mod tests;
