//! The card itself: the one thing that has a box. It keeps a business card's proportion and stands in the middle; where
//! it does not fit, the same words stand without it.

use super::{
    super::{Model, content::MEASURE, keys::Command, mark::Mark},
    Target, mark_found, qr,
    sheet::{Row, Sheet},
    window::Window,
};
use crate::{
    profile::{Page, typeset},
    theme::Theme,
};
use ratatui::{buffer::Buffer, layout::Rect};

/// The heights that a card may have, in rows, largest first: that is as wide as the text of a wide window. Its width follows:
/// 3.5 by 2 inches, a cell being about twice as high as wide.
const HEIGHTS: [u16; 7] = [28, 26, 22, 20, 18, 16, 14];

/// Words beside the QR code have at least this many columns.
const NARROWEST: u16 = 19;

/// A card in its box.
pub(super) struct Face<'a> {
    /// Where it stands.
    pub(super) area: Rect,
    front: Front<'a>,
}

/// The card, if it is what the window shows and the window has room for its box.
pub(super) fn boxed<'a>(model: &'a Model, window: &Window) -> Option<Face<'a>> {
    if model.page() != Page::Card || model.help.is_some() || model.search.is_some() {
        return None;
    }
    let theme = model.theme();
    HEIGHTS.into_iter().find_map(|height| {
        let width = (height * 7).div_ceil(2);
        let body = window.body;
        if height > body.height || width > body.width {
            return None;
        }
        let area = Rect { x: body.x + (body.width - width) / 2, y: body.y + (body.height - height) / 2, width, height };
        // Both sides fit, or neither has a box: a card does not change its size when it turns.
        let front = front(model, inside(area), &theme)?;
        (takeaway(model, inside(area).width, &theme).height() <= inside(area).height).then_some(Face { area, front })
    })
}

/// The mark that is shown on the front of the card at the moment.
pub(in crate::app) fn mark(model: &Model) -> Option<&Mark> {
    let window = Window::of(model.size())?;
    let mark = match boxed(model, &window) {
        Some(face) => face.front.mark?.1,
        None => plain(model, &model.theme(), &window).1?.1,
    };
    Some(mark)
}

pub(super) fn hints() -> Vec<(Command, &'static str)> {
    vec![(Command::Open, "read on"), (Command::Flip, "flip")]
}

/// The card without its box.
pub(super) fn sheet<'a>(model: &'a Model, theme: &Theme, window: &Window) -> Sheet<'a> {
    let (mut sheet, mark) = plain(model, theme, window);
    if let Some((x, mark)) = mark
        && !model.flipped
    {
        sheet.beside(x, 0, drawn(model, mark, theme));
    }
    for row in sheet.rows_mut() {
        row.hit(0..window.text.width, Target::Command(Command::Flip));
    }
    sheet
}

/// The words of the card without its box, and where its mark stands beside them.
fn plain<'a>(model: &'a Model, theme: &Theme, window: &Window) -> (Sheet<'a>, Option<(u16, &'a Mark)>) {
    let width = window.text.width.min(MEASURE);
    let mut sheet = Sheet::default();
    if model.flipped {
        sheet = takeaway(model, width, theme);
        return (sheet, None);
    }
    let head = head(model, width, theme);
    let height = head.height();
    let left = head.width();
    sheet.beside(0, 0, head);
    let foot = foot(model, width, theme);
    if foot.height() > 0 {
        let y = height + 1;
        sheet.beside(0, y, foot);
    }
    let room = window.text.width.saturating_sub(left + 2);
    let mark = model.content.mark(room, height).map(|mark| (window.text.width - columns(mark), mark));
    (sheet, mark)
}

/// What stands on the front: the words above, the words below, and the mark at the right.
struct Front<'a> {
    head: Sheet<'a>,
    foot: Sheet<'a>,
    /// Where in the card, and what.
    mark: Option<(Rect, &'a Mark)>,
}

/// The area within a card's box and margins.
fn inside(card: Rect) -> Rect {
    let (x, y) = if card.height >= 22 { (6, 3) } else { (3, 2) };
    Rect {
        x: card.x + x,
        y: card.y + y,
        width: card.width.saturating_sub(2 * x),
        height: card.height.saturating_sub(2 * y),
    }
}

/// Composes the front; `None` when the words do not fit.
fn front<'a>(model: &'a Model, inside: Rect, theme: &Theme) -> Option<Front<'a>> {
    let head = head(model, inside.width, theme);
    let left = head.width();
    let foot = foot(model, left.max(inside.width * 4 / 9), theme);
    if head.height() + 1 + foot.height() > inside.height {
        return None;
    }
    let room = Rect { x: inside.x + left + 3, width: inside.width.saturating_sub(left + 3), ..inside };
    // Under half of the height: a mark, not a poster.
    let mark = model.content.mark(room.width, room.height * 9 / 20).map(|mark| {
        let (width, height) = (columns(mark), rows(mark));
        (Rect { x: inside.right() - width, y: inside.y, width, height }, mark)
    });
    Some(Front { head, foot, mark })
}

impl<'a> Face<'a> {
    /// Composes the back: the QR code, and beside it how to take the card away; `None` when the words do not fit.
    fn back(&self, model: &'a Model, theme: &Theme) -> Option<Sheet<'a>> {
        let inside = inside(self.area);
        let room = Rect { height: self.area.height - 2, ..inside };
        let painted = [4, 3, 2, 1].into_iter().find_map(|quiet| {
            let (columns, rows) = qr::size(model, quiet)?;
            let fits = rows <= room.height && columns + 3 + NARROWEST <= room.width;
            let words = takeaway(model, room.width.saturating_sub(columns + 3), theme);
            (fits && words.height() <= room.height).then(|| qr::sheet(model, quiet, theme))?
        });
        let mut sheet = Sheet::default();
        let column = painted.as_ref().map_or(0, |painted| painted.width() + 3);
        let words = takeaway(model, room.width - column, theme);
        let (words_height, painted_height) = (words.height(), painted.as_ref().map_or(0, Sheet::height));
        if words_height > room.height {
            return None;
        }
        let top = |height: u16| (room.height - height) / 2;
        if let Some(painted) = painted {
            sheet.beside(0, top(painted_height), painted);
        }
        sheet.beside(column, top(words_height), words);
        Some(sheet)
    }

    /// Draws the side that is up, or the card as it turns.
    pub(super) fn draw(self, model: &'a Model, theme: &Theme, buffer: &mut Buffer) {
        let area = self.area;
        let Some(progress) = model.turn_progress() else { return self.side(model, model.flipped, theme, buffer) };
        // Half a turn about the upright axis: the card narrows to its edge, then widens with its other side up.
        let width = (f32::from(area.width) * (1.0 - 2.0 * progress).abs()).round() as u16;
        let width = width.clamp(1, area.width);
        let mut whole = Buffer::empty(area);
        self.side(model, model.flipped == (progress >= 0.5), theme, &mut whole);
        let turned = Rect { x: area.x + (area.width - width) / 2, width, ..area };
        for at in turned.positions() {
            let x = u32::from(at.x - turned.x) * u32::from(area.width - 1) / u32::from(width.max(2) - 1);
            let cell = whole.cell((area.x + x as u16, at.y)).filter(|cell| typeset::width(cell.symbol()) == 1);
            if let (Some(cell), Some(to)) = (cell, buffer.cell_mut(at)) {
                *to = cell.clone();
            }
        }
    }

    fn side(self, model: &'a Model, back: bool, theme: &Theme, buffer: &mut Buffer) {
        let (inside, below) = (inside(self.area), self.area.height - 2);
        outline(self.area, theme).draw(self.area, 0, buffer);
        if back {
            let area = Rect { y: self.area.y + 1, height: below, ..inside };
            if let Some(sheet) = self.back(model, theme) {
                sheet.draw(area, 0, buffer);
            }
        } else {
            let Front { head, foot, mark } = self.front;
            let height = foot.height();
            head.draw(inside, 0, buffer);
            foot.draw(Rect { y: inside.bottom() - height, height, ..inside }, 0, buffer);
            if let Some((at, mark)) = mark {
                drawn(model, mark, theme).draw(at, 0, buffer);
            }
        }
    }
}

/// The box.
fn outline(area: Rect, theme: &Theme) -> Sheet<'static> {
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

/// Name, headline, role, organization, place: those that the profile has.
fn head<'a>(model: &'a Model, width: u16, theme: &Theme) -> Sheet<'a> {
    let card = &model.content.profile.card;
    let mut sheet = Sheet::default();
    for (text, style) in [(&card.name, theme.strong), (&card.pronouns, theme.quiet)] {
        if let Some(text) = text {
            sheet.wrapped(0, width, text, style);
        }
    }
    if sheet.height() > 0 {
        sheet.blank();
    }
    // With a name above it the headline is what the name does; without one it is the largest that there is.
    let style = if card.name.is_some() { theme.ink } else { theme.strong };
    for line in &card.headline {
        sheet.wrapped(0, width, line, style);
    }
    let work = [(&card.role, theme.ink), (&card.organization, theme.accent), (&card.place, theme.quiet)];
    for (i, (text, style)) in work.into_iter().filter_map(|(text, style)| Some((text.as_ref()?, style))).enumerate() {
        if i == 0 {
            sheet.blank();
        }
        sheet.wrapped(0, width, text, style);
    }
    mark_found(model, &mut sheet, theme, |text| !is_in_foot(model, text));
    sheet
}

/// Interests, and what else there is to life.
fn foot<'a>(model: &'a Model, width: u16, theme: &Theme) -> Sheet<'a> {
    let card = &model.content.profile.card;
    let mut sheet = Sheet::default();
    for line in joined(&card.interests, theme.signs.separator, width) {
        sheet.line(0, line, theme.ink);
    }
    if !card.interests.is_empty() && !card.outside.is_empty() {
        sheet.blank();
    }
    for line in joined(&card.outside, ", ", width) {
        sheet.line(0, line, theme.quiet);
    }
    mark_found(model, &mut sheet, theme, |text| is_in_foot(model, text));
    sheet
}

/// Whether a field of the card stands below; the same words may stand in the headline.
fn is_in_foot(model: &Model, text: &str) -> bool {
    let card = &model.content.profile.card;
    card.interests.iter().chain(&card.outside).any(|field| field == text)
}

/// Words with a separator between them, broken only there; the lines are about equally long.
fn joined(words: &[String], separator: &str, width: u16) -> Vec<String> {
    let gap = typeset::width(separator);
    let words: Vec<(&str, u16)> = words.iter().map(|word| (word.as_str(), typeset::width(word))).collect();
    // How many words stand on each line, where as many do as have room.
    let fill = |width: u16| {
        let mut lines: Vec<(usize, u16)> = Vec::new();
        for (_, cells) in &words {
            match lines.last_mut() {
                Some((count, used)) if *used + gap + cells <= width => {
                    *count += 1;
                    *used += gap + cells;
                }
                _ => lines.push((1, *cells)),
            }
        }
        lines
    };
    let count = fill(width).len();
    // As narrow as it gets without another line; a wider one never has more.
    let (mut narrowest, mut too_narrow) = (width, 0);
    while narrowest > too_narrow + 1 {
        let between = too_narrow + (narrowest - too_narrow) / 2;
        if fill(between).len() <= count {
            narrowest = between;
        } else {
            too_narrow = between;
        }
    }
    let mut rest = words.iter();
    let line = |(count, _)| rest.by_ref().take(count).map(|(word, _)| *word).collect::<Vec<_>>().join(separator);
    let mut lines: Vec<String> = fill(narrowest).into_iter().map(line).collect();
    if separator == ", " {
        let last = lines.len().saturating_sub(1);
        for line in lines.iter_mut().take(last) {
            line.push(',');
        }
    }
    lines.into_iter().flat_map(|line| typeset::wrap(&line, width)).collect()
}

/// How to take the card away.
fn takeaway<'a>(model: &'a Model, width: u16, theme: &Theme) -> Sheet<'a> {
    let mut sheet = Sheet::default();
    sheet.line(0, "Take the card away", theme.strong);
    for (command, gives) in model.content.takeaways() {
        sheet.blank();
        sheet.wrapped(0, width, &command, theme.accent);
        sheet.wrapped(0, width, gives, theme.quiet);
    }
    if model.content.profile.card.address.is_none() {
        sheet.blank();
        sheet.wrapped(0, width, "HOST is the address that brought you here.", theme.quiet);
    }
    sheet
}

/// The mark as it stands at the moment.
fn drawn(model: &Model, mark: &Mark, theme: &Theme) -> Sheet<'static> {
    let area = Rect { x: 0, y: 0, width: columns(mark), height: rows(mark) };
    let mut buffer = Buffer::empty(area);
    let (style, signs) = (theme.accent, theme.signs);
    match model.flow_frame() {
        Some(frame) => super::super::mark::draw(mark.frame(frame), area, style, signs, &mut buffer),
        None => super::super::mark::draw(mark.rest(), area, style, signs, &mut buffer),
    }
    let mut sheet = Sheet::default();
    for row in buffer.content().chunks(usize::from(area.width.max(1))) {
        sheet.line(0, row.iter().map(ratatui::buffer::Cell::symbol).collect::<String>(), style);
    }
    sheet
}

fn columns(mark: &Mark) -> u16 {
    mark.size().0.div_ceil(2)
}

fn rows(mark: &Mark) -> u16 {
    mark.size().1.div_ceil(4)
}
