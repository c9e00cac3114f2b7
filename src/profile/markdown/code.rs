//! The lines of code as they are shown.

use crate::profile::characters::push_shown;

/// A tab goes to the next multiple of this many characters.
const TAB: usize = 4;

/// A line of code with its tabs as spaces and without control characters.
pub(super) fn without_tabs(line: &str) -> String {
    let mut shown = String::new();
    let mut column = 0;
    for character in line.chars() {
        if character == '\t' {
            let cells = TAB - column % TAB;
            shown.extend(std::iter::repeat_n(' ', cells));
            column += cells;
        } else {
            let before = shown.len();
            push_shown(&mut shown, character.encode_utf8(&mut [0; 4]));
            column += usize::from(shown.len() > before);
        }
    }
    shown.truncate(shown.trim_end().len());
    shown
}
