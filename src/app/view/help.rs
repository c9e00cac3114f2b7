//! The keys, from the one table of them.

use unicode_width::UnicodeWidthStr as _;

use super::{
    super::keys::{self, TABLE},
    sheet::{Row, Sheet},
    window::Window,
};
use crate::theme::Theme;

pub(super) fn sheet(theme: &Theme, window: &Window) -> Sheet<'static> {
    let mut sheet = Sheet::default();
    let name = |row: &'static keys::Row| theme.signs.key(row.shown);
    let keys = TABLE.iter().map(|row| name(row).width()).max().unwrap_or(0) as u16;
    let room = window.text.width.saturating_sub(keys + 3);
    for line in &TABLE {
        for (i, help) in textwrap::wrap(line.help, usize::from(room.max(1))).into_iter().enumerate() {
            let mut row = Row::default();
            if i == 0 {
                row.put(0, name(line), theme.strong);
            }
            row.put(keys + 3, help, theme.ink);
            sheet.push(row);
        }
    }
    sheet
}
