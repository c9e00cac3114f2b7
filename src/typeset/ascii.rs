//! Typographic punctuation and the signs of mathematics in ASCII, for terminals that have nothing else. Letters stay as
//! they are: they are words.

use std::borrow::Cow;

use crate::exhibits::Signs;

/// Typographic characters, and what ASCII has for them, besides those that [`Signs::spell`] knows. Spaces that must not
/// break stay what they are: they are drawn as spaces.
const PUNCTUATION: [(char, &str); 24] = [
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
    ('…', "..."),
    ('•', "*"),
    ('·', "/"),
    ('→', "->"),
    ('←', "<-"),
    ('☐', "[ ]"),
    ('☑', "[x]"),
    ('\u{2009}', " "),
    ('\u{202f}', "\u{a0}"),
];

/// A text with its punctuation and its signs of mathematics in ASCII.
#[must_use]
pub fn ascii(text: &str) -> Cow<'_, str> {
    match Signs::Ascii.spell(text) {
        Cow::Borrowed(text) => punctuated(text),
        Cow::Owned(text) => punctuated(&text).into_owned().into(),
    }
}

fn punctuated(text: &str) -> Cow<'_, str> {
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
            ("1/√x in 9 µs", "1/sqrt(x) in 9 us"),
            ("naïve 橋 é", "naïve 橋 é"),
            ("«\u{a0}a\u{a0}», «b», צה״ל", "\"a\", \"b\", צה\"ל"),
            ("2\u{a0}×\u{a0}3", "2\u{a0}x\u{a0}3"),
        ] {
            assert_eq!(ascii(text), expected);
        }
    }
}
