//! Recognizes files of version 0.1: each key that was renamed is an error that says what to write instead.

use std::path::Path;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{diagnostic::Diagnostic, reader::Reader, source_file::SourceFile};

/// The tables of a career and of a stack, each with the keys in it that are others now.
pub(crate) const TABLES: [(&str, &[(&str, &str)]); 2] =
    [("station", &[("subject", "title"), ("layer", "see")]), ("layer", &[("summary", "subtitle")])];

/// Whether a file has tables of the first edition.
pub(super) fn is_of(reader: &Reader<'_>) -> bool {
    TABLES.iter().any(|(name, _)| reader.has(name))
}

/// Tells of the logo as the first edition had it; whether a card's file has one.
pub(super) fn tell_card(reader: &mut Reader<'_>) -> bool {
    let mark = reader.carried("mark");
    if let Some(value) = &mark {
        reader.source().old(value.span(), "`mark` is `logo` now", "write `logo = …`");
    }
    mark.is_some()
}

/// One error for all files of `dir`, where so many of their keys are those of the first edition.
pub(super) fn summary(dir: &Path, count: usize) -> Option<Diagnostic> {
    let keys = if count == 1 { "one key of its files is" } else { &format!("{count} keys of its files are") };
    let message = format!("this is a profile of version 0.1: {keys} called otherwise now");
    let remedy = format!("`sshcard migrate {}` changes that, and keeps the old files", dir.display());
    (count > 0).then(|| Diagnostic::with_file(dir, message, remedy))
}

/// Tells of the tables of the first edition, where a file has them.
pub(super) fn tell(reader: &mut Reader<'_>) {
    for (name, keys) in TABLES {
        let Some(value) = reader.carried(name) else { continue };
        let source = reader.source();
        match value.into_inner() {
            DeValue::Array(tables) => tables.into_iter().for_each(|of| table(source, name, keys, of)),
            _ => source.old(reader.span(), format!("`{name}` is of version 0.1"), "write `[[entry]]`"),
        }
        if name == "layer"
            && let Some(text) = reader.carried("text")
        {
            source.old(text.span(), "`text` above the entries is `intro` now", "write `intro = …`");
        }
    }
}

fn table(source: &SourceFile, name: &str, keys: &[(&str, &str)], value: Spanned<DeValue<'_>>) {
    let message = format!("`[[{name}]]` is `[[entry]]` now");
    source.old(value.span(), message, "write `[[entry]]`, or let `sshcard migrate` change all files");
    let DeValue::Table(table) = value.into_inner() else { return };
    for (old, new) in keys {
        tell_key(source, &table, old, new);
    }
    if is_now(&table) {
        tell_key(source, &table, "time", "to");
    }
}

fn tell_key(source: &SourceFile, table: &DeTable<'_>, old: &str, new: &str) {
    if let Some((key, value)) = table.iter().find(|(key, _)| key.get_ref() == old) {
        let remedy = match (new, value.get_ref().as_str()) {
            ("see", Some(layer)) => format!("write `see = \"stack/{layer}\"`"),
            ("to", _) => "write `to = \"now\"`".to_owned(),
            _ => format!("write `{new} = …`"),
        };
        source.old(key.span(), format!("`{old}` is `{new}` now"), remedy);
    }
}

/// Whether the time of a station is the word for what goes on, which is a date now.
pub(crate) fn is_now(table: &DeTable<'_>) -> bool {
    let time = table.get("time").and_then(|time| time.get_ref().as_str());
    time.is_some_and(|time| time.trim().eq_ignore_ascii_case("now"))
}
