//! What commands do that all screens have in common, and what the app does with what a screen returns.

use std::sync::Arc;

use super::{
    App, Effect,
    keys::Command,
    screen::{Outcome, Screen},
    screens::{HelpScreen, SearchScreen, WireScreen},
};
use crate::document::Place;

impl App {
    /// Carries out a command: as the screen on top defines it, else as it is defined for all screens.
    pub(super) fn command(&mut self, command: Command) -> Option<Effect> {
        match self.display.with_top(|screen, context| screen.update(command, context)) {
            Outcome::Pass => {}
            outcome => return self.follow(outcome),
        }
        match command {
            Command::Goodbye => return Some(Effect::Goodbye),
            Command::Copy => {
                match self.display.with_top(|screen, context| screen.selection(context)) {
                    Some(text) => return Some(self.copy(text)),
                    None => self.say(|notices| &notices.nothing_to_copy),
                };
            }
            Command::Help => self.cover(Box::new(HelpScreen)),
            Command::Wire => self.cover(Box::new(WireScreen::default())),
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
    pub(super) fn follow(&mut self, outcome: Outcome) -> Option<Effect> {
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
    pub(super) fn uncover(&mut self, finished: bool) {
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

    pub(super) fn go(&mut self, page: usize) {
        if self.display.layers.go(page) {
            self.display.with_top(|screen, context| screen.opened(context));
            self.display.change();
        }
    }

    pub(super) fn jump(&mut self, place: Place) {
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
}
