//! The HTML of the card itself, and of the ways to reach the person.

use super::{
    HtmlWriter,
    elements::{dir, element, escaped, kept, link},
};
use crate::{
    document::{Card, Direction, Document, Qr, short_address, words::filled},
    formats::{
        photo::{PORTRAIT, data_url},
        qr,
        uri::tel,
    },
};

impl HtmlWriter<'_> {
    pub(super) fn card(&mut self, card: &Card) {
        self.line("<header class=\"card\" id=\"card\">");
        self.line("<div class=\"who\">");
        let headline: Vec<_> = card.headline.iter().map(|line| kept(line)).collect();
        let headline = headline.join("<br>\n");
        let dir = dir(&headline);
        match &card.name {
            Some(name) => self.element("h1", "class=\"p-name\" itemprop=\"name\"", name),
            None => self.line(&format!("<h1 class=\"headline p-name\" itemprop=\"name\"{dir}>{headline}</h1>")),
        }
        if let Some(pronouns) = &card.pronouns {
            self.element("p", "class=\"pronouns p-pronouns\" itemprop=\"pronouns\"", pronouns);
        }
        if card.name.is_some() && !headline.is_empty() {
            self.line(&format!("<p class=\"headline\"{dir}>{headline}</p>"));
        }
        self.line("</div>");
        if let Some(jpeg) = card.photo.as_ref().and_then(|photo| photo.jpeg(PORTRAIT)) {
            let ((width, height), name, url) = (jpeg.size, card.title(), data_url(&jpeg));
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
        let link = self.document.opened_place().and_then(|place| self.to_place(place, logo));
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
                kept(words)
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
            words.join("\u{a0}\u{b7} ")
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

    /// Where the person is found, and the QR code.
    pub(super) fn contact(&mut self, card: &Card) {
        let ways = ways(self.document);
        if !ways.is_empty() {
            self.line("<ul class=\"reach\">");
            // A list that is written from the right has all of its items there, also one that begins in Latin letters.
            let from_the_right = self.document.words.direction == Direction::Rtl;
            for way in ways {
                self.line(&format!("<li{}>{way}</li>", if from_the_right { "" } else { dir(&way) }));
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
