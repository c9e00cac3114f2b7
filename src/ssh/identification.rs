//! What a client calls itself: the line with which it begins.
//!
//! russh tells it only to callbacks that come after the key exchange, too late for a client with which no keys can be
//! exchanged. So it is read here, as it passes.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::exec::request::shown;

/// The first bytes that are kept of what a client sends. The longest version in use is shorter (`SSH-2.0-OpenSSH_8.9p1
/// Ubuntu-3ubuntu0.10` has 41), and as much of it as the log shows is shorter still.
const KEPT: usize = 64;

/// The beginning of what a client sends.
#[derive(Debug, Default)]
pub(super) struct Identification(Mutex<Vec<u8>>);

impl Identification {
    /// Keeps the first bytes of the first line.
    fn keep(&self, bytes: &[u8]) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.last() == Some(&b'\n') {
            return;
        }
        let room = KEPT.saturating_sub(kept.len());
        let line = bytes.split_inclusive(|byte| *byte == b'\n').next().unwrap_or_default();
        kept.extend(line.iter().take(room));
    }

    /// The first line, cut short and without a character that a terminal or a log would obey.
    pub(super) fn shown(&self) -> String {
        shown(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A stream that keeps what its client calls itself.
#[derive(Debug)]
pub(super) struct Identified<S> {
    stream: S,
    identification: Arc<Identification>,
}

impl<S> Identified<S> {
    pub(super) fn new(stream: S, identification: Arc<Identification>) -> Self {
        Self { stream, identification }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Identified<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        self.identification.keep(buffer.filled().get(before..).unwrap_or_default());
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Identified<S> {
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
    use tokio::io::AsyncReadExt as _;

    use super::*;

    #[tokio::test]
    async fn the_first_line_is_kept_however_it_arrives() {
        let long = [b"SSH-2.0-", &vec![b'x'; 100_000][..]].concat();
        for (said, kept) in [
            (&b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\nSSH-2.0-Other\r\n"[..], "SSH-2.0-OpenSSH_9.2p1 Debian-2"),
            (b"SSH-2.0-a\x1b[2J\x9b\r\n", "SSH-2.0-a?[2J?"),
            (b"\n", ""),
            (b"", ""),
            (&long, "SSH-2.0-xxxxxxxxxxxxxxxxxxxxxxxx..."),
        ] {
            for piece in [1, 7, 100_000] {
                let identification = Arc::default();
                let mut stream = Identified::new(said, Arc::clone(&identification));
                let mut buffer = vec![0; piece];
                while stream.read(&mut buffer).await.unwrap() > 0 {}
                assert_eq!(identification.shown(), kept, "in pieces of {piece}");
                assert!(identification.0.lock().unwrap().capacity() <= 2 * KEPT, "in pieces of {piece}");
            }
        }
    }
}
