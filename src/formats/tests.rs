//! What holds of all formats.

use std::{path::Path, sync::Arc};

use proptest::prelude::*;

use super::*;
use crate::document::Document;

mod documents;
mod owner;

pub(crate) use documents::{address, document, line, load, prose};
pub(super) use documents::{full, own, with_photo, written};
pub(super) use owner::{Said, missing};

/// The words of a text without the space between and within them.
pub(super) fn squeezed(text: &str) -> String {
    text.chars().filter(|sign| !sign.is_whitespace()).collect()
}

/// Each format with each of its variants.
fn variants() -> impl Iterator<Item = (&'static dyn Format, &'static str)> {
    FORMATS.iter().flat_map(|format| {
        let variants = if format.variants().is_empty() { &[""] } else { format.variants() };
        variants.iter().map(move |variant| (*format, *variant))
    })
}

/// A document in a format, as text.
pub(crate) fn rendered(document: &Document, name: &str) -> String {
    let (name, variant) = name.split_once(' ').unwrap_or((name, ""));
    let bytes = find(name).unwrap().render(document, variant).unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn renditions(document: impl Into<Arc<Document>>) -> Renditions {
    let document = document.into();
    Renditions::new(&document, Arc::clone(&document))
}

#[test]
fn a_rendition_is_the_same_each_time_and_ends_with_its_line() {
    for document in [own(), with_photo(3, 2)].map(Arc::new) {
        let renditions = renditions(Arc::clone(&document));
        for (format, variant) in variants() {
            let Some(bytes) = format.render(&document, variant) else {
                assert_eq!((format.name(), &document.card.photo), ("photo", &None));
                continue;
            };
            let rendition = renditions.get(format.name(), variant).unwrap();
            assert_eq!(rendition.bytes, bytes, "{} {variant}", format.name());
            assert_eq!(rendition.has_lines, format.has_lines(variant));
            assert_eq!(bytes.ends_with(b"\n"), format.has_lines(variant), "{} {variant}", format.name());
        }
    }
}

#[test]
fn a_word_that_is_no_variant_counts_as_the_default() {
    let document = full();
    for format in FORMATS {
        let default = format.render(&document, format.variants().first().copied().unwrap_or_default());
        assert_eq!(format.render(&document, "other"), default, "{}", format.name());
    }
}

#[test]
fn only_a_vcard_ends_its_lines_with_carriage_returns() {
    let document = full();
    for (format, variant) in variants().filter(|(format, variant)| format.has_lines(variant)) {
        // What is for a terminal sets its colours.
        if variant == "ansi" {
            continue;
        }
        let text = rendered(&document, &format!("{} {variant}", format.name()));
        let crlf = format.name() == "vcard";
        assert!(text.split_inclusive('\n').all(|line| line.ends_with("\r\n") == crlf), "{}", format.name());
        assert!(!text.chars().any(|sign| sign.is_control() && !matches!(sign, '\r' | '\n')), "{}", format.name());
    }
}

#[test]
fn what_the_card_does_not_have_has_no_rendition() {
    let document = load(&[("card.toml", "headline = 'Bridges'\nqr = 'none'\npages = ['card']\n")]);
    let renditions = renditions(document);
    for (name, variant) in [("qr", ""), ("qr", "png"), ("photo", ""), ("about", ""), ("contact", ""), ("vcard", "5")] {
        assert_eq!(renditions.get(name, variant), None, "{name} {variant}");
    }
    let names: Vec<_> = renditions.files().into_iter().map(|(name, _)| name).collect();
    assert!(names.contains(&"card.vcf") && !names.iter().any(|name| name.starts_with("qr")), "{names:?}");
}

#[test]
fn a_page_that_is_not_shown_is_in_no_rendition() {
    let document = load(&[
        ("card.toml", "headline = 'Bridges'\npages = ['card', 'contact']\nname = 'Alex'\nrole = 'Engineer'"),
        ("about.md", "A secret."),
        ("career.toml", "layout = 'timeline'\nline = ['A secret']\n[[entry]]\norganization = 'A secret'"),
        ("stack.toml", "[[entry]]\ntitle = 'A secret'"),
    ]);
    for (name, bytes) in renditions(document).files() {
        assert!(!String::from_utf8_lossy(&bytes).contains("secret"), "{name}");
    }
}

#[test]
fn the_files_are_the_renditions() {
    let renditions = renditions(with_photo(3, 2));
    let files = renditions.files();
    let names: Vec<_> = files.iter().map(|(name, _)| *name).collect();
    for name in ["about.md", "card.vcf", "resume.json", "card.html", "qr.svg", "qr.png", "photo.jpg"] {
        assert!(names.contains(&name), "{name}");
    }
    assert_eq!(names[0], "README.txt");
    let readme = String::from_utf8(files[0].1.to_vec()).unwrap();
    assert!(names.iter().skip(1).all(|name| readme.contains(name)), "{readme}");
    assert!(readme.ends_with(std::str::from_utf8(&renditions.text(TEXT_WIDTH)).unwrap()), "{readme}");
    assert!(readme.lines().all(|line| line.chars().count() <= 80), "{readme}");
    let vcard = renditions.get("vcard", "3").unwrap().bytes.clone();
    assert!(files.contains(&("card.vcf", vcard)));
}

#[test]
fn a_width_is_set_once_and_within_bounds() {
    let renditions = renditions(own());
    let (first, again) = (renditions.text(40), renditions.text(40));
    assert_eq!(first.as_ptr(), again.as_ptr(), "the same bytes");
    assert_eq!(renditions.text(TEXT_WIDTH), renditions.get("text", "").unwrap().bytes);
    assert_eq!(renditions.text(0), renditions.text(1));
    assert_eq!(renditions.text(u16::MAX), renditions.text(WIDEST));
}

#[test]
fn every_name_is_one_format_s_or_one_page_s() {
    let document = Arc::new(with_photo(3, 2));
    let names: Vec<String> = renditions(Arc::clone(&document)).names().map(str::to_owned).collect();
    let pages = document.pages.iter().map(|page| page.name.clone());
    assert_eq!(names, reserved().map(str::to_owned).chain(pages).collect::<Vec<_>>());
    for (index, name) in names.iter().enumerate() {
        assert!(!names[..index].contains(name), "{name} is there twice");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_document_is_rendered_in_every_format(document in document(prose())) {
        for (format, variant) in variants() {
            prop_assert!(format.render(&document, variant).is_some(), "{} {}", format.name(), variant);
        }
    }
}
