//! Models: rectified flow from noise to a shape along its exact velocity field, and whether two runs that differ only
//! in the order in which they add agree to the bit.
//!
//! Some points have a letter, and a visitor can bet on the one that will end in two places.
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
    sum::{Precision, Summation, SummationOrder},
    travel::{FINE, LETTERED, Travel, TravelSetting, Twin, straightness},
};
use crate::exhibit::{Change, Exhibit, Figure, Parameter, bound, place};

/// Points on their way from noise to a shape, in two runs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Models {
    shape: Shape,
    steps: u16,
    flow: FlowKind,
    precision: Precision,
    second: Second,
    /// The lettered point on which the visitor bets.
    bet: Option<usize>,
    travel: Travel,
    /// Frames shown of those from noise to shape; while pairs are made, none.
    frame: u16,
    running: bool,
}

/// What the points follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FlowKind {
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
    InBf16,
}

/// The letters of [`LETTERED`].
static LETTERS: [&str; LETTERED.len()] = ["A", "B", "C", "D", "E", "F"];

const BETS: [Option<usize>; 1 + LETTERED.len()] = [None, Some(0), Some(1), Some(2), Some(3), Some(4), Some(5)];
const STEPS: [u16; 7] = [1, 2, 4, 8, 16, 32, 64];
const FLOWS: [FlowKind; 2] = [FlowKind::Rectified, FlowKind::Reflowed];
const PRECISIONS: [Precision; 3] = [Precision::Bf16, Precision::F32, Precision::F64];
const SECONDS: [Second; 5] = [Second::Forward, Second::Backward, Second::Pairwise, Second::InF64, Second::InBf16];

/// The frames from noise to shape, whatever the number of steps: 1.6 s at 30 a second.
const FRAMES: u16 = 48;

/// Steps a frame to the pairs of a reflow, which take 1.1 s.
const PAIRING: u16 = 2;

/// Steps of a call that goes on as far as a call may: 2 ms at 0.23 ms for each.
const AT_ONCE: u16 = 8;

impl Models {
    /// Two moons in 32 steps, added in `f32` one by one and as a tree.
    #[must_use]
    pub(crate) fn new() -> Self {
        let (flow, precision, second) = (FlowKind::Rectified, Precision::F32, Second::Pairwise);
        Self::set(Shape::TwoMoons, 32, flow, precision, second)
    }

    fn set(shape: Shape, steps: u16, flow: FlowKind, precision: Precision, second: Second) -> Self {
        let first = Summation { order: SummationOrder::Forward, precision };
        let sums = [first, second.after(first)];
        let travel = Travel::new(TravelSetting { shape, steps, reflowed: flow == FlowKind::Reflowed, sums });
        Self { shape, steps, flow, precision, second, travel, bet: None, frame: 0, running: false }
    }

    /// Whether a lettered point has gone two ways.
    fn has_parted(&self, letter: usize) -> bool {
        let point = LETTERED.get(letter).and_then(|point| self.travel.twins(1.0).nth(*point));
        point.is_some_and(|twin| twin.has_parted())
    }

    /// What the end of a run says: of a point that went two ways, and of the bet; else of how many points differ.
    fn outcome(&self) -> String {
        let same = self.travel.twins(1.0).filter(|twin| twin.agrees).count();
        let Some(parted) = self.travel.parted() else {
            let bet = if self.bet.is_some() { "You lost the bet: no" } else { "No" };
            return match POINTS - same {
                0 => format!("{bet} point went two ways, and both runs agree to the last bit."),
                differ => {
                    let most = bound(&sd(self.travel.gaps().last().map_or(0.0, |gap| gap.largest)));
                    format!("{bet} point went two ways, but {differ} of {POINTS} differ, by {most} at most.")
                }
            };
        };
        let letter = LETTERED.iter().position(|point| *point == parted).and_then(|at| LETTERS.get(at));
        let parted = letter.map_or("a point without a letter".to_owned(), |letter| format!("point {letter}"));
        let bet = match self.bet {
            None => "From one seed",
            Some(letter) if self.has_parted(letter) => "You won the bet",
            Some(_) => "You lost the bet",
        };
        let joint = if self.bet.is_some() { ":" } else { "" };
        format!("{bet}{joint} {parted} went two ways. How sums are added is part of the result.")
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
            Self::Backward => Summation { order: SummationOrder::Backward, ..first },
            Self::Pairwise => Summation { order: SummationOrder::Pairwise, ..first },
            Self::InF64 => Summation { precision: Precision::F64, ..first },
            Self::InBf16 => Summation { precision: Precision::Bf16, ..first },
        }
    }
}

impl fmt::Display for FlowKind {
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
            Self::InBf16 => "forward in bf16",
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
        match self.bet.and_then(|letter| LETTERS.get(letter)) {
            _ if self.has_ended() => self.outcome().into(),
            None => "Both runs begin with the same bits. Which lettered point will go two ways? Bet on one.".into(),
            Some(letter) => {
                format!("You bet that point {letter} will go two ways, though both runs begin with the same bits.")
                    .into()
            }
        }
    }

    fn basis(&self) -> String {
        format!(
            "After Liu, Gong and Liu,\u{a0}2022 (arXiv:2209.03003), whose measure S says how far paths bend: {POINTS} \
             points, {TARGETS} targets, pairs and S by {FINE}\u{a0}steps, seed {SEED}, chosen for a point that f32 \
             takes apart; sd is that of the noise."
        )
    }

    fn parameters(&self) -> Vec<Parameter> {
        let bet = self.bet.and_then(|letter| LETTERS.get(letter)).unwrap_or(&"none");
        vec![
            parameter("bet", (*bet).to_owned(), &BETS, self.bet),
            parameter("second run", self.second.to_string(), &SECONDS, self.second),
            parameter("sums in", self.precision.to_string(), &PRECISIONS, self.precision),
            parameter("Euler steps", self.steps.to_string(), &STEPS, self.steps),
            parameter("flow", self.flow.to_string(), &FLOWS, self.flow),
            parameter("shape", self.shape.name().into(), &Shape::ALL, self.shape),
        ]
    }

    fn change(&mut self, parameter: usize, change: Change) {
        let Self { mut shape, mut steps, mut flow, mut precision, mut second, mut bet, .. } = *self;
        match parameter {
            0 => bet = change.applied(bet, &BETS),
            1 => second = change.applied(second, &SECONDS),
            2 => precision = change.applied(precision, &PRECISIONS),
            3 => steps = change.applied(steps, &STEPS),
            4 => flow = change.applied(flow, &FLOWS),
            5 => shape = change.applied(shape, &Shape::ALL),
            _ => {}
        }
        let before = (self.shape, self.steps, self.flow, self.precision, self.second, self.bet);
        if (shape, steps, flow, precision, second, bet) != before {
            // A bet is made before the run.
            let running = bet == self.bet;
            *self = Self { bet, running, ..Self::set(shape, steps, flow, precision, second) };
        }
    }

    fn figures(&self) -> Vec<Figure> {
        let travel = &self.travel;
        let figure = |label, value: String| Figure { label, value };
        let gap = travel.gaps().last().map_or(0.0, |gap| gap.largest);
        let parted = travel.first_difference();
        let time = |step: usize| step as f32 / f32::from(travel.steps());
        let count = |which: fn(&Twin) -> bool| format!("{} of {POINTS}", travel.twins(1.0).filter(which).count());
        vec![
            figure("went two ways", count(Twin::has_parted)),
            figure("largest gap", sd(gap)),
            figure("off the shape", format!("{:.3} sd", travel.off_shape())),
            figure("path bend", format!("{:.3}", straightness(self.shape, self.flow == FlowKind::Reflowed))),
            figure("same to the bit", count(|twin| twin.agrees)),
            figure("first difference", parted.map_or("none".into(), |step| format!("t = {:.2}", time(step)))),
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
        let start = Self::set(self.shape, self.steps, self.flow, self.precision, self.second);
        *self = Self { bet: self.bet, ..start };
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

    fn prepare(&self) {
        let _ = Shape::ALL.map(|shape| straightness(shape, false));
    }
}

fn parameter<T: PartialEq>(label: &'static str, value: String, all: &[T], one: T) -> Parameter {
    Parameter::at(label, value, place(all, one), all.len())
}

fn ulps(gap: f64) -> String {
    match gap {
        0.0 => "0 ulp".to_owned(),
        ..10.0 => format!("{gap:.1} ulp"),
        ..10_000.0 => format!("{gap:.0} ulp"),
        _ => format!("{gap:.1e} ulp"),
    }
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
