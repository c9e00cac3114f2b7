//! A person's name in parts, as the property N of a vCard has them (RFC 6350, section 6.2.2).

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

/// Whether a letter is a Han character, a kana or Hangul (Unicode's blocks).
fn is_east_asian(letter: char) -> bool {
    matches!(letter, '\u{1100}'..='\u{11ff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}
