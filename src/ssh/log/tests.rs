use std::{
    io,
    net::Ipv6Addr,
    sync::{Arc, Mutex},
};

use proptest::{collection::vec, prelude::*, sample::select};
use strum::VariantArray;

use super::*;
use crate::ssh::{
    admission::Refusal,
    ending::{SessionEnd, WITHOUT_ROOM},
};

/// What strangers do, after so many milliseconds.
#[derive(Debug, Clone)]
enum Step {
    Visit(SessionKind, SessionEnd, u64),
    NotLetIn(&'static str),
    SumUp,
}

/// Every reason for which a connection is not let in.
fn reasons() -> Vec<&'static str> {
    Refusal::VARIANTS.iter().map(Into::into).chain(WITHOUT_ROOM.map(Into::into)).collect()
}

fn steps() -> impl Strategy<Value = Vec<(u64, Step)>> {
    let any_of = |n: usize| 0..n;
    let visit = (any_of(SessionKind::VARIANTS.len()), any_of(SessionEnd::VARIANTS.len()), 1..20u64).prop_map(
        |(what, why, sessions)| Step::Visit(SessionKind::VARIANTS[what], SessionEnd::VARIANTS[why], sessions),
    );
    let refused = select(reasons()).prop_map(Step::NotLetIn);
    let step = prop_oneof![10 => visit, 10 => refused, 1 => Just(Step::SumUp)];
    // Floods, and now and then a pause.
    vec((prop_oneof![20 => 0..50u64, 1 => 0..120_000u64], step), 0..600)
}

proptest! {
    /// Whatever happens how fast, no more is told one by one than the rates permit, and nothing is lost: each visit,
    /// session and refusal is in one line, counted under its name.
    #[test]
    fn lines_are_bounded_and_everything_is_counted_once(steps in steps()) {
        let begin = Instant::now();
        let mut budget = Budget::new();
        let (mut now, mut told) = (begin, Vec::new());
        let mut happened = (LogSummary::default(), Counts::default());
        let mut said = (LogSummary::default(), Counts::default());
        let mut refusals = Vec::new();
        for (pause, step) in steps {
            now += Duration::from_millis(pause);
            match step {
                Step::Visit(what, why, sessions) => {
                    let mut visit = LogSummary { visits: 1, ..LogSummary::default() };
                    visit.what.add(what, sessions);
                    visit.why.add(why, sessions);
                    happened.0.add(&visit);
                    if budget.visits.take(now) {
                        told.push(now);
                        said.0.add(&visit);
                    } else {
                        budget.ended.add(&visit);
                    }
                }
                Step::NotLetIn(why) => {
                    happened.1.add(why, 1);
                    if let Some(refused) = budget.not_let_in(why, now) {
                        refusals.push(now);
                        said.1.add_all(&refused);
                    }
                }
                Step::SumUp => {
                    said.0.add(&mem::take(&mut budget.ended));
                    said.1.add_all(&mem::take(&mut budget.refused));
                }
            }
        }
        said.0.add(&budget.ended);
        said.1.add_all(&budget.refused);
        prop_assert_eq!(said.0.visits, happened.0.visits);
        prop_assert_eq!(each(said.0.what), each(happened.0.what));
        prop_assert_eq!(each(said.0.why), each(happened.0.why));
        prop_assert_eq!(each(said.1), each(happened.1));
        // In any minute.
        for (told, rate) in [(told, VISITS), (refusals, REFUSALS)] {
            for (n, first) in told.iter().enumerate() {
                let within = told[n..].iter().take_while(|at| **at - *first < SUMMARY).count();
                let most = rate.burst as usize + (SUMMARY.as_secs() / rate.every.as_secs()) as usize;
                prop_assert!(within <= most, "{within} in a minute, more than {most}");
            }
        }
    }
}

/// How often each member was counted, by name.
fn each(mut counts: Counts) -> Vec<(&'static str, u64)> {
    counts.0.sort_unstable();
    counts.0
}

/// What is written to the log.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Written {
    /// What this thread logs from here on, in JSON, as long as the guards live.
    fn here() -> (Self, impl Sized) {
        let written = Self::default();
        let writer = written.clone();
        let lines = tracing_subscriber::fmt().with_writer(move || writer.clone()).with_target(false).json();
        let logged = tracing::subscriber::set_default(lines.flatten_event(true).finish());
        // With one subscriber alone, a line that another thread says first is taken for one that is not listened to.
        let second = tracing::Dispatch::new(tracing::subscriber::NoSubscriber::default());
        (written, (logged, second))
    }

    fn lines(&self) -> Vec<String> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.lines().map(str::to_owned).collect()
    }
}

/// The length of each line that this writes in JSON, which is the longer of the two forms.
fn lengths(writes: impl FnOnce(&VisitLog)) -> Vec<usize> {
    let (written, _guards) = Written::here();
    writes(&VisitLog::new());
    written.lines().iter().map(|line| line.len() + 1).collect()
}

#[tokio::test(start_paused = true)]
async fn what_is_not_told_one_by_one_is_summed_up_in_a_minute() {
    let (written, _guards) = Written::here();
    let log = VisitLog::new();
    let peer = Ipv6Addr::LOCALHOST.into();
    let refused = |why: &'static str| log.not_let_in(peer, why, why, tokio::time::Instant::now().into_std());
    let happening = async {
        refused(Refusal::Rate.into());
        assert_eq!(written.lines().len(), 1, "the first is told at once");
        refused(Refusal::Rate.into());
        refused("full");
        refused(Refusal::Rate.into());
        sleep(SUMMARY.saturating_sub(Duration::from_secs(1))).await;
        assert_eq!(written.lines().len(), 1);
        sleep(Duration::from_secs(2)).await;
        let lines = written.lines();
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert!(lines[1].contains(r#""refused":"full,rate*2""#), "{lines:?}");
        // Nothing is left, and nothing more is said.
        sleep(SUMMARY * 10).await;
        assert_eq!(written.lines().len(), 2);
    };
    tokio::select! {
        never = log.sum_up_in_time() => match never {},
        () = happening => (),
    }
}

/// Each member of a set, so many times.
fn all<T: VariantArray + Copy + Into<&'static str>>(count: u64) -> Counts {
    let mut counts = Counts::default();
    for what in T::VARIANTS {
        counts.add(*what, count);
    }
    counts
}

/// Every reason for which a connection is not let in, so many times.
fn every_reason(count: u64) -> Counts {
    let mut counts = Counts::default();
    for why in reasons() {
        counts.add(why, count);
    }
    counts
}

#[test]
fn the_longest_lines_of_a_day_are_what_the_documentation_says() {
    let (connection, peer) = (10_u64.pow(12), Ipv6Addr::from_bits(u128::MAX).into());
    let now = Instant::now();
    // No connection has more sessions than 256, so each kind at most three digits, and not all of them.
    let summary = LogSummary { visits: 1, what: all::<SessionKind>(100), why: all::<SessionEnd>(100) };
    let own = lengths(|log| {
        log.begins(connection, peer, SessionKind::WrongOptions, now);
        VisitLog::ends(connection, peer, &summary, Duration::from_secs(125 * 60));
    });
    let summed = lengths(|log| {
        // Far more in a minute than a machine can serve.
        let many = 10_u64.pow(9);
        log.count(&LogSummary { visits: many, what: all::<SessionKind>(many), why: all::<SessionEnd>(many) });
        log.budget.lock().refused = every_reason(many);
        log.sum_up();
        log.budget.lock().refused = every_reason(many);
        log.not_let_in(peer, Refusal::Handshakes.into(), Refusal::Handshakes, now);
    });
    let (&[begin, end], &[visits, more, refused]) = (&own[..], &summed[..]) else { panic!("{own:?} {summed:?}") };
    let day = Duration::from_secs(24 * 60 * 60);
    let in_a_day = |rate: Rate| u64::from(rate.burst) + day.as_secs() / rate.every.as_secs();
    let minutes = (day.as_secs() / SUMMARY.as_secs()) as usize;
    let bytes = in_a_day(VISITS) as usize * (begin + end) + minutes * (visits + more + refused);
    // docs/security.md has these bounds, and the sum.
    for (name, length, bound) in [
        ("begin", begin, 180),
        ("end", end, 580),
        ("summary of visits", visits, 850),
        ("summary of refusals", more, 280),
        ("refusal", refused, 340),
    ] {
        assert!(length <= bound, "{name}: {length} bytes");
    }
    assert!(bytes <= 35_000_000, "{bytes} bytes a day");
}
