//! The register of all connections, ordered by stage and by age. Time is an argument.

use std::{
    collections::{BTreeMap, HashMap},
    time::{Duration, Instant},
};

use ipnet::IpNet;
use strum::EnumCount;
use tokio_util::sync::CancellationToken;

use super::origin::Origin;

/// How far a connection has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, EnumCount)]
pub(in crate::ssh) enum ConnectionStage {
    /// A proxy has connected and not yet said for whom. It waits for a place among the unauthenticated.
    Unintroduced,
    /// The client has sent nothing, or a part of its version line.
    Silent,
    /// The client's version line is complete, and perhaps its list of algorithms. Both are the same bytes each time and
    /// cost nothing to send, so that the second is worth no more than the first: a flood that sends both would else
    /// displace visitors who have sent one.
    Identified,
    /// The client has sent the first message of the key exchange. From here on it is not displaced.
    Exchanging,
    /// The client has authenticated, and there was room.
    Admitted,
}

/// A connection's place in the order: its stage, and its number by arrival.
pub(super) type ConnectionKey = (ConnectionStage, u64);

#[derive(Debug)]
pub(super) struct Connection {
    /// `None` for a connection that counts for no network: a proxy's own.
    pub(super) origin: Option<Origin>,
    /// Cancelled when the connection has to go, since another has its place.
    pub(super) evicted: CancellationToken,
    pub(super) heard: Instant,
}

/// Live connections of one network.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) connections: usize,
    pub(super) unauthenticated: usize,
}

/// All connections. What is kept of an address is bounded: a count while it has a connection.
#[derive(Debug, Default)]
pub(super) struct Register {
    entries: BTreeMap<ConnectionKey, Connection>,
    /// How many there are of each stage.
    stages: [usize; ConnectionStage::COUNT],
    /// The count of each network that has a live connection.
    pub(super) networks: HashMap<IpNet, Count>,
    arrived: u64,
}

impl Register {
    pub(super) fn connections(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn at(&self, stage: ConnectionStage) -> usize {
        self.stages.get(stage as usize).copied().unwrap_or_default()
    }

    pub(super) fn unauthenticated(&self) -> usize {
        self.entries.len() - self.at(ConnectionStage::Admitted)
    }

    pub(super) fn of(&self, network: Option<IpNet>) -> Count {
        network.and_then(|network| self.networks.get(&network)).copied().unwrap_or_default()
    }

    /// How many connections from there are let in: from its address or its site, whichever are more.
    pub(super) fn let_in_from(&self, origin: Origin) -> usize {
        let let_in = |network| {
            let count = self.of(network);
            count.connections - count.unauthenticated
        };
        let_in(Some(origin.address)).max(let_in(origin.site))
    }

    /// The oldest silent connection that matches; while more are identified than silent, the oldest of those instead.
    /// Of a flood most connections stop at the same stage, so the flood displaces itself: a visitor's connection is
    /// silent for a moment too, and would else be displaced by each newcomer of a flood that sends version lines. Where
    /// all match, it is the first of its stage; else as many are looked at as are not let in, of which there are a
    /// hundred.
    pub(super) fn displaceable(&self, matches: impl Fn(&Connection) -> bool) -> Option<ConnectionKey> {
        let oldest = |stage| {
            let mut entries = self.entries.range((stage, 0)..=(stage, u64::MAX));
            entries.find(|(_, entry)| matches(entry)).map(|(key, _)| *key)
        };
        let (first, second) = if self.at(ConnectionStage::Silent) >= self.at(ConnectionStage::Identified) {
            (ConnectionStage::Silent, ConnectionStage::Identified)
        } else {
            (ConnectionStage::Identified, ConnectionStage::Silent)
        };
        oldest(first).or_else(|| oldest(second))
    }

    /// Of those that are let in, and have sent nothing for longer than `quiet`, and from whose network more than
    /// `places` are let in: the one of the network that has most, and of these the one that was quiet for the longest.
    /// All that are let in are looked at.
    pub(super) fn evictable(&self, quiet: Duration, places: usize, now: Instant) -> Option<ConnectionKey> {
        let entries = self.entries.range((ConnectionStage::Admitted, 0)..);
        let idle = entries.map(|(key, entry)| (key, entry, now.saturating_duration_since(entry.heard)));
        let idle = idle.filter(|(.., idle)| *idle > quiet);
        let held = idle.map(|(key, entry, idle)| {
            // A proxy's own connection is one place.
            (entry.origin.map_or(1, |origin| self.let_in_from(origin)), idle, *key)
        });
        held.filter(|(held, ..)| *held > places).max().map(|(.., key)| key)
    }

    pub(super) fn get(&self, key: ConnectionKey) -> Option<&Connection> {
        self.entries.get(&key)
    }

    pub(super) fn heard(&mut self, key: ConnectionKey, now: Instant) {
        if let Some(entry) = self.entries.get_mut(&key) {
            entry.heard = now;
        }
    }

    pub(super) fn insert(&mut self, stage: ConnectionStage, entry: Connection) -> ConnectionKey {
        self.arrived += 1;
        let key = (stage, self.arrived);
        self.put(key, entry);
        key
    }

    pub(super) fn remove(&mut self, key: ConnectionKey) -> Option<Connection> {
        let entry = self.entries.remove(&key)?;
        self.count(key.0, &entry, |count| *count -= 1);
        Some(entry)
    }

    /// Moves a connection to another stage: its new key, or `None` if it is not there any more.
    pub(super) fn advance(&mut self, key: ConnectionKey, stage: ConnectionStage) -> Option<ConnectionKey> {
        let entry = self.remove(key)?;
        let key = (stage, key.1);
        self.put(key, entry);
        Some(key)
    }

    fn put(&mut self, key: ConnectionKey, entry: Connection) {
        self.count(key.0, &entry, |count| *count += 1);
        self.entries.insert(key, entry);
    }

    /// Changes every count that a connection of this stage is in.
    fn count(&mut self, stage: ConnectionStage, entry: &Connection, change: impl Fn(&mut usize)) {
        self.stages.get_mut(stage as usize).map(&change);
        for network in entry.origin.into_iter().flat_map(Origin::networks) {
            let count = self.networks.entry(network).or_default();
            change(&mut count.connections);
            if stage != ConnectionStage::Admitted {
                change(&mut count.unauthenticated);
            }
            if *count == Count::default() {
                self.networks.remove(&network);
            }
        }
    }
}
