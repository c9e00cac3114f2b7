//! Runs a command's future on the runtime until it completes, or until a signal ends it.

use std::{future::Future, process::ExitCode, sync::Arc};

use anyhow::{Context as _, Result};
use sshcard::{profile::Loaded, site::Site};
use tokio::{runtime::Runtime, task::spawn_blocking};
use tokio_util::sync::CancellationToken;

use crate::signals::Signals;

/// Runs `work` on `runtime` until it is done. Each signal that counts cancels the next of the `stages` of its stop.
pub(super) fn run_on<F>(runtime: Runtime, signals: Signals, stages: &[CancellationToken], work: F) -> Result<ExitCode>
where
    F: Future<Output = Result<()>> + Send + 'static,
{
    let work = runtime.spawn(work);
    // Signals are waited for on this thread, which does nothing else: neither a flood of visitors nor a start that
    // hangs keeps it from the next one.
    let done = runtime.block_on(async {
        tokio::select! {
            done = work => done.context("a fault of the program ended it")?,
            never = signals.cancel(stages) => match never {},
        }
    });
    // A connection that would not end in time does not keep the process.
    runtime.shutdown_background();
    done.map(|()| ExitCode::SUCCESS)
}

/// The site of a profile. What is made of it is made beside the first visitors, not before them. Must be called within
/// the runtime.
pub(super) fn prepared(loaded: &Loaded) -> Arc<Site> {
    let site = Arc::new(Site::new(loaded.document.clone()));
    spawn_blocking({
        let site = Arc::clone(&site);
        move || site.prepare()
    });
    site
}
