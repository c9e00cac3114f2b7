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
/// Between two frames of what moves, or of a flood of input.
const FRAME: Duration = Duration::from_nanos(1_000_000_000 / FRAME_RATE as u64);
/// Input that comes more often than once in this time is a flood, and is drawn once in [`FRAME`]. No key repeats more
/// often than 77 times a second. A frame and its key take a core 0.27 ms, so this much of the time of one, 2.7 %, is
/// the most that a visitor takes by typing as fast as is answered at once; by typing faster, 0.8 % and what SSH takes
/// of it.
const INPUT: Duration = Duration::from_millis(10);
/// So much input may come at once and is no flood: what a line that held it back for a quarter of a second brings of a
/// key that repeats.
const AT_ONCE: u32 = 20;

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
    /// When the last frame was drawn, time last went on for what moves, and the last layout for a new size was made.
    frame: Instant,
    tick: Instant,
    layout: Instant,
    /// A meter of input: when it is empty. All that arrives fills it by [`INPUT`], and with more than [`AT_ONCE`] in it
    /// there is a flood.
    meter: Instant,
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
            tick: now,
            layout: past,
            meter: now,
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

    /// Something arrived. A flood is over when nothing more has come for as long as [`AT_ONCE`] takes.
    pub(super) fn arrived(&mut self, now: Instant) {
        self.meter = (self.meter.max(now) + INPUT).min(now + 2 * AT_ONCE * INPUT);
    }

    pub(super) fn ticked(&mut self, now: Instant) {
        self.tick = now;
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
        self.frame + FRAME
    }

    pub(super) fn next_tick(&self) -> Instant {
        self.tick + FRAME
    }

    /// When what arrived is drawn: at once, and in a flood when the next frame is due or the flood is over.
    pub(super) fn next_answer(&self, now: Instant) -> Instant {
        let over = now + self.meter.saturating_duration_since(now).saturating_sub(AT_ONCE * INPUT);
        over.min(self.next_frame())
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
