//! Commands: `ssh host text` and the like.
//!
//! A command is looked up, never run: there is no shell, no file and no process behind it. Everything that can be answered was
//! rendered when the server started and is shared by all who ask.

use bytes::Bytes;

use crate::{
    formats::{self, Format},
    profile::{
        Page, Profile,
        characters::{alternatives, nearest},
    },
};

/// A command longer than this is not looked at. The longest that means anything has a dozen bytes.
const LONGEST: usize = 256;

/// At most this many characters of a command are shown again.
const SHOWN: usize = 32;

/// The status of a command that is not there, as shells have it (POSIX, Shell Command Language, section 2.8.2).
const NOT_FOUND: u32 = 127;

/// The command that says what there is.
const HELP: &str = "help";

/// What can be answered.
#[derive(Debug)]
pub(super) struct Answers {
    formats: Vec<(&'static str, Bytes)>,
    help: Bytes,
    text: Bytes,
}

/// What a command says, and how it ends.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    /// For standard output.
    pub(super) out: Bytes,
    /// For standard error.
    pub(super) err: Bytes,
    /// The exit status.
    pub(super) status: u32,
}

impl Answers {
    /// Renders the profile in every format.
    pub(super) fn new(profile: &Profile) -> Self {
        let formats: Vec<(_, Bytes)> =
            Format::ALL.iter().map(|(name, _, format)| (*name, formats::render(profile, *format).into())).collect();
        Self { formats, help: help(&profile.card.pages).into(), text: formats::render(profile, Format::Text).into() }
    }

    /// The whole card as text: what there is to see without a terminal.
    pub(super) fn text(&self) -> Answer {
        Answer { out: self.text.clone(), err: Bytes::new(), status: 0 }
    }

    /// The same for a terminal: no wider than it is.
    pub(super) fn text_within(&self, profile: &Profile, columns: u16) -> Answer {
        if columns >= formats::TEXT_WIDTH {
            return self.text();
        }
        Answer { out: formats::render_text(profile, columns).into(), err: Bytes::new(), status: 0 }
    }

    /// Answers a command. Spaces around it do not matter; none at all is a question for help.
    pub(super) fn answer(&self, command: &[u8]) -> Answer {
        let name = (command.len() <= LONGEST).then(|| command.trim_ascii());
        match name {
            Some(b"") => self.help(),
            Some(name) if name == HELP.as_bytes() => self.help(),
            _ => match self.formats.iter().find(|(format, _)| name == Some(format.as_bytes())) {
                Some((_, bytes)) => Answer { out: bytes.clone(), err: Bytes::new(), status: 0 },
                None => Answer { out: Bytes::new(), err: not_found(command).into(), status: NOT_FOUND },
            },
        }
    }

    fn help(&self) -> Answer {
        Answer { out: self.help.clone(), err: Bytes::new(), status: 0 }
    }
}

/// What there is to ask for, one line each: commands, and user names.
fn help(pages: &[Page]) -> String {
    let commands: Vec<_> = Format::ALL
        .iter()
        .map(|(name, about, _)| ((*name).to_owned(), *about))
        .chain([(HELP.to_owned(), "this list")])
        .collect();
    let pages: Vec<_> = pages.iter().map(|page| format!("{}@", page.name())).collect();
    let doors = [
        (pages.join(" "), "opens on that page"),
        ("plain@ text@".to_owned(), "prints the whole card as text"),
        ("light@ dark@ mono@".to_owned(), "for that ground, or without colour"),
        ("ascii@ still@".to_owned(), "without drawn lines, without motion"),
    ];
    format!(
        "ssh HOST opens the card in your terminal. ssh HOST COMMAND prints:\n\n{}\n\
         A user name opens it another way, as in ssh plain@HOST:\n\n{}",
        listed(&commands),
        listed(&doors)
    )
}

/// Two columns.
fn listed(rows: &[(String, &str)]) -> String {
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let lines: Vec<String> = rows.iter().map(|(name, about)| format!("  {name:width$}  {about}\n")).collect();
    lines.concat()
}

/// One line that says so, and names the command that was probably meant, or all that there are.
fn not_found(command: &[u8]) -> String {
    let shown = shown(command);
    let word = shown.split(' ').next().unwrap_or_default();
    let names = || Format::ALL.iter().map(|(name, ..)| *name).chain([HELP]);
    let remedy = match nearest(word, names()) {
        Some(HELP) => format!("`{HELP}` lists what there is"),
        Some(near) => format!("did you mean `{near}`? `{HELP}` lists what there is"),
        None => format!("it can be {}", alternatives(names())),
    };
    format!("sshcard: no command \"{shown}\"; {remedy}\n")
}

/// The beginning of a command, fit to be shown on a terminal: printable ASCII, and `?` for everything else.
pub(super) fn shown(command: &[u8]) -> String {
    let command = command.trim_ascii();
    let printable = |byte: &u8| if byte.is_ascii_graphic() || *byte == b' ' { char::from(*byte) } else { '?' };
    let mut shown: String = command.iter().take(SHOWN).map(printable).collect();
    if command.len() > SHOWN {
        shown.push_str("...");
    }
    shown
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
mod tests {
    use super::*;

    fn answers() -> Answers {
        Answers {
            formats: vec![("text", Bytes::from_static(b"the card\n"))],
            help: help(&Page::ALL).into(),
            text: Bytes::from_static(b"the card\n"),
        }
    }

    #[test]
    fn formats_and_help_are_answered() {
        let answers = answers();
        for command in [&b"text"[..], b" text ", b"text\n"] {
            assert_eq!(answers.answer(command), answers.text());
        }
        for command in [&b"help"[..], b"", b"  "] {
            let help = answers.answer(command);
            assert_eq!((help.status, help.err.len()), (0, 0));
            let help = String::from_utf8_lossy(&help.out).into_owned();
            assert!(Format::ALL.iter().all(|(name, about, _)| help.contains(name) && help.contains(about)), "{help}");
            assert!(["career@", "plain@", "light@"].iter().all(|door| help.contains(door)), "{help}");
            assert!(help.lines().all(|line| line.len() <= 80), "{help}");
        }
    }

    #[test]
    fn other_commands_are_one_clean_line_on_standard_error() {
        let long = vec![b'x'; 100_000];
        for (command, said) in [
            (&b"txet"[..], "sshcard: no command \"txet\"; did you mean `text`? `help` lists what there is\n"),
            (b"hepl", "sshcard: no command \"hepl\"; `help` lists what there is\n"),
            (b"text\0", "sshcard: no command \"text?\"; did you mean `text`? `help` lists what there is\n"),
            (b"\x1b]0;x\x07\xff", "sshcard: no command \"?]0;x??\"; "),
            (b"a\nb", "sshcard: no command \"a?b\"; it can be `text` or `help`\n"),
            (b"scp -t /tmp", "sshcard: no command \"scp -t /tmp\"; it can be `text` or `help`\n"),
            (&long, "sshcard: no command \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...\"; "),
        ] {
            let answer = answers().answer(command);
            let err = String::from_utf8_lossy(&answer.err).into_owned();
            assert!(err.starts_with(said), "{err}");
            assert!(err.ends_with('\n') && err.lines().count() == 1 && err.len() < 200, "{err}");
            assert!(!err.trim_end().contains(char::is_control), "{err:?}");
            assert_eq!((answer.out.len(), answer.status), (0, 127));
        }
    }

    #[test]
    fn lines_of_a_terminal_end_with_both() {
        for (text, expected) in [("a\nb\n", "a\r\nb\r\n"), ("a\r\nb", "a\r\nb"), ("\n\n", "\r\n\r\n"), ("", "")] {
            assert_eq!(with_carriage_returns(&Bytes::from_static(text.as_bytes())), expected);
        }
    }

    #[test]
    fn a_narrow_terminal_gets_narrow_text() {
        let profile = Profile::load(
            std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/profile")),
            &crate::exhibits::NAMES,
        )
        .unwrap();
        let answers = Answers::new(&profile);
        assert_eq!(answers.text_within(&profile, 200), answers.text());
        let narrow = answers.text_within(&profile, 40);
        let text = String::from_utf8_lossy(&narrow.out).into_owned();
        assert!(text.lines().all(|line| line.chars().count() <= 40), "{text}");
    }
}
