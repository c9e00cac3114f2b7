//! Explains values that are missing, and texts without quotes: `to = now`, `place = Berlin`, `from = 2020-05`.

use std::ops::Range;

use toml_parser::lexer::{Token, TokenKind};

use crate::profile::{characters::quoted, diagnostic::SpannedDiagnostic};

/// The longest value that is repeated with its quotes.
const LONGEST: usize = 32;

/// What is wrong with the value that the error at byte `at` is about, where it is one of these. `tokens` are those of
/// its line.
pub(super) fn wrong(tokens: &[Token], at: usize, text: &str) -> Option<SpannedDiagnostic> {
    let code = tokens.iter().filter(|token| !matches!(token.kind(), TokenKind::Newline | TokenKind::Comment));
    let code: Vec<Token> = code.copied().collect();
    let is_space = |token: &&Token| token.kind() == TokenKind::Whitespace;
    let mut words = code.iter().filter(|token| !is_space(token));
    let key = words.next().filter(|token| is_key(token, text)).map(|token| text.get(range(token)).unwrap_or_default());
    let equals = words.next().filter(|token| key.is_some() && token.kind() == TokenKind::Equals);
    if let (Some(key), Some(equals)) = (key, equals) {
        let rest: Vec<&Token> = words.collect();
        let Some((first, last)) = rest.first().zip(rest.last()) else {
            let message = format!("{} has no value", quoted(key));
            let remedy = format!("write one, as in {}, or remove the line", quoted(&format!("{key} = \"value\"")));
            return Some(SpannedDiagnostic::error(range(equals), message, remedy));
        };
        if first.kind() == TokenKind::Atom && at > range(equals).start && rest.iter().all(|token| is_bare(token)) {
            return unquoted(&format!("{key} = "), range(first).start..range(last).end, text);
        }
    }
    // In a list, or in a table on one line. The header of a table begins its line.
    let begins_line = code.iter().find(|token| !is_space(token))?;
    let index = code.iter().position(|token| token.kind() == TokenKind::Atom && range(token).contains(&at))?;
    let opened = code.get(..index)?.iter().rev().find(|token| !is_space(token))?;
    let in_table = code.iter().any(|token| token.kind() == TokenKind::LeftCurlyBracket);
    let begins = match opened.kind() {
        TokenKind::LeftSquareBracket | TokenKind::Comma => begins_line.kind() != TokenKind::LeftSquareBracket,
        TokenKind::Equals => in_table,
        _ => false,
    };
    let is_value = |token: &&Token| is_bare(token) && token.kind() != TokenKind::Comma;
    let length = code.get(index..)?.iter().take_while(is_value).count();
    let is_key = code.get(index + length).is_some_and(|token| token.kind() == TokenKind::Equals);
    let span = range(code.get(index)?).start..range(code.get((index + length).checked_sub(1)?)?).end;
    if begins && !is_key { unquoted("", span, text) } else { None }
}

/// A text without its quotes; `key` is what stands before it.
fn unquoted(key: &str, span: Range<usize>, text: &str) -> Option<SpannedDiagnostic> {
    let value = text.get(span.clone())?.trim_end();
    // Such a space may be all that is wrong.
    if value.starts_with(|sign: char| sign.is_whitespace()) {
        return None;
    }
    let is_short = value.chars().count() <= LONGEST;
    let remedy = if is_short && !value.contains(['"', '\\']) {
        format!("write {}", quoted(&format!("{key}\"{value}\"")))
    } else {
        "put it in quotes, as in `key = \"value\"`, or in `'…'` where it holds such a quote or a backslash".to_owned()
    };
    Some(SpannedDiagnostic::error(span.start..span.start + value.len(), "a text stands in quotes", remedy))
}

fn is_key(token: &Token, text: &str) -> bool {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    token.kind() == TokenKind::Atom && text.get(range(token)).is_some_and(|key| key.chars().all(allowed))
}

/// Whether a token can be a part of a text without quotes.
fn is_bare(token: &Token) -> bool {
    matches!(token.kind(), TokenKind::Atom | TokenKind::Whitespace | TokenKind::Dot | TokenKind::Comma)
}

fn range(token: &Token) -> Range<usize> {
    token.span().start()..token.span().end()
}
