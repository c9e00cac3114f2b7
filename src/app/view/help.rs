//! The keys, from the one table of them.

use unicode_width::UnicodeWidthStr as _;

use super::{
    super::keys::TABLE,
    sheet::{Row, Sheet},
    window::Window,
};
use crate::theme::Theme;

pub(super) fn sheet(theme: &Theme, window: &Window) -> Sheet<'static> {
    let mut sheet = Sheet::default();
    let keys = TABLE.iter().map(|row| row.shown.width()).max().unwrap_or(0) as u16;
    let room = window.text.width.saturating_sub(keys + 3);
    for line in &TABLE {
        for (i, help) in textwrap::wrap(line.help, usize::from(room.max(1))).into_iter().enumerate() {
            let mut row = Row::default();
            if i == 0 {
                row.put(0, line.shown, theme.strong);
            }
            row.put(keys + 3, help, theme.ink);
            sheet.push(row);
        }
    }
    sheet
}
