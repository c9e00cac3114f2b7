//! The profile, with what is made of it once and shared by all sessions: texts set to each width, the mark's flow, the
//! QR code. Everything is made on first use, once, and from then on only read: only who comes in that very moment waits.

use std::{
    borrow::Cow,
    sync::{Arc, OnceLock},
};

use qrcode::{EcLevel, QrCode};

use super::{mark::Mark, search::Index};
use crate::{
    exhibits::Open,
    formats::{Format, render_page},
    profile::{
        Page, Profile, Prose,
        typeset::{self, Line, Marks, Notes},
    },
    terminal::capabilities::{Glyphs, Look},
    theme::Signs,
};

/// The widest that text is set, in cells.
pub(super) const MEASURE: u16 = 68;

/// The heights in which the mark is drawn, in dots (four to a cell), tallest first.
pub(super) const MARK_HEIGHTS: [u16; 4] = [36, 28, 20, 16];

/// What all sessions show.
pub struct Content {
    /// What the card says.
    pub profile: Profile,
    /// The characters of the terminals that it is made for.
    glyphs: Glyphs,
    about: Text,
    stations: Vec<Text>,
    ground: Text,
    layers: Vec<Text>,
    marks: Arc<[OnceLock<Option<Mark>>; MARK_HEIGHTS.len()]>,
    qr: Arc<OnceLock<Option<QrCode>>>,
    /// The same for terminals that cannot show it as it was written: with the addresses of links or without, in ASCII's
    /// punctuation or not.
    editions: [[OnceLock<Option<Arc<Self>>>; 2]; 2],
    index: OnceLock<Index>,
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Content").field("profile", &self.profile).finish_non_exhaustive()
    }
}

/// Content is the same when it is the same: it is shared, not copied.
impl PartialEq for Content {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Content {
    /// Prepares a profile to be shown.
    #[must_use]
    pub fn new(profile: Profile) -> Self {
        Self::with(profile, Glyphs::Unicode)
    }

    fn with(profile: Profile, glyphs: Glyphs) -> Self {
        let text = |prose| Text::new(prose, marks(glyphs));
        Self {
            glyphs,
            about: text(&profile.about),
            stations: profile.career.stations.iter().map(|station| text(&station.text)).collect(),
            ground: text(&profile.stack.text),
            layers: profile.stack.layers.iter().map(|layer| text(&layer.text)).collect(),
            marks: Arc::default(),
            qr: Arc::default(),
            editions: Default::default(),
            index: OnceLock::new(),
            profile,
        }
    }

    /// The content as a terminal of this look can show it: made when it is first asked for, then shared. There are at most
    /// four, and of each text's lines only those that are asked for.
    #[must_use]
    pub fn edition(self: &Arc<Self>, look: Look) -> Arc<Self> {
        let [addressed, typewritten] = [!look.links, look.glyphs == Glyphs::Ascii];
        let [[written, typed], [noted, both]] = &self.editions;
        let edition = match (addressed, typewritten) {
            (false, false) => written,
            (false, true) => typed,
            (true, false) => noted,
            (true, true) => both,
        };
        let made = edition.get_or_init(|| {
            let mut profile = Cow::Borrowed(&self.profile);
            if addressed {
                profile = Cow::Owned(profile.addressed());
            }
            if typewritten {
                profile = Cow::Owned(profile.typewritten());
            } else if *profile == self.profile {
                return None;
            }
            let (marks, qr) = (Arc::clone(&self.marks), Arc::clone(&self.qr));
            Some(Arc::new(Self { marks, qr, ..Self::with(profile.into_owned(), look.glyphs) }))
        });
        made.as_ref().map_or_else(|| Arc::clone(self), Arc::clone)
    }

    /// Computes what takes longer than a frame, so that no visitor waits for it.
    pub fn prepare(&self) {
        for rows in MARK_HEIGHTS {
            if let Some(mark) = self.mark(u16::MAX, rows / 4) {
                mark.prepare();
            }
        }
        for name in self.profile.stack.layers.iter().flat_map(|layer| &layer.exhibits) {
            let _ = Open::summary(name);
        }
        self.index();
        // What only an exhibit needs comes last: it takes the longest, and no page waits for it.
        for name in self.profile.stack.layers.iter().flat_map(|layer| &layer.exhibits) {
            Open::prepare(name);
        }
    }

    /// The bio.
    #[must_use]
    pub fn about(&self) -> &Text {
        &self.about
    }

    /// The text of a station; `None` where there is no such station.
    #[must_use]
    pub fn station(&self, station: usize) -> Option<&Text> {
        self.stations.get(station)
    }

    /// The text that stands above the layers.
    #[must_use]
    pub fn stack(&self) -> &Text {
        &self.ground
    }

    /// The text of a layer; `None` where there is no such layer.
    #[must_use]
    pub fn layer(&self, layer: usize) -> Option<&Text> {
        self.layers.get(layer)
    }

    /// The tallest mark that fits in a box of cells.
    #[must_use]
    pub fn mark(&self, columns: u16, rows: u16) -> Option<&Mark> {
        let text = self.profile.card.mark.as_deref()?;
        MARK_HEIGHTS.into_iter().zip(self.marks.iter()).filter(|(height, _)| height.div_ceil(4) <= rows).find_map(
            |(height, mark)| {
                let mark = mark.get_or_init(|| Mark::new(text, height)).as_ref()?;
                (mark.size().0.div_ceil(2) <= columns).then_some(mark)
            },
        )
    }

    /// The QR code (ISO/IEC 18004), at the level that needs the fewest modules, since a screen is not scratched; `None`
    /// where the profile wants none.
    #[must_use]
    pub fn qr(&self) -> Option<&QrCode> {
        // What is too long for any code has none; the loader of the profile bounds it far below.
        let code = || QrCode::with_error_correction_level(self.profile.card.qr.content()?, EcLevel::L).ok();
        self.qr.get_or_init(code).as_ref()
    }

    /// The signs of the terminals that it is made for.
    pub(super) fn signs(&self) -> &'static Signs {
        Signs::of(self.glyphs)
    }

    /// A page as running text, or one station or layer of it, counted from 0.
    pub(super) fn page(&self, page: Page, part: Option<usize>, width: u16) -> String {
        render_page(&self.profile, page, part, width, marks(self.glyphs))
    }

    /// Everything that can be found on the card.
    pub(super) fn index(&self) -> &Index {
        self.index.get_or_init(|| Index::new(self))
    }

    /// The card in a sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        let card = &self.profile.card;
        let headline = card.headline.join(" ");
        let work = [&card.role, &card.organization].into_iter().flatten().cloned().collect::<Vec<_>>().join(", ");
        let parts = [card.name.clone().unwrap_or_default(), headline, work];
        let mut sentence = String::new();
        for part in parts.iter().filter(|part| !part.is_empty()) {
            if !sentence.is_empty() {
                sentence.push(' ');
            }
            sentence.push_str(part);
            if !part.ends_with(['.', '!', '?', '。', '…']) {
                sentence.push('.');
            }
        }
        sentence
    }

    /// The title of the visitor's window: the name, or what the card says largest.
    #[must_use]
    pub fn title(&self) -> String {
        let card = &self.profile.card;
        card.name.clone().unwrap_or_else(|| card.headline.join(" "))
    }

    /// What stays on the visitor's main screen: the card in a sentence and how to come back, and the command for it, where
    /// the profile tells an address.
    #[must_use]
    pub fn goodbye(&self) -> (String, Option<String>) {
        match self.profile.card.ssh("") {
            Some(command) => (format!("{} Come back:", self.sentence()), Some(command)),
            None => (format!("{} Come back the way you came.", self.sentence()), None),
        }
    }

    /// How to take the card away: commands with what each gives. `HOST` stands for an address that the profile does not
    /// tell.
    #[must_use]
    pub fn takeaways(&self) -> Vec<(String, &'static str)> {
        let ssh = |command| self.profile.card.ssh(command).unwrap_or_else(|| format!("ssh HOST {command}"));
        Format::TAKEAWAYS.iter().map(|(command, gives)| (ssh(command), *gives)).collect()
    }
}

fn marks(glyphs: Glyphs) -> Marks {
    match glyphs {
        Glyphs::Unicode => Marks::Superscript,
        Glyphs::Ascii => Marks::Brackets,
    }
}

/// A text of the profile, set once for each width.
#[derive(Debug)]
pub struct Text {
    prose: Prose,
    below: Widths,
    margin: Widths,
    notes: Vec<Widths>,
    marks: Marks,
}

/// The lines of a text at each width from 0 to [`MEASURE`]; what a visitor's window can make of it is bounded by that.
type Widths = Box<[OnceLock<Box<[Line]>>]>;

impl Text {
    fn new(prose: &Prose, marks: Marks) -> Self {
        let widths = || (0..=MEASURE).map(|_| OnceLock::new()).collect();
        let notes = prose.notes.iter().map(|_| widths()).collect();
        Self { below: widths(), margin: widths(), notes, marks, prose: prose.clone() }
    }

    /// Whether the text has side notes.
    #[must_use]
    pub fn has_notes(&self) -> bool {
        !self.notes.is_empty()
    }

    /// The text with each side note after its paragraph.
    #[must_use]
    pub fn below(&self, width: u16) -> &[Line] {
        lines(&self.below, width, |width| typeset::set(&self.prose, width, Notes::Below, self.marks))
    }

    /// The text without its side notes, which stand in the margin.
    #[must_use]
    pub fn margin(&self, width: u16) -> &[Line] {
        lines(&self.margin, width, |width| typeset::set(&self.prose, width, Notes::Margin, self.marks))
    }

    /// Side note `n`, counted from 1, set to a width of its own.
    #[must_use]
    pub fn note(&self, n: usize, width: u16) -> &[Line] {
        let note = n.checked_sub(1).and_then(|n| self.notes.get(n));
        note.map_or(&[], |note| lines(note, width, |width| typeset::set_note(&self.prose, n, width, self.marks)))
    }
}

fn lines(widths: &Widths, width: u16, set: impl FnOnce(u16) -> Vec<Line>) -> &[Line] {
    let width = width.clamp(1, MEASURE);
    widths.get(usize::from(width)).map_or(&[], |lines| lines.get_or_init(|| set(width).into()))
}
