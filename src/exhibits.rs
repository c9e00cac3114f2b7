//! The exhibits: small interactive models that a layer of the stack opens. The mathematics of each is pure and seeded; it
//! does no I/O, reads no clock and knows nothing of screens. What it looks like is in the `view` beside it.

pub(crate) mod arithmetic;
#[cfg(test)]
pub(crate) mod check;
pub mod compiler;
pub mod flow;
pub mod kernels;
pub mod models;
pub mod numerics;
pub(crate) mod plot;
pub mod quantization;

use std::{
    ops::{Deref, DerefMut},
    sync::LazyLock,
};

use ratatui::{buffer::Buffer, layout::Rect};

use crate::theme::Theme;

/// Makes the closed set of exhibits that a profile may name: each with the name of its module, which is that in the profile.
macro_rules! exhibits {
    ($($module:ident: $kind:ident),*) => {
        /// The names of all exhibits, as a profile has them.
        pub const NAMES: [&str; [$(stringify!($module)),*].len()] = [$(stringify!($module)),*];

        /// An exhibit that is open, of any kind. It is small itself; its state is freed with it.
        #[derive(Debug, Clone, PartialEq)]
        #[allow(missing_docs, reason = "each is the exhibit of its name")]
        pub enum Open {
            $($kind(Box<$module::$kind>)),*
        }

        impl Open {
            /// Opens the exhibit of this name; `None` where there is none.
            #[must_use]
            pub fn new(name: &str) -> Option<Self> {
                match name {
                    $(stringify!($module) => Some(Self::$kind(Box::default())),)*
                    _ => None,
                }
            }

            /// What it shows and says at its default setting, when its run has ended. That is computed once, when it is first
            /// asked for, in some milliseconds. `None` where there is no exhibit of this name.
            #[must_use]
            pub fn summary(name: &str) -> Option<&'static Summary> {
                match name {
                    $(stringify!($module) => {
                        static SUMMARY: LazyLock<Summary> = LazyLock::new(|| Summary::of($module::$kind::default()));
                        Some(&SUMMARY)
                    })*
                    _ => None,
                }
            }

            /// Makes what all visitors share of the exhibit of this name and is too much for the moment of a key.
            pub fn prepare(name: &str) {
                match name {
                    $(stringify!($module) => $module::$kind::prepare(),)*
                    _ => {}
                }
            }

            /// Draws its picture into an area.
            pub fn draw(&self, theme: &Theme, area: Rect, buffer: &mut Buffer) {
                match self {
                    $(Self::$kind(exhibit) => $module::view::draw(exhibit, theme, area, buffer)),*
                }
            }
        }

        impl Deref for Open {
            type Target = dyn Exhibit;

            fn deref(&self) -> &Self::Target {
                match self {
                    $(Self::$kind(exhibit) => &**exhibit),*
                }
            }
        }

        impl DerefMut for Open {
            fn deref_mut(&mut self) -> &mut Self::Target {
                match self {
                    $(Self::$kind(exhibit) => &mut **exhibit),*
                }
            }
        }
    };
}

exhibits! {
    kernels: Kernels,
    numerics: Numerics,
    quantization: Quantization,
    compiler: Compiler,
    models: Models
}

/// What all exhibits are to those who show them. A new one shows its default setting, at rest before the first step.
///
/// Everything here is bounded by constants: the state is some tens of kB at most, and no call takes longer than 5 ms on a
/// small machine, most far less. What takes longer is cut into steps.
pub trait Exhibit {
    /// What it is called above its picture: a few words, no full stop.
    fn title(&self) -> &'static str;

    /// What is shown, in two sentences, for a visitor who has never heard of it.
    fn about(&self) -> &'static str;

    /// What to notice, in one sentence.
    fn notice(&self) -> &'static str;

    /// What holds for the figures, in a sentence: the constants of the example machine, or where the methods come from.
    fn basis(&self) -> String;

    /// What the visitor can change, in order: two to five of them. Their number may depend on the setting.
    fn parameters(&self) -> Vec<Parameter>;

    /// Changes a parameter, an index into [`parameters`](Self::parameters), by one step; at its end it stays. What follows
    /// from it is there at once, or after some steps, which then begin by themselves.
    fn change(&mut self, parameter: usize, change: Change);

    /// The figures that follow from the setting and from what has run so far.
    fn figures(&self) -> Vec<Figure>;

    /// Whether it has something to run: a still exhibit has not, and needs none of the calls below.
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

    /// Goes on by a frame's worth, of which there are 30 a second. A run ends by itself.
    fn step(&mut self) {}

    /// Goes on to the end of the run at once, or as far as a call may go: for visitors who want no motion, and for text.
    fn finish(&mut self) {}

    /// Makes what all visitors share and is too much for one call, when the server starts.
    fn prepare()
    where
        Self: Sized,
    {
    }
}

/// Which way a parameter is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// To the one before.
    Less,
    /// To the one after.
    More,
}

/// What a visitor can change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// What it is: a word or two, at most 12 cells.
    pub label: &'static str,
    /// What it is set to, with its unit: at most 20 cells.
    pub value: String,
    /// Whether there is one before it.
    pub less: bool,
    /// Whether there is one after it.
    pub more: bool,
}

/// What follows from the parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// What it is: at most 16 cells.
    pub label: &'static str,
    /// Its value with its unit, rounded to what means something: at most 20 cells.
    pub value: String,
}

/// An exhibit in words and figures, for those who see no picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// What it is called.
    pub title: &'static str,
    /// What is shown.
    pub about: &'static str,
    /// What to notice.
    pub notice: &'static str,
    /// What holds for the figures.
    pub basis: String,
    /// What a visitor can change, as it is by default.
    pub parameters: Vec<Parameter>,
    /// What follows from it.
    pub figures: Vec<Figure>,
}

/// So many calls bring every exhibit to its end; one that needs more is cut short.
const LONGEST_RUN: usize = 10_000;

impl Summary {
    fn of(mut exhibit: impl Exhibit) -> Self {
        if exhibit.moves() {
            exhibit.toggle();
        }
        for _ in 0..LONGEST_RUN {
            if !exhibit.running() {
                break;
            }
            exhibit.finish();
        }
        Self {
            title: exhibit.title(),
            about: exhibit.about(),
            notice: exhibit.notice(),
            basis: exhibit.basis(),
            parameters: exhibit.parameters(),
            figures: exhibit.figures(),
        }
    }
}
