use super::*;
use crate::{exhibit::Change, signs::Signs, tests::check::palette};

/// All passes off, all on, and while one is being switched on.
fn stages() -> [(&'static str, Compiler); 3] {
    let [mut compiled, mut changing] = [Compiler::new(), Compiler::new()];
    compiled.demonstrate();
    changing.change(3, Change::More);
    (0..4).for_each(|_| changing.step());
    [("exported", Compiler::new()), ("compiled", compiled), ("changing", changing)]
}

fn drawn(compiler: &Compiler, signs: Signs, width: u16, height: u16) -> String {
    let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
    compiler.draw(&palette(signs), buffer.area, &mut buffer);
    let row = |y| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
    (0..height).map(row).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_picture_at_every_stage() {
    for (name, compiler) in stages() {
        for (width, height) in [(36, 10), (46, 16), (100, 28)] {
            let picture = drawn(&compiler, Signs::Unicode, width, height);
            insta::assert_snapshot!(format!("{name}-{width}x{height}"), picture);
        }
        insta::assert_snapshot!(format!("{name}-ascii-46x16"), drawn(&compiler, Signs::Ascii, 46, 16));
    }
}

#[test]
fn nothing_is_drawn_outside_of_the_area_whatever_its_size() {
    for (_, compiler) in stages() {
        for signs in [Signs::Unicode, Signs::Ascii] {
            for (width, height) in
                (1..=130).step_by(9).flat_map(|width| (1..=60).step_by(3).map(move |height| (width, height)))
            {
                let area = Rect::new(3, 2, width, height);
                let mut buffer = Buffer::empty(Rect::new(0, 0, 136, 64));
                compiler.draw(&palette(signs), area, &mut buffer);
                for position in buffer.area.positions().filter(|position| !area.contains(*position)) {
                    assert_eq!(buffer[position].symbol(), " ", "{width}x{height} at {position}");
                }
                let ascii = buffer.content.iter().all(|cell| cell.symbol().is_ascii());
                assert!(ascii || signs == Signs::Unicode, "{width}x{height}");
            }
        }
    }
}

/// The rows of the parts, of which the first column is the name.
#[test]
fn lines_shrink_in_place_as_the_time_does() {
    let rows = |compiler: &Compiler| -> Vec<(String, usize)> {
        let text = drawn(compiler, Signs::Ascii, 80, 16);
        text.lines().skip(4).take(8).map(|row| (row.split_at(9).0.to_owned(), row.matches('=').count())).collect()
    };
    let [exported, compiled, changing] = stages().map(|(_, compiler)| rows(&compiler));
    for ((one, other), between) in exported.iter().zip(&compiled).zip(&changing) {
        assert!(one.0 == other.0 && one.0 == between.0 && one.1 >= other.1 && one.1 >= between.1);
    }
    let longest = |rows: &[(String, usize)]| rows.iter().map(|row| row.1).max();
    assert!(longest(&exported) > longest(&changing) && longest(&changing) > longest(&compiled));
}
