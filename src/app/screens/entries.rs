//! A page of entries: a list, and what is told of the selected entry beside it, below it or in it. The four layouts
//! differ in the columns of the list ([`columns`]), in its order, and in what stands above and below it.

mod columns;

use super::{
    super::screen::{Command, Context, Hint, Outcome, Row, Screen, Sheet, Target},
    exhibit::Exhibit,
};
use crate::{
    document::{Entry, Layout, Page, Place, Words, short_address},
    exhibits,
    formats::render_page,
    site::MEASURE,
    theme::Theme,
    typeset,
};
use columns::Columns;

/// The width to which an entry is set that is copied, in cells: as wide as without a terminal.
const COPIED: u16 = 72;

/// A page of entries, with what is selected.
#[derive(Debug)]
pub(super) struct Entries {
    page: usize,
    layout: Layout,
    /// An index into the entries of the page.
    selected: usize,
    /// Whether the selected entry is told in the list, where there is no room beside it.
    unfolded: bool,
    /// Whether the visitor came to the end of the selected entry's exhibits.
    tried: bool,
}

impl Entries {
    pub(super) fn new(page: usize, layout: Layout) -> Self {
        Self { page, layout, selected: 0, unfolded: false, tried: false }
    }

    fn place(&self) -> Place {
        Place { page: self.page, entry: Some(self.selected) }
    }

    fn page<'a>(&self, context: &Context<'a>) -> Option<&'a Page> {
        context.document().pages.get(self.page)
    }

    fn entry<'a>(&self, context: &Context<'a>) -> Option<&'a Entry> {
        context.document().entry(self.place())
    }

    fn count(&self, context: &Context<'_>) -> usize {
        self.page(context).map_or(0, |page| page.entries.len())
    }

    /// Layers are climbed: the first entry is the lowest.
    fn is_climbed(&self) -> bool {
        self.layout == Layout::Layers
    }

    /// Selects another entry; `false` where it is none.
    fn select(&mut self, entry: Option<usize>, context: &Context<'_>) -> bool {
        let Some(entry) = entry.filter(|entry| *entry < self.count(context)) else { return false };
        (self.selected, self.tried) = (entry, false);
        true
    }

    /// Whether there is anything to say of the selected entry that the list does not say, and room for it in the list
    /// alone.
    fn unfolds(&self, context: &Context<'_>) -> bool {
        let Some((entry, page)) = self.entry(context).zip(self.page(context)) else { return false };
        let columns = Columns::of(page, context.window.text.width, context);
        let folded = !self.unfolded && !self.is_climbed() && columns.beside.is_none();
        folded && self.told(entry, &columns, MEASURE, context).height() > 0
    }

    fn opens_exhibit(&self, context: &Context<'_>) -> bool {
        !self.tried && self.entry(context).is_some_and(|entry| !entry.exhibits.is_empty())
    }
}

impl Screen for Entries {
    fn update(&mut self, command: Command, context: &Context<'_>) -> Outcome {
        match command {
            Command::Down | Command::Up => {
                let forward = (command == Command::Down) != self.is_climbed();
                let to = if forward { Some(self.selected + 1) } else { self.selected.checked_sub(1) };
                if self.select(to, context) { Outcome::Reveal } else { Outcome::Pass }
            }
            Command::Top | Command::Bottom => {
                let first = (command == Command::Top) != self.is_climbed();
                self.select(if first { Some(0) } else { self.count(context).checked_sub(1) }, context);
                Outcome::Pass
            }
            Command::Open if self.opens_exhibit(context) => self.click(Target::Exhibit(0), context),
            Command::Open | Command::Run | Command::PageDown if self.unfolds(context) => {
                self.unfolded = true;
                Outcome::Reveal
            }
            Command::Back if self.unfolded => {
                self.unfolded = false;
                Outcome::Pass
            }
            Command::See => self.entry(context).and_then(|entry| entry.see).map_or(Outcome::Pass, Outcome::Go),
            _ => Outcome::Pass,
        }
    }

    fn click(&mut self, target: Target, context: &Context<'_>) -> Outcome {
        match target {
            Target::Entry(entry) if entry == self.selected => self.unfolded = !self.unfolded,
            Target::Entry(entry) => {
                self.unfolded = true;
                self.select(Some(entry), context);
            }
            Target::Exhibit(nth) => {
                let exhibits = self.entry(context).and_then(|entry| entry.exhibits.get(nth..));
                return match exhibits.and_then(Exhibit::new) {
                    Some(exhibit) => Outcome::Open(Box::new(exhibit)),
                    None => Outcome::Stay,
                };
            }
            _ => return Outcome::Stay,
        }
        Outcome::Reveal
    }

    fn select_next(&mut self, context: &Context<'_>) -> bool {
        self.select(Some(self.selected + 1), context)
    }

    fn show(&mut self, entry: Option<usize>) {
        if let Some(entry) = entry {
            (self.selected, self.unfolded, self.tried) = (entry, true, false);
        }
    }

    fn uncovered(&mut self, finished: bool) {
        self.tried = finished;
    }

    fn selection(&self, context: &Context<'_>) -> Option<String> {
        let text = render_page(context.document(), self.place(), COPIED, context.view.appearance.is_ascii());
        Some(text.trim_end().to_owned()).filter(|text| !text.is_empty())
    }

    fn hints<'a>(&self, context: &Context<'a>) -> Vec<Hint<'a>> {
        let words = context.words();
        let open = match (self.opens_exhibit(context), self.unfolds(context)) {
            (true, _) => words.hints.try_it.as_str(),
            (false, true) => &words.hints.unfold,
            (false, false) => &words.hints.read_on,
        };
        let mut hints = vec![(Command::Open, open)];
        if self.selected + 1 < self.count(context) {
            match self.layout {
                Layout::Layers => hints.insert(0, (Command::Up, &words.hints.climb)),
                Layout::Timeline => hints.push((Command::Down, &words.hints.earlier)),
                _ => hints.push((Command::Down, &words.hints.next)),
            }
        }
        if self.entry(context).is_some_and(|entry| entry.see.is_some()) {
            hints.push((Command::See, &words.hints.see));
        }
        hints
    }

    fn sheet(&self, context: &Context<'_>) -> Sheet {
        let mut sheet = Sheet::default();
        let Some(page) = self.page(context) else { return sheet };
        let (theme, text) = (context.theme, context.window.text);
        let columns = Columns::of(page, text.width, context);
        let (across, beside) = (columns.width, columns.beside);
        let intro = context.view.site.text(Place { entry: None, ..self.place() }, context.variant());
        let intro = intro.map(|intro| intro.below(across)).unwrap_or_default();
        sheet.lead(text.height, intro.len() + page.entries.len() + 2);
        line(page, text.width, context, &mut sheet);
        if !intro.is_empty() {
            sheet.lines(0, intro, theme);
            sheet.blank();
        }
        let list = sheet.height();
        let (mut selected, mut above) = (None, None);
        let mut entries: Vec<_> = page.entries.iter().enumerate().collect();
        if self.is_climbed() {
            entries.reverse();
        }
        for (position, &(i, entry)) in entries.iter().enumerate() {
            let first = sheet.height();
            let selected_here = i == self.selected;
            let unfolded = selected_here && beside.is_none() && !self.is_climbed() && self.unfolded;
            // The row above may be out of view while one reads what is told of an entry.
            let above = above.replace(entry).filter(|_| !unfolded);
            columns.list((i, entry), above, selected_here, context, &mut sheet);
            if unfolded {
                let mut within = Sheet::default();
                within.blank();
                within.append(self.told(entry, &columns, text.width.saturating_sub(2).min(MEASURE), context));
                if position + 1 < entries.len() {
                    within.gap();
                }
                let y = sheet.height();
                sheet.beside(2, y, within);
            }
            if selected_here {
                selected = Some((first, sheet.height()));
            }
        }
        if let Some(ground) = &page.ground {
            ground_rows(&context.spell(ground), across, theme, &mut sheet);
        }
        if self.is_climbed() {
            // Layers open at the ground.
            sheet.opening = selected.map(|(first, _)| (first, sheet.height()));
        }
        sheet.selected = selected;
        let Some((entry, (row, after))) = self.entry(context).zip(selected) else { return sheet };
        if let Some((x, width)) = beside {
            let mut told = heading(entry, width, context);
            told.append(self.told(entry, &columns, width, context));
            // The list stands still while one steps through it, and the text begins at its head; a list longer than the
            // window takes its entry's text along.
            let still = sheet.height() <= text.height;
            let y = if still { list } else { row };
            let end = (y + told.height()).max(after);
            sheet.beside(x, y, told);
            (sheet.selected, sheet.told) = if still { (Some((0, after)), Some(end)) } else { (Some((row, end)), None) };
        } else if self.is_climbed() {
            sheet.blank();
            sheet.append(self.told(entry, &columns, across, context));
            sheet.selected = Some((row, sheet.height()));
        }
        sheet
    }
}

impl Entries {
    /// Everything that there is to say of an entry, beginning with the fields that the list leaves out.
    fn told(&self, entry: &Entry, columns: &Columns, width: u16, context: &Context<'_>) -> Sheet {
        let (theme, mut sheet) = (context.theme, Sheet::default());
        for field in columns.left_out(entry, context) {
            sheet.wrapped(0, width, &field, theme.quiet);
        }
        sheet.gap();
        if let Some(text) = context.view.site.text(self.place(), context.variant()) {
            sheet.lines(0, text.below(width), theme);
        }
        if !entry.people.is_empty() {
            sheet.gap();
            sheet.wrapped(0, width, &context.spell(&with(&entry.people, context.words())), theme.quiet);
        }
        if !entry.tags.is_empty() && self.layout != Layout::Compact {
            sheet.gap();
            sheet.wrapped(0, width, &context.spell(&entry.tags.join(theme.signs.separator)), theme.quiet);
        }
        if entry.url.is_some() || !entry.links.is_empty() {
            sheet.gap();
        }
        let url = entry.url.iter().map(|url| (short_address(url), url));
        for (label, url) in url.chain(entry.links.iter().map(|link| (link.label.as_str(), &link.url))) {
            address(&context.spell(label), url, width, context, &mut sheet);
        }
        if let Some(place) = entry.see.and_then(|place| context.document().place_title(place)) {
            sheet.gap();
            let text = format!("{} {}", theme.signs.arrow, context.spell(&place));
            sheet.link_row(width, &text, theme.accent, Target::Command(Command::See));
        }
        for (nth, summary) in entry.exhibits.iter().filter_map(|name| exhibits::summary(name)).enumerate() {
            if nth == 0 {
                sheet.gap();
            }
            let text = format!("{} {}", theme.signs.arrow, context.spell(summary.title));
            sheet.link_row(width, &text, theme.accent, Target::Exhibit(nth));
        }
        sheet
    }
}

/// A label that leads somewhere. Where no text can lead anywhere, the address stands after it.
fn address(label: &str, url: &str, width: u16, context: &Context<'_>, sheet: &mut Sheet) {
    let first = sheet.height();
    let style = context.theme.accent;
    let shown = if context.view.appearance.links || label == short_address(url) {
        label.to_owned()
    } else {
        context.words().labelled(label, short_address(url))
    };
    sheet.wrapped(0, width, &shown, style);
    sheet.link(first, 0, url);
}

/// The names that one company has had: `Example Ltd → Sample Inc → …`, broken between names.
fn line(page: &Page, width: u16, context: &Context<'_>, sheet: &mut Sheet) {
    let (theme, arrow) = (context.theme, context.theme.signs.arrow);
    if page.line.is_empty() {
        return;
    }
    let mut row = Row::default();
    let mut x = 0;
    for (i, name) in page.line.iter().enumerate() {
        let name = context.spell(name);
        let between = if i == 0 { 0 } else { 2 + typeset::width(arrow) + 2 };
        if x > 0 && x + between + typeset::width(&name) > width {
            sheet.push(std::mem::take(&mut row));
            x = row.put(0, arrow, theme.quiet) + 2;
        } else if i > 0 {
            x = row.put(x + 2, arrow, theme.quiet) + 2;
        }
        if x + typeset::width(&name) <= width {
            x = row.put(x, name.into_owned(), theme.ink);
        } else {
            // A name longer than the window has lines of its own.
            sheet.push(std::mem::take(&mut row));
            sheet.wrapped(0, width, &name, theme.ink);
            x = width;
        }
    }
    sheet.push(row);
    sheet.gap();
}

/// What the layers stand on: `═══ hardware ═══`; words that have no room in the line stand under it.
fn ground_rows(ground: &str, width: u16, theme: &Theme, sheet: &mut Sheet) {
    let label = format!(" {ground} ");
    let Some(left) = width.checked_sub(typeset::width(&label)) else {
        sheet.line(0, theme.signs.ground.repeat(width.into()), theme.quiet);
        sheet.wrapped(0, width, ground, theme.ink);
        return;
    };
    let left = usize::from(left);
    let mut row = Row::default();
    let x = row.put(0, theme.signs.ground.repeat(left / 2), theme.quiet);
    let x = row.put(x, label, theme.ink);
    row.put(x, theme.signs.ground.repeat(left - left / 2), theme.quiet);
    sheet.push(row);
}

/// What and when, above the text beside the list: `Example Ltd · Compiler · 2019`.
fn heading(entry: &Entry, width: u16, context: &Context<'_>) -> Sheet {
    let (theme, mut sheet) = (context.theme, Sheet::default());
    let parts = entry.heading(context.words());
    let parts: Vec<_> = parts.iter().map(|part| context.spell(part)).collect();
    let Some((first, rest)) = parts.split_first() else { return sheet };
    let rest = rest.join(theme.signs.separator);
    let separator = if rest.is_empty() { "" } else { theme.signs.separator };
    let mut row = Row::default();
    let x = row.put(0, first.to_string(), theme.strong);
    if x + typeset::width(separator) + typeset::width(&rest) <= width {
        let x = row.put(x, separator, theme.quiet);
        row.put(x, rest, theme.quiet);
        sheet.push(row);
    } else {
        sheet.wrapped(0, width, first, theme.strong);
        sheet.wrapped(0, width, &rest, theme.quiet);
    }
    sheet.gap();
    sheet
}

/// `With A, B and C`, each name in one piece.
fn with(people: &[String], words: &Words) -> String {
    let names: Vec<String> = people.iter().map(|name| name.replace(' ', "\u{a0}")).collect();
    words.with(&names)
}
