//! The fuzzers' short run: what they found before, that with chance mixed in, and bytes of chance alone.

use std::{
    fs,
    panic::{catch_unwind, resume_unwind},
    path::{Path, PathBuf},
    sync::Arc,
};

use proptest::{prelude::*, sample, test_runner::TestRunner};
use sshcard::site::Site;

use crate::support::document;

#[path = "../../fuzz/harness/lib.rs"]
#[allow(unreachable_pub, clippy::panic, reason = "the fuzzers use it as a library")]
pub(crate) mod harness;

use harness::{
    TARGETS,
    connection::{Bench, packets},
};

/// The inputs of a target in the repository, by name.
fn corpus(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut found: Vec<_> = fs::read_dir(&directory)
        .unwrap_or_else(|error| panic!("{}: {error}", directory.display()))
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect();
    found.sort();
    assert!(!found.is_empty(), "{target} has no corpus");
    found
}

/// A change to an input: so many bytes from a place on are replaced by others.
fn change() -> impl Strategy<Value = (sample::Index, usize, Vec<u8>)> {
    let some = prop::collection::vec(any::<u8>(), 0..8);
    let nasty = sample::select(NASTY).prop_map(|text| text.as_bytes().to_vec());
    (any::<sample::Index>(), 0..12_usize, prop_oneof![some, nasty])
}

/// What no terminal should get to see.
const NASTY: &[&str] = &[
    "\x1b[2J",
    "\x1b]0;owned\x07",
    "\x1bP",
    "\u{9b}31m",
    "\u{9d}",
    "\u{202e}",
    "\u{2066}",
    "\u{200b}",
    "\u{200d}",
    "\u{feff}",
    "\u{2028}",
    "\n",
    "\r",
    "\t",
    "\0",
    "\x7f",
    "\x08",
    "/",
    "\r\n[ERROR] owned",
    "e\u{301}\u{301}\u{301}",
    "👩‍🔬",
    "日本",
];

fn changed(mut input: Vec<u8>, changes: Vec<(sample::Index, usize, Vec<u8>)>) -> Vec<u8> {
    for (at, length, bytes) in changes {
        let begin = at.index(input.len() + 1);
        let end = (begin + length).min(input.len());
        input.splice(begin..end, bytes);
    }
    input
}

fn run(name: &str, cases: u32) {
    let (_, target) = TARGETS.into_iter().find(|(named, _)| *named == name).unwrap();
    let corpus = corpus(name);
    for (path, input) in &corpus {
        if let Err(panic) = catch_unwind(|| target(input)) {
            eprintln!("with {}", path.display());
            resume_unwind(panic);
        }
    }
    let inputs: Vec<_> = corpus.into_iter().map(|(_, input)| input).collect();
    let near = (sample::select(inputs), prop::collection::vec(change(), 0..6))
        .prop_map(|(input, changes)| changed(input, changes));
    let any = prop::collection::vec(any::<u8>(), 0..400);
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    let run = TestRunner::new(config).run(&prop_oneof![3 => near, 1 => any], |input| {
        target(&input);
        Ok(())
    });
    if let Err(failure) = run {
        panic!("{name}: {failure}");
    }
}

#[test]
fn anything_from_a_terminal() {
    run("decoder", 2000);
}

#[test]
fn anything_in_a_profile() {
    run("profile", 100);
}

#[test]
fn any_command() {
    run("exec", 2000);
}

#[test]
fn any_request_of_sftp() {
    run("sftp", 2000);
}

#[test]
fn any_answer_of_scp() {
    run("scp", 2000);
}

#[test]
fn any_header_of_a_proxy() {
    run("proxy", 2000);
}

#[test]
fn anything_in_a_session() {
    run("session", 40);
}

#[test]
fn any_packet_on_a_connection() {
    run("connection", 100);
}

/// A target that is not fuzzed, or not in the tests, would be one in name only.
#[test]
fn every_target_has_its_fuzzer() {
    for (name, _) in TARGETS {
        let fuzzer = format!("fuzz/targets/{name}.rs");
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(&fuzzer)).unwrap();
        assert!(text.contains(&format!("sshcard_fuzz::{name}")), "{fuzzer}");
    }
}

/// Without this the fuzzer might never come past the authentication.
#[test]
fn a_client_that_does_as_it_should_gets_in() {
    let bench = Bench::new(Arc::new(Site::new(document())));
    let said = bench.connection(b"\x01\x01\xff\x03\x00\x03\x01\x07version\x0b\x0a");
    let types: Vec<u8> = packets(&said).filter_map(|packet| packet.first().copied()).collect();
    // KEXINIT, NEWKEYS, SERVICE_ACCEPT and USERAUTH_SUCCESS; the channel, the request, its answer and its end.
    for expected in [20, 21, 6, 52, 91, 99, 94, 96, 97] {
        assert!(types.contains(&expected), "no {expected}: {types:?}");
    }
    assert!(said.windows(8).any(|bytes| bytes == b"sshcard "), "the answer");
}
