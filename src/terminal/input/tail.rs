//! Replies that have lost their beginning. `OpenSSH` for Windows and tmux may drop the ESC of a reply, or more of it;
//! the rest would be taken for keys.

use super::LONGEST_OSC;

/// The reply whose tail a packet is, whole: of DA1 (`61;4;6c`) or of OSC 11 (`11;rgb:1414/1414/1414`), each with any
/// part of its introducer but ESC. `None` for any other packet. A visitor may type the same, so it is asked only while
/// a question is open, and of a packet that holds nothing else.
#[must_use]
pub fn with_introducer(packet: &[u8]) -> Option<Vec<u8>> {
    let text = str::from_utf8(packet).ok().filter(|text| text.len() <= LONGEST_OSC)?;
    let without = |text: &'static str| move |rest: &str| rest.strip_prefix(text).unwrap_or(rest).to_owned();
    let attributes = without("?")(&without("[")(text));
    let colour = without("]")(text);
    let colour = colour.strip_suffix("\x1b\\").or_else(|| colour.strip_suffix('\x07')).unwrap_or(&colour);
    if is_attributes(&attributes) {
        Some(format!("\x1b[?{attributes}").into_bytes())
    } else if is_colour(colour) {
        Some(format!("\x1b]{colour}\x1b\\").into_bytes())
    } else {
        None
    }
}

/// `level ; … c`, of two numbers or more: one alone may be a page's key and another.
fn is_attributes(text: &str) -> bool {
    let is_number = |number: &str| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let numbers = text.strip_suffix('c').filter(|numbers| numbers.contains(';'));
    numbers.is_some_and(|numbers| numbers.split(';').all(is_number))
}

/// `11;rgb:…` or `11;rgba:…`.
fn is_colour(text: &str) -> bool {
    let parts = text.strip_prefix("11;rgb").map(|rest| rest.strip_prefix('a').unwrap_or(rest));
    let parts = parts.and_then(|rest| rest.strip_prefix(':'));
    parts.is_some_and(|parts| parts.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tails_of_replies_are_completed() {
        let attributes = "\x1b[?61;4;6c";
        let colour = "\x1b]11;rgb:14/14/14\x1b\\";
        for (packet, expected) in [
            ("61;4;6c", attributes),
            ("?61;4;6c", attributes),
            ("[?61;4;6c", attributes),
            ("11;rgb:14/14/14", colour),
            ("]11;rgb:14/14/14", colour),
            ("11;rgb:14/14/14\x07", colour),
            ("]11;rgb:14/14/14\x1b\\", colour),
            ("11;rgba:1/1/1/1", "\x1b]11;rgba:1/1/1/1\x1b\\"),
        ] {
            assert_eq!(with_introducer(packet.as_bytes()), Some(expected.into()), "{packet:?}");
        }
        let long = format!("{}c", "61;".repeat(40));
        for packet in
            ["", "c", "1", "13", "6c", ";c", "61;c", "q", "2l", "61;4;6cq", "x61;4;6c", "\x1b[?61;4;6c", "11;", &long]
        {
            assert_eq!(with_introducer(packet.as_bytes()), None, "{packet:?}");
        }
        assert_eq!(with_introducer(b"\xff11;rgb:1/1/1"), None);
    }
}
