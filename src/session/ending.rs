//! Why a session ended, and what it says then.

use std::{borrow::Cow, ops::ControlFlow};

use textwrap::core::display_width;

use crate::{site::Site, typeset::ascii};

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The visitor said goodbye.
    Goodbye,
    /// The visitor's end of the line went away.
    Gone,
    /// Nothing was typed for too long.
    Idle,
    /// It took too long.
    Overlong,
    /// The visitor stopped reading.
    Stalled,
    /// Nothing was typed for a while, and another visitor needed the place.
    Evicted,
    /// The server stops.
    Shutdown,
    /// The session failed; its terminal was put back.
    Failed,
}

/// Whether a session goes on, or how it ends.
pub(super) type Flow = ControlFlow<Ending>;

/// The lines that stay on the visitor's main screen, in so many columns; a command among them is longer if need be.
/// `score` is the visitor's best result in a game.
pub(super) fn last_lines(
    ending: Ending,
    score: Option<&str>,
    site: &Site,
    in_ascii: bool,
    columns: u16,
) -> Vec<String> {
    let why = match ending {
        Ending::Goodbye | Ending::Gone | Ending::Stalled => "",
        Ending::Idle => "Nothing was typed for ten minutes, so the line was hung up. ",
        Ending::Overlong => "An hour has passed, so the line was hung up. ",
        Ending::Evicted => {
            "The card is full and nothing was typed for a while, so another visitor has this place; come back later. "
        }
        Ending::Shutdown => "The card is being restarted; try again in a minute. ",
        Ending::Failed => "Something failed on the card's side; sorry. ",
    };
    let columns = usize::from(columns.max(1));
    let (text, command) = site.goodbye();
    let score = score.map(|score| format!("{score} ")).unwrap_or_default();
    let text = format!("{why}{score}{text}");
    let text = if in_ascii { ascii(&text).into_owned() } else { text };
    let mut lines: Vec<_> = textwrap::wrap(&text, columns).into_iter().map(Cow::into_owned).collect();
    // A command that is broken into two lines cannot be copied.
    if let Some(command) = command {
        match lines.last_mut().filter(|line| display_width(line) + 1 + display_width(&command) <= columns) {
            Some(line) => line.extend([" ", &command]),
            None => lines.push(command),
        }
    }
    lines
}
