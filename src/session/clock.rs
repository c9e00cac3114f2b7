//! The timeouts of one session as deadlines, computed from the times of its events. All times are counted from the
//! session's beginning.

use std::{
    ops::ControlFlow::{Break, Continue},
    time::Duration,
};

use super::ending::{Ending, SessionFlow};

/// A visitor who types nothing for this long is warned that the session will end.
const WARNING: Duration = Duration::from_secs(9 * 60);
/// A visitor who types nothing for this long is disconnected.
const IDLE: Duration = Duration::from_secs(10 * 60);
/// The longest session, whatever is typed: an hour is more than it takes to read a card.
const LONGEST: Duration = Duration::from_secs(60 * 60);
/// An ESC that nothing follows for this long is the Esc key.
const ESCAPE: Duration = Duration::from_millis(50);
/// Input that comes more often than once in this time is a flood, which is drawn 30 times a second. Keys repeat at most
/// 77 times a second. A frame and its key take 0.27 ms of a core. So a visitor whose every key is drawn at once takes
/// at most 2.7 % of a core; one who types faster takes 0.8 %, and what SSH takes for the input.
const INPUT: Duration = Duration::from_millis(10);
/// Input that may come at once without being a flood: what a repeating key sends in a quarter of a second, for which a
/// line may delay it.
const AT_ONCE: u32 = 20;

/// The timeouts of a session, the wait for the Esc key, and the meter of floods of input.
#[derive(Debug)]
pub(super) struct Clock {
    /// How long the visitor may take nothing of the waiting output.
    write_timeout: Duration,
    /// When the visitor last pressed a key, clicked or pasted.
    input: Duration,
    warned: bool,
    /// When a pending ESC becomes the Esc key.
    escape: Option<Duration>,
    /// When the visitor last took output, or when output began to wait.
    progress: Duration,
    /// A leaky bucket of input, stored as the time at which it is empty. Each decoding of input fills it by [`INPUT`];
    /// more than [`AT_ONCE`] in it is a flood.
    meter: Duration,
}

impl Clock {
    pub(super) fn new(write_timeout: Duration) -> Self {
        let zero = Duration::ZERO;
        Self { write_timeout, input: zero, warned: false, escape: None, progress: zero, meter: zero }
    }

    /// Counts input that was decoded together. A flood is over when no input has come for
    /// [`AT_ONCE`] times [`INPUT`].
    pub(super) fn arrived(&mut self, now: Duration) {
        self.meter = (self.meter.max(now) + INPUT).min(now + 2 * AT_ONCE * INPUT);
    }

    /// When the flood of input ends if no more arrives; a past time if there is no flood.
    pub(super) fn flood_ends(&self) -> Duration {
        self.meter.saturating_sub(AT_ONCE * INPUT)
    }

    pub(super) fn visitor_was_here(&mut self, now: Duration) {
        self.input = now;
        self.warned = false;
    }

    pub(super) fn pending_escape(&mut self, now: Duration, pending: bool) {
        self.escape = pending.then(|| now + ESCAPE);
    }

    pub(super) fn progressed(&mut self, now: Duration) {
        self.progress = now;
    }

    pub(super) fn escape_is_due(&self, now: Duration) -> bool {
        self.escape.is_some_and(|escape| now >= escape)
    }

    /// Whether to warn the visitor now; true once.
    pub(super) fn warning_is_due(&mut self, now: Duration) -> bool {
        let due = !self.warned && now >= self.input + WARNING;
        self.warned |= due;
        due
    }

    /// Ends the session if a timeout has passed; `waiting` says whether output waits.
    pub(super) fn check(&self, now: Duration, waiting: bool) -> SessionFlow {
        if now >= LONGEST {
            Break(Ending::Overlong)
        } else if now >= self.input + IDLE {
            Break(Ending::Idle)
        } else if waiting && now >= self.progress + self.write_timeout {
            Break(Ending::Stalled)
        } else {
            Continue(())
        }
    }

    /// The next of all these deadlines; `waiting` says whether output waits.
    pub(super) fn deadline(&self, waiting: bool) -> Duration {
        let idle = self.input + if self.warned { IDLE } else { WARNING };
        let stalled = waiting.then(|| self.progress + self.write_timeout);
        [self.escape, stalled].into_iter().flatten().fold(idle.min(LONGEST), Duration::min)
    }
}
