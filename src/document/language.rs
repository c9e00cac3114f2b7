//! Language tags (BCP 47), and which of a card's languages fits a visitor's preferences.

use std::fmt;

use oxilangtag::LanguageTag;

use super::words::DEFAULT_LANGUAGE;

/// A language, with its script and region where they matter: `de`, `pt-BR`, `zh-Hant`. It is written as BCP 47
/// recommends.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Language(String);

impl Default for Language {
    fn default() -> Self {
        Self(DEFAULT_LANGUAGE.to_owned())
    }
}

impl Language {
    /// Reads a tag of BCP 47 that has a language of two or three letters, and no subtags but script and region.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        let tag = LanguageTag::parse_and_normalize(tag).ok()?;
        let more = [tag.extended_language(), tag.variant(), tag.extension(), tag.private_use()];
        let is_known = matches!(tag.primary_language().len(), 2 | 3) && more.iter().all(Option::is_none);
        is_known.then(|| Self(tag.into_inner()))
    }

    /// The language of a locale of POSIX, as in `LANG=de_AT.UTF-8`; `None` for `C`, `POSIX` and what is no locale.
    #[must_use]
    pub fn of_locale(locale: &str) -> Option<Self> {
        let tag = locale.split(['.', '@']).next()?;
        Self::parse(&tag.replace('_', "-"))
    }

    /// The tag.
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.0
    }

    /// The language without its script and region.
    #[must_use]
    pub fn primary(&self) -> &str {
        self.0.split('-').next().unwrap_or_default()
    }

    /// Which of these a reader of this language is given: the longest that it begins with (RFC 4647, section 3.4), else
    /// the first of the same language.
    pub fn best<'a>(&self, of: impl Iterator<Item = &'a Self> + Clone) -> Option<&'a Self> {
        let covers =
            |one: &&Self| self.0.strip_prefix(&one.0).is_some_and(|more| more.is_empty() || more.starts_with('-'));
        let longest = of.clone().filter(covers).max_by_key(|one| one.0.len());
        longest.or_else(|| of.clone().find(|one| one.primary() == self.primary()))
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_a_language_with_script_and_region() {
        for (tag, expected) in [
            ("de", Some("de")),
            ("DE", Some("de")),
            ("pt-br", Some("pt-BR")),
            ("zh-hant-tw", Some("zh-Hant-TW")),
            ("es-419", Some("es-419")),
            ("gsw", Some("gsw")),
            ("pictures", None),
            ("about", None),
            ("", None),
            ("e", None),
            ("de_AT", None),
            ("sl-rozaj", None),
            ("de-x-private", None),
            ("i-klingon", None),
            ("d\u{eb}", None),
        ] {
            assert_eq!(Language::parse(tag).as_ref().map(Language::tag), expected, "{tag:?}");
        }
    }

    #[test]
    fn a_locale_names_the_best_language_that_there_is() {
        for (locale, of, expected) in [
            ("de_AT.UTF-8", &["ar", "de"][..], Some("de")),
            ("de_AT.UTF-8", &["de", "de-AT"], Some("de-AT")),
            ("sr_RS@latin", &["en", "sr"], Some("sr")),
            ("pt_PT", &["en", "pt-BR"], Some("pt-BR")),
            ("gsw_CH", &["de"], None),
            ("fr_FR.UTF-8", &["en", "de"], None),
            ("C", &["en"], None),
            ("C.UTF-8", &["en"], None),
            ("POSIX", &["en"], None),
            ("", &["en"], None),
        ] {
            let of: Vec<Language> = of.iter().map(|tag| Language::parse(tag).unwrap()).collect();
            let best = Language::of_locale(locale).and_then(|language| language.best(of.iter()).cloned());
            assert_eq!(best.as_ref().map(Language::tag), expected, "{locale}");
        }
    }
}
