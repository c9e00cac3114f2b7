//! How far a connection has come, and the deadline of its next step.
//!
//! russh has no limit for the time until login: its idle timeout starts again with every packet, keepalives included.
//! So every step has its deadline here: the first messages of the handshake, authentication, the first channel, the
//! time after the last channel, and the connection's whole life. The first steps are recognized in the bytes that the
//! client sends ([`Supervised`](super::stream::Supervised)); the handler and the channels report the others.

use std::{
    sync::{Arc, OnceLock},
    task::Waker,
    time::Duration,
};

use futures_util::task::AtomicWaker;
use parking_lot::Mutex;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{
    admission::{ConnectionStage, Permit},
    algorithms::Algorithms,
    ending::ConnectionEnd,
    handshake::HandshakeMessage,
    limits::Limits,
    rate::{Bucket, Rate},
};

/// How long a connection without a channel stays when it is evicted and when the server stops: long enough for the
/// close of its last channel to be answered.
const LAST_CLOSE: Duration = Duration::from_millis(500);

/// A connection's progress. Shared by its stream, its handler and its channels.
#[derive(Debug)]
pub(super) struct Progress {
    limits: Arc<Limits>,
    accepted: Instant,
    state: Mutex<ProgressState>,
    changed: AtomicWaker,
    evicted: CancellationToken,
    /// The client's version line, as far as it is kept.
    version: OnceLock<Box<[u8]>>,
    /// What the connection is encrypted with.
    algorithms: OnceLock<Algorithms>,
}

#[derive(Debug)]
struct ProgressState {
    /// Why the connection ends when it is due: what its client has not done by then.
    when_due: ConnectionEnd,
    due: Instant,
    /// Channels that are open, and those that ever were.
    open: u32,
    opened: u32,
    /// Why no channel is opened any more.
    draining: Option<ConnectionEnd>,
    /// The connection's place among all. It is given back with the last part of the connection that ends.
    permit: Permit,
    channels: Bucket,
}

impl Progress {
    /// Of a connection that was `accepted` then; its client may send its version line from now on.
    pub(super) fn new(limits: &Arc<Limits>, accepted: Instant, permit: Permit) -> Arc<Self> {
        let due = (Instant::now() + limits.identification).min(accepted + limits.authenticated);
        let channels = Bucket::new(Rate { burst: limits.channel_burst, every: limits.channel_interval });
        Arc::new(Self {
            limits: Arc::clone(limits),
            accepted,
            changed: AtomicWaker::new(),
            evicted: permit.evicted().clone(),
            state: Mutex::new(ProgressState {
                when_due: ConnectionEnd::NotIdentified,
                due,
                open: 0,
                opened: 0,
                draining: None,
                permit,
                channels,
            }),
            version: OnceLock::new(),
            algorithms: OnceLock::new(),
        })
    }

    /// A message of the client's handshake is complete; `version` is its version line.
    pub(super) fn received(&self, message: HandshakeMessage, version: &[u8]) {
        self.version.get_or_init(|| version.into());
        let (when_due, time, stage) = match message {
            HandshakeMessage::Version => {
                (ConnectionEnd::NotNegotiated, self.limits.key_exchange, ConnectionStage::Identified)
            }
            HandshakeMessage::KexInit => {
                (ConnectionEnd::NoKeyExchange, self.limits.key_exchange, ConnectionStage::Identified)
            }
            HandshakeMessage::KeyExchange => {
                (ConnectionEnd::NotAuthenticated, self.limits.authenticated, ConnectionStage::Exchanging)
            }
        };
        self.change(|state| {
            if state.when_due.is_handshake() {
                state.permit.reached(stage);
                self.wait(state, when_due, time);
            }
        });
    }

    /// Client and server have found the algorithms that both know.
    pub(super) fn agreed(&self, algorithms: Algorithms) {
        let _ = self.algorithms.set(algorithms);
    }

    /// What the connection is encrypted with, as far as is known.
    pub(super) fn algorithms(&self) -> Option<Algorithms> {
        self.algorithms.get().copied()
    }

    /// The connection has authenticated: whether there is room for it.
    pub(super) fn authenticated(&self) -> bool {
        self.change(|state| {
            // One that has to end needs no other connection to make room for it.
            if !state.when_due.is_handshake() {
                return false;
            }
            let let_in = state.permit.let_in(Instant::now().into_std());
            if let_in {
                self.wait(state, ConnectionEnd::NoChannel, self.limits.first_channel);
            } else {
                self.wait(state, ConnectionEnd::Full, self.limits.turned_away);
            }
            let_in
        })
    }

    pub(super) fn heard(&self) {
        self.state.lock().permit.heard(Instant::now().into_std());
    }

    /// Counts a channel in, unless too many are open, were ever opened, the connection is too old, or the server stops.
    /// One that comes sooner than the rate permits has to wait for its turn.
    pub(super) fn open(self: &Arc<Self>) -> Option<OpenChannel> {
        self.change(|state| {
            if state.open >= self.limits.channels_open || state.draining.is_some() || self.is_used_up(state) {
                return None;
            }
            state.open += 1;
            state.opened += 1;
            let turn = state.channels.reserve(Instant::now().into_std());
            let let_in = state.when_due != ConnectionEnd::Full;
            if !state.when_due.is_final() {
                self.wait(state, ConnectionEnd::Overlong, self.limits.lifetime);
            }
            Some(OpenChannel { progress: Arc::clone(self), turn: turn.into(), let_in })
        })
    }

    /// Whether the connection may open no channel any more, whatever becomes of those that are open.
    fn is_used_up(&self, state: &ProgressState) -> bool {
        state.opened >= self.limits.channels_ever || self.accepted.elapsed() >= self.limits.no_channel_after
    }

    /// The connection has to end because of `why`: no new channel, and no waiting where no channel is open.
    pub(super) fn drain(&self, why: ConnectionEnd) {
        self.change(|state| {
            state.draining = Some(why);
            if state.open == 0 {
                self.end(state, why, LAST_CLOSE);
            }
        });
    }

    /// The connection is due now, because of `why`.
    pub(super) fn cut(&self, why: ConnectionEnd) {
        self.change(|state| self.end(state, why, Duration::ZERO));
    }

    /// Waits until another connection has the place of this one.
    pub(super) async fn evicted(&self) -> ConnectionEnd {
        self.evicted.cancelled().await;
        let when_due = self.when_due();
        if when_due.is_handshake() || when_due == ConnectionEnd::Full {
            ConnectionEnd::Displaced
        } else {
            ConnectionEnd::Evicted
        }
    }

    /// The client's version line, as far as it is kept; empty before it is complete.
    pub(super) fn client(&self) -> &[u8] {
        self.version.get().map_or(&[], |version| version)
    }

    /// Why the connection ends, which is due; `None` if it is not due.
    pub(super) fn overdue(&self) -> Option<ConnectionEnd> {
        let state = self.state.lock();
        (state.due <= Instant::now()).then_some(state.when_due)
    }

    /// Why the connection ends when it is due.
    pub(super) fn when_due(&self) -> ConnectionEnd {
        self.state.lock().when_due
    }

    /// When the connection is due. `waker` is woken when that changes.
    pub(super) fn due(&self, waker: &Waker) -> Instant {
        self.changed.register(waker);
        self.state.lock().due
    }

    /// How long the client may take nothing of what waits for it.
    pub(super) fn write_timeout(&self) -> Duration {
        self.limits.write_timeout
    }

    fn closed(&self) {
        self.change(|state| {
            state.open -= 1;
            if state.open > 0 || state.when_due.is_final() {
                return;
            }
            let (when_due, time) = match state.draining {
                Some(why) => (why, LAST_CLOSE),
                None if self.is_used_up(state) => (ConnectionEnd::UsedUp, self.limits.idle_after_last_channel),
                None => (ConnectionEnd::Lingering, self.limits.idle_after_last_channel),
            };
            self.wait(state, when_due, time);
        });
    }

    /// The connection has to end because of `why` within this time. One that found no room keeps that reason when the
    /// server stops.
    fn end(&self, state: &mut ProgressState, why: ConnectionEnd, time: Duration) {
        let keeps = (state.when_due, why) == (ConnectionEnd::Full, ConnectionEnd::Shutdown);
        self.wait(state, if keeps { state.when_due } else { why }, time);
    }

    /// Sets when the connection is due and why it ends then, within the time for all of the handshake or the
    /// connection's life.
    fn wait(&self, state: &mut ProgressState, when_due: ConnectionEnd, time: Duration) {
        let all = if when_due.is_handshake() { self.limits.authenticated } else { self.limits.lifetime };
        state.when_due = when_due;
        state.due = (Instant::now() + time).min(self.accepted + all);
    }

    /// Changes the state, and wakes the stream, which may be due at another time then.
    fn change<T>(&self, change: impl FnOnce(&mut ProgressState) -> T) -> T {
        let changed = change(&mut self.state.lock());
        self.changed.wake();
        changed
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
