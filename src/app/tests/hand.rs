//! What the hand finds: the mouse, notices beside the keys, steps, a window that changes under it.

use super::*;

#[test]
fn the_mouse_alone_is_enough_in_a_small_window() {
    let own = own();
    for (size, keys, click, expected) in [
        // The card without a box is its own target, and either side says how to flip it.
        ((40, 12), "<rest>", "<click:10,4>", "I make speech networks"),
        ((40, 12), "f", "<click:10,4>", "Speech networks,"),
        // The sign before the names leads to the page before, a name to its page.
        ((30, 12), "<rest>", "<click:11,1>", "▌about"),
        ((30, 12), "2", "<click:2,1>", "▌card"),
        ((30, 12), "1<mono><ascii>", "<click:10,1>", "[about]"),
    ] {
        let mut visitor = Visitor::arrive(&own, size.0, size.1);
        let screen = visitor.keys(keys).keys(click).screen();
        assert!(screen.contains(expected), "{keys}{click} at {size:?}: no {expected:?} in\n{screen}");
    }
    for keys in ["", "f"] {
        let mut visitor = Visitor::arrive(&own, 40, 12);
        assert!(visitor.keys(keys).screen().contains("f flip"), "{keys}:\n{}", visitor.screen());
    }
}

#[test]
fn a_narrow_bar_has_arrows_where_there_is_a_page() {
    let own = own();
    for (keys, expected) in [("", "   ▌card  about … ›"), ("2", " ‹ ▌about  career … ›"), ("5", " ‹  stack ▌contact")]
    {
        let screen = Visitor::arrive(&own, 24, 8).keys(keys).screen();
        assert_eq!(screen.lines().next(), Some(expected), "{keys}");
    }
    let screen = Visitor::arrive(&own, 24, 8).keys("<ascii>5").screen();
    assert_eq!(screen.lines().next(), Some(" <  stack [contact]"));
    // Nothing falls off at the right edge, at the width at which all names fit and under it.
    for width in 24..50 {
        let screen = Visitor::arrive(&own, width, 8).keys("<ascii>5").screen();
        assert!(screen.contains("[contact]"), "{width}:\n{screen}");
    }
}

#[test]
fn a_notice_stands_whole_beside_the_keys() {
    let own = own();
    let notices = [
        ("m", "Motion is off."),
        ("mm", "Motion is on."),
        ("M", "The mouse clicks."),
        ("MM", "The mouse selects."),
        ("t", "Ground: dark."),
        ("tt", "Ground: light."),
        ("ttt", "Ground: no colour."),
        ("tttt", "Ground: as it is."),
        ("<mono>t", "No colour here."),
        ("3y", "Sent to the clipboard."),
        ("5y", "Nothing to copy here."),
    ];
    for (keys, notice) in notices {
        for (width, hints) in [(24, ""), (40, "q hang up"), (80, "q hang up  ")] {
            let screen = Visitor::arrive(&own, width, 12).keys(keys).screen();
            let last = screen.lines().last().unwrap();
            assert!(last.ends_with(notice) && last.contains(hints), "{keys} at {width}: {last:?}");
        }
    }
    for (event, notice) in [
        (AppEvent::NotCopied, "No clipboard here."),
        (AppEvent::Idle, "Still there? 1 minute."),
        (AppEvent::Restarting, "Restarting soon."),
    ] {
        for keys in ["", "/", "/selune", "/selune and a long way to the end of it"] {
            let mut visitor = Visitor::arrive(&own, 24, 6);
            visitor.keys(keys).update(event.clone());
            assert!(visitor.screen().lines().last().unwrap().ends_with(notice), "{keys}:\n{}", visitor.screen());
        }
    }
    // It stays until something else is done: letting go of the button that asked for it is not.
    let student = super::lists::owner("student");
    let mut visitor = Visitor::arrive(&student, 80, 24);
    let contact = "<tab>".repeat(student.document().position("contact").unwrap());
    let screen = visitor.keys(&contact).screen();
    let row = screen.lines().position(|line| line.contains('▌') && line.contains('@')).unwrap();
    let click = format!("<click:10,{}>", row + 1);
    assert!(visitor.keys(&click).screen().contains("Sent to the clipboard."), "{}", visitor.screen());
    assert!(!visitor.keys("<wheel>").screen().contains("Sent to the clipboard."));
}

#[test]
fn without_colour_the_ground_changes_nothing() {
    let own = own();
    let mut visitor = Visitor::arrive(&own, 80, 24);
    visitor.keys("<rest><mono>");
    let before = visitor.draw();
    // The next key takes the notice away.
    visitor.keys("tz");
    assert_eq!(visitor.draw(), before);
}

#[test]
fn what_is_selected_can_be_copied() {
    let own = own();
    for (keys, expected) in [
        ("1y", Some("Speech networks,")),
        ("2y", Some("ABOUT\n\nI make speech networks")),
        ("3jy", Some("Bryde Labs\n  ")),
        ("4y", Some("kernels")),
        ("3?y", None),
        ("5y", None),
    ] {
        let mut visitor = Visitor::arrive(&own, 80, 24);
        let (keys, last) = keys.split_at(keys.len() - 1);
        visitor.keys(keys);
        let effect = visitor.app.handle(AppEvent::Key(Key::new(crate::terminal::input::Code::Char('y'))), visitor.now);
        assert_eq!(last, "y");
        match (effect, expected) {
            (Some(Effect::Copy(text)), Some(expected)) => {
                assert!(text.starts_with(expected) && text == text.trim_end(), "{keys}: {text:?}");
            }
            (effect, expected) => assert_eq!((effect, expected), (None, None), "{keys}"),
        }
    }
}

#[test]
fn resizing_keeps_what_is_read_of_an_entry() {
    let own = own();
    for (keys, size) in [
        ("3jj<enter><enter><enter>", "<41x12>"),
        ("3jj<enter><enter>", "<60x12>"),
        ("4kk<enter>", "<42x12>"),
        ("4kk<enter>", "<39x14>"),
        ("4<wheel><wheel>", "<41x12>"),
        ("5<wheel>", "<41x12>"),
    ] {
        let mut visitor = Visitor::arrive(&own, 40, 12);
        let before = visitor.keys(keys).screen();
        let after = visitor.keys(size).screen();
        // Some words of the first row of text are still in view.
        let text = before.lines().skip(3).find(|row| row.split_whitespace().count() > 2).unwrap();
        let words: Vec<&str> = text.split_whitespace().filter(|word| word.len() > 3).collect();
        assert!(words.iter().any(|word| after.contains(word)), "{keys}{size}:\n{before}\n{after}");
        let again = visitor.keys("<40x12>").screen();
        assert_eq!(again, before, "{keys}{size}<40x12>");
    }
}

#[test]
fn stepping_through_the_entries_moves_no_list() {
    let own = own();
    for (width, height) in [(80, 24), (100, 20), (120, 40)] {
        let mut visitor = Visitor::arrive(&own, width, height);
        let rows = |visitor: &mut Visitor| -> Vec<String> {
            let list = |line: &str| line.replace('▌', " ").chars().take(20).collect::<String>().trim().to_owned();
            visitor.screen().lines().take(14).map(list).collect()
        };
        visitor.keys("3");
        let before = rows(&mut visitor);
        for _ in 0..7 {
            visitor.keys("j");
            assert_eq!(rows(&mut visitor), before, "{width}x{height}:\n{}", visitor.screen());
        }
    }
}

#[test]
fn a_scrolled_page_keeps_its_layout() {
    let mut visitor = Visitor::arrive(&own(), 80, 12);
    let before = visitor.keys("2").app.frame();
    let after = visitor.keys("j").app.frame();
    assert_eq!((before.first(), after.first()), (0, 1));
    assert!(Arc::ptr_eq(&before.body, &after.body));
}
