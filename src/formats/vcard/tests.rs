use calcard::vcard::{VCard, VCardEntry, VCardProperty};
use proptest::prelude::*;

use super::*;
use crate::document::Language;
use crate::formats::tests::{document, full, load, own, prose, rendered, squeezed};

const BOTH: [&str; 2] = ["3", "4"];

fn render(document: &Document, version: &str) -> String {
    rendered(document, &format!("vcard {version}"))
}

/// The card as another reader takes it: what it holds of a property, each part of a value by itself.
fn read(text: &str) -> VCard {
    VCard::parse(text).unwrap_or_else(|other| panic!("{other:?}:\n{text}"))
}

fn values(card: &VCard, property: &VCardProperty) -> Vec<String> {
    let entries = card.entries.iter().filter(|entry| entry.name == *property);
    entries.flat_map(parts).filter(|part| !part.is_empty()).collect()
}

fn parts(entry: &VCardEntry) -> Vec<String> {
    let parts = entry.values.iter().flat_map(|value| match value {
        calcard::vcard::VCardValue::Component(parts) => parts.clone(),
        value => value.as_text().map(str::to_owned).into_iter().collect(),
    });
    parts.collect()
}

/// What holds of every card.
fn check(text: &str) {
    for line in text.split_inclusive("\r\n") {
        let line = line.strip_suffix("\r\n").unwrap_or_else(|| panic!("{line:?} does not end"));
        assert!(line.len() <= LONGEST, "{line:?} has {} bytes", line.len());
        assert!(!line.contains(['\r', '\n']), "{line:?}");
    }
    assert!(text.starts_with("BEGIN:VCARD\r\nVERSION:") && text.ends_with("\r\nEND:VCARD\r\n"));
}

#[test]
fn the_own_card_and_a_card_with_everything() {
    for (name, document) in [("own", own()), ("full", full())] {
        for version in BOTH {
            let text = render(&document, version);
            check(&text);
            let shown = text.replace('\r', "");
            insta::with_settings!({ snapshot_path => "../snapshots" }, {
                insta::assert_snapshot!(format!("{name}-{version}"), shown);
            });
        }
    }
}

#[test]
fn a_line_is_folded_between_characters() {
    for (value, expected) in [
        ("a".repeat(70), format!("NOTE:{}\r\n", "a".repeat(70))),
        ("a".repeat(71), format!("NOTE:{}\r\n a\r\n", "a".repeat(70))),
        ("\u{e9}".repeat(36), format!("NOTE:{}\r\n {}\r\n", "\u{e9}".repeat(35), "\u{e9}")),
        (format!("{}👩\u{200d}🔬", "a".repeat(63)), format!("NOTE:{}\r\n 👩\u{200d}🔬\r\n", "a".repeat(63))),
        (
            format!("a{}", "\u{301}".repeat(40)),
            format!("NOTE:a{}\r\n {}\r\n", "\u{301}".repeat(34), "\u{301}".repeat(6)),
        ),
        ("a".repeat(145), format!("NOTE:{}\r\n {}\r\n a\r\n", "a".repeat(70), "a".repeat(74))),
    ] {
        let mut lines = ContentLines::default();
        lines.line("NOTE", &value);
        assert_eq!(lines.0, expected);
    }
}

#[test]
fn links_to_mail_and_telephone_are_mail_and_telephone() {
    let links = "[[link]]\nlabel = 'Desk'\nurl = 'tel:+15550101'\n[[link]]\nlabel = 'Press'\nurl = 'mailto:p@x.example'\n\
        [[link]]\nlabel = 'List'\nurl = 'mailto:l@x.example?subject=join'\n";
    let document = load(&[("card.toml", &format!("headline = 'Bridges'\n{links}"))]);
    for (version, expected) in [
        ("3", "item1.TEL:+15550101\r\nitem1.X-ABLabel:Desk\r\nitem2.EMAIL;TYPE=INTERNET:p@x.example\r\n"),
        ("4", "item1.TEL;VALUE=uri:tel:+15550101\r\nitem1.X-ABLabel:Desk\r\nitem2.EMAIL:p@x.example\r\n"),
    ] {
        let text = render(&document, version);
        assert!(text.contains(expected) && text.contains("item3.URL:mailto:l@x.example?subject=join"), "{text}");
        read(&text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn another_reader_finds_what_the_document_says(document in document(prose())) {
        for version in BOTH {
            let text = render(&document, version);
            check(&text);
            let card = read(&text);
            let own = &document.card;
            let name = own.name.clone().unwrap_or_else(|| own.headline.join(" "));
            let is_site = |link: &&crate::document::Link| !link.url.starts_with("mailto:") && !link.url.starts_with("tel:");
            let sites: Vec<_> = own.links.iter().filter(is_site).collect();
            let all = |values: &[Option<&String>]| -> Vec<String> {
                values.iter().flatten().map(|value| (*value).clone()).collect()
            };
            for (property, expected) in [
                (VCardProperty::Fn, vec![name.clone()]),
                (VCardProperty::Org, all(&[own.organization.as_ref()])),
                (VCardProperty::Title, all(&[own.role.as_ref()])),
                (VCardProperty::Adr, all(&[own.place.as_ref()])),
                (VCardProperty::Note, note(&document).into_iter().collect()),
                (VCardProperty::Url, {
                    let links = sites.iter().map(|link| &link.url);
                    own.web.iter().chain(links).map(|url| uri(url).into_owned()).collect()
                }),
            ] {
                prop_assert_eq!(values(&card, &property), expected, "{:?}:\n{}", property, text);
            }
            // The parts of the name are all of it, in another order.
            let letters = |text: &str| {
                let letters = text.chars().filter(|letter| !letter.is_whitespace() && *letter != ',');
                let mut letters: Vec<char> = letters.collect();
                letters.sort_unstable();
                letters
            };
            prop_assert_eq!(letters(&values(&card, &VCardProperty::N).concat()), letters(&name), "{}", text);
            // This reader makes one space of some that stand together in a list.
            let squeezed = |values: &[String]| values.iter().map(|value| squeezed(value)).collect::<Vec<_>>();
            prop_assert_eq!(squeezed(&values(&card, &VCardProperty::Categories)), squeezed(&own.interests), "{}", text);
        }
    }
}

#[test]
fn a_name_whose_parts_are_told_is_not_guessed() {
    for (name, given, family, expected) in [
        ("Gabriel García Márquez", Some("Gabriel"), Some("García Márquez"), ["García Márquez", "Gabriel", ""]),
        ("Gabriel García Márquez", None, Some("García Márquez"), ["García Márquez", "Gabriel", ""]),
        ("Gabriel García Márquez, PhD", Some("Gabriel"), None, ["García Márquez", "Gabriel", "PhD"]),
        ("Kovács Anna", Some("Anna"), Some("Kovács"), ["Kovács", "Anna", ""]),
        ("Gabriel García Márquez", None, None, ["Márquez", "Gabriel García", ""]),
    ] {
        let [given, family] = [given, family].map(|part: Option<&str>| part.map(str::to_owned));
        let card = Card { name: Some(name.to_owned()), given, family, ..Card::default() };
        let parts = StructuredName::of_card(&card, &Language::default());
        assert_eq!([parts.family, parts.given, parts.suffix], expected, "{name}");
    }
}

#[test]
fn a_name_is_taken_apart_as_its_spelling_tells() {
    for (language, name, expected) in [
        // Without a space.
        ("zh", "王伟", ["王", "伟", ""]),
        ("zh", "さくら", ["", "さくら", ""]),
        ("zh", "王小明", ["王", "小明", ""]),
        ("zh-Hant", "歐陽娜", ["歐陽", "娜", ""]),
        ("zh", "欧阳娜娜", ["欧阳", "娜娜", ""]),
        ("zh", "陈方安生", ["陈方", "安生", ""]),
        ("zh", "欧阳", ["欧", "阳", ""]),
        ("zh", "伟", ["", "伟", ""]),
        ("zh", "阿卜杜勒拉赫曼", ["", "阿卜杜勒拉赫曼", ""]),
        ("zh", "卡尔·马克思", ["", "卡尔·马克思", ""]),
        ("zh", "Alex", ["", "Alex", ""]),
        ("ja", "山田太郎", ["", "山田太郎", ""]),
        ("en", "王伟", ["", "王伟", ""]),
        ("en", "김철수", ["김", "철수", ""]),
        ("ko", "남궁민수", ["남궁", "민수", ""]),
        ("ko", "김하늘빛", ["김", "하늘빛", ""]),
        ("ko", "이산", ["이", "산", ""]),
        // With one.
        ("ja", "山田 太郎", ["山田", "太郎", ""]),
        ("ko", "황보 민", ["황보", "민", ""]),
        // Particles.
        ("en", "Robin van der Voorbeeld", ["van der Voorbeeld", "Robin", ""]),
        ("nl", "Jan van 't Voorbeeld", ["van 't Voorbeeld", "Jan", ""]),
        ("nl", "Jan in ’t Veld", ["in ’t Veld", "Jan", ""]),
        ("de", "Kim von und zu Beispiel", ["von und zu Beispiel", "Kim", ""]),
        ("en", "Robin De Voorbeeld", ["De Voorbeeld", "Robin", ""]),
        ("en", "Van Voorbeeld", ["Voorbeeld", "Van", ""]),
        ("en", "Mary Ben Sample", ["Sample", "Mary Ben", ""]),
        ("en", "Seán Ó Sampla", ["Ó Sampla", "Seán", ""]),
        ("es", "José Ejemplo y Muestra", ["Ejemplo y Muestra", "José", ""]),
        ("pt", "Ana da Costa e Silva", ["da Costa e Silva", "Ana", ""]),
        ("es", "Y y Z", ["Z", "Y y", ""]),
        ("ar", "أحمد بن محمد", ["بن محمد", "أحمد", ""]),
        ("he", "דוד בן גוריון", ["בן גוריון", "דוד", ""]),
        // Around the name.
        ("de", "Prof. Dr. Kim Muster", ["Muster", "Kim", "Prof. Dr."]),
        ("en", "Dr. Kim Sample, PhD", ["Sample", "Kim", "Dr."]),
        ("en", "Dr.", ["", "Dr.", ""]),
        ("en", "Sir", ["", "Sir", ""]),
    ] {
        let parts = StructuredName::of(name, &Language::parse(language).unwrap());
        assert_eq!([parts.family, parts.given, parts.prefix], expected, "{name}");
    }
    let card = Card { name: Some("Dr. Kim Lee Muster".into()), family: Some("Lee Muster".into()), ..Card::default() };
    let parts = StructuredName::of_card(&card, &Language::default());
    assert_eq!([parts.family, parts.given, parts.prefix], ["Lee Muster", "Kim", "Dr."]);
}
