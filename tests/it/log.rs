//! What visitors and strangers make the log grow by, counted in the log of a real process.

use std::{collections::BTreeMap, net::SocketAddr, time::Instant};

use serde_json::Value;
use tokio::{
    io::AsyncReadExt as _,
    net::{TcpSocket, TcpStream},
};

use crate::{
    process::Process,
    support::{Client, soon},
};

/// The lines of a log in JSON.
fn lines(log: &str) -> Vec<Value> {
    log.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The lines that a visitor or a stranger caused: all others say nothing of a network or of visits.
fn caused_by_visitors(lines: &[Value]) -> Vec<&Value> {
    lines
        .iter()
        .filter(|line| line["from"].is_string() || line["visits"].is_u64() || line["refused"].is_string())
        .collect()
}

/// Counts as the log writes them, `text*15,page`, added to `sums`.
fn add(sums: &mut BTreeMap<String, u64>, counts: &Value) {
    for entry in counts.as_str().unwrap_or_default().split(',').filter(|entry| !entry.is_empty()) {
        let (name, count) = entry.split_once('*').unwrap_or((entry, "1"));
        *sums.entry(name.to_owned()).or_default() += count.parse::<u64>().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_commands_and_a_page_on_one_connection_are_two_lines() {
    let log = tempfile::NamedTempFile::new().unwrap();
    let mut server = Process::start(log.reopen().unwrap().into(), &["--log", "json", "--max-per-address", "0"]);
    let visitor = server.visitor().await;
    for _ in 0..15 {
        assert_eq!(visitor.exec("text").await.status, Some(0));
    }
    let mut page = visitor.terminal("xterm-256color", 80, 24).await;
    page.types("q").await;
    assert_eq!(page.ends().await, Some(0));
    visitor.hang_up().await;
    let log = server.stopped(log.path()).await;
    let lines = lines(&log);
    let lines = caused_by_visitors(&lines);
    assert_eq!(lines.len(), 2, "{log}");
    let [begin, end] = lines[..] else { unreachable!("there are two") };
    assert_eq!((&begin["message"], &begin["what"]), (&"a visit begins".into(), &"text".into()), "{log}");
    assert_eq!((&end["message"], &end["sessions"]), (&"a visit ends".into(), &16.into()), "{log}");
    assert_eq!((&end["what"], &end["why"]), (&"text*15,page".into(), &"answered*15,goodbye".into()), "{log}");
    assert!(begin["connection"].is_u64() && begin["connection"] == end["connection"], "{log}");
    assert!(begin["from"] == "127.0.0.0/24" && end["from"] == "127.0.0.0/24" && end["seconds"].is_u64(), "{log}");
}

/// Visits of the flood: several times as many as the log tells one by one.
const FLOOD: u64 = 200;

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_visits_is_few_lines_and_every_visit_is_counted() {
    let log = tempfile::NamedTempFile::new().unwrap();
    let mut server = Process::start(log.reopen().unwrap().into(), &["--log", "json", "--max-per-address", "0"]);
    server.visitor().await.hang_up().await;
    let begin = Instant::now();
    for n in 0..FLOOD {
        let visitor = server.visitor().await;
        let command = if n % 4 == 0 { "help" } else { "text" };
        assert_eq!(visitor.exec(command).await.status, Some(0));
        visitor.hang_up().await;
    }
    let log = server.stopped(log.path()).await;
    let seconds = begin.elapsed().as_secs();
    let lines = lines(&log);
    let lines = caused_by_visitors(&lines);
    // 30 visits at once and then one in two seconds, of two lines each; a summary each minute, and one at the end.
    let bound = 2 * (30 + seconds / 2 + 1) + seconds / 60 + 2;
    assert!(lines.len() as u64 <= bound, "{} lines in {seconds} s, more than {bound}", lines.len());
    let (mut visits, mut what) = (0, BTreeMap::new());
    for line in lines.iter().filter(|line| line["message"] != "a visit begins") {
        visits += line["visits"].as_u64().unwrap_or(1);
        add(&mut what, &line["what"]);
    }
    let expected = BTreeMap::from([("help".to_owned(), FLOOD / 4), ("text".to_owned(), FLOOD - FLOOD / 4)]);
    assert_eq!((visits, what), (FLOOD, expected), "{log}");
}

/// Connects from one of this machine's addresses and reads what is said until the server hangs up.
async fn refused_from(source: &str, address: SocketAddr) {
    let mut said = Vec::new();
    soon(stream_from(source, address).await.read_to_end(&mut said)).await.unwrap();
    assert!(said.starts_with(b"sshcard: "), "{:?}", String::from_utf8_lossy(&said));
}

async fn stream_from(source: &str, address: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::new(source.parse().unwrap(), 0)).unwrap();
    soon(socket.connect(address)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_flood_is_few_lines_and_each_reason_is_counted() {
    let log = tempfile::NamedTempFile::new().unwrap();
    let limits = ["--log", "json", "--max-connections", "2", "--max-per-address", "1"];
    let mut server = Process::start(log.reopen().unwrap().into(), &limits);
    let begin = Instant::now();
    let _first = server.visitor().await;
    for _ in 0..50 {
        refused_from("127.0.0.1", server.address).await;
    }
    let _second = Client::over(stream_from("127.0.0.2", server.address).await, &server.fingerprint).await.unwrap();
    // Those who find no room are told so once they have authenticated.
    for n in 1..=10 {
        let stream = stream_from(&format!("127.0.1.{n}"), server.address).await;
        let visitor = Client::over(stream, &server.fingerprint).await.unwrap();
        assert_eq!(visitor.exec("text").await.status, Some(1));
        visitor.hang_up().await;
    }
    let log = server.stopped(log.path()).await;
    let lines = lines(&log);
    let refusals: Vec<_> = lines.iter().filter(|line| line.get("refused").is_some()).collect();
    let mut refused = BTreeMap::new();
    for line in &refusals {
        add(&mut refused, &line["refused"]);
    }
    assert_eq!(refused, BTreeMap::from([("address".to_owned(), 50), ("full".to_owned(), 10)]), "{log}");
    // The first at once; a summary each minute, and one at the end.
    let bound = 2 + 2 * (begin.elapsed().as_secs() / 60);
    assert!(refusals.len() as u64 <= bound, "{log}");
}
