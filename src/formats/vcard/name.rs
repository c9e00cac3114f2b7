//! A person's name in parts, as the property N of a vCard has them (RFC 6350, section 6.2.2).

use crate::document::{Card, is_east_asian};

/// Words in lower case that begin a family's name, as in "Alex van Beispiel".
const PARTICLES: [&str; 30] = [
    "af", "al", "av", "ben", "bin", "bint", "da", "das", "de", "degli", "dei", "del", "della", "den", "der", "di",
    "do", "dos", "du", "el", "ibn", "la", "le", "ten", "ter", "van", "vom", "von", "zu", "zur",
];

/// Words after a name that are no part of the family's.
const SUFFIXES: [&str; 8] = ["Jr.", "Jr", "Sr.", "Sr", "II", "III", "IV", "PhD"];

/// The parts of a name that can be told apart by its spelling. Each can be empty.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct StructuredName {
    /// The family's name, with its particles.
    pub(super) family: String,
    /// All given names.
    pub(super) given: String,
    /// What follows the name, as "Jr.".
    pub(super) suffix: String,
}

impl StructuredName {
    /// The parts that the owner tells apart; else those that the name's spelling does. A headline has no family's name.
    pub(super) fn of_card(card: &Card) -> Self {
        let Some(name) = &card.name else { return Self { given: card.title(), ..Self::default() } };
        let guessed = Self::of(name);
        // Of a name with one part told apart the other is what remains.
        let rest = |part: &str| {
            let rest = name.strip_suffix(&guessed.suffix).unwrap_or(name).replacen(part, "", 1);
            rest.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches(',').to_owned()
        };
        let (given, family) = match (&card.given, &card.family) {
            (None, None) => return guessed,
            (Some(given), None) => (given.clone(), rest(given)),
            (None, Some(family)) => (rest(family), family.clone()),
            (Some(given), Some(family)) => (given.clone(), family.clone()),
        };
        Self { family, given, suffix: guessed.suffix }
    }

    /// Takes a name apart: the last word is the family's, with the particles before it. Where the name is written in
    /// Han characters, kana or Hangul, the first word is. One word alone is a given name.
    pub(super) fn of(name: &str) -> Self {
        let mut words: Vec<&str> = name.split_whitespace().collect();
        let mut suffixes = Vec::new();
        while let Some(last) = words.pop_if(|last| SUFFIXES.contains(last)) {
            suffixes.insert(0, last);
        }
        let suffix = suffixes.join(" ");
        if let [family, given, ..] = words.as_slice()
            && family.starts_with(is_east_asian)
            && given.starts_with(is_east_asian)
        {
            let given = words.split_off(1).join(" ");
            return Self { family: words.concat(), given, suffix };
        }
        let particles = words.iter().rev().skip(1).take_while(|word| PARTICLES.contains(word)).count();
        // The first word is what the person is called by, even where a particle is spelled like that.
        let given = words.len().saturating_sub(1 + particles).max(1).min(words.len());
        let (given, family) = words.split_at(given);
        // A comma before a suffix is no part of the name.
        let comma = if suffix.is_empty() { "" } else { "," };
        let part = |words: &[&str]| {
            let words = words.join(" ");
            words.strip_suffix(comma).unwrap_or(&words).to_owned()
        };
        Self { family: part(family), given: part(given), suffix }
    }
}
