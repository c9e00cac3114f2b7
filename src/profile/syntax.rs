//! Explains TOML syntax errors to an owner who knows no TOML, at their cause: a string without its closing quote is
//! reported where it begins.

use std::{borrow::Cow, ops::Range};

use toml::de::Error;
use toml_parser::{
    Source,
    lexer::{Token, TokenKind},
};

use super::{
    characters::{is_refused, name, quoted},
    diagnostic::SpannedDiagnostic,
};

mod value;

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
    ("carriage return", "put a line feed after it, or in its place"),
    ("recursion limit", "write it with fewer brackets and dots"),
    ("cannot recurse further", "write it with fewer brackets and dots"),
];

const LINE: &str = "write `key = \"value\"`, one a line, and begin a comment with `#`";
/// What would be right where a backslash was meant as one.
pub(super) const BACKSLASH: &str = "write `\\\\` for a backslash, or put the text in single quotes";
/// Unquoted words, and numbers and dates that are none: no key wants anything else.
const VALUE: &str = "put a text in quotes, as in `key = \"value\"`, and write a number in digits alone";

/// The messages of the parser about an escape sequence that is none.
const ESCAPES: [&str; 3] = ["missing escaped value", "too few unicode value digits", "invalid value"];

/// Quotation marks that editors put in place of straight ones, or that are those of a language.
const TYPOGRAPHIC: &str = "“”„‟‘’‚‛«»‹›″′＂＇´`「」『』";

/// The errors of a text in words for its owner: at most one for each line.
pub(super) fn explained(errors: &[Error], text: &str) -> Vec<SpannedDiagnostic> {
    if errors.is_empty() {
        return Vec::new();
    }
    let tokens: Vec<Token> = Source::new(text).lex().collect();
    let endless = tokens.iter().find_map(|token| endless(*token, text));
    // What follows a text without its end was read as if it were outside of the text.
    let end = endless.as_ref().map_or(usize::MAX, |endless| endless.span.start);
    let mut line = 0..0;
    let mut explained = Vec::new();
    for error in errors {
        let start = error.span().unwrap_or_default().start.min(text.len());
        if start < end && !(line.contains(&start) || start == line.end && !line.is_empty()) {
            line = line_at(text, start);
            let first = tokens.partition_point(|token| token.span().end() <= line.start);
            let tokens = tokens.iter().skip(first).take_while(|token| token.span().start() < line.end);
            let tokens: Vec<Token> = tokens.copied().collect();
            let cause = typographic(&tokens, text)
                .or_else(|| colon(&tokens, text))
                .or_else(|| value::wrong(&tokens, start, text))
                .or_else(|| foreign(&tokens, text));
            explained.push(cause.unwrap_or_else(|| explain(error, &tokens, text)));
        }
    }
    explained.extend(endless);
    explained
}

/// The bytes of the line that holds the byte at `offset`.
fn line_at(text: &str, offset: usize) -> Range<usize> {
    let (before, after) = text.split_at_checked(offset).unwrap_or((text, ""));
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    start..offset + after.find('\n').unwrap_or(after.len())
}

/// The bytes of a token, and what is written there.
fn written(token: Token, text: &str) -> (Range<usize>, &str) {
    let span = token.span().start()..token.span().end();
    (span.clone(), text.get(span).unwrap_or_default())
}

/// A text of several lines that has no end, or the end of which is the beginning of another: `key = """`.
fn endless(token: Token, text: &str) -> Option<SpannedDiagnostic> {
    let delimiter = match token.kind() {
        TokenKind::MlBasicString => "\"\"\"",
        TokenKind::MlLiteralString => "'''",
        _ => return None,
    };
    let (span, written) = written(token, text);
    let closed = written.get(delimiter.len()..).and_then(|rest| rest.strip_suffix(delimiter));
    let goes_on = match closed.map(|inner| inner.rsplit_once('\n')) {
        None => String::new(),
        Some(Some((_, last))) if begins_value(last) => {
            let line = text.get(..span.end).unwrap_or_default().matches('\n').count() + 1;
            format!(": it goes on to line {line}, where another one begins")
        }
        Some(_) => return None,
    };
    let message = format!("this text has no end{goes_on}");
    let remedy = format!("write `{delimiter}` where it ends");
    Some(SpannedDiagnostic::error(span.start..span.start + delimiter.len(), message, remedy))
}

/// Whether a line is `key =`.
fn begins_value(line: &str) -> bool {
    let key = line.trim().strip_suffix('=').map(str::trim_end).unwrap_or_default();
    !key.is_empty() && key.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_'))
}

/// Whether a text of one line has no quotation mark at its end.
fn is_open(token: Token, written: &str) -> bool {
    let quote = match token.kind() {
        TokenKind::BasicString => '"',
        TokenKind::LiteralString => '\'',
        _ => return false,
    };
    let Some(before) = written.get(1..).and_then(|rest| rest.strip_suffix(quote)) else { return true };
    quote == '"' && before.chars().rev().take_while(|letter| *letter == '\\').count() % 2 == 1
}

/// A quotation mark other than TOML's own: outside of every text, or in place of a text's end.
fn typographic(tokens: &[Token], text: &str) -> Option<SpannedDiagnostic> {
    let found = tokens.iter().find_map(|token| {
        let (span, written) = written(*token, text);
        let whole = written.trim_end_matches([' ', '\t', ',', ']', '}']);
        let first = whole.chars().next().filter(|_| token.kind() == TokenKind::Atom).map(|mark| (0, mark));
        let last = whole.char_indices().next_back();
        let last = last.filter(|_| token.kind() == TokenKind::Atom || is_open(*token, written));
        let (at, mark) = first.into_iter().chain(last).find(|(_, mark)| TYPOGRAPHIC.contains(*mark))?;
        Some((span.start + at, mark))
    });
    let (at, mark) = found?;
    let message = format!("{} is no quotation mark of TOML", quoted(&mark.to_string()));
    let remedy = "put the text in straight quotes, as in `\"text\"`";
    Some(SpannedDiagnostic::error(at..at + mark.len_utf8(), message, remedy))
}

/// A key and its value with a colon between them, as YAML has it.
fn colon(tokens: &[Token], text: &str) -> Option<SpannedDiagnostic> {
    let (span, written) = written(*tokens.iter().find(|token| token.kind() != TokenKind::Whitespace)?, text);
    let line = text.get(span.start..)?.lines().next()?;
    let (key, value) = line.split_once(':')?;
    let is_key = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    let is_pair = written.starts_with(key.trim_end()) && !value.trim().is_empty();
    let at = span.start + key.len();
    let key = key.trim_end();
    let remedy = format!("write `{key} = \"…\"`");
    (is_pair && !key.is_empty() && key.chars().all(is_key))
        .then(|| SpannedDiagnostic::error(at..at + 1, format!("`{key}` is followed by a colon"), remedy))
}

/// A space, an invisible sign or a wide one in place of what TOML knows.
fn foreign(tokens: &[Token], text: &str) -> Option<SpannedDiagnostic> {
    let atoms = tokens.iter().filter(|token| token.kind() == TokenKind::Atom).map(|token| written(*token, text));
    let mut signs = atoms.flat_map(|(span, atom)| atom.char_indices().map(move |(at, sign)| (span.start + at, sign)));
    let is_foreign =
        |sign: char| !sign.is_ascii() && sign.is_whitespace() || is_refused(sign) || narrow(sign).is_some();
    let (at, sign) = signs.find(|(_, sign)| is_foreign(*sign))?;
    let (message, remedy) = match (narrow(sign), sign) {
        (Some(narrow), _) => {
            (format!("{} is a wide sign", quoted(&sign.to_string())), format!("write {}", quoted(&narrow.to_string())))
        }
        (_, '\u{a0}') => ("a no-break space stands here (U+00A0)".to_owned(), "write a plain space".to_owned()),
        _ if sign.is_whitespace() => (
            format!("a space of another kind stands here (U+{:04X})", u32::from(sign)),
            "write a plain space".to_owned(),
        ),
        _ => (format!("{} stands here", name(sign)), "remove it".to_owned()),
    };
    Some(SpannedDiagnostic::error(at..at + sign.len_utf8(), message, remedy))
}

/// The sign of ASCII of which one of East Asian typography is the wide form (Unicode's Halfwidth and Fullwidth Forms).
fn narrow(sign: char) -> Option<char> {
    let code = u32::from(sign).checked_sub(0xfee0)?;
    char::from_u32(code).filter(char::is_ascii_graphic)
}

fn explain(error: &Error, tokens: &[Token], text: &str) -> SpannedDiagnostic {
    let span = error.span().unwrap_or_default();
    let (message, expected) = error.message().split_once(", expected ").unwrap_or((error.message(), ""));
    let unclosed = tokens.iter().map(|token| (token, written(*token, text)));
    let unclosed = unclosed.filter(|(token, (_, written))| is_open(**token, written)).map(|(_, open)| open).next_back();
    if message == "duplicate key" {
        let key = text.get(span.clone()).unwrap_or_default();
        return SpannedDiagnostic::error(span, format!("{} is set twice", quoted(key)), "remove one of the two");
    }
    if ESCAPES.contains(&message) {
        let backslash = text.get(..span.start).and_then(|before| before.rfind('\\')).unwrap_or(span.start);
        let sequence: String = text.get(backslash..).unwrap_or_default().chars().take(2).collect();
        let message = if sequence == "\\\"" {
            "a backslash makes the quotation mark after it a part of the text".to_owned()
        } else {
            format!("a backslash begins an escape sequence, and {} is none", quoted(&sequence))
        };
        return SpannedDiagnostic::error(backslash..backslash + sequence.len(), message, BACKSLASH);
    }
    if let Some((span, written)) = unclosed.filter(|_| expected == "`\"`" || expected == "`'`") {
        let remedy = format!("write `{}` where it ends", written.get(..1).unwrap_or_default());
        return SpannedDiagnostic::error(span, "this text has no end", remedy);
    }
    let known = REMEDIES.iter().find(|(begins, _)| message.starts_with(begins));
    let remedy = known.map_or_else(
        || match expected {
            _ if expected.contains("characters") => Cow::Borrowed("remove the control character that stands here"),
            "`]`" | "`[`" | "`}`" | "`,`" => format!("here belongs {expected}").into(),
            _ => VALUE.into(),
        },
        |(_, remedy)| Cow::Borrowed(*remedy),
    );
    SpannedDiagnostic::error(span, message, remedy)
}
