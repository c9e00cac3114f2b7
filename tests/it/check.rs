//! What `sshcard check` and `sshcard schema` tell programs and editors, and how `check` follows the files.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::{Child, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use sshcard::{
    app::Word,
    exhibits, formats,
    ssh::exec::{NOTICES, POSTCARD},
};
use tempfile::TempDir;

use crate::{
    card::{program, run},
    process::Guarded,
    support::DEADLINE,
};

/// A directory whose `profile/card.toml` says this.
fn card(text: &str) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir(directory.path().join("profile")).unwrap();
    fs::write(directory.path().join("profile/card.toml"), text).unwrap();
    directory
}

fn lines(out: &str) -> Vec<Value> {
    out.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

#[test]
fn a_program_is_told_a_line_a_diagnostic_and_their_numbers() {
    let directory = card("headline = 'x'\nrol = 'é'\n");
    fs::write(directory.path().join("profile/notes.txt"), "").unwrap();
    let said = run(directory.path(), &[], &["check", "--json"]);
    assert_eq!((said.status, said.err.as_str()), (Some(2), ""), "{}", said.out);
    let told = lines(&said.out);
    assert_eq!(told.len(), 3, "{}", said.out);
    let file = told[0]["file"].as_str().unwrap();
    assert!(file.ends_with("profile/card.toml"), "{file}");
    let error = json!({
        "file": file, "line": 2, "column": 1, "end_line": 2, "end_column": 4, "severity": "error",
        "message": "unknown key `rol`", "remedy": "did you mean `role`?",
    });
    assert_eq!(told[0], error);
    assert_eq!((&told[1]["severity"], &told[1]["line"]), (&json!("warning"), &Value::Null));
    assert_eq!(told[2], json!({ "errors": 1, "warnings": 1 }));
    fs::write(directory.path().join("profile/card.toml"), "headline = 'x'\n").unwrap();
    let said = run(directory.path(), &[], &["check", "--json"]);
    assert_eq!((said.status, lines(&said.out).len()), (Some(0), 2), "{}", said.out);
    let said = run(directory.path(), &[], &["check", "--json", "elsewhere"]);
    assert_eq!((said.status, lines(&said.out).len()), (Some(2), 2), "{}", said.out);
}

#[test]
fn editors_are_given_a_schema_that_new_files_name() {
    for (file, key) in [("card", "headline"), ("page", "entry")] {
        let directory = tempfile::tempdir().unwrap();
        let said = run(directory.path(), &[], &["schema", file]);
        assert_eq!((said.status, said.err.as_str()), (Some(0), ""));
        let schema: Value = serde_json::from_str(&said.out).unwrap();
        assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
        assert!(schema["properties"][key]["description"].is_string());
        assert_eq!(run(directory.path(), &[], &["init"]).status, Some(0));
        let written = directory.path().join(format!("profile/.schema/{file}.json"));
        assert_eq!(fs::read_to_string(written).unwrap(), said.out);
        // The folder is no part of the profile.
        let checked = run(directory.path(), &[], &["check"]);
        assert_eq!((checked.status, checked.err.as_str()), (Some(0), ""));
    }
    let said = run(tempfile::tempdir().unwrap().path(), &[], &["schema", "career"]);
    assert_eq!(said.status, Some(2));
    assert!(said.err.contains("card, page"), "{}", said.err);
}

/// The names come from the tables themselves: a format, a word or an exhibit that is added is refused here at once.
#[test]
fn no_page_has_a_name_with_another_meaning() {
    let directory = card("headline = 'x'\n");
    let names = || formats::reserved().chain(Word::RESERVED).chain(NOTICES).chain([POSTCARD]).chain(exhibits::NAMES);
    for name in names() {
        fs::write(directory.path().join(format!("profile/{name}.md")), "x").unwrap();
    }
    let said = run(directory.path(), &[], &["check", "--json"]);
    assert_eq!(said.status, Some(2));
    let told = lines(&said.out);
    for name in names() {
        let of = |one: &&Value| one["file"].as_str().is_some_and(|file| file.ends_with(&format!("/{name}.md")));
        let told = told.iter().find(of).unwrap_or_else(|| panic!("{name}: {}", said.out));
        assert_eq!(told["severity"], "error", "{name}");
        assert_eq!(told["message"], format!("no page can be called `{name}`: the word has another meaning"));
    }
}

/// The lines that a process prints, as they come.
fn printed(child: &mut Child) -> Receiver<String> {
    let (sender, lines) = channel();
    let out = BufReader::new(child.stdout.take().unwrap());
    thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
    lines
}

#[test]
fn check_follows_the_files_until_it_is_interrupted() {
    let directory = card("headline = 'x'\n");
    let child = program()
        .current_dir(directory.path())
        .args(["check", "--watch", "--json"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn();
    let mut child = Guarded(child.unwrap());
    let lines = printed(&mut child);
    let next = || serde_json::from_str::<Value>(&lines.recv_timeout(DEADLINE).unwrap()).unwrap();
    assert_eq!(next(), json!({ "errors": 0, "warnings": 0 }));
    fs::write(directory.path().join("profile/card.toml"), "headline = 'x'\nrol = 'x'\n").unwrap();
    assert_eq!(next()["message"], "unknown key `rol`");
    assert_eq!(next(), json!({ "errors": 1, "warnings": 0 }));
    // A burst is one change.
    for n in 0..20 {
        fs::write(directory.path().join("profile/about.md"), format!("{n}\n")).unwrap();
    }
    fs::write(directory.path().join("profile/card.toml"), "headline = 'y'\n").unwrap();
    assert_eq!(next(), json!({ "errors": 0, "warnings": 0 }));
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    assert_eq!(child.ended().code(), Some(0));
    assert_eq!(lines.recv_timeout(DEADLINE), Err(RecvTimeoutError::Disconnected), "nothing more was printed");
}
