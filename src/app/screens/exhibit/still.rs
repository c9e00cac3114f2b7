//! An exhibit at rest, beside a page.

use ratatui::{
    buffer::Buffer,
    layout::{Rect, Size},
    style::Modifier,
};

use super::super::super::screen::{Context, Sheet, Target};
use crate::exhibits::{self, Palette, Signs};

/// A picture is at least so high: beside a page, and under one.
const LEAST: (u16, u16) = (10, 7);

/// What an exhibit is called in a few words: its title up to a comma or a colon.
pub(in crate::app::screens) fn short_title(name: &str) -> Option<&'static str> {
    exhibits::summary(name)?.title.split([',', ':']).next()
}

/// An exhibit beside a page, at rest after what it has to show: its title, its picture, what to notice, and the basis
/// of its figures.
pub(in crate::app::screens) fn still(name: &str, size: Size, target: Target, context: &Context<'_>) -> Sheet {
    let mut sheet = Sheet::default();
    let Some(summary) = exhibits::summary(name) else { return sheet };
    sheet.wrapped(0, size.width, &context.spell(summary.title), context.theme.strong);
    sheet.blank();
    let mut notice = Sheet::default();
    let told = format!("{} {}", summary.notice, summary.basis);
    notice.wrapped(0, size.width, &context.spell(&told), context.theme.quiet);
    let height = size.height.saturating_sub(sheet.height() + 1 + notice.height());
    if height >= LEAST.0
        && let Some(picture) = picture(name, Size { height, ..size }, target, context)
    {
        sheet.append(picture);
        sheet.blank();
    }
    sheet.append(notice);
    sheet.rows_from(0).for_each(|row| row.hit(0..size.width, target));
    sheet.truncate(size.height);
    sheet
}

/// An exhibit under a page, at rest after what it has to show: its title, as a link or as a heading, its picture and
/// the basis of its figures; `None` where there is no room for them.
pub(in crate::app::screens) fn illustration(
    name: &str,
    is_link: bool,
    size: Size,
    target: Target,
    context: &Context<'_>,
) -> Option<Sheet> {
    let (mut sheet, mut basis, summary) = (Sheet::default(), Sheet::default(), exhibits::summary(name)?);
    if is_link {
        link(summary.title, target, size.width, context, &mut sheet);
    } else {
        sheet.link_row(size.width, &context.spell(summary.title), context.theme.strong, target);
    }
    basis.wrapped(0, size.width, &context.spell(&summary.basis), context.theme.quiet);
    // Small print keeps clear of the picture.
    let height = size.height.checked_sub(sheet.height() + 1 + basis.height())?;
    sheet.append(picture(name, Size { height, ..size }, target, context)?);
    sheet.blank();
    sheet.append(basis);
    Some(sheet)
}

/// The exhibits of an entry from one of them on, a line each.
pub(in crate::app::screens) fn links(names: &[String], from: usize, width: u16, context: &Context<'_>) -> Sheet {
    let mut sheet = Sheet::default();
    let summaries = names.iter().filter_map(|name| exhibits::summary(name));
    for (nth, summary) in summaries.enumerate().skip(from) {
        link(summary.title, Target::Exhibit(nth), width, context, &mut sheet);
    }
    sheet
}

/// A line that leads to an exhibit.
fn link(title: &str, target: Target, width: u16, context: &Context<'_>, sheet: &mut Sheet) {
    let text = format!("{} {}", context.theme.signs.arrow, context.spell(title));
    sheet.link_row(width, &text, context.theme.link, target);
}

/// The picture of an exhibit at rest; `None` where there is no room for it.
fn picture(name: &str, size: Size, target: Target, context: &Context<'_>) -> Option<Sheet> {
    // Cells are about twice as high as wide, and a picture about as high as wide.
    let area = Rect { x: 0, y: 0, width: size.width, height: size.height.min(size.width / 2) };
    let exhibit = exhibits::demonstrated(name).filter(|_| area.height >= LEAST.1)?;
    let (mut sheet, mut picture) = (Sheet::default(), Buffer::empty(area));
    // Nothing of it is selected, and what a search marks on the page stands out.
    exhibit.draw(&Palette { selected: context.theme.found, ..palette(context) }, area, &mut picture);
    sheet.picture(&picture, Some(target));
    Some(sheet)
}

/// The styles and signs that the picture is drawn with, which has its colours on every ground.
pub(super) fn palette(context: &Context<'_>) -> Palette {
    let theme = context.theme;
    Palette {
        text: theme.ink,
        strong: theme.strong,
        quiet: theme.rule,
        accent: theme.accent,
        highlight: if theme.accent.fg.is_some() { theme.accent.add_modifier(Modifier::BOLD) } else { theme.found },
        selected: theme.marked,
        signs: signs(context),
    }
}

/// The characters of this terminal.
pub(in crate::app::screens) fn signs(context: &Context<'_>) -> Signs {
    if context.view.appearance.is_ascii() { Signs::Ascii } else { Signs::Unicode }
}
