//! When frames are drawn: at once for a key, seldom for a flood of them, and for what moves only while the line is
//! clear.

use super::{
    super::pages::{MOTION_IN_FLIGHT, REST},
    *,
};

/// Far more than any frame of what moves may find on its way.
const BUSY: usize = 1_000_000;
/// What comes whatever the line holds: the first frame, and the first question.
const FIRST: usize = 2;
/// How long the logo flows: longer than its 40 frames take.
const FLOWING: Duration = Duration::from_millis(1_400);

/// The card as it is when its logo has come to rest.
fn at_rest() -> String {
    let mut still = Visitor::choosing("still", 80, 24, "xterm-256color", WIDE);
    still.look();
    still.contents()
}

#[test]
fn keys_that_repeat_are_each_answered_at_once() {
    // A key that is held repeats every 33 ms, or every 13 where the owner of the keyboard wants it so.
    for pace in [13, 33] {
        let mut visitor = Visitor::arrive(80, 24, "linux", WIDE);
        visitor.look();
        visitor.send("3");
        visitor.look();
        for key in 0..100 {
            let next = visitor.now + millis(pace);
            let waited = visitor.answered(if key % 2 == 0 { "j" } else { "k" });
            assert_eq!(waited, Duration::ZERO, "key {key}, one in {pace} ms");
            visitor.frames(next.saturating_sub(visitor.now));
        }
    }
}

#[test]
fn a_flood_of_keys_is_drawn_thirty_times_a_second_and_then_keys_are_keys_again() {
    let mut visitor = Visitor::arrive(80, 24, "linux", WIDE);
    visitor.look();
    visitor.send("2");
    visitor.look();
    let mut frames = 0;
    for key in 0..10_000 {
        // Down the page and up again, so that each frame shows another part of it.
        visitor.send(if key / 40 % 2 == 0 { "j" } else { "k" });
        if key % 10 == 9 {
            frames += visitor.frames(millis(1));
        }
    }
    assert!((25..=60).contains(&frames), "{frames} frames in a second of 10,000 keys");
    visitor.send("5");
    visitor.look();
    assert!(visitor.sees("[contact]"), "the last key is shown: {}", visitor.contents());
    assert_eq!(visitor.answered("1"), Duration::ZERO, "the flood is over");
    // All of them in one packet, and then as many packets at once.
    visitor.send("3");
    visitor.look();
    visitor.send(&"jk".repeat(5_000));
    let frames = visitor.frames(millis(30));
    assert!(frames <= 2, "{frames} frames of one packet");
    visitor.look();
    for key in 0..10_000 {
        visitor.event(Event::Input("jk"[key % 2..=key % 2].into()));
        // A driver takes some of them at a turn.
        if key % 64 == 63 {
            visitor.work();
        }
    }
    let frames = visitor.frames(millis(30));
    assert!(frames <= 2, "{frames} frames of 10,000 packets");
}

#[test]
fn what_moves_is_not_drawn_while_the_line_is_busy_and_what_is_typed_is() {
    let mut visitor = Visitor::arrive(80, 24, "xterm-256color", WIDE);
    visitor.unacknowledged = BUSY;
    assert_eq!(visitor.frames(FLOWING / 2), FIRST, "the first frame waits for nothing");
    assert!(visitor.sees(HEADLINE));
    assert_eq!(visitor.answered("2"), Duration::ZERO);
    assert!(visitor.sees("▌about"), "{}", visitor.contents());
    assert_eq!(visitor.answered("1"), Duration::ZERO);
    // The card turns over, which is motion from its first frame to its last but for the keys below it and how it ends.
    visitor.send("f");
    assert_eq!(visitor.frames(Duration::from_secs(5)), 1);
    visitor.unacknowledged = 0;
    assert_eq!(visitor.frames(Duration::from_secs(5)), 1);
    visitor.unacknowledged = BUSY;
    // A warning is no motion either.
    let warned = visitor.frames(minutes(9));
    assert!(warned >= 1 && visitor.sees("Still there?"), "{warned} frames: {}", visitor.contents());
    visitor.send("q");
    assert_eq!(visitor.end(), Ending::Goodbye);
}

#[test]
fn what_moves_goes_on_where_its_time_is_once_the_line_is_clear() {
    let resting = at_rest();
    let mut visitor = Visitor::arrive(80, 24, "xterm-256color", WIDE);
    visitor.unacknowledged = BUSY;
    assert_eq!(visitor.frames(millis(500)), FIRST);
    visitor.unacknowledged = MOTION_IN_FLIGHT;
    let frames = visitor.frames(FLOWING.saturating_sub(millis(500)));
    assert!((15..=28).contains(&frames), "{frames} frames in 0.8 s");
    assert_eq!(visitor.contents(), resting, "it ends when it would have ended");
    assert_eq!(visitor.frames(Duration::from_secs(60)), 0);
}

#[test]
fn what_moved_while_the_line_was_busy_is_shown_at_rest_once_and_then_nobody_asks() {
    let resting = at_rest();
    let mut visitor = Visitor::arrive(80, 24, "xterm-256color", WIDE);
    visitor.unacknowledged = MOTION_IN_FLIGHT + 1;
    assert_eq!(visitor.frames(3 * FLOWING), FIRST);
    assert_ne!(visitor.contents(), resting);
    let asked = visitor.ticks;
    assert!(asked.abs_diff(3 * 42) <= 4, "asked {asked} times in 4.2 s");
    visitor.unacknowledged = 0;
    assert_eq!(visitor.frames(millis(40)), 1, "the last frame, within a frame's time");
    assert_eq!(visitor.contents(), resting);
    assert_eq!(visitor.frames(REST), 0);
    let asked = visitor.ticks;
    assert_eq!(visitor.frames(Duration::from_secs(60)), 0);
    assert_eq!(visitor.ticks, asked, "a page at rest asks nothing");
}

#[test]
fn an_exhibit_on_a_busy_line_ends_when_it_would_and_lets_its_visitor_go_at_once() {
    let last_frame = |busy: usize| {
        let mut visitor = Visitor::arrive(80, 24, "xterm-256color", WIDE);
        visitor.frames(FLOWING);
        visitor.send("4\r");
        visitor.look();
        visitor.unacknowledged = busy;
        visitor.send(" ");
        let frames = visitor.frames(Duration::from_secs(60));
        visitor.unacknowledged = 0;
        visitor.frames(millis(40));
        // Where a longer value stood before, the terminal has blanks.
        let rows = visitor.contents().lines().map(|row| row.trim_end().to_owned()).collect::<Vec<_>>();
        (frames, rows)
    };
    let (all, end) = last_frame(0);
    let (few, same) = last_frame(BUSY);
    assert!(all > 10 && few <= 1, "{all} frames, and {few}");
    assert_eq!(same, end);
    let mut visitor = Visitor::arrive(80, 24, "xterm-256color", WIDE);
    visitor.frames(FLOWING);
    visitor.send("4\r ");
    visitor.frames(Duration::from_secs(1));
    visitor.unacknowledged = BUSY;
    let now = visitor.now;
    visitor.send("\x1b[?1;2cq");
    visitor.frames(Duration::ZERO);
    visitor.send("\x1b[?1;2c");
    assert_eq!((visitor.end(), visitor.now), (Ending::Goodbye, now));
}

#[test]
fn an_exhibit_runs_on_while_a_key_repeats() {
    let mut visitor = Visitor::arrive(80, 24, "xterm-256color", WIDE);
    visitor.frames(FLOWING);
    visitor.send("4\r ");
    visitor.frames(millis(100));
    let begin = visitor.contents();
    // A key that means nothing there, so that all that changes is what moves.
    for _ in 0..40 {
        visitor.send("x");
        visitor.frames(millis(13));
    }
    assert_ne!(visitor.contents(), begin);
}
