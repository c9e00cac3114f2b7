//! An exhibit: what to notice, the picture, what can be changed and the first figures that follow; what the exhibit is,
//! and all of its figures, are behind a key. While an exhibit runs it takes a step for each frame; when it is left, it
//! and all that it has computed are gone.

mod controls;
mod still;
mod typing;

use ratatui::{
    buffer::Buffer,
    layout::{Rect, Size},
};

use super::super::{
    preferences::OpenedExhibit,
    screen::{Command, Context, Hint, Outcome, Screen, Sheet, Target, Window},
};
use crate::{
    exhibits::{self, Change, Parameter, Score},
    site::MEASURE,
    terminal::input::Key,
};
use controls::{dials, labels, list, parameter};
use still::palette;
pub(super) use still::{illustration, links, short_title, signs, still};
use typing::TypedDigits;

/// From so many rows on there is room for the title.
const TITLED: u16 = 12;
/// From so many rows on there is air above the picture.
const AIRY: u16 = 18;
/// The figures that stand beside the picture; the others are among the details.
const FIGURES: usize = 4;
/// The cells that are kept for what to notice, so that the picture stays where it is while the sentence changes.
const NOTICE: u16 = 120;
/// What stands beside the picture is so wide: a bar, a label, a value between its signs.
const PANEL: u16 = 33;
/// In a large window.
const WIDE_PANEL: u16 = 38;
/// Between the picture and what stands beside it.
const GUTTER: u16 = 2;
/// A picture beside the panel is at least so wide.
const NARROWEST: u16 = 35;
/// A picture beside the panel is at least and at most so high.
const HEIGHTS: (u16, u16) = (10, 40);
/// A picture under what can be changed is at least so high.
const LOWEST: u16 = 4;
/// Before more than one parameter is in view above a picture, it has so many rows.
const LEGIBLE: u16 = 6;

/// An exhibit on the screen.
#[derive(Debug)]
pub(in crate::app) struct ExhibitScreen {
    name: String,
    model: Box<dyn exhibits::Exhibit>,
    /// The exhibits that follow it, by name: those of the entry that opens it.
    following: Vec<String>,
    /// The parameter that is changed.
    parameter: usize,
    /// Whether the details are shown in place of the picture.
    details: bool,
    /// The digits that were typed in a row.
    typed: TypedDigits,
}

impl ExhibitScreen {
    /// Opens the first of some exhibits by name, and the others after it; `None` where there is none.
    pub(super) fn new(names: &[String]) -> Option<Self> {
        let (name, following) = names.split_first()?;
        let model = exhibits::open(name)?;
        let (name, following, parameter) = (name.clone(), following.to_vec(), model.first());
        Some(Self { name, model, following, parameter, details: false, typed: TypedDigits::default() })
    }

    /// Opens an exhibit that is set as its words say; `None` where there is none of its name, or a word means nothing.
    pub(in crate::app) fn opened(exhibit: &OpenedExhibit) -> Option<Self> {
        let mut screen = Self::new(std::slice::from_ref(&exhibit.name))?;
        screen.model = exhibit.open()?;
        Some(screen)
    }

    /// The parameter that is changed: their number may depend on the setting.
    fn chosen(&self) -> usize {
        self.parameter.min(self.model.parameters().len().saturating_sub(1))
    }

    /// The same with what the exhibit is in place of its picture.
    pub(super) fn explained(self) -> Self {
        Self { details: true, ..self }
    }

    fn change(&mut self, parameter: usize, change: Change) -> Outcome {
        self.model.change(parameter, change);
        self.parameter = parameter;
        Outcome::Reveal
    }
}

impl Screen for ExhibitScreen {
    fn update(&mut self, command: Command, context: &Context<'_>) -> Outcome {
        let (chosen, last) = (self.chosen(), self.model.parameters().len().saturating_sub(1));
        let dials = self.model.dials().is_some();
        self.typed = TypedDigits::default();
        match command {
            Command::Details => self.details = !self.details,
            Command::Back if self.details => self.details = false,
            Command::Back => return Outcome::Close { finished: false },
            Command::Open => {
                let Some(next) = Self::new(&self.following) else {
                    return Outcome::Close { finished: true };
                };
                *self = next;
            }
            // The page is under the exhibit: what would change it is not done unseen.
            Command::Flip | Command::See => return Outcome::Stay,
            // The details are read like a page.
            Command::Down | Command::Up | Command::Run if self.details => return Outcome::Pass,
            Command::Left | Command::Right if self.details => return Outcome::Stay,
            Command::Up if dials => return self.change(chosen, Change::More),
            Command::Down if dials => return self.change(chosen, Change::Less),
            Command::Left if dials => self.parameter = chosen.saturating_sub(1),
            Command::Right if dials => self.parameter = last.min(chosen + 1),
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
                if dials {
                    self.parameter = self.model.first();
                }
                return Outcome::Stay;
            }
            _ => return Outcome::Pass,
        }
        Outcome::Reveal
    }

    fn click(&mut self, target: Target, _context: &Context<'_>) -> Outcome {
        self.typed = TypedDigits::default();
        match target {
            Target::Parameter(parameter) => {
                self.parameter = parameter;
                Outcome::Reveal
            }
            Target::Change(parameter, change) => self.change(parameter, change),
            _ => Outcome::Stay,
        }
    }

    fn edit(&mut self, key: Key, _context: &Context<'_>) -> Option<Outcome> {
        if self.details {
            return None;
        }
        self.parameter = self.typed.key(key, self.chosen(), self.model.as_mut())?;
        self.parameter = self.chosen();
        Some(Outcome::Reveal)
    }

    fn window(&self, size: Size, _: bool) -> Option<Window> {
        Window::of_exhibit(size)
    }

    /// Exhibits speak English.
    fn is_mirrored(&self) -> bool {
        false
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

    /// The command that opens the exhibit as it is now.
    fn selection(&self, context: &Context<'_>) -> Option<String> {
        let ssh = context.document().card.ssh()?;
        let setting = exhibits::setting(self.model.as_ref());
        let words = [ssh.replacen("ssh", "ssh -t", 1), self.name.clone()].into_iter().chain(setting);
        Some(words.collect::<Vec<_>>().join(" "))
    }

    fn better_score(&self, best: f64) -> Option<Score> {
        self.model.better_score(best)
    }

    fn hints<'a>(&self, _: &Sheet, context: &Context<'a>) -> Vec<Hint<'a>> {
        let (hints, mut keys) = (&context.words().hints, Vec::<Hint<'a>>::new());
        if self.details {
            return vec![(Command::Back, &hints.back)];
        }
        if self.model.moves() {
            keys.push((Command::Run, if self.model.running() { &hints.pause } else { &hints.run }));
        }
        if self.model.dials().is_some() {
            keys.extend([(Command::Up, hints.turn.as_str()), (Command::Right, &hints.next_digit)]);
        } else {
            keys.push((Command::Right, &hints.change));
        }
        keys.push((Command::Back, &hints.back));
        if self.model.dials().is_none() && self.model.parameters().len() > 1 {
            keys.push((Command::Down, &hints.choose));
        }
        keys.push((Command::Details, &hints.details));
        if context.document().card.ssh().is_some() {
            keys.push((Command::Copy, &hints.copy));
        }
        keys
    }

    fn sheet(&self, context: &Context<'_>) -> Sheet {
        let (theme, Rect { width, height, .. }) = (context.theme, context.window.text);
        let measure = width.min(MEASURE + 8);
        let mut sheet = Sheet::default();
        if height >= TITLED || self.details {
            sheet.wrapped(0, width, &context.spell(self.model.title()), theme.strong);
        }
        let mut basis = Sheet::default();
        basis.wrapped(0, measure, &context.spell(&self.model.basis()), theme.quiet);
        let figures = self.figures(context);
        if self.details {
            sheet.wrapped(0, measure, &context.spell(self.model.about()), theme.ink);
            sheet.gap();
            list(&figures, measure, context, &mut sheet);
            sheet.gap();
            sheet.append(basis);
            return sheet;
        }
        let below = sheet.height() + NOTICE.div_ceil(measure.max(1));
        sheet.wrapped(0, measure, &context.spell(&self.model.notice()), theme.ink);
        // In a low window every row is the picture's.
        while height >= TITLED && sheet.height() < below {
            sheet.blank();
        }
        if height >= AIRY {
            sheet.blank();
        }
        let first = figures.get(..FIGURES).unwrap_or(&figures);
        let panel_width = if width >= 90 { WIDE_PANEL } else { PANEL };
        if let Some(left) = width.checked_sub(panel_width + GUTTER).filter(|left| *left >= NARROWEST) {
            let mut panel = self.parameters((panel_width, u16::MAX), context);
            panel.blank();
            list(first, panel_width, context, &mut panel);
            let top = sheet.height();
            let room = height.saturating_sub(top + basis.height());
            // Small print keeps clear of the picture.
            let air = u16::from(room > HEIGHTS.0.max(panel.height()));
            let room = room - air;
            self.picture((left, room.clamp(HEIGHTS.0, HEIGHTS.1).max(panel.height())), context, &mut sheet);
            sheet.beside(left + GUTTER, top, panel);
            if air > 0 {
                sheet.blank();
            }
        } else {
            let begin = sheet.height();
            let rows = height.saturating_sub(begin + LEGIBLE);
            sheet.append(self.parameters((width, rows), context));
            // What can be changed stands above the picture: with it in view, so is what it does.
            sheet.selected = Some((0, sheet.height()));
            if height >= AIRY {
                sheet.blank();
            }
            let room = height.saturating_sub(sheet.height());
            let under = first.len() as u16;
            // All of it in view, else all but what is small print, else the picture.
            let below = [under + 1 + basis.height(), under];
            let rows = below.into_iter().find_map(|below| room.checked_sub(below).filter(|rows| *rows >= HEIGHTS.0));
            let rows = rows.unwrap_or(room);
            self.picture((width, rows.clamp(LOWEST, HEIGHTS.1)), context, &mut sheet);
            list(first, width, context, &mut sheet);
            sheet.gap();
        }
        sheet.append(basis);
        sheet
    }
}

impl ExhibitScreen {
    /// Puts the picture under what is there.
    fn picture(&self, (width, height): (u16, u16), context: &Context<'_>, sheet: &mut Sheet) {
        let area = Rect::new(0, 0, width, height);
        let mut picture = Buffer::empty(area);
        self.model.draw(&palette(context), area, &mut picture);
        sheet.picture(&picture, self.model.moves().then_some(Target::Command(Command::Run)));
    }

    /// What can be changed: all of it, or as much around what is changed now as so many rows hold, and never nothing.
    fn parameters(&self, (width, rows): (u16, u16), context: &Context<'_>) -> Sheet {
        let mut sheet = Sheet::default();
        let (chosen, parameters) = (self.chosen(), self.model.parameters());
        if let Some(prefix) = self.model.dials() {
            let rows = dials((prefix, &parameters), chosen, context);
            let shown = if context.window.text.height >= TITLED { 0..rows.len() } else { 1..2 };
            rows.into_iter().enumerate().filter(|(row, _)| shown.contains(row)).for_each(|(_, row)| sheet.push(row));
            sheet.selected = Some((0, sheet.height()));
            return sheet;
        }
        let labels = labels(&parameters);
        let one = |(i, one): (usize, &Parameter)| parameter((i, one), i == chosen, (labels, width), context);
        let all: Vec<_> = parameters.iter().enumerate().map(one).collect();
        let (mut from, mut to) = (chosen, chosen + 1);
        let fits = |from: usize, to: usize| {
            all.get(from..to).is_some_and(|some| some.iter().map(Sheet::height).sum::<u16>() <= rows)
        };
        loop {
            // What comes after is more use than what was passed.
            if fits(from, to + 1) {
                to += 1;
            } else if from > 0 && fits(from - 1, to) {
                from -= 1;
            } else {
                break;
            }
        }
        for (i, parameter) in all.into_iter().enumerate().take(to).skip(from) {
            let first = sheet.height();
            sheet.append(parameter);
            if i == chosen {
                sheet.selected = Some((first, sheet.height()));
            }
        }
        sheet
    }

    /// The figures that follow from the setting: labels and values.
    fn figures(&self, context: &Context<'_>) -> Vec<(&'static str, String)> {
        let figures = self.model.figures().into_iter();
        // Some are padded so that they keep their width; here they begin below each other.
        figures.map(|figure| (figure.label, context.spell(figure.value.trim_start()).into_owned())).collect()
    }
}
