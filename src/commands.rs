//! The commands: each takes the settings, does its work, and returns an exit code.

use std::{
    env,
    future::Future,
    io::{self, IsTerminal as _, Write as _},
    process::ExitCode,
    slice,
};

use anyhow::{Context as _, Result};
use sshcard::{
    cli::{self, Cli, Settings, Subcommand},
    places, preview,
    reload::Reading,
    session::Environment,
    ssh::{self, healthcheck},
};
use tokio::{runtime::Runtime, sync::mpsc, task::spawn_blocking};
use tokio_util::sync::CancellationToken;

use crate::{
    hardening,
    signals::{Hangup, Signals},
};

mod begin;
mod key;
mod online;
mod profile;
mod running;
mod serve;
mod service;
mod stats;

use running::{prepared, run_on};

/// Does what the command line says.
///
/// # Errors
///
/// What failed, and the diagnostics of a profile that does not load.
pub(crate) fn run(cli: Cli) -> Result<ExitCode> {
    let Cli { command, mut settings, width } = cli;
    let command = command.unwrap_or(Subcommand::Serve);
    if matches!(
        command,
        Subcommand::Print { .. } | Subcommand::Healthcheck { .. } | Subcommand::Key { .. } | Subcommand::Serve
    ) {
        // Before the host key is read.
        hardening::protect_memory()?;
    }
    match command {
        Subcommand::Init { dir, yes, from } => begin::init(dir.or(settings.profile), yes, from),
        Subcommand::Import { resume, dir } => begin::init(dir.or(settings.profile), true, Some(resume)),
        Subcommand::Migrate { dir } => begin::migrate(&places::profile(dir.or(settings.profile).as_deref())?),
        Subcommand::Check { online: Some((host, port)), .. } => online::check(&host, port, &settings.key()),
        Subcommand::Check { dir, json, watch, online: None } => {
            let dir = places::profile(dir.or(settings.profile).as_deref())?;
            if watch {
                return until_signalled(move |stopped| profile::watch(dir, json, stopped));
            }
            profile::check(&dir, json)
        }
        Subcommand::Schema { file } => profile::print_schema(file),
        Subcommand::Print { format, kind, kind_after_language } => {
            // As it is typed over SSH, so that both are told what is wrong in the same words.
            let width = width.map(|width| format!("--width={width}"));
            let words: Vec<String> = [Some(format), kind, kind_after_language, width].into_iter().flatten().collect();
            print(&settings, &words.join(" "))
        }
        Subcommand::Healthcheck { addr } => {
            settings.listen = addr.map_or(settings.listen, |addr| vec![addr]);
            check_health(&settings)
        }
        Subcommand::Stats { addr } => stats::run(addr.or(settings.ops)),
        Subcommand::Key { action } => key::run(action, &settings),
        Subcommand::Completions { shell } => {
            io::stdout().write_all(&cli::completions(shell, cli::definition())).context("cannot print")?;
            Ok(ExitCode::SUCCESS)
        }
        Subcommand::Preview => until_signalled(|stopped| preview(settings, stopped)),
        Subcommand::Serve => serve::run(settings),
    }
}

/// Writes an answer where a visitor would find it. A reader that takes no more of it, as `head` does, is no error.
fn print(settings: &Settings, command: &str) -> Result<ExitCode> {
    let load = || profile::chosen(settings).map(|loaded| loaded.document);
    let answer = ssh::exec::print(load, command, &settings.key(), io::stdout().is_terminal())?;
    let written = io::stdout().write_all(&answer.out).and_then(|()| io::stdout().flush());
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(error).context("cannot print"),
        _ => io::stderr().write_all(&answer.err)?,
    }
    Ok(ExitCode::from(u8::try_from(answer.status).unwrap_or(u8::MAX)))
}

fn check_health(settings: &Settings) -> Result<ExitCode> {
    let key = settings.key();
    let line = online::runtime()?.block_on(healthcheck::run(&settings.listen, &settings.proxy_from, &key))?;
    // The exit code says the same to a caller that does not read the line.
    let _ = writeln!(io::stdout(), "{line}");
    Ok(ExitCode::SUCCESS)
}

/// Runs `work` until it is done, or until a signal asks it to stop and it has ended in order.
fn until_signalled<F>(work: impl FnOnce(CancellationToken) -> F) -> Result<ExitCode>
where
    F: Future<Output = Result<()>> + Send + 'static,
{
    let runtime = Runtime::new().context("cannot start the runtime")?;
    // Before anything is opened or made: a signal during the start is not lost, and leaves nothing half made.
    let signals = {
        let _within = runtime.enter();
        Signals::wait(Hangup::Ends)?
    };
    let stopped = CancellationToken::new();
    run_on(runtime, signals, slice::from_ref(&stopped), work(stopped.clone()))
}

async fn preview(settings: Settings, stopped: CancellationToken) -> Result<()> {
    let loading = spawn_blocking({
        let settings = settings.clone();
        move || profile::chosen(&settings)
    });
    let loaded = tokio::select! {
        loaded = loading => loaded.context("a fault of the program ended it")??,
        () = stopped.cancelled() => return Ok(()),
    };
    let site = prepared(&loaded);
    let mut environment = Environment::default();
    for (name, value) in env::vars_os() {
        match (name.to_str(), value.to_str()) {
            (Some("TERM"), Some(term)) => environment.set_term(term),
            (Some(name), Some(value)) => environment.set(name, value),
            _ => (),
        }
    }
    // Capacity 1: the files are read again once the change before was taken.
    let (sender, changes) = mpsc::channel(1);
    let tell = move |reading: &Reading<'_>| {
        // A preview that has ended is told nothing.
        let _ = sender.blocking_send(preview::ProfileChange::of(reading));
    };
    tokio::select! {
        ended = preview::preview(site, environment, stopped, changes) => ended.map(|_| ()),
        never = profile::following(profile::directory(&settings)?, loaded, tell, None) => match never {},
    }
}
