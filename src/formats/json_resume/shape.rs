//! How the entries of each section are written in a JSON Resume: the one table for reading and writing them.

use serde_json::Value;

use super::shown;
use crate::document::{Dates, Extra, Section, is_phone, short_address};

/// How the entries of a section are written.
pub(crate) struct Shape {
    /// The key of the list in the resume.
    pub(crate) list: &'static str,
    pub(crate) sections: &'static [Section],
    /// The key of what an entry is called: its title, or its organization.
    pub(crate) name: &'static str,
    pub(crate) named_by_title: bool,
    /// The key of the other of the two.
    pub(crate) other: &'static str,
    pub(crate) subtitle: &'static str,
    pub(crate) level: &'static str,
    pub(crate) text: &'static str,
    pub(crate) tags: &'static str,
    /// The keys of beginning and end; one key for both is the day when it was.
    pub(crate) dates: [&'static str; 2],
}

/// The key of an end. The schema has none for a certificate, and allows keys that it does not name.
pub(crate) const END: &str = "endDate";
const SPAN: [&str; 2] = ["startDate", END];

/// What most have.
const ORGANIZATION: Shape = Shape {
    list: "",
    sections: &[],
    name: "name",
    named_by_title: false,
    other: "position",
    subtitle: "description",
    level: "level",
    text: "summary",
    tags: "keywords",
    dates: SPAN,
};
const TITLE: Shape = Shape { named_by_title: true, other: "organization", ..ORGANIZATION };

/// The lists, in the order of the schema. It has none for talks: they are publications.
pub(crate) const SHAPES: [Shape; 10] = [
    Shape { list: "work", sections: &[Section::Work], ..ORGANIZATION },
    Shape { list: "volunteer", sections: &[Section::Volunteer], name: "organization", ..ORGANIZATION },
    Shape {
        list: "education",
        sections: &[Section::Education],
        name: "institution",
        other: "studyType",
        subtitle: "area",
        tags: "courses",
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
    Shape { list: "skills", sections: &[Section::Skills], ..TITLE },
    Shape { list: "languages", sections: &[Section::Languages], name: "language", level: "fluency", ..TITLE },
    Shape { list: "references", sections: &[Section::References], text: "reference", ..TITLE },
    // The description of a project is what others have as a summary.
    Shape {
        list: "projects",
        sections: &[Section::Projects],
        other: "entity",
        subtitle: "summary",
        text: "description",
        ..TITLE
    },
];

impl Shape {
    /// Whether an entry has one day, not a beginning and an end.
    pub(crate) fn has_one_date(&self) -> bool {
        let [first, last] = self.dates;
        first == last
    }

    /// Whether no end means that it goes on. Other programs read the schema so where somebody works.
    pub(crate) fn goes_on_without_end(&self) -> bool {
        matches!(self.list, "work" | "volunteer")
    }

    /// Beginning and end as they are written.
    pub(crate) fn iso(&self, dates: &Dates) -> [(&'static str, Option<String>); 2] {
        let (from, to) = dates.iso();
        let [first, last] = self.dates;
        if self.has_one_date() {
            let end = to.clone().filter(|_| from.is_some() && from != to);
            [(first, from.or(to)), (END, end)]
        } else {
            [(first, from), (last, to)]
        }
    }
}

/// A label that says that a link is the person's own site: the `url` of a resume, and none of its profiles.
pub(crate) fn is_website(label: &str) -> bool {
    ["website", "homepage", "web"].iter().any(|word| label.eq_ignore_ascii_case(word))
}

/// The person's own site of these labels and addresses; without one the first that a browser opens.
pub(crate) fn website<'l>(links: impl Iterator<Item = (&'l str, &'l str)> + Clone) -> Option<&'l str> {
    let own = links.clone().find(|(label, _)| is_website(label));
    own.or_else(|| links.into_iter().find(|(_, url)| url.starts_with("http"))).map(|(_, url)| url)
}

/// The key of `basics` that a link belongs to, `email` or `phone`, and the text there; `None` for other links and for
/// what the schema does not take (RFC 5321's address without quotes and comments).
pub(crate) fn reach(url: &str) -> Option<(&'static str, &str)> {
    let text = short_address(url);
    if url.starts_with("tel:") {
        return is_phone(text).then_some(("phone", text));
    }
    let (user, host) = url.strip_prefix("mailto:")?.split_once('@')?;
    let is_part = |part: &str| {
        let is_known = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_' | '+');
        !part.is_empty() && part.len() < 64 && part.chars().all(is_known)
    };
    let is_label = |part: &str| is_part(part) && !part.contains(['_', '+']) && part.trim_matches('-') == part;
    (user.len() <= 64 && user.split('.').all(is_part) && host.split('.').all(is_label)).then_some(("email", text))
}

/// The label of the link that is made of a resume's `url`.
pub(crate) const WEBSITE: &str = "Website";

/// The title of a reference that has no name. No name is printed of it.
pub(crate) const REFERENCE: &str = "Reference";

/// A place as a card shows it: of a resume's location city, region and country.
pub(crate) fn place(location: &Extra) -> String {
    let parts =
        ["city", "region", "countryCode"].into_iter().filter_map(|key| location.get(key).and_then(Value::as_str));
    let parts = parts.map(|part| shown::line(part.trim())).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(", ").replace(['\n', '\t'], " ")
}

/// The roles of a project in a line, as an entry's subtitle has them; `None` where there are none.
pub(crate) fn roles(extra: &Extra) -> Option<String> {
    let roles: Vec<String> = shown::texts(extra.get("roles")?).iter().map(|role| shown::line(role)).collect();
    Some(roles.join(", ")).filter(|roles| !roles.is_empty())
}
