//! What is drawn, where, and how it looks.

use ratatui::{buffer::Buffer, layout::Rect, style::Modifier};

use super::*;
use crate::{
    document::Accent,
    terminal::capabilities::{Glyphs, Look},
    theme::Theme,
};

fn buffer(exhibit: &Models, glyphs: Glyphs, area: Rect) -> Buffer {
    let theme = Theme::new(Accent::Teal, Look { glyphs, ..Look::default() });
    let mut buffer = Buffer::empty(Rect::new(0, 0, area.right() + 2, area.bottom() + 2));
    view::draw(exhibit, &theme, area, &mut buffer);
    buffer
}

fn drawn(exhibit: &Models, glyphs: Glyphs, (width, height): (u16, u16)) -> String {
    let buffer = buffer(exhibit, glyphs, Rect::new(0, 0, width, height));
    let row = |y| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
    (0..height).map(row).collect::<Vec<_>>().join("\n")
}

#[test]
fn it_is_drawn_at_any_size_and_only_there() {
    let mut halfway = Models::set(Shape::Clusters, 2, Flow::Reflowed, Precision::Bf16, Second::Backward);
    halfway.finish();
    for exhibit in [Models::new(), finished(Models::new()), halfway] {
        for width in (1..=130).step_by(9) {
            for height in (1..=60).step_by(5) {
                for glyphs in [Glyphs::Unicode, Glyphs::Ascii] {
                    let area = Rect::new(3, 2, width, height);
                    let buffer = buffer(&exhibit, glyphs, area);
                    for position in buffer.area.positions() {
                        let cell = &buffer[position];
                        assert!(area.contains(position) || cell.symbol() == " ", "{position} of {area}");
                        assert!(glyphs == Glyphs::Unicode || cell.symbol().is_ascii());
                    }
                }
            }
        }
    }
    // An area that the window does not hold.
    let theme = Theme::new(Accent::Teal, Look::default());
    let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 9));
    view::draw(&finished(Models::new()), &theme, Rect::new(5, 3, 300, 300), &mut buffer);
    view::draw(&finished(Models::new()), &theme, Rect::new(50, 3, 10, 10), &mut buffer);
}

#[test]
fn what_differs_is_seen_without_colour() {
    let exhibit = finished(Models::new());
    let buffer = buffer(&exhibit, Glyphs::Unicode, Rect::new(0, 0, 46, 16));
    let plane = Rect::new(4, 1, 42, 12);
    let cells = || plane.positions().map(|position| &buffer[position]);
    for sign in ["1", "2"] {
        let marks: Vec<_> = cells().filter(|cell| cell.symbol() == sign).collect();
        assert!(marks.len() == 1 && marks[0].modifier.contains(Modifier::REVERSED), "{sign}: {marks:?}");
    }
    let bold = cells().filter(|cell| cell.modifier.contains(Modifier::BOLD)).count();
    assert!(bold > 20, "bits that differ are bold: {bold}");
    let mut same = Models::set(Shape::TwoMoons, 32, Flow::Rectified, Precision::F32, Second::Forward);
    same = finished(same);
    let buffer = self::buffer(&same, Glyphs::Unicode, Rect::new(0, 0, 46, 16));
    assert!(plane.positions().all(|position| buffer[position].modifier.is_empty()));
}

#[test]
fn it_looks_as_it_should() {
    let reflowed = Models::set(Shape::Spiral, 1, Flow::Reflowed, Precision::F32, Second::Backward);
    for (name, exhibit) in
        [("still", Models::new()), ("default", finished(Models::new())), ("reflowed", finished(reflowed))]
    {
        for size @ (width, height) in [(30, 8), (46, 16), (70, 28), (120, 45)] {
            insta::assert_snapshot!(format!("{name}-{width}x{height}"), drawn(&exhibit, Glyphs::Unicode, size));
        }
        insta::assert_snapshot!(format!("{name}-ascii"), drawn(&exhibit, Glyphs::Ascii, (46, 16)));
        let told: Vec<_> =
            exhibit.figures().iter().map(|figure| format!("{:17}{}", figure.label, figure.value)).collect();
        insta::assert_snapshot!(format!("{name}-figures"), told.join("\n"));
    }
}
