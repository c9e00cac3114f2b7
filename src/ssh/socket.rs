//! A connection's socket: how it is set up, and how it is written to so that a client who takes little can be told from one who
//! takes nothing.
//!
//! Of what was handed to the kernel nobody learns here how much the client took; all that is seen is that the kernel takes more.
//! Left to itself, Linux does so only when a third of its buffer is empty, some 30 kB, which a slow client takes minutes for.
//! So it is asked to keep little that was not sent (`UNSENT`), and is handed it in pieces that it does not join: to a piece
//! that waits it would add without asking how much waits. Elsewhere the socket is written to as usual.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use socket2::SockRef;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

/// What the kernel keeps for one connection in either direction, in bytes; Linux counts its own needs with it and takes twice as
/// much. Left to itself it keeps some megabytes for whoever reads nothing, or sends more than is read. Thirty frames a second of
/// 5 kB, larger than those of any exhibit in motion, to the other side of the earth and back (0.3 s) are 45 kB on their way.
const KERNEL: usize = 64 * 1024;

/// The kernel takes another piece while less than this waits that could not be sent yet, in bytes; and no piece is larger, so
/// that twice as much waits at most. It says that it does when less than half of this waits: so a client that takes 7 kB in its time is seen to do so, at 250 bytes a second in the
/// 30 s of [`Limits::patience`](super::limits::Limits::patience), if its own system says as soon that there is room again. What
/// was sent and is on its way does not count, so this makes no line slower.
#[cfg(target_os = "linux")]
const UNSENT: u16 = 4096;

/// A socket that was accepted.
#[derive(Debug)]
pub(super) struct Socket(TcpStream);

impl Socket {
    /// Sends small packets at once, and keeps little. What the system refuses of this is left as it was.
    pub(super) fn tuned(stream: TcpStream) -> Self {
        if let Err(error) = tune(&stream) {
            tracing::debug!(%error, "a socket stays as the system made it");
        }
        Self(stream)
    }
}

fn tune(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let socket = SockRef::from(stream);
    socket.set_send_buffer_size(KERNEL)?;
    socket.set_recv_buffer_size(KERNEL)?;
    #[cfg(target_os = "linux")]
    socket.set_tcp_notsent_lowat(UNSENT.into())?;
    Ok(())
}

impl AsyncRead for Socket {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Socket {
    #[cfg(target_os = "linux")]
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        use std::task::ready;

        use rustix::net::{SendFlags, send};
        use tokio::io::Interest;

        let piece = bytes.get(..UNSENT.into()).unwrap_or(bytes);
        loop {
            ready!(self.0.poll_write_ready(cx))?;
            // The end of a record, which TCP does not have: Linux takes it for what must not be joined with what follows.
            let flags = SendFlags::EOR | SendFlags::NOSIGNAL;
            match self.0.try_io(Interest::WRITABLE, || Ok(send(&self.0, piece, flags)?)) {
                Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {}
                sent => return Poll::Ready(sent),
            }
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests {
    use std::{
        sync::{
            Arc,
            atomic::{AtomicBool, Ordering},
        },
        time::Duration,
    };

    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::{TcpListener, TcpSocket},
        time::{Instant, MissedTickBehavior, interval},
    };

    use super::*;
    use crate::ssh::{
        deadline::{Deadline, Progress},
        limits::Limits,
    };

    /// The server's end, and a client's that has as little room as there may be before TCP makes the server wait.
    async fn pair() -> (Socket, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpSocket::new_v4().unwrap();
        client.set_recv_buffer_size(1).unwrap();
        let client = client.connect(listener.local_addr().unwrap()).await.unwrap();
        (Socket::tuned(listener.accept().await.unwrap().0), client)
    }

    #[tokio::test]
    async fn who_takes_little_is_borne_and_who_takes_nothing_is_not() {
        let (socket, mut client) = pair().await;
        // A thirtieth of the time, and a client that is as much quicker as one of 250 bytes a second.
        let patience = Duration::from_secs(1);
        let progress = Progress::of_tests(&Limits { patience, ..Limits::default() });
        progress.authenticated();
        let _channel = progress.open().unwrap();
        let mut stream = Deadline::new(socket, progress);
        let stopped = Arc::new(AtomicBool::new(false));
        let reading = tokio::spawn({
            let stopped = Arc::clone(&stopped);
            async move {
                let mut now = interval(Duration::from_millis(68));
                now.set_missed_tick_behavior(MissedTickBehavior::Burst);
                let mut some = [0; 512];
                for _ in 0..50 {
                    now.tick().await;
                    client.read_exact(&mut some).await.unwrap();
                }
                stopped.store(true, Ordering::Relaxed);
                (client, Instant::now())
            }
        });
        let piece = [0; 1792];
        let error = loop {
            if let Err(error) = stream.write_all(&piece).await {
                break error;
            }
        };
        let dropped = Instant::now();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(stopped.load(Ordering::Relaxed), "it was still reading");
        let (_client, last) = reading.await.unwrap();
        assert!(dropped - last < 3 * patience, "{:?}", dropped - last);
    }

    #[tokio::test]
    async fn all_arrives_in_order_whatever_its_length() {
        let (mut socket, mut client) = pair().await;
        let sent: Vec<u8> = (0..300_000_u32).map(|n| (n % 251) as u8).collect();
        let expected = sent.clone();
        let sending = tokio::spawn(async move {
            socket.write_all(&sent).await.unwrap();
            socket.shutdown().await.unwrap();
        });
        let mut received = Vec::new();
        client.read_to_end(&mut received).await.unwrap();
        assert!(received == expected, "{} bytes", received.len());
        sending.await.unwrap();
    }
}
