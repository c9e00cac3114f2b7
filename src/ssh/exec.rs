//! Commands: `ssh host text` and the like.
//!
//! A command is looked up, never run: there is no shell, no file and no process behind it. The answers are made of the
//! card once and shared by all visitors. Words are separated by spaces; there is no quoting, since no command has a
//! space in it.

use std::sync::{Arc, OnceLock};

use anyhow::Result;
use bytes::Bytes;

use super::{
    hostkey::{HostKey, KeyPlace},
    metrics::SessionKind,
};
use crate::{
    app::{OpenedExhibit, postcard},
    document::{Document, Language, Place, words::filled},
    formats::{self, TEXT_WIDTH},
    profile::characters::nearest,
    site::Site,
};

mod answer;
mod notices;
mod options;
mod shell;

pub use answer::Answer;
pub(super) use answer::shown;
use answer::{quoted, refused, said, wrong_usage};
pub use notices::POSTCARD;
use options::{Asked, entry, stands_alone, variant, width};

/// The exit status of an unknown command, as of shells (POSIX, Shell Command Language, section 2.8.2).
const NOT_FOUND: u32 = 127;

/// The longest command that is parsed, in bytes. The longest that exists has two dozen.
const LONGEST: usize = 256;

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
            return answers.notice(command).filter(|answer| answer.kind != SessionKind::Hostkey).ok_or(error);
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
    pub(crate) fn commands(&self, language: Option<&Language>) -> String {
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

    /// The same for a visitor at a terminal, with what opens the card as a dialogue, which a screen reader reads out.
    pub(super) fn text_on_terminal(&self, columns: u16) -> Answer {
        let (card, words) = (&self.site.document().card, &self.site.document().words);
        let ssh = card.ssh().unwrap_or_else(|| "ssh HOST".to_owned());
        let menu = filled(&words.plain.menu, &[&ssh.replacen("ssh", "ssh -o SetEnv=LC_SSHCARD=plain", 1)]);
        Answer { err: format!("\n{menu}\n").into(), ..self.text(Some(columns)) }
    }

    /// Answers a command in the language that its first word names, else in the card's first one. `columns` is the
    /// width of the visitor's terminal, if there is one. An empty command means `help`.
    #[must_use]
    pub fn answer(&self, command: &[u8], columns: Option<u16>) -> Answer {
        self.answer_in(None, command, columns)
    }

    /// Answers a command in the language that its first word names, else in `language`.
    pub(crate) fn answer_in(&self, language: Option<&Language>, command: &[u8], columns: Option<u16>) -> Answer {
        let (answers, rest) = self.addressed(command).unwrap_or_else(|| (self.in_language(language), command));
        let (Ok(answer) | Err(answer)) = answers.look_up(rest, Asked::of(columns));
        match columns {
            Some(_) => answer.on_terminal(&String::from_utf8_lossy(command), "ssh -T HOST"),
            None => answer,
        }
    }

    /// Answers what an address asks for, of which the path has the words of a command and the query may have a `width`.
    /// Whether that width is what is wrong stands beside the answer.
    pub(crate) fn answer_to_address(&self, language: &Language, command: &str, width: Option<&str>) -> (Answer, bool) {
        let command = command.as_bytes();
        let (answers, rest) = self.addressed(command).unwrap_or_else(|| (self.in_language(Some(language)), command));
        match answers.look_up(rest, Asked::Address(width)) {
            Ok(answer) => (answer, false),
            Err(answer) => (answer, answers.look_up(rest, Asked::Address(None)).is_ok()),
        }
    }

    /// Whether the answer without a terminal needs a picture that is not drawn yet. Drawing takes a fifth of a second.
    pub(crate) fn has_to_draw(&self, language: Option<&Language>, command: &[u8]) -> bool {
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
    fn look_up(&self, command: &[u8], asked: Asked<'_>) -> Result<Answer, Answer> {
        let columns = if let Asked::Terminal(columns) = asked { Some(columns) } else { None };
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
            let (entry, options) = entry(name, &options, self.site.document())?;
            let narrower = columns.filter(|columns| *columns < TEXT_WIDTH);
            let page_width = width(name, options, asked)?.or(narrower);
            if entry.is_none() && page_width.is_none() {
                return Ok(said(SessionKind::PageText, page.bytes.clone()));
            }
            let place = self.site.document().position(name).map(|page| Place { page, entry });
            let set = place.and_then(|place| renditions.place(place, page_width.unwrap_or(TEXT_WIDTH), false));
            return Ok(said(SessionKind::PageText, set.ok_or_else(unknown)?));
        };
        if name == "text" {
            let width = width(name, &options, asked)?;
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
        let (_, kind, notice) = self.notices.iter().find(|(notice, ..)| *notice == name)?;
        Some(said(*kind, notice.clone()))
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
