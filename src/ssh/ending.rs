//! The reasons for which connections and sessions end: one word for each, in the log and in the metrics.

use strum::{IntoStaticStr, VariantArray};

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

impl ConnectionEnd {
    /// Whether a connection with this reason waits for a deadline before it is let in, and may still be.
    pub(super) const fn is_handshake(self) -> bool {
        matches!(self, Self::NotIdentified | Self::NotNegotiated | Self::NoKeyExchange | Self::NotAuthenticated)
    }

    /// Whether a connection with this reason only waits to be closed. One that is `Full` may still open channels, to be
    /// told so.
    pub(super) const fn is_final(self) -> bool {
        matches!(self, Self::Full | Self::Displaced | Self::Evicted | Self::Shutdown)
    }
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

/// The exit status of what the server's stop cut short: `EX_TEMPFAIL` of `sysexits.h`, by which a script knows that it
/// may try again.
const TRY_AGAIN: u32 = 75;

impl SessionEnd {
    /// The exit status of a session or a file transfer.
    pub(super) const fn status(self) -> u32 {
        match self {
            Self::Shutdown => TRY_AGAIN,
            Self::Refused | Self::Malformed | Self::Stalled | Self::Overrun | Self::Failed => 1,
            _ => 0,
        }
    }
}
