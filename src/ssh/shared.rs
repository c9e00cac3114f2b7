//! The state that all connections of one server share.

use std::{
    future::Future,
    net::{IpAddr, Shutdown},
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::{Duration, SystemTime},
};

use futures_util::FutureExt as _;
use socket2::SockRef;
use tokio::{
    io::AsyncReadExt as _,
    net::TcpStream,
    select,
    sync::{Semaphore, watch},
    time::{Instant, sleep},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    admission::{Admission, Refusal, is_private, shortened},
    hostkey::HostKey,
    incompatible::Incompatible,
    limits::{Limits, REFUSED_OPEN},
    log::VisitLog,
    metrics::Metrics,
    proxy::Proxies,
    served::ServedCard,
};
use crate::site::Site;

/// How long a refused connection stays open at most: several round trips to the other side of the earth.
const REFUSED_TIMEOUT: Duration = Duration::from_secs(2);

/// How much is read of a refused connection, in bytes: more than the version and the list of algorithms that clients
/// send unasked.
const REFUSED_BYTES: u64 = 8 * 1024;

/// One server's card, key, counts and tasks.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) key: HostKey,
    /// The card that is served now. A channel takes it when its program begins.
    pub(super) served: watch::Sender<Arc<ServedCard>>,
    pub(super) proxies: Proxies,
    pub(super) admission: Arc<Admission>,
    pub(super) metrics: Arc<Metrics>,
    pub(super) limits: Arc<Limits>,
    /// Cancelled when the server was asked to stop, though it may take visitors for a while yet.
    pub(super) stopping: CancellationToken,
    /// Cancelled when sessions have a while yet before `shutdown`.
    pub(super) draining: CancellationToken,
    /// Cancelled when sessions and connections have to end.
    pub(super) shutdown: CancellationToken,
    pub(super) tasks: TaskTracker,
    pub(super) log: Arc<VisitLog>,
    /// Places for closed channels beyond those that each connection has ([`Limits::channels_kept`]).
    pub(super) closed_channels: Arc<Semaphore>,
    pub(super) incompatible: Incompatible,
    /// Places for refused connections that stay open for a moment.
    refused: Arc<Semaphore>,
    /// Whether the log was told that the network hides the addresses of visitors.
    hides_addresses: AtomicBool,
}

impl Shared {
    /// What a server begins with of a site that was `loaded` then.
    pub(super) fn new(site: Arc<Site>, loaded: SystemTime, key: HostKey, limits: Limits, proxies: Proxies) -> Self {
        let admission = Admission::new(&limits);
        let metrics = Arc::new(Metrics::new(&limits, &admission));
        metrics.serves(site.document(), loaded);
        let served = ServedCard::new(site, &key, loaded);
        Self {
            key,
            served: watch::Sender::new(Arc::new(served)),
            proxies,
            metrics,
            admission,
            closed_channels: Arc::new(Semaphore::new(limits.channels_shared)),
            limits: Arc::new(limits),
            stopping: CancellationToken::new(),
            draining: CancellationToken::new(),
            shutdown: CancellationToken::new(),
            tasks: TaskTracker::new(),
            log: Arc::new(VisitLog::new()),
            incompatible: Incompatible::default(),
            refused: Arc::new(Semaphore::new(REFUSED_OPEN)),
            hides_addresses: AtomicBool::new(false),
        }
    }

    /// Runs a task that is waited for when the server stops. A panic ends it and nothing else, and is counted.
    pub(super) fn spawn(self: &Arc<Self>, task: impl Future<Output = ()> + Send + 'static) {
        let shared = Arc::clone(self);
        // What a panic leaves half done is dropped with the task.
        let task = AssertUnwindSafe(task).catch_unwind().map(move |ended| {
            if ended.is_err() {
                shared.metrics.panics.inc();
            }
        });
        self.tasks.spawn(task);
    }

    /// Tells the log, once, that the network seems to put its own address in place of the visitors': one of a private
    /// network has all that an address may have, and that is more than half of all connections.
    fn tell_of_hidden_addresses(&self, peer: IpAddr) {
        let is_crowd = 2 * self.limits.per_address > self.admission.connections();
        if self.proxies.are_none() && is_crowd && is_private(peer) && !self.hides_addresses.swap(true, Relaxed) {
            tracing::warn!(
                from = shortened(peer),
                "more than half of all connections come from one address of a private network: if that is not one person, \
                 the network hides the visitors' addresses, and {} connections fill it for all of them; let it keep them \
                 (Docker: `\"userland-proxy\": false`, IPv6 for the network, no rootless engine), take the PROXY protocol \
                 (--proxy-from), or set --max-per-address 0",
                self.limits.per_address
            );
        }
    }

    /// Tells a client why its connection is refused, as far as that can be said without waiting, and hangs up.
    pub(super) fn refuse(self: &Arc<Self>, stream: TcpStream, peer: IpAddr, refusal: Refusal) {
        self.metrics.refused.get_or_create(&refusal).inc();
        self.log.not_let_in(peer, refusal.into(), refusal, Instant::now().into_std());
        if refusal == Refusal::Address {
            self.tell_of_hidden_addresses(peer);
        }
        // Through the socket itself: tokio would first wait to hear that it can be written to. It never blocks.
        let _ = SockRef::from(&stream).send(&refusal.disconnect_message());
        // A client that is sending its version when the socket is closed fails at that, and tells nothing of why.
        let Ok(place) = Arc::clone(&self.refused).try_acquire_owned() else { return };
        let _ = SockRef::from(&stream).shutdown(Shutdown::Write);
        let shutdown = self.shutdown.clone();
        self.spawn(async move {
            let mut rest = stream.take(REFUSED_BYTES);
            let mut buffer = [0; 1024];
            let read = async { while matches!(rest.read(&mut buffer).await, Ok(1..)) {} };
            select! {
                () = read => {}
                () = sleep(REFUSED_TIMEOUT) => {}
                () = shutdown.cancelled() => {}
            }
            drop(place);
        });
    }
}
