//! A visitor's whole session as a list of bytes tells it.

use std::{mem, sync::Arc, time::Duration};

use bytes::Bytes;
use sshcard::{
    app::{Preferences, Word},
    session::{Ending, Environment, Event, SessionOptions, WRITE_TIMEOUT},
    site::Site,
    terminal::clamped_size,
};

use super::{driven::Driven, vetting};

/// Runs what `data` tells: a line with a user name, TERM and variables (parted by commas, as `visitor,xterm,LANG=C`),
/// then two bytes of columns and rows, then steps of a byte each with what belongs to it:
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
pub fn run(site: Arc<Site>, data: &[u8]) {
    let (line, steps) = data.split_at(data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len()));
    let line = String::from_utf8_lossy(line);
    let mut words = line.split(',');
    let chosen = words.next().and_then(|user| Word::of_user(user, site.document()));
    let mut environment = Environment::default();
    environment.set_term(words.next().unwrap_or_default());
    for (name, value) in words.filter_map(|word| word.split_once('=')) {
        // A comma cannot stand in a value here, so that a plus does; other variables have none.
        environment.set(name, &value.replace('+', ","));
    }
    let preferences = Preferences::new(chosen, &environment, site.document());
    let mut rest = steps.iter().copied().skip(1);
    let mut number = || u32::from(rest.next().unwrap_or_default());
    let size = clamped_size(number(), number());
    let opening = SessionOptions { site, size, environment, preferences, write_timeout: WRITE_TIMEOUT };
    let mut run = Run { driven: Driven::new(opening), sent: Vec::new() };
    while let Some(kind) = rest.next() {
        let mut number = || u32::from(rest.next().unwrap_or_default());
        match kind % 8 {
            0..=4 => {
                let length = number() as usize;
                run.input(rest.by_ref().take(length).collect());
            }
            5 => {
                let mut two = || number() << 8 | number();
                run.driven.handle(Event::Resize(clamped_size(two(), two())));
            }
            6 => {
                let time = Duration::from_millis(40) * number();
                run.wait(if run.driven.now + time <= LONGEST { time } else { Duration::ZERO });
            }
            _ => run.driven.handle(Event::EndOfInput),
        }
    }
    // Goodbye; and once more where that was taken for something else.
    for _ in 0..2 {
        run.input(Bytes::from_static(b"\x03"));
        run.wait(Duration::from_secs(4));
    }
    run.driven.handle(Event::Shutdown);
    run.wait(Duration::from_secs(4));
    let sent = mem::take(&mut run.sent);
    let ending = run.driven.session.ending();
    assert!(!matches!(ending, None | Some(Ending::Failed)), "it ended: {ending:?}");
    if let Err(why) = vetting::of_terminal(&sent) {
        panic!("{why}");
    }
    let contains = |sequence: &[u8]| sent.windows(sequence.len()).any(|sent| sent == sequence);
    assert!(!contains(b"\x1b[?1049h") || contains(b"\x1b[?25h\x1b[?1049l"), "the terminal is not given back");
}

/// A page may move all the while, and each frame of it is drawn.
const LONGEST: Duration = Duration::from_secs(15);

/// A session, and what was sent to the visitor.
struct Run {
    driven: Driven,
    sent: Vec<u8>,
}

impl Run {
    fn input(&mut self, bytes: Bytes) {
        self.driven.handle(Event::Input(bytes));
        self.wait(Duration::ZERO);
    }

    fn wait(&mut self, time: Duration) {
        self.driven.wait(time, |bytes| {
            self.sent.extend_from_slice(bytes);
            Bytes::new()
        });
    }
}
