//! `card.toml`: who this is, in the fewest words. It fills in no fact that the owner left out.

use toml::Spanned;
use unicode_segmentation::UnicodeSegmentation;

use super::{
    characters::{nearest, quoted},
    extra,
    reader::Reader,
    source_file::SourceFile,
    url,
};
use crate::document::{Accent, Card, Extra, Link, Qr, split_address};

/// The lines of a headline: what fits on a card.
const HEADLINE_LINES: usize = 3;
/// The characters of one of them: what fits beside the card's edge in a window of 40 columns.
const HEADLINE: usize = 36;
/// A name, a role, a place: a long one is half of this.
const LINE: usize = 80;
/// An interest, and how many of them the card has room for.
const INTEREST: usize = 40;
const INTERESTS: usize = 12;
/// The logo's characters, as they are seen.
const LOGO: usize = 8;
/// The longest e-mail address (RFC 5321, section 4.5.3.1.3), and the longest host name (RFC 1035) with its port.
const EMAIL: usize = 254;
const ADDRESS: usize = 260;
/// Links: more would be a directory, not a card. A QR code that is still read easily from a screen holds this many.
const LINKS: usize = 24;
const URL: usize = 300;

/// Keys of other programs and of the first edition, and what to write instead.
const MISTAKEN: [(&str, &str); 17] = [
    ("mark", "write `logo`"),
    ("title", "did you mean `role`? What the card says largest is the `headline`"),
    ("position", "did you mean `role`?"),
    ("job", "did you mean `role`?"),
    ("company", "did you mean `organization`?"),
    ("employer", "did you mean `organization`?"),
    ("organisation", "did you mean `organization`?"),
    ("location", "did you mean `place`?"),
    ("city", "did you mean `place`?"),
    ("mail", "did you mean `email`?"),
    ("tel", "did you mean `phone`?"),
    ("color", "did you mean `accent`?"),
    ("colour", "did you mean `accent`?"),
    ("tagline", "did you mean `headline`?"),
    ("hobbies", "did you mean `outside`?"),
    ("website", "write it as a link: `[[link]]` with `label` and `url`"),
    ("url", "write it as a link: `[[link]]` with `label` and `url`"),
];

/// A page in `pages`, as it was written.
pub(super) type Listed = Spanned<String>;

/// Reads the card, the names of the pages in the owner's order (none where the order is left to the program), and what
/// is carried of a JSON Resume.
pub(super) fn card(source: &SourceFile) -> (Card, Vec<Listed>, Extra) {
    let mut reader = Reader::new(source).mistaken(&MISTAKEN);
    if !reader.has("name") {
        reader.require("headline", "headline = \"What you do\"");
    }
    let headline = reader.lines("headline", HEADLINE_LINES * (HEADLINE + 1));
    let headline = headline.map(|text| lines(source, &text)).unwrap_or_default();
    let line = |reader: &mut Reader<'_>, key| reader.line(key, LINE).map(Spanned::into_inner);
    let list = |reader: &mut Reader<'_>, key| {
        reader.list(key, INTERESTS, INTEREST).into_iter().map(Spanned::into_inner).collect()
    };
    let mut card = Card {
        headline,
        name: line(&mut reader, "name"),
        pronouns: line(&mut reader, "pronouns"),
        role: line(&mut reader, "role"),
        organization: line(&mut reader, "organization"),
        place: line(&mut reader, "place"),
        ..Card::default()
    };
    let checked = |value: Option<Spanned<String>>, check: fn(&SourceFile, &Spanned<String>) -> bool| {
        value.filter(|value| check(source, value)).map(Spanned::into_inner)
    };
    card.email = checked(reader.line("email", EMAIL), check_email);
    card.phone = checked(reader.line("phone", LINE), check_phone);
    card.interests = list(&mut reader, "interests");
    card.outside = list(&mut reader, "outside");
    card.logo = checked(reader.line("logo", LINE), check_logo);
    let pages = reader.list("pages", 2 * super::PAGES, LINE);
    card.accent = reader.choice("accent", &Accent::ALL).map(Spanned::into_inner).unwrap_or_default();
    card.address = checked(reader.line("address", ADDRESS), check_address);
    let qr = reader.line("qr", URL);
    card.links = reader.tables("link", LINKS).into_iter().filter_map(link).collect();
    let extra = extra::of_card(&mut reader);
    reader.finish();
    card.qr = read_qr(source, qr, &card);
    (card, pages, extra)
}

fn lines(source: &SourceFile, text: &Spanned<String>) -> Vec<String> {
    let lines: Vec<String> = text.get_ref().lines().map(|line| line.trim().to_owned()).collect();
    if lines.len() > HEADLINE_LINES {
        let message = format!("`headline` has {} lines", lines.len());
        source.error(text.span(), message, format!("shorten it to {HEADLINE_LINES} lines"));
    }
    for line in &lines {
        let length = line.chars().count();
        if length > HEADLINE {
            let message = format!("a line of `headline` is too long: {length} characters");
            let remedy = format!("shorten it to {HEADLINE} characters, or break it");
            source.error(text.span(), message, remedy);
        } else if line.is_empty() {
            source.error(text.span(), "a line of `headline` is empty", "remove it");
        }
    }
    lines
}

fn check_email(source: &SourceFile, email: &Spanned<String>) -> bool {
    let right = email.get_ref().split_once('@').is_some_and(|(user, host)| {
        !user.is_empty() && !host.is_empty() && !host.contains('@') && !email.get_ref().contains(char::is_whitespace)
    });
    if !right {
        source.error(email.span(), "`email` is not an e-mail address", "write it as in `someone@example.com`");
    }
    right
}

fn check_phone(source: &SourceFile, phone: &Spanned<String>) -> bool {
    let known = |character: char| character.is_ascii_digit() || "+-() ./".contains(character);
    let right = phone.get_ref().chars().all(known) && phone.get_ref().contains(|digit: char| digit.is_ascii_digit());
    if !right {
        source.error(phone.span(), "`phone` is not a telephone number", "write it as in `+1 555 0100`");
    }
    right
}

fn check_logo(source: &SourceFile, logo: &Spanned<String>) -> bool {
    let length = logo.get_ref().graphemes(true).count();
    if length > LOGO {
        let message = format!("`logo` is too long: {length} characters");
        source.error(logo.span(), message, format!("shorten it to {LOGO} characters"));
    }
    length <= LOGO
}

fn check_address(source: &SourceFile, address: &Spanned<String>) -> bool {
    let right = split_address(address.get_ref()).is_some();
    if !right {
        let remedy = "write the host name, and the port where it is not 22, as in `card.example.com:2222`";
        source.error(address.span(), "`address` is not the address of a host", remedy);
    }
    right
}

/// Reads a label and an address.
pub(super) fn link(mut reader: Reader<'_>) -> Option<Link> {
    reader.require("label", "label = \"My work\"");
    reader.require("url", "url = \"https://example.com\"");
    let label = reader.line("label", LINE);
    let url = reader.line("url", URL);
    let source = reader.source();
    reader.finish();
    let (label, url) = (label?, url?);
    if let Err((message, remedy)) = url::check(url.get_ref()) {
        source.error(url.span(), message, remedy);
        return None;
    }
    Some(Link { label: label.into_inner(), url: url.into_inner() })
}

fn read_qr(source: &SourceFile, qr: Option<Spanned<String>>, card: &Card) -> Qr {
    let address = || card.address.as_ref().map(|address| Qr::Address(format!("ssh://{address}")));
    let link = || card.links.first().map(|link| Qr::Link(link.url.clone()));
    let mecard = || Qr::Mecard(mecard(card));
    let Some(qr) = qr else {
        return address().or_else(link).unwrap_or_else(mecard);
    };
    match qr.get_ref().as_str() {
        "none" => Qr::None,
        "mecard" => mecard(),
        "address" => address().unwrap_or_else(|| {
            let remedy = "add it, as in `address = \"card.example.com\"`, or choose another content";
            source.error(qr.span(), "`qr` shows an address, and there is no `address`", remedy);
            Qr::None
        }),
        other => match url::check(other) {
            Ok(()) => Qr::Link(other.to_owned()),
            Err((message, remedy)) => {
                let names = ["none", "address", "mecard"];
                if other.contains(':') {
                    source.error(qr.span(), message, remedy);
                } else {
                    let remedy = match nearest(other, names) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => "it can be `none`, `address`, `mecard` or a link".to_owned(),
                    };
                    let message = format!("`qr` cannot be {}", quoted(other));
                    source.error(qr.span(), message, remedy);
                }
                Qr::None
            }
        },
    }
}

/// The card as a MECARD, NTT Docomo's format of an address book entry. It needs a name; a card without one gives what
/// stands largest on it.
fn mecard(card: &Card) -> String {
    let name = card.name.clone().or_else(|| card.organization.clone()).unwrap_or_else(|| card.headline.join(" "));
    let organization = card.organization.as_ref().filter(|_| card.name.is_some());
    let fields = [
        ("N", Some(&name)),
        ("ORG", organization),
        ("NOTE", card.role.as_ref()),
        ("ADR", card.place.as_ref()),
        ("TEL", card.phone.as_ref()),
        ("EMAIL", card.email.as_ref()),
        ("URL", card.links.first().map(|link| &link.url)),
    ];
    let mut mecard = String::from("MECARD:");
    for (field, value) in fields {
        let Some(value) = value else { continue };
        mecard.push_str(field);
        mecard.push(':');
        for character in value.chars() {
            if matches!(character, '\\' | ';' | ':' | ',') {
                mecard.push('\\');
            }
            mecard.push(character);
        }
        mecard.push(';');
    }
    mecard.push(';');
    mecard
}
