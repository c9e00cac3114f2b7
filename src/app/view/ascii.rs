//! The page in ASCII, for consoles without boxes, blocks and braille: every sign of ours has one of theirs.

use ratatui::buffer::Buffer;

/// Our signs, and what stands for them. Letters of the profile's own language stay as they are.
const SIGNS: [(&str, &str); 32] = [
    ("╭", "+"),
    ("╮", "+"),
    ("╰", "+"),
    ("╯", "+"),
    ("─", "-"),
    ("│", "|"),
    ("═", "="),
    ("▌", ">"),
    ("·", "-"),
    ("→", ">"),
    ("←", "<"),
    ("↑", "^"),
    ("↓", "v"),
    ("⏎", "="),
    ("…", "."),
    ("•", "*"),
    ("—", "-"),
    ("–", "-"),
    ("’", "'"),
    ("‘", "'"),
    ("“", "\""),
    ("”", "\""),
    ("¹", "1"),
    ("²", "2"),
    ("³", "3"),
    ("⁴", "4"),
    ("⁵", "5"),
    ("⁶", "6"),
    ("⁷", "7"),
    ("⁸", "8"),
    ("⁹", "9"),
    ("⁰", "0"),
];

/// Replaces our signs in a drawn window.
pub(super) fn compose(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        let symbol = cell.symbol();
        if symbol.is_ascii() {
            continue;
        }
        if let Some((_, sign)) = SIGNS.iter().find(|(of, _)| *of == symbol) {
            cell.set_symbol(sign);
        } else if let Some(dots @ '\u{2800}'..='\u{28ff}') = symbol.chars().next() {
            cell.set_symbol(stipple(dots));
        }
    }
}

/// A braille cell as a point, by where its dots are.
fn stipple(dots: char) -> &'static str {
    // Bits 0, 1, 3, 4 are the upper half of the cell, the others the lower one.
    let bits = dots as u32 & 0xff;
    match (bits & 0b0001_1011 != 0, bits & 0b1110_0100 != 0) {
        (false, false) => " ",
        (true, false) => "'",
        (false, true) => ".",
        (true, true) => ":",
    }
}
