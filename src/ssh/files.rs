//! The card as files for SFTP and scp: a read-only directory, with a subdirectory for each other language.
//!
//! No file is on a disk. The contents were rendered when the profile was loaded, and are shared by all clients. A path
//! is looked up in a list; it leads nowhere else, and nothing can be written.

use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use chrono::DateTime;

use crate::{
    profile::characters::{is_joiner, is_refused},
    site::Site,
};

/// The files and directories, in the order in which they are listed.
#[derive(Debug)]
pub struct Files {
    root: Arc<Directory>,
    /// When the profile was loaded, in seconds since 1970: the modification time of every file.
    time: u32,
}

/// A directory.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Directory {
    pub(super) name: String,
    pub(super) directories: Vec<Arc<Self>>,
    pub(super) files: Vec<CardFile>,
}

/// The name of the root where one is needed, as by a client that fetches all of it. `.` would be its name for itself,
/// and is refused by clients as a name (CVE-2018-20685).
const ROOT: &str = "card";

/// One file. It is cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CardFile {
    pub(super) name: &'static str,
    pub(super) content: Bytes,
}

/// The target of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PathTarget {
    Directory(Arc<Directory>),
    File(CardFile),
}

/// Why a path has no target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PathError {
    /// It has `..`, and nothing lies above the root.
    Denied,
    NotFound,
}

/// The longest path that is looked up, in bytes. The longest that has a target has two dozen, and clients may put a few
/// `./` before it; `PATH_MAX` of POSIX is never less than this.
const LONGEST_PATH: usize = 256;

/// The type and permissions of a file and of a directory, as in `st_mode` of POSIX. Although nothing can be written,
/// the owner has the permission to write: clients give these modes to their copies, a copy without that permission
/// could not be overwritten later, and OpenSSH would take it from an existing directory.
pub(super) const FILE_MODE: u32 = 0o100_644;
pub(super) const DIRECTORY_MODE: u32 = 0o040_755;

impl Files {
    /// The files of a card that was `loaded` then; those of other languages in directories of their tags.
    #[must_use]
    pub fn new(site: &Arc<Site>, loaded: SystemTime) -> Self {
        let directories = site.editions().skip(1).map(|other| {
            let name = other.document().language.tag().to_owned();
            Arc::new(Directory::new(name, other.renditions().files(), Vec::new()))
        });
        Self::rooted(Directory::new(ROOT.to_owned(), site.renditions().files(), directories.collect()), loaded)
    }

    fn rooted(root: Directory, loaded: SystemTime) -> Self {
        let seconds = loaded.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        // SFTP has 32 bits for a time, which last until 2106.
        Self { root: Arc::new(root), time: u32::try_from(seconds).unwrap_or(u32::MAX) }
    }

    /// Where a path leads. It begins at the root, whether it says so or not; `~` is the root too.
    pub(super) fn find(&self, path: &str) -> Result<PathTarget, PathError> {
        let mut parts = parts(path)?;
        // Before anything is looked up: what leads upwards is refused whatever it leads to.
        if parts.clone().any(|part| part == "..") {
            return Err(PathError::Denied);
        }
        let mut directory = &self.root;
        while let Some(part) = parts.next() {
            let Some(next) = directory.directory(part) else {
                let file = directory.files.iter().find(|file| file.name == part && parts.next().is_none());
                return file.cloned().map(PathTarget::File).ok_or(PathError::NotFound);
            };
            directory = next;
        }
        Ok(PathTarget::Directory(Arc::clone(directory)))
    }

    /// The path in its shortest form, whether there is such a file or not: `/`, or a name in a directory. Here `..` is
    /// taken, since clients ask this before they go there; from the root it leads to the root.
    pub(super) fn canonical(&self, path: &str) -> Result<String, PathError> {
        let mut found = Vec::new();
        for part in parts(path)? {
            match part {
                ".." => _ = found.pop(),
                part => found.push(part),
            }
        }
        let Some((name, directories)) = found.split_last() else { return Ok("/".to_owned()) };
        let mut directory = &self.root;
        for part in directories {
            directory = directory.directory(part).ok_or(PathError::NotFound)?;
        }
        Ok(if directories.is_empty() { format!("/{name}") } else { format!("/{}/{name}", directories.join("/")) })
    }

    /// When the files became what they are, in seconds since 1970.
    pub(super) fn time(&self) -> u32 {
        self.time
    }

    /// A line of `ls -l`, in the columns that the draft of SFTP gives as an example (draft-ietf-secsh-filexfer-02,
    /// section 7). The date has its year, since there is no clock here to tell whether it was this one.
    pub(super) fn line(&self, name: &str, target: &PathTarget) -> String {
        let (permissions, links) = match target {
            PathTarget::Directory(_) => ("drwxr-xr-x", 2),
            PathTarget::File(_) => ("-rw-r--r--", 1),
        };
        let date = DateTime::from_timestamp(self.time.into(), 0).unwrap_or_default().format("%b %e  %Y");
        let size = target.size();
        format!("{permissions} {links:>3} {OWNER:<8} {OWNER:<8} {size:>8} {date} {name}")
    }
}

impl Directory {
    fn new(name: String, files: impl IntoIterator<Item = (&'static str, Bytes)>, directories: Vec<Arc<Self>>) -> Self {
        let files = files.into_iter().map(|(name, content)| CardFile { name, content }).collect();
        Self { name, directories, files }
    }

    /// The directory of this name in it.
    fn directory(&self, name: &str) -> Option<&Arc<Self>> {
        self.directories.iter().find(|directory| directory.name == name)
    }
}

/// The name of the owner and of the group in listings. The numeric ids are 0.
const OWNER: &str = "owner";

impl PathTarget {
    /// Its type and permissions, as in `st_mode` of POSIX.
    pub(super) const fn mode(&self) -> u32 {
        match self {
            Self::Directory(_) => DIRECTORY_MODE,
            Self::File(_) => FILE_MODE,
        }
    }

    /// Its length, in bytes. A directory has none of its own.
    pub(super) const fn size(&self) -> u64 {
        match self {
            Self::Directory(_) => 0,
            Self::File(file) => file.content.len() as u64,
        }
    }
}

/// The parts of a path that lead anywhere. No part has a character that a text of a profile may not have, nor one that
/// only changes another: what is made of one may be shown.
fn parts(path: &str) -> Result<impl Iterator<Item = &str> + Clone, PathError> {
    if path.len() > LONGEST_PATH || path.contains(is_refused) || path.contains(is_joiner) {
        return Err(PathError::NotFound);
    }
    let path = match path.strip_prefix('~') {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => rest,
        _ => path,
    };
    Ok(path.split('/').filter(|part| !matches!(*part, "" | ".")))
}

#[cfg(test)]
pub(super) mod tests;
