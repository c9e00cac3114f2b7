//! The floor: a server with the card's own algorithms and settings that answers the shell request with one byte and
//! waits. What it costs is what SSH costs.

use std::{
    io::{self, Read as _, Write as _},
    sync::Arc,
};

use anyhow::Result;
use russh::{
    Channel, ChannelId, Pty,
    server::{self, Auth, ChannelOpenHandle, Msg, Session},
};
use sshcard::ssh::{configuration, hostkey::HostKey};
use tokio::net::TcpListener;

/// Serves on a free port, which is written to standard output, until standard input ends.
pub(crate) async fn serve() -> Result<()> {
    let keys = tempfile::tempdir()?;
    let configuration = Arc::new(configuration(&HostKey::load_or_create(keys.path())?));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    io::stdout().flush()?;
    let ended = tokio::task::spawn_blocking(|| io::stdin().read(&mut [0]));
    let accepting = async {
        loop {
            let Ok((stream, _)) = listener.accept().await else { continue };
            let configuration = Arc::clone(&configuration);
            tokio::spawn(async move {
                stream.set_nodelay(true)?;
                let running = Box::pin(server::run_stream(configuration, stream, Bare)).await?;
                running.await
            });
        }
    };
    tokio::select! {
        () = accepting => {}
        _ = ended => {}
    }
    Ok(())
}

/// Knows nothing of its visitor.
struct Bare;

impl server::Handler for Bare {
    type Error = russh::Error;

    async fn auth_none(&mut self, _: &str) -> Result<Auth, Self::Error> {
        Ok(Auth::Accept)
    }

    async fn channel_open_session(
        &mut self,
        channel: Channel<Msg>,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> Result<(), Self::Error> {
        // What arrives comes to the callbacks; nobody reads it a second time.
        drop(channel);
        reply.accept().await;
        Ok(())
    }

    #[allow(clippy::too_many_arguments, reason = "they are the request's")]
    async fn pty_request(
        &mut self,
        channel: ChannelId,
        _: &str,
        _: u32,
        _: u32,
        _: u32,
        _: u32,
        _: &[(Pty, u32)],
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        session.channel_success(channel)
    }

    async fn shell_request(&mut self, channel: ChannelId, session: &mut Session) -> Result<(), Self::Error> {
        session.channel_success(channel)?;
        session.data(channel, &b"x"[..])
    }

    /// One byte for each key, so that what SSH takes of it can be seen.
    async fn data(&mut self, channel: ChannelId, _: &[u8], session: &mut Session) -> Result<(), Self::Error> {
        session.data(channel, &b"x"[..])
    }
}
