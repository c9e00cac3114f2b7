use proptest::prelude::*;
use ratatui::style::Modifier;

use super::*;
use crate::{signs::Signs, tests::check::palette};

/// The rows of a buffer, without the spaces at their ends.
fn rows(buffer: &Buffer) -> Vec<String> {
    let row = |y| (0..buffer.area.width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
    (0..buffer.area.height).map(row).collect()
}

fn labels(ticks: Vec<(f64, String)>) -> Vec<String> {
    ticks.into_iter().map(|(_, label)| label).collect()
}

#[test]
fn a_title_is_not_cut() {
    let lines = [("-".to_owned(), Style::new(), "a line".to_owned())];
    let titles = ["a title of many words", "a title"];
    for (width, expected) in [(60, titles[0]), (30, titles[1]), (27, titles[1]), (13, titles[1]), (5, titles[1])] {
        assert_eq!(title_beside(&lines, &titles, width), expected, "{width}");
    }
    // Where no title has a legend beside it, the longest that has room.
    let lines = [("-".to_owned(), Style::new(), "the name of a line that is very long".to_owned())];
    assert_eq!(title_beside(&lines, &titles, 27), titles[0]);
    assert_eq!(title_beside(&lines, &titles, 26), titles[1]);
}

#[test]
fn ticks_are_round_numbers_and_as_many_as_have_room() {
    for (axis, most, expected) in [
        (Axis::linear(0.0, 1.0, ""), 11, "0.0 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1.0"),
        (Axis::linear(0.0, 1.0, ""), 6, "0.0 0.2 0.4 0.6 0.8 1.0"),
        (Axis::linear(-3.0, 3.0, ""), 8, "−3 −2 −1 0 1 2 3"),
        (Axis::linear(1.0, 4.0, ""), 4, "1 2 3 4"),
        (Axis::linear(0.0, 1100.0, ""), 4, "0 500 1000"),
        (Axis::log10(1e-6, 1.0, ""), 9, "1e-6 1e-5 1e-4 1e-3 0.01 0.1 1"),
        (Axis::log10(1e-6, 1.0, ""), 4, "1e-6 1e-4 0.01 1"),
        (Axis::log10(10.0, 1e5, ""), 9, "10 100 1000 1e4 1e5"),
        (Axis::log2(0.25, 64.0, ""), 9, "0.25 0.5 1 2 4 8 16 32 64"),
        (Axis::log2(0.25, 64.0, ""), 3, "1 8 64"),
        (Axis::linear(0.0, 1.0, ""), 0, ""),
        (Axis::whole(2.0, 8.0, ""), 40, "2 3 4 5 6 7 8"),
    ] {
        let ticks = axis.tick_sets(most).into_iter().next().unwrap_or_default();
        assert_eq!(labels(ticks).join(" "), expected, "{axis:?} with {most}");
    }
}

#[test]
fn a_place_is_a_part_of_the_axis() {
    assert_eq!(Axis::linear(1.0, 3.0, "").place(2.0), Some(0.5));
    assert_eq!(Axis::linear(3.0, 1.0, "").place(1.0), Some(1.0));
    let half = Axis::log10(1e-4, 1.0, "").place(1e-2).unwrap();
    assert!((half - 0.5).abs() < 1e-12);
    assert_eq!(Axis::log2(1.0, 2.0, "").place(0.0), None);
    assert_eq!(Axis::log2(1.0, 2.0, "").place(-1.0), None);
    assert_eq!(Axis::linear(0.0, 1.0, "").place(f64::NAN), None);
}

#[test]
fn a_plot_has_its_axes_and_its_curve() {
    for (signs, name) in [(Signs::Unicode, "unicode"), (Signs::Ascii, "ascii")] {
        let palette = palette(signs);
        let mut buffer = Buffer::empty(Rect::new(0, 0, 40, 10));
        let plot = Plot { x: Axis::linear(0.0, 4.0, "x"), y: Axis::log10(1e-3, 1.0, "relative error") };
        let plane = plot.draw(&palette, buffer.area, &mut buffer);
        let curve = (0..=100).map(|n| f64::from(n) / 25.0).map(|x| (x, 0.001 + x * x / 16.0));
        plane.curve(curve, palette.accent, &palette, &mut buffer);
        plane.mark((2.0, 0.25), "x", palette.strong, &mut buffer);
        plane.mark((4.0, 1.0), "end", palette.strong, &mut buffer);
        insta::assert_snapshot!(name, rows(&buffer).join("\n"));
    }
}

/// The axes of the exhibits.
fn axes() -> Vec<Axis> {
    vec![
        Axis::log10(0.05, 64.0, "GFLOP/s"),
        Axis::log10(0.008, 16.0, "FLOP/B"),
        Axis::log10(0.5, 5000.0, "how many weights"),
        Axis::log10(1e-9, 10.0, "gap"),
        Axis::log2(1.0, 4.0, "x"),
        Axis::linear(0.0, 50.0, "SQNR, dB"),
        Axis::linear(0.0, 1.0, "t"),
        Axis::linear(-0.5, 0.5, "weight"),
        Axis::whole(2.0, 8.0, "bits"),
        Axis::whole(0.0, 15.0, "ops"),
    ]
}

#[test]
fn ticks_are_evenly_spaced_wherever_the_ends_of_the_axis_are() {
    let are_even = |at: &[u16]| at.windows(2).map(|two| two[1] - two[0]).collect::<std::collections::BTreeSet<_>>();
    for axis in axes() {
        for room in 3..140 {
            let (taken, upright) = ticks::upright(&axis, room);
            let at: Vec<_> = upright.iter().map(|(place, _)| ticks::cell(*place, taken)).collect();
            assert!(are_even(&at).len() <= 1, "{axis:?} in {room} rows: {at:?}");
            let lower = LowerAxis::of(&axis, 6, room);
            let at: Vec<_> = lower.ticks.iter().map(|tick| tick.column).collect();
            assert!(are_even(&at).len() <= 1, "{axis:?} in {room} columns: {at:?}");
            assert!(lower.columns <= room && lower.columns + 4 >= room, "{axis:?} in {room} columns");
        }
    }
}

/// A title that stood beside a number would be read with it, and a tick without a number says nothing.
#[test]
fn labels_of_the_lower_axis_are_clear_of_each_other_and_of_its_title() {
    for width in 18..140 {
        for axis in axes() {
            let (title, mut buffer) = (axis.title, Buffer::empty(Rect::new(0, 0, width, 8)));
            let plot = Plot { x: axis, y: Axis::linear(0.0, 1.0, "") };
            plot.draw(&palette(Signs::Unicode), buffer.area, &mut buffer);
            let rows = rows(&buffer);
            let (line, row) = (&rows[rows.len() - 2], &rows[rows.len() - 1]);
            if !row.contains(title) {
                assert!(title.len() + 2 > width.into(), "{width}: {row}");
                continue;
            }
            let (before, after) = row.split_once(title).unwrap();
            let clear = |side: &str| side.is_empty() || side.starts_with("  ");
            let before: String = before.chars().rev().collect();
            assert!(clear(&before) && clear(after), "{width}: {row}");
            let labels = row.replace(title, "").split_whitespace().count();
            assert_eq!(line.matches('┬').count(), labels, "{width}: {line} {row}");
        }
    }
}

#[test]
fn from_thirty_columns_on_a_title_stands_between_its_labels() {
    for axis in axes().into_iter().filter(|axis| ["x", "t", "bits", "ops", "weight", "FLOP/B"].contains(&axis.title)) {
        for room in 30..140 {
            let lower = LowerAxis::of(&axis, 6, room);
            let last = lower.ticks.last().map(|tick| tick.column);
            assert!(last.is_some_and(|last| last > lower.title), "{axis:?} in {room}: {lower:?}");
        }
    }
}

/// A name that stood behind another curve would be taken for that one's.
#[test]
fn a_name_has_nothing_between_it_and_its_point() {
    let palette = palette(Signs::Unicode);
    let mut buffer = Buffer::empty(Rect::new(0, 0, 40, 9));
    let area = buffer.area;
    let plane = Plot { x: Axis::linear(0.0, 1.0, ""), y: Axis::linear(0.0, 1.0, "") }.bare(area);
    for (row, name) in [(3, "-"), (4, "="), (5, "-")] {
        put(&mut buffer, area, 0, row, &name.repeat(40), palette.text);
    }
    plane.name(Position::new(20, 4), "name", palette.text, &mut buffer);
    assert!(!rows(&buffer).concat().contains("name"), "{:#?}", rows(&buffer));
    // Room for it reaches up to the point, from the left.
    put(&mut buffer, area, 12, 3, &" ".repeat(10), palette.text);
    plane.name(Position::new(20, 4), "name", palette.text, &mut buffer);
    assert_eq!(rows(&buffer)[3].find("name"), Some(17), "{:#?}", rows(&buffer));
}

#[test]
fn the_name_of_a_line_stands_on_it() {
    let palette = palette(Signs::Unicode);
    let draw = |curve: &[(u16, u16, &str)]| {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 3));
        let area = buffer.area;
        let plane = Plot { x: Axis::linear(0.0, 1.0, ""), y: Axis::linear(0.0, 1.0, "") }.bare(area);
        for (x, y, text) in curve {
            put(&mut buffer, area, *x, *y, text, palette.text);
        }
        plane.named_rule(1, "goal", &palette, &mut buffer);
        rows(&buffer)
    };
    assert_eq!(draw(&[]), ["", "─ ─ ─ ─ ─ ─ ─ ─ goal", ""]);
    assert_eq!(draw(&[(14, 1, "***")]), ["", "─ ─ ─ ─  goal *** ─", ""]);
    assert_eq!(draw(&[(0, 1, &"*".repeat(20))]), ["goal", "********************", ""]);
}

#[test]
fn what_is_drawn_over_a_quiet_sign_is_not_quiet() {
    let quiet = Style::new().add_modifier(Modifier::DIM).fg(ratatui::style::Color::Indexed(8));
    let area = Rect::new(0, 0, 2, 1);
    let mut buffer = Buffer::empty(area);
    put(&mut buffer, area, 0, 0, "..", quiet);
    let mut dots = Dots::new(area);
    dots.set(0, 0);
    dots.draw(Style::new(), Signs::Unicode, &mut buffer);
    put(&mut buffer, area, 1, 0, "o", Style::new());
    for cell in &buffer.content {
        assert_eq!((cell.fg, cell.modifier), (ratatui::style::Color::Reset, Modifier::empty()), "{}", cell.symbol());
    }
}

#[test]
fn a_bar_is_a_line_and_none_that_is_there_is_lost() {
    let full = palette(Signs::Unicode);
    for (part, expected) in [(0.0, ""), (1e-6, "╸"), (0.5, "━━"), (0.6, "━━╸"), (1.0, "━━━━"), (7.0, "━━━━")]
    {
        assert_eq!(bar(part, 4, &full), expected);
    }
    assert_eq!(bar(0.4, 5, &palette(Signs::Ascii)), "==");
}

proptest! {
    #[test]
    fn nothing_is_drawn_outside_of_the_area(
        (x, y, width, height) in (0_u16..30, 0_u16..20, 0_u16..90, 0_u16..40),
        points in prop::collection::vec((-1e9_f64..1e9, -1e9_f64..1e9), 0..20),
        ascii: bool,
    ) {
        let palette = palette(if ascii { Signs::Ascii } else { Signs::Unicode });
        let area = Rect::new(x, y, width, height);
        let mut buffer = Buffer::empty(Rect::new(0, 0, 80, 30));
        let plot = Plot { x: Axis::linear(-10.0, 10.0, "the x"), y: Axis::log2(0.01, 64.0, "the y") };
        let plane = plot.draw(&palette, area, &mut buffer);
        let near = points.iter().map(|(x, y)| (x / 1e8, y / 1e7));
        plane.curve(points.iter().copied().chain(near.clone()), palette.text, &palette, &mut buffer);
        plane.scatter(near.clone(), palette.accent, &palette, &mut buffer);
        for point in near {
            plane.mark(point, "here", palette.strong.add_modifier(Modifier::REVERSED), &mut buffer);
        }
        for position in buffer.area.positions().filter(|position| !area.contains(*position)) {
            prop_assert_eq!(buffer[position].symbol(), " ");
        }
    }
}
