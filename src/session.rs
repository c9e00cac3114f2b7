//! A session: one visitor's running card, as a state machine. It takes events and times, and gives bytes and a
//! deadline. It does no I/O, reads no clock and never waits; a driver does that (`driver.rs` for SSH, the web page and
//! this terminal; tests and the fuzzer by hand).
//!
//! A driver calls [`Session::handle`] with each event, among them [`Event::Tick`] whenever [`Session::deadline`] has
//! come, writes [`Session::output`] and reports how much of it was written ([`Session::wrote`]), until
//! [`Session::ending`] is `Some`. Events other than ticks only change state; the next tick draws the result. A driver
//! that hands over all events that are ready before it ticks gets all of them drawn at once. While output waits to be
//! written, nothing is drawn: a slow visitor loses frames and never costs memory.
//!
//! A session has one of two faces: pages that are drawn (`pages.rs`), or plain lines (`plain.rs`). Clocks, endings and
//! the last lines are the same for both.

mod clock;
mod ending;
mod face;
mod output;
mod pages;
mod plain;
mod transfer;

use std::{
    mem,
    ops::ControlFlow::{Break, Continue},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;

use crate::terminal::input::{self, Decoder, Input};
pub use crate::{
    app::{AlgorithmNames, LineStatus, Mode, Preferences, Word},
    site::Site,
    terminal::{Size, capabilities::Environment},
};
use clock::Clock;
pub use ending::Ending;
use ending::SessionFlow;
use face::Face;
pub use face::{SessionOptions, WRITE_TIMEOUT};
use output::Output;
use pages::PagesFace;
use plain::PlainFace;

/// An event of a session.
#[derive(Debug)]
pub enum Event {
    /// The terminal sent bytes: keys, mouse, paste, replies. Only while [`Session::accepts_input`].
    Input(Bytes),
    /// The size of the terminal's window has changed.
    Resize(Size),
    /// The visitor's input has ended; output still arrives.
    EndOfInput,
    /// The terminal could not put a text on the visitor's clipboard.
    NotCopied,
    /// Another visitor gets the place of this one, who has sent nothing for a while.
    Evicted,
    /// The server is about to stop. The session goes on until its visitor ends it or [`Event::Shutdown`].
    Restarting,
    /// The server stops.
    Shutdown,
    /// The connection is gone; no output arrives any more.
    HangUp,
    /// The card has changed. The session drops the old site. Pages show the new one at the visitor's next key,
    /// which does nothing else, so that nothing changes while the visitor reads; where something moves, with its next
    /// frame.
    Site(Arc<Site>),
    /// The site for the owner, who has changed the card and wants to see it at once.
    Edited(Arc<Site>),
    /// The profile was changed and does not load: the first error in a line, for its owner; `None` when it loads again
    /// without a change.
    Fault(Option<String>),
    /// The current figures of the connection; `None` if there is no connection. Sent before a tick when
    /// [`Session::wants_line`] is true.
    Line(Option<LineStatus>),
    /// The deadline has come.
    Tick {
        /// Written bytes that the visitor's system has not acknowledged yet; 0 where that is not known.
        unacknowledged: usize,
    },
}

/// Bytes that are decoded at a tick: as many as a hand types in a frame's time, few enough that a flood of keys does
/// not keep the thread from other sessions. A key that turns to another page costs a tenth of a millisecond, half of
/// one where the window is large; a digit of Quake's constant costs more, since all numbers near the worst are looked
/// at; in a search a key costs up to three milliseconds (the largest index), and a tick an eightieth of a second.
const MOST_BYTES: usize = 4;

/// How long a visitor who reads slowly has for the last bytes; the server's shutdown allows 10 s for all.
const FAREWELL: Duration = Duration::from_secs(3);

/// A visitor's session. All its times are counted from its beginning.
pub struct Session {
    face: Box<dyn Face>,
    stage: Stage,
    decoder: Decoder,
    clock: Clock,
    /// Input that has arrived and is not decoded yet.
    unread: Bytes,
    /// Whether the visitor's input has ended.
    input_ended: bool,
    output: Output,
    deadline: Duration,
}

/// How far a session has come.
#[derive(Debug, Clone, Copy)]
enum Stage {
    Live,
    /// The last lines are on their way, until this time at most.
    Leaving(Ending, Duration),
    Over(Ending),
}

impl Session {
    /// Begins a session. The first tick is due at once.
    #[must_use]
    pub fn new(options: SessionOptions) -> Self {
        let (clock, mut output) = (Clock::new(options.write_timeout), Output::default());
        // Mode::Text is printed without a session; if one is opened for it all the same, plain lines are the nearest to
        // it.
        let face: Box<dyn Face> = match options.preferences.mode {
            Mode::Pages => Box::new(PagesFace::new(options)),
            Mode::Plain | Mode::Text => Box::new(PlainFace::new(options, &mut output)),
        };
        Self {
            face,
            stage: Stage::Live,
            decoder: Decoder::new(),
            clock,
            unread: Bytes::new(),
            input_ended: false,
            output,
            deadline: Duration::ZERO,
        }
    }

    /// Handles an event at the time `now`. After the session's end it changes nothing.
    ///
    /// A panic inside ends the session as [`Ending::Failed`] and goes no further.
    pub fn handle(&mut self, now: Duration, event: Event) {
        self.guarded(now, |session| {
            let had_output = !session.output.is_empty();
            match session.stage {
                Stage::Live => {
                    if let Break(ending) = session.step(now, event) {
                        session.leave(now, ending);
                    }
                }
                Stage::Leaving(ending, _) => session.step_after_leaving(now, event, ending),
                Stage::Over(_) => {}
            }
            if !had_output {
                // The time limit for the visitor to take output begins now.
                session.clock.progressed(now);
            }
        });
    }

    /// The bytes to write to the visitor next; empty while there are none.
    #[must_use]
    pub fn output(&self) -> &[u8] {
        self.output.waiting()
    }

    /// Reports that so many bytes of [`Session::output`] were written at the time `now`.
    pub fn wrote(&mut self, now: Duration, bytes: usize) {
        self.guarded(now, |session| {
            session.output.wrote(bytes);
            session.clock.progressed(now);
        });
    }

    /// The time of the next [`Event::Tick`]; it may have passed. It changes with every event and every write.
    #[must_use]
    pub fn deadline(&self) -> Duration {
        self.deadline
    }

    /// Whether all earlier input has been decoded. Until then a tick is due at once, and further input has to wait.
    #[must_use]
    pub fn accepts_input(&self) -> bool {
        self.unread.is_empty()
    }

    /// Whether the screen shows figures of the connection and needs new ones ([`Event::Line`]).
    #[must_use]
    pub fn wants_line(&self) -> bool {
        matches!(self.stage, Stage::Live) && self.face.wants_line()
    }

    /// How the session ended; `None` until all output that can be written has been. Then the terminal is as it was
    /// before, and the last lines stand on its main screen.
    #[must_use]
    pub fn ending(&self) -> Option<Ending> {
        if let Stage::Over(ending) = self.stage { Some(ending) } else { None }
    }

    /// Makes a change, then updates the deadline and the stage. After a panic, the half-changed state is only used to
    /// restore the terminal.
    fn guarded(&mut self, now: Duration, change: impl FnOnce(&mut Self)) {
        let changed = catch_unwind(AssertUnwindSafe(|| {
            change(self);
            self.settle();
        }));
        if changed.is_err() {
            self.leave(now, Ending::Failed);
            self.settle();
        }
    }

    /// Computes when the next tick is due, or whether the session is over.
    fn settle(&mut self) {
        let waiting = !self.output.is_empty();
        self.deadline = match (self.stage, self.face.awaits_reply()) {
            (Stage::Live, _) => {
                let more = (!self.unread.is_empty()).then_some(Duration::ZERO);
                let face = self.face.deadline(self.calm(), &self.output);
                [more, face].into_iter().flatten().fold(self.clock.deadline(waiting), Duration::min)
            }
            (Stage::Leaving(_, until), _) if waiting => until,
            (Stage::Leaving(_, until), Some(reply)) => until.min(reply),
            (Stage::Leaving(ending, _) | Stage::Over(ending), _) => {
                self.stage = Stage::Over(ending);
                Duration::MAX
            }
        };
    }

    /// The time from which changes are drawn at once: not while more input waits, and not during a flood of input.
    fn calm(&self) -> Duration {
        if self.unread.is_empty() { self.clock.flood_ends() } else { Duration::MAX }
    }

    /// Handles an event of a live session.
    fn step(&mut self, now: Duration, event: Event) -> SessionFlow {
        match event {
            Event::Input(bytes) => {
                let reply = self.face.awaits_reply().and_then(|_| input::with_introducer(&bytes));
                self.unread = reply.map_or(bytes, Bytes::from);
                self.read(now)?;
            }
            Event::Resize(size) => self.face.resize(size),
            Event::EndOfInput => {
                self.input_ended = true;
                self.face.end_of_input()?;
            }
            Event::Site(site) => self.face.renew(&site),
            Event::Edited(site) => {
                self.face.renew(&site);
                self.face.show_renewed(now);
            }
            Event::Fault(fault) => self.face.tell_fault(fault, now),
            Event::NotCopied => self.face.tell_not_copied(now),
            Event::Restarting => self.face.tell_restart(now),
            Event::Line(line) => self.face.tell_line(line, now),
            Event::Evicted => return Break(Ending::Evicted),
            Event::Shutdown => return Break(Ending::Shutdown),
            Event::HangUp => return Break(Ending::Gone),
            Event::Tick { unacknowledged } => self.tick(now, unacknowledged)?,
        }
        Continue(())
    }

    /// Handles an event after [`Session::leave`].
    fn step_after_leaving(&mut self, now: Duration, event: Event, ending: Ending) {
        match event {
            Event::Input(bytes) => self.read_after_leaving(&bytes),
            Event::HangUp => self.stage = Stage::Over(ending),
            Event::Tick { .. } if now >= self.deadline => self.stage = Stage::Over(ending),
            _ => {}
        }
    }

    /// Decodes a tick's share of what has arrived.
    fn read(&mut self, now: Duration) -> SessionFlow {
        let bytes = self.unread.split_to(self.unread.len().min(MOST_BYTES));
        let mut inputs = Vec::new();
        self.decoder.feed(&bytes, &mut |input| inputs.push(input));
        if !inputs.is_empty() {
            self.clock.arrived(now);
        }
        self.clock.pending_escape(now, self.unread.is_empty() && self.decoder.pending());
        self.inputs(now, inputs)
    }

    fn inputs(&mut self, now: Duration, inputs: Vec<Input>) -> SessionFlow {
        let mut flow = Continue(());
        for input in inputs {
            if flow.is_break() {
                self.face.input_after_leaving(&input);
                continue;
            }
            if !matches!(input, Input::Reply(_)) {
                self.clock.visitor_was_here(now);
            }
            flow = self.face.input(input, now, &mut self.output);
        }
        flow
    }

    /// Does what is due: the end, waiting input, the Esc key, the warning before the end, and drawing.
    fn tick(&mut self, now: Duration, unacknowledged: usize) -> SessionFlow {
        self.clock.check(now, !self.output.is_empty())?;
        if !self.unread.is_empty() {
            self.read(now)?;
        }
        if self.clock.escape_is_due(now) {
            let mut inputs = Vec::new();
            self.decoder.timeout(&mut |input| inputs.push(input));
            self.clock.pending_escape(now, self.decoder.pending());
            self.inputs(now, inputs)?;
        }
        if self.clock.warning_is_due(now) {
            self.face.warn(now, &mut self.output);
        }
        self.face.tick(now, unacknowledged, self.calm(), &mut self.output)
    }

    /// Restores the terminal and writes the last lines; writes nothing if the visitor is gone.
    fn leave(&mut self, now: Duration, ending: Ending) {
        if ending == Ending::Gone || !matches!(self.stage, Stage::Live) {
            self.stage = Stage::Over(ending);
            return;
        }
        self.stage = Stage::Leaving(ending, now + FAREWELL);
        // A reply among this input answers an earlier query, not the last one.
        let rest = mem::take(&mut self.unread);
        self.read_after_leaving(&rest);
        let asks = !self.input_ended && ending != Ending::Shutdown;
        self.face.leave(ending, asks, now, &mut self.output);
    }

    fn read_after_leaving(&mut self, bytes: &[u8]) {
        let face = &mut self.face;
        self.decoder.feed(bytes, &mut |input| face.input_after_leaving(&input));
    }
}

#[cfg(test)]
mod tests;
