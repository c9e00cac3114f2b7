//! Living exhibits for a terminal: small interactive models of things from numerical computing, drawn with ratatui.
//!
//! [`NAMES`] lists them, [`open`] opens one by its name, and [`Exhibit`] is what can be done with it: change its
//! parameters, run it step by step, draw it into a ratatui buffer, and read its figures. [`summary`] is an exhibit in
//! words, [`demonstrated`] one at rest, [`miniature`] one in a few cells. The styles and the characters that it is
//! drawn with are handed in as a [`Palette`].
//!
//! The mathematics is pure and seeded: nothing here does I/O, reads a clock or draws a random number, and the same
//! setting gives the same picture and the same figures on every machine.
//!
//! ```
//! use ratatui::{buffer::Buffer, layout::Rect};
//! use sshcard_exhibits::{Change, Palette, open};
//!
//! let mut exhibit = open("kernels").expect("one of NAMES");
//! exhibit.change(0, Change::More);
//! while exhibit.running() {
//!     exhibit.finish();
//! }
//! let mut buffer = Buffer::empty(Rect::new(0, 0, 80, 24));
//! exhibit.draw(&Palette::default(), buffer.area, &mut buffer);
//! ```

#![forbid(unsafe_code)]

mod arithmetic;
mod compiler;
mod exhibit;
pub mod flow;
mod kernels;
mod miniature;
mod models;
mod numerics;
mod palette;
mod plot;
mod quake;
mod quantization;
mod setting;
mod signs;

use std::sync::OnceLock;

pub use exhibit::{Change, Exhibit, Figure, Parameter, Score, Summary, View};
pub use miniature::{MINIATURE, miniature, still_miniature};
pub use palette::Palette;
pub use setting::{set, set_parameter, setting, values};
pub use signs::Signs;

/// A row of the table of exhibits: the name, and what opens the exhibit at its default setting.
type Row = (&'static str, fn() -> Box<dyn Exhibit>);

/// All exhibits, in the order in which they are listed. A new exhibit is a module and a row here.
const TABLE: &[Row] = &[
    ("kernels", || Box::new(kernels::Kernels::new())),
    ("quake", || Box::new(quake::Quake::default())),
    ("numerics", || Box::new(numerics::Numerics::default())),
    ("quantization", || Box::new(quantization::Quantization::default())),
    ("compiler", || Box::new(compiler::Compiler::new())),
    ("models", || Box::new(models::Models::new())),
];

/// The names of all exhibits.
#[allow(clippy::indexing_slicing, reason = "evaluated by the compiler, which refuses an index that does not exist")]
pub const NAMES: [&str; TABLE.len()] = {
    let mut names = [""; TABLE.len()];
    let mut row = 0;
    while row < TABLE.len() {
        names[row] = TABLE[row].0;
        row += 1;
    }
    names
};

/// Opens the exhibit of this name at its default setting, at rest before its first step; `None` where there is no
/// exhibit of this name.
#[must_use]
pub fn open(name: &str) -> Option<Box<dyn Exhibit>> {
    TABLE.iter().find(|row| row.0 == name).map(|(_, open)| open())
}

/// What the exhibit of this name says once it is [demonstrated](Exhibit::demonstrate), as [`demonstrated`] has it.
#[must_use]
pub fn summary(name: &str) -> Option<&'static Summary> {
    static SUMMARIES: [OnceLock<Summary>; TABLE.len()] = [const { OnceLock::new() }; TABLE.len()];
    let (_, summary) = TABLE.iter().zip(&SUMMARIES).find(|(row, _)| row.0 == name)?;
    demonstrated(name).map(|exhibit| summary.get_or_init(|| Summary::of(exhibit)))
}

/// The exhibit of this name, [demonstrated](Exhibit::demonstrate): what still pictures show. `None` where there is no
/// exhibit of this name. It is computed when it is first asked for, in some milliseconds, and then shared.
#[must_use]
pub fn demonstrated(name: &str) -> Option<&'static dyn Exhibit> {
    static EXHIBITS: [OnceLock<Box<dyn Exhibit>>; TABLE.len()] = [const { OnceLock::new() }; TABLE.len()];
    let ((_, open), exhibit) = TABLE.iter().zip(&EXHIBITS).find(|(row, _)| row.0 == name)?;
    let demonstrate = || {
        let mut exhibit = open();
        exhibit.demonstrate();
        exhibit
    };
    Some(exhibit.get_or_init(demonstrate).as_ref())
}

#[cfg(test)]
mod tests;
