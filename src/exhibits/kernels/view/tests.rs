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

/// The default, this far on its way; the steps of the last are as many as it has.
fn stages() -> [(&'static str, Kernels); 3] {
    let mut walking = Kernels::new();
    walking.toggle();
    for _ in 0..80 {
        walking.step();
    }
    let mut ended = Kernels::new();
    (0..4).for_each(|_| ended.finish());
    assert!(ended.ended());
    [("begin", Kernels::new()), ("walking", walking), ("ended", ended)]
}

fn drawn(kernels: &Kernels, glyphs: Glyphs, width: u16, height: u16) -> String {
    let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
    draw(kernels, &theme(glyphs), buffer.area, &mut buffer);
    let row = |y| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
    (0..height).map(row).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_picture_at_every_stage() {
    for (name, kernels) in stages() {
        for (width, height) in [(30, 8), (46, 16), (70, 28), (120, 45)] {
            insta::assert_snapshot!(
                format!("{name}-{width}x{height}"),
                drawn(&kernels, Glyphs::Unicode, width, height)
            );
        }
        insta::assert_snapshot!(format!("{name}-ascii-46x16"), drawn(&kernels, Glyphs::Ascii, 46, 16));
    }
}

#[test]
fn a_power_of_two_is_seen_on_the_roofline() {
    let mut kernels = Kernels::new();
    kernels.change(2, Change::More);
    (0..10).for_each(|_| kernels.finish());
    insta::assert_snapshot!("power-of-two-46x16", drawn(&kernels, Glyphs::Unicode, 46, 16));
}

#[test]
fn nothing_is_drawn_outside_of_the_area_whatever_its_size() {
    for (_, kernels) in stages() {
        for glyphs in [Glyphs::Unicode, Glyphs::Ascii] {
            for (width, height) in
                (1..=130).step_by(9).flat_map(|width| (1..=60).step_by(3).map(move |height| (width, height)))
            {
                let area = Rect::new(3, 2, width, height);
                let mut buffer = Buffer::empty(Rect::new(0, 0, 136, 64));
                draw(&kernels, &theme(glyphs), area, &mut buffer);
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
fn what_is_worked_on_is_seen_without_colour() {
    let (_, walking) = &stages()[1];
    let mut buffer = Buffer::empty(Rect::new(0, 0, 46, 16));
    draw(walking, &theme(Glyphs::Ascii), buffer.area, &mut buffer);
    let marked = theme(Glyphs::Ascii).marked.add_modifier;
    let reversed = buffer.content.iter().filter(|cell| cell.modifier.contains(marked)).count();
    assert_eq!(reversed, 3, "an element of each matrix");
}
