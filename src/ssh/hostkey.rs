//! The host key: the server's own key, by which the clients of returning visitors recognize the server.
//!
//! A key is created once, at the first start, and never replaced: clients would warn of an attack if the key changed.
//! So a key that cannot be used stops the start, and so does a key that is missing although a marker file beside it
//! says that there was one.

use std::{
    fmt::{self, Display},
    fs,
    net::IpAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use anyhow::{Context as _, Result, bail};
use russh::keys::{Certificate, HashAlg, PrivateKey};
use zeroize::Zeroizing;

mod certificate;
mod creation;
mod file;
mod text;

use certificate::HostCertificate;
pub use text::KeyText;

/// The name of the key's file, that of OpenSSH's own.
const NAME: &str = "ssh_host_ed25519_key";

/// Where the host key is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyPlace {
    /// In this directory, under the name of OpenSSH's own; a key is made there when there never was one.
    Directory(PathBuf),
    /// In this file, which is never made.
    File(PathBuf),
    /// The key is this text.
    Text(KeyText),
}

impl KeyPlace {
    /// The key's file, as an absolute path; `None` where it is a text.
    fn file(&self) -> Option<PathBuf> {
        match self {
            Self::Directory(dir) => Some(absolute(&dir.join(NAME))),
            Self::File(file) => Some(absolute(file)),
            Self::Text(_) => None,
        }
    }

    /// The content of the key's file, as it is or would be written.
    ///
    /// # Errors
    ///
    /// The file cannot be read; the text is no key.
    pub fn contents(&self) -> Result<Zeroizing<Vec<u8>>> {
        Ok(Zeroizing::new(match self {
            Self::Text(text) => text.file()?.as_bytes().to_vec(),
            Self::Directory(_) | Self::File(_) => {
                let file = self.file().unwrap_or_default();
                fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?
            }
        }))
    }
}

impl Display for KeyPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.file() {
            Some(file) => file.display().fmt(f),
            None => f.write_str("in SSHCARD_HOST_KEY"),
        }
    }
}

/// The server's Ed25519 key. It is held once, however many hold this.
#[derive(Debug)]
pub struct HostKey {
    key: Arc<PrivateKey>,
    certificate: HostCertificate,
}

/// A key without a certificate.
impl From<Arc<PrivateKey>> for HostKey {
    fn from(key: Arc<PrivateKey>) -> Self {
        Self { key, certificate: HostCertificate::default() }
    }
}

impl HostKey {
    /// The key of a server that starts: in a directory where there never was one, it is made.
    ///
    /// # Errors
    ///
    /// Those of [`HostKey::load_or_create`], and that there is no such file.
    pub fn open(place: &KeyPlace) -> Result<Self> {
        let key = match place {
            KeyPlace::Directory(dir) => Self::load_or_create(dir),
            KeyPlace::File(file) => Self::load_file(file),
            KeyPlace::Text(text) => text.key().map(Self::from),
        };
        let certificate = place.file().as_deref().map(HostCertificate::beside).unwrap_or_default();
        Ok(Self { certificate, ..key? })
    }

    /// Loads the host key of `place`. A missing key is an error: none is made.
    ///
    /// # Errors
    ///
    /// Those of [`HostKey::open`], and that there is no key yet.
    pub fn read(place: &KeyPlace) -> Result<Self> {
        match place {
            KeyPlace::File(file) => Self::load_file(file),
            KeyPlace::Text(text) => text.key().map(Self::from),
            KeyPlace::Directory(dir) => Self::load(dir)?.with_context(|| {
                format!(
                    "there is no host key in {} yet; `sshcard serve` makes it there when it first starts",
                    dir.display()
                )
            }),
        }
    }

    /// Loads the key in `dir`, or makes one when there never was one, and says so in the log. The directory is made if
    /// it is missing (mode 0700). What an interrupted start has left there is removed.
    ///
    /// The key appears whole or not at all, whenever the machine stops; and when two servers start at once, both use
    /// the key of the one that was first.
    ///
    /// # Errors
    ///
    /// A key that cannot be read, is no unencrypted OpenSSH Ed25519 key, or may be read by others than its owner; one
    /// that is gone; a marker that is no regular file; a directory that anyone may write to, that cannot be made or
    /// cannot be written to. Each says what to do.
    pub fn load_or_create(dir: &Path) -> Result<Self> {
        creation::remove_leftovers(dir);
        // Before the key: another server may make both meanwhile.
        let marked = creation::read_marker(dir)?;
        let key = match (Self::load(dir)?, &marked) {
            (Some(key), _) => key,
            (None, Some(lost)) => bail!(
                "the host key {} is gone; restore it from a backup (its fingerprint was {lost}), or remove {} to get a \
                 new key (visitors who know the old one will be warned)",
                dir.join(NAME).display(),
                creation::marker_path(dir).display()
            ),
            (None, None) => Self::create(dir)?,
        };
        let fingerprint = key.fingerprint();
        if marked.as_ref() != Some(&fingerprint) {
            creation::write_marker(dir, &fingerprint);
        }
        Ok(key)
    }

    /// Makes a key in `dir`, unless another server is faster.
    fn create(dir: &Path) -> Result<Self> {
        let path = dir.join(NAME);
        let made = creation::create(dir, &path)?;
        let key = Self::load(dir)?.with_context(|| {
            format!("the host key {} was removed right after it was made; start again", path.display())
        })?;
        if made {
            tracing::warn!(
                fingerprint = key.fingerprint(),
                "a new host key was made: {}; back it up (`sshcard key backup`): by this key returning visitors know that it \
                 is still you. Its record for the DNS is {}",
                absolute(&path).display(),
                key.sshfp("HOST")
            );
        }
        Ok(key)
    }

    /// The key in `dir`; `None` when there is none.
    fn load(dir: &Path) -> Result<Option<Self>> {
        let remedy = format!(
            "restore it from a backup, or move it away with {} to get a new key (visitors who know the old one will be \
             warned)",
            creation::MARKER
        );
        Ok(file::load(&dir.join(NAME), &remedy)?.map(Self::from))
    }

    /// The key in a file of any name, which the server never makes and for which it keeps no marker.
    fn load_file(path: &Path) -> Result<Self> {
        let key = file::load(path, "restore it from a backup")?.with_context(|| {
            let path = path.display();
            format!("there is no host key {path}; put it there, or make one: ssh-keygen -t ed25519 -N '' -f {path}")
        })?;
        Ok(key.into())
    }

    /// The fingerprint as `ssh` shows it: `SHA256:` and 43 characters.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.key.fingerprint(HashAlg::Sha256).to_string()
    }

    /// The record of the key for the DNS zone of `name` (RFC 4255, section 3; RFC 7479: Ed25519 is algorithm 4; RFC
    /// 6594: SHA-256 is type 2).
    #[must_use]
    pub fn sshfp(&self, name: &str) -> String {
        let fingerprint = self.key.fingerprint(HashAlg::Sha256);
        let digest: Vec<String> = fingerprint.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{name}. IN SSHFP 4 2 {}", digest.concat())
    }

    /// What others may know of the key, for a server that is reached at `host` (a name or an IP address, and the port
    /// where it is not 22): its fingerprint, the line for a `known_hosts` file (sshd(8)) and, where there is a name,
    /// the record for its DNS zone.
    #[must_use]
    pub fn announcement(&self, host: Option<(&str, Option<u16>)>) -> String {
        let (name, port) = host.unwrap_or(("HOST", None));
        let known_as = port.map_or_else(|| name.to_owned(), |port| format!("[{name}]:{port}"));
        let line = self.key.public_key().to_openssh().unwrap_or_default();
        // Type and key; a comment may follow them.
        let key: Vec<&str> = line.split(' ').take(2).collect();
        let key = key.join(" ");
        let fingerprint = self.fingerprint();
        // Addresses have no records.
        let record = if name.parse::<IpAddr>().is_ok() {
            String::new()
        } else {
            format!("The record for the DNS:\n{}\n\n", self.sshfp(name))
        };
        let placeholder = if host.is_some() { "" } else { "HOST is the name under which this card is reached.\n\n" };
        format!(
            "The fingerprint:\n{fingerprint}\n\nThe line for known_hosts:\n{known_as} {key}\n\n{record}{placeholder}\
             What comes over the connection itself proves nothing: compare it with what\nreached you another way.\n"
        )
    }

    /// The file of its certificate, if there was one when the key was opened.
    #[must_use]
    pub fn certificate_file(&self) -> Option<&Path> {
        self.certificate.file()
    }

    /// Reads its certificate: when that expires, in seconds since 1970, if it is one that can be presented.
    pub(super) fn read_certificate(&self, now: SystemTime) -> Option<u64> {
        self.certificate.read(&self.key, now)
    }

    /// The certificate that is presented, for the configuration of one connection.
    pub(super) fn certificate(&self) -> Option<Certificate> {
        self.certificate.presented().map(Arc::unwrap_or_clone)
    }

    /// A copy of the key, for the configuration of one connection.
    pub(super) fn key(&self) -> PrivateKey {
        PrivateKey::clone(&self.key)
    }
}

/// A path that says where a file is, whatever directory the program was started in.
fn absolute(path: &Path) -> PathBuf {
    // It fails where the working directory is gone: then the path is as good as any.
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests;
