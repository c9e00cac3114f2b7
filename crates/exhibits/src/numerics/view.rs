//! The pictures of the numerics: the error of the chosen method over \[1, 4), and all methods' worst errors against
//! what they cost. Where there is room for one, it is the one that the visitor chose; it leads where there is room for
//! both.

use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
};
use unicode_width::UnicodeWidthStr as _;

use super::{LEAST, Method, Numerics, Show, error_curve, scientific};
use crate::{
    exhibit::View,
    palette::Palette,
    plot::{self, Axis, DOTTED, Plane, Plot, SOLID, put},
};

/// The least area in which both pictures can be read, in cells.
const BOTH: (u16, u16) = (40, 24);

impl View for Numerics {
    /// Draws the pictures that have room in `area`.
    fn draw(&self, palette: &Palette, area: Rect, buffer: &mut Buffer) {
        let area = area.intersection(buffer.area);
        let pictures = match self.show() {
            Show::Error => [errors, trade_off],
            Show::TradeOff => [trade_off, errors],
        };
        let [first, second] = pictures;
        if area.width < BOTH.0 || area.height < BOTH.1 {
            first(self.method(), palette, area, buffer);
        } else {
            let parts = [Constraint::Fill(3), Constraint::Length(1), Constraint::Fill(2)];
            let [upper, _, lower] = Layout::vertical(parts).areas(area);
            first(self.method(), palette, upper, buffer);
            second(self.method(), palette, lower, buffer);
        }
    }

    /// The error over \[1, 4), from the worst down to a hundredth of it.
    fn miniature(&self, palette: &Palette, area: Rect, buffer: &mut Buffer) {
        let (method, worst) = (self.method(), self.method().measured().worst.max(LEAST));
        let plot = Plot { x: Axis::log2(1.0, 4.0, ""), y: Axis::log10(worst / 100.0, worst, "") };
        let curve = error_curve(|x| method.error(x), u32::from(area.width) * 2);
        plot.bare(area).curve(curve, palette.accent, palette, buffer);
    }
}

/// The axis of errors, the same in both pictures and for every method, so that they can be compared: from rounding to
/// nothing right.
fn error_axis(title: &'static str) -> Axis {
    Axis::log10(LEAST, 1.0, title)
}

/// Half a unit in the last place of 1: as near as an `f32` can be.
const ROUNDING: f64 = 1.0 / 16_777_216.0;

/// The relative error over \[1, 4), and, dotted, that of the method one step simpler.
fn errors(method: Method, palette: &Palette, area: Rect, buffer: &mut Buffer) {
    let title = if area.width < 36 { "relative error" } else { "relative error of 1/√x" };
    let plane = Plot { x: Axis::log2(1.0, 4.0, "x"), y: error_axis(title) }.draw(palette, area, buffer);
    let columns = u32::from(plane.area.width) * 2;
    let simpler = method.simpler();
    if let Some(simpler) = simpler {
        plane.scatter(error_curve(|x| simpler.error(x), columns / 2), palette.quiet, palette, buffer);
    }
    let rounding = plane.cell((1.0, ROUNDING)).filter(|_| plane.area != area);
    if let Some(at) = rounding {
        plane.rule(plane.area.right(), at.y, palette, buffer);
    }
    plane.curve(error_curve(|x| method.error(x), columns), palette.accent, palette, buffer);
    let measured = method.measured();
    if let Some(at) = plane.cell((f64::from(measured.at), measured.worst)) {
        let text = scientific(measured.worst);
        plane.name(at, &text, palette.strong, buffer);
    }
    if let Some(at) = rounding {
        let x = plane.area.right().saturating_sub(FLOOR.width() as u16).max(plane.area.x);
        put(buffer, plane.area, x, at.y + 1, FLOOR, palette.quiet);
    }
    let line = |dots: u8, style, method| (palette.signs.dots(dots).to_string().repeat(2), style, name(method));
    let simpler = simpler.map(|simpler| line(DOTTED, palette.quiet, simpler));
    let lines: Vec<_> = [Some(line(SOLID, palette.accent, method)), simpler].into_iter().flatten().collect();
    plot::legend(&lines, title, area, buffer);
}

/// The name of the line at [`ROUNDING`].
const FLOOR: &str = " rounding of f32";

/// What distinguishes a method from its simpler one.
fn name(method: Method) -> String {
    let count = |count: u32, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    match method {
        Method::Linear { pieces } | Method::Quadratic { pieces } => count(1 << pieces, "piece"),
        Method::Table { entries, steps: 0 } if entries > 0 => count(1 << entries, "value"),
        Method::BitTrick { steps, .. } | Method::Table { steps, .. } => count(steps.into(), "step"),
    }
}

/// All methods: worst error against operations on floats. A capital letter is a method that none beats for less.
fn trade_off(chosen: Method, palette: &Palette, area: Rect, buffer: &mut Buffer) {
    let most = Method::all().map(|method| method.cost().operations()).max().unwrap_or(1);
    let x = Axis::linear(0.0, f64::from(most) + 1.0, "ops");
    let y = error_axis(if area.width < 44 { "error by operations" } else { "worst error by multiplies and additions" });
    let [upper, lower] = Layout::vertical([Constraint::Fill(1), Constraint::Length(1)]).areas(area);
    let area = if area.height < 12 { area } else { upper };
    let plane = Plot { x, y }.draw(palette, area, buffer);
    if area == upper {
        families(palette, Rect { x: plane.area.x, width: area.right() - plane.area.x, ..lower }, buffer);
    }
    let spots: Vec<Spot> = Method::all().map(Spot::of).collect();
    let letters: Vec<_> = spots.iter().map(|spot| (spot, spot.letter(&spots))).collect();
    // Capitals go on top where two methods share a cell.
    for (capital, style) in [(false, palette.quiet), (true, palette.strong)] {
        for (spot, letter) in letters.iter().filter(|(_, letter)| letter.is_ascii_uppercase() == capital) {
            if let Some((x, y)) = spot.cell(&plane) {
                put(buffer, plane.area, x, y, letter.encode_utf8(&mut [0; 4]), style);
            }
        }
    }
    let chosen = letters.iter().find(|(spot, _)| spot.method == chosen);
    if let Some(((spot, letter), (x, y))) = chosen.and_then(|chosen| Some((chosen, chosen.0.cell(&plane)?))) {
        put(buffer, plane.area, x, y, letter.encode_utf8(&mut [0; 4]), palette.selected);
        let text = format!(" {} ", scientific(spot.worst));
        let fits = x + 1 + text.width() as u16 <= plane.area.right();
        let begin = if fits { x + 1 } else { x.saturating_sub(text.width() as u16) };
        put(buffer, plane.area, begin, y, &text, palette.strong);
        plane.rule(x.min(begin), y, palette, buffer);
    }
}

/// A method's place in the trade-off. Operations on integers are left out of it: a chip does them by wiring.
struct Spot {
    method: Method,
    operations: u16,
    table: u16,
    worst: f64,
}

impl Spot {
    fn of(method: Method) -> Self {
        let cost = method.cost();
        Self { method, operations: cost.operations(), table: cost.table, worst: method.measured().worst }
    }

    /// Whether another is as good for less, or better for no more.
    fn beaten(&self, all: &[Self]) -> bool {
        let measures = |spot: &Self| (spot.operations, spot.table, spot.worst);
        let (operations, table, worst) = measures(self);
        all.iter().map(measures).any(|other| {
            other.0 <= operations && other.1 <= table && other.2 <= worst && other != (operations, table, worst)
        })
    }

    fn letter(&self, all: &[Self]) -> char {
        let letter = match self.method {
            Method::BitTrick { .. } => 'b',
            Method::Linear { .. } => 'l',
            Method::Quadratic { .. } => 'q',
            Method::Table { .. } => 't',
        };
        if self.beaten(all) { letter } else { letter.to_ascii_uppercase() }
    }

    /// Where its letter stands. The bit trick and the table take the same operations on floats: the table stands one
    /// cell further.
    fn cell(&self, plane: &Plane) -> Option<(u16, u16)> {
        let at = plane.cell((f64::from(self.operations), self.worst))?;
        Some((at.x + u16::from(matches!(self.method, Method::Table { .. })), at.y))
    }
}

/// What the letters stand for, in as many words as have room.
fn families(palette: &Palette, area: Rect, buffer: &mut Buffer) {
    let capital = if area.width < 72 { "CAPITAL: best" } else { "CAPITAL: unbeaten at its cost" };
    let words = [("b", "bits"), ("l", "lines"), ("q", "quadratic"), ("t", "table"), ("", capital)];
    let mut x = area.x;
    for (letter, word) in words {
        let width = letter.width() + 1 + word.width();
        if usize::from(area.right().saturating_sub(x)) < width {
            break;
        }
        put(buffer, area, x, area.y, letter, palette.strong);
        put(buffer, area, x + 2, area.y, word, palette.quiet);
        x += width as u16 + 2;
    }
}
