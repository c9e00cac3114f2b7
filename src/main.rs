//! `sshcard`: parse, start the log, run, exit code.

use std::{env, io, process::ExitCode, sync::Arc};

use anyhow::{Context as _, Error};
use clap::Parser as _;
use sshcard::{
    cli::{Action, Cli},
    config::{self, Config, Log},
    profile::Profile,
    session::{self, Content},
    ssh,
};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::filter::LevelFilter;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err((code, error)) => {
            eprintln!("sshcard: {error:#}");
            ExitCode::from(code)
        }
    }
}

/// The exit code of what went wrong while running.
const FAILED: u8 = 1;

/// The exit code of wrong usage, and of a profile or a configuration that does not load.
const UNUSABLE: u8 = 2;

fn run() -> Result<(), (u8, Error)> {
    let unusable = |error: Error| (UNUSABLE, error);
    let failed = |error: Error| (FAILED, error);
    let (action, options) = Cli::parse().into_parts();
    let config = Config::load(&options, env::vars_os()).map_err(|wrong| unusable(wrong.into()))?;
    let profile = load(&config).map_err(unusable)?;
    if action == Action::Check {
        println!("{}: the card is ready ({} pages)", config.profile.display(), profile.card.pages.len());
        return Ok(());
    }
    let content = Arc::new(Content::new(profile));
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime").map_err(failed)?;
    let done = match action {
        Action::Preview => runtime.block_on(async {
            session::preview(content, config::terminal(env::vars_os()), stopped()?).await.map(|_| ())
        }),
        Action::Serve | Action::Check => {
            start_log(config.log);
            runtime.block_on(async { ssh::run(&config, content, stopped()?).await })
        }
    };
    // A connection that would not end in time does not keep the process.
    runtime.shutdown_background();
    done.map_err(failed)
}

fn load(config: &Config) -> Result<Profile, Error> {
    Profile::load(&config.profile, &[]).map_err(|problems| anyhow::anyhow!("{problems}"))
}

/// The log, on standard error: ours alone, since a stranger's scan could fill it with what russh has to say.
fn start_log(log: Log) {
    let log_to_stderr =
        tracing_subscriber::fmt().with_writer(io::stderr).with_max_level(LevelFilter::INFO).with_target(false);
    match log {
        Log::Text => log_to_stderr.init(),
        Log::Json => log_to_stderr.json().flatten_event(true).init(),
    }
}

/// Cancelled by the first SIGINT or SIGTERM. The second ends the process as it would have without us.
fn stopped() -> Result<CancellationToken, Error> {
    let stopped = CancellationToken::new();
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot wait for SIGINT")?;
    let mut terminate = signal(SignalKind::terminate()).context("cannot wait for SIGTERM")?;
    let stop = stopped.clone();
    tokio::spawn(async move {
        for _ in 0..2 {
            let code = tokio::select! {
                _ = interrupt.recv() => 130,
                _ = terminate.recv() => 143,
            };
            if stop.is_cancelled() {
                std::process::exit(code);
            }
            stop.cancel();
        }
    });
    Ok(stopped)
}
