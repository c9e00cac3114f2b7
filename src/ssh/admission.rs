//! Who gets in: counted before any cryptography, so that a flood costs the server an `accept` and a `close` each.
//!
//! Pure bookkeeping: it opens no socket, reads no clock and never waits.

use std::{
    collections::HashMap,
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::limits::Limits;

/// The counts of all connections. The map has one entry for each address with a live connection, so it is no larger than
/// the number of connections.
#[derive(Debug)]
pub struct Admission {
    connections: usize,
    per_address: usize,
    unauthenticated: usize,
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    connections: usize,
    unauthenticated: usize,
    addresses: HashMap<Network, usize>,
}

/// Why a connection was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// As many connections as there may be.
    Full,
    /// As many connections from this address as there may be.
    Address,
    /// As many unauthenticated connections as there may be.
    Handshakes,
}

impl Refusal {
    /// The line that the client is told before it is hung up on. SSH permits lines before the server's version as long as
    /// they do not begin with `SSH-` (RFC 4253, section 4.2); OpenSSH shows them with `-v`.
    #[must_use]
    pub const fn line(self) -> &'static str {
        match self {
            Self::Full | Self::Handshakes => "sshcard: full, come back in a minute\r\n",
            Self::Address => "sshcard: too many connections from your address, close one first\r\n",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => "full",
            Self::Address => "too many from one address",
            Self::Handshakes => "too many not yet authenticated",
        })
    }
}

impl Admission {
    /// Counts against `limits`; 0 is no limit.
    #[must_use]
    pub fn new(limits: &Limits) -> Arc<Self> {
        Arc::new(Self {
            connections: unless_zero(limits.connections),
            per_address: unless_zero(limits.per_address),
            unauthenticated: unless_zero(limits.unauthenticated),
            counts: Mutex::default(),
        })
    }

    /// Counts a connection in. It is counted out when the permit is dropped.
    ///
    /// # Errors
    ///
    /// The first limit that is reached; nothing is counted then.
    pub fn admit(self: &Arc<Self>, address: IpAddr) -> Result<Permit, Refusal> {
        let network = Network::of(address);
        let mut counts = self.counts();
        if counts.connections >= self.connections {
            return Err(Refusal::Full);
        }
        if counts.addresses.get(&network).is_some_and(|count| *count >= self.per_address) {
            return Err(Refusal::Address);
        }
        if counts.unauthenticated >= self.unauthenticated {
            return Err(Refusal::Handshakes);
        }
        counts.connections += 1;
        counts.unauthenticated += 1;
        *counts.addresses.entry(network).or_default() += 1;
        drop(counts);
        Ok(Permit { admission: Arc::clone(self), network, authenticated: false })
    }

    /// How many connections there are.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.counts().connections
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
    network: Network,
    authenticated: bool,
}

impl Permit {
    /// Frees the place among the unauthenticated. Doing it again changes nothing.
    pub fn authenticated(&mut self) {
        if !self.authenticated {
            self.authenticated = true;
            self.admission.counts().unauthenticated -= 1;
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut counts = self.admission.counts();
        counts.connections -= 1;
        if !self.authenticated {
            counts.unauthenticated -= 1;
        }
        if let Some(count) = counts.addresses.get_mut(&self.network) {
            *count -= 1;
            if *count == 0 {
                counts.addresses.remove(&self.network);
            }
        }
    }
}

/// What counts as one address: an IPv4 address, or the /64 that a household gets of IPv6. An IPv4 address that a dual-stack
/// socket shows as IPv6 (`::ffff:192.0.2.1`, RFC 4291, section 2.5.5.2) is an IPv4 address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Network(IpAddr);

impl Network {
    fn of(address: IpAddr) -> Self {
        Self(cut(address, 32, 64))
    }
}

/// An address as the log shows it: the network that it is in (IPv4 /24, IPv6 /48), which tells a place and no person.
#[must_use]
pub fn shortened(address: IpAddr) -> String {
    match cut(address, 24, 48) {
        IpAddr::V4(network) => format!("{network}/24"),
        IpAddr::V6(network) => format!("{network}/48"),
    }
}

/// The network of an address: its first `v4` bits (1 to 32), or its first `v6` bits (1 to 128).
fn cut(address: IpAddr, v4: u32, v6: u32) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => Ipv4Addr::from_bits(address.to_bits() & (u32::MAX << (32 - v4))).into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << (128 - v6))).into(),
    }
}

/// A limit as it is compared with: 0 is none.
const fn unless_zero(limit: usize) -> usize {
    if limit == 0 { usize::MAX } else { limit }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admission(connections: usize, per_address: usize, unauthenticated: usize) -> Arc<Admission> {
        Admission::new(&Limits { connections, per_address, unauthenticated, ..Limits::default() })
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_full_house_refuses_until_somebody_leaves() {
        let admission = admission(2, 0, 0);
        let first = admission.admit(ip("192.0.2.1")).unwrap();
        let _second = admission.admit(ip("192.0.2.2")).unwrap();
        assert_eq!(admission.admit(ip("192.0.2.3")).unwrap_err(), Refusal::Full);
        drop(first);
        assert!(admission.admit(ip("192.0.2.3")).is_ok());
    }

    #[test]
    fn one_address_is_counted_as_one_however_it_is_written() {
        for (a, b, same) in [
            ("192.0.2.1", "192.0.2.1", true),
            ("192.0.2.1", "::ffff:192.0.2.1", true),
            ("192.0.2.1", "192.0.2.2", false),
            ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true),
            ("2001:db8:1:2::1", "2001:db8:1:3::1", false),
            ("127.0.0.1", "127.0.0.1", true),
            ("::1", "127.0.0.1", false),
        ] {
            let admission = admission(0, 1, 0);
            let _first = admission.admit(ip(a)).unwrap();
            let second = admission.admit(ip(b)).map(drop);
            assert_eq!(second, if same { Err(Refusal::Address) } else { Ok(()) }, "{a} and {b}");
        }
    }

    #[test]
    fn authenticating_frees_a_place_among_the_unauthenticated_once() {
        let admission = admission(0, 0, 1);
        let mut first = admission.admit(ip("192.0.2.1")).unwrap();
        assert_eq!(admission.admit(ip("192.0.2.2")).unwrap_err(), Refusal::Handshakes);
        first.authenticated();
        first.authenticated();
        let second = admission.admit(ip("192.0.2.2")).unwrap();
        assert_eq!(admission.admit(ip("192.0.2.3")).unwrap_err(), Refusal::Handshakes);
        drop(first);
        assert_eq!(admission.admit(ip("192.0.2.3")).unwrap_err(), Refusal::Handshakes);
        drop(second);
        assert!(admission.admit(ip("192.0.2.3")).is_ok());
    }

    #[test]
    fn nothing_is_kept_of_those_who_left() {
        let admission = admission(0, 0, 0);
        let permits: Vec<_> = (0..1000).map(|n| admission.admit(Ipv4Addr::from_bits(n).into()).unwrap()).collect();
        assert_eq!(admission.connections(), 1000);
        drop(permits);
        let counts = admission.counts();
        assert_eq!((counts.connections, counts.unauthenticated, counts.addresses.len()), (0, 0, 0));
    }

    #[test]
    fn the_log_shows_networks() {
        for (address, shown) in [
            ("192.0.2.77", "192.0.2.0/24"),
            ("::ffff:192.0.2.77", "192.0.2.0/24"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ] {
            assert_eq!(shortened(ip(address)), shown);
        }
    }

    #[test]
    fn refusals_are_lines_that_may_stand_before_a_version() {
        for refusal in [Refusal::Full, Refusal::Address, Refusal::Handshakes] {
            let line = refusal.line();
            assert!(line.ends_with("\r\n") && !line.starts_with("SSH-") && line.len() < 255, "{line:?}");
        }
    }
}
