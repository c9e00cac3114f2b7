//! The fields of one object of a resume, taken one by one. What nobody takes is carried.

use std::fmt::Write as _;

use serde_json::Value;

use super::report::Report;
pub(super) use crate::formats::json_resume::shown::scalar;
use crate::{
    document::Extra,
    formats::{json_resume::shown, uri},
    profile::{
        limits::{URL, beyond},
        url,
    },
    scaffold::with_scheme,
};

/// The report of a field with tags or names of characters.
pub(super) const HTML: &str = "the text of its HTML";

/// An object of the resume.
pub(super) struct Fields {
    path: String,
    /// What was not taken yet.
    left: Extra,
    /// Values that are carried although they are shown, so that they come back as they were.
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

    /// What was not taken yet of a field.
    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        self.left.get(key)
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
        let (line, whole) = shortened(&one_line(&shown::line(&text)), longest);
        let is_html = shown::is_html(&text);
        if !whole {
            report.shortened(&self.path(key), longest);
        } else if is_html {
            report.reshaped(&self.path(key), HTML);
        }
        if !whole || is_html {
            self.carry(key, value);
        }
        Some(line)
    }

    /// A text that may have several lines. A list of texts is one of several paragraphs. One with HTML is carried.
    pub(super) fn text(&mut self, key: &str, report: &mut Report) -> String {
        let text = match self.take(key) {
            None => return String::new(),
            Some(Value::Array(values)) => {
                let texts: Option<Vec<String>> = values.iter().map(scalar).collect();
                texts.map(|texts| texts.join("\n\n")).ok_or(Value::Array(values))
            }
            Some(value) => scalar(&value).ok_or(value),
        };
        let text = text.unwrap_or_else(|value| {
            self.untaken(key, value);
            String::new()
        });
        if shown::is_html(&text) {
            report.reshaped(&self.path(key), HTML);
            self.carry(key, text.clone().into());
        }
        text
    }

    /// The texts of a list. One text is a list of one. A list that holds more than texts, or HTML, is carried.
    pub(super) fn texts(&mut self, key: &str, report: &mut Report) -> Vec<String> {
        let Some(value) = self.take(key) else { return Vec::new() };
        let texts = shown::texts(&value);
        let is_of_texts = value.as_array().is_none_or(|values| values.iter().all(|value| scalar(value).is_some()));
        if texts.is_empty() {
            self.untaken(key, value);
        } else if !is_of_texts {
            report.reshaped(&self.path(key), "there is more than texts in the list, whose texts are shown");
            self.carry(key, value);
        } else if texts.iter().any(|text| shown::is_html(text))
            || value.as_array().is_some_and(|of| of.len() > texts.len())
        {
            report.reshaped(&self.path(key), HTML);
            self.carry(key, value);
        }
        texts
    }

    /// A list of at most `most` texts of one line.
    pub(super) fn lines(&mut self, key: &str, most: usize, longest: usize, report: &mut Report) -> Vec<String> {
        let original = self.get(key).cloned();
        let texts = self.texts(key, report);
        let lines: Vec<(String, bool)> =
            texts.iter().take(most).map(|text| shortened(&one_line(&shown::line(text)), longest)).collect();
        if let Some(original) = original.filter(|_| texts.len() > most || lines.iter().any(|(_, whole)| !whole)) {
            report.shortened_list(&self.path(key), most, longest);
            self.carry(key, original);
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

    /// The values to carry. Every field that was not taken is reported.
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

/// An address that a profile may hold, as it is printed again; `example.com/me` with its scheme, which is told.
pub(super) fn whole_url(text: &str, path: &str, report: &mut Report) -> Option<String> {
    let is_good = |url: &String| url::check(url).is_ok() && beyond(url, URL).is_none();
    if let Some(whole) = Some(uri(text).into_owned()).filter(is_good) {
        return Some(whole);
    }
    // What may stand in an address depends on where its host is.
    let whole = with_scheme(text).map(|whole| uri(&whole).into_owned()).filter(is_good)?;
    report.note(path, &format!("written as {whole}"));
    Some(whole)
}

pub(super) fn one_line(text: &str) -> String {
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
