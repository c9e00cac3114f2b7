//! Every string that a visitor can send, full of what a terminal or a log would obey: nothing of it is obeyed.

use std::{fs, net::SocketAddr};

use russh::client::Config;
use tokio::{io::AsyncWriteExt as _, net::TcpStream};

use super::{
    attacker::{Attacker, msg, request, string},
    fuzzing::harness::vetting,
    ops::Ops,
    process::Process,
    support::{Client, Output, Running, soon},
};

/// Escape sequences, C1, an override of direction, characters without width, line ends of every kind, and a line as the
/// log has them; the word by which it is found again.
const NASTY: &str = "OWNED\x1b[2J\x1b]0;OWNED\x07\x1bP+q\u{9b}31m\u{9d}0;OWNED\u{9c}\u{202e}\u{2066}\u{200b}\u{200d}\u{feff}\u{2028}\u{85}\r\n\
                     2026-01-01T00:00:00Z ERROR OWNED {\"level\":\"ERROR\"}\n\0\x7f\t";

/// Says it in every place that there is for a string.
async fn says_all(client: &Client) -> Vec<Output> {
    let mut answers = Vec::new();
    for command in [NASTY.to_owned(), format!("text --width {NASTY}"), format!("text {NASTY}")] {
        answers.push(client.exec(command).await);
    }
    let lines = NASTY.replace('\n', "");
    for (command, said) in [
        // Of the names that it asks for; scp's client speaks first.
        (format!("scp -f '{NASTY}'"), "\0".to_owned()),
        (format!("scp -r -p -f '{NASTY}' '../{lines}'"), "\0".repeat(9)),
        (format!("scp -r -f '/{lines}/..//*{lines}'"), "\0".repeat(9)),
        // Of those that it sends, with their times, into a directory of such a name, and of its own complaints.
        (
            format!("scp -r -p -t '{NASTY}'"),
            format!("T1 0 1 0\nC0644 4 {lines}\nOWNED\0D0755 0 {NASTY}\nE\n\x01{NASTY}"),
        ),
        ("scp -f README.txt".to_owned(), format!("\0\x01scp: {lines}\n")),
        ("scp -f README.txt".to_owned(), format!("\0\x02{lines}\n")),
        ("scp -f README.txt".to_owned(), format!("\0{NASTY}")),
    ] {
        let channel = client.open().await.unwrap();
        channel.exec(true, command).await.unwrap();
        channel.data(said.as_bytes()).await.unwrap();
        answers.push(Output::of(channel).await);
    }
    let channel = client.open().await.unwrap();
    channel.request_subsystem(true, NASTY).await.unwrap();
    drop(channel);
    // Not all of it is text at all.
    answers.push(client.exec(b"OWNED\xff\xfe\x9b\x9d0;OWNED\x9c".to_vec()).await);
    answers
}

/// What a client may call itself, as russh takes it: any UTF-8 on one line.
fn version() -> String {
    format!("SSH-2.0-{}\x1b]52;c;T1dORUQ=\x07\r\0\t", NASTY.lines().next().unwrap())
}

/// A client of that name, which is let in and asks for `help`; then those whose first line russh refuses.
async fn calls_itself_so(address: SocketAddr) {
    let stream = soon(TcpStream::connect(address)).await.unwrap();
    let mut client = soon(soon(Attacker::called(&version(), stream)).await.unwrap().let_in()).await.unwrap();
    let channel = soon(client.session(0, 1 << 20)).await.unwrap();
    soon(client.send(&request(channel, "exec", true, &string("help")))).await.unwrap();
    soon(client.expect(msg::CHANNEL_SUCCESS)).await.unwrap();
    soon(client.expect(msg::CHANNEL_CLOSE)).await.unwrap();
    drop(client);
    for refused in REFUSED {
        let mut stream = soon(TcpStream::connect(address)).await.unwrap();
        soon(stream.write_all(&[refused, b"\r\n"].concat())).await.unwrap();
        // It may reset the connection, with what it has not read.
        let _ = soon(tokio::io::copy(&mut stream, &mut tokio::io::sink())).await;
    }
}

/// Lines with which no SSH begins: of another version, not UTF-8, longer than a line may be, and a line of the log's.
const REFUSED: [&[u8]; 4] = [
    b"SSH-1.5-OWNED\x1b[2J",
    b"SSH-2.0-OWNED\xff\xfe\x9b2J",
    &[b'O'; 1000],
    b"2026-01-01T00:00:00Z ERROR OWNED\x1b]0;OWNED\x07",
];

#[tokio::test(flavor = "multi_thread")]
async fn what_is_answered_and_shown_is_on_the_list() {
    let server = Running::start().await;
    let client = Client::connect_as(&server, NASTY, Config::default()).await;
    for answer in says_all(&client).await {
        assert_ne!(answer.status, Some(0));
        // Of scp's, its client gets a byte before the line.
        let lines: Vec<_> = answer.out.split('\n').map(|line| line.strip_prefix('\x01').unwrap_or(line)).collect();
        assert_eq!(vetting::of_text(lines.join("\n").as_bytes()), Ok(()));
        assert_eq!(vetting::of_text(answer.err.as_bytes()), Ok(()));
        assert!(answer.err.lines().count() <= 1, "{answer:?}");
    }
    let variables: Vec<_> =
        ["LANG", "LC_ALL", "LC_SSHCARD", "TERM_PROGRAM", "COLORFGBG", NASTY].map(|name| (name, NASTY)).into();
    for variables in [&variables[..], &[("LC_SSHCARD", "plain")]] {
        let client = Client::connect_as(&server, NASTY, Config::default()).await;
        let mut terminal = client.terminal_with(variables, NASTY, 80, 24).await;
        // Into the search, pasted and typed, and at plain mode's prompt; then goodbye.
        for keys in ["/", NASTY, &format!("\x1b[200~{NASTY}\x1b[201~"), "\x03"] {
            terminal.types(keys).await;
        }
        assert_eq!(terminal.ends().await, Some(0));
        assert_eq!(vetting::of_terminal(&terminal.bytes), Ok(()));
        assert!(!String::from_utf8_lossy(&terminal.bytes).contains("\x1b[2J\x1b]0;"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_its_own_lines_and_has_nothing_of_it() {
    for format in ["text", "json"] {
        let log = tempfile::NamedTempFile::new().unwrap();
        let mut server = Process::start(log.reopen().unwrap().into(), &["--log", format, "--max-per-address", "3"]);
        let first = server.visitor().await;
        let mut client = Client::dial_at(server.address, &server.fingerprint, Config::default()).await.unwrap();
        assert!(soon(client.handle.authenticate_password(NASTY, NASTY)).await.unwrap().success());
        says_all(&client).await;
        let mut terminal = client.terminal_with(&[("LANG", NASTY), (NASTY, NASTY)], NASTY, 80, 24).await;
        terminal.types(NASTY).await;
        terminal.types("\x03").await;
        terminal.ends().await;
        // One who is refused has said nothing yet.
        for _ in 0..4 {
            let _ = Client::dial_at(server.address, &server.fingerprint, Config::default()).await;
        }
        first.hang_up().await;
        server.stop();
        let log = fs::read_to_string(log.path()).unwrap();
        assert!(log.contains("a visit ends") && log.contains("a connection was refused"), "{log}");
        assert_eq!(vetting::of_text(log.as_bytes()), Ok(()));
        assert!(!log.contains("OWNED") && !log.contains("ERROR"), "{log}");
        for line in log.lines() {
            let begins = if format == "json" { r#"{"timestamp":"20"# } else { "20" };
            assert!(line.starts_with(begins), "a line of its own: {line}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_client_calls_itself_is_in_no_line_and_no_count() {
    for format in ["text", "json"] {
        let log = tempfile::NamedTempFile::new().unwrap();
        let mut server = Process::start(log.reopen().unwrap().into(), &["--log", format, "--max-per-address", "0"]);
        server.visitor().await.hang_up().await;
        calls_itself_so(server.address).await;
        let log = server.stopped(log.path()).await;
        assert!(log.contains("a visit ends"), "{log}");
        assert_eq!(vetting::of_text(log.as_bytes()), Ok(()));
        assert!(!log.contains("OWNED") && !log.contains("ERROR"), "{log}");
    }
    let server = Running::start().await;
    let ops = Ops::beside(&server);
    calls_itself_so(server.address).await;
    server.deserted().await;
    ops.counts("sshcard_connections_ended_total{reason=\"not_ssh\"}", REFUSED.len() as u64).await;
    ops.counts("sshcard_connections_ended_total{reason=\"hung_up\"}", 1).await;
    let (_, metrics) = ops.get("/metrics").await;
    assert!(metrics.contains("sshcard_sessions_started_total{kind=\"help\"} 1\n"), "{metrics}");
    assert!(metrics.chars().all(|c| c == '\n' || (' '..='~').contains(&c)) && !metrics.contains("OWNED"), "{metrics}");
}
