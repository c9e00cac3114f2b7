//! The owner's photo as a file, and as a part of other formats.

use base64ct::{Base64, Encoding as _};
use bytes::Bytes;

use super::{File, Format};
use crate::document::{Document, Jpeg, Photo as Picture, Words};

/// `photo`: JPEG (ITU-T T.81), of at most [`Picture::LONGEST_SIDE`] pixels a side.
pub(super) struct PhotoFormat;

impl Format for PhotoFormat {
    fn name(&self) -> &'static str {
        "photo"
    }

    fn gives<'w>(&self, words: &'w Words) -> &'w str {
        &words.commands.photo
    }

    fn files(&self) -> &'static [File] {
        &[File { name: "photo.jpg", about: |words| &words.files.photo, variant: "" }]
    }

    fn has_lines(&self, _: &str) -> bool {
        false
    }

    fn absence(&self) -> &'static str {
        "this card has no photo"
    }

    fn render(&self, document: &Document, _: &str) -> Option<Bytes> {
        Some(document.card.photo.as_ref()?.jpeg(Picture::LONGEST_SIDE)?.bytes)
    }
}

/// The longest side of the photo in an address book and on a web page, in pixels: on a phone it is shown in a circle of
/// about so many.
pub(super) const PORTRAIT: u32 = 256;

/// A JPEG file as a URL that holds the file itself (RFC 2397; RFC 4648, section 4).
pub(super) fn data_url(jpeg: &Jpeg) -> String {
    format!("data:image/jpeg;base64,{}", Base64::encode_string(&jpeg.bytes))
}

#[cfg(test)]
mod tests {
    use calcard::vcard::{VCard, VCardProperty, VCardValue};
    use serde_json::Value;

    use super::*;
    use crate::formats::{
        json_resume::LONGEST_IMAGE,
        tests::{full, rendered, with_photo},
    };

    /// The size of a JPEG file that is held by a URL.
    fn size_in(url: &str) -> (u32, u32) {
        let file = Base64::decode_vec(url.strip_prefix("data:image/jpeg;base64,").unwrap()).unwrap();
        size(&file)
    }

    fn size(jpeg: &[u8]) -> (u32, u32) {
        let picture = image::load_from_memory_with_format(jpeg, image::ImageFormat::Jpeg).unwrap();
        (picture.width(), picture.height())
    }

    #[test]
    fn the_file_is_the_whole_photo() {
        let bytes = PhotoFormat.render(&with_photo(500, 400), "").unwrap();
        assert_eq!(size(&bytes), (500, 400));
        assert_eq!(PhotoFormat.render(&Document::default(), ""), None);
    }

    #[test]
    fn an_address_book_reads_it_in_both_versions() {
        for version in ["3", "4"] {
            let text = rendered(&with_photo(400, 200), &format!("vcard {version}"));
            let card = VCard::parse(&text).unwrap();
            let entry = card.entries.iter().find(|entry| entry.name == VCardProperty::Photo).unwrap();
            let size = match &entry.values[..] {
                [VCardValue::Binary(data)] => size(&data.data),
                other => panic!("{version}: {other:?}"),
            };
            assert_eq!(size, (PORTRAIT, PORTRAIT / 2), "{version}");
        }
        assert!(!rendered(&crate::formats::tests::own(), "vcard").contains("PHOTO"));
    }

    #[test]
    fn a_resume_has_it_where_it_is_short() {
        let image = |document: &Document| {
            let resume: Value = serde_json::from_str(&rendered(document, "json")).unwrap();
            resume["basics"]["image"].as_str().map(str::to_owned)
        };
        let url = image(&with_photo(400, 400)).unwrap();
        assert!(url.len() <= LONGEST_IMAGE && size_in(&url) == (128, 128), "{}", url.len());
        let mut noisy = full();
        let mut seed = 1_u32;
        let mut noise = |_, _| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            image::Rgb([(seed >> 24) as u8, (seed >> 16) as u8, (seed >> 8) as u8])
        };
        noisy.card.photo = Some(Picture::new(image::RgbImage::from_fn(128, 128, &mut noise)));
        assert_eq!(image(&noisy), None, "too long");
    }

    #[test]
    fn a_web_page_has_it_with_the_name_for_those_who_do_not_see_it() {
        let html = rendered(&with_photo(600, 300), "html");
        let element = html.lines().find(|line| line.starts_with("<img")).unwrap();
        assert!(element.contains("alt=\"Alex Example\" width=\"256\" height=\"128\""), "{element}");
        let url = element.split("src=\"").nth(1).unwrap().split('"').next().unwrap();
        assert_eq!(size_in(url), (PORTRAIT, PORTRAIT / 2));
    }
}
