use boon::{Compiler, Schemas};
use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::formats::tests::{full, load, own, profile};

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
    for (name, profile) in [("own", own()), ("full", full())] {
        let json = render(&profile);
        read(&json);
        insta::with_settings!({ snapshot_path => "../snapshots" }, { insta::assert_snapshot!(name, json) });
    }
}

#[test]
fn a_card_with_nothing_else_is_valid_too() {
    let value = read(&render(&load(&[("card.toml", "headline = 'Bridges'")])));
    assert_eq!(value["basics"], serde_json::json!({ "name": "Bridges", "location": {}, "profiles": [] }));
    assert_eq!(value["work"], Value::Null);
}

#[test]
fn words_are_no_dates() {
    for (time, expected) in [
        ("2019", (Some("2019"), Some("2019"))),
        ("2019-05", (Some("2019-05"), Some("2019-05"))),
        ("2019–2021", (Some("2019"), Some("2021"))),
        ("2019-2021", (Some("2019"), Some("2021"))),
        ("2019-05 – 2021-12", (Some("2019-05"), Some("2021-12"))),
        ("2019 - now", (Some("2019"), None)),
        ("now", (None, None)),
        ("2019-13", (None, None)),
        ("summer of 2019", (None, None)),
        ("20190", (None, None)),
        ("ü19", (None, None)),
        ("–", (None, None)),
    ] {
        assert_eq!(dates(time), expected, "{time}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_profile_is_valid_and_says_the_same(profile in profile().prop_map(|mut profile| {
        // The schema wants an address as RFC 5321 has it; what an owner may write is more.
        profile.card.email = profile.card.email.map(|_| "a@example.com".to_owned());
        profile
    })) {
        let value = read(&render(&profile));
        let card = &profile.card;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let name = card.name.clone().unwrap_or_else(|| card.headline.join(" "));
        prop_assert_eq!(text(&value["basics"]["name"]), Some(name));
        prop_assert_eq!(text(&value["basics"]["label"]), card.role.clone());
        for (station, work) in profile.career.stations.iter().enumerate() {
            prop_assert_eq!(text(&value["work"][station]["name"]), Some(work.organization.clone()));
        }
        for (n, interest) in card.interests.iter().chain(&card.outside).enumerate() {
            prop_assert_eq!(text(&value["interests"][n]["name"]), Some(interest.clone()));
        }
    }
}
