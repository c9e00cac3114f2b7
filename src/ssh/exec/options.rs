//! The words after the name of a command.

use super::answer::{Answer, quoted, wrong_usage};
use crate::{formats::WIDEST, profile::characters::alternatives};

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
