//! What editors and generators write in the place of texts and lists.

use super::*;

fn of_basics(basics: Value) -> Value {
    json!({ "basics": basics })
}

#[test]
fn html_is_shown_as_its_text_and_comes_back() {
    let summary = "<p>I build <strong>light</strong>.</p><ul><li>One</li><li>R&amp;D</li></ul>&nbsp;";
    let resume = json!({
        "basics": { "name": "Thomas <b>Edison</b>", "label": "R&amp;D", "summary": summary,
            "location": { "city": "Menlo&nbsp;Park", "countryCode": "<b>US</b>" },
            "profiles": [{ "network": "<b>Git</b>Hub", "username": "tae", "url": "https://github.com/tae" },
                { "network": "R&amp;D", "url": "https://example.com/lab" }] },
        "interests": [{ "name": "<i>Chess</i>", "keywords": ["blitz"] }, "R&amp;D"],
        "work": [
            { "name": "Menlo <i>Park</i>", "summary": summary, "highlights": ["<b>1</b>", "two"] },
            { "name": "N2", "summary": "<p></p>", "highlights": ["a < b", "vector<int>", "<3"] },
        ],
        "skills": [{ "name": "<b>Wire</b>", "keywords": ["R&amp;D", "plain"] }],
        "projects": [{ "name": "Lamp", "summary": "S", "description": "<p> </p>" }],
        "references": [{ "name": "A", "reference": "<em>Good.</em>" }],
    });
    let first = imported(&resume);
    assert!(file(&first, "card.toml").contains("name = \"Thomas Edison\"\nrole = \"R&D\""), "{first:#?}");
    for line in
        ["place = \"Menlo Park, US\"", "interests = [\"Chess\", \"R&D\"]", "label = \"GitHub\"", "label = \"R&D\""]
    {
        assert!(file(&first, "card.toml").contains(line), "{line}: {first:#?}");
    }
    assert_eq!(file(&first, "about.md"), "I build **light**.\n\n- One\n- R&D\n");
    let work = file(&first, "work.toml");
    assert!(work.contains("\nI build **light**.\n\n- One\n- R&D\n\n- **1**\n- two\n\"\"\""), "{work}");
    assert!(work.contains("\n- a \\< b\n- vector\\<int>\n- \\<3\n"), "{work}");
    assert!(file(&first, "skills.toml").contains("tags = [\"R&D\", \"plain\"]"), "{first:#?}");
    assert_eq!(
        first.report.to_string(),
        "Not on the card, and kept under `extra`:\n  interests[0].keywords\n  basics.profiles[0].username\n\
         In another form on the card, and as it was under `extra`:\n  basics.name: the text of its HTML\n  \
         basics.label: the text of its HTML\n  interests[0].name: the text of its HTML\n  \
         interests[1]: the text of its HTML\n  basics.profiles[0, 1].network: the text of its HTML\n  \
         basics.summary: the text of its HTML\n  \
         work[0].name: the text of its HTML\n  work[0, 1].summary: the text of its HTML\n  \
         work[0].highlights: the text of its HTML\n  skills[0].name: the text of its HTML\n  \
         skills[0].keywords: the text of its HTML\n  references[0].reference: the text of its HTML\n  \
         projects[0].description: the text of its HTML\n"
    );
    let mut back = printed(&first);
    // The first link that a browser opens.
    assert_eq!(back["basics"].as_object_mut().unwrap().remove("url").unwrap(), "https://github.com/tae");
    assert_eq!(back["interests"], json!([{ "name": "<i>Chess</i>", "keywords": ["blitz"] }, { "name": "R&amp;D" }]));
    assert_eq!((&back["basics"], &back["work"]), (&resume["basics"], &resume["work"]));
    let mut again = resume;
    again["interests"] = back["interests"].clone();
    nothing_is_lost(&again).unwrap();
}

#[test]
fn the_labels_of_links_are_words() {
    let links = json!([{ "label": "<b>Paper</b>", "url": "https://example.com/p.pdf" }, { "label": "Code",
        "url": "https://example.com/code" }]);
    let resume = json!({ "basics": { "name": "Sam" }, "projects": [{ "name": "P", "links": links }] });
    let first = imported(&resume);
    assert!(file(&first, "projects.toml").contains("{ label = \"Paper\", url ="), "{first:#?}");
    assert_eq!(printed(&first)["projects"][0]["links"], links);
}

#[test]
fn an_address_of_mail_in_html_is_the_address() {
    let resume = json!({ "basics": { "name": "Sam", "email": "<a href=\"mailto:a@x.example\">a@x.example</a>" } });
    let first = imported(&resume);
    assert!(file(&first, "card.toml").contains("email = \"a@x.example\""), "{first:#?}");
    assert!(first.report.to_string().contains("basics.email: written as a@x.example"), "{}", first.report);
}

#[test]
fn html_that_is_too_long_comes_back_whole() {
    let long = format!("<p>{}</p><ul><li>end</li></ul>", "word &amp; ".repeat(9_000));
    let resume = json!({ "basics": { "name": "Sam", "label": format!("<b>{}</b>", "x".repeat(300)), "summary": long },
        "work": [{ "name": "A", "summary": long, "highlights": ["<b>x</b>"] }] });
    nothing_is_lost(&resume).unwrap();
}

#[test]
fn the_texts_of_an_odd_list_are_shown() {
    let resume = json!({
        "basics": { "name": "Sam" },
        "work": [{
            "name": "N1",
            "highlights": ["good one", ["nested", ["deep"]], "two", { "summary": "of an object" }, { "n": 1 }],
        }],
        "education": [{ "institution": "U", "courses": [["Statics"], { "name": "Steel" }] }],
        "skills": [{ "name": "S", "keywords": [["a"], "b"] }],
        "projects": [{ "name": "P", "roles": "Lead" }, { "name": "Q", "roles": ["Lead", ["Mason"]] }],
    });
    let first = imported(&resume);
    let work = file(&first, "work.toml");
    assert!(work.contains("\n- good one\n- nested\n- deep\n- two\n- of an object\n"), "{work}");
    assert!(file(&first, "education.toml").contains("tags = [\"Statics\", \"Steel\"]"), "{first:#?}");
    assert!(file(&first, "skills.toml").contains("tags = [\"a\", \"b\"]"), "{first:#?}");
    let projects = file(&first, "projects.toml");
    assert!(projects.contains("subtitle = \"Lead\"") && projects.contains("subtitle = \"Lead, Mason\""), "{projects}");
    let report = first.report.to_string();
    assert!(report.contains("  work[0].highlights: there is more than texts in the list"), "{report}");
    nothing_is_lost(&resume).unwrap();
    // What the owner writes since then wins.
    let mut first = first;
    let work = first.files.iter_mut().find(|file| file.name == "work.toml").unwrap();
    work.text = work.text.replace("- nested\n", "- mine\n");
    assert_eq!(printed(&first)["work"][0]["highlights"][1], "mine");
}

#[test]
fn a_profile_without_a_network_is_called_by_its_host() {
    let resume = of_basics(json!({ "name": "Sam", "profiles": [
        { "url": "https://www.github.com/sam", "username": "sam" }, { "network": "", "url": "example.org/~sam" },
        { "url": "sip:sam@x.example" }, { "username": "sam" },
    ] }));
    let first = imported(&resume);
    let card = file(&first, "card.toml");
    for (label, url) in [("github.com", "https://www.github.com/sam"), ("example.org", "https://example.org/~sam")] {
        assert!(card.contains(&format!("label = \"{label}\"\nurl = \"{url}\"\n")), "{card}");
    }
    let report = first.report.to_string();
    assert!(report.contains("basics.profiles[2, 3]: it has no address"), "{report}");
    comes_back(&first, &printed(&first)).unwrap();
    assert_eq!(printed(&first)["basics"]["profiles"][0]["username"], "sam");
}

#[test]
fn a_reference_without_a_name_is_shown() {
    let resume = json!({ "basics": { "name": "Sam" }, "references": [
        { "reference": "Sam is *good*." }, { "name": "Reference", "reference": "Named so." },
    ] });
    let first = imported(&resume);
    let references = file(&first, "references.toml");
    assert!(references.contains("title = \"Reference\"\ntext = '''\nSam is \\*good\\*.\n'''"), "{references}");
    assert_eq!(printed(&first)["references"], resume["references"]);
    comes_back(&first, &printed(&first)).unwrap();
}

#[test]
fn mail_and_telephone_are_taken_without_their_schemes() {
    let resume = of_basics(json!({ "name": "Sam", "email": "MailTo:a@b.example", "phone": "tel:+1-555-0101" }));
    let first = imported(&resume);
    let card = file(&first, "card.toml");
    assert!(card.contains("email = \"a@b.example\"\nphone = \"+1-555-0101\"\n"), "{card}");
    assert_eq!(
        first.report.to_string(),
        "To look at:\n  basics.email: written as a@b.example\n  basics.phone: written as +1-555-0101\n"
    );
    comes_back(&first, &printed(&first)).unwrap();
}
