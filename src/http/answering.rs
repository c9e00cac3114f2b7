//! Tracks whether a connection is answering a request. hyper does not tell: a connection is one future from its first
//! byte to its last.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use parking_lot::Mutex;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::Instant,
};

/// What a connection does.
#[derive(Debug, Default)]
pub(super) struct Answering(Mutex<AnsweringState>);

#[derive(Debug, Default, Clone, Copy)]
enum AnsweringState {
    /// The connection waits for a request, or reads one.
    #[default]
    Idle,
    /// The answer to a request that came then is being made.
    Making(Instant),
    /// That answer is made, and the system has not taken all of it.
    Sending(Instant),
}

impl Answering {
    /// The head of a request is read.
    pub(super) fn asked(&self, now: Instant) {
        *self.0.lock() = AnsweringState::Making(now);
    }

    /// The answer is made. It has to be one piece, which hyper buffers as a whole before it flushes.
    pub(super) fn answered(&self) {
        let mut state = self.0.lock();
        if let AnsweringState::Making(since) = *state {
            *state = AnsweringState::Sending(since);
        }
    }

    /// The system has taken whatever was written.
    pub(super) fn flushed(&self) {
        let mut state = self.0.lock();
        if let AnsweringState::Sending(_) = *state {
            *state = AnsweringState::Idle;
        }
    }

    /// Since when a request is being answered; `None` where none is.
    pub(super) fn since(&self) -> Option<Instant> {
        match *self.0.lock() {
            AnsweringState::Idle => None,
            AnsweringState::Making(since) | AnsweringState::Sending(since) => Some(since),
        }
    }
}

/// The socket of a connection, which notes when an answer is on its way.
#[derive(Debug)]
pub(crate) struct HttpStream {
    socket: TcpStream,
    answering: Arc<Answering>,
}

impl HttpStream {
    pub(super) fn new(socket: TcpStream, answering: Arc<Answering>) -> Self {
        Self { socket, answering }
    }

    /// The socket alone.
    pub(crate) fn into_socket(self) -> TcpStream {
        self.socket
    }
}

impl AsyncRead for HttpStream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_read(cx, buffer)
    }
}

impl AsyncWrite for HttpStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write_vectored(cx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    /// hyper flushes when it has nothing left to write.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.socket).poll_flush(cx))?;
        self.answering.flushed();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }
}
