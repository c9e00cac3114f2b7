//! Every fact that a document tells, for tests that look for them in what is made of it.

use sshcard::{
    document::{Block, Document, Entry, Link, Page, Prose, Run, short_address},
    exhibits,
};

/// Words without white space and in lower case: the same however lines are broken, and in a heading of capitals.
pub(crate) fn glued(words: &str) -> String {
    words.split_whitespace().collect::<String>().to_lowercase()
}

/// An address with the bytes that `%` stands for, as people read it.
pub(crate) fn decoded(address: &str) -> String {
    let mut parts = address.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let byte = part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match byte {
            Some(byte) => {
                bytes.push(byte);
                bytes.extend_from_slice(&part.as_bytes()[2..]);
            }
            None => bytes.extend([b"%", part.as_bytes()].concat()),
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// What a page or a card says: words that stand together, and addresses.
#[derive(Default)]
pub(crate) struct Facts {
    pub(crate) words: Vec<String>,
    pub(crate) addresses: Vec<String>,
}

impl Facts {
    pub(crate) fn say<'w>(&mut self, words: impl IntoIterator<Item = &'w String>) {
        self.words.extend(words.into_iter().cloned());
    }

    pub(crate) fn link(&mut self, link: &Link) {
        self.words.push(link.label.clone());
        self.addresses.push(link.url.clone());
    }

    pub(crate) fn of_card(document: &Document) -> Self {
        let card = &document.card;
        let mut facts = Self::default();
        facts.say(&card.headline);
        let lines = [&card.name, &card.pronouns, &card.role, &card.organization, &card.place, &card.email, &card.phone];
        facts.say(lines.into_iter().flatten());
        facts.say(card.interests.iter().chain(&card.outside).chain(&card.logo).chain(&card.caption));
        facts.addresses.extend(card.web.clone());
        card.links.iter().for_each(|link| facts.link(link));
        facts.words.extend(card.ssh());
        facts
    }

    pub(crate) fn of_page(document: &Document, page: &Page) -> Self {
        let mut facts = Self::default();
        facts.say([&page.title].into_iter().chain(&page.ground).chain(&page.line));
        facts.prose(&page.intro);
        page.entries.iter().for_each(|entry| facts.entry(document, page, entry));
        facts
    }

    fn entry(&mut self, document: &Document, page: &Page, entry: &Entry) {
        let lines = [&entry.organization, &entry.title, &entry.subtitle, &entry.place, &entry.level];
        self.say(lines.into_iter().flatten());
        self.say(entry.tags.iter().chain(&entry.people));
        self.words.push(entry.dates.text(&document.words));
        self.addresses.extend(entry.url.clone());
        entry.links.iter().for_each(|link| self.link(link));
        self.prose(&entry.text);
        let exhibits = entry.exhibits.iter().filter_map(|name| exhibits::summary(name));
        self.words.extend(exhibits.map(|exhibit| exhibit.title.to_owned()));
        self.words.extend(entry.see.and_then(|place| document.place_title_from(place, &page.name)));
    }

    fn prose(&mut self, prose: &Prose) {
        prose.notes.iter().chain([&prose.blocks]).flatten().for_each(|block| self.block(block));
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Paragraph(runs) | Block::Heading(_, runs) => {
                for run in runs {
                    let Run::Text { text, link, .. } = run else { continue };
                    self.words.push(text.clone());
                    self.addresses.extend(link.clone());
                }
            }
            Block::List(_, items) => items.iter().flatten().for_each(|block| self.block(block)),
            Block::Quote(blocks) => blocks.iter().for_each(|block| self.block(block)),
            Block::Code(lines) => self.say(lines),
            Block::Rule => {}
        }
    }

    /// As running text tells them: a mail address and a telephone number without its scheme.
    pub(crate) fn shortened(mut self) -> Self {
        self.addresses.iter_mut().for_each(|address| *address = short_address(address).to_owned());
        self
    }

    /// Asserts that all of them are among these words and addresses.
    #[track_caller]
    pub(crate) fn are_told(&self, by: &str, words: &str, addresses: &str) {
        let (words, addresses) = (glued(words), glued(&decoded(addresses)));
        let lost: Vec<_> = self.words.iter().filter(|fact| !words.contains(&glued(fact))).collect();
        assert_eq!(lost, [""; 0], "{by} does not tell this");
        let lost: Vec<_> = self.addresses.iter().filter(|fact| !addresses.contains(&glued(fact))).collect();
        assert_eq!(lost, [""; 0], "{by} does not tell these addresses");
    }
}
