use super::{
    super::super::{Change, Exhibit as _},
    *,
};
use crate::{
    document::Accent,
    terminal::capabilities::{Glyphs, Look},
};

fn theme(glyphs: Glyphs) -> Theme {
    Theme::new(Accent::Teal, Look { glyphs, ..Look::default() })
}

/// The default before its passes, after three of them, and after all; and without folding, which leaves many kernels.
fn stages() -> [(&'static str, Compiler); 4] {
    let mut fused = Compiler::new();
    fused.toggle();
    for _ in 0..90 {
        fused.step();
    }
    let mut compiled = Compiler::new();
    compiled.finish();
    let mut unfolded = Compiler::new();
    unfolded.change(0, Change::Less);
    [("exported", Compiler::new()), ("fused", fused), ("compiled", compiled), ("unfolded", unfolded)]
}

fn drawn(compiler: &Compiler, glyphs: Glyphs, width: u16, height: u16) -> String {
    let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
    draw(compiler, &theme(glyphs), buffer.area, &mut buffer);
    let row = |y| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
    (0..height).map(row).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_picture_at_every_stage() {
    for (name, compiler) in stages() {
        for (width, height) in [(30, 8), (46, 16), (70, 28), (120, 45)] {
            let picture = drawn(&compiler, Glyphs::Unicode, width, height);
            insta::assert_snapshot!(format!("{name}-{width}x{height}"), picture);
        }
        insta::assert_snapshot!(format!("{name}-ascii-46x16"), drawn(&compiler, Glyphs::Ascii, 46, 16));
    }
}

#[test]
fn nothing_is_drawn_outside_of_the_area_whatever_its_size() {
    for (_, compiler) in stages() {
        for glyphs in [Glyphs::Unicode, Glyphs::Ascii] {
            for (width, height) in
                (1..=130).step_by(9).flat_map(|width| (1..=60).step_by(3).map(move |height| (width, height)))
            {
                let area = Rect::new(3, 2, width, height);
                let mut buffer = Buffer::empty(Rect::new(0, 0, 136, 64));
                draw(&compiler, &theme(glyphs), area, &mut buffer);
                for position in buffer.area.positions().filter(|position| !area.contains(*position)) {
                    assert_eq!(buffer[position].symbol(), " ", "{width}x{height} at {position}");
                }
                let ascii = buffer.content.iter().all(|cell| cell.symbol().is_ascii());
                assert!(ascii || glyphs == Glyphs::Unicode, "{width}x{height}");
            }
        }
    }
}

#[test]
fn bars_shrink_with_the_time() {
    let bars = |compiler: &Compiler| drawn(compiler, Glyphs::Ascii, 46, 16).matches('#').count();
    let [(_, exported), (_, fused), (_, compiled), _] = &stages();
    assert!(bars(exported) > bars(fused) && bars(fused) > bars(compiled));
}
