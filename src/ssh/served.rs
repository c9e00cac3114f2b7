//! Everything that is served of one site: its pages, its answers and its files. They are published as one value, so
//! that a visitor never gets a part of one card and a part of another.

use std::{panic::resume_unwind, sync::Arc, time::SystemTime};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::spawn_blocking,
};

use super::{
    exec::{Answer, Answers},
    files::Files,
    hostkey::HostKey,
};
use crate::{document::Language, site::Site};

/// The card as it is served. It is immutable: a reload puts another one in its place.
#[derive(Debug)]
pub struct ServedCard {
    pub(crate) site: Arc<Site>,
    pub(crate) answers: Answers,
    pub(super) files: Arc<Files>,
    /// One permit: pictures of the card are drawn one at a time, because each takes a core for a fifth of a second.
    drawing: Arc<Semaphore>,
}

impl ServedCard {
    /// Prepares the answers and the files of `site`. `loaded` becomes the modification time of the files.
    pub(super) fn new(site: Arc<Site>, key: &HostKey, loaded: SystemTime) -> Self {
        let answers = Answers::new(&site, key);
        let files = Arc::new(Files::new(&site, loaded));
        Self { site, answers, files, drawing: Arc::new(Semaphore::new(1)) }
    }

    /// The answer to a command, as [`Answers::answer_in`]. A picture for it is drawn on a blocking thread, to the end
    /// even if the client leaves meanwhile.
    pub(super) async fn answer_when_drawn(
        self: &Arc<Self>,
        language: Option<&Language>,
        command: &[u8],
        columns: Option<u16>,
    ) -> Answer {
        while columns.is_none() && self.answers.has_to_draw(language, command) {
            let turn = self.turn().await;
            let (served, language, command) = (Arc::clone(self), language.cloned(), command.to_vec());
            let drawing = spawn_blocking(move || {
                served.answers.answer_in(language.as_ref(), &command, None);
                drop(turn);
            });
            match drawing.await.map_err(tokio::task::JoinError::try_into_panic) {
                Ok(()) => (),
                Err(Ok(panic)) => resume_unwind(panic),
                // The runtime stops.
                Err(Err(_)) => break,
            }
        }
        self.answers.answer_in(language, command, columns)
    }

    /// Waits until no other picture is being drawn. The turn ends when the value is dropped.
    pub(crate) async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        // The semaphore is never closed.
        Arc::clone(&self.drawing).acquire_owned().await.ok()
    }
}
