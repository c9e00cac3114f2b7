//! What is told to whoever runs the server, in the formats that are promised, and whatever else is held open.

use std::collections::BTreeMap;

use sshcard::ssh::limits::Limits;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{
    ops::Ops,
    support::{Client, HEADLINE, Running, soon},
};

/// What a scraper says that it takes, and the media type that it is to get. A media range with q=0 is refused (RFC
/// 9110, section 12.4.2), and without an Accept line anything is taken.
const ACCEPTED: [(&str, &str); 9] = [
    // Prometheus 2 and 3, in that order.
    (
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,\
         text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
        OPENMETRICS,
    ),
    (
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,\
         application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,\
         text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
        OPENMETRICS,
    ),
    ("application/openmetrics-text", OPENMETRICS),
    ("Application/OpenMetrics-Text; version=1.0.0", OPENMETRICS),
    ("text/plain", TEXT),
    ("text/plain;version=0.0.4", TEXT),
    ("*/*", TEXT),
    ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", TEXT),
    ("", TEXT),
];

const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Asks for the metrics as a client does that accepts this; an empty text is no line of it.
async fn scrape(ops: &Ops, accept: &str) -> (String, String) {
    let line = if accept.is_empty() { String::new() } else { format!("Accept: {accept}\r\n") };
    let answer = ops.say(&format!("GET /metrics HTTP/1.1\r\nHost: localhost\r\n{line}\r\n")).await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    let kind = head.lines().find_map(|line| line.strip_prefix("content-type: ")).expect("a media type");
    (kind.to_owned(), body.to_owned())
}

/// A family of metrics: its kind, and its samples by name and labels.
struct Family {
    kind: String,
    samples: BTreeMap<String, f64>,
}

/// Reads metrics by the rules that the two formats share: each family has its help, then its kind, then its samples,
/// all in one place; and by the one in which they differ, the metadata of counters. A counter's sample ends with
/// `_total` in both. `OpenMetrics` names the family without it and ends with `# EOF` (`OpenMetrics` 1.0, "Overall
/// Structure" and "Counter"); in the text format 0.0.4 metadata have the name of the sample, and any other line that
/// begins with `#` is a comment.
fn read(text: &str, is_openmetrics: bool) -> BTreeMap<String, Family> {
    let mut families: BTreeMap<String, Family> = BTreeMap::new();
    let mut current = String::new();
    let lines = match text.strip_suffix("# EOF\n") {
        Some(lines) if is_openmetrics => lines,
        None if !is_openmetrics => text,
        _ => panic!("`# EOF` is at the end of OpenMetrics alone:\n{text}"),
    };
    assert!(lines.ends_with('\n') && !lines.contains("# EOF"), "{text}");
    for line in lines.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, help) = help.split_once(' ').expect("a name and a help");
            assert!(!help.is_empty(), "{line}");
            name.clone_into(&mut current);
            let family = Family { kind: String::new(), samples: BTreeMap::new() };
            assert!(families.insert(current.clone(), family).is_none(), "{name} is there twice");
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            let (name, kind) = kind.split_once(' ').expect("a name and a kind");
            assert_eq!(name, current, "{line}");
            assert!(matches!(kind, "counter" | "gauge" | "histogram"), "{line}");
            let total = name.ends_with("_total");
            assert_eq!(total, kind == "counter" && !is_openmetrics, "{line}");
            kind.clone_into(&mut families.get_mut(name).unwrap().kind);
        } else {
            assert!(!line.starts_with('#'), "{line}");
            let (sample, value) = line.rsplit_once(' ').expect("a sample and a value");
            let value = value.parse().unwrap_or_else(|_| panic!("{line} has no number"));
            let family = families.get_mut(&current).unwrap_or_else(|| panic!("{line} has no family"));
            let name = sample.split('{').next().unwrap();
            let suffix = name.strip_prefix(current.as_str()).unwrap_or_else(|| panic!("{line} is in {current}"));
            match family.kind.as_str() {
                "counter" => assert_eq!(suffix, if is_openmetrics { "_total" } else { "" }, "{line}"),
                "gauge" => assert_eq!(suffix, "", "{line}"),
                "histogram" => assert!(matches!(suffix, "_bucket" | "_sum" | "_count"), "{line}"),
                kind => panic!("{current} is of the kind {kind:?}"),
            }
            assert!(family.samples.insert(sample.to_owned(), value).is_none(), "{sample} is there twice");
        }
    }
    assert!(families.values().all(|family| !family.kind.is_empty() && !family.samples.is_empty()), "{text}");
    families
}

/// The families of both formats, under the names that they have in the text format.
async fn families(ops: &Ops) -> BTreeMap<String, Family> {
    read(&scrape(ops, "text/plain").await.1, false)
}

#[tokio::test]
async fn metrics_are_in_the_format_that_their_media_type_promises() {
    let server = Running::start().await;
    let ops = Ops::beside(&server);
    for (accept, expected) in ACCEPTED {
        let (kind, text) = scrape(&ops, accept).await;
        assert_eq!(kind, expected, "{accept:?}");
        let families = read(&text, expected == OPENMETRICS);
        let accepted =
            if expected == OPENMETRICS { "sshcard_connections_accepted" } else { "sshcard_connections_accepted_total" };
        assert_eq!(families[accepted].kind, "counter", "{text}");
        assert_eq!(families["sshcard_connections"].kind, "gauge", "{text}");
    }
}

#[tokio::test]
async fn a_client_that_refuses_openmetrics_gets_the_text_format() {
    let server = Running::start().await;
    let ops = Ops::beside(&server);
    for accept in
        ["application/openmetrics-text;q=0, text/plain", "text/plain;q=0.9, application/openmetrics-text; q=0.0"]
    {
        let (kind, text) = scrape(&ops, accept).await;
        assert_eq!(kind, TEXT, "{accept:?}");
        read(&text, false);
    }
}

/// The time that the process has computed is a counter of seconds, under the name that Prometheus' own libraries have
/// for it.
#[tokio::test]
async fn the_process_s_time_on_a_processor_is_counted_and_rises() {
    let server = Running::start().await;
    let ops = Ops::beside(&server);
    let seconds = async || {
        let families = families(&ops).await;
        let family = &families["process_cpu_seconds_total"];
        assert_eq!(family.kind, "counter");
        family.samples["process_cpu_seconds_total"]
    };
    let before = seconds().await;
    assert!(before > 0.0, "{before}");
    let visitor = Client::connect(&server).await;
    soon(async {
        loop {
            assert_eq!(visitor.exec("help").await.status, Some(0));
            if seconds().await > before {
                return;
            }
        }
    })
    .await;
}

/// How near a server is to its limits is seen when they stand beside what is counted.
#[tokio::test]
async fn the_limits_of_the_server_are_gauges() {
    let limits = Limits { connections: 123, per_address: 45, unauthenticated: 67, ..Limits::default() };
    let server = Running::with(limits).await;
    let ops = Ops::beside(&server);
    let families = families(&ops).await;
    for (name, expected) in [
        ("sshcard_connections_limit", 123.0),
        ("sshcard_connections_per_address_limit", 45.0),
        ("sshcard_connections_unauthenticated_limit", 67.0),
    ] {
        let family = families.get(name).unwrap_or_else(|| panic!("there is no {name}"));
        assert_eq!((family.kind.as_str(), family.samples.get(name)), ("gauge", Some(&expected)), "{name}");
    }
}

/// How long visitors stay: a histogram of sessions' seconds, by kind. A bucket counts all that lasted no longer than
/// it says.
#[tokio::test]
async fn sessions_are_in_a_histogram_of_how_long_they_lasted() {
    let server = Running::start().await;
    let ops = Ops::beside(&server);
    let visitor = Client::connect(&server).await;
    assert_eq!(visitor.exec("text").await.status, Some(0));
    let mut page = visitor.terminal("xterm-256color", 80, 24).await;
    page.expect(HEADLINE).await;
    page.types("q").await;
    page.ends().await;
    visitor.hang_up().await;
    server.deserted().await;
    let families = families(&ops).await;
    let family = families.get("sshcard_session_duration_seconds").expect("there is a histogram of sessions");
    assert_eq!(family.kind, "histogram");
    for kind in ["text", "page"] {
        let of = |suffix: &str, bound: &str| {
            family.samples[&format!("sshcard_session_duration_seconds_{suffix}{{kind=\"{kind}\"{bound}}}")]
        };
        assert_eq!((of("count", ""), of("bucket", ",le=\"+Inf\"")), (1.0, 1.0), "{kind}");
        assert!(of("sum", "") > 0.0, "{kind}");
        // From a moment to the hour that a session may last.
        let begins = format!("sshcard_session_duration_seconds_bucket{{kind=\"{kind}\",le=\"");
        let mut buckets: Vec<(f64, f64)> = family
            .samples
            .iter()
            .filter_map(|(sample, count)| {
                Some((
                    sample.strip_prefix(&begins)?.strip_suffix("\"}")?.replace("+Inf", "inf").parse().unwrap(),
                    *count,
                ))
            })
            .collect();
        buckets.sort_by(|one, other| one.0.total_cmp(&other.0));
        assert!(buckets.is_sorted_by(|one, other| one.1 <= other.1), "{buckets:?}");
        let (least, most) = (buckets[0].0, buckets[buckets.len() - 2].0);
        assert!(least <= 1.0 && (600.0..=3600.0).contains(&most), "{buckets:?}");
    }
    let kinds = families["sshcard_sessions_started_total"].samples.len();
    let counts = family.samples.keys().filter(|sample| sample.contains("_count{")).count();
    assert_eq!(counts, kinds, "each kind is there from the start");
}

/// Connections that are open and never say what they want.
const HELD: usize = 145;

/// How often health is asked for while they are held, within the deadline of [`soon`]: a second for each.
const PROBES: usize = 20;

/// A connection that has begun to ask, or has not even begun.
async fn half_open(ops: &Ops, n: usize) -> TcpStream {
    let mut stream = TcpStream::connect(ops.address).await.unwrap();
    let said: &[u8] = match n % 3 {
        0 => b"",
        1 => b"GET /metr",
        _ => b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nAccept: text/",
    };
    // One that is hung up on is opened again by the next round.
    let _ = stream.write_all(said).await;
    stream
}

/// Whether the other side has hung up.
fn is_over(stream: &TcpStream) -> bool {
    let mut byte = [0];
    !matches!(stream.try_read(&mut byte), Err(error) if error.kind() == std::io::ErrorKind::WouldBlock)
}

/// A probe waits for a second, as Kubernetes' do (`timeoutSeconds`), and whoever holds connections open holds them
/// again when they are taken from them.
#[tokio::test]
async fn health_is_told_whatever_else_is_held_open() {
    let server = Running::start().await;
    let ops = Ops::beside(&server);
    soon(async { while ops.get("/readyz").await.0 != 200 {} }).await;
    let mut held = Vec::new();
    for n in 0..HELD {
        held.push(half_open(&ops, n).await);
    }
    soon(async {
        for probe in 0..PROBES {
            for (n, stream) in held.iter_mut().enumerate() {
                if is_over(stream) {
                    *stream = half_open(&ops, n).await;
                }
            }
            let path = if probe % 2 == 0 { "/livez" } else { "/readyz" };
            assert_eq!(ops.get(path).await.0, 200, "{path}, asked for the {probe}th time");
        }
    })
    .await;
    // They hold nothing for good.
    for mut stream in held {
        let mut said = Vec::new();
        let _ = soon(stream.read_to_end(&mut said)).await;
    }
    assert_eq!(soon(ops.get("/metrics")).await.0, 200);
}

/// A page in a browser can make its own name lead to this machine and then read what is told there (DNS rebinding);
/// the name is in the request's Host. A name that is not this listener's gets no answer to what it asks.
#[tokio::test]
async fn a_host_that_is_not_this_listener_s_is_told_nothing() {
    let server = Running::start().await;
    let ops = Ops::beside(&server);
    let port = ops.address.port();
    for (lines, answered) in [
        ("Host: localhost", true),
        ("Host: LOCALHOST", true),
        ("Host: localhost.", true),
        ("Host: 127.0.0.1", true),
        ("Host: [::1]", true),
        ("Host: localhost:PORT", true),
        ("Host: 127.0.0.1:PORT", true),
        ("Host: [::1]:PORT", true),
        ("Host: card.example.com", false),
        ("Host: card.example.com:PORT", false),
        ("Host: localhost.example.com", false),
        ("Host: 127.0.0.1.example.com", false),
        ("Host: example.com#localhost", false),
        ("Host: localhost@example.com", false),
        ("Host: ", false),
        // RFC 9112, section 3.2: no Host and two of them are bad requests.
        ("Accept: */*", false),
        ("Host: localhost\r\nHost: localhost", false),
    ] {
        let lines = lines.replace("PORT", &port.to_string());
        for path in ["/livez", "/metrics"] {
            let answer = ops.say(&format!("GET {path} HTTP/1.1\r\n{lines}\r\n\r\n")).await;
            let status: u16 = answer.split(' ').nth(1).unwrap().parse().unwrap();
            if answered {
                assert_eq!(status, 200, "{path} for {lines:?}");
            } else {
                assert!(matches!(status, 400 | 403 | 404 | 421), "{path} for {lines:?}: {status}");
                assert!(!answer.contains("alive") && !answer.contains("sshcard_connections"), "{answer}");
            }
        }
    }
    // HTTP/1.0 has no Host, and no browser speaks it.
    assert!(ops.say("GET /livez HTTP/1.0\r\n\r\n").await.contains(" 200 "));
}

/// Whoever takes no answer, or keeps the connection when it has it, is not waited for either.
#[tokio::test]
async fn clients_that_keep_their_connections_hold_nobody_up() {
    let server = Running::start().await;
    let ops = Ops::beside(&server);
    let mut held = Vec::new();
    for _ in 0..HELD {
        let mut stream = TcpStream::connect(ops.address).await.unwrap();
        stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n").await.unwrap();
        held.push(stream);
    }
    soon(async {
        for _ in 0..PROBES {
            assert_eq!(ops.get("/livez").await.0, 200);
        }
    })
    .await;
}
