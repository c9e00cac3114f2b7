//! How much a profile may hold. The loader tells what is beyond; what writes a profile (`init`, `import`) keeps within.

/// The longest of most texts of a line, in characters: a long name or title is half of this.
pub(crate) const LINE: usize = 80;
/// The longest address of a link. The QR code of one that long is still read easily from a screen.
pub(crate) const URL: usize = 300;

/// The lines of a headline: what fits on a card.
pub(crate) const HEADLINE_LINES: usize = 3;
/// The columns of one of them: what fits beside the card's edge in a window of 40 columns.
pub(crate) const HEADLINE: usize = 36;
/// The characters of an interest.
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
/// What an entry is about, in a line of the page.
pub(crate) const SUBTITLE: usize = 120;
/// What is told of an entry: some screens of it.
pub(crate) const TEXT: usize = 20_000;
/// The names that a company has had; the people, tags, links and exhibits of an entry.
pub(crate) const NAMES: usize = 16;
