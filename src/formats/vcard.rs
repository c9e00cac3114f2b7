//! The card as vCard 3.0 (RFC 2426), which phones import, and 4.0 (RFC 6350). It has only what the profile says: no
//! revision date, no identifier.

mod name;

use base64ct::{Base64, Encoding as _};
use bytes::Bytes;
use unicode_segmentation::UnicodeSegmentation as _;

use name::StructuredName;

use super::{
    format::{File, Format},
    parts::{first_block, story},
    photo::{PORTRAIT, data_url},
    plain::plain,
    uri::{tel, uri},
};
use crate::document::{Card, Document, Words, short_address};

/// `vcard`
pub(super) struct VcardFormat;

impl Format for VcardFormat {
    fn name(&self) -> &'static str {
        "vcard"
    }

    fn gives<'w>(&self, words: &'w Words) -> &'w str {
        &words.commands.vcard
    }

    fn variants(&self) -> &'static [&'static str] {
        &["3", "4"]
    }

    fn files(&self) -> &'static [File] {
        &[File { name: "card.vcf", about: |words| &words.files.vcard, variant: "3" }]
    }

    fn render(&self, document: &Document, variant: &str) -> Option<Bytes> {
        Some(card(document, variant == "4").into())
    }
}

/// The card, as RFC 6350 (`v4`) or RFC 2426 has it.
fn card(document: &Document, v4: bool) -> String {
    let card = &document.card;
    let mut out = ContentLines::default();
    out.line("BEGIN", "VCARD");
    out.line("VERSION", if v4 { "4.0" } else { "3.0" });
    if v4 {
        out.line("KIND", "individual");
    }
    // FN has to be there (RFC 6350, section 6.2.1): a card without a name says what it says largest.
    out.text("FN", &card.title());
    // N has to be there in 3.0 (RFC 2426, section 3.1.2), and address books show it.
    let StructuredName { family, given, prefix, suffix } = StructuredName::of_card(card, &document.language);
    let parts = [&family, &given, "", &prefix, &suffix].map(escaped);
    out.line("N", &parts.join(";"));
    if let Some(pronouns) = &card.pronouns {
        // RFC 9554, section 3.4
        out.text(if v4 { "PRONOUNS" } else { "X-PRONOUNS" }, pronouns);
    }
    out.optional("ORG", card.organization.as_deref());
    out.optional("TITLE", card.role.as_deref());
    if let Some(jpeg) = card.photo.as_ref().and_then(|photo| photo.jpeg(PORTRAIT)) {
        // RFC 6350, section 6.2.4: a URI, which may hold the picture itself. RFC 2426, section 3.1.4: the picture.
        if v4 {
            out.line("PHOTO", &data_url(&jpeg));
        } else {
            out.line("PHOTO;ENCODING=b;TYPE=JPEG", &Base64::encode_string(&jpeg.bytes));
        }
    }
    reach(&mut out, card, v4);
    if !card.interests.is_empty() {
        out.line("CATEGORIES", &card.interests.iter().map(|interest| escaped(interest)).collect::<Vec<_>>().join(","));
    }
    if v4 {
        // RFC 6715, section 2.3
        card.outside.iter().for_each(|hobby| out.text("HOBBY", hobby));
    }
    out.optional("NOTE", note(document).as_deref());
    out.line("END", "VCARD");
    out.0
}

/// Where the person is found.
fn reach(out: &mut ContentLines, card: &Card, v4: bool) {
    out.optional(email(v4), card.email.as_deref());
    if let Some(phone) = &card.phone {
        match tel(phone).filter(|_| v4) {
            Some(tel) => out.line("TEL;VALUE=uri", &tel),
            None => out.text("TEL", phone),
        }
    }
    if let Some(place) = &card.place {
        out.line("ADR", &format!(";;;{};;;", escaped(place)));
    }
    if let Some(web) = &card.web {
        out.line("URL", &uri(web));
    }
    // A label in a group is how address books have them, Apple's first; others show the address alone.
    for (link, n) in card.links.iter().zip(1..) {
        let words = short_address(&link.url);
        match link.url.split_once(':') {
            Some(("mailto", _)) if !words.contains(['?', '%']) => out.text(&format!("item{n}.{}", email(v4)), words),
            Some(("tel", _)) if v4 => out.line(&format!("item{n}.TEL;VALUE=uri"), &uri(&link.url)),
            Some(("tel", _)) => out.text(&format!("item{n}.TEL"), words),
            _ => out.line(&format!("item{n}.URL"), &uri(&link.url)),
        }
        out.text(&format!("item{n}.X-ABLabel"), &link.label);
    }
}

/// The property of an e-mail address; 3.0 has a type for it (RFC 2426, section 3.3.2).
const fn email(v4: bool) -> &'static str {
    if v4 { "EMAIL" } else { "EMAIL;TYPE=INTERNET" }
}

/// What else an address book should know: what the card says largest, the story's first paragraph, and the way back
/// here.
fn note(document: &Document) -> Option<String> {
    let card = &document.card;
    let headline = card.name.as_ref().map(|_| card.headline.join(" "));
    let first = story(document).map(|page| plain(&first_block(&page.intro)));
    let parts = [headline, first, card.ssh()].into_iter().flatten();
    let parts: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
    (!parts.is_empty()).then(|| parts.join("\n\n"))
}

/// The most bytes of a line, without its end (RFC 6350, section 3.2).
const LONGEST: usize = 75;

/// Content lines, each ended by CRLF.
#[derive(Default)]
struct ContentLines(String);

impl ContentLines {
    /// A property whose value is text.
    fn text(&mut self, property: &str, text: &str) {
        self.line(property, &escaped(text));
    }

    fn optional(&mut self, property: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(property, text);
        }
    }

    /// A property with its value as it stands in the file, folded: a line goes on in the next after a space, and what a
    /// reader takes for one character is not cut, unless it is longer than a line.
    fn line(&mut self, property: &str, value: &str) {
        let mut length = 0;
        for grapheme in format!("{property}:{value}").graphemes(true) {
            if length + grapheme.len() > LONGEST && grapheme.len() < LONGEST {
                self.fold(&mut length);
            }
            for character in grapheme.chars() {
                if length + character.len_utf8() > LONGEST {
                    self.fold(&mut length);
                }
                self.0.push(character);
                length += character.len_utf8();
            }
        }
        self.0.push_str("\r\n");
    }

    fn fold(&mut self, length: &mut usize) {
        self.0.push_str("\r\n ");
        *length = 1;
    }
}

/// Text as a value (RFC 6350, section 3.4; RFC 2426, section 4).
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | ',' | ';' => escaped.extend(['\\', character]),
            '\n' => escaped.push_str("\\n"),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests;
