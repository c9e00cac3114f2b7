//! The line of layers on the card, what stands beside a page in a large window, and the wire.

use super::{opens::click, *};
use crate::exhibits;

#[test]
fn each_layer_of_the_line_is_a_door_for_keys_and_clicks() {
    let own = own();
    for (width, height) in SIZES {
        let mut visitor = Visitor::arrive(&own, width, height);
        // A card without its box is read to its end first.
        visitor.keys("<rest>G");
        assert!(visitor.screen().contains("↓ stack") || width < 60, "{}", visitor.screen());
        let on_stack = |visitor: &mut Visitor, layer: &str| {
            let screen = visitor.screen();
            assert!(screen.contains("▌stack"), "{width}x{height}:\n{screen}");
            assert!(screen.contains(&format!("▌ {layer}")), "{width}x{height}:\n{screen}");
            visitor.keys("<esc>G");
            assert!(visitor.screen().contains("▌card"), "{}", visitor.screen());
        };
        let click = click(&mut visitor, "compiler");
        visitor.keys(&click);
        on_stack(&mut visitor, "compiler");
        visitor.keys("<down><enter>");
        on_stack(&mut visitor, "kernels");
        visitor.keys("<down><down><down><up><enter>");
        on_stack(&mut visitor, "numerics");
        // Past the last is the last, and Esc chooses none.
        visitor.keys("jjjjjjjj<enter>");
        on_stack(&mut visitor, "models");
        visitor.keys("<down><esc><enter>");
        assert!(!visitor.screen().contains("▌stack"), "{}", visitor.screen());
    }
}

#[test]
fn the_caption_appears_as_the_logo_comes_to_rest() {
    let card = "headline = 'Bridges'\nrole = 'Engineer'\nlogo = '1/x'\ncaption = 'Found on a ferry.'\n\
        interests = ['steel', 'rope']\nopens = 'numerics'\n";
    let stack = "[[entry]]\ntitle = 'deck'\nexhibits = ['numerics']\n";
    let (own, first) = (other(&[("card.toml", card), ("stack.toml", stack)]), "Found on");
    for (width, height) in [(40, 12), (60, 60), (64, 18), (80, 24), (120, 40), (200, 60)] {
        let mut visitor = Visitor::arrive(&own, width, height);
        if visitor.app.moving() {
            assert!(!visitor.screen().contains(first), "{width}x{height}:\n{}", visitor.screen());
        }
        let mut before = visitor.screen();
        while visitor.app.moving() {
            before = visitor.screen();
            visitor.tick();
        }
        let after = visitor.screen();
        assert!(after.contains(first), "{width}x{height}:\n{after}");
        // Nothing is moved by it.
        for word in ["Bridges", "Engineer", "steel"].into_iter().filter(|word| before.contains(word)) {
            let row = |screen: &str| screen.lines().position(|line| line.contains(word));
            assert_eq!(row(&before), row(&after), "{word} at {width}x{height}:\n{after}");
        }
    }
}

/// What is on the first page keeps its colours while the terminal's replies come.
#[test]
fn the_ground_that_is_told_is_seen_with_what_the_visitor_does_first() {
    let own = own();
    let unknown = Appearance { depth: Depth::True, ..Appearance::default() };
    let arrive = |appearance| {
        let mut visitor = Visitor::arrive(&own, 80, 24);
        visitor.app = App::new(Arc::clone(&own), visitor.app.size(), appearance, &Preferences::default());
        visitor
    };
    for ground in [Ground::Dark, Ground::Light] {
        let known = Appearance { ground, ..unknown };
        for act in ["f<rest>f<rest>", "3", "<wheel>", "<click:9,9><rest>", "3<60x20>"] {
            let mut visitor = arrive(unknown);
            let first = visitor.keys("<rest>").draw();
            visitor.update(AppEvent::Appearance(known));
            visitor.update(AppEvent::Appearance(Appearance { links: true, ..known }));
            assert!(visitor.draw() == first, "{ground:?}");
            let expected = arrive(Appearance { links: true, ..known }).keys("<rest>").keys(act).draw();
            assert!(visitor.keys(act).draw() == expected, "{ground:?} {act}");
            // Later it is seen at once.
            visitor.update(AppEvent::Appearance(Appearance { links: true, ..unknown }));
            assert!(visitor.draw() != expected, "{ground:?} {act}");
        }
    }
    // What the terminal tells last counts.
    let mut visitor = arrive(unknown);
    for ground in [Ground::Light, unknown.ground] {
        visitor.update(AppEvent::Appearance(Appearance { ground, ..unknown }));
    }
    assert!(visitor.keys("f<rest>").draw() == arrive(unknown).keys("f<rest>").draw());
    // A page in a browser that changes its ground is never read on the wrong one.
    let certain = |ground| Appearance { ground, ground_is_certain: true, ..unknown };
    let mut visitor = arrive(certain(Ground::Dark));
    let dark = visitor.keys("<rest>").draw();
    visitor.update(AppEvent::Appearance(certain(Ground::Light)));
    assert!(visitor.draw() != dark);
}

#[test]
fn the_words_on_the_back_begin_where_the_picture_does() {
    let card = "headline = 'B'\nlogo = '1/x'\ncaption = 'Found.'\nopens = 'numerics'\n";
    let stack = "[[entry]]\ntitle = 'deck'\ntext = 'Wide.'\nexhibits = ['numerics']\n";
    let card = other(&[("card.toml", card), ("stack.toml", stack)]);
    let title = exhibits::summary("numerics").unwrap().title;
    for (width, height) in [(120, 40), (200, 60)] {
        let screen = Visitor::arrive(&card, width, height).keys("f<rest>").screen();
        let row = |text: &str| screen.lines().position(|line| line.contains(text)).unwrap();
        assert_eq!(row("deck"), row(title), "{screen}");
        let edge = screen.lines().position(|line| line.contains('╭')).unwrap();
        assert!(row(title) > edge + 1, "{screen}");
    }
}

/// A long story leaves no room for the picture beside it.
#[test]
fn the_back_of_a_card_tells_its_story_however_long_it_is() {
    let card = "headline = 'B'\nlogo = '1/x'\ncaption = 'Found.'\nopens = 'numerics'\n";
    for words in (120..280).step_by(20) {
        let text = "Wide. ".repeat(words);
        let stack = format!("[[entry]]\ntitle = 'deck'\ntext = '{text}'\nexhibits = ['numerics']\n");
        let card = other(&[("card.toml", card), ("stack.toml", &stack)]);
        let mut visitor = Visitor::arrive(&card, 110, 34);
        let front = visitor.keys("<rest>").screen();
        let back = visitor.keys("f<rest>").screen();
        assert!(back == front || back.contains("deck"), "{words}: {back}");
    }
}

#[test]
fn the_back_of_the_card_has_no_layer_to_go_to() {
    for keys in ["", "j", "jj"] {
        let mut visitor = Visitor::arrive(&own(), 100, 34);
        let front = visitor.keys("<rest>").screen();
        let back = visitor.keys(keys).keys("f<rest>").screen();
        assert_ne!(back, front, "{keys}");
        assert_eq!(visitor.keys("k").screen(), back, "{keys}");
        assert_eq!(visitor.keys("<esc>").screen(), front, "{keys}");
    }
}

/// The line of layers goes across: arrows to the sides move along it, and beyond its end to the next page.
#[test]
fn arrows_to_the_sides_move_along_the_line_of_layers() {
    let same = |one: &str, other: &str| {
        let [one, other] = [one, other].map(|keys| Visitor::arrive(&own(), 100, 34).keys("<rest>").keys(keys).draw());
        one == other
    };
    for (keys, expected) in [
        ("<down><right>", "<down><down>"),
        ("<down><right><right><left>", "<down><down>"),
        ("<down><left>", ""),
        ("<down><tab>", "2"),
        // Of five layers.
        ("<down><right><right><right><right><right>", "2"),
    ] {
        assert!(same(keys, expected), "{keys}");
    }
}

#[test]
fn a_card_without_layers_has_no_line_of_them() {
    let list = "[[entry]]\ntitle = 'piers'\n[[entry]]\ntitle = 'deck'\n";
    for (layout, expected) in [("layers", true), ("list", false)] {
        let stack = format!("layout = '{layout}'\n{list}");
        let card = other(&[("card.toml", "headline = 'Bridges'\nlogo = '1/x'\n"), ("work.toml", &stack)]);
        let screen = Visitor::arrive(&card, 80, 24).keys("<rest>").screen();
        assert_eq!(screen.contains("piers → deck"), expected, "{layout}:\n{screen}");
        assert_eq!(screen.contains("↓ work"), expected, "{layout}:\n{screen}");
    }
    let card = other(&[("card.toml", "headline = 'B'\n"), ("a.toml", &format!("layout = 'layers'\n{list}"))]);
    assert!(in_ascii(&card, (80, 24), "<rest>").contains("piers -> deck"));
}

/// What is too long for two lines is left out, and so is the line where the card's own words have no room beside it.
#[test]
fn long_layers_leave_the_card_its_words() {
    let long = "[[entry]]\ntitle = 'A layer of very many words that goes on'\n".repeat(12);
    let card = other(&[("card.toml", "headline = 'B'\n"), ("a.toml", &format!("layout = 'layers'\n{long}"))]);
    for (width, height) in SIZES {
        let screen = Visitor::arrive(&card, width, height).keys("<rest>").screen();
        assert!(!screen.contains("A layer of"), "{screen}");
    }
}

#[test]
fn a_large_window_shows_the_exhibit_of_what_is_selected_beside_it() {
    let own = own();
    let title = |name: &str| exhibits::summary(name).unwrap().title;
    let mut visitor = Visitor::arrive(&own, 200, 60);
    for (keys, name) in [("4", "kernels"), ("<up>", "numerics"), ("<up>", "compiler"), ("3", "models")] {
        visitor.keys(keys);
        let screen = visitor.screen();
        assert!(
            screen.lines().any(|line| line.chars().skip(120).collect::<String>().trim() == title(name)),
            "{screen}"
        );
    }
    // A click on the picture opens it, that of another page goes there.
    for (keys, expected) in [("4G<click:150,20>i", title("kernels")), ("<esc><esc>3<click:150,20>", "▌ models")] {
        let screen = visitor.keys(keys).screen();
        assert!(screen.contains(expected), "{keys}:\n{screen}");
    }
    // Every page begins at the same column, the exhibits too.
    let axis = |screen: &str| screen.lines().find_map(|line| line.find("about")).unwrap();
    let begins: Vec<_> = ["1", "2", "3", "4", "4<enter>", "<esc>/", "<esc>?"]
        .iter()
        .filter(|keys| !keys.contains('/'))
        .map(|keys| axis(&visitor.keys(keys).screen().replace('▌', " ")))
        .collect();
    assert!(begins.windows(2).all(|pair| pair[0] == pair[1]), "{begins:?}");
    // A card without exhibits stands in the middle.
    let plain = other(&[("card.toml", "headline = 'B'\n"), ("about.md", "About **bridges**.\n")]);
    let middle = Visitor::arrive(&plain, 200, 60).keys("2").screen();
    assert!(axis(&middle.replace('▌', " ")) > begins[0]);
}

#[test]
fn a_large_window_shows_the_people_of_a_text_beside_it() {
    let own = own();
    let mut visitor = Visitor::arrive(&own, 200, 60);
    let screen = visitor.keys("2").screen();
    assert!(screen.contains("Margaret Ellwood and Juan Mateo Rueda"), "{screen}");
    let click = click(&mut visitor, "→ career: SLMs");
    let screen = visitor.keys(&click).screen();
    assert!(screen.contains("▌career") && screen.contains("▌ Selune AI      SLMs"), "{screen}");
}

fn wire(line: Option<LineStatus>) -> AppEvent {
    AppEvent::Wire(Wire { line, frames: 17, frame_bytes: 12_345 })
}

#[test]
fn the_wire_is_told_at_each_key_and_at_nothing_else() {
    let algorithms = AlgorithmNames {
        key_exchange: "mlkem768x25519-sha256".to_owned(),
        cipher: "chacha20-poly1305@openssh.com".to_owned(),
        mac: None,
    };
    let line = LineStatus {
        algorithms: Some(algorithms.clone()),
        sent: 23_456,
        received: 789,
        round_trip: Some(Duration::from_micros(41_250)),
        silent: Some(Duration::from_millis(8_200)),
    };
    let own = own();
    for (width, height) in SIZES {
        let mut visitor = Visitor::arrive(&own, width, height);
        assert!(!visitor.keys("<rest>2").app.wants_wire());
        visitor.keys("w");
        assert!(visitor.app.wants_wire() && !visitor.app.moving());
        visitor.update(wire(Some(line.clone())));
        assert!(!visitor.app.wants_wire(), "nothing is asked for at rest");
        insta::assert_snapshot!(format!("wire-{width}x{height}"), visitor.screen());
        assert!(visitor.keys("r").app.wants_wire());
        visitor.update(wire(None));
        visitor.keys("G");
        assert!(visitor.screen().contains("There is no wire here") || height < 20, "{}", visitor.screen());
        assert!(visitor.keys("w").screen().contains("▌about"), "{}", visitor.screen());
        assert!(!visitor.app.wants_wire());
    }
    let algorithms = AlgorithmNames { mac: Some("hmac-sha2-256".to_owned()), ..algorithms };
    let mac = LineStatus { algorithms: Some(algorithms), round_trip: None, silent: None, ..line.clone() };
    let mut visitor = Visitor::arrive(&own, 80, 24);
    visitor.keys("w").update(wire(Some(mac)));
    let screen = visitor.screen();
    assert!(screen.contains("hmac-sha2-256") && !screen.contains("round trip"), "{screen}");
    // On the web page.
    visitor.update(wire(Some(LineStatus { algorithms: None, ..line })));
    let screen = visitor.screen();
    assert!(screen.contains("round trip") && !screen.contains("cipher") && !screen.contains("no wire"), "{screen}");
}

#[test]
fn the_miniature_of_the_selected_layer_runs_once() {
    let own = own();
    let row = |visitor: &mut Visitor| visitor.screen().lines().find(|line| line.contains("▌ ")).unwrap().to_owned();
    let mut visitor = Visitor::arrive(&own, 80, 24);
    visitor.keys("4");
    assert!(visitor.app.moving(), "kernels run when the page is turned to");
    let began = row(&mut visitor);
    visitor.tick();
    visitor.tick();
    assert_ne!(row(&mut visitor), began);
    let mut ticks = 2;
    while visitor.app.moving() {
        visitor.tick();
        ticks += 1;
    }
    assert!(ticks <= 46, "{ticks} frames of 30 a second");
    let end = row(&mut visitor);
    assert!(end.contains("⣒⣒⡒⠒⠒⠒⠒⠒"), "{end}");
    // What nothing runs in stands still, another one begins, and any key ends it.
    assert!(!visitor.keys("k").app.moving(), "numerics");
    assert!(visitor.keys("g").app.moving(), "models");
    assert!(!visitor.keys("?").app.moving(), "under the help");
    assert!(visitor.keys("<esc>1").keys("4").app.moving(), "the page is turned to again");
    assert!(!visitor.keys("m").app.moving(), "motion off");
    assert!(!visitor.keys("Gg").app.moving());
    // Without miniatures nothing moves.
    assert!(!Visitor::arrive(&own, 62, 24).keys("4").app.moving());
}
