//! The card as one self-contained web page: no script, no request, no font of its own. It has an h-card
//! (<https://microformats.org/wiki/h-card>) and a Person of schema.org for other programs.

use std::borrow::Cow;

use bytes::Bytes;

use super::{
    format::{File, Format},
    parts::{Below, Group, below, compact, dates, facts, groups, pages, story, to_try},
    plain::plain,
    uri::uri,
};
use crate::{
    document::{Accent, Direction, Document, Entry, Layout, Page, Place, Rgb, Section, Words, words::filled},
    theme::accents,
};

mod card;
mod colors;
mod elements;
mod prose;

pub(crate) use colors::{DARK, LIGHT};
pub(crate) use elements::escaped;
use elements::{AUTO, address, element, link, span};
use prose::prose;

/// How the page looks, on every screen and on paper.
const STYLE: &str = include_str!("html/card.css");

/// The direction of an element in a language that is written from the right.
const RTL: &str = " dir=\"rtl\"";

/// What a browser may do with the page: show it. Nothing is fetched and nothing runs.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/// `html`
pub(super) struct HtmlFormat;

impl Format for HtmlFormat {
    fn name(&self) -> &'static str {
        "html"
    }

    fn is_set(&self) -> bool {
        true
    }

    fn gives<'w>(&self, words: &'w Words) -> &'w str {
        &words.commands.html
    }

    fn files(&self) -> &'static [File] {
        &[File { name: "card.html", about: |words| &words.files.html, variant: "" }]
    }

    fn render(&self, document: &Document, _: &str) -> Option<Bytes> {
        Some(whole(document, None).into())
    }
}

/// What stands round the card on the page of a server. All of it is HTML, but for the style.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Surroundings {
    /// Where the page is; empty where that is not known.
    pub canonical: String,
    /// Elements of the head.
    pub head: String,
    /// More of the page's style, in whole lines.
    pub style: &'static str,
    /// Between the navigation and the card.
    pub above: String,
    /// Between the card and its pages.
    pub below: String,
    /// After everything.
    pub end: String,
}

/// The page of a server, and the whole of its style: what it may do is told by the server.
#[must_use]
pub fn page(document: &Document, around: &Surroundings) -> (String, String) {
    (whole(document, Some(around)), style(document, around.style))
}

/// The content of the `style` element.
fn style(document: &Document, more: &str) -> String {
    let [light, dark] = accent(document.card.accent);
    format!("\n:root {{ --accent-on-light: {light}; --accent-on-dark: {dark}; }}\n{}\n{more}", STYLE.trim_end())
}

fn whole(document: &Document, around: Option<&Surroundings>) -> String {
    let card = &document.card;
    let mut out = HtmlWriter { document, html: String::new() };
    out.line("<!DOCTYPE html>");
    let is_rtl = document.words.direction == Direction::Rtl;
    let rtl = if is_rtl { RTL } else { "" };
    out.line(&format!("<html lang=\"{}\"{rtl}>", document.language.tag()));
    out.line("<head>");
    out.line("<meta charset=\"utf-8\">");
    if around.is_none() {
        out.line(&format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">"));
    }
    out.line("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    out.line("<meta name=\"color-scheme\" content=\"light dark\">");
    out.line(&format!("<title>{}</title>", escaped(&card.title())));
    if let Some(description) = document.work() {
        out.line(&format!("<meta name=\"description\" content=\"{}\">", escaped(&description)));
    }
    let of_server = around.map(|around| Cow::from(&around.canonical));
    if let Some(canonical) = of_server.or_else(|| card.web.as_deref().map(uri)).filter(|address| !address.is_empty()) {
        out.line(&format!("<link rel=\"canonical\" href=\"{}\">", escaped(&canonical)));
    }
    // A browser that is told of an icon asks for none.
    out.html.push_str(around.map_or("<link rel=\"icon\" href=\"data:,\">\n", |around| &around.head));
    let style = style(document, around.map_or("", |around| around.style));
    out.line(&format!("<style>{style}</style>"));
    out.line("</head>");
    out.line("<body class=\"h-card\" itemscope itemtype=\"https://schema.org/Person\">");
    out.navigation();
    out.html.push_str(around.map_or("", |around| &around.above));
    out.card(card);
    out.html.push_str(around.map_or("", |around| &around.below));
    out.line("<main>");
    sections(document).for_each(|page| out.page(page));
    out.line("</main>");
    out.html.push_str(around.map_or("", |around| &around.end));
    out.line("</body>");
    out.line("</html>");
    // In a language that is written from the right, words that hold its letters are, whatever letter is the first.
    if is_rtl { out.html.replace(AUTO, RTL) } else { out.html }
}

/// The accent on light and on dark paper: that of a terminal of sixteen million colours. An owner's own is made
/// readable on the grounds of this page.
pub(crate) fn accent(accent: Accent) -> [Rgb; 2] {
    if let Accent::Own(color) = accent {
        return [LIGHT.paper, DARK.sheet].map(|ground| color.readable(&[ground]).unwrap_or(color));
    }
    // Each accent that has a name can be read on both.
    accents(accent).map(Option::unwrap_or_default)
}

/// The page so far.
struct HtmlWriter<'d> {
    document: &'d Document,
    html: String,
}

impl HtmlWriter<'_> {
    fn line(&mut self, line: &str) {
        self.html.push_str(line);
        self.html.push('\n');
    }

    /// An element that holds words and nothing else.
    fn element(&mut self, tag: &str, attributes: &str, words: &str) {
        self.line(&element(tag, attributes, words));
    }

    fn navigation(&mut self) {
        let pages: Vec<&Page> = sections(self.document).collect();
        if pages.len() < 2 {
            return;
        }
        self.line(&format!("<nav aria-label=\"{}\">", escaped(&self.document.words.formats.pages)));
        for page in pages {
            self.line(&element("a", &format!("href=\"#{}\"", page.name), &self.document.heading(page)));
        }
        self.line("</nav>");
    }

    fn page(&mut self, page: &Page) {
        self.line(&format!("<section id=\"{}\">", page.name));
        self.element("h2", "", &self.document.heading(page));
        self.line("<div class=\"body\">");
        if page.layout == Layout::Contact {
            self.contact(&self.document.card);
        }
        let is_story = story(self.document).is_some_and(|story| story.name == page.name);
        if is_story {
            self.line("<div class=\"p-note\" itemprop=\"description\">");
        }
        self.html.push_str(&prose(&page.intro, 2));
        if is_story {
            self.line("</div>");
        }
        if !page.line.is_empty() {
            let names: Vec<_> = page.line.iter().map(|name| element("span", "", name)).collect();
            self.line(&format!("<p class=\"line\">{}</p>", names.join(self.document.words.direction.arrow())));
        }
        match page.layout {
            Layout::Layers => {
                // The layers as they lie: the lowest comes last, and stands on the ground.
                self.line("<div class=\"layers\">");
                groups(page).iter().rev().for_each(|group| self.group(page, group));
                if let Some(ground) = &page.ground {
                    self.element("p", "class=\"ground\"", ground);
                }
                self.line("</div>");
            }
            Layout::Compact if !page.entries.is_empty() => {
                self.line("<dl>");
                page.entries.iter().zip(1..).for_each(|(entry, number)| self.compact(page, entry, number));
                self.line("</dl>");
            }
            _ => groups(page).iter().for_each(|group| self.group(page, group)),
        }
        self.line("</div>");
        self.line("</section>");
    }

    /// Entries, below the organization of all of them.
    fn group(&mut self, page: &Page, group: &Group<'_>) {
        if let Some(organization) = group.organization {
            self.line("<article>");
            self.element("h3", "", organization);
        }
        let level = if group.organization.is_some() { 4 } else { 3 };
        for (index, entry) in &group.entries {
            self.entry(page, entry, index + 1, level);
        }
        if group.organization.is_some() {
            self.line("</article>");
        }
    }

    /// An entry, `number` of its page, counted from 1, with a heading of `level`.
    fn entry(&mut self, page: &Page, entry: &Entry, number: usize, level: usize) {
        let (attributes, property) = schema(page.section, entry);
        self.line(&format!("<article id=\"{}/{number}\"{attributes}>", page.name));
        self.line("<header>");
        self.element(&format!("h{level}"), "", entry.label());
        if let Some(dates) = dates(self.document, entry) {
            self.element("p", "class=\"dates\"", &dates);
        }
        self.line("</header>");
        self.meta(property);
        let facts: Vec<String> = facts(entry, page.layout).into_iter().map(span).collect();
        if !facts.is_empty() {
            self.line(&format!("<p class=\"facts\">{}</p>", facts.join("<br>\n")));
        }
        self.html.push_str(&prose(&entry.text, level));
        self.below(page, entry);
        self.line("</article>");
    }

    /// An entry of a compact page, in a list of terms.
    fn compact(&mut self, page: &Page, entry: &Entry, number: usize) {
        let (attributes, property) = schema(page.section, entry);
        self.line(&format!("<div id=\"{}/{number}\"{attributes}>", page.name));
        self.element("dt", "", entry.label());
        self.line("<dd>");
        self.meta(property);
        let parts = compact(self.document, entry).into_iter().skip(1).chain(dates(self.document, entry));
        let parts: Vec<String> = parts.map(|part| span(&part)).collect();
        if !parts.is_empty() {
            self.line(&parts.join(" \u{b7}\n"));
        }
        self.html.push_str(&prose(&entry.text, 3));
        self.below(page, entry);
        self.line("</dd>");
        self.line("</div>");
    }

    /// Words that lead to a place on this page; `None` where there is no such place.
    fn to_place(&self, place: Place, words: &str) -> Option<String> {
        let page = &self.document.pages.get(place.page)?.name;
        let entry = place.entry.map(|entry| format!("/{}", entry + 1)).unwrap_or_default();
        Some(element("a", &format!("href=\"#{page}{entry}\""), words))
    }

    /// What an entry is to other programs.
    fn meta(&mut self, property: Option<(&str, &str)>) {
        if let Some((property, words)) = property {
            self.line(&format!("<meta itemprop=\"{property}\" content=\"{}\">", escaped(words)));
        }
    }

    /// Writes the parts below an entry's text.
    fn below(&mut self, page: &Page, entry: &Entry) {
        let below = below(self.document, page, entry).into_iter().map(|below| match below {
            Below::Words(words) => span(&words),
            Below::Link(label, url) => link(address(url, label), url, label),
            Below::See(place, name) => {
                let to = self.to_place(place, &name).unwrap_or_default();
                filled(&escaped(&self.document.words.formats.see), &[&to])
            }
        });
        let exhibits = to_try(&self.document.words, entry).map(|exhibits| span(&exhibits));
        let lines: Vec<String> = below.chain(exhibits).collect();
        if !lines.is_empty() {
            self.line(&format!("<p class=\"with\">{}</p>", lines.join("<br>\n")));
        }
    }
}

/// The pages that have a section of their own: all with something to show, below the card itself.
fn sections(document: &Document) -> impl Iterator<Item = &Page> {
    pages(document).filter(|page| match page.layout {
        Layout::Prose => !plain(&page.intro).is_empty(),
        _ => true,
    })
}

/// What an entry is of a Person of schema.org: attributes of its element, and a property with its value.
fn schema(section: Section, entry: &Entry) -> (&'static str, Option<(&'static str, &str)>) {
    let named = (!entry.label().is_empty()).then_some(entry.label());
    let property = |property| named.map(|name| (property, name));
    match section {
        Section::Education if entry.organization.is_some() => (
            " itemprop=\"alumniOf\" itemscope itemtype=\"https://schema.org/EducationalOrganization\"",
            entry.organization.as_deref().map(|name| ("name", name)),
        ),
        Section::Certificates => (
            " itemprop=\"hasCredential\" itemscope itemtype=\"https://schema.org/EducationalOccupationalCredential\"",
            property("name"),
        ),
        Section::Projects | Section::Publications => {
            (" itemscope itemtype=\"https://schema.org/CreativeWork\"", property("name"))
        }
        Section::Awards => ("", property("award")),
        Section::Skills => ("", property("knowsAbout")),
        Section::Languages => ("", property("knowsLanguage")),
        _ => ("", None),
    }
}

#[cfg(test)]
pub(super) mod tests;
