//! The wire: algorithms, traffic and round trip of the session's own connection. The figures are asked for after each
//! key, so that the page at rest sends nothing.

use std::time::Duration;

use super::super::{
    event,
    screen::{Command, Context, Hint, Outcome, Screen, Sheet},
};
use crate::{document::NO_BREAK_SPACE, site::MEASURE, typeset};

/// Between the labels and the values.
const GAP: u16 = 3;
/// A value stands below its label where there is less room than this beside it.
const NARROWEST: u16 = 18;

/// What is known of the session.
#[derive(Debug, Default)]
pub(in crate::app) struct WireScreen {
    wire: Option<event::Wire>,
    /// Whether the figures were asked for since the last key.
    known: bool,
}

impl Screen for WireScreen {
    fn update(&mut self, command: Command, _context: &Context<'_>) -> Outcome {
        match command {
            Command::Wire | Command::Back => Outcome::Close { finished: false },
            // The page is under it: what would change it is not done unseen.
            Command::Flip | Command::See | Command::Copy | Command::Restart => Outcome::Stay,
            _ => Outcome::Pass,
        }
    }

    /// Each key makes the figures old.
    fn rest(&mut self) {
        self.known = false;
    }

    fn wants_wire(&self) -> bool {
        !self.known
    }

    fn tell_wire(&mut self, wire: event::Wire) {
        (self.wire, self.known) = (Some(wire), true);
    }

    fn sheet(&self, context: &Context<'_>) -> Sheet {
        let (theme, words) = (context.theme, context.words());
        let width = context.window.text.width.min(MEASURE);
        let mut sheet = Sheet::default();
        sheet.wrapped(0, width, &context.spell(&words.wire.title), theme.strong);
        sheet.blank();
        let Some(wire) = &self.wire else { return sheet };
        let rows = self::rows(wire, context);
        let labels = rows.iter().map(|(label, _)| typeset::width(label)).max().unwrap_or(0) + GAP;
        for (label, value) in rows {
            let beside = width.saturating_sub(labels);
            if beside < NARROWEST.min(typeset::width(&value)) {
                sheet.wrapped(0, width, &label, theme.quiet);
                sheet.wrapped(2, width.saturating_sub(2), &value, theme.ink);
                continue;
            }
            let (y, mut values) = (sheet.height(), Sheet::default());
            values.wrapped(0, beside, &value, theme.ink);
            sheet.line(0, label, theme.quiet);
            sheet.beside(labels, y, values);
        }
        let said = match &wire.line {
            Some(line) => line.algorithms.as_ref().map(|_| &words.wire.at_rest),
            None => Some(&words.wire.none),
        };
        if let Some(said) = said {
            sheet.blank();
            sheet.wrapped(0, width, &context.spell(said), theme.quiet);
        }
        sheet
    }

    fn hints<'a>(&self, _: &Sheet, context: &Context<'a>) -> Vec<Hint<'a>> {
        let hints = &context.words().hints;
        vec![(Command::Back, &hints.close), (Command::Restart, &hints.again)]
    }

    fn hides_page(&self) -> bool {
        true
    }
}

/// What is known, with its labels.
fn rows(wire: &event::Wire, context: &Context<'_>) -> Vec<(String, String)> {
    let words = context.words();
    let bytes = |bytes: u64| format!("{}{NO_BREAK_SPACE}B", grouped(bytes));
    let mut rows = Vec::new();
    if let Some(line) = &wire.line {
        if let Some(event::AlgorithmNames { key_exchange, cipher, mac }) = &line.algorithms {
            rows.extend([
                (&words.wire.key_exchange, key_exchange.clone()),
                (&words.wire.cipher, cipher.clone()),
                (&words.wire.mac, mac.as_ref().unwrap_or(&words.wire.in_cipher).clone()),
            ]);
        }
        rows.extend([(&words.wire.sent, bytes(line.sent)), (&words.wire.received, bytes(line.received))]);
    }
    let separator = context.theme.signs.separator;
    rows.push((&words.wire.frames, format!("{}{separator}{}", grouped(wire.frames), bytes(wire.frame_bytes))));
    if let Some(line) = &wire.line {
        let milliseconds = |time: Duration| format!("{:.1}{NO_BREAK_SPACE}ms", time.as_secs_f64() * 1e3);
        let seconds = |time: Duration| format!("{:.1}{NO_BREAK_SPACE}s", time.as_secs_f64());
        rows.extend(line.round_trip.map(|time| (&words.wire.round_trip, milliseconds(time))));
        rows.extend(line.silent.map(|time| (&words.wire.silent, seconds(time))));
    }
    let spell = |text: &str| context.spell(text).into_owned();
    rows.into_iter().map(|(label, value)| (spell(label), spell(&value))).collect()
}

/// A number in groups of three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let mut grouped = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && i % 3 == first {
            grouped.push(NO_BREAK_SPACE);
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_are_read_in_threes() {
        for (number, expected) in
            [(0, "0"), (999, "999"), (1000, "1 000"), (12_345, "12 345"), (123_456_789, "123 456 789")]
        {
            assert_eq!(super::grouped(number).replace(super::NO_BREAK_SPACE, " "), expected);
        }
    }
}
