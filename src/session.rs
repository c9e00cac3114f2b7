//! One visitor's running page.

use std::{future::Future, sync::Arc};

use bytes::Bytes;
use tokio::io::AsyncWrite;
use tokio_util::sync::CancellationToken;

pub use crate::app::Content;
pub use crate::terminal::{Size, capabilities::Environment};

/// What a session begins with.
#[derive(Debug)]
pub struct Visit {
    /// What there is to see.
    pub content: Arc<Content>,
    /// The terminal's size at the start.
    pub size: Size,
    /// What the visitor's client said of its terminal.
    pub environment: Environment,
    /// Says that the server is stopping.
    pub shutdown: CancellationToken,
}

/// What arrives from the visitor.
#[derive(Debug)]
pub enum Event {
    /// Bytes that the terminal sent: keys, mouse, paste, replies.
    Input(Bytes),
    /// The terminal has another size.
    Resize(Size),
    /// The visitor is gone; nothing that is written arrives any more.
    Gone,
}

/// Where a session's events come from.
pub trait Events: Send {
    /// Waits for the next event. Cancel safe; after [`Event::Gone`] it may return that for ever.
    fn next(&mut self) -> impl Future<Output = Event> + Send;
}

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The visitor said goodbye.
    Goodbye,
    /// The visitor's end of the line went away.
    Gone,
    /// Nothing was typed for too long.
    Idle,
    /// The visit took too long.
    Overlong,
    /// The visitor stopped reading.
    Stalled,
    /// The server stops.
    Shutdown,
    /// The session failed; its terminal was put back.
    Failed,
}

/// Runs a session until it ends. When it returns, everything that could be sent has been written to `outgoing`, the
/// terminal is as it was, and one line stays on its main screen; `outgoing` is flushed and not closed.
pub async fn run(_visit: Visit, _events: &mut impl Events, _outgoing: &mut (impl AsyncWrite + Unpin + Send)) -> Ending {
    Ending::Goodbye
}

/// Shows the card in this process's own terminal, without SSH.
///
/// # Errors
///
/// A terminal that cannot be used.
pub async fn preview(_content: Arc<Content>) -> anyhow::Result<()> {
    Ok(())
}
