//! The whole card as Markdown that reads well as it is written: `CommonMark` with GitHub's footnotes, its lines of
//! [`TEXT_WIDTH`]. What it renders to are the words of the profile, whatever signs they hold.

use super::{TEXT_WIDTH, joined, listed, shows, titles};
use crate::profile::{Block, Card, Layer, Page, Profile, Prose, Run, Station, TextStyle};

mod inline;

use inline::{Words, words};

/// Renders the profile.
pub(super) fn render(profile: &Profile) -> String {
    let mut out = Out::default();
    out.card(&profile.card);
    for page in profile.card.pages.iter().filter(|page| **page != Page::Card) {
        out.page(profile, *page);
    }
    out.text
}

/// Text deep in lists and quotations is no narrower than this, and goes beyond the width instead.
const NARROWEST: usize = 20;

/// The document so far. Blocks are parted by blank lines.
#[derive(Default)]
struct Out {
    text: String,
    /// What every line begins with: quotation marks, and room under an item's or a note's first line.
    prefix: String,
    /// What the next line begins with in place of the prefix.
    marker: Option<String>,
    /// The side notes told so far; the numbers go through the whole document.
    told: usize,
}

impl Out {
    fn card(&mut self, card: &Card) {
        let headline = card.headline.join(" ");
        match &card.name {
            Some(name) => {
                self.heading(1, &joined([Some(name.as_str()), card.pronouns.as_deref()], ", ").unwrap_or_default());
                self.paragraph(&headline);
            }
            None => self.heading(1, &headline),
        }
        let role = card.role.as_deref().map(strong);
        let rest = joined([card.organization.as_deref(), card.place.as_deref()], ", ").map(|rest| plain(&rest));
        self.runs(&between([role, rest], ", "));
        let about = [card.interests.join(" · "), card.outside.join(" · ")];
        let about = about.into_iter().filter(|line| !line.is_empty()).map(|line| plain(&line));
        self.lines(about);
        self.lines(card.mark.iter().map(|mark| plain(mark)));
        if !card.pages.contains(&Page::Contact) {
            self.lines(card.ssh("").map(|ssh| code(&ssh)));
        }
    }

    fn page(&mut self, profile: &Profile, page: Page) {
        let before = self.text.len();
        self.heading(2, title(page));
        let empty = self.text.len();
        match page {
            Page::Card => {}
            Page::About => self.prose(&profile.about, 2),
            Page::Career => {
                if !profile.career.line.is_empty() {
                    self.paragraph(&profile.career.line.join(" → "));
                }
                profile.career.stations.iter().for_each(|station| self.station(station, profile));
            }
            Page::Stack => {
                self.prose(&profile.stack.text, 2);
                if let Some(ground) = &profile.stack.ground {
                    self.paragraph(&format!("From the ground up, on {ground}:"));
                }
                profile.stack.layers.iter().for_each(|layer| self.layer(layer));
            }
            Page::Contact => self.contact(&profile.card),
        }
        if self.text.len() == empty {
            self.text.truncate(before);
        }
    }

    fn station(&mut self, station: &Station, profile: &Profile) {
        let heading = [Some(station.organization.as_str()), station.subject.as_deref(), station.time.as_deref()];
        self.heading(3, &joined(heading, " · ").unwrap_or_default());
        self.blocks(&station.text.blocks, 3);
        let with = (!station.people.is_empty()).then(|| format!("With {}.", listed(&station.people)));
        let layer = station.layer.filter(|_| shows(profile, Page::Stack));
        let layer = layer.and_then(|layer| profile.stack.layers.get(layer));
        let layer = layer.map(|layer| format!("In the stack: {}.", layer.title));
        self.lines(with.iter().chain(&layer).map(|line| plain(line)));
        self.notes(&station.text, 3);
    }

    fn layer(&mut self, layer: &Layer) {
        self.heading(3, &joined([Some(layer.title.as_str()), layer.place.as_deref()], " · ").unwrap_or_default());
        self.lines(layer.summary.iter().map(|summary| emphasis(summary)));
        self.blocks(&layer.text.blocks, 3);
        let exhibits = titles(layer);
        if !exhibits.is_empty() {
            self.paragraph(&format!("To try in a terminal: {}.", listed(&exhibits)));
        }
        self.notes(&layer.text, 3);
    }

    fn contact(&mut self, card: &Card) {
        let mail = card.email.iter().map(|email| link(email, &format!("mailto:{email}")));
        let phone = card.phone.iter().map(|phone| plain(phone));
        let links = card.links.iter().map(|to| link(&to.label, &to.url));
        let ssh = card.ssh("").map(|ssh| code(&ssh));
        let items: Vec<Vec<Block>> =
            mail.chain(phone).chain(links).chain(ssh).map(|run| vec![Block::Paragraph(vec![run])]).collect();
        if !items.is_empty() {
            self.block(&Block::List(None, items), 0, '-');
        }
    }

    /// A text with its notes.
    fn prose(&mut self, prose: &Prose, level: u8) {
        self.blocks(&prose.blocks, level);
        self.notes(prose, level);
    }

    /// The notes of a text whose blocks were written last.
    fn notes(&mut self, prose: &Prose, level: u8) {
        let first = self.told;
        for (note, number) in prose.notes.iter().zip(first + 1..) {
            self.gap();
            self.under(&format!("[^{number}]: "), "    ", |out| out.blocks(note, level));
        }
        self.told += prose.notes.len();
    }

    fn blocks(&mut self, blocks: &[Block], level: u8) {
        // Two lists, one after the other, are told apart by their markers.
        let mut sign = '-';
        for (index, block) in blocks.iter().enumerate() {
            let before = index.checked_sub(1).and_then(|index| blocks.get(index));
            let after_list = matches!((before, block), (Some(Block::List(..)), Block::List(..)));
            sign = if after_list && sign == '-' { '*' } else { '-' };
            self.block(block, level, sign);
        }
    }

    fn block(&mut self, block: &Block, level: u8, sign: char) {
        match block {
            Block::Paragraph(runs) => self.runs(runs),
            Block::Heading(own, runs) => self.heading_of(level.saturating_add(*own), runs),
            Block::List(first, items) => self.list(*first, items, level, sign),
            Block::Quote(blocks) => {
                self.gap();
                self.under("> ", "> ", |out| out.blocks(blocks, level));
            }
            Block::Code(lines) => self.code(lines),
            Block::Rule => {
                self.gap();
                self.line("___");
            }
        }
    }

    fn list(&mut self, first: Option<u64>, items: &[Vec<Block>], level: u8, sign: char) {
        // A list whose items are a paragraph each is written without blank lines.
        let tight = items.iter().all(|item| matches!(item.as_slice(), [] | [Block::Paragraph(_)]));
        for (item, n) in items.iter().zip(0..) {
            if n == 0 || !tight {
                self.gap();
            }
            let marker = match first {
                Some(first) => format!("{}{} ", first.saturating_add(n), if sign == '-' { '.' } else { ')' }),
                None => format!("{sign} "),
            };
            self.under(&marker, &" ".repeat(marker.len()), |out| out.blocks(item, level));
        }
    }

    fn code(&mut self, lines: &[String]) {
        let longest = lines.iter().map(|line| inline::longest_run(line, '`')).max().unwrap_or_default();
        let fence = "`".repeat((longest + 1).max(3));
        self.gap();
        self.line(&fence);
        for line in lines {
            self.line(line);
        }
        self.line(&fence);
    }

    fn heading(&mut self, level: u8, text: &str) {
        self.heading_of(level, &[plain(text)]);
    }

    fn heading_of(&mut self, level: u8, runs: &[Run]) {
        self.gap();
        let words: Vec<String> = self.words(runs).into_iter().flatten().collect();
        self.line(&format!("{} {}", "#".repeat(level.min(6).into()), words.join(" ")));
    }

    fn paragraph(&mut self, text: &str) {
        self.runs(&[plain(text)]);
    }

    /// Lines that belong together.
    fn lines(&mut self, lines: impl IntoIterator<Item = Run>) {
        let mut runs: Vec<Run> = lines.into_iter().flat_map(|line| [line, Run::Break]).collect();
        runs.pop();
        self.runs(&runs);
    }

    /// A paragraph.
    fn runs(&mut self, runs: &[Run]) {
        let lines: Vec<Words> = self.words(runs).into_iter().filter(|line| !line.is_empty()).collect();
        if lines.is_empty() {
            return;
        }
        self.gap();
        let width = usize::from(TEXT_WIDTH).saturating_sub(self.prefix.chars().count()).max(NARROWEST);
        let last = lines.len().saturating_sub(1);
        for (n, line) in lines.iter().enumerate() {
            let mut wrapped = inline::wrap(line, width);
            if let Some(end) = wrapped.last_mut().filter(|_| n < last) {
                end.push('\\');
            }
            for line in &wrapped {
                self.line(line);
            }
        }
    }

    /// The words of each line of a paragraph.
    fn words(&self, runs: &[Run]) -> Vec<Words> {
        words(runs, self.told)
    }

    /// A blank line, unless there is nothing above it to be parted from.
    fn gap(&mut self) {
        if self.marker.is_none() && !self.text.is_empty() {
            self.line("");
        }
    }

    /// Writes something whose first line begins with `marker`, and the others with room as wide.
    fn under(&mut self, marker: &str, room: &str, write: impl FnOnce(&mut Self)) {
        let outer = self.prefix.len();
        let first = self.marker.take().unwrap_or_else(|| self.prefix.clone());
        self.marker = Some(first + marker);
        self.prefix.push_str(room);
        write(self);
        // What has nothing in it is its marker alone.
        if self.marker.is_some() {
            self.line("");
        }
        self.prefix.truncate(outer);
    }

    fn line(&mut self, line: &str) {
        let prefix = self.marker.take();
        let start = self.text.len();
        self.text.push_str(prefix.as_deref().unwrap_or(&self.prefix));
        self.text.push_str(line);
        let end = self.text.trim_end_matches(' ').len().max(start);
        self.text.truncate(end);
        self.text.push('\n');
    }
}

/// The name of a page as a heading.
const fn title(page: Page) -> &'static str {
    match page {
        Page::Card => "Card",
        Page::About => "About",
        Page::Career => "Career",
        Page::Stack => "Stack",
        Page::Contact => "Contact",
    }
}

fn plain(text: &str) -> Run {
    run(text, TextStyle::default(), None)
}

fn strong(text: &str) -> Run {
    run(text, TextStyle { strong: true, ..TextStyle::default() }, None)
}

fn emphasis(text: &str) -> Run {
    run(text, TextStyle { emphasis: true, ..TextStyle::default() }, None)
}

fn code(text: &str) -> Run {
    run(text, TextStyle { code: true, ..TextStyle::default() }, None)
}

fn link(text: &str, url: &str) -> Run {
    run(text, TextStyle::default(), Some(url.to_owned()))
}

fn run(text: &str, voice: TextStyle, link: Option<String>) -> Run {
    Run::Text { text: text.to_owned(), voice, link }
}

/// What there is of the runs, with words between them.
fn between<const N: usize>(runs: [Option<Run>; N], words: &str) -> Vec<Run> {
    let mut joined = Vec::new();
    for run in runs.into_iter().flatten() {
        if !joined.is_empty() {
            joined.push(plain(words));
        }
        joined.push(run);
    }
    joined
}

#[cfg(test)]
mod tests;
