//! HTML elements, and the escaping of text in them.

use std::{borrow::Cow, ops::Range};

use crate::{
    document::{Direction, short_address},
    formats::uri::{readable, uri},
};

/// The direction of an element is that of its first letter.
pub(super) const AUTO: &str = " dir=\"auto\"";

/// Words that lead somewhere.
pub(super) fn link(attributes: &str, address: &str, words: &str) -> String {
    element("a", format!("{attributes} {}", href(address)).trim_start(), words)
}

/// Where a link leads; paper shows an address that has escapes as people read it.
pub(super) fn href(address: &str) -> String {
    let (uri, readable) = (uri(address), readable(address));
    let shown = if uri == readable { String::new() } else { format!(" data-address=\"{}\"", escaped(&readable)) };
    format!("href=\"{}\"{shown}", escaped(&uri))
}

/// The attribute of a link whose words are the address that it leads to.
pub(super) fn address(address: &str, words: &str) -> &'static str {
    if words == address || words == short_address(address) { "class=\"address\"" } else { "" }
}

/// The most characters of a name that is not broken into two lines: as many as stand in one on a small phone, where 320
/// pixels have some 28.
const LONGEST: usize = 24;

/// Whether a text is kept on one line.
pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().count() <= LONGEST && !text.contains('\n')
}

/// A name, kept on one line where it has several words and is short enough.
pub(super) fn name(name: &str) -> String {
    if is_name(name) && name.contains([' ', '-']) {
        format!("<span class=\"whole\">{}</span>", escaped(name))
    } else {
        escaped(name).into_owned()
    }
}

/// Words, with the names in them kept whole: those that `known` finds, and those with a hyphen.
pub(super) fn words(mut text: &str, known: impl Fn(&str) -> Option<Range<usize>>) -> String {
    let first = |text: &str| known(text).into_iter().chain(hyphenated(text)).min_by_key(|range| range.start);
    let mut words = String::with_capacity(text.len() + 16);
    while let Some(range) = first(text) {
        let (before, rest) = text.split_at(range.start);
        let (whole, after) = rest.split_at(range.len());
        words.push_str(&escaped(before));
        words.push_str(&name(whole));
        text = after;
    }
    words.push_str(&escaped(text));
    words
}

/// The first word that a browser would break after a hyphen and that is a name by its looks: GPT-3, Newton-Raphson.
fn hyphenated(text: &str) -> Option<Range<usize>> {
    let is_one = |word: &str| {
        let after = word.split('-').skip(1).filter_map(|part| part.chars().next());
        after.into_iter().any(|first| first.is_uppercase() || first.is_numeric()) && is_name(word)
    };
    let mut from = 0;
    text.split(|sign: char| !sign.is_alphanumeric() && sign != '-').find_map(|word| {
        let start = from + text.get(from..)?.find(word)?;
        from = start + word.len();
        is_one(word).then_some(start..from)
    })
}

/// An element that holds words and nothing else.
pub(super) fn element(tag: &str, attributes: &str, words: &str) -> String {
    let space = if attributes.is_empty() { "" } else { " " };
    format!("<{tag}{space}{attributes}{}>{}</{tag}>", dir(words), kept(words))
}

/// Words, with the names in them that have a hyphen kept whole.
pub(super) fn kept(text: &str) -> String {
    words(text, |_| None)
}

/// Words among others, in an element of their own where they have a direction of their own.
pub(super) fn span(words: &str) -> String {
    if dir(words).is_empty() { kept(words) } else { element("span", "", words) }
}

/// The direction of words is found out by the browser where they hold letters that are written from the right.
pub(super) fn dir(words: &str) -> &'static str {
    if words.contains(Direction::is_rtl) { AUTO } else { "" }
}

/// A text for the content of an element or for an attribute's value. Characters that no document may hold
/// (noncharacters, Unicode 16.0, section 23.7) are shown as one that says so.
pub(crate) fn escaped(text: &str) -> Cow<'_, str> {
    let none = |sign: char| matches!(sign, '\u{fdd0}'..='\u{fdef}') || u32::from(sign) & 0xfffe == 0xfffe;
    if !text.contains(|sign| matches!(sign, '&' | '<' | '>' | '"' | '\'') || none(sign)) {
        return text.into();
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for sign in text.chars() {
        match sign {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            sign if none(sign) => escaped.push(char::REPLACEMENT_CHARACTER),
            sign => escaped.push(sign),
        }
    }
    escaped.into()
}
