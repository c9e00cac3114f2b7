//! Visitors' clients that send too much, read too little, or mean harm: bounded for them, unnoticed by others.

use std::{sync::Arc, time::Duration};

use ratatui::layout;
use russh::client::Config;
use sshcard::{
    app::{App, AppEvent, Frame, Preferences},
    site::Site,
    ssh::limits::Limits,
    terminal::{
        self, LARGEST,
        capabilities::{Appearance, Depth},
        input::{Code, Key},
    },
};
use tokio::{io::AsyncWriteExt as _, net::TcpSocket, time::timeout};

use crate::{
    attacker::{Attacker, data, msg, number, request, string},
    card::engineer,
    process::Process,
    support::{ABOUT, Client, HEADLINE, Running, Terminal, soon},
};

/// Every control character of both sets, sequences that begin with them, what turns text around or is not seen, and
/// lines of a log that is not ours.
const HARMFUL: &str =
    "\x1b[2J\x1b]0;title\x07\u{9b}31m\u{9d}8;;x\u{9c}\0\r\n2026 INFO forged=true\x7f\u{202e}\u{2066}\u{200b}\u{feff}";

fn harmful(length: usize) -> String {
    HARMFUL.repeat(length / HARMFUL.len() + 1)
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_said_at_the_door_is_neither_kept_nor_logged_nor_shown() {
    let log = tempfile::NamedTempFile::new().unwrap();
    let mut server = Process::start(log.reopen().unwrap().into(), &["--max-per-address", "0"]);
    server.visitor().await.hang_up().await;
    let before = server.memory();
    let mut client = soon(Attacker::dial(server.address)).await.unwrap();
    soon(client.exchange_keys("")).await.unwrap();
    soon(client.authenticate(&harmful(30_000))).await.unwrap();
    let channel = soon(client.session(0, 1 << 20)).await.unwrap();
    for n in 0..3000 {
        let variable = [string(format!("LC_{n}{}", &harmful(100))), string(harmful(5_000))].concat();
        let known = [string("LANG"), string(harmful(5_000))].concat();
        soon(client.send(&request(channel, "env", false, if n % 2 == 0 { &variable } else { &known }))).await.unwrap();
    }
    let size = [80, 24, 0, 0].map(u32::to_be_bytes).concat();
    let terminal = [string(harmful(30_000)), size, string(b"\0")].concat();
    soon(client.send(&request(channel, "pty-req", false, &terminal))).await.unwrap();
    soon(client.send(&request(channel, "exec", false, &string(harmful(30_000))))).await.unwrap();
    let mut said = Vec::new();
    loop {
        let message = soon(client.receive()).await.unwrap();
        match message[0] {
            msg::CHANNEL_DATA | msg::CHANNEL_EXTENDED_DATA => {
                said.extend(message[9..].iter().filter(|byte| **byte != 0));
            }
            msg::CHANNEL_CLOSE => break,
            _ => (),
        }
    }
    let said = String::from_utf8(said).unwrap();
    assert!(said.contains("no command") && said.len() < 1000, "{said:?}");
    assert!(!said.contains(|c: char| c != '\r' && c != '\n' && !(' '..='~').contains(&c)), "{said:?}");
    let grown = server.memory().saturating_sub(before);
    assert!(grown < 4 << 20, "{grown} bytes of 15 MB that were said");
    let log = server.stopped(log.path()).await;
    assert!(!log.contains("forged") && !log.contains("title"), "{log}");
}

/// A page that opens as this visitor's, and what it looks like when all is well.
async fn page_of(server: &Running) -> Terminal {
    let client = Client::connect_as(server, "still", Config::default()).await;
    let mut page = client.terminal("xterm-256color", 80, 24).await;
    page.expect(HEADLINE).await;
    page
}

#[tokio::test]
async fn no_sequence_whole_or_cut_is_shown_or_acted_on() {
    let server = Running::start().await;
    let mut page = page_of(&server).await;
    let long = ["\x1b]", &"2".repeat(1 << 20)].concat();
    page.types(&long).await;
    page.types("\x07").await;
    for sequence in [
        // Reports that nobody asked for: of the cursor, the window, the clipboard, the status string, the colours, a
        // key.
        "\x1b[24;80R",
        "\x1b[8;1000;1000t",
        "\x1b]52;c;cQ==\x1b\\",
        "\x1bP1$r0m\x1b\\",
        "\x1b]4;1;rgb:ffff/0000/0000\x07",
        "\x1bP1+r544e=71\x1b\\",
        "\x1b[?62;4;22c",
        "\x1b[>41;380;0c",
        "\x1b[0n",
        "\x1b[I",
        "\x1b[O",
        "\x1b[?997;1n",
        "\x1b_Gi=1;OK\x1b\\",
        "\x1b^q\x1b\\",
        "\x1bXq\x1b\\",
        "\x1b]8;;q\x1b\\",
        "\x1b[1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16;17;18q",
        "\x1b[99999999999999999999q",
        "\x1b[?2026;99$y",
        "\x1b[<0;9999;9999M",
        "\x1b[<0;9999;9999m",
    ] {
        for cut in 1..=sequence.len() {
            let (left, right) = sequence.as_bytes().split_at(cut);
            for piece in [left, right] {
                soon(page.channel.data(piece)).await.unwrap();
            }
        }
    }
    // On the page that they were sent to nothing has changed; and the session hears keys as before.
    page.types("2").await;
    page.expect(ABOUT).await;
    page.types("1").await;
    let mut fresh = page_of(&server).await;
    fresh.types("2").await;
    fresh.expect(ABOUT).await;
    fresh.types("1").await;
    fresh.expect(HEADLINE).await;
    page.expect_screen_of(&fresh).await;
    page.types("q").await;
    assert_eq!(page.ends().await, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn megabytes_are_pasted_and_nothing_grows() {
    let server = Process::open_to_all();
    let neighbour = server.visitor().await;
    let mut page = neighbour.terminal("xterm-256color", 80, 24).await;
    let mut before = 0;
    for round in 0..6 {
        // The first round fills the allocator's pools; the rounds after it must not need more.
        if round == 1 {
            before = server.memory();
        }
        let mut client = soon(Attacker::connect(server.address)).await.unwrap();
        let channel = soon(client.terminal(0, 1 << 30, (80, 24))).await.unwrap();
        soon(client.send(&data(channel, b"/\x1b[200~"))).await.unwrap();
        for n in 0..32 {
            // All but the last within a paste, and the last as keys into a search.
            if n == 31 {
                soon(client.send(&data(channel, b"\x1b[201~"))).await.unwrap();
            }
            soon(client.send(&data(channel, &vec![b'a'; 32_000]))).await.unwrap();
            page.types(if n % 2 == 0 { "2" } else { "1" }).await;
            page.expect(if n % 2 == 0 { "▌about" } else { "▌card" }).await;
        }
        soon(client.send(&data(channel, b"\x1b\x1b\x03"))).await.unwrap();
    }
    let grown = server.memory().saturating_sub(before);
    // Five megabytes were sent. A pool that begins a huge page of the kernel's grows by two.
    assert!(grown < 3 << 20, "{grown} bytes");
}

/// Waits until the server has closed a channel, or hung up: what it sent on it, if it said so at all.
async fn closed(client: &mut Attacker) -> usize {
    let mut heard = 0;
    while let Ok(message) = soon(client.receive()).await {
        match message[0] {
            msg::CHANNEL_DATA => heard += number(&message, 5).unwrap() as usize,
            msg::CHANNEL_CLOSE => break,
            _ => (),
        }
    }
    heard
}

#[tokio::test]
async fn who_makes_no_room_on_a_channel_is_dropped() {
    let server =
        Running::with(Limits { per_address: 0, write_timeout: Duration::from_millis(300), ..Limits::default() }).await;
    for window in [0, 100] {
        let mut client = soon(Attacker::connect(server.address)).await.unwrap();
        // The mark arrives: there is something to draw all the while.
        let channel = soon(client.terminal(0, window, (200, 60))).await.unwrap();
        for _ in 0..50 {
            soon(client.send(&data(channel, b"23451"))).await.unwrap();
        }
        assert_eq!(closed(&mut client).await, window as usize);
    }
    let mut page = page_of(&server).await;
    page.types("2").await;
    page.expect(ABOUT).await;
}

#[tokio::test]
async fn who_reads_nothing_from_the_socket_is_dropped() {
    let limits = Limits {
        per_address: 0,
        write_timeout: Duration::from_millis(300),
        idle_after_last_channel: Duration::ZERO,
        ..Limits::default()
    };
    let server = Running::with(limits).await;
    let socket = TcpSocket::new_v4().unwrap();
    // As little as there may be before TCP makes the server wait.
    socket.set_recv_buffer_size(1).unwrap();
    let stream = soon(socket.connect(server.address)).await.unwrap();
    let mut client = soon(soon(Attacker::over(stream)).await.unwrap().let_in()).await.unwrap();
    let channel = soon(client.terminal(0, u32::MAX, (400, 150))).await.unwrap();
    // What has gone to the kernel has gone; so it turns pages until that is full as well, and reads nothing.
    let turning = async {
        for key in b"25".iter().cycle() {
            if server.connections() == 0 {
                return;
            }
            let key = client.packet(&data(channel, &[*key]));
            let _ = timeout(Duration::from_millis(10), client.stream.write_all(&key)).await;
            // As often as there is a frame.
            tokio::time::sleep(Duration::from_millis(34)).await;
        }
    };
    soon(turning).await;
    let mut page = page_of(&server).await;
    page.types("2").await;
    page.expect(ABOUT).await;
}

/// The most that one frame takes in bytes, whatever the window: what the card shows has a measure, and what is around
/// it is blank.
const FRAME: usize = 16 * 1024;

/// The bytes that turn a screen that shows one frame, or anything, into one that shows the next.
fn bytes_of(shown: Option<&Frame>, next: &Frame) -> usize {
    let mut out = Vec::new();
    terminal::frame(next.drawn_area(), Frame::draw, shown, next, true, &mut out);
    out.len()
}

#[test]
fn a_giant_window_costs_no_more_bytes_than_a_large_one() {
    let site = Arc::new(Site::new(engineer()));
    let appearance = Appearance { depth: Depth::True, ..Appearance::default() };
    for keys in ["1", "2", "3", "4", "5", "/a", "?", "4\r ", "4k\r", "4kk\r ", "4kkk\r", "4kkkk\r "] {
        let mut app = App::new(Arc::clone(&site), LARGEST, appearance, &Preferences::default());
        for key in keys.chars() {
            let code = if key == '\r' { Code::Enter } else { Code::Char(key) };
            app.handle(AppEvent::Key(Key::new(code)), Duration::ZERO);
        }
        for tick in 1..10 {
            app.handle(AppEvent::Tick, Duration::from_millis(33 * tick));
            let bytes = bytes_of(None, &app.frame());
            assert!((500..FRAME).contains(&bytes), "{keys:?}: {bytes} bytes");
        }
    }
}

/// The most that the first frame, and the turn from one page to another, take in bytes at 120x40.
const FIRST_FRAME: usize = 2_500;
const PAGE_TURN: usize = 3_500;

#[test]
fn frames_take_few_bytes() {
    let site = Arc::new(Site::new(engineer()));
    let appearance = Appearance { depth: Depth::Ansi256, links: true, ..Appearance::default() };
    let mut app = App::new(site, layout::Size::new(120, 40), appearance, &Preferences::default());
    let first = bytes_of(None, &app.frame());
    assert!((500..=FIRST_FRAME).contains(&first), "the first frame: {first} bytes");
    for key in "1213141523242534351".chars() {
        let shown = app.frame();
        app.handle(AppEvent::Key(Key::new(Code::Char(key))), Duration::ZERO);
        let turn = bytes_of(Some(&shown), &app.frame());
        assert!(turn <= PAGE_TURN, "to page {key}: {turn} bytes");
    }
}
