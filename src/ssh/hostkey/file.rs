//! A key's file: opened without waiting, read into memory that is erased, and understood or refused with a remedy.

use std::{fs::OpenOptions, hint::black_box, io::Read as _, os::unix::fs::OpenOptionsExt as _, path::Path, sync::Arc};

use anyhow::{Context as _, Result, bail};
use russh::keys::{Algorithm, PrivateKey};
use rustix::fs::OFlags;
use zeroize::Zeroizing;

use super::permissions::{check_directory, check_file, regular_file};

/// The largest file that is read as a key, in bytes. An Ed25519 key takes about 400, with a long comment somewhat more.
const LARGEST: usize = 16 * 1024;

/// How a file in OpenSSH's own format begins (PROTOCOL.key of OpenSSH).
const OPENSSH: &[u8] = b"-----BEGIN OPENSSH PRIVATE KEY-----";

/// How much of the stack is overwritten, in bytes: several times what reading a key takes, and a fraction of the 2 MiB
/// that a thread has.
const STACK: usize = 64 * 1024;

/// The key at `path`; `None` when there is no such file. `remedy` is what to do about one that is no key.
///
/// # Errors
///
/// A file that is no regular one, that too many may read, or that is no unencrypted OpenSSH Ed25519 key; a directory in
/// which anyone may put another. Each says what to do.
pub(super) fn load(path: &Path, remedy: &str) -> Result<Option<Arc<PrivateKey>>> {
    let key = read(path, remedy);
    erase_stack();
    key
}

fn read(path: &Path, remedy: &str) -> Result<Option<Arc<PrivateKey>>> {
    let shown = path.display();
    let key_is_there = regular_file(path, "the host key")?.is_some();
    check_directory(path)?;
    if !key_is_there {
        return Ok(None);
    }
    let mut open = OpenOptions::new();
    // Should a named pipe have taken its place meanwhile, it is not waited for.
    open.read(true).custom_flags(OFlags::NONBLOCK.union(OFlags::NOCTTY).bits().cast_signed());
    let file = open.open(path).with_context(|| {
        format!("the host key {shown} cannot be read; it must belong to the user that runs sshcard: chown it")
    })?;
    let found = file.metadata().with_context(|| format!("the host key {shown} cannot be examined"))?;
    check_file(path, &found)?;
    // Its room is there from the beginning: a vector that grows leaves copies behind that nobody erases.
    let mut text = Zeroizing::new(Vec::with_capacity(LARGEST + 1));
    file.take(LARGEST as u64).read_to_end(&mut text).with_context(|| format!("the host key {shown} cannot be read"))?;
    // What the library says of a text that is no key repeats itself, and names causes that are not there.
    let Ok(key) = PrivateKey::from_openssh(text.as_slice()) else {
        if text.starts_with(b"-----BEGIN ") && !text.starts_with(OPENSSH) {
            bail!("the host key {shown} is in another format; convert it: ssh-keygen -p -N '' -f {shown}");
        }
        if text.starts_with(b"ssh-") || text.starts_with(b"ecdsa-") {
            bail!("the host key {shown} is a public key, not the private one; {remedy}");
        }
        let wrong = match text.as_slice() {
            [] => "is empty",
            text if text.starts_with(OPENSSH) => "is damaged",
            _ => "is not an OpenSSH private key",
        };
        bail!("the host key {shown} {wrong}; {remedy}");
    };
    if key.is_encrypted() {
        bail!("the host key {shown} has a passphrase; remove it: ssh-keygen -p -N '' -f {shown}");
    }
    if key.algorithm() != Algorithm::Ed25519 {
        bail!("the host key {shown} is of type {}, not ssh-ed25519; {remedy}", key.algorithm());
    }
    Ok(Some(Arc::new(key)))
}

/// Overwrites what functions that have returned left on the stack. A value that moves is copied, and the place that it
/// was in is not erased: the key was seen there twelve times.
#[inline(never)]
#[expect(clippy::large_stack_arrays, reason = "it is the stack that is to be erased")]
pub(super) fn erase_stack() {
    drop(black_box(Zeroizing::new([0_u8; STACK])));
}
