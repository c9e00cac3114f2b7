//! The reasons for which a connection is refused, and what the client is sent.

use std::fmt;

use russh::Disconnect;
use strum::{IntoStaticStr, VariantArray};

use crate::ssh::handshake::SERVER_VERSION;

/// Why a connection was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Refusal {
    /// As many connections from this address as there may be.
    Address,
    /// As many connections from this site (an IPv6 /48) as there may be.
    Site,
    /// As many unauthenticated connections as there may be, or as there may be of one network while they are scarce,
    /// and none that could be displaced.
    Handshakes,
    /// As many connections as may be let in, and none that may be evicted; of a visitor in a browser, who is told so at
    /// once.
    Full,
    /// Connections from this address or site come too fast.
    Rate,
    /// The server is behind proxies, and this was none of them.
    NoProxy,
    /// A proxy did not say in time, or not in a known way, for whom it connects.
    Header,
}

/// What a client is told when there is no room. A connection that is let in is told so on its first channel.
pub(in crate::ssh) const FULL: &str = "sshcard: full, come back in a minute\r\n";

impl Refusal {
    /// The line that a program is told that speaks no SSH. SSH permits lines before the server's version as long as
    /// they do not begin with `SSH-` (RFC 4253, section 4.2).
    #[must_use]
    pub const fn line(self) -> &'static str {
        match self {
            Self::Handshakes | Self::Full => FULL,
            Self::Address => "sshcard: too many connections from your address, close one first\r\n",
            Self::Site => "sshcard: too many connections from your network, come back in a minute\r\n",
            Self::Rate => "sshcard: too many connections at once from your address, wait a moment\r\n",
            Self::NoProxy => "sshcard: nobody gets in here but through the proxy\r\n",
            Self::Header => "sshcard: the proxy did not say for whom it connects\r\n",
        }
    }

    /// What the client is sent before it is hung up on: the line, the server's version, and `SSH_MSG_DISCONNECT` in the
    /// clear (RFC 4253, sections 6 and 11.1), whose description clients show to their users. No key is touched for it.
    #[must_use]
    pub fn disconnect_message(self) -> Vec<u8> {
        const DISCONNECT: u8 = 1;
        let reason = match self {
            Self::NoProxy | Self::Header => Disconnect::HostNotAllowedToConnect,
            _ => Disconnect::TooManyConnections,
        };
        let description = self.line().trim_ascii_end();
        let length = |bytes: usize| (bytes as u32).to_be_bytes();
        let mut payload = vec![DISCONNECT];
        payload.extend((reason as u32).to_be_bytes());
        payload.extend(length(description.len()));
        payload.extend(description.bytes());
        // No language.
        payload.extend(length(0));
        // At least four bytes of padding make a multiple of eight of the whole packet.
        let padding = 4 + (8 - (5 + payload.len() + 4) % 8) % 8;
        let head = [self.line().as_bytes(), SERVER_VERSION.as_bytes(), b"\r\n"].concat();
        [&head, &length(1 + payload.len() + padding)[..], &[padding as u8], &payload, &vec![0; padding]].concat()
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Address => "too many from one address",
            Self::Site => "too many from one network",
            Self::Handshakes => "too many not yet authenticated",
            Self::Full => "full",
            Self::Rate => "too fast from one address",
            Self::NoProxy => "not from a proxy",
            Self::Header => "no PROXY header",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_are_told_why_in_a_packet_that_they_can_read() {
        for refusal in Refusal::VARIANTS {
            let sent = refusal.disconnect_message();
            let head = format!("{}SSH-2.0-sshcard\r\n", refusal.line());
            let packet = sent.strip_prefix(head.as_bytes()).unwrap();
            assert_eq!(packet.len() % 8, 0);
            let (length, rest) = packet.split_first_chunk().unwrap();
            assert_eq!(u32::from_be_bytes(*length) as usize, rest.len());
            let padding = usize::from(rest[0]);
            assert!((4..256).contains(&padding));
            let payload = &rest[1..rest.len() - padding];
            let text = refusal.line().trim_end();
            assert_eq!((payload[0], payload[8], &payload[9..9 + text.len()]), (1, text.len() as u8, text.as_bytes()));
            assert_eq!(payload.len(), 9 + text.len() + 4);
        }
    }

    #[test]
    fn refusals_are_lines_that_may_stand_before_a_version() {
        for refusal in Refusal::VARIANTS {
            let line = refusal.line();
            assert!(line.ends_with("\r\n") && !line.starts_with("SSH-") && line.len() < 255, "{line:?}");
        }
    }
}
