//! Reads a link: a label and an address.

use super::{limits::LINE, mistaken, reader::Reader};
use crate::document::Link;

/// Reads a `[[link]]` table; `None` if a key is missing or wrong.
pub(super) fn link(reader: Reader<'_>) -> Option<Link> {
    let mut reader = reader.mistaken(&mistaken::LINK);
    reader.require("label", "label = \"My work\"");
    reader.require("url", "url = \"https://example.com\"");
    let label = reader.line("label", LINE);
    let url = reader.url("url");
    reader.finish();
    Some(Link { label: label?, url: url? })
}
