//! The commands: what each does with the settings, and its exit code.

use std::{
    env,
    future::{Future, pending},
    io::{self, IsTerminal as _, Write as _},
    process::ExitCode,
    sync::Arc,
};

use anyhow::{Context as _, Result};
use futures_util::FutureExt as _;
use sshcard::{
    cli::{self, Cli, Command, Settings},
    ops, places, preview,
    profile::Loaded,
    reload::{self, Hangup as Reloads, Reading},
    session::Environment,
    site::Site,
    ssh::{self, Stop, healthcheck, limits::Limits, listen::listen, proxy::Proxies},
    web,
};
use tokio::{
    runtime::{Builder, Runtime},
    signal::unix::Signal,
    sync::mpsc,
    task::spawn_blocking,
};
use tokio_util::sync::CancellationToken;

use crate::{
    hardening, log,
    signals::{Hangup, Signals},
};

mod begin;
mod key;
mod profile;
mod service;

use service::{Manager, Sockets};

/// Does what the command line says.
///
/// # Errors
///
/// What failed, and the diagnostics of a profile that does not load.
pub(crate) fn run(cli: Cli) -> Result<ExitCode> {
    let Cli { command, mut settings, width } = cli;
    let command = command.unwrap_or(Command::Serve);
    if matches!(command, Command::Print { .. } | Command::Healthcheck { .. } | Command::Key { .. } | Command::Serve) {
        // Before the host key is read.
        hardening::protect_memory()?;
    }
    match command {
        Command::Init { dir, yes, from } => begin::init(dir.or(settings.profile), yes, from),
        Command::Import { resume, dir } => begin::init(dir.or(settings.profile), true, Some(resume)),
        Command::Migrate { dir } => begin::migrate(&places::profile(dir.or(settings.profile).as_deref())?),
        Command::Check { dir, json, watch } => {
            let dir = places::profile(dir.or(settings.profile).as_deref())?;
            if watch {
                return until_signalled(Hangup::Ends, false, move |stop, _| profile::watch(dir, json, stop.asked));
            }
            profile::check(&dir, json)
        }
        Command::Schema { file } => profile::print_schema(file),
        Command::Print { format, kind, kind_after_language } => {
            // As it is typed over SSH, so that both are told what is wrong in the same words.
            let width = width.map(|width| format!("--width={width}"));
            let words: Vec<String> = [Some(format), kind, kind_after_language, width].into_iter().flatten().collect();
            print(&settings, &words.join(" "))
        }
        Command::Healthcheck { addr } => {
            settings.listen = addr.map_or(settings.listen, |addr| vec![addr]);
            check_health(&settings)
        }
        Command::Key { action } => key::run(action, &settings.key()),
        Command::Completions { shell } => {
            io::stdout().write_all(&cli::completions(shell, cli::definition())).context("cannot print")?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Preview => until_signalled(Hangup::Ends, false, |stop, _| preview(settings, stop.asked)),
        Command::Serve => {
            // Before there is a second thread, which could read the environment meanwhile.
            let sockets = Sockets::passed(&settings)?;
            let drains = !(settings.drain_accept + settings.drain_sessions).is_zero();
            until_signalled(Hangup::of_server(), drains, move |stop, hangup| serve(settings, sockets, stop, hangup))
        }
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
    let runtime = Builder::new_current_thread().enable_all().build().context("cannot start the runtime")?;
    let key = settings.key();
    let check = healthcheck::run(&settings.listen, &settings.proxy_from, &key);
    let line = runtime.block_on(check)?;
    // The exit code says the same to a caller that does not read the line.
    let _ = writeln!(io::stdout(), "{line}");
    Ok(ExitCode::SUCCESS)
}

/// Runs `work` until it is done, or until a signal asks it to stop and it has ended in order. If it `drains`, it is told
/// of the first signal and of the next one apart. It is given SIGHUP too, where that does not end it.
fn until_signalled<F>(asks: Hangup, drains: bool, work: impl FnOnce(Stop, Option<Signal>) -> F) -> Result<ExitCode>
where
    F: Future<Output = Result<()>> + Send + 'static,
{
    let runtime = Runtime::new().context("cannot start the runtime")?;
    // Before anything is opened or made: a signal during the start is not lost, and leaves nothing half made.
    let mut signals = {
        let _within = runtime.enter();
        Signals::wait(asks)?
    };
    let stop = if drains { Stop::default() } else { CancellationToken::new().into() };
    let stages = [stop.asked.clone(), stop.now.clone()];
    let work = runtime.spawn(work(stop, signals.hangup()));
    // Signals are waited for on this thread, which does nothing else: neither a flood of visitors nor a start that
    // hangs keeps it from the next one.
    let done = runtime.block_on(async {
        tokio::select! {
            done = work => done.context("a fault of the program ended it")?,
            never = signals.cancel(&stages) => match never {},
        }
    });
    // A connection that would not end in time does not keep the process.
    runtime.shutdown_background();
    done.map(|()| ExitCode::SUCCESS)
}

/// Loads the profile and begins to prepare what is made of it; `None` when it is stopped before.
async fn site(settings: Settings, stopped: &CancellationToken) -> Result<Option<(Arc<Site>, Loaded)>> {
    let loading = spawn_blocking(move || profile::chosen(&settings));
    let loaded = tokio::select! {
        loaded = loading => loaded.context("a fault of the program ended it")??,
        () = stopped.cancelled() => return Ok(None),
    };
    let site = Arc::new(Site::new(loaded.document.clone()));
    // Beside the first visitors, not before them.
    spawn_blocking({
        let site = Arc::clone(&site);
        move || site.prepare()
    });
    Ok(Some((site, loaded)))
}

async fn preview(settings: Settings, stopped: CancellationToken) -> Result<()> {
    let Some((site, loaded)) = site(settings.clone(), &stopped).await? else { return Ok(()) };
    let mut environment = Environment::default();
    for (name, value) in env::vars_os() {
        match (name.to_str(), value.to_str()) {
            (Some("TERM"), Some(term)) => environment.set_term(term),
            (Some(name), Some(value)) => environment.set(name, value),
            _ => (),
        }
    }
    // One place: the files are read again when the change before was taken.
    let (sender, changes) = mpsc::channel(1);
    let tell = move |reading: &Reading<'_>| {
        // A preview that has ended is told nothing.
        let _ = sender.blocking_send(preview::Change::of(reading));
    };
    tokio::select! {
        ended = preview::preview(site, environment, stopped, changes) => ended.map(|_| ()),
        never = profile::following(profile::directory(&settings)?, loaded, tell, None) => match never {},
    }
}

/// Serves visitors and, where that is wanted, the web page, metrics and health, until the last visitor has been said goodbye to.
async fn serve(settings: Settings, sockets: Sockets, stop: Stop, hangup: Option<Signal>) -> Result<()> {
    let Some((site, loaded)) = site(settings.clone(), &stop.asked).await? else { return Ok(()) };
    let _log = log::start(settings.log);
    let manager = Arc::new(Manager::connect());
    let limits = Limits {
        connections: settings.max_connections,
        per_address: settings.max_per_address,
        drain_accept: settings.drain_accept,
        drain_sessions: settings.drain_sessions,
        ..Limits::default()
    };
    let files = hardening::raise_open_files();
    let serves_web = settings.web.is_some() || !sockets.web.is_empty();
    let of_web = if serves_web { web::CONNECTIONS as u64 } else { 0 };
    if let (Some(files), Some(needed)) = (files, limits.descriptors().map(|needed| needed + of_web))
        && files < needed
    {
        tracing::warn!(
            "{files} files may be open, and visitors up to the limits need {needed}: raise the limit (`ulimit -Hn`, \
             LimitNOFILE= of systemd), or lower --max-connections"
        );
    }
    if !settings.proxy_from.is_empty() {
        let networks: Vec<_> = settings.proxy_from.iter().map(ToString::to_string).collect();
        tracing::info!(from = networks.join(", "), "visitors come through proxies, and nobody gets in without one");
    }
    let proxies = Proxies::new(&settings.proxy_from);
    let listeners = if sockets.ssh.is_empty() { listen(&settings.listen)? } else { service::listeners(sockets.ssh)? };
    let ops = match settings.ops {
        Some(address) => Some(ops::listen(address).await?),
        None => service::listeners(sockets.ops)?.pop(),
    };
    let web = match settings.web {
        Some(address) => Some(web::listen(address).await?),
        None => service::listeners(sockets.web)?.pop(),
    };
    let server = ssh::open(site, &settings.key(), &listeners, limits, proxies)?;
    let profile = profile::directory(&settings)?;
    if let Some(profile) = &profile {
        tracing::info!("the profile is {}", places::absolute(profile).display());
    } else {
        tracing::info!("the card is the sample; `sshcard init` writes one of your own");
    }
    let publisher = server.publisher();
    let tell = move |reading: &Reading<'_>| reload::publish(reading, &publisher);
    let watching = match ops {
        Some(ops) => ops::serve(ops, server.watch()).left_future(),
        None => pending().right_future(),
    };
    let pages = match web {
        Some(web) => web::serve(web, server.visitors(), Proxies::new(&settings.web_from)).left_future(),
        None => pending().right_future(),
    };
    let reloads = hangup.map(|signal| {
        let manager = Arc::clone(&manager);
        Reloads { signal, tell: Box::new(move |begins| manager.reloads(begins)) }
    });
    manager.ready();
    tokio::select! {
        done = server.serve(listeners, stop.clone()) => done,
        never = watching => match never {},
        never = pages => match never {},
        never = manager.attend(&stop.asked) => match never {},
        never = profile::following(profile, loaded, tell, reloads) => match never {},
    }
}
