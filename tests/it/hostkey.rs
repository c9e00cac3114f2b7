//! The host key at the start of the program: one that cannot be used stops it with a line that says what to do, and
//! what an interrupted start has left is removed.

use std::{
    fs,
    net::{Ipv4Addr, TcpListener},
    os::unix::{fs::PermissionsExt as _, net::UnixListener},
    path::Path,
    process::{Command, ExitStatus},
    time::{Duration, Instant},
};

use rustix::{
    fs::{CWD, FileType, Mode, mknodat},
    process::geteuid,
};
use sshcard::ssh::hostkey::HostKey;

use super::{
    card::{self, ENGINEER},
    process::send,
    support::DEADLINE,
};

const KEY: &str = "ssh_host_ed25519_key";
const MARKER: &str = "ssh_host_ed25519_key.made";

/// What a start makes in a directory of keys.
pub(super) const WHOLE: [&str; 2] = [KEY, MARKER];

/// The program with its host key in `keys`.
pub(super) fn command(keys: &Path) -> Command {
    let mut command = program();
    command.args(["--listen", "127.0.0.1:0", "--keys"]).arg(keys);
    command
}

/// The program with the profile of [`ENGINEER`].
fn program() -> Command {
    let mut command = card::program();
    command.current_dir(std::env::temp_dir()).args(["--profile", ENGINEER]);
    command
}

/// Runs the program until it listens, and ends it then; or until it ends by itself. What it logged, and how it ended.
fn run(command: &mut Command) -> (String, ExitStatus) {
    let log = tempfile::NamedTempFile::new().unwrap();
    let mut child = command.stderr(log.reopen().unwrap()).spawn().unwrap();
    let (until, mut told) = (Instant::now() + DEADLINE, false);
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if !told && fs::read_to_string(log.path()).unwrap().contains("listening") {
            send(15, child.id());
            told = true;
        }
        if Instant::now() > until {
            child.kill().unwrap();
            let status = child.wait().unwrap();
            panic!("it neither listened nor ended in time ({status}): {}", fs::read_to_string(log.path()).unwrap());
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    (fs::read_to_string(log.path()).unwrap(), status)
}

/// Starts the program, which does not stay: its one line on standard error.
fn refusal_of(command: &mut Command) -> String {
    let (said, status) = run(command);
    let one_line = said.starts_with("sshcard: ") && said.lines().count() == 1;
    assert!(one_line && status.code() == Some(1), "{status}: {said}");
    said
}

fn refusal(keys: &Path) -> String {
    refusal_of(&mut command(keys))
}

/// Starts the program, which serves: what it logged until then.
fn log_of(command: &mut Command) -> String {
    let (said, status) = run(command);
    assert!(said.contains("listening") && status.success(), "{status}: {said}");
    said
}

/// A directory with a key that was used, and its fingerprint.
fn used() -> (tempfile::TempDir, String) {
    let keys = tempfile::tempdir().unwrap();
    let fingerprint = HostKey::load_or_create(keys.path()).unwrap().fingerprint();
    (keys, fingerprint)
}

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Gives a file to another user; false, with a word, where only root may.
fn give_away(path: &Path) -> bool {
    let may = geteuid().is_root();
    if may {
        std::os::unix::fs::chown(path, Some(65_533), Some(65_533)).unwrap();
    } else {
        eprintln!("only root can give a file away: not tested");
    }
    may
}

/// The names in a directory, sorted.
pub(super) fn names_in(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Waits, without a pause, until anything is in a directory.
pub(super) fn wait_for_a_file_in(directory: &Path) {
    let until = Instant::now() + DEADLINE;
    while fs::read_dir(directory).map_or(0, Iterator::count) == 0 {
        assert!(Instant::now() < until, "nothing was made in {}", directory.display());
        std::thread::yield_now();
    }
}

#[test]
fn a_lost_key_is_not_replaced() {
    let (keys, fingerprint) = used();
    fs::remove_file(keys.path().join(KEY)).unwrap();
    for _ in 0..2 {
        let said = refusal(keys.path());
        for told in [
            "is gone",
            "restore it from a backup",
            &fingerprint,
            &format!("remove {}", keys.path().join(MARKER).display()),
        ] {
            assert!(said.contains(told), "{told} in {said}");
        }
        assert!(!keys.path().join(KEY).exists());
    }
    fs::remove_file(keys.path().join(MARKER)).unwrap();
    assert_ne!(HostKey::load_or_create(keys.path()).unwrap().fingerprint(), fingerprint, "the remedy works");
}

#[test]
fn a_damaged_key_is_not_replaced_and_the_damage_is_told_once() {
    let (keys, _) = used();
    let path = keys.path().join(KEY);
    let whole = fs::read(&path).unwrap();
    for (damaged, told) in [
        (&b""[..], "is empty; restore it from a backup"),
        (&whole[..whole.len() / 2], "is damaged; restore it from a backup"),
        (b"\0\x1b[2J", "is not an OpenSSH private key; restore it from a backup"),
        (b"words", "is not an OpenSSH private key; restore it from a backup"),
        (b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA x\n", "is a public key, not the private one; restore it from a backup"),
        (b"-----BEGIN PRIVATE KEY-----\nMC4=\n", "is in another format; convert it: ssh-keygen -p -N '' -f "),
    ] {
        fs::write(&path, damaged).unwrap();
        let said = refusal(keys.path());
        assert!(said.contains(told), "{told} in {said}");
        // What the library says of it repeats itself, and names a NUL that need not be there.
        assert!(!said.contains("PEM") && !said.contains("NUL"), "{said}");
        assert_eq!(fs::read(&path).unwrap(), damaged);
    }
}

#[test]
fn a_key_that_others_may_read_is_not_used() {
    let (keys, _) = used();
    for mode in [0o644, 0o640, 0o660] {
        chmod(&keys.path().join(KEY), mode);
        let said = refusal(keys.path());
        assert!(said.contains(&format!("may be read by others (mode {mode:04o}); run: chmod 600 ")), "{said}");
    }
}

#[test]
fn a_key_that_another_owns_may_be_read_by_a_group_but_not_by_everyone() {
    let (keys, _) = used();
    let path = keys.path().join(KEY);
    // As a Secret of Kubernetes with an fsGroup, and as a credential of systemd.
    for mode in [0o440, 0o400, 0o640] {
        chmod(&path, mode);
        if !give_away(&path) {
            return;
        }
        log_of(&mut command(keys.path()));
        log_of(program().args(["--listen", "127.0.0.1:0", "--host-key"]).arg(&path));
    }
    for mode in [0o444, 0o644] {
        chmod(&path, mode);
        let said = refusal(keys.path());
        let expected = format!("may be read by everyone (mode {mode:04o}) and belongs to user 65533");
        for told in [&expected, "defaultMode: 0400", "LoadCredential="] {
            assert!(said.contains(told), "{told} in {said}");
        }
        assert!(!said.contains("chmod 600"), "what cannot be done here is no remedy: {said}");
    }
}

#[test]
fn a_directory_that_everyone_may_write_to_is_not_used() {
    let (keys, _) = used();
    let place = tempfile::tempdir().unwrap();
    chmod(keys.path(), 0o777);
    chmod(place.path(), 0o1777);
    for keys in [keys.path(), place.path()] {
        let said = refusal(keys);
        assert!(said.contains(&format!("anyone may write to the directory {}", keys.display())), "{said}");
        assert!(said.contains("chmod 700"), "{said}");
    }
    let said = refusal_of(program().args(["--listen", "127.0.0.1:0", "--host-key"]).arg(keys.path().join(KEY)));
    assert!(said.contains("anyone may write to the directory"), "{said}");
    assert!(names_in(place.path()).is_empty(), "nothing is made there");
}

#[test]
fn a_secret_of_kubernetes_is_used_as_it_is_mounted() {
    // Everyone may write to its directory, but the sticky bit keeps others from the names that are there; each name is
    // a link.
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("..2026_11_29");
    let fingerprint = HostKey::load_or_create(&data).unwrap().fingerprint();
    chmod(&data, 0o755);
    std::os::unix::fs::symlink("..2026_11_29", place.path().join("..data")).unwrap();
    let link = place.path().join(KEY);
    std::os::unix::fs::symlink(Path::new("..data").join(KEY), &link).unwrap();
    chmod(place.path(), 0o1777);
    assert!(log_of(&mut command(place.path())).contains(&fingerprint));
    assert!(log_of(program().args(["--listen", "127.0.0.1:0", "--host-key"]).arg(&link)).contains(&fingerprint));
    // A link that somebody else has put there is not.
    if geteuid().is_root() {
        std::os::unix::fs::lchown(&link, Some(65_533), None).unwrap();
        let said = refusal(place.path());
        // Linux itself follows no such link where `fs.protected_symlinks` is set.
        let expected = ["anyone may write to the directory", "Permission denied"];
        assert!(expected.iter().any(|expected| said.contains(expected)), "{said}");
    }
}

#[test]
fn where_no_key_can_be_made_nothing_starts() {
    // Nobody may make anything here, not even root.
    let said = refusal(Path::new("/proc/sshcard"));
    assert!(said.contains("there is no host key and none can be made"), "{said}");
}

#[test]
fn what_is_no_file_is_refused_and_never_waited_for() {
    type Make = fn(&Path);
    let kinds: [(&str, Make); 5] = [
        ("a named pipe", |path| mknodat(CWD, path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap()),
        ("a socket", |path| drop(UnixListener::bind(path).unwrap())),
        ("a directory", |path| fs::create_dir(path).unwrap()),
        ("a device", |path| std::os::unix::fs::symlink("/dev/null", path).unwrap()),
        ("a link that leads nowhere", |path| std::os::unix::fs::symlink("nowhere", path).unwrap()),
    ];
    for (kind, make) in kinds {
        for with_key in [true, false] {
            let (keys, _) = used();
            fs::remove_file(keys.path().join(MARKER)).unwrap();
            make(&keys.path().join(MARKER));
            if !with_key {
                fs::remove_file(keys.path().join(KEY)).unwrap();
            }
            let said = refusal(keys.path());
            let marker = keys.path().join(MARKER).display().to_string();
            assert!(said.contains(&format!("the host key's marker {marker} is {kind}")), "{said}");
        }
        let keys = tempfile::tempdir().unwrap();
        let path = keys.path().join(KEY);
        make(&path);
        for said in
            [refusal(keys.path()), refusal_of(program().args(["--listen", "127.0.0.1:0", "--host-key"]).arg(&path))]
        {
            assert!(said.contains(&format!("the host key {} is {kind}", path.display())), "{said}");
        }
        assert_eq!(names_in(keys.path()), [KEY]);
    }
}

#[test]
fn a_new_key_is_told_of_with_its_whole_path() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().canonicalize().unwrap().join("keys").join(KEY);
    let mut relative = command(Path::new("keys"));
    relative.current_dir(place.path());
    let said = log_of(&mut relative);
    let line = said.lines().find(|line| line.contains("a new host key was made")).unwrap_or_else(|| panic!("{said}"));
    for told in ["WARN", &path.display().to_string(), "back it up"] {
        assert!(line.contains(told), "{told} in {line}");
    }
    let again = log_of(&mut relative);
    assert!(!again.contains("a new host key") && again.contains(&path.display().to_string()), "{again}");
}

/// The names that a start which was killed leaves in a directory.
fn leftovers(directory: &Path) -> Vec<String> {
    names_in(directory).into_iter().filter(|name| name.starts_with('.')).collect()
}

#[test]
fn what_a_killed_start_has_left_is_removed_by_the_next() {
    let mut left = 0;
    for _ in 0..20 {
        let place = tempfile::tempdir().unwrap();
        let keys = place.path().join("keys");
        let mut child = command(&keys).stderr(std::process::Stdio::null()).spawn().unwrap();
        wait_for_a_file_in(&keys);
        child.kill().unwrap();
        child.wait().unwrap();
        let names = leftovers(&keys);
        left += names.len();
        let said = log_of(&mut command(&keys));
        assert_eq!(names_in(&keys), WHOLE);
        assert_eq!(said.matches("an interrupted start had left").count(), names.len(), "{said}");
    }
    eprintln!("{left} of 20 kills left a file");
}

#[test]
fn only_what_a_start_of_ours_has_left_is_removed() {
    let (keys, _) = used();
    let at = |name: &str| keys.path().join(name);
    let name = ".ssh_host_ed25519_key.SHA256gZ1cTqTqSKWbHAgfSyQLsWDxv91oazGt";
    fs::copy(at(KEY), at(name)).unwrap();
    let others = [
        ".ssh_host_ed25519_key.swp",
        ".ssh_host_ed25519_key.SHA256",
        ".ssh_host_ed25519_key.SHA256gZ1cTqTqSKWbHAgfSyQLsWDxv91oazGt.bak",
        ".ssh_host_ed25519_key.SHA256+Z1cTqTqSKWbHAgfSyQLsWDxv91oazGt",
        "ssh_host_ed25519_key.SHA256gZ1cTqTqSKWbHAgfSyQLsWDxv91oazGt",
    ];
    for other in others {
        fs::write(at(other), "").unwrap();
    }
    let directory = ".ssh_host_ed25519_key.SHA256aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    fs::create_dir(at(directory)).unwrap();
    let link = ".ssh_host_ed25519_key.SHA256bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
    std::os::unix::fs::symlink(KEY, at(link)).unwrap();
    let foreign = ".ssh_host_ed25519_key.SHA256cccccccccccccccccccccccccccccccc";
    fs::write(at(foreign), "").unwrap();
    let given = give_away(&at(foreign));

    let said = log_of(&mut command(keys.path()));
    let removed = at(name).display().to_string();
    assert!(said.contains("an interrupted start had left") && said.contains(&removed), "{said}");
    let mut stay: Vec<&str> = [&others[..], &WHOLE, &[directory, link]].concat();
    stay.extend(given.then_some(foreign));
    stay.sort_unstable();
    assert_eq!(names_in(keys.path()), stay);
}

#[test]
fn a_key_may_have_any_name_and_is_never_made() {
    let (keys, fingerprint) = used();
    let path = keys.path().join("card");
    fs::rename(keys.path().join(KEY), &path).unwrap();
    fs::write(keys.path().join(MARKER), "another's\n").unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let named = |more: &[&str]| {
        let mut command = program();
        command.current_dir(elsewhere.path()).arg("--host-key").arg(&path).args(more);
        command
    };
    let said = log_of(&mut named(&["--listen", "127.0.0.1:0"]));
    assert!(said.contains(&fingerprint) && said.contains(&path.display().to_string()), "{said}");
    // In the environment it does as well.
    log_of(program().args(["--listen", "127.0.0.1:0"]).env("SSHCARD_HOST_KEY", &path));
    assert!(names_in(elsewhere.path()).is_empty(), "no other key was made");
    assert_eq!(fs::read_to_string(keys.path().join(MARKER)).unwrap(), "another's\n");

    let printed = program().args(["print", "hostkey", "--host-key"]).arg(&path).output().unwrap();
    assert!(printed.status.success(), "{}", String::from_utf8_lossy(&printed.stderr));
    assert!(String::from_utf8_lossy(&printed.stdout).contains(&fingerprint));

    fs::remove_file(&path).unwrap();
    let said = refusal_of(&mut named(&["--listen", "127.0.0.1:0"]));
    assert!(said.contains(&format!("there is no host key {}", path.display())), "{said}");
    assert!(!path.exists());
}

/// The line that the program ends with, started on `listen` with its metrics on `ops`.
fn cannot_listen(listen: &str, ops: &str) -> String {
    let (keys, _) = used();
    let (said, status) = run(program().args(["--listen", listen, "--ops", ops, "--keys"]).arg(keys.path()));
    // Where it is told of the address for --ops, it has told of the others before.
    let last = said.lines().last().and_then(|line| line.strip_prefix("sshcard: "));
    assert_eq!(status.code(), Some(1), "{said}");
    last.unwrap_or_else(|| panic!("{said}")).to_owned()
}

#[test]
fn what_to_do_about_an_address_follows_from_the_error() {
    // A port below 1024 that is taken, where this user may take one.
    let low = (900..1000).find_map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok());
    let any = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let free = "127.0.0.1:0";
    for taken in [low.as_ref(), Some(&any)].into_iter().flatten() {
        let address = taken.local_addr().unwrap().to_string();
        for (flag, said) in [("--listen", cannot_listen(&address, free)), ("--ops", cannot_listen(free, &address))] {
            assert!(said.starts_with(&format!("cannot listen on {address}: the port is in use")), "{said}");
            assert!(said.contains(&format!("choose another with {flag}")) && said.contains("ss -"), "{said}");
            assert!(!said.contains("CAP_NET_BIND_SERVICE"), "{said}");
        }
    }
    // An address for documentation (RFC 5737) is no machine's own.
    let foreign = "192.0.2.1:2222";
    for (flag, said) in [("--listen", cannot_listen(foreign, free)), ("--ops", cannot_listen(free, foreign))] {
        assert!(said.contains("this machine has no such address") && said.contains(flag), "{said}");
        assert!(said.contains("192.0.2.1"), "{said}");
    }
    if low.is_none() {
        for (flag, said) in [("--listen", cannot_listen("900", free)), ("--ops", cannot_listen(free, "900"))] {
            assert!(said.contains("CAP_NET_BIND_SERVICE") && said.contains(flag), "{said}");
        }
    }
}
