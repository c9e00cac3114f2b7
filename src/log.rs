//! The log on standard error: where its lines go, and what it says of a panic.

use std::{
    io::{self, IsTerminal as _},
    panic,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use sshcard::{cli::LogFormat, ssh::log::LogThrottle};
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::filter::LevelFilter;

/// How often a panic is logged, at most.
const PANICS: Duration = Duration::from_secs(10);

/// Lines of the log that wait to be written: a hundred bytes each, so a megabyte.
const WAITING_LINES: usize = 10_000;

/// Starts the log: lines of this program alone, since a stranger's scan could fill it with those of russh. They are
/// written by a thread of its own, as long as the guard lives; where nothing reads them, lines are lost and no visitor
/// waits.
pub(crate) fn start(format: LogFormat) -> WorkerGuard {
    let (writer, guard) =
        NonBlockingBuilder::default().buffered_lines_limit(WAITING_LINES).thread_name("log").finish(io::stderr());
    let lines = tracing_subscriber::fmt()
        .with_writer(writer)
        .with_ansi(io::stderr().is_terminal())
        .with_max_level(LevelFilter::INFO)
        .with_target(false)
        .log_internal_errors(false);
    match format {
        LogFormat::Text => lines.init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
    }
    // The message of a panic may quote a visitor, so only its place is logged; and a visitor who can cause one can
    // cause many, so they are logged seldom.
    let throttle = Mutex::new(LogThrottle::every(PANICS));
    panic::set_hook(Box::new(move |panic| {
        let line = throttle.lock().unwrap_or_else(PoisonError::into_inner).may_log(Instant::now());
        if let Some(more) = line {
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            tracing::error!(place, more, "a task failed");
        }
    }));
    guard
}
