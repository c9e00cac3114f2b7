//! The stream of one connection as russh reads and writes it. It returns an error when the connection's deadline has
//! passed, when the client takes nothing of the waiting output, and when the client exchanges keys too often.
//!
//! Each key exchange costs the server a signature and a key agreement, and a client may ask for one as often as it
//! likes (RFC 4253, section 9). russh has no limit for that and no callback. But during an exchange, from the client's
//! first message to its last, russh holds another reference to its configuration, and it reads packet by packet. So
//! each connection has a configuration of its own, and at each read the number of references tells whether an exchange
//! is running.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Weak},
    task::{Context, Poll, ready},
    time::Duration,
};

use russh::server::Config;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep_until},
};

use super::{
    algorithms::Algorithms,
    configuration::algorithms,
    deadline::Progress,
    handshake::{Handshake, HandshakeMessage},
    rate::{Bucket, Rate},
};

/// The key exchanges of one connection: the first, and what comes after it. Clients ask for another once in an hour or
/// gigabyte, and this server does too; thirty at once is a client that was told to ask after every few kilobytes. One
/// takes a core 0.3 ms, so a thousand connections that never stop take 3 % of one.
const KEY_EXCHANGES: Rate = Rate { burst: 30, every: Duration::from_secs(10) };

/// A stream that fails with [`io::ErrorKind::TimedOut`] when its connection is due, or when its client has taken
/// nothing of what waits for too long; and with [`io::ErrorKind::QuotaExceeded`] when keys are exchanged too often.
#[derive(Debug)]
pub(super) struct Supervised<S> {
    stream: S,
    progress: Arc<Progress>,
    handshake: Handshake,
    /// Set only when the due time changes.
    timer: Pin<Box<Sleep>>,
    /// Until when the write may wait that waits now.
    write_due: Option<Instant>,
    /// The configuration that only this connection's russh holds.
    config: Weak<Config>,
    exchanging: bool,
    exchanges: Bucket,
}

impl<S> Supervised<S> {
    /// Supervises the connection of `progress`, which alone has `config`.
    pub(super) fn new(stream: S, progress: Arc<Progress>, config: &Arc<Config>) -> Self {
        Self {
            stream,
            progress,
            handshake: Handshake::default(),
            timer: Box::pin(sleep_until(Instant::now())),
            write_due: None,
            config: Arc::downgrade(config),
            exchanging: false,
            exchanges: Bucket::new(KEY_EXCHANGES),
        }
    }

    /// Fails when the connection is due. If it is not, the task is woken when it is, or when the due time changes.
    fn check_due(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        let due = self.progress.due(cx.waker());
        let due = self.write_due.map_or(due, |write_due| write_due.min(due));
        if self.timer.deadline() != due {
            self.timer.as_mut().reset(due);
        }
        if self.timer.as_mut().poll(cx).is_ready() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(()) }
    }

    /// Counts a key exchange that has begun since the last read.
    fn check_key_exchanges(&mut self) -> io::Result<()> {
        let exchanging = self.config.strong_count() > 1;
        if exchanging && !self.exchanging && !self.exchanges.take(Instant::now().into_std()) {
            return Err(io::ErrorKind::QuotaExceeded.into());
        }
        self.exchanging = exchanging;
        Ok(())
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Supervised<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.check_due(cx)?;
        self.check_key_exchanges()?;
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        if let Some(message) = self.handshake.feed(buffer.filled().get(before..).unwrap_or_default()) {
            // With the version line, only a part of the list may have come.
            if message >= HandshakeMessage::KexInit
                && let Some(chosen) = Algorithms::of(&self.handshake.take_list(), &algorithms())
            {
                self.progress.agreed(chosen);
            }
            self.progress.received(message, self.handshake.version());
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Supervised<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.check_due(cx)?;
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        if written.is_ready() {
            self.write_due = None;
        } else if self.write_due.is_none() {
            self.write_due = Some(Instant::now() + self.progress.write_timeout());
            self.check_due(cx)?;
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::{io::AsyncReadExt as _, time::advance};

    use super::*;
    use crate::ssh::{ending::ConnectionEnd, limits::Limits};

    /// Reads during `exchanges`, of three packets each, until the stream fails: how many there were.
    async fn exchanges(stream: &mut Supervised<tokio::io::Repeat>, config: &Arc<Config>, exchanges: usize) -> usize {
        for n in 0..exchanges {
            let held = Arc::clone(config);
            for _ in 0..3 {
                if stream.read_u8().await.is_err() {
                    return n;
                }
            }
            drop(held);
            assert!(stream.read_u8().await.is_ok(), "nothing but an exchange is counted");
        }
        exchanges
    }

    #[tokio::test(start_paused = true)]
    async fn keys_are_exchanged_so_often_and_no_more() {
        let config = Arc::default();
        let progress = Progress::of_tests(&Limits::default());
        progress.authenticated();
        let _channel = progress.open().unwrap();
        assert_eq!(progress.when_due(), ConnectionEnd::Overlong);
        let mut stream = Supervised::new(tokio::io::repeat(0), progress, &config);
        for _ in 0..10_000 {
            assert!(stream.read_u8().await.is_ok());
        }
        assert_eq!(exchanges(&mut stream, &config, 29).await, 29);
        advance(KEY_EXCHANGES.every * 5).await;
        assert_eq!(exchanges(&mut stream, &config, 100).await, 6);
        assert!(stream.read_u8().await.is_ok(), "what fails is an exchange");
        advance(KEY_EXCHANGES.filling()).await;
        assert_eq!(exchanges(&mut stream, &config, 100).await, 30);
    }
}
