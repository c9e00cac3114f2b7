//! The screens, one a file: a layout of pages each, and what lies over the pages.

mod card;
mod contact;
mod entries;
mod exhibit;
mod help;
mod prose;
mod qr;
mod search;

pub(super) use help::Help;
pub(super) use search::Search;

use super::screen::Screen;
use crate::document::{Document, Layout};

/// The screen of each page of a document.
pub(super) fn of_pages(document: &Document) -> Vec<Box<dyn Screen>> {
    let screen = |(layout, page): (Layout, usize)| -> Box<dyn Screen> {
        match layout {
            Layout::Card => Box::new(card::Card::new()),
            Layout::Prose => Box::new(prose::Prose { page }),
            Layout::Contact => Box::new(contact::Contact { selected: 0 }),
            Layout::List | Layout::Timeline | Layout::Layers | Layout::Compact => {
                Box::new(entries::Entries::new(page, layout))
            }
        }
    };
    document.pages.iter().map(|page| page.layout).zip(0..).map(screen).collect()
}
