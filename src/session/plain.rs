//! The face of a session that writes plain lines: text is only ever appended, and no escape sequence is sent.
//!
//! While output waits to be written, a few keys wait with it, and nothing is added. A slow visitor loses keys and never
//! costs memory.

use std::{
    collections::VecDeque,
    ops::ControlFlow::{Break, Continue},
    sync::Arc,
    time::Duration,
};

use super::{
    ending::{Ending, SessionFlow, last_lines},
    face::{Face, SessionOptions},
    output::Output,
    pages::FRAME,
};
use crate::{
    app::{
        Effect,
        plain::{INTERRUPT, Plain},
    },
    site::Site,
    terminal::{
        Size,
        capabilities::Capabilities,
        input::{Input, Key},
    },
};

/// With more bytes than this on their way, no further key is taken. One answer may cross it: what waits is at most this
/// and the longest page, some 10 kB.
const MOST_WAITING: usize = 1024;
/// Keys that wait meanwhile: four of the longest answers. What is typed beyond them is lost.
const MOST_AHEAD: usize = 256;

/// The lines, and the keys that wait for their turn.
pub(super) struct PlainFace {
    plain: Plain,
    /// The latest notice that was not said yet: that the card was updated, or that the server restarts.
    news: Option<fn(&mut Plain, &mut String)>,
    /// Whether only ASCII is said besides letters.
    ascii: bool,
    /// Keys that were typed and not yet taken.
    ahead: VecDeque<Key>,
    /// Whether the visitor will type nothing more.
    ended: bool,
    /// When the run of an exhibit goes on.
    next_step: Duration,
}

impl PlainFace {
    /// Greets the visitor.
    pub(super) fn new(options: SessionOptions, output: &mut Output) -> Self {
        let ascii = options.preferences.appearance(Capabilities::guess(&options.environment).appearance).is_ascii();
        let mut plain = Plain::new(Arc::clone(&options.site), options.size.width, ascii);
        say(output, |out| plain.greet(&options.preferences, out));
        Self { plain, news: None, ascii, ahead: VecDeque::new(), ended: false, next_step: Duration::ZERO }
    }

    /// Takes the keys that wait, as far as there is room for what they say.
    fn take_keys(&mut self, now: Duration, output: &mut Output) -> SessionFlow {
        while output.waiting().len() <= MOST_WAITING {
            if self.plain.is_running() {
                // A run takes as much of the thread as one on a page: a step for each frame.
                if now >= self.next_step {
                    self.next_step = now + FRAME;
                    say(output, |out| self.plain.step(out));
                }
                break;
            }
            if let Some(tell) = self.news.take() {
                say(output, |out| tell(&mut self.plain, out));
                continue;
            }
            let Some(key) = self.ahead.pop_front() else {
                // A session at rest keeps no room for keys.
                self.ahead = VecDeque::new();
                break;
            };
            let mut effect = None;
            say(output, |out| effect = self.plain.key(key, out));
            if effect == Some(Effect::Goodbye) {
                return Break(Ending::Goodbye);
            }
        }
        Continue(())
    }

    /// Whether everything is said that was asked for, and nothing more will be.
    fn is_done(&self, output: &Output) -> bool {
        self.ended && self.ahead.is_empty() && !self.plain.is_running() && output.is_empty()
    }
}

/// Lets something be said.
fn say(output: &mut Output, what: impl FnOnce(&mut String)) {
    let mut text = String::new();
    what(&mut text);
    output.add().extend_from_slice(text.as_bytes());
}

impl Face for PlainFace {
    fn input(&mut self, input: Input, now: Duration, output: &mut Output) -> SessionFlow {
        // Nothing was asked of the terminal, neither replies nor marks around what is pasted.
        let Input::Key(key) = input else { return Continue(()) };
        if key == INTERRUPT {
            return Break(Ending::Goodbye);
        }
        if self.ahead.len() < MOST_AHEAD {
            self.ahead.push_back(key);
        }
        self.take_keys(now, output)
    }

    fn resize(&mut self, size: Size) {
        self.plain.resize(size.width);
    }

    fn end_of_input(&mut self) -> SessionFlow {
        // What was typed before is still answered.
        self.ended = true;
        Continue(())
    }

    fn renew(&mut self, site: &Arc<Site>) {
        self.plain.replace(Arc::clone(site));
        self.news = Some(Plain::tell_update);
    }

    fn tell_restart(&mut self, _: Duration) {
        self.news = Some(Plain::tell_restart);
    }

    fn warn(&mut self, _: Duration, output: &mut Output) {
        say(output, |out| self.plain.warn(out));
    }

    fn tick(&mut self, now: Duration, _: usize, _: Duration, output: &mut Output) -> SessionFlow {
        self.take_keys(now, output)?;
        if self.is_done(output) { Break(Ending::Goodbye) } else { Continue(()) }
    }

    fn deadline(&self, _: Duration, output: &Output) -> Option<Duration> {
        let has_room = output.waiting().len() <= MOST_WAITING;
        if self.plain.is_running() && has_room {
            return Some(self.next_step);
        }
        let takes_keys = (self.news.is_some() || !self.ahead.is_empty()) && has_room;
        (takes_keys || self.is_done(output)).then_some(Duration::ZERO)
    }

    fn leave(&mut self, ending: Ending, _: bool, _: Duration, output: &mut Output) {
        let lines = last_lines(ending, self.plain.score(), self.plain.site(), self.ascii, self.plain.measure());
        say(output, |out| self.plain.leave(&lines, out));
    }
}
