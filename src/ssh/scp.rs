//! The old protocol of scp, which `scp -O` and old clients speak: the client runs `scp -f PATH` here and is sent files.
//!
//! It was never written down but in OpenSSH's `scp.c`, whose functions `source`, `sink` and `response` are what this
//! follows. A line announces each file, its bytes follow, and a zero byte says that they are all; the client answers
//! each of the three steps with a byte. No program runs and no shell reads the path: it is looked up among the
//! [`Files`].

use std::{mem, sync::Arc, vec};

use bytes::{Buf as _, Bytes};

use super::{
    ending::SessionEnd,
    exec::shown,
    files::{File, Files, Nowhere, Place},
    transfer::{Next, PIECE, Protocol, Received},
};

mod command;

pub use command::Command;

/// What is sent to one client.
#[derive(Debug)]
pub struct Scp {
    files: Arc<Files>,
    plan: vec::IntoIter<Item>,
    times: bool,
    state: State,
    /// Whether something that was asked for was not sent, or not taken.
    refused: bool,
}

/// One thing to send.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Item {
    File(File),
    /// The directory of all files: until [`Item::Leave`] follows what is in it.
    Enter,
    Leave,
    /// A complaint, without what goes before and after it.
    Complaint(String),
}

#[derive(Debug)]
enum State {
    /// The next item may be announced.
    Free,
    /// The times of this item were announced, and the item comes next.
    Timed(Item),
    /// A file was announced, and this is what it holds.
    Announced(Bytes),
    /// This is still to be sent of a file.
    Sending(Bytes),
    /// The directory was announced.
    Entered,
    /// All was sent of something.
    Sent,
}

/// What a client answers.
enum Answer {
    Yes,
    /// It will do without, and has said so to its user.
    No,
    /// It has given up.
    Never,
}

/// What may stand in a client's complaint, in bytes. `scp.c` reads 2048 of ours.
const LONGEST_COMPLAINT: usize = 2048;

/// What the directory is called where a name is needed, as by a client that fetches all of it. `.` would be its name
/// for itself, and is refused by clients as a name (CVE-2018-20685).
const DIRECTORY: &str = "card";

impl Protocol for Scp {
    fn next(&mut self, received: &mut Received) -> Next {
        loop {
            match mem::replace(&mut self.state, State::Free) {
                State::Free => return self.announce_next(),
                State::Sending(mut rest) if !rest.is_empty() => {
                    let piece = rest.split_to(rest.len().min(PIECE));
                    self.state = State::Sending(rest);
                    return Next::Send(piece);
                }
                State::Sending(_) => {
                    self.state = State::Sent;
                    return Next::Send(Bytes::from_static(b"\0"));
                }
                // Everything else waits for an answer.
                state => match answer(received) {
                    Ok(None) => {
                        self.state = state;
                        return Next::Receive;
                    }
                    Ok(Some(Answer::Yes)) => match state {
                        State::Timed(item) => return self.announce(item),
                        State::Announced(content) => self.state = State::Sending(content),
                        _ => (),
                    },
                    Ok(Some(Answer::No)) => {
                        self.refused = true;
                        if matches!(state, State::Entered | State::Timed(Item::Enter)) {
                            self.plan.by_ref().find(|item| *item == Item::Leave);
                        }
                    }
                    Ok(Some(Answer::Never)) => return Next::End(SessionEnd::Refused),
                    Err(end) => return Next::End(end),
                },
            }
        }
    }
}

/// Takes an answer off what was received; `None` if it has not all come yet.
fn answer(received: &mut Received) -> Result<Option<Answer>, SessionEnd> {
    let answer = match received.bytes.first() {
        None => return Ok(None),
        Some(0) => {
            received.bytes.advance(1);
            return Ok(Some(Answer::Yes));
        }
        Some(1) => Answer::No,
        Some(2) => Answer::Never,
        Some(_) => return Err(SessionEnd::Malformed),
    };
    // What it complains of is its own affair.
    match received.bytes.iter().position(|byte| *byte == b'\n') {
        Some(end) => {
            received.bytes.advance(end + 1);
            Ok(Some(answer))
        }
        None if received.bytes.len() > LONGEST_COMPLAINT => Err(SessionEnd::Malformed),
        None => Ok(None),
    }
}

impl Scp {
    /// Sends what a command asks for.
    #[must_use]
    pub fn new(files: Arc<Files>, command: &Command) -> Self {
        let (plan, state) = match command {
            // The client waits for a word, and says none itself.
            Command::Upload => {
                (vec![Item::Complaint("permission denied: this card is read-only".to_owned())], State::Free)
            }
            // The client says the first.
            Command::Download { paths, recursive, .. } => {
                (paths.iter().flat_map(|path| items(&files, path, *recursive)).collect(), State::Sent)
            }
        };
        let times = matches!(command, Command::Download { times: true, .. });
        Self { files, plan: plan.into_iter(), times, state, refused: false }
    }

    fn announce_next(&mut self) -> Next {
        let Some(item) = self.plan.next() else {
            return Next::End(if self.refused { SessionEnd::Refused } else { SessionEnd::Goodbye });
        };
        if self.times && matches!(item, Item::File(_) | Item::Enter) {
            let time = self.files.time();
            self.state = State::Timed(item);
            return Next::Send(format!("T{time} 0 {time} 0\n").into());
        }
        self.announce(item)
    }

    fn announce(&mut self, item: Item) -> Next {
        let line = match item {
            Item::File(file) => {
                let (name, content) = (file.name, file.content.clone());
                let line = format!("C{:04o} {} {name}\n", permissions(&Place::File(file)), content.len());
                self.state = State::Announced(content);
                line
            }
            Item::Enter => {
                self.state = State::Entered;
                format!("D{:04o} 0 {DIRECTORY}\n", permissions(&Place::Root))
            }
            Item::Leave => {
                self.state = State::Sent;
                "E\n".to_owned()
            }
            // Nobody answers to this.
            Item::Complaint(complaint) => {
                self.refused = true;
                format!("\x01scp: {complaint}\n")
            }
        };
        Next::Send(line.into())
    }
}

/// The permissions of a place, without its type.
const fn permissions(place: &Place) -> u32 {
    place.mode() & 0o777
}

/// What a path asks for: a file, all of them, or those that a pattern fits.
fn items(files: &Files, path: &str, recursive: bool) -> Vec<Item> {
    let complaint = |why| vec![Item::Complaint(format!("{}: {why}", shown(path.as_bytes())))];
    match files.find(path) {
        Ok(Place::File(file)) => vec![Item::File(file)],
        Ok(Place::Root) if recursive => {
            let all = files.all().iter().cloned().map(Item::File);
            [Item::Enter].into_iter().chain(all).chain([Item::Leave]).collect()
        }
        Ok(Place::Root) => complaint("not a regular file"),
        Err(Nowhere::Denied) => complaint("Permission denied"),
        Err(Nowhere::NotFound) => {
            let pattern = Files::canonical(path).unwrap_or_default();
            let pattern = pattern.trim_start_matches('/');
            let fitting = files.all().iter().filter(|file| fits(pattern.as_bytes(), file.name.as_bytes()));
            let fitting: Vec<_> = fitting.cloned().map(Item::File).collect();
            if fitting.is_empty() { complaint("No such file or directory") } else { fitting }
        }
    }
}

/// Whether a pattern fits a name: `?` is any byte, `*` any number of them.
fn fits(pattern: &[u8], name: &[u8]) -> bool {
    // Only the last star need ever be tried again: what fits before it fits there for good.
    let (mut pattern, mut name) = (pattern, name);
    let mut again: Option<(&[u8], &[u8])> = None;
    loop {
        match (pattern.split_first(), name.split_first()) {
            (Some((b'*', after)), _) => {
                again = Some((after, name));
                pattern = after;
            }
            (Some((wanted, after)), Some((byte, rest))) if *wanted == b'?' || wanted == byte => {
                (pattern, name) = (after, rest);
            }
            (None, None) => return true,
            _ => {
                let Some((after, [_, rest @ ..])) = again else { return false };
                again = Some((after, rest));
                (pattern, name) = (after, rest);
            }
        }
    }
}

#[cfg(test)]
mod tests;
