//! The limits of a profile's size. The loader reports what is beyond them; `init` and `import` keep within them.
//! Lengths are in cells of a terminal.

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr;

/// The most characters that a text may have for each of its cells: two accents and a joiner on a letter. More are no
/// letters of any language, and would stand above and below their line.
pub(crate) const CHARACTERS: usize = 4;

/// The cells that a text takes on a line.
fn cells(text: &str) -> usize {
    text.graphemes(true).map(UnicodeWidthStr::width).sum()
}

/// Where a text goes on beyond so many cells, in bytes; `None` where it does not.
pub(crate) fn beyond(text: &str, longest: usize) -> Option<usize> {
    let (mut cells, mut characters) = (0, 0);
    let mut parts = text.grapheme_indices(true);
    let beyond = parts.find(|(_, part)| {
        (cells, characters) = (cells + part.width(), characters + part.chars().count());
        cells > longest || characters > longest.saturating_mul(CHARACTERS)
    });
    beyond.map(|(offset, _)| offset)
}

/// How a text is too long: in characters, or in columns where it has wide ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Excess {
    /// Where it begins, in bytes.
    pub(crate) offset: usize,
    /// The length of the text, as in `6 columns`.
    pub(crate) length: String,
    /// The most that it may have, as in `5 columns`.
    pub(crate) most: String,
    /// What the unit means, to put at the end of a remedy; empty for characters.
    pub(crate) note: &'static str,
}

impl Excess {
    /// What to do about it.
    pub(crate) fn remedy(&self) -> String {
        format!("shorten it to {}{}", self.most, self.note)
    }
}

/// How a text goes on beyond so many cells; `None` where it does not.
pub(crate) fn excess(text: &str, longest: usize) -> Option<Excess> {
    let offset = beyond(text, longest)?;
    let (cells, characters) = (cells(text), text.chars().count());
    let (length, most, unit, note) = if cells <= longest {
        // Its marks are too many.
        (characters, longest.saturating_mul(CHARACTERS), "characters", "")
    } else if cells == characters {
        (cells, longest, "characters", "")
    } else {
        (cells, longest, "columns", "; a wide character takes two")
    };
    Some(Excess { offset, length: format!("{length} {unit}"), most: format!("{most} {unit}"), note })
}

/// The longest of most texts of a line: a long name is half of this.
pub(crate) const LINE: usize = 80;
/// The longest title of an entry, name of its organization, and line of what it is about: those of papers, and of the
/// proceedings that they stand in. It is eight rows of a window of 40 columns.
pub(crate) const TITLE: usize = 300;
/// What leads to an entry by its title: `PAGE/TITLE`.
pub(crate) const PLACE: usize = LINE + TITLE;
/// The longest address of a link. The QR code of one that long is still read easily from a screen.
pub(crate) const URL: usize = 300;

/// The lines of a headline: what fits on a card.
pub(crate) const HEADLINE_LINES: usize = 3;
/// The columns of one of them: what fits beside the card's edge in a window of 40 columns.
pub(crate) const HEADLINE: usize = 36;
/// The cells of an interest.
pub(crate) const INTEREST: usize = 40;
/// The interests that the card has room for.
pub(crate) const INTERESTS: usize = 12;
/// The longest e-mail address (RFC 5321, section 4.5.3.1.3).
pub(crate) const EMAIL: usize = 254;
/// Links: more would be a directory, not a card.
pub(crate) const LINKS: usize = 24;

/// The pages of a card, beside the card itself and its contact page: more than a line of tabs holds.
pub(crate) const PAGES: usize = 24;
/// The languages of a card: those that the program has words in, and one more.
pub(crate) const LANGUAGES: usize = 16;
/// The entries of a page: more than a long life has.
pub(crate) const ENTRIES: usize = 128;
/// What is told of an entry: some screens of it.
pub(crate) const TEXT: usize = 20_000;
/// The names that a company has had; the people, tags, links and exhibits of an entry.
pub(crate) const NAMES: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_as_long_as_its_cells() {
        for (text, longest, expected) in [
            ("abc", 3, None),
            ("abc", 2, Some(2)),
            ("日本", 4, None),
            ("日本", 3, Some(3)),
            // A letter with its marks is one cell, and so is what joins to one sign.
            ("e\u{301}e\u{301}", 2, None),
            ("क्षे", 2, None),
            ("👩\u{200d}🔬", 2, None),
            ("e\u{301}\u{301}\u{301}\u{301}", 1, Some(0)),
        ] {
            assert_eq!(beyond(text, longest), expected, "{text} {longest}");
            assert!(expected.is_some() || cells(text) <= longest);
        }
    }
}
