//! The loop that drives a session: it waits for input, output and the deadline, and carries bytes between the session
//! and its visitor. The caller supplies both ends: those of an SSH channel, of a WebSocket, or of this terminal.

use std::{future::Future, pin::pin};

use futures_util::FutureExt as _;
use tokio::{
    io::{AsyncWrite, AsyncWriteExt as _},
    task::yield_now,
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

use crate::session::{Ending, Event, LineStatus, Session};

/// The visitor's end of a session: events, and figures of the connection.
pub(crate) trait EventSource: Send {
    /// Waits for the next event. Cancel safe; after [`Event::HangUp`] it may return that for ever.
    fn next(&mut self) -> impl Future<Output = Event> + Send;

    /// Written bytes that the visitor's system has not acknowledged yet; 0 where that is not known. Called before each
    /// tick of the session.
    fn unacknowledged(&self) -> usize {
        0
    }

    /// The figures of the connection; `None` if there is no connection. Called when the session wants them.
    fn line(&self) -> Option<LineStatus> {
        None
    }
}

/// The most events that are handled in a row before the thread's other sessions have their turn.
const MOST_EVENTS: usize = 64;

/// Drives a session until it ends. When it returns, all output that could be written has been written to `outgoing`,
/// which is flushed and not closed. `shutdown` is cancelled when the server stops.
pub(crate) async fn run(
    mut session: Session,
    events: &mut impl EventSource,
    outgoing: &mut (impl AsyncWrite + Unpin + Send),
    shutdown: &CancellationToken,
) -> Ending {
    let begin = Instant::now();
    let mut timer = pin!(sleep_until(begin));
    let mut stopping = false;
    loop {
        let now = begin.elapsed();
        if session.deadline() <= now {
            if session.wants_line() {
                session.handle(now, Event::Line(events.line()));
            }
            session.handle(now, Event::Tick { unacknowledged: events.unacknowledged() });
        }
        if let Some(ending) = session.ending() {
            // An error means that the visitor is gone, which changes nothing at the end of a session.
            let _ = outgoing.flush().await;
            return ending;
        }
        let deadline = begin + session.deadline();
        if timer.deadline() != deadline {
            timer.as_mut().reset(deadline);
        }
        let waiting = session.output();
        tokio::select! {
            biased;
            () = shutdown.cancelled(), if !stopping => {
                stopping = true;
                session.handle(begin.elapsed(), Event::Shutdown);
            }
            written = outgoing.write(waiting), if !waiting.is_empty() => match written {
                Ok(0) | Err(_) => session.handle(begin.elapsed(), Event::HangUp),
                Ok(bytes) => session.wrote(begin.elapsed(), bytes),
            },
            () = yield_now(), if !session.accepts_input() => {}
            event = events.next(), if session.accepts_input() => {
                session.handle(begin.elapsed(), event);
                for _ in 1..MOST_EVENTS {
                    if !session.accepts_input() || session.ending().is_some() {
                        break;
                    }
                    let Some(event) = events.next().now_or_never() else { break };
                    session.handle(begin.elapsed(), event);
                }
            }
            () = timer.as_mut() => {}
        }
    }
}
