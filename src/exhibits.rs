//! The exhibits: small interactive models that a layer of the stack opens. The mathematics of each is pure and seeded; it
//! does no I/O, reads no clock and knows nothing of screens. What it looks like is in the `view` beside it.

#[allow(dead_code, reason = "the exhibits that compute with it follow")]
pub(crate) mod arithmetic;
pub(crate) mod check;
pub mod flow;
pub mod numerics;
#[allow(dead_code, reason = "the exhibits that draw with it follow")]
pub(crate) mod plot;
pub mod quantization;

/// The closed set of exhibits that a profile may name. There are none yet.
pub const NAMES: [&str; 0] = [];

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
