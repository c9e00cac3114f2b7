//! The stack of screens: a tab for each page, and the overlays over them.

use std::mem;

use super::{screen::Screen, screens, sheet::Bookmark};
use crate::document::{Document, Place};

/// A screen and its scroll position.
#[derive(Debug)]
pub(super) struct Layer {
    pub(super) screen: Box<dyn Screen>,
    /// The first row in view; `None` until the visitor scrolls.
    pub(super) scroll: Option<u16>,
    /// What was first in view when an overlay was put over this screen.
    covered_bookmark: Option<Bookmark>,
}

impl Layer {
    fn new(screen: Box<dyn Screen>) -> Self {
        Self { screen, scroll: None, covered_bookmark: None }
    }
}

/// All screens of a visitor.
#[derive(Debug)]
pub(super) struct Layers {
    /// A screen for each page of the document.
    tabs: Vec<Layer>,
    /// The tab that is shown.
    pub(super) tab: usize,
    /// The overlays; the last is on top.
    pub(super) overlays: Vec<Layer>,
    /// The tab to which Esc leads back after a jump.
    pub(super) origin: Option<usize>,
}

impl Layers {
    pub(super) fn new(document: &Document, tab: usize) -> Self {
        let tabs = screens::of_pages(document).into_iter().map(Layer::new).collect();
        Self { tabs, tab, overlays: Vec::new(), origin: None }
    }

    /// Replaces the document. On each page that the new one has too, the selection is restored; overlays over the
    /// current page stay. Returns whether the new document has that page.
    pub(super) fn replace(&mut self, before: &Document, document: &Document) -> bool {
        let mut layers = Self::new(document, 0);
        let mut is_there = false;
        for (page, layer) in self.tabs.iter().enumerate() {
            let Some(place) = document.counterpart(before, Place { page, entry: None }) else { continue };
            let Some(next) = layers.tabs.get_mut(place.page) else { continue };
            (next.scroll, next.covered_bookmark) = (layer.scroll, layer.covered_bookmark);
            if let Some(saved) = layer.screen.saved(before, document) {
                next.screen.restore(saved);
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

    /// Goes back to the tab where a jump began.
    pub(super) fn back(&mut self) {
        self.tab = self.origin.take().unwrap_or(self.tab);
    }

    /// Opens an overlay.
    pub(super) fn cover(&mut self, screen: Box<dyn Screen>, bookmark: Option<Bookmark>) {
        let layer = self.top_mut();
        layer.screen.covered();
        layer.covered_bookmark = bookmark;
        self.overlays.push(Layer::new(screen));
    }

    /// Closes the overlay on top; returns what was first in view on the screen below it.
    pub(super) fn uncover(&mut self, finished: bool) -> Option<Bookmark> {
        self.overlays.pop();
        let layer = self.top_mut();
        layer.screen.uncovered(finished);
        layer.covered_bookmark.take()
    }

    /// Shows another page and closes all overlays; `false`, without a change, if there is no such page.
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
