//! Plain texts, as the fields of a profile are, in lines.

use std::{cell::RefCell, collections::HashMap};

use super::paragraph::{self, Paragraph, PieceStyle, stands_alone, width};
use crate::profile::characters::is_refused;

/// Sets a plain text, as a field of the profile, in lines of at most `width` cells. None when it is blank.
#[must_use]
pub fn wrap(text: &str, width: u16) -> Vec<String> {
    if is_line(text, width) {
        return vec![text.to_owned()];
    }
    BROKEN.with_borrow_mut(|kept| kept.lines(text, width))
}

thread_local! {
    /// A page is set anew for every frame, and most of its words are those of the frame before.
    static BROKEN: RefCell<Broken> = RefCell::default();
}

/// Texts that were broken into lines: some hundred kilobytes at most.
#[derive(Default)]
pub(super) struct Broken {
    /// By width and text.
    pub(super) kept: HashMap<u16, HashMap<Box<str>, Vec<String>>>,
    pub(super) count: usize,
}

impl Broken {
    /// More than the pages of a card have in a few windows.
    pub(super) const MOST: usize = 256;
    /// A column that makes more of a text is one for nobody who reads.
    const MOST_LINES: usize = 32;
    /// Bytes of a text that is kept: what a card shows again and again is seldom longer.
    pub(super) const LONGEST: usize = 400;

    pub(super) fn lines(&mut self, text: &str, width: u16) -> Vec<String> {
        if let Some(lines) = self.kept.get(&width).and_then(|kept| kept.get(text)) {
            return lines.clone();
        }
        let lines = broken(text, width);
        if text.len() <= Self::LONGEST && lines.len() <= Self::MOST_LINES {
            if self.count == Self::MOST {
                *self = Self::default();
            }
            self.count += 1;
            self.kept.entry(width).or_default().insert(text.into(), lines.clone());
        }
        lines
    }
}

/// Breaks a plain text where it has to be broken.
pub(super) fn broken(text: &str, width: u16) -> Vec<String> {
    let mut paragraph = Paragraph::default();
    paragraph.words(text, PieceStyle::default());
    let pieces = |set: paragraph::Set| set.pieces.into_iter().map(|piece| piece.text).collect();
    paragraph.set(width.max(1)).into_iter().map(pieces).collect()
}

/// Whether a text is a line of its own as it stands, as most fields are: letters and usual signs, single spaces between, and not
/// too wide. What is not is found out the long way.
fn is_line(text: &str, room: u16) -> bool {
    let plain = |character: char| stands_alone(character) || (character.is_alphanumeric() && !is_refused(character));
    let spaced = text.starts_with(' ') || text.ends_with(' ') || text.contains("  ");
    !text.is_empty() && !spaced && text.chars().all(plain) && width(text) <= room
}
