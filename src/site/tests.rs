use std::{path::Path, sync::LazyLock};

use super::*;
use crate::{
    document::{Photo, Qr},
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
    // The code that has the most modules.
    document.card.qr = Qr::Mecard("MECARD:N:Corvo AI;NOTE:Audio Research and Engineering;;".to_owned());
    Site::new(document)
}

impl Site {
    /// What the card says, as its owner wrote it.
    pub(crate) fn written(&self) -> &Document {
        &self.written
    }
}

#[test]
fn a_rich_card_loads() {
    let site = engineer();
    let pages: Vec<_> = site.document().pages.iter().map(|page| (page.name.as_str(), page.entries.len())).collect();
    assert_eq!(pages, [("card", 0), ("about", 0), ("career", 8), ("stack", 5), ("contact", 0)]);
    assert_eq!(site.document().card.title(), "Speech networks, kept in a hearing aid.");
}

#[test]
fn a_picture_is_made_once_for_all_languages_that_have_the_photo() {
    let photo = |level| Photo::new(image::RgbImage::from_pixel(300, 200, image::Rgb([level; 3])));
    // The second is another copy of the same photo.
    let photos = [photo(1), photo(1), photo(2)];
    let [mut document, same, other] = photos.map(|photo| {
        let mut document = Document::default();
        document.card.photo = Some(photo);
        document
    });
    document.translations = [same, other].map(Arc::new).into();
    let card = Arc::new(Site::new(document));
    let [own, same, other] = [0, 1, 2].map(|nth| card.editions().nth(nth).unwrap());
    let [portrait, of_same, of_other] = [own, same, other].map(|site| site.portrait(80, 20).unwrap());
    assert!(std::ptr::eq(portrait, of_same) && !std::ptr::eq(portrait, of_other));
    let [file, of_same, of_other] = [own, same, other].map(|site| site.photo_file().unwrap());
    assert!(std::ptr::eq(file, of_same) && file != of_other);
    let photo = own.document().card.photo.as_ref().unwrap();
    let [one, again, smaller] = [256, 256, 128].map(|longest| photo.clone().jpeg(longest).unwrap());
    assert_eq!((one.size, smaller.size), ((256, 171), (128, 85)));
    assert_eq!(one.bytes.as_ptr(), again.bytes.as_ptr());
}

#[test]
fn readers_see_the_marks_of_the_language_and_programs_what_was_written() {
    let card = "name = \"Sam O'Sample\"\nheadline = '''\"It's\ndrawn\" here'''";
    let document = crate::formats::tests::load(&[("card.toml", card)]);
    let site = Site::new(document);
    let rendition = |name| String::from_utf8_lossy(&site.renditions().get(name, "").unwrap().bytes).into_owned();
    for name in ["text", "html"] {
        let said = rendition(name);
        assert!(said.contains("Sam O’Sample") && said.contains("“It’s") && said.contains("drawn” here"), "{said}");
    }
    for name in ["vcard", "json"] {
        assert!(rendition(name).contains("Sam O'Sample"), "{}", rendition(name));
    }
    // What is typed finds it.
    let index = site.search_index(false);
    let found: Vec<&str> = index.rank("o's").iter().map(|of| index.entry(*of).unwrap().text.as_str()).collect();
    assert_eq!(found, ["Sam O’Sample"]);
}
