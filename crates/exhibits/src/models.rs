//! Models: rectified flow from noise to a shape along its exact velocity field, and whether two runs that differ only in the
//! order in which they add agree to the bit.
//!
//! What moves is in `travel`, how it adds in `sum`. Everything is computed from a seed with operations that IEEE 754
//! defines, so that the figures are the same on every machine. No network is trained and none is shown.

mod field;
mod shape;
mod sum;
mod travel;
mod view;

use std::{borrow::Cow, fmt};

use self::{
    shape::{POINTS, SEED, Shape, TARGETS},
    sum::{Order, Precision, Summation},
    travel::{FINE, Setting, Travel, Twin},
};
use crate::exhibit::{Change, Exhibit, Figure, Parameter};

/// Points on their way from noise to a shape, in two runs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Models {
    shape: Shape,
    steps: u16,
    flow: Flow,
    precision: Precision,
    second: Second,
    travel: Travel,
    /// Frames shown of those from noise to shape; while pairs are made, none.
    frame: u16,
    running: bool,
}

/// What the points follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    Rectified,
    Reflowed,
}

/// How the second run adds; the first adds forward.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Second {
    Forward,
    Backward,
    Pairwise,
    InF64,
}

const STEPS: [u16; 7] = [1, 2, 4, 8, 16, 32, 64];
const FLOWS: [Flow; 2] = [Flow::Rectified, Flow::Reflowed];
const PRECISIONS: [Precision; 3] = [Precision::Bf16, Precision::F32, Precision::F64];
const SECONDS: [Second; 4] = [Second::Forward, Second::Backward, Second::Pairwise, Second::InF64];

/// The frames from noise to shape, whatever the number of steps: 1.6 s at 30 a second.
const FRAMES: u16 = 48;

/// Steps a frame to the pairs of a reflow, which take 1.1 s.
const PAIRING: u16 = 2;

/// Steps of a call that goes on as far as a call may: 2 ms at 0.23 ms for each.
const AT_ONCE: u16 = 8;

impl Default for Models {
    fn default() -> Self {
        Self::new()
    }
}

impl Models {
    /// Two moons in 32 steps, added in `f32` one by one and as a tree.
    #[must_use]
    pub(crate) fn new() -> Self {
        let (flow, precision, second) = (Flow::Rectified, Precision::F32, Second::Pairwise);
        Self::set(Shape::TwoMoons, 32, flow, precision, second)
    }

    fn set(shape: Shape, steps: u16, flow: Flow, precision: Precision, second: Second) -> Self {
        let first = Summation { order: Order::Forward, precision };
        let sums = [first, second.after(first)];
        let travel = Travel::new(Setting { shape, steps, reflowed: flow == Flow::Reflowed, sums });
        Self { shape, steps, flow, precision, second, travel, frame: 0, running: false }
    }

    /// Where a run has come to, and the part, 0 to 1, of its last step that is shown.
    fn shown(&self) -> (&Travel, f32) {
        if self.travel.is_pairing() || self.travel.taken() == 0 {
            return (&self.travel, 1.0);
        }
        // Of the way, of frames times steps parts, a step takes as many parts as there are frames.
        let into = (self.frame * self.steps).saturating_sub((self.travel.taken() - 1) * FRAMES).min(FRAMES);
        (&self.travel, f32::from(into) / f32::from(FRAMES))
    }

    /// Whether the picture shows the end.
    fn has_ended(&self) -> bool {
        self.travel.has_ended() && self.frame == FRAMES
    }
}

impl Second {
    fn after(self, first: Summation) -> Summation {
        match self {
            Self::Forward => first,
            Self::Backward => Summation { order: Order::Backward, ..first },
            Self::Pairwise => Summation { order: Order::Pairwise, ..first },
            Self::InF64 => Summation { precision: Precision::F64, ..first },
        }
    }
}

impl fmt::Display for Flow {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Rectified => "rectified",
            Self::Reflowed => "reflowed once",
        })
    }
}

impl fmt::Display for Second {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Forward => "forward again",
            Self::Backward => "backward",
            Self::Pairwise => "pairwise",
            Self::InF64 => "forward in f64",
        })
    }
}

impl fmt::Display for Precision {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Bf16 => "bf16",
            Self::F32 => "f32",
            Self::F64 => "f64",
        })
    }
}

impl Exhibit for Models {
    fn title(&self) -> &'static str {
        "Rectified flow, twice from one seed"
    }

    fn about(&self) -> &'static str {
        "Points follow the exact velocity of a rectified flow from noise to a shape; after a reflow their ways are straight, \
         and one step is enough. Each travels twice from the same noise, with the same terms added in different orders."
    }

    fn notice(&self) -> Cow<'static, str> {
        "The same seed is not enough: the order of addition is part of the result.".into()
    }

    fn basis(&self) -> String {
        format!(
            "After Liu, Gong and Liu, 2022 (arXiv:2209.03003): {POINTS} points, {TARGETS} targets, pairs by {FINE} steps, \
             seed {SEED}, chosen for a point that f32 takes apart; sd is that of the noise."
        )
    }

    fn parameters(&self) -> Vec<Parameter> {
        vec![
            parameter("shape", self.shape.name().into(), &Shape::ALL, self.shape),
            parameter("Euler steps", self.steps.to_string(), &STEPS, self.steps),
            parameter("flow", self.flow.to_string(), &FLOWS, self.flow),
            parameter("sums in", self.precision.to_string(), &PRECISIONS, self.precision),
            parameter("second run", self.second.to_string(), &SECONDS, self.second),
        ]
    }

    fn change(&mut self, parameter: usize, change: Change) {
        let Self { mut shape, mut steps, mut flow, mut precision, mut second, .. } = *self;
        let changed = match parameter {
            0 => moved(&mut shape, &Shape::ALL, change),
            1 => moved(&mut steps, &STEPS, change),
            2 => moved(&mut flow, &FLOWS, change),
            3 => moved(&mut precision, &PRECISIONS, change),
            4 => moved(&mut second, &SECONDS, change),
            _ => false,
        };
        if changed {
            *self = Self { running: true, ..Self::set(shape, steps, flow, precision, second) };
        }
    }

    fn figures(&self) -> Vec<Figure> {
        let travel = &self.travel;
        let figure = |label, value: String| Figure { label, value };
        let gap = travel.gaps().last().map_or(0.0, |gap| gap.largest);
        let parted = travel.parted();
        let time = |step: usize| step as f32 / f32::from(travel.steps());
        let count = |which: fn(&Twin) -> bool| format!("{} of {POINTS}", travel.twins(1.0).filter(which).count());
        vec![
            figure("same to the bit", count(|twin| twin.agrees)),
            figure("apart in sight", count(Twin::is_apart)),
            figure("largest gap", sd(gap)),
            figure("off the shape", format!("{:.3} sd", travel.off_shape())),
            figure("S (0: straight)", travel.straightness().map_or("no step yet".into(), |s| format!("{s:.3}"))),
            figure("first parting", parted.map_or("none".into(), |step| format!("t = {:.2}", time(step)))),
            figure("median gap", ulps(travel.median_ulps())),
        ]
    }

    fn moves(&self) -> bool {
        true
    }

    fn toggle(&mut self) {
        if self.has_ended() {
            self.restart();
        }
        self.running = !self.running;
    }

    fn restart(&mut self) {
        *self = Self::set(self.shape, self.steps, self.flow, self.precision, self.second);
    }

    fn running(&self) -> bool {
        self.running
    }

    fn step(&mut self) {
        if !self.running {
            return;
        }
        if self.travel.is_pairing() {
            (0..PAIRING).for_each(|_| self.travel.advance());
            return;
        }
        self.frame = (self.frame + 1).min(FRAMES);
        let due = (self.frame * self.steps).div_ceil(FRAMES);
        while self.travel.taken() < due {
            self.travel.advance();
        }
        self.running = !self.has_ended();
    }

    fn finish(&mut self) {
        (0..AT_ONCE).for_each(|_| self.travel.advance());
        if !self.travel.is_pairing() {
            // The last frame that shows no step which is not taken.
            self.frame = self.frame.max(self.travel.taken() * FRAMES / self.steps);
        }
        self.running = !self.has_ended();
    }
}

/// Sets a value to its neighbour, where it has one; says whether it had.
fn moved<T: Copy + PartialEq>(value: &mut T, all: &[T], change: Change) -> bool {
    let at = all.iter().position(|other| other == value).unwrap_or_default();
    let neighbour = match change {
        Change::Less => at.checked_sub(1),
        Change::More => at.checked_add(1),
    };
    let neighbour = neighbour.and_then(|at| all.get(at));
    neighbour.map(|neighbour| *value = *neighbour).is_some()
}

fn parameter<T: PartialEq>(label: &'static str, value: String, all: &[T], at: T) -> Parameter {
    Parameter { label, value, less: all.first() != Some(&at), more: all.last() != Some(&at) }
}

fn ulps(gap: u64) -> String {
    if gap < 10_000 { format!("{gap} ulp") } else { format!("{:.1e} ulp", gap as f64) }
}

fn sd(gap: f32) -> String {
    if gap == 0.0 {
        "0 sd".into()
    } else if gap < 0.01 {
        format!("{gap:.1e} sd")
    } else {
        format!("{gap:.2} sd")
    }
}

#[cfg(test)]
mod tests;
