//! The keys, from the one table of them, and the user names that open the card another way.

use super::{
    super::{
        Model,
        keys::{self, TABLE},
    },
    sheet::{Row, Sheet},
    window::Window,
};
use crate::{
    profile::{Page, typeset},
    theme::Theme,
};

/// What a key does stands below it where there is less room than this beside it.
const NARROWEST: u16 = 14;

pub(super) fn sheet(model: &Model, theme: &Theme, window: &Window) -> Sheet<'static> {
    let mut sheet = Sheet::default();
    let name = |row: &'static keys::Row| theme.signs.key(row.shown);
    let keys = TABLE.iter().map(|row| typeset::width(&name(row))).max().unwrap_or(0);
    let room = window.text.width.saturating_sub(keys + 3);
    for line in &TABLE {
        if room < NARROWEST {
            sheet.wrapped(0, window.text.width, &name(line), theme.strong);
            sheet.wrapped(2, window.text.width.saturating_sub(2), line.help, theme.ink);
            continue;
        }
        for (i, help) in typeset::wrap(line.help, room).into_iter().enumerate() {
            let mut row = Row::default();
            if i == 0 {
                row.put(0, name(line), theme.strong);
            }
            row.put(keys + 3, help, theme.ink);
            sheet.push(row);
        }
    }
    sheet.blank();
    sheet.wrapped(0, window.text.width, &doors(model), theme.quiet);
    sheet
}

/// The user names in a line.
fn doors(model: &Model) -> String {
    let pages = &model.content.profile.card.pages;
    let page = pages.iter().find(|page| **page == Page::Career).or(pages.last()).map_or("card", |page| page.name());
    format!("ssh {page}@HOST opens on a page; also plain@, light@, dark@, mono@")
}
