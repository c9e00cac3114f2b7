//! The program itself, as a process.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    process::Stdio,
    time::Duration,
};

use russh::client::Config;
use rustix::process::geteuid;
use tokio::{io::AsyncWriteExt as _, net::TcpStream};

use super::{
    attacker::{Attacker, msg, number},
    ops::Ops,
    process::{Process, free_address, until},
    support::{Client, soon},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_cannot_be_written_costs_no_visit() {
    let closed = || {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        Stdio::from(writer)
    };
    let full = || Stdio::from(File::options().write(true).open("/dev/full").unwrap());
    let as_it_is = "exec \"$@\"";
    let file = tempfile::NamedTempFile::new().unwrap();
    for (shell, log) in [
        (as_it_is, closed()),
        (as_it_is, full()),
        // Without a standard error the first socket would get its number.
        ("exec \"$@\" 2>&-", Stdio::null()),
        // A file that may not grow: each line makes a SIGXFSZ.
        ("ulimit -f 0; exec \"$@\"", file.reopen().unwrap().into()),
    ] {
        let mut server = Process::start_by(shell, log, &["--max-per-address", "1"]);
        for _ in 0..3 {
            let visitor = server.visitor().await;
            // A refusal is logged too, by the task that accepts.
            assert!(Client::dial_at(server.address, &server.fingerprint, Config::default()).await.is_err());
            assert_eq!(visitor.exec("text").await.status, Some(0));
            visitor.hang_up().await;
        }
        assert!(server.child.try_wait().unwrap().is_none(), "the server is still there");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_shows_the_client_of_a_proxy_and_shortens_it() {
    let log = tempfile::NamedTempFile::new().unwrap();
    let more = ["--log", "json", "--proxy-from", "192.0.2.0/24,127.0.0.1"];
    let mut server = Process::start(log.reopen().unwrap().into(), &more);
    let mut stream = soon(async {
        loop {
            match TcpStream::connect(server.address).await {
                Ok(stream) => return stream,
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    })
    .await;
    stream.write_all(b"PROXY TCP4 203.0.113.77 198.51.100.1 40000 22\r\n").await.unwrap();
    let visitor = Client::over(stream, &server.fingerprint).await.unwrap();
    assert_eq!(visitor.exec("text").await.status, Some(0));
    visitor.hang_up().await;
    // Stopped, it writes what it still has to say.
    let log = server.stopped(log.path()).await;
    let visit = log.lines().find(|line| line.contains("a visit ends")).unwrap();
    assert!(visit.contains(r#""from":"203.0.113.0/24""#), "{visit}");
    assert!(!visit.contains("127.0.0") && !log.contains("203.0.113.77"), "{log}");
    assert!(log.contains("192.0.2.0/24, 127.0.0.1/32"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn more_connections_than_descriptors_do_not_stop_the_listener() {
    let log = tempfile::NamedTempFile::new().unwrap();
    let more = ["--max-per-address", "0"];
    let mut server = Process::start_by("ulimit -n 64; exec \"$@\"", log.reopen().unwrap().into(), &more);
    server.visitor().await.hang_up().await;
    let mut held = Vec::new();
    for _ in 0..200 {
        held.push(soon(TcpStream::connect(server.address)).await.unwrap());
    }
    until(|| fs::read_to_string(log.path()).unwrap().contains("cannot accept a connection")).await;
    drop(held);
    assert_eq!(server.visitor().await.exec("help").await.status, Some(0));
    server.stopped(log.path()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_connection_goes_out_whatever_is_asked_for() {
    if !geteuid().is_root() {
        eprintln!("only root can look at the server's descriptors: not tested");
        return;
    }
    let server = Process::open_to_all();
    let visitor = server.visitor().await;
    let elsewhere = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = elsewhere.local_addr().unwrap().port();
    let mut page = visitor.terminal("xterm-256color", 80, 24).await;
    page.expect("▌card").await;
    let handle = &visitor.handle;
    assert!(soon(handle.channel_open_direct_tcpip("127.0.0.1", port.into(), "127.0.0.1", 1)).await.is_err());
    assert!(soon(handle.channel_open_direct_streamlocal("/run/socket")).await.is_err());
    assert!(soon(handle.tcpip_forward("127.0.0.1", 0)).await.is_err());
    assert!(soon(handle.streamlocal_forward("/run/socket")).await.is_err());
    page.channel.agent_forward(false).await.unwrap();
    page.channel.request_x11(false, false, "MIT-MAGIC-COOKIE-1", "00", 0).await.unwrap();
    page.types("2").await;
    page.expect("▌about").await;
    // Each socket that it has is at the port that it listens on; nothing else is bound, and nothing is connected.
    let sockets: Vec<_> =
        server.descriptors().iter().filter_map(|to| Some(to.strip_prefix("socket:[")?.to_owned())).collect();
    let mut at_home = 0;
    for table in ["tcp", "tcp6", "udp", "udp6", "raw", "raw6"] {
        // A machine without IPv6 has no table of it.
        let lines = fs::read_to_string(server.proc("net").join(table)).unwrap_or_default();
        for line in lines.lines().skip(1) {
            let fields: Vec<_> = line.split_whitespace().collect();
            if sockets.iter().any(|socket| socket.strip_suffix(']') == Some(fields[9])) {
                assert!(
                    table.starts_with("tcp") && fields[1].ends_with(&format!(":{:04X}", server.address.port())),
                    "{line}"
                );
                at_home += 1;
            }
        }
    }
    assert_eq!(at_home, 2, "the listener and the visitor");
    elsewhere.set_nonblocking(true).unwrap();
    assert_eq!(elsewhere.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
}

/// Everything that is sent to each of a connection's channels until it is hung up.
async fn everything(mut client: Attacker) -> BTreeMap<u32, Vec<u8>> {
    let mut heard: BTreeMap<u32, Vec<u8>> = BTreeMap::new();
    while let Ok(message) = soon(client.receive()).await {
        if let [msg::CHANNEL_DATA, ..] = message[..] {
            heard.entry(number(&message, 1).unwrap()).or_default().extend(&message[9..]);
        }
    }
    heard
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_sessions_get_their_terminals_back_and_the_stuck_hold_up_nothing() {
    let log = tempfile::NamedTempFile::new().unwrap();
    // A port that was free a moment ago.
    let ops = free_address();
    let more = ["--max-per-address", "0", "--ops", &ops.to_string()];
    let mut server = Process::start(log.reopen().unwrap().into(), &more);
    server.visitor().await.hang_up().await;
    let (mut reading, mut stuck) = (Vec::new(), Vec::new());
    for n in 0..50 {
        let mut client = soon(Attacker::connect(server.address)).await.unwrap();
        // Some have no room for a byte, and some never read what comes.
        let window = if n % 10 == 0 { 0 } else { 1 << 20 };
        for channel in 0..4 {
            soon(client.terminal(channel, window, (80, 24))).await.unwrap();
        }
        if n % 5 == 0 {
            stuck.push(client);
        } else {
            reading.push(tokio::spawn(everything(client)));
        }
    }
    Ops::at(ops).counts("sshcard_sessions", 200).await;
    server.stopped(log.path()).await;
    for client in reading {
        let heard = client.await.unwrap();
        assert_eq!(heard.len(), 4);
        for (channel, bytes) in heard {
            let leave = bytes.windows(8).position(|window| window == b"\x1b[?1049l");
            assert!(leave.is_some(), "channel {channel}: {:?}", String::from_utf8_lossy(&bytes));
        }
    }
    assert_eq!(stuck.len(), 10);
}
