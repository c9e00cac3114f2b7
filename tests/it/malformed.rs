//! Packets that cannot be, before and after authentication: the connection ends, and nothing else does.

use std::{net::SocketAddr, time::Duration};

use sshcard::ssh::limits::Limits;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinSet,
};

use crate::{
    attacker::{Attacker, about, data, msg, number, open, open_as, pty, request, string},
    process::Process,
    support::{Running, Terminal, soon},
};

/// Numbers that look like any: a generator of Knuth's (MMIX), so that a failure can be seen again.
fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed;
    std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    })
    .take(length)
    .collect()
}

/// A server, a neighbour's page on it, and the log.
struct House {
    server: Process,
    page: Terminal,
    log: tempfile::NamedTempFile,
}

impl House {
    async fn new() -> Self {
        let log = tempfile::NamedTempFile::new().unwrap();
        let server = Process::start(log.reopen().unwrap().into(), &["--max-per-address", "0"]);
        let page = server.visitor().await.terminal("xterm-256color", 80, 24).await;
        Self { server, page, log }
    }

    /// The neighbour has not noticed, and nothing has panicked.
    async fn stands(mut self) {
        self.page.types("q").await;
        assert_eq!(self.page.ends().await, Some(0));
        self.server.stopped(self.log.path()).await;
    }
}

/// Connects, says this, and waits until the server hangs up.
async fn hung_up_after(address: SocketAddr, bytes: Vec<u8>) {
    let mut stream = soon(TcpStream::connect(address)).await.unwrap();
    // It may hang up before it has heard everything.
    let _ = soon(stream.write_all(&bytes)).await;
    let _ = stream.shutdown().await;
    let _ = soon(stream.read_to_end(&mut Vec::new())).await;
}

/// A packet without encryption, with lengths of one's own.
fn packet(length: u32, padding: u8, rest: &[u8]) -> Vec<u8> {
    [&length.to_be_bytes()[..], &[padding], rest].concat()
}

/// A packet without encryption, as it should be.
fn plain(payload: &[u8]) -> Vec<u8> {
    let padding = 4 + (8 - (payload.len() + 9) % 8) % 8;
    packet((1 + payload.len() + padding) as u32, padding as u8, &[payload, &vec![0; padding]].concat())
}

#[tokio::test(flavor = "multi_thread")]
async fn before_authentication() {
    let house = House::new().await;
    let version = |rest: &[u8]| [b"SSH-2.0-x\r\n", rest].concat();
    let init = Attacker::offer("");
    let after_init = |payload: &[u8]| version(&[plain(&init), plain(payload)].concat());
    let lists = |list: &[u8]| [&[msg::KEXINIT][..], &[7; 16], &list.repeat(10), &[0; 5]].concat();
    let mut sayings: Vec<Vec<u8>> = vec![
        b"".into(),
        b"\r\n".into(),
        b"GET / HTTP/1.1\r\nHost: card\r\n\r\n".into(),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".into(),
        b"SSH-1.5-x\r\n".into(),
        b"SSH-2.0-\xff\xfe\0\x1b[2J\r\n".into(),
        [&b"SSH-2.0-"[..], &[b'x'; 100_000], b"\r\n"].concat(),
        vec![b'\n'; 100_000],
        noise(1, 100_000),
        version(&packet(0, 0, &[])),
        version(&packet(1, 0, &[])),
        version(&packet(1, 255, &[])),
        version(&packet(12, 255, &[0; 11])),
        version(&packet(12, 11, &[0; 11])),
        version(&packet(12, 10, &[0; 11])),
        version(&packet(u32::MAX, 4, &noise(2, 1000))),
        version(&packet(0x7fff_ffff, 4, &noise(3, 1000))),
        version(&packet(262_145, 4, &noise(4, 300_000))),
        version(&plain(&[0; 250_000])),
        version(&noise(5, 10_000)),
        version(&plain(&lists(&[0; 4]))),
        version(&plain(&lists(&[0xff; 4]))),
        version(&plain(&lists(&string("none")))),
        version(&plain(&lists(&string(",,,")))),
        version(&plain(&lists(&string(b"\xff\xfe\0")))),
        version(&plain(&lists(&string(vec![b'a'; 20_000])))),
        after_init(&init),
        after_init(&[msg::NEWKEYS]),
        after_init(&[msg::KEX_ECDH_INIT]),
        after_init(&[&[msg::KEX_ECDH_INIT][..], &string("")].concat()),
        after_init(&[&[msg::KEX_ECDH_INIT][..], &string([1; 31])].concat()),
        after_init(&[&[msg::KEX_ECDH_INIT][..], &string([1; 33])].concat()),
        after_init(&[&[msg::KEX_ECDH_INIT][..], &string([0; 32])].concat()),
        after_init(&[&[msg::KEX_ECDH_INIT][..], &[0xff; 4]].concat()),
        // Keys are there, and what comes is not encrypted.
        version(
            &[
                plain(&init),
                plain(&[&[msg::KEX_ECDH_INIT][..], &string([9; 32])].concat()),
                plain(&[msg::NEWKEYS]),
                noise(6, 1000),
            ]
            .concat(),
        ),
    ];
    sayings.extend((0..init.len()).step_by(9).map(|length| version(&plain(&init[..length]))));
    for number in 0..=255 {
        sayings.push(version(&plain(&[number])));
        let rest = noise(number.into(), usize::from(number) % 90);
        sayings.push(after_init(&[&[number][..], &rest].concat()));
    }
    // No more at a time than may be unauthenticated.
    for some in sayings.chunks(50) {
        let talking: JoinSet<_> = some.iter().map(|bytes| hung_up_after(house.server.address, bytes.clone())).collect();
        talking.join_all().await;
    }
    house.stands().await;
}

/// Every message that a client may send once it has a channel, as it should be.
fn messages(channel: u32) -> Vec<Vec<u8>> {
    let numbered = |message: u8, numbers: &[u32]| {
        [&about(message, channel)[..], &numbers.iter().flat_map(|n| n.to_be_bytes()).collect::<Vec<_>>()].concat()
    };
    let forwarded = [string("localhost"), vec![0, 0, 0, 22], string("localhost"), vec![0, 0, 0, 1]].concat();
    let global = |name: &str, rest: &[u8]| [&[msg::GLOBAL_REQUEST][..], &string(name), &[1], rest].concat();
    vec![
        open(9, 9),
        open_as("direct-tcpip", 9, 9, &forwarded),
        open_as("forwarded-tcpip", 9, 9, &forwarded),
        open_as("direct-streamlocal@openssh.com", 9, 9, &[string("/a"), string(""), vec![0; 4]].concat()),
        open_as("x11", 9, 9, &[string("a"), vec![0; 4]].concat()),
        global("tcpip-forward", &[string("a"), vec![0; 4]].concat()),
        global("cancel-tcpip-forward", &[string("a"), vec![0; 4]].concat()),
        global("streamlocal-forward@openssh.com", &string("/a")),
        global("no-more-sessions@openssh.com", b""),
        global("keepalive@openssh.com", b""),
        data(channel, b"2"),
        [numbered(msg::CHANNEL_EXTENDED_DATA, &[1]), string("x")].concat(),
        numbered(msg::CHANNEL_WINDOW_ADJUST, &[u32::MAX]),
        numbered(msg::CHANNEL_OPEN_CONFIRMATION, &[0, 0, 0]),
        request(channel, "pty-req", true, &pty("xterm", 80, 24)),
        request(channel, "pty-req", true, &[string("x"), vec![0xff; 16], string(noise(7, 300))].concat()),
        // One mode more than there are (RFC 4254, section 8), each of them well formed.
        request(
            channel,
            "pty-req",
            true,
            &[string("x"), vec![0; 16], string([[1, 0, 0, 0, 0]; 131].concat())].concat(),
        ),
        // A channel for packets of no bytes.
        [&[msg::CHANNEL_OPEN][..], &string("session"), &[0, 0, 0, 9, 0, 1, 0, 0, 0, 0, 0, 0]].concat(),
        request(channel, "env", true, &[string("LANG"), string("C")].concat()),
        request(channel, "env", true, &[string(b"\xff"), string(b"\xfe")].concat()),
        request(channel, "exec", true, &string(b"\xff\0")),
        request(channel, "subsystem", true, &string(b"\xff")),
        request(channel, "x11-req", true, &[&b"\x01"[..], &string("a"), &string("b"), &[0; 4]].concat()),
        request(channel, "window-change", true, &[0xff; 16]),
        request(channel, "signal", true, &string("\x1b")),
        [&[msg::USERAUTH_REQUEST][..], &[string("root"), string("ssh-connection"), string("none")].concat()].concat(),
        [&[msg::SERVICE_REQUEST][..], &string("ssh-connection")].concat(),
        [&[msg::EXT_INFO][..], &[0, 0, 0, 1], &string("a"), &string("b")].concat(),
        Attacker::offer(""),
    ]
}

/// Whether the server answers, whatever else it has to say.
async fn answers(client: &mut Attacker) -> bool {
    let ping = [&[msg::GLOBAL_REQUEST][..], &string("ping"), &[1]].concat();
    if soon(client.send(&ping)).await.is_err() {
        return false;
    }
    loop {
        match soon(client.receive()).await {
            // REQUEST_SUCCESS, REQUEST_FAILURE
            Ok(message) if matches!(message[0], 81 | 82) => return true,
            Ok(_) => (),
            Err(_) => return false,
        }
    }
}

/// Says all of this after authentication, beginning anew whenever the server hangs up.
async fn says(address: SocketAddr, sayings: Vec<Vec<u8>>) -> usize {
    let (mut client, mut hung_up): (Option<Attacker>, usize) = (None, 0);
    for saying in sayings {
        let mut speaking = if let Some(client) = client.take() {
            client
        } else {
            let mut client = soon(Attacker::connect(address)).await.unwrap();
            let channel = soon(client.terminal(0, 1 << 20, (80, 24))).await.unwrap();
            assert_eq!(channel, FIRST);
            client
        };
        let _ = soon(speaking.send(&saying)).await;
        if saying[..1] != [msg::KEXINIT] && answers(&mut speaking).await {
            client = Some(speaking);
        } else {
            hung_up += 1;
        }
    }
    hung_up
}

/// The number that the server gives to the first channel of a connection.
const FIRST: u32 = 2;

#[tokio::test(flavor = "multi_thread")]
async fn after_authentication() {
    let house = House::new().await;
    let mut sayings = messages(FIRST);
    for message in messages(FIRST) {
        let step = 1 + message.len() / 6;
        sayings.extend((1..message.len()).step_by(step).map(|length| message[..length].to_vec()));
        sayings.push([&message[..], &[0xff; 40]].concat());
        sayings.push([&message[..message.len().min(5)], &noise(8, 60)].concat());
    }
    for number in 0..=255 {
        sayings.push(vec![number]);
        sayings.push([&[number][..], &FIRST.to_be_bytes(), &noise(number.into(), 40)].concat());
    }
    let mut talking = JoinSet::new();
    for some in sayings.chunks(sayings.len().div_ceil(4)) {
        talking.spawn(says(house.server.address, some.to_vec()));
    }
    let hung_up: usize = talking.join_all().await.into_iter().sum();
    assert!(hung_up > 0, "not all of it is borne");
    house.stands().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_tampered_with_ends_the_connection() {
    let house = House::new().await;
    for at in [0, 1, 3, 4, 5, 12, 20, 28, 35, 36, 51] {
        let mut client = soon(Attacker::connect(house.server.address)).await.unwrap();
        let channel = soon(client.terminal(0, 1 << 20, (80, 24))).await.unwrap();
        let mut packet = client.packet(&data(channel, b"hello, world"));
        assert_eq!(packet.len(), 52, "36 and a tag of 16");
        packet[at] ^= 0x40;
        soon(client.stream.write_all(&packet)).await.unwrap();
        // A length that was made longer is waited for.
        soon(client.stream.shutdown()).await.unwrap();
        soon(client.hung_up()).await;
    }
    house.stands().await;
}

/// The lists of the first packet that the server sends.
async fn offered(server: &Running) -> Vec<String> {
    let mut client = soon(Attacker::dial(server.address)).await.unwrap();
    let init = soon(client.receive()).await.unwrap();
    assert_eq!(init[0], msg::KEXINIT);
    let mut lists = Vec::new();
    let mut at = 17;
    for _ in 0..10 {
        let length = number(&init, at).unwrap() as usize;
        lists.push(String::from_utf8(init[at + 4..at + 4 + length].to_vec()).unwrap());
        at += 4 + length;
    }
    lists
}

#[tokio::test]
async fn what_is_offered_is_this_and_nothing_else() {
    let server = Running::start().await;
    let kex =
        "mlkem768x25519-sha256,curve25519-sha256,curve25519-sha256@libssh.org,ext-info-s,kex-strict-s-v00@openssh.com";
    let ciphers = "chacha20-poly1305@openssh.com,aes256-gcm@openssh.com,aes128-gcm@openssh.com,aes256-ctr,aes128-ctr";
    let macs = "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha2-256,hmac-sha2-512";
    let expected = [kex, "ssh-ed25519", ciphers, ciphers, macs, macs, "none", "none", "", ""];
    assert_eq!(offered(&server).await, expected);
}

#[tokio::test]
async fn nothing_can_be_slipped_into_a_strict_key_exchange() {
    // Nothing here waits for its time to be over.
    let limits = Limits { per_address: 0, authenticated: Duration::from_secs(60), ..Limits::default() };
    let server = Running::with(limits).await;
    let strict = ",kex-strict-c-v00@openssh.com";
    // As it should be: both ends begin to count anew with the keys.
    let mut client = soon(Attacker::dial(server.address)).await.unwrap();
    soon(client.exchange_keys(strict)).await.unwrap();
    soon(client.authenticate("visitor")).await.unwrap();
    // Terrapin's (CVE-2023-48795): a message that means nothing, so that one that means something can be left out
    // later.
    for before in [true, false] {
        let mut client = soon(Attacker::dial(server.address)).await.unwrap();
        let ignored = [&[msg::IGNORE][..], &string("")].concat();
        if before {
            soon(client.send(&ignored)).await.unwrap();
        }
        soon(client.send(&Attacker::offer(strict))).await.unwrap();
        if !before {
            soon(client.send(&ignored)).await.unwrap();
        }
        // After its own KEXINIT the server says nothing more but that it hangs up.
        let mut heard = Vec::new();
        while let Ok(message) = soon(client.receive()).await {
            heard.push(message[0]);
        }
        assert!(matches!(heard[..], [msg::KEXINIT] | [msg::KEXINIT, 1]), "{heard:?}");
    }
}

/// `SSH_MSG_KEXINIT` with one of each.
fn offer(kex: &str, cipher: &str, mac: &str) -> Vec<u8> {
    let lists = [kex, "ssh-ed25519", cipher, cipher, mac, mac, "none", "none", "", ""].map(string).concat();
    [&[msg::KEXINIT][..], &[7; 16], &lists, &[0; 5]].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_point_with_which_nothing_is_agreed_on_is_refused_in_both_exchanges() {
    let house = House::new().await;
    let address = house.server.address;
    // The base point, and those of a low order (RFC 7748, section 6.1): zero, one, and one less than the prime.
    let first = |byte| std::iter::once(byte).chain([0; 31]).collect::<Vec<u8>>();
    let minus_one = [&[0xec][..], &[0xff; 30], &[0x7f]].concat();
    let points = [(first(9), true), (first(0), false), (first(1), false), (minus_one, false)];
    // A key of ML-KEM-768 of which every coefficient is zero is one: the point alone makes the difference.
    for (kex, before) in [("curve25519-sha256", 0), ("mlkem768x25519-sha256", 1184)] {
        for (point, good) in &points {
            let mut client = soon(Attacker::dial(address)).await.unwrap();
            soon(client.send(&offer(kex, "aes256-ctr", "hmac-sha2-256-etm@openssh.com"))).await.unwrap();
            let init = string([&vec![0; before][..], point].concat());
            soon(client.send(&[&[msg::KEX_ECDH_INIT][..], &init].concat())).await.unwrap();
            let reply = soon(client.expect(msg::KEX_ECDH_REPLY)).await;
            assert_eq!(reply.is_ok(), *good, "{kex} {point:?}");
        }
    }
    house.stands().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_encrypted_without_a_code_that_tells_changes() {
    let house = House::new().await;
    for (cipher, mac, good) in [
        ("aes256-ctr", "hmac-sha2-256-etm@openssh.com", true),
        ("aes256-ctr", "none", false),
        ("aes256-ctr", "hmac-sha2-256", true),
        ("aes256-ctr", "hmac-sha1", false),
        ("aes256-ctr", "hmac-md5", false),
        ("aes128-cbc", "hmac-sha2-256-etm@openssh.com", false),
        ("none", "none", false),
        // These have one of their own.
        ("chacha20-poly1305@openssh.com", "none", true),
        ("aes256-gcm@openssh.com", "none", true),
    ] {
        let mut client = soon(Attacker::dial(house.server.address)).await.unwrap();
        soon(client.send(&offer("curve25519-sha256", cipher, mac))).await.unwrap();
        let init = [&[msg::KEX_ECDH_INIT][..], &string([9; 32])].concat();
        // It may have hung up already.
        let _ = soon(client.send(&init)).await;
        let reply = soon(client.expect(msg::KEX_ECDH_REPLY)).await;
        assert_eq!(reply.is_ok(), good, "{cipher} with {mac}");
    }
    house.stands().await;
}
