//! A visitor's whole session, in paused time, as a list of bytes tells it.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use bytes::Bytes;
use sshcard::session::{
    self, Cells, Choice, Choices, Content, Ending, Environment, Event, Events, Opening, PATIENCE, Size,
};
use tokio::{
    runtime::Builder,
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

use super::vetting;

/// Runs what `data` tells: a line with a user name, TERM and variables (parted by commas, as `visitor,xterm,LANG=C`),
/// then steps of a byte each with what belongs to it:
///
/// | byte, modulo 8 | step |
/// | --- | --- |
/// | 0 to 4 | the next byte's number of bytes arrives |
/// | 5 | the window has another size: two bytes of columns, two of rows |
/// | 6 | so many times 40 ms pass, [`LONGEST`] in all |
/// | 7 | the visitor's input ends |
///
/// # Panics
///
/// Where something reaches the terminal that is not on its list, or the terminal is not given back.
pub fn run(content: Arc<Content>, data: &[u8]) {
    let (line, steps) = data.split_at(data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len()));
    let line = String::from_utf8_lossy(line);
    let mut words = line.split(',');
    let chosen = words.next().and_then(Choice::of_user);
    let mut environment = Environment::default();
    environment.set_term(words.next().unwrap_or_default());
    for (name, value) in words.filter_map(|word| word.split_once('=')) {
        // A comma cannot stand in a value here, so that a plus does; other variables have none.
        environment.set(name, &value.replace('+', ","));
    }
    let choices = Choices::new(chosen, &environment);
    let mut script = Script::of(steps.get(1..).unwrap_or_default());
    let size = script.size;
    let opening = Opening {
        content,
        size,
        environment,
        choices,
        cells: Cells::new(0),
        patience: PATIENCE,
        shutdown: CancellationToken::new(),
    };
    let mut sent = Vec::new();
    let Ok(runtime) = Builder::new_current_thread().enable_time().start_paused(true).build() else { return };
    let ending = runtime.block_on(session::run(opening, &mut script, &mut sent));
    assert_ne!(ending, Ending::Failed, "the session failed");
    if let Err(why) = vetting::of_terminal(&sent) {
        panic!("{why}");
    }
    let contains = |sequence: &[u8]| sent.windows(sequence.len()).any(|sent| sent == sequence);
    assert!(!contains(b"\x1b[?1049h") || contains(b"\x1b[?25h\x1b[?1049l"), "the terminal is not given back");
}

/// A page may move all the while, and each frame of it is drawn.
const LONGEST: Duration = Duration::from_secs(15);

/// What the visitor does.
struct Script {
    size: Size,
    steps: VecDeque<Step>,
    until: Option<Instant>,
    waited: Duration,
    /// Whether there is nothing more to do than to say goodbye, and it is time.
    leaves: bool,
}

enum Step {
    Does(Event),
    Waits(Duration),
}

impl Script {
    fn of(data: &[u8]) -> Self {
        let mut rest = data.iter().copied();
        let mut number = || u32::from(rest.next().unwrap_or_default());
        let size = Size::clamped(number(), number());
        let mut steps = VecDeque::new();
        while let Some(kind) = rest.next() {
            let step = match kind % 8 {
                0..=4 => {
                    let length = rest.next().unwrap_or_default();
                    Step::Does(Event::Input(rest.by_ref().take(length.into()).collect()))
                }
                5 => {
                    let mut two =
                        || u32::from(rest.next().unwrap_or_default()) << 8 | u32::from(rest.next().unwrap_or_default());
                    Step::Does(Event::Resize(Size::clamped(two(), two())))
                }
                6 => Step::Waits(Duration::from_millis(40) * rest.next().unwrap_or_default().into()),
                _ => Step::Does(Event::End),
            };
            steps.push_back(step);
        }
        Self { size, steps, until: None, waited: Duration::ZERO, leaves: false }
    }
}

impl Events for Script {
    async fn next(&mut self) -> Event {
        loop {
            if let Some(until) = self.until {
                sleep_until(until).await;
                self.until = None;
            }
            match self.steps.pop_front() {
                Some(Step::Does(event)) => return event,
                Some(Step::Waits(time)) if self.waited + time <= LONGEST => {
                    self.waited += time;
                    self.until = Some(Instant::now() + time);
                }
                Some(Step::Waits(_)) => (),
                // Goodbye; and once more where that was taken for something else. Not at once, since time only passes
                // while everything waits.
                None if self.leaves => {
                    self.leaves = false;
                    return Event::Input(Bytes::from_static(b"\x03"));
                }
                None => (self.leaves, self.until) = (true, Some(Instant::now() + Duration::from_millis(100))),
            }
        }
    }
}
