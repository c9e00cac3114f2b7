//! Reads a TOML table key by key, and collects what is wrong with it instead of stopping at the first problem. It knows
//! no key of its own: whoever reads says which keys there are, and what they may hold.
//!
//! ```
//! use std::path::Path;
//! use sshcard::profile::source::{Reader, Written};
//!
//! let written = Written::new(Path::new("sshcard.toml"), "listen = '[::]:2222'\nlog = 'jsn'\nprofil = 'x'\n");
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

use super::{spelling::Spelling, written::Written};
use crate::profile::{
    Prose,
    characters::{alternatives, is_refused, nearest, quoted},
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
            let message = error.message();
            let (message, remedy) = match message.split_once(", expected ") {
                Some((message, expected)) if expected != "nothing" => (message, format!("here belongs {expected}")),
                _ => (message, "write `key = \"value\"`, one a line, and text in quotes".to_owned()),
            };
            written.syntax(error.span().unwrap_or_default(), message, remedy);
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
                None if names.len() == 0 => "there is none to name here: remove it".to_owned(),
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
        for (offset, character) in text.char_indices() {
            if is_refused(character) && !layout.contains(&character) {
                let span = spelling.locate(offset)..spelling.locate(offset + character.len_utf8());
                self.written.refused(span, character);
                right = false;
            }
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
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::path::Path;

    use super::*;

    /// Reads with `read`, and gives each problem as `line:column message; remedy`.
    fn problems(text: &str, read: impl FnOnce(&mut Reader<'_>)) -> Vec<String> {
        let written = Written::new(Path::new("test.toml"), text);
        let mut reader = Reader::new(&written);
        read(&mut reader);
        reader.finish();
        let told = |problem: &crate::profile::problem::Problem| {
            let place = problem.place.as_ref().unwrap();
            format!("{}:{} {}; {}", place.line, place.column, problem.message, problem.remedy)
        };
        written.finish().map_or_else(|problems| problems.iter().map(told).collect(), |()| Vec::new())
    }

    #[test]
    fn what_is_right_is_read() {
        let found = problems("a = ' one '\nb = ['x', 'y']\nc = 'z'\nd = 'two'\ne = 0x10\n[[f]]\ng = 1\n", |reader| {
            assert_eq!(reader.line("a", 9).unwrap().get_ref(), "one");
            assert_eq!(reader.list("b", 2, 1).len(), 2);
            assert_eq!(reader.line_or_list("c", 1, 1).len(), 1);
            assert_eq!(reader.choice("d", &[("one", 1), ("two", 2)]).unwrap().into_inner(), 2);
            assert_eq!(reader.number("e", 0..=16).unwrap().into_inner(), 16);
            for mut table in reader.tables("f", 1) {
                assert_eq!(table.number("g", 1..=1).unwrap().into_inner(), 1);
                table.finish();
            }
            assert!(reader.line("absent", 1).is_none());
        });
        assert_eq!(found, Vec::<String>::new());
    }

    #[test]
    fn each_problem_says_what_would_be_right() {
        let cases = [
            ("rol = 'x'", "1:1 unknown key `rol`; did you mean `role`?"),
            ("zzz = 'x'", "1:1 unknown key `zzz`; a key can be `role`, `list`, `size` or `kind`"),
            ("role = 3", "1:8 `role` cannot be a whole number; it should be a text in quotes"),
            ("role = ' '", "1:8 `role` is empty; write something between the quotes, or remove the line"),
            ("role = '123456789'", "1:14 `role` is too long: 9 characters; shorten it to 5 characters"),
            ("role = \"a\\u001bb\"", "1:10 the control character Escape (U+001B) cannot be shown; remove it"),
            ("role = \"a\\nb\"", "1:10 a line break (U+000A) cannot be shown; remove it"),
            (
                "role = 'a\u{202e}b'",
                "1:10 a character that turns the direction of text (U+202E) cannot be shown; remove it",
            ),
            (
                "list = 'a'",
                "1:8 `list` cannot be a text; it should be a list of texts, as in `list = [\"one\", \"two\"]`",
            ),
            ("list = ['a', true]", "1:14 `list` cannot be true or false; it should be a text in quotes"),
            ("list = ['a', 'b', 'c']", "1:8 `list` has too many entries; keep at most 2"),
            ("size = 11", "1:8 `size` is out of range; write a whole number from 1 to 10"),
            ("size = -1", "1:8 `size` is out of range; write a whole number from 1 to 10"),
            ("size = '1'", "1:8 `size` cannot be a text; it should be a whole number, without quotes"),
            ("kind = 'grean'", "1:8 `grean` is not a known kind; did you mean `green`?"),
            ("kind = 'x'", "1:8 `x` is not a known kind; it can be `green` or `blue`"),
        ];
        for (text, expected) in cases {
            let found = problems(text, |reader| {
                reader.line("role", 5);
                reader.list("list", 2, 5);
                reader.number("size", 1..=10);
                reader.choice("kind", &[("green", ()), ("blue", ())]);
            });
            assert_eq!(found, [expected], "{text}");
        }
    }

    #[test]
    fn a_missing_key_is_told_at_its_table() {
        let found = problems("[[f]]\nx = 1\n[[f]]\n", |reader| {
            for mut table in reader.tables("f", 9) {
                table.require("x", "x = 1");
                table.number("x", 0..=9);
                table.finish();
            }
        });
        assert_eq!(found, ["3:1 `x` is missing here; add it, as in `x = 1`"]);
    }

    #[test]
    fn broken_lines_do_not_hide_the_others() {
        let found = problems("a = \nb = 'x\nc = 1\nd = 'y'\n", |reader| {
            reader.require("e", "e = 1");
            for key in ["a", "b", "c", "e"] {
                reader.line(key, 9);
            }
        });
        assert_eq!(found.len(), 4, "{found:#?}");
        assert!(found.iter().any(|problem| problem.starts_with("3:5 `c` cannot be a whole number")), "{found:#?}");
        assert!(found.iter().any(|problem| problem.starts_with("4:1 unknown key `d`")), "{found:#?}");
    }

    #[test]
    fn markdown_in_a_string_is_told_at_its_line() {
        let text = "text = \"\"\"\nFirst line\nwith <b>raw</b> words[^x].\n\"\"\"\n";
        let found = problems(text, |reader| {
            reader.prose("text", 100);
        });
        assert!(found.iter().any(|problem| problem.starts_with("3:6 ")), "{found:#?}");
        assert!(found.iter().any(|problem| problem.starts_with("3:22 ")), "{found:#?}");
    }
}
