//! Recognizes names that owners write in place of a language tag: the English name, the language's own name, the code
//! of three letters.

use super::characters::{alternatives, quoted};
use crate::document::{
    Language,
    words::{languages, locale},
};

/// The tags of languages with the other words for them, in lower case.
const LANGUAGES: [(&str, &[&str]); 40] = [
    ("ar", &["ara", "arabic", "العربية"]),
    ("bg", &["bul", "bulgarian", "български"]),
    ("bn", &["ben", "bengali", "বাংলা"]),
    ("ca", &["cat", "catalan", "català"]),
    ("cs", &["ces", "cze", "czech", "čeština"]),
    ("cy", &["cym", "wel", "welsh", "cymraeg"]),
    ("da", &["dan", "danish", "dansk"]),
    ("de", &["deu", "ger", "german", "deutsch"]),
    ("el", &["ell", "gre", "greek", "ελληνικά"]),
    ("en", &["eng", "english"]),
    ("es", &["spa", "spanish", "español", "espanol"]),
    ("et", &["est", "estonian", "eesti"]),
    ("eu", &["eus", "baq", "basque", "euskara"]),
    ("fa", &["fas", "per", "persian", "farsi", "فارسی"]),
    ("fi", &["fin", "finnish", "suomi"]),
    ("fr", &["fra", "fre", "french", "français", "francais"]),
    ("ga", &["gle", "irish", "gaeilge"]),
    ("he", &["heb", "iw", "hebrew", "עברית"]),
    ("hi", &["hin", "hindi", "हिन्दी"]),
    ("hr", &["hrv", "croatian", "hrvatski"]),
    ("hu", &["hun", "hungarian", "magyar"]),
    ("id", &["ind", "indonesian"]),
    ("is", &["isl", "ice", "icelandic", "íslenska"]),
    ("it", &["ita", "italian", "italiano"]),
    ("ja", &["jpn", "jp", "japanese", "日本語"]),
    ("ko", &["kor", "kr", "korean", "한국어"]),
    ("nl", &["nld", "dut", "dutch", "nederlands"]),
    ("no", &["nor", "norwegian", "norsk"]),
    ("pl", &["pol", "polish", "polski"]),
    ("pt", &["por", "portuguese", "português", "portugues"]),
    ("ro", &["ron", "rum", "romanian", "română"]),
    ("ru", &["rus", "russian", "русский"]),
    ("sk", &["slk", "slo", "slovak", "slovenčina"]),
    ("sv", &["swe", "swedish", "svenska"]),
    ("th", &["tha", "thai", "ไทย"]),
    ("tr", &["tur", "turkish", "türkçe"]),
    ("uk", &["ukr", "ukrainian", "українська"]),
    ("ur", &["urd", "urdu", "اردو"]),
    ("vi", &["vie", "vietnamese", "tiếng việt"]),
    ("zh", &["zho", "chi", "cn", "chinese", "中文"]),
];

/// Languages without a table that are mostly written from the right.
const FROM_THE_RIGHT: [&str; 8] = ["ckb", "dv", "fa", "ps", "sd", "ug", "ur", "yi"];

/// The tag that was meant by a name of a language, or by a tag that is written in another way: `German` is `de`,
/// `pt_BR` is `pt-BR`.
pub(super) fn meant(written: &str) -> Option<Language> {
    let lower = written.trim().to_lowercase();
    let tag = match LANGUAGES.iter().find(|(_, others)| others.contains(&lower.as_str())) {
        Some((tag, _)) => (*tag).to_owned(),
        None => lower.replace(['_', ' '], "-"),
    };
    let known = |one: &Language| LANGUAGES.iter().any(|(tag, _)| *tag == one.primary());
    Language::parse(&tag).filter(|one| known(one) && one.tag() != written)
}

/// What is to be told of the card's words in a language of which the owner has none of their own, with the remedy.
/// `place` says in which file, after `[words]`.
pub(super) fn words_differ(language: &Language, place: &str) -> Option<(String, String)> {
    let tag = quoted(language.tag());
    let is = |part: &str| language.tag().split('-').any(|of| of == part);
    if locale(language.tag()).is_none() {
        let direction = if FROM_THE_RIGHT.contains(&language.primary()) || is("Arab") || is("Hebr") {
            ", with `direction = \"rtl\"` for lines that begin at the right"
        } else {
            ""
        };
        let remedy = match meant(language.tag()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => {
                format!("write your own under `[words]`{place}{direction}; there are {}", alternatives(languages()))
            }
        };
        return Some((format!("the card has no words in {tag} yet: they are English"), remedy));
    }
    let is_traditional = is("Hant") || !is("Hans") && ["TW", "HK", "MO"].into_iter().any(is);
    (language.primary() == "zh" && is_traditional).then(|| {
        let message = format!("the card's own words in {tag} are written in simplified characters");
        (message, format!("write your own under `[words]`{place}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_found_by_what_owners_call_it() {
        for (written, expected) in [
            ("German", Some("de")),
            ("español", Some("es")),
            ("pt_BR", Some("pt-BR")),
            ("de_DE", Some("de-DE")),
            ("zh_hant", Some("zh-Hant")),
            ("ger", Some("de")),
            ("old_site", None),
            ("pictures", None),
            ("de", None),
        ] {
            assert_eq!(meant(written).as_ref().map(Language::tag), expected, "{written}");
        }
    }

    #[test]
    fn words_of_another_language_or_script_are_told() {
        for (tag, expected) in [
            ("de-AT", None),
            ("zh", None),
            ("zh-CN", None),
            ("zh-Hans-HK", None),
            (
                "fa",
                Some(
                    "write your own under `[words]` here, with `direction = \"rtl\"` for lines that begin at the right",
                ),
            ),
            (
                "uz-Arab",
                Some(
                    "write your own under `[words]` here, with `direction = \"rtl\"` for lines that begin at the right",
                ),
            ),
            ("sv", Some("write your own under `[words]` here")),
            ("deu", Some("did you mean `de`?")),
            ("zh-TW", Some("write your own under `[words]` here")),
            ("zh-Hant", Some("write your own under `[words]` here")),
        ] {
            let told = words_differ(&Language::parse(tag).unwrap(), " here");
            let remedy = told.map(|(_, remedy)| remedy.split("; there are").next().unwrap().to_owned());
            assert_eq!(remedy.as_deref(), expected, "{tag}");
        }
    }
}
