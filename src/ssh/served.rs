//! What is served of one site: its pages, its answers and its files. They are one value, so that no visitor gets a part
//! of one card and a part of another.

use std::{sync::Arc, time::SystemTime};

use super::{exec::Answers, files::Files, hostkey::HostKey};
use crate::site::Site;

/// One card as it is served. It never changes: another one takes its place.
#[derive(Debug)]
pub(super) struct Served {
    pub(super) site: Arc<Site>,
    pub(super) answers: Answers,
    pub(super) files: Arc<Files>,
}

impl Served {
    /// What is served of a site that was `loaded` then, under this key.
    pub(super) fn new(site: Arc<Site>, key: &HostKey, loaded: SystemTime) -> Self {
        let answers = Answers::new(&site, key);
        let files = Arc::new(Files::of(&site, loaded));
        Self { site, answers, files }
    }
}
