//! The card as running text: everything that its pages say, in their order, to be read in a pipe, on paper or aloud. It
//! uses no colour, no position and no line drawing; what belongs together is parted by blank lines alone.

use bytes::Bytes;

use super::{
    format::Format,
    parts::{code_link, exhibits_of, heading, pages, see, takeaways, with},
};
use crate::{
    document::{
        Block, Card, Document, Entry, Layout, Opens, Page, Place, Prose, Qr, Run, TextStyle, Words, short_address,
        words::filled,
    },
    exhibits::{self, Summary},
    typeset::{self, Line, Options},
};

/// `text`
pub(super) struct Text;

impl Format for Text {
    fn name(&self) -> &'static str {
        "text"
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

/// The whole card in lines of at most `width` cells.
pub(super) fn whole(document: &Document, width: u16) -> String {
    let mut out = Out::new(document, width, false);
    out.card(&document.card);
    for page in pages(document) {
        out.text.push('\n');
        out.page(page);
    }
    out.text
}

/// Renders a page, or one entry of it, as running text of at most `width` cells a line; a width of 0 counts as 1. With
/// `ascii`, the punctuation is ASCII and only letters are not. Empty where there is no such place.
#[must_use]
pub fn render_page(document: &Document, place: Place, width: u16, ascii: bool) -> String {
    let mut out = Out::new(document, width, ascii);
    match (place.entry, document.pages.get(place.page)) {
        (None, Some(page)) => out.page(page),
        (Some(_), Some(page)) => document.entry(place).into_iter().for_each(|entry| out.entry(page, entry)),
        (_, None) => {}
    }
    out.text
}

/// The text so far. Every part begins with a blank line, unless it is the first.
struct Out<'d> {
    document: &'d Document,
    width: u16,
    options: Options,
    text: String,
}

impl<'d> Out<'d> {
    fn new(document: &'d Document, width: u16, ascii: bool) -> Self {
        let options = Options { notes_below: false, ascii, whole_words: true };
        Self { document, width: width.max(1), options, text: String::new() }
    }

    fn page(&mut self, page: &Page) {
        if page.layout == Layout::Card {
            return self.card(&self.document.card);
        }
        self.paragraph(&self.document.upper_case(&page.title), 0);
        if page.layout == Layout::Contact {
            return self.contact(&self.document.card);
        }
        self.write(&page.intro, 0, true);
        if !page.line.is_empty() {
            self.paragraph(&page.line.join(" → "), 0);
        }
        if let Some(ground) = &page.ground {
            self.paragraph(&filled(&self.document.words.formats.from_the_ground, &[ground]), 0);
        }
        if page.layout == Layout::Compact && !page.entries.is_empty() {
            self.text.push('\n');
        }
        for entry in &page.entries {
            self.entry(page, entry);
        }
    }

    fn card(&mut self, card: &Card) {
        self.lines(card.headline.iter().map(Run::plain), 0);
        let name = self.document.words.joined([&card.name, &card.pronouns].into_iter().flatten());
        let work = [&card.role, &card.organization, &card.place].into_iter().flatten().cloned();
        let name = Some(name).filter(|name| !name.is_empty());
        self.lines(name.into_iter().chain(work).map(Run::plain), 0);
        let about = [card.interests.join(SEPARATOR), card.outside.join(SEPARATOR)];
        self.lines(about.into_iter().filter(|line| !line.is_empty()).map(Run::plain), 0);
        // The logo is drawn in dots on the page; here it is what it says.
        let logo = card.logo.as_ref().filter(|logo| !self.options.ascii || logo.is_ascii());
        self.lines(logo.into_iter().chain(&card.caption).map(Run::plain), 0);
        // An exhibit that an entry has is told there.
        if let Some(Opens::Exhibit(name)) = &card.opens
            && self.document.opened_place().is_none()
            && let Some(exhibit) = exhibits::summary(name)
        {
            self.exhibit(exhibit);
        }
        // The back of the card says what the contact page says of it; once is enough.
        if !self.document.has_contact() {
            self.code(card);
            self.lines(card.ssh().map(Run::code), 0);
            self.takeaways(card);
        }
    }

    fn entry(&mut self, page: &Page, entry: &Entry) {
        let (apart, words) = (page.layout != Layout::Compact, &self.document.words);
        let head = [heading(words, entry).join(SEPARATOR)].into_iter().chain(entry.subtitle.clone());
        self.runs(head.map(Run::plain), 0, apart);
        // The heading stands directly on its text.
        self.write(&entry.text, INDENT, false);
        let tags = (!entry.tags.is_empty()).then(|| entry.tags.join(SEPARATOR));
        let url = entry.url.as_deref().map(short_address).map(str::to_owned);
        let words = [with(words, entry), see(self.document, entry), tags, url].into_iter().flatten().map(Run::plain);
        let links = entry.links.iter().map(|link| Run::Text {
            text: link.label.clone(),
            style: TextStyle::default(),
            link: Some(link.url.clone()),
        });
        self.runs(words.chain(links), INDENT, apart);
        for exhibit in exhibits_of(entry) {
            self.exhibit(exhibit);
        }
    }

    /// An exhibit in words, and its figures at the default setting.
    fn exhibit(&mut self, exhibit: &Summary) {
        let title = filled(&self.document.words.formats.to_try_on_page, &[exhibit.title]);
        self.paragraph(&format!("{title} {}", exhibit.about), INDENT);
        let parameters = exhibit.parameters.iter().map(|one| (one.label, &one.value));
        let rows: Vec<_> = parameters.chain(exhibit.figures.iter().map(|one| (one.label, &one.value))).collect();
        let column = rows.iter().map(|(label, _)| label.chars().count()).max().unwrap_or(0);
        let lines = rows.iter().map(|(label, value)| format!("{label:column$}  {value}")).collect();
        self.write(&Prose::of(vec![Block::Code(lines)]), 2 * INDENT, true);
        self.paragraph(&format!("{} {}", exhibit.notice, exhibit.basis), INDENT);
    }

    fn contact(&mut self, card: &Card) {
        self.lines(card.web.iter().map(Run::plain), 0);
        for link in &card.links {
            self.lines([&link.label, &link.url].map(Run::plain), 0);
        }
        self.lines(code_link(card).map(Run::plain), 0);
        self.lines(card.email.iter().chain(&card.phone).map(Run::plain), 0);
        self.lines(card.ssh().map(Run::code), 0);
        self.takeaways(card);
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

    fn takeaways(&mut self, card: &Card) {
        let words = &self.document.words;
        self.paragraph(&words.card.take_away_so, 0);
        let commands = takeaways(self.document);
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
        if card.address.is_none() {
            self.paragraph(&words.card.host_name, 0);
        }
    }

    fn paragraph(&mut self, text: &str, indent: u16) {
        self.lines([Run::plain(text)], indent);
    }

    /// Lines that belong together, each set for itself.
    fn lines(&mut self, lines: impl IntoIterator<Item = Run>, indent: u16) {
        self.runs(lines, indent, true);
    }

    fn runs(&mut self, lines: impl IntoIterator<Item = Run>, indent: u16, apart: bool) {
        let mut runs: Vec<Run> = lines.into_iter().flat_map(|line| [line, Run::Break]).collect();
        runs.pop();
        if !runs.is_empty() {
            self.write(&Prose::of(vec![Block::Paragraph(runs)]), indent, apart);
        }
    }

    /// Sets a text below a blank line, if it stands `apart`, with the address of every link after its words.
    fn write(&mut self, prose: &Prose, indent: u16, apart: bool) {
        let indent = if self.width > indent.saturating_mul(8) { indent } else { 0 };
        let spelled = |blocks: &[Block]| typeset::map(blocks, &mut |runs| typeset::spell_out(runs, " <", ">"));
        let notes = prose.notes.iter().map(|note| spelled(note)).collect();
        let prose = Prose { blocks: spelled(&prose.blocks), notes, ..Prose::default() };
        let prose = Prose::of(typeset::notes_in_brackets(&prose));
        let lines = typeset::set(&prose, self.width - indent, self.options);
        if apart && !self.text.is_empty() && !lines.is_empty() {
            self.text.push('\n');
        }
        for line in &lines {
            self.line(line, indent);
        }
    }

    fn line(&mut self, line: &Line, indent: u16) {
        if !line.pieces.is_empty() {
            self.text.extend(std::iter::repeat_n(' ', usize::from(line.indent + indent)));
            line.pieces.iter().for_each(|piece| self.text.push_str(&piece.text));
        }
        self.text.push('\n');
    }
}

#[cfg(test)]
mod tests;
