//! What a connection may take, and what is refused.

use std::time::{Duration, Instant};

use russh::{ChannelOpenFailure, Error, client::Config};
use sshcard::ssh::{ending::ConnectionEnd, limits::Limits};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{
    attacker::{Attacker, msg, string},
    ops::Ops,
    support::{ABOUT, Client, Output, Running, soon},
};

/// What a server says to one who says nothing, until it hangs up.
async fn listen(server: &Running) -> String {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let mut said = Vec::new();
    // A server that hangs up with our bytes unread resets the connection; we sent none.
    soon(stream.read_to_end(&mut said)).await.unwrap();
    String::from_utf8_lossy(&said).into_owned()
}

fn denied<T>(opened: Result<T, Error>) -> ChannelOpenFailure {
    match opened {
        Err(Error::ChannelOpenFailure(reason)) => reason,
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("opened"),
    }
}

#[tokio::test]
async fn one_address_gets_so_many_connections_and_is_told_why() {
    let server = Running::with(Limits { per_address: 1, arrival: Duration::ZERO, ..Limits::default() }).await;
    let first = Client::connect(&server).await;
    let told = listen(&server).await;
    let line = "sshcard: too many connections from your address, close one first";
    let (before, after) = told.split_once("\r\nSSH-2.0-sshcard\r\n").unwrap();
    assert!(before == line && after.contains(line), "{told:?}");
    first.hang_up().await;
    server.deserted().await;
    assert_eq!(Client::connect(&server).await.exec("help").await.status, Some(0));
}

#[tokio::test]
async fn only_so_many_may_be_unauthenticated() {
    let server = Running::with(Limits { unauthenticated: 1, ..Limits::default() }).await;
    let mut exchanging = soon(Attacker::dial(server.address)).await.unwrap();
    soon(exchanging.exchange_keys("")).await.unwrap();
    assert!(listen(&server).await.starts_with("sshcard: full"));
    drop(exchanging);
    server.deserted().await;
    let _first = Client::connect(&server).await;
    let _second = Client::connect(&server).await;
}

#[tokio::test]
async fn one_who_does_not_authenticate_is_hung_up_on_whatever_they_send() {
    let grace = Duration::from_millis(300);
    let server = Running::with(Limits { authenticated: grace, ..Limits::default() }).await;
    let begin = Instant::now();
    assert_eq!(listen(&server).await, "SSH-2.0-sshcard\r\n");
    assert!(begin.elapsed() >= grace);

    // A version a byte at a time; and a header that promises a large packet, and then the packet a byte at a time.
    for begin in [&b""[..], b"SSH-2.0-slow\r\n\x00\x03\xff\xff"] {
        let (mut reading, mut writing) = TcpStream::connect(server.address).await.unwrap().into_split();
        writing.write_all(begin).await.unwrap();
        let drip = async {
            while writing.write_all(b"S").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let end = async {
            let mut said = Vec::new();
            // Reset or closed: over.
            let _ = reading.read_to_end(&mut said).await;
        };
        soon(async { tokio::join!(drip, end) }).await;
        server.deserted().await;
    }

    // Messages that mean nothing, before there are keys and after.
    for keys in [false, true] {
        let mut client = soon(Attacker::dial(server.address)).await.unwrap();
        if keys {
            soon(client.exchange_keys("")).await.unwrap();
        }
        let ignored = [&[msg::IGNORE][..], &string([0; 100])].concat();
        let chatter = async {
            while client.send(&ignored).await.is_ok() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        soon(chatter).await;
        server.deserted().await;
    }
    assert!(begin.elapsed() >= 5 * grace);
}

#[tokio::test]
async fn each_message_of_the_handshake_has_its_time() {
    let brief = Duration::from_millis(300);
    let limits = Limits { identification: brief, key_exchange: brief, per_address: 0, ..Limits::default() };
    let server = Running::with(Limits { authenticated: Duration::from_secs(60 * 60), ..limits }).await;
    let ended = |end| server.visitors.metrics().ended.get_or_create(&end).get();
    let offer = [msg::KEXINIT; 300];
    for (sent, end) in [
        (vec![], ConnectionEnd::NotIdentified),
        (vec![b"SSH-2.0-stops".to_vec()], ConnectionEnd::NotIdentified),
        (vec![b"SSH-2.0-stops\r\n".to_vec()], ConnectionEnd::NotNegotiated),
        // A header that promises a packet, and a part of the packet.
        (vec![b"SSH-2.0-stops\r\n\0\0\x01\x80\x04".to_vec(), offer.to_vec()], ConnectionEnd::NotNegotiated),
    ] {
        let before = ended(end);
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        for bytes in sent {
            stream.write_all(&bytes).await.unwrap();
        }
        // Closed or reset: over.
        let _ = soon(stream.read_to_end(&mut Vec::new())).await;
        server.deserted().await;
        soon(async {
            while ended(end) == before {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        })
        .await;
    }
    let mut client = soon(Attacker::dial(server.address)).await.unwrap();
    soon(client.send(&Attacker::offer(""))).await.unwrap();
    soon(client.hung_up()).await;
    server.deserted().await;
    // One who has exchanged keys is asked by their client whether the key is the right one, and may take their time.
    let mut client = soon(Attacker::dial(server.address)).await.unwrap();
    soon(client.exchange_keys("")).await.unwrap();
    for _ in 0..2 {
        assert_eq!(listen(&server).await, "SSH-2.0-sshcard\r\n");
    }
    soon(client.authenticate("visitor")).await.unwrap();
    assert_eq!(ended(ConnectionEnd::NoKeyExchange), 1);
}

#[tokio::test]
async fn one_who_opens_no_channel_is_hung_up_on() {
    let server = Running::with(Limits { first_channel: Duration::from_millis(200), ..Limits::default() }).await;
    let _client = Client::connect(&server).await;
    server.deserted().await;
}

#[tokio::test]
async fn one_who_stays_after_the_last_channel_is_hung_up_on() {
    let server =
        Running::with(Limits { idle_after_last_channel: Duration::from_millis(200), ..Limits::default() }).await;
    let client = Client::connect(&server).await;
    assert_eq!(client.exec("help").await.status, Some(0));
    server.deserted().await;
}

#[tokio::test]
async fn a_channel_that_asks_for_nothing_is_closed() {
    let server = Running::with(Limits { first_request: Duration::from_millis(200), ..Limits::default() }).await;
    let client = Client::connect(&server).await;
    let output = Output::of(client.open().await.unwrap()).await;
    assert_eq!(output, Output::default());
}

#[tokio::test]
async fn four_channels_at_a_time() {
    let server = Running::start().await;
    let client = Client::connect(&server).await;
    let mut open = Vec::new();
    for _ in 0..4 {
        open.push(client.open().await.unwrap());
    }
    assert!(matches!(denied(client.open().await), ChannelOpenFailure::ResourceShortage));
    let last = open.pop().unwrap();
    last.exec(true, "help").await.unwrap();
    assert_eq!(Output::of(last).await.status, Some(0));
    assert!(client.open().await.is_ok(), "its place is free once it is closed");
}

#[tokio::test]
async fn commands_beyond_the_burst_wait_for_their_turn_and_none_fails() {
    let interval = Duration::from_millis(20);
    let server = Running::with(Limits { per_address: 0, channel_interval: interval, ..Limits::default() }).await;
    let client = Client::connect(&server).await;
    let begin = Instant::now();
    for n in 0..40 {
        assert_eq!(client.exec("help").await.status, Some(0), "command {n}");
    }
    assert!(begin.elapsed() >= 10 * interval, "the ten beyond the burst wait for one interval each");
}

#[tokio::test]
async fn a_connection_that_may_open_no_more_channels_ends_with_its_last_one() {
    let limits = Limits {
        per_address: 0,
        channels_ever: 3,
        idle_after_last_channel: Duration::from_millis(200),
        ..Limits::default()
    };
    let server = Running::with(limits).await;
    let ops = Ops::beside(&server);
    let client = Client::connect(&server).await;
    let mut page = client.terminal("xterm-256color", 80, 24).await;
    for _ in 0..2 {
        assert_eq!(client.exec("help").await.status, Some(0));
    }
    assert!(matches!(denied(client.open().await), ChannelOpenFailure::ResourceShortage));
    // The connection stays as long as its page does.
    page.types("q").await;
    assert_eq!(page.ends().await, Some(0));
    server.deserted().await;
    ops.counts("sshcard_connections_ended_total{reason=\"used_up\"}", 1).await;
}

#[tokio::test]
async fn closed_channels_that_stay_in_memory_are_bounded_over_all_connections() {
    let limits = Limits { per_address: 0, channels_kept: 2, channels_shared: 3, ..Limits::default() };
    let server = Running::with(limits).await;
    let greedy = Client::connect(&server).await;
    for _ in 0..5 {
        assert_eq!(greedy.exec("help").await.status, Some(0));
    }
    assert!(matches!(denied(greedy.open().await), ChannelOpenFailure::ResourceShortage));
    // Another connection has its own share, and no more while the first is there.
    let other = Client::connect(&server).await;
    for _ in 0..2 {
        assert_eq!(other.exec("help").await.status, Some(0));
    }
    assert!(matches!(denied(other.open().await), ChannelOpenFailure::ResourceShortage));
    let last = Client::connect(&server).await;
    let page = last.terminal("xterm-256color", 80, 24).await;
    greedy.hang_up().await;
    other.hang_up().await;
    soon(async {
        while server.connections() > 1 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    })
    .await;
    for _ in 0..4 {
        assert_eq!(last.exec("help").await.status, Some(0));
    }
    drop(page);
}

#[tokio::test]
async fn a_channel_that_waits_for_its_turn_holds_up_no_other() {
    let hour = Duration::from_secs(60 * 60);
    let limits = Limits { per_address: 0, channel_burst: 1, channel_interval: hour, ..Limits::default() };
    let server = Running::with(limits).await;
    let client = Client::connect(&server).await;
    let mut page = client.terminal("xterm-256color", 80, 24).await;
    let reading = async {
        page.types("2").await;
        page.expect(ABOUT).await;
        page.types("q").await;
        assert_eq!(page.ends().await, Some(0));
    };
    tokio::select! {
        opened = client.open() => panic!("{opened:?}"),
        () = reading => (),
    }
}

#[tokio::test]
async fn a_channel_that_waits_for_its_turn_does_not_hold_up_the_stop() {
    let hour = Duration::from_secs(60 * 60);
    let limits = Limits { per_address: 0, channel_burst: 1, channel_interval: hour, ..Limits::default() };
    let mut server = Running::with(limits).await;
    let client = Client::connect(&server).await;
    assert_eq!(client.exec("help").await.status, Some(0));
    let (refused, ()) = tokio::join!(client.open(), server.stop());
    assert!(refused.is_err(), "opened");
    assert_eq!(server.visitors.metrics().channels_unused.get(), 0, "it was never open");
}

#[tokio::test]
async fn forwarding_is_refused() {
    let server = Running::start().await;
    let client = Client::connect(&server).await;
    let direct = soon(client.handle.channel_open_direct_tcpip("localhost", 22, "localhost", 1)).await;
    assert!(matches!(denied(direct), ChannelOpenFailure::AdministrativelyProhibited));
    let local = soon(client.handle.channel_open_direct_streamlocal("/tmp/socket")).await;
    assert!(matches!(denied(local), ChannelOpenFailure::AdministrativelyProhibited));
    let x11 = soon(client.handle.channel_open_x11("localhost", 6000)).await;
    assert!(matches!(denied(x11), ChannelOpenFailure::AdministrativelyProhibited));
    assert!(soon(client.handle.tcpip_forward("localhost", 0)).await.is_err());
    assert_eq!(client.exec("help").await.status, Some(0), "the connection still works");
}

#[tokio::test]
async fn every_request_is_answered_and_only_those_in_order_are_granted() {
    let server = Running::start().await;
    let client = Client::connect(&server).await;
    let channel = client.open().await.unwrap();
    channel.request_subsystem(true, "netconf").await.unwrap();
    channel.request_pty(true, "xterm", 80, 24, 0, 0, &[]).await.unwrap();
    channel.request_pty(true, "xterm", 80, 24, 0, 0, &[]).await.unwrap();
    channel.agent_forward(true).await.unwrap();
    channel.request_x11(true, false, "MIT-MAGIC-COOKIE-1", "00", 0).await.unwrap();
    channel.set_env(true, "LANG", "C.UTF-8").await.unwrap();
    channel.set_env(false, "LC_ALL", "C.UTF-8").await.unwrap();
    channel.exec(true, "help").await.unwrap();
    let output = Output::of(channel).await;
    assert_eq!(output.replies, [false, true, false, false, false, true, true]);
    assert_eq!(output.status, Some(0));
}

#[tokio::test]
async fn a_subsystem_that_is_not_there_fails_at_once() {
    let server = Running::start().await;
    let client = Client::connect(&server).await;
    for name in ["netconf", "SFTP", ""] {
        let mut channel = client.open().await.unwrap();
        channel.request_subsystem(true, name).await.unwrap();
        assert!(matches!(soon(channel.wait()).await, Some(russh::ChannelMsg::Failure)));
    }
}

#[tokio::test]
async fn a_client_without_room_is_given_up_in_time_and_nobody_else_waits() {
    let server = Running::with(Limits { output: Duration::from_millis(300), ..Limits::default() }).await;
    // Its window has room for one byte, and russh never makes it larger.
    let config = Config { window_size: 1, ..Config::default() };
    let deaf = Client::connect_as(&server, "deaf", config).await;
    let channel = deaf.open().await.unwrap();
    channel.exec(false, "help").await.unwrap();
    assert_eq!(Client::connect(&server).await.exec("help").await.status, Some(0));
    // It is still there, and would wait for ever: what ends it is that the time for the output is over.
    let output = Output::of(channel).await;
    assert_eq!((output.out.len(), output.status, output.eof), (1, Some(1), true));
    assert!(deaf.open().await.is_ok(), "its place is free");
}

#[tokio::test]
async fn stopping_ends_the_idle_at_once() {
    let mut server = Running::start().await;
    let client = Client::connect(&server).await;
    let _channel = client.exec("help").await;
    let silent = TcpStream::connect(server.address).await.unwrap();
    let begin = Instant::now();
    server.stop().await;
    assert!(begin.elapsed() < Duration::from_secs(5));
    assert_eq!(server.connections(), 0);
    drop(silent);
    assert!(TcpStream::connect(server.address).await.is_err(), "nobody listens any more");
}
