//! A new key: written whole under a name of its own, then renamed to the name that it is to have, if nothing has it.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, ErrorKind, Write as _},
    ops::RangeInclusive,
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _},
    path::Path,
};

use anyhow::{Context as _, Result};
use russh::keys::{Algorithm, PrivateKey, key::safe_rng, ssh_key::LineEnding};
use rustix::{
    fs::{FlockOperation, OFlags, flock},
    process::geteuid,
};

use super::file::erase_stack;

/// How the name of a file begins in which a new key is written. Letters and digits of chance follow: [`UNIQUE`] of
/// them, and from 20 to 43 in the names of earlier versions.
const TEMPORARY: &str = ".ssh_host_ed25519_key.SHA256";
const UNIQUE: usize = 32;
const UNIQUE_EVER: RangeInclusive<usize> = 20..=43;

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
    // Its mode is 0600. Its name goes when it is dropped.
    let mut file = tempfile::Builder::new().prefix(TEMPORARY).rand_bytes(UNIQUE).tempfile_in(dir)?;
    // The library erases this text.
    file.write_all(key.to_openssh(LineEnding::LF)?.as_bytes())?;
    file.as_file().sync_all()?;
    let made = match file.persist_noclobber(path) {
        Ok(_) => true,
        Err(failed) if failed.error.kind() == ErrorKind::AlreadyExists => false,
        Err(failed) => return Err(failed.error.into()),
    };
    directory.sync_all()?;
    Ok(made)
}

/// Removes the files with private keys that an interrupted start has left in `dir`, and says so in the log: regular
/// files of this user's whose names are those of temporary files here, unless another server is making a key there just
/// now.
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
            Err(error) => {
                let path = path.display();
                tracing::warn!(%path, %error, "a temporary file could not be removed; remove it by hand");
            }
        }
    }
}

/// Opens a directory, and nothing else: a named pipe would be waited for.
fn open(dir: &Path) -> io::Result<File> {
    let flags = OFlags::DIRECTORY.union(OFlags::NONBLOCK);
    OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(dir)
}

/// Whether a temporary file of this or an earlier version has this name.
fn is_temporary(name: &str) -> bool {
    let Some(unique) = name.strip_prefix(TEMPORARY) else { return false };
    UNIQUE_EVER.contains(&unique.len()) && unique.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
