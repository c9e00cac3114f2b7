//! Puts a person's name together from given and family name.

/// The whole name: the family's name first where both are written in Han characters, kana or Hangul, else last.
pub(crate) fn whole_name(given: Option<&str>, family: Option<&str>) -> Option<String> {
    match (given, family) {
        (Some(given), Some(family)) if [given, family].iter().all(|part| part.starts_with(is_east_asian)) => {
            Some(format!("{family}{given}"))
        }
        (Some(given), Some(family)) => Some(format!("{given} {family}")),
        (part, other) => part.or(other).map(str::to_owned),
    }
}

/// Whether a letter is a Han character, a kana or Hangul (Unicode's blocks).
pub(crate) fn is_east_asian(letter: char) -> bool {
    matches!(letter, '\u{1100}'..='\u{11ff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

/// Whether a letter is a syllable of Hangul.
pub(crate) fn is_hangul(letter: char) -> bool {
    matches!(letter, '\u{ac00}'..='\u{d7a3}')
}
