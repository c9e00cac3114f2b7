//! Every string that a visitor can send, full of what a terminal or a log would obey: nothing of it is obeyed.

use std::fs;

use russh::{SshId, client::Config};

use super::{
    process::Process,
    support::{Client, Output, Running, soon},
};

#[path = "../../src/terminal/vetting.rs"]
mod vetting;

/// Escape sequences, C1, an override of direction, characters without width, line ends of every kind, and a line as the log
/// has them; the word by which it is found again.
const NASTY: &str = "OWNED\x1b[2J\x1b]0;OWNED\x07\x1bP+q\u{9b}31m\u{9d}0;OWNED\u{9c}\u{202e}\u{2066}\u{200b}\u{200d}\u{feff}\u{2028}\u{85}\r\n\
                     2026-01-01T00:00:00Z ERROR OWNED {\"level\":\"ERROR\"}\n\0\x7f\t";

/// Says it in every place that there is for a string.
async fn says_all(client: &Client) -> Vec<Output> {
    let mut answers = Vec::new();
    for command in [NASTY.to_owned(), format!("text --width {NASTY}"), format!("text {NASTY}")] {
        answers.push(client.exec(command).await);
    }
    // scp's client speaks first.
    let channel = client.open().await.unwrap();
    channel.exec(true, format!("scp -f '{NASTY}'")).await.unwrap();
    channel.data(&b"\0"[..]).await.unwrap();
    answers.push(Output::of(channel).await);
    let channel = client.open().await.unwrap();
    channel.request_subsystem(true, NASTY).await.unwrap();
    drop(channel);
    // Not all of it is text at all.
    answers.push(client.exec(b"OWNED\xff\xfe\x9b\x9d0;OWNED\x9c".to_vec()).await);
    answers
}

/// Of a client's first line russh takes printable ASCII only; of this there is enough to be found again.
fn config() -> Config {
    Config { client_id: SshId::Standard("SSH-2.0-OWNED".into()), ..Config::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_answered_and_shown_is_on_the_list() {
    let server = Running::start().await;
    let client = Client::connect_as(&server, NASTY, config()).await;
    for answer in says_all(&client).await {
        assert_ne!(answer.status, Some(0));
        // Of scp's, its client gets a byte before the line.
        assert_eq!(vetting::of_text(answer.out.trim_start_matches('\x01').as_bytes()), Ok(()));
        assert_eq!(vetting::of_text(answer.err.as_bytes()), Ok(()));
        assert!(answer.err.lines().count() <= 1, "{answer:?}");
    }
    let variables: Vec<_> =
        ["LANG", "LC_ALL", "LC_SSHCARD", "TERM_PROGRAM", "COLORFGBG", NASTY].map(|name| (name, NASTY)).into();
    for variables in [&variables[..], &[("LC_SSHCARD", "plain")]] {
        let client = Client::connect_as(&server, NASTY, config()).await;
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
        let mut client = Client::dial_at(server.address, &server.fingerprint, config()).await.unwrap();
        assert!(soon(client.handle.authenticate_password(NASTY, NASTY)).await.unwrap().success());
        says_all(&client).await;
        let mut terminal = client.terminal_with(&[("LANG", NASTY), (NASTY, NASTY)], NASTY, 80, 24).await;
        terminal.types(NASTY).await;
        terminal.types("\x03").await;
        terminal.ends().await;
        // One who is refused has said nothing yet; one whose first line is this is hung up on.
        for _ in 0..4 {
            let _ = Client::dial_at(server.address, &server.fingerprint, config()).await;
        }
        first.hang_up().await;
        server.stop();
        let log = fs::read_to_string(log.path()).unwrap();
        assert!(log.contains("a session ends") && log.contains("a connection was refused"), "{log}");
        assert_eq!(vetting::of_text(log.as_bytes()), Ok(()));
        assert!(!log.contains("OWNED") && !log.contains("ERROR"), "{log}");
        for line in log.lines() {
            let begins = if format == "json" { r#"{"timestamp":"20"# } else { "20" };
            assert!(line.starts_with(begins), "a line of its own: {line}");
        }
    }
}
