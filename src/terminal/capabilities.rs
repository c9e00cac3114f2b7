//! What a terminal can do: first guessed from its name and the client's environment, then improved by its own replies.
//!
//! Nothing here waits for a reply, and no terminal has to send one. The table of names is ours; terminfo is never read,
//! since the server's does not know the visitor's terminal.

mod environment;
mod names;
mod titles;

pub use environment::Environment;
use names::{Kind, Known, known};

use super::input::Reply;

/// How a terminal shows things; what a theme needs to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Look {
    /// What is behind the text.
    pub ground: Ground,
    /// The colours that there are.
    pub depth: Depth,
    /// The characters that there are.
    pub glyphs: Glyphs,
    /// Whether text can lead somewhere (OSC 8); where it cannot, addresses are shown.
    pub links: bool,
}

impl Look {
    /// Whether there are only the characters of ASCII.
    #[must_use]
    pub fn is_ascii(self) -> bool {
        self.glyphs == Glyphs::Ascii
    }
}

/// What is behind the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Ground {
    /// Nobody said: what is drawn must be legible on both.
    #[default]
    Unknown,
    /// Light ink on dark paper.
    Dark,
    /// Dark ink on light paper.
    Light,
}

/// How many colours there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Depth {
    /// None: only bold, dim, underline and reverse.
    Mono,
    /// The sixteen of aixterm.
    #[default]
    Ansi16,
    /// The 256 of xterm.
    Ansi256,
    /// 24 bit.
    True,
}

/// Which characters there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Glyphs {
    /// UTF-8 with boxes, blocks and braille.
    #[default]
    Unicode,
    /// ASCII, for consoles and locales without the others.
    Ascii,
}

/// What one visitor's terminal can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(clippy::struct_excessive_bools, reason = "a terminal can do each of them or not")]
pub struct Capabilities {
    /// How it shows things.
    pub look: Look,
    /// Whether it is known to save the window's title and to bring it back.
    pub title: bool,
    /// Whether it confirmed synchronized output (DEC private mode 2026).
    pub synchronized: bool,
    /// Whether it confirmed mouse reports that cannot be mistaken for text (DEC private mode 1006).
    pub mouse: bool,
    /// Whether it can count a grapheme as one character, and does not do so unasked (DEC private mode 2027).
    pub graphemes: bool,
    /// How far the questions have come.
    asked: Asked,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Asked {
    /// Nothing will be asked: this terminal might show a question as text.
    Never,
    #[default]
    NotYet,
    /// The ground, then DA1 as the fence: whatever was not answered before it will not be.
    Ground,
    /// The modes, then DA1 as the fence again.
    Modes,
    Done,
}

/// The ground (OSC 11), and primary device attributes (DA1), which every terminal answers.
const ASK_GROUND: &str = "\x1b]11;?\x1b\\\x1b[c";
/// Synchronized output, SGR mouse and graphemes (DECRQM), and DA1.
const ASK_MODES: &str = "\x1b[?2026$p\x1b[?1006$p\x1b[?2027$p\x1b[c";
/// The same behind XTVERSION, whose reply is a DCS: the terminal's name.
const ASK_NAME_AND_MODES: &str = "\x1b[>0q\x1b[?2026$p\x1b[?1006$p\x1b[?2027$p\x1b[c";

impl Capabilities {
    /// What can be known before the terminal has said anything.
    #[must_use]
    pub fn guess(environment: &Environment) -> Self {
        let term = environment.term();
        let kind = Kind::of(term);
        Self {
            look: Look {
                ground: ground(environment),
                depth: depth(environment, kind),
                glyphs: glyphs(environment, kind),
                links: kind == Kind::Modern && known(environment).is_some_and(|known| known.links),
            },
            title: titles::known_by_term(term),
            asked: if matches!(kind, Kind::Console | Kind::Lines) { Asked::Never } else { Asked::NotYet },
            ..Self::default()
        }
    }

    /// Whether a text may be sent for the clipboard (OSC 52): not to a terminal that might show it.
    #[must_use]
    pub fn clipboard(&self) -> bool {
        self.asked != Asked::Never
    }

    /// The first questions to put to the terminal, once: empty for one that might show them.
    pub fn ask(&mut self) -> &'static str {
        if self.asked != Asked::NotYet {
            return "";
        }
        self.asked = Asked::Ground;
        ASK_GROUND
    }

    /// Whether a reply is still under way.
    #[must_use]
    pub fn asking(&self) -> bool {
        matches!(self.asked, Asked::Ground | Asked::Modes)
    }

    /// Learns from a reply, and gives the next question, empty where there is none.
    pub fn learn(&mut self, reply: &Reply) -> &'static str {
        match *reply {
            Reply::Background { red, green, blue } => {
                // Relative luminance (WCAG 2.2) with a gamma of 2: near enough to tell paper from night.
                let [red, green, blue] = [red, green, blue].map(|part| f32::from(part) / 255.0);
                let luminance = 0.2126 * red * red + 0.7152 * green * green + 0.0722 * blue * blue;
                self.look.ground = if luminance > 0.2 { Ground::Light } else { Ground::Dark };
            }
            // DECRPM: 0 is "not recognized", 4 "permanently reset"; the others can be set.
            Reply::Mode { mode: 2026, state } => self.synchronized = matches!(state, 1..=3),
            Reply::Mode { mode: 1006, state } => self.mouse = matches!(state, 1..=3),
            Reply::Mode { mode: 2027, state } => self.graphemes |= state == 2,
            Reply::Version(ref version) => self.introduced(version),
            Reply::DeviceAttributes { level, .. } => return self.fence(level),
            Reply::Mode { .. } => {}
        }
        ""
    }

    /// Learns from a reply when nothing more will be asked.
    pub fn learn_last(&mut self, reply: &Reply) {
        if matches!(reply, Reply::DeviceAttributes { .. }) {
            self.asked = Asked::Done;
        }
    }

    /// The terminal has said its name: that can only add to what is known. Who wants no colour gets none.
    fn introduced(&mut self, version: &str) {
        self.title |= titles::known_by_version(version);
        let Some(known) = Known::of(version) else { return };
        if self.look.depth != Depth::Mono {
            self.look.depth = Depth::True;
        }
        self.look.links |= known.links;
    }

    /// DA1 has come: `level` 1 is a VT100, which is asked nothing more. Its name is asked of none under a VT200 (62; some
    /// say 61): `PuTTY` is a VT102 (6), and might print a DCS.
    fn fence(&mut self, level: u16) -> &'static str {
        match self.asked {
            Asked::Ground if level > 1 => {
                self.asked = Asked::Modes;
                if (61..=65).contains(&level) { ASK_NAME_AND_MODES } else { ASK_MODES }
            }
            Asked::Ground | Asked::Modes => {
                self.asked = Asked::Done;
                ""
            }
            Asked::Never | Asked::NotYet | Asked::Done => "",
        }
    }
}

fn depth(environment: &Environment, kind: Kind) -> Depth {
    let term = environment.term();
    let says = |name: &str, values: &[&str]| environment.get(name).is_some_and(|value| values.contains(&value));
    // no-color.org: present and not empty.
    if environment.get("NO_COLOR").is_some_and(|value| !value.is_empty()) {
        Depth::Mono
    } else if says("COLORTERM", &["truecolor", "24bit"]) || term.contains("direct") || known(environment).is_some() {
        Depth::True
    } else if term.contains("256color") {
        Depth::Ansi256
    } else if kind == Kind::Lines || kind == Kind::Console && !matches!(term, "linux" | "ansi" | "cons25") {
        Depth::Mono
    } else {
        Depth::Ansi16
    }
}

fn glyphs(environment: &Environment, kind: Kind) -> Glyphs {
    if matches!(kind, Kind::Console | Kind::Lines) {
        return Glyphs::Ascii;
    }
    // POSIX: the first of these that is set and not empty decides.
    let locale =
        ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(|name| environment.get(name).filter(|v| !v.is_empty()));
    match locale.map(str::to_ascii_lowercase) {
        Some(locale) if !locale.contains("utf-8") && !locale.contains("utf8") => Glyphs::Ascii,
        _ => Glyphs::Unicode,
    }
}

/// rxvt and its kin say in COLORFGBG which of the sixteen colours are ink and paper: `15;0`.
fn ground(environment: &Environment) -> Ground {
    let paper = environment.get("COLORFGBG").and_then(|value| value.rsplit(';').next()).and_then(|n| n.parse().ok());
    match paper {
        Some(7 | 15) => Ground::Light,
        Some(0..=6 | 8) => Ground::Dark,
        _ => Ground::Unknown,
    }
}

#[cfg(test)]
mod tests;
