//! The dates of a resume, in the forms that they are found in: `2019`, `2019-05`, `2019-05-31`, a time of ISO 8601,
//! `May 2019`, `05/2019`, `Present`. What is no date are words.

use serde_json::Value;

use super::fields::{Fields, Report, scalar, shortened};
use crate::{
    document::Date,
    formats::json_resume::shape::{END, Shape},
    profile::limits::LINE,
};

/// The keys of an entry that say when it was, each with its value.
pub(super) type DateKeys = Vec<(&'static str, String)>;

#[derive(Debug, Clone, PartialEq, Eq)]
enum When {
    Date(Date),
    Now,
    Words,
}

/// Takes the dates of an entry. What is not written as the schema has it is carried, so that it comes back.
pub(super) fn take(fields: &mut Fields, shape: &Shape, report: &mut Report) -> DateKeys {
    let [first, last] = shape.dates;
    let from = take_one(fields, first);
    let to = if shape.has_one_date() { take_end(fields, from.as_ref()) } else { take_one(fields, last) };
    let when = |one: &Option<(String, Value)>| one.as_ref().map(|(text, _)| when(text));
    let lines = match (when(&from), when(&to)) {
        (Some(When::Date(date)), None) if shape.has_one_date() => vec![("from", date.iso()), ("to", date.iso())],
        (Some(When::Date(from)), Some(When::Date(to))) if from <= to => vec![("from", from.iso()), ("to", to.iso())],
        (Some(When::Date(from)), None) if shape.goes_on_without_end() => {
            vec![("from", from.iso()), ("to", "now".to_owned())]
        }
        (Some(When::Date(from)), None) => vec![("from", from.iso())],
        (Some(When::Date(from)), Some(When::Now)) => vec![("from", from.iso()), ("to", "now".to_owned())],
        (None, Some(When::Date(to))) => vec![("to", to.iso())],
        (None, Some(When::Now)) => vec![("to", "now".to_owned())],
        (None, None) => Vec::new(),
        // No dates, or an end before its beginning: the words as they are.
        _ => {
            let words: Vec<&str> = [&from, &to].into_iter().flatten().map(|(text, _)| text.as_str()).collect();
            let (words, whole) = shortened(&words.join(" – ").replace(['\n', '\t'], " "), LINE);
            if !whole {
                report.shortened(&fields.path(first), LINE);
            }
            for (key, one) in [(first, &from), (last, &to)] {
                if let Some((_, value)) = one {
                    fields.carry(key, value.clone());
                }
            }
            return vec![("time", words)];
        }
    };
    if let Some((text, value)) = to.filter(|(text, _)| self::when(text) == When::Now) {
        debug_assert!(!text.is_empty());
        fields.carry(last, value);
    }
    lines
}

/// The end of what has one date in the schema, where that is a later date.
fn take_end(fields: &mut Fields, from: Option<&(String, Value)>) -> Option<(String, Value)> {
    let (end, value) = take_one(fields, END)?;
    match (from.map(|(text, _)| when(text)), when(&end)) {
        (Some(When::Date(from)), When::Date(to)) if from < to => Some((end, value)),
        _ => {
            fields.untaken(END, value);
            None
        }
    }
}

fn take_one(fields: &mut Fields, key: &str) -> Option<(String, Value)> {
    let value = fields.take(key)?;
    let Some(text) = scalar(&value) else {
        fields.untaken(key, value);
        return None;
    };
    Some((text, value))
}

/// What is written for what goes on.
const NOW: [&str; 12] = [
    "present",
    "now",
    "current",
    "currently",
    "ongoing",
    "today",
    "to date",
    "till date",
    "heute",
    "actualidad",
    "présent",
    "至今",
];

fn when(text: &str) -> When {
    let text = text.trim();
    if NOW.contains(&&*text.to_lowercase()) {
        return When::Now;
    }
    let date = iso(text).or_else(|| numbers(text)).or_else(|| named(text));
    // The schema has years with four digits, from 1000 to 2999.
    date.filter(|date| (1000..3000).contains(&date.year)).map_or(When::Words, When::Date)
}

/// A date of ISO 8601, also with a time after it.
fn iso(text: &str) -> Option<Date> {
    let day = text.get(..10).filter(|_| matches!(text.get(10..11), Some("T" | "t" | " ")));
    Date::parse(day.unwrap_or(text))
}

/// `2019/5`, `5/2019`, `31.05.2019`. Which of the two is the month in `5/6/2019` is not known.
fn numbers(text: &str) -> Option<Date> {
    let sign = text.chars().find(|sign| !sign.is_ascii_digit()).filter(|sign| matches!(sign, '/' | '.' | '-'))?;
    let parts: Vec<&str> = text.split(sign).map(str::trim).collect();
    let year = |part: &str| part.len() == 4;
    let parts: Vec<&str> = match parts.as_slice() {
        [first, ..] if year(first) => parts,
        [_, last] if year(last) => parts.into_iter().rev().collect(),
        [_, _, last] if year(last) && sign == '.' => parts.into_iter().rev().collect(),
        _ => return None,
    };
    let padded: Vec<String> = parts.iter().map(|part| format!("{part:0>2}")).collect();
    Date::parse(&padded.join("-"))
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// `May 2019`, `Sept. 2019`, `May 31, 2019`, `31 May 2019`.
fn named(text: &str) -> Option<Date> {
    let (mut year, mut month, mut day) = (None, None, None);
    for word in text.split([' ', ',', '\u{a0}']).filter(|word| !word.is_empty()) {
        let word = word.trim_end_matches('.').to_lowercase();
        let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
        let place = match (is_number, word.len()) {
            (true, 4) => &mut year,
            (true, 1 | 2) => &mut day,
            (false, 3..) => {
                let number = MONTHS.iter().zip(1..).find(|(name, _)| name.starts_with(&word) || word == "sept");
                let number = if word == "sept" { 9 } else { number?.1 };
                if month.replace(format!("{number:02}")).is_some() {
                    return None;
                }
                continue;
            }
            _ => return None,
        };
        if place.replace(format!("{word:0>2}")).is_some() {
            return None;
        }
    }
    let parts: Vec<String> = [year, Some(month?), day].into_iter().flatten().collect();
    Date::parse(&parts.join("-"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::formats::json_resume::shape::SHAPES;

    #[test]
    fn dates_are_read_in_the_forms_that_they_are_found_in() {
        for (text, expected) in [
            ("2019", Some("2019")),
            ("2019-05", Some("2019-05")),
            ("2019-05-31", Some("2019-05-31")),
            ("2019-05-31T10:00:00.000Z", Some("2019-05-31")),
            ("2019-05-31 10:00", Some("2019-05-31")),
            ("2019-5", Some("2019-05")),
            ("2019/05", Some("2019-05")),
            ("5/2019", Some("2019-05")),
            ("05.2019", Some("2019-05")),
            ("31.5.2019", Some("2019-05-31")),
            ("May 2019", Some("2019-05")),
            ("may, 2019", Some("2019-05")),
            ("Sept. 2019", Some("2019-09")),
            ("2019 December", Some("2019-12")),
            ("May 31, 2019", Some("2019-05-31")),
            ("31 May 2019", Some("2019-05-31")),
            ("5/6/2019", None),
            ("2019-13", None),
            ("2019-2021", None),
            ("2019-02-30", None),
            ("0999", None),
            ("3000", None),
            ("Summer 2019", None),
            ("May", None),
            ("31 May", None),
            ("May June 2019", None),
            ("日 2019", None),
        ] {
            let expected = expected.map_or(When::Words, |date| When::Date(Date::parse(date).unwrap()));
            assert_eq!(when(text), expected, "{text}");
        }
        assert_eq!((when("Present"), when(" NOW ")), (When::Now, When::Now));
    }

    #[test]
    fn an_entry_says_when_it_was() {
        for (list, entry, lines, carried) in [
            ("work", json!({ "startDate": "2019" }), &[("from", "2019"), ("to", "now")][..], json!({})),
            ("education", json!({ "startDate": 2019 }), &[("from", "2019")], json!({})),
            (
                "work",
                json!({ "startDate": "2019", "endDate": "Present" }),
                &[("from", "2019"), ("to", "now")],
                json!({ "endDate": "Present" }),
            ),
            ("awards", json!({ "date": "May 2019" }), &[("from", "2019-05"), ("to", "2019-05")], json!({})),
            ("projects", json!({ "endDate": "2019" }), &[("to", "2019")], json!({})),
            ("projects", json!({}), &[], json!({})),
            (
                "work",
                json!({ "startDate": "2020", "endDate": "2019" }),
                &[("time", "2020 – 2019")],
                json!({ "startDate": "2020", "endDate": "2019" }),
            ),
            ("awards", json!({ "date": "often" }), &[("time", "often")], json!({ "date": "often" })),
            ("work", json!({ "startDate": { "year": 2019 } }), &[], json!({ "startDate": { "year": 2019 } })),
        ] {
            let shape = SHAPES.iter().find(|shape| shape.list == list).unwrap();
            let mut report = Report::default();
            let mut fields = Fields::new("x", entry.as_object().unwrap().clone());
            let found = take(&mut fields, shape, &mut report);
            let found: Vec<_> = found.iter().map(|(key, value)| (*key, value.as_str())).collect();
            assert_eq!(found, lines, "{entry}");
            assert_eq!(Value::Object(fields.finish(&mut report)), carried, "{entry}");
        }
    }
}
