//! Capabilities by the terminal's name, in a table of our own.

use std::{collections::HashSet, sync::LazyLock};

/// What the session on the web page calls its terminal.
pub const WEB_PAGE: &str = "sshcard";

/// What kind of terminal a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TerminalKind {
    /// A window, or a multiplexer in one: knows xterm's sequences, and is silent about those that it does not know.
    Modern,
    /// A multiplexer or an unknown name: it is queried, and links are not assumed.
    Plain,
    /// A real terminal or a console without a window system.
    Console,
    /// Only lines can be written to it: it cannot address its cursor, or not by ANSI's sequences, or has no name.
    Lines,
}

/// Every terminal in terminfo that lacks `cup` (cursor address) or has one of its own that is not ANSI's (`CSI row ;
/// column H`, ECMA-48, section 8.3.21): printers, teletypes, and makes such as Wyse's and HP's. Made by
/// `tests/reference/terminfo.py`.
static NO_ANSI_CURSOR: LazyLock<HashSet<&str>> = LazyLock::new(|| include_str!("no_ansi_cursor.txt").lines().collect());

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

impl TerminalKind {
    pub(super) fn of(term: &str) -> Self {
        const CONSOLES: [&str; 5] = ["linux", "ansi", "cons25", "sun", "wyse"];
        // Emacs has `dumb` and `dumb-emacs-ansi` for what its buffers show.
        if NO_TERMINAL.contains(&term) || term.starts_with("dumb") || NO_ANSI_CURSOR.contains(term) {
            Self::Lines
        } else if CONSOLES.iter().any(|name| term.starts_with(name))
            || term
                .strip_prefix("vt")
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_digit()))
        {
            Self::Console
        } else if ["xterm", "rxvt"].iter().chain(&KNOWN).any(|name| term.starts_with(name)) {
            Self::Modern
        } else {
            Self::Plain
        }
    }
}

/// The terminals that are known to have 24-bit colour, by how their names begin in TERM (after `xterm-`),
/// `TERM_PROGRAM`, `LC_TERMINAL` and their own reply, in lower case. Not here: xterm, which may have none; tmux and
/// screen, which stand for another terminal; Terminal.app, whose colours depend on its version.
const KNOWN: [&str; 13] = [
    "alacritty",
    "contour",
    "foot",
    "ghostty",
    "iterm",
    "kitty",
    "konsole",
    "mintty",
    "rio",
    WEB_PAGE,
    "vscode",
    "vte",
    "wezterm",
];

/// The entry of [`KNOWN`] for a terminal of this name.
pub(super) fn known(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    let name = name.strip_prefix("xterm-").unwrap_or(&name);
    KNOWN.into_iter().find(|known| name.starts_with(known))
}

/// Whether a known terminal shows links (OSC 8) before its user turns them on.
pub(super) fn shows_links(known: &str) -> bool {
    known != "konsole"
}
