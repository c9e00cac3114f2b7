//! The line at the bottom: the keys that matter on a screen, as many as have room, and what is told at their right.

use super::super::{
    keys::{self, Command},
    screen::{Context, Hint},
    sheet::{Row, Target},
};
use crate::typeset;

/// Between two keys at least and at most.
const GAPS: [u16; 2] = [2, 4];

/// A line of so many columns may be full; a wider one keeps what makes its five gaps as wide as they get.
const CROWDED: u16 = 58;
const AIR: u16 = 10;

/// The keys at the bottom in the order in which they are kept, after the one that leads out: where there is no room,
/// the last of them that a screen has is given up first.
const KEPT: [Command; 16] = [
    Command::Help,
    Command::Open,
    Command::Run,
    Command::Up,
    Command::Right,
    Command::Goodbye,
    Command::Flip,
    Command::Copy,
    Command::Find,
    Command::Down,
    Command::Details,
    Command::Back,
    Command::See,
    Command::NextPage,
    Command::Restart,
    Command::Language,
];

/// The place of a key in that order; the smaller, the longer it is kept. Over a page the way out is the way back to it,
/// since no tab leads there; only pages have the search among their keys.
fn rank(command: Command, hints: &[Hint<'_>]) -> usize {
    let has = |command| hints.iter().any(|hint| hint.0 == command);
    let way_out = if has(Command::Back) && !has(Command::Find) { Command::Back } else { Command::Goodbye };
    let order = || KEPT.iter().position(|kept| *kept == command).unwrap_or(KEPT.len());
    if command == way_out { 0 } else { 1 + order() }
}

/// The keys that matter here, and a notice at the right. `open_name` is the name of what Enter opens, which is told
/// where all keys have room beside it.
pub(super) fn bottom<'a>(
    mut hints: Vec<Hint<'a>>,
    open_name: Option<&'a str>,
    notice: Option<&str>,
    context: &Context<'a>,
) -> Row {
    let (theme, window) = (context.theme, context.window);
    let key = |command| theme.signs.key(keys::hint(command));
    let key_gap = context.sign_gap();
    let length = |(command, label): &Hint<'_>| {
        typeset::width(&key(*command)).saturating_add(key_gap + typeset::width(&context.spell(label)))
    };
    let width = window.hints.width;
    // One that is longer than the window shows its first words.
    let notice = notice.and_then(|notice| {
        let first = |width| typeset::wrap(notice, width).into_iter().next();
        let ellipsis = theme.signs.ellipsis;
        if typeset::width(notice) <= width {
            return first(width);
        }
        first(width.saturating_sub(typeset::width(ellipsis))).map(|words| words + ellipsis)
    });
    let notice = notice.map(|notice| (width.saturating_sub(typeset::width(&notice)), notice));
    let fits = |hints: &[Hint<'_>], gap: u16, room: u16| {
        hints.iter().map(|hint| length(hint) + gap).sum::<u16>() < room.saturating_add(gap)
    };
    let give_up = |hints: &mut Vec<Hint<'_>>, kept: usize, gap: u16, room: u16| {
        while hints.len() > kept && !fits(hints, gap, room) {
            let last = hints.iter().enumerate().max_by_key(|(_, hint)| rank(hint.0, hints)).map(|(last, _)| last);
            hints.remove(last.unwrap_or(0));
        }
    };
    let [least, most] = GAPS;
    let room = width.min(CROWDED.max(width.saturating_sub(AIR)));
    if let Some(name) = open_name {
        let named = |hint: &Hint<'a>| if hint.0 == Command::Open { (hint.0, name) } else { *hint };
        let named: Vec<_> = hints.iter().map(named).collect();
        hints = if fits(&named, least, room) { named } else { hints };
    }
    give_up(&mut hints, 1, least, room);
    let widest = if window.narrow { least } else { most };
    let gap = (least..=widest).rev().find(|gap| fits(&hints, *gap, width)).unwrap_or(least);
    if let Some((x, _)) = &notice {
        // The keys beside it stay where they are; it may leave no room for any.
        give_up(&mut hints, 0, gap, x.saturating_sub(gap));
    }
    let mut row = Row::default();
    let mut x = 1;
    if let Some((x, notice)) = notice {
        row.put(x, notice, theme.strong);
    }
    for (command, label) in hints {
        let end = row.put(x, key(command), theme.ink);
        let end = row.put(end + key_gap, context.spell(label).into_owned(), theme.quiet);
        row.hit(x..end, Target::Command(command));
        x = end + gap;
    }
    row
}
