//! The keys, from the one table of them, and the user names that open the card another way. From 60 columns on the keys
//! stand in two columns: those that get about, and all others with those of exhibits below them.

use std::borrow::Cow;

use super::super::{
    keys::{KeyBinding, KeyGroup, TABLE, hint},
    screen::{Command, Context, Hint, Outcome, Screen, Sheet},
};
use crate::{
    document::{Entry, words::filled},
    typeset,
};

/// What a key does stands below it where there is less room than this beside it.
const NARROWEST: u16 = 14;

/// Between keys and what they do, and between the two columns.
const GAPS: (u16, u16) = (2, 4);

/// The rows of help that are no keys: between its parts, the heading of exhibits, the user names.
const EXTRA: u16 = 6;

/// Keys, and what they do.
type KeyHelp<'a> = (Cow<'static, str>, Cow<'a, str>);

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
        let [moving, page, exhibit] = [of(KeyGroup::Moving, context), of(KeyGroup::Page, context), exhibit(context)];
        let mut sheet = Sheet::default();
        let (first_keys, page_keys) = (widest(&moving), widest(&page));
        let exhibit_keys = widest(&exhibit).max(page_keys);
        let others = |(page_keys, exhibit_keys): (u16, u16), width: u16| {
            let mut others = list(&page, (page_keys, width), context);
            if !exhibit.is_empty() {
                others.blank();
                others.wrapped(0, width, &context.spell(&context.words().help.exhibit), theme.quiet);
                others.append(list(&exhibit, (exhibit_keys, width), context));
            }
            others
        };
        // The second column begins where both columns are about equally high, and of such places where the fewest lines
        // are broken.
        let rows = |begin: &u16| {
            let first = height(&moving, (first_keys, begin - GAPS.1));
            let room = width - begin;
            let second = height(&page, (page_keys, room)) + height(&exhibit, (exhibit_keys, room));
            (first.max(second), first + second)
        };
        let begin = (width * 2 / 5..width * 3 / 5).step_by(3).min_by_key(rows).unwrap_or(width / 2);
        // Where lines would be broken for a second column, and there are rows enough, one is easier to read.
        let all = moving.len() + page.len() + exhibit.len();
        let is_high = usize::from(context.window.text.height) > all + usize::from(EXTRA);
        if context.window.narrow || is_high && rows(&begin).1 > all {
            // What keys do begins in one column.
            let keys = first_keys.max(exhibit_keys);
            sheet.append(list(&moving, (keys, width), context));
            sheet.blank();
            sheet.append(others((keys, keys), width));
        } else {
            sheet.append(list(&moving, (first_keys, begin - GAPS.1), context));
            sheet.beside(begin, 0, others((page_keys, exhibit_keys), width - begin));
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

/// The columns that keys take with the space after them.
fn widest(rows: &[KeyHelp<'_>]) -> u16 {
    rows.iter().map(|(keys, _)| typeset::width(keys)).max().unwrap_or(0) + GAPS.0
}

/// How many rows [`list`] takes.
fn height(rows: &[KeyHelp<'_>], (keys, width): (u16, u16)) -> usize {
    let room = width.saturating_sub(keys);
    let lines = |help: &str| match room {
        ..NARROWEST => 1 + typeset::wrap(help, width.saturating_sub(2)).len(),
        _ if typeset::width(help) <= room => 1,
        _ => typeset::wrap(help, room).len(),
    };
    rows.iter().map(|(_, help)| lines(help)).sum()
}

/// Keys below each other in the first `keys` columns, and what they do beside them, or below where there is no room.
fn list(rows: &[KeyHelp<'_>], (keys, width): (u16, u16), context: &Context<'_>) -> Sheet {
    let (theme, mut sheet) = (context.theme, Sheet::default());
    let room = width.saturating_sub(keys);
    for (name, help) in rows {
        let (y, mut beside) = (sheet.height(), Sheet::default());
        sheet.line(0, name.clone(), theme.strong);
        if room < NARROWEST {
            sheet.wrapped(2, width.saturating_sub(2), help, theme.ink);
        } else {
            beside.wrapped(0, room, help, theme.ink);
            sheet.beside(keys, y, beside);
        }
    }
    sheet
}

/// The rows of a group that have something to do on this card.
fn of<'a>(group: KeyGroup, context: &Context<'a>) -> Vec<KeyHelp<'a>> {
    let rows = TABLE.iter().filter(|row| row.group == group && is_done(row, context));
    let help = &context.words().help;
    let said = |row: &KeyBinding| match row.command() {
        Some(Command::Ground) if context.view.appearance.ground_is_certain => &help.certain_ground,
        _ => (row.help)(help),
    };
    rows.map(|row| (context.theme.signs.key(row.shown), context.spell(said(row)))).collect()
}

/// What keys do in an exhibit: those that do something else on a page first.
fn exhibit<'a>(context: &Context<'a>) -> Vec<KeyHelp<'a>> {
    if context.document().exhibits().next().is_none() {
        return Vec::new();
    }
    let help = &context.words().help;
    // Exhibits are not mirrored.
    let signs = context.view.theme(false).signs;
    let keys = |commands: &[Command]| {
        let names: Vec<_> = commands.iter().map(|command| signs.key(hint(*command))).collect();
        Cow::from(names.join(" "))
    };
    let others = [(keys(&[Command::Left, Command::Right]), &help.change), (keys(&[Command::Run]), &help.run)];
    let others = others.into_iter().map(|(keys, help)| (keys, context.spell(help)));
    others.chain(of(KeyGroup::Exhibit, context)).collect()
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

/// Whether a row of keys has something to do on this card.
fn is_done(row: &KeyBinding, context: &Context<'_>) -> bool {
    let has = |is: fn(&Entry) -> bool| context.document().pages.iter().any(|page| page.entries.iter().any(is));
    match row.command() {
        None => false,
        Some(Command::See) => has(|entry| entry.see.is_some()),
        Some(Command::Language) => context.view.next_language().is_some(),
        Some(_) => true,
    }
}
