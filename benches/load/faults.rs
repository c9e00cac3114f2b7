//! What visitors notice while somebody means harm, and what it costs the server. Each row has a server of its own.

use std::{
    io::ErrorKind,
    net::SocketAddr,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpSocket, TcpStream},
    task::JoinHandle,
    time::{sleep, timeout},
};

use super::{
    attacker::{Attacker, data, open, request},
    client::Session,
    process::{Server, UNLIMITED},
    table::{Row, Value},
};

const STANDARD: (u32, u32) = (80, 24);
const STILL: &str = "still";
/// Long enough for what was begun to be over.
const SETTLING: Duration = Duration::from_secs(2);

/// Measures everything, or only what visitors notice of clients that stop in the handshake.
pub(crate) async fn all(binary: &Path, samples: usize, only_stopping: bool) -> Result<Vec<Row>> {
    let mut rows = Rows { binary, rows: Vec::new() };
    rows.stopping(samples).await?;
    if only_stopping {
        return Ok(rows.rows);
    }
    rows.flood(samples).await?;
    rows.descriptors().await?;
    rows.channels().await?;
    rows.resizes().await?;
    rows.giants().await?;
    rows.deaf(samples).await?;
    rows.typing(samples).await?;
    rows.stop().await?;
    Ok(rows.rows)
}

/// What was measured of one binary.
pub(crate) struct Rows<'a> {
    binary: &'a Path,
    rows: Vec<Row>,
}

impl Rows<'_> {
    pub(crate) fn push(&mut self, what: impl Into<String>, value: Value) {
        let what = what.into();
        eprintln!("  {what}: {value}");
        self.rows.push(Row { what, value });
    }

    /// A server with these limits.
    pub(crate) fn server(&self, limits: &[&str]) -> Result<Server> {
        Server::of(self.binary, limits)
    }

    /// One address connects without end; a visitor comes from another.
    async fn flood(&mut self, samples: usize) -> Result<()> {
        for limits in [&[][..], &["--max-per-address", "0"]] {
            // Without the limits of an address, for comparison.
            let named = if limits.is_empty() { "a flood from one address" } else { "the same without a limit" };
            let server = self.server(limits)?;
            let process = server.process.context("no process")?;
            let address = server.address;
            let (alone, _) = first_frames(address, "127.0.1", samples.min(200)).await?;
            self.push("first frame, nobody else", Value::times(alone));
            let flooding: Vec<_> = (0..4).map(|_| tokio::spawn(floods(address))).collect();
            let (before, begin) = (process.cpu()?, Instant::now());
            let (beside, refused) = first_frames(address, "127.0.2", samples.min(200)).await?;
            let spent = process.cpu()?.saturating_sub(before).as_secs_f64() / begin.elapsed().as_secs_f64();
            for flood in flooding {
                flood.abort();
            }
            let rate = CONNECTED.swap(0, Ordering::Relaxed) as f64 / begin.elapsed().as_secs_f64();
            self.push(format!("first frame from elsewhere, beside {named}"), Value::times(beside));
            self.push(format!("visitors that were refused, beside {named}"), Value::Count(refused as f64));
            self.push(format!("connections a second of {named}"), Value::Count(rate));
            self.push(format!("% of a core, beside {named}"), Value::Count(100.0 * spent));
        }
        Ok(())
    }

    /// More connections than descriptors, and then none.
    async fn descriptors(&mut self) -> Result<()> {
        let server = self.server(UNLIMITED)?;
        let process = server.process.context("no process")?;
        process.limit_descriptors(64)?;
        let mut held = Vec::new();
        for _ in 0..200 {
            held.push(TcpStream::connect(server.address).await?);
        }
        sleep(SETTLING).await;
        drop(held);
        let (session, arrival) = Session::arrive(server.address, STILL, STANDARD).await?;
        self.push("first frame after 200 connections with 64 descriptors", Value::times(vec![arrival.first_byte]));
        session.leave().await;
        Ok(())
    }

    /// A hundred thousand channels that are refused.
    async fn channels(&mut self) -> Result<()> {
        let server = self.server(UNLIMITED)?;
        let mut client = Attacker::connect(server.address).await?;
        refused(&mut client, 1000).await?;
        let before = server.footprint()?.context("no process")?.0;
        refused(&mut client, 100_000).await?;
        let after = server.footprint()?.context("no process")?.0;
        let grown = (after as f64 - before as f64) / 1e6;
        self.push("memory after 100000 refused channels, against before", Value::Megabytes(grown));
        Ok(())
    }

    /// Twenty thousand resizes a second, for five seconds.
    async fn resizes(&mut self) -> Result<()> {
        for (name, size) in [("80x24", STANDARD), ("400x150", (400, 150))] {
            let server = self.server(UNLIMITED)?;
            let process = server.process.context("no process")?;
            let mut client = Attacker::connect(server.address).await?;
            let channel = client.terminal(0, u32::MAX, STANDARD).await?;
            client.send(&data(channel, b"2")).await?;
            sleep(SETTLING).await;
            let (before, begin) = (process.cpu()?, Instant::now());
            let (mut sent, mut waiting) = (0, Vec::new());
            while begin.elapsed() < Duration::from_secs(5) {
                // As many as are due, a millisecond's worth at a time; what the server does not take waits here.
                let due = (begin.elapsed().as_secs_f64() * 20_000.0) as usize;
                for _ in 0..due.saturating_sub(sent).min(100) {
                    let (columns, rows) = if sent % 2 == 0 { size } else { (size.0 - 1, size.1) };
                    let size = [columns, rows, 0, 0].map(u32::to_be_bytes).concat();
                    waiting.extend(client.packet(&request(channel, "window-change", false, &size)));
                    sent += 1;
                }
                while !waiting.is_empty() && begin.elapsed() < Duration::from_secs(5) {
                    // What comes is taken, and not looked at.
                    while client.stream.try_read(&mut [0; 4096]).is_ok_and(|n| n > 0) {}
                    match client.stream.try_write(&waiting) {
                        Ok(n) => drop(waiting.drain(..n)),
                        Err(error) if error.kind() == ErrorKind::WouldBlock => sleep(Duration::from_millis(1)).await,
                        Err(error) => return Err(error.into()),
                    }
                }
                sleep(Duration::from_millis(1)).await;
            }
            let cpu = process.cpu()?.saturating_sub(before).as_secs_f64() / begin.elapsed().as_secs_f64();
            let rate = sent as f64 / begin.elapsed().as_secs_f64();
            self.push(format!("resizes a second that were sent, of {name}"), Value::Count(rate));
            self.push(format!("thousandths of a core for resizes of {name}"), Value::Count(1e3 * cpu));
        }
        Ok(())
    }

    /// What a large window costs: of memory at rest, and of time while something moves.
    async fn giants(&mut self) -> Result<()> {
        for size in [STANDARD, (400, 150)] {
            let server = self.server(UNLIMITED)?;
            let process = server.process.context("no process")?;
            let name = format!("{}x{}", size.0, size.1);
            let mut session = Session::arrive(server.address, STILL, size).await?.0;
            session.press("2").await?;
            session.drain().await?;
            let before = process.cpu()?;
            for n in 0..200 {
                session.press(if n % 2 == 0 { "j" } else { "k" }).await?;
                sleep(Duration::from_millis(40)).await;
            }
            let each = 1e3 * process.cpu()?.saturating_sub(before).as_secs_f64() / 200.0;
            self.push(format!("CPU for a key and its frame, {name}"), Value::Milliseconds(each));
            session.leave().await;
            sleep(SETTLING).await;
            let before = server.footprint()?.context("no process")?.0;
            let mut sessions = Vec::new();
            for _ in 0..200 {
                sessions.push(Session::arrive(server.address, STILL, size).await?.0);
            }
            sleep(SETTLING).await;
            let grown = server.footprint()?.context("no process")?.0.saturating_sub(before) as f64;
            self.push(format!("memory for each of 200 windows of {name}"), Value::Kibibytes(grown / 200.0 / 1024.0));
        }
        Ok(())
    }

    /// A visitor on a page of text, and how quickly their keys are answered while nobody else is there.
    async fn typist(&mut self, server: &Server, samples: usize) -> Result<Session> {
        let mut typist = Session::arrive(server.address, STILL, STANDARD).await?.0;
        typist.press("2").await?;
        typist.drain().await?;
        let alone = keys(&mut typist, samples.min(300)).await?;
        self.push("key to first byte, nobody else", Value::times(alone));
        Ok(typist)
    }

    /// Others read nothing while something moves.
    async fn deaf(&mut self, samples: usize) -> Result<()> {
        for window in [0, u32::MAX] {
            let server = self.server(UNLIMITED)?;
            let mut typist = self.typist(&server, samples).await?;
            let begin = Instant::now();
            let mut deaf = Vec::new();
            for _ in 0..20 {
                let socket = TcpSocket::new_v4()?;
                socket.set_recv_buffer_size(1)?;
                let mut client = Attacker::over(socket.connect(server.address).await?).await?.let_in().await?;
                let channel = client.terminal(0, window, (200, 60)).await?;
                client.send(&data(channel, b"4\r ")).await?;
                deaf.push((client, channel));
            }
            // They start the exhibit again and again, as long as they are heard.
            let stop = tokio::spawn(async move {
                let mut gone = Vec::new();
                while gone.len() < deaf.len() && begin.elapsed() < Duration::from_secs(60) {
                    for (n, (client, channel)) in deaf.iter_mut().enumerate() {
                        let keys = client.packet(&data(*channel, b"r "));
                        let said = timeout(Duration::from_millis(1), client.stream.write_all(&keys)).await;
                        if matches!(said, Ok(Err(_))) && !gone.contains(&n) {
                            gone.push(n);
                        }
                    }
                    sleep(Duration::from_millis(200)).await;
                }
                (gone.len(), begin.elapsed())
            });
            sleep(Duration::from_secs(3)).await;
            let beside = keys(&mut typist, samples.min(300)).await?;
            let how = if window == 0 { "window 0 on the channel" } else { "window 0 of TCP" };
            self.push(format!("key to first byte, beside 20 with {how}"), Value::times(beside));
            let (gone, took) = stop.await?;
            self.push(format!("of 20 with {how} dropped"), Value::Count(gone as f64));
            self.push(
                format!("until the last of them was dropped, {how}"),
                Value::Milliseconds(1e3 * took.as_secs_f64()),
            );
        }
        Ok(())
    }

    /// Others paste, and type as fast as the line carries.
    async fn typing(&mut self, samples: usize) -> Result<()> {
        let server = self.server(UNLIMITED)?;
        let mut typist = self.typist(&server, samples).await?;
        let before = server.footprint()?.context("no process")?.0;
        let pasting = typed(server.address, b"/\x1b[200~", &vec![b'a'; 32_000], 10_000_000).await?;
        let beside = keys(&mut typist, 100).await?;
        self.push("key to first byte, beside 10 MB that are pasted", Value::times(beside));
        let (bytes, took, _) = pasting.await??;
        self.push("seconds that 10 MB took", Value::Count(took.as_secs_f64()));
        self.push("MB that were pasted", Value::Count(bytes as f64 / 1e6));
        let grown = server.footprint()?.context("no process")?.0 as f64 - before as f64;
        self.push("memory after 10 MB pasted, against before", Value::Megabytes(grown / 1e6));
        let typing = typed(server.address, b"2", &b"253".repeat(5000), usize::MAX).await?;
        let beside = keys(&mut typist, samples.min(300)).await?;
        self.push("key to first byte, beside keys as fast as they go", Value::times(beside));
        let (_, took, frames) = typing.await??;
        self.push("frames a second for keys as fast as they go", Value::Count(frames as f64 / took.as_secs_f64()));
        Ok(())
    }

    /// Two hundred sessions, some stuck.
    async fn stop(&mut self) -> Result<()> {
        let server = self.server(UNLIMITED)?;
        let mut held = Vec::new();
        for n in 0..50 {
            let mut client = Attacker::connect(server.address).await?;
            for channel in 0..4 {
                client.terminal(channel, if n % 10 == 0 { 0 } else { 1 << 20 }, STANDARD).await?;
            }
            held.push(client);
        }
        sleep(SETTLING).await;
        let (took, well) = tokio::task::spawn_blocking(|| server.stopped()).await??;
        self.push(
            "from SIGTERM to the end, 200 sessions that read nothing",
            Value::Milliseconds(1e3 * took.as_secs_f64()),
        );
        self.push("which ended with success", Value::Count(f64::from(u8::from(well))));
        Ok(())
    }
}

/// Connections of the flood.
static CONNECTED: AtomicUsize = AtomicUsize::new(0);

/// Connects again and again, and says a version; what the server says is not waited for.
async fn floods(address: SocketAddr) {
    loop {
        if let Ok(mut stream) = TcpStream::connect(address).await {
            let _ = stream.write_all(b"SSH-2.0-flood\r\n").await;
            // Resets rather than closes, so that no port is left waiting.
            let _ = stream.set_zero_linger();
            CONNECTED.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Visitors one after the other, each from an address of its own: what each waited, and how many were refused.
pub(crate) async fn first_frames(
    address: SocketAddr,
    network: &str,
    visitors: usize,
) -> Result<(Vec<Duration>, usize)> {
    let (mut times, mut refused) = (Vec::new(), 0);
    for n in 0..visitors {
        let source = format!("{network}.{}:0", 1 + n % 250).parse()?;
        let begin = Instant::now();
        let arrived = async {
            let socket = TcpSocket::new_v4()?;
            socket.bind(source)?;
            let mut client = Attacker::over(socket.connect(address).await?).await?.let_in().await?;
            client.terminal(0, 1 << 20, STANDARD).await?;
            client.expect(super::attacker::msg::CHANNEL_DATA).await
        };
        match timeout(Duration::from_secs(5), arrived).await {
            Ok(Ok(_)) => times.push(begin.elapsed()),
            Ok(Err(_)) | Err(_) => refused += 1,
        }
        sleep(Duration::from_millis(20)).await;
    }
    Ok((times, refused))
}

/// Opens more channels than there may be.
async fn refused(client: &mut Attacker, channels: u32) -> Result<()> {
    for _ in 0..channels / 500 {
        let packets: Vec<u8> = (0..500).flat_map(|channel| client.packet(&open(channel, 1))).collect();
        client.stream.write_all(&packets).await?;
        for _ in 0..500 {
            client.receive().await?;
        }
    }
    Ok(())
}

/// Keys one after the other: what each waited.
async fn keys(typist: &mut Session, samples: usize) -> Result<Vec<Duration>> {
    let mut times = Vec::new();
    for sample in 0..samples {
        times.push(typist.press(if sample % 2 == 0 { "j" } else { "k" }).await?);
        sleep(Duration::from_micros(40_000 + (sample as u64 * 7919) % 9000)).await;
    }
    Ok(times)
}

/// What was said, how long it took, and how many frames came.
type Typed = JoinHandle<Result<(usize, Duration, usize)>>;

/// A visitor who says `begin`, and then this again and again, at most so many bytes, for at most twenty seconds.
async fn typed(address: SocketAddr, begin: &[u8], again: &[u8], most: usize) -> Result<Typed> {
    let mut session = Session::arrive(address, STILL, STANDARD).await?.0;
    session.types(std::str::from_utf8(begin)?).await?;
    session.drain().await?;
    let again = String::from_utf8(again.to_vec())?;
    Ok(tokio::spawn(async move {
        let (mut said, mut frames, begin) = (0, 0, Instant::now());
        while said < most && begin.elapsed() < Duration::from_secs(20) {
            said += again.len();
            frames += session.types_and_counts(&again).await?;
        }
        Ok((said, begin.elapsed(), frames))
    }))
}
