//! How long a connection may take for each of its steps.
//!
//! russh has no grace for logging in: its idle timeout begins again with every packet, and keepalives count as packets. So
//! the socket is wrapped, and every step has its deadline here: authenticated, a channel open, the last channel closed, and
//! the connection's whole life. This module knows times and counts; it never looks at a byte.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
    time::Duration,
};

use futures_util::task::AtomicWaker;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep_until},
};

use super::limits::Limits;

/// A stream that fails with [`io::ErrorKind::TimedOut`] when its connection is due, or when its client has taken nothing of
/// what waits for too long. One timer, set only when the due time changes.
#[derive(Debug)]
pub(super) struct Deadline<S> {
    stream: S,
    progress: Arc<Progress>,
    sleep: Pin<Box<Sleep>>,
    /// Until when a write may wait that waits now.
    taken: Option<Instant>,
}

impl<S> Deadline<S> {
    pub(super) fn new(stream: S, progress: Arc<Progress>) -> Self {
        let sleep = Box::pin(sleep_until(progress.due()));
        Self { stream, progress, sleep, taken: None }
    }

    /// Ready with an error when the connection is due. Pending otherwise, and the task is woken when it is due or when the
    /// due time changes.
    fn poll_due(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        self.progress.changed.register(cx.waker());
        let due = self.progress.due();
        let first = self.taken.map_or(due, |taken| taken.min(due));
        if self.sleep.deadline() != first {
            self.sleep.as_mut().reset(first);
        }
        ready!(self.sleep.as_mut().poll(cx));
        let why = if first < due { DEAF } else { self.progress.step().overdue() };
        Poll::Ready(io::Error::new(io::ErrorKind::TimedOut, why))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Deadline<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if let Poll::Ready(error) = self.poll_due(cx) {
            return Poll::Ready(Err(error));
        }
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Deadline<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if let Poll::Ready(error) = self.poll_due(cx) {
            return Poll::Ready(Err(error));
        }
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        if written.is_ready() {
            self.taken = None;
        } else if self.taken.is_none() {
            self.taken = Some(Instant::now() + self.progress.patience);
            // From now on there is another time to wake up at.
            if let Poll::Ready(error) = self.poll_due(cx) {
                return Poll::Ready(Err(error));
            }
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// How far a connection has come, and when its next step is due. Shared by its stream, its handler and its channels.
#[derive(Debug)]
pub(super) struct Progress {
    accepted: Instant,
    first_channel: Duration,
    linger: Duration,
    opening: Duration,
    lifetime: Duration,
    patience: Duration,
    channels_open: u32,
    channels_ever: u32,
    now: Mutex<Now>,
    changed: AtomicWaker,
}

#[derive(Debug)]
struct Now {
    step: Step,
    due: Instant,
    open: u32,
    ever: u32,
    draining: bool,
}

/// What a connection is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// To authenticate.
    Authenticate,
    /// To open its first channel.
    OpenChannel,
    /// To finish with its channels.
    Finish,
    /// To hang up after its last channel, or to open another.
    HangUp,
    /// Nothing: the server stops.
    Stopped,
}

impl Step {
    /// What is to be said when the step is overdue.
    const fn overdue(self) -> &'static str {
        match self {
            Self::Authenticate => "not authenticated in time",
            Self::OpenChannel => "no channel opened in time",
            Self::Finish => "connected for too long",
            Self::HangUp => "not hung up in time",
            Self::Stopped => "the server stops",
        }
    }
}

/// What is to be said of a client that takes nothing.
const DEAF: &str = "nothing was read in time";

/// How long a connection without a channel stays when the server stops: long enough for the close of its last channel to
/// be answered.
const STOPPING: Duration = Duration::from_millis(500);

impl Progress {
    pub(super) fn new(limits: &Limits) -> Arc<Self> {
        let accepted = Instant::now();
        Arc::new(Self {
            accepted,
            first_channel: limits.first_channel,
            linger: limits.linger,
            opening: limits.opening,
            lifetime: limits.lifetime,
            patience: limits.patience,
            channels_open: limits.channels_open,
            channels_ever: limits.channels_ever,
            now: Mutex::new(Now {
                step: Step::Authenticate,
                due: accepted + limits.authenticated,
                open: 0,
                ever: 0,
                draining: false,
            }),
            changed: AtomicWaker::new(),
        })
    }

    /// The connection has authenticated.
    pub(super) fn authenticated(&self) {
        let mut now = self.now();
        if now.step == Step::Authenticate {
            self.wait(&mut now, Step::OpenChannel, self.first_channel);
        }
        drop(now);
        self.changed.wake();
    }

    /// Counts a channel in, unless too many are open, were ever opened, the connection is too old, or the server stops.
    pub(super) fn open(self: &Arc<Self>) -> Option<OpenChannel> {
        let mut now = self.now();
        let may = now.open < self.channels_open
            && now.ever < self.channels_ever
            && !now.draining
            && self.accepted.elapsed() < self.opening;
        if !may {
            return None;
        }
        now.open += 1;
        now.ever += 1;
        self.wait(&mut now, Step::Finish, self.lifetime);
        drop(now);
        self.changed.wake();
        Some(OpenChannel(Arc::clone(self)))
    }

    /// The server stops: no new channel, and no waiting for a connection without one.
    pub(super) fn drain(&self) {
        let mut now = self.now();
        now.draining = true;
        if now.open == 0 {
            self.wait(&mut now, Step::Stopped, STOPPING);
        }
        drop(now);
        self.changed.wake();
    }

    /// The connection is due now.
    pub(super) fn cut(&self) {
        let mut now = self.now();
        self.wait(&mut now, Step::Stopped, Duration::ZERO);
        drop(now);
        self.changed.wake();
    }

    /// What the connection was waited for too long; `None` if it is not due.
    pub(super) fn overdue(&self) -> Option<Step> {
        let now = self.now();
        (now.due <= Instant::now()).then_some(now.step)
    }

    /// What the connection is waited for.
    pub(super) fn step(&self) -> Step {
        self.now().step
    }

    fn closed(&self) {
        let mut now = self.now();
        now.open -= 1;
        if now.open == 0 && now.step != Step::Stopped {
            let (step, linger) = if now.draining { (Step::Stopped, STOPPING) } else { (Step::HangUp, self.linger) };
            self.wait(&mut now, step, linger);
        }
        drop(now);
        self.changed.wake();
    }

    /// Sets what is waited for and for how long, within the connection's life.
    fn wait(&self, now: &mut Now, step: Step, time: Duration) {
        now.step = step;
        now.due = (Instant::now() + time).min(self.accepted + self.lifetime);
    }

    fn due(&self) -> Instant {
        self.now().due
    }

    /// The state. A panic cannot leave it half changed, since nothing between two changes can panic.
    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An open channel's place on its connection. Dropping it frees the place.
#[derive(Debug)]
pub(super) struct OpenChannel(Arc<Progress>);

impl Drop for OpenChannel {
    fn drop(&mut self) {
        self.0.closed();
    }
}

#[cfg(test)]
mod tests;
