//! Metrics and health checks over HTTP, for the operator of the server: a listener of its own, which is off unless the
//! owner gives it an address.
//!
//! It is read only, and it has no data about single visitors. It is meant for the owner's own networks; it is bounded
//! all the same, so that a stranger who finds it takes nothing from visitors.

use std::{future::Future, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{Request, State},
    http::{
        HeaderMap, StatusCode,
        header::{ACCEPT, ALLOW, CACHE_CONTROL, CONTENT_TYPE},
        uri::Authority,
    },
    middleware::{Next, from_fn, map_response},
    response::{IntoResponse, Response},
    routing::get,
};
use prometheus_client::{
    encoding::{prometheus_text, text},
    registry::Registry,
};
use tokio::{net::TcpListener, task::spawn_blocking};

use crate::{
    http::{self, Bounds, host},
    ssh::visitors::Visitors,
};

mod process;

use process::Process;

/// What connections may take. A scraper or two, a probe or three, and somebody who looks. An answer is there within
/// milliseconds, so the oldest of so many connections is one that has not asked yet, or takes no answer; none of them
/// keeps its place before a newcomer, who may be a probe that decides whether the server lives. An answer has some
/// kilobytes; Prometheus and Kubernetes themselves wait 10 s and 1 s.
const BOUNDS: Bounds = Bounds {
    connections: 16,
    per_address: usize::MAX,
    head: Duration::from_secs(5),
    answer: Duration::ZERO,
    last_request: Duration::ZERO,
    lifetime: Duration::from_secs(5),
    grace: Duration::from_millis(200),
};

/// Serves the metrics and the health of a server until `closing`, and says where; dropped, it hangs up on all clients.
pub async fn serve(listener: TcpListener, visitors: Visitors, closing: impl Future<Output = ()>) {
    let address = listener.local_addr().ok();
    let is_local = address.is_some_and(|address| address.ip().is_loopback());
    let shown = address.map(tracing::field::display);
    tracing::info!(address = shown, "metrics and health are served over HTTP: /metrics, /livez, /readyz");
    http::serve(listener, BOUNDS, |_| false, router(visitors, is_local), closing).await;
}

/// The state that the handlers share.
#[derive(Clone)]
struct OpsState {
    visitors: Visitors,
    process: Arc<Registry>,
}

impl OpsState {
    fn readiness(&self) -> (StatusCode, &'static str) {
        if self.visitors.is_ready() {
            (StatusCode::OK, "ready\n")
        } else {
            (StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
        }
    }
}

/// The routes. A listener that `is_local` answers no request for another host.
fn router(visitors: Visitors, is_local: bool) -> Router {
    let mut process = Registry::default();
    process.register_collector(Box::new(Process::new()));
    let router = Router::new()
        .route("/livez", get("alive\n"))
        .route("/readyz", get(async |State(shown): State<OpsState>| shown.readiness()))
        .route("/metrics", get(metrics))
        .with_state(OpsState { visitors, process: Arc::new(process) })
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
async fn metrics(State(shown): State<OpsState>, headers: HeaderMap) -> Response {
    let accepts = headers.get_all(ACCEPT).iter().filter_map(|accept| accept.to_str().ok()).any(accepts_openmetrics);
    // Some of it is read from the system.
    let written = spawn_blocking(move || {
        let (server, process) = (shown.visitors.metrics().registry(), &shown.process);
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
