//! How a terminal shows pictures.

use super::{Appearance, Depth};

/// How pictures are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Pictures {
    /// Not at all.
    #[default]
    None,
    /// Perhaps: the terminal has not answered yet. Their places stay blank.
    Pending,
    /// In half blocks: two pixels in a cell, one above the other.
    HalfBlocks,
}

impl Appearance {
    /// How pictures are shown in these characters and colours: not at all without half blocks or in sixteen colours, each of
    /// which may be any.
    #[must_use]
    pub fn pictures(self) -> Pictures {
        let shows = !self.is_ascii() && matches!(self.depth, Depth::Ansi256 | Depth::True);
        if shows { self.pictures } else { Pictures::None }
    }
}
