use proptest::prelude::*;
use ratatui::{
    buffer::Cell,
    layout::Rect,
    style::{Color, Modifier, Style},
};

use super::{pen::VISIBLE_ON_BLANKS, *};

/// What is sent to a screen that shows one buffer, so that it shows another; for any other, without one.
fn difference(shown: Option<(&Buffer, &[Link])>, next: (&Buffer, &[Link]), synchronized: bool) -> String {
    let area = next.0.area;
    let mut out = Vec::new();
    let shown = shown.map(|shown| (Stamp::next(), move || paint(shown)));
    frame(Size { columns: area.width, rows: area.height }, shown, paint(next), synchronized, &mut out);
    String::from_utf8(out).unwrap()
}

/// What copies cells.
fn paint<'a>((cells, links): (&'a Buffer, &[Link])) -> Drawing<impl Fn(&mut Buffer) + use<'a>> {
    let draw = |canvas: &mut Buffer| {
        for at in canvas.area.positions() {
            canvas[at] = cells[at].clone();
        }
    };
    Drawing { draw, links: links.to_vec() }
}

fn encoded(shown: &Buffer, next: &Buffer) -> String {
    difference(Some((shown, &[])), (next, &[]), false)
}

/// The cells that a cell takes.
fn width(cell: &Cell) -> u8 {
    let mut glyphs = [Glyph::BLANK];
    Numbers::default().glyphs(std::slice::from_ref(cell), &[Glyph::BLANK], &mut glyphs);
    glyphs[0].width
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
fn a_row_of_which_little_stays_is_erased_and_written_anew() {
    check(&["||||||||||||||||||||||x"], &["a    b    c           x"], "\x1b[1H\x1b[Ka    b    c\x1b[11Cx");
    check(&["same ||||||||||||||||||"], &["same b    c            "], "\x1b[1;6Hb    c\x1b[K");
}

#[test]
fn the_cursor_takes_the_shortest_way() {
    check(&["a     ", "a     "], &["a  b  ", "a  c  "], "\x1b[1;4Hb\x1b[2;4Hc");
    check(&["a     ", "a     ", "a     "], &["b     ", "a     ", "b     "], "\x1b[1Hb\x1b[3Hb");
    check(&["ab    ", "ab    "], &["cb    ", "ad    "], "\x1b[1Hc\x1b[Bd");
}

#[test]
fn after_a_wide_character_the_cursor_is_placed_anew() {
    check(&["      "], &["日本ab"], "\x1b[1H日\x1b[1;3H本\x1b[1;5Hab");
    // Half of a wide character that went away is written again.
    check(&["日 "], &["x  "], "\x1b[1Hx ");
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
    assert_eq!(sent, "\x1b[1H\x1b[1;38;2;1;2;3mab\x1b[0;38;2;1;2;3mcd\x1b[me\x1b[96mf\x1b[m");
}

#[test]
fn synchronized_output_brackets_a_frame_that_says_something() {
    let (a, b) = (Buffer::with_lines(["a"]), Buffer::with_lines(["b"]));
    assert_eq!(difference(Some((&a, &[])), (&a, &[]), true), "");
    assert_eq!(difference(Some((&a, &[])), (&b, &[]), true), "\x1b[?2026h\x1b[1Hb\x1b[?2026l");
}

#[test]
fn links_are_opened_and_closed_around_their_text() {
    let link = |columns, address: &str| Link { row: 0, columns, address: address.into(), number: 3 };
    let blank = Buffer::with_lines(["          "]);
    let text = Buffer::with_lines(["a bc d    "]);
    let (x, y) = (link(2..4, "https://x"), link(2..4, "https://y"));
    let sent = |from: &Buffer, to: &Buffer, old: &[Link], new: &[Link]| difference(Some((from, old)), (to, new), false);
    let (x, y) = (std::slice::from_ref(&x), std::slice::from_ref(&y));
    let (close, open_x, open_y) = ("\x1b]8;;\x1b\\", "\x1b]8;id=3;https://x\x1b\\", "\x1b]8;id=3;https://y\x1b\\");
    assert_eq!(sent(&blank, &text, &[], x), format!("\x1b[1Ha {open_x}bc{close} d"));
    // Nothing changed, only the address did, and there is no link any more.
    assert_eq!(sent(&text, &text, x, x), "");
    assert_eq!(sent(&text, &text, x, y), format!("\x1b[1;3H{open_y}bc{close}"));
    assert_eq!(sent(&text, &text, x, &[]), "\x1b[1;3Hbc");
    // Another link to the same address is another link.
    let other = [Link { number: 4, ..link(2..4, "https://x") }];
    assert_eq!(sent(&text, &text, x, &other), format!("\x1b[1;3H\x1b]8;id=4;https://x\x1b\\bc{close}"));
    // A link at the end of a frame is closed, and nothing is erased within one.
    let end = [link(5..6, "https://x")];
    assert_eq!(sent(&blank, &text, &[], &end), format!("\x1b[1Ha bc {open_x}d{close}"));
    let long = Buffer::with_lines(["a bc d ...and more"]);
    let short = Buffer::with_lines(["a bc e            "]);
    assert_eq!(sent(&long, &short, &end, &end), format!("\x1b[1;6H\x1b[K{open_x}e{close}"));
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
                let torn = width(&buffer[(x, y)]) == 2 && buffer[(x + 1, y)] != Cell::EMPTY;
                if torn {
                    buffer[(x, y)].set_symbol(" ");
                }
            }
            if width(&buffer[(COLUMNS - 1, y)]) == 2 {
                buffer[(COLUMNS - 1, y)].set_symbol(" ");
            }
        }
        buffer
    })
}

fn links() -> impl Strategy<Value = Vec<Link>> {
    let link = (0..ROWS, 0..COLUMNS, 1..5_u16, 0..2_u16).prop_map(|(row, x, width, number)| Link {
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
                    let end = x + usize::from(width(Cell::default().set_symbol(now)));
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
        let mut shown: Option<(Buffer, Vec<Link>)> = None;
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
                    covered = width(drawn).saturating_sub(1);
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

/// Draws a screen of a visitor, which differs from any other in its size or its text.
fn painted(text: u8) -> Drawing<impl Fn(&mut Buffer)> {
    let draw = move |canvas: &mut Buffer| {
        let row = u16::from(text) % 2;
        if (canvas.area.y..canvas.area.bottom()).contains(&row) {
            canvas.set_string(0, row, "abc".repeat(text.into()), Style::new());
        }
    };
    Drawing { draw, links: Vec::new() }
}

/// What must not be drawn.
fn never() -> Drawing<fn(&mut Buffer)> {
    panic!("drawn again")
}

proptest! {
    #[test]
    fn who_draws_in_between_changes_nothing(turns in prop::collection::vec((0_usize..3, 0_u8..4), 0..20)) {
        let sizes = [(8, 3), (8, 3), (12, 2)].map(|(columns, rows)| Size { columns, rows });
        let mut shown = [None; 3];
        for (visitor, text) in turns {
            let size = sizes[visitor];
            let on = |text: u8| {
                let mut canvas = Buffer::empty(Rect::new(0, 0, size.columns, size.rows));
                (painted(text).draw)(&mut canvas);
                canvas
            };
            let mut sent = Vec::new();
            let before = shown[visitor].map(|(stamp, text)| (stamp, move || painted(text)));
            let stamp = frame(size, before, painted(text), false, &mut sent);
            let known = shown[visitor].map(|(_, text)| on(text));
            // Another thread has a canvas of its own, which nobody drew on.
            let alone = || difference(known.as_ref().map(|known| (known, &[][..])), (&on(text), &[]), false);
            let expected = std::thread::scope(|scope| scope.spawn(alone).join()).unwrap();
            prop_assert_eq!(String::from_utf8_lossy(&sent), expected);
            shown[visitor] = Some((stamp, text));
        }
    }
}

#[test]
fn what_the_canvas_still_shows_is_not_drawn_again() {
    let size = Size { columns: 8, rows: 3 };
    let mut out = Vec::new();
    let first = frame(size, NOTHING, painted(1), false, &mut out);
    let second = frame(size, Some((first, never)), painted(2), false, &mut out);
    let third = frame(size, Some((second, never)), painted(3), false, &mut out);
    // Somebody else comes in between: then it is.
    frame(size, NOTHING, painted(0), false, &mut out);
    let mut drawn = false;
    let shown = || {
        drawn = true;
        painted(3)
    };
    frame(size, Some((third, shown)), painted(4), false, &mut out);
    assert!(drawn);
}

#[test]
fn a_frame_that_failed_is_not_remembered() {
    let size = Size { columns: 8, rows: 3 };
    // With a row half drawn.
    let fails = || {
        let draw = |canvas: &mut Buffer| {
            canvas.set_string(0, canvas.area.y, "xyz", Style::new().fg(Color::Red));
            assert_eq!(canvas.area.y, 0, "in the middle");
        };
        Drawing { draw, links: Vec::new() }
    };
    let first = frame(size, NOTHING, painted(1), false, &mut Vec::new());
    let failed =
        std::panic::catch_unwind(|| frame(size, Some((first, || painted(1))), fails(), false, &mut Vec::new()));
    assert!(failed.is_err());
    let shows_the_first = || {
        let mut out = Vec::new();
        let stamp = frame(size, Some((first, || painted(1))), painted(1), false, &mut out);
        assert_eq!(String::from_utf8_lossy(&out), "", "it still shows the first");
        stamp
    };
    let first = shows_the_first();
    // What somebody else's screen shows fails: then what is left is neither his nor the first.
    let failed =
        std::panic::catch_unwind(|| frame(size, Some((Stamp::next(), fails)), painted(2), false, &mut Vec::new()));
    assert!(failed.is_err());
    let mut out = Vec::new();
    frame(size, Some((first, || painted(1))), painted(1), false, &mut out);
    assert_eq!(String::from_utf8_lossy(&out), "", "it still shows the first");
}

#[test]
fn however_many_clusters_there_were_each_is_written_as_it_is() {
    let size = Size { columns: 80, rows: 24 };
    // A letter with two marks, of which there are a hundred and twelve.
    let mark = |n: u32| char::from_u32(0x300 + n % 112).unwrap();
    let text = |n: u32| format!("a{}{}", mark(n), mark(n / 112));
    let clusters = |turn: u32| {
        let draw = move |canvas: &mut Buffer| {
            let first = turn + u32::from(canvas.area.y) * u32::from(size.columns);
            for (cell, n) in canvas.content.iter_mut().zip(first..) {
                cell.set_symbol(&text(n));
            }
        };
        Drawing { draw, links: Vec::new() }
    };
    let mut shown = None;
    for turn in [0, 1, 2000, 2001, 9000] {
        let mut out = Vec::new();
        let before = shown.map(|(stamp, turn)| (stamp, move || clusters(turn)));
        let stamp = frame(size, before, clusters(turn), false, &mut out);
        let sent = String::from_utf8(out).unwrap();
        assert!(sent.ends_with(&text(turn + 80 * 24 - 1)), "the last of turn {turn}");
        assert_eq!(sent.matches('a').count(), 80 * 24, "each is another one");
        shown = Some((stamp, turn));
    }
}

#[test]
fn however_many_pens_there_were_each_is_written_as_it_is() {
    let size = Size { columns: 80, rows: 24 };
    let colour = |n: u32| {
        let [_, r, g, b] = n.to_be_bytes();
        (r, g, b)
    };
    let pens = |turn: u32| {
        let draw = move |canvas: &mut Buffer| {
            let first = turn + u32::from(canvas.area.y) * u32::from(size.columns);
            for (cell, n) in canvas.content.iter_mut().zip(first..) {
                let (r, g, b) = colour(n);
                cell.set_symbol("x").set_fg(Color::Rgb(r, g, b));
            }
        };
        Drawing { draw, links: Vec::new() }
    };
    let mut terminal = vt100::Parser::new(size.rows.try_into().unwrap(), size.columns.try_into().unwrap(), 0);
    let mut shown = None;
    for turn in [0, 1, 2000, 2001, 9000] {
        let mut out = Vec::new();
        let before = shown.map(|(stamp, turn)| (stamp, move || pens(turn)));
        let stamp = frame(size, before, pens(turn), false, &mut out);
        terminal.process(&out);
        for n in 0..size.columns * size.rows {
            let seen = terminal.screen().cell(n / size.columns, n % size.columns).unwrap();
            let (r, g, b) = colour(turn + u32::from(n));
            assert_eq!(seen.fgcolor(), vt100::Color::Rgb(r, g, b), "cell {n} of turn {turn}");
        }
        shown = Some((stamp, turn));
    }
}

#[test]
fn the_links_of_a_remembered_frame_are_remembered() {
    let size = Size { columns: 8, rows: 3 };
    let linked = || Drawing {
        links: vec![Link { row: 1, columns: 0..3, address: "https://x".into(), number: 3 }],
        ..painted(1)
    };
    let mut out = Vec::new();
    let stamp = frame(size, NOTHING, linked(), false, &mut out);
    let mut sent = Vec::new();
    let stamp = frame(size, Some((stamp, never)), linked(), false, &mut sent);
    assert_eq!(String::from_utf8_lossy(&sent), "", "they lead where they did");
    frame(size, Some((stamp, never)), painted(1), false, &mut sent);
    assert_eq!(String::from_utf8_lossy(&sent), "\x1b[2Habc", "they lead nowhere any more");
}
