//! The trait of a screen: the interactive face of a page, or of an overlay (help, search, an exhibit). A screen owns
//! its state; [`App`](super::App) owns the screens and does what all of them have in common: scrolling, reading on,
//! overlays.

use std::{borrow::Cow, fmt::Debug, sync::Arc, time::Duration};

use ratatui::{layout::Size, style::Color};

use super::{
    event::Wire,
    preferences::{ColorScheme, Preferences},
};
/// What screens are made with.
pub(super) use super::{
    keys::Command,
    sheet::{Row, Sheet, Target},
    window::Window,
};
use crate::{
    document::{Direction, Document, Place, Words},
    exhibits::Score,
    site::{Index, Site, Variant},
    terminal::{capabilities::Appearance, input::Key},
    theme::{Theme, accent_colour},
    typeset::ascii,
};

/// The card, and how a visitor sees it.
#[derive(Debug)]
pub(super) struct View {
    /// The card with all of its languages.
    pub card: Arc<Site>,
    /// The card in the visitor's language.
    pub site: Arc<Site>,
    /// The terminal's size.
    pub size: Size,
    pub appearance: Appearance,
    /// The visitor's choice.
    pub colors: ColorScheme,
    /// Whether anything may move.
    pub motion: bool,
    /// The time since the visitor arrived, while something moves; zero at rest, so that time alone changes no frame.
    pub now: Duration,
    /// The card's accent on this terminal; see [`View::restyle`].
    accent: Option<Color>,
}

impl View {
    pub(super) fn new(card: Arc<Site>, size: Size, appearance: Appearance, preferences: &Preferences) -> Self {
        let (site, now) = (card.in_language(preferences.reads()), Duration::ZERO);
        let (colors, motion) = (preferences.colors, !preferences.still);
        let mut view = Self { card, site, size, appearance, colors, motion, now, accent: None };
        view.restyle();
        view
    }

    /// Finds the accent anew, after a change of the site, the appearance or the visitor's choice.
    pub(super) fn restyle(&mut self) {
        self.accent = accent_colour(self.site.document().card.accent, self.colors.applied(self.appearance));
    }

    /// The styles and signs of the card on this terminal.
    pub(super) fn theme(&self, rtl: bool) -> Theme {
        let theme = Theme::new(self.accent, self.colors.applied(self.appearance));
        Theme { signs: if rtl { theme.signs.mirrored() } else { theme.signs }, ..theme }
    }

    /// The card in the language after the visitor's; `None` where it has one only.
    pub(super) fn next_language(&self) -> Option<&Arc<Site>> {
        let mut after = self.card.editions().skip_while(|site| !Arc::ptr_eq(site, &self.site)).skip(1);
        after.next().or(Some(&self.card)).filter(|next| !Arc::ptr_eq(next, &self.site))
    }

    /// Whether the rows of a screen begin at the right.
    pub(super) fn is_rtl(&self, screen: &dyn Screen) -> bool {
        screen.is_mirrored() && self.site.document().words.direction == Direction::Rtl
    }
}

/// What a screen may know of the world around it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context<'a> {
    pub view: &'a View,
    pub theme: &'a Theme,
    /// How the window is divided.
    pub window: &'a Window,
    /// The first row of the screen that was scrolled to.
    pub scroll: u16,
    /// Whether rows begin at the right: they are laid out as if from the left, and drawn mirrored.
    pub rtl: bool,
}

impl<'a> Context<'a> {
    /// What the card says.
    pub(super) fn document(&self) -> &'a Document {
        self.view.site.document()
    }

    /// The card's own words.
    pub(super) fn words(&self) -> &'a Words {
        &self.document().words
    }

    /// What can be found on the card, in the characters of this terminal.
    pub(super) fn search_index(&self) -> &'a Index {
        self.view.site.search_index(self.view.appearance.is_ascii())
    }

    /// How texts are set for this terminal.
    pub(super) fn variant(&self) -> Variant {
        Variant { ascii: self.view.appearance.is_ascii(), link_footnotes: !self.view.appearance.links }
    }

    /// A text of the card, as this terminal can show it.
    pub(super) fn spell<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.view.appearance.is_ascii() { ascii(text) } else { text.into() }
    }
}

/// What a command or a click did to a screen.
#[derive(Debug, Default)]
pub(super) enum Outcome {
    /// Nothing: the command means what it means everywhere.
    #[default]
    Pass,
    /// The state may have changed; the window stays where it is.
    Stay,
    /// The selection may have moved: it is to be in view.
    Reveal,
    /// Put a screen over this one.
    Open(Box<dyn Screen>),
    /// Take this overlay away. `finished` says that the visitor came to its end rather than turned back.
    Close {
        /// Whether to read on after it.
        finished: bool,
    },
    /// Go to another place of the card.
    Go(Place),
    /// The same, to words that a search found there.
    Found(Place, SearchMatch),
    /// Copy a text.
    Copy(String),
}

/// Words that a search led to. They are marked until the next key.
#[derive(Debug, Clone)]
pub(super) struct SearchMatch {
    /// The number of the entry in the index.
    pub entry: u16,
    /// The characters of it that match, counted from 0, in order.
    pub marks: Box<[u16]>,
}

/// What the screen of a page keeps when another document takes the place of its own.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kept {
    /// The index of what is selected.
    pub selected: usize,
    /// Whether the selected entry is told in the list, or the back of the card is up.
    pub unfolded: bool,
}

/// A key at the bottom of the window, and what it does here.
pub(super) type Hint<'a> = (Command, &'a str);

/// One screen.
pub(super) trait Screen: Debug + Send + Sync {
    /// What a command means here.
    fn update(&mut self, command: Command, context: &Context<'_>) -> Outcome;

    /// Lays the screen out for the window. Called once for each change.
    fn sheet(&self, context: &Context<'_>) -> Sheet;

    /// The keys that matter here, the most important first. `sheet` is the layout of the screen. They do not depend on
    /// how far it is scrolled: a layout that is kept scrolls without them.
    fn hints<'a>(&self, sheet: &Sheet, context: &Context<'a>) -> Vec<Hint<'a>>;

    /// What a click means on one of the targets of the sheet; a command has been answered already.
    fn click(&mut self, _target: Target, _context: &Context<'_>) -> Outcome {
        Outcome::Stay
    }

    /// What `y` copies: what is selected, as text.
    fn selection(&self, _context: &Context<'_>) -> Option<String> {
        None
    }

    /// The visitor's result, where the screen is a game and the result is less than `best`.
    fn better_score(&self, _best: f64) -> Option<Score> {
        None
    }

    /// A search or a reference leads here: to an entry, or to the screen as a whole.
    fn show(&mut self, _entry: Option<usize>) {}

    /// What stays when `next` takes the place of the document `before`.
    fn kept(&self, _before: &Document, _next: &Document) -> Option<Kept> {
        None
    }

    /// Takes over what the screen of the same page kept.
    fn restore(&mut self, _kept: Kept) {}

    /// Selects the next in the order of reading; `false` where there is none, or where reading does not go by
    /// selections.
    fn select_next(&mut self, _context: &Context<'_>) -> bool {
        false
    }

    /// The overlay above was closed; `finished` says how.
    fn uncovered(&mut self, _finished: bool) {}

    /// Another screen lies over this one now.
    fn covered(&mut self) {}

    /// How the window is divided for this screen; `None` when it is too small for any. `aside` says whether the card
    /// has something to show beside its pages.
    fn window(&self, size: Size, aside: bool) -> Option<Window> {
        if aside { Window::with_aside(size) } else { Window::of(size) }
    }

    /// What stands beside the screen, where the window has a column for it ([`Window::aside`]), and stays there while
    /// the screen scrolls.
    fn aside(&self, _context: &Context<'_>) -> Sheet {
        Sheet::default()
    }

    /// Whether the screen is mirrored where the card's text begins at the right.
    fn is_mirrored(&self) -> bool {
        true
    }

    /// Whether the screen moves and wants a [`tick`](Self::tick) for each frame.
    fn moving(&self) -> bool {
        false
    }

    /// The visitor has just come in, and this is the first that they see.
    fn arrive(&mut self, _context: &Context<'_>) {}

    /// The visitor has turned to this page.
    fn opened(&mut self, _context: &Context<'_>) {}

    /// It is time for the next frame of what moves.
    fn tick(&mut self, _context: &Context<'_>) {}

    /// Everything that moves by itself comes to rest where it was going.
    fn rest(&mut self) {}

    /// The line that the visitor edits; it stands in the place of the tabs, above what it finds.
    fn line(&self, _context: &Context<'_>) -> Option<Row> {
        None
    }

    /// A key for the line that is edited; `None` for a key that is a command, or where there is no line.
    fn edit(&mut self, _key: Key, _context: &Context<'_>) -> Option<Outcome> {
        None
    }

    /// Text was pasted into the line that is edited.
    fn paste(&mut self, _text: &str, _context: &Context<'_>) {}

    /// Whether the visitor edits a line, into which text can be pasted.
    fn edits_a_line(&self) -> bool {
        false
    }

    /// Whether the screen hides which page is below, so that no tab is shown as the visitor's.
    fn hides_page(&self) -> bool {
        false
    }

    /// Whether the screen shows how the session travels, and is to be told how it is now.
    fn wants_wire(&self) -> bool {
        false
    }

    /// Tells how the session travels.
    fn tell_wire(&mut self, _wire: Wire) {}

    /// Another site is shown, or the same in other characters: what was found is to be found anew.
    fn refresh(&mut self, _context: &Context<'_>) {}
}
