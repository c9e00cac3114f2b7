//! The listener: accept, admit, serve, drain.
//!
//! Bytes come in here and become channels; what is shown on one is decided by [`crate::session`] and [`crate::formats`]. This
//! is the only part of the program that knows SSH, and nothing here draws.

use std::{
    future::Future,
    io::{self, Write as _},
    net::IpAddr,
    panic::AssertUnwindSafe,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, SystemTime},
};

use anyhow::Result;
use futures_util::FutureExt as _;
use russh::{MethodKind, MethodSet, Preferred, SshId, cipher, compression, kex, keys::Algorithm, mac, server};
use tokio::{
    net::{TcpListener, TcpStream},
    select,
    task::{JoinSet, spawn_blocking},
    time::{Instant, sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    config::Config,
    session::{Cells, Content},
};

pub mod admission;
mod channel;
mod crowd;
mod deadline;
mod ending;
pub mod exec;
mod files;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
mod handler;
pub mod healthcheck;
pub mod hostkey;
pub mod limits;
pub mod listen;
mod phase;
pub mod proxy;
mod rate;
pub mod records;
mod rekeying;
mod scp;
mod sftp;
mod socket;
mod traffic;
mod transfer;
pub mod watch;

use admission::{Admission, Permit, Refusal, shortened};
use crowd::Crowd;
use deadline::{Deadline, Progress};
use ending::LetIn;
use exec::Answers;
use files::Files;
use handler::Handler;
use hostkey::HostKey;
use limits::Limits;
use proxy::{Client, Proxies};
use records::{Closed as _, ConnectionEnd, Records};
use rekeying::Rekeying;
use socket::Socket;
use traffic::Counted;
use watch::Watch;

/// Opens what is configured to serve `content`: a server, and where it will listen. Says in the log where, with which key, and
/// what to type. `give_back` is called whenever a crowd has left ([`Server::giving_back`]). Must be called within the runtime.
///
/// # Errors
///
/// A host key that cannot be used or made, and an address that cannot be listened on.
pub fn open(config: &Config, content: Arc<Content>, give_back: fn()) -> Result<(Server, Vec<TcpListener>)> {
    let key = HostKey::load_or_create(&config.keys)?;
    let listeners = listen::listen(&config.listen)?;
    tracing::info!(fingerprint = key.fingerprint(), "the host key is in {}", config.keys.display());
    for listener in &listeners {
        let address = listener.local_addr()?;
        tracing::info!(%address, "listening; try: {}", listen::try_it(address));
    }
    let limits =
        Limits { connections: config.max_connections, per_address: config.max_per_address, ..Limits::default() };
    if !config.proxy_from.is_empty() {
        let networks: Vec<_> = config.proxy_from.iter().map(ToString::to_string).collect();
        tracing::info!(from = networks.join(", "), "visitors come through proxies, and nobody gets in without one");
    }
    let proxies = Proxies::new(&config.proxy_from);
    Ok((Server::new(content, key, limits).behind(proxies).giving_back(give_back), listeners))
}

/// A server of one card.
#[derive(Debug)]
pub struct Server(Shared);

/// What all connections share.
#[derive(Debug)]
struct Shared {
    key: HostKey,
    content: Arc<Content>,
    answers: Answers,
    files: Arc<Files>,
    proxies: Proxies,
    admission: Arc<Admission>,
    records: Arc<Records>,
    cells: Arc<Cells>,
    limits: Limits,
    shutdown: CancellationToken,
    tasks: TaskTracker,
    refusals: Mutex<Seldom>,
    crowd: Crowd,
    /// Whether visitors are served, until `shutdown`.
    serving: Arc<AtomicBool>,
    /// Gives back the memory of a crowd that has left.
    give_back: fn(),
    /// Hears what is typed in a session, and what is commanded, before the session does.
    hearing: fn(&[u8]),
}

impl Shared {
    /// Runs a task that is waited for when the server stops. A panic ends it and nothing else, and is counted.
    fn spawn(self: &Arc<Self>, task: impl Future<Output = ()> + Send + 'static) {
        let records = Arc::clone(&self.records);
        // What a panic leaves half done is dropped with the task.
        let task = AssertUnwindSafe(task).catch_unwind().map(move |ended| {
            if ended.is_err() {
                records.panics.one();
            }
        });
        self.tasks.spawn(task);
    }
}

impl Server {
    /// Prepares to serve `content` under `key` within `limits`.
    #[must_use]
    pub fn new(content: Arc<Content>, key: HostKey, limits: Limits) -> Self {
        let answers = Answers::new(&content.profile, &key);
        Self(Shared {
            key,
            // The profile was loaded a moment ago.
            files: Arc::new(Files::new(answers.documents().files(), SystemTime::now())),
            answers,
            content,
            proxies: Proxies::default(),
            admission: Admission::new(&limits),
            records: Arc::default(),
            cells: Cells::new(limits.cells),
            limits,
            shutdown: CancellationToken::new(),
            tasks: TaskTracker::new(),
            refusals: Mutex::new(Seldom::every(REFUSALS)),
            crowd: Crowd::default(),
            serving: Arc::default(),
            give_back: || (),
            hearing: |_| (),
        })
    }

    /// The same, for visitors who come through these proxies.
    #[must_use]
    pub fn behind(mut self, proxies: Proxies) -> Self {
        self.0.proxies = proxies;
        self
    }

    /// Calls `give_back`, on a thread where it may take its time, whenever a crowd has left.
    #[must_use]
    pub fn giving_back(mut self, give_back: fn()) -> Self {
        self.0.give_back = give_back;
        self
    }

    /// Calls `hearing` with what is typed in a session and with commands, in the session's own task and before it: for a test
    /// that makes one of them panic. The program does not call it.
    #[must_use]
    pub fn hearing(mut self, hearing: fn(&[u8])) -> Self {
        self.0.hearing = hearing;
        self
    }

    /// The counts of connections.
    #[must_use]
    pub fn admission(&self) -> Arc<Admission> {
        Arc::clone(&self.0.admission)
    }

    /// What can be seen of the server while it serves.
    #[must_use]
    pub fn watch(&self) -> Watch {
        Watch {
            admission: Arc::clone(&self.0.admission),
            records: Arc::clone(&self.0.records),
            serving: Arc::clone(&self.0.serving),
            shutdown: self.0.shutdown.clone(),
        }
    }

    /// Serves whoever connects to `listeners` until `shutdown`. Then open sessions say goodbye, and what is still there
    /// after [`Limits::drain`] is cut.
    ///
    /// # Errors
    ///
    /// A listener failed, and all else was ended as by `shutdown`.
    pub async fn serve(self, listeners: Vec<TcpListener>, shutdown: CancellationToken) -> Result<()> {
        let shared = Arc::new(self.0);
        // However this future ends, even dropped, connections and sessions learn of it.
        let _stop = shared.shutdown.clone().drop_guard();
        shared.serving.store(true, Ordering::Relaxed);
        let mut accepting = JoinSet::new();
        for listener in listeners {
            accepting.spawn(shared.tasks.track_future(accept(Arc::clone(&shared), listener)));
        }
        // Nothing ends an accept loop but the shutdown; if one failed all the same, better to be restarted than to be deaf.
        let ended = select! {
            () = shutdown.cancelled() => Ok(()),
            Some(_) = accepting.join_next() => Err(anyhow::anyhow!("a listener failed")),
        };
        tracing::info!(connections = shared.admission.connections(), "stopping; no new visitors");
        shared.shutdown.cancel();
        shared.tasks.close();
        if timeout(shared.limits.drain + CUTTING, shared.tasks.wait()).await.is_err() {
            tracing::warn!(connections = shared.admission.connections(), "some connections did not end in time");
        }
        ended
    }
}

/// How long connections have to end once they are cut: a poll each.
const CUTTING: Duration = Duration::from_millis(500);

/// How long the accept loop waits after an error. Out of file descriptors, an error comes back at once and for ever until a
/// visitor leaves; a tenth of a second is soon enough to greet the next, and seldom enough to cost nothing.
const PAUSE: Duration = Duration::from_millis(100);

/// Accepts connections until the server stops.
async fn accept(shared: Arc<Shared>, listener: TcpListener) {
    let mut errors = Seldom::every(Duration::from_secs(1));
    loop {
        let accepted = select! {
            biased;
            () = shared.shutdown.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                shared.records.accepted.one();
                admit(&shared, stream, peer.ip());
            }
            // The client was gone before it was accepted.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => (),
            Err(error) => {
                shared.records.accept_errors.one();
                if let Some(more) = errors.now() {
                    tracing::error!(%error, more, "cannot accept a connection; trying again");
                }
                select! {
                    () = shared.shutdown.cancelled() => return,
                    () = sleep(PAUSE) => (),
                }
            }
        }
    }
}

/// Lets a connection in, or tells it why not and hangs up.
fn admit(shared: &Arc<Shared>, stream: TcpStream, peer: IpAddr) {
    let admitted = if shared.proxies.are_none() {
        shared.admission.admit(peer, Instant::now().into_std())
    } else if shared.proxies.include(peer) {
        // Who it is that comes through the proxy, the proxy is about to say.
        shared.admission.enter()
    } else {
        Err(Refusal::NoProxy)
    };
    match admitted {
        Ok(permit) => {
            shared.crowd.came(shared.admission.connections());
            shared.spawn(connection(Arc::clone(shared), stream, peer, permit));
        }
        Err(refusal) => refuse(shared, stream, peer, refusal),
    }
}

/// Refusals are logged at most this often, with the number of those that were not.
const REFUSALS: Duration = Duration::from_secs(10);

/// Says why, as far as it can be said without waiting, and hangs up.
fn refuse(shared: &Shared, stream: TcpStream, peer: IpAddr, refusal: Refusal) {
    shared.records.refused.one(refusal);
    let more = shared.refusals.lock().unwrap_or_else(PoisonError::into_inner).now();
    if let Some(more) = more {
        tracing::warn!(from = shortened(peer), why = %refusal, more, "a connection was refused");
    }
    // Through the socket itself: tokio would first wait to hear that it can be written to. It never blocks.
    if let Ok(mut stream) = stream.into_std() {
        let _ = stream.write(refusal.line().as_bytes());
    }
}

/// Hears from the proxy at `peer` for whom it connects: from where the connection counts, and its place.
///
/// The limits of an address are those of the address that the proxy says. They are not the proxy's own: it may see whether
/// the server is well as often as it likes.
async fn introduced(
    shared: &Shared,
    stream: &mut TcpStream,
    peer: IpAddr,
    permit: Permit,
) -> Result<(IpAddr, Permit), (IpAddr, Refusal)> {
    match timeout(shared.limits.introduction, proxy::read(stream)).await {
        Ok(Ok(Client::At(client))) => match permit.counted_for(client, Instant::now().into_std()) {
            Ok(permit) => Ok((client, permit)),
            Err(refusal) => Err((client, refusal)),
        },
        Ok(Ok(Client::Itself)) => Ok((peer, permit)),
        Ok(Err(_)) | Err(_) => Err((peer, Refusal::Header)),
    }
}

/// Serves one connection to its end.
async fn connection(shared: Arc<Shared>, mut stream: TcpStream, mut peer: IpAddr, mut permit: Permit) {
    // From here on the time runs, also for a proxy's header.
    let progress = Progress::new(&shared.limits);
    let let_in = LetIn::new(&shared.records);
    if !shared.proxies.are_none() {
        let introduced = select! {
            introduced = introduced(&shared, &mut stream, peer, permit) => introduced,
            () = shared.shutdown.cancelled() => return let_in.ended(ConnectionEnd::Shutdown),
        };
        match introduced {
            Ok(known) => (peer, permit) = known,
            Err((from, refusal)) => {
                let_in.refused();
                return refuse(&shared, stream, from, refusal);
            }
        }
    }
    let russh = Arc::new(configuration(&shared.key));
    let stream = Counted::new(Socket::tuned(stream), Arc::clone(&shared.records));
    let stream = Rekeying::new(Deadline::new(stream, Arc::clone(&progress)), &russh);
    let handler = Handler::new(Arc::clone(&shared), Arc::clone(&progress), permit, peer);
    let running = {
        // Boxed, so that this task does not keep the room that the start takes for the rest of its life.
        let start = Box::pin(server::run_stream(russh, stream, handler));
        select! {
            started = start => started,
            () = shared.shutdown.cancelled() => {
                progress.cut();
                Err(russh::Error::Disconnect)
            }
        }
    };
    let ended = match running {
        Ok(mut running) => select! {
            ended = &mut running => ended,
            () = shared.shutdown.cancelled() => {
                progress.drain();
                if let Ok(ended) = timeout(shared.limits.drain, &mut running).await {
                    ended
                } else {
                    // Dropping a running session would not end it.
                    progress.cut();
                    running.await
                }
            }
        },
        // It did not begin.
        Err(error) => Err(error),
    };
    let why = ending::of(&ended, &progress);
    let_in.ended(why);
    tracing::debug!(why = why.name(), error = ended.err().map(tracing::field::display), "a connection ended");
    // What it held is freed by now, its permit too.
    if shared.crowd.left(shared.admission.connections()) {
        spawn_blocking(shared.give_back);
    }
}

/// What a client may send on a channel before it hears that it may send more, in bytes; and how much of it in one packet,
/// which is what every SSH can take (RFC 4253, section 6.1). A well-behaved client keeps to both, and this is far more than
/// anyone types or pastes. russh holds nobody to them, and allows more as soon as data has come rather than once it is read,
/// so they bound no memory: [`MESSAGES_IN`] does.
const WINDOW: u32 = 64 * 1024;
const PACKET: u32 = 32 * 1024;

/// Messages of one channel that its task has not yet read; while there are so many, the connection reads nothing, and TCP
/// makes the client wait. What russh takes for a message is a packet of at most 256 KiB, whatever [`PACKET`] says, and four
/// channels may be open ([`Limits::channels_open`]), so a connection holds back 4 MiB in the worst case. More would gain
/// nothing: a channel's task reads all the while, also while it writes, and must, since a full queue here would keep the
/// message from it that makes room to write.
const MESSAGES_IN: usize = 4;

/// Messages of all channels that the connection has not yet written; while there are so many, whoever writes waits. Each is
/// at most what was written at once: a frame, or a piece of an answer that is shared by all who ask. Two for each of four
/// channels: one on its way, and the next.
const MESSAGES_OUT: usize = 8;

/// Requests for authentication that may fail: as many as OpenSSH's server allows. Anyone gets in with the first of a kind
/// that is known here; this ends a client that knows only other kinds.
const ATTEMPTS: usize = 6;

/// A client that has sent nothing for so long is asked whether it is there, and asked again this often; when
/// [`KEEPALIVES`] questions are unanswered at the next, it is gone: after 80 s. A router that forgets idle connections does
/// so after minutes.
const KEEPALIVE: Duration = Duration::from_secs(20);
const KEEPALIVES: usize = 3;

/// russh's own clock of silence, which any packet winds. Longer than the 80 s of the questions: whoever answers those is never
/// inactive.
const INACTIVITY: Duration = Duration::from_secs(90);

/// How russh is to speak on one connection: each has a configuration of its own, because `Rekeying` counts who holds it.
/// It is the same for a server that only measures what SSH itself costs.
#[must_use]
pub fn configuration(key: &HostKey) -> server::Config {
    server::Config {
        server_id: SshId::Standard("SSH-2.0-sshcard".into()),
        methods: MethodSet::from(&[MethodKind::None, MethodKind::Password, MethodKind::KeyboardInteractive][..]),
        // Nothing is ever rejected that is worth guessing.
        auth_rejection_time: Duration::ZERO,
        auth_rejection_time_initial: Some(Duration::ZERO),
        keys: vec![key.key()],
        preferred: algorithms(),
        window_size: WINDOW,
        maximum_packet_size: PACKET,
        channel_buffer_size: MESSAGES_IN,
        event_buffer_size: MESSAGES_OUT,
        max_auth_attempts: ATTEMPTS,
        inactivity_timeout: Some(INACTIVITY),
        keepalive_interval: Some(KEEPALIVE),
        keepalive_max: KEEPALIVES,
        ..server::Config::default()
    }
}

/// Key exchange that a quantum computer does not undo first, then curve25519 (RFC 8731); authenticated encryption, or
/// encrypt-then-MAC; no compression (CVE-2026-46702). The last two names are no algorithms: they announce extensions (RFC 8308)
/// and strict key exchange, without which both are off.
fn algorithms() -> Preferred {
    Preferred {
        kex: (&[
            kex::MLKEM768X25519_SHA256,
            kex::CURVE25519,
            kex::CURVE25519_PRE_RFC_8731,
            kex::EXTENSION_SUPPORT_AS_SERVER,
            kex::EXTENSION_OPENSSH_STRICT_KEX_AS_SERVER,
        ])
            .into(),
        key: vec![Algorithm::Ed25519].into(),
        host_key_certificates: Vec::new().into(),
        cipher: (&[
            cipher::CHACHA20_POLY1305,
            cipher::AES_256_GCM,
            cipher::AES_128_GCM,
            cipher::AES_256_CTR,
            cipher::AES_128_CTR,
        ])
            .into(),
        mac: (&[mac::HMAC_SHA256_ETM, mac::HMAC_SHA512_ETM]).into(),
        compression: (&[compression::NONE]).into(),
    }
}

/// Something that happens often and is said seldom.
#[derive(Debug)]
struct Seldom {
    every: Duration,
    last: Option<Instant>,
    unsaid: u64,
}

impl Seldom {
    const fn every(every: Duration) -> Self {
        Self { every, last: None, unsaid: 0 }
    }

    /// It happens now: `Some` with the number of times that were not said if it is to be said.
    fn now(&mut self) -> Option<u64> {
        if self.last.is_some_and(|last| last.elapsed() < self.every) {
            self.unsaid += 1;
            return None;
        }
        self.last = Some(Instant::now());
        Some(std::mem::take(&mut self.unsaid))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fuzzing::content_of_ours;

    #[tokio::test]
    async fn a_connection_whose_task_panics_has_ended() {
        let server = Server::new(content_of_ours(), HostKey::of_tests(), Limits::default());
        let shared = Arc::new(server.0);
        let let_in = LetIn::new(&shared.records);
        shared.spawn(async move {
            let _let_in = let_in;
            panic!("a failure that a test made");
        });
        shared.tasks.close();
        shared.tasks.wait().await;
        let records = &shared.records;
        assert_eq!((records.ended.get(ConnectionEnd::Failed), records.ended.total(), records.panics.get()), (1, 1, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn what_happens_often_is_said_seldom_and_counted() {
        let mut seldom = Seldom::every(Duration::from_secs(1));
        assert_eq!(seldom.now(), Some(0));
        assert_eq!([seldom.now(), seldom.now()], [None, None]);
        sleep(Duration::from_secs(1)).await;
        assert_eq!(seldom.now(), Some(2));
        assert_eq!(seldom.now(), None);
    }
}
