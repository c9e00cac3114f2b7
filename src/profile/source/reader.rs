//! Reads a TOML table key by key, and collects what is wrong with it instead of stopping at the first problem. It knows
//! no key of its own: whoever reads says which keys there are, and what they may hold.
//!
//! ```
//! use std::path::Path;
//! use sshcard::profile::source::{Reader, Written};
//!
//! let written = Written::new(Path::new("example.toml"), "listen = '[::]:2222'\nlog = 'jsn'\nprofil = 'x'\n");
//! let mut reader = Reader::new(&written);
//! let listen = reader.line_or_list("listen", 8, 100);
//! let profile = reader.line("profile", 4096);
//! let log = reader.choice("log", &[("text", 1), ("json", 2)]);
//! let connections = reader.number("max-connections", 0..=100_000);
//! reader.finish();
//! assert_eq!(listen[0].get_ref(), "[::]:2222");
//! assert!(profile.is_none() && log.is_none() && connections.is_none());
//!
//! let problems = written.finish().unwrap_err();
//! let lines: Vec<_> = problems.iter().map(|problem| problem.place.as_ref().unwrap().line).collect();
//! assert_eq!(lines, [2, 3]); // `jsn`: did you mean `json`?  `profil`: did you mean `profile`?
//! ```
//!
//! The steps: [`Written::open`] (or [`Written::new`]), [`Reader::new`], one call for each key that there may be (a key
//! that is absent gives `None` or an empty list; one that is wrong gives the same and notes a problem), [`Reader::finish`],
//! which notes every key that was never asked for, and [`Written::finish`]. Every value is a [`Spanned`] with its bytes in
//! the file, so that what only the caller can judge becomes a problem in the same form: [`Written::problem`].

use std::ops::{Range, RangeInclusive};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{spelling::Spelling, syntax::explained, written::Written};
use crate::profile::{
    Prose,
    characters::{alternatives, is_refused, nearest, quoted, stray_joiners},
    markdown,
};

/// Reads one table of a file.
#[derive(Debug)]
pub struct Reader<'w> {
    written: &'w Written,
    table: DeTable<'w>,
    span: Range<usize>,
    asked: Vec<&'static str>,
}

impl<'w> Reader<'w> {
    /// Begins to read a file. Lines that are no TOML are noted, and the others read.
    #[must_use]
    pub fn new(written: &'w Written) -> Self {
        let (table, errors) = DeTable::parse_recoverable(written.text());
        for error in errors {
            let (span, message, remedy) = explained(&error, written.text());
            written.syntax(span, message, remedy);
        }
        Self { written, table: table.into_inner(), span: 0..0, asked: Vec::new() }
    }

    /// The file that is read.
    #[must_use]
    pub fn written(&self) -> &'w Written {
        self.written
    }

    /// Notes a problem when a key is absent; `example` is the line that would be right.
    pub fn require(&mut self, key: &'static str, example: &str) {
        self.ask(key);
        if !self.table.contains_key(key) && !self.written.is_broken() {
            self.written.problem(
                self.span.clone(),
                format!("`{key}` is missing here"),
                format!("add it, as in `{example}`"),
            );
        }
    }

    /// A text of one line: at most `longest` characters, trimmed, not empty, no control character.
    pub fn line(&mut self, key: &'static str, longest: usize) -> Option<Spanned<String>> {
        let value = self.take(key)?;
        self.text(key, value, longest, &[])
    }

    /// A text that may have several lines, under the bounds of [`Reader::line`].
    pub fn lines(&mut self, key: &'static str, longest: usize) -> Option<Spanned<String>> {
        let value = self.take(key)?;
        self.text(key, value, longest, &['\n'])
    }

    /// A list of at most `most` texts of one line.
    pub fn list(&mut self, key: &'static str, most: usize, longest: usize) -> Vec<Spanned<String>> {
        let Some(value) = self.take(key) else { return Vec::new() };
        self.texts(key, value, most, longest)
    }

    /// A list as of [`Reader::list`], or a single text in its place.
    pub fn line_or_list(&mut self, key: &'static str, most: usize, longest: usize) -> Vec<Spanned<String>> {
        match self.take(key) {
            Some(value) if value.get_ref().is_str() => self.text(key, value, longest, &[]).into_iter().collect(),
            Some(value) => self.texts(key, value, most, longest),
            None => Vec::new(),
        }
    }

    /// One of a few names.
    pub fn choice<T: Clone>(&mut self, key: &'static str, names: &[(&str, T)]) -> Option<Spanned<T>> {
        let value = self.line(key, usize::MAX)?;
        let chosen = self.pick(key, &value, names)?;
        Some(Spanned::new(value.span(), chosen))
    }

    /// What a text that was read stands for among a few names; any other is a problem. `what` names it in the message.
    pub fn pick<T: Clone>(&self, what: &str, value: &Spanned<String>, names: &[(&str, T)]) -> Option<T> {
        let found = names.iter().find(|(name, _)| name == value.get_ref()).map(|(_, meant)| meant.clone());
        if found.is_none() {
            let names = names.iter().map(|(name, _)| *name);
            let remedy = match nearest(value.get_ref(), names.clone()) {
                Some(near) => format!("did you mean {}?", quoted(near)),
                None if names.len() == 0 => format!("there is no {what} yet: remove it"),
                None => format!("it can be {}", alternatives(names)),
            };
            self.written.problem(value.span(), format!("{} is not a known {what}", quoted(value.get_ref())), remedy);
        }
        found
    }

    /// A whole number within `range`.
    pub fn number(&mut self, key: &'static str, range: RangeInclusive<u64>) -> Option<Spanned<u64>> {
        let value = self.take(key)?;
        let span = value.span();
        let DeValue::Integer(integer) = value.get_ref() else {
            self.wrong_type(key, &value, "a whole number, without quotes");
            return None;
        };
        match u64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(number) if range.contains(&number) => Some(Spanned::new(span, number)),
            _ => {
                let remedy = format!("write a whole number from {} to {}", range.start(), range.end());
                self.written.problem(span, format!("`{key}` is out of range"), remedy);
                None
            }
        }
    }

    /// A text in Markdown of at most `longest` characters.
    pub fn prose(&mut self, key: &'static str, longest: usize) -> Option<Prose> {
        let value = self.take(key)?;
        let spelling = self.spelling(value.span());
        let text = self.text(key, value, longest, &['\n', '\t'])?;
        let (prose, findings) = markdown::parse(text.get_ref());
        for finding in findings {
            let span = spelling.locate(finding.span.start)..spelling.locate(finding.span.end);
            self.written.problem(span, finding.message, finding.remedy);
        }
        Some(prose)
    }

    /// The tables of `[[key]]`, at most `most`. Each is to be finished.
    pub fn tables(&mut self, key: &'static str, most: usize) -> Vec<Self> {
        let Some(value) = self.take(key) else { return Vec::new() };
        let span = value.span();
        let DeValue::Array(array) = value.into_inner() else {
            self.written.problem(
                span,
                format!("`{key}` is not a list of parts"),
                format!("begin each with `[[{key}]]`"),
            );
            return Vec::new();
        };
        if array.len() > most {
            self.too_many(key, span, most);
        }
        let mut readers = Vec::new();
        for value in array.into_iter().take(most) {
            let span = value.span();
            match value.into_inner() {
                DeValue::Table(table) => readers.push(Self { written: self.written, table, span, asked: Vec::new() }),
                _ => self.written.problem(
                    span,
                    format!("`{key}` is not a list of parts"),
                    format!("begin each with `[[{key}]]` on a line of its own"),
                ),
            }
        }
        readers
    }

    /// Ends the reading: every key that was never asked for is unknown.
    pub fn finish(self) {
        for (key, _) in &self.table {
            let remedy = match nearest(key.get_ref(), self.asked.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("a key can be {}", alternatives(self.asked.iter().copied())),
            };
            self.written.problem(key.span(), format!("unknown key {}", quoted(key.get_ref())), remedy);
        }
    }

    fn ask(&mut self, key: &'static str) {
        if !self.asked.contains(&key) {
            self.asked.push(key);
        }
    }

    fn take(&mut self, key: &'static str) -> Option<Spanned<DeValue<'w>>> {
        self.ask(key);
        self.table.remove(key)
    }

    /// The way back from a string's value to the file; for anything else a way that is never used.
    fn spelling(&self, span: Range<usize>) -> Spelling {
        Spelling::new(self.written.text().get(span.clone()).unwrap_or_default(), span.start)
    }

    fn texts(&self, key: &str, value: Spanned<DeValue<'w>>, most: usize, longest: usize) -> Vec<Spanned<String>> {
        let span = value.span();
        if !value.get_ref().is_array() {
            self.wrong_type(key, &value, &format!("a list of texts, as in `{key} = [\"one\", \"two\"]`"));
            return Vec::new();
        }
        let DeValue::Array(array) = value.into_inner() else { return Vec::new() };
        if array.len() > most {
            self.too_many(key, span, most);
        }
        array.into_iter().take(most).filter_map(|value| self.text(key, value, longest, &[])).collect()
    }

    fn text(&self, key: &str, value: Spanned<DeValue<'w>>, longest: usize, layout: &[char]) -> Option<Spanned<String>> {
        let span = value.span();
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_type(key, &value, "a text in quotes");
            return None;
        };
        let spelling = self.spelling(span.clone());
        let mut right = true;
        let refused = text.char_indices().filter(|(_, one)| is_refused(*one) && !layout.contains(one));
        for (offset, character) in refused.chain(stray_joiners(text)) {
            let span = spelling.locate(offset)..spelling.locate(offset + character.len_utf8());
            self.written.refused(span, character);
            right = false;
        }
        if text.trim().is_empty() {
            let remedy = "write something between the quotes, or remove the line";
            self.written.problem(span.clone(), format!("`{key}` is empty"), remedy);
            right = false;
        }
        if let Some((offset, _)) = text.char_indices().nth(longest) {
            let message = format!("`{key}` is too long: {} characters", text.chars().count());
            let span = spelling.locate(offset)..span.end;
            self.written.problem(span, message, format!("shorten it to {longest} characters"));
            right = false;
        }
        // Prose keeps its offsets; white space around it means nothing to Markdown but code at its beginning.
        let text = if layout.contains(&'\t') { text } else { text.trim() };
        right.then(|| Spanned::new(span, text.to_owned()))
    }

    fn wrong_type(&self, key: &str, value: &Spanned<DeValue<'w>>, right: &str) {
        let found = match value.get_ref() {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.written.problem(value.span(), format!("`{key}` cannot be {found}"), format!("it should be {right}"));
    }

    fn too_many(&self, key: &str, span: Range<usize>, most: usize) {
        let remedy = format!("keep at most {most}");
        self.written.problem(span, format!("`{key}` has too many entries"), remedy);
    }
}

#[cfg(test)]
mod tests;
