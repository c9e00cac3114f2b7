//! A host key that cannot be used: the program says so in a line, and does not start.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Stdio},
};

use sshcard::ssh::hostkey::HostKey;

const KEY: &str = "ssh_host_ed25519_key";
const MARKER: &str = "ssh_host_ed25519_key.made";

/// Starts the program, which does not stay: its one line on standard error.
fn refusal(keys: &Path) -> String {
    let empty = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_sshcard"))
        .env_clear()
        .current_dir(empty.path())
        .args(["--listen", "127.0.0.1:0", "--profile"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("profile"))
        .arg("--keys")
        .arg(keys)
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    let said = lines.next().unwrap();
    // A server that starts all the same says something too, and would stay.
    let refused = said.starts_with("sshcard: ");
    if !refused {
        child.kill().unwrap();
    }
    let status = child.wait().unwrap();
    assert!(refused && status.code() == Some(1) && lines.next().is_none(), "{status}: {said}");
    said
}

/// A directory with a key that was used, and its fingerprint.
fn used() -> (tempfile::TempDir, String) {
    let keys = tempfile::tempdir().unwrap();
    let fingerprint = HostKey::load_or_create(keys.path()).unwrap().fingerprint();
    (keys, fingerprint)
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
fn a_corrupt_key_is_not_replaced() {
    let (keys, _) = used();
    let path = keys.path().join(KEY);
    let whole = fs::read(&path).unwrap();
    for corrupt in [&b""[..], &whole[..whole.len() / 2], b"\0\x1b[2J"] {
        fs::write(&path, corrupt).unwrap();
        let said = refusal(keys.path());
        assert!(said.contains("is not an OpenSSH private key; restore it from a backup"), "{said}");
        assert_eq!(fs::read(&path).unwrap(), corrupt);
    }
}

#[test]
fn a_key_that_others_may_read_is_not_used() {
    let (keys, _) = used();
    fs::set_permissions(keys.path().join(KEY), fs::Permissions::from_mode(0o644)).unwrap();
    let said = refusal(keys.path());
    assert!(said.contains("may be read by others (mode 0644); run: chmod 600 "), "{said}");
}

#[test]
fn where_no_key_can_be_made_nothing_starts() {
    // Nobody may make anything here, not even root.
    let said = refusal(Path::new("/proc/sshcard"));
    assert!(said.contains("there is no host key and none can be made"), "{said}");
}
