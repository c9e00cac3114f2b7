//! Limits how fast connections arrive: a token bucket for each network, in a table of bounded size. Time is an
//! argument.

use std::{
    collections::HashMap,
    mem,
    time::{Duration, Instant},
};

use ipnet::IpNet;

use crate::ssh::rate::Rate;

/// Networks in one generation of the table: what fits in 8,192 slots of a hash table (it is filled to 7 in 8), which
/// take 336 kB. A flood from more networks than that, in the time that a bucket takes to fill, is not one that can be
/// told from a crowd by what each of them does.
const GENERATION: usize = 7 * 1024;

/// The token buckets of networks that connected lately; a network that is not in the table has a full bucket.
///
/// There are two generations. A network that connects is put in the younger one. When that is full, or as old as a
/// bucket takes to fill, it becomes the older one, and the networks of the older one that did not connect again are
/// forgotten. So the table never locks a network out: at worst it forgets one, whose bucket is then full.
#[derive(Debug)]
pub(super) struct Arrivals {
    younger: HashMap<IpNet, Instant>,
    older: HashMap<IpNet, Instant>,
    since: Option<Instant>,
    memory: Duration,
}

impl Arrivals {
    /// Remembers for at least `memory`, as long as there is room: the longest that a bucket takes to fill.
    pub(super) fn new(memory: Duration) -> Self {
        Self { younger: HashMap::new(), older: HashMap::new(), since: None, memory }
    }

    /// Takes a token of each of these networks, or of none when one has none left. Either way they are remembered, so
    /// that one who goes on asking is not forgotten for it.
    pub(super) fn take(&mut self, asked: &[(IpNet, Rate)], now: Instant) -> bool {
        let after: Vec<_> = asked.iter().map(|(network, rate)| rate.take(self.full(network, now), now)).collect();
        let may = after.iter().all(Option::is_some);
        for ((network, _), after) in asked.iter().zip(after) {
            let full = after.filter(|_| may).unwrap_or_else(|| self.full(network, now));
            self.remember(*network, full, now);
        }
        may
    }

    fn full(&self, network: &IpNet, now: Instant) -> Instant {
        self.younger.get(network).or_else(|| self.older.get(network)).copied().unwrap_or(now)
    }

    fn remember(&mut self, network: IpNet, full: Instant, now: Instant) {
        let since = *self.since.get_or_insert(now);
        if self.younger.len() >= GENERATION || now.saturating_duration_since(since) >= self.memory {
            mem::swap(&mut self.younger, &mut self.older);
            self.younger.clear();
            self.since = Some(now);
        }
        self.younger.insert(network, full);
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const RATE: Rate = Rate { burst: 10, every: Duration::from_secs(1) };

    fn address(n: u32) -> IpNet {
        IpNet::from(std::net::IpAddr::from(Ipv4Addr::from_bits(n)))
    }

    /// How many of so many connections from one address are let in at once.
    fn let_in(arrivals: &mut Arrivals, from: IpNet, asked: usize, now: Instant) -> usize {
        (0..asked).filter(|_| arrivals.take(&[(from, RATE)], now)).count()
    }

    #[test]
    fn a_token_is_taken_of_all_or_of_none() {
        let now = Instant::now();
        let one = Rate { burst: 1, ..RATE };
        let mut arrivals = Arrivals::new(RATE.filling());
        assert!(arrivals.take(&[(address(1), one), (address(9), RATE)], now));
        for _ in 0..50 {
            assert!(!arrivals.take(&[(address(1), one), (address(9), RATE)], now));
        }
        // Of the second network one token is gone, and nine are there.
        assert_eq!(let_in(&mut arrivals, address(9), 50, now), 9);
    }

    #[test]
    fn a_hundred_thousand_addresses_take_a_bounded_table_and_are_all_let_in() {
        let now = Instant::now();
        let mut arrivals = Arrivals::new(RATE.filling());
        for n in 0..100_000 {
            assert!(arrivals.take(&[(address(n), RATE)], now), "address {n}");
            assert!(arrivals.younger.len() <= GENERATION && arrivals.older.len() <= GENERATION);
        }
    }

    #[test]
    fn one_who_goes_on_asking_is_not_forgotten_in_the_crowd() {
        let now = Instant::now();
        let mut arrivals = Arrivals::new(RATE.filling());
        let flooder = address(u32::MAX);
        assert_eq!(let_in(&mut arrivals, flooder, 10, now), 10);
        for n in 0..100_000 {
            arrivals.take(&[(address(n), RATE)], now);
            if n % 1000 == 0 {
                assert!(!arrivals.take(&[(flooder, RATE)], now), "forgotten after {n} others");
            }
        }
    }

    #[test]
    fn the_quiet_are_forgotten_in_time() {
        let begin = Instant::now();
        let mut arrivals = Arrivals::new(RATE.filling());
        for n in 0..1000 {
            arrivals.take(&[(address(n), RATE)], begin);
        }
        for round in 1..3 {
            arrivals.take(&[(address(5000), RATE)], begin + RATE.filling() * round);
        }
        assert_eq!((arrivals.younger.len(), arrivals.older.len()), (1, 1));
    }
}
