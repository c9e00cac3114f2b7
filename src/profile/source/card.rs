//! `card.toml`: who this is, in the fewest words. It fills in no fact that the owner left out.

use toml::Spanned;
use unicode_segmentation::UnicodeSegmentation;

use super::{Reader, Written};
use crate::profile::{Accent, Card, Link, Page, Qr, url};

/// The lines of a headline: what fits on a card.
const HEADLINE_LINES: usize = 3;
/// The characters of one of them: what fits beside the card's edge in a window of 40 columns.
const HEADLINE: usize = 36;
/// A name, a role, a place: a long one is half of this.
const LINE: usize = 80;
/// An interest, and how many of them the card has room for.
const INTEREST: usize = 40;
const INTERESTS: usize = 12;
/// The mark's characters, as they are seen.
const MARK: usize = 8;
/// The longest e-mail address (RFC 5321, section 4.5.3.1.3), and the longest host name (RFC 1035) with its port.
const EMAIL: usize = 254;
const ADDRESS: usize = 260;
/// Links: more would be a directory, not a card. A QR code that is still read easily from a screen holds this many.
const LINKS: usize = 24;
const URL: usize = 300;

/// Reads the card; `empty` are the pages that have nothing to show, with the files that would fill them.
pub(super) fn card(written: &Written, empty: &[(Page, &str)]) -> Option<Card> {
    let mut reader = Reader::new(written);
    reader.require("headline", "headline = \"What you do\"");
    let headline = reader.lines("headline", HEADLINE_LINES * (HEADLINE + 1));
    let headline = headline.map(|text| lines(written, &text)).unwrap_or_default();
    let name = reader.line("name", LINE);
    let pronouns = reader.line("pronouns", LINE);
    let role = reader.line("role", LINE);
    let organization = reader.line("organization", LINE);
    let place = reader.line("place", LINE);
    let email = reader.line("email", EMAIL).filter(|email| check_email(written, email));
    let phone = reader.line("phone", LINE).filter(|phone| check_phone(written, phone));
    let interests = reader.list("interests", INTERESTS, INTEREST);
    let outside = reader.list("outside", INTERESTS, INTEREST);
    let mark = reader.line("mark", LINE).filter(|mark| check_mark(written, mark));
    let pages = pages(&mut reader, empty);
    let accent = reader.choice("accent", &Accent::ALL).map(Spanned::into_inner).unwrap_or_default();
    let address = reader.line("address", ADDRESS).filter(|address| check_address(written, address));
    let qr = reader.line("qr", URL);
    let links = reader.tables("link", LINKS).into_iter().filter_map(link).collect();
    reader.finish();

    let own = Option::<Spanned<String>>::map;
    let mut card = Card {
        headline,
        name: own(name, Spanned::into_inner),
        pronouns: own(pronouns, Spanned::into_inner),
        role: own(role, Spanned::into_inner),
        organization: own(organization, Spanned::into_inner),
        place: own(place, Spanned::into_inner),
        email: own(email, Spanned::into_inner),
        phone: own(phone, Spanned::into_inner),
        interests: interests.into_iter().map(Spanned::into_inner).collect(),
        outside: outside.into_iter().map(Spanned::into_inner).collect(),
        mark: own(mark, Spanned::into_inner),
        pages,
        accent,
        address: own(address, Spanned::into_inner),
        qr: Qr::None,
        links,
    };
    card.qr = read_qr(written, qr, &card);
    Some(card)
}

fn lines(written: &Written, text: &Spanned<String>) -> Vec<String> {
    let lines: Vec<String> = text.get_ref().lines().map(|line| line.trim().to_owned()).collect();
    if lines.len() > HEADLINE_LINES {
        let message = format!("`headline` has {} lines", lines.len());
        written.problem(text.span(), message, format!("shorten it to {HEADLINE_LINES} lines"));
    }
    for line in &lines {
        let length = line.chars().count();
        if length > HEADLINE {
            let message = format!("a line of `headline` is too long: {length} characters");
            let remedy = format!("shorten it to {HEADLINE} characters, or break it");
            written.problem(text.span(), message, remedy);
        } else if line.is_empty() {
            written.problem(text.span(), "a line of `headline` is empty", "remove it");
        }
    }
    lines
}

fn check_email(written: &Written, email: &Spanned<String>) -> bool {
    let right = email.get_ref().split_once('@').is_some_and(|(user, host)| {
        !user.is_empty() && !host.is_empty() && !host.contains('@') && !email.get_ref().contains(char::is_whitespace)
    });
    if !right {
        written.problem(email.span(), "`email` is not an e-mail address", "write it as in `someone@example.com`");
    }
    right
}

fn check_phone(written: &Written, phone: &Spanned<String>) -> bool {
    let known = |character: char| character.is_ascii_digit() || "+-() ./".contains(character);
    let right = phone.get_ref().chars().all(known) && phone.get_ref().contains(|digit: char| digit.is_ascii_digit());
    if !right {
        written.problem(phone.span(), "`phone` is not a telephone number", "write it as in `+1 555 0100`");
    }
    right
}

fn check_mark(written: &Written, mark: &Spanned<String>) -> bool {
    let length = mark.get_ref().graphemes(true).count();
    if length > MARK {
        let message = format!("`mark` is too long: {length} characters");
        written.problem(mark.span(), message, format!("shorten it to {MARK} characters"));
    }
    length <= MARK
}

fn check_address(written: &Written, address: &Spanned<String>) -> bool {
    let right = split_address(address.get_ref()).is_some();
    if !right {
        let remedy = "write the host name, and the port where it is not 22, as in `card.example.com:2222`";
        written.problem(address.span(), "`address` is not the address of a host", remedy);
    }
    right
}

/// A host, and the port where one is given: `card.example.com`, `card.example.com:2222`, `[2001:db8::1]:2222`.
pub(in crate::profile) fn split_address(address: &str) -> Option<(&str, Option<u16>)> {
    let port = |port: &str| port.parse::<u16>().ok().filter(|port| *port > 0);
    if let Some(rest) = address.strip_prefix('[') {
        let (host, after) = rest.split_once(']')?;
        host.parse::<std::net::Ipv6Addr>().ok()?;
        return match after.strip_prefix(':') {
            Some(after) => Some((host, Some(port(after)?))),
            None => after.is_empty().then_some((host, None)),
        };
    }
    let (host, port) = match address.split_once(':') {
        Some((host, after)) => (host, Some(port(after)?)),
        None => (address, None),
    };
    let known = |character: char| character.is_alphanumeric() || matches!(character, '-' | '.' | '_');
    // A host that begins with a hyphen would be an option of the visitor's ssh.
    (!host.is_empty() && !host.starts_with('-') && host.chars().all(known)).then_some((host, port))
}

/// The pages, in order: those that the owner listed, or all that have something to show.
fn pages(reader: &mut Reader<'_>, empty: &[(Page, &str)]) -> Vec<Page> {
    let names = Page::ALL.map(|page| (page.name(), page));
    let listed = reader.list("pages", Page::ALL.len() * 2, LINE);
    let mut pages = Vec::new();
    for entry in &listed {
        let Some(page) = reader.pick("page", entry, &names) else { continue };
        if pages.contains(&page) {
            let message = format!("the page `{}` is listed twice", page.name());
            reader.written().problem(entry.span(), message, "remove one of the two");
            continue;
        }
        if let Some((_, file)) = empty.iter().find(|(empty, _)| *empty == page) {
            let message = format!("the page `{}` has nothing to show", page.name());
            reader.written().problem(entry.span(), message, format!("write {file}, or remove the page here"));
        }
        pages.push(page);
    }
    if listed.is_empty() {
        pages = Page::ALL.into_iter().filter(|page| !empty.iter().any(|(empty, _)| empty == page)).collect();
    }
    if !pages.contains(&Page::Card) {
        pages.insert(0, Page::Card);
    }
    pages
}

fn link(mut reader: Reader<'_>) -> Option<Link> {
    reader.require("label", "label = \"My work\"");
    reader.require("url", "url = \"https://example.com\"");
    let label = reader.line("label", LINE);
    let url = reader.line("url", URL);
    let written = reader.written();
    reader.finish();
    let (label, url) = (label?, url?);
    if let Err((message, remedy)) = url::check(url.get_ref()) {
        written.problem(url.span(), message, remedy);
        return None;
    }
    Some(Link { label: label.into_inner(), url: url.into_inner() })
}

fn read_qr(written: &Written, qr: Option<Spanned<String>>, card: &Card) -> Qr {
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
            written.problem(qr.span(), "`qr` shows an address, and there is no `address`", remedy);
            Qr::None
        }),
        other => match url::check(other) {
            Ok(()) => Qr::Link(other.to_owned()),
            Err((message, remedy)) => {
                let names = ["none", "address", "mecard"];
                if other.contains(':') {
                    written.problem(qr.span(), message, remedy);
                } else {
                    let remedy = match crate::profile::characters::nearest(other, names) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => "it can be `none`, `address`, `mecard` or a link".to_owned(),
                    };
                    let message = format!("`qr` cannot be {}", crate::profile::characters::quoted(other));
                    written.problem(qr.span(), message, remedy);
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
