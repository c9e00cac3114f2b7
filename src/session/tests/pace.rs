//! When frames are drawn: at once for a key, seldom for a flood of them, and for what moves only while the line is
//! clear.

use super::*;

/// Far more than any frame of what moves may find on its way.
const BUSY: usize = 1_000_000;
/// How long the logo flows: longer than its 40 frames take.
const FLOWING: Duration = Duration::from_millis(1_400);

impl Visitor {
    /// Says how much the line holds.
    fn line_holds(&self, bytes: usize) {
        self.traffic.unacknowledged.store(bytes, Ordering::Relaxed);
    }

    fn asked(&self) -> usize {
        self.traffic.asked.load(Ordering::Relaxed)
    }

    /// How many frames arrive in this time.
    async fn frames(&mut self, time: Duration) -> usize {
        let (mut frames, until) = (0, Instant::now() + time);
        let mut bytes = vec![0; BUFFER];
        while let Ok(read) = tokio::time::timeout_at(until, self.incoming.read(&mut bytes)).await {
            self.terminal.process(&bytes[..read.unwrap()]);
            frames += 1;
        }
        frames
    }

    /// Types, and waits for the answer: how long that took.
    async fn answered(&mut self, keys: &str) -> Duration {
        let begin = Instant::now();
        self.send(keys);
        let mut bytes = vec![0; BUFFER];
        let read = self.incoming.read(&mut bytes).await.unwrap();
        self.terminal.process(&bytes[..read]);
        begin.elapsed()
    }

    fn contents(&self) -> String {
        self.terminal.screen().contents()
    }
}

/// The card as it is when its logo has come to rest.
async fn at_rest() -> String {
    let mut still = Visitor::choosing("still", 80, 24, "xterm-256color", BUFFER);
    still.look().await;
    still.contents()
}

#[tokio::test(start_paused = true)]
async fn keys_that_repeat_are_each_answered_at_once() {
    // A key that is held repeats every 33 ms, or every 13 where the owner of the keyboard wants it so.
    for pace in [13, 33] {
        let mut visitor = Visitor::arrive(80, 24, "linux", BUFFER);
        visitor.look().await;
        visitor.send("3");
        visitor.look().await;
        for key in 0..100 {
            let next = Instant::now() + Duration::from_millis(pace);
            let waited = visitor.answered(if key % 2 == 0 { "j" } else { "k" }).await;
            assert_eq!(waited, Duration::ZERO, "key {key}, one in {pace} ms");
            tokio::time::sleep_until(next).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_keys_is_drawn_thirty_times_a_second_and_then_keys_are_keys_again() {
    let mut visitor = Visitor::arrive(80, 24, "linux", BUFFER);
    visitor.look().await;
    visitor.send("3");
    visitor.look().await;
    let mut frames = 0;
    for key in 0..10_000 {
        visitor.send(if key % 3 == 2 { "k" } else { "j" });
        if key % 10 == 9 {
            frames += visitor.frames(Duration::from_millis(1)).await;
        }
    }
    assert!((25..=60).contains(&frames), "{frames} frames in a second of 10,000 keys");
    visitor.send("5");
    visitor.look().await;
    assert!(visitor.sees("[contact]"), "the last key is shown: {}", visitor.contents());
    assert_eq!(visitor.answered("1").await, Duration::ZERO, "the flood is over");
    // All of them in one packet, and then as many packets at once.
    visitor.send("3");
    visitor.look().await;
    visitor.send(&"jk".repeat(5_000));
    let frames = visitor.frames(Duration::from_millis(30)).await;
    assert!(frames <= 2, "{frames} frames of one packet");
    visitor.look().await;
    for _ in 0..5_000 {
        visitor.send("j");
        visitor.send("k");
    }
    let frames = visitor.frames(Duration::from_millis(30)).await;
    assert!(frames <= 2, "{frames} frames of 10,000 packets");
}

#[tokio::test(start_paused = true)]
async fn what_moves_is_not_drawn_while_the_line_is_busy_and_what_is_typed_is() {
    let mut visitor = Visitor::arrive(80, 24, "xterm-256color", BUFFER);
    visitor.line_holds(BUSY);
    assert_eq!(visitor.frames(FLOWING / 2).await, 1, "the first frame waits for nothing");
    assert!(visitor.sees(HEADLINE));
    assert_eq!(visitor.answered("2").await, Duration::ZERO);
    assert!(visitor.sees("▌about"), "{}", visitor.contents());
    assert_eq!(visitor.answered("1").await, Duration::ZERO);
    // The card turns over, which is motion from its first frame to its last but for how it ends.
    visitor.send("f");
    assert_eq!(visitor.frames(Duration::from_secs(5)).await, 0);
    visitor.line_holds(0);
    assert_eq!(visitor.frames(Duration::from_secs(5)).await, 1);
    visitor.line_holds(BUSY);
    // A warning is no motion either.
    let warned = visitor.frames(Duration::from_secs(9 * 60)).await;
    assert!(warned >= 1 && visitor.sees("Still there?"), "{warned} frames: {}", visitor.contents());
    visitor.send("q");
    assert_eq!(visitor.end().await, Ending::Goodbye);
}

#[tokio::test(start_paused = true)]
async fn what_moves_goes_on_where_its_time_is_once_the_line_is_clear() {
    let resting = at_rest().await;
    let mut visitor = Visitor::arrive(80, 24, "xterm-256color", BUFFER);
    visitor.line_holds(BUSY);
    assert_eq!(visitor.frames(Duration::from_millis(500)).await, 1);
    visitor.line_holds(MOTION_IN_FLIGHT);
    let frames = visitor.frames(FLOWING.saturating_sub(Duration::from_millis(500))).await;
    assert!((15..=28).contains(&frames), "{frames} frames in 0.8 s");
    assert_eq!(visitor.contents(), resting, "it ends when it would have ended");
    assert_eq!(visitor.frames(Duration::from_secs(60)).await, 0);
}

#[tokio::test(start_paused = true)]
async fn what_moved_while_the_line_was_busy_is_shown_at_rest_once_and_then_nobody_asks() {
    let resting = at_rest().await;
    let mut visitor = Visitor::arrive(80, 24, "xterm-256color", BUFFER);
    visitor.line_holds(MOTION_IN_FLIGHT + 1);
    assert_eq!(visitor.frames(3 * FLOWING).await, 1);
    assert_ne!(visitor.contents(), resting);
    let asked = visitor.asked();
    assert!(asked.abs_diff(3 * 42) <= 4, "asked {asked} times in 4.2 s");
    visitor.line_holds(0);
    assert_eq!(visitor.frames(Duration::from_millis(40)).await, 1, "the last frame, within a frame's time");
    assert_eq!(visitor.contents(), resting);
    let asked = visitor.asked();
    assert_eq!(visitor.frames(Duration::from_secs(60)).await, 0);
    assert_eq!(visitor.asked(), asked, "a page at rest asks nothing");
}

#[tokio::test(start_paused = true)]
async fn an_exhibit_on_a_busy_line_ends_when_it_would_and_lets_its_visitor_go_at_once() {
    let last_frame = async |busy: usize| {
        let mut visitor = Visitor::arrive(80, 24, "xterm-256color", BUFFER);
        visitor.frames(FLOWING).await;
        visitor.send("4\r");
        visitor.look().await;
        visitor.line_holds(busy);
        visitor.send(" ");
        let frames = visitor.frames(Duration::from_secs(60)).await;
        visitor.line_holds(0);
        visitor.frames(Duration::from_millis(40)).await;
        (frames, visitor.contents())
    };
    let (all, end) = last_frame(0).await;
    let (few, same) = last_frame(BUSY).await;
    assert!(all > 10 && few <= 1, "{all} frames, and {few}");
    assert_eq!(same, end);
    let mut visitor = Visitor::arrive(80, 24, "xterm-256color", BUFFER);
    visitor.frames(FLOWING).await;
    visitor.send("4\r ");
    visitor.frames(Duration::from_secs(1)).await;
    visitor.line_holds(BUSY);
    let begin = Instant::now();
    visitor.send("\x1b[?1;2cq");
    let mut bytes = vec![0; BUFFER];
    while visitor.incoming.read(&mut bytes).await.unwrap() > 0 {}
    assert_eq!(begin.elapsed(), Duration::ZERO);
    assert_eq!((&mut visitor.session).await.unwrap(), Ending::Goodbye);
}

#[tokio::test(start_paused = true)]
async fn an_exhibit_runs_on_while_a_key_repeats() {
    let mut visitor = Visitor::arrive(80, 24, "xterm-256color", BUFFER);
    visitor.frames(FLOWING).await;
    visitor.send("4\r ");
    visitor.frames(Duration::from_millis(100)).await;
    let begin = visitor.contents();
    // A key that means nothing there, so that all that changes is what moves.
    for _ in 0..40 {
        visitor.send("x");
        visitor.frames(Duration::from_millis(13)).await;
    }
    assert_ne!(visitor.contents(), begin);
}
