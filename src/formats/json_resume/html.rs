//! HTML in the texts of a resume, where editors put it: as Markdown, or as its words alone. What is no tag of HTML with
//! its end, as in `a < b` and `vector<int>`, is words.

use super::markdown::{self, broken, paragraph};
use crate::{
    document::{Block, Prose, Run, TextStyle},
    formats::{
        markdown::{escaped, link},
        plain::plain,
        uri,
    },
    profile::{
        characters::{is_joiner, push_shown},
        markdown::parse,
        url,
    },
};

mod tokens;

use tokens::{Token, is_block, tokens};

/// Lists stand in each other so deep; deeper items are paragraphs of these.
const DEEPEST: usize = 5;
/// The columns that a line within lists has at least.
const NARROWEST: usize = 40;

/// The words of a text on one line; `None` where there is no HTML in it.
pub(super) fn line(text: &str) -> Option<String> {
    let words: String = tokens(text)?
        .iter()
        .map(|token| match token {
            Token::Words(words) => words,
            Token::Tag { name, .. } if is_block(name) => " ",
            Token::Tag { .. } => "",
        })
        .collect();
    let mut line = String::new();
    // A joiner has nothing to join where its tag is gone.
    push_shown(&mut line, &words.split_whitespace().collect::<Vec<_>>().join(" "));
    Some(line)
}

/// A text in Markdown, in lines of a width; `None` where there is no HTML in it.
pub(super) fn markdown(text: &str, width: usize) -> Option<String> {
    let tokens = tokens(text)?;
    let has_blocks = tokens.iter().any(|token| matches!(token, Token::Tag { name, .. } if is_block(name)));
    let mut reader = HtmlReader { has_blocks, width, ..HtmlReader::default() };
    for token in &tokens {
        match token {
            Token::Words(words) => reader.words(words),
            Token::Tag { name, closes: false, attributes } => reader.open(name, attributes),
            Token::Tag { name, .. } => reader.close(name),
        }
    }
    reader.flush();
    let is_good = parse(&reader.text).1.is_empty();
    Some(if is_good { reader.text } else { markdown::of_width(&reader.plain, width) })
}

/// The Markdown so far.
#[derive(Default)]
struct HtmlReader {
    /// Whether white space is layout of the source: there are tags for paragraphs or line breaks.
    has_blocks: bool,
    width: usize,
    text: String,
    /// The text without any markup.
    plain: String,
    /// The open paragraph.
    runs: Vec<Run>,
    strong: usize,
    emphasis: usize,
    code: usize,
    link: Option<String>,
    /// The open lists: the number of the next item, of an ordered one.
    lists: Vec<Option<u32>>,
    /// The columns of the marker of each open item.
    items: Vec<usize>,
    /// The markers of items that have no text yet.
    markers: String,
    /// Whether the last block is in a list.
    in_list: bool,
}

impl HtmlReader {
    fn open(&mut self, name: &str, attributes: &str) {
        if is_block(name) && name != "br" {
            self.flush();
        }
        if let Some(count) = self.style(name) {
            *count += 1;
        }
        match name {
            "a" => {
                let address = tokens::address(attributes).filter(|address| url::check(address).is_ok());
                self.link = address.map(|address| uri(&address).into_owned());
            }
            "br" => self.end_line(),
            "ul" => self.lists.push(None),
            "ol" => self.lists.push(Some(0)),
            "li" => self.item(),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        if is_block(name) {
            self.flush();
        }
        if let Some(count) = self.style(name) {
            *count = count.saturating_sub(1);
        }
        match name {
            "a" => self.end_link(),
            "ul" | "ol" => {
                self.lists.pop();
                self.end_items(self.lists.len());
            }
            "li" => self.end_items(self.items.len().saturating_sub(1)),
            _ => {}
        }
    }

    /// How many tags are open that mark words up as this one does.
    fn style(&mut self, name: &str) -> Option<&mut usize> {
        match name {
            "strong" | "b" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "th" => Some(&mut self.strong),
            "em" | "i" => Some(&mut self.emphasis),
            "code" | "tt" | "kbd" | "samp" => Some(&mut self.code),
            _ => None,
        }
    }

    fn item(&mut self) {
        self.end_items(self.lists.len().saturating_sub(1));
        let marker = match self.lists.last_mut() {
            _ if self.items.len() >= DEEPEST => String::new(),
            Some(Some(number)) => {
                *number += 1;
                format!("{number}. ")
            }
            _ => "- ".to_owned(),
        };
        self.items.push(marker.len());
        self.markers.push_str(&marker);
    }

    /// Ends all items but so many.
    fn end_items(&mut self, left: usize) {
        while self.items.len() > left {
            let columns = self.items.pop().unwrap_or_default();
            // Of an item without a text.
            self.markers.truncate(self.markers.len().saturating_sub(columns));
        }
    }

    fn end_link(&mut self) {
        self.link = None;
        if let Some(Run::Text { text, link: Some(_), .. }) = self.runs.last_mut()
            && text.ends_with(' ')
        {
            text.pop();
            self.push(" ");
        }
    }

    /// Ends a line; two ends are that of the paragraph.
    fn end_line(&mut self) {
        match self.runs.last_mut() {
            None => {}
            Some(Run::Text { text, .. }) => {
                text.truncate(text.trim_end().len());
                self.runs.push(Run::Break);
            }
            Some(_) => self.flush(),
        }
    }

    fn words(&mut self, words: &str) {
        if self.has_blocks {
            return self.push(words);
        }
        for (index, line) in words.split('\n').enumerate() {
            if index > 0 {
                self.end_line();
            }
            self.push(line);
        }
    }

    fn push(&mut self, words: &str) {
        let is_open = |count: usize| count > 0 && self.link.is_none();
        let style =
            TextStyle { strong: is_open(self.strong), emphasis: is_open(self.emphasis), code: is_open(self.code) };
        for sign in words.chars() {
            match self.runs.last_mut() {
                // A joiner has nothing to join where its tag is gone.
                None | Some(Run::Break) if sign.is_whitespace() || is_joiner(sign) => {}
                Some(Run::Text { text, .. }) if (sign.is_whitespace() || is_joiner(sign)) && text.ends_with(' ') => {}
                Some(Run::Text { text, link, .. })
                    if sign.is_whitespace() && (link.is_none() || *link == self.link) =>
                {
                    text.push(' ');
                }
                _ if sign.is_whitespace() => self.runs.push(Run::plain(" ")),
                Some(Run::Text { text, style: of, link }) if *of == style && *link == self.link => text.push(sign),
                _ => self.runs.push(Run::Text { text: sign.into(), style, link: self.link.clone() }),
            }
        }
    }

    /// Ends the paragraph.
    fn flush(&mut self) {
        let mut runs = std::mem::take(&mut self.runs);
        while let Some(last) = runs.last_mut() {
            if let Run::Text { text, .. } = last {
                text.truncate(text.trim_end().len());
                if !text.is_empty() {
                    break;
                }
            }
            runs.pop();
        }
        if runs.is_empty() {
            return;
        }
        let columns: usize = self.items.iter().sum();
        let markers = std::mem::take(&mut self.markers);
        let between = if self.in_list && !markers.is_empty() { "\n" } else { "\n\n" };
        self.in_list = columns > 0;
        let written = written(&runs, self.width.saturating_sub(columns).max(NARROWEST));
        let item = markdown::item(&markers, &written);
        if !self.text.is_empty() {
            self.text.push_str(between);
            self.plain.push_str("\n\n");
        }
        self.text.push_str(&markdown::item(&" ".repeat(columns.saturating_sub(markers.len())), &item));
        self.plain.push_str(&words_of(runs));
    }
}

fn words_of(runs: Vec<Run>) -> String {
    plain(&Prose::of(vec![Block::Paragraph(runs)]))
}

/// A paragraph in Markdown, without its styles where Markdown cannot say them.
fn written(runs: &[Run], width: usize) -> String {
    let words = words_of(runs.to_vec());
    let lines = runs.split(|run| *run == Run::Break).map(|line| line.iter().map(styled).collect());
    let lines: Vec<String> = lines.collect();
    broken(&lines, width, &words).unwrap_or_else(|| paragraph(&words.lines().map(str::trim).collect::<Vec<_>>(), width))
}

/// A run with its signs close to its words.
fn styled(run: &Run) -> String {
    let Run::Text { text, style, link: address } = run else { return String::new() };
    let words = text.trim();
    let inner = match address {
        _ if words.is_empty() => return text.clone(),
        Some(address) => link(words, address),
        None if style.code && !words.contains('`') => format!("`{words}`"),
        None => escaped(words),
    };
    let signs = match (style.strong, style.emphasis) {
        (true, true) => "***",
        (true, false) => "**",
        (false, true) => "*",
        (false, false) => "",
    };
    let space = |is: bool| if is { " " } else { "" };
    format!("{}{signs}{inner}{signs}{}", space(text.starts_with(' ')), space(text.ends_with(' ')))
}

#[cfg(test)]
mod tests;
