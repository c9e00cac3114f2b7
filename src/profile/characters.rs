//! The characters that no text of a profile may hold, because a terminal acts on them or text after them is shown
//! in another order than it was written; and how a message shows what somebody wrote, and names what was meant. This module
//! never changes a text that is shown; it only says what is wrong.

use std::fmt::Write;

/// Whether a character may never be shown: every control character (Unicode's Cc, which are C0, DEL and C1), the
/// embeddings, overrides and isolates of bidirectional text (UAX #9: U+202A to U+202E, U+2066 to U+2069), and the two
/// separators that end a line (U+2028, U+2029). The caller lets newline and tab through where they are layout.
pub(crate) fn is_refused(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// What a refused character is, in a message.
pub(super) fn name(character: char) -> String {
    let kind = match character {
        '\n' => "a line break",
        '\t' => "a tab",
        '\u{1b}' => "the control character Escape",
        '\u{2028}' | '\u{2029}' => "a separator that ends a line",
        _ if character.is_control() => "a control character",
        _ => "a character that turns the direction of text",
    };
    format!("{kind} (U+{:04X})", u32::from(character))
}

/// A text for a message or a quoted source line: a line break or a tab stands as a space and any other refused character
/// as U+FFFD, so that nothing in a report can act on the owner's terminal. The number of characters does not change.
pub(crate) fn cleaned(text: &str) -> String {
    text.chars().map(shown).collect()
}

/// What stands for a character in a message.
fn shown(character: char) -> char {
    match character {
        '\n' | '\t' => ' ',
        _ if is_refused(character) => char::REPLACEMENT_CHARACTER,
        _ => character,
    }
}

/// A text as a message quotes it: cleaned, in backticks, cut after 40 characters.
pub(crate) fn quoted(text: &str) -> String {
    const LONGEST: usize = 40;
    let mut quoted = String::from("`");
    quoted.extend(text.chars().take(LONGEST).map(shown));
    if text.chars().nth(LONGEST).is_some() {
        quoted.push('…');
    }
    quoted.push('`');
    quoted
}

/// `a`, `a or b`, `a, b or c`; each in backticks.
pub(crate) fn alternatives<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    let mut list = String::new();
    for (index, name) in names.iter().enumerate() {
        let before = match index {
            0 => "",
            _ if index + 1 == names.len() => " or ",
            _ => ", ",
        };
        let _ = write!(list, "{before}{}", quoted(name));
    }
    list
}

/// The one of `names` that was probably meant; `None` when none is near. Near is one slip of the keyboard (a letter too
/// many, too few, wrong, or two exchanged) in three letters or more, or a Jaro-Winkler similarity from 0.8, both in lower
/// case: `compilr` is `compiler`, another word is not.
pub(crate) fn nearest<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const NEAR: f64 = 0.8;
    let wrong = wrong.to_lowercase();
    let similarity = |name: &str| {
        let name = name.to_lowercase();
        let slip = name.chars().count() >= 3 && strsim::osa_distance(&wrong, &name) <= 1;
        strsim::jaro_winkler(&wrong, &name).max(if slip { NEAR } else { 0.0 })
    };
    names
        .into_iter()
        .map(|name| (similarity(name), name))
        .filter(|(similarity, _)| *similarity >= NEAR)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_and_direction_characters_are_refused() {
        for refused in ['\0', '\n', '\u{1b}', '\u{7f}', '\u{9b}', '\u{202e}', '\u{2066}', '\u{2069}', '\u{2029}'] {
            assert!(is_refused(refused), "{refused:?}");
        }
        for allowed in [' ', 'é', '\u{301}', '\u{200d}', '\u{200f}', '日', '\u{fe0f}', '\u{a0}'] {
            assert!(!is_refused(allowed), "{allowed:?}");
        }
    }

    #[test]
    fn quotes_are_clean_and_short() {
        assert_eq!(quoted("a\u{1b}[2Jb"), "`a\u{fffd}[2Jb`");
        assert_eq!(quoted(&"x".repeat(41)), format!("`{}…`", "x".repeat(40)));
        assert_eq!(alternatives(["a", "b", "c"]), "`a`, `b` or `c`");
    }

    #[test]
    fn the_nearest_name_is_near() {
        assert_eq!(nearest("orgnization", ["role", "organization"]), Some("organization"));
        assert_eq!(nearest("Compiler", ["kernels", "compiler"]), Some("compiler"));
        assert_eq!(nearest("zebra", ["role", "organization"]), None);
    }
}
