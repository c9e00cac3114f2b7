//! What can be seen of a server from outside of its visitors' way.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use tokio_util::sync::CancellationToken;

use super::{admission::Admission, records::Records};

/// A view of one server. It changes nothing.
#[derive(Debug, Clone)]
pub struct Watch {
    pub(super) admission: Arc<Admission>,
    pub(super) records: Arc<Records>,
    pub(super) serving: Arc<AtomicBool>,
    pub(super) shutdown: CancellationToken,
}

impl Watch {
    /// Whether new visitors are served: the server listens and does not stop.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.serving.load(Ordering::Relaxed) && !self.shutdown.is_cancelled()
    }

    /// How many connections there are.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.admission.connections()
    }

    /// How many of them are not let in yet.
    #[must_use]
    pub fn unauthenticated(&self) -> usize {
        self.admission.unauthenticated()
    }

    /// What became of those before.
    #[must_use]
    pub fn records(&self) -> &Records {
        &self.records
    }
}
