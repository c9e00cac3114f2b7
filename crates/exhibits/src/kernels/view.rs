//! What the product looks like: the race as two lanes; C, A and B as memory sees them, row by row, with the lines that
//! are in the cache of the chosen loops; and the roofline, on which the chosen order and the plain one move.
//!
//! A small picture leaves out the matrices.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    style::Style,
};

use super::{
    Kernels,
    cache::Cache,
    loops::{BANDWIDTH, Loops, PEAK, roof},
    matrices::Matrix,
    microseconds, thousands,
};
use crate::{
    exhibit::View,
    palette::Palette,
    plot::{Axis, Plane, Plot, alone, bar, dots::Dots, put},
    signs::Signs,
};

/// Rows of the lanes, with the space below them where there is room.
const LANES: u16 = 3;

/// What stands for an order on the roofline, and before its lane: of the plain loops and of the chosen ones.
const POINTS: [&str; 2] = ["o", "*"];

/// Columns of a lane's sign and name, and of its time.
const COLUMNS: (u16, u16) = (15, 10);

/// Rows of a roofline under the matrices, at least, and of the matrices with what is written around them.
const ROOFLINE: u16 = 9;
const MATRICES: u16 = 5;

/// Columns of the whole at most: a roofline that is wider says no more.
const WIDEST: u16 = 96;

/// Rows of a roofline at most.
const HIGHEST: u16 = 26;

impl View for Kernels {
    /// Draws the picture of the exhibit.
    fn draw(&self, palette: &Palette, area: Rect, buffer: &mut Buffer) {
        let area = area.intersection(buffer.area);
        let area = Rect { width: area.width.min(WIDEST), ..area };
        let air = u16::from(area.height >= LANES + ROOFLINE);
        lanes(self, palette, area, buffer);
        let top = (LANES - 1 + air).min(area.height);
        let area = Rect { y: area.y + top, height: area.height - top, ..area };
        let Some(room) = area.height.checked_sub(ROOFLINE).filter(|room| *room >= MATRICES) else {
            return roofline(self, palette, Rect { height: area.height.min(HIGHEST), ..area }, buffer);
        };
        let grid = MatrixLayout::of(self.rows(), Rect { height: room, ..area });
        grid.draw(self, palette, area, buffer);
        let rows = (grid.height() + 1).min(area.height);
        let below = Rect { y: area.y + rows, height: (area.height - rows).min(HIGHEST), ..area };
        roofline(self, palette, below, buffer);
    }

    /// Two lanes: the time of the plain loops, and under it that of the chosen ones, in parts of what the plain ones
    /// take at this pace.
    fn miniature(&self, palette: &Palette, area: Rect, buffer: &mut Buffer) {
        let whole = self.plain.whole_time();
        let mut dots = Dots::new(area);
        for (loops, y) in [(&self.plain, 1), (&self.chosen, 3)] {
            let part = (loops.time() / whole.max(f64::MIN_POSITIVE)).min(1.0);
            (0..(part * f64::from(area.width * 2)).ceil() as i32).for_each(|x| dots.set(x, y));
        }
        dots.draw(palette.accent, palette.signs, buffer);
    }
}

/// The race: how long each order has taken, in parts of the time that the slower one takes at its pace. The lane of an
/// order that has ended stays as it is.
fn lanes(exhibit: &Kernels, palette: &Palette, area: Rect, buffer: &mut Buffer) {
    let lanes =
        [("plain ijk".to_owned(), &exhibit.plain, palette.text), (exhibit.name(), &exhibit.chosen, palette.accent)];
    let longest = exhibit.plain.whole_time().max(exhibit.chosen.whole_time()).max(f64::MIN_POSITIVE);
    for (((name, loops, style), sign), y) in lanes.into_iter().zip(POINTS).zip(area.y..area.bottom()) {
        let ended = loops.walk.at().is_none();
        put(buffer, area, area.x, y, sign, style);
        put(buffer, area, area.x + 2, y, &name, if ended { palette.strong } else { palette.text });
        let width = area.width.saturating_sub(COLUMNS.0 + COLUMNS.1);
        let left = area.x + COLUMNS.0;
        let road: String = (0..width).map(|_| palette.signs.dot()).collect();
        put(buffer, area, left, y, &road, palette.quiet);
        put(buffer, area, left, y, &bar(loops.time() / longest, width, palette), style);
        let time = microseconds(loops.time());
        put(
            buffer,
            area,
            left + width + 1,
            y,
            &palette.signs.spell(&time),
            if ended { palette.strong } else { palette.quiet },
        );
    }
}

/// How large the three matrices are drawn.
struct MatrixLayout {
    /// Elements that share a dot, across and down alike: a square is square.
    share: u16,
    /// Cells of a matrix, across and down.
    cells: (u16, u16),
    /// Columns between two matrices.
    gap: u16,
    /// Whether there is room for how often memory was asked, at any moment of a run.
    misses: bool,
    /// Whether rows are left for what the signs mean.
    legend: bool,
}

impl MatrixLayout {
    /// As large as there is room, but never more than a dot for an element. Elements share dots in powers of two, so
    /// that the lines of memory and the tiles begin at dots.
    fn of(size: u16, area: Rect) -> Self {
        let scale = |room: u16, dots: u16| {
            let fits = |share: &u16| size.div_ceil(dots * share) <= room;
            [1, 2, 4, 8, 16].into_iter().find(fits).unwrap_or(32)
        };
        let down = scale(area.height.saturating_sub(2), 4);
        let share = |gap: u16| scale(area.width.saturating_sub(2 * gap) / 3, 2).max(down);
        // Space between matrices is pleasant, but not at the cost of what is in them.
        let gap = [5, 3, 1].into_iter().min_by_key(|gap| share(*gap)).unwrap_or(1);
        let share = share(gap);
        let cells = (size.div_ceil(2 * share), size.div_ceil(4 * share));
        // The last matrix has only what is left of the width. No element of a matrix is asked for more than once for
        // each multiply-add.
        let room = (cells.0 + gap - 1).min(area.width.saturating_sub(2 * (cells.0 + gap)));
        let misses = thousands(u32::from(size).pow(3)).len() + " missed".len() <= room.into();
        Self { share, cells, gap, misses, legend: area.height >= cells.1 + 4 && area.width >= 40 }
    }

    /// Rows of the matrices with their names and misses.
    fn rows(&self) -> u16 {
        self.cells.1 + 1 + u16::from(self.misses)
    }

    /// Rows of the whole.
    fn height(&self) -> u16 {
        self.rows() + if self.legend { 2 } else { 0 }
    }

    /// Draws the matrices, side by side: their names above, their misses below.
    fn draw(&self, exhibit: &Kernels, palette: &Palette, area: Rect, buffer: &mut Buffer) {
        let (columns, rows) = self.cells;
        let middle = area.y + 1 + rows / 2;
        for (n, (matrix, sign)) in Matrix::ALL.into_iter().zip(["", "=", "×"]).enumerate() {
            let x = area.x + n as u16 * (columns + self.gap);
            let (sign, name) = (palette.signs.spell(sign), format!("{matrix:?}"));
            // Where matrices are close together the sign stands beside the name.
            let between = Position::new(x.saturating_sub(self.gap / 2 + 1).max(area.x), middle);
            let at = if self.gap > 1 { between } else { Position::new(x, area.y) };
            put(buffer, area, at.x, at.y, &sign, palette.quiet);
            let aside = if self.gap > 1 || sign.is_empty() { 0 } else { 2 };
            put(buffer, area, x + aside, area.y, &name, palette.strong);
            let place = Rect { x, y: area.y + 1, width: columns, height: rows };
            self.matrix(exhibit, matrix, palette, place.intersection(area), buffer);
            let count = exhibit.chosen.misses.get(matrix as usize).copied().unwrap_or_default();
            if self.misses {
                put(buffer, area, x, area.y + 1 + rows, &(thousands(count) + " missed"), palette.quiet);
            }
        }
        if self.legend {
            self.explain(exhibit, palette, area, buffer);
        }
    }

    /// Draws one matrix. In a cell are, one above the other: the tile it is in, the lines of it that are in the cache,
    /// those that have just been fetched, the element that is worked on.
    fn matrix(&self, exhibit: &Kernels, matrix: Matrix, palette: &Palette, area: Rect, buffer: &mut Buffer) {
        let scene = Scene::of(exhibit, matrix);
        for position in area.positions() {
            let (column, row) = (position.x - area.x, position.y - area.y);
            let inside = scene.in_tile(row * 4 * self.share, column * 2 * self.share);
            let (sign, style) = if inside { (":", palette.accent) } else { (".", palette.quiet) };
            put(buffer, area, position.x, position.y, sign, style);
        }
        let across = scene.size.div_ceil(self.share);
        for (fresh, style) in [(false, palette.text), (true, palette.highlight)] {
            let mut cached = vec![false; usize::from(across) * usize::from(across)];
            for (row, column) in (0..scene.size).flat_map(|row| (0..across).map(move |column| (row, column))) {
                // Of the elements of a dot the first speaks for all: they share a line, but for where a row begins in
                // the middle of one.
                if scene.cached(row, column * self.share) == Some(fresh)
                    && let Some(dot) = cached.get_mut(usize::from(row / self.share * across + column))
                {
                    *dot = true;
                }
            }
            let mut dots = Dots::new(area);
            outline(&cached, across.into(), palette.signs).for_each(|(x, y)| dots.set(x, y));
            dots.draw(style, palette.signs, buffer);
        }
        if let Some((row, column)) = scene.at {
            let (x, y) = (area.x + column / (2 * self.share), area.y + row / (4 * self.share));
            if let Some(cell) = buffer.cell_mut((x, y)).filter(|_| area.contains((x, y).into())) {
                cell.set_style(alone(palette.selected));
            }
        }
    }

    /// What the signs mean.
    fn explain(&self, exhibit: &Kernels, palette: &Palette, area: Rect, buffer: &mut Buffer) {
        let line = palette.signs.dots(0b0001_0010).to_string().repeat(3);
        let mut signs = vec![(line.as_str(), palette.text, "in cache"), (&line, palette.highlight, "just fetched")];
        if exhibit.chosen.walk.tile() < exhibit.rows() {
            signs.push((":::", palette.accent, "tile"));
        }
        let (mut x, y) = (area.x, area.y + self.rows() + 1);
        for (sign, style, meaning) in signs {
            put(buffer, area, x, y, sign, style);
            put(buffer, area, x + 4, y, meaning, palette.quiet);
            x += 4 + meaning.len() as u16 + 3;
        }
    }
}

/// The dots of some that are seen, of a square of so many across: the edge of what they cover, and every second one
/// within it, so that many lines side by side are no slab. ASCII has no signs for that.
fn outline(dots: &[bool], across: usize, signs: Signs) -> impl Iterator<Item = (i32, i32)> {
    let set = move |x: Option<usize>, y: Option<usize>| {
        let (x, y) = (x.filter(|x| *x < across)?, y?);
        dots.get(y * across + x).copied().filter(|set| *set)
    };
    let inside = move |x: usize, y: usize| {
        let around = [
            (x.checked_sub(1), Some(y)),
            (x.checked_add(1), Some(y)),
            (Some(x), y.checked_sub(1)),
            (Some(x), y.checked_add(1)),
        ];
        around.into_iter().all(|(x, y)| set(x, y).is_some())
    };
    let all = (0..dots.len()).map(move |at| (at % across.max(1), at / across.max(1)));
    all.filter(move |(x, y)| set(Some(*x), Some(*y)).is_some())
        .filter(move |(x, y)| signs == Signs::Ascii || (x + y).is_multiple_of(2) || !inside(*x, *y))
        .filter_map(|(x, y)| Some((i32::try_from(x).ok()?, i32::try_from(y).ok()?)))
}

/// A matrix at a moment of the run.
struct Scene<'a> {
    cache: &'a Cache,
    matrix: Matrix,
    size: u16,
    /// The row and the column of the element that is worked on, once the run has begun and until it has ended.
    at: Option<(u16, u16)>,
    /// Where the present tile begins, row and column; `None` where there are no tiles.
    corner: Option<(u16, u16)>,
    tile: u16,
    now: u16,
}

impl<'a> Scene<'a> {
    fn of(exhibit: &'a Kernels, matrix: Matrix) -> Self {
        let walk = &exhibit.chosen.walk;
        let place = |[i, j, k]: [u16; 3]| match matrix {
            Matrix::C => (i, j),
            Matrix::A => (i, k),
            Matrix::B => (k, j),
        };
        let size = exhibit.rows();
        Self {
            cache: &exhibit.chosen.cache,
            matrix,
            size,
            at: walk.at().filter(|_| exhibit.steps > 0).map(place),
            corner: (walk.tile() < size && walk.at().is_some()).then(|| place(walk.corner())),
            tile: walk.tile(),
            now: exhibit.steps,
        }
    }

    /// Whether an element is in the present tile.
    fn in_tile(&self, row: u16, column: u16) -> bool {
        let within = |at: u16, corner: u16| (corner..corner + self.tile).contains(&at);
        self.corner.is_some_and(|corner| within(row, corner.0) && within(column, corner.1))
    }

    /// Whether the line of an element is in the cache, and was fetched just now.
    fn cached(&self, row: u16, column: u16) -> Option<bool> {
        let fetched = self.cache.fetched(self.matrix.line(row, column.min(self.size - 1), self.size))?;
        Some(self.at.is_some() && fetched == self.now)
    }
}

/// The roofline of the example machine, with the plain order and the chosen one on it.
fn roofline(exhibit: &Kernels, palette: &Palette, area: Rect, buffer: &mut Buffer) {
    // Every order and tile of every size lies between 0.01 and 4 FLOP/B.
    let (least, most) = (0.008, 16.0);
    let plot = Plot { x: Axis::log10(least, most, "FLOP/B"), y: Axis::log10(0.05, 64.0, "GFLOP/s") };
    let plane = plot.draw(palette, area, buffer);
    let ridge = PEAK / BANDWIDTH;
    let on_roof = |intensity: f64| (intensity, roof(intensity) / 1e9);
    plane.curve([least, ridge, most].map(on_roof), palette.text, palette, buffer);
    let constants = [(most, format!("{} GFLOP/s", PEAK / 1e9), 0), (0.1, format!("{} GB/s", BANDWIDTH / 1e9), 2)];
    for (intensity, text, away) in constants {
        if let Some(cell) = plane.cell(on_roof(intensity)) {
            let x = (cell.x + 1).saturating_sub(text.len() as u16 + away);
            // Above the roof, or where the picture ends there, below.
            let y = if cell.y > plane.area.y { cell.y - 1 } else { cell.y + 1 };
            put(buffer, plane.area, x, y, &text, palette.quiet);
        }
    }
    let label = exhibit.name();
    let plain = exhibit.chosen.walk == exhibit.plain.walk && label == "plain ijk";
    let points = [("plain ijk", &exhibit.plain, palette.strong), (label.as_str(), &exhibit.chosen, palette.highlight)];
    let at = |loops: &Loops| loops.point().and_then(|point| plane.cell((point.intensity, point.speed / 1e9)));
    let points: Vec<_> = points
        .into_iter()
        .zip(POINTS)
        .skip(usize::from(plain))
        .filter_map(|((label, loops, style), sign)| Some((at(loops)?, sign, label, style)))
        .collect();
    for (cell, sign, _, style) in &points {
        put(buffer, plane.area, cell.x, cell.y, sign, *style);
    }
    let rows: Vec<u16> = points.iter().map(|(cell, ..)| cell.y).collect();
    for (cell, _, label, style) in points {
        name(&plane, cell, label, &rows, style, buffer);
    }
}

/// Writes a point's name beside it, where it is not taken for that of another: in its row, else under the roof on its
/// right or over it on its left, in a row that no point is in.
fn name(plane: &Plane, point: Position, label: &str, taken: &[u16], style: Style, buffer: &mut Buffer) {
    let width = label.len() as u16;
    let right = (point.x + 2).min(plane.area.right().saturating_sub(width)).max(plane.area.x);
    let [beside, above] = [width + 1, width].map(|columns| point.x.checked_sub(columns));
    let mut places = vec![(Some(right), Some(point.y)), (beside, Some(point.y))];
    places.extend([(Some(right), point.y.checked_add(1)), (above, point.y.checked_sub(1))]);
    places.extend((2..5).map(|away| (Some(right), point.y.checked_add(away))));
    let mut places = places.into_iter().filter_map(|(x, y)| Some((x?, y?)));
    let free = |(x, y): &(u16, u16)| (*y == point.y || !taken.contains(y)) && plane.is_free(*x..x + width, *y, buffer);
    if let Some((x, y)) = places.find(free) {
        put(buffer, plane.area, x, y, label, style);
    }
}

#[cfg(test)]
mod tests;
