//! The words after the name of a command.

use super::answer::{Answer, quoted, wrong_usage};
use crate::{
    document::{Document, Place},
    formats::WIDEST,
    profile::characters::alternatives,
};

/// The narrowest that text is set on request, in cells; narrower, words would be cut.
const NARROWEST: u16 = 20;

/// How a command is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Asked<'a> {
    /// On a terminal of so many columns.
    Terminal(u16),
    /// Without one.
    Pipe,
    /// By the path of an address, whose query may tell a width.
    Address(Option<&'a str>),
}

impl Asked<'_> {
    pub(super) fn of(columns: Option<u16>) -> Self {
        columns.map_or(Self::Pipe, Self::Terminal)
    }
}

/// An error if words follow a command that takes none.
pub(super) fn stands_alone(name: &str, options: &[&str]) -> Result<(), Answer> {
    match options.first() {
        None => Ok(()),
        Some(word) => Err(wrong_usage(&format!("`{name}` stands alone; leave out {}", quoted(word)))),
    }
}

/// The variant among a command's options; empty for the default.
pub(super) fn variant(name: &str, variants: &[&'static str], options: &[&str]) -> Result<&'static str, Answer> {
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

/// The width of `text [--width N]`, or of the name of a page; the last one counts if it is given more than once. An
/// address has it in its query.
pub(super) fn width(name: &str, options: &[&str], asked: Asked<'_>) -> Result<Option<u16>, Answer> {
    let number = |value: &str| value.parse().ok().filter(|width| (NARROWEST..=WIDEST).contains(width));
    let range = |example: &str| format!("say a number from {NARROWEST} to {WIDEST}, as in `{example}`");
    if let Asked::Address(width) = asked {
        stands_alone(name, options)?;
        let wrong = |value| wrong_usage(&format!("`?width` cannot be {}; {}", quoted(value), range("?width=60")));
        return width.map(|value| number(value).ok_or_else(|| wrong(value))).transpose();
    }
    let mut width = None;
    let mut words = options.iter();
    while let Some(word) = words.next() {
        let value = match word.split_once('=') {
            Some(("--width", value)) => Some(value),
            _ if *word == "--width" => words.next().copied(),
            _ => return Err(wrong_usage(&format!("`{name}` has no option {}; it has `--width`", quoted(word)))),
        };
        let range = range(&format!("{name} --width 60"));
        let Some(value) = value else { return Err(wrong_usage(&format!("`--width` needs a number; {range}"))) };
        width = number(value);
        if width.is_none() {
            return Err(wrong_usage(&format!("`--width` cannot be {}; {range}", quoted(value))));
        }
    }
    Ok(width)
}

/// The entry whose number follows the name of a page, and the options after it.
pub(super) fn entry<'o, 'w>(
    page: &str,
    options: &'o [&'w str],
    document: &Document,
) -> Result<(Option<usize>, &'o [&'w str]), Answer> {
    let Some((number, more)) = options.split_first().filter(|(word, _)| word.bytes().all(|c| c.is_ascii_digit()))
    else {
        return Ok((None, options));
    };
    let entries = document.pages.iter().find(|of| of.name == page).map_or(0, |page| page.entries.len());
    match (Place::index(number).filter(|entry| *entry < entries), entries) {
        (Some(entry), _) => Ok((Some(entry), more)),
        (None, 0) => Err(wrong_usage(&format!("`{page}` has no entries; leave out {}", quoted(number)))),
        (None, 1) => Err(wrong_usage(&format!("`{page}` has one entry: `{page} 1`"))),
        (None, _) => {
            let range = format!("say a number from 1 to {entries}, as in `{page} 1`");
            Err(wrong_usage(&format!("`{page}` has no entry {}; {range}", quoted(number))))
        }
    }
}
