//! What is driven with any bytes at all: by the fuzzers in `fuzz/`, for as long as one likes, and by the tests here, which give
//! them what a fuzzer found before (`fuzz/corpus/`) and bytes of chance. Nothing here runs in the server.
//!
//! Each function takes what a visitor or an owner might give and panics where what must hold does not. So does whatever they
//! call: a panic that the server would have caught is one here.

use std::{
    cell::{Cell, OnceCell},
    fs,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    path::{Path, PathBuf},
    sync::{Arc, Once},
};

use crate::{
    exhibits,
    formats::Documents,
    profile::Profile,
    session::{self, Content},
    ssh::fuzzing as ssh,
    terminal::{
        input::{Code, Decoder, Input},
        vetting,
    },
};

/// A function that takes any bytes.
pub type Target = fn(&[u8]);

/// All of them, under the names that they have in `fuzz/`.
pub const TARGETS: [(&str, Target); 8] = [
    ("decoder", decoder),
    ("profile", profile),
    ("exec", exec),
    ("sftp", sftp),
    ("scp", scp),
    ("proxy", proxy),
    ("session", session),
    ("connection", connection),
];

/// What a terminal sends: the first byte says in pieces of which length. What is found does not depend on it.
pub fn decoder(data: &[u8]) {
    let Some((length, bytes)) = data.split_first() else { return };
    let read = |length: usize| {
        let (mut decoder, mut found) = (Decoder::new(), Vec::new());
        for piece in bytes.chunks(length) {
            decoder.feed(piece, &mut |input| found.push(input));
        }
        decoder.timeout(&mut |input| found.push(input));
        found
    };
    let found = read(usize::from(*length) + 1);
    assert_eq!(found, read(bytes.len().max(1)), "the cuts matter");
    for input in found {
        match input {
            Input::Key(key) => assert!(!matches!(key.code, Code::Char(c) if c.is_control()), "{key:?}"),
            Input::Paste(text) => {
                assert!(text.len() <= 4096 && !text.is_empty() && !text.contains(char::is_control), "{text:?}");
            }
            Input::Mouse(_) | Input::Reply(_) => {}
        }
    }
}

/// The four files of a profile, with a form feed between them: card, about, career, stack. What does not load is told fit to
/// be shown; what loads is rendered in every format.
pub fn profile(data: &[u8]) {
    thread_local! {
        static DIRECTORY: Directory = Directory::new();
    }
    let mut files = data.splitn(4, |byte| *byte == 0x0c);
    let loaded = DIRECTORY.with(|Directory(directory)| {
        for name in ["card.toml", "about.md", "career.toml", "stack.toml"] {
            let path = directory.join(name);
            let done = match files.next() {
                Some(text) => fs::write(&path, text),
                None => fs::remove_file(&path).or_else(|error| if path.exists() { Err(error) } else { Ok(()) }),
            };
            if let Err(error) = done {
                panic!("{}: {error}", path.display());
            }
        }
        Profile::load(directory, &exhibits::NAMES)
    });
    let shown = |text: &[u8]| {
        if let Err(why) = vetting::of_text(text) {
            panic!("{why}");
        }
    };
    let profile = match loaded {
        Ok(profile) => profile,
        Err(problems) => return shown(problems.report(false).as_bytes()),
    };
    let documents = Documents::new(&profile);
    for width in [1, 20, 72, 200] {
        shown(&documents.text(width));
    }
    for (name, content) in documents.files() {
        assert!(!content.is_empty(), "{name} is empty");
        if Path::new(name).extension().is_some_and(|extension| extension != "png") {
            shown(&content);
        }
    }
}

/// A directory of a thread's own, as long as the thread lives.
struct Directory(PathBuf);

impl Directory {
    fn new() -> Self {
        let thread = format!("{:?}", std::thread::current().id());
        let number: String = thread.chars().filter(char::is_ascii_digit).collect();
        let path = std::env::temp_dir().join(format!("sshcard-fuzzing-{}-{number}", std::process::id()));
        if let Err(error) = fs::create_dir_all(&path) {
            panic!("{}: {error}", path.display());
        }
        Self(path)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A command, after a byte with the width of the terminal.
pub fn exec(data: &[u8]) {
    with_bench(|bench| bench.exec(data));
}

/// Requests of SFTP.
pub fn sftp(data: &[u8]) {
    with_bench(|bench| bench.sftp(data));
}

/// A command of scp's, and what its client answers.
pub fn scp(data: &[u8]) {
    with_bench(|bench| bench.scp(data));
}

/// What a proxy says first.
pub fn proxy(data: &[u8]) {
    ssh::proxy(data);
}

/// A visitor at a terminal.
pub fn session(data: &[u8]) {
    watched(|| {
        CONTENT.with(|content| session::fuzzing::session(Arc::clone(content.get_or_init(content_of_ours)), data));
    });
}

/// A client's packets, from the first byte of the connection.
pub fn connection(data: &[u8]) {
    watched(|| with_bench(|bench| drop(bench.connection(data))));
}

thread_local! {
    static CONTENT: OnceCell<Arc<Content>> = const { OnceCell::new() };
    static BENCH: OnceCell<ssh::Bench> = const { OnceCell::new() };
    /// Whether something panicked on this thread, caught or not.
    static PANICKED: Cell<bool> = const { Cell::new(false) };
}

fn with_bench(runs: impl FnOnce(&ssh::Bench)) {
    BENCH.with(|bench| runs(bench.get_or_init(|| ssh::Bench::new(content_of_ours()))));
}

/// The profile that is served: an invented engineer's, so that a seed means the same whatever stands in `profile/`.
pub(crate) fn content_of_ours() -> Arc<Content> {
    let directory = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/engineer"));
    match Profile::load(directory, &exhibits::NAMES) {
        Ok(profile) => Arc::new(Content::new(profile)),
        Err(problems) => panic!("{}", problems.report(false)),
    }
}

/// Runs what may catch panics itself, and panics if it did.
fn watched(runs: impl FnOnce()) {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            PANICKED.set(true);
            before(panic);
        }));
    });
    PANICKED.set(false);
    if let Err(panic) = catch_unwind(AssertUnwindSafe(runs)) {
        resume_unwind(panic);
    }
    assert!(!PANICKED.get(), "something panicked, and it was caught");
}

#[cfg(test)]
mod tests;
