use proptest::prelude::*;

use super::*;
use crate::formats::{
    TEXT_WIDTH,
    tests::{full, load, own},
};

fn check(text: &str, width: u16) {
    for line in text.lines() {
        assert!(typeset::width(line) <= width, "{line:?} is wider than {width}");
        assert!(!line.ends_with(' '), "{line:?} ends with a space");
    }
    assert!(!text.contains("\n\n\n\n"), "more than two blank lines");
    assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "the end is not one line end");
    assert!(!text.chars().any(|character| character.is_control() && character != '\n'));
}

#[test]
fn the_own_card() {
    let text = render(&own(), TEXT_WIDTH);
    check(&text, TEXT_WIDTH);
    insta::with_settings!({ snapshot_path => "../snapshots" }, { insta::assert_snapshot!("own", text) });
}

#[test]
fn a_card_with_everything() {
    let text = render(&full(), TEXT_WIDTH);
    check(&text, TEXT_WIDTH);
    insta::with_settings!({ snapshot_path => "../snapshots" }, { insta::assert_snapshot!("full", text) });
}

#[test]
fn every_name_and_fact_word_is_there() {
    let text = render(&own(), TEXT_WIDTH).split_whitespace().collect::<Vec<_>>().join(" ");
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

#[test]
fn a_page_alone_is_a_part_of_the_whole() {
    for profile in [own(), full()] {
        let whole = render(&profile, TEXT_WIDTH);
        for page in profile.card.pages.clone() {
            let part = render_page(&profile, page, None, TEXT_WIDTH, Marks::Superscript);
            check(&part, TEXT_WIDTH);
            assert!(whole.contains(&part), "{page:?}");
        }
    }
}

#[test]
fn a_station_or_a_layer_alone_is_a_part_of_its_page() {
    let profile = own();
    for page in Page::ALL {
        let whole = render_page(&profile, page, None, TEXT_WIDTH, Marks::Superscript);
        let parts = (0..20).map(|part| render_page(&profile, page, Some(part), TEXT_WIDTH, Marks::Superscript));
        let parts: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
        let expected = match page {
            Page::Career => profile.career.stations.len(),
            Page::Stack => profile.stack.layers.len(),
            _ => 0,
        };
        assert_eq!(parts.len(), expected, "{page:?}");
        assert!(whole.ends_with(&parts.join("\n")), "{page:?}: {parts:#?}");
    }
}

#[test]
fn ascii_adds_only_ascii() {
    for profile in [own(), full()].map(|profile| profile.typewritten()) {
        for width in [20, TEXT_WIDTH, 200] {
            for page in profile.card.pages.clone() {
                let text = render_page(&profile, page, None, width, Marks::Brackets);
                check(&text, width);
                // Letters are the owner's.
                assert!(text.chars().all(|sign| sign.is_ascii() || sign.is_alphabetic()), "{text}");
            }
        }
    }
}

/// The text of a card of these lines.
fn card(lines: &str) -> String {
    let text = render(&load(&[("card.toml", &format!("headline = 'Bridges'\n{lines}"))]), TEXT_WIDTH);
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
    let text = card("pages = ['card']\n");
    assert_eq!(
        text,
        "Bridges\n\nTo take this card away:\n\n  ssh HOST text               the whole card as running text\n  \
         ssh HOST vcard > card.vcf   for an address book\n  ssh HOST help               what else there is\n\n\
         HOST is the name under which you reached this card.\n"
    );
    let text = card("pages = ['card']\naddress = 'card.example.com:2222'\n");
    assert!(text.contains("ssh -p 2222 card.example.com\n"), "{text}");
    assert!(text.contains("\n  ssh -p 2222 card.example.com text "), "{text}");
    let text = card("pages = ['card']\nqr = 'mecard'\nemail = 'a@example.com'\nphone = '+1 555'\n");
    assert!(text.contains("\na@example.com\n+1 555\n"), "{text}");
}

#[test]
fn a_link_is_spelled_once() {
    let about = |text| {
        let profile = load(&[("card.toml", "headline = 'Bridges'"), ("about.md", text)]);
        render_page(&profile, Page::About, None, TEXT_WIDTH, Marks::Superscript)
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_width_holds(width in 1_u16..200) {
        for profile in [own(), full()] {
            check(&render(&profile, width), width);
        }
    }
}
