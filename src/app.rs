//! The app: the interactive card with its tabs, its overlays and its keys. It does no I/O, reads no clock and draws no
//! random number: the time comes with each event.
//!
//! The way of a key: [`App::handle`] looks up its command (`keys.rs`), passes it to the screen on top
//! (`Screen::update`), carries out what the screen returns, and lays out the window once ([`Frame`]). The session draws
//! that frame.

mod display;
mod event;
mod frame;
mod keys;
mod layers;
mod notice;
mod picture;
pub mod plain;
mod postcard;
mod preferences;
mod screen;
mod screens;
mod sheet;
mod window;

use std::{sync::Arc, time::Duration};

use ratatui::layout::Size;

use display::Display;
pub use event::{AlgorithmNames, AppEvent, Effect, FRAME_RATE, LineStatus, Wire};
pub use frame::Frame;
use keys::Command;
use layers::Layers;
use notice::Notice;
pub use picture::picture;
pub use postcard::{animated, postcard};
pub use preferences::{ColorScheme, Mode, OpenedExhibit, Preferences, Word};
use screen::{Outcome, Screen, View};
use screens::{ExhibitScreen, HelpScreen, SearchScreen};
use sheet::{Bookmark, Target};
use window::Window;

use crate::{
    document::Place,
    exhibits::Score,
    site::Site,
    terminal::{
        capabilities::Appearance,
        input::{Action, Key, Mouse},
    },
};

/// The rows of one step of the mouse's wheel.
const WHEEL: u16 = 3;

/// The interactive card of one visitor: some hundred bytes at rest, when no frame is kept.
#[derive(Debug)]
pub struct App {
    display: Display,
    /// What stays in view while the window is resized.
    bookmark: Option<Bookmark>,
    mouse: bool,
    /// The best result in an exhibit that is a game.
    score: Option<Score>,
}

impl App {
    /// Opens the card in the visitor's language, on the page that they asked for or the first one; its logo begins to
    /// move.
    #[must_use]
    pub fn new(card: Arc<Site>, size: Size, appearance: Appearance, preferences: &Preferences) -> Self {
        let view = View::new(card, size, appearance, preferences);
        let (document, exhibit) = (view.site.document(), preferences.exhibit.as_ref());
        let page = preferences.page.as_deref().and_then(|page| document.position(page));
        let of_exhibit = || Some(document.place_of_exhibit(&exhibit?.name)?.page);
        let mut layers = Layers::new(document, page.or_else(of_exhibit).unwrap_or(0));
        if let Some(screen) = exhibit.and_then(ExhibitScreen::opened) {
            layers.cover(Box::new(screen), None);
        }
        let mut display = Display::new(view, layers);
        if display.view.motion {
            display.with_top(|screen, context| screen.arrive(context));
        }
        let mut app = Self { display, bookmark: None, mouse: false, score: None };
        let place = page.zip(preferences.entry).map(|(page, entry)| Place { page, entry: Some(entry) });
        if let Some(place) = place.filter(|place| app.site().document().entry(*place).is_some()) {
            app.jump(place);
        }
        app
    }

    /// Handles an event, `now` after the visitor arrived.
    pub fn handle(&mut self, event: AppEvent, now: Duration) -> Option<Effect> {
        self.display.view.now = now;
        self.display.see();
        let effect = match event {
            AppEvent::Key(key) => self.key(key),
            AppEvent::Paste(text) => {
                self.display.notice = None;
                self.display.change();
                if self.edits_a_line() {
                    self.display.with_top(|screen, context| screen.paste(&text, context));
                    self.display.reveal();
                }
                None
            }
            AppEvent::Mouse(mouse) => self.mouse(mouse),
            AppEvent::Resize(size) => {
                self.lay_out_anew(|app| app.display.view.size = size);
                None
            }
            AppEvent::Appearance(appearance) => {
                self.learn(appearance);
                None
            }
            AppEvent::MouseConfirmed => {
                self.mouse = true;
                None
            }
            AppEvent::Tick => {
                self.display.with_top(|screen, context| screen.tick(context));
                self.display.change();
                None
            }
            AppEvent::Wire(wire) => {
                self.display.layers.top_mut().screen.tell_wire(wire);
                self.display.change();
                None
            }
            AppEvent::NotCopied => self.say(|notices| &notices.no_clipboard),
            AppEvent::Idle => self.say(|notices| &notices.one_minute),
            AppEvent::Restarting => self.say(|notices| &notices.restarting),
            AppEvent::Fault(fault) => {
                if fault.is_some() {
                    self.display.notice = None;
                }
                self.display.fault = fault;
                self.display.change();
                None
            }
            AppEvent::Site(card) => {
                let language = &self.site().document().language;
                let site = card.in_language(Some(language));
                self.replace(card, site);
                self.display.notice = None;
                None
            }
            // What the visitor has just done may have said something already.
            AppEvent::Updated if self.display.notice.is_some() => None,
            AppEvent::Updated => self.say(|notices| &notices.updated),
        };
        let best = self.score.as_ref().map_or(f64::INFINITY, |best| best.worst);
        self.score = self.display.layers.top().screen.better_score(best).or(self.score.take());
        if !self.moving() {
            self.display.view.now = Duration::ZERO;
        }
        self.display.acted();
        effect
    }

    /// The layout of the window. It is kept until the next change or [`App::rest`].
    pub fn frame(&mut self) -> Arc<Frame> {
        self.display.frame()
    }

    /// Drops the layout, when no event is expected soon.
    pub fn rest(&mut self) {
        self.display.change();
    }

    /// Whether something moves, which needs an [`AppEvent::Tick`] for each frame.
    #[must_use]
    pub fn moving(&self) -> bool {
        // In a window that is too small for a page nothing moves, nor is a tick of use.
        let screen = &self.display.layers.top().screen;
        screen.moving() && screen.window(self.display.view.size, false).is_some()
    }

    /// Whether mouse reports are wanted.
    #[must_use]
    pub fn wants_mouse(&self) -> bool {
        self.mouse
    }

    /// Whether the screen shows figures of the connection, which need an [`AppEvent::Wire`].
    #[must_use]
    pub fn wants_wire(&self) -> bool {
        self.display.layers.top().screen.wants_wire()
    }

    /// Whether the visitor edits a line, into which text can be pasted.
    #[must_use]
    pub fn edits_a_line(&self) -> bool {
        self.display.layers.top().screen.edits_a_line()
    }

    /// Whether the window has room for a page. Then its first cell is blank, at the top left.
    #[must_use]
    pub fn has_page(&self) -> bool {
        Window::of(self.display.view.size).is_some()
    }

    /// The best result of this visit in an exhibit that is a game, in a sentence.
    #[must_use]
    pub fn score(&self) -> Option<&str> {
        self.score.as_ref().map(|score| score.said.as_str())
    }

    /// The size of the window.
    #[must_use]
    pub fn size(&self) -> Size {
        self.display.view.size
    }

    /// The card that is shown.
    #[must_use]
    pub fn site(&self) -> &Arc<Site> {
        &self.display.view.site
    }

    fn say(&mut self, notice: Notice) -> Option<Effect> {
        self.display.notice = Some(notice);
        self.display.change();
        None
    }

    fn key(&mut self, key: Key) -> Option<Effect> {
        self.settle();
        let edited = self.display.with_top(|screen, context| screen.edit(key, context));
        match edited {
            Some(outcome) => self.follow(outcome),
            None => keys::command(key).and_then(|command| self.command(command)),
        }
    }

    /// Before an action of the visitor: animation stops, and notices and marks of the search disappear.
    fn settle(&mut self) {
        self.bookmark = None;
        let display = &mut self.display;
        let told = display.notice.take().is_some() | display.found.take().is_some();
        let screen = &mut display.layers.top_mut().screen;
        let moved = screen.moving();
        screen.rest();
        if told || moved {
            display.change();
        }
    }

    fn mouse(&mut self, mouse: Mouse) -> Option<Effect> {
        match mouse.action {
            Action::Press => {
                let target = self.display.seen().target(mouse.column, mouse.row);
                self.settle();
                match target? {
                    Target::Command(command) => self.command(command),
                    target => {
                        let outcome = self.display.with_top(|screen, context| screen.click(target, context));
                        self.follow(outcome)
                    }
                }
            }
            Action::WheelDown | Action::WheelUp => {
                self.bookmark = None;
                if self.display.notice.take().is_some() {
                    self.display.change();
                }
                let down = mouse.action == Action::WheelDown;
                if self.edits_a_line() {
                    return self.command(if down { Command::Down } else { Command::Up });
                }
                self.display.scroll_by(WHEEL, down);
                None
            }
        }
    }

    /// Carries out a command: as the screen on top defines it, else as it is defined for all screens.
    fn command(&mut self, command: Command) -> Option<Effect> {
        match self.display.with_top(|screen, context| screen.update(command, context)) {
            Outcome::Pass => {}
            outcome => return self.follow(outcome),
        }
        match command {
            Command::Goodbye => return Some(Effect::Goodbye),
            Command::Copy => {
                let text = self.display.with_top(|screen, context| screen.selection(context))?;
                return Some(self.copy(text));
            }
            Command::Help => self.cover(Box::new(HelpScreen)),
            Command::Wire => self.cover(Box::new(screens::WireScreen::default())),
            Command::Find if self.has_page() => self.cover(Box::new(SearchScreen::default())),
            Command::Page(page) => self.go(page),
            Command::NextPage | Command::Right => self.go(self.display.layers.tab + 1),
            Command::PreviousPage | Command::Left => self.go(self.display.layers.tab.wrapping_sub(1)),
            Command::Down => self.display.scroll_by(1, true),
            Command::Up => self.display.scroll_by(1, false),
            Command::PageDown | Command::Run | Command::Open => self.read_on(),
            Command::PageUp => {
                let screenful = self.display.seen().screenful();
                self.display.scroll_by(screenful, false);
            }
            Command::Top => {
                self.display.change();
                self.display.scroll_to(0);
                self.display.reveal();
            }
            Command::Bottom => {
                self.display.change();
                let furthest = self.display.frame().furthest();
                self.display.scroll_to(furthest);
            }
            Command::Back => {
                self.display.layers.back();
                self.display.change();
            }
            Command::Ground => {
                let (colors, notice) = self.display.view.colors.next(self.display.view.appearance);
                self.display.view.colors = colors;
                self.display.view.restyle();
                self.say(notice);
            }
            Command::Motion => {
                self.display.view.motion = !self.display.view.motion;
                self.say(if self.display.view.motion {
                    |notices| &notices.motion_on
                } else {
                    |notices| &notices.motion_off
                });
            }
            Command::Mouse => {
                self.mouse = !self.mouse;
                self.say(if self.mouse { |notices| &notices.mouse_clicks } else { |notices| &notices.mouse_selects });
            }
            Command::Language => {
                if let Some(next) = self.display.view.next_language().cloned() {
                    self.replace(Arc::clone(&self.display.view.card), next);
                    self.say(|notices| &notices.language);
                }
            }
            Command::Find | Command::Flip | Command::See | Command::Restart | Command::Details => {}
        }
        None
    }

    /// Carries out what a screen asks for.
    fn follow(&mut self, outcome: Outcome) -> Option<Effect> {
        if !matches!(outcome, Outcome::Pass) {
            self.display.change();
        }
        match outcome {
            Outcome::Pass | Outcome::Stay => {}
            Outcome::Reveal => self.display.reveal(),
            Outcome::Open(screen) => self.cover(screen),
            Outcome::Close { finished } => {
                self.uncover(finished);
                if finished {
                    self.display.frame();
                    self.display.see();
                    self.read_on();
                }
            }
            Outcome::Go(place) => self.jump(place),
            Outcome::Found { place, found, over } => {
                self.jump(place);
                if let Some(screen) = over {
                    self.display.frame();
                    self.display.see();
                    self.cover(screen);
                }
                self.display.found = Some(found);
                self.display.change();
                self.display.reveal();
                let row = self.display.frame().revealed_mark();
                self.display.scroll_to(row);
            }
            Outcome::Copy(text) => return Some(self.copy(text)),
        }
        None
    }

    fn copy(&mut self, text: String) -> Effect {
        self.say(|notices| &notices.copied);
        Effect::Copy(text)
    }

    fn cover(&mut self, screen: Box<dyn Screen>) {
        let bookmark = self.display.seen().bookmark();
        self.display.layers.cover(screen, bookmark);
        self.display.change();
    }

    /// Removes the overlay on top. The screen below is scrolled to the same text as before, even if its layout has
    /// changed.
    fn uncover(&mut self, finished: bool) {
        let covered_at = self.display.layers.uncover(finished);
        self.display.change();
        let frame = self.display.frame();
        let moved = covered_at.filter(|bookmark| frame.bookmark() != Some(*bookmark));
        let row = moved.map(|bookmark| frame.body.row_of(bookmark));
        drop(frame);
        if let Some(row) = row {
            self.display.scroll_to(row);
        }
    }

    fn go(&mut self, page: usize) {
        if self.display.layers.go(page) {
            self.display.with_top(|screen, context| screen.opened(context));
            self.display.change();
        }
    }

    fn jump(&mut self, place: Place) {
        self.display.layers.jump(place);
        self.display.with_top(|screen, context| screen.opened(context));
        self.display.change();
        self.display.reveal();
    }

    /// Reads on: shows more of the selected entry, else the next entry, else the next page. With Enter alone a visitor
    /// reads the whole card.
    fn read_on(&mut self) {
        let seen = self.display.seen();
        if !self.display.layers.overlays.is_empty() {
            self.display.scroll_by(seen.screenful(), true);
            return;
        }
        let body = &seen.body;
        let end = body.told.or(body.selected.map(|(_, end)| end)).unwrap_or(body.height());
        let last = seen.first().saturating_add(seen.visible());
        if seen.furthest() > 0 && end > last {
            // Not past the end of what is selected: what comes after it is the next one's.
            self.display.scroll_by((end - last).min(seen.screenful()), true);
        } else if self.display.with_top(|screen, context| screen.select_next(context)) {
            self.display.change();
            self.display.reveal();
        } else if seen.first() < seen.furthest() {
            self.display.scroll_by(seen.screenful(), true);
        } else {
            self.go(self.display.layers.tab + 1);
        }
    }

    /// Makes a change on which the whole layout depends. The reader keeps their position: the same paragraph, the
    /// selected entry, the marks of the search.
    fn lay_out_anew(&mut self, change: impl FnOnce(&mut Self)) {
        let before = self.display.frame();
        // The paragraph that was first when the visitor last moved; not the one that the last of many changes put
        // there.
        self.bookmark = self.bookmark.or_else(|| before.bookmark());
        change(self);
        self.display.change();
        if !self.has_page() {
            // A line cannot be edited where there is no room for one.
            while self.edits_a_line() {
                self.uncover(false);
            }
        }
        let after = self.display.frame();
        if let Some(bookmark) = self.bookmark {
            self.display.scroll_to(after.body.row_of(bookmark));
        }
        drop(after);
        // A visitor who has read on from what is selected stays where they read.
        if before.first() == before.revealed() {
            self.display.reveal();
        }
        if self.display.found.is_some() {
            let row = self.display.frame().revealed_mark();
            self.display.scroll_to(row);
        }
    }

    /// Takes a better known appearance of the terminal; the texts may have to be set in another variant.
    fn learn(&mut self, appearance: Appearance) {
        let before = self.display.view.appearance;
        if (appearance.is_ascii(), appearance.links) == (before.is_ascii(), before.links) {
            self.display.view.appearance = appearance;
            self.display.view.restyle();
            self.display.change();
            return;
        }
        self.lay_out_anew(|app| {
            (app.display.view.appearance, app.display.found) = (appearance, None);
            app.display.view.restyle();
            app.display.with_top(|screen, context| screen.refresh(context));
        });
    }

    /// Shows `site`, an edition of `card`, in place of the current site. The visitor stays at the same place.
    fn replace(&mut self, card: Arc<Site>, site: Arc<Site>) {
        self.lay_out_anew(|app| {
            let view = &mut app.display.view;
            if !app.display.layers.replace(view.site.document(), site.document()) {
                app.bookmark = None;
            }
            (view.card, view.site, app.display.found, app.display.fault) = (card, site, None, None);
            view.restyle();
            app.display.with_top(|screen, context| screen.refresh(context));
        });
    }
}

#[cfg(test)]
mod tests;
