//! What the logo opens, and the line under it.

use super::*;
use crate::exhibits;

fn card(opens: &str) -> Arc<Site> {
    let card = format!("headline = 'Bridges'\nlogo = '1/x'\ncaption = 'Found on a ferry.'\nopens = '{opens}'\n");
    let stack = "[[entry]]\ntitle = 'piers'\n[[entry]]\ntitle = 'deck'\nexhibits = ['numerics']\n";
    other(&[("card.toml", &card), ("about.md", "About.\n"), ("stack.toml", stack)])
}

/// Where a text stands, as a click has it.
fn click(visitor: &mut Visitor, text: &str) -> String {
    let screen = visitor.screen();
    let found = screen.lines().zip(1..).find_map(|(line, row)| Some((line.find(text)?, line, row)));
    let (at, line, row) = found.unwrap_or_else(|| panic!("no {text:?} in\n{screen}"));
    format!("<click:{},{row}>", line[..at].chars().count() + 1)
}

#[test]
fn enter_and_a_click_on_the_caption_open_the_exhibit() {
    let title = exhibits::summary("numerics").unwrap().title;
    for (width, height) in SIZES {
        let mut visitor = Visitor::arrive(&card("numerics"), width, height);
        visitor.keys("<rest>");
        assert!(visitor.screen().contains("⏎ try it"), "{}", visitor.screen());
        let click = click(&mut visitor, "Found on");
        for opening in ["<enter>", &click] {
            visitor.keys(opening);
            assert!(visitor.keys("i").screen().contains(title), "{opening}\n{}", visitor.screen());
            visitor.keys("<esc><esc>");
            assert!(visitor.screen().contains("Found on a ferry."), "{}", visitor.screen());
        }
        // Who comes to the end of the exhibit reads on.
        visitor.keys("<enter><enter>");
        assert!(!visitor.screen().contains("Found on a ferry."), "{}", visitor.screen());
        assert!(!visitor.screen().contains(title), "{}", visitor.screen());
        // The rest of the card still turns it.
        visitor.keys("1");
        let click = self::click(&mut visitor, "Bridges");
        visitor.keys(&click).keys("<rest>");
        assert!(visitor.screen().contains("Take the card away"), "{}", visitor.screen());
    }
}

#[test]
fn the_logo_leads_to_an_entry_and_back() {
    let mut visitor = Visitor::arrive(&card("stack/deck"), 80, 24);
    visitor.keys("<rest><enter>");
    assert!(visitor.screen().contains("▌ deck"), "{}", visitor.screen());
    visitor.keys("<esc>");
    assert!(visitor.screen().contains("Found on a ferry."), "{}", visitor.screen());
}

/// Wherever the logo is not drawn it stands above its caption as a word.
#[test]
fn the_caption_is_on_the_card_at_every_size() {
    for (width, height) in [(24, 6), (30, 40), (40, 12), (64, 18), (80, 24), (200, 60)] {
        let mut visitor = Visitor::arrive(&card("numerics"), width, height);
        visitor.keys("<rest>G");
        let screen = visitor.screen();
        assert!(screen.contains("Found on a"), "{width}x{height}\n{screen}");
        assert!(
            screen.contains("1/x") || screen.contains(|dots| ('\u{2801}'..='\u{28ff}').contains(&dots)),
            "{screen}"
        );
    }
}

#[test]
fn help_has_the_keys_of_exhibits_where_the_card_opens_one() {
    let help = |opens: &str| {
        let card = format!("headline = 'Bridges'\nlogo = '1/x'\nopens = '{opens}'\n");
        Visitor::arrive(&other(&[("card.toml", &card), ("about.md", "About.\n")]), 120, 40).keys("?").screen()
    };
    for (opens, expected) in [("about", false), ("numerics", true)] {
        let screen = help(opens);
        assert_eq!(screen.contains("exhibit"), expected, "{opens}:\n{screen}");
    }
}
