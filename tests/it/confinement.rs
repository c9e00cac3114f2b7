//! What the server gives up once it serves, as the kernel tells it, and that it serves on.
#![cfg(target_os = "linux")]

use std::{fs, path::Path, process::Stdio};

use super::{
    ops::Ops,
    process::{Process, free_address, send},
    support::soon,
};

/// What the kernel says of each thread of a server, by these names (`proc_pid_status(5)`).
fn threads(server: &Process, names: [&str; 3]) -> Vec<[String; 3]> {
    let threads = fs::read_dir(server.proc("task")).unwrap();
    let status = threads.map(|thread| fs::read_to_string(thread.unwrap().path().join("status")).unwrap());
    let of = |status: &str, name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(":\t"));
        line.unwrap().to_owned()
    };
    status.map(|status| names.map(|name| of(&status, name))).collect()
}

fn write(profile: &Path, headline: &str) {
    fs::write(profile.join("card.toml"), format!("headline = \"{headline}\"\n")).unwrap();
}

/// Waits until visitors are shown these words.
async fn shows(server: &Process, words: &str) {
    soon(async { while !server.visitor().await.exec("text").await.out.contains(words) {} }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_thread_is_confined_and_the_card_is_served_and_read_again() {
    let place = tempfile::tempdir().unwrap();
    let profile = place.path().join("profile");
    fs::create_dir(&profile).unwrap();
    write(&profile, "The first words");
    let ops = free_address();
    let log = tempfile::NamedTempFile::new().unwrap();
    let more = ["--max-per-address", "0", "--ops", &ops.to_string()];
    let mut server = Process::serving(&profile, "exec \"$@\"", log.reopen().unwrap().into(), &more);
    shows(&server, "The first words").await;
    let threads = threads(&server, ["NoNewPrivs", "Seccomp", "CapEff"]);
    assert!(threads.len() > 2, "the log, the runtime, and what waits for signals: {threads:?}");
    for [privileges, filter, capabilities] in threads {
        assert_eq!((&*privileges, &*filter), ("1", "2"));
        // CAP_DAC_READ_SEARCH is the third.
        assert_eq!(u64::from_str_radix(&capabilities, 16).unwrap() & !0b100, 0, "{capabilities}");
    }
    // A file that an editor writes, a directory that is replaced as a whole, and a signal.
    write(&profile, "The second words");
    shows(&server, "The second words").await;
    let next = place.path().join("next");
    fs::create_dir(&next).unwrap();
    write(&next, "The third words");
    fs::rename(&profile, place.path().join("old")).unwrap();
    fs::rename(&next, &profile).unwrap();
    shows(&server, "The third words").await;
    send(1, server.child.id());
    let metrics = Ops::at(ops).get("/metrics").await.1;
    for name in ["process_resident_memory_bytes", "process_open_fds", "process_max_fds"] {
        assert!(metrics.lines().any(|line| line.starts_with(name)), "{name}: {metrics}");
    }
    let log = server.stopped(log.path()).await;
    assert!(!log.contains("not confined"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_can_be_left_unconfined() {
    for (shell, more) in [
        ("exec \"$@\"", &["--no-confinement"][..]),
        ("SSHCARD_NO_CONFINEMENT=yes; export SSHCARD_NO_CONFINEMENT; exec \"$@\"", &[]),
    ] {
        let log = tempfile::NamedTempFile::new().unwrap();
        let mut server = Process::start_by(shell, log.reopen().unwrap().into(), more);
        server.visitor().await.hang_up().await;
        for [filter, ..] in threads(&server, ["Seccomp", "NoNewPrivs", "CapEff"]) {
            assert_eq!(filter, "0");
        }
        assert!(server.stopped(log.path()).await.contains("not confined, since --no-confinement is given"));
    }
}

/// The files that a link leads to are read again, too.
#[tokio::test(flavor = "multi_thread")]
async fn files_behind_links_are_read_again() {
    let place = tempfile::tempdir().unwrap();
    for directory in ["cards/profile", "elsewhere"] {
        fs::create_dir_all(place.path().join(directory)).unwrap();
    }
    let (profile, elsewhere) = (place.path().join("cards/profile"), place.path().join("elsewhere"));
    write(&elsewhere, "The first words");
    std::os::unix::fs::symlink(elsewhere.join("card.toml"), profile.join("card.toml")).unwrap();
    let server = Process::serving(&profile, "exec \"$@\"", Stdio::null(), &["--max-per-address", "0"]);
    shows(&server, "The first words").await;
    write(&elsewhere, "The second words");
    send(1, server.child.id());
    shows(&server, "The second words").await;
}

/// So deployments replace a whole tree: each revision has a directory of its own, and a link says which one it is.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_above_the_profile_may_lead_elsewhere() {
    let place = tempfile::tempdir().unwrap();
    for (revision, words) in [("first", "The first words"), ("second", "The second words")] {
        let profile = place.path().join(revision).join("profile");
        fs::create_dir_all(&profile).unwrap();
        write(&profile, words);
    }
    let current = place.path().join("current");
    std::os::unix::fs::symlink("first", &current).unwrap();
    let server = Process::serving(&current.join("profile"), "exec \"$@\"", Stdio::null(), &["--max-per-address", "0"]);
    shows(&server, "The first words").await;
    std::os::unix::fs::symlink("second", place.path().join("next")).unwrap();
    fs::rename(place.path().join("next"), &current).unwrap();
    send(1, server.child.id());
    shows(&server, "The second words").await;
}
