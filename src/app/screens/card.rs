//! The card itself: the one thing that has a box. The box keeps a business card's proportion and stands in the middle;
//! where it does not fit, the same words stand without it.

mod dots;
mod photo;
mod words;

use std::time::Duration;

use ratatui::{buffer::Buffer, layout::Rect};

use super::{
    super::{
        event::FRAME_RATE,
        screen::{Command, Context, Hint, Outcome, Row, Screen, Sheet, Target},
    },
    exhibit::Exhibit,
    qr,
};
use crate::{
    document::Opens,
    site::{Logo, MEASURE},
    theme::Theme,
    typeset,
};
use words::{LOGO, foot, head, longest_command, takeaway, ways};

/// The heights that a card may have, in rows, largest first: the first is as wide as the text of a wide window. Its
/// width follows: 3.5 by 2 inches, a cell being about twice as high as wide.
const HEIGHTS: [u16; 7] = [28, 26, 22, 20, 18, 16, 14];

/// Words beside the QR code have at least this many columns.
const NARROWEST: u16 = 19;

/// The line under the logo is broken at this many columns, unless the logo is wider.
const CAPTION: u16 = 32;

/// How long the card takes to turn over.
const TURN: Duration = Duration::from_millis(400);

/// The card, which side of it is up, and what moves on it.
#[derive(Debug, Default)]
pub(super) struct Card {
    flipped: bool,
    /// When the logo began to flow into shape.
    arrival: Option<Duration>,
    /// When the card began to turn.
    turn: Option<Duration>,
    /// Whether the visitor came to the end of the exhibit that the logo opens.
    tried: bool,
}

impl Card {
    /// The frame of the logo's flow that is due; `None` when it has ended or there is none.
    fn flow_frame(&self, now: Duration) -> Option<usize> {
        let elapsed = now.saturating_sub(self.arrival?);
        let frame = (elapsed.as_secs_f32() * FRAME_RATE as f32) as usize;
        (frame < Logo::FRAMES).then_some(frame)
    }

    /// How far the card has turned, 0 to 1; `None` at rest.
    fn turned(&self, now: Duration) -> Option<f32> {
        let elapsed = now.saturating_sub(self.turn?);
        (elapsed < TURN).then(|| elapsed.as_secs_f32() / TURN.as_secs_f32())
    }

    fn flip(&mut self, context: &Context<'_>) -> Outcome {
        self.flipped = !self.flipped;
        if context.view.motion && Face::of(context).is_some() {
            self.turn = Some(context.view.now);
        }
        Outcome::Stay
    }
}

impl Screen for Card {
    fn update(&mut self, command: Command, context: &Context<'_>) -> Outcome {
        match command {
            Command::Flip => self.flip(context),
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
            (LOGO, Some(Opens::Place(place))) => Outcome::Go(*place),
            (LOGO, Some(Opens::Exhibit(name))) => Exhibit::new(std::slice::from_ref(name))
                .map_or(Outcome::Stay, |exhibit| Outcome::Open(Box::new(exhibit))),
            _ => self.flip(context),
        }
    }

    fn uncovered(&mut self, finished: bool) {
        self.tried = finished;
    }

    fn show(&mut self, _entry: Option<usize>) {
        self.flipped = false;
    }

    fn hints<'a>(&self, context: &Context<'a>) -> Vec<Hint<'a>> {
        let words = context.words();
        let open = if self.opens(context) { &words.hints.try_it } else { &words.hints.read_on };
        vec![(Command::Open, open), (Command::Flip, &words.hints.flip)]
    }

    fn arrive(&mut self, context: &Context<'_>) {
        let logo = Face::of(context).map_or_else(|| unboxed(context).1.is_some(), |face| face.logo.is_some());
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
        let mut sheet = match Face::of(context) {
            Some(face) => self.boxed(face, context),
            None => self.plain(context),
        };
        let width = sheet.area.unwrap_or(context.window.text).width;
        sheet.rows_from(0).for_each(|row| row.hit_below(0..width, Target::Command(Command::Flip)));
        sheet
    }
}

impl Card {
    /// Whether Enter opens what the logo leads to.
    fn opens(&self, context: &Context<'_>) -> bool {
        !self.flipped && !self.tried && context.document().card.opens.is_some()
    }

    /// The card in its box: the side that is up, or the card as it turns about its upright axis, which narrows to its
    /// edge and widens again with the other side up.
    fn boxed(&self, face: Face<'_>, context: &Context<'_>) -> Sheet {
        let area = face.area;
        let Some(progress) = self.turned(context.view.now) else { return self.side(face, self.flipped, context) };
        let width = (f32::from(area.width) * (1.0 - 2.0 * progress).abs()).round() as u16;
        let width = width.clamp(1, area.width);
        let mut whole = Buffer::empty(area);
        // As many frames of the photo would be more than most lines carry.
        let face = Face { photo: None, ..face };
        self.side(face, self.flipped == (progress >= 0.5), context).draw(area, 0, context.rtl, &mut whole);
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
    fn side(&self, face: Face<'_>, back: bool, context: &Context<'_>) -> Sheet {
        let (area, inside) = (face.area, face.inside);
        let mut sheet = outline(area, context.theme);
        let (x, y) = (inside.x - area.x, inside.y - area.y);
        if back {
            if let Some(back) = face.back(context) {
                sheet.beside(x, 1, back);
            }
        } else {
            let foot = y + inside.height - face.foot.height();
            sheet.beside(x, y, face.head);
            sheet.beside(x, foot, face.foot);
            if let Some((at, logo)) = face.logo {
                sheet.beside(at - area.x, y, self.drawn(logo, context));
                let (at, caption) = face.caption;
                sheet.beside(at - area.x, y + logo.cells().1 + 1, caption);
            }
            if let Some(photo) = face.photo {
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
        let (mut sheet, logo) = unboxed(context);
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

/// The words of the card without its box, and where its logo stands beside them.
fn unboxed<'a>(context: &Context<'a>) -> (Sheet, Option<(u16, &'a Logo)>) {
    let text = context.window.text;
    let width = text.width.min(MEASURE);
    let mut sheet = head(context, width);
    let logo = logo_beside(&sheet, text.width, sheet.height(), context);
    let add = |below: Sheet, sheet: &mut Sheet| {
        if below.height() > 0 {
            sheet.blank();
            sheet.append(below);
        }
    };
    add(words::caption(context, width, logo.is_some()), &mut sheet);
    // The ways to reach the person that have room.
    let room = text.height.saturating_sub(sheet.height() + 1);
    let fits = |ways: &usize| foot(context, width, *ways).height() <= room;
    add(foot(context, width, (0..=ways(context)).rev().find(fits).unwrap_or(0)), &mut sheet);
    (sheet, logo.map(|logo| (text.width - logo.cells().0, logo)))
}

/// The tallest logo of at most `rows` that has room at the right of the rows of the head that it stands beside.
fn logo_beside<'a>(head: &Sheet, width: u16, rows: u16, context: &Context<'a>) -> Option<&'a Logo> {
    let room = |rows: u16| width.saturating_sub(head.width_of(rows) + 3);
    let logo = (1..=rows).rev().find_map(|rows| context.view.site.logo(room(rows), rows));
    // A photo takes its place.
    logo.filter(|_| !photo::has_place(context))
}

/// The front of a card in its box.
struct Face<'a> {
    /// Where the box stands.
    area: Rect,
    /// The area within its margins.
    inside: Rect,
    head: Sheet,
    foot: Sheet,
    /// The column of the window where the logo begins.
    logo: Option<(u16, &'a Logo)>,
    /// The line under the logo, with the column where it begins; empty where it stands above the foot.
    caption: (u16, Sheet),
    /// The photo, which takes the logo's place.
    photo: Option<Sheet>,
}

impl<'a> Face<'a> {
    /// The largest box that the window has room for and the front fills by half, else the smallest that holds the
    /// words of both sides: a card does not change its size when it turns.
    fn of(context: &Context<'a>) -> Option<Self> {
        let body = context.window.body;
        let mut smallest = None;
        for height in HEIGHTS {
            let width = (height * 7).div_ceil(2);
            if height > body.height || width > body.width {
                continue;
            }
            let (x, y) = (body.x + (body.width - width) / 2, body.y + (body.height - height) / 2);
            let Some(face) = Self::front(Rect { x, y, width, height }, context) else { break };
            if takeaway(context, face.inside.width).height() > face.inside.height {
                break;
            }
            if 2 * face.filled() >= face.inside.height {
                return Some(face);
            }
            smallest = Some(face);
        }
        smallest
    }

    /// Composes the front with as many ways to reach the person as have room; `None` when the words do not fit.
    fn front(area: Rect, context: &Context<'a>) -> Option<Self> {
        let (x, y) = if area.height >= 22 { (6, 3) } else { (3, 2) };
        let (width, height) = (area.width.saturating_sub(2 * x), area.height.saturating_sub(2 * y));
        let inside = Rect { x: area.x + x, y: area.y + y, width, height };
        let head = head(context, width);
        // Under half of the height: a logo, not a poster.
        let logo = logo_beside(&head, width, height * 9 / 20, context);
        let logo = logo.map(|logo| (inside.right() - logo.cells().0, logo));
        // Under a logo the lines are short, like those beside it, where all of them have room.
        let short = logo.map(|_| head.width().max(width * 4 / 9));
        let feet =
            (0..=ways(context)).rev().flat_map(|ways| short.into_iter().chain([width]).map(move |width| (width, ways)));
        let (foot, caption) = feet
            .map(|(columns, ways)| {
                let foot = foot(context, columns, ways);
                Self::captioned(foot, head.width(), logo, inside, context)
            })
            .find(|(foot, _)| head.height() + 1 + foot.height() <= height)?;
        // Beside the foot where that leaves room, else above it.
        let room = width.saturating_sub(head.width() + 3);
        let beside = photo::photo(room.min(width.saturating_sub(foot.width() + 3)), height * 3 / 4, context);
        let above = photo::photo(room, height.saturating_sub(foot.height() + 1), context);
        let photo = [beside, above].into_iter().flatten().max_by_key(|sheet| sheet.photo.map(|cells| cells.height));
        Some(Self { area, inside, head, foot, logo, caption, photo })
    }

    /// The foot, and the caption with the column where it begins: under a logo that has room at the right of all of the
    /// head, else above the foot.
    fn captioned(
        foot: Sheet,
        head: u16,
        logo: Option<(u16, &Logo)>,
        inside: Rect,
        context: &Context<'_>,
    ) -> (Sheet, (u16, Sheet)) {
        let room = inside.width.saturating_sub(head + 3);
        if let Some((at, logo)) = logo.filter(|(_, logo)| logo.cells().0 <= room) {
            let under = words::caption(context, room.min(CAPTION.max(logo.cells().0)), true);
            if under.height() > 0 && logo.cells().1 + 2 + under.height() + foot.height() <= inside.height {
                return (foot, (at.min(inside.right() - under.width()), under));
            }
        }
        let mut above = words::caption(context, inside.width, logo.is_some());
        if above.height() > 0 {
            above.blank();
        }
        above.append(foot);
        (above, (inside.x, Sheet::default()))
    }

    /// The rows inside that the front needs; a photo takes those that are there.
    fn filled(&self) -> u16 {
        let logo = self.logo.map_or(0, |(_, logo)| logo.cells().1 + 1 + self.caption.1.height());
        self.head.height().max(logo) + 1 + self.foot.height()
    }

    /// Composes the back: the QR code, and beside it how to take the card away; `None` when the words do not fit.
    fn back(&self, context: &Context<'_>) -> Option<Sheet> {
        let room = Rect { height: self.area.height - 2, ..self.inside };
        let code = [4, 3, 2, 1].into_iter().find_map(|quiet| {
            let (columns, rows) = qr::size(context, quiet)?;
            // A command that fits the card is not broken for the code's sake.
            let beside = room.width.checked_sub(columns + 3).filter(|beside| *beside >= NARROWEST)?;
            let commands = longest_command(context);
            let fits = rows <= room.height && (commands <= beside || commands > room.width);
            let words = takeaway(context, room.width.saturating_sub(columns + 3));
            (fits && words.height() <= room.height).then(|| qr::sheet(context, quiet))?
        });
        let column = code.as_ref().map_or(0, |code| code.width() + 3);
        let words = takeaway(context, room.width - column);
        if words.height() > room.height {
            return None;
        }
        let mut sheet = Sheet::default();
        let top = |of: &Sheet| (room.height - of.height()) / 2;
        if let Some(code) = code {
            sheet.beside(0, top(&code), code);
        }
        sheet.beside(column, top(&words), words);
        Some(sheet)
    }
}

/// The box.
fn outline(area: Rect, theme: &Theme) -> Sheet {
    let signs = &theme.signs.border;
    let across = usize::from(area.width.saturating_sub(2));
    let edge = |left: &str, middle: &str, right: &str| format!("{left}{}{right}", middle.repeat(across));
    let mut sheet = Sheet::default();
    sheet.line(0, edge(signs.top_left, signs.horizontal_top, signs.top_right), theme.quiet);
    for _ in 2..area.height {
        let mut row = Row::default();
        row.put(0, signs.vertical_left, theme.quiet);
        row.put(area.width - 1, signs.vertical_right, theme.quiet);
        sheet.push(row);
    }
    sheet.line(0, edge(signs.bottom_left, signs.horizontal_bottom, signs.bottom_right), theme.quiet);
    sheet
}
