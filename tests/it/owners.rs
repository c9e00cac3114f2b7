//! Owners who do not exist, each with as much to say as a real person: their files load without a warning, and every
//! fact in them is told by every format.

use std::{collections::BTreeSet, fs, path::Path};

use calcard::vcard::{VCard, VCardProperty, VCardValue};
use pulldown_cmark::{Event, LinkType, Options, Parser, Tag};
use serde_json::Value;
use sshcard::{
    document::{Accent, Dates, Document, Layout, Page, Qr, Section},
    typeset::typographic,
};

use crate::{
    card::{Said, load, run},
    facts::{Facts, decoded, glued},
    readers::{pieces, valid},
};

/// A directory for each owner.
const OWNERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/owners");

/// One of them, in one language.
struct Owner {
    name: String,
    /// The language that a command names; empty for that of the card.
    language: String,
    document: Document,
}

impl Owner {
    /// All of them in each of their languages, in the order of the alphabet.
    fn all() -> Vec<Self> {
        let directories = fs::read_dir(OWNERS).unwrap().map(|directory| directory.unwrap().file_name());
        let names: BTreeSet<String> = directories.map(|name| name.into_string().unwrap()).collect();
        assert!(names.len() >= 7, "{names:?}");
        let editions = |name: String| {
            let document = load(&Path::new(OWNERS).join(&name));
            let translations =
                document.translations.iter().map(|other| (other.language.to_string(), (**other).clone()));
            let editions: Vec<_> = [(String::new(), document.clone())].into_iter().chain(translations).collect();
            editions.into_iter().map(move |(language, document)| Self { name: name.clone(), language, document })
        };
        names.into_iter().flat_map(editions).collect()
    }

    fn run(&self, arguments: &[&str]) -> Said {
        run(Path::new(OWNERS), &[("SSHCARD_PROFILE", &self.name)], arguments)
    }

    /// What `ssh HOST WORDS` prints, which there must be.
    fn print(&self, words: &str) -> String {
        let language = Some(self.language.as_str()).filter(|language| !language.is_empty());
        let arguments: Vec<&str> = ["print"].into_iter().chain(language).chain(words.split(' ')).collect();
        let said = self.run(&arguments);
        assert_eq!((said.status, said.err.as_str()), (Some(0), ""), "{arguments:?} of {}", self.name);
        said.out
    }

    /// The pages that are files of the owner.
    fn pages(&self) -> impl Iterator<Item = &Page> {
        self.document.pages.iter().filter(|page| !matches!(page.layout, Layout::Card | Layout::Contact))
    }
}

/// The words of a page of HTML, and where its links lead.
fn words_of_html(html: &str) -> [String; 2] {
    let words = pieces(html).into_iter().map(|piece| piece.text).collect::<Vec<_>>().concat();
    let links = html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    [words, links.map(|link| link.replace("&amp;", "&") + "\n").collect()]
}

/// The words of a Markdown document, and where its links lead.
fn words_of_markdown(markdown: &str) -> [String; 2] {
    let [mut words, mut links] = [String::new(), String::new()];
    for event in Parser::new_ext(markdown, Options::ENABLE_FOOTNOTES) {
        match event {
            Event::Text(text) | Event::Code(text) => words.push_str(&text),
            Event::SoftBreak | Event::HardBreak => words.push(' '),
            Event::Start(Tag::Link { link_type, dest_url, .. }) => {
                let scheme = if link_type == LinkType::Email { "mailto:" } else { "" };
                links.extend([scheme, &*dest_url, "\n"]);
            }
            _ => {}
        }
    }
    [words, links]
}

/// Every text in a JSON document.
fn texts_of_json(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) => into.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| texts_of_json(value, into)),
        Value::Object(fields) => fields.values().for_each(|value| texts_of_json(value, into)),
        _ => {}
    }
}

#[test]
fn every_owner_loads_without_a_warning() {
    for owner in Owner::all() {
        let said = owner.run(&["check"]);
        assert_eq!((said.status, said.err.as_str()), (Some(0), ""), "{}", owner.name);
        let files = fs::read_dir(Path::new(OWNERS).join(&owner.name).join(&owner.language)).unwrap();
        let files = files.filter(|file| file.as_ref().unwrap().path().is_file()).count();
        let photo = usize::from(owner.document.card.photo.is_some());
        assert_eq!(owner.pages().count() + 1 + photo, files, "{} has a file that is not shown", owner.name);
    }
}

/// Together they write everything that can be written: what no owner has is looked at by nobody.
#[test]
fn together_the_owners_use_the_whole_format() {
    let owners = Owner::all();
    let cards = || owners.iter().map(|owner| &owner.document.card);
    let pages = || owners.iter().flat_map(Owner::pages);
    let entries = || pages().flat_map(|page| &page.entries);
    for (name, accent) in Accent::ALL {
        assert!(cards().any(|card| card.accent == accent), "accent {name}");
    }
    for (name, layout) in Layout::of_entries() {
        assert!(pages().any(|page| page.layout == layout), "layout {name}");
    }
    for (name, section) in Section::named() {
        assert!(pages().any(|page| page.section == section && page.layout != Layout::Prose), "section {name}");
    }
    for (what, used) in [
        ("a card without an organization", cards().any(|card| card.organization.is_none())),
        ("every line of a card", cards().any(|card| card.pronouns.is_some() && card.phone.is_some())),
        ("three lines of headline", cards().any(|card| card.headline.len() == 3)),
        ("interests and outside", cards().any(|card| !card.interests.is_empty() && !card.outside.is_empty())),
        ("logo", cards().any(|card| card.logo.is_some())),
        ("caption and opens", cards().any(|card| card.caption.is_some() && card.opens.is_some())),
        ("given and family", cards().any(|card| card.given.is_some() && card.family.is_some())),
        ("an accent of its own", cards().any(|card| matches!(card.accent, Accent::Own(_)))),
        ("web", cards().any(|card| card.web.is_some())),
        ("qr = none", cards().any(|card| card.qr == Qr::None)),
        ("qr = address", cards().any(|card| matches!(card.qr, Qr::Address(_)))),
        ("qr = mecard", cards().any(|card| matches!(card.qr, Qr::Mecard(_)))),
        ("qr = a link", cards().any(|card| matches!(card.qr, Qr::Link(_)))),
        ("line", pages().any(|page| !page.line.is_empty())),
        ("ground", pages().any(|page| page.ground.is_some())),
        ("intro", pages().any(|page| !page.entries.is_empty() && !page.intro.is_empty())),
        ("a title alone", entries().any(|entry| entry.organization.is_none())),
        ("an organization alone", entries().any(|entry| entry.title.is_none())),
        ("subtitle", entries().any(|entry| entry.subtitle.is_some())),
        ("dates", entries().any(|entry| entry.dates.iso().1.is_some())),
        ("time", entries().any(|entry| entry.dates.words().is_some())),
        ("no dates", entries().any(|entry| entry.dates == Dates::Unknown)),
        ("place", entries().any(|entry| entry.place.is_some())),
        ("level", entries().any(|entry| entry.level.is_some())),
        ("url", entries().any(|entry| entry.url.is_some())),
        ("links", entries().any(|entry| entry.links.len() > 1)),
        ("tags", entries().any(|entry| !entry.tags.is_empty())),
        ("people", entries().any(|entry| entry.people.len() > 10)),
        ("text", entries().any(|entry| entry.text.blocks.len() > 1)),
        ("exhibits", entries().any(|entry| entry.exhibits.len() > 1)),
        ("see, a page's entry", entries().any(|entry| entry.see.is_some_and(|place| place.entry.is_some()))),
        ("notes", pages().any(|page| !page.intro.notes.is_empty())),
    ] {
        assert!(used, "no owner has {what}");
    }
}

#[test]
fn text_tells_every_fact() {
    for mut owner in Owner::all() {
        owner.document = typographic(&owner.document);
        // The sign says that a line of code goes on.
        let print = |name: &str| owner.print(name).replace('↳', " ");
        let whole = print("text");
        Facts::of_card(&owner.document).shortened().are_told(&format!("text of {}", owner.name), &whole, &whole);
        for page in owner.pages() {
            let alone = print(&page.name);
            let told = Facts::of_page(&owner.document, page).shortened();
            for (what, text) in [("text", &whole), (page.name.as_str(), &alone)] {
                told.are_told(&format!("{what} of {}", owner.name), text, text);
            }
        }
    }
}

#[test]
fn html_tells_every_fact() {
    for mut owner in Owner::all() {
        owner.document = typographic(&owner.document);
        let html = owner.print("html");
        let [words, links] = words_of_html(&html);
        Facts::of_card(&owner.document).are_told(&format!("html of {}", owner.name), &words, &links);
        for page in owner.pages() {
            let section = html.split(&format!("<section id=\"{}\"", page.name)).nth(1);
            let section = section.and_then(|rest| rest.split("</section>").next());
            let section = section.unwrap_or_else(|| panic!("html of {} has no {}", owner.name, page.name));
            let [words, links] = words_of_html(&format!("<section{section}</section>"));
            let by = format!("{} in html of {}", page.name, owner.name);
            Facts::of_page(&owner.document, page).are_told(&by, &words, &links);
        }
    }
}

#[test]
fn markdown_tells_every_fact() {
    for owner in Owner::all() {
        let [words, links] = words_of_markdown(&owner.print("markdown"));
        // Tasks are written as the owner wrote them.
        let words = words.replace("[ ]", "☐").replace("[x]", "☑");
        let by = format!("markdown of {}", owner.name);
        Facts::of_card(&owner.document).are_told(&by, &words, &links);
        for page in owner.pages() {
            Facts::of_page(&owner.document, page).are_told(&by, &words, &links);
        }
    }
}

/// The pages that are something to other programs, and what stands on the card, are in a JSON Resume.
#[test]
fn a_json_resume_is_valid_and_tells_what_it_has_a_place_for() {
    for owner in Owner::all() {
        let mut texts = Vec::new();
        texts_of_json(&valid(&owner.print("json")), &mut texts);
        let texts = texts.join("\n");
        let Owner { name, document, .. } = &owner;
        for page in owner.pages().filter(|page| page.section != Section::None) {
            let mut facts = Facts::default();
            for entry in &page.entries {
                let lines = [&entry.organization, &entry.title, &entry.subtitle, &entry.place, &entry.level];
                facts.say(lines.into_iter().flatten().chain(&entry.tags).chain(&entry.people));
                entry.links.iter().for_each(|link| facts.link(link));
                facts.addresses.extend(entry.url.clone());
                facts.words.extend(entry.dates.words().map(str::to_owned));
                let (from, to) = entry.dates.iso();
                facts.words.extend(from.into_iter().chain(to));
            }
            facts.are_told(&format!("{} in the resume of {name}", page.name), &texts, &texts);
        }
        let mut facts = Facts::of_card(document);
        // A resume has no pronouns, no logo and no command.
        let card = &document.card;
        let logo = [card.logo.clone(), card.caption.clone()];
        let elsewhere = [card.pronouns.clone(), card.ssh(), card.organization.clone()].into_iter().chain(logo);
        let elsewhere: Vec<_> = elsewhere.collect();
        facts.words.retain(|fact| !elsewhere.contains(&Some(fact.clone())));
        facts.are_told(&format!("the resume of {name}"), &texts, &texts);
    }
}

/// The texts of a property of a vCard, one for each time that it is there; the parts of one are joined by `;`.
fn values(card: &VCard, property: &VCardProperty) -> Vec<String> {
    let text = |value: &VCardValue| match value {
        VCardValue::Component(parts) => parts.join(";"),
        value => value.as_text().unwrap_or_default().to_owned(),
    };
    let entries = card.entries.iter().filter(|entry| entry.name == *property);
    entries.map(|entry| entry.values.iter().map(text).collect::<Vec<_>>().join(";")).collect()
}

#[test]
fn a_vcard_is_read_back_as_it_was_written() {
    for owner in Owner::all() {
        let card = &owner.document.card;
        for version in ["3", "4"] {
            let text = owner.print(&format!("vcard {version}"));
            let read = VCard::parse(&text).unwrap_or_else(|other| panic!("{other:?}:\n{text}"));
            assert!(text.lines().all(|line| line.len() <= 75), "{text}");
            for (property, expected) in [
                (VCardProperty::Fn, Some(card.title())),
                (VCardProperty::Org, card.organization.clone()),
                (VCardProperty::Title, card.role.clone()),
                (VCardProperty::Categories, Some(card.interests.join(";")).filter(|words| !words.is_empty())),
            ] {
                let found = values(&read, &property);
                assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{property:?} of {}:\n{text}", owner.name);
            }
            let (reach, sites): (Vec<_>, Vec<_>) = card
                .links
                .iter()
                .map(|link| &link.url)
                .partition(|url| url.starts_with("mailto:") || url.starts_with("tel:"));
            let of = |scheme: &str| -> Vec<String> {
                reach.iter().filter_map(|url| url.strip_prefix(scheme)).map(str::to_owned).collect()
            };
            let emails: Vec<_> = card.email.iter().cloned().chain(of("mailto:")).collect();
            assert_eq!(values(&read, &VCardProperty::Email), emails, "{text}");
            let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
            let found: Vec<_> = values(&read, &VCardProperty::Tel).iter().map(|tel| digits(tel)).collect();
            let phones = card.phone.iter().cloned().chain(of("tel:"));
            assert_eq!(found, phones.map(|phone| digits(&phone)).collect::<Vec<_>>(), "{text}");
            let place = values(&read, &VCardProperty::Adr).concat();
            assert_eq!(place.trim_matches(';'), card.place.as_deref().unwrap_or_default(), "{text}");
            let found: Vec<_> = values(&read, &VCardProperty::Url).iter().map(|url| decoded(url)).collect();
            assert_eq!(found.iter().collect::<Vec<_>>(), card.web.iter().chain(sites).collect::<Vec<_>>(), "{text}");
            let note = glued(&values(&read, &VCardProperty::Note).concat());
            let headline = card.name.as_ref().map(|_| glued(&card.headline.concat())).unwrap_or_default();
            assert!(note.contains(&headline), "{note} of {}", owner.name);
        }
    }
}
