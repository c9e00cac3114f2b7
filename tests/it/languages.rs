//! A card in two languages: which one a visitor reads, and how they come to the other.

use std::path::Path;

use russh::client::Config;
use russh_sftp::client::SftpSession;
use sshcard::{document::Document, ssh::limits::Limits};

use crate::{
    card::load,
    support::{Client, Output, Running, Terminal, rendered, soon},
};

/// Words that stand on the card of the app developer, in Arabic and in English.
const ARABIC: &str = "تطبيقات صغيرة";
const ENGLISH: &str = "Small apps for";

/// The card of an app developer who does not exist: in Arabic, with English as its second language.
fn apps() -> Document {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/owners/apps");
    load(&directory)
}

async fn server() -> Running {
    Running::of(apps(), Limits { per_address: 0, ..Limits::default() }).await
}

fn text(language: usize) -> String {
    rendered(apps().editions().nth(language).unwrap(), "text")
}

#[tokio::test]
async fn the_door_the_variable_and_the_locale_choose_the_language() {
    let server = server().await;
    for (user, variables, words) in [
        ("visitor", &[][..], ARABIC),
        ("en", &[][..], ENGLISH),
        ("EN", &[("LANG", "ar_EG.UTF-8")], ENGLISH),
        ("ar", &[("LANG", "en_US.UTF-8")], ARABIC),
        ("visitor", &[("LC_SSHCARD", "en,still")], ENGLISH),
        ("visitor", &[("LANG", "en_GB.UTF-8")], ENGLISH),
        ("visitor", &[("LANG", "en_GB.UTF-8"), ("LC_MESSAGES", "ar")], ARABIC),
        ("visitor", &[("LANG", "en_GB.UTF-8"), ("LC_ALL", "C.UTF-8")], ARABIC),
        ("visitor", &[("LANG", "fr_FR.UTF-8")], ARABIC),
    ] {
        let client = Client::connect_as(&server, user, Config::default()).await;
        let variables: Vec<_> = variables.iter().copied().chain([("LC_CTYPE", "C.UTF-8")]).collect();
        let mut terminal = client.terminal_with(&variables, "xterm-256color", 100, 30).await;
        terminal.expect(words).await;
        terminal.types("q").await;
        assert_eq!(terminal.ends().await, Some(0), "{user} {variables:?}");
    }
}

async fn arrives(client: &Client) -> Terminal {
    client.terminal_with(&[("LC_SSHCARD", "still"), ("LC_CTYPE", "C.UTF-8")], "xterm-256color", 100, 30).await
}

#[tokio::test]
async fn a_key_shows_the_same_place_in_the_other_language() {
    let server = server().await;
    let client = Client::connect_as(&server, "en", Config::default()).await;
    let mut terminal = arrives(&client).await;
    terminal.expect(ENGLISH).await;
    // The third page, and in it the second app.
    terminal.types("3j").await;
    terminal.expect("When did I water the basil?").await;
    terminal.types("L").await;
    terminal.expect("متى سقيتُ الريحان؟").await;
    terminal.types("L").await;
    terminal.expect("When did I water the basil?").await;
    terminal.expect("In English.").await;
    terminal.types("?").await;
    terminal.expect("in another language").await;
}

#[tokio::test]
async fn plain_lines_switch_by_a_tag() {
    let server = server().await;
    let client = Client::connect_as(&server, "en", Config::default()).await;
    let variables = [("LC_SSHCARD", "plain"), ("LC_CTYPE", "C.UTF-8")];
    let mut terminal = client.terminal_with(&variables, "xterm-256color", 80, 60).await;
    terminal.expect(ENGLISH).await;
    terminal.expect("ar العربية").await;
    terminal.types("3\r").await;
    terminal.expect("When did I water the basil?").await;
    terminal.types("ar\r").await;
    terminal.expect("en English").await;
    terminal.types("3\r").await;
    terminal.expect("متى سقيتُ الريحان؟").await;
}

#[tokio::test]
async fn documents_are_in_the_language_that_is_named() {
    let server = server().await;
    let [arabic, english] = [text(0), text(1)];
    for (user, command, variable, expected) in [
        ("visitor", "text", "", &arabic),
        ("visitor", "en text", "", &english),
        ("visitor", "  EN   text ", "", &english),
        ("en", "text", "", &english),
        ("en", "ar text", "", &arabic),
        ("visitor", "text", "en", &english),
    ] {
        let client = Client::connect_as(&server, user, Config::default()).await;
        let channel = client.open().await.unwrap();
        channel.set_env(true, "LC_SSHCARD", variable).await.unwrap();
        // A document is what was asked for, wherever the client runs.
        channel.set_env(true, "LANG", if *expected == english { "ar_EG" } else { "en_US" }).await.unwrap();
        channel.exec(true, command).await.unwrap();
        let output = Output::of(channel).await;
        assert_eq!((&output.out, output.status), (expected, Some(0)), "{user} {command} {variable}");
    }
    // Without a command it is text for a reader.
    for (user, expected) in [("visitor", &arabic), ("en", &english)] {
        let client = Client::connect_as(&server, user, Config::default()).await;
        assert_eq!(&client.shell().await.out, expected);
    }
    let client = Client::connect(&server).await;
    let vcard = client.exec("en vcard").await.out;
    assert!(vcard.contains("Salma Alzahrawi") && !vcard.contains("سلمى"), "{vcard}");
    let [help, in_english] = [client.exec("help").await.out, client.exec("en").await.out];
    assert!(in_english.contains("ar|en COMMAND") && in_english.contains("ar@ en@"), "{in_english}");
    assert!(help != in_english && help.contains("ar|en COMMAND"), "{help}");
    let unknown = client.exec("en txt").await;
    assert_eq!(unknown.status, Some(127), "{unknown:?}");
}

#[tokio::test]
async fn the_other_language_is_a_directory() {
    let server = server().await;
    let client = Client::connect(&server).await;
    let session = soon(SftpSession::new(client.sftp().await.into_stream())).await.unwrap();
    let names = async |path: &str| -> Vec<String> {
        soon(session.read_dir(path)).await.unwrap().map(|file| file.file_name()).collect()
    };
    let root = names("/").await;
    assert!(root.contains(&"en".to_owned()), "{root:?}");
    let files: Vec<String> = root.into_iter().filter(|name| name != "en").collect();
    assert_eq!(names("en").await, files);
    assert_eq!(soon(session.canonicalize("en/..")).await.unwrap(), "/");
    let readme = String::from_utf8(soon(session.read("en/README.txt")).await.unwrap()).unwrap();
    assert!(readme.ends_with(&text(1)), "{readme}");
    let readme = String::from_utf8(soon(session.read("README.txt")).await.unwrap()).unwrap();
    assert!(readme.ends_with(&text(0)) && readme.contains("  en/          English\n"), "{readme}");
    assert!(soon(session.read("en/en/README.txt")).await.is_err());
}
