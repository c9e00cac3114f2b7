//! How often a connection may exchange keys.
//!
//! Each exchange costs the server a signature and a key agreement, and a client may ask for one as often as it likes (RFC 4253,
//! section 9). russh has no word for it: it answers, and tells nobody. But while an exchange runs, it holds its configuration
//! once more, from the client's first message to its last, and reads packet by packet. So each connection has a
//! configuration of its own, and whenever something is read, how often that is held tells whether an exchange runs.

use std::{
    error::Error,
    fmt, io,
    pin::Pin,
    sync::{Arc, Weak},
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::Instant,
};

use super::rate::Rate;

/// The key exchanges of one connection: the first, and what comes after it. Clients ask for another once in an hour or
/// gigabyte, and this server does too; thirty at once is a client that was told to ask after every few kilobytes. One takes
/// a core 0.3 ms, so a thousand connections that never stop take 3 % of one.
const RATE: Rate = Rate { burst: 30, every: Duration::from_secs(10) };

/// A stream that fails when its connection exchanges keys too often.
#[derive(Debug)]
pub(super) struct Rekeying<S, C> {
    stream: S,
    config: Weak<C>,
    running: bool,
    /// When as many exchanges as [`RATE`] permits at once are permitted again.
    full: Instant,
}

/// Keys were exchanged too often.
#[derive(Debug)]
pub(super) struct TooMany;

impl fmt::Display for TooMany {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("too many key exchanges")
    }
}

impl Error for TooMany {}

impl<S, C> Rekeying<S, C> {
    /// Watches `config`, which nobody but this connection's russh may hold once the connection begins.
    pub(super) fn new(stream: S, config: &Arc<C>) -> Self {
        Self { stream, config: Arc::downgrade(config), running: false, full: Instant::now() }
    }

    /// Counts an exchange that has begun since the last look.
    fn look(&mut self) -> io::Result<()> {
        let running = self.config.strong_count() > 1;
        if running && !self.running {
            let after = RATE.take(self.full.into_std(), Instant::now().into_std());
            self.full = after.ok_or_else(|| io::Error::other(TooMany))?.into();
        }
        self.running = running;
        Ok(())
    }
}

impl<S: AsyncRead + Unpin, C> AsyncRead for Rekeying<S, C> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.look()?;
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin, C> AsyncWrite for Rekeying<S, C> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
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

    /// Reads during `exchanges`, of three packets each, until the stream fails: how many there were.
    async fn exchanges(stream: &mut Rekeying<tokio::io::Repeat, ()>, config: &Arc<()>, exchanges: usize) -> usize {
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
        let config = Arc::new(());
        let mut stream = Rekeying::new(tokio::io::repeat(0), &config);
        for _ in 0..10_000 {
            assert!(stream.read_u8().await.is_ok());
        }
        assert_eq!(exchanges(&mut stream, &config, 29).await, 29);
        advance(RATE.every * 5).await;
        assert_eq!(exchanges(&mut stream, &config, 100).await, 6);
        assert!(stream.read_u8().await.is_ok(), "what fails is an exchange");
        advance(RATE.filling()).await;
        assert_eq!(exchanges(&mut stream, &config, 100).await, 30);
    }
}
