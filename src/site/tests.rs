use std::{path::Path, sync::LazyLock};

use super::*;
use crate::{
    document::Qr,
    exhibits::NAMES,
    profile::{Vocabulary, load},
};

/// The card of an invented engineer, with a QR code.
pub(crate) fn engineer() -> Arc<Site> {
    static SITE: LazyLock<Arc<Site>> = LazyLock::new(|| Arc::new(another_engineer()));
    Arc::clone(&SITE)
}

/// The same, loaded anew.
pub(crate) fn another_engineer() -> Site {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/engineer");
    let vocabulary = Vocabulary { exhibits: &NAMES, ..Vocabulary::default() };
    let mut document = load(&directory, &vocabulary).unwrap().document;
    // A card without a name, an address and a link has nothing to encode.
    document.card.qr = Qr::Mecard("MECARD:N:Corvo AI;NOTE:Audio Research and Engineering;;".to_owned());
    Site::new(document)
}

#[test]
fn a_rich_card_loads() {
    let site = engineer();
    let pages: Vec<_> = site.document().pages.iter().map(|page| (page.name.as_str(), page.entries.len())).collect();
    assert_eq!(pages, [("card", 0), ("about", 0), ("career", 8), ("stack", 5), ("contact", 0)]);
    assert_eq!(site.document().card.title(), "Speech networks, kept in a hearing aid.");
}
