//! The keys, from the one table of them, and the user names that open the card another way.

use super::super::{
    keys::{self, TABLE},
    screen::{Command, Context, Hint, Outcome, Screen, Sheet},
};
use crate::{
    document::{Entry, words::filled},
    typeset,
};

/// What a key does stands below it where there is less room than this beside it.
const NARROWEST: u16 = 14;

/// The table of keys.
#[derive(Debug)]
pub(in crate::app) struct HelpScreen;

impl Screen for HelpScreen {
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
        let rows: Vec<_> =
            TABLE.iter().filter_map(|row| Some((theme.signs.key(row.shown), help(row, context)?))).collect();
        let keys = rows.iter().map(|(name, _)| typeset::width(name)).max().unwrap_or(0);
        let room = width.saturating_sub(keys + 3);
        for (name, help) in rows {
            let help = context.spell(&help);
            if room < NARROWEST {
                sheet.wrapped(0, width, &name, theme.strong);
                sheet.wrapped(2, width.saturating_sub(2), &help, theme.ink);
                continue;
            }
            let (y, mut beside) = (sheet.height(), Sheet::default());
            beside.wrapped(0, room, &help, theme.ink);
            sheet.line(0, name, theme.strong);
            sheet.beside(keys + 3, y, beside);
        }
        sheet.blank();
        sheet.wrapped(0, width, &context.spell(&user_names(context)), theme.quiet);
        sheet
    }

    fn hints<'a>(&self, _: &Sheet, context: &Context<'a>) -> Vec<Hint<'a>> {
        vec![(Command::Back, &context.words().hints.close)]
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
    let words = context.words();
    let (host, port) = context.document().card.host().unwrap_or_default();
    let port = port.map(|port| format!("-p {port} ")).unwrap_or_default();
    let ssh = if host.is_empty() { String::new() } else { format!("ssh {port}") };
    filled(&words.help.doors, &[&format!("{ssh}{page}@{host}"), &words.joined(["plain@", "light@", "dark@", "mono@"])])
}

/// What a row of keys does on this card; `None` where the card has nothing for it to do.
fn help(row: &keys::KeyBinding, context: &Context<'_>) -> Option<String> {
    let has = |is: fn(&Entry) -> bool| context.document().pages.iter().any(|page| page.entries.iter().any(is));
    let has_exhibits = context.document().exhibits().next().is_some();
    let is_done = match row.command()? {
        Command::Restart | Command::Details => has_exhibits,
        Command::See => has(|entry| entry.see.is_some()),
        Command::Language => context.view.next_language().is_some(),
        _ => true,
    };
    let words = context.words();
    let mut help = (row.help)(&words.help).clone();
    if let Some(more) = row.in_exhibit.filter(|_| has_exhibits) {
        help.push_str(&words.lists.clauses);
        help.push_str(more(&words.help));
    }
    is_done.then_some(help)
}
