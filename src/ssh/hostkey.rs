//! The server's own key: by it visitors know that they reach the same card as the last time.
//!
//! A key is made once, when there never was one, and never replaced: a key that cannot be used stops the start, since a new
//! one would tell every visitor who was here before that somebody sits in the middle. So does a key that is gone: a marker
//! beside it says that there was one.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, ErrorKind, Read as _, Write as _},
    net::IpAddr,
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use russh::keys::{Algorithm, HashAlg, PrivateKey, key::safe_rng, ssh_key::LineEnding};

/// The name of the key's file, that of OpenSSH's own.
const NAME: &str = "ssh_host_ed25519_key";

/// The name of the marker: it is there when there was a key, and holds the key's fingerprint.
const MARKER: &str = "ssh_host_ed25519_key.made";

/// As much of the marker as is shown: `SHA256:` and 43 characters.
const LONGEST_FINGERPRINT: u64 = 50;

/// The largest file that is read as a key. An Ed25519 key takes about 400 bytes, with a long comment somewhat more.
const LARGEST: u64 = 16 * 1024;

/// The server's Ed25519 key.
#[derive(Debug)]
pub struct HostKey(PrivateKey);

impl HostKey {
    /// Loads the key in `dir`, or makes one when there is none. The directory is made if it is missing (mode 0700).
    ///
    /// The key appears whole or not at all, whenever the machine stops; and when two servers start at once, both use the key
    /// of the one that was first. Beside it stands a marker, so that a key that was lost is not taken for one that never was.
    ///
    /// # Errors
    ///
    /// A key that cannot be read, is no unencrypted OpenSSH Ed25519 key, or may be read by others than its owner; one that
    /// is gone; a directory that cannot be made or written to. Each says what to do.
    pub fn load_or_create(dir: &Path) -> Result<Self> {
        let path = dir.join(NAME);
        let marker = dir.join(MARKER);
        if let Some(key) = load(&path)?.map(Self) {
            key.mark(&marker);
            return Ok(key);
        }
        if let Some(lost) = read_marker(&marker)? {
            let (path, marker) = (path.display(), marker.display());
            bail!(
                "the host key {path} is gone; restore it from a backup (its fingerprint was {lost}), or remove {marker} to \
                 get a new key (visitors who know the old one will be warned)"
            );
        }
        create(dir, &path).with_context(|| {
            let path = path.display();
            format!(
                "there is no host key and none can be made at {path}; make {} writable for this user, or put a key there: \
                 ssh-keygen -t ed25519 -N '' -f {path}",
                dir.display()
            )
        })?;
        match load(&path)?.map(Self) {
            Some(key) => {
                key.mark(&marker);
                Ok(key)
            }
            None => bail!("the host key {} was removed right after it was made; start again", path.display()),
        }
    }

    /// The fingerprint as `ssh` shows it: `SHA256:` and 43 characters.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.0.fingerprint(HashAlg::Sha256).to_string()
    }

    /// Loads the key in `dir`; `None` when there is none.
    ///
    /// # Errors
    ///
    /// Those of [`HostKey::load_or_create`] for a key that is there and cannot be used.
    pub fn load(dir: &Path) -> Result<Option<Self>> {
        Ok(load(&dir.join(NAME))?.map(Self))
    }

    /// What others may know of the key, for a server that is reached at `host` (a name or an IP address, and the port where
    /// it is not 22): its fingerprint, the line for a `known_hosts` file (sshd(8)) and, where there is a name, the record
    /// for its DNS zone (RFC 4255, section 3; RFC 7479: Ed25519 is algorithm 4; RFC 6594: SHA-256 is type 2).
    #[must_use]
    pub fn announcement(&self, host: Option<(&str, Option<u16>)>) -> String {
        let (name, port) = host.unwrap_or(("HOST", None));
        let known_as = port.map_or_else(|| name.to_owned(), |port| format!("[{name}]:{port}"));
        let line = self.0.public_key().to_openssh().unwrap_or_default();
        // Type and key; a comment may follow them.
        let key: Vec<&str> = line.split(' ').take(2).collect();
        let key = key.join(" ");
        let fingerprint = self.0.fingerprint(HashAlg::Sha256);
        let digest: Vec<String> = fingerprint.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        let digest = digest.concat();
        let record = format!("The record for the DNS:\n{name}. IN SSHFP 4 2 {digest}\n");
        let told = [
            Some(format!("The fingerprint:\n{fingerprint}\n")),
            Some(format!("The line for known_hosts:\n{known_as} {key}\n")),
            // Addresses have no records.
            name.parse::<IpAddr>().is_err().then_some(record),
            host.is_none().then(|| "HOST is the name under which this card is reached.\n".to_owned()),
            Some("What comes over the connection itself proves nothing: compare it with what\nreached you another way.\n".to_owned()),
        ];
        told.into_iter().flatten().collect::<Vec<_>>().join("\n")
    }

    /// Leaves the marker, if it is not there or is another key's. Where it cannot be written, as in a directory that an owner
    /// mounted read-only with a key in it, no key will be made either.
    fn mark(&self, marker: &Path) {
        let line = format!("{}\n", self.fingerprint());
        if fs::read(marker).is_ok_and(|there| there == line.as_bytes()) {
            return;
        }
        if let Err(error) = fs::write(marker, line) {
            tracing::debug!(path = %marker.display(), %error, "the host key's marker cannot be written");
        }
    }

    /// A key that is always the same and that nobody may rely on.
    #[cfg(any(test, feature = "fuzzing"))]
    pub(super) fn of_tests() -> Self {
        let pair = russh::keys::ssh_key::private::Ed25519Keypair::from_seed(&[7; 32]);
        Self(pair.into())
    }

    /// The key itself, for a connection.
    pub(super) fn key(&self) -> PrivateKey {
        self.0.clone()
    }
}

/// The fingerprint of the key that there was; `None` when there is no marker.
fn read_marker(path: &Path) -> Result<Option<String>> {
    let read = |file: File| {
        let mut text = Vec::new();
        file.take(LONGEST_FINGERPRINT).read_to_end(&mut text).map(|_| text)
    };
    match File::open(path).and_then(read) {
        Ok(text) => {
            // It is shown; and whatever it says, that it is there is what counts.
            let known: String = text.iter().take_while(|c| c.is_ascii_graphic()).map(|c| char::from(*c)).collect();
            Ok(Some(if known.is_empty() { "not noted".into() } else { known }))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("the host key's marker {} cannot be read", path.display())),
    }
}

/// The key at `path`; `None` when there is no such file.
fn load(path: &Path) -> Result<Option<PrivateKey>> {
    let shown = path.display();
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            // A link that leads nowhere is not "no key": the link says that there should be one.
            if path.is_symlink() {
                bail!("the host key {shown} is a link that leads nowhere; mend it, or restore the key from a backup");
            }
            return Ok(None);
        }
        Err(error) => {
            return Err(error).with_context(|| {
                format!("the host key {shown} cannot be read; it must belong to the user that runs sshcard: chown it")
            });
        }
    };
    let metadata = file.metadata().with_context(|| format!("the host key {shown} cannot be examined"))?;
    if !metadata.is_file() {
        bail!("the host key {shown} is not a file; move it away");
    }
    let mode = metadata.mode() & 0o7777;
    if mode & 0o077 != 0 {
        bail!("the host key {shown} may be read by others (mode {mode:04o}); run: chmod 600 {shown}");
    }
    let mut text = Vec::new();
    file.take(LARGEST).read_to_end(&mut text).with_context(|| format!("the host key {shown} cannot be read"))?;
    let remedy = format!(
        "restore it from a backup, or move it away with {MARKER} to get a new key (visitors who know the old one will be \
         warned)"
    );
    let key = PrivateKey::from_openssh(&text)
        .with_context(|| format!("the host key {shown} is not an OpenSSH private key; {remedy}"))?;
    if key.is_encrypted() {
        bail!("the host key {shown} has a passphrase; remove it: ssh-keygen -p -N '' -f {shown}");
    }
    if key.algorithm() != Algorithm::Ed25519 {
        bail!("the host key {shown} is of type {}, not ssh-ed25519; {remedy}", key.algorithm());
    }
    Ok(Some(key))
}

/// Makes a key at `path` in `dir`, unless another server was faster.
fn create(dir: &Path, path: &Path) -> Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    let mut key = PrivateKey::random(&mut safe_rng(), Algorithm::Ed25519)?;
    key.set_comment("sshcard");
    let temporary = Temporary::write(dir, &key)?;
    // A link never replaces what is there, as a rename would.
    match fs::hard_link(&temporary.0, path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error.into()),
        _ => (),
    }
    drop(temporary);
    File::open(dir)?.sync_all()?;
    Ok(())
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

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn directory() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    fn put(dir: &Path, text: &str, mode: u32) -> PathBuf {
        let path = dir.join(NAME);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        path
    }

    /// What stops the start; the file must be as it was.
    fn refusal(dir: &Path) -> String {
        let before = fs::read(dir.join(NAME)).unwrap_or_default();
        let error = HostKey::load_or_create(dir).unwrap_err();
        assert_eq!(fs::read(dir.join(NAME)).unwrap_or_default(), before, "the key was changed");
        format!("{error:#}")
    }

    #[test]
    fn a_key_is_made_once_and_kept() {
        let dir = directory();
        let keys = dir.path().join("deep/keys");
        let first = HostKey::load_or_create(&keys).unwrap();
        let second = HostKey::load_or_create(&keys).unwrap();
        assert_eq!(first.fingerprint(), second.fingerprint());
        assert!(first.fingerprint().starts_with("SHA256:") && first.fingerprint().len() == 50);
        assert_eq!(fs::metadata(&keys).unwrap().mode() & 0o777, 0o700);
        assert_eq!(fs::metadata(keys.join(NAME)).unwrap().mode() & 0o777, 0o600);
        let names: Vec<_> = fs::read_dir(&keys).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names.iter().filter(|name| *name != NAME && *name != MARKER).count(), 0, "{names:?}");
        assert_eq!(fs::read_to_string(keys.join(MARKER)).unwrap(), format!("{}\n", first.fingerprint()));
    }

    #[test]
    fn a_key_that_is_gone_is_not_replaced_until_its_marker_is_gone_too() {
        let dir = directory();
        let old = HostKey::load_or_create(dir.path()).unwrap().fingerprint();
        fs::remove_file(dir.path().join(NAME)).unwrap();
        for _ in 0..2 {
            let refusal = refusal(dir.path());
            assert!(refusal.contains("is gone") && refusal.contains(&old) && refusal.contains(MARKER), "{refusal}");
            assert_eq!(refusal.lines().count(), 1);
        }
        fs::remove_file(dir.path().join(MARKER)).unwrap();
        assert_ne!(HostKey::load_or_create(dir.path()).unwrap().fingerprint(), old);
    }

    #[test]
    fn a_marker_counts_whatever_it_says() {
        for (text, shown) in [
            (&b""[..], "was not noted"),
            (b"\n", "was not noted"),
            (b"\x1b]0;x\x07", "was not noted"),
            (b"SHA256:abc\x1b[2J\n", "was SHA256:abc)"),
            (&[b'x'; 1000], &format!("was {})", "x".repeat(50))),
        ] {
            let dir = directory();
            fs::write(dir.path().join(MARKER), text).unwrap();
            let refusal = refusal(dir.path());
            assert!(refusal.contains(shown) && !refusal.contains(char::is_control), "{refusal:?}");
        }
    }

    #[test]
    fn a_key_that_an_owner_brings_is_marked_and_needs_no_mark() {
        let dir = directory();
        let own = PrivateKey::random(&mut safe_rng(), Algorithm::Ed25519).unwrap();
        put(dir.path(), &own.to_openssh(LineEnding::LF).unwrap(), 0o600);
        fs::write(dir.path().join(MARKER), "another's\n").unwrap();
        let fingerprint = HostKey::load_or_create(dir.path()).unwrap().fingerprint();
        assert_eq!(fs::read_to_string(dir.path().join(MARKER)).unwrap(), format!("{fingerprint}\n"));

        // A directory in its place stands for all that keeps it from being written.
        fs::remove_file(dir.path().join(MARKER)).unwrap();
        fs::create_dir(dir.path().join(MARKER)).unwrap();
        assert_eq!(HostKey::load_or_create(dir.path()).unwrap().fingerprint(), fingerprint);
    }

    #[test]
    fn a_directory_in_which_no_key_can_be_made_stops_the_start() {
        // Nobody may make anything here, not even root.
        let refused = refusal(Path::new("/proc/sshcard"));
        assert!(refused.contains("none can be made at /proc/sshcard/") && refused.contains("writable"), "{refused}");

        let dir = directory();
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o500)).unwrap();
        if rustix::process::geteuid().is_root() {
            return; // Root writes there all the same.
        }
        let refused = refusal(dir.path());
        assert!(refused.contains("none can be made") && refused.contains("ssh-keygen -t ed25519"), "{refused}");
    }

    #[test]
    fn a_key_is_announced_under_the_name_that_visitors_type() {
        // A known key, and what `ssh-keygen -r` says of it.
        let key = HostKey(russh::keys::ssh_key::private::Ed25519Keypair::from_seed(&[7; 32]).into());
        let blob = "AAAAC3NzaC1lZDI1NTE5AAAAIOpKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs";
        let digest = "cff7d2bf46744594be2dc71b73a668396c2dfdf6e3d5514919204a41ba3889c1";
        for (host, line, record) in [
            (None, "HOST ssh-ed25519 ", Some("HOST. IN SSHFP 4 2 ")),
            (
                Some(("card.example.com", None)),
                "card.example.com ssh-ed25519 ",
                Some("card.example.com. IN SSHFP 4 2 "),
            ),
            (Some(("a.example", Some(2222))), "[a.example]:2222 ssh-ed25519 ", Some("a.example. IN SSHFP 4 2 ")),
            (Some(("2001:db8::1", None)), "2001:db8::1 ssh-ed25519 ", None),
        ] {
            let told = key.announcement(host);
            assert!(told.contains(&format!("\n{line}{blob}\n")), "{told}");
            let records: Vec<&str> = told.lines().filter(|line| line.contains("SSHFP")).collect();
            let expected: Vec<String> = record.into_iter().map(|record| format!("{record}{digest}")).collect();
            assert_eq!(records, expected);
            assert!(told.contains(&key.fingerprint()), "{told}");
        }
    }

    #[test]
    fn looking_for_a_key_makes_none() {
        let dir = directory();
        assert!(HostKey::load(dir.path()).unwrap().is_none());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn servers_that_start_at_once_use_one_key() {
        let dir = directory();
        let fingerprints: Vec<_> = std::thread::scope(|scope| {
            let starts: Vec<_> =
                (0..8).map(|_| scope.spawn(|| HostKey::load_or_create(dir.path()).unwrap().fingerprint())).collect();
            starts.into_iter().map(|start| start.join().unwrap()).collect()
        });
        assert!(fingerprints.windows(2).all(|pair| pair.first() == pair.last()), "{fingerprints:?}");
    }

    #[test]
    fn a_key_that_others_may_read_stops_the_start() {
        let dir = directory();
        HostKey::load_or_create(dir.path()).unwrap();
        for mode in [0o640, 0o604, 0o644, 0o660] {
            fs::set_permissions(dir.path().join(NAME), fs::Permissions::from_mode(mode)).unwrap();
            let refusal = refusal(dir.path());
            assert!(refusal.contains("chmod 600") && refusal.contains(&format!("{mode:04o}")), "{refusal}");
        }
        fs::set_permissions(dir.path().join(NAME), fs::Permissions::from_mode(0o400)).unwrap();
        assert!(HostKey::load_or_create(dir.path()).is_ok(), "a key that not even its owner may write is fine");
    }

    #[test]
    fn a_key_that_is_none_stops_the_start() {
        let dir = directory();
        put(dir.path(), "", 0o600);
        assert!(refusal(dir.path()).contains("not an OpenSSH private key"));
        put(dir.path(), "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1r\n", 0o600);
        assert!(refusal(dir.path()).contains("restore it from a backup"));
    }

    #[test]
    fn a_key_of_another_type_or_with_a_passphrase_stops_the_start() {
        let dir = directory();
        let ecdsa =
            PrivateKey::random(&mut safe_rng(), Algorithm::Ecdsa { curve: russh::keys::EcdsaCurve::NistP256 }).unwrap();
        put(dir.path(), &ecdsa.to_openssh(LineEnding::LF).unwrap(), 0o600);
        assert!(refusal(dir.path()).contains("not ssh-ed25519"));

        let locked = PrivateKey::random(&mut safe_rng(), Algorithm::Ed25519)
            .unwrap()
            .encrypt(&mut safe_rng(), "secret")
            .unwrap();
        put(dir.path(), &locked.to_openssh(LineEnding::LF).unwrap(), 0o600);
        assert!(refusal(dir.path()).contains("ssh-keygen -p"));
    }

    #[test]
    fn what_is_no_file_stops_the_start() {
        let dir = directory();
        std::os::unix::fs::symlink("nowhere", dir.path().join(NAME)).unwrap();
        assert!(refusal(dir.path()).contains("leads nowhere"));
        fs::remove_file(dir.path().join(NAME)).unwrap();
        fs::create_dir(dir.path().join(NAME)).unwrap();
        assert!(refusal(dir.path()).contains("is not a file"));
    }
}
