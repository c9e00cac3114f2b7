//! A file as it is sent: whole or in part, compressed or not, or not again (RFC 9110).

use std::{fmt::Write as _, io::Write as _, ops::Range};

use axum::{
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{
            ACCEPT_RANGES, CONTENT_ENCODING, CONTENT_RANGE, CONTENT_TYPE, ETAG, IF_NONE_MATCH, IF_RANGE, RANGE, VARY,
        },
    },
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest as _, Sha256};

use super::negotiation::accepts_gzip;

/// A file with its type, made once and sent from memory.
#[derive(Debug, Clone)]
pub(super) struct Entity {
    kind: &'static str,
    plain: Representation,
    /// Where it is shorter.
    gzip: Option<Representation>,
    /// Headers of its own.
    headers: HeaderMap,
}

/// Bytes, and the strong validator of these bytes.
#[derive(Debug, Clone)]
struct Representation {
    bytes: Bytes,
    etag: HeaderValue,
}

impl Entity {
    /// A file of this media type, compressed if that makes it shorter.
    pub(super) fn new(kind: &'static str, bytes: Bytes) -> Self {
        let is_text = kind.starts_with("text/") || kind.ends_with("json") || kind.ends_with("svg+xml");
        let gzip = is_text.then(|| gzipped(&bytes)).flatten().filter(|gzip| gzip.len() < bytes.len());
        Self::of(kind, bytes, gzip)
    }

    /// A file of this media type that is made for one answer.
    pub(super) fn uncompressed(kind: &'static str, bytes: Bytes) -> Self {
        Self::of(kind, bytes, None)
    }

    fn of(kind: &'static str, bytes: Bytes, gzip: Option<Bytes>) -> Self {
        let digest = Sha256::digest(&bytes);
        let digest = digest.iter().take(16).fold(String::new(), |mut digits, byte| {
            let _ = write!(digits, "{byte:02x}");
            digits
        });
        let made = |bytes: Bytes, of: &str| {
            // Digits and letters of ours.
            let etag = HeaderValue::try_from(format!("\"{digest}{of}\""));
            Representation { bytes, etag: etag.unwrap_or(HeaderValue::from_static("\"\"")) }
        };
        let headers = HeaderMap::from_iter([(VARY, HeaderValue::from_static("Accept-Encoding"))]);
        Self { kind, gzip: gzip.map(|gzip| made(gzip, "-gzip")), plain: made(bytes, ""), headers }
    }

    /// Adds headers to the entity.
    pub(super) fn with(mut self, headers: impl IntoIterator<Item = (axum::http::HeaderName, HeaderValue)>) -> Self {
        for (name, value) in headers {
            self.headers.insert(name, value);
        }
        self
    }

    /// The answer to a request with these headers.
    pub(super) fn answer(&self, request: &HeaderMap) -> Response {
        // A part is a part of what is not compressed.
        let range =
            request.get(RANGE).filter(|_| request.get(IF_RANGE).is_none_or(|validator| *validator == self.plain.etag));
        let gzip = self.gzip.as_ref().filter(|_| range.is_none() && accepts_gzip(request));
        let Representation { bytes, etag } = gzip.unwrap_or(&self.plain);
        let mut response = if knows(request, etag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let length = bytes.len();
            match range.map_or(RequestedRange::Whole, |range| part(range, length)) {
                RequestedRange::Whole => bytes.clone().into_response(),
                RequestedRange::Of(part) => {
                    let told = format!("bytes {}-{}/{length}", part.start, part.end - 1);
                    (StatusCode::PARTIAL_CONTENT, [(CONTENT_RANGE, told)], bytes.slice(part)).into_response()
                }
                RequestedRange::None => {
                    (StatusCode::RANGE_NOT_SATISFIABLE, [(CONTENT_RANGE, format!("bytes */{length}"))]).into_response()
                }
            }
        };
        let headers = response.headers_mut();
        headers.extend(self.headers.clone());
        headers.insert(ETAG, etag.clone());
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.kind));
        headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        if gzip.is_some() {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        response
    }
}

fn gzipped(bytes: &[u8]) -> Option<Bytes> {
    // Nothing that is written to memory fails.
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok().map(Bytes::from)
}

/// Whether a client has this already (RFC 9110, section 13.1.2).
fn knows(request: &HeaderMap, etag: &HeaderValue) -> bool {
    let known = request.get_all(IF_NONE_MATCH).iter().flat_map(|known| known.as_bytes().split(|byte| *byte == b','));
    known.map(<[u8]>::trim_ascii).any(|known| known == b"*" || known.strip_prefix(b"W/").unwrap_or(known) == etag)
}

/// What a range asks for.
#[derive(Debug, PartialEq, Eq)]
enum RequestedRange {
    Whole,
    Of(Range<usize>),
    /// Nothing that there is.
    None,
}

/// The part of `length` bytes that a range asks for (RFC 9110, section 14). Of several parts, and of a unit that is
/// none, the whole is sent.
fn part(range: &HeaderValue, length: usize) -> RequestedRange {
    let asked = range.to_str().ok().and_then(|range| range.strip_prefix("bytes=")?.split_once('-'));
    let number = |text: &str| text.bytes().all(|digit| digit.is_ascii_digit()).then(|| text.parse::<usize>().ok())?;
    let part = match asked {
        Some(("", last)) => number(last).map(|last| length.saturating_sub(last)..length),
        Some((first, "")) => number(first).map(|first| first..length),
        Some((first, last)) => {
            let part = number(first).zip(number(last)).filter(|(first, last)| first <= last);
            part.map(|(first, last)| first..length.min(last.saturating_add(1)))
        }
        None => None,
    };
    match part {
        Some(part) if part.start < part.end => RequestedRange::Of(part),
        Some(_) => RequestedRange::None,
        None => RequestedRange::Whole,
    }
}

#[cfg(test)]
mod tests {
    use axum::body::HttpBody as _;

    use super::*;

    #[test]
    fn parts_are_those_of_the_standard() {
        for (range, expected) in [
            ("bytes=0-0", RequestedRange::Of(0..1)),
            ("bytes=2-3", RequestedRange::Of(2..4)),
            ("bytes=2-99", RequestedRange::Of(2..10)),
            ("bytes=2-18446744073709551615", RequestedRange::Of(2..10)),
            ("bytes=9-", RequestedRange::Of(9..10)),
            ("bytes=-3", RequestedRange::Of(7..10)),
            ("bytes=-99", RequestedRange::Of(0..10)),
            ("bytes=10-", RequestedRange::None),
            ("bytes=-0", RequestedRange::None),
            ("bytes=3-2", RequestedRange::Whole),
            ("bytes=0-1,4-5", RequestedRange::Whole),
            ("bytes=99999999999999999999-", RequestedRange::Whole),
            ("bytes=+1-2", RequestedRange::Whole),
            ("bytes=-", RequestedRange::Whole),
            ("lines=1-2", RequestedRange::Whole),
            ("", RequestedRange::Whole),
        ] {
            assert_eq!(part(&HeaderValue::from_str(range).unwrap(), 10), expected, "{range:?}");
        }
    }

    #[test]
    fn what_is_known_is_not_sent_again() {
        let text = Entity::new("text/plain; charset=utf-8", "all the same ".repeat(50).into());
        let of = |lines: &[(axum::http::HeaderName, &str)]| {
            let request: HeaderMap = lines.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
            let response = text.answer(&request);
            let header =
                |name| response.headers().get(name).map(|value: &HeaderValue| value.to_str().unwrap().to_owned());
            (response.status().as_u16(), header(ETAG).unwrap(), header(CONTENT_ENCODING), header(CONTENT_RANGE))
        };
        let gzip = (axum::http::header::ACCEPT_ENCODING, "gzip");
        let (status, plain, encoding, _) = of(&[]);
        assert_eq!((status, encoding), (200, None));
        let (_, compressed, encoding, _) = of(std::slice::from_ref(&gzip));
        assert_eq!(encoding.as_deref(), Some("gzip"));
        assert_ne!(plain, compressed);
        assert_eq!(of(&[(IF_NONE_MATCH, &plain)]).0, 304);
        assert_eq!(of(&[(IF_NONE_MATCH, &format!("\"x\", W/{compressed}")), gzip.clone()]).0, 304);
        assert_eq!(of(&[(IF_NONE_MATCH, &compressed)]).0, 200);
        assert_eq!(of(&[(IF_NONE_MATCH, "*")]).0, 304);
        let part = of(&[(RANGE, "bytes=0-9"), gzip]);
        assert_eq!(part, (206, plain.clone(), None, Some("bytes 0-9/650".to_owned())));
        assert_eq!(of(&[(RANGE, "bytes=0-9"), (IF_RANGE, &plain)]).0, 206);
        assert_eq!(of(&[(RANGE, "bytes=0-9"), (IF_RANGE, "\"other\"")]).0, 200);
        assert_eq!(of(&[(RANGE, "bytes=650-")]).0, 416);
        let request = HeaderMap::from_iter([(axum::http::header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"))]);
        assert!(text.answer(&request).body().size_hint().exact().is_some_and(|length| length < 100));
    }
}
