//! An exhibit that is open: which one it is, and what the keys do in it. While it runs it takes a step for each frame; when
//! it is left, it and all that it has computed are gone.

use super::{Model, keys::Command};
use crate::exhibits::{self, Change, Exhibit};

/// An exhibit on the screen.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Showing {
    pub(super) exhibit: Box<dyn Exhibit>,
    /// Its place among those of its layer.
    pub(super) nth: usize,
    /// The parameter that is changed.
    pub(super) parameter: usize,
    /// The first row that is shown.
    pub(super) scroll: u16,
}

impl Model {
    /// The names of the exhibits that the selected layer opens.
    pub(super) fn exhibits(&self) -> &[String] {
        self.content.profile.stack.layers.get(self.layer).map_or(&[], |layer| &layer.exhibits)
    }

    /// Whether Enter opens an exhibit: where there is one that was not just left by it.
    pub(super) fn opens_exhibit(&self) -> bool {
        self.page() == crate::profile::Page::Stack && !self.exhibits().is_empty() && self.tried != Some(self.layer)
    }

    /// Opens an exhibit of the selected layer; `false` where it has no such.
    pub(super) fn open_exhibit(&mut self, nth: usize) -> bool {
        let exhibit = self.exhibits().get(nth).and_then(|name| exhibits::open(name));
        let opened = exhibit.map(|exhibit| Box::new(Showing { exhibit, nth, parameter: 0, scroll: 0 }));
        self.exhibit = opened;
        self.exhibit.is_some()
    }

    /// What a command means in an exhibit; `false` where it means what it always does.
    pub(super) fn exhibit_command(&mut self, command: Command) -> bool {
        let motion = self.motion;
        let Some(showing) = self.exhibit.as_mut().filter(|_| self.help.is_none() && self.search.is_none()) else {
            return false;
        };
        let last = showing.exhibit.parameters().len().saturating_sub(1);
        let parameter = showing.parameter.min(last);
        match command {
            Command::Down if parameter < last => self.choose_parameter(parameter + 1),
            Command::Up if parameter > 0 && showing.scroll == 0 => self.choose_parameter(parameter - 1),
            Command::Left => self.change_parameter(parameter, Change::Less),
            Command::Right => self.change_parameter(parameter, Change::More),
            Command::Run if showing.exhibit.moves() => {
                showing.exhibit.toggle();
                if !motion {
                    showing.exhibit.finish();
                }
            }
            Command::Restart => showing.exhibit.restart(),
            Command::Back => self.exhibit = None,
            Command::Open => {
                let next = showing.nth + 1;
                if !self.open_exhibit(next) {
                    self.tried = Some(self.layer);
                    self.read_on();
                }
            }
            // The page is under it: what would move it is not done unseen.
            Command::Copy | Command::Flip | Command::Layer | Command::Run => {}
            _ => return false,
        }
        true
    }

    /// Selects a parameter, and shows it.
    pub(super) fn choose_parameter(&mut self, parameter: usize) {
        if let Some(showing) = &mut self.exhibit {
            showing.parameter = parameter;
            self.reveal();
        }
    }

    /// Changes a parameter, and selects it.
    pub(super) fn change_parameter(&mut self, parameter: usize, change: Change) {
        if let Some(showing) = &mut self.exhibit {
            showing.exhibit.change(parameter, change);
        }
        self.choose_parameter(parameter);
    }

    /// A frame is due.
    pub(super) fn step_exhibit(&mut self) {
        if let Some(showing) = self.exhibit.as_mut().filter(|showing| showing.exhibit.running()) {
            if self.motion { showing.exhibit.step() } else { showing.exhibit.finish() }
        }
    }

    /// Holds a run while something else is shown over it.
    pub(super) fn pause_exhibit(&mut self) {
        if let Some(showing) = self.exhibit.as_mut().filter(|showing| showing.exhibit.running()) {
            showing.exhibit.toggle();
        }
    }
}
