//! What the HTTP listeners (`web`, `ops`) share: the accept loop, the bounds of connections, and the check of a
//! request's `Host`.

use std::{future::Future, io::ErrorKind, net::IpAddr, pin::pin, sync::Arc, time::Duration};

use axum::{
    Router,
    http::{
        HeaderMap, StatusCode, Version,
        header::{CONTENT_LENGTH, HOST},
        uri::Authority,
    },
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
use tokio::{
    net::TcpListener,
    select,
    task::spawn,
    time::{Instant, sleep, sleep_until, timeout_at},
};
use tokio_util::sync::CancellationToken;

use crate::ssh::admission::Origin;

mod answering;
mod connections;

use answering::Answering;
pub(crate) use answering::HttpStream;
pub(crate) use connections::Bounds;
use connections::Connections;

/// The longest head of a request, and the least that hyper takes as a bound. Prometheus sends some 400 bytes; a browser
/// with all its cookies rarely more than this.
const LONGEST: usize = 8 * 1024;

/// The most header lines. Prometheus sends eight, a browser about twenty.
const LINES: usize = 64;

/// How long the loop waits after an error, as without a free file descriptor: as long as that of the SSH listener.
const PAUSE: Duration = Duration::from_millis(100);

/// The address of a connection's client, as an extension of its requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// Serves connections until `closing`. Then idle connections are closed at once, and those that answer a request when
/// they have answered it, within the bounds. If the future is dropped, all connections are closed. An upgraded
/// connection does not count any more. An address that `is_exempt` may have any number of connections.
pub(crate) async fn serve(
    listener: TcpListener,
    bounds: Bounds,
    is_exempt: impl Fn(IpAddr) -> bool,
    router: Router,
    closing: impl Future<Output = ()>,
) {
    let mut http = http1::Builder::new();
    http.keep_alive(!bounds.last_request.is_zero()).half_close(true).max_buf_size(LONGEST).max_headers(LINES);
    http.timer(TokioTimer::new()).header_read_timeout(bounds.head);
    let service = TowerToHyperService::new(router);
    let mut connections = Connections::new(bounds);
    let closed = CancellationToken::new();
    let accepting = async {
        loop {
            let (stream, peer) = match listener.accept().await {
                Ok((stream, peer)) => (stream, peer.ip()),
                Err(error) if error.kind() == ErrorKind::ConnectionAborted => continue,
                // The SSH listener logs the error, which it has too if it lasts.
                Err(_) => {
                    sleep(PAUSE).await;
                    continue;
                }
            };
            let origin = (!is_exempt(peer)).then(|| Origin::of(peer));
            if !connections.make_room(origin, Instant::now()) {
                continue;
            }
            let answering = Arc::new(Answering::default());
            let (service, noted) = (service.clone(), Arc::clone(&answering));
            let service = service_fn(move |mut request: Request<Incoming>| {
                noted.asked(Instant::now());
                request.extensions_mut().insert(Peer(peer));
                let (answer, noted) = (service.call(request), Arc::clone(&noted));
                async move {
                    let mut response = answer.await?;
                    let status = response.status();
                    // These have no content, which is not content of no length (RFC 9110, section 8.6).
                    if status.is_informational() || [StatusCode::NO_CONTENT, StatusCode::NOT_MODIFIED].contains(&status)
                    {
                        response.headers_mut().remove(CONTENT_LENGTH);
                    }
                    noted.answered();
                    Ok::<_, std::convert::Infallible>(response)
                }
            });
            // What is written is complete: waiting for more of it would only delay it.
            let _ = stream.set_nodelay(true);
            let stream = TokioIo::new(HttpStream::new(stream, Arc::clone(&answering)));
            let connection = http.serve_connection(stream, service).with_upgrades();
            let (closed, noted) = (closed.clone(), Arc::clone(&answering));
            let task = async move {
                let (begin, mut connection) = (Instant::now(), pin!(connection));
                let end = begin + bounds.lifetime;
                // Errors of a connection are not logged.
                select! {
                    _ = &mut connection => return,
                    () = sleep(bounds.last_request), if !bounds.last_request.is_zero() => (),
                    () = sleep_until(end) => return,
                    () = closed.cancelled() => (),
                }
                if noted.since().is_some() {
                    connection.as_mut().graceful_shutdown();
                    let _ = timeout_at(end, connection).await;
                }
            };
            connections.push(origin, answering, spawn(task));
        }
    };
    select! {
        () = accepting => (),
        () = closing => (),
    }
    drop(listener);
    closed.cancel();
    connections.finish().await;
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
