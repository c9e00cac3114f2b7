//! The pictures of the documentation, drawn from the program itself: `UPDATE_PICTURES=1 cargo test --test it pictures`
//! makes them anew, and this test fails when one is missing or shows something else than the card does. The card
//! is the invented engineer's, since an owner's words may change without new pictures.

use std::{collections::BTreeSet, env, fmt::Write as _, fs, path::Path, sync::Arc, time::Duration};

use ratatui::{
    buffer::{Buffer, Cell},
    layout::{Rect, Size},
    style::{Color, Modifier},
};
use sshcard::{
    app::{App, Event, Preferences},
    site::Site,
    terminal::{
        capabilities::{Appearance, Depth, Glyphs, Ground},
        input::{Code, Key},
    },
    typeset::grapheme_width,
};

use crate::card::engineer;

const SIZES: [(u16, u16); 3] = [(40, 12), (80, 24), (120, 40)];
const GROUNDS: [(&str, Ground); 2] = [("dark", Ground::Dark), ("light", Ground::Light)];
/// The pages and the exhibits, and the keys that lead there.
const PAGES: [(&str, &str); 13] = [
    ("card", "1"),
    ("card-back", "f"),
    ("about", "2"),
    ("career", "3jj"),
    ("stack", "4kk"),
    ("contact", "5"),
    ("help", "?"),
    ("find", "/ear2"),
    ("exhibit-kernels", "4\r "),
    ("exhibit-numerics", "4k\r"),
    ("exhibit-compiler", "4kk\r "),
    ("exhibit-quantization", "4kkk\r"),
    ("exhibit-models", "4kkkk\r "),
];

#[test]
fn pictures_show_the_card() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let directory = root.join("docs/pictures");
    let site = Arc::new(Site::new(engineer()));
    let update = env::var_os("UPDATE_PICTURES").is_some();
    if update {
        fs::create_dir_all(&directory).unwrap();
    }
    let mut names = BTreeSet::new();
    let mut stale = Vec::new();
    for (page, keys) in PAGES {
        for (width, height) in SIZES {
            for (ground_name, ground) in GROUNDS {
                let name = format!("{page}-{width}x{height}-{ground_name}.svg");
                let svg = svg(&screen(&site, Size { width, height }, ground, keys), ground);
                let path = directory.join(&name);
                if update {
                    fs::write(&path, svg).unwrap();
                } else if fs::read_to_string(&path).ok().as_deref() != Some(&svg) {
                    stale.push(name.clone());
                }
                names.insert(name);
            }
        }
    }
    for entry in fs::read_dir(&directory).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if !names.contains(&name) {
            stale.push(format!("{name} (nothing makes it any more)"));
        }
    }
    assert!(stale.is_empty(), "run UPDATE_PICTURES=1 cargo test --test it pictures; stale: {stale:?}");
}

/// What a visitor sees at rest after these keys.
fn screen(site: &Arc<Site>, size: Size, ground: Ground, keys: &str) -> Buffer {
    let appearance =
        Appearance { ground, depth: Depth::True, glyphs: Glyphs::Unicode, links: true, ..Appearance::default() };
    let mut app = App::new(Arc::clone(site), size, appearance, &Preferences::default());
    let mut now = Duration::ZERO;
    for key in keys.chars() {
        let code = if key == '\r' { Code::Enter } else { Code::Char(key) };
        app.handle(Event::Key(Key::new(code)), now);
    }
    while app.moving() {
        now += Duration::from_millis(100);
        app.handle(Event::Tick, now);
    }
    let mut buffer = Buffer::empty(Rect { x: 0, y: 0, width: size.width, height: size.height });
    app.frame().draw(&mut buffer);
    buffer
}

/// A cell in the picture, in units of which a line of text is 20 high.
const CELL: (f32, f32) = (10.0, 20.0);
/// Around the screen.
const MARGIN: f32 = 14.0;

/// A screen as SVG. Lines, blocks and braille are drawn, since fonts differ in them; the rest is text, each run held to its
/// cells.
fn svg(buffer: &Buffer, ground: Ground) -> String {
    let (ink, paper) = colours(ground);
    let Rect { width, height, .. } = buffer.area;
    let (wide, high) = (f32::from(width) * CELL.0 + 2.0 * MARGIN, f32::from(height) * CELL.1 + 2.0 * MARGIN);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {wide} {high}\" width=\"{wide}\" height=\"{high}\" \
         font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace\" font-size=\"16\" fill=\"{ink}\" color=\"{ink}\">\n\
         <rect width=\"{wide}\" height=\"{high}\" rx=\"8\" fill=\"{paper}\"/>\n\
         <g transform=\"translate({MARGIN} {MARGIN})\">\n"
    );
    for (row, y) in buffer.content().chunks(usize::from(width)).zip(0_u16..) {
        let top = f32::from(y) * CELL.1;
        papers(row, top, &mut svg);
        texts(row, top, ground, &mut svg);
        for (cell, x) in row.iter().zip(0_u16..) {
            shape(cell, f32::from(x) * CELL.0, top, &mut svg);
        }
    }
    svg.push_str("</g>\n</svg>\n");
    svg
}

/// Ink and paper of a picture.
fn colours(ground: Ground) -> (&'static str, &'static str) {
    if ground == Ground::Light { ("#1b1b1b", "#fbf9f4") } else { ("#d8d8d8", "#16181d") }
}

/// The painted grounds of a row. Where ink and paper are reversed, the paper is the ink.
fn papers(row: &[Cell], top: f32, svg: &mut String) {
    let mut x = 0;
    for run in row.chunk_by(|a, b| paper(a) == paper(b)) {
        if let Some(colour) = run.first().and_then(paper) {
            let (left, wide) = (x as f32 * CELL.0, run.len() as f32 * CELL.0);
            let _ = writeln!(
                svg,
                "<rect x=\"{left}\" y=\"{top}\" width=\"{wide}\" height=\"{}\" fill=\"{colour}\"/>",
                CELL.1
            );
        }
        x += run.len();
    }
}

/// What is behind a cell; `None` for the picture's own paper.
fn paper(cell: &Cell) -> Option<String> {
    if reversed(cell) { Some(css(cell.fg).unwrap_or_else(|| "currentColor".to_owned())) } else { css(cell.bg) }
}

fn reversed(cell: &Cell) -> bool {
    cell.modifier.contains(Modifier::REVERSED)
}

/// The text of a row: a run for each style, and a new one after each gap of two spaces, held to its own cells.
fn texts(row: &[Cell], top: f32, ground: Ground, svg: &mut String) {
    let style = |cell: &Cell| (cell.fg, cell.modifier, is_text(cell));
    let words: Vec<(u16, &Cell)> =
        (0..).zip(row).filter(|(x, cell)| !is_covered(row, *x) && !is_gap(row, *x, cell)).collect();
    let end = |(x, cell): &(u16, &Cell)| x + grapheme_width(cell.symbol());
    for run in words.chunk_by(|a, b| end(a) == b.0 && style(a.1) == style(b.1)) {
        let Some(run) = trimmed(run) else { continue };
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        let cell = first.1;
        if !is_text(cell) {
            continue;
        }
        let colour = if reversed(cell) { Some(colours(ground).1.to_owned()) } else { css(cell.fg) };
        let mut attributes = colour.map(|colour| format!(" fill=\"{colour}\"")).unwrap_or_default();
        if cell.modifier.contains(Modifier::BOLD) {
            attributes.push_str(" font-weight=\"bold\"");
        }
        if cell.modifier.contains(Modifier::ITALIC) {
            attributes.push_str(" font-style=\"italic\"");
        }
        if cell.modifier.contains(Modifier::UNDERLINED) {
            attributes.push_str(" text-decoration=\"underline\"");
        }
        let text: String = run.iter().map(|(_, cell)| cell.symbol()).collect();
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        let (from, long) = (f32::from(first.0) * CELL.0, f32::from(end(last) - first.0) * CELL.0);
        let baseline = top + 15.0;
        let _ = writeln!(svg, "<text x=\"{from}\" y=\"{baseline}\" textLength=\"{long}\"{attributes}>{text}</text>");
    }
}

/// Whether a wide character before it takes the cell.
fn is_covered(row: &[Cell], x: u16) -> bool {
    let before = x.checked_sub(1).and_then(|x| row.get(usize::from(x)));
    before.is_some_and(|cell| grapheme_width(cell.symbol()) > 1)
}

/// Whether a cell is one of two spaces or more.
fn is_gap(row: &[Cell], x: u16, cell: &Cell) -> bool {
    let blank = |x: Option<u16>| x.and_then(|x| row.get(usize::from(x))).is_none_or(|cell| cell.symbol() == " ");
    cell.symbol() == " " && (blank(x.checked_sub(1)) || blank(Some(x + 1)))
}

/// A run without the spaces at its ends; `None` when nothing is left.
fn trimmed<'r>(run: &'r [(u16, &'r Cell)]) -> Option<&'r [(u16, &'r Cell)]> {
    let ink = |(_, cell): &(u16, &Cell)| cell.symbol() != " ";
    run.get(run.iter().position(ink)?..=run.iter().rposition(ink)?)
}

fn is_text(cell: &Cell) -> bool {
    !cell.symbol().starts_with(|c: char| matches!(c, '\u{2500}'..='\u{259f}' | '\u{2800}'..='\u{28ff}'))
}

/// Lines, blocks and braille.
fn shape(cell: &Cell, left: f32, top: f32, svg: &mut String) {
    let Some(symbol) = cell.symbol().chars().next().filter(|_| !is_text(cell)) else { return };
    let ((wide, high), colour) = (CELL, css(cell.fg).unwrap_or_else(|| "currentColor".to_owned()));
    let (middle, centre, right, bottom) = (left + wide / 2.0, top + high / 2.0, left + wide, top + high);
    let mut line = |path: String| {
        let stroke = if colour == "currentColor" { "#808080" } else { &colour };
        let _ = writeln!(svg, "<path d=\"{path}\" fill=\"none\" stroke=\"{stroke}\" stroke-width=\"1.4\"/>");
    };
    match symbol {
        '─' => line(format!("M{left} {centre}H{right}")),
        '│' => line(format!("M{middle} {top}V{bottom}")),
        '═' => line(format!("M{left} {}H{right}M{left} {}H{right}", centre - 2.0, centre + 2.0)),
        '└' => line(format!("M{middle} {top}V{centre}H{right}")),
        '┤' => line(format!("M{middle} {top}V{bottom}M{left} {centre}H{middle}")),
        '┬' => line(format!("M{left} {centre}H{right}M{middle} {centre}V{bottom}")),
        '┌' => line(format!("M{middle} {bottom}V{centre}H{right}")),
        '┐' => line(format!("M{middle} {bottom}V{centre}H{left}")),
        '┘' => line(format!("M{middle} {top}V{centre}H{left}")),
        '├' => line(format!("M{middle} {top}V{bottom}M{middle} {centre}H{right}")),
        '┼' => line(format!("M{middle} {top}V{bottom}M{left} {centre}H{right}")),
        '┴' => line(format!("M{left} {centre}H{right}M{middle} {top}V{centre}")),
        '╴' => line(format!("M{left} {centre}H{middle}")),
        '╵' => line(format!("M{middle} {top}V{centre}")),
        '╶' => line(format!("M{middle} {centre}H{right}")),
        '╷' => line(format!("M{middle} {centre}V{bottom}")),
        // Heavy lines, as two beside each other.
        '━' => line(format!("M{left} {}H{right}M{left} {}H{right}", centre - 0.6, centre + 0.6)),
        '╸' => line(format!("M{left} {}H{middle}M{left} {}H{middle}", centre - 0.6, centre + 0.6)),
        '╭' => line(format!("M{middle} {bottom}Q{middle} {centre} {right} {centre}")),
        '╮' => line(format!("M{middle} {bottom}Q{middle} {centre} {left} {centre}")),
        '╰' => line(format!("M{middle} {top}Q{middle} {centre} {right} {centre}")),
        '╯' => line(format!("M{middle} {top}Q{middle} {centre} {left} {centre}")),
        '▀'..='▏' => {
            // Eighths of a cell: from below up to all of it, then from all of it down to the left one (Unicode, 2580 to 258F).
            let eighths = (symbol as u32 - 0x2580) as f32;
            let (y, wide, high) = match symbol {
                '▀' => (top, wide, high / 2.0),
                '▁'..='█' => (bottom - high * eighths / 8.0, wide, high * eighths / 8.0),
                _ => (top, wide * (16.0 - eighths) / 8.0, high),
            };
            let _ = writeln!(
                svg,
                "<rect x=\"{left}\" y=\"{y}\" width=\"{wide}\" height=\"{high}\" fill=\"{colour}\" shape-rendering=\"crispEdges\"/>"
            );
        }
        '\u{2800}'..='\u{28ff}' => {
            // The dots of a braille cell in the order of their bits (Unicode, chapter 21.1).
            const DOTS: [(f32, f32); 8] =
                [(0.0, 0.0), (0.0, 1.0), (0.0, 2.0), (1.0, 0.0), (1.0, 1.0), (1.0, 2.0), (0.0, 3.0), (1.0, 3.0)];
            let bits = symbol as u32 & 0xff;
            let mut path = String::new();
            for (bit, (x, y)) in DOTS.into_iter().enumerate() {
                if bits >> bit & 1 == 1 {
                    let _ = write!(path, "M{} {}h0", left + wide * (x + 0.5) / 2.0, top + high * (y + 0.5) / 4.0);
                }
            }
            let _ =
                writeln!(svg, "<path d=\"{path}\" stroke=\"{colour}\" stroke-width=\"3\" stroke-linecap=\"round\"/>");
        }
        other => panic!("no picture of {other}"),
    }
}

/// A colour as CSS has it; `None` for the terminal's own.
fn css(colour: Color) -> Option<String> {
    match colour {
        Color::Rgb(r, g, b) => Some(format!("#{r:02x}{g:02x}{b:02x}")),
        Color::Indexed(16) => Some("#000000".to_owned()),
        Color::Indexed(231) => Some("#ffffff".to_owned()),
        Color::Reset => None,
        other => panic!("no such colour in a picture: {other:?}"),
    }
}
