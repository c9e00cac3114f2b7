//! Writes to a channel while it reads from it.
//!
//! A write may wait for the client's window adjustment, which stands behind whatever the client sent before it. If that
//! were not read meanwhile, a full queue would stop the whole connection.

use std::{future::Future, pin::pin};

use russh::{ChannelMsg, ChannelReadHalf, Error};
use tokio::select;

use super::ending::SessionEnd;

/// Does some writing, and hands to `take` what the client sends meanwhile.
///
/// # Errors
///
/// The client is gone, or `take` fails.
pub(super) async fn while_reading(
    incoming: &mut ChannelReadHalf,
    writing: impl Future<Output = Result<(), Error>>,
    mut take: impl FnMut(Option<ChannelMsg>) -> Result<(), SessionEnd>,
) -> Result<(), SessionEnd> {
    let mut writing = pin!(writing);
    loop {
        select! {
            biased;
            written = &mut writing => return written.map_err(|_| SessionEnd::Gone),
            message = incoming.wait() => take(message)?,
        }
    }
}

/// Drops a message unread. An EOF ends nothing: a client whose input has ended still wants its output.
///
/// # Errors
///
/// The client is gone.
pub(super) fn drop_message(message: Option<ChannelMsg>) -> Result<(), SessionEnd> {
    if matches!(message, None | Some(ChannelMsg::Close)) { Err(SessionEnd::Gone) } else { Ok(()) }
}
