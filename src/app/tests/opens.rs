//! What the logo opens, and the line under it.

use super::*;
use crate::exhibits;

fn card(opens: &str) -> Arc<Site> {
    let card = format!("headline = 'Bridges'\nlogo = '1/x'\ncaption = 'Found on a ferry.'\nopens = '{opens}'\n");
    let stack = "[[entry]]\ntitle = 'piers'\n[[entry]]\ntitle = 'deck'\nexhibits = ['numerics']\n";
    other(&[("card.toml", &card), ("about.md", "About.\n"), ("stack.toml", stack)])
}

/// Where a text stands, as a click has it.
pub(super) fn click(visitor: &mut Visitor, text: &str) -> String {
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
        let opens = if width < 60 { "⏎ try it" } else { "⏎ One over the square root" };
        assert!(visitor.screen().contains(opens), "{}", visitor.screen());
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
        assert!(visitor.screen().contains("▌about"), "{}", visitor.screen());
        // The rest of the card still turns it.
        visitor.keys("1");
        // A large card has its headline in letters of dots.
        let click = if width < 200 { self::click(&mut visitor, "Bridges") } else { "<click:40,12>".to_owned() };
        visitor.keys(&click).keys("<rest>");
        let back = visitor.screen();
        assert!(back.contains("deck") && !back.contains("Bridges"), "{back}");
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

/// A visitor for whom an exhibit is open.
fn with_exhibit(card: &Arc<Site>, name: &str, setting: &[&str]) -> Visitor {
    let setting = setting.iter().map(|word| (*word).to_owned()).collect();
    let exhibit = Some(OpenedExhibit { name: name.to_owned(), setting });
    let preferences = Preferences { exhibit, ..Preferences::default() };
    let size = Size { width: 120, height: 40 };
    let mut visitor = Visitor::arrive(card, 120, 40);
    visitor.app = App::new(Arc::clone(card), size, visitor.app.display.view.appearance, &preferences);
    visitor
}

#[test]
fn the_command_that_is_copied_opens_the_exhibit_as_it_is() {
    let card = |address: &str| {
        let card = format!("headline = 'Bridges'\nlogo = '1/x'\nopens = 'quake'\n{address}");
        let stack = "[[entry]]\ntitle = 'deck'\nexhibits = ['numerics']\n";
        other(&[("card.toml", &card), ("about.md", "About.\n"), ("stack.toml", stack)])
    };
    let site = card("address = 'card.example.com:2222'\n");
    for (name, keys, expected) in [
        ("quake", "", "ssh -t -p 2222 card.example.com quake"),
        ("quake", "<up><up>", "ssh -t -p 2222 card.example.com quake 0x5f200000"),
        ("numerics", "", "ssh -t -p 2222 card.example.com numerics"),
        ("numerics", "<down><right>", "ssh -t -p 2222 card.example.com numerics "),
    ] {
        let mut visitor = with_exhibit(&site, name, &[]);
        let shown = visitor.keys(keys).screen();
        assert!(shown.contains("y copy"), "{shown}");
        let copied = visitor.keys("y").copied.clone().unwrap();
        assert!(copied.starts_with(expected) && copied.len() < 90, "{copied}");
        let words: Vec<&str> = copied.split(' ').skip(6).collect();
        // All but the row of keys and the chosen parameter is as it was.
        let picture = |screen: &str| screen.lines().take(36).collect::<Vec<_>>().join("\n").replace('▌', " ");
        let mut again = with_exhibit(&site, name, &words);
        let keys = keys.replace("<up>", "").replace("<down><right>", "");
        assert_eq!(picture(&again.keys(&keys).screen()), picture(&shown), "{copied}");
    }
    // Under it is the page that has it.
    assert!(with_exhibit(&site, "numerics", &[]).keys("<esc>").screen().contains("▌stack"));
    assert!(with_exhibit(&site, "quake", &[]).keys("<esc>").screen().contains("▌card"));
    let mut nowhere = with_exhibit(&card(""), "quake", &[]);
    assert!(!nowhere.screen().contains("y copy"), "{}", nowhere.screen());
    assert_eq!(nowhere.keys("y").copied, None);
}
