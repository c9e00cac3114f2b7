//! The file of a resume: read whole, within bounds, and without what could not be shown or says nothing.

use std::path::Path;

use serde_json::Value;

use super::{json, report::Report, syntax};
use crate::{
    document::Extra,
    formats::json_resume::{LONGEST_IMAGE, shape::SHAPES},
    profile::{
        Diagnostic, Diagnostics,
        characters::{push_shown, quoted},
        read_file, utf8,
    },
};

/// The longest file, in bytes. A long resume has 100 KiB; with a picture in it, some hundreds more.
const LONGEST: u64 = 1024 * 1024;
/// Lists and objects stand in each other so deep: the schema has four levels, and `extra` has sixteen.
const DEEPEST: usize = 12;
/// The elements of one list: more than a life has.
const ELEMENTS: usize = 1000;

/// The remedy for what is no resume.
const NAME: &str = "name the file of a JSON Resume, as in `resume.json`";

/// What is wrong with a value as a whole, and the remedy.
type WrongResume = (String, &'static str);

/// Reads a resume. Its texts hold no character that a profile refuses, and what is null or empty is left out.
pub(super) fn read(path: &Path) -> Result<(Extra, Report), Diagnostics> {
    let refused = |message: &str, remedy| Diagnostics::from(Diagnostic::with_file(path, message, remedy));
    if path.is_dir() {
        return Err(refused("this is a directory", NAME));
    }
    let bytes = read_file(path, LONGEST)?.ok_or_else(|| refused("there is no such file", NAME))?;
    if bytes.len() as u64 > LONGEST {
        let message = format!("this file is longer than {} KiB, which no resume is", LONGEST / 1024);
        return Err(refused(&message, NAME));
    }
    let text = utf8(path, bytes)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let (value, again) = json::parse(text).map_err(|error| syntax::explained(path, text, &error))?;
    let (resume, mut report) = resume(value).map_err(|(message, remedy)| refused(&message, remedy))?;
    for path in again {
        report.note(&self::shown(&path).replace(['\n', '\t'], " "), "the key is there again, and the last was taken");
    }
    Ok((resume, report))
}

/// Looks at a value that was read.
pub(super) fn resume(value: Value) -> Result<(Extra, Report), WrongResume> {
    check(&value, DEEPEST, "the file")?;
    let mut report = Report::default();
    let Some(Value::Object(resume)) = cleaned(value, "", &mut report) else {
        return Err(("this is no JSON Resume: it is not an object that says something".to_owned(), NAME));
    };
    let lists = SHAPES.iter().map(|shape| shape.list).chain(["basics", "interests"]);
    if !lists.into_iter().any(|list| resume.contains_key(list)) {
        let message = "this is no JSON Resume: it has neither `basics` nor `work`, nor another of its sections";
        return Err((message.to_owned(), NAME));
    }
    Ok((resume, report))
}

/// Whether a value is within the bounds. The parser has bounded the depth for this walk.
fn check(value: &Value, depth: usize, name: &str) -> Result<(), WrongResume> {
    let Some(depth) = depth.checked_sub(1) else {
        let message = format!("lists and objects are nested deeper than {DEEPEST} levels");
        return Err((message, "a resume has them on four levels"));
    };
    let too_many = |count: usize, what: &str| {
        let message = format!("{} has {count} {what}, and at most {ELEMENTS} are imported", quoted(name));
        Err((message, "shorten it"))
    };
    match value {
        Value::Array(values) if values.len() > ELEMENTS => too_many(values.len(), "entries"),
        Value::Object(fields) if fields.len() > ELEMENTS => too_many(fields.len(), "keys"),
        Value::Array(values) => values.iter().try_for_each(|value| check(value, depth, name)),
        Value::Object(fields) => fields.iter().try_for_each(|(key, value)| check(value, depth, key)),
        _ => Ok(()),
    }
}

/// A value without what says nothing; `None` where that is all of it.
fn cleaned(value: Value, path: &str, report: &mut Report) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::String(text) => {
            let shown = shown(&text);
            if shown.len() > LONGEST_IMAGE && shown.starts_with("data:") {
                report.note(path, "this picture in the text is too long to be carried");
                return None;
            }
            // White space counts for nothing.
            let length = |text: &str| text.chars().filter(|sign| !sign.is_whitespace() && *sign != '\u{feff}').count();
            if length(&shown) < length(&text) {
                report.note(path, "characters that cannot be shown were left out");
            }
            (!shown.is_empty()).then_some(Value::String(shown))
        }
        Value::Array(values) => {
            let values = values.into_iter().enumerate();
            let mut of_list = |(index, value): (usize, Value)| {
                let path = format!("{path}[{index}]");
                if value.is_null() {
                    report.note(&path, "null was left out");
                }
                cleaned(value, &path, report)
            };
            let values: Vec<Value> = values.filter_map(&mut of_list).collect();
            (!values.is_empty()).then_some(Value::Array(values))
        }
        Value::Object(fields) => {
            let fields: Extra = fields
                .into_iter()
                .filter_map(|(key, value)| {
                    let key = shown(&key).replace(['\n', '\t'], " ");
                    let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                    Some((key, cleaned(value, &path, report)?))
                })
                .collect();
            (!fields.is_empty()).then_some(Value::Object(fields))
        }
        // TOML has no such number.
        Value::Number(number) if number.is_u64() && number.as_i64().is_none() => {
            Some(Value::String(number.to_string()))
        }
        other => Some(other),
    }
}

/// A text without the characters that a profile refuses. Every end of a line is a line feed.
fn shown(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace(['\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'], "\n");
    let lines = text.split('\n').map(|line| {
        let parts = line.split('\t').map(|part| {
            let mut shown = String::new();
            push_shown(&mut shown, part);
            shown
        });
        parts.collect::<Vec<_>>().join("\t")
    });
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::json;

    use super::*;

    fn refused(bytes: impl AsRef<[u8]>) -> String {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), bytes).unwrap();
        told(file.path()).replace(&file.path().display().to_string(), "FILE")
    }

    fn told(file: &Path) -> String {
        let told = read(file).unwrap_err().first_error(Path::new("")).unwrap().0;
        assert!(!told.contains('\n'), "{told}");
        told
    }

    #[test]
    fn what_is_no_resume_is_refused_in_a_line() {
        let many = format!("{{\"work\":[{}{{}}]}}", "{},".repeat(1000));
        let million = format!("{{\"work\":[{}0]}}", "0,".repeat(1_000_000));
        let deep = format!("{{\"work\":{}{}}}", "[".repeat(20), "]".repeat(20));
        let deeper = "[".repeat(1_000_000);
        for (text, expected) in [
            ("", "FILE: this file is empty; write"),
            ("{\n  \"basics\": {\n    \"name\": \"A\"\n    \"x\": 1 } }", "FILE:4:5: there is no comma between"),
            ("[]", "FILE: this is no JSON Resume: it is not an object"),
            ("{\"name\": \"package\"}", "FILE: this is no JSON Resume: it has neither `basics` nor `work`"),
            (&*many, "FILE: `work` has 1001 entries, and at most 1000 are imported; shorten it"),
            (&*million, "FILE: this file is longer than 1024 KiB"),
            (&*deep, "FILE: lists and objects are nested deeper than 12 levels"),
            (&*deeper, "FILE:1:128: lists and objects are nested too deep"),
        ] {
            let error = refused(text);
            assert!(error.starts_with(expected), "{error}");
        }
        assert_eq!(refused(b"{\n\"basics\": \"\xff\"}"), "FILE:2:12: this is not UTF-8; save the file as UTF-8");
        assert!(told(Path::new("no/such.json")).starts_with("no/such.json: there is no such file; name the file"));
        assert!(told(Path::new("/")).starts_with("/: this is a directory; name the file of a JSON Resume"));
    }

    #[test]
    fn a_file_with_a_byte_order_mark_and_a_key_twice_is_read() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), "\u{feff}{\"basics\": {\"name\": \"A\", \"na\\u006de\": \"B\"}}").unwrap();
        let (resume, report) = read(file.path()).unwrap();
        assert_eq!(resume["basics"]["name"], "B");
        let expected = "To look at:\n  basics.name: the key is there again, and the last was taken\n";
        assert_eq!(report.to_string(), expected);
    }

    #[test]
    fn what_says_nothing_or_cannot_be_shown_is_left_out() {
        let (resume, report) = resume(json!({
            "basics": { "name": " A\u{200b}lex\r\nE\u{1b}xample ", "label": "", "url": null, "location": { "city": " " } },
            "work": [null, {}, { "highlights": [] }],
            "meta": { "n": u64::MAX, "image": format!("data:image/png;base64,{}", "A".repeat(9000)) },
        }))
        .unwrap();
        let expected = json!({ "basics": { "name": "Alex\nExample" }, "meta": { "n": "18446744073709551615" } });
        assert_eq!(Value::Object(resume), expected);
        let notes = report.to_string();
        assert!(notes.contains("basics.name: characters that cannot be shown were left out"), "{notes}");
        assert!(notes.contains("meta.image: this picture"), "{notes}");
        assert!(notes.contains("work[0]: null was left out"), "{notes}");
    }
}
