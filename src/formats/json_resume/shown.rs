//! What of the values of a resume is shown on a card: for the import, and to find out what has not been changed since.

use serde_json::Value;

use super::{html, markdown};
use crate::{formats::plain::plain, profile::markdown::parse};

/// Keys of objects in the place of texts, as in `{ "summary": "…" }`.
const TEXTS: [&str; 6] = ["summary", "text", "description", "name", "title", "highlight"];

/// A text, or a number as it is written.
pub(crate) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}

/// The texts of a list, those of lists and objects in it too. One text is a list of one.
pub(crate) fn texts(value: &Value) -> Vec<String> {
    let of_element = |value: &Value| match value {
        Value::Array(_) => texts(value),
        Value::Object(fields) => TEXTS.iter().find_map(|key| scalar(fields.get(*key)?)).into_iter().collect(),
        value => scalar(value).into_iter().collect(),
    };
    let texts = match value {
        Value::Array(values) => values.iter().flat_map(of_element).collect(),
        value => Vec::from_iter(scalar(value)),
    };
    let says = |text: &String| html::line(text).is_none_or(|line| !line.is_empty());
    texts.into_iter().filter(says).collect()
}

/// Whether there is HTML in a text.
pub(crate) fn is_html(text: &str) -> bool {
    html::line(text).is_some()
}

/// A text as a line of words. HTML that says nothing stays as it is.
pub(crate) fn line(text: &str) -> String {
    html::line(text).filter(|line| !line.is_empty()).unwrap_or_else(|| text.to_owned())
}

/// Whether a line of the card is a text, or what is shown of its HTML.
pub(super) fn is_line_of(whole: &str, line: &str) -> bool {
    whole == line || is_html(whole) && self::line(whole) == line
}

/// A text in Markdown.
pub(crate) fn prose(text: &str) -> String {
    of_width(text, markdown::WIDTH)
}

/// A list in Markdown, with an item for each text.
pub(crate) fn list(items: &[String]) -> String {
    let items = items.iter().map(|item| markdown::item("- ", &of_width(item, markdown::WIDTH - 2)));
    items.collect::<Vec<_>>().join("\n")
}

fn of_width(text: &str, width: usize) -> String {
    html::markdown(text, width).unwrap_or_else(|| markdown::of_width(text, width))
}

/// The words of a text that may have several lines.
pub(crate) fn words(text: &str) -> String {
    html::markdown(text, markdown::WIDTH).map_or_else(|| text.to_owned(), |markdown| plain(&parse(&markdown).0))
}

/// Whether a text of the card is what is shown of the whole.
pub(super) fn is_of(whole: &str, text: &str) -> bool {
    let is = |whole: String| parted(&whole) == parted(text) || begins(&whole, text);
    is(whole.to_owned()) || is_html(whole) && (is(line(whole)) || is(words(whole)))
}

/// Whether a text is the beginning of another, and was shortened to it.
pub(super) fn begins(whole: &str, text: &str) -> bool {
    text.strip_suffix('…').is_some_and(|text| parted(whole).starts_with(&parted(text)))
}

/// A text with one space between its words.
fn parted(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
