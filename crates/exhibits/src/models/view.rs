//! The two runs side by side, each in a plane of its own; under them the time, and in larger areas how far they lie
//! apart.

use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Position, Rect},
    style::Style,
};

use super::{
    LETTERS, Models,
    sum::{Summation, SummationOrder},
    travel::{Gap, LETTERED, Travel, Twin},
};
use crate::{
    exhibit::View,
    palette::Palette,
    plot::{self, Axis, DOTTED, Plane, Plot, SOLID, alone, bar, put},
    signs::Signs,
};

/// From this height on the gaps have so many rows under the planes.
const GAPS: (u16, u16) = (24, 9);

/// Below this height the time has no row, and the runs have their numbers in the corners of their planes.
const LOW: u16 = 6;

/// The least part of a plane that is seen, to each side of its middle, in standard deviations of the noise. One point
/// in fifty begins further up or down; no shape reaches so far.
const SEEN: [f64; 2] = [3.0, 2.3];

/// The part of a plane that a miniature shows, to each side of its middle.
const REACH: [f64; 2] = [2.5, 2.0];

/// Dots from the middle of the ring around a point that has parted.
const RING: f64 = 5.0;

/// The gaps that have a place on an axis: from less than a unit in the last place of a coordinate that counts, to the
/// width of the plane.
const LEAST: f64 = 1e-9;
const MOST: f64 = 10.0;

/// What that axis measures, in as many words as have room beside the legend.
const TITLES: [&str; 2] = ["gap between the runs, sd", "gap, sd"];

impl View for Models {
    /// Draws the points in both runs, and how far these lie apart where there is room.
    fn draw(&self, palette: &Palette, area: Rect, buffer: &mut Buffer) {
        let area = area.intersection(buffer.area);
        let (travel, part) = self.shown();
        let rows = if area.height >= GAPS.0 { GAPS.1 } else { 0 };
        let words = Constraint::Length(u16::from(area.height >= LOW));
        let [titles, planes, time, gaps] =
            Layout::vertical([words, Constraint::Fill(1), words, Constraint::Length(rows)]).areas(area);
        // Planes of one width show the same points at the same places.
        let width = Constraint::Length(planes.width.saturating_sub(1) / 2);
        let [left, _, right] = Layout::horizontal([width, Constraint::Fill(1), width]).areas(planes);
        for (run, area) in [left, right].into_iter().enumerate() {
            self.run(run, (travel, part), palette, area, buffer);
            if titles.is_empty() {
                put(buffer, area, area.x, area.y, &(run + 1).to_string(), palette.strong);
            } else {
                let title = Rect { y: titles.y, height: 1, ..area };
                put(buffer, title, area.x, titles.y, &self.run_name(run), palette.strong);
            }
        }
        if !time.is_empty() {
            draw_time(travel, part, palette, time, buffer);
        }
        if !gaps.is_empty() {
            draw_gaps(travel, palette, gaps, buffer);
        }
    }

    /// The points of the first run, as far out as the shapes reach.
    fn miniature(&self, palette: &Palette, area: Rect, buffer: &mut Buffer) {
        let (travel, part) = self.shown();
        let [x, y] = REACH;
        let plane = Plot { x: Axis::linear(-x, x, ""), y: Axis::linear(-y, y, "") }.bare(area);
        let places = travel.twins(part).filter_map(|twin| twin.places.first().copied());
        plane.scatter(places.map(wide), palette.accent, palette, buffer);
    }
}

/// A point without a place, at which a curve is broken: many are drawn at once.
const BREAK: [f32; 2] = [f32::NAN; 2];

impl Models {
    /// A run's number, and how it adds.
    fn run_name(&self, run: usize) -> String {
        let sums = self.travel.setting().sums.get(run).copied();
        let adds = sums.map_or_else(String::new, |Summation { order, precision }| {
            let order = match order {
                SummationOrder::Forward => "forward",
                SummationOrder::Backward => "backward",
                SummationOrder::Pairwise => "pairwise",
            };
            format!(" {order}, {precision}")
        });
        format!("{}{adds}", run + 1)
    }

    /// Draws the points of a run.
    fn run(&self, run: usize, (travel, part): (&Travel, f32), palette: &Palette, area: Rect, buffer: &mut Buffer) {
        let plane = plane(area);
        let twins: Vec<Twin> = travel.twins(part).collect();
        let place = |twin: &Twin| twin.places.get(run).copied().unwrap_or(BREAK);
        let of_letter = |letter: &usize| twins.get(*letter).map_or(BREAK, place);
        let trails = LETTERED.iter().enumerate();
        let trails = trails.flat_map(|(at, letter)| travel.trail(run, at).chain([of_letter(letter), BREAK]));
        plane.curve(trails.map(wide), palette.quiet, palette, buffer);
        let targets = travel.setting().shape.targets().iter().copied();
        plane.scatter(targets.chain(twins.iter().map(place)).map(wide), palette.quiet, palette, buffer);
        // Cells hold more than one dot: first those of points that agree, then those of points that do not.
        for (agrees, style) in [(true, palette.text), (false, palette.highlight)] {
            for twin in twins.iter().filter(|twin| twin.agrees == agrees) {
                restyle(&plane, place(twin), style, buffer);
            }
        }
        let parted = travel.parted();
        if let Some(at) = parted.map(|point| of_letter(&point)) {
            ring(&plane, at, palette, buffer);
        }
        let letters = LETTERED.iter().zip(LETTERS).enumerate();
        let (chosen, others): (Vec<_>, Vec<_>) =
            letters.partition(|(at, (point, _))| self.bet == Some(*at) || parted == Some(**point));
        // The chosen one stands where its point is; where letters meet, the others stand beside it.
        let mut taken = Vec::new();
        for (letters, style) in [(chosen, palette.selected), (others, palette.strong)] {
            for (_, (point, letter)) in letters {
                let Some(at) = plane.cell(wide(of_letter(point))).and_then(|at| beside(at, plane.area, &taken)) else {
                    continue;
                };
                put(buffer, plane.area, at.x, at.y, letter, style);
                taken.push(at);
                if parted == Some(*point) {
                    // Its ring, or its brackets.
                    taken.extend([at.x.saturating_sub(1), at.x + 1].map(|x| Position::new(x, at.y)));
                }
            }
        }
    }
}

/// A cell, or where it is taken the nearest of those around it in an area that is not.
fn beside(cell: Position, area: Rect, taken: &[Position]) -> Option<Position> {
    let around = [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1), (1, -1), (-1, 1), (2, 0), (-2, 0)];
    let moved = |(x, y): (i16, i16)| Some(Position::new(cell.x.checked_add_signed(x)?, cell.y.checked_add_signed(y)?));
    around.into_iter().filter_map(moved).find(|at| area.contains(*at) && !taken.contains(at))
}

/// The plane of a run. A dot is as much in both directions.
fn plane(area: Rect) -> Plane {
    let [width, height] = [area.width * 2, area.height * 4].map(|dots| f64::from(dots.max(2) - 1));
    let scale = (SEEN[0] / width).max(SEEN[1] / height);
    let [x, y] = [scale * width, scale * height];
    Plot { x: Axis::linear(-x, x, ""), y: Axis::linear(-y, y, "") }.bare(area)
}

fn wide([x, y]: [f32; 2]) -> (f64, f64) {
    (x.into(), y.into())
}

fn restyle(plane: &Plane, point: [f32; 2], style: Style, buffer: &mut Buffer) {
    if let Some(cell) = plane.cell(wide(point)).and_then(|position| buffer.cell_mut(position)) {
        cell.set_style(alone(style));
    }
}

/// A ring around a point; brackets in ASCII, whose strokes make no circle.
fn ring(plane: &Plane, point: [f32; 2], palette: &Palette, buffer: &mut Buffer) {
    let (x, y) = wide(point);
    // A point may lie outside of the plane, and its ring inside.
    let dot = plane.dot_size();
    if palette.signs == Signs::Ascii {
        plane.mark((x - 2.0 * dot, y), "(", palette.accent, buffer);
        plane.mark((x + 2.0 * dot, y), ")", palette.accent, buffer);
        return;
    }
    // The points of a regular polygon, each turned from the one before by 2 asin(1/8), so that no sine is asked for.
    let (cosine, sine) = (31.0 / 32.0, (1.0_f64 - (31.0 / 32.0) * (31.0 / 32.0)).sqrt());
    let mut from = (RING * dot, 0.0);
    let circle = (0..27).map(|_| {
        from = (from.0 * cosine - from.1 * sine, from.0 * sine + from.1 * cosine);
        (x + from.0, y + from.1)
    });
    let centre = [(f64::NAN, 0.0), (x, y)];
    plane.curve(circle.chain(centre), palette.accent, palette, buffer);
}

fn draw_time(travel: &Travel, part: f32, palette: &Palette, area: Rect, buffer: &mut Buffer) {
    let steps = f32::from(travel.steps());
    let t = (f32::from(travel.taken().saturating_sub(1)) + part) / steps;
    let t = if travel.taken() == 0 { 0.0 } else { t };
    let begin = if travel.is_pairing() { "pairs t" } else { "t" };
    let begin = format!("{begin} = {t:.2} ");
    // As wide in every step.
    let end = format!(" step {:2} of {}", travel.taken(), travel.steps());
    let words = (begin.len() + end.len()) as u16;
    put(buffer, area, area.x, area.y, &begin, palette.text);
    let Some(room) = area.width.checked_sub(words).filter(|room| *room > 0) else { return };
    let left = area.x + begin.len() as u16;
    let line: String = (0..room).map(|_| palette.signs.dot()).collect();
    put(buffer, area, left, area.y, &line, palette.quiet);
    put(buffer, area, left, area.y, &bar(t.into(), room, palette), palette.accent);
    put(buffer, area, left + room, area.y, &end, palette.quiet);
}

/// The largest and the median gap against time.
fn draw_gaps(travel: &Travel, palette: &Palette, area: Rect, buffer: &mut Buffer) {
    let line = |dots: u8, style, name: &str| (palette.signs.dots(dots).to_string().repeat(2), style, name.to_owned());
    let lines = [line(SOLID, palette.accent, "largest"), line(DOTTED, palette.quiet, "median")];
    let title = plot::title_beside(&lines, &TITLES, area.width);
    let y = Axis::log10(LEAST, MOST, title);
    let plane = Plot { x: Axis::linear(0.0, 1.0, "t"), y }.draw(palette, area, buffer);
    if travel.taken() > 0 && travel.first_difference().is_none() {
        plane.mark((0.0, 1e-4), " none: every bit agrees", palette.text, buffer);
    }
    let steps = f64::from(travel.steps());
    let points = |gap: fn(&Gap) -> f32| {
        let gaps = travel.gaps().iter().zip(0_u16..);
        gaps.map(move |(of, step)| (f64::from(step) / steps, f64::from(gap(of))))
    };
    plane.dotted(points(|gap| gap.median), palette.quiet, palette, buffer);
    plane.curve(points(|gap| gap.largest), palette.accent, palette, buffer);
    plot::legend(&lines, title, area, buffer);
}
