//! The card as a JSON Resume, version 1 (<https://jsonresume.org/schema>). What the schema has and the profile has not is
//! left out, and what the profile says in words of its own is not made into a date or a title.

use serde::{Serialize, Serializer, ser::SerializeMap as _};

use super::{listed, plain::plain, shows, uri::uri};
use crate::profile::{Card, Layer, Page, Profile, Station};

/// Fields that themes look into without asking whether they are there, as in `basics.location.city`: they are empty
/// where the profile says nothing.
const LOOKED_INTO: [&str; 2] = ["location", "profiles"];

/// Where the schema is published.
const SCHEMA: &str = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json";

/// Renders the profile.
pub(super) fn render(profile: &Profile) -> String {
    let card = &profile.card;
    let stations = profile.career.stations.iter().filter(|_| shows(profile, Page::Career));
    let layers = profile.stack.layers.iter().filter(|_| shows(profile, Page::Stack));
    let interests = card.interests.iter().chain(&card.outside);
    let resume = Node::object([
        ("$schema", Node::text(SCHEMA)),
        ("basics", basics(profile)),
        ("work", Node::List(stations.map(|station| work(station, card)).collect())),
        ("skills", Node::List(layers.map(skill).collect())),
        ("interests", Node::List(interests.map(|name| Node::object([("name", Node::text(name))])).collect())),
        ("meta", Node::object([("version", Node::text("v1.0.0"))])),
    ]);
    // Texts, lists and objects with names for keys: there is nothing in them that JSON cannot say.
    let mut json = serde_json::to_string_pretty(&resume).unwrap_or_default();
    json.push('\n');
    json
}

fn basics(profile: &Profile) -> Node {
    let card = &profile.card;
    // The card in its fewest words stands for the name that it does not tell, as in a vCard.
    let headline = card.headline.join(" ");
    let website = card.links.iter().find(|link| link.url.starts_with("http")).map(|link| uri(&link.url));
    let profiles = card
        .links
        .iter()
        .map(|link| Node::object([("network", Node::text(&link.label)), ("url", Node::text(uri(&link.url)))]));
    let about = if shows(profile, Page::About) { plain(&profile.about) } else { String::new() };
    let summary = if card.name.is_some() { [headline.as_str(), &about].join("\n\n") } else { about };
    Node::object([
        ("name", Node::text(card.name.as_deref().unwrap_or(&headline))),
        ("label", Node::optional(card.role.as_deref())),
        ("email", Node::optional(card.email.as_deref())),
        ("phone", Node::optional(card.phone.as_deref())),
        ("url", Node::optional(website.as_deref())),
        ("summary", Node::text(summary.trim())),
        ("location", Node::object([("city", Node::optional(card.place.as_deref()))])),
        ("profiles", Node::List(profiles.collect())),
    ])
}

fn work(station: &Station, card: &Card) -> Node {
    // Where the person is now they do what the card says; elsewhere the profile says what it was about.
    let now = card.organization.as_ref() == Some(&station.organization);
    let position = station.subject.as_ref().or(card.role.as_ref().filter(|_| now));
    let (start, end) = station.time.as_deref().map(dates).unwrap_or_default();
    let with = (!station.people.is_empty()).then(|| format!("With {}.", listed(&station.people)));
    Node::object([
        ("name", Node::text(&station.organization)),
        ("position", Node::optional(position.map(String::as_str))),
        ("startDate", Node::optional(start)),
        ("endDate", Node::optional(end)),
        ("summary", Node::text(plain(&station.text))),
        ("highlights", Node::List(with.map(Node::Text).into_iter().collect())),
    ])
}

fn skill(layer: &Layer) -> Node {
    let keywords = [&layer.summary, &layer.place].into_iter().flatten();
    Node::object([("name", Node::text(&layer.title)), ("keywords", Node::List(keywords.map(Node::text).collect()))])
}

/// The beginning and the end that an owner's words for a time say, as the schema writes them: `2019` and `2019-05` are
/// both, since a station without an end would be one that goes on; `2019-2021` and `2019 – now` are taken apart; other
/// words are no dates.
fn dates(time: &str) -> (Option<&str>, Option<&str>) {
    let date = |text: &str| {
        let text = text.as_bytes();
        let digits = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
        let year = text.get(..4).is_some_and(|year| digits(year) && matches!(year.first(), Some(b'1' | b'2')));
        let month = match text.get(4..) {
            Some([]) => true,
            Some([b'-', month @ ..]) => matches!(month, [b'0', b'1'..=b'9'] | [b'1', b'0'..=b'2']),
            _ => false,
        };
        year && month
    };
    let time = time.trim();
    if date(time) {
        return (Some(time), Some(time));
    }
    let range = ["–", "—", " - ", "-"].into_iter().filter_map(|dash| time.split_once(dash));
    for (start, end) in range.map(|(start, end)| (start.trim(), end.trim())) {
        if date(start) && date(end) {
            return (Some(start), Some(end));
        }
        if date(start) && ["now", "today", "present"].contains(&end.to_lowercase().as_str()) {
            return (Some(start), None);
        }
    }
    (None, None)
}

/// A value of the document. Objects keep the order of the schema, which is the order of reading.
#[derive(Debug)]
enum Node {
    Text(String),
    List(Vec<Node>),
    /// The fields that say something, and those of [`LOOKED_INTO`], in order.
    Object(Vec<(&'static str, Node)>),
    Nothing,
}

impl Node {
    fn object<const N: usize>(fields: [(&'static str, Self); N]) -> Self {
        let says = |(key, node): &(&str, Self)| !node.is_empty() || LOOKED_INTO.contains(key);
        Self::Object(fields.into_iter().filter(says).collect())
    }

    fn text(text: impl AsRef<str>) -> Self {
        Self::Text(text.as_ref().to_owned())
    }

    fn optional(text: Option<&str>) -> Self {
        text.map_or(Self::Nothing, Self::text)
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty(),
            Self::List(nodes) => nodes.is_empty(),
            Self::Object(fields) => fields.is_empty(),
            Self::Nothing => true,
        }
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(nodes) => serializer.collect_seq(nodes),
            Self::Object(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (key, node) in fields {
                    map.serialize_entry(key, node)?;
                }
                map.end()
            }
            Self::Nothing => serializer.serialize_none(),
        }
    }
}

#[cfg(test)]
mod tests;
