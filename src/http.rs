//! What the listeners for HTTP have in common: the loop that accepts, the bounds of connections, and what a request has
//! to say of its host.

use std::{collections::VecDeque, convert::Infallible, io::ErrorKind, net::IpAddr, pin::pin, time::Duration};

use axum::{
    Router,
    http::{HeaderMap, StatusCode, Version, header::HOST, uri::Authority},
};
use hyper::{
    Request,
    body::Incoming,
    server::conn::http1,
    service::{Service as _, service_fn},
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use ipnet::IpNet;
use tokio::{
    net::TcpListener,
    task::{AbortHandle, spawn},
    time::{sleep, timeout},
};

use crate::ssh::admission::counted_as;

/// The longest head of a request, and the least that hyper takes as a bound. Prometheus sends some 400 bytes; a browser
/// with all its cookies rarely more than this.
const LONGEST: usize = 8 * 1024;

/// The most header lines. Prometheus sends eight, a browser about twenty.
const LINES: usize = 64;

/// How long the loop waits after it could not accept, as when there are no file descriptors: as the server itself does.
const PAUSE: Duration = Duration::from_millis(100);

/// What the connections to a listener may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// Connections at a time. One more takes the place of the oldest.
    pub(crate) connections: usize,
    /// Connections at a time of one address, as the SSH server counts addresses. One more takes the place of the oldest
    /// of that address.
    pub(crate) per_address: usize,
    /// From when a request can be read until its head is complete; so long an idle connection is kept.
    pub(crate) head: Duration,
    /// The age of a connection at which it takes no more requests. Zero: it takes one request.
    pub(crate) last_request: Duration,
    /// The age at which a connection is cut.
    pub(crate) lifetime: Duration,
}

/// From where a connection comes: an extension of its requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// Serves whoever connects for as long as it is polled; dropped, it hangs up on all clients. What has been upgraded is
/// no connection of HTTP any more, and is not counted. An address that `is_exempt` may have any number of connections.
pub(crate) async fn serve(
    listener: TcpListener,
    bounds: Bounds,
    is_exempt: impl Fn(IpAddr) -> bool,
    router: Router,
) -> Infallible {
    let mut http = http1::Builder::new();
    http.keep_alive(!bounds.last_request.is_zero()).half_close(true).max_buf_size(LONGEST).max_headers(LINES);
    http.timer(TokioTimer::new()).header_read_timeout(bounds.head);
    let service = TowerToHyperService::new(router);
    let mut connections = Connections::new(bounds);
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                let (service, peer) = (service.clone(), peer.ip());
                let service = service_fn(move |mut request: Request<Incoming>| {
                    request.extensions_mut().insert(Peer(peer));
                    service.call(request)
                });
                // What is written is complete: waiting for more of it would only delay it.
                let _ = stream.set_nodelay(true);
                let connection = http.serve_connection(TokioIo::new(stream), service).with_upgrades();
                let task = async move {
                    let mut connection = pin!(connection);
                    if !bounds.last_request.is_zero() {
                        if timeout(bounds.last_request, &mut connection).await.is_ok() {
                            return;
                        }
                        connection.as_mut().graceful_shutdown();
                    }
                    // However it ends, there is nobody to tell.
                    let _ = timeout(bounds.lifetime.saturating_sub(bounds.last_request), connection).await;
                };
                let network = (!is_exempt(peer)).then(|| counted_as(peer));
                connections.push(network, spawn(task).abort_handle());
            }
            Err(error) if error.kind() == ErrorKind::ConnectionAborted => (),
            // The server itself says so, where it is more than a moment.
            Err(_) => sleep(PAUSE).await,
        }
    }
}

/// The tasks of the connections, the oldest first; dropped, it ends them.
struct Connections {
    bounds: Bounds,
    /// Each with the network that it counts for.
    tasks: VecDeque<(Option<IpNet>, AbortHandle)>,
}

impl Connections {
    fn new(bounds: Bounds) -> Self {
        Self { bounds, tasks: VecDeque::new() }
    }

    /// Adds a connection. Where there are as many as there may be, the oldest is ended for it.
    fn push(&mut self, network: Option<IpNet>, task: AbortHandle) {
        self.tasks.retain(|(_, task)| !task.is_finished());
        let of_network = |(of, _): &&(Option<IpNet>, AbortHandle)| network.is_some() && *of == network;
        let oldest = if self.tasks.iter().filter(of_network).count() >= self.bounds.per_address {
            self.tasks.iter().position(|task| of_network(&task))
        } else {
            (self.tasks.len() >= self.bounds.connections).then_some(0)
        };
        if let Some((_, oldest)) = oldest.and_then(|oldest| self.tasks.remove(oldest)) {
            oldest.abort();
        }
        self.tasks.push_back((network, task));
    }
}

impl Drop for Connections {
    fn drop(&mut self) {
        self.tasks.iter().for_each(|(_, task)| task.abort());
    }
}

/// The host of a request, which HTTP/1.1 has once (RFC 9112, section 3.2); HTTP/1.0 may have none.
///
/// # Errors
///
/// What the request is answered with that has none, several, or one that is no host.
pub(crate) fn host(version: Version, headers: &HeaderMap) -> Result<Option<Authority>, StatusCode> {
    let mut hosts = headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (None, _) if version == Version::HTTP_10 => Ok(None),
        (Some(host), None) => {
            let host = Authority::try_from(host.as_bytes()).ok().filter(|host| !host.as_str().contains('@'));
            host.map(Some).ok_or(StatusCode::BAD_REQUEST)
        }
        _ => Err(StatusCode::BAD_REQUEST),
    }
}
