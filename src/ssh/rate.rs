//! How often something may happen: so many times at once, and then one in a while.
//!
//! Pure: time is an argument, and the state is one moment that the caller keeps.

use std::time::{Duration, Instant};

/// A bucket's size and how fast it fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rate {
    /// Tokens in a full bucket; at least one.
    pub(super) burst: u32,
    /// In how long one token comes back.
    pub(super) every: Duration,
}

impl Rate {
    /// Takes a token from a bucket that is full at `full`: when it will be full again, or `None` where it has no token.
    ///
    /// This is the generic cell rate algorithm (ITU-T I.371, annex A): a bucket is one moment, and nothing has to be poured
    /// in while nobody comes.
    pub(super) fn take(self, full: Instant, now: Instant) -> Option<Instant> {
        let after = full.max(now) + self.every;
        (after - now <= self.filling()).then_some(after)
    }

    /// How long an empty bucket takes to be full again.
    pub(super) fn filling(self) -> Duration {
        self.every.saturating_mul(self.burst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many of so many attempts, from the `begin`ning on one in each `every`, find a token.
    fn taken(full: &mut Instant, attempts: u32, begin: Instant, every: Duration) -> usize {
        let rate = Rate { burst: 10, every: Duration::from_secs(1) };
        let attempts = (0..attempts).map(|n| rate.take(*full, begin + every * n).map(|after| *full = after));
        attempts.flatten().count()
    }

    #[test]
    fn so_many_at_once_and_then_one_in_a_while() {
        let begin = Instant::now();
        for (attempts, every, expected) in [
            (100, Duration::ZERO, 10),
            // A minute: the burst, and one a second.
            (600, Duration::from_millis(100), 69),
            (600, Duration::from_secs(1), 600),
        ] {
            let mut full = begin;
            assert_eq!(taken(&mut full, attempts, begin, every), expected, "one in {every:?}");
        }
    }

    #[test]
    fn a_bucket_is_full_again_in_its_time_and_never_more_than_full() {
        let begin = Instant::now();
        for (rest, expected) in [(0, 0), (1, 1), (3, 3), (10, 10), (3600, 10)] {
            let mut full = begin;
            assert_eq!(taken(&mut full, 50, begin, Duration::ZERO), 10);
            let later = begin + Duration::from_secs(rest);
            assert_eq!(taken(&mut full, 50, later, Duration::ZERO), expected, "after {rest} s");
        }
    }
}
