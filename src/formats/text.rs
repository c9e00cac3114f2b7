//! The card as running text: everything that its pages say, in their order, to be read in a pipe, on paper or aloud. It
//! uses no cursor positions and no line drawing; paragraphs are separated by blank lines.

mod writer;

use bytes::Bytes;

use super::{
    format::Format,
    parts::{Below, Group, below, code_link, compact, dates, exhibits_of, facts, groups, pages, takeaways},
};
use crate::{
    document::{
        Block, Card, Document, Entry, Layout, Opens, Page, Place, Prose, Qr, Run, TextStyle, Words, short_address,
        words::filled,
    },
    exhibits::{self, Summary},
    theme::inks_on_any_ground,
    typeset,
};
use writer::{TextRole, TextWriter, paragraph};

/// `text`
pub(super) struct TextFormat;

impl Format for TextFormat {
    fn name(&self) -> &'static str {
        "text"
    }

    fn is_set(&self) -> bool {
        true
    }

    fn gives<'w>(&self, words: &'w Words) -> &'w str {
        &words.formats.text
    }

    fn usage(&self) -> String {
        "text [--width N]".to_owned()
    }

    fn render(&self, document: &Document, _: &str) -> Option<Bytes> {
        Some(whole(document, TEXT_WIDTH).into())
    }
}

/// The width of text without a terminal, in cells.
pub const TEXT_WIDTH: u16 = 72;

/// The text of an entry stands so many cells under its heading.
const INDENT: u16 = 2;

/// Between words that stand side by side.
const SEPARATOR: &str = " · ";

/// Between a heading and its dates, at least.
const GAP: u16 = 3;

/// From this width on dates stand at the right of their heading.
const NARROWEST_WITH_DATES: u16 = 60;

/// The whole card in lines of at most `width` cells.
pub(super) fn whole(document: &Document, width: u16) -> String {
    let mut out = TextWriter::new(document, width, false);
    out.whole();
    out.text
}

/// The text in colours for a terminal on any ground; that of a place alone, if one is named.
pub(super) fn coloured(document: &Document, place: Option<Place>, width: u16) -> String {
    let mut out = TextWriter::new(document, width, false);
    out.inks = Some(inks_on_any_ground(document.card.accent));
    match place {
        Some(place) => out.place(place),
        None => out.whole(),
    }
    out.text
}

/// Renders a page, or one entry of it, as running text of at most `width` cells a line; a width of 0 counts as 1. With
/// `ascii`, the punctuation is ASCII and only letters are not. Empty where there is no such place.
#[must_use]
pub fn render_page(document: &Document, place: Place, width: u16, ascii: bool) -> String {
    let mut out = TextWriter::new(document, width, ascii);
    out.place(place);
    out.text
}

impl TextWriter<'_> {
    fn whole(&mut self) {
        let document = self.document;
        self.card(&document.card);
        for page in pages(document) {
            self.text.push('\n');
            self.page(page);
        }
    }

    fn place(&mut self, place: Place) {
        match (place.entry, self.document.pages.get(place.page)) {
            (None, Some(page)) => self.page(page),
            (Some(index), Some(page)) => {
                let entry = self.document.entry(place).into_iter().map(|entry| (index, entry));
                entry.for_each(|entry| self.group(page, &Group::of(page.layout, entry)));
            }
            (_, None) => {}
        }
    }

    fn page(&mut self, page: &Page) {
        if page.layout == Layout::Card {
            return self.card(&self.document.card);
        }
        let title = self.document.upper_case(&page.title);
        self.part(TextRole::Title, |out| out.paragraph(&title, 0));
        if page.layout == Layout::Contact {
            return self.contact(&self.document.card);
        }
        self.write(&page.intro, 0, true);
        if !page.line.is_empty() {
            self.paragraph(&page.line.join(self.document.words.direction.arrow()), 0);
        }
        if let Some(ground) = &page.ground {
            self.paragraph(&filled(&self.document.words.formats.from_the_ground, &[ground]), 0);
        }
        if page.layout == Layout::Compact && !page.entries.is_empty() {
            self.text.push('\n');
        }
        for group in groups(page) {
            self.group(page, &group);
        }
    }

    fn card(&mut self, card: &Card) {
        let name = self.document.words.joined([&card.name, &card.pronouns].into_iter().flatten());
        self.part(TextRole::Title, |out| out.lines(Some(name).filter(|name| !name.is_empty()).map(Run::plain), 0));
        self.part(TextRole::Name, |out| out.lines(card.headline.iter().map(Run::plain), 0));
        self.lines([&card.role, &card.organization, &card.place].into_iter().flatten().map(Run::plain), 0);
        let about = [card.interests.join(SEPARATOR), card.outside.join(SEPARATOR)];
        self.lines(about.into_iter().filter(|line| !line.is_empty()).map(Run::plain), 0);
        // The logo is drawn in dots on the page; here it is what it says.
        let has_form = |logo: &&String| !self.options.ascii || typeset::ascii(logo).is_ascii();
        let logo = card.logo.as_ref().filter(has_form);
        self.lines(logo.into_iter().chain(&card.caption).map(Run::plain), 0);
        // An exhibit that an entry has is told there.
        if let Some(Opens::Exhibit(name)) = &card.opens
            && self.document.opened_place().is_none()
            && let Some(exhibit) = exhibits::summary(name)
        {
            self.exhibit(exhibit, 0);
        }
        // The back of the card says what the contact page says of it; once is enough.
        if !self.document.has_contact() {
            self.code(card);
            self.lines(card.ssh().map(Run::code), 0);
            self.takeaways();
        }
    }

    /// Entries under one heading, each below a blank line.
    fn group(&mut self, page: &Page, group: &Group<'_>) {
        let indent = if let Some(organization) = group.organization {
            self.part(TextRole::Name, |out| out.paragraph(organization, 0));
            INDENT
        } else {
            0
        };
        for (nth, (_, entry)) in group.entries.iter().enumerate() {
            // The organization stands directly on its first role.
            let apart = page.layout != Layout::Compact && !(nth == 0 && indent > 0);
            self.entry(page, entry, indent, apart);
        }
    }

    fn entry(&mut self, page: &Page, entry: &Entry, indent: u16, apart: bool) {
        let is_compact = page.layout == Layout::Compact;
        let name = if is_compact { compact(self.document, entry).join(SEPARATOR) } else { entry.label().to_owned() };
        self.dated(&name, dates(self.document, entry), indent, apart);
        let indent = indent + INDENT;
        let facts = if is_compact { Vec::new() } else { facts(entry, page.layout) };
        let has_facts = !facts.is_empty();
        self.part(TextRole::Aside, |out| out.runs(facts.into_iter().map(Run::plain), indent, false));
        // Blank lines part a text from what is told above and below it, but not from its heading.
        self.write(&entry.text, indent, has_facts);
        let document = self.document;
        let below = below(document, page, entry).into_iter().map(|below| match below {
            Below::Words(words) => Run::plain(words),
            Below::Link(label, url) => {
                Run::Text { text: label.to_owned(), style: TextStyle::default(), link: Some(url.to_owned()) }
            }
            Below::See(_, name) => Run::plain(filled(&document.words.formats.see, &[&name])),
        });
        self.runs(below, indent, !entry.text.is_empty());
        for exhibit in exhibits_of(entry) {
            self.exhibit(exhibit, indent);
        }
    }

    /// A heading with dates at the right of its last line, so that they are read after it; without room for them they
    /// follow its words.
    fn dated(&mut self, name: &str, dates: Option<String>, indent: u16, apart: bool) {
        let dates = dates
            .map(|dates| if self.options.ascii { typeset::ascii(&dates).into_owned() } else { dates })
            .unwrap_or_default();
        let taken = if dates.is_empty() { 0 } else { typeset::width(&dates).saturating_add(GAP) };
        let room = self.width.saturating_sub(indent.saturating_add(taken));
        let lines = typeset::set(&paragraph([Run::plain(name)]), room, self.options);
        let fits = lines.iter().flat_map(|line| &line.pieces).all(|piece| piece.width <= room);
        if taken == 0 || self.width >= NARROWEST_WITH_DATES && room >= self.width / 2 && fits {
            self.part(TextRole::Name, |out| out.put(&lines, indent, apart, &dates));
        } else {
            let line = Run::plain([name, &dates].join(SEPARATOR));
            self.part(TextRole::Name, |out| out.runs([line], indent, apart));
        }
    }

    /// An exhibit: what to notice in it, its first figure at the default setting, and the basis of both.
    fn exhibit(&mut self, exhibit: &Summary, indent: u16) {
        let figure =
            exhibit.figures.first().map(|figure| format!(" ({}: {})", figure.label, figure.value.trim_start()));
        let figure = figure.unwrap_or_default();
        let title = filled(&self.document.words.formats.to_try_on_page, &[exhibit.title]);
        self.paragraph(&format!("{title} {}{figure} {}", exhibit.notice, exhibit.basis), indent);
    }

    fn contact(&mut self, card: &Card) {
        self.lines(card.email.iter().chain(&card.phone).map(Run::plain), 0);
        self.lines(card.web.iter().map(Run::plain), 0);
        for link in &card.links {
            self.lines([link.label.as_str(), short_address(&link.url)].map(Run::plain), 0);
        }
        self.lines(code_link(card).map(Run::plain), 0);
        self.lines(card.ssh().map(Run::code), 0);
        self.takeaways();
    }

    /// What a camera finds in the QR code, where no page says it in words. The card's own address follows in the text
    /// anyway.
    fn code(&mut self, card: &Card) {
        match &card.qr {
            Qr::None | Qr::Address(_) => {}
            Qr::Link(url) => {
                let label = card.links.iter().find(|link| link.url == *url).map(|link| &link.label);
                self.lines(label.into_iter().chain([url]).map(Run::plain), 0);
            }
            Qr::Mecard(_) => {
                let link = card.links.first().map(|link| &link.url);
                self.lines(card.email.iter().chain(&card.phone).chain(link).map(Run::plain), 0);
            }
        }
    }

    fn takeaways(&mut self) {
        let commands = takeaways(self.document);
        if commands.is_empty() {
            return;
        }
        self.paragraph(&self.document.words.card.take_away_so, 0);
        let longest = commands.iter().map(|(command, _)| command.len()).max().unwrap_or_default();
        let lines: Vec<String> =
            commands.iter().map(|(command, gives)| format!("{command:longest$}   {gives}")).collect();
        if lines.iter().all(|line| typeset::width(line) + 2 * INDENT <= self.width) {
            self.write(&Prose::of(vec![Block::Code(lines)]), 0, true);
        } else {
            // A command that is broken cannot be copied: what it gives stands below it.
            for (command, gives) in commands {
                self.lines([Run::code(command), Run::plain(gives)], INDENT);
            }
        }
    }
}

#[cfg(test)]
mod tests;
