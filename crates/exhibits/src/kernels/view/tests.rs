use super::*;
use crate::{
    exhibit::{Change, Exhibit as _},
    signs::Signs,
    tests::check::palette,
};

/// The default, this far on its way; the steps of the last are as many as it has.
fn stages() -> [(&'static str, Kernels); 3] {
    let mut walking = Kernels::new();
    walking.toggle();
    for _ in 0..20 {
        walking.step();
    }
    let mut ended = Kernels::new();
    (0..4).for_each(|_| ended.finish());
    assert!(ended.ended());
    [("begin", Kernels::new()), ("walking", walking), ("ended", ended)]
}

fn drawn(kernels: &Kernels, signs: Signs, width: u16, height: u16) -> String {
    let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
    kernels.draw(&palette(signs), buffer.area, &mut buffer);
    let row = |y| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
    (0..height).map(row).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_picture_at_every_stage() {
    for (name, kernels) in stages() {
        for (width, height) in [(36, 10), (46, 18), (100, 28)] {
            insta::assert_snapshot!(format!("{name}-{width}x{height}"), drawn(&kernels, Signs::Unicode, width, height));
        }
        insta::assert_snapshot!(format!("{name}-ascii-46x16"), drawn(&kernels, Signs::Ascii, 46, 16));
    }
}

#[test]
fn a_power_of_two_is_seen_on_the_roofline() {
    let mut kernels = Kernels::new();
    kernels.change(2, Change::More);
    kernels.change(0, Change::Less);
    (0..10).for_each(|_| kernels.finish());
    insta::assert_snapshot!("power-of-two-46x16", drawn(&kernels, Signs::Unicode, 46, 16));
}

#[test]
fn nothing_is_drawn_outside_of_the_area_whatever_its_size() {
    for (_, kernels) in stages() {
        for signs in [Signs::Unicode, Signs::Ascii] {
            for (width, height) in
                (1..=130).step_by(9).flat_map(|width| (1..=60).step_by(3).map(move |height| (width, height)))
            {
                let area = Rect::new(3, 2, width, height);
                let mut buffer = Buffer::empty(Rect::new(0, 0, 136, 64));
                kernels.draw(&palette(signs), area, &mut buffer);
                for position in buffer.area.positions().filter(|position| !area.contains(*position)) {
                    assert_eq!(buffer[position].symbol(), " ", "{width}x{height} at {position}");
                }
                let ascii = buffer.content.iter().all(|cell| cell.symbol().is_ascii());
                assert!(ascii || signs == Signs::Unicode, "{width}x{height}");
            }
        }
    }
}

#[test]
fn what_is_worked_on_is_seen_without_colour() {
    let (_, walking) = &stages()[1];
    let mut buffer = Buffer::empty(Rect::new(0, 0, 46, 18));
    walking.draw(&palette(Signs::Ascii), buffer.area, &mut buffer);
    let marked = palette(Signs::Ascii).selected.add_modifier;
    let reversed = buffer.content.iter().filter(|cell| cell.modifier.contains(marked)).count();
    assert_eq!(reversed, 3, "an element of each matrix");
}

#[test]
fn squares_are_square() {
    for size in super::super::SIZES {
        for area in [Rect::new(0, 0, 36, 7), Rect::new(0, 0, 46, 8), Rect::new(0, 0, 96, 20)] {
            let grid = MatrixLayout::of(size, area);
            // A cell is twice as high as wide; the last one of a row or a column may be filled in part.
            assert!(grid.cells.0.abs_diff(2 * grid.cells.1) <= 1, "{size} in {area}: {:?}", grid.cells);
            assert!(3 * grid.cells.0 + 2 * grid.gap <= area.width && grid.cells.1 + 2 <= area.height);
        }
    }
}
