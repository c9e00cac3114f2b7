//! What frames are drawn on, and what the last one looked like. A thread draws one frame at a time, so all its sessions
//! share one canvas, and a session at rest keeps none. What was drawn last is remembered: who draws again before anybody
//! else does need not draw what his screen shows.

use std::{
    cell::RefCell,
    ops::Range,
    sync::atomic::{AtomicU64, Ordering},
};

use ratatui::{buffer::Buffer, layout::Rect};

use super::{
    Drawing,
    glyph::{Glyph, Numbers},
};
use crate::terminal::{Link, Size};

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

/// What is drawn on, and what a screen shows.
#[derive(Debug, Default)]
pub(super) struct Canvas {
    pub(super) row: Row,
    pub(super) screen: Vec<Glyph>,
    /// Which cells of the screen lead where.
    pub(super) links: Vec<Link>,
    pub(super) numbers: Numbers,
    /// Which frame the screen shows; `None` while it shows nothing whole.
    stamp: Option<(Stamp, Size)>,
}

/// Cells to draw a row of a screen on, and what they show. A screen is drawn a row at a time: the library's cells take forty
/// bytes each, and those of one row stay where the processor has them at hand.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// They show nothing, but for what is being drawn.
    cells: Buffer,
    glyphs: Vec<Glyph>,
}

thread_local! {
    static CANVAS: RefCell<Canvas> = RefCell::default();
}

/// Lends this thread's canvas.
pub(super) fn with<T>(f: impl FnOnce(&mut Canvas) -> T) -> T {
    CANVAS.with_borrow_mut(f)
}

impl Row {
    fn new(columns: u16) -> Self {
        let cells = Buffer::empty(Rect { x: 0, y: 0, width: columns, height: 1 });
        Self { cells, glyphs: vec![Glyph::BLANK; columns.into()] }
    }

    pub(super) fn columns(&self) -> u16 {
        self.cells.area.width
    }

    /// Draws row `y` of a screen: what it shows, and in which columns, from the first to the last, that is something else than
    /// `before`.
    pub(super) fn draw(
        &mut self,
        y: u16,
        draw: impl Fn(&mut Buffer),
        before: &[Glyph],
        numbers: &mut Numbers,
    ) -> (&[Glyph], Range<usize>) {
        self.cells.area.y = y;
        draw(&mut self.cells);
        let changed = numbers.glyphs(self.cells.content(), before, &mut self.glyphs);
        // What is taken for a blank may stay.
        for (cell, glyph) in self.cells.content.iter_mut().zip(&self.glyphs) {
            if *glyph != Glyph::BLANK {
                cell.reset();
            }
        }
        (&self.glyphs, changed)
    }
}

impl Canvas {
    /// Makes the screen one of this size that shows a frame which was drawn before, or nothing.
    pub(super) fn show<D: Fn(&mut Buffer)>(&mut self, size: Size, shown: Option<(Stamp, impl FnOnce() -> Drawing<D>)>) {
        if self.numbers.are_many() {
            (self.numbers, self.stamp) = (Numbers::default(), None);
        }
        // If drawing panics, nothing whole is there.
        let there = self.stamp.take();
        match shown {
            Some((stamp, _)) if there == Some((stamp, size)) => {}
            Some((_, shown)) => {
                self.blank(size);
                let Drawing { draw, links } = shown();
                for (before, y) in self.screen.chunks_exact_mut(usize::from(size.columns).max(1)).zip(0..) {
                    let (after, _) = self.row.draw(y, &draw, before, &mut self.numbers);
                    before.copy_from_slice(after);
                }
                self.links = links;
            }
            None => self.blank(size),
        }
    }

    /// Says that the screen shows what was drawn.
    pub(super) fn shows(&mut self, size: Size, links: Vec<Link>) -> Stamp {
        let stamp = Stamp::next();
        (self.links, self.stamp) = (links, Some((stamp, size)));
        stamp
    }

    /// Makes the screen blank, and all of it of a size. What a much larger window needed is given back.
    fn blank(&mut self, size: Size) {
        const SPARE: usize = 4;
        const USUAL: usize = 80 * 24;
        let cells = usize::from(size.columns) * usize::from(size.rows);
        if self.screen.capacity() > SPARE * cells.max(USUAL) {
            self.screen = Vec::new();
        }
        // What failed in the middle has left its cells in the old one.
        self.row = Row::new(size.columns);
        self.screen.clear();
        self.screen.resize(cells, Glyph::BLANK);
        self.links.clear();
    }
}
