//! Markdown to neutral blocks. It loses no word of a text, it lets no control character through, and what the card
//! cannot show (raw HTML, images, tables) becomes a finding instead of a guess.
//!
//! The Markdown is `CommonMark` 0.31 with GitHub's footnotes, which are the side notes. Comments (`<!-- … -->`) are for
//! the owner alone and are never shown.

use std::{fmt::Write as _, ops::Range};

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd};

use super::{
    characters::{is_refused, name, push_shown, quoted},
    url,
};
use crate::document::{Block, Prose, Run, TextStyle};

mod notes;

use notes::Notes;

/// Lists and quotations may stand in each other so deep; a page has no room for more.
const DEEPEST: usize = 8;

/// A tab within code goes to the next multiple of this many characters.
const TAB: usize = 4;

/// What is read beside `CommonMark`.
const OPTIONS: Options = Options::ENABLE_FOOTNOTES.union(Options::ENABLE_TABLES);

/// Something in a text that the card cannot show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The bytes of the text that are meant.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub remedy: String,
}

/// Cuts a text into blocks. A text with findings is cut as well as it can be.
#[must_use]
pub fn parse(text: &str) -> (Prose, Vec<Finding>) {
    let mut builder = Builder { text, ..Builder::default() };
    for (event, span) in Parser::new_ext(text, OPTIONS).into_offset_iter() {
        builder.event(event, span);
    }
    builder.finish()
}

/// A container that is open.
#[derive(Debug)]
struct Open {
    kind: Kind,
    blocks: Vec<Block>,
}

#[derive(Debug)]
enum Kind {
    Quote,
    List(Option<u64>, Vec<Vec<Block>>),
    Item,
    Note(String, Range<usize>),
}

#[derive(Debug, Default)]
struct Builder<'t> {
    text: &'t str,
    /// The blocks outside of every container.
    blocks: Vec<Block>,
    open: Vec<Open>,
    /// So many containers are open that are too deep and left out.
    too_deep: usize,
    /// The runs of the paragraph or heading that is open.
    runs: Vec<Run>,
    strong: usize,
    emphasis: usize,
    link: Option<String>,
    code: Option<String>,
    html: Option<(String, Range<usize>)>,
    notes: Notes,
    findings: Vec<Finding>,
    /// The bytes of comments, which are the owner's alone.
    comments: Vec<Range<usize>>,
}

impl Builder<'_> {
    fn event(&mut self, event: Event<'_>, span: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, span),
            Event::End(tag) => self.end(tag),
            Event::Text(words) => {
                if let Some(code) = &mut self.code {
                    code.push_str(&words);
                } else {
                    self.notes.look_for_missing(self.text, span.clone());
                    self.words(&words, false, &span);
                }
            }
            Event::Code(words) | Event::InlineMath(words) | Event::DisplayMath(words) => {
                self.words(&words, true, &span);
            }
            Event::Html(html) | Event::InlineHtml(html) => match &mut self.html {
                Some((block, _)) => block.push_str(&html),
                None => self.html(&html, span),
            },
            Event::FootnoteReference(label) => self.reference(&label, span),
            Event::SoftBreak => self.words(" ", false, &span),
            Event::HardBreak => self.runs.push(Run::Break),
            Event::Rule => {
                self.close_paragraph();
                self.push(Block::Rule);
            }
            Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, span: Range<usize>) {
        match tag {
            Tag::BlockQuote(_) => self.container(Kind::Quote, span),
            Tag::List(first) => self.container(Kind::List(first, Vec::new()), span),
            Tag::Item => self.container(Kind::Item, span),
            Tag::FootnoteDefinition(label) => self.container(Kind::Note(label.into_string(), span.clone()), span),
            Tag::CodeBlock(_) => {
                self.close_paragraph();
                self.code = Some(String::new());
            }
            Tag::HtmlBlock => {
                self.close_paragraph();
                self.html = Some((String::new(), span));
            }
            Tag::Strong => self.strong += 1,
            Tag::Emphasis => self.emphasis += 1,
            Tag::Link { dest_url, .. } => self.open_link(&dest_url, span),
            Tag::Image { .. } => {
                self.finding(span, "an image cannot be shown", "say in words what is on it, or link to it");
            }
            Tag::Table(_) => {
                self.close_paragraph();
                self.finding(span, "a table cannot be shown", "write it as a list");
            }
            Tag::Paragraph | Tag::Heading { .. } => self.close_paragraph(),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item | TagEnd::FootnoteDefinition => {
                self.close_container();
            }
            TagEnd::CodeBlock => {
                if let Some(code) = self.code.take() {
                    let code = code.strip_suffix('\n').unwrap_or(&code);
                    let lines = code.split('\n').map(without_tabs).collect();
                    self.push(Block::Code(lines));
                }
            }
            TagEnd::HtmlBlock => {
                if let Some((html, span)) = self.html.take() {
                    self.html(&html, span);
                    self.close_paragraph();
                }
            }
            TagEnd::Strong => self.strong = self.strong.saturating_sub(1),
            TagEnd::Emphasis => self.emphasis = self.emphasis.saturating_sub(1),
            TagEnd::Link => self.link = None,
            TagEnd::Heading(level) => {
                let runs = std::mem::take(&mut self.runs);
                if !runs.is_empty() {
                    self.push(Block::Heading(level as u8, runs));
                }
            }
            TagEnd::Paragraph | TagEnd::TableHead | TagEnd::TableRow | TagEnd::Table => self.close_paragraph(),
            TagEnd::TableCell => self.words(" ", false, &(0..0)),
            _ => {}
        }
    }

    fn container(&mut self, kind: Kind, span: Range<usize>) {
        self.close_paragraph();
        let depth = self.open.iter().filter(|open| matches!(open.kind, Kind::Quote | Kind::List(..))).count();
        if self.too_deep > 0 {
            self.too_deep += 1;
        } else if depth >= DEEPEST && matches!(kind, Kind::Quote | Kind::List(..)) {
            self.too_deep = 1;
            let message = format!("lists and quotations stand in each other deeper than {DEEPEST}");
            self.finding(span, message, "begin a new paragraph instead");
        } else {
            self.open.push(Open { kind, blocks: Vec::new() });
        }
    }

    fn close_container(&mut self) {
        self.close_paragraph();
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        let Some(Open { kind, blocks }) = self.open.pop() else { return };
        match kind {
            Kind::Quote => self.push(Block::Quote(blocks)),
            Kind::List(first, items) => self.push(Block::List(first, items)),
            Kind::Item => match self.open.last_mut() {
                Some(Open { kind: Kind::List(_, items), .. }) => items.push(blocks),
                _ => self.blocks.extend(blocks),
            },
            Kind::Note(label, span) => {
                if let Some(finding) = self.notes.define(&label, span, blocks) {
                    self.findings.push(finding);
                }
            }
        }
    }

    fn push(&mut self, block: Block) {
        self.open.last_mut().map_or(&mut self.blocks, |open| &mut open.blocks).push(block);
    }

    fn close_paragraph(&mut self) {
        let mut runs = std::mem::take(&mut self.runs);
        while matches!(runs.last(), Some(Run::Break)) {
            runs.pop();
        }
        if !runs.is_empty() {
            self.push(Block::Paragraph(runs));
        }
    }

    /// Adds words in the style that is open; they join the run before if it has the same.
    fn words(&mut self, words: &str, code: bool, span: &Range<usize>) {
        self.check_characters(words, span);
        let words = words.replace(['\t', '\n', '\r'], " ");
        let style_now = TextStyle { strong: self.strong > 0, emphasis: self.emphasis > 0, code };
        if let Some(Run::Text { text, style, link }) = self.runs.last_mut()
            && *style == style_now
            && *link == self.link
        {
            push_shown(text, &words);
            return;
        }
        let mut text = String::new();
        push_shown(&mut text, &words);
        if !text.is_empty() {
            self.runs.push(Run::Text { text, style: style_now, link: self.link.clone() });
        }
    }

    fn open_link(&mut self, destination: &CowStr<'_>, span: Range<usize>) {
        // `<someone@example.com>` is an e-mail address; the parser gives it without its scheme.
        let bare = destination.contains('@') && !destination.contains(':');
        let link = if bare { format!("mailto:{destination}") } else { destination.to_string() };
        match url::check(&link) {
            Ok(()) => self.link = Some(link),
            Err((message, remedy)) => self.finding(span, message, remedy),
        }
    }

    fn reference(&mut self, label: &str, span: Range<usize>) {
        if self.open.iter().any(|open| matches!(open.kind, Kind::Note(..))) {
            self.finding(span, "a side note refers to a side note", "say it in one note, or in the text");
        } else {
            let number = self.notes.refer(label);
            self.runs.push(Run::Note(number));
        }
    }

    fn html(&mut self, html: &str, span: Range<usize>) {
        let comment = html.trim().strip_prefix("<!--").and_then(|comment| comment.split_once("-->"));
        if comment.is_some_and(|(_, after)| after.is_empty()) {
            self.comments.push(span);
            return;
        }
        self.finding(
            span.clone(),
            format!("HTML would not be shown: {}", quoted(html.trim())),
            "write it as Markdown, or `\\<` for a plain `<`",
        );
        self.words(html, false, &span);
    }

    /// Finds what an entity such as `&#27;` smuggled in; what stands in the text itself its reader has found already.
    fn check_characters(&mut self, words: &str, span: &Range<usize>) {
        let source = self.text.get(span.clone()).unwrap_or_default();
        let smuggled = |character: &char| is_refused(*character) && !source.contains(*character);
        if let Some(character) = words.chars().find(smuggled) {
            self.finding(span.clone(), format!("{} cannot be shown", name(character)), "remove it");
        }
    }

    fn finding(&mut self, span: Range<usize>, message: impl Into<String>, remedy: impl Into<String>) {
        self.findings.push(Finding { span, message: message.into(), remedy: remedy.into() });
    }

    fn finish(mut self) -> (Prose, Vec<Finding>) {
        while !self.open.is_empty() {
            self.close_container();
        }
        self.close_paragraph();
        let (notes, findings) = self.notes.finish();
        self.findings.extend(findings);
        self.findings.sort_by_key(|finding| finding.span.start);
        let mut source = without(self.text, &self.comments, "");
        // A comment can part two blocks, as a list from the next one: there an empty comment stays.
        if !self.comments.is_empty() && structure(&source) != structure(self.text) {
            source = without(self.text, &self.comments, "<!-- -->");
        }
        (Prose { source, blocks: self.blocks, notes }, self.findings)
    }
}

/// The tags and the words of a text, without comments and spaces.
fn structure(text: &str) -> String {
    let mut structure = String::new();
    for event in Parser::new_ext(text, OPTIONS) {
        match event {
            Event::Start(Tag::HtmlBlock) | Event::End(TagEnd::HtmlBlock) => {}
            Event::Html(_) | Event::InlineHtml(_) | Event::SoftBreak => {}
            Event::Text(words) => structure.extend(words.chars().filter(|letter| !letter.is_whitespace())),
            event => {
                let _ = write!(structure, "{event:?}");
            }
        }
    }
    structure
}

/// A text with something else in place of some of its bytes, and without blank lines at its ends.
fn without(text: &str, removed: &[Range<usize>], instead: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut from = 0;
    for range in removed {
        kept.push_str(text.get(from..range.start).unwrap_or_default());
        let ends_line = !instead.is_empty() && text.get(range.clone()).is_some_and(|removed| removed.ends_with('\n'));
        kept.push_str(instead);
        kept.push_str(if ends_line { "\n" } else { "" });
        from = range.end.max(from);
    }
    kept.push_str(text.get(from..).unwrap_or_default());
    kept.trim_matches('\n').trim_end().to_owned()
}

/// The Markdown of a text without the heading that it begins with.
pub(super) fn without_title(source: &str) -> String {
    let mut events = Parser::new_ext(source, Options::ENABLE_FOOTNOTES).into_offset_iter();
    let heading = events.find(|(event, _)| matches!(event, Event::Start(Tag::Heading { .. })));
    without(source, heading.map(|(_, range)| range).as_slice(), "")
}

/// A line of code with its tabs as spaces and without control characters.
fn without_tabs(line: &str) -> String {
    let mut shown = String::new();
    let mut column = 0;
    for character in line.chars() {
        if character == '\t' {
            let cells = TAB - column % TAB;
            shown.extend(std::iter::repeat_n(' ', cells));
            column += cells;
        } else {
            let before = shown.len();
            push_shown(&mut shown, character.encode_utf8(&mut [0; 4]));
            column += usize::from(shown.len() > before);
        }
    }
    shown.truncate(shown.trim_end().len());
    shown
}

#[cfg(test)]
mod tests;
