//! The traits of an exhibit: the model and its picture; and the summary of an exhibit in words.

use std::{borrow::Cow, fmt::Debug};

use ratatui::{buffer::Buffer, layout::Rect};

use crate::palette::Palette;

/// An interactive model. A new one has its default setting and has not begun to run.
///
/// All of it is bounded by constants: the state is some tens of kB at most, and no call takes longer than 5 ms on a
/// small machine, most far less. What takes longer is cut into steps. Texts are for a visitor who has never heard of
/// the subject.
pub trait Exhibit: View + Debug + Send + Sync {
    /// The heading above its picture: a few words, without a full stop.
    fn title(&self) -> &'static str;

    /// The description, in two sentences. As in all texts, no-break spaces (U+00A0) hold numbers and units together.
    fn about(&self) -> &'static str;

    /// What to notice, in one or two short sentences. It follows from the setting and the figures.
    fn notice(&self) -> Cow<'static, str>;

    /// The basis of the figures, in a sentence: the constants of the example machine, or the sources of the methods.
    fn basis(&self) -> String;

    /// The parameters, in order: two to eight. Their number may depend on the setting.
    fn parameters(&self) -> Vec<Parameter>;

    /// Changes a parameter, an index into [`parameters`](Self::parameters), by one step; either change toggles a
    /// switch. Nothing changes at the end of the parameter's range, or if there is no such parameter. The results
    /// follow at once, or after some steps, which then begin by themselves.
    fn change(&mut self, parameter: usize, change: Change);

    /// The prefix of a number whose digits are the parameters, each with one character as its value. They are shown in
    /// one row. `None` for other parameters.
    fn dials(&self) -> Option<&'static str> {
        None
    }

    /// The index of the parameter that a visitor is likely to change first.
    fn first(&self) -> usize {
        0
    }

    /// The result of the current setting, if the exhibit is a game, the visitor has played, and the result is better,
    /// that is less, than `best`.
    fn better_score(&self, _best: f64) -> Option<Score> {
        None
    }

    /// The figures of the setting and of the run so far, the most important first. Values of the first four have 13
    /// cells at most, whatever the setting: they stand in a column beside the picture, which stays where it is.
    fn figures(&self) -> Vec<Figure>;

    /// Whether it has a run, which [`toggle`](Self::toggle) starts and pauses. An exhibit that only follows its
    /// parameters has none, even if its picture moves for a moment after a change.
    fn moves(&self) -> bool {
        false
    }

    /// Starts or pauses the run; starts it again from the beginning if it has ended.
    fn toggle(&mut self) {}

    /// Resets the run to its beginning and stops it; the parameters stay.
    fn restart(&mut self) {}

    /// Whether it is running, and so needs a [`step`](Self::step) for every frame.
    fn running(&self) -> bool {
        false
    }

    /// Advances the run by one frame, of which there are 30 a second. A run ends by itself.
    fn step(&mut self) {}

    /// Advances to the end of the run, or as far as the bound of one call permits: for visitors without animation, and
    /// for text. While it is still [`running`](Self::running) afterwards, call it again.
    fn finish(&mut self) {}

    /// Brings it to the state that text and still pictures show: the end of its run, or the most instructive setting.
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

    /// Computes in advance what all exhibits of this kind share and what takes too long for one call: to be called
    /// once, on a thread that may block. Without it the first visitors wait some milliseconds longer.
    fn prepare(&self) {}
}

/// The picture of an exhibit.
pub trait View {
    /// Draws the picture of the current state into an area of any size. Cells outside of `area` or of the buffer stay
    /// as they are.
    fn draw(&self, palette: &Palette, area: Rect, buffer: &mut Buffer);

    /// Draws a miniature of the picture into some cells of one row, in the accent and without words.
    fn miniature(&self, palette: &Palette, area: Rect, buffer: &mut Buffer);
}

/// The direction in which a parameter is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// To the value before.
    Less,
    /// To the value after.
    More,
}

/// A parameter of an exhibit.
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

impl Parameter {
    /// A parameter whose value is number `at` of `count` values, from 0.
    pub(crate) fn at(label: &'static str, value: String, at: usize, count: usize) -> Self {
        Self { label, value, less: at > 0, more: at + 1 < count }
    }
}

impl Change {
    /// The neighbour of `value` in `all`; at the end, `value` itself.
    pub(crate) fn applied<T: Copy + PartialEq>(self, value: T, all: &[T]) -> T {
        let at = place(all, value);
        let neighbour = match self {
            Self::Less => at.checked_sub(1),
            Self::More => Some(at + 1),
        };
        neighbour.and_then(|at| all.get(at)).copied().unwrap_or(value)
    }
}

/// The number of `value` in `all`, from 0.
pub(crate) fn place<T: PartialEq>(all: &[T], value: T) -> usize {
    all.iter().position(|other| *other == value).unwrap_or(0)
}

/// A result that follows from the parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// Its name: at most 16 cells.
    pub label: &'static str,
    /// Its value with the unit, rounded to the significant digits: at most 20 cells.
    pub value: String,
}

/// A visitor's result in an exhibit that is a game.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// How far from perfect the result is: 0 or more; less is better.
    pub worst: f64,
    /// The result in a sentence.
    pub said: String,
}

/// An exhibit in words and figures, for readers of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// [`Exhibit::title`].
    pub title: &'static str,
    /// [`Exhibit::notice`] after [`Exhibit::demonstrate`].
    pub notice: Cow<'static, str>,
    /// [`Exhibit::basis`] after [`Exhibit::demonstrate`]: it stands wherever the picture or a figure does.
    pub basis: String,
    /// The figures after [`Exhibit::demonstrate`].
    pub figures: Vec<Figure>,
}

/// The most calls of [`Exhibit::finish`] for one run: enough for every exhibit. A longer run is cut short.
const LONGEST_RUN: usize = 10_000;

impl Summary {
    /// The summary of a demonstrated exhibit.
    pub(crate) fn of(exhibit: &dyn Exhibit) -> Self {
        Self { title: exhibit.title(), notice: exhibit.notice(), basis: exhibit.basis(), figures: exhibit.figures() }
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
