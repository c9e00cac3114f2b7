//! The SSH server: accepts connections, admits them, serves them, and drains at the end.
//!
//! This is the only module that uses SSH. What a channel shows is decided by [`crate::session`] and [`crate::formats`];
//! nothing is drawn here.
//!
//! Locks are those of `parking_lot`, which a panic does not poison. No state is left half changed by a panic, since
//! nothing that can panic stands between two changes that belong together.

use std::{
    io,
    net::IpAddr,
    sync::Arc,
    time::{Duration, SystemTime},
};

use anyhow::Result;
use russh::server;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    select,
    task::JoinSet,
    time::{Instant, sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::site::Site;

pub mod admission;
mod algorithms;
mod channel;
mod configuration;
mod connection;
mod day;
mod deadline;
pub mod ending;
pub mod exec;
pub mod files;
mod handler;
mod handshake;
pub mod healthcheck;
pub mod hostkey;
mod incompatible;
pub mod limits;
pub mod listen;
pub mod log;
pub mod metrics;
mod phase;
pub mod proxy;
mod rate;
pub mod scp;
mod served;
pub mod sftp;
mod shared;
mod socket;
mod stream;
pub mod transfer;
pub mod visitors;
mod writing;

use admission::Refusal;
pub use configuration::configuration;
use connection::{AdmittedConnection, ConnectionGuard};
use day::Day;
use hostkey::HostKey;
use limits::Limits;
use log::LogThrottle;
use metrics::Metrics;
use proxy::Proxies;
use served::ServedCard;
use shared::Shared;
use socket::SendQueue;
use visitors::Visitors;

/// The two ways to stop a server.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    /// Stops it after draining, which takes up to [`Limits::drain_accept`] and [`Limits::drain_sessions`].
    pub asked: CancellationToken,
    /// Stops it at once, in order. The server cancels this token itself when it has drained.
    pub now: CancellationToken,
}

/// A stop without draining.
impl From<CancellationToken> for Stop {
    fn from(now: CancellationToken) -> Self {
        Self { asked: now.clone(), now }
    }
}

/// A server of one card.
#[derive(Debug)]
pub struct Server(Arc<Shared>);

impl Server {
    /// A server of `site` with the host key `key`, within `limits`. Clients connect through `proxies`, if there are
    /// any.
    #[must_use]
    pub fn new(site: Arc<Site>, key: HostKey, limits: Limits, proxies: Proxies) -> Self {
        // The profile was loaded a moment ago.
        Self(Arc::new(Shared::new(site, SystemTime::now(), key, limits, proxies)))
    }

    /// The server's interface to another listener of the same card, or of its metrics.
    #[must_use]
    pub fn visitors(&self) -> Visitors {
        Visitors::new(Arc::clone(&self.0))
    }

    /// A handle that replaces the card while the server runs.
    #[must_use]
    pub fn publisher(&self) -> Publisher {
        Publisher(Arc::clone(&self.0))
    }

    /// Serves one SSH connection over a stream of any kind, to its end. It counts as a connection from `peer`. `config`
    /// says how russh is to speak: [`configuration`] of the server's key, and for this connection alone.
    ///
    /// # Errors
    ///
    /// The server has no room for a connection from `peer`.
    pub async fn serve_stream<S>(&self, stream: S, peer: IpAddr, config: server::Config) -> Result<(), Refusal>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let accepted = Instant::now();
        let permit = self.0.admission.admit(peer, accepted.into_std())?;
        let guard = ConnectionGuard::new(&self.0.metrics);
        let client = AdmittedConnection { accepted, peer, permit, guard };
        connection::serve(&self.0, stream, SendQueue::default(), client, config).await;
        Ok(())
    }

    /// Serves the connections of `listeners` until `stop`, and drains within the limits. Then open sessions say
    /// goodbye, and connections that remain after [`Limits::drain`] are cut off.
    ///
    /// # Errors
    ///
    /// A listener failed, and all else was ended as by `stop`, at once.
    pub async fn serve(self, listeners: Vec<TcpListener>, stop: Stop) -> Result<()> {
        let shared = self.0;
        // Also if this future is dropped, connections and sessions end.
        let _stop = (shared.stopping.clone().drop_guard(), shared.shutdown.clone().drop_guard());
        let mut accepting = JoinSet::new();
        for listener in listeners {
            accepting.spawn(shared.tasks.track_future(accept(Arc::clone(&shared), listener)));
        }
        let served = async {
            // An accept loop ends only with this future. If one panics, the server stops, and its supervisor starts it
            // again.
            select! {
                () = stop.asked.cancelled() => (),
                Some(_) = accepting.join_next() => return Err(anyhow::anyhow!("a listener failed")),
            }
            shared.stopping.cancel();
            select! {
                () = stop.now.cancelled() => (),
                () = drain(&shared, &mut accepting) => (),
            }
            Ok(())
        };
        let mut day = Day::begins(&shared.metrics);
        let ended = select! {
            ended = served => ended,
            never = shared.log.sum_up_in_time() => match never {},
            never = day.end_in_time(&shared.metrics) => match never {},
        };
        accepting.shutdown().await;
        tracing::info!(connections = shared.admission.connections(), "stopping; no new visitors");
        shared.stopping.cancel();
        stop.now.cancel();
        shared.shutdown.cancel();
        shared.tasks.close();
        if timeout(shared.limits.drain + CUTTING, shared.tasks.wait()).await.is_err() {
            tracing::warn!(connections = shared.admission.connections(), "some connections did not end in time");
        }
        shared.log.sum_up();
        day.ends(&shared.metrics);
        ended
    }
}

/// Drains: accepts visitors for [`Limits::drain_accept`]; then accepts none and waits for [`Limits::drain_sessions`] or
/// until all have left.
async fn drain(shared: &Shared, accepting: &mut JoinSet<()>) {
    let (accept, sessions) = (shared.limits.drain_accept, shared.limits.drain_sessions);
    if !accept.is_zero() {
        tracing::info!(seconds = accept.as_secs(), "about to stop; visitors are still let in");
        sleep(accept).await;
    }
    if !sessions.is_zero() {
        accepting.shutdown().await;
        let connections = shared.admission.connections();
        tracing::info!(seconds = sessions.as_secs(), connections, "no new visitors; those that are here may stay");
        shared.draining.cancel();
        shared.tasks.close();
        // What follows is the same whether all have left in time or not.
        let _ = timeout(sessions, shared.tasks.wait()).await;
    }
}

/// Replaces the card of a running server.
#[derive(Debug, Clone)]
pub struct Publisher(Arc<Shared>);

impl Publisher {
    /// Serves `site` from now on. Open sessions show it too; an answer or a file transfer that has begun goes on with
    /// the card that it began with. What is made of the site is made here: call it where that may take its time.
    pub fn publish(&self, site: Arc<Site>) {
        let loaded = SystemTime::now();
        self.0.metrics.serves(site.document(), loaded);
        let served = ServedCard::new(site, &self.0.key, loaded);
        self.0.served.send_replace(Arc::new(served));
    }

    /// Reads the host key's certificate. It is presented to those who connect from now on, or withheld if clients would
    /// refuse it.
    pub fn read_certificate(&self) {
        let expires = self.0.key.read_certificate(SystemTime::now()).unwrap_or_default();
        self.0.metrics.certificate_expires.set(i64::try_from(expires).unwrap_or(i64::MAX));
    }

    /// The counters of the server.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }
}

/// How long connections have to end once they are cut off: one poll each.
const CUTTING: Duration = Duration::from_millis(500);

/// How long the accept loop waits after an error. Out of file descriptors, an error comes back at once and for ever
/// until a visitor leaves; a tenth of a second is soon enough to greet the next, and seldom enough to cost nothing.
const PAUSE: Duration = Duration::from_millis(100);

/// How often an accept loop logs its errors, at most: without a free file descriptor there are ten a second.
const ERRORS: Duration = Duration::from_secs(10);

/// Accepts connections until it is dropped.
async fn accept(shared: Arc<Shared>, listener: TcpListener) {
    let mut errors = LogThrottle::every(ERRORS);
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                shared.metrics.accepted.inc();
                admit(&shared, stream, peer.ip());
            }
            // The client was gone before it was accepted.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => (),
            Err(error) => {
                shared.metrics.accept_errors.inc();
                if let Some(more) = errors.may_log(Instant::now().into_std()) {
                    tracing::error!(%error, more, "cannot accept a connection; trying again");
                }
                sleep(PAUSE).await;
            }
        }
    }
}

/// Admits a connection, or sends it the reason of the refusal and closes it.
fn admit(shared: &Arc<Shared>, stream: TcpStream, peer: IpAddr) {
    let admitted = if shared.proxies.are_none() {
        shared.admission.admit(peer, Instant::now().into_std())
    } else if shared.proxies.include(peer) {
        // The proxy names the client in its header; the limits of an address apply once that is read.
        shared.admission.enter(Instant::now().into_std())
    } else if comes_from_here(&stream, peer) {
        // A connection of this machine, such as a health check, sends the header `LOCAL`, and counts as a visitor's.
        shared.admission.admit(peer, Instant::now().into_std())
    } else {
        Err(Refusal::NoProxy)
    };
    match admitted {
        Ok(permit) => {
            shared.spawn(connection::serve_tcp(Arc::clone(shared), stream, peer, permit));
        }
        Err(refusal) => shared.refuse(stream, peer, refusal),
    }
}

/// Whether a connection comes from the server's own machine or container: from the address that it goes to. From
/// elsewhere no connection can: the reply to its first packet would not leave this machine.
fn comes_from_here(stream: &TcpStream, peer: IpAddr) -> bool {
    stream.local_addr().is_ok_and(|local| local.ip() == peer)
}

#[cfg(test)]
mod tests {
    use super::{ending::ConnectionEnd, *};
    use crate::document::Document;

    #[tokio::test]
    async fn a_connection_whose_task_panics_has_ended() {
        let site = Arc::new(Site::new(Document::default()));
        let shared = Server::new(site, HostKey::of_tests(), Limits::default(), Proxies::default()).0;
        let guard = ConnectionGuard::new(&shared.metrics);
        shared.spawn(async move {
            let _guard = guard;
            panic!("a failure that a test made");
        });
        shared.tasks.close();
        shared.tasks.wait().await;
        let metrics = &shared.metrics;
        let failed = metrics.ended.get_or_create(&ConnectionEnd::Failed).get();
        assert_eq!((failed, metrics.panics.get()), (1, 1));
    }
}
