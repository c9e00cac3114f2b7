//! The face of a session that shows pages: it passes events to the app and draws one frame.
//!
//! A key is drawn at once; only a flood of keys is drawn less often. A frame of an animation is drawn only while few
//! bytes are on their way to the visitor, so that no key waits behind animation on a slow line. A second after the last
//! frame its layout and its cells are dropped. Before the next event changes the app's state, the frame on the screen
//! is laid out and drawn again from that state, for the diff.

use std::{
    mem,
    ops::ControlFlow::{Break, Continue},
    sync::Arc,
    time::Duration,
};

use super::{
    ending::{Ending, SessionFlow, last_lines},
    face::{Face, SessionOptions},
    output::Output,
    transfer::{self, PhotoTransfer},
};
use crate::{
    app::{App, AppEvent, Effect, FRAME_RATE, Frame, LineStatus, Wire},
    site::Site,
    terminal::{
        self, Modes, Size,
        capabilities::{Capabilities, Pictures},
        input::{Input, Reply},
    },
};

/// A frame of what moves is drawn while no more than this is on its way to the visitor, in bytes. On a line of 3 kB/s a
/// page must be there 1.2 s after its key, on one of 1.2 kB/s 3 s after it: 3.6 kB on either. A page takes 2.1 kB of
/// that as the line carries it, and a frame of the logo that was drawn just before the key 0.7. On a line that is fast
/// and long, frames are on their way for a round trip, and so some are left out: of the 33 frames of the logo, 32 come
/// where a round trip is 50 ms, 21 at 100 ms and 8 at 300 ms.
pub(super) const MOTION_IN_FLIGHT: usize = 768;

/// The time between two layouts while a window is being resized: ten a second.
const LAYOUT: Duration = Duration::from_millis(100);
/// The time between two frames of an animation or of a flood of input.
pub(super) const FRAME: Duration = Duration::from_nanos(1_000_000_000 / FRAME_RATE as u64);

/// How long the layout of the frame on the screen is kept, so that keys in quick succession do not need it again.
pub(super) const REST: Duration = Duration::from_secs(1);

/// How long the first query of the terminal waits after the first frame. A client whose input has ended
/// (`ssh -tt HOST < /dev/null`) says so right behind its request for a shell, in the same or the next packet; the
/// terminal's reply would reach the visitor's shell.
const FIRST_QUESTION: Duration = Duration::from_millis(50);

/// A terminal whose every reply takes no longer than this is shown pictures. The first reply comes behind the first
/// frame, which has 3 kB, so that the line carries 10 kB/s at least; a portrait in half blocks has 10 kB.
const PROMPT: Duration = Duration::from_millis(300);

/// How long the end waits for outstanding replies, so that they do not reach the visitor's shell: a round trip to the
/// other side of the earth takes a third of it.
const LAST_REPLY: Duration = Duration::from_secs(1);

/// The pages, and the terminal that shows them.
#[allow(clippy::struct_excessive_bools, reason = "each is set and cleared by itself")]
pub(super) struct PagesFace {
    app: App,
    shown: ScreenContent,
    /// Whether anything has changed since the screen was drawn.
    changed: bool,
    /// Whether the card was changed, and the screen still shows the old one until the next event that is drawn.
    renewed: bool,
    capabilities: Capabilities,
    /// When the next frame of a flood of input is due, the next one of an animation, and the next layout of another
    /// size.
    next_frame: Duration,
    next_tick: Duration,
    next_layout: Duration,
    /// When the layout is dropped; `None` where there is none, or something moves.
    rests: Option<Duration>,
    /// A new size that waits for its layout.
    resize: Option<Size>,
    /// Whether there was a change besides animation since the last frame.
    urgent: bool,
    /// The terminal's modes; `None` before the first frame, when the alternate screen is not entered yet.
    modes: Option<Modes>,
    /// A new title for the window.
    title: Option<String>,
    /// When the terminal was last queried.
    asked: Duration,
    /// Whether a reply took longer than [`PROMPT`].
    slow: bool,
    /// The photo on its way to a terminal that keeps pictures, and when its next part is due.
    transfer: PhotoTransfer,
    next_part: Duration,
    /// The transfer of a photo that is no longer the card's.
    stale_transfer: PhotoTransfer,
    /// A text for the visitor's clipboard.
    copy: Option<String>,
    /// Whether a text was sent to the clipboard of which the terminal has not said that it was refused.
    copy_unconfirmed: bool,
    /// The number of frames so far, and of their bytes.
    frames: u64,
    frame_bytes: u64,
}

/// What the visitor's screen shows, to compare the next frame with.
enum ScreenContent {
    /// Unknown: the next frame erases the screen first.
    Unknown,
    /// This frame.
    Frame(Arc<Frame>),
    /// The frame of the app's current state. It is laid out again before that state changes.
    Current,
}

impl PagesFace {
    pub(super) fn new(options: SessionOptions) -> Self {
        let mut capabilities = Capabilities::guess(&options.environment);
        capabilities.appearance = options.preferences.appearance(capabilities.appearance);
        Self {
            app: App::new(options.site, options.size, capabilities.appearance, &options.preferences),
            shown: ScreenContent::Unknown,
            changed: true,
            renewed: false,
            capabilities,
            next_frame: Duration::ZERO,
            next_tick: FRAME,
            next_layout: Duration::ZERO,
            rests: None,
            resize: None,
            urgent: true,
            modes: None,
            title: None,
            asked: Duration::ZERO,
            slow: false,
            transfer: PhotoTransfer::default(),
            next_part: Duration::ZERO,
            stale_transfer: PhotoTransfer::default(),
            copy: None,
            copy_unconfirmed: false,
            frames: 0,
            frame_bytes: 0,
        }
    }

    fn update(&mut self, event: AppEvent, now: Duration) -> SessionFlow {
        self.urgent |= !matches!(event, AppEvent::Tick);
        if matches!(self.shown, ScreenContent::Current) {
            self.shown = ScreenContent::Frame(self.app.frame());
        }
        self.changed = true;
        let before = Arc::clone(self.app.site());
        let effect = self.app.handle(event, now);
        self.follow_site(&before, now);
        match effect {
            Some(Effect::Goodbye) => return Break(Ending::Goodbye),
            Some(Effect::Copy(text)) if self.capabilities.clipboard() => self.copy = Some(text),
            Some(Effect::Copy(_)) => self.update(AppEvent::NotCopied, now)?,
            None => {}
        }
        if mem::take(&mut self.renewed) {
            self.update(AppEvent::Updated, now)?;
        }
        Continue(())
    }

    /// Where another card is shown, or another language of it, the terminal gets its title and its photo. What it has
    /// of the old photo is freed with the next frame.
    fn follow_site(&mut self, before: &Arc<Site>, now: Duration) {
        if Arc::ptr_eq(before, self.app.site()) {
            return;
        }
        let (old, new) = (&before.document().card, &self.app.site().document().card);
        if old.title() != new.title() {
            self.title = Some(new.title());
        }
        if self.transfer.has_begun() && old.photo != new.photo {
            self.stale_transfer = mem::take(&mut self.transfer);
            self.capabilities.appearance.pictures = self.pictures();
            let _ = self.app.handle(AppEvent::Appearance(self.capabilities.appearance), now);
        }
    }

    /// The terminal has answered: the page improves, and the next question is put with the next frame.
    fn learn(&mut self, reply: &Reply, now: Duration) -> SessionFlow {
        self.urgent = true;
        let before = self.capabilities;
        self.capabilities.learn(reply);
        self.slow |= before.asking() && now.saturating_sub(self.asked) > PROMPT;
        if self.capabilities.has_answered() {
            self.capabilities.appearance.pictures = self.pictures();
        }
        if self.capabilities.mouse && !before.mouse {
            self.update(AppEvent::MouseConfirmed, now)?;
        }
        if self.capabilities.appearance != before.appearance {
            self.update(AppEvent::Appearance(self.capabilities.appearance), now)?;
        }
        if self.capabilities.appearance.glyphs != before.appearance.glyphs
            || self.capabilities.graphemes != before.graphemes
        {
            // What was shown took other cells than it should have.
            self.erase();
        }
        Continue(())
    }

    /// How a terminal that has answered all questions shows pictures.
    fn pictures(&self) -> Pictures {
        if self.slow {
            Pictures::None
        } else if !self.capabilities.placeholders {
            Pictures::HalfBlocks
        } else if self.transfer.is_complete() {
            Pictures::Placeholders
        } else {
            Pictures::Pending
        }
    }

    /// Whether the terminal is to get more of the photo.
    fn sends_photo(&self) -> bool {
        let keeps_pictures = self.capabilities.has_answered() && self.capabilities.placeholders;
        keeps_pictures && !self.slow && self.transfer.is_due()
    }

    /// Sends the next part of the photo; when the terminal has all of it, it is drawn.
    fn send_photo(&mut self, now: Duration, output: &mut Output) -> SessionFlow {
        let site = Arc::clone(self.app.site());
        self.transfer.send(site.photo_file().unwrap_or_default(), output.add());
        if self.transfer.is_complete() {
            self.capabilities.appearance.pictures = self.pictures();
            self.update(AppEvent::Appearance(self.capabilities.appearance), now)?;
        }
        Continue(())
    }

    /// Draws the whole screen anew, whatever is on it.
    fn erase(&mut self) {
        (self.shown, self.changed, self.urgent) = (ScreenContent::Unknown, true, true);
    }

    /// Whether something moves, or has moved and is not shown yet as it is now. Where a client acknowledges nothing,
    /// this lasts until the connection is given up (keepalives, 80 s), at a query of the socket each tick.
    fn ticks(&self) -> bool {
        self.app.moving() || !self.urgent && self.changed()
    }

    /// What the terminal should do.
    fn wanted(&self) -> Modes {
        let Capabilities { graphemes, title, .. } = self.capabilities;
        Modes { mouse: self.app.wants_mouse(), paste: true, graphemes, title }
    }

    /// Whether there is something to draw.
    fn changed(&self) -> bool {
        self.changed || self.modes != Some(self.wanted()) || self.copy.is_some()
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
        before.change(wanted, &self.app.site().document().card.title(), out);
        if let Some(title) = self.title.take().filter(|_| before.title && wanted.title) {
            terminal::title(&title, out);
        }
        mem::take(&mut self.stale_transfer).free(out);
        if self.changed {
            self.frame(now, out);
        }
        if let Some(text) = self.copy.take() {
            terminal::copy(&text, out);
            self.copy_unconfirmed = true;
        }
        // Two states may look alike, and the frame then has no byte: its buffer is given back.
        output.wrote(0);
        self.next_frame = now + FRAME;
    }

    /// Puts the next question to the terminal, if there is one.
    fn ask(&mut self, now: Duration, output: &mut Output) {
        let Some(question) = self.capabilities.ask() else { return };
        output.add().extend_from_slice(question.as_bytes());
        self.asked = now;
        if !self.app.has_page() {
            // In so small a window, the cell that a question blanks may be one that shows something.
            self.erase();
        }
    }

    /// Draws the app: what turns the screen that is shown into one that shows it.
    fn frame(&mut self, now: Duration, out: &mut Vec<u8>) {
        let next = self.app.frame();
        self.transfer.show(next.photo(), out);
        let shown = if let ScreenContent::Frame(frame) = &self.shown { Some(&**frame) } else { None };
        let before = out.len();
        terminal::frame(next.drawn_area(), Frame::draw, shown, &next, self.capabilities.synchronized, out);
        self.frames += 1;
        self.frame_bytes += (out.len() - before) as u64;
        self.changed = false;
        self.shown = ScreenContent::Frame(next);
        // What moves is drawn again soon. Where the key that opened the figures of the connection was read at a tick,
        // the figures come with the next one.
        let kept = if self.wants_line() { FRAME } else { REST };
        self.rests = (!self.app.moving()).then_some(now + kept);
    }

    /// Lets the layout of what is shown go, when it is time.
    fn rest(&mut self, now: Duration) {
        if !self.changed && self.rests.take_if(|at| now >= *at).is_some() {
            self.shown = ScreenContent::Current;
            self.app.rest();
        }
    }
}

impl Face for PagesFace {
    fn input(&mut self, input: Input, now: Duration, _: &mut Output) -> SessionFlow {
        match input {
            Input::Reply(reply) => self.learn(&reply, now),
            // Keys and clicks are meant for what the screen shows: on the new card the same key may open another page,
            // and a letter of a search may be a command. So the first one only shows the new card.
            _ if self.renewed => {
                self.show_renewed(now);
                Continue(())
            }
            Input::Key(key) => self.update(AppEvent::Key(key), now),
            Input::Mouse(mouse) => self.update(AppEvent::Mouse(mouse), now),
            Input::Paste(text) => self.update(AppEvent::Paste(text), now),
        }
    }

    fn resize(&mut self, size: Size) {
        self.resize = Some(size);
    }

    fn end_of_input(&mut self) -> SessionFlow {
        // The visitor cannot say goodbye any more.
        Break(Ending::Goodbye)
    }

    fn renew(&mut self, site: &Arc<Site>) {
        // A frame of the old site is not kept.
        self.shown = ScreenContent::Unknown;
        let before = (self.changed, self.urgent);
        let _ = self.update(AppEvent::Site(Arc::clone(site)), Duration::ZERO);
        self.renewed = true;
        self.rests = None;
        self.app.rest();
        (self.changed, self.urgent) = before;
        if self.changed {
            // What the visitor has just done is drawn soon.
            self.show_renewed(Duration::ZERO);
        }
    }

    fn show_renewed(&mut self, now: Duration) {
        if mem::take(&mut self.renewed) {
            let _ = self.update(AppEvent::Updated, now);
        }
    }

    fn tell_fault(&mut self, fault: Option<String>, now: Duration) {
        let _ = self.update(AppEvent::Fault(fault), now);
    }

    fn tell_restart(&mut self, now: Duration) {
        let _ = self.update(AppEvent::Restarting, now);
    }

    fn tell_not_copied(&mut self, now: Duration) {
        // One message for a text: what a client sends without being asked would draw a frame each time.
        if mem::take(&mut self.copy_unconfirmed) {
            let _ = self.update(AppEvent::NotCopied, now);
        }
    }

    fn wants_line(&self) -> bool {
        self.app.wants_wire()
    }

    fn tell_line(&mut self, line: Option<LineStatus>, now: Duration) {
        let wire = Wire { line, frames: self.frames, frame_bytes: self.frame_bytes };
        let _ = self.update(AppEvent::Wire(wire), now);
    }

    fn warn(&mut self, now: Duration, _: &mut Output) {
        let _ = self.update(AppEvent::Idle, now);
    }

    fn tick(&mut self, now: Duration, unacknowledged: usize, calm: Duration, output: &mut Output) -> SessionFlow {
        if !output.is_empty() {
            return Continue(());
        }
        if let Some(size) = self.resize.take_if(|_| now >= self.next_layout) {
            self.next_layout = now + LAYOUT;
            self.update(AppEvent::Resize(size), now)?;
            // The terminal may have made anything of the old frame, even where the size is the same again.
            self.erase();
        }
        let ticks = self.ticks() && now >= self.next_tick;
        if ticks {
            self.next_tick = now + FRAME;
            // Time goes on whether it is drawn or not, so that all that moves ends when it would.
            if self.app.moving() {
                self.update(AppEvent::Tick, now)?;
            }
        }
        let answers = self.urgent && now >= calm.min(self.next_frame);
        if answers || ticks && unacknowledged <= MOTION_IN_FLIGHT {
            self.draw(now, output);
        }
        self.rest(now);
        if now >= FIRST_QUESTION {
            self.ask(now, output);
        }
        if output.is_empty() && self.sends_photo() && now >= self.next_part {
            self.next_part = now + FRAME;
            if unacknowledged <= transfer::IN_FLIGHT {
                self.send_photo(now, output)?;
            }
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
        let part = self.sends_photo().then_some(self.next_part);
        let rest = self.rests.filter(|_| !self.changed);
        [answer, tick, layout, question, part, rest].into_iter().flatten().min()
    }

    fn leave(&mut self, ending: Ending, asks: bool, now: Duration, output: &mut Output) {
        let out = output.add();
        if let Some(modes) = self.modes.take() {
            // Pictures belong to the alternate screen.
            mem::take(&mut self.stale_transfer).free(out);
            mem::take(&mut self.transfer).free(out);
            terminal::leave(&self.capabilities, modes, out);
        }
        let ascii = self.capabilities.appearance.is_ascii();
        terminal::lines(&last_lines(ending, self.app.score(), self.app.site(), ascii, self.app.size().width), out);
        if let Some(question) = asks.then(|| self.capabilities.ask_last()).flatten() {
            out.extend_from_slice(question.as_bytes());
            self.asked = now;
        }
    }

    fn input_after_leaving(&mut self, input: &Input) {
        if let Input::Reply(reply) = input {
            // The fences of what was asked are waited for; nothing more is asked.
            self.capabilities.learn(reply);
        }
    }

    fn awaits_reply(&self) -> Option<Duration> {
        self.capabilities.asking().then_some(self.asked + LAST_REPLY)
    }
}
