use std::sync::Arc;

use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation as _;

use super::*;
use crate::{
    document::words::locale,
    formats::{
        render_page,
        tests::{document, full, load, own, prose, rendered, written},
    },
    profile::markdown::parse,
};

fn render(document: &Document) -> String {
    rendered(document, "text")
}

fn check(text: &str, width: u16) {
    for line in text.lines() {
        // A word, an address and a command are never broken.
        let whole = !line.trim().contains(char::is_whitespace) || line.trim().starts_with("ssh ");
        assert!(typeset::width(line) <= width || whole, "{line:?} is wider than {width}");
        // A space can be a part of what a reader takes for one character.
        assert_ne!(line.graphemes(true).next_back(), Some(" "), "{line:?} ends with a space");
    }
    assert!(!text.contains("\n\n\n\n"), "more than two blank lines");
    assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "the end is not one line end");
    assert!(!text.chars().any(|character| character.is_control() && character != '\n'));
}

#[test]
fn the_own_card() {
    let text = render(&own());
    check(&text, TEXT_WIDTH);
    insta::with_settings!({ snapshot_path => "../snapshots" }, { insta::assert_snapshot!("own", text) });
}

#[test]
fn a_card_with_everything() {
    let text = render(&full());
    check(&text, TEXT_WIDTH);
    insta::with_settings!({ snapshot_path => "../snapshots" }, { insta::assert_snapshot!("full", text) });
}

#[test]
fn every_name_and_fact_word_is_there() {
    let text = render(&own()).split_whitespace().collect::<Vec<_>>().join(" ");
    for name in [
        "Corvo AI",
        "Audio Research and Engineering",
        "linguistics",
        "psychology",
        "models",
        "hardware",
        "sailing",
        "weaving",
        "botany",
        "Bachelor's",
        "Mechanical and Audiometric Engineering",
        "Master's program",
        "KITS Merano",
        "HALDA-29",
        "PCMX Systems",
        "Ines Varga",
        "Olaf Brink",
        "Clearsound Inc",
        "Selune AI",
        "QVT",
        "EAR1",
        "CNN-based architectures",
        "Murmur",
        "MUR-3",
        "quantization",
        "piecewise approximations",
        "Newton-Raphson and Newton methods",
        "Margaret Ellwood",
        "Juan Mateo Rueda",
        "2031",
        "EAR2",
        "second-generation",
        "Beatriz Okonkwo",
        "Konstantin Meyer",
        "WV1.5",
        "WVXL",
        "SoNAR",
        "inverse square root",
        "both speed and accuracy",
        "QVT (formerly Selune AI) currently holds the IP",
        "LayerNorm",
        "RMSNorm",
        "SLMs",
        "diffusion models",
        "Bryde Labs",
        "Nora Halven",
        "BrydeNet",
        "network compiler",
        "AURA",
        "founding team",
        "mentors",
        "determinism in Rectified Flows",
        "sound models",
        "people",
    ] {
        assert!(text.contains(name), "{name} is missing");
    }
}

/// The places of the pages.
fn places(document: &Document) -> impl Iterator<Item = Place> {
    (0..document.pages.len()).map(|page| Place { page, entry: None })
}

#[test]
fn a_page_alone_is_a_part_of_the_whole() {
    for document in [own(), full()] {
        let whole = render(&document);
        for place in places(&document) {
            let part = render_page(&document, place, TEXT_WIDTH, false);
            check(&part, TEXT_WIDTH);
            assert!(whole.contains(&part), "{place:?}");
        }
        assert_eq!(render_page(&document, Place { page: 99, entry: None }, TEXT_WIDTH, false), "");
    }
}

#[test]
fn an_entry_alone_is_a_part_of_its_page() {
    for document in [own(), full()] {
        for (page, place) in document.pages.iter().zip(places(&document)) {
            let whole = render_page(&document, place, TEXT_WIDTH, false);
            let entry = |entry| render_page(&document, Place { entry: Some(entry), ..place }, TEXT_WIDTH, false);
            for group in groups(page) {
                for (nth, (index, of)) in group.entries.iter().enumerate() {
                    let alone = entry(*index);
                    check(&alone, TEXT_WIDTH);
                    // The organization is told with each of its roles, and on the page once.
                    let organization = group.organization.map(|name| format!("{name}\n")).unwrap_or_default();
                    let part = if nth > 0 { alone.strip_prefix(&organization).unwrap() } else { &alone };
                    assert!(alone.starts_with(&organization) && whole.contains(part), "{of:?}: {alone}\n{whole}");
                }
            }
            assert_eq!(entry(page.entries.len()), "", "{}", page.name);
        }
    }
}

/// A page of these files as text.
fn page(name: &str, toml: &str, width: u16) -> String {
    let document = load(&[("card.toml", "headline = 'Bridges'"), (&format!("{name}.toml"), toml)]);
    render_page(&document, Place { page: 1, entry: None }, width, false)
}

#[test]
fn an_organization_stands_above_its_roles_once() {
    let jobs = "layout = 'timeline'\n\
        [[entry]]\norganization = 'Bridge Works'\ntitle = 'Head'\nfrom = '2022-04'\nto = 'now'\nplace = 'North'\n\
        text = 'Spans.'\ntags = ['steel']\n\
        [[entry]]\norganization = 'Bridge Works'\ntitle = 'Engineer'\nfrom = '2019'\nto = '2022-03'\n\
        [[entry]]\ntitle = 'Bridge Works'\n\
        [[entry]]\norganization = 'Harbour'\n[[entry]]\norganization = 'Harbour'\ntime = 'once'\n";
    assert_eq!(
        page("career", jobs, 60),
        "CAREER\n\n\
         Bridge Works\n  \
           Head                                        Apr 2022 – now\n    \
             North\n\n    Spans.\n\n    steel\n\n  \
           Engineer                                   2019 – Mar 2022\n\n\
         Bridge Works\n\n\
         Harbour\n\n\
         Harbour                                                 once\n"
    );
}

#[test]
fn a_title_leads_and_dates_stand_at_the_right_in_one_piece() {
    let talks = "[[entry]]\ntitle = 'Arches of the north, and why they hold'\norganization = 'Bridge Days'\n\
        subtitle = 'Keynote'\nfrom = '2019-10-31'\nto = '2019-11-01'\n\
        [[entry]]\ntitle = 'Quays'\ntime = 'every spring, and in some years in the autumn too'\n";
    assert_eq!(
        page("talks", talks, 60),
        "TALKS\n\n\
         Arches of the north, and why\nthey hold                           31 Oct 2019 – 1 Nov 2019\n  Bridge Days\n  Keynote\n\n\
         Quays · every spring, and in some years in the autumn too\n"
    );
    // There is no room beside it.
    assert_eq!(
        page("talks", talks, 44),
        "TALKS\n\n\
         Arches of the north, and why they hold ·\n31 Oct 2019 – 1 Nov 2019\n  Bridge Days\n  Keynote\n\n\
         Quays · every spring, and in some years in\nthe autumn too\n"
    );
}

#[test]
fn ascii_adds_only_ascii() {
    for document in [own(), full()] {
        for width in [20, TEXT_WIDTH, 200] {
            for place in places(&document) {
                let text = render_page(&document, place, width, true);
                check(&text, width);
                // Letters are the owner's.
                assert!(text.chars().all(|sign| sign.is_ascii() || sign.is_alphabetic()), "{text}");
            }
        }
    }
}

/// The text of a card of these lines.
fn card(lines: &str) -> String {
    let text = render(&load(&[("card.toml", &format!("headline = 'Bridges'\n{lines}"))]));
    check(&text, TEXT_WIDTH);
    text
}

#[test]
fn a_link_that_only_the_code_names_is_there_once() {
    let link = "[[link]]\nlabel = 'Work'\nurl = 'https://example.com'\n";
    for lines in ["qr = 'https://example.org'\n", "qr = 'https://example.com'\n"] {
        for pages in ["", "pages = ['card']\n"] {
            let text = card(&format!("{lines}{pages}{link}"));
            let code = lines.trim_start_matches("qr = '").trim_end_matches("'\n");
            assert_eq!(text.matches(code).count(), 1, "{lines}{pages}{text}");
        }
    }
}

#[test]
fn the_back_of_the_card_is_there_without_a_contact_page() {
    // Without an address there is no command that works.
    assert_eq!(card("pages = ['card']\n"), "Bridges\n");
    let text = card("pages = ['card']\naddress = 'a.example'\n");
    assert_eq!(
        text,
        "Bridges\n\nssh a.example\n\nTo take this card away:\n\n  ssh a.example text               the whole card as \
         running text\n  ssh a.example vcard > card.vcf   for an address book\n  ssh a.example help               \
         what else there is\n"
    );
    let text = card("pages = ['card']\naddress = 'card.example.com:2222'\n");
    assert!(text.contains("ssh -p 2222 card.example.com\n"), "{text}");
    // Beside its command there is no room for what it gives.
    assert!(text.contains("\n  ssh -p 2222 card.example.com text\n  the whole card as running text\n"), "{text}");
    let text = card("pages = ['card']\nqr = 'mecard'\nemail = 'a@example.com'\nphone = '+1 555'\n");
    assert!(text.contains("\na@example.com\n+1 555\n"), "{text}");
}

#[test]
fn a_link_is_spelled_once() {
    let about = |text| {
        let document = load(&[("card.toml", "headline = 'Bridges'"), ("about.md", text)]);
        render_page(&document, Place { page: 1, entry: None }, TEXT_WIDTH, false)
    };
    for (text, expected) in [
        ("[a\\\nb](https://x.example).", "a\nb <https://x.example>.\n"),
        ("[a\\\n*b* c](https://x.example).", "a\nb c <https://x.example>.\n"),
        ("[a](https://x.example)\\\n[b](https://y.example)", "a <https://x.example>\nb <https://y.example>\n"),
        ("[a](https://x.example)\\\nb", "a <https://x.example>\nb\n"),
    ] {
        assert_eq!(about(text), format!("ABOUT\n\n{expected}"), "{text}");
    }
}

#[test]
fn entries_of_a_compact_page_stand_line_by_line() {
    let skills =
        "layout = 'compact'\n[[entry]]\ntitle = 'Rust'\nlevel = 'daily'\n[[entry]]\ntitle = 'C'\nsubtitle = 'once'\n";
    let text = |skills: &str| page("skills", skills, TEXT_WIDTH);
    assert_eq!(text(skills), "SKILLS\n\nRust · daily\nC · once\n");
    assert_eq!(text("layout = 'compact'\nintro = 'None.'"), "SKILLS\n\nNone.\n");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_width_holds(width in 20_u16..200) {
        for document in [own(), full()] {
            check(&whole(&document, width), width);
        }
    }

    #[test]
    fn any_document_is_text(document in prop_oneof![document(prose()), document(written())], width in 1_u16..200) {
        // Code is never broken, and of any length here.
        check(&whole(&document, width), u16::MAX);
    }
}

#[test]
fn text_from_the_right_is_flush_right_and_code_keeps_its_columns() {
    let words = locale("ar").and_then(Words::from_table).unwrap();
    let intro = parse("one\n\n- a\n  - b\n\n```\nfn\n  x\n```").0;
    let page = Page { title: "t".into(), intro, ..Page::default() };
    let document = Document { words: Arc::new(words), pages: vec![page], ..Document::default() };
    let text = render_page(&document, Place::default(), 14, false);
    let expected = [
        "             T",
        "",
        "           one",
        "",
        "          a  •",
        "       b  •",
        "",
        "         fn",
        "           x",
    ];
    assert_eq!(text.lines().collect::<Vec<_>>(), expected);
}

/// A text without the sequences that choose colours and styles.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |plain, part| {
        let (parameters, words) = part.split_once('m').unwrap();
        assert!(parameters.bytes().all(|byte| byte.is_ascii_digit() || byte == b';'), "{part:?}");
        plain + words
    })
}

proptest! {
    #[test]
    fn the_coloured_text_is_the_text(document in document(prose()), width in 1..=200_u16) {
        prop_assert_eq!(without_colours(&coloured(&document, None, width)), whole(&document, width));
        for page in 0..document.pages.len() {
            let plain = render_page(&document, Place { page, entry: None }, TEXT_WIDTH, false);
            prop_assert_eq!(without_colours(&coloured(&document, Some(Place { page, entry: None }), TEXT_WIDTH)), plain);
        }
    }
}

#[test]
fn names_and_titles_stand_out_in_colours_and_each_is_taken_back_in_its_line() {
    for document in [own(), full()] {
        let text = coloured(&document, None, TEXT_WIDTH);
        assert_eq!(without_colours(&text), whole(&document, TEXT_WIDTH));
        let [accent, quiet] = inks_on_any_ground(document.card.accent).map(Option::unwrap);
        assert!(text.contains(&format!("\x1b[1;38;5;{accent}m")) && text.contains(&format!("\x1b[38;5;{quiet}m")));
        for line in text.lines().filter(|line| line.contains('\x1b')) {
            assert_eq!(line.matches("\x1b[").count(), 2 * line.matches("\x1b[0m").count(), "{line:?}");
        }
    }
}
