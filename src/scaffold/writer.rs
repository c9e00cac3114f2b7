//! Writes TOML for people to edit: one key a line, long texts over several lines.

use serde_json::Value;
use toml_writer::{ToTomlKey as _, ToTomlValue as _, TomlStringBuilder};

use crate::document::Extra;

/// A list that is longer than this, in characters, has a line for each of its elements.
const LONGEST_LIST: usize = 100;

/// A file as it is written.
#[derive(Debug, Default)]
pub(crate) struct Toml(String);

impl Toml {
    /// Lines as they are: comments, headers, blank lines.
    pub(crate) fn raw(&mut self, lines: &str) {
        self.0.push_str(lines);
        self.0.push('\n');
    }

    /// `key = "value"`
    pub(crate) fn line(&mut self, key: &str, value: &str) {
        self.raw(&format!("{key} = {}", text(value)));
    }

    /// Writes the key, if there is a value.
    pub(crate) fn optional(&mut self, key: &str, value: Option<&String>) {
        if let Some(value) = value {
            self.line(key, value);
        }
    }

    /// `key = ["one", "two"]`, where there is one.
    pub(crate) fn list(&mut self, key: &str, values: &[String]) {
        if !values.is_empty() {
            self.raw(&format!("{key} = {}", list(values.iter().map(|value| text(value)).collect())));
        }
    }

    /// A text in Markdown, where there is one.
    pub(crate) fn prose(&mut self, key: &str, markdown: &str) {
        match markdown {
            "" => {}
            line if is_line(line) => self.line(key, line),
            text => self.raw(&format!("{key} = {}", lines(text))),
        }
    }

    /// Writes the values that are carried, each by its key.
    pub(crate) fn extra(&mut self, before: &str, extra: &Extra) {
        for (key, of) in extra {
            self.raw(&format!("{before}{} = {}", key.as_str().to_toml_key(), value(of)));
        }
    }

    /// The file.
    pub(crate) fn finish(self) -> String {
        self.0
    }
}

/// A key, in quotes where it needs them.
pub(crate) fn key(key: &str) -> String {
    key.to_toml_key()
}

/// A text of one line in quotes.
pub(crate) fn text(value: &str) -> String {
    TomlStringBuilder::new(value).as_default().to_toml_value()
}

/// What stands between the quotes of a text that has escapes.
pub(crate) fn basic(value: &str) -> String {
    let quoted = TomlStringBuilder::new(value).as_basic().to_toml_value();
    quoted.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or_default().to_owned()
}

/// Whether a text in Markdown is written in quotes on the line of its key. Any other ends with a line break.
pub(crate) fn is_line(markdown: &str) -> bool {
    !markdown.contains(['\n', '\\'])
}

/// A text of several lines. Within single quotes a backslash, which Markdown has often, is one.
fn lines(markdown: &str) -> String {
    let markdown = format!("{markdown}\n");
    let builder = TomlStringBuilder::new(&markdown);
    let written = builder.as_ml_basic_pretty().or_else(|| builder.as_ml_literal());
    written.unwrap_or_else(|| builder.as_ml_basic()).to_toml_value()
}

fn list(values: Vec<String>) -> String {
    let line = format!("[{}]", values.join(", "));
    if line.chars().count() <= LONGEST_LIST || values.len() < 2 {
        return line;
    }
    let lines: Vec<String> = values.into_iter().map(|value| format!("    {value},\n")).collect();
    format!("[\n{}]", lines.concat())
}

/// A value of JSON in TOML, which has no null.
fn value(of: &Value) -> String {
    match of {
        Value::Null => text(""),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) if number.is_u64() && number.as_i64().is_none() => text(&number.to_string()),
        Value::Number(number) => number.to_string(),
        Value::String(value) => text(value),
        Value::Array(values) => list(values.iter().map(value).collect()),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(key, of)| format!("{} = {}", key.as_str().to_toml_key(), value(of)));
            let fields: Vec<String> = fields.collect();
            if fields.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", fields.join(", ")) }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_written_is_read_on_easily() {
        let mut toml = Toml::default();
        toml.line("title", "C:\\ and \"quotes\"");
        toml.prose("text", "A backslash\\\nand '''.");
        toml.prose("text", "Two\nlines.");
        toml.prose("text", "1\\. no list");
        toml.list("tags", &["one".into(), "it's".into()]);
        toml.list("tags", &["x".repeat(60), "y".repeat(60)]);
        let extra = json!({ "a b": [1, 1.5, true, { "c": "d" }], "e": {} });
        toml.extra("extra.", extra.as_object().unwrap());
        insta::assert_snapshot!(toml.finish());
    }

    proptest! {
        #[test]
        fn what_is_written_is_what_is_read(line in any::<String>(), lines in "([ -~\n]|\\PC|\\\\|'|\"){0,40}") {
            let mut toml = Toml::default();
            toml.line("line", &line);
            toml.prose("lines", &lines);
            toml.extra("extra.", json!({ &line: [&lines] }).as_object().unwrap());
            let written = toml.finish();
            let read = toml::de::DeTable::parse(&written).unwrap();
            let read = read.get_ref();
            prop_assert_eq!(read["line"].get_ref().as_str(), Some(&*line));
            let trimmed = read.get("lines").map_or("", |lines| lines.get_ref().as_str().unwrap());
            prop_assert_eq!(trimmed.trim_end_matches('\n'), lines.trim_end_matches('\n'));
            prop_assert_eq!(read["extra"].get_ref()[&*line].get_ref()[0].get_ref().as_str(), Some(&*lines));
        }
    }
}
