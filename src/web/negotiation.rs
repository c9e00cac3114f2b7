//! What a client would rather have (RFC 9110, section 12.5): HTML or text, in which language, compressed or not.

use axum::http::{
    HeaderMap,
    header::{ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, HeaderName, USER_AGENT},
};

use crate::document::Language;

/// What the names of programs begin with that show text as it is.
const FOR_TERMINALS: [&str; 6] = ["curl/", "wget/", "wget2/", "httpie/", "xh/", "fetch libfetch/"];

/// Members of a list that are looked at. A browser sends a dozen.
const MOST: usize = 32;

/// Whether a client is to have text where a browser gets the page: it likes plain text better, or its program is known
/// for a terminal and it does not ask for HTML.
pub(super) fn wants_text(headers: &HeaderMap) -> bool {
    let html = weight(headers, "text/html");
    let plain = weight(headers, "text/plain");
    if plain.is_some() || html.is_some() {
        return plain.unwrap_or_default() > html.unwrap_or_default();
    }
    let agent = headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    FOR_TERMINALS.iter().any(|program| agent.starts_with(program)) || agent.contains("powershell/")
}

/// Whether a client is to have a page where others get a line of text: it asks for HTML, as browsers do.
pub(super) fn wants_page(headers: &HeaderMap) -> bool {
    weight(headers, "text/html").is_some_and(|weight| weight > 0) && !wants_text(headers)
}

/// The weight of a media type that is named as such, in thousandths.
fn weight(headers: &HeaderMap, media: &str) -> Option<u16> {
    listed(headers, &ACCEPT).find(|(range, _)| range.eq_ignore_ascii_case(media)).map(|(_, weight)| weight)
}

/// Whether an answer may be compressed with gzip.
pub(super) fn accepts_gzip(headers: &HeaderMap) -> bool {
    let weight = |coding: &str| {
        listed(headers, &ACCEPT_ENCODING).find(|(name, _)| name.eq_ignore_ascii_case(coding)).map(|(_, weight)| weight)
    };
    weight("gzip").or_else(|| weight("*")).is_some_and(|weight| weight > 0)
}

/// Which of the languages of a card, of which the first is its own, a client would rather read.
pub(super) fn language<'l>(
    headers: &HeaderMap,
    of: impl Iterator<Item = &'l Language> + Clone,
) -> Option<&'l Language> {
    let mut wanted: Vec<(&str, u16)> = listed(headers, &ACCEPT_LANGUAGE).filter(|(_, weight)| *weight > 0).collect();
    // Of equal ones the first is the first.
    wanted.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
    wanted.into_iter().find_map(|(tag, _)| match tag {
        "*" => of.clone().next(),
        tag => Language::parse(tag)?.best(of.clone()),
    })
}

/// The members of a list with their weights in thousandths (RFC 9110, section 12.4.2).
fn listed<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = (&'h str, u16)> {
    let lines = headers.get_all(name).iter().filter_map(|line| line.to_str().ok());
    let members = lines.flat_map(|line| line.split(',')).take(MOST).map(|member| {
        let mut parts = member.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        (name, weight.map_or(1000, thousandths))
    });
    members.filter(|(name, _)| !name.is_empty())
}

fn thousandths(weight: &str) -> u16 {
    let weight: f32 = weight.parse().unwrap_or(0.0);
    (weight.clamp(0.0, 1.0) * 1000.0) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        lines.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    #[test]
    fn programs_for_terminals_get_text_and_browsers_the_page() {
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        for (agent, accept, text) in [
            ("curl/8.14.1", "*/*", true),
            ("Wget/1.25.0", "*/*", true),
            ("HTTPie/3.2.4", "*/*", true),
            ("Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.1", "*/*", true),
            ("Mozilla/5.0 (Linux; U; x) PowerShell/7.5.0", "*/*", true),
            ("curl/8.14.1", "text/html", false),
            ("Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0", browser, false),
            ("Mozilla/5.0", "text/plain", true),
            ("Mozilla/5.0", "text/plain;q=0.5, text/html", false),
            ("Mozilla/5.0", "text/plain, text/html;q=0.5", true),
            ("Googlebot/2.1", "*/*", false),
            ("", "*/*", false),
        ] {
            let headers = headers(&[("user-agent", agent), ("accept", accept)]);
            assert_eq!(wants_text(&headers), text, "{agent:?} {accept:?}");
        }
        assert!(!wants_text(&HeaderMap::new()));
    }

    #[test]
    fn the_language_that_is_liked_best_is_found() {
        let of: Vec<Language> = ["en", "de", "pt-BR"].iter().map(|tag| Language::parse(tag).unwrap()).collect();
        for (accept, expected) in [
            ("de-AT,de;q=0.9,en;q=0.8", Some("de")),
            ("fr,en;q=0.5,de;q=0.7", Some("de")),
            ("pt-PT", Some("pt-BR")),
            ("fr, *;q=0.1", Some("en")),
            ("de;q=0, fr", None),
            ("\u{fffd}", None),
            ("", None),
        ] {
            let accept = HeaderMap::from_iter([(ACCEPT_LANGUAGE, accept.as_bytes().try_into().unwrap())]);
            assert_eq!(language(&accept, of.iter()).map(Language::tag), expected, "{accept:?}");
        }
    }

    #[test]
    fn gzip_is_sent_to_who_takes_it() {
        for (accept, expected) in [
            ("gzip, deflate, br, zstd", true),
            ("br;q=1.0, GZIP;q=0.5", true),
            ("*", true),
            ("gzip;q=0, *", false),
            ("identity", false),
            ("", false),
        ] {
            assert_eq!(accepts_gzip(&headers(&[("accept-encoding", accept)])), expected, "{accept:?}");
        }
    }
}
