//! Commands: `ssh host text` and the like.
//!
//! A command is looked up, never run: there is no shell, no file and no process behind it. The answers are made of the
//! card once and shared by all visitors. Words are separated by spaces; there is no quoting, since no command has a
//! space in it.

use std::sync::{Arc, OnceLock};

use anyhow::Result;
use bytes::Bytes;

use super::{
    admission::FULL,
    hostkey::{HostKey, KeyPlace},
    metrics::SessionKind,
};
use crate::{
    app::{OpenedExhibit, postcard},
    document::{Document, Language},
    formats::{self, TEXT_WIDTH, WIDEST},
    profile::characters::{alternatives, nearest},
    site::Site,
};

mod notices;
mod shell;

pub use notices::POSTCARD;

/// The exit status of an unknown command, as of shells (POSIX, Shell Command Language, section 2.8.2).
const NOT_FOUND: u32 = 127;

/// The exit status of a command with wrong options, as of most programs.
const WRONG_USAGE: u32 = 2;

/// The longest command that is parsed, in bytes. The longest that exists has two dozen.
const LONGEST: usize = 256;

/// The most characters of a command that a message repeats.
const SHOWN: usize = 32;

/// The narrowest that text is set on request, in cells; narrower, words would be cut.
const NARROWEST: u16 = 20;

/// The answers to all commands, in one language.
#[derive(Debug)]
pub struct Answers {
    /// The card in one language.
    site: Arc<Site>,
    /// The notices: command, kind, and text.
    notices: [(&'static str, SessionKind, Bytes); 4],
    /// The postcard on each of [`notices::GROUNDS`], drawn when it is first asked for; see [`Answers::has_to_draw`].
    postcards: [OnceLock<Bytes>; notices::GROUNDS.len()],
    /// The answers in the card's other languages. These have no translations of their own.
    translations: Vec<Self>,
}

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
    pub what: SessionKind,
    /// Whether the output is lines of text.
    pub has_lines: bool,
}

/// Answers a command on the owner's machine as it would be answered over SSH. `load` loads the profile; a notice is
/// answered without one. The host key is read if the command is about it, and never created. `to_terminal` says that
/// standard output is a terminal, to which no bytes for a file are written.
///
/// # Errors
///
/// The profile does not load; the host key cannot be used, or there is none.
pub fn print(
    load: impl FnOnce() -> Result<Document>,
    command: &str,
    key: &KeyPlace,
    to_terminal: bool,
) -> Result<Answer> {
    let document = match load() {
        Ok(document) => document,
        // Without a card there are only notices.
        Err(error) => {
            let answers = Answers::of(&Arc::new(Site::new(Document::default())), String::new());
            return answers.notice(command).filter(|answer| answer.what != SessionKind::Hostkey).ok_or(error);
        }
    };
    let site = Arc::new(Site::new(document));
    let keyless = Answers::of(&site, String::new());
    let (_, words) = keyless.addressed(command.as_bytes()).unwrap_or((&keyless, command.as_bytes()));
    let answers = if words.trim_ascii().split(u8::is_ascii_whitespace).next() == Some(b"hostkey") {
        Answers::new(&site, &HostKey::read(key)?)
    } else {
        keyless
    };
    let answer = answers.answer(command.as_bytes(), None);
    Ok(if to_terminal { answer.on_terminal(command, "sshcard print") } else { answer })
}

impl Answer {
    /// The answer to a file transfer on a terminal, which would show the protocol's bytes and the files.
    pub(super) fn transfer_on_terminal() -> Self {
        wrong_usage("sftp and scp need a channel without a terminal; leave out -t")
    }

    /// The answer to every request when all places are taken. It is not counted as a session.
    pub(super) fn full() -> Self {
        refused(SessionKind::NoCommand, FULL.to_owned(), 1)
    }

    /// The answer on a terminal: in place of bytes for a file, a line that says how to write them to one. `command` is
    /// the command, and `program` what it was given to.
    fn on_terminal(self, command: &str, program: &str) -> Self {
        if self.has_lines {
            return self;
        }
        let words: Vec<_> = command.split_ascii_whitespace().collect();
        let command = words.join(" ");
        wrong_usage(&format!("`{command}` is for a file, not for a terminal: {program} {command} > FILE"))
    }
}

/// The commands that print a notice about the server. No page can have one of these names.
pub const NOTICES: [&str; 4] = {
    let [(hostkey, _), (privacy, _), (version, _), (help, _)] = notices::NOTICES;
    [hostkey, privacy, version, help]
};

impl Answers {
    /// The answers of a site and a host key.
    #[must_use]
    pub fn new(site: &Arc<Site>, key: &HostKey) -> Self {
        Self::of(site, key.announcement(site.document().card.host()))
    }

    fn of(card: &Arc<Site>, hostkey: String) -> Self {
        let hostkey = Bytes::from(hostkey);
        let edition = |site: &Arc<Site>| {
            let [of_key, privacy, version, help] = NOTICES;
            let notices = [
                (of_key, SessionKind::Hostkey, hostkey.clone()),
                (help, SessionKind::Help, notices::help(site, card.document(), true).into()),
                (privacy, SessionKind::Privacy, notices::PRIVACY.into()),
                (version, SessionKind::Version, notices::VERSION.into()),
            ];
            Self { site: Arc::clone(site), notices, postcards: Default::default(), translations: Vec::new() }
        };
        Self { translations: card.editions().skip(1).map(edition).collect(), ..edition(card) }
    }

    /// The answers in this language; in the card's first one if it does not have `language`, or none is asked for.
    pub(super) fn in_language(&self, language: Option<&Language>) -> &Self {
        let is = |answers: &&Self| Some(&answers.site.document().language) == language;
        self.translations.iter().find(is).unwrap_or(self)
    }

    /// What there is to ask for where no user name can be given.
    pub(super) fn commands(&self, language: Option<&Language>) -> String {
        notices::help(&self.in_language(language).site, self.site.document(), false)
    }

    /// The answers in the language that the first word of a command names, and the rest of the command; `None` if that
    /// word names no language, or the card has only one.
    fn addressed<'c>(&self, command: &'c [u8]) -> Option<(&Self, &'c [u8])> {
        let command = command.trim_ascii();
        let tag = command.split(u8::is_ascii_whitespace).next().filter(|_| !self.translations.is_empty())?;
        let is = |answers: &&Self| answers.site.document().language.tag().as_bytes().eq_ignore_ascii_case(tag);
        let answers = [self].into_iter().chain(&self.translations).find(is)?;
        Some((answers, command.get(tag.len()..)?))
    }

    /// The whole card as text: the answer to a visitor without a terminal. It is no wider than a narrow terminal.
    pub(super) fn text(&self, columns: Option<u16>) -> Answer {
        let width = columns.map_or(TEXT_WIDTH, |columns| columns.min(TEXT_WIDTH));
        said(SessionKind::Text, self.site.renditions().text(width))
    }

    /// Answers a command in the language that its first word names, else in the card's first one. `columns` is the
    /// width of the visitor's terminal, if there is one. An empty command means `help`.
    #[must_use]
    pub fn answer(&self, command: &[u8], columns: Option<u16>) -> Answer {
        self.answer_in(None, command, columns)
    }

    /// Answers a command in the language that its first word names, else in `language`.
    pub(super) fn answer_in(&self, language: Option<&Language>, command: &[u8], columns: Option<u16>) -> Answer {
        let (answers, rest) = self.addressed(command).unwrap_or_else(|| (self.in_language(language), command));
        let (Ok(answer) | Err(answer)) = answers.look_up(rest, columns);
        match columns {
            Some(_) => answer.on_terminal(&String::from_utf8_lossy(command), "ssh -T HOST"),
            None => answer,
        }
    }

    /// Whether the answer without a terminal needs a picture that is not drawn yet. Drawing takes a fifth of a second.
    pub(super) fn has_to_draw(&self, language: Option<&Language>, command: &[u8]) -> bool {
        let (answers, rest) = self.addressed(command).unwrap_or_else(|| (self.in_language(language), command));
        let words = std::str::from_utf8(rest).ok().filter(|text| text.len() <= LONGEST).unwrap_or_default();
        let mut words = words.split_ascii_whitespace();
        words.next() == Some(POSTCARD)
            && answers.postcard(&words.collect::<Vec<_>>()).is_ok_and(|(_, drawn)| drawn.get().is_none())
    }

    /// The exhibit that a command opens on a terminal, and the language that its first word names; or why it cannot be
    /// opened. `None` if it names no exhibit of the card.
    pub(super) fn exhibit(&self, command: &[u8]) -> Option<Result<(Option<Language>, OpenedExhibit), Answer>> {
        let addressed = self.addressed(command);
        let language = addressed.as_ref().map(|(answers, _)| answers.site.document().language.clone());
        let command = addressed.map_or(command, |(_, rest)| rest);
        let text = std::str::from_utf8(command).ok().filter(|text| text.len() <= LONGEST)?;
        let words: Vec<&str> = text.split_ascii_whitespace().collect();
        let document = self.site.document();
        let exhibit = OpenedExhibit::parse(&words, document)?;
        Some(exhibit.map(|exhibit| (language, exhibit)).map_err(|name| {
            let words = quoted(&words.get(1..).unwrap_or_default().join(" "));
            let copied = if document.card.ssh().is_some() { ", and y gives the command" } else { "" };
            wrong_usage(&format!("`{name}` cannot be set to {words}; set it with the arrow keys{copied}"))
        }))
    }

    /// Whether the card opens an exhibit of this name.
    fn opens(&self, name: &str) -> bool {
        self.site.document().editions().flat_map(Document::exhibits).any(|exhibit| exhibit == name)
    }

    /// The answer to a command in this language; `Err` is the answer to a wrong one.
    fn look_up(&self, command: &[u8], columns: Option<u16>) -> Result<Answer, Answer> {
        let unknown = || self.unknown(command, columns.is_some());
        let text = std::str::from_utf8(command).ok().filter(|text| text.len() <= LONGEST);
        let mut words = text.ok_or_else(unknown)?.split_ascii_whitespace();
        let name = words.next().unwrap_or("help");
        let options: Vec<&str> = words.collect();
        if let Some(notice) = self.notice(name) {
            stands_alone(name, &options)?;
            return Ok(notice);
        }
        if name == POSTCARD {
            let (light, drawn) = self.postcard(&options)?;
            // On a terminal the answer is how to write the picture to a file.
            let picture = match columns {
                None => drawn.get_or_init(|| postcard(&self.site, light).into()).clone(),
                Some(_) => Bytes::new(),
            };
            return Ok(Answer { has_lines: false, ..said(SessionKind::Document, picture) });
        }
        let renditions = self.site.renditions();
        let Some(format) = formats::find(name) else {
            if self.opens(name) {
                return Err(wrong_usage(&format!("`{name}` needs a terminal: ssh -t HOST {name}")));
            }
            let page = renditions.get(name, "").ok_or_else(unknown)?;
            let set = width(name, &options)?.and_then(|width| renditions.page(name, width, false));
            return Ok(said(SessionKind::PageText, set.unwrap_or_else(|| page.bytes.clone())));
        };
        if name == "text" {
            let width = width(name, &options)?;
            return Ok(
                width.map_or_else(|| self.text(columns), |width| said(SessionKind::Text, renditions.text(width)))
            );
        }
        let without = || refused(SessionKind::of_format(name), format!("sshcard: {}\n", format.absence()), 1);
        let rendition = renditions.get(name, variant(name, format.variants(), &options)?).ok_or_else(without)?;
        Ok(Answer { has_lines: rendition.has_lines, ..said(SessionKind::of_format(name), rendition.bytes.clone()) })
    }

    /// The postcard that these options ask for: whether its ground is light, and the drawing.
    fn postcard(&self, options: &[&str]) -> Result<(bool, &OnceLock<Bytes>), Answer> {
        let [dark, light] = &self.postcards;
        let is_light = variant(POSTCARD, &notices::GROUNDS, options)? == "light";
        Ok((is_light, if is_light { light } else { dark }))
    }

    /// The notice of this name.
    fn notice(&self, name: &str) -> Option<Answer> {
        let (_, what, notice) = self.notices.iter().find(|(notice, ..)| *notice == name)?;
        Some(said(*what, notice.clone()))
    }

    /// The answer to an unknown command. If it is meant for a shell, on a terminal, the answer says how to get the page
    /// instead: `command` avoids a wrapper of `ssh`, the option a setting.
    fn unknown(&self, command: &[u8], on_terminal: bool) -> Answer {
        let shown = shown(command);
        let line = if on_terminal && shell::is_for_a_shell(command) {
            format!(
                "sshcard: no command \"{shown}\": there is no shell here; for the page: `command ssh HOST` or \
                 `ssh -o RemoteCommand=none HOST`\n"
            )
        } else {
            let word = shown.split(' ').next().unwrap_or_default();
            let of_site = self.site.renditions().names().chain(self.site.document().exhibits());
            let names = of_site.chain([POSTCARD]).chain(self.notices.iter().map(|(name, ..)| *name));
            let meant = nearest(word, names).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
            format!("sshcard: no command \"{shown}\"; {meant}`help` lists what there is\n")
        };
        refused(SessionKind::NoCommand, line, NOT_FOUND)
    }
}

/// An error if words follow a command that takes none.
fn stands_alone(name: &str, options: &[&str]) -> Result<(), Answer> {
    match options.first() {
        None => Ok(()),
        Some(word) => Err(wrong_usage(&format!("`{name}` stands alone; leave out {}", quoted(word)))),
    }
}

/// The variant among a command's options; empty for the default.
fn variant(name: &str, variants: &[&'static str], options: &[&str]) -> Result<&'static str, Answer> {
    let Some((word, more)) = options.split_first() else { return Ok("") };
    if variants.is_empty() {
        stands_alone(name, options)?;
    }
    let Some(variant) = variants.iter().find(|variant| *variant == word) else {
        let (known, word) = (alternatives(variants.iter().copied()), quoted(word));
        return Err(wrong_usage(&format!("`{name}` cannot be followed by {word}; it can be by {known}")));
    };
    match more.first() {
        None => Ok(variant),
        Some(more) => Err(wrong_usage(&format!("`{name} {word}` is complete; leave out {}", quoted(more)))),
    }
}

/// The width of `text [--width N]`, or of the name of a page; the last one counts if it is given more than once.
fn width(name: &str, options: &[&str]) -> Result<Option<u16>, Answer> {
    let mut width = None;
    let mut words = options.iter();
    while let Some(word) = words.next() {
        let value = match word.split_once('=') {
            Some(("--width", value)) => Some(value),
            _ if *word == "--width" => words.next().copied(),
            _ => return Err(wrong_usage(&format!("`{name}` has no option {}; it has `--width`", quoted(word)))),
        };
        let range = format!("say a number from {NARROWEST} to {WIDEST}, as in `{name} --width 60`");
        let Some(value) = value else { return Err(wrong_usage(&format!("`--width` needs a number; {range}"))) };
        width = value.parse().ok().filter(|width| (NARROWEST..=WIDEST).contains(width));
        if width.is_none() {
            return Err(wrong_usage(&format!("`--width` cannot be {}; {range}", quoted(value))));
        }
    }
    Ok(width)
}

fn said(what: SessionKind, out: Bytes) -> Answer {
    Answer { out, err: Bytes::new(), status: 0, what, has_lines: true }
}

fn refused(what: SessionKind, line: String, status: u32) -> Answer {
    Answer { out: Bytes::new(), err: line.into(), status, what, has_lines: true }
}

fn wrong_usage(why: &str) -> Answer {
    refused(SessionKind::WrongOptions, format!("sshcard: {why}\n"), WRONG_USAGE)
}

fn quoted(word: &str) -> String {
    format!("\"{}\"", shown(word.as_bytes()))
}

/// The beginning of a visitor's command, safe for a terminal: printable ASCII, and `?` for every other byte.
pub(super) fn shown(said: &[u8]) -> String {
    let said = said.trim_ascii();
    let printable = |byte: &u8| if byte.is_ascii_graphic() || *byte == b' ' { char::from(*byte) } else { '?' };
    let mut shown: String = said.iter().take(SHOWN).map(printable).collect();
    if said.len() > SHOWN {
        shown.push_str("...");
    }
    shown
}

/// Text for a terminal that is in raw mode, as it is behind a PTY: a line feed alone would leave the cursor in its
/// column.
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
