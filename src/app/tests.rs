mod composition;
mod exhibits;
mod hand;
mod languages;
mod lists;
mod opens;
mod owners;
mod photo;
mod profiles;
mod properties;
mod search;
mod story;
mod words;

use std::path::Path;

use ratatui::{buffer::Buffer, layout::Rect, style::Modifier};

use super::*;
use crate::{
    profile::Vocabulary,
    terminal::{
        capabilities::{Depth, Glyphs, Ground},
        input::{Decoder, Input},
    },
};

/// The card of an invented engineer: as rich as a real one, and independent of the owner's words in `profile/`.
fn own() -> Arc<Site> {
    crate::site::tests::engineer()
}

fn load(directory: &Path) -> Arc<Site> {
    let vocabulary =
        Vocabulary { exhibits: &crate::exhibits::NAMES, reserved: &Word::RESERVED, ..Vocabulary::default() };
    Arc::new(Site::new(crate::profile::load(directory, &vocabulary).unwrap().document))
}

/// Somebody else's card, from its files.
fn other(files: &[(&str, &str)]) -> Arc<Site> {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(directory.path().join(name), text).unwrap();
    }
    load(directory.path())
}

/// A visitor in a test: a model, and the time.
struct Visitor {
    app: App,
    now: Duration,
    left: bool,
    /// What was copied last.
    copied: Option<String>,
    /// Whether every change is shown, and not only the last.
    watches: bool,
}

impl Visitor {
    fn arrive(content: &Arc<Site>, width: u16, height: u16) -> Self {
        let appearance = Appearance { depth: Depth::True, ground: Ground::Dark, ..Appearance::default() };
        Self {
            app: App::new(Arc::clone(content), Size { width, height }, appearance, &Preferences::default()),
            now: Duration::ZERO,
            left: false,
            copied: None,
            watches: false,
        }
    }

    /// Types keys: text as it is, and `<enter>`, `<esc>`, `<up>`, `<down>`, `<tab>`, `<rest>` (until nothing moves),
    /// `<right>`, `<left>`, `<tick>` (a frame), `<60x20>` (a new size), `<click:COLUMN,ROW>` (press and release),
    /// `<ascii>`, `<links>` and `<mono>` (what the terminal is learned to be).
    fn keys(&mut self, keys: &str) -> &mut Self {
        let mut rest = keys;
        while !rest.is_empty() {
            let (token, after) = match rest.strip_prefix('<').and_then(|after| after.split_once('>')) {
                Some((token, after)) => (token, after),
                None => rest.split_at(rest.chars().next().unwrap().len_utf8()),
            };
            rest = after;
            match token {
                "enter" => self.types("\r"),
                "esc" => self.update(AppEvent::Key(Key::new(crate::terminal::input::Code::Escape))),
                "up" => self.types("\x1b[A"),
                "down" => self.types("\x1b[B"),
                "tab" => self.types("\t"),
                "pgup" => self.types("\x1b[5~"),
                "wheel" => self.types("\x1b[<65;5;5M"),
                "wheel-up" => self.types("\x1b[<64;5;5M"),
                "release" => self.types("\x1b[<0;5;5m"),
                "ascii" => self.learns(Appearance { glyphs: Glyphs::Ascii, ..self.app.display.view.appearance }),
                "links" => self.learns(Appearance {
                    links: !self.app.display.view.appearance.links,
                    ..self.app.display.view.appearance
                }),
                "mono" => self.learns(Appearance { depth: Depth::Mono, ..self.app.display.view.appearance }),
                "right" => self.types("\x1b[C"),
                "left" => self.types("\x1b[D"),
                "rest" => self.rest(),
                "tick" => self.tick(),
                _ if token.starts_with("click:") => {
                    let (column, row) = token["click:".len()..].split_once(',').unwrap();
                    self.types(&format!("\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m"));
                }
                _ if token.contains('x') && token.len() > 1 => {
                    let (width, height) = token.split_once('x').unwrap();
                    let size = Size { width: width.parse().unwrap(), height: height.parse().unwrap() };
                    self.update(AppEvent::Resize(size));
                }
                _ => self.types(token),
            }
        }
        self
    }

    fn learns(&mut self, appearance: Appearance) {
        self.update(AppEvent::Appearance(appearance));
    }

    fn types(&mut self, bytes: &str) {
        let mut inputs = Vec::new();
        Decoder::new().feed(bytes.as_bytes(), &mut |input| inputs.push(input));
        for input in inputs {
            match input {
                Input::Key(key) => self.update(AppEvent::Key(key)),
                Input::Mouse(mouse) => self.update(AppEvent::Mouse(mouse)),
                Input::Paste(text) => self.update(AppEvent::Paste(text)),
                Input::Reply(_) => {}
            }
        }
    }

    fn rest(&mut self) {
        for _ in 0..10 * FRAME_RATE {
            if !self.app.moving() {
                return;
            }
            self.tick();
        }
        panic!("still moving after ten seconds");
    }

    /// A frame passes.
    fn tick(&mut self) {
        self.now += Duration::from_secs(1) / FRAME_RATE;
        self.update(AppEvent::Tick);
    }

    fn update(&mut self, event: AppEvent) {
        match self.app.handle(event, self.now) {
            Some(Effect::Goodbye) => self.left = true,
            Some(Effect::Copy(text)) => self.copied = Some(text),
            None => {}
        }
        if self.watches {
            self.app.frame();
        }
    }

    fn draw(&mut self) -> Buffer {
        let Size { width, height } = self.app.size();
        let mut buffer = Buffer::empty(Rect { x: 0, y: 0, width, height });
        self.app.frame().draw(&mut buffer);
        buffer
    }

    fn screen(&mut self) -> String {
        let buffer = self.draw();
        let rows = buffer.content().chunks(usize::from(buffer.area.width));
        let mut screen = String::new();
        for row in rows {
            let mut covered = 0;
            let mut line = String::new();
            for cell in row {
                if covered == 0 {
                    line.push_str(cell.symbol());
                    covered = unicode_width::UnicodeWidthStr::width(cell.symbol());
                }
                covered = covered.saturating_sub(1);
            }
            screen.push_str(line.trim_end());
            screen.push('\n');
        }
        screen
    }
}

const SIZES: [(u16, u16); 4] = [(40, 12), (80, 24), (120, 40), (200, 60)];

/// Types keys at every size, and compares each screen with its snapshot.
fn check(name: &str, content: &Arc<Site>, keys: &str) {
    for (width, height) in SIZES {
        let mut visitor = Visitor::arrive(content, width, height);
        visitor.keys(keys);
        insta::with_settings!({ description => keys.to_owned(), omit_expression => true }, {
            insta::assert_snapshot!(format!("{name}-{width}x{height}"), visitor.screen());
        });
    }
}

#[test]
fn pages() {
    let own = own();
    check("card", &own, "<rest>");
    check("card-back", &own, "f<rest>");
    check("about", &own, "2");
    check("about-read-on", &own, "2 ");
    check("career", &own, "3");
    check("career-opened", &own, "3jj<enter>");
    check("stack", &own, "4");
    check("stack-climbed", &own, "4<up><up>");
    check("contact", &own, "5");
    check("help", &own, "?");
}

#[test]
fn windows_too_small_for_a_page_say_how_to_leave() {
    for (width, height) in [(23, 40), (80, 5), (10, 3), (1, 1)] {
        let mut visitor = Visitor::arrive(&own(), width, height);
        insta::assert_snapshot!(format!("tiny-{width}x{height}"), visitor.screen());
    }
}

#[test]
fn another_profile_makes_another_card() {
    let card = "headline = '橋を架ける'\nname = '山田 花子'\npronouns = 'she/her'\nrole = '構造エンジニア'\nplace = '京都'\n\
        email = 'hanako@example.com'\nlogo = 'hy'\naccent = 'rose'\naddress = 'card.example.com:2222'\n\
        [[link]]\nlabel = 'site'\nurl = 'https://example.com/hanako'\n";
    let about = "私は橋を設計します。**山田 花子**と申します。長い橋も短い橋も、川を渡る人のために。\n\n\
        مرحبا بالعالم، هذا نص من اليمين إلى اليسار.\n\n# Bridges 👩‍🔬\n\n- cafe\u{301}[^e]\n- `code`\n\n[^e]: e\u{301}.\n";
    let other = other(&[("card.toml", card), ("about.md", about)]);
    for (name, keys) in [("card", "<rest>"), ("about", "2"), ("contact", "3j")] {
        for (width, height) in [(40, 12), (80, 24)] {
            let mut visitor = Visitor::arrive(&other, width, height);
            visitor.keys(keys);
            insta::assert_snapshot!(format!("other-{name}-{width}x{height}"), visitor.screen());
        }
    }
}

/// Types keys, and looks for what is then on the screen.
#[track_caller]
fn leads_to(keys: &str, (width, height): (u16, u16), expected: &str) {
    let own = own();
    let mut visitor = Visitor::arrive(&own, width, height);
    let screen = visitor.keys(keys).screen();
    assert!(screen.contains(expected), "{keys} at {width}x{height}: no {expected:?} in\n{screen}");
}

#[test]
fn keys_lead_where_the_table_says() {
    for (keys, size, expected) in [
        ("l", (80, 24), "▌about"),
        ("<tab><tab>", (80, 24), "▌career"),
        ("lh", (80, 24), "▌card"),
        ("h", (80, 24), "▌card"),
        ("9", (80, 24), "▌card"),
        ("<enter>", (80, 24), "▌about"),
        ("f<rest>", (80, 24), "I make speech networks"),
        ("f<rest>f<rest>", (80, 24), "Speech networks,"),
        ("3G", (80, 24), "▌ Studies"),
        ("3Gg", (80, 24), "▌ Corvo AI"),
        ("3jjjjo", (80, 24), "▌ numerics"),
        ("3jjjjo<esc>", (80, 24), "▌career"),
        ("4<up>", (80, 24), "▌ numerics"),
        ("4<up><down><down>", (80, 24), "▌ kernels"),
        ("4g", (80, 24), "▌ models"),
        ("?", (80, 24), "PgDn"),
        ("?<esc>", (80, 24), "▌card"),
        ("??", (80, 24), "▌card"),
        ("?2", (80, 24), "▌about"),
        ("m", (80, 24), "Motion is off."),
        ("3y", (80, 24), "Sent to the clipboard."),
        ("5", (40, 12), "A larger window shows the QR code."),
        ("3", (40, 12), "▌ Corvo AI"),
        ("3<enter>", (40, 12), "Audio Research and Engineering"),
        ("3<enter><enter><enter>", (40, 12), "▌ Bryde Labs"),
        ("2G<pgup>", (40, 12), "Corvo AI"),
        ("2<wheel>", (80, 24), "▌about"),
    ] {
        leads_to(keys, size, expected);
    }
}

#[test]
fn every_key_that_hangs_up_hangs_up() {
    for keys in ["q", "\u{3}", "\u{4}", "3q", "?q"] {
        let own = own();
        assert!(Visitor::arrive(&own, 80, 24).keys(keys).left, "{keys:?}");
    }
}

#[test]
fn reading_on_leads_through_the_whole_card() {
    let own = own();
    for (width, height) in SIZES {
        for key in ["<enter>", " "] {
            let mut visitor = Visitor::arrive(&own, width, height);
            let mut seen = visitor.keys("<rest>").screen();
            for _ in 0..120 {
                seen.push_str(&visitor.keys(key).screen());
            }
            let seen = seen.split_whitespace().collect::<Vec<_>>().join(" ");
            for expected in ["▌about", "▌career", "▌stack", "▌contact", "Studies", "▌ models", "weaving", "BrydeNet"]
            {
                assert!(seen.contains(expected), "{key} at {width}x{height} never shows {expected:?}");
            }
        }
    }
}

#[test]
fn the_mouse_alone_is_enough() {
    let own = own();
    let mut visitor = Visitor::arrive(&own, 80, 24);
    let click = |visitor: &mut Visitor, text: &str| {
        let screen = visitor.screen();
        let (row, line) = screen.lines().enumerate().find(|(_, line)| line.contains(text)).unwrap();
        let column = line[..line.find(text).unwrap()].chars().count();
        visitor.keys(&format!("<click:{},{}>", column + 1, row + 1));
        visitor.screen()
    };
    assert!(click(&mut visitor, "career").contains("▌career"));
    assert!(click(&mut visitor, "compiler").contains("under") || visitor.screen().contains("Under"));
    assert!(click(&mut visitor, "→ stack: compiler").contains("▌ compiler"));
    assert!(click(&mut visitor, "models").contains("▌ models"));
    assert!(click(&mut visitor, "keys").contains("PgDn"));
    assert!(click(&mut visitor, "close").contains("▌stack"));
    click(&mut visitor, "hang up");
    assert!(visitor.left);
}

#[test]
fn resizing_keeps_the_place_and_the_selection() {
    let own = own();
    let paragraph = "Then it was 2031";
    let mut visitor = Visitor::arrive(&own, 40, 12);
    visitor.keys("2");
    while !visitor.screen().lines().nth(2).unwrap().contains(paragraph) {
        visitor.keys("j");
    }
    for size in ["<80x24>", "<120x40>", "<60x18>", "<40x12>"] {
        visitor.keys(size);
        assert!(visitor.screen().contains(paragraph), "{size}:\n{}", visitor.screen());
    }
    assert!(Visitor::arrive(&own, 80, 24).keys("3jjj<40x12>").screen().contains("▌                compiler"));
}

#[test]
fn what_is_learned_of_the_terminal_keeps_the_place() {
    let links = "A [bridge](https://a.example) to [another](https://b.example) of *many* words.\n\n".repeat(9);
    let about = format!("{links}The paragraph that is read.\n\n{links}");
    let content = other(&[("card.toml", "headline = 'x'\n"), ("about.md", &about)]);
    for keys in ["", "?", "/bridge"] {
        let mut visitor = Visitor::arrive(&content, 40, 12);
        visitor.keys("2");
        while !visitor.screen().lines().nth(2).unwrap().contains("The paragraph") {
            visitor.keys("j");
        }
        visitor.keys(keys);
        for (links, glyphs) in [(true, Glyphs::Unicode), (true, Glyphs::Ascii), (false, Glyphs::Ascii)] {
            visitor.update(AppEvent::Appearance(Appearance { glyphs, links, ..visitor.app.display.view.appearance }));
        }
        let screen = visitor.keys(if keys.is_empty() { "" } else { "<esc>" }).screen();
        assert!(screen.lines().nth(2).unwrap().contains("The paragraph"), "{keys}:\n{screen}");
    }
}

#[test]
fn a_page_that_became_shorter_is_never_blank() {
    let own = own();
    for keys in [
        "2G1<80x24>2",
        "2G1<200x60>2",
        "2G?<200x60><esc>",
        "3<enter><enter><enter><esc>",
        "3G1<200x60>3",
        "fG<80x24>f<rest>",
    ] {
        let mut visitor = Visitor::arrive(&own, 40, 12);
        let screen = visitor.keys(keys).screen();
        let words = screen.lines().skip(1).take(visitor.app.size().height as usize - 2);
        let letters = words.flat_map(str::chars).filter(|c| c.is_alphabetic()).count();
        assert!(letters > 60, "{keys}:\n{screen}");
    }
}

#[test]
fn clicks_beside_the_page_hit_nothing() {
    let own = own();
    for (size, click) in [((60, 20), "<click:20,19>"), ((200, 60), "<click:1,20>")] {
        let mut visitor = Visitor::arrive(&own, size.0, size.1);
        let before = visitor.keys("3").screen();
        assert_eq!(visitor.keys(click).screen(), before, "{click}");
    }
}

#[test]
fn voices_are_styles() {
    let own = own();
    let mut visitor = Visitor::arrive(&own, 80, 24);
    visitor.keys("3");
    let buffer = visitor.draw();
    let theme = visitor.app.display.view.theme(false);
    let style = |x, y| {
        let cell = &buffer[(x, y)];
        (cell.symbol().to_owned(), Some(cell.fg), cell.modifier)
    };
    assert_eq!(style(4, 4), ("▌".to_owned(), theme.accent.fg, Modifier::empty()));
    assert_eq!(style(6, 4).2, Modifier::BOLD);
    assert_eq!(style(28, 4).1, theme.quiet.fg);
    // Without colour there is none, and what is selected can still be seen.
    visitor.keys("ttt");
    let buffer = visitor.draw();
    assert!(buffer.content().iter().all(|cell| cell.fg == ratatui::style::Color::Reset));
    assert_eq!(buffer[(4, 4)].symbol(), "▌");
    assert_eq!(buffer[(6, 4)].modifier, Modifier::BOLD);
}

#[test]
fn motion_ends_and_a_key_ends_it_at_once() {
    let own = own();
    let mut visitor = Visitor::arrive(&own, 80, 24);
    assert!(visitor.app.moving(), "the mark flows on arrival");
    let first = visitor.screen();
    visitor.keys("<rest>");
    assert!(visitor.now <= Duration::from_millis(1500), "{:?}", visitor.now);
    assert_ne!(first, visitor.screen());
    let mut hasty = Visitor::arrive(&own, 80, 24);
    assert!(!hasty.keys("m").app.moving());
    hasty.keys("f");
    assert!(!hasty.app.moving(), "motion is off");
    // The same dots for every visitor.
    assert_eq!(Visitor::arrive(&own, 80, 24).screen(), first);
}

#[test]
fn nothing_moves_in_a_window_that_is_too_small_for_a_page() {
    let mut visitor = Visitor::arrive(&own(), 80, 24);
    assert!(visitor.app.moving());
    assert!(!visitor.keys("<10x2>").app.moving());
    assert!(visitor.keys("<80x24>").app.moving(), "it goes on where there is room");
}

/// Types keys on a console with ASCII alone, at a size.
fn in_ascii(content: &Arc<Site>, (width, height): (u16, u16), keys: &str) -> String {
    let mut visitor = Visitor::arrive(content, width, height);
    visitor.update(AppEvent::Appearance(Appearance { glyphs: Glyphs::Ascii, ..Appearance::default() }));
    visitor.keys(keys).screen()
}

#[test]
fn ascii_windows_are_ascii() {
    let own = own();
    for size in [(24, 6), (40, 12), (80, 24), (120, 40), (200, 60), (20, 4)] {
        for keys in [
            "",
            "<rest>",
            "f<rest>",
            "2",
            "2 ",
            "3",
            "3jj<enter>",
            "4",
            "4<up>",
            "5",
            "5G",
            "?",
            "m",
            "t",
            "/",
            "/selune",
            "/er<up>",
            "/xyzzy",
            "/quant<enter>",
        ] {
            let screen = in_ascii(&own, size, keys);
            let odd: String = screen.chars().filter(|c| !c.is_ascii()).collect();
            assert_eq!(odd, "", "{keys} at {size:?}:\n{screen}");
        }
    }
}

#[test]
fn ascii_is_composed() {
    let own = own();
    for (name, keys) in [
        ("card", "<rest>"),
        ("card-back", "f<rest>"),
        ("about", "2"),
        ("about-read-on", "2 "),
        ("career", "3jj<enter>"),
        ("stack", "4<up>"),
        ("contact", "5"),
        ("help", "?"),
    ] {
        for size in [(40, 12), (80, 24)] {
            insta::with_settings!({ description => keys.to_owned(), omit_expression => true }, {
                let name = format!("ascii-{name}-{}x{}", size.0, size.1);
                insta::assert_snapshot!(name, in_ascii(&own, size, keys));
            });
        }
    }
    insta::assert_snapshot!("ascii-contact-120x40", in_ascii(&own, (120, 40), "5"));
    insta::assert_snapshot!("ascii-card-120x40", in_ascii(&own, (120, 40), "<rest>"));
}

#[test]
fn ascii_has_the_punctuation_of_a_typewriter() {
    let card = "headline = '“Bridges” – and more…'\nname = 'Zoë O’Hara'\nlogo = 'Ω'\n";
    let about =
        "It’s — well — a *list*:\n\n- one[^a] · two\n- [three](https://example.com/3)\n\n[^a]: 2\u{a0}×\u{a0}3.\n";
    let other = other(&[("card.toml", card), ("about.md", about)]);
    let screen = in_ascii(&other, (80, 24), "2");
    for expected in
        ["It's -- well -- a list:", "* one[1] / two", "* three[2]", "[1] 2 x 3.", "[2] https://example.com/3"]
    {
        assert!(screen.contains(expected), "no {expected:?} in\n{screen}");
    }
    let screen = in_ascii(&other, (80, 24), "<rest>");
    assert!(screen.contains("Zoë O'Hara") && screen.contains("\"Bridges\" - and more..."), "{screen}");
}

#[test]
fn links_lead_where_the_profile_says_or_show_their_address() {
    let card = "headline = 'x'\nemail = 'a@example.com'\n[[link]]\nlabel = 'site'\nurl = 'https://example.com/s'\n";
    let other = other(&[("card.toml", card), ("about.md", "Read [the paper](https://example.com/p) first.\n")]);
    let seen = |links: bool, keys: &str| {
        let mut visitor = Visitor::arrive(&other, 80, 24);
        visitor.update(AppEvent::Appearance(Appearance { links, ..Appearance::default() }));
        visitor.keys(keys);
        let mut buffer = Buffer::empty(Rect { x: 0, y: 0, width: 80, height: 24 });
        let led = visitor.app.frame().draw(&mut buffer).into_iter().map(|link| {
            let text: String = link.columns.map(|x| buffer[(x, link.row)].symbol()).collect();
            (text, link.address.to_string())
        });
        (led.collect::<Vec<_>>(), visitor.screen())
    };
    let led = |text: &str, address: &str| (text.to_owned(), address.to_owned());
    let (links, screen) = seen(true, "2");
    assert_eq!(links, [led("the paper", "https://example.com/p")]);
    assert!(screen.contains("the paper first.") && !screen.contains("https"), "{screen}");
    let (links, screen) = seen(false, "2");
    assert_eq!(links, []);
    assert!(screen.contains("the paper¹ first.") && screen.contains("¹ https://example.com/p"), "{screen}");
    let (links, _) = seen(true, "3");
    let expected =
        [led("a@example.com", "mailto:a@example.com"), led("https://example.com/s", "https://example.com/s")];
    assert_eq!(links, expected);
    // Help covers the page, and leads nowhere.
    assert_eq!(seen(true, "2?").0, []);
}

#[test]
fn the_pieces_of_a_link_have_one_number_and_two_links_have_two() {
    let about = "A [link of *many* words that is broken over lines](https://example.com/a)[^n], \
        [another](https://example.com/b) and [the first address again](https://example.com/a).\n\n[^n]: A note.\n";
    let content = other(&[("card.toml", "headline = 'x'\n"), ("about.md", about)]);
    for (size, scroll) in [((30, 8), 0), ((30, 8), 3), ((80, 24), 0), ((120, 40), 0)] {
        let mut visitor = Visitor::arrive(&content, size.0, size.1);
        visitor.update(AppEvent::Appearance(Appearance { links: true, ..Appearance::default() }));
        visitor.keys(&format!("2{}", "j".repeat(scroll)));
        let mut buffer = Buffer::empty(Rect { x: 0, y: 0, width: size.0, height: size.1 });
        let links = visitor.app.frame().draw(&mut buffer);
        assert!(!links.is_empty());
        for link in links {
            let text: String = link.columns.map(|x| buffer[(x, link.row)].symbol()).collect();
            let expected = match link.number {
                0 => "link of many words that is broken over lines",
                1 => "another",
                2 => "the first address again",
                _ => panic!("{}: {text}", link.number),
            };
            assert!(expected.contains(text.trim()), "{} at {size:?}: {text}", link.number);
        }
    }
}
