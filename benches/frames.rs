//! What a frame costs: drawing each page and exhibit, turning the difference into bytes, decoding what was typed, and a
//! step of each exhibit that runs.
//!
//! `cargo bench --bench frames`

#![allow(clippy::expect_used, reason = "whatever is missing here ends the measurement")]

use std::{path::Path, sync::Arc, time::Duration};

use divan::{Bencher, black_box};
use ratatui::{buffer::Buffer, layout::Size};
use sshcard::{
    app::{App, AppEvent, Frame, Preferences},
    exhibits::{self, open},
    profile::{self, Vocabulary},
    site::Site,
    terminal::{
        self,
        capabilities::{Appearance, Depth, Ground},
        input::{Code, Decoder, Input, Key},
    },
};

fn main() {
    divan::main();
}

const SIZES: [Size; 2] = [Size { width: 80, height: 24 }, Size { width: 200, height: 60 }];

/// Screens, by the keys that lead there; `\r` is Enter. In every exhibit that runs it has run to its end.
const SCREENS: [(&str, &str); 11] = [
    ("card", "1"),
    ("about", "2"),
    ("career", "3"),
    ("stack", "4"),
    ("contact", "5"),
    ("find", "/ear"),
    ("kernels", "4\r "),
    ("numerics", "4k\r"),
    ("compiler", "4kk\r "),
    ("quantization", "4kkk\r"),
    ("models", "4kkkk\r "),
];

fn site() -> Arc<Site> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/engineer");
    let vocabulary = Vocabulary { exhibits: &exhibits::NAMES, ..Vocabulary::default() };
    let site = Site::new(profile::load(&directory, &vocabulary).expect("the profile of the fixture").document);
    site.prepare();
    Arc::new(site)
}

/// What a visitor sees after these keys, at rest.
fn app(site: Arc<Site>, size: Size, keys: &str) -> App {
    let appearance = Appearance { ground: Ground::Dark, depth: Depth::Ansi256, ..Appearance::default() };
    let mut app = App::new(site, size, appearance, &Preferences::default());
    let mut now = Duration::ZERO;
    for key in keys.chars() {
        app.handle(AppEvent::Key(Key::new(if key == '\r' { Code::Enter } else { Code::Char(key) })), now);
    }
    while app.moving() {
        now += Duration::from_millis(33);
        app.handle(AppEvent::Tick, now);
    }
    app
}

fn screens() -> impl Iterator<Item = String> {
    let sizes = SIZES.iter().map(|size| format!("{}x{}", size.width, size.height));
    sizes.flat_map(|size| SCREENS.iter().map(move |(name, _)| format!("{size} {name}")))
}

/// The size and the keys of a screen.
fn of(screen: &str) -> (Size, &'static str) {
    let (size, name) = screen.split_once(' ').expect("a size and a name");
    let (width, height) = size.split_once('x').expect("columns and rows");
    let number = |text: &str| text.parse().expect("a number");
    let keys = SCREENS.iter().find(|(of, _)| *of == name).expect("a screen").1;
    (Size { width: number(width), height: number(height) }, keys)
}

#[divan::bench(args = screens())]
fn draw(bencher: Bencher, screen: &str) {
    let (size, keys) = of(screen);
    let mut app = app(site(), size, keys);
    let mut buffer = Buffer::empty(app.frame().drawn_area());
    bencher.bench_local(|| {
        buffer.reset();
        app.rest();
        black_box(&mut app).frame().draw(&mut buffer)
    });
}

/// A visitor who presses ↓ and ↑ in turns, and what the screen shows.
struct Typist {
    app: App,
    shown: Arc<Frame>,
    down: bool,
}

impl Typist {
    fn new(screen: &str) -> Self {
        let (size, keys) = of(screen);
        let mut app = app(site(), size, keys);
        Self { shown: app.frame(), app, down: false }
    }

    /// The whole of a key: the state, the screen, and the bytes to it.
    fn press(&mut self) -> Vec<u8> {
        self.down = !self.down;
        self.app.handle(AppEvent::Key(Key::new(if self.down { Code::Down } else { Code::Up })), Duration::ZERO);
        let next = self.app.frame();
        let mut bytes = Vec::new();
        terminal::frame(next.drawn_area(), Frame::draw, Some(&*self.shown), &next, false, &mut bytes);
        self.shown = next;
        bytes
    }
}

/// A key, when the processor's caches hold what it needs.
#[divan::bench(args = screens())]
fn key(bencher: Bencher, screen: &str) {
    let mut typist = Typist::new(screen);
    bencher.bench_local(|| typist.press());
}

/// The same when they hold something else, as between two keys of a hand.
#[divan::bench(args = screens())]
fn key_after_a_while(bencher: Bencher, screen: &str) {
    let mut typist = Typist::new(screen);
    // More than the largest cache of a usual machine.
    let mut memory = vec![0_u8; 64 << 20];
    let others = || memory.iter_mut().step_by(64).for_each(|byte| *byte = byte.wrapping_add(1));
    bencher.with_inputs(others).bench_local_values(|()| typist.press());
}

#[divan::bench(args = exhibits::NAMES)]
fn step(bencher: Bencher, name: &str) {
    bencher
        .with_inputs(|| {
            let mut exhibit = open(name).expect("an exhibit");
            if exhibit.moves() {
                exhibit.toggle();
                exhibit.step();
            }
            exhibit
        })
        .bench_local_values(|mut exhibit| {
            exhibit.step();
            exhibit
        });
}

/// The most that one call of an exhibit does: to the end of its run, or as far as a call may go.
#[divan::bench(args = exhibits::NAMES)]
fn finish(bencher: Bencher, name: &str) {
    bencher.with_inputs(|| open(name).expect("an exhibit")).bench_local_values(|mut exhibit| {
        exhibit.finish();
        exhibit
    });
}

/// A kilobyte of keys: letters, arrows, the mouse, and what a terminal replies.
#[divan::bench]
fn decode(bencher: Bencher) {
    let typed = "jjkk\x1b[A\x1b[B\x1b[<0;10;5M\x1b[<0;10;5m\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\\x1b[?62;22c ".repeat(16);
    bencher.counter(divan::counter::BytesCount::of_str(&typed)).bench_local(|| {
        let mut inputs = 0;
        Decoder::new().feed(typed.as_bytes(), &mut |_: Input| inputs += 1);
        inputs
    });
}
