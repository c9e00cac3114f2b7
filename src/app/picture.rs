//! Draws a window as SVG: the rows of a buffer in the colours of a terminal. Lines, blocks and braille are drawn as
//! shapes, since fonts differ in them; other characters are text, each run stretched to the width of its cells.

use std::fmt::Write as _;

use ratatui::{
    buffer::Cell,
    layout::Size,
    style::{Color, Modifier},
};

use crate::{
    document::Rgb,
    formats::{DARK, LIGHT, escaped},
    terminal::capabilities::Ground,
    typeset::grapheme_width,
};

/// A cell in the units of the picture. The dots of a braille pattern, two in its width and four in its height, and the
/// eighths of a block have whole numbers for places.
const CELL: (u32, u32) = (8, 16);
/// The size of letters, and where they stand in the cell.
const LETTERS: u32 = 13;
const BASELINE: u32 = 12;
/// The blank edge around the window.
const MARGIN: u32 = 11;

/// The end of a picture, after its rows.
pub(super) const END: &str = "</g>\n</svg>\n";

/// The beginning of a picture of a window, before its rows. `title` is SVG. No cell may have one of the 256 colours but
/// those of the QR code.
pub(super) fn begin(size: Size, ground: Ground, title: &str) -> String {
    let (ink, paper) = inks(ground);
    let (width, height) = (u32::from(size.width) * CELL.0 + 2 * MARGIN, u32::from(size.height) * CELL.1 + 2 * MARGIN);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{}\" height=\"{}\" \
         font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace\" font-size=\"{LETTERS}\" \
         fill=\"{ink}\" color=\"{ink}\">\n{title}<rect width=\"{width}\" height=\"{height}\" rx=\"6\" fill=\"{paper}\"/>\n\
         <g transform=\"translate({MARGIN} {MARGIN})\" stroke-linecap=\"round\" xml:space=\"preserve\">\n",
        width * 5 / 4,
        height * 5 / 4
    )
}

/// Ink and paper of a picture.
fn inks(ground: Ground) -> (Rgb, Rgb) {
    let colors = if ground == Ground::Light { LIGHT } else { DARK };
    (colors.ink, colors.paper)
}

/// A row of a window: what is behind its cells, its texts, and its signs.
pub(super) fn row(cells: &[Cell], y: u32, ground: Ground) -> String {
    let (top, mut svg) = (y * CELL.1, String::new());
    papers(cells, top, &mut svg);
    texts(cells, top, ground, &mut svg);
    signs(cells, top, &mut svg);
    svg
}

/// The painted grounds of a row. Where ink and paper are reversed, the paper is the ink.
fn papers(cells: &[Cell], top: u32, svg: &mut String) {
    let mut left = 0;
    for run in cells.chunk_by(|a, b| paper(a) == paper(b)) {
        let width = run.len() as u32 * CELL.0;
        if let Some(colour) = run.first().and_then(paper) {
            let _ = writeln!(
                svg,
                "<rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{}\" fill=\"{colour}\"/>",
                CELL.1
            );
        }
        left += width;
    }
}

/// What is behind a cell; `None` for the picture's own paper.
fn paper(cell: &Cell) -> Option<String> {
    if reversed(cell) { Some(css(cell.fg).unwrap_or_else(|| "currentColor".to_owned())) } else { css(cell.bg) }
}

fn reversed(cell: &Cell) -> bool {
    cell.modifier.contains(Modifier::REVERSED)
}

/// The texts of a row: one for each style, and a new one after each gap of two spaces.
fn texts(cells: &[Cell], top: u32, ground: Ground, svg: &mut String) {
    let style = |cell: &Cell| (cell.fg, cell.modifier, is_text(cell));
    let words: Vec<(u16, &Cell)> =
        (0..).zip(cells).filter(|(x, cell)| !is_covered(cells, *x) && !is_gap(cells, *x, cell)).collect();
    let end = |(x, cell): &(u16, &Cell)| x + grapheme_width(cell.symbol());
    for run in words.chunk_by(|a, b| end(a) == b.0 && style(a.1) == style(b.1)) {
        let Some(run) = trimmed(run) else { continue };
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        let cell = first.1;
        if !is_text(cell) {
            continue;
        }
        let colour = if reversed(cell) { Some(inks(ground).1.to_string()) } else { css(cell.fg) };
        let mut attributes = colour.map(|colour| format!(" fill=\"{colour}\"")).unwrap_or_default();
        for (modifier, attribute) in [
            (Modifier::BOLD, " font-weight=\"bold\""),
            (Modifier::ITALIC, " font-style=\"italic\""),
            (Modifier::UNDERLINED, " text-decoration=\"underline\""),
        ] {
            if cell.modifier.contains(modifier) {
                attributes.push_str(attribute);
            }
        }
        let text: String = run.iter().map(|(_, cell)| cell.symbol()).collect();
        let (left, width) = (u32::from(first.0) * CELL.0, u32::from(end(last) - first.0) * CELL.0);
        let _ = writeln!(
            svg,
            "<text x=\"{left}\" y=\"{}\" textLength=\"{width}\"{attributes}>{}</text>",
            top + BASELINE,
            escaped(&text)
        );
    }
}

/// Whether a wide character before it takes the cell.
fn is_covered(cells: &[Cell], x: u16) -> bool {
    let before = x.checked_sub(1).and_then(|x| cells.get(usize::from(x)));
    before.is_some_and(|cell| grapheme_width(cell.symbol()) > 1)
}

/// Whether a cell is one of two spaces or more.
fn is_gap(cells: &[Cell], x: u16, cell: &Cell) -> bool {
    let blank = |x: Option<u16>| x.and_then(|x| cells.get(usize::from(x))).is_none_or(|cell| cell.symbol() == " ");
    cell.symbol() == " " && (blank(x.checked_sub(1)) || blank(Some(x + 1)))
}

/// A run without the spaces at its ends; `None` when nothing is left.
fn trimmed<'r>(run: &'r [(u16, &'r Cell)]) -> Option<&'r [(u16, &'r Cell)]> {
    let ink = |(_, cell): &(u16, &Cell)| cell.symbol() != " ";
    run.get(run.iter().position(ink)?..=run.iter().rposition(ink)?)
}

fn is_text(cell: &Cell) -> bool {
    cell.symbol().chars().next().is_none_or(|sign| drawing(sign).is_none())
}

/// How a sign is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Drawing {
    /// As strokes: a path from the upper left corner of the cell.
    Lines(&'static str),
    /// As dots: bits as in the block of braille patterns.
    Dots(u32),
    /// As a filled part of the cell: x, y, width and height.
    Block([u32; 4]),
}

fn drawing(sign: char) -> Option<Drawing> {
    let dots = || u32::from(sign).checked_sub(0x2800).filter(|bits| *bits < 0x100);
    let lines = || line(sign).map(Drawing::Lines);
    lines().or_else(|| block(sign).map(Drawing::Block)).or_else(|| dots().map(Drawing::Dots))
}

/// The strokes of a sign of boxes.
fn line(sign: char) -> Option<&'static str> {
    Some(match sign {
        '─' => "m0 8h8",
        '│' => "m4 0v16",
        '═' => "m0 6h8m-8 4h8",
        '┌' => "m4 16v-8h4",
        '┐' => "m4 16v-8h-4",
        '└' => "m4 0v8h4",
        '┘' => "m4 0v8h-4",
        '├' => "m4 0v16m0-8h4",
        '┤' => "m4 0v16m0-8h-4",
        '┬' => "m0 8h8m-4 0v8",
        '┴' => "m0 8h8m-4 0v-8",
        '┼' => "m0 8h8m-4-8v16",
        '╴' => "m0 8h4",
        '╵' => "m4 0v8",
        '╶' => "m4 8h4",
        '╷' => "m4 8v8",
        '╭' => "m4 16q0-8 4-8",
        '╮' => "m4 16q0-8-4-8",
        '╰' => "m4 0q0 8 4 8",
        '╯' => "m4 0q0 8-4 8",
        // Heavy lines are two beside each other.
        '━' => "m0 7.5h8m-8 1h8",
        '╸' => "m0 7.5h4m-4 1h4",
        _ => return None,
    })
}

/// The filled part of a block, in eighths of a cell: from below up to all of it, then from all of it down to the left
/// one (Unicode, 2580 to 258F).
fn block(sign: char) -> Option<[u32; 4]> {
    let (width, height) = CELL;
    let eighths = u32::from(sign).checked_sub(0x2580)?;
    match eighths {
        0 => Some([0, 0, width, height / 2]),
        1..=8 => Some([0, height - height * eighths / 8, width, height * eighths / 8]),
        9..=15 => Some([0, 0, width * (16 - eighths) / 8, height]),
        _ => None,
    }
}

/// The signs of a row that are drawn: strokes and dots of one colour as one path.
fn signs(cells: &[Cell], top: u32, svg: &mut String) {
    let sign = |(cell, x): (&Cell, u32)| Some((cell.fg, drawing(cell.symbol().chars().next()?)?, x * CELL.0));
    let signs: Vec<_> = cells.iter().zip(0..).filter_map(sign).collect();
    let alike = |a: &(Color, Drawing, u32), b: &(Color, Drawing, u32)| {
        a.0 == b.0 && std::mem::discriminant(&a.1) == std::mem::discriminant(&b.1)
    };
    for run in signs.chunk_by(alike) {
        let Some((colour, drawing, _)) = run.first() else { continue };
        let colour = css(*colour);
        let mut path = String::new();
        for (_, drawing, left) in run {
            match drawing {
                Drawing::Lines(strokes) => _ = write!(path, "M{left} {top}{strokes}"),
                Drawing::Dots(bits) => dots(*bits, (*left, top), &mut path),
                Drawing::Block([x, y, width, height]) => {
                    _ = write!(path, "M{} {}h{width}v{height}h-{width}z", left + x, top + y);
                }
            }
        }
        let ink = colour.as_deref().unwrap_or("currentColor");
        let _ = match drawing {
            // The box of the card is quieter than its words.
            Drawing::Lines(_) => writeln!(
                svg,
                "<path d=\"{path}\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.1\" stroke-linecap=\"butt\"/>",
                colour.as_deref().unwrap_or("#808080")
            ),
            Drawing::Dots(_) => writeln!(svg, "<path d=\"{path}\" stroke=\"{ink}\" stroke-width=\"2.4\"/>"),
            Drawing::Block(_) => writeln!(svg, "<path d=\"{path}\" fill=\"{ink}\" shape-rendering=\"crispEdges\"/>"),
        };
    }
}

/// Adds the dots of a braille pattern to a path: a stroke without length for each, which round caps make a dot. Bits of
/// a pattern are its dots 1 to 8: 1, 2, 3 and 7 in the left column, 4, 5, 6 and 8 in the right one (Unicode, chapter
/// 21.1).
fn dots(bits: u32, (left, top): (u32, u32), path: &mut String) {
    const DOTS: [(u32, u32); 8] = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)];
    for (bit, (column, row)) in DOTS.into_iter().enumerate() {
        if bits >> bit & 1 == 1 {
            // The middle of a half of the cell's width and a quarter of its height.
            let (x, y) = (left + (2 * column + 1) * CELL.0 / 4, top + (2 * row + 1) * CELL.1 / 8);
            let _ = write!(path, "M{x} {y}h0");
        }
    }
}

/// A colour as CSS has it; `None` for the terminal's own.
fn css(colour: Color) -> Option<String> {
    match colour {
        Color::Rgb(red, green, blue) => Some(format!("#{red:02x}{green:02x}{blue:02x}")),
        // The paper and the ink of a QR code.
        Color::Indexed(16) => Some("#000000".to_owned()),
        Color::Indexed(231) => Some("#ffffff".to_owned()),
        other => {
            debug_assert_eq!(other, Color::Reset, "no such colour in a picture");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Buffer;

    use super::*;

    #[test]
    fn dots_stand_where_the_pattern_has_them() {
        let mut path = String::new();
        dots(0x01, (8, 0), &mut path);
        dots(0x80, (16, 0), &mut path);
        assert_eq!(path, "M10 2h0M22 14h0");
    }

    #[test]
    fn signs_are_drawn_and_letters_are_text() {
        let mut buffer = Buffer::with_lines(["a<b  ─▄⡁ 中 x"]);
        buffer.set_style(buffer.area, ratatui::style::Style::new().fg(Color::Rgb(1, 2, 3)));
        let svg = row(&buffer.content, 0, Ground::Dark);
        for drawn in [
            "<text x=\"0\" y=\"12\" textLength=\"24\" fill=\"#010203\">a&lt;b</text>",
            "d=\"M40 0m0 8h8\" fill=\"none\"",
            "d=\"M48 8h8v8h-8z\" fill=\"#010203\"",
            "d=\"M58 2h0M58 14h0\" stroke=\"#010203\"",
            "<text x=\"72\" y=\"12\" textLength=\"16\" fill=\"#010203\">中</text>",
        ] {
            assert!(svg.contains(drawn), "no {drawn} in\n{svg}");
        }
    }
}
