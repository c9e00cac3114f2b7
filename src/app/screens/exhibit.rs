//! An exhibit: its picture, beside or under it what can be changed and the figures that follow, then its words. While
//! an exhibit runs it takes a step for each frame; when it is left, it and all that it has computed are gone.

use ratatui::{
    buffer::Buffer,
    layout::{Rect, Size},
};

use super::super::screen::{Command, Context, Hint, Outcome, Row, Screen, Sheet, Target, Window};
use crate::{
    exhibits::{self, Change, Palette, Parameter, Signs},
    site::MEASURE,
    typeset,
};

/// From so many rows on there is room for all words, and air between the picture and them.
const TALL: u16 = 26;
const AIR: u16 = 1;
/// What stands beside the picture is so wide: a bar, a label, a value between its signs.
const PANEL: u16 = 31;
/// In a large window.
const WIDE_PANEL: u16 = 38;
/// Between the picture and what stands beside it.
const GUTTER: u16 = 2;
/// The bar's place, before a parameter.
const BAR: u16 = 2;
/// The labels of parameters, and of figures, with the space after them.
const LABELS: (u16, u16) = (13, 17);
/// A picture beside the panel is at least so wide.
const NARROWEST: u16 = 36;
/// A picture beside the panel is at least and at most so high.
const HEIGHTS: (u16, u16) = (10, 28);

/// An exhibit on the screen.
#[derive(Debug)]
pub(super) struct Exhibit {
    model: Box<dyn exhibits::Exhibit>,
    /// The exhibits that follow it, by name: those of the entry that opens it.
    following: Vec<String>,
    /// The parameter that is changed.
    parameter: usize,
}

impl Exhibit {
    /// Opens the first of some exhibits by name, and the others after it; `None` where there is none.
    pub(super) fn new(names: &[String]) -> Option<Self> {
        let (name, following) = names.split_first()?;
        Some(Self { model: exhibits::open(name)?, following: following.to_vec(), parameter: 0 })
    }

    /// The parameter that is changed: their number may depend on the setting.
    fn chosen(&self) -> usize {
        self.parameter.min(self.model.parameters().len().saturating_sub(1))
    }

    fn change(&mut self, parameter: usize, change: Change) -> Outcome {
        self.model.change(parameter, change);
        self.parameter = parameter;
        Outcome::Reveal
    }
}

impl Screen for Exhibit {
    fn update(&mut self, command: Command, context: &Context<'_>) -> Outcome {
        let (chosen, last) = (self.chosen(), self.model.parameters().len().saturating_sub(1));
        match command {
            Command::Down if chosen < last => self.parameter = chosen + 1,
            Command::Up if chosen > 0 && context.scroll == 0 => self.parameter = chosen - 1,
            Command::Left => return self.change(chosen, Change::Less),
            Command::Run if self.model.moves() => {
                self.model.toggle();
                if !context.view.motion {
                    self.model.finish();
                }
                return Outcome::Stay;
            }
            Command::Right | Command::Run => return self.change(chosen, Change::More),
            Command::Restart => {
                self.model.restart();
                return Outcome::Stay;
            }
            Command::Back => return Outcome::Close { finished: false },
            Command::Open => {
                let Some(next) = Self::new(&self.following) else {
                    return Outcome::Close { finished: true };
                };
                *self = next;
            }
            // The page is under the exhibit: what would change it is not done unseen.
            Command::Copy | Command::Flip | Command::See => return Outcome::Stay,
            _ => return Outcome::Pass,
        }
        Outcome::Reveal
    }

    fn click(&mut self, target: Target, _context: &Context<'_>) -> Outcome {
        match target {
            Target::Parameter(parameter) => {
                self.parameter = parameter;
                Outcome::Reveal
            }
            Target::Change(parameter, change) => self.change(parameter, change),
            _ => Outcome::Stay,
        }
    }

    fn window(&self, size: Size) -> Option<Window> {
        Window::of_exhibit(size)
    }

    fn moving(&self) -> bool {
        self.model.running()
    }

    fn tick(&mut self, context: &Context<'_>) {
        if self.model.running() {
            if context.view.motion { self.model.step() } else { self.model.finish() }
        }
    }

    /// A run is held while something else is shown over it.
    fn covered(&mut self) {
        if self.model.running() {
            self.model.toggle();
        }
    }

    fn hints<'a>(&self, context: &Context<'a>) -> Vec<Hint<'a>> {
        let (words, mut hints) = (context.words(), Vec::<Hint<'a>>::new());
        if self.model.moves() {
            hints.push((Command::Run, if self.model.running() { &words.hints.pause } else { &words.hints.run }));
        }
        hints.push((Command::Right, &words.hints.change));
        hints.push((Command::Back, &words.hints.back));
        if self.model.parameters().len() > 1 {
            hints.push((Command::Down, &words.hints.choose));
        }
        hints
    }

    fn sheet(&self, context: &Context<'_>) -> Sheet {
        let (theme, Rect { width, height, .. }) = (context.theme, context.window.text);
        let [caption, about] = self.words((width.min(MEASURE + 8), height >= TALL), context);
        let mut sheet = Sheet::default();
        sheet.wrapped(0, width, &context.spell(self.model.title()), theme.strong);
        let title = sheet.height();
        let figures = self.figures(context);
        let panel_width = if width >= 90 { WIDE_PANEL } else { PANEL };
        if let Some(left) = width.checked_sub(panel_width + GUTTER).filter(|left| *left >= NARROWEST) {
            let mut panel = self.parameters(panel_width, context);
            panel.blank();
            // In a low window the figures come before what the exhibit is: that is a row or two further down.
            let under = caption.height() + if height >= TALL { 2 * AIR + about.height() } else { 0 };
            let room = height.saturating_sub(title + under);
            let rows = room.clamp(HEIGHTS.0, HEIGHTS.1).min(height.saturating_sub(title)).max(panel.height());
            // The figures that have no room beside the picture stand under the words.
            let (beside, below) = figures.split_at(figures.len().min(usize::from(rows - panel.height())));
            list(beside, panel_width, context, &mut panel);
            self.picture((left, rows), context, &mut sheet);
            sheet.beside(left + GUTTER, title, panel);
            if height >= TALL {
                sheet.blank();
            }
            sheet.append(caption);
            list(below, panel_width, context, &mut sheet);
            sheet.gap();
            sheet.append(about);
        } else {
            if let Some(one) = self.model.parameters().get(self.chosen()) {
                parameter((self.chosen(), one), true, width, context, &mut sheet);
            }
            let rows = height.saturating_sub(sheet.height()).clamp(4, HEIGHTS.1);
            self.picture((width, rows), context, &mut sheet);
            list(&figures, width, context, &mut sheet);
            sheet.blank();
            sheet.append(caption);
            sheet.gap();
            sheet.append(about);
            // The parameter stands above the picture: with it in view, so is what it does.
            sheet.selected = Some((0, title + 1));
        }
        sheet
    }
}

impl Exhibit {
    /// What holds for the figures, as the picture's caption, and what to notice; then what the exhibit is.
    fn words(&self, (width, airy): (u16, bool), context: &Context<'_>) -> [Sheet; 2] {
        let theme = context.theme;
        let [mut caption, mut about] = [Sheet::default(), Sheet::default()];
        caption.wrapped(0, width, &context.spell(&self.model.basis()), theme.quiet);
        // In a low window their styles keep them apart.
        if airy {
            caption.gap();
        }
        caption.wrapped(0, width, &context.spell(&self.model.notice()), theme.strong);
        about.wrapped(0, width, &context.spell(self.model.about()), theme.ink);
        [caption, about]
    }

    /// Puts the picture under what is there.
    fn picture(&self, (width, height): (u16, u16), context: &Context<'_>, sheet: &mut Sheet) {
        let area = Rect::new(0, 0, width, height);
        let mut picture = Buffer::empty(area);
        self.model.draw(&palette(context), area, &mut picture);
        sheet.picture(&picture, self.model.moves().then_some(Target::Command(Command::Run)));
    }

    /// What can be changed.
    fn parameters(&self, width: u16, context: &Context<'_>) -> Sheet {
        let mut sheet = Sheet::default();
        let chosen = self.chosen();
        for (i, one) in self.model.parameters().iter().enumerate() {
            let first = sheet.height();
            parameter((i, one), i == chosen, width, context, &mut sheet);
            if i == chosen {
                sheet.selected = Some((first, sheet.height()));
            }
        }
        sheet
    }

    /// The figures that follow from the setting: labels and values.
    fn figures(&self, context: &Context<'_>) -> Vec<(&'static str, String)> {
        let figures = self.model.figures().into_iter();
        figures.map(|figure| (figure.label, context.spell(&figure.value).into_owned())).collect()
    }
}

/// The styles and signs that the picture is drawn with.
fn palette(context: &Context<'_>) -> Palette {
    let theme = context.theme;
    Palette {
        text: theme.ink,
        strong: theme.strong,
        quiet: theme.quiet,
        accent: theme.accent,
        highlight: theme.found,
        selected: theme.marked,
        signs: if context.view.appearance.is_ascii() { Signs::Ascii } else { Signs::Unicode },
    }
}

/// A parameter: `▌ steps        ‹ 2 ›`. A value that has no room beside its label stands under it.
fn parameter((i, parameter): (usize, &Parameter), chosen: bool, width: u16, context: &Context<'_>, sheet: &mut Sheet) {
    let theme = context.theme;
    let [before, after] = theme.signs.change;
    let value = context.spell(&parameter.value).into_owned();
    let mut row = Row::default();
    if chosen {
        row.put(0, theme.signs.bar, theme.accent);
    }
    let style = if chosen { theme.strong } else { theme.ink };
    row.hit(0..LABELS.0, Target::Parameter(i));
    let labelled = row.put(BAR, parameter.label, style);
    let length = typeset::width(&value) + 4;
    let mut x = BAR + LABELS.0;
    if x + length > width {
        x = width.saturating_sub(length).max(labelled + 1);
    }
    if x + length > width {
        sheet.push(std::mem::take(&mut row));
        x = width.saturating_sub(length).min(BAR + 2);
    }
    let end = x + length;
    if parameter.less {
        row.put(x, before, theme.accent);
    }
    if parameter.more {
        row.put(end - 1, after, theme.accent);
    }
    // Half of the value belongs to each sign: two cells are hard to hit.
    let middle = x + length / 2;
    row.hit(x..middle, Target::Change(i, Change::Less));
    row.hit(middle..end, Target::Change(i, Change::More));
    row.put(x + 2, value, style);
    sheet.push(row);
}

/// Lists figures, their values under each other: behind their labels, or, where one has no room there, at the right
/// edge.
fn list(figures: &[(&'static str, String)], width: u16, context: &Context<'_>, sheet: &mut Sheet) {
    let left = figures.iter().all(|(_, value)| BAR + LABELS.1 + typeset::width(value) <= width);
    for (label, value) in figures {
        let mut row = Row::default();
        let labelled = row.put(BAR, *label, context.theme.quiet);
        let x = if left { BAR + LABELS.1 } else { width.saturating_sub(typeset::width(value)) };
        if x <= labelled {
            sheet.push(std::mem::take(&mut row));
        }
        row.put(x, value.clone(), context.theme.ink);
        sheet.push(row);
    }
}
