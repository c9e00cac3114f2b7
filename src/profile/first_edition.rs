//! Files as version 0.1 had them: each key that has another name now is told with the new text.

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{reader::Reader, source_file::SourceFile};

/// The tables of a career and of a stack, each with the keys in it that are others now.
pub(crate) const TABLES: [(&str, &[(&str, &str)]); 2] =
    [("station", &[("subject", "title"), ("layer", "see")]), ("layer", &[("summary", "subtitle")])];

/// Tells of the tables of the first edition, where a file has them.
pub(super) fn tell(reader: &mut Reader<'_>) {
    for (name, keys) in TABLES {
        let Some(value) = reader.carried(name) else { continue };
        let source = reader.source();
        match value.into_inner() {
            DeValue::Array(tables) => tables.into_iter().for_each(|of| table(source, name, keys, of)),
            _ => source.error(reader.span(), format!("`{name}` is of version 0.1"), "write `[[entry]]`"),
        }
        if name == "layer"
            && let Some(text) = reader.carried("text")
        {
            source.error(text.span(), "`text` above the entries is `intro` now", "write `intro = …`");
        }
    }
}

fn table(source: &SourceFile, name: &str, keys: &[(&str, &str)], value: Spanned<DeValue<'_>>) {
    let message = format!("`[[{name}]]` is `[[entry]]` now");
    source.error(value.span(), message, "write `[[entry]]`, or let `sshcard migrate` change all files");
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
        source.error(key.span(), format!("`{old}` is `{new}` now"), remedy);
    }
}

/// Whether the time of a station is the word for what goes on, which is a date now.
pub(crate) fn is_now(table: &DeTable<'_>) -> bool {
    let time = table.get("time").and_then(|time| time.get_ref().as_str());
    time.is_some_and(|time| time.trim().eq_ignore_ascii_case("now"))
}
