//! The logo: a short text in dots, which flow from noise into the text's shape when the card is opened.
//!
//! The motion is a rectified flow, computed and not imitated: each dot starts at a point of standard normal noise and
//! follows the flow's velocity to its place ([`Flow`]). It is computed once for each height and is the same for every
//! visitor. It reads no clock and draws only inside the area that it is given.

mod font;
mod shape;

pub(super) use font::Font;
pub(super) use shape::font;

use std::sync::OnceLock;

use crate::exhibits::flow::{Flow, Noise};

/// A text as dots, and their way there.
#[derive(Debug)]
pub struct Logo {
    width: u16,
    height: u16,
    /// The dots at rest.
    shape: Vec<(u16, u16)>,
    motion: OnceLock<Motion>,
}

/// The dots on their way.
#[derive(Debug)]
struct Motion {
    /// The dots of each frame that lie within the box, one frame after the other.
    dots: Vec<(u16, u16)>,
    /// Where each frame ends in `dots`.
    ends: Vec<usize>,
}

/// Seeds the noise. Any number would do; this one is the month of the paper on rectified flows.
const SEED: u64 = 2209;

/// A logo of more dots than this does not move: its flow would take half a second to compute, and it is a wall of
/// letters that no card has the space for.
const MOST_DOTS: usize = 1500;

/// The size of the letters of a line, in dots: the smallest at which the hairlines of the font hold together.
const LETTERS: f32 = 18.0;

/// The dots from a line to the next, and to the first base line: five rows of cells, and what rises above the line.
const LINE: i32 = 20;
const BASE: i32 = 15;

/// How many standard deviations of the noise lie between the middle of the box and its edges: one dot in five begins
/// outside and comes in, and the box is full to its corners.
const SPREAD: f32 = 1.6;

impl Logo {
    /// Frames from noise to shape, of a logo that moves. The last of them is the shape at rest.
    pub const FRAMES: usize = 40;

    /// Draws `text`, `height` dots high, as wide as it becomes. `None` if the font has none of its characters: it has
    /// Latin, Greek, Cyrillic, arrows, mathematics. A `√` spreads its bar over the character after it.
    #[must_use]
    pub(super) fn new(text: &str, height: u16) -> Option<Self> {
        let shape = shape::draw(&shape::font()?, text, height)?;
        let width = shape.iter().map(|(x, _)| x + 1).max().unwrap_or(1);
        Some(Self { width, height, shape, motion: OnceLock::new() })
    }

    /// Sets lines one below the other, in letters that stand still. `None` where the font lacks one of them.
    #[must_use]
    pub(super) fn of_lines(lines: &[String]) -> Option<Self> {
        let font = shape::font()?;
        let mut shape = Vec::new();
        for (line, n) in lines.iter().zip(0..) {
            shape.extend(
                shape::line(&font, line, LETTERS)?
                    .into_iter()
                    .filter_map(|(x, y)| Some((u16::try_from(x).ok()?, u16::try_from(y + n * LINE + BASE).ok()?))),
            );
        }
        let [width, height] = [shape.iter().map(|dot| dot.0).max()?, shape.iter().map(|dot| dot.1).max()?];
        Some(Self { width: width + 1, height: height + 1, shape, motion: OnceLock::new() })
    }

    /// Whether the font has a glyph for a character.
    #[must_use]
    pub fn has_glyph(character: char) -> bool {
        shape::font().is_some_and(|font| font.has(character))
    }

    /// Columns and rows of the cells that the logo takes.
    #[must_use]
    pub fn cells(&self) -> (u16, u16) {
        (self.width.div_ceil(2), self.height.div_ceil(4))
    }

    /// The dots of frame `n`, counted from 0, as columns and rows of dots; from the last frame on, and for a logo of
    /// more than `MOST_DOTS`, the shape. Dots that are still outside are not among them.
    ///
    /// The way is computed when a frame is first asked for. That takes time with the square of the dots, some 30 ms for
    /// the 380 of `1/√x` at a height of 28: they are computed by [`Site::prepare`](super::Site::prepare).
    pub fn frame(&self, n: usize) -> impl Iterator<Item = (u16, u16)> + '_ {
        let motion = self.motion();
        let dots = match motion.ends.get(n) {
            Some(&end) => {
                let begin = n.checked_sub(1).and_then(|before| motion.ends.get(before)).copied().unwrap_or(0);
                motion.dots.get(begin..end).unwrap_or_default()
            }
            None => &self.shape,
        };
        dots.iter().copied()
    }

    /// Computes the dots' way, so that no visitor waits for it.
    pub(super) fn prepare(&self) {
        self.motion();
    }

    /// The dots of the shape.
    pub fn rest(&self) -> impl Iterator<Item = (u16, u16)> + '_ {
        self.shape.iter().copied()
    }

    fn motion(&self) -> &Motion {
        self.motion.get_or_init(|| Motion::new(&self.shape, self.width, self.height))
    }
}

impl Motion {
    fn new(shape: &[(u16, u16)], width: u16, height: u16) -> Self {
        let (mut dots, mut ends) = (Vec::new(), Vec::with_capacity(Logo::FRAMES));
        if shape.len() > MOST_DOTS {
            return Self { dots, ends };
        }
        let flow = Flow::new(shape.iter().map(|&(x, y)| [place(x, width), place(y, height)]).collect());
        let times: Vec<f32> = (0..Logo::FRAMES - 1).map(time).collect();
        // For each target a fair draw of the noise that flows there: the path is followed back from it.
        let mut noise = Noise::new(SEED);
        let mut paths: Vec<_> =
            flow.targets().iter().map(|target| flow.path_to(*target, noise.normal(), &times).into_iter()).collect();
        for _ in times {
            let places = paths.iter_mut().filter_map(Iterator::next);
            dots.extend(places.filter_map(|[x, y]| Some((dot(x, width)?, dot(y, height)?))));
            ends.push(dots.len());
        }
        Self { dots, ends }
    }
}

/// The flow's time at frame `n`: it slows down towards the end, where the shape comes out of the noise, and the last
/// moving frame is within a dot of it.
fn time(n: usize) -> f32 {
    let left = 1.0 - n as f32 / Logo::FRAMES as f32;
    1.0 - left * left * left
}

/// Where the middle of a dot lies in the flow: the box reaches from -[`SPREAD`] to [`SPREAD`] either way.
fn place(dot: u16, size: u16) -> f32 {
    SPREAD * (2.0 * (f32::from(dot) + 0.5) / f32::from(size) - 1.0)
}

/// The dot in which a place lies, if it is within the box.
fn dot(place: f32, size: u16) -> Option<u16> {
    let dots = (place / SPREAD + 1.0) * 0.5 * f32::from(size);
    (dots >= 0.0 && dots < f32::from(size)).then_some(dots as u16)
}

#[cfg(test)]
mod tests;
