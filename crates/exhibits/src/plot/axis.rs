//! One axis: what it measures, from where to where, and its ticks. It draws nothing.

use crate::{
    arithmetic::{log2, log10},
    exhibit::signed,
};

/// An axis. Positions on it are parts of its length, 0 at its beginning and 1 at its end.
#[derive(Debug, Clone)]
pub(crate) struct Axis {
    scale: Scale,
    from: f64,
    to: f64,
    /// What it measures, with its unit.
    pub(crate) title: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scale {
    Linear,
    /// Linear, for what is counted.
    Whole,
    Log10,
    Log2,
}

impl Axis {
    /// Equal steps for equal differences. `from` and `to` must differ.
    pub(crate) fn linear(from: f64, to: f64, title: &'static str) -> Self {
        Self { scale: Scale::Linear, from, to, title }
    }

    /// Equal steps for equal differences, ticks at whole numbers alone. `from` and `to` must differ.
    pub(crate) fn whole(from: f64, to: f64, title: &'static str) -> Self {
        Self { scale: Scale::Whole, from, to, title }
    }

    /// Equal steps for equal ratios, ticks at powers of ten. `from` and `to` must be positive and differ.
    pub(crate) fn log10(from: f64, to: f64, title: &'static str) -> Self {
        Self { scale: Scale::Log10, from, to, title }
    }

    /// Equal steps for equal ratios, ticks at powers of two. `from` and `to` must be positive and differ.
    pub(crate) fn log2(from: f64, to: f64, title: &'static str) -> Self {
        Self { scale: Scale::Log2, from, to, title }
    }

    /// Where a value lies, beyond 0 to 1 for one beyond the ends; `None` for one that has no place, such as 0 on a
    /// logarithmic axis.
    pub(crate) fn place(&self, value: f64) -> Option<f64> {
        let [from, to, value] = [self.from, self.to, value].map(|value| self.scale.linearized(value));
        let place = (value? - from?) / (to? - from?);
        place.is_finite().then_some(place)
    }

    /// Sets of at most `most` ticks, the densest first: their places and labels.
    pub(crate) fn tick_sets(&self, most: usize) -> Vec<Vec<(f64, String)>> {
        self.choices().filter(|ticks| ticks.len() <= most).collect()
    }

    /// Sets of ticks, the densest first.
    fn choices(&self) -> impl Iterator<Item = Vec<(f64, String)>> {
        let (low, high) = (self.from.min(self.to), self.from.max(self.to));
        let values: Vec<(Vec<f64>, i32)> = match self.scale {
            Scale::Linear | Scale::Whole => {
                let decade = log10((high - low).max(f64::MIN_POSITIVE)).floor() as i32;
                let steps = [(1, -1), (2, -1), (5, -1), (1, 0), (2, 0), (5, 0), (1, 1)];
                let steps = steps.into_iter().map(|(digit, power)| (digit, decade + power));
                steps
                    .filter(|(_, power)| self.scale == Scale::Linear || *power >= 0)
                    .map(|(digit, power)| (multiples(low, high, f64::from(digit), power), power))
                    .collect()
            }
            Scale::Log10 => [1, 2, 3, 4, 6].map(|step| (powers(low, high, 10.0, step), 0)).into(),
            Scale::Log2 => [1, 2, 3, 4, 6].map(|step| (powers(low, high, 2.0, step), 0)).into(),
        };
        let scale = self.scale;
        values.into_iter().map(move |(values, power)| {
            let tick = |value: f64| Some((self.place(value)?, scale.label(value, power)));
            values.into_iter().filter_map(tick).collect()
        })
    }
}

impl Scale {
    fn linearized(self, value: f64) -> Option<f64> {
        match self {
            Self::Linear | Self::Whole => Some(value),
            Self::Log10 | Self::Log2 => (value >= f64::MIN_POSITIVE).then(|| log2(value)),
        }
    }

    /// A tick's label; the step of a linear axis is some units of the power of ten.
    fn label(self, value: f64, power: i32) -> String {
        match self {
            Self::Linear | Self::Whole => {
                // A sum that should be 0 may be -0.
                let value = if value == 0.0 { 0.0 } else { value };
                signed(format!("{value:.*}", usize::try_from(-power).unwrap_or(0)))
            }
            Self::Log10 if !(1e-2..=9.9e3).contains(&value) => format!("{value:.0e}"),
            Self::Log10 | Self::Log2 => {
                let digits = if value < 0.99 { (-log10(value)).ceil() as usize } else { 0 };
                // Halves and quarters need all of their digits.
                let digits = if self == Self::Log2 { (-log2(value)).max(0.0).round() as usize } else { digits };
                format!("{value:.digits$}")
            }
        }
    }
}

/// More ticks than any plot has room for; a visitor's window is at most 400 cells wide.
const MOST: i64 = 400;

/// The multiples of `digit · 10^power` from `low` to `high`; none where there would be too many.
fn multiples(low: f64, high: f64, digit: f64, power: i32) -> Vec<f64> {
    let unit = ten_to(power.abs());
    let step = |n: f64| if power < 0 { n * digit / unit } else { n * digit * unit };
    // A hair's breadth beyond the ends counts as on them.
    let [first, last] = [low / step(1.0) - 1e-9, high / step(1.0) + 1e-9];
    let (first, last) = (first.ceil() as i64, last.floor() as i64);
    if last.saturating_sub(first) > MOST { Vec::new() } else { (first..=last).map(|n| step(n as f64)).collect() }
}

/// The powers of `base` from `low` to `high`, those whose exponent is a multiple of `step`.
fn powers(low: f64, high: f64, base: f64, step: i32) -> Vec<f64> {
    let exponent = |value: f64| log2(value) / log2(base);
    let (first, last) = ((exponent(low) - 1e-9).ceil() as i32, (exponent(high) + 1e-9).floor() as i32);
    let power = |n: i32| {
        let power = (0..n.abs()).fold(1.0, |power, _| power * base);
        if n < 0 { 1.0 / power } else { power }
    };
    (first..=last).filter(|n| n.rem_euclid(step) == 0).map(power).collect()
}

fn ten_to(power: i32) -> f64 {
    (0..power).fold(1.0, |power, _| power * 10.0)
}
