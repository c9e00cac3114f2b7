//! The dates of a resume, in the forms that they are found in. What is no date are words.

use serde_json::Value;

use super::{
    fields::{Fields, scalar, shortened},
    report::Report,
};
use crate::{
    document::{Date, means_now},
    formats::json_resume::{
        shape::{END, Shape},
        shown,
    },
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
    Some((shown::line(&text), value))
}

fn when(text: &str) -> When {
    if means_now(text) {
        return When::Now;
    }
    let date = Date::found(text);
    // The schema has years with four digits, from 1000 to 2999.
    date.filter(|date| (1000..3000).contains(&date.year)).map_or(When::Words, When::Date)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::formats::json_resume::shape::SHAPES;

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
            ("work", json!({ "startDate": "20140501" }), &[("from", "2014-05-01"), ("to", "now")], json!({})),
            ("projects", json!({ "startDate": 20_140_501 }), &[("from", "2014-05-01")], json!({})),
            ("awards", json!({ "date": "20141301" }), &[("time", "20141301")], json!({ "date": "20141301" })),
            ("projects", json!({ "startDate": "<b>2019</b>" }), &[("from", "2019")], json!({})),
            ("awards", json!({ "date": "<b>R&amp;D</b>" }), &[("time", "R&D")], json!({ "date": "<b>R&amp;D</b>" })),
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
