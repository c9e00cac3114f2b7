//! `[extra]`: values of a JSON Resume for which the profile has no key. They are written into the next JSON Resume and
//! shown nowhere else, so any key is permitted; their texts are checked as all others are.

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    characters::{quoted, refused},
    keys::ValueKind,
    reader::Reader,
    source_file::SourceFile,
};
use crate::document::Extra;
use serde_json::{Number, Value};

/// Lists and tables may stand in each other so deep: the schema of JSON Resume needs four levels.
pub(crate) const DEEPEST: usize = 16;

/// Reads the `[extra]` of a card. What was written below it and belongs to the card would be carried and never shown,
/// so a key of the card in it is an error.
pub(super) fn of_card(reader: &mut Reader<'_>) -> Extra {
    reader.ask("extra", ValueKind::Extra);
    let Some(value) = reader.carried("extra") else { return Extra::new() };
    if let DeValue::Table(table) = value.get_ref() {
        // A JSON Resume has interests too.
        let of_card = |key: &str| key != "interests" && reader.asked().any(|asked| asked == key);
        for (key, _) in table.iter().filter(|(key, _)| of_card(key.get_ref())) {
            let message = format!("{} stands under `[extra]`, which is not shown", quoted(key.get_ref()));
            reader.source().error(key.span(), message, "move the line above `[extra]`");
        }
    }
    read(reader.source(), value, "begin it with `[extra]`")
}

/// Reads the `extra` of an entry.
pub(super) fn extra(reader: &mut Reader<'_>) -> Extra {
    reader.ask("extra", ValueKind::Extra);
    let remedy = "write each of its keys as `extra.key = \"value\"`";
    reader.carried("extra").map(|value| read(reader.source(), value, remedy)).unwrap_or_default()
}

fn read(source: &SourceFile, value: Spanned<DeValue<'_>>, remedy: &str) -> Extra {
    let span = value.span();
    if let DeValue::Table(table) = value.into_inner() {
        return object(source, table, DEEPEST);
    }
    source.error(span, "`extra` is not a table", remedy);
    Extra::new()
}

/// A table of TOML as an object of JSON, with its dates as texts.
pub(super) fn object(source: &SourceFile, table: DeTable<'_>, depth: usize) -> Extra {
    let fields = table.into_iter().filter_map(|(key, value)| {
        check(source, &key.span(), key.get_ref());
        Some((key.into_inner().into_owned(), json(source, value, depth)?))
    });
    fields.collect()
}

/// A value of TOML as one of JSON; `None` with an error where there is none.
fn json(source: &SourceFile, value: Spanned<DeValue<'_>>, depth: usize) -> Option<Value> {
    let span = value.span();
    let Some(depth) = depth.checked_sub(1) else {
        let message = format!("`extra` is nested deeper than {DEEPEST} levels");
        source.error(span, message, "remove what stands so deep");
        return None;
    };
    let number = match value.into_inner() {
        DeValue::String(text) => {
            check(source, &span, &text);
            return Some(Value::String(text.into_owned()));
        }
        DeValue::Boolean(value) => return Some(Value::Bool(value)),
        DeValue::Datetime(date) => return Some(Value::String(date.to_string())),
        DeValue::Array(array) => {
            return Some(array.into_iter().filter_map(|value| json(source, value, depth)).collect());
        }
        DeValue::Table(table) => return Some(Value::Object(object(source, table, depth))),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok().map(Number::from),
        DeValue::Float(number) => number.as_str().parse().ok().and_then(Number::from_f64),
    };
    if number.is_none() {
        source.error(span, "JSON has no such number", "write it as a text, in quotes");
    }
    number.map(Value::Number)
}

/// Line breaks and tabs are layout; every other character that may not be shown is an error.
fn check(source: &SourceFile, span: &std::ops::Range<usize>, text: &str) {
    if let Some((_, character)) = refused(text, &['\n', '\t']).next() {
        source.refused(span.clone(), character);
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::json;

    use super::{super::vocabulary::Vocabulary, *};

    fn extra_of(text: &str) -> (Extra, Vec<String>) {
        let source = SourceFile::new(Path::new("work.toml"), text);
        let extra = extra(&mut Reader::new(&source));
        (extra, source.into_diagnostics().all.iter().map(|error| error.message.clone()).collect())
    }

    #[test]
    fn values_become_those_of_json() {
        let (extra, errors) = extra_of(
            "extra.score = '1,3'\nextra.n = 0x10\nextra.f = 1.5\nextra.b = true\nextra.d = 2019-05-01\n\
             extra.list = ['a', { b = \"c\\nd\" }]\n",
        );
        let expected = json!({
            "score": "1,3", "n": 16, "f": 1.5, "b": true, "d": "2019-05-01", "list": ["a", { "b": "c\nd" }]
        });
        assert_eq!((Value::Object(extra), errors), (expected, Vec::new()));
    }

    #[test]
    fn what_json_or_a_terminal_cannot_take_is_told() {
        let deep = format!("extra.a = {}1{}", "[".repeat(DEEPEST), "]".repeat(DEEPEST));
        for (text, message) in [
            ("extra = 1", "`extra` is not a table"),
            ("extra.a = inf", "JSON has no such number"),
            ("extra.a = 99999999999999999999", "JSON has no such number"),
            ("extra.a = \"\\u009b\"", "a control character (U+009B) cannot be shown"),
            ("extra.\"\\u202e\" = 1", "a character that turns the direction of text (U+202E) cannot be shown"),
            (&*deep, "`extra` is nested deeper than 16 levels"),
        ] {
            assert_eq!(extra_of(text).1, [message], "{text}");
        }
    }

    #[test]
    fn what_belongs_to_the_card_is_not_carried_in_silence() {
        let text = "name = 'A'\n[extra]\ninterests = []\nbasics.image = 'x'\nemail = 'a@example.com'\n";
        let source = SourceFile::new(Path::new("card.toml"), text);
        let extra = super::super::card::card(&source, &Vocabulary::default(), None).extra;
        assert_eq!(extra["basics"], json!({ "image": "x" }));
        let errors = source.into_diagnostics();
        let errors: Vec<_> = errors.all.iter().map(|error| (error.message.as_str(), error.remedy.as_str())).collect();
        assert_eq!(errors, [("`email` stands under `[extra]`, which is not shown", "move the line above `[extra]`")]);
    }
}
