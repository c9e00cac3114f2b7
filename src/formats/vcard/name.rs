//! A person's name in parts, as the property N of a vCard has them (RFC 6350, section 6.2.2).

use crate::document::{Card, Language, is_east_asian, is_hangul};

/// Words that begin a family's name, as in "Alex van Beispiel".
const PARTICLES: [&str; 54] = [
    "'t", "aan", "af", "al", "ap", "av", "ben", "bij", "bin", "bint", "d'", "da", "dal", "dalla", "das", "de", "degli",
    "dei", "del", "dell'", "della", "dello", "den", "der", "di", "do", "dos", "du", "el", "het", "ibn", "in", "la",
    "las", "le", "lo", "los", "op", "ten", "ter", "till", "uit", "und", "van", "vom", "von", "zu", "zum", "zur", "’t",
    "بن", "ابن", "آل", "בן",
];

/// Particles that are also written with a capital letter, and are hardly ever a given name: "Robin De Voorbeeld".
const CAPITALIZED: [&str; 21] = [
    "Da", "De", "Del", "Della", "Den", "Der", "Di", "Do", "Dos", "Du", "El", "La", "Le", "Los", "Mac", "Ní", "Uí",
    "Van", "Vom", "Von", "Ó",
];

/// "And" between the two family names of Catalan, Portuguese and Spanish.
const CONJUNCTIONS: [&str; 3] = ["e", "i", "y"];

/// Words before a name that are no part of it.
const PREFIXES: [&str; 13] =
    ["Dipl.-Inf.", "Dipl.-Ing.", "Dr", "Dr.", "Herr", "Ing.", "Mr.", "Mrs.", "Ms.", "Mx.", "Prof", "Prof.", "Sir"];

/// Words after a name that are no part of the family's.
const SUFFIXES: [&str; 10] = ["Jr.", "Jr", "Sr.", "Sr", "II", "III", "IV", "PhD", "Ph.D.", "MD"];

/// The Korean family names of two syllables.
const KOREAN: [&str; 12] =
    ["강전", "남궁", "독고", "동방", "망절", "사공", "서문", "선우", "어금", "제갈", "황목", "황보"];

/// The commonest Chinese family names of two characters, in both scripts.
const CHINESE: [&str; 36] = [
    "上官", "东方", "東方", "令狐", "公孙", "公孫", "南宫", "南宮", "司徒", "司空", "司馬", "司马", "呼延", "夏侯",
    "太史", "宇文", "尉迟", "尉遲", "慕容", "拓跋", "歐陽", "欧阳", "淳于", "澹台", "独孤", "獨孤", "申屠", "皇甫",
    "端木", "諸葛", "诸葛", "軒轅", "轩辕", "钟离", "长孙", "長孫",
];

/// The parts of a name that can be told apart by its spelling. Each can be empty.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct StructuredName {
    /// The family's name, with its particles.
    pub(super) family: String,
    /// All given names.
    pub(super) given: String,
    /// What precedes the name, as "Dr.".
    pub(super) prefix: String,
    /// What follows the name, as "Jr.".
    pub(super) suffix: String,
}

impl StructuredName {
    /// The parts that the owner tells apart; else those that the name's spelling does. A headline has no family's name.
    pub(super) fn of_card(card: &Card, language: &Language) -> Self {
        let Some(name) = &card.name else { return Self { given: card.title(), ..Self::default() } };
        let guessed = Self::of(name, language);
        // If the owner gives only `given` or only `family`, the other part is the rest of the name.
        let rest = |part: &str| {
            let rest = name.strip_suffix(&guessed.suffix).unwrap_or(name);
            let rest = rest.strip_prefix(&guessed.prefix).unwrap_or(rest).replacen(part, "", 1);
            rest.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches(',').to_owned()
        };
        let (given, family) = match (&card.given, &card.family) {
            (None, None) => return guessed,
            (Some(given), None) => (given.clone(), rest(given)),
            (None, Some(family)) => (rest(family), family.clone()),
            (Some(given), Some(family)) => (given.clone(), family.clone()),
        };
        Self { family, given, ..guessed }
    }

    /// Takes a name apart: the last word is the family's, with the particles before it. Where the name is written in
    /// Han characters, kana or Hangul, the first word is. One word alone is a given name, but for Korean and Chinese
    /// names, which have no space.
    pub(super) fn of(name: &str, language: &Language) -> Self {
        let mut words: Vec<&str> = name.split_whitespace().collect();
        let mut suffixes = Vec::new();
        while let Some(last) = words.pop_if(|last| SUFFIXES.contains(last)) {
            suffixes.insert(0, last);
        }
        let prefixes = words.iter().take_while(|word| PREFIXES.contains(word)).count();
        // Without anything after it, it is a name.
        let prefixes = if prefixes < words.len() { prefixes } else { 0 };
        let prefix = words.drain(..prefixes).collect::<Vec<_>>().join(" ");
        let suffix = suffixes.join(" ");
        if let [name] = words.as_slice()
            && let Some((family, given)) = undivided(name, language)
        {
            return Self { family: family.to_owned(), given: given.to_owned(), prefix, suffix };
        }
        if let [family, given, ..] = words.as_slice()
            && family.starts_with(is_east_asian)
            && given.starts_with(is_east_asian)
        {
            let given = words.split_off(1).join(" ");
            return Self { family: words.concat(), given, prefix, suffix };
        }
        let (given, family) = words.split_at(family_begins(&words));
        // A comma before a suffix is no part of the name.
        let comma = if suffix.is_empty() { "" } else { "," };
        let part = |words: &[&str]| {
            let words = words.join(" ");
            words.strip_suffix(comma).unwrap_or(&words).to_owned()
        };
        Self { family: part(family), given: part(given), prefix, suffix }
    }
}

/// The number of the word that the family's name begins with. The first word is what the person is called by, even
/// where a particle is spelled like that.
fn family_begins(words: &[&str]) -> usize {
    let is_particle = |word: &str| PARTICLES.contains(&word) || CAPITALIZED.contains(&word);
    let particles = |before: usize| words.iter().take(before).rev().take_while(|word| is_particle(word)).count();
    let mut first = words.len().saturating_sub(1);
    first -= particles(first);
    if let Some(one) = first.checked_sub(2).filter(|one| *one > 0)
        && words.get(one + 1).is_some_and(|word| CONJUNCTIONS.contains(word))
    {
        first = one - particles(one);
    }
    first.max(1).min(words.len())
}

/// Whether a character is East Asian and of neither of the Japanese syllabaries.
fn is_han(character: char) -> bool {
    is_east_asian(character) && !matches!(character, '\u{3040}'..='\u{30ff}')
}

/// Family and given name of a name in one word: of a Korean name, and, on a Chinese card, of one of Han characters. A
/// Japanese name cannot be divided without knowing it, and `None` where the word has not the length of such a name.
fn undivided<'n>(name: &'n str, language: &Language) -> Option<(&'n str, &'n str)> {
    let length = name.chars().count();
    let known: &[&str] = if name.chars().all(is_hangul) {
        &KOREAN
    } else if language.primary() == "zh" && name.chars().all(is_han) {
        &CHINESE
    } else {
        return None;
    };
    // A Chinese name of four characters has two of the family: a compound one, or those of both spouses.
    let is_long = length > 2 && known.iter().any(|family| name.starts_with(family));
    let family = if is_long || length == 4 && known.len() == CHINESE.len() { 2 } else { 1 };
    let at = name.char_indices().nth(family).map(|(at, _)| at)?;
    (length <= 4).then(|| name.split_at(at))
}
