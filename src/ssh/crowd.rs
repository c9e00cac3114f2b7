//! Notices that a crowd has left, so that what it needed can be given back. It counts, and does nothing itself.

use std::sync::atomic::{AtomicUsize, Ordering};

/// So many have left: of 45 kB each, 11 MB, which is worth some milliseconds of looking for what can be given back.
const MANY: usize = 256;
/// So many, when nobody is left: with fewer there is nothing to gain.
const FEW: usize = 32;

/// The most connections there were since the last time that a crowd had left.
#[derive(Debug, Default)]
pub(super) struct Crowd(AtomicUsize);

impl Crowd {
    /// Somebody has come; there are now so many.
    pub(super) fn came(&self, connections: usize) {
        self.0.fetch_max(connections, Ordering::Relaxed);
    }

    /// Somebody has left; there are now so many. Whether a crowd has left with them: it is said once for each.
    pub(super) fn left(&self, connections: usize) -> bool {
        let most = self.0.load(Ordering::Relaxed);
        let gone = most.saturating_sub(connections);
        let crowd = gone >= MANY || (connections == 0 && gone >= FEW);
        crowd && self.0.compare_exchange(most, connections, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who comes and goes one by one, and after how many departures it was said that a crowd has left.
    fn said(most: usize, least: usize) -> Vec<usize> {
        let crowd = Crowd::default();
        (1..=most).for_each(|connections| crowd.came(connections));
        (least..most)
            .rev()
            .filter(|connections| crowd.left(*connections))
            .map(|connections| most - connections)
            .collect()
    }

    #[test]
    fn a_crowd_is_many_or_all_of_some() {
        assert_eq!(said(1000, 0), [256, 512, 768, 1000]);
        assert_eq!(said(1000, 300), [256, 512]);
        assert_eq!(said(40, 0), [40]);
        assert!(said(40, 1).is_empty());
        assert!(said(10, 0).is_empty());
    }
}
