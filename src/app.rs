//! What the visitor does: a model, the messages that change it, and the view that shows it. No I/O, no clock, no random
//! number: the time arrives with each message.

mod choices;
mod content;
mod exhibit;
pub mod keys;
pub mod mark;
pub mod plain;
mod reading;
mod search;
pub mod view;

use std::{sync::Arc, time::Duration};

use ratatui::layout::Size;

pub use choices::{Choice, Choices, Paper, Way};
pub use content::Content;
use exhibit::Showing;
use keys::Command;
use mark::Mark;
use search::{Found, Search};
use view::{Bookmark, Target};

use crate::{
    profile::Page,
    terminal::{
        capabilities::{Depth, Ground, Look},
        input::{Action, Key, Mouse},
    },
    theme::Theme,
};

/// Frames a second while something moves.
pub const FRAME_RATE: u32 = 30;

/// Says to a visitor who has typed nothing for long that the session ends soon.
const STILL_THERE: &str = "Still there? One minute left.";

/// What a page says beside its keys. Each notice has room in the smallest window, whole: it is at most 22 cells wide.
mod notice {
    pub(super) const MOTION: &str = "Motion is on.";
    pub(super) const STILL: &str = "Motion is off.";
    pub(super) const MOUSE_CLICKS: &str = "The mouse clicks.";
    pub(super) const MOUSE_SELECTS: &str = "The mouse selects.";
    pub(super) const DARK: &str = "Ground: dark.";
    pub(super) const LIGHT: &str = "Ground: light.";
    pub(super) const NO_COLOUR: &str = "Ground: no colour.";
    pub(super) const OWN: &str = "Ground: as it is.";
    pub(super) const NEVER_COLOUR: &str = "No colour here.";
    pub(super) const SENT: &str = "Sent to the clipboard.";
    pub(super) const NOT_COPIED: &str = "No clipboard here.";
    pub(super) const STILL_THERE: &str = "Still there? 1 minute.";
}

/// How long the card takes to turn over.
const TURN: Duration = Duration::from_millis(400);

/// What a visitor sees, in a few hundred bytes: two equal models look the same.
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Model {
    /// What there is to see, as it was written.
    written: Arc<Content>,
    /// The same, as this terminal can show it.
    content: Arc<Content>,
    size: Size,
    look: Look,
    paper: Paper,
    /// The page that is shown: an index into the profile's pages.
    page: usize,
    /// The first row that is shown of each page.
    scroll: [u16; Page::ALL.len()],
    /// What stays in view while the window is resized.
    place: Option<Bookmark>,
    station: usize,
    /// Whether the selected station is told in place, where there is no room beside the list.
    unfolded: bool,
    layer: usize,
    /// The layer whose exhibits Enter has led through.
    tried: Option<usize>,
    /// The exhibit that is open, over the stack page.
    exhibit: Option<Box<Showing>>,
    item: usize,
    /// Where Esc leads back to, after a jump.
    origin: Option<usize>,
    flipped: bool,
    /// The first row of the help that is shown; `None` when it is closed.
    help: Option<u16>,
    /// The search, while its line is open; everything else waits as it was.
    search: Option<Box<Search>>,
    /// What a search led to; marked until the next key.
    found: Option<Found>,
    notice: Option<&'static str>,
    motion: bool,
    mouse: bool,
    /// The time, while something moves; zero at rest, so that time alone changes no model.
    now: Duration,
    /// When the mark began to flow into shape.
    arrival: Option<Duration>,
    /// When the card began to turn.
    turn: Option<Duration>,
}

/// What happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// A key was pressed.
    Key(Key),
    /// Text was pasted.
    Paste(String),
    /// The mouse was used.
    Mouse(Mouse),
    /// The terminal has another size.
    Resize(Size),
    /// More is known of how the terminal shows things.
    Look(Look),
    /// The terminal's mouse reports can be trusted.
    MouseConfirmed,
    /// It is time for the next frame of what moves.
    Tick,
    /// What was to be copied could not be.
    NotCopied,
    /// Nothing was typed for so long that the session ends soon.
    Idle,
}

/// What the session has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Say goodbye.
    Goodbye,
    /// Put a text on the visitor's clipboard.
    Copy(String),
}

impl Model {
    /// A visitor arrives: the first page of the profile, and the mark begins to flow.
    #[must_use]
    pub fn new(content: Arc<Content>, size: Size, look: Look) -> Self {
        let mut model = Self {
            content: content.edition(look),
            written: content,
            size,
            look,
            paper: Paper::Own,
            page: 0,
            scroll: [0; Page::ALL.len()],
            place: None,
            station: 0,
            unfolded: false,
            layer: 0,
            tried: None,
            exhibit: None,
            item: 0,
            origin: None,
            flipped: false,
            help: None,
            search: None,
            found: None,
            notice: None,
            motion: true,
            mouse: false,
            now: Duration::ZERO,
            arrival: None,
            turn: None,
        };
        if view::mark(&model).is_some() {
            model.arrival = Some(Duration::ZERO);
        }
        model
    }

    /// The visitor who arrives chose how: on which page, on which ground, with or without motion. The mark flows on the
    /// page where it stands, and only on arrival.
    #[must_use]
    pub fn choosing(mut self, choices: &Choices) -> Self {
        let page = choices.page.and_then(|page| self.content.profile.card.pages.iter().position(|one| *one == page));
        self.page = page.unwrap_or(self.page);
        self.paper = choices.paper;
        self.motion = !choices.still;
        if choices.still || self.page() != Page::Card {
            self.rest();
        }
        self
    }

    /// The same visitor on another card: on the same page where it has one, at rest, with what was chosen for the screen.
    #[must_use]
    pub fn renewed(&self, content: Arc<Content>) -> Self {
        let page = content.profile.card.pages.iter().position(|page| *page == self.page());
        let Self { paper, motion, mouse, .. } = *self;
        let mut model = Self { paper, motion, mouse, ..Self::new(content, self.size, self.look) };
        model.page = page.unwrap_or_default();
        model.rest();
        model
    }

    /// Something happens, `at` this time since the visitor arrived.
    pub fn update(&mut self, message: Message, at: Duration) -> Option<Effect> {
        self.now = at;
        let effect = match message {
            Message::Key(key) => {
                self.rest();
                self.notice = None;
                self.place = None;
                self.found = None;
                if self.search.is_some() {
                    self.search_key(key)
                } else {
                    keys::command(key).and_then(|command| self.command(command))
                }
            }
            Message::Paste(text) => {
                self.notice = None;
                self.write(&text);
                None
            }
            Message::Mouse(mouse) => self.mouse(mouse),
            Message::Resize(size) => {
                self.resize(size);
                None
            }
            Message::Look(look) => {
                self.look(look);
                None
            }
            Message::MouseConfirmed => {
                self.mouse = true;
                None
            }
            Message::Tick => {
                self.step_exhibit();
                None
            }
            Message::NotCopied => {
                self.notice = Some(notice::NOT_COPIED);
                None
            }
            Message::Idle => {
                self.notice = Some(notice::STILL_THERE);
                None
            }
        };
        if self.arrival.is_some() && (self.page() != Page::Card || self.flow_frame().is_none()) {
            self.arrival = None;
        }
        if self.turn_progress().is_none() {
            self.turn = None;
        }
        if !self.moving() {
            self.now = Duration::ZERO;
        }
        effect
    }

    /// Whether the page moves and wants a [`Message::Tick`] for each frame.
    #[must_use]
    pub fn moving(&self) -> bool {
        let runs = |showing: &Showing| showing.exhibit.running();
        self.arrival.is_some() || self.turn.is_some() || self.exhibit.as_deref().is_some_and(runs)
    }

    /// Whether mouse reports are wanted.
    #[must_use]
    pub fn wants_mouse(&self) -> bool {
        self.mouse
    }

    /// Whether the visitor edits a line, into which text can be pasted.
    #[must_use]
    pub fn edits_a_line(&self) -> bool {
        self.search.is_some()
    }

    /// Whether the window has room for a page. Then its first cell is blank, at the top left.
    #[must_use]
    pub fn has_page(&self) -> bool {
        view::has_room(self.size)
    }

    /// The size that is drawn for.
    #[must_use]
    pub fn size(&self) -> Size {
        self.size
    }

    fn page(&self) -> Page {
        self.content.profile.card.pages.get(self.page).copied().unwrap_or(Page::Card)
    }

    fn theme(&self) -> Theme {
        let look = match self.paper {
            Paper::Own => self.look,
            Paper::Dark => Look { ground: Ground::Dark, ..self.look },
            Paper::Light => Look { ground: Ground::Light, ..self.look },
            Paper::None => Look { depth: Depth::Mono, ..self.look },
        };
        Theme::new(self.content.profile.card.accent, look)
    }

    /// Everything that moves comes to rest where it was going.
    fn rest(&mut self) {
        self.arrival = None;
        self.turn = None;
    }

    /// The frame of the mark's flow that is due; `None` when it has ended or there is none.
    fn flow_frame(&self) -> Option<usize> {
        let elapsed = self.now.saturating_sub(self.arrival?);
        let frame = (elapsed.as_secs_f32() * FRAME_RATE as f32) as usize;
        (frame < Mark::FRAMES).then_some(frame)
    }

    /// How far the card has turned, 0 to 1; `None` at rest.
    fn turn_progress(&self) -> Option<f32> {
        let elapsed = self.now.saturating_sub(self.turn?);
        (elapsed < TURN).then(|| elapsed.as_secs_f32() / TURN.as_secs_f32())
    }

    fn command(&mut self, command: Command) -> Option<Effect> {
        if self.search_command(command) || self.exhibit_command(command) {
            return None;
        }
        if matches!(command, Command::Find | Command::Help) {
            self.pause_exhibit();
        }
        match command {
            Command::Goodbye => return Some(Effect::Goodbye),
            Command::Copy => return self.copy(),
            Command::Help => self.help = if self.help.is_some() { None } else { Some(0) },
            Command::Page(page) => self.go(page),
            Command::NextPage | Command::Right => self.go(self.page + 1),
            Command::PreviousPage | Command::Left => self.go(self.page.wrapping_sub(1)),
            Command::Down => self.step(true),
            Command::Up => self.step(false),
            Command::Open if self.help.is_none() && self.opens_exhibit() => {
                self.open_exhibit(0);
            }
            Command::PageDown | Command::Run | Command::Open => self.read_on(),
            Command::Restart => {}
            Command::PageUp => self.page_up(),
            Command::Top => self.end(false),
            Command::Bottom => self.end(true),
            Command::Back => self.back(),
            Command::Find => self.find(),
            Command::Flip => self.flip(),
            Command::Layer => self.climb_to_layer(),
            Command::Ground => self.change_paper(),
            Command::Motion => {
                self.motion = !self.motion;
                self.notice = Some(if self.motion { notice::MOTION } else { notice::STILL });
            }
            Command::Mouse => {
                self.mouse = !self.mouse;
                self.notice = Some(if self.mouse { notice::MOUSE_CLICKS } else { notice::MOUSE_SELECTS });
            }
        }
        None
    }

    fn mouse(&mut self, mouse: Mouse) -> Option<Effect> {
        const NOTCH: u16 = 3;
        self.place = None;
        self.notice = None;
        match mouse.action {
            Action::Press => {
                self.rest();
                self.found = None;
                match view::target(self, mouse.column, mouse.row)? {
                    Target::Command(command) => return self.command(command),
                    Target::Station(station) if self.station == station => self.unfolded = !self.unfolded,
                    Target::Station(station) => (self.station, self.unfolded) = (station, true),
                    Target::Layer(layer) => (self.layer, self.tried) = (layer, None),
                    Target::Exhibit(nth) => {
                        self.open_exhibit(nth);
                    }
                    Target::Parameter(parameter) => self.choose_parameter(parameter),
                    Target::Change(parameter, change) => self.change_parameter(parameter, change),
                    Target::Item(item) if self.item == item => return self.copy(),
                    Target::Item(item) => self.item = item,
                    Target::Result(result) => {
                        self.follow(result);
                        return None;
                    }
                }
                self.reveal();
            }
            Action::WheelDown if self.search.is_some() => self.choose(1, true),
            Action::WheelUp if self.search.is_some() => self.choose(1, false),
            Action::WheelDown => self.scroll_by(NOTCH, true),
            Action::WheelUp => self.scroll_by(NOTCH, false),
        }
        None
    }

    /// Shows another page; one that does not exist is not gone to.
    fn go(&mut self, page: usize) {
        self.help = None;
        self.search = None;
        self.exhibit = None;
        self.tried = None;
        if page < self.content.profile.card.pages.len() {
            self.page = page;
            self.origin = None;
        }
    }

    fn back(&mut self) {
        if self.help.take().is_some() {
        } else if let Some(origin) = self.origin.take() {
            self.page = origin;
        } else if self.page() == Page::Card {
            self.flipped = false;
        } else if self.page() == Page::Career {
            self.unfolded = false;
        }
    }

    fn flip(&mut self) {
        if self.page() != Page::Card || self.help.is_some() {
            return;
        }
        self.flipped = !self.flipped;
        if let Some(scroll) = self.scroll.get_mut(self.page) {
            *scroll = 0;
        }
        if self.motion && view::has_box(self) {
            self.turn = Some(self.now);
        }
    }

    fn climb_to_layer(&mut self) {
        let station = self.content.profile.career.stations.get(self.station);
        let layer = station.and_then(|station| station.layer);
        let stack = self.content.profile.card.pages.iter().position(|page| *page == Page::Stack);
        if let (Page::Career, Some(layer), Some(stack)) = (self.page(), layer, stack) {
            let origin = self.page;
            self.go(stack);
            self.origin = Some(origin);
            self.layer = layer;
            self.reveal();
        }
    }

    fn change_paper(&mut self) {
        let (paper, notice) = match self.paper {
            paper if self.look.depth == Depth::Mono => (paper, notice::NEVER_COLOUR),
            Paper::Own => (Paper::Dark, notice::DARK),
            Paper::Dark => (Paper::Light, notice::LIGHT),
            Paper::Light => (Paper::None, notice::NO_COLOUR),
            Paper::None => (Paper::Own, notice::OWN),
        };
        (self.paper, self.notice) = (paper, Some(notice));
    }

    fn copy(&mut self) -> Option<Effect> {
        let text = view::selected_text(self)?;
        self.notice = Some(notice::SENT);
        Some(Effect::Copy(text))
    }
}

#[cfg(test)]
mod tests;
