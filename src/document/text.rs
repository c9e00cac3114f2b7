//! Formatted text: blocks, each with runs.

/// A space at which no line is broken.
pub const NO_BREAK_SPACE: char = '\u{a0}';

/// Words that stand on one line: a name, a date.
#[must_use]
pub fn unbroken(words: &str) -> String {
    words.replace(' ', "\u{a0}")
}

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

    /// The blocks of footnote `number`, counted from 1.
    #[must_use]
    pub fn note(&self, number: usize) -> Option<&[Block]> {
        self.notes.get(number.checked_sub(1)?).map(Vec::as_slice)
    }

    /// The runs of each paragraph and heading, those of lists, quotations and footnotes too.
    pub fn texts(&self) -> impl Iterator<Item = &[Run]> {
        let blocks = self.blocks.iter().chain(self.notes.iter().flatten());
        blocks.flat_map(Block::texts)
    }

    /// The words that are strong, as far as they stand together: in most texts names.
    pub fn strong(&self) -> impl Iterator<Item = String> {
        let is_strong = |run: &Run| matches!(run, Run::Text { style, .. } if style.strong);
        let alike =
            self.texts().flat_map(move |runs| runs.chunk_by(move |one, next| is_strong(one) == is_strong(next)));
        alike.filter(move |runs| runs.first().is_some_and(is_strong)).map(|runs| {
            let words =
                runs.iter().filter_map(|run| if let Run::Text { text, .. } = run { Some(text.as_str()) } else { None });
            words.collect()
        })
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

impl Block {
    /// The runs of each paragraph and heading in the block.
    fn texts(&self) -> Vec<&[Run]> {
        match self {
            Self::Paragraph(runs) | Self::Heading(_, runs) => vec![runs],
            Self::List(_, items) => items.iter().flatten().flat_map(Self::texts).collect(),
            Self::Quote(blocks) => blocks.iter().flat_map(Self::texts).collect(),
            Self::Code(_) | Self::Rule => Vec::new(),
        }
    }
}

/// The boxes of a task list, with which the words of an item begin: to do, and done.
pub const TASKS: [&str; 2] = ["☐ ", "☑ "];

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

    /// Code, as a command.
    #[must_use]
    pub fn code(text: impl Into<String>) -> Self {
        Self::Text { text: text.into(), style: TextStyle::CODE, link: None }
    }

    /// Where the run leads.
    #[must_use]
    pub fn link(&self) -> Option<&str> {
        if let Self::Text { link, .. } = self { link.as_deref() } else { None }
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

impl TextStyle {
    /// Code and nothing else.
    pub(crate) const CODE: Self = Self { strong: false, emphasis: false, code: true };
}

/// Each run with the address to be told after it, for readers that cannot follow a link: at a link's end, where its
/// words are not the address already. A line break or a footnote within a link does not end it.
pub fn runs_with_addresses(runs: &[Run]) -> impl Iterator<Item = (&Run, Option<&str>)> {
    let mut linked = String::new();
    runs.iter().enumerate().map(move |(index, run)| {
        let (Run::Text { text, .. }, Some(url)) = (run, run.link()) else { return (run, None) };
        linked.push_str(text);
        let next = runs.iter().skip(index + 1).find(|run| matches!(run, Run::Text { .. }));
        if next.and_then(Run::link) == Some(url) {
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
