//! A session in plain lines: text is only ever added, and no escape sequence is sent. The clocks, the endings and the last
//! line are those of every session.
//!
//! While what was said is still on its way, keys wait, a few of them; nothing more is said until the visitor has taken
//! it. A slow visitor loses keys and never costs memory.

use std::{collections::VecDeque, panic::AssertUnwindSafe, pin::pin, sync::Arc};

use futures_util::FutureExt as _;
use tokio::{
    io::{AsyncWrite, AsyncWriteExt as _},
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

use super::{
    Choices, Clock, Content, Ending, Event, Events, MOST_EVENTS, Opening, Output,
    farewell::{FAREWELL, last_line},
};
use crate::{
    app::{
        Effect,
        plain::{INTERRUPT, Plain},
    },
    terminal::{
        capabilities::{Capabilities, Look},
        input::{Decoder, Input, Key},
    },
};

/// With more bytes than this on their way, no further key is taken. One answer may cross it: what waits is at most this and
/// the longest page, some 10 kB.
const MOST_WAITING: usize = 1024;
/// Keys that wait meanwhile: four of the longest answers. What is typed beyond them is lost.
const MOST_AHEAD: usize = 256;

/// Runs a session until it ends; as [`super::run`].
pub(super) async fn run(
    opening: Opening,
    events: &mut impl Events,
    outgoing: &mut (impl AsyncWrite + Unpin + Send),
) -> Ending {
    let shutdown = opening.shutdown.clone();
    let mut session = Session::new(opening);
    let live = AssertUnwindSafe(session.live(&shutdown, events, outgoing)).catch_unwind();
    let ending = live.await.unwrap_or(Ending::Failed);
    session.leave(ending, events, outgoing).await;
    ending
}

struct Session {
    content: Arc<Content>,
    plain: Plain,
    choices: Choices,
    decoder: Decoder,
    clock: Clock,
    /// Keys that were typed and not yet taken.
    ahead: VecDeque<Key>,
    /// Whether the visitor will type nothing more.
    ended: bool,
    /// What is on its way.
    output: Output,
}

impl Session {
    fn new(opening: Opening) -> Self {
        let look = opening.choices.look(Capabilities::guess(&opening.environment).look);
        // Text says where its links lead; no side note has to.
        let content = opening.content.edition(Look { links: true, ..look });
        Self {
            plain: Plain::new(Arc::clone(&content), opening.size.columns),
            content,
            choices: opening.choices,
            decoder: Decoder::new(),
            clock: Clock::start(Instant::now(), opening.patience),
            ahead: VecDeque::new(),
            ended: false,
            output: Output::default(),
        }
    }

    async fn live(
        &mut self,
        shutdown: &CancellationToken,
        events: &mut impl Events,
        outgoing: &mut (impl AsyncWrite + Unpin + Send),
    ) -> Ending {
        let mut timer = pin!(sleep_until(Instant::now()));
        let choices = self.choices;
        self.say(|plain, out| plain.greet(&choices, out));
        loop {
            if let Some(ending) = self.due(Instant::now()) {
                return ending;
            }
            let deadline = self.clock.next(!self.output.is_empty());
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
                event = events.next() => {
                    let mut event = Some(event);
                    for _ in 0..MOST_EVENTS {
                        let Some(ready) = event else { break };
                        if let Some(ending) = self.event(ready) {
                            return ending;
                        }
                        event = events.next().now_or_never();
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
            // What was typed before is still answered.
            Event::End => self.ended = true,
            Event::Gone => return Some(Ending::Gone),
            Event::Evicted => return Some(Ending::Evicted),
            Event::Resize(size) => self.plain.resize(size.columns),
            Event::Input(bytes) => {
                let mut inputs = Vec::new();
                self.decoder.feed(&bytes, &mut |input| inputs.push(input));
                self.clock.pending_escape(self.decoder.pending());
                return self.inputs(inputs);
            }
        }
        None
    }

    fn inputs(&mut self, inputs: Vec<Input>) -> Option<Ending> {
        for input in inputs {
            // Nothing was asked of the terminal, neither replies nor marks around what is pasted.
            let Input::Key(key) = input else { continue };
            self.clock.visitor_was_here();
            if key == INTERRUPT {
                return Some(Ending::Goodbye);
            }
            if self.ahead.len() < MOST_AHEAD {
                self.ahead.push_back(key);
            }
            if let Some(ending) = self.take_keys() {
                return Some(ending);
            }
        }
        None
    }

    /// Takes the keys that wait, as far as there is room for what they say.
    fn take_keys(&mut self) -> Option<Ending> {
        while self.output.waiting().len() <= MOST_WAITING {
            let Some(key) = self.ahead.pop_front() else {
                // A session at rest keeps no room for keys.
                self.ahead = VecDeque::new();
                break;
            };
            let mut effect = None;
            self.say(|plain, out| effect = plain.key(key, out));
            if effect == Some(Effect::Goodbye) {
                return Some(Ending::Goodbye);
            }
        }
        None
    }

    /// Does what is due: the Esc key, keys that waited, a warning, the end.
    fn due(&mut self, now: Instant) -> Option<Ending> {
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
        if let Some(ending) = self.take_keys() {
            return Some(ending);
        }
        if self.clock.warning_is_due(now) {
            self.say(Plain::warn);
        }
        (self.ended && self.ahead.is_empty() && self.output.is_empty()).then_some(Ending::Goodbye)
    }

    /// Lets something be said.
    fn say(&mut self, what: impl FnOnce(&mut Plain, &mut String)) {
        let mut text = String::new();
        what(&mut self.plain, &mut text);
        if self.output.is_empty() {
            // From here on the visitor has something to take.
            self.clock.progressed();
        }
        self.output.add().extend_from_slice(text.as_bytes());
    }

    fn wrote(&mut self, bytes: usize) {
        self.output.wrote(bytes);
        self.clock.progressed();
    }

    /// Says the last line. Bounded in time; says nothing to a visitor who is gone.
    async fn leave(
        &mut self,
        ending: Ending,
        events: &mut impl Events,
        outgoing: &mut (impl AsyncWrite + Unpin + Send),
    ) {
        if ending == Ending::Gone {
            return;
        }
        let line = last_line(ending, &self.content);
        self.say(|plain, out| plain.leave(&line, out));
        let end = Instant::now() + FAREWELL;
        loop {
            let waiting = self.output.waiting();
            if waiting.is_empty() {
                break;
            }
            tokio::select! {
                written = outgoing.write(waiting) => match written {
                    Ok(0) | Err(_) => return,
                    Ok(n) => self.wrote(n),
                },
                event = events.next() => if matches!(event, Event::Gone) { return },
                () = sleep_until(end) => break,
            }
        }
        // A writer that is gone is no failure: there is nobody left to tell.
        let _ = outgoing.flush().await;
    }
}
