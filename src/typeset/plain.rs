//! Plain texts, as the fields of a profile are, in lines.

use super::paragraph::{Paragraph, PieceStyle, Set};

/// Sets a plain text, as a field of the profile, in lines of at most `width` cells. None when it is blank.
#[must_use]
pub fn wrap(text: &str, width: u16) -> Vec<String> {
    set(text, Paragraph::default(), width)
}

/// The same without breaking a word: a line is longer than `width` where one word is.
#[must_use]
pub fn wrap_words(text: &str, width: u16) -> Vec<String> {
    set(text, Paragraph::new(&[], true), width)
}

fn set(text: &str, mut paragraph: Paragraph<'_>, width: u16) -> Vec<String> {
    paragraph.words(text, PieceStyle::default());
    let text = |set: Set| set.pieces.into_iter().map(|piece| piece.text).collect();
    paragraph.set(width.max(1)).into_iter().map(text).collect()
}
