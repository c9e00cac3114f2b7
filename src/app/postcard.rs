//! The arrival as an animated SVG: what a visitor of the card sees in the first second, for a README or a chat.
//!
//! The frames are those of the app. What is the same in all of them is drawn once; a row that moves is drawn for each
//! frame, and shown for the time of that frame by `set` (SVG 1.1, 19.2.13). Where nothing is animated, the last frame
//! is seen. Braille patterns are drawn as dots, so that no font decides how the logo looks.

use std::{fmt::Write as _, sync::Arc, time::Duration};

use ratatui::{
    buffer::{Buffer, Cell},
    layout::{Rect, Size},
    style::{Color, Modifier},
};
use unicode_width::UnicodeWidthStr as _;

use super::{App, Event, FRAME_RATE, Preferences};
use crate::{
    site::Site,
    terminal::capabilities::{Appearance, Depth, Ground},
};

/// The window that is drawn, in cells.
const WINDOW: Size = Size { width: 80, height: 24 };

/// A cell, in the units of the picture, and the size of the letters in it. The dots of a cell, two in its width and four
/// in its height, have whole numbers for places.
const CELL: (u32, u32) = (8, 16);
const LETTERS: u32 = 13;

/// The blank edge around the window, in the same units.
const EDGE: u32 = 12;

/// The most frames that are drawn: two seconds. The logo comes to rest in less.
const FRAMES: usize = 2 * FRAME_RATE as usize;

/// The paper and the ink of the picture, as an owner's terminal may have them: `[paper, ink]`.
const DARK: [&str; 2] = ["#16171b", "#dcdde1"];
const LIGHT: [&str; 2] = ["#ffffff", "#24252a"];

/// Draws the arrival on a dark or, if `light`, a light ground.
#[must_use]
pub fn postcard(site: &Arc<Site>, light: bool) -> String {
    let ground = if light { Ground::Light } else { Ground::Dark };
    let appearance = Appearance { depth: Depth::True, ground, ..Appearance::default() };
    let mut app = App::new(Arc::clone(site), WINDOW, appearance, &Preferences::default());
    let mut frames = vec![drawn(&mut app)];
    while app.moving() && frames.len() < FRAMES {
        app.handle(Event::Tick, Duration::from_secs(1) / FRAME_RATE * frames.len() as u32);
        frames.push(drawn(&mut app));
    }
    let [paper, ink] = if light { LIGHT } else { DARK };
    let (width, height) = (u32::from(WINDOW.width) * CELL.0 + 2 * EDGE, u32::from(WINDOW.height) * CELL.1 + 2 * EDGE);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\">\n<title>{}</title>\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{paper}\"/>\n<g transform=\"translate({EDGE} {EDGE})\" \
         font-family=\"ui-monospace,SFMono-Regular,Menlo,Consolas,DejaVu Sans Mono,monospace\" font-size=\"{LETTERS}\" \
         fill=\"{ink}\" stroke-linecap=\"round\" stroke-width=\"2.4\" xml:space=\"preserve\">\n",
        escaped(&site.sentence())
    );
    let rows: Vec<Vec<String>> =
        frames.iter().map(|frame| (0..WINDOW.height).map(|y| row(frame, y, ink)).collect()).collect();
    let last = rows.len() - 1;
    for y in 0..usize::from(WINDOW.height) {
        let drawn = |frame: usize| rows.get(frame).and_then(|rows| rows.get(y)).map_or("", String::as_str);
        let mut first = 0;
        // Frames in which the row looks alike are one.
        for frame in 1..=rows.len() {
            if frame <= last && drawn(frame) == drawn(first) {
                continue;
            }
            if !drawn(first).is_empty() {
                shown(&mut svg, drawn(first), first..frame, last);
            }
            first = frame;
        }
    }
    svg.push_str("</g>\n</svg>\n");
    svg
}

/// Puts what is drawn of a row into the picture, to be seen in some of its frames, of which `last` is the last.
fn shown(svg: &mut String, drawn: &str, frames: std::ops::Range<usize>, last: usize) {
    let seconds = |frame: usize| format!("{:.3}s", frame as f64 / f64::from(FRAME_RATE));
    let _ = match (frames.start, frames.end > last) {
        (0, true) => writeln!(svg, "{drawn}"),
        // What stays is seen where nothing is animated, too.
        (first, true) => writeln!(
            svg,
            "<g>{drawn}<set attributeName=\"display\" to=\"none\" begin=\"0s\" end=\"{}\"/></g>",
            seconds(first)
        ),
        (first, false) => writeln!(
            svg,
            "<g display=\"none\">{drawn}<set attributeName=\"display\" to=\"inline\" begin=\"{}\" end=\"{}\"/></g>",
            seconds(first),
            seconds(frames.end)
        ),
    };
}

fn drawn(app: &mut App) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, WINDOW.width, WINDOW.height));
    app.frame().draw(&mut buffer);
    buffer
}

/// A row of a frame: its letters as texts of one style each, its dots as paths of one colour each.
fn row(frame: &Buffer, y: u16, ink: &str) -> String {
    let mut drawn = String::new();
    let (mut x, mut run) = (0, Run::default());
    while x < frame.area.width {
        let Some(cell) = frame.cell((x, y)) else { break };
        let width = (cell.symbol().width() as u16).max(1);
        if !run.takes(cell) {
            run.draw(y, ink, &mut drawn);
            run = Run { x, ..Run::default() };
        }
        run.push(cell, width);
        x += width;
    }
    run.draw(y, ink, &mut drawn);
    drawn
}

/// Cells of one style, one beside the other.
#[derive(Default)]
struct Run {
    /// The column of the first.
    x: u16,
    width: u16,
    text: String,
    style: Option<(Color, Color, Modifier)>,
}

impl Run {
    fn takes(&self, cell: &Cell) -> bool {
        // Words that are far apart are texts of their own: fonts differ in how wide a space is.
        let gap = self.text.ends_with("  ") && cell.symbol() != " ";
        !gap && self.style.is_none_or(|style| style == (cell.fg, cell.bg, cell.modifier))
    }

    fn push(&mut self, cell: &Cell, width: u16) {
        self.style = Some((cell.fg, cell.bg, cell.modifier));
        self.text.push_str(cell.symbol());
        self.width += width;
    }

    fn draw(&self, y: u16, ink: &str, out: &mut String) {
        let Some((fg, bg, modifier)) = self.style else { return };
        let (left, top) = (u32::from(self.x) * CELL.0, u32::from(y) * CELL.1);
        let fill = colour(fg);
        let reversed = modifier.contains(Modifier::REVERSED);
        if let Some(paper) = if reversed { fill.clone().or_else(|| Some(ink.to_owned())) } else { colour(bg) } {
            let (width, height) = (u32::from(self.width) * CELL.0, CELL.1);
            let _ =
                write!(out, "<rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" fill=\"{paper}\"/>");
        }
        if self.text.trim().is_empty() {
            return;
        }
        if self.text.chars().all(|character| character == ' ' || is_braille(character)) {
            let stroke = fill.unwrap_or_else(|| ink.to_owned());
            let _ = write!(out, "<path stroke=\"{stroke}\" d=\"{}\"/>", dots(&self.text, left, top));
            return;
        }
        let text = self.text.trim_end_matches(' ');
        let blank = (text.len() - text.trim_start_matches(' ').len()) as u32;
        let text = text.trim_start_matches(' ');
        let (x, y, length) = (left + blank * CELL.0, top + LETTERS, text.width() as u32 * CELL.0);
        let _ = write!(out, "<text x=\"{x}\" y=\"{y}\" textLength=\"{length}\"");
        if let Some(fill) = fill.filter(|_| !reversed) {
            let _ = write!(out, " fill=\"{fill}\"");
        }
        for (flag, attribute) in [
            (Modifier::BOLD, " font-weight=\"bold\""),
            (Modifier::ITALIC, " font-style=\"italic\""),
            (Modifier::UNDERLINED, " text-decoration=\"underline\""),
        ] {
            if modifier.contains(flag) {
                out.push_str(attribute);
            }
        }
        let _ = write!(out, ">{}</text>", escaped(text));
    }
}

fn is_braille(character: char) -> bool {
    ('\u{2800}'..='\u{28ff}').contains(&character)
}

/// The dots of braille patterns as a path: a stroke without length at each, which round caps make a dot. Bits of a
/// pattern are its dots: 1, 2, 3 and 7 are the left column, 4, 5, 6 and 8 the right one (Unicode, chapter 21.1).
fn dots(text: &str, left: u32, top: u32) -> String {
    const DOTS: [(u32, u32, u32); 8] =
        [(0, 0, 0), (1, 0, 1), (2, 0, 2), (6, 0, 3), (3, 1, 0), (4, 1, 1), (5, 1, 2), (7, 1, 3)];
    let mut path = String::new();
    for (character, i) in text.chars().zip(0_u32..) {
        let pattern = u32::from(character).saturating_sub(0x2800);
        for (bit, column, row) in DOTS {
            if pattern >> bit & 1 == 1 {
                // The middle of a half of the cell's width and a quarter of its height.
                let x = left + i * CELL.0 + (2 * column + 1) * CELL.0 / 4;
                let y = top + (2 * row + 1) * CELL.1 / 8;
                let _ = write!(path, "M{x} {y}h0");
            }
        }
    }
    path
}

/// A colour as SVG has it; `None` for the terminal's own.
fn colour(colour: Color) -> Option<String> {
    match colour {
        Color::Rgb(red, green, blue) => Some(format!("#{red:02x}{green:02x}{blue:02x}")),
        // The paper and the ink of a QR code; nothing else is drawn in the 256 colours.
        Color::Indexed(16) => Some("#000".to_owned()),
        Color::Indexed(231) => Some("#fff".to_owned()),
        _ => None,
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_never_moves_is_drawn_once_and_the_end_is_seen_without_animation() {
        let site = crate::site::tests::engineer();
        for light in [false, true] {
            let svg = postcard(&site, light);
            assert!(svg.ends_with("</svg>\n") && svg.contains(&escaped(&site.sentence())));
            assert_eq!(svg.matches(">contact</text>").count(), 1, "{svg}");
            assert!(svg.matches("<set ").count() > 20, "the logo moves");
            assert_eq!(svg.matches("<g").count(), svg.matches("</g>").count());
            assert!(svg.len() < 200_000, "{}", svg.len());
            // Without animation no row is there twice: what is hidden at first is shown by `set` alone.
            let still: Vec<_> = svg.lines().filter(|line| line.contains("to=\"none\"")).collect();
            assert!(!still.is_empty() && still.len() <= usize::from(WINDOW.height));
        }
        assert_ne!(postcard(&site, false), postcard(&site, true));
    }

    #[test]
    fn dots_stand_where_the_pattern_has_them() {
        assert_eq!(dots(" \u{2801}\u{2880}", 0, 0), "M10 2h0M22 14h0");
    }
}
