//! The window's title follows the card.

use super::*;
use crate::document::{Document, Language};

/// The engineer's card under a name, and under another in German.
fn named(name: &str, in_german: &str) -> Arc<Site> {
    let mut document = site().document().clone();
    document.card.name = Some(name.to_owned());
    let mut german = Document { language: Language::parse("de").unwrap(), ..document.clone() };
    german.card.name = Some(in_german.to_owned());
    document.translations = vec![Arc::new(german)];
    Arc::new(Site::new(document))
}

fn visitor(term: &str) -> Visitor {
    let site = named("Alex", "Alexandra");
    let mut environment = Environment::default();
    environment.set_term(term);
    environment.set("LC_SSHCARD", "still");
    let preferences = Preferences::new(None, &environment, site.document());
    let size = Size { width: 80, height: 24 };
    Visitor::opening(SessionOptions { site, size, environment, preferences, write_timeout: WRITE_TIMEOUT })
}

/// The titles in what was sent, and how many titles were saved.
fn titles(sent: &[u8]) -> (Vec<String>, usize) {
    let text = String::from_utf8_lossy(sent);
    let titles = text.split("\x1b]2;").skip(1).map(|after| after.split('\x1b').next().unwrap().to_owned());
    (titles.collect(), text.matches("\x1b[22;2t").count())
}

#[test]
fn another_language_and_another_card_give_the_window_their_title() {
    let title = |name: &str| vec![name.to_owned()];
    let mut visitor = visitor("xterm-kitty");
    assert_eq!(titles(visitor.look()), (title("Alex"), 1));
    visitor.send("L");
    assert_eq!(titles(visitor.look()), (title("Alexandra"), 0));
    visitor.event(Event::Edited(named("Alex", "Alexandra")));
    assert_eq!(titles(visitor.look()), (Vec::new(), 0), "the same title stays");
    visitor.event(Event::Edited(named("Kim", "Kimberley")));
    assert_eq!(titles(visitor.look()), (title("Kimberley"), 0));
}

#[test]
fn a_terminal_that_gives_no_title_back_gets_none() {
    let mut visitor = visitor("xterm-256color");
    for keys in ["L", "L"] {
        visitor.look();
        visitor.send(keys);
        assert_eq!(titles(visitor.look()), (Vec::new(), 0));
    }
}
