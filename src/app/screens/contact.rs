//! The contact page: where the person is found, and how to take the card away.

use super::{
    super::screen::{Command, Context, Hint, Outcome, Row, SavedState, Screen, Sheet, Target, Window},
    qr,
};
use crate::{
    document::Document,
    site::{Item, MEASURE, items},
    terminal, typeset,
};

/// Between the words and the QR code.
const GUTTER: u16 = 4;
/// The line under the QR code, and the space before it.
const CAPTION: u16 = 2;
/// Words in a narrower column stand above the QR code.
const NARROWEST: u16 = 26;

/// The contact page, with what is selected of its items.
#[derive(Debug)]
pub(super) struct ContactScreen {
    pub(super) selected: usize,
}

impl ContactScreen {
    fn items(context: &Context<'_>) -> Vec<Item> {
        items(context.document())
    }
}

impl Screen for ContactScreen {
    fn update(&mut self, command: Command, context: &Context<'_>) -> Outcome {
        let last = Self::items(context).len().saturating_sub(1);
        let to = match command {
            Command::Down if self.selected < last => self.selected + 1,
            Command::Up if self.selected > 0 => self.selected - 1,
            Command::Top => {
                self.selected = 0;
                return Outcome::Pass;
            }
            Command::Bottom => {
                self.selected = last;
                return Outcome::Pass;
            }
            _ => return Outcome::Pass,
        };
        self.selected = to;
        Outcome::Reveal
    }

    fn click(&mut self, target: Target, context: &Context<'_>) -> Outcome {
        match target {
            Target::Entry(item) if self.selected == item => {
                self.selection(context).map_or(Outcome::Stay, Outcome::Copy)
            }
            Target::Entry(item) => {
                self.selected = item;
                Outcome::Reveal
            }
            _ => Outcome::Stay,
        }
    }

    fn selection(&self, context: &Context<'_>) -> Option<String> {
        Self::items(context).into_iter().nth(self.selected).map(|item| item.text)
    }

    /// The same item, or the one in its place.
    fn saved(&self, before: &Document, next: &Document) -> Option<SavedState> {
        let item = items(before).into_iter().nth(self.selected)?;
        let items = items(next);
        let same = items.iter().position(|other| other.text == item.text);
        Some(SavedState { selected: same.unwrap_or(self.selected.min(items.len().checked_sub(1)?)), unfolded: false })
    }

    fn restore(&mut self, saved: SavedState) {
        self.selected = saved.selected;
    }

    fn show(&mut self, entry: Option<usize>) {
        self.selected = entry.unwrap_or(self.selected);
    }

    fn hints<'a>(&self, _: &Sheet, context: &Context<'a>) -> Vec<Hint<'a>> {
        let (hints, items) = (&context.words().hints, Self::items(context).len());
        let keys = [(Command::Down, hints.next.as_str()), (Command::Copy, &hints.copy)];
        // With one item there is nothing to go on to, and without one nothing to copy.
        keys.into_iter().skip(2_usize.saturating_sub(items)).collect()
    }

    fn sheet(&self, context: &Context<'_>) -> Sheet {
        let (theme, text) = (context.theme, context.window.text);
        let items = Self::items(context);
        // With the narrowest frame that cameras make do with, where there is no room for more.
        let fits = |window: &Window| [2, 1].into_iter().find(|quiet| qr::fits(context, *quiet, window.text));
        let code = fits(context.window).and_then(|quiet| qr::sheet(context, quiet));
        let left_out = code.is_none() && Window::of(terminal::LARGEST).as_ref().and_then(fits).is_some();
        let code_width = code.as_ref().map_or(0, Sheet::width);
        let commands = items.iter().filter(|item| item.is_command).map(|item| typeset::width(&item.text)).max();
        // Beside the words, unless it would break a command or leave no room.
        let beside = text.width.checked_sub(code_width + GUTTER).filter(|_| code.is_some() && !items.is_empty());
        let beside = beside.filter(|column| *column >= commands.unwrap_or(0).max(NARROWEST));
        let column = beside.unwrap_or(text.width).min(MEASURE);
        let mut sheet = Sheet::default();
        self.list(&items, column, context, &mut sheet);
        if left_out {
            sheet.gap();
            sheet.wrapped(0, column, &context.spell(&context.words().card.larger_window), theme.quiet);
        }
        if let Some(mut code) = code {
            if code.height() + CAPTION <= text.height {
                code.blank();
            }
            code.wrapped(0, code_width, &context.spell(qr::caption(context)), theme.quiet);
            if beside.is_some() {
                sheet.beside(text.width.min(MEASURE + GUTTER + code_width) - code_width, 0, code);
            } else {
                sheet.gap();
                sheet.append(code);
            }
        }
        sheet
    }
}

impl ContactScreen {
    /// Lists the items: the ways to reach the person with their labels beside them where there is room, the commands
    /// with what each gives below.
    fn list(&self, items: &[Item], column: u16, context: &Context<'_>, sheet: &mut Sheet) {
        let theme = context.theme;
        let top = sheet.height();
        let ways = items.iter().filter(|item| !item.is_command);
        let labels = ways.map(|item| typeset::width(&item.label)).max().unwrap_or(0);
        let first_command = items.iter().position(|item| item.is_command);
        for (i, item) in items.iter().enumerate() {
            if first_command == Some(i) {
                if sheet.height() > top {
                    sheet.blank();
                }
                sheet.wrapped(0, column, &context.spell(&context.words().card.take_away), theme.strong);
                sheet.blank();
            }
            let first = sheet.height();
            // The first row of the text, after those of the label.
            let mut text = first;
            let style = if item.is_command { theme.ink } else { theme.link };
            let style = if i == self.selected { style.patch(theme.strong) } else { style };
            let label = context.spell(&item.label);
            let beside = !item.is_command && column.saturating_sub(labels + 2) >= typeset::width(&item.text);
            let x = if beside { labels + 2 } else { 0 };
            if beside {
                let mut row = Row::default();
                row.put(0, label.into_owned(), theme.quiet);
                row.put(x, item.text.clone(), style);
                sheet.push(row);
            } else if item.is_command {
                for line in typeset::wrap_command(&item.text, column) {
                    sheet.line(0, line, style);
                }
                sheet.wrapped(0, column, &label, theme.quiet);
            } else {
                sheet.wrapped(0, column, &label, theme.quiet);
                text = sheet.height();
                sheet.wrapped(0, column, &item.text, style);
            }
            if let Some(url) = item.url.as_deref() {
                sheet.link(text, x, url);
            }
            sheet.entry(first, column, i, i == self.selected, theme);
            if item.is_command {
                sheet.blank();
            }
        }
    }
}
