//! What to do about a line that is no TOML, in words for whoever writes a card and not a parser.

use std::ops::Range;

use toml::de::Error;

use super::characters::quoted;

/// What an error's message begins with, and what would be right. The first that fits counts.
const REMEDIES: &[(&str, &str)] = &[
    ("cannot extend value", "remove one of the two"),
    ("extra `=`", "remove it"),
    ("extra comma", "remove it"),
    (
        "unexpected key or value",
        "end the line after the value; a text that holds a quote stands in quotes of the other kind",
    ),
    ("key with no value", LINE),
    ("invalid key-value pair", LINE),
    ("unquoted keys cannot be empty", "write the name of a key"),
    ("invalid unquoted key", "a key has only the letters from a to z, digits, `-` and `_`"),
    ("keys cannot be multi-line", "write the key without quotes"),
    ("missing escaped value", "write `\\\\` for a backslash, or put the text in single quotes"),
    ("too few unicode value digits", ESCAPE),
    ("invalid value", ESCAPE),
    ("carriage return", "put a line feed after it, or in its place"),
    ("recursion limit", "write it with fewer brackets and dots"),
    ("cannot recurse further", "write it with fewer brackets and dots"),
];

const LINE: &str = "write `key = \"value\"`, one a line, and begin a comment with `#`";
const ESCAPE: &str = "write the character itself, or its number in hexadecimal, as in `\\u00e9`";
/// Unquoted words, and numbers and dates that are none: no key wants anything else.
const VALUE: &str = "put a text in quotes, as in `key = \"value\"`, and write a number in digits alone";

/// Where an error is, what is wrong and what would be right.
pub(super) fn explained(error: &Error, text: &str) -> (Range<usize>, String, String) {
    let span = error.span().unwrap_or_default();
    let message = error.message();
    let (message, expected) = message.split_once(", expected ").unwrap_or((message, ""));
    if message == "duplicate key" {
        let key = text.get(span.clone()).unwrap_or_default();
        return (span, format!("{} is set twice", quoted(key)), "remove one of the two".to_owned());
    }
    let known = REMEDIES.iter().find(|(begins, _)| message.starts_with(begins)).map(|(_, remedy)| (*remedy).to_owned());
    let remedy = known.unwrap_or_else(|| match expected {
        _ if expected.contains("characters") => "remove the control character that stands here".to_owned(),
        "`'`" | "`\"`" if message.contains("multi-line") => {
            "end the text with the three quotes that it began with".to_owned()
        }
        "`]`" | "`[`" | "`}`" | "`,`" | "`'`" | "`\"`" => format!("here belongs {expected}"),
        _ => VALUE.to_owned(),
    });
    (span, message.to_owned(), remedy)
}
