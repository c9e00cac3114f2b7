//! The plane in which the points travel, the time, and in larger areas how far the runs lie apart.

use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
    style::Style,
};

use super::{
    Models,
    travel::{Gap, TRAILS, Travel, Twin},
};
use crate::{
    exhibit::View,
    palette::Palette,
    plot::{Axis, Plane, Plot, bar, put},
};

/// From this width on, and from this height on, the gaps have a column of their own beside the plane.
const BESIDE: (u16, u16) = (100, 14);

/// From this height on they have these rows under the plane.
const BELOW: (u16, u16) = (24, 9);

/// From this height on the column has room for the gaps of the single points too, in so many rows.
const TWO_PLOTS: (u16, u16) = (30, 12);

/// From this height on a row tells the time.
const TIME: u16 = 10;

/// What is seen of the plane at least, to each side of its middle, in standard deviations of the noise. One point in fifty
/// begins further up or down; no shape reaches so far.
const SEEN: [f64; 2] = [3.0, 2.3];

/// The gaps that have a place on an axis, and the powers of ten between them: from less than a unit in the last place of a
/// coordinate that counts, to the width of the plane.
const LEAST: f64 = 1e-9;
const MOST: f64 = 10.0;
const DECADES: usize = 10;

impl View for Models {
    /// Draws the points in both runs, and how far these lie apart where there is room.
    fn draw(&self, palette: &Palette, area: Rect, buffer: &mut Buffer) {
        let area = area.intersection(buffer.area);
        let (travel, part) = self.shown();
        let (picture, gaps) = if area.width >= BESIDE.0 && area.height >= BESIDE.1 {
            let [picture, _, column] =
                Layout::horizontal([Constraint::Fill(2), Constraint::Length(3), Constraint::Fill(1)]).areas(area);
            (picture, column)
        } else if area.height >= BELOW.0 {
            let [picture, rows] = Layout::vertical([Constraint::Fill(1), Constraint::Length(BELOW.1)]).areas(area);
            (picture, rows)
        } else {
            (area, Rect::default())
        };
        let (picture, time) = if picture.height >= TIME {
            let [picture, time] = Layout::vertical([Constraint::Fill(1), Constraint::Length(1)]).areas(picture);
            (picture, time)
        } else {
            (picture, Rect::default())
        };
        draw_points(travel, part, palette, picture, buffer);
        draw_time(travel, part, palette, time, buffer);
        if gaps.height >= TWO_PLOTS.0 {
            let [upper, _, lower] =
                Layout::vertical([Constraint::Fill(1), Constraint::Length(1), Constraint::Length(TWO_PLOTS.1)])
                    .areas(gaps);
            draw_gaps(travel, palette, upper, buffer);
            draw_histogram(travel, palette, lower, buffer);
        } else if !gaps.is_empty() {
            draw_gaps(travel, palette, gaps, buffer);
        }
    }
}

/// A point without a place, at which a curve is broken: many are drawn at once.
const BREAK: [f32; 2] = [f32::NAN; 2];

fn draw_points(travel: &Travel, part: f32, palette: &Palette, area: Rect, buffer: &mut Buffer) {
    // The dots of the cells that axes with labels of two cells leave.
    let [width, height] =
        [area.width.saturating_sub(4).max(1) * 2 - 1, area.height.saturating_sub(3).max(1) * 4 - 1].map(f64::from);
    let scale = (SEEN[0] / width).max(SEEN[1] / height);
    // A dot is as much in both directions, but in a low window, where the shape would be a few cells wide.
    let across = if area.height < TIME { (SEEN[0] / width).max(scale / 2.0) } else { scale };
    let [x, y] = [across * width, scale * height];
    let plot = Plot { x: Axis::linear(-x, x, "x, sd"), y: Axis::linear(-y, y, "y, sd") };
    let plane = plot.draw(palette, area, buffer);
    if plane.area.y > area.y {
        draw_legend(palette, Rect { height: 1, x: area.x + 9, width: area.width.saturating_sub(9), ..area }, buffer);
    }
    let twins: Vec<Twin> = travel.twins(part).collect();
    let trails = twins.iter().enumerate().take(TRAILS);
    let trails = trails.flat_map(|(point, twin)| travel.trail(point).chain([twin.places[0], BREAK]));
    plane.curve(trails.map(wide), palette.quiet, palette, buffer);
    // Where they lead is shown when the points are there.
    let forks =
        travel.forks().iter().filter(|_| part >= 1.0).flatten().flat_map(|way| way.iter().copied().chain([BREAK]));
    plane.curve(forks.map(wide), palette.accent, palette, buffer);
    let together = || twins.iter().filter(|twin| !twin.is_apart());
    let targets = travel.setting().shape.targets().iter().copied();
    plane.scatter(targets.chain(together().map(|twin| twin.places[0])).map(wide), palette.quiet, palette, buffer);
    // Cells hold more than one dot: first those of points that agree, then those of points that do not.
    for (agrees, style) in [(true, palette.text), (false, palette.highlight)] {
        for twin in together().filter(|twin| twin.agrees == agrees) {
            restyle(&plane, twin.places[0], style, buffer);
        }
    }
    for (run, sign) in ["1", "2"].into_iter().enumerate() {
        for place in twins.iter().filter(|twin| twin.is_apart()).filter_map(|twin| twin.places.get(run)) {
            plane.mark(wide(*place), sign, palette.selected, buffer);
        }
    }
}

fn wide([x, y]: [f32; 2]) -> (f64, f64) {
    (x.into(), y.into())
}

fn restyle(plane: &Plane, point: [f32; 2], style: Style, buffer: &mut Buffer) {
    if let Some(cell) = plane.cell(wide(point)).and_then(|position| buffer.cell_mut(position)) {
        cell.set_style(Style::reset().patch(style));
    }
}

/// What the dots are, each in its own style, from the right edge; nothing where there is no room for all.
fn draw_legend(palette: &Palette, area: Rect, buffer: &mut Buffer) {
    let words = [
        ("same", palette.text),
        ("differ", palette.highlight),
        ("1", palette.selected),
        ("2", palette.selected),
        ("apart", palette.text),
    ];
    let gaps = [2, 2, 1, 1, 0];
    let width: usize = words.iter().zip(gaps).map(|((word, _), gap)| word.len() + gap).sum();
    let Some(left) = usize::from(area.width).checked_sub(width) else { return };
    let mut x = area.x + left as u16;
    for ((word, style), gap) in words.into_iter().zip(gaps) {
        put(buffer, area, x, area.y, word, style);
        x += (word.len() + gap) as u16;
    }
}

fn draw_time(travel: &Travel, part: f32, palette: &Palette, area: Rect, buffer: &mut Buffer) {
    let steps = f32::from(travel.steps());
    let t = (f32::from(travel.taken().saturating_sub(1)) + part) / steps;
    let t = if travel.taken() == 0 { 0.0 } else { t };
    let begin = if travel.is_pairing() { "pairs t" } else { "t" };
    let begin = format!("{begin} = {t:.2} ");
    let end = format!(" step {} of {}", travel.taken(), travel.steps());
    let words = (begin.len() + end.len()) as u16;
    put(buffer, area, area.x, area.y, &begin, palette.text);
    let Some(room) = area.width.checked_sub(words).filter(|room| *room > 0) else { return };
    let left = area.x + begin.len() as u16;
    put(buffer, area, left, area.y, &palette.signs.axis().horizontal.repeat(room.into()), palette.quiet);
    put(buffer, area, left, area.y, &bar(t.into(), room, palette), palette.accent);
    put(buffer, area, left + room, area.y, &end, palette.quiet);
}

/// The largest and the median gap against time.
fn draw_gaps(travel: &Travel, palette: &Palette, area: Rect, buffer: &mut Buffer) {
    let plot = Plot { x: Axis::linear(0.0, 1.0, "t"), y: gap_axis("gap between the runs, sd") };
    let plane = plot.draw(palette, area, buffer);
    if travel.taken() > 0 && travel.parted().is_none() {
        plane.mark((0.0, 1e-4), " none: every bit agrees", palette.text, buffer);
    }
    let steps = f64::from(travel.steps());
    for (name, style) in [("median", palette.quiet), ("largest", palette.accent)] {
        let gap = |gap: &Gap| if name == "median" { gap.median } else { gap.largest };
        let points = travel.gaps().iter().zip(0_u16..).map(|(of, step)| (f64::from(step) / steps, f64::from(gap(of))));
        plane.curve(points.clone(), style, palette, buffer);
        if let Some(last) = points.last().filter(|(_, gap)| *gap > 0.0) {
            plane.mark(last, name, style, buffer);
        }
    }
}

/// How many points have a gap of which power of ten; those without one are in the figures.
fn draw_histogram(travel: &Travel, palette: &Palette, area: Rect, buffer: &mut Buffer) {
    let mut counts = [0.0; DECADES];
    for gap in travel.twins(1.0).map(|twin| twin.gap()).filter(|gap| *gap > 0.0) {
        let mut least = LEAST * 10.0;
        let decade = (0..DECADES - 1).take_while(|_| {
            let beyond = f64::from(gap) >= least;
            least *= 10.0;
            beyond
        });
        let decade = decade.count();
        if let Some(count) = counts.get_mut(decade) {
            *count += 1.0;
        }
    }
    let most = counts.into_iter().fold(10.0, f64::max);
    let plot = Plot { x: gap_axis("gap, sd"), y: Axis::linear(0.0, most, "points with a gap") };
    plot.draw(palette, area, buffer).bars(&counts, palette.quiet, palette, buffer);
}

fn gap_axis(title: &'static str) -> Axis {
    Axis::log10(LEAST, MOST, title)
}
