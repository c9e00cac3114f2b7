//! Finding: a line in which the visitor types, below it the results, and the way to where they are. Before anything is
//! typed, the names of pages, exhibits and entries stand there. What is typed here is text and never a command; leaving
//! changes nothing.

use ratatui::layout::Size;
use unicode_segmentation::UnicodeSegmentation as _;

use super::{
    super::{
        keys,
        screen::{Command, Context, Hint, Outcome, Row, Screen, SearchMatch, Sheet, Target, Window},
    },
    exhibit::ExhibitScreen,
};
use crate::{
    document::words::filled,
    profile::characters::push_shown,
    site::{Destination, IndexEntry, MEASURE},
    terminal::input::{Code, Key},
    typeset::{self, grapheme_width},
};

/// The longest that a visitor's words get, in characters: longer than any name on a card, and one line of it.
const LONGEST_QUERY: usize = 64;

/// Between a result and its place.
const GAP: u16 = 3;

/// A search that is open. At its largest it holds [`LONGEST_QUERY`] characters and as many numbers as the index gives.
#[derive(Debug, Default)]
pub(in crate::app) struct SearchScreen {
    /// What was typed; nothing that may not be shown.
    query: String,
    /// The entries of the index that match, best first.
    results: Box<[u16]>,
    selected: usize,
}

impl SearchScreen {
    /// The entries of the index that are listed.
    fn listed<'a>(&'a self, context: &Context<'a>) -> &'a [u16] {
        if self.query.trim().is_empty() { context.search_index().titles() } else { &self.results }
    }

    /// Moves the selection by so many results, as far as there are any.
    fn choose(&mut self, by: usize, down: bool, context: &Context<'_>) -> Outcome {
        let last = self.listed(context).len().saturating_sub(1);
        let to = if down { self.selected.saturating_add(by) } else { self.selected.saturating_sub(by) };
        self.selected = to.min(last);
        Outcome::Reveal
    }

    /// Goes to where a result is.
    fn follow(&self, result: usize, context: &Context<'_>) -> Outcome {
        let number = self.listed(context).get(result).copied();
        let entry = number.and_then(|number| context.search_index().entry(number));
        let Some((number, entry)) = number.zip(entry) else { return Outcome::Stay };
        // A page that was sought by its name is the answer as a whole.
        let marks = if entry.opens == Destination::Page { Box::default() } else { entry.marks(&self.query) };
        let over = match &entry.opens {
            Destination::Exhibit { name, explained } => {
                let all = context.document().entry(entry.place).map_or(&[][..], |entry| &entry.exhibits);
                let following = all.iter().position(|one| one == name).and_then(|from| all.get(from..));
                let exhibit = ExhibitScreen::new(following.unwrap_or(std::slice::from_ref(name)));
                let exhibit = exhibit.map(|exhibit| if *explained { exhibit.explained() } else { exhibit });
                exhibit.map(|exhibit| Box::new(exhibit) as Box<dyn Screen>)
            }
            Destination::Place | Destination::Page => None,
        };
        Outcome::Found { place: entry.place, found: SearchMatch { entry: number, marks }, over }
    }

    fn find(&mut self, context: &Context<'_>) {
        self.results = context.search_index().rank(&self.query);
    }

    fn change(&mut self, context: &Context<'_>, change: impl FnOnce(&mut String)) -> Outcome {
        change(&mut self.query);
        self.find(context);
        self.selected = 0;
        Outcome::Reveal
    }

    /// Adds text at the end of the line; what no text of a profile may have is left out, and what is beyond the bound.
    fn write(&mut self, text: &str, context: &Context<'_>) -> Outcome {
        if self.query.chars().count() >= LONGEST_QUERY {
            return Outcome::Stay;
        }
        self.change(context, |query| {
            push_shown(query, text);
            if let Some((end, _)) = query.char_indices().nth(LONGEST_QUERY) {
                query.truncate(end);
            }
        })
    }

    /// Takes the last character off; from an empty line there is only the way out.
    fn erase(&mut self, context: &Context<'_>) -> Outcome {
        if self.query.is_empty() {
            return Outcome::Close { finished: false };
        }
        self.change(context, |query| {
            let last = query.grapheme_indices(true).next_back().map_or(0, |(at, _)| at);
            query.truncate(last);
        })
    }
}

impl Screen for SearchScreen {
    fn update(&mut self, command: Command, context: &Context<'_>) -> Outcome {
        let screenful = usize::from(context.window.text.height.saturating_sub(1).max(1));
        match command {
            Command::Up => self.choose(1, false, context),
            Command::Down => self.choose(1, true, context),
            Command::PageUp => self.choose(screenful, false, context),
            Command::PageDown => self.choose(screenful, true, context),
            Command::Open => self.follow(self.selected, context),
            Command::Back => Outcome::Close { finished: false },
            _ => Outcome::Pass,
        }
    }

    fn click(&mut self, target: Target, context: &Context<'_>) -> Outcome {
        if let Target::Entry(result) = target { self.follow(result, context) } else { Outcome::Stay }
    }

    fn edit(&mut self, key: Key, context: &Context<'_>) -> Option<Outcome> {
        Some(match (key.code, key.control, key.alt) {
            (Code::Char('u'), true, false) => self.change(context, String::clear),
            (Code::Char('n'), true, false) => self.choose(1, true, context),
            (Code::Char('p'), true, false) => self.choose(1, false, context),
            (Code::Char(character), false, false) => self.write(character.encode_utf8(&mut [0; 4]), context),
            (Code::Backspace, ..) => self.erase(context),
            _ => match keys::command(key)? {
                Command::Up
                | Command::Down
                | Command::PageUp
                | Command::PageDown
                | Command::Open
                | Command::Back
                | Command::Goodbye => return None,
                _ => Outcome::Stay,
            },
        })
    }

    fn paste(&mut self, text: &str, context: &Context<'_>) {
        self.write(text, context);
    }

    fn edits_a_line(&self) -> bool {
        true
    }

    fn hides_page(&self) -> bool {
        true
    }

    fn window(&self, size: Size, _: bool) -> Option<Window> {
        Window::wide(size)
    }

    fn refresh(&mut self, context: &Context<'_>) {
        self.find(context);
        self.selected = self.selected.min(self.listed(context).len().saturating_sub(1));
    }

    fn hints<'a>(&self, _: &Sheet, context: &Context<'a>) -> Vec<Hint<'a>> {
        let words = context.words();
        let open = (!self.listed(context).is_empty()).then_some((Command::Open, words.hints.go_there.as_str()));
        open.into_iter().chain([(Command::Back, words.hints.back.as_str())]).collect()
    }

    fn sheet(&self, context: &Context<'_>) -> Sheet {
        let (theme, text) = (context.theme, context.window.text);
        let mut sheet = Sheet::default();
        let width = text.width;
        let index = context.search_index();
        let entries: Vec<_> = self.listed(context).iter().filter_map(|number| index.entry(*number)).collect();
        if entries.is_empty() && self.query.trim().is_empty() {
            let prompt = context.spell(&context.words().search.prompt);
            sheet.wrapped(0, width.min(MEASURE), &prompt, theme.quiet);
            return sheet;
        }
        if entries.is_empty() {
            let nothing = filled(&context.spell(&context.words().search.nothing), &[self.query.trim()]);
            sheet.wrapped(0, width.min(MEASURE), &nothing, theme.quiet);
            return sheet;
        }
        // The results, or their places where those are shorter, leave the other column more than its share.
        let longest = entries.iter().map(|entry| typeset::width(&entry.text)).max().unwrap_or(0);
        let share = (width * 3 / 7).max(width.saturating_sub(longest.saturating_add(GAP)));
        let places: Vec<String> = entries.iter().map(|entry| place(entry, width - share, context)).collect();
        let widest = places.iter().map(|place| typeset::width(place)).max().unwrap_or(0);
        let column = widest.min(share);
        // Places stand near to the results, however wide the window is.
        let room = width.saturating_sub(column + GAP).min(longest).max(1);
        for (i, (entry, place)) in entries.iter().zip(places).enumerate() {
            let selected = i == self.selected;
            let mut row = Row::default();
            // A name that stands above is not repeated before anything is typed, where the rest has room beside it.
            let above = i.checked_sub(1).and_then(|above| entries.get(above));
            let above = above.filter(|_| self.query.trim().is_empty() && typeset::width(&entry.text) <= room);
            let said = above.and_then(|above| repeated(entry, above, context));
            let text = said.and_then(|said| entry.text.get(said.len()..)).unwrap_or(&entry.text);
            let indent = said.map_or(0, typeset::width);
            let mut x = indent;
            for (text, marked) in
                excerpt(text, &entry.marks(&self.query), room.saturating_sub(indent), theme.signs.ellipsis)
            {
                let style = match (marked, selected) {
                    (true, _) => theme.found,
                    (false, true) => theme.strong,
                    (false, false) => theme.ink,
                };
                x = row.put(x, text, style);
            }
            row.keep(indent..x);
            let mut x = room + GAP;
            for (text, _) in excerpt(&place, &[], column, theme.signs.ellipsis) {
                x = row.put(x, text, theme.quiet);
            }
            let y = sheet.height();
            sheet.push(row);
            sheet.entry(y, room + GAP + column, i, selected, theme);
        }
        sheet
    }

    fn line(&self, context: &Context<'_>) -> Option<Row> {
        let theme = context.theme;
        let mut row = Row::default();
        let prompt = row.put(2, "/", theme.accent) + context.sign_gap();
        // The end of a text that is longer than the line: that is where the visitor types.
        let mut left = context.window.bar.width.saturating_sub(prompt + 1);
        let shown = self.query.grapheme_indices(true).rev().take_while(|(_, grapheme)| {
            let fits = grapheme_width(grapheme) <= left;
            left = left.saturating_sub(grapheme_width(grapheme));
            fits
        });
        let from = shown.last().map_or(self.query.len(), |(at, _)| at);
        let end = row.put(prompt, self.query.get(from..).unwrap_or_default().to_owned(), theme.ink);
        row.put(end, " ", theme.caret);
        Some(row)
    }
}

/// How an entry's name begins that is one of several of an organization: as the entry above it does.
fn repeated<'e>(entry: &'e IndexEntry, above: &IndexEntry, context: &Context<'_>) -> Option<&'e str> {
    let document = context.document();
    let of = |entry: &IndexEntry| document.entry(entry.place)?.organization.as_deref();
    let same = of(entry).filter(|of_entry| above.place.page == entry.place.page && of(above) == Some(*of_entry))?;
    let begin = context.spell(same);
    let rest = entry.text.strip_prefix(&*begin)?.strip_prefix(context.theme.signs.separator)?;
    above.text.starts_with(&*begin).then(|| entry.text.strip_suffix(rest))?
}

/// Where a result is: the page, and what the place on it is called unless the result, in `room` cells, says that.
fn place(found: &IndexEntry, room: u16, context: &Context<'_>) -> String {
    let (document, place) = (context.document(), found.place);
    if found.opens == Destination::Page {
        return String::new();
    }
    let page = document.pages.get(place.page).map(|page| page.title.as_str()).unwrap_or_default();
    let entry = document.entry(place).map(|entry| context.spell(entry.label()));
    let told = |entry: &str| typeset::width(&found.text) <= room && found.text.contains(entry);
    match entry.filter(|entry| !context.window.narrow && !told(entry)) {
        Some(entry) => format!("{}{}{entry}", context.spell(page), context.theme.signs.separator),
        None => context.spell(page).into_owned(),
    }
}

/// As much of a text as fits, around what is marked in it, in runs that are marked or not. It is cut between words
/// where that loses nothing that is marked.
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
