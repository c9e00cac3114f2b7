//! What a terminal can do: first guessed from its name and the client's environment, then refined by the terminal's
//! replies.
//!
//! Nothing waits for a reply, and a terminal that never replies is served too. The table of terminals is our own;
//! terminfo is not used, since the server's database does not know the visitor's terminal.

mod environment;
mod names;
mod pictures;
mod titles;

pub use environment::Environment;
use environment::known;
pub use names::WEB_PAGE;
use names::{TerminalKind, shows_links};
pub use pictures::Pictures;

use super::input::Reply;

/// The appearance of a terminal: its background, colours and characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Appearance {
    /// The terminal's background.
    pub ground: Ground,
    /// Whether the ground is certain, as it is on the web page: there the browser chooses it.
    pub ground_is_certain: bool,
    /// The colour depth.
    pub depth: Depth,
    /// The character set.
    pub glyphs: Glyphs,
    /// Whether it supports hyperlinks (OSC 8); if not, addresses are shown.
    pub links: bool,
    /// How it shows pictures, if its characters and colours permit; see [`Appearance::pictures`].
    pub pictures: Pictures,
}

impl Appearance {
    /// Whether it has only ASCII characters.
    #[must_use]
    pub fn is_ascii(self) -> bool {
        self.glyphs == Glyphs::Ascii
    }

    /// How pictures are shown in these characters and colours: not at all without half blocks or in sixteen colours,
    /// each of which may be any.
    #[must_use]
    pub fn pictures(self) -> Pictures {
        let shows = !self.is_ascii() && matches!(self.depth, Depth::Ansi256 | Depth::True);
        if shows { self.pictures } else { Pictures::None }
    }
}

/// The brightness of a terminal's background.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Ground {
    /// Unknown: text must be legible on both.
    #[default]
    Unknown,
    /// Light ink on dark paper.
    Dark,
    /// Dark ink on light paper.
    Light,
}

/// The colour depth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Depth {
    /// No colours: only bold, dim, underline and reverse.
    Mono,
    /// The sixteen of aixterm.
    #[default]
    Ansi16,
    /// The 256 of xterm.
    Ansi256,
    /// 24 bit.
    True,
}

/// The character set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Glyphs {
    /// UTF-8 with box drawing, blocks and braille.
    #[default]
    Unicode,
    /// ASCII, for consoles and locales without the others.
    Ascii,
}

/// The capabilities of a visitor's terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(clippy::struct_excessive_bools, reason = "a terminal can do each of them or not")]
pub struct Capabilities {
    /// Its appearance.
    pub appearance: Appearance,
    /// Whether it is known to save and restore the window's title.
    pub title: bool,
    /// Whether it confirmed synchronized output (DEC private mode 2026).
    pub synchronized: bool,
    /// Whether it confirmed mouse reports that cannot be mistaken for text (DEC private mode 1006).
    pub mouse: bool,
    /// Whether it can count a grapheme as one character, and does not do so unasked (DEC private mode 2027).
    pub graphemes: bool,
    /// Whether it is known to show pictures where Unicode placeholders stand.
    pub placeholders: bool,
    /// Whether it might print a query as text; then it is never queried.
    shows_questions: bool,
    /// The next query.
    next: Option<TerminalQuery>,
    /// The last query that was sent.
    asked: Option<TerminalQuery>,
    /// The number of fences (DA1) without a reply so far.
    fences: u8,
    /// Whether a fence was ever answered.
    answers: bool,
}

/// The queries. Each ends with DA1, primary device attributes, which every terminal answers. It is a fence: a request
/// that is not answered before it never will be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TerminalQuery {
    /// The brightness of the background.
    Ground,
    /// The background, and whether the terminal decodes UTF-8.
    GroundAndUtf8,
    /// The identity of a terminal that reports itself as a VT100.
    Kind,
    /// The supported modes.
    Modes,
    /// The supported modes, and the terminal's name.
    NameAndModes,
}

impl TerminalQuery {
    /// The sequences, named as in xterm's `ctlseqs`. A terminal might print a part of an unknown query, such as the
    /// final `p` of DECRQM. So the cursor is put on the first cell of the window (CUP), which is blank on every page,
    /// and that cell is blanked again.
    const fn as_str(self) -> &'static str {
        match self {
            // OSC 11.
            Self::Ground => "\x1b]11;?\x1b\\\x1b[c",
            // CPR (DSR 6) after a character that takes one column in UTF-8, and two where each byte is a character. It
            // is one that East Asian terminals do not draw wide either.
            Self::GroundAndUtf8 => "\x1b[Hñ\x1b[6n\x1b[H \x1b]11;?\x1b\\\x1b[c",
            // DA2.
            Self::Kind => "\x1b[H\x1b[>c\x1b[H \x1b[c",
            // DECRQM of synchronized output, SGR mouse and graphemes.
            Self::Modes => "\x1b[H\x1b[?2026$p\x1b[H\x1b[?1006$p\x1b[H\x1b[?2027$p\x1b[H \x1b[c",
            // The same behind XTVERSION, whose reply is a DCS.
            Self::NameAndModes => "\x1b[H\x1b[>0q\x1b[H\x1b[?2026$p\x1b[H\x1b[?1006$p\x1b[H\x1b[?2027$p\x1b[H \x1b[c",
        }
    }
}

/// The fence alone.
const FENCE: &str = "\x1b[c";

/// Where the cursor stands after the two bytes of [`TerminalQuery::GroundAndUtf8`]'s character, if each is a character.
const WITHOUT_UTF8: Reply = Reply::Cursor { row: 1, column: 3 };

/// The reply of xterm.js to DA2. It reports itself as a VT100, as real ones do, but has more capabilities.
const XTERM_JS: Reply = Reply::SecondaryAttributes { kind: 0, version: 276 };

impl Capabilities {
    /// The capabilities that can be guessed before the terminal's first reply.
    #[must_use]
    pub fn guess(environment: &Environment) -> Self {
        let term = environment.term();
        let kind = TerminalKind::of(term);
        let shows_questions = matches!(kind, TerminalKind::Console | TerminalKind::Lines);
        let first =
            if environment.locale("LC_CTYPE").is_some() { TerminalQuery::Ground } else { TerminalQuery::GroundAndUtf8 };
        Self {
            appearance: Appearance {
                ground: ground(environment),
                ground_is_certain: term == WEB_PAGE,
                depth: depth(environment, kind),
                glyphs: glyphs(environment, kind),
                links: kind == TerminalKind::Modern && known(environment).is_some_and(shows_links),
                pictures: if shows_questions { Pictures::None } else { Pictures::Pending },
            },
            title: titles::known_by_term(term),
            shows_questions,
            next: (!shows_questions).then_some(first),
            ..Self::default()
        }
    }

    /// Whether a text may be sent to the clipboard (OSC 52): not to a terminal that might print it.
    #[must_use]
    pub fn clipboard(&self) -> bool {
        !self.shows_questions
    }

    /// Whether there is a query to send.
    #[must_use]
    pub fn has_question(&self) -> bool {
        self.next.is_some()
    }

    /// The sequences of the next query; `None` if there is none. They blank the first cell of the window.
    pub fn ask(&mut self) -> Option<&'static str> {
        self.asked = Some(self.next.take()?);
        self.fences += 1;
        self.asked.map(TerminalQuery::as_str)
    }

    /// A last fence, after which nothing is queried: its reply comes after everything that the terminal sent before.
    /// `None` for a terminal that has answered no fence, and might not answer this one.
    pub fn ask_last(&mut self) -> Option<&'static str> {
        self.fences += u8::from(self.answers);
        self.answers.then_some(FENCE)
    }

    /// Whether a reply is outstanding.
    #[must_use]
    pub fn asking(&self) -> bool {
        self.fences > 0
    }

    /// Whether all queries have been sent and answered.
    #[must_use]
    pub fn has_answered(&self) -> bool {
        self.answers && self.fences == 0 && self.next.is_none()
    }

    /// Takes a reply, which may lead to the next query.
    pub fn learn(&mut self, reply: &Reply) {
        match *reply {
            Reply::Background { red, green, blue } => {
                // Relative luminance (WCAG 2.2) with a gamma of 2, which is near enough to tell light from dark.
                let [red, green, blue] = [red, green, blue].map(|part| f32::from(part) / 255.0);
                let luminance = 0.2126 * red * red + 0.7152 * green * green + 0.0722 * blue * blue;
                self.appearance.ground = if luminance > 0.2 { Ground::Light } else { Ground::Dark };
            }
            // DECRPM: 0 is "not recognized", 4 "permanently reset"; the others can be set.
            Reply::Mode { mode: 2026, state } => self.synchronized = matches!(state, 1..=3),
            Reply::Mode { mode: 1006, state } => self.mouse = matches!(state, 1..=3),
            Reply::Mode { mode: 2027, state } => self.graphemes |= state == 2,
            Reply::Version(ref version) => self.introduced(version),
            WITHOUT_UTF8 if self.asked == Some(TerminalQuery::GroundAndUtf8) => self.appearance.glyphs = Glyphs::Ascii,
            XTERM_JS if self.asked == Some(TerminalQuery::Kind) => self.next = Some(TerminalQuery::Modes),
            Reply::DeviceAttributes { level, .. } if self.fences > 0 => {
                self.fences -= 1;
                self.answers = true;
                if matches!(self.asked, Some(TerminalQuery::Ground | TerminalQuery::GroundAndUtf8)) {
                    self.next = Some(after_ground(level));
                }
            }
            _ => {}
        }
    }

    /// Takes the terminal's name, which can only add capabilities. A visitor who wants no colour gets none.
    fn introduced(&mut self, version: &str) {
        self.title |= titles::known_by_version(version);
        self.placeholders |= pictures::has_placeholders(version);
        let Some(known) = names::known(version) else { return };
        if self.appearance.depth != Depth::Mono {
            self.appearance.depth = Depth::True;
        }
        self.appearance.links |= shows_links(known);
    }
}

/// The next query for a terminal of this level (DA1): 1 is a VT100. The name is asked of none under a VT200 (62; some
/// say 61): `PuTTY` is a VT102 (6), and might print a DCS.
const fn after_ground(level: u16) -> TerminalQuery {
    match level {
        ..=1 => TerminalQuery::Kind,
        61..=65 => TerminalQuery::NameAndModes,
        _ => TerminalQuery::Modes,
    }
}

fn depth(environment: &Environment, kind: TerminalKind) -> Depth {
    let term = environment.term();
    let says = |name: &str, values: &[&str]| environment.get(name).is_some_and(|value| values.contains(&value));
    // no-color.org: present and not empty.
    if environment.get("NO_COLOR").is_some_and(|value| !value.is_empty()) {
        Depth::Mono
    } else if says("COLORTERM", &["truecolor", "24bit"]) || term.contains("direct") || known(environment).is_some() {
        Depth::True
    } else if term.contains("256color") {
        Depth::Ansi256
    } else if kind == TerminalKind::Lines
        || kind == TerminalKind::Console && !matches!(term, "linux" | "ansi" | "cons25")
    {
        Depth::Mono
    } else {
        Depth::Ansi16
    }
}

fn glyphs(environment: &Environment, kind: TerminalKind) -> Glyphs {
    if matches!(kind, TerminalKind::Console | TerminalKind::Lines) {
        return Glyphs::Ascii;
    }
    match environment.locale("LC_CTYPE").map(str::to_ascii_lowercase) {
        Some(locale) if !locale.contains("utf-8") && !locale.contains("utf8") => Glyphs::Ascii,
        _ => Glyphs::Unicode,
    }
}

/// rxvt and its kin say in COLORFGBG which of the sixteen colours are ink and paper: `15;0`. The Linux console is
/// black, and has nothing to be asked with.
fn ground(environment: &Environment) -> Ground {
    let paper = environment.get("COLORFGBG").and_then(|value| value.rsplit(';').next()).and_then(|n| n.parse().ok());
    match paper {
        Some(7 | 15) => Ground::Light,
        Some(0..=6 | 8) => Ground::Dark,
        None if environment.term() == "linux" => Ground::Dark,
        _ => Ground::Unknown,
    }
}

#[cfg(test)]
mod tests;
