//! The card itself: the one thing that has a box. The box keeps a business card's proportion and stands in the middle;
//! where it does not fit, the same words stand without it.

mod dots;
mod front;
mod photo;
mod words;

use std::time::Duration;

use ratatui::{buffer::Buffer, layout::Rect};

use super::{
    super::{
        event::FRAME_RATE,
        screen::{Command, Context, Hint, Outcome, Row, SavedState, Screen, Sheet, Target},
    },
    exhibit::ExhibitScreen,
};
use crate::{
    document::{Document, Layout, Opens, Place},
    site::{Logo, MEASURE},
    theme::Theme,
    typeset,
};
use front::{Front, Unboxed, unboxed};
use words::{LOGO, climb, layered_page, layers, opens_name, takeaway};

/// How long the card takes to turn over.
const TURN: Duration = Duration::from_millis(400);

/// The card, which side of it is up, and what moves on it.
#[derive(Debug, Default)]
pub(super) struct CardScreen {
    flipped: bool,
    /// When the logo began to flow into shape.
    arrival: Option<Duration>,
    /// When the card began to turn.
    turn: Option<Duration>,
    /// Whether the visitor came to the end of the exhibit that the logo opens.
    tried: bool,
    /// The layer that Enter leads to, of those in the line of layers; without one it is where the logo leads.
    layer: Option<usize>,
}

impl CardScreen {
    /// The frame of the logo's flow that is due; `None` when it has ended or there is none.
    fn flow_frame(&self, now: Duration) -> Option<usize> {
        let elapsed = now.saturating_sub(self.arrival?);
        let frame = (elapsed.as_secs_f32() * FRAME_RATE as f32) as usize;
        (frame < Logo::FRAMES).then_some(frame)
    }

    /// Whether the logo has come to rest: then its caption appears.
    fn has_arrived(&self, context: &Context<'_>) -> bool {
        self.flow_frame(context.view.now).is_none()
    }

    /// How far the card has turned, 0 to 1; `None` at rest.
    fn turned(&self, now: Duration) -> Option<f32> {
        let elapsed = now.saturating_sub(self.turn?);
        (elapsed < TURN).then(|| elapsed.as_secs_f32() / TURN.as_secs_f32())
    }

    fn flip(&mut self, context: &Context<'_>) -> Outcome {
        (self.flipped, self.layer) = (!self.flipped, None);
        if context.view.motion && Front::of(context).is_some() {
            self.turn = Some(context.view.now);
        }
        Outcome::Stay
    }
}

impl Screen for CardScreen {
    fn update(&mut self, command: Command, context: &Context<'_>) -> Outcome {
        match command {
            Command::Flip => self.flip(context),
            Command::Open if self.layer.is_some() => self.go(self.layer, context),
            Command::Down
                if !self.flipped
                    && layers(context).next().is_some()
                    && has_climb_above(
                        context.scroll.saturating_add(context.window.text.height),
                        &self.sheet(context),
                    ) =>
            {
                let next = self.layer.map_or(0, |layer| layer + 1);
                if next < layers(context).count() {
                    self.layer = Some(next);
                }
                Outcome::Reveal
            }
            // The layers stand in a line. Beyond its end is the next page.
            Command::Right if self.layer.is_some_and(|layer| layer + 1 < layers(context).count()) => {
                self.layer = self.layer.map(|layer| layer + 1);
                Outcome::Reveal
            }
            Command::Up | Command::Left if self.layer.is_some() => {
                self.layer = self.layer.and_then(|layer| layer.checked_sub(1));
                Outcome::Stay
            }
            Command::Back if self.layer.is_some() => {
                self.layer = None;
                Outcome::Stay
            }
            Command::Open if self.opens(context) => self.click(LOGO, context),
            Command::Back if self.flipped => {
                self.flipped = false;
                Outcome::Stay
            }
            _ => Outcome::Pass,
        }
    }

    fn click(&mut self, target: Target, context: &Context<'_>) -> Outcome {
        match (target, &context.document().card.opens) {
            (Target::Layer(layer), _) => self.go(Some(layer), context),
            (LOGO, Some(Opens::Place(place))) => Outcome::Go(*place),
            (LOGO, Some(Opens::Exhibit(name))) => ExhibitScreen::new(std::slice::from_ref(name))
                .map_or(Outcome::Stay, |exhibit| Outcome::Open(Box::new(exhibit))),
            _ => self.flip(context),
        }
    }

    /// The card as text.
    fn selection(&self, context: &Context<'_>) -> Option<String> {
        let page = context.document().pages.iter().position(|page| page.layout == Layout::Card)?;
        context.as_text(Place { page, entry: None })
    }

    fn uncovered(&mut self, finished: bool) {
        self.tried = finished;
    }

    fn saved(&self, _before: &Document, _next: &Document) -> Option<SavedState> {
        Some(SavedState { selected: 0, unfolded: self.flipped })
    }

    fn restore(&mut self, saved: SavedState) {
        self.flipped = saved.unfolded;
    }

    fn show(&mut self, _entry: Option<usize>) {
        (self.flipped, self.layer) = (false, None);
    }

    fn hints<'a>(&self, sheet: &Sheet, context: &Context<'a>) -> Vec<Hint<'a>> {
        let words = context.words();
        let open = match self.layer {
            Some(_) => &words.hints.go_there,
            _ if self.opens(context) => &words.hints.try_it,
            _ => &words.hints.read_on,
        };
        let mut hints = vec![(Command::Open, open.as_str()), (Command::Flip, &words.hints.flip)];
        // A longer card is scrolled first.
        let climbs = has_climb_above(context.window.text.height, sheet);
        if let Some((_, page)) = layered_page(context).filter(|_| climbs) {
            hints.push((Command::Down, &page.title));
        }
        hints
    }

    fn open_name<'a>(&self, context: &Context<'a>) -> Option<&'a str> {
        match self.layer {
            Some(layer) => layers(context).nth(layer).map(|(_, label)| label),
            None => opens_name(context).filter(|_| self.opens(context)),
        }
    }

    fn arrive(&mut self, context: &Context<'_>) {
        let logo =
            Front::of(context).map_or_else(|| unboxed(context, None).logo.is_some(), |front| front.logo.is_some());
        self.arrival = logo.then_some(context.view.now);
    }

    fn moving(&self) -> bool {
        self.arrival.is_some() || self.turn.is_some()
    }

    fn tick(&mut self, context: &Context<'_>) {
        self.arrival = self.arrival.filter(|_| self.flow_frame(context.view.now).is_some());
        self.turn = self.turn.filter(|_| self.turned(context.view.now).is_some());
    }

    fn rest(&mut self) {
        (self.arrival, self.turn) = (None, None);
    }

    fn sheet(&self, context: &Context<'_>) -> Sheet {
        let mut sheet = match Front::of(context) {
            Some(front) => {
                // The same while the card turns.
                let climb_end = (!self.flipped && front.climb.height() > 0).then_some(front.area.height);
                let mut sheet = self.boxed(front, context);
                sheet.climb_end = climb_end;
                sheet
            }
            None => self.plain(context),
        };
        let width = sheet.area.unwrap_or(context.window.text).width;
        sheet.rows_from(0).for_each(|row| row.hit_below(0..width, Target::Command(Command::Flip)));
        sheet
    }
}

impl CardScreen {
    /// Whether Enter opens what the logo leads to.
    fn opens(&self, context: &Context<'_>) -> bool {
        !self.flipped && !self.tried && context.document().card.opens.is_some()
    }

    /// Goes to one of the layers.
    fn go(&mut self, layer: Option<usize>, context: &Context<'_>) -> Outcome {
        self.layer = None;
        let place = layer.and_then(|layer| layers(context).nth(layer));
        place.map_or(Outcome::Stay, |(place, _)| Outcome::Go(place))
    }

    /// The card in its box: the side that is up, or the card as it turns about its upright axis, which narrows to its
    /// edge and widens again with the other side up.
    fn boxed(&self, front: Front<'_>, context: &Context<'_>) -> Sheet {
        let area = front.area;
        let Some(progress) = self.turned(context.view.now) else { return self.side(front, self.flipped, context) };
        let width = (f32::from(area.width) * (1.0 - 2.0 * progress).abs()).round() as u16;
        let width = width.clamp(1, area.width);
        let mut whole = Buffer::empty(area);
        // As many frames of the photo would be more than most lines carry.
        let front = Front { photo: None, ..front };
        self.side(front, self.flipped == (progress >= 0.5), context).draw(area, 0, context.rtl, &mut whole);
        let turned = Rect { x: area.x + (area.width - width) / 2, width, ..area };
        let mut picture = Buffer::empty(turned);
        for at in turned.positions() {
            let x = u32::from(at.x - turned.x) * u32::from(area.width - 1) / u32::from(width.max(2) - 1);
            let cell = whole.cell((area.x + x as u16, at.y)).filter(|cell| typeset::width(cell.symbol()) == 1);
            if let (Some(cell), Some(to)) = (cell, picture.cell_mut(at)) {
                *to = cell.clone();
            }
        }
        let mut sheet = Sheet::default();
        sheet.area = Some(turned);
        sheet.picture(&picture, None);
        sheet
    }

    /// One side of the card in its box.
    fn side(&self, front: Front<'_>, back: bool, context: &Context<'_>) -> Sheet {
        let (area, inside) = (front.area, front.inside);
        let mut sheet = outline(area, context.theme);
        let (x, y) = (inside.x - area.x, inside.y - area.y);
        if back {
            if let Some(back) = front.back(context) {
                sheet.beside(x, 1, back);
            }
        } else {
            let end = y + inside.height - front.climb.height();
            sheet.beside(x, y, front.head);
            sheet.beside(x, y + front.base - front.foot.height(), front.foot);
            if let Some((at, logo)) = front.logo {
                sheet.beside(x + at.x, y + at.y, self.drawn(logo, context));
            }
            if self.has_arrived(context) {
                let (at, caption) = front.caption;
                sheet.beside(x + at.x, y + at.y, caption);
            }
            if front.climb.height() > 0 {
                sheet.beside(x, end, climb(context, inside.width, self.layer));
            }
            if let Some(photo) = front.photo {
                sheet.beside(inside.right() - area.x - photo.width(), y, photo);
            }
        }
        sheet.area = Some(area);
        sheet
    }

    /// The card without its box.
    fn plain(&self, context: &Context<'_>) -> Sheet {
        if self.flipped {
            return takeaway(context, context.window.text.width.min(MEASURE));
        }
        let Unboxed { words: mut sheet, caption: (row, caption), logo } = unboxed(context, self.layer);
        if self.has_arrived(context) {
            sheet.beside(0, row, caption);
        }
        let (left, height, width) = (sheet.width(), sheet.height(), context.window.text.width);
        if let Some(photo) = photo::photo(width.saturating_sub(left + 2), height, context) {
            sheet.beside(width - photo.width(), 0, photo);
        }
        if let Some((x, logo)) = logo {
            sheet.beside(x, 0, self.drawn(logo, context));
        }
        sheet
    }

    /// The logo as it stands at the moment.
    fn drawn(&self, logo: &Logo, context: &Context<'_>) -> Sheet {
        let (width, height) = logo.cells();
        let mut picture = Buffer::empty(Rect { x: 0, y: 0, width, height });
        let (style, signs) = (context.theme.accent, context.theme.signs);
        match self.flow_frame(context.view.now) {
            Some(frame) => dots::draw(logo.frame(frame), style, signs, &mut picture),
            None => dots::draw(logo.rest(), style, signs, &mut picture),
        }
        let mut sheet = Sheet::default();
        sheet.picture(&picture, context.document().card.opens.is_some().then_some(LOGO));
        sheet
    }
}

/// Whether the layers stand on the side of the card that is up, and end above this row of it.
fn has_climb_above(row: u16, sheet: &Sheet) -> bool {
    sheet.climb_end.is_some_and(|end| end <= row)
}

/// The box.
fn outline(area: Rect, theme: &Theme) -> Sheet {
    let signs = &theme.signs.border;
    let across = usize::from(area.width.saturating_sub(2));
    let edge = |left: &str, middle: &str, right: &str| format!("{left}{}{right}", middle.repeat(across));
    let mut sheet = Sheet::default();
    sheet.line(0, edge(signs.top_left, signs.horizontal_top, signs.top_right), theme.rule);
    for _ in 2..area.height {
        let mut row = Row::default();
        row.put(0, signs.vertical_left, theme.rule);
        row.put(area.width - 1, signs.vertical_right, theme.rule);
        sheet.push(row);
    }
    sheet.line(0, edge(signs.bottom_left, signs.horizontal_bottom, signs.bottom_right), theme.rule);
    sheet
}
