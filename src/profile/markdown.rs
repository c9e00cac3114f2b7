//! Markdown to neutral blocks. It loses no word of a text, it lets no control character through, and what the card
//! cannot show as it is (raw HTML, images, tables) becomes a warning, and is shown as the words that it holds.
//!
//! The Markdown is `CommonMark` 0.31 with GitHub's footnotes and task lists. Comments (`<!-- … -->`) are for the owner
//! alone and are never shown.

use std::{borrow::Cow, ops::Range};

use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, Parser, Tag, TagEnd};

use super::{
    characters::{is_refused, name, push_shown, quoted},
    diagnostic::SpannedDiagnostic,
    limits::{LINE, excess},
    url,
};
use crate::document::{Block, Prose, Run, TASKS, TextStyle};

mod code;
mod footnotes;
pub(crate) mod html;
mod source;

use code::without_tabs;
use footnotes::Footnotes;
use source::{OPTIONS, blanked, front_matter, without_comments};

/// Lists and quotations may stand in each other so deep; a page has no room for more.
const DEEPEST: usize = 8;

/// What stands between the cells of a table.
const CELLS: &str = " · ";

/// Cuts a text into blocks. A text with errors is cut as well as it can be.
#[must_use]
pub fn parse(text: &str) -> (Prose, Vec<SpannedDiagnostic>) {
    let (_, prose, diagnostics) = read(text, false);
    (prose, diagnostics)
}

/// Parses the text of a page: a first-level heading that it begins with is the page's title, and no block.
pub(super) fn parse_page(text: &str) -> (Option<String>, Prose, Vec<SpannedDiagnostic>) {
    read(text, true)
}

fn read(text: &str, is_page: bool) -> (Option<String>, Prose, Vec<SpannedDiagnostic>) {
    let front_matter = front_matter(text);
    let text = front_matter.clone().map_or(Cow::Borrowed(text), |front_matter| blanked(text, front_matter).into());
    let mut builder = Builder { text: &text, is_page, ..Builder::default() };
    if let Some(front_matter) = front_matter {
        let remedy = "remove it; the page's title is a heading at the top, as in `# About me`";
        builder.warning(front_matter, "front matter of another program is not read", remedy);
    }
    let mut events = Parser::new_ext(&text, OPTIONS).into_offset_iter();
    for (event, span) in events.by_ref() {
        builder.event(event, span);
    }
    let definitions = events.reference_definitions();
    for (label, definition) in definitions.iter() {
        let span = &definition.span;
        if !builder.referred.iter().any(|of| definitions.get(of).is_some_and(|definition| definition.span == *span)) {
            let label = quoted(&format!("[{label}]"));
            let remedy = format!("write {label} after the words that lead there, or remove it");
            builder.warning(span.clone(), format!("nothing refers to the link {label}"), remedy);
        }
    }
    builder.finish()
}

/// A container that is open.
#[derive(Debug)]
struct Open {
    kind: ContainerKind,
    blocks: Vec<Block>,
}

#[derive(Debug)]
enum ContainerKind {
    Quote,
    List(Option<u64>, Vec<Vec<Block>>),
    Item,
    Footnote(String, Range<usize>),
}

/// The title of a page.
#[derive(Debug)]
struct Title {
    /// The bytes of its heading.
    span: Range<usize>,
    /// `None` while its heading is open.
    words: Option<String>,
}

#[derive(Debug, Default)]
struct Builder<'t> {
    text: &'t str,
    /// Whether a first-level heading at the top is the page's title.
    is_page: bool,
    title: Option<Title>,
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
    /// The bytes of the link that is open, as long as it has no words.
    empty_link: Option<Range<usize>>,
    /// The labels of links that are written as references.
    referred: Vec<String>,
    code: Option<String>,
    html: Option<(String, Range<usize>)>,
    footnotes: Footnotes,
    diagnostics: Vec<SpannedDiagnostic>,
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
                    self.footnotes.look_for_missing(self.text, span.clone());
                    self.look_for_open_comment(&span);
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
            Event::TaskListMarker(done) => {
                let [to_do, ticked] = TASKS;
                self.words(if done { ticked } else { to_do }, false, &span);
            }
        }
    }

    fn start(&mut self, tag: Tag<'_>, span: Range<usize>) {
        match tag {
            Tag::BlockQuote(_) => self.container(ContainerKind::Quote, span),
            Tag::List(first) => self.container(ContainerKind::List(first, Vec::new()), span),
            Tag::Item => self.container(ContainerKind::Item, span),
            Tag::FootnoteDefinition(label) => {
                self.container(ContainerKind::Footnote(label.into_string(), span.clone()), span);
            }
            Tag::CodeBlock(kind) => {
                self.close_paragraph();
                self.code = Some(String::new());
                if kind == CodeBlockKind::Indented {
                    let remedy = "remove the indent, or put code between lines of three backticks";
                    self.warning(span, "an indent of four spaces or a tab makes this code", remedy);
                }
            }
            Tag::HtmlBlock => {
                self.close_paragraph();
                self.html = Some((String::new(), span));
            }
            Tag::Strong => self.strong += 1,
            Tag::Emphasis => self.emphasis += 1,
            Tag::Link { dest_url, title, id, .. } => {
                self.referred.extend(Some(id.into_string()).filter(|id| !id.is_empty()));
                if !title.is_empty() {
                    let message = format!("the title of a link is not shown: {}", quoted(&title));
                    self.warning(span.clone(), message, "say it in the text, or remove it");
                }
                self.open_link(&dest_url, span);
            }
            Tag::Image { .. } => {
                let message = "an image is shown as its description";
                self.warning(span, message, "say in words what is on it, or link to it");
            }
            Tag::Table(_) => {
                self.close_paragraph();
                self.warning(span, "a table is shown as a line for each row", "write it as a list");
            }
            Tag::TableCell if !matches!(self.runs.last(), None | Some(Run::Break)) => {
                self.words(CELLS, false, &(0..0));
            }
            Tag::Heading { level, .. } => {
                self.close_paragraph();
                let first = self.title.is_none() && self.blocks.is_empty() && self.open.is_empty();
                if self.is_page && first && level == HeadingLevel::H1 {
                    self.title = Some(Title { span, words: None });
                }
            }
            Tag::Paragraph => self.close_paragraph(),
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
            TagEnd::Link => {
                self.link = None;
                if let Some(span) = self.empty_link.take() {
                    self.warning(span, "a link without words is not shown", "write words between the brackets");
                }
            }
            TagEnd::Heading(level) => {
                let runs = std::mem::take(&mut self.runs);
                if let Some(Title { words: words @ None, .. }) = &mut self.title {
                    let text = |run: &Run| if let Run::Text { text, .. } = run { text.clone() } else { " ".to_owned() };
                    *words = Some(runs.iter().map(text).collect::<String>().trim().to_owned());
                } else if !runs.is_empty() {
                    self.push(Block::Heading(level as u8, runs));
                }
            }
            TagEnd::TableHead | TagEnd::TableRow => self.runs.push(Run::Break),
            TagEnd::Paragraph | TagEnd::Table => self.close_paragraph(),
            _ => {}
        }
    }

    fn container(&mut self, kind: ContainerKind, span: Range<usize>) {
        self.close_paragraph();
        let depth =
            self.open.iter().filter(|open| matches!(open.kind, ContainerKind::Quote | ContainerKind::List(..))).count();
        if self.too_deep > 0 {
            self.too_deep += 1;
        } else if depth >= DEEPEST && matches!(kind, ContainerKind::Quote | ContainerKind::List(..)) {
            self.too_deep = 1;
            let message = format!("lists and quotations stand in each other deeper than {DEEPEST}");
            self.error(span, message, "begin a new paragraph instead");
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
            ContainerKind::Quote => self.push(Block::Quote(blocks)),
            ContainerKind::List(first, items) => self.push(Block::List(first, items)),
            ContainerKind::Item => match self.open.last_mut() {
                Some(Open { kind: ContainerKind::List(_, items), .. }) => items.push(blocks),
                _ => self.blocks.extend(blocks),
            },
            ContainerKind::Footnote(label, span) => {
                self.diagnostics.extend(self.footnotes.define(&label, span, blocks));
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
        self.empty_link = None;
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
            Err((wrong, remedy)) => self.error(span, format!("this {wrong}"), remedy),
            Ok(()) if self.is_in_title() => {
                self.warning(span, "a page's title shows no link", "put the link in the text below the title");
            }
            Ok(()) => (self.link, self.empty_link) = (Some(link), Some(span)),
        }
    }

    fn reference(&mut self, label: &str, span: Range<usize>) {
        if self.open.iter().any(|open| matches!(open.kind, ContainerKind::Footnote(..))) {
            self.error(span, "a footnote refers to a footnote", "say it in one footnote, or in the text");
        } else if self.is_in_title() {
            self.warning(span, "a page's title shows no footnote", "refer to it in the text below the title");
        } else {
            let number = self.footnotes.refer(label);
            self.runs.push(Run::Note(number));
        }
    }

    fn is_in_title(&self) -> bool {
        self.title.as_ref().is_some_and(|title| title.words.is_none())
    }

    /// A comment without an end is words to Markdown, which would be shown.
    fn look_for_open_comment(&mut self, span: &Range<usize>) {
        let source = self.text.get(span.start..).unwrap_or_default();
        let mut begins = source.match_indices("<!--").map(|(at, _)| span.start + at).take_while(|at| *at < span.end);
        let is_escaped = |at: &usize| self.text.get(..*at).is_some_and(|before| before.ends_with('\\'));
        if let Some(at) = begins.find(|at| !is_escaped(at)) {
            self.error(at..at + 4, "this comment has no end", "write `-->` where it ends");
        }
    }

    fn html(&mut self, html: &str, span: Range<usize>) {
        let Some((words, has_tags)) = html::words(html) else {
            self.error(span, "this comment has no end", "write `-->` where it ends");
            return;
        };
        if words.is_empty() && !has_tags {
            self.comments.push(span);
            return;
        }
        self.comments.extend(html::comments(self.text, &span));
        let remedy = "write it as Markdown, or `\\<` for a plain `<`";
        self.warning(span.clone(), format!("HTML is shown without its tags: {}", quoted(html.trim())), remedy);
        if html::is_break(html) && !self.runs.is_empty() {
            self.runs.push(Run::Break);
        } else if !words.is_empty() {
            self.words(&words, false, &span);
        }
    }

    /// Finds what an entity such as `&#27;` smuggled in; what stands in the text itself its reader has found already.
    fn check_characters(&mut self, words: &str, span: &Range<usize>) {
        let source = self.text.get(span.clone()).unwrap_or_default();
        let smuggled = |character: &char| is_refused(*character) && !source.contains(*character);
        if let Some(character) = words.chars().find(smuggled) {
            self.error(span.clone(), format!("{} cannot be shown", name(character)), "remove it");
        }
    }

    fn error(&mut self, span: Range<usize>, message: impl Into<String>, remedy: impl Into<String>) {
        self.diagnostics.push(SpannedDiagnostic::error(span, message, remedy));
    }

    fn warning(&mut self, span: Range<usize>, message: impl Into<String>, remedy: impl Into<String>) {
        self.diagnostics.push(SpannedDiagnostic::warning(span, message, remedy));
    }

    fn finish(mut self) -> (Option<String>, Prose, Vec<SpannedDiagnostic>) {
        while !self.open.is_empty() {
            self.close_container();
        }
        self.close_paragraph();
        let mut text = Cow::Borrowed(self.text);
        let mut title = None;
        if let Some(Title { span, words }) = self.title.take() {
            text = blanked(self.text, span.clone()).into();
            self.comments.retain(|comment| comment.start < span.start || comment.start >= span.end);
            title = words.filter(|words| !words.is_empty());
            if let Some(excess) = title.as_ref().and_then(|title| excess(title, LINE)) {
                self.error(span, format!("the page's title is too long: {}", excess.length), excess.remedy());
            }
        }
        let (notes, diagnostics) = self.footnotes.finish();
        self.diagnostics.extend(diagnostics);
        self.diagnostics.sort_by_key(|one| one.span.start);
        let source = without_comments(&text, &self.comments);
        (title, Prose { source, blocks: self.blocks, notes }, self.diagnostics)
    }
}

#[cfg(test)]
mod tests;
