//! What all connections of one server share.

use std::{future::Future, io::Write as _, net::IpAddr, panic::AssertUnwindSafe, sync::Arc, time::SystemTime};

use futures_util::FutureExt as _;
use tokio::{
    net::TcpStream,
    sync::{Semaphore, watch},
    time::Instant,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    admission::{Admission, Refusal},
    hostkey::HostKey,
    incompatible::Incompatible,
    limits::Limits,
    log::VisitLog,
    metrics::Metrics,
    proxy::Proxies,
    served::Served,
};
use crate::site::Site;

/// One server's card, key, counts and tasks.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) key: HostKey,
    /// What is served now. A channel takes it when its program begins.
    pub(super) served: watch::Sender<Arc<Served>>,
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
}

impl Shared {
    /// What a server begins with of a site that was `loaded` then.
    pub(super) fn new(site: Arc<Site>, loaded: SystemTime, key: HostKey, limits: Limits, proxies: Proxies) -> Self {
        let admission = Admission::new(&limits);
        let metrics = Arc::new(Metrics::new(&limits, &admission));
        metrics.serves(site.document(), loaded);
        let served = Served::new(site, &key, loaded);
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

    /// Tells a client why its connection is refused, as far as that can be said without waiting, and hangs up.
    pub(super) fn refuse(&self, stream: TcpStream, peer: IpAddr, refusal: Refusal) {
        self.metrics.refused.get_or_create(&refusal).inc();
        self.log.not_let_in(peer, refusal.into(), refusal, Instant::now().into_std());
        // Through the socket itself: tokio would first wait to hear that it can be written to. It never blocks.
        if let Ok(mut stream) = stream.into_std() {
            let _ = stream.write(refusal.line().as_bytes());
        }
    }
}
