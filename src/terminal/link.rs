//! Hyperlinks (OSC 8, "Hyperlinks in Terminal Emulators"). A cell of ratatui has no field for a link, so links are
//! listed beside the cells. Of an address, only printable ASCII is sent.

use std::{fmt::Write as _, ops::Range, sync::Arc};

/// Cells of a row that are a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hyperlink {
    /// The row, counted from 0.
    pub row: u16,
    /// The columns, counted from 0.
    pub columns: Range<u16>,
    /// Where they lead.
    pub address: Arc<str>,
    /// Which link of the page it is: a link that is broken over lines is one, and is shown as one under the pointer.
    pub number: u16,
}

/// The links of a row. There are few on a screen.
pub(super) fn in_row(links: &[Hyperlink], y: u16) -> impl Iterator<Item = &Hyperlink> {
    links.iter().filter(move |link| link.row == y)
}

/// The link of a cell.
pub(super) fn link_at(links: &[Hyperlink], x: u16, y: u16) -> Option<&Hyperlink> {
    in_row(links, y).find(|link| link.columns.contains(&x))
}

/// Ends a link.
pub(super) const CLOSE: &str = "\x1b]8;;\x1b\\";

/// Addresses are at most this long: VTE and iTerm2 drop what is longer.
const LONGEST: usize = 2083;

/// What begins a link, or goes on with one: its `id` is its number. `None` for an address that cannot be one. Bytes
/// outside of ASCII are percent-encoded (RFC 3987, section 3.1); an address with a control character or a space leads
/// nowhere.
pub(super) fn open(Hyperlink { address, number, .. }: &Hyperlink) -> Option<String> {
    let mut sequence = format!("\x1b]8;id={number};");
    for byte in address.bytes() {
        match byte {
            b'!'..=b'~' => sequence.push(byte.into()),
            0x80.. => write!(sequence, "%{byte:02X}").ok()?,
            _ => return None,
        }
    }
    sequence.push_str("\x1b\\");
    (!address.is_empty() && sequence.len() <= LONGEST).then_some(sequence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_printable_ascii_is_an_address() {
        let open = |address: &str| open(&Hyperlink { row: 0, columns: 0..1, address: address.into(), number: 7 });
        for (address, expected) in [
            ("https://example.com/?a=b;c#d", Some("\x1b]8;id=7;https://example.com/?a=b;c#d\x1b\\")),
            ("https://example.com/é", Some("\x1b]8;id=7;https://example.com/%C3%A9\x1b\\")),
            ("https://example.com/\x1b\\\x1b[2J", None),
            ("https://example.com/\u{9c}", Some("\x1b]8;id=7;https://example.com/%C2%9C\x1b\\")),
            ("https://example.com/\x07", None),
            ("a b", None),
            ("", None),
        ] {
            assert_eq!(open(address).as_deref(), expected, "{address:?}");
        }
        assert_eq!(open(&"a".repeat(3000)), None);
    }
}
