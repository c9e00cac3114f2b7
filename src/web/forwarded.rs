//! For whom a request is: for the client that connected, or for one of whom a proxy says so (RFC 7239, and the headers
//! that were in use before it).

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, header::FORWARDED},
};

use crate::{http::Peer, ssh::proxy::Proxies};

const FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// The client of a request, kept as an extension of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Client {
    /// From where the request counts.
    pub(crate) address: IpAddr,
    /// Whether a proxy that is believed asks for the client.
    pub(crate) is_proxied: bool,
    /// Whether the client speaks HTTPS with that proxy.
    pub(crate) is_encrypted: bool,
}

impl Client {
    /// Finds the client of a request.
    pub(super) fn of(request: &Request, proxies: &Proxies) -> Self {
        // The loop that accepts sets it.
        let peer = request.extensions().get::<Peer>().map_or(IpAddr::from([0; 4]), |peer| peer.0);
        Self::through(peer, request.headers(), proxies)
    }

    /// Each proxy adds the address of its own client at the end: the last that is no proxy's is the visitor's. What
    /// stands before it may be anybody's invention. A proxy that says none asks for itself.
    ///
    /// A proxy writes one of the two headers, and may hand on the other as a client wrote it: where they name different
    /// clients, neither is believed.
    fn through(peer: IpAddr, headers: &HeaderMap, proxies: &Proxies) -> Self {
        let itself = Self { address: peer.to_canonical(), is_proxied: false, is_encrypted: false };
        if !proxies.include(peer) {
            return Self { address: peer, ..itself };
        }
        let client = |(hops, proto): (Vec<Option<IpAddr>>, Option<String>)| {
            let mut from = peer;
            for hop in hops.into_iter().rev() {
                let Some(hop) = hop else { break };
                from = hop;
                if !proxies.include(hop) {
                    break;
                }
            }
            let is_encrypted = proto.is_some_and(|proto| proto.eq_ignore_ascii_case("https"));
            Self { address: from.to_canonical(), is_proxied: true, is_encrypted }
        };
        let before = [FOR, PROTO].iter().any(|name| headers.contains_key(name)).then(|| {
            let hops = listed(headers, &FOR).map(address).collect();
            client((hops, listed(headers, &PROTO).last().map(str::to_owned)))
        });
        match (forwarded(headers).map(client), before) {
            (Some(one), Some(other)) if one.address != other.address => itself,
            (_, Some(client)) | (Some(client), None) => client,
            (None, None) => itself,
        }
    }
}

/// The members of a header that is a list, in all of its lines.
pub(super) fn listed<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h str> {
    let lines = headers.get_all(name).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim)
}

/// The hops of `Forwarded` (RFC 7239, section 4), `None` for one that is hidden, and the protocol of the last; `None`
/// without the header. A comma in a quoted string would part it, and is in no address.
fn forwarded(headers: &HeaderMap) -> Option<(Vec<Option<IpAddr>>, Option<String>)> {
    headers.get(FORWARDED)?;
    let (mut hops, mut proto) = (Vec::new(), None);
    for hop in listed(headers, &FORWARDED) {
        let mut from = None;
        proto = None;
        for (name, value) in hop.split(';').filter_map(|pair| pair.trim().split_once('=')) {
            let value = value.trim_matches('"');
            if name.eq_ignore_ascii_case("for") {
                from = address(value);
            } else if name.eq_ignore_ascii_case("proto") {
                proto = Some(value.to_owned());
            }
        }
        hops.push(from);
    }
    Some((hops, proto))
}

/// An address with or without a port, an IPv6 address with or without brackets.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(peer: &str, lines: &[(&'static str, &str)]) -> (String, bool) {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, value.parse().unwrap());
        }
        let proxies = Proxies::new(&["10.0.0.0/8", "::1/128"].map(|network| network.parse().unwrap()));
        let client = Client::through(peer.parse().unwrap(), &headers, &proxies);
        (client.address.to_string(), client.is_encrypted)
    }

    #[test]
    fn only_proxies_are_believed_and_only_what_the_last_of_them_saw() {
        let far = ("x-forwarded-for", "192.0.2.7");
        for (peer, lines, expected) in [
            ("192.0.2.1", &[far, ("x-forwarded-proto", "https")][..], ("192.0.2.1", false)),
            ("10.1.1.1", &[], ("10.1.1.1", false)),
            ("10.1.1.1", &[far, ("x-forwarded-proto", "https")], ("192.0.2.7", true)),
            ("::ffff:10.1.1.1", &[far], ("192.0.2.7", false)),
            ("10.1.1.1", &[("x-forwarded-for", "198.51.100.1, 192.0.2.7, 10.2.2.2")], ("192.0.2.7", false)),
            ("10.1.1.1", &[("x-forwarded-for", "198.51.100.1"), far], ("192.0.2.7", false)),
            ("10.1.1.1", &[("x-forwarded-for", "198.51.100.1, nonsense")], ("10.1.1.1", false)),
            // What the client wrote in the header that its proxy does not write.
            ("::1", &[("forwarded", "for=192.0.2.7;proto=https"), ("x-forwarded-for", "1.1.1.1")], ("::1", false)),
            ("::1", &[("forwarded", "for=192.0.2.7;proto=https"), ("x-forwarded-proto", "http")], ("::1", false)),
            ("::1", &[("forwarded", "for=192.0.2.7"), far, ("x-forwarded-proto", "https")], ("192.0.2.7", true)),
            ("::1", &[("forwarded", "for=192.0.2.7;proto=https")], ("192.0.2.7", true)),
            (
                "::1",
                &[("forwarded", "for=198.51.100.1, For=\"[2001:db8::7]:4711\"; Proto=http")],
                ("2001:db8::7", false),
            ),
            ("::1", &[("forwarded", "for=198.51.100.1, for=_hidden")], ("::1", false)),
            ("::1", &[("forwarded", "for=192.0.2.7, for=unknown;proto=https")], ("::1", true)),
        ] {
            let (address, is_encrypted) = of(peer, lines);
            assert_eq!((address.as_str(), is_encrypted), expected, "{peer} {lines:?}");
        }
    }
}
