//! The QR code, painted so that a camera can read it: dark modules on light paper, whatever the terminal's ground.

use qrcode::{Color, QrCode};

use super::{
    super::{Content, Model},
    sheet::Sheet,
};
use crate::{profile::Qr, terminal::capabilities::Glyphs, theme::Theme};

/// The QR code in half blocks, with at least `quiet` light modules on each side (ISO/IEC 18004 asks for 4; readers make
/// do with fewer); `None` where there is none, or where the terminal has no half blocks to draw it with.
pub(super) fn sheet(model: &Model, quiet: u16, theme: &Theme) -> Option<Sheet<'static>> {
    let code = model.content.qr()?;
    let (quiet, side) = (usize::from(quiet), usize::from(side(model, quiet)?));
    let mut sheet = Sheet::default();
    for y in (0..side).step_by(2) {
        let row = (0..side).map(|x| half_block(dark(code, x, y, quiet), dark(code, x, y + 1, quiet)));
        sheet.line(0, row.collect::<String>(), theme.code);
    }
    Some(sheet)
}

/// The columns that it takes, as many as it has modules; `None` where there is none to be drawn.
pub(super) fn side(model: &Model, quiet: u16) -> Option<u16> {
    let code = model.content.qr().filter(|_| model.look.glyphs == Glyphs::Unicode)?;
    Some(code.width() as u16 + 2 * quiet)
}

/// What a camera finds in it.
pub(super) fn says(content: &Content) -> &str {
    match &content.profile.card.qr {
        Qr::None => "",
        Qr::Address(address) => address,
        Qr::Link(link) => link,
        Qr::Mecard(_) => "the card, for an address book",
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
