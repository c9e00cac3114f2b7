//! The exhibits on the page: what opens them, what the keys do in them, and that nothing is left of one that was left.

use super::*;
use crate::exhibits::NAMES;

/// A card with a layer for each exhibit, from the ground up, and one that opens them all.
fn all() -> Arc<Site> {
    static ALL: LazyLock<Arc<Site>> = LazyLock::new(|| {
        let layer = |title: &str, exhibits: &[&str]| {
            format!("[[layer]]\ntitle = '{title}'\nexhibits = {exhibits:?}\ntext = 'What was done.'\n")
        };
        let layers = NAMES.map(|name| layer(&format!("on {name}"), &[name]));
        let stack = layers.concat() + &layer("everything", &NAMES);
        let career = "[[station]]\norganization = 'A'\n";
        let card = "headline = 'All'\n";
        other(&[("card.toml", card), ("about.md", "About.\n"), ("career.toml", career), ("stack.toml", &stack)])
    });
    Arc::clone(&ALL)
}

/// A visitor who has opened the exhibit of this layer.
fn at(layer: usize, width: u16, height: u16) -> Visitor {
    let mut visitor = Visitor::arrive(&all(), width, height);
    visitor.keys("4").keys(&"k".repeat(layer)).keys("<enter>");
    assert!(visitor.app.exhibit.is_some());
    visitor
}

#[test]
fn every_exhibit_at_every_size() {
    for (layer, name) in NAMES.iter().enumerate() {
        for (width, height) in SIZES {
            let mut visitor = at(layer, width, height);
            insta::with_settings!({ omit_expression => true }, {
                insta::assert_snapshot!(format!("exhibit-{name}-{width}x{height}"), visitor.screen());
            });
            if visitor.app.exhibit.as_ref().is_some_and(|showing| showing.exhibit.moves()) {
                visitor.keys(" <rest>");
                insta::with_settings!({ omit_expression => true }, {
                    insta::assert_snapshot!(format!("exhibit-{name}-ended-{width}x{height}"), visitor.screen());
                });
            }
        }
    }
}

#[test]
fn an_exhibit_in_ascii_is_ascii() {
    let look = Look { glyphs: Glyphs::Ascii, ..Look::default() };
    for layer in 0..NAMES.len() {
        for (width, height) in SIZES {
            let mut visitor = at(layer, width, height);
            visitor.update(Event::Look(look));
            for keys in ["", " <rest>", "G<pgup>", "<esc>"] {
                let screen = visitor.keys(keys).screen();
                let strange: String = screen.chars().filter(|character| !character.is_ascii()).collect();
                assert!(strange.is_empty(), "{strange:?} at {width}x{height} in\n{screen}");
            }
        }
    }
}

#[test]
fn in_a_standard_window_all_that_follows_is_seen_at_once() {
    for layer in 0..NAMES.len() {
        let mut visitor = at(layer, 80, 24);
        let screen = visitor.keys(" <rest>").screen();
        let exhibit = &visitor.app.exhibit.as_ref().unwrap().exhibit;
        let basis = exhibit.basis();
        let basis = basis.split_at(40).0.to_owned();
        let figures = exhibit.figures().into_iter().flat_map(|figure| [figure.label.to_owned(), figure.value]);
        let parameters = exhibit.parameters().into_iter().map(|parameter| parameter.value);
        for seen in figures.chain(parameters).chain([basis]) {
            assert!(screen.contains(&seen), "no {seen:?} in\n{screen}");
        }
    }
}

#[test]
fn what_can_be_changed_changes_the_page_and_comes_back() {
    for (layer, name) in NAMES.into_iter().enumerate() {
        let mut visitor = at(layer, 120, 40);
        let parameters = visitor.keys(" <rest>").model.exhibit.as_ref().unwrap().exhibit.parameters();
        for (i, parameter) in parameters.iter().enumerate() {
            let ways = if parameter.more { ["<right>", "<left>"] } else { ["<left>", "<right>"] };
            let visitor = visitor.keys("4<enter> <rest>").keys(&"<down>".repeat(i));
            let before = visitor.screen();
            visitor.keys(ways[0]).keys("<rest>");
            assert_ne!(visitor.screen(), before, "{} of {name}", parameter.label);
            visitor.keys(ways[1]).keys("<rest>");
            let now = visitor.app.exhibit.as_ref().unwrap().exhibit.parameters();
            assert_eq!(now[i].value, parameter.value, "{} of {name}", parameter.label);
        }
    }
}

#[test]
fn a_run_ends_by_itself_pauses_and_begins_again() {
    for layer in 0..NAMES.len() {
        let mut visitor = at(layer, 80, 24);
        if !visitor.app.exhibit.as_ref().unwrap().exhibit.moves() {
            assert!(!visitor.keys(" ").model.moving());
            continue;
        }
        let first = visitor.keys("r").screen();
        assert!(visitor.keys(" ").model.moving());
        // Longer than any exhibit stands still.
        visitor.keys(&"<tick>".repeat(35));
        assert!(!visitor.keys(" ").model.moving(), "paused");
        let paused = visitor.screen();
        assert_ne!(first, paused);
        visitor.keys("<tick><tick>");
        assert_eq!(visitor.screen(), paused, "a pause is a rest");
        assert!(visitor.keys(" ").model.moving(), "it goes on");
        for over in ["?", "/"] {
            assert!(!visitor.keys(over).model.moving(), "nothing runs unseen");
            assert!(visitor.keys("<esc> ").model.moving());
        }
        let end = visitor.keys("<rest>").screen();
        visitor.keys("r <rest>");
        assert_eq!(visitor.screen(), end, "the same setting, the same result");
        let mut still = at(layer, 80, 24);
        still.keys("m <rest>");
        let figures = |visitor: &Visitor| visitor.app.exhibit.as_ref().unwrap().exhibit.figures();
        assert_eq!(figures(&still), figures(&visitor), "without motion the end is the same");
    }
}

#[test]
fn nothing_is_left_of_an_exhibit_that_was_left() {
    for leave in ["<esc>", "<tab>", "3", "5"] {
        let mut visitor = at(0, 80, 24);
        visitor.keys(" <tick>").keys(leave);
        assert!(visitor.app.exhibit.is_none() && !visitor.app.moving(), "{leave}");
    }
    assert!(at(0, 80, 24).keys("q").left);
}

#[test]
fn enter_leads_through_the_exhibits_and_on() {
    let titles: Vec<_> = NAMES.iter().map(|name| crate::exhibits::summary(name).unwrap().title).collect();
    let mut visitor = Visitor::arrive(&all(), 80, 24);
    visitor.keys("4").keys(&"k".repeat(NAMES.len()));
    for title in &titles {
        let screen = visitor.keys("<enter>").screen();
        assert!(screen.contains(title), "no {title:?} in\n{screen}");
    }
    assert!(visitor.keys("<enter>").screen().contains("▌contact"));
    let mut visitor = at(0, 80, 24);
    assert!(visitor.keys("<enter>").screen().contains(&format!("▌ on {}", NAMES[1])));
    let mut visitor = at(0, 80, 24);
    assert!(visitor.keys("<esc>").screen().contains("try it"), "who went back may open it again");
}

#[test]
fn the_mouse_opens_changes_and_runs() {
    let mut visitor = Visitor::arrive(&all(), 80, 24);
    visitor.keys("4");
    let click = |visitor: &mut Visitor, text: &str| {
        let screen = visitor.screen();
        let (row, line) = screen.lines().enumerate().find(|(_, line)| line.contains(text)).unwrap();
        let column = line[..line.find(text).unwrap()].chars().count();
        visitor.keys(&format!("<click:{},{}>", column + 1, row + 1));
    };
    let title = crate::exhibits::summary(NAMES[0]).unwrap().title;
    click(&mut visitor, &format!("→ {title}"));
    let value = |visitor: &Visitor| visitor.app.exhibit.as_ref().unwrap().exhibit.parameters()[0].value.clone();
    let before = value(&visitor);
    click(&mut visitor, "›");
    let after = value(&visitor);
    assert_ne!(before, after);
    click(&mut visitor, "‹");
    assert_eq!(value(&visitor), before);
    visitor.keys("r<click:10,8>");
    assert!(visitor.app.moving(), "a click on the picture runs it");
    click(&mut visitor, "Esc back");
    assert!(visitor.app.exhibit.is_none());
}

#[test]
fn an_exhibit_names_the_way_back_once_however_it_was_reached() {
    for keys in ["4<enter>", "/newton<enter><enter>"] {
        let own = own();
        let mut visitor = Visitor::arrive(&own, 100, 30);
        let screen = visitor.keys(keys).screen();
        assert_eq!(screen.matches("Esc back").count(), 1, "{keys}:\n{screen}");
    }
}
