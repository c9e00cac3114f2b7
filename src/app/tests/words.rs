//! No word of the card itself is said that is not in the tables of words: a card whose tables are in a language of its
//! own, Cyrillic letter for Latin letter, says no Latin word but the owner's, names of keys, commands and files.

use std::collections::BTreeSet;

use toml::{Table, Value};

use super::*;
use crate::{
    document::{
        Document, Words,
        words::{default_locale, locale},
    },
    exhibits, formats, ssh,
};

/// What is no word of a language.
const NAMES: &str = "ssh COMMAND postcard text markdown vcard json html qr hostkey privacy version help width N utf ansi dark \
                     light ascii svg png known_hosts DNS JSON Resume Markdown QR vCard card about contact resume README txt vcf md \
                     plain mono still Tab Shift Esc Space PgDn PgUp Ctrl C G M b f g h j k l m o q r t w y Enter";

/// A word in the language of the test; what is put in, and names, stay.
fn marked(word: &str) -> String {
    let letter = |c: char| match c {
        'a'..='z' => char::from_u32(u32::from('а') + u32::from(c) - u32::from('a')).unwrap(),
        'A'..='Z' => char::from_u32(u32::from('А') + u32::from(c) - u32::from('A')).unwrap(),
        _ => c,
    };
    let names: BTreeSet<&str> = latin(NAMES).collect();
    let part = |part: &str| {
        if part.starts_with('{') || names.contains(part) { part.to_owned() } else { part.chars().map(letter).collect() }
    };
    let mut parts = Vec::new();
    let mut rest = word;
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '{' => rest.find('}').unwrap() + 1,
            _ if first.is_ascii_alphabetic() => rest.find(|c: char| !is_latin(c)).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        parts.push(part(&rest[..end]));
        rest = &rest[end..];
    }
    parts.concat()
}

fn is_latin(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The words in Latin letters.
fn latin(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !is_latin(c)).filter(|word| word.contains(|c: char| c.is_ascii_alphabetic()))
}

fn translated(value: Value) -> Value {
    match value {
        Value::String(word) => Value::String(marked(&word)),
        Value::Array(list) => Value::Array(list.into_iter().map(translated).collect()),
        Value::Table(table) => Value::Table(table.into_iter().map(|(key, value)| (key, translated(value))).collect()),
        other => other,
    }
}

fn in_another_language() -> (Document, BTreeSet<String>) {
    let mut table = default_locale();
    let direction = table["direction"].clone();
    table = table.into_iter().map(|(key, value)| (key, translated(value))).collect::<Table>();
    table.insert("direction".to_owned(), direction);
    let mut document = own().document().clone();
    document.words = Arc::new(Words::from_table(table).unwrap());
    for page in &mut document.pages {
        if let Some(title) = document.words.pages.get(&page.name) {
            page.title.clone_from(title);
        }
    }
    let mut known: Vec<String> = latin(NAMES).map(str::to_owned).collect();
    let directory = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/engineer"));
    for file in std::fs::read_dir(directory).unwrap() {
        let file = file.unwrap().path();
        known.extend(latin(&std::fs::read_to_string(&file).unwrap()).map(str::to_owned));
        known.push(file.file_stem().unwrap().to_string_lossy().into_owned());
    }
    // Exhibits are English.
    for name in exhibits::NAMES {
        known.extend(latin(&format!("{:?}", exhibits::summary(name).unwrap())).map(str::to_owned));
    }
    (document, known.into_iter().map(|word| word.to_lowercase()).collect())
}

/// Each word is one of the `known`; in a window that breaks words, a part of one.
fn check(what: &str, text: &str, known: &BTreeSet<String>, breaks: bool) {
    let is_part = |word: &str| word.len() < 3 || known.iter().any(|of| of.starts_with(word) || of.ends_with(word));
    let words: BTreeSet<String> = latin(text).map(str::to_lowercase).collect();
    let unknown: Vec<&String> =
        words.iter().filter(|word| !(known.contains(*word) || breaks && is_part(word))).collect();
    assert!(unknown.is_empty(), "{what} says {unknown:?}:\n{text}");
}

#[test]
fn every_word_of_a_screen_is_of_the_tables() {
    let (document, known) = in_another_language();
    let mut lone = document.clone();
    lone.card.address = None;
    for document in [document, lone] {
        let site = Arc::new(Site::new(document));
        for (width, height) in [(80, 24), (120, 24), (24, 8), (8, 2)] {
            for keys in [
                "<rest>", "f<rest>", "2", "3", "3<enter>", "4", "5", "?", "/", "/щщщ", "/card", "m", "M", "t", "tt",
                "ttt", "tttt", "5y", "3o",
            ] {
                let screen = Visitor::arrive(&site, width, height).keys(keys).screen();
                check(&format!("{keys} at {width}x{height}"), &screen, &known, width < 80);
            }
            for event in [AppEvent::Idle, AppEvent::NotCopied, AppEvent::Restarting, AppEvent::Updated] {
                let mut visitor = Visitor::arrive(&site, width, height);
                visitor.update(event);
                check("a notice", &visitor.screen(), &known, width < 80);
            }
        }
        let mut plain = plain::Plain::new(Arc::clone(&site), 80, false);
        let mut said = String::new();
        plain.greet(&Preferences::default(), &mut said);
        for line in ["", "?", "0", "3", "3.1"] {
            let keys =
                line.chars().map(crate::terminal::input::Code::Char).chain([crate::terminal::input::Code::Enter]);
            keys.for_each(|code| _ = plain.key(Key::new(code), &mut said));
        }
        plain.warn(&mut said);
        plain.tell_restart(&mut said);
        check("plain mode", &said, &known, false);
        let (goodbye, command) = site.goodbye();
        check("goodbye", &format!("{goodbye} {command:?}").replace("Some", "").replace("None", ""), &known, false);
    }
}

#[test]
fn every_word_of_a_document_is_of_the_tables() {
    let (document, mut known) = in_another_language();
    let help =
        ssh::exec::print(|| Ok(document.clone()), "help", &ssh::hostkey::KeyPlace::Directory("keys".into()), false)
            .unwrap();
    check("help", &String::from_utf8_lossy(&help.out), &known, false);
    let renditions = formats::Renditions::new(&document.clone(), Arc::new(document));
    check("text", &String::from_utf8_lossy(&renditions.text(72)), &known, false);
    known.extend(["https".to_owned(), "mailto".to_owned()]);
    let said = |name| String::from_utf8_lossy(&renditions.get(name, "").unwrap().bytes).into_owned();
    check("markdown", &said("markdown"), &known, false);
    let html = said("html");
    let (_, body) = html.split_once("<body").unwrap();
    // The words between the elements.
    let words: Vec<&str> = body.split('<').filter_map(|part| Some(part.split_once('>')?.1)).collect();
    let words =
        words.join(" ").replace("&amp;", "&").replace("&quot;", "\"").replace("&#39;", "'").replace("&gt;", ">");
    check("html", &words, &known, false);
    let (_, readme) = renditions.files().into_iter().next().unwrap();
    check("README.txt", &String::from_utf8_lossy(&readme), &known, false);
}

#[test]
fn every_language_has_room_on_every_screen() {
    for language in ["ar", "de", "fr", "hi", "ja", "pl"] {
        let mut document = own().document().clone();
        document.words = Arc::new(Words::from_table(locale(language).unwrap()).unwrap());
        let site = Arc::new(Site::new(document));
        for (width, height) in [(24, 6), (40, 12), (80, 24), (120, 40)] {
            for keys in ["<rest>", "f<rest>", "2", "3<enter>", "5y", "?", "/card", "/щщщ"] {
                properties::holds(&site, width, height, keys).unwrap();
            }
        }
    }
}
