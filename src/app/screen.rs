//! The trait of a screen: the interactive face of a page, or of an overlay (help, search, an exhibit). A screen owns
//! its state; [`App`](super::App) owns the screens and does what all of them have in common: scrolling, reading on,
//! overlays.

use std::{borrow::Cow, fmt::Debug, sync::Arc, time::Duration};

use ratatui::{layout::Size, style::Color};

use super::{
    event::Wire,
    preferences::{ColorScheme, Preferences},
};
/// The types that screens are made of.
pub(super) use super::{
    keys::Command,
    sheet::{Row, Sheet, Target},
    window::Window,
};
use crate::{
    document::{Direction, Document, Place, Words},
    exhibits::Score,
    formats::{TEXT_WIDTH, render_page},
    site::{Index, Site, Variant},
    terminal::{capabilities::Appearance, input::Key},
    theme::{Theme, accent_colour},
    typeset::{MIRRORED_GAP, ascii},
};

/// The card, and the visitor's settings.
#[derive(Debug)]
pub(super) struct View {
    /// The card with all of its languages.
    pub card: Arc<Site>,
    /// The card in the visitor's language.
    pub site: Arc<Site>,
    /// The size of the window.
    pub size: Size,
    pub appearance: Appearance,
    /// The visitor's choice of colours.
    pub colors: ColorScheme,
    /// Whether animation is on.
    pub motion: bool,
    /// The time since the visitor arrived, while something moves; zero at rest, so that time alone changes no frame.
    pub now: Duration,
    /// The accent's colour on this terminal, kept by [`View::restyle`].
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

    /// Updates the accent after a change of the site, the appearance or the visitor's choice of colours.
    pub(super) fn restyle(&mut self) {
        self.accent = accent_colour(self.site.document().card.accent, self.colors.applied(self.appearance));
    }

    /// The styles and signs of the card on this terminal.
    pub(super) fn theme(&self, rtl: bool) -> Theme {
        let theme = Theme::new(self.accent, self.colors.applied(self.appearance));
        Theme { signs: if rtl { theme.signs.mirrored() } else { theme.signs }, ..theme }
    }

    /// The card in its next language; `None` if it has only one.
    pub(super) fn next_language(&self) -> Option<&Arc<Site>> {
        let mut after = self.card.editions().skip_while(|site| !Arc::ptr_eq(site, &self.site)).skip(1);
        after.next().or(Some(&self.card)).filter(|next| !Arc::ptr_eq(next, &self.site))
    }

    /// Whether the rows of a screen begin at the right (right-to-left).
    pub(super) fn is_rtl(&self, screen: &dyn Screen) -> bool {
        screen.is_mirrored() && self.site.document().words.direction == Direction::Rtl
    }
}

/// Everything that a screen's methods may depend on besides its own state.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context<'a> {
    pub view: &'a View,
    pub theme: &'a Theme,
    /// The division of the window.
    pub window: &'a Window,
    /// The first row of the screen in view.
    pub scroll: u16,
    /// Whether rows begin at the right: they are laid out as if from the left, and drawn mirrored.
    pub rtl: bool,
}

impl<'a> Context<'a> {
    /// The document.
    pub(super) fn document(&self) -> &'a Document {
        self.view.site.document()
    }

    /// The card's own words.
    pub(super) fn words(&self) -> &'a Words {
        &self.document().words
    }

    /// The search index, in the characters of this terminal.
    pub(super) fn search_index(&self) -> &'a Index {
        self.view.site.search_index(self.view.appearance.is_ascii())
    }

    /// The cells between a sign and its words.
    pub(super) fn sign_gap(&self) -> u16 {
        if self.rtl { MIRRORED_GAP } else { 1 }
    }

    /// The variant in which texts are set for this terminal.
    pub(super) fn variant(&self) -> Variant {
        Variant { ascii: self.view.appearance.is_ascii(), link_footnotes: !self.view.appearance.links }
    }

    /// A place of the document as text that can be copied.
    pub(super) fn as_text(&self, place: Place) -> Option<String> {
        let text = render_page(self.document(), place, TEXT_WIDTH, self.view.appearance.is_ascii());
        Some(text.trim_end().to_owned()).filter(|text| !text.is_empty())
    }

    /// A text in the characters of this terminal.
    pub(super) fn spell<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.view.appearance.is_ascii() { ascii(text) } else { text.into() }
    }
}

/// What the app has to do after a command or a click.
#[derive(Debug, Default)]
pub(super) enum Outcome {
    /// Carry out the command as it is defined for all screens.
    #[default]
    Pass,
    /// Lay out again; the state may have changed.
    Stay,
    /// Lay out again and scroll to the selection, which may have moved.
    Reveal,
    /// Open an overlay.
    Open(Box<dyn Screen>),
    /// Close this overlay.
    Close {
        /// Whether the visitor came to its end, and so reads on; else they turned back.
        finished: bool,
    },
    /// Go to another place of the card.
    Go(Place),
    /// Go to what a search found.
    Found {
        place: Place,
        found: SearchMatch,
        /// What opens over the page.
        over: Option<Box<dyn Screen>>,
    },
    /// Copy a text.
    Copy(String),
}

/// Words that a search found. They are marked until the next key.
#[derive(Debug, Clone)]
pub(super) struct SearchMatch {
    /// The number of the entry in the index.
    pub entry: u16,
    /// The indices of its characters that match, in order.
    pub marks: Box<[u16]>,
}

/// The state of a page's screen that is kept when the document is replaced.
#[derive(Debug, Clone, Copy)]
pub(super) struct SavedState {
    /// The index of the selected entry.
    pub selected: usize,
    /// Whether the selected entry is unfolded, or the card shows its back.
    pub unfolded: bool,
}

/// A hint at the bottom of the window: a command, and its text.
pub(super) type Hint<'a> = (Command, &'a str);

/// A screen: the interactive face of a page, or an overlay.
pub(super) trait Screen: Debug + Send + Sync {
    /// Carries out a command.
    fn update(&mut self, command: Command, context: &Context<'_>) -> Outcome;

    /// Lays the screen out for the window. Called once for each change.
    fn sheet(&self, context: &Context<'_>) -> Sheet;

    /// The hints of this screen, the most important first. `sheet` is its layout. They must not depend on the scroll
    /// position, since scrolling keeps the layout with its hints.
    fn hints<'a>(&self, sheet: &Sheet, context: &Context<'a>) -> Vec<Hint<'a>>;

    /// The name of what [`Command::Open`] opens: the hint of that command has it as its text where there is room.
    fn open_name<'a>(&self, _context: &Context<'a>) -> Option<&'a str> {
        None
    }

    /// Handles a click on a target of the sheet. A target that is a command goes to [`update`](Self::update) instead.
    fn click(&mut self, _target: Target, _context: &Context<'_>) -> Outcome {
        Outcome::Stay
    }

    /// What is selected, or the page, as text, which `y` copies.
    fn selection(&self, _context: &Context<'_>) -> Option<String> {
        None
    }

    /// The visitor's result, if the screen is a game and the result is better, that is less, than `best`.
    fn better_score(&self, _best: f64) -> Option<Score> {
        None
    }

    /// Shows the place to which a search or a reference leads: an entry, or the screen as a whole.
    fn show(&mut self, _entry: Option<usize>) {}

    /// The state to keep when `next` replaces the document `before`.
    fn saved(&self, _before: &Document, _next: &Document) -> Option<SavedState> {
        None
    }

    /// Restores the state that the screen of the same page kept.
    fn restore(&mut self, _saved: SavedState) {}

    /// Selects the next entry in the order of reading; `false` if there is none, or the screen has no selection.
    fn select_next(&mut self, _context: &Context<'_>) -> bool {
        false
    }

    /// Called after the overlay above was closed; `finished` as in [`Outcome::Close`].
    fn uncovered(&mut self, _finished: bool) {}

    /// Called when an overlay is opened over this screen.
    fn covered(&mut self) {}

    /// The division of the window for this screen; `None` if the window is too small. `aside` says whether the card has
    /// something to show beside its pages.
    fn window(&self, size: Size, aside: bool) -> Option<Window> {
        if aside { Window::with_aside(size) } else { Window::of(size) }
    }

    /// The content of the column beside the screen, if the window has one ([`Window::aside`]). It does not scroll.
    fn aside(&self, _context: &Context<'_>) -> Sheet {
        Sheet::default()
    }

    /// Whether the screen is mirrored for a right-to-left language.
    fn is_mirrored(&self) -> bool {
        true
    }

    /// Whether an animation is running, which needs a [`tick`](Self::tick) for each frame.
    fn moving(&self) -> bool {
        false
    }

    /// Called once if this is the first screen of a visit.
    fn arrive(&mut self, _context: &Context<'_>) {}

    /// Called when the visitor has turned to this page.
    fn opened(&mut self, _context: &Context<'_>) {}

    /// Advances the animation to the next frame.
    fn tick(&mut self, _context: &Context<'_>) {}

    /// Ends the animation at its final state.
    fn rest(&mut self) {}

    /// The edited line. It is drawn in the place of the tabs, above the results.
    fn line(&self, _context: &Context<'_>) -> Option<Row> {
        None
    }

    /// Handles a key that is typed into the edited line, or is a digit of an exhibit's number; `None` if the key is a
    /// command.
    fn edit(&mut self, _key: Key, _context: &Context<'_>) -> Option<Outcome> {
        None
    }

    /// Pastes text into the edited line.
    fn paste(&mut self, _text: &str, _context: &Context<'_>) {}

    /// Whether the visitor edits a line, into which text can be pasted.
    fn edits_a_line(&self) -> bool {
        false
    }

    /// Whether no tab is highlighted while this screen is on top.
    fn hides_page(&self) -> bool {
        false
    }

    /// Whether the screen shows the figures of the connection and needs new ones.
    fn wants_wire(&self) -> bool {
        false
    }

    /// Takes new figures of the connection.
    fn tell_wire(&mut self, _wire: Wire) {}

    /// Called after the site or the terminal's characters have changed: searches have to run again.
    fn refresh(&mut self, _context: &Context<'_>) {}
}
