//! Notices that a crowd has left, so that what it needed can be given back. It counts, and does nothing itself.
//!
//! What is counted are tasks, that of each connection and of each channel: some of a connection's channels end after it.

use std::sync::atomic::{AtomicUsize, Ordering};

/// So many have left: two for each visitor of 45 kB, 11 MB, which is worth some milliseconds of looking for what can be given
/// back.
const MANY: usize = 512;
/// So many, when nobody is left: with fewer there is nothing to gain.
const FEW: usize = 64;

/// How many there are.
#[derive(Debug, Default)]
pub(super) struct Crowd {
    now: AtomicUsize,
    /// The most there were since the last time that a crowd had left.
    most: AtomicUsize,
}

impl Crowd {
    /// One has come.
    pub(super) fn came(&self) {
        let now = self.now.fetch_add(1, Ordering::Relaxed) + 1;
        self.most.fetch_max(now, Ordering::Relaxed);
    }

    /// One has left. Whether a crowd has left with it: it is said once for each.
    pub(super) fn left(&self) -> bool {
        let now = self.now.fetch_sub(1, Ordering::Relaxed).saturating_sub(1);
        let most = self.most.load(Ordering::Relaxed);
        let gone = most.saturating_sub(now);
        let crowd = gone >= MANY || (now == 0 && gone >= FEW);
        crowd && self.most.compare_exchange(most, now, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who comes and goes one by one, and after how many departures it was said that a crowd has left.
    fn said(most: usize, least: usize) -> Vec<usize> {
        let crowd = Crowd::default();
        (0..most).for_each(|_| crowd.came());
        (1..=most - least).filter(|_| crowd.left()).collect()
    }

    #[test]
    fn a_crowd_is_many_or_all_of_some() {
        assert_eq!(said(2000, 0), [512, 1024, 1536, 2000]);
        assert_eq!(said(2000, 600), [512, 1024]);
        assert_eq!(said(80, 0), [80]);
        assert!(said(80, 1).is_empty());
        assert!(said(20, 0).is_empty());
    }
}
