//! The owner's photo on the card.

use ratatui::{
    buffer::Buffer,
    layout::{Rect, Size},
    style::Color,
};

use super::super::super::screen::{Context, Sheet};
use crate::{
    site::Portrait,
    terminal::{
        capabilities::{Depth, Pictures},
        kitty,
    },
};

/// Whether the photo has its place on the card, whatever is seen of it yet. It is the place of the logo, too.
pub(super) fn has_place(context: &Context<'_>) -> bool {
    context.document().card.photo.is_some() && pictures(context) != Pictures::None
}

/// The photo where the columns and rows have room for it.
pub(super) fn photo(columns: u16, rows: u16, context: &Context<'_>) -> Option<Sheet> {
    let portrait = context.view.site.portrait(columns, rows)?;
    let mut sheet = match pictures(context) {
        Pictures::HalfBlocks => half_blocks(portrait, context),
        Pictures::Placeholders => placeholders(portrait),
        Pictures::Pending => Sheet::default(),
        Pictures::None => return None,
    };
    sheet.photo = Some(Size { width: portrait.columns, height: portrait.rows });
    Some(sheet)
}

fn pictures(context: &Context<'_>) -> Pictures {
    context.view.colors.applied(context.view.appearance).pictures()
}

/// The photo in blocks that fill the upper half of their cells, each on a ground of its own.
fn half_blocks(portrait: &Portrait, context: &Context<'_>) -> Sheet {
    let has_all_colours = context.view.appearance.depth == Depth::True;
    let colour = |[red, green, blue]: [u8; 3]| {
        if has_all_colours { Color::Rgb(red, green, blue) } else { Color::Indexed(nearest([red, green, blue])) }
    };
    let mut picture = Buffer::empty(Rect::new(0, 0, portrait.columns, portrait.rows));
    for (cell, [upper, lower]) in picture.content.iter_mut().zip(portrait.cells()) {
        cell.set_char('▀').set_fg(colour(upper)).set_bg(colour(lower));
    }
    let mut sheet = Sheet::default();
    sheet.picture(&picture, None);
    sheet
}

/// Cells that the terminal replaces by the photo.
fn placeholders(portrait: &Portrait) -> Sheet {
    let area = Rect::new(0, 0, portrait.columns, portrait.rows);
    let mut picture = Buffer::empty(area);
    for (cell, at) in picture.content.iter_mut().zip(area.positions()) {
        cell.set_symbol(&kitty::placeholder(at.x, at.y)).set_fg(kitty::INK);
    }
    let mut sheet = Sheet::default();
    sheet.picture(&picture, None);
    sheet
}

/// The nearest of xterm's 256 colours, without the sixteen that are each terminal's own: a cube of six levels each of
/// red, green and blue, and 24 greys.
fn nearest(colour: [u8; 3]) -> u8 {
    const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let level = |part: u8| {
        let distance = |(_, level): &(u8, u8)| level.abs_diff(part);
        (0..).zip(LEVELS).min_by_key(distance).unwrap_or_default()
    };
    let distance = |other: [u8; 3]| -> u32 {
        colour.iter().zip(other).map(|(one, other)| u32::from(one.abs_diff(other)).pow(2)).sum()
    };
    let [(r, red), (g, green), (b, blue)] = colour.map(level);
    let mean = colour.iter().map(|part| u16::from(*part)).sum::<u16>() / 3;
    // The greys are 8, 18 and so on to 238.
    let grey = (mean.saturating_sub(3) / 10).min(23) as u8;
    let (in_cube, in_greys) = ([red, green, blue], [8 + 10 * grey; 3]);
    if distance(in_greys) < distance(in_cube) { 232 + grey } else { 16 + 36 * r + 6 * g + b }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_colour_is_found() {
        for (colour, expected) in [
            ([0, 0, 0], 16),
            ([255, 255, 255], 231),
            ([255, 0, 0], 196),
            ([8, 8, 8], 232),
            ([238, 238, 238], 255),
            ([128, 128, 129], 244),
            ([100, 140, 170], 67),
            ([252, 4, 130], 198),
        ] {
            assert_eq!(nearest(colour), expected, "{colour:?}");
        }
    }
}
