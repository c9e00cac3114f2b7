//! The search: results as rows while the visitor types, and the line in which they type.

use unicode_segmentation::UnicodeSegmentation as _;

use super::{
    super::{
        Content, Model,
        content::MEASURE,
        keys::{self, Command},
        search::{Place, Search},
    },
    Target,
    sheet::{Row, Sheet},
    window::Window,
};
use crate::{
    theme::Theme,
    typeset::{self, grapheme_width},
};

/// Between a result and its place.
const GAP: u16 = 3;

/// The results, or what there is to say without any.
pub(super) fn sheet(model: &Model, search: &Search, theme: &Theme, window: &Window) -> Sheet<'static> {
    let mut sheet = Sheet::default();
    let width = window.text.width;
    if search.is_blank() {
        sheet.wrapped(0, width.min(MEASURE), "Type a name, a place, a word: anything on this card.", theme.quiet);
        return sheet;
    }
    let index = model.content.index();
    let entries: Vec<_> = search.results().iter().filter_map(|number| index.entry(*number)).collect();
    if entries.is_empty() {
        let [before, after] = theme.signs.quotes;
        let nothing = format!("Nothing on this card matches {before}{}{after}.", search.query().trim());
        sheet.wrapped(0, width.min(MEASURE), &nothing, theme.quiet);
        return sheet;
    }
    let places: Vec<String> =
        entries.iter().map(|entry| place(&model.content, &entry.text, entry.place, window.narrow)).collect();
    let widest = places.iter().map(|place| typeset::width(place)).max().unwrap_or(0);
    let column = widest.min(width * 3 / 7);
    let room = width.saturating_sub(column + GAP).clamp(1, MEASURE);
    let shown = usize::from(model.scrolled())..usize::from(model.scrolled().saturating_add(window.text.height));
    for (i, (entry, place)) in entries.iter().zip(places).enumerate() {
        let selected = i == search.selected();
        if selected {
            sheet.selected = Some((sheet.height(), sheet.height() + 1));
        }
        let mut row = Row::default();
        if !shown.contains(&i) {
            sheet.push(row);
            continue;
        }
        let mut x = 0;
        for (text, marked) in excerpt(&entry.text, &entry.marks(search.query()), room, theme.signs.ellipsis) {
            let style = match (marked, selected) {
                (true, _) => theme.found,
                (false, true) => theme.strong,
                (false, false) => theme.ink,
            };
            x = row.put(x, text, style);
        }
        let mut x = room + GAP;
        for (text, _) in excerpt(&place, &[], column, theme.signs.ellipsis) {
            x = row.put(x, text, theme.quiet);
        }
        if selected {
            row.select(theme);
        }
        row.hit(0..room + GAP + column, Target::Result(i));
        sheet.push(row);
    }
    sheet
}

/// Where a result is: the page, and what the place on it is called unless the result says that itself.
fn place(content: &Content, text: &str, place: Place, narrow: bool) -> String {
    let page = place.page().name();
    match place.title(content).filter(|title| !narrow && title != text) {
        Some(title) => [page, &title].join(content.signs().separator),
        None => page.to_owned(),
    }
}

/// The line in which the visitor types, and how to go on, or a notice.
pub(super) fn line(search: &Search, notice: Option<&'static str>, theme: &Theme, window: &Window) -> Sheet<'static> {
    let mut row = Row::default();
    let width = window.hints.width;
    let prompt = row.put(1, "/", theme.accent) + 1;
    // The end of a text that is longer than the line: that is where the visitor types.
    let room = width.saturating_sub(prompt + 1);
    let mut left = room;
    let shown = search.query().grapheme_indices(true).rev().take_while(|(_, grapheme)| {
        let fits = grapheme_width(grapheme) <= left;
        left = left.saturating_sub(grapheme_width(grapheme));
        fits
    });
    let from = shown.last().map_or(search.query().len(), |(at, _)| at);
    let shown = search.query().get(from..).unwrap_or_default().to_owned();
    let end = row.put(prompt, shown, theme.ink);
    let end = row.put(end, " ", theme.caret);
    let gap = if window.narrow { 2 } else { 4 };
    if let Some(notice) = notice {
        let x = width.saturating_sub(typeset::width(notice));
        if x < end + gap {
            // What was typed waits under it: the next key takes the notice away.
            row = Row::default();
        }
        row.put(x, notice, theme.strong);
        return Sheet::from(row);
    }
    let mut hints = vec![(Command::Open, "go there"), (Command::Back, "back")];
    if search.results().is_empty() {
        hints.remove(0);
    }
    let key = |command| theme.signs.key(keys::hint(command));
    let length = |(command, label): &(Command, &str)| typeset::width(&key(*command)) + 1 + typeset::width(label);
    let total = hints.iter().map(length).sum::<u16>() + gap * (hints.len() as u16 - 1);
    if let Some(mut x) = width.checked_sub(total + 1).filter(|x| *x >= end + gap) {
        for (command, label) in hints {
            let from = x;
            x = row.put(x, key(command), theme.ink);
            x = row.put(x + 1, label, theme.quiet);
            row.hit(from..x, Target::Command(command));
            x += gap;
        }
    }
    Sheet::from(row)
}

/// As much of a text as fits, around what is marked in it, in runs that are marked or not. It is cut between words where
/// that loses nothing that is marked.
fn excerpt(text: &str, marks: &[u16], room: u16, ellipsis: &str) -> Vec<(String, bool)> {
    let graphemes: Vec<&str> = text.graphemes(true).collect();
    let room = usize::from(room);
    // The cells before each grapheme, and before the end: what is asked below is asked of every one of them.
    let mut cells = vec![0];
    cells.extend(graphemes.iter().scan(0, |sum, grapheme| {
        *sum += usize::from(grapheme_width(grapheme));
        Some(*sum)
    }));
    let before = |at: usize| cells.get(at).copied().unwrap_or_default();
    let width = |from: usize, to: usize| before(to).saturating_sub(before(from));
    let space = |at: usize| graphemes.get(at).is_none_or(|grapheme| grapheme.trim().is_empty());
    let length = graphemes.len();
    let dots = |cut: bool| if cut { usize::from(typeset::width(ellipsis)) } else { 0 };
    let first = marks.first().map_or(0, |mark| usize::from(*mark).min(length));
    let last = marks.last().map_or(0, |mark| usize::from(*mark).min(length));
    let (mut from, mut to) = (0, length);
    if width(0, length) > room {
        let word = |mut at: usize| {
            while at > 0 && at < first && !space(at - 1) {
                at += 1;
            }
            at
        };
        // A third of the room stands before what is marked; all that is left, where the text ends soon after it.
        from = first;
        while from > 0 && (width(from - 1, first) <= room / 3 || width(from - 1, length) + dots(true) <= room) {
            from -= 1;
        }
        from = word(from);
        while width(from, to) + dots(from > 0) + dots(to < length) > room && to > from {
            to -= 1;
        }
        if to < length {
            let boundary = (last + 1..=to).rev().find(|at| space(*at));
            to = boundary.filter(|at| *at > from).unwrap_or(to);
        }
        // What the last word left free goes to the words before.
        let word_before = |from: usize| (0..from).rev().find(|at| *at == 0 || space(at - 1));
        while let Some(earlier) = word_before(from) {
            if width(earlier, to) + dots(earlier > 0) + dots(to < length) > room {
                break;
            }
            from = earlier;
        }
    }
    let mut runs: Vec<(String, bool)> = Vec::new();
    if from > 0 {
        runs.push((ellipsis.to_owned(), false));
    }
    for (at, grapheme) in graphemes.iter().enumerate().take(to).skip(from) {
        let marked = u16::try_from(at).is_ok_and(|at| marks.binary_search(&at).is_ok());
        match runs.last_mut() {
            Some((run, of)) if *of == marked => run.push_str(grapheme),
            _ => runs.push(((*grapheme).to_owned(), marked)),
        }
    }
    if to < length {
        runs.push((ellipsis.to_owned(), false));
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_fits_and_shows_what_is_marked() {
        let text = "one two three four five six seven eight nine ten";
        for (marked, room, ellipsis, expected) in [
            ("", 48, "…", text),
            ("", 47, "…", "one two three four five six seven eight nine…"),
            ("", 46, "...", "one two three four five six seven eight..."),
            ("six", 20, "…", "…five [six] seven…"),
            ("six", 20, "...", "...five [six] seven..."),
            ("six", 19, "...", "...four five [six]..."),
            ("ten", 20, "…", "…eight nine [ten]"),
            ("ten", 20, "...", "...eight nine [ten]"),
            ("one", 9, "...", "[one]..."),
        ] {
            let from = text.find(marked).filter(|_| !marked.is_empty()).unwrap_or(0);
            let marks: Vec<u16> = (from..from + marked.len()).map(|mark| mark as u16).collect();
            let runs = excerpt(text, &marks, room, ellipsis);
            let shown = runs.iter().map(|(run, marked)| if *marked { format!("[{run}]") } else { run.clone() });
            assert_eq!(shown.collect::<String>(), expected, "{marked:?} in {room} cells");
        }
    }
}
