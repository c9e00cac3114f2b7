use std::{ops::Range, path::Path};

use proptest::prelude::*;

use super::{super::preferences::OpenedExhibit, *};
use crate::{
    document::Language,
    formats::render_page,
    profile::Vocabulary,
    terminal::input::{Decoder, Input},
};

const PROMPT: &str = "Your choice: ";

const CHOICES: &str = "1 card, 2 about, 3 career, 4 stack, 5 contact, ? choices, q hang up.\r\n";

fn site() -> Arc<Site> {
    let directory = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/engineer"));
    let vocabulary = Vocabulary { exhibits: &crate::exhibits::NAMES, ..Vocabulary::default() };
    Arc::new(Site::new(crate::profile::load(directory, &vocabulary).unwrap().document))
}

/// A visitor who has been greeted, in a window so many cells wide.
fn arrive(width: u16) -> Plain {
    let mut plain = Plain::new(site(), width, false);
    plain.greet(&Preferences::default(), &mut String::new());
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
    while plain.is_running() {
        plain.step(&mut out);
    }
    (out, ended)
}

/// A page as it is read, with the choices after it.
fn page(name: &str) -> String {
    let entries = match name {
        "career" => "3.1 to 3.8 read a single entry; ? lists them.\r\n",
        "stack" => "4.1 to 4.5 read a single entry; ? lists them.\r\n",
        _ => "",
    };
    format!("\r\n{}\r\n{}{entries}{CHOICES}{PROMPT}", text(name, None), exhibits_of(name, 0..usize::MAX))
}

/// The lines that name the exhibits of some entries of a page.
fn exhibits_of(page: &str, entries: Range<usize>) -> String {
    let site = site();
    let document = site.document();
    let page = &document.pages[document.position(page).unwrap()];
    let named =
        page.entries.iter().zip(0..).filter(|(_, n)| entries.contains(n)).flat_map(|(entry, _)| &entry.exhibits);
    named
        .flat_map(|name| {
            let line = format!("{name} try it: {}", crate::exhibits::summary(name).unwrap().title);
            typeset::wrap_words(&line, TEXT_WIDTH)
        })
        .fold(String::new(), |lines, line| lines + &line + "\r\n")
}

/// A page, or an entry of it, as text.
fn text(name: &str, entry: Option<usize>) -> String {
    let page = site().document().position(name).unwrap();
    let text = render_page(site().document(), Place { page, entry }, TEXT_WIDTH, false);
    assert!(!text.trim().is_empty(), "{name} {entry:?}");
    text.replace('\n', "\r\n")
}

#[test]
fn it_greets_with_the_card_and_the_choices() {
    let mut out = String::new();
    Plain::new(site(), 80, false).greet(&Preferences::default(), &mut out);
    insta::assert_snapshot!(out.replace('\r', ""));
    let mut out = String::new();
    let preferences = Preferences { page: Some("contact".into()), ..Preferences::default() };
    Plain::new(site(), 80, false).greet(&preferences, &mut out);
    assert!(out.ends_with(&page("contact")), "{out}");
}

#[test]
fn a_number_a_name_and_enter_alone_read_a_page() {
    for (typed, of) in [
        ("1", "card"),
        ("2", "about"),
        (" 5 ", "contact"),
        ("career", "career"),
        ("Stack", "stack"),
        ("", "card"),
        ("3x\u{7f}", "career"),
    ] {
        let mut plain = arrive(80);
        let (echo, _) = types(&mut plain, typed);
        let (out, ended) = types(&mut plain, "\r");
        assert_eq!((out, ended), (format!("\r\n{}", page(of)), false), "{typed:?} echoed as {echo:?}");
    }
}

#[test]
fn a_number_reads_one_entry_and_enter_the_next() {
    for (typed, page, entry) in [
        ("3.1", "career", 0),
        ("3.8", "career", 7),
        ("4.2", "stack", 1),
        ("3.1\r", "career", 1),
        ("3\r4.1", "stack", 0),
    ] {
        let (out, _) = types(&mut arrive(80), &format!("{typed}\r"));
        let exhibits = exhibits_of(page, entry..entry + 1);
        let expected = format!("\r\n\r\n{}\r\n{exhibits}{CHOICES}{PROMPT}", text(page, Some(entry)));
        assert!(out.ends_with(&expected), "{typed}: {out}");
    }
    // After the last of them comes the next page.
    assert!(types(&mut arrive(80), "3.8\r\r").0.ends_with(&page("stack")));
    let listed = types(&mut arrive(80), "?\r").0;
    for expected in [
        "\r\n3 career\r\n3.1 Corvo AI · now\r\n",
        "\r\n3.3 Selune AI · SLMs · 2031\r\n",
        "\r\n4 stack\r\n4.1 kernels\r\n4.2 numerics\r\n",
    ] {
        assert!(listed.contains(expected), "no {expected:?} in {listed}");
    }
}

#[test]
fn ascii_is_ascii() {
    let mut plain = Plain::new(site(), 80, true);
    let mut out = String::new();
    plain.greet(&Preferences::default(), &mut out);
    out.push_str(&types(&mut plain, "?\r1\r\r\r\r\r3.2\rx\r").0);
    let odd: String = out.chars().filter(|c| !c.is_ascii()).collect();
    assert_eq!(odd, "", "{out}");
    assert!(
        out.contains("PCMX Systems -> Clearsound Inc") && out.contains("\r\n3.3 Selune AI / SLMs / 2031\r\n"),
        "{out}"
    );
}

#[test]
fn enter_again_and_again_reads_the_whole_card() {
    let mut plain = arrive(100);
    let read = types(&mut plain, "\r\r\r\r\r").0;
    let expected = ["card", "about", "career", "stack", "contact"].map(|of| format!("\r\n{}", page(of)));
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
fn what_the_logo_opens_is_a_choice() {
    let document = crate::formats::tests::load(&[
        ("card.toml", "headline = 'x'\nlogo = 'x<y'\ncaption = 'Which is greater?'\nopens = 'stack/deck'\n"),
        ("stack.toml", "[[entry]]\ntitle = 'piers'\n[[entry]]\ntitle = 'deck'\n"),
    ]);
    let place = document.opened_place().unwrap();
    let entry = render_page(&document, place, TEXT_WIDTH, false).replace('\n', "\r\n");
    let mut plain = Plain::new(Arc::new(Site::new(document)), 80, false);
    let mut out = String::new();
    plain.greet(&Preferences::default(), &mut out);
    assert!(out.contains("\r\n0 Which is greater?\r\n1 "), "{out}");
    let (said, _) = types(&mut plain, "0\r");
    assert!(said.starts_with(&format!("0\r\n\r\n{entry}\r\n0 x<y, 1 ")), "{said}");
    // Without anything to open there is no such choice.
    assert!(types(&mut arrive(80), "0\r").0.contains("That is no choice."));
}

#[test]
fn an_exhibit_is_a_dialogue() {
    let document = crate::formats::tests::load(&[
        ("card.toml", "headline = 'x'\nlogo = 'x<y'\ncaption = 'Which is greater?'\nopens = 'quake'\n"),
        ("stack.toml", "[[entry]]\ntitle = 'piers'\nexhibits = ['kernels']\n"),
    ]);
    let mut plain = Plain::new(Arc::new(Site::new(document)), 80, false);
    plain.greet(&Preferences::default(), &mut String::new());
    let mut says = |typed: &str, expected: &[&str]| {
        let (said, ended) = types(&mut plain, typed);
        assert!(!ended && said.ends_with(PROMPT) && !said.contains('\u{a0}'), "{said}");
        for words in expected {
            assert!(said.contains(words), "{typed:?}: no {words:?} in\n{said}");
        }
        said
    };
    says("?\r", &["\r\nkernels try it: A matrix product", "\r\nquake try it: Beat Quake III\r\n"]);
    says("2\r", &["kernels try it: "]);
    says(
        "0\r",
        &["Beat Quake III\r\n", "\r\n1 to 8: 0x5f000000\r\n", "yours: ", "Quake III 1999: ", "3 +", "b goes back."],
    );
    says("0x5f375a86\r", &["\r\n1 to 8: 0x5f375a86\r\n", "Lomont 2003: "]);
    says("8 +\r", &["0x5f375a87"]);
    says("8-\r", &["0x5f375a86"]);
    for nonsense in ["9 +", "0 +", "+", "0xx", "0x5f37zzzz", "hello"] {
        says(&format!("{nonsense}\r"), &["That is no answer here.", "Type all digits"]);
    }
    for nonsense in ["1 g", "3"] {
        says(&format!("{nonsense}\r"), &["That changes nothing.", "Type all digits"]);
    }
    says("\r", &["\r\n1 to 8: 0x5f375a86\r\n"]);
    says("i\r", &["Published methods only"]);
    says("b\r", &["0 x<y, 1 "]);
    let moving = says("kernels\r", &["1 tile: 4 × 4", "2 loop order: ijk", "r runs it"]);
    // Before a run there are no figures.
    assert!(!moving.contains("same C") && !moving.contains("µs"), "{moving}");
    says("r\r", &["The same C to the last bit with 1/", " kB\r\n", "waits for: memory"]);
    says("1 8 x 8\r", &["1 tile: 8 × 8", "waits for: "]);
    says("1 +\r", &["1 tile: 16 × 16"]);
    says("1 4\r", &["1 tile: 4 × 4"]);
    says("1\r", &["1 tile: 4 × 4. Its values: none, 4 × 4, 8 × 8, 16 × 16, 32 × 32."]);
    says("1 6\r", &["That changes nothing. 1 tile: 4 × 4. Its values: none, 4 × 4, "]);
    assert_eq!(types(&mut plain, "q\r"), ("q\r\n".to_owned(), true));
    let score = plain.score().unwrap();
    assert!(score.contains("0x5f375a87") && score.contains("better than Quake III’s"), "{score}");
}

#[test]
fn an_exhibit_that_was_asked_for_is_open_at_the_greeting() {
    let opened = |name: &str, words: &[&str]| {
        let setting = words.iter().map(|word| (*word).to_owned()).collect();
        let exhibit = Some(OpenedExhibit { name: name.to_owned(), setting });
        let mut plain = Plain::new(site(), 80, false);
        let mut out = String::new();
        plain.greet(&Preferences { exhibit, ..Preferences::default() }, &mut out);
        while plain.is_running() {
            plain.step(&mut out);
        }
        assert!(out.ends_with(PROMPT) && out.matches(PROMPT).count() == 1, "{out}");
        (plain, out)
    };
    let (mut plain, out) = opened("numerics", &["linear-pieces"]);
    assert!(out.contains("1 method: linear pieces\r\n") && !out.contains("r runs it"), "{out}");
    assert!(types(&mut plain, "r\r").0.contains("1 method: linear pieces\r\n"));
    assert!(types(&mut plain, "1 bit\r").0.contains("1 method: bit trick + Newton\r\n"));
    assert!(types(&mut plain, "r\r").0.contains("That changes nothing."));
    // What is told as changed is what was named, also where other values follow from it.
    let (mut plain, _) = opened("compiler", &[]);
    for number in 1..=6 {
        let said = types(&mut plain, &format!("{number} +\r")).0;
        assert!(said.starts_with(&format!("{number} +\r\n\r\n{number} ")), "{said}");
    }
    // What does not run begins again.
    let (said, _) = types(&mut plain, "r\r");
    assert!(said.contains("1 fold: off −") && said.contains("44 of 44"), "{said}");
}

#[test]
fn a_warning_keeps_what_was_typed() {
    let mut plain = arrive(80);
    types(&mut plain, "car");
    let mut out = String::new();
    plain.warn(&mut out);
    assert_eq!(out, format!("\r\nStill there? One minute left.\r\n{PROMPT}car"));
    assert_eq!(types(&mut plain, "eer\r").0, format!("eer\r\n{}", page("career")));
    let mut out = String::new();
    plain.leave(&["Come back.".to_owned()], &mut out);
    assert_eq!(out, "\r\nCome back.\r\n");
}

#[test]
fn a_tag_changes_the_language() {
    let german = Document { language: Language::parse("de").unwrap(), ..site().document().clone() };
    let card = Document { translations: vec![Arc::new(german)], ..site().document().clone() };
    let mut plain = Plain::new(Arc::new(Site::new(card.clone())), 80, false);
    let mut out = String::new();
    plain.greet(&Preferences::default(), &mut out);
    assert!(out.contains("\nde English\r\n") && !out.contains("\nen "), "{out}");
    let (said, _) = types(&mut plain, "de\r");
    assert!(said.contains("\nen English\r\n") && !said.contains("\nde "), "{said}");
    // What was begun is not lost when the card is another one; nor is the language.
    types(&mut plain, "ab");
    let mut out = String::new();
    plain.replace(Arc::new(Site::new(card)));
    plain.tell_update(&mut out);
    assert!(out.contains("The card was updated.") && out.ends_with("Your choice: ab"), "{out:?}");
    assert_eq!(plain.site().document().language.tag(), "de");
}

#[test]
fn a_number_means_what_was_read_aloud() {
    let card = |pages: &[&str], entries: &[&str]| {
        let files: Vec<(String, String)> = pages
            .iter()
            .map(|name| {
                let entries = entries.iter().map(|entry| format!("[[entry]]\ntitle = '{entry}'\ntext = 'of {name}'\n"));
                (format!("{name}.toml"), entries.collect())
            })
            .chain([("card.toml".to_owned(), format!("headline = 'x'\npages = {pages:?}\n"))])
            .collect();
        let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        Arc::new(Site::new(crate::formats::tests::load(&files)))
    };
    let former = card(&["boats", "roads", "walks"], &["One", "Two", "Two", "Three"]);
    let later = card(&["maps", "roads", "boats"], &["New", "Two", "Two", "One"]);
    let hears = |typed: &str| {
        let mut plain = Plain::new(Arc::clone(&former), 80, false);
        plain.greet(&Preferences::default(), &mut String::new());
        types(&mut plain, "?\r");
        plain.replace(Arc::clone(&later));
        plain.tell_update(&mut String::new());
        types(&mut plain, typed).0
    };
    let choices = "1 card, 2 maps, 3 roads, 4 boats, ? choices, q hang up.\r\n";
    for (typed, expected) in [
        ("2\r", "\r\nBOATS\r\n"),
        ("3\r", "\r\nROADS\r\n"),
        ("2.1\r", "\r\nOne\r\n  of boats\r\n"),
        ("3.3\r", "\r\nTwo\r\n"),
        ("4\r", "That is no longer on the card: walks.\r\n1 card"),
        ("2.4\r", "That is no longer on the card: Three.\r\n1 card"),
        // What is told now counts.
        ("4\r2\r", "\r\nMAPS\r\n"),
        ("2\r2.1\r", "\r\nNew\r\n  of maps\r\n"),
        ("3\r3.1\r", "\r\nNew\r\n  of roads\r\n"),
        ("?\r2.1\r", "\r\nNew\r\n  of maps\r\n"),
        // An entry of a page whose entries were not read since.
        ("3\r4.1\r", "\r\nOne\r\n  of boats\r\n"),
    ] {
        let said = hears(typed);
        assert!(said.contains(expected) && said.contains(choices), "{typed:?}: {said}");
    }
}

proptest! {
    #[test]
    fn whatever_is_typed_no_line_is_too_wide_and_nothing_moves(
        typed in proptest::collection::vec(any::<u8>(), 0..60),
        width in 20_u16..=400,
    ) {
        let mut plain = Plain::new(site(), width, false);
        let mut out = String::new();
        plain.greet(&Preferences::default(), &mut out);
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
