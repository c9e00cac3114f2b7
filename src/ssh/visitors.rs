//! The interface of the SSH server to the web listener: visitors of both share the limits, the card, the counters and
//! the log.

use std::{net::IpAddr, sync::Arc};

use tokio::{sync::watch, time::Instant};
use tokio_util::{sync::CancellationToken, task::task_tracker::TaskTrackerToken};

pub use super::served::ServedCard;
use super::{
    admission::{ConnectionStage, Permit, Refusal},
    channel::{SessionGuard, VisitRecord},
    connection::ConnectionGuard,
    ending::ConnectionEnd,
    limits::Limits,
    metrics::{Method, Metrics, SessionKind},
    shared::Shared,
};
pub(crate) use super::{
    channel::{Incoming, Message, Messages},
    socket::{SendQueue, Socket},
};

/// The server's interface to another listener.
#[derive(Debug, Clone)]
pub struct Visitors(Arc<Shared>);

impl Visitors {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self(shared)
    }

    /// The served card, and each later one.
    #[must_use]
    pub fn cards(&self) -> Cards {
        Cards(self.0.served.subscribe())
    }

    /// The counters of the server.
    #[must_use]
    pub fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// Whether the server is ready for visitors: it was not asked to stop.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        !self.0.stopping.is_cancelled()
    }

    /// The limits of connections.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// The fingerprint of the host key.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.0.key.fingerprint()
    }

    /// Cancelled when no more visitors are admitted, while sessions may go on for some time.
    #[must_use]
    pub fn draining(&self) -> &CancellationToken {
        &self.0.draining
    }

    /// Cancelled when sessions have to end.
    #[must_use]
    pub fn shutdown(&self) -> &CancellationToken {
        &self.0.shutdown
    }

    /// Admits a visitor from `peer` for a session, under the same rules as connections over SSH.
    ///
    /// # Errors
    ///
    /// The first limit that is reached. The refusal is counted and logged.
    pub fn admit(&self, peer: IpAddr) -> Result<Visitor, Refusal> {
        let now = Instant::now().into_std();
        self.0.metrics.accepted.inc();
        let admitted = self.0.admission.admit(peer, now).and_then(|mut permit| {
            permit.reached(ConnectionStage::Exchanging);
            if permit.let_in(now) { Ok(permit) } else { Err(Refusal::Full) }
        });
        let permit = admitted.inspect_err(|refusal| {
            self.0.metrics.refused.get_or_create(refusal).inc();
            self.0.log.not_let_in(peer, (*refusal).into(), *refusal, now);
        })?;
        self.0.metrics.authenticated.get_or_create(&Method::Web).inc();
        Ok(Visitor {
            permit,
            visit: VisitRecord::new(&self.0, peer),
            guard: Some(ConnectionGuard::new(&self.0.metrics)),
            draining: self.0.draining.clone(),
            shutdown: self.0.shutdown.clone(),
            _tracked: self.0.tasks.token(),
        })
    }
}

/// The served card, and a way to wait for the next one.
#[derive(Debug, Clone)]
pub struct Cards(watch::Receiver<Arc<ServedCard>>);

impl Cards {
    /// The served card. [`Cards::changed`] waits for a later one.
    pub fn current(&mut self) -> Arc<ServedCard> {
        Arc::clone(&self.0.borrow_and_update())
    }

    /// Waits until another card is served. Cancel safe. Pending forever once the server has ended.
    pub async fn changed(&mut self) {
        if self.0.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl Cards {
    /// The events of a session that shows [`Cards::current`]: the visitor's `messages`, each later card, and the end of
    /// the visit.
    pub(crate) fn events<'v, M: Messages>(
        self,
        messages: &'v mut M,
        queue: SendQueue,
        visitor: &'v Visitor,
    ) -> Incoming<'v, M> {
        Incoming::new(messages, queue, visitor.evicted()).told(self.0, &visitor.draining)
    }
}

/// An admitted visitor. The visit ends when the value is dropped; the server waits for that when it stops.
pub struct Visitor {
    permit: Permit,
    visit: Arc<VisitRecord>,
    /// `None` after the drop.
    guard: Option<ConnectionGuard>,
    draining: CancellationToken,
    shutdown: CancellationToken,
    _tracked: TaskTrackerToken,
}

impl Visitor {
    /// Cancelled when another visitor has taken this one's place.
    #[must_use]
    pub fn evicted(&self) -> &CancellationToken {
        self.permit.evicted()
    }

    /// Records that the visitor has sent something.
    pub fn heard(&self) {
        self.permit.heard(Instant::now().into_std());
    }

    /// Counts a session, and logs it.
    #[must_use]
    pub fn session(&self, kind: SessionKind) -> SessionGuard {
        self.visit.session(kind)
    }
}

impl Drop for Visitor {
    fn drop(&mut self) {
        // A panic is counted where it is caught; the connection's end is a failure.
        if let Some(guard) = self.guard.take().filter(|_| !std::thread::panicking()) {
            guard.ended(if self.permit.evicted().is_cancelled() {
                ConnectionEnd::Evicted
            } else if self.shutdown.is_cancelled() {
                ConnectionEnd::Shutdown
            } else {
                ConnectionEnd::HungUp
            });
        }
    }
}
