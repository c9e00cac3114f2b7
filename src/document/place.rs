//! The address of a page or an entry within the document.

/// A page, or an entry of it, of one [`Document`](super::Document).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Place {
    /// An index into [`Document::pages`](super::Document::pages).
    pub page: usize,
    /// An index into [`Page::entries`](super::Page::entries); `None` for the page as a whole.
    pub entry: Option<usize>,
}

impl Place {
    /// The index that a number stands for as it is written: neither `0`, nor `01`, nor `+1`.
    #[must_use]
    pub fn index(number: &str) -> Option<usize> {
        number.parse::<usize>().ok().filter(|n| n.to_string() == number)?.checked_sub(1)
    }
}
