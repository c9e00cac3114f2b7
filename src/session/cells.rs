//! The cells of all windows together: what a crowd of giant windows can make the server hold and draw.
//!
//! A window of the usual size is always drawn whole; of what is beyond that there is so much for all, and who finds too little
//! left is drawn at the usual size, at the top left of the window, until there is enough. Nobody waits to take or to give back;
//! only a session that was given less than its window waits, and only for others to give back.

use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::sync::Notify;

use super::Size;

/// A window that is drawn whole however many there are: a large screen at a usual font.
const USUAL: Size = Size { columns: 200, rows: 60 };

/// The cells beyond windows of the usual size, for all sessions.
#[derive(Debug)]
pub struct Cells {
    left: AtomicUsize,
    /// Tells those who wait that there is more left than there was.
    more: Notify,
}

impl Cells {
    /// So many.
    #[must_use]
    pub fn new(cells: usize) -> Arc<Self> {
        Arc::new(Self { left: AtomicUsize::new(cells), more: Notify::new() })
    }

    /// Takes so many, or none where there are fewer.
    fn take(&self, cells: usize) -> bool {
        self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(cells)).is_ok()
    }

    fn give_back(&self, cells: usize) {
        if cells > 0 {
            self.left.fetch_add(cells, Ordering::Relaxed);
            self.more.notify_waiters();
        }
    }
}

/// One window's share. Dropping it gives it back.
#[derive(Debug)]
pub(super) struct Share {
    cells: Arc<Cells>,
    taken: usize,
    /// The window, if it is drawn smaller than it is.
    reduced: Option<Size>,
}

impl Share {
    pub(super) fn new(cells: Arc<Cells>) -> Self {
        Self { cells, taken: 0, reduced: None }
    }

    /// The size at which a window of this size is drawn from now on.
    pub(super) fn fit(&mut self, window: Size) -> Size {
        let beyond = beyond(window);
        // What it has it keeps: it may have been waited for.
        if self.taken > beyond {
            self.cells.give_back(self.taken - beyond);
        } else if !self.cells.take(beyond - self.taken) {
            self.cells.give_back(std::mem::take(&mut self.taken));
            self.reduced = Some(window);
            return Size { columns: window.columns.min(USUAL.columns), rows: window.rows.min(USUAL.rows) };
        }
        self.taken = beyond;
        self.reduced = None;
        window
    }

    /// Whether the window is drawn smaller than it is.
    pub(super) fn is_reduced(&self) -> bool {
        self.reduced.is_some()
    }

    /// Waits until a window that is drawn smaller than it is can be drawn whole, and takes what that needs: the window, for
    /// [`Share::fit`]. For one that is drawn whole it waits for ever. Cancel safe.
    pub(super) async fn restored(&mut self) -> Size {
        loop {
            let mut more = pin!(self.cells.more.notified());
            // Before it is looked what there is, so that nothing is given back unnoticed in between.
            more.as_mut().enable();
            if let Some(window) = self.reduced
                && self.cells.take(beyond(window))
            {
                self.taken = beyond(window);
                self.reduced = None;
                return window;
            }
            more.await;
        }
    }
}

/// What a window takes beyond the usual size.
fn beyond(window: Size) -> usize {
    window.cells().saturating_sub(USUAL.cells())
}

impl Drop for Share {
    fn drop(&mut self) {
        self.cells.give_back(self.taken);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::{task::JoinHandle, time::timeout};

    use super::*;

    const HUGE: Size = Size::LARGEST;

    #[test]
    fn what_is_beyond_the_usual_size_is_there_once_for_all() {
        let beyond = beyond(HUGE);
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

    /// Waits for a share in a task of its own.
    fn waits(mut share: Share) -> JoinHandle<(Share, Size)> {
        tokio::spawn(async move {
            let window = share.restored().await;
            (share, window)
        })
    }

    /// What came of it when nothing is left to do.
    async fn settled(waiting: &mut JoinHandle<(Share, Size)>) -> Option<(Share, Size)> {
        timeout(Duration::from_secs(1), waiting).await.ok().map(Result::unwrap)
    }

    #[tokio::test(start_paused = true)]
    async fn who_was_given_less_is_told_when_there_is_enough_and_only_then() {
        let cells = Cells::new(beyond(HUGE));
        let [mut first, mut second, mut third] = [(); 3].map(|()| Share::new(Arc::clone(&cells)));
        assert_eq!([&mut first, &mut second, &mut third].map(|share| share.fit(HUGE)), [HUGE, USUAL, USUAL]);
        assert!(!first.is_reduced() && second.is_reduced() && third.is_reduced());
        let mut waiting = waits(second);
        assert!(settled(&mut waiting).await.is_none());
        // Some are given back, and are not enough.
        first.fit(Size { columns: HUGE.columns - 1, ..HUGE });
        assert!(settled(&mut waiting).await.is_none());
        drop(first);
        let (mut second, window) = settled(&mut waiting).await.unwrap();
        assert_eq!(window, HUGE);
        // They have been taken for it: nobody else gets them meanwhile.
        assert_eq!((third.fit(HUGE), second.fit(HUGE)), (USUAL, HUGE));
        // What is given back while nobody waits is there for who begins to wait.
        drop(second);
        let (third, window) = settled(&mut waits(third)).await.unwrap();
        assert_eq!((window, third.is_reduced()), (HUGE, false));
        // Who has all waits for ever.
        let mut waiting = waits(third);
        assert!(settled(&mut waiting).await.is_none());
        waiting.abort();
        assert!(waiting.await.is_err());
        assert_eq!(cells.left.load(Ordering::Relaxed), beyond(HUGE));
    }
}
