//! The links that a profile may hold. A link is only ever shown and copied; nothing here opens one.

use super::characters::{alternatives, is_joiner, is_refused, nearest};

/// The schemes that a link may have.
pub(super) const SCHEMES: [&str; 5] = ["https", "http", "mailto", "ssh", "tel"];

/// A regular expression (ECMA 262) of them, for a schema; what else is wrong with a link [`check`] tells.
pub(super) const PATTERN: &str = "^\\s*(([hH][tT][tT][pP][sS]?|[sS][sS][hH])://[^/\\s][^\\s]*|\
    ([mM][aA][iI][lL][tT][oO]|[tT][eE][lL]):[^/\\s][^\\s]*)\\s*$";

/// Whether a text is a link that the card may show.
///
/// # Errors
///
/// What is wrong with it, and what would be right.
pub(crate) fn check(url: &str) -> Result<(), (String, String)> {
    let wrong = |message: &str, remedy: &str| Err((message.to_owned(), remedy.to_owned()));
    if url.chars().any(|character| is_refused(character) || is_joiner(character) || character.is_whitespace()) {
        return wrong(
            "a link has no spaces, control characters or invisible ones",
            "write a space within a link as `%20`, and leave the others out",
        );
    }
    let Some((scheme, rest)) = url.split_once(':') else {
        return wrong("this is not a whole link", "begin it with its scheme, as in `https://example.com`");
    };
    let lower = scheme.to_ascii_lowercase();
    if !SCHEMES.contains(&lower.as_str()) {
        let remedy = match nearest(scheme, SCHEMES) {
            Some(near) => format!("did you mean `{near}:`?"),
            None => format!("a link may begin with {}", alternatives(SCHEMES)),
        };
        return Err((format!("a link cannot begin with {}", super::characters::quoted(scheme)), remedy));
    }
    let address =
        if matches!(lower.as_str(), "mailto" | "tel") { rest } else { rest.strip_prefix("//").unwrap_or_default() };
    if address.is_empty() || address.starts_with('/') {
        let example = match lower.as_str() {
            "mailto" => "mailto:someone@example.com",
            "tel" => "tel:+15550100",
            "ssh" => "ssh://card.example.com",
            _ => "https://example.com",
        };
        return Err(("this link leads nowhere".to_owned(), format!("write it whole, as in `{example}`")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_links_pass() {
        for url in [
            "https://example.com",
            "http://example.com/a?b#c",
            "mailto:a@example.com",
            "ssh://h:2222",
            "tel:+1",
            "HTTPS://x",
        ] {
            assert_eq!(check(url), Ok(()), "{url}");
        }
    }

    #[test]
    fn other_links_do_not() {
        for url in [
            "",
            "example.com",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "https:example.com",
            "https://",
            "https:///x",
            "mailto:",
            "https://a b",
            "https://a\u{1b}b",
            "data:text/plain,x",
        ] {
            assert!(check(url).is_err(), "{url}");
        }
    }
}
