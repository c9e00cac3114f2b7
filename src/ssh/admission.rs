//! Who gets in: counted before any cryptography, so that a flood costs the server an `accept` and a `close` each.
//!
//! Pure bookkeeping: it opens no socket, reads no clock and never waits. Whoever is in is never put out for one who comes:
//! when places are short, it is the newest that do not get one.

use std::{
    collections::HashMap,
    fmt,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use strum::{IntoStaticStr, VariantArray};

use super::{limits::Limits, rate::Rate};

mod arrivals;

use arrivals::Arrivals;

/// The counts of all connections. What is kept of an address is bounded: a count while it has a connection, and a bucket of
/// tokens in a table of fixed size.
#[derive(Debug)]
pub struct Admission {
    connections: usize,
    unauthenticated: usize,
    /// Whether an address is limited in anything.
    per_address: bool,
    address: Share,
    site: Share,
    counts: Mutex<Counts>,
}

/// What one network may have.
#[derive(Debug, Clone, Copy)]
struct Share {
    connections: usize,
    /// `None`: as fast as they like.
    rate: Option<Rate>,
}

#[derive(Debug)]
struct Counts {
    all: Count,
    /// One entry for each network with a live connection.
    networks: HashMap<IpNet, Count>,
    arrivals: Arrivals,
}

/// Live connections.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Count {
    connections: usize,
    /// Those of them that have not authenticated.
    unauthenticated: usize,
}

/// Why a connection was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Refusal {
    /// As many connections as there may be.
    Full,
    /// As many connections from this address as there may be.
    Address,
    /// As many connections from this site (an IPv6 /48) as there may be.
    Site,
    /// As many unauthenticated connections as there may be, or as there may be of one network while they are scarce.
    Handshakes,
    /// Connections from this address or site come too fast.
    Rate,
    /// The server is behind proxies, and this was none of them.
    NoProxy,
    /// A proxy did not say in time, or not in a known way, for whom it connects.
    Header,
}

impl Refusal {
    /// The line that the client is told before it is hung up on. SSH permits lines before the server's version as long as
    /// they do not begin with `SSH-` (RFC 4253, section 4.2); OpenSSH shows them with `-v`.
    #[must_use]
    pub const fn line(self) -> &'static str {
        match self {
            Self::Full | Self::Handshakes => "sshcard: full, come back in a minute\r\n",
            Self::Address => "sshcard: too many connections from your address, close one first\r\n",
            Self::Site => "sshcard: too many connections from your network, come back in a minute\r\n",
            Self::Rate => "sshcard: too many connections at once from your address, wait a moment\r\n",
            Self::NoProxy => "sshcard: nobody gets in here but through the proxy\r\n",
            Self::Header => "sshcard: the proxy did not say for whom it connects\r\n",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => "full",
            Self::Address => "too many from one address",
            Self::Site => "too many from one network",
            Self::Handshakes => "too many not yet authenticated",
            Self::Rate => "too fast from one address",
            Self::NoProxy => "not from a proxy",
            Self::Header => "no PROXY header",
        })
    }
}

impl Admission {
    /// How many times as much as one address a site may have, at once and a second. A site is a company or a university, or
    /// one customer of a provider who has 65,536 networks to come from; ten visitors at once are no site's everyday.
    const SITE: u32 = 4;

    /// Counts against `limits`; 0 is no limit.
    #[must_use]
    pub fn new(limits: &Limits) -> Arc<Self> {
        let share = |times: u32| {
            let connections = limits.per_address.saturating_mul(times as usize);
            let burst = u32::try_from(connections).unwrap_or(u32::MAX);
            let rate = Rate { burst, every: limits.arrival / times };
            Share { connections: unless_zero(connections), rate: (connections > 0).then_some(rate) }
        };
        let (address, site) = (share(1), share(Self::SITE));
        let memory = [address, site].iter().filter_map(|share| share.rate).map(Rate::filling).max();
        let arrivals = Arrivals::new(memory.unwrap_or_default());
        Arc::new(Self {
            connections: unless_zero(limits.connections),
            unauthenticated: unless_zero(limits.unauthenticated),
            per_address: limits.per_address > 0,
            address,
            site,
            counts: Mutex::new(Counts { all: Count::default(), networks: HashMap::new(), arrivals }),
        })
    }

    /// Counts a connection from `address` in, which came `now`. It is counted out when the permit is dropped.
    ///
    /// # Errors
    ///
    /// The first limit that is reached; nothing is counted then.
    pub fn admit(self: &Arc<Self>, address: IpAddr, now: Instant) -> Result<Permit, Refusal> {
        self.enter()?.counted_for(address, now)
    }

    /// Counts a connection in of which nobody knows yet whose it is: a proxy's, which is about to say so.
    ///
    /// # Errors
    ///
    /// There is no room for anybody.
    pub fn enter(self: &Arc<Self>) -> Result<Permit, Refusal> {
        let mut counts = self.counts();
        if counts.all.connections >= self.connections {
            return Err(Refusal::Full);
        }
        if counts.all.unauthenticated >= self.unauthenticated {
            return Err(Refusal::Handshakes);
        }
        counts.all.connections += 1;
        counts.all.unauthenticated += 1;
        drop(counts);
        Ok(Permit { admission: Arc::clone(self), place: None, authenticated: false })
    }

    /// How many connections there are.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.counts().all.connections
    }

    /// How many of them have not authenticated.
    #[must_use]
    pub fn unauthenticated(&self) -> usize {
        self.counts().all.unauthenticated
    }

    /// Whether `place` may have one more connection: `counts` has it among all, and not yet among the networks'.
    fn check(&self, counts: &mut Counts, place: Place, now: Instant) -> Result<(), Refusal> {
        let had = |network: Option<IpNet>| {
            network.and_then(|network| counts.networks.get(&network)).copied().unwrap_or_default()
        };
        let (of_address, of_site) = (had(Some(place.address)), had(place.site));
        if of_address.connections >= self.address.connections {
            return Err(Refusal::Address);
        }
        if of_site.connections >= self.site.connections {
            return Err(Refusal::Site);
        }
        // The more unauthenticated connections a network has, the sooner it gets no other: with one, when half of the places
        // are taken; with two, at a third. So the last half is for those who have none, and takes as many networks to fill.
        let others = counts.all.unauthenticated.saturating_sub(1);
        let own = of_address.unauthenticated.max(of_site.unauthenticated);
        if self.per_address && others.saturating_mul(own + 1) >= self.unauthenticated {
            return Err(Refusal::Handshakes);
        }
        let rates = [(Some(place.address), self.address.rate), (place.site, self.site.rate)];
        let rates: Vec<_> = rates.into_iter().filter_map(|(network, rate)| network.zip(rate)).collect();
        if counts.arrivals.take(&rates, now) { Ok(()) } else { Err(Refusal::Rate) }
    }

    /// The counts. A panic cannot leave them half changed, since nothing between two changes can panic.
    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection's place. Dropping it frees the place.
#[derive(Debug)]
pub struct Permit {
    admission: Arc<Admission>,
    /// `None` for a connection that is counted for nobody: a proxy's own.
    place: Option<Place>,
    authenticated: bool,
}

impl Permit {
    /// Counts the connection for `address`, once it is known; it was let in by [`Admission::enter`].
    ///
    /// # Errors
    ///
    /// The first limit of this address that is reached; the place is free then.
    pub fn counted_for(mut self, address: IpAddr, now: Instant) -> Result<Self, Refusal> {
        let place = Place::of(address);
        let mut counts = self.admission.counts();
        let checked = self.admission.check(&mut counts, place, now);
        if checked.is_ok() {
            for network in place.networks() {
                let count = counts.networks.entry(network).or_default();
                count.connections += 1;
                count.unauthenticated += 1;
            }
        }
        drop(counts);
        checked?;
        self.place = Some(place);
        Ok(self)
    }

    /// Frees the place among the unauthenticated. Doing it again changes nothing.
    pub fn authenticated(&mut self) {
        if !self.authenticated {
            self.authenticated = true;
            self.each_count(|count| count.unauthenticated -= 1);
        }
    }

    /// Changes every count that this connection is in.
    fn each_count(&self, change: impl Fn(&mut Count)) {
        let mut counts = self.admission.counts();
        change(&mut counts.all);
        for network in self.place.into_iter().flat_map(Place::networks) {
            if let Some(count) = counts.networks.get_mut(&network) {
                change(count);
                if *count == Count::default() {
                    counts.networks.remove(&network);
                }
            }
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let unauthenticated = usize::from(!self.authenticated);
        self.each_count(|count| {
            count.connections -= 1;
            count.unauthenticated -= unauthenticated;
        });
    }
}

/// Whose a connection is. An IPv4 address that a dual-stack socket shows as IPv6 (`::ffff:192.0.2.1`, RFC 4291, section
/// 2.5.5.2) is an IPv4 address.
#[derive(Debug, Clone, Copy)]
struct Place {
    /// What counts as one address: an IPv4 address, or the /64 that a household gets of IPv6.
    address: IpNet,
    /// The /48 that a provider gives to a customer of some size (RFC 6177). IPv4 has no such border.
    site: Option<IpNet>,
}

impl Place {
    fn of(address: IpAddr) -> Self {
        let address = address.to_canonical();
        Self { address: cut(address, 32, 64), site: address.is_ipv6().then(|| cut(address, 32, 48)) }
    }

    fn networks(self) -> impl Iterator<Item = IpNet> {
        [self.address].into_iter().chain(self.site)
    }
}

/// An address as the log shows it: the network that it is in (IPv4 /24, IPv6 /48), which tells a place and no person.
#[must_use]
pub fn shortened(address: IpAddr) -> String {
    cut(address, 24, 48).to_string()
}

/// The network of an address: its first `v4` bits (at most 32), or its first `v6` bits (at most 128).
fn cut(address: IpAddr, v4: u8, v6: u8) -> IpNet {
    match address.to_canonical() {
        IpAddr::V4(address) => Ipv4Net::new_assert(address, v4).trunc().into(),
        IpAddr::V6(address) => Ipv6Net::new_assert(address, v6).trunc().into(),
    }
}

/// A limit as it is compared with: 0 is none.
const fn unless_zero(limit: usize) -> usize {
    if limit == 0 { usize::MAX } else { limit }
}

#[cfg(test)]
mod tests;
