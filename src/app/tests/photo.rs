//! The photo on the card.

use ratatui::style::Color;

use super::*;
use crate::{
    document::{Card, Document, Layout, Page, Photo},
    terminal::capabilities::Pictures,
};

/// The card of a designer with a photo, on the terminal of a visitor who has been told that pictures are seen.
fn visitor(width: u16, height: u16, pictures: Pictures) -> Visitor {
    let owner = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/owners/designer");
    let mut visitor = Visitor::arrive(&load(&owner), width, height);
    visitor.learns(Appearance { pictures, ..visitor.app.display.view.appearance });
    let card = visitor.app.site().document().position("card").unwrap();
    visitor.app.go(card);
    visitor
}

/// The cells that are half blocks.
fn blocks(buffer: &Buffer) -> Vec<(Color, Color)> {
    buffer.content().iter().filter(|cell| cell.symbol() == "▀").map(|cell| (cell.fg, cell.bg)).collect()
}

#[test]
fn it_stands_in_half_blocks_where_there_is_room() {
    for (width, height) in SIZES {
        let mut visitor = visitor(width, height, Pictures::HalfBlocks);
        insta::assert_snapshot!(format!("photo-{width}x{height}"), visitor.screen());
    }
}

#[test]
fn its_colours_are_those_that_there_are() {
    let mut visitor = visitor(120, 40, Pictures::HalfBlocks);
    let appearance = visitor.app.display.view.appearance;
    let shown = blocks(&visitor.draw());
    assert_eq!(shown.len(), 22 * 11);
    assert!(shown.iter().all(|(upper, lower)| matches!((upper, lower), (Color::Rgb(..), Color::Rgb(..)))));
    // The wall behind the head is light at the top left.
    assert!(matches!(shown[0].0, Color::Rgb(200.., 150.., 100..)), "{:?}", shown[0]);
    visitor.learns(Appearance { depth: Depth::Ansi256, ..appearance });
    let shown = blocks(&visitor.draw());
    assert!(shown.len() == 22 * 11 && shown.iter().all(|(upper, _)| matches!(upper, Color::Indexed(16..))));
    for other in [
        Appearance { depth: Depth::Ansi16, ..appearance },
        Appearance { depth: Depth::Mono, ..appearance },
        Appearance { glyphs: Glyphs::Ascii, ..appearance },
        Appearance { pictures: Pictures::None, ..appearance },
    ] {
        visitor.learns(other);
        assert_eq!(blocks(&visitor.draw()), [], "{other:?}");
    }
}

#[test]
fn the_logo_has_its_place_where_no_picture_is_seen() {
    let logo = |pictures| {
        let screen = visitor(120, 40, pictures).screen();
        screen.chars().any(|sign| matches!(sign, '\u{2801}'..='\u{28ff}'))
    };
    assert!(logo(Pictures::None));
    assert!(!logo(Pictures::Pending) && !logo(Pictures::HalfBlocks), "nothing has to give way to the photo");
}

#[test]
fn it_is_not_seen_while_the_card_turns_nor_on_its_back() {
    let mut visitor = visitor(120, 40, Pictures::HalfBlocks);
    visitor.types("f");
    visitor.tick();
    assert!(visitor.app.moving());
    assert_eq!(blocks(&visitor.draw()), []);
    visitor.rest();
    let back = blocks(&visitor.draw());
    visitor.keys("f<rest>");
    assert!(blocks(&visitor.draw()).len() > back.len());
}

/// Whatever the proportions of a photo are, the words stay where they are without one, and nothing stands in them: a
/// row that draws two texts in the same cells panics in tests.
#[test]
fn no_photo_moves_a_word() {
    for (wide, high) in [(1, 1), (512, 512), (300, 400), (512, 200), (40, 512)] {
        let photo = Photo::new(image::RgbImage::new(wide, high));
        let card = Card {
            name: Some("Alex Example".into()),
            headline: vec!["Bridges for people".into(), "and for their boats".into()],
            role: Some("Engineer of bridges that open".into()),
            interests: ["steel", "stone", "tides", "counterweights", "locks and their keepers"].map(Into::into).into(),
            outside: vec!["rowing".into()],
            photo: Some(photo),
            ..Card::default()
        };
        let page = Page { name: "card".into(), title: "card".into(), layout: Layout::Card, ..Page::default() };
        let site = Arc::new(Site::new(Document { card, pages: vec![page], ..Document::default() }));
        for (width, height) in (24..200).step_by(11).flat_map(|width| (6..60).step_by(5).map(move |it| (width, it))) {
            let mut visitor = Visitor::arrive(&site, width, height);
            visitor.learns(Appearance { pictures: Pictures::HalfBlocks, ..visitor.app.display.view.appearance });
            let with = visitor.draw();
            visitor.learns(Appearance { pictures: Pictures::None, ..visitor.app.display.view.appearance });
            let without = visitor.draw();
            for (with, without) in with.content().iter().zip(without.content()) {
                assert!(with == without || with.symbol() == "▀", "{wide}x{high} in {width}x{height}");
            }
        }
    }
}
