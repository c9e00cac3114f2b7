//! A visitor who measures: connects, authenticates with `none`, asks for a terminal and a shell.

use std::{
    net::{Ipv4Addr, SocketAddr},
    process,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use russh::{Channel, ChannelMsg, client, keys::PublicKeyOrCertificate};
use tokio::{
    net::{TcpSocket, TcpStream},
    time::{timeout, timeout_at},
};

/// How long anything may take before the measurement is given up.
const DEADLINE: Duration = Duration::from_secs(30);

/// The first frame is taken as complete when nothing has come for so long. A server asks the terminal its questions 50
/// ms after that frame; this is shorter, so that those questions do not count as a part of the frame.
pub(crate) const FIRST_FRAME_END: Duration = Duration::from_millis(40);

/// A page is taken as still when nothing has come for so long: three times what a frame in motion takes on an idle
/// machine, so that a late one is not taken for the answer to a key.
const SILENCE: Duration = Duration::from_millis(120);

/// What the card hands on at once of a frame, in bytes.
const PIECE: usize = 1792;

/// Measures whatever server answers.
struct Anyone;

impl client::Handler for Anyone {
    type Error = russh::Error;

    async fn check_server_key(&mut self, _: &PublicKeyOrCertificate) -> Result<bool, Self::Error> {
        Ok(true)
    }
}

/// Connects. On the loopback interface each process has an address of its own: the kernel looks for milliseconds for
/// the last of the 28,000 ports that connections of one address may have.
async fn connected(address: SocketAddr) -> Result<TcpStream> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_nodelay(true)?;
    if address.is_ipv4() && address.ip().is_loopback() {
        let [_, high, middle, low] = process::id().to_be_bytes();
        socket.bind((Ipv4Addr::new(127, high, middle, low), 0).into())?;
    }
    Ok(socket.connect(address).await?)
}

/// A session that has begun.
pub(crate) struct Session {
    handle: client::Handle<Anyone>,
    channel: Channel<client::Msg>,
}

/// When things happened on arrival, since the connection was begun.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrival {
    /// Keys exchanged and authenticated.
    pub(crate) handshake: Duration,
    /// The first byte of the first frame.
    pub(crate) first_byte: Duration,
    /// Bytes of the first message with data: for the card, the first frame.
    pub(crate) bytes: usize,
}

impl Session {
    /// Arrives with a terminal of a size, and waits for the first byte.
    pub(crate) async fn arrive(address: SocketAddr, user: &str, size: (u32, u32)) -> Result<(Self, Arrival)> {
        timeout(DEADLINE, Self::begin(address, user, size)).await.context("no first frame in time")?
    }

    async fn begin(address: SocketAddr, user: &str, (columns, rows): (u32, u32)) -> Result<(Self, Arrival)> {
        let begin = Instant::now();
        let config = client::Config::default();
        let mut handle = client::connect_stream(Arc::new(config), connected(address).await?, Anyone).await?;
        if !handle.authenticate_none(user).await?.success() {
            bail!("the server does not let `none` in");
        }
        let handshake = begin.elapsed();
        let mut channel = handle.channel_open_session().await?;
        // All of it in one go, as OpenSSH does: nothing waits for a reply.
        channel.request_pty(false, "xterm-256color", columns, rows, 0, 0, &[]).await?;
        channel.request_shell(false).await?;
        loop {
            match channel.wait().await {
                Some(ChannelMsg::Data { data }) => {
                    let arrival = Arrival { handshake, first_byte: begin.elapsed(), bytes: data.len() };
                    return Ok((Self { handle, channel }, arrival));
                }
                Some(_) => {}
                None => bail!("closed before the first byte"),
            }
        }
    }

    /// Presses a key: how long until the first byte comes back.
    pub(crate) async fn press(&mut self, keys: &str) -> Result<Duration> {
        let begin = Instant::now();
        self.channel.data(keys.as_bytes()).await?;
        let answered = async {
            loop {
                match self.channel.wait().await {
                    Some(ChannelMsg::Data { .. }) => return Ok(begin.elapsed()),
                    Some(_) => {}
                    None => bail!("closed before an answer to {keys:?}"),
                }
            }
        };
        timeout(DEADLINE, answered).await.with_context(|| format!("no answer to {keys:?}"))?
    }

    /// Types without waiting for what comes back.
    pub(crate) async fn types(&self, keys: &str) -> Result<()> {
        Ok(self.channel.data(keys.as_bytes()).await?)
    }

    /// Types, and counts the messages with data that came meanwhile; of a frame's pieces, the last is the one that is
    /// not full.
    pub(crate) async fn types_and_counts(&mut self, keys: &str) -> Result<usize> {
        self.types(keys).await?;
        let mut frames = 0;
        while let Ok(message) = timeout(Duration::from_micros(200), self.channel.wait()).await {
            match message {
                Some(ChannelMsg::Data { data }) => frames += usize::from(data.len() < PIECE),
                Some(_) => {}
                None => bail!("closed by the server"),
            }
        }
        Ok(frames)
    }

    /// Counts the frames that come within a time.
    pub(crate) async fn counts(&mut self, time: Duration) -> Result<usize> {
        let (mut frames, until) = (0, tokio::time::Instant::now() + time);
        while let Ok(message) = timeout_at(until, self.channel.wait()).await {
            match message {
                Some(ChannelMsg::Data { data }) => frames += usize::from(data.len() < PIECE),
                Some(_) => {}
                None => bail!("closed by the server"),
            }
        }
        Ok(frames)
    }

    /// Waits until the server has closed the channel.
    pub(crate) async fn closed(&mut self) -> Result<()> {
        let closed = async { while !matches!(self.channel.wait().await, None | Some(ChannelMsg::Close)) {} };
        timeout(DEADLINE, closed).await.context("not closed in time")
    }

    /// The bytes that come until the page is still, and when the last of them came.
    pub(crate) async fn drain(&mut self) -> Result<(usize, Option<Instant>)> {
        self.drain_until(SILENCE).await
    }

    /// The same, where nothing has to come for as long as this.
    pub(crate) async fn drain_until(&mut self, silence: Duration) -> Result<(usize, Option<Instant>)> {
        let (mut bytes, mut last) = (0, None);
        while let Ok(message) = timeout(silence, self.channel.wait()).await {
            match message {
                Some(ChannelMsg::Data { data }) => {
                    bytes += data.len();
                    last = Some(Instant::now());
                }
                Some(_) => {}
                None => bail!("closed by the server"),
            }
        }
        Ok((bytes, last))
    }

    /// The bytes that come within a time.
    pub(crate) async fn receives(&mut self, time: Duration) -> usize {
        let mut bytes = 0;
        let _ = timeout(time, async {
            while let Some(message) = self.channel.wait().await {
                if let ChannelMsg::Data { data } = message {
                    bytes += data.len();
                }
            }
        })
        .await;
        bytes
    }

    /// Hangs up without a word, as a closed window does.
    pub(crate) async fn leave(self) {
        let _ = self.handle.disconnect(russh::Disconnect::ByApplication, "", "").await;
    }
}
