//! Visitors who come through a proxy that says for whom it connects.

use std::{
    net::Ipv4Addr,
    time::{Duration, Instant},
};

use sshcard::ssh::{limits::Limits, proxy::LOCAL};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
};

use crate::support::{Client, HEADLINE, Running, soon};

const WELCOME: &str = "SSH-2.0-sshcard\r\n";

/// Where the tests' proxy is.
const HERE: &[&str] = &["127.0.0.0/8", "::1/128"];

fn version_1(source: &str) -> Vec<u8> {
    let family = if source.contains(':') { ("TCP6", "2001:db8::1") } else { ("TCP4", "198.51.100.1") };
    format!("PROXY {} {source} {} 40000 22\r\n", family.0, family.1).into()
}

/// Version 2: `PROXY` over TCP and IPv4, with a value that a proxy adds.
fn version_2(source: [u8; 4]) -> Vec<u8> {
    let rest = [&source[..], &[198, 51, 100, 1, 0x9c, 0x40, 0, 22], &[0x04, 0, 2, 0, 0]].concat();
    [b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0", &[rest.len() as u8][..], &rest].concat()
}

/// Connects, and begins with these bytes.
async fn begin(server: &Running, bytes: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    stream
}

/// The same from another address than the server's, as from another machine.
async fn begin_elsewhere(server: &Running, bytes: &[u8]) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((Ipv4Addr::new(127, 0, 0, 2), 0).into()).unwrap();
    let mut stream = socket.connect(server.address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    stream
}

/// The first line that the server says, and nothing if it hangs up.
async fn first_line(stream: &mut TcpStream) -> String {
    let mut line = Vec::new();
    while !line.ends_with(b"\n") {
        match soon(stream.read_u8()).await {
            Ok(byte) => line.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8(line).unwrap()
}

async fn visitor(server: &Running, header: &[u8]) -> Result<Client, russh::Error> {
    Client::over(begin(server, header).await, &server.fingerprint).await
}

#[tokio::test]
async fn visitors_come_through_a_proxy_and_count_where_they_come_from() {
    let server = Running::behind(HERE, Limits { per_address: 1, ..Limits::default() }).await;
    let mut here = Vec::new();
    for header in [version_1("192.0.2.1"), version_2([192, 0, 2, 2]), version_1("2001:db8:1::1")] {
        let visitor = visitor(&server, &header).await.unwrap();
        let mut page = visitor.terminal("xterm-256color", 80, 24).await;
        page.expect(HEADLINE).await;
        here.push((visitor, page));
    }
    for header in [version_2([192, 0, 2, 1]), version_1("192.0.2.2"), version_1("2001:db8:1::2")] {
        let mut second = begin(&server, &header).await;
        let said = first_line(&mut second).await;
        assert_eq!(said, "sshcard: too many connections from your address, close one first\r\n");
    }
    assert_eq!(server.connections(), 3);
}

#[tokio::test]
async fn no_byte_after_a_header_is_lost() {
    let server = Running::behind(HERE, Limits::default()).await;
    for header in [version_1("192.0.2.1"), version_2([192, 0, 2, 2]), LOCAL.to_vec(), b"PROXY UNKNOWN\r\n".to_vec()] {
        let mut stream = begin(&server, &[&header[..], b"SSH-2.0-eager\r\n"].concat()).await;
        assert_eq!(first_line(&mut stream).await, WELCOME);
        // The server's first packet comes when it has read the client's version: KEXINIT (20) behind a length and a
        // padding.
        let mut packet = [0; 6];
        soon(stream.read_exact(&mut packet)).await.unwrap();
        assert_eq!(packet[5], 20, "{packet:?}");
    }
}

#[tokio::test]
async fn a_proxy_looks_whether_the_server_is_well_as_often_as_it_likes() {
    let server = Running::behind(HERE, Limits { per_address: 1, ..Limits::default() }).await;
    let mut looking = Vec::new();
    for n in 0..30 {
        let mut stream = begin(&server, if n % 2 == 0 { LOCAL } else { b"PROXY UNKNOWN\r\n" }).await;
        assert_eq!(first_line(&mut stream).await, WELCOME, "look {n}");
        looking.push(stream);
    }
}

#[tokio::test]
async fn who_is_no_proxy_is_refused() {
    let server = Running::behind(&["192.0.2.0/24", "2001:db8::/32"], Limits::default()).await;
    for header in [&b""[..], &version_1("192.0.2.1"), LOCAL] {
        let mut stream = begin_elsewhere(&server, header).await;
        let said = first_line(&mut stream).await;
        // Hung up on with bytes unread, a client may lose the line.
        assert!(said.is_empty() || said == "sshcard: nobody gets in here but through the proxy\r\n", "{said:?}");
    }
    server.deserted().await;
}

#[tokio::test]
async fn from_the_own_machine_only_a_health_check_gets_through() {
    let server = Running::behind(&["192.0.2.0/24"], Limits::default()).await;
    for header in [&b""[..], b"SSH-2.0-eager\r\n", &version_1("192.0.2.1"), &version_2([192, 0, 2, 1])] {
        let mut stream = begin(&server, header).await;
        let said = first_line(&mut stream).await;
        assert!(said.is_empty() || said == "sshcard: nobody gets in here but through the proxy\r\n", "{said:?}");
        server.deserted().await;
    }
    // Within the limits of an address, which hold for no proxy.
    let server = Running::behind(&["192.0.2.0/24"], Limits { per_address: 2, ..Limits::default() }).await;
    let mut looking = Vec::new();
    for gets_through in [true, true, false] {
        let mut stream = begin(&server, LOCAL).await;
        let said = first_line(&mut stream).await;
        let refused = said.is_empty() || said.starts_with("sshcard: too many connections");
        assert!(if gets_through { said == WELCOME } else { refused }, "{said:?}");
        looking.push(stream);
    }
}

#[tokio::test]
async fn without_a_header_a_proxy_is_hung_up_on() {
    let server = Running::behind(HERE, Limits::default()).await;
    let begun = Instant::now();
    let mut streams = Vec::new();
    for header in [&b""[..], b"PROXY TCP4 192.0", &version_2([192, 0, 2, 1])[..20], b"SSH-2.0-"] {
        streams.push(begin(&server, header).await);
    }
    // It goes on as slowly as it can.
    let mut slow = begin(&server, b"").await;
    let drip = async {
        for byte in version_1("192.0.2.1").iter().cycle() {
            if slow.write_all(&[*byte]).await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    soon(drip).await;
    for mut stream in streams {
        assert_ne!(first_line(&mut stream).await, WELCOME);
    }
    server.deserted().await;
    let took = begun.elapsed();
    assert!(took >= Limits::default().introduction && took < Limits::default().authenticated, "{took:?}");
}

#[tokio::test]
async fn what_is_no_header_is_hung_up_on_at_once() {
    // Nothing here waits for its time to be over.
    let server = Running::behind(HERE, Limits { introduction: Duration::from_secs(60), ..Limits::default() }).await;
    for bytes in [
        &b"SSH-2.0-OpenSSH_10.0\r\n"[..],
        b"PROXY TCP4 192.0.2.1 198.51.100.1 40000\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"\r\n\r\n\0\r\nQUIT\n\x31\x11\0\0",
        b"\r\n\r\n\0\r\nQUIT\n\x21\x11\xff\xff",
        &[b'P'; 4000],
        &[&b"PROXY "[..], &[b' '; 4000]].concat(),
    ] {
        let mut stream = begin(&server, bytes).await;
        let said = first_line(&mut stream).await;
        assert!(said.is_empty() || said == "sshcard: the proxy did not say for whom it connects\r\n", "{said:?}");
    }
    server.deserted().await;
}

#[tokio::test]
async fn unless_there_is_a_proxy_nobody_is_believed() {
    let server = Running::with(Limits { per_address: 1, ..Limits::default() }).await;
    let _first = Client::connect(&server).await;
    let mut second = begin(&server, &version_1("192.0.2.1")).await;
    let said = first_line(&mut second).await;
    assert!(said.is_empty() || said.starts_with("sshcard: too many connections from your address"), "{said:?}");
}
