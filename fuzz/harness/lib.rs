//! The harness of the fuzzers: one function for each thing that reads what clients and owners send. The fuzzers in
//! `targets/` run them for as long as one likes; `tests/it/fuzzing.rs` runs them over the corpus and over bytes of
//! chance.
//!
//! Each function takes what a client or an owner might give and panics where what must hold does not. So does whatever
//! it calls: a panic that the server would have caught is one here. Only the public API of the card is used.

use std::{
    cell::{Cell, OnceCell},
    fs,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    path::Path,
    sync::{Arc, Once},
};

use sshcard::{
    exhibits,
    profile::{self, Vocabulary},
    site::Site,
    terminal::input::{Code, Decoder, Input},
};

pub mod connection;
mod driven;
#[path = "../../tests/it/gauges.rs"]
pub mod gauges;
pub mod session;
#[path = "../../tests/it/vetting.rs"]
pub mod vetting;

use connection::Bench;
pub use connection::proxy;

/// The names that mean something outside of a profile.
const VOCABULARY: Vocabulary<'static> = Vocabulary { exhibits: &exhibits::NAMES, reserved: &[], has_glyph: |_| true };

/// A function that takes any bytes.
pub type Target = fn(&[u8]);

/// All of them, under the names that they have in `targets/` and `corpus/`.
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

/// The four files of a profile, with a form feed between them: card, about, career, stack. What does not load is told
/// fit to be shown; what loads is rendered in every format.
pub fn profile(data: &[u8]) {
    thread_local! {
        static DIRECTORY: tempfile::TempDir = temporary();
    }
    let mut files = data.splitn(4, |byte| *byte == 0x0c);
    let loaded = DIRECTORY.with(|directory| {
        let directory = directory.path();
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
        profile::load(directory, &VOCABULARY)
    });
    let shown = |text: &[u8]| {
        if let Err(why) = vetting::of_text(text) {
            panic!("{why}");
        }
    };
    let document = match loaded {
        Ok(loaded) => {
            shown(loaded.warnings.report(false).as_bytes());
            loaded.document
        }
        Err(diagnostics) => return shown(diagnostics.report(false).as_bytes()),
    };
    // What is served: its quotation marks are set.
    let site = Site::new(document);
    let renditions = site.renditions();
    for width in [1, 20, 72, 200] {
        shown(&renditions.text(width));
    }
    for (name, content) in renditions.files() {
        assert!(!content.is_empty(), "{name} is empty");
        if Path::new(name).extension().is_some_and(|extension| extension != "png" && extension != "jpg") {
            shown(&content);
        }
    }
}

/// A directory that is removed when it is dropped.
fn temporary() -> tempfile::TempDir {
    match tempfile::tempdir() {
        Ok(directory) => directory,
        Err(error) => panic!("{error}"),
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

/// A visitor at a terminal.
pub fn session(data: &[u8]) {
    watched(|| {
        SITE.with(|shared| session::run(Arc::clone(shared.get_or_init(site)), data));
    });
}

/// A client's packets, from the first byte of the connection.
pub fn connection(data: &[u8]) {
    watched(|| with_bench(|bench| drop(bench.connection(data))));
}

thread_local! {
    static SITE: OnceCell<Arc<Site>> = const { OnceCell::new() };
    static BENCH: OnceCell<Bench> = const { OnceCell::new() };
    /// Whether something panicked on this thread, caught or not.
    static PANICKED: Cell<bool> = const { Cell::new(false) };
}

fn with_bench(runs: impl FnOnce(&Bench)) {
    BENCH.with(|bench| runs(bench.get_or_init(|| Bench::new(site()))));
}

/// The site that is served: that of an invented engineer with the photo of an invented designer, so that a seed means
/// the same whatever stands in `profile/`.
fn site() -> Arc<Site> {
    let load = |directory: &str| match profile::load(&repository().join("tests/fixtures").join(directory), &VOCABULARY)
    {
        Ok(loaded) => loaded.document,
        Err(diagnostics) => panic!("{}", diagnostics.report(false)),
    };
    let mut document = load("engineer");
    document.card.photo = load("owners/designer").card.photo;
    Arc::new(Site::new(document))
}

/// The repository's root: this is a part of the tests of the package there, and of the package in `fuzz/`.
fn repository() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    if package.ends_with("fuzz") { package.parent().unwrap_or(package) } else { package }
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
