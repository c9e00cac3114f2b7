use boon::{Compiler, Schemas};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::formats::tests::{document, full, load, own, prose, rendered};

fn render(document: &Document) -> String {
    rendered(document, "json")
}

/// Reads a document, and holds it against the published schema.
fn read(json: &str) -> Value {
    let schema = include_str!("../../../tests/schemas/json-resume.json");
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    compiler.enable_format_assertions();
    compiler.add_resource("schema.json", serde_json::from_str(schema).unwrap()).unwrap();
    let index = compiler.compile("schema.json", &mut schemas).unwrap();
    let value: Value = serde_json::from_str(json).unwrap();
    if let Err(error) = schemas.validate(&value, index) {
        panic!("{error:#}\n{json}");
    }
    value
}

#[test]
fn the_own_card_and_a_card_with_everything() {
    for (name, document) in [("own", own()), ("full", full())] {
        let json = render(&document);
        read(&json);
        insta::with_settings!({ snapshot_path => "../snapshots" }, { insta::assert_snapshot!(name, json) });
    }
}

#[test]
fn a_card_with_nothing_else_is_valid_too() {
    let value = read(&render(&load(&[("card.toml", "headline = 'Bridges'")])));
    assert_eq!(value["basics"], json!({ "name": "Bridges", "location": {}, "profiles": [] }));
    assert_eq!(value["work"], Value::Null);
}

#[test]
fn links_to_mail_and_telephone_are_fields() {
    let link = |label: &str, url: &str| format!("[[link]]\nlabel = '{label}'\nurl = '{url}'\n");
    let mail = link("Write", "mailto:a.b@x.example");
    let desk = link("Desk", "tel:+1-555-0101");
    let others =
        [("List", "mailto:l@x.example?subject=join"), ("Ext", "tel:+1-555;ext=7"), ("IDN", "mailto:a@ü.example")];
    let others = others.map(|(label, url)| link(label, url)).concat();
    for (card, email, phone, left) in [
        (format!("{mail}{desk}"), "a.b@x.example", "+1-555-0101", vec![]),
        (format!("{others}{mail}{desk}"), "a.b@x.example", "+1-555-0101", vec!["List", "Ext", "IDN"]),
        // The card's own field is first; the same address is not said twice.
        (format!("email = 'c@x.example'\nphone = '1'\n{mail}{desk}"), "c@x.example", "1", vec!["Write", "Desk"]),
        (format!("email = 'a.b@x.example'\nphone = '1'\n{mail}"), "a.b@x.example", "1", vec![]),
        (format!("{mail}{desk}{}", link("Press", "mailto:p@x.example")), "a.b@x.example", "+1-555-0101", vec!["Press"]),
    ] {
        let basics = &read(&render(&load(&[("card.toml", &format!("headline = 'Bridges'\n{card}"))])))["basics"];
        let networks: Vec<_> =
            basics["profiles"].as_array().unwrap().iter().map(|of| of["network"].as_str().unwrap()).collect();
        let reached = [&basics["email"], &basics["phone"]].map(|of| of.as_str().unwrap_or_default());
        assert_eq!((reached, networks), ([email, phone], left), "{card}");
    }
}

#[test]
fn each_section_has_its_list_and_its_keys() {
    let entry = "[[entry]]\ntitle = 'T'\norganization = 'O'\nsubtitle = 'S'\nplace = 'P'\n\
        url = 'https://e.example/\u{fc}'\n\
        tags = ['t', 'u']\npeople = ['A', 'B', 'C']\ntext = \"Said.\\n\\n- one\\n- *two*\\n\\nMore.\"\n\
        from = '2019-05'\nto = '2020-06-07'\n";
    let span = json!({ "startDate": "2019-05", "endDate": "2020-06-07" });
    let common = json!({
        "location": "P", "url": "https://e.example/%C3%BC", "summary": "Said.\n\nMore.", "description": "S",
        "highlights": ["one", "two"], "keywords": ["t", "u"],
        "people": ["A", "B", "C"],
    });
    for (section, list, own) in [
        ("work", "work", json!({ "name": "O", "position": "T" })),
        ("volunteer", "volunteer", json!({ "organization": "O", "position": "T" })),
        (
            "education",
            "education",
            json!({ "institution": "O", "studyType": "T", "area": "S", "courses": ["t", "u"], "description": null,
                "keywords": null }),
        ),
        ("awards", "awards", json!({ "title": "T", "awarder": "O", "date": "2019-05", "endDate": "2020-06-07" })),
        (
            "certificates",
            "certificates",
            json!({ "name": "T", "issuer": "O", "date": "2019-05", "endDate": "2020-06-07" }),
        ),
        (
            "publications",
            "publications",
            json!({ "name": "T", "publisher": "O", "releaseDate": "2019-05", "endDate": "2020-06-07" }),
        ),
        (
            "talks",
            "publications",
            json!({ "name": "T", "publisher": "O", "releaseDate": "2019-05", "endDate": "2020-06-07" }),
        ),
        (
            "skills",
            "skills",
            json!({ "name": "T", "organization": "O", "level": "L", "keywords": ["S", "P", "t", "u"], "location": null,
                "description": null }),
        ),
        ("languages", "languages", json!({ "language": "T", "organization": "O", "fluency": "L" })),
        (
            "references",
            "references",
            json!({ "name": "T", "organization": "O", "reference": "Said.\n\nMore.", "summary": null }),
        ),
        (
            "projects",
            "projects",
            json!({ "name": "T", "entity": "O", "description": "Said.\n\nMore.", "summary": "S" }),
        ),
    ] {
        let (layout, level) = match section {
            "skills" | "languages" => ("compact", "level = 'L'\n"),
            _ => ("list", ""),
        };
        let page = format!(
            "section = '{section}'\nlayout = '{layout}'\n{entry}{level}[[entry]]\norganization = 'Other'\nto = 'now'\n"
        );
        let resume = read(&render(&load(&[("card.toml", "headline = 'Bridges'"), ("mine.toml", &page)])));
        // Keys that differ from the common ones, or that the list has not, are in `own`.
        let mut expected = common.clone();
        let dated = own.as_object().unwrap().keys().any(|key| key.to_lowercase().ends_with("date"));
        for (key, value) in span.as_object().unwrap().iter().filter(|_| !dated).chain(own.as_object().unwrap()) {
            expected[key] = value.clone();
        }
        expected.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        assert_eq!(resume[list][0], expected, "{section}");
        assert!(resume[list][1].as_object().unwrap().values().any(|value| value == "Other"), "{section}");
        let lists = SHAPES.iter().filter(|shape| !resume[shape.list].is_null()).count();
        assert_eq!(lists, 1, "{section}: {resume:#}");
    }
}

#[test]
fn words_and_open_ends_are_no_dates() {
    for (dates, expected) in [
        ("time = 'once'", [None, None]),
        ("from = 2019", [Some("2019"), None]),
        ("from = 2019\nto = 'now'", [Some("2019"), None]),
        ("to = 2019", [None, Some("2019")]),
        ("from = 2019-05-31\nto = 2020", [Some("2019-05-31"), Some("2020")]),
        // The schema's years begin with 1000.
        ("from = '0999'\nto = '1000'", [None, Some("1000")]),
    ] {
        let page = format!("[[entry]]\norganization = 'O'\n{dates}");
        let resume = read(&render(&load(&[("card.toml", "headline = 'Bridges'"), ("work.toml", &page)])));
        let found = ["startDate", "endDate"].map(|key| resume["work"][0][key].as_str());
        assert_eq!(found, expected, "{dates}");
    }
}

#[test]
fn a_page_without_a_section_is_not_in_a_resume() {
    let resume = read(&render(&load(&[
        ("card.toml", "headline = 'Bridges'"),
        ("about.md", "The story."),
        ("boats.toml", "[[entry]]\ntitle = 'A boat'"),
    ])));
    assert_eq!(resume["basics"]["summary"], "The story.");
    assert!(!resume.to_string().contains("A boat"), "{resume:#}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_document_is_valid_and_says_the_same(document in document(prose()).prop_map(|mut document| {
        // The schema wants an address as RFC 5321 has it; what an owner may write is more.
        document.card.email = document.card.email.map(|_| "a@example.com".to_owned());
        document
    })) {
        let value = read(&render(&document));
        let card = &document.card;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        prop_assert_eq!(text(&value["basics"]["name"]), Some(card.title()));
        prop_assert_eq!(text(&value["basics"]["label"]), card.role.clone());
        for (n, interest) in card.interests.iter().chain(&card.outside).enumerate() {
            prop_assert_eq!(text(&value["interests"][n]["name"]), Some(interest.clone()));
        }
        for shape in SHAPES {
            let pages = pages(&document).filter(|page| shape.sections.contains(&page.section));
            let entries: Vec<Entry> = pages.flat_map(|page| entries(&document, page)).collect();
            let listed = value[shape.list].as_array().map_or(&[][..], Vec::as_slice);
            prop_assert_eq!(listed.len(), entries.len(), "{}", shape.list);
            for (entry, listed) in entries.iter().zip(listed) {
                let said = listed.to_string();
                let lines = [&entry.title, &entry.organization, &entry.subtitle, &entry.place, &entry.level];
                let lines = lines.into_iter().flatten().chain(&entry.tags);
                let lines = lines.chain(entry.links.iter().map(|link| &link.label));
                for line in lines {
                    let line = Value::from(line.as_str()).to_string();
                    prop_assert!(said.contains(&line), "{} is not in {}", line, said);
                }
            }
        }
    }
}
