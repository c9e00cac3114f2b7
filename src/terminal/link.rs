//! Where cells lead (OSC 8, "Hyperlinks in Terminal Emulators"): cells have no place for it, so it stands beside them.
//! Nothing but printable ASCII is ever sent of an address.

use std::{fmt::Write as _, ops::Range, sync::Arc};

/// Cells of a row that lead somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The row, counted from 0.
    pub row: u16,
    /// The columns, counted from 0.
    pub columns: Range<u16>,
    /// Where they lead.
    pub address: Arc<str>,
    /// Which link of the page it is: a link that is broken over lines is one, and is shown as one under the pointer.
    pub number: u16,
}

/// Where a cell leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lead<'a> {
    address: &'a str,
    number: u16,
}

impl<'a> From<&'a Link> for Lead<'a> {
    fn from(link: &'a Link) -> Self {
        Self { address: &link.address, number: link.number }
    }
}

/// Ends a link.
pub(super) const CLOSE: &str = "\x1b]8;;\x1b\\";

/// Addresses are at most this long: VTE and iTerm2 drop what is longer.
const LONGEST: usize = 2083;

/// What begins a link, or goes on with one: its `id` is its number. `None` for an address that cannot be one. Bytes outside
/// of ASCII are percent-encoded (RFC 3987, section 3.1); an address with a control character or a space leads nowhere.
pub(super) fn open(Lead { address, number }: Lead<'_>) -> Option<String> {
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
        for (address, expected) in [
            ("https://example.com/?a=b;c#d", Some("\x1b]8;id=7;https://example.com/?a=b;c#d\x1b\\")),
            ("https://example.com/é", Some("\x1b]8;id=7;https://example.com/%C3%A9\x1b\\")),
            ("https://example.com/\x1b\\\x1b[2J", None),
            ("https://example.com/\u{9c}", Some("\x1b]8;id=7;https://example.com/%C2%9C\x1b\\")),
            ("https://example.com/\x07", None),
            ("a b", None),
            ("", None),
        ] {
            assert_eq!(open(Lead { address, number: 7 }).as_deref(), expected, "{address:?}");
        }
        assert_eq!(open(Lead { address: &"a".repeat(3000), number: 7 }), None);
    }
}
