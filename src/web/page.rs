//! The page: the card as HTML, with the way to the session on it.

use std::{fmt::Write as _, sync::Arc};

use base64ct::{Base64, Encoding as _};
use sha2::{Digest as _, Sha256};

use crate::{
    document::{Document, words::filled},
    formats::{Surroundings, escaped, uri, web_page},
    site::Site,
};

/// How the parts look that the document has not.
const STYLE: &str = include_str!("page.css");

/// The page of a card in one of its `languages`, and what a browser may do with it: show it, and run the session.
/// `fingerprint` is that of the host key.
pub(super) fn of(site: &Arc<Site>, languages: &[&Document], fingerprint: &str) -> (String, String) {
    let document = site.document();
    let around = Surroundings {
        head: head(site, languages),
        style: STYLE,
        above: others(document, languages),
        below: door(document, fingerprint),
        end: String::new(),
    };
    let (html, style) = web_page(document, &around);
    let policy = format!(
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self' 'sha256-{}'; \
         img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        Base64::encode_string(&Sha256::digest(style))
    );
    (html, policy)
}

/// What programs are told that show a link to the page, or look for what belongs to it.
fn head(site: &Site, languages: &[&Document]) -> String {
    let document = site.document();
    let card = &document.card;
    let mut head = String::new();
    let mut line = |line: &str| {
        head.push_str(line);
        head.push('\n');
    };
    if languages.len() > 1 {
        for other in languages {
            let tag = other.language.tag();
            line(&format!("<link rel=\"alternate\" hreflang=\"{tag}\" href=\"/{tag}/\">"));
        }
    }
    line("<link rel=\"alternate\" type=\"text/vcard\" href=\"/card.vcf\">");
    for link in card.links.iter().filter(|link| link.url.starts_with("http")) {
        line(&format!("<link rel=\"me\" href=\"{}\">", escaped(&uri(&link.url))));
    }
    let url = card.web.as_deref().map(uri);
    let (title, sentence) = (card.title(), site.sentence());
    for (property, content) in [
        ("type", "profile"),
        ("title", &title),
        ("description", &sentence),
        ("url", url.as_deref().unwrap_or_default()),
    ] {
        if !content.is_empty() {
            line(&format!("<meta property=\"og:{property}\" content=\"{}\">", escaped(content)));
        }
    }
    line("<script src=\"/terminal.js\" defer></script>");
    head
}

/// The card in other languages.
fn others(document: &Document, languages: &[&Document]) -> String {
    if languages.len() < 2 {
        return String::new();
    }
    let mut links = String::from("<p class=\"languages\">\n");
    for other in languages.iter().filter(|other| other.language != document.language) {
        let tag = other.language.tag();
        let _ =
            writeln!(links, "<a href=\"/{tag}/\" hreflang=\"{tag}\" lang=\"{tag}\">{}</a>", escaped(&other.words.name));
    }
    links + "</p>\n"
}

/// The way into the session: over SSH, where the card has an address, and on the page, where there is a script.
fn door(document: &Document, fingerprint: &str) -> String {
    let words = &document.words;
    let mut door = String::from("<div class=\"door\">\n");
    if let Some(ssh) = document.card.ssh() {
        let _ = writeln!(door, "<p><code class=\"ssh\">{}</code></p>", escaped(&ssh));
        let key = format!("<code>{}</code>", escaped(fingerprint));
        let _ = writeln!(door, "<p class=\"key\">{}</p>", filled(&escaped(&words.web.key), &[&key]));
    }
    let _ = writeln!(door, "<button id=\"open\" type=\"button\" hidden>{}</button>", escaped(&words.web.open));
    let said = [
        ("close", &words.web.close),
        ("again", &words.web.again),
        ("plain", &words.web.plain),
        ("keyboard", &words.web.keyboard),
        ("lost", &words.web.lost),
        ("full", &words.web.full),
        ("many", &words.web.many),
    ];
    let said = said.map(|(name, word)| format!(" data-{name}=\"{}\"", escaped(word))).concat();
    let _ = writeln!(door, "<div id=\"terminal\" hidden{said}></div>\n</div>");
    door
}
