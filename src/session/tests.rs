mod pace;
mod pages;
mod photo;
mod plain;
mod title;

use super::*;

/// The card of an invented engineer, loaded anew.
fn site() -> Arc<Site> {
    Arc::new(crate::site::tests::another_engineer())
}

/// The visitor's side of a session: what is typed, what is seen, and the time. The line holds `line` bytes that the
/// visitor has not read.
struct Visitor {
    session: Session,
    now: Duration,
    terminal: vt100::Parser,
    /// What the line may hold, and what it holds.
    line: usize,
    held: Vec<u8>,
    /// What the system says of what is unacknowledged.
    unacknowledged: usize,
    ticks: usize,
    /// What was read since the last look.
    received: Vec<u8>,
}

impl Visitor {
    /// Arrives with a window and a line that holds `line` bytes.
    fn arrive(columns: u16, rows: u16, term: &str, line: usize) -> Self {
        Self::choosing("", columns, rows, term, line)
    }

    /// Arrives with choices in `LC_SSHCARD`.
    fn choosing(words: &str, columns: u16, rows: u16, term: &str, line: usize) -> Self {
        let mut environment = Environment::default();
        environment.set_term(term);
        environment.set("LC_SSHCARD", words);
        environment.set("LANG", "C.UTF-8");
        let preferences = Preferences::new(None, &environment, site().document());
        Self::opening(SessionOptions {
            site: site(),
            size: Size { width: columns, height: rows },
            environment,
            preferences,
            write_timeout: WRITE_TIMEOUT,
        })
        .with_line(line)
    }

    fn opening(options: SessionOptions) -> Self {
        let Size { width: columns, height: rows } = options.size;
        let mut terminal = vt100::Parser::new(rows.try_into().unwrap(), columns.try_into().unwrap(), 0);
        terminal.process(b"$ ssh card\r\n");
        Self {
            session: Session::new(options),
            now: Duration::ZERO,
            terminal,
            line: WIDE,
            held: Vec::new(),
            unacknowledged: 0,
            ticks: 0,
            received: Vec::new(),
        }
    }

    fn with_line(self, line: usize) -> Self {
        Self { line, ..self }
    }

    fn event(&mut self, event: Event) {
        self.session.handle(self.now, event);
    }

    /// Types, as a client sends it: when the session takes it.
    fn send(&mut self, bytes: &str) {
        self.work();
        self.event(Event::Input(Bytes::copy_from_slice(bytes.as_bytes())));
    }

    /// Does all that is due now, as a driver does it; whether something was.
    fn work(&mut self) -> bool {
        let mut worked = false;
        while self.session.ending().is_none() {
            let waiting = self.session.output();
            let taken = waiting.len().min(self.line - self.held.len());
            if taken > 0 {
                self.held.extend_from_slice(&waiting[..taken]);
                self.session.wrote(self.now, taken);
            } else if self.session.deadline() <= self.now {
                self.ticks += 1;
                if self.session.wants_line() {
                    self.event(Event::Line(None));
                }
                let unacknowledged = self.unacknowledged;
                self.event(Event::Tick { unacknowledged });
            } else {
                break;
            }
            worked = true;
        }
        worked
    }

    /// Time passes, and the visitor reads nothing; less of it, if the session ends.
    fn waits(&mut self, time: Duration) {
        let until = self.now + time;
        self.work();
        while self.session.ending().is_none() && self.session.deadline() <= until {
            self.now = self.session.deadline();
            assert!(self.work(), "a deadline has come, and nothing is due");
        }
        if self.session.ending().is_none() {
            self.now = until;
        }
    }

    /// Time passes, and the visitor reads all the while: how many frames came.
    fn frames(&mut self, time: Duration) -> usize {
        let (until, mut frames) = (self.now + time, 0);
        loop {
            let worked = self.work();
            frames += usize::from(!self.held.is_empty());
            self.terminal.process(&self.held);
            self.received.append(&mut self.held);
            if self.session.ending().is_some() {
                return frames;
            }
            if !worked {
                if self.session.deadline() > until {
                    self.now = until;
                    return frames;
                }
                self.now = self.session.deadline();
            }
        }
    }

    /// Types, and waits for the answer: how long that took.
    fn answered(&mut self, keys: &str) -> Duration {
        let begin = self.now;
        self.send(keys);
        self.work();
        while self.held.is_empty() {
            self.now = self.session.deadline();
            self.work();
        }
        let answered = self.now.saturating_sub(begin);
        self.frames(Duration::ZERO);
        answered
    }

    /// Reads until nothing has come for a quarter of a second, and gives what came.
    fn look(&mut self) -> &[u8] {
        self.received.clear();
        while self.frames(Duration::from_millis(250)) > 0 {}
        &self.received
    }

    fn contents(&self) -> String {
        self.terminal.screen().contents()
    }

    fn sees(&self, text: &str) -> bool {
        self.contents().contains(text)
    }

    /// Reads to the end, and tells how it ended.
    fn end(&mut self) -> Ending {
        self.received.clear();
        self.frames(Duration::from_secs(60));
        self.session.ending().expect("it ends within a minute")
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

    /// From now on a key makes the session fail.
    fn failing(mut self) -> Self {
        self.session.face = Box::new(Failing(self.session.face));
        self
    }
}

/// A face that panics at what is typed.
struct Failing(Box<dyn Face>);

impl Face for Failing {
    fn input(&mut self, _: Input, _: Duration, _: &mut Output) -> SessionFlow {
        panic!("a failure that a test made");
    }

    fn resize(&mut self, size: Size) {
        self.0.resize(size);
    }

    fn end_of_input(&mut self) -> SessionFlow {
        self.0.end_of_input()
    }

    fn renew(&mut self, site: &Arc<Site>) {
        self.0.renew(site);
    }

    fn tell_restart(&mut self, _: Duration) {}

    fn warn(&mut self, now: Duration, output: &mut Output) {
        self.0.warn(now, output);
    }

    fn tick(&mut self, now: Duration, unacknowledged: usize, calm: Duration, output: &mut Output) -> SessionFlow {
        self.0.tick(now, unacknowledged, calm, output)
    }

    fn deadline(&self, calm: Duration, output: &Output) -> Option<Duration> {
        self.0.deadline(calm, output)
    }

    fn leave(&mut self, ending: Ending, asks: bool, now: Duration, output: &mut Output) {
        self.0.leave(ending, asks, now, output);
    }

    fn input_after_leaving(&mut self, input: &Input) {
        self.0.input_after_leaving(input);
    }

    fn awaits_reply(&self) -> Option<Duration> {
        self.0.awaits_reply()
    }
}

/// A line that never fills.
const WIDE: usize = usize::MAX;
const HEADLINE: &str = "Speech networks,";

fn has(bytes: &[u8], sequence: &str) -> bool {
    bytes.windows(sequence.len()).any(|part| part == sequence.as_bytes())
}

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(60 * minutes)
}
