//! The screens that a visitor has: a tab for each page, and what lies over them.

use std::mem;

use super::{screen::Screen, screens, sheet::Bookmark};
use crate::document::{Document, Place};

/// A screen, and the first row of it that the visitor scrolled to; `None` until they scroll.
#[derive(Debug)]
pub(super) struct Layer {
    pub(super) screen: Box<dyn Screen>,
    pub(super) scroll: Option<u16>,
    /// What was first in view when another screen was put over this one.
    covered_at: Option<Bookmark>,
}

impl Layer {
    fn new(screen: Box<dyn Screen>) -> Self {
        Self { screen, scroll: None, covered_at: None }
    }
}

/// All screens of a visitor.
#[derive(Debug)]
pub(super) struct Layers {
    /// One for each page of the document.
    tabs: Vec<Layer>,
    /// The tab that is shown.
    pub(super) tab: usize,
    /// What lies over it; the last is on top.
    pub(super) overlays: Vec<Layer>,
    /// Where Esc leads back to, after a jump.
    pub(super) origin: Option<usize>,
}

impl Layers {
    pub(super) fn new(document: &Document, tab: usize) -> Self {
        let tabs = screens::of_pages(document).into_iter().map(Layer::new).collect();
        Self { tabs, tab, overlays: Vec::new(), origin: None }
    }

    /// Another document takes the place of the one that is shown. On each page that it has too, what was selected is
    /// selected again; what lies over the page that is shown stays there. Says whether the document has that page.
    pub(super) fn replace(&mut self, before: &Document, document: &Document) -> bool {
        let mut layers = Self::new(document, 0);
        let mut is_there = false;
        for (page, layer) in self.tabs.iter().enumerate() {
            let Some(place) = document.counterpart(before, Place { page, entry: None }) else { continue };
            let Some(next) = layers.tabs.get_mut(place.page) else { continue };
            (next.scroll, next.covered_at) = (layer.scroll, layer.covered_at);
            if let Some(kept) = layer.screen.kept(before, document) {
                next.screen.restore(kept);
            }
            if page == self.tab {
                (layers.tab, is_there) = (place.page, true);
            }
        }
        if is_there {
            layers.overlays = mem::take(&mut self.overlays);
        }
        *self = layers;
        is_there
    }

    pub(super) fn top(&self) -> &Layer {
        // There is a tab for every page, and always a page.
        self.overlays.last().or(self.tabs.get(self.tab)).unwrap_or_else(|| unreachable!("a card has a page"))
    }

    pub(super) fn top_mut(&mut self) -> &mut Layer {
        let layer = self.overlays.last_mut().or(self.tabs.get_mut(self.tab));
        layer.unwrap_or_else(|| unreachable!("a card has a page"))
    }

    /// Back to where a jump began.
    pub(super) fn back(&mut self) {
        self.tab = self.origin.take().unwrap_or(self.tab);
    }

    /// Puts a screen over the others.
    pub(super) fn cover(&mut self, screen: Box<dyn Screen>, at: Option<Bookmark>) {
        let layer = self.top_mut();
        layer.screen.covered();
        layer.covered_at = at;
        self.overlays.push(Layer::new(screen));
    }

    /// Takes the screen on top away; says where the one below was covered.
    pub(super) fn uncover(&mut self, finished: bool) -> Option<Bookmark> {
        self.overlays.pop();
        let layer = self.top_mut();
        layer.screen.uncovered(finished);
        layer.covered_at.take()
    }

    /// Shows another page, without anything over it; `false` where it does not exist, and nothing changes.
    pub(super) fn go(&mut self, page: usize) -> bool {
        let exists = page < self.tabs.len();
        if exists {
            self.overlays.clear();
            self.top_mut().screen.uncovered(false);
            (self.tab, self.origin) = (page, None);
        }
        exists
    }

    /// Goes to a place; Esc leads back.
    pub(super) fn jump(&mut self, place: Place) {
        let from = self.tab;
        self.go(place.page);
        self.origin = (from != self.tab).then_some(from);
        self.top_mut().screen.show(place.entry);
    }
}
