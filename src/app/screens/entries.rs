//! A page of entries: a list, and what is told of the selected entry beside it, below it or in it. The four layouts
//! differ in the columns of the list ([`list`]), in its order, and in what stands above and below it.

mod list;
mod miniature;
mod told;

use ratatui::layout::{Rect, Size};

use super::{
    super::screen::{Command, Context, Hint, Outcome, SavedState, Screen, Sheet, Target},
    exhibit::{ExhibitScreen, illustration, links, short_title, still},
};
use crate::{
    document::{Document, Entry, Layout, Page, Place},
    site::MEASURE,
};
use list::{List, STEP, ground_rows, heading, line};
use miniature::{MiniatureRun, miniature};

/// A page of entries, with what is selected.
#[derive(Debug)]
pub(super) struct EntriesScreen {
    page: usize,
    layout: Layout,
    /// An index into the entries of the page.
    selected: usize,
    /// Whether the selected entry is told in the list, where that is for the visitor to say ([`Expanded::Unfolded`]).
    unfolded: bool,
    /// Whether the visitor came to the end of the selected entry's exhibits.
    tried: bool,
    /// The run of the selected entry's miniature.
    run: Option<MiniatureRun>,
}

/// Which entries are told in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expanded {
    /// Each, in its place in the list or beside it: all of them fit the window.
    Each,
    /// The selected one, beside the list or below it.
    Selected,
    /// The selected one, in its place, once the visitor unfolds it.
    Unfolded,
}

impl EntriesScreen {
    pub(super) fn new(page: usize, layout: Layout) -> Self {
        Self { page, layout, selected: 0, unfolded: false, tried: false, run: None }
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
        self.opened(context);
        true
    }

    /// Whether the selected entry is folded, and there is anything to say of it that the list does not say.
    fn unfolds(&self, context: &Context<'_>) -> bool {
        !self.unfolded && !self.is_climbed() && self.sheet(context).unfolds
    }

    fn opens_exhibit(&self, context: &Context<'_>) -> bool {
        !self.tried && self.entry(context).is_some_and(|entry| !entry.exhibits.is_empty())
    }
}

impl Screen for EntriesScreen {
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
                return match exhibits.and_then(ExhibitScreen::new) {
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

    fn saved(&self, before: &Document, next: &Document) -> Option<SavedState> {
        Some(SavedState { selected: next.counterpart(before, self.place())?.entry?, unfolded: self.unfolded })
    }

    fn restore(&mut self, SavedState { selected, unfolded }: SavedState) {
        (self.selected, self.unfolded) = (selected, unfolded);
    }

    fn show(&mut self, entry: Option<usize>) {
        if let Some(entry) = entry {
            (self.selected, self.unfolded, self.tried) = (entry, true, false);
        }
    }

    fn uncovered(&mut self, finished: bool) {
        self.tried = finished;
    }

    fn opened(&mut self, context: &Context<'_>) {
        let page = self.page(context).filter(|page| context.view.motion && List::has_miniatures(page, context));
        self.run = page.and_then(|page| MiniatureRun::new(page.entries.get(self.selected)?.exhibits.first()?));
    }

    fn arrive(&mut self, context: &Context<'_>) {
        self.opened(context);
    }

    fn moving(&self) -> bool {
        self.run.is_some()
    }

    fn tick(&mut self, _context: &Context<'_>) {
        self.run = self.run.take().and_then(MiniatureRun::next);
    }

    fn rest(&mut self) {
        self.run = None;
    }

    fn selection(&self, context: &Context<'_>) -> Option<String> {
        context.as_text(self.place())
    }

    fn hints<'a>(&self, sheet: &Sheet, context: &Context<'a>) -> Vec<Hint<'a>> {
        let words = context.words();
        let open = match (self.opens_exhibit(context), sheet.unfolds) {
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

    fn open_name<'a>(&self, context: &Context<'a>) -> Option<&'a str> {
        let exhibit = self.entry(context)?.exhibits.first().filter(|_| self.opens_exhibit(context));
        exhibit.and_then(|name| short_title(name))
    }

    /// The first exhibit of what is selected, or of what that belongs to.
    fn aside(&self, context: &Context<'_>) -> Sheet {
        let shown = context.window.aside.zip(self.exhibit_of_selected(context));
        shown.map(|(area, (name, target))| still(name, area.as_size(), target, context)).unwrap_or_default()
    }

    fn sheet(&self, context: &Context<'_>) -> Sheet {
        let Some(page) = self.page(context) else { return Sheet::default() };
        let list = self.list(page, context);
        let rows = |entry| self.least_told(entry, &list, context).max(1);
        if !self.is_climbed()
            && page.entries.iter().enumerate().map(rows).sum::<usize>() <= context.window.text.height.into()
            && let Some(sheet) = self.composed(page, &list, Expanded::Each, context)
        {
            return self.illustrated(sheet, &list, context);
        }
        let selected = || self.composed(page, &list, Expanded::Selected, context).unwrap_or_default();
        let sheet = if self.is_climbed() || list.beside.is_some() {
            selected()
        } else {
            let height = context.window.text.height;
            // Below the list, where any entry can be told there.
            let least = |entry| self.least_told(entry, &list, context);
            let rows = page.entries.len() + page.entries.iter().enumerate().map(least).max().unwrap_or(0);
            let below = (rows < height.into()).then(selected).filter(|sheet| {
                let told: Vec<_> =
                    page.entries.iter().enumerate().map(|entry| self.told(entry, &list, context).height()).collect();
                let of_selected = told.get(self.selected).copied().unwrap_or(0);
                let room = height.checked_sub(sheet.height() - of_selected);
                room.is_some_and(|room| told.iter().all(|told| *told <= room))
            });
            below.unwrap_or_else(|| {
                let mut sheet = self.composed(page, &list, Expanded::Unfolded, context).unwrap_or_default();
                sheet.unfolds =
                    !self.unfolded && self.entry(context).is_some_and(|entry| least((self.selected, entry)) > 0);
                sheet
            })
        };
        self.illustrated(sheet, &list, context)
    }
}

impl EntriesScreen {
    /// The first exhibit of what is selected, or of what that belongs to, and how it is opened.
    fn exhibit_of_selected<'a>(&self, context: &Context<'a>) -> Option<(&'a str, Target)> {
        let entry = self.entry(context)?;
        let own = entry.exhibits.first().map(|name| (name.as_str(), Target::Exhibit(0)));
        let of_other = || {
            let other = context.document().entry(entry.see?)?;
            Some((other.exhibits.first()?.as_str(), Target::Command(Command::See)))
        };
        own.or_else(of_other)
    }

    /// The page with the exhibit of what is selected under it, where the window has room below and no column beside.
    fn illustrated(&self, mut sheet: Sheet, list: &List, context: &Context<'_>) -> Sheet {
        let Rect { width, height, .. } = context.window.text;
        let width = if list.beside.is_some() { width } else { width.min(MEASURE) };
        let shown = self.exhibit_of_selected(context).filter(|_| context.window.aside.is_none());
        let Some((name, target)) = shown else { return sheet };
        // Where the page ends with the exhibits of what is selected, the first of them stands over its picture.
        let ends = self.is_climbed() && list.beside.is_none();
        let last = self.entry(context).filter(|entry| ends && !entry.exhibits.is_empty());
        let [all, others] =
            [0, 1].map(|from| last.map(|entry| links(&entry.exhibits, from, width, context)).unwrap_or_default());
        let above = sheet.height().saturating_sub(all.height());
        let height = height.saturating_sub(above + 1 + others.height());
        if let Some(picture) = illustration(name, last.is_some(), Size { width, height }, target, context) {
            sheet.truncate(above);
            sheet.gap();
            sheet.append(picture);
            sheet.append(others);
        }
        sheet
    }

    /// How the list is set: beside what is told where there is room for that, and where anything is told.
    fn list(&self, page: &Page, context: &Context<'_>) -> List {
        let tells = |list: &List| {
            let mut entries = page.entries.iter().enumerate();
            entries.any(|entry| self.least_told(entry, list, context) > 0)
        };
        match List::new(page, context).beside(context) {
            Ok(list) if tells(&list) => list,
            Ok(list) | Err(list) => list.across(context),
        }
    }

    /// The page with its list; `None` where each entry is to be told and the window has no room for that.
    fn composed(&self, page: &Page, list: &List, told: Expanded, context: &Context<'_>) -> Option<Sheet> {
        let (theme, text, mut sheet) = (context.theme, context.window.text, Sheet::default());
        line(page, text.width, context, &mut sheet);
        let intro = context.view.site.text(Place { entry: None, ..self.place() }, context.variant());
        if let Some(intro) = intro.map(|intro| intro.below(text.width.min(MEASURE))).filter(|intro| !intro.is_empty()) {
            sheet.lines(0, intro, theme);
            sheet.blank();
        }
        let (top, mut selected, mut head) = (sheet.height(), None, sheet.height());
        let mut entries: Vec<_> = page.entries.iter().enumerate().collect();
        if self.is_climbed() {
            entries.reverse();
        }
        let neighbour = |position: Option<usize>| Some(entries.get(position?)?.0);
        for (position, &(i, entry)) in entries.iter().enumerate() {
            let selected_here = i == self.selected;
            let tells = told == Expanded::Each || told == Expanded::Unfolded && self.unfolded && selected_here;
            let within = if tells { self.told((i, entry), list, context) } else { Sheet::default() };
            let airy = within.height() > 0 && self.layout != Layout::Compact;
            if airy && told == Expanded::Each {
                sheet.gap();
            }
            let first = sheet.height();
            let neighbours = [position.checked_sub(1), Some(position + 1)].map(neighbour);
            let miniature = miniature(entry, self.run.as_ref().filter(|_| selected_here), context);
            if list.entry(i, neighbours, (selected_here, miniature), context, &mut sheet) {
                head = first;
            } else {
                // The name above is that of this entry, too: a search finds it there.
                sheet.rows_from(head).take(1).for_each(|row| row.hit_below(0..list.width, Target::Entry(i)));
            }
            let (x, y) = list.beside.map_or((STEP, sheet.height()), |(x, _)| (x, first));
            sheet.beside(x, y, within);
            if selected_here {
                selected = Some((first, sheet.height()));
            }
            if airy && position + 1 < entries.len() {
                sheet.gap();
            }
            if told == Expanded::Each && sheet.height() > text.height {
                return None;
            }
        }
        if let Some(ground) = &page.ground {
            ground_rows(&context.spell(ground), list.width, theme, &mut sheet);
        }
        if self.is_climbed() {
            // Layers open at the ground.
            sheet.opening = selected.map(|(first, _)| (first, sheet.height()));
        }
        sheet.selected = selected;
        if let (Expanded::Selected, Some(entry), Some((row, after))) = (told, self.entry(context), selected) {
            let within = self.told((self.selected, entry), list, context);
            if let Some((x, width)) = list.beside.filter(|_| within.height() > 0) {
                let mut beside = heading(entry, self.layout, width, context);
                beside.append(within);
                // The list stands still while one steps through it, and the text begins at its head; a list longer than
                // the window takes its entry's text along.
                let still = sheet.height() <= text.height;
                let y = if still { top } else { row };
                let end = (y + beside.height()).max(after);
                sheet.beside(x, y, beside);
                (sheet.selected, sheet.told) =
                    if still { (Some((0, after)), Some(end)) } else { (Some((row, end)), None) };
            } else if list.beside.is_none() {
                sheet.gap();
                sheet.append(within);
                sheet.selected = Some((row, sheet.height()));
            }
        }
        Some(sheet)
    }
}
