//! What the compiler looks like: the kernels from the top down, in the order in which they run, each with its time and what
//! it waits for; and what each pass saves.
//!
//! Where there are more kernels than rows, those of a part of the block share one, a letter each.

use ratatui::{buffer::Buffer, layout::Rect};

use super::{
    Compiler, Line,
    cost::Bound,
    estimate,
    graph::Part,
    kernel::Tile,
    megabytes, microseconds,
    passes::{Pass, Passes},
    saves_alone,
};
use crate::{
    exhibit::View,
    palette::Palette,
    plot::{bar, put},
};

/// Columns of the whole at most, and of the kernels beside the passes.
const WIDEST: (u16, u16) = (118, 74);

/// Columns from which the passes stand beside the kernels.
const BESIDE: u16 = 112;

/// Rows of the passes: their heading, and a row for each.
const PASSES: u16 = 1 + Pass::ALL.len() as u16;

impl View for Compiler {
    /// Draws the picture of the exhibit.
    fn draw(&self, palette: &Palette, area: Rect, buffer: &mut Buffer) {
        let area = area.intersection(buffer.area);
        let area = Rect { width: area.width.min(WIDEST.0), ..area };
        if area.width >= BESIDE {
            let x = area.x + WIDEST.1 + 4;
            passes(self, palette, Rect { x, width: area.right().saturating_sub(x), ..area }, buffer);
            kernels(self, palette, Rect { width: WIDEST.1, ..area }, buffer);
        } else if area.height >= PASSES + Part::ALL.len() as u16 {
            passes(self, palette, area, buffer);
            let gap = u16::from(area.height > PASSES + 1 + Part::ALL.len() as u16);
            let below = PASSES + gap;
            kernels(self, palette, Rect { y: area.y + below, height: area.height - below, ..area }, buffer);
        } else {
            kernels(self, palette, area, buffer);
        }
    }
}

/// What each pass saves: alone, and with those that are applied.
fn passes(exhibit: &Compiler, palette: &Palette, area: Rect, buffer: &mut Buffer) {
    let columns = if area.width < 40 { [14, 8, 8] } else { [20, 10, 10] };
    let [_, alone, now] = columns;
    let right = |text: &str, width: u16| format!("{text:>0$}", usize::from(width));
    let first = area.x + columns.iter().sum::<u16>() - alone - now;
    put(buffer, area, area.x, area.y, "saves", palette.quiet);
    put(buffer, area, first, area.y, &right("alone", alone), palette.quiet);
    put(buffer, area, first + alone, area.y, &right("now", now), palette.quiet);
    let applied = exhibit.applied();
    let next = Pass::ALL.into_iter().find(|pass| exhibit.wanted.has(*pass) && !applied.has(*pass));
    for (row, pass) in (area.y + 1..).zip(Pass::ALL) {
        let on = applied.has(pass);
        let (state, style) = match () {
            () if on => ("on", palette.strong),
            () if next == Some(pass) => ("next", palette.accent),
            () => ("", palette.quiet),
        };
        put(buffer, area, area.x, row, pass.name(), style);
        if area.width >= 40 {
            put(buffer, area, area.x + 14, row, state, style);
        } else if on {
            put(buffer, area, area.x + 13, row, "+", style);
        }
        put(buffer, area, first, row, &right(&saved(saves_alone(pass)), alone), palette.quiet);
        put(buffer, area, first + alone, row, &right(&saved(exhibit.saves(pass)), now), style);
    }
}

/// A time that is saved, or lost.
fn saved(seconds: f64) -> String {
    match microseconds(seconds.abs()) {
        nothing if nothing == "0 us" => nothing,
        time if seconds < 0.0 => format!("-{time}"),
        time => time,
    }
}

/// The kernels, each in a row or two, or each part of the block; below them what their letters mean, and the time of all.
fn kernels(exhibit: &Compiler, palette: &Palette, area: Rect, buffer: &mut Buffer) {
    let now = estimate(exhibit.applied());
    let plain = Rows::of(&estimate(Passes::NONE).kernels, area.height);
    let rows = Rows::of(&now.kernels, area.height);
    // The longest bar is that of the graph as it was written, so that bars shrink as time does.
    let longest = plain.0.iter().map(|row| row.time).fold(f64::MIN_POSITIVE, f64::max);
    // Few kernels have room for a second row each, and some for air below it.
    let room = |each: u16| rows.are_single() && rows.0.len() * usize::from(each) < usize::from(area.height);
    let each = [3, 2].into_iter().find(|each| room(*each)).unwrap_or(1);
    let mut before = None;
    let mut y = area.y;
    for row in &rows.0 {
        if y >= area.bottom() {
            return;
        }
        row.draw(palette, before == Some(row.part), longest, Rect { y, height: 1, ..area }, buffer);
        for below in y + 1..y + each {
            put(buffer, area, area.x, below, row.way_around(palette, true), palette.quiet);
        }
        if let (2.., [kernel]) = (each, row.kernels.as_slice()) {
            put(buffer, area, area.x + 12, y + 1, &detail(kernel), palette.quiet);
        }
        before = Some(row.part);
        y += each;
    }
    let time = microseconds(now.time);
    let end = area.right().saturating_sub(time.len() as u16 + 2).max(area.x);
    put(buffer, area, end, y, &time, palette.strong);
    let meanings = BOUNDS.map(letter);
    let legend = meanings.map(|(letter, meaning)| format!("{letter} {meaning}")).join("  ");
    if area.x + 2 + (legend.len() as u16) < end {
        put(buffer, area, area.x + 2, y, &legend, palette.quiet);
    }
}

/// What a kernel moves, and in what tiles it multiplies.
fn detail(kernel: &Line) -> String {
    let moved = megabytes(kernel.cost.bytes);
    match kernel.tile {
        Some(Tile { rows, columns }) => format!("{moved}, {rows} x {columns} at a time"),
        None => moved,
    }
}

/// All of what a kernel may wait for.
const BOUNDS: [Bound; 3] = [Bound::Memory, Bound::Arithmetic, Bound::Launch];

/// What a kernel waits for: the letter that stands for it, and what it means.
const fn letter(bound: Bound) -> (&'static str, &'static str) {
    match bound {
        Bound::Memory => ("m", "memory"),
        Bound::Arithmetic => ("a", "arithmetic"),
        Bound::Launch => ("l", "launch"),
    }
}

/// What is to be drawn, from the top down.
struct Rows<'a>(Vec<Row<'a>>);

/// A kernel, or all kernels of a part.
struct Row<'a> {
    part: Part,
    kernels: Vec<&'a Line>,
    /// Seconds.
    time: f64,
}

impl<'a> Rows<'a> {
    /// Each kernel in a row if there is room, else each part.
    fn of(kernels: &'a [Line], height: u16) -> Self {
        let row = |part, kernels: Vec<&'a Line>| {
            let time = kernels.iter().map(|kernel| kernel.cost.time).sum();
            Row { part, kernels, time }
        };
        if kernels.len() <= usize::from(height) {
            return Self(kernels.iter().map(|kernel| row(kernel.part, vec![kernel])).collect());
        }
        let of_part = |part| row(part, kernels.iter().filter(|kernel| kernel.part == part).collect());
        Self(Part::ALL.into_iter().map(of_part).filter(|row| !row.kernels.is_empty()).collect())
    }

    /// Whether each of them is one kernel.
    fn are_single(&self) -> bool {
        self.0.iter().all(|row| row.kernels.len() == 1)
    }
}

impl Row<'_> {
    /// The line that passes by a part to what is added after it; a row ends it where it comes in, unless it is the second.
    fn way_around(&self, palette: &Palette, second: bool) -> &'static str {
        match self.part {
            Part::Constants => "",
            Part::Down if second => "",
            _ if self.kernels.iter().any(|kernel| kernel.residual) && !second => "+",
            _ => palette.signs.axis().vertical,
        }
    }

    /// Draws the row: the way around, the part, what runs, how long, and what it waits for.
    fn draw(&self, palette: &Palette, same_part: bool, longest: f64, area: Rect, buffer: &mut Buffer) {
        let (x, y) = (area.x, area.y);
        // Between the part's name and the time, which stand at the edges.
        let times = 9;
        let room = area.width.saturating_sub(12 + times);
        let words = match room {
            0..12 => room,
            12..24 => 9,
            24..50 => (room - 16).clamp(14, 30),
            _ => 39,
        };
        put(buffer, area, x, y, self.way_around(palette, false), palette.quiet);
        if !same_part {
            put(buffer, area, x + 2, y, self.part.name(), palette.text);
        }
        self.what(palette, Rect { x: x + 12, width: words, ..area }.intersection(area), buffer);
        let bars = Rect { x: x + 12 + words + 1, width: room.saturating_sub(words + 2), ..area }.intersection(area);
        put(buffer, bars, bars.x, y, &bar(self.time / longest, bars.width, palette), palette.accent);
        let time = microseconds(self.time);
        put(buffer, area, area.right().saturating_sub(time.len() as u16 + 2).max(x), y, &time, palette.text);
        if let [kernel] = self.kernels.as_slice() {
            put(buffer, area, area.right().saturating_sub(1), y, letter(kernel.cost.bound).0, palette.quiet);
        }
    }

    /// The operators of a kernel by name, or their number; or the kernels of a part, a letter each.
    fn what(&self, palette: &Palette, area: Rect, buffer: &mut Buffer) {
        let text = match self.kernels.as_slice() {
            [kernel] => {
                let names = kernel.names.join("+");
                let fits = names.len() <= usize::from(area.width);
                match kernel.names.len() {
                    _ if fits => names,
                    count if area.width >= 12 => format!("{count} operators"),
                    count => format!("{count} ops"),
                }
            }
            kernels if kernels.len() <= usize::from(area.width) => {
                kernels.iter().map(|kernel| letter(kernel.cost.bound).0).collect()
            }
            kernels => {
                let count = |bound| kernels.iter().filter(|kernel| kernel.cost.bound == bound).count();
                let counted = BOUNDS.map(|bound| (count(bound), letter(bound).0)).into_iter();
                let counted = counted.filter(|(count, _)| *count > 0);
                counted.map(|(count, letter)| format!("{count}{letter}")).collect::<Vec<_>>().join(" ")
            }
        };
        let fused = self.kernels.iter().any(|kernel| kernel.names.len() > 1);
        put(buffer, area, area.x, area.y, &text, if fused { palette.strong } else { palette.text });
    }
}

#[cfg(test)]
mod tests;
