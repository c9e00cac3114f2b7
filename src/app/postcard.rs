//! Draws the first seconds of a visit as an animated SVG, for a README or a chat; and any other animation of the app.
//!
//! What is the same in all frames is drawn once. A row that changes is drawn for each of its states, and `set` shows
//! each for its time (SVG 1.1, 19.2.13). A viewer without animation shows the last frame.

use std::{fmt::Write as _, ops::Range, sync::Arc, time::Duration};

use ratatui::{
    buffer::Buffer,
    layout::{Rect, Size},
};

use super::{App, AppEvent, FRAME_RATE, Preferences, picture};
use crate::{
    formats::escaped,
    site::Site,
    terminal::capabilities::{Appearance, Depth, Ground},
};

/// The window that is drawn, in cells.
const WINDOW: Size = Size { width: 80, height: 24 };

/// The most frames that are drawn. The logo comes to rest in two thirds of them.
const FRAMES: usize = 60;

/// Draws the arrival on a dark or, if `light`, a light ground.
#[must_use]
pub fn postcard(site: &Arc<Site>, light: bool) -> String {
    let ground = if light { Ground::Light } else { Ground::Dark };
    let appearance = Appearance { depth: Depth::True, ground, ..Appearance::default() };
    animated(App::new(Arc::clone(site), WINDOW, appearance, &Preferences::default()), ground, 1)
}

/// Draws a window that moves until it is at rest, on its ground. Of the frames every `nth` is drawn, 60 at most, at the
/// times at which a visitor sees them.
#[must_use]
pub fn animated(mut app: App, ground: Ground, nth: u32) -> String {
    let (window, tick) = (app.size(), Duration::from_secs(1) / FRAME_RATE);
    let (mut frames, mut ticks) = (vec![drawn(&mut app)], 0);
    while app.moving() && frames.len() < FRAMES {
        for _ in 0..nth {
            ticks += 1;
            app.handle(AppEvent::Tick, tick * ticks);
        }
        frames.push(drawn(&mut app));
    }
    let title = format!("<title>{}</title>\n", escaped(&app.site().sentence()));
    let mut svg = picture::begin(window, ground, &title);
    let rows: Vec<Vec<String>> = frames.iter().map(|frame| rows(frame, ground)).collect();
    let last = rows.len() - 1;
    for y in 0..usize::from(window.height) {
        let drawn = |frame: usize| rows.get(frame).and_then(|rows| rows.get(y)).map_or("", String::as_str);
        let mut first = 0;
        // Frames in which the row looks alike are one.
        for frame in 1..=rows.len() {
            if frame <= last && drawn(frame) == drawn(first) {
                continue;
            }
            if !drawn(first).is_empty() {
                shown(&mut svg, drawn(first), first..frame, last, nth);
            }
            first = frame;
        }
    }
    svg + picture::END
}

/// Puts what is drawn of a row into the picture, to be seen in some of its frames, of which `last` is the last and each
/// is shown for `ticks`.
fn shown(svg: &mut String, drawn: &str, frames: Range<usize>, last: usize, ticks: u32) {
    let seconds = |frame: usize| format!("{:.3}s", frame as f64 * f64::from(ticks) / f64::from(FRAME_RATE));
    let _ = match (frames.start, frames.end > last) {
        (0, true) => svg.write_str(drawn),
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
    let Size { width, height } = app.size();
    let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
    app.frame().draw(&mut buffer);
    buffer
}

/// The rows of a frame.
fn rows(frame: &Buffer, ground: Ground) -> Vec<String> {
    frame
        .content
        .chunks(frame.area.width.max(1).into())
        .zip(0..)
        .map(|(cells, y)| picture::row(cells, y, ground))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_never_moves_is_drawn_once_and_the_end_is_seen_without_animation() {
        let site = crate::site::tests::engineer();
        for light in [false, true] {
            let svg = postcard(&site, light);
            assert!(svg.ends_with("</svg>\n") && svg.contains(&*escaped(&site.sentence())));
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
}
