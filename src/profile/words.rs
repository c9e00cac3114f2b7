//! Reads `[words]`: the card's own words in its language, with the replacements that the owner wrote.

use std::{ops::Range, sync::Arc};

use toml::{
    Table, Value,
    de::{DeTable, DeValue},
};

use super::{
    characters::{alternatives, quoted, refused, suggestion},
    languages::words_differ,
    limits::{LINE, excess},
    reader::Reader,
    source_file::SourceFile,
};
use crate::document::{
    Language, Words,
    words::{default_locale, locale, placeholders},
};

/// The card's words in a language. `tag` is where the owner names it.
pub(super) fn words(reader: &mut Reader<'_>, language: &Language, tag: Option<Range<usize>>) -> Arc<Words> {
    let source = reader.source();
    let (own, known) = (reader.table("words"), locale(language.tag()));
    // An owner who writes words under `[words]` knows that.
    if let (Some(tag), Some((message, remedy))) = (tag.filter(|_| own.is_none()), words_differ(language, "")) {
        source.warning(tag, message, remedy);
    }
    let mut table = known.unwrap_or_else(default_locale);
    if let Some(own) = own {
        replace(source, &mut table, "words", own);
    }
    Arc::new(Words::from_table(table).unwrap_or_default())
}

/// Puts the owner's words in the place of the card's. `path` names the table.
fn replace(source: &SourceFile, words: &mut Table, path: &str, own: DeTable<'_>) {
    for (key, value) in own {
        let span = value.span();
        let Some(word) = words.get_mut(key.get_ref().as_ref()) else {
            let keys = || words.keys().map(String::as_str);
            let remedy =
                suggestion(key.get_ref(), keys()).unwrap_or_else(|| format!("a key can be {}", alternatives(keys())));
            source.error(key.span(), format!("{} is no word of `[{path}]`", quoted(key.get_ref())), remedy);
            continue;
        };
        match (word, value.into_inner()) {
            (Value::Table(words), DeValue::Table(own)) => {
                replace(source, words, &format!("{path}.{}", key.get_ref()), own);
            }
            (Value::String(word), DeValue::String(own)) => {
                if check_word(source, (key.get_ref(), span), word, &own) {
                    *word = own.into_owned();
                }
            }
            (Value::Array(words), DeValue::Array(own)) if words.len() == own.len() => {
                for (word, own) in words.iter_mut().zip(own) {
                    let text = own.get_ref().as_str().map(str::to_owned);
                    match (&*word, text) {
                        (Value::String(before), Some(text)) => {
                            if check_word(source, (key.get_ref(), own.span()), before, &text) {
                                *word = Value::String(text);
                            }
                        }
                        _ => wrong_type(source, key.get_ref(), own.span(), "a list of texts"),
                    }
                }
            }
            (Value::Array(words), _) => {
                wrong_type(source, key.get_ref(), span, &format!("a list of {} texts", words.len()));
            }
            (Value::Table(_), _) => {
                let right = format!("a table: begin it with `[{path}.{}]`", key.get_ref());
                wrong_type(source, key.get_ref(), span, &right);
            }
            _ => wrong_type(source, key.get_ref(), span, "a text in quotes"),
        }
    }
}

fn wrong_type(source: &SourceFile, key: &str, span: Range<usize>, right: &str) {
    source.error(span, format!("{} is no word", quoted(key)), format!("it should be {right}"));
}

/// Whether the owner's word can stand for the card's: it can be shown, and all that is put into it has its place.
fn check_word(source: &SourceFile, (key, span): (&str, Range<usize>), word: &str, own: &str) -> bool {
    let places = placeholders(word);
    let (message, remedy) = if let Some((_, character)) = refused(own, &[]).next() {
        source.refused(span, character);
        return false;
    } else if own.trim().is_empty() && !word.trim().is_empty() {
        (format!("{} is empty", quoted(key)), "write something between the quotes, or remove the line".to_owned())
    } else if let Some(excess) = excess(own, 2 * LINE) {
        (format!("{} is too long: {}", quoted(key), excess.length), excess.remedy())
    } else if placeholders(own) != places && places.is_empty() {
        (format!("nothing is put into {}", quoted(key)), "remove the braces".to_owned())
    } else if placeholders(own) != places {
        let needed = places.iter().map(|place| format!("`{place}`")).collect::<Vec<_>>().join(" and ");
        (format!("{} has lost what is put into it", quoted(key)), format!("write {needed} where it belongs"))
    } else if key == "direction" && !matches!(own, "ltr" | "rtl") {
        (format!("`direction` cannot be {}", quoted(own)), "it can be `ltr` or `rtl`".to_owned())
    } else {
        return true;
    };
    source.error(span, message, remedy);
    false
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{
        super::{
            card::{ReadCard, card},
            vocabulary::Vocabulary,
        },
        *,
    };

    fn read(text: &str) -> (ReadCard, Vec<String>) {
        let source = SourceFile::new(Path::new("card.toml"), &format!("headline = 'x'\n{text}"));
        let card = card(&source, &Vocabulary::default(), None);
        let told = source.into_diagnostics();
        (card, told.all.iter().map(|one| format!("{}; {}", one.message, one.remedy)).collect())
    }

    #[test]
    fn the_language_decides_the_words() {
        for (text, tag, word) in [
            ("", "en", "card"),
            ("language = 'de'", "de", "Karte"),
            ("language = 'DE-at'", "de-AT", "Karte"),
            ("language = 'zh-Hans-CN'", "zh-Hans-CN", "名片"),
            ("language = 'de'\n[words.pages]\ncard = 'Visitenkarte'", "de", "Visitenkarte"),
            ("language = 'sv'\n[words.pages]\ncard = 'kort'", "sv", "kort"),
        ] {
            let (ReadCard { language, words, .. }, told) = read(text);
            assert_eq!((language.tag(), words.pages["card"].as_str()), (tag, word), "{text}");
            assert_eq!(told, [""; 0], "{text}");
        }
    }

    #[test]
    fn a_word_is_measured_in_columns() {
        let too_long = "`find` is too long: 162 columns; shorten it to 160 columns; a wide character takes two";
        for (columns, expected) in [(160, vec![]), (162, vec![too_long])] {
            let (_, told) = read(&format!("[words.hints]\nfind = '{}'", "云".repeat(columns / 2)));
            assert_eq!(told, expected);
        }
    }

    #[test]
    fn what_is_wrong_with_a_word_is_told() {
        for (text, message) in [
            ("language = 'sv'", "the card has no words in `sv` yet: they are English; write your own under `[words]`"),
            (
                "language = 'fa'",
                "the card has no words in `fa` yet: they are English; write your own under `[words]`, with",
            ),
            ("language = 'ger'", "the card has no words in `ger` yet: they are English; did you mean `de`?"),
            (
                "language = 'zh-TW'",
                "the card's own words in `zh-TW` are written in simplified characters; write your own",
            ),
            ("words = 1", "`words` cannot be a whole number; it should be a table: begin it with `[words]`"),
            ("[words]\nhint = {}", "`hint` is no word of `[words]`; did you mean `hints`?"),
            ("[words.hints]\nfnd = 'x'", "`fnd` is no word of `[words.hints]`; did you mean `find`?"),
            ("[words]\nhints = 'x'", "`hints` is no word; it should be a table: begin it with `[words.hints]`"),
            ("[words.hints]\nfind = 1", "`find` is no word; it should be a text in quotes"),
            ("[words.hints]\nfind = ' '", "`find` is empty"),
            ("[words.hints]\nfind = 'a{}'", "nothing is put into `find`; remove the braces"),
            ("[words.formats]\nsee = 'x'", "`see` has lost what is put into it; write `{}` where it belongs"),
            ("[words.dates]\nspan = '{from}'", "`span` has lost what is put into it; write `{from}` and `{to}`"),
            ("[words.dates]\nmonths = ['a']", "`months` is no word; it should be a list of 12 texts"),
            ("[words]\ndirection = 'up'", "`direction` cannot be `up`; it can be `ltr` or `rtl`"),
            ("[words.hints]\nfind = \"a\\u202eb\"", "a character that turns the direction of text (U+202E) cannot be"),
        ] {
            let (_, told) = read(text);
            assert!(told.len() == 1 && told[0].starts_with(message), "{text}: {told:?}");
        }
    }
}
