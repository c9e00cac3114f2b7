//! What the server sends to a terminal, and what another terminal makes of it: sessions of the cards in
//! `tests/fixtures` as lines of JSON. `tests/web/equal.mjs` compares the terminal of the web page with it.

use std::{error::Error, io, io::Write as _, num::NonZeroU16, path::Path, sync::Arc, time::Duration};

use base64ct::{Base64, Encoding as _};
use bytes::Bytes;
use serde_json::{Value, json};
use sshcard::{
    app::{OpenedExhibit, Preferences, Word},
    exhibits,
    profile::{self, Vocabulary},
    session::{Environment, Event, Mode, SessionOptions, WRITE_TIMEOUT},
    site::Site,
    terminal::clamped_size,
};
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

#[path = "../fuzz/harness/driven.rs"]
mod driven;

use driven::Driven;

/// Keys as xterm sends them: other pages, what is open on them, a search, help, a click, the wheel, the goodbye.
const KEYS: [&str; 16] = [
    "\t",
    "\x1b[B",
    "\r",
    "\x1b",
    "\t",
    "/",
    "an",
    "\r",
    "\t",
    "\x1b[6~",
    "?",
    "\x1b",
    "\t",
    "\x1b[<65;9;9M",
    "t",
    "L",
];

const SIZES: [(u32, u32); 4] = [(40, 12), (80, 24), (120, 40), (64, 30)];

fn main() -> Result<(), Box<dyn Error>> {
    let vocabulary = Vocabulary { exhibits: &exhibits::NAMES, reserved: &Word::RESERVED, ..Vocabulary::default() };
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let owners = fixtures.join("owners").read_dir()?.collect::<Result<Vec<_>, _>>()?;
    let mut directories: Vec<_> = owners.into_iter().map(|owner| owner.path()).collect();
    directories.push(fixtures.join("engineer"));
    directories.sort();
    for directory in directories {
        let document = profile::load(&directory, &vocabulary).map_err(|_| "a fixture does not load")?.document;
        let names: Vec<String> = document.exhibits().map(ToOwned::to_owned).collect();
        let site = Arc::new(Site::new(document));
        for size in SIZES {
            Visit::new(&site, size, Preferences::default()).pages()?;
        }
        for name in names {
            let exhibit = Some(OpenedExhibit { name, setting: Vec::new() });
            Visit::new(&site, (100, 30), Preferences { exhibit, ..Preferences::default() }).exhibit()?;
        }
        let plain = Preferences { mode: Mode::Plain, ..Preferences::default() };
        Visit::new(&site, (60, 20), plain).lines()?;
    }
    Ok(())
}

/// A session, the terminal that it is shown on, and what has happened.
struct Visit {
    driven: Driven,
    terminal: vt100::Parser,
    size: (u32, u32),
    steps: Vec<Value>,
}

impl Visit {
    fn new(site: &Arc<Site>, size: (u32, u32), preferences: Preferences) -> Self {
        let mut environment = Environment::default();
        environment.set_term("sshcard");
        environment.set("COLORTERM", "truecolor");
        environment.set("LANG", "C.UTF-8");
        environment.set("COLORFGBG", "15;0");
        let opening = SessionOptions {
            site: Arc::clone(site),
            size: clamped_size(size.0, size.1),
            environment,
            preferences,
            write_timeout: WRITE_TIMEOUT,
        };
        let (driven, terminal) = (Driven::new(opening), terminal(size));
        let mut visit = Self { driven, terminal, size, steps: Vec::new() };
        visit.wait(1000);
        visit
    }

    /// Looks through the pages, with another size in between, and leaves.
    fn pages(mut self) -> io::Result<()> {
        for (n, keys) in KEYS.into_iter().enumerate() {
            self.send(keys);
            self.wait(400);
            if n == KEYS.len() / 2 {
                let (columns, rows) = self.size;
                self.resize((columns + 9, rows - 2));
            }
        }
        self.leave()
    }

    /// Plays an exhibit for a while.
    fn exhibit(mut self) -> io::Result<()> {
        for keys in [" ", "\x1b[C", "i", "\x1b"] {
            self.send(keys);
            for _ in 0..5 {
                self.wait(100);
            }
        }
        self.leave()
    }

    /// Reads some lines.
    fn lines(mut self) -> io::Result<()> {
        for keys in ["1\r", "\r", "x\x7f2\r", "3\r"] {
            self.send(keys);
            self.wait(400);
        }
        self.leave()
    }

    fn leave(mut self) -> io::Result<()> {
        self.send("\x03");
        self.wait(5000);
        let (columns, rows) = self.size;
        writeln!(io::stdout().lock(), "{}", json!({ "size": [columns, rows], "steps": self.steps }))
    }

    fn send(&mut self, keys: &str) {
        self.driven.handle(Event::Input(Bytes::copy_from_slice(keys.as_bytes())));
    }

    fn resize(&mut self, size: (u32, u32)) {
        self.driven.handle(Event::Resize(clamped_size(size.0, size.1)));
        // What a terminal makes of what it showed is its own affair; all of it is drawn again.
        self.terminal = terminal(size);
        self.terminal.process(b"\x1b[?1049h\x1b[?25l");
        self.steps.push(json!({ "resized": [size.0, size.1] }));
        self.wait(400);
    }

    /// So many milliseconds pass; then what was sent is a step, with the screen after it.
    fn wait(&mut self, millis: u64) {
        let mut sent = Vec::new();
        self.driven.wait(Duration::from_millis(millis), |bytes| {
            sent.extend_from_slice(bytes);
            replies(bytes).into()
        });
        self.terminal.process(simplified(&sent).as_bytes());
        let (bytes, screen) = (Base64::encode_string(&sent), screen(self.terminal.screen()));
        self.steps.push(json!({ "bytes": bytes, "screen": screen }));
    }
}

/// The same with another wide character for those that this terminal takes for several: sequences of emoji (UTS #51).
fn simplified(sent: &[u8]) -> String {
    String::from_utf8_lossy(sent).graphemes(true).map(without_emoji).collect()
}

fn without_emoji(grapheme: &str) -> &str {
    let joins = |c| matches!(c, '\u{200d}' | '\u{fe0f}' | '\u{1f1e6}'..='\u{1f1ff}' | '\u{1f3fb}'..='\u{1f3ff}');
    if grapheme.width() == 2 && grapheme.chars().skip(1).any(joins) { "🟥" } else { grapheme }
}

fn terminal((columns, rows): (u32, u32)) -> vt100::Parser {
    let [rows, columns] =
        [rows, columns].map(|n| u16::try_from(n).ok().and_then(NonZeroU16::new).unwrap_or(NonZeroU16::MIN));
    vt100::Parser::new(rows, columns, 0)
}

/// What the terminal of the web page answers to the questions in what it was sent.
fn replies(sent: &[u8]) -> String {
    let questions = [
        ("\x1b]11;?\x1b\\", "\x1b]11;rgb:1616/1818/1d1d\x1b\\"),
        ("\x1b[>0q", "\x1bP>|sshcard\x1b\\"),
        ("\x1b[?2026$p", "\x1b[?2026;2$y"),
        ("\x1b[?1006$p", "\x1b[?1006;2$y"),
        ("\x1b[?2027$p", "\x1b[?2027;3$y"),
        ("\x1b[c", "\x1b[?62;22c"),
    ];
    let sent = String::from_utf8_lossy(sent);
    questions.into_iter().filter(|(question, _)| sent.contains(question)).map(|(_, reply)| reply).collect()
}

/// A screen: for each row its characters and its styles, and where the cursor is if it is seen.
fn screen(screen: &vt100::Screen) -> Value {
    let (rows, columns) = screen.size();
    let rows: Vec<_> = (0..rows.get())
        .map(|y| {
            let cells: Vec<_> = (0..columns.get()).filter_map(|x| screen.cell(y, x)).collect();
            let texts: Vec<_> = cells.iter().map(|cell| text(cell)).collect();
            let styles: Vec<_> = cells.iter().map(|cell| style(cell)).collect();
            json!([texts.join("\n"), styles.join(" ")])
        })
        .collect();
    let (y, x) = screen.cursor_position();
    let cursor = (!screen.hide_cursor()).then_some((x, y));
    json!({ "rows": rows, "cursor": cursor, "alternate": screen.alternate_screen() })
}

fn text(cell: &vt100::Cell) -> &str {
    match cell.contents() {
        "" if !cell.is_wide_continuation() => " ",
        text => text,
    }
}

/// What is seen of a style; less of it is where there is no character.
fn style(cell: &vt100::Cell) -> String {
    let color = |color| match color {
        vt100::Color::Default => String::new(),
        vt100::Color::Idx(index) => index.to_string(),
        vt100::Color::Rgb(red, green, blue) => format!("#{red:02x}{green:02x}{blue:02x}"),
    };
    let flags =
        [("b", cell.bold()), ("d", cell.dim()), ("i", cell.italic()), ("u", cell.underline()), ("r", cell.inverse())];
    let is_blank = text(cell) == " ";
    let seen = |flag: &str| !is_blank || ["u", "r"].contains(&flag);
    let flags: String = flags.iter().filter(|(flag, set)| *set && seen(flag)).map(|(flag, _)| *flag).collect();
    let ink = if is_blank && !cell.inverse() && !cell.underline() { String::new() } else { color(cell.fgcolor()) };
    if cell.is_wide_continuation() { "~".to_owned() } else { format!("{ink},{},{flags}", color(cell.bgcolor())) }
}
