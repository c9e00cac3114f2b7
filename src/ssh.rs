//! The listener: accept, admit, serve, drain.
//!
//! Bytes come in here and become channels; what is shown on one is decided by [`crate::session`] and [`crate::formats`]. This
//! is the only part of the program that knows SSH, and nothing here draws.

use std::{
    future::Future,
    io::{self, Write as _},
    net::{IpAddr, SocketAddr},
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, SystemTime},
};

use anyhow::Result;
use futures_util::FutureExt as _;
use tokio::{
    net::{TcpListener, TcpStream},
    select,
    sync::Semaphore,
    task::{JoinSet, spawn_blocking},
    time::{Instant, sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::session::{Cells, Content};

pub mod admission;
mod channel;
mod configuration;
mod connection;
mod crowd;
mod deadline;
pub mod ending;
pub mod exec;
mod files;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
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
mod rekeying;
mod scp;
mod sftp;
mod socket;
mod transfer;

use admission::{Admission, Refusal};
pub use configuration::configuration;
use crowd::Crowd;
use exec::Answers;
use files::Files;
use hostkey::{HostKey, KeyPlace};
use incompatible::Incompatible;
use limits::Limits;
use log::{LogThrottle, VisitLog};
use metrics::{Metrics, Watch};
use proxy::Proxies;

/// Opens what serves `content`: a server, and where it will listen. Says in the log where, with which key, and what to
/// type. Must be called within the runtime.
///
/// # Errors
///
/// A host key that cannot be used or made, and an address that cannot be listened on.
pub fn open(
    content: Arc<Content>,
    key: &KeyPlace,
    addresses: &[SocketAddr],
    limits: Limits,
) -> Result<(Server, Vec<TcpListener>)> {
    let path = HostKey::path(key);
    let key = HostKey::open(key)?;
    // Visitors who come while the documents are rendered wait in the backlog.
    let listeners = listen::listen(addresses)?;
    tracing::info!(fingerprint = key.fingerprint(), "the host key is {}", path.display());
    for listener in &listeners {
        let address = listener.local_addr()?;
        tracing::info!(%address, "listening; try: {}", listen::try_it(address));
    }
    Ok((Server::new(content, key, limits), listeners))
}

/// A server of one card.
#[derive(Debug)]
pub struct Server(Shared);

/// What all connections share.
#[derive(Debug)]
struct Shared {
    key: HostKey,
    content: Arc<Content>,
    answers: Answers,
    files: Arc<Files>,
    proxies: Proxies,
    admission: Arc<Admission>,
    metrics: Arc<Metrics>,
    cells: Arc<Cells>,
    limits: Limits,
    shutdown: CancellationToken,
    tasks: TaskTracker,
    log: Arc<VisitLog>,
    /// Places for closed channels beyond those that each connection has ([`Limits::channels_kept`]).
    closed_channels: Arc<Semaphore>,
    incompatible: Incompatible,
    crowd: Crowd,
    /// Whether visitors are served, until `shutdown`.
    serving: Arc<AtomicBool>,
    /// Gives back the memory of a crowd that has left.
    give_back: fn(),
    /// Hears what is typed in a session, and what is commanded, before the session does.
    hearing: fn(&[u8]),
}

impl Shared {
    /// Runs a task that is waited for when the server stops. A panic ends it and nothing else, and is counted.
    fn spawn(self: &Arc<Self>, task: impl Future<Output = ()> + Send + 'static) {
        self.crowd.came();
        let shared = Arc::clone(self);
        // What a panic leaves half done is dropped with the task.
        let task = AssertUnwindSafe(task).catch_unwind().map(move |ended| {
            if ended.is_err() {
                shared.metrics.panics.inc();
            }
            // What it held is freed by now.
            if shared.crowd.left() {
                spawn_blocking(shared.give_back);
            }
        });
        self.tasks.spawn(task);
    }
}

impl Server {
    /// Prepares to serve `content` under `key` within `limits`.
    #[must_use]
    pub fn new(content: Arc<Content>, key: HostKey, limits: Limits) -> Self {
        let answers = Answers::new(&content.profile, &key);
        let admission = Admission::new(&limits);
        Self(Shared {
            key,
            // The profile was loaded a moment ago.
            files: Arc::new(Files::new(answers.documents().files(), SystemTime::now())),
            answers,
            content,
            proxies: Proxies::default(),
            metrics: Arc::new(Metrics::new(&limits, &admission)),
            admission,
            cells: Cells::new(limits.cells),
            closed_channels: Arc::new(Semaphore::new(limits.channels_shared)),
            limits,
            shutdown: CancellationToken::new(),
            tasks: TaskTracker::new(),
            log: Arc::new(VisitLog::new()),
            incompatible: Incompatible::default(),
            crowd: Crowd::default(),
            serving: Arc::default(),
            give_back: || (),
            hearing: |_| (),
        })
    }

    /// The same, for visitors who come through these proxies.
    #[must_use]
    pub fn behind(mut self, proxies: Proxies) -> Self {
        self.0.proxies = proxies;
        self
    }

    /// Calls `give_back`, on a thread where it may take its time, whenever a crowd has left.
    #[must_use]
    pub fn giving_back(mut self, give_back: fn()) -> Self {
        self.0.give_back = give_back;
        self
    }

    /// Calls `hearing` with what is typed in a session and with commands, in the session's own task and before it: for a test
    /// that makes one of them panic. The program does not call it.
    #[must_use]
    pub fn hearing(mut self, hearing: fn(&[u8])) -> Self {
        self.0.hearing = hearing;
        self
    }

    /// The counts of connections.
    #[must_use]
    pub fn admission(&self) -> Arc<Admission> {
        Arc::clone(&self.0.admission)
    }

    /// What can be seen of the server while it serves.
    #[must_use]
    pub fn watch(&self) -> Watch {
        Watch {
            metrics: Arc::clone(&self.0.metrics),
            serving: Arc::clone(&self.0.serving),
            shutdown: self.0.shutdown.clone(),
        }
    }

    /// Serves whoever connects to `listeners` until `shutdown`. Then open sessions say goodbye, and what is still there
    /// after [`Limits::drain`] is cut.
    ///
    /// # Errors
    ///
    /// A listener failed, and all else was ended as by `shutdown`.
    pub async fn serve(self, listeners: Vec<TcpListener>, shutdown: CancellationToken) -> Result<()> {
        let shared = Arc::new(self.0);
        // However this future ends, even dropped, connections and sessions learn of it.
        let _stop = shared.shutdown.clone().drop_guard();
        shared.serving.store(true, Ordering::Relaxed);
        let mut accepting = JoinSet::new();
        for listener in listeners {
            accepting.spawn(shared.tasks.track_future(accept(Arc::clone(&shared), listener)));
        }
        // Nothing ends an accept loop but the shutdown; if one failed all the same, better to be restarted than to be deaf.
        let ended = select! {
            () = shutdown.cancelled() => Ok(()),
            Some(_) = accepting.join_next() => Err(anyhow::anyhow!("a listener failed")),
            never = shared.log.sum_up_in_time() => match never {},
        };
        tracing::info!(connections = shared.admission.connections(), "stopping; no new visitors");
        shared.shutdown.cancel();
        shared.tasks.close();
        if timeout(shared.limits.drain + CUTTING, shared.tasks.wait()).await.is_err() {
            tracing::warn!(connections = shared.admission.connections(), "some connections did not end in time");
        }
        shared.log.sum_up();
        ended
    }
}

/// How long connections have to end once they are cut: a poll each.
const CUTTING: Duration = Duration::from_millis(500);

/// How long the accept loop waits after an error. Out of file descriptors, an error comes back at once and for ever until a
/// visitor leaves; a tenth of a second is soon enough to greet the next, and seldom enough to cost nothing.
const PAUSE: Duration = Duration::from_millis(100);

/// How often an accept loop tells of its errors, at most: whoever holds all file descriptors makes ten a second.
const ERRORS: Duration = Duration::from_secs(10);

/// Accepts connections until the server stops.
async fn accept(shared: Arc<Shared>, listener: TcpListener) {
    let mut errors = LogThrottle::every(ERRORS);
    loop {
        let accepted = select! {
            biased;
            () = shared.shutdown.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
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
                select! {
                    () = shared.shutdown.cancelled() => return,
                    () = sleep(PAUSE) => (),
                }
            }
        }
    }
}

/// Lets a connection in, or tells it why not and hangs up.
fn admit(shared: &Arc<Shared>, stream: TcpStream, peer: IpAddr) {
    let admitted = if shared.proxies.are_none() {
        shared.admission.admit(peer, Instant::now().into_std())
    } else if shared.proxies.include(peer) {
        // Who it is that comes through the proxy, the proxy is about to say.
        shared.admission.enter(Instant::now().into_std())
    } else if comes_from_here(&stream, peer) {
        // Who is let in from here says `LOCAL`, as a health check does, and counts as any visitor does.
        shared.admission.admit(peer, Instant::now().into_std())
    } else {
        Err(Refusal::NoProxy)
    };
    match admitted {
        Ok(permit) => {
            shared.spawn(connection::serve(Arc::clone(shared), stream, peer, permit));
        }
        Err(refusal) => refuse(shared, stream, peer, refusal),
    }
}

/// Whether a connection comes from the server's own machine or container: from the address that it goes to. From
/// elsewhere no connection can: the reply to its first packet would not leave this machine.
fn comes_from_here(stream: &TcpStream, peer: IpAddr) -> bool {
    stream.local_addr().is_ok_and(|local| local.ip() == peer)
}

/// Says why, as far as it can be said without waiting, and hangs up.
fn refuse(shared: &Shared, stream: TcpStream, peer: IpAddr, refusal: Refusal) {
    shared.metrics.refused.get_or_create(&refusal).inc();
    shared.log.not_let_in(peer, refusal.into(), Instant::now().into_std());
    // Through the socket itself: tokio would first wait to hear that it can be written to. It never blocks.
    if let Ok(mut stream) = stream.into_std() {
        let _ = stream.write(refusal.line().as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::{
        ending::{ConnectionEnd, ConnectionGuard},
        *,
    };
    use crate::fuzzing::content_of_ours;

    #[tokio::test]
    async fn a_connection_whose_task_panics_has_ended() {
        let server = Server::new(content_of_ours(), HostKey::of_tests(), Limits::default());
        let shared = Arc::new(server.0);
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
