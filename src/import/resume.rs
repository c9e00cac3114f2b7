//! The file of a resume: read whole, within bounds, and without what could not be shown or says nothing.

use std::{
    fs::{self, File},
    io::Read as _,
    path::Path,
};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::{json, report::Report};
use crate::{
    document::Extra,
    formats::json_resume::{LONGEST_IMAGE, shape::SHAPES},
    profile::characters::{push_shown, quoted},
};

/// The longest file, in bytes. A long resume has 100 KiB; with a picture in it, some hundreds more.
const LONGEST: u64 = 1024 * 1024;
/// Lists and objects stand in each other so deep: the schema has four levels, and `extra` has sixteen.
const DEEPEST: usize = 12;
/// The elements of one list: more than a life has.
const ELEMENTS: usize = 1000;

/// Reads a resume. Its texts hold no character that a profile refuses, and what is null or empty is left out.
pub(super) fn read(path: &Path) -> Result<(Extra, Report)> {
    let shown = path.display();
    let kind = fs::metadata(path).with_context(|| format!("{shown} cannot be read"))?;
    if !kind.is_file() {
        bail!("{shown} is not a file; name the file of a JSON Resume, as in `resume.json`");
    }
    let mut bytes = Vec::new();
    let file = File::open(path).with_context(|| format!("{shown} cannot be read"))?;
    file.take(LONGEST + 1).read_to_end(&mut bytes).with_context(|| format!("{shown} cannot be read"))?;
    if bytes.len() as u64 > LONGEST {
        bail!("{shown} is longer than {} KiB, which no resume is; name another file", LONGEST / 1024);
    }
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
    let (value, again) = json::parse(bytes)
        .with_context(|| format!("{shown} is not JSON; save it as JSON in UTF-8, as a JSON Resume is"))?;
    let (resume, mut report) = resume(value).with_context(|| shown.to_string())?;
    for path in again {
        report.note(&self::shown(&path).replace(['\n', '\t'], " "), "the key is there again, and the last was taken");
    }
    Ok((resume, report))
}

/// Looks at a value that was read.
pub(super) fn resume(value: Value) -> Result<(Extra, Report)> {
    check(&value, DEEPEST, "the file")?;
    let mut report = Report::default();
    let Some(Value::Object(resume)) = cleaned(value, "", &mut report) else {
        bail!("this is no JSON Resume: it is not an object that says something");
    };
    let lists = SHAPES.iter().map(|shape| shape.list).chain(["basics", "interests"]);
    if !lists.into_iter().any(|list| resume.contains_key(list)) {
        bail!("this is no JSON Resume: it has neither `basics` nor `work`, nor another of its sections");
    }
    Ok((resume, report))
}

/// Whether a value is within the bounds. The parser has bounded the depth for this walk.
fn check(value: &Value, depth: usize, name: &str) -> Result<()> {
    let Some(depth) = depth.checked_sub(1) else {
        bail!("lists and objects are nested deeper than {DEEPEST} levels, which those of a resume are not");
    };
    match value {
        Value::Array(values) if values.len() > ELEMENTS => {
            bail!("{} has {} entries, and at most {ELEMENTS} are imported; shorten it", quoted(name), values.len())
        }
        Value::Object(fields) if fields.len() > ELEMENTS => {
            bail!("{} has {} keys, and at most {ELEMENTS} are imported; shorten it", quoted(name), fields.len())
        }
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
    use serde_json::json;

    use super::*;

    fn refused(text: &str) -> String {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), text).unwrap();
        let error = format!("{:#}", read(file.path()).unwrap_err());
        assert!(!error.contains('\n'), "{error}");
        error.replace(&file.path().display().to_string(), "FILE")
    }

    #[test]
    fn what_is_no_resume_is_refused_in_a_line() {
        let many = format!("{{\"work\":[{}{{}}]}}", "{},".repeat(1000));
        let million = format!("{{\"work\":[{}0]}}", "0,".repeat(1_000_000));
        let deep = format!("{{\"work\":{}{}}}", "[".repeat(20), "]".repeat(20));
        let deeper = "[".repeat(1_000_000);
        for (text, expected) in [
            ("", "FILE is not JSON; save it as JSON in UTF-8"),
            ("basics:\n  name: A\n", "FILE is not JSON"),
            ("[]", "FILE: this is no JSON Resume: it is not an object"),
            ("{\"name\": \"package\"}", "FILE: this is no JSON Resume: it has neither `basics` nor `work`"),
            (&*many, "FILE: `work` has 1001 entries, and at most 1000 are imported"),
            (&*million, "FILE is longer than 1024 KiB"),
            (&*deep, "FILE: lists and objects are nested deeper than 12 levels"),
            (&*deeper, "FILE is not JSON; save it as JSON in UTF-8, as a JSON Resume is: recursion limit exceeded"),
        ] {
            let error = refused(text);
            assert!(error.starts_with(expected), "{error}");
        }
        let error = format!("{:#}", read(Path::new("no/such.json")).unwrap_err());
        assert!(error.starts_with("no/such.json cannot be read: No such file"), "{error}");
        assert!(format!("{:#}", read(Path::new("/")).unwrap_err()).starts_with("/ is not a file"));
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
