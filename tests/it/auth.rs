//! Anyone gets in, whatever they try first; and what they speak is the best there is. Whoever cannot get in is counted,
//! with the reason.

use std::{
    borrow::Cow, fs::OpenOptions, io::Write as _, net::SocketAddr, os::unix::fs::OpenOptionsExt as _, sync::Arc,
};

use ring::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _},
};
use russh::{
    MethodKind, Preferred, cipher,
    client::{AuthResult, Config, KeyboardInteractiveAuthResponse},
    kex,
    keys::{
        Algorithm, EcdsaCurve, HashAlg, PrivateKey, PrivateKeyWithHashAlg,
        key::safe_rng,
        ssh_key::certificate::{Builder, CertType},
    },
    mac,
};
use sshcard::ssh::hostkey::HostKey;
use tokio::net::TcpStream;

use crate::{
    attacker::{Attacker, mpint, msg, pty, request, string, take},
    ops::Ops,
    process::Process,
    support::{Client, Running, soon},
};

async fn dial(server: &Running) -> Client {
    Client::dial(server, Config::default()).await.unwrap()
}

#[tokio::test]
async fn every_way_of_asking_is_let_in() {
    let server = Running::start().await;
    let mut none = dial(&server).await;
    assert!(soon(none.handle.authenticate_none("a")).await.unwrap().success());
    assert_eq!(none.exec("help").await.status, Some(0));

    let mut password = dial(&server).await;
    assert!(soon(password.handle.authenticate_password("b", "anything")).await.unwrap().success());
    assert_eq!(password.exec("help").await.status, Some(0));

    let mut interactive = dial(&server).await;
    let answer = soon(interactive.handle.authenticate_keyboard_interactive_start("c", None)).await.unwrap();
    assert!(matches!(answer, KeyboardInteractiveAuthResponse::Success), "{answer:?}");
    assert_eq!(interactive.exec("help").await.status, Some(0));

    let mut key = dial(&server).await;
    let own = PrivateKey::random(&mut safe_rng(), Algorithm::Ed25519).unwrap();
    let own = PrivateKeyWithHashAlg::new(own.into(), None);
    assert!(soon(key.handle.authenticate_publickey("d", own)).await.unwrap().success());
    assert_eq!(key.exec("help").await.status, Some(0));
}

/// An RSA key that grants nothing, and a hash to sign with.
fn rsa(hash: Option<HashAlg>) -> PrivateKeyWithHashAlg {
    let key = PrivateKey::from_openssh(include_str!("../keys/id_rsa")).unwrap();
    PrivateKeyWithHashAlg::new(key.into(), hash)
}

#[tokio::test]
async fn what_is_announced_is_what_is_accepted() {
    let server = Running::start().await;
    let mut client = soon(Attacker::dial(server.address)).await.unwrap();
    soon(client.exchange_keys(",ext-info-c")).await.unwrap();
    // RFC 8308, sections 2.3 and 3.1: the number of extensions, then a name and a value of each.
    let extensions = soon(client.expect(msg::EXT_INFO)).await.unwrap();
    let mut rest = extensions.strip_prefix(&[msg::EXT_INFO, 0, 0, 0, 1]).unwrap();
    assert_eq!(take(&mut rest).unwrap(), b"server-sig-algs");
    let mut announced: Vec<_> = std::str::from_utf8(take(&mut rest).unwrap()).unwrap().split(',').collect();
    announced.sort_unstable();
    assert_eq!(
        announced,
        [
            "ecdsa-sha2-nistp256",
            "ecdsa-sha2-nistp384",
            "ecdsa-sha2-nistp521",
            "rsa-sha2-256",
            "rsa-sha2-512",
            "sk-ecdsa-sha2-nistp256@openssh.com",
            "sk-ssh-ed25519@openssh.com",
            "ssh-ed25519",
        ]
    );
    // The keys of the server are another matter: it has one.
    let mut client = soon(Attacker::dial(server.address)).await.unwrap();
    soon(client.send(&Attacker::offer(""))).await.unwrap();
    let lists = soon(client.expect(msg::KEXINIT)).await.unwrap();
    let mut rest = &lists[17..];
    take(&mut rest).unwrap();
    assert_eq!(take(&mut rest).unwrap(), b"ssh-ed25519");
}

#[tokio::test]
async fn a_key_of_any_kind_gets_the_same_card() {
    let server = Running::start().await;
    let card = Client::connect(&server).await.exec("text").await;
    let kinds = [
        Algorithm::Ed25519,
        Algorithm::Ecdsa { curve: EcdsaCurve::NistP256 },
        Algorithm::Ecdsa { curve: EcdsaCurve::NistP384 },
        Algorithm::Ecdsa { curve: EcdsaCurve::NistP521 },
    ];
    let keys =
        kinds.map(|kind| PrivateKeyWithHashAlg::new(PrivateKey::random(&mut safe_rng(), kind).unwrap().into(), None));
    for key in keys.into_iter().chain([rsa(Some(HashAlg::Sha256)), rsa(Some(HashAlg::Sha512))]) {
        let mut client = dial(&server).await;
        let kind = key.algorithm();
        assert!(soon(client.handle.authenticate_publickey("d", key)).await.unwrap().success(), "{kind}");
        assert_eq!(client.exec("text").await, card, "{kind}");
    }
}

#[tokio::test]
async fn a_client_that_takes_the_announcement_at_its_word_gets_in_with_an_rsa_key() {
    let server = Running::start().await;
    let mut client = dial(&server).await;
    let hash = soon(client.handle.best_supported_rsa_hash()).await.unwrap();
    assert_eq!(hash, Some(Some(HashAlg::Sha512)));
    assert!(soon(client.handle.authenticate_publickey("d", rsa(hash.flatten()))).await.unwrap().success());
}

#[tokio::test]
async fn a_certificate_gets_the_same_card() {
    let server = Running::start().await;
    let random = || PrivateKey::random(&mut safe_rng(), Algorithm::Ed25519).unwrap();
    let (authority, key) = (random(), random());
    let mut certificate = Builder::new_with_random_nonce(&mut safe_rng(), key.public_key(), 0, u64::MAX).unwrap();
    certificate.cert_type(CertType::User).unwrap().valid_principal("e").unwrap();
    let certificate = certificate.sign(&authority).unwrap();
    let mut client = dial(&server).await;
    let answer = soon(client.handle.authenticate_openssh_cert("e", Arc::new(key), certificate)).await.unwrap();
    assert!(answer.success(), "{answer:?}");
    assert_eq!(client.exec("help").await.status, Some(0));
}

/// What a security key signs in place of `message`: its hash, behind the hash of the application's name, flags (that
/// somebody touched the key) and a counter. The flags and the counter follow the signature. (OpenSSH's PROTOCOL.u2f,
/// "SSH U2F Signatures")
fn touched(message: &[u8]) -> (Vec<u8>, [u8; 5]) {
    let flags_and_counter = [1, 0, 0, 0, 7];
    let (application, message) = (digest(&SHA256, b"ssh:"), digest(&SHA256, message));
    ([application.as_ref(), &flags_and_counter, message.as_ref()].concat(), flags_and_counter)
}

#[tokio::test]
async fn a_security_key_gets_the_same_card() {
    let server = Running::start().await;
    let random = SystemRandom::new();
    let ed25519 = Ed25519KeyPair::from_pkcs8(Ed25519KeyPair::generate_pkcs8(&random).unwrap().as_ref()).unwrap();
    let scheme = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let ecdsa = EcdsaKeyPair::generate_pkcs8(scheme, &random).unwrap();
    let ecdsa = EcdsaKeyPair::from_pkcs8(scheme, ecdsa.as_ref(), &random).unwrap();

    let mut client = soon(Attacker::dial(server.address)).await.unwrap();
    soon(client.exchange_keys("")).await.unwrap();
    soon(client.request_authentication()).await.unwrap();
    let kind = "sk-ssh-ed25519@openssh.com";
    let public_key = [string(kind), string(ed25519.public_key()), string("ssh:")].concat();
    let answer = soon(client.authenticate_with_key(kind, &public_key, |message| {
        let (signed, trailer) = touched(message);
        [&string(ed25519.sign(&signed))[..], &trailer].concat()
    }));
    assert_eq!(answer.await.unwrap(), msg::USERAUTH_SUCCESS);

    let mut client = soon(Attacker::dial(server.address)).await.unwrap();
    soon(client.exchange_keys("")).await.unwrap();
    soon(client.request_authentication()).await.unwrap();
    let kind = "sk-ecdsa-sha2-nistp256@openssh.com";
    let public_key = [string(kind), string("nistp256"), string(ecdsa.public_key()), string("ssh:")].concat();
    let answer = soon(client.authenticate_with_key(kind, &public_key, |message| {
        let (signed, trailer) = touched(message);
        let signature = ecdsa.sign(&random, &signed).unwrap();
        let (r, s) = signature.as_ref().split_at(32);
        [&string([mpint(r), mpint(s)].concat())[..], &trailer].concat()
    }));
    assert_eq!(answer.await.unwrap(), msg::USERAUTH_SUCCESS);
}

#[tokio::test]
async fn a_signature_with_sha_1_is_refused_and_every_other_way_stays_open() {
    let server = Running::start().await;
    for way in ["password", "key", "none"] {
        let mut client = dial(&server).await;
        let answer = soon(client.handle.authenticate_publickey("d", rsa(None))).await.unwrap();
        let AuthResult::Failure { remaining_methods, .. } = answer else { panic!("SHA-1 was accepted") };
        for method in [MethodKind::PublicKey, MethodKind::Password, MethodKind::KeyboardInteractive] {
            assert!(remaining_methods.contains(&method), "{remaining_methods:?}");
        }
        let answer = match way {
            "password" => soon(client.handle.authenticate_password("d", "anything")).await,
            "key" => soon(client.handle.authenticate_publickey("d", rsa(Some(HashAlg::Sha256)))).await,
            _ => soon(client.handle.authenticate_none("d")).await,
        };
        assert!(answer.unwrap().success(), "{way}");
        assert_eq!(client.exec("help").await.status, Some(0), "{way}");
    }
}

#[test]
fn an_rsa_key_of_the_server_is_refused_with_a_remedy() {
    let keys = tempfile::tempdir().unwrap();
    let path = keys.path().join("ssh_host_ed25519_key");
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).unwrap();
    file.write_all(include_bytes!("../keys/id_rsa")).unwrap();
    let refusal = format!("{:#}", HostKey::load_or_create(keys.path()).unwrap_err());
    assert!(refusal.contains("is of type ssh-rsa, not ssh-ed25519; restore it from a backup"), "{refusal}");
}

#[tokio::test]
async fn a_name_of_any_kind_is_welcome() {
    let server = Running::start().await;
    for user in ["", "root", "\x1b]0;x\x07", &"n".repeat(20_000)] {
        let client = Client::connect_as(&server, user, Config::default()).await;
        assert_eq!(client.exec("help").await.status, Some(0));
    }
}

#[tokio::test]
async fn only_good_algorithms_are_spoken() {
    let server = Running::start().await;
    let offers = |change: fn(&mut Preferred)| {
        let mut preferred = Preferred::default();
        change(&mut preferred);
        Config { preferred, ..Config::default() }
    };
    let ctr = |preferred: &mut Preferred| preferred.cipher = Cow::Borrowed(&[cipher::AES_256_CTR]);
    for good in [
        offers(|p| p.kex = Cow::Borrowed(&[kex::MLKEM768X25519_SHA256])),
        offers(|p| p.kex = Cow::Borrowed(&[kex::CURVE25519])),
        offers(|p| p.cipher = Cow::Borrowed(&[cipher::AES_128_GCM])),
        offers(ctr),
        // Without encrypt-then-MAC, as libssh2 before 1.11 and with it the curl of Debian 12.
        offers(|p| {
            p.cipher = Cow::Borrowed(&[cipher::AES_256_CTR]);
            p.mac = Cow::Borrowed(&[mac::HMAC_SHA256]);
        }),
        offers(|p| {
            p.cipher = Cow::Borrowed(&[cipher::AES_128_CTR]);
            p.mac = Cow::Borrowed(&[mac::HMAC_SHA512]);
        }),
    ] {
        assert!(Client::dial(&server, good).await.is_ok());
    }
    for bad in [
        offers(|p| p.kex = Cow::Borrowed(&[kex::DH_G14_SHA256])),
        offers(|p| p.kex = Cow::Borrowed(&[kex::ECDH_SHA2_NISTP256])),
        offers(|p| p.cipher = Cow::Borrowed(&[cipher::AES_256_CBC])),
        offers(|p| p.key = Cow::Borrowed(&[Algorithm::Rsa { hash: None }])),
        offers(|p| {
            p.cipher = Cow::Borrowed(&[cipher::AES_256_CTR]);
            p.mac = Cow::Borrowed(&[mac::HMAC_SHA1]);
        }),
        offers(|p| {
            p.cipher = Cow::Borrowed(&[cipher::AES_256_CTR]);
            p.mac = Cow::Borrowed(&[mac::HMAC_SHA1_ETM]);
        }),
    ] {
        assert!(Client::dial(&server, bad).await.is_err());
    }
}

/// What a client calls itself that offers nothing that is spoken here.
const OLD: &str = "SSH-2.0-OldClient_1.0\x1b[2J\u{9b}2J";

/// KEXINITs that have nothing in common with the server's: in each of the lists.
fn strange_offers() -> [Vec<u8>; 5] {
    let (kex, key, cipher, mac) = ("curve25519-sha256", "ssh-ed25519", "aes256-ctr", "hmac-sha2-256");
    [
        Attacker::kexinit("diffie-hellman-group14-sha1", key, cipher, mac, "none"),
        Attacker::kexinit(kex, "ssh-rsa", cipher, mac, "none"),
        Attacker::kexinit(kex, key, "aes256-cbc", mac, "none"),
        Attacker::kexinit(kex, key, cipher, "hmac-sha1", "none"),
        Attacker::kexinit(kex, key, cipher, mac, "zlib"),
    ]
}

/// Offers each of them, on a connection of its own.
async fn offer_strange_things(address: SocketAddr) {
    for offer in strange_offers() {
        let stream = soon(TcpStream::connect(address)).await.unwrap();
        let mut client = soon(Attacker::called(OLD, stream)).await.unwrap();
        soon(client.send(&offer)).await.unwrap();
        soon(client.hung_up()).await;
    }
}

#[tokio::test]
async fn a_client_without_a_common_algorithm_is_counted_as_such() {
    let server = Running::start().await;
    let ops = Ops::beside(&server);
    offer_strange_things(server.address).await;
    ops.counts("sshcard_connections_ended_total{reason=\"no_algorithm\"}", strange_offers().len() as u64).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_names_a_client_without_a_common_algorithm_once_in_a_while() {
    for format in ["text", "json"] {
        let log = tempfile::NamedTempFile::new().unwrap();
        let mut server = Process::start(log.reopen().unwrap().into(), &["--log", format, "--max-per-address", "0"]);
        server.visitor().await.hang_up().await;
        offer_strange_things(server.address).await;
        let log = server.stopped(log.path()).await;
        let lines: Vec<_> = log.lines().filter(|line| line.contains("no algorithm in common")).collect();
        let [line] = lines[..] else { panic!("one line for all of them:\n{log}") };
        // The one whose connection ended first: it had no key exchange, or no kind of host key, in common.
        let names_the_list = ["key exchange", "host key"].iter().any(|list| line.contains(list));
        assert!(line.contains("SSH-2.0-OldClient_1.0?[2J") && names_the_list, "{line}");
        assert!(line.contains("127.0.0.0/24") && !line.contains(|c: char| !(' '..='~').contains(&c)), "{line}");
    }
}

/// Strings of a client's that are not UTF-8: its user name, the terminal's name, a variable (`M\xe9xico` in Latin-1).
async fn says_what_is_not_utf_8(address: SocketAddr) {
    let latin_1 = b"M\xe9xico";
    let mut client = soon(Attacker::dial(address)).await.unwrap();
    soon(client.exchange_keys("")).await.unwrap();
    soon(client.request_authentication()).await.unwrap();
    soon(client.send(&Attacker::userauth(latin_1, "none"))).await.unwrap();
    soon(client.hung_up()).await;
    let terminal = [&string(latin_1)[..], &pty("", 80, 24)[4..]].concat();
    for (kind, rest) in [("pty-req", terminal), ("env", [string("LC_NAME"), string(latin_1)].concat())] {
        let mut client = soon(Attacker::connect(address)).await.unwrap();
        let channel = soon(client.session(0, 1 << 20)).await.unwrap();
        soon(client.send(&request(channel, kind, true, &rest))).await.unwrap();
        soon(client.hung_up()).await;
    }
}

#[tokio::test]
async fn a_string_that_is_not_utf_8_ends_the_connection_and_is_counted_as_such() {
    let server = Running::start().await;
    let ops = Ops::beside(&server);
    says_what_is_not_utf_8(server.address).await;
    ops.counts("sshcard_connections_ended_total{reason=\"not_utf8\"}", 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_tells_of_strings_that_are_not_utf_8_once_in_a_while() {
    let log = tempfile::NamedTempFile::new().unwrap();
    let mut server = Process::start(log.reopen().unwrap().into(), &["--max-per-address", "0"]);
    server.visitor().await.hang_up().await;
    says_what_is_not_utf_8(server.address).await;
    let log = server.stopped(log.path()).await;
    let lines: Vec<_> = log.lines().filter(|line| line.contains("not UTF-8")).collect();
    let [line] = lines[..] else { panic!("one line for all of them:\n{log}") };
    assert!(line.contains("SSH-2.0-by_hand") && line.contains("user name"), "{line}");
}
