//! What is drawn, where, and how it looks.

use ratatui::{buffer::Buffer, layout::Rect, style::Modifier};

use super::*;
use crate::{exhibit::View as _, signs::Signs, tests::check};

fn buffer(exhibit: &Models, signs: Signs, area: Rect) -> Buffer {
    let palette = check::palette(signs);
    let mut buffer = Buffer::empty(Rect::new(0, 0, area.right() + 2, area.bottom() + 2));
    exhibit.draw(&palette, area, &mut buffer);
    buffer
}

fn drawn(exhibit: &Models, signs: Signs, (width, height): (u16, u16)) -> String {
    let buffer = buffer(exhibit, signs, Rect::new(0, 0, width, height));
    let row = |y| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
    (0..height).map(row).collect::<Vec<_>>().join("\n")
}

#[test]
fn it_is_drawn_at_any_size_and_only_there() {
    let mut halfway = Models::set(Shape::Clusters, 2, FlowKind::Reflowed, Precision::Bf16, Second::Backward);
    halfway.finish();
    for exhibit in [Models::new(), finished(Models::new()), halfway] {
        for width in (1..=130).step_by(9) {
            for height in (1..=60).step_by(5) {
                for signs in [Signs::Unicode, Signs::Ascii] {
                    let area = Rect::new(3, 2, width, height);
                    let buffer = buffer(&exhibit, signs, area);
                    for position in buffer.area.positions() {
                        let cell = &buffer[position];
                        assert!(area.contains(position) || cell.symbol() == " ", "{position} of {area}");
                        assert!(signs == Signs::Unicode || cell.symbol().is_ascii());
                    }
                }
            }
        }
    }
    // An area that the window does not hold.
    let palette = check::palette(Signs::Unicode);
    let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 9));
    finished(Models::new()).draw(&palette, Rect::new(5, 3, 300, 300), &mut buffer);
    finished(Models::new()).draw(&palette, Rect::new(50, 3, 10, 10), &mut buffer);
}

#[test]
fn what_differs_is_seen_without_colour() {
    let exhibit = finished(Models::new());
    let area = Rect::new(0, 0, 46, 16);
    let buffer = buffer(&exhibit, Signs::Unicode, area);
    let cells = || area.positions().map(|position| &buffer[position]);
    let marks: Vec<_> = cells().filter(|cell| cell.modifier.contains(Modifier::REVERSED)).collect();
    assert!(marks.len() == 2 && marks.iter().all(|cell| cell.symbol() == "E"), "once in each run: {marks:?}");
    let bold = cells().filter(|cell| cell.modifier.contains(Modifier::BOLD)).count();
    assert!(bold > 40, "bits that differ are bold: {bold}");
    let ascii = drawn(&exhibit, Signs::Ascii, (46, 16));
    assert_eq!(ascii.matches("(E)").count(), 2, "{ascii}");
}

/// A visitor can bet on each of them.
#[test]
fn every_letter_is_seen_in_each_run_of_a_small_window() {
    for signs in [Signs::Unicode, Signs::Ascii] {
        let text = drawn(&finished(Models::new()), signs, (40, 7));
        for letter in LETTERS {
            assert_eq!(
                text.lines().skip(1).map(|row| row.matches(letter).count()).sum::<usize>(),
                2,
                "{letter}: {text}"
            );
        }
    }
}

#[test]
fn it_looks_as_it_should() {
    let reflowed = Models::set(Shape::Spiral, 1, FlowKind::Reflowed, Precision::F32, Second::Backward);
    for (name, exhibit) in
        [("still", Models::new()), ("default", finished(Models::new())), ("reflowed", finished(reflowed))]
    {
        for size @ (width, height) in [(36, 10), (46, 16), (100, 28)] {
            insta::assert_snapshot!(format!("{name}-{width}x{height}"), drawn(&exhibit, Signs::Unicode, size));
        }
        insta::assert_snapshot!(format!("{name}-ascii"), drawn(&exhibit, Signs::Ascii, (46, 16)));
        let told: Vec<_> =
            exhibit.figures().iter().map(|figure| format!("{:17}{}", figure.label, figure.value)).collect();
        insta::assert_snapshot!(format!("{name}-figures"), told.join("\n"));
    }
}

#[test]
fn both_curves_of_the_gaps_are_named() {
    let ended =
        [(Precision::F32, Second::Pairwise), (Precision::F32, Second::Backward), (Precision::Bf16, Second::Pairwise)]
            .map(|(precision, second)| {
                finished(Models::set(Shape::TwoMoons, 32, FlowKind::Rectified, precision, second))
            });
    for exhibit in ended {
        for size in [(36, 30), (46, 28), (64, 33), (56, 40), (100, 28), (121, 44)] {
            let text = drawn(&exhibit, Signs::Unicode, size);
            assert!(text.contains("largest") && text.contains("median"), "{size:?}\n{text}");
        }
    }
}
