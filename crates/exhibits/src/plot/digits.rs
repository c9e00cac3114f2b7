//! One figure in large digits: seven segments each, three cells wide and three high, in the lines of a box.

use ratatui::{buffer::Buffer, layout::Rect, style::Style};

use super::put;
use crate::{palette::Palette, signs::Signs};

/// The rows of a digit.
pub(crate) const HEIGHT: u16 = 3;

/// The segments of the digits from 0 to 9. Bit 0 is the upper one, then clockwise around to bit 5, and bit 6 is the
/// middle.
const SEGMENTS: [u8; 10] = [0x3f, 0x06, 0x5b, 0x4f, 0x66, 0x6d, 0x7d, 0x07, 0x7f, 0x6f];

/// Writes a number of digits and points, a column between its digits; another character leaves the place of a digit
/// free. Returns the column after the next gap.
pub(crate) fn large(
    text: &str,
    style: Style,
    palette: &Palette,
    area: Rect,
    (mut x, y): (u16, u16),
    buffer: &mut Buffer,
) -> u16 {
    for character in text.chars() {
        if character == '.' {
            put(buffer, area, x.saturating_sub(1), y + HEIGHT - 1, ".", style);
            continue;
        }
        let digit = character.to_digit(10).and_then(|digit| SEGMENTS.get(digit as usize));
        for (row, y) in (0..3).zip(y..) {
            let text: String = (0..3).map(|column| cell(*digit.unwrap_or(&0), column, row, palette.signs)).collect();
            put(buffer, area, x, y, &text, style);
        }
        x += 4;
    }
    x
}

/// What stands in a cell of a digit, counted from the upper left.
fn cell(segments: u8, column: u8, row: u8, signs: Signs) -> char {
    let on = |segment: u8| segments & (1 << segment) != 0;
    // The horizontal segment of this row, and the vertical ones above and below this cell.
    let across = on(match row {
        0 => 0,
        1 => 6,
        _ => 3,
    });
    let [upper, lower] = if column == 0 { [5, 4] } else { [1, 2] };
    let above = (row == 1 && on(upper)) || (row == 2 && on(lower));
    let below = (row == 0 && on(upper)) || (row == 1 && on(lower));
    match (signs, column) {
        (Signs::Ascii, 1) if across => '_',
        (Signs::Unicode, 1) if across => '─',
        (Signs::Ascii, 0 | 2) if above => '|',
        (Signs::Ascii, _) | (_, 1) => ' ',
        (Signs::Unicode, _) => match (above, below, across, column) {
            (false, false, false, _) => ' ',
            (true, false, false, _) => '╵',
            (false, true, false, _) => '╷',
            (true, true, false, _) => '│',
            (false, false, true, 0) => '╶',
            (false, false, true, _) => '╴',
            (true, false, true, 0) => '└',
            (true, false, true, _) => '┘',
            (false, true, true, 0) => '┌',
            (false, true, true, _) => '┐',
            (true, true, true, 0) => '├',
            (true, true, true, _) => '┤',
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::check::picture;

    #[test]
    fn digits_are_told_apart() {
        for signs in [Signs::Unicode, Signs::Ascii] {
            let of = |digit: u32| {
                picture(signs, (3, 3), |palette, area, buffer| {
                    assert_eq!(large(&digit.to_string(), palette.text, palette, area, (0, 0), buffer), 4);
                })
            };
            let mut all: Vec<_> = (0..10).map(of).collect();
            all.sort();
            all.dedup();
            assert_eq!(all.len(), 10);
        }
        let text = picture(Signs::Unicode, (7, 3), |palette, area, buffer| {
            large("2.4", palette.text, palette, area, (0, 0), buffer);
        });
        assert_eq!(text, "╶─┐ ╷ ╷\n┌─┘ └─┤\n└─╴.  ╵");
    }
}
