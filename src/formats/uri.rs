//! Converts the addresses that people write (`https://example.com/brücke`) to URIs, which have ASCII characters only
//! (RFC 3986). Nothing here checks whether an address exists.

use std::{borrow::Cow, fmt::Write as _};

use crate::profile::url;

/// An address as a URI: every byte that may not stand in one is percent-encoded (RFC 3986, section 2.1). A `%` stays
/// where two hexadecimal digits follow, since it is what the owner has encoded already; brackets stay round an IPv6
/// address; the first `#` begins the fragment.
pub(crate) fn uri(address: &str) -> Cow<'_, str> {
    let bytes = address.as_bytes();
    let authority = address.find("://").map_or(0..0, |colon| {
        let end = address.get(colon + 3..).and_then(|rest| rest.find(['/', '?', '#']));
        colon + 3..end.map_or(address.len(), |end| colon + 3 + end)
    });
    let fragment = address.find('#');
    let is_hex = |index: usize| bytes.get(index).is_some_and(u8::is_ascii_hexdigit);
    let legal = |(index, byte): (usize, &u8)| match byte {
        b'%' => is_hex(index + 1) && is_hex(index + 2),
        b'[' | b']' => authority.contains(&index),
        b'#' => fragment == Some(index),
        byte => byte.is_ascii_alphanumeric() || b"-._~:/?@!$&'()*+,;=".contains(byte),
    };
    if bytes.iter().enumerate().all(legal) {
        return address.into();
    }
    let mut uri = String::with_capacity(address.len() + 8);
    for (index, byte) in bytes.iter().enumerate() {
        if legal((index, byte)) {
            uri.push(char::from(*byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri.into()
}

/// An address as people read it: the letters beyond ASCII that are percent-encoded in it are decoded. What is no UTF-8
/// then, or could not stand in a link, stays as it is.
pub(crate) fn readable(address: &str) -> Cow<'_, str> {
    let mut bytes = Vec::with_capacity(address.len());
    let mut rest = address;
    while let Some((before, after)) = rest.split_once('%') {
        bytes.extend(before.as_bytes());
        let byte =
            after.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()).filter(|byte| !byte.is_ascii());
        bytes.push(byte.unwrap_or(b'%'));
        rest = after.get(if byte.is_some() { 2.. } else { 0.. }).unwrap_or_default();
    }
    bytes.extend(rest.as_bytes());
    let decoded = String::from_utf8(bytes).ok().filter(|decoded| url::check(decoded).is_ok());
    decoded.map_or(address.into(), Cow::from)
}

/// A telephone number as a URI, without what people put between its digits (RFC 3966, section 5.1.1), and without the
/// `(0)` that is dialled within a country alone; `None` for a number that is not global, since it would lead elsewhere
/// from elsewhere.
pub(crate) fn tel(number: &str) -> Option<String> {
    let digits: String = number.strip_prefix('+')?.replace("(0)", "").chars().filter(char::is_ascii_digit).collect();
    (!digits.is_empty()).then(|| format!("tel:+{digits}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_ascii_and_stay_the_same_address() {
        for (address, expected) in [
            ("https://example.com/a?b=c#d", "https://example.com/a?b=c#d"),
            ("https://example.com/br\u{fc}cke", "https://example.com/br%C3%BCcke"),
            ("https://example.com/100%25", "https://example.com/100%25"),
            ("https://example.com/100%", "https://example.com/100%25"),
            ("https://[2001:db8::1]:80/a[1]#b[2]#c", "https://[2001:db8::1]:80/a%5B1%5D#b%5B2%5D%23c"),
            ("mailto:a[b]@example.com", "mailto:a%5Bb%5D@example.com"),
            ("https://example.com/\"<\\>", "https://example.com/%22%3C%5C%3E"),
        ] {
            assert_eq!(uri(address), expected);
        }
    }

    #[test]
    fn letters_in_addresses_can_be_read() {
        for (address, expected) in [
            (
                "https://ar.example.com/%D9%85%D8%AF%D9%88%D9%86%D8%A9",
                "https://ar.example.com/\u{645}\u{62f}\u{648}\u{646}\u{629}",
            ),
            ("https://example.com/br\u{fc}cke/%C3%BC%20100%25", "https://example.com/br\u{fc}cke/\u{fc}%20100%25"),
            ("https://example.com/%e2%80%ae/%C3%BC", "https://example.com/%e2%80%ae/%C3%BC"),
            ("https://example.com/%FC/%+f%", "https://example.com/%FC/%+f%"),
        ] {
            assert_eq!(readable(address), expected);
            assert!(uri(&readable(address)).eq_ignore_ascii_case(&uri(address)), "it is the same address");
        }
    }

    #[test]
    fn global_numbers_are_digits_and_others_are_none() {
        assert_eq!(tel("+1 (555) 0100"), Some("tel:+15550100".into()));
        assert_eq!(tel("+49 (0)30 1234"), Some("tel:+49301234".into()));
        assert_eq!(tel("555 0100"), None);
        assert_eq!(tel("+"), None);
    }
}
