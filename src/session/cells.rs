//! The cells of all windows together: what a crowd of giant windows can make the server hold and draw.
//!
//! It counts, and never waits. A window of the usual size is always drawn whole; of what is beyond that there is so much for
//! all, and who finds too little left is drawn at the usual size, at the top left of the window.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use super::Size;

/// A window that is drawn whole however many there are: a large screen at a usual font.
const USUAL: Size = Size { columns: 200, rows: 60 };

/// The cells beyond windows of the usual size, for all sessions.
#[derive(Debug)]
pub struct Cells {
    left: AtomicUsize,
}

impl Cells {
    /// So many.
    #[must_use]
    pub fn new(cells: usize) -> Arc<Self> {
        Arc::new(Self { left: AtomicUsize::new(cells) })
    }

    /// Takes so many, or none where there are fewer.
    fn take(&self, cells: usize) -> bool {
        self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(cells)).is_ok()
    }

    fn give_back(&self, cells: usize) {
        self.left.fetch_add(cells, Ordering::Relaxed);
    }
}

/// One window's share. Dropping it gives it back.
#[derive(Debug)]
pub(super) struct Share {
    cells: Arc<Cells>,
    taken: usize,
}

impl Share {
    pub(super) fn new(cells: Arc<Cells>) -> Self {
        Self { cells, taken: 0 }
    }

    /// The size at which a window of this size is drawn from now on.
    pub(super) fn fit(&mut self, window: Size) -> Size {
        self.give_back();
        let beyond = window.cells().saturating_sub(USUAL.cells());
        if self.cells.take(beyond) {
            self.taken = beyond;
            return window;
        }
        Size { columns: window.columns.min(USUAL.columns), rows: window.rows.min(USUAL.rows) }
    }

    fn give_back(&mut self) {
        self.cells.give_back(std::mem::take(&mut self.taken));
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.give_back();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HUGE: Size = Size::LARGEST;

    #[test]
    fn what_is_beyond_the_usual_size_is_there_once_for_all() {
        let beyond = HUGE.cells() - USUAL.cells();
        let cells = Cells::new(2 * beyond + 1);
        let mut shares: Vec<_> = (0..4).map(|_| Share::new(Arc::clone(&cells))).collect();
        let drawn: Vec<_> = shares.iter_mut().map(|share| share.fit(HUGE)).collect();
        assert_eq!(drawn, [HUGE, HUGE, USUAL, USUAL]);
        for usual in [Size::DEFAULT, USUAL, Size { columns: 1, rows: 150 }] {
            assert_eq!(shares[3].fit(usual), usual);
        }
        assert_eq!(shares[2].fit(Size { columns: 300, rows: 45 }), Size { columns: 200, rows: 45 });
        // Who makes it smaller, or leaves, makes room.
        assert_eq!(shares[0].fit(Size::DEFAULT), Size::DEFAULT);
        assert_eq!(shares[2].fit(HUGE), HUGE);
        drop(shares);
        assert_eq!(cells.left.load(Ordering::Relaxed), 2 * beyond + 1);
    }
}
