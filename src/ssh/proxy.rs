//! The PROXY protocol, versions 1 and 2: before the first byte of SSH, a proxy names the client for which it connects.
//!
//! The header is expected from the proxies that the owner names, and from no other peer. No byte beyond the header is
//! read; the caller limits the time.
//!
//! Source: <https://www.haproxy.org/download/3.2/doc/proxy-protocol.txt>.

use std::{
    io::{self, ErrorKind},
    net::IpAddr,
};

use ipnet::IpNet;
use ppp::{v1, v2};
use tokio::io::{AsyncRead, AsyncReadExt as _};

/// The networks of the proxies that visitors come through; none, and visitors come themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies(Vec<IpNet>);

impl Proxies {
    /// Proxies whose addresses are in `networks`.
    #[must_use]
    pub fn new(networks: &[IpNet]) -> Self {
        Self(networks.to_vec())
    }

    pub(super) fn are_none(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn include(&self, address: IpAddr) -> bool {
        // A dual-stack socket shows an IPv4 address as IPv6.
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// What a proxy says that connects for itself, in version 2 (`LOCAL`, section 2.2): where the server is behind
/// proxies, a health check begins with this. It is taken from proxies and from the server's own machine.
pub const LOCAL: &[u8] = b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0";

/// For whom a proxy connects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// For a client at this address.
    Client(IpAddr),
    /// For itself, to see whether the server is well (`LOCAL`), or for one of whom it knows no address (`UNKNOWN`,
    /// `AF_UNSPEC`, `AF_UNIX`): the connection is to be taken for the proxy's own.
    Proxy,
}

/// The bytes of version 2 up to and with its length (section 2.2), and the signature that they begin with.
const FIXED: usize = 16;
const SIGNATURE: usize = v2::PROTOCOL_PREFIX.len();

/// The longest line of version 1 with its CRLF (section 2.1 of the document).
const LONGEST_LINE: usize = 107;

/// The most that is read after [`FIXED`] bytes of version 2. The addresses take at most 216 bytes; of what proxies add
/// to them (the name that was asked for, an identifier, a certificate's names), each is shorter than 256 bytes, and
/// they are few.
const LARGEST_REST: usize = 2048;

/// Reads a header, and nothing of what follows.
///
/// # Errors
///
/// [`ErrorKind::InvalidData`] for what is no header, or one that is not for TCP; errors of the stream.
pub async fn read(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Source> {
    let mut header = Vec::new();
    // Both versions are longer than the signature.
    more(stream, &mut header, SIGNATURE).await?;
    if header == v2::PROTOCOL_PREFIX {
        more(stream, &mut header, FIXED - SIGNATURE).await?;
        let rest = header.last_chunk().map_or(0, |length| u16::from_be_bytes(*length).into());
        if rest > LARGEST_REST {
            return Err(invalid("the header is too long"));
        }
        more(stream, &mut header, rest).await?;
        binary(&header)
    } else if header.starts_with(b"PROXY ") {
        while !header.ends_with(b"\r\n") {
            // At least this many bytes are missing. Reading more could take bytes of SSH.
            let missing = if header.ends_with(b"\r") { 1 } else { 2 };
            if header.len() + missing > LONGEST_LINE {
                return Err(invalid("the line is too long"));
            }
            more(stream, &mut header, missing).await?;
        }
        line(&header)
    } else {
        Err(invalid("this is no header"))
    }
}

async fn more(stream: &mut (impl AsyncRead + Unpin), header: &mut Vec<u8>, n: usize) -> io::Result<()> {
    let mut bytes = vec![0; n];
    stream.read_exact(&mut bytes).await?;
    header.append(&mut bytes);
    Ok(())
}

/// What a header of version 1 says.
fn line(header: &[u8]) -> io::Result<Source> {
    Ok(match v1::Header::try_from(header).map_err(invalid)?.addresses {
        v1::Addresses::Tcp4(addresses) => Source::Client(addresses.source_address.into()),
        v1::Addresses::Tcp6(addresses) => Source::Client(IpAddr::from(addresses.source_address).to_canonical()),
        v1::Addresses::Unknown => Source::Proxy,
    })
}

/// What a header of version 2 says.
fn binary(header: &[u8]) -> io::Result<Source> {
    let header = v2::Header::try_from(header).map_err(invalid)?;
    if header.command == v2::Command::Local {
        return Ok(Source::Proxy);
    }
    if header.protocol == v2::Protocol::Datagram {
        return Err(invalid("SSH has no datagrams"));
    }
    Ok(match header.addresses {
        v2::Addresses::IPv4(addresses) => Source::Client(addresses.source_address.into()),
        v2::Addresses::IPv6(addresses) => Source::Client(IpAddr::from(addresses.source_address).to_canonical()),
        v2::Addresses::Unspecified | v2::Addresses::Unix(_) => Source::Proxy,
    })
}

fn invalid(why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, why)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A header of version 2: command, family and protocol, and what follows.
    fn version_2(command: u8, family: u8, rest: &[u8]) -> Vec<u8> {
        let length = u16::try_from(rest.len()).unwrap().to_be_bytes();
        [v2::PROTOCOL_PREFIX, &[0x20 | command, family], &length, rest].concat()
    }

    /// Reads a header from `bytes`; returns the bytes after it, too.
    fn read(bytes: &[u8]) -> (io::Result<Source>, &[u8]) {
        let mut left = bytes;
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let read = runtime.block_on(super::read(&mut left));
        (read, left)
    }

    fn at(address: &str) -> Source {
        Source::Client(address.parse().unwrap())
    }

    const V4: &[u8] = &[192, 0, 2, 7, 198, 51, 100, 1, 0x30, 0x39, 0, 22];

    fn v6(source: &str) -> Vec<u8> {
        let [source, destination] = [source, "2001:db8::1"].map(|address| {
            let address: std::net::Ipv6Addr = address.parse().unwrap();
            address.octets()
        });
        [&source[..], &destination[..], &[0x30, 0x39, 0, 22]].concat()
    }

    #[test]
    fn both_versions_are_read_to_the_byte() {
        for (header, expected) in [
            (b"PROXY TCP4 192.0.2.7 198.51.100.1 12345 22\r\n".to_vec(), at("192.0.2.7")),
            (b"PROXY TCP6 2001:db8::7 2001:db8::1 12345 22\r\n".to_vec(), at("2001:db8::7")),
            (b"PROXY TCP6 ::ffff:192.0.2.7 ::1 12345 22\r\n".to_vec(), at("192.0.2.7")),
            (b"PROXY UNKNOWN\r\n".to_vec(), Source::Proxy),
            (format!("PROXY UNKNOWN {0} {0} 65535 65535\r\n", "ffff:".repeat(7) + "ffff").into(), Source::Proxy),
            (version_2(1, 0x11, V4), at("192.0.2.7")),
            (version_2(1, 0x21, &v6("2001:db8::7")), at("2001:db8::7")),
            (version_2(1, 0x21, &v6("::ffff:192.0.2.7")), at("192.0.2.7")),
            // With a value that a proxy adds: NOOP of one byte.
            (version_2(1, 0x11, &[V4, &[4, 0, 1, 0]].concat()), at("192.0.2.7")),
            (version_2(1, 0x11, &[V4, &[0; LARGEST_REST - 12]].concat()), at("192.0.2.7")),
            (version_2(1, 0x31, &[b'x'; 216]), Source::Proxy),
            (version_2(1, 0x00, &[]), Source::Proxy),
            (LOCAL.to_vec(), Source::Proxy),
            // A proxy that is well may say where it is; it is to be ignored.
            (version_2(0, 0x11, V4), Source::Proxy),
        ] {
            for following in [&b""[..], b"SSH-2.0-x\r\n", b"\r\n", b"PROXY "] {
                let bytes = [&header[..], following].concat();
                let (client, left) = read(&bytes);
                assert_eq!((client.unwrap(), left), (expected, following), "{:?}", header.escape_ascii().to_string());
            }
        }
    }

    #[test]
    fn what_is_no_header_is_refused() {
        for bytes in [
            b"SSH-2.0-OpenSSH_9.9\r\n".to_vec(),
            b"PROXY TCP4 192.0.2.7 198.51.100.1 12345\r\n".to_vec(),
            b"PROXY TCP4 192.0.2.777 198.51.100.1 12345 22\r\n".to_vec(),
            b"PROXY TCP4 2001:db8::7 2001:db8::1 12345 22\r\n".to_vec(),
            b"PROXY TCP4 192.0.2.7 198.51.100.1 65536 22\r\n".to_vec(),
            b"PROXY UDP4 192.0.2.7 198.51.100.1 12345 22\r\n".to_vec(),
            b"PROXY TCP4 192.0.2.7 198.51.100.1 12345 22\nSSH-2.0-x\r\n".to_vec(),
            b"proxy TCP4 192.0.2.7 198.51.100.1 12345 22\r\n".to_vec(),
            [&b"PROXY "[..], &[b'x'; 200]].concat(),
            [&b"PROXY UNKNOWN "[..], &[b' '; 92], b"\r\n"].concat(),
            b"PROXY \xff\xff\xff\xff\xff\xff\r\n".to_vec(),
            // Of version 3, of an unknown command, for datagrams, of an unknown family, too short for its addresses.
            [v2::PROTOCOL_PREFIX, &[0x31, 0x11, 0, 12], V4].concat(),
            version_2(2, 0x11, V4),
            version_2(1, 0x12, V4),
            version_2(1, 0x41, V4),
            version_2(1, 0x21, V4),
            version_2(1, 0x11, &[0; LARGEST_REST + 1]),
        ] {
            let error = read(&bytes).0.expect_err(&bytes.escape_ascii().to_string());
            assert_eq!(error.kind(), ErrorKind::InvalidData, "{}", bytes.escape_ascii());
        }
        for cut in [&b""[..], b"PRO", b"PROXY TCP4 192.0.2.7", &version_2(1, 0x11, V4)[..20]] {
            assert_eq!(read(cut).0.unwrap_err().kind(), ErrorKind::UnexpectedEof, "{}", cut.escape_ascii());
        }
    }

    #[test]
    fn only_named_networks_are_believed() {
        let named = ["10.0.0.0/8", "2001:db8:1::/48"].map(|network| network.parse().unwrap());
        let proxies = Proxies::new(&named);
        for (address, expected) in [
            ("10.1.2.3", true),
            ("::ffff:10.1.2.3", true),
            ("2001:db8:1:ffff::1", true),
            ("11.1.2.3", false),
            ("127.0.0.1", false),
            ("::1", false),
            ("2001:db8:2::1", false),
            ("::10.1.2.3", false),
        ] {
            assert_eq!(proxies.include(address.parse().unwrap()), expected, "{address}");
        }
        assert!(Proxies::default().are_none() && !proxies.are_none());
    }

    const BEGINNINGS: [&[u8]; 5] =
        [b"", b"PROXY ", b"PROXY TCP4 ", v2::PROTOCOL_PREFIX, b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0"];

    proptest! {
        #[test]
        fn any_bytes_are_survived_and_nothing_is_read_beyond_the_bound(
            begins in proptest::sample::select(&BEGINNINGS[..]),
            bytes in proptest::collection::vec(any::<u8>(), 0..3000),
        ) {
            let bytes = [begins, &bytes].concat();
            let (_, left) = read(&bytes);
            prop_assert!(bytes.len() - left.len() <= FIXED + LARGEST_REST);
        }
    }
}
