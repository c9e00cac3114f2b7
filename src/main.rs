//! `sshcard`: parse, start the log, run, exit code.

mod hardening;
mod heap;
mod signals;

use std::{
    env, fs,
    io::{self, IsTerminal as _, Write as _},
    panic,
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::Context as _;
use clap::Parser as _;
use sshcard::{
    cli::{Action, Cli, Options},
    config::{self, Config, Log},
    exhibits, ops, preview,
    profile::{Problems, Profile},
    session::Content,
    ssh::{self, exec::Answer, healthcheck, seldom::Seldom},
};
use tokio::task::spawn_blocking;
use tokio_util::sync::CancellationToken;
use tracing_appender::non_blocking::{NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::filter::LevelFilter;

use signals::Signals;

fn main() -> ExitCode {
    let error = match run() {
        Ok(code) => return code,
        Err(error) => error,
    };
    match error.downcast_ref::<Problems>() {
        Some(problems) => eprintln!("{}", problems.report(io::stderr().is_terminal())),
        None => eprintln!("sshcard: {error:#}"),
    }
    // 2: wrong usage, and a profile or a configuration that does not load; 1: whatever else went wrong.
    let unusable = error.is::<Problems>() || error.is::<config::Wrong>();
    ExitCode::from(if unusable { 2 } else { 1 })
}

fn run() -> anyhow::Result<ExitCode> {
    let (action, options) = Cli::parse().into_parts();
    if !matches!(action, Action::Check | Action::Preview) {
        // Before the host key is read.
        hardening::protect_memory()?;
    }
    if action == Action::Healthcheck {
        let options = options.or(options_of_the_first_process());
        return Ok(healthcheck(&Config::load(&options, env::vars_os())?));
    }
    let config = Config::load(&options, env::vars_os())?;
    if matches!(action, Action::Check | Action::Print(_)) {
        let profile = Profile::load(&config.profile, &exhibits::NAMES)?;
        if let Action::Print(command) = action {
            let to_terminal = io::stdout().is_terminal();
            return print(&ssh::exec::print(&profile, &command, &config, to_terminal)?);
        }
        let pages = profile.card.pages.len();
        writeln!(io::stdout(), "{}: the card is ready ({pages} pages)", config.profile.display())?;
        return Ok(ExitCode::SUCCESS);
    }
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    // Before anything is opened or made: a signal during the start is not lost, and leaves nothing half made.
    let signals = {
        let _within = runtime.enter();
        Signals::wait()?
    };
    let stopped = CancellationToken::new();
    let work = runtime.spawn(work(action, config, stopped.clone()));
    // Signals are waited for on this thread, which does nothing else: neither a flood of visitors nor a start that
    // hangs keeps it from the next one.
    let done = runtime.block_on(async {
        tokio::select! {
            done = work => done.context("a fault of the program ended it")?,
            never = signals.cancel(&stopped) => match never {},
        }
    });
    // A connection that would not end in time does not keep the process.
    runtime.shutdown_background();
    done.map(|()| ExitCode::SUCCESS)
}

/// Shows the card, in this terminal or to visitors, until it is left or `stopped`.
async fn work(action: Action, config: Config, stopped: CancellationToken) -> anyhow::Result<()> {
    let directory = config.profile.clone();
    let loading = spawn_blocking(move || Profile::load(&directory, &exhibits::NAMES));
    let profile = tokio::select! {
        loaded = loading => loaded.context("a fault of the program ended it")??,
        () = stopped.cancelled() => return Ok(()),
    };
    let content = Arc::new(Content::new(profile));
    // Beside the first visitors, not before them.
    spawn_blocking({
        let content = Arc::clone(&content);
        move || content.prepare()
    });
    if action == Action::Preview {
        return preview::preview(content, config::terminal(env::vars_os()), stopped).await.map(|_| ());
    }
    let _log = start_log(config.log);
    serve(&config, content, stopped).await
}

/// Serves visitors and, where that is wanted, whoever watches: until the last visitor has been said goodbye to.
async fn serve(config: &Config, content: Arc<Content>, stopped: CancellationToken) -> anyhow::Result<()> {
    let (server, listeners) = ssh::open(config, content, heap::give_back)?;
    let Some(address) = config.ops else { return server.serve(listeners, stopped).await };
    let watching = ops::serve(ops::listen(address).await?, server.watch());
    tokio::select! {
        done = server.serve(listeners, stopped) => done,
        never = watching => match never {},
    }
}

/// The options that the server in this container was started with. There it is process 1, or run by that; what is
/// given to it as arguments, nothing else tells a `HEALTHCHECK`, which an engine runs with the environment alone.
/// None where process 1 is another program.
fn options_of_the_first_process() -> Options {
    let program = env::args_os().next().unwrap_or_default();
    let command_line = fs::read("/proc/1/cmdline").unwrap_or_default();
    Options::of_server(&command_line, &program).unwrap_or_default()
}

/// Looks whether the server is well, and says so in a line.
fn healthcheck(config: &Config) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let well =
        runtime.context("cannot start the runtime").and_then(|runtime| runtime.block_on(healthcheck::run(config)));
    match well {
        Ok(said) => {
            // Who does not read it has the status.
            let _ = writeln!(io::stdout(), "{said}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("sshcard: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Writes an answer where a visitor would find it. Whoever reads no further, as `head` does, has had enough.
fn print(answer: &Answer) -> anyhow::Result<ExitCode> {
    let written = io::stdout().write_all(&answer.out).and_then(|()| io::stdout().flush());
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(error).context("cannot print"),
        _ => io::stderr().write_all(&answer.err)?,
    }
    Ok(ExitCode::from(u8::try_from(answer.status).unwrap_or(u8::MAX)))
}

/// The log, on standard error: ours alone, since a stranger's scan could fill it with what russh has to say. It is written
/// by a thread of its own, as long as the guard lives; where nobody reads it, lines are lost and no visitor waits.
fn start_log(log: Log) -> WorkerGuard {
    let (writer, guard) =
        NonBlockingBuilder::default().buffered_lines_limit(WAITING_LINES).thread_name("log").finish(io::stderr());
    let lines = tracing_subscriber::fmt()
        .with_writer(writer)
        .with_ansi(io::stderr().is_terminal())
        .with_max_level(LevelFilter::INFO)
        .with_target(false)
        .log_internal_errors(false);
    match log {
        Log::Text => lines.init(),
        Log::Json => lines.json().flatten_event(true).init(),
    }
    // A panic is a line like any other. What it says may quote a visitor, so only its place is told. A visitor who has
    // found out how to cause one can cause many, so it is told seldom, with the number of those that were not told.
    let panics = Mutex::new(Seldom::every(PANICS));
    panic::set_hook(Box::new(move |panic| {
        let tells = panics.lock().unwrap_or_else(PoisonError::into_inner).now();
        if let Some(more) = tells {
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            tracing::error!(place, more, "a task failed");
        }
    }));
    guard
}

/// How often a panic is told, at most.
const PANICS: Duration = Duration::from_secs(10);

/// Lines of the log that wait to be written: a hundred bytes each, so a megabyte.
const WAITING_LINES: usize = 10_000;
