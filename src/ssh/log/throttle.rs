//! A bound for lines of one kind, and the sum of what is beyond it.
//!
//! Pure: time is an argument.

use std::{
    fmt, mem,
    time::{Duration, Instant},
};

use crate::ssh::rate::Rate;

/// Lines that may be written at a rate; what happens beyond that is added up in `S`, which is a number by default.
#[derive(Debug)]
pub struct LogThrottle<S = u64> {
    rate: Rate,
    /// When as much as the rate permits at once is permitted again; `None` before the first line.
    full: Option<Instant>,
    /// What was not told.
    pub(super) untold: S,
}

impl LogThrottle {
    /// Permits one line in this time.
    #[must_use]
    pub fn every(every: Duration) -> Self {
        Self::new(Rate { burst: 1, every })
    }

    /// The event happens `now`: the number of events since the last line, if this one may be logged.
    pub fn may_log(&mut self, now: Instant) -> Option<u64> {
        if self.may_tell(now) {
            return Some(self.take());
        }
        self.untold = self.untold.saturating_add(1);
        None
    }
}

impl<S: Default> LogThrottle<S> {
    pub(super) fn new(rate: Rate) -> Self {
        Self { rate, full: None, untold: S::default() }
    }

    /// Whether what happens `now` may be told.
    pub(super) fn may_tell(&mut self, now: Instant) -> bool {
        let after = self.rate.take(self.full.unwrap_or(now), now);
        self.full = after.or(self.full);
        after.is_some()
    }

    /// Takes what was not told, which is told now.
    pub(super) fn take(&mut self) -> S {
        mem::take(&mut self.untold)
    }
}

/// How often each member of a closed set was counted, by its name: a word in lower case. Shown as `text*15,page`, in
/// the order in which each was counted last: the last word is what happened last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::ssh) struct Counts<T>(Vec<(T, u64)>);

impl<T> Default for Counts<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Copy + PartialEq> Counts<T> {
    /// Counts so many more of this member.
    pub(in crate::ssh) fn add(&mut self, what: T, more: u64) {
        let counted = self.0.iter().position(|(counted, _)| *counted == what);
        let before = counted.map_or(0, |at| self.0.remove(at).1);
        self.0.push((what, before.saturating_add(more)));
    }

    /// Counts what others have counted.
    pub(in crate::ssh) fn add_all(&mut self, others: &Self) {
        for (what, count) in &others.0 {
            self.add(*what, *count);
        }
    }

    /// All counts together.
    pub(in crate::ssh) fn total(&self) -> u64 {
        self.0.iter().fold(0, |sum, (_, count)| sum.saturating_add(*count))
    }

    /// How often this member was counted.
    #[cfg(test)]
    pub(in crate::ssh) fn of(&self, what: T) -> u64 {
        self.0.iter().find(|(counted, _)| *counted == what).map_or(0, |(_, count)| *count)
    }

    pub(in crate::ssh) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: Copy + Into<&'static str>> fmt::Display for Counts<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, (what, count)) in self.0.iter().enumerate() {
            let comma = if n == 0 { "" } else { "," };
            let name: &str = (*what).into();
            match count {
                1 => write!(f, "{comma}{name}")?,
                _ => write!(f, "{comma}{name}*{count}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_is_permitted_in_a_while_and_the_rest_is_counted() {
        let (begin, second) = (Instant::now(), Duration::from_secs(1));
        let mut throttle = LogThrottle::every(second);
        assert_eq!([begin; 3].map(|now| throttle.may_log(now)), [Some(0), None, None]);
        assert_eq!([begin + second; 2].map(|now| throttle.may_log(now)), [Some(2), None]);
    }
}
