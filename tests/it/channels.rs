//! Channels in any number and requests in any order, from a client that waits for no reply.

use std::time::Duration;

use sshcard::ssh::limits::Limits;
use tokio::{io::AsyncWriteExt as _, time::timeout};

use crate::{
    attacker::{Attacker, about, data, msg, number, open, open_as, pty, request, string},
    process::Process,
    support::{Client, Running, soon},
};

/// Room for everything that is sent here.
const ROOM: u32 = 1 << 20;

async fn attacker(server: &Running) -> Attacker {
    soon(Attacker::connect(server.address)).await.unwrap()
}

/// Opens this many channels at once: the codes of the failures, and 0 for a success, in the order of the channels.
async fn opened(client: &mut Attacker, channels: u32) -> Vec<u32> {
    let mut codes = Vec::new();
    // So many questions and their answers fit into what TCP holds.
    let numbers: Vec<u32> = (0..channels).collect();
    for some in numbers.chunks(500) {
        let packets: Vec<u8> = some.iter().flat_map(|channel| client.packet(&open(*channel, ROOM))).collect();
        soon(client.stream.write_all(&packets)).await.unwrap();
        for channel in some {
            let answer = soon(client.receive()).await.unwrap();
            assert_eq!(number(&answer, 1), Some(*channel), "answered in order");
            codes.push(match answer[0] {
                msg::CHANNEL_OPEN_CONFIRMATION => 0,
                msg::CHANNEL_OPEN_FAILURE => number(&answer, 5).unwrap(),
                other => panic!("message {other}"),
            });
        }
    }
    codes
}

#[tokio::test]
async fn of_430_channels_four_are_opened() {
    let server = Running::start().await;
    let mut client = attacker(&server).await;
    let codes = opened(&mut client, 430).await;
    // 4 is SSH_OPEN_RESOURCE_SHORTAGE (RFC 4254, section 5.1).
    assert_eq!((&codes[..4], codes[4..].iter().all(|code| *code == 4)), (&[0; 4][..], true), "{codes:?}");
    assert_eq!(Client::connect(&server).await.exec("help").await.status, Some(0));
}

/// Memory that may come and go with ten thousand messages of any kind. If each left a hundred bytes, it would be more.
const FLAT: usize = 1024 * 1024;

#[tokio::test(flavor = "multi_thread")]
async fn refused_channels_leave_nothing_behind() {
    let server = Process::open_to_all();
    let visitor = server.visitor().await;
    let mut client = soon(Attacker::connect(server.address)).await.unwrap();
    opened(&mut client, 1000).await;
    let before = server.memory();
    opened(&mut client, 10_000).await;
    let grown = server.memory().saturating_sub(before);
    assert!(grown < FLAT, "{grown} bytes");
    assert_eq!(visitor.exec("help").await.status, Some(0));
}

/// A `ping@sshcard`: a request that nobody knows, to which there is an answer all the same.
fn ping() -> Vec<u8> {
    [&[msg::GLOBAL_REQUEST][..], &string("ping"), &[1]].concat()
}

/// Says this again and again, and reads nothing, until the server takes no more for a second or hangs up; at most so
/// many bytes.
async fn floods(client: &mut Attacker, message: &[u8], most: usize) -> usize {
    let mut said = 0;
    while said < most {
        let packets: Vec<u8> = (0..100).flat_map(|_| client.packet(message)).collect();
        match timeout(Duration::from_secs(1), client.stream.write_all(&packets)).await {
            Ok(Ok(())) => said += packets.len(),
            Ok(Err(_)) | Err(_) => break,
        }
    }
    said
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_and_reads_no_answer_is_not_waited_for_in_memory() {
    let server = Process::open_to_all();
    let visitor = server.visitor().await;
    visitor.exec("help").await;
    for message in [open(9, ROOM), ping(), open_as("x11", 9, ROOM, &[string("a"), vec![0; 4]].concat())] {
        // What the allocator keeps of one such client, it has for the next.
        let mut first = soon(Attacker::connect(server.address)).await.unwrap();
        floods(&mut first, &message, 64 << 20).await;
        let mut client = soon(Attacker::connect(server.address)).await.unwrap();
        let before = server.memory();
        // TCP itself takes some megabytes before it lets a writer wait.
        floods(&mut client, &message, 64 << 20).await;
        let grown = server.memory().saturating_sub(before);
        assert!(grown < FLAT, "{grown} bytes");
        assert_eq!(visitor.exec("help").await.status, Some(0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_exchange_that_does_not_end_keeps_nothing() {
    let server = Process::open_to_all();
    let visitor = server.visitor().await;
    visitor.exec("help").await;
    for message in [open(9, ROOM), ping(), request(0, "none", true, b""), data(0, &[b'2'; 1000])] {
        let mut client = soon(Attacker::connect(server.address)).await.unwrap();
        soon(client.terminal(0, ROOM, (80, 24))).await.unwrap();
        let before = server.memory();
        // From here on the server may send nothing but its own part of the exchange.
        soon(client.send(&Attacker::offer(""))).await.unwrap();
        let said = floods(&mut client, &message, 16 << 20).await;
        let grown = server.memory().saturating_sub(before);
        assert!(grown < FLAT, "{grown} bytes after {said} of message {}", message[0]);
        assert_eq!(visitor.exec("help").await.status, Some(0));
    }
}

#[tokio::test]
async fn requests_in_any_order_are_answered_as_they_should() {
    let server = Running::start().await;
    let mut client = attacker(&server).await;
    let channel = soon(client.session(7, ROOM)).await.unwrap();
    let terminal = pty("xterm\x1b[2J\n", u32::MAX, 0);
    let variable = [string("LANG"), string("C")].concat();
    let size = [0, u32::MAX, 0, 0].map(u32::to_be_bytes).concat();
    let mut expected = Vec::new();
    for (kind, rest, granted) in [
        ("nobody-knows@example.com", &b"\0\x01\xff"[..], false),
        ("", b"", false),
        ("subsystem", &string("netconf"), false),
        ("auth-agent-req@openssh.com", b"", false),
        ("x11-req", &[&b"\0"[..], &string("a"), &string("b"), &[0; 4]].concat(), false),
        ("pty-req", &terminal, true),
        ("pty-req", &terminal, false),
        ("env", &variable, true),
        ("window-change", &size, true),
        ("signal", &string("KILL"), false),
        ("shell", b"", true),
        ("shell", b"", false),
        ("exec", &string("help"), false),
        ("subsystem", &string("sftp"), false),
        ("pty-req", &terminal, false),
        ("env", &variable, false),
        ("auth-agent-req@openssh.com", b"", false),
        ("x11-req", &[&b"\0"[..], &string("a"), &string("b"), &[0; 4]].concat(), false),
        ("break", &[0; 4], false),
        ("exit-status", &[0; 4], false),
    ] {
        for want_reply in [false, true] {
            // What is granted is granted once.
            if want_reply || !granted || kind == "window-change" {
                soon(client.send(&request(channel, kind, want_reply, rest))).await.unwrap();
            }
            if want_reply {
                expected.push((kind, granted));
            }
        }
    }
    for (kind, granted) in expected {
        let answer = loop {
            let message = soon(client.receive()).await.unwrap();
            if matches!(message[0], msg::CHANNEL_SUCCESS | msg::CHANNEL_FAILURE) {
                break message;
            }
        };
        // Answers come in the order of the requests, to the client's own number, and only to those that want one.
        let kind_of = if granted { msg::CHANNEL_SUCCESS } else { msg::CHANNEL_FAILURE };
        assert_eq!((answer[0], number(&answer, 1)), (kind_of, Some(7)), "{kind}");
    }
    // The session runs all the same.
    soon(client.send(&data(channel, b"q"))).await.unwrap();
    soon(client.expect(msg::CHANNEL_CLOSE)).await.unwrap();
}

#[tokio::test]
async fn messages_for_channels_that_are_not_there_harm_nobody() {
    let server =
        Running::with(Limits { per_address: 0, idle_after_last_channel: Duration::from_secs(60), ..Limits::default() })
            .await;
    let neighbour = Client::connect(&server).await;
    let mut page = neighbour.terminal("xterm-256color", 80, 24).await;
    for channel in [0, 1, 2, 77, u32::MAX] {
        for message in [
            data(channel, b"q"),
            [&about(msg::CHANNEL_EXTENDED_DATA, channel)[..], &[0, 0, 0, 1], &string("q")].concat(),
            about(msg::CHANNEL_EOF, channel),
            about(msg::CHANNEL_CLOSE, channel),
            [about(msg::CHANNEL_WINDOW_ADJUST, channel), vec![0xff; 4]].concat(),
            request(channel, "shell", true, b""),
            request(channel, "pty-req", true, &pty("xterm", 80, 24)),
            about(msg::CHANNEL_SUCCESS, channel),
            about(msg::CHANNEL_FAILURE, channel),
            [about(msg::CHANNEL_OPEN_CONFIRMATION, channel), vec![0xff; 12]].concat(),
            [about(msg::CHANNEL_OPEN_FAILURE, channel), vec![0; 4], string("x"), string("")].concat(),
        ] {
            let mut client = attacker(&server).await;
            for _ in 0..3 {
                soon(client.send(&message)).await.unwrap();
            }
            drop(client);
        }
    }
    page.types("q").await;
    assert_eq!(page.ends().await, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn channels_are_closed_twice_and_written_to_when_closed() {
    let log = tempfile::NamedTempFile::new().unwrap();
    let mut server = Process::start(log.reopen().unwrap().into(), &["--max-per-address", "0"]);
    server.visitor().await.hang_up().await;
    let mut client = soon(Attacker::connect(server.address)).await.unwrap();
    for _ in 0..16 {
        let channel = soon(client.session(3, ROOM)).await.unwrap();
        soon(client.send(&request(channel, "exec", true, &string("help")))).await.unwrap();
        for message in [
            about(msg::CHANNEL_EOF, channel),
            about(msg::CHANNEL_EOF, channel),
            data(channel, b"after the end"),
            about(msg::CHANNEL_CLOSE, channel),
            about(msg::CHANNEL_CLOSE, channel),
            data(channel, b"after the close"),
            request(channel, "shell", true, b""),
        ] {
            if soon(client.send(&message)).await.is_err() {
                break;
            }
        }
        // Whether the connection has borne it or not, a new one works.
        if soon(client.send(&ping())).await.is_err() || timeout(Duration::from_secs(1), client.receive()).await.is_err()
        {
            client = soon(Attacker::connect(server.address)).await.unwrap();
        }
    }
    assert_eq!(server.visitor().await.exec("help").await.status, Some(0));
    server.stopped(log.path()).await;
}
