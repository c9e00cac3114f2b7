//! How long a connection may take for each of its steps.
//!
//! russh has no grace for logging in: its idle timeout begins again with every packet, and keepalives count as packets.
//! So the socket is wrapped, and every step has its deadline here: the first messages of the handshake, authenticated,
//! a channel open, the last channel closed, and the connection's whole life. The first steps are seen in the bytes that
//! come, which [`Handshake`] reads; the others are told.

#[cfg(test)]
use std::net::IpAddr;
use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    task::{Context, Poll, ready},
    time::Duration,
};

use futures_util::task::AtomicWaker;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep_until},
};
use tokio_util::sync::CancellationToken;

#[cfg(test)]
use super::admission::Admission;
use super::{
    admission::{Permit, Stage},
    handshake::{Handshake, Message},
    limits::Limits,
    rate::Rate,
};

/// A stream that fails with [`io::ErrorKind::TimedOut`] when its connection is due, or when its client has taken nothing of
/// what waits for too long. One timer, set only when the due time changes.
#[derive(Debug)]
pub(super) struct Deadline<S> {
    stream: S,
    progress: Arc<Progress>,
    handshake: Handshake,
    sleep: Pin<Box<Sleep>>,
    /// Until when a write may wait that waits now.
    taken: Option<Instant>,
}

impl<S> Deadline<S> {
    pub(super) fn new(stream: S, progress: Arc<Progress>) -> Self {
        let sleep = Box::pin(sleep_until(progress.due()));
        Self { stream, progress, handshake: Handshake::default(), sleep, taken: None }
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
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if let Some(message) = self.handshake.feed(buffer.filled().get(before..).unwrap_or_default()) {
            self.progress.received(message, self.handshake.version());
        }
        read
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
    key_exchange: Duration,
    authenticated: Duration,
    first_channel: Duration,
    turned_away: Duration,
    linger: Duration,
    opening: Duration,
    lifetime: Duration,
    patience: Duration,
    channels_open: u32,
    channels_ever: u32,
    channel_rate: Rate,
    now: Mutex<Now>,
    changed: AtomicWaker,
    evicted: CancellationToken,
    client: OnceLock<Box<[u8]>>,
}

#[derive(Debug)]
struct Now {
    step: Step,
    due: Instant,
    open: u32,
    ever: u32,
    /// Why no channel is opened any more.
    draining: Option<Step>,
    /// The connection's place among all. It is given back with the last part of the connection that ends.
    permit: Permit,
    /// When as many channels as [`Limits::channel_burst`] may be opened at once again.
    full: std::time::Instant,
}

/// What a connection is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// To send its version line.
    Identify,
    /// To send the list of its algorithms (`SSH_MSG_KEXINIT`).
    Negotiate,
    /// To send the first message of the key exchange.
    ExchangeKeys,
    /// To authenticate.
    Authenticate,
    /// To open its first channel.
    OpenChannel,
    /// To finish with its channels.
    Finish,
    /// To hang up after its last channel, or to open another.
    HangUp,
    /// To hang up after its last channel: it may open no other.
    UsedUp,
    /// To hear that there is no room for it.
    TurnedAway,
    /// Nothing: a connection that is not let in yet has the place of this one, which was not either.
    Displaced,
    /// Nothing: another connection has its place, which had been let in.
    Evicted,
    /// Nothing: the server stops.
    Stopped,
}

impl Step {
    /// What is to be said when the step is overdue.
    const fn overdue(self) -> &'static str {
        match self {
            Self::Identify => "no version in time",
            Self::Negotiate => "no list of algorithms in time",
            Self::ExchangeKeys => "no key exchange in time",
            Self::Authenticate => "not authenticated in time",
            Self::OpenChannel => "no channel opened in time",
            Self::Finish => "connected for too long",
            Self::HangUp => "not hung up in time",
            Self::UsedUp => "no more channels",
            Self::TurnedAway => "there was no room",
            Self::Displaced | Self::Evicted => "another has its place",
            Self::Stopped => "the server stops",
        }
    }

    /// Whether the connection is not let in yet, and may be.
    const fn is_handshake(self) -> bool {
        matches!(self, Self::Identify | Self::Negotiate | Self::ExchangeKeys | Self::Authenticate)
    }

    /// Whether the connection only has to end.
    const fn is_last(self) -> bool {
        matches!(self, Self::TurnedAway | Self::Displaced | Self::Evicted | Self::Stopped)
    }
}

/// What is to be said of a client that takes nothing.
const DEAF: &str = "nothing was read in time";

/// How long a connection without a channel stays when it is evicted and when the server stops: long enough for the
/// close of its last channel to be answered.
const LAST_CLOSE: Duration = Duration::from_millis(500);

impl Progress {
    /// Of a connection that was `accepted` then; its client may send its version line from now on.
    pub(super) fn new(limits: &Limits, accepted: Instant, permit: Permit) -> Arc<Self> {
        let evicted = permit.evicted().clone();
        let due = (Instant::now() + limits.identification).min(accepted + limits.authenticated);
        Arc::new(Self {
            accepted,
            key_exchange: limits.key_exchange,
            authenticated: limits.authenticated,
            first_channel: limits.first_channel,
            turned_away: limits.turned_away,
            linger: limits.linger,
            opening: limits.opening,
            lifetime: limits.lifetime,
            patience: limits.patience,
            channels_open: limits.channels_open,
            channels_ever: limits.channels_ever,
            channel_rate: Rate { burst: limits.channel_burst, every: limits.channel_interval },
            now: Mutex::new(Now {
                step: Step::Identify,
                due,
                open: 0,
                ever: 0,
                full: accepted.into_std(),
                draining: None,
                permit,
            }),
            changed: AtomicWaker::new(),
            evicted,
            client: OnceLock::new(),
        })
    }

    /// Of a connection that comes now and is the first of its server.
    #[cfg(test)]
    pub(super) fn of_tests(limits: &Limits) -> Arc<Self> {
        let now = Instant::now();
        let Ok(permit) = Admission::new(limits).admit(IpAddr::from([192, 0, 2, 1]), now.into_std()) else {
            panic!("there is room for the first");
        };
        Self::new(limits, now, permit)
    }

    /// A message of the client's handshake is complete; `version` is its version line.
    fn received(&self, message: Message, version: &[u8]) {
        self.client.get_or_init(|| version.into());
        let mut now = self.now();
        let (step, time, stage) = match message {
            Message::Version => (Step::Negotiate, self.key_exchange, Stage::Identified),
            Message::KexInit => (Step::ExchangeKeys, self.key_exchange, Stage::Identified),
            Message::KeyExchange => (Step::Authenticate, self.authenticated, Stage::Exchanging),
        };
        if now.step.is_handshake() {
            now.permit.reached(stage);
            self.wait(&mut now, step, time);
        }
    }

    /// The connection has authenticated: whether there is room for it.
    pub(super) fn authenticated(&self) -> bool {
        let mut now = self.now();
        if !now.step.is_handshake() {
            // It has to end, so that no other connection has to make room for it.
            return false;
        }
        let let_in = now.permit.let_in(Instant::now().into_std());
        if let_in {
            self.wait(&mut now, Step::OpenChannel, self.first_channel);
        } else {
            self.wait(&mut now, Step::TurnedAway, self.turned_away);
        }
        drop(now);
        self.changed.wake();
        let_in
    }

    /// The visitor does something.
    pub(super) fn heard(&self) {
        self.now().permit.heard(Instant::now().into_std());
    }

    /// Counts a channel in, unless too many are open, were ever opened, the connection is too old, or the server stops.
    /// One that comes sooner than the rate permits has to wait for its turn.
    pub(super) fn open(self: &Arc<Self>) -> Option<OpenChannel> {
        let mut now = self.now();
        if now.open >= self.channels_open || now.draining.is_some() || self.is_used_up(&now) {
            return None;
        }
        now.open += 1;
        now.ever += 1;
        let (full, turn) = self.channel_rate.reserve(now.full, Instant::now().into_std());
        now.full = full;
        let let_in = now.step != Step::TurnedAway;
        if !now.step.is_last() {
            self.wait(&mut now, Step::Finish, self.lifetime);
        }
        drop(now);
        self.changed.wake();
        Some(OpenChannel { progress: Arc::clone(self), turn: turn.into(), let_in })
    }

    /// Whether the connection may open no channel any more, whatever becomes of those that are open.
    fn is_used_up(&self, now: &Now) -> bool {
        now.ever >= self.channels_ever || self.accepted.elapsed() >= self.opening
    }

    /// The connection has to end because of `why`: no new channel, and no waiting where no channel is open.
    pub(super) fn drain(&self, why: Step) {
        let mut now = self.now();
        now.draining = Some(why);
        if now.open == 0 {
            self.wait(&mut now, why, LAST_CLOSE);
        }
        drop(now);
        self.changed.wake();
    }

    /// The connection is due now, because of `why`.
    pub(super) fn cut(&self, why: Step) {
        let mut now = self.now();
        self.wait(&mut now, why, Duration::ZERO);
        drop(now);
        self.changed.wake();
    }

    /// Waits until another connection has the place of this one.
    pub(super) async fn evicted(&self) -> Step {
        self.evicted.cancelled().await;
        let step = self.step();
        if step.is_handshake() || step == Step::TurnedAway { Step::Displaced } else { Step::Evicted }
    }

    /// The client's version line, as far as it is kept; empty before it is complete.
    pub(super) fn client(&self) -> &[u8] {
        self.client.get().map_or(&[], |version| version)
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
        if now.open == 0 && !now.step.is_last() {
            let (step, linger) = if let Some(why) = now.draining {
                (why, LAST_CLOSE)
            } else if self.is_used_up(&now) {
                (Step::UsedUp, self.linger)
            } else {
                (Step::HangUp, self.linger)
            };
            self.wait(&mut now, step, linger);
        }
        drop(now);
        self.changed.wake();
    }

    /// Sets what is waited for and for how long, within the time for all of the handshake or the connection's life.
    fn wait(&self, now: &mut Now, step: Step, time: Duration) {
        let all = if step.is_handshake() { self.authenticated } else { self.lifetime };
        now.step = step;
        now.due = (Instant::now() + time).min(self.accepted + all);
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
pub(super) struct OpenChannel {
    progress: Arc<Progress>,
    turn: Instant,
    let_in: bool,
}

impl OpenChannel {
    /// When the channel may be opened: a moment that has passed, unless others were opened too fast before it.
    pub(super) const fn turn(&self) -> Instant {
        self.turn
    }

    /// Whether the connection was let in; if not, all that there is to do is to say so.
    pub(super) const fn is_let_in(&self) -> bool {
        self.let_in
    }

    /// Cancelled when another connection has the place of this one.
    pub(super) fn evicted(&self) -> &CancellationToken {
        &self.progress.evicted
    }
}

impl Drop for OpenChannel {
    fn drop(&mut self) {
        self.progress.closed();
    }
}

#[cfg(test)]
mod tests;
