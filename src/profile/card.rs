//! Reads `card.toml`. A field that the owner left out stays empty.

use std::sync::Arc;

use toml::Spanned;
use unicode_segmentation::UnicodeSegmentation;

use super::{
    characters::{alternatives, quoted, suggestion},
    extra, first_edition,
    keys::ValueKind,
    languages,
    limits::{EMAIL, HEADLINE, HEADLINE_LINES, INTEREST, INTERESTS, LINE, LINKS, PAGES, PLACE, URL, excess},
    link::link,
    mistaken,
    reader::Reader,
    source_file::SourceFile,
    url::{self, meant_address},
    vocabulary::Vocabulary,
    words::words,
};
use crate::document::{
    Accent, Card, Extra, LEAST_CONTRAST, Language, Qr, Rgb, Words, is_email, is_phone, split_address, whole_name,
};

/// The logo's characters, as they are seen.
const LOGO: usize = 8;
/// The characters of the line under the logo: three lines beside the words of a card.
const CAPTION: usize = 120;
/// The longest host name (RFC 1035) with its port.
const ADDRESS: usize = 260;

/// Regular expressions (ECMA 262) of what [`check_email`], [`check_phone`], [`check_web`] and [`read_accent`] take.
const EMAIL_FORM: &str = r"^\s*[^@\s:<>,;]+@[^@\s<>,;]+\s*$";
const PHONE_FORM: &str = r"^[-+() ./0-9]*[0-9][-+() ./0-9]*$";
const WEB_FORM: &str = r"^\s*[hH][tT][tT][pP][sS]?://[^/\s][^\s]*\s*$";
const COLOR_FORM: &str = r"^\s*#[0-9a-fA-F]{6}\s*$";

/// What the card's file says.
pub(super) struct ReadCard {
    /// The card, without its photo.
    pub(super) card: Card,
    pub(super) language: Language,
    pub(super) words: Arc<Words>,
    /// The names of the pages in the owner's order; none where the order is left to the program.
    pub(super) pages: Vec<Spanned<String>>,
    /// Where the logo leads, which can be any page.
    pub(super) opens: Option<Spanned<String>>,
    /// The name of the photo's file, where the owner gives one.
    pub(super) photo: Option<Spanned<String>>,
    /// What is carried of a JSON Resume.
    pub(super) extra: Extra,
}

/// Reads the card's file. What a translation leaves out is as in the card of `base`, which names the language too.
pub(super) fn card(source: &SourceFile, vocabulary: &Vocabulary<'_>, base: Option<(&Card, &Language)>) -> ReadCard {
    let mut reader = Reader::new(source).mistaken(&mistaken::CARD);
    let has_mark = first_edition::tell_card(&mut reader);
    if base.is_none() {
        let remedy = "add at least one, as in `headline = \"What you do\"`";
        let whom = ["headline", "name", "given", "family"];
        reader.require_one(&whom, "the card has neither `headline` nor `name`", remedy);
    }
    let has_logo = has_mark || reader.has("logo") || base.is_some_and(|(base, _)| base.logo.is_some());
    let headline = reader.lines("headline", HEADLINE_LINES * (HEADLINE + 1));
    let checked = |value: Option<Spanned<String>>, check: fn(&SourceFile, &Spanned<String>) -> bool| {
        value.filter(|value| check(source, value)).map(Spanned::into_inner)
    };
    let has_accent = reader.has("accent");
    let mut card = Card {
        headline: headline.map(|text| lines(source, &text)).unwrap_or_default(),
        name: reader.line("name", LINE),
        given: reader.line("given", LINE),
        family: reader.line("family", LINE),
        pronouns: reader.line("pronouns", LINE),
        role: reader.line("role", LINE),
        organization: reader.line("organization", LINE),
        place: reader.line("place", LINE),
        email: checked(reader.form("email", EMAIL, EMAIL_FORM), check_email),
        phone: checked(reader.form("phone", LINE, PHONE_FORM), check_phone),
        interests: reader.list("interests", INTERESTS, INTEREST),
        outside: reader.list("outside", INTERESTS, INTEREST),
        logo: {
            let logo = reader.spanned_line("logo", LINE);
            logo.filter(|logo| check_logo(source, logo, vocabulary)).map(Spanned::into_inner)
        },
        caption: {
            let caption = reader.spanned_line("caption", CAPTION);
            caption.map(|caption| with_logo(&reader, "caption", caption, has_logo).into_inner())
        },
        accent: {
            let names = Accent::ALL.iter().map(|(name, _)| (*name).to_owned()).collect();
            reader.ask("accent", ValueKind::Choice(names, Some(COLOR_FORM)));
            let accent = reader.spanned_line("accent", LINE);
            accent.and_then(|accent| read_accent(&reader, &accent)).unwrap_or_default()
        },
        address: checked(reader.spanned_line("address", ADDRESS), check_address),
        web: {
            reader.ask("web", ValueKind::Form(URL, WEB_FORM));
            checked(reader.spanned_url("web"), check_web)
        },
        ..Card::default()
    };
    card.name = card.name.or_else(|| whole_name(card.given.as_deref(), card.family.as_deref()));
    let opens = reader.spanned_line("opens", PLACE);
    let opens = opens.map(|opens| with_logo(&reader, "opens", opens, has_logo));
    let tag = reader.spanned_line("language", LINE);
    let named = tag.as_ref().and_then(|tag| read_language(source, tag));
    let language = match (base, named) {
        (Some((_, folder)), named) => {
            if let (Some(tag), Some(named)) = (&tag, named)
                && named != *folder
            {
                let message = format!("the language of this folder is `{folder}`");
                source.error(tag.span(), message, "remove the line, or rename the folder");
            }
            folder.clone()
        }
        (None, named) => named.unwrap_or_default(),
    };
    let words = words(&mut reader, &language, tag.as_ref().map(Spanned::span).or(base.map(|_| 0..0)));
    let pages = reader.spanned_list("pages", 2 * PAGES, LINE);
    let photo = reader.spanned_line("photo", LINE);
    let qr = reader.spanned_line("qr", URL);
    // Last: a key of the file that stands below a table is told that it belongs above.
    card.links = reader.tables("link", LINKS).into_iter().filter_map(link).collect();
    let extra = extra::of_card(&mut reader);
    reader.finish();
    let chosen = qr.is_some();
    if let Some((base, _)) = base {
        card = completed(card, base.clone(), has_accent);
    }
    card.qr = match base.map(|(base, _)| &base.qr).filter(|_| !chosen) {
        // A contact code holds words of this language, so it is made again.
        Some(Qr::Mecard(_)) => mecard(&card).unwrap_or_default(),
        Some(qr) => qr.clone(),
        None => read_qr(source, qr, &card),
    };
    ReadCard { card, language, words, pages, opens, photo, extra }
}

/// A card in another language: what it does not say is as in `base`. The code, the photo and where
/// the logo leads are read apart.
fn completed(card: Card, base: Card, has_accent: bool) -> Card {
    let list = |own: Vec<String>, base| if own.is_empty() { base } else { own };
    let is_named = card.name.is_some();
    Card {
        headline: list(card.headline, base.headline),
        name: card.name.or(base.name),
        given: if is_named { card.given } else { base.given },
        family: if is_named { card.family } else { base.family },
        pronouns: card.pronouns.or(base.pronouns),
        role: card.role.or(base.role),
        organization: card.organization.or(base.organization),
        place: card.place.or(base.place),
        email: card.email.or(base.email),
        phone: card.phone.or(base.phone),
        interests: list(card.interests, base.interests),
        outside: list(card.outside, base.outside),
        logo: card.logo.or(base.logo),
        caption: card.caption.or(base.caption),
        opens: card.opens,
        photo: card.photo,
        accent: if has_accent { card.accent } else { base.accent },
        address: card.address.or(base.address),
        web: card.web.or(base.web),
        qr: card.qr,
        links: if card.links.is_empty() { base.links } else { card.links },
    }
}

fn read_language(source: &SourceFile, tag: &Spanned<String>) -> Option<Language> {
    let language = Language::parse(tag.get_ref());
    if language.is_none() {
        let message = format!("`language` is not the tag of a language: {}", quoted(tag.get_ref()));
        let remedy = match languages::meant(tag.get_ref()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "write two or three letters, as in `en`, `de`, `pt-BR`".to_owned(),
        };
        source.error(tag.span(), message, remedy);
    }
    language
}

fn lines(source: &SourceFile, text: &Spanned<String>) -> Vec<String> {
    let lines: Vec<String> = text.get_ref().lines().map(|line| line.trim().to_owned()).collect();
    if lines.len() > HEADLINE_LINES {
        let message = format!("`headline` has {} lines", lines.len());
        source.error(text.span(), message, format!("shorten it to {HEADLINE_LINES} lines"));
    }
    for line in &lines {
        if let Some(excess) = excess(line, HEADLINE) {
            let message = format!("a line of `headline` is too long: {}", excess.length);
            source.error(text.span(), message, format!("shorten it to {}, or break it{}", excess.most, excess.note));
        } else if line.is_empty() {
            source.error(text.span(), "a line of `headline` is empty", "remove it");
        }
    }
    lines
}

fn check_email(source: &SourceFile, email: &Spanned<String>) -> bool {
    let right = is_email(email.get_ref());
    if !right {
        let alone = email.get_ref().rsplit([':', '<']).next().unwrap_or_default().trim_end_matches('>');
        let meant = if is_email(alone) { alone } else { "someone@example.com" };
        source.error(email.span(), "`email` is not an e-mail address", format!("write it as in `{meant}`"));
    }
    right
}

fn check_phone(source: &SourceFile, phone: &Spanned<String>) -> bool {
    let right = is_phone(phone.get_ref());
    if !right {
        source.error(phone.span(), "`phone` is not a telephone number", "write it as in `+1 555 0100`");
    }
    right
}

/// A logo that is too long is an error; characters that its font lacks are left out of it.
fn check_logo(source: &SourceFile, logo: &Spanned<String>, vocabulary: &Vocabulary<'_>) -> bool {
    let lacks = |part: &&str| !part.chars().all(|letter| letter.is_whitespace() || (vocabulary.has_glyph)(letter));
    let (length, lacking) = {
        let parts = || logo.get_ref().graphemes(true);
        (parts().count(), parts().filter(lacks).collect::<Vec<_>>())
    };
    if length > LOGO {
        let message = format!("`logo` is too long: {length} characters");
        source.error(logo.span(), message, format!("shorten it to {LOGO} characters"));
    } else if !lacking.is_empty() {
        let message = format!("the font of `logo` has no {}", alternatives(lacking));
        let remedy = "leave it out; the font has Latin, Greek and Cyrillic letters, arrows and mathematics";
        source.warning(logo.span(), message, remedy);
    }
    length <= LOGO
}

/// A line that is shown with the logo alone.
fn with_logo(reader: &Reader<'_>, key: &str, value: Spanned<String>, has_logo: bool) -> Spanned<String> {
    let source = reader.source();
    if !has_logo && !source.is_broken() {
        let remedy = "add it, as in `logo = \"ae\"`, or remove the line";
        source.error(value.span(), format!("`{key}` belongs to the logo, and there is no `logo`"), remedy);
    }
    value
}

/// The accent: one that has a name, or a colour. One that cannot be read on both grounds is not shown as it is.
fn read_accent(reader: &Reader<'_>, accent: &Spanned<String>) -> Option<Accent> {
    if !accent.get_ref().starts_with('#') {
        return reader.pick("accent", accent, &Accent::ALL);
    }
    let source = reader.source();
    let Some(color) = Rgb::parse(accent.get_ref()) else {
        let message = format!("{} is no colour", quoted(accent.get_ref()));
        source.error(accent.span(), message, "write six digits, as in `#2b7a78`, or the name of an accent");
        return None;
    };
    let nearest = color.readable(&[Rgb::BLACK, Rgb::WHITE]);
    for (ground, of) in [("light", Rgb::WHITE), ("dark", Rgb::BLACK)] {
        let contrast = color.contrast(of);
        if let Some(nearest) = nearest.filter(|_| contrast < LEAST_CONTRAST) {
            // Rounded down, so that a contrast that is too low is not told as one that is enough.
            let contrast = (contrast * 10.0).floor() / 10.0;
            let message =
                format!("`{color}` has a contrast of {contrast:.1}:1 on a {ground} ground, where it is changed");
            let remedy = format!("`{nearest}` is the nearest that has {LEAST_CONTRAST}:1 on both grounds");
            source.warning(accent.span(), message, remedy);
        }
    }
    Some(Accent::Own(color))
}

fn check_web(source: &SourceFile, web: &Spanned<String>) -> bool {
    let right = ["https:", "http:"].iter().any(|scheme| web.get_ref().to_ascii_lowercase().starts_with(scheme));
    if !right {
        source.error(web.span(), "`web` is not an address for a browser", "begin it with `https://`");
    }
    right
}

fn check_address(source: &SourceFile, address: &Spanned<String>) -> bool {
    let right = split_address(address.get_ref()).is_some();
    if !right {
        let remedy = match meant_address(address.get_ref()) {
            Some(meant) => format!("write `{meant}`"),
            None => "write the host name, and the port where it is not 22, as in `card.example.com:2222`".to_owned(),
        };
        source.error(address.span(), "`address` is not the address of a host", remedy);
    }
    right
}

/// What the QR code holds: what the owner chose, else the first of address, link and MECARD that there is.
fn read_qr(source: &SourceFile, qr: Option<Spanned<String>>, card: &Card) -> Qr {
    let address = || card.address.as_ref().map(|address| Qr::Address(format!("ssh://{address}")));
    let link = || card.links.first().map(|link| Qr::Link(link.url.clone()));
    let Some(qr) = qr else {
        return address().or_else(link).or_else(|| mecard(card)).unwrap_or_default();
    };
    let (message, remedy) = match qr.get_ref().as_str() {
        "none" => return Qr::None,
        "address" => match address() {
            Some(address) => return address,
            None => (
                "`qr` shows an address, and there is no `address`".to_owned(),
                "add it, as in `address = \"card.example.com\"`, or choose another content".to_owned(),
            ),
        },
        "mecard" => match mecard(card) {
            Some(mecard) => return mecard,
            None => (
                "`qr` shows how to reach you, and the card does not say it".to_owned(),
                "add `name`, `email`, `phone` or a `[[link]]`, or choose another content".to_owned(),
            ),
        },
        other => match url::check(other) {
            Ok(()) => return Qr::Link(other.to_owned()),
            Err((wrong, remedy)) if other.contains(':') => (format!("`qr` {wrong}"), remedy),
            Err(_) => {
                let remedy = suggestion(other, ["none", "address", "mecard"]);
                let remedy = remedy.unwrap_or_else(|| "it can be `none`, `address`, `mecard` or a link".to_owned());
                (format!("`qr` cannot be {}", quoted(other)), remedy)
            }
        },
    };
    // What seems to be missing may stand in a line that could not be parsed.
    if !source.is_broken() {
        source.error(qr.span(), message, remedy);
    }
    Qr::None
}

/// The bytes that a code of 37 modules holds (ISO/IEC 18004, version 5, level L): the largest that a window of 80x24
/// shows whole.
const MECARD: usize = 106;

/// The card as a MECARD, NTT Docomo's format of an address book entry. It needs a name: a card without one gives what
/// stands largest on it. `None` where there is neither a name nor a way to reach the person.
fn mecard(card: &Card) -> Option<Qr> {
    let link = card.web.as_ref().or_else(|| card.links.first().map(|link| &link.url));
    if [card.name.as_ref(), card.phone.as_ref(), card.email.as_ref(), link].iter().all(Option::is_none) {
        return None;
    }
    let name = card.name.clone().or_else(|| card.organization.clone()).unwrap_or_else(|| card.headline.join(" "));
    let organization = card.organization.as_ref().filter(|_| card.name.is_some());
    let fields = [
        ("N", Some(&name)),
        ("ORG", organization),
        ("NOTE", card.role.as_ref()),
        ("ADR", card.place.as_ref()),
        ("TEL", card.phone.as_ref()),
        ("EMAIL", card.email.as_ref()),
        ("URL", link),
    ];
    let field = |(name, value): (&str, Option<&String>)| {
        let mut field = format!("{name}:");
        for character in value?.chars() {
            if matches!(character, '\\' | ';' | ':' | ',') {
                field.push('\\');
            }
            field.push(character);
        }
        Some(field + ";")
    };
    let written = |left_out: &[&str]| {
        let shown = fields.into_iter().filter(|(name, _)| !left_out.contains(name));
        format!("MECARD:{};", shown.filter_map(field).collect::<String>())
    };
    // What an address book needs least goes first: by these steps, as far as the code has to shrink.
    let least = ["NOTE", "ADR", "ORG", "URL", "TEL"];
    let steps = (0..=least.len()).filter_map(|count| least.get(..count));
    let mecard = steps.map(written).reduce(|longer, shorter| if longer.len() <= MECARD { longer } else { shorter })?;
    Some(Qr::Mecard(mecard))
}
