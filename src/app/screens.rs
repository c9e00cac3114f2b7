//! The screens, one a file: a layout of pages each, and what lies over the pages.

mod card;
mod contact;
mod entries;
mod exhibit;
mod help;
mod prose;
mod qr;
mod ribbon;
mod search;
mod wire;

pub(super) use exhibit::ExhibitScreen;
pub(super) use help::HelpScreen;
pub(super) use search::SearchScreen;
pub(super) use wire::WireScreen;

use super::screen::Screen;
use crate::document::{Document, Layout, Page};

/// The screen of each page of a document.
pub(super) fn of_pages(document: &Document) -> Vec<Box<dyn Screen>> {
    let screen = |(page, of): (usize, &Page)| -> Box<dyn Screen> {
        match of.layout {
            Layout::Card => Box::new(card::CardScreen::default()),
            Layout::Prose => Box::new(prose::ProseScreen { page }),
            Layout::Contact => Box::new(contact::ContactScreen { selected: 0 }),
            Layout::List | Layout::Timeline | Layout::Layers | Layout::Compact => {
                Box::new(entries::EntriesScreen::new(page, of.layout))
            }
        }
    };
    document.pages.iter().enumerate().map(screen).collect()
}
