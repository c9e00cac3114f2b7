use proptest::{collection::vec, option, prelude::*, sample::select};
use serde_json::{Value, json};

use super::*;

mod wild;

use crate::formats::tests::{address, document, line, load, prose, rendered};

fn imported(resume: &Value) -> Imported {
    let (resume, report) = resume::resume(resume.clone()).unwrap_or_else(|error| panic!("{error:?}\n{resume:#}"));
    files(resume, report)
}

/// The resume that a profile of these files gives.
fn printed(imported: &Imported) -> Value {
    let files: Vec<_> = imported.files.iter().map(|file| (file.name.as_str(), file.text.as_str())).collect();
    serde_json::from_str(&rendered(&load(&files), "json")).unwrap()
}

fn file<'i>(imported: &'i Imported, name: &str) -> &'i str {
    imported.files.iter().find(|file| file.name == name).map_or("", |file| &file.text)
}

fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(values) => values.iter().all(says_nothing),
        Value::Object(fields) => fields.values().all(says_nothing),
        _ => false,
    }
}

/// What of a resume is not in another. A text is the same with other white space in it, an address with other escapes,
/// a date as the schema has it; the elements of a section, and the profiles, may have another order.
fn lost(of: &Value, other: &Value, path: &str, lost: &mut Vec<String>) {
    // What cannot be an entry comes after the others.
    let in_any_order = path == "basics.profiles" || !path.contains(['.', '[']);
    match (of, other) {
        _ if says_nothing(of) => {}
        (Value::Object(fields), Value::Object(others)) => {
            for (key, value) in fields {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                self::lost(value, others.get(key).unwrap_or(&Value::Null), &path, lost);
            }
        }
        (Value::Array(values), Value::Array(others)) if in_any_order => {
            let has = |value: &&Value| {
                others.iter().any(|other| {
                    let mut missing = Vec::new();
                    self::lost(value, other, "", &mut missing);
                    missing.is_empty()
                })
            };
            lost.extend(values.iter().filter(|value| !has(value)).map(|value| format!("{path}: {value}")));
        }
        (Value::Array(values), Value::Array(others)) => {
            let values = values.iter().filter(|value| !says_nothing(value));
            for (index, value) in values.enumerate() {
                self::lost(value, others.get(index).unwrap_or(&Value::Null), &format!("{path}[{index}]"), lost);
            }
        }
        (Value::String(one), Value::String(two)) => {
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            if words(one) != words(two) && crate::formats::uri(one) != *two {
                lost.push(format!("{path}: {one:?} is {two:?}"));
            }
        }
        (of, other) if of == other => {}
        (of, other) => lost.push(format!("{path}: {of} is {other}")),
    }
}

#[track_caller]
fn nothing_is_lost(resume: &Value) -> Result<(), TestCaseError> {
    let first = imported(resume);
    let back = printed(&first);
    let mut missing = Vec::new();
    lost(resume, &back, "", &mut missing);
    prop_assert!(missing.is_empty(), "{missing:#?}\n{resume:#}\n{back:#}\n{:#?}", first.files);
    comes_back(&first, &back)
}

/// Import, print, import: the same files.
fn comes_back(first: &Imported, back: &Value) -> Result<(), TestCaseError> {
    let second = imported(back);
    for (one, two) in first.files.iter().zip(&second.files) {
        prop_assert_eq!(&one.text, &two.text, "{}\n{:#}", one.name, back);
    }
    prop_assert_eq!(first.files.len(), second.files.len());
    Ok(())
}

/// A value of a schema: every property may be there.
fn of_schema(schema: &Value) -> BoxedStrategy<Value> {
    if schema.get("$ref").is_some() {
        let dates = ["2019", "2019-05", "2019-05-31", "1000", "2999-12", "2019-19", "2019-02-39"];
        return select(dates.to_vec()).prop_map(Value::from).boxed();
    }
    match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("object"), _) => {
            let properties = schema["properties"].as_object().into_iter().flatten();
            let fields = properties.map(|(key, of)| {
                let key = key.clone();
                option::weighted(0.7, of_schema(of)).prop_map(move |value| Some((key.clone(), value?)))
            });
            let fields: Vec<_> = fields.collect();
            fields.prop_map(|fields| Value::Object(fields.into_iter().flatten().collect())).boxed()
        }
        (Some("array"), _) => vec(of_schema(&schema["items"]), 0..4).prop_map(Value::from).boxed(),
        (_, Some("uri")) => address().prop_map(Value::from).boxed(),
        (_, Some("email")) => Just(json!("a@example.com")).boxed(),
        _ => prop_oneof![
            4 => line().prop_map(Value::from),
            1 => vec(line(), 1..5).prop_map(|lines| Value::from(lines.join("\n\n"))),
            1 => vec(line(), 1..40).prop_map(|lines| Value::from(lines.join("\n"))),
        ]
        .boxed(),
    }
}

fn schema() -> Value {
    serde_json::from_str(include_str!("../../tests/schemas/json-resume.json")).unwrap()
}

/// A resume as the schema has it. It has a name: without one the card says that one is missing.
fn resume() -> impl Strategy<Value = Value> {
    (of_schema(&schema()), line()).prop_map(|(mut resume, name)| {
        resume["basics"]["name"] = name.into();
        resume
    })
}

/// What stands in the place of a value of the schema.
fn wild() -> impl Strategy<Value = Value> {
    let texts = ["", " ", "Present", "May 2019", "05/2019", "2019-05-01T00:00:00Z", "example.com", "a\tb\n\u{1b}c"];
    let values = [json!(null), json!(7), json!(2019), json!(3.5), json!(true), json!({}), json!([])];
    let nested = [
        json!({ "a": [null, { "b": "c" }] }),
        json!(["x", ["y"]]),
        json!([{ "label": "l", "url": "u" }]),
        json!(["<b>x</b>", { "name": "<i>y</i>" }, "<p></p>"]),
    ];
    let html = [
        "<p>One <b>two</b></p><ul><li>three</li></ul>",
        "<p></p>",
        "a &amp; b<br>c",
        "<ul><li>only</li></ul>",
        "Reference",
        "mailto:a@x.example",
        "20140501",
    ];
    prop_oneof![
        select(texts.map(Value::from).to_vec()),
        select(values.to_vec()),
        select(nested.to_vec()),
        select(html.map(Value::from).to_vec()),
        line().prop_map(Value::from)
    ]
}

/// Puts one of the values in the place of every so many; and adds keys.
fn disturb(value: &mut Value, with: &mut impl Iterator<Item = Option<Value>>) {
    if let Some(Some(wild)) = with.next() {
        *value = wild;
        return;
    }
    match value {
        Value::Array(values) => values.iter_mut().for_each(|value| disturb(value, with)),
        Value::Object(fields) => {
            fields.values_mut().for_each(|value| disturb(value, with));
            if let Some(Some(more)) = with.next() {
                fields.insert("x-more".into(), more);
            }
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_resume_of_the_schema_comes_back_with_no_loss(resume in resume()) {
        nothing_is_lost(&resume)?;
    }

    #[test]
    fn what_is_found_in_the_wild_loads_and_comes_back(
        resume in resume(),
        with in vec(option::weighted(0.15, wild()), 1..40),
    ) {
        let mut resume = resume;
        let mut with = with.into_iter().cycle();
        for (_, value) in resume.as_object_mut().unwrap() {
            disturb(value, &mut with);
        }
        if let Some(basics) = resume["basics"].as_object_mut() {
            basics.insert("name".into(), "Alex Example".into());
        } else {
            resume["basics"] = json!({ "name": "Alex Example" });
        }
        let first = imported(&resume);
        comes_back(&first, &printed(&first))?;
    }

    #[test]
    fn any_document_comes_back(document in document(prose())) {
        let resume: Value = serde_json::from_str(&rendered(&document, "json")).unwrap();
        nothing_is_lost(&resume)?;
    }
}

/// Resumes in the shapes that are published: of several themes and generators, with what they add and leave empty.
#[test]
fn resumes_as_they_are_found_keep_every_field_and_say_what_has_no_home() {
    for name in ["designer", "developer", "minimal", "oldschool", "researcher"] {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/resumes/{name}.json"));
        let first = import(&file).unwrap();
        let back = printed(&first);
        comes_back(&first, &back).unwrap();
        // Whatever a key is called now, what was said under it is said again.
        let resume: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        let (said, again) = (texts(&resume), texts(&back));
        let lost: Vec<_> = said.iter().filter(|text| !again.iter().any(|other| other.contains(*text))).collect();
        insta::assert_snapshot!(format!("found-{name}"), format!("{}===\nIn another form: {lost:#?}\n", first.report));
    }
}

/// Every text and number in a value, without the space around it.
fn texts(of: &Value) -> Vec<String> {
    match of {
        Value::Array(values) => values.iter().flat_map(texts).collect(),
        Value::Object(fields) => fields.values().flat_map(texts).collect(),
        Value::String(text) => text.split("\n\n").map(|part| part.trim().to_owned()).collect(),
        Value::Number(number) => vec![number.to_string()],
        Value::Null | Value::Bool(_) => Vec::new(),
    }
}

#[test]
fn a_website_that_is_no_address_comes_back_as_it_was() {
    let resume = json!({ "basics": { "name": "Alex Example", "url": "May 2019" } });
    let first = imported(&resume);
    assert_eq!(printed(&first)["basics"]["url"], "May 2019");
    comes_back(&first, &printed(&first)).unwrap();
    let resume = json!({ "basics": { "name": "Alex Example", "url": true,
        "profiles": [{ "network": "GitHub", "url": "https://github.com/sam" }] } });
    assert_eq!(printed(&imported(&resume))["basics"]["url"], true);
}

#[test]
fn profiles_of_mail_and_telephone_are_those_of_the_card() {
    let profiles = json!([{ "network": "Mail", "username": "me", "url": "mailto:a@x.example" },
        { "network": "Phone", "url": "tel:+1-555-0101" }, { "network": "Press", "url": "mailto:p@x.example" }]);
    for (email, expected) in [(None, "a@x.example"), (Some("b@x.example"), "b@x.example"), (Some("nobody"), "nobody")] {
        let mut resume = json!({ "basics": { "name": "Sam Sample", "profiles": profiles } });
        resume["basics"].as_object_mut().unwrap().extend(email.map(|email| ("email".to_owned(), email.into())));
        let first = imported(&resume);
        assert!(file(&first, "card.toml").contains("phone = \"+1-555-0101\""), "{}", file(&first, "card.toml"));
        let back = printed(&first);
        assert_eq!((&back["basics"]["email"], &back["basics"]["phone"]), (&expected.into(), &"+1-555-0101".into()));
        nothing_is_lost(&resume).unwrap();
    }
}

#[test]
fn a_profile_without_a_scheme_is_a_link() {
    let resume = json!({ "basics": { "name": "Sam", "profiles": [{ "network": "GitHub", "url": "github.com/sam" }] } });
    let first = imported(&resume);
    assert!(file(&first, "card.toml").contains("url = \"https://github.com/sam\""), "{}", first.report);
    assert_eq!(first.report.to_string(), "To look at:\n  basics.profiles[0].url: written as https://github.com/sam\n");
    comes_back(&first, &printed(&first)).unwrap();
}

#[test]
fn a_resume_becomes_files_that_a_person_reads_on() {
    let resume = json!({
        "basics": {
            "name": "Sam Sample", "label": "Engineer", "image": "https://example.com/sam.png", "email": "sam@example.com",
            "phone": "+1 555 0100", "url": "https://sam.example.com", "summary": "I build *bridges*.\n\nAnd boats.",
            "location": { "address": "1 Example Street", "city": "Example City", "region": "North", "countryCode": "XX" },
            "profiles": [
                { "network": "GitHub", "username": "sam", "url": "https://github.com/sam" },
                { "network": "IRC", "username": "sam" },
            ],
        },
        "work": [{
            "name": "Example Ltd", "position": "Engineer", "location": "Harbour", "description": "a shipyard",
            "url": "example.com/yard", "startDate": "2019-05", "endDate": "Present", "summary": "What I did:",
            "highlights": ["Built a boat", "1. no list"],
        }, { "company": "Bridge Works", "position": "Apprentice", "startDate": "Summer 2015", "endDate": "" }],
        "education": [{
            "institution": "Example University", "area": "Engineering", "studyType": "BSc", "startDate": "2011",
            "endDate": "2015", "score": 1.3, "courses": ["Statics", "Steel"],
        }],
        "skills": [{ "name": "Steel", "level": "Master", "keywords": ["welding"] }, "Stone"],
        "languages": [{ "language": "English", "fluency": "native" }],
        "interests": [{ "name": "Rowing", "keywords": ["eights"] }],
        "references": [{ "reference": "Sam is *good*." }],
        "projects": [{
            "name": "Arch", "description": "A bridge of stone.", "highlights": ["It holds"], "keywords": ["stone"],
            "startDate": "2018", "endDate": "2019", "roles": ["Lead", "Mason"], "entity": "Example Ltd", "type": "bridge",
        }],
        "awards": [{ "title": "Best bridge", "date": "2018-11-01", "awarder": "Bridge Days", "summary": "For the arch." }],
        "meta": { "theme": "plain" },
        "x-theme": { "colour": "blue" },
    });
    let first = imported(&resume);
    let texts: Vec<String> = first.files.iter().map(|file| format!("=== {}\n{}", file.name, file.text)).collect();
    insta::assert_snapshot!(format!("{}===\n{}", texts.concat(), first.report));
    let back = printed(&first);
    assert_eq!(back["basics"]["location"], resume["basics"]["location"]);
    assert_eq!(
        back["work"][1],
        json!({
            "name": "Bridge Works", "position": "Apprentice", "startDate": "Summer 2015"
        })
    );
    assert_eq!(back["projects"][0], resume["projects"][0]);
    assert_eq!(back["references"], resume["references"]);
    comes_back(&first, &back).unwrap();
}

/// The loader counts columns, and the line break at the end of a text is one.
#[test]
fn a_text_that_is_too_long_in_columns_is_shortened() {
    let half = "x".repeat(9_999);
    for text in ["云".repeat(12_000), format!("{half}\n\n{half}"), format!("{half}\n\n{half}x")] {
        let resume = json!({ "basics": { "name": "Sam" }, "work": [{ "name": "Example Ltd", "summary": text }] });
        nothing_is_lost(&resume).unwrap();
    }
}

#[test]
fn what_the_owner_changes_wins_over_what_is_carried() {
    let resume = json!({
        "basics": { "name": "Sam", "location": { "city": "Example City", "region": "North", "postalCode": "1" } },
        "work": [{ "name": "x".repeat(100), "highlights": ["a"], "note": "carried" }],
    });
    let mut first = imported(&resume);
    for (name, old, new) in [
        ("card.toml", "\"Example City, North\"", "\"Harbour\""),
        ("work.toml", "organization = \"xx", "organization = \"yy"),
    ] {
        let file = first.files.iter_mut().find(|file| file.name == name).unwrap();
        assert!(file.text.contains(old), "{}", file.text);
        file.text = file.text.replace(old, new);
    }
    let back = printed(&first);
    assert_eq!(back["basics"]["location"]["city"], "Harbour");
    assert_eq!(back["basics"]["location"]["postalCode"], "1");
    assert!(back["work"][0]["name"].as_str().unwrap().starts_with("yyx"), "{back:#}");
    assert_eq!(back["work"][0]["note"], "carried");
}

#[test]
fn more_entries_than_a_page_has_are_carried() {
    let work: Vec<Value> = (0..130).map(|n| json!({ "name": format!("Employer {n}") })).collect();
    let resume = json!({ "basics": { "name": "Sam" }, "work": work });
    let first = imported(&resume);
    assert_eq!(file(&first, "work.toml").matches("\n[[entry]]").count(), 128);
    let back = printed(&first);
    assert_eq!(back["work"].as_array().map(Vec::len), Some(130));
    assert_eq!(back["work"][129]["name"], "Employer 129");
    assert!(first.report.to_string().contains("work[128, 129]: a page has at most 128 entries"), "{}", first.report);
}

#[test]
fn what_is_empty_or_of_another_kind_does_not_stop_the_import() {
    for resume in [
        json!({ "basics": null, "work": [] , "skills": ["Rust"]}),
        json!({ "basics": [], "work": "Example Ltd" }),
        json!({ "basics": "Alex", "work": { "name": "Example Ltd" } }),
        json!({ "basics": { "email": "nobody", "phone": "call me", "url": "me@example.com", "profiles": ["x", 1, {}] } }),
        json!({ "interests": ["Rowing", { "name": ["x"] }, "Rowing"] }),
        json!({ "work": [{ "name": { "x": 1 } }, [], 7, { "startDate": "2019" }] }),
    ] {
        let first = imported(&resume);
        assert!(first.files.iter().any(|file| file.name == "card.toml"));
        comes_back(&first, &printed(&first)).unwrap();
    }
}

#[test]
fn a_highlight_that_the_owner_removes_does_not_come_back() {
    let work = json!([{ "name": "Example Ltd", "highlights": ["<b>one</b>", "two", "three"] }]);
    let mut first = imported(&json!({ "basics": { "name": "Sam" }, "work": work }));
    assert_eq!(printed(&first)["work"], work);
    let page = first.files.iter_mut().find(|file| file.name == "work.toml").unwrap();
    assert!(page.text.contains("- three"), "{}", page.text);
    page.text = page.text.replace("- three", "");
    assert_eq!(printed(&first)["work"][0]["highlights"], json!(["one", "two"]));
    // A list of more than a card takes is whole as long as all that is shown of it is there.
    let keywords: Vec<String> = (0..20).map(|n| format!("k{n}")).collect();
    let first = imported(&json!({ "skills": [{ "name": "Everything", "keywords": keywords.clone() }] }));
    assert_eq!(printed(&first)["skills"][0]["keywords"], json!(keywords));
}

#[test]
fn what_a_mail_begins_with_is_no_part_of_an_address() {
    let basics = json!({ "name": "Sam", "email": "mailto:sam@x.example?subject=Hello" });
    let first = imported(&json!({ "basics": basics }));
    let card = file(&first, "card.toml");
    assert!(card.contains("email = \"sam@x.example\""), "{card}");
    let report = first.report.to_string();
    assert!(report.contains("basics.email: written as sam@x.example"), "{report}");
}

#[test]
fn a_resume_loads_as_the_files_that_are_made_of_it() {
    let resumes = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/resumes");
    for resume in std::fs::read_dir(resumes).unwrap() {
        let (resume, directory) = (resume.unwrap().path(), tempfile::tempdir().unwrap());
        for file in import(&resume).unwrap().files {
            std::fs::write(directory.path().join(file.name), file.text).unwrap();
        }
        let [loaded, of_files] =
            [super::load(&resume, &Vocabulary::default()), profile::load(directory.path(), &Vocabulary::default())]
                .map(|loaded| loaded.unwrap_or_else(|errors| panic!("{}: {errors}", resume.display())));
        assert_eq!(loaded.document, of_files.document, "{}", resume.display());
    }
}

#[test]
fn what_is_told_of_a_resume_names_its_file() {
    let directory = tempfile::tempdir().unwrap();
    let resume = directory.path().join("resume.json");
    let told = |text: &str| {
        std::fs::write(&resume, text).unwrap();
        let (Ok(Loaded { warnings: told, .. }) | Err(told)) = super::load(&resume, &Vocabulary::default());
        told.to_string().replace(&directory.path().display().to_string(), "")
    };
    let carried = told(
        r#"{ "basics": { "name": "Sam", "location": { "postalCode": "1" } }, "work": [{ "name": "A", "x": 1 }] }"#,
    );
    let expected = "warning: not on the card, and kept under `extra`: basics.location.postalCode, work[0].x\n";
    assert!(carried.starts_with(&format!("{expected}--> /resume.json\n")), "{carried}");
    let told = |text: &str| told(text).replace("\n --> ", "\n--> ");
    for (text, expected) in [
        ("{\n", "error: the file ends too soon\n--> /resume.json:1:2\n"),
        ("{\n \"a\": b\n}", "error: this is no value of JSON\n--> /resume.json:2:7\n"),
        (
            "{\"a\": 1}",
            "error: this is no JSON Resume: it has neither `basics` nor `work`, nor another of its sections\n\
            --> /resume.json\n",
        ),
    ] {
        assert!(told(text).starts_with(expected), "{}", told(text));
    }
}
