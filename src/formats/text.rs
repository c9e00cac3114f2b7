//! The card as running text: everything that its pages say, in their order, to be read in a pipe, on paper or aloud. It
//! uses no colour, no position and no line drawing; what belongs together is parted by blank lines alone.

use unicode_width::UnicodeWidthStr as _;

use crate::{
    exhibits::{self, Summary},
    profile::{
        Block, Card, Layer, Page, Profile, Prose, Qr, Run, Stack, Station, TextStyle,
        typeset::{self, Line, Marks, Notes},
    },
};

use super::{Format, joined, listed, plain::spelled};

/// The text of a station or a layer stands this far under its heading.
const INDENT: u16 = 2;

/// Renders the profile as text of at most `width` cells a line.
pub(super) fn render(profile: &Profile, width: u16) -> String {
    let mut out = Out::new(width, Marks::Superscript);
    out.page(profile, Page::Card);
    for page in profile.card.pages.iter().filter(|page| **page != Page::Card) {
        out.text.push('\n');
        out.page(profile, *page);
    }
    out.text
}

/// Renders one page, or one station or layer of it, as text of at most `width` cells a line.
pub(super) fn render_page(profile: &Profile, page: Page, part: Option<usize>, width: u16, marks: Marks) -> String {
    let mut out = Out::new(width, marks);
    match part {
        None => out.page(profile, page),
        Some(part) => out.part(profile, page, part),
    }
    out.text
}

/// The text so far. Every part begins with a blank line, unless it is the first.
struct Out {
    width: u16,
    /// Whether what is added to the profile's words is ASCII.
    marks: Marks,
    text: String,
}

impl Out {
    fn new(width: u16, marks: Marks) -> Self {
        Self { width: width.max(1), marks, text: String::new() }
    }

    /// From one name to the next.
    fn arrow(&self) -> &'static str {
        match self.marks {
            Marks::Superscript => " → ",
            Marks::Brackets => " -> ",
        }
    }

    /// Between words that stand side by side.
    fn separator(&self) -> &'static str {
        match self.marks {
            Marks::Superscript => " · ",
            Marks::Brackets => " / ",
        }
    }

    fn page(&mut self, profile: &Profile, page: Page) {
        if page != Page::Card {
            self.heading(page.name());
        }
        match page {
            Page::Card => self.card(&profile.card),
            Page::About => self.prose(&profile.about, 0),
            Page::Career => {
                if !profile.career.line.is_empty() {
                    self.paragraph(&profile.career.line.join(self.arrow()), 0);
                }
                for station in &profile.career.stations {
                    self.station(station, &profile.stack);
                }
            }
            Page::Stack => self.stack(&profile.stack),
            Page::Contact => self.contact(&profile.card),
        }
    }

    /// One station or layer.
    fn part(&mut self, profile: &Profile, page: Page, part: usize) {
        let station = profile.career.stations.get(part).filter(|_| page == Page::Career);
        let layer = profile.stack.layers.get(part).filter(|_| page == Page::Stack);
        if let Some(station) = station {
            self.station(station, &profile.stack);
        } else if let Some(layer) = layer {
            self.layer(layer);
        }
    }

    fn heading(&mut self, name: &str) {
        self.paragraph(&name.to_uppercase(), 0);
    }

    fn card(&mut self, card: &Card) {
        self.lines(card.headline.iter().map(String::as_str), 0);
        let name = joined([card.name.as_deref(), card.pronouns.as_deref()], ", ");
        let place = [card.role.as_deref(), card.organization.as_deref(), card.place.as_deref()];
        let who = name.as_deref().into_iter().chain(place.into_iter().flatten());
        self.lines(who, 0);
        let about = [card.interests.join(self.separator()), card.outside.join(self.separator())];
        self.lines(about.iter().map(String::as_str).filter(|line| !line.is_empty()), 0);
        // The mark is drawn as dots on the page; here it is what it says.
        let mark = card.mark.as_deref().filter(|mark| self.marks == Marks::Superscript || mark.is_ascii());
        self.lines(mark, 0);
        // The back of the card says what the contact page says of it; once is enough.
        if !card.pages.contains(&Page::Contact) {
            self.code(card);
            self.lines(card.ssh("").as_deref(), 0);
            self.takeaway(card);
        }
    }

    fn station(&mut self, station: &Station, stack: &Stack) {
        let heading = [Some(station.organization.as_str()), station.subject.as_deref(), station.time.as_deref()];
        self.lines(joined(heading, self.separator()).as_deref(), 0);
        self.text_under(&station.text);
        let layer = station.layer.and_then(|layer| stack.layers.get(layer));
        let people = (!station.people.is_empty()).then(|| format!("With {}.", listed(&station.people)));
        let layer = layer.map(|layer| format!("In the stack: {}.", layer.title));
        self.lines(people.iter().chain(&layer).map(String::as_str), INDENT);
    }

    fn stack(&mut self, stack: &Stack) {
        self.prose(&stack.text, 0);
        if let Some(ground) = &stack.ground {
            self.paragraph(&format!("From the ground up, on {ground}:"), 0);
        }
        for layer in &stack.layers {
            self.layer(layer);
        }
    }

    fn layer(&mut self, layer: &Layer) {
        let heading = joined([Some(layer.title.as_str()), layer.place.as_deref()], self.separator());
        self.lines(heading.as_deref().into_iter().chain(layer.summary.as_deref()), 0);
        self.text_under(&layer.text);
        for summary in layer.exhibits.iter().filter_map(|name| exhibits::summary(name)) {
            self.exhibit(summary);
        }
    }

    /// An exhibit in words, and its figures at the default setting.
    fn exhibit(&mut self, summary: &Summary) {
        self.paragraph(&format!("To try on the page: {}. {}", summary.title, summary.about), INDENT);
        let parameters = summary.parameters.iter().map(|one| (one.label, &one.value));
        let figures = summary.figures.iter().map(|one| (one.label, &one.value));
        let rows: Vec<_> = parameters.chain(figures).collect();
        let column = rows.iter().map(|(label, _)| label.width()).max().unwrap_or(0);
        let pad = |label: &str| " ".repeat(column - label.width());
        let lines = rows.iter().map(|(label, value)| format!("{label}{}  {value}", pad(label))).collect();
        self.prose(&Prose { blocks: vec![Block::Code(lines)], notes: Vec::new() }, 2 * INDENT);
        self.paragraph(&format!("{} {}", summary.notice, summary.basis), INDENT);
    }

    fn contact(&mut self, card: &Card) {
        for link in &card.links {
            self.lines([link.label.as_str(), link.url.as_str()], 0);
        }
        if let Qr::Link(url) = &card.qr
            && !card.links.iter().any(|link| link.url == *url)
        {
            self.paragraph(url, 0);
        }
        let mail = card.email.iter().chain(&card.phone).map(String::as_str);
        self.lines(mail, 0);
        self.lines(card.ssh("").as_deref(), 0);
        self.takeaway(card);
    }

    /// What a camera finds in the QR code, where no page says it in words. The card's own address follows in the text anyway.
    fn code(&mut self, card: &Card) {
        match &card.qr {
            Qr::None | Qr::Address(_) => {}
            Qr::Link(url) => {
                let label = card.links.iter().find(|link| link.url == *url).map(|link| link.label.as_str());
                self.lines(label.into_iter().chain([url.as_str()]), 0);
            }
            Qr::Mecard(_) => {
                let link = card.links.first().map(|link| &link.url);
                self.lines(card.email.iter().chain(&card.phone).chain(link).map(String::as_str), 0);
            }
        }
    }

    fn takeaway(&mut self, card: &Card) {
        self.paragraph("To take this card away:", 0);
        let host = card.ssh("").unwrap_or_else(|| "ssh HOST".to_owned());
        let longest = Format::TAKEAWAYS.iter().map(|(command, _)| command.len()).max().unwrap_or_default();
        let lines: Vec<String> =
            Format::TAKEAWAYS.iter().map(|(command, what)| format!("{host} {command:longest$}   {what}")).collect();
        self.verbatim(&lines);
        if card.address.is_none() {
            self.paragraph("HOST is the name under which you reached this card.", 0);
        }
    }

    fn text_under(&mut self, prose: &Prose) {
        if !prose.blocks.is_empty() {
            // The heading stands directly on its text.
            self.write(prose, INDENT, false);
        }
    }

    fn prose(&mut self, prose: &Prose, indent: u16) {
        self.write(prose, indent, true);
    }

    fn paragraph(&mut self, text: &str, indent: u16) {
        self.lines([text], indent);
    }

    /// Lines that belong together, each set for itself.
    fn lines<'a>(&mut self, lines: impl IntoIterator<Item = &'a str>, indent: u16) {
        let mut runs = Vec::new();
        for line in lines {
            if !runs.is_empty() {
                runs.push(Run::Break);
            }
            runs.push(words(line));
        }
        if !runs.is_empty() {
            self.prose(&Prose { blocks: vec![Block::Paragraph(runs)], notes: Vec::new() }, indent);
        }
    }

    /// Lines in which columns stand under each other.
    fn verbatim(&mut self, lines: &[String]) {
        self.prose(&Prose { blocks: vec![Block::Code(lines.to_vec())], notes: Vec::new() }, 0);
    }

    fn write(&mut self, prose: &Prose, indent: u16, apart: bool) {
        let indent = if self.width > indent.saturating_mul(8) { indent } else { 0 };
        let prose = Prose { blocks: prose.blocks.iter().map(spelled_out).collect(), notes: spelled_notes(prose) };
        let lines = typeset::set(&prose, self.width - indent, Notes::Bracketed, self.marks);
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

fn words(text: &str) -> Run {
    Run::Text { text: text.to_owned(), voice: TextStyle::default(), link: None }
}

fn spelled_notes(prose: &Prose) -> Vec<Vec<Block>> {
    prose.notes.iter().map(|note| note.iter().map(spelled_out).collect()).collect()
}

/// A block with the address of every link after its words, where the words are not the address.
fn spelled_out(block: &Block) -> Block {
    match block {
        Block::Paragraph(runs) => Block::Paragraph(spelled_runs(runs)),
        Block::Heading(level, runs) => Block::Heading(*level, spelled_runs(runs)),
        Block::List(first, items) => {
            Block::List(*first, items.iter().map(|item| item.iter().map(spelled_out).collect()).collect())
        }
        Block::Quote(blocks) => Block::Quote(blocks.iter().map(spelled_out).collect()),
        Block::Code(_) | Block::Rule => block.clone(),
    }
}

fn spelled_runs(runs: &[Run]) -> Vec<Run> {
    let spelled = spelled(runs).flat_map(|(run, address)| {
        let address = address.map(|address| words(&format!(" <{address}>")));
        [run.clone()].into_iter().chain(address)
    });
    spelled.collect()
}

#[cfg(test)]
mod tests;
