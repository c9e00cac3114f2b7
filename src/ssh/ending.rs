//! Why a connection ended, as far as it can be told from what russh says of it.

use std::{io::ErrorKind, sync::Arc};

use russh::{Error, keys::ssh_encoding};

use super::{
    deadline::{Progress, Step},
    records::{ConnectionEnd, Records},
    stream::TooMany,
};

/// A connection that was let in. When it is dropped it has ended, and is counted so: one that a panic ends is never taken for
/// one that is still there.
pub(super) struct LetIn(Option<Arc<Records>>);

impl LetIn {
    pub(super) fn new(records: &Arc<Records>) -> Self {
        Self(Some(Arc::clone(records)))
    }

    pub(super) fn ended(mut self, why: ConnectionEnd) {
        if let Some(records) = self.0.take() {
            records.connection_ended(why);
        }
    }

    /// It was refused after all, and is counted as such.
    pub(super) fn refused(mut self) {
        self.0 = None;
    }
}

impl Drop for LetIn {
    fn drop(&mut self) {
        if let Some(records) = self.0.take() {
            // The panic is counted by who catches it.
            records.ended.one(ConnectionEnd::Failed);
        }
    }
}

/// Why a connection ended that came as far as `progress` says.
pub(super) fn of(ended: &Result<(), Error>, progress: &Progress) -> ConnectionEnd {
    // Whatever russh makes of the stream's error, the connection was due.
    if let Some(step) = progress.overdue() {
        return match step {
            Step::Identify => ConnectionEnd::NotIdentified,
            Step::Negotiate => ConnectionEnd::NotNegotiated,
            Step::ExchangeKeys => ConnectionEnd::NoKeyExchange,
            Step::Authenticate => ConnectionEnd::NotAuthenticated,
            Step::OpenChannel => ConnectionEnd::NoChannel,
            Step::Finish => ConnectionEnd::Overlong,
            Step::HangUp => ConnectionEnd::Lingering,
            Step::TurnedAway => ConnectionEnd::Full,
            Step::Displaced => ConnectionEnd::Displaced,
            Step::Evicted => ConnectionEnd::Evicted,
            Step::UsedUp => ConnectionEnd::UsedUp,
            Step::Stopped => ConnectionEnd::Shutdown,
        };
    }
    let left = match progress.step() {
        Step::Identify | Step::Negotiate | Step::ExchangeKeys | Step::Authenticate => ConnectionEnd::LeftEarly,
        Step::OpenChannel | Step::Finish | Step::HangUp | Step::UsedUp => ConnectionEnd::HungUp,
        Step::TurnedAway => ConnectionEnd::Full,
        Step::Displaced => ConnectionEnd::Displaced,
        Step::Evicted => ConnectionEnd::Evicted,
        Step::Stopped => ConnectionEnd::Shutdown,
    };
    let Err(error) = ended else { return left };
    match error {
        Error::IO(error) if error.get_ref().and_then(|error| error.downcast_ref()).is_some_and(|TooMany| true) => {
            ConnectionEnd::Rekeying
        }
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
            (Err(io::Error::other(TooMany).into()), ConnectionEnd::Rekeying),
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
        progress.drain(Step::Stopped);
        assert_eq!(of(&Ok(()), &progress), ConnectionEnd::Shutdown);
    }
}
