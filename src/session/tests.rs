mod pace;
mod plain;

use std::{
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
};

use tokio::{
    io::{AsyncReadExt as _, DuplexStream, duplex},
    sync::mpsc,
    task::JoinHandle,
    time::{advance, timeout},
};

use super::*;
use crate::profile::Profile;

fn content() -> Arc<Content> {
    let profile =
        Profile::load(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/profile")), &crate::exhibits::NAMES).unwrap();
    Arc::new(Content::new(profile))
}

/// Events from a test; one of them may be a panic.
struct Line {
    events: mpsc::UnboundedReceiver<Result<Event, &'static str>>,
    traffic: Arc<Traffic>,
}

/// What the line to the visitor holds, as a test says, and how often the session asked.
#[derive(Default)]
struct Traffic {
    unacknowledged: AtomicUsize,
    asked: AtomicUsize,
}

impl Events for Line {
    async fn next(&mut self) -> Event {
        match self.events.recv().await {
            Some(Ok(event)) => event,
            Some(Err(message)) => panic!("{message}"),
            None => Event::Gone,
        }
    }

    fn unacknowledged(&self) -> usize {
        self.traffic.asked.fetch_add(1, Ordering::Relaxed);
        self.traffic.unacknowledged.load(Ordering::Relaxed)
    }
}

/// The visitor's side of a session, in paused time: what they type, what they see.
struct Visitor {
    line: mpsc::UnboundedSender<Result<Event, &'static str>>,
    traffic: Arc<Traffic>,
    incoming: DuplexStream,
    terminal: vt100::Parser,
    shutdown: CancellationToken,
    session: JoinHandle<Ending>,
    /// The writes that have arrived since the last [`Visitor::look`].
    received: Vec<u8>,
}

impl Visitor {
    /// Arrives with a window and a line that holds `buffer` bytes.
    fn arrive(columns: u16, rows: u16, term: &str, buffer: usize) -> Self {
        Self::choosing("", columns, rows, term, buffer)
    }

    /// Arrives with choices in `LC_SSHCARD`.
    fn choosing(words: &str, columns: u16, rows: u16, term: &str, buffer: usize) -> Self {
        let (line, events) = mpsc::unbounded_channel();
        let (mut outgoing, incoming) = duplex(buffer);
        let shutdown = CancellationToken::new();
        let mut environment = Environment::default();
        environment.set_term(term);
        environment.set("LC_SSHCARD", words);
        let choices = Choices::new(None, &environment);
        let size = Size { columns, rows };
        let patience = PATIENCE;
        let opening = Opening { content: content(), size, environment, choices, patience, shutdown: shutdown.clone() };
        let traffic = Arc::<Traffic>::default();
        let mut events = Line { events, traffic: Arc::clone(&traffic) };
        let session = tokio::spawn(async move { run(opening, &mut events, &mut outgoing).await });
        let mut terminal = vt100::Parser::new(rows.try_into().unwrap(), columns.try_into().unwrap(), 0);
        terminal.process(b"$ ssh card\r\n");
        Self { line, traffic, incoming, terminal, shutdown, session, received: Vec::new() }
    }

    fn send(&self, bytes: &str) {
        self.line.send(Ok(Event::Input(Bytes::copy_from_slice(bytes.as_bytes())))).unwrap();
    }

    /// Waits until nothing has come for a quarter of a second, and gives what came.
    async fn look(&mut self) -> &[u8] {
        self.received.clear();
        let mut bytes = [0; 4096];
        while let Ok(Ok(n @ 1..)) = timeout(Duration::from_millis(250), self.incoming.read(&mut bytes)).await {
            self.received.extend_from_slice(&bytes[..n]);
        }
        self.terminal.process(&self.received);
        &self.received
    }

    fn sees(&self, text: &str) -> bool {
        self.terminal.screen().contents().contains(text)
    }

    /// Reads to the end, and tells how it ended.
    async fn end(&mut self) -> Ending {
        self.look().await;
        timeout(Duration::from_secs(60), &mut self.session).await.unwrap().unwrap()
    }

    /// The terminal is as it was, and one line stays on it.
    #[track_caller]
    fn has_its_terminal_back(&self, line: &str) {
        let screen = self.terminal.screen();
        assert!(!screen.alternate_screen(), "the main screen is back");
        assert!(!screen.hide_cursor(), "the cursor is back");
        assert!(!screen.bracketed_paste(), "pastes are plain again");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None, "the mouse is the terminal's");
        let contents = screen.contents().replace('\n', " ");
        assert!(contents.starts_with("$ ssh card"), "what was there before is there: {contents}");
        assert!(contents.contains(line), "{line:?} stays: {contents}");
    }
}

const BUFFER: usize = 64 * 1024;
const HEADLINE: &str = "Neural networks,";

#[tokio::test(start_paused = true)]
async fn a_session_begins_with_one_write_and_ends_with_the_terminal_as_it_was() {
    let mut visitor = Visitor::arrive(80, 24, "xterm-256color", BUFFER);
    let mut bytes = vec![0; BUFFER];
    let first = visitor.incoming.read(&mut bytes).await.unwrap();
    visitor.terminal.process(&bytes[..first]);
    assert!(visitor.sees(HEADLINE), "the first frame is whole: {}", visitor.terminal.screen().contents());
    assert!(visitor.terminal.screen().hide_cursor());
    visitor.look().await;
    visitor.send("q");
    assert_eq!(visitor.end().await, Ending::Goodbye);
    visitor.has_its_terminal_back("Come back");
}

#[tokio::test(start_paused = true)]
async fn keys_are_keys_however_they_are_cut() {
    let mut visitor = Visitor::arrive(80, 24, "xterm-256color", BUFFER);
    visitor.look().await;
    // Two keys in a packet: the second and then the third page.
    visitor.send("2l");
    visitor.look().await;
    assert!(visitor.sees("▌career"), "{}", visitor.terminal.screen().contents());
    // A sequence in two packets, within the time of an Esc.
    visitor.send("\x1b");
    advance(Duration::from_millis(20)).await;
    visitor.send("[D");
    visitor.look().await;
    assert!(visitor.sees("▌about"), "{}", visitor.terminal.screen().contents());
    // An Esc alone is known after 50 ms: it closes the help.
    visitor.send("?");
    visitor.look().await;
    assert!(visitor.sees("hang up") && !visitor.sees("▌about"));
    visitor.send("\x1b");
    visitor.look().await;
    assert!(visitor.sees("▌about"));
}

#[tokio::test(start_paused = true)]
async fn a_page_at_rest_sends_nothing_until_the_warning_and_then_ends() {
    let mut visitor = Visitor::arrive(80, 24, "linux", BUFFER);
    visitor.look().await;
    visitor.send("2");
    visitor.look().await;
    let mut byte = [0; 1];
    let silence = timeout(Duration::from_secs(8 * 60), visitor.incoming.read(&mut byte)).await;
    assert!(silence.is_err(), "a page at rest sent a byte");
    advance(Duration::from_secs(60)).await;
    visitor.look().await;
    assert!(visitor.sees("Still there?"), "{}", visitor.terminal.screen().contents());
    advance(Duration::from_secs(60)).await;
    assert_eq!(visitor.end().await, Ending::Idle);
    visitor.has_its_terminal_back("ten minutes");
}

#[tokio::test(start_paused = true)]
async fn only_the_visitor_keeps_the_line_open_and_not_for_ever() {
    let mut visitor = Visitor::arrive(80, 24, "xterm", BUFFER);
    visitor.look().await;
    // Replies and resizes are not the visitor's hand.
    for _ in 0..9 {
        advance(Duration::from_secs(61)).await;
        visitor.send("\x1b[?64;1c");
        visitor.line.send(Ok(Event::Resize(Size { columns: 70, rows: 20 }))).unwrap();
        visitor.look().await;
    }
    assert!(visitor.sees("Still there?"));
    for _ in 0..6 {
        visitor.send("j");
        visitor.look().await;
        assert!(!visitor.sees("Still there?"));
        advance(Duration::from_secs(8 * 60)).await;
    }
    visitor.send("j");
    advance(Duration::from_secs(5 * 60)).await;
    assert_eq!(visitor.end().await, Ending::Overlong);
    visitor.has_its_terminal_back("An hour");
}

#[tokio::test(start_paused = true)]
async fn replies_improve_the_page_and_are_never_keys() {
    let mut visitor = Visitor::arrive(80, 24, "xterm-256color", BUFFER);
    let first = visitor.look().await;
    assert!(first.windows(5).any(|bytes| bytes == b"\x1b]11;"), "the ground is asked for");
    visitor.send("\x1b]11;rgb:fbfb/f9f9/f4f4\x1b\\\x1b[?64;1;2c");
    let improved = visitor.look().await.to_vec();
    assert!(improved.windows(6).any(|bytes| bytes == b"?2026$"), "then the modes: {improved:?}");
    visitor.send("\x1b[?2026;2$y\x1b[?1006;2$y\x1b[?64;1;2c");
    visitor.look().await;
    assert_eq!(visitor.terminal.screen().mouse_protocol_mode(), vt100::MouseProtocolMode::PressRelease);
    visitor.send("2");
    let frame = visitor.look().await;
    assert!(frame.starts_with(b"\x1b[?2026h") && frame.ends_with(b"\x1b[?2026l"), "{frame:?}");
    visitor.send("q");
    assert_eq!(visitor.end().await, Ending::Goodbye);
    visitor.has_its_terminal_back("Come back");
}

#[tokio::test(start_paused = true)]
async fn a_terminal_is_asked_its_name_once_and_late_cut_or_forged_names_are_never_keys() {
    let mut visitor = Visitor::arrive(80, 24, "xterm-256color", BUFFER);
    visitor.look().await;
    visitor.send("\x1b[?64;1;2c");
    let asked = visitor.look().await;
    for question in [&b"\x1b[>0q"[..], b"\x1b[?2027$p"] {
        assert!(asked.windows(question.len()).any(|bytes| bytes == question), "{question:?}");
    }
    // Cut in two, then the fence; then late, forged and far too long.
    visitor.send("\x1bP>|kit");
    visitor.look().await;
    visitor.send("ty(0.35.2)\x1b\\\x1b[?2027;1$y\x1b[?64;1;2c");
    visitor.look().await;
    visitor.send(&format!("\x1bP>|q{}\x1b\\\x1b[?9999;1$y\x1b[?64c", "q2".repeat(4000)));
    visitor.look().await;
    assert!(visitor.sees("▌card"), "{}", visitor.terminal.screen().contents());
    assert!(!visitor.sees("qq") && !visitor.sees("kitty"));
    visitor.send("q");
    assert_eq!(visitor.end().await, Ending::Goodbye);
    // What a frame may have left open is closed before the screen is given back.
    let closed = visitor.received.windows(7).position(|bytes| bytes == b"\x1b]8;;\x1b\\");
    let left = visitor.received.windows(8).position(|bytes| bytes == b"\x1b[?1049l");
    assert!(closed.is_some() && closed < left, "{:?}", visitor.received);
    visitor.has_its_terminal_back("Come back");
}

#[tokio::test(start_paused = true)]
async fn what_a_terminal_can_do_is_asked_for_and_taken_back_on_every_way_out() {
    let has = |bytes: &[u8], sequence: &str| bytes.windows(sequence.len()).any(|part| part == sequence.as_bytes());
    for (replies, [graphemes, title]) in [
        ("\x1b[?2027;2$y\x1bP>|XTerm(390)\x1b\\", [true, true]),
        ("\x1b[?2027;2$y\x1bP>|Konsole 25.08.0\x1b\\", [true, false]),
        ("\x1b[?2027;1$y\x1bP>|VTE(7600)\x1b\\", [false, true]),
        ("\x1b[?2027;0$y\x1bP>|xterm.js(6.0.0)\x1b\\", [false, false]),
        ("\x1b[?2027;3$y\x1b[?5u", [false, false]),
    ] {
        for (event, ending) in [
            (Some(Ok(Event::Input("\x03".into()))), Ending::Goodbye),
            (Some(Ok(Event::Input("\x1b[99;5u".into()))), Ending::Goodbye),
            (Some(Ok(Event::End)), Ending::Goodbye),
            (Some(Err("a failure that a test made")), Ending::Failed),
            (None, Ending::Shutdown),
        ] {
            let mut visitor = Visitor::arrive(80, 24, "xterm-256color", BUFFER);
            let first = visitor.look().await;
            assert!(!has(first, "\x1b]2;") && !has(first, "\x1b[?2004h"), "nothing is taken for granted");
            visitor.send("\x1b[?64;1;2c");
            let asked = visitor.look().await;
            assert!(!has(asked, "\x1b]2;") && !has(asked, "\x1b[?2027h"), "nothing is taken for granted");
            visitor.send(&format!("{replies}\x1b[?64;1;2c"));
            let sent = visitor.look().await;
            assert_eq!([has(sent, "\x1b[?2027h"), has(sent, "\x1b[22;2t\x1b]2;")], [graphemes, title], "{replies:?}");
            assert_eq!(has(sent, "\x1b[2J"), graphemes, "what was shown before is drawn again");
            visitor.send("?");
            let help = visitor.look().await;
            assert!(!has(help, "\x1b]2;") && !has(help, "\x1b[?2027h"), "once");
            // Whoever is still in the kitty protocol's mode, which is not ours, can use the card.
            visitor.send("\x1b[27u");
            visitor.look().await;
            assert!(visitor.sees("▌card"));
            visitor.send("/");
            assert!(has(visitor.look().await, "\x1b[?2004h"), "pastes are marked while a line is edited");
            match event {
                Some(event) => visitor.line.send(event).unwrap(),
                None => visitor.shutdown.cancel(),
            }
            assert_eq!(visitor.end().await, ending);
            let left = visitor.received.windows(8).position(|part| part == b"\x1b[?1049l").unwrap();
            let before = &visitor.received[..left];
            let taken_back = ["\x1b[?2004l", "\x1b[?2027l", "\x1b[23;2t"].map(|sequence| has(before, sequence));
            assert_eq!(taken_back, [true, graphemes, title], "{replies:?}");
            visitor.has_its_terminal_back("");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_is_under_way_at_the_end_is_waited_for() {
    let mut visitor = Visitor::arrive(80, 24, "xterm-256color", BUFFER);
    visitor.send("q");
    let mut bytes = [0; 4096];
    while timeout(Duration::from_millis(100), visitor.incoming.read(&mut bytes)).await.is_ok() {}
    assert!(!visitor.session.is_finished(), "the reply would land in the visitor's shell");
    visitor.send("\x1b[?1;2c");
    assert_eq!(visitor.end().await, Ending::Goodbye);
}

#[tokio::test(start_paused = true)]
async fn a_visitor_who_stops_reading_costs_one_frame_and_is_hung_up() {
    let mut visitor = Visitor::arrive(200, 60, "xterm-256color", 512);
    for _ in 0..200 {
        visitor.send("lhj?");
        advance(Duration::from_millis(40)).await;
    }
    let started = Instant::now();
    let ending = timeout(Duration::from_secs(60), &mut visitor.session).await.unwrap().unwrap();
    assert_eq!(ending, Ending::Stalled);
    assert!(started.elapsed() < Duration::from_secs(40));
    // What was kept for the visitor is what the line held.
    let mut rest = Vec::new();
    visitor.incoming.read_to_end(&mut rest).await.unwrap();
    assert!(rest.len() <= 512, "{} bytes", rest.len());
}

#[tokio::test(start_paused = true)]
async fn a_slow_reader_loses_frames_and_no_key() {
    let mut visitor = Visitor::arrive(80, 24, "xterm", 256);
    for _ in 0..40 {
        visitor.send("l");
        visitor.send("h");
    }
    visitor.send("5");
    visitor.look().await;
    assert!(visitor.sees("▌contact"), "{}", visitor.terminal.screen().contents());
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_resizes_is_laid_out_ten_times_a_second() {
    let mut visitor = Visitor::arrive(80, 24, "linux", BUFFER);
    visitor.look().await;
    visitor.send("2");
    visitor.look().await;
    let mut cleared = 0;
    for i in 0..1_000 {
        let size = Size { columns: 60 + i % 40, rows: 24 };
        visitor.line.send(Ok(Event::Resize(size))).unwrap();
        let mut bytes = [0; 16_384];
        if let Ok(Ok(n)) = timeout(Duration::from_millis(1), visitor.incoming.read(&mut bytes)).await {
            cleared += bytes[..n].windows(4).filter(|bytes| bytes == b"\x1b[2J").count();
        }
    }
    assert!((5..=12).contains(&cleared), "{cleared} layouts in a second");
}

#[tokio::test(start_paused = true)]
async fn every_end_gives_the_terminal_back() {
    for (event, expected, line) in [
        (Some(Err("a failure that a test made")), Ending::Failed, "sorry"),
        (Some(Ok(Event::End)), Ending::Goodbye, "Come back"),
        (Some(Ok(Event::Gone)), Ending::Gone, ""),
        (Some(Ok(Event::Evicted)), Ending::Evicted, "card is full"),
        (None, Ending::Shutdown, "restarted"),
    ] {
        let mut visitor = Visitor::arrive(80, 24, "xterm-256color", BUFFER);
        visitor.look().await;
        visitor.send("\x1b[?1;2cM");
        visitor.look().await;
        match event {
            Some(event) => visitor.line.send(event).unwrap(),
            None => visitor.shutdown.cancel(),
        }
        assert_eq!(visitor.end().await, expected);
        if expected != Ending::Gone {
            visitor.has_its_terminal_back(line);
        }
    }
}

const KEYS: usize = 32 * 1024;

#[tokio::test(start_paused = true)]
async fn a_flood_of_keys_in_one_packet_leaves_turns_to_others() {
    let mut visitor = Visitor::arrive(80, 24, "linux", BUFFER);
    visitor.look().await;
    let turns = Arc::new(AtomicUsize::new(0));
    let others = tokio::spawn({
        let turns = Arc::clone(&turns);
        async move {
            loop {
                turns.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
            }
        }
    });
    visitor.send(&format!("{}q", "j".repeat(KEYS)));
    assert_eq!((&mut visitor.session).await.unwrap(), Ending::Goodbye);
    others.abort();
    assert!(turns.load(Ordering::Relaxed) >= KEYS / MOST_BYTES, "{turns:?} turns of others");
}

/// Counts how often the session polls for events: each of its turns does.
struct Counted<E>(E, Arc<AtomicUsize>);

impl<E: Events> Events for Counted<E> {
    async fn next(&mut self) -> Event {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.next().await
    }
}

#[tokio::test]
async fn a_resize_that_waits_for_a_frame_is_waited_for_and_not_polled() {
    let (line, events) = mpsc::unbounded_channel();
    let (mut outgoing, mut incoming) = duplex(BUFFER);
    let polls = Arc::default();
    let mut environment = Environment::default();
    environment.set_term("linux");
    let size = Size { columns: 80, rows: 24 };
    let opening = Opening {
        content: content(),
        size,
        environment,
        choices: Choices::default(),
        patience: PATIENCE,
        shutdown: CancellationToken::new(),
    };
    let mut counted = Counted(Line { events, traffic: Arc::default() }, Arc::clone(&polls));
    let session = tokio::spawn(async move { run(opening, &mut counted, &mut outgoing).await });
    tokio::spawn(async move { while incoming.read(&mut [0; 4096]).await.is_ok_and(|n| n > 0) {} });
    line.send(Ok(Event::Input("2".into()))).unwrap();
    // A window that is dragged while keys are typed: layouts and frames fall due at different times.
    for i in 0..6 {
        line.send(Ok(Event::Resize(Size { columns: 70 + i, rows: 24 }))).unwrap();
        tokio::time::sleep(Duration::from_millis(60)).await;
        line.send(Ok(Event::Input("j".into()))).unwrap();
        tokio::time::sleep(Duration::from_millis(33)).await;
    }
    line.send(Ok(Event::Gone)).unwrap();
    assert_eq!(session.await.unwrap(), Ending::Gone);
    let polls = polls.load(Ordering::Relaxed);
    assert!(polls < 200, "{polls} turns for twelve events");
}
