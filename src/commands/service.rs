//! The protocol of service managers such as systemd: the sockets that they pass to a service (`sd_listen_fds(3)`), and
//! the messages that they get (`sd_notify(3)`).

use std::{
    convert::Infallible, env, ffi::OsStr, future::pending, io, net::TcpListener as Socket,
    os::unix::ffi::OsStrExt as _, time::Duration,
};

pub(super) use std::os::unix::net::UnixDatagram as Datagrams;

use anyhow::{Context as _, Result, bail};
use listenfd::ListenFd;
use rustix::fs::fstat;
use sd_notify::NotifyState;
use sshcard::cli::Settings;
use tokio::{
    net::{TcpListener, UnixDatagram},
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

/// Listening sockets that were passed, by what is served on them.
#[derive(Debug, Default)]
pub(super) struct Sockets {
    pub(super) ssh: Vec<Socket>,
    pub(super) ops: Option<Socket>,
    pub(super) web: Option<Socket>,
}

impl Sockets {
    /// Takes what was passed to this process. To be called while there is no other thread, since it removes
    /// `LISTEN_FDS` and `LISTEN_PID` from the environment.
    ///
    /// # Errors
    ///
    /// A socket that does not listen, or whose name says nothing; one beside an address that was given.
    pub(super) fn passed(settings: &Settings) -> Result<Self> {
        let names = env::var("LISTEN_FDNAMES").unwrap_or_default();
        let mut names = names.split(':');
        let mut passed = ListenFd::from_env();
        let mut sockets = Self::default();
        for n in 0..passed.len() {
            let name = names.next().unwrap_or_default();
            let socket = passed.take_tcp_listener(n).ok().flatten();
            let socket = socket.filter(listens).with_context(|| {
                format!(
                    "the socket {name:?} that was passed does not listen for TCP; pass one that does (ListenStream=)"
                )
            })?;
            match name {
                "ops" if sockets.ops.is_none() => sockets.ops = Some(socket),
                "web" if sockets.web.is_none() => sockets.web = Some(socket),
                "ops" | "web" => bail!("several sockets with the name {name} were passed; pass one"),
                "ssh" => sockets.ssh.push(socket),
                // systemd names a socket that has no name after its unit.
                _ if passed.len() == 1 => sockets.ssh.push(socket),
                _ => bail!(
                    "of the sockets that were passed one has the name {name:?}; name each ssh, ops or web \
                     (FileDescriptorName=)"
                ),
            }
        }
        for (passed, is_given, flag) in [
            (sockets.ssh.first(), settings.is_listen_given, "--listen"),
            (sockets.ops.as_ref(), settings.ops.is_some(), "--ops"),
            (sockets.web.as_ref(), settings.web.is_some(), "--web"),
        ] {
            if let (Some(socket), true) = (passed, is_given) {
                let address = socket.local_addr().map(|address| address.to_string()).unwrap_or_default();
                bail!(
                    "a socket that listens on {address} was passed, and {flag} is given beside it; leave one of them out"
                );
            }
        }
        Ok(sockets)
    }
}

/// Whether a socket listens. Apple's systems do not tell.
fn listens(socket: &Socket) -> bool {
    #[cfg(not(target_vendor = "apple"))]
    let listens = rustix::net::sockopt::socket_acceptconn(socket).unwrap_or(false);
    #[cfg(target_vendor = "apple")]
    let listens = socket.local_addr().is_ok();
    listens
}

/// Listening sockets for the runtime, within which this must be called.
pub(super) fn listeners(sockets: impl IntoIterator<Item = Socket>) -> Result<Vec<TcpListener>> {
    let listener = |socket: Socket| {
        socket.set_nonblocking(true)?;
        TcpListener::from_std(socket)
    };
    sockets.into_iter().map(listener).collect::<io::Result<_>>().context("cannot use a listening socket")
}

/// Opens the socket that `NOTIFY_SOCKET` names. It is opened once and kept, since a process that is confined opens
/// none.
pub(super) fn connect() -> Option<Datagrams> {
    let name = env::var_os("NOTIFY_SOCKET").filter(|name| !name.is_empty())?;
    let socket = connected(&name);
    if let Err(error) = &socket {
        tracing::warn!(%error, "cannot tell the service manager anything: NOTIFY_SOCKET leads nowhere");
    }
    socket.ok()
}

/// Whether standard error leads to the journal, by what `JOURNAL_STREAM` says of it (systemd.exec(5)).
pub(super) fn has_journal() -> bool {
    let stream = env::var("JOURNAL_STREAM").unwrap_or_default();
    fstat(io::stderr()).is_ok_and(|found| stream == format!("{}:{}", found.st_dev, found.st_ino))
}

/// How long a message to the manager may wait for it to read.
const SEND_TIMEOUT: Duration = Duration::from_secs(1);

/// The service manager, if it wants to be told.
pub(super) struct Manager(Option<UnixDatagram>);

impl Manager {
    /// The manager behind this socket. Must be called within the runtime.
    pub(super) fn new(socket: Option<Datagrams>) -> Result<Self> {
        let socket = socket.map(|socket| {
            socket.set_nonblocking(true)?;
            UnixDatagram::from_std(socket)
        });
        Ok(Self(socket.transpose().context("cannot use the socket to the service manager")?))
    }

    /// Visitors are served.
    pub(super) async fn ready(&self) {
        self.tell(&[NotifyState::Ready]).await;
    }

    /// A reload that was asked for begins, or has ended.
    pub(super) async fn reloads(&self, begins: bool) {
        match NotifyState::monotonic_usec_now() {
            Ok(now) if begins => self.tell(&[NotifyState::Reloading, now]).await,
            _ => self.ready().await,
        }
    }

    /// Tells that the program lives, as often as the manager wants to hear it, and once that it stops.
    pub(super) async fn attend(&self, stopped: &CancellationToken) -> Infallible {
        let stops = async {
            stopped.cancelled().await;
            self.tell(&[NotifyState::Stopping]).await;
            pending::<Infallible>().await
        };
        let lives = async {
            let Some(within) = sd_notify::watchdog_enabled().filter(|within| !within.is_zero()) else {
                return pending().await;
            };
            loop {
                // Half of it, as sd_watchdog_enabled(3) recommends.
                sleep(within / 2).await;
                self.tell(&[NotifyState::Watchdog]).await;
            }
        };
        tokio::select! {
            never = stops => never,
            never = lives => never,
        }
    }

    async fn tell(&self, states: &[NotifyState<'_>]) {
        let Some(socket) = &self.0 else { return };
        let lines: Vec<String> = states.iter().map(ToString::to_string).collect();
        let sent = timeout(SEND_TIMEOUT, socket.send(lines.join("\n").as_bytes())).await;
        if let Err(error) = sent.unwrap_or_else(|late| Err(late.into())) {
            tracing::warn!(%error, "cannot tell the service manager: {}", lines.join(" "));
        }
    }
}

/// A socket to one of this name; one that begins with `@` is abstract (unix(7)).
fn connected(name: &OsStr) -> io::Result<Datagrams> {
    let socket = Datagrams::unbound()?;
    match name.as_bytes().strip_prefix(b"@") {
        #[cfg(target_os = "linux")]
        Some(name) => {
            use std::os::{linux::net::SocketAddrExt as _, unix::net::SocketAddr};
            socket.connect_addr(&SocketAddr::from_abstract_name(name)?)?;
        }
        _ => socket.connect(name)?,
    }
    Ok(socket)
}
