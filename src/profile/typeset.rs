//! Prose set to a width: which words stand on which line. Pure; it knows widths, not colours.

use std::sync::Arc;

use super::{Prose, Voice};

/// Where side notes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Notes {
    /// Not among the lines: whoever draws puts them beside the line that refers to them ([`Line::notes`]).
    Margin,
    /// After the block that refers to them, indented, begun with their number.
    Below,
    /// In square brackets where they belong, within the text.
    Bracketed,
}

/// One line of text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// The cells left free before the first piece.
    pub indent: u16,
    /// The pieces, one after the other; together with the indent they are never wider than what was asked for.
    pub pieces: Vec<Piece>,
    /// The top-level block that the line belongs to, counted from 0. A blank line belongs to the block above it.
    pub block: usize,
    /// The side notes that the line refers to, counted from 1.
    pub notes: Vec<usize>,
    /// Whether the line is part of a side note.
    pub aside: bool,
    /// Whether the line is part of a heading.
    pub heading: bool,
}

/// A piece of a line in one voice.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Piece {
    /// The text: no control character, no newline.
    pub text: String,
    /// The cells that it takes.
    pub width: u16,
    /// How it is said.
    pub voice: Voice,
    /// Where it leads.
    pub link: Option<Arc<str>>,
}

/// Sets a text in lines of at most `width` cells.
#[must_use]
pub fn set(_prose: &Prose, _width: u16, _notes: Notes) -> Vec<Line> {
    Vec::new()
}
