//! How the front of the card is set: in a box of a business card's proportion, or without one, and where its words, its
//! logo and its photo stand.

use ratatui::layout::{Position, Rect, Size};

use super::{
    super::{
        super::screen::{Context, Sheet},
        exhibit::still,
        qr,
    },
    photo,
    words::{self, climb, foot, head, longest_command, takeaway, title, ways, work},
};
use crate::{
    document::Opens,
    site::{Logo, MEASURE, items},
};

/// The heights that a card may have, in rows, largest first: the first is as wide as the text of a wide window. Its
/// width follows: 3.5 by 2 inches, a cell being about twice as high as wide.
const HEIGHTS: [u16; 12] = [44, 42, 40, 38, 34, 28, 26, 22, 20, 18, 16, 14];

/// The rows that a box may have besides, where its words have no air without them: the proportion is then that of a
/// card of 85 by 55 millimetres.
const MORE: u16 = 2;

/// A box of more rows than this has its headline in large letters, and is used only where two thirds of it are filled;
/// of another, a half is enough.
const ORDINARY: u16 = 28;

/// Between the edge of a small box and its words: columns and rows.
const MARGIN: (u16, u16) = (3, 2);

/// The same in a box of this area.
const fn margins(area: Rect) -> (u16, u16) {
    if area.width >= 77 { (6, 3) } else { MARGIN }
}

/// A picture on the back is at least so wide, and keeps so far from the words.
const PICTURE: u16 = 36;
const GUTTER: u16 = 5;

/// Words beside the QR code have at least this many columns.
const NARROWEST: u16 = 19;

/// The line under the logo is broken at this many columns, unless the logo is wider.
const CAPTION: u16 = 32;

/// The card without its box.
pub(super) struct Unboxed<'a> {
    /// Its words, with blank rows for the caption.
    pub(super) words: Sheet,
    /// The row in which the caption begins, and its words.
    pub(super) caption: (u16, Sheet),
    /// The column of the logo beside the words, from the first row on.
    pub(super) logo: Option<(u16, &'a Logo)>,
}

/// Composes the card without its box.
pub(super) fn unboxed<'a>(context: &Context<'a>, layer: Option<usize>) -> Unboxed<'a> {
    let text = context.window.text;
    let width = text.width.min(MEASURE);
    let mut sheet = head(context, width, false);
    let logo = logo_beside(&sheet, text.width, sheet.height(), context);
    let add = |below: Sheet, sheet: &mut Sheet| {
        if below.height() > 0 {
            sheet.blank();
            sheet.append(below);
        }
    };
    let caption = words::caption(context, width, logo.is_some());
    let caption = (sheet.height() + 1, caption);
    add(blank(&caption.1), &mut sheet);
    let climb = climb(context, width, layer);
    // The ways to reach the person that have room.
    let room = text.height.saturating_sub(sheet.height() + climb.height() + 1);
    let fits = |ways: &usize| foot(context, width, *ways).height() <= room;
    add(foot(context, width, (0..=ways(context)).rev().find(fits).unwrap_or(0)), &mut sheet);
    let climbs = climb.height() > 0;
    add(climb, &mut sheet);
    sheet.climb_end = climbs.then_some(sheet.height());
    Unboxed { words: sheet, caption, logo: logo.map(|logo| (text.width - logo.cells().0, logo)) }
}

/// As many blank rows as a sheet has.
fn blank(sheet: &Sheet) -> Sheet {
    let mut rows = Sheet::default();
    (0..sheet.height()).for_each(|_| rows.blank());
    rows
}

/// The tallest logo of at most `rows` that has room at the right of the rows of the head that it stands beside.
fn logo_beside<'a>(head: &Sheet, width: u16, rows: u16, context: &Context<'a>) -> Option<&'a Logo> {
    let room = |rows: u16| width.saturating_sub(head.width_of(rows) + 3);
    let logo = (1..=rows).rev().find_map(|rows| context.view.site.logo(room(rows), rows));
    // A photo takes its place.
    logo.filter(|_| !photo::has_place(context))
}

/// The front of a card in its box. Places are counted from the upper left corner within its margins.
#[derive(Debug, Clone, Default)]
pub(super) struct Front<'a> {
    /// Where the box stands.
    pub(super) area: Rect,
    /// The area within its margins.
    pub(super) inside: Rect,
    pub(super) head: Sheet,
    pub(super) foot: Sheet,
    /// The row after the foot.
    pub(super) base: u16,
    /// The line of layers, at the end.
    pub(super) climb: Sheet,
    pub(super) logo: Option<(Position, &'a Logo)>,
    /// The line under the logo, or above what the foot says: there the foot has room for it.
    pub(super) caption: (Position, Sheet),
    /// The photo, which takes the logo's place.
    pub(super) photo: Option<Sheet>,
    /// The rows that the front needs; a photo takes those that are there.
    pub(super) filled: u16,
}

impl<'a> Front<'a> {
    /// The largest box that the window has room for and the front fills by half, else the smallest that holds the
    /// words of both sides: a card does not change its size when it turns.
    pub(super) fn of(context: &Context<'a>) -> Option<Self> {
        let (body, text, across) = (context.window.body, context.window.text, context.view.size.width);
        // The edge of the body and the axis, from the side where rows begin.
        let (edge, axis) = if context.rtl { (across - body.right(), across - text.right()) } else { (body.x, text.x) };
        let mut smallest = None;
        for height in HEIGHTS {
            let width = (height * 7).div_ceil(2);
            if height > body.height || width > body.width {
                continue;
            }
            // The box begins at the axis; where it has no room there, its words do.
            let fits = axis + width <= edge + body.width;
            let begin = if fits { axis } else { axis - MARGIN.0.min(axis - edge) };
            let x = if context.rtl { across.saturating_sub(begin + width) } else { begin };
            let compose = |height: u16| Self::composed(Rect { x, y: body.y, width, height }, context);
            let Some(front) = compose(height) else { break };
            let more = Some(height + MORE).filter(|more| *more <= body.height && front.comfort() < (true, true));
            let more = more.and_then(compose).filter(|higher| higher.comfort() > front.comfort());
            let front = more.unwrap_or(front);
            if takeaway(context, front.inside.width).height() > front.inside.height {
                break;
            }
            let (filled, all) = if height > ORDINARY { (3 * front.filled, 2) } else { (2 * front.filled, 1) };
            if filled >= all * front.inside.height {
                return Some(front);
            }
            smallest = Some(front);
        }
        smallest
    }

    /// Whether the line of layers stands on the card, and whether its words have their air above and below.
    fn comfort(&self) -> (bool, bool) {
        (self.climb.height() > 0, self.inside.y - self.area.y >= margins(self.area).1)
    }

    /// Composes the front with as many ways to reach the person as have room, then with the line of layers, for which a
    /// low box has less air above and below; `None` when the words do not fit.
    fn composed(area: Rect, context: &Context<'a>) -> Option<Self> {
        let (x, y) = margins(area);
        let inside = |y: u16| {
            let (width, height) = (area.width.saturating_sub(2 * x), area.height.saturating_sub(2 * y));
            Rect { x: area.x + x, y: area.y + y, width, height }
        };
        let layers = climb(context, inside(y).width, None);
        let with_layers = [inside(y), inside(y - 1)].map(|inside| (inside, layers.clone()));
        let with_layers = with_layers.into_iter().filter(|(_, layers)| layers.height() > 0);
        let sets: Vec<_> = with_layers.chain([(inside(y), Sheet::default())]).collect();
        let mut fronts = (0..=ways(context)).rev().flat_map(|ways| sets.iter().map(move |set| (ways, set)));
        fronts.find_map(|(ways, (inside, climb))| {
            let air = if inside.height >= 20 { 2 } else { 1 };
            let filled = if climb.height() > 0 { air + climb.height() } else { 0 };
            let (inside, base, climb) = (*inside, inside.height.checked_sub(filled)?, climb.clone());
            let front = Self { area, inside, base, climb, filled, ..Self::default() };
            front.clone().below_title(ways, context).or_else(|| front.beside_title(ways, context))
        })
    }

    /// Composes the front with the logo at the right below the title, so that the title is read first. What is said of
    /// the logo ends where the foot does.
    fn below_title(self, ways: usize, context: &Context<'a>) -> Option<Self> {
        let (width, base) = (self.inside.width, self.base);
        if photo::has_place(context) {
            return None;
        }
        let large = self.area.height > ORDINARY;
        let (title, work) = (title(context, width, large), work(context, width));
        let left = work.width().max(width * 4 / 9);
        let room = width.checked_sub(left + 3)?;
        let begin = title.height() + 1;
        let foot = foot(context, left, ways);
        if begin + work.height() + 1 + foot.height() > base || foot.width() > left {
            return None;
        }
        let lower = |rows: u16| context.view.site.logo(room, rows);
        let highest = lower(base.checked_sub(begin)?.min(base.div_ceil(2)));
        let mut logos = std::iter::successors(highest, |logo| lower(logo.cells().1 - 1));
        logos.find_map(|logo| {
            let (cells, rows) = logo.cells();
            let caption = words::caption(context, room.min(CAPTION.max(cells)), true);
            let height = rows + if caption.height() > 0 { 1 + caption.height() } else { 0 };
            let y = base.checked_sub(height).filter(|top| *top >= begin)?;
            // The caption begins where the logo does, or ends there.
            let under = Position { x: width - cells.max(caption.width()), y: y + rows + 1 };
            Some(Self {
                head: head(context, width, large),
                foot: foot.clone(),
                logo: Some((Position { x: width - cells, y }, logo)),
                caption: (under, caption),
                filled: self.filled + begin + height.max(work.height() + 1 + foot.height()),
                ..self.clone()
            })
        })
    }

    /// Composes the front with the logo, or the photo, at the right of the title.
    fn beside_title(self, ways: usize, context: &Context<'a>) -> Option<Self> {
        let (width, base) = (self.inside.width, self.base);
        let head = head(context, width, self.area.height > ORDINARY);
        // Under half of the height: a logo, not a poster.
        let logo = logo_beside(&head, width, base * 9 / 20, context);
        let logo = logo.map(|logo| (Position { x: width - logo.cells().0, y: 0 }, logo));
        // Under a logo the lines are short, like those beside it, where all of them have room.
        let short = logo.map(|_| head.width().max(width * 4 / 9));
        let mut feet = short.into_iter().chain([width]).map(|columns| {
            let foot = foot(context, columns, ways);
            Self::captioned(foot, head.width(), logo, (width, base), context)
        });
        let (foot, caption) = feet.find(|(foot, _)| head.height() + 1 + foot.height() <= base)?;
        // Beside the foot where that leaves room, else above it.
        let room = width.saturating_sub(head.width() + 3);
        let high = (self.inside.height * 3 / 4).min(base);
        let words = foot.width().max(caption.1.width());
        let beside = photo::photo(room.min(width.saturating_sub(words + 3)), high, context);
        let above = photo::photo(room, base.saturating_sub(foot.height() + 1), context);
        let photo = [beside, above].into_iter().flatten().max_by_key(|sheet| sheet.photo.map(|cells| cells.height));
        // Where the caption does not stand under the logo, the foot has rows for it.
        let under = Some(&caption).filter(|(at, _)| at.y < base - foot.height());
        let under = under.map_or(0, |(at, words)| at.y + words.height());
        let drawn = logo.map_or(0, |(_, logo)| logo.cells().1).max(under);
        let filled = self.filled + head.height().max(drawn) + 1 + foot.height();
        Some(Self { head, foot, logo, caption, photo, filled, ..self })
    }

    /// The foot, and the caption with the place where it begins: under a logo that has room at the right of all of the
    /// head, else above the foot.
    fn captioned(
        foot: Sheet,
        head: u16,
        logo: Option<(Position, &Logo)>,
        (width, height): (u16, u16),
        context: &Context<'_>,
    ) -> (Sheet, (Position, Sheet)) {
        let room = width.saturating_sub(head + 3);
        if let Some((at, logo)) = logo.filter(|(_, logo)| logo.cells().0 <= room) {
            let under = words::caption(context, room.min(CAPTION.max(logo.cells().0)), true);
            if under.height() > 0 && logo.cells().1 + 2 + under.height() + foot.height() <= height {
                let at = Position { x: at.x.min(width - under.width()), y: logo.cells().1 + 1 };
                return (foot, (at, under));
            }
        }
        let caption = words::caption(context, width, logo.is_some());
        let mut below = blank(&caption);
        if below.height() > 0 {
            below.blank();
        }
        below.append(foot);
        let at = Position { x: 0, y: height.saturating_sub(below.height()) };
        (below, (at, caption))
    }

    /// Composes the back: the QR code, and beside it how to take the card away, or the story of the logo; `None` when
    /// the words do not fit.
    pub(super) fn back(&self, context: &Context<'_>) -> Option<Sheet> {
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
        // A picture has the margins of the front, and the words beside it begin where it does. It is left out where it
        // leaves them too little room.
        let size = Size { width: (room.width / 2).saturating_sub(GUTTER), height: self.inside.height };
        let pictures = Self::picture(size, context).map(Some).into_iter().chain([None]);
        pictures.into_iter().find_map(|picture| {
            let begin = picture.as_ref().map(|_| self.inside.y.saturating_sub(self.area.y + 1));
            let column = code.as_ref().map_or(0, |code| code.width() + 3);
            let taken = picture.as_ref().map_or(column, |picture| picture.width() + GUTTER);
            let words = takeaway(context, room.width - taken);
            if words.height() + begin.unwrap_or(0) > room.height {
                return None;
            }
            let mut sheet = Sheet::default();
            let top = |of: &Sheet| begin.unwrap_or_else(|| (room.height - of.height()) / 2);
            if let Some(picture) = picture {
                sheet.beside(room.width - picture.width(), top(&picture), picture);
            }
            if let Some(code) = code.clone() {
                sheet.beside(0, top(&code), code);
            }
            sheet.beside(column, top(&words), words);
            Some(sheet)
        })
    }

    /// The exhibit that the logo opens, beside the story of the logo: on the back of a card that has nothing to take
    /// away, where the box has room for it.
    fn picture(size: Size, context: &Context<'_>) -> Option<Sheet> {
        let Some(Opens::Exhibit(name)) = &context.document().card.opens else { return None };
        let has_room = size.width >= PICTURE && items(context.document()).is_empty();
        has_room.then(|| still(name, size, words::LOGO, context))
    }
}
