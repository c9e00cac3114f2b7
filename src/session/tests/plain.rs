//! Sessions in plain lines.

use super::*;

impl Visitor {
    fn arrive_plain(buffer: usize) -> Self {
        Self::choosing("plain", 80, 24, "xterm-256color", buffer)
    }

    /// What came since the last look, as text; no escape sequence is ever among it.
    fn reads(&mut self) -> String {
        let text = String::from_utf8(self.look().to_vec()).unwrap();
        assert!(text.chars().all(|c| !c.is_control() || "\r\n\u{8}".contains(c)), "{text:?}");
        text
    }
}

const PROMPT: &str = "Your choice: ";

#[test]
fn it_greets_reads_and_says_goodbye() {
    let mut visitor = Visitor::arrive_plain(WIDE);
    let greeting = visitor.reads();
    assert!(greeting.starts_with(HEADLINE) && greeting.ends_with(PROMPT), "{greeting}");
    visitor.send("2");
    assert_eq!(visitor.reads(), "2");
    visitor.send("\r");
    let page = visitor.reads();
    assert!(page.starts_with("\r\n\r\nABOUT\r\n") && page.ends_with(PROMPT), "{page}");
    visitor.send("q\r");
    assert_eq!(visitor.end(), Ending::Goodbye);
    assert!(visitor.received.ends_with(b"\r\n") && visitor.sees("Come back"));
}

#[test]
fn what_was_typed_before_the_end_is_answered() {
    let mut visitor = Visitor::arrive_plain(64);
    visitor.send("career\nstack\n");
    visitor.event(Event::EndOfInput);
    let text = visitor.reads();
    let place = |words: &str| text.find(words).unwrap_or_else(|| panic!("{words}: {text}"));
    assert!(place("CAREER\r\n") < place("STACK\r\n") && place("STACK\r\n") < place("Come back"));
    assert_eq!(visitor.end(), Ending::Goodbye);
}

#[test]
fn another_width_is_that_of_the_next_page() {
    let mut visitor = Visitor::arrive_plain(WIDE);
    visitor.reads();
    visitor.event(Event::Resize(Size { width: 30, height: 10 }));
    assert_eq!(visitor.reads(), "", "what was said stays as it is");
    visitor.send("about\r");
    let page = visitor.reads();
    assert!(page.lines().all(|line| unicode_width::UnicodeWidthStr::width(line) <= 30), "{page}");
}

#[test]
fn silence_is_warned_of_in_a_line_and_then_ends() {
    let mut visitor = Visitor::arrive_plain(WIDE);
    visitor.reads();
    visitor.send("ab");
    visitor.reads();
    visitor.waits(minutes(9));
    assert_eq!(visitor.reads(), format!("\r\nStill there? One minute left.\r\n{PROMPT}ab"));
    visitor.waits(minutes(1));
    assert_eq!(visitor.end(), Ending::Idle);
    assert!(visitor.sees("ten minutes"));
}

#[test]
fn every_end_leaves_a_line() {
    for (event, expected, line) in [
        (Event::Input("!".into()), Ending::Failed, "sorry"),
        (Event::EndOfInput, Ending::Goodbye, "Come back"),
        (Event::Input("\x03".into()), Ending::Goodbye, "Come back"),
        (Event::Input("\x04".into()), Ending::Goodbye, "Come back"),
        (Event::HangUp, Ending::Gone, ""),
        (Event::Evicted, Ending::Evicted, "card is full"),
        (Event::Shutdown, Ending::Shutdown, "restarted"),
    ] {
        let mut visitor = Visitor::arrive_plain(WIDE);
        visitor.reads();
        visitor.received.clear();
        if expected == Ending::Failed {
            visitor = visitor.failing();
        }
        visitor.event(event);
        assert_eq!(visitor.end(), expected);
        assert!(visitor.sees(line) && !visitor.received.contains(&0x1b), "{line:?}");
        assert_eq!(visitor.received.is_empty(), expected == Ending::Gone);
    }
}

#[test]
fn a_flood_of_answers_costs_no_memory_and_a_deaf_visitor_is_hung_up() {
    let mut visitor = Visitor::arrive_plain(512);
    for _ in 0..200 {
        visitor.send(&"about\r".repeat(200));
        visitor.waits(millis(40));
    }
    visitor.waits(minutes(1));
    assert_eq!(visitor.session.ending(), Some(Ending::Stalled));
    assert!(visitor.held.len() <= 512, "{} bytes", visitor.held.len());
}

#[test]
fn a_slow_reader_gets_what_was_typed_ahead_and_not_more() {
    let mut visitor = Visitor::arrive_plain(64);
    // The greeting is still on its way; then as many answers as are kept, and many more.
    visitor.send(&"6\r".repeat(10_000));
    let told = visitor.reads().matches("That is no choice").count();
    assert!((128..400).contains(&told), "{told} answers");
    // Ctrl-C waits for nothing.
    visitor.send(&format!("{}\x03", "2\r".repeat(1_000)));
    assert_eq!(visitor.end(), Ending::Goodbye);
}

#[test]
fn choices_open_a_page_on_a_ground_without_motion() {
    let mut visitor = Visitor::choosing("career,mono", 80, 24, "xterm-256color", WIDE);
    let first = visitor.look().to_vec();
    assert!(visitor.sees("▌career"), "{}", visitor.contents());
    assert!(!String::from_utf8(first).unwrap().contains("38;5"), "no colour");
    // The logo flows, or a miniature runs; elsewhere, or still, nothing moves and nothing more is sent.
    for (words, quiet) in
        [("", false), ("still", true), ("stack", false), ("stack,still", true), ("career", true), ("card", false)]
    {
        let mut visitor = Visitor::choosing(words, 80, 24, "linux", WIDE);
        assert_eq!(visitor.frames(Duration::ZERO), 1, "the first frame came");
        assert_eq!(visitor.look().is_empty(), quiet, "{words:?}");
    }
}

#[test]
fn plain_lines_are_ascii_where_that_is_chosen_or_all_there_is() {
    for (words, term, expected) in [("plain,ascii", "xterm", true), ("plain", "vt100", true), ("plain", "xterm", false)]
    {
        let mut visitor = Visitor::choosing(words, 80, 24, term, WIDE);
        let mut said = visitor.reads();
        visitor.send("?\r3\r");
        said.push_str(&visitor.reads());
        visitor.send("q\r");
        assert_eq!(visitor.end(), Ending::Goodbye);
        said.push_str(std::str::from_utf8(&visitor.received).unwrap());
        assert_eq!(said.is_ascii(), expected, "{words} on {term}: {said}");
    }
}

#[test]
fn ascii_is_chosen() {
    let mut visitor = Visitor::choosing("ascii,still", 80, 24, "xterm-256color", WIDE);
    assert!(visitor.look().is_ascii());
}

#[test]
fn another_card_is_what_is_said_from_then_on() {
    let mut visitor = Visitor::arrive_plain(WIDE);
    let old = site();
    visitor.event(Event::Site(Arc::clone(&old)));
    visitor.reads();
    visitor.send("ab");
    visitor.reads();
    visitor.event(Event::Site(site()));
    assert_eq!(Arc::strong_count(&old), 1, "nothing keeps the old card");
    assert_eq!(visitor.reads(), "\r\nThe card was updated.\r\nYour choice: ab");
    visitor.send("out\r");
    assert!(visitor.reads().contains("ABOUT\r\n"), "what was typed stays");
}
