//! The reasons for which a connection is refused, and the line that the client is sent.

use std::fmt;

use strum::{IntoStaticStr, VariantArray};

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
    /// The line that the client is told before it is hung up on. SSH permits lines before the server's version as long
    /// as they do not begin with `SSH-` (RFC 4253, section 4.2); OpenSSH shows them with `-v`.
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
    fn refusals_are_lines_that_may_stand_before_a_version() {
        for refusal in Refusal::VARIANTS {
            let line = refusal.line();
            assert!(line.ends_with("\r\n") && !line.starts_with("SSH-") && line.len() < 255, "{line:?}");
        }
    }
}
