//! JSON Schemas of card.toml and of a page of entries, with which editors complete and check keys. They are made of
//! what the loader asks an empty file for, so that they know the same keys and limits. What needs other keys or files
//! to be judged, as `see` does, is left to `sshcard check`.
//!
//! The version is draft 7 (<https://json-schema.org/draft-07>): Taplo, and with it Even Better TOML for VS Code, knows
//! no later one.

use std::{collections::BTreeMap, path::Path};

use serde_json::{Map, Value, json};

use super::{
    card,
    keys::{TomlKey, ValueKind, help},
    limits::CHARACTERS,
    page,
    source_file::SourceFile,
    vocabulary::Vocabulary,
};

/// One line with a character that is seen.
const LINE: &str = r"^[^\n\t]*[^\s][^\n\t]*$";
/// A day, a month or a year, with the space around it that is not minded.
const DATE: &str = r"\d{4}(-\d{2}(-\d{2})?)?";

/// The schema of card.toml.
#[must_use]
pub fn of_card(vocabulary: &Vocabulary<'_>) -> Value {
    let source = SourceFile::new(Path::new("card.toml"), "[[link]]\n");
    card::card(&source, vocabulary, None);
    whole("card.toml of sshcard", object(&source.into_keys(), "", "card"))
}

/// The schema of a page of entries, NAME.toml.
#[must_use]
pub fn of_page(vocabulary: &Vocabulary<'_>) -> Value {
    let source = SourceFile::new(Path::new("page.toml"), "[[entry]]\n[[entry.links]]\n");
    page::entries("page", &source, vocabulary);
    whole("A page of entries of sshcard", object(&source.into_keys(), "", "page"))
}

fn whole(title: &str, mut schema: Map<String, Value>) -> Value {
    schema.insert("$schema".to_owned(), "http://json-schema.org/draft-07/schema#".into());
    schema.insert("title".to_owned(), title.into());
    schema.into()
}

/// The tables of a file by the keys that they are written under, `""` for the file's own.
type Tables = BTreeMap<&'static str, Vec<TomlKey>>;

/// A table; `name` is that of its help.
fn object(tables: &Tables, table: &str, name: &str) -> Map<String, Value> {
    let keys = || tables.get(table).into_iter().flatten();
    let properties = keys().map(|key| {
        let mut of = value(tables, key);
        if let (Some(fields), Some(help)) = (of.as_object_mut(), help(name, key.name)) {
            fields.insert("description".to_owned(), help.into());
        }
        (key.name.to_owned(), of)
    });
    let mut object = Map::from_iter([
        ("type".to_owned(), "object".into()),
        ("properties".to_owned(), properties.collect::<Map<_, _>>().into()),
        ("additionalProperties".to_owned(), false.into()),
    ]);
    let required: Vec<&str> = keys().filter(|key| key.is_required).map(|key| key.name).collect();
    let one_of: &[&str] = match (table, name) {
        ("entry", _) => &["title", "organization"],
        ("", "card") => &["headline", "name", "given", "family"],
        _ => &[],
    };
    if !one_of.is_empty() {
        // At least one of them is there.
        object.insert("anyOf".to_owned(), one_of.iter().map(|key| json!({ "required": [key] })).collect());
    } else if !required.is_empty() {
        object.insert("required".to_owned(), required.into());
    }
    object
}

fn value(tables: &Tables, key: &TomlKey) -> Value {
    let text = |pattern: &str, cells: usize| {
        // A schema counts characters where the loader counts cells.
        let characters = cells.saturating_mul(CHARACTERS);
        json!({ "type": "string", "pattern": pattern, "maxLength": characters })
    };
    match &key.kind {
        ValueKind::Any => json!({}),
        ValueKind::Line(cells) => text(LINE, *cells),
        ValueKind::Form(cells, pattern) => text(pattern, *cells),
        ValueKind::Lines(cells) => text(r"[^\s]", *cells),
        ValueKind::Choice(names, None) => json!({ "enum": names }),
        ValueKind::Choice(names, Some(pattern)) => {
            json!({ "anyOf": [{ "enum": names }, { "type": "string", "pattern": pattern }] })
        }
        ValueKind::Date(words) => {
            let words: Vec<String> = words.iter().map(|word| format!("|{}", in_any_case(word))).collect();
            let pattern = format!(r"^\s*({DATE}{})\s*$", words.concat());
            let year = json!({ "type": "integer", "minimum": 1000, "maximum": 9999 });
            json!({ "anyOf": [{ "type": "string", "pattern": pattern }, year] })
        }
        ValueKind::List(most, cells) => json!({ "type": "array", "maxItems": most, "items": text(LINE, *cells) }),
        ValueKind::Names(most, names) => json!({ "type": "array", "maxItems": most, "items": { "enum": names } }),
        ValueKind::Tables(most) => {
            let name = if key.name == "links" { "link" } else { key.name };
            json!({ "type": "array", "maxItems": most, "items": object(tables, key.name, name) })
        }
        ValueKind::Table | ValueKind::Extra => json!({ "type": "object" }),
    }
}

/// A regular expression for a word of ASCII in any case.
fn in_any_case(word: &str) -> String {
    let letters = word.chars().map(|letter| format!("[{letter}{}]", letter.to_ascii_uppercase()));
    letters.collect()
}

#[cfg(test)]
mod tests;
