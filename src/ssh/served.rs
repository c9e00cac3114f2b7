//! What is served of one site: its pages, its answers and its files. They are one value, so that no visitor gets a part
//! of one card and a part of another.

use std::{sync::Arc, time::SystemTime};

use super::{
    exec::{Answer, Answers},
    files::Files,
    hostkey::HostKey,
};
use crate::{document::Language, site::Site};

/// One card as it is served. It never changes: another one takes its place.
#[derive(Debug)]
pub struct ServedCard {
    pub(super) site: Arc<Site>,
    pub(super) answers: Answers,
    pub(super) files: Arc<Files>,
}

impl ServedCard {
    /// What is served of a site that was `loaded` then, under this key.
    pub(super) fn new(site: Arc<Site>, key: &HostKey, loaded: SystemTime) -> Self {
        let answers = Answers::new(&site, key);
        let files = Arc::new(Files::of(&site, loaded));
        Self { site, answers, files }
    }
    /// Its site.
    #[must_use]
    pub fn site(&self) -> &Arc<Site> {
        &self.site
    }

    /// Answers a command as over SSH without a terminal, in `language` where the command names no other.
    #[must_use]
    pub fn answer(&self, language: Option<&Language>, command: &[u8]) -> Answer {
        self.answers.answer_in(language, command, None)
    }
}
