//! A link: a label and an address.

use super::{limits::LINE, reader::Reader};
use crate::document::Link;

/// Keys of other programs, and what to write instead.
const MISTAKEN: [(&str, &str); 7] = [
    ("name", "did you mean `label`?"),
    ("title", "did you mean `label`?"),
    ("text", "did you mean `label`?"),
    ("href", "did you mean `url`?"),
    ("link", "did you mean `url`?"),
    ("address", "did you mean `url`?"),
    ("uri", "did you mean `url`?"),
];

/// Reads one.
pub(super) fn link(reader: Reader<'_>) -> Option<Link> {
    let mut reader = reader.mistaken(&MISTAKEN);
    reader.require("label", "label = \"My work\"");
    reader.require("url", "url = \"https://example.com\"");
    let label = reader.line("label", LINE);
    let url = reader.url("url");
    reader.finish();
    Some(Link { label: label?, url: url? })
}
