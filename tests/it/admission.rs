//! Who gets in when many come: from one address, from many, and more than there is room for.

use std::time::{Duration, Instant};

use sshcard::ssh::{
    admission::Refusal,
    ending::{ConnectionEnd, SessionEnd},
    limits::Limits,
    metrics::Method,
};
use strum::VariantArray as _;
use tokio::{io::AsyncReadExt as _, net::TcpStream};

use crate::{
    attacker::{Attacker, msg, string},
    support::{ABOUT, Client, HEADLINE, Output, Running, Terminal, soon, stream_from},
};

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
const FULL: &str = "sshcard: full, come back in a minute\r\n";

/// A client from this address that has exchanged keys and does not authenticate, as one that asks its visitor whether
/// the host key is the right one; `None` if it was refused.
async fn exchanged(source: &str, server: &Running) -> Option<Attacker> {
    let mut client = soon(Attacker::over(stream_from(source, server).await)).await.ok()?;
    soon(client.exchange_keys("")).await.unwrap();
    Some(client)
}

/// Whether the server has hung up, and said nothing more.
fn is_over(stream: &TcpStream) -> bool {
    matches!(stream.try_read(&mut [0]), Ok(0))
}

/// Waits until so many connections have ended for this reason, and no more.
async fn ended(server: &Running, end: ConnectionEnd, expected: u64) {
    let counted = soon(async {
        loop {
            match server.visitors.metrics().ended.get_or_create(&end).get() {
                counted if counted >= expected => return counted,
                _ => tokio::time::sleep(Duration::from_millis(2)).await,
            }
        }
    });
    assert_eq!(counted.await, expected, "{end:?}");
}

/// A visitor on a page, from this address.
async fn reader(source: &str, server: &Running) -> (Client, Terminal) {
    let visitor = Client::from(source, server).await.unwrap();
    let mut page = visitor.terminal("xterm-256color", 80, 24).await;
    page.expect(HEADLINE).await;
    (visitor, page)
}

#[tokio::test]
async fn one_address_connects_so_often_and_others_do_not_notice() {
    let server = Running::with(Limits { arrival: NEVER, ..Limits::default() }).await;
    for n in 0..50 {
        let (_, said) = greeted(stream_from("127.0.0.1", &server).await).await;
        // A refused client is told why in the first line.
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
async fn silent_connections_keep_no_visitor_out() {
    let server = Running::with(Limits { unauthenticated: 10, ..Limits::default() }).await;
    let mut silent = Vec::new();
    for n in 0..50 {
        let (stream, said) = greeted(stream_from(&format!("127.0.1.{}", 1 + n), &server).await).await;
        assert_eq!(said, WELCOME, "connection {n}");
        silent.push(stream);
    }
    // The oldest have to go: each of them for one that came after it.
    for (n, stream) in silent.iter_mut().take(40).enumerate() {
        assert_eq!(soon(stream.read(&mut [0])).await.unwrap(), 0, "connection {n}");
    }
    assert_eq!(server.unauthenticated(), 10);
    assert!(!silent.iter().skip(40).any(is_over), "the newest stay");
    ended(&server, ConnectionEnd::Displaced, 40).await;
    for n in 0..20 {
        let visitor = Client::from(&format!("127.0.2.{}", 1 + n), &server).await.unwrap();
        assert_eq!(visitor.exec("help").await.status, Some(0));
    }
    let refused = |why: &Refusal| server.visitors.metrics().refused.get_or_create(why).get();
    assert_eq!(Refusal::VARIANTS.iter().map(refused).sum::<u64>(), 0);
}

#[tokio::test]
async fn who_exchanges_keys_stays_and_a_newcomer_is_refused() {
    let server = Running::with(Limits { unauthenticated: 3, ..Limits::default() }).await;
    let mut clients = Vec::new();
    for n in 1..=3 {
        clients.push(exchanged(&format!("127.0.1.{n}"), &server).await.unwrap());
    }
    for n in 1..=20 {
        let (_, said) = greeted(stream_from(&format!("127.0.2.{n}"), &server).await).await;
        assert_eq!(said, FULL);
    }
    for client in &mut clients {
        soon(client.authenticate("visitor")).await.unwrap();
    }
    assert!(Client::from("127.0.2.1", &server).await.is_ok(), "there is room again");
}

#[tokio::test]
async fn one_that_was_displaced_has_to_go_however_far_it_comes_meanwhile() {
    let server = Running::with(Limits { unauthenticated: 1, ..Limits::default() }).await;
    // Its version and its algorithms cost nothing; it is displaced all the same.
    let mut client = soon(Attacker::over(stream_from("127.0.1.1", &server).await)).await.unwrap();
    soon(client.send(&Attacker::offer(""))).await.unwrap();
    soon(client.expect(msg::KEXINIT)).await.unwrap();
    let visitor = Client::from("127.0.1.2", &server).await.unwrap();
    let _ = client.send(&[&[msg::KEX_ECDH_INIT][..], &string([9; 32])].concat()).await;
    soon(client.hung_up()).await;
    assert_eq!(visitor.exec("help").await.status, Some(0));
    ended(&server, ConnectionEnd::Displaced, 1).await;
}

#[tokio::test]
async fn those_who_authenticate_nothing_leave_places_for_those_who_do() {
    let server = Running::with(Limits { unauthenticated: 10, ..Limits::default() }).await;
    // Three addresses take what they get: all would be full, were places only counted.
    let mut held = Vec::new();
    for n in 0..30 {
        held.extend(exchanged(&format!("127.0.0.{}", 2 + n % 3), &server).await);
    }
    assert!(held.len() <= 5, "{} held", held.len());
    for n in 0..20 {
        let visitor = Client::from(&format!("127.0.1.{}", 1 + n), &server).await.unwrap();
        assert_eq!(visitor.exec("help").await.status, Some(0));
    }
}

#[tokio::test]
async fn one_who_finds_no_room_is_told_so_and_whoever_is_in_stays() {
    let server = Running::with(Limits { connections: 2, ..Limits::default() }).await;
    let (first, mut page) = reader("127.0.0.2", &server).await;
    let second = Client::from("127.0.0.3", &server).await.unwrap();
    for n in 0..10 {
        let visitor = Client::from(&format!("127.0.1.{}", 1 + n), &server).await.unwrap();
        let told = visitor.exec(if n % 2 == 0 { "help" } else { "no such thing" }).await;
        assert_eq!((told.err.as_str(), told.out.as_str(), told.status), (FULL, "", Some(1)));
        visitor.hang_up().await;
    }
    let visitor = Client::from("127.0.2.1", &server).await.unwrap();
    let told = visitor.shell().await;
    assert_eq!((told.err.as_str(), told.status), (FULL, Some(1)));
    let files = Client::from("127.0.2.2", &server).await.unwrap();
    let channel = files.open().await.unwrap();
    channel.request_subsystem(true, "sftp").await.unwrap();
    let told = Output::of(channel).await;
    assert_eq!((told.err.as_str(), told.status), (FULL, Some(1)));

    page.types("q").await;
    assert_eq!(page.ends().await, Some(0), "the page was there all the time");
    assert_eq!(second.exec("help").await.status, Some(0));
    for client in [visitor, files, first, second] {
        client.hang_up().await;
    }
    server.deserted().await;
    ended(&server, ConnectionEnd::Full, 12).await;
    assert_eq!(
        server.visitors.metrics().authenticated.get_or_create(&Method::None).get(),
        2,
        "the others were not let in"
    );
    let visitor = Client::from("127.0.0.5", &server).await.unwrap();
    assert_eq!(visitor.exec("help").await.status, Some(0), "there is room again");
}

#[tokio::test]
async fn one_who_finds_no_room_stays_no_longer_than_to_be_told() {
    let limits = Limits { connections: 1, turned_away: Duration::from_millis(200), ..Limits::default() };
    let server = Running::with(limits).await;
    let (_first, _page) = reader("127.0.0.2", &server).await;
    let visitor = Client::from("127.0.1.1", &server).await.unwrap();
    let _channel = visitor.open().await.unwrap();
    soon(async {
        while server.connections() > 1 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_reader_who_is_away_makes_room_and_is_told_why() {
    let limits = Limits { connections: 2, evictable_after: Duration::from_millis(300), ..Limits::default() };
    let server = Running::with(limits).await;
    for plain in [false, true] {
        let first = Client::from("127.0.0.2", &server).await.unwrap();
        let variables = if plain { &[("LC_SSHCARD", "plain")][..] } else { &[] };
        let mut page = first.terminal_with(variables, "xterm-256color", 80, 24).await;
        page.expect(HEADLINE).await;
        // A transfer that asks for nothing is away like a reader.
        let second = Client::from("127.0.0.3", &server).await.unwrap();
        let sftp = second.sftp().await;
        // Until they are away for long enough, others find no room.
        let newcomers = soon(async {
            let mut newcomers = Vec::new();
            for n in 0.. {
                let (site, address) = (10 * (1 + u32::from(plain)) + n / 250, 1 + n % 250);
                let newcomer = Client::from(&format!("127.0.{site}.{address}"), &server).await.unwrap();
                let told = newcomer.exec("help").await;
                match told.status {
                    Some(0) => newcomers.push(newcomer),
                    status => assert_eq!((told.err.as_str(), status), (FULL, Some(1))),
                }
                if newcomers.len() == 2 {
                    break;
                }
            }
            newcomers
        })
        .await;
        assert_eq!(page.ends().await, Some(0));
        assert!(!page.on_alternate_screen());
        let line = page.contents().split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(line.contains("so another visitor has this place; come back later."), "{line}");
        assert_eq!(Output::of(sftp).await.status, Some(0));
        for client in newcomers {
            client.hang_up().await;
        }
        drop((first, second));
        ended(&server, ConnectionEnd::Evicted, if plain { 4 } else { 2 }).await;
        server.deserted().await;
    }
    assert_eq!(server.visitors.metrics().sessions_ended.get_or_create(&SessionEnd::Evicted).get(), 4);
}

#[tokio::test]
async fn who_types_is_not_away() {
    let limits = Limits { connections: 1, evictable_after: Duration::from_secs(2), ..Limits::default() };
    let server = Running::with(limits).await;
    let (_first, mut page) = reader("127.0.0.2", &server).await;
    let begin = Instant::now();
    // For longer than one may be away.
    for n in 0.. {
        let key = if n % 2 == 0 { "2" } else { "1" };
        page.types(key).await;
        page.expect(if n % 2 == 0 { ABOUT } else { HEADLINE }).await;
        let newcomer = Client::from(&format!("127.0.{}.{}", 1 + n / 250, 1 + n % 250), &server).await.unwrap();
        assert_eq!(newcomer.exec("help").await.err, FULL);
        newcomer.hang_up().await;
        if begin.elapsed() > Duration::from_secs(3) {
            break;
        }
    }
    page.types("q").await;
    assert_eq!(page.ends().await, Some(0));
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
    // The first exchange of the connection is one of the thirty; on a slow machine one more is permitted every ten
    // seconds.
    assert!((29..50).contains(&exchanges), "{exchanges} exchanges");
    for _ in 0..10 {
        honest.handle.rekey_soon().await.unwrap();
        assert_eq!(honest.exec("help").await.status, Some(0));
    }
}
