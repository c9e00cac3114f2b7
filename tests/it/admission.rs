//! Who gets in when many come: from one address, from many, and more than there is room for.

use std::{
    net::Ipv4Addr,
    time::{Duration, Instant},
};

use sshcard::ssh::limits::Limits;
use tokio::{io::AsyncReadExt as _, net::TcpStream};

use crate::support::{Client, HEADLINE, Running, soon, stream_from};

/// In this time no token comes back, however slow the machine is.
const NEVER: Duration = Duration::from_secs(60 * 60);

/// What the server says first to one who says nothing: a line.
async fn greeted(mut stream: TcpStream) -> (TcpStream, String) {
    let mut line = Vec::new();
    while !line.ends_with(b"\n") {
        line.push(soon(stream.read_u8()).await.unwrap());
    }
    (stream, String::from_utf8(line).unwrap())
}

const WELCOME: &str = "SSH-2.0-sshcard\r\n";

#[tokio::test]
async fn one_address_connects_so_often_and_others_do_not_notice() {
    let server = Running::with(Limits { arrival: NEVER, ..Limits::default() }).await;
    for n in 0..50 {
        let (_, said) = greeted(stream_from("127.0.0.1", &server).await).await;
        // Who is refused sees no version: no key was touched.
        let expected =
            if n < 10 { WELCOME } else { "sshcard: too many connections at once from your address, wait a moment\r\n" };
        assert_eq!(said, expected, "connection {n}");
        server.deserted().await;
    }
    for _ in 0..3 {
        let visitor = Client::from("127.0.0.2", &server).await.unwrap();
        assert_eq!(visitor.exec("help").await.status, Some(0));
    }
}

#[tokio::test]
async fn one_address_has_ten_connections_and_others_do_not_notice() {
    let server = Running::with(Limits::default()).await;
    let mut held = Vec::new();
    for _ in 0..10 {
        let (stream, said) = greeted(stream_from("127.0.0.1", &server).await).await;
        assert_eq!(said, WELCOME);
        held.push(stream);
    }
    let (_, said) = greeted(stream_from("127.0.0.1", &server).await).await;
    assert_eq!(said, "sshcard: too many connections from your address, close one first\r\n");
    let visitor = Client::from("127.0.0.2", &server).await.unwrap();
    let mut page = visitor.terminal("xterm-256color", 80, 24).await;
    page.expect(HEADLINE).await;
}

#[tokio::test]
async fn without_a_limit_one_address_connects_as_it_likes() {
    let server = Running::with(Limits { per_address: 0, arrival: NEVER, ..Limits::default() }).await;
    let mut held = Vec::new();
    for _ in 0..50 {
        let (stream, said) = greeted(stream_from("127.0.0.1", &server).await).await;
        assert_eq!(said, WELCOME);
        held.push(stream);
    }
}

#[tokio::test]
async fn a_hundred_thousand_addresses_lock_nobody_out() {
    let server = Running::with(Limits { arrival: NEVER, ..Limits::default() }).await;
    // As the server does when one comes and goes; over sockets it would take minutes.
    let now = Instant::now();
    for n in 0..100_000 {
        let address = Ipv4Addr::from_bits(u32::from(Ipv4Addr::new(10, 0, 0, 0)) + n);
        assert!(server.admission.admit(address.into(), now).is_ok(), "address {address}");
    }
    let visitor = Client::from("127.0.0.2", &server).await.unwrap();
    assert_eq!(visitor.exec("help").await.status, Some(0));
}

#[tokio::test]
async fn a_full_house_says_so_and_whoever_is_in_stays() {
    let server = Running::with(Limits { connections: 3, ..Limits::default() }).await;
    let first = Client::from("127.0.0.2", &server).await.unwrap();
    let mut page = first.terminal("xterm-256color", 80, 24).await;
    page.expect(HEADLINE).await;
    let second = Client::from("127.0.0.3", &server).await.unwrap();
    let (silent, _) = greeted(stream_from("127.0.0.4", &server).await).await;
    for n in 5..50 {
        let (_, said) = greeted(stream_from(&format!("127.0.0.{n}"), &server).await).await;
        assert_eq!(said, "sshcard: full, come back in a minute\r\n");
    }
    page.types("q").await;
    assert_eq!(page.ends().await, Some(0), "the page was there all the time");
    assert_eq!(second.exec("help").await.status, Some(0));
    drop(silent);
    first.hang_up().await;
    second.hang_up().await;
    server.deserted().await;
    assert!(Client::from("127.0.0.5", &server).await.is_ok(), "there is room again");
}

#[tokio::test]
async fn those_who_authenticate_nothing_leave_places_for_those_who_do() {
    let server = Running::with(Limits { unauthenticated: 10, ..Limits::default() }).await;
    let mut held = Vec::new();
    let mut refused = 0;
    // Three addresses take what they get: all would be full, were places only counted.
    for n in 0..30 {
        let (stream, said) = greeted(stream_from(&format!("127.0.0.{}", 2 + n % 3), &server).await).await;
        if said == WELCOME {
            held.push(stream);
        } else {
            assert_eq!(said, "sshcard: full, come back in a minute\r\n");
            refused += 1;
        }
    }
    assert!(held.len() <= 5 && refused >= 25, "{} held", held.len());
    for n in 0..20 {
        let visitor = Client::from(&format!("127.0.1.{}", 1 + n), &server).await.unwrap();
        assert_eq!(visitor.exec("help").await.status, Some(0));
    }
}

#[tokio::test]
async fn keys_are_exchanged_again_but_not_without_end() {
    let server = Running::start().await;
    let honest = Client::connect(&server).await;
    let endless = Client::connect(&server).await;
    let mut exchanges = 0;
    while exchanges < 100 {
        if endless.handle.rekey_soon().await.is_err() || soon(endless.handle.send_ping()).await.is_err() {
            break;
        }
        exchanges += 1;
    }
    // The first exchange of the connection is one of the thirty; on a slow machine one more is permitted every ten seconds.
    assert!((29..50).contains(&exchanges), "{exchanges} exchanges");
    for _ in 0..10 {
        honest.handle.rekey_soon().await.unwrap();
        assert_eq!(honest.exec("help").await.status, Some(0));
    }
}
