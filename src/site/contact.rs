//! The items of the contact page: the ways to reach the person, and the commands that copy the card.

use crate::{
    document::{Document, short_address},
    formats::{takeaways, tel},
};

/// Something on the contact page that can be copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What it is.
    pub label: String,
    /// The text that is shown and copied.
    pub text: String,
    /// The target of the link; `None` for a command, and for a telephone number that is not global.
    pub url: Option<String>,
    /// Whether it is a command that takes the card away; the others are ways to reach the person.
    pub is_command: bool,
}

/// What the contact page lists, in order. Commands need the card's address.
#[must_use]
pub fn items(document: &Document) -> Vec<Item> {
    let (card, words) = (&document.card, &document.words);
    let item = |label: &str, text: &str, url: Option<String>| Item {
        label: label.to_owned(),
        text: text.to_owned(),
        url,
        is_command: false,
    };
    let address = |label: &str, url: &str| item(label, short_address(url), Some(url.to_owned()));
    let email = card.email.iter().map(|email| item(&words.card.email, email, Some(format!("mailto:{email}"))));
    let phone = card.phone.iter().map(|phone| item(&words.card.phone, phone, tel(phone)));
    let web = card.web.iter().map(|web| address(&words.card.web, web));
    let links = card.links.iter().map(|link| address(&link.label, &link.url));
    let commands = takeaways(document).into_iter();
    let commands = commands.map(|(command, gives)| Item { is_command: true, ..item(gives, &command, None) });
    email.chain(phone).chain(web).chain(links).chain(commands).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_leads_somewhere_where_it_is_global() {
        for (phone, expected) in [("+1 (555) 0100", Some("tel:+15550100")), ("(030) 1234/5", None)] {
            let mut document = Document::default();
            document.card.phone = Some(phone.to_owned());
            let found = items(&document);
            let item = found.iter().find(|item| item.text == phone).unwrap();
            assert_eq!((item.url.as_deref(), item.is_command), (expected, false), "{phone}");
        }
    }
}
