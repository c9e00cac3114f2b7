//! The whole card as one web page that needs nothing else: no script, no request, no font of its own. It says who this is
//! to programs as well, as an h-card (<https://microformats.org/wiki/h-card>) and as a Person of schema.org.

use super::{
    joined, listed,
    plain::plain,
    qr, shows, titles,
    uri::{tel, uri},
};
use crate::profile::{Accent, Card, Layer, Page, Profile, Qr, Station};

mod prose;

use prose::{escaped, name, prose};

/// How the page looks, on every screen and on paper.
const STYLE: &str = include_str!("html/card.css");

/// What a browser may do with the page: show it. Nothing is fetched and nothing runs.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/// Renders the profile.
pub(super) fn render(profile: &Profile) -> String {
    let card = &profile.card;
    let title = card.name.clone().unwrap_or_else(|| card.headline.join(" "));
    let description = joined([card.role.as_deref(), card.organization.as_deref()], ", ");
    let [light, dark] = accent(card.accent);
    let mut out = Out::default();
    out.line("<!DOCTYPE html>");
    out.line("<html lang=\"en\">");
    out.line("<head>");
    out.line("<meta charset=\"utf-8\">");
    out.line(&format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">"));
    out.line("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    out.line("<meta name=\"color-scheme\" content=\"light dark\">");
    out.line(&format!("<title>{}</title>", escaped(&title)));
    if let Some(description) = description {
        out.line(&format!("<meta name=\"description\" content=\"{}\">", escaped(&description)));
    }
    // A browser that is told of an icon asks for none.
    out.line("<link rel=\"icon\" href=\"data:,\">");
    out.line("<style>");
    out.line(&format!(":root {{ --accent-on-light: #{light:06x}; --accent-on-dark: #{dark:06x}; }}"));
    out.line(STYLE.trim_end());
    out.line("</style>");
    out.line("</head>");
    out.line("<body class=\"h-card\" itemscope itemtype=\"https://schema.org/Person\">");
    out.navigation(profile);
    out.card(card);
    out.line("<main>");
    for page in card.pages.iter().filter(|page| **page != Page::Card) {
        out.page(profile, *page);
    }
    out.line("</main>");
    out.line("</body>");
    out.line("</html>");
    out.0
}

/// The accent's values on light and on dark paper; the same as a terminal of sixteen million colours has.
const fn accent(accent: Accent) -> [u32; 2] {
    match accent {
        Accent::Amber => [0x82_56_15, 0xd8_a4_57],
        Accent::Blue => [0x1d_5e_b2, 0x89_b0_e3],
        Accent::Green => [0x12_6e_31, 0x2f_c6_61],
        Accent::Rose => [0xb8_1e_42, 0xe7_97_a9],
        Accent::Teal => [0x11_6b_5f, 0x2d_c2_ae],
        Accent::Violet => [0x79_31_dd, 0xbe_a0_e9],
    }
}

/// The name of a page as a heading.
const fn title(page: Page) -> &'static str {
    match page {
        Page::Card => "Card",
        Page::About => "About",
        Page::Career => "Career",
        Page::Stack => "Stack",
        Page::Contact => "Contact",
    }
}

/// The page so far.
#[derive(Default)]
struct Out(String);

impl Out {
    fn line(&mut self, line: &str) {
        self.0.push_str(line);
        self.0.push('\n');
    }

    /// An element that holds words and nothing else.
    fn element(&mut self, tag: &str, attributes: &str, words: &str) {
        self.line(&element(tag, attributes, words));
    }

    fn navigation(&mut self, profile: &Profile) {
        let pages: Vec<Page> = profile.card.pages.iter().copied().filter(|page| has_section(profile, *page)).collect();
        if pages.len() < 2 {
            return;
        }
        self.line("<nav aria-label=\"Pages\">");
        for page in pages {
            self.line(&format!("<a href=\"#{name}\">{name}</a>", name = page.name()));
        }
        self.line("</nav>");
    }

    fn card(&mut self, card: &Card) {
        self.line("<header class=\"card\">");
        self.line("<div class=\"who\">");
        let headline: Vec<_> = card.headline.iter().map(|line| escaped(line)).collect();
        let headline = headline.join("<br>\n");
        match &card.name {
            Some(name) => {
                self.element("h1", "class=\"p-name\" itemprop=\"name\"", name);
                if let Some(pronouns) = &card.pronouns {
                    self.element("p", "class=\"pronouns p-pronouns\" itemprop=\"pronouns\"", pronouns);
                }
                self.line(&format!("<p class=\"headline\"{}>{headline}</p>", dir(&headline)));
            }
            None => {
                self.line(&format!(
                    "<h1 class=\"headline p-name\" itemprop=\"name\"{}>{headline}</h1>",
                    dir(&headline)
                ));
            }
        }
        self.line("</div>");
        if let Some(mark) = &card.mark {
            self.element("p", "class=\"mark\"", mark);
        }
        self.work(card);
        self.likes(card);
        self.line("</header>");
    }

    /// What the person does, and where.
    fn work(&mut self, card: &Card) {
        let nested = |class, property, kind, words: &str| {
            format!(
                "<span class=\"{class}\" itemprop=\"{property}\" itemscope itemtype=\"https://schema.org/{kind}\">\
                 <span itemprop=\"name\">{}</span></span>",
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

    fn page(&mut self, profile: &Profile, page: Page) {
        if !has_section(profile, page) {
            return;
        }
        self.line(&format!("<section id=\"{}\">", page.name()));
        self.element("h2", "", title(page));
        self.line("<div class=\"body\">");
        match page {
            Page::Card => {}
            Page::About => {
                self.line("<div class=\"p-note\" itemprop=\"description\">");
                self.0.push_str(&prose(&profile.about, 2));
                self.line("</div>");
            }
            Page::Career => self.career(profile),
            Page::Stack => self.stack(profile),
            Page::Contact => self.contact(profile),
        }
        self.line("</div>");
        self.line("</section>");
    }

    fn career(&mut self, profile: &Profile) {
        if !profile.career.line.is_empty() {
            let names: Vec<_> =
                profile.career.line.iter().map(|name| format!("<span>{}</span>", escaped(name))).collect();
            self.line(&format!("<p class=\"line\">{}</p>", names.join(" → ")));
        }
        for station in &profile.career.stations {
            self.station(station, profile);
        }
    }

    fn station(&mut self, station: &Station, profile: &Profile) {
        self.line("<article>");
        let more = joined([station.subject.as_deref(), station.time.as_deref()], " · ");
        self.titled(&station.organization, more.as_deref());
        self.0.push_str(&prose(&station.text, 3));
        let people: Vec<_> = station.people.iter().map(|person| name(person)).collect();
        let with = (!people.is_empty()).then(|| format!("With {}.", listed(&people)));
        let layer = station.layer.filter(|_| shows(profile, Page::Stack));
        let layer = layer.and_then(|index| Some((index, profile.stack.layers.get(index)?)));
        let layer = layer.map(|(index, layer)| {
            format!("In the stack: <a href=\"#layer-{}\">{}</a>.", index + 1, escaped(&layer.title))
        });
        let lines: Vec<String> = with.into_iter().chain(layer).collect();
        if !lines.is_empty() {
            self.line(&format!("<p class=\"with\">{}</p>", lines.join("<br>\n")));
        }
        self.line("</article>");
    }

    /// The layers as they lie: the lowest comes last, and stands on the ground.
    fn stack(&mut self, profile: &Profile) {
        self.0.push_str(&prose(&profile.stack.text, 2));
        self.line("<div class=\"layers\">");
        for (index, layer) in profile.stack.layers.iter().enumerate().rev() {
            self.layer(layer, index + 1);
        }
        if let Some(ground) = &profile.stack.ground {
            self.element("p", "class=\"ground\"", ground);
        }
        self.line("</div>");
    }

    fn layer(&mut self, layer: &Layer, number: usize) {
        self.line(&format!("<article id=\"layer-{number}\">"));
        self.titled(&layer.title, layer.place.as_deref());
        if let Some(summary) = &layer.summary {
            self.element("p", "class=\"summary\"", summary);
        }
        self.0.push_str(&prose(&layer.text, 3));
        let exhibits = titles(layer);
        if !exhibits.is_empty() {
            self.element("p", "class=\"with\"", &format!("To try in a terminal: {}.", listed(&exhibits)));
        }
        self.line("</article>");
    }

    /// A heading, and what is said beside it.
    fn titled(&mut self, title: &str, more: Option<&str>) {
        self.line("<header>");
        self.element("h3", "", title);
        if let Some(more) = more {
            self.element("p", "", more);
        }
        self.line("</header>");
    }

    fn contact(&mut self, profile: &Profile) {
        let card = &profile.card;
        let ways = ways(card);
        if !ways.is_empty() {
            self.line("<ul class=\"reach\">");
            for way in ways {
                self.line(&format!("<li>{way}</li>"));
            }
            self.line("</ul>");
        }
        if let Some(code) = qr::svg(profile) {
            self.line("<figure>");
            self.line(&code);
            let says = match &card.qr {
                Qr::Mecard(_) => "the card, for an address book",
                qr => qr.content().unwrap_or_default(),
            };
            self.element("figcaption", "", says);
            self.line("</figure>");
        }
    }
}

/// Where the person is found, and the card.
fn ways(card: &Card) -> Vec<String> {
    let to = |class: &str, address: &str, words: &str| {
        element("a", &format!("{class} href=\"{}\"", escaped(&uri(address))), words)
    };
    let email =
        card.email.as_ref().map(|email| to("class=\"u-email\" itemprop=\"email\"", &format!("mailto:{email}"), email));
    let phone = card.phone.as_ref().map(|phone| {
        let class = "class=\"p-tel\" itemprop=\"telephone\"";
        tel(phone).map_or_else(|| element("span", class, phone), |tel| to(class, &tel, phone))
    });
    let links = card.links.iter().map(|link| to("class=\"u-url\" itemprop=\"url\" rel=\"me\"", &link.url, &link.label));
    let ssh = card.ssh("").map(|ssh| format!("{} opens this card in a terminal", element("code", "", &ssh)));
    email.into_iter().chain(phone).chain(links).chain(ssh).collect()
}

/// Whether a page has something for a section of its own; the card itself stands above them all.
fn has_section(profile: &Profile, page: Page) -> bool {
    let card = &profile.card;
    match page {
        Page::Card => false,
        Page::About => !plain(&profile.about).is_empty(),
        Page::Career | Page::Stack => true,
        Page::Contact => {
            let reach = [&card.email, &card.phone, &card.address].into_iter().any(Option::is_some);
            reach || !card.links.is_empty() || card.qr != Qr::None
        }
    }
}

/// An element that holds words and nothing else.
fn element(tag: &str, attributes: &str, words: &str) -> String {
    let space = if attributes.is_empty() { "" } else { " " };
    format!("<{tag}{space}{attributes}{}>{}</{tag}>", dir(words), escaped(words))
}

/// The direction of words is found out by the browser where they hold letters that are written from the right: Hebrew,
/// Arabic and what stands between and after them in Unicode.
fn dir(words: &str) -> &'static str {
    let from_the_right = |letter: char| {
        matches!(letter, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}'
            | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
    };
    if words.contains(from_the_right) { " dir=\"auto\"" } else { "" }
}

#[cfg(test)]
mod tests;
