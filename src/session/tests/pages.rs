//! Sessions as pages: what a visitor sees, and that the terminal is given back.

use super::{super::pages::REST, *};

#[test]
fn a_session_begins_with_one_write_and_ends_with_the_terminal_as_it_was() {
    let mut visitor = Visitor::arrive(80, 24, "xterm-256color", WIDE);
    assert_eq!(visitor.frames(Duration::ZERO), 1);
    assert!(visitor.sees(HEADLINE), "the first frame is whole: {}", visitor.contents());
    assert!(visitor.terminal.screen().hide_cursor());
    visitor.look();
    visitor.send("q");
    assert_eq!(visitor.end(), Ending::Goodbye);
    visitor.has_its_terminal_back("Come back");
}

#[test]
fn a_session_that_ends_before_its_first_frame_leaves_the_screen_alone() {
    for event in [Event::Shutdown, Event::EndOfInput, Event::Evicted] {
        let mut visitor = Visitor::arrive(80, 24, "xterm-256color", WIDE);
        visitor.event(event);
        visitor.end();
        assert!(visitor.sees("Come back") && !visitor.received.contains(&0x1b), "{:?}", visitor.received);
    }
}

#[test]
fn keys_are_keys_however_they_are_cut() {
    let mut visitor = Visitor::arrive(80, 24, "xterm-256color", WIDE);
    visitor.look();
    // Two keys in a packet: the second and then the third page.
    visitor.send("2l");
    visitor.look();
    assert!(visitor.sees("▌career"), "{}", visitor.contents());
    // A sequence in two packets, within the time of an Esc.
    visitor.send("\x1b");
    visitor.waits(millis(20));
    visitor.send("[D");
    visitor.look();
    assert!(visitor.sees("▌about"), "{}", visitor.contents());
    // An Esc alone is known after 50 ms: it closes the help.
    visitor.send("?");
    visitor.look();
    assert!(visitor.sees("hang up") && !visitor.sees("▌about"));
    visitor.send("\x1b");
    visitor.frames(millis(49));
    assert!(!visitor.sees("▌about"));
    visitor.frames(millis(1));
    assert!(visitor.sees("▌about"));
}

#[test]
fn a_page_at_rest_sends_nothing_until_the_warning_and_then_ends() {
    let mut visitor = Visitor::arrive(80, 24, "linux", WIDE);
    visitor.look();
    visitor.send("2");
    visitor.look();
    assert_eq!(visitor.frames(REST), 0);
    let ticks = visitor.ticks;
    assert_eq!(visitor.frames(minutes(8)), 0, "a page at rest sent something");
    assert_eq!(visitor.ticks, ticks, "nothing is due while a page rests");
    visitor.frames(minutes(1));
    assert!(visitor.sees("Still there?"), "{}", visitor.contents());
    assert_eq!(visitor.end(), Ending::Idle);
    visitor.has_its_terminal_back("ten minutes");
}

#[test]
fn only_the_visitor_keeps_the_line_open_and_not_for_ever() {
    let mut visitor = Visitor::arrive(80, 24, "xterm", WIDE);
    visitor.look();
    // Replies and resizes are not the visitor's hand.
    for _ in 0..9 {
        visitor.waits(Duration::from_secs(61));
        visitor.send("\x1b[?64;1c");
        visitor.event(Event::Resize(Size { width: 70, height: 20 }));
        visitor.look();
    }
    assert!(visitor.sees("Still there?"));
    for _ in 0..6 {
        visitor.send("j");
        visitor.look();
        assert!(!visitor.sees("Still there?"));
        visitor.waits(minutes(8));
    }
    visitor.send("j");
    visitor.waits(minutes(5));
    assert_eq!(visitor.end(), Ending::Overlong);
    visitor.has_its_terminal_back("An hour");
}

#[test]
fn replies_improve_the_page_and_are_never_keys() {
    let mut visitor = Visitor::arrive(80, 24, "xterm-256color", WIDE);
    let first = visitor.look();
    assert!(has(first, "\x1b]11;"), "the ground is asked for");
    visitor.send("\x1b]11;rgb:fbfb/f9f9/f4f4\x1b\\\x1b[?64;1;2c");
    let improved = visitor.look();
    assert!(has(improved, "?2026$"), "then the modes: {improved:?}");
    visitor.send("\x1b[?2026;2$y\x1b[?1006;2$y\x1b[?64;1;2c");
    visitor.look();
    assert_eq!(visitor.terminal.screen().mouse_protocol_mode(), vt100::MouseProtocolMode::PressRelease);
    visitor.send("2");
    let frame = visitor.look();
    assert!(frame.starts_with(b"\x1b[?2026h") && frame.ends_with(b"\x1b[?2026l"), "{frame:?}");
    visitor.send("q");
    assert_eq!(visitor.end(), Ending::Goodbye);
    visitor.has_its_terminal_back("Come back");
}

#[test]
fn a_terminal_is_asked_its_name_once_and_late_cut_or_forged_names_are_never_keys() {
    let mut visitor = Visitor::arrive(80, 24, "xterm-256color", WIDE);
    visitor.look();
    visitor.send("\x1b[?64;1;2c");
    let asked = visitor.look();
    for question in ["\x1b[>0q", "\x1b[?2027$p"] {
        assert!(has(asked, question), "{question:?}");
    }
    // Cut in two, then the fence; then late, forged and far too long.
    visitor.send("\x1bP>|kit");
    visitor.look();
    visitor.send("ty(0.35.2)\x1b\\\x1b[?2027;1$y\x1b[?64;1;2c");
    visitor.look();
    visitor.send(&format!("\x1bP>|q{}\x1b\\\x1b[?9999;1$y\x1b[?64c", "q2".repeat(4000)));
    visitor.look();
    assert!(visitor.sees("▌card"), "{}", visitor.contents());
    assert!(!visitor.sees("qq") && !visitor.sees("kitty"));
    visitor.send("q");
    assert_eq!(visitor.end(), Ending::Goodbye);
    // What a frame may have left open is closed before the screen is given back.
    let closed = visitor.received.windows(7).position(|bytes| bytes == b"\x1b]8;;\x1b\\");
    let left = visitor.received.windows(8).position(|bytes| bytes == b"\x1b[?1049l");
    assert!(closed.is_some() && closed < left, "{:?}", visitor.received);
    visitor.has_its_terminal_back("Come back");
}

#[test]
fn what_a_terminal_can_do_is_asked_for_and_taken_back_on_every_way_out() {
    for (replies, [graphemes, title]) in [
        ("\x1b[?2027;2$y\x1bP>|XTerm(390)\x1b\\", [true, true]),
        ("\x1b[?2027;2$y\x1bP>|Konsole 25.08.0\x1b\\", [true, false]),
        ("\x1b[?2027;1$y\x1bP>|VTE(7600)\x1b\\", [false, true]),
        ("\x1b[?2027;0$y\x1bP>|xterm.js(6.0.0)\x1b\\", [false, false]),
        ("\x1b[?2027;3$y\x1b[?5u", [false, false]),
    ] {
        for (event, ending) in [
            (Event::Input("\x03".into()), Ending::Goodbye),
            (Event::Input("\x1b[99;5u".into()), Ending::Goodbye),
            (Event::EndOfInput, Ending::Goodbye),
            (Event::Input("!".into()), Ending::Failed),
            (Event::Shutdown, Ending::Shutdown),
        ] {
            let mut visitor = Visitor::arrive(80, 24, "xterm-256color", WIDE);
            let first = visitor.look();
            assert!(!has(first, "\x1b]2;"), "nothing is taken for granted");
            assert!(has(first, "\x1b[?2004h"), "what is pasted on a page is no keys");
            visitor.send("\x1b[?64;1;2c");
            let asked = visitor.look();
            assert!(!has(asked, "\x1b]2;") && !has(asked, "\x1b[?2027h"), "nothing is taken for granted");
            visitor.send(&format!("{replies}\x1b[?64;1;2c"));
            let sent = visitor.look();
            assert_eq!([has(sent, "\x1b[?2027h"), has(sent, "\x1b[22;2t\x1b]2;")], [graphemes, title], "{replies:?}");
            assert_eq!(has(sent, "\x1b[2J"), graphemes, "what was shown before is drawn again");
            visitor.send("?");
            let help = visitor.look();
            assert!(!has(help, "\x1b]2;") && !has(help, "\x1b[?2027h"), "once");
            // Whoever is still in the kitty protocol's mode, which is not ours, can use the card.
            visitor.send("\x1b[27u");
            visitor.look();
            assert!(visitor.sees("▌card"));
            if ending == Ending::Failed {
                visitor = visitor.failing();
            }
            visitor.event(event);
            assert_eq!(visitor.end(), ending);
            let left = visitor.received.windows(8).position(|part| part == b"\x1b[?1049l").unwrap();
            let before = &visitor.received[..left];
            let taken_back = ["\x1b[?2004l", "\x1b[?2027l", "\x1b[23;2t"].map(|sequence| has(before, sequence));
            assert_eq!(taken_back, [true, graphemes, title], "{replies:?}");
            visitor.has_its_terminal_back("");
        }
    }
}

#[test]
fn a_reply_that_is_under_way_at_the_end_is_waited_for() {
    let mut visitor = Visitor::arrive(80, 24, "xterm-256color", WIDE);
    visitor.frames(millis(60));
    visitor.send("q");
    visitor.frames(millis(900));
    assert_eq!(visitor.session.ending(), None, "the reply would land in the visitor's shell");
    visitor.send("\x1b[?1;2c");
    visitor.frames(Duration::ZERO);
    assert_eq!(visitor.session.ending(), Some(Ending::Goodbye));
}

#[test]
fn what_is_under_way_at_the_end_is_read_up_to_the_reply_of_a_terminal_that_has_answered() {
    for last in ["q", "q\x1b[?64c", "qq\x1b[<65;1;1M\x1b[<65;1;1M\x1b[<65;1;1M"] {
        let mut visitor = Visitor::arrive(80, 24, "xterm-256color", WIDE);
        for _ in 0..2 {
            visitor.look();
            visitor.send("\x1b[?64c");
        }
        visitor.look();
        visitor.send(last);
        visitor.received.clear();
        visitor.frames(millis(900));
        assert!(visitor.received.ends_with(b"\x1b[c"), "{:?}", visitor.received);
        visitor.send("\x1b[99;5u");
        assert_eq!(visitor.session.ending(), None, "{last:?}");
        visitor.send("\x1b[?64c");
        assert_eq!(visitor.session.ending(), Some(Ending::Goodbye), "{last:?}");
    }
    // One that has become silent is not waited for longer than a second.
    let mut visitor = Visitor::arrive(80, 24, "xterm-256color", WIDE);
    visitor.look();
    visitor.send("\x1b[?6cq");
    let left = visitor.now;
    visitor.waits(minutes(1));
    assert_eq!((visitor.session.ending(), visitor.now), (Some(Ending::Goodbye), left + Duration::from_secs(1)));
}

#[test]
fn a_visitor_who_stops_reading_costs_one_frame_and_is_hung_up() {
    let mut visitor = Visitor::arrive(200, 60, "xterm-256color", 512);
    for _ in 0..200 {
        visitor.send("lhj?");
        visitor.waits(millis(40));
    }
    let typed = visitor.now;
    visitor.waits(minutes(1));
    assert_eq!(visitor.session.ending(), Some(Ending::Stalled));
    assert!(visitor.now.saturating_sub(typed) < Duration::from_secs(40));
    // What was kept for the visitor is what the line held.
    assert!(visitor.held.len() <= 512, "{} bytes", visitor.held.len());
}

#[test]
fn a_slow_reader_loses_frames_and_no_key() {
    let mut visitor = Visitor::arrive(80, 24, "xterm", 256);
    for _ in 0..40 {
        visitor.send("l");
        visitor.send("h");
    }
    visitor.send("5");
    visitor.look();
    assert!(visitor.sees("▌contact"), "{}", visitor.contents());
}

#[test]
fn a_flood_of_resizes_is_laid_out_ten_times_a_second() {
    let mut visitor = Visitor::arrive(80, 24, "linux", WIDE);
    visitor.look();
    visitor.send("2");
    visitor.look();
    visitor.received.clear();
    for i in 0..1_000 {
        visitor.event(Event::Resize(Size { width: 60 + i % 40, height: 24 }));
        visitor.frames(millis(1));
    }
    let cleared = visitor.received.windows(4).filter(|bytes| bytes == b"\x1b[2J").count();
    assert!((9..=11).contains(&cleared), "{cleared} layouts in a second");
}

#[test]
fn a_score_stands_by_itself_at_the_end() {
    let said = |score| ending::last_lines(Ending::Goodbye, score, &site(), false, 80);
    let [plain, scored] = [None, Some("Your best: 1.")].map(said);
    assert_eq!(scored.split_first(), Some((&"Your best: 1.".to_owned(), &*plain)));
}

#[test]
fn names_stay_whole_at_the_end() {
    let site = site();
    let card = &site.document().card;
    let names: Vec<&String> = [&card.name, &card.organization].into_iter().flatten().collect();
    assert!(names.iter().any(|name| name.contains(' ')), "{names:?}");
    for columns in 24..=80 {
        let lines = ending::last_lines(Ending::Goodbye, None, &site, false, columns);
        for name in &names {
            assert!(lines.iter().any(|line| line.contains(*name)), "{columns}: {name}: {lines:?}");
        }
    }
}

#[test]
fn every_end_gives_the_terminal_back() {
    for (event, expected, line) in [
        (Event::Input("!".into()), Ending::Failed, "sorry"),
        (Event::EndOfInput, Ending::Goodbye, "Come back"),
        (Event::HangUp, Ending::Gone, ""),
        (Event::Evicted, Ending::Evicted, "card is full"),
        (Event::Shutdown, Ending::Shutdown, "restarted"),
    ] {
        let mut visitor = Visitor::arrive(80, 24, "xterm-256color", WIDE);
        visitor.look();
        visitor.send("\x1b[?1;2cM");
        visitor.look();
        if expected == Ending::Failed {
            visitor = visitor.failing();
        }
        visitor.event(event);
        assert_eq!(visitor.end(), expected);
        if expected != Ending::Gone {
            visitor.has_its_terminal_back(line);
        }
    }
}

#[test]
fn a_visitor_who_hangs_up_while_the_last_lines_are_sent_is_not_waited_for() {
    let mut visitor = Visitor::arrive(80, 24, "xterm-256color", WIDE);
    visitor.look();
    visitor.send("q");
    visitor.event(Event::HangUp);
    assert_eq!(visitor.session.ending(), Some(Ending::Goodbye));
    // Nothing that comes later changes that.
    for event in [Event::Input("x".into()), Event::Shutdown, Event::Tick { unacknowledged: 0 }] {
        visitor.event(event);
    }
    assert_eq!(visitor.session.ending(), Some(Ending::Goodbye));
}

const KEYS: usize = 32 * 1024;

#[test]
fn a_flood_of_keys_in_one_packet_leaves_turns_to_others() {
    let mut visitor = Visitor::arrive(80, 24, "linux", WIDE);
    visitor.look();
    let before = visitor.ticks;
    visitor.send(&format!("{}q", "j".repeat(KEYS)));
    assert!(!visitor.session.accepts_input());
    assert_eq!(visitor.end(), Ending::Goodbye);
    let ticks = visitor.ticks - before;
    assert!(ticks >= KEYS / MOST_BYTES, "{ticks} ticks, between which others have their turns");
}

#[test]
fn a_resize_that_waits_for_a_frame_is_waited_for_and_not_polled() {
    let mut visitor = Visitor::arrive(80, 24, "linux", WIDE);
    visitor.look();
    visitor.send("2");
    visitor.look();
    let before = visitor.ticks;
    // A window that is dragged while keys are typed: layouts and frames fall due at different times.
    for i in 0..6 {
        visitor.event(Event::Resize(Size { width: 70 + i, height: 24 }));
        visitor.frames(millis(60));
        visitor.send("j");
        visitor.frames(millis(33));
    }
    let ticks = visitor.ticks - before;
    assert!(ticks <= 2 * 12, "{ticks} ticks for twelve events");
}

#[test]
fn nothing_is_asked_of_a_terminal_whose_input_has_ended() {
    let mut visitor = Visitor::arrive(80, 24, "xterm-256color", WIDE);
    visitor.frames(millis(10));
    visitor.event(Event::EndOfInput);
    assert_eq!(visitor.end(), Ending::Goodbye);
    assert!(!has(&visitor.received, "\x1b[c") && !has(&visitor.received, "?\x1b\\"), "{:?}", visitor.received);
    visitor.has_its_terminal_back("Come back");
}

#[test]
fn a_question_leaves_no_trace_even_in_the_smallest_window() {
    for (columns, rows) in [(80, 24), (40, 12), (24, 6), (20, 5), (3, 1)] {
        let mut environment = Environment::default();
        environment.set_term("xterm");
        let (site, size, preferences) =
            (site(), Size { width: columns, height: rows }, Preferences::new(None, &environment, site().document()));
        let opening = SessionOptions { site, size, environment, preferences, write_timeout: WRITE_TIMEOUT };
        let mut visitor = Visitor::opening(opening);
        visitor.frames(millis(49));
        visitor.send("l");
        visitor.frames(Duration::ZERO);
        let before = visitor.contents();
        for question in ["\x1b[6n", "\x1b[>0q"] {
            assert!(has(visitor.look(), question), "{question:?}");
            assert_eq!(visitor.contents(), before, "{columns}x{rows}");
            visitor.send("\x1b[1;2R\x1b[?64c");
        }
    }
}

#[test]
fn a_fault_of_the_profile_is_told_until_it_is_undone() {
    let mut visitor = Visitor::arrive(80, 24, "xterm-256color", WIDE);
    visitor.look();
    let fault = "card.toml:2:1: unknown key `rol`; did you mean `role`?";
    for _ in 0..2 {
        visitor.event(Event::Fault(Some(fault.to_owned())));
        visitor.look();
        assert!(visitor.sees(fault), "{}", visitor.contents());
        visitor.event(Event::Fault(None));
        visitor.look();
        assert!(!visitor.sees("unknown key"), "{}", visitor.contents());
    }
    visitor.event(Event::Fault(Some(fault.to_owned())));
    visitor.send("2");
    visitor.look();
    assert!(visitor.sees("▌about") && visitor.sees(fault), "{}", visitor.contents());
    visitor.event(Event::Fault(Some(format!("{fault} {fault}"))));
    visitor.look();
    assert!(visitor.sees("`role`? card.toml:2:1:…"), "{}", visitor.contents());
    visitor.event(Event::Edited(site()));
    visitor.look();
    assert!(!visitor.sees("unknown key") && visitor.sees("The card was updated."), "{}", visitor.contents());
}

#[test]
fn another_card_is_drawn_anew_on_the_same_page_and_the_old_one_is_let_go_of() {
    let mut visitor = Visitor::arrive(80, 24, "xterm-256color", WIDE);
    let old = site();
    visitor.event(Event::Site(Arc::clone(&old)));
    visitor.look();
    visitor.send("/j\r2?");
    visitor.look();
    visitor.send("\x1b");
    visitor.look();
    assert!(visitor.sees("▌about") && Arc::strong_count(&old) > 1);
    visitor.event(Event::Site(site()));
    assert_eq!(Arc::strong_count(&old), 1, "nothing keeps the old card");
    assert_eq!(visitor.frames(minutes(1)), 0, "nothing changes under the eyes of a reader");
    visitor.send("j");
    assert!(has(visitor.look(), "\x1b[2J"), "the next frame is a full one");
    assert!(visitor.sees("▌about") && visitor.sees("The card was updated."), "{}", visitor.contents());
    visitor.send("j");
    visitor.look();
    assert!(!visitor.sees("The card was updated."), "{}", visitor.contents());
    // The first key or click was meant for the screen that is no more.
    for (input, then) in [("\x1b[<0;7;1M", "▌card"), ("2", "▌about"), ("q", "▌about")] {
        let before = if visitor.sees("▌card") { "▌card" } else { "▌about" };
        visitor.event(Event::Site(site()));
        visitor.send(input);
        visitor.look();
        assert!(visitor.sees(before) && visitor.sees("The card was updated."), "{}", visitor.contents());
        if input != "q" {
            visitor.send(input);
            visitor.look();
        }
        assert!(visitor.sees(then), "{}", visitor.contents());
    }
    assert_eq!(visitor.frames(minutes(1)), 0, "at rest");
    visitor.send("q");
    assert_eq!(visitor.end(), Ending::Goodbye);
    visitor.has_its_terminal_back("Come back");
}

#[test]
fn a_refused_copy_is_told_once_and_not_without_a_copy() {
    let mut visitor = Visitor::arrive(80, 24, "xterm-256color", WIDE);
    visitor.look();
    visitor.frames(minutes(1));
    visitor.event(Event::NotCopied);
    assert_eq!(visitor.frames(millis(100)), 0);
    visitor.send("3y");
    assert!(has(visitor.look(), "\x1b]52;"));
    for told in [true, false] {
        visitor.event(Event::NotCopied);
        assert_eq!(visitor.frames(millis(100)) > 0, told);
    }
    assert!(visitor.sees("No clipboard here."), "{}", visitor.contents());
    // It does not keep the next notice from being told.
    visitor.event(Event::Edited(site()));
    visitor.look();
    assert!(visitor.sees("The card was updated."), "{}", visitor.contents());
}

#[test]
fn the_wire_is_told_of_the_line_however_its_key_came() {
    for keys in ["w", "jjjjw", "jjjjjjjjw"] {
        let mut visitor = Visitor::arrive(80, 24, "xterm-256color", WIDE);
        visitor.look();
        // The last key of a packet may be read at a tick, for which the driver has asked already what it needs.
        visitor.send(keys);
        visitor.look();
        assert!(visitor.sees("frames"), "{keys}: {}", visitor.contents());
        // And then no more.
        visitor.frames(REST);
        let ticks = visitor.ticks;
        assert_eq!(visitor.frames(Duration::from_secs(60)), 0);
        assert_eq!(visitor.ticks, ticks, "{keys}");
    }
}
