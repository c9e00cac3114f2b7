//! `basics` and `interests` as card.toml and about.md.

use serde_json::{Value, json};

use super::{
    fields::{Fields, HTML, one_line, scalar, shortened, whole_url},
    report::Report,
};
use crate::{
    document::{Extra, is_email, is_phone, short_address},
    formats::{
        json_resume::{
            markdown::markdown,
            shape::{self, WEBSITE, is_website},
            shown,
        },
        uri,
    },
    profile::limits::{EMAIL, INTEREST, INTERESTS, LINE, LINKS},
    scaffold::writer::Toml,
};

/// The characters of about.md.
const ABOUT: usize = 30_000;

/// What `basics` and `interests` become.
pub(super) struct ImportedCard {
    /// The card, without what is carried.
    pub(super) toml: Toml,
    /// The text of about.md.
    pub(super) about: Option<String>,
}

/// Takes `basics` and `interests`, and carries what of them has no home.
pub(super) fn card(resume: &mut Fields, report: &mut Report) -> ImportedCard {
    let object = match resume.take("basics") {
        Some(Value::Object(basics)) => basics,
        Some(other) => {
            let name = scalar(&other);
            if name.is_none() {
                report.note("basics", "it is no object, and was left out");
            }
            Extra::from_iter(name.map(|name| ("name".to_owned(), name.into())))
        }
        None => Extra::new(),
    };
    let mut basics = Fields::new("basics", object);
    basics.rename("website", "url");
    basics.rename("picture", "image");
    let mut toml = Toml::default();
    toml.raw("# The card itself. Its other keys, as `headline`, `pronouns`, `logo` and `accent`: docs/profile.md.\n");
    let name = basics.line("name", LINE, report);
    if name.is_none() {
        report.note("basics.name", "there is none; write yours into card.toml, where it says \"Your name\"");
    }
    toml.line("name", name.as_deref().unwrap_or("Your name"));
    // The schema has no such keys, and allows more than it names; schema.org has them.
    toml.optional("given", basics.line("givenName", LINE, report).as_ref());
    toml.optional("family", basics.line("familyName", LINE, report).as_ref());
    toml.optional("role", basics.line("label", LINE, report).as_ref());
    toml.optional("place", place(&mut basics, report).as_ref());
    let profiles = basics.values("profiles");
    let email = reached(&mut basics, &profiles, "email", EMAIL, report);
    let phone = reached(&mut basics, &profiles, "phone", LINE, report);
    toml.optional("email", email.as_ref());
    toml.optional("phone", phone.as_ref());
    toml.list("interests", &interests(resume, report));
    links(&mut toml, &mut basics, profiles, [email, phone], report);
    let about = about(&mut basics, report);
    let carried = basics.finish(report);
    if !carried.is_empty() {
        resume.carry("basics", carried.into());
    }
    ImportedCard { toml, about: Some(about).filter(|about| !about.is_empty()) }
}

fn about(basics: &mut Fields, report: &mut Report) -> String {
    let text = basics.text("summary", report);
    let (beginning, is_whole) = shortened(&shown::words(&text), ABOUT);
    if is_whole {
        return shown::prose(&text);
    }
    report.shortened("basics.summary", ABOUT);
    basics.carry("summary", text.into());
    markdown(&beginning)
}

/// City, region and country are the place; the location comes back whole.
fn place(basics: &mut Fields, report: &mut Report) -> Option<String> {
    let location = match basics.take("location")? {
        Value::Object(location) => location,
        // `"location": "Example City"`
        other => {
            let city = scalar(&other);
            if city.is_none() {
                basics.untaken("location", other);
            }
            Extra::from_iter(city.map(|city| ("city".to_owned(), city.into())))
        }
    };
    let place = shape::place(&location);
    let (shown, is_whole) = shortened(&place, LINE);
    let is_shown = |key: &str| matches!(key, "city" | "region" | "countryCode");
    for (key, value) in &location {
        if !is_shown(key) || !value.is_string() {
            report.carried(&format!("basics.location.{key}"), "");
        }
    }
    if !is_whole {
        report.shortened("basics.location", LINE);
    }
    // A city alone is the place and nothing else.
    if !is_whole || location.len() != 1 || location.get("city").and_then(Value::as_str) != Some(&*place) {
        basics.carry("location", location.into());
    }
    Some(shown).filter(|place| !place.is_empty())
}

/// The e-mail address or the telephone number, which the card takes only in its form. Without the field it is that of
/// the first profile that has one as its address.
fn reached(basics: &mut Fields, profiles: &[Value], key: &str, longest: usize, report: &mut Report) -> Option<String> {
    let is_good =
        |text: &str| shortened(text, longest).1 && if key == "email" { is_email(text) } else { is_phone(text) };
    let Some(value) = basics.take(key) else {
        let addresses = profiles.iter().filter_map(|profile| scalar(profile.get("url")?));
        let of_key = |url: String| shape::reach(&url).filter(|(of, _)| *of == key).map(|(_, text)| text.to_owned());
        return addresses.filter_map(of_key).find(|text| is_good(text));
    };
    let written = scalar(&value);
    let line = written.as_deref().map(shown::line);
    let text = line.as_deref().map(|text| without_scheme(key, text)).filter(|text| is_good(text));
    if let Some(text) = text.filter(|text| Some(*text) != written.as_deref()) {
        report.note(&basics.path(key), &format!("written as {text}"));
    }
    let text = text.map(str::to_owned);
    if text.is_none() {
        report.note(&basics.path(key), "the card cannot hold it as it is written");
        basics.untaken(key, value);
    }
    text
}

/// `a@x.example` of `mailto:a@x.example?subject=Hello`.
fn without_scheme<'t>(key: &str, text: &'t str) -> &'t str {
    let scheme = if key == "email" { "mailto:" } else { "tel:" };
    let is_scheme = text.get(..scheme.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(scheme));
    let reached = text.get(scheme.len()..).filter(|_| is_scheme).map_or(text, str::trim);
    // What a mail is to begin with is no part of the address (RFC 6068).
    if is_scheme && key == "email" { reached.split('?').next().unwrap_or_default() } else { reached }
}

/// The names of the interests that a card has room for. Their keywords, and the others, are carried.
fn interests(resume: &mut Fields, report: &mut Report) -> Vec<String> {
    let (mut shown, mut with_more, mut of_html, mut others) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (index, mut value) in resume.values("interests").into_iter().enumerate() {
        let path = format!("interests[{index}]");
        let written = scalar(&value).or_else(|| scalar(value.get("name")?));
        let name = written.as_deref().map(shown::line);
        let name = name.filter(|name| shortened(name, INTEREST).1 && !name.contains(['\n', '\t']));
        let Some(name) = name.filter(|_| shown.len() < INTERESTS) else {
            report.carried(&path, "");
            others.push(value);
            continue;
        };
        let more: Vec<String> = value.as_object().into_iter().flatten().map(|(key, _)| key.clone()).collect();
        let more: Vec<String> = more.into_iter().filter(|key| key != "name").collect();
        for key in &more {
            report.carried(&format!("{path}.{key}"), "");
        }
        let is_html = written.as_ref() != Some(&name);
        if is_html {
            report.reshaped(&if value.is_object() { format!("{path}.name") } else { path }, HTML);
        } else if !more.is_empty() {
            set(&mut value, "name", &name);
        }
        if !more.is_empty() {
            with_more.push(value);
        } else if is_html {
            of_html.push(json!({ "name": written }));
        }
        shown.push(name);
    }
    with_more.append(&mut of_html);
    with_more.append(&mut others);
    if !with_more.is_empty() {
        resume.carry("interests", with_more.into());
    }
    shown
}

/// `url` and `profiles`. A profile that leads to what is `reached` already is carried.
fn links(
    toml: &mut Toml,
    basics: &mut Fields,
    profiles: Vec<Value>,
    reached: [Option<String>; 2],
    report: &mut Report,
) {
    let mut links: Vec<(String, String)> = Vec::new();
    let (mut with_more, mut of_html, mut others) = (Vec::new(), Vec::new(), Vec::new());
    for (index, mut profile) in profiles.into_iter().enumerate() {
        let path = format!("basics.profiles[{index}]");
        let field = |key: &str| profile.get(key).and_then(scalar);
        let written = field("network");
        let line = written.as_deref().map(shown::line);
        let is_html = line != written;
        let network = line.as_deref().map(one_line);
        let is_label = |label: &String| shortened(label, LINE).1;
        let has_label = profile.get("network").is_none() || network.as_ref().is_some_and(is_label);
        let address = field("url").filter(|_| has_label);
        let address = address.and_then(|url| whole_url(&url, &format!("{path}.url"), report));
        let label = network.or_else(|| address.as_deref().map(host)).filter(is_label);
        let is_reached =
            |url: &String| shape::reach(url).is_some_and(|(_, text)| reached.iter().flatten().any(|of| of == text));
        if address.as_ref().is_some_and(is_reached) {
            report.carried(&path, "the card has its address already");
            others.push(profile);
            continue;
        }
        // One is kept for the person's own site.
        let (Some(label), Some(address)) = (label, address.filter(|_| links.len() + 1 < LINKS)) else {
            report.carried(&path, "it has no address that the card can hold");
            others.push(profile);
            continue;
        };
        let more: Vec<String> = profile.as_object().into_iter().flatten().map(|(key, _)| key.clone()).collect();
        let more: Vec<String> = more.into_iter().filter(|key| key != "network" && key != "url").collect();
        for key in &more {
            report.carried(&format!("{path}.{key}"), "");
        }
        if is_html {
            report.reshaped(&format!("{path}.network"), HTML);
        }
        if is_html || !more.is_empty() || is_website(&label) {
            // As they are printed, so that the rest is found again.
            if !is_html {
                set(&mut profile, "network", &label);
            }
            set(&mut profile, "url", &address);
            if more.is_empty() && is_html { of_html.push(profile) } else { with_more.push(profile) }
        }
        links.push((label, address));
    }
    let site = basics.take("url").and_then(|value| {
        let known = scalar(&value).filter(|text| links.iter().any(|(_, address)| *address == uri(text)));
        match known {
            // Without a key of its own the same address is printed.
            Some(url) if is_printed(&links, &uri(&url)) => {}
            Some(_) => basics.carry("url", value),
            None => basics.untaken("url", value),
        }
        basics.url("url", report)
    });
    with_more.append(&mut of_html);
    with_more.append(&mut others);
    if !with_more.is_empty() {
        basics.carry("profiles", json!(with_more));
    }
    for (label, address) in site.map(|site| (WEBSITE.to_owned(), site)).into_iter().chain(links) {
        toml.raw("\n[[link]]");
        toml.line("label", &label);
        toml.line("url", &address);
    }
}

/// What a profile without a network is called: the host of its address, or all of one without a host.
fn host(url: &str) -> String {
    let host = url.split_once("://").map_or_else(|| short_address(url), |(_, rest)| rest);
    let host = host.split(['/', '?', '#']).next().unwrap_or_default();
    host.strip_prefix("www.").unwrap_or(host).to_owned()
}

/// Whether an address is printed as that of the person's own site.
fn is_printed(links: &[(String, String)], address: &str) -> bool {
    shape::website(links.iter().map(|(label, url)| (label.as_str(), url.as_str()))) == Some(address)
}

/// Sets a field of an object.
fn set(value: &mut Value, key: &str, text: &str) {
    if let Value::Object(fields) = value {
        fields.insert(key.to_owned(), text.into());
    }
}
