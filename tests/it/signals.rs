//! The signals that end the program, sent to the real binary.

use std::{
    fs,
    os::unix::process::ExitStatusExt as _,
    process::{Command, Stdio},
    time::Duration,
};

use tokio::net::TcpStream;

use super::{
    attacker::Attacker,
    card::ENGINEER,
    ops::Ops,
    process::{Guarded, Process, free_address, send, until},
    support::{Client, Terminal, soon},
};

/// SIGTERM: what each of the others is compared with.
const TERM: i32 = 15;

/// The other signals that end a process unless it handles them, that can be handled, and that tell of no fault of the
/// process itself (signal(7), x86 and ARM): INT, QUIT, USR1, USR2, ALRM, STKFLT, XCPU, VTALRM, PROF, IO, PWR, and
/// two of the real-time signals: 37 is SIGRTMIN+3, which containers that run systemd are stopped with.
const ENDING: [i32; 13] = [2, 3, 10, 12, 14, 16, 24, 26, 27, 29, 30, 37, 63];

/// The exit status of a session that the server's stop cut.
const CUT: u32 = 75;

/// What a visitor reads when the server is about to stop.
const RESTARTS: &str = "Restarting soon.";

/// Back to the main screen: the last of the modes that are taken back.
const LEAVE: &[u8] = b"\x1b[?1049l";

/// The signals that this test process ignores are ignored by what it starts (nohup(1), background jobs of a script).
fn inherited_as_ignored(signal: i32) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap();
    let ignored = u64::from_str_radix(mask.trim(), 16).unwrap() >> (signal - 1) & 1 == 1;
    if ignored {
        eprintln!("signal {signal} is ignored in this test's own process: not tested");
    }
    ignored
}

/// What a visitor with a page gets from a server to which `signal` is sent: its exit status, and the bytes from the
/// return to the main screen on.
async fn farewell(signal: i32) -> (Option<u32>, Vec<u8>) {
    let mut server = Process::open_to_all();
    let visitor = server.visitor().await;
    let mut page: Terminal = visitor.terminal("xterm-256color", 80, 24).await;
    page.expect("▌card").await;
    send(signal, server.child.id());
    let status = page.ends().await;
    let ended = server.ended().await;
    assert!(ended.success(), "signal {signal}: {ended}");
    assert!(!page.on_alternate_screen(), "signal {signal}");
    let leave = page.bytes.windows(LEAVE.len()).rposition(|window| window == LEAVE);
    (status, page.bytes[leave.unwrap_or_else(|| panic!("signal {signal}"))..].to_vec())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_signal_that_ends_the_server_gives_terminals_back() {
    let (status, bytes) = farewell(TERM).await;
    assert_eq!(status, Some(CUT));
    let others = ENDING.into_iter().filter(|signal| !inherited_as_ignored(*signal));
    let others: Vec<_> = others.map(|signal| (signal, tokio::spawn(farewell(signal)))).collect();
    for (signal, other) in others {
        assert_eq!(other.await.unwrap(), (status, bytes.clone()), "signal {signal}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_signal_ends_the_server_at_once() {
    let log = tempfile::NamedTempFile::new().unwrap();
    let mut server = Process::start(log.reopen().unwrap().into(), &["--max-per-address", "0"]);
    server.visitor().await.hang_up().await;
    // A client that takes nothing keeps the server from ending for some seconds.
    let mut stuck = soon(Attacker::connect(server.address)).await.unwrap();
    soon(stuck.terminal(0, 0, (80, 24))).await.unwrap();
    until(|| fs::read_to_string(log.path()).unwrap().contains("a visit begins")).await;
    send(10, server.child.id());
    until(|| fs::read_to_string(log.path()).unwrap().contains("stopping")).await;
    // Until a second has passed, it may be another signal of the same cause.
    until(|| {
        send(TERM, server.child.id());
        server.child.try_wait().unwrap().is_some()
    })
    .await;
    assert_eq!(server.ended().await.code(), Some(128 + TERM));
}

/// A server that drains for so many seconds, with what tells of its health, and a visitor with a page.
async fn draining(accept: &str, sessions: &str) -> (Process, Ops, Client, Terminal) {
    let ops = free_address();
    let at = ops.to_string();
    let more = ["--max-per-address", "0", "--ops", &at, "--drain-accept", accept, "--drain-sessions", sessions];
    let server = Process::start(Stdio::null(), &more);
    let visitor = server.visitor().await;
    let mut page = visitor.terminal("xterm-256color", 80, 24).await;
    page.expect("▌card").await;
    (server, Ops::at(ops), visitor, page)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_drains_lets_visitors_in_until_a_balancer_has_noticed() {
    let (mut server, ops, _visitor, mut page) = draining("3600", "3600").await;
    assert_eq!(ops.get("/readyz").await.0, 200);
    server.terminate();
    soon(async { while ops.get("/readyz").await.0 != 503 {} }).await;
    assert_eq!(server.visitor().await.exec("help").await.status, Some(0));
    assert!(page.on_alternate_screen() && !page.contents().contains(RESTARTS));
    // The next signal ends the draining, and nothing but that.
    let asks = async {
        loop {
            server.terminate();
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let status = tokio::select! {
        status = page.ends() => status,
        () = asks => None,
    };
    assert_eq!((status, page.on_alternate_screen()), (Some(CUT), false));
    assert!(server.ended().await.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_drains_ends_when_its_last_visitor_has_left() {
    let (mut server, _ops, visitor, mut page) = draining("0", "3600").await;
    let mut plain = visitor.terminal_with(&[("LC_SSHCARD", "plain")], "xterm-256color", 80, 24).await;
    plain.expect("Your choice:").await;
    server.terminate();
    page.expect(RESTARTS).await;
    plain.expect(RESTARTS).await;
    soon(async { while TcpStream::connect(server.address).await.is_ok() {} }).await;
    // What they came for is still there.
    page.types("2").await;
    page.expect("▌about").await;
    page.types("q").await;
    plain.types("\u{4}").await;
    assert_eq!((page.ends().await, plain.ends().await), (Some(0), Some(0)));
    visitor.hang_up().await;
    assert!(server.ended().await.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_that_is_longer_than_the_draining_is_cut() {
    let (mut server, _ops, _visitor, mut page) = draining("0", "1").await;
    server.terminate();
    page.expect(RESTARTS).await;
    assert_eq!((page.ends().await, page.on_alternate_screen()), (Some(CUT), false));
    assert!(server.ended().await.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn signals_of_one_cause_end_the_server_in_order() {
    let mut server = Process::open_to_all();
    let visitor = server.visitor().await;
    let mut page: Terminal = visitor.terminal("xterm-256color", 80, 24).await;
    page.expect("▌card").await;
    // One right behind the other, as systemd and a terminal that closes send theirs.
    for signal in [10, TERM, 10] {
        send(signal, server.child.id());
    }
    assert_eq!((page.ends().await, page.on_alternate_screen()), (Some(CUT), false));
    let ended = server.ended().await;
    assert!(ended.success(), "{ended}");
}

#[tokio::test(flavor = "multi_thread")]
async fn signals_are_handled_from_the_moment_that_a_visitor_can_connect() {
    for signal in [2, TERM].repeat(5) {
        if inherited_as_ignored(signal) {
            continue;
        }
        let mut server = Process::open_to_all();
        soon(async { while TcpStream::connect(server.address).await.is_err() {} }).await;
        send(signal, server.child.id());
        let ended = server.ended().await;
        assert!(ended.success(), "signal {signal}: {ended}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_that_was_ignored_at_the_start_stays_ignored() {
    // As nohup(1) starts it.
    let mut server = Process::start_by("trap '' HUP; exec \"$@\"", Stdio::null(), &[]);
    let visitor = server.visitor().await;
    send(1, server.child.id());
    assert_eq!(visitor.exec("help").await.status, Some(0));
    visitor.hang_up().await;
    let another: Client = server.visitor().await;
    assert_eq!(another.exec("help").await.status, Some(0));
    server.stop();
}

/// `sshcard preview` with a terminal of its own; `None` where there is no setsid(1) to give it one.
#[cfg(target_os = "linux")]
mod preview {
    use std::{fs::File, io::Read as _, sync::mpsc, time::Instant};

    use rustix::{
        pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
        termios::tcgetattr,
    };

    use super::*;
    use crate::support::DEADLINE;

    /// To the alternate screen, on which the page is.
    const ENTER: &[u8] = b"\x1b[?1049h";

    fn contains(bytes: &[u8], part: &[u8]) -> bool {
        bytes.windows(part.len()).any(|window| window == part)
    }

    #[test]
    fn a_signal_ends_the_preview_as_a_key_does() {
        for signal in [1, 2, 3, 10, TERM] {
            if inherited_as_ignored(signal) {
                continue;
            }
            let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
            grantpt(&terminal).unwrap();
            unlockpt(&terminal).unwrap();
            let master = terminal.try_clone().unwrap();
            let modes = || {
                let modes = tcgetattr(&master).unwrap();
                (modes.input_modes, modes.output_modes, modes.control_modes, modes.local_modes)
            };
            let before = modes();
            let name = ptsname(&terminal, Vec::new()).unwrap().into_string().unwrap();
            // The first terminal that a session's leader opens is its controlling terminal.
            let started = Command::new("setsid")
                .env_clear()
                .env("TERM", "xterm-256color")
                .args(["/bin/sh", "-c", "exec \"$0\" preview --profile \"$1\" <>\"$2\" >&0 2>&0"])
                .arg(env!("CARGO_BIN_EXE_sshcard"))
                .arg(ENGINEER)
                .arg(&name)
                .current_dir(std::env::temp_dir())
                .stdin(Stdio::null())
                .spawn();
            let mut child = match started {
                Ok(child) => child,
                Err(error) => {
                    eprintln!("there is no setsid(1) to give a process a terminal ({error}): not tested");
                    return;
                }
            };
            let (sender, chunks) = mpsc::channel();
            std::thread::spawn(move || {
                let mut terminal = File::from(terminal);
                let mut chunk = [0; 4096];
                // It fails when the other side is closed for good.
                while let Ok(read @ 1..) = terminal.read(&mut chunk) {
                    if sender.send(chunk[..read].to_vec()).is_err() {
                        return;
                    }
                }
            });
            let (mut heard, mut sent, until) = (Vec::new(), false, Instant::now() + DEADLINE);
            while let Ok(chunk) = chunks.recv_timeout(until.saturating_duration_since(Instant::now())) {
                heard.extend(chunk);
                if !sent && contains(&heard, ENTER) {
                    send(signal, child.id());
                    sent = true;
                }
            }
            let status = loop {
                match child.try_wait().unwrap() {
                    Some(status) => break status,
                    None if Instant::now() > until => {
                        child.kill().unwrap();
                        panic!("signal {signal}: {:?}", String::from_utf8_lossy(&heard));
                    }
                    None => std::thread::sleep(Duration::from_millis(5)),
                }
            };
            assert!(sent && status.success(), "signal {signal}: {status}: {:?}", String::from_utf8_lossy(&heard));
            assert_eq!(modes(), before, "signal {signal}");
            assert!(contains(&heard, LEAVE), "signal {signal}: {:?}", String::from_utf8_lossy(&heard));
        }
    }
}

#[test]
fn a_signal_at_the_start_leaves_nothing_half_made() {
    for (n, signal) in [2, 3, 10, TERM].into_iter().cycle().take(12).enumerate() {
        if inherited_as_ignored(signal) {
            continue;
        }
        let place = tempfile::tempdir().unwrap();
        let keys = place.path().join("keys");
        let mut child = Guarded(super::hostkey::command(&keys).stderr(Stdio::null()).spawn().unwrap());
        super::hostkey::wait_for_a_file_in(&keys);
        send(signal, child.id());
        let status = child.ended();
        assert!(status.success(), "run {n}, signal {signal}: {status} ({:?})", status.signal());
        assert_eq!(super::hostkey::names_in(&keys), super::hostkey::WHOLE, "run {n}, signal {signal}");
    }
}
