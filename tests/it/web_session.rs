//! The session on the web page, over real `WebSocket`s; and what its terminal knows.

use std::{collections::BTreeSet, net::SocketAddr, sync::Arc, time::Duration};

use futures_util::{SinkExt as _, StreamExt as _};
use sshcard::{
    document::Document,
    site::Site,
    ssh::{
        Publisher, Server, ending::SessionEnd, hostkey::HostKey, limits::Limits, proxy::Proxies, visitors::Visitors,
    },
    web,
};
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    task::JoinHandle,
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{
        self, Message,
        client::IntoClientRequest as _,
        http::{Request, StatusCode},
        protocol::frame::coding::CloseCode,
    },
};
use tokio_util::sync::CancellationToken;

use crate::{
    fuzzing::harness::{gauges::gauge, vetting},
    support::{ABOUT, HEADLINE, STATION, document, soon},
};

/// A server with a page.
struct Served {
    address: SocketAddr,
    visitors: Visitors,
    publisher: Publisher,
    stop: CancellationToken,
    tasks: [JoinHandle<()>; 2],
    _keys: tempfile::TempDir,
}

impl Served {
    async fn start() -> Self {
        Self::with(Limits { per_address: 0, ..Limits::default() }).await
    }

    async fn with(limits: Limits) -> Self {
        let keys = tempfile::tempdir().unwrap();
        let key = HostKey::load_or_create(keys.path()).unwrap();
        let server = Server::new(Arc::new(Site::new(document())), key, limits, Proxies::default());
        let (publisher, visitors) = (server.publisher(), server.visitors());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let ssh = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let serving = server.serve(vec![ssh], stop.clone().into());
        let tasks = [
            tokio::spawn(async move { serving.await.unwrap() }),
            tokio::spawn(web::serve(listener, visitors.clone(), Proxies::default())),
        ];
        Self { address, visitors, publisher, stop, tasks, _keys: keys }
    }

    /// The request of a page that tells this of itself.
    fn request(&self, told: &str) -> Request<()> {
        let mut request = format!("ws://{}/session?{told}", self.address).into_client_request().unwrap();
        request.headers_mut().insert("origin", format!("http://{}", self.address).parse().unwrap());
        request.headers_mut().insert("sec-websocket-protocol", "sshcard".parse().unwrap());
        request
    }

    /// What is answered to a request that is changed before it is sent.
    async fn answered(&self, change: impl FnOnce(&mut Request<()>)) -> StatusCode {
        let mut request = self.request(USUAL);
        change(&mut request);
        let stream = TcpStream::connect(self.address).await.unwrap();
        match soon(client_async(request, stream)).await {
            Ok((_, response)) => response.status(),
            Err(tungstenite::Error::Http(response)) => response.status(),
            Err(error) => panic!("{error}"),
        }
    }

    /// A page that tells this of itself.
    async fn page(&self, told: &str) -> Page {
        let stream = TcpStream::connect(self.address).await.unwrap();
        let (socket, _) = soon(client_async(self.request(told), stream)).await.unwrap();
        Page { socket, terminal: terminal(80, 24), sent: Vec::new() }
    }

    /// Waits until no session is open, and nobody is connected.
    async fn deserted(&self) {
        soon(async {
            while gauge(self.visitors.metrics(), "sshcard_connections") > 0
                || gauge(self.visitors.metrics(), "sshcard_sessions") > 0
            {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        })
        .await;
    }

    fn ended(&self, why: SessionEnd) -> u64 {
        self.visitors.metrics().sessions_ended.get_or_create(&why).get()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stop.cancel();
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

fn terminal(columns: u16, rows: u16) -> vt100::Parser {
    vt100::Parser::new(rows.try_into().unwrap(), columns.try_into().unwrap(), 0)
}

/// A page with its session.
struct Page {
    socket: WebSocketStream<TcpStream>,
    terminal: vt100::Parser,
    /// All that the session has sent.
    sent: Vec<u8>,
}

impl Page {
    async fn tell(&mut self, told: &str) {
        soon(self.socket.send(Message::text(told))).await.unwrap();
    }

    async fn types(&mut self, keys: &str) {
        soon(self.socket.send(Message::binary(keys.as_bytes().to_vec()))).await.unwrap();
    }

    /// Reads until this is on the screen.
    async fn sees(&mut self, text: &str) {
        while !self.terminal.screen().contents().contains(text) {
            match soon(self.socket.next()).await {
                Some(Ok(Message::Binary(bytes))) => {
                    self.terminal.process(&bytes);
                    self.sent.extend_from_slice(&bytes);
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => (),
                other => panic!("{other:?} instead of {text:?} on {}", self.terminal.screen().contents()),
            }
        }
    }

    /// Reads to the end: the code and the reason with which the socket is closed.
    async fn end(&mut self) -> Option<(CloseCode, String)> {
        let mut closed = None;
        while let Some(Ok(message)) = soon(self.socket.next()).await {
            match message {
                Message::Binary(bytes) => {
                    self.terminal.process(&bytes);
                    self.sent.extend_from_slice(&bytes);
                }
                Message::Close(frame) => closed = frame.map(|frame| (frame.code, frame.reason.to_string())),
                _ => (),
            }
        }
        closed
    }
}

const USUAL: &str = "size=80x24&language=en&ground=dark&words=&page=";

fn closed(code: CloseCode, reason: &str) -> (CloseCode, String) {
    (code, reason.to_owned())
}

#[tokio::test]
async fn a_page_has_the_session() {
    let server = Served::start().await;
    let mut page = server.page(USUAL).await;
    page.sees(HEADLINE).await;
    assert_eq!(gauge(server.visitors.metrics(), "sshcard_sessions"), 1);
    page.types("\t").await;
    page.sees(ABOUT).await;
    page.terminal = terminal(100, 30);
    page.tell("100x30").await;
    page.sees(ABOUT).await;
    page.types("q").await;
    assert_eq!(page.end().await.unwrap(), closed(CloseCode::Normal, "goodbye"));
    assert!(page.sent.ends_with(b"\r\n"), "the last lines stay");
    assert_eq!(vetting::of_terminal(&page.sent), Ok(()));
    server.deserted().await;
    assert_eq!(server.ended(SessionEnd::Goodbye), 1);
}

#[tokio::test]
async fn it_opens_where_the_page_says() {
    let server = Served::start().await;
    for (told, text) in [
        ("size=80x24&page=about", ABOUT),
        ("size=80x24&page=career&ground=light&language=xx-nonsense", STATION),
        ("size=80x24&page=career/1", STATION),
        ("size=80x24&page=career/9", STATION),
        ("size=80x24&page=no-such-page", HEADLINE),
        ("size=80x24&page=about/1&words=plain", ABOUT),
        ("size=80x24&page=text", HEADLINE),
        // Nothing is needed, and what is unknown is passed over.
        ("", HEADLINE),
        ("more=1&&=&size=80&page", HEADLINE),
    ] {
        server.page(told).await.sees(text).await;
    }
    let mut plain = server.page("size=80x24&words=still,plain").await;
    plain.sees(HEADLINE).await;
    assert!(!plain.sent.contains(&b'\x1b'), "plain lines have no sequences");
}

#[tokio::test]
async fn it_hears_that_the_browser_let_nothing_be_copied() {
    let server = Served::start().await;
    let mut reachable: Document = document();
    reachable.card.email = Some("ada@example.com".into());
    server.publisher.publish(Arc::new(Site::new(reachable)));
    let mut page = server.page("size=80x24&page=contact").await;
    page.sees("ada@example.com").await;
    page.types("y").await;
    page.sees("Sent to the clipboard.").await;
    page.tell("uncopied").await;
    page.sees("No clipboard here.").await;
}

#[tokio::test]
async fn only_pages_of_this_server_get_one() {
    let server = Served::start().await;
    let header = |name: &'static str, value: &'static str| {
        move |request: &mut Request<()>| _ = request.headers_mut().insert(name, value.parse().unwrap())
    };
    for origin in ["http://example.com", "null", "https://127.0.0.1", "file://", "http://127.0.0.1:1"] {
        assert_eq!(server.answered(header("origin", origin)).await, StatusCode::FORBIDDEN, "{origin}");
    }
    let no_origin = server.answered(|request| _ = request.headers_mut().remove("origin")).await;
    assert_eq!(no_origin, StatusCode::FORBIDDEN);
    // With another protocol, no client would take the answer.
    assert_eq!(server.answered(header("sec-websocket-protocol", "chat")).await, StatusCode::FORBIDDEN);
    assert_eq!(server.answered(header("sec-websocket-version", "8")).await, StatusCode::UPGRADE_REQUIRED);
    assert_eq!(gauge(server.visitors.metrics(), "sshcard_connections_accepted_total"), 0);
    assert_eq!(server.answered(|_| ()).await, StatusCode::SWITCHING_PROTOCOLS);
}

#[tokio::test]
async fn a_message_that_is_too_long_or_none_of_ours_ends_it() {
    let server = Served::start().await;
    let long = Message::binary(vec![b'j'; 9 * 1024]);
    let mut half = vec![0x82, 0xff];
    half.extend((1_u64 << 40).to_be_bytes());
    half.extend([0; 4]);
    for message in [Some(long), Some(Message::text("80x")), Some(Message::text("no size")), None] {
        let mut page = server.page(USUAL).await;
        page.sees(HEADLINE).await;
        match message {
            Some(message) => soon(page.socket.send(message)).await.unwrap(),
            // A header alone, of a message of a terabyte.
            None => soon(tokio::io::AsyncWriteExt::write_all(page.socket.get_mut(), &half)).await.unwrap(),
        }
        page.end().await;
        server.deserted().await;
    }
    assert_eq!(server.ended(SessionEnd::Gone), 4);
}

#[tokio::test]
async fn a_flood_of_messages_is_taken_as_fast_as_a_session_needs() {
    let server = Served::start().await;
    let mut flood = server.page(USUAL).await;
    flood.sees(HEADLINE).await;
    for n in 0..2000 {
        let message = match n % 3 {
            0 => Message::Ping(Vec::new().into()),
            1 => Message::text("90x30"),
            _ => Message::binary(b"jk".to_vec()),
        };
        soon(flood.socket.feed(message)).await.unwrap();
    }
    // Others do not wait for it.
    let mut other = server.page(USUAL).await;
    other.sees(HEADLINE).await;
    soon(flood.socket.flush()).await.unwrap();
    flood.types("q").await;
    assert_eq!(flood.end().await.unwrap(), closed(CloseCode::Normal, "goodbye"));
}

#[tokio::test]
async fn it_ends_when_the_page_goes() {
    let server = Served::start().await;
    let mut page = server.page(USUAL).await;
    page.sees(HEADLINE).await;
    drop(page);
    server.deserted().await;
    let mut page = server.page(USUAL).await;
    page.sees(HEADLINE).await;
    soon(page.socket.close(None)).await.unwrap();
    server.deserted().await;
    assert_eq!(server.ended(SessionEnd::Gone), 2);
}

#[tokio::test]
async fn a_page_that_reads_nothing_is_given_up() {
    let limits = Limits { per_address: 0, write_timeout: Duration::from_millis(500), ..Limits::default() };
    let server = Served::with(limits).await;
    let stream = TcpSocket::new_v4().unwrap();
    stream.set_recv_buffer_size(1).unwrap();
    let stream = stream.connect(server.address).await.unwrap();
    let mut socket = soon(client_async(server.request(USUAL), stream)).await.unwrap().0;
    // Every key makes another page; it reads none. The server may stop reading, too.
    let typing = async {
        for key in ["1", "2"].into_iter().cycle() {
            if socket.send(Message::binary(key)).await.is_err() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        std::future::pending::<()>().await;
    };
    let given_up = async {
        while server.ended(SessionEnd::Stalled) == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    soon(async {
        tokio::select! {
            () = typing => {}
            () = given_up => {}
        }
    })
    .await;
    drop(socket);
    server.deserted().await;
}

#[tokio::test]
async fn another_card_is_shown_when_it_comes() {
    let server = Served::start().await;
    let mut page = server.page(USUAL).await;
    page.sees(HEADLINE).await;
    let mut other: Document = document();
    other.card.headline = vec!["Tunnels, dug by hand".into()];
    server.publisher.publish(Arc::new(Site::new(other)));
    // The first key shows the other card, and does nothing else.
    page.types("2").await;
    page.sees("Tunnels").await;
    page.types("2").await;
    page.sees(ABOUT).await;
}

#[tokio::test]
async fn a_page_is_told_that_there_is_no_room() {
    for (limits, reason) in [
        (Limits { per_address: 0, connections: 1, evictions: 0, ..Limits::default() }, "full"),
        (Limits { per_address: 1, ..Limits::default() }, "address"),
    ] {
        let server = Served::with(limits).await;
        let mut first = server.page(USUAL).await;
        first.sees(HEADLINE).await;
        let mut second = server.page(USUAL).await;
        assert_eq!(second.end().await.unwrap(), closed(CloseCode::Again, reason));
        first.types("\t").await;
        first.sees(ABOUT).await;
    }
}

#[tokio::test]
async fn it_says_goodbye_when_the_server_stops() {
    let mut server = Served::start().await;
    let mut page = server.page(USUAL).await;
    page.sees(HEADLINE).await;
    server.stop.cancel();
    assert_eq!(page.end().await.unwrap(), closed(CloseCode::Normal, "shutdown"));
    assert!(!page.terminal.screen().alternate_screen() && !page.terminal.screen().hide_cursor());
    soon(&mut server.tasks[0]).await.unwrap();
}

/// Both are written by hand: what the page's terminal knows is what the server may send.
#[test]
fn the_terminal_of_the_page_knows_the_list() {
    let model = include_str!("../../src/web/terminal/model.js");
    let (_, table) = model.split_once("const SEQUENCES = {").unwrap();
    let (table, _) = table.split_once("\n};").unwrap();
    let known: BTreeSet<&str> =
        table.lines().filter_map(|line| line.trim().strip_prefix('"')?.split('"').next()).collect();
    let bare = |sequence: &'static str| sequence.trim_start_matches('\x1b').trim_end_matches("\x1b\\");
    let listed: BTreeSet<&str> = vetting::SEQUENCES.iter().copied().map(bare).collect();
    assert_eq!(known, listed);
}
