//! What a terminal can do: first guessed from its name and the client's environment, then improved by its own replies.
//!
//! Nothing here waits for a reply, and no terminal has to send one. The table of names is ours; terminfo is never read,
//! since the server's does not know the visitor's terminal.

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
    /// Whether the window has a title that can be saved and brought back.
    pub title: bool,
    /// Whether it confirmed synchronized output (DEC private mode 2026).
    pub synchronized: bool,
    /// Whether it confirmed mouse reports that cannot be mistaken for text (DEC private mode 1006).
    pub mouse: bool,
    /// Whether it can count a grapheme as one character, and does not do so unasked (DEC private mode 2027).
    pub graphemes: bool,
    /// Whether it answered for the kitty keyboard protocol: it can say keys without ambiguity.
    pub keyboard: bool,
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
/// Synchronized output, SGR mouse and graphemes (DECRQM), the kitty keyboard's flags, and DA1.
const ASK_MODES: &str = "\x1b[?2026$p\x1b[?1006$p\x1b[?2027$p\x1b[?u\x1b[c";
/// The same behind XTVERSION, whose reply is a DCS: the terminal's name.
const ASK_NAME_AND_MODES: &str = "\x1b[>0q\x1b[?2026$p\x1b[?1006$p\x1b[?2027$p\x1b[?u\x1b[c";

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
            title: kind == Kind::Modern,
            asked: if kind == Kind::Console { Asked::Never } else { Asked::NotYet },
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
            Reply::KittyKeyboard(_) => self.keyboard = true,
            Reply::Version(ref version) => self.introduced(version),
            Reply::DeviceAttributes { level, .. } => return self.fence(level),
            _ => {}
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

/// What kind of terminal a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A window, or a multiplexer in one: knows xterm's sequences, and is silent about those that it does not know.
    Modern,
    /// A multiplexer, or a name that nobody knows: asked, but not trusted with a title.
    Plain,
    /// A real terminal or a console without a window system.
    Console,
}

impl Kind {
    fn of(term: &str) -> Self {
        const CONSOLES: [&str; 9] = ["", "dumb", "unknown", "linux", "vt", "ansi", "cons25", "sun", "wyse"];
        const MODERN: [&str; 11] =
            ["xterm", "rxvt", "alacritty", "kitty", "foot", "wezterm", "ghostty", "iterm", "contour", "rio", "konsole"];
        if CONSOLES.iter().any(|name| if name.len() < 3 { term == *name } else { term.starts_with(name) })
            || term.strip_prefix("vt").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        {
            Self::Console
        } else if MODERN.iter().any(|name| term.starts_with(name)) {
            Self::Modern
        } else {
            Self::Plain
        }
    }
}

/// A terminal that is known to have 24-bit colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Known {
    /// How its name begins in TERM (after `xterm-`), `TERM_PROGRAM`, `LC_TERMINAL` and its own reply, in lower case.
    name: &'static str,
    /// Whether it shows OSC 8 links without being told to.
    links: bool,
}

/// The terminals that are known. Not here: xterm, which has neither; tmux and screen, which stand for another terminal;
/// Terminal.app, whose colours depend on its version.
const KNOWN: [Known; 12] = [
    Known { name: "alacritty", links: true },
    Known { name: "contour", links: true },
    Known { name: "foot", links: true },
    Known { name: "ghostty", links: true },
    Known { name: "iterm", links: true },
    Known { name: "kitty", links: true },
    // Links are off until its user turns them on.
    Known { name: "konsole", links: false },
    Known { name: "mintty", links: true },
    Known { name: "rio", links: true },
    Known { name: "vscode", links: true },
    Known { name: "vte", links: true },
    Known { name: "wezterm", links: true },
];

impl Known {
    fn of(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let name = name.strip_prefix("xterm-").unwrap_or(&name);
        KNOWN.into_iter().find(|known| name.starts_with(known.name))
    }
}

/// The terminal that the environment names.
fn known(environment: &Environment) -> Option<Known> {
    let programs = ["TERM_PROGRAM", "LC_TERMINAL"].into_iter().filter_map(|name| environment.get(name));
    std::iter::once(environment.term()).chain(programs).find_map(Known::of)
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
    } else if kind == Kind::Console && !matches!(term, "linux" | "ansi" | "cons25") {
        Depth::Mono
    } else {
        Depth::Ansi16
    }
}

fn glyphs(environment: &Environment, kind: Kind) -> Glyphs {
    if kind == Kind::Console {
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

/// What the visitor's client said of its surroundings: TERM and a short list of variables, bounded and clean.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Environment {
    term: String,
    variables: Vec<(&'static str, String)>,
}

/// The variables that are kept; all others are dropped unread. OpenSSH sends `LANG` and `LC_*`; the rest arrive where
/// the client's owner configured `SendEnv`.
const KEPT: [&str; 10] = [
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "LC_TERMINAL",
    "LC_SSHCARD",
    "COLORTERM",
    "NO_COLOR",
    "TERM_PROGRAM",
    "ACCESSIBLE",
    "COLORFGBG",
];

/// A name or value is at most this long: the longest real ones (`xterm-256color`, `en_US.UTF-8`, `vscode`) are far under.
const LONGEST: usize = 64;

impl Environment {
    /// Keeps a terminal's name, cleaned like every value.
    pub fn set_term(&mut self, term: &str) {
        self.term = clean(term);
    }

    /// Keeps a variable if it is one of those that matter; the last value wins.
    pub fn set(&mut self, name: &str, value: &str) {
        if let Some(name) = KEPT.iter().copied().find(|kept| *kept == name) {
            self.variables.retain(|(kept, _)| *kept != name);
            self.variables.push((name, clean(value)));
        }
    }

    /// The terminal's name; empty when there is none.
    #[must_use]
    pub fn term(&self) -> &str {
        &self.term
    }

    /// A variable's value; `None` when it was not sent or is not kept.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables.iter().find(|(kept, _)| *kept == name).map(|(_, value)| value.as_str())
    }
}

/// What is left of a visitor's string: ASCII letters, digits, space and `-+._,:;@=`, cut to [`LONGEST`].
fn clean(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || "-+._,:;@= ".contains(*c)).take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(term: &str, variables: &[(&str, &str)]) -> Environment {
        let mut environment = Environment::default();
        environment.set_term(term);
        for (name, value) in variables {
            environment.set(name, value);
        }
        environment
    }

    #[test]
    fn names_and_variables_tell_the_look() {
        use Depth::{Ansi16, Ansi256, Mono, True};
        use Glyphs::{Ascii, Unicode};
        use Ground::{Dark, Light, Unknown};
        for (term, variables, depth, glyphs, ground) in [
            ("xterm-256color", &[][..], Ansi256, Unicode, Unknown),
            ("xterm-256color", &[("COLORTERM", "truecolor")][..], True, Unicode, Unknown),
            ("xterm-256color", &[("NO_COLOR", "1")][..], Mono, Unicode, Unknown),
            ("xterm-256color", &[("NO_COLOR", "")][..], Ansi256, Unicode, Unknown),
            ("xterm-256color", &[("LC_TERMINAL", "iTerm2")][..], True, Unicode, Unknown),
            ("xterm", &[("LANG", "en_US.UTF-8")][..], Ansi16, Unicode, Unknown),
            ("xterm", &[("LANG", "C")][..], Ansi16, Ascii, Unknown),
            ("xterm", &[("LANG", "C"), ("LC_ALL", "de_DE.utf8")][..], Ansi16, Unicode, Unknown),
            ("xterm-kitty", &[][..], True, Unicode, Unknown),
            ("tmux-256color", &[][..], Ansi256, Unicode, Unknown),
            ("rxvt-unicode-256color", &[("COLORFGBG", "15;default;0")][..], Ansi256, Unicode, Dark),
            ("rxvt", &[("COLORFGBG", "0;15")][..], Ansi16, Unicode, Light),
            ("linux", &[("LANG", "en_US.UTF-8")][..], Ansi16, Ascii, Unknown),
            ("vt100", &[][..], Mono, Ascii, Unknown),
            ("vte-256color", &[][..], True, Unicode, Unknown),
        ] {
            let look = Capabilities::guess(&environment(term, variables)).look;
            assert_eq!((look.ground, look.depth, look.glyphs), (ground, depth, glyphs), "{term} {variables:?}");
        }
    }

    #[test]
    fn what_a_client_sends_is_bounded_and_clean() {
        let long = "x".repeat(5_000);
        let kept = environment("xt\x1b[31merm\n", &[("LANG", &long), ("PATH", "/bin"), ("LC_ALL", "\u{202e}a\r\nb")]);
        assert_eq!(kept.term(), "xt31merm");
        assert_eq!(kept.get("LANG").map(str::len), Some(64));
        assert_eq!(kept.get("PATH"), None);
        assert_eq!(kept.get("LC_ALL"), Some("ab"));
    }

    #[test]
    fn questions_are_asked_once_and_in_order() {
        let mut terminal = Capabilities::guess(&environment("xterm-256color", &[]));
        assert_eq!((terminal.ask(), terminal.ask()), (ASK_GROUND, ""));
        assert_eq!(terminal.learn(&Reply::Background { red: 0xfb, green: 0xf9, blue: 0xf4 }), "");
        assert_eq!(terminal.look.ground, Ground::Light);
        assert_eq!(terminal.learn(&Reply::DeviceAttributes { level: 64, more: true }), ASK_NAME_AND_MODES);
        assert_eq!(terminal.learn(&Reply::Mode { mode: 2026, state: 2 }), "");
        assert!(terminal.synchronized && terminal.asking());
        assert_eq!(terminal.learn(&Reply::DeviceAttributes { level: 64, more: true }), "");
        assert!(!terminal.asking());
        // A forged or repeated fence asks nothing again.
        assert_eq!(terminal.learn(&Reply::DeviceAttributes { level: 64, more: true }), "");
    }

    #[test]
    fn names_tell_of_links() {
        for (term, variables, links) in [
            ("xterm-256color", &[][..], false),
            ("xterm-kitty", &[][..], true),
            ("foot-extra", &[][..], true),
            ("konsole-256color", &[][..], false),
            ("xterm-256color", &[("LC_TERMINAL", "iTerm2")][..], true),
            ("xterm-256color", &[("TERM_PROGRAM", "WezTerm")][..], true),
            // Inside a multiplexer the terminal's name says nothing of links.
            ("tmux-256color", &[("LC_TERMINAL", "iTerm2")][..], false),
            ("linux", &[("TERM_PROGRAM", "WezTerm")][..], false),
        ] {
            let look = Capabilities::guess(&environment(term, variables)).look;
            assert_eq!(look.links, links, "{term} {variables:?}");
        }
    }

    #[test]
    fn a_terminal_introduces_itself() {
        for (version, depth, links) in [
            ("kitty(0.35.2)", Depth::True, true),
            ("WezTerm 20240203-110809-5046fc22", Depth::True, true),
            ("VTE(7600)", Depth::True, true),
            ("Konsole 23.08.1", Depth::True, false),
            ("XTerm(390)", Depth::Ansi256, false),
            ("tmux 3.4", Depth::Ansi256, false),
            ("", Depth::Ansi256, false),
        ] {
            let mut terminal = Capabilities::guess(&environment("xterm-256color", &[]));
            assert_eq!(terminal.learn(&Reply::Version(version.into())), "");
            assert_eq!((terminal.look.depth, terminal.look.links), (depth, links), "{version}");
        }
        let mut terminal = Capabilities::guess(&environment("xterm", &[("NO_COLOR", "1")]));
        terminal.learn(&Reply::Version("kitty(0.35.2)".into()));
        assert_eq!(terminal.look.depth, Depth::Mono);
        // PuTTY is a VT102, and is not asked for its name.
        let mut putty = Capabilities::guess(&environment("xterm", &[]));
        putty.ask();
        assert_eq!(putty.learn(&Reply::DeviceAttributes { level: 6, more: false }), ASK_MODES);
    }

    #[test]
    fn a_vt100_is_asked_nothing_more_and_a_console_nothing_at_all() {
        let mut terminal = Capabilities::guess(&environment("screen", &[]));
        assert_eq!(terminal.ask(), ASK_GROUND);
        assert_eq!(terminal.learn(&Reply::DeviceAttributes { level: 1, more: true }), "");
        assert!(!terminal.asking());
        assert_eq!(Capabilities::guess(&environment("linux", &[])).ask(), "");
    }
}
