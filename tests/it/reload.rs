//! The profile that changes while visitors read.

use std::{
    fs::{self, File},
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Stdio,
};

use tempfile::TempDir;
use tokio::{sync::watch, task::JoinSet};

use super::{
    process::{Process, free_address, send, until},
    support::{Client, Terminal, soon},
};

/// SIGHUP.
const HANGUP: i32 = 1;

/// A server of a profile that a test changes.
struct Edited {
    place: TempDir,
    server: Process,
    log: PathBuf,
    ops: SocketAddr,
}

/// A card of these words, which are on the card and, twice, on a page of its own.
fn write(profile: &Path, words: &str) {
    fs::create_dir_all(profile).unwrap();
    replace(&profile.join("card.toml"), &format!("headline = \"{words} headline\"\nname = \"Ada Example\"\n"));
    replace(&profile.join("about.md"), &format!("# About\n\n{words} beginning.\n\n{words} end.\n"));
}

/// Writes a file as editors do: beside it, and then in its place.
fn replace(file: &Path, content: &str) {
    let swap = file.with_file_name(".swap");
    File::create(&swap).unwrap().write_all(content.as_bytes()).unwrap();
    fs::rename(swap, file).unwrap();
}

impl Edited {
    /// Serves `profile` in a directory of the test's own, once `prepare` has written it.
    fn of(prepare: impl FnOnce(&Path)) -> Self {
        let place = tempfile::tempdir().unwrap();
        prepare(place.path());
        let log = place.path().join("log");
        let ops = free_address();
        let more = ["--max-per-address", "0", "--ops", &ops.to_string()];
        let server = Process::serving(
            &place.path().join("profile"),
            "exec \"$@\"",
            Stdio::from(File::create(&log).unwrap()),
            &more,
        );
        Self { place, server, log, ops }
    }

    fn profile(&self) -> PathBuf {
        self.place.path().join("profile")
    }

    fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    /// How many reloads have had this result.
    fn reloads(&self, result: &str) -> u32 {
        let mut answer = String::new();
        let mut stream = TcpStream::connect(self.ops).unwrap();
        write!(stream, "GET /metrics HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.ops).unwrap();
        stream.read_to_string(&mut answer).unwrap();
        let name = format!("sshcard_profile_reloads_total{{result=\"{result}\"}} ");
        let count = answer.lines().find_map(|line| line.strip_prefix(&name));
        count.unwrap_or_else(|| panic!("{answer}")).parse().unwrap()
    }

    /// Waits until there were so many reloads with this result.
    async fn reloaded(&self, result: &str, times: u32) {
        until(|| self.reloads(result) >= times).await;
    }
}

async fn about(visitor: &Client) -> String {
    let output = visitor.exec("about").await;
    assert_eq!(output.status, Some(0));
    output.out
}

/// Waits until the page says these words.
async fn says(visitor: &Client, words: &str) {
    soon(async { while !about(visitor).await.contains(words) {} }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_page_shows_what_the_files_say_at_the_next_key() {
    let edited = Edited::of(|place| write(&place.join("profile"), "Former"));
    let visitor = edited.server.visitor().await;
    let mut page: Terminal = visitor.terminal("xterm-256color", 80, 24).await;
    page.expect("Former headline").await;
    page.types("2").await;
    page.expect("Former beginning").await;
    write(&edited.profile(), "Present");
    edited.reloaded("changed", 1).await;
    page.types("j").await;
    page.expect("Present beginning").await;
    page.expect("The card was updated.").await;
    assert!(about(&visitor).await.contains("Present end"));
    assert_eq!(edited.reloads("failed"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_edit_keeps_the_card_and_is_told() {
    let edited = Edited::of(|place| write(&place.join("profile"), "Former"));
    let visitor = edited.server.visitor().await;
    replace(&edited.profile().join("card.toml"), "name = \"Ada Example\"\nheadline = \"not closed\n");
    edited.reloaded("failed", 1).await;
    // The log is written by a thread of its own.
    until(|| edited.log().contains("the card stays as it is")).await;
    let told = edited.log();
    assert!(told.contains("/profile/card.toml:2:"), "{told}");
    assert!(visitor.exec("text").await.out.contains("Former headline"));
    write(&edited.profile(), "Present");
    edited.reloaded("changed", 1).await;
    assert!(visitor.exec("text").await.out.contains("Present headline"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_shown_is_logged_once() {
    let edited = Edited::of(|place| write(&place.join("profile"), "Former"));
    // What a profile has at the start is told by the start.
    let _visitor = edited.server.visitor().await;
    fs::write(edited.profile().join("notes.txt"), "").unwrap();
    until(|| edited.log().contains("the profile loads with 1 warning;")).await;
    write(&edited.profile(), "Present");
    edited.reloaded("changed", 1).await;
    replace(&edited.profile().join("card.toml"), "headline = \"not closed\n");
    until(|| edited.log().contains("the card stays as it is")).await;
    let log = edited.log();
    assert_eq!(log.matches("the profile loads with").count(), 1, "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_of_one_card() {
    let link = |place: &Path, edit: usize| {
        write(&place.join(edit.to_string()), &format!("Edition {edit}"));
        symlink(edit.to_string(), place.join("next")).unwrap();
        fs::rename(place.join("next"), place.join("profile")).unwrap();
    };
    let edited = Edited::of(|place| link(place, 0));
    let visitor = edited.server.visitor().await;
    for edit in 1..=10 {
        link(edited.place.path(), edit);
        for _ in 0..2 {
            let text = visitor.exec("text").await.out;
            let editions: Vec<&str> =
                text.match_indices("Edition ").map(|(at, _)| text[at + 8..].split(' ').next().unwrap()).collect();
            assert!(editions.len() >= 3 && editions.iter().all(|one| *one == editions[0]), "{text}");
        }
    }
    says(&visitor, "Edition 10 end").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_to_other_files_is_seen() {
    // As Kubernetes mounts a ConfigMap: the files are links through `..data`, which is replaced.
    let edited = Edited::of(|place| {
        let profile = place.join("profile");
        write(&profile.join("..1"), "Former");
        write(&profile.join("..2"), "Present");
        symlink("..1", profile.join("..data")).unwrap();
        for file in ["card.toml", "about.md"] {
            symlink(format!("..data/{file}"), profile.join(file)).unwrap();
        }
    });
    let visitor = edited.server.visitor().await;
    assert!(about(&visitor).await.contains("Former end"));
    symlink("..2", edited.profile().join("..data_tmp")).unwrap();
    fs::rename(edited.profile().join("..data_tmp"), edited.profile().join("..data")).unwrap();
    edited.reloaded("changed", 1).await;
    assert!(about(&visitor).await.contains("Present end"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_that_is_replaced_is_watched() {
    let edited = Edited::of(|place| {
        write(&place.join("1"), "Former");
        write(&place.join("2"), "Present");
        symlink("1", place.join("profile")).unwrap();
    });
    let visitor = edited.server.visitor().await;
    assert!(about(&visitor).await.contains("Former end"));
    symlink("2", edited.place.path().join("next")).unwrap();
    fs::rename(edited.place.path().join("next"), edited.profile()).unwrap();
    edited.reloaded("changed", 1).await;
    write(&edited.place.path().join("2"), "Final");
    says(&visitor, "Final end").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sighup_reads_the_files_again() {
    // The directory is replaced to which links lead, where nothing is watched.
    let edited = Edited::of(|place| {
        write(&place.join("of"), "Former");
        write(&place.join("next"), "Present");
        link_files(place, "../of");
    });
    let visitor = edited.server.visitor().await;
    for (from, to) in [("of", "former"), ("next", "of")] {
        fs::rename(edited.place.path().join(from), edited.place.path().join(to)).unwrap();
    }
    send(HANGUP, edited.server.child.id());
    edited.reloaded("changed", 1).await;
    assert!(about(&visitor).await.contains("Present end"));
    // To read files is no change of theirs: nothing reloads without end.
    assert_eq!((edited.reloads("unchanged"), edited.reloads("changed")), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_on_the_way_to_a_file_is_seen() {
    let edited = Edited::of(|place| {
        write(&place.join("of/1"), "Former");
        write(&place.join("of/2"), "Present");
        symlink("1", place.join("of/current")).unwrap();
        link_files(place, "../of/current");
    });
    let visitor = edited.server.visitor().await;
    symlink("2", edited.place.path().join("of/next")).unwrap();
    fs::rename(edited.place.path().join("of/next"), edited.place.path().join("of/current")).unwrap();
    says(&visitor, "Present end").await;
}

/// Links the files of the profile to those of another directory.
fn link_files(place: &Path, to: &str) {
    fs::create_dir(place.join("profile")).unwrap();
    for file in ["card.toml", "about.md"] {
        symlink(format!("{to}/{file}"), place.join("profile").join(file)).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_seen_to_which_links_lead() {
    let edited = Edited::of(|place| {
        write(&place.join("elsewhere"), "Former");
        link_files(place, "../elsewhere");
    });
    let visitor = edited.server.visitor().await;
    for words in ["Present", "Final"] {
        write(&edited.place.path().join("elsewhere"), words);
        says(&visitor, &format!("{words} end")).await;
    }
    // The same name in another directory.
    write(&edited.place.path().join("other"), "Other");
    let link = edited.profile().join("next");
    symlink("../other/about.md", &link).unwrap();
    fs::rename(&link, edited.profile().join("about.md")).unwrap();
    says(&visitor, "Other end").await;
    write(&edited.place.path().join("other"), "Last");
    says(&visitor, "Last end").await;
}

/// Edits while visitors read, of which each fifth is broken.
const EDITS: u32 = 50;

/// The visitors, without the variable: as many as come in well before one of them waits for longer than a test may.
const VISITORS: usize = 30;
const VISITORS_VARIABLE: &str = "SSHCARD_TEST_VISITORS";

/// What memory may grow by from the tenth edit to the last, in bytes: less than one site for each edit would take.
const GROWTH: usize = 4 << 20;

#[tokio::test(flavor = "multi_thread")]
async fn visitors_stay_while_the_profile_changes_fifty_times() {
    let visitors_count = std::env::var(VISITORS_VARIABLE).map_or(VISITORS, |count| count.parse().unwrap());
    let edited = Edited::of(|place| write(&place.join("profile"), "Edition 0"));
    let last = format!("Edition {EDITS} headline");
    let (read_on, reads_on) = watch::channel(());
    let mut visitors = JoinSet::new();
    for _ in 0..visitors_count {
        let visitor = edited.server.visitor().await;
        let mut page = visitor.terminal("xterm-256color", 80, 24).await;
        page.expect("Edition 0 headline").await;
        let (last, mut reads_on) = (last.clone(), reads_on.clone());
        visitors.spawn(async move {
            reads_on.changed().await.unwrap();
            page.types("m").await;
            page.expect(&last).await;
            page.types("q").await;
            page.ends().await
        });
    }
    let reader = edited.server.visitor().await;
    let (mut changed, mut failed, mut answers) = (0, 0, 0);
    let mut memory = Vec::new();
    for edit in 1..=EDITS {
        if edit % 5 == 3 {
            replace(&edited.profile().join("card.toml"), "headline = \"not closed\n");
            failed += 1;
        } else {
            write(&edited.profile(), &format!("Edition {edit}"));
            changed += 1;
        }
        while edited.reloads("changed") < changed || edited.reloads("failed") < failed {
            let text = reader.exec("text").await.out;
            let editions: Vec<&str> =
                text.match_indices("Edition ").map(|(at, _)| text[at + 8..].split(' ').next().unwrap()).collect();
            assert!(editions.len() >= 3 && editions.iter().all(|one| *one == editions[0]), "{text}");
            answers += 1;
        }
        memory.push(edited.server.memory());
    }
    read_on.send_replace(());
    while let Some(status) = visitors.join_next().await {
        assert_eq!(status.unwrap(), Some(0));
    }
    let [first, tenth, end] = [memory[0], memory[9], memory[memory.len() - 1]].map(|bytes| bytes >> 10);
    println!("{answers} answers; memory after the 1st, 10th and last edit: {first}, {tenth}, {end} KiB");
    assert!(memory[memory.len() - 1] <= memory[9] + GROWTH, "{memory:?}");
    assert_eq!((edited.reloads("changed"), edited.reloads("failed")), (changed, failed));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_json_resume_is_served_and_followed_as_it_is() {
    let place = tempfile::tempdir().unwrap();
    let resume = place.path().join("resume.json");
    let write = |words: &str| {
        let text = format!("{{ \"basics\": {{ \"name\": \"Ada Example\", \"summary\": \"{words} words.\" }} }}");
        replace(&resume, &text);
    };
    write("Former");
    let server = Process::serving(&resume, "exec \"$@\"", Stdio::null(), &["--max-per-address", "0"]);
    let visitor = server.visitor().await;
    assert!(about(&visitor).await.contains("Former words."));
    replace(&resume, "{");
    write("Present");
    says(&visitor, "Present words.").await;
    let files: Vec<_> = fs::read_dir(place.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(files, ["resume.json"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_json_resume_behind_links_is_followed() {
    let place = tempfile::tempdir().unwrap();
    let mounted = place.path().join("mounted");
    let write = |revision: &str, words: &str| {
        fs::create_dir_all(mounted.join(revision)).unwrap();
        let text = format!("{{ \"basics\": {{ \"name\": \"Ada Example\", \"summary\": \"{words} words.\" }} }}");
        replace(&mounted.join(revision).join("resume.json"), &text);
    };
    let swap = |revision: &str| {
        symlink(revision, mounted.join("..data_tmp")).unwrap();
        fs::rename(mounted.join("..data_tmp"), mounted.join("..data")).unwrap();
    };
    write("..1", "Former");
    swap("..1");
    symlink("..data/resume.json", mounted.join("resume.json")).unwrap();
    symlink(mounted.join("resume.json"), place.path().join("mine.json")).unwrap();
    let mine = place.path().join("mine.json");
    let server = Process::serving(&mine, "exec \"$@\"", Stdio::null(), &["--max-per-address", "0"]);
    let visitor = server.visitor().await;
    assert!(about(&visitor).await.contains("Former words."));
    write("..2", "Present");
    swap("..2");
    says(&visitor, "Present words.").await;
    write("..2", "Later");
    says(&visitor, "Later words.").await;
    // The first of the links.
    fs::create_dir(place.path().join("other")).unwrap();
    let other = "{ \"basics\": { \"name\": \"Ada Example\", \"summary\": \"Other words.\" } }";
    fs::write(place.path().join("other/resume.json"), other).unwrap();
    symlink("other/resume.json", place.path().join("next.json")).unwrap();
    fs::rename(place.path().join("next.json"), mine).unwrap();
    says(&visitor, "Other words.").await;
}
