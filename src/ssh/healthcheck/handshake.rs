//! The first half of a visitor's connection: versions, algorithms, and a key exchange in which the server proves its key. All
//! of it goes in the clear (RFC 4253), so this is short; russh's client, which can do all that follows, would make the program
//! half a megabyte larger.

use anyhow::{Context as _, Result, bail, ensure};
use base64ct::{Base64Unpadded, Encoding as _};
use ring::{
    agreement::{EphemeralPrivateKey, UnparsedPublicKey, X25519, agree_ephemeral},
    digest::{SHA256, digest},
    rand::{SecureRandom as _, SystemRandom},
    signature::{self, ED25519},
};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

/// What this side calls itself.
const VERSION: &[u8] = b"SSH-2.0-sshcard_healthcheck";

/// The longest line that is read where the version is expected (section 4.2).
const LONGEST_LINE: usize = 255;

/// The longest packet that every side must take, in bytes (section 6.1).
const LONGEST_PACKET: usize = 35_000;

/// Messages (section 12; RFC 5656, section 7.1).
const DISCONNECT: u8 = 1;
const IGNORE: u8 = 2;
const DEBUG: u8 = 4;
const KEXINIT: u8 = 20;
const ECDH_INIT: u8 = 30;
const ECDH_REPLY: u8 = 31;

/// What is offered, in the order of `SSH_MSG_KEXINIT` (section 7.1): one of each that the server has.
const ALGORITHMS: [&[u8]; 10] = [
    b"curve25519-sha256",
    KEY,
    b"aes256-ctr",
    b"aes256-ctr",
    b"hmac-sha2-256-etm@openssh.com",
    b"hmac-sha2-256-etm@openssh.com",
    b"none",
    b"none",
    b"",
    b"",
];
const KEY: &[u8] = b"ssh-ed25519";

/// Exchanges keys with a server: the fingerprint of the key that it proved to have, as `ssh` shows it.
///
/// # Errors
///
/// Whatever is not as it should be, until then.
pub(super) async fn shake(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> Result<String> {
    let random = SystemRandom::new();
    stream.write_all(&[VERSION, b"\r\n"].concat()).await.context("it hung up")?;
    let server_version = line(stream).await?;
    ensure!(
        server_version.starts_with(b"SSH-"),
        "instead of SSH it says {:?}",
        String::from_utf8_lossy(&server_version)
    );

    let mut cookie = [0; 16];
    random.fill(&mut cookie).ok().context("there is no randomness")?;
    let algorithms: Vec<u8> = ALGORITHMS.iter().flat_map(|names| string(names)).collect();
    // No guess follows, and nothing is reserved.
    let ours = [&[KEXINIT], &cookie[..], &algorithms, &[0; 5]].concat();
    send(stream, &ours).await?;
    let theirs = receive(stream, KEXINIT).await?;

    let secret = EphemeralPrivateKey::generate(&X25519, &random).ok().context("there is no randomness")?;
    let public = secret.compute_public_key().ok().context("there is no randomness")?;
    send(stream, &[&[ECDH_INIT], &string(public.as_ref())[..]].concat()).await?;
    let reply = receive(stream, ECDH_REPLY).await?;
    let malformed = "its key exchange is malformed";
    let mut rest = reply.get(1..).unwrap_or_default();
    let [key, server_public, signed] = [(); 3].map(|()| take(&mut rest));
    let (key, server_public, signed) =
        (key.context(malformed)?, server_public.context(malformed)?, signed.context(malformed)?);

    // The exchange hash (RFC 8731, section 3; RFC 5656, section 4).
    let shared = agree_ephemeral(secret, &UnparsedPublicKey::new(&X25519, server_public), number);
    let shared = shared.ok().context(malformed)?;
    let strings = [VERSION, &server_version, &ours, &theirs, key, public.as_ref(), server_public].map(string).concat();
    let hash = digest(&SHA256, &[&strings[..], &string(&shared)].concat());
    // Key and signature (RFC 8709, sections 4 and 6).
    let of_kind = |mut blob| take(&mut blob).filter(|kind| *kind == KEY).and_then(|_| take(&mut blob));
    let (point, signed) = (of_kind(key).context(malformed)?, of_kind(signed).context(malformed)?);
    let proved = signature::UnparsedPublicKey::new(&ED25519, point).verify(hash.as_ref(), signed);
    ensure!(proved.is_ok(), "it does not have the key that it shows");

    // By application (section 11.1), with no words. It has shown what was to be seen, whatever becomes of the goodbye.
    let _ = send(stream, &[&[DISCONNECT, 0, 0, 0, 11][..], &[0; 8]].concat()).await;
    Ok(format!("SHA256:{}", Base64Unpadded::encode_string(digest(&SHA256, key).as_ref())))
}

/// The first line that the server says, without its end.
async fn line(stream: &mut (impl AsyncRead + Unpin)) -> Result<Vec<u8>> {
    let mut line = Vec::new();
    while line.len() < LONGEST_LINE {
        match stream.read_u8().await.context("it hung up before it said anything")? {
            b'\n' => {
                line.pop_if(|last| *last == b'\r');
                return Ok(line);
            }
            byte => line.push(byte),
        }
    }
    bail!("what it says has no end");
}

/// Sends a message in a packet that is not encrypted (section 6).
async fn send(stream: &mut (impl AsyncWrite + Unpin), message: &[u8]) -> Result<()> {
    // At least four bytes of padding, and all of it a multiple of eight.
    let padding = 4 + (8 - (message.len() + 5 + 4) % 8) % 8;
    let length = u32::try_from(1 + message.len() + padding)?;
    let packet = [&length.to_be_bytes()[..], &[u8::try_from(padding)?], message, &vec![0; padding]].concat();
    stream.write_all(&packet).await.context("it hung up")
}

/// Receives the next message that matters, which should be of this kind.
async fn receive(stream: &mut (impl AsyncRead + Unpin), kind: u8) -> Result<Vec<u8>> {
    let hung_up = "it hung up in the middle of the handshake";
    // A few may come that say nothing.
    for _ in 0..8 {
        let length = stream.read_u32().await.context(hung_up)? as usize;
        ensure!((5..=LONGEST_PACKET).contains(&length), "its packets are malformed");
        let mut packet = vec![0; length];
        stream.read_exact(&mut packet).await.context(hung_up)?;
        let padding = usize::from(packet.remove(0));
        packet.truncate(packet.len().saturating_sub(padding));
        match packet.first() {
            Some(first) if *first == kind => return Ok(packet),
            Some(&IGNORE | &DEBUG) => (),
            Some(&DISCONNECT) => bail!(hung_up),
            _ => bail!("it does not answer as SSH does"),
        }
    }
    bail!("it does not answer as SSH does");
}

/// A string (RFC 4251, section 5).
fn string(bytes: &[u8]) -> Vec<u8> {
    // Nothing here is longer than a packet.
    [&(bytes.len() as u32).to_be_bytes(), bytes].concat()
}

/// Takes a string off what is left.
fn take<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, after) = rest.split_first_chunk()?;
    let (taken, after) = after.split_at_checked(u32::from_be_bytes(*length) as usize)?;
    *rest = after;
    Some(taken)
}

/// The bytes of a positive number (RFC 4251, section 5, `mpint`): no zero before it but one that keeps it positive.
fn number(bytes: &[u8]) -> Vec<u8> {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let bytes = bytes.get(zeros..).unwrap_or_default();
    let negative = bytes.first().is_some_and(|first| *first >= 0x80);
    [if negative { &[0][..] } else { &[] }, bytes].concat()
}

#[cfg(test)]
mod tests;
