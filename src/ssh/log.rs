//! Log lines about visits and refused clients. Their number is bounded, however many clients come.
//!
//! A visit has two lines, whatever runs on its connection, and only a limited number of visits have lines of their own
//! (`VISITS`). The first refusal is logged at once, and then one a minute (`REFUSALS`). Everything else is counted, and
//! the counts are logged in one line, a minute after the first of them (`SUMMARY`) and when the server stops. A line
//! has only words of ours, counts, and a network, so its length is bounded too.

use std::{
    convert::Infallible,
    fmt::{self, Display},
    mem,
    net::IpAddr,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use tokio::{sync::Notify, time::sleep};

use super::{
    admission::shortened,
    metrics::SessionKind,
    rate::{Bucket, Rate},
};

/// The rate of visits with two lines of their own: thirty at once, then one in two seconds. That is 60 lines a minute,
/// and more visits a day (43,200) than a card has that is not flooded.
const VISITS: Rate = Rate { burst: 30, every: Duration::from_secs(2) };

/// The rate of log lines about refusals. A client needs one packet for a refusal, so there can be tens of thousands a
/// second.
const REFUSALS: Rate = Rate { burst: 1, every: SUMMARY };

/// How long events are counted before their counts are logged.
const SUMMARY: Duration = Duration::from_secs(60);

/// A rate limit for lines of one kind: one line in each interval, with the number of events since the last.
#[derive(Debug)]
pub struct LogThrottle {
    bucket: Bucket,
    untold: u64,
}

impl LogThrottle {
    /// Permits one line in this time.
    #[must_use]
    pub fn every(every: Duration) -> Self {
        Self { bucket: Bucket::new(Rate { burst: 1, every }), untold: 0 }
    }

    /// Counts an event at `now`; if it may be logged, returns the number of events since the last line.
    pub fn may_log(&mut self, now: Instant) -> Option<u64> {
        if self.bucket.take(now) {
            return Some(mem::take(&mut self.untold));
        }
        self.untold = self.untold.saturating_add(1);
        None
    }
}

/// How often each member of a closed set was counted, by its name: a word in lower case. Shown as `text*15,page`, in
/// the order in which each was counted last: the last word is what happened last.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Counts(Vec<(&'static str, u64)>);

impl Counts {
    pub(super) fn add(&mut self, member: impl Into<&'static str>, more: u64) {
        let name = member.into();
        let counted = self.0.iter().position(|(counted, _)| *counted == name);
        let before = counted.map_or(0, |at| self.0.remove(at).1);
        self.0.push((name, before.saturating_add(more)));
    }

    fn add_all(&mut self, others: &Self) {
        for (name, count) in &others.0 {
            self.add(*name, *count);
        }
    }

    fn total(&self) -> u64 {
        self.0.iter().fold(0, |sum, (_, count)| sum.saturating_add(*count))
    }
}

impl Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, (name, count)) in self.0.iter().enumerate() {
            let comma = if n == 0 { "" } else { "," };
            match count {
                1 => write!(f, "{comma}{name}")?,
                _ => write!(f, "{comma}{name}*{count}")?,
            }
        }
        Ok(())
    }
}

/// The sessions of one connection, or of many.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct LogSummary {
    /// Connections on which a session ran.
    pub(super) visits: u64,
    /// Sessions that began, by what was shown.
    pub(super) what: Counts,
    pub(super) why: Counts,
}

impl LogSummary {
    fn add(&mut self, other: &Self) {
        self.visits += other.visits;
        self.what.add_all(&other.what);
        self.why.add_all(&other.why);
    }
}

/// The log lines about visits and refusals.
#[derive(Debug)]
pub(super) struct VisitLog {
    budget: Mutex<Budget>,
    /// Notified when there are counts to log.
    untold: Notify,
}

/// The rate limits of single lines, and the counts of everything that had no line.
#[derive(Debug)]
struct Budget {
    visits: Bucket,
    ended: LogSummary,
    refusals: Bucket,
    refused: Counts,
}

impl Budget {
    fn new() -> Self {
        let (visits, refusals) = (Bucket::new(VISITS), Bucket::new(REFUSALS));
        Self { visits, ended: LogSummary::default(), refusals, refused: Counts::default() }
    }

    /// Counts a refusal; returns the counts to log now.
    fn not_let_in(&mut self, reason: &'static str, now: Instant) -> Option<Counts> {
        self.refused.add(reason, 1);
        self.refusals.take(now).then(|| mem::take(&mut self.refused))
    }
}

impl VisitLog {
    pub(super) fn new() -> Self {
        Self { budget: Mutex::new(Budget::new()), untold: Notify::new() }
    }

    /// Logs the first session on the connection of this number; returns whether the visit has lines of its own.
    pub(super) fn begins(&self, connection: u64, peer: IpAddr, kind: SessionKind, now: Instant) -> bool {
        let tells = self.budget.lock().visits.take(now);
        if tells {
            tracing::info!(connection, from = shortened(peer), what = <&str>::from(kind), "a visit begins");
        }
        tells
    }

    /// Logs the end of a visit with lines of its own.
    pub(super) fn ends(connection: u64, peer: IpAddr, LogSummary { what, why, .. }: &LogSummary, lasted: Duration) {
        let (from, sessions, seconds) = (shortened(peer), what.total(), lasted.as_secs());
        let (what, why) = (what.to_string(), why.to_string());
        tracing::info!(connection, from, what, sessions, seconds, why, "a visit ends");
    }

    /// Counts the end of a visit without lines of its own.
    pub(super) fn count(&self, visit: &LogSummary) {
        self.budget.lock().ended.add(visit);
        self.untold.notify_one();
    }

    /// Logs or counts a refusal for the reason of this name; `why` explains it.
    pub(super) fn not_let_in(&self, peer: IpAddr, reason: &'static str, why: impl Display, now: Instant) {
        let refused = self.budget.lock().not_let_in(reason, now);
        match refused {
            Some(refused) => {
                let (from, refused) = (shortened(peer), refused.to_string());
                tracing::warn!(from, %why, refused, "a connection was refused");
            }
            None => self.untold.notify_one(),
        }
    }

    /// Logs the counts of everything that had no line.
    pub(super) fn sum_up(&self) {
        let mut budget = self.budget.lock();
        let (LogSummary { visits, what, why }, refused) =
            (mem::take(&mut budget.ended), mem::take(&mut budget.refused));
        drop(budget);
        if visits > 0 {
            let (what, sessions, why) = (what.to_string(), what.total(), why.to_string());
            tracing::info!(visits, what, sessions, why, "more visits ended than are told one by one");
        }
        if refused != Counts::default() {
            tracing::warn!(refused = refused.to_string(), "more connections were refused");
        }
    }

    /// Logs the counts a minute after the first of them, forever.
    pub(super) async fn sum_up_in_time(&self) -> Infallible {
        loop {
            self.untold.notified().await;
            sleep(SUMMARY).await;
            self.sum_up();
        }
    }
}

#[cfg(test)]
mod tests;
