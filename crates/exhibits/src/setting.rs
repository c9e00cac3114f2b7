//! The setting of an exhibit as words, for a command that opens the exhibit in its current setting: one word for each
//! parameter, in their order. Defaults at the end are left out.

use crate::{
    exhibit::{Change, Exhibit},
    open,
    signs::Signs,
};

/// The steps that setting an exhibit may take in all: more than any exhibit needs from one end of its parameters to the
/// other.
const STEPS: usize = 400;

/// The words of an exhibit's current setting.
#[must_use]
pub fn setting(exhibit: &dyn Exhibit) -> Vec<String> {
    let default = crate::NAMES.iter().filter_map(|name| open(name)).find(|other| other.title() == exhibit.title());
    let default = default.map(|default| words(default.as_ref())).unwrap_or_default();
    let mut words = words(exhibit);
    while words.last().is_some_and(|last| default.get(words.len() - 1) == Some(last)) {
        words.pop();
    }
    words
}

/// Applies the words of a setting to an exhibit, as [`set_parameter`] does; `None` if a word is no value of its
/// parameter.
#[must_use]
pub fn set(exhibit: &mut dyn Exhibit, words: &[&str]) -> Option<()> {
    let mut steps = STEPS;
    if let Some(prefix) = exhibit.dials() {
        let [digits] = words else { return words.is_empty().then_some(()) };
        let digits = digits.strip_prefix(prefix).unwrap_or(digits);
        let dials = exhibit.parameters().len();
        if digits.chars().count() != dials {
            return None;
        }
        return digits
            .chars()
            .enumerate()
            .try_for_each(|(dial, digit)| turn(exhibit, dial, said(&digit.to_string()), &mut steps));
    }
    words.iter().enumerate().try_for_each(|(parameter, word)| set_within(exhibit, parameter, word, &mut steps))
}

/// Whether a value's word is this one.
fn said(word: &str) -> impl Fn(&str) -> bool {
    move |value| value.eq_ignore_ascii_case(word)
}

/// Sets a parameter to the value that some words say, or else to the first value that they are a part of: `16` says
/// `16 × 16`. `None` where there is no such parameter or value, of which nothing is changed but perhaps this parameter.
#[must_use]
pub fn set_parameter(exhibit: &mut dyn Exhibit, parameter: usize, words: &str) -> Option<()> {
    set_within(exhibit, parameter, words, &mut { STEPS })
}

fn set_within(exhibit: &mut dyn Exhibit, parameter: usize, words: &str, steps: &mut usize) -> Option<()> {
    let said = word(words);
    turn(exhibit, parameter, |value| value == said, steps)
        .or_else(|| turn(exhibit, parameter, |value| is_part(&said, value), steps))
}

/// Whether a value's word has another one as some of its parts. The sign of a number is a part of it: `0.4` is not a
/// part of `-0.4`.
fn is_part(part: &str, of: &str) -> bool {
    let parts = |word: &str| match word.strip_prefix('-') {
        Some(number) => format!("-\u{2212}{number}-"),
        None => format!("-{word}-"),
    };
    !part.is_empty() && parts(of).contains(&parts(part))
}

/// The values that a parameter can have, from one end to the other, of which it is at the last one then; `None` where
/// there is no such parameter.
#[must_use]
pub fn values(exhibit: &mut dyn Exhibit, parameter: usize) -> Option<Vec<String>> {
    let mut values = Vec::new();
    let mut collect = |value: &str| {
        values.push(value.to_owned());
        false
    };
    walk(exhibit, parameter, &mut collect, &mut { STEPS });
    Some(values).filter(|values| !values.is_empty())
}

/// Sets a parameter to the first value whose word is the right one.
fn turn(exhibit: &mut dyn Exhibit, parameter: usize, is: impl Fn(&str) -> bool, steps: &mut usize) -> Option<()> {
    let mut is = |value: &str| is(&word(value));
    if is(&exhibit.parameters().get(parameter)?.value) {
        return Some(());
    }
    walk(exhibit, parameter, &mut is, steps)
}

/// Takes a parameter through its values, from one end to the other, until it is at one that is the right one; `None`
/// where none is, or there is no such parameter.
fn walk(
    exhibit: &mut dyn Exhibit,
    parameter: usize,
    is: &mut dyn FnMut(&str) -> bool,
    steps: &mut usize,
) -> Option<()> {
    let value = |exhibit: &dyn Exhibit| exhibit.parameters().into_iter().nth(parameter);
    while value(exhibit)?.less {
        *steps = steps.checked_sub(1)?;
        exhibit.change(parameter, Change::Less);
    }
    loop {
        let now = value(exhibit)?;
        if is(&now.value) {
            return Some(());
        }
        if !now.more {
            return None;
        }
        *steps = steps.checked_sub(1)?;
        exhibit.change(parameter, Change::More);
    }
}

/// A word for each parameter; one in all for the digits of a number.
fn words(exhibit: &dyn Exhibit) -> Vec<String> {
    let values = exhibit.parameters().into_iter().map(|parameter| word(&parameter.value));
    match exhibit.dials() {
        Some(prefix) => vec![format!("{prefix}{}", values.collect::<String>())],
        None => values.collect(),
    }
}

/// A value, spelled in ASCII, as one word: its letters, digits and points in lower case, and a hyphen for whatever
/// stands between them; a sign at its beginning stays. Of a switch the state alone: what stands after it depends on the
/// other switches.
fn word(value: &str) -> String {
    let value = Signs::Ascii.spell(value);
    let value = match value.trim().split_once(' ') {
        Some((state @ ("on" | "off"), _)) => state,
        _ => value.trim(),
    };
    let known = |character: char| character.is_ascii_alphanumeric() || character == '.';
    let parts: Vec<_> = value.split(|character| !known(character)).filter(|part| !part.is_empty()).collect();
    let sign = if value.starts_with('-') { "-" } else { "" };
    sign.to_owned() + &parts.join("-").to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::NAMES;

    #[test]
    fn values_are_words() {
        for (value, expected) in [
            ("bit trick + Newton", "bit-trick-newton"),
            ("0x5f3759df", "0x5f3759df"),
            ("−0.5", "-0.5"),
            ("8 × 8", "8-x-8"),
            ("4 bits", "4-bits"),
            (" A  B ", "a-b"),
            ("on   +160 µs", "on"),
        ] {
            assert_eq!(word(value), expected);
        }
    }

    #[test]
    fn a_default_needs_no_words_and_nonsense_has_no_meaning() {
        for name in NAMES {
            let mut exhibit = open(name).unwrap();
            assert_eq!(setting(exhibit.as_ref()), Vec::<String>::new(), "{name}");
            assert_eq!(set(exhibit.as_mut(), &[]), Some(()), "{name}");
            for words in [&["nonsense"][..], &["", ""], &["0x5f", "1", "2", "3", "4", "5", "6", "7", "8", "9"]] {
                assert_eq!(set(open(name).unwrap().as_mut(), words), None, "{name} {words:?}");
            }
        }
        let mut quake = open("quake").unwrap();
        assert_eq!(set(quake.as_mut(), &["0x5f375a86"]), Some(()));
        assert_eq!(setting(quake.as_ref()), ["0x5f375a86"]);
    }

    #[test]
    fn a_part_of_a_value_says_it() {
        for (name, parameter, words, expected) in [
            ("kernels", 0, "16", "16 × 16"),
            ("kernels", 0, "8 x 8", "8 × 8"),
            ("kernels", 0, "8 × 8", "8 × 8"),
            ("numerics", 0, "Table", "table + Newton"),
            ("quantization", 0, "0.45", "at 0.45"),
            ("quantization", 1, "groups of 32", "groups of 32"),
            ("models", 1, "bf16", "forward in bf16"),
        ] {
            let mut exhibit = open(name).unwrap();
            assert_eq!(set_parameter(exhibit.as_mut(), parameter, words), Some(()), "{words}");
            assert_eq!(exhibit.parameters()[parameter].value, expected);
        }
        let mut numerics = open("numerics").unwrap();
        assert_eq!(set(numerics.as_mut(), &["table", "64", "0"]), Some(()));
        assert_eq!(setting(numerics.as_ref()), ["table-newton", "64", "0"]);
        for words in ["", "6", "nonsense"] {
            assert_eq!(set_parameter(open("kernels").unwrap().as_mut(), 0, words), None, "{words}");
        }
    }

    #[test]
    fn a_number_is_no_part_of_the_one_with_a_sign() {
        for (part, of, expected) in [
            ("16", "16-x-16", true),
            ("6", "16-x-16", false),
            ("0.4", "at-0.4", true),
            ("0.4", "-0.4", false),
            ("-0.4", "-0.4-to-1", true),
            ("", "", false),
        ] {
            assert_eq!(is_part(part, of), expected, "{part} {of}");
        }
    }

    proptest! {
        /// Whatever is set can be set again by its words.
        #[test]
        fn words_set_what_they_say(changes in crate::tests::check::changes(), number in 0..NAMES.len()) {
            let mut exhibit = open(NAMES[number]).unwrap();
            for (parameter, more) in changes {
                exhibit.change(parameter, if more { Change::More } else { Change::Less });
            }
            let words = setting(exhibit.as_ref());
            let mut other = open(NAMES[number]).unwrap();
            let given: Vec<&str> = words.iter().map(String::as_str).collect();
            prop_assert_eq!(set(other.as_mut(), &given), Some(()), "{:?}", words);
            prop_assert_eq!(other.parameters(), exhibit.parameters());
        }
    }
}
