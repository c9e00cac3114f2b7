//! Finding: a line in which the visitor types, the results for what stands in it, and the way to where they are. What is
//! typed here is text and never a command; leaving changes nothing.

mod entries;
mod ranking;

use std::sync::Arc;

use unicode_segmentation::UnicodeSegmentation as _;

pub(super) use entries::{Index, Place};

use super::{
    Effect, Model,
    keys::{self, Command},
    view,
};
use crate::{
    profile::{Page, characters::push_shown},
    terminal::input::{Code, Key},
};

/// The longest that a visitor's words get, in characters: longer than any name on a card, and one line of it.
pub(super) const LONGEST_QUERY: usize = 64;

/// A search that is open. At its largest it holds [`LONGEST_QUERY`] characters and [`ranking::MOST_RESULTS`] numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Search {
    query: String,
    /// The entries that match, best first.
    results: Box<[u16]>,
    selected: usize,
    /// The first row of the results that is shown.
    pub(super) scroll: u16,
}

impl Search {
    /// What was typed; nothing that may not be shown.
    pub(super) fn query(&self) -> &str {
        &self.query
    }

    /// Whether there is nothing to look for yet.
    pub(super) fn is_blank(&self) -> bool {
        self.query.trim().is_empty()
    }

    /// The entries that match, best first.
    pub(super) fn results(&self) -> &[u16] {
        &self.results
    }

    /// Which of the results is selected.
    pub(super) fn selected(&self) -> usize {
        self.selected
    }
}

/// What the visitor was led to. It is marked until the next key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// The entry's number.
    pub(super) entry: u16,
    /// The characters of the entry that match, counted from 0, in order.
    pub(super) marks: Box<[u16]>,
}

impl Model {
    /// Opens the line, where the window has room for one.
    pub(super) fn find(&mut self) {
        if view::has_room(self.size) {
            self.search = Some(Box::default());
        }
    }

    /// A key while the line is open.
    pub(super) fn search_key(&mut self, key: Key) -> Option<Effect> {
        match (key.code, key.control, key.alt) {
            (Code::Char('u'), true, false) => self.edit(String::clear),
            (Code::Char('n'), true, false) => self.choose(1, true),
            (Code::Char('p'), true, false) => self.choose(1, false),
            (Code::Char(character), false, false) => self.write(character.encode_utf8(&mut [0; 4])),
            (Code::Backspace, ..) => self.rub_out(),
            _ => {
                let asked = keys::command(key).filter(|command| {
                    matches!(
                        command,
                        Command::Up
                            | Command::Down
                            | Command::PageUp
                            | Command::PageDown
                            | Command::Open
                            | Command::Back
                            | Command::Goodbye
                    )
                });
                return asked.and_then(|command| self.command(command));
            }
        }
        None
    }

    /// What a command means while the line is open; `false` where it means what it always does.
    pub(super) fn search_command(&mut self, command: Command) -> bool {
        let Some(search) = &self.search else { return false };
        let selected = search.selected;
        let screen = || usize::from(view::extent(self).visible.saturating_sub(1).max(1));
        match command {
            Command::Up => self.choose(1, false),
            Command::Down => self.choose(1, true),
            Command::PageUp => self.choose(screen(), false),
            Command::PageDown => self.choose(screen(), true),
            Command::Open => self.follow(selected),
            Command::Back => self.search = None,
            _ => return false,
        }
        true
    }

    /// Text at the end of the line; what no text of a profile may have is left out, and what is beyond the line's bound.
    pub(super) fn write(&mut self, text: &str) {
        self.edit(|query| {
            push_shown(query, text);
            if let Some((end, _)) = query.char_indices().nth(LONGEST_QUERY) {
                query.truncate(end);
            }
        });
    }

    /// Takes the last character off; from an empty line there is only the way out.
    fn rub_out(&mut self) {
        if self.search.as_ref().is_some_and(|search| search.query.is_empty()) {
            self.search = None;
        }
        self.edit(|query| {
            let last = query.grapheme_indices(true).next_back().map_or(0, |(at, _)| at);
            query.truncate(last);
        });
    }

    fn edit(&mut self, change: impl FnOnce(&mut String)) {
        let Some(search) = &mut self.search else { return };
        change(&mut search.query);
        search.results = self.content.index().rank(&search.query);
        (search.selected, search.scroll) = (0, 0);
    }

    /// The content is another edition of the same profile: what was found in the old one is sought anew in it.
    pub(super) fn find_again(&mut self) {
        if let Some(search) = &mut self.search {
            search.results = self.content.index().rank(&search.query);
            search.selected = search.selected.min(search.results.len().saturating_sub(1));
            self.reveal();
        }
    }

    /// Moves the selection by so many results, as far as there are any.
    pub(super) fn choose(&mut self, by: usize, down: bool) {
        let Some(search) = &mut self.search else { return };
        let last = search.results.len().saturating_sub(1);
        let to = if down { search.selected.saturating_add(by) } else { search.selected.saturating_sub(by) };
        search.selected = to.min(last);
        self.reveal();
    }

    /// Goes to where a result is.
    pub(super) fn follow(&mut self, result: usize) {
        let content = Arc::clone(&self.content);
        let Some(search) = &self.search else { return };
        let Some(&number) = search.results.get(result) else { return };
        let Some(entry) = content.index().entry(number) else { return };
        let place = entry.place;
        let Some(page) = content.profile.card.pages.iter().position(|page| *page == place.page()) else { return };
        let marks = entry.marks(&search.query);
        let from = self.page;
        self.go(page);
        self.origin = (from != page).then_some(from);
        match place {
            Place::Page(Page::Card) => self.flipped = false,
            Place::Page(_) => {}
            Place::Station(station) => (self.station, self.unfolded) = (station, true),
            Place::Layer(layer) => self.layer = layer,
            Place::Item(item) => self.item = item,
        }
        self.found = Some(Found { entry: number, marks });
        self.reveal();
        self.reveal_found();
    }
}
