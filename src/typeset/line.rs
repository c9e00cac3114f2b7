//! What a text is set in.

use std::sync::Arc;

use crate::document::TextStyle;

/// One line of text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// The cells left free before the first piece.
    pub indent: u16,
    /// The pieces, one after the other; together with the indent they are never wider than what was asked for.
    pub pieces: Vec<Piece>,
    /// The top-level block that the line belongs to, counted from 0. A blank line belongs to the block above it.
    pub block: usize,
    /// The footnotes that the line refers to, counted from 1.
    pub notes: Vec<usize>,
    /// Whether the line is part of a footnote.
    pub aside: bool,
    /// Whether the line is part of a heading.
    pub heading: bool,
    /// For a line of code: the columns that its whole block takes, from the first to the one after the last.
    pub code: Option<(u16, u16)>,
}

impl Line {
    /// The cells up to the end of the last piece.
    #[must_use]
    pub fn width(&self) -> u16 {
        self.pieces.iter().fold(self.indent, |width, piece| width.saturating_add(piece.width))
    }
}

/// A piece of a line in one style.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Piece {
    /// The text: no control character, no newline.
    pub text: String,
    /// The cells that it takes.
    pub width: u16,
    /// How it is said.
    pub style: TextStyle,
    /// Where it leads; the pieces of one link share one address.
    pub link: Option<Arc<str>>,
    /// Whether it is the number of a footnote, which is no word of the text.
    pub note: bool,
    /// Whether it is the bullet or the number of an item, with the space after it.
    pub marker: bool,
}
