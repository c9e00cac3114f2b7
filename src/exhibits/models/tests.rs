use ratatui::{buffer::Buffer, layout::Rect};

use super::*;
use crate::{
    profile::Accent,
    terminal::capabilities::{Glyphs, Look},
    theme::Theme,
};

fn drawn(exhibit: &Models, glyphs: Glyphs, (width, height): (u16, u16)) -> String {
    let theme = Theme::new(Accent::Teal, Look { glyphs, ..Look::default() });
    let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
    view::draw(exhibit, &theme, buffer.area, &mut buffer);
    let row = |y| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
    (0..height).map(row).collect::<Vec<_>>().join("\n")
}

fn finished(mut exhibit: Models) -> Models {
    exhibit.finish();
    for _ in 0..10 {
        if exhibit.running() {
            exhibit.finish();
        }
    }
    assert!(!exhibit.running());
    exhibit
}

fn told(exhibit: &Models) -> String {
    let mut text = String::new();
    for Parameter { label, value, .. } in exhibit.parameters() { text += &format!("{label:16}{value}\n"); }
    for Figure { label, value } in exhibit.figures() { text += &format!("{label:16}{value}\n"); }
    text
}

#[test]
fn look() {
    for (shape, steps, flow, precision, second) in [
        (Shape::TwoMoons, 32, Flow::Rectified, Precision::F32, Second::Backward),
        (Shape::TwoMoons, 32, Flow::Rectified, Precision::Bf16, Second::Backward),
        (Shape::Spiral, 1, Flow::Reflowed, Precision::F32, Second::Pairwise),
        (Shape::Clusters, 64, Flow::Rectified, Precision::F64, Second::Backward),
        (Shape::Ring, 2, Flow::Rectified, Precision::F32, Second::InF64),
    ] {
        let e = finished(Models::set(shape, steps, flow, precision, second));
        println!("{}", told(&e));
        for size in [(30, 8), (46, 16), (70, 28), (120, 45)] { println!("{}\n", drawn(&e, Glyphs::Unicode, size)); }
        println!("{}\n", drawn(&e, Glyphs::Ascii, (46, 16)));
    }
}
