//! The QR code, painted so that a camera can read it: dark modules on a light ground, whatever the terminal's ground.

use qrcode::{Color, QrCode};
use ratatui::{
    layout::Rect,
    style::{Modifier, Style},
};

use super::super::screen::{Context, Row, Sheet};
use crate::document::Qr;

/// The QR code with at least `quiet` light modules on each side (ISO/IEC 18004 asks for 4; readers make do with fewer);
/// `None` where there is none. A module is half a cell, or where there are no half blocks two spaces on its own ground.
pub(super) fn sheet(context: &Context<'_>, quiet: u16) -> Option<Sheet> {
    let (code, style) = (context.view.site.qr()?, context.theme.code);
    let (quiet, side) = (usize::from(quiet), code.width() + 2 * usize::from(quiet));
    let mut sheet = Sheet::default();
    if context.view.appearance.is_ascii() {
        for y in 0..side {
            let modules: Vec<bool> = (0..side).map(|x| dark(code, x, y, quiet)).collect();
            let mut row = Row::default();
            let mut x = 0;
            for run in modules.chunk_by(|one, next| one == next) {
                let style = if run.first() == Some(&true) { reversed(style) } else { style };
                x = row.put(x, "  ".repeat(run.len()), style);
            }
            row.keep(0..x);
            sheet.push(row);
        }
    } else {
        for y in (0..side).step_by(2) {
            let row = (0..side).map(|x| half_block(dark(code, x, y, quiet), dark(code, x, y + 1, quiet)));
            sheet.line(0, row.collect::<String>(), style);
        }
    }
    Some(sheet)
}

/// The columns and rows that the code takes, without drawing it.
pub(super) fn size(context: &Context<'_>, quiet: u16) -> Option<(u16, u16)> {
    let side = context.view.site.qr()?.width() as u16 + 2 * quiet;
    Some(if context.view.appearance.is_ascii() { (2 * side, side) } else { (side, side.div_ceil(2)) })
}

/// Whether a code can be seen whole in an area, if not at once then scrolled to: a camera reads no half of one.
pub(super) fn fits(context: &Context<'_>, quiet: u16, area: Rect) -> bool {
    size(context, quiet).is_some_and(|(columns, rows)| columns <= area.width && rows <= area.height)
}

/// Dark where the style is light. Colours are those of the style itself, so a terminal without colour can do it.
fn reversed(style: Style) -> Style {
    if style.add_modifier.contains(Modifier::REVERSED) {
        style.remove_modifier(Modifier::REVERSED)
    } else {
        style.add_modifier(Modifier::REVERSED)
    }
}

/// What a camera finds in the code, in words.
pub(super) fn caption<'a>(context: &Context<'a>) -> &'a str {
    match &context.document().card.qr {
        Qr::None => "",
        Qr::Address(address) => address,
        Qr::Link(link) => link,
        Qr::Mecard(_) => &context.words().card.vcard_code,
    }
}

fn dark(code: &QrCode, x: usize, y: usize, quiet: usize) -> bool {
    let inside = |at: usize| at.checked_sub(quiet).filter(|at| *at < code.width());
    matches!((inside(x), inside(y)), (Some(x), Some(y)) if code[(x, y)] == Color::Dark)
}

/// Two modules, one above the other, as one character.
fn half_block(above: bool, below: bool) -> char {
    match (above, below) {
        (true, true) => '█',
        (true, false) => '▀',
        (false, true) => '▄',
        (false, false) => ' ',
    }
}
