//! An exhibit at rest, beside a page.

use ratatui::{
    buffer::Buffer,
    layout::{Rect, Size},
};

use super::super::super::screen::{Context, Sheet, Target};
use crate::exhibits::{self, Palette, Signs};

/// A picture is at least so high.
const LEAST: u16 = 10;

/// An exhibit beside a page, at rest after what it has to show: its title, its picture and what to notice.
pub(in crate::app::screens) fn still(name: &str, size: Size, target: Target, context: &Context<'_>) -> Sheet {
    let (theme, mut sheet) = (context.theme, Sheet::default());
    let Some((exhibit, summary)) = exhibits::demonstrated(name).zip(exhibits::summary(name)) else { return sheet };
    sheet.wrapped(0, size.width, &context.spell(summary.title), theme.strong);
    sheet.blank();
    let mut notice = Sheet::default();
    notice.wrapped(0, size.width, &context.spell(&summary.notice), theme.quiet);
    // Cells are about twice as high as wide, and a picture about as high as wide.
    let room = size.height.saturating_sub(sheet.height() + 1 + notice.height());
    let area = Rect { x: 0, y: 0, width: size.width, height: room.min(size.width / 2) };
    if area.height >= LEAST {
        let mut picture = Buffer::empty(area);
        // Nothing of it is selected, and what a search marks on the page stands out.
        let palette = Palette { selected: theme.found, ..palette(context) };
        exhibit.draw(&palette, area, &mut picture);
        sheet.picture(&picture, None);
        sheet.blank();
    }
    sheet.append(notice);
    sheet.rows_from(0).for_each(|row| row.hit(0..size.width, target));
    sheet.truncate(size.height);
    sheet
}

/// The styles and signs that the picture is drawn with.
pub(super) fn palette(context: &Context<'_>) -> Palette {
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
