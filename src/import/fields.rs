//! The fields of one object of a resume, taken one by one. What nobody takes is carried.

use std::fmt::{self, Write as _};

use serde_json::Value;

use crate::{
    document::Extra,
    formats::uri,
    profile::{
        limits::{URL, beyond},
        url,
    },
};

/// The lines of one kind that are told; more would hide the others.
const MOST_TOLD: usize = 40;

/// What the owner should know of an import, each line with its path in the resume.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Report {
    carried: Vec<String>,
    shortened: Vec<String>,
    notes: Vec<String>,
}

impl Report {
    /// Nothing is to be told.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Something has no home on the card.
    pub(super) fn carried(&mut self, path: &str, why: &str) {
        self.carried.push(if why.is_empty() { path.to_owned() } else { format!("{path}: {why}") });
    }

    pub(super) fn shortened(&mut self, path: &str, longest: usize) {
        self.shortened.push(format!("{path}: to {longest}"));
    }

    pub(super) fn note(&mut self, path: &str, what: &str) {
        self.notes.push(format!("{path}: {what}"));
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (heading, lines) in [
            ("Not on the card, and kept under `extra`:", &self.carried),
            ("Shortened on the card, and whole under `extra`:", &self.shortened),
            ("To look at:", &self.notes),
        ] {
            if lines.is_empty() {
                continue;
            }
            writeln!(f, "{heading}")?;
            for line in lines.iter().take(MOST_TOLD) {
                writeln!(f, "  {line}")?;
            }
            if let Some(more) = lines.len().checked_sub(MOST_TOLD).filter(|more| *more > 0) {
                writeln!(f, "  and {more} more")?;
            }
        }
        Ok(())
    }
}

/// An object of the resume.
pub(super) struct Fields {
    path: String,
    /// What was not taken yet.
    left: Extra,
    /// What is carried though it is shown, so that it comes back as it was.
    extra: Extra,
}

impl Fields {
    pub(super) fn new(path: &str, left: Extra) -> Self {
        Self { path: path.to_owned(), left, extra: Extra::new() }
    }

    /// The path of a field in the resume.
    pub(super) fn path(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    pub(super) fn take(&mut self, key: &str) -> Option<Value> {
        self.left.remove(key)
    }

    /// Gives a field back that nothing could be made of.
    pub(super) fn untaken(&mut self, key: &str, value: Value) {
        self.left.insert(key.to_owned(), value);
    }

    /// Carries a field that is shown in another form.
    pub(super) fn carry(&mut self, key: &str, value: Value) {
        self.extra.insert(key.to_owned(), value);
    }

    /// Takes a key of another version of the schema for that of this one.
    pub(super) fn rename(&mut self, old: &str, key: &str) {
        if !self.left.contains_key(key)
            && let Some(value) = self.left.remove(old)
        {
            self.left.insert(key.to_owned(), value);
        }
    }

    /// Whether a field is there and is a text.
    pub(super) fn has(&self, key: &str) -> bool {
        self.left.get(key).is_some_and(|value| scalar(value).is_some())
    }

    /// A text of one line of at most `longest` cells.
    pub(super) fn line(&mut self, key: &str, longest: usize, report: &mut Report) -> Option<String> {
        let value = self.take(key)?;
        let Some(text) = scalar(&value) else {
            self.untaken(key, value);
            return None;
        };
        let (line, whole) = shortened(&one_line(&text), longest);
        if !whole {
            report.shortened(&self.path(key), longest);
            self.carry(key, value);
        }
        Some(line)
    }

    /// A text that may have several lines. A list of texts is one of several paragraphs.
    pub(super) fn text(&mut self, key: &str) -> String {
        let text = match self.take(key) {
            None => return String::new(),
            Some(Value::Array(values)) => {
                let texts: Option<Vec<String>> = values.iter().map(scalar).collect();
                texts.map(|texts| texts.join("\n\n")).ok_or(Value::Array(values))
            }
            Some(value) => scalar(&value).ok_or(value),
        };
        text.unwrap_or_else(|value| {
            self.untaken(key, value);
            String::new()
        })
    }

    /// A list of texts. One text is a list of one.
    pub(super) fn texts(&mut self, key: &str) -> Vec<String> {
        let texts: Option<Vec<String>> = match self.left.get(key) {
            None => return Vec::new(),
            Some(Value::Array(values)) => values.iter().map(scalar).collect(),
            Some(value) => scalar(value).map(|text| vec![text]),
        };
        if texts.is_some() {
            self.take(key);
        }
        texts.unwrap_or_default()
    }

    /// A list of at most `most` texts of one line.
    pub(super) fn lines(&mut self, key: &str, most: usize, longest: usize, report: &mut Report) -> Vec<String> {
        let texts = self.texts(key);
        let lines: Vec<(String, bool)> =
            texts.iter().take(most).map(|text| shortened(&one_line(text), longest)).collect();
        if texts.len() > most || lines.iter().any(|(_, whole)| !whole) {
            let path = self.path(key);
            report.shortened.push(format!("{path}: to {most} entries of {longest} columns"));
            self.carry(key, texts.into());
        }
        lines.into_iter().map(|(line, _)| line).collect()
    }

    /// An address that a profile may hold.
    pub(super) fn url(&mut self, key: &str, report: &mut Report) -> Option<String> {
        let url = whole_url(&scalar(self.left.get(key)?)?, &self.path(key), report)?;
        self.take(key);
        Some(url)
    }

    /// The elements of a list; what is no list is its only element.
    pub(super) fn values(&mut self, key: &str) -> Vec<Value> {
        match self.take(key) {
            None => Vec::new(),
            Some(Value::Array(values)) => values,
            Some(value) => vec![value],
        }
    }

    /// What is carried. Every field that was not taken is told.
    pub(super) fn finish(mut self, report: &mut Report) -> Extra {
        for (key, value) in std::mem::take(&mut self.left) {
            // It is about the file and not about the person.
            if key != "$schema" {
                report.carried(&self.path(&key), "");
            }
            self.extra.insert(key, value);
        }
        self.extra
    }
}

/// A text, or a number as it is written.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}

/// An address that a profile may hold, as it is printed again; `example.com/me` with its scheme, which is told.
pub(super) fn whole_url(text: &str, path: &str, report: &mut Report) -> Option<String> {
    let text = uri(text).into_owned();
    let is_good = |url: &str| url::check(url).is_ok() && beyond(url, URL).is_none();
    if is_good(&text) {
        return Some(text);
    }
    let host = text.split('/').next().unwrap_or_default();
    let is_host = host.contains('.') && !host.contains(['@', ':']);
    let whole = format!("https://{text}");
    (is_host && is_good(&whole)).then(|| {
        report.note(path, &format!("written as {whole}"));
        whole
    })
}

fn one_line(text: &str) -> String {
    text.replace(['\n', '\t'], " ")
}

/// The beginning of a text that is too long, with an ellipsis; and whether it is the whole.
pub(super) fn shortened(text: &str, longest: usize) -> (String, bool) {
    if beyond(text, longest).is_none() {
        return (text.to_owned(), true);
    }
    let end = beyond(text, longest - 1).unwrap_or_default();
    let mut beginning = text.get(..end).unwrap_or_default().trim_end().to_owned();
    let _ = beginning.write_char('…');
    (beginning, false)
}
