//! As much of HTTP/1.1 as a scraper and a probe need (RFC 9112): one request without a body, one answer, and the end of the
//! connection.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, copy, sink};

/// The longest request, from its first byte to the empty line. Prometheus sends some 400 bytes; a browser with all its
/// cookies rarely more than this.
const LONGEST: usize = 8 * 1024;

/// The most header lines. Prometheus sends eight, a browser about twenty.
const LINES: usize = 64;

/// The most that is read, and dropped, of what a client still sends when it has its answer: to hang up with bytes unread would
/// reset the connection, and the answer with it.
const REST: u64 = 64 * 1024;

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Request {
    /// The path, without a query.
    pub(super) path: String,
    /// Only the head of the answer is wanted.
    pub(super) head: bool,
    /// The client takes `OpenMetrics`.
    pub(super) openmetrics: bool,
}

/// What is answered.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Response {
    pub(super) status: u16,
    /// The media type.
    pub(super) kind: &'static str,
    pub(super) body: String,
    /// The body is not sent, only its length.
    pub(super) head: bool,
}

impl Response {
    /// A line of text.
    pub(super) fn text(status: u16, line: &str) -> Self {
        Self { status, kind: "text/plain; charset=utf-8", body: line.to_owned(), head: false }
    }

    /// What the status means (RFC 9110, section 15; RFC 6585, section 5).
    const fn reason(&self) -> &'static str {
        match self.status {
            200 => "OK",
            400 => "Bad Request",
            404 => "Not Found",
            405 => "Method Not Allowed",
            431 => "Request Header Fields Too Large",
            503 => "Service Unavailable",
            _ => "Internal Server Error",
        }
    }
}

/// Reads a request.
///
/// # Errors
///
/// The answer to what is no request that can be answered; `None` when nobody is there any more.
pub(super) async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Result<Request, Option<Response>> {
    let mut bytes = Vec::new();
    loop {
        if let Some(request) = parse(&bytes).map_err(Some)? {
            return Ok(request);
        }
        let room = (LONGEST - bytes.len()) as u64;
        match stream.take(room).read_buf(&mut bytes).await {
            Ok(0) | Err(_) => return Err(None),
            Ok(_) => (),
        }
    }
}

/// What the bytes ask for; `None` while the request is not complete.
fn parse(bytes: &[u8]) -> Result<Option<Request>, Response> {
    let mut lines = [httparse::EMPTY_HEADER; LINES];
    let mut request = httparse::Request::new(&mut lines);
    match request.parse(bytes) {
        Ok(httparse::Status::Complete(_)) => (),
        Ok(httparse::Status::Partial) if bytes.len() < LONGEST => return Ok(None),
        Ok(httparse::Status::Partial) | Err(httparse::Error::TooManyHeaders) => {
            return Err(Response::text(431, "the request is too long\n"));
        }
        Err(_) => return Err(Response::text(400, "this is no request\n")),
    }
    let head = match request.method {
        Some("GET") => false,
        Some("HEAD") => true,
        _ => return Err(Response::text(405, "there is only GET\n")),
    };
    let path = request.path.unwrap_or_default().split('?').next().unwrap_or_default().to_owned();
    let accepts = |line: &httparse::Header<'_>| {
        line.name.eq_ignore_ascii_case("accept") && std::str::from_utf8(line.value).is_ok_and(accepts_openmetrics)
    };
    Ok(Some(Request { path, head, openmetrics: request.headers.iter().any(accepts) }))
}

/// Whether a list of media ranges has `OpenMetrics` in it, and not with the weight 0, which refuses it (RFC 9110,
/// sections 12.5.1 and 12.4.2). The version is not looked at: the server writes one version only.
fn accepts_openmetrics(accept: &str) -> bool {
    accept.split(',').any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let refused = |parameter: &str| {
            let weight = parameter.split_once('=').filter(|(name, _)| name.trim().eq_ignore_ascii_case("q"));
            weight.is_some_and(|(_, weight)| weight.trim().parse() == Ok(0.0))
        };
        parts.next().is_some_and(|range| range.eq_ignore_ascii_case("application/openmetrics-text"))
            && !parts.any(refused)
    })
}

/// Writes an answer, and ends the connection so that it arrives.
///
/// # Errors
///
/// Those of the stream.
pub(super) async fn write(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), response: &Response) -> io::Result<()> {
    let allow = if response.status == 405 { "allow: GET, HEAD\r\n" } else { "" };
    let head = format!(
        "HTTP/1.1 {} {}\r\ncontent-type: {}\r\ncontent-length: {}\r\ncache-control: no-store\r\n{allow}connection: close\r\n\r\n",
        response.status,
        response.reason(),
        response.kind,
        response.body.len(),
    );
    let body = if response.head { "" } else { &response.body };
    stream.write_all(&[head.as_bytes(), body.as_bytes()].concat()).await?;
    stream.shutdown().await?;
    copy(&mut stream.take(REST), &mut sink()).await.map(|_| ())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tokio::io::duplex;

    use super::*;

    fn request(bytes: &[u8]) -> Result<Request, Option<Response>> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(read(&mut &bytes[..]))
    }

    fn asks(path: &str) -> Request {
        Request { path: path.into(), head: false, openmetrics: false }
    }

    #[test]
    fn requests_are_read() {
        for (text, expected) in [
            ("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", asks("/metrics")),
            ("GET /metrics?a=b HTTP/1.0\r\n\r\n", asks("/metrics")),
            ("HEAD /livez HTTP/1.1\r\n\r\n", Request { head: true, ..asks("/livez") }),
            (
                "GET /metrics HTTP/1.1\r\naCCept: text/plain;q=0.5, application/openmetrics-text;version=1.0.0\r\n\r\n",
                Request { openmetrics: true, ..asks("/metrics") },
            ),
        ] {
            assert_eq!(request(text.as_bytes()), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_answered_is_told_why() {
        let status = |bytes: &[u8]| request(bytes).unwrap_err().map(|response| response.status);
        let lines = |n: usize| ["GET / HTTP/1.1\r\n", &"a: b\r\n".repeat(n), "\r\n"].concat();
        assert_eq!(status(b"POST /metrics HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"), Some(405));
        assert_eq!(status(b"SSH-2.0-client\r\n\r\n"), Some(400));
        assert_eq!(status(&[b"GET /", &[b'a'; 10_000][..]].concat()), Some(431));
        assert_eq!(status(lines(LINES + 1).as_bytes()), Some(431));
        assert!(request(lines(LINES).as_bytes()).is_ok());
        // Nobody is there to be told.
        assert_eq!(status(b""), None);
        assert_eq!(status(b"GET / HTTP/1.1\r\nHos"), None);
    }

    #[tokio::test]
    async fn answers_have_a_length_and_an_end() {
        for head in [false, true] {
            let (mut ours, mut theirs) = duplex(4096);
            let response = Response { head, ..Response::text(405, "no\n") };
            let write = tokio::spawn(async move { write(&mut ours, &response).await });
            // It sends more, and hears the answer all the same.
            theirs.write_all(&[b'x'; 3000]).await.unwrap();
            theirs.shutdown().await.unwrap();
            let mut said = String::new();
            theirs.read_to_string(&mut said).await.unwrap();
            write.await.unwrap().unwrap();
            let expected = "HTTP/1.1 405 Method Not Allowed\r\ncontent-type: text/plain; charset=utf-8\r\n\
                content-length: 3\r\ncache-control: no-store\r\nallow: GET, HEAD\r\nconnection: close\r\n\r\n";
            assert_eq!(said, expected.to_owned() + if head { "" } else { "no\n" });
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_request_or_none(bytes in proptest::collection::vec(any::<u8>(), 0..20_000)) {
            let _ = request(&bytes);
        }

        #[test]
        fn any_head_is_a_request_or_none(rest in "[ -~\r\n:]{0,2000}") {
            let _ = request(format!("GET {rest}\r\n\r\n").as_bytes());
        }
    }
}
