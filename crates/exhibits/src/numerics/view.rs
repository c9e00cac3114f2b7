//! The pictures of the numerics: the error of the chosen method over \[1, 4), and all methods' worst errors against
//! what they cost. Where there is room for one, it is the one that the visitor chose; it leads where there is room for
//! both.

use ratatui::{
    buffer::Buffer,
    layout::{Constraint, Layout, Rect},
};
use unicode_width::UnicodeWidthStr as _;

use super::{LEAST, Method, Numerics, Show, error_curve, finding::ROUNDED, scientific};
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
    let simpler = method.simpler();
    let line = |dots: u8, style, method| (palette.signs.dots(dots).to_string().repeat(2), style, name(method));
    let other = simpler.map(|simpler| line(DOTTED, palette.quiet, simpler));
    let lines: Vec<_> = [Some(line(SOLID, palette.accent, method)), other].into_iter().flatten().collect();
    let title = plot::title_beside(&lines, &TITLES, area.width);
    let plot = Plot { x: Axis::log2(1.0, 4.0, "x"), y: error_axis(title) };
    // Where the axes have no room the legend has a row of its own.
    let plane = if area.height < LOWEST {
        let [_, below] = Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(area);
        plot.bare(below)
    } else {
        plot.draw(palette, area, buffer)
    };
    let columns = u32::from(plane.area.width) * 2;
    if let Some(simpler) = simpler {
        plane.scatter(error_curve(|x| simpler.error(x), columns / 2), palette.quiet, palette, buffer);
    }
    plane.curve(error_curve(|x| method.error(x), columns), palette.accent, palette, buffer);
    let measured = method.measured();
    let worst = plane.cell((f64::from(measured.at), measured.worst));
    if let Some(at) = worst.filter(|_| plane.area.height >= LOWEST - AXIS) {
        let text = scientific(measured.worst);
        plane.name(at, &text, palette.strong, buffer);
    }
    if let Some(at) = plane.cell((1.0, ROUNDING)).filter(|_| plane.area != area) {
        plane.named_rule(at.y, FLOOR, palette, buffer);
    }
    plot::legend(
        &lines,
        if plane.area.height < area.height && area.height < LOWEST { "" } else { title },
        area,
        buffer,
    );
}

/// What the axis of errors measures, in as many words as have room beside the legend.
const TITLES: [&str; 3] = ["relative error of 1/√x", "relative error", "error"];

/// Rows of a picture with axes, at least.
const LOWEST: u16 = 7;

/// Rows of a picture that are not of its plane: the legend, and the axis with its numbers.
const AXIS: u16 = 3;

/// The name of the line at [`ROUNDING`].
const FLOOR: &str = "rounding of f32";

/// What distinguishes a method from its simpler one.
fn name(method: Method) -> String {
    let count = |count: u32, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    match method {
        Method::Linear { pieces } | Method::Quadratic { pieces } => count(1 << pieces, "piece"),
        Method::Table { entries, steps: 0 } if entries > 0 => count(1 << entries, "value"),
        Method::BitTrick { steps, .. } | Method::Table { steps, .. } => count(steps.into(), "step"),
    }
}

/// All methods: worst error against operations on floats. A capital letter is a method that none beats for less. Where
/// there is no room to say what the letters mean, there are none.
fn trade_off(chosen: Method, palette: &Palette, area: Rect, buffer: &mut Buffer) {
    let most = Method::all().map(|method| method.cost().operations()).max().unwrap_or(1);
    let x = Axis::whole(0.0, f64::from(most) + 1.0, "ops");
    let y = error_axis(if area.width < 44 { "error by operations" } else { "worst error by multiplies and additions" });
    let [upper, lower] = Layout::vertical([Constraint::Fill(1), Constraint::Length(1)]).areas(area);
    let legend = Legend::that_fits(area.width).filter(|_| area.height > LOWEST);
    let area = if legend.is_some() { upper } else { area };
    let plane = Plot { x, y }.draw(palette, area, buffer);
    if let Some(legend) = &legend {
        legend.draw(palette, lower, buffer);
    }
    let spots: Vec<Spot> = Method::all().map(Spot::of).collect();
    let sign = |spot: &Spot| match &legend {
        None => palette.signs.dot(),
        Some(legend) if legend.capital.is_some() && !spot.beaten(&spots) => spot.letter().to_ascii_uppercase(),
        Some(_) => spot.letter(),
    };
    let signs: Vec<_> = spots.iter().map(|spot| (spot, sign(spot))).collect();
    // Capitals go on top where two methods share a cell.
    for (capital, style) in [(false, palette.quiet), (true, palette.strong)] {
        for (spot, sign) in signs.iter().filter(|(_, sign)| sign.is_ascii_uppercase() == capital) {
            if let Some((x, y)) = spot.cell(&plane) {
                put(buffer, plane.area, x, y, sign.encode_utf8(&mut [0; 4]), style);
            }
        }
    }
    let chosen = signs.iter().find(|(spot, _)| spot.method == chosen);
    if let Some(((spot, sign), (x, y))) = chosen.and_then(|chosen| Some((chosen, chosen.0.cell(&plane)?))) {
        let sign = if legend.is_some() { *sign } else { 'o' };
        put(buffer, plane.area, x, y, sign.encode_utf8(&mut [0; 4]), palette.selected);
        let text = scientific(spot.method.measured().worst);
        // Near its letter, but over no other.
        let width = text.width() as u16;
        let places = [y, y.saturating_sub(1), y + 1].into_iter().flat_map(|y| [(x + 2, y), (x + 3, y)]);
        if let Some((x, y)) = places.into_iter().find(|(x, y)| plane.is_free(*x..*x + width, *y, buffer)) {
            put(buffer, plane.area, x, y, &text, palette.strong);
        }
        plane.rule(x, y, palette, buffer);
    }
}

/// A method's place in the trade-off. Operations on integers are left out of it: a chip does them by wiring.
#[derive(Debug)]
pub(super) struct Spot {
    method: Method,
    operations: u16,
    table: u16,
    pub(super) worst: f64,
}

impl Spot {
    pub(super) fn of(method: Method) -> Self {
        let cost = method.cost();
        Self { method, operations: cost.operations(), table: cost.table, worst: method.rough() }
    }

    /// The same as it would be by what is told of its method.
    #[cfg(test)]
    pub(super) fn exactly(&self) -> Self {
        Self { worst: self.method.measured().worst, ..*self }
    }

    /// Whether another is as good for less, or better for no more. Of what is but rounding none is better.
    pub(super) fn beaten(&self, all: &[Self]) -> bool {
        let measures = |spot: &Self| (spot.operations, spot.table, spot.worst.max(ROUNDED));
        let (operations, table, worst) = measures(self);
        all.iter().map(measures).any(|other| {
            other.0 <= operations && other.1 <= table && other.2 <= worst && other != (operations, table, worst)
        })
    }

    fn letter(&self) -> char {
        match self.method {
            Method::BitTrick { .. } => 'b',
            Method::Linear { .. } => 'l',
            Method::Quadratic { .. } => 'q',
            Method::Table { .. } => 't',
        }
    }

    /// Where its letter stands. The bit trick and the table take the same operations on floats: the table stands one
    /// cell further.
    fn cell(&self, plane: &Plane) -> Option<(u16, u16)> {
        let at = plane.cell((f64::from(self.operations), self.worst))?;
        Some((at.x + u16::from(matches!(self.method, Method::Table { .. })), at.y))
    }
}

/// What the letters stand for.
struct Legend {
    /// What a capital is, where there is room to say so.
    capital: Option<&'static str>,
}

/// What each letter stands for.
const FAMILIES: [(&str, &str); 4] = [("b", "bits"), ("l", "lines"), ("q", "quadratic"), ("t", "table")];

impl Legend {
    /// With the longest words for capitals that have room; `None` where not even the letters' have it.
    fn that_fits(width: u16) -> Option<Self> {
        let letters: usize = FAMILIES.iter().map(|(letter, word)| letter.width() + 1 + word.width() + 2).sum();
        let room = usize::from(width).checked_sub(letters - 2)?;
        let words = ["CAPITAL: unbeaten at its cost", "CAPITAL: best"];
        Some(Self { capital: words.into_iter().find(|words| words.width() + 2 <= room) })
    }

    fn draw(&self, palette: &Palette, area: Rect, buffer: &mut Buffer) {
        let mut x = area.x;
        for (letter, word) in FAMILIES {
            put(buffer, area, x, area.y, letter, palette.strong);
            put(buffer, area, x + 2, area.y, word, palette.quiet);
            x += (letter.width() + 1 + word.width() + 2) as u16;
        }
        put(buffer, area, x, area.y, self.capital.unwrap_or_default(), palette.quiet);
    }
}
