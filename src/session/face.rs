//! The trait that pages and plain lines implement.

use std::{sync::Arc, time::Duration};

use super::{
    ending::{Ending, SessionFlow},
    output::Output,
};
use crate::{
    app::{LineStatus, Preferences},
    site::Site,
    terminal::{Size, capabilities::Environment, input::Input},
};

/// What a session begins with.
#[derive(Debug)]
pub struct SessionOptions {
    /// The card.
    pub site: Arc<Site>,
    /// The size of the terminal's window.
    pub size: Size,
    /// The environment variables that the visitor's client sent.
    pub environment: Environment,
    /// What the visitor chose by user name and variables.
    pub preferences: Preferences,
    /// How long the visitor may take nothing of the waiting output; usually [`WRITE_TIMEOUT`].
    pub write_timeout: Duration,
}

/// How long a visitor may usually take nothing of the waiting output: longer than a bad line that is not broken delays
/// packets.
pub const WRITE_TIMEOUT: Duration = Duration::from_secs(30);

/// How a session shows the card: as pages or as plain lines. All output is appended to `output`.
pub(super) trait Face: Send {
    /// Handles input of the visitor or a reply of the terminal.
    fn input(&mut self, input: Input, now: Duration, output: &mut Output) -> SessionFlow;

    /// Handles a new size of the terminal's window.
    fn resize(&mut self, size: Size);

    /// Handles the end of the input.
    fn end_of_input(&mut self) -> SessionFlow;

    /// Replaces the card by a new one and drops the old one. Pages stay as they are on the screen until the next event
    /// that is drawn (a key, a resize, a step of an animation); plain lines tell it after the current line.
    fn renew(&mut self, site: &Arc<Site>);

    /// Shows the card that [`Face::renew`] has brought.
    fn show_renewed(&mut self, _now: Duration) {}

    /// Shows why the profile does not load any more, if the face has a place for it; `None` removes the message.
    fn tell_fault(&mut self, _fault: Option<String>, _now: Duration) {}

    /// Tells that the terminal put nothing on the clipboard; plain lines never ask for that.
    fn tell_not_copied(&mut self, _now: Duration) {}

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

    /// Does what is due. From `calm` on changes are drawn at once, before that at most 30 times a second.
    fn tick(&mut self, now: Duration, unacknowledged: usize, calm: Duration, output: &mut Output) -> SessionFlow;

    /// When the next tick is due; `None` while there is nothing to do.
    fn deadline(&self, calm: Duration, output: &Output) -> Option<Duration>;

    /// Restores the terminal and writes the last lines. `asks` says whether a reply of the terminal would be read.
    fn leave(&mut self, ending: Ending, asks: bool, now: Duration, output: &mut Output);

    /// Handles input after [`Face::leave`].
    fn input_after_leaving(&mut self, _: &Input) {}

    /// Until when the end of the session waits for a reply of the terminal; `None` if none is expected.
    fn awaits_reply(&self) -> Option<Duration> {
        None
    }
}
