//! Beat Quake: one over the square root with the constant of the bit trick in the visitor's hands, a dial for each of
//! its hexadecimal digits. The error over \[1, 4) after one Newton step follows at once.
//!
//! The formula is that of the source of Quake III Arena (1999): `y = from_bits(constant − (bits(x) >> 1))`, then
//! `y ← y (3/2 − x/2 · y²)`. The constants that it is compared with are published: their sources stand at
//! [`Constant`].

mod view;

use std::{borrow::Cow, sync::OnceLock};

use crate::{
    exhibit::{Change, Exhibit, Figure, Parameter, Score},
    numerics::{Constant, DIALLED, Method, bit_trick, relative_error, worst_error},
};

/// Where the dials stand at first: the sign and the exponent are right, every other digit is to be found.
const START: u32 = 0x5f00_0000;

/// The dials: hexadecimal digits of a 32-bit constant.
const DIALS: usize = 8;

/// From this relative error on, the result is told as `far off`.
const FAR_OFF: f64 = 1.0;

/// The exhibit: the constant that is dialled.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Quake {
    constant: u32,
    /// The worst error of `constant`, once it is asked for; infinite where the result is no number.
    worst: OnceLock<f64>,
}

impl Default for Quake {
    fn default() -> Self {
        Self { constant: START, worst: OnceLock::new() }
    }
}

/// The worst relative error over \[1, 4) of a constant after one Newton step.
fn worst(constant: u32) -> f64 {
    let (worst, _) = worst_error(DIALLED, |x| error(constant, x));
    if worst.is_finite() { worst } else { f64::INFINITY }
}

/// The relative error at a positive number: `y √x − 1`; infinite where `y` is no number.
fn error(constant: u32, x: f32) -> f64 {
    let error = relative_error(Constant::Classic.newton(bit_trick(constant, x), x, 1), x);
    if error.is_finite() { error } else { f64::INFINITY }
}

/// The worst error of a published constant after one step, with the coefficients of its authors.
fn published(constant: Constant) -> f64 {
    Method::BitTrick { constant, steps: 1 }.measured().worst
}

impl Quake {
    fn worst(&self) -> f64 {
        *self.worst.get_or_init(|| worst(self.constant))
    }
}

impl Exhibit for Quake {
    fn title(&self) -> &'static str {
        "Beat Quake III"
    }

    fn about(&self) -> &'static str {
        "In\u{a0}1999 a game took one over the square root of millions of numbers each second: it subtracted half of \
         the bits of x from a constant, read the result as a number, and let one step of Newton’s method correct it. \
         All depends on the constant. Turn its digits: the first three say nearly everything, the last ones decide who \
         wins."
    }

    fn notice(&self) -> Cow<'static, str> {
        let (quake, lomont) = (published(Constant::Classic), published(Constant::Lomont));
        match self.worst() {
            far if far >= FAR_OFF => "The result is far off 1/√x. Turn the digits until the curve comes down.".into(),
            far if far > quake * 10.0 => {
                let times = times(far / quake);
                format!("{times}\u{a0}times as far off as Quake\u{a0}III: turn the digits until the curve comes down.")
                    .into()
            }
            // As far off as Quake's constant, to the digits that are shown.
            worst if worst > quake * 1.000_001 && worst < quake * 1.000_05 => {
                "A hair worse than Quake\u{a0}III. Lower is better.".into()
            }
            worst if worst > quake * 1.000_001 => {
                format!("{}\u{a0}times as far off as Quake\u{a0}III. Lower is better.", times(worst / quake)).into()
            }
            worst if worst > quake * 0.999_999 => "Quake\u{a0}III itself. There is a better constant near it.".into(),
            worst if worst > lomont * 1.000_001 => {
                "You beat Quake\u{a0}III. Lomont’s constant of\u{a0}2003 is better by a hair.".into()
            }
            _ => "You beat Quake\u{a0}III, and come as near as Lomont’s constant of\u{a0}2003.".into(),
        }
    }

    fn basis(&self) -> String {
        "Published methods only: Quake\u{a0}III Arena\u{a0}1999, Lomont\u{a0}2003; Kadlec\u{a0}2010 with coefficients \
         of its own."
            .to_owned()
    }

    fn parameters(&self) -> Vec<Parameter> {
        let digits = format!("{:08x}", self.constant);
        let dial = |(label, digit): (&'static str, char)| Parameter {
            label,
            value: digit.to_string(),
            less: digit != '0',
            more: digit != 'f',
        };
        LABELS.into_iter().zip(digits.chars()).map(dial).collect()
    }

    fn dials(&self) -> Option<&'static str> {
        Some("0x")
    }

    /// The first digit that is not right yet.
    fn first(&self) -> usize {
        2
    }

    fn change(&mut self, parameter: usize, change: Change) {
        let Some(place) = (DIALS - 1).checked_sub(parameter) else { return };
        let one = 1_u32 << (4 * place);
        let digit = self.constant / one % 16;
        self.constant = match change {
            Change::Less if digit > 0 => self.constant - one,
            Change::More if digit < 15 => self.constant + one,
            _ => return,
        };
        self.worst = OnceLock::new();
    }

    fn figures(&self) -> Vec<Figure> {
        let [quake, lomont, kadlec] = PUBLISHED.map(published);
        [("yours", self.worst()), ("Quake III 1999", quake), ("Lomont 2003", lomont), ("Kadlec 2010", kadlec)]
            .map(|(label, worst)| Figure { label, value: off(worst) })
            .into()
    }

    fn better_score(&self, best: f64) -> Option<Score> {
        if self.constant == START || self.worst() >= best.min(FAR_OFF) {
            return None;
        }
        let quake = published(Constant::Classic);
        let beats = if self.worst() < quake { "better than Quake III’s" } else { "Quake III’s is" };
        let (constant, off, quake) = (self.constant, off(self.worst()), off(quake));
        let said = format!("Your best 1/√x: {off} off with {constant:#010x}, {beats} {quake}.");
        Some(Score { worst: self.worst(), said })
    }

    fn restart(&mut self) {
        *self = Self::default();
    }

    fn demonstrate(&mut self) {
        *self = Self { constant: Constant::Classic.magic(), worst: OnceLock::new() };
    }

    fn prepare(&self) {
        for constant in PUBLISHED {
            let _ = published(constant);
        }
    }
}

/// What the dialled constant is compared with: that of Quake III, the best one of the same formula, and the best one
/// with coefficients of its own.
const PUBLISHED: [Constant; 3] = [Constant::Classic, Constant::Lomont, Constant::Kadlec];

/// The names of the dials, from the highest digit.
const LABELS: [&str; DIALS] = ["digit 1", "digit 2", "digit 3", "digit 4", "digit 5", "digit 6", "digit 7", "digit 8"];

/// A worst error with the digits that tell the constants apart.
fn off(worst: f64) -> String {
    match worst {
        FAR_OFF.. => "far off".to_owned(),
        // As on the axis, without an exponent.
        0.01.. => format!("{worst:.5}"),
        _ => format!("{worst:.5e}"),
    }
}

/// A factor with two or three digits.
fn times(factor: f64) -> String {
    match factor {
        10.0.. => format!("{factor:.0}"),
        1.1.. => format!("{factor:.1}"),
        _ => format!("{factor:.4}"),
    }
}

#[cfg(test)]
mod tests;
