//! A session as pages: messages to the model, one frame out.
//!
//! A key is answered at once, and only a flood of them is drawn less often. A frame of what moves is drawn only while
//! little is on its way to the visitor, so that on a slow line no key waits for it. At rest there are two models and no
//! cell.

use std::{
    ops::ControlFlow::{Break, Continue},
    sync::Arc,
    time::Duration,
};

use super::{Content, Ending, Face, Flow, Opening, Output, Size, last_lines};
use crate::{
    app::{Effect, FRAME_RATE, Message, Model, view},
    terminal::{
        self, Modes, Stamp,
        capabilities::Capabilities,
        input::{Input, Reply},
    },
};

/// A frame of what moves is drawn while no more than this is on its way to the visitor, in bytes. On a line of 3 kB/s a
/// page must be there 1.2 s after its key, on one of 1.2 kB/s 3 s after it: 3.6 kB on either. A page takes 2.1 kB of
/// that as the line carries it, and a frame of the logo that was drawn just before the key 0.7. On a line that is fast
/// and long, frames are on their way for a round trip, and so some are left out: of the 33 frames of the logo, 32 come
/// where a round trip is 50 ms, 21 at 100 ms and 8 at 300 ms.
pub(super) const MOTION_IN_FLIGHT: usize = 768;

/// Between two layouts of a window that is being dragged: ten a second follow the hand.
const LAYOUT: Duration = Duration::from_millis(100);
/// Between two frames of what moves, or of a flood of input.
const FRAME: Duration = Duration::from_nanos(1_000_000_000 / FRAME_RATE as u64);

/// How long the first question waits after the first frame. A client whose input has ended (`ssh -tt HOST < /dev/null`) says
/// so right behind its request for a shell, in the same or the next packet; a reply would land in the visitor's shell.
const FIRST_QUESTION: Duration = Duration::from_millis(50);

/// How long replies that are still under way are waited for at the end, so that they do not land in the visitor's
/// shell: a round trip to the other side of the earth takes a third of it.
const LAST_REPLY: Duration = Duration::from_secs(1);

/// The pages, and the terminal that shows them.
pub(super) struct Pages {
    content: Arc<Content>,
    model: Model,
    /// What the visitor's screen shows; `None` when it may show anything.
    shown: Option<Box<Shown>>,
    capabilities: Capabilities,
    /// When a frame of a flood of input is due next, when one of what moves, and when another size may be laid out.
    next_frame: Duration,
    next_tick: Duration,
    next_layout: Duration,
    /// Another size that waits for its turn.
    resize: Option<Size>,
    /// Whether something else than motion has happened since the last frame.
    urgent: bool,
    /// What is set on the terminal; `None` before the first frame, when its screen is not ours.
    modes: Option<Modes>,
    /// When the terminal was last asked something.
    asked: Duration,
    /// A text for the visitor's clipboard.
    copy: Option<String>,
}

/// What a screen shows.
struct Shown {
    model: Model,
    /// The frame that was drawn of it.
    stamp: Stamp,
}

impl Pages {
    pub(super) fn new(opening: Opening) -> Self {
        let mut capabilities = Capabilities::guess(&opening.environment);
        capabilities.look = opening.choices.look(capabilities.look);
        let model = Model::new(Arc::clone(&opening.content), opening.size.into(), capabilities.look);
        Self {
            model: model.choosing(&opening.choices),
            content: opening.content,
            shown: None,
            capabilities,
            next_frame: Duration::ZERO,
            next_tick: FRAME,
            next_layout: Duration::ZERO,
            resize: None,
            urgent: true,
            modes: None,
            asked: Duration::ZERO,
            copy: None,
        }
    }

    fn update(&mut self, message: Message, now: Duration) -> Flow {
        self.urgent |= message != Message::Tick;
        match self.model.update(message, now) {
            Some(Effect::Goodbye) => return Break(Ending::Goodbye),
            Some(Effect::Copy(text)) if self.capabilities.clipboard() => self.copy = Some(text),
            Some(Effect::Copy(_)) => self.update(Message::NotCopied, now)?,
            None => {}
        }
        Continue(())
    }

    /// The terminal has answered: the page improves, and the next question is put with the next frame.
    fn learn(&mut self, reply: &Reply, now: Duration) -> Flow {
        self.urgent = true;
        let before = self.capabilities;
        self.capabilities.learn(reply);
        if self.capabilities.mouse && !before.mouse {
            self.update(Message::MouseConfirmed, now)?;
        }
        if self.capabilities.look != before.look {
            self.update(Message::Look(self.capabilities.look), now)?;
        }
        if self.capabilities.look.glyphs != before.look.glyphs || self.capabilities.graphemes != before.graphemes {
            // What was shown took other cells than it should have.
            self.shown = None;
        }
        Continue(())
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
        self.shown.as_deref().is_none_or(|shown| shown.model != self.model)
    }

    /// Whether there is something to draw.
    fn changed(&self) -> bool {
        self.differs() || self.modes != Some(self.wanted()) || self.copy.is_some()
    }

    /// Draws what changed. The output is empty before.
    fn draw(&mut self, now: Duration, output: &mut Output) {
        self.urgent = false;
        let out = output.add();
        let wanted = self.wanted();
        let before = self.modes.replace(wanted).unwrap_or_else(|| {
            terminal::enter(out);
            Modes::default()
        });
        before.change(wanted, &self.content.title(), out);
        if self.differs() {
            self.frame(out);
        }
        if let Some(text) = self.copy.take() {
            terminal::copy(&text, out);
        }
        // Two models may look alike; what was begun for them is given back.
        output.wrote(0);
        self.next_frame = now + FRAME;
    }

    /// Puts the next question to the terminal, if there is one.
    fn ask(&mut self, now: Duration, output: &mut Output) {
        let Some(question) = self.capabilities.ask() else { return };
        output.add().extend_from_slice(question.as_bytes());
        self.asked = now;
        if !self.model.has_page() {
            // In so small a window, the cell that a question blanks may be one that shows something.
            (self.shown, self.urgent) = (None, true);
        }
    }

    /// Draws the model: what turns the screen that is shown into one that shows it.
    fn frame(&mut self, out: &mut Vec<u8>) {
        let shown = self.shown.as_deref().map(|Shown { model, stamp }| (*stamp, || view::drawing(model)));
        let (size, synchronized) = (self.model.size().into(), self.capabilities.synchronized);
        let stamp = terminal::frame(size, shown, view::drawing(&self.model), synchronized, out);
        match self.shown.as_deref_mut() {
            Some(shown) => {
                shown.model.clone_from(&self.model);
                shown.stamp = stamp;
            }
            None => self.shown = Some(Box::new(Shown { model: self.model.clone(), stamp })),
        }
    }
}

impl Face for Pages {
    fn input(&mut self, input: Input, now: Duration, _: &mut Output) -> Flow {
        match input {
            Input::Key(key) => self.update(Message::Key(key), now),
            Input::Mouse(mouse) => self.update(Message::Mouse(mouse), now),
            Input::Paste(text) => self.update(Message::Paste(text), now),
            Input::Reply(reply) => self.learn(&reply, now),
        }
    }

    fn resize(&mut self, size: Size) {
        self.resize = Some(size);
    }

    fn end_of_input(&mut self) -> Flow {
        // The visitor cannot say goodbye any more.
        Break(Ending::Goodbye)
    }

    fn renew(&mut self, content: &Arc<Content>) {
        self.model = self.model.renewed(Arc::clone(content));
        (self.content, self.shown, self.urgent) = (Arc::clone(content), None, true);
    }

    fn warn(&mut self, now: Duration, _: &mut Output) {
        let _ = self.update(Message::Idle, now);
    }

    fn tick(&mut self, now: Duration, unacknowledged: usize, calm: Duration, output: &mut Output) -> Flow {
        if !output.is_empty() {
            return Continue(());
        }
        if let Some(size) = self.resize.take_if(|_| now >= self.next_layout) {
            self.next_layout = now + LAYOUT;
            self.update(Message::Resize(size.into()), now)?;
            // The terminal may have made anything of the old frame, even where the size is the same again.
            self.shown = None;
        }
        let ticks = self.ticks() && now >= self.next_tick;
        if ticks {
            self.next_tick = now + FRAME;
            // Time goes on whether it is drawn or not, so that all that moves ends when it would.
            if self.model.moving() {
                self.update(Message::Tick, now)?;
            }
        }
        let answers = self.urgent && now >= calm.min(self.next_frame);
        if answers || ticks && unacknowledged <= MOTION_IN_FLIGHT {
            self.draw(now, output);
        }
        if now >= FIRST_QUESTION {
            self.ask(now, output);
        }
        Continue(())
    }

    fn deadline(&self, calm: Duration, output: &Output) -> Option<Duration> {
        if !output.is_empty() {
            return None;
        }
        let answer = (self.urgent && self.changed()).then(|| calm.min(self.next_frame));
        let tick = self.ticks().then_some(self.next_tick);
        let layout = self.resize.and(Some(self.next_layout));
        let question = self.capabilities.has_question().then_some(FIRST_QUESTION);
        [answer, tick, layout, question].into_iter().flatten().min()
    }

    fn leave(&mut self, ending: Ending, asks: bool, now: Duration, output: &mut Output) {
        let out = output.add();
        if let Some(modes) = self.modes.take() {
            terminal::leave(&self.capabilities, modes, out);
        }
        let content = self.content.edition(self.capabilities.look);
        terminal::lines(&last_lines(ending, &content, self.model.size().width), out);
        if let Some(question) = asks.then(|| self.capabilities.ask_last()).flatten() {
            out.extend_from_slice(question.as_bytes());
            self.asked = now;
        }
    }

    fn input_after_leaving(&mut self, input: &Input) {
        if let Input::Reply(reply) = input {
            // Nothing more is asked: the fences of what was asked are all that is waited for.
            self.capabilities.learn_last(reply);
        }
    }

    fn awaits_reply(&self) -> Option<Duration> {
        self.capabilities.asking().then_some(self.asked + LAST_REPLY)
    }
}
