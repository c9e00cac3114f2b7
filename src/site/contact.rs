//! What the contact page lists: the ways to reach the person, and the commands that take the card away.

use crate::{
    document::{Document, short_address},
    formats::takeaways,
};

/// Something on the contact page that can be copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What it is.
    pub label: String,
    /// What is shown and copied.
    pub text: String,
    /// Where it leads; `None` for a command.
    pub url: Option<String>,
}

impl Item {
    /// Whether it is a command that takes the card away; the others are ways to reach the person.
    #[must_use]
    pub fn is_command(&self) -> bool {
        self.url.is_none()
    }
}

/// What the contact page lists, in order. Commands need the card's address.
#[must_use]
pub fn items(document: &Document) -> Vec<Item> {
    let (card, words) = (&document.card, &document.words);
    let reach = [(&words.card.email, "mailto:", &card.email), (&words.card.phone, "tel:", &card.phone)];
    let reach = reach.into_iter().filter_map(|(label, scheme, text)| {
        let text = text.clone()?;
        let url = format!("{scheme}{}", text.replace(' ', ""));
        Some(Item { label: label.clone(), text, url: Some(url) })
    });
    let item = |label: &str, url: &str| Item {
        label: label.to_owned(),
        text: short_address(url).to_owned(),
        url: Some(url.to_owned()),
    };
    let web = card.web.iter().map(|web| item(&document.words.card.web, web));
    let links = card.links.iter().map(|link| item(&link.label, &link.url));
    let commands = takeaways(document).into_iter();
    let commands = commands.map(|(command, gives)| Item { label: gives.to_owned(), text: command, url: None });
    reach.chain(web).chain(links).chain(commands).collect()
}
