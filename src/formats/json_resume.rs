//! The card as a JSON Resume, version 1 (<https://jsonresume.org/schema>). What the schema has and the card has not is
//! left out, and words are not made into a date or a title. Pages without a section are not in it, but for the owner's
//! story.

use bytes::Bytes;
use serde::{Serialize, Serializer};

use super::{
    format::{File, Format},
    parts::{pages, story, with},
    plain::plain,
    uri::uri,
};
use crate::document::{Block, Card, Document, Entry, Layout, Page, Prose, Section};

/// `json`
pub(super) struct JsonResume;

impl Format for JsonResume {
    fn name(&self) -> &'static str {
        "json"
    }

    fn gives(&self) -> &'static str {
        "the card as a JSON Resume"
    }

    fn files(&self) -> &'static [File] {
        &[File { name: "resume.json", about: "for programs (JSON Resume)", variant: "" }]
    }

    fn render(&self, document: &Document, _: &str) -> Option<Bytes> {
        // Texts, lists and objects with names for keys: there is nothing in them that JSON cannot say.
        Some((serde_json::to_string_pretty(&resume(document)).ok()? + "\n").into())
    }
}

/// Where the schema is published.
const SCHEMA: &str = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json";

/// How the entries of a section are written.
struct Shape {
    /// The key of the list in the resume.
    list: &'static str,
    sections: &'static [Section],
    /// The key of what an entry is called: its title, or its organization. Where it has only the other, it is that.
    name: &'static str,
    named_by_title: bool,
    /// The key of the other of the two.
    other: &'static str,
    subtitle: &'static str,
    level: &'static str,
    text: &'static str,
    /// The keys of beginning and end; one key for both is the day when it was.
    dates: [&'static str; 2],
}

const SPAN: [&str; 2] = ["startDate", "endDate"];

/// What most have. The schema allows keys that it does not name.
const ORGANIZATION: Shape = Shape {
    list: "",
    sections: &[],
    name: "name",
    named_by_title: false,
    other: "position",
    subtitle: "description",
    level: "level",
    text: "summary",
    dates: SPAN,
};
const TITLE: Shape = Shape { named_by_title: true, other: "organization", ..ORGANIZATION };

/// The lists, in the order of the schema. It has none for talks: they are publications.
const SHAPES: [Shape; 10] = [
    Shape { list: "work", sections: &[Section::Work], ..ORGANIZATION },
    Shape { list: "volunteer", sections: &[Section::Volunteer], name: "organization", ..ORGANIZATION },
    Shape {
        list: "education",
        sections: &[Section::Education],
        name: "institution",
        other: "studyType",
        subtitle: "area",
        ..ORGANIZATION
    },
    Shape {
        list: "awards",
        sections: &[Section::Awards],
        name: "title",
        other: "awarder",
        dates: ["date"; 2],
        ..TITLE
    },
    Shape { list: "certificates", sections: &[Section::Certificates], other: "issuer", dates: ["date"; 2], ..TITLE },
    Shape {
        list: "publications",
        sections: &[Section::Publications, Section::Talks],
        other: "publisher",
        dates: ["releaseDate"; 2],
        ..TITLE
    },
    Shape { list: "skills", sections: &[Section::Skills], subtitle: KEYWORDS, ..TITLE },
    Shape { list: "languages", sections: &[Section::Languages], name: "language", level: "fluency", ..TITLE },
    Shape { list: "references", sections: &[Section::References], text: "reference", ..TITLE },
    Shape { list: "projects", sections: &[Section::Projects], other: "entity", ..TITLE },
];

/// The key of a list of words: of skills, their subtitle and place are among them.
const KEYWORDS: &str = "keywords";

fn resume(document: &Document) -> Node {
    let card = &document.card;
    let lists = SHAPES.iter().map(|shape| {
        let pages = pages(document).filter(|page| shape.sections.contains(&page.section));
        let entries = pages.flat_map(entries).map(|entry| shape.entry(&entry, card));
        (shape.list, Node::List(entries.collect()))
    });
    let interests = card.interests.iter().chain(&card.outside).map(|name| object([("name", text(name))]));
    let head = [("$schema", text(SCHEMA)), ("basics", basics(document))];
    let tail = [("interests", Node::List(interests.collect())), ("meta", object([("version", text("v1.0.0"))]))];
    object(head.into_iter().chain(lists).chain(tail))
}

/// The entries of a page; a page of prose is one.
fn entries(page: &Page) -> Vec<Entry> {
    if page.layout == Layout::Prose {
        return vec![Entry { title: Some(page.heading()), text: page.intro.clone(), ..Entry::default() }];
    }
    page.entries.clone()
}

fn basics(document: &Document) -> Node {
    let card = &document.card;
    let website = card.links.iter().find(|link| link.url.starts_with("http")).map(|link| uri(&link.url));
    let story = story(document).map(|page| plain(&page.intro)).unwrap_or_default();
    let headline = card.name.as_ref().map(|_| card.headline.join(" ")).unwrap_or_default();
    let fields = [
        ("name", text(&card.title())),
        ("label", optional(card.role.as_ref())),
        ("email", optional(card.email.as_ref())),
        ("phone", optional(card.phone.as_ref())),
        ("url", text(&website.unwrap_or_default())),
        ("summary", text([headline, story].join("\n\n").trim())),
    ];
    let profiles =
        card.links.iter().map(|link| object([("network", text(&link.label)), ("url", text(&uri(&link.url)))]));
    // Themes look into these without asking whether they are there, as in `basics.location.city`.
    let looked_into =
        [("location", object([("city", optional(card.place.as_ref()))])), ("profiles", Node::List(profiles.collect()))];
    Node::Object(said(fields).chain(looked_into).collect())
}

impl Shape {
    fn entry(&self, entry: &Entry, card: &Card) -> Node {
        let (title, organization) = (entry.title.as_ref(), entry.organization.as_ref());
        // Where the person is now they do what the card says; elsewhere the entry says what it was.
        let now = self.list == "work" && organization.is_some() && organization == card.organization.as_ref();
        let title = title.or(card.role.as_ref().filter(|_| now));
        let (name, other) = if self.named_by_title { (title, organization) } else { (organization, title) };
        let (from, to) = entry.dates.iso();
        let [first, last] = self.dates;
        let (from, to) = if first == last { (from.or(to), None) } else { (from, to) };
        // Themes show one address.
        let url = entry.url.as_ref().or(entry.links.first().map(|link| &link.url));
        let (summary, mut highlights) = summary_and_highlights(&entry.text);
        // A time in words is no date for the schema.
        highlights.extend(entry.dates.words().map(str::to_owned));
        highlights.extend(with(entry));
        let described = [&entry.subtitle, &entry.place].map(Option::as_ref);
        let is_skill = self.subtitle == KEYWORDS;
        let [subtitle, place] = if is_skill { [None; 2] } else { described };
        let keywords = described.into_iter().filter(|_| is_skill).flatten().chain(&entry.tags);
        object([
            (self.name, optional(name.or(other))),
            (self.other, optional(other.filter(|_| name.is_some()))),
            (self.level, optional(entry.level.as_ref())),
            ("location", optional(place)),
            ("url", text(&url.map(|url| uri(url)).unwrap_or_default())),
            (first, date(from)),
            (last, date(to)),
            (self.subtitle, optional(subtitle)),
            (self.text, text(&summary)),
            ("highlights", Node::List(highlights.iter().map(|line| text(line)).collect())),
            (KEYWORDS, Node::List(keywords.map(|word| text(word)).collect())),
            ("links", links(entry)),
        ])
    }
}

/// The labelled addresses of an entry. The schema has no key for them, and allows more than it names.
fn links(entry: &Entry) -> Node {
    let links = entry.links.iter().map(|link| object([("label", text(&link.label)), ("url", text(&uri(&link.url)))]));
    Node::List(links.collect())
}

/// The items of a text's lists apart from the rest of it.
fn summary_and_highlights(prose: &Prose) -> (String, Vec<String>) {
    let part = |blocks: Vec<Block>| plain(&Prose { blocks, notes: prose.notes.clone(), ..Prose::default() });
    let (lists, rest): (Vec<Block>, _) =
        prose.blocks.iter().cloned().partition(|block| matches!(block, Block::List(..)));
    let items = lists.into_iter().flat_map(|block| if let Block::List(_, items) = block { items } else { Vec::new() });
    (part(rest), items.map(part).collect())
}

/// A value of the document.
#[derive(Debug)]
enum Node {
    Text(String),
    List(Vec<Node>),
    /// The fields in the order of the schema, which is the order of reading.
    Object(Vec<(&'static str, Node)>),
}

fn text(text: &str) -> Node {
    Node::Text(text.to_owned())
}

fn optional(value: Option<&String>) -> Node {
    text(value.map_or("", String::as_str))
}

/// A date as far as the schema has them: from the year 1000 to 2999.
fn date(date: Option<String>) -> Node {
    Node::Text(date.filter(|date| date.starts_with(['1', '2'])).unwrap_or_default())
}

fn object(fields: impl IntoIterator<Item = (&'static str, Node)>) -> Node {
    Node::Object(said(fields).collect())
}

/// The fields that say something.
fn said(fields: impl IntoIterator<Item = (&'static str, Node)>) -> impl Iterator<Item = (&'static str, Node)> {
    fields.into_iter().filter(|(_, node)| match node {
        Node::Text(text) => !text.is_empty(),
        Node::List(nodes) => !nodes.is_empty(),
        Node::Object(_) => true,
    })
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(nodes) => serializer.collect_seq(nodes),
            Self::Object(fields) => serializer.collect_map(fields.iter().map(|(key, node)| (key, node))),
        }
    }
}

#[cfg(test)]
mod tests;
