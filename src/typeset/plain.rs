//! Plain texts, as the fields of a profile are, in lines.

use super::{
    line::{Line, Piece},
    paragraph::Paragraph,
    width::{is_cells, width},
};
use crate::document::TextStyle;

/// Sets a plain text, as a field of the profile, in lines of at most `width` cells. None when it is blank.
#[must_use]
pub fn wrap(text: &str, width: u16) -> Vec<String> {
    set(text, TextStyle::default(), width, false)
}

/// Sets a command in lines as code in a text is set: a redirection stays with the words beside it.
#[must_use]
pub fn wrap_command(command: &str, width: u16) -> Vec<String> {
    set(command, TextStyle::CODE, width, false)
}

/// Wraps like [`wrap`] without breaking a word: a line is longer than `width` where one word is.
#[must_use]
pub fn wrap_words(text: &str, width: u16) -> Vec<String> {
    set(text, TextStyle::default(), width, true)
}

/// Wraps like [`wrap`], in as many lines, which are about equally long.
#[must_use]
pub fn wrap_evenly(text: &str, width: u16) -> Vec<String> {
    set_by(Paragraph::set_evenly, text, TextStyle::default(), width, false)
}

fn set(text: &str, style: TextStyle, width: u16, whole_words: bool) -> Vec<String> {
    set_by(Paragraph::set, text, style, width, whole_words)
}

/// Sets a text by a method of the paragraph that it is.
fn set_by(
    method: fn(&Paragraph<'static>, u16) -> Vec<Line>,
    text: &str,
    style: TextStyle,
    width: u16,
    whole_words: bool,
) -> Vec<String> {
    if is_line(text, width) {
        return vec![text.to_owned()];
    }
    let mut paragraph = Paragraph::new(&[], whole_words);
    paragraph.words(text, style, None);
    let lines = method(&paragraph, width.max(1)).into_iter();
    lines.map(|Line { pieces, .. }| pieces.into_iter().map(|Piece { text, .. }| text).collect()).collect()
}

/// Whether a text is one line as it is, as most fields are: each character is a cell, all of them fit, and there are no
/// spaces that setting it would take away.
fn is_line(text: &str, room: u16) -> bool {
    is_cells(text) && width(text) <= room && !text.is_empty() && text.trim() == text && !text.contains("  ")
}

/// Adds a sentence to a text, after a space where the script has one: a full-width sign has its own.
pub fn push_sentence(text: &mut String, sentence: &str) {
    let spaced = text.chars().next_back().is_some_and(|last| !is_full_width_sign(last));
    text.push_str(if spaced { " " } else { "" });
    text.push_str(sentence);
}

/// Whether a character is a sign of East Asian punctuation, in which the space after it is drawn.
pub(crate) fn is_full_width_sign(character: char) -> bool {
    matches!(character, '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}' | '\u{ff01}'..='\u{ff60}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_text_that_is_a_line_is_set_as_it_is(text in "[ -~\u{a0}éŁ–’“…→×█⏎界\u{301}]{0,24}", width in 1..32_u16) {
            for (style, whole_words) in [(TextStyle::default(), false), (TextStyle::CODE, false), (TextStyle::default(), true)] {
                let mut paragraph = Paragraph::new(&[], whole_words);
                paragraph.words(&text, style, None);
                let lines: Vec<String> = paragraph.set(width).into_iter().map(|line| {
                    line.pieces.into_iter().map(|piece| piece.text).collect()
                }).collect();
                prop_assert_eq!(set(&text, style, width, whole_words), lines);
            }
        }
    }
}
