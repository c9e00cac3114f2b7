//! Checks the addresses that a profile may hold. An address is only shown and copied; nothing here opens one.

use super::characters::{alternatives, is_joiner, is_refused, nearest};
use crate::document::{is_email, split_address};

/// The schemes that a link may have.
pub(super) const SCHEMES: [&str; 5] = ["https", "http", "mailto", "ssh", "tel"];

/// A regular expression (ECMA 262) of them, for a schema; what else is wrong with a link [`check`] tells.
pub(super) const PATTERN: &str = "^\\s*(([hH][tT][tT][pP][sS]?|[sS][sS][hH])://[^/\\s][^\\s]*|\
    ([mM][aA][iI][lL][tT][oO]|[tT][eE][lL]):[^/\\s][^\\s]*)\\s*$";

/// Whether a text is a link that the card may show.
///
/// # Errors
///
/// What is wrong with it, as in `is not a whole link`, and what would be right.
pub(crate) fn check(url: &str) -> Result<(), (String, String)> {
    let wrong = |message: &str, remedy: &str| Err((message.to_owned(), remedy.to_owned()));
    if url.chars().any(|character| is_refused(character) || is_joiner(character) || character.is_whitespace()) {
        return wrong(
            "has a space, a control character or an invisible one",
            "write a space within a link as `%20`, and leave out the others",
        );
    }
    let Some((scheme, rest)) = url.split_once(':') else {
        let host = url.split(['/', '?', '#']).next().unwrap_or_default();
        let meant = match (is_email(url), split_address(host)) {
            (true, _) => format!("mailto:{url}"),
            (false, Some((host, None))) if host.contains('.') && !host.ends_with('.') => format!("https://{url}"),
            _ => "https://example.com".to_owned(),
        };
        return wrong("is not a whole link", &format!("begin it with its scheme, as in `{meant}`"));
    };
    let lower = scheme.to_ascii_lowercase();
    if !SCHEMES.contains(&lower.as_str()) {
        let remedy = match nearest(scheme, SCHEMES) {
            Some(near) => format!("did you mean `{near}:`?"),
            None => format!("a link may begin with {}", alternatives(SCHEMES)),
        };
        return Err((format!("cannot begin with {}", super::characters::quoted(scheme)), remedy));
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
        return Err(("leads nowhere".to_owned(), format!("write it whole, as in `{example}`")));
    }
    Ok(())
}

/// The address of a card that stands in a command or in a link: `ssh -p 2222 me@card.example.com`,
/// `ssh://card.example.com/`.
pub(super) fn meant_address(text: &str) -> Option<String> {
    let (scheme, rest) = text.trim().split_once("://").unwrap_or(("", text));
    let mut words = rest.split_whitespace().filter(|word| *word != "ssh");
    let (mut host, mut port) = (None, None);
    while let Some(word) = words.next() {
        match word.strip_prefix("-p") {
            Some("") => port = words.next(),
            Some(number) => port = Some(number),
            None => host = host.or(Some(word)),
        }
    }
    let host = host?.split(['/', '?', '#']).next()?.rsplit('@').next()?;
    // The port of a website is not that of its card.
    let host = if scheme.starts_with("http") { split_address(host)?.0 } else { host };
    let meant = port.filter(|port| *port != "22").map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    split_address(&meant).is_some().then_some(meant)
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
    fn a_link_without_its_scheme_is_told_with_it() {
        for (url, meant) in [
            ("github.com/me", "https://github.com/me"),
            ("www.example.com", "https://www.example.com"),
            ("me@example.com", "mailto:me@example.com"),
            ("about", "https://example.com"),
            ("a.", "https://example.com"),
        ] {
            assert!(check(url).unwrap_err().1.ends_with(&format!("as in `{meant}`")), "{url}");
        }
    }

    #[test]
    fn an_address_is_found_in_a_command_or_a_link() {
        for (text, meant) in [
            ("ssh card.example.com", Some("card.example.com")),
            ("ssh -p 2222 me@card.example.com", Some("card.example.com:2222")),
            ("ssh card.example.com -p22", Some("card.example.com")),
            ("ssh://card.example.com:2222/", Some("card.example.com:2222")),
            ("https://card.example.com:8443/me", Some("card.example.com")),
            ("me@card.example.com", Some("card.example.com")),
            ("card.example.com:99999", None),
            ("ssh -p x card.example.com", None),
            ("", None),
            ("ssh -p", None),
        ] {
            assert_eq!(meant_address(text).as_deref(), meant, "{text}");
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
