//! HTML elements, and the escaping of text in them.

use std::borrow::Cow;

use crate::{document::short_address, formats::uri::uri};

/// The direction of an element is that of its first letter.
pub(super) const AUTO: &str = " dir=\"auto\"";

/// Words that lead somewhere.
pub(super) fn link(attributes: &str, address: &str, words: &str) -> String {
    element("a", format!("{attributes} href=\"{}\"", escaped(&uri(address))).trim_start(), words)
}

/// The attribute of a link whose words are the address that it leads to.
pub(super) fn address(address: &str, words: &str) -> &'static str {
    if words == address || words == short_address(address) { "class=\"address\"" } else { "" }
}

/// An element that holds words and nothing else.
pub(super) fn element(tag: &str, attributes: &str, words: &str) -> String {
    let space = if attributes.is_empty() { "" } else { " " };
    format!("<{tag}{space}{attributes}{}>{}</{tag}>", dir(words), escaped(words))
}

/// Words among others, in an element of their own where they have a direction of their own.
pub(super) fn span(words: &str) -> String {
    if dir(words).is_empty() { escaped(words).into_owned() } else { element("span", "", words) }
}

/// The direction of words is found out by the browser where they hold letters that are written from the right: Hebrew,
/// Arabic and what stands between and after them in Unicode.
pub(super) fn dir(words: &str) -> &'static str {
    let from_the_right = |letter: char| {
        matches!(letter, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}'
            | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
    };
    if words.contains(from_the_right) { AUTO } else { "" }
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
