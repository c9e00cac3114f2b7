//! The loop of a file transfer, for the protocols of [`super::sftp`] and [`super::scp`], which do no I/O.
//!
//! One message is sent at a time. Input that arrives meanwhile waits in [`Received`], which is bounded.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use russh::{ChannelMsg, ChannelReadHalf, ChannelWriteHalf, server::Msg};
use tokio::{
    select,
    time::{Instant, sleep_until, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{
    ending::SessionEnd,
    limits::Limits,
    writing::{drop_message, while_reading},
};

/// The server's side of a protocol that transfers files. It does no I/O.
pub trait Protocol: Send {
    /// The next step after `received`. Complete messages are removed from it; the rest stays.
    fn next(&mut self, received: &mut Received) -> TransferStep;
}

/// What to do next.
#[derive(Debug, PartialEq, Eq)]
pub enum TransferStep {
    /// Send these bytes: at most [`PIECE`] bytes of a file with their framing.
    Send(Bytes),
    /// Wait until more is received. After the end of the input, the transfer is incomplete.
    Receive,
    /// The transfer is complete or has failed.
    End(SessionEnd),
}

/// The most of a file that is sent at once, in bytes. Clients of SFTP ask for 32 KiB at a time, which is what every SSH
/// can take in one packet (RFC 4253, section 6.1), and take it well if less comes than they asked for.
pub const PIECE: usize = 32 * 1024;

/// With so much waiting to be understood, in bytes, nothing more may come: it is two thousand requests to read, and
/// clients have some hundred on their way, each of them for 32 KiB. One packet may be on top, of at most 256 KiB. To
/// stop reading instead would stop the whole connection, and the end of the connection would not be noticed.
const WAITING: usize = 64 * 1024;

/// After the server was told to stop, a transfer may go on; a client that asks for nothing for this long is
/// disconnected.
const LAST_CALL: Duration = Duration::from_secs(1);

/// What the client sent and the protocol has not yet read.
#[derive(Debug, Default)]
pub struct Received {
    /// The bytes, in order.
    pub bytes: BytesMut,
    /// Whether the input has ended.
    pub ended: bool,
}

impl Received {
    /// Takes a message of the channel; `Err` if the client is gone or has sent too much.
    fn take(&mut self, message: Option<ChannelMsg>) -> Result<(), SessionEnd> {
        match message {
            Some(ChannelMsg::Data { .. }) if self.bytes.len() >= WAITING => return Err(SessionEnd::Overrun),
            Some(ChannelMsg::Data { data }) if !self.ended => self.bytes.extend_from_slice(&data),
            Some(ChannelMsg::Eof) => self.ended = true,
            message => return drop_message(message),
        }
        Ok(())
    }
}

/// The channel of a transfer, and its clocks.
pub(super) struct Transfer<'a> {
    pub(super) incoming: &'a mut ChannelReadHalf,
    pub(super) outgoing: &'a ChannelWriteHalf<Msg>,
    pub(super) limits: &'a Limits,
    /// Cancelled when the server stops.
    pub(super) shutdown: &'a CancellationToken,
    /// Cancelled when another visitor needs the place.
    pub(super) evicted: &'a CancellationToken,
    /// When something was last sent, which is when a request was last answered; at first, when the transfer began.
    pub(super) sent: Instant,
}

impl Transfer<'_> {
    /// Runs the protocol to its end.
    ///
    /// # Errors
    ///
    /// The client or the server ended it before.
    pub(super) async fn run(mut self, protocol: &mut dyn Protocol) -> Result<SessionEnd, SessionEnd> {
        let mut received = Received::default();
        loop {
            match protocol.next(&mut received) {
                TransferStep::Send(bytes) => self.send(bytes, &mut received).await?,
                TransferStep::Receive if received.ended => return Err(SessionEnd::Malformed),
                TransferStep::Receive => self.receive(&mut received).await?,
                TransferStep::End(end) => return Ok(end),
            }
        }
    }

    async fn send(&mut self, bytes: Bytes, received: &mut Received) -> Result<(), SessionEnd> {
        let sending = while_reading(self.incoming, self.outgoing.data_bytes(bytes), |message| received.take(message));
        let sent = timeout(self.limits.output, sending).await.unwrap_or(Err(SessionEnd::Stalled));
        self.sent = Instant::now();
        sent
    }

    /// Waits until something is received. The time for a request runs from the answer to the last, so that one who
    /// sends it a byte at a time has no more of it.
    async fn receive(&mut self, received: &mut Received) -> Result<(), SessionEnd> {
        let (deadline, end) = if self.shutdown.is_cancelled() {
            (Instant::now() + LAST_CALL, SessionEnd::Shutdown)
        } else {
            (self.sent + self.limits.idle, SessionEnd::Idle)
        };
        select! {
            biased;
            () = sleep_until(deadline) => Err(end),
            () = self.evicted.cancelled() => Err(SessionEnd::Evicted),
            // The caller comes again, with the shorter deadline.
            () = self.shutdown.cancelled(), if end == SessionEnd::Idle => Ok(()),
            message = self.incoming.wait() => received.take(message),
        }
    }
}
