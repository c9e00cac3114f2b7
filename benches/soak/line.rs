//! A guest's line to the server, from an address of the guest's own.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use russh::{
    Channel, ChannelMsg,
    client::{self, Handle, Msg},
    keys::PublicKeyOrCertificate,
};
use tokio::{
    net::{TcpSocket, TcpStream},
    time::timeout,
};

/// How long anything that is expected may take.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);

/// Believes any server.
pub(crate) struct Anyone;

impl client::Handler for Anyone {
    type Error = russh::Error;

    async fn check_server_key(&mut self, _: &PublicKeyOrCertificate) -> Result<bool, Self::Error> {
        Ok(true)
    }
}

/// A connection without a word.
pub(crate) async fn dial(to: SocketAddr, from: IpAddr) -> Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::new(from, 0))?;
    timeout(DEADLINE, socket.connect(to)).await.context("no connection in time")?.context("no connection")
}

/// A connection that was let in; with a password, as robots do, or with `none`.
pub(crate) async fn ssh(to: SocketAddr, from: IpAddr, user: &str, password: Option<&str>) -> Result<Handle<Anyone>> {
    let stream = dial(to, from).await?;
    let begin = async {
        let mut handle = client::connect_stream(Arc::new(client::Config::default()), stream, Anyone).await?;
        let answer = match password {
            Some(password) => handle.authenticate_password(user, password).await?,
            None => handle.authenticate_none(user).await?,
        };
        if !answer.success() {
            bail!("not let in");
        }
        Ok(handle)
    };
    timeout(DEADLINE, begin).await.context("not let in in time")?
}

/// The page, and its first bytes.
pub(crate) async fn page(handle: &Handle<Anyone>, size: (u32, u32)) -> Result<Channel<Msg>> {
    let mut channel = handle.channel_open_session().await?;
    channel.request_pty(false, "xterm-256color", size.0, size.1, 0, 0, &[]).await?;
    channel.request_shell(false).await?;
    let first = async {
        loop {
            match channel.wait().await {
                Some(ChannelMsg::Data { data }) if data.starts_with(b"\x1b") => return Ok(()),
                Some(ChannelMsg::Data { .. }) => bail!("that is no page"),
                Some(_) => {}
                None => bail!("closed before the first frame"),
            }
        }
    };
    timeout(DEADLINE, first).await.context("no first frame in time")??;
    Ok(channel)
}

/// Reads a channel to its end: how many bytes came, and the exit status.
pub(crate) async fn end(channel: &mut Channel<Msg>) -> Result<(usize, Option<u32>)> {
    let (mut bytes, mut status) = (0, None);
    let reading = async {
        while let Some(message) = channel.wait().await {
            match message {
                ChannelMsg::Data { data } | ChannelMsg::ExtendedData { data, .. } => bytes += data.len(),
                ChannelMsg::ExitStatus { exit_status } => status = Some(exit_status),
                _ => {}
            }
        }
    };
    timeout(DEADLINE, reading).await.context("no end in time")?;
    Ok((bytes, status))
}
