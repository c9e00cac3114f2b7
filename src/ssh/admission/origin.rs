//! The origin of a connection: the networks whose connections are counted together.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// The networks that a connection counts for. An IPv4 address that a dual-stack socket shows as IPv6
/// (`::ffff:192.0.2.1`, RFC 4291, section 2.5.5.2) is an IPv4 address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Origin {
    /// What counts as one address: an IPv4 address, or the /64 that a household gets of IPv6.
    pub(crate) address: IpNet,
    /// The /48 that a provider gives to a customer of some size (RFC 6177). IPv4 has no such border.
    pub(crate) site: Option<IpNet>,
}

impl Origin {
    pub(crate) fn of(address: IpAddr) -> Self {
        let address = address.to_canonical();
        Self { address: cut(address, 32, 64), site: address.is_ipv6().then(|| cut(address, 32, 48)) }
    }

    pub(crate) fn networks(self) -> impl Iterator<Item = IpNet> {
        [self.address].into_iter().chain(self.site)
    }

    pub(super) fn shares_network_with(self, other: Self) -> bool {
        self.address == other.address || (self.site.is_some() && self.site == other.site)
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

/// Whether an address is of a network that the internet does not reach: loopback, RFC 1918, RFC 6598, link-local, RFC
/// 4193.
pub(in crate::ssh) fn is_private(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(ip) => {
            let [a, b, ..] = ip.octets();
            ip.is_loopback() || ip.is_private() || ip.is_link_local() || (a == 100 && b & 0xc0 == 64)
        }
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_shows_networks() {
        for (address, shown) in [
            ("192.0.2.77", "192.0.2.0/24"),
            ("::ffff:192.0.2.77", "192.0.2.0/24"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ] {
            assert_eq!(shortened(address.parse().unwrap()), shown);
        }
    }
}
