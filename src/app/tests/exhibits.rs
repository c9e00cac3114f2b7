//! The exhibits on the page: what opens them, what the keys do in them, and that nothing is left of one that was left.

use std::sync::LazyLock;

use super::*;
use crate::exhibits::{self, NAMES, Summary};

/// A card with a layer for each exhibit, from the ground up, and one that opens them all.
fn all() -> Arc<Site> {
    static ALL: LazyLock<Arc<Site>> = LazyLock::new(|| {
        let layer = |title: &str, exhibits: &[&str]| {
            format!("[[entry]]\ntitle = '{title}'\nexhibits = {exhibits:?}\ntext = 'What was done.'\n")
        };
        let layers = NAMES.map(|name| layer(&format!("on {name}"), &[name]));
        let stack = "layout = 'layers'\n".to_owned() + &layers.concat() + &layer("everything", &NAMES);
        let career = "layout = 'timeline'\n[[entry]]\norganization = 'A'\n";
        let card = "headline = 'All'\nemail = 'all@example.com'\n";
        other(&[("card.toml", card), ("about.md", "About.\n"), ("career.toml", career), ("stack.toml", &stack)])
    });
    Arc::clone(&ALL)
}

/// A visitor who has opened the exhibit of this layer.
fn at(layer: usize, width: u16, height: u16) -> Visitor {
    let mut visitor = Visitor::arrive(&all(), width, height);
    visitor.keys("4").keys(&"k".repeat(layer)).keys("<enter>");
    assert!(is_open(&mut visitor), "{}", visitor.screen());
    visitor
}

/// What the exhibit of a layer says when its run has ended.
fn summary(layer: usize) -> &'static Summary {
    exhibits::summary(NAMES[layer]).unwrap()
}

/// What can be changed in the exhibit of a layer when it opens.
fn parameters(layer: usize) -> Vec<exhibits::Parameter> {
    exhibits::open(NAMES[layer]).unwrap().parameters()
}

/// Whether the exhibit of a layer has something to run.
fn moves(layer: usize) -> bool {
    exhibits::open(NAMES[layer]).unwrap().moves()
}

/// Whether an exhibit is on top: one of its parameters is chosen.
fn is_open(visitor: &mut Visitor) -> bool {
    let screen = visitor.screen();
    let mut parameters = (0..NAMES.len()).flat_map(parameters);
    screen.contains("▌ 0x") || parameters.any(|parameter| screen.contains(&format!("▌ {}", parameter.label)))
}

/// The value of the chosen parameter, with what stands around it.
fn value(visitor: &mut Visitor, label: &str) -> String {
    let screen = visitor.screen();
    let chosen = format!("▌ {label}");
    let row = screen.lines().find_map(|line| Some(line.split_once(&chosen)?.1.to_owned()));
    row.unwrap_or_else(|| panic!("{label:?} is not chosen in\n{screen}"))
}

#[test]
fn every_exhibit_at_every_size() {
    for (layer, name) in NAMES.iter().enumerate() {
        for (width, height) in SIZES {
            let mut visitor = at(layer, width, height);
            insta::with_settings!({ omit_expression => true }, {
                insta::assert_snapshot!(format!("exhibit-{name}-{width}x{height}"), visitor.screen());
            });
            if moves(layer) {
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
    let appearance = Appearance { glyphs: Glyphs::Ascii, ..Appearance::default() };
    for layer in 0..NAMES.len() {
        for (width, height) in SIZES {
            let mut visitor = at(layer, width, height);
            visitor.update(AppEvent::Appearance(appearance));
            for keys in ["", " <rest>", "G<pgup>", "<esc>"] {
                let screen = visitor.keys(keys).screen();
                let strange: String = screen.chars().filter(|character| !character.is_ascii()).collect();
                assert!(strange.is_empty(), "{strange:?} at {width}x{height} in\n{screen}");
            }
        }
    }
}

#[test]
fn in_a_standard_window_what_matters_is_seen_at_once_and_the_rest_behind_a_key() {
    for (layer, name) in NAMES.into_iter().enumerate() {
        let mut visitor = at(layer, 80, 24);
        let mut exhibit = exhibits::open(name).unwrap();
        if moves(layer) {
            visitor.keys(" <rest>");
            exhibit.demonstrate();
        }
        let screen = visitor.screen();
        // No-break spaces are drawn as spaces.
        let begin = |text: &str| text.replace('\u{a0}', " ").split_at(36).0.to_owned();
        let basis = begin(&exhibit.basis());
        let said = |figures: &[exhibits::Figure]| -> Vec<String> {
            figures.iter().flat_map(|figure| [figure.label.to_owned(), figure.value.clone()]).collect()
        };
        let figures = exhibit.figures();
        let parameters = exhibit.parameters().into_iter().map(|parameter| parameter.value);
        let first = said(&figures[..figures.len().min(4)]);
        for seen in first.into_iter().chain(parameters).chain([exhibit.title().to_owned(), basis.clone()]) {
            assert!(screen.contains(&seen), "no {seen:?} in\n{screen}");
        }
        let details = visitor.keys("i").screen();
        for seen in said(&figures).into_iter().chain([begin(exhibit.about()), basis]) {
            assert!(details.contains(&seen), "no {seen:?} in\n{details}");
        }
        assert_eq!(visitor.keys("<esc>").screen(), screen, "Esc leads back to the picture");
        assert_eq!(visitor.keys("ii").screen(), screen, "and so does the key");
    }
}

/// A visitor who plays Beat Quake.
fn playing(width: u16, height: u16) -> Visitor {
    at(NAMES.iter().position(|name| *name == "quake").unwrap(), width, height)
}

#[test]
fn digits_are_chosen_sideways_and_turned_up_and_down() {
    for (width, height) in [(120, 40), (80, 24), (40, 12)] {
        let mut visitor = playing(width, height);
        assert!(visitor.screen().contains("0x 5 f 0 0 0 0 0 0"), "{}", visitor.screen());
        visitor.keys("<up><up><up><right><up>");
        let screen = visitor.screen();
        assert!(screen.contains("0x 5 f 3 1 0 0 0 0"), "{screen}");
        assert!(visitor.keys("<left><down>").screen().contains("0x 5 f 2 1 0 0 0 0"));
        assert!(visitor.keys("r").screen().contains("0x 5 f 0 0 0 0 0 0"));
    }
}

#[test]
fn digits_are_typed_in() {
    for (width, height) in [(120, 40), (40, 12)] {
        let mut visitor = playing(width, height);
        assert!(visitor.keys("3759DF").screen().contains("0x 5 f 3 7 5 9 d f"), "{}", visitor.screen());
        assert!(visitor.keys("0").screen().contains("0x 5 f 3 7 5 9 d 0"), "the last digit stays the chosen one");
        assert!(visitor.keys("<left><left>b").screen().contains("0x 5 f 3 7 5 b d 0"));
        assert!(visitor.keys("g").screen().contains("0x 5 f 3 7 5 b d 0"), "g is no digit");
        for whole in ["5f375a86", "0x5F375A86", "05f375a86"] {
            visitor.keys("r").keys(whole);
            let expected = if whole.starts_with("05") { "0x 5 f 0 5 f 3 7 6" } else { "0x 5 f 3 7 5 a 8 6" };
            assert!(visitor.screen().contains(expected), "{whole}: {}", visitor.screen());
        }
        assert!(visitor.keys("<left>5f").screen().contains("0x 5 f 0 5 f 3 5 f"), "some digits of the number");
        visitor.keys("i3");
        assert!(!is_open(&mut visitor), "what is read has no digits to type in");
    }
}

#[test]
fn the_goodbye_tells_the_best_score_of_the_visit() {
    let mut visitor = playing(80, 24);
    assert_eq!(visitor.app.score(), None, "nothing was dialled");
    // 0x5f375a00 is better than Quake III's 0x5f3759df.
    visitor.keys("<up><up><up><right>").keys(&"<up>".repeat(7)).keys("<right>").keys(&"<up>".repeat(5));
    visitor.keys("<right>").keys(&"<up>".repeat(10));
    let best = visitor.app.score().unwrap().to_owned();
    assert!(best.contains("0x5f375a00") && best.contains("better than Quake III’s"), "{best}");
    visitor.keys("<up><up>r<esc>1");
    assert_eq!(visitor.app.score(), Some(&*best), "it is kept when the exhibit is left");
}

#[test]
fn what_can_be_changed_changes_the_page_and_comes_back() {
    for (layer, name) in NAMES.into_iter().enumerate().filter(|(_, name)| *name != "quake") {
        let mut visitor = at(layer, 120, 40);
        for (i, parameter) in parameters(layer).iter().enumerate() {
            let ways = if parameter.more { ["<right>", "<left>"] } else { ["<left>", "<right>"] };
            visitor.keys(if moves(layer) { "4<enter> <rest>" } else { "4<enter>" }).keys(&"<down>".repeat(i));
            let (before, of_before) = (visitor.screen(), value(&mut visitor, parameter.label));
            visitor.keys(ways[0]).keys("<rest>");
            assert_ne!(visitor.screen(), before, "{} of {name}", parameter.label);
            visitor.keys(ways[1]).keys("<rest>");
            assert_eq!(value(&mut visitor, parameter.label), of_before, "{} of {name}", parameter.label);
        }
    }
}

#[test]
fn space_changes_what_is_chosen_where_there_is_nothing_to_run() {
    // The digits of a number are chosen sideways.
    for layer in (0..NAMES.len()).filter(|layer| !moves(*layer) && NAMES[*layer] != "quake") {
        let screens = [" ", "<right>"].map(|key| at(layer, 80, 24).keys(key).keys("<rest>").screen());
        assert_eq!(screens[0], screens[1]);
        assert_ne!(screens[0], at(layer, 80, 24).screen());
    }
}

#[test]
fn a_run_ends_by_itself_pauses_and_begins_again() {
    for layer in 0..NAMES.len() {
        let mut visitor = at(layer, 80, 24);
        if !moves(layer) {
            continue;
        }
        let first = visitor.keys("r").screen();
        assert!(visitor.keys(" ").app.moving());
        // Longer than any exhibit stands still.
        visitor.keys(&"<tick>".repeat(35));
        assert!(!visitor.keys(" ").app.moving(), "paused");
        let paused = visitor.screen();
        assert_ne!(first, paused);
        visitor.keys("<tick><tick>");
        assert_eq!(visitor.screen(), paused, "a pause is a rest");
        assert!(visitor.keys(" ").app.moving(), "it goes on");
        for over in ["?", "/"] {
            assert!(!visitor.keys(over).app.moving(), "nothing runs unseen");
            assert!(visitor.keys("<esc> ").app.moving());
        }
        let end = visitor.keys("<rest>").screen();
        visitor.keys("r <rest>");
        assert_eq!(visitor.screen(), end, "the same setting, the same result");
        let mut still = at(layer, 80, 24);
        still.keys("m <rest>");
        assert_eq!(still.screen(), end, "without motion the end is the same");
    }
}

#[test]
fn nothing_is_left_of_an_exhibit_that_was_left() {
    for leave in ["<esc>", "<tab>", "3", "5"] {
        let mut visitor = at(0, 80, 24);
        visitor.keys(" <tick>").keys(leave);
        assert!(!is_open(&mut visitor) && !visitor.app.moving(), "{leave}");
    }
    assert!(at(0, 80, 24).keys("q").left);
}

#[test]
fn enter_leads_through_the_exhibits_and_on() {
    let titles = (0..NAMES.len()).map(|layer| summary(layer).title);
    let mut visitor = Visitor::arrive(&all(), 80, 24);
    visitor.keys("4").keys(&"k".repeat(NAMES.len()));
    for title in titles {
        let screen = visitor.keys("<enter>").screen();
        assert!(screen.contains(title), "no {title:?} in\n{screen}");
    }
    assert!(visitor.keys("<enter>").screen().contains("▌contact"));
    let mut visitor = at(0, 80, 24);
    assert!(visitor.keys("<enter>").screen().contains(&format!("▌ on {}", NAMES[1])));
    let mut visitor = at(0, 80, 24);
    assert!(visitor.keys("<esc>").screen().contains("⏎ A matrix product"), "who went back may open it again");
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
    let (title, parameters) = (summary(0).title, parameters(0));
    click(&mut visitor, &format!("→ {title}"));
    let first = |visitor: &mut Visitor| value(visitor, parameters[0].label);
    let before = first(&mut visitor);
    click(&mut visitor, "›");
    assert_ne!(first(&mut visitor), before);
    click(&mut visitor, "‹");
    assert_eq!(first(&mut visitor), before);
    visitor.keys("r<click:10,8>");
    assert!(visitor.app.moving(), "a click on the picture runs it");
    click(&mut visitor, "Esc back");
    assert!(!is_open(&mut visitor));
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

#[test]
fn a_picture_under_a_page_has_its_title() {
    let own = own();
    let document = own.document();
    for (page, keys) in [("career", "3"), ("stack", "4"), ("stack", "4kkk")] {
        let entries = &document.pages[document.position(page).unwrap()].entries;
        let entry = match keys {
            "4" => &entries[0],
            "4kkk" => &entries[3],
            _ => document.entry(entries[0].see.unwrap()).unwrap(),
        };
        let title = exhibits::summary(&entry.exhibits[0]).unwrap().title;
        for ascii in ["", "<ascii>"] {
            let screen = Visitor::arrive(&own, 120, 40).keys(&format!("<rest>{keys}{ascii}")).screen();
            // Where the page ends with the exhibits of a layer, it is the line that leads there.
            let rows = screen.lines().filter(|row| row.trim_start_matches([' ', '→', '-', '>']) == title).count();
            assert_eq!(rows, 1, "{title} on\n{screen}");
        }
    }
}
