//! The timeouts of one session as deadlines, computed from the times of its events. All times are counted from the
//! session's beginning.

use std::{
    ops::ControlFlow::{Break, Continue},
    time::Duration,
};

use super::ending::{Ending, Flow};

/// A visitor who types nothing for this long is told that the line will be hung up.
const WARNING: Duration = Duration::from_secs(9 * 60);
/// And for this long, is hung up.
const IDLE: Duration = Duration::from_secs(10 * 60);
/// No session is longer, whatever is typed: an hour is more than the card takes to read.
const LONGEST: Duration = Duration::from_secs(60 * 60);
/// After an ESC that nothing follows for this long it was the Esc key.
const ESCAPE: Duration = Duration::from_millis(50);
/// Input that comes more often than once in this time is a flood, and is drawn 30 times a second. No key repeats more
/// often than 77 times a second. A frame and its key take a core 0.27 ms, so this much of the time of one, 2.7 %, is
/// the most that a visitor takes by typing as fast as is answered at once; by typing faster, 0.8 % and what SSH takes
/// of it.
const INPUT: Duration = Duration::from_millis(10);
/// So much input may come at once and is no flood: what a line that held it back for a quarter of a second brings of a
/// key that repeats.
const AT_ONCE: u32 = 20;

/// What ends a session by time, what the Esc key waits for, and what is a flood of input.
#[derive(Debug)]
pub(super) struct Clock {
    /// How long the visitor may take nothing of the output that waits.
    write_timeout: Duration,
    /// The visitor's last key, click or paste.
    input: Duration,
    warned: bool,
    /// When the Esc key is known to be one.
    escape: Option<Duration>,
    /// When the visitor last took a part of the output, or got some to take.
    progress: Duration,
    /// A meter of input: when it is empty. What is decoded at a turn fills it by [`INPUT`], and with more than
    /// [`AT_ONCE`] in it there is a flood.
    meter: Duration,
}

impl Clock {
    pub(super) fn new(write_timeout: Duration) -> Self {
        let zero = Duration::ZERO;
        Self { write_timeout, input: zero, warned: false, escape: None, progress: zero, meter: zero }
    }

    /// A key, a click, a paste or a reply arrived, or a few together. A flood is over when nothing more has come for as
    /// long as [`AT_ONCE`] takes.
    pub(super) fn arrived(&mut self, now: Duration) {
        self.meter = (self.meter.max(now) + INPUT).min(now + 2 * AT_ONCE * INPUT);
    }

    /// When the flood of input ends, unless more arrives; a time that is past where there is none.
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

    /// Whether to warn the visitor; true once.
    pub(super) fn warning_is_due(&mut self, now: Duration) -> bool {
        let due = !self.warned && now >= self.input + WARNING;
        self.warned |= due;
        due
    }

    /// Ends the session where it is time to; `waiting` says whether output waits.
    pub(super) fn check(&self, now: Duration, waiting: bool) -> Flow {
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

    /// When something of this is due next; `waiting` says whether output waits.
    pub(super) fn deadline(&self, waiting: bool) -> Duration {
        let idle = self.input + if self.warned { IDLE } else { WARNING };
        let stalled = waiting.then(|| self.progress + self.write_timeout);
        [self.escape, stalled].into_iter().flatten().fold(idle.min(LONGEST), Duration::min)
    }
}
