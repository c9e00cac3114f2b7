//! A line through what was measured.

use std::fmt;

/// What a quantity did over time: its median at the beginning and at the end, its largest value, and how fast it grew.
pub(crate) struct Trend {
    first: f64,
    last: f64,
    most: f64,
    /// Of the line of least squares, for an hour.
    slope: f64,
}

impl Trend {
    /// Of pairs of seconds and a value. The beginning and the end are a sixth of them each.
    pub(crate) fn of(curve: &[(f64, f64)]) -> Self {
        let n = curve.len().max(1) as f64;
        let sum = |of: &dyn Fn(&(f64, f64)) -> f64| curve.iter().map(of).sum::<f64>();
        let (time, value) = (sum(&|(time, _)| *time) / n, sum(&|(_, value)| *value) / n);
        let spread = sum(&|(t, _)| (t - time).powi(2));
        let together = sum(&|(t, v)| (t - time) * (v - value));
        let sixth = curve.len().div_ceil(6);
        let values: Vec<_> = curve.iter().map(|(_, value)| *value).collect();
        Self {
            first: median(values.iter().take(sixth)),
            last: median(values.iter().rev().take(sixth)),
            most: values.iter().copied().fold(f64::NAN, f64::max),
            slope: 3600.0 * together / spread,
        }
    }
}

fn median<'a>(values: impl Iterator<Item = &'a f64>) -> f64 {
    let mut values: Vec<_> = values.copied().collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

impl fmt::Display for Trend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { first, last, most, slope } = self;
        write!(f, "median {first:.1} at first, {last:.1} at last, at most {most:.1}; slope {slope:+.2} an hour, in")
    }
}
