//! What a page says beside its keys for a moment.

use crate::document::words::NoticeWords;

/// A word of the card, in whatever language the card is.
pub(super) type Notice = fn(&NoticeWords) -> &String;
