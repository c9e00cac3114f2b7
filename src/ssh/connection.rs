//! One connection from its acceptance to its end: first the PROXY header if the server is behind proxies, then russh's
//! loop, over a socket that enforces our deadlines and counts bytes.

use std::{net::IpAddr, sync::Arc, time::Duration};

use russh::server;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    select,
    time::{Instant, timeout},
};

use super::{
    admission::{Permit, Refusal},
    configuration::configuration,
    deadline::Progress,
    ending::{ConnectionEnd, WITHOUT_ROOM},
    handler::Handler,
    metrics::Metrics,
    proxy::{self, Source},
    shared::Shared,
    socket::{SendQueue, Socket},
    stream::Supervised,
};

mod end;

/// A connection that was admitted, before its first byte of SSH.
pub(super) struct AdmittedConnection {
    pub(super) accepted: Instant,
    /// The address for which it counts.
    pub(super) peer: IpAddr,
    pub(super) permit: Permit,
    pub(super) guard: ConnectionGuard,
}

/// Counts the end of an accepted connection. If it is dropped without a reason, as by a panic, the end is a failure.
pub(super) struct ConnectionGuard {
    metrics: Arc<Metrics>,
    /// `None` for a refused connection, which is counted elsewhere.
    end: Option<ConnectionEnd>,
}

impl ConnectionGuard {
    pub(super) fn new(metrics: &Arc<Metrics>) -> Self {
        Self { metrics: Arc::clone(metrics), end: Some(ConnectionEnd::Failed) }
    }

    /// Sets the reason of the end. A failure is a panic of the connection's task.
    pub(super) fn ended(mut self, end: ConnectionEnd) {
        self.end = Some(end);
        if end == ConnectionEnd::Failed {
            // A panic that drops the guard without a reason is counted where it is caught.
            self.metrics.panics.inc();
        }
    }

    fn refused(mut self) {
        self.end = None;
    }
}

impl Drop for ConnectionGuard {
    fn drop(&mut self) {
        if let Some(end) = self.end {
            self.metrics.ended.get_or_create(&end).inc();
        }
    }
}

pub(super) async fn serve_tcp(shared: Arc<Shared>, mut stream: TcpStream, mut peer: IpAddr, mut permit: Permit) {
    // The deadlines count from here, also for a proxy's header.
    let accepted = Instant::now();
    let guard = ConnectionGuard::new(&shared.metrics);
    let proxied = shared.proxies.include(peer);
    if !shared.proxies.are_none() {
        let introduced = select! {
            introduced = Box::pin(introduced(&shared, &mut stream, peer, permit)) => introduced,
            () = shared.shutdown.cancelled() => return guard.ended(ConnectionEnd::Shutdown),
        };
        match introduced {
            Ok(known) => (peer, permit) = known,
            Err((from, refusal)) => {
                guard.refused();
                return shared.refuse(stream, from, refusal);
            }
        }
    }
    let socket = Socket::tuned(stream);
    let queue = if proxied { socket.send_queue().behind_a_proxy() } else { socket.send_queue() };
    let config = configuration(&shared.key);
    serve(&shared, socket, queue, AdmittedConnection { accepted, peer, permit, guard }, config).await;
}

/// Serves a connection over a stream to its end. `queue` gives the number of bytes on their way to the client.
pub(super) async fn serve<S>(
    shared: &Arc<Shared>,
    stream: S,
    queue: SendQueue,
    AdmittedConnection { accepted, peer, permit, guard }: AdmittedConnection,
    config: server::Config,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let progress = Progress::new(&shared.limits, accepted, permit);
    let russh = Arc::new(config);
    let stream = Supervised::new(shared.metrics.counted(stream), Arc::clone(&progress), &russh);
    let handler = Handler::new(Arc::clone(shared), Arc::clone(&progress), queue, peer);
    let running = {
        // Boxed, so that the task does not keep the memory of the start for the rest of its life.
        let start = Box::pin(server::run_stream(russh, stream, handler));
        select! {
            started = start => started,
            why = has_to_end(shared, &progress) => {
                progress.cut(why);
                Err(russh::Error::Disconnect)
            }
        }
    };
    let ended = match running {
        Ok(mut running) => select! {
            ended = &mut running => ended,
            why = has_to_end(shared, &progress) => {
                let time = if why == ConnectionEnd::Displaced { Duration::ZERO } else { shared.limits.drain };
                progress.drain(why);
                if let Ok(ended) = timeout(time, &mut running).await {
                    ended
                } else {
                    // Dropping a running session would not end it.
                    progress.cut(why);
                    running.await
                }
            }
        },
        // russh failed before its session began.
        Err(error) => Err(error),
    };
    let why = end::of(&ended, &progress);
    guard.ended(why);
    if WITHOUT_ROOM.contains(&why) {
        shared.log.not_let_in(peer, why.into(), <&str>::from(why), Instant::now().into_std());
    }
    shared.incompatible.log(peer, &progress, &ended, why);
    tracing::debug!(why = <&str>::from(why), error = ended.err().map(tracing::field::display), "a connection ended");
}

/// Waits until the connection has to end before its time: why.
async fn has_to_end(shared: &Shared, progress: &Progress) -> ConnectionEnd {
    select! {
        () = shared.shutdown.cancelled() => ConnectionEnd::Shutdown,
        why = progress.evicted() => why,
    }
}

/// Reads the header of the proxy at `peer`: the address under which the connection counts, and its place.
///
/// The limits of an address are those of the address that the proxy says. They are not the proxy's own: it may see
/// whether the server is well as often as it likes. A health check on the server's own machine, which is no proxy, may
/// say that it connects for itself and nothing else; the limits of an address hold for it.
async fn introduced(
    shared: &Shared,
    stream: &mut TcpStream,
    peer: IpAddr,
    permit: Permit,
) -> Result<(IpAddr, Permit), (IpAddr, Refusal)> {
    let is_proxy = shared.proxies.include(peer);
    let client = match timeout(shared.limits.introduction, proxy::read(stream)).await {
        Ok(Ok(Source::Client(client))) if is_proxy => Some(client),
        Ok(Ok(Source::Proxy)) if is_proxy => None,
        // A health check of this machine has its place already.
        Ok(Ok(Source::Proxy)) => return Ok((peer, permit)),
        _ if is_proxy => return Err((peer, Refusal::Header)),
        _ => return Err((peer, Refusal::NoProxy)),
    };
    let from = client.unwrap_or(peer);
    match permit.introduced(client, Instant::now().into_std()) {
        Ok(permit) => Ok((from, permit)),
        Err(refusal) => Err((from, refusal)),
    }
}
