//! The page: the card as HTML, with the way to the session on it.

use std::{fmt::Write as _, sync::Arc};

use base64ct::{Base64, Encoding as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::{
    document::{Direction, Document, words::filled},
    formats::{Surroundings, escaped, uri, web_page},
    site::{COVER, Site},
};

/// The small picture of the browser's tab.
pub(super) const ICON: &str = "favicon.svg";

/// How the parts look that the document has not.
const STYLE: &str = include_str!("page.css");

/// The page of a card in one of its `languages`, and what a browser may do with it: show it, and run the session.
/// `fingerprint` is that of the host key.
pub(super) fn of(site: &Arc<Site>, languages: &[&Document], fingerprint: &str) -> (String, String) {
    let document = site.document();
    let canonical = document.card.web.as_deref().map(|web| address(web, document, languages)).unwrap_or_default();
    let around = Surroundings {
        head: head(site, languages, &canonical),
        canonical,
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

/// Where the page of an edition is, of which the card is at `web`: a card in one language has one page.
fn address(web: &str, edition: &Document, languages: &[&Document]) -> String {
    if languages.len() < 2 {
        return uri(web).into_owned();
    }
    format!("{}/{}/", uri(web).trim_end_matches('/'), edition.language.tag())
}

/// What a browser shows of an error: whether there `is_nothing` at the address or the request was wrong, and where the
/// card is.
pub(super) fn error(document: &Document, is_nothing: bool, card: &str) -> String {
    let words = &document.words;
    let said = escaped(if is_nothing { &words.web.nothing } else { &words.web.refused });
    let (tag, title) = (document.language.tag(), document.card.title());
    let rtl = if document.words.direction == Direction::Rtl { " dir=\"rtl\"" } else { "" };
    format!(
        "<!DOCTYPE html>\n<html lang=\"{tag}\"{rtl}>\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{said}</title>\n<link rel=\"icon\" href=\"data:,\">\n\
         <style>body {{ max-width: 30rem; margin: 20vh auto; padding: 0 1.5rem; font: 1.125rem/1.6 Georgia, serif; \
         }}</style>\n</head>\n<body>\n<main>\n<h1>{said}</h1>\n<p><a href=\"{card}\">{}</a></p>\n</main>\n</body>\n\
         </html>\n",
        escaped(&title)
    )
}

/// What programs are told that show a link to the page, or look for what belongs to it. `canonical` is where it is, if
/// that is known.
fn head(site: &Site, languages: &[&Document], canonical: &str) -> String {
    let document = site.document();
    let card = &document.card;
    let mut head = String::new();
    let mut line = |line: &str| {
        head.push_str(line);
        head.push('\n');
    };
    // Only whole addresses are looked at.
    if let Some(web) = card.web.as_deref().filter(|_| languages.len() > 1) {
        for other in languages {
            let (tag, address) = (other.language.tag(), address(web, other, languages));
            line(&format!("<link rel=\"alternate\" hreflang=\"{tag}\" href=\"{}\">", escaped(&address)));
        }
    }
    line(&format!("<link rel=\"icon\" type=\"image/svg+xml\" href=\"/{ICON}\">"));
    line("<link rel=\"alternate\" type=\"text/vcard\" href=\"/card.vcf\">");
    for link in card.links.iter().filter(|link| link.url.starts_with("http")) {
        line(&format!("<link rel=\"me\" href=\"{}\">", escaped(&uri(&link.url))));
    }
    let web = card.web.as_deref().map(uri);
    // Relative to the page, where nobody says at which address it is.
    let picture = format!("{}/card.png", web.as_deref().unwrap_or_default().trim_end_matches('/'));
    let (title, sentence) = (card.title(), site.sentence());
    let (width, height) = (COVER.0.to_string(), COVER.1.to_string());
    for (property, content) in [
        ("og:type", "profile"),
        ("og:title", &title),
        ("og:description", &sentence),
        ("og:url", canonical),
        ("og:image", &picture),
        ("og:image:width", &width),
        ("og:image:height", &height),
        ("og:image:alt", &sentence),
        ("twitter:card", "summary_large_image"),
    ] {
        let is_of_picture = property.starts_with("og:image") || property.starts_with("twitter");
        if !content.is_empty() && (site.has_cover() || !is_of_picture) {
            let attribute = if property.starts_with("og:") { "property" } else { "name" };
            line(&format!("<meta {attribute}=\"{property}\" content=\"{}\">", escaped(content)));
        }
    }
    // In a string, `<` could end the element.
    let person = person(document).to_string().replace('<', "\\u003c");
    line(&format!("<script type=\"application/ld+json\">{person}</script>"));
    line("<script src=\"/terminal.js\" defer></script>");
    head
}

/// Describes the person for programs that read JSON-LD (<https://schema.org/Person>).
fn person(document: &Document) -> Value {
    let card = &document.card;
    let mut person = json!({ "@context": "https://schema.org", "@type": "Person", "name": card.title() });
    let organization = card.organization.as_ref().map(|name| json!({ "@type": "Organization", "name": name }));
    let links: Vec<&str> =
        card.links.iter().map(|link| link.url.as_str()).filter(|url| url.starts_with("http")).collect();
    for (key, value) in [
        ("jobTitle", card.role.as_deref().map(Value::from)),
        ("worksFor", organization),
        ("email", card.email.as_deref().map(Value::from)),
        ("url", card.web.as_deref().map(|web| Value::from(uri(web)))),
        ("sameAs", (!links.is_empty()).then(|| Value::from(links))),
    ] {
        if let Some(value) = value
            && let Some(person) = person.as_object_mut()
        {
            person.insert(key.to_owned(), value);
        }
    }
    person
}

/// The card in other languages.
fn others(document: &Document, languages: &[&Document]) -> String {
    if languages.len() < 2 {
        return String::new();
    }
    let label = document.words.pages.get("languages").map_or("", String::as_str);
    let mut links = format!("<nav class=\"languages\" aria-label=\"{}\">\n", escaped(label));
    for other in languages.iter().filter(|other| other.language != document.language) {
        let tag = other.language.tag();
        let _ =
            writeln!(links, "<a href=\"/{tag}/\" hreflang=\"{tag}\" lang=\"{tag}\">{}</a>", escaped(&other.words.name));
    }
    links + "</nav>\n"
}

/// The way into the session: over SSH, where the card has an address, and on the page, where there is a script. No
/// page's name, which is the id of its part, begins as these ids do.
fn door(document: &Document, fingerprint: &str) -> String {
    let words = &document.words;
    let mut door = String::from("<aside class=\"door\">\n");
    if let Some(ssh) = document.card.ssh() {
        let _ = writeln!(door, "<p><code class=\"ssh\">{}</code></p>", escaped(&ssh));
        let key = format!("<code>{}</code>", escaped(fingerprint));
        let _ = writeln!(door, "<p class=\"key\">{}</p>", filled(&escaped(&words.web.key), &[&key]));
    }
    let _ = writeln!(door, "<button id=\"_open\" type=\"button\" hidden>{}</button>", escaped(&words.web.open));
    let reached = document.card.ssh().map(|ssh| filled(&words.card.opens, &[&ssh]) + &words.lists.stop);
    let reached = reached.map(|reached| format!("<p>{}</p>", escaped(&reached))).unwrap_or_default();
    let _ = writeln!(door, "<noscript><p>{}</p>{reached}</noscript>", escaped(&words.web.no_script));
    let said = [
        ("close", &words.web.close),
        ("again", &words.web.again),
        ("plain", &words.web.plain),
        ("keyboard", &words.web.keyboard),
        ("lost", &words.web.lost),
        ("unreachable", &words.web.unreachable),
        ("full", &words.web.full),
        ("many", &words.web.many),
    ];
    let said = said.map(|(name, word)| format!(" data-{name}=\"{}\"", escaped(word))).concat();
    let _ = writeln!(door, "<div id=\"_terminal\" hidden{said}></div>\n</aside>");
    door
}
