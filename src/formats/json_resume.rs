//! The card as a JSON Resume, version 1 (<https://jsonresume.org/schema>). What the schema has and the card has not is
//! left out, unless it was carried from an imported resume, and words are not made into a date or a title. Pages
//! without a section are not in it, but for the owner's story.

use std::borrow::Cow;

use bytes::Bytes;
use serde_json::Value;

mod html;
pub(crate) mod markdown;
mod node;
pub(crate) mod shape;
pub(crate) mod shown;

use node::{Node, object, optional, said, text, texts};
use shape::{SHAPES, Shape, is_website};

use super::{
    format::{File, Format},
    parts::{pages, story},
    photo,
    plain::plain,
    uri::uri,
};
use crate::{
    document::{Block, Document, Entry, Layout, Link, Page, Prose, Words},
    profile::markdown::parse,
};

/// `json`
pub(super) struct JsonResumeFormat;

impl Format for JsonResumeFormat {
    fn name(&self) -> &'static str {
        "json"
    }

    fn gives<'w>(&self, words: &'w Words) -> &'w str {
        &words.commands.json
    }

    fn files(&self) -> &'static [File] {
        &[File { name: "resume.json", about: |words| &words.files.json, variant: "" }]
    }

    fn render(&self, document: &Document, _: &str) -> Option<Bytes> {
        // Texts, lists and objects with names for keys: there is nothing in them that JSON cannot say.
        Some((serde_json::to_string_pretty(&resume(document)).ok()? + "\n").into())
    }
}

/// The version of the schema.
pub(crate) const VERSION: &str = "v1.0.0";

/// Where the schema is published.
pub(crate) const SCHEMA: &str = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json";

/// The longest side of the photo within the text, in pixels.
const THUMBNAIL: u32 = 128;

/// The longest address of a picture that holds the picture itself, in bytes: most photos of [`THUMBNAIL`] pixels have
/// fewer. A longer one is left out, since people read these files too.
pub(crate) const LONGEST_IMAGE: usize = 8 * 1024;

fn resume(document: &Document) -> Node {
    let Document { card, extra, .. } = document;
    let lists = SHAPES.iter().map(|shape| {
        let pages = pages(document).filter(|page| shape.sections.contains(&page.section));
        let entries = pages.flat_map(|page| entries(document, page)).map(|of| entry(shape, &of, document));
        (shape.list, Node::List(entries.collect()))
    });
    let interests = card.interests.iter().chain(&card.outside).map(|name| object([("name", text(name))]));
    let schema = extra.get("$schema").and_then(Value::as_str).unwrap_or(SCHEMA);
    let version = extra.get("meta").and_then(|meta| meta.get("version")?.as_str()).unwrap_or(VERSION);
    let head = [("$schema", text(schema)), ("basics", basics(document))];
    let tail = [("interests", Node::List(interests.collect())), ("meta", object([("version", text(version))]))];
    let mut resume = object(head.into_iter().chain(lists).chain(tail));
    resume.fill(extra);
    resume
}

/// The entries of a page; a page of prose is one.
fn entries(document: &Document, page: &Page) -> Vec<Entry> {
    if page.layout == Layout::Prose {
        return vec![Entry { title: Some(document.heading(page)), text: page.intro.clone(), ..Entry::default() }];
    }
    page.entries.clone()
}

fn basics(document: &Document) -> Node {
    let Document { card, extra, .. } = document;
    let carried = extra.get("basics").and_then(Value::as_object);
    let carried = |key| carried.and_then(|basics| basics.get(key));
    let links = card.links.iter().map(|link| (&*link.label, &*link.url));
    let website = match carried("url") {
        // What was carried is printed as it was, even where it is no address, or no text.
        Some(url) => url.as_str().map(Cow::from),
        None => card.web.as_deref().or_else(|| shape::website(links)).map(uri),
    };
    let story = story(document).map(|page| plain(&page.intro)).unwrap_or_default();
    let headline = card.name.as_ref().map(|_| card.headline.join(" ")).unwrap_or_default();
    let portrait = card.photo.as_ref().and_then(|photo| photo.jpeg(THUMBNAIL)).map(|jpeg| photo::data_url(&jpeg));
    let portrait = portrait.filter(|url| url.len() <= LONGEST_IMAGE);
    // Without a field of the card it is what the first such link leads to. A bad one that was carried is printed.
    let reached = |key: &'static str, own: Option<&String>| {
        let reach = |link: &Link| {
            let (of, text) = shape::reach(&link.url)?;
            (of == key && !is_website(&link.label)).then(|| text.to_owned())
        };
        own.cloned().or_else(|| card.links.iter().find_map(reach).filter(|_| carried(key).is_none()))
    };
    let (email, phone) = (reached("email", card.email.as_ref()), reached("phone", card.phone.as_ref()));
    let fields = [
        ("name", text(&card.title())),
        ("givenName", optional(card.given.as_ref())),
        ("familyName", optional(card.family.as_ref())),
        ("label", optional(card.role.as_ref())),
        ("image", optional(portrait.as_ref())),
        ("email", optional(email.as_ref())),
        ("phone", optional(phone.as_ref())),
        ("url", text(&website.unwrap_or_default())),
        ("summary", text([headline, story].join("\n\n").trim())),
    ];
    // A place that was made of a location is that location again.
    let location = carried("location").and_then(Value::as_object).filter(|location| {
        let whole = shape::place(location);
        card.place.as_ref().is_some_and(|place| *place == whole || shown::begins(&whole, place))
    });
    let location = match location {
        Some(_) => object([]),
        None => object([("city", optional(card.place.as_ref()))]),
    };
    let is_said = |link: &Link| {
        let text = shape::reach(&link.url).map(|(_, text)| text);
        text.is_some_and(|text| [&email, &phone].into_iter().flatten().any(|said| said == text))
    };
    let profiles = card.links.iter().filter(|link| (card.web.is_some() || !is_website(&link.label)) && !is_said(link));
    let profiles = profiles.map(|link| object([("network", text(&link.label)), ("url", text(&uri(&link.url)))]));
    // Themes look into these without asking whether they are there, as in `basics.location.city`.
    let looked_into = [("location".to_owned(), location), ("profiles".to_owned(), Node::List(profiles.collect()))];
    Node::Object(said(fields).into_iter().chain(looked_into).collect())
}

fn entry(shape: &Shape, entry: &Entry, document: &Document) -> Node {
    let card = &document.card;
    let (title, organization) = (entry.title.as_ref(), entry.organization.as_ref());
    // Where the person is now they do what the card says; elsewhere the entry says what it was.
    let now = shape.list == "work" && organization.is_some() && organization == card.organization.as_ref();
    let title = title.or(card.role.as_ref().filter(|_| now));
    let (name, other) = if shape.named_by_title { (title, organization) } else { (organization, title) };
    let name = name.filter(|name| shape.list != "references" || *name != shape::REFERENCE);
    let [(first, from), (last, to)] = shape.iso(&entry.dates);
    // Themes show one address.
    let first_link = entry.links.first().filter(|_| !entry.extra.contains_key("url")).map(|link| &link.url);
    let url = entry.url.as_ref().or(first_link);
    let (mut summary, mut highlights) = summary_and_highlights(&entry.text);
    if let Some(whole) = entry.extra.get(shape.text).and_then(Value::as_str) {
        unchanged_html(whole, &mut summary, &mut highlights);
    }
    // A time in words is no date for the schema. What the words were made of is carried.
    let words = entry.dates.words().filter(|_| !shape.dates.iter().any(|key| entry.extra.contains_key(*key)));
    highlights.extend(words.map(str::to_owned));
    let described = [&entry.subtitle, &entry.place].map(Option::as_ref);
    // Of a skill they are keywords.
    let is_skill = shape.list == "skills";
    let [subtitle, place] = if is_skill { [None; 2] } else { described };
    let mut subtitle = subtitle.filter(|subtitle| shape::roles(&entry.extra).as_ref() != Some(subtitle));
    // What is said in a line alone is the description, which the schema has, and not a summary, which it has not.
    if shape.list == "projects" && summary.trim().is_empty() {
        summary = subtitle.take().cloned().unwrap_or_default();
    }
    let tags = described.into_iter().filter(|_| is_skill).flatten().chain(&entry.tags);
    let mut node = object([
        (shape.name, optional(name)),
        (shape.other, optional(other)),
        (shape.level, optional(entry.level.as_ref())),
        ("location", optional(place)),
        ("url", text(&url.map(|url| uri(url)).unwrap_or_default())),
        (first, date(from)),
        (last, date(to)),
        (shape.subtitle, optional(subtitle)),
        (shape.text, text(&summary)),
        ("highlights", texts(&highlights)),
        (shape.tags, texts(tags)),
        ("people", texts(&entry.people)),
        ("links", links(entry)),
    ]);
    node.fill(&entry.extra);
    node
}

/// The labelled addresses of an entry. The schema has no key for them, nor for people, and allows more than it names.
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

/// A text with HTML that is still what the entry was made of takes the place of its words, and of its lists.
fn unchanged_html(whole: &str, summary: &mut String, highlights: &mut Vec<String>) {
    if !shown::is_html(whole) {
        return;
    }
    let (words, items) = summary_and_highlights(&parse(&shown::prose(whole)).0);
    if words == *summary && highlights.starts_with(&items) {
        whole.clone_into(summary);
        highlights.drain(..items.len());
    }
}

/// A date as far as the schema has them: from the year 1000 to 2999.
fn date(date: Option<String>) -> Node {
    Node::Text(date.filter(|date| date.starts_with(['1', '2'])).unwrap_or_default())
}

#[cfg(test)]
mod tests;
