//! The open connections of a listener, and which of them is closed when a new one needs its place.

use std::{collections::HashMap, sync::Arc, time::Duration};

use ipnet::IpNet;
use tokio::{
    task::JoinHandle,
    time::{Instant, timeout_at},
};

use super::answering::Answering;
use crate::ssh::admission::{Origin, SITE};

/// What the connections to a listener may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// Connections at a time. One more takes the place of one that answers nothing.
    pub(crate) connections: usize,
    /// Connections at a time of one address, as the SSH server counts addresses; a site may have
    /// [`SITE`] times as many. One more takes the place of one from there.
    pub(crate) per_address: usize,
    /// From when a request can be read until its head is complete; so long an idle connection is kept.
    pub(crate) head: Duration,
    /// From a request until its answer is on its way. A connection whose answer takes longer can lose its place.
    pub(crate) answer: Duration,
    /// The age of a connection at which it takes no more requests. Zero: it takes one request.
    pub(crate) last_request: Duration,
    /// The age at which a connection is cut.
    pub(crate) lifetime: Duration,
    /// How long answers may take that are on their way when the listener closes.
    pub(crate) grace: Duration,
}

/// The connections, the oldest first; dropped, it ends them.
#[derive(Debug)]
pub(super) struct Connections {
    bounds: Bounds,
    open: Vec<HttpConnection>,
}

#[derive(Debug)]
struct HttpConnection {
    /// `None` for one that counts for no network.
    origin: Option<Origin>,
    answering: Arc<Answering>,
    task: JoinHandle<()>,
}

impl Connections {
    pub(super) fn new(bounds: Bounds) -> Self {
        Self { bounds, open: Vec::new() }
    }

    /// Makes room for a connection from `origin`: whether there is room. The networks that may have no more make room
    /// among their own. Where all places are taken, it is for the network that has most, so that a flood displaces
    /// itself.
    pub(super) fn make_room(&mut self, origin: Option<Origin>, now: Instant) -> bool {
        self.open.retain(|connection| !connection.task.is_finished());
        let mut counts: HashMap<IpNet, usize> = HashMap::new();
        for network in self.open.iter().filter_map(|connection| connection.origin).flat_map(Origin::networks) {
            *counts.entry(network).or_default() += 1;
        }
        let count = |network: IpNet| counts.get(&network).copied().unwrap_or_default();
        let per_address = self.bounds.per_address;
        let full = origin.and_then(|origin| {
            let of_address = (count(origin.address) >= per_address).then_some(origin.address);
            of_address.or_else(|| origin.site.filter(|site| count(*site) >= per_address.saturating_mul(SITE as usize)))
        });
        if full.is_none() && self.open.len() < self.bounds.connections {
            return true;
        }
        let is_candidate = |connection: &HttpConnection| {
            let networks = || connection.origin.into_iter().flat_map(Origin::networks);
            full.is_none_or(|full| networks().any(|network| network == full))
        };
        let rank = |(n, connection): (usize, &HttpConnection)| {
            let since = connection.answering.since();
            let can_go = since.is_none_or(|since| now.duration_since(since) >= self.bounds.answer);
            let of_network = connection.origin.into_iter().flat_map(Origin::networks).map(count).max().unwrap_or(1);
            // Idle ones before those whose answer is late, and then the oldest.
            (can_go && is_candidate(connection)).then_some((since.is_none(), of_network, std::cmp::Reverse(n)))
        };
        let Some((.., std::cmp::Reverse(n))) = self.open.iter().enumerate().filter_map(rank).max() else {
            return false;
        };
        self.open.remove(n).task.abort();
        true
    }

    /// Adds a connection, for which there must be room.
    pub(super) fn push(&mut self, origin: Option<Origin>, answering: Arc<Answering>, task: JoinHandle<()>) {
        self.open.push(HttpConnection { origin, answering, task });
    }

    /// Waits until all have ended, for as long as the bounds say.
    pub(super) async fn finish(mut self) {
        let until = Instant::now() + self.bounds.grace;
        for connection in &mut self.open {
            let _ = timeout_at(until, &mut connection.task).await;
        }
    }
}

impl Drop for Connections {
    fn drop(&mut self) {
        self.open.iter().for_each(|connection| connection.task.abort());
    }
}

#[cfg(test)]
mod tests {
    use std::{future::pending, net::IpAddr};

    use super::*;

    const BOUNDS: Bounds = Bounds {
        connections: 12,
        per_address: 2,
        head: Duration::ZERO,
        answer: Duration::from_secs(10),
        last_request: Duration::ZERO,
        lifetime: Duration::ZERO,
        grace: Duration::ZERO,
    };

    fn origin(address: &str) -> Origin {
        Origin::of(address.parse::<IpAddr>().unwrap())
    }

    /// Adds a connection, and tells whether there was room.
    fn comes(connections: &mut Connections, address: &str, now: Instant) -> Option<Arc<Answering>> {
        connections.make_room(Some(origin(address)), now).then(|| {
            let answering = Arc::new(Answering::default());
            connections.push(Some(origin(address)), Arc::clone(&answering), tokio::spawn(pending()));
            answering
        })
    }

    /// How many there are from an address.
    fn of(connections: &Connections, address: &str) -> usize {
        connections.open.iter().filter(|connection| connection.origin == Some(origin(address))).count()
    }

    #[tokio::test]
    async fn one_more_than_an_address_or_a_site_may_have_displaces_its_own() {
        let (mut connections, now) = (Connections::new(BOUNDS), Instant::now());
        let other = comes(&mut connections, "192.0.2.1", now).unwrap();
        let first = comes(&mut connections, "192.0.2.2", now).unwrap();
        let second = comes(&mut connections, "192.0.2.2", now).unwrap();
        first.asked(now);
        assert!(comes(&mut connections, "192.0.2.2", now).is_some());
        assert_eq!((of(&connections, "192.0.2.1"), of(&connections, "192.0.2.2")), (1, 2));
        // The idle one is gone, not the older one that answers.
        let is_open = |answering: &Arc<Answering>| {
            connections.open.iter().any(|connection| Arc::ptr_eq(&connection.answering, answering))
        };
        assert_eq!([&other, &first, &second].map(is_open), [true, true, false]);

        let mut connections = Connections::new(BOUNDS);
        for n in 0..9 {
            assert!(comes(&mut connections, &format!("2001:db8:7:{n}::1"), now).is_some());
        }
        assert_eq!(connections.open.len(), 8, "four times as many as an address");
        assert_eq!(of(&connections, "2001:db8:7:0::2"), 0, "the oldest is gone");
        assert!(comes(&mut connections, "2001:db8:8::1", now).is_some());
        assert_eq!(connections.open.len(), 9);
    }

    #[tokio::test]
    async fn where_all_places_are_taken_the_largest_network_gives_way_and_no_answer_is_cut() {
        let (mut connections, now) = (Connections::new(BOUNDS), Instant::now());
        let first = comes(&mut connections, "192.0.2.1", now).unwrap();
        for n in 2..=10 {
            assert!(comes(&mut connections, &format!("192.0.2.{n}"), now).is_some());
        }
        let pair = [(); 2].map(|()| comes(&mut connections, "192.0.2.99", now).unwrap());
        assert!(comes(&mut connections, "192.0.2.11", now).is_some());
        assert_eq!((of(&connections, "192.0.2.99"), of(&connections, "192.0.2.1")), (1, 1));

        // Of networks of one size the oldest, but for those that answer.
        first.asked(now);
        assert!(comes(&mut connections, "192.0.2.12", now).is_some());
        assert_eq!((of(&connections, "192.0.2.1"), of(&connections, "192.0.2.2")), (1, 0));
        for connection in &connections.open {
            connection.answering.asked(now + Duration::from_secs(1));
        }
        first.asked(now);
        first.answered();
        assert!(comes(&mut connections, "192.0.2.13", now + Duration::from_secs(9)).is_none());
        // An answer that is late, or has been sent, keeps no place.
        assert!(comes(&mut connections, "192.0.2.13", now + Duration::from_secs(10)).is_some());
        assert_eq!(of(&connections, "192.0.2.1"), 0);
        pair[1].answered();
        pair[1].flushed();
        assert!(comes(&mut connections, "192.0.2.14", now).is_some());
        assert_eq!(of(&connections, "192.0.2.99"), 0);
        assert_eq!(connections.open.len(), 12);
    }
}
