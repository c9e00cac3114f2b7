use std::{
    fs,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
};

use russh::keys::{Algorithm, key::safe_rng, ssh_key::LineEnding};

use super::{creation::MARKER, *};

impl HostKey {
    /// A key that is always the same and that nobody may rely on.
    pub(in crate::ssh) fn of_tests() -> Self {
        let pair = russh::keys::ssh_key::private::Ed25519Keypair::from_seed(&[7; 32]);
        Arc::new(PrivateKey::from(pair)).into()
    }
}

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

    // A file that not even root may write stands for all that keeps the marker from being written.
    fs::remove_file(dir.path().join(MARKER)).unwrap();
    std::os::unix::fs::symlink("/proc/version", dir.path().join(MARKER)).unwrap();
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
    let key = HostKey::of_tests();
    let blob = "AAAAC3NzaC1lZDI1NTE5AAAAIOpKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs";
    let digest = "cff7d2bf46744594be2dc71b73a668396c2dfdf6e3d5514919204a41ba3889c1";
    for (host, line, record) in [
        (None, "HOST ssh-ed25519 ", Some("HOST. IN SSHFP 4 2 ")),
        (Some(("card.example.com", None)), "card.example.com ssh-ed25519 ", Some("card.example.com. IN SSHFP 4 2 ")),
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
    assert!(refusal(dir.path()).contains("is empty"));
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

    let locked =
        PrivateKey::random(&mut safe_rng(), Algorithm::Ed25519).unwrap().encrypt(&mut safe_rng(), "secret").unwrap();
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
    assert!(refusal(dir.path()).contains("is a directory, not a file"));
}
