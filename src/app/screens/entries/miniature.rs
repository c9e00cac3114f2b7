//! The miniature in the row of an entry: its first exhibit in a few cells. That of the selected entry runs once, to
//! where the others stand.

use std::borrow::Cow;

use super::super::{super::screen::Context, exhibit::signs};
use crate::{
    document::Entry,
    exhibits::{self, Exhibit},
};

/// Frames of a run at most: a second and a half.
const FRAMES: u16 = 45;

/// After so many frames each frame takes one step more, so that a long run ends in time and a short one is seen.
const FASTER: u16 = 8;

/// An exhibit that runs in its miniature.
#[derive(Debug)]
pub(super) struct MiniatureRun {
    exhibit: Box<dyn Exhibit>,
    frame: u16,
}

impl MiniatureRun {
    /// Begins a run; `None` where nothing of the exhibit runs.
    pub(super) fn new(name: &str) -> Option<Self> {
        let mut exhibit = exhibits::open(name).filter(|exhibit| exhibit.moves())?;
        exhibit.toggle();
        Some(Self { exhibit, frame: 0 })
    }

    /// Goes on by a frame; `None` at the end.
    pub(super) fn next(mut self) -> Option<Self> {
        for _ in 0..=self.frame / FASTER {
            self.exhibit.step();
        }
        self.frame += 1;
        (self.frame < FRAMES && self.exhibit.running()).then_some(self)
    }
}

/// The miniature of an entry; `None` where the entry has no exhibit.
pub(super) fn miniature(entry: &Entry, run: Option<&MiniatureRun>, context: &Context<'_>) -> Option<Cow<'static, str>> {
    let (name, signs) = (entry.exhibits.first()?, signs(context));
    match run {
        Some(run) => Some(exhibits::miniature(run.exhibit.as_ref(), signs).into()),
        None => exhibits::still_miniature(name, signs).map(Cow::Borrowed),
    }
}
