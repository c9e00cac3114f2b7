//! The files of an owner who does not exist, in a directory of their own, and the program run on them.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::mpsc::{RecvTimeoutError, channel},
    thread,
};

use rustix::process::{Pid, Signal, kill_process};
use sshcard::{
    document::{Document, Qr},
    exhibits,
    profile::{self, Vocabulary},
};

use crate::support::DEADLINE;

/// The words of the owner's files that the second edition renames stand here alone, so that the tests follow it in one
/// place: the table of `career.toml`, what an entry was about, when it was, and the text that is drawn in dots.
pub(crate) const ENTRY: &str = "entry";
pub(crate) const SUBTITLE: &str = "subtitle";
pub(crate) const FROM: &str = "from";
pub(crate) const TO: &str = "to";
pub(crate) const LOGO: &str = "logo";

/// A profile with every kind of content, of an invented engineer. Tests use it in place of the owner's `profile/`,
/// whose words may change at any time.
pub(crate) const ENGINEER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/engineer");

/// The document of the profile in a directory, which must load.
pub(crate) fn load(directory: &Path) -> Document {
    let vocabulary = Vocabulary { exhibits: &exhibits::NAMES, ..Vocabulary::default() };
    profile::load(directory, &vocabulary).unwrap().document
}

/// The document of the [`ENGINEER`], with a QR code.
pub(crate) fn engineer() -> Document {
    let mut document = load(ENGINEER.as_ref());
    // A card without a name, an address and a link has nothing to encode.
    document.card.qr = Qr::Mecard("MECARD:N:Corvo AI;NOTE:Audio Research and Engineering;;".to_owned());
    document
}

/// The name of the profile's directory, as the program is told it; messages begin the paths of files with it.
const PROFILE: &str = "card";

/// A profile in a temporary directory.
pub(crate) struct Card(tempfile::TempDir);

impl Card {
    /// Writes these files: name and content.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let card = Self(tempfile::tempdir().unwrap());
        fs::create_dir(card.path()).unwrap();
        for (name, content) in files {
            fs::write(card.path().join(name), content).unwrap();
        }
        card
    }

    /// The same, of a profile without any problem: what a test then finds is not a mistake of its files.
    pub(crate) fn that_loads(files: &[(&str, &str)]) -> Self {
        let card = Self::new(files);
        let checked = card.check();
        assert_eq!(checked.status, Some(0), "{}", checked.err);
        card
    }

    /// The directory of the files.
    pub(crate) fn path(&self) -> PathBuf {
        self.0.path().join(PROFILE)
    }

    /// Checks the profile.
    pub(crate) fn check(&self) -> Said {
        self.run(&["check"])
    }

    /// Prints what `ssh HOST WORDS` prints, which there must be.
    pub(crate) fn print(&self, words: &str) -> String {
        let said = self.try_print(words);
        assert_eq!((said.status, said.err.as_str()), (Some(0), ""), "print {words}");
        said.out
    }

    /// Prints what `ssh HOST WORDS` prints, if there is any.
    pub(crate) fn try_print(&self, words: &str) -> Said {
        let mut arguments = vec!["print"];
        arguments.extend(words.split(' '));
        self.run(&arguments)
    }

    /// Runs the program on the profile.
    fn run(&self, arguments: &[&str]) -> Said {
        run(self.0.path(), &[("SSHCARD_PROFILE", PROFILE)], arguments)
    }
}

/// What a run of the program wrote, and its exit status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Said {
    /// `None` when a signal ended it.
    pub(crate) status: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    /// Both outputs, for what may stand in either.
    pub(crate) fn all(&self) -> String {
        [self.out.as_str(), self.err.as_str()].concat()
    }
}

/// The program with no environment.
pub(crate) fn program() -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_sshcard"));
    program.env_clear();
    program
}

/// Runs the program in `directory` to its end, with no environment but `variables`. A run that is not over after
/// [`DEADLINE`] is killed and fails the test.
pub(crate) fn run(directory: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> Said {
    let child = program()
        .envs(variables.iter().copied())
        .current_dir(directory)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let process = Pid::from_child(&child);
    let (over, ends) = channel::<()>();
    let watch = thread::spawn(move || {
        // The sender is dropped when the run is over.
        let late = ends.recv_timeout(DEADLINE) == Err(RecvTimeoutError::Timeout);
        if late {
            kill_process(process, Signal::KILL).unwrap();
        }
        late
    });
    let output = child.wait_with_output().unwrap();
    drop(over);
    assert!(!watch.join().unwrap(), "`sshcard {}` did not end in time", arguments.join(" "));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Said { status: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
}
