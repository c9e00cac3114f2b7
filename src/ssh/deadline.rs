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

/// How long a connection without a channel stays after its eviction or the server's stop: long enough for the reply to
/// the close of its last channel.
const LAST_CLOSE: Duration = Duration::from_millis(500);

/// The progress of a connection, shared by its stream, its handler and its channels.
#[derive(Debug)]
pub(super) struct Progress {
    limits: Arc<Limits>,
    accepted: Instant,
    state: Mutex<ProgressState>,
    changed: AtomicWaker,
    evicted: CancellationToken,
    /// The beginning of the client's version line.
    version: OnceLock<Box<[u8]>>,
    /// The negotiated algorithms.
    algorithms: OnceLock<Algorithms>,
}

#[derive(Debug)]
struct ProgressState {
    /// The reason of the end at the deadline: the step that the client has not taken.
    end_when_due: ConnectionEnd,
    due: Instant,
    /// The number of open channels, and of channels ever opened.
    open: u32,
    opened: u32,
    /// The reason for which no more channels are opened.
    drain_end: Option<ConnectionEnd>,
    /// The connection's permit, which is dropped with the last part of the connection.
    permit: Permit,
    channels: Bucket,
}

impl Progress {
    /// The progress of a connection that was accepted at `accepted`; the deadline of the version line counts from now.
    pub(super) fn new(limits: &Arc<Limits>, accepted: Instant, permit: Permit) -> Arc<Self> {
        let due = (Instant::now() + limits.identification).min(accepted + limits.authenticated);
        let channels = Bucket::new(Rate { burst: limits.channel_burst, every: limits.channel_interval });
        Arc::new(Self {
            limits: Arc::clone(limits),
            accepted,
            changed: AtomicWaker::new(),
            evicted: permit.evicted().clone(),
            state: Mutex::new(ProgressState {
                end_when_due: ConnectionEnd::NotIdentified,
                due,
                open: 0,
                opened: 0,
                drain_end: None,
                permit,
                channels,
            }),
            version: OnceLock::new(),
            algorithms: OnceLock::new(),
        })
    }

    /// Records a complete message of the client's handshake; `version` is the version line.
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
            if state.end_when_due.is_handshake() {
                state.permit.reached(stage);
                self.wait(state, when_due, time);
            }
        });
    }

    /// Records the negotiated algorithms.
    pub(super) fn agreed(&self, algorithms: Algorithms) {
        let _ = self.algorithms.set(algorithms);
    }

    /// The negotiated algorithms, if they are known.
    pub(super) fn algorithms(&self) -> Option<Algorithms> {
        self.algorithms.get().copied()
    }

    /// Records the authentication; returns whether there is room for the connection.
    pub(super) fn authenticated(&self) -> bool {
        self.change(|state| {
            // No other connection is evicted for one that has to end.
            if !state.end_when_due.is_handshake() {
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

    /// Counts a new channel; `None` if too many are open or were ever opened, the connection is too old, or the server
    /// stops. A channel that comes sooner than the rate permits has to wait for its turn.
    pub(super) fn open(self: &Arc<Self>) -> Option<OpenChannel> {
        self.change(|state| {
            if state.open >= self.limits.channels_open || state.drain_end.is_some() || self.is_used_up(state) {
                return None;
            }
            state.open += 1;
            state.opened += 1;
            let turn = state.channels.reserve(Instant::now().into_std());
            let let_in = state.end_when_due != ConnectionEnd::Full;
            if !state.end_when_due.is_final() {
                self.wait(state, ConnectionEnd::Overlong, self.limits.lifetime);
            }
            Some(OpenChannel { progress: Arc::clone(self), turn: turn.into(), let_in })
        })
    }

    /// Whether the connection may open no more channels, even after others are closed.
    fn is_used_up(&self, state: &ProgressState) -> bool {
        state.opened >= self.limits.channels_ever || self.accepted.elapsed() >= self.limits.no_channel_after
    }

    /// Ends the connection because of `end`: no more channels are opened, and without an open channel it ends at once.
    pub(super) fn drain(&self, end: ConnectionEnd) {
        self.change(|state| {
            state.drain_end = Some(end);
            if state.open == 0 {
                self.end(state, end, LAST_CLOSE);
            }
        });
    }

    /// Sets the deadline to now, with the reason `end`.
    pub(super) fn cut(&self, end: ConnectionEnd) {
        self.change(|state| self.end(state, end, Duration::ZERO));
    }

    /// Waits until another connection has taken this one's place.
    pub(super) async fn evicted(&self) -> ConnectionEnd {
        self.evicted.cancelled().await;
        let end_when_due = self.when_due();
        if end_when_due.is_handshake() || end_when_due == ConnectionEnd::Full {
            ConnectionEnd::Displaced
        } else {
            ConnectionEnd::Evicted
        }
    }

    /// The beginning of the client's version line; empty before the line is complete.
    pub(super) fn client(&self) -> &[u8] {
        self.version.get().map_or(&[], |version| version)
    }

    /// The reason of the end, if the deadline has passed.
    pub(super) fn overdue(&self) -> Option<ConnectionEnd> {
        let state = self.state.lock();
        (state.due <= Instant::now()).then_some(state.end_when_due)
    }

    /// The reason of the end at the deadline.
    pub(super) fn when_due(&self) -> ConnectionEnd {
        self.state.lock().end_when_due
    }

    /// The deadline. `waker` is woken when it changes.
    pub(super) fn due(&self, waker: &Waker) -> Instant {
        self.changed.register(waker);
        self.state.lock().due
    }

    /// How long the client may take nothing of the waiting output.
    pub(super) fn write_timeout(&self) -> Duration {
        self.limits.write_timeout
    }

    fn closed(&self) {
        self.change(|state| {
            state.open -= 1;
            if state.open > 0 || state.end_when_due.is_final() {
                return;
            }
            let (when_due, time) = match state.drain_end {
                Some(end) => (end, LAST_CLOSE),
                None if self.is_used_up(state) => (ConnectionEnd::UsedUp, self.limits.idle_after_last_channel),
                None => (ConnectionEnd::Lingering, self.limits.idle_after_last_channel),
            };
            self.wait(state, when_due, time);
        });
    }

    /// Ends the connection because of `end` within this time. A connection that found no room keeps that reason when
    /// the server stops.
    fn end(&self, state: &mut ProgressState, end: ConnectionEnd, time: Duration) {
        let keeps = (state.end_when_due, end) == (ConnectionEnd::Full, ConnectionEnd::Shutdown);
        self.wait(state, if keeps { state.end_when_due } else { end }, time);
    }

    /// Sets the deadline and its reason, within the time limits of the whole handshake or the connection's life.
    fn wait(&self, state: &mut ProgressState, end_when_due: ConnectionEnd, time: Duration) {
        let all = if end_when_due.is_handshake() { self.limits.authenticated } else { self.limits.lifetime };
        state.end_when_due = end_when_due;
        state.due = (Instant::now() + time).min(self.accepted + all);
    }

    /// Changes the state, and wakes the stream, whose deadline may have changed.
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
    /// When the channel may be opened: a past time, unless channels are opened faster than the rate permits.
    pub(super) const fn turn(&self) -> Instant {
        self.turn
    }

    /// Whether the connection was admitted; if not, its channels only get a message.
    pub(super) const fn is_let_in(&self) -> bool {
        self.let_in
    }

    /// Cancelled when another connection has taken this one's place.
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
