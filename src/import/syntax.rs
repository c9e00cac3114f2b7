//! Explains to an owner where a file is not JSON, and what would be right.

use std::path::Path;

use serde_json::Error;

use crate::profile::Diagnostic;

/// What would be right where the text is something else than JSON from its beginning.
const SAVE: &str = "save it as JSON in UTF-8, as a JSON Resume is";

/// What a message of the parser begins with, what is wrong in plain words, and what would be right. The first that fits
/// counts.
const WORDS: [(&str, &str, &str); 13] = [
    ("EOF while parsing a string", "this text has no end", "write `\"` where it ends"),
    ("EOF", "the file ends too soon", "close each list with `]` and each object with `}`"),
    ("trailing comma", "a comma stands before the end", "remove the comma"),
    ("key must be a string", "this is no key of JSON", "write the key in double quotes, as in `\"name\"`"),
    ("expected `:`", "there is no `:` after the key", "write `:` between a key and its value"),
    ("expected `,` or", "there is no comma between two values", "write a comma before this one"),
    ("expected value", VALUE, QUOTES),
    ("expected ident", VALUE, QUOTES),
    ("invalid number", "this is no number of JSON", "write it as a text, in double quotes"),
    ("number out of range", "this is no number of JSON", "write it as a text, in double quotes"),
    ("invalid escape", "a backslash begins an escape sequence, and this is none", "write `\\\\` for a backslash"),
    ("trailing characters", "something follows the end of the object", "remove it"),
    ("recursion limit", "lists and objects are nested too deep", "a resume has them on four levels"),
];

const VALUE: &str = "this is no value of JSON";
const QUOTES: &str = "write a text in double quotes; JSON has no comments";

/// The diagnostic of a parser's error in `text`, the content of `file`.
pub(super) fn explained(file: &Path, text: &str, error: &Error) -> Diagnostic {
    if text.trim().is_empty() {
        return Diagnostic::with_file(file, "this file is empty", "write a JSON Resume into it, or name another file");
    }
    let line_start = match error.line().checked_sub(2) {
        None => 0,
        Some(before) => text.match_indices('\n').nth(before).map_or(text.len(), |(at, _)| at + 1),
    };
    // The parser counts bytes; an error at the end of a line is before the first of the next.
    let column = (line_start + error.column()).saturating_sub(1);
    let at = if error.is_eof() { text.trim_end().len() } else { column.min(text.len()) };
    let sign = text.get(at..).and_then(|rest| rest.chars().next());
    let span = at..at + sign.map_or(0, char::len_utf8);
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    if text.get(..at).is_some_and(|before| before.trim().is_empty()) {
        return Diagnostic::at(file, text, span, "this is not JSON", SAVE);
    }
    if said.starts_with("control character") {
        let (message, remedy) = match sign {
            Some('\n' | '\r') | None => {
                ("this text has no end", "write `\"` where it ends; a line break in it is `\\n`")
            }
            Some('\t') => ("a tab stands in this text", "write `\\t` for it"),
            Some(_) => ("a control character stands in this text", "remove it"),
        };
        return Diagnostic::at(file, text, span, message, remedy);
    }
    match WORDS.iter().find(|(begins, ..)| said.starts_with(begins)) {
        Some((_, message, remedy)) => Diagnostic::at(file, text, span, message, remedy),
        None => Diagnostic::at(file, text, span, format!("this is not JSON: {said}"), SAVE),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::json, *};

    #[test]
    fn a_fault_is_told_with_its_place_and_remedy() {
        for (text, expected) in [
            ("", ": this file is empty; write a JSON Resume into it, or name another file"),
            (" \n", ": this file is empty; write a JSON Resume into it, or name another file"),
            ("basics:\n", ":1:1: this is not JSON; save it as JSON in UTF-8, as a JSON Resume is"),
            ("{\n  \"é\": 1,\n}", ":3:1: a comma stands before the end; remove the comma"),
            ("{\n  name: 1\n}", ":2:3: this is no key of JSON; write the key in double quotes, as in `\"name\"`"),
            ("{\"é\" 1}", ":1:6: there is no `:` after the key; write `:` between a key and its value"),
            ("{\"a\": \"é\" \"b\"}", ":1:11: there is no comma between two values; write a comma before this one"),
            ("{\"a\": Ada}", ":1:7: this is no value of JSON; write a text in double quotes; JSON has no comments"),
            ("{\"a\": trap}", ":1:9: this is no value of JSON; write a text in double quotes; JSON has no comments"),
            ("{\"a\": 01}", ":1:8: this is no number of JSON; write it as a text, in double quotes"),
            ("{\"a\": \"b", ":1:9: this text has no end; write `\"` where it ends"),
            ("{\"a\": \"b\n}", ":1:9: this text has no end; write `\"` where it ends; a line break in it is `\\n`"),
            ("{\"a\": \"b\tc\"}", ":1:9: a tab stands in this text; write `\\t` for it"),
            (
                "{\"a\": \"C:\\d\"}",
                ":1:11: a backslash begins an escape sequence, and this is none; write `\\\\` for a backslash",
            ),
            ("{\"a\": [1\n", ":1:9: the file ends too soon; close each list with `]` and each object with `}`"),
            ("{}\nx", ":2:1: something follows the end of the object; remove it"),
        ] {
            let error = json::parse(text).unwrap_err();
            let told = explained(Path::new(""), text, &error);
            let place = told.location.map_or(String::new(), |at| format!(":{}:{}", at.line, at.column));
            assert_eq!(format!("{place}: {}; {}", told.message, told.remedy), expected, "{text:?} {error}");
        }
    }
}
