//! The card on a terminal, over a real connection.

use std::time::Duration;

use russh::client::Config;
use sshcard::ssh::limits::Limits;
use tokio::{net::TcpSocket, time::timeout};

use crate::{
    attacker::{Attacker, msg},
    support::{ABOUT, Client, HEADLINE, LAYER, Running, STATION, document, soon},
};

#[tokio::test]
async fn a_visitor_sees_the_card_looks_around_and_leaves() {
    let server = Running::start().await;
    let client = Client::connect(&server).await;
    let mut terminal = client.terminal("xterm-256color", 80, 24).await;
    terminal.expect(HEADLINE).await;
    assert!(terminal.on_alternate_screen());
    for (key, words) in [("2", ABOUT), ("3", STATION), ("4", LAYER), ("1", HEADLINE)] {
        terminal.types(key).await;
        terminal.expect(words).await;
    }
    terminal.types("q").await;
    assert_eq!(terminal.ends().await, Some(0));
    assert!(!terminal.on_alternate_screen(), "the terminal is as it was");
    client.hang_up().await;
    server.deserted().await;
}

#[tokio::test]
async fn two_sessions_on_one_connection_know_nothing_of_each_other() {
    let server = Running::start().await;
    let client = Client::connect(&server).await;
    let mut left = client.terminal("xterm", 80, 24).await;
    let mut right = client.terminal("xterm", 100, 30).await;
    left.expect(HEADLINE).await;
    right.expect(HEADLINE).await;
    left.types("2").await;
    left.expect(ABOUT).await;
    assert!(!right.shows(ABOUT));
    left.types("q").await;
    assert_eq!(left.ends().await, Some(0));
    right.types("4").await;
    right.expect(LAYER).await;
    right.types("q").await;
    assert_eq!(right.ends().await, Some(0));
}

#[tokio::test]
async fn hanging_up_in_the_middle_leaves_nothing_behind() {
    let mut server = Running::with(Limits { per_address: 2, arrival: Duration::ZERO, ..Limits::default() }).await;
    for _ in 0..4 {
        let client = Client::connect(&server).await;
        let mut terminal = client.terminal("xterm", 80, 24).await;
        terminal.expect(HEADLINE).await;
        drop(terminal);
        drop(client);
        server.deserted().await;
    }
    // Stopping waits for the tasks of channels too: none is left that waits for a visitor who is gone.
    let begin = std::time::Instant::now();
    server.stop().await;
    assert!(begin.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_flood_of_resizes_ends_with_the_last() {
    let server = Running::start().await;
    let client = Client::connect(&server).await;
    let mut terminal = client.terminal("xterm", 80, 24).await;
    terminal.expect(HEADLINE).await;
    for n in 0..2000_u16 {
        terminal.resize(1 + n % 300, 1 + n % 100).await;
    }
    terminal.resize(0, 0).await;
    terminal.resize(100, 30).await;
    terminal.types("2").await;
    terminal.expect(ABOUT).await;
    let mut fresh = client.terminal("xterm", 100, 30).await;
    fresh.types("2").await;
    fresh.expect(ABOUT).await;
    terminal.expect_screen_of(&fresh).await;
    terminal.types("q").await;
    assert_eq!(terminal.ends().await, Some(0));
}

#[tokio::test]
async fn a_client_that_stops_reading_holds_up_nobody() {
    let server = Running::start().await;
    let config =
        russh::client::Config { channel_buffer_size: 1, window_size: 4096, ..russh::client::Config::default() };
    let deaf = Client::connect_as(&server, "deaf", config).await;
    let channel = deaf.open().await.unwrap();
    channel.request_pty(false, "xterm", 200, 60, 0, 0, &[]).await.unwrap();
    channel.request_shell(false).await.unwrap();
    // Types for ever, and reads nothing of what that brings.
    let typing = tokio::spawn(async move { while channel.data(&b"2345"[..]).await.is_ok() {} });
    let client = Client::connect(&server).await;
    let mut terminal = client.terminal("xterm", 80, 24).await;
    terminal.expect(HEADLINE).await;
    typing.abort();
    drop((deaf, terminal, client));
    server.deserted().await;
}

#[tokio::test]
async fn what_moves_does_not_queue_up_for_a_client_that_takes_little() {
    let mut document = document();
    document.card.logo = Some("1/x".into());
    let server = Running::of(document, Limits { per_address: 0, ..Limits::default() }).await;
    let still = Client::connect_as(&server, "still", Config::default()).await;
    let mut resting = still.terminal("xterm-256color", 80, 24).await;
    resting.expect(HEADLINE).await;
    let socket = TcpSocket::new_v4().unwrap();
    // As little as there may be before TCP makes the server wait: less than the first frame.
    socket.set_recv_buffer_size(1).unwrap();
    let stream = soon(socket.connect(server.address)).await.unwrap();
    let mut client = soon(soon(Attacker::over(stream)).await.unwrap().let_in()).await.unwrap();
    soon(client.terminal(0, u32::MAX, (80, 24))).await.unwrap();
    // While the logo flows, nothing is read; then all that has come.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let mut bytes = 0;
    let mut screen = vt100::Parser::new(24.try_into().unwrap(), 80.try_into().unwrap(), 0);
    while screen.screen().contents() != resting.contents() {
        let message = soon(client.receive()).await.unwrap();
        if message[0] == msg::CHANNEL_DATA {
            // Its number, its channel and the length of what it carries (RFC 4254, section 5.2).
            bytes += message[9..].len();
            screen.process(&message[9..]);
        }
    }
    // The first frame, one that was drawn before the kernel had said that it was on its way, and the last.
    assert!(bytes < 4_500, "{bytes} bytes");
    let more = timeout(Duration::from_millis(200), client.receive()).await;
    assert!(more.is_err(), "all that moved has come to rest");
}

#[tokio::test]
async fn stopping_says_goodbye_and_gives_the_terminal_back() {
    let mut server = Running::start().await;
    let client = Client::connect(&server).await;
    let mut terminal = client.terminal("xterm", 80, 24).await;
    terminal.expect(HEADLINE).await;
    let ((), status) = tokio::join!(server.stop(), async {
        let status = terminal.ends().await;
        drop(client);
        status
    });
    // The session was cut: EX_TEMPFAIL.
    assert_eq!(status, Some(75));
    assert!(!terminal.on_alternate_screen());
    assert!(!terminal.contents().trim().is_empty(), "a line stays on the main screen");
}

#[tokio::test]
async fn sizes_of_every_kind_are_taken() {
    let server = Running::start().await;
    let client = Client::connect(&server).await;
    for (columns, rows) in [(0, 0), (1, 1), (u32::MAX, u32::MAX), (80, 0), (u32::MAX, 1)] {
        let channel = client.open().await.unwrap();
        channel.request_pty(true, "xterm", columns, rows, u32::MAX, 0, &[]).await.unwrap();
        channel.request_shell(true).await.unwrap();
        channel.data(&b"q"[..]).await.unwrap();
        let output = crate::support::Output::of(channel).await;
        assert_eq!((output.replies, output.status), (vec![true, true], Some(0)), "{columns}x{rows}");
    }
}
