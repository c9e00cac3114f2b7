//! Reads the profile again while visitors read: at SIGHUP, and when its files change. A profile that does not load
//! changes nothing.
//!
//! Where the system does not tell of changes, as on a network file system, the files are read every ten seconds. That
//! is a timer of our own and not notify's `PollWatcher`: to compare what the files say is what a reload does anyway,
//! and it finds what times and sizes of files do not tell.

mod links;
mod watching;

use std::{
    convert::Infallible,
    future::pending,
    mem,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use futures_util::future::BoxFuture;
use tokio::{
    select,
    signal::unix::Signal,
    sync::mpsc,
    task::spawn_blocking,
    time::{Instant, sleep, timeout_at},
};

pub use links::way;

use crate::{
    document::Document,
    profile::{Diagnostic, Diagnostics, Loaded},
    site::Site,
    ssh::{Publisher, metrics::ReloadResult},
};
use watching::{INTERVAL, ProfileWatch};

/// Files that have not changed for this long are read. The writes of one editor or of one copy follow one another
/// sooner, and an owner who looks at the card sees the change at once.
const QUIET: Duration = Duration::from_millis(200);

/// After this long the files are read even while they still change.
const LONGEST: Duration = Duration::from_secs(2);

/// What the files of a profile were found to say after a change.
#[derive(Debug)]
pub struct Reading<'r> {
    /// The directory of the files.
    pub directory: &'r Path,
    /// What they say, or why they do not load.
    pub loaded: Result<&'r Loaded, &'r Diagnostics>,
    /// What they said before, when they loaded.
    pub before: &'r Loaded,
}

impl Reading<'_> {
    /// The card, where it is another than before.
    #[must_use]
    pub fn changed(&self) -> Option<&Document> {
        self.loaded.ok().map(|loaded| &loaded.document).filter(|document| **document != self.before.document)
    }
}

/// SIGHUP, where it asks for a reload.
pub struct ReloadSignal {
    /// The signal.
    pub signal: Signal,
    /// Is told, of a reload that the signal asks for, that it begins (`true`) and that it has ended (`false`).
    pub tell: Box<dyn Fn(bool) -> BoxFuture<'static, ()> + Send + Sync>,
}

/// Why the files are read.
#[derive(PartialEq, Eq)]
enum Cause {
    Hangup,
    Change,
    Interval,
}

/// Tells what `load` makes of the files in `directory` after each change; `loaded` is what they said before, and where
/// they say something else by now, that is told at first. Runs for as long as it is polled. `directory` is absolute.
pub async fn follow(
    directory: PathBuf,
    loaded: Loaded,
    load: impl Fn(&Path) -> Result<Loaded, Diagnostics> + Send + Sync + 'static,
    tell: impl Fn(&Reading<'_>) + Send + Sync + 'static,
    mut hangup: Option<ReloadSignal>,
) -> Infallible {
    // Capacity 1: one change that waits stands for any number.
    let (sender, mut changes) = mpsc::channel(1);
    let watch = ProfileWatch::new(directory.clone(), sender);
    let mut state = State { directory, loaded, watch, errors: None, load, tell };
    // The files may have changed after they were read.
    state = match spawn_blocking(move || state.reloaded(false)).await {
        Ok(state) => state,
        Err(_) => return pending().await,
    };
    loop {
        let cause = select! {
            () = received(&mut hangup) => Cause::Hangup,
            Some(()) = changes.recv() => {
                settled(&mut changes).await;
                Cause::Change
            }
            () = sleep(INTERVAL), if state.watch.is_blind() => Cause::Interval,
        };
        let hangup = hangup.as_ref().filter(|_| cause == Cause::Hangup);
        if let Some(hangup) = hangup {
            (hangup.tell)(true).await;
        }
        let reloaded = spawn_blocking(move || state.reloaded(cause == Cause::Hangup)).await;
        if let Some(hangup) = hangup {
            (hangup.tell)(false).await;
        }
        // A panic ends the reloads and nothing else; tokio has told of it.
        let Ok(next) = reloaded else { return pending().await };
        state = next;
    }
}

/// Answers SIGHUP where there are no files to read.
pub async fn read_nothing(mut hangup: Option<ReloadSignal>) -> Infallible {
    loop {
        received(&mut hangup).await;
        if let Some(hangup) = &hangup {
            (hangup.tell)(true).await;
            (hangup.tell)(false).await;
        }
    }
}

/// Waits for SIGHUP.
async fn received(hangup: &mut Option<ReloadSignal>) {
    if let Some(hangup) = hangup
        && hangup.signal.recv().await.is_some()
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
    loaded: Loaded,
    watch: ProfileWatch,
    /// Why the files did not load when they were last read; `None` where they did.
    errors: Option<Diagnostics>,
    load: L,
    tell: T,
}

impl<L: Fn(&Path) -> Result<Loaded, Diagnostics>, T: Fn(&Reading<'_>)> State<L, T> {
    /// What the files say: the same twice, so that it is not of some files before a change and of others after it.
    fn read(&self) -> Result<Loaded, Diagnostics> {
        let mut loaded = (self.load)(&self.directory)?;
        for _ in 0..READINGS {
            if loaded == self.loaded {
                return Ok(loaded);
            }
            let before = mem::replace(&mut loaded, (self.load)(&self.directory)?);
            if loaded == before {
                return Ok(loaded);
            }
        }
        let message = "the files change again and again while they are read";
        Err(Diagnostic::with_file(&self.directory, message, "stop the program that writes them").into())
    }

    /// Reads the files, and tells what they say. Changes from here on are seen. Unless it was `asked` for, nothing new
    /// is nothing to tell.
    fn reloaded(mut self, asked: bool) -> Self {
        self.watch.renew();
        let loaded = self.read();
        let is_new = match &loaded {
            Ok(loaded) => self.errors.is_some() || *loaded != self.loaded,
            Err(errors) => self.errors.as_ref() != Some(errors),
        };
        if asked || is_new {
            (self.tell)(&Reading { directory: &self.directory, loaded: loaded.as_ref(), before: &self.loaded });
        }
        match loaded {
            Ok(loaded) => (self.loaded, self.errors) = (loaded, None),
            Err(errors) => self.errors = Some(errors),
        }
        self
    }
}

/// Publishes what the files say if it is something else, and tells the log and the metrics.
pub fn publish(reading: &Reading<'_>, publisher: &Publisher) {
    publisher.read_certificate();
    // Of what is written and not shown, the log has the number.
    if let Ok(Loaded { warnings, .. }) = reading.loaded
        && !warnings.is_empty()
        && *warnings != reading.before.warnings
    {
        tracing::warn!("the profile loads with {}; `sshcard check` tells which", warnings.summary());
    }
    let result = match (reading.loaded, reading.changed()) {
        (Ok(_), None) => {
            tracing::info!("the profile loads, and the card is as it was");
            ReloadResult::Unchanged
        }
        (Ok(_), Some(document)) => {
            let site = Arc::new(Site::new(document.clone()));
            // Before visitors see it, so that none of them waits for it.
            site.prepare();
            publisher.publish(site);
            tracing::info!("the card was updated from {}", reading.directory.display());
            ReloadResult::Changed
        }
        (Err(errors), _) => {
            let (first, more) = errors.first_error(Path::new("")).unwrap_or_default();
            tracing::error!(more, "the profile does not load, and the card stays as it is: {first}");
            ReloadResult::Failed
        }
    };
    publisher.metrics().profile_reloads.get_or_create(&result).inc();
}

#[cfg(test)]
mod tests {
    use parking_lot::Mutex;

    use super::*;
    use crate::{
        document::Card,
        ssh::{Server, hostkey::HostKey, limits::Limits, proxy::Proxies},
    };

    /// The directory is not there, so that nothing can be watched.
    #[tokio::test(start_paused = true)]
    async fn what_cannot_be_watched_is_read_again_and_again() {
        let keys = tempfile::tempdir().unwrap();
        let key = HostKey::load_or_create(keys.path()).unwrap();
        let card = |name: &str| {
            let card = Card { name: Some(name.to_owned()), ..Card::default() };
            Loaded { document: Document { card, ..Document::default() }, ..Loaded::default() }
        };
        let broken = || Diagnostics::from(Diagnostic::with_file(Path::new("card.toml"), "wrong", "mend it"));
        let server = Server::new(Arc::new(Site::new(card("Ada").document)), key, Limits::default(), Proxies::default());
        let (visitors, files) = (server.visitors(), Arc::new(Mutex::new(Ok(card("Ada")))));
        let count = |result| visitors.metrics().profile_reloads.get_or_create(&result).get();
        let load = {
            let files = Arc::clone(&files);
            move |_: &Path| files.lock().clone()
        };
        let directory = keys.path().join("nowhere/profile");
        let publisher = server.publisher();
        let tell = move |reading: &Reading<'_>| publish(reading, &publisher);
        let following = tokio::spawn(follow(directory, card("Ada"), load, tell, None));
        sleep(10 * INTERVAL).await;
        assert_eq!((count(ReloadResult::Unchanged), count(ReloadResult::Changed)), (0, 0));
        for (say, [failed, changed, unchanged]) in [
            (Ok(card("Grace")), [0, 1, 0]),
            (Err(broken()), [1, 1, 0]),
            (Ok(card("Grace")), [1, 1, 1]),
            (Ok(card("Joan")), [1, 2, 1]),
        ] {
            *files.lock() = say;
            // It is told once.
            sleep(5 * INTERVAL).await;
            let counts = [ReloadResult::Failed, ReloadResult::Changed, ReloadResult::Unchanged].map(count);
            assert_eq!(counts, [failed, changed, unchanged]);
        }
        following.abort();
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
