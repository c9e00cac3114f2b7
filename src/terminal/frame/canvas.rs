//! What frames are drawn on. A thread draws one frame at a time, so all its sessions share two canvases, and a session at rest
//! keeps none. What was drawn last is left there: who draws again before anybody else does finds what his screen shows.

use std::{
    cell::RefCell,
    sync::atomic::{AtomicU64, Ordering},
};

use ratatui::{buffer::Buffer, layout::Rect};

use crate::terminal::Link;

/// Which frame a screen shows. No two frames of a process have the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp(u64);

impl Stamp {
    /// That of a frame that was not drawn before.
    fn next() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// Cells, and which of them lead where.
#[derive(Debug, Default)]
pub(super) struct Canvas {
    pub(super) cells: Buffer,
    pub(super) links: Vec<Link>,
    /// What is drawn on it; `None` while nothing whole is.
    stamp: Option<Stamp>,
}

thread_local! {
    static CANVASES: RefCell<[Canvas; 2]> = RefCell::default();
}

/// Lends this thread's canvases: first the one that shows a frame, if one does, then the other.
pub(super) fn with_two<T>(shown: Option<Stamp>, f: impl FnOnce(&mut Canvas, &mut Canvas) -> T) -> T {
    CANVASES.with_borrow_mut(
        |[one, other]| {
            if shown.is_some() && other.stamp == shown { f(other, one) } else { f(one, other) }
        },
    )
}

impl Canvas {
    /// Draws a frame, unless it is there already.
    pub(super) fn show(&mut self, stamp: Stamp, area: Rect, draw: impl FnOnce(&mut Buffer) -> Vec<Link>) {
        if self.stamp != Some(stamp) || self.cells.area != area {
            self.draw(area, draw);
            self.stamp = Some(stamp);
        }
    }

    /// Draws a new frame.
    pub(super) fn draw_new(&mut self, area: Rect, draw: impl FnOnce(&mut Buffer) -> Vec<Link>) -> Stamp {
        self.draw(area, draw);
        let stamp = Stamp::next();
        self.stamp = Some(stamp);
        stamp
    }

    fn draw(&mut self, area: Rect, draw: impl FnOnce(&mut Buffer) -> Vec<Link>) {
        // If drawing panics, nothing is there.
        self.stamp = None;
        self.wipe(area);
        self.links = draw(&mut self.cells);
    }

    /// Makes it blank and of a size. What a much larger window needed is given back.
    fn wipe(&mut self, area: Rect) {
        const SPARE: usize = 4;
        const USUAL: usize = 80 * 24;
        if self.cells.content.capacity() > SPARE * (area.area() as usize).max(USUAL) {
            self.cells = Buffer::empty(area);
        } else {
            self.cells.resize(area);
            self.cells.reset();
        }
    }
}
