//! Sessions in plain lines.

use super::*;

impl Visitor {
    fn arrive_plain(buffer: usize) -> Self {
        Self::choosing("plain", 80, 24, "xterm-256color", buffer)
    }

    /// What came since the last look, as text; no escape sequence is ever among it.
    async fn reads(&mut self) -> String {
        let text = String::from_utf8(self.look().await.to_vec()).unwrap();
        assert!(text.chars().all(|c| !c.is_control() || "\r\n\u{8}".contains(c)), "{text:?}");
        text
    }
}

const PROMPT: &str = "Your choice: ";

#[tokio::test(start_paused = true)]
async fn it_greets_reads_and_says_goodbye() {
    let mut visitor = Visitor::arrive_plain(BUFFER);
    let greeting = visitor.reads().await;
    assert!(greeting.starts_with(HEADLINE) && greeting.ends_with(PROMPT), "{greeting}");
    visitor.send("2");
    assert_eq!(visitor.reads().await, "2");
    visitor.send("\r");
    let page = visitor.reads().await;
    assert!(page.starts_with("\r\n\r\nABOUT\r\n") && page.ends_with(PROMPT), "{page}");
    visitor.send("q\r");
    assert_eq!(visitor.end().await, Ending::Goodbye);
    assert!(visitor.received.ends_with(b"\r\n") && visitor.sees("Come back"));
}

#[tokio::test(start_paused = true)]
async fn what_was_typed_before_the_end_is_answered() {
    let mut visitor = Visitor::arrive_plain(64);
    visitor.send("career\nstack\n");
    visitor.line.send(Ok(Event::End)).unwrap();
    let text = visitor.reads().await;
    let place = |words: &str| text.find(words).unwrap_or_else(|| panic!("{words}: {text}"));
    assert!(place("CAREER\r\n") < place("STACK\r\n") && place("STACK\r\n") < place("Come back"));
    assert_eq!(visitor.end().await, Ending::Goodbye);
}

#[tokio::test(start_paused = true)]
async fn another_width_is_that_of_the_next_page() {
    let mut visitor = Visitor::arrive_plain(BUFFER);
    visitor.reads().await;
    visitor.line.send(Ok(Event::Resize(Size { columns: 30, rows: 10 }))).unwrap();
    assert_eq!(visitor.reads().await, "", "what was said stays as it is");
    visitor.send("about\r");
    let page = visitor.reads().await;
    assert!(page.lines().all(|line| unicode_width::UnicodeWidthStr::width(line) <= 30), "{page}");
}

#[tokio::test(start_paused = true)]
async fn silence_is_warned_of_in_a_line_and_then_ends() {
    let mut visitor = Visitor::arrive_plain(BUFFER);
    visitor.reads().await;
    visitor.send("ab");
    visitor.reads().await;
    advance(Duration::from_secs(9 * 60)).await;
    assert_eq!(visitor.reads().await, format!("\r\nStill there? One minute left.\r\n{PROMPT}ab"));
    advance(Duration::from_secs(60)).await;
    assert_eq!(visitor.end().await, Ending::Idle);
    assert!(visitor.sees("ten minutes"));
}

#[tokio::test(start_paused = true)]
async fn every_end_leaves_a_line() {
    for (event, expected, line) in [
        (Some(Err("a failure that a test made")), Ending::Failed, "sorry"),
        (Some(Ok(Event::End)), Ending::Goodbye, "Come back"),
        (Some(Ok(Event::Input(Bytes::from_static(b"\x03")))), Ending::Goodbye, "Come back"),
        (Some(Ok(Event::Input(Bytes::from_static(b"\x04")))), Ending::Goodbye, "Come back"),
        (Some(Ok(Event::Gone)), Ending::Gone, ""),
        (Some(Ok(Event::Evicted)), Ending::Evicted, "card is full"),
        (None, Ending::Shutdown, "restarted"),
    ] {
        let mut visitor = Visitor::arrive_plain(BUFFER);
        visitor.reads().await;
        match event {
            Some(event) => visitor.line.send(event).unwrap(),
            None => visitor.shutdown.cancel(),
        }
        assert_eq!(visitor.end().await, expected);
        assert!(visitor.sees(line) && !visitor.received.contains(&0x1b), "{line:?}");
        assert_eq!(visitor.received.is_empty(), expected == Ending::Gone);
    }
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_answers_costs_no_memory_and_a_deaf_visitor_is_hung_up() {
    let mut visitor = Visitor::arrive_plain(512);
    for _ in 0..200 {
        visitor.send(&"about\r".repeat(200));
        advance(Duration::from_millis(40)).await;
    }
    let ending = timeout(Duration::from_secs(60), &mut visitor.session).await.unwrap().unwrap();
    assert_eq!(ending, Ending::Stalled);
    let mut rest = Vec::new();
    visitor.incoming.read_to_end(&mut rest).await.unwrap();
    assert!(rest.len() <= 512, "{} bytes", rest.len());
}

#[tokio::test(start_paused = true)]
async fn a_slow_reader_gets_what_was_typed_ahead_and_not_more() {
    let mut visitor = Visitor::arrive_plain(64);
    // The greeting is still on its way; then as many answers as are kept, and many more.
    visitor.send(&"6\r".repeat(10_000));
    let told = visitor.reads().await.matches("That is no choice").count();
    assert!((128..400).contains(&told), "{told} answers");
    // Ctrl-C waits for nothing.
    visitor.send(&format!("{}\x03", "2\r".repeat(1_000)));
    assert_eq!(visitor.end().await, Ending::Goodbye);
}

#[tokio::test(start_paused = true)]
async fn choices_open_a_page_on_a_ground_without_motion() {
    let mut visitor = Visitor::choosing("career,mono", 80, 24, "xterm-256color", BUFFER);
    let first = visitor.look().await.to_vec();
    assert!(visitor.sees("▌career"), "{}", visitor.terminal.screen().contents());
    assert!(!String::from_utf8(first).unwrap().contains("38;5"), "no colour");
    // Where it arrives the mark flows; elsewhere, or still, nothing moves and nothing more is sent.
    for (words, quiet) in [("", false), ("still", true), ("stack", true), ("card", false)] {
        let mut visitor = Visitor::choosing(words, 80, 24, "linux", BUFFER);
        let mut bytes = vec![0; BUFFER];
        let first = visitor.incoming.read(&mut bytes).await.unwrap();
        assert!(first > 0, "the first frame came");
        assert_eq!(visitor.look().await.is_empty(), quiet, "{words:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn plain_lines_are_ascii_where_that_is_chosen_or_all_there_is() {
    for (words, term, expected) in [("plain,ascii", "xterm", true), ("plain", "vt100", true), ("plain", "xterm", false)]
    {
        let mut visitor = Visitor::choosing(words, 80, 24, term, BUFFER);
        let mut said = visitor.reads().await;
        visitor.send("?\r3\r");
        said.push_str(&visitor.reads().await);
        visitor.send("q\r");
        assert_eq!(visitor.end().await, Ending::Goodbye);
        said.push_str(std::str::from_utf8(&visitor.received).unwrap());
        assert_eq!(said.is_ascii(), expected, "{words} on {term}: {said}");
    }
}

#[tokio::test(start_paused = true)]
async fn ascii_is_chosen() {
    let mut visitor = Visitor::choosing("ascii,still", 80, 24, "xterm-256color", BUFFER);
    assert!(visitor.look().await.is_ascii());
}
