//! The owner's photo on the card.

use ratatui::{
    buffer::Buffer,
    layout::{Rect, Size},
    style::Color,
};

use super::super::super::screen::{Context, Sheet};
use crate::{
    document::Rgb,
    site::Portrait,
    terminal::{
        capabilities::{Depth, Pictures},
        kitty,
    },
    theme::palette,
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
    let colour = |pixel @ [red, green, blue]: [u8; 3]| {
        if has_all_colours {
            Color::Rgb(red, green, blue)
        } else {
            Color::Indexed(palette::nearest(Rgb::from_channels(pixel)))
        }
    };
    let mut picture = Buffer::empty(Rect::new(0, 0, portrait.columns, portrait.rows));
    for (cell, [upper, lower]) in picture.content.iter_mut().zip(&portrait.cells) {
        cell.set_char('▀').set_fg(colour(*upper)).set_bg(colour(*lower));
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
