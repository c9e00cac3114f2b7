//! Which terminals restore the window's title.
//!
//! XTWINOPS 22 pushes a title on a stack of the terminal, and XTWINOPS 23 pops it (xterm's `ctlseqs`,
//! `CSI Ps ; Ps ; Ps t`). A terminal without that stack ignores both and still sets a title by OSC 2, which then stays
//! when the session has ended. Neither DA1 nor DECRQM reports the stack, so the terminal's name decides. A terminal is
//! listed here if its source shows both the stack and the name. A name that is missing costs a visitor the card's
//! title; a name that is wrong costs them their own.

use super::WEB_PAGE;

/// Values of TERM that a single terminal has to itself: Alacritty (`Term::push_title`, term/mod.rs; it does not answer
/// XTVERSION), foot and kitty (as below), and the terminal of our web page (`titles`, web/terminal/model.js).
const TERMS: [&str; 7] =
    ["alacritty", "alacritty-direct", "foot", "foot-direct", "foot-extra", WEB_PAGE, "xterm-kitty"];

/// How replies to XTVERSION begin, up to the version, of those that have the stack:
///
/// | terminal | where in its source |
/// | --- | --- |
/// | contour | `WINDOWMANIP`, vtbackend/screen/Screen.cpp |
/// | foot | `case 22`, csi.c |
/// | iTerm2 | `XTERMCC_PUSH_TITLE`, VT100Terminal.m |
/// | kitty | `manipulate_title_stack`, kitty/window.py |
/// | mintty | `win_save_title`, src/termout.c |
/// | VTE: the terminals of GNOME and Xfce | `VTE_XTERM_WM_TITLE_STACK_PUSH`, src/vteseq.cc |
/// | xterm | `ewPushTitle`, charproc.c |
///
/// Not listed, though they answer: Ghostty (`termio/stream_handler.zig`: "Unimplemented"), `WezTerm` (its
/// `terminalstate/mod.rs` ignores both; its issue 5800), Konsole (`Vt102Emulation.cpp` ignores both), xterm.js (off
/// unless the page around it sets `windowOptions.pushTitle`), and Rio (restores an empty title where none was set).
/// tmux has the stack, but answers DA1 as a VT100 and so is not asked for its name. Windows Terminal (its issue
/// 14575) has none.
const VERSIONS: [&str; 7] = ["contour ", "foot(", "iTerm2 ", "kitty(", "mintty ", "VTE(", "XTerm("];

/// Whether a terminal with this value of TERM has a title stack.
pub(super) fn known_by_term(term: &str) -> bool {
    TERMS.contains(&term)
}

/// Whether a terminal that answers XTVERSION with `version` has a title stack.
pub(super) fn known_by_version(version: &str) -> bool {
    VERSIONS.iter().any(|name| version.starts_with(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_the_tables_have_a_title_stack() {
        for (term, expected) in [
            ("xterm-kitty", true),
            ("foot-extra", true),
            ("alacritty-direct", true),
            ("", false),
            ("xterm", false),
            ("xterm-256color", false),
            ("kitty", false),
            ("footprint", false),
            ("xterm-ghostty", false),
            ("wezterm", false),
            ("tmux-256color", false),
        ] {
            assert_eq!(known_by_term(term), expected, "{term:?}");
        }
        for (version, expected) in [
            ("XTerm(390)", true),
            ("kitty(0.42.1)", true),
            ("foot(1.21.0)", true),
            ("VTE(7600)", true),
            ("mintty 3.7.7", true),
            ("iTerm2 3.5.0", true),
            ("contour 0.6.1", true),
            ("", false),
            ("XTerm", false),
            ("xterm(390)", false),
            ("xterm.js(6.0.0)", false),
            ("ghostty 1.3.1", false),
            ("WezTerm 20240203-110809-5046fc22", false),
            ("Konsole 25.08.0", false),
            ("tmux 3.4", false),
            ("Rio 0.2.0", false),
        ] {
            assert_eq!(known_by_version(version), expected, "{version:?}");
        }
    }
}
