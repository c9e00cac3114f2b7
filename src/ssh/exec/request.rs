//! A command as typed becomes a request, or one line that says what is wrong with it. Words are parted by spaces and mean
//! themselves: there is no quoting, since nothing that can be asked for has a space in it.

use crate::{
    formats::{Documents, Format, Named, WIDEST},
    profile::{
        Page,
        characters::{alternatives, nearest},
    },
};

/// A command longer than this is not looked at. The longest that means anything has two dozen bytes.
const LONGEST: usize = 256;

/// At most this many characters of a command are shown again.
const SHOWN: usize = 32;

/// The narrowest that text is set on request; narrower, words would be cut.
const NARROWEST: u16 = 20;

/// What a visitor asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Request {
    /// A document that there is.
    Document(Format),
    /// The whole card as text of a width in cells.
    Text { width: u16 },
    /// The server's key.
    HostKey,
    /// What there is.
    Help,
    /// What is logged.
    Privacy,
    /// The program's version.
    Version,
}

/// What is wrong with a command, as a line for standard error.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    /// There is no such command.
    Command(String),
    /// There is, and it has no such options.
    Options(String),
}

impl Request {
    /// The requests for what is no document, by name.
    const NAMED: [(&'static str, Self); 4] =
        [("hostkey", Self::HostKey), ("help", Self::Help), ("privacy", Self::Privacy), ("version", Self::Version)];
}

/// Parses a command. Only documents that the card has can be asked for.
pub(super) fn parse(command: &[u8], documents: &Documents) -> Result<Request, Wrong> {
    let unknown = || Wrong::Command(not_found(command, documents));
    let text = Some(command).filter(|command| command.len() <= LONGEST).and_then(|text| std::str::from_utf8(text).ok());
    let mut words = text.ok_or_else(unknown)?.split_ascii_whitespace();
    let Some(name) = words.next() else { return Ok(Request::Help) };
    let words: Vec<&str> = words.collect();
    if let Some((_, request)) = Request::NAMED.into_iter().find(|(named, _)| *named == name) {
        return alone(name, &words).map(|()| request);
    }
    if let Some(page) = Page::ALL.into_iter().find(|page| page.name() == name) {
        let format = Format::Page(page);
        documents.get(format).ok_or_else(unknown)?;
        return alone(name, &words).map(|()| Request::Document(format));
    }
    let named = Format::ALL.into_iter().find(|named| named.name == name).ok_or_else(unknown)?;
    documents.get(named.format).ok_or_else(unknown)?;
    if named.format == Format::Text { text_request(&words) } else { document(&named, &words) }
}

/// Everything that can be asked for, by name.
fn names(documents: &Documents) -> impl Iterator<Item = &'static str> {
    let formats = Format::ALL.into_iter().map(|named| (named.name, named.format));
    let pages = Page::ALL.into_iter().map(|page| (page.name(), Format::Page(page)));
    let documents = formats.chain(pages).filter(|(_, format)| documents.get(*format).is_some()).map(|(name, _)| name);
    documents.chain(Request::NAMED.into_iter().map(|(name, _)| name))
}

/// A command that is a word of its own.
fn alone(name: &str, words: &[&str]) -> Result<(), Wrong> {
    match words.first() {
        None => Ok(()),
        Some(word) => Err(wrong(format!("`{name}` stands alone; leave out {}", quoted(word)))),
    }
}

/// A command that may be followed by one of a few words.
fn document(named: &Named, words: &[&str]) -> Result<Request, Wrong> {
    let Some((word, more)) = words.split_first() else { return Ok(Request::Document(named.format)) };
    let Some((_, format)) = named.variants.iter().find(|(variant, _)| variant == word) else {
        alone(named.name, if named.variants.is_empty() { words } else { &[] })?;
        let known = alternatives(named.variants.iter().map(|(variant, _)| *variant));
        return Err(wrong(format!("`{}` cannot be followed by {}; it can be by {known}", named.name, quoted(word))));
    };
    match more.first() {
        None => Ok(Request::Document(*format)),
        Some(more) => Err(wrong(format!("`{} {word}` is complete; leave out {}", named.name, quoted(more)))),
    }
}

/// `text [--width N]`; of several widths the last counts, as of any option.
fn text_request(words: &[&str]) -> Result<Request, Wrong> {
    let mut request = Request::Document(Format::Text);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let value = match word.split_once('=') {
            Some(("--width", value)) => Some(value),
            _ if *word == "--width" => words.next().copied(),
            _ => {
                return Err(wrong(format!("`text` has no option {}; it has `--width`", quoted(word))));
            }
        };
        let range = format!("say a number from {NARROWEST} to {WIDEST}, as in `text --width 60`");
        let Some(value) = value else {
            return Err(wrong(format!("`--width` needs a number; {range}")));
        };
        let width = value.parse().ok().filter(|width| (NARROWEST..=WIDEST).contains(width));
        let width = width.ok_or_else(|| wrong(format!("`--width` cannot be {}; {range}", quoted(value))))?;
        request = Request::Text { width };
    }
    Ok(request)
}

fn wrong(what: String) -> Wrong {
    Wrong::Options(format!("sshcard: {what}\n"))
}

/// One line that says so, and names the command that was probably meant.
fn not_found(command: &[u8], documents: &Documents) -> String {
    let shown = shown(command);
    let word = shown.split(' ').next().unwrap_or_default();
    let meant = nearest(word, names(documents)).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
    format!("sshcard: no command \"{shown}\"; {meant}`help` lists what there is\n")
}

/// One line for a command that is meant for a shell: how to get the page instead. Wrappers of `ssh` are circumvented by
/// `command`, a setting by the option.
pub(super) fn no_shell(command: &[u8]) -> String {
    let shown = shown(command);
    format!(
        "sshcard: no command \"{shown}\": there is no shell here; for the page: `command ssh HOST` or \
         `ssh -o RemoteCommand=none HOST`\n"
    )
}

fn quoted(word: &str) -> String {
    format!("\"{}\"", shown(word.as_bytes()))
}

/// The beginning of what a visitor said, fit to be shown on a terminal: printable ASCII, and `?` for everything else.
pub(in crate::ssh) fn shown(said: &[u8]) -> String {
    let said = said.trim_ascii();
    let printable = |byte: &u8| if byte.is_ascii_graphic() || *byte == b' ' { char::from(*byte) } else { '?' };
    let mut shown: String = said.iter().take(SHOWN).map(printable).collect();
    if said.len() > SHOWN {
        shown.push_str("...");
    }
    shown
}
