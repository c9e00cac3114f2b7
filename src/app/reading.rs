//! Moving within a page: scrolling, selecting, reading on.

use ratatui::layout::Size;

use super::{Model, view};
use crate::{profile::Page, terminal::capabilities::Look};

/// How a page stands in its window.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Extent {
    /// The page's rows.
    pub(super) rows: u16,
    /// The rows that the window shows.
    pub(super) visible: u16,
    /// The first of them.
    pub(super) first: u16,
    /// The rows of what is selected, from the first to the one after the last.
    pub(super) selected: Option<(u16, u16)>,
    /// The rows of what is marked, likewise.
    pub(super) marked: Option<(u16, u16)>,
}

impl Extent {
    /// The furthest that the page scrolls.
    pub(super) fn furthest(&self) -> u16 {
        self.rows.saturating_sub(self.visible)
    }
}

impl Model {
    pub(super) fn resize(&mut self, size: Size) {
        self.set_anew(|model| model.size = size);
        if !view::has_room(size) {
            self.search = None;
        }
    }

    /// More is known of how the terminal shows things; it may have to show another edition of the same profile.
    pub(super) fn look(&mut self, look: Look) {
        let edition = self.written.edition(look);
        if edition == self.content {
            self.look = look;
            return;
        }
        self.set_anew(|model| {
            (model.look, model.content, model.found) = (look, edition, None);
        });
        self.find_again();
    }

    /// Changes what the page is set to. The reader keeps their place: the same paragraph, what is selected, what was found.
    fn set_anew(&mut self, change: impl FnOnce(&mut Self)) {
        // A search or the help lies over the page, which keeps its own place.
        let (search, help) = (self.search.take(), self.help.take());
        // The paragraph that was first when the visitor last moved; not the one that the last of many changes put there.
        self.place = self.place.or_else(|| view::anchor(self));
        change(self);
        if let Some(place) = self.place {
            self.set_scroll(view::row_of(self, place));
        }
        self.reveal();
        self.reveal_found();
        (self.search, self.help) = (search, help);
        if self.search.is_some() || self.help.is_some() {
            self.reveal();
        }
    }

    /// The row of the page, or of the help, that the visitor scrolled to. What is shown begins no later than the last
    /// window of it ([`Extent::first`]): a page may have become shorter since.
    pub(super) fn scrolled(&self) -> u16 {
        if let Some(search) = &self.search {
            return search.scroll;
        }
        if let (None, Some(showing)) = (self.help, &self.exhibit) {
            return showing.scroll;
        }
        self.help.unwrap_or_else(|| self.scroll.get(self.page).copied().unwrap_or(0))
    }

    fn set_scroll(&mut self, row: u16) {
        if let Some(search) = &mut self.search {
            search.scroll = row;
        } else if let Some(help) = &mut self.help {
            *help = row;
        } else if let Some(showing) = &mut self.exhibit {
            showing.scroll = row;
        } else if let Some(scroll) = self.scroll.get_mut(self.page) {
            *scroll = row;
        }
    }

    pub(super) fn scroll_by(&mut self, rows: u16, down: bool) {
        self.scroll_within(&view::extent(self), rows, down);
    }

    fn scroll_within(&mut self, extent: &Extent, rows: u16, down: bool) {
        let to = if down { extent.first.saturating_add(rows) } else { extent.first.saturating_sub(rows) };
        self.set_scroll(to.min(extent.furthest()));
    }

    /// Scrolls as little as shows what is selected; its beginning, if it does not fit.
    pub(super) fn reveal(&mut self) {
        let extent = view::extent(self);
        let mut row = extent.first;
        if let Some((first, end)) = extent.selected {
            row = row.max(end.saturating_sub(extent.visible)).min(first);
        }
        self.set_scroll(row.min(extent.furthest()));
    }

    /// Shows what is marked, with what stands before it, unless it is in view.
    pub(super) fn reveal_found(&mut self) {
        let extent = view::extent(self);
        let seen = extent.first..=extent.first.saturating_add(extent.visible);
        if let Some((first, end)) = extent.marked
            && !(seen.contains(&first) && seen.contains(&end))
        {
            self.set_scroll(first.saturating_sub(extent.visible / 3).min(extent.furthest()));
        }
    }

    /// One step: the selection where there is one and it can move, else a row.
    pub(super) fn step(&mut self, down: bool) {
        if self.help.is_none() && self.exhibit.is_none() && self.select_next(down) {
            self.reveal();
        } else {
            self.scroll_by(1, down);
        }
    }

    /// Moves the selection by one; `false` where there is nothing further.
    fn select_next(&mut self, down: bool) -> bool {
        let profile = &self.content.profile;
        let (selected, count, forward) = match self.page() {
            Page::Card | Page::About => return false,
            Page::Career => (&mut self.station, profile.career.stations.len(), down),
            // The stack is climbed: down is a layer lower.
            Page::Stack => (&mut self.layer, profile.stack.layers.len(), !down),
            Page::Contact => (&mut self.item, view::items(&self.content).len(), down),
        };
        let next = if forward { *selected + 1 } else { selected.wrapping_sub(1) };
        let moves = next < count;
        if moves {
            *selected = next;
            self.tried = None;
        }
        moves
    }

    /// Opens what is selected, then shows what comes after what is shown: more of it, the next of the page, the next
    /// page. Pressed again and again it leads through the whole card.
    pub(super) fn read_on(&mut self) {
        if self.help.is_some() || self.exhibit.is_some() {
            self.page_down();
            return;
        }
        if self.page() == Page::Career && !self.unfolded && view::unfolds(self) {
            self.unfolded = true;
            self.reveal();
            return;
        }
        let extent = view::extent(self);
        let end = extent.selected.map_or(extent.rows, |(_, end)| end);
        let seen = extent.first.saturating_add(extent.visible);
        if end > seen {
            // Not past the end of what is selected: what comes after it is the next one's.
            self.scroll_within(&extent, (end - seen).min(screenful(&extent)), true);
        } else if matches!(self.page(), Page::Career | Page::Stack) && self.select_next(self.page() == Page::Career) {
            self.reveal();
        } else if extent.rows > seen {
            self.scroll_within(&extent, screenful(&extent), true);
        } else {
            self.go(self.page + 1);
        }
    }

    fn page_down(&mut self) {
        let extent = view::extent(self);
        self.scroll_within(&extent, screenful(&extent), true);
    }

    pub(super) fn page_up(&mut self) {
        let extent = view::extent(self);
        self.scroll_within(&extent, screenful(&extent), false);
    }

    /// To the first or the last of what is selected or read.
    pub(super) fn end(&mut self, last: bool) {
        if self.help.is_none() && self.exhibit.is_none() {
            while self.select_next(last) {}
        }
        self.set_scroll(if last { u16::MAX } else { 0 });
        self.reveal();
    }
}

/// A screen less the row that the reader's eye holds on to.
fn screenful(extent: &Extent) -> u16 {
    extent.visible.saturating_sub(1).max(1)
}
