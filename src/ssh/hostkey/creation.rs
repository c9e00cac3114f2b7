//! Creates a host key: writes it under a temporary name and renames it if there is no file of its final name. A marker
//! file with the key's fingerprint stays if the key is lost.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, ErrorKind, Read as _, Write as _},
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use russh::keys::{Algorithm, PrivateKey, key::safe_rng, ssh_key::LineEnding};
use rustix::{
    fs::{FlockOperation, OFlags, flock},
    process::geteuid,
};

use super::file::{erase_stack, is_regular_file, without_waiting};

pub(super) const MARKER: &str = "ssh_host_ed25519_key.made";

/// As much of the marker is shown, in bytes: `SHA256:` and 43 characters.
const LONGEST_FINGERPRINT: u64 = 50;

/// The beginning of the name of a temporary file, and how many random letters and digits follow it.
const TEMPORARY: &str = ".ssh_host_ed25519_key.SHA256";
const UNIQUE: usize = 32;

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
    // The lock says that the temporary file is in use: another process removes one only under an exclusive lock, and
    // not at all on a file system without locks.
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
        // Of a link, these are the metadata of the link itself.
        let is_ours = || entry.metadata().is_ok_and(|it| it.is_file() && it.uid() == geteuid().as_raw());
        if !entry.file_name().to_str().is_some_and(is_temporary) || !is_ours() {
            continue;
        }
        let file = entry.path();
        let (removed, path) = (fs::remove_file(&file), file.display());
        match removed {
            Ok(()) => tracing::warn!(%path, "removed a file with a private key that an interrupted start had left"),
            Err(error) => tracing::warn!(%path, %error, "a temporary file could not be removed; remove it by hand"),
        }
    }
}

/// Opens a directory, and nothing else: a named pipe would be waited for.
fn open(dir: &Path) -> io::Result<File> {
    let flags = OFlags::DIRECTORY.union(OFlags::NONBLOCK);
    OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(dir)
}

fn is_temporary(name: &str) -> bool {
    let unique = name.strip_prefix(TEMPORARY).filter(|unique| unique.len() == UNIQUE);
    unique.is_some_and(|unique| unique.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// Where the marker of the key in `dir` is.
pub(super) fn marker_path(dir: &Path) -> PathBuf {
    dir.join(MARKER)
}

/// The fingerprint in the marker of `dir`; `None` where there is no marker. Whatever it says, that it is there is what
/// counts.
///
/// # Errors
///
/// A marker that is no regular file: nothing could be told from it, nor written to it.
pub(super) fn read_marker(dir: &Path) -> Result<Option<String>> {
    let path = marker_path(dir);
    if !is_regular_file(&path, "the host key's marker")? {
        return Ok(None);
    }
    let mut text = Vec::new();
    // One that cannot be read says nothing.
    let _ =
        without_waiting().read(true).open(&path).and_then(|file| file.take(LONGEST_FINGERPRINT).read_to_end(&mut text));
    // It is shown.
    let known: String = text.iter().take_while(|c| c.is_ascii_graphic()).map(|c| char::from(*c)).collect();
    Ok(Some(if known.is_empty() { "not noted".into() } else { known }))
}

/// Leaves the marker. Where it cannot be written, as in a directory that an owner mounted read-only with a key in it,
/// no key will be made either.
pub(super) fn write_marker(dir: &Path, fingerprint: &str) {
    let path = marker_path(dir);
    let written = without_waiting().write(true).create(true).truncate(true).open(&path);
    if let Err(error) = written.and_then(|mut file| writeln!(file, "{fingerprint}")) {
        tracing::debug!(path = %path.display(), %error, "the host key's marker cannot be written");
    }
}
