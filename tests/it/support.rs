//! A server on a port of its own that stops when dropped, and a client with verbs.
//!
//! Nothing here sleeps for a guessed time: everything waits for what is expected, and fails after [`DEADLINE`].

use std::{
    future::Future,
    net::{IpAddr, SocketAddr},
    num::NonZeroU16,
    sync::Arc,
    time::Duration,
};

use russh::{
    Channel, ChannelMsg, Disconnect,
    client::{self, Msg},
    keys::PublicKeyOrCertificate,
};
use sshcard::{
    document::{Block, Card, Dates, Document, Entry, Layout, Page, Place, Prose, Run, Section},
    formats,
    site::Site,
    ssh::{Publisher, Server, hostkey::HostKey, limits::Limits, proxy::Proxies, visitors::Visitors},
    typeset,
};
use tokio::{
    net::{TcpListener, TcpSocket, TcpStream},
    task::JoinHandle,
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use crate::fuzzing::harness::gauges::gauge;

/// How long anything that is expected may take, on a machine that has much else to do.
pub(crate) const DEADLINE: Duration = Duration::from_secs(20);

/// Words that stand on the card of [`document`], each on another page.
pub(crate) const HEADLINE: &str = "Bridges, drawn by hand";
pub(crate) const ABOUT: &str = "I began with paper models";
pub(crate) const STATION: &str = "Harbour Office";
pub(crate) const LAYER: &str = "foundations";

/// Waits for what is expected.
pub(crate) async fn soon<T>(what: impl Future<Output = T>) -> T {
    timeout(DEADLINE, what).await.expect("what was expected did not come in time")
}

/// The card of a person who does not exist.
pub(crate) fn document() -> Document {
    let prose = |text: &str| Prose::of(vec![Block::Paragraph(vec![Run::plain(text)])]);
    let page = |name: &str, layout| Page { name: name.into(), title: name.into(), layout, ..Page::default() };
    let card = Card {
        headline: vec![HEADLINE.into()],
        name: Some("Ada Example".into()),
        role: Some("Engineer".into()),
        organization: Some("Example & Daughters".into()),
        interests: vec!["steel".into(), "stone".into()],
        outside: vec!["rowing".into()],
        ..Card::default()
    };
    let job = Entry {
        organization: Some(STATION.into()),
        title: Some("quays".into()),
        dates: Dates::Words("now".into()),
        text: prose("Piers and quays."),
        see: Some(Place { page: 3, entry: Some(0) }),
        ..Entry::default()
    };
    let layer = Entry {
        title: Some(LAYER.into()),
        subtitle: Some("what everything stands on".into()),
        text: prose("Deep enough."),
        ..Entry::default()
    };
    let pages = vec![
        page("card", Layout::Card),
        Page { intro: prose(ABOUT), ..page("about", Layout::Prose) },
        Page {
            section: Section::Work,
            line: vec!["Harbour Office".into(), "Bridge Works".into()],
            entries: vec![job],
            ..page("career", Layout::Timeline)
        },
        Page { ground: Some("rock".into()), entries: vec![layer], ..page("stack", Layout::Layers) },
        page("contact", Layout::Contact),
    ];
    Document { card, pages, ..Document::default() }
}

/// The text of a page of [`document`], by its number, as a visitor without a terminal reads it.
pub(crate) fn page_text(page: usize) -> String {
    formats::render_page(&document(), Place { page, entry: None }, formats::TEXT_WIDTH, false)
}

/// A document in a format for readers, without variants, which must have it.
pub(crate) fn rendered(document: &Document, format: &str) -> String {
    let bytes = formats::find(format).unwrap().render(&typeset::typographic(document), "").unwrap();
    String::from_utf8(bytes.into()).unwrap()
}

/// A running server.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) fingerprint: String,
    pub(crate) visitors: Visitors,
    pub(crate) publisher: Publisher,
    pub(crate) keys: tempfile::TempDir,
    stop: CancellationToken,
    done: Option<JoinHandle<()>>,
}

impl Running {
    /// A server as it comes, but for what one address may have: all of a test's visitors have the same.
    pub(crate) async fn start() -> Self {
        Self::with(Limits { per_address: 0, ..Limits::default() }).await
    }

    pub(crate) async fn with(limits: Limits) -> Self {
        Self::of(document(), limits).await
    }

    /// A server of another card.
    pub(crate) async fn of(document: Document, limits: Limits) -> Self {
        Self::serving(document, limits, Proxies::default()).await
    }

    /// A server behind proxies in these networks.
    pub(crate) async fn behind(networks: &[&str], limits: Limits) -> Self {
        let networks: Vec<_> = networks.iter().map(|network| network.parse().unwrap()).collect();
        Self::serving(document(), limits, Proxies::new(&networks)).await
    }

    async fn serving(document: Document, limits: Limits, proxies: Proxies) -> Self {
        let keys = tempfile::tempdir().unwrap();
        let key = HostKey::load_or_create(keys.path()).unwrap();
        let fingerprint = key.fingerprint();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let server = Server::new(Arc::new(Site::new(document)), key, limits, proxies);
        let (visitors, publisher) = (server.visitors(), server.publisher());
        let serving = server.serve(vec![listener], stop.clone().into());
        let done = tokio::spawn(async move { serving.await.expect("no listener fails") });
        Self { address, fingerprint, visitors, publisher, keys, stop, done: Some(done) }
    }

    /// Stops the server and waits until it has ended.
    pub(crate) async fn stop(&mut self) {
        self.stop.cancel();
        if let Some(done) = self.done.take() {
            soon(done).await.unwrap();
        }
    }

    /// Connections that there are.
    pub(crate) fn connections(&self) -> usize {
        gauge(self.visitors.metrics(), "sshcard_connections")
    }

    /// Connections that are not let in yet.
    pub(crate) fn unauthenticated(&self) -> usize {
        gauge(self.visitors.metrics(), "sshcard_connections_unauthenticated")
    }

    /// Waits until nobody is connected.
    pub(crate) async fn deserted(&self) {
        soon(async {
            while self.connections() > 0 {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        })
        .await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(done) = &self.done {
            done.abort();
        }
    }
}

/// A connected client that has not yet authenticated, or has.
pub(crate) struct Client {
    pub(crate) handle: client::Handle<Trusting>,
}

/// Trusts the key that the server has.
pub(crate) struct Trusting(String);

impl client::Handler for Trusting {
    type Error = russh::Error;

    async fn check_server_key(&mut self, key: &PublicKeyOrCertificate) -> Result<bool, Self::Error> {
        match key {
            PublicKeyOrCertificate::PublicKey { key, .. } => {
                Ok(key.fingerprint(russh::keys::HashAlg::Sha256).to_string() == self.0)
            }
            PublicKeyOrCertificate::Certificate(_) => Ok(false),
        }
    }
}

impl Client {
    /// Connects without authenticating.
    pub(crate) async fn dial(server: &Running, config: client::Config) -> Result<Self, russh::Error> {
        Self::dial_at(server.address, &server.fingerprint, config).await
    }

    /// Connects to whatever server has this key.
    pub(crate) async fn dial_at(
        address: SocketAddr,
        fingerprint: &str,
        config: client::Config,
    ) -> Result<Self, russh::Error> {
        let trusting = Trusting(fingerprint.to_owned());
        let handle = soon(client::connect(Arc::new(config), address, trusting)).await?;
        Ok(Self { handle })
    }

    /// Connects over a stream to whatever server has this key, and authenticates.
    pub(crate) async fn over(stream: TcpStream, fingerprint: &str) -> Result<Self, russh::Error> {
        let trusting = Trusting(fingerprint.to_owned());
        let config = Arc::new(client::Config::default());
        let mut handle = soon(client::connect_stream(config, stream, trusting)).await?;
        assert!(soon(handle.authenticate_none("visitor")).await?.success());
        Ok(Self { handle })
    }

    /// Connects from one of this machine's addresses (on Linux all of 127.0.0.0/8), and authenticates.
    pub(crate) async fn from(source: &str, server: &Running) -> Result<Self, russh::Error> {
        Self::over(stream_from(source, server).await, &server.fingerprint).await
    }

    /// Connects as OpenSSH does: with `none`.
    pub(crate) async fn connect(server: &Running) -> Self {
        Self::connect_as(server, "visitor", client::Config::default()).await
    }

    pub(crate) async fn connect_as(server: &Running, user: &str, config: client::Config) -> Self {
        let mut client = Self::dial(server, config).await.unwrap();
        assert!(soon(client.handle.authenticate_none(user)).await.unwrap().success());
        client
    }

    pub(crate) async fn open(&self) -> Result<Channel<Msg>, russh::Error> {
        soon(self.handle.channel_open_session()).await
    }

    /// `ssh host command`
    pub(crate) async fn exec(&self, command: impl Into<Vec<u8>>) -> Output {
        let channel = self.open().await.unwrap();
        channel.exec(true, command).await.unwrap();
        Output::of(channel).await
    }

    /// `ssh -T host`
    pub(crate) async fn shell(&self) -> Output {
        let channel = self.open().await.unwrap();
        channel.request_shell(true).await.unwrap();
        Output::of(channel).await
    }

    /// `sftp host`
    pub(crate) async fn sftp(&self) -> Channel<Msg> {
        let mut channel = self.open().await.unwrap();
        channel.request_subsystem(true, "sftp").await.unwrap();
        assert!(matches!(soon(channel.wait()).await, Some(ChannelMsg::Success)));
        channel
    }

    /// `ssh -t host`
    pub(crate) async fn terminal(&self, term: &str, columns: u16, rows: u16) -> Terminal {
        self.terminal_with(&[], term, columns, rows).await
    }

    /// `ssh -t host COMMAND`, where the command draws on the terminal.
    pub(crate) async fn terminal_running(&self, command: &str) -> Terminal {
        self.terminal_with_running(&[], "xterm-256color", command).await
    }

    /// The same with variables, on a terminal of another kind.
    pub(crate) async fn terminal_with_running(
        &self,
        variables: &[(&str, &str)],
        term: &str,
        command: &str,
    ) -> Terminal {
        self.open_terminal(variables, term, (80, 24), Some(command)).await
    }

    /// `ssh -t -o SendEnv=… host`
    pub(crate) async fn terminal_with(
        &self,
        variables: &[(&str, &str)],
        term: &str,
        columns: u16,
        rows: u16,
    ) -> Terminal {
        self.open_terminal(variables, term, (columns, rows), None).await
    }

    async fn open_terminal(
        &self,
        variables: &[(&str, &str)],
        term: &str,
        (columns, rows): (u16, u16),
        command: Option<&str>,
    ) -> Terminal {
        let channel = self.open().await.unwrap();
        for (name, value) in variables {
            channel.set_env(false, *name, *value).await.unwrap();
        }
        let size = (u32::from(columns), u32::from(rows));
        channel.request_pty(true, term, size.0, size.1, 0, 0, &[]).await.unwrap();
        match command {
            Some(command) => channel.exec(true, command).await.unwrap(),
            None => channel.request_shell(true).await.unwrap(),
        }
        let mut terminal = Terminal { channel, screen: screen(columns, rows), bytes: Vec::new(), status: None };
        assert_eq!([terminal.reply().await, terminal.reply().await], [true, true], "PTY and what runs on it");
        terminal
    }

    pub(crate) async fn hang_up(self) {
        self.handle.disconnect(Disconnect::ByApplication, "", "").await.unwrap();
    }
}

/// A connection from one of this machine's addresses.
pub(crate) async fn stream_from(source: &str, server: &Running) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::new(source.parse::<IpAddr>().unwrap(), 0)).unwrap();
    soon(socket.connect(server.address)).await.unwrap()
}

/// What a command said.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Output {
    pub(crate) replies: Vec<bool>,
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) status: Option<u32>,
    pub(crate) eof: bool,
}

impl Output {
    /// Reads a channel to its close.
    pub(crate) async fn of(mut channel: Channel<Msg>) -> Self {
        let mut output = Self::default();
        while let Some(message) = soon(channel.wait()).await {
            match message {
                ChannelMsg::Success => output.replies.push(true),
                ChannelMsg::Failure => output.replies.push(false),
                ChannelMsg::Data { data } => output.out.push_str(&String::from_utf8_lossy(&data)),
                ChannelMsg::ExtendedData { data, ext: 1 } => output.err.push_str(&String::from_utf8_lossy(&data)),
                ChannelMsg::ExitStatus { exit_status } => output.status = Some(exit_status),
                ChannelMsg::Eof => output.eof = true,
                ChannelMsg::Close => break,
                _ => (),
            }
        }
        output
    }
}

/// A terminal of a size; 0 is what the server takes it for.
fn screen(columns: u16, rows: u16) -> vt100::Parser {
    let (columns, rows) = cells(columns, rows);
    vt100::Parser::new(rows, columns, 0)
}

fn cells(columns: u16, rows: u16) -> (NonZeroU16, NonZeroU16) {
    let or = |n: u16, default| NonZeroU16::new(if n == 0 { default } else { n }).unwrap();
    (or(columns, 80), or(rows, 24))
}

/// A session on a terminal, as the visitor sees it.
pub(crate) struct Terminal {
    pub(crate) channel: Channel<Msg>,
    screen: vt100::Parser,
    /// Everything that was sent to the terminal.
    pub(crate) bytes: Vec<u8>,
    status: Option<u32>,
}

impl Terminal {
    /// The next reply to a request.
    pub(crate) async fn reply(&mut self) -> bool {
        loop {
            match self.next().await {
                Some(ChannelMsg::Success) => return true,
                Some(ChannelMsg::Failure) => return false,
                Some(_) => (),
                None => panic!("closed before a reply"),
            }
        }
    }

    /// Types.
    pub(crate) async fn types(&self, keys: &str) {
        soon(self.channel.data(keys.as_bytes())).await.unwrap();
    }

    pub(crate) async fn resize(&mut self, columns: u16, rows: u16) {
        let (columns_shown, rows_shown) = cells(columns, rows);
        self.screen.screen_mut().set_size(rows_shown, columns_shown);
        soon(self.channel.window_change(columns.into(), rows.into(), 0, 0)).await.unwrap();
    }

    /// Whether `text` stands on the screen.
    pub(crate) fn shows(&self, text: &str) -> bool {
        self.contents().contains(text)
    }

    /// Waits until `text` stands on the screen.
    pub(crate) async fn expect(&mut self, text: &str) {
        while !self.shows(text) {
            assert!(self.next().await.is_some(), "closed without {text:?}; the screen:\n{}", self.contents());
        }
    }

    /// Waits until the screen is as it should be.
    pub(crate) async fn expect_that(&mut self, holds: impl Fn(&str) -> bool) {
        while !holds(&self.contents()) {
            assert!(self.next().await.is_some(), "closed before that; the screen:\n{}", self.contents());
        }
    }

    /// Waits until the screen looks like the other's, with every colour.
    pub(crate) async fn expect_screen_of(&mut self, other: &Self) {
        while self.looks() != other.looks() {
            let more = self.next().await.is_some();
            assert!(more, "closed, and not the same:\n{}\n{}", self.contents(), other.contents());
        }
    }

    /// What is seen of each cell: of an empty one only its ground.
    pub(crate) fn looks(&self) -> Vec<String> {
        let screen = self.screen.screen();
        let (rows, columns) = screen.size();
        let cells = (0..rows.get()).flat_map(|y| (0..columns.get()).map(move |x| (y, x)));
        let looks = cells.filter_map(|(y, x)| screen.cell(y, x)).map(|cell| {
            let ground = (cell.bgcolor(), cell.inverse(), cell.underline());
            let ink = (cell.contents(), cell.fgcolor(), cell.bold(), cell.dim(), cell.italic());
            let ink = (!matches!(cell.contents(), "" | " ")).then_some(ink);
            format!("{ground:?} {ink:?}")
        });
        looks.collect()
    }

    /// Waits until the terminal was sent a sequence so many times.
    pub(crate) async fn receives(&mut self, sequence: &str, times: usize) {
        while self.count(sequence) < times {
            let more = self.next().await.is_some();
            assert!(more, "closed before {sequence:?} came {times} times: {:?}", String::from_utf8_lossy(&self.bytes));
        }
    }

    /// Waits until what the terminal was sent is as it should be.
    pub(crate) async fn expect_sent(&mut self, holds: impl Fn(&[u8]) -> bool) {
        while !holds(&self.bytes) {
            assert!(self.next().await.is_some(), "closed before that: {:?}", String::from_utf8_lossy(&self.bytes));
        }
    }

    /// How often the terminal was sent a sequence.
    pub(crate) fn count(&self, sequence: &str) -> usize {
        self.bytes.windows(sequence.len()).filter(|bytes| *bytes == sequence.as_bytes()).count()
    }

    /// Waits until the session has ended: its exit status.
    pub(crate) async fn ends(&mut self) -> Option<u32> {
        while self.next().await.is_some() {}
        self.status
    }

    pub(crate) fn contents(&self) -> String {
        self.screen.screen().contents()
    }

    pub(crate) fn on_alternate_screen(&self) -> bool {
        self.screen.screen().alternate_screen()
    }

    async fn next(&mut self) -> Option<ChannelMsg> {
        let Ok(message) = timeout(DEADLINE, self.channel.wait()).await else {
            panic!("nothing came in time; the screen:\n{}", self.contents());
        };
        match &message {
            Some(ChannelMsg::Data { data }) => {
                self.bytes.extend_from_slice(data);
                self.screen.process(data);
            }
            Some(ChannelMsg::ExitStatus { exit_status }) => self.status = Some(*exit_status),
            Some(ChannelMsg::Close) => return None,
            _ => (),
        }
        message
    }
}
