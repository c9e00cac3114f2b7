//! `sshcard serve`: what is opened at the start, in which order, and what runs then.
//!
//! Everything is opened and loaded while the process has one thread. Then the process is confined, since a confined
//! thread confines only itself and the threads that it starts. The threads of the log and of the runtime are started
//! after that.

use std::{
    convert::Infallible, future::ready, net::TcpListener as Socket, path::PathBuf, process::ExitCode, sync::Arc,
    thread, time::Duration,
};

use anyhow::{Context as _, Result};
use futures_util::FutureExt as _;
use sshcard::{
    cli::Settings,
    ops, places,
    profile::Loaded,
    reload::{self, Reading, ReloadSignal},
    ssh::{
        Publisher, Server, Stop,
        hostkey::HostKey,
        limits::Limits,
        listen::{bind, listen, try_it},
        proxy::Proxies,
    },
    web,
};
use tokio::{runtime::Builder, signal::unix::Signal, task::spawn_blocking, time::sleep};
use tokio_util::sync::CancellationToken;

use super::{
    profile,
    running::{prepared, run_on},
    service::{self, Manager, Sockets, listeners},
};
use crate::{
    hardening,
    log::Log,
    signals::{Hangup, Signals},
};

/// Serves the card over SSH and, as configured, the web page and metrics, until a signal stops the server and it has
/// drained.
pub(super) fn run(settings: Settings) -> Result<ExitCode> {
    // While there is no other thread that could read the environment, which this changes.
    let sockets = Sockets::passed(&settings)?;
    let starting = Builder::new_current_thread().enable_all().build().context("cannot start the runtime")?;
    // Before anything is opened or created, so that a signal during the start is not lost and leaves nothing half done.
    let mut signals = {
        let _within = starting.enter();
        Signals::wait(Hangup::of_server())?
    };
    // The file system may be slow; a signal ends the wait.
    let loading = {
        let settings = settings.clone();
        move || profile::chosen(&settings)
    };
    let loaded = starting.block_on(async {
        tokio::select! {
            loaded = spawn_blocking(loading) => Some(loaded),
            _ = signals.next() => None,
        }
    });
    let Some(loaded) = loaded else {
        starting.shutdown_background();
        return Ok(ExitCode::SUCCESS);
    };
    let loaded = loaded.context("a fault of the program ended it")??;
    // The drop waits for the runtime's threads. From here on the process has one thread.
    drop(starting);
    let mut log = Log::open(settings.log, settings.log_level, service::has_journal());
    let opened = Opened::open(&settings, sockets, loaded)?;
    // A confined process cannot read what this is derived from, such as control groups.
    let threads = thread::available_parallelism().map_or(1, usize::from);
    #[cfg(target_os = "linux")]
    let _confined = if settings.no_confinement {
        tracing::warn!("not confined, since --no-confinement is given");
        None
    } else {
        Some(crate::confinement::confine(opened.profile.as_deref(), opened.key.certificate_file()))
    };
    log.write();
    let runtime = Builder::new_multi_thread().worker_threads(threads).enable_all().build();
    let runtime = runtime.context("cannot start the runtime")?;
    let drains = !(settings.drain_accept + settings.drain_sessions).is_zero();
    let stop = if drains { Stop::default() } else { CancellationToken::new().into() };
    let stages = [stop.asked.clone(), stop.now.clone()];
    let hangup = signals.hangup();
    run_on(runtime, signals, &stages, opened.serve(stop, hangup))
}

/// The resources of a server, all opened and loaded before it is confined.
struct Opened {
    loaded: Loaded,
    /// The profile's directory; `None` if the card is the sample.
    profile: Option<PathBuf>,
    /// The socket of the service manager, if there is one.
    manager: Option<service::Datagrams>,
    ssh: Vec<Socket>,
    ops: Option<Socket>,
    web: Option<Socket>,
    /// The proxies that the web page trusts.
    web_proxies: Proxies,
    key: HostKey,
    limits: Limits,
    proxies: Proxies,
}

impl Opened {
    fn open(settings: &Settings, sockets: Sockets, loaded: Loaded) -> Result<Self> {
        let manager = service::connect();
        let limits = Limits {
            connections: settings.max_connections,
            per_address: settings.max_per_address,
            drain_accept: settings.drain_accept,
            drain_sessions: settings.drain_sessions,
            ..Limits::default()
        };
        let files = hardening::raise_open_files();
        let serves_web = settings.web.is_some() || sockets.web.is_some();
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
        let ssh = if sockets.ssh.is_empty() { listen(&settings.listen)? } else { sockets.ssh };
        let ops = settings.ops.map(|address| bind(address, "--ops")).transpose()?.or(sockets.ops);
        let web = settings.web.map(|address| bind(address, "--web")).transpose()?.or(sockets.web);
        let web_proxies = Proxies::new(&settings.web_from);
        let place = settings.key();
        let key = HostKey::open(&place)?;
        tracing::info!(fingerprint = key.fingerprint(), "the host key is {place}");
        for socket in &ssh {
            let address = socket.local_addr()?;
            tracing::info!(%address, "listening; try: {}", try_it(address));
        }
        let profile = profile::directory(settings)?.map(|profile| places::absolute(&profile));
        if let Some(profile) = &profile {
            tracing::info!("the profile is {}", profile.display());
        } else {
            tracing::info!("the card is the sample; `sshcard init` writes one of your own");
        }
        Ok(Self { loaded, profile, manager, ssh, ops, web, web_proxies, key, limits, proxies })
    }

    async fn serve(self, stop: Stop, hangup: Option<Signal>) -> Result<()> {
        let Self { loaded, profile, manager, ssh, ops, web, web_proxies, key, limits, proxies } = self;
        let server = Server::new(prepared(&loaded), key, limits, proxies);
        let ssh = listeners(ssh)?;
        let publisher = server.publisher();
        let certificates = look_at_certificate(server.publisher());
        let tell = move |reading: &Reading<'_>| reload::publish(reading, &publisher);
        // Metrics are served until the last connection has ended.
        let over = CancellationToken::new();
        let watching = match listeners(ops)?.pop() {
            Some(ops) => ops::serve(ops, server.visitors(), over.cancelled()).left_future(),
            None => ready(()).right_future(),
        };
        let pages = match listeners(web)?.pop() {
            Some(web) => web::serve(web, server.visitors(), web_proxies).left_future(),
            None => ready(()).right_future(),
        };
        let manager = Arc::new(Manager::new(manager)?);
        let reloads = hangup.map(|signal| {
            let manager = Arc::clone(&manager);
            let tell = move |begins| {
                let manager = Arc::clone(&manager);
                async move { manager.reloads(begins).await }.boxed()
            };
            ReloadSignal { signal, tell: Box::new(tell) }
        });
        let serving = async {
            let _over = over.clone().drop_guard();
            server.serve(ssh, stop.clone()).await
        };
        // The HTTP listeners end with the server, after the answers that are being sent.
        let all = async { tokio::join!(serving, watching, pages).0 };
        manager.ready().await;
        tokio::select! {
            done = all => done,
            never = manager.attend(&stop.asked) => match never {},
            never = profile::following(profile, loaded, tell, reloads) => match never {},
            never = certificates => match never {},
        }
    }
}

/// How often the host certificate is read, besides reloads. Certificates of most authorities are valid for weeks.
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Reads the host certificate now and once a day.
async fn look_at_certificate(publisher: Publisher) -> Infallible {
    loop {
        let publisher = publisher.clone();
        // After a panic, which is logged, the certificate stays as it was.
        let _ = spawn_blocking(move || publisher.read_certificate()).await;
        sleep(DAY).await;
    }
}
