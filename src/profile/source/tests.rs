use std::fs;

use proptest::prelude::*;

use super::*;
use crate::profile::{Accent, Block, Qr};

/// Writes a profile of these files and loads it; `sway` is an exhibit.
fn load_files(files: &[(&str, &str)]) -> Result<Profile, Problems> {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(dir.path().join(name), text).unwrap();
    }
    Profile::load(dir.path(), &["sway", "load"])
}

/// The problems as `file:line:column message; remedy`.
fn problems(files: &[(&str, &str)]) -> Vec<String> {
    let Err(problems) = load_files(files) else { return Vec::new() };
    let told = |problem: &Problem| {
        let file = problem.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let place = problem.place.as_ref().map(|place| format!(":{}:{}", place.line, place.column)).unwrap_or_default();
        format!("{file}{place} {}; {}", problem.message, problem.remedy)
    };
    problems.iter().map(told).collect()
}

fn card(text: &str) -> Profile {
    load_files(&[("card.toml", text)]).unwrap_or_else(|problems| panic!("{problems}"))
}

#[test]
fn a_headline_is_a_card() {
    let profile = card("headline = 'One'");
    assert_eq!(profile.card.headline, ["One"]);
    assert_eq!(profile.card.pages, [Page::Card, Page::Contact]);
    assert_eq!(profile.card.accent, Accent::Teal);
    assert_eq!(profile.card.qr, Qr::Mecard("MECARD:N:One;;".to_owned()));
    assert_eq!(profile.card.ssh("text"), None);
}

#[test]
fn everything_is_read() {
    let profile = load_files(&[
        (
            "card.toml",
            "\u{feff}headline = \"\"\"\r\nOne\r\ntwo\"\"\"\r\naccent = 'rose'\r\naddress = 'card.example.com:2222'\r\n\
             pages = ['stack', 'card']\r\n[[link]]\r\nlabel = 'L'\r\nurl = 'https://example.com'\r\n",
        ),
        ("about.md", "<!-- nothing -->\r\n"),
        ("stack.toml", "[[layer]]\ntitle = 'a'\n[[layer]]\ntitle = 'b'\nexhibits = ['sway']\ntext = 'T'"),
        ("career.toml", "line = ['x']\n[[station]]\norganization = 'O'\nlayer = 'b'\npeople = ['P']\n"),
        ("notes.txt", "not ours"),
    ])
    .unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(profile.card.headline, ["One", "two"]);
    assert_eq!(profile.card.accent, Accent::Rose);
    assert_eq!(profile.card.pages, [Page::Stack, Page::Card]);
    assert_eq!(profile.card.qr, Qr::Address("ssh://card.example.com:2222".to_owned()));
    assert_eq!(profile.card.ssh("text").as_deref(), Some("ssh -p 2222 card.example.com text"));
    assert_eq!(profile.about.blocks, []);
    let station = profile.career.stations.first().unwrap();
    assert_eq!((station.layer, station.people.as_slice()), (Some(1), &["P".to_owned()][..]));
    let layer = profile.stack.layers.last().unwrap();
    assert_eq!(layer.exhibits, ["sway"]);
    assert!(matches!(layer.text.blocks.as_slice(), [Block::Paragraph(_)]));
}

#[test]
fn the_qr_code_holds_what_was_chosen() {
    let cases = [
        ("qr = 'none'", Qr::None),
        ("qr = 'https://example.com'", Qr::Link("https://example.com".to_owned())),
        ("[[link]]\nlabel = 'a'\nurl = 'https://b'", Qr::Link("https://b".to_owned())),
        ("qr = 'mecard'\nname = 'A; B'\nrole = 'R'", Qr::Mecard("MECARD:N:A\\; B;NOTE:R;;".to_owned())),
        ("address = '[2001:db8::1]:22'", Qr::Address("ssh://[2001:db8::1]:22".to_owned())),
    ];
    for (line, expected) in cases {
        assert_eq!(card(&format!("headline = 'x'\n{line}")).card.qr, expected, "{line}");
    }
}

#[test]
fn each_wrong_line_of_a_card_is_told() {
    let cases = [
        ("rol = 'x'", "2:1 unknown key `rol`; did you mean `role`?"),
        (
            "accent = 'purple'",
            "2:10 `purple` is not a known accent; it can be `amber`, `blue`, `green`, `rose`, `teal` or `violet`",
        ),
        ("accent = 'gren'", "2:10 `gren` is not a known accent; did you mean `green`?"),
        ("mark = '123456789'", "2:8 `mark` is too long: 9 characters; shorten it to 8 characters"),
        ("pages = ['card', 'abot']", "2:18 `abot` is not a known page; did you mean `about`?"),
        ("pages = ['card', 'card']", "2:18 the page `card` is listed twice; remove one of the two"),
        ("pages = ['about']", "2:10 the page `about` has nothing to show; write about.md, or remove the page here"),
        ("email = 'x'", "2:9 `email` is not an e-mail address; write it as in `someone@example.com`"),
        ("phone = 'call me'", "2:9 `phone` is not a telephone number; write it as in `+1 555 0100`"),
        ("qr = 'adress'", "2:6 `qr` cannot be `adress`; did you mean `address`?"),
        (
            "qr = 'address'",
            "2:6 `qr` shows an address, and there is no `address`; add it, as in `address = \"card.example.com\"`, or choose another content",
        ),
        (
            "qr = 'ftp://x'",
            "2:6 a link cannot begin with `ftp`; a link may begin with `https`, `http`, `mailto`, `ssh` or `tel`",
        ),
        ("[[link]]\nlabel = 'a'", "2:1 `url` is missing here; add it, as in `url = \"https://example.com\"`"),
        (
            "[[link]]\nlabel = 'a'\nurl = 'javascript:x'",
            "4:7 a link cannot begin with `javascript`; a link may begin with `https`, `http`, `mailto`, `ssh` or `tel`",
        ),
        ("[link]\nlabel = 'a'", "2:1 `link` is not a list of parts; begin each with `[[link]]`"),
        ("name = \"\\u009b\"", "2:9 a control character (U+009B) cannot be shown; remove it"),
    ];
    for (line, expected) in cases {
        assert_eq!(problems(&[("card.toml", &format!("headline = 'x'\n{line}"))]), [format!("card.toml:{expected}")]);
    }
    for wrong in ["-oProxyCommand=x", "a b", "a:0", "a:99999", "[::1", "ssh://a", "user@a", ""] {
        assert_eq!(problems(&[("card.toml", &format!("headline = 'x'\naddress = '{wrong}'"))]).len(), 1, "{wrong}");
    }
}

#[test]
fn all_problems_of_all_files_are_told_in_order() {
    let found = problems(&[
        ("stack.toml", "[[layer]]\ntitle = 'kernels'\nexhibits = ['swya']\n[[layer]]\ntitle = 'kernels'\n"),
        ("career.toml", "[[station]]\nlayer = 'kernel'\ntext = '''\nfine\nnot <b>fine</b>\n'''\n"),
        ("about.md", "One[^x].\n\nTwo\u{1b}[2J.\n\n![a](b.png)\n"),
        ("card.toml", "role = 3\n"),
    ]);
    let expected = [
        "about.md:1:4 there is no side note `[^x]`; add the note as a paragraph of its own: `[^x]: …`",
        "about.md:3:4 the control character Escape (U+001B) cannot be shown; remove it",
        "about.md:5:1 an image cannot be shown; say in words what is on it, or link to it",
        "card.toml:1:1 `headline` is missing here; add it, as in `headline = \"What you do\"`",
        "card.toml:1:8 `role` cannot be a whole number; it should be a text in quotes",
        "career.toml:1:1 `organization` is missing here; add it, as in `organization = \"Example Ltd\"`",
        "career.toml:2:9 `kernel` is not a known layer; did you mean `kernels`?",
        "career.toml:5:5 HTML would not be shown: `<b>`; write it as Markdown, or `\\<` for a plain `<`",
        "career.toml:5:12 HTML would not be shown: `</b>`; write it as Markdown, or `\\<` for a plain `<`",
        "stack.toml:3:13 `swya` is not a known exhibit; did you mean `sway`?",
        "stack.toml:5:9 there are two layers called `kernels`; give each layer a title of its own",
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_stack_that_cannot_be_read_leaves_the_career_alone() {
    let found = problems(&[
        ("card.toml", "headline = 'x'\npages = ['stack', 'career']"),
        ("stack.toml", "[[layer]]\ntitle = 'ker\n"),
        ("career.toml", "[[station]]\norganization = 'O'\nlayer = 'kernels'\n"),
    ]);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found.first().unwrap().starts_with("stack.toml:2:"), "{found:#?}");
}

#[test]
fn problems_beyond_those_shown_are_counted() {
    let about =
        |count: usize| load_files(&[("card.toml", "rol = 'x'"), ("about.md", &"\u{7}\n".repeat(count))]).unwrap_err();
    // Two are the card's.
    for (count, end) in [(50, "\n52 problems"), (58, "\n60 problems; the first 50 of a file are shown")] {
        let problems = about(count);
        let report = problems.to_string();
        assert!(report.ends_with(end), "{report}");
        let lines = problems.iter().filter(|problem| problem.file.ends_with("about.md"));
        let lines: Vec<_> = lines.filter_map(|problem| problem.place.as_ref()).map(|place| place.line).collect();
        assert_eq!(lines, (1..=50).collect::<Vec<_>>());
    }
}

#[test]
fn the_first_problems_of_a_file_are_shown_whatever_was_found_first() {
    // A key that nobody asks for is found after every value was read.
    let stations = "[[station]]\norganization = 3\n".repeat(60);
    let problems = load_files(&[("card.toml", "headline = 'x'"), ("career.toml", &format!("lin = 'x'\n{stations}"))]);
    let problems = problems.unwrap_err();
    assert_eq!(problems.iter().next().unwrap().message, "unknown key `lin`");
    assert!(!problems.is_complete());
}

#[test]
fn files_that_are_no_profile_are_told() {
    let found = problems(&[]);
    assert_eq!(found.len(), 1);
    assert!(found.first().unwrap().starts_with("card.toml there is no such file; "), "{found:?}");
    let long = "x".repeat(usize::try_from(LONGEST_FILE).unwrap() + 1);
    let found = problems(&[("card.toml", "headline = 'x'"), ("about.md", &long)]);
    assert_eq!(found, ["about.md this file is longer than 256 KiB; shorten it: a card is read in a few minutes"]);
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("card.toml"), b"headline = 'a'\nrole = 'b\xff'").unwrap();
    let problems = Profile::load(dir.path(), &[]).unwrap_err();
    let place = problems.iter().next().unwrap().place.as_ref().unwrap();
    assert_eq!((place.line, place.column), (2, 10));
}

#[test]
fn a_profile_that_is_no_directory_is_one_problem() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("card.toml");
    fs::write(&file, "headline = 'x'").unwrap();
    for (named, message) in [
        (dir.path().join("none"), "there is no such directory"),
        (file.clone(), "this is not a directory"),
        (file.join("none"), "this is not a directory"),
    ] {
        let problems: Vec<_> = Profile::load(&named, &[]).unwrap_err().into_iter().collect();
        let remedy = "name the directory that holds card.toml, about.md, career.toml and stack.toml";
        assert_eq!(problems, [Problem::with_file(&named, message, remedy)]);
    }
}

#[test]
fn a_rich_card_loads() {
    let profile =
        Profile::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/engineer"), &crate::exhibits::NAMES);
    let profile = profile.unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(profile.card.pages, Page::ALL);
    assert_eq!(profile.card.headline, ["Speech networks,", "kept in a hearing aid."]);
    assert_eq!(profile.about.notes.len(), 2);
    assert_eq!((profile.career.stations.len(), profile.stack.layers.len()), (8, 5));
}

proptest! {
    #[test]
    fn any_files_load_or_are_told(
        card in "(headline|role|pages|qr|\\[\\[link\\]\\]|=|'|\"|\"\"\"|\\[|\\]|\n| |[a-z]|\\\\u00|.){0,60}",
        about in "(?s).{0,100}",
        stack in "(\\[\\[layer\\]\\]\n|title = |text = |'''|\"\"\"|'[a-z]'|\\[\\^x\\]|<b>|\n|\\\\|.){0,40}",
    ) {
        let told = load_files(&[("card.toml", &card), ("about.md", &about), ("stack.toml", &stack)]);
        if let Err(problems) = told {
            let report = problems.to_string();
            prop_assert!(problems.iter().next().is_some());
            prop_assert!(!report.chars().any(|character| character.is_control() && character != '\n'), "{report:?}");
        }
    }
}
