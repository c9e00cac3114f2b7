//! What a server gives up after its start, on Linux. When everything is open and loaded, it needs no new connection,
//! program or socket, and of the file system only the profile and what `/proc` says of the process itself. The kernel
//! enforces that from then on.
//!
//! | by | what is given up |
//! | --- | --- |
//! | capabilities(7) | all but the one by which root reads a profile that is another user's |
//! | landlock(7) | all files but those around the profile and `/proc/self`, which are read; ports; other processes |
//! | seccomp(2) | the system calls of [`system_calls`] |
//!
//! Each restriction applies to the thread that asks for it and to the threads that it starts, so the process must have
//! a single thread at that time.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    path::{Path, PathBuf},
};

use anyhow::{Result, bail};
use landlock::{
    ABI, Access as _, AccessFs, AccessNet, Ruleset, RulesetAttr as _, RulesetCreatedAttr as _, RulesetStatus, Scope,
    path_beneath_rules,
};
use rustix::{
    process::geteuid,
    thread::{
        CapabilitySet, CapabilitySets, capabilities, capability_is_in_bounding_set, clear_ambient_capability_set,
        remove_capability_from_bounding_set, set_capabilities,
    },
};

use sshcard::reload::way;

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64"))]
mod system_calls;

/// The newest version of Landlock that this was tested with; on an older kernel, what that knows is enforced.
const TESTED: ABI = ABI::V7;

/// Keeps the rules valid: to be dropped only when the process ends.
pub(crate) struct Confined {
    /// Landlock knows `/proc/self` by its inode, and the kernel makes another one when it has forgotten the name. A
    /// directory that is open is not forgotten.
    _process: Option<File>,
}

/// Confines this thread and all that it starts, for good. `profile` is the directory whose files are read again, and
/// `certificate` a file that is.
/// What the kernel does not enforce is told in the log, and is no reason not to serve.
pub(crate) fn confine(profile: Option<&Path>, certificate: Option<&Path>) -> Confined {
    if geteuid().is_root() {
        tracing::warn!(
            "running as root, which is not needed: use another user, and a socket of systemd or CAP_NET_BIND_SERVICE \
             for a port under 1024"
        );
    }
    let process = File::open("/proc/self").ok();
    for (what, given_up) in [
        ("capabilities", give_up_capabilities()),
        ("Landlock", give_up_files(profile.into_iter().chain(certificate))),
        ("seccomp", give_up_system_calls()),
    ] {
        if let Err(error) = given_up {
            tracing::warn!("not confined by {what}: {error:#}");
        }
    }
    Confined { _process: process }
}

fn give_up_capabilities() -> Result<()> {
    let held = capabilities(None)?;
    if held.permitted.is_empty() && held.inheritable.is_empty() {
        // A unit of systemd's or a container has taken them, and perhaps this call too.
        return Ok(());
    }
    if held.effective.contains(CapabilitySet::SETPCAP) {
        // The kernel may know some that have no name here.
        for bit in 0..u64::BITS {
            let capability = CapabilitySet::from_bits_retain(1 << bit);
            if capability_is_in_bounding_set(capability).unwrap_or(false) {
                remove_capability_from_bounding_set(capability)?;
            }
        }
    }
    clear_ambient_capability_set()?;
    let kept = reading(held.effective);
    set_capabilities(None, CapabilitySets { effective: kept, permitted: kept, inheritable: CapabilitySet::empty() })?;
    Ok(())
}

/// The capability by which root reads a profile that is another user's: the one that does only that, or, as root in a
/// container of Docker's has it, the one that writes too.
fn reading(held: CapabilitySet) -> CapabilitySet {
    let either = [CapabilitySet::DAC_READ_SEARCH, CapabilitySet::DAC_OVERRIDE];
    either.into_iter().find(|one| held.contains(*one)).unwrap_or(CapabilitySet::empty())
}

fn give_up_files<'a>(kept: impl Iterator<Item = &'a Path>) -> Result<()> {
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    let places = kept.flat_map(places).chain(["/proc/self".into()]);
    let status = Ruleset::default()
        .handle_access(AccessFs::from_all(TESTED))?
        .handle_access(AccessNet::from_all(TESTED))?
        .scope(Scope::from_all(TESTED))?
        .create()?
        .add_rules(path_beneath_rules(places, read))?
        .restrict_self()?;
    if status.ruleset == RulesetStatus::NotEnforced {
        bail!("this kernel does not have it, or has it switched off (Linux 5.13, and `landlock` in `lsm=`)");
    }
    Ok(())
}

/// The directories in which the files of a profile are: the parent of its directory, since that may be replaced as a
/// whole; and those of the links on the way to it and to its files, which may be replaced, too, unless that is the root
/// of all files; and of what they lead to. Of a file, the same.
fn places(profile: &Path) -> BTreeSet<PathBuf> {
    let files = |directory: &Path| {
        let files = fs::read_dir(directory).into_iter().flatten().flatten();
        files.map(|file| file.path()).collect::<Vec<_>>()
    };
    // In a folder, which is another language, there are files and no further folder.
    let of_profile = files(profile);
    let in_folders: Vec<PathBuf> = of_profile.iter().flat_map(|file| files(file)).collect();
    let at_name = std::path::absolute(profile).ok();
    let all = [profile.to_path_buf()].into_iter().chain(of_profile).chain(in_folders);
    let ways = all.filter_map(|file| Some(way(&std::path::absolute(file).ok()?)));
    let is_at_root = |path: &PathBuf| path.parent().is_some_and(|parent| parent.parent().is_none());
    let followed = ways.flat_map(|mut way| {
        let end = way.pop().filter(|end| end.exists());
        way.retain(|link| !is_at_root(link));
        way.into_iter().chain(end)
    });
    let parent = |path: PathBuf| path.parent().map_or(path.clone(), Path::to_path_buf);
    at_name.clone().into_iter().chain(followed).map(parent).collect()
}

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64"))]
fn give_up_system_calls() -> Result<()> {
    system_calls::give_up()
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64")))]
fn give_up_system_calls() -> Result<()> {
    bail!("there is no filter for this architecture")
}

#[cfg(test)]
mod tests {
    use std::{
        fs::Permissions,
        io::{ErrorKind, Result},
        net::{Ipv4Addr, TcpListener, TcpStream, UdpSocket},
        os::unix::{
            fs::{PermissionsExt as _, symlink},
            net::UnixStream,
        },
        process::Command,
        thread,
        time::SystemTime,
    };

    use super::*;

    #[test]
    fn a_profile_is_read_wherever_its_links_lead() {
        let root = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(root.path()).unwrap();
        for directory in ["a/real/de", "b", "c"] {
            fs::create_dir_all(root.join(directory)).unwrap();
        }
        fs::write(root.join("b/card.toml"), "").unwrap();
        fs::write(root.join("c/about.md"), "").unwrap();
        symlink(root.join("b/card.toml"), root.join("a/real/card.toml")).unwrap();
        symlink(root.join("c/about.md"), root.join("a/real/de/about.md")).unwrap();
        fs::create_dir(root.join("d")).unwrap();
        symlink(root.join("a/real"), root.join("d/profile")).unwrap();
        let expected = ["a", "a/real", "a/real/de", "b", "c", "d"].map(|place| root.join(place));
        assert_eq!(places(&root.join("d/profile")), expected.into());
        // A link above it may lead elsewhere the next time.
        fs::create_dir_all(root.join("e/revision/profile")).unwrap();
        symlink(root.join("e/revision"), root.join("e/current")).unwrap();
        let expected = ["e", "e/current", "e/revision"].map(|place| root.join(place));
        assert_eq!(places(&root.join("e/current/profile")), expected.into());
        // As a ConfigMap has the file of a resume.
        fs::create_dir_all(root.join("f/..first")).unwrap();
        fs::write(root.join("f/..first/resume.json"), "").unwrap();
        symlink("..first", root.join("f/..data")).unwrap();
        symlink(root.join("f/..data/resume.json"), root.join("d/resume.json")).unwrap();
        let expected = ["d", "f", "f/..first"].map(|place| root.join(place));
        assert_eq!(places(&root.join("d/resume.json")), expected.into());
    }

    #[test]
    fn root_keeps_what_reads_a_profile_of_another_user() {
        let (reads, writes) = (CapabilitySet::DAC_READ_SEARCH, CapabilitySet::DAC_OVERRIDE);
        for (held, kept) in [
            (CapabilitySet::all(), reads),
            (writes | CapabilitySet::NET_BIND_SERVICE, writes),
            (CapabilitySet::SETPCAP, CapabilitySet::empty()),
        ] {
            assert_eq!(reading(held), kept);
        }
    }

    /// What is refused, by its name.
    fn refused<T>(what: &str, done: Result<T>) {
        let error = done.err().unwrap_or_else(|| panic!("{what} was permitted"));
        assert_eq!(error.kind(), ErrorKind::PermissionDenied, "{what}: {error}");
    }

    /// Confinement is that of a thread, so that the other tests are not confined.
    #[test]
    fn a_thread_that_is_confined_reads_the_profile_and_does_nothing_else() {
        let root = tempfile::tempdir().unwrap();
        let (profile, other) = (root.path().join("place/profile"), root.path().join("other"));
        fs::create_dir_all(&profile).unwrap();
        fs::write(profile.join("card.toml"), "headline = \"a\"").unwrap();
        fs::write(&other, "b").unwrap();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let client = TcpStream::connect(address).unwrap();
        let confined = move || {
            let _confined = confine(Some(&profile), None);
            refused("a connection", TcpStream::connect(address));
            refused("a listener", TcpListener::bind((Ipv4Addr::LOCALHOST, 0)));
            refused("a datagram", UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)));
            refused("a program", Command::new("/bin/true").spawn());
            refused("a new file", File::create(profile.join("new")));
            refused("writing", File::options().write(true).open(profile.join("card.toml")));
            refused("removing", fs::remove_file(profile.join("card.toml")));
            refused("a mode", fs::set_permissions(&profile, Permissions::from_mode(0o777)));
            refused("a time", File::open(&profile).unwrap().set_modified(SystemTime::UNIX_EPOCH));
            refused("another file", File::open(&other));
            refused("another directory", fs::read_dir("/"));
            refused("what another process is", File::open("/proc/1/status"));
            // What a server does is permitted: visitors, threads, what wakes the runtime, the profile, its own state.
            let (_visitor, _) = listener.accept().unwrap();
            UnixStream::pair().unwrap();
            let read = thread::spawn(move || {
                refused("a connection of another thread", TcpStream::connect(address));
                fs::read_to_string(profile.join("card.toml")).unwrap()
            });
            assert_eq!(read.join().unwrap(), "headline = \"a\"");
            assert!(fs::read_to_string("/proc/self/status").unwrap().contains("\nVmRSS:"));
        };
        thread::spawn(confined).join().unwrap();
        drop(client);
        // This thread is not.
        assert!(fs::read_dir("/").is_ok());
    }
}
