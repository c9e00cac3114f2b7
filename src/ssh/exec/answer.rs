//! The output of a command.

use bytes::Bytes;

use crate::ssh::{admission::FULL, metrics::SessionKind};

/// The exit status of a command with wrong options, as of most programs.
const WRONG_USAGE: u32 = 2;

/// The most characters of a command that a message repeats.
const SHOWN: usize = 32;

/// The output of a command and its exit status.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    /// For standard output.
    pub out: Bytes,
    /// For standard error.
    pub err: Bytes,
    /// The exit status.
    pub status: u32,
    /// The kind of the answer, for the log; never a word of the visitor's.
    pub kind: SessionKind,
    /// Whether the output is lines of text.
    pub has_lines: bool,
}

impl Answer {
    /// The answer to a file transfer on a terminal, which would show the protocol's bytes and the files.
    pub(in crate::ssh) fn transfer_on_terminal() -> Self {
        wrong_usage("sftp and scp need a channel without a terminal; leave out -t")
    }

    /// The answer to every request when all places are taken. It is not counted as a session.
    pub(in crate::ssh) fn full() -> Self {
        refused(SessionKind::NoCommand, FULL.to_owned(), 1)
    }

    /// The answer on a terminal: in place of bytes for a file, a line that says how to write them to one. `command` is
    /// the command, and `program` what it was given to.
    pub(super) fn on_terminal(self, command: &str, program: &str) -> Self {
        if self.has_lines {
            return self;
        }
        let words: Vec<_> = command.split_ascii_whitespace().collect();
        let command = words.join(" ");
        wrong_usage(&format!("`{command}` is for a file, not for a terminal: {program} {command} > FILE"))
    }
}

pub(super) fn said(kind: SessionKind, out: Bytes) -> Answer {
    Answer { out, err: Bytes::new(), status: 0, kind, has_lines: true }
}

pub(super) fn refused(kind: SessionKind, line: String, status: u32) -> Answer {
    Answer { out: Bytes::new(), err: line.into(), status, kind, has_lines: true }
}

pub(super) fn wrong_usage(why: &str) -> Answer {
    refused(SessionKind::WrongOptions, format!("sshcard: {why}\n"), WRONG_USAGE)
}

pub(super) fn quoted(word: &str) -> String {
    format!("\"{}\"", shown(word.as_bytes()))
}

/// The beginning of a visitor's command, safe for a terminal: printable ASCII, and `?` for every other byte.
pub(in crate::ssh) fn shown(said: &[u8]) -> String {
    let said = said.trim_ascii();
    let printable = |byte: &u8| if byte.is_ascii_graphic() || *byte == b' ' { char::from(*byte) } else { '?' };
    let mut shown: String = said.iter().take(SHOWN).map(printable).collect();
    if said.len() > SHOWN {
        shown.push_str("...");
    }
    shown
}
