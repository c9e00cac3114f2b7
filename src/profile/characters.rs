//! Characters that no text of a profile may contain: a terminal acts on them, they reorder the text that follows, or
//! they are invisible. Also how messages quote a text that contains such characters, and the suggestions for misspelled
//! words.

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthChar as _;

use crate::document::words::listed;

/// Whether a character may never be shown: every control character (Unicode's Cc, which are C0, DEL and C1), the
/// embeddings, overrides, isolates and marks of bidirectional text (UAX #9), the two separators that end a line
/// (U+2028, U+2029), and everything else that nobody sees, as Unicode lists it (`Default_Ignorable_Code_Point`) but for
/// what [`is_joiner`] knows: among it soft hyphens, word joiners, fillers, and the tags that spell the flags of
/// England, Scotland and Wales, which few terminals show and which can carry a text of any length. The caller lets
/// newline and tab through where they are layout.
pub(crate) fn is_refused(character: char) -> bool {
    character.is_control() || ends_line(character) || turns(character) || is_tag(character) || is_invisible(character)
}

/// Whether a character only changes how the one before it is shown: the joiner of emoji, the non-joiner of Persian, and
/// variation selectors. With nothing before it, it is refused as well ([`stray_joiners`]).
pub(crate) fn is_joiner(character: char) -> bool {
    matches!(character, '\u{200c}' | '\u{200d}' | '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{fe00}'..='\u{fe0f}')
        || matches!(character, '\u{e0100}'..='\u{e01ef}')
}

/// The joiners of a text that have no character to change, with their places in bytes.
pub(crate) fn stray_joiners(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut base = Base::default();
    text.char_indices().filter(move |(_, character)| !base.takes(*character))
}

/// The characters of a text that may not be shown, with their places in bytes: those that are refused, but for the
/// `layout` that may stand there, and stray joiners.
pub(crate) fn refused(text: &str, layout: &[char]) -> impl Iterator<Item = (usize, char)> {
    let refused = text.char_indices().filter(move |(_, one)| is_refused(*one) && !layout.contains(one));
    refused.chain(stray_joiners(text))
}

/// Adds to a text what may be shown of another.
pub(crate) fn push_shown(text: &mut String, more: &str) {
    // Printable ASCII, as most texts are, is shown whole.
    if more.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.push_str(more);
    }
    let mut base = Base::of(text);
    text.extend(more.chars().filter(|character| !is_refused(*character) && base.takes(*character)));
}

/// Whether there is a character that is seen for what follows to change.
#[derive(Default)]
struct Base(bool);

impl Base {
    /// After a text.
    fn of(text: &str) -> Self {
        Self(text.chars().rev().find(|character| !changes(*character)).is_some_and(is_seen))
    }

    /// Another character: whether it may stand there.
    fn takes(&mut self, character: char) -> bool {
        if !changes(character) {
            self.0 = is_seen(character);
        }
        self.0 || !is_joiner(character)
    }
}

/// Whether a character is seen, if at all, at the one before it: joiners and combining marks. Others without width, as
/// the vowels of Hangul that follow no consonant, begin something of their own.
fn changes(character: char) -> bool {
    character.width() == Some(0) && String::from_iter(['x', character]).graphemes(true).count() == 1
}

fn is_seen(character: char) -> bool {
    !character.is_whitespace() && character.width() > Some(0)
}

fn ends_line(character: char) -> bool {
    matches!(character, '\u{2028}' | '\u{2029}')
}

fn turns(character: char) -> bool {
    matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn is_tag(character: char) -> bool {
    matches!(character, '\u{e0000}'..='\u{e007f}')
}

fn is_invisible(character: char) -> bool {
    !is_joiner(character)
        && matches!(
            character,
            '\u{ad}' | '\u{34f}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2060}'..='\u{206f}'
                | '\u{3164}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0080}'..='\u{e0fff}'
        )
}

/// What a refused character is, in a message.
pub(crate) fn name(character: char) -> String {
    let kind = match character {
        '\n' => "a line break",
        '\t' => "a tab",
        '\u{1b}' => "the control character Escape",
        _ if ends_line(character) => "a separator that ends a line",
        _ if character.is_control() => "a control character",
        _ if turns(character) => "a character that turns the direction of text",
        _ if is_tag(character) => "a tag, as in the flags of England, Scotland and Wales,",
        _ if is_joiner(character) => "a joiner with no character before it",
        _ => "an invisible character",
    };
    format!("{kind} (U+{:04X})", u32::from(character))
}

/// A text for a message or a quoted source line: a line break or a tab stands as a space and any other refused
/// character as U+FFFD, so that nothing in a report can act on the owner's terminal. The number of characters does not
/// change.
pub(crate) fn cleaned(text: &str) -> String {
    let mut base = Base::default();
    let shown = |character| match character {
        '\n' | '\t' => ' ',
        _ if is_refused(character) => char::REPLACEMENT_CHARACTER,
        _ => character,
    };
    text.chars()
        .map(shown)
        .map(|character| if base.takes(character) { character } else { char::REPLACEMENT_CHARACTER })
        .collect()
}

/// A text as a message quotes it: cleaned, in backticks, cut after 40 characters.
pub(crate) fn quoted(text: &str) -> String {
    const LONGEST: usize = 40;
    let (end, more) = text.char_indices().nth(LONGEST).map_or((text.len(), ""), |(end, _)| (end, "…"));
    format!("`{}{more}`", cleaned(text.get(..end).unwrap_or_default()))
}

/// `a`, `a or b`, `a, b or c`; each in backticks.
pub(crate) fn alternatives<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.into_iter().map(quoted).collect();
    listed(&names, ", ", " or ")
}

/// Whether one slip of the keyboard makes `name`, which has three letters or more, what was written.
pub(super) fn slip(written: &str, name: &str) -> bool {
    name.chars().count() >= 3 && strsim::osa_distance(written, name) <= 1
}

/// The one of `names` that was probably meant; `None` when none is near. Near is one slip of the keyboard (a letter too
/// many, too few, wrong, or two exchanged) in three letters or more, or a Jaro-Winkler similarity from 0.8, both in
/// lower case: `compilr` is `compiler`, another word is not.
pub(crate) fn nearest<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const NEAR: f64 = 0.8;
    let wrong = wrong.to_lowercase();
    let similarity = |name: &str| {
        let name = name.to_lowercase();
        strsim::jaro_winkler(&wrong, &name).max(if slip(&wrong, &name) { NEAR } else { 0.0 })
    };
    names
        .into_iter()
        .map(|name| (similarity(name), name))
        .filter(|(similarity, _)| *similarity >= NEAR)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, name)| name)
}

/// The question whether the nearest of `names` was meant, as a remedy.
pub(crate) fn suggestion<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(wrong, names).map(|near| format!("did you mean {}?", quoted(near)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_and_direction_characters_are_refused() {
        for refused in ['\0', '\n', '\u{1b}', '\u{7f}', '\u{9b}', '\u{202e}', '\u{2066}', '\u{2069}', '\u{2029}'] {
            assert!(is_refused(refused), "{refused:?}");
        }
        for allowed in [' ', 'é', '\u{301}', '\u{200d}', '日', '\u{fe0f}', '\u{a0}', '\u{e0100}'] {
            assert!(!is_refused(allowed), "{allowed:?}");
        }
    }

    #[test]
    fn what_nobody_sees_is_refused_and_named() {
        for (refused, kind) in [
            ('\u{200b}', "an invisible character"),
            ('\u{ad}', "an invisible character"),
            ('\u{feff}', "an invisible character"),
            ('\u{3164}', "an invisible character"),
            ('\u{200e}', "a character that turns the direction of text"),
            ('\u{200f}', "a character that turns the direction of text"),
            ('\u{61c}', "a character that turns the direction of text"),
            ('\u{e007f}', "a tag, as in the flags of England, Scotland and Wales,"),
        ] {
            assert!(is_refused(refused) && !is_joiner(refused), "{refused:?}");
            assert_eq!(name(refused), format!("{kind} (U+{:04X})", u32::from(refused)));
        }
    }

    #[test]
    fn joiners_are_for_characters_that_are_seen() {
        for good in ["", "👩\u{200d}🔬", "❤\u{fe0f}", "1\u{fe0f}\u{20e3}", "می\u{200c}خواهم", "葛\u{e0100}"]
        {
            assert_eq!(stray_joiners(good).count(), 0, "{good:?}");
            assert_eq!((cleaned(good), pushed("x", good)), (good.to_owned(), format!("x{good}")));
        }
        for (bad, at) in [("\u{200d}", 0), ("a \u{200d}b", 2), ("a\n\u{fe0f}", 2), ("a\u{a0}\u{200c}", 3)] {
            assert_eq!(stray_joiners(bad).map(|(at, _)| at).collect::<Vec<_>>(), [at], "{bad:?}");
            assert!(cleaned(bad).contains('\u{fffd}') && stray_joiners(&pushed("", bad)).next().is_none(), "{bad:?}");
        }
        // What came before counts.
        assert_eq!((pushed("👩", "\u{200d}🔬"), pushed("a ", "\u{200d}🔬")), ("👩\u{200d}🔬".into(), "a 🔬".into()));
    }

    fn pushed(text: &str, more: &str) -> String {
        let mut text = text.to_owned();
        push_shown(&mut text, more);
        text
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
