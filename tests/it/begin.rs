//! How a card begins: in an empty directory, with the program alone.

use std::{fs, path::Path, process::Command};

use crate::card::{Said, run};

/// The commands that a run names at its end.
fn next_commands(said: &Said) -> Vec<String> {
    let lines = said.out.lines().skip_while(|line| !line.starts_with("Look at the card"));
    lines.filter_map(|line| line.strip_prefix("  ").map(str::to_owned)).collect()
}

/// Runs a line as it was printed, in a shell, with another command of the program in place of the one that needs a
/// terminal or does not end.
fn as_printed(directory: &Path, line: &str, instead: &str) -> String {
    let line = line.replace(" preview", instead).replace(" serve", instead);
    let output = Command::new("sh").arg("-c").arg(&line).current_dir(directory).output().unwrap();
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn init_writes_a_card_that_is_ready_and_never_over_a_file() {
    for (arguments, dir) in [(&["init"][..], "profile"), (&["init", "--yes", "my card/new"], "my card/new")] {
        let directory = tempfile::tempdir().unwrap();
        let said = run(directory.path(), &[], arguments);
        assert_eq!((said.status, said.err.as_str()), (Some(0), ""), "{}", said.out);
        assert!(
            said.out.starts_with("Wrote /") && said.out.contains(&format!("{dir}: card.toml, about.md")),
            "{}",
            said.out
        );
        assert_eq!(next_commands(&said).len(), 2, "{}", said.out);
        for line in next_commands(&said) {
            let checked = as_printed(directory.path(), &line, " check");
            assert!(checked.contains("the card is ready: card, about, career"), "{checked}");
            assert!(as_printed(directory.path(), &line, " print text").contains("Alex Example"));
        }
        let before = fs::read(directory.path().join(dir).join("card.toml")).unwrap();
        fs::remove_file(directory.path().join(dir).join("skills.toml")).unwrap();
        let again = run(directory.path(), &[], arguments);
        assert_eq!((again.status, again.out.as_str()), (Some(1), ""), "{}", again.err);
        assert!(again.err.contains("card.toml, ") && again.err.contains("are there already, and nothing was written"));
        assert!(!directory.path().join(dir).join("skills.toml").exists());
        assert_eq!(fs::read(directory.path().join(dir).join("card.toml")).unwrap(), before);
    }
}

#[test]
fn a_resume_becomes_a_card_and_comes_back() {
    let resume = r#"{ "basics": { "name": "Sam Sample", "location": { "postalCode": "12345" } },
        "work": [{ "name": "Example Ltd", "position": "Engineer", "startDate": "May 2019", "team": "x" }] }"#;
    for arguments in [&["import", "resume.json"][..], &["init", "--from", "resume.json"]] {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("resume.json"), resume).unwrap();
        let said = run(directory.path(), &[], arguments);
        assert_eq!((said.status, said.err.as_str()), (Some(0), ""), "{}", said.out);
        assert!(
            said.out.contains("kept under `extra`:\n  work[0].team\n") || said.out.contains("  work[0].team\n"),
            "{}",
            said.out
        );
        assert!(said.out.contains("  basics.location.postalCode\n"), "{}", said.out);
        let printed = run(directory.path(), &[], &["print", "json"]);
        let json: serde_json::Value = serde_json::from_str(&printed.out).unwrap();
        assert_eq!(json["basics"]["location"]["postalCode"], "12345");
        assert_eq!(json["work"][0]["startDate"], "2019-05");
        assert_eq!(json["work"][0]["team"], "x");
        let text = run(directory.path(), &[], &["print", "text"]).out;
        assert!(text.contains("Example Ltd") && !text.contains("12345"), "{text}");
        // A file that is none is told, and nothing is written.
        let said = run(directory.path(), &[], &["import", "no.json", "other"]);
        assert_eq!(said.status, Some(2), "{}", said.err);
        assert!(said.err.starts_with("error: there is no such file\n--> no.json\n"), "{}", said.err);
        assert!(!directory.path().join("other").exists());
    }
}

#[test]
fn a_profile_of_the_first_edition_is_answered_and_moved() {
    let directory = tempfile::tempdir().unwrap();
    let profile = directory.path().join("profile");
    fs::create_dir(&profile).unwrap();
    fs::write(profile.join("card.toml"), "headline = \"Bridges\"\nmark = \"x\"\n").unwrap();
    fs::write(profile.join("career.toml"), "[[station]]\norganization = \"O\"\nsubject = \"piers\"\n").unwrap();
    let checked = run(directory.path(), &[], &["check"]);
    assert_eq!(checked.status, Some(2));
    assert!(checked.err.contains("or let `sshcard migrate` change all files"), "{}", checked.err);
    let moved = run(directory.path(), &[], &["migrate"]);
    assert_eq!((moved.status, moved.err.as_str()), (Some(0), ""), "{}", moved.out);
    assert!(
        moved.out.contains("`subject` is `title`") && moved.out.contains("the card is ready: card, career"),
        "{}",
        moved.out
    );
    assert!(profile.join("career.toml.0.1").exists());
    let again = run(directory.path(), &[], &["migrate"]);
    assert!(again.out.contains("nothing was changed"), "{}", again.out);
}

#[test]
fn without_a_profile_the_program_says_how_to_begin() {
    let directory = tempfile::tempdir().unwrap();
    let configuration = directory.path().join("config");
    let variables = [("XDG_CONFIG_HOME", configuration.to_str().unwrap())];
    for arguments in [&[][..], &["serve"], &["preview"], &["check"], &["print", "text"], &["migrate"]] {
        let said = run(directory.path(), &variables, arguments);
        assert_eq!((said.status, said.out.as_str()), (Some(2), ""), "{arguments:?}: {}", said.err);
        for words in ["there is no profile yet", "sshcard init ", "--sample", "config/sshcard/profile"] {
            assert!(said.err.contains(words), "{arguments:?}: {}", said.err);
        }
    }
    let sample = run(directory.path(), &variables, &["print", "text", "--sample"]);
    assert_eq!((sample.status, sample.err.as_str()), (Some(0), ""));
    assert!(sample.out.contains("This card is a sample."), "{}", sample.out);
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0, "nothing is made");
    // A profile in the configuration is found; one that lies here wins.
    fs::create_dir_all(configuration.join("sshcard/profile")).unwrap();
    fs::write(configuration.join("sshcard/profile/card.toml"), "headline = 'There'\n").unwrap();
    assert!(run(directory.path(), &variables, &["print", "text"]).out.contains("There"));
    let key = run(directory.path(), &variables, &["print", "hostkey"]);
    assert!(key.err.contains("config/sshcard/keys"), "{}", key.err);
    fs::create_dir(directory.path().join("profile")).unwrap();
    fs::write(directory.path().join("profile/card.toml"), "headline = 'Here'\n").unwrap();
    assert!(run(directory.path(), &variables, &["print", "text"]).out.contains("Here"));
}

#[test]
fn a_resume_is_a_profile_as_it_is() {
    let directory = tempfile::tempdir().unwrap();
    let resume = r#"{ "basics": { "name": "Sam Sample", "location": { "postalCode": "12345" } } }"#;
    fs::write(directory.path().join("resume.json"), resume).unwrap();
    let said = run(directory.path(), &[], &["check", "resume.json"]);
    assert_eq!(said.status, Some(0), "{}", said.err);
    assert!(said.out.contains("resume.json: the card is ready: card"), "{}", said.out);
    assert!(said.err.contains("resume.json") && said.err.contains("basics.location.postalCode"), "{}", said.err);
    let printed = run(directory.path(), &[], &["print", "json", "--profile", "resume.json"]);
    assert!(printed.out.contains("12345") && printed.out.contains("Sam Sample"), "{}", printed.out);
    let missing = run(directory.path(), &[], &["check", "no.json"]);
    assert_eq!(missing.status, Some(2), "{}", missing.err);
    assert!(missing.err.contains("no.json") && missing.err.contains("there is no such file"), "{}", missing.err);
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    fs::write(directory.path().join("resume.json"), "{\n  \"basics\": {\n    \"name\": \"Sam\",\n  }\n}\n").unwrap();
    for command in [&["check", "resume.json"][..], &["import", "resume.json", "other"]] {
        let said = run(directory.path(), &[], command);
        assert_eq!(said.status, Some(2), "{}", said.err);
        assert!(said.err.contains("resume.json:4:3\n") && said.err.contains("remove the comma"), "{}", said.err);
    }
    let told = run(directory.path(), &[], &["check", "--json", "resume.json"]).out;
    let told: serde_json::Value = serde_json::from_str(told.lines().next().unwrap()).unwrap();
    assert_eq!((&told["line"], &told["column"], &told["severity"]), (&4.into(), &3.into(), &"error".into()));
}
