//! When a photo is sent, and to which terminals.

use super::*;
use crate::document::{Document, Photo};

/// The answers of a terminal of a VT420's level: the first, and those to the second question. It calls itself `name`.
fn answers(name: &str) -> [String; 2] {
    let fence = "\x1b[?64;1;2c";
    [format!("\x1b]11;rgb:0000/0000/0000\x1b\\{fence}"), format!("\x1bP>|{name}\x1b\\\x1b[?2026;2$y{fence}")]
}

/// The engineer's card with a photo of many colours, or without one.
fn photographed(photo: bool) -> Arc<Site> {
    let card = site();
    let mut document: Document = card.document().clone();
    let pixel = |x: u32, y: u32| image::Rgb([x as u8, y as u8, (x * y / 256) as u8]);
    document.card.photo = photo.then(|| Photo::new(image::RgbImage::from_fn(256, 256, pixel)));
    Arc::new(Site::new(document))
}

/// A visitor with a terminal that has nothing to move for.
fn visitor(term: &str, photo: bool) -> Visitor {
    let mut environment = Environment::default();
    environment.set_term(term);
    environment.set("LC_SSHCARD", "still");
    environment.set("LANG", "C.UTF-8");
    let site = photographed(photo);
    let preferences = Preferences::new(None, &environment, &site.document().pages);
    let size = Size { width: 120, height: 40 };
    Visitor::opening(Opening { site, size, environment, preferences, write_timeout: WRITE_TIMEOUT })
}

/// Answers each question `after` so long; what was sent in the end.
fn replies(visitor: &mut Visitor, name: &str, after: Duration) -> Vec<u8> {
    for answer in answers(name) {
        visitor.waits(after);
        visitor.send(&answer);
        visitor.look();
    }
    visitor.received.clone()
}

#[test]
fn the_first_frame_is_no_longer_for_a_photo() {
    let first = |photo| {
        let mut visitor = visitor("xterm-256color", photo);
        visitor.frames(Duration::ZERO);
        visitor.received.len()
    };
    assert!(first(true) <= first(false), "{} and {} bytes", first(true), first(false));
}

#[test]
fn half_blocks_come_when_the_terminal_has_answered() {
    let mut visitor = visitor("xterm-256color", true);
    visitor.frames(millis(60));
    assert!(!visitor.sees("▀"));
    let sent = replies(&mut visitor, "XTerm(390)", millis(20));
    assert!(visitor.sees("▀▀▀▀▀▀▀▀▀▀▀▀") && has(&sent, "48;5;"), "{}", visitor.contents());
    assert!(sent.len() < 12_000, "{} bytes", sent.len());
}

#[test]
fn nothing_comes_on_a_slow_line_nor_to_a_terminal_that_does_not_answer() {
    let mut visitor = visitor("xterm-256color", true);
    visitor.frames(millis(60));
    replies(&mut visitor, "XTerm(390)", millis(400));
    visitor.send("f");
    visitor.look();
    visitor.send("f");
    visitor.look();
    assert!(!visitor.sees("▀"), "{}", visitor.contents());
    let mut silent = self::visitor("xterm-256color", true);
    silent.frames(Duration::from_secs(20));
    assert!(!silent.sees("▀"));
}
