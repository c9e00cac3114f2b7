//! Digits that are typed in at the dials of an exhibit.

use std::cmp::Ordering;

use super::{super::super::screen::Outcome, ExhibitScreen};
use crate::{
    exhibits::Change,
    terminal::input::{Code, Key},
};

/// Digits of a number that are typed one after the other.
#[derive(Debug)]
pub(super) struct TypedDigits {
    /// The dial at which the first was typed.
    from: usize,
    /// All digits of the number as it was before.
    before: String,
    digits: String,
}

impl ExhibitScreen {
    /// A hexadecimal digit is typed in at the chosen dial; `None` for another key.
    pub(super) fn type_key(&mut self, key: Key) -> Option<Outcome> {
        let Code::Char(char) = key.code else { return None };
        let (digit, prefix) = (char.to_ascii_lowercase(), self.model.dials()?);
        if self.details || key.control || key.alt {
            return None;
        }
        let is_prefix = |typed: &TypedDigits| prefix == format!("{}{digit}", typed.digits);
        if self.typed.as_ref().is_some_and(is_prefix) {
            return Some(self.type_again());
        }
        digit.is_ascii_hexdigit().then(|| self.type_digit(digit))
    }

    /// Turns the chosen dial to a digit, and chooses the next one. Whoever types the digits before the chosen dial
    /// types the number from its beginning.
    fn type_digit(&mut self, digit: char) -> Outcome {
        let chosen = self.chosen();
        let before = || self.model.parameters().into_iter().map(|dial| dial.value).collect();
        let mut typed =
            self.typed.take().unwrap_or_else(|| TypedDigits { from: chosen, before: before(), digits: String::new() });
        typed.digits.push(digit);
        let begins = typed.from > 0 && typed.before.get(..typed.from) == Some(typed.digits.as_str());
        self.typed = Some(typed);
        if begins {
            return self.type_again();
        }
        self.turn(chosen, digit);
        self.parameter = chosen + 1;
        self.parameter = self.chosen();
        Outcome::Reveal
    }

    /// Takes back the digits that were typed in a row: they were those before the dial at which they were typed, or the
    /// prefix of the number, of which the digits follow.
    fn type_again(&mut self) -> Outcome {
        let Some(typed) = self.typed.take() else { return Outcome::Stay };
        for (dial, digit) in typed.before.chars().enumerate() {
            self.turn(dial, digit);
        }
        self.parameter = typed.from;
        Outcome::Reveal
    }

    /// Turns a dial to a digit.
    fn turn(&mut self, dial: usize, digit: char) {
        while let Some(shown) = self.model.parameters().into_iter().nth(dial) {
            let change = match shown.value.chars().next().cmp(&Some(digit)) {
                Ordering::Less if shown.more => Change::More,
                Ordering::Greater if shown.less => Change::Less,
                _ => break,
            };
            self.model.change(dial, change);
        }
    }
}
