//! What frames are drawn on, and what the last one looked like. A thread draws one frame at a time, so all its sessions
//! share one canvas, and a session at rest keeps none. What was drawn last is remembered: who draws again before anybody
//! else does need not draw what his screen shows.

use std::{
    cell::RefCell,
    sync::atomic::{AtomicU64, Ordering},
};

use ratatui::{buffer::Buffer, layout::Rect};

use super::glyph::{Clusters, Glyph};
use crate::terminal::Link;

/// Which frame a screen shows. No two frames of a process have the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp(u64);

impl Stamp {
    /// That of a frame that was not drawn before.
    pub(super) fn next() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// Cells to draw on, and what a screen shows.
#[derive(Debug, Default)]
pub(super) struct Canvas {
    pub(super) cells: Buffer,
    pub(super) screen: Vec<Glyph>,
    /// Which cells of the screen lead where.
    pub(super) links: Vec<Link>,
    pub(super) clusters: Clusters,
    /// Which frame the screen shows; `None` while it shows nothing whole.
    stamp: Option<(Stamp, Rect)>,
}

thread_local! {
    static CANVAS: RefCell<Canvas> = RefCell::default();
}

/// Lends this thread's canvas.
pub(super) fn with<T>(f: impl FnOnce(&mut Canvas) -> T) -> T {
    CANVAS.with_borrow_mut(f)
}

impl Canvas {
    /// Makes the screen one of this size that shows a frame which was drawn before, or nothing.
    pub(super) fn show(&mut self, area: Rect, shown: Option<(Stamp, impl FnOnce(&mut Buffer) -> Vec<Link>)>) {
        if self.clusters.are_many() {
            (self.clusters, self.stamp) = (Clusters::default(), None);
        }
        // If drawing panics, nothing whole is there.
        let there = self.stamp.take();
        match shown {
            Some((stamp, _)) if there == Some((stamp, area)) => {}
            Some((_, draw)) => {
                self.blank(area);
                self.links = self.draw(draw);
                self.clusters.glyphs(self.cells.content(), &mut self.screen);
            }
            None => self.blank(area),
        }
    }

    /// Draws a frame on blank cells, and says which of them lead where.
    pub(super) fn draw(&mut self, draw: impl FnOnce(&mut Buffer) -> Vec<Link>) -> Vec<Link> {
        self.cells.reset();
        draw(&mut self.cells)
    }

    /// Says that the screen shows what was drawn.
    pub(super) fn shows(&mut self, links: Vec<Link>) -> Stamp {
        let stamp = Stamp::next();
        (self.links, self.stamp) = (links, Some((stamp, self.cells.area)));
        stamp
    }

    /// Makes the screen blank, and all of it of a size. What a much larger window needed is given back.
    fn blank(&mut self, area: Rect) {
        const SPARE: usize = 4;
        const USUAL: usize = 80 * 24;
        let cells = area.area() as usize;
        if self.cells.content.capacity() > SPARE * cells.max(USUAL) {
            (self.cells, self.screen) = (Buffer::default(), Vec::new());
        }
        self.cells.resize(area);
        self.screen.clear();
        self.screen.resize(cells, Glyph::BLANK);
        self.links.clear();
    }
}
