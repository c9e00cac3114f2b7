//! What visitors notice while somebody means harm to the web page, and what its sessions take.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
    task::JoinSet,
    time::{sleep, timeout},
};

use super::{
    client::Session,
    faults::{Rows, STANDARD, STILL, keys},
    measure::{SETTLING, crowd_of, press_all},
    process::UNLIMITED,
    table::Value,
};

/// Sessions of which the memory is compared.
const CROWD: usize = 500;

/// How long an attacker who was hung up on waits.
const AGAIN: Duration = Duration::from_secs(1);

/// What an attacker does on a connection, until it is hung up on.
#[derive(Debug, Clone, Copy)]
enum Act {
    /// Nothing.
    Silence,
    /// A head, a byte a second.
    SlowHead,
    /// A body, a byte a second.
    SlowBody,
    /// A head of 64 KiB.
    HugeHead,
    /// The page, again and again.
    Page,
    /// Many requests at once, of which no answer is read.
    Deaf,
    /// A session for the page of another server.
    WrongOrigin,
    /// A session that is never begun.
    Socket,
    /// A session whose visitor types as fast as the line carries.
    Keys,
    /// Pings as fast as the line carries.
    Pings,
}

/// Attackers: what they are called, from how many addresses they come, how many connections they hold, what they do.
const ATTACKS: [(&str, u8, usize, Act); 12] = [
    ("10000 silent connections of one address", 1, 10_000, Act::Silence),
    ("10000 silent connections of 40 addresses", 40, 10_000, Act::Silence),
    ("1000 slow heads of 40 addresses", 40, 1000, Act::SlowHead),
    ("1000 slow bodies of 40 addresses", 40, 1000, Act::SlowBody),
    ("100 who send heads of 64 KiB", 10, 100, Act::HugeHead),
    ("100 who read no answer", 10, 100, Act::Deaf),
    ("100 who ask for the page without end", 10, 100, Act::Page),
    ("100 of a wrong origin", 10, 100, Act::WrongOrigin),
    ("1000 WebSockets of one address", 1, 1000, Act::Socket),
    ("1000 WebSockets of 200 addresses", 200, 1000, Act::Socket),
    ("20 WebSockets full of keys", 2, 20, Act::Keys),
    ("20 WebSockets full of pings", 2, 20, Act::Pings),
];

/// Connections of the attackers, and answers that they got.
static CONNECTED: AtomicUsize = AtomicUsize::new(0);

impl Rows<'_> {
    /// Each attack on a server of its own, with a visitor over SSH and another on the page.
    pub(crate) async fn web(&mut self, samples: usize) -> Result<()> {
        for (name, addresses, connections, act) in ATTACKS {
            let (page, flag) = page()?;
            let server = self.server(&["--web", &flag])?;
            let process = server.process.context("no process")?;
            let mut typist = Session::arrive(server.address, STILL, STANDARD).await?.0;
            typist.press("2").await?;
            typist.drain().await?;
            let alone = keys(&mut typist, samples.min(100)).await?;
            self.push(format!("key over SSH, before {name}"), Value::times(alone));
            let mut attackers = JoinSet::new();
            for n in 0..connections {
                let from = Ipv4Addr::new(127, 1, 0, 1 + (n % usize::from(addresses)) as u8);
                attackers.spawn(attack(page, from, act));
            }
            sleep(SETTLING).await;
            CONNECTED.store(0, Ordering::Relaxed);
            let (before, begin) = (process.cpu()?, Instant::now());
            let beside = keys(&mut typist, samples.min(150)).await?;
            let rate = CONNECTED.load(Ordering::Relaxed) as f64 / begin.elapsed().as_secs_f64();
            let cpu = process.cpu()?.saturating_sub(before).as_secs_f64() / begin.elapsed().as_secs_f64();
            self.push(format!("key over SSH, beside {name}"), Value::times(beside));
            let (times, failed) = pages(page).await;
            self.push(format!("the page from elsewhere, beside {name}"), Value::times(times));
            self.push(format!("of 50 pages not got, beside {name}"), Value::Count(failed as f64));
            self.push(format!("connections and requests a second of {name}"), Value::Count(rate));
            self.push(format!("% of a core, beside {name}"), Value::Count(100.0 * cpu));
            let memory = server.footprint()?.context("no process")?.0;
            self.push(format!("memory beside {name}"), Value::Megabytes(memory as f64 / 1e6));
            attackers.shutdown().await;
        }
        self.sessions().await
    }

    /// Memory of sessions at rest on the page and over SSH.
    async fn sessions(&mut self) -> Result<()> {
        let (page, flag) = page()?;
        let server = self.server(&[UNLIMITED, &["--web", &flag]].concat())?;
        let memory = || Ok::<_, anyhow::Error>(server.footprint()?.context("no process")?.0);
        drop(crowd_of(server.address, 1, STANDARD).await?);
        drop(Socket::open(page, Ipv4Addr::LOCALHOST).await?.begun().await?);
        sleep(SETTLING).await;
        let before = memory()?;
        let mut over_ssh = crowd_of(server.address, CROWD, STANDARD).await?;
        for _ in 0..3 {
            press_all(&mut over_ssh, "l").await?;
        }
        sleep(SETTLING).await;
        let between = memory()?;
        let mut on_page = Vec::new();
        for _ in 0..CROWD {
            on_page.push(Socket::open(page, Ipv4Addr::LOCALHOST).await?.begun().await?);
        }
        for _ in 0..3 {
            for socket in &mut on_page {
                socket.says(b"l").await?;
                socket.hears().await?;
            }
        }
        sleep(SETTLING).await;
        for (name, before, after) in [("over SSH", before, between), ("on the page", between, memory()?)] {
            let each = after.saturating_sub(before) as f64 / CROWD as f64 / 1024.0;
            self.push(format!("memory for each of {CROWD} idle sessions {name}"), Value::Kibibytes(each));
        }
        Ok(())
    }
}

/// A free address, also as the value of `--web`.
fn page() -> Result<(SocketAddr, String)> {
    let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    Ok((address, address.to_string()))
}

async fn connect(to: SocketAddr, from: Ipv4Addr) -> io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((from, 0).into())?;
    let stream = socket.connect(to).await?;
    // So that no port is left waiting.
    stream.set_zero_linger()?;
    stream.set_nodelay(true)?;
    CONNECTED.fetch_add(1, Ordering::Relaxed);
    Ok(stream)
}

/// Does it again and again.
async fn attack(page: SocketAddr, from: Ipv4Addr, act: Act) {
    loop {
        // Whoever is hung up on comes back.
        let _ = once(page, from, act).await;
        sleep(AGAIN).await;
    }
}

async fn once(page: SocketAddr, from: Ipv4Addr, act: Act) -> Result<()> {
    match act {
        Act::Socket => return Socket::open(page, from).await?.gone().await,
        Act::Keys => {
            let mut socket = Socket::open(page, from).await?.begun().await?;
            return socket.floods(&frame(0x82, &b"253".repeat(1000))).await;
        }
        Act::Pings => {
            let mut socket = Socket::open(page, from).await?.begun().await?;
            return socket.floods(&frame(0x89, b"").repeat(600)).await;
        }
        _ => (),
    }
    let mut stream = connect(page, from).await?;
    let (begin, piece): (&[u8], &[u8]) = match act {
        Act::SlowHead => (b"GET / HTTP/1.1\r\nHost: a\r\na: ", b"b"),
        Act::SlowBody => (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n", b"b"),
        _ => (b"", b""),
    };
    match act {
        Act::Page => {
            let request = b"GET / HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\nAccept-Encoding: gzip\r\n\r\n";
            loop {
                stream.write_all(request).await?;
                answer(&mut stream).await?;
            }
        }
        Act::WrongOrigin => loop {
            stream.write_all(handshake("http://elsewhere.example").as_bytes()).await?;
            answer(&mut stream).await?;
        },
        Act::HugeHead => {
            let head = ["GET / HTTP/1.1\r\nHost: a\r\na: ", &"b".repeat(64 * 1024), "\r\n\r\n"].concat();
            stream.write_all(head.as_bytes()).await?;
            stream.read_to_end(&mut Vec::new()).await?;
        }
        Act::Deaf => {
            stream.write_all(&b"GET /terminal.js HTTP/1.1\r\nHost: a\r\n\r\n".repeat(1000)).await?;
            while stream.write_all(b"\r\n").await.is_ok() {
                sleep(AGAIN).await;
            }
        }
        _ => {
            stream.write_all(begin).await?;
            let mut heard = [0; 1024];
            loop {
                match timeout(AGAIN, stream.read(&mut heard)).await {
                    Ok(read) => ensure!(read? > 0, "hung up"),
                    Err(_) => stream.write_all(piece).await?,
                }
            }
        }
    }
    Ok(())
}

/// Reads an answer whose length is told.
async fn answer(stream: &mut TcpStream) -> Result<()> {
    let (mut heard, mut piece) = (Vec::new(), [0; 16 * 1024]);
    loop {
        let read = stream.read(&mut piece).await?;
        ensure!(read > 0, "hung up");
        heard.extend_from_slice(piece.get(..read).unwrap_or_default());
        let Some(end) = heard.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(heard.get(..end).unwrap_or_default()).to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
        if heard.len() >= end + 4 + length.context("no length")? {
            CONNECTED.fetch_add(1, Ordering::Relaxed);
            return Ok(());
        }
    }
}

/// The page fifty times, each from an address of its own: what each waited, and how many did not come.
async fn pages(page: SocketAddr) -> (Vec<Duration>, usize) {
    let (mut times, mut failed) = (Vec::new(), 0);
    for n in 0..50 {
        let begin = Instant::now();
        let got = async {
            let mut stream = connect(page, Ipv4Addr::new(127, 2, 0, 1 + n)).await?;
            stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\n\r\n").await?;
            answer(&mut stream).await
        };
        match timeout(Duration::from_secs(5), got).await {
            Ok(Ok(())) => times.push(begin.elapsed()),
            _ => failed += 1,
        }
        sleep(Duration::from_millis(20)).await;
    }
    (times, failed)
}

fn handshake(origin: &str) -> String {
    format!(
        "GET /session HTTP/1.1\r\nHost: a\r\nOrigin: {origin}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\
         Sec-WebSocket-Protocol: sshcard\r\n\r\n"
    )
}

/// A message of at most 65,535 bytes, masked with zeros (RFC 6455, section 5.2).
fn frame(opcode: u8, bytes: &[u8]) -> Vec<u8> {
    let length = bytes.len() as u16;
    let mut frame = vec![opcode];
    if length < 126 {
        frame.push(0x80 | length as u8);
    } else {
        frame.push(0x80 | 126);
        frame.extend(length.to_be_bytes());
    }
    frame.extend([0; 4]);
    frame.extend(bytes);
    frame
}

/// A WebSocket of which the messages are not looked at.
struct Socket(TcpStream);

impl Socket {
    async fn open(page: SocketAddr, from: Ipv4Addr) -> Result<Self> {
        let mut stream = connect(page, from).await?;
        stream.write_all(handshake("http://a").as_bytes()).await?;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await?);
        }
        ensure!(head.starts_with(b"HTTP/1.1 101"), "no WebSocket");
        Ok(Self(stream))
    }

    /// Begins a session, and waits for the first frame.
    async fn begun(mut self) -> Result<Self> {
        let told = br#"{"size":[80,24],"language":"en","ground":"dark","words":["still"]}"#;
        self.0.write_all(&frame(0x81, told)).await?;
        self.hears().await?;
        Ok(self)
    }

    async fn says(&mut self, keys: &[u8]) -> Result<()> {
        Ok(self.0.write_all(&frame(0x82, keys)).await?)
    }

    /// Waits for something.
    async fn hears(&mut self) -> Result<()> {
        let read = timeout(Duration::from_secs(10), self.0.read(&mut [0; 16 * 1024])).await??;
        if read == 0 { bail!("hung up") } else { Ok(()) }
    }

    /// Waits until it is closed.
    async fn gone(mut self) -> Result<()> {
        while self.0.read(&mut [0; 1024]).await? > 0 {}
        Ok(())
    }

    /// Says this without end, and reads what comes.
    async fn floods(&mut self, said: &[u8]) -> Result<()> {
        let (mut reading, mut writing) = self.0.split();
        let read = async { while reading.read(&mut [0; 16 * 1024]).await.is_ok_and(|read| read > 0) {} };
        let write = async {
            while writing.write_all(said).await.is_ok() {
                CONNECTED.fetch_add(1, Ordering::Relaxed);
            }
        };
        tokio::select! {
            () = read => (),
            () = write => (),
        }
        Ok(())
    }
}
