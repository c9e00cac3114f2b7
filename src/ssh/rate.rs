//! Rate limits as token buckets: a burst at once, and then one event in each interval. Time is an argument.

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
    /// This is the generic cell rate algorithm (ITU-T I.371, annex A): a bucket is stored as one time, and needs no
    /// refilling.
    pub(super) fn take(self, full: Instant, now: Instant) -> Option<Instant> {
        let after = full.max(now) + self.every;
        (after - now <= self.filling()).then_some(after)
    }

    /// How long an empty bucket takes to be full again.
    pub(super) fn filling(self) -> Duration {
        self.every.saturating_mul(self.burst)
    }
}

#[derive(Debug)]
pub(super) struct Bucket {
    rate: Rate,
    /// When the bucket is full again; `None` before the first token is taken.
    full: Option<Instant>,
}

impl Bucket {
    pub(super) const fn new(rate: Rate) -> Self {
        Self { rate, full: None }
    }

    /// Takes a token: whether there was one.
    pub(super) fn take(&mut self, now: Instant) -> bool {
        let after = self.rate.take(self.full.unwrap_or(now), now);
        self.full = after.or(self.full);
        after.is_some()
    }

    /// Takes the next token, whenever there is one: when it may be used, which is `now` where there is one.
    pub(super) fn reserve(&mut self, now: Instant) -> Instant {
        let after = self.full.unwrap_or(now).max(now) + self.rate.every;
        self.full = Some(after);
        now + (after - now).saturating_sub(self.rate.filling())
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
    fn who_waits_for_each_token_gets_as_many_as_who_comes_back_for_them() {
        let begin = Instant::now();
        let rate = Rate { burst: 10, every: Duration::from_secs(1) };
        let (mut bucket, mut now) = (Bucket::new(rate), begin);
        for n in 0..100 {
            now = bucket.reserve(now);
            // Ten at once, and then each a second after the other.
            assert_eq!(now - begin, rate.every * u32::saturating_sub(n, 9), "token {n}");
            assert_eq!(rate.take(bucket.full.unwrap(), now).is_some(), n < 9, "another beside token {n}");
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
