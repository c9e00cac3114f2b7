//! What the visitor does and sees: tabs, overlays over them, and the keys. No I/O, no clock, no random number: the time
//! arrives with each event.
//!
//! A key's way: [`App::handle`] looks the command up (`keys.rs`), gives it to the screen on top (`Screen::update`), does
//! what the screen passes on, and lays the window out once ([`Frame`]). The session draws that frame.

mod event;
mod frame;
mod keys;
mod layers;
mod notice;
pub mod plain;
mod preferences;
mod screen;
mod screens;
mod sheet;
mod window;

use std::{sync::Arc, time::Duration};

use ratatui::layout::Size;

pub use event::{Effect, Event, FRAME_RATE};
pub use frame::Frame;
use keys::Command;
use layers::Layers;
pub use preferences::{ColorScheme, Mode, Preferences, Word};
use screen::{Context, Found, Hint, Outcome, Screen, View};
use screens::{Help, Search};
use sheet::{Bookmark, Target, Wanted};
use window::Window;

use crate::{
    document::Place,
    site::Site,
    terminal::{
        capabilities::Appearance,
        input::{Action, Key, Mouse},
    },
};

/// The rows of one step of the mouse's wheel.
const WHEEL: u16 = 3;

/// What one visitor sees: some hundred bytes at rest, when no frame is kept.
#[derive(Debug)]
pub struct App {
    view: View,
    layers: Layers,
    found: Option<Found>,
    /// What stays in view while the window is resized.
    bookmark: Option<Bookmark>,
    notice: Option<&'static str>,
    /// How often the size or the appearance of the window has changed, by which all pages are laid out otherwise.
    generation: u32,
    mouse: bool,
    /// The layout of what is shown now, until it changes or the session rests.
    frame: Option<Arc<Frame>>,
}

impl App {
    /// A visitor arrives: the first page of the card, and its logo begins to flow.
    #[must_use]
    pub fn new(site: Arc<Site>, size: Size, appearance: Appearance, preferences: &Preferences) -> Self {
        let page = preferences.page.as_deref().and_then(|page| site.document().position(page));
        let layers = Layers::new(site.document(), page.unwrap_or(0));
        let motion = !preferences.still;
        let mut app = Self {
            view: View { site, size, appearance, colors: preferences.colors, motion, now: Duration::ZERO },
            layers,
            found: None,
            bookmark: None,
            notice: None,
            generation: 0,
            mouse: false,
            frame: None,
        };
        if motion {
            app.with_top(|screen, context| screen.arrive(context));
        }
        app
    }

    /// Something happens, `now` after the visitor arrived.
    pub fn handle(&mut self, event: Event, now: Duration) -> Option<Effect> {
        self.view.now = now;
        let effect = match event {
            Event::Key(key) => self.key(key),
            Event::Paste(text) => {
                self.notice = None;
                self.change();
                if self.edits_a_line() {
                    self.with_top(|screen, context| screen.paste(&text, context));
                    self.reveal();
                }
                None
            }
            Event::Mouse(mouse) => self.mouse(mouse),
            Event::Resize(size) => {
                self.lay_out_anew(|app| app.view.size = size);
                None
            }
            Event::Appearance(appearance) => {
                self.learn(appearance);
                None
            }
            Event::MouseConfirmed => {
                self.mouse = true;
                None
            }
            Event::Tick => {
                self.with_top(|screen, context| screen.tick(context));
                self.change();
                None
            }
            Event::NotCopied => self.say(notice::NOT_COPIED),
            Event::Idle => self.say(notice::STILL_THERE),
            Event::Site(site) => {
                self.replace(site);
                None
            }
        };
        if !self.moving() {
            self.view.now = Duration::ZERO;
        }
        effect
    }

    /// What the window shows, laid out. It is kept until something changes or [`App::rest`].
    pub fn frame(&mut self) -> Arc<Frame> {
        if let Some(frame) = &self.frame {
            return Arc::clone(frame);
        }
        let frame = Arc::new(self.lay_out());
        self.frame = Some(Arc::clone(&frame));
        frame
    }

    /// Lets go of the layout: nothing is expected to happen soon.
    pub fn rest(&mut self) {
        self.frame = None;
    }

    /// Whether the window moves and wants an [`Event::Tick`] for each frame.
    #[must_use]
    pub fn moving(&self) -> bool {
        // In a window that is too small for a page nothing moves, nor is a tick of use.
        let screen = &self.layers.top().screen;
        screen.moving() && screen.window(self.view.size).is_some()
    }

    /// Whether mouse reports are wanted.
    #[must_use]
    pub fn wants_mouse(&self) -> bool {
        self.mouse
    }

    /// Whether the visitor edits a line, into which text can be pasted.
    #[must_use]
    pub fn edits_a_line(&self) -> bool {
        self.layers.top().screen.edits_a_line()
    }

    /// Whether the window has room for a page. Then its first cell is blank, at the top left.
    #[must_use]
    pub fn has_page(&self) -> bool {
        Window::of(self.view.size).is_some()
    }

    /// The size that is laid out for.
    #[must_use]
    pub fn size(&self) -> Size {
        self.view.size
    }

    /// The card that is shown.
    #[must_use]
    pub fn site(&self) -> &Arc<Site> {
        &self.view.site
    }

    /// Does something with the screen on top; nothing in a window that is too small for any.
    fn with_top<T: Default>(&mut self, act: impl FnOnce(&mut dyn Screen, &Context<'_>) -> T) -> T {
        let layer = self.layers.top_mut();
        let Some(window) = layer.screen.window(self.view.size) else { return T::default() };
        let (view, theme) = (&self.view, &self.view.theme());
        let context = Context { view, theme, window: &window, scroll: layer.scroll };
        act(layer.screen.as_mut(), &context)
    }

    /// The layout is out of date; the next one that is asked for is made anew.
    fn change(&mut self) {
        self.frame = None;
    }

    fn say(&mut self, notice: &'static str) -> Option<Effect> {
        self.notice = Some(notice);
        self.change();
        None
    }

    fn lay_out(&self) -> Frame {
        let (view, theme) = (&self.view, &self.view.theme());
        let (screen, scroll) = (self.layers.top().screen.as_ref(), self.layers.top().scroll);
        let Some(window) = screen.window(view.size) else {
            return Frame::tiny(view.size, &view.site.document().card.headline.join(" "), theme);
        };
        let context = Context { view, theme, window: &window, scroll };
        let hints = self.hints(screen, &context);
        let mut frame = Frame::new(screen, self.layers.tab(), hints, self.notice, &context);
        if let Some(found) = &self.found
            && let Some(entry) = context.search_index().entry(found.entry)
        {
            let target = entry.place.entry.map(Target::Entry);
            frame.body.mark(Wanted { text: &entry.text, marks: &found.marks, target }, theme.marked);
        }
        frame
    }

    /// The keys at the bottom: those of the screen, and those that every screen has.
    fn hints(&self, screen: &dyn Screen, context: &Context<'_>) -> Vec<Hint> {
        let mut hints = screen.hints(context);
        if !self.layers.has_overlay() {
            // After the page's own two.
            let third = hints.len().min(2);
            hints.insert(third, (Command::Find, "find"));
            if self.layers.leads_back() {
                hints.insert(third, (Command::Back, "back"));
            }
        }
        if !screen.hides_page() {
            hints.push((Command::Help, "keys"));
        }
        // What is typed into a line hangs nothing up.
        if !screen.edits_a_line() {
            hints.push((Command::Goodbye, "hang up"));
        }
        hints
    }

    fn key(&mut self, key: Key) -> Option<Effect> {
        let before = self.frame();
        self.change();
        self.settle();
        let edited = self.with_top(|screen, context| screen.edit(key, context));
        match edited {
            Some(outcome) => self.follow(outcome, &before),
            None => keys::command(key).and_then(|command| self.command(command, &before)),
        }
    }

    /// The visitor acts: what moves by itself comes to rest, and what was said or marked has been seen.
    fn settle(&mut self) {
        (self.notice, self.bookmark, self.found) = (None, None, None);
        self.layers.top_mut().screen.rest();
    }

    fn mouse(&mut self, mouse: Mouse) -> Option<Effect> {
        let before = self.frame();
        self.change();
        match mouse.action {
            Action::Press => {
                let target = before.target(mouse.column, mouse.row);
                self.settle();
                match target? {
                    Target::Command(command) => self.command(command, &before),
                    target => {
                        let outcome = self.with_top(|screen, context| screen.click(target, context));
                        self.follow(outcome, &before)
                    }
                }
            }
            Action::WheelDown | Action::WheelUp => {
                (self.notice, self.bookmark) = (None, None);
                let down = mouse.action == Action::WheelDown;
                if self.edits_a_line() {
                    return self.command(if down { Command::Down } else { Command::Up }, &before);
                }
                self.scroll_by(&before, WHEEL, down);
                None
            }
        }
    }

    /// Does what a command means on the screen on top, or else what it means everywhere.
    fn command(&mut self, command: Command, before: &Frame) -> Option<Effect> {
        match self.with_top(|screen, context| screen.update(command, context)) {
            Outcome::Pass => {}
            outcome => return self.follow(outcome, before),
        }
        match command {
            Command::Goodbye => return Some(Effect::Goodbye),
            Command::Copy => {
                let text = self.with_top(|screen, context| screen.selection(context))?;
                return Some(self.copy(text));
            }
            Command::Help => self.cover(Box::new(Help), before),
            Command::Find if self.has_page() => self.cover(Box::new(Search::default()), before),
            Command::Page(page) => self.go(page),
            Command::NextPage | Command::Right => self.go(self.layers.tab() + 1),
            Command::PreviousPage | Command::Left => self.go(self.layers.tab().wrapping_sub(1)),
            Command::Down => self.scroll_by(before, 1, true),
            Command::Up => self.scroll_by(before, 1, false),
            Command::PageDown | Command::Run | Command::Open => self.read_on(before),
            Command::PageUp => self.scroll_by(before, screenful(before), false),
            Command::Top => {
                self.scroll_to(0);
                self.reveal();
            }
            Command::Bottom => {
                let furthest = self.frame().furthest();
                self.scroll_to(furthest);
            }
            Command::Back => self.layers.back(),
            Command::Ground => {
                let (colors, notice) = self.view.colors.next(self.view.appearance);
                self.view.colors = colors;
                self.say(notice);
            }
            Command::Motion => {
                self.view.motion = !self.view.motion;
                self.say(if self.view.motion { notice::MOTION } else { notice::STILL });
            }
            Command::Mouse => {
                self.mouse = !self.mouse;
                self.say(if self.mouse { notice::MOUSE_CLICKS } else { notice::MOUSE_SELECTS });
            }
            Command::Find | Command::Flip | Command::See | Command::Restart => {}
        }
        None
    }

    /// Does what a screen asks for. `before` is the layout that the visitor saw.
    fn follow(&mut self, outcome: Outcome, before: &Frame) -> Option<Effect> {
        match outcome {
            Outcome::Pass | Outcome::Stay => {}
            Outcome::Reveal => self.reveal(),
            Outcome::Open(screen) => self.cover(screen, before),
            Outcome::Close { finished } => {
                self.uncover(finished);
                if finished {
                    let under = self.frame();
                    self.change();
                    self.read_on(&under);
                }
            }
            Outcome::Go(place) => self.jump(place),
            Outcome::Found(place, found) => {
                self.jump(place);
                self.found = Some(found);
                self.change();
                self.reveal();
                let row = self.frame().revealed_mark();
                self.scroll_to(row);
            }
            Outcome::Copy(text) => return Some(self.copy(text)),
        }
        None
    }

    fn copy(&mut self, text: String) -> Effect {
        self.say(notice::SENT);
        Effect::Copy(text)
    }

    fn cover(&mut self, screen: Box<dyn Screen>, before: &Frame) {
        self.layers.cover(screen, before.bookmark().map(|bookmark| (bookmark, self.generation)));
        self.change();
    }

    /// Takes the screen on top away. The one below stands where it stood, also if it is laid out otherwise now.
    fn uncover(&mut self, finished: bool) {
        let covered_at = self.layers.uncover(finished);
        self.change();
        if let Some((bookmark, _)) = covered_at.filter(|(_, of)| *of != self.generation) {
            let row = self.frame().body.row_of(bookmark);
            self.scroll_to(row);
        }
    }

    fn go(&mut self, page: usize) {
        self.layers.go(page);
        self.change();
    }

    fn jump(&mut self, place: Place) {
        self.layers.jump(place);
        self.change();
        self.reveal();
    }

    /// The first row of what is on top becomes `row`. A layout that was made already scrolls along.
    fn scroll_to(&mut self, row: u16) {
        self.layers.top_mut().scroll = row;
        if let Some(frame) = &mut self.frame {
            Arc::make_mut(frame).scroll = row;
        }
    }

    fn scroll_by(&mut self, before: &Frame, rows: u16, down: bool) {
        let first = before.first();
        let to = if down { first.saturating_add(rows) } else { first.saturating_sub(rows) };
        self.scroll_to(to.min(before.furthest()));
    }

    /// Scrolls as little as shows what is selected.
    fn reveal(&mut self) {
        let row = self.frame().revealed();
        self.scroll_to(row);
    }

    /// Shows what comes after what is in view: more of what is selected, the next of the page, the next page. Pressed again
    /// and again, Enter leads through the whole card.
    fn read_on(&mut self, before: &Frame) {
        if self.layers.has_overlay() {
            self.scroll_by(before, screenful(before), true);
            return;
        }
        let body = &before.body;
        let end = body.told.or(body.selected.map(|(_, end)| end)).unwrap_or(body.height());
        let seen = before.first().saturating_add(before.visible());
        if before.furthest() > 0 && end > seen {
            // Not past the end of what is selected: what comes after it is the next one's.
            self.scroll_by(before, (end - seen).min(screenful(before)), true);
        } else if self.with_top(|screen, context| screen.select_next(context)) {
            self.reveal();
        } else if before.first() < before.furthest() {
            self.scroll_by(before, screenful(before), true);
        } else {
            self.go(self.layers.tab() + 1);
        }
    }

    /// Changes what the layout depends on. The reader keeps their place: the same paragraph, what is selected, what was
    /// found.
    fn lay_out_anew(&mut self, change: impl FnOnce(&mut Self)) {
        let before = self.frame();
        // The paragraph that was first when the visitor last moved; not the one that the last of many changes put there.
        self.bookmark = self.bookmark.or_else(|| before.bookmark());
        change(self);
        self.generation = self.generation.wrapping_add(1);
        self.change();
        if !self.has_page() {
            // A line cannot be edited where there is no room for one.
            while self.edits_a_line() {
                self.uncover(false);
            }
        }
        let after = self.frame();
        if let Some(bookmark) = self.bookmark {
            self.scroll_to(after.body.row_of(bookmark));
        }
        drop(after);
        // A visitor who has read on from what is selected stays where they read.
        if before.first() == before.revealed() {
            self.reveal();
        }
        if self.found.is_some() {
            let row = self.frame().revealed_mark();
            self.scroll_to(row);
        }
    }

    /// More is known of how the terminal shows things; the texts may have to be set in another variant.
    fn learn(&mut self, appearance: Appearance) {
        let before = self.view.appearance;
        if (appearance.is_ascii(), appearance.links) == (before.is_ascii(), before.links) {
            self.view.appearance = appearance;
            self.change();
            return;
        }
        self.lay_out_anew(|app| {
            (app.view.appearance, app.found) = (appearance, None);
            app.with_top(|screen, context| screen.refresh(context));
        });
    }

    /// Another site takes the place of the one that is shown. The visitor stays on the page of the same name.
    fn replace(&mut self, site: Arc<Site>) {
        self.layers.replace(self.view.site.document(), site.document());
        self.view.site = site;
        (self.found, self.bookmark) = (None, None);
        self.change();
    }
}

/// A screen less the row that the reader's eye holds on to.
fn screenful(frame: &Frame) -> u16 {
    frame.visible().saturating_sub(1).max(1)
}

#[cfg(test)]
mod tests;
