//! The card over HTTP: the page, the files, text for `curl`, and what strangers try.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    num::NonZeroU16,
    path::Path,
    sync::Arc,
    time::Duration,
};

use base64ct::{Base64, Encoding as _};
use sha2::{Digest as _, Sha256};
use sshcard::{
    document::{Card as Who, Document, Link, Qr},
    site::Site,
    ssh::{limits::Limits, listen::bind, proxy::Proxies},
    web,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpSocket, TcpStream},
    task::JoinHandle,
    time::Instant,
};

use crate::{
    card::load,
    http::{Answer, rest, say},
    support::{ABOUT, Client, HEADLINE, Running, document, soon},
};

/// The web page beside a server; it stops when dropped.
struct Web {
    address: SocketAddr,
    serving: JoinHandle<()>,
}

impl Drop for Web {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// What a browser says of itself.
const BROWSER: &str = "Accept: text/html,*/*;q=0.8\r\nUser-Agent: Mozilla/5.0\r\n";
const CURL: &str = "Accept: */*\r\nUser-Agent: curl/8.14.1\r\n";

impl Web {
    fn beside(server: &Running) -> Self {
        Self::behind(server, &[])
    }

    /// One that believes proxies in these networks.
    fn behind(server: &Running, networks: &[&str]) -> Self {
        let listener = bind((Ipv4Addr::LOCALHOST, 0).into(), "--web").unwrap();
        listener.set_nonblocking(true).unwrap();
        let listener = TcpListener::from_std(listener).unwrap();
        let address = listener.local_addr().unwrap();
        let networks: Vec<_> = networks.iter().map(|network| network.parse().unwrap()).collect();
        let serving = web::serve(listener, server.visitors.clone(), Proxies::new(&networks));
        Self { address, serving: tokio::spawn(serving) }
    }

    async fn say(&self, bytes: &[u8]) -> Vec<u8> {
        say(self.address, bytes).await
    }

    async fn ask(&self, method: &str, path: &str, lines: &str) -> Answer {
        let request = format!("{method} {path} HTTP/1.1\r\nHost: card.example.com\r\nConnection: close\r\n{lines}\r\n");
        Answer::of(&self.say(request.as_bytes()).await)
    }

    async fn get(&self, path: &str, lines: &str) -> Answer {
        self.ask("GET", path, lines).await
    }

    /// What curl prints.
    async fn curl(&self, path: &str) -> String {
        self.get(path, CURL).await.text()
    }
}

/// The card of [`document`] with an address and what links need.
fn reachable() -> Document {
    let link = Link { label: "code".into(), url: "https://code.example.com/</script><b>".into() };
    let card = Who {
        address: Some("card.example.com:2222".into()),
        web: Some("https://card.example.com/".into()),
        qr: Qr::Link("https://code.example.com".into()),
        links: vec![link],
        ..document().card
    };
    Document { card, security: Some("Contact: mailto:a@example.com\n".into()), ..document() }
}

async fn server(document: Document) -> Running {
    Running::of(document, Limits { per_address: 0, ..Limits::default() }).await
}

#[tokio::test]
async fn one_request_paints_the_page_and_a_browser_may_do_nothing_else_with_it() {
    let server = server(reachable()).await;
    let web = Web::beside(&server);
    let answer =
        web.get("/", &format!("{BROWSER}X-Forwarded-Proto: https\r\nX-Forwarded-Host: evil.example\r\n")).await;
    let html = answer.text();
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/html; charset=utf-8")));
    for shown in
        [HEADLINE, ABOUT, "ssh -p 2222 card.example.com", &server.fingerprint, "id=\"_open\"", "id=\"_terminal\""]
    {
        assert!(html.contains(shown), "no {shown} in\n{html}");
    }
    for hidden in ["evil.example", "https://code.example.com/</script>"] {
        assert!(!html.contains(hidden), "{hidden} in\n{html}");
    }
    assert!(html.contains("<meta property=\"og:image\" content=\"https://card.example.com/card.png\">"), "{html}");
    assert!(html.contains("\"@type\":\"Person\"") && html.contains("rel=\"me\""), "{html}");

    let style = html.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
    let policy = answer.header("content-security-policy").unwrap();
    let digest = format!("'sha256-{}'", Base64::encode_string(&Sha256::digest(style)));
    assert!(policy.contains(&digest) && policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");
    assert!(policy.ends_with("frame-ancestors 'none'") && !policy.contains("unsafe-inline"), "{policy}");
    assert!(!html.contains("style=\"") && !html.contains("<meta http-equiv"), "{html}");
    for (name, value) in [("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer")] {
        assert_eq!(answer.header(name), Some(value));
    }
    // No proxy said so.
    assert_eq!(answer.header("strict-transport-security"), None);
    let compressed = web.get("/", &format!("{BROWSER}Accept-Encoding: gzip, br\r\n")).await;
    assert_eq!(compressed.header("content-encoding"), Some("gzip"));
    assert!(compressed.body.len() < 30_000, "{} bytes", compressed.body.len());
}

#[tokio::test]
async fn every_file_is_there_with_its_type_and_is_not_sent_twice() {
    let server = server(reachable()).await;
    let web = Web::beside(&server);
    for (path, kind) in [
        ("/", "text/html; charset=utf-8"),
        ("/README.txt", "text/plain; charset=utf-8"),
        ("/about.md", "text/markdown; charset=utf-8"),
        ("/card.vcf", "text/vcard; charset=utf-8"),
        ("/resume.json", "application/json"),
        ("/card.html", "text/html; charset=utf-8"),
        ("/qr.svg", "image/svg+xml"),
        ("/qr.png", "image/png"),
        ("/card.svg", "image/svg+xml"),
        ("/card.png", "image/png"),
        ("/favicon.svg", "image/svg+xml"),
        ("/terminal.js", "text/javascript; charset=utf-8"),
        ("/terminal.css", "text/css; charset=utf-8"),
        ("/robots.txt", "text/plain; charset=utf-8"),
        ("/.well-known/security.txt", "text/plain; charset=utf-8"),
    ] {
        let answer = web.get(path, BROWSER).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(kind)), "{path}");
        let length = answer.body.len().to_string();
        assert_eq!(answer.header("content-length"), Some(&*length), "{path}");
        let etag = answer.header("etag").unwrap().to_owned();
        let again = web.get(path, &format!("{BROWSER}If-None-Match: {etag}\r\n")).await;
        assert_eq!((again.status, again.body.len(), again.header("etag")), (304, 0, Some(&*etag)), "{path}");
        let head = web.ask("HEAD", path, BROWSER).await;
        assert_eq!((head.status, head.body.len(), head.header("content-length")), (200, 0, Some(&*length)), "{path}");
        let head = web.ask("HEAD", path, &format!("{BROWSER}Range: bytes=2-5\r\n")).await;
        assert_eq!((head.status, head.header("content-length")), (200, Some(&*length)), "{path}");
        let known = web.ask("HEAD", path, &format!("{BROWSER}If-None-Match: {etag}\r\n")).await;
        assert_eq!((known.status, known.header("content-length")), (304, None), "{path}");
        let part = web.get(path, &format!("{BROWSER}Range: bytes=2-5\r\n")).await;
        assert_eq!((part.status, &part.body[..]), (206, &answer.body[2..6]), "{path}");
    }
    let vcard = Client::connect(&server).await.exec("vcard").await.out;
    assert_eq!(web.get("/card.vcf", "").await.text(), vcard);
    assert_eq!(web.get("/photo", BROWSER).await.status, 404);
    assert_eq!(web.get("/healthz", "").await.text(), "ok\n");
    // A page is a part of the one page.
    let answer = web.get("/career", BROWSER).await;
    assert_eq!((answer.status, answer.header("location")), (302, Some("/#career")));
    assert_eq!(web.get("/career/1", BROWSER).await.header("location"), Some("/#career/1"));
}

#[tokio::test]
async fn every_answer_says_how_long_it_is_and_one_without_content_does_not() {
    let server = server(reachable()).await;
    let web = Web::beside(&server);
    for (path, lines, status) in [
        ("/", BROWSER, 200),
        ("/", CURL, 200),
        ("/", "If-None-Match: *\r\n", 304),
        ("/?plain", "User-Agent: curl/8.14.1\r\nIf-None-Match: *\r\n", 304),
        ("/card.vcf", "Accept-Encoding: gzip\r\n", 200),
        ("/card.vcf", "If-None-Match: *\r\n", 304),
        ("/healthz", "If-None-Match: *\r\n", 200),
        ("/career", BROWSER, 302),
        ("/nothing", BROWSER, 404),
        ("/nothing", CURL, 404),
        ("/qr/blue", CURL, 404),
        ("/?width=5", CURL, 400),
        ("/session", BROWSER, 426),
    ] {
        let (get, head) = (web.get(path, lines).await, web.ask("HEAD", path, lines).await);
        assert_eq!((get.status, head.status, head.body.len()), (status, status, 0), "{path} {lines}");
        let length = get.body.len().to_string();
        let expected = (status != 304).then_some(&*length);
        assert_eq!(
            (get.header("content-length"), head.header("content-length")),
            (expected, expected),
            "{path} {lines}"
        );
        assert_eq!(get.header("transfer-encoding"), None, "{path} {lines}");
    }
    let whole = web.get("/card.vcf", "").await.body.len();
    let none = web.get("/card.vcf", &format!("Range: bytes={whole}-\r\n")).await;
    let told = (none.status, none.body.len(), none.header("content-length"), none.header("content-range"));
    assert_eq!(told, (416, 0, Some("0"), Some(&*format!("bytes */{whole}"))));
    let part = web.get("/card.vcf", "Range: bytes=0-3\r\n").await;
    assert_eq!((part.status, part.header("content-length")), (206, Some("4")));
    let upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                   Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: sshcard\r\nHost: a\r\n\
                   Origin: http://a\r\n";
    // And a close, so that the session ends.
    let request = format!("GET /session HTTP/1.1\r\n{upgrade}\r\n").into_bytes();
    let said = web.say(&[&request[..], b"\x88\x80aaaa"].concat()).await;
    let head = String::from_utf8_lossy(&said);
    assert!(head.starts_with("HTTP/1.1 101 ") && !head.contains("content-length"), "{head}");
}

#[tokio::test]
async fn curl_gets_what_ssh_gets() {
    let server = server(reachable()).await;
    let web = Web::beside(&server);
    let visitor = Client::connect(&server).await;
    for (path, command) in [
        ("/?plain", "text"),
        ("/?plain&width=100", "text --width 100"),
        ("/text?width=20&plain", "text --width 20"),
        ("/about?plain", "about"),
        ("/career/?plain", "career"),
        ("/career/1?plain", "career 1"),
        ("/career/1?plain&width=40", "career 1 --width 40"),
        ("/qr/text", "qr text"),
        ("/qr?plain", "qr text"),
        ("/%61bout?plain", "about"),
        ("/about?plain&width=40", "about --width 40"),
        ("/vcard/4", "vcard 4"),
        ("/hostkey", "hostkey"),
        ("/help", "help"),
        ("/privacy", "privacy"),
    ] {
        let answer = web.get(path, CURL).await;
        assert_eq!((answer.status, answer.text()), (200, visitor.exec(command).await.out), "{path}");
        assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"), "{path}");
    }
    for (path, status, command) in [
        ("/nothing", 404, "nothing"),
        ("/qr/blue", 404, "qr blue"),
        ("/career/99", 404, "career 99"),
        ("/about/1", 404, "about 1"),
        ("/photo", 404, "photo"),
    ] {
        let answer = web.get(path, CURL).await;
        assert_eq!((answer.status, answer.text()), (status, visitor.exec(command).await.err), "{path}");
    }
    // An address has a query, and no options of a command.
    let range = "say a number from 20 to 200, as in `?width=60`";
    for (path, status, said) in [
        ("/?width=5", 400, format!("`?width` cannot be \"5\"; {range}")),
        ("/?width=", 400, format!("`?width` cannot be \"\"; {range}")),
        ("/about?width=201&plain", 400, format!("`?width` cannot be \"201\"; {range}")),
        ("/text?width=x%1b", 400, format!("`?width` cannot be \"x%1b\"; {range}")),
        ("/career/1?width=5", 400, format!("`?width` cannot be \"5\"; {range}")),
        ("/career/1/2", 404, "`career` stands alone; leave out \"2\"".to_owned()),
        ("/text/--width=60", 404, "`text` stands alone; leave out \"--width=60\"".to_owned()),
    ] {
        let answer = web.get(path, CURL).await;
        assert_eq!((answer.status, answer.text()), (status, format!("sshcard: {said}\n")), "{path}");
    }
    // What has no width has that of its format.
    assert_eq!(web.curl("/vcard/4?width=60").await, visitor.exec("vcard 4").await.out);
    let drawn = web.get("/postcard/light", CURL).await;
    assert_eq!((drawn.status, drawn.header("content-type")), (200, Some("application/octet-stream")));
    assert_eq!(drawn.text(), visitor.exec("postcard light").await.out);
    // In colours, and without them the same.
    for (path, command) in [
        ("/", "text"),
        ("/?width=40", "text --width 40"),
        ("/about", "about"),
        ("/about?width=40", "about --width 40"),
        ("/career/1", "career 1"),
    ] {
        let coloured = web.curl(path).await;
        let screen = coloured.replace('\n', "\r\n");
        let mut terminal = vt100::Parser::new(NonZeroU16::new(2000).unwrap(), NonZeroU16::new(200).unwrap(), 0);
        terminal.process(screen.as_bytes());
        assert!(coloured.contains("\x1b[1") && coloured.contains(";5;"), "{coloured}");
        assert_eq!(terminal.screen().contents().trim_end(), visitor.exec(command).await.out.trim_end(), "{path}");
    }
    // A browser that asks for text gets it without colours.
    assert!(!web.get("/text", BROWSER).await.text().contains('\x1b'));
}

#[tokio::test]
async fn the_language_is_the_one_that_is_read_or_named() {
    let mut apps = load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/owners/apps"));
    apps.card.web = Some("https://salma.example.com".into());
    for edition in &mut apps.translations {
        let mut translated = Document::clone(edition);
        translated.card.web.clone_from(&apps.card.web);
        *edition = Arc::new(translated);
    }
    let server = server(apps).await;
    let web = Web::beside(&server);
    for (path, accept, language) in [
        ("/", "en-GB,en;q=0.9", "en"),
        ("/", "fr, en;q=0.1", "en"),
        ("/", "fr", "ar"),
        ("/en/", "ar", "en"),
        ("/AR/", "en", "ar"),
    ] {
        let answer = web.get(path, &format!("{BROWSER}Accept-Language: {accept}\r\n")).await;
        assert_eq!(answer.header("content-language"), Some(language), "{path} {accept}");
        // Programs look at whole addresses alone.
        let html = answer.text();
        for line in [
            "<link rel=\"alternate\" hreflang=\"ar\" href=\"https://salma.example.com/ar/\">".to_owned(),
            "<link rel=\"alternate\" hreflang=\"en\" href=\"https://salma.example.com/en/\">".to_owned(),
            format!("<link rel=\"canonical\" href=\"https://salma.example.com/{language}/\">"),
            format!("<meta property=\"og:url\" content=\"https://salma.example.com/{language}/\">"),
        ] {
            assert!(html.contains(&line), "no {line} in\n{html}");
        }
    }
    for (path, to) in [("/en", "/en/"), ("/en/projects", "/en/#projects"), ("/projects", "/#projects")] {
        assert_eq!(web.get(path, BROWSER).await.header("location"), Some(to), "{path}");
    }
    let visitor = Client::connect(&server).await;
    assert_eq!(web.curl("/en/projects?plain").await, visitor.exec("en projects").await.out);
    let english = web.get("/?plain", &format!("{CURL}Accept-Language: en\r\n")).await;
    assert_eq!(english.text(), visitor.exec("en text").await.out);
    assert_eq!(web.get("/en/card.vcf", "").await.text(), visitor.exec("en vcard").await.out);
}

#[tokio::test]
async fn another_card_takes_the_place_of_the_first_as_a_whole() {
    let server = server(document()).await;
    let web = Web::beside(&server);
    let first = web.get("/", BROWSER).await;
    let mut other = document();
    other.card.headline = vec!["Tunnels, too".into()];
    server.publisher.publish(Arc::new(Site::new(other)));
    soon(async { while !web.get("/", BROWSER).await.text().contains("Tunnels, too") {} }).await;
    let etag = first.header("etag").unwrap();
    assert_eq!(web.get("/", &format!("{BROWSER}If-None-Match: {etag}\r\n")).await.status, 200);
    assert!(web.get("/README.txt", "").await.text().contains("Tunnels, too"));
}

#[tokio::test]
async fn what_a_proxy_says_is_believed_of_proxies_alone() {
    let server = server(document()).await;
    let lines = format!("{BROWSER}X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: https\r\n");
    for (networks, expected) in [(&["127.0.0.0/8"][..], Some("max-age=31536000")), (&["192.0.2.0/24"], None)] {
        let web = Web::behind(&server, networks);
        let answer = web.get("/", &lines).await;
        assert_eq!(answer.header("strict-transport-security"), expected, "{networks:?}");
    }
}

#[tokio::test]
async fn what_is_no_request_for_the_card_is_refused_and_nothing_in_it_is_taken_for_another() {
    let server = server(document()).await;
    let web = Web::beside(&server);
    let hidden = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n";
    let length = hidden.len();
    for (request, status) in [
        (format!("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n{hidden}"), 405),
        (format!("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n{hidden}"), 400),
        (format!("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}"), 400),
        (
            format!(
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}"
            ),
            400,
        ),
        (format!("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n{hidden}"), 400),
        (format!("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: {length}\r\n\r\n{hidden}"), 400),
        ("GET / HTTP/1.1\r\nConnection: close\r\n\r\n".to_owned(), 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n".to_owned(), 400),
        ("GET / HTTP/1.1\r\nHost: a@b\r\nConnection: close\r\n\r\n".to_owned(), 400),
        ("GET /\r\n\r\n".to_owned(), 400),
        ("SSH-2.0-lost\r\n\r\n".to_owned(), 400),
        ("\x16\x03\x01\x02\0\x01\0\x01\r\n\r\n".to_owned(), 400),
        (format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "a".repeat(9000)), 431),
        (format!("GET / HTTP/1.1\r\nHost: a\r\na: {}\r\n\r\n", "a".repeat(9000)), 431),
        (["GET / HTTP/1.1\r\nHost: a\r\n", &"a: b\r\n".repeat(64), "\r\n"].concat(), 431),
        ("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(), 405),
        ("GET / HTTP/1.0\r\n\r\n".to_owned(), 200),
    ] {
        let said = web.say(request.as_bytes()).await;
        let answers = said.windows(9).filter(|bytes| bytes.starts_with(b"HTTP/1.")).count();
        assert_eq!((Answer::of(&said).status, answers), (status, 1), "{request:?}");
    }
}

#[tokio::test]
async fn no_path_leads_anywhere_but_to_the_card() {
    let server = server(document()).await;
    let web = Web::beside(&server);
    for path in [
        "/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/..%2f..%2fetc%2fpasswd",
        "/card.vcf/..",
        "/card.vcf%00.html",
        "/CARD.VCF",
        "//evil.example/",
        "/\\evil.example",
        "/%0d%0aSet-Cookie:a=b",
        "/?width=60%0d%0aa:b",
        "/de/",
        "/keys/ssh_host_ed25519_key",
        "/terminal.js/",
        "http://evil.example/nothing",
    ] {
        for client in [BROWSER, CURL] {
            let answer = web.get(path, client).await;
            let is_page = path.starts_with("/?") && client == BROWSER;
            assert_eq!(answer.status / 100, if is_page { 2 } else { 4 }, "{path}");
            let told = answer.head.to_lowercase();
            assert!(!told.contains("set-cookie") && !told.contains("location") && !told.contains("evil"), "{told}");
        }
    }
    // What a visitor typed comes back as printable text alone.
    let answer = web.get("/%3Cscript%3E&<>", BROWSER).await;
    assert_eq!((answer.status, answer.header("content-type")), (400, None), "{}", answer.text());
    let answer = web.get("/%3Cscript%3E&amp;", BROWSER).await;
    assert_eq!((answer.status, answer.header("content-type")), (404, Some("text/html; charset=utf-8")));
    assert!(!answer.text().contains("script"), "{}", answer.text());
}

#[tokio::test]
async fn a_connection_takes_several_requests_and_answers_them_in_order() {
    let server = server(document()).await;
    let web = Web::beside(&server);
    let many = "GET /robots.txt HTTP/1.1\r\nHost: a\r\n\r\n".repeat(49);
    let last = "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let said = String::from_utf8(web.say(format!("{many}{last}").as_bytes()).await).unwrap();
    assert_eq!(said.matches("HTTP/1.1 200 OK").count(), 50);
    assert!(said.ends_with("ok\n"), "{said}");
}

/// A file that is more than the system takes for a client that reads nothing.
const LARGE: usize = 8_000_000;

/// A connection whose client has asked for a large file, and has read that it comes.
async fn stalled(web: &Web) -> TcpStream {
    let mut stream = TcpStream::connect(web.address).await.unwrap();
    stream.write_all(b"GET /.well-known/security.txt HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    let mut begin = [0; 12];
    soon(stream.read_exact(&mut begin)).await.unwrap();
    assert_eq!(&begin, b"HTTP/1.1 200");
    stream
}

#[tokio::test]
async fn answers_that_are_on_their_way_are_sent_when_the_server_stops_or_is_full() {
    let large = Document { security: Some("a".repeat(LARGE)), ..document() };
    let mut server = server(large).await;
    let mut web = Web::beside(&server);
    let large = stalled(&web).await;
    let mut held = Vec::new();
    for n in 0..300_u16 {
        held.push(half(&web, Ipv4Addr::new(127, 1, (n / 200) as u8, (n % 200) as u8 + 1).into()).await);
    }
    let begun = half(&web, Ipv4Addr::LOCALHOST.into()).await;
    let mut idle = TcpStream::connect(web.address).await.unwrap();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"ok\n") {
        soon(idle.read_buf(&mut answer)).await.unwrap();
    }
    server.stop().await;
    assert_eq!((rest(idle).await, rest(begun).await), (Vec::new(), Vec::new()));
    assert!(TcpStream::connect(web.address).await.is_err(), "nobody listens");
    assert!(!web.serving.is_finished());
    let said = rest(large).await;
    assert!(said.len() > LARGE && said.ends_with(b"aaaa"), "{}", said.len());
    soon(&mut web.serving).await.unwrap();
}

/// A connection from an address of this machine that has begun a request and does not end it.
async fn half(web: &Web, from: IpAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((from, 0).into()).unwrap();
    let mut stream = soon(socket.connect(web.address)).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: ").await.unwrap();
    stream
}

#[tokio::test]
async fn who_begins_and_does_not_end_takes_nothing_from_others() {
    let server = server(document()).await;
    let web = Web::beside(&server);
    // Of one address, and of four hundred.
    let mut held = Vec::new();
    for _ in 0..200 {
        held.push(half(&web, Ipv4Addr::LOCALHOST.into()).await);
    }
    for n in 0..400_u16 {
        held.push(half(&web, Ipv4Addr::new(127, 1, (n / 200) as u8, (n % 200) as u8 + 1).into()).await);
    }
    assert_eq!(web.get("/", BROWSER).await.status, 200);
    let visitor = Client::connect(&server).await;
    assert_eq!(visitor.exec("help").await.status, Some(0));
    // The oldest have been hung up on, without a word.
    for stream in held.drain(..200) {
        assert!(rest(stream).await.is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_head_that_does_not_come_and_a_connection_that_is_idle_are_ended() {
    let server = server(document()).await;
    let web = Web::beside(&server);
    for (said, expected) in [
        ("GET / HTTP/1.1\r\nHo", "HTTP/1.1 408"),
        ("", ""),
        ("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 200"),
    ] {
        let mut stream = TcpStream::connect(web.address).await.unwrap();
        stream.write_all(said.as_bytes()).await.unwrap();
        let begin = Instant::now();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        let answer = String::from_utf8(answer).unwrap();
        assert!(answer.starts_with(expected) || answer.is_empty() && expected.contains("408"), "{said:?}: {answer:?}");
        assert!(begin.elapsed() <= Duration::from_secs(12), "{said:?}: {:?}", begin.elapsed());
    }
}

#[tokio::test]
async fn a_browser_is_told_of_errors_in_its_words() {
    let apps = load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/owners/apps"));
    let server = server(apps).await;
    let web = Web::beside(&server);
    for (path, accept, status, tag, to, said) in [
        ("/nothing", "en", 404, "en", "/en/", "There is nothing at this address."),
        ("/about/1", "en", 404, "en", "/en/", "There is nothing at this address."),
        ("/about?width=5", "en", 302, "", "", ""),
        ("/en/nothing", "ar", 404, "en", "/en/", "There is nothing at this address."),
        ("/nothing", "ar", 404, "ar", "/ar/", "لا يوجد شيء في هذا العنوان."),
        ("/session", "en", 426, "en", "/en/", "There is nothing at this address."),
    ] {
        let answer = web.get(path, &format!("{BROWSER}Accept-Language: {accept}\r\n")).await;
        assert_eq!(answer.status, status, "{path}");
        if status == 302 {
            continue;
        }
        let html = answer.text();
        assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{path}");
        assert_eq!(answer.header("content-language"), Some(tag), "{path}");
        let link = format!("<a href=\"{to}\">");
        assert!(html.contains(said) && html.contains(&link) && !html.contains("sshcard"), "{path}: {html}");
        assert!(html.contains("<main>"), "{html}");
    }
    // Where the card's own address is not known, those of its languages are not.
    assert!(!web.get("/", BROWSER).await.text().contains("<link rel=\"alternate\" hreflang"));
    let refused = web.ask("POST", "/", BROWSER).await;
    assert_eq!((refused.status, refused.header("allow")), (405, Some("GET, HEAD")));
    assert!(refused.text().contains("<h1>"), "{}", refused.text());
    assert!(web.curl("/nothing").await.starts_with("sshcard: no command"));
}

#[tokio::test]
async fn where_there_is_no_address_nobody_is_told_of_user_names() {
    let server = server(document()).await;
    let web = Web::beside(&server);
    let help = web.curl("/help").await;
    assert!(help.contains("vcard") && !help.contains('@'), "{help}");
    let html = web.get("/", BROWSER).await.text();
    let noscript =
        |html: &str| html.split_once("<noscript>").unwrap().1.split_once("</noscript>").unwrap().0.to_owned();
    let told = noscript(&html);
    assert!(told.starts_with("<p>The terminal needs JavaScript.") && !told.contains("ssh"), "{told}");
    let reachable = self::server(reachable()).await;
    let web = Web::beside(&reachable);
    assert!(web.curl("/help").await.contains("plain@"));
    let html = web.get("/", BROWSER).await.text();
    let told = noscript(&html);
    assert!(told.contains("ssh -p 2222 card.example.com opens this card in a terminal."), "{told}");
}
