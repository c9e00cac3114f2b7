//! The configuration of russh: algorithms, buffer sizes, timeouts.

use std::time::Duration;

use russh::{
    MethodKind, MethodSet, Preferred, SshId, cipher, compression, kex,
    keys::{Algorithm, EcdsaCurve, HashAlg},
    mac, server,
};

#[cfg(doc)]
use super::limits::Limits;
use super::{handshake::SERVER_VERSION, hostkey::HostKey};

/// The receive window of a channel, and the largest packet, in bytes (RFC 4254, section 5.1). russh does not enforce
/// them, so they bound no memory: [`MESSAGES_IN`] does.
const WINDOW: u32 = 64 * 1024;
const PACKET: u32 = 32 * 1024;

/// Messages of one channel that its task has not yet read; while there are so many, the connection reads nothing, and
/// TCP makes the client wait. A message is a packet of at most 256 KiB, whatever [`PACKET`] says, and four channels may
/// be open ([`Limits::channels_open`]), so a connection holds back 4 MiB in the worst case.
const MESSAGES_IN: usize = 4;

/// The most messages of all channels that wait to be written; beyond them a writer waits. Two for each of four
/// channels: one on its way, and the next.
const MESSAGES_OUT: usize = 8;

/// Requests for authentication that may fail: as many as OpenSSH's server allows. Anyone gets in with the first of a
/// kind that is known here; this ends a client that knows only other kinds.
const ATTEMPTS: usize = 6;

/// The interval of keepalive requests to a client that sends nothing. A client that has not replied to [`KEEPALIVES`]
/// requests when the next is due is gone: after 80 s. Routers drop idle connections after minutes.
const KEEPALIVE: Duration = Duration::from_secs(20);
const KEEPALIVES: usize = 3;

/// russh's own timeout of inactivity, which every packet resets. It is longer than the 80 s of the keepalives, so that
/// a client that replies to those is never inactive.
const INACTIVITY: Duration = Duration::from_secs(90);

/// The kinds of a visitor's key that are accepted. They are also what russh announces in `server-sig-algs` (RFC 8308,
/// section 3.1), since it announces [`Preferred::key`] as it is. A client with a key of an announced kind must get in:
/// Paramiko asks for the service of authentication again before each attempt, russh does not answer that a second time,
/// and so a client of that kind does not get past a refused key.
///
/// `ssh-rsa` is not among them: its signatures are made with SHA-1. As host keys russh offers only those of these kinds
/// that the server has, and it has one, an Ed25519 key.
static ACCEPTED: [Algorithm; 8] = [
    Algorithm::Ed25519,
    Algorithm::SkEd25519,
    Algorithm::Ecdsa { curve: EcdsaCurve::NistP256 },
    Algorithm::Ecdsa { curve: EcdsaCurve::NistP384 },
    Algorithm::Ecdsa { curve: EcdsaCurve::NistP521 },
    Algorithm::SkEcdsaSha2NistP256,
    Algorithm::Rsa { hash: Some(HashAlg::Sha512) },
    Algorithm::Rsa { hash: Some(HashAlg::Sha256) },
];

/// Whether a key may authenticate with signatures of this kind.
pub(super) fn accepts(algorithm: &Algorithm) -> bool {
    ACCEPTED.contains(algorithm)
}

/// The ways to authenticate that a refusal names: all that there are, since each of them may be tried after it.
const METHODS: [MethodKind; 4] =
    [MethodKind::None, MethodKind::Password, MethodKind::KeyboardInteractive, MethodKind::PublicKey];

/// How russh is to speak on one connection: each has a configuration of its own, because `Supervised` counts who holds
/// it. It is the same for a server that only measures what SSH itself costs.
#[must_use]
pub fn configuration(key: &HostKey) -> server::Config {
    server::Config {
        server_id: SshId::Standard(SERVER_VERSION.into()),
        methods: MethodSet::from(&METHODS[..]),
        // Nothing is ever rejected that is worth guessing.
        auth_rejection_time: Duration::ZERO,
        auth_rejection_time_initial: Some(Duration::ZERO),
        keys: vec![key.key()],
        certificates: key.certificate().into_iter().collect(),
        preferred: algorithms(),
        window_size: WINDOW,
        maximum_packet_size: PACKET,
        channel_buffer_size: MESSAGES_IN,
        event_buffer_size: MESSAGES_OUT,
        max_auth_attempts: ATTEMPTS,
        inactivity_timeout: Some(INACTIVITY),
        keepalive_interval: Some(KEEPALIVE),
        keepalive_max: KEEPALIVES,
        ..server::Config::default()
    }
}

/// Key exchange that a quantum computer does not undo first, then curve25519 (RFC 8731); authenticated encryption, or
/// encrypt-then-MAC; no compression (CVE-2026-46702). Last of the MACs are two that encrypt and then authenticate what
/// was not encrypted: libssh2 before 1.11, and with it the curl of Debian 12, has no others. The last two names of
/// `kex` are no algorithms: they announce extensions (RFC 8308) and strict key exchange, without which both are off.
pub(super) fn algorithms() -> Preferred {
    Preferred {
        kex: (&[
            kex::MLKEM768X25519_SHA256,
            kex::CURVE25519,
            kex::CURVE25519_PRE_RFC_8731,
            kex::EXTENSION_SUPPORT_AS_SERVER,
            kex::EXTENSION_OPENSSH_STRICT_KEX_AS_SERVER,
        ])
            .into(),
        key: (&ACCEPTED).into(),
        host_key_certificates: Vec::new().into(),
        cipher: (&[
            cipher::CHACHA20_POLY1305,
            cipher::AES_256_GCM,
            cipher::AES_128_GCM,
            cipher::AES_256_CTR,
            cipher::AES_128_CTR,
        ])
            .into(),
        mac: (&[mac::HMAC_SHA256_ETM, mac::HMAC_SHA512_ETM, mac::HMAC_SHA256, mac::HMAC_SHA512]).into(),
        compression: (&[compression::NONE]).into(),
    }
}
