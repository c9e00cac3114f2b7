//! Commands: `ssh host text` and the like.
//!
//! A command is looked up, never run: there is no shell, no file and no process behind it. Everything that can be answered was
//! written when the server started and is shared by all who ask.

use anyhow::Result;
use bytes::Bytes;

use super::{admission::FULL, hostkey::HostKey, records::Kind};
use crate::{
    config::Config,
    formats::{Documents, Format, TEXT_WIDTH},
    profile::Profile,
};

mod notices;
pub(super) mod request;
mod shell;

use request::{Request, Wrong};

/// The status of a command that is not there, as shells have it (POSIX, Shell Command Language, section 2.8.2).
const NOT_FOUND: u32 = 127;

/// The status of a command with options that it does not have, as most programs have it.
const WRONG_USAGE: u32 = 2;

/// What a file transfer is told that was asked for on a terminal, which would show the protocol's bytes and the files.
const TRANSFER_ON_TERMINAL: &str = "sshcard: sftp and scp need a channel without a terminal; leave out -t\n";

/// What can be answered.
#[derive(Debug)]
pub struct Answers {
    documents: Documents,
    help: Bytes,
    hostkey: Bytes,
}

/// What a command says, and how it ends.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    /// For standard output.
    pub out: Bytes,
    /// For standard error.
    pub err: Bytes,
    /// The exit status.
    pub status: u32,
    /// What it is, for the log; never a word that a visitor said.
    pub(super) what: Kind,
    /// Whether it is lines of text.
    pub has_lines: bool,
}

/// Answers a command on the owner's machine as it would be answered over SSH. The configured host key is read where the
/// command asks for it, and never made. `to_terminal` says that standard output is a terminal: bytes for a file do not
/// go there.
///
/// # Errors
///
/// The host key cannot be used, or there is none.
pub fn print(profile: &Profile, command: &str, config: &Config, to_terminal: bool) -> Result<Answer> {
    let mut answers = Answers::of(profile, Bytes::new());
    if matches!(answers.request(command.as_bytes()), Ok(Request::HostKey)) {
        answers.hostkey = HostKey::read(config)?.announcement(profile.card.host()).into();
    }
    let answer = answers.answer(command.as_bytes(), None);
    Ok(if to_terminal { answer.on_terminal(command, "sshcard print") } else { answer })
}

/// What a file transfer is told on a channel with a terminal.
pub(super) fn transfer_on_terminal() -> Answer {
    refused(Kind::WrongOptions, TRANSFER_ON_TERMINAL.to_owned(), WRONG_USAGE)
}

impl Answer {
    /// The answer for a terminal: instead of bytes for a file, one line with what writes them to one. The answer is that
    /// to `command`, which `program` was given.
    fn on_terminal(self, command: &str, program: &str) -> Self {
        if self.has_lines {
            return self;
        }
        let words: Vec<_> = command.split_ascii_whitespace().collect();
        let command = words.join(" ");
        let line = format!("sshcard: `{command}` is for a file, not for a terminal: {program} {command} > FILE\n");
        refused(Kind::WrongOptions, line, WRONG_USAGE)
    }
}

impl Answers {
    /// What the answers are made of.
    pub(super) fn documents(&self) -> &Documents {
        &self.documents
    }

    /// Renders the profile in every format, and tells of the key.
    #[must_use]
    pub fn new(profile: &Profile, key: &HostKey) -> Self {
        Self::of(profile, key.announcement(profile.card.host()).into())
    }

    fn of(profile: &Profile, hostkey: Bytes) -> Self {
        let documents = Documents::new(profile);
        Self { help: notices::help(&documents).into(), hostkey, documents }
    }

    /// The whole card as text, what there is to see without a terminal; on one that is narrower, no wider than it is.
    pub(super) fn text(&self, columns: Option<u16>) -> Answer {
        let width = columns.map_or(TEXT_WIDTH, |columns| columns.min(TEXT_WIDTH));
        said(Kind::Text, self.documents.text(width))
    }

    /// Answers a command; `columns` is the width of the visitor's terminal, where there is one. Spaces around words do not
    /// matter; no word at all is a question for help.
    #[must_use]
    pub fn answer(&self, command: &[u8], columns: Option<u16>) -> Answer {
        let answer = self.answer_with(command, columns);
        if columns.is_none() {
            return answer;
        }
        answer.on_terminal(&String::from_utf8_lossy(command), "ssh -T HOST")
    }

    fn answer_with(&self, command: &[u8], columns: Option<u16>) -> Answer {
        match self.request(command) {
            Ok(Request::Document(Format::Text)) => self.text(columns),
            Ok(Request::Document(format)) => {
                let out = self.documents.get(format).unwrap_or_default();
                Answer { has_lines: format.has_lines(), ..said(format.into(), out) }
            }
            Ok(Request::Text { width }) => said(Kind::Text, self.documents.text(width)),
            Ok(Request::HostKey) => said(Kind::Hostkey, self.hostkey.clone()),
            Ok(Request::Help) => said(Kind::Help, self.help.clone()),
            Ok(Request::Privacy) => said(Kind::Privacy, Bytes::from_static(notices::PRIVACY.as_bytes())),
            Ok(Request::Version) => said(Kind::Version, Bytes::from_static(notices::VERSION.as_bytes())),
            Err(Wrong::Command(_)) if columns.is_some() && shell::is_for_a_shell(command) => {
                refused(Kind::NoCommand, request::no_shell(command), NOT_FOUND)
            }
            Err(Wrong::Command(line)) => refused(Kind::NoCommand, line, NOT_FOUND),
            Err(Wrong::Options(line)) => refused(Kind::WrongOptions, line, WRONG_USAGE),
        }
    }

    fn request(&self, command: &[u8]) -> Result<Request, Wrong> {
        request::parse(command, &self.documents)
    }
}

impl Answer {
    /// What is answered to whatever is asked for when there is no room. It is no session, and is counted as none.
    pub(super) fn full() -> Self {
        refused(Kind::NoCommand, FULL.to_owned(), 1)
    }
}

fn said(what: Kind, out: Bytes) -> Answer {
    Answer { out, err: Bytes::new(), status: 0, what, has_lines: true }
}

fn refused(what: Kind, line: String, status: u32) -> Answer {
    Answer { out: Bytes::new(), err: line.into(), status, what, has_lines: true }
}

/// Text for a terminal that is in raw mode, as it is behind a PTY: a line feed alone would leave the cursor in its column.
pub(super) fn with_carriage_returns(text: &Bytes) -> Bytes {
    let mut bytes = Vec::with_capacity(text.len() + text.len() / 32);
    let mut before = 0;
    for &byte in text {
        if byte == b'\n' && before != b'\r' {
            bytes.push(b'\r');
        }
        bytes.push(byte);
        before = byte;
    }
    bytes.into()
}

#[cfg(test)]
mod tests;
