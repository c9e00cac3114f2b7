//! A short message beside the keys, shown until the visitor's next key, click or paste.

use crate::document::words::NoticeWords;

/// A word of the card, in whatever language the card is.
pub(super) type Notice = fn(&NoticeWords) -> &String;
