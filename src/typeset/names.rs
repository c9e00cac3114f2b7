//! The names of people and companies in a text, which are not broken over two lines.

use super::width::width;
use crate::document::Prose;

/// A name takes at most so many cells.
const LONGEST: u16 = 32;

/// So many names are looked for; a text that fills a page names fewer people and companies.
const MOST: usize = 64;

/// The names of a text: its short strong runs. They are not broken where they are not strong either.
pub(super) fn names(prose: &Prose, spelled: impl Fn(&str) -> String) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in prose.strong().map(|strong| spelled(strong.trim())) {
        if is_name(&name, LONGEST) && names.len() < MOST && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Whether a strong run is a name that is kept whole on a line of `room` cells.
pub(super) fn is_name(strong: &str, room: u16) -> bool {
    !strong.is_empty() && width(strong) <= room.min(LONGEST)
}
