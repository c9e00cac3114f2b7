//! The card in plain lines, for screen readers and braille displays: text is only ever appended, nothing moves, and the
//! visitor chooses by number or name.
//!
//! The output contains no escape sequence and no control character but CR, LF and the backspaces that erase a typed
//! character. Lines end with CR LF, since the visitor's terminal is in raw mode.

mod choices;
mod dialogue;

use std::{borrow::Cow, sync::Arc};

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr as _};

use super::{event::Effect, preferences::Preferences};
use crate::{
    document::{Document, Entry, Place, Words, words::filled},
    exhibits::Score,
    formats::{TEXT_WIDTH, render_page},
    profile::characters::is_refused,
    site::Site,
    terminal::input::{Code, Key},
    typeset,
};
use choices::{Choice, Heard};
use dialogue::{Dialogue, DialogueOutcome};

/// The most characters of an answer: eight times the longest valid one.
const LONGEST_ANSWER: usize = 64;

/// The key that ends the session at once, ahead of waiting keys.
pub const INTERRUPT: Key = Key::new(Code::Char('c')).with_control();
/// The key for the end of input.
const NOTHING_MORE: Key = Key::new(Code::Char('d')).with_control();

/// The state of a visit in plain lines.
#[derive(Debug)]
pub struct Plain {
    /// The card with all of its languages.
    card: Arc<Site>,
    /// The card in the visitor's language.
    site: Arc<Site>,
    /// Whether the output uses ASCII punctuation.
    ascii: bool,
    /// The terminal's width, in cells.
    width: u16,
    /// The answer so far, at most [`LONGEST_ANSWER`] characters, each one or two cells wide.
    line: String,
    /// Whether the cursor stands behind the prompt.
    asking: bool,
    /// The place that Enter alone reads.
    next: Place,
    /// What numbers stand for where the card has changed since they were read aloud.
    heard: Heard,
    /// The open exhibit, to which answers go.
    dialogue: Option<Dialogue>,
    /// The best result in an exhibit that is a game.
    score: Option<Score>,
}

impl Plain {
    /// Begins a visit with a terminal of this width, in cells.
    #[must_use]
    pub fn new(card: Arc<Site>, width: u16, ascii: bool) -> Self {
        Self {
            site: Arc::clone(&card),
            card,
            ascii,
            width,
            line: String::new(),
            asking: false,
            next: Place::default(),
            heard: Heard::default(),
            dialogue: None,
            score: None,
        }
    }

    /// Replaces the card.
    pub fn replace(&mut self, card: Arc<Site>) {
        let site = card.in_language(Some(&self.document().language));
        self.card = card;
        self.heard.keep(self.site.document());
        self.show(site);
    }

    /// Says that the card has changed; the answer so far stays.
    pub fn tell_update(&mut self, out: &mut String) {
        self.interrupt(|words| &words.notices.updated, out);
    }

    /// Says that the server is about to restart; the answer so far stays.
    pub fn tell_restart(&mut self, out: &mut String) {
        self.interrupt(|words| &words.notices.restarting, out);
    }

    /// Shows another edition. Reading goes on at the same place.
    fn show(&mut self, site: Arc<Site>) {
        self.next = site.document().counterpart(self.document(), self.next).unwrap_or_default();
        self.site = site;
    }

    /// The visitor's best result in a game, in a sentence.
    #[must_use]
    pub fn score(&self) -> Option<&str> {
        self.score.as_ref().map(|score| score.said.as_str())
    }

    /// The card that is shown, in the visitor's language.
    #[must_use]
    pub fn site(&self) -> &Arc<Site> {
        &self.site
    }

    /// Greets in the visitor's language, reads the page that they asked for, and prompts.
    pub fn greet(&mut self, preferences: &Preferences, out: &mut String) {
        self.site = self.card.in_language(preferences.reads());
        let card = &self.document().card;
        let lines = card.name.iter().chain(&card.headline).cloned().chain(self.document().work());
        for line in lines.collect::<Vec<_>>() {
            self.say(&line, out);
        }
        say_line("", out);
        self.list(false, out);
        if let Some(page) = preferences.page.as_deref().and_then(|page| self.document().position(page)) {
            let place = Place { page, entry: preferences.entry };
            let place = self.document().entry(place).map_or(Place { page, entry: None }, |_| place);
            self.read(place, out);
        }
        if let Some(dialogue) = preferences.exhibit.as_ref().and_then(Dialogue::opened) {
            self.tell(&dialogue.tell(), out);
            self.dialogue = Some(dialogue);
        }
        // An exhibit that runs at once prompts at its end.
        if !self.is_running() {
            self.ask(out);
        }
    }

    /// Handles a key: echoes it, and answers a complete line.
    pub fn key(&mut self, key: Key, out: &mut String) -> Option<Effect> {
        if key == INTERRUPT || key == NOTHING_MORE {
            return Some(Effect::Goodbye);
        }
        match key.code {
            Code::Enter => return self.answer(out),
            Code::Backspace => {
                let width = self.line.pop().and_then(UnicodeWidthChar::width).unwrap_or_default();
                (0..width).for_each(|_| out.push_str("\u{8} \u{8}"));
            }
            // A line that ends in secret (U+2028) has a width, and no place here.
            Code::Char(c) if !key.control && !key.alt && !is_refused(c) => {
                // What takes no cell could not be taken back, and could turn the line around.
                let width = c.width().unwrap_or_default();
                if width > 0 && self.line.chars().count() < LONGEST_ANSWER && self.line.width() + width <= self.room() {
                    self.line.push(c);
                    out.push(c);
                }
            }
            _ => {}
        }
        None
    }

    /// Sets the terminal's width, in cells, for later output.
    pub fn resize(&mut self, width: u16) {
        self.width = width;
    }

    /// Warns that the session ends soon; the answer so far stays.
    pub fn warn(&mut self, out: &mut String) {
        self.interrupt(|words| &words.plain.one_minute, out);
    }

    /// Writes a message while the visitor types, and prompts again.
    fn interrupt(&mut self, word: fn(&Words) -> &String, out: &mut String) {
        self.end_line(out);
        self.say(word(self.words()), out);
        self.ask(out);
        out.push_str(&self.line);
    }

    /// Writes the last lines.
    pub fn leave(&mut self, lines: &[String], out: &mut String) {
        self.end_line(out);
        for line in lines {
            say_line(line, out);
        }
    }

    /// The cells that an answer may take: those of its line, so that Backspace finds all of it; in a window too narrow
    /// for the prompt at least the longest that means anything.
    fn room(&self) -> usize {
        const LEAST: usize = 8;
        usize::from(self.width).saturating_sub(self.prompt().width() + 1).max(LEAST)
    }

    /// Carries out the answer that was typed.
    fn answer(&mut self, out: &mut String) -> Option<Effect> {
        let line = std::mem::take(&mut self.line);
        self.end_line(out);
        let answer = line.trim();
        let is = |names: &[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(answer));
        if is(&["q", "quit", "exit"]) {
            return Some(Effect::Goodbye);
        }
        if self.dialogue.is_some() {
            self.answer_exhibit(answer, out);
            return None;
        }
        let edition = self.card.editions().find(|site| is(&[site.document().language.tag()])).cloned();
        let all_was_read = self.next.page >= self.document().pages.len();
        if is(&["?", "help"]) || answer.is_empty() && all_was_read {
            self.list(true, out);
        } else if let Some(site) = edition {
            self.show(site);
            self.heard = Heard::default();
            say_line("", out);
            self.list(false, out);
        } else if let Some(choice) = self.choice(answer) {
            match choice {
                Choice::Place(place) => {
                    say_line("", out);
                    self.read(place, out);
                }
                Choice::Gone(title) => {
                    self.say(&filled(&self.words().plain.gone, &[&title]), out);
                    self.tell_choices(out);
                }
            }
        } else if let Some(dialogue) = self.exhibit(answer) {
            say_line("", out);
            self.tell(&dialogue.tell(), out);
            self.dialogue = Some(dialogue);
        } else {
            self.say(&filled(&self.words().plain.no_choice, &[&self.choices()]), out);
            self.heard.forget_pages();
        }
        self.ask(out);
        None
    }

    /// Carries out an answer in the open exhibit.
    fn answer_exhibit(&mut self, answer: &str, out: &mut String) {
        let Some(mut dialogue) = self.dialogue.take() else { return };
        say_line("", out);
        match dialogue.answer(answer) {
            DialogueOutcome::Said(lines) => {
                let best = self.score.as_ref().map_or(f64::INFINITY, |best| best.worst);
                self.score = dialogue.better_score(best).or(self.score.take());
                self.tell(&lines, out);
                self.dialogue = Some(dialogue);
            }
            DialogueOutcome::Runs => {
                self.dialogue = Some(dialogue);
                return;
            }
            DialogueOutcome::Left => self.tell_choices(out),
        }
        self.ask(out);
    }

    /// Whether an exhibit runs: then [`Plain::step`] is due, and keys wait.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.dialogue.as_ref().is_some_and(Dialogue::is_running)
    }

    /// Continues the run of an exhibit; at its end writes the results, and prompts.
    pub fn step(&mut self, out: &mut String) {
        if let Some(lines) = self.dialogue.as_mut().and_then(Dialogue::step) {
            self.end_line(out);
            self.tell(&lines, out);
            self.ask(out);
        }
    }

    /// Says lines, each of them wrapped, and a blank one.
    fn tell(&self, lines: &[String], out: &mut String) {
        for line in lines {
            self.say(line, out);
        }
        say_line("", out);
    }

    /// What an answer stands for: without words the next place.
    fn choice(&self, answer: &str) -> Option<Choice> {
        if answer.is_empty() { Some(Choice::Place(self.next)) } else { self.heard.choice(answer, self.document()) }
    }

    /// The exhibit that an answer opens.
    fn exhibit(&self, answer: &str) -> Option<Dialogue> {
        Dialogue::open(choices::exhibit(answer, self.document()), self.document())
    }

    fn document(&self) -> &Document {
        self.site.document()
    }

    fn words(&self) -> &Words {
        &self.document().words
    }

    /// The prompt.
    fn prompt(&self) -> Cow<'_, str> {
        let prompt = &self.words().plain.prompt;
        if self.ascii { typeset::ascii(prompt) } else { prompt.into() }
    }

    fn entries(&self, page: usize) -> &[Entry] {
        self.document().pages.get(page).map_or(&[], |page| page.entries.as_slice())
    }

    /// Reads a page or an entry of it, and the choices in a line.
    fn read(&mut self, place: Place, out: &mut String) {
        let Place { page, entry } = place;
        let entries = self.entries(page).len();
        self.next = match entry.map(|entry| entry + 1).filter(|entry| *entry < entries) {
            Some(next) => Place { page, entry: Some(next) },
            None => Place { page: page + 1, entry: None },
        };
        for line in render_page(self.document(), place, self.measure(), self.ascii).lines() {
            say_line(line, out);
        }
        say_line("", out);
        let read = match entry {
            Some(entry) => self.entries(page).get(entry..=entry).unwrap_or_default(),
            None => self.entries(page),
        };
        let exhibits = read.iter().flat_map(|entry| &entry.exhibits);
        for line in exhibits.filter_map(|name| choices::exhibit_line(name, self.document())) {
            self.say(&line, out);
        }
        if entry.is_none() && entries > 1 {
            let page = page + 1;
            let range = [format!("{page}.1"), format!("{page}.{entries}")];
            self.say(&filled(&self.words().plain.single_entry, &range.each_ref().map(String::as_str)), out);
        }
        if let (None, Some(page)) = (entry, self.site.document().pages.get(page)) {
            self.heard.forget_entries(&page.name);
        }
        self.tell_choices(out);
    }

    /// Says the choices in a line.
    fn tell_choices(&mut self, out: &mut String) {
        self.say(&(self.choices() + &self.words().lists.stop), out);
        self.heard.forget_pages();
    }

    /// Lists the choices, one a line, and a blank line after them.
    fn list(&mut self, entries: bool, out: &mut String) {
        self.heard.forget_pages();
        if entries {
            self.heard = Heard::default();
        }
        self.say(&self.words().plain.how, out);
        say_line("", out);
        for line in choices::lines(self.document(), &self.card, entries) {
            self.say(&line, out);
        }
        say_line("", out);
    }

    /// The choices in a line.
    fn choices(&self) -> String {
        choices::in_a_line(self.document())
    }

    /// The width that text is set to, in cells.
    #[must_use]
    pub fn measure(&self) -> u16 {
        self.width.clamp(1, TEXT_WIDTH)
    }

    /// Writes a sentence, wrapped.
    fn say(&self, text: &str, out: &mut String) {
        let text = if self.ascii { typeset::ascii(text) } else { text.into() };
        for line in typeset::wrap_words(&text, self.measure()) {
            say_line(&line, out);
        }
    }

    fn ask(&mut self, out: &mut String) {
        out.push_str(&self.prompt());
        self.asking = true;
    }

    /// Ends the line on which the visitor types.
    fn end_line(&mut self, out: &mut String) {
        if std::mem::take(&mut self.asking) {
            say_line("", out);
        }
    }
}

/// Says a line as it is, without what a terminal could obey. Its no-break spaces are said as plain ones, which every
/// terminal has.
fn say_line(line: &str, out: &mut String) {
    let space = |sign: char| if matches!(sign, '\u{a0}' | '\u{202f}') { ' ' } else { sign };
    out.extend(line.chars().filter(|c| !c.is_control()).map(space));
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests;
