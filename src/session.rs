//! One visitor's running page: bytes in, messages to the model, one frame out.
//!
//! The loop waits for whatever comes first: input, a new size, room to write, a deadline, the server's end. It takes
//! everything that is ready, then draws once. While a frame has not been taken from it, it does not draw, so a slow
//! visitor loses frames and never costs memory. A key is answered at once, and only a flood of them is drawn less often.
//! A frame of what moves is drawn only while little is on its way to the visitor, so that on a slow line no key waits
//! for it. At rest a session holds two models and no cell, and nothing else wakes it but the idle clock.

mod clock;
mod farewell;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
mod output;
mod plain;
mod preview;

use std::{future::Future, panic::AssertUnwindSafe, pin::pin, sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::FutureExt as _;
use tokio::{
    io::{AsyncWrite, AsyncWriteExt as _},
    task::yield_now,
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

pub use crate::{
    app::{Choice, Choices, Content, Way},
    terminal::{Size, capabilities::Environment},
};
use crate::{
    app::{Effect, Message, Model, view},
    terminal::{
        self, Modes,
        capabilities::Capabilities,
        input::{Decoder, Input},
    },
};
use clock::Clock;
use output::Output;
pub use preview::preview;

/// What a session opens with.
#[derive(Debug)]
pub struct Opening {
    /// What there is to see.
    pub content: Arc<Content>,
    /// The terminal's size at the start.
    pub size: Size,
    /// What the visitor's client said of its terminal.
    pub environment: Environment,
    /// What the visitor chose before.
    pub choices: Choices,
    /// How long a visitor may take nothing of what waits before it is a visitor who has stopped reading.
    pub patience: Duration,
    /// Says that the server is stopping.
    pub shutdown: CancellationToken,
}

/// What arrives from the visitor.
#[derive(Debug)]
pub enum Event {
    /// Bytes that the terminal sent: keys, mouse, paste, replies.
    Input(Bytes),
    /// The terminal has another size.
    Resize(Size),
    /// The visitor will send nothing more; what is written still arrives.
    End,
    /// Another visitor needs the place of this one, who has sent nothing for a while.
    Evicted,
    /// The visitor is gone; nothing that is written arrives any more.
    Gone,
}

/// Where a session's events come from.
pub trait Events: Send {
    /// Waits for the next event. Cancel safe; after [`Event::Gone`] it may return that for ever.
    fn next(&mut self) -> impl Future<Output = Event> + Send;

    /// Bytes that were written to the visitor and that its system has not acknowledged yet, as far as can be told; 0
    /// where it cannot. It is asked only when a frame of what moves is due.
    fn unacknowledged(&self) -> usize {
        0
    }
}

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The visitor said goodbye.
    Goodbye,
    /// The visitor's end of the line went away.
    Gone,
    /// Nothing was typed for too long.
    Idle,
    /// It took too long.
    Overlong,
    /// The visitor stopped reading.
    Stalled,
    /// Nothing was typed for a while, and another visitor needed the place.
    Evicted,
    /// The server stops.
    Shutdown,
    /// The session failed; its terminal was put back.
    Failed,
}

/// How long a visitor usually may take nothing of what waits: longer than a bad line that is not broken keeps packets back.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A frame of what moves is drawn while no more than this is on its way to the visitor, in bytes. On a line of 3 kB/s a
/// page must be there 1.2 s after its key, on one of 1.2 kB/s 3 s after it: 3.6 kB on either. A page takes 2.1 kB of
/// that as the line carries it, and a frame of the logo that was drawn just before the key 0.7. On a line that is fast
/// and long, frames are on their way for a round trip, and so some are left out: of the 33 frames of the logo, 32 come
/// where a round trip is 50 ms, 21 at 100 ms and 8 at 300 ms.
const MOTION_IN_FLIGHT: usize = 768;

/// Events that are taken at a turn, before other sessions have theirs.
const MOST_EVENTS: usize = 64;
/// Bytes that are decoded at a turn: more than a hand types in a frame's time, few enough that a flood of keys does not keep
/// the thread from other sessions. On a page a key costs a few microseconds, a tenth of a millisecond where the text is as
/// long as it may be; in a search it costs up to three milliseconds (the largest index), and a turn a twentieth of a second.
const MOST_BYTES: usize = 16;

/// Runs a session until it ends, as pages or, where the visitor chose that, in plain lines. When it returns, everything
/// that could be sent has been written to `outgoing`, the terminal is as it was, and one line stays on its main screen;
/// `outgoing` is flushed and not closed.
pub async fn run(
    opening: Opening,
    events: &mut impl Events,
    outgoing: &mut (impl AsyncWrite + Unpin + Send),
) -> Ending {
    // Text is for whoever can print it and hang up; here the plain way is the nearest to it.
    if matches!(opening.choices.way, Way::Plain | Way::Text) {
        // Boxed, so that pages do not pay for the room that plain lines take; they are the many.
        return Box::pin(plain::run(opening, events, outgoing)).await;
    }
    let shutdown = opening.shutdown.clone();
    let mut session = Session::new(opening);
    let live = AssertUnwindSafe(session.live(&shutdown, events, outgoing)).catch_unwind();
    let ending = live.await.unwrap_or(Ending::Failed);
    session.leave(ending, events, outgoing).await;
    ending
}

struct Session {
    content: Arc<Content>,
    model: Model,
    /// The state that the visitor's screen was drawn from; `None` when it may show anything.
    shown: Option<Box<Model>>,
    capabilities: Capabilities,
    decoder: Decoder,
    clock: Clock,
    /// A new size that waits for its turn.
    resize: Option<Size>,
    /// What arrived and was not decoded yet; nothing more is taken before it is.
    unread: Bytes,
    /// Whether something else than motion has happened since the last frame.
    urgent: bool,
    /// What the terminal was asked for.
    modes: Modes,
    /// What goes out with the next frame: a question to the terminal, a text for the clipboard.
    question: &'static str,
    copy: Option<String>,
    /// What is on its way: at most one frame.
    output: Output,
}

impl Session {
    fn new(opening: Opening) -> Self {
        let mut capabilities = Capabilities::guess(&opening.environment);
        capabilities.look = opening.choices.look(capabilities.look);
        let question = capabilities.ask();
        let mut output = Output::default();
        terminal::enter(output.add());
        Self {
            model: Model::new(Arc::clone(&opening.content), opening.size.into(), capabilities.look)
                .choosing(&opening.choices),
            content: opening.content,
            shown: None,
            capabilities,
            decoder: Decoder::new(),
            clock: Clock::start(Instant::now(), opening.patience),
            resize: None,
            unread: Bytes::new(),
            urgent: false,
            modes: Modes::default(),
            question,
            copy: None,
            output,
        }
    }

    /// Runs until something ends it.
    async fn live(
        &mut self,
        shutdown: &CancellationToken,
        events: &mut impl Events,
        outgoing: &mut (impl AsyncWrite + Unpin + Send),
    ) -> Ending {
        let mut timer = pin!(sleep_until(Instant::now()));
        // The first frame follows what takes the screen over, in the same write.
        self.draw(Instant::now());
        loop {
            let now = Instant::now();
            if let Some(ending) = self.due(now, events) {
                return ending;
            }
            let deadline = self.deadline(now);
            if timer.deadline() != deadline {
                timer.as_mut().reset(deadline);
            }
            let waiting = self.output.waiting();
            tokio::select! {
                biased;
                () = shutdown.cancelled() => return Ending::Shutdown,
                written = outgoing.write(waiting), if !waiting.is_empty() => match written {
                    Ok(0) | Err(_) => return Ending::Gone,
                    Ok(n) => self.wrote(n),
                },
                () = yield_now(), if !self.unread.is_empty() => {
                    if let Some(ending) = self.read() {
                        return ending;
                    }
                }
                event = events.next(), if self.unread.is_empty() => {
                    let mut event = Some(event);
                    for _ in 0..MOST_EVENTS {
                        let Some(ready) = event else { break };
                        if let Some(ending) = self.event(ready) {
                            return ending;
                        }
                        event = if self.unread.is_empty() { events.next().now_or_never() } else { None };
                    }
                    if let Some(ending) = event.and_then(|last| self.event(last)) {
                        return ending;
                    }
                }
                () = timer.as_mut() => {}
            }
        }
    }

    /// Takes an event in.
    fn event(&mut self, event: Event) -> Option<Ending> {
        match event {
            // Nobody can say goodbye any more.
            Event::End => return Some(Ending::Goodbye),
            Event::Gone => return Some(Ending::Gone),
            Event::Evicted => return Some(Ending::Evicted),
            Event::Resize(size) => self.resize = Some(size),
            Event::Input(bytes) => {
                self.unread = bytes;
                return self.read();
            }
        }
        None
    }

    /// Decodes a turn's share of what has arrived.
    fn read(&mut self) -> Option<Ending> {
        self.clock.arrived(Instant::now());
        let bytes = self.unread.split_to(self.unread.len().min(MOST_BYTES));
        let mut inputs = Vec::new();
        self.decoder.feed(&bytes, &mut |input| inputs.push(input));
        self.clock.pending_escape(self.unread.is_empty() && self.decoder.pending());
        self.inputs(inputs)
    }

    fn inputs(&mut self, inputs: Vec<Input>) -> Option<Ending> {
        for input in inputs {
            let message = match input {
                Input::Key(key) => Message::Key(key),
                Input::Mouse(mouse) => Message::Mouse(mouse),
                Input::Paste(text) => Message::Paste(text),
                Input::Reply(reply) => {
                    self.urgent = true;
                    let before = self.capabilities;
                    let question = self.capabilities.learn(&reply);
                    if !question.is_empty() {
                        self.question = question;
                    }
                    if self.capabilities.mouse && !before.mouse {
                        self.update(Message::MouseConfirmed);
                    }
                    if self.capabilities.look != before.look {
                        self.update(Message::Look(self.capabilities.look));
                    }
                    continue;
                }
            };
            self.clock.visitor_was_here();
            if let Some(ending) = self.update(message) {
                return Some(ending);
            }
        }
        None
    }

    fn update(&mut self, message: Message) -> Option<Ending> {
        self.urgent |= message != Message::Tick;
        match self.model.update(message, self.clock.elapsed()) {
            Some(Effect::Goodbye) => return Some(Ending::Goodbye),
            Some(Effect::Copy(text)) if self.capabilities.clipboard() => self.copy = Some(text),
            Some(Effect::Copy(_)) => return self.update(Message::NotCopied),
            None => {}
        }
        None
    }

    /// Does what is due: the Esc key, a new size, the next frame, a warning, the end.
    fn due(&mut self, now: Instant, events: &impl Events) -> Option<Ending> {
        if let Some(ending) = self.clock.ending(now) {
            return Some(ending);
        }
        if !self.output.is_empty() && self.clock.is_stalled(now) {
            return Some(Ending::Stalled);
        }
        if self.clock.escape_is_due(now) {
            let mut inputs = Vec::new();
            self.decoder.timeout(&mut |input| inputs.push(input));
            self.clock.pending_escape(self.decoder.pending());
            if let Some(ending) = self.inputs(inputs) {
                return Some(ending);
            }
        }
        if self.clock.warning_is_due(now) {
            self.update(Message::Idle);
        }
        if self.output.is_empty() {
            if let Some(size) = self.resize.take_if(|_| self.clock.layout_is_due(now)) {
                self.clock.laid_out(now);
                self.update(Message::Resize(size.into()));
                // What the terminal made of the old frame nobody knows, not even where the size is the same again.
                self.shown = None;
            }
            let ticks = self.ticks() && now >= self.clock.next_tick();
            if ticks {
                self.clock.ticked(now);
                // Time goes on whether it is drawn or not, so that all that moves ends when it would.
                if self.model.moving() {
                    self.update(Message::Tick);
                }
            }
            let answers = self.urgent && now >= self.next_answer(now);
            if answers || ticks && events.unacknowledged() <= MOTION_IN_FLIGHT {
                self.draw(now);
            }
        }
        None
    }

    /// When something is due next.
    fn deadline(&self, now: Instant) -> Instant {
        let next = self.clock.next(!self.output.is_empty());
        if !self.output.is_empty() {
            return next;
        }
        let answer = (self.urgent && self.changed()).then(|| self.next_answer(now));
        let tick = self.ticks().then(|| self.clock.next_tick());
        let layout = self.resize.is_some().then(|| self.clock.next_layout());
        [answer, tick, layout].into_iter().flatten().fold(next, Instant::min)
    }

    /// When what has happened is drawn: at once, unless more of it is here and is taken first, or there is a flood of
    /// it.
    fn next_answer(&self, now: Instant) -> Instant {
        if self.unread.is_empty() { self.clock.next_answer(now) } else { self.clock.next_frame() }
    }

    /// Whether something moves, or has moved and is not shown yet as it is now. Where a client acknowledges nothing,
    /// this lasts until the connection is given up (keepalives, 80 s), at a query of the socket each tick.
    fn ticks(&self) -> bool {
        self.model.moving() || !self.urgent && self.changed()
    }

    /// What the terminal should do.
    fn wanted(&self) -> Modes {
        let Capabilities { graphemes, title, .. } = self.capabilities;
        Modes { mouse: self.model.wants_mouse(), paste: self.model.edits_a_line(), graphemes, title }
    }

    /// Whether the screen shows something else than the model.
    fn differs(&self) -> bool {
        self.shown.as_deref().is_none_or(|shown| *shown != self.model)
    }

    /// Whether there is something to send.
    fn changed(&self) -> bool {
        self.differs() || self.modes != self.wanted() || !self.question.is_empty() || self.copy.is_some()
    }

    /// Draws what changed into the output, which nothing else waits in.
    fn draw(&mut self, now: Instant) {
        self.urgent = false;
        if !self.changed() {
            return;
        }
        let (before, wanted) = (self.modes, self.wanted());
        self.modes = wanted;
        if before.graphemes != wanted.graphemes {
            // What was shown took other cells than it should have.
            self.shown = None;
        }
        let differs = self.differs();
        let out = self.output.add();
        if before != wanted {
            before.change(wanted, &self.content.title(), out);
        }
        if differs {
            let (area, synchronized) = (view::area(self.model.size()), self.capabilities.synchronized);
            terminal::frame(area, view::draw, self.shown.as_deref(), &self.model, synchronized, out);
            match self.shown.as_deref_mut() {
                Some(shown) => shown.clone_from(&self.model),
                None => self.shown = Some(Box::new(self.model.clone())),
            }
        }
        if let Some(text) = self.copy.take() {
            terminal::copy(&text, out);
        }
        if !self.question.is_empty() {
            out.extend_from_slice(std::mem::take(&mut self.question).as_bytes());
            self.clock.asked(now);
        }
        // Two models may look alike; what was begun for them is given back.
        self.output.wrote(0);
        self.clock.drew(now);
    }

    fn wrote(&mut self, bytes: usize) {
        self.output.wrote(bytes);
        self.clock.progressed();
    }
}

#[cfg(test)]
mod tests;
