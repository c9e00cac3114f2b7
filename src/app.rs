//! What the visitor does and sees: tabs, overlays over them, and the keys. No I/O, no clock, no random number: the time
//! arrives with each event.
//!
//! A key's way: [`App::handle`] looks the command up ([`keys`]), gives it to the screen on top (`Screen::update`), does
//! what the screen passes on, and lays the window out once ([`Frame`]). The session draws that frame.

mod event;
mod frame;
pub mod keys;
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
use frame::Around;
pub use frame::Frame;
pub use keys::Command;
pub use preferences::{ColorScheme, Mode, Preferences, Word};
use screen::{Context, Found, Hint, Outcome, Screen};
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
    theme::Theme,
};

/// The rows of one step of the mouse's wheel.
const WHEEL: u16 = 3;

/// A screen, and the first row of it that the visitor scrolled to.
#[derive(Debug)]
struct Layer {
    screen: Box<dyn Screen>,
    scroll: u16,
    /// What was first in view when another screen was put over this one, and [`App::generation`] then.
    covered_at: Option<(Bookmark, u32)>,
}

impl Layer {
    fn new(screen: Box<dyn Screen>) -> Self {
        Self { screen, scroll: 0, covered_at: None }
    }
}

/// What one visitor sees: some hundred bytes at rest, when no frame is kept.
#[derive(Debug)]
pub struct App {
    site: Arc<Site>,
    size: Size,
    appearance: Appearance,
    colors: ColorScheme,
    /// One for each page of the document.
    tabs: Vec<Layer>,
    /// The tab that is shown.
    tab: usize,
    /// What lies over it; the last is on top.
    overlays: Vec<Layer>,
    /// Where Esc leads back to, after a jump.
    origin: Option<usize>,
    found: Option<Found>,
    /// What stays in view while the window is resized.
    bookmark: Option<Bookmark>,
    notice: Option<&'static str>,
    /// How often the size or the appearance of the window has changed, by which all pages are laid out otherwise.
    generation: u32,
    motion: bool,
    mouse: bool,
    /// The time, while something moves; zero at rest, so that time alone changes no frame.
    now: Duration,
    /// The layout of what is shown now, until it changes or the session rests.
    frame: Option<Arc<Frame>>,
}

impl App {
    /// A visitor arrives: the first page of the card, and its logo begins to flow.
    #[must_use]
    pub fn new(site: Arc<Site>, size: Size, appearance: Appearance, preferences: &Preferences) -> Self {
        let tabs = screens::of_pages(site.document()).into_iter().map(Layer::new).collect();
        let mut app = Self {
            tab: preferences.page.as_deref().and_then(|page| site.document().position(page)).unwrap_or(0),
            site,
            size,
            appearance,
            colors: preferences.colors,
            tabs,
            overlays: Vec::new(),
            origin: None,
            found: None,
            bookmark: None,
            notice: None,
            generation: 0,
            motion: !preferences.still,
            mouse: false,
            now: Duration::ZERO,
            frame: None,
        };
        if app.motion {
            app.with_top(|screen, context| screen.arrive(context));
        }
        app
    }

    /// Something happens, `now` after the visitor arrived.
    pub fn handle(&mut self, event: Event, now: Duration) -> Option<Effect> {
        self.now = now;
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
                self.lay_out_anew(|app| app.size = size);
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
            self.now = Duration::ZERO;
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
        let screen = &self.top().screen;
        screen.moving() && screen.window(self.size).is_some()
    }

    /// Whether mouse reports are wanted.
    #[must_use]
    pub fn wants_mouse(&self) -> bool {
        self.mouse
    }

    /// Whether the visitor edits a line, into which text can be pasted.
    #[must_use]
    pub fn edits_a_line(&self) -> bool {
        self.top().screen.edits_a_line()
    }

    /// Whether the window has room for a page. Then its first cell is blank, at the top left.
    #[must_use]
    pub fn has_page(&self) -> bool {
        Window::of(self.size).is_some()
    }

    /// The size that is laid out for.
    #[must_use]
    pub fn size(&self) -> Size {
        self.size
    }

    /// The card that is shown.
    #[must_use]
    pub fn site(&self) -> &Arc<Site> {
        &self.site
    }

    fn theme(&self) -> Theme {
        Theme::new(self.site.document().card.accent, self.colors.applied(self.appearance))
    }

    fn top(&self) -> &Layer {
        // There is a tab for every page, and always a page.
        self.overlays.last().or(self.tabs.get(self.tab)).unwrap_or_else(|| unreachable!("a card has a page"))
    }

    fn top_mut(&mut self) -> Option<&mut Layer> {
        self.overlays.last_mut().or(self.tabs.get_mut(self.tab))
    }

    /// Does something with the screen on top; nothing in a window that is too small for any.
    fn with_top<T: Default>(&mut self, act: impl FnOnce(&mut dyn Screen, &Context<'_>) -> T) -> T {
        let (site, theme, appearance) = (Arc::clone(&self.site), self.theme(), self.appearance);
        let (size, motion, now) = (self.size, self.motion, self.now);
        let Some(layer) = self.overlays.last_mut().or(self.tabs.get_mut(self.tab)) else { return T::default() };
        let Some(window) = layer.screen.window(size) else { return T::default() };
        let scroll = layer.scroll;
        let context = Context { site: &site, theme: &theme, appearance, window: &window, scroll, motion, now };
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
        let (theme, document) = (self.theme(), self.site.document());
        let layer = self.top();
        let Some(window) = layer.screen.window(self.size) else {
            return Frame::tiny(self.size, &document.card.headline.join(" "), &theme);
        };
        let context = Context {
            site: &self.site,
            theme: &theme,
            appearance: self.appearance,
            window: &window,
            scroll: layer.scroll,
            motion: self.motion,
            now: self.now,
        };
        let hints = self.hints(&context);
        let around = Around { pages: &document.pages, shown: self.tab, hints, notice: self.notice, size: self.size };
        let mut frame = Frame::new(layer.screen.as_ref(), layer.scroll, around, &context);
        let index = self.site.search_index(self.appearance.is_ascii());
        if let Some(found) = &self.found
            && let Some(entry) = index.entry(found.entry)
        {
            let target = entry.place.entry.map(Target::Entry);
            frame.body.mark(Wanted { text: &entry.text, marks: &found.marks, target }, theme.marked);
        }
        frame
    }

    /// The keys at the bottom: those of the screen, and those that every screen has.
    fn hints(&self, context: &Context<'_>) -> Vec<Hint> {
        let screen = &self.top().screen;
        let mut hints = screen.hints(context);
        if self.overlays.is_empty() {
            // After the page's own two.
            let third = hints.len().min(2);
            hints.insert(third, (Command::Find, "find"));
            if self.origin.is_some() {
                hints.insert(third, (Command::Back, "back"));
            }
        }
        if !screen.hides_page() {
            hints.push((Command::Help, "keys"));
        }
        hints.push((Command::Goodbye, "hang up"));
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
        if let Some(layer) = self.top_mut() {
            layer.screen.rest();
        }
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
            Command::Find if Window::of(self.size).is_some() => self.cover(Box::new(Search::default()), before),
            Command::Page(page) => self.go(page),
            Command::NextPage | Command::Right => self.go(self.tab + 1),
            Command::PreviousPage | Command::Left => self.go(self.tab.wrapping_sub(1)),
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
            Command::Back => {
                if let Some(origin) = self.origin.take() {
                    self.tab = origin;
                }
            }
            Command::Ground => {
                let (colors, notice) = self.colors.next(self.appearance);
                self.colors = colors;
                self.say(notice);
            }
            Command::Motion => {
                self.motion = !self.motion;
                self.say(if self.motion { notice::MOTION } else { notice::STILL });
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

    /// Puts a screen over the others.
    fn cover(&mut self, screen: Box<dyn Screen>, before: &Frame) {
        let generation = self.generation;
        if let Some(layer) = self.top_mut() {
            layer.screen.covered();
            layer.covered_at = before.bookmark().map(|bookmark| (bookmark, generation));
        }
        self.overlays.push(Layer::new(screen));
        self.change();
    }

    /// Takes the screen on top away. The one below stands where it stood, also if it is laid out otherwise now.
    fn uncover(&mut self, finished: bool) {
        self.overlays.pop();
        self.change();
        let generation = self.generation;
        let Some(layer) = self.top_mut() else { return };
        layer.screen.uncovered(finished);
        if let Some((bookmark, _)) = layer.covered_at.take().filter(|(_, of)| *of != generation) {
            let row = self.frame().body.row_of(bookmark);
            self.scroll_to(row);
        }
    }

    /// Shows another page, without anything over it; one that does not exist is not gone to.
    fn go(&mut self, page: usize) {
        self.overlays.clear();
        self.change();
        if let Some(layer) = self.tabs.get_mut(self.tab) {
            layer.screen.uncovered(false);
        }
        if page < self.tabs.len() {
            (self.tab, self.origin) = (page, None);
        }
    }

    /// Goes to a place; Esc leads back.
    fn jump(&mut self, place: Place) {
        let from = self.tab;
        self.go(place.page);
        self.origin = (from != self.tab).then_some(from);
        if let Some(layer) = self.tabs.get_mut(self.tab) {
            layer.screen.show(place.entry);
        }
        self.reveal();
    }

    /// The first row of what is on top becomes `row`. A layout that was made already scrolls along.
    fn scroll_to(&mut self, row: u16) {
        if let Some(layer) = self.top_mut() {
            layer.scroll = row;
        }
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
        if !self.overlays.is_empty() {
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
            self.go(self.tab + 1);
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
        if Window::of(self.size).is_none() {
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
        let same = (appearance.is_ascii(), appearance.links) == (self.appearance.is_ascii(), self.appearance.links);
        if same {
            self.appearance = appearance;
            self.change();
            return;
        }
        self.lay_out_anew(|app| {
            (app.appearance, app.found) = (appearance, None);
            app.with_top(|screen, context| screen.refresh(context));
        });
    }

    /// Another site takes the place of the one that is shown. The visitor stays on the page of the same name.
    fn replace(&mut self, site: Arc<Site>) {
        let name = self.site.document().pages.get(self.tab).map(|page| page.name.clone());
        let scroll = self.tabs.get(self.tab).map_or(0, |layer| layer.scroll);
        self.tab = name.and_then(|name| site.document().position(&name)).unwrap_or(0);
        self.tabs = screens::of_pages(site.document()).into_iter().map(Layer::new).collect();
        self.site = site;
        self.overlays.clear();
        (self.origin, self.found, self.bookmark) = (None, None, None);
        self.change();
        self.scroll_to(scroll);
    }
}

/// A screen less the row that the reader's eye holds on to.
fn screenful(frame: &Frame) -> u16 {
    frame.visible().saturating_sub(1).max(1)
}

#[cfg(test)]
mod tests;
