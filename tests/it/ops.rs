//! Counts and health: what whoever runs the server sees of it.

use std::{
    collections::BTreeSet,
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use ipnet::IpNet;
use russh::client::Config as ClientConfig;
use sshcard::{
    ops,
    ssh::{healthcheck, hostkey::KeyPlace, limits::Limits, listen::bind},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use crate::{
    attacker::Attacker,
    http::{Answer, say},
    support::{Client, HEADLINE, Output, Running, soon},
};

/// The listener beside a server; it stops when dropped.
pub(crate) struct Ops {
    pub(crate) address: SocketAddr,
    /// `None` if it is that of another process.
    serving: Option<JoinHandle<()>>,
}

impl Drop for Ops {
    fn drop(&mut self) {
        if let Some(serving) = &self.serving {
            serving.abort();
        }
    }
}

impl Ops {
    pub(crate) fn beside(server: &Running) -> Self {
        let listener = bind((Ipv4Addr::LOCALHOST, 0).into(), "--ops").unwrap();
        listener.set_nonblocking(true).unwrap();
        let listener = tokio::net::TcpListener::from_std(listener).unwrap();
        let address = listener.local_addr().unwrap();
        let visitors = server.visitors.clone();
        let serving = tokio::spawn(ops::serve(listener, visitors, std::future::pending()));
        Self { address, serving: Some(serving) }
    }

    /// That of a process that runs.
    pub(crate) fn at(address: SocketAddr) -> Self {
        Self { address, serving: None }
    }

    /// Sends these bytes, and reads to the end.
    pub(crate) async fn say(&self, request: &str) -> String {
        String::from_utf8(say(self.address, request.as_bytes()).await).unwrap()
    }

    /// The status and the body.
    pub(crate) async fn get(&self, path: &str) -> (u16, String) {
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        let answer = Answer::of(self.say(&request).await.as_bytes());
        (answer.status, answer.text())
    }

    async fn metrics(&self) -> Metrics {
        let (status, text) = self.get("/metrics").await;
        assert_eq!(status, 200);
        Metrics(text)
    }

    /// Waits until a count is so high.
    pub(crate) async fn counts(&self, sample: &str, expected: u64) {
        let counted = soon(async {
            loop {
                let metrics = self.metrics().await;
                let counted = metrics.of(sample);
                if counted >= expected {
                    return counted;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
        assert_eq!(counted.await, expected, "{sample}");
    }
}

struct Metrics(String);

impl Metrics {
    /// The value of a sample, as `name{label="value"}`.
    fn of(&self, sample: &str) -> u64 {
        let values: Vec<_> = self.0.lines().filter_map(|line| line.strip_prefix(sample)?.strip_prefix(' ')).collect();
        let [value] = values[..] else { panic!("{sample} is there {} times:\n{}", values.len(), self.0) };
        value.parse().unwrap()
    }
}

#[tokio::test]
async fn health_is_told_and_nothing_else() {
    let mut server = Running::start().await;
    let ops = Ops::beside(&server);
    soon(async { while ops.get("/readyz").await.0 != 200 {} }).await;
    assert_eq!(ops.get("/livez").await, (200, "alive\n".into()));
    assert_eq!(ops.get("/readyz?verbose").await, (200, "ready\n".into()));
    for path in ["/", "/metrics/", "/../etc/passwd", "/LIVEZ"] {
        assert_eq!(ops.get(path).await.0, 404, "{path}");
    }
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "CONNECT"] {
        let answer = ops.say(&format!("{method} /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")).await;
        assert!(answer.starts_with("HTTP/1.1 405 ") && answer.contains("\r\nallow: GET, HEAD\r\n"), "{answer}");
    }
    let head = ops.say("HEAD /livez HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    assert!(head.starts_with("HTTP/1.1 200 ") && head.ends_with("\r\n\r\n"), "{head}");
    assert!(head.contains("\r\ncontent-length: 6\r\n") && head.contains("\r\ncache-control: no-store\r\n"), "{head}");
    assert!(ops.say("SSH-2.0-lost\r\n\r\n").await.starts_with("HTTP/1.1 400 "));
    let many = |n: usize| ["GET /livez HTTP/1.1\r\nHost: localhost\r\n", &"a: b\r\n".repeat(n), "\r\n"].concat();
    assert!(ops.say(&many(63)).await.starts_with("HTTP/1.1 200 "));
    assert!(ops.say(&many(64)).await.starts_with("HTTP/1.1 431 "));
    let long = format!("GET /livez HTTP/1.1\r\nHost: localhost\r\na: {}\r\n\r\n", "a".repeat(8 * 1024));
    assert!(ops.say(&long).await.starts_with("HTTP/1.1 431 "));

    // While it stops, it lives and is not ready.
    server.stop().await;
    assert_eq!(ops.get("/readyz").await.0, 503);
    assert_eq!(ops.get("/livez").await.0, 200);
}

#[tokio::test]
async fn who_says_nothing_is_hung_up_on_and_others_wait_no_longer() {
    let server = Running::start().await;
    let ops = Ops::beside(&server);
    let mut silent = Vec::new();
    for n in 0..40 {
        let mut stream = TcpStream::connect(ops.address).await.unwrap();
        // Some begin, and never end.
        stream.write_all(if n % 2 == 0 { b"" } else { b"GET /metrics HTT" }).await.unwrap();
        silent.push(stream);
    }
    // All places are taken, and others wait for them.
    assert_eq!(ops.get("/livez").await.0, 200);
    for mut stream in silent {
        let mut said = Vec::new();
        // However it ends, it does.
        let _ = soon(stream.read_to_end(&mut said)).await;
        assert!(said.is_empty());
    }
    let visitor = Client::connect(&server).await;
    assert_eq!(visitor.exec("help").await.status, Some(0));
}

#[tokio::test]
async fn sessions_are_counted_by_what_they_are_and_how_they_end() {
    let server = Running::start().await;
    let ops = Ops::beside(&server);
    let visitor = Client::connect_as(&server, "secret-name", ClientConfig::default()).await;
    visitor.exec("text").await;
    visitor.exec("text --width 40").await;
    visitor.exec("vcard 4").await;
    visitor.exec("secret-command").await;
    visitor.shell().await;
    let mut page = visitor.terminal("secret-terminal", 80, 24).await;
    page.expect(HEADLINE).await;
    let metrics = ops.metrics().await;
    assert_eq!(metrics.of("sshcard_sessions"), 1);
    assert_eq!(metrics.of("sshcard_sessions_started_total{kind=\"page\"}"), 1);
    page.types("q").await;
    page.ends().await;
    visitor.hang_up().await;
    server.deserted().await;

    ops.counts("sshcard_connections_ended_total{reason=\"hung_up\"}", 1).await;
    let metrics = ops.metrics().await;
    for (sample, expected) in [
        ("sshcard_sessions", 0),
        ("sshcard_sessions_started_total{kind=\"text\"}", 3),
        ("sshcard_sessions_started_total{kind=\"vcard\"}", 1),
        ("sshcard_sessions_started_total{kind=\"no_command\"}", 1),
        ("sshcard_sessions_started_total{kind=\"plain\"}", 0),
        ("sshcard_sessions_ended_total{reason=\"answered\"}", 5),
        ("sshcard_sessions_ended_total{reason=\"goodbye\"}", 1),
        ("sshcard_connections", 0),
        ("sshcard_connections_unauthenticated", 0),
        ("sshcard_connections_accepted_total", 1),
        ("sshcard_connections_authenticated_total{method=\"none\"}", 1),
        ("sshcard_panics_total", 0),
    ] {
        assert_eq!(metrics.of(sample), expected, "{sample}");
    }
    assert!(metrics.of("sshcard_sent_bytes_total") > metrics.of("sshcard_received_bytes_total"));
    assert!(metrics.of("sshcard_received_bytes_total") > 1000);
    // Nothing of what a visitor said.
    assert!(!metrics.0.contains("secret"), "{}", metrics.0);
}

#[tokio::test]
async fn connections_are_counted_by_why_they_end() {
    let brief = Duration::from_millis(200);
    let limits = Limits {
        authenticated: Duration::from_secs(1),
        first_channel: brief,
        idle_after_last_channel: brief,
        ..Limits::default()
    };
    let server = Running::with(Limits { per_address: 0, first_request: brief, ..limits }).await;
    let ops = Ops::beside(&server);
    let ended = |reason: &str| format!("sshcard_connections_ended_total{{reason=\"{reason}\"}}");
    // Each is the first of its kind, one after the other.
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    ops.counts(&ended("not_ssh"), 1).await;
    drop(TcpStream::connect(server.address).await.unwrap());
    ops.counts(&ended("left_early"), 1).await;
    let _silent = TcpStream::connect(server.address).await.unwrap();
    ops.counts(&ended("not_identified"), 1).await;
    let mut exchanged = soon(Attacker::dial(server.address)).await.unwrap();
    soon(exchanged.exchange_keys("")).await.unwrap();
    ops.counts(&ended("not_authenticated"), 1).await;
    let _idle = Client::connect(&server).await;
    ops.counts(&ended("no_channel"), 1).await;
    let lingering = Client::connect(&server).await;
    lingering.exec("help").await;
    ops.counts(&ended("lingering"), 1).await;
    let unused = Client::connect(&server).await;
    let _channel = unused.open().await.unwrap();
    ops.counts("sshcard_channels_unused_total", 1).await;

    let mut preferred = russh::Preferred::DEFAULT.clone();
    preferred.cipher = vec![russh::cipher::AES_192_CTR].into();
    let other = ClientConfig { preferred, ..ClientConfig::default() };
    assert!(Client::dial(&server, other).await.is_err());
    ops.counts(&ended("no_algorithm"), 1).await;

    let mut malformed = TcpStream::connect(server.address).await.unwrap();
    malformed.write_all(b"SSH-2.0-x\r\n\xff\xff\xff\xff").await.unwrap();
    ops.counts(&ended("malformed"), 1).await;

    let many = Client::connect(&server).await;
    let _four = [
        many.open().await.unwrap(),
        many.open().await.unwrap(),
        many.open().await.unwrap(),
        many.open().await.unwrap(),
    ];
    assert!(many.open().await.is_err());
    assert_eq!(ops.metrics().await.of("sshcard_channels_refused_total"), 1);
    many.hang_up().await;
    server.deserted().await;

    // Whoever came was refused, has ended, or is there.
    let metrics = soon(async {
        loop {
            let metrics = ops.metrics().await;
            let sum = |name: &str| -> u64 {
                let of = |line: &str| line.strip_prefix(name)?.split(' ').nth(1)?.parse::<u64>().ok();
                metrics.0.lines().filter_map(of).sum()
            };
            let out = sum("sshcard_connections_refused_total{") + sum("sshcard_connections_ended_total{");
            if out == metrics.of("sshcard_connections_accepted_total") {
                return metrics;
            }
        }
    });
    assert_eq!(metrics.await.of("sshcard_connections_accepted_total"), 10);
}

#[tokio::test]
async fn refusals_are_counted_by_reason_and_each_server_has_its_own_counts() {
    let server = Running::with(Limits { per_address: 1, ..Limits::default() }).await;
    let other = Running::start().await;
    let _first = Client::connect(&server).await;
    for _ in 0..3 {
        assert!(Client::dial(&server, ClientConfig::default()).await.is_err());
    }
    let (ops, others) = (Ops::beside(&server), Ops::beside(&other));
    let metrics = ops.metrics().await;
    assert_eq!(metrics.of("sshcard_connections_refused_total{reason=\"address\"}"), 3);
    assert_eq!(metrics.of("sshcard_connections_accepted_total"), 4);
    assert_eq!(metrics.of("sshcard_connections"), 1);
    assert_eq!(others.metrics().await.of("sshcard_connections_accepted_total"), 0);

    let proxied = Running::behind(&["192.0.2.0/24"], Limits::default()).await;
    let ops = Ops::beside(&proxied);
    let _refused = TcpStream::connect(proxied.address).await.unwrap();
    ops.counts("sshcard_connections_refused_total{reason=\"no_proxy\"}", 1).await;
}

#[tokio::test]
async fn every_line_is_a_sample_or_says_what_one_is() {
    let server = Running::start().await;
    let ops = Ops::beside(&server);
    let Metrics(text) = ops.metrics().await;
    let (mut families, mut samples) = (BTreeSet::new(), BTreeSet::new());
    let mut family = "";
    for line in text.lines() {
        if let Some(about) = line.strip_prefix("# HELP ") {
            family = about.split(' ').next().unwrap();
            assert!(families.insert(family), "{family} is there twice");
        } else if let Some(about) = line.strip_prefix("# TYPE ") {
            let (name, kind) = about.split_once(' ').unwrap();
            assert!(name == family && matches!(kind, "counter" | "gauge" | "histogram"), "{line}");
        } else {
            let (sample, value) = line.rsplit_once(' ').unwrap();
            assert!(sample.starts_with(family), "{line} in {family}");
            assert!(value.parse::<f64>().is_ok_and(|value| value >= 0.0), "{line}");
            assert!(samples.insert(sample), "{sample} is there twice");
            // A label is a word of ours, the version, or a bound of a histogram.
            let labels = sample.split('{').nth(1).unwrap_or_default();
            assert!(labels.bytes().all(|c| c.is_ascii_alphanumeric() || b"_=\"}.-+,".contains(&c)), "{line}");
        }
    }
    let version = format!("sshcard_build_info{{version=\"{}\"}}", env!("CARGO_PKG_VERSION"));
    for sample in [version.as_str(), "process_resident_memory_bytes", "process_open_fds", "process_start_time_seconds"]
    {
        assert!(samples.contains(sample), "{sample} in\n{text}");
    }
}

/// What the server logs.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A time that no clock can add up to: where the server does, what runs on that channel panics.
const ENDLESS: Duration = Duration::MAX;

#[tokio::test]
async fn a_session_that_panics_ends_alone_and_is_counted_and_logged() {
    let log = Log::default();
    let writer = log.clone();
    let lines = tracing_subscriber::fmt().with_writer(move || writer.clone()).with_ansi(false).finish();
    // Everything here runs on this thread.
    let _logged = tracing::subscriber::set_default(lines);
    // With one subscriber alone, a line that another thread says first is taken for one that nobody listens to.
    let _second = tracing::Dispatch::new(tracing::subscriber::NoSubscriber::default());
    let server = Running::with(Limits { write_timeout: ENDLESS, idle: ENDLESS, ..Limits::default() }).await;
    let ops = Ops::beside(&server);

    let neighbour = Client::connect(&server).await;
    // Something that goes on meanwhile: a channel that asks for nothing yet.
    let waiting = neighbour.open().await.unwrap();
    let unlucky = Client::connect(&server).await;
    let mut page = unlucky.terminal("xterm-256color", 80, 24).await;
    assert_eq!(page.ends().await, Some(1));
    assert!(!page.on_alternate_screen() && page.shows("sorry"), "{}", page.contents());
    assert_eq!(unlucky.exec("help").await.status, Some(0), "on the same connection, others go on");
    let files = unlucky.open().await.unwrap();
    files.request_subsystem(true, "sftp").await.unwrap();
    assert_eq!(Output::of(files).await.status, Some(1));
    assert_eq!(unlucky.exec("help").await.status, Some(0));
    waiting.exec(true, "help").await.unwrap();
    assert_eq!(Output::of(waiting).await.status, Some(0));

    ops.counts("sshcard_sessions_ended_total{reason=\"failed\"}", 2).await;
    let metrics = ops.metrics().await;
    assert_eq!(metrics.of("sshcard_panics_total"), 2);
    assert_eq!(metrics.of("sshcard_sessions"), 0, "none is taken for one that is still there");
    assert_eq!(metrics.of("sshcard_connections"), 2, "nobody was hung up on");
    unlucky.hang_up().await;
    let logged = || String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    soon(async {
        while !logged().contains("a visit ends") {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    })
    .await;
    let log = logged();
    let failed: Vec<_> = log.lines().filter(|line| line.contains("a visit ends")).collect();
    let [visit] = failed[..] else { panic!("{log}") };
    assert!(visit.contains("sessions=4 ") && visit.contains("why=\"failed*2,answered*2\""), "{log}");
}

/// Checks the server at an address, with the key of the server `of`.
async fn check(address: SocketAddr, of: &Running) -> anyhow::Result<String> {
    healthcheck::run(&[address], &[], &KeyPlace::Directory(of.keys.path().to_owned())).await
}

#[tokio::test]
async fn a_healthcheck_shakes_hands_and_compares_the_key() {
    let server = Running::with(Limits::default()).await;
    let ops = Ops::beside(&server);
    let well = check(server.address, &server).await.unwrap();
    let (address, fingerprint) = (server.address, &server.fingerprint);
    assert_eq!(well, format!("the server at {address} is well; its key is {fingerprint}"));
    // It is no visitor who was let in.
    ops.counts("sshcard_connections_ended_total{reason=\"left_early\"}", 1).await;

    // Where the key cannot be read, it says so.
    let elsewhere = KeyPlace::Directory("/nowhere".into());
    assert!(healthcheck::run(&[server.address], &[], &elsewhere).await.unwrap().contains("cannot be read to compare"));

    let other = Running::start().await;
    let error = format!("{:#}", check(server.address, &other).await.unwrap_err());
    let expected = format!("its key is {fingerprint}, and the configured host key is {}", other.fingerprint);
    assert!(error.ends_with(&expected), "{error}");
    // Every 30 s is no crowd, and nothing of it stays.
    server.deserted().await;
}

#[tokio::test]
async fn a_card_is_looked_for_over_the_network() {
    let server = Running::start().await;
    let (port, address) = (server.address.port(), server.address);
    let key = |server: &Running| KeyPlace::Directory(server.keys.path().to_owned());
    let found = healthcheck::online("127.0.0.1", port, &key(&server)).await.unwrap();
    let expected =
        format!("the card is reached at {address}; its key is {}, which is the configured one", server.fingerprint);
    assert_eq!(found.iter().map(|found| found.as_ref().unwrap()).collect::<Vec<_>>(), [&expected]);
    let other = Running::start().await;
    let found = healthcheck::online("127.0.0.1", port, &key(&other)).await.unwrap();
    let error = format!("{:#}", found[0].as_ref().unwrap_err());
    assert!(error.starts_with(&format!("the card is not reached at {address}: its key is")), "{error}");
    assert!(healthcheck::online("no.invalid", 22, &key(&other)).await.is_err());

    // The machine's own daemon, most often.
    let daemon = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = daemon.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (mut stream, _) = daemon.accept().await.unwrap();
        stream.write_all(b"SSH-2.0-OpenSSH_9.2p1\r\n").await.unwrap();
        stream.read_to_end(&mut Vec::new()).await
    });
    let found = healthcheck::online("127.0.0.1", port, &key(&server)).await.unwrap();
    let error = format!("{:#}", found[0].as_ref().unwrap_err());
    assert!(error.ends_with("another program answers there, which calls itself \"SSH-2.0-OpenSSH_9.2p1\""), "{error}");
}

#[tokio::test]
async fn a_healthcheck_says_what_is_wrong() {
    let mut server = Running::with(Limits { per_address: 1, ..Limits::default() }).await;
    let _only = Client::connect(&server).await;
    let error = format!("{:#}", check(server.address, &server).await.unwrap_err());
    assert!(error.contains("instead of SSH it says \"sshcard: too many connections from your address"), "{error}");
    server.stop().await;
    let error = format!("{:#}", check(server.address, &server).await.unwrap_err());
    assert!(error.contains("nobody listens there"), "{error}");

    // The system takes the connection, and nobody says a word.
    let mute = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let begin = Instant::now();
    let error = format!("{:#}", check(mute.local_addr().unwrap(), &server).await.unwrap_err());
    assert!(error.ends_with("it did not answer within 5 s") && begin.elapsed() >= Duration::from_secs(5), "{error}");
}

#[tokio::test]
async fn a_healthcheck_passes_where_proxies_do() {
    // This machine is one of the proxies, or it is none: a health check gets through from there all the same.
    for networks in [&["192.0.2.0/24", "127.0.0.1/32"][..], &["10.0.0.0/8"]] {
        let server = Running::behind(networks, Limits::default()).await;
        let proxy_from: Vec<IpNet> = networks.iter().map(|network| network.parse().unwrap()).collect();
        let key = KeyPlace::Directory(server.keys.path().to_owned());
        let well = healthcheck::run(&[server.address], &proxy_from, &key).await.unwrap();
        assert!(well.ends_with(&server.fingerprint), "{well}");
    }
}
