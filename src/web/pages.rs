//! All that is served of one card: its page in each language, its files, and its answers to commands as text.

use std::borrow::Cow;

use axum::{
    extract::Request,
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, VARY},
    },
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;

use super::{
    entity::Entity,
    negotiation::{language, wants_text},
    page,
};
use crate::{app::postcard, document::Language, site::Site, ssh::visitors::Card};

/// What an answer at an address depends on that gives a page or text, in a language or another.
const NEGOTIATED: &str = "Accept, Accept-Language, Accept-Encoding, User-Agent";

/// The script of the session on the page, and its style.
const SCRIPT: &[u8] = concat!(
    include_str!("terminal/model.js"),
    include_str!("terminal/keys.js"),
    include_str!("terminal/shapes.js"),
    include_str!("terminal/screen.js"),
    include_str!("terminal/page.js"),
)
.as_bytes();
const STYLE: &[u8] = include_bytes!("terminal.css");

/// What programs that follow links may look at: everything.
const ROBOTS: &[u8] = b"User-agent: *\nAllow: /\n";

/// One card over HTTP.
#[derive(Debug)]
pub(super) struct Pages {
    card: Card,
    /// In the card's own language, then in others.
    editions: Vec<Edition>,
    /// What is there once, by its path.
    files: [(&'static str, Entity); 3],
}

/// The card in one language.
#[derive(Debug)]
struct Edition {
    language: Language,
    page: Entity,
    /// By name.
    files: Vec<(&'static str, Entity)>,
    /// The names of the pages, which are parts of the one page.
    parts: Vec<String>,
}

impl Pages {
    /// Makes everything of a card; `fingerprint` is that of the host key.
    pub(super) fn new(card: Card, fingerprint: &str) -> Self {
        let sites: Vec<_> = card.site().editions().cloned().collect();
        let editions = sites.iter().map(|site| Edition::new(site, &sites, fingerprint)).collect();
        let file = |kind, bytes: &'static [u8]| Entity::new(kind, Bytes::from_static(bytes));
        let files = [
            ("/terminal.js", file("text/javascript; charset=utf-8", SCRIPT)),
            ("/terminal.css", file("text/css; charset=utf-8", STYLE)),
            ("/robots.txt", file("text/plain; charset=utf-8", ROBOTS)),
        ];
        Self { card, editions, files }
    }

    /// The answer to a request.
    pub(super) fn answer(&self, request: &Request) -> Response {
        let (path, headers) = (request.uri().path(), request.headers());
        if let Some((_, file)) = self.files.iter().find(|(name, _)| *name == path) {
            return file.answer(headers);
        }
        let mut words: Vec<&str> = path.split('/').filter(|word| !word.is_empty()).collect();
        let named = words.first().and_then(|tag| {
            // A card in one language has no addresses for it.
            let mut editions = self.editions.iter().filter(|_| self.editions.len() > 1);
            editions.find(|edition| edition.language.tag().eq_ignore_ascii_case(tag))
        });
        if named.is_some() {
            words.remove(0);
        }
        let Some(edition) = named.or_else(|| self.editions.first()) else {
            return StatusCode::NOT_FOUND.into_response();
        };
        if let [name] = words[..]
            && let Some((_, file)) = edition.files.iter().find(|(file, _)| *file == name)
        {
            return file.answer(headers);
        }
        let edition = named.or_else(|| self.preferred(headers)).unwrap_or(edition);
        let mut response = if wants_text(headers) {
            self.text(edition, &words, request.uri().query().unwrap_or_default())
        } else {
            match words[..] {
                [] if named.is_none() || path.ends_with('/') => return edition.page.answer(headers),
                [] => redirect(&format!("/{}/", edition.language.tag())),
                [name] if edition.parts.iter().any(|part| part == name) => {
                    let language = named.map(|named| format!("{}/", named.language.tag())).unwrap_or_default();
                    redirect(&format!("/{language}#{name}"))
                }
                _ => self.text(edition, &words, request.uri().query().unwrap_or_default()),
            }
        };
        response.headers_mut().insert(VARY, HeaderValue::from_static(NEGOTIATED));
        response
    }

    /// The edition in the language that a client would rather read.
    fn preferred(&self, headers: &axum::http::HeaderMap) -> Option<&Edition> {
        let language = language(headers, self.editions.iter().map(|edition| &edition.language))?;
        self.editions.iter().find(|edition| edition.language == *language)
    }

    /// What is answered to the same words as a command over SSH; without words, the card.
    fn text(&self, edition: &Edition, words: &[&str], query: &str) -> Response {
        let mut command = if words.is_empty() { Cow::from("text") } else { words.join(" ").into() };
        let width = query.split('&').find_map(|pair| pair.strip_prefix("width="));
        if let Some(width) = width {
            command.to_mut().push_str(" --width=");
            command.to_mut().push_str(width);
        }
        let answer = self.card.answer(Some(&edition.language), command.as_bytes());
        let kind = if answer.has_lines { "text/plain; charset=utf-8" } else { "application/octet-stream" };
        match answer.status {
            0 => ([(CONTENT_TYPE, kind)], answer.out).into_response(),
            // A command with options that it does not have.
            2 => (StatusCode::BAD_REQUEST, [(CONTENT_TYPE, kind)], answer.err).into_response(),
            _ => (StatusCode::NOT_FOUND, [(CONTENT_TYPE, kind)], answer.err).into_response(),
        }
    }
}

fn redirect(to: &str) -> Response {
    (StatusCode::FOUND, [(LOCATION, to)]).into_response()
}

impl Edition {
    fn new(site: &std::sync::Arc<Site>, all: &[std::sync::Arc<Site>], fingerprint: &str) -> Self {
        let document = site.document();
        let named =
            site.renditions().files().into_iter().map(|(name, bytes)| (name, Entity::new(kind_of(name), bytes)));
        let mut files: Vec<_> = named.collect();
        let photo = files.iter().find(|(name, _)| *name == "photo.jpg").map(|(_, photo)| ("photo", photo.clone()));
        files.extend(photo);
        files.push(("card.svg", Entity::new(kind_of("card.svg"), postcard(site, false).into())));
        let languages = all.iter().map(|site| site.document()).collect::<Vec<_>>();
        let (html, policy) = page::of(site, &languages, fingerprint);
        let page = Entity::new(kind_of("card.html"), html.into()).with([
            (CONTENT_SECURITY_POLICY, HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("sandbox"))),
            (VARY, HeaderValue::from_static(NEGOTIATED)),
            (
                CONTENT_LANGUAGE,
                HeaderValue::from_str(document.language.tag()).unwrap_or(HeaderValue::from_static("en")),
            ),
        ]);
        let parts = document.pages.iter().map(|page| page.name.clone()).collect();
        Self { language: document.language.clone(), page, files, parts }
    }
}

/// The media type of a file, by the end of its name.
fn kind_of(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "md" => "text/markdown; charset=utf-8",
        "vcf" => "text/vcard; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" => "image/jpeg",
        _ => "text/plain; charset=utf-8",
    }
}
