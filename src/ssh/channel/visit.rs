//! Records the sessions of a connection for the counters and for the two log lines of a visit. They say what was shown,
//! for how long, why it ended and from which network; nothing that the client sent.

use std::{
    mem,
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use parking_lot::Mutex;
use tokio::time::Instant;

use crate::ssh::{
    ending::SessionEnd,
    log::{LogSummary, VisitLog},
    metrics::{Metrics, SessionKind},
    shared::Shared,
};

/// The next number of a connection. A connection gets its number with its first session, and both log lines have it.
static CONNECTIONS: AtomicU64 = AtomicU64::new(1);

/// The sessions of one connection. The connection and its channels with a program share it; the visit ends when the
/// last of them drops it.
pub(in crate::ssh) struct VisitRecord {
    metrics: Arc<Metrics>,
    log: Arc<VisitLog>,
    peer: IpAddr,
    /// `None` until the first session begins.
    sessions: Mutex<Option<Sessions>>,
}

struct Sessions {
    connection: u64,
    /// Whether the log has a line about the beginning.
    told: bool,
    begin: Instant,
    end: Instant,
    summary: LogSummary,
}

impl VisitRecord {
    /// The record of a connection from `peer`, without sessions yet.
    pub(in crate::ssh) fn new(shared: &Shared, peer: IpAddr) -> Arc<Self> {
        let (metrics, log) = (Arc::clone(&shared.metrics), Arc::clone(&shared.log));
        Arc::new(Self { metrics, log, peer, sessions: Mutex::new(None) })
    }

    pub(in crate::ssh) fn session(self: &Arc<Self>, kind: SessionKind) -> SessionGuard {
        self.metrics.sessions.inc();
        self.metrics.sessions_started.get_or_create(&kind).inc();
        let mut sessions = self.sessions.lock();
        sessions.get_or_insert_with(|| self.first(kind)).summary.what.add(kind, 1);
        drop(sessions);
        SessionGuard { visit: Arc::clone(self), kind, begin: Instant::now(), end: SessionEnd::Failed }
    }

    fn first(&self, kind: SessionKind) -> Sessions {
        let now = Instant::now();
        let connection = CONNECTIONS.fetch_add(1, Ordering::Relaxed);
        let told = self.log.begins(connection, self.peer, kind, now.into_std());
        Sessions { connection, told, begin: now, end: now, summary: LogSummary { visits: 1, ..LogSummary::default() } }
    }

    fn session_ended(&self, end: SessionEnd) {
        if let Some(sessions) = self.sessions.lock().as_mut() {
            sessions.end = Instant::now();
            sessions.summary.why.add(end, 1);
        }
    }
}

impl Drop for VisitRecord {
    fn drop(&mut self) {
        match mem::take(self.sessions.get_mut()) {
            Some(Sessions { connection, told: true, begin, end, summary }) => {
                VisitLog::ends(connection, self.peer, &summary, end - begin);
            }
            Some(sessions) => self.log.count(&sessions.summary),
            None => (),
        }
    }
}

/// Counts the end of a session. If it is dropped without a reason, as by a panic, the end is a failure.
pub struct SessionGuard {
    visit: Arc<VisitRecord>,
    kind: SessionKind,
    begin: Instant,
    end: SessionEnd,
}

impl SessionGuard {
    /// Sets the reason of the end. A failure is a panic of the session.
    pub fn end(mut self, end: SessionEnd) {
        self.end = end;
        if end == SessionEnd::Failed {
            // A panic that drops the guard without a reason is counted where it is caught.
            self.visit.metrics.panics.inc();
        }
    }
}

impl Drop for SessionGuard {
    fn drop(&mut self) {
        let metrics = &self.visit.metrics;
        metrics.sessions.dec();
        metrics.sessions_ended.get_or_create(&self.end).inc();
        metrics.session_duration.get_or_create(&self.kind).observe(self.begin.elapsed().as_secs_f64());
        self.visit.session_ended(self.end);
    }
}
