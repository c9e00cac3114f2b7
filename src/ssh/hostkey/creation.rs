//! A new key: written whole under a name of its own, then linked to the name that it is to have.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, ErrorKind, Write as _},
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use russh::keys::{Algorithm, HashAlg, PrivateKey, key::safe_rng, ssh_key::LineEnding};
use rustix::{
    fs::{FlockOperation, OFlags, flock},
    process::geteuid,
};

use super::{NAME, file::erase_stack};

/// How the name of a file begins in which a new key is written. The key's fingerprint follows, without what is no
/// letter or digit: at most the 43 characters of a hash of 256 bits in base64.
const TEMPORARY: &str = ".ssh_host_ed25519_key.SHA256";

/// The letters and digits of a fingerprint. Of its 43 characters each is one of the two others (`+`, `/`) once in 32,
/// so that fewer than 20 remain less than once in 10^20 keys.
const SHORTEST_FINGERPRINT: usize = 20;
const LONGEST_FINGERPRINT: usize = 43;

/// Makes a key at `path` in `dir`, unless another server was faster: whether it did.
///
/// # Errors
///
/// A directory that cannot be made or written to, with what to do.
pub(super) fn create(dir: &Path, path: &Path) -> Result<bool> {
    let made = make(dir, path);
    erase_stack();
    made.with_context(|| {
        let path = path.display();
        format!(
            "there is no host key and none can be made at {path}; make {} writable for this user, or put a key there: \
             ssh-keygen -t ed25519 -N '' -f {path}",
            dir.display()
        )
    })
}

fn make(dir: &Path, path: &Path) -> Result<bool> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    let directory = open(dir)?;
    // While a key is made here, nobody takes its file for a leftover. Where there are no locks, nobody removes any.
    let _ = flock(&directory, FlockOperation::LockShared);
    let mut key = PrivateKey::random(&mut safe_rng(), Algorithm::Ed25519)?;
    key.set_comment("sshcard");
    let temporary = Temporary::write(dir, &key)?;
    // A link never replaces what is there, as a rename would.
    let made = match fs::hard_link(&temporary.0, path) {
        Ok(()) => true,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => false,
        Err(error) => return Err(error.into()),
    };
    drop(temporary);
    directory.sync_all()?;
    Ok(made)
}

/// A key under a name of its own; the name goes when this is dropped.
struct Temporary(PathBuf);

impl Temporary {
    fn write(dir: &Path, key: &PrivateKey) -> Result<Self> {
        // The fingerprint makes the name one that no other server, living or crashed, has used.
        let unique: String =
            key.fingerprint(HashAlg::Sha256).to_string().chars().filter(char::is_ascii_alphanumeric).collect();
        let path = dir.join(format!(".{NAME}.{unique}"));
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        let temporary = Self(path);
        // The library erases this text.
        file.write_all(key.to_openssh(LineEnding::LF)?.as_bytes())?;
        file.sync_all()?;
        Ok(temporary)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.0) {
            report_leftover(&self.0, &error);
        }
    }
}

fn report_leftover(path: &Path, error: &io::Error) {
    tracing::warn!(path = %path.display(), %error, "a temporary file could not be removed; remove it by hand");
}

/// Removes the files with private keys that an interrupted start has left in `dir`, and says so in the log: regular
/// files of this user's whose names are those of [`Temporary`], unless another server is making a key there just now.
pub(super) fn remove_leftovers(dir: &Path) {
    // Where there is no directory, or it cannot be read, there is nothing that could be removed.
    let (Ok(directory), Ok(entries)) = (open(dir), fs::read_dir(dir)) else { return };
    // Held until this returns. Not to be had: a key is being made there, or the file system has no locks.
    if flock(&directory, FlockOperation::NonBlockingLockExclusive).is_err() {
        return;
    }
    for entry in entries.flatten() {
        let is_ours = || {
            // Of a link, the link itself.
            let found = entry.metadata().ok()?;
            (found.is_file() && found.uid() == geteuid().as_raw()).then_some(())
        };
        if !entry.file_name().to_str().is_some_and(is_temporary) || is_ours().is_none() {
            continue;
        }
        let path = entry.path();
        match fs::remove_file(&path) {
            Ok(()) => tracing::warn!(
                path = %path.display(),
                "removed a file with a private key that an interrupted start had left"
            ),
            Err(error) => report_leftover(&path, &error),
        }
    }
}

/// Opens a directory, and nothing else: a named pipe would be waited for.
fn open(dir: &Path) -> io::Result<File> {
    let flags = OFlags::DIRECTORY.union(OFlags::NONBLOCK);
    OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(dir)
}

/// Whether [`Temporary`] gives a file this name.
fn is_temporary(name: &str) -> bool {
    let Some(fingerprint) = name.strip_prefix(TEMPORARY) else { return false };
    (SHORTEST_FINGERPRINT..=LONGEST_FINGERPRINT).contains(&fingerprint.len())
        && fingerprint.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
