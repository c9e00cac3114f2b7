//! Addresses as strict readers want them. A card's links may hold what people write (`https://example.com/brücke`); a
//! URI has ASCII alone (RFC 3986). Nothing here checks where an address leads.

use std::{borrow::Cow, fmt::Write as _};

/// An address as a URI: every byte that may not stand in one is percent-encoded (RFC 3986, section 2.1). A `%` stays, since
/// it is part of what the owner has encoded already.
pub(super) fn uri(address: &str) -> Cow<'_, str> {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte);
    if address.bytes().all(legal) {
        return address.into();
    }
    let mut uri = String::with_capacity(address.len() + 8);
    for byte in address.bytes() {
        if legal(byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri.into()
}

/// A telephone number as a URI, without what people put between its digits (RFC 3966, section 5.1.1); `None` for a number
/// that is not global, since it would lead elsewhere from elsewhere.
pub(super) fn tel(number: &str) -> Option<String> {
    let digits: String = number.strip_prefix('+')?.chars().filter(char::is_ascii_digit).collect();
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
            ("https://example.com/\"<\\>", "https://example.com/%22%3C%5C%3E"),
        ] {
            assert_eq!(uri(address), expected);
        }
    }

    #[test]
    fn global_numbers_are_digits_and_others_are_none() {
        assert_eq!(tel("+1 (555) 0100"), Some("tel:+15550100".into()));
        assert_eq!(tel("555 0100"), None);
        assert_eq!(tel("+"), None);
    }
}
