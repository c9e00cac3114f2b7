//! The session on the web page: the same as over SSH, with a WebSocket for its channel (RFC 6455).
//!
//! What the page tells of itself is in the query of its request ([`opening`]), so that the first frame is sent right
//! after the answer. A binary message holds bytes of the terminal, in both directions. A text message tells the new
//! size of the window, as `80x24`, or that the browser let nothing be copied, as `uncopied`. What ends a session is the
//! code with which the socket is closed.

use std::{
    io,
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{
    Extension,
    body::Body,
    extract::{Request, State},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{HOST, ORIGIN, SEC_WEBSOCKET_PROTOCOL, UPGRADE},
    },
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use futures_util::{
    FutureExt as _, SinkExt as _, StreamExt as _,
    stream::{SplitSink, SplitStream},
};
use hyper::upgrade::{OnUpgrade, on};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    spawn,
    task::coop::consume_budget,
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        self,
        handshake::server::create_response_with_body,
        protocol::{CloseFrame, Role, WebSocketConfig, frame::coding::CloseCode},
    },
};

use super::forwarded::{Client, listed};
use crate::{
    app::{Preferences, Word},
    driver,
    http::HttpStream,
    session::{Environment, Session, SessionOptions, Site, Size},
    ssh::{
        admission::Refusal,
        ending::SessionEnd,
        metrics::SessionKind,
        visitors::{Message, Messages, SendQueue, Socket, Visitor, Visitors},
    },
    terminal::{capabilities::WEB_PAGE, clamped_size},
};

/// The name of what is spoken on the socket: a page asks for it, and no other program does so by chance.
const PROTOCOL: &str = "sshcard";

/// What the page says when the browser let nothing be copied.
const UNCOPIED: &str = "uncopied";

/// The longest message, in bytes: the page sends pieces of 4 KiB at most.
const LONGEST: usize = 8 * 1024;

/// What is read at once, in bytes: more than a hand types or a mouse reports in a round trip.
const READ: usize = 2048;

/// How long the browser may take to answer that the socket is closed. What it has not taken by then is lost, as over
/// SSH.
const CLOSING: Duration = Duration::from_secs(1);

/// Opens a session for a page of this server.
pub(super) async fn upgrade(
    State(visitors): State<Visitors>,
    Extension(client): Extension<Client>,
    mut request: Request,
) -> Response {
    let Ok(mut response) = create_response_with_body(&request, Body::empty) else {
        let told = "there is only a WebSocket here, for the page\n";
        return (StatusCode::UPGRADE_REQUIRED, [(UPGRADE, "websocket")], told).into_response();
    };
    let headers = request.headers();
    if !is_same_origin(headers) || !listed(headers, &SEC_WEBSOCKET_PROTOCOL).any(|protocol| protocol == PROTOCOL) {
        return (StatusCode::FORBIDDEN, "a session is for pages of this server\n").into_response();
    }
    response.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(PROTOCOL));
    let upgrading = on(&mut request);
    let query = request.uri().query().unwrap_or_default().to_owned();
    // A browser does not tell its page why a socket was not opened: one without room is opened, told so, and closed.
    let admitted = visitors.admit(client.address);
    spawn(async move {
        let told = (client.is_proxied, query.as_str());
        let serving = AssertUnwindSafe(serve(&visitors, upgrading, admitted, told)).catch_unwind();
        if serving.await.is_err() {
            visitors.metrics().panics.inc();
        }
    });
    response
}

/// Whether the page that asks is of this server: its host is the one that is asked. A program that is no browser may
/// say anything, and gains nothing by it that it does not have over SSH.
fn is_same_origin(headers: &HeaderMap) -> bool {
    let value = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let origin = value(ORIGIN).and_then(|origin| origin.split_once("://"));
    origin.zip(value(HOST)).is_some_and(|((scheme, origin), host)| {
        ["http", "https"].contains(&scheme) && origin.eq_ignore_ascii_case(host)
    })
}

/// Serves a socket from its upgrade to its end. A proxy may be at its other end.
async fn serve(
    visitors: &Visitors,
    upgrading: OnUpgrade,
    admitted: Result<Visitor, Refusal>,
    (is_proxied, query): (bool, &str),
) {
    let Ok(Ok(upgraded)) = timeout(visitors.limits().first_request, upgrading).await else { return };
    // The listener has no other sockets.
    let Ok(parts) = upgraded.downcast::<TokioIo<HttpStream>>() else { return };
    let socket = Socket::tuned(parts.io.into_inner().into_socket());
    let queue = if is_proxied { socket.send_queue().behind_a_proxy() } else { socket.send_queue() };
    let config = WebSocketConfig::default()
        .read_buffer_size(READ)
        // Each message is written at once: what waits, waits in the session.
        .write_buffer_size(0)
        .max_write_buffer_size(LONGEST)
        .max_message_size(Some(LONGEST))
        .max_frame_size(Some(LONGEST));
    let (counted, read) = (visitors.metrics().counted(socket), parts.read_buf.into());
    let stream = WebSocketStream::from_partially_read(counted, read, Role::Server, Some(config)).await;
    let (sink, mut incoming) = stream.split();
    let mut outgoing = PageSink { sink, sending: None };
    let (code, why): (_, &'static str) = match admitted {
        Ok(visitor) => {
            let running = run(visitors, &visitor, &mut incoming, &mut outgoing, (queue, query));
            (CloseCode::Normal, Box::pin(running).await.into())
        }
        Err(refusal) => (CloseCode::Again, refusal.into()),
    };
    let frame = CloseFrame { code, reason: why.into() };
    // What the browser has sent is read until it answers with a close of its own: TCP would else tell it to forget what
    // it has not read yet.
    let closing = async {
        outgoing.sink.send(tungstenite::Message::Close(Some(frame))).await.ok()?;
        while incoming.next().await?.is_ok() {
            consume_budget().await;
        }
        Some(())
    };
    let _ = timeout(CLOSING, closing).await;
}

/// Runs a session on an open socket to its end: why it ended.
async fn run<S: AsyncRead + AsyncWrite + Unpin + Send>(
    visitors: &Visitors,
    visitor: &Visitor,
    incoming: &mut SplitStream<WebSocketStream<S>>,
    outgoing: &mut PageSink<S>,
    (queue, query): (SendQueue, &str),
) -> SessionEnd {
    let mut cards = visitors.cards();
    let options = opening(query, Arc::clone(&cards.current().site), visitors.limits().write_timeout);
    let guard = visitor.session(SessionKind::on_web_page(options.preferences.mode));
    let mut page = PageStream { incoming, visitor };
    let mut events = cards.events(&mut page, queue, visitor);
    let end = Box::pin(driver::run(Session::new(options), &mut events, outgoing, visitors.shutdown())).await.into();
    guard.end(end);
    end
}

/// How a session opens for a page that tells of itself in a query: the `size` of the window (`80x24`), the tag of its
/// `language`, what is behind the text as `ground` (`dark` or `light`), the `words` of `LC_SSHCARD`, and the name of a
/// `page`, with `/` and the number of an entry where one is meant, or of an exhibit, that is to be open. What is
/// missing or unknown is passed over.
fn opening(query: &str, site: Arc<Site>, write_timeout: Duration) -> SessionOptions {
    let value =
        |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')).unwrap_or_default();
    let mut environment = Environment::default();
    environment.set_term(WEB_PAGE);
    environment.set("COLORTERM", "truecolor");
    environment.set("LANG", &format!("{}.UTF-8", value("language").replace('-', "_")));
    environment.set("COLORFGBG", if value("ground") == "light" { "0;15" } else { "15;0" });
    environment.set("LC_SSHCARD", value("words"));
    let page = Word::of(value("page"), site.document());
    let page = page.filter(|word| matches!(word, Word::Page(..) | Word::Exhibit(_)));
    let preferences = Preferences::new(page, &environment, site.document());
    let size = size(value("size")).unwrap_or_else(|| clamped_size(0, 0));
    SessionOptions { site, size, environment, preferences, write_timeout }
}

/// The size of a window, told as `80x24`.
fn size(told: &str) -> Option<Size> {
    let (columns, rows) = told.split_once('x')?;
    Some(clamped_size(columns.parse().ok()?, rows.parse().ok()?))
}

/// What comes from a page.
struct PageStream<'v, S> {
    incoming: &'v mut SplitStream<WebSocketStream<S>>,
    visitor: &'v Visitor,
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> PageStream<'_, S> {
    /// The next message that means something; `None` when there are no more, or one is not of this protocol.
    async fn next(&mut self) -> Option<tungstenite::Message> {
        loop {
            let message = self.incoming.next().await?.ok()?;
            if !matches!(message, tungstenite::Message::Ping(_) | tungstenite::Message::Pong(_)) {
                return Some(message);
            }
            // Many of them are read at once.
            consume_budget().await;
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Messages for PageStream<'_, S> {
    async fn wait(&mut self) -> Option<Message> {
        let message = match self.next().await? {
            tungstenite::Message::Binary(bytes) if bytes.is_empty() => Message::Other,
            tungstenite::Message::Binary(bytes) => Message::Input(bytes),
            tungstenite::Message::Text(text) if text == UNCOPIED => Message::NotCopied,
            tungstenite::Message::Text(text) => Message::Size(size(&text)?),
            _ => return None,
        };
        if matches!(message, Message::Input(_)) {
            self.visitor.heard();
        }
        Some(message)
    }
}

/// What goes to a page.
struct PageSink<S> {
    sink: SplitSink<WebSocketStream<S>, tungstenite::Message>,
    /// The length of the message that is being sent.
    sending: Option<usize>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for PageSink<S> {
    /// Bytes are a message of their own, and count as written when the socket has taken it. Who drops the write before
    /// that has to begin the next one with the same bytes, as a session does.
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let length = if let Some(length) = self.sending {
            length
        } else {
            ready!(self.sink.poll_ready_unpin(cx)).map_err(io::Error::other)?;
            let message = tungstenite::Message::Binary(Bytes::copy_from_slice(bytes));
            self.sink.start_send_unpin(message).map_err(io::Error::other)?;
            *self.sending.insert(bytes.len())
        };
        ready!(self.sink.poll_flush_unpin(cx)).map_err(io::Error::other)?;
        self.sending = None;
        Poll::Ready(Ok(length.min(bytes.len())))
    }

    /// A write is flushed when it returns.
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    /// A socket is closed with a code.
    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(cx)
    }
}
