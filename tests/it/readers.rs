//! The card as other programs read it: JSON Resume, HTML and vCard claim what the owner's files say, and nothing else.

use boon::{Compiler, Schemas};
use calcard::vcard::{VCard, VCardProperty, VCardValue};
use html5ever::{parse_document, tendril::TendrilSink as _};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use serde_json::{Value, json};

use crate::card::{Card, ENTRY, LOGO, SUBTITLE};

/// The card as a JSON Resume, held against the published schema.
fn resume(card: &Card) -> Value {
    valid(&card.print("json"))
}

/// A JSON Resume that the published schema takes.
#[track_caller]
pub(crate) fn valid(text: &str) -> Value {
    let schema = include_str!("../schemas/json-resume.json");
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    compiler.enable_format_assertions();
    compiler.add_resource("schema.json", serde_json::from_str(schema).unwrap()).unwrap();
    let index = compiler.compile("schema.json", &mut schemas).unwrap();
    let value: Value = serde_json::from_str(text).unwrap();
    if let Err(error) = schemas.validate(&value, index) {
        panic!("{error:#}\n{text}");
    }
    value
}

/// A card whose career has one entry with these lines.
fn with_entry(lines: &str) -> Card {
    let career = format!("[[{ENTRY}]]\norganization = \"Harbour Office\"\n{lines}");
    Card::that_loads(&[("card.toml", "headline = \"Bridges\"\nname = \"Ada\"\n"), ("career.toml", &career)])
}

/// Words for a time are words: they are no date, and they are not lost.
#[test]
fn a_time_in_words_makes_no_date_and_is_told_as_it_stands() {
    for time in ["2023", "2019-05", "2023 –", "since 2019", "now", "summer of 2019", "the way in", "2019-13"] {
        let value = resume(&with_entry(&format!("time = \"{time}\"\n")));
        let entry = &value["work"][0];
        for key in ["startDate", "endDate"] {
            assert!(entry[key].is_null(), "{key} of {time:?} is invented: {entry}");
        }
        assert!(entry.to_string().contains(time), "{time:?} is lost: {entry}");
    }
}

/// The schema has years and months. `ancv` 1.4.1 has whole days only and refuses the document ("should have zero
/// time" of `2019`, "input is too short" of `2019-05`); a day that the owner did not write would be invented, so a
/// year stays a year.
#[test]
fn dates_are_given_as_exactly_as_they_are_known() {
    for (lines, start, end) in [
        ("from = \"2019\"\n", json!("2019"), Value::Null),
        ("from = \"2019-05\"\n", json!("2019-05"), Value::Null),
        ("from = 2019-05-02\n", json!("2019-05-02"), Value::Null),
        ("from = \"2019\"\nto = \"now\"\n", json!("2019"), Value::Null),
        ("from = \"2019-05-02\"\nto = \"2021-06-30\"\n", json!("2019-05-02"), json!("2021-06-30")),
        ("from = \"2019\"\nto = \"2021\"\n", json!("2019"), json!("2021")),
        ("to = \"2021\"\n", Value::Null, json!("2021")),
        ("", Value::Null, Value::Null),
    ] {
        let value = resume(&with_entry(lines));
        let entry = &value["work"][0];
        assert_eq!((&entry["startDate"], &entry["endDate"]), (&start, &end), "{lines:?}: {entry}");
    }
}

/// Themes read `basics.location.city` and walk `basics.profiles` without asking whether there are any.
#[test]
fn what_readers_look_into_is_there_and_empty() {
    for (extra, location, profiles) in [
        ("", json!({}), json!([])),
        ("name = \"Ada Lovelace\"\nrole = \"Engineer\"\n", json!({}), json!([])),
        ("place = \"London\"\n", json!({ "city": "London" }), json!([])),
        (
            "[[link]]\nlabel = \"Work\"\nurl = \"https://example.com\"\n",
            json!({}),
            json!([{ "network": "Work", "url": "https://example.com" }]),
        ),
    ] {
        let basics =
            &resume(&Card::that_loads(&[("card.toml", &format!("headline = \"Bridges\"\n{extra}"))]))["basics"];
        assert_eq!((&basics["location"], &basics["profiles"]), (&location, &profiles), "{extra:?}: {basics}");
        // Empty texts are claims too: only what is there is told.
        let empty = basics.as_object().unwrap().values().any(|value| value.is_null() || value == "");
        assert!(!empty, "{basics}");
    }
}

/// The family, given and additional names, prefixes and suffixes of a vCard (RFC 6350, section 6.2.2), each as one
/// text.
fn name(card: &VCard) -> [String; 5] {
    let entry = card.entries.iter().find(|entry| entry.name == VCardProperty::N).expect("a vCard 3.0 has an N");
    let parts: Vec<String> = match &entry.values[..] {
        [VCardValue::Component(parts)] => parts.clone(),
        values => values.iter().map(|value| value.as_text().unwrap_or_default().to_owned()).collect(),
    };
    std::array::from_fn(|n| parts.get(n).cloned().unwrap_or_default())
}

#[test]
fn a_vcard_tells_given_and_family_names_apart_as_well_as_can_be_told() {
    for (written, family, given, suffix) in [
        ("Alex Example", "Example", "Alex", ""),
        // A name of one word is what the person is called by.
        ("Alex", "", "Alex", ""),
        ("Jörg", "", "Jörg", ""),
        // Particles belong to the family's name.
        ("Alex van Beispiel", "van Beispiel", "Alex", ""),
        ("Kim von der Probe", "von der Probe", "Kim", ""),
        ("Sam da Prova", "da Prova", "Sam", ""),
        ("Kim de Lessai", "de Lessai", "Kim", ""),
        // Several given names: the others may be additional names.
        ("Alex Sam Kim Sample", "Sample", "Alex Sam Kim", ""),
        ("Alex Sam von Muster", "von Muster", "Alex Sam", ""),
        ("Alex-Sam Sample", "Sample", "Alex-Sam", ""),
        ("alex sample", "sample", "alex", ""),
        ("Sam Sample Jr.", "Sample", "Sam", "Jr."),
        // Where names are written in Han characters, kana or Hangul, the family's comes first.
        ("山田 太郎", "山田", "太郎", ""),
        ("김 민수", "김", "민수", ""),
    ] {
        let card = Card::that_loads(&[("card.toml", &format!("headline = \"Bridges\"\nname = \"{written}\"\n"))]);
        for version in ["3", "4"] {
            let text = card.print(&format!("vcard {version}"));
            let read = VCard::parse(&text).unwrap_or_else(|other| panic!("{other:?}:\n{text}"));
            let [in_family, in_given, additional, _, in_suffix] = name(&read);
            let called = [in_given, additional.replace(',', " ")].join(" ");
            let told = (in_family.as_str(), called.trim(), in_suffix.as_str());
            assert_eq!(told, (family, given, suffix), "{written} in vCard {version}:\n{text}");
            // What a person is called stays as they write it.
            assert!(text.contains(&format!("\r\nFN:{written}\r\n")), "{text}");
        }
    }
}

/// A headline that stands in for a name is no person's, and is not taken apart.
#[test]
fn a_vcard_without_a_name_makes_no_family_of_the_headline() {
    let card = Card::that_loads(&[("card.toml", "headline = \"Bridges drawn by hand\"\n")]);
    for version in ["3", "4"] {
        let text = card.print(&format!("vcard {version}"));
        let read = VCard::parse(&text).unwrap_or_else(|other| panic!("{other:?}:\n{text}"));
        let [family, given, additional, prefix, suffix] = name(&read);
        assert_eq!([family, additional, prefix, suffix], [""; 4].map(String::from), "{text}");
        assert!(given.is_empty() || given == "Bridges drawn by hand", "{text}");
        assert!(text.contains("\r\nFN:Bridges drawn by hand\r\n"), "{text}");
    }
}

/// A Hebrew word that is not in any other field.
fn hebrew(field: usize) -> String {
    let letter = |n: usize| char::from_u32('א' as u32 + u32::try_from(n % 22).unwrap()).unwrap();
    ['ש', letter(field), letter(field / 22), 'ם'].iter().collect()
}

/// An Arabic word that is not in any other field.
fn arabic(field: usize) -> String {
    let letter = |n: usize| char::from_u32('ب' as u32 + u32::try_from(n % 16).unwrap()).unwrap();
    ['م', letter(field), letter(field / 16), 'ا'].iter().collect()
}

/// Every field of the owner's files that holds words, with a word of its own in each.
fn written_from_the_right(word: fn(usize) -> String) -> (Card, Vec<String>) {
    let used = std::cell::RefCell::new(Vec::new());
    let next = || {
        let mut used = used.borrow_mut();
        let word = word(used.len());
        used.push(word.clone());
        word
    };
    let card = format!(
        "headline = \"{}\"\nname = \"{}\"\npronouns = \"{}\"\nrole = \"{}\"\norganization = \"{}\"\nplace = \"{}\"\n\
         interests = [\"{}\", \"{}\"]\noutside = [\"{}\"]\n{LOGO} = \"{}\"\n\n\
         [[link]]\nlabel = \"{}\"\nurl = \"https://example.com\"\n",
        next(),
        next(),
        next(),
        next(),
        next(),
        next(),
        next(),
        next(),
        next(),
        next(),
        next(),
    );
    let prose = |out: &mut String| {
        for line in [
            format!("# {}\n\n", next()),
            format!("{} and English, **{}** and *{}*.[^one]\n\n", next(), next(), next()),
            format!("[{}](https://example.com/1) and [**{}**](https://example.com/2)\n\n", next(), next()),
            format!("- {}\n- {}\n\n  {}\n    - {}\n\n", next(), next(), next(), next()),
            format!("1. {}\n2. [{}](https://example.com/3)\n\n", next(), next()),
            format!("> {}\n>\n> - {}\n\n", next(), next()),
            format!("### {}\n\nA line\\\n{}\n\n", next(), next()),
            format!("[^one]: {}\n\n", next()),
        ] {
            out.push_str(&line);
        }
    };
    let mut about = String::new();
    prose(&mut about);
    let mut career = format!(
        "layout = \"timeline\"\nline = [\"{}\", \"{}\"]\n\n[[{ENTRY}]]\norganization = \"{}\"\n{SUBTITLE} = \"{}\"\ntime = \"{}\"\n\
         people = [\"{}\", \"{}\"]\ntext = '''\n",
        next(),
        next(),
        next(),
        next(),
        next(),
        next(),
        next(),
    );
    prose(&mut career);
    career.push_str("'''\n");
    let card = Card::that_loads(&[("card.toml", &card), ("about.md", &about), ("career.toml", &career)]);
    (card, used.into_inner())
}

/// An element that a line of text is set in: its direction is that of the words in it.
fn is_block(tag: &str) -> bool {
    const BLOCKS: &[&str] = &[
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "dd",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "td",
        "th",
        "ul",
    ];
    BLOCKS.contains(&tag)
}

/// One piece of text in a page, with the elements that it is in: from the innermost to the block that its line is set
/// in.
pub(crate) struct Piece {
    pub(crate) text: String,
    within: Vec<(String, Option<String>)>,
}

/// Every piece of text in the page's body.
pub(crate) fn pieces(html: &str) -> Vec<Piece> {
    fn walk(node: &Handle, path: &mut Vec<(String, Option<String>)>, found: &mut Vec<Piece>) {
        match &node.data {
            NodeData::Element { name, attrs, .. } => {
                let tag = name.local.to_string();
                if matches!(tag.as_str(), "head" | "style" | "svg") {
                    return;
                }
                let attributes = attrs.borrow();
                let dir = attributes.iter().find(|attribute| &*attribute.name.local == "dir");
                path.push((tag, dir.map(|dir| dir.value.to_string())));
                node.children.borrow().iter().for_each(|child| walk(child, path, found));
                path.pop();
            }
            NodeData::Text { contents } => {
                let block = path.iter().rposition(|(tag, _)| is_block(tag)).unwrap_or(0);
                let within = path[block..].iter().rev().cloned().collect();
                found.push(Piece { text: contents.borrow().to_string(), within });
            }
            _ => node.children.borrow().iter().for_each(|child| walk(child, path, found)),
        }
    }
    let document = parse_document(RcDom::default(), html5ever::ParseOpts::default()).one(html).document.clone();
    let mut found = Vec::new();
    walk(&document, &mut Vec::new(), &mut found);
    found
}

/// Every item of a list: the words in it, and its `dir`.
fn items(node: &Handle, found: &mut Vec<(String, Option<String>)>) {
    fn words(node: &Handle, text: &mut String) {
        if let NodeData::Text { contents } = &node.data {
            text.push_str(&contents.borrow());
        }
        node.children.borrow().iter().for_each(|child| words(child, text));
    }
    if let NodeData::Element { name, attrs, .. } = &node.data
        && &*name.local == "li"
    {
        let mut text = String::new();
        words(node, &mut text);
        let attributes = attrs.borrow();
        let dir = attributes.iter().find(|attribute| &*attribute.name.local == "dir");
        found.push((text, dir.map(|dir| dir.value.to_string())));
    }
    node.children.borrow().iter().for_each(|child| items(child, found));
}

#[test]
fn words_of_the_owner_have_the_direction_of_their_own_letters_in_html() {
    for word in [hebrew, arabic] {
        let (card, fields) = written_from_the_right(word);
        // The font of the logo has no such letters, of which a warning tells.
        let said = card.try_print("html");
        assert_eq!(said.status, Some(0), "{}", said.err);
        let html = said.out;
        let pieces = pieces(&html);
        let mut wrong = Vec::new();
        for field in &fields {
            let mut shown = pieces.iter().filter(|piece| piece.text.contains(field.as_str())).peekable();
            assert!(shown.peek().is_some(), "{field} is not in the page:\n{html}");
            for piece in shown {
                let directed = piece.within.iter().any(|(_, dir)| dir.as_deref() == Some("auto"));
                if !directed {
                    let tags: Vec<_> = piece.within.iter().map(|(tag, _)| tag.as_str()).collect();
                    wrong.push(format!("{} in <{}>", piece.text.trim(), tags.join("> in <")));
                }
            }
        }
        // The sign of an item stands where its text begins, so the item itself has a direction.
        let document =
            parse_document(RcDom::default(), html5ever::ParseOpts::default()).one(html.as_str()).document.clone();
        let mut found = Vec::new();
        items(&document, &mut found);
        for (text, dir) in found {
            if fields.iter().any(|field| text.contains(field.as_str())) && dir.as_deref() != Some("auto") {
                wrong.push(format!("an item: {}", text.trim()));
            }
        }
        assert!(wrong.is_empty(), "without dir=\"auto\":\n{}\n\n{html}", wrong.join("\n"));
    }
}
