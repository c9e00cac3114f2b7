//! A text of the card, set once for each width.

use std::sync::OnceLock;

use crate::{
    document::{Direction, Prose},
    typeset::{self, Line, Options},
};

/// The greatest width of text, in cells.
pub const MEASURE: u16 = 68;

/// How the texts of the card are set for a kind of terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Variant {
    /// With ASCII's punctuation and signs.
    pub ascii: bool,
    /// With a footnote for the address of each link, for terminals without hyperlinks.
    pub link_footnotes: bool,
}

impl Variant {
    /// The number of variants.
    pub(super) const COUNT: usize = 4;

    pub(super) fn number(self) -> usize {
        usize::from(self.ascii) + 2 * usize::from(self.link_footnotes)
    }
}

/// A text, set to each width that was asked for, from 0 to [`MEASURE`]: so a visitor's window cannot use more memory.
#[derive(Debug)]
pub struct Text {
    prose: Prose,
    ascii: bool,
    direction: Direction,
    below: Widths,
    margin: Widths,
    notes: Vec<Widths>,
}

type Widths = Box<[OnceLock<Box<[Line]>>]>;

impl Text {
    pub(super) fn new(prose: &Prose, variant: Variant, direction: Direction) -> Self {
        let prose = if variant.link_footnotes { typeset::link_footnotes(prose).into_owned() } else { prose.clone() };
        Self::of(prose, variant, direction)
    }

    /// Sets the text with the address of a link beside it in place of a footnote, which would take room above a list.
    pub(super) fn with_addresses(prose: &Prose, variant: Variant, direction: Direction) -> Self {
        let mut prose = prose.clone();
        if variant.link_footnotes {
            prose.blocks = typeset::map(&prose.blocks, &mut |runs| typeset::spell_out(runs, " (", ")"));
        }
        Self::of(prose, variant, direction)
    }

    fn of(prose: Prose, variant: Variant, direction: Direction) -> Self {
        let widths = || (0..=MEASURE).map(|_| OnceLock::new()).collect();
        let notes = prose.notes.iter().map(|_| widths()).collect();
        Self { prose, ascii: variant.ascii, direction, below: widths(), margin: widths(), notes }
    }

    /// Whether the text has footnotes.
    #[must_use]
    pub fn has_notes(&self) -> bool {
        !self.notes.is_empty()
    }

    /// The text with each footnote after its paragraph.
    #[must_use]
    pub fn below(&self, width: u16) -> &[Line] {
        lines(&self.below, width, |width| self.set(width, true))
    }

    /// The text without its footnotes, which stand in the margin.
    #[must_use]
    pub fn margin(&self, width: u16) -> &[Line] {
        lines(&self.margin, width, |width| self.set(width, false))
    }

    /// Footnote `n`, counted from 1, set to a width of its own.
    #[must_use]
    pub fn note(&self, n: usize, width: u16) -> &[Line] {
        let note = n.checked_sub(1).and_then(|n| self.notes.get(n));
        let options = self.options(false);
        note.map_or(&[], |note| lines(note, width, |width| typeset::set_note(&self.prose, n, width, options)))
    }

    fn set(&self, width: u16, notes_below: bool) -> Vec<Line> {
        typeset::set(&self.prose, width, self.options(notes_below))
    }

    fn options(&self, notes_below: bool) -> Options {
        Options { notes_below, ascii: self.ascii, whole_words: false, direction: self.direction }
    }
}

fn lines(widths: &Widths, width: u16, set: impl FnOnce(u16) -> Vec<Line>) -> &[Line] {
    let width = width.clamp(1, MEASURE);
    widths.get(usize::from(width)).map_or(&[], |lines| lines.get_or_init(|| set(width).into()))
}
