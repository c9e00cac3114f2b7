//! The card over HTTP: as a web page, as files, and as text for `curl`. It is the card that is served over SSH, from
//! memory and within bounds of its own; TLS is a proxy's.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{FromRef, Request, State},
    http::{
        HeaderValue, Method, StatusCode,
        header::{ALLOW, CONNECTION, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE, RANGE, TRANSFER_ENCODING, VARY},
    },
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse as _, Response},
    routing::get,
};
use tokio::{net::TcpListener, select, sync::watch, task::spawn_blocking};

use crate::{
    http::{self, Bounds, host},
    ssh::{
        limits::Limits,
        metrics::WebAnswer,
        proxy::Proxies,
        visitors::{ServedCard, Visitors},
    },
};

mod entity;
mod forwarded;
mod headers;
mod negotiation;
mod page;
mod pages;
mod session;

pub(crate) use forwarded::Client;
use pages::Pages;

/// Connections at a time. A browser opens up to six, and closes them when they are idle.
pub const CONNECTIONS: usize = 256;

/// Words in paths that are no names of pages.
pub const RESERVED: [&str; 2] = ["session", "healthz"];

/// What connections may take. A page has some ten kilobytes and the largest file some hundred: a minute at 2,400 baud.
const BOUNDS: Bounds = Bounds {
    connections: CONNECTIONS,
    per_address: 32,
    head: Duration::from_secs(10),
    answer: Duration::from_secs(10),
    last_request: Duration::from_secs(60),
    lifetime: Duration::from_secs(120),
    grace: Limits::DRAIN,
};

/// The server's interface and the pages that are served now.
#[derive(Debug, Clone)]
pub(crate) struct Web {
    /// The server over SSH: its room, its counts, its card.
    pub(crate) visitors: Visitors,
    /// The proxies that are believed.
    proxies: Arc<Proxies>,
    pages: watch::Receiver<Arc<Pages>>,
}

impl FromRef<Web> for Visitors {
    fn from_ref(web: &Web) -> Self {
        web.visitors.clone()
    }
}

/// Serves the card of `visitors`, and says where, until the server lets nobody in any more and the answers that are on
/// their way then are sent. What `proxies` say of their clients is believed. Sessions on the page end as those over SSH
/// do.
pub async fn serve(listener: TcpListener, visitors: Visitors, proxies: Proxies) {
    let address = listener.local_addr().ok().map(tracing::field::display);
    tracing::info!(address, "the card is served over HTTP");
    let mut cards = visitors.cards();
    let (draining, shutdown) = (visitors.draining().clone(), visitors.shutdown().clone());
    let fingerprint = visitors.fingerprint();
    let Some(first) = made(cards.current(), fingerprint.clone()).await else {
        return;
    };
    let (sender, pages) = watch::channel(first);
    let web = Web { visitors, proxies: Arc::new(proxies), pages };
    let renewing = async {
        loop {
            cards.changed().await;
            if let Some(pages) = made(cards.current(), fingerprint.clone()).await {
                sender.send_replace(pages);
            }
        }
    };
    let is_proxy = {
        let proxies = Arc::clone(&web.proxies);
        move |address| proxies.include(address)
    };
    let closing = async {
        select! {
            () = draining.cancelled() => (),
            () = shutdown.cancelled() => (),
        }
    };
    select! {
        () = http::serve(listener, BOUNDS, is_proxy, router(web), closing) => (),
        () = renewing => (),
    }
}

/// Makes the pages of a card on a thread that may block; `None` if that panics, which is logged, or the runtime stops.
async fn made(card: Arc<ServedCard>, fingerprint: String) -> Option<Arc<Pages>> {
    let pages = Arc::new(spawn_blocking(move || Pages::new(card, &fingerprint)).await.ok()?);
    // Beside the first visitors, not before them.
    spawn_blocking({
        let pages = Arc::clone(&pages);
        move || pages.prepare()
    });
    Some(pages)
}

fn router(web: Web) -> Router {
    Router::new()
        .route("/session", get(session::upgrade))
        .route("/healthz", get(healthz))
        .fallback(documents)
        .layer(from_fn_with_state(web.clone(), guarded))
        .with_state(web)
}

/// Whether visitors are to come.
async fn healthz(State(web): State<Web>) -> (StatusCode, &'static str) {
    if web.visitors.is_ready() { (StatusCode::OK, "ok\n") } else { (StatusCode::SERVICE_UNAVAILABLE, "stopping\n") }
}

/// Everything that is made of the card.
async fn documents(State(web): State<Web>, request: Request) -> Response {
    let pages = Arc::clone(&web.pages.borrow());
    let (mut parts, _) = request.into_parts();
    if parts.method == Method::HEAD {
        // A range is of what is sent (RFC 9110, section 14.2).
        parts.headers.remove(RANGE);
    }
    let turn = if pages.is_late(parts.uri.path()) { Some(pages.card.turn().await) } else { None };
    if !pages.is_late(parts.uri.path()) {
        return pages.answer(&parts.uri, &parts.headers);
    }
    let answer = spawn_blocking(move || {
        let _turn = turn;
        pages.answer(&parts.uri, &parts.headers)
    });
    answer.await.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

/// What holds for every request: whose it is, what it may be, and what its answer says to browsers.
async fn guarded(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let client = Client::of(&request, &web.proxies);
    request.extensions_mut().insert(client);
    let of_browser = negotiation::wants_page(request.headers());
    let asked = of_browser.then(|| (request.uri().path().to_owned(), request.headers().clone()));
    let mut response = match refusal(&request) {
        Some(refusal) => refusal,
        None => next.run(request).await,
    };
    // What is said to programs is of no use in a browser.
    let status = response.status();
    if (status.is_client_error() || status.is_server_error())
        && let Some((path, asked)) = asked
        && let Some((html, language)) = web.pages.borrow().error(status, &path, &asked)
    {
        *response.body_mut() = html.into();
        let headers = response.headers_mut();
        headers.remove(CONTENT_LENGTH);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        headers.insert(VARY, HeaderValue::from_static(pages::NEGOTIATED));
        headers.extend(HeaderValue::from_str(language.tag()).ok().map(|tag| (CONTENT_LANGUAGE, tag)));
    }
    headers::add(response.headers_mut(), client);
    web.visitors.metrics().web_requests.get_or_create(&of_status(response.status())).inc();
    response
}

/// The answer to a request that nothing answers: it has no host, another method than GET and HEAD, or a body. The
/// connection ends with a body that is not read, so that nothing in it is taken for a request.
fn refusal(request: &Request) -> Option<Response> {
    if let Err(status) = host(request.version(), request.headers()) {
        return Some(status.into_response());
    }
    if ![Method::GET, Method::HEAD].contains(request.method()) {
        let told = [(ALLOW, "GET, HEAD"), (CONNECTION, "close")];
        return Some((StatusCode::METHOD_NOT_ALLOWED, told, "there is only GET\n").into_response());
    }
    let headers = request.headers();
    let has_body = headers.contains_key(TRANSFER_ENCODING)
        || headers.get(CONTENT_LENGTH).is_some_and(|length| length.as_bytes() != b"0");
    has_body.then(|| (StatusCode::BAD_REQUEST, [(CONNECTION, "close")], "a request has no body here\n").into_response())
}

fn of_status(status: StatusCode) -> WebAnswer {
    match status {
        StatusCode::SWITCHING_PROTOCOLS => WebAnswer::Upgraded,
        StatusCode::NOT_MODIFIED => WebAnswer::NotModified,
        status if status.is_success() => WebAnswer::Sent,
        status if status.is_redirection() => WebAnswer::Redirected,
        status if status.is_server_error() => WebAnswer::Failed,
        _ => WebAnswer::Refused,
    }
}
