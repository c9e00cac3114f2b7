//! A session that is driven by hand: its visitor takes everything at once.

use std::time::Duration;

use bytes::Bytes;
use sshcard::session::{Event, Session, SessionOptions};

/// A session, and its time.
pub(crate) struct Driven {
    /// The session.
    pub(crate) session: Session,
    /// Since it began.
    pub(crate) now: Duration,
}

impl Driven {
    /// Begins a session.
    #[must_use]
    pub(crate) fn new(opening: SessionOptions) -> Self {
        Self { session: Session::new(opening), now: Duration::ZERO }
    }

    /// Lets something happen now.
    pub(crate) fn handle(&mut self, event: Event) {
        self.session.handle(self.now, event);
    }

    /// Lets time pass, with all that is due in it. Each piece that is sent is given to `taken`, which says what the
    /// visitor's terminal replies.
    pub(crate) fn wait(&mut self, time: Duration, mut taken: impl FnMut(&[u8]) -> Bytes) {
        let until = self.now + time;
        while self.session.ending().is_none() {
            let waiting = self.session.output();
            if !waiting.is_empty() {
                let (length, reply) = (waiting.len(), taken(waiting));
                self.session.wrote(self.now, length);
                if !reply.is_empty() && self.session.accepts_input() {
                    self.handle(Event::Input(reply));
                }
            } else if self.session.deadline() <= until {
                self.now = self.now.max(self.session.deadline());
                self.handle(Event::Tick { unacknowledged: 0 });
            } else {
                break;
            }
        }
        self.now = until;
    }
}
