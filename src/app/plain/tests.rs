use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::{
    formats::render_page,
    profile::{Profile, typeset::Marks},
    terminal::{
        capabilities::{Glyphs, Look},
        input::{Decoder, Input},
    },
};

const CHOICES: &str = "1 card, 2 about, 3 career, 4 stack, 5 contact, ? choices, q hang up.\r\n";

fn content() -> Arc<Site> {
    let profile = Profile::load(
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/engineer")),
        &crate::exhibits::NAMES,
    )
    .unwrap();
    Arc::new(Content::new(profile))
}

/// A visitor who has been greeted, in a window so many cells wide.
fn arrive(width: u16) -> Plain {
    let mut plain = Plain::new(content(), width);
    plain.greet(&Choices::default(), &mut String::new());
    plain
}

/// Types, and gives what is said; whether it ended.
fn types(plain: &mut Plain, typed: &str) -> (String, bool) {
    let mut out = String::new();
    let mut ended = false;
    Decoder::new().feed(typed.as_bytes(), &mut |input| {
        if let Input::Key(key) = input {
            ended |= plain.key(key, &mut out) == Some(Effect::Goodbye);
        }
    });
    (out, ended)
}

/// A page as it is read, with the choices after it.
fn page(page: Page, width: u16) -> String {
    let parts = match page {
        Page::Career => "3.1 to 3.8 read a single station; ? lists them.\r\n",
        Page::Stack => "4.1 to 4.5 read a single layer; ? lists them.\r\n",
        _ => "",
    };
    format!("\r\n{}\r\n{parts}{CHOICES}{PROMPT}", text(page, None, width))
}

fn text(page: Page, part: Option<usize>, width: u16) -> String {
    render_page(&content().profile, page, part, width, Marks::Superscript).replace('\n', "\r\n")
}

#[test]
fn it_greets_with_the_card_and_the_choices() {
    let mut out = String::new();
    Plain::new(content(), 80).greet(&Choices::default(), &mut out);
    insta::assert_snapshot!(out.replace('\r', ""));
    let mut out = String::new();
    let choices = Choices { page: Some(Page::Contact), ..Choices::default() };
    Plain::new(content(), 80).greet(&choices, &mut out);
    assert!(out.ends_with(&page(Page::Contact, 72)), "{out}");
}

#[test]
fn a_number_a_name_and_enter_alone_read_a_page() {
    for (typed, of) in [
        ("1", Page::Card),
        ("2", Page::About),
        (" 5 ", Page::Contact),
        ("career", Page::Career),
        ("Stack", Page::Stack),
        ("", Page::Card),
        ("3x\u{7f}", Page::Career),
    ] {
        let mut plain = arrive(80);
        let (echo, _) = types(&mut plain, typed);
        let (out, ended) = types(&mut plain, "\r");
        assert_eq!((out, ended), (format!("\r\n{}", page(of, 72)), false), "{typed:?} echoed as {echo:?}");
    }
}

#[test]
fn a_number_reads_one_station_or_layer_and_enter_the_next() {
    for (typed, page, part) in [
        ("3.1", Page::Career, 0),
        ("3.8", Page::Career, 7),
        ("4.2", Page::Stack, 1),
        ("3.1\r", Page::Career, 1),
        ("3\r4.1", Page::Stack, 0),
    ] {
        let (out, _) = types(&mut arrive(80), &format!("{typed}\r"));
        let expected = format!("\r\n\r\n{}\r\n{CHOICES}{PROMPT}", text(page, Some(part), 72));
        assert!(out.ends_with(&expected), "{typed}: {out}");
    }
    // After the last of them comes the next page.
    assert!(types(&mut arrive(80), "3.8\r\r").0.ends_with(&page(Page::Stack, 72)));
    let listed = types(&mut arrive(80), "?\r").0;
    for expected in ["\r\n3 career\r\n3.1 Corvo AI · now\r\n", "\r\n4 stack\r\n4.1 kernels\r\n4.2 numerics\r\n"] {
        assert!(listed.contains(expected), "no {expected:?} in {listed}");
    }
}

#[test]
fn ascii_is_ascii() {
    let look = Look { glyphs: Glyphs::Ascii, links: true, ..Look::default() };
    let mut plain = Plain::new(content().edition(look), 80);
    let mut out = String::new();
    plain.greet(&Choices::default(), &mut out);
    out.push_str(&types(&mut plain, "?\r1\r\r\r\r\r3.2\rx\r").0);
    let odd: String = out.chars().filter(|c| !c.is_ascii()).collect();
    assert_eq!(odd, "", "{out}");
    assert!(out.contains("PCMX Systems -> Clearsound Inc") && out.contains("\r\n3.1 Corvo AI / now\r\n"), "{out}");
}

#[test]
fn enter_again_and_again_reads_the_whole_card() {
    let mut plain = arrive(100);
    let read = types(&mut plain, "\r\r\r\r\r").0;
    let expected = Page::ALL.map(|of| format!("\r\n{}", page(of, 72)));
    assert_eq!(read, expected.concat());
    assert!(types(&mut plain, "\r").0.starts_with("\r\nType a number"));
}

#[test]
fn other_answers_are_told_what_there_is() {
    for typed in [
        "6",
        "0",
        "3.",
        ".1",
        "3.0",
        "3.9",
        "1.1",
        "6.1",
        "-1",
        "+",
        "99999999999999999999999",
        "karriere",
        "2 3",
        "plain",
    ] {
        let (out, ended) = types(&mut arrive(100), &format!("{typed}\r"));
        let told = "That is no choice. 1 card, 2 about, 3 career, 4 stack, 5 contact, ? choices,\r\nq hang up.\r\n";
        // As wide as a text is set, not as wide as the window.
        assert_eq!(out.replace("\r\n", " "), format!("{typed} {} {PROMPT}", told.replace("\r\n", " ").trim()));
        assert!(!ended);
    }
    for typed in ["?\r", "help\r", "HELP\r"] {
        assert!(types(&mut arrive(80), typed).0.contains("\r\n1 card\r\n2 about\r\n3 career\r\n"), "{typed:?}");
    }
}

#[test]
fn it_hangs_up() {
    for (typed, expected) in [
        ("q\r", true),
        ("quit\r", true),
        (" EXIT \r", true),
        ("\x03", true),
        ("abc\x04", true),
        ("q", false),
        ("c", false),
        ("\x1bq\r", false),
    ] {
        assert_eq!(types(&mut arrive(80), typed).1, expected, "{typed:?}");
    }
}

#[test]
fn what_is_typed_is_echoed_and_taken_back_cell_by_cell() {
    for (typed, echo) in [
        ("about", "about"),
        ("ab\u{7f}c", "ab\u{8} \u{8}c"),
        ("\u{7f}\u{8}", ""),
        ("橋\u{7f}", "橋\u{8} \u{8}\u{8} \u{8}"),
        // No cell, or another direction: not taken.
        ("e\u{301}\u{202e}x", "ex"),
        ("e\u{2028}\u{2066}\u{2029}x", "ex"),
        ("a\x1b[Ab\tc\x01\x1bd", "abc"),
    ] {
        assert_eq!(types(&mut arrive(80), typed).0, echo, "{typed:?}");
    }
}

#[test]
fn an_answer_is_bounded_by_its_length_and_by_its_line() {
    for (width, kept) in [(400, 64), (80, 66), (40, 26), (20, 8), (1, 8)] {
        let echo = types(&mut arrive(width), &"x".repeat(1000)).0;
        assert_eq!(echo.len(), kept.min(LONGEST_ANSWER), "{width} columns");
    }
}

#[test]
fn a_warning_keeps_what_was_typed() {
    let mut plain = arrive(80);
    types(&mut plain, "car");
    let mut out = String::new();
    plain.warn(&mut out);
    assert_eq!(out, format!("\r\n{STILL_THERE}\r\n{PROMPT}car"));
    assert_eq!(types(&mut plain, "eer\r").0, format!("eer\r\n{}", page(Page::Career, 72)));
    let mut out = String::new();
    plain.leave(&["Come back.".to_owned()], &mut out);
    assert_eq!(out, "\r\nCome back.\r\n");
}

proptest! {
    #[test]
    fn whatever_is_typed_no_line_is_too_wide_and_nothing_moves(
        typed in proptest::collection::vec(any::<u8>(), 0..60),
        width in 20_u16..=400,
    ) {
        let mut plain = Plain::new(content(), width);
        let mut out = String::new();
        plain.greet(&Choices::default(), &mut out);
        Decoder::new().feed(&typed, &mut |input| {
            if let Input::Key(key) = input {
                plain.key(key, &mut out);
            }
        });
        plain.leave(&["Come back.".to_owned()], &mut out);
        let moves = |c: char| c.is_control() && !"\r\n\x08".contains(c);
        prop_assert!(!out.contains(moves));
        for line in out.split("\r\n") {
            prop_assert!(!line.contains(['\r', '\n']));
            // What was typed and taken back took its cells only for a while.
            if !line.contains('\u{8}') {
                prop_assert!(line.width() <= usize::from(width).max(PROMPT.len() + 8), "{line:?}");
            }
        }
    }
}
