//! The pictures of the documentation, drawn from the program itself: `UPDATE_PICTURES=1 cargo test --test it pictures`
//! makes them anew, and this test fails when one is missing or shows something else than the card does. The card
//! is the invented engineer's, since an owner's words may change without new pictures.

use std::{collections::BTreeSet, env, fs, path::Path, sync::Arc, time::Duration};

use ratatui::layout::Size;
use sshcard::{
    app::{App, AppEvent, Preferences, animated, postcard},
    site::Site,
    terminal::{
        capabilities::{Appearance, Depth, Glyphs, Ground},
        input::{Code, Key},
    },
};

use crate::card::engineer;

const SIZES: [(u16, u16); 3] = [(40, 12), (80, 24), (120, 40)];
const GROUNDS: [(&str, Ground); 2] = [("dark", Ground::Dark), ("light", Ground::Light)];
/// The pages and the exhibits, and the keys that lead there.
const PAGES: [(&str, &str); 13] = [
    ("card", "1"),
    ("card-back", "f"),
    ("about", "2"),
    ("career", "3jj"),
    ("stack", "4kk"),
    ("contact", "5"),
    ("help", "?"),
    ("find", "/ear2"),
    ("exhibit-kernels", "4\r "),
    ("exhibit-numerics", "4k\r"),
    ("exhibit-compiler", "4kk\r "),
    ("exhibit-quantization", "4kkk\r"),
    ("exhibit-models", "4kkkk\r "),
];

/// The keys that let an exhibit run.
const MOVING: &str = "4kkkk\r ";

#[test]
fn pictures_show_the_card() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let directory = root.join("docs/pictures");
    let site = Arc::new(Site::new(engineer()));
    let update = env::var_os("UPDATE_PICTURES").is_some();
    if update {
        fs::create_dir_all(&directory).unwrap();
    }
    let mut names = BTreeSet::new();
    let (mut stale, mut drawn) = (Vec::new(), Vec::new());
    for (page, keys) in PAGES {
        for (width, height) in SIZES {
            for (ground_name, ground) in GROUNDS {
                let name = format!("{page}-{width}x{height}-{ground_name}.svg");
                let svg = animated(at_rest(&site, Size { width, height }, ground, keys), ground, 1);
                let undrawn = svg.chars().find(|sign| ('\u{2500}'..='\u{259f}').contains(sign));
                assert_eq!(undrawn, None, "a line or block is text in {name}");
                drawn.push((name, svg));
            }
        }
    }
    for (ground_name, ground) in GROUNDS {
        let exhibit = after(&site, Size { width: 80, height: 24 }, ground, MOVING);
        drawn.push((format!("moving-card-{ground_name}.svg"), postcard(&site, ground == Ground::Light)));
        drawn.push((format!("moving-exhibit-{ground_name}.svg"), animated(exhibit, ground, 6)));
    }
    for (name, svg) in drawn {
        let path = directory.join(&name);
        if update {
            fs::write(&path, svg).unwrap();
        } else if fs::read_to_string(&path).ok().as_deref() != Some(&svg) {
            stale.push(name.clone());
        }
        names.insert(name);
    }
    for entry in fs::read_dir(&directory).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if !names.contains(&name) {
            stale.push(format!("{name} (nothing makes it any more)"));
        }
    }
    assert!(stale.is_empty(), "run UPDATE_PICTURES=1 cargo test --test it pictures; stale: {stale:?}");
}

/// What a visitor has before them after these keys.
fn after(site: &Arc<Site>, size: Size, ground: Ground, keys: &str) -> App {
    let appearance =
        Appearance { ground, depth: Depth::True, glyphs: Glyphs::Unicode, links: true, ..Appearance::default() };
    let mut app = App::new(Arc::clone(site), size, appearance, &Preferences::default());
    for key in keys.chars() {
        let code = if key == '\r' { Code::Enter } else { Code::Char(key) };
        app.handle(AppEvent::Key(Key::new(code)), Duration::ZERO);
    }
    app
}

/// What a visitor has before them when nothing moves any more after these keys.
fn at_rest(site: &Arc<Site>, size: Size, ground: Ground, keys: &str) -> App {
    let (mut app, mut now) = (after(site, size, ground, keys), Duration::ZERO);
    while app.moving() {
        now += Duration::from_millis(100);
        app.handle(AppEvent::Tick, now);
    }
    app
}
