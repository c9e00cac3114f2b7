//! The server's side of the original scp protocol, which `scp -O` and old clients use: the client runs `scp -f PATH`
//! here and is sent files.
//!
//! The protocol is documented only by OpenSSH's `scp.c`, whose functions `source`, `sink` and `response` this follows.
//! A line announces each file, its bytes follow, and a zero byte ends them; the client answers each of the three steps
//! with a byte. No program runs and no shell reads the path: it is looked up among the [`Files`].

use std::{collections::VecDeque, sync::Arc, vec};

use bytes::{Buf as _, Bytes};
use wildmatch::WildMatch;

use super::{
    ending::SessionEnd,
    exec::shown,
    files::{CardFile, DIRECTORY_MODE, Directory, FILE_MODE, Files, PathError, PathTarget},
    transfer::{PIECE, Protocol, Received, TransferStep},
};

mod command;

pub use command::ScpCommand;

/// A transfer to one client.
#[derive(Debug)]
pub struct Scp {
    files: Arc<Files>,
    plan: vec::IntoIter<PlanItem>,
    times: bool,
    /// The item under way, and what is still to be sent of it; no message is empty.
    item: Option<PlanItem>,
    messages: VecDeque<ScpMessage>,
    /// Whether the client has to answer before anything else is sent.
    waiting: bool,
    /// Whether something that was asked for was not sent, or not taken.
    refused: bool,
}

/// A step of the transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
enum PlanItem {
    File(CardFile),
    /// The directory of this name: until its [`PlanItem::Leave`] follows what is in it.
    Enter(String),
    Leave,
    /// A complaint, without what goes before and after it.
    Complaint(String),
}

/// Bytes, and whether the client answers when it has them.
#[derive(Debug)]
struct ScpMessage {
    bytes: Bytes,
    answered: bool,
}

/// What a client answers.
enum Acknowledgement {
    Yes,
    /// 1, a warning: the client goes on without this file.
    No,
    /// 2, an error: the client ends the transfer.
    Never,
}

/// What may stand in a client's complaint, in bytes. `scp.c` reads 2048 of ours.
const LONGEST_COMPLAINT: usize = 2048;

impl Protocol for Scp {
    fn next(&mut self, received: &mut Received) -> TransferStep {
        if self.waiting {
            match reply(received) {
                Ok(None) => return TransferStep::Receive,
                Ok(Some(Acknowledgement::Yes)) => (),
                Ok(Some(Acknowledgement::No)) => self.skip(),
                Ok(Some(Acknowledgement::Never)) => return TransferStep::End(SessionEnd::Refused),
                Err(end) => return TransferStep::End(end),
            }
            self.waiting = false;
        }
        if self.messages.is_empty()
            && let Some(item) = self.plan.next()
        {
            self.begin(item);
        }
        let Some(message) = self.messages.front_mut() else {
            return TransferStep::End(if self.refused { SessionEnd::Refused } else { SessionEnd::Goodbye });
        };
        let piece = message.bytes.split_to(message.bytes.len().min(PIECE));
        if message.bytes.is_empty() {
            self.waiting = message.answered;
            self.messages.pop_front();
        }
        TransferStep::Send(piece)
    }
}

/// Takes a reply off what was received; `None` if it has not all come yet.
fn reply(received: &mut Received) -> Result<Option<Acknowledgement>, SessionEnd> {
    let reply = match received.bytes.first() {
        None => return Ok(None),
        Some(0) => {
            received.bytes.advance(1);
            return Ok(Some(Acknowledgement::Yes));
        }
        Some(1) => Acknowledgement::No,
        Some(2) => Acknowledgement::Never,
        Some(_) => return Err(SessionEnd::Malformed),
    };
    // The text of the complaint is skipped.
    match received.bytes.iter().position(|byte| *byte == b'\n') {
        Some(end) => {
            received.bytes.advance(end + 1);
            Ok(Some(reply))
        }
        None if received.bytes.len() > LONGEST_COMPLAINT => Err(SessionEnd::Malformed),
        None => Ok(None),
    }
}

impl Scp {
    /// Sends what a command asks for.
    #[must_use]
    pub fn new(files: Arc<Files>, command: &ScpCommand) -> Self {
        let (plan, times) = match command {
            ScpCommand::Upload => {
                (vec![PlanItem::Complaint("permission denied: this card is read-only".to_owned())], false)
            }
            ScpCommand::Download { paths, recursive, times } => {
                (paths.iter().flat_map(|path| items(&files, path, *recursive)).collect(), *times)
            }
        };
        // A client that fetches says the first word, and one that sends waits for it.
        let waiting = matches!(command, ScpCommand::Download { .. });
        let (plan, messages) = (plan.into_iter(), VecDeque::new());
        Self { files, plan, times, item: None, messages, waiting, refused: false }
    }

    fn begin(&mut self, item: PlanItem) {
        let time = self.files.time();
        let times = self.times && matches!(item, PlanItem::File(_) | PlanItem::Enter(_));
        self.item = Some(item.clone());
        self.refused |= matches!(item, PlanItem::Complaint(_));
        // Nobody answers a complaint; and of a file only its name and its end are answered.
        let (line, answered, content) = match item {
            PlanItem::File(CardFile { name, content }) => {
                (format!("C{:04o} {} {name}\n", FILE_MODE & PERMISSIONS, content.len()), true, Some(content))
            }
            PlanItem::Enter(name) => (format!("D{:04o} 0 {name}\n", DIRECTORY_MODE & PERMISSIONS), true, None),
            PlanItem::Leave => ("E\n".to_owned(), true, None),
            PlanItem::Complaint(complaint) => (format!("\x01scp: {complaint}\n"), false, None),
        };
        if times {
            self.messages.push_back(ScpMessage { bytes: format!("T{time} 0 {time} 0\n").into(), answered: true });
        }
        self.messages.push_back(ScpMessage { bytes: line.into(), answered });
        if let Some(content) = content {
            if !content.is_empty() {
                self.messages.push_back(ScpMessage { bytes: content, answered: false });
            }
            self.messages.push_back(ScpMessage { bytes: Bytes::from_static(b"\0"), answered: true });
        }
    }

    fn skip(&mut self) {
        self.refused = true;
        self.messages.clear();
        if matches!(self.item, Some(PlanItem::Enter(_))) {
            // All that is in the directory goes with it.
            let mut depth = 1_usize;
            self.plan.by_ref().find(|item| {
                match item {
                    PlanItem::Enter(_) => depth += 1,
                    PlanItem::Leave => depth = depth.saturating_sub(1),
                    _ => {}
                }
                depth == 0
            });
        }
    }
}

/// The bits of a mode that are no type.
const PERMISSIONS: u32 = 0o777;

/// What a path asks for: a file, all of them, or those that a pattern fits.
fn items(files: &Files, path: &str, recursive: bool) -> Vec<PlanItem> {
    let complaint = |why| vec![PlanItem::Complaint(format!("{}: {why}", shown(path.as_bytes())))];
    match files.find(path) {
        Ok(PathTarget::File(file)) => vec![PlanItem::File(file)],
        Ok(PathTarget::Directory(directory)) if recursive => all_of(&directory),
        Ok(PathTarget::Directory(_)) => complaint("not a regular file"),
        Err(PathError::Denied) => complaint("Permission denied"),
        Err(PathError::NotFound) => {
            let path = files.canonical(path).unwrap_or_default();
            let (directory, pattern) = path.rsplit_once('/').unwrap_or_default();
            // `?` is any character, `*` any number of them.
            let pattern = WildMatch::new(pattern);
            let mut fitting = Vec::new();
            if let Ok(PathTarget::Directory(directory)) = files.find(directory) {
                let inner = directory.directories.iter().filter(|inner| recursive && pattern.matches(&inner.name));
                fitting.extend(inner.flat_map(|inner| all_of(inner)));
                let files = directory.files.iter().filter(|file| pattern.matches(file.name));
                fitting.extend(files.cloned().map(PlanItem::File));
            }
            if fitting.is_empty() { complaint("No such file or directory") } else { fitting }
        }
    }
}

/// A directory with all that is in it.
fn all_of(directory: &Directory) -> Vec<PlanItem> {
    let inner = directory.directories.iter().flat_map(|inner| all_of(inner));
    let files = directory.files.iter().cloned().map(PlanItem::File);
    [PlanItem::Enter(directory.name.clone())].into_iter().chain(inner).chain(files).chain([PlanItem::Leave]).collect()
}

#[cfg(test)]
mod tests;
