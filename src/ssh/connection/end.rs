//! Derives why a connection ended from how far it came and from russh's error.

use std::io::ErrorKind;

use russh::{Error, keys::ssh_encoding};

use crate::ssh::{deadline::Progress, ending::ConnectionEnd};

/// Why a connection ended that came as far as `progress` says.
pub(super) fn of(ended: &Result<(), Error>, progress: &Progress) -> ConnectionEnd {
    // Whatever russh makes of the stream's error, the connection was due.
    if let Some(why) = progress.overdue() {
        return why;
    }
    let left = match progress.when_due() {
        why if why.is_final() => why,
        why if why.is_handshake() => ConnectionEnd::LeftEarly,
        _ => ConnectionEnd::HungUp,
    };
    let Err(error) = ended else { return left };
    match error {
        // No error of a socket is of this kind.
        Error::IO(error) if error.kind() == ErrorKind::QuotaExceeded => ConnectionEnd::Rekeying,
        Error::IO(error) if error.kind() == ErrorKind::TimedOut => ConnectionEnd::Unresponsive,
        Error::IO(_) | Error::Disconnect | Error::HUP | Error::SendError => left,
        Error::KeepaliveTimeout | Error::InactivityTimeout | Error::ConnectionTimeout | Error::Elapsed(_) => {
            ConnectionEnd::Unresponsive
        }
        Error::Version => ConnectionEnd::NotSsh,
        Error::NoCommonAlgo { .. } => ConnectionEnd::NoAlgorithm,
        Error::Utf8(_) | Error::SshEncoding(ssh_encoding::Error::CharacterEncoding) => ConnectionEnd::NotUtf8,
        Error::Join(_) => ConnectionEnd::Failed,
        _ => ConnectionEnd::Malformed,
    }
}

#[cfg(test)]
mod tests {
    use std::{io, time::Duration};

    use russh::AlgorithmKind;
    use tokio::time::advance;

    use super::*;
    use crate::ssh::limits::Limits;

    #[tokio::test(start_paused = true)]
    async fn what_russh_says_is_one_of_ours() {
        let progress = Progress::of_tests(&Limits::default());
        let no_common =
            Error::NoCommonAlgo { kind: AlgorithmKind::Kex, ours: Vec::new(), theirs: vec!["\x1b[2J".into()] };
        for (ended, expected) in [
            (Ok(()), ConnectionEnd::LeftEarly),
            (Err(Error::Disconnect), ConnectionEnd::LeftEarly),
            (Err(io::Error::from(ErrorKind::ConnectionReset).into()), ConnectionEnd::LeftEarly),
            (Err(Error::Version), ConnectionEnd::NotSsh),
            (Err(no_common), ConnectionEnd::NoAlgorithm),
            (Err(ssh_encoding::Error::CharacterEncoding.into()), ConnectionEnd::NotUtf8),
            (Err(ssh_encoding::Error::Length.into()), ConnectionEnd::Malformed),
            (Err(Error::PacketSize(1 << 30)), ConnectionEnd::Malformed),
            (Err(Error::KeepaliveTimeout), ConnectionEnd::Unresponsive),
            // What the system says when nothing that was sent is acknowledged.
            (Err(io::Error::from(ErrorKind::TimedOut).into()), ConnectionEnd::Unresponsive),
            (Err(io::Error::from(ErrorKind::QuotaExceeded).into()), ConnectionEnd::Rekeying),
        ] {
            assert_eq!(of(&ended, &progress), expected, "{ended:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn how_far_it_came_says_what_it_is_when_nobody_is_there() {
        let progress = Progress::of_tests(&Limits::default());
        progress.authenticated();
        assert_eq!(of(&Ok(()), &progress), ConnectionEnd::HungUp);
        advance(Limits::default().first_channel + Duration::from_millis(1)).await;
        assert_eq!(of(&Ok(()), &progress), ConnectionEnd::NoChannel);
        progress.drain(ConnectionEnd::Shutdown);
        assert_eq!(of(&Ok(()), &progress), ConnectionEnd::Shutdown);
    }
}
