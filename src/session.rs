//! One visitor's session as a state machine: events and times in, bytes out. It does no I/O, reads no clock and waits
//! for nothing: a driver does (`driver.rs` for SSH and for this terminal, the tests and the fuzzer by hand).
//!
//! A driver hands over events ([`Session::handle`]), among them [`Event::Tick`] whenever [`Session::deadline`] has
//! come, writes [`Session::output`] and says how much of it was taken ([`Session::wrote`]), until [`Session::ending`]
//! is known. Other events only change state; what has become due is drawn or said at the next tick. So a driver that
//! hands over all that is there before it ticks has all of it drawn at once. While output waits, nothing more is drawn:
//! a slow visitor loses frames and never costs memory.
//!
//! A session has one of two faces: pages that are drawn (`pages.rs`), or plain lines (`plain.rs`). Its clocks, its
//! endings and its last lines are the same for both.

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
use ending::Flow;
use face::Face;
pub use face::{Opening, WRITE_TIMEOUT};
use output::Output;
use pages::PagesFace;
use plain::PlainFace;

/// What happens to a session.
#[derive(Debug)]
pub enum Event {
    /// The terminal sent bytes: keys, mouse, paste, replies. Only while [`Session::accepts_input`].
    Input(Bytes),
    /// The terminal has another size.
    Resize(Size),
    /// The visitor will send nothing more; what is written still arrives.
    EndOfInput,
    /// Another visitor needs the place of this one, who has sent nothing for a while.
    Evicted,
    /// The server is about to stop. The session goes on until its visitor ends it or [`Event::Shutdown`].
    Restarting,
    /// The server stops.
    Shutdown,
    /// The visitor is gone; nothing that is written arrives any more.
    HangUp,
    /// The card has changed. The session lets go of what it showed before, and shows the other card at the visitor's
    /// next key: nothing changes under the eyes of a reader.
    Site(Arc<Site>),
    /// The same where the visitor is the owner, who changed it and wants to see it.
    Edited(Arc<Site>),
    /// The card was changed and does not load: what is wrong, in a line for its owner; `None` where it is as it was
    /// again.
    Fault(Option<String>),
    /// The line to the visitor, as it is now; `None` where there is none. Before a tick, where [`Session::wants_line`].
    Line(Option<LineStatus>),
    /// The deadline has come.
    Tick {
        /// Bytes that were written to the visitor and that the visitor's system has not acknowledged yet, as far as can
        /// be told; 0 where it cannot.
        unacknowledged: usize,
    },
}

/// Bytes that are decoded at a tick: as many as a hand types in a frame's time, few enough that a flood of keys does
/// not keep the thread from other sessions. A key that turns to another page costs a tenth of a millisecond, half of
/// one where the window is large; a digit of Quake's constant costs more, since all numbers near the worst are looked
/// at; in a search a key costs up to three milliseconds (the largest index), and a tick an eightieth of a second.
const MOST_BYTES: usize = 4;

/// What a visitor who reads slowly gets to take the last bytes; the server's shutdown allows 10 s for all.
const FAREWELL: Duration = Duration::from_secs(3);

/// A visitor's session. All its times are counted from its beginning.
pub struct Session {
    face: Box<dyn Face>,
    stage: Stage,
    decoder: Decoder,
    clock: Clock,
    /// What arrived and was not decoded yet.
    unread: Bytes,
    /// Whether the visitor will send nothing more.
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
    /// A visitor arrives. The first tick is due at once.
    #[must_use]
    pub fn new(opening: Opening) -> Self {
        let (clock, mut output) = (Clock::new(opening.write_timeout), Output::default());
        // Mode::Text is printed without a session; if one is opened for it all the same, plain lines are the nearest to
        // it.
        let face: Box<dyn Face> = match opening.preferences.mode {
            Mode::Pages => Box::new(PagesFace::new(opening)),
            Mode::Plain | Mode::Text => Box::new(PlainFace::new(opening, &mut output)),
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

    /// An event happens, at this time. After the session's end it changes nothing.
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
                // From here on the visitor has something to take.
                session.clock.progressed(now);
            }
        });
    }

    /// What is to be written to the visitor next; empty while there is nothing.
    #[must_use]
    pub fn output(&self) -> &[u8] {
        self.output.waiting()
    }

    /// So many bytes of [`Session::output`] were written, at this time.
    pub fn wrote(&mut self, now: Duration, bytes: usize) {
        self.guarded(now, |session| {
            session.output.wrote(bytes);
            session.clock.progressed(now);
        });
    }

    /// When the next [`Event::Tick`] is due; it may be past. It changes with every event and every write.
    #[must_use]
    pub fn deadline(&self) -> Duration {
        self.deadline
    }

    /// Whether the last input has been decoded. While it has not, a tick is due at once, and what arrives has to wait.
    #[must_use]
    pub fn accepts_input(&self) -> bool {
        self.unread.is_empty()
    }

    /// Whether the visitor looks at the figures of the connection, and new ones are wanted ([`Event::Line`]).
    #[must_use]
    pub fn wants_line(&self) -> bool {
        matches!(self.stage, Stage::Live) && self.face.wants_line()
    }

    /// How the session ended; `None` until everything that could be written was. Then the terminal is as it was, and
    /// the last lines stand on its main screen.
    #[must_use]
    pub fn ending(&self) -> Option<Ending> {
        if let Stage::Over(ending) = self.stage { Some(ending) } else { None }
    }

    /// Changes something, and finds out what that means for the deadline and the end. What a panic leaves half done is
    /// only used to give the terminal back.
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

    /// Finds out when the next tick is due, or whether the session is over.
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

    /// From when on what has happened is drawn at once: not while more input is here, and not in a flood of it.
    fn calm(&self) -> Duration {
        if self.unread.is_empty() { self.clock.flood_ends() } else { Duration::MAX }
    }

    /// Takes an event in.
    fn step(&mut self, now: Duration, event: Event) -> Flow {
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
            Event::Restarting => self.face.tell_restart(now),
            Event::Line(line) => self.face.tell_line(line, now),
            Event::Evicted => return Break(Ending::Evicted),
            Event::Shutdown => return Break(Ending::Shutdown),
            Event::HangUp => return Break(Ending::Gone),
            Event::Tick { unacknowledged } => self.tick(now, unacknowledged)?,
        }
        Continue(())
    }

    /// Takes an event in after [`Session::leave`].
    fn step_after_leaving(&mut self, now: Duration, event: Event, ending: Ending) {
        match event {
            Event::Input(bytes) => self.read_after_leaving(&bytes),
            Event::HangUp => self.stage = Stage::Over(ending),
            Event::Tick { .. } if now >= self.deadline => self.stage = Stage::Over(ending),
            _ => {}
        }
    }

    /// Decodes a tick's share of what has arrived.
    fn read(&mut self, now: Duration) -> Flow {
        let bytes = self.unread.split_to(self.unread.len().min(MOST_BYTES));
        let mut inputs = Vec::new();
        self.decoder.feed(&bytes, &mut |input| inputs.push(input));
        if !inputs.is_empty() {
            self.clock.arrived(now);
        }
        self.clock.pending_escape(now, self.unread.is_empty() && self.decoder.pending());
        self.inputs(now, inputs)
    }

    fn inputs(&mut self, now: Duration, inputs: Vec<Input>) -> Flow {
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

    /// Does what is due: the end, input that waits, the Esc key, a warning, and what the face shows.
    fn tick(&mut self, now: Duration, unacknowledged: usize) -> Flow {
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

    /// Gives the terminal back and says the last lines; says nothing to a visitor who is gone.
    fn leave(&mut self, now: Duration, ending: Ending) {
        if ending == Ending::Gone || !matches!(self.stage, Stage::Live) {
            self.stage = Stage::Over(ending);
            return;
        }
        self.stage = Stage::Leaving(ending, now + FAREWELL);
        // A reply in what has arrived is none to the last question.
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
