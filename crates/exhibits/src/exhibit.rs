//! What every exhibit can do, and how it is told of in words.

use std::{borrow::Cow, fmt::Debug};

use ratatui::{buffer::Buffer, layout::Rect};

use crate::palette::Palette;

/// An interactive model. A new one has its default setting and is at rest before its first step.
///
/// All of it is bounded by constants: the state is some tens of kB at most, and no call takes longer than 5 ms on a
/// small machine, most far less. What takes longer is cut into steps. Texts are for a visitor who has never heard of
/// the subject.
pub trait Exhibit: View + Debug + Send + Sync {
    /// The heading above its picture: a few words, without a full stop.
    fn title(&self) -> &'static str;

    /// What is shown, in two sentences. As in all texts, no-break spaces (U+00A0) hold numbers and units together.
    fn about(&self) -> &'static str;

    /// What to notice, in one or two short sentences. It follows from the setting and the figures.
    fn notice(&self) -> Cow<'static, str>;

    /// What holds for the figures, in a sentence: the constants of the example machine, or where the methods come from.
    fn basis(&self) -> String;

    /// What the visitor can change, in order: two to eight of them. Their number may depend on the setting.
    fn parameters(&self) -> Vec<Parameter>;

    /// Changes a parameter, an index into [`parameters`](Self::parameters), by one step; a switch is switched in both
    /// directions. At its end, or where there is no such parameter, nothing changes. What follows from a change is
    /// there at once, or after some steps, which then begin by themselves.
    fn change(&mut self, parameter: usize, change: Change);

    /// What stands before the first digit where the parameters are the digits of one number, each with one character
    /// as its value. They are told in one row.
    fn dials(&self) -> Option<&'static str> {
        None
    }

    /// The parameter that a visitor is likely to change first.
    fn first(&self) -> usize {
        0
    }

    /// The result that the setting is, where the exhibit is a game, the visitor has played, and the result is less than
    /// `best`.
    fn better_score(&self, _best: f64) -> Option<Score> {
        None
    }

    /// The figures that follow from the setting and from what has run so far, the most important first.
    fn figures(&self) -> Vec<Figure>;

    /// Whether a visitor can run it. An exhibit that only follows its parameters, even if its picture moves for a
    /// moment after a change, has nothing to toggle.
    fn moves(&self) -> bool {
        false
    }

    /// Runs or pauses; begins again where it has ended.
    fn toggle(&mut self) {}

    /// Goes back to the beginning, at rest, with the same parameters.
    fn restart(&mut self) {}

    /// Whether it wants a step for every frame.
    fn running(&self) -> bool {
        false
    }

    /// Goes on by one frame, of which there are 30 a second. A run ends by itself.
    fn step(&mut self) {}

    /// Goes on to the end of the run, or as far as one call may go: for visitors who want no motion, and for text.
    /// While it is still [`running`](Self::running) afterwards, call it again.
    fn finish(&mut self) {}

    /// Brings it to what text and still pictures show: the end of its run, or the setting that tells most.
    fn demonstrate(&mut self) {
        if self.moves() {
            self.toggle();
        }
        for _ in 0..LONGEST_RUN {
            if !self.running() {
                break;
            }
            self.finish();
        }
    }

    /// Computes what all exhibits of this kind share and what takes too long for one call: to be called once, on a
    /// thread that may take its time. Without it the first visitors wait some milliseconds longer.
    fn prepare(&self) {}
}

/// The picture of an exhibit.
pub trait View {
    /// Draws the picture, as it is at this moment, into an area of any size. Cells outside of `area` or of the buffer
    /// stay as they are.
    fn draw(&self, palette: &Palette, area: Rect, buffer: &mut Buffer);

    /// Draws what the picture shows into some cells of one row, in the accent and without words.
    fn miniature(&self, palette: &Palette, area: Rect, buffer: &mut Buffer);
}

/// Which way a parameter is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// To the value before.
    Less,
    /// To the value after.
    More,
}

/// What a visitor can change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Its name: a word or two, at most 12 cells.
    pub label: &'static str,
    /// Its value with the unit: at most 20 cells.
    pub value: String,
    /// Whether there is a value before this one.
    pub less: bool,
    /// Whether there is a value after this one.
    pub more: bool,
}

/// A result that follows from the parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// Its name: at most 16 cells.
    pub label: &'static str,
    /// Its value with the unit, rounded to the digits that mean something: at most 20 cells.
    pub value: String,
}

/// A result that a visitor reached in an exhibit.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// How far from perfect the result is, not negative; the less, the better.
    pub worst: f64,
    /// The result in a sentence.
    pub said: String,
}

/// An exhibit in words and figures, for readers of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// [`Exhibit::title`].
    pub title: &'static str,
    /// [`Exhibit::notice`] once it is demonstrated.
    pub notice: Cow<'static, str>,
    /// The figures once it is demonstrated.
    pub figures: Vec<Figure>,
}

/// Calls of [`Exhibit::finish`] that bring every exhibit to its end; a run that needs more is cut short.
const LONGEST_RUN: usize = 10_000;

impl Summary {
    /// Reads an exhibit that has shown what it has to show.
    pub(crate) fn of(exhibit: &dyn Exhibit) -> Self {
        Self { title: exhibit.title(), notice: exhibit.notice(), figures: exhibit.figures() }
    }
}

/// A number with its unit, for a sentence: no line ends between them.
pub(crate) fn bound(number: &str) -> String {
    number.replace(' ', "\u{a0}")
}

/// A number, or a text that begins with one, with a minus sign in place of a hyphen before it.
pub(crate) fn signed(number: String) -> String {
    match number.strip_prefix('-') {
        Some(rest) => format!("−{rest}"),
        None => number,
    }
}
