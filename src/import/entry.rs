//! One element of a resume's list as an entry.

use serde_json::Value;

use super::{
    dates,
    fields::{Fields, HTML, scalar, shortened},
    report::Report,
};
use crate::{
    document::Extra,
    formats::{
        json_resume::{
            markdown::markdown,
            shape::{self, Shape},
            shown,
        },
        uri,
    },
    profile::{
        limits::{LINE, NAMES, TEXT, TITLE, URL, beyond},
        url,
    },
    scaffold::writer::{self, Toml},
};

/// The columns of a text that has to be shortened: each character may need a backslash, and the text has lists.
const SHORTENED: usize = 8_000;

/// The entry; what is no entry is given back.
pub(super) fn entry(shape: &Shape, path: &str, value: Value, report: &mut Report) -> Result<String, Value> {
    let object = match value {
        Value::Object(object) => object,
        // `["English", "German"]`
        value => match scalar(&value) {
            Some(name) => Extra::from_iter([(shape.name.to_owned(), name.into())]),
            None => return Err(value),
        },
    };
    let original = object.clone();
    let mut fields = Fields::new(path, object);
    rename(shape, &mut fields);
    let is_named = fields.has(shape.name) || fields.has(shape.other);
    let is_quoted = shape.list == "references" && fields.has(shape.text);
    if !is_named && !is_quoted {
        return Err(Value::Object(original));
    }
    let name = fields.line(shape.name, TITLE, report);
    let name = if shape.list == "references" { of_reference(name, is_named, &mut fields, report) } else { name };
    let other = fields.line(shape.other, TITLE, report);
    let (title, organization) = if shape.named_by_title { (name, other) } else { (other, name) };
    let is_line = matches!(shape.list, "skills" | "languages");
    // Of a skill they would become keywords.
    let subtitle = (shape.list != "skills").then(|| subtitle(shape, &mut fields, report)).flatten();
    let place = (shape.list != "skills").then(|| place(&mut fields, report)).flatten();
    let level = if is_line { fields.line(shape.level, LINE, report) } else { None };
    let mut toml = Toml::default();
    toml.raw("\n[[entry]]");
    toml.optional("title", title.as_ref());
    toml.optional("organization", organization.as_ref());
    toml.optional("subtitle", subtitle.as_ref());
    toml.optional("level", level.as_ref());
    for (key, value) in dates::take(&mut fields, shape, report) {
        toml.line(key, &value);
    }
    toml.optional("place", place.as_ref());
    addresses(&mut toml, &mut fields, report);
    toml.list("tags", &fields.lines(shape.tags, NAMES, LINE, report));
    toml.list("people", &fields.lines("people", NAMES, LINE, report));
    toml.prose("text", &text(shape, &mut fields, report));
    toml.extra("extra.", &fields.finish(report));
    Ok(toml.finish())
}

/// The name of a reference. One without any is called so, and printed without a name.
fn of_reference(name: Option<String>, is_named: bool, fields: &mut Fields, report: &mut Report) -> Option<String> {
    if !is_named {
        report.note(&fields.path("name"), &format!("there is none; the card says `{}`", shape::REFERENCE));
        return Some(shape::REFERENCE.to_owned());
    }
    if name.as_deref() == Some(shape::REFERENCE) {
        fields.carry("name", shape::REFERENCE.into());
    }
    name
}

/// The keys of version 0 of the schema, and of other sections.
fn rename(shape: &Shape, fields: &mut Fields) {
    fields.rename("website", "url");
    match shape.list {
        "work" => fields.rename("company", "name"),
        "volunteer" => fields.rename("name", "organization"),
        "projects" => fields.rename("summary", "description"),
        _ => {}
    }
}

/// The roles of a project are its subtitle where it has no other.
fn subtitle(shape: &Shape, fields: &mut Fields, report: &mut Report) -> Option<String> {
    if let Some(subtitle) = fields.line(shape.subtitle, TITLE, report) {
        return Some(subtitle);
    }
    if shape.list != "projects" {
        return None;
    }
    let roles = fields.take("roles")?;
    let line = shape::roles(&Extra::from_iter([("roles".to_owned(), roles.clone())]));
    let line = line.filter(|line| beyond(line, TITLE).is_none() && !line.contains(['\n', '\t']));
    if line.is_some() {
        fields.carry("roles", roles);
    } else {
        fields.untaken("roles", roles);
    }
    line
}

/// Some have the object here that the person's own location is.
fn place(fields: &mut Fields, report: &mut Report) -> Option<String> {
    match fields.take("location")? {
        Value::Object(location) => {
            let place =
                Some(shape::place(&location)).filter(|place| !place.is_empty() && beyond(place, LINE).is_none());
            match place {
                Some(_) => fields.carry("location", Value::Object(location)),
                None => fields.untaken("location", Value::Object(location)),
            }
            place
        }
        other => {
            fields.untaken("location", other);
            fields.line("location", LINE, report)
        }
    }
}

/// `url` and `links`. What `sshcard print json` writes has the first of the links as its address too.
fn addresses(toml: &mut Toml, fields: &mut Fields, report: &mut Report) {
    let url = fields.url("url", report);
    let given = fields.take("links");
    let links = given.as_ref().and_then(labelled).unwrap_or_default();
    match given {
        Some(given) if links.is_empty() => fields.untaken("links", given),
        Some(given) if labels(&given).any(shown::is_html) => {
            report.reshaped(&fields.path("links"), HTML);
            fields.carry("links", given);
        }
        _ => {}
    }
    let first = links.first().map(|(_, url)| url);
    toml.optional("url", url.as_ref().filter(|url| first != Some(url)));
    let links: Vec<String> = links
        .iter()
        .map(|(label, url)| format!("{{ label = {}, url = {} }}", writer::text(label), writer::text(url)))
        .collect();
    if !links.is_empty() {
        toml.raw(&format!("links = [{}]", links.join(", ")));
    }
}

fn labels(links: &Value) -> impl Iterator<Item = &str> {
    links.as_array().into_iter().flatten().filter_map(|link| link.get("label")?.as_str())
}

/// A list of labels and addresses, where it is one that a profile may hold.
fn labelled(links: &Value) -> Option<Vec<(String, String)>> {
    let links = links.as_array().filter(|links| links.len() <= NAMES)?;
    let links = links.iter().map(|link| {
        let object = link.as_object().filter(|object| object.len() == 2)?;
        let (label, url) = (shown::line(object.get("label")?.as_str()?), object.get("url")?.as_str()?);
        let is_line = shortened(&label, LINE).1 && !label.contains(['\n', '\t']);
        (is_line && url::check(url).is_ok() && shortened(&uri(url), URL).1).then(|| (label, uri(url).into_owned()))
    });
    links.collect()
}

/// The text, with the highlights as a list.
fn text(shape: &Shape, fields: &mut Fields, report: &mut Report) -> String {
    let list = fields.get("highlights").cloned();
    let (text, highlights) = (fields.text(shape.text, report), fields.texts("highlights", report));
    let parts = [shown::prose(&text), shown::list(&highlights)];
    let whole = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n");
    // The loader counts the line break that the file ends several lines with.
    let line_break = usize::from(!writer::is_line(&whole));
    if beyond(&whole, TEXT - line_break).is_none() {
        return whole;
    }
    // Too long together: the list is carried, and of the text what fits.
    if let Some(list) = list {
        fields.untaken("highlights", list);
    }
    let (shown, is_whole) = shortened(&shown::words(&text), SHORTENED);
    if !is_whole {
        report.shortened(&fields.path(shape.text), SHORTENED);
        fields.carry(shape.text, text.into());
    }
    markdown(&shown)
}
