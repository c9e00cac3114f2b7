//! How the program is started: each option on either side of each command, and what needs no profile.

use std::{collections::BTreeMap, ffi::OsStr, fs, os::unix::ffi::OsStrExt as _, path::Path};

use crate::card::{Said, program, run};

/// The commands, each with the arguments with which it ends by itself: a server and a preview of a profile that is
/// not there, a look at a port where nobody listens.
const COMMANDS: [(&str, &[&str]); 12] = [
    ("init", &[]),
    ("import", &["no.json"]),
    ("migrate", &[]),
    ("check", &[]),
    ("schema", &["card"]),
    ("print", &["text"]),
    ("serve", &["--profile", "nowhere"]),
    ("preview", &["--profile", "nowhere"]),
    ("healthcheck", &["127.0.0.1:1"]),
    ("key", &["show"]),
    ("stats", &["127.0.0.1:1"]),
    ("completions", &["bash"]),
];

/// The options that one command alone has; they stand after it.
const OWN: [&str; 5] = ["yes", "from", "json", "watch", "online"];

/// A value for each option, empty where it takes none; an option that is not here is one that this test does not know
/// yet.
const VALUES: [(&str, &str); 17] = [
    ("sample", ""),
    ("listen", "127.0.0.1:2"),
    ("profile", "elsewhere"),
    ("keys", "keys"),
    ("host-key", "key"),
    ("log", "json"),
    ("log-level", "warn"),
    ("max-connections", "5"),
    ("max-per-address", "5"),
    ("proxy-from", "192.0.2.0/24"),
    ("ops", "127.0.0.1:3"),
    ("web", "127.0.0.1:4"),
    ("web-from", "192.0.2.0/24"),
    ("width", "60"),
    ("drain-accept", "5"),
    ("drain-sessions", "5"),
    ("no-confinement", ""),
];

/// A directory to run in, with two profiles.
fn directory() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (profile, headline) in [("profile", "The usual card"), ("elsewhere", "Another card")] {
        fs::create_dir(directory.path().join(profile)).unwrap();
        let card = directory.path().join(profile).join("card.toml");
        fs::write(card, format!("headline = \"{headline}\"\n")).unwrap();
    }
    directory
}

/// The options that the help of a command lists, those for help and version aside. The help of the program itself is
/// that of no command.
fn options(directory: &Path, command: Option<&str>) -> Vec<String> {
    let arguments: Vec<_> = command.into_iter().chain(["--help"]).collect();
    let help = run(directory, &[], &arguments);
    assert_eq!(help.status, Some(0), "{}", help.err);
    // What explains an option stands further to the right, and may begin with the name of another.
    let lines = help.out.lines().filter(|line| !line.starts_with("       "));
    let listed = lines.filter_map(|line| {
        let option = line.trim_start().trim_start_matches("-h, ").trim_start_matches("-V, ").strip_prefix("--")?;
        Some(option.split([' ', '=', '<', '[']).next()?.to_owned())
    });
    let listed: Vec<String> = listed.filter(|option| !matches!(option.as_str(), "help" | "version")).collect();
    assert!(command.is_some() || listed.len() > 5, "{}", help.out);
    listed
}

/// Asserts that the command line was understood, whatever came of it.
#[track_caller]
fn understood(arguments: &[&str], said: &Said) {
    let line = arguments.join(" ");
    assert!(!said.err.contains("Usage:"), "sshcard {line}: {}", said.err);
}

#[test]
fn every_option_is_taken_on_both_sides_of_every_command() {
    let directory = directory();
    let values = BTreeMap::from(VALUES);
    let mut refused = Vec::new();
    for (command, more) in COMMANDS {
        let mut options = options(directory.path(), None);
        options.extend(self::options(directory.path(), Some(command)));
        options.sort_unstable();
        options.dedup();
        // A server of the sample would not end.
        let ends = |option: &str| option != "sample" || !matches!(command, "serve" | "preview");
        options.retain(|option| !OWN.contains(&option.as_str()) && ends(option));
        for option in &options {
            let value = values.get(option.as_str()).unwrap_or_else(|| panic!("a value for --{option}"));
            let flag = format!("--{option}");
            // What ends the command comes before an option of the same name: the last one counts.
            let more: &[&str] = if option == "profile" && more == ["--profile", "nowhere"] { &[] } else { more };
            let value = if option == "profile" && matches!(command, "serve" | "preview") { "nowhere" } else { value };
            let given: &[&str] = if value.is_empty() { &[&flag] } else { &[&flag, value] };
            let before = [given, &[command], more].concat();
            let after = [&[command], more, given].concat();
            let between = [&[command], given, more].concat();
            let said = [before, after, between].map(|arguments| (run(directory.path(), &[], &arguments), arguments));
            for (one, arguments) in &said {
                if one.err.contains("Usage:") {
                    refused.push(arguments.join(" "));
                }
            }
            let [(before, _), (after, _), (between, _)] = &said;
            if ![before, after, between].iter().any(|one| one.err.contains("Usage:")) {
                assert_eq!((before, between), (after, after), "{command} {flag}");
            }
        }
    }
    assert!(refused.is_empty(), "{} are refused:\n{}", refused.len(), refused.join("\n"));
}

#[test]
fn the_profile_that_is_named_is_the_one_that_is_used() {
    let directory = directory();
    for arguments in [
        &["--profile", "elsewhere", "print", "text"][..],
        &["print", "text", "--profile", "elsewhere"],
        &["print", "--profile", "elsewhere", "text"],
        &["print", "--profile=elsewhere", "text"],
        &["--profile=elsewhere", "print", "text"],
    ] {
        let said = run(directory.path(), &[], arguments);
        understood(arguments, &said);
        assert!(said.out.contains("Another card"), "{arguments:?}: {}", said.all());
    }
    for arguments in [
        &["--profile", "elsewhere", "check"][..],
        &["check", "--profile", "elsewhere"],
        &["check", "--profile=elsewhere"],
        &["check", "elsewhere"],
    ] {
        let said = run(directory.path(), &[], arguments);
        understood(arguments, &said);
        assert_eq!(said.status, Some(0), "{arguments:?}: {}", said.all());
        assert!(said.all().contains("elsewhere"), "{arguments:?}: {}", said.all());
    }
}

#[test]
fn what_needs_no_profile_needs_none() {
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir(directory.path().join("broken")).unwrap();
    fs::write(directory.path().join("broken/card.toml"), "headline = 1\nnme = x\n").unwrap();
    for (arguments, words) in [
        (&["print", "version"][..], concat!("sshcard ", env!("CARGO_PKG_VERSION"))),
        (&["print", "privacy"], "never logged"),
        (&["print", "help"], "the whole card as running text"),
        (&["--version"], concat!("sshcard ", env!("CARGO_PKG_VERSION"))),
        (&["--help"], "Usage:"),
        (&["help"], "Usage:"),
        (&["help", "print"], "Usage:"),
        (&["print", "--help"], "Usage:"),
        (&["check", "--help"], "Usage:"),
    ] {
        // There is none, it is named and not there, and it does not load.
        for profile in ["", "nowhere", "broken"] {
            let variables: &[_] = if profile.is_empty() { &[] } else { &[("SSHCARD_PROFILE", profile)] };
            let said = run(directory.path(), variables, arguments);
            assert_eq!((said.status, said.err.as_str()), (Some(0), ""), "{arguments:?} with {profile:?}");
            assert!(said.out.contains(words), "{arguments:?} with {profile:?}: {}", said.out);
        }
    }
    // What does need one says so.
    let said = run(directory.path(), &[], &["print", "text"]);
    assert_eq!(said.status, Some(2), "{}", said.all());
    assert!(said.err.contains("profile"), "{}", said.err);
}

/// What the program says of a wrong variable, which is one line that names it, its value and what to do.
#[test]
fn a_wrong_variable_is_told_by_its_name() {
    let directory = directory();
    for (variable, value, arguments, words) in [
        ("SSHCARD_LISTEN", "22, localhost", &["check"][..], &["localhost", "say one like 0.0.0.0:2222"][..]),
        ("SSHCARD_LISTEN", "::1", &["--keys=listen", "serve"], &["::1", "say [::1]:2222"]),
        ("SSHCARD_OPS", "10.0.0.1", &["check", "--listen", "22"], &["10.0.0.1", "say 10.0.0.1:9222"]),
        ("SSHCARD_LOG", "xml", &["check"], &["xml", "say text or json"]),
        ("SSHCARD_LOG_LEVEL", "loud", &["check"], &["loud", "say error, warn or info"]),
        ("SSHCARD_MAX_CONNECTIONS", "many", &["check"], &["many", "say 0 for no limit"]),
        ("SSHCARD_PROXY_FROM", "10.0.0.0/33", &["check"], &["10.0.0.0/33", "10.0.0.0/8"]),
        ("SSHCARD_LISTENER", "22", &["check"], &["did you mean `SSHCARD_LISTEN`?"]),
        ("SSHCARD_Listen", "22", &["check"], &["did you mean `SSHCARD_LISTEN`?"]),
        (
            "SSHCARD_COLOUR",
            "x",
            &["check"],
            &["it can be `SSHCARD_LISTEN`, `SSHCARD_PROFILE`", "or `SSHCARD_NO_CONFINEMENT`"],
        ),
    ] {
        let said = run(directory.path(), &[(variable, value)], arguments);
        assert_eq!(said.status, Some(2), "{variable}: {}", said.all());
        let line = said.err.lines().next().unwrap_or_default();
        assert!(line.starts_with("error: ") && line.contains(variable) && !line.contains("--"), "{}", said.err);
        assert!(words.iter().all(|word| line.contains(word)), "{}", said.err);
    }
    // A flag wins over the variable, and is the one that is told of.
    let said = run(directory.path(), &[("SSHCARD_LISTEN", "localhost")], &["--listen", "localhost", "check"]);
    assert!(said.err.contains("'--listen <ADDR>'") && !said.err.contains("SSHCARD"), "{}", said.err);
    let said = run(directory.path(), &[("SSHCARD_LISTEN", "localhost")], &["check", "--listen", "22"]);
    assert_eq!(said.status, Some(0), "{}", said.err);
    // An empty variable is none.
    let empty = [("SSHCARD_LISTEN", ""), ("SSHCARD_PROFILE", ""), ("SSHCARD_OPS", ""), ("SSHCARD_LOG", "")];
    assert_eq!(run(directory.path(), &empty, &["check"]).status, Some(0));
}

#[test]
fn what_is_not_utf8_is_told_so() {
    let not_utf8 = OsStr::from_bytes(b"\xff\xfe");
    let run = |variable: &str, argument: Option<&OsStr>| {
        let output = program().env(variable, not_utf8).arg("check").args(argument).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    for variable in ["SSHCARD_LISTEN", "SSHCARD_LOG", "SSHCARD_MAX_CONNECTIONS", "SSHCARD_PROXY_FROM", "SSHCARD_OPS"] {
        let expected = format!("error: the value of `{variable}` is not UTF-8; set it anew\n");
        assert_eq!(run(variable, None), (Some(2), expected));
    }
    // A path may be any bytes.
    let (status, error) = run("SSHCARD_PROFILE", None);
    assert!(status == Some(2) && error.contains("card.toml"), "{error}");
    let (status, error) = run("OTHER", Some(not_utf8));
    assert!(status == Some(2) && error.contains("card.toml"), "{error}");
}

#[test]
fn the_help_of_a_command_lists_what_it_uses() {
    let directory = directory();
    for (command, expected) in [
        ("check", &["profile", "keys", "host-key", "json", "watch", "online"][..]),
        ("schema", &[]),
        ("preview", &["profile", "sample"]),
        ("healthcheck", &["listen", "keys", "host-key", "profile", "proxy-from"]),
        ("print", &["profile", "sample", "keys", "host-key", "width"]),
        ("init", &["yes", "from", "profile"]),
        ("import", &["profile"]),
        ("migrate", &["profile"]),
    ] {
        let mut listed = options(directory.path(), Some(command));
        let mut expected = expected.to_vec();
        listed.sort_unstable();
        expected.sort_unstable();
        assert_eq!(listed, expected, "{command}");
    }
    assert_eq!(options(directory.path(), Some("serve")), options(directory.path(), None));
}

#[test]
fn a_shell_is_told_every_command_and_option() {
    let directory = directory();
    for shell in ["bash", "zsh", "fish"] {
        let said = run(directory.path(), &[], &["completions", shell]);
        assert_eq!((said.status, said.err.as_str()), (Some(0), ""), "{shell}");
        for word in COMMANDS.iter().map(|(command, _)| *command).chain(OWN).chain(VALUES.map(|(option, _)| option)) {
            // It is no option that the help lists.
            assert!(said.out.contains(word) || word == "width", "{shell}: {word}");
        }
        for value in ["backup", "card", "fish"] {
            assert!(said.out.contains(value), "{shell}: {value}");
        }
    }
}
