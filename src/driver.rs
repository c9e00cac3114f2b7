//! The loop that drives a session: it waits for whatever comes first, and carries bytes and times between the session
//! and its visitor. What is read and written is the caller's: an SSH channel, or this terminal.

use std::{future::Future, pin::pin};

use futures_util::FutureExt as _;
use tokio::{
    io::{AsyncWrite, AsyncWriteExt as _},
    task::yield_now,
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

use crate::session::{Ending, Event, LineStatus, Session};

/// Where a session's events come from.
pub(crate) trait Events: Send {
    /// Waits for the next event. Cancel safe; after [`Event::HangUp`] it may return that for ever.
    fn next(&mut self) -> impl Future<Output = Event> + Send;

    /// Bytes that were written to the visitor and that the visitor's system has not acknowledged yet, as far as can be
    /// told; 0 where it cannot. It is asked at each tick of the session.
    fn unacknowledged(&self) -> usize {
        0
    }

    /// The line to the visitor; `None` where there is none. It is asked for when the session wants it.
    fn line(&self) -> Option<LineStatus> {
        None
    }
}

/// Events that are taken at a turn, before other sessions have theirs.
const MOST_EVENTS: usize = 64;

/// Drives a session until it ends. When it returns, everything that could be sent has been written to `outgoing`, which
/// is flushed and not closed. `shutdown` says that the server stops.
pub(crate) async fn run(
    mut session: Session,
    events: &mut impl Events,
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
            // A writer that is gone is no failure: there is nobody left to tell.
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
