//! Whether visitors get in while many connect and stop somewhere in the handshake: a hundred a second from 10,000
//! addresses of the loopback interface.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpSocket,
    task::JoinSet,
    time::{MissedTickBehavior, interval, sleep, timeout},
};

use super::{
    attacker::{Attacker, msg, string},
    faults::{Rows, first_frames},
    table::Value,
};

/// Where a client stops.
#[derive(Debug, Clone, Copy)]
enum Stop {
    /// It sends nothing.
    Silent,
    /// It sends its version line, a byte a second.
    Drip,
    /// It sends its version line.
    Version,
    /// It sends its list of algorithms too.
    KexInit,
    /// It sends the first message of the key exchange too, and so costs the server a key agreement and a signature.
    KeyExchange,
}

/// What is measured: where clients stop, and how many come in a second.
const FLOODS: [(Stop, u32); 8] = [
    (Stop::Silent, 7),
    (Stop::Silent, 100),
    (Stop::Drip, 100),
    (Stop::Version, 100),
    (Stop::KexInit, 100),
    (Stop::KeyExchange, 4),
    (Stop::KeyExchange, 7),
    (Stop::KeyExchange, 100),
];

/// The addresses that they come from, from 127.1.0.0 on; visitors come from 127.0.2.0/24.
const FIRST: Ipv4Addr = Ipv4Addr::new(127, 1, 0, 0);
const ADDRESSES: u32 = 10_000;

/// For so long a flood lasts before the first visitor comes: longer than a connection may stay that is not let in, so
/// that all that it can take is taken.
const BEFORE: Duration = Duration::from_secs(21);

impl Rows<'_> {
    /// Many connect and stop.
    pub(super) async fn stopping(&mut self, samples: usize) -> Result<()> {
        for (stop, rate) in FLOODS {
            let server = self.server(&[])?;
            let process = server.process.context("no process")?;
            let flood = tokio::spawn(floods(server.address, stop, rate));
            sleep(BEFORE).await;
            let memory = server.footprint()?.context("no process")?.0;
            let (before, begin) = (process.cpu()?, Instant::now());
            let (times, refused) = first_frames(server.address, "127.0.2", samples).await?;
            let spent = process.cpu()?.saturating_sub(before).as_secs_f64() / begin.elapsed().as_secs_f64();
            flood.abort();
            let flood = format!("{rate} a second that stop at {stop:?}");
            self.push(format!("first frame, beside {flood}"), Value::times(times));
            self.push(format!("of {samples} visitors refused, beside {flood}"), Value::Count(refused as f64));
            self.push(format!("% of a core, beside {flood}"), Value::Count(100.0 * spent));
            self.push(format!("memory, beside {flood}"), Value::Megabytes(memory as f64 / 1e6));
        }
        Ok(())
    }
}

/// Connects so often in a second, from one address after the other.
async fn floods(server: SocketAddr, stop: Stop, rate: u32) {
    let mut due = interval(Duration::from_secs(1) / rate);
    due.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut connections = JoinSet::new();
    for n in (0..ADDRESSES).cycle() {
        due.tick().await;
        let source = Ipv4Addr::from_bits(FIRST.to_bits() + n);
        // Some time within a second, so that none comes in step with another that leaves.
        let later = Duration::from_millis(u64::from(n) * 7919 % 1000);
        connections.spawn(async move {
            sleep(later).await;
            stops(server, source, stop).await
        });
        while connections.try_join_next().is_some() {}
    }
}

/// Connects, says as much as it does, and stays until the server hangs up, for half a minute at most.
async fn stops(server: SocketAddr, source: Ipv4Addr, stop: Stop) -> Result<()> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((source, 0).into())?;
    let mut connection = socket.connect(server).await?;
    let version = b"SSH-2.0-stops\r\n".to_vec();
    let offer = packet(&Attacker::offer(""));
    let first = packet(&[&[msg::KEX_ECDH_INIT][..], &string([9; 32])].concat());
    let says = match stop {
        Stop::Silent | Stop::Drip => Vec::new(),
        Stop::Version => version,
        Stop::KexInit => [version, offer].concat(),
        Stop::KeyExchange => [version, offer, first].concat(),
    };
    connection.write_all(&says).await?;
    let staying = async {
        let mut some = [0; 1024];
        loop {
            match timeout(Duration::from_secs(1), connection.read(&mut some)).await {
                Ok(Ok(1..)) => {}
                Ok(Ok(0) | Err(_)) => return,
                Err(_) => {
                    if matches!(stop, Stop::Drip) && connection.write_all(b"S").await.is_err() {
                        return;
                    }
                }
            }
        }
    };
    let _ = timeout(Duration::from_secs(30), staying).await;
    // Resets rather than closes, so that no port is left waiting.
    let _ = connection.set_zero_linger();
    Ok(())
}

/// A packet that is not encrypted (RFC 4253, section 6).
fn packet(payload: &[u8]) -> Vec<u8> {
    let padding = 8 + (8 - (5 + payload.len()) % 8) % 8;
    let length = (1 + payload.len() + padding) as u32;
    [&length.to_be_bytes()[..], &[padding as u8], payload, &vec![0; padding]].concat()
}
