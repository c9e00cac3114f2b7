//! The protocol of the visitor's terminal: output (entering and leaving the screen, frames) and input.
//!
//! This module converts cells to bytes and bytes to keys; it neither waits nor decides what is shown. It never writes a
//! control character of a text: every sequence that is sent is composed in this module and its submodules. Sequences
//! are named as in xterm's `ctlseqs`.

pub mod capabilities;
mod frame;
pub mod input;
pub mod kitty;
mod link;

pub use frame::frame;
pub use link::Hyperlink;

use base64ct::{Base64, Encoding};
pub use ratatui::layout::Size;

use capabilities::Capabilities;

/// The largest size, in cells: the smallest font on a large screen. Larger windows are treated as this one.
pub const LARGEST: Size = Size { width: 400, height: 150 };

/// The size, in cells, of a window that a client reports (RFC 4254, section 6.2): at most [`LARGEST`], and for 0 the
/// size of a VT100.
#[must_use]
pub fn clamped_size(columns: u32, rows: u32) -> Size {
    let clamped = |asked: u32, default: u16, largest: u16| match asked {
        0 => default,
        n => u16::try_from(n).unwrap_or(largest).min(largest),
    };
    Size { width: clamped(columns, 80, LARGEST.width), height: clamped(rows, 24, LARGEST.height) }
}

/// Alternate screen with the cursor saved (DECSET 1049), cursor hidden (DECRST 25).
const ENTER: &str = "\x1b[?1049h\x1b[?25l";
/// The reverse of [`ENTER`], after a possibly interrupted frame: synchronized output ended, plain ink. What was drawn
/// is erased first, for a terminal that has no alternate screen to leave.
const LEAVE: &str = "\x1b[?2026l\x1b[m\x1b[2J\x1b[H\x1b[?25h\x1b[?1049l";
/// Buttons and wheel (DECSET 1000) as SGR reports (DECSET 1006).
const MOUSE: [&str; 2] = ["\x1b[?1000;1006l", "\x1b[?1000;1006h"];
/// Pasted text stands between `CSI 200 ~` and `CSI 201 ~` (DEC private mode 2004).
const PASTE: [&str; 2] = ["\x1b[?2004l", "\x1b[?2004h"];
/// A grapheme takes the cells that it takes here, of however many characters it is made (DEC private mode 2027).
const GRAPHEMES: [&str; 2] = ["\x1b[?2027l", "\x1b[?2027h"];
/// Saves the window's title on the terminal's stack (XTWINOPS 22), and brings it back (XTWINOPS 23).
const SAVE_TITLE: &str = "\x1b[22;2t";
const RESTORE_TITLE: &str = "\x1b[23;2t";

/// Switches to the alternate screen.
pub fn enter(out: &mut Vec<u8>) {
    out.extend_from_slice(ENTER.as_bytes());
}

/// The modes of the terminal that are set besides the alternate screen; by default none. A lost connection leaves them
/// set: `docs/security.md` lists the consequences for a shell. So no keyboard mode is used (the kitty protocol, xterm's
/// `modifyOtherKeys`, application keys): with one of those Ctrl-C would no longer interrupt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each mode is set or not")]
pub struct Modes {
    /// Whether it sends mouse reports.
    pub mouse: bool,
    /// Whether it marks pasted text: the letters of a paste are no commands.
    pub paste: bool,
    /// Whether it counts a grapheme as one character.
    pub graphemes: bool,
    /// Whether its window has the card's title, and its own is saved.
    pub title: bool,
}

impl Modes {
    /// Writes the sequences that change these modes to others. `title` is the window's title under [`Modes::title`].
    pub fn change(self, to: Self, title: &str, out: &mut Vec<u8>) {
        let switches = [
            (self.mouse, to.mouse, MOUSE),
            (self.paste, to.paste, PASTE),
            (self.graphemes, to.graphemes, GRAPHEMES),
            (self.title, to.title, [RESTORE_TITLE, SAVE_TITLE]),
        ];
        for (before, after, [off, on]) in switches {
            if before != after {
                out.extend_from_slice(if after { on } else { off }.as_bytes());
            }
        }
        if to.title && !self.title {
            self::title(title, out);
        }
    }
}

/// Gives the window a title (xterm's `ctlseqs`, OSC 2).
pub fn title(text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(b"\x1b]2;");
    out.extend(printable(text).bytes());
    out.extend_from_slice(b"\x1b\\");
}

/// Restores the terminal: resets the `modes`, ends an open link and leaves the alternate screen.
pub fn leave(capabilities: &Capabilities, modes: Modes, out: &mut Vec<u8>) {
    modes.change(Modes::default(), "", out);
    if capabilities.appearance.links {
        out.extend_from_slice(link::CLOSE.as_bytes());
    }
    out.extend_from_slice(LEAVE.as_bytes());
}

/// Writes lines on the main screen, one after the other.
pub fn lines(lines: &[String], out: &mut Vec<u8>) {
    for line in lines {
        out.extend(printable(line).bytes());
        out.extend_from_slice(b"\r\n");
    }
}

/// Puts a text on the visitor's clipboard (OSC 52), where the terminal lets it.
pub fn copy(text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(b"\x1b]52;c;");
    out.extend(Base64::encode_string(text.as_bytes()).bytes());
    out.extend_from_slice(b"\x1b\\");
}

/// A text without control characters.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changes_is_asked_for() {
        let none = Modes::default();
        let mouse = Modes { mouse: true, ..none };
        let all = Modes { mouse: true, paste: true, graphemes: true, title: true };
        for (from, to, expected) in [
            (none, none, ""),
            (all, all, ""),
            (none, mouse, "\x1b[?1000;1006h"),
            (mouse, all, "\x1b[?2004h\x1b[?2027h\x1b[22;2t\x1b]2;a title\x1b\\"),
            (all, none, "\x1b[?1000;1006l\x1b[?2004l\x1b[?2027l\x1b[23;2t"),
        ] {
            let mut out = Vec::new();
            from.change(to, "a \x1btitle\u{9c}", &mut out);
            assert_eq!(String::from_utf8_lossy(&out), expected);
        }
    }

    #[test]
    fn sizes_are_made_sane() {
        for ((columns, rows), expected) in [
            ((0, 0), (80, 24)),
            ((1, 1), (1, 1)),
            ((120, 0), (120, 24)),
            ((65_535, 65_535), (400, 150)),
            ((u32::MAX, u32::MAX), (400, 150)),
        ] {
            let size = clamped_size(columns, rows);
            assert_eq!((size.width, size.height), expected, "{columns}x{rows}");
        }
    }
}
