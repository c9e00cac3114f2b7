use std::{
    fs,
    path::{Path, PathBuf},
};

use toml::Value;

use super::*;
use crate::typeset;

/// Each word of a table with its path, `hints.find`; those of a list one after the other.
fn words(table: &Table) -> Vec<(String, String)> {
    fn walk(path: &str, value: &Value, words: &mut Vec<(String, String)>) {
        let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        match value {
            Value::Table(table) => table.iter().for_each(|(key, value)| walk(&below(key), value, words)),
            Value::Array(list) => list.iter().for_each(|value| walk(path, value, words)),
            Value::String(word) => words.push((path.to_owned(), word.clone())),
            other => panic!("{path}: {other:?}"),
        }
    }
    let mut found = Vec::new();
    walk("", &Value::Table(table.clone()), &mut found);
    found
}

#[test]
fn each_table_has_every_word_and_what_is_put_into_it() {
    let english = words(&default_locale());
    for (language, text) in LOCALES {
        let table: Table = text.parse().unwrap();
        let paths = |words: &[(String, String)]| words.iter().map(|(path, _)| path.clone()).collect::<Vec<_>>();
        let own = words(&table);
        assert_eq!(paths(&own), paths(&english), "{language}");
        for ((path, word), (_, english)) in own.iter().zip(&english) {
            assert_eq!(placeholders(word), placeholders(english), "{language}: {path}");
            assert!(!word.is_empty() && word.chars().all(|sign| !sign.is_control()), "{language}: {path}");
            let spaced =
                matches!(path.as_str(), "plain.prompt") || path.starts_with("lists.") || path.starts_with("quotes.");
            assert!(spaced || word.trim() == word, "{language}: {path}");
        }
        assert!(Words::from_table(table).is_some(), "{language}");
    }
}

#[test]
fn every_table_in_the_directory_is_in_the_program() {
    let mut files: Vec<String> = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("locales"))
        .unwrap()
        .map(|file| file.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    files.sort();
    assert_eq!(languages().collect::<Vec<_>>(), files);
}

#[test]
fn tables_have_the_marks_and_spaces_of_their_language() {
    for language in languages() {
        let words = Words::from_table(locale(language).unwrap()).unwrap();
        let quoted = [&words.quotes.open, "{}", &words.quotes.close].concat();
        assert!(words.search.nothing.contains(&quoted), "{language}: {}", words.search.nothing);
    }
    for (path, word) in words(&locale("fr").unwrap()) {
        // The key `?`.
        let word = word.replace(" ? les", "");
        let breaks = [" :", " ;", " !", " ?", " »", "« "].into_iter().find(|of| word.contains(of));
        assert_eq!(breaks, None, "{path}: {word}");
    }
}

/// A notice has room in a window of 40 columns, whole; those of English in the smallest.
#[test]
fn notices_are_short() {
    for language in languages() {
        let most = if language == DEFAULT_LANGUAGE { 22 } else { 37 };
        for (path, word) in words(&locale(language).unwrap()).iter().filter(|(path, _)| path.starts_with("notices.")) {
            assert!(typeset::width(word) <= most, "{language}: {path}: {word}");
        }
    }
}

/// In a window of 40 columns the key that reads on stands beside those of the help and of the end.
#[test]
fn the_first_keys_of_a_page_fit_a_window_of_40_columns() {
    for language in languages() {
        let HintWords { read_on, keys, hang_up, .. } = Words::from_table(locale(language).unwrap()).unwrap().hints;
        let line = format!("⏎ {read_on}  ? {keys}  q {hang_up}");
        assert!(typeset::width(&line) <= 37, "{language}: {line}");
    }
}

fn sources(directory: &Path, text: &mut String) {
    for entry in fs::read_dir(directory).unwrap() {
        let path: PathBuf = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, text);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            let source = fs::read_to_string(&path).unwrap();
            text.extend(source.split("#[cfg(test)]").next().unwrap().split_whitespace());
        }
    }
}

#[test]
fn every_word_is_said_somewhere() {
    let mut text = String::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut text);
    let is_read = |path: &str| {
        text.match_indices(path)
            .any(|(at, _)| !text[at + path.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    };
    let tables = default_locale();
    for (table, keys) in tables.iter().filter(|(table, keys)| *table != "pages" && keys.is_table()) {
        for key in keys.as_table().unwrap().keys() {
            assert!(is_read(&format!("{table}.{key}")), "nothing says {table}.{key}");
        }
    }
}

#[test]
fn names_and_parts_are_put_together() {
    let [english, chinese] = ["en", "zh"].map(|tag| Words::from_table(locale(tag).unwrap()).unwrap());
    let names = ["a", "b", "c"].map(str::to_owned);
    assert_eq!((english.listed(&names[..0]), english.listed(&names[..1])), (String::new(), "a".to_owned()));
    assert_eq!((english.listed(&names), chinese.listed(&names)), ("a, b and c".to_owned(), "a、b和c".to_owned()));
    assert_eq!((english.with(&names[..2]), english.with(&[])), ("With a and b".to_owned(), String::new()));
    assert_eq!(english.with(&["A B".to_owned(), "C".to_owned()]), "With A\u{a0}B and C");
    assert_eq!((english.joined(&names), chinese.labelled("a", "b")), ("a, b, c".to_owned(), "a：b".to_owned()));
    assert_eq!(filled("{} of {}", &["{}", "2"]), "{} of 2");
    assert_eq!((placeholders("{to} a {from} {}"), placeholders("a } {")), (vec!["{from}", "{to}", "{}"], Vec::new()));
}

#[test]
fn dates_are_told_as_the_language_has_them() {
    use crate::document::{Date, Dates, End};
    let date = |text: &str| Date::parse(text).unwrap();
    let day = Dates::Span { from: Some(date("2023-03-05")), to: Some(End::Now) };
    let month = Dates::Span { from: Some(date("2019-03")), to: Some(End::Date(date("2021"))) };
    for (language, expected) in [
        ("en", ["5 Mar 2023 – now", "Mar 2019 – 2021"]),
        ("de", ["5. März 2023 – heute", "März 2019 – 2021"]),
        ("ja", ["2023年3月5日 – 現在", "2019年3月 – 2021年"]),
        ("zh", ["2023年3月5日 – 至今", "2019年3月 – 2021年"]),
    ] {
        let words = Words::from_table(locale(language).unwrap()).unwrap();
        assert_eq!([day.text(&words), month.text(&words)], expected, "{language}");
    }
}
