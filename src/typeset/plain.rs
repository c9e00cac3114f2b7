//! Plain texts, as the fields of a profile are, in lines.

use super::{
    line::{Line, Piece},
    paragraph::Paragraph,
};
use crate::document::TextStyle;

/// Sets a plain text, as a field of the profile, in lines of at most `width` cells. None when it is blank.
#[must_use]
pub fn wrap(text: &str, width: u16) -> Vec<String> {
    set(text, width, false)
}

/// Sets a command in lines: a redirection stays with the word before it, which would mean something else alone.
#[must_use]
pub fn wrap_command(command: &str, width: u16) -> Vec<String> {
    wrap(&command.replace(" > ", "\u{a0}>\u{a0}"), width)
}

/// The same as [`wrap`] without breaking a word: a line is longer than `width` where one word is.
#[must_use]
pub fn wrap_words(text: &str, width: u16) -> Vec<String> {
    set(text, width, true)
}

fn set(text: &str, width: u16, whole_words: bool) -> Vec<String> {
    let mut paragraph = Paragraph::new(&[], whole_words);
    paragraph.words(text, TextStyle::default(), None);
    let lines = paragraph.set(width.max(1)).into_iter();
    lines.map(|Line { pieces, .. }| pieces.into_iter().map(|Piece { text, .. }| text).collect()).collect()
}
