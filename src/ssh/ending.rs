//! Why connections and sessions end: one word for each reason, in the log and in the counters.

use std::{io::ErrorKind, sync::Arc};

use russh::{Error, keys::ssh_encoding};
use strum::{IntoStaticStr, VariantArray};

use super::{
    deadline::{Progress, Step},
    metrics::Metrics,
    stream::TooMany,
};
use crate::session::Ending;

/// Why a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum ConnectionEnd {
    /// The client hung up, or its line broke, after it was let in.
    HungUp,
    /// The client hung up, or its line broke, before it was let in.
    LeftEarly,
    /// Its version line was not complete in time.
    NotIdentified,
    /// Its list of algorithms (`SSH_MSG_KEXINIT`) was not complete in time.
    NotNegotiated,
    /// It did not begin to exchange keys in time.
    NoKeyExchange,
    /// It was not authenticated in time.
    NotAuthenticated,
    /// It had not begun to exchange keys when a newcomer needed its place.
    Displaced,
    /// It authenticated when there was no room for it, and was told so.
    Full,
    /// It was let in, and its visitor had sent nothing for a while when another needed its place.
    Evicted,
    /// It opened no channel in time.
    NoChannel,
    /// After its last channel it stayed for too long.
    Lingering,
    /// It took too long in all.
    Overlong,
    /// After its last channel: it has opened as many as it may, or is too old to open another.
    UsedUp,
    /// The client did not answer, or took nothing, for too long.
    Unresponsive,
    /// It exchanged keys too often.
    Rekeying,
    /// What the client began with is not SSH.
    NotSsh,
    /// Client and server have no algorithm in common.
    NoAlgorithm,
    /// The client sent a string that is not UTF-8: a user name, a terminal's name, a variable.
    NotUtf8,
    /// The client said what SSH does not permit.
    Malformed,
    /// The server stops.
    Shutdown,
    /// A fault of ours: a panic.
    Failed,
}

/// The ends of connections that the log counts as refusals: there was no room, though the handshake had begun.
pub(super) const WITHOUT_ROOM: [ConnectionEnd; 2] = [ConnectionEnd::Full, ConnectionEnd::Displaced];

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum SessionEnd {
    /// The visitor said goodbye, or has all that was wanted.
    Goodbye,
    /// What was asked for was sent.
    Answered,
    /// The visitor's end of the line went away.
    Gone,
    /// Nothing was typed, or asked for, for too long.
    Idle,
    /// It took too long.
    Overlong,
    /// The visitor stopped reading.
    Stalled,
    /// A file was asked for that there is not, or that cannot be written.
    Refused,
    /// The client said what cannot be understood.
    Malformed,
    /// The client asked for far more than it took.
    Overrun,
    /// Nothing was typed, or asked for, for a while, and another visitor needed the place.
    Evicted,
    /// The server stops.
    Shutdown,
    /// A fault of ours: a panic.
    Failed,
}

impl From<Ending> for SessionEnd {
    fn from(ending: Ending) -> Self {
        match ending {
            Ending::Goodbye => Self::Goodbye,
            Ending::Gone => Self::Gone,
            Ending::Idle => Self::Idle,
            Ending::Overlong => Self::Overlong,
            Ending::Stalled => Self::Stalled,
            Ending::Evicted => Self::Evicted,
            Ending::Shutdown => Self::Shutdown,
            Ending::Failed => Self::Failed,
        }
    }
}

impl SessionEnd {
    /// The exit status of a session or a file transfer.
    pub(super) const fn status(self) -> u32 {
        match self {
            Self::Refused | Self::Malformed | Self::Stalled | Self::Overrun | Self::Failed => 1,
            _ => 0,
        }
    }
}

/// A connection that is counted as accepted. When the guard is dropped, as a panic does it, the connection has failed.
pub(super) struct ConnectionGuard(Option<Arc<Metrics>>);

impl ConnectionGuard {
    pub(super) fn new(metrics: &Arc<Metrics>) -> Self {
        Self(Some(Arc::clone(metrics)))
    }

    /// Counts why the connection ended.
    pub(super) fn ended(mut self, why: ConnectionEnd) {
        if let Some(metrics) = self.0.take() {
            metrics.connection_ended(why);
        }
    }

    /// The connection was refused, and is counted as such elsewhere.
    pub(super) fn refused(mut self) {
        self.0 = None;
    }
}

impl Drop for ConnectionGuard {
    fn drop(&mut self) {
        if let Some(metrics) = self.0.take() {
            // The panic is counted where it is caught.
            metrics.ended.get_or_create(&ConnectionEnd::Failed).inc();
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
            Step::UsedUp => ConnectionEnd::UsedUp,
            Step::Last(why) => why,
        };
    }
    let left = match progress.step() {
        Step::Last(why) => why,
        step if step.is_handshake() => ConnectionEnd::LeftEarly,
        _ => ConnectionEnd::HungUp,
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
        progress.drain(ConnectionEnd::Shutdown);
        assert_eq!(of(&Ok(()), &progress), ConnectionEnd::Shutdown);
    }
}
