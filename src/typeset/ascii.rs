//! Typographic punctuation in ASCII, for terminals that have nothing else. Letters stay as they are: they are words.

use std::borrow::Cow;

/// Typographic characters, and what ASCII has for them. Spaces that must not break stay what they are: they are
/// drawn as spaces.
const PUNCTUATION: [(char, &str); 27] = [
    ('’', "'"),
    ('‘', "'"),
    ('‚', ","),
    ('“', "\""),
    ('”', "\""),
    ('„', "\""),
    ('«', "\""),
    ('»', "\""),
    ('״', "\""),
    ('׳', "'"),
    ('′', "'"),
    ('″', "\""),
    ('–', "-"),
    ('—', "--"),
    ('‐', "-"),
    ('‑', "-"),
    ('−', "-"),
    ('…', "..."),
    ('•', "*"),
    ('·', "/"),
    ('×', "x"),
    ('→', "->"),
    ('←', "<-"),
    ('☐', "[ ]"),
    ('☑', "[x]"),
    ('\u{2009}', " "),
    ('\u{202f}', "\u{a0}"),
];

/// A text with its punctuation in ASCII.
#[must_use]
pub fn ascii(text: &str) -> Cow<'_, str> {
    let sign = |character: char| PUNCTUATION.iter().find(|(of, _)| *of == character).map(|(_, sign)| *sign);
    if text.is_ascii() || !text.contains(|character| sign(character).is_some()) {
        return text.into();
    }
    let mut written = String::with_capacity(text.len());
    let mut opened = false;
    for character in text.chars() {
        // A space within French marks is theirs.
        match character {
            '»' => written.truncate(written.trim_end_matches('\u{a0}').len()),
            '\u{a0}' | '\u{202f}' if opened => continue,
            _ => {}
        }
        opened = character == '«';
        match sign(character) {
            Some(sign) => written.push_str(sign),
            None => written.push(character),
        }
    }
    written.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn punctuation_changes_and_letters_stay() {
        for (text, expected) in [
            ("plain", "plain"),
            ("“It’s” — 2–3…", "\"It's\" -- 2-3..."),
            ("naïve 橋 é", "naïve 橋 é"),
            ("«\u{a0}a\u{a0}», «b», צה״ל", "\"a\", \"b\", צה\"ל"),
            ("2\u{a0}×\u{a0}3", "2\u{a0}x\u{a0}3"),
        ] {
            assert_eq!(ascii(text), expected);
        }
    }
}
