//! Digits that are typed in at the dials of an exhibit.

use std::cmp::Ordering;

use crate::{
    exhibits::{Change, Exhibit},
    terminal::input::{Code, Key},
};

/// The digits that were typed in a row, and the dials before them.
#[derive(Debug, Default)]
pub(super) struct TypedDigits {
    /// The dial at which the first was typed.
    from: usize,
    /// All digits of the number as it was before.
    before: String,
    digits: String,
}

impl TypedDigits {
    /// Turns the chosen dial to the digit of a key; `None` for another key. Returns the dial to choose next: the one
    /// after it. Whoever types the digits before the chosen dial, or the prefix of the number, types the number from
    /// its beginning: then the digits that were typed are taken back.
    pub(super) fn key(&mut self, key: Key, chosen: usize, model: &mut dyn Exhibit) -> Option<usize> {
        let Code::Char(char) = key.code else { return None };
        let (digit, prefix) = (char.to_ascii_lowercase(), model.dials()?);
        let begins_anew = prefix == format!("{}{digit}", self.digits);
        if key.control || key.alt || !(begins_anew || digit.is_ascii_hexdigit()) {
            return None;
        }
        if self.digits.is_empty() {
            self.from = chosen;
            self.before = model.parameters().into_iter().map(|dial| dial.value).collect();
        }
        // More than the digits of the number are none that come before a dial.
        if self.digits.len() < self.before.len() {
            self.digits.push(digit);
        }
        let are_before = self.from > 0 && self.before.get(..self.from) == Some(self.digits.as_str());
        if begins_anew || are_before {
            let Self { from, before, .. } = std::mem::take(self);
            before.chars().enumerate().for_each(|(dial, digit)| turn(dial, digit, model));
            return Some(from);
        }
        turn(chosen, digit, model);
        Some(chosen + 1)
    }
}

/// Turns a dial to a digit.
fn turn(dial: usize, digit: char, model: &mut dyn Exhibit) {
    while let Some(shown) = model.parameters().into_iter().nth(dial) {
        let change = match shown.value.chars().next().cmp(&Some(digit)) {
            Ordering::Less if shown.more => Change::More,
            Ordering::Greater if shown.less => Change::Less,
            _ => break,
        };
        model.change(dial, change);
    }
}
