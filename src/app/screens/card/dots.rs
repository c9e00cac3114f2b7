//! Dots as signs: two columns and four rows of them to a cell.

use ratatui::{buffer::Buffer, style::Style};

use crate::theme::Signs;

/// Draws dots, of which dot (0, 0) is the upper left corner of the buffer. Those outside of it are left out, and cells
/// without a dot are left as they are.
pub(super) fn draw(dots: impl Iterator<Item = (u16, u16)>, style: Style, signs: &Signs, buffer: &mut Buffer) {
    let width = buffer.area.width;
    let mut cells = vec![0_u8; buffer.content.len()];
    for (x, y) in dots.filter(|(x, _)| x / 2 < width) {
        if let Some(cell) = cells.get_mut(usize::from(y / 4) * usize::from(width) + usize::from(x / 2)) {
            *cell |= 1 << (x % 2 + 2 * (y % 4));
        }
    }
    for (pattern, cell) in cells.into_iter().zip(&mut buffer.content).filter(|(pattern, _)| *pattern != 0) {
        cell.set_char(signs.stipple(pattern)).set_style(style);
    }
}

#[cfg(test)]
mod tests {
    use ratatui::{layout::Rect, style::Color};

    use super::*;
    use crate::terminal::capabilities::Glyphs;

    #[test]
    fn dots_become_braille() {
        // Column by column.
        let bits = ["⠁", "⠂", "⠄", "⡀", "⠈", "⠐", "⠠", "⢀"];
        for (index, expected) in bits.into_iter().enumerate() {
            let dot = (u16::try_from(index).unwrap() / 4, u16::try_from(index).unwrap() % 4);
            let mut buffer = Buffer::empty(Rect::new(0, 0, 1, 1));
            draw([dot].into_iter(), Style::new(), Signs::of(Glyphs::Unicode), &mut buffer);
            assert_eq!(buffer, Buffer::with_lines([expected]));
        }
        let mut buffer = Buffer::with_lines(["bc", "ef"]);
        let style = Style::new().fg(Color::Red);
        draw([(0, 0), (1, 3), (2, 4), (2, 4)].into_iter(), style, Signs::of(Glyphs::Unicode), &mut buffer);
        let mut expected = Buffer::with_lines(["⢁c", "e⠁"]);
        expected.set_style(Rect::new(0, 0, 1, 1), style);
        expected.set_style(Rect::new(1, 1, 1, 1), style);
        assert_eq!(buffer, expected);
    }

    #[test]
    fn dots_outside_of_the_buffer_are_left_out() {
        let dots = || (0..60).flat_map(|y| (0..60).map(move |x| (x, y))).chain([(u16::MAX, u16::MAX), (u16::MAX, 0)]);
        for (area, expected) in [
            (Rect::new(0, 0, 2, 1), &["⣿⣿"][..]),
            (Rect::new(2, 1, 4, 2), &["⣿⣿⣿⣿", "⣿⣿⣿⣿"]),
            (Rect::new(0, 0, 0, 2), &["", ""]),
        ] {
            let mut buffer = Buffer::empty(area);
            draw(dots(), Style::new(), Signs::of(Glyphs::Unicode), &mut buffer);
            assert_eq!(buffer.content, Buffer::with_lines(expected.iter().copied()).content, "{area:?}");
        }
        let mut buffer = Buffer::with_lines(["ab", "cd"]);
        draw([(4, 0), (0, 8)].into_iter(), Style::new(), Signs::of(Glyphs::Unicode), &mut buffer);
        assert_eq!(buffer, Buffer::with_lines(["ab", "cd"]));
    }
}
