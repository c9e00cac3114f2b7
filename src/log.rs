//! The log on standard error: its format, the thread that writes it, and the line about a panic.

use std::{
    fmt,
    io::{self, IsTerminal as _, Write},
    mem, panic,
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use parking_lot::Mutex;
use sshcard::{
    cli::{LogFormat, LogLevel},
    ssh::log::LogThrottle,
};
use tracing::{Event, Level, Subscriber};
use tracing_appender::non_blocking::{NonBlocking, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::{
    filter::LevelFilter,
    fmt::{FmtContext, FormatEvent, FormatFields, format::Writer},
    registry::LookupSpan,
};

/// How often a panic is logged, at most.
const PANICS: Duration = Duration::from_secs(10);

/// Lines of the log that wait to be written: a hundred bytes each, so a megabyte.
const WAITING_LINES: usize = 10_000;

/// The log. When it is dropped, the waiting lines are written.
pub(crate) struct Log {
    lines: Arc<LogWriter>,
    thread: Option<WorkerGuard>,
}

impl Log {
    /// Opens the log for the lines of this program alone, since a stranger's scan could fill it with those of russh.
    /// The lines wait until [`Log::write`]. If the log `has_priorities`, each line begins with the priority of its
    /// level.
    pub(crate) fn open(format: LogFormat, level: LogLevel, has_priorities: bool) -> Self {
        let lines = Arc::new(LogWriter::default());
        let log = tracing_subscriber::fmt()
            .with_writer(Arc::clone(&lines))
            .with_ansi(io::stderr().is_terminal())
            .with_max_level(match level {
                LogLevel::Error => LevelFilter::ERROR,
                LogLevel::Warn => LevelFilter::WARN,
                LogLevel::Info => LevelFilter::INFO,
            })
            .with_target(false)
            .log_internal_errors(false);
        match format {
            LogFormat::Text => log.map_event_format(|format| Prioritized { format, has_priorities }).init(),
            LogFormat::Json => {
                let log = log.json().flatten_event(true);
                log.map_event_format(|format| Prioritized { format, has_priorities }).init();
            }
        }
        // The message of a panic may quote a visitor, so only its place is logged; and a visitor who can cause one can
        // cause many, so they are logged seldom.
        let throttle = Mutex::new(LogThrottle::every(PANICS));
        panic::set_hook(Box::new(move |panic| {
            let line = throttle.lock().may_log(Instant::now());
            if let Some(more) = line {
                let place = panic.location().map(ToString::to_string).unwrap_or_default();
                tracing::error!(place, more, "a task failed");
            }
        }));
        Self { lines, thread: None }
    }

    /// Begins to write the lines, on a thread of its own. If standard error is not read, lines are lost and no visitor
    /// waits.
    pub(crate) fn write(&mut self) {
        let builder = NonBlockingBuilder::default().buffered_lines_limit(WAITING_LINES).thread_name("log");
        let (mut writer, guard) = builder.finish(io::stderr());
        // A channel takes them, which does not fail.
        let _ = writer.write_all(&self.lines.waiting());
        self.thread = Some(guard);
        let _ = self.lines.thread.set(writer);
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        // The lines of a start that failed. An error here has nowhere to be told.
        let _ = io::stderr().write_all(&self.lines.waiting());
    }
}

/// Lines with the priority of their level in front, as journald takes it (sd-daemon(3)), where that is wanted.
struct Prioritized<F> {
    format: F,
    has_priorities: bool,
}

impl<S, N, F> FormatEvent<S, N> for Prioritized<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(&self, fields: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        if self.has_priorities {
            let priority = match *event.metadata().level() {
                Level::ERROR => 3,
                Level::WARN => 4,
                Level::INFO => 6,
                _ => 7,
            };
            write!(writer, "<{priority}>")?;
        }
        self.format.format_event(fields, writer, event)
    }
}

/// Passes lines to the thread that writes them. Until that thread runs, the lines of the start wait here, some ten.
#[derive(Debug, Default)]
struct LogWriter {
    waiting: Mutex<Vec<u8>>,
    thread: OnceLock<NonBlocking>,
}

impl LogWriter {
    /// Takes the lines that wait.
    fn waiting(&self) -> Vec<u8> {
        mem::take(&mut self.waiting.lock())
    }
}

impl Write for &LogWriter {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        match self.thread.get() {
            Some(thread) => thread.clone().write(line),
            None => self.waiting.lock().write(line),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
