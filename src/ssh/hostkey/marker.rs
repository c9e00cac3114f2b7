//! The marker beside the host key. It is there when there was a key, and holds the key's fingerprint.

use std::{
    fs::OpenOptions,
    io::{Read as _, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use rustix::fs::OFlags;

use super::permissions::regular_file;

/// The name of the marker.
pub(super) const NAME: &str = "ssh_host_ed25519_key.made";

/// As much of the marker as is shown: `SHA256:` and 43 characters.
const LONGEST_FINGERPRINT: u64 = 50;

/// Where the marker of the key in `dir` is.
pub(super) fn path(dir: &Path) -> PathBuf {
    dir.join(NAME)
}

/// Whether there is a marker in `dir`.
///
/// # Errors
///
/// A marker that is no regular file: nothing could be told from it, nor written to it.
pub(super) fn exists(dir: &Path) -> Result<bool> {
    Ok(regular_file(&path(dir), "the host key's marker")?.is_some())
}

/// The fingerprint of the key that there was in `dir`, where there is a marker.
///
/// # Errors
///
/// A marker that cannot be read.
pub(super) fn read(dir: &Path) -> Result<String> {
    let path = path(dir);
    let mut text = Vec::new();
    let file = options().read(true).open(&path);
    file.and_then(|file| file.take(LONGEST_FINGERPRINT).read_to_end(&mut text))
        .with_context(|| format!("the host key's marker {} cannot be read", path.display()))?;
    // It is shown; and whatever it says, that it is there is what counts.
    let known: String = text.iter().take_while(|c| c.is_ascii_graphic()).map(|c| char::from(*c)).collect();
    Ok(if known.is_empty() { "not noted".into() } else { known })
}

/// Leaves the marker, if it is not there or is another key's. Where it cannot be written, as in a directory that an
/// owner mounted read-only with a key in it, no key will be made either.
pub(super) fn write(dir: &Path, fingerprint: &str) {
    let path = path(dir);
    let line = format!("{fingerprint}\n");
    let mut there = Vec::new();
    let read = options().read(true).open(&path);
    // One byte more than the marker has, so that a longer one differs.
    let read = read.and_then(|file| file.take(line.len() as u64 + 1).read_to_end(&mut there));
    if read.is_ok() && there == line.as_bytes() {
        return;
    }
    let written = options().write(true).create(true).truncate(true).open(&path);
    if let Err(error) = written.and_then(|mut file| file.write_all(line.as_bytes())) {
        tracing::debug!(path = %path.display(), %error, "the host key's marker cannot be written");
    }
}

/// Opens nothing that has to be waited for, should a named pipe have taken the marker's place.
fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.custom_flags(OFlags::NONBLOCK.union(OFlags::NOCTTY).bits().cast_signed());
    options
}
