//! The clocks of one session: when something is due. It decides nothing else, and reads the time only when it is told
//! that something happened.

use std::time::Duration;

use tokio::time::Instant;

use super::Ending;
use crate::app::FRAME_RATE;

/// A visitor who types nothing for this long is told that the line will be hung up.
const WARNING: Duration = Duration::from_secs(9 * 60);
/// And for this long, is hung up.
const IDLE: Duration = Duration::from_secs(10 * 60);
/// No session is longer, whatever is typed: an hour is more than the card takes to read.
const LONGEST: Duration = Duration::from_secs(60 * 60);
/// After an ESC that nothing follows for this long it was the Esc key.
const ESCAPE: Duration = Duration::from_millis(50);
/// Between two layouts of a window that is being dragged: ten a second follow the hand.
const LAYOUT: Duration = Duration::from_millis(100);

/// The clocks.
#[derive(Debug)]
pub(super) struct Clock {
    started: Instant,
    /// How long a visitor may take nothing of what waits.
    patience: Duration,
    /// The visitor's last key, click or paste.
    input: Instant,
    warned: bool,
    /// When the Esc key is known to be one.
    escape: Option<Instant>,
    /// When the last frame was drawn, and the last layout for a new size made.
    frame: Instant,
    layout: Instant,
    /// When the terminal was last asked something.
    question: Instant,
    /// When the visitor last took a part of what waits.
    progress: Instant,
}

impl Clock {
    pub(super) fn start(now: Instant, patience: Duration) -> Self {
        // The first frame and the first layout are due at once.
        let past = now.checked_sub(LAYOUT).unwrap_or(now);
        Self {
            started: now,
            patience,
            input: now,
            warned: false,
            escape: None,
            frame: past,
            layout: past,
            question: past,
            progress: now,
        }
    }

    /// The time since the visitor arrived.
    pub(super) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    pub(super) fn visitor_was_here(&mut self) {
        self.input = Instant::now();
        self.warned = false;
    }

    pub(super) fn pending_escape(&mut self, pending: bool) {
        self.escape = pending.then(|| Instant::now() + ESCAPE);
    }

    pub(super) fn drew(&mut self, now: Instant) {
        self.frame = now;
        self.progress = now;
    }

    pub(super) fn asked(&mut self, now: Instant) {
        self.question = now;
    }

    pub(super) fn laid_out(&mut self, now: Instant) {
        self.layout = now;
    }

    pub(super) fn progressed(&mut self) {
        self.progress = Instant::now();
    }

    /// When the terminal was last asked something.
    pub(super) fn asked_at(&self) -> Instant {
        self.question
    }

    pub(super) fn escape_is_due(&self, now: Instant) -> bool {
        self.escape.is_some_and(|escape| now >= escape)
    }

    pub(super) fn frame_is_due(&self, now: Instant) -> bool {
        now >= self.next_frame()
    }

    pub(super) fn layout_is_due(&self, now: Instant) -> bool {
        now >= self.next_layout()
    }

    /// Whether to warn the visitor; true once.
    pub(super) fn warning_is_due(&mut self, now: Instant) -> bool {
        let due = !self.warned && now >= self.input + WARNING;
        self.warned |= due;
        due
    }

    /// Whether time has ended the session.
    pub(super) fn ending(&self, now: Instant) -> Option<Ending> {
        if now >= self.started + LONGEST {
            Some(Ending::Overlong)
        } else if now >= self.input + IDLE {
            Some(Ending::Idle)
        } else {
            None
        }
    }

    /// Whether the visitor has stopped reading, where something waits.
    pub(super) fn is_stalled(&self, now: Instant) -> bool {
        now >= self.progress + self.patience
    }

    pub(super) fn next_frame(&self) -> Instant {
        self.frame + Duration::from_secs(1) / FRAME_RATE
    }

    pub(super) fn next_layout(&self) -> Instant {
        self.layout + LAYOUT
    }

    /// When one of the clocks rings next; `waiting` says whether output waits for the visitor.
    pub(super) fn next(&self, waiting: bool) -> Instant {
        let idle = self.input + if self.warned { IDLE } else { WARNING };
        let stalled = waiting.then(|| self.progress + self.patience);
        [self.escape, stalled].into_iter().flatten().fold(idle.min(self.started + LONGEST), Instant::min)
    }
}
