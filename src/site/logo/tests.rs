use std::{collections::BTreeSet, sync::LazyLock};

use super::*;

fn logo(text: &str, height: u16) -> Logo {
    Logo::new(text, height).unwrap()
}

/// The shape alone, without the flow to it.
fn shape(text: &str, height: u16) -> Vec<(u16, u16)> {
    static FONT: LazyLock<font::Font> = LazyLock::new(|| shape::font().unwrap());
    shape::draw(&FONT, text, height).unwrap_or_default()
}

/// Dots as lines of braille, each behind a bar.
fn braille(dots: &[(u16, u16)]) -> String {
    // Unicode, chapter 21.1: the dots of a cell, row by row.
    const BITS: [[u32; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];
    let mut rows = vec![[0; 60]; usize::from(dots.iter().map(|dot| dot.1 / 4 + 1).max().unwrap())];
    for (x, y) in dots.iter().map(|(x, y)| (usize::from(*x), usize::from(*y))) {
        rows[y / 4][x / 2] |= BITS[y % 4][x % 2];
    }
    let sign = |dots| if dots == 0 { ' ' } else { char::from_u32(0x2800 + dots).unwrap() };
    let line = |row: &[u32; 60]| format!("|{}\n", row.iter().map(|dots| sign(*dots)).collect::<String>().trim_end());
    rows.iter().map(line).collect()
}

#[test]
fn the_shape_is_legible() {
    insta::assert_snapshot!(braille(&shape("1/√x", 28)), @r"
    |   ⣀⣤⡄       ⢀⣤       ⣼⠛⠛⠛⠛⠛⠛⠛⠛
    | ⠰⠛⢹⣿⠃      ⢀⣾⠃      ⣸⠇
    |   ⣼⡿      ⢀⣾⠃ ⣀⣤   ⢠⡏ ⠐⢶⣶⡀  ⣠⠖
    |  ⢀⣿⡇     ⢀⣾⠃ ⠈⠉⢿⣆ ⢀⡿    ⢻⣷⣠⠞⠁
    |  ⢸⣿     ⢠⣿⠃    ⠘⣿⡄⣼⠁    ⣠⢿⣷⡀
    |⣀⣀⣿⣏⣀⡀  ⢠⣿⠃      ⠹⣿⠇   ⣠⠞⠁ ⠻⣷⣀⡀
    |⠉⠉⠉⠉⠉⠁ ⢠⡿⠃        ⠋   ⠈⠉    ⠉⠉⠁
    ");
    insta::assert_snapshot!(braille(&shape("1/√x", 20)), @r"
    | ⢀⣤⣶     ⢀⡤    ⢠⠏⠉⠉⠉⠉⠉
    | ⠁⢸⡏    ⢀⡞ ⢀  ⢀⡏⢠⣤⡀  ⡠
    |  ⣿⠃   ⢀⡞ ⠈⢹⡆ ⡼  ⠘⣷⡤⠊
    | ⢰⡿   ⢠⡟    ⢿⣼⠁  ⣠⠚⢿⡄
    |⠒⠚⠓⠒ ⢠⡟     ⠘⠃  ⠚⠁ ⠈⠛⠂
    ");
    insta::assert_snapshot!(braille(&shape("Ада", 20)), @r"
    |     ⢠⣾⡇     ⠐⠋⠉⠙⣦
    |    ⢠⠏⢹⣿    ⢀⣠⠤⠤⣄⢸⡇   ⣀⡤⠤⣤⠄
    |   ⣰⠏ ⠈⣿⡆  ⢠⣿⠁  ⠈⣿⠇ ⢠⡾⠁ ⢀⣿
    |  ⣴⠓⠒⠒⠒⢿⣧  ⣿⡇   ⣸⡟ ⢀⣿⠁  ⣸⡏
    |⣀⣼⣃   ⢀⣸⣿⣄ ⠹⣧⣀⣀⡴⠟  ⠈⢿⣄⣀⡴⣿⣇
    ");
}

#[test]
fn the_shape_fills_its_box() {
    for text in ["1/√x", "Ag", "π", "√2", "√W", "語g", "WWWWWWWW"] {
        for height in [8, 13, 28] {
            let dots = shape(text, height);
            let rows: BTreeSet<u16> = dots.iter().map(|dot| dot.1).collect();
            let (top, bottom) = (*rows.first().unwrap(), *rows.last().unwrap());
            // Where of two sizes one is too small and the next too large, a row or two stay free.
            assert!(bottom < height && bottom - top + 3 >= height, "{text} at {height}: rows {top} to {bottom}");
            assert!(dots.iter().any(|dot| dot.0 == 0) && dots.is_sorted_by_key(|(x, y)| (*y, *x)));
        }
    }
    let small = logo("1/√x", 12);
    let (width, height) = (small.width, small.height);
    assert_eq!((height, small.rest().map(|dot| dot.0 + 1).max()), (12, Some(width)));
    assert!(small.rest().eq(shape("1/√x", 12)));
}

#[test]
fn what_the_font_lacks_is_left_out() {
    for text in ["", " ", "\u{a0}", "語", "🦀\n\u{1b}"] {
        assert!(Logo::new(text, 28).is_none(), "{text:?}");
    }
    assert_eq!(shape("語x🦀", 16), shape("x", 16));
    assert_eq!(shape("xxxxxxxxx", 8), shape("xxxxxxxx", 8));
}

#[test]
fn a_root_spans_the_next_character_and_no_other() {
    for (text, height) in [("√x", 16), ("√x", 28), ("√2", 28), ("√W", 28), ("√∑", 20), ("√∑", 40)] {
        let dots = shape(text, height);
        let (top, right) = (dots.iter().map(|dot| dot.1).min().unwrap(), dots.iter().map(|dot| dot.0).max().unwrap());
        let bar: BTreeSet<u16> = dots.iter().filter(|dot| dot.1 == top).map(|dot| dot.0).collect();
        let begin = *bar.first().unwrap();
        assert_eq!(
            bar,
            (begin..=right).collect(),
            "{text}: the bar goes from the root to the right edge without a gap"
        );
        assert!(begin < right * 2 / 3, "{text}: the bar is over the character");
        // Below the bar is a row in which only the root's own stroke has ink.
        let free = |y: u16| dots.iter().all(|dot| dot.1 != y || dot.0 <= begin + 2);
        assert!(
            (top + 1..top + 1 + height / 4).any(free),
            "{text} at {height}: nothing touches the bar\n{}",
            braille(&dots)
        );
    }
    let (alone, before_space) = (shape("√", 28), shape("√ x", 28));
    assert!(alone.iter().all(|dot| before_space.contains(dot)), "no bar over a space");
    let bar = |text| shape(text, 20).iter().filter(|dot| dot.1 == 0).count();
    assert_eq!(bar("√xx"), bar("√x"));
}

#[test]
fn it_flows_from_noise_to_the_shape() {
    let logo = logo("1/√x", 24);
    let (width, height) = (logo.width, logo.height);
    let shape: BTreeSet<_> = logo.rest().collect();
    for n in 0..Logo::FRAMES {
        assert!(logo.frame(n).all(|(x, y)| x < width && y < height), "frame {n}");
        assert!(logo.frame(n).count() <= shape.len());
    }
    // Noise: four dots in five are in the box, every ninth of it has some, and few are where the shape is.
    let first: Vec<_> = logo.frame(0).collect();
    assert!((shape.len() * 7 / 10..shape.len() * 9 / 10).contains(&first.len()), "{} of {}", first.len(), shape.len());
    for (column, row) in (0..9).map(|n| (n % 3, n / 3)) {
        let within = |dot: &&(u16, u16)| dot.0 * 3 / width == column && dot.1 * 3 / height == row;
        assert!(first.iter().filter(within).count() >= shape.len() / 40, "{column}, {row}");
    }
    assert!(first.iter().filter(|dot| shape.contains(dot)).count() < shape.len() / 3);
    // Shape: every dot has arrived, and comes to rest without a jump.
    let last: Vec<_> = logo.frame(Logo::FRAMES - 2).collect();
    assert_eq!(last.len(), shape.len());
    let arrived = |&(x, y): &(u16, u16)| shape.iter().any(|dot| dot.0.abs_diff(x) <= 1 && dot.1.abs_diff(y) <= 1);
    assert!(last.iter().all(arrived));
    assert_eq!(logo.frame(Logo::FRAMES - 1).collect::<BTreeSet<_>>(), shape);
    assert_eq!(logo.frame(usize::MAX).collect::<BTreeSet<_>>(), shape);
}

#[test]
fn a_wall_of_letters_stands_still() {
    let wall = logo("WWWWWWWW", 32);
    assert!(wall.rest().count() > MOST_DOTS);
    assert!(wall.frame(0).eq(wall.rest()));
    let small = logo("|", 8);
    assert!(!small.frame(0).eq(small.rest()));
}

#[test]
fn every_visitor_sees_the_same() {
    let (one, other) = (logo("π", 12), logo("π", 12));
    for n in 0..Logo::FRAMES {
        assert!(one.frame(n).eq(other.frame(n)), "frame {n}");
    }
}
