//! Admission: counts connections, and refuses them before any cryptography, so that a flood costs the server an
//! `accept`, a `send` and a `close` each; a few of the refused stay open for a moment.
//!
//! Unauthenticated and authenticated connections have limits of their own: silent connections keep no visitor out, and
//! a visitor who finds the card full is told so. When all places for unauthenticated connections are taken, a new one
//! displaces the oldest silent connection, or the oldest that has only sent its version line. When all places for
//! authenticated connections are taken, a connection that authenticates may evict one whose visitor has sent nothing
//! for a minute.
//!
//! This module only keeps records: it opens no socket, reads no clock and never waits. A connection that has to go is
//! removed from the register at once and its token is cancelled; its task then closes it. Until that task runs, the
//! connection takes memory that is not counted: at most 128 connections for some milliseconds, since the accept loop
//! yields then (tokio's budget of a task). An evicted connection may stay for [`Limits::drain`] to say goodbye.

use std::{
    net::IpAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;

use super::{
    limits::Limits,
    rate::{Bucket, Rate},
};

mod arrivals;
mod origin;
mod refusal;
mod register;

use arrivals::Arrivals;
pub(crate) use origin::Origin;
pub(super) use origin::is_private;
pub use origin::shortened;
pub(super) use refusal::FULL;
pub use refusal::Refusal;
pub(super) use register::ConnectionStage;
use register::{Connection, ConnectionKey, Register};

/// The counts of all connections, and the rules by which connections are admitted, displaced and evicted.
#[derive(Debug)]
pub(super) struct Admission {
    /// The most authenticated connections, and the most others.
    connections: usize,
    unauthenticated: usize,
    address_share: Share,
    network_share: Share,
    evictable_after: Duration,
    state: Mutex<AdmissionState>,
}

/// The limits of one network.
#[derive(Debug, Clone, Copy)]
struct Share {
    connections: usize,
    /// `None`: no limits.
    rate: Option<Rate>,
}

#[derive(Debug)]
struct AdmissionState {
    register: Register,
    arrivals: Arrivals,
    /// `None`: no evictions.
    evictions: Option<Bucket>,
}

/// The limits of a site (an IPv6 /48) as a multiple of those of an address. A site is a company or a university, or one
/// customer of a provider, who can use 65,536 networks; ten visitors at once are rare for a site.
pub(crate) const SITE: u32 = 4;

impl Admission {
    /// An empty register with these limits, in which 0 is no limit.
    pub(super) fn new(limits: &Limits) -> Arc<Self> {
        let share = |times: u32| {
            let connections = limits.per_address.saturating_mul(times as usize);
            let burst = u32::try_from(connections).unwrap_or(u32::MAX);
            let rate = Rate { burst, every: limits.arrival / times };
            Share { connections: unless_zero(connections), rate: (connections > 0).then_some(rate) }
        };
        let (address, site) = (share(1), share(SITE));
        let memory = [address, site].iter().filter_map(|share| share.rate).map(Rate::filling).max();
        let arrivals = Arrivals::new(memory.unwrap_or_default());
        let in_a_minute = |burst| Bucket::new(Rate { burst, every: Duration::from_secs(60) / burst });
        let evictions = (limits.evictions > 0).then(|| in_a_minute(limits.evictions));
        Arc::new(Self {
            connections: unless_zero(limits.connections),
            unauthenticated: unless_zero(limits.unauthenticated),
            address_share: address,
            network_share: site,
            evictable_after: limits.evictable_after,
            state: Mutex::new(AdmissionState { register: Register::default(), arrivals, evictions }),
        })
    }

    /// Admits a connection from `address` that arrives `now`. It counts until the permit is dropped.
    ///
    /// # Errors
    ///
    /// The first limit that is reached; nothing is counted and no connection is displaced then.
    pub(super) fn admit(self: &Arc<Self>, address: IpAddr, now: Instant) -> Result<Permit, Refusal> {
        self.place(Some(Origin::of(address)), now)
    }

    /// Admits a proxy's connection whose header has not come yet. There may be as many of these as of unauthenticated
    /// connections, in addition to those. None of them displaces another, since the limits of an address cannot be
    /// applied yet.
    ///
    /// # Errors
    ///
    /// There are too many of these.
    pub(super) fn enter(self: &Arc<Self>, now: Instant) -> Result<Permit, Refusal> {
        let mut state = self.state.lock();
        if state.register.at(ConnectionStage::Unintroduced) >= self.unauthenticated {
            return Err(Refusal::Handshakes);
        }
        Ok(self.register(&mut state, ConnectionStage::Unintroduced, None, now))
    }

    #[must_use]
    pub(super) fn connections(&self) -> usize {
        self.state.lock().register.connections()
    }

    /// The number of connections that have not authenticated, or authenticated when all places were taken.
    #[must_use]
    pub(super) fn unauthenticated(&self) -> usize {
        self.state.lock().register.unauthenticated()
    }

    fn place(self: &Arc<Self>, origin: Option<Origin>, now: Instant) -> Result<Permit, Refusal> {
        let mut state = self.state.lock();
        let displaced = self.make_room(&mut state, origin, now)?;
        let permit = self.register(&mut state, ConnectionStage::Silent, origin, now);
        drop(state);
        go(displaced);
        Ok(permit)
    }

    fn register(
        self: &Arc<Self>,
        state: &mut AdmissionState,
        stage: ConnectionStage,
        origin: Option<Origin>,
        now: Instant,
    ) -> Permit {
        let evicted = CancellationToken::new();
        let key = state.register.insert(stage, Connection { origin, evicted: evicted.clone(), heard: now });
        Permit { admission: Arc::clone(self), key, evicted }
    }

    /// Makes room for an unauthenticated connection: returns the one that was displaced for it, if there was no room.
    fn make_room(
        &self,
        state: &mut AdmissionState,
        origin: Option<Origin>,
        now: Instant,
    ) -> Result<Option<Connection>, Refusal> {
        let register = &state.register;
        let of_address = register.of(origin.map(|origin| origin.address));
        let of_site = register.of(origin.and_then(|origin| origin.site));
        if of_address.connections >= self.address_share.connections {
            return Err(Refusal::Address);
        }
        if of_site.connections >= self.network_share.connections {
            return Err(Refusal::Site);
        }
        // The more unauthenticated connections a network has, the sooner a newcomer of it displaces one of its own:
        // with one, when half of the places are taken; with two, at a third. So a flood from few addresses displaces
        // itself, and the last half is for those who have none, and takes as many networks to fill. Only a newcomer
        // whose network has none displaces another's, once all places are taken.
        let own =
            if self.address_share.rate.is_some() { of_address.unauthenticated.max(of_site.unauthenticated) } else { 0 };
        let waiting = register.unauthenticated() - register.at(ConnectionStage::Unintroduced);
        let displaced = if waiting.saturating_mul(own + 1) >= self.unauthenticated {
            let of_own = |entry: &Connection| {
                own == 0 || origin.zip(entry.origin).is_some_and(|(ours, theirs)| ours.shares_network_with(theirs))
            };
            Some(register.displaceable(of_own).ok_or(Refusal::Handshakes)?)
        } else {
            None
        };
        if let Some(origin) = origin {
            let rates = [(Some(origin.address), self.address_share.rate), (origin.site, self.network_share.rate)];
            let rates: Vec<_> = rates.into_iter().filter_map(|(network, rate)| network.zip(rate)).collect();
            if !state.arrivals.take(&rates, now) {
                return Err(Refusal::Rate);
            }
        }
        Ok(displaced.and_then(|key| state.register.remove(key)))
    }

    /// Removes a connection that may be evicted for one from `origin`; `None` if there is none. A connection of no
    /// known origin evicts no other: how many places its visitor has is not known.
    fn evict(&self, state: &mut AdmissionState, origin: Option<Origin>, now: Instant) -> Option<Connection> {
        let bucket = state.evictions.as_mut()?;
        let places = state.register.let_in_from(origin?);
        let evicted = state.register.evictable(self.evictable_after, places, now)?;
        if bucket.take(now) { state.register.remove(evicted) } else { None }
    }
}

/// Cancels a removed connection. The state must not be locked, since this wakes tasks.
fn go(entry: Option<Connection>) {
    if let Some(entry) = entry {
        entry.evicted.cancel();
    }
}

/// A connection's place. Dropping it frees the place, if another has not taken it.
#[derive(Debug)]
pub(super) struct Permit {
    admission: Arc<Admission>,
    key: ConnectionKey,
    evicted: CancellationToken,
}

impl Permit {
    /// Moves a proxy's connection to the unauthenticated ones when its header has named the client; `None` is the proxy
    /// itself, or a client without a known address. [`Admission::enter`] has admitted the connection.
    ///
    /// # Errors
    ///
    /// The first limit that is reached; no connection is displaced then.
    pub(super) fn introduced(self, address: Option<IpAddr>, now: Instant) -> Result<Self, Refusal> {
        self.admission.place(address.map(Origin::of), now)
    }

    /// Cancelled when another connection has taken this one's place.
    pub(super) fn evicted(&self) -> &CancellationToken {
        &self.evicted
    }

    /// Records how far the client's handshake has come. It has not begun while a proxy's header is missing.
    pub(super) fn reached(&mut self, stage: ConnectionStage) {
        if (ConnectionStage::Silent..stage).contains(&self.key.0) {
            let advanced = self.admission.state.lock().register.advance(self.key, stage);
            self.key = advanced.unwrap_or(self.key);
        }
    }

    /// Moves a connection that has authenticated `now` to the authenticated ones; returns whether there was room, or
    /// room could be made. If not, it stays among the others until it has been sent the message.
    pub(super) fn let_in(&mut self, now: Instant) -> bool {
        let mut state = self.admission.state.lock();
        // A connection that was displaced a moment ago, and whose task has not seen it yet, has no place.
        let Some(origin) = state.register.get(self.key).map(|entry| entry.origin) else { return false };
        if self.key.0 == ConnectionStage::Admitted {
            return true;
        }
        let is_full = state.register.at(ConnectionStage::Admitted) >= self.admission.connections;
        let evicted = if is_full { self.admission.evict(&mut state, origin, now) } else { None };
        if is_full && evicted.is_none() {
            return false;
        }
        self.key = state.register.advance(self.key, ConnectionStage::Admitted).unwrap_or(self.key);
        state.register.heard(self.key, now);
        drop(state);
        go(evicted);
        true
    }

    pub(super) fn heard(&self, now: Instant) {
        self.admission.state.lock().register.heard(self.key, now);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.admission.state.lock().register.remove(self.key);
    }
}

/// A limit for comparisons: 0 becomes the largest number.
const fn unless_zero(limit: usize) -> usize {
    if limit == 0 { usize::MAX } else { limit }
}

#[cfg(test)]
mod tests;
