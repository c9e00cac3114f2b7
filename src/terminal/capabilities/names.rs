//! What is known of terminals by their names: a table of ours, since the server's terminfo does not know them.

/// What kind of terminal a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A window, or a multiplexer in one: knows xterm's sequences, and is silent about those that it does not know.
    Modern,
    /// A multiplexer, or a name that nobody knows: asked, and its links are not taken for granted.
    Plain,
    /// A real terminal or a console without a window system.
    Console,
    /// Only lines can be written to it: it cannot address its cursor, or not by ANSI's sequences, or has no name.
    Lines,
}

/// Every terminal in terminfo that lacks `cup` (cursor address) or has one of its own that is not ANSI's (`CSI row ;
/// column H`, ECMA-48, section 8.3.21): printers, teletypes, and makes such as Wyse's and HP's. Made by
/// `tests/reference/terminfo.py`.
const NO_ANSI_CURSOR: &str = include_str!("no_ansi_cursor.txt");

/// Names that say that nothing is known of the terminal, as older termcap files have them, and names that programs give
/// themselves where they show lines only.
const NO_TERMINAL: [&str; 11] = [
    "",
    "arpanet",
    "bussiplexer",
    "dialup",
    "emacs",
    "ethernet",
    "hardcopy",
    "network",
    "patch",
    "plugboard",
    "switch",
];

impl Kind {
    pub(super) fn of(term: &str) -> Self {
        const CONSOLES: [&str; 6] = ["linux", "vt", "ansi", "cons25", "sun", "wyse"];
        const MODERN: [&str; 11] =
            ["xterm", "rxvt", "alacritty", "kitty", "foot", "wezterm", "ghostty", "iterm", "contour", "rio", "konsole"];
        // Emacs has `dumb` and `dumb-emacs-ansi` for what its buffers show.
        if NO_TERMINAL.contains(&term) || term.starts_with("dumb") || NO_ANSI_CURSOR.lines().any(|name| name == term) {
            Self::Lines
        } else if CONSOLES.iter().any(|name| if name.len() < 3 { term == *name } else { term.starts_with(name) })
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
pub(super) struct Known {
    /// How its name begins in TERM (after `xterm-`), `TERM_PROGRAM`, `LC_TERMINAL` and its own reply, in lower case.
    name: &'static str,
    /// Whether it shows OSC 8 links without being told to.
    pub(super) links: bool,
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
    pub(super) fn of(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let name = name.strip_prefix("xterm-").unwrap_or(&name);
        KNOWN.into_iter().find(|known| name.starts_with(known.name))
    }
}
