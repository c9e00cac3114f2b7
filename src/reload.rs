//! Reads the profile again while visitors read: at SIGHUP, and when its files change. A profile that does not load changes
//! nothing.
//!
//! The directory is watched, and its parent, in which the directory itself may be replaced. Links are followed once: of
//! a file that is a link to another directory, changes are only seen at SIGHUP.

use std::{
    convert::Infallible,
    future::pending,
    mem,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::{Result, bail};
use notify::{
    Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _,
    event::{AccessKind, AccessMode},
    recommended_watcher,
};
use tokio::{
    select,
    signal::unix::Signal,
    sync::mpsc,
    task::spawn_blocking,
    time::{Instant, timeout_at},
};

use crate::{
    document::Document,
    profile::{Diagnostic, Diagnostics, Severity},
    site::Site,
    ssh::{Publisher, metrics::ReloadResult},
};

/// Files that have not changed for this long are read. The writes of one editor or of one copy follow one another
/// sooner, and an owner who looks at the card sees the change at once.
const QUIET: Duration = Duration::from_millis(200);

/// After this long the files are read even while they still change.
const LONGEST: Duration = Duration::from_secs(2);

/// What the files of a profile were found to say after a change.
#[derive(Debug)]
pub enum Reading {
    /// The same as before.
    Unchanged,
    /// Something else.
    Changed(Box<Document>),
    /// Nothing that can be shown.
    Failed(anyhow::Error),
}

/// Tells what `load` makes of the files in `directory`, at first and after each change; `document` is what they said
/// before. Runs for as long as it is polled. `directory` is absolute. `hangup` is SIGHUP, where it asks for a reload.
pub async fn follow(
    directory: PathBuf,
    document: Document,
    load: impl Fn(&Path) -> Result<Document> + Send + Sync + 'static,
    tell: impl Fn(&Reading) + Send + Sync + 'static,
    mut hangup: Option<Signal>,
) -> Infallible {
    // One place: whether there was a change is all that is to be known.
    let (sender, mut changes) = mpsc::channel(1);
    let mut state = State { directory, document, watcher: None, load, tell };
    state = match spawn_blocking(move || state.watching(sender)).await {
        Ok(state) => state,
        Err(_) => return pending().await,
    };
    loop {
        select! {
            () = received(&mut hangup) => {}
            Some(()) = changes.recv() => settled(&mut changes).await,
        }
        // A panic ends the reloads and nothing else; tokio has told of it.
        let Ok(next) = spawn_blocking(move || state.reloaded()).await else { return pending().await };
        state = next;
    }
}

/// Waits for SIGHUP.
async fn received(hangup: &mut Option<Signal>) {
    if let Some(hangup) = hangup
        && hangup.recv().await.is_some()
    {
        return;
    }
    pending::<()>().await;
}

/// Waits until nothing has changed for [`QUIET`], but no longer than [`LONGEST`].
async fn settled(changes: &mut mpsc::Receiver<()>) {
    let end = Instant::now() + LONGEST;
    while let Ok(Some(())) = timeout_at(end.min(Instant::now() + QUIET), changes.recv()).await {}
}

/// The readings that may differ from the one before. One does, when files change while they are read; more do where a
/// program writes without end.
const READINGS: usize = 5;

/// What the files said last, and where they are.
struct State<L, T> {
    directory: PathBuf,
    document: Document,
    /// `None` where nothing can be watched.
    watcher: Option<RecommendedWatcher>,
    load: L,
    tell: T,
}

impl<L: Fn(&Path) -> Result<Document>, T: Fn(&Reading)> State<L, T> {
    /// Begins to watch, and asks for a first reload, since the files may have changed after they were read.
    fn watching(mut self, changes: mpsc::Sender<()>) -> Self {
        let _ = changes.try_send(());
        let directory = self.directory.clone();
        let watcher = recommended_watcher(move |event: notify::Result<Event>| {
            if event.map_or_else(|_| true, |event| is_change(&event, &directory)) {
                // Full, it holds a change that nobody has seen yet.
                let _ = changes.try_send(());
            }
        });
        match watcher {
            Ok(watcher) => self.watcher = Some(watcher),
            Err(error) => cannot_watch(&self.directory, &error),
        }
        if let Err(error) = self.watch() {
            cannot_watch(&self.directory, &error);
        }
        self
    }

    /// Watches what has the directory's name now, which may be another directory than before.
    fn watch(&mut self) -> notify::Result<()> {
        let Some(watcher) = &mut self.watcher else { return Ok(()) };
        let mut watched = Ok(());
        for place in self.directory.parent().into_iter().chain([&*self.directory]) {
            // It is not watched the first time, or was removed.
            let _ = watcher.unwatch(place);
            watched = watched.and(watcher.watch(place, RecursiveMode::NonRecursive));
        }
        watched
    }

    /// What the files say: the same twice, so that it is not of some files before a change and of others after it.
    fn read(&self) -> Result<Document> {
        let mut document = (self.load)(&self.directory)?;
        for _ in 0..READINGS {
            if document == self.document {
                return Ok(document);
            }
            let before = mem::replace(&mut document, (self.load)(&self.directory)?);
            if document == before {
                return Ok(document);
            }
        }
        bail!("{}: the files change again and again while they are read", self.directory.display())
    }

    /// Reads the files, and tells what they say. Changes from here on are seen.
    fn reloaded(mut self) -> Self {
        // A directory that is not there is told by what reads it.
        let _ = self.watch();
        let reading = match self.read() {
            Ok(document) if document == self.document => Reading::Unchanged,
            Ok(document) => Reading::Changed(Box::new(document)),
            Err(error) => Reading::Failed(error),
        };
        (self.tell)(&reading);
        if let Reading::Changed(document) = reading {
            self.document = *document;
        }
        self
    }
}

/// Publishes what the files in `directory` say if it is something else, and tells the log and the metrics.
pub fn publish(reading: &Reading, directory: &Path, publisher: &Publisher) {
    let result = match reading {
        Reading::Unchanged => ReloadResult::Unchanged,
        Reading::Changed(document) => {
            let site = Arc::new(Site::new((**document).clone()));
            // Before visitors see it, so that none of them waits for it.
            site.prepare();
            publisher.publish(site);
            tracing::info!("the card was updated from {}", directory.display());
            ReloadResult::Changed
        }
        Reading::Failed(error) => {
            let (first, more) = first_error(error, Path::new(""));
            tracing::error!(more, "the profile does not load, and the card stays as it is: {first}");
            ReloadResult::Failed
        }
    };
    publisher.metrics().profile_reloads.get_or_create(&result).inc();
}

/// Whether an event may change the profile: it changes a file in the directory, or the directory itself. Reading is an
/// event too.
fn is_change(event: &Event, directory: &Path) -> bool {
    let changes = match event.kind {
        EventKind::Access(access) => access == AccessKind::Close(AccessMode::Write),
        _ => true,
    };
    changes && (event.need_rescan() || event.paths.iter().any(|path| path.starts_with(directory)))
}

fn cannot_watch(directory: &Path, error: &notify::Error) {
    tracing::warn!(%error, "cannot watch {}: send SIGHUP to reload it", directory.display());
}

/// The first error in a line, its file without the `directory`, and how many more there are.
pub(crate) fn first_error(error: &anyhow::Error, directory: &Path) -> (String, usize) {
    let errors = error.downcast_ref::<Diagnostics>();
    let errors: Vec<&Diagnostic> =
        errors.into_iter().flat_map(Diagnostics::iter).filter(|one| one.severity == Severity::Error).collect();
    let Some(first) = errors.first() else { return (format!("{error:#}"), 0) };
    let line = first.location.as_ref().map_or_else(String::new, |at| format!(":{}:{}", at.line, at.column));
    let file = first.file.strip_prefix(directory).unwrap_or(&first.file).display();
    (format!("{file}{line}: {}; {}", first.message, first.remedy), errors.len() - 1)
}

#[cfg(test)]
mod tests {
    use notify::event::{CreateKind, ModifyKind};

    use super::*;

    #[test]
    fn what_changes_the_profile_is_a_change() {
        let modify = EventKind::Modify(ModifyKind::Any);
        for (kind, path, expected) in [
            (modify, "/srv/card/card.toml", true),
            (modify, "/srv/card/..data", true),
            (EventKind::Create(CreateKind::Any), "/srv/card", true),
            (modify, "/srv/other", false),
            (modify, "/srv", false),
            (EventKind::Access(AccessKind::Open(AccessMode::Any)), "/srv/card/card.toml", false),
            (EventKind::Access(AccessKind::Close(AccessMode::Write)), "/srv/card/card.toml", true),
        ] {
            let event = Event::new(kind).add_path(path.into());
            assert_eq!(is_change(&event, Path::new("/srv/card")), expected, "{event:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_is_one_change_that_ends_in_time() {
        let (sender, mut changes) = mpsc::channel(1);
        let begin = Instant::now();
        settled(&mut changes).await;
        assert!(begin.elapsed() >= QUIET && begin.elapsed() < LONGEST);
        let begin = Instant::now();
        let writing = tokio::spawn(async move {
            while sender.send(()).await.is_ok() {
                tokio::time::sleep(QUIET / 2).await;
            }
        });
        settled(&mut changes).await;
        writing.abort();
        assert!(begin.elapsed() >= LONGEST && begin.elapsed() < LONGEST + QUIET, "{:?}", begin.elapsed());
    }
}
