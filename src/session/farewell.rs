//! A session's last moments: the terminal is given back, and one line stays on it.

use std::time::Duration;

use tokio::{
    io::{AsyncWrite, AsyncWriteExt as _},
    time::{Instant, sleep_until},
};

use super::{Content, Ending, Event, Events, Session};
use crate::terminal::{self, input::Input};

/// What a visitor who reads slowly gets to take the last bytes; the server's shutdown allows 10 s for all.
pub(super) const FAREWELL: Duration = Duration::from_secs(3);
/// How long replies that are still under way are waited for at the end, so that they do not land in the visitor's
/// shell: a round trip to the other side of the earth takes a third of it.
const LAST_REPLY: Duration = Duration::from_secs(1);

impl Session {
    /// Gives the terminal back and says the last line. Bounded in time; says nothing to a visitor who is gone.
    pub(super) async fn leave(
        &mut self,
        ending: Ending,
        events: &mut impl Events,
        outgoing: &mut (impl AsyncWrite + Unpin + Send),
    ) {
        if ending == Ending::Gone {
            return;
        }
        let line = last_line(ending, &self.content.edition(self.capabilities.look));
        let width = usize::from(self.model.size().width);
        terminal::leave(&self.capabilities, self.modes, &textwrap::wrap(&line, width), self.output.add());
        let end = Instant::now() + FAREWELL;
        let replies = self.clock.asked_at() + LAST_REPLY;
        loop {
            let waiting = self.output.waiting();
            let until = match (waiting.is_empty(), self.capabilities.asking()) {
                (true, false) => break,
                (true, true) => end.min(replies),
                (false, _) => end,
            };
            tokio::select! {
                written = outgoing.write(waiting), if !waiting.is_empty() => match written {
                    Ok(0) | Err(_) => return,
                    Ok(n) => self.wrote(n),
                },
                event = events.next() => match event {
                    Event::Gone => return,
                    Event::Resize(_) | Event::End | Event::Evicted => {}
                    Event::Input(bytes) => {
                        let capabilities = &mut self.capabilities;
                        self.decoder.feed(&bytes, &mut |input| {
                            if let Input::Reply(reply) = input {
                                // Nothing more is asked: the fence of what was asked is all that is waited for.
                                capabilities.learn_last(&reply);
                            }
                        });
                    }
                },
                () = sleep_until(until) => break,
            }
        }
        // A writer that is gone is no failure: there is nobody left to tell.
        let _ = outgoing.flush().await;
    }
}

/// The line that stays on the visitor's main screen.
pub(super) fn last_line(ending: Ending, content: &Content) -> String {
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
    format!("{why}{}", content.goodbye())
}
