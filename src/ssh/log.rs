//! What visitors, and strangers who are refused, make the log say: few lines, however many they are.
//!
//! A visit is two lines, whatever runs on its connection, and only so many visits are told in lines of their own
//! (`VISITS`). Of refusals one is told at once, and then one a minute (`REFUSALS`). Everything else is added up and
//! told in one line, a minute after it began (`SUMMARY`) and when the server stops. A line has only words of ours,
//! counts, and a network, so its length is bounded too.

use std::{
    convert::Infallible,
    fmt,
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::{sync::Notify, time::sleep};

use super::{
    admission::{Refusal, shortened},
    ending::{ConnectionEnd, SessionEnd},
    metrics::Kind,
    rate::Rate,
};

mod throttle;

pub(super) use throttle::Counts;
pub use throttle::LogThrottle;

/// How many visits are told in two lines of their own: thirty at once, then one in two seconds. That is 60 lines a
/// minute, and more visits a day (43,200) than a card has that is not flooded.
const VISITS: Rate = Rate { burst: 30, every: Duration::from_secs(2) };

/// How many refusals are told at once: the client needs one packet for each, so there can be tens of thousands a
/// second.
const REFUSALS: Rate = Rate { burst: 1, every: SUMMARY };

/// How long is added up what is not told in lines of its own.
const SUMMARY: Duration = Duration::from_secs(60);

/// The lines of visits and refusals.
#[derive(Debug)]
pub(super) struct VisitLog {
    budget: Mutex<Budget>,
    /// Something is left to be summed up.
    untold: Notify,
}

/// What may be told in lines of its own, and the sum of what was not. Time is an argument.
#[derive(Debug)]
struct Budget {
    visits: LogThrottle<Summary>,
    refusals: LogThrottle<Counts<NotLetIn>>,
}

/// What ran on one connection, or on many.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Summary {
    /// Connections on which a session ran.
    pub(super) visits: u64,
    /// Sessions that began, by what was shown.
    pub(super) what: Counts<Kind>,
    /// Why they ended.
    pub(super) why: Counts<SessionEnd>,
}

/// The ends of connections that count as not let in: there was no room for them, though their handshake had begun.
pub(super) const WITHOUT_ROOM: [ConnectionEnd; 2] = [ConnectionEnd::Full, ConnectionEnd::Displaced];

/// Why a connection is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotLetIn {
    /// It is refused before its handshake.
    Refused(Refusal),
    /// It ends in its handshake or right after it: one of [`WITHOUT_ROOM`].
    Ended(ConnectionEnd),
}

impl From<Refusal> for NotLetIn {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<ConnectionEnd> for NotLetIn {
    fn from(end: ConnectionEnd) -> Self {
        Self::Ended(end)
    }
}

impl From<NotLetIn> for &'static str {
    fn from(why: NotLetIn) -> Self {
        match why {
            NotLetIn::Refused(refusal) => refusal.into(),
            NotLetIn::Ended(end) => end.into(),
        }
    }
}

impl fmt::Display for NotLetIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Ended(end) => f.write_str(end.into()),
        }
    }
}

/// A visit, as its two lines name it.
#[derive(Debug, Clone, Copy)]
pub(super) struct VisitId {
    /// The number of the connection, among those on which a session ran since the process began.
    pub(super) connection: u64,
    pub(super) peer: IpAddr,
}

impl Budget {
    fn new() -> Self {
        Self { visits: LogThrottle::new(VISITS), refusals: LogThrottle::new(REFUSALS) }
    }

    /// A connection is not let in: the counts that are to be told now.
    fn not_let_in(&mut self, why: NotLetIn, now: Instant) -> Option<Counts<NotLetIn>> {
        self.refusals.untold.add(why, 1);
        self.refusals.may_tell(now).then(|| self.refusals.take())
    }

    /// A visit has ended that was not told when it began.
    fn ended(&mut self, visit: &Summary) {
        self.visits.untold.add(visit);
    }

    /// What is left to be summed up.
    fn take(&mut self) -> (Summary, Counts<NotLetIn>) {
        (self.visits.take(), self.refusals.take())
    }
}

impl Summary {
    fn add(&mut self, other: &Self) {
        self.visits += other.visits;
        self.what.add_all(&other.what);
        self.why.add_all(&other.why);
    }
}

impl VisitLog {
    pub(super) fn new() -> Self {
        Self { budget: Mutex::new(Budget::new()), untold: Notify::new() }
    }

    /// The first session of a connection begins. Whether the visit is told in lines of its own: then its end is told
    /// too.
    pub(super) fn begins(&self, visit: VisitId, what: Kind, now: Instant) -> bool {
        let tells = self.budget().visits.may_tell(now);
        if tells {
            let (connection, from) = (visit.connection, shortened(visit.peer));
            tracing::info!(connection, from, what = <&str>::from(what), "a visit begins");
        }
        tells
    }

    /// A connection has ended, and all of its sessions: it was told when it began, or is added up with others.
    pub(super) fn ends(&self, visit: VisitId, was_told: bool, summary: &Summary, lasted: Duration) {
        if !was_told {
            self.budget().ended(summary);
            self.untold.notify_one();
            return;
        }
        let (connection, from) = (visit.connection, shortened(visit.peer));
        let (what, sessions) = (summary.what.to_string(), summary.what.total());
        let (seconds, why) = (lasted.as_secs(), summary.why.to_string());
        tracing::info!(connection, from, what, sessions, seconds, why, "a visit ends");
    }

    /// A connection is not let in.
    pub(super) fn not_let_in(&self, peer: IpAddr, why: NotLetIn, now: Instant) {
        let tells = self.budget().not_let_in(why, now);
        match tells {
            Some(refused) => {
                let (from, refused) = (shortened(peer), refused.to_string());
                tracing::warn!(from, %why, refused, "a connection was refused");
            }
            None => self.untold.notify_one(),
        }
    }

    /// Tells what is left to be summed up.
    pub(super) fn sum_up(&self) {
        let (Summary { visits, what, why }, refused) = self.budget().take();
        if visits > 0 {
            let (what, sessions, why) = (what.to_string(), what.total(), why.to_string());
            tracing::info!(visits, what, sessions, why, "more visits ended than are told one by one");
        }
        if !refused.is_empty() {
            tracing::warn!(refused = refused.to_string(), "more connections were refused");
        }
    }

    /// Sums up what is not told in lines of its own, a minute after the first of it; sleeps as long as there is none.
    pub(super) async fn sum_up_in_time(&self) -> Infallible {
        loop {
            self.untold.notified().await;
            sleep(SUMMARY).await;
            self.sum_up();
        }
    }

    /// The budget. A panic cannot leave it half changed, since nothing between two changes can panic.
    fn budget(&self) -> MutexGuard<'_, Budget> {
        self.budget.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
