//! All that is served of one card: its page in each language, its files, and its answers to commands as text.

use std::{
    borrow::Cow,
    sync::{Arc, OnceLock},
};

use axum::{
    http::{
        HeaderMap, HeaderValue, StatusCode, Uri,
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
use crate::{
    document::{Language, Place},
    formats::TEXT_WIDTH,
    site::Site,
    ssh::{metrics::SessionKind, visitors::ServedCard},
};

/// The `Vary` header of addresses that answer with HTML or text, in one of the card's languages.
pub(super) const NEGOTIATED: &str = "Accept, Accept-Language, Accept-Encoding, User-Agent";

/// The script of the session on the page, and its style.
const SCRIPT: &[u8] = concat!(
    include_str!("terminal/model.js"),
    include_str!("terminal/keys.js"),
    include_str!("terminal/shapes.js"),
    include_str!("terminal/screen.js"),
    include_str!("terminal/connection.js"),
    include_str!("terminal/input.js"),
    include_str!("terminal/page.js"),
)
.as_bytes();
const STYLE: &[u8] = include_bytes!("terminal.css");

/// What programs that follow links may look at: everything.
const ROBOTS: &[u8] = b"User-agent: *\nAllow: /\n";

/// The path of security.txt (RFC 9116, section 3).
const SECURITY: &str = "/.well-known/security.txt";

/// The card over HTTP.
#[derive(Debug)]
pub(super) struct Pages {
    pub(super) card: Arc<ServedCard>,
    /// In the card's own language, then in others.
    editions: Vec<Edition>,
    /// The files that are the same in every language, by path.
    files: Vec<(&'static str, Entity)>,
}

/// The card in one language.
#[derive(Debug)]
struct Edition {
    card: Arc<ServedCard>,
    language: Language,
    site: Arc<Site>,
    page: Entity,
    /// By name.
    files: Vec<(&'static str, Entity)>,
    /// The pictures, by name. Each is drawn when it is first asked for, since that takes longer than a response may.
    late: [(&'static str, OnceLock<Option<Entity>>); 2],
}

/// The names of what is made late.
const COVER: &str = "card.png";
const POSTCARD: &str = "card.svg";

impl Pages {
    /// Makes everything of a card; `fingerprint` is that of the host key.
    pub(super) fn new(card: Arc<ServedCard>, fingerprint: &str) -> Self {
        let sites: Vec<_> = card.site.editions().cloned().collect();
        let editions = sites.iter().map(|site| Edition::new(&card, site, &sites, fingerprint)).collect();
        let file = |kind, bytes: &'static [u8]| Entity::new(kind, Bytes::from_static(bytes));
        let security = card.site.document().security.clone();
        let security = security.map(|text| Entity::new(kind_of(SECURITY), text.into()));
        let files = [
            ("/terminal.js", file("text/javascript; charset=utf-8", SCRIPT)),
            ("/terminal.css", file("text/css; charset=utf-8", STYLE)),
            ("/robots.txt", file("text/plain; charset=utf-8", ROBOTS)),
        ];
        let files = files.into_iter().chain(security.map(|security| (SECURITY, security))).collect();
        Self { card, editions, files }
    }

    /// Makes what is made late.
    pub(super) fn prepare(&self) {
        for edition in &self.editions {
            for name in [COVER, POSTCARD] {
                let _ = edition.late(name);
            }
        }
    }

    /// Whether an answer waits for what is made late.
    pub(super) fn is_late(&self, path: &str) -> bool {
        let path = decoded(path);
        let (named, words) = self.addressed(&path);
        let (name, command) = (words.last().copied().unwrap_or_default(), words.join(" "));
        let mut asked = self.editions.iter().filter(|edition| named.is_none_or(|one| one.language == edition.language));
        asked.any(|edition| {
            edition.late.iter().any(|(late, made)| *late == name && made.get().is_none())
                || edition.card.answers.has_to_draw(Some(&edition.language), command.as_bytes())
        })
    }

    /// The edition that a path names, where it names one, and the words after that.
    fn addressed<'p>(&self, path: &'p str) -> (Option<&Edition>, Vec<&'p str>) {
        let mut words: Vec<&str> = path.split('/').filter(|word| !word.is_empty()).collect();
        let named = words.first().and_then(|tag| {
            // A card in one language has no addresses for it.
            let mut editions = self.editions.iter().filter(|_| self.editions.len() > 1);
            editions.find(|edition| edition.language.tag().eq_ignore_ascii_case(tag))
        });
        if named.is_some() {
            words.remove(0);
        }
        (named, words)
    }

    /// The answer to a request.
    pub(super) fn answer(&self, uri: &Uri, headers: &HeaderMap) -> Response {
        let (path, query) = (decoded(uri.path()), uri.query().unwrap_or_default());
        let path = &*path;
        if let Some((_, file)) = self.files.iter().find(|(name, _)| *name == path) {
            return file.answer(headers);
        }
        let (named, words) = self.addressed(path);
        let Some(edition) = named.or_else(|| self.editions.first()) else {
            return StatusCode::NOT_FOUND.into_response();
        };
        if let [name] = words[..]
            && let Some((_, file)) = edition.files.iter().find(|(file, _)| *file == name)
        {
            return file.answer(headers);
        }
        if let [name] = words[..]
            && let Some(file) = edition.late(name)
        {
            return file.answer(headers);
        }
        let edition = named.or_else(|| self.preferred(headers)).unwrap_or(edition);
        let mut response = if wants_text(headers) {
            let is_plain = query.split('&').any(|pair| pair == "plain" || pair.starts_with("plain="));
            self.text(edition, &words, query, headers, !is_plain)
        } else {
            match words[..] {
                [] if named.is_none() || path.ends_with('/') => return edition.page.answer(headers),
                [] => redirect(&format!("/{}/", edition.language.tag())),
                [name, ref entry @ ..] if edition.has_place(name, entry) => {
                    let language = named.map(|named| format!("{}/", named.language.tag())).unwrap_or_default();
                    redirect(&format!("/{language}#{}", words.join("/")))
                }
                _ => self.text(edition, &words, query, headers, false),
            }
        };
        response.headers_mut().insert(VARY, HeaderValue::from_static(NEGOTIATED));
        response
    }

    /// What a browser shows of an error: a sentence in the language of the path or of the client, and a link to the
    /// card.
    pub(super) fn error(&self, status: StatusCode, path: &str, headers: &HeaderMap) -> Option<(String, Language)> {
        let edition = self.addressed(&decoded(path)).0.or_else(|| self.preferred(headers)).or(self.editions.first())?;
        let is_nothing = matches!(status, StatusCode::NOT_FOUND | StatusCode::UPGRADE_REQUIRED);
        let to = if self.editions.len() > 1 { format!("/{}/", edition.language.tag()) } else { "/".to_owned() };
        Some((page::error(edition.site.document(), is_nothing, &to), edition.language.clone()))
    }

    /// The edition in the language that a client would rather read.
    fn preferred(&self, headers: &HeaderMap) -> Option<&Edition> {
        let language = language(headers, self.editions.iter().map(|edition| &edition.language))?;
        self.editions.iter().find(|edition| edition.language == *language)
    }

    /// Answers the words of a command over SSH with the same text, in colours if the text `has_colours`; without words,
    /// with the card.
    fn text(&self, edition: &Edition, words: &[&str], query: &str, headers: &HeaderMap, has_colours: bool) -> Response {
        let command = if words.is_empty() { Cow::from("text") } else { words.join(" ").into() };
        let width = query.split('&').find_map(|pair| pair.strip_prefix("width="));
        let (mut answer, is_width_wrong) = self.card.answers.answer_to_address(&edition.language, &command, width);
        if answer.kind == SessionKind::Help && edition.site.document().card.ssh().is_none() {
            answer.out = self.card.answers.commands(Some(&edition.language)).into();
        }
        let kind = if answer.has_lines { "text/plain; charset=utf-8" } else { "application/octet-stream" };
        let renditions = edition.site.renditions();
        let cells = width.and_then(|width| width.parse().ok()).unwrap_or(TEXT_WIDTH);
        let inked = match (answer.kind, words) {
            (SessionKind::Text, [] | ["text"]) if has_colours => Some(renditions.coloured(cells)),
            (SessionKind::PageText, [name, entry @ ..]) if has_colours => {
                let entry = entry.first().and_then(|number| Place::index(number));
                let place = edition.site.document().position(name).map(|page| Place { page, entry });
                place.and_then(|place| renditions.place(place, cells, true))
            }
            (_, ["qr"]) if !has_colours => renditions.get("qr", "text").map(|code| code.bytes.clone()),
            _ => None,
        };
        match answer.status {
            0 => Entity::uncompressed(kind, inked.unwrap_or(answer.out)).answer(headers),
            _ if is_width_wrong => (StatusCode::BAD_REQUEST, [(CONTENT_TYPE, kind)], answer.err).into_response(),
            // Where a command is not known, or not with these words, there is nothing at the address.
            _ => (StatusCode::NOT_FOUND, [(CONTENT_TYPE, kind)], answer.err).into_response(),
        }
    }
}

fn redirect(to: &str) -> Response {
    (StatusCode::FOUND, [(LOCATION, to)]).into_response()
}

/// A path in which the characters that need no escape have none (RFC 3986, section 6.2.2.2). Nothing here has a name
/// with others.
fn decoded(path: &str) -> Cow<'_, str> {
    let mut parts = path.split('%');
    let first = parts.next().unwrap_or_default();
    let mut decoded = String::new();
    for part in parts {
        let sign = part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()).map(char::from);
        match sign.filter(|sign| sign.is_ascii_alphanumeric() || "-._~".contains(*sign)) {
            Some(sign) => decoded.extend([&*sign.to_string(), part.get(2..).unwrap_or_default()]),
            None => decoded.extend(["%", part]),
        }
    }
    if decoded.is_empty() { path.into() } else { format!("{first}{decoded}").into() }
}

impl Edition {
    /// Whether the page has a place of this name, and of this entry's number where one follows.
    fn has_place(&self, page: &str, entry: &[&str]) -> bool {
        let document = self.site.document();
        let Some(page) = document.position(page) else { return false };
        match *entry {
            [] => true,
            [one] => document.entry(Place { page, entry: Place::index(one) }).is_some(),
            _ => false,
        }
    }

    fn new(card: &Arc<ServedCard>, site: &Arc<Site>, all: &[Arc<Site>], fingerprint: &str) -> Self {
        let document = site.document();
        let named = site.renditions().files().into_iter();
        let mut files: Vec<_> = named.map(|(name, bytes)| (name, Entity::new(kind_of(name), bytes))).collect();
        let photo = files.iter().find(|(name, _)| *name == "photo.jpg").map(|(_, photo)| ("photo", photo.clone()));
        files.extend(photo);
        files.push((page::ICON, Entity::new(kind_of(page::ICON), site.icon().into())));
        let languages: Vec<_> = all.iter().map(|site| site.document()).collect();
        let (html, policy) = page::of(site, &languages, fingerprint);
        let value = |text: &str| HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""));
        let page = Entity::new(kind_of("card.html"), html.into()).with([
            (CONTENT_SECURITY_POLICY, value(&policy)),
            (VARY, HeaderValue::from_static(NEGOTIATED)),
            (CONTENT_LANGUAGE, value(document.language.tag())),
        ]);
        let late = [COVER, POSTCARD].map(|name| (name, OnceLock::new()));
        Self { card: Arc::clone(card), language: document.language.clone(), site: Arc::clone(site), page, files, late }
    }

    /// A file that is made when it is first asked for.
    fn late(&self, name: &str) -> Option<&Entity> {
        let (name, made) = self.late.iter().find(|(late, _)| *late == name)?;
        let make = || match *name {
            COVER => {
                // Where the font has no letters for this language, another says who it is.
                let mut named = [&self.site].into_iter().chain(self.card.site.editions());
                named.find(|site| site.names_cover()).unwrap_or(&self.site).cover().map(Bytes::from)
            }
            _ => Some(self.card.answers.answer_in(Some(&self.language), b"postcard", None).out),
        };
        made.get_or_init(|| make().map(|bytes| Entity::new(kind_of(name), bytes))).as_ref()
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
