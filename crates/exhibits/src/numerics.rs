//! One over the square root, the operation at the heart of `RMSNorm`: published approximations of it, what each costs,
//! and how far off it is.
//!
//! The methods compute in `f32` as they would on a chip; the reference value is computed in `f64`. Every constant has
//! been published, and its source stands beside it. Nothing here draws.

mod finding;
mod measure;
mod method;
mod minimax;
mod view;

use std::borrow::Cow;

use crate::exhibit::{Change, Exhibit, Figure, Parameter, place, signed};

pub(crate) use measure::{DIALLED, relative_error, worst_error};
pub(crate) use method::{Constant, Method, bit_trick};
use method::{LARGEST_TABLE, MOST_PIECES, MOST_STEPS};

/// The exhibit: a method, and which of its two pictures is shown first.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Numerics {
    family: Family,
    constant: Constant,
    /// Newton steps after the guess from the bits.
    steps: u8,
    /// Pieces, as a power of two.
    pieces: u8,
    /// Entries of the table, as a power of two.
    entries: u8,
    /// Newton steps after the table.
    table_steps: u8,
    show: Show,
}

impl Default for Numerics {
    fn default() -> Self {
        Self {
            family: Family::BitTrick,
            constant: Constant::Classic,
            steps: 1,
            pieces: 3,
            entries: 4,
            table_steps: 1,
            show: Show::Error,
        }
    }
}

/// Where a method's guess comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    BitTrick,
    Linear,
    Quadratic,
    Table,
}

/// Which picture has the room, where there is room for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Show {
    /// The error of the method over [1, 4).
    Error,
    /// The worst error of every method against what it costs.
    TradeOff,
}

/// What a parameter of the exhibit sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Knob {
    Family,
    Constant,
    Steps,
    Pieces,
    Entries,
    TableSteps,
    Show,
}

impl Exhibit for Numerics {
    fn title(&self) -> &'static str {
        "One over the square root"
    }

    fn about(&self) -> &'static str {
        "Every RMSNorm of a language model divides by a square root, once for each token and layer. Here are published \
         ways to compute 1/√x without a division: guess it from the bits of x, lay lines or parabolas along it, or \
         look it up, and let Newton’s method correct the guess."
    }

    fn notice(&self) -> Cow<'static, str> {
        self.method().finding().into()
    }

    fn basis(&self) -> String {
        "Published methods only. Constants: Quake\u{a0}III Arena\u{a0}1999, Lomont\u{a0}2003, Kadlec\u{a0}2010, \
         Walczyk et\u{a0}al.\u{a0}2021; pieces by Remez’s exchange."
            .to_owned()
    }

    fn parameters(&self) -> Vec<Parameter> {
        self.knobs().iter().map(|knob| self.parameter(*knob)).collect()
    }

    fn change(&mut self, parameter: usize, change: Change) {
        match self.knobs().get(parameter) {
            Some(Knob::Family) => self.family = change.applied(self.family, &FAMILIES),
            Some(Knob::Constant) => self.constant = change.applied(self.constant, &Constant::ALL),
            Some(Knob::Steps) => self.steps = moved(self.steps, 0, MOST_STEPS, change),
            Some(Knob::Pieces) => self.pieces = moved(self.pieces, 0, MOST_PIECES, change),
            Some(Knob::Entries) => self.entries = moved(self.entries, 1, LARGEST_TABLE, change),
            Some(Knob::TableSteps) => self.table_steps = moved(self.table_steps, 0, MOST_STEPS - 1, change),
            Some(Knob::Show) => self.show = change.applied(self.show, &SHOWS),
            None => (),
        }
    }

    fn figures(&self) -> Vec<Figure> {
        let method = self.method();
        let (measured, cost) = (method.measured(), method.cost());
        let mut figures = vec![
            figure("worst error", scientific(measured.worst)),
            figure("correct bits", format!("{:.1}", measured.bits())),
        ];
        if let Some(simpler) = method.simpler() {
            let label = if method.steps() > 0 { "this step gave" } else { "doubling gave" };
            figures.push(figure(label, signed(format!("{:+.1} bits", measured.bits() - simpler.measured().bits()))));
        }
        figures.extend([
            figure("multiplies", cost.multiplies.to_string()),
            figure("additions", cost.additions.to_string()),
            figure("on integers", format!("{} operations", cost.integers)),
            figure("table", format!("{} B", cost.table)),
            figure("in RMSNorm", format!("{} % off", percent(100.0 * measured.normalized))),
        ]);
        figures
    }

    fn prepare(&self) {
        Method::all().for_each(|method| _ = method.measured());
    }
}

impl Numerics {
    /// The method that is set.
    fn method(&self) -> Method {
        match self.family {
            Family::BitTrick => Method::BitTrick { constant: self.constant, steps: self.steps },
            Family::Linear => Method::Linear { pieces: self.pieces },
            Family::Quadratic => Method::Quadratic { pieces: self.pieces },
            Family::Table => Method::Table { entries: self.entries, steps: self.table_steps },
        }
    }

    /// The picture to show where there is room for one, and to give more room where there is room for both.
    fn show(&self) -> Show {
        self.show
    }

    fn knobs(&self) -> &'static [Knob] {
        match self.family {
            Family::BitTrick => &[Knob::Family, Knob::Constant, Knob::Steps, Knob::Show],
            Family::Linear | Family::Quadratic => &[Knob::Family, Knob::Pieces, Knob::Show],
            Family::Table => &[Knob::Family, Knob::Entries, Knob::TableSteps, Knob::Show],
        }
    }

    fn parameter(&self, knob: Knob) -> Parameter {
        let (label, value, at, last) = match knob {
            Knob::Family => {
                let value = match self.family {
                    Family::BitTrick => "bit trick + Newton",
                    Family::Linear => "linear pieces",
                    Family::Quadratic => "quadratic pieces",
                    Family::Table => "table + Newton",
                };
                let at = place(&FAMILIES, self.family);
                ("method", value.to_owned(), at, FAMILIES.len() - 1)
            }
            Knob::Constant => {
                let at = place(&Constant::ALL, self.constant);
                ("constant", format!("{:#010x}", self.constant.magic()), at, Constant::ALL.len() - 1)
            }
            Knob::Steps => ("steps", self.steps.to_string(), self.steps.into(), MOST_STEPS.into()),
            Knob::Pieces => ("pieces", (1_u32 << self.pieces).to_string(), self.pieces.into(), MOST_PIECES.into()),
            Knob::Entries => {
                let value = (1_u32 << self.entries).to_string();
                ("entries", value, usize::from(self.entries) - 1, usize::from(LARGEST_TABLE) - 1)
            }
            Knob::TableSteps => {
                ("steps", self.table_steps.to_string(), self.table_steps.into(), usize::from(MOST_STEPS) - 1)
            }
            Knob::Show => {
                let value = if self.show == Show::Error { "error" } else { "trade-off" };
                ("show", value.to_owned(), place(&SHOWS, self.show), SHOWS.len() - 1)
            }
        };
        Parameter::at(label, value, at, last + 1)
    }
}

const FAMILIES: [Family; 4] = [Family::BitTrick, Family::Linear, Family::Quadratic, Family::Table];
const SHOWS: [Show; 2] = [Show::Error, Show::TradeOff];

fn moved(value: u8, least: u8, most: u8, change: Change) -> u8 {
    match change {
        Change::Less => value.saturating_sub(1).max(least),
        Change::More => value.saturating_add(1).min(most),
    }
}

fn figure(label: &'static str, value: String) -> Figure {
    Figure { label, value }
}

/// The least error that is drawn.
const LEAST: f64 = 1e-8;

/// The worst of an error in as many parts of \[1, 4), which are even in the bits of x and nearly so in its logarithm.
pub(crate) fn error_curve(error: impl Fn(f32) -> f64, parts: u32) -> impl Iterator<Item = (f64, f64)> {
    const ONE: u32 = 0x3f80_0000;
    const FLOATS: u32 = 0x0100_0000;
    /// Samples of a part: enough for a dip to lie beside one, few enough for a wide window.
    const SAMPLES: u32 = 4;
    let stride = FLOATS / (parts * SAMPLES).max(1);
    let x = move |n: u32| f32::from_bits(ONE + n * stride);
    (0..parts).map(move |part| {
        let samples = (part * SAMPLES..(part + 1) * SAMPLES).map(|n| error(x(n)).abs());
        // None at all is as little as can be drawn.
        (f64::from(x(part * SAMPLES + SAMPLES / 2)), samples.fold(LEAST / 2.0, f64::max))
    })
}

/// Three digits, or two where rounding of single floats decides the third; without an exponent where the axis of errors
/// has none.
fn scientific(value: f64) -> String {
    match value {
        0.1.. => format!("{value:.3}"),
        0.01.. => format!("{value:.4}"),
        1e-6.. => format!("{value:.2e}"),
        _ => format!("{value:.1e}"),
    }
}

/// Two digits, without an exponent where that is short.
fn percent(value: f64) -> String {
    match value {
        1.0.. => format!("{value:.1}"),
        0.1.. => format!("{value:.2}"),
        0.01.. => format!("{value:.3}"),
        0.001.. => format!("{value:.4}"),
        _ => format!("{value:.1e}"),
    }
}

#[cfg(test)]
mod tests;
