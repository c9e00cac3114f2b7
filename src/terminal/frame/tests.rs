use proptest::prelude::*;
use ratatui::{
    buffer::Cell,
    layout::Rect,
    style::{Color, Modifier, Style},
};

use super::*;

/// What is sent to a screen that shows one buffer, so that it shows another; for any other, without one.
fn difference(shown: Option<(&Buffer, &[Hyperlink])>, next: (&Buffer, &[Hyperlink]), synchronized: bool) -> String {
    let draw = |(cells, links): &(&Buffer, &[Hyperlink]), buffer: &mut Buffer| {
        buffer.clone_from(cells);
        links.to_vec()
    };
    let mut out = Vec::new();
    frame(next.0.area, draw, shown.as_ref(), &next, synchronized, &mut out);
    String::from_utf8(out).unwrap()
}

fn encoded(shown: &Buffer, next: &Buffer) -> String {
    difference(Some((shown, &[])), (next, &[]), false)
}

/// From a screen to another one, as lines: what is sent.
fn check(shown: &[&str], next: &[&str], expected: &str) {
    let sent = encoded(&Buffer::with_lines(shown.to_vec()), &Buffer::with_lines(next.to_vec()));
    assert_eq!(sent, expected, "{shown:?} to {next:?}");
}

#[test]
fn only_what_changed_is_sent() {
    check(&["same"], &["same"], "");
    check(&["one"], &["two"], "\x1b[1Htwo");
    check(&["a b c"], &["x b c"], "\x1b[1Hx");
    check(&["1         1"], &["2         2"], "\x1b[1H2\x1b[9C2");
    check(&["a b c"], &["x b y"], "\x1b[1Hx b y");
    check(&["a", "b"], &["c", "d"], "\x1b[1Hc\x1b[2Hd");
    check(&["ab", "ab"], &["cb", "cb"], "\x1b[1Hc\r\nc");
}

#[test]
fn the_rest_of_a_line_is_erased() {
    check(&["a long line of words"], &["a                   "], "\x1b[1;2H\x1b[K");
    check(&["gone away"], &["         "], "\x1b[1H\x1b[K");
}

#[test]
fn the_cursor_takes_the_shortest_way() {
    check(&["a     ", "a     "], &["a  b  ", "a  c  "], "\x1b[1;4Hb\x1b[2;4Hc");
    check(&["a     ", "a     ", "a     "], &["b     ", "a     ", "b     "], "\x1b[1Hb\x1b[3Hb");
    check(&["ab    ", "ab    "], &["cb    ", "ad    "], "\x1b[1Hc\r\n\x1b[Cd");
}

#[test]
fn after_a_wide_character_the_cursor_is_placed_anew() {
    check(&["      "], &["日本ab"], "\x1b[1H日\x1b[1;3H本\x1b[1;5Hab");
    // Half of a wide character that went away is written again.
    check(&["日 "], &["x  "], "\x1b[1Hx ");
    check(&[" 日"], &["日 "], "\x1b[1H日\x1b[1;3H ");
    check(&["日 "], &[" 日"], "\x1b[1H 日");
}

#[test]
fn what_a_wide_character_covers_is_not_written() {
    // An emoji that is wide by its variation selector is a whole, of which no half is written over.
    check(&["abc "], &["⌨\u{fe0f}c "], "\x1b[1H⌨\u{fe0f}");
    check(&["⌨\u{fe0f}c "], &["⌨\u{fe0f}d "], "\x1b[1;3Hd");
    // Terminals show a sound mark in a cell of its own.
    let mut marked = Buffer::with_lines(["  x "]);
    marked[(0, 0)].set_symbol("ｶﾞ");
    assert_eq!(encoded(&Buffer::with_lines(["    "]), &marked), "\x1b[1Hｶﾞ\x1b[1;3Hx");
}

#[test]
fn a_cell_that_a_terminal_would_show_elsewhere_is_a_space() {
    let shown = Buffer::with_lines(["abc", "def"]);
    let mut next = shown.clone();
    next[(0, 0)].set_symbol("\u{301}");
    next[(1, 0)].set_symbol("");
    // There is one cell left in the row, and the next row is as it was.
    next[(2, 0)].set_symbol("日");
    assert_eq!(encoded(&shown, &next), "\x1b[1H   ");
    let mut torn = shown.clone();
    torn[(0, 0)].set_symbol("日");
    assert_eq!(encoded(&shown, &torn), "\x1b[1H日");
}

#[test]
fn a_style_that_cannot_be_sent_changes_nothing() {
    let shown = Buffer::with_lines(["ab"]);
    let mut next = Buffer::with_lines(["AB"]);
    next[(0, 0)].set_style(Style::new().bold());
    next[(1, 0)].set_style(Style::new().bold().add_modifier(Modifier::SLOW_BLINK | Modifier::HIDDEN));
    assert_eq!(encoded(&shown, &next), "\x1b[1H\x1b[1mAB\x1b[m");
}

#[test]
fn the_area_may_stand_anywhere_on_the_screen() {
    let area = Rect::new(30, 10, 12, 2);
    let [mut shown, mut next] = [Buffer::empty(area), Buffer::empty(area)];
    shown.set_string(32, 10, "a long one", Style::new());
    next.set_string(32, 10, "one", Style::new());
    next.set_string(30, 11, "two", Style::new());
    assert_eq!(encoded(&shown, &next), "\x1b[11;33Hone\x1b[K\r\n\x1b[30Ctwo");
    assert_eq!(difference(None, (&next, &[]), false), "\x1b[m\x1b[2J\x1b[11;33Hone\r\n\x1b[30Ctwo");
}

#[test]
fn a_state_that_cannot_be_drawn_spoils_no_later_frame() {
    let text = |text: &&str, buffer: &mut Buffer| {
        buffer.set_string(0, 0, text, Style::new());
        assert_ne!(*text, "fails", "in the middle");
        Vec::new()
    };
    let area = Rect::new(0, 0, 8, 1);
    let frame = |shown: Option<&'static str>, next: &'static str| {
        let mut out = Vec::new();
        super::frame(area, text, shown.as_ref(), &next, false, &mut out);
        String::from_utf8(out).unwrap()
    };
    for (shown, next) in [("a", "fails"), ("fails", "a")] {
        assert!(std::panic::catch_unwind(|| frame(Some(shown), next)).is_err());
        assert_eq!(frame(Some("a"), "b"), "\x1b[1Hb");
    }
}

#[test]
fn control_characters_in_a_cell_are_left_out() {
    let shown = Buffer::with_lines(["text"]);
    let mut next = shown.clone();
    next[(0, 0)].set_symbol("\x1b[2J");
    next[(1, 0)].set_symbol("a\u{9b}");
    assert_eq!(encoded(&shown, &next), "\x1b[1H  ");
}

#[test]
fn styles_are_changed_by_the_shorter_way() {
    let mut next = Buffer::empty(Rect::new(0, 0, 9, 1));
    next.set_string(0, 0, "ab", Style::new().bold().fg(Color::Rgb(1, 2, 3)));
    next.set_string(2, 0, "cd", Style::new().fg(Color::Rgb(1, 2, 3)));
    next.set_string(4, 0, "e", Style::new());
    next.set_string(5, 0, "f", Style::new().fg(Color::LightCyan));
    let sent = encoded(&Buffer::empty(Rect::new(0, 0, 9, 1)), &next);
    // The plain style comes first, and each style once.
    let expected = "\x1b[1;5He\x1b[1H\x1b[1;38;2;1;2;3mab\x1b[0;38;2;1;2;3mcd\x1b[C\x1b[96mf\x1b[m";
    assert_eq!(sent, expected);
}

#[test]
fn synchronized_output_brackets_a_frame_that_says_something() {
    let (a, b) = (Buffer::with_lines(["a"]), Buffer::with_lines(["b"]));
    assert_eq!(difference(Some((&a, &[])), (&a, &[]), true), "");
    assert_eq!(difference(Some((&a, &[])), (&b, &[]), true), "\x1b[?2026h\x1b[1Hb\x1b[?2026l");
}

#[test]
fn links_are_opened_and_closed_around_their_text() {
    let link = |columns, address: &str| Hyperlink { row: 0, columns, address: address.into(), number: 3 };
    let blank = Buffer::with_lines(["          "]);
    let text = Buffer::with_lines(["a bc d    "]);
    let (x, y) = (link(2..4, "https://x"), link(2..4, "https://y"));
    let sent = |from: &Buffer, to: &Buffer, old: &[Hyperlink], new: &[Hyperlink]| {
        difference(Some((from, old)), (to, new), false)
    };
    let (x, y) = (std::slice::from_ref(&x), std::slice::from_ref(&y));
    let (close, open_x, open_y) = ("\x1b]8;;\x1b\\", "\x1b]8;id=3;https://x\x1b\\", "\x1b]8;id=3;https://y\x1b\\");
    assert_eq!(sent(&blank, &text, &[], x), format!("\x1b[1Ha {open_x}bc{close} d"));
    // Nothing changed, only the address did, and there is no link any more.
    assert_eq!(sent(&text, &text, x, x), "");
    assert_eq!(sent(&text, &text, x, y), format!("\x1b[1;3H{open_y}bc{close}"));
    assert_eq!(sent(&text, &text, x, &[]), "\x1b[1;3Hbc");
    // Another link to the same address is another link.
    let other = [Hyperlink { number: 4, ..link(2..4, "https://x") }];
    assert_eq!(sent(&text, &text, x, &other), format!("\x1b[1;3H\x1b]8;id=4;https://x\x1b\\bc{close}"));
    // A link at the end of a frame is closed, and nothing is erased within one.
    let end = [link(5..6, "https://x")];
    assert_eq!(sent(&blank, &text, &[], &end), format!("\x1b[1Ha bc {open_x}d{close}"));
    let long = Buffer::with_lines(["a bc d ...and more"]);
    let short = Buffer::with_lines(["a bc e            "]);
    assert_eq!(sent(&long, &short, &end, &end), format!("\x1b[1;6H{open_x}e{close}\x1b[K"));
    // What is between two changes is not written again within a link that it is not part of.
    let apart = Buffer::with_lines(["A bC D    "]);
    assert_eq!(sent(&text, &apart, x, x), format!("\x1b[1HA\x1b[2C{open_x}C{close} D"));
}

const COLUMNS: u16 = 12;
const ROWS: u16 = 4;

/// A screen with characters of all widths and every kind of style, mostly blank as screens are.
fn screen() -> impl Strategy<Value = Buffer> {
    let symbol = prop_oneof![
        6 => Just(" "),
        3 => Just("a"),
        1 => Just("é"),
        1 => Just("e\u{301}"),
        1 => Just("日"),
        1 => Just("⡇"),
        1 => Just("│"),
    ];
    let colour = prop_oneof![
        4 => Just(Color::Reset),
        1 => Just(Color::Indexed(100)),
        1 => Just(Color::Rgb(1, 2, 3)),
        1 => Just(Color::LightRed)
    ];
    let modifier = prop_oneof![
        4 => Just(Modifier::empty()),
        1 => Just(Modifier::BOLD),
        1 => Just(Modifier::DIM),
        1 => Just(Modifier::UNDERLINED | Modifier::BOLD),
        1 => Just(Modifier::REVERSED),
    ];
    let piece = (0..COLUMNS, 0..ROWS, symbol, colour.clone(), colour, modifier);
    prop::collection::vec(piece, 0..30).prop_map(|pieces| {
        let mut buffer = Buffer::empty(Rect::new(0, 0, COLUMNS, ROWS));
        for (x, y, symbol, foreground, background, modifier) in pieces {
            let style = Style::reset().fg(foreground).bg(background).add_modifier(modifier);
            buffer.set_stringn(x, y, symbol.repeat(3), usize::from(COLUMNS - x), style);
        }
        // What a widget overdraws in the middle of a wide character is no whole character any more; views never do it.
        for y in 0..ROWS {
            for x in 0..COLUMNS - 1 {
                let torn = buffer[(x, y)].cell_width() == 2 && buffer[(x + 1, y)] != Cell::EMPTY;
                if torn {
                    buffer[(x, y)].set_symbol(" ");
                }
            }
            if buffer[(COLUMNS - 1, y)].cell_width() == 2 {
                buffer[(COLUMNS - 1, y)].set_symbol(" ");
            }
        }
        buffer
    })
}

fn links() -> impl Strategy<Value = Vec<Hyperlink>> {
    let link = (0..ROWS, 0..COLUMNS, 1..5_u16, 0..2_u16).prop_map(|(row, x, width, number)| Hyperlink {
        row,
        columns: x..(x + width).min(COLUMNS),
        address: format!("https://{number}").into(),
        number,
    });
    prop::collection::vec(link, 0..3)
}

/// Where each cell of a terminal leads, which the emulator does not know.
#[derive(Default)]
struct Leads {
    cells: [[Option<String>; COLUMNS as usize]; ROWS as usize],
}

impl Leads {
    fn process(&mut self, terminal: &mut vt100::Parser, sent: &str) {
        let mut link = None;
        let mut rest = sent;
        while let Some(first) = rest.chars().next() {
            let at = terminal.screen().cursor_position();
            let (row, x) = (usize::from(at.0), usize::from(at.1));
            let length = match first {
                '\x1b' if rest.starts_with("\x1b]8;") => {
                    let end = rest.find("\x1b\\").unwrap();
                    let address = rest[..end].rsplit_once(';').unwrap().1;
                    link = (!address.is_empty()).then(|| address.to_owned());
                    end + 2
                }
                '\x1b' => 1 + rest.find(|c: char| c.is_ascii_alphabetic()).unwrap(),
                _ => first.len_utf8(),
            };
            let (now, later) = rest.split_at(length);
            match now {
                "\x1b[K" => self.cells[row][x..].fill(None),
                "\x1b[2J" => self.cells = Self::default().cells,
                _ if first.is_control() => {}
                _ => {
                    let end = x + usize::from(now.cell_width());
                    self.cells[row][x..end].fill(link.clone());
                }
            }
            terminal.process(now.as_bytes());
            rest = later;
        }
    }
}

fn vt_colour(colour: Color) -> vt100::Color {
    match colour {
        Color::Indexed(n) => vt100::Color::Idx(n),
        Color::Rgb(r, g, b) => vt100::Color::Rgb(r, g, b),
        Color::LightRed => vt100::Color::Idx(9),
        _ => vt100::Color::Default,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Whatever was shown, after the frame the terminal shows what was drawn.
    #[test]
    fn a_terminal_shows_what_was_drawn(screens in prop::collection::vec((screen(), links()), 1..5)) {
        let mut terminal = vt100::Parser::new(ROWS.try_into().unwrap(), COLUMNS.try_into().unwrap(), 0);
        // What stands there when a visitor arrives, or after a resize, nobody knows.
        terminal.process("\x1b[7mshell$ ".repeat(9).as_bytes());
        let mut leads = Leads::default();
        let mut shown: Option<(Buffer, Vec<Hyperlink>)> = None;
        for (next, links) in screens {
            let before = shown.as_ref().map(|(cells, links)| (cells, &links[..]));
            leads.process(&mut terminal, &difference(before, (&next, &links), false));
            for y in 0..ROWS {
                let mut covered = 0;
                for x in 0..COLUMNS {
                    if covered > 0 {
                        covered -= 1;
                        continue;
                    }
                    let drawn = &next[(x, y)];
                    covered = drawn.cell_width().saturating_sub(1);
                    let seen = terminal.screen().cell(y, x).unwrap();
                    let link = links.iter().find(|link| link.row == y && link.columns.contains(&x));
                    let led = leads.cells[usize::from(y)][usize::from(x)].as_deref();
                    prop_assert_eq!(led, link.map(|link| &*link.address), "at {}, {}", x, y);
                    let text = if seen.has_contents() { seen.contents() } else { " " };
                    prop_assert_eq!(text, drawn.symbol(), "at {}, {}", x, y);
                    prop_assert_eq!(seen.bgcolor(), vt_colour(drawn.bg));
                    prop_assert_eq!(seen.inverse(), drawn.modifier.contains(Modifier::REVERSED));
                    prop_assert_eq!(seen.underline(), drawn.modifier.contains(Modifier::UNDERLINED));
                    if drawn.symbol() != " " || drawn.modifier.intersects(VISIBLE_ON_BLANKS) {
                        prop_assert_eq!(seen.fgcolor(), vt_colour(drawn.fg));
                        prop_assert_eq!(seen.bold(), drawn.modifier.contains(Modifier::BOLD));
                        prop_assert_eq!(seen.dim(), drawn.modifier.contains(Modifier::DIM));
                    }
                }
            }
            shown = Some((next, links));
        }
    }
}
