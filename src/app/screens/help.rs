//! The keys, from the one table of them, and the user names that open the card another way.

use super::super::{
    keys::{self, TABLE},
    screen::{Command, Context, Hint, Outcome, Screen, Sheet},
};
use crate::typeset;

/// What a key does stands below it where there is less room than this beside it.
const NARROWEST: u16 = 14;

/// The table of keys.
#[derive(Debug)]
pub(in crate::app) struct Help;

impl Screen for Help {
    fn update(&mut self, command: Command, _context: &Context<'_>) -> Outcome {
        match command {
            Command::Help | Command::Back => Outcome::Close { finished: false },
            // The page is under the help: what would change it is not done unseen.
            Command::Flip | Command::See | Command::Copy => Outcome::Stay,
            _ => Outcome::Pass,
        }
    }

    fn sheet(&self, context: &Context<'_>) -> Sheet {
        let (theme, width) = (context.theme, context.window.text.width);
        let mut sheet = Sheet::default();
        let name = |row: &'static keys::Row| theme.signs.key(row.shown);
        let card = context.view.card.document();
        let words = &context.document().words.help;
        let help_of =
            |row: &keys::Row| if row.is_of_languages() { words.language.clone() } else { row.help.to_owned() };
        let rows = || TABLE.iter().filter(|row| row.is_of_use(card));
        let keys = rows().map(|row| typeset::width(&name(row))).max().unwrap_or(0);
        let room = width.saturating_sub(keys + 3);
        for line in rows() {
            if room < NARROWEST {
                sheet.wrapped(0, width, &name(line), theme.strong);
                sheet.wrapped(2, width.saturating_sub(2), &help_of(line), theme.ink);
                continue;
            }
            let (y, mut help) = (sheet.height(), Sheet::default());
            help.wrapped(0, room, &help_of(line), theme.ink);
            sheet.line(0, name(line), theme.strong);
            sheet.beside(keys + 3, y, help);
        }
        sheet.blank();
        sheet.wrapped(0, width, &user_names(context), theme.quiet);
        sheet
    }

    fn hints(&self, _context: &Context<'_>) -> Vec<Hint> {
        vec![(Command::Back, "close")]
    }

    fn hides_page(&self) -> bool {
        true
    }
}

/// The user names in a line.
fn user_names(context: &Context<'_>) -> String {
    let pages = &context.document().pages;
    let with_entries = pages.iter().find(|page| !page.entries.is_empty());
    let page = with_entries.or(pages.last()).map_or("card", |page| page.name.as_str());
    format!("ssh {page}@HOST opens on a page; also plain@, light@, dark@, mono@")
}
