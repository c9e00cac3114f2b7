//! What is told of a session: two counts, and the two lines that the log has of it. They tell what was shown, for how long, why
//! it ended and roughly where the visitor was; nothing that the visitor's client said.

use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::time::Instant;

use crate::ssh::{
    admission::shortened,
    records::{Closed as _, Kind, Records, SessionEnd},
};

/// Sessions are numbered, so that the two lines of one can be found.
static SESSIONS: AtomicU64 = AtomicU64::new(1);

/// A session that has begun. When it is dropped it has ended, and is counted and logged so: a session that a panic ends is
/// never taken for one that is still there.
pub(super) struct Visit {
    records: Arc<Records>,
    session: u64,
    from: String,
    what: Kind,
    begin: Instant,
    end: Option<SessionEnd>,
}

impl Visit {
    pub(super) fn begin(records: &Arc<Records>, peer: IpAddr, what: Kind) -> Self {
        let session = SESSIONS.fetch_add(1, Ordering::Relaxed);
        let from = shortened(peer);
        records.sessions.one(what);
        tracing::info!(session, from, what = what.name(), "a session begins");
        Self { records: Arc::clone(records), session, from, what, begin: Instant::now(), end: None }
    }

    pub(super) fn end(mut self, why: SessionEnd) {
        self.end = Some(why);
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        let why = if let Some(why) = self.end {
            self.records.session_ended(why);
            why
        } else {
            // The panic is counted by who catches it.
            self.records.sessions_ended.one(SessionEnd::Failed);
            SessionEnd::Failed
        };
        let (what, why) = (self.what.name(), why.name());
        let seconds = self.begin.elapsed().as_secs();
        tracing::info!(session = self.session, from = self.from, what, seconds, why, "a session ends");
    }
}
