//! Who may read the host key, and who may put another in its place.

use std::{
    fs::{self, Metadata},
    os::unix::fs::MetadataExt as _,
    path::Path,
};

use anyhow::{Context as _, Result, bail};
use rustix::process::geteuid;

/// What a group and all others may do with a file.
const NOT_ITS_OWNER: u32 = 0o077;

/// What all others may do with it.
const EVERYONE: u32 = 0o007;

/// That all others may write to it.
const EVERYONE_WRITES: u32 = 0o002;

/// In a directory with this bit a name can be removed or renamed by its owner, the directory's owner and root alone.
const STICKY: u32 = 0o1000;

/// Refuses a key that too many may read, by the rule of OpenSSH's `sshkey_perm_ok`: of a file that is ours nobody else
/// may do anything; of another's the group does not count, since whoever mounted it may have had no other way to let us
/// read it. So do Kubernetes (a Secret with an `fsGroup` is `root:GID 0440`) and systemd (an access list shows as the
/// group's bits).
///
/// # Errors
///
/// Such a key, with what its owner can do.
pub(super) fn check_file(path: &Path, file: &Metadata) -> Result<()> {
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

/// Refuses the directory of a key when anyone could put another key there, or take it away.
///
/// With the sticky bit nobody can touch a name that is root's or ours, so that an existing key is safe; this is how
/// Kubernetes mounts a Secret (`root 1777`, with links in it).
///
/// # Errors
///
/// Such a directory, with what to do. Whatever else is wrong with it is said when the key is opened or made.
pub(super) fn check_directory(path: &Path) -> Result<()> {
    let dir = match path.parent() {
        Some(dir) if dir != Path::new("") => dir,
        _ => Path::new("."),
    };
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

/// Examines what is at `path`, which may be a link: `None` when there is nothing, not even a link. It is not opened, so
/// that a named pipe is not waited for and a device does nothing. `what` is what it should be: "the host key".
///
/// # Errors
///
/// Something that is no regular file; and a path that cannot be examined.
pub(super) fn regular_file(path: &Path, what: &str) -> Result<Option<Metadata>> {
    let shown = path.display();
    let found = match fs::metadata(path) {
        Ok(found) => found,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            // A link that leads nowhere is not "no file": the link says that there should be one.
            if path.is_symlink() {
                bail!("{what} {shown} is a link that leads nowhere; mend the link, or remove it");
            }
            return Ok(None);
        }
        Err(error) => {
            return Err(error).with_context(|| format!("{what} {shown} cannot be examined"));
        }
    };
    if !found.is_file() {
        bail!("{what} {shown} is {}, not a file; move it away", kind(&found));
    }
    Ok(Some(found))
}

fn kind(found: &Metadata) -> &'static str {
    use std::os::unix::fs::FileTypeExt as _;

    let kind = found.file_type();
    if kind.is_dir() {
        "a directory"
    } else if kind.is_fifo() {
        "a named pipe"
    } else if kind.is_socket() {
        "a socket"
    } else {
        "a device"
    }
}
