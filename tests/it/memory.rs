//! The host key in the server's memory, and who may look there.
#![cfg(target_os = "linux")]

use std::{
    fs::{self, File},
    io::{Read as _, Seek as _, SeekFrom},
    os::unix::{
        fs::MetadataExt as _,
        process::{CommandExt as _, ExitStatusExt as _},
    },
    path::Path,
    process::Stdio,
    time::Instant,
};

use rustix::process::geteuid;
use sshcard::ssh::hostkey::HostKey;

use super::{
    hostkey::command,
    process::{Process, send, until},
    support::DEADLINE,
};

/// What of a process's memory can be written, piece by piece; a piece that is gone meanwhile is empty.
fn memory(process: &Process) -> Vec<Vec<u8>> {
    let mut memory = File::open(process.proc("mem")).unwrap();
    let maps = fs::read_to_string(process.proc("maps")).unwrap();
    let written = maps.lines().filter(|line| line.split(' ').nth(1).is_some_and(|rights| rights.starts_with("rw")));
    written
        .map(|line| {
            let (from, to) = line.split(' ').next().unwrap().split_once('-').unwrap();
            let [from, to] = [from, to].map(|address| u64::from_str_radix(address, 16).unwrap());
            let mut piece = Vec::new();
            memory.seek(SeekFrom::Start(from)).unwrap();
            let _ = (&mut memory).take(to - from).read_to_end(&mut piece);
            piece
        })
        .collect()
}

fn copies(memory: &[Vec<u8>], secret: &[u8]) -> usize {
    memory.iter().map(|piece| piece.windows(secret.len()).filter(|window| *window == secret).count()).sum()
}

/// The 32 secret bytes of a key's file, and a line of the file that holds some of them.
fn secrets(file: &Path) -> (Vec<u8>, Vec<u8>) {
    let text = fs::read_to_string(file).unwrap();
    let key = russh::keys::PrivateKey::from_openssh(&text).unwrap();
    let seed = key.key_data().ed25519().unwrap().private.as_ref().to_vec();
    (seed, text.lines().nth(3).unwrap().as_bytes().to_vec())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_is_in_memory_once_and_once_more_for_each_connection() {
    if !geteuid().is_root() {
        eprintln!("only root can look into the server's memory: not tested");
        return;
    }
    let server = Process::open_to_all();
    let (seed, line) = secrets(&server.keys().join("ssh_host_ed25519_key"));
    server.visitor().await.hang_up().await;
    let alone = memory(&server);
    let (before, text) = (copies(&alone, &seed), copies(&alone, &line));
    let mut visitors = Vec::new();
    for _ in 0..20 {
        let visitor = server.visitor().await;
        assert_eq!(visitor.exec("help").await.status, Some(0));
        visitors.push(visitor);
    }
    let crowd = copies(&memory(&server), &seed);
    for visitor in visitors {
        visitor.hang_up().await;
    }
    // A connection's copy is erased when the connection ends.
    let least = || copies(&memory(&server), &seed);
    until(|| least() <= before + 4).await;
    eprintln!("{before} copies alone, {crowd} with 20 connections, {} after them; {text} of the file", least());
    assert_eq!(text, 0, "the file's text is erased");
    // Beside the one: what russh's signatures leave on the stacks of the threads that serve, for a first visitor has
    // been here.
    assert!(before <= 1 + 4, "{before} copies");
    assert!(crowd <= before + 20 + 4, "{crowd} copies with 20 connections");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_dumps_no_core() {
    // As much as the kernel writes where it writes any, into a directory that goes with the server.
    let mut server = Process::start_by("ulimit -c unlimited 2>/dev/null; exec \"$@\"", Stdio::null(), &[]);
    server.visitor().await.hang_up().await;
    let limits = fs::read_to_string(server.proc("limits")).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
    send(6, server.child.id());
    let status = server.ended().await;
    assert!(status.signal() == Some(6) && !status.core_dumped(), "{status}");
}

#[test]
fn another_process_of_the_same_user_cannot_look_into_the_memory() {
    let place = tempfile::tempdir().unwrap();
    let keys = place.path().join("keys");
    HostKey::load_or_create(&keys).unwrap();
    let mut command = command(&keys);
    // Root can look anywhere, so that another user serves.
    if geteuid().is_root() {
        for path in [place.path(), &keys, &keys.join("ssh_host_ed25519_key"), &keys.join("ssh_host_ed25519_key.made")] {
            std::os::unix::fs::chown(path, Some(65_534), Some(65_534)).unwrap();
        }
        command.uid(65_534).gid(65_534);
    }
    let log = tempfile::NamedTempFile::new().unwrap();
    let mut child = match command.stderr(log.reopen().unwrap()).spawn() {
        Ok(child) => child,
        Err(error) => {
            eprintln!("another user cannot start the program ({error}): not tested");
            return;
        }
    };
    let until = Instant::now() + DEADLINE;
    while !fs::read_to_string(log.path()).unwrap().contains("listening") && Instant::now() < until {
        std::thread::yield_now();
    }
    // The kernel gives a process's memory to root when it may not be looked into (proc_pid_mem(5)).
    let owner = fs::metadata(format!("/proc/{}/mem", child.id())).map(|memory| memory.uid());
    child.kill().unwrap();
    let status = child.wait().unwrap();
    let log = fs::read_to_string(log.path()).unwrap();
    if geteuid().is_root() && log.contains("Permission denied") {
        eprintln!("another user cannot read the profile: not tested: {log}");
        return;
    }
    assert!(log.contains("listening"), "{status}: {log}");
    assert_eq!(owner.unwrap(), 0);
}
