//! What the handlers of requests share.

use std::sync::Arc;

use tokio::sync::watch;

use super::pages::Pages;
use crate::ssh::{proxy::Proxies, visitors::Visitors};

/// What is served now, and whom it is shared with.
#[derive(Debug, Clone)]
pub(crate) struct Web {
    /// The server over SSH: its room, its counts, its card.
    pub(crate) visitors: Visitors,
    /// The proxies that are believed.
    pub(super) proxies: Arc<Proxies>,
    pub(super) pages: watch::Receiver<Arc<Pages>>,
}
