//! A session's face: what is the same for pages and for plain lines.

use std::{sync::Arc, time::Duration};

use super::{
    ending::{Ending, Flow},
    output::Output,
};
use crate::{
    app::{LineStatus, Preferences},
    site::Site,
    terminal::{Size, capabilities::Environment, input::Input},
};

/// What a session opens with.
#[derive(Debug)]
pub struct Opening {
    /// What there is to see.
    pub site: Arc<Site>,
    /// The terminal's size at the start.
    pub size: Size,
    /// What the visitor's client said of its terminal.
    pub environment: Environment,
    /// What the visitor chose before.
    pub preferences: Preferences,
    /// How long the visitor may take nothing of the output that waits; [`WRITE_TIMEOUT`] as a rule.
    pub write_timeout: Duration,
}

/// How long a visitor usually may take nothing of what waits: longer than a bad line that is not broken keeps packets
/// back.
pub const WRITE_TIMEOUT: Duration = Duration::from_secs(30);

/// How a session shows the card: as pages or as plain lines. Whatever is shown goes to `output`.
pub(super) trait Face: Send {
    /// The visitor did something, or the terminal replied.
    fn input(&mut self, input: Input, now: Duration, output: &mut Output) -> Flow;

    /// The terminal has another size.
    fn resize(&mut self, size: Size);

    /// The visitor will send nothing more.
    fn end_of_input(&mut self) -> Flow;

    /// The card has changed: lets go of the old one. What the visitor reads stays on the screen until they do something.
    fn renew(&mut self, site: &Arc<Site>);

    /// Shows the card that [`Face::renew`] has brought.
    fn show_renewed(&mut self, _now: Duration) {}

    /// The card does not load any more: tells its owner why, where that can be seen. `None` takes it back.
    fn tell_fault(&mut self, _fault: Option<String>, _now: Duration) {}

    /// Tells that the server is about to restart.
    fn tell_restart(&mut self, now: Duration);

    /// Whether new figures of the connection are wanted.
    fn wants_line(&self) -> bool {
        false
    }

    /// Takes the figures of the connection.
    fn tell_line(&mut self, _line: Option<LineStatus>, _now: Duration) {}

    /// Warns that the session ends soon.
    fn warn(&mut self, now: Duration, output: &mut Output);

    /// Does what is due. What has happened is drawn from `calm` on at once, and before that at most 30 times a second.
    fn tick(&mut self, now: Duration, unacknowledged: usize, calm: Duration, output: &mut Output) -> Flow;

    /// When a tick is due next; `None` while nothing is to be done.
    fn deadline(&self, calm: Duration, output: &Output) -> Option<Duration>;

    /// Gives the terminal back, and leaves the last lines on it. `asks` says whether a reply would be read.
    fn leave(&mut self, ending: Ending, asks: bool, now: Duration, output: &mut Output);

    /// After [`Face::leave`], the terminal sent something.
    fn input_after_leaving(&mut self, _: &Input) {}

    /// Until when a reply is waited for, if the session ends; `None` if none is under way.
    fn awaits_reply(&self) -> Option<Duration> {
        None
    }
}
