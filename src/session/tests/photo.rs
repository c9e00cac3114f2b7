//! When a photo is sent, and to which terminals.

use base64ct::Encoding as _;

use super::*;
use crate::document::{Document, Language, Photo};

/// The answers of a terminal of a VT420's level: the first, and those to the second question. It calls itself `name`.
fn answers(name: &str) -> [String; 2] {
    let fence = "\x1b[?64;1;2c";
    [format!("\x1b]11;rgb:0000/0000/0000\x1b\\{fence}"), format!("\x1bP>|{name}\x1b\\\x1b[?2026;2$y{fence}")]
}

/// A photo of many colours; another one for another `red`.
fn colourful(red: u8) -> Photo {
    let pixel = |x: u32, y: u32| image::Rgb([x as u8 ^ red, y as u8, (x * y / 256) as u8]);
    Photo::new(image::RgbImage::from_fn(256, 256, pixel))
}

/// The engineer's card with a photo, or without one.
fn photographed(photo: bool) -> Arc<Site> {
    let card = site();
    let mut document: Document = card.document().clone();
    document.card.photo = photo.then(|| colourful(0));
    Arc::new(Site::new(document))
}

/// The same card with another photo in German.
fn photographed_in_two_languages() -> Arc<Site> {
    let mut document = photographed(true).document().clone();
    let mut german = Document { language: Language::parse("de").unwrap(), ..document.clone() };
    german.card.photo = Some(colourful(255));
    document.translations = vec![Arc::new(german)];
    Arc::new(Site::new(document))
}

/// A visitor for whom nothing moves.
fn visitor(term: &str, photo: bool) -> Visitor {
    choosing("still", term, photo)
}

/// A visitor with choices in `LC_SSHCARD`.
fn choosing(words: &str, term: &str, photo: bool) -> Visitor {
    opening(words, term, photographed(photo))
}

fn opening(words: &str, term: &str, site: Arc<Site>) -> Visitor {
    let mut environment = Environment::default();
    environment.set_term(term);
    environment.set("LC_SSHCARD", words);
    environment.set("LANG", "C.UTF-8");
    let preferences = Preferences::new(None, &environment, site.document());
    let size = Size { width: 120, height: 40 };
    Visitor::opening(SessionOptions { site, size, environment, preferences, write_timeout: WRITE_TIMEOUT })
}

/// Answers each question `after` so long; what was sent in the end.
fn replies(visitor: &mut Visitor, name: &str, after: Duration) -> Vec<u8> {
    visitor.received.clear();
    for answer in answers(name) {
        visitor.waits(after);
        visitor.send(&answer);
        visitor.frames(Duration::ZERO);
    }
    while visitor.frames(millis(250)) > 0 {}
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

/// Where a sequence of bytes begins in others.
fn position(bytes: &[u8], part: &str) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part.as_bytes())
}

const SENT: &str = "\x1b_Ga=t,f=100,";
const PLACED: &str = "\x1b_Ga=p,U=1,";
const FREED: &str = "\x1b_Ga=d,d=I,";

/// The file in the parts that were sent.
fn file_in(sent: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(sent);
    let parts = text.split("\x1b_G").filter(|part| part.starts_with("a=t,") || part.starts_with("m="));
    let payload = |part: &str| part.split(';').nth(1).unwrap().split('\x1b').next().unwrap().to_owned();
    parts.flat_map(|part| base64ct::Base64::decode_vec(&payload(part)).unwrap()).collect()
}

#[test]
fn a_terminal_that_keeps_pictures_gets_the_photo_once_and_frees_it() {
    for name in ["kitty(0.42.1)", "ghostty 1.3.1"] {
        let mut visitor = visitor("xterm-256color", true);
        visitor.frames(millis(60));
        let sent = replies(&mut visitor, name, millis(20));
        let file = image::load_from_memory(&file_in(&sent)).unwrap();
        assert_eq!((file.width(), file.height()), (240, 240), "{name}");
        let [begun, placed, drawn] = [SENT, PLACED, "\u{10eeee}\u{305}"].map(|part| position(&sent, part).unwrap());
        assert!(begun < placed && placed < drawn, "{name}");
        let cells = visitor.contents().matches('\u{10eeee}').count();
        assert_eq!(cells, 24 * 12, "{name}: {}", visitor.contents());
        assert!(!visitor.sees("▀"), "{name}");
        // It is there whenever the card is.
        visitor.send("f");
        visitor.look();
        assert!(!visitor.sees("\u{10eeee}"), "{name}: {}", visitor.contents());
        visitor.send("f");
        let again = visitor.look();
        assert!(!has(again, "\x1b_G") && again.len() < 4_000, "{name}: {} bytes", again.len());
        assert!(visitor.sees("\u{10eeee}"), "{name}");
        // In another size it is fitted anew.
        visitor.event(Event::Resize(Size { width: 80, height: 20 }));
        let fitted = visitor.look();
        assert!(has(fitted, PLACED) && !has(fitted, SENT), "{name}");
        visitor.send("q");
        assert_eq!(visitor.end(), Ending::Goodbye);
        let [freed, left] = [FREED, "\x1b[?1049l"].map(|part| position(&visitor.received, part).unwrap());
        assert!(freed < left, "{name}");
        visitor.has_its_terminal_back("Come back");
    }
}

#[test]
fn a_photo_that_is_on_its_way_lets_keys_pass_and_is_given_up_at_the_end() {
    for (event, ending) in [
        (Event::Input("q".into()), Ending::Goodbye),
        (Event::EndOfInput, Ending::Goodbye),
        (Event::Shutdown, Ending::Shutdown),
        (Event::Evicted, Ending::Evicted),
        (Event::Input("!".into()), Ending::Failed),
    ] {
        let mut visitor = visitor("xterm-kitty", true);
        visitor.frames(millis(60));
        for answer in answers("kitty(0.42.1)") {
            visitor.received.clear();
            visitor.send(&answer);
            visitor.frames(Duration::ZERO);
        }
        assert!(has(&visitor.received, SENT) && visitor.received.len() < 9_000, "{} bytes", visitor.received.len());
        // The line is full: nothing more of it comes, and a key is answered.
        visitor.unacknowledged = 1_000_000;
        visitor.received.clear();
        visitor.frames(Duration::from_secs(2));
        assert!(visitor.received.is_empty());
        visitor.answered("2");
        assert!(visitor.sees("▌about") && !has(&visitor.received, "\x1b_G"));
        if ending == Ending::Failed {
            visitor = visitor.failing();
        }
        visitor.event(event);
        assert_eq!(visitor.end(), ending);
        let end = ["\x1b_Gm=0,q=2;\x1b\\", FREED, "\x1b[?1049l"].map(|part| position(&visitor.received, part).unwrap());
        assert!(end.is_sorted(), "{ending:?}");
        visitor.has_its_terminal_back("");
    }
}

#[test]
fn who_sees_no_picture_is_sent_none() {
    for (term, words, name) in [
        ("xterm-kitty", "mono", "kitty(0.42.1)"),
        ("xterm-kitty", "ascii", "kitty(0.42.1)"),
        ("xterm-kitty", "about", "kitty(0.42.1)"),
        ("tmux-256color", "", "tmux 3.5a"),
        ("xterm-256color", "", "kitty(0.20.0)"),
        ("xterm-256color", "", "WezTerm 20240203-110809-5046fc22"),
    ] {
        let mut visitor = choosing(&format!("still,{words}"), term, true);
        visitor.frames(millis(60));
        let sent = replies(&mut visitor, name, millis(20));
        assert!(!has(&sent, "\x1b_G"), "{term} {words}");
    }
    let mut without = visitor("xterm-kitty", false);
    without.frames(millis(60));
    assert!(!has(&replies(&mut without, "kitty(0.42.1)", millis(20)), "\x1b_G"));
}

#[test]
fn the_photo_of_another_card_takes_the_place_of_the_old_one() {
    let mut visitor = visitor("xterm-kitty", true);
    visitor.frames(millis(60));
    replies(&mut visitor, "kitty(0.42.1)", millis(20));
    // The same photo again stays where it is.
    visitor.event(Event::Edited(photographed(true)));
    assert!(!has(visitor.look(), "\x1b_G"));
    visitor.event(Event::Edited(photographed(false)));
    assert!(has(visitor.look(), FREED));
    assert!(!visitor.sees("\u{10eeee}"), "{}", visitor.contents());
    visitor.event(Event::Edited(photographed(true)));
    let sent = visitor.look();
    assert!(has(sent, SENT) && has(sent, PLACED) && !has(sent, FREED));
    assert!(visitor.sees("\u{10eeee}"));
}

#[test]
fn the_photo_of_another_language_takes_the_place_of_the_old_one() {
    let card = photographed_in_two_languages();
    let [english, german] = [0, 1].map(|nth| card.editions().nth(nth).unwrap().photo_file().unwrap());
    let mut visitor = opening("still", "xterm-kitty", Arc::clone(&card));
    visitor.frames(millis(60));
    assert!(file_in(&replies(&mut visitor, "kitty(0.42.1)", millis(20))) == english);
    visitor.send("L");
    let sent = visitor.look();
    let [freed, begun, placed] = [FREED, SENT, PLACED].map(|part| position(sent, part).unwrap());
    assert!(freed < begun && begun < placed && file_in(sent) == german);
    assert!(visitor.sees("\u{10eeee}"), "{}", visitor.contents());
    // The same photos again stay where they are.
    visitor.event(Event::Edited(photographed_in_two_languages()));
    assert!(!has(visitor.look(), "\x1b_G"));
}

#[test]
fn another_language_gives_up_a_photo_that_is_on_its_way() {
    let card = photographed_in_two_languages();
    let german = card.editions().nth(1).unwrap();
    let mut visitor = opening("still", "xterm-kitty", Arc::clone(&card));
    visitor.frames(millis(60));
    for answer in answers("kitty(0.42.1)") {
        visitor.received.clear();
        visitor.send(&answer);
        visitor.frames(Duration::ZERO);
    }
    assert!(has(&visitor.received, SENT) && !has(&visitor.received, PLACED));
    visitor.send("L");
    let sent = visitor.look();
    let freed = position(sent, FREED).unwrap();
    assert!(position(sent, "\x1b_Gm=0,q=2;\x1b\\").unwrap() < freed);
    assert!(file_in(&sent[freed..]) == german.photo_file().unwrap() && has(sent, PLACED));
}
