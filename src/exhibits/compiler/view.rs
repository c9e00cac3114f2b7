//! What the compiler looks like: the kernels from the top down, in the order in which they run, each with its time and what
//! it waits for; and what each pass saves.
//!
//! Where there are more kernels than rows, those of a part of the block share one, a letter each.

use ratatui::{buffer::Buffer, layout::Rect};

use super::{
    Compiler, Line, estimate,
    graph::Part,
    machine::Bound,
    microseconds,
    passes::{Pass, Passes},
    saves_alone,
};
use crate::{
    exhibits::plot::{bar, put},
    theme::Theme,
};

/// Columns of the whole at most, and of the kernels beside the passes.
const WIDEST: (u16, u16) = (118, 76);

/// Columns from which the passes stand beside the kernels.
const BESIDE: u16 = 112;

/// Rows of the passes: their heading, and a row for each.
const PASSES: u16 = 1 + Pass::ALL.len() as u16;

/// Draws the picture of the exhibit.
pub fn draw(exhibit: &Compiler, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let area = area.intersection(buffer.area);
    let area = Rect { width: area.width.min(WIDEST.0), ..area };
    if area.width >= BESIDE {
        let x = area.x + WIDEST.1 + 4;
        passes(exhibit, theme, Rect { x, width: area.right().saturating_sub(x), ..area }, buffer);
        kernels(exhibit, theme, Rect { width: WIDEST.1, ..area }, buffer);
    } else if area.height >= PASSES + Part::ALL.len() as u16 {
        passes(exhibit, theme, area, buffer);
        let gap = u16::from(area.height > PASSES + 1 + Part::ALL.len() as u16);
        let below = PASSES + gap;
        kernels(exhibit, theme, Rect { y: area.y + below, height: area.height - below, ..area }, buffer);
    } else {
        kernels(exhibit, theme, area, buffer);
    }
}

/// What each pass saves: alone, and with those that are applied.
fn passes(exhibit: &Compiler, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let columns = if area.width < 40 { [14, 8, 8] } else { [20, 10, 10] };
    let [_, alone, now] = columns;
    let right = |text: &str, width: u16| format!("{text:>0$}", usize::from(width));
    let first = area.x + columns.iter().sum::<u16>() - alone - now;
    put(buffer, area, area.x, area.y, "saves", theme.quiet);
    put(buffer, area, first, area.y, &right("alone", alone), theme.quiet);
    put(buffer, area, first + alone, area.y, &right("now", now), theme.quiet);
    let applied = exhibit.applied();
    let next = Pass::ALL.into_iter().find(|pass| exhibit.wanted.has(*pass) && !applied.has(*pass));
    for (row, pass) in (area.y + 1..).zip(Pass::ALL) {
        let on = applied.has(pass);
        let (state, style) = match () {
            () if on => ("on", theme.strong),
            () if next == Some(pass) => ("next", theme.accent),
            () => ("", theme.quiet),
        };
        put(buffer, area, area.x, row, pass.name(), style);
        if area.width >= 40 {
            put(buffer, area, area.x + 14, row, state, style);
        } else if on {
            put(buffer, area, area.x + 13, row, "+", style);
        }
        put(buffer, area, first, row, &right(&saved(saves_alone(pass)), alone), theme.quiet);
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

/// The kernels, each in a row, or each part of the block; below them what their letters mean.
fn kernels(exhibit: &Compiler, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let plain = Rows::of(&estimate(Passes::NONE).kernels, area.height);
    let rows = Rows::of(&estimate(exhibit.applied()).kernels, area.height);
    // The longest bar is that of the graph as it was written, so that bars shrink as time does.
    let longest = plain.0.iter().map(|row| row.time).fold(f64::MIN_POSITIVE, f64::max);
    let mut before = None;
    for (y, row) in (area.y..area.bottom()).zip(&rows.0) {
        row.draw(theme, before == Some(row.part), longest, Rect { y, height: 1, ..area }, buffer);
        before = Some(row.part);
    }
    let y = area.y.saturating_add(rows.0.len() as u16);
    let legend = Rect { y, height: area.bottom().saturating_sub(y), ..area };
    let mut x = area.x + 2;
    for bound in [Bound::Memory, Bound::Arithmetic, Bound::Launch] {
        let (letter, meaning) = letter(bound);
        let text = format!("{letter} {meaning}");
        if x + text.len() as u16 <= area.right() {
            put(buffer, legend, x, y, &text, theme.quiet);
        }
        x += text.len() as u16 + 3;
    }
}

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
}

impl Row<'_> {
    /// Draws the row: the way around, the part, what runs, how long, and what it waits for.
    fn draw(&self, theme: &Theme, same_part: bool, longest: f64, area: Rect, buffer: &mut Buffer) {
        let (x, y) = (area.x, area.y);
        // Between the part's name and the time, which stand at the edges.
        let times = 9;
        let room = area.width.saturating_sub(12 + times);
        let words = match room {
            0..20 => 10.min(room),
            20..40 => 14.max(room - 16).min(30),
            _ => 40.min(room - 12),
        };
        let around = match self.part {
            Part::Constants => "",
            _ if self.kernels.iter().any(|kernel| kernel.residual) => "+",
            _ => theme.signs.scroll,
        };
        put(buffer, area, x, y, around, theme.quiet);
        if !same_part {
            put(buffer, area, x + 2, y, self.part.name(), theme.ink);
        }
        self.what(theme, Rect { x: x + 12, width: words, ..area }.intersection(area), buffer);
        let bars = Rect { x: x + 12 + words + 1, width: room.saturating_sub(words + 2), ..area }.intersection(area);
        put(buffer, bars, bars.x, y, &bar(self.time / longest, bars.width, theme), theme.accent);
        let time = format!("{:>8}", microseconds(self.time));
        let single = self.kernels.first().filter(|_| self.kernels.len() == 1);
        let right = Rect { x: area.right().saturating_sub(times + 1).max(x), width: times + 1, ..area };
        put(buffer, right.intersection(area), right.x, y, &time, theme.ink);
        if let Some(kernel) = single {
            put(buffer, right.intersection(area), right.x + 9, y, letter(kernel.cost.bound).0, theme.quiet);
        }
    }

    /// The operators of a kernel by name, or their number; or the kernels of a part, a letter each.
    fn what(&self, theme: &Theme, area: Rect, buffer: &mut Buffer) {
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
            kernels => kernels.iter().map(|kernel| letter(kernel.cost.bound).0).collect(),
        };
        let fused = self.kernels.iter().any(|kernel| kernel.names.len() > 1);
        put(buffer, area, area.x, area.y, &text, if fused { theme.strong } else { theme.ink });
    }
}

#[cfg(test)]
mod tests;
