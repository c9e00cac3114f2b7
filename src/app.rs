//! The app: the interactive card with its tabs, its overlays and its keys. It does no I/O, reads no clock and draws no
//! random number: the time comes with each event.
//!
//! The way of a key: [`App::handle`] looks up its command (`keys.rs`), passes it to the screen on top
//! (`Screen::update`), carries out what the screen returns, and lays out the window once ([`Frame`]). The session draws
//! that frame.

mod commands;
mod display;
mod event;
mod frame;
mod keys;
mod layers;
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
pub use postcard::{animated, postcard};
use preferences::Notice;
pub use preferences::{ColorScheme, Mode, OpenedExhibit, Preferences, Word};
use screen::View;
use screens::ExhibitScreen;
use sheet::{Bookmark, Target};
use window::Window;

use crate::{
    document::Place,
    exhibits::Score,
    site::Site,
    terminal::{
        capabilities::{Appearance, Ground},
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
    /// The ground that the terminal told, until it is shown with what the visitor does first: what is on the screen
    /// keeps its colours till then.
    told_ground: Option<Ground>,
    /// Whether the visitor has done anything.
    has_acted: bool,
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
        let mut app = Self { display, bookmark: None, mouse: false, told_ground: None, has_acted: false, score: None };
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
        if matches!(event, AppEvent::Key(_) | AppEvent::Mouse(_) | AppEvent::Paste(_)) {
            self.act();
        }
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
    fn edits_a_line(&self) -> bool {
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
            None => keys::command(key).and_then(|command| self.command(self.turned(command))),
        }
    }

    /// The command of a key on this screen: where the tabs run to the left, the next page is at the left.
    fn turned(&self, command: Command) -> Command {
        match command {
            Command::Left | Command::Right if !self.display.is_rtl() => command,
            Command::Left => Command::Right,
            Command::Right => Command::Left,
            command => command,
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

    /// The visitor does something: the ground that was told meanwhile may be seen.
    fn act(&mut self) {
        self.has_acted = true;
        if let Some(ground) = self.told_ground.take() {
            self.display.view.appearance.ground = ground;
            self.display.view.restyle();
            self.display.change();
        }
    }

    /// Takes a better known appearance of the terminal; the texts may have to be set in another variant.
    fn learn(&mut self, mut appearance: Appearance) {
        let before = self.display.view.appearance;
        let told = appearance.ground;
        if !self.has_acted && !appearance.ground_is_certain {
            appearance.ground = before.ground;
        }
        self.told_ground = Some(told).filter(|told| *told != appearance.ground);
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
