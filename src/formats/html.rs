//! The whole card as one web page that needs nothing else: no script, no request, no font of its own. It says who this
//! is to programs as well, as an h-card (<https://microformats.org/wiki/h-card>) and as a Person of schema.org.

use bytes::Bytes;

use super::{
    format::{File, Format},
    parts::{Below, Group, below, compact, dates, facts, groups, pages, story, to_try},
    photo::{PORTRAIT, data_url},
    plain::plain,
    qr,
    uri::{tel, uri},
};
use crate::document::{
    Accent, Card, Direction, Document, Entry, Layout, Page, Qr, Rgb, Section, Words, short_address, words::filled,
};

mod elements;
mod prose;

pub(crate) use elements::escaped;
use elements::{dir, element, link, span};
use prose::prose;

/// How the page looks, on every screen and on paper.
const STYLE: &str = include_str!("html/card.css");

/// Of the grounds in [`STYLE`], in each scheme the one on which a colour is the faintest.
const PAPER: Rgb = Rgb(0xfb_f9_f4);
const DARK_SHEET: Rgb = Rgb(0x1c_1f_26);

/// What a browser may do with the page: show it. Nothing is fetched and nothing runs.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/// `html`
pub(super) struct Html;

impl Format for Html {
    fn name(&self) -> &'static str {
        "html"
    }

    fn gives<'w>(&self, words: &'w Words) -> &'w str {
        &words.commands.html
    }

    fn files(&self) -> &'static [File] {
        &[File { name: "card.html", about: |words| &words.files.html, variant: "" }]
    }

    fn render(&self, document: &Document, _: &str) -> Option<Bytes> {
        Some(whole(document).into())
    }
}

fn whole(document: &Document) -> String {
    let card = &document.card;
    let [light, dark] = accent(card.accent);
    let mut out = Out { document, html: String::new() };
    out.line("<!DOCTYPE html>");
    let rtl = if document.words.direction == Direction::Rtl { " dir=\"rtl\"" } else { "" };
    out.line(&format!("<html lang=\"{}\"{rtl}>", document.language.tag()));
    out.line("<head>");
    out.line("<meta charset=\"utf-8\">");
    out.line(&format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">"));
    out.line("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    out.line("<meta name=\"color-scheme\" content=\"light dark\">");
    out.line(&format!("<title>{}</title>", escaped(&card.title())));
    if let Some(description) = document.work() {
        out.line(&format!("<meta name=\"description\" content=\"{}\">", escaped(&description)));
    }
    if let Some(web) = &card.web {
        out.line(&format!("<link rel=\"canonical\" href=\"{}\">", escaped(&uri(web))));
    }
    // A browser that is told of an icon asks for none.
    out.line("<link rel=\"icon\" href=\"data:,\">");
    out.line("<style>");
    out.line(&format!(":root {{ --accent-on-light: #{light:06x}; --accent-on-dark: #{dark:06x}; }}"));
    out.line(STYLE.trim_end());
    out.line("</style>");
    out.line("</head>");
    out.line("<body class=\"h-card\" itemscope itemtype=\"https://schema.org/Person\">");
    out.navigation();
    out.card(card);
    out.line("<main>");
    sections(document).for_each(|page| out.page(page));
    out.line("</main>");
    out.line("</body>");
    out.line("</html>");
    out.html
}

/// The accent's values on light and on dark paper; the same as a terminal of sixteen million colours has.
fn accent(accent: Accent) -> [u32; 2] {
    match accent {
        Accent::Own(color) => [PAPER, DARK_SHEET].map(|ground| color.readable(&[ground]).unwrap_or(color).0),
        Accent::Amber => [0x82_56_15, 0xd8_a4_57],
        Accent::Blue => [0x1d_5e_b2, 0x89_b0_e3],
        Accent::Green => [0x12_6e_31, 0x2f_c6_61],
        Accent::Rose => [0xb8_1e_42, 0xe7_97_a9],
        Accent::Teal => [0x11_6b_5f, 0x2d_c2_ae],
        Accent::Violet => [0x79_31_dd, 0xbe_a0_e9],
    }
}

/// The page so far.
struct Out<'d> {
    document: &'d Document,
    html: String,
}

impl Out<'_> {
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
        for Page { name, title, .. } in pages {
            self.line(&element("a", &format!("href=\"#{name}\""), title));
        }
        self.line("</nav>");
    }

    fn card(&mut self, card: &Card) {
        self.line("<header class=\"card\" id=\"card\">");
        self.line("<div class=\"who\">");
        let headline: Vec<_> = card.headline.iter().map(|line| escaped(line)).collect();
        let headline = headline.join("<br>\n");
        let pronouns = card.pronouns.as_ref();
        let pronouns = pronouns.map(|words| element("p", "class=\"pronouns p-pronouns\" itemprop=\"pronouns\"", words));
        let dir = dir(&headline);
        if let Some(name) = &card.name {
            self.element("h1", "class=\"p-name\" itemprop=\"name\"", name);
            if let Some(pronouns) = &pronouns {
                self.line(pronouns);
            }
            if !headline.is_empty() {
                self.line(&format!("<p class=\"headline\"{dir}>{headline}</p>"));
            }
        } else {
            self.line(&format!("<h1 class=\"headline p-name\" itemprop=\"name\"{dir}>{headline}</h1>"));
            if let Some(pronouns) = &pronouns {
                self.line(pronouns);
            }
        }
        self.line("</div>");
        let photo = card.photo.as_ref().and_then(|photo| Some((photo.within(PORTRAIT), data_url(photo, PORTRAIT)?)));
        if let Some((photo, url)) = photo {
            let ((width, height), name) = (photo.size(), card.title());
            let name = escaped(&name);
            self.line(&format!(
                "<img class=\"photo u-photo\" itemprop=\"image\" src=\"{url}\" alt=\"{name}\" width=\"{width}\" \
                 height=\"{height}\">"
            ));
        }
        if let Some(logo) = &card.logo {
            self.logo(logo, card.caption.as_deref());
        }
        self.work(card);
        self.likes(card);
        self.line("</header>");
    }

    /// The logo and the line under it; what it opens is on this page, unless it is an exhibit that no entry has.
    fn logo(&mut self, logo: &str, caption: Option<&str>) {
        let place = self.document.opened_place();
        let to = place.and_then(|place| Some((&self.document.pages.get(place.page)?.name, place.entry)));
        let link = to.map(|(page, entry)| {
            let entry = entry.map(|entry| format!("/{}", entry + 1)).unwrap_or_default();
            element("a", &format!("href=\"#{page}{entry}\""), logo)
        });
        match link {
            Some(link) => self.line(&format!("<p class=\"logo\">{link}</p>")),
            None => self.element("p", "class=\"logo\"", logo),
        }
        if let Some(caption) = caption {
            self.element("p", "class=\"caption\"", caption);
        }
    }

    /// What the person does, and where.
    fn work(&mut self, card: &Card) {
        let nested = |class, property, kind, words: &str| {
            format!(
                "<span class=\"{class}\" itemprop=\"{property}\" itemscope itemtype=\"https://schema.org/{kind}\">\
                 <span itemprop=\"name\"{}>{}</span></span>",
                dir(words),
                escaped(words)
            )
        };
        let role = card.role.as_ref().map(|role| element("span", "class=\"p-job-title\" itemprop=\"jobTitle\"", role));
        let organization = card.organization.as_ref().map(|words| nested("p-org", "worksFor", "Organization", words));
        let place = card.place.as_ref().map(|words| nested("p-locality", "homeLocation", "Place", words));
        let lines: Vec<String> = [role, organization, place].into_iter().flatten().collect();
        if !lines.is_empty() {
            self.line(&format!("<p class=\"work\">{}</p>", lines.join("<br>\n")));
        }
    }

    /// What their work is about, and what they like besides.
    fn likes(&mut self, card: &Card) {
        let listed = |words: &[String], attributes: &str| {
            let words: Vec<String> = words.iter().map(|word| element("span", attributes, word)).collect();
            words.join(" \u{b7} ")
        };
        let interests = listed(&card.interests, "class=\"p-category\" itemprop=\"knowsAbout\"");
        let outside = listed(&card.outside, "");
        if interests.is_empty() && outside.is_empty() {
            return;
        }
        self.line("<div class=\"likes\">");
        for (class, words) in [("interests", interests), ("outside", outside)] {
            if !words.is_empty() {
                self.line(&format!("<p class=\"{class}\">{words}</p>"));
            }
        }
        self.line("</div>");
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

    /// What an entry is to other programs.
    fn meta(&mut self, property: Option<(&str, &str)>) {
        if let Some((property, words)) = property {
            self.line(&format!("<meta itemprop=\"{property}\" content=\"{}\">", escaped(words)));
        }
    }

    /// What is said below an entry's text.
    fn below(&mut self, page: &Page, entry: &Entry) {
        let below = below(self.document, page, entry).into_iter().map(|below| match below {
            Below::Words(words) => span(&words),
            Below::Link(label, url) => link("", url, label),
            Below::See(place, name) => {
                let page = self.document.pages.get(place.page).map_or("", |page| &page.name);
                let entry = place.entry.map(|entry| format!("/{}", entry + 1)).unwrap_or_default();
                let to = element("a", &format!("href=\"#{page}{entry}\""), &name);
                filled(&escaped(&self.document.words.formats.see), &[&to])
            }
        });
        let exhibits = to_try(&self.document.words, entry).map(|exhibits| span(&exhibits));
        let lines: Vec<String> = below.chain(exhibits).collect();
        if !lines.is_empty() {
            self.line(&format!("<p class=\"with\">{}</p>", lines.join("<br>\n")));
        }
    }

    fn contact(&mut self, card: &Card) {
        let ways = ways(self.document);
        if !ways.is_empty() {
            self.line("<ul class=\"reach\">");
            for way in ways {
                self.line(&format!("<li{}>{way}</li>", dir(&way)));
            }
            self.line("</ul>");
        }
        if let Some(code) = qr::svg(card) {
            self.line("<figure>");
            self.line(&code);
            let says = match &card.qr {
                Qr::Mecard(_) => &self.document.words.card.vcard_code,
                qr => qr.content().unwrap_or_default(),
            };
            self.element("figcaption", "", says);
            self.line("</figure>");
        }
    }
}

/// Where the person is found, and the card.
fn ways(document: &Document) -> Vec<String> {
    let card = &document.card;
    let email = card
        .email
        .as_ref()
        .map(|email| link("class=\"u-email\" itemprop=\"email\"", &format!("mailto:{email}"), email));
    let phone = card.phone.as_ref().map(|phone| {
        let class = "class=\"p-tel\" itemprop=\"telephone\"";
        tel(phone).map_or_else(|| element("span", class, phone), |tel| link(class, &tel, phone))
    });
    let web = card.web.iter().map(|web| link("class=\"u-url u-uid\" itemprop=\"url\"", web, short_address(web)));
    let links = card.links.iter().map(|to| link("class=\"u-url\" itemprop=\"url\" rel=\"me\"", &to.url, &to.label));
    let opens = escaped(&document.words.card.opens);
    let ssh = card.ssh().map(|ssh| filled(&opens, &[&element("code", "", &ssh)]));
    email.into_iter().chain(phone).chain(web).chain(links).chain(ssh).collect()
}

/// The pages that have a section of their own: all with something to show, below the card itself.
fn sections(document: &Document) -> impl Iterator<Item = &Page> {
    let card = &document.card;
    let reach = [&card.email, &card.phone, &card.address, &card.web].into_iter().any(Option::is_some);
    let contact = reach || !card.links.is_empty() || card.qr != Qr::None;
    pages(document).filter(move |page| match page.layout {
        Layout::Contact => contact,
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
