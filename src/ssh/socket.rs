//! A connection's socket: its options, and writing in a way that tells a slow client from one that takes nothing.
//!
//! A program does not learn how much of what it handed to the kernel the client took; it only sees that the kernel
//! takes more. By default Linux takes more only when a third of its buffer is empty, some 30 kB, which a slow client
//! takes minutes for. So the kernel is asked to keep little that was not sent (`UNSENT`), and gets the bytes in pieces
//! that it does not join: to a waiting piece it would append without checking how much waits. On other systems the
//! socket is written to as usual.
//!
//! russh reads each packet in two steps: its length, then the rest. So the socket reads as much as there is and keeps
//! what was not asked for yet (`Socket::ahead`): a packet then takes one system call instead of two.
//!
//! How many of the written bytes the client's system has acknowledged can be queried ([`SendQueue`]). Behind a proxy
//! that is the proxy's system, and what waits in the proxy is not known here.

use std::{
    io::{self, ErrorKind},
    net::Shutdown,
    pin::Pin,
    sync::{
        Arc, Weak,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use rustix::net::{RecvFlags, recv};
use socket2::SockRef;
use tokio::{
    io::{AsyncRead, AsyncWrite, Interest, ReadBuf},
    net::TcpStream,
};

use super::algorithms::Algorithms;
use crate::session::{AlgorithmNames, LineStatus};

/// The kernel's buffer of a connection in each direction, in bytes; Linux doubles it for its own needs. By default it
/// would buffer some megabytes for a client that reads nothing, or that sends more than is read. Thirty frames a second
/// of 5 kB, larger than those of any exhibit in motion, to the other side of the earth and back (0.3 s) are 45 kB on
/// their way.
const KERNEL: usize = 64 * 1024;

/// The kernel takes another piece while less than this waits that could not be sent yet, in bytes; and no piece is
/// larger, so that twice as much waits at most. It says that it does when less than half of this waits: so a client
/// that takes 7 kB in its time is seen to do so, at 250 bytes a second in the 30 s of
/// [`Limits::write_timeout`](super::limits::Limits::write_timeout), if its own system says as soon that there is room
/// again. What was sent and is on its way does not count, so this makes no line slower.
#[cfg(target_os = "linux")]
const UNSENT: u16 = 4096;

/// So many bytes are read at once: the longest message of a key exchange that OpenSSH sends, its lists of algorithms,
/// has 1.5 kB, and keys that are typed have some 36 bytes each.
const READ: usize = 2048;

#[derive(Debug)]
pub(crate) struct Socket {
    stream: Arc<Stream>,
    /// What was read and not asked for yet: less than [`READ`] bytes, and at rest nothing.
    ahead: Bytes,
}

#[derive(Debug)]
struct Stream {
    tcp: TcpStream,
    /// The bytes that the kernel has taken since the connection began, as far as they are known, and those that it
    /// gave.
    written: AtomicU64,
    read: AtomicU64,
}

/// Reads the state of an open socket: the bytes that were written to it and are not acknowledged yet, and its traffic.
/// It does not keep the socket open.
#[derive(Debug, Clone, Default)]
pub(crate) struct SendQueue {
    stream: Weak<Stream>,
    /// Whether a proxy stands between the socket and the client.
    proxied: bool,
}

impl SendQueue {
    /// The bytes that were written and not acknowledged yet, sent or not; 0 where the system does not tell, or the
    /// socket is closed. Takes a core 1.5 microseconds.
    pub(super) fn unacknowledged(&self) -> usize {
        let outstanding = self.stream.upgrade().and_then(|stream| {
            let (acknowledged, ..) = information::of(&stream.tcp)?;
            Some(stream.written.load(Ordering::Relaxed).saturating_sub(acknowledged))
        });
        outstanding.map_or(0, |bytes| usize::try_from(bytes).unwrap_or(usize::MAX))
    }

    /// Marks the socket as that of a proxy: its round trip is the proxy's, and is not shown to the visitor.
    pub(crate) fn behind_a_proxy(self) -> Self {
        Self { proxied: true, ..self }
    }

    /// What the socket has carried, and how its line is, which is encrypted with these algorithms; `None` where it is
    /// closed. Behind a proxy the round trip to the client is not known.
    pub(super) fn status(&self, algorithms: Option<Algorithms>) -> Option<LineStatus> {
        let stream = self.stream.upgrade()?;
        let information = information::of(&stream.tcp);
        let names = |Algorithms { key_exchange, cipher, mac }| AlgorithmNames {
            key_exchange: key_exchange.as_ref().to_owned(),
            cipher: cipher.as_ref().to_owned(),
            mac: mac.map(|mac| mac.as_ref().to_owned()),
        };
        Some(LineStatus {
            algorithms: algorithms.map(names),
            sent: stream.written.load(Ordering::Relaxed),
            received: stream.read.load(Ordering::Relaxed),
            round_trip: information.map(|(_, round_trip, _)| round_trip).filter(|_| !self.proxied),
            silent: information.map(|(.., silent)| silent),
        })
    }
}

/// What Linux says of a TCP connection (`tcp(7)`, `TCP_INFO`).
#[cfg(target_os = "linux")]
mod information {
    use std::{sync::LazyLock, time::Duration};

    use nix::{getsockopt_impl, libc, sockopt_impl, sys::socket::getsockopt};
    use rustix::system::uname;
    use tokio::net::TcpStream;

    // The beginning of `struct tcp_info` (linux/tcp.h): eight bytes, then numbers of 32 bits, among them
    // `tcpi_last_data_sent` at byte 44, in milliseconds, and `tcpi_rtt` at byte 68, in microseconds. The last eight
    // bytes are `tcpi_bytes_acked`.
    sockopt_impl!(TcpInfo, GetOnly, libc::IPPROTO_TCP, libc::TCP_INFO, [u64; 16]);

    /// Whether the kernel knows so much. Linux does since 4.1, and one that knows less must not be asked: nix panics
    /// when less is filled in than was asked for.
    static KNOWN: LazyLock<bool> = LazyLock::new(|| {
        let release = uname().release().to_string_lossy().into_owned();
        let mut numbers = release.split('.').map_while(|number| number.parse::<u32>().ok());
        (numbers.next(), numbers.next()) >= (Some(4), Some(1))
    });

    /// The bytes that were ever acknowledged, the round trip, and the time since data was last sent; `None` where that
    /// is not known. A sandbox that plays Linux may fill in nothing; on any other, the client's system has acknowledged
    /// something once keys are exchanged.
    pub(super) fn of(socket: &TcpStream) -> Option<(u64, Duration, Duration)> {
        let [_, _, _, _, _, sent, _, _, round_trip, .., acknowledged] =
            KNOWN.then(|| getsockopt(socket, TcpInfo).ok()).flatten()?;
        let second = |[.., a, b, c, d]: [u8; 8]| u64::from(u32::from_ne_bytes([a, b, c, d]));
        let round_trip = Duration::from_micros(second(round_trip.to_ne_bytes()));
        let silent = Duration::from_millis(second(sent.to_ne_bytes()));
        (acknowledged > 0).then_some((acknowledged, round_trip, silent))
    }
}

#[cfg(not(target_os = "linux"))]
mod information {
    use std::time::Duration;

    use tokio::net::TcpStream;

    pub(super) fn of(_: &TcpStream) -> Option<(u64, Duration, Duration)> {
        None
    }
}

impl Socket {
    /// Sends small packets at once, and keeps little. What the system refuses of this is left as it was.
    pub(crate) fn tuned(stream: TcpStream) -> Self {
        if let Err(error) = tune(&stream) {
            tracing::debug!(%error, "a socket stays as the system made it");
        }
        // What was written before, as the answer to a browser that asks for a session, is acknowledged as well.
        let before = information::of(&stream).map_or(0, |(acknowledged, ..)| acknowledged);
        let stream = Arc::new(Stream { tcp: stream, written: AtomicU64::new(before), read: AtomicU64::new(0) });
        Self { stream, ahead: Bytes::new() }
    }

    /// What tells how many bytes are on their way.
    pub(crate) fn send_queue(&self) -> SendQueue {
        SendQueue { stream: Arc::downgrade(&self.stream), proxied: false }
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
        if self.ahead.is_empty() {
            let mut read = [0; READ];
            let read = ready!(self.stream.poll_read(cx, &mut read))?;
            let (now, later) = read.split_at(read.len().min(buffer.remaining()));
            buffer.put_slice(now);
            if !later.is_empty() {
                self.ahead = Bytes::copy_from_slice(later);
            }
        } else {
            let length = self.ahead.len().min(buffer.remaining());
            buffer.put_slice(&self.ahead.split_to(length));
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Socket {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.stream.tcp.poll_write_ready(cx))?;
            match self.stream.try_write(bytes) {
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {}
                Err(error) => return Poll::Ready(Err(error)),
                Ok(written) => {
                    self.stream.written.fetch_add(written as u64, Ordering::Relaxed);
                    return Poll::Ready(Ok(written));
                }
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = SockRef::from(&self.stream.tcp).shutdown(Shutdown::Write);
        // A client that is gone gets no end of the stream.
        Poll::Ready(shut.or_else(|error| if error.kind() == ErrorKind::NotConnected { Ok(()) } else { Err(error) }))
    }
}

impl Stream {
    /// Reads what is there, at most as much as `buffer` has room for; nothing at the end of the stream.
    fn poll_read<'a>(&self, cx: &mut Context<'_>, buffer: &'a mut [u8]) -> Poll<io::Result<&'a [u8]>> {
        loop {
            ready!(self.tcp.poll_read_ready(cx))?;
            let mut length = 0;
            let read = self.tcp.try_io(Interest::READABLE, || {
                length = recv(&self.tcp, &mut *buffer, RecvFlags::empty())?.0;
                // What does not fill the buffer is all that there was. `WouldBlock` makes tokio wait for more before
                // the next read, as its own reads do (tokio::io::PollEvented); else that read would only be told so.
                if (1..buffer.len()).contains(&length) { Err(ErrorKind::WouldBlock.into()) } else { Ok(()) }
            });
            match read {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock && length == 0 => {}
                Err(error) if error.kind() != ErrorKind::WouldBlock => return Poll::Ready(Err(error)),
                _ => {
                    self.read.fetch_add(length as u64, Ordering::Relaxed);
                    return Poll::Ready(Ok(buffer.get(..length).unwrap_or_default()));
                }
            }
        }
    }

    #[cfg(target_os = "linux")]
    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        use rustix::net::{SendFlags, send};

        let piece = bytes.get(..UNSENT.into()).unwrap_or(bytes);
        // The end of a record, which TCP does not have: Linux takes it for what must not be joined with what follows.
        let flags = SendFlags::EOR | SendFlags::NOSIGNAL;
        self.tcp.try_io(Interest::WRITABLE, || Ok(send(&self.tcp, piece, flags)?))
    }

    #[cfg(not(target_os = "linux"))]
    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        self.tcp.try_write(bytes)
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
        task::yield_now,
        time::{Instant, MissedTickBehavior, interval, timeout},
    };

    use super::*;
    use crate::ssh::{deadline::Progress, limits::Limits, stream::Supervised};

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
        let progress = Progress::of_tests(&Limits { write_timeout: patience, ..Limits::default() });
        progress.authenticated();
        let _channel = progress.open().unwrap();
        let mut stream = Supervised::new(socket, progress, &Arc::default());
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
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        assert!(stopped.load(Ordering::Relaxed), "it was still reading");
        let (_client, last) = reading.await.unwrap();
        assert!(dropped - last < 3 * patience, "{:?}", dropped - last);
    }

    #[tokio::test]
    async fn all_is_read_in_order_whatever_is_asked_for() {
        let (mut socket, mut client) = pair().await;
        let sent: Vec<u8> = (0..100_000_u32).map(|n| (n % 251) as u8).collect();
        let expected = sent.clone();
        let sending = tokio::spawn(async move {
            let mut rest = sent.as_slice();
            for length in [1, 4, READ - 1, READ, READ + 1, 5 * READ].into_iter().cycle() {
                let (piece, later) = rest.split_at(length.min(rest.len()));
                client.write_all(piece).await.unwrap();
                if later.is_empty() {
                    // Dropped, it ends the stream.
                    return;
                }
                // Some pieces are read before the next one comes.
                yield_now().await;
                rest = later;
            }
        });
        let mut read = Vec::new();
        for length in [4, 32, 4, 3 * READ, 1].into_iter().cycle() {
            let mut part = vec![0; length];
            let length = timeout(Duration::from_secs(10), socket.read(&mut part)).await.unwrap().unwrap();
            assert!(socket.ahead.len() < READ);
            if length == 0 {
                break;
            }
            read.extend_from_slice(&part[..length]);
        }
        sending.await.unwrap();
        assert_eq!((read == expected, socket.ahead.len()), (true, 0));
    }

    #[tokio::test]
    async fn what_the_client_has_not_acknowledged_is_known() {
        let (mut socket, mut client) = pair().await;
        let queue = socket.send_queue();
        socket.write_all(&[0; 100]).await.unwrap();
        client.read_exact(&mut [0; 100]).await.unwrap();
        // Its system may take a moment to say that it has come.
        let none = async |queue: &SendQueue| {
            let mut now = interval(Duration::from_millis(5));
            while queue.unacknowledged() > 0 {
                now.tick().await;
            }
        };
        timeout(Duration::from_secs(10), none(&queue)).await.unwrap();
        client.write_all(&[0; 30]).await.unwrap();
        socket.read_exact(&mut [0; 30]).await.unwrap();
        let traffic = queue.status(None).unwrap();
        assert_eq!((traffic.sent, traffic.received), (100, 30));
        let (round_trip, silent) = (traffic.round_trip.unwrap(), traffic.silent.unwrap());
        assert!(round_trip > Duration::ZERO && round_trip < Duration::from_secs(1), "{round_trip:?}");
        assert!(silent < Duration::from_secs(20), "{silent:?}");
        assert_eq!(queue.clone().behind_a_proxy().status(None).unwrap().round_trip, None);
        // Now it reads nothing, until the kernel takes nothing more.
        let mut written = 0;
        while let Ok(more) = timeout(Duration::from_millis(50), socket.write(&[0; 1000])).await {
            written += more.unwrap();
        }
        let waiting = queue.unacknowledged();
        assert!((usize::from(UNSENT)..=written).contains(&waiting), "{waiting} of {written}");
        let reading = tokio::spawn(async move {
            client.read_exact(&mut vec![0; written]).await.unwrap();
            client
        });
        timeout(Duration::from_secs(10), none(&queue)).await.unwrap();
        reading.await.unwrap();
        drop(socket);
        assert_eq!((queue.stream.strong_count(), queue.unacknowledged()), (0, 0), "it does not keep the socket open");
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
