//! The host key's file: its permissions and its content. Every fault is an error that names the remedy.

use std::{
    fmt::Display,
    fs::{self, Metadata, OpenOptions},
    hint::black_box,
    io::{ErrorKind, Read as _},
    os::unix::fs::{FileTypeExt as _, MetadataExt as _, OpenOptionsExt as _},
    path::Path,
    sync::Arc,
};

use anyhow::{Context as _, Result, bail};
use russh::keys::{Algorithm, PrivateKey};
use rustix::{fs::OFlags, process::geteuid};
use zeroize::Zeroizing;

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
    let key_is_there = is_regular_file(path, "the host key")?;
    check_directory(path)?;
    if !key_is_there {
        return Ok(None);
    }
    let file = without_waiting().read(true).open(path).with_context(|| {
        format!("the host key {shown} cannot be read; it must belong to the user that runs sshcard: chown it")
    })?;
    let found = file.metadata().with_context(|| format!("the host key {shown} cannot be examined"))?;
    check_file(path, &found)?;
    // Allocated at once: a vector that grows leaves copies of the key behind, which are not erased.
    let mut text = Zeroizing::new(Vec::with_capacity(LARGEST + 1));
    file.take(LARGEST as u64).read_to_end(&mut text).with_context(|| format!("the host key {shown} cannot be read"))?;
    parse(&text, &shown, &shown, remedy).map(Some)
}

/// The key that a text is. `shown` says where it is, `file` is what the owner's own tools are to be called with.
///
/// # Errors
///
/// A text that is no unencrypted OpenSSH Ed25519 key, with what to do.
pub(super) fn parse(text: &[u8], shown: impl Display, file: impl Display, remedy: &str) -> Result<Arc<PrivateKey>> {
    // What the library says of a text that is no key repeats itself, and names causes that are not there.
    let Ok(key) = PrivateKey::from_openssh(text) else {
        if text.starts_with(b"-----BEGIN ") && !text.starts_with(OPENSSH) {
            bail!("the host key {shown} is in another format; convert it: ssh-keygen -p -N '' -f {file}");
        }
        if text.starts_with(b"ssh-") || text.starts_with(b"ecdsa-") {
            bail!("the host key {shown} is a public key, not the private one; {remedy}");
        }
        let wrong = match text {
            [] => "is empty",
            text if text.starts_with(OPENSSH) => "is damaged",
            _ => "is not an OpenSSH private key",
        };
        bail!("the host key {shown} {wrong}; {remedy}");
    };
    if key.is_encrypted() {
        bail!("the host key {shown} has a passphrase; remove it: ssh-keygen -p -N '' -f {file}");
    }
    if key.algorithm() != Algorithm::Ed25519 {
        bail!("the host key {shown} is of type {}, not ssh-ed25519; {remedy}", key.algorithm());
    }
    Ok(Arc::new(key))
}

/// Overwrites what functions that have returned left on the stack. A value that moves is copied, and the place that it
/// was in is not erased: the key was seen there twelve times.
#[inline(never)]
#[expect(clippy::large_stack_arrays, reason = "it is the stack that is to be erased")]
pub(super) fn erase_stack() {
    drop(black_box(Zeroizing::new([0_u8; STACK])));
}

/// Bits of a mode: what the group and all others may do, what all others may do, and that all others may write.
const NOT_ITS_OWNER: u32 = 0o077;
const EVERYONE: u32 = 0o007;
const EVERYONE_WRITES: u32 = 0o002;

/// In a directory with this bit only a name's owner, the directory's owner and root can remove or rename the name.
const STICKY: u32 = 0o1000;

/// Refuses a key that other users may read, by the rule of OpenSSH's `sshkey_perm_ok`: a file of this user may have no
/// permissions for others. Of another user's file the permissions of the group do not count, since they may be the only
/// way to let this user read a mounted file. So do Kubernetes (a Secret with an `fsGroup` is `root:GID 0440`) and
/// systemd (an access list shows as the group's bits).
fn check_file(path: &Path, file: &Metadata) -> Result<()> {
    let (path, mode) = (path.display(), file.mode() & 0o7777);
    if file.uid() == geteuid().as_raw() {
        if mode & NOT_ITS_OWNER != 0 {
            bail!("the host key {path} may be read by others (mode {mode:04o}); run: chmod 600 {path}");
        }
    } else if mode & EVERYONE != 0 {
        bail!(
            "the host key {path} may be read by everyone (mode {mode:04o}) and belongs to user {}; where it is \
             mounted, mount it with another mode (Kubernetes: defaultMode: 0400; systemd: LoadCredential=), or let its \
             owner run: chmod o= {path}",
            file.uid()
        );
    }
    Ok(())
}

/// Refuses the directory of a key when anyone could replace or remove the key. With the sticky bit an existing key of
/// root's or ours is safe; this is how Kubernetes mounts a Secret (`root 1777`, with links in it). Whatever else is
/// wrong with the directory is reported when the key is opened or made.
fn check_directory(path: &Path) -> Result<()> {
    let dir = path.parent().filter(|dir| *dir != Path::new("")).unwrap_or(Path::new("."));
    let Ok(found) = fs::metadata(dir) else { return Ok(()) };
    let mode = found.mode() & 0o7777;
    if mode & EVERYONE_WRITES == 0 {
        return Ok(());
    }
    let is_safe = |uid: u32| uid == 0 || uid == geteuid().as_raw();
    let kept =
        mode & STICKY != 0 && is_safe(found.uid()) && path.symlink_metadata().is_ok_and(|entry| is_safe(entry.uid()));
    if !kept {
        let dir = dir.display();
        bail!(
            "anyone may write to the directory {dir} (mode {mode:04o}), and so put another host key there; run: \
             chmod 700 {dir}, or keep the key elsewhere"
        );
    }
    Ok(())
}

/// Whether there is a file at `path`, which may be a link. It is not opened, so that a named pipe is not waited for and
/// a device does nothing. `what` is what it should be: "the host key".
///
/// # Errors
///
/// Something that is no regular file, such as a link that leads nowhere; and a path that cannot be examined.
pub(super) fn is_regular_file(path: &Path, what: &str) -> Result<bool> {
    let shown = path.display();
    let kind = match fs::metadata(path) {
        Ok(found) => found.file_type(),
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("{what} {shown} cannot be examined"));
        }
        Err(_) if path.is_symlink() => {
            bail!("{what} {shown} is a link that leads nowhere; mend the link, or remove it")
        }
        Err(_) => return Ok(false),
    };
    let kind = match kind {
        kind if kind.is_file() => return Ok(true),
        kind if kind.is_dir() => "a directory",
        kind if kind.is_fifo() => "a named pipe",
        kind if kind.is_socket() => "a socket",
        _ => "a device",
    };
    bail!("{what} {shown} is {kind}, not a file; move it away")
}

/// Opens a file, and does not wait for a named pipe that has replaced the file since it was examined.
pub(super) fn without_waiting() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.custom_flags(OFlags::NONBLOCK.union(OFlags::NOCTTY).bits().cast_signed());
    options
}
