//! Reads a TOML table key by key, and collects what is wrong with it instead of stopping at the first error. The reader
//! knows no key: the caller names each key and what it may hold.
//!
//! The steps: [`SourceFile::open`], [`Reader::new`], one call for each key that there may be (a key that is absent
//! gives `None` or an empty list; one that is wrong gives the same and adds an error), and [`Reader::finish`], which
//! adds an error for every key that was never asked for. The keys that were asked for, with what each may hold, are
//! what the schemas are made of ([`super::schema`]). Every value is a [`Spanned`] with its bytes in the file, so that
//! what only the caller can judge becomes an error in the same form: [`SourceFile::error`].

use std::ops::Range;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    characters::{alternatives, name, quoted, refused, suggestion},
    diagnostic::SpannedDiagnostic,
    keys::{TomlKey, ValueKind, help},
    limits::{URL, excess},
    markdown,
    source_file::SourceFile,
    source_map::SourceMap,
    syntax::{BACKSLASH, explained},
    url,
};
use crate::document::{Date, Prose, means_now};

/// Reads one table of a file.
#[derive(Debug)]
pub(super) struct Reader<'w> {
    source: &'w SourceFile,
    table: DeTable<'w>,
    span: Range<usize>,
    asked: Vec<TomlKey>,
    /// Keys that owners write for others, each with what is right.
    mistaken: &'static [(&'static str, &'static str)],
    /// Groups of keys of which one is required and none is there, each with its error.
    missing: Vec<(Vec<&'static str>, SpannedDiagnostic)>,
    /// For the table of a `[[key]]`: that key, and the file's own keys, which stand above it.
    above: Option<(&'static str, Vec<&'static str>)>,
}

impl<'w> Reader<'w> {
    /// Begins to read a file. Lines that are no TOML are errors, and the others are read.
    #[must_use]
    pub(super) fn new(source: &'w SourceFile) -> Self {
        let (table, errors) = DeTable::parse_recoverable(source.text());
        for error in explained(&errors, source.text()) {
            source.syntax(error);
        }
        Self::of(source, table.into_inner(), 0..0, None)
    }

    fn of(
        source: &'w SourceFile,
        table: DeTable<'w>,
        span: Range<usize>,
        above: Option<(&'static str, Vec<&'static str>)>,
    ) -> Self {
        Self { source, table, span, asked: Vec::new(), mistaken: &[], missing: Vec::new(), above }
    }

    /// Answers keys that owners write for others: each unknown key of the list is told with its remedy.
    #[must_use]
    pub(super) fn mistaken(self, mistaken: &'static [(&'static str, &'static str)]) -> Self {
        Self { mistaken, ..self }
    }

    /// Where the table begins; the beginning of the file for the file's own.
    #[must_use]
    pub(super) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// The file that is read.
    #[must_use]
    pub(super) fn source(&self) -> &'w SourceFile {
        self.source
    }

    /// Adds an error when a key is absent; `example` is the line that would be right.
    pub(super) fn require(&mut self, key: &'static str, example: &str) {
        self.ask(key, ValueKind::Any);
        if let Some(asked) = self.asked.iter_mut().find(|asked| asked.name == key) {
            asked.is_required = true;
        }
        self.require_one(&[key], &format!("`{key}` is missing here"), &format!("add it, as in `{example}`"));
    }

    /// Adds an error when all of these keys are absent. It is only a consequence where one of them is misspelt, or may
    /// stand in a line that could not be parsed.
    pub(super) fn require_one(&mut self, keys: &[&'static str], message: &str, remedy: &str) {
        if !keys.iter().any(|key| self.table.contains_key(*key)) && !self.source.is_broken() {
            self.missing.push((keys.to_vec(), SpannedDiagnostic::error(self.span.clone(), message, remedy)));
        }
    }

    /// A text of one line: at most `longest` cells, trimmed, not empty, no control character.
    pub(super) fn line(&mut self, key: &'static str, longest: usize) -> Option<String> {
        self.spanned_line(key, longest).map(Spanned::into_inner)
    }

    /// Like [`Reader::line`], with the bytes of the value in the file.
    pub(super) fn spanned_line(&mut self, key: &'static str, longest: usize) -> Option<Spanned<String>> {
        let value = self.take(key, ValueKind::Line(longest))?;
        self.text(key, value, longest, &[])
    }

    /// A text of one line, which is to match a regular expression: the caller sees to that, the schema tells it.
    pub(super) fn form(&mut self, key: &'static str, longest: usize, pattern: &'static str) -> Option<Spanned<String>> {
        self.ask(key, ValueKind::Form(longest, pattern));
        self.spanned_line(key, longest)
    }

    /// A text that may have several lines, under the bounds of [`Reader::line`].
    pub(super) fn lines(&mut self, key: &'static str, longest: usize) -> Option<Spanned<String>> {
        let value = self.take(key, ValueKind::Lines(longest))?;
        self.text(key, value, longest, &['\n'])
    }

    /// A link that the card may show.
    pub(super) fn url(&mut self, key: &'static str) -> Option<String> {
        self.spanned_url(key).map(Spanned::into_inner)
    }

    /// Like [`Reader::url`], with the bytes of the value in the file.
    pub(super) fn spanned_url(&mut self, key: &'static str) -> Option<Spanned<String>> {
        self.ask(key, ValueKind::Form(URL, url::PATTERN));
        let url = self.spanned_line(key, URL)?;
        match url::check(url.get_ref()) {
            Ok(()) => Some(url),
            Err((wrong, remedy)) => {
                self.source.error(url.span(), format!("`{key}` {wrong}"), remedy);
                None
            }
        }
    }

    /// A list of at most `most` texts of one line.
    pub(super) fn list(&mut self, key: &'static str, most: usize, longest: usize) -> Vec<String> {
        self.spanned_list(key, most, longest).into_iter().map(Spanned::into_inner).collect()
    }

    /// The same, each with its bytes in the file.
    pub(super) fn spanned_list(&mut self, key: &'static str, most: usize, longest: usize) -> Vec<Spanned<String>> {
        let Some(value) = self.take(key, ValueKind::List(most, longest)) else { return Vec::new() };
        let span = value.span();
        if !value.get_ref().is_array() {
            self.wrong_type(key, &value, &format!("a list of texts, as in `{key} = [\"one\", \"two\"]`"));
            return Vec::new();
        }
        let DeValue::Array(array) = value.into_inner() else { return Vec::new() };
        if array.is_empty() && !self.source.is_broken() {
            let remedy = "write something between the brackets, or remove the line";
            self.source.warning(span, format!("`{key}` is empty"), remedy);
        } else if array.len() > most {
            self.too_many(key, span, most);
        }
        array.into_iter().take(most).filter_map(|value| self.text(key, value, longest, &[])).collect()
    }

    /// One of a few names.
    pub(super) fn choice<T: Clone>(&mut self, key: &'static str, names: &[(&str, T)]) -> Option<T> {
        self.ask(key, ValueKind::choice(names.iter().map(|(name, _)| *name)));
        let value = self.spanned_line(key, usize::MAX)?;
        self.pick(key, &value, names)
    }

    /// What a text that was read stands for among a few names; any other is an error. `what` names it in the message.
    pub(super) fn pick<T: Clone>(&self, what: &str, value: &Spanned<String>, names: &[(&str, T)]) -> Option<T> {
        let found = names.iter().find(|(name, _)| name == value.get_ref()).map(|(_, meant)| meant.clone());
        if found.is_none() {
            let names = names.iter().map(|(name, _)| *name);
            let remedy = match suggestion(value.get_ref(), names.clone()) {
                Some(remedy) => remedy,
                None if names.len() == 0 => format!("there is no {what} yet: remove it"),
                None => format!("it can be {}", alternatives(names)),
            };
            self.source.error(value.span(), format!("{} is not a known {what}", quoted(value.get_ref())), remedy);
        }
        found
    }

    /// A date: a text as in `2019`, `2019-05`, `2019-05-31`, a year as a number, or a date of TOML. `words` are texts
    /// that are allowed besides, each with what it means.
    pub(super) fn date<T: Clone + From<Date>>(&mut self, key: &'static str, words: &[(&str, T)]) -> Option<T> {
        let value = self.take(key, ValueKind::Date(words.iter().map(|(word, _)| (*word).to_owned()).collect()))?;
        let text = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Integer(year) if year.radix() == 10 => year.as_str().to_owned(),
            DeValue::Datetime(date) if date.time.is_none() => date.to_string(),
            _ => {
                self.wrong_type(key, &value, "a date, as in `\"2019-05\"`");
                return None;
            }
        };
        let word =
            words.iter().find(|(word, _)| text.trim().eq_ignore_ascii_case(word)).map(|(_, meant)| meant.clone());
        let date = word.or_else(|| Date::parse(text.trim()).map(T::from));
        if date.is_none() {
            let words: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`, ")).collect();
            let words = words.concat();
            let remedy = match Date::found(&text) {
                Some(meant) => format!("did you mean `{}`?", meant.iso()),
                None if means_now(&text) && !words.is_empty() => "did you mean `now`?".to_owned(),
                None => format!("write {words}`2019`, `2019-05` or `2019-05-31`; other words belong into `time`"),
            };
            self.source.error(value.span(), format!("`{key}` is no date: {}", quoted(&text)), remedy);
        }
        date
    }

    /// A text in Markdown of at most `longest` cells.
    pub(super) fn prose(&mut self, key: &'static str, longest: usize) -> Option<Prose> {
        let value = self.take(key, ValueKind::Lines(longest))?;
        let map = self.map(value.span());
        let text = self.text(key, value, longest, &['\n', '\t'])?;
        let (prose, diagnostics) = markdown::parse(text.get_ref());
        for diagnostic in diagnostics {
            let span = map.locate(diagnostic.span.start)..map.locate(diagnostic.span.end);
            self.source.add(SpannedDiagnostic { span, ..diagnostic });
        }
        Some(prose)
    }

    /// The tables of `[[key]]`, at most `most`. Each is to be finished.
    pub(super) fn tables(&mut self, key: &'static str, most: usize) -> Vec<Self> {
        let Some(value) = self.take(key, ValueKind::Tables(most)) else { return Vec::new() };
        let span = value.span();
        let DeValue::Array(array) = value.into_inner() else {
            self.source.error(span, format!("`{key}` is not a list of parts"), self.as_parts(key));
            return Vec::new();
        };
        if array.len() > most {
            self.too_many(key, span, most);
        }
        let mut readers = Vec::new();
        for value in array.into_iter().take(most) {
            let span = value.span();
            match value.into_inner() {
                DeValue::Table(table) => {
                    let above = Some((key, self.asked().collect()));
                    readers.push(Self::of(self.source, table, span, above));
                }
                _ => self.source.error(span, format!("`{key}` is not a list of parts"), self.as_parts(key)),
            }
        }
        readers
    }

    /// How the parts of a key are written: in a table of parts on one line, since a `[[key]]` begins one of the file.
    fn as_parts(&self, key: &str) -> String {
        match self.above {
            Some(_) => format!("write `{key} = [{{ label = \"…\", url = \"…\" }}]`"),
            None => format!("begin each with `[[{key}]]` on a line of its own"),
        }
    }

    /// Ends the reading: every key that was never asked for is unknown, and what is absent is told.
    pub(super) fn finish(self) {
        let mut meant = String::new();
        for (key, _) in &self.table {
            let above = self.above.as_ref().filter(|(_, keys)| keys.iter().any(|of| key.get_ref() == of));
            let is_below = self.above.is_none() && self.asks("entry") && help("entry", key.get_ref()).is_some();
            let mistaken = self.mistaken.iter().find(|(of, _)| key.get_ref().eq_ignore_ascii_case(of));
            let (remedy, is_sure) = match (above, mistaken, suggestion(key.get_ref(), self.asked())) {
                (Some((table, _)), ..) => (format!("move the line above the first `[[{table}]]`"), false),
                (_, Some((_, remedy)), _) => ((*remedy).to_owned(), true),
                _ if is_below => ("move the line below an `[[entry]]`".to_owned(), false),
                (_, _, Some(remedy)) => (remedy, true),
                _ => (format!("a key can be {}", alternatives(self.asked())), false),
            };
            meant.push_str(if is_sure { &remedy } else { "" });
            self.source.error(key.span(), format!("unknown key {}", quoted(key.get_ref())), remedy);
        }
        for (keys, error) in self.missing {
            if !keys.iter().any(|key| meant.contains(&format!("`{key}`"))) {
                self.source.add(error);
            }
        }
        self.source.asked(self.above.map_or("", |(table, _)| table), self.asked);
    }

    /// The table of `[key]`, whose keys the caller reads.
    pub(super) fn table(&mut self, key: &'static str) -> Option<DeTable<'w>> {
        let value = self.take(key, ValueKind::Table)?;
        if !value.get_ref().is_table() {
            self.wrong_type(key, &value, &format!("a table: begin it with `[{key}]`"));
        }
        if let DeValue::Table(table) = value.into_inner() { Some(table) } else { None }
    }

    /// The value of a key that no remedy suggests.
    pub(super) fn carried(&mut self, key: &str) -> Option<Spanned<DeValue<'w>>> {
        self.table.remove(key)
    }

    /// Whether a key is there and was not read yet.
    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// The names of the keys that were asked for and are an owner's to write.
    pub(super) fn asked(&self) -> impl DoubleEndedIterator<Item = &'static str> + Clone {
        self.asked.iter().filter(|key| key.kind != ValueKind::Extra).map(|key| key.name)
    }

    /// Whether a key was asked for.
    fn asks(&self, key: &str) -> bool {
        self.asked().any(|asked| asked == key)
    }

    /// Says what a key may hold, for the schema, where that is more than what reads it says.
    pub(super) fn ask(&mut self, name: &'static str, kind: ValueKind) {
        match self.asked.iter_mut().find(|asked| asked.name == name) {
            Some(asked) if asked.kind == ValueKind::Any => asked.kind = kind,
            Some(_) => {}
            None => self.asked.push(TomlKey { name, kind, is_required: false }),
        }
    }

    fn take(&mut self, key: &'static str, kind: ValueKind) -> Option<Spanned<DeValue<'w>>> {
        self.ask(key, kind);
        self.table.remove(key)
    }

    /// The way back from a string's value to the file; for anything else a way that is never used.
    fn map(&self, span: Range<usize>) -> SourceMap {
        SourceMap::new(self.source.text().get(span.clone()).unwrap_or_default(), span.start)
    }

    fn text(&self, key: &str, value: Spanned<DeValue<'w>>, longest: usize, layout: &[char]) -> Option<Spanned<String>> {
        let span = value.span();
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_type(key, &value, "a text in quotes");
            return None;
        };
        let map = self.map(span.clone());
        let mut right = true;
        for (offset, character) in refused(text, layout) {
            self.refused(map.locate(offset)..map.locate(offset + character.len_utf8()), character);
            right = false;
        }
        if text.trim().is_empty() {
            let remedy = "write something between the quotes, or remove the line";
            self.source.error(span.clone(), format!("`{key}` is empty"), remedy);
            right = false;
        }
        if let Some(excess) = excess(text, longest) {
            let span = map.locate(excess.offset)..span.end;
            self.source.error(span, format!("`{key}` is too long: {}", excess.length), excess.remedy());
            right = false;
        }
        // Prose keeps its offsets; white space around it means nothing to Markdown but code at its beginning.
        let text = if layout.contains(&'\t') { text } else { text.trim() };
        right.then(|| Spanned::new(span, text.to_owned()))
    }

    /// Adds an error for a character that may not be shown. That of a backslash and a letter was hardly meant.
    fn refused(&self, span: Range<usize>, character: char) {
        let written = self.source.text().get(span.clone()).unwrap_or_default();
        match written.strip_prefix('\\').filter(|letter| letter.len() == 1) {
            Some(letter) => {
                let message = format!("a backslash and `{letter}` are {}, which cannot be shown", name(character));
                self.source.error(span, message, BACKSLASH);
            }
            None => self.source.refused(span, character),
        }
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
        self.source.error(value.span(), format!("`{key}` cannot be {found}"), format!("it should be {right}"));
    }

    fn too_many(&self, key: &str, span: Range<usize>, most: usize) {
        let remedy = format!("keep at most {most}");
        self.source.error(span, format!("`{key}` has too many entries"), remedy);
    }
}

#[cfg(test)]
mod tests;
