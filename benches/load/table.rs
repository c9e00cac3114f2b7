//! One table: what was measured, for each server a column.

use std::{
    fmt::{self, Write as _},
    time::Duration,
};

/// A line of one server.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) what: String,
    pub(crate) value: Value,
}

/// What was measured, in the unit in which it is shown.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    /// Sorted.
    Times(Vec<Duration>),
    Milliseconds(f64),
    Kibibytes(f64),
    Megabytes(f64),
    Count(f64),
}

impl Value {
    pub(crate) fn times(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self::Times(times)
    }

    /// The number that is compared: of times, the median, in milliseconds.
    pub(crate) fn number(&self) -> f64 {
        match self {
            Self::Times(times) => milliseconds(times, 0.5),
            Self::Milliseconds(number) | Self::Kibibytes(number) | Self::Megabytes(number) | Self::Count(number) => {
                *number
            }
        }
    }
}

/// A quantile of sorted times, in milliseconds; the nearest rank.
fn milliseconds(sorted: &[Duration], quantile: f64) -> f64 {
    let rank = (quantile * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).map_or(f64::NAN, |time| time.as_secs_f64() * 1e3)
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Times(times) => {
                let [median, p99] = [0.5, 0.99].map(|quantile| milliseconds(times, quantile));
                write!(f, "{median:.2} ms, p99 {p99:.2} ({})", times.len())
            }
            Self::Milliseconds(number) => write!(f, "{number:.3} ms"),
            Self::Kibibytes(number) => write!(f, "{number:.1} KiB"),
            Self::Megabytes(number) => write!(f, "{number:+.1} MB"),
            Self::Count(number) => write!(f, "{number:.0}"),
        }
    }
}

/// A line of the table.
struct Line<'a> {
    what: &'a str,
    values: Vec<Option<&'a Value>>,
    /// The last value against the first.
    ratio: Option<f64>,
}

/// All lines of all servers.
#[derive(Debug)]
pub(crate) struct Table {
    columns: Vec<(&'static str, Vec<Row>)>,
}

impl Table {
    /// The last column is the one that matters; every line of it stands in the table.
    pub(crate) fn of(columns: Vec<(&'static str, Vec<Row>)>) -> Self {
        Self { columns }
    }

    /// The lines: what, the value of each column, and the last against the first.
    fn lines(&self) -> Vec<Line<'_>> {
        let Some((_, last)) = self.columns.last() else { return Vec::new() };
        last.iter().map(|row| self.line(row)).collect()
    }

    fn line<'a>(&'a self, row: &'a Row) -> Line<'a> {
        let of = |rows: &'a Vec<Row>| rows.iter().find(|other| other.what == row.what).map(|row| &row.value);
        let values: Vec<_> = self.columns.iter().map(|(_, rows)| of(rows)).collect();
        let ratio = match values.as_slice() {
            [Some(first), .., Some(last)] => Some(last.number() / first.number()),
            _ => None,
        };
        Line { what: &row.what, values, ratio: ratio.filter(|ratio| ratio.is_finite()) }
    }

    /// As comma-separated values: the number that is compared, and the 99th percentile where there is one.
    pub(crate) fn csv(&self) -> String {
        let mut csv = "what".to_owned();
        for (name, _) in &self.columns {
            let _ = write!(csv, ",{name},{name} p99");
        }
        csv += "\n";
        for Line { what, values, .. } in self.lines() {
            let _ = write!(csv, "\"{what}\"");
            for value in values {
                let p99 = match value {
                    Some(Value::Times(times)) => format!("{:.3}", milliseconds(times, 0.99)),
                    _ => String::new(),
                };
                let number = value.map(|value| format!("{:.3}", value.number())).unwrap_or_default();
                let _ = write!(csv, ",{number},{p99}");
            }
            csv += "\n";
        }
        csv
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "| |")?;
        for (name, _) in &self.columns {
            write!(f, " {name} |")?;
        }
        writeln!(f, " ratio |\n|---|{}", "---|".repeat(self.columns.len() + 1))?;
        for Line { what, values, ratio } in self.lines() {
            write!(f, "| {what} |")?;
            for value in values {
                write!(f, " {} |", value.map(ToString::to_string).unwrap_or_default())?;
            }
            writeln!(f, " {} |", ratio.map(|ratio| format!("{ratio:.2}")).unwrap_or_default())?;
        }
        Ok(())
    }
}
