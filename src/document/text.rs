//! Text as blocks of runs.

/// A text, cut into blocks. Its footnotes stand apart; the text refers to them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Prose {
    /// The Markdown that the owner wrote, without comments.
    pub source: String,
    /// The text, in order.
    pub blocks: Vec<Block>,
    /// The footnotes, in the order in which the text refers to them; note `n` is `notes[n - 1]`.
    pub notes: Vec<Vec<Block>>,
}

impl Prose {
    /// Whether there is no text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// The text of blocks that were put together by the program, without footnotes and without a source.
    #[must_use]
    pub fn of(blocks: Vec<Block>) -> Self {
        Self { blocks, ..Self::default() }
    }
}

/// One block of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Paragraph(Vec<Run>),
    /// A heading of level 1 to 6.
    Heading(u8, Vec<Run>),
    /// A list; `Some` is the number that an ordered one begins with.
    List(Option<u64>, Vec<Vec<Block>>),
    /// A quotation.
    Quote(Vec<Block>),
    /// Code, line by line, to be shown as it is.
    Code(Vec<String>),
    /// A line between two parts.
    Rule,
}

/// A piece of text in one style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Run {
    /// Words.
    Text {
        /// The words; no control characters.
        text: String,
        /// How they are marked up.
        style: TextStyle,
        /// Where they lead.
        link: Option<String>,
    },
    /// A reference to footnote `n`, counted from 1.
    Note(usize),
    /// A line break that the owner asked for.
    Break,
}

impl Run {
    /// Words without markup.
    #[must_use]
    pub fn plain(text: impl Into<String>) -> Self {
        Self::Text { text: text.into(), style: TextStyle::default(), link: None }
    }
}

impl Run {
    /// Code, as a command.
    #[must_use]
    pub fn code(text: impl Into<String>) -> Self {
        Self::Text { text: text.into(), style: TextStyle { code: true, ..TextStyle::default() }, link: None }
    }
}

/// How words are marked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TextStyle {
    /// `**strong**`
    pub strong: bool,
    /// `*emphasis*`
    pub emphasis: bool,
    /// `` `code` ``
    pub code: bool,
}

/// Each run with the address to be told after it, for readers that cannot follow a link: at a link's end, where its
/// words are not the address already. A line break or a footnote within a link does not end it.
pub fn runs_with_addresses(runs: &[Run]) -> impl Iterator<Item = (&Run, Option<&str>)> {
    fn link_of(run: &Run) -> Option<&str> {
        if let Run::Text { link, .. } = run { link.as_deref() } else { None }
    }
    let mut linked = String::new();
    runs.iter().enumerate().map(move |(index, run)| {
        let (Run::Text { text, .. }, Some(url)) = (run, link_of(run)) else { return (run, None) };
        linked.push_str(text);
        let next = runs.iter().skip(index + 1).find(|run| matches!(run, Run::Text { .. }));
        if next.and_then(link_of) == Some(url) {
            return (run, None);
        }
        let words = std::mem::take(&mut linked);
        let told = words.trim() == url || words.trim() == short_address(url);
        (run, (!told).then_some(url))
    })
}

/// An address as people write it: a mail address or a telephone number without its scheme, everything else whole.
#[must_use]
pub fn short_address(address: &str) -> &str {
    let scheme = ["mailto:", "tel:"].into_iter().find(|scheme| address.starts_with(scheme));
    scheme.and_then(|scheme| address.strip_prefix(scheme)).unwrap_or(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_once_at_the_end_of_its_link() {
        let link = |text: &str, url: &str| Run::Text {
            text: text.into(),
            style: TextStyle::default(),
            link: Some(url.into()),
        };
        let runs = [
            Run::plain("a "),
            link("one", "https://x.example"),
            Run::Note(1),
            link(" two", "https://x.example"),
            link("https://y.example", "https://y.example"),
            link("me@a.example", "mailto:me@a.example"),
        ];
        let told: Vec<_> = runs_with_addresses(&runs).map(|(_, address)| address).collect();
        assert_eq!(told, [None, None, None, Some("https://x.example"), None, None]);
    }
}
