//! How many cells a text takes.

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use crate::document::NO_BREAK_SPACE;

/// The cells that a text takes: the sum over its graphemes, which is what a terminal page made of cells shows.
#[must_use]
pub fn width(text: &str) -> u16 {
    if is_cells(text) {
        return u16::try_from(text.chars().count()).unwrap_or(u16::MAX);
    }
    text.graphemes(true).fold(0, |width, grapheme| width.saturating_add(grapheme_width(grapheme)))
}

/// Whether each character of a text is a cell of its own, as in most of what a card says: such a text needs no
/// graphemes.
#[must_use]
pub fn is_cells(text: &str) -> bool {
    text.chars().all(|character| stands_alone(character) || character == NO_BREAK_SPACE)
}

/// Whether a character is a grapheme and a cell of its own, whatever stands beside it: printable ASCII, the letters and
/// signs of Latin-1 and Latin Extended, dashes and quotation marks, superscript digits, arrows, signs of mathematics,
/// the Enter key, and what pictures are made of (box drawing, block elements, braille patterns). Many more are, and are
/// found out the long way.
pub(super) fn stands_alone(character: char) -> bool {
    matches!(
        character,
        ' '..='~'
            | '\u{a1}'..='\u{ac}'
            | '\u{ae}'..='\u{24f}'
            | '\u{2010}'..='\u{2027}'
            | '\u{2070}'
            | '\u{2074}'..='\u{2079}'
            | '\u{2190}'..='\u{22ff}'
            | '⏎'
            | '\u{2500}'..='\u{259f}'
            | '\u{2800}'..='\u{28ff}'
    )
}

/// The graphemes of a text: the byte where each begins, its text, and the cells that it takes.
pub(super) fn graphemes(text: &str) -> Vec<(usize, &str, u16)> {
    if is_cells(text) {
        let ends = text.char_indices().map(|(start, character)| (start, start + character.len_utf8()));
        return ends.filter_map(|(start, end)| Some((start, text.get(start..end)?, 1))).collect();
    }
    text.grapheme_indices(true).map(|(start, grapheme)| (start, grapheme, grapheme_width(grapheme))).collect()
}

/// The cells that one grapheme takes.
#[must_use]
pub fn grapheme_width(grapheme: &str) -> u16 {
    u16::try_from(grapheme.width()).unwrap_or(u16::MAX)
}
