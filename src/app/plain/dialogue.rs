//! An exhibit in plain lines: what to notice, the parameters, which are changed by number, and the resulting figures.

use std::fmt::Write as _;

use super::super::preferences::OpenedExhibit;
use crate::{
    document::Document,
    exhibits::{self, Change, Exhibit, Score},
};

/// The figures that are told after each change; the others are told with what the exhibit is.
const FIGURES: usize = 4;

/// How an exhibit is changed in words. Exhibits speak English.
const HOW: &str = "Type a number and + or -, as in 2 +, or a number and a value; a number alone tells its values. r runs it, \
                   i tells what it is, b goes back.";
const HOW_STILL: &str = "Type a number and + or -, as in 2 +, or a number and a value; a number alone tells its values. r begins \
                         again, i tells what it is, b goes back.";
const HOW_DIALS: &str = "Type all digits, as in 0x5f3759df, or the number of a digit and + or -, as in 3 +; r begins again, i \
                         tells what it is, b goes back.";
const NO_CHANGE: &str = "That changes nothing.";
const UNKNOWN: &str = "That is no answer here.";

/// An exhibit that is open.
#[derive(Debug)]
pub(super) struct Dialogue {
    name: String,
    model: Box<dyn Exhibit>,
    /// The parameter that was changed, with its value, or all of them where others took their places; told with what
    /// follows.
    changed: Vec<String>,
    /// Whether it has run with this setting. Of what moves and has not there are no figures yet.
    has_run: bool,
}

/// What an answer leads to.
pub(super) enum DialogueOutcome {
    /// Sentences and lists, a line each.
    Said(Vec<String>),
    /// A run goes on by [`Dialogue::step`].
    Runs,
    /// The exhibit is left.
    Left,
}

impl Dialogue {
    /// Opens an exhibit of a card by its name.
    pub(super) fn open(name: &str, document: &Document) -> Option<Self> {
        let name = document.exhibits().find(|exhibit| exhibit.eq_ignore_ascii_case(name))?;
        Some(Self { name: name.to_owned(), model: exhibits::open(name)?, changed: Vec::new(), has_run: false })
    }

    /// Opens an exhibit that is set as its words say.
    pub(super) fn opened(exhibit: &OpenedExhibit) -> Option<Self> {
        Some(Self { name: exhibit.name.clone(), model: exhibit.open()?, changed: Vec::new(), has_run: false })
    }

    /// Another one with the same setting.
    fn copy(&self) -> Option<Box<dyn Exhibit>> {
        OpenedExhibit { name: self.name.clone(), setting: exhibits::setting(self.model.as_ref()) }.open()
    }

    /// What a visitor hears first.
    pub(super) fn tell(&self) -> Vec<String> {
        let mut lines = vec![self.model.title().to_owned(), self.model.notice().into_owned()];
        lines.extend(self.parameters());
        lines.extend(self.figures(..FIGURES));
        lines.push(self.how().to_owned());
        lines
    }

    /// Does what an answer asks for; no words at all ask for everything again.
    pub(super) fn answer(&mut self, answer: &str) -> DialogueOutcome {
        DialogueOutcome::Said(match answer.to_ascii_lowercase().as_str() {
            "" | "?" | "help" => self.tell(),
            "b" | "back" => return DialogueOutcome::Left,
            "i" => {
                let mut lines = vec![self.model.about().to_owned()];
                lines.extend(self.figures(..));
                lines.push(self.model.basis());
                lines
            }
            "r" if self.model.moves() => {
                self.model.restart();
                self.model.toggle();
                return DialogueOutcome::Runs;
            }
            "r" if !exhibits::setting(self.model.as_ref()).is_empty() => {
                self.model.restart();
                self.changed = self.parameters();
                self.follows()
            }
            change => {
                let Some(model) = self.changed(change) else {
                    return DialogueOutcome::Said(vec![self.unchanged(change), self.how().to_owned()]);
                };
                self.has_run = false;
                let labels = |of: &dyn Exhibit| of.parameters().iter().map(|one| one.label).collect::<Vec<_>>();
                let others = labels(model.as_ref()) != labels(self.model.as_ref());
                self.model = model;
                // If the parameters are the digits of one number, the reply names the number.
                let number = change.split(|character: char| !character.is_ascii_digit()).next().unwrap_or_default();
                let place = number.parse::<usize>().ok().filter(|_| self.model.dials().is_none());
                self.changed = self.parameters();
                if !others {
                    let place = place.map_or(0, |number| number.saturating_sub(1));
                    self.changed = self.changed.drain(..).skip(place).take(1).collect();
                }
                if self.model.running() {
                    return DialogueOutcome::Runs;
                }
                self.follows()
            }
        })
    }

    /// Goes on with a run, by what one call may compute. What follows from it, once it has ended.
    pub(super) fn step(&mut self) -> Option<Vec<String>> {
        self.model.finish();
        self.has_run = !self.model.running();
        self.has_run.then(|| self.follows())
    }

    pub(super) fn is_running(&self) -> bool {
        self.model.running()
    }

    /// The visitor's result, if the exhibit is a game and the result is less than `best`.
    pub(super) fn better_score(&self, best: f64) -> Option<Score> {
        self.model.better_score(best)
    }

    /// The exhibit with what an answer changes: `2 +`, `2 -`, `2 VALUE`, or all digits at once; `None` where the answer
    /// changes nothing.
    fn changed(&self, answer: &str) -> Option<Box<dyn Exhibit>> {
        let mut model = self.copy()?;
        if self.model.dials().is_some() && exhibits::set(model.as_mut(), &[answer]).is_some() {
            return Some(model);
        }
        let mut model = self.copy()?;
        let digits = answer.find(|character: char| !character.is_ascii_digit()).unwrap_or(answer.len());
        let (number, value) = answer.split_at(digits);
        let parameter = number.parse::<usize>().ok()?.checked_sub(1)?;
        let before = model.parameters().into_iter().nth(parameter)?;
        match value.trim() {
            "+" if before.more => model.change(parameter, Change::More),
            "-" if before.less => model.change(parameter, Change::Less),
            value => exhibits::set_parameter(model.as_mut(), parameter, value)?,
        }
        Some(model)
    }

    /// Why an answer changes nothing, or the values of the parameter that it names.
    fn unchanged(&self, answer: &str) -> String {
        let number = answer.split(|character: char| !character.is_ascii_digit()).next().unwrap_or_default();
        let is_parameter =
            number.parse::<usize>().is_ok_and(|number| (1..=self.model.parameters().len()).contains(&number));
        match (number == answer, self.values(number)) {
            (true, Some(values)) => values,
            (false, Some(values)) => format!("{NO_CHANGE} {values}"),
            _ if is_parameter || answer == "r" => NO_CHANGE.to_owned(),
            _ => UNKNOWN.to_owned(),
        }
    }

    /// The values that the parameter of a number can have.
    fn values(&self, number: &str) -> Option<String> {
        let parameter = number.parse::<usize>().ok()?.checked_sub(1).filter(|_| self.model.dials().is_none())?;
        let values = exhibits::values(self.copy()?.as_mut(), parameter)?;
        let values: Vec<String> = values.iter().map(|value| said(value)).collect();
        Some(format!("{}. Its values: {}.", self.parameters().get(parameter)?, values.join(", ")))
    }

    /// What a change or a run leads to: the changed parameters, what to notice, and the first figures.
    fn follows(&mut self) -> Vec<String> {
        let changed = std::mem::take(&mut self.changed);
        changed.into_iter().chain([self.model.notice().into_owned()]).chain(self.figures(..FIGURES)).collect()
    }

    /// The parameters with their numbers; before the digits of a number, the number as a whole.
    fn parameters(&self) -> Vec<String> {
        let parameters = self.model.parameters();
        let line = |(number, parameter): (usize, &exhibits::Parameter)| {
            format!("{number} {}: {}", parameter.label, said(&parameter.value))
        };
        let Some(prefix) = self.model.dials() else { return (1..).zip(&parameters).map(line).collect() };
        let mut number = format!("1 to {}: {prefix}", parameters.len());
        for digit in &parameters {
            let _ = write!(number, "{}", digit.value);
        }
        vec![number]
    }

    fn figures(
        &self,
        which: impl std::slice::SliceIndex<[exhibits::Figure], Output = [exhibits::Figure]>,
    ) -> Vec<String> {
        let figures = if self.model.moves() && !self.has_run { Vec::new() } else { self.model.figures() };
        let shown = figures.get(which).unwrap_or(&figures);
        shown.iter().map(|figure| format!("{}: {}", figure.label, said(&figure.value))).collect()
    }

    fn how(&self) -> &'static str {
        match (self.model.dials(), self.model.moves()) {
            (Some(_), _) => HOW_DIALS,
            (None, true) => HOW,
            (None, false) => HOW_STILL,
        }
    }
}

/// A value as it is said: some are padded for the screen.
fn said(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}
