//! A text with HTML in tags and words.

use std::collections::BTreeSet;

use crate::profile::{
    characters::{is_joiner, is_refused},
    markdown::html,
};

/// Tags that end a line, or a paragraph.
const BLOCKS: [&str; 28] = [
    "article",
    "blockquote",
    "br",
    "dd",
    "div",
    "dl",
    "dt",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];
/// Tags within a line.
const INLINE: [&str; 25] = [
    "a", "abbr", "b", "big", "center", "cite", "code", "del", "em", "font", "i", "img", "ins", "kbd", "mark", "s",
    "samp", "small", "span", "strike", "strong", "sub", "sup", "tt", "u",
];
/// Tags without an end.
const VOID: [&str; 3] = ["br", "hr", "img"];

pub(super) enum Token<'t> {
    Words(String),
    Tag { name: String, closes: bool, attributes: &'t str },
}

pub(super) fn is_block(name: &str) -> bool {
    BLOCKS.contains(&name)
}

/// The tags and words of a text; `None` where it has neither a tag nor the name of a character.
pub(super) fn tokens(text: &str) -> Option<Vec<Token<'_>>> {
    let tags = || text.match_indices('<').filter_map(|(at, _)| tag(text.get(at..)?));
    let names = |closing: bool| -> BTreeSet<String> {
        tags().filter(|(_, _, closes, _)| *closes == closing).map(|(_, name, ..)| name).collect()
    };
    let (opened, closed) = (names(false), names(true));
    // The end of a paragraph and of an item may be left out.
    let begins = text.trim_start().starts_with('<');
    let is_markup = |name: &str| {
        let has_end = closed.contains(name) || begins && matches!(name, "p" | "li");
        VOID.contains(&name) || opened.contains(name) && has_end
    };
    let (mut tokens, mut words, mut rest, mut is_html) = (Vec::new(), String::new(), text, false);
    while let Some(at) = rest.find(['<', '&']) {
        let (before, after) = rest.split_at(at);
        words.push_str(before);
        if let Some((length, name, closes, attributes)) = tag(after).filter(|(_, name, ..)| is_markup(name)) {
            tokens.push(Token::Words(std::mem::take(&mut words)));
            tokens.push(Token::Tag { name, closes, attributes });
            (rest, is_html) = (after.get(length..).unwrap_or_default(), true);
        } else if let Some((length, character)) = entity(after) {
            words.push_str(&character);
            (rest, is_html) = (after.get(length..).unwrap_or_default(), true);
        } else {
            words.push_str(after.get(..1).unwrap_or_default());
            rest = after.get(1..).unwrap_or_default();
        }
    }
    words.push_str(rest);
    tokens.push(Token::Words(words));
    is_html.then_some(tokens)
}

/// The tag of HTML that a text begins with: its length, its name, whether it closes, and its attributes.
fn tag(text: &str) -> Option<(usize, String, bool, &str)> {
    let inner = text.strip_prefix('<')?;
    let closes = inner.starts_with('/');
    let inner = inner.strip_prefix('/').unwrap_or(inner);
    let name = inner.split(|sign: char| !sign.is_ascii_alphanumeric()).next()?;
    let rest = inner.get(name.len()..)?;
    let name = name.to_ascii_lowercase();
    let is_known = BLOCKS.contains(&&*name) || INLINE.contains(&&*name);
    if !is_known || !rest.starts_with(|sign: char| sign.is_whitespace() || matches!(sign, '/' | '>')) {
        return None;
    }
    let begin = text.len() - rest.len();
    let (tag, _) = html::tag(text)?;
    Some((tag.len() + 1, name, closes, tag.get(begin..)?))
}

/// The address of a link.
pub(super) fn address(attributes: &str) -> Option<String> {
    let lower = attributes.to_ascii_lowercase();
    let value = attributes.get(lower.find("href")? + 4..)?.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|sign| matches!(sign, '"' | '\''));
    let address = match quote {
        Some(quote) => value.get(1..)?.split(quote).next()?,
        None => value.split_whitespace().next()?,
    };
    Some(address.trim().replace("&amp;", "&"))
}

/// The character that a text begins with the name or number of, and the length of that. One that is not shown has none.
fn entity(text: &str) -> Option<(usize, String)> {
    let (said, rest) = html::character(text.strip_prefix('&')?)?;
    let is_shown = |sign: char| !is_refused(sign) && !is_joiner(sign) && sign != char::REPLACEMENT_CHARACTER;
    said.chars().all(is_shown).then_some((text.len() - rest.len(), said))
}
