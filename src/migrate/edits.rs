//! Edits to the text of one file.

use std::{collections::BTreeMap, ops::Range};

use toml::{
    Spanned,
    de::{DeTable, DeValue, Error},
};

use crate::{
    profile::first_edition::{TABLES, is_now},
    scaffold::writer,
};

/// The changed text and what was changed, each with how often; no changes where the file has no key of version 0.1.
pub(super) fn edited(name: &str, text: &str) -> Result<(String, Vec<String>), Error> {
    let parsed = DeTable::parse(text)?;
    let mut edits = Edits { text, strings: Vec::new(), all: Vec::new(), counts: BTreeMap::new() };
    edits.strings(parsed.get_ref());
    if name == "card.toml" {
        edits.key(parsed.get_ref(), "mark", "logo");
    } else {
        for (table, keys) in TABLES {
            edits.page(parsed.get_ref(), table, keys);
        }
    }
    if !edits.all.is_empty() {
        edits.comments(name);
    }
    Ok(edits.finish())
}

/// How the lines of a text end.
pub(super) fn line_end(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

struct Edits<'t> {
    text: &'t str,
    /// Where texts stand, in which nothing is a key.
    strings: Vec<Range<usize>>,
    all: Vec<(Range<usize>, String)>,
    counts: BTreeMap<String, usize>,
}

impl Edits<'_> {
    fn strings(&mut self, table: &DeTable<'_>) {
        table.iter().for_each(|(_, value)| self.strings_of(value));
    }

    fn strings_of(&mut self, value: &Spanned<DeValue<'_>>) {
        match value.get_ref() {
            DeValue::String(_) => self.strings.push(value.span()),
            DeValue::Array(values) => values.iter().for_each(|value| self.strings_of(value)),
            DeValue::Table(table) => self.strings(table),
            _ => {}
        }
    }

    fn edit(&mut self, range: Range<usize>, new: String, change: &str) {
        self.all.push((range, new));
        *self.counts.entry(change.to_owned()).or_default() += 1;
    }

    fn key(&mut self, table: &DeTable<'_>, old: &str, new: &str) {
        if let Some((key, _)) = table.iter().find(|(key, _)| key.get_ref() == old) {
            self.edit(key.span(), new.to_owned(), &format!("`{old}` is `{new}`"));
        }
    }

    /// A page with entries of the old name.
    fn page(&mut self, file: &DeTable<'_>, name: &str, keys: &[(&str, &str)]) {
        let Some(DeValue::Array(tables)) = file.get(name).map(Spanned::get_ref) else { return };
        for value in tables {
            let DeValue::Table(table) = value.get_ref() else { continue };
            for (old, new) in keys {
                self.key(table, old, new);
                let layer = table.get(*old).filter(|_| *new == "see");
                if let Some((layer, span)) = layer.and_then(|value| Some((value.get_ref().as_str()?, value.span()))) {
                    self.all.push((span, writer::text(&format!("stack/{layer}"))));
                }
            }
            if is_now(table) {
                self.key(table, "time", "to");
            }
        }
        let headers = self.headers(name);
        if headers.is_empty() {
            // `station = [{ … }]`
            self.key(file, name, "entry");
        }
        for header in headers {
            self.edit(header, "entry".to_owned(), &format!("`[[{name}]]` is `[[entry]]`"));
        }
        let layout = if name == "station" { "timeline" } else { "layers" };
        if name == "layer" {
            self.key(file, "text", "intro");
        }
        if !file.contains_key("layout") {
            let at = self.first_statement();
            let line = format!("layout = \"{layout}\"");
            let end = line_end(self.text);
            self.edit(at..at, format!("{line}{end}{end}"), &format!("`{line}` is new"));
        }
    }

    /// The lines, each with where it begins, that do not begin within a text.
    fn lines(&self) -> Vec<(usize, &str)> {
        let mut start = 0;
        let lines = self.text.split_inclusive('\n').map(|line| {
            let at = start;
            start += line.len();
            (at, line)
        });
        lines.filter(|(at, _)| !self.strings.iter().any(|text| text.start < *at && *at < text.end)).collect()
    }

    /// The names in the headers of a table's elements.
    fn headers(&self, name: &str) -> Vec<Range<usize>> {
        let lines = self.lines().into_iter().filter_map(|(at, line)| {
            let inner = line.trim_start().strip_prefix("[[")?.split_once("]]")?.0;
            let found = line.find(name)?;
            (inner.trim().trim_matches(['"', '\'']) == name).then_some(at + found..at + found + name.len())
        });
        lines.collect()
    }

    /// Where the first statement begins, with the comments right above it.
    fn first_statement(&self) -> usize {
        let mut begins = 0;
        for (at, line) in self.lines() {
            match line.trim_start().chars().next() {
                None => begins = at + line.len(),
                Some('#') => {}
                Some(_) => break,
            }
        }
        begins
    }

    /// Comments that show how a file is written show it as it is now.
    fn comments(&mut self, name: &str) {
        let keys: Vec<(&str, &str)> = match name {
            "card.toml" => vec![("mark", "logo")],
            _ => TABLES
                .iter()
                .filter(|(table, _)| !self.headers(table).is_empty())
                .flat_map(|(_, keys)| *keys)
                .copied()
                .collect(),
        };
        let lines: Vec<(usize, String)> = self.lines().into_iter().map(|(at, line)| (at, line.to_owned())).collect();
        for (at, line) in lines {
            let Some(comment) = line.trim_start().strip_prefix('#') else { continue };
            for (table, _) in TABLES {
                for (found, _) in comment.match_indices(&format!("[[{table}]]")) {
                    let start = at + line.len() - comment.len() + found + 2;
                    self.all.push((start..start + table.len(), "entry".to_owned()));
                }
            }
            let statement = comment.trim_start();
            let Some((key, value)) = statement.split_once('=') else { continue };
            let Some((old, new)) = keys.iter().find(|(old, _)| *old == key.trim_end()) else { continue };
            let start = at + line.len() - statement.len();
            self.all.push((start..start + old.len(), (*new).to_owned()));
            if *new == "see"
                && let Some(quote) = value.find('"')
            {
                let inside = at + line.len() - value.len() + quote + 1;
                self.all.push((inside..inside, "stack/".to_owned()));
            }
        }
    }

    fn finish(mut self) -> (String, Vec<String>) {
        self.all.sort_by_key(|(range, _)| (range.start, range.end));
        let (mut text, mut from) = (String::with_capacity(self.text.len() + 64), 0);
        for (range, new) in self.all {
            text.push_str(self.text.get(from..range.start).unwrap_or_default());
            text.push_str(&new);
            from = range.end;
        }
        text.push_str(self.text.get(from..).unwrap_or_default());
        let changes = self.counts.into_iter().map(|(change, count)| match count {
            1 => change,
            _ => format!("{change} ({count} times)"),
        });
        (text, changes.collect())
    }
}
