//! Metrics and health over HTTP, for whoever runs the server: a listener of its own, off unless the owner names an
//! address for it.
//!
//! It tells and changes nothing, and knows nothing about any visitor. It is for the owner's own networks; bounded all
//! the same, so that a stranger who finds it takes nothing from visitors.

use std::{
    collections::VecDeque,
    convert::Infallible,
    io::ErrorKind,
    net::{SocketAddr, TcpListener as Socket},
    sync::Arc,
    time::Duration,
};

use anyhow::Result;
use axum::{
    Router,
    extract::{Request, State},
    http::{
        HeaderMap, StatusCode, Version,
        header::{ACCEPT, ALLOW, CACHE_CONTROL, CONTENT_TYPE, HOST},
        uri::Authority,
    },
    middleware::{Next, from_fn, map_response},
    response::{IntoResponse, Response},
    routing::get,
};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use prometheus_client::{
    encoding::{prometheus_text, text},
    registry::Registry,
};
use tokio::{
    net::TcpListener,
    task::{AbortHandle, spawn, spawn_blocking},
    time::{sleep, timeout},
};

use crate::ssh::{listen::cannot_listen, metrics::Watch};

mod process;

use process::Process;

/// Connections at a time. A scraper or two, a probe or three, and somebody who looks. One more takes the place of the
/// oldest: an answer is there within milliseconds, so the oldest of so many is one that has not asked yet, or takes no
/// answer.
const CONNECTIONS: usize = 16;

/// What a connection may take from accept to its last byte. An answer has some kilobytes and is there at once;
/// Prometheus and Kubernetes themselves wait 10 s and 1 s.
const TIME: Duration = Duration::from_secs(5);

/// The longest head of a request, and the least that hyper takes as a bound. Prometheus sends some 400 bytes; a browser
/// with all its cookies rarely more than this.
const LONGEST: usize = 8 * 1024;

/// The most header lines. Prometheus sends eight, a browser about twenty.
const LINES: usize = 64;

/// How long the loop waits after it could not accept, as when there are no file descriptors: as the server itself does.
const PAUSE: Duration = Duration::from_millis(100);

/// Opens the socket.
///
/// # Errors
///
/// An address that cannot be listened on.
pub fn listen(address: SocketAddr) -> Result<Socket> {
    Socket::bind(address).map_err(|error| cannot_listen(error, address, "--ops"))
}

/// Serves what `watch` sees for as long as it is polled, and says where; dropped, it hangs up on all clients.
pub async fn serve(listener: TcpListener, watch: Watch) -> Infallible {
    let address = listener.local_addr().ok();
    let is_local = address.is_some_and(|address| address.ip().is_loopback());
    let shown = address.map(tracing::field::display);
    tracing::info!(address = shown, "metrics and health are served over HTTP: /metrics, /livez, /readyz");
    let service = TowerToHyperService::new(router(watch, is_local));
    let mut http = http1::Builder::new();
    http.keep_alive(false).half_close(true).max_buf_size(LONGEST).max_headers(LINES);
    http.timer(TokioTimer::new()).header_read_timeout(TIME);
    let mut connections = Connections::default();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let connection = http.serve_connection(TokioIo::new(stream), service.clone());
                connections.push(spawn(async move { _ = timeout(TIME, connection).await }).abort_handle());
            }
            Err(error) if error.kind() == ErrorKind::ConnectionAborted => (),
            // The server itself says so, where it is more than a moment.
            Err(_) => sleep(PAUSE).await,
        }
    }
}

/// The tasks of the connections, the oldest first; dropped, it ends them.
#[derive(Default)]
struct Connections(VecDeque<AbortHandle>);

impl Connections {
    /// Adds a connection; of [`CONNECTIONS`] that have not ended, the oldest is ended for it.
    fn push(&mut self, connection: AbortHandle) {
        self.0.retain(|connection| !connection.is_finished());
        if self.0.len() >= CONNECTIONS
            && let Some(oldest) = self.0.pop_front()
        {
            oldest.abort();
        }
        self.0.push_back(connection);
    }
}

impl Drop for Connections {
    fn drop(&mut self) {
        self.0.iter().for_each(AbortHandle::abort);
    }
}

/// What is shown.
#[derive(Clone)]
struct Shown {
    watch: Watch,
    process: Arc<Registry>,
}

impl Shown {
    fn readiness(&self) -> (StatusCode, &'static str) {
        if self.watch.is_ready() {
            (StatusCode::OK, "ready\n")
        } else {
            (StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
        }
    }
}

/// What is answered to which path. One that `is_local` answers no request for another host.
fn router(watch: Watch, is_local: bool) -> Router {
    let mut process = Registry::default();
    process.register_collector(Box::new(Process::new()));
    let router = Router::new()
        .route("/livez", get("alive\n"))
        .route("/readyz", get(async |State(shown): State<Shown>| shown.readiness()))
        .route("/metrics", get(metrics))
        .with_state(Shown { watch, process: Arc::new(process) })
        .fallback((StatusCode::NOT_FOUND, "there is /metrics, /livez and /readyz\n"))
        .method_not_allowed_fallback(async || {
            (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "GET, HEAD")], "there is only GET\n")
        });
    let router = router.layer(from_fn(move |request: Request, next: Next| async move {
        match host(request.version(), request.headers()) {
            Ok(host) if !is_local || host.as_ref().is_none_or(is_here) => next.run(request).await,
            Ok(_) => StatusCode::MISDIRECTED_REQUEST.into_response(),
            Err(status) => status.into_response(),
        }
    }));
    router.layer(map_response(async |response: Response| ([(CACHE_CONTROL, "no-store")], response)))
}

/// The host of a request, which HTTP/1.1 has once (RFC 9112, section 3.2); HTTP/1.0 may have none.
fn host(version: Version, headers: &HeaderMap) -> Result<Option<Authority>, StatusCode> {
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

/// Whether a host is this machine by an address or as `localhost`. A page in a browser can make any other name lead
/// here, and would then read what is told (DNS rebinding).
fn is_here(host: &Authority) -> bool {
    let host = host.host();
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    address.parse::<std::net::IpAddr>().is_ok()
        || host.strip_suffix('.').unwrap_or(host).eq_ignore_ascii_case("localhost")
}

/// The metrics, in `OpenMetrics` 1.0 for a client that accepts it, else in the text format 0.0.4 of Prometheus. The two
/// differ in the metadata of a counter, whose name ends in `_total` in the text format alone, and in the end of the
/// document, which is marked in `OpenMetrics` alone.
async fn metrics(State(shown): State<Shown>, headers: HeaderMap) -> Response {
    let accepts = headers.get_all(ACCEPT).iter().filter_map(|accept| accept.to_str().ok()).any(accepts_openmetrics);
    // Some of it is read from the system.
    let written = spawn_blocking(move || {
        let (server, process) = (shown.watch.metrics.registry(), &shown.process);
        let mut body = String::new();
        if accepts {
            text::encode_registry(&mut body, server).and_then(|()| text::encode(&mut body, process))?;
        } else {
            prometheus_text::encode(&mut body, server).and_then(|()| prometheus_text::encode(&mut body, process))?;
        }
        Ok::<_, std::fmt::Error>(body)
    });
    let Ok(Ok(body)) = written.await else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let kind = if accepts { OPENMETRICS } else { prometheus_text::CONTENT_TYPE };
    ([(CONTENT_TYPE, kind)], body).into_response()
}

/// The media type of `OpenMetrics`.
const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Whether a list of media ranges has `OpenMetrics` in it, and not with the weight 0, which refuses it (RFC 9110,
/// sections 12.5.1 and 12.4.2). The version is not looked at: the server writes one version only.
fn accepts_openmetrics(accept: &str) -> bool {
    accept.split(',').any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let refused = |parameter: &str| {
            let weight = parameter.split_once('=').filter(|(name, _)| name.trim().eq_ignore_ascii_case("q"));
            weight.is_some_and(|(_, weight)| weight.trim().parse() == Ok(0.0))
        };
        parts.next().is_some_and(|range| range.eq_ignore_ascii_case("application/openmetrics-text"))
            && !parts.any(refused)
    })
}
