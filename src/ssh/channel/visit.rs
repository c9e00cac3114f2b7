//! What is told of the sessions of a connection: counts, and the two lines that the log has of a visit. They tell what
//! was shown, for how long, why it ended and roughly where the visitor was; nothing that the visitor's client said.

use std::{
    mem,
    net::IpAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::time::Instant;

use crate::ssh::{
    Shared,
    log::{Summary, VisitId, VisitLog},
    records::{Kind, Records, SessionEnd},
};

/// Connections are numbered when their first session begins, so that the two lines of one can be found.
static CONNECTIONS: AtomicU64 = AtomicU64::new(1);

/// The sessions of one connection. It is shared by the connection and by those of its channels that run something; when
/// the last of them lets go of it, the visit has ended.
pub(in crate::ssh) struct Visit {
    records: Arc<Records>,
    log: Arc<VisitLog>,
    peer: IpAddr,
    /// `None` until the first session begins.
    sessions: Mutex<Option<Sessions>>,
}

struct Sessions {
    id: VisitId,
    /// Whether the log has a line of the beginning.
    told: bool,
    begin: Instant,
    /// When the last session ended.
    end: Instant,
    summary: Summary,
}

impl Visit {
    /// A connection from `peer`, on which nothing has run yet.
    pub(in crate::ssh) fn new(shared: &Shared, peer: IpAddr) -> Arc<Self> {
        let (records, log) = (Arc::clone(&shared.records), Arc::clone(&shared.log));
        Arc::new(Self { records, log, peer, sessions: Mutex::new(None) })
    }

    /// A session begins.
    pub(super) fn session(self: &Arc<Self>, what: Kind) -> SessionGuard {
        self.records.sessions.one(what);
        let mut sessions = self.sessions();
        sessions.get_or_insert_with(|| self.first(what)).summary.what.add(what, 1);
        drop(sessions);
        SessionGuard { visit: Arc::clone(self), end: None }
    }

    /// The first session begins.
    fn first(&self, what: Kind) -> Sessions {
        let now = Instant::now();
        let id = VisitId { connection: CONNECTIONS.fetch_add(1, Ordering::Relaxed), peer: self.peer };
        let told = self.log.begins(id, what, now.into_std());
        Sessions { id, told, begin: now, end: now, summary: Summary { visits: 1, ..Summary::default() } }
    }

    fn session_ended(&self, why: SessionEnd) {
        if let Some(sessions) = self.sessions().as_mut() {
            sessions.end = Instant::now();
            sessions.summary.why.add(why, 1);
        }
    }

    /// The sessions. A panic cannot leave them half changed, since nothing between two changes can panic.
    fn sessions(&self) -> MutexGuard<'_, Option<Sessions>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        let sessions = self.sessions.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(Sessions { id, told, begin, end, summary }) = mem::take(sessions) {
            self.log.ends(id, told, &summary, end - begin);
        }
    }
}

/// A session that has begun. When it is dropped it has ended, and is counted so: a session that a panic ends is never
/// taken for one that is still there.
pub(super) struct SessionGuard {
    visit: Arc<Visit>,
    end: Option<SessionEnd>,
}

impl SessionGuard {
    pub(super) fn end(mut self, why: SessionEnd) {
        self.end = Some(why);
    }
}

impl Drop for SessionGuard {
    fn drop(&mut self) {
        let records = &self.visit.records;
        let why = if let Some(why) = self.end {
            records.session_ended(why);
            why
        } else {
            // The panic is counted by who catches it.
            records.sessions_ended.one(SessionEnd::Failed);
            SessionEnd::Failed
        };
        self.visit.session_ended(why);
    }
}
