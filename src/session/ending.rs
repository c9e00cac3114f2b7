//! The reasons for which a session ends, and the lines that it leaves on the screen.

use std::{borrow::Cow, ops::ControlFlow};

use textwrap::core::display_width;

use crate::{
    site::Site,
    typeset::{ascii, push_sentence},
};

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The visitor said goodbye.
    Goodbye,
    /// The connection is gone.
    Gone,
    /// Nothing was typed for too long.
    Idle,
    /// The session lasted too long.
    Overlong,
    /// The visitor took no output for too long.
    Stalled,
    /// Nothing was typed for a while, and another visitor got the place.
    Evicted,
    /// The server stops.
    Shutdown,
    /// A fault of the program; the terminal was restored.
    Failed,
}

/// Whether a session goes on, or how it ends.
pub(super) type SessionFlow = ControlFlow<Ending>;

/// The lines that stay on the visitor's main screen, in so many columns; a command among them is longer if need be.
/// `score` is the visitor's best result in a game.
pub(super) fn last_lines(
    ending: Ending,
    score: Option<&str>,
    site: &Site,
    in_ascii: bool,
    columns: u16,
) -> Vec<String> {
    let endings = &site.document().words.endings;
    let why = match ending {
        Ending::Goodbye | Ending::Gone | Ending::Stalled => "",
        Ending::Idle => &endings.idle,
        Ending::Overlong => &endings.overlong,
        Ending::Evicted => &endings.evicted,
        Ending::Shutdown => &endings.shutdown,
        Ending::Failed => &endings.failed,
    };
    let columns = usize::from(columns.max(1));
    let (goodbye, command) = site.goodbye();
    let mut last = why.to_owned();
    push_sentence(&mut last, &goodbye);
    // A score to tell others of stands by itself.
    let spell = |text| if in_ascii { ascii(text) } else { Cow::Borrowed(text) };
    let paragraphs = score.into_iter().chain([&*last]).map(spell);
    let mut lines: Vec<String> = Vec::new();
    for text in paragraphs {
        // After wrapping, no-break spaces would only be copied with the text.
        lines.extend(textwrap::wrap(&text, columns).iter().map(|line| line.replace('\u{a0}', " ")));
    }
    // A command that is broken into two lines cannot be copied.
    if let Some(command) = command {
        match lines.last_mut().filter(|line| display_width(line) + 1 + display_width(&command) <= columns) {
            Some(line) => line.extend([" ", &command]),
            None => lines.push(command),
        }
    }
    lines
}
