//! How screens are composed at every size: the keys at the bottom, the first row, what is left out.

use std::collections::BTreeSet;

use super::*;
use crate::exhibits;

/// Each screen, by the keys that lead to it.
const SCREENS: [&str; 14] = [
    "<rest>",
    "f<rest>",
    "2<rest>",
    "3<rest>",
    "3<enter>",
    "3jjjjo<rest>",
    "4<rest>",
    "4<up><rest>",
    "5<rest>",
    "?",
    "/",
    "/quant",
    "w",
    "?<esc>",
];

/// The keys that open each exhibit of the card: its title is looked for.
fn exhibits_by_search() -> Vec<(&'static str, String)> {
    let opened = |name: &&'static str| {
        let title = exhibits::open(name)?.title().to_owned();
        own().document().place_of_exhibit(name).map(|_| (*name, format!("/{title}<enter>")))
    };
    exhibits::NAMES.iter().filter_map(opened).collect()
}

/// The commands of the keys at the bottom.
fn keys_shown(visitor: &mut Visitor) -> BTreeSet<String> {
    let Size { width, height } = visitor.app.size();
    let frame = visitor.app.frame();
    let row = |y: u16| -> BTreeSet<String> {
        let targets = (0..width).filter_map(|x| frame.target(x, y));
        targets
            .filter_map(
                |target| if let Target::Command(command) = target { Some(format!("{command:?}")) } else { None },
            )
            .collect()
    };
    (0..height).rev().map(row).find(|row| !row.is_empty()).unwrap_or_default()
}

#[test]
fn a_wider_window_has_every_key_that_a_narrower_one_has() {
    let own = own();
    let exhibits = exhibits_by_search();
    let screens = SCREENS.into_iter().chain(exhibits.iter().map(|(_, keys)| keys.as_str()));
    for keys in screens {
        let is_page = !keys.contains(['?', '/', 'w']) || keys == "?<esc>";
        for height in [8, 12, 24, 60] {
            let mut visitor = Visitor::arrive(&own, 24, height);
            visitor.keys(keys);
            let mut before = BTreeSet::new();
            for width in 24..=200 {
                visitor.keys(&format!("<{width}x{height}>"));
                let shown = keys_shown(&mut visitor);
                let lost: Vec<_> = before.difference(&shown).collect();
                assert!(lost.is_empty(), "{keys} at {width}x{height} has lost {lost:?}:\n{}", visitor.screen());
                let way_out = if is_page { "Goodbye" } else { "Back" };
                assert!(shown.contains(way_out), "{keys} at {width}x{height}: {shown:?}");
                before = shown;
            }
        }
    }
    for width in 20..24 {
        assert!(Visitor::arrive(&own, width, 12).screen().contains('q'), "{width}");
    }
}

#[test]
fn enter_names_what_it_opens_where_there_is_room() {
    for (keys, (width, height), expected) in [
        ("4<rest>", (80, 24), "⏎ A matrix product  "),
        ("4<rest>", (40, 12), "⏎ try it"),
        ("4<up><rest>", (80, 24), "⏎ One over the square root  "),
        ("<rest>j", (80, 24), "⏎ kernels  "),
        ("2", (80, 24), "⏎ read on  "),
    ] {
        let screen = Visitor::arrive(&own(), width, height).keys(keys).screen();
        assert!(screen.lines().any(|line| line.contains(expected)), "{keys}: no {expected:?} in\n{screen}");
    }
}

#[test]
fn a_page_that_is_read_to_its_end_scrolls_no_more() {
    for (keys, (width, height), scrolls) in [
        ("2", (80, 24), true),
        ("2G", (80, 24), false),
        ("2Gk", (80, 24), true),
        ("2G<80x60>", (80, 24), false),
        ("2G", (200, 60), false),
    ] {
        let screen = Visitor::arrive(&own(), width, height).keys(keys).screen();
        assert_eq!(screen.contains("↓ scroll"), scrolls, "{keys}:\n{screen}");
    }
}

#[test]
fn the_first_row_of_every_screen_is_the_same() {
    let own = own();
    let exhibits = exhibits_by_search();
    let screens = SCREENS.into_iter().chain(exhibits.iter().map(|(_, keys)| keys.as_str()));
    for (width, height) in [(24, 6), (40, 12), (59, 15), (60, 60), (66, 24), (80, 24), (100, 30), (120, 40), (200, 60)]
    {
        let mut first = None;
        // But for those that are scrolled from the beginning.
        for keys in screens.clone().filter(|keys| *keys != "4<up><rest>") {
            let mut visitor = Visitor::arrive(&own, width, height);
            let (drawn, screen) = (visitor.keys(keys).draw(), visitor.screen());
            let rows = drawn.content().chunks(usize::from(width)).enumerate();
            // The margin of a QR code is blank paper. The first is the line of pages.
            let is_content =
                |cell: &ratatui::buffer::Cell| cell.symbol() != " " || cell.bg != ratatui::style::Color::Reset;
            let row = rows.filter(|(_, row)| row.iter().any(is_content)).nth(1).unwrap().0;
            assert_eq!(*first.get_or_insert(row), row, "{keys} at {width}x{height}:\n{screen}");
        }
    }
}

#[test]
fn nothing_of_a_page_stands_right_of_the_scroll_mark() {
    let own = own();
    let mut marks = 0;
    for keys in ["2", "3", "?"] {
        let mut visitor = Visitor::arrive(&own, 60, 12);
        visitor.keys(keys);
        // A wider window has another column, which does not scroll.
        for width in (24..140).step_by(4) {
            for height in [8, 12, 24, 40] {
                visitor.keys(&format!("<{width}x{height}>"));
                let screen = visitor.screen();
                for row in screen.lines().filter(|row| row.contains('│')) {
                    assert!(row.trim_end().ends_with('│'), "{keys} at {width}x{height}:\n{screen}");
                    marks += 1;
                }
            }
        }
    }
    assert!(marks > 0);
}

#[test]
fn no_parameter_is_left_out_while_rows_are_blank() {
    let own = own();
    for (name, keys) in exhibits_by_search() {
        let all: BTreeSet<usize> = (0..exhibits::open(name).unwrap().parameters().len()).collect();
        let mut visitor = Visitor::arrive(&own, 80, 24);
        visitor.keys(&keys);
        for width in (24..=200).step_by(8) {
            for height in (6..=60).step_by(3) {
                visitor.keys(&format!("<{width}x{height}>"));
                let frame = visitor.app.frame();
                let parameters: BTreeSet<usize> = (0..height)
                    .flat_map(|y| (0..width).map(move |x| (x, y)))
                    .filter_map(|(x, y)| frame.target(x, y))
                    .filter_map(|target| match target {
                        Target::Parameter(i) | Target::Change(i, _) => Some(i),
                        _ => None,
                    })
                    .collect();
                let missing: Vec<_> = all.difference(&parameters).collect();
                let screen = visitor.screen();
                // What stands above the keys, but for the row that keeps them apart.
                let blank = screen.lines().rev().skip_while(|line| line.trim().is_empty()).skip(1);
                let blank = blank.take_while(|line| line.trim().is_empty()).count();
                assert!(
                    blank < 3 || missing.is_empty(),
                    "{name} at {width}x{height} has no parameter {missing:?}:\n{screen}"
                );
                assert!(height < 12 || !parameters.is_empty(), "{name} at {width}x{height}:\n{screen}");
            }
        }
    }
}

#[test]
fn small_print_keeps_clear_of_the_picture() {
    let own = own();
    for (name, keys) in exhibits_by_search() {
        for (width, height) in [(80, 24), (100, 30), (120, 40), (200, 60)] {
            let mut visitor = Visitor::arrive(&own, width, height);
            let screen = visitor.keys(&keys).screen();
            let basis = exhibits::open(name).unwrap().basis().clone();
            let first: String = basis.split_whitespace().take(3).collect::<Vec<_>>().join(" ");
            let lines: Vec<&str> = screen.lines().collect();
            let row =
                lines.iter().position(|line| line.contains(&first)).unwrap_or_else(|| panic!("{name}:\n{screen}"));
            assert!(lines[row - 1].trim().is_empty(), "{name} at {width}x{height}:\n{screen}");
        }
    }
}

#[test]
fn a_large_window_is_composed() {
    let own = own();
    let mut visitor = Visitor::arrive(&own, 200, 60);
    let screen = visitor.keys("<rest>").screen();
    let columns = |line: &str, sign: char| line.chars().position(|c| c == sign);
    let top = screen.lines().find(|line| line.contains('╭')).unwrap();
    let (left, right) = (columns(top, '╭').unwrap(), 199 - columns(top, '╮').unwrap());
    assert!(left.abs_diff(right) <= 4, "{left} and {right}:\n{screen}");
    let tabs = screen.lines().find(|line| line.contains("card")).unwrap();
    assert_eq!(columns(tabs, 'c').unwrap(), left, "{screen}");
    // The mark stands between the page with its notes and the other column.
    let screen = visitor.keys("2").screen();
    let mark = screen.lines().find_map(|line| columns(line, '│')).unwrap();
    let here = screen.lines().skip(2).filter_map(|line| line.chars().nth(mark));
    assert!(here.clone().any(|c| c == '│') && here.clone().all(|c| "│ ".contains(c)), "{screen}");
}

#[test]
fn a_tall_and_narrow_window_is_composed() {
    let own = own();
    let mut visitor = Visitor::arrive(&own, 60, 60);
    let screen = visitor.keys("<rest>").screen();
    let lines: Vec<&str> = screen.lines().collect();
    let top = lines.iter().position(|line| line.contains('╭')).unwrap();
    let bottom = lines.iter().position(|line| line.contains('╰')).unwrap();
    for row in [top + 1, bottom - 1] {
        assert!(lines[row].trim_matches([' ', '│']).is_empty(), "{screen}");
    }
    // Nothing is broken for a second column.
    let screen = visitor.keys("?").screen();
    assert!(screen.lines().any(|line| line.contains("PgDn") && line.contains("a screen down")), "{screen}");
    // The miniatures of layers.
    let screen = visitor.keys("4<rest>").screen();
    let is_dots = |c: char| ('\u{2801}'..='\u{28ff}').contains(&c);
    let row = screen.lines().find(|line| line.contains("models")).unwrap();
    assert!(row.chars().any(is_dots), "{screen}");
}

#[test]
fn the_line_of_layers_stands_on_the_card_whatever_the_characters() {
    let own = own();
    for width in 58..=80 {
        for glyphs in ["<rest>", "<ascii><rest>"] {
            let mut visitor = Visitor::arrive(&own, width, 40);
            let screen = visitor.keys(glyphs).screen();
            let last =
                own.document().pages.iter().find(|page| page.entries.len() > 1 && page.ground.is_some()).unwrap();
            let label = last.entries.first().unwrap().label();
            assert!(screen.lines().skip(3).any(|line| line.contains(label)), "{width} {glyphs}:\n{screen}");
        }
    }
}
