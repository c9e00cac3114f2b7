//! The signals that end the program.
//!
//! | signal | here | why |
//! | --- | --- | --- |
//! | INT, QUIT, TERM | ends in order | an operator or the system asks for the end |
//! | HUP | ends in order; reloads the profile in a server without a terminal | a terminal closed; an operator asks |
//! | USR1, USR2, ALRM, VTALRM, PROF, XCPU | ends in order | by default they end it too, and mean nothing here |
//! | IO, PWR, STKFLT, real-time (Linux) | ends in order | the same |
//! | PIPE, XFSZ | nothing | the write that caused it fails: a line of the log, which costs no visit |
//! | ABRT, BUS, FPE, ILL, SEGV, SYS, TRAP | ends at once | a fault of the process itself: what ran next might do harm |
//! | KILL, STOP | ends, stops | they cannot be handled |
//! | all others | as by default | they end nothing |
//!
//! "In order": open sessions say goodbye, terminals are as they were, and the exit code is 0 (signal(7), "Standard
//! signals"). INT, QUIT or TERM ends the program at once when an operator sends it a second or more after the first
//! signal ([`ONE_CAUSE`]); a server that drains ends in order then, and at once with the next.

use std::{
    convert::Infallible,
    fs,
    future::poll_fn,
    io::{self, IsTerminal as _},
    ops::RangeInclusive,
    process,
    task::Poll,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use rustix::process::Signal as Number;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Signals that end the program in order, beside the real-time ones.
const ENDING: &[Number] = &[
    Number::TERM,
    Number::HUP,
    Number::INT,
    Number::QUIT,
    Number::USR1,
    Number::USR2,
    Number::ALARM,
    Number::VTALARM,
    Number::PROF,
    Number::XCPU,
    #[cfg(target_os = "linux")]
    Number::IO,
    #[cfg(target_os = "linux")]
    Number::POWER,
    #[cfg(target_os = "linux")]
    Number::STKFLT,
];

/// The real-time signals of Linux; other systems refuse these numbers. The first is the C library's own where that is
/// musl; the last, 64, is one that tokio cannot wait for.
const REAL_TIME: RangeInclusive<i32> = 34..=63;

/// Signals that hurry the program, or end it at once, when they follow another signal.
const URGENT: [Number; 3] = [Number::INT, Number::QUIT, Number::TERM];

/// Signals that come within this time have one cause, and count as one. When a terminal closes, the shell sends HUP to
/// its jobs and the kernel sends it to the foreground group; systemd sends HUP right after TERM (`SendSIGHUP=`);
/// timeout(1) signals its child and then the group.
const ONE_CAUSE: Duration = Duration::from_secs(1);

/// The shell's exit code for a process that a signal ended is this and the signal's number (POSIX, 2.8.2).
const ENDED_BY_SIGNAL: i32 = 128;

/// The signals that are waited for. Once this is made, none of them ends the process by itself any more, also when this
/// is dropped.
pub(crate) struct Signals {
    ending: Vec<(Signal, i32)>,
    hangup: Option<Signal>,
}

/// What SIGHUP asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hangup {
    /// The end: the terminal has closed.
    Ends,
    /// That the profile is read again: there is no terminal that could close.
    Reloads,
}

impl Hangup {
    /// What it asks a server for.
    pub(crate) fn of_server() -> Self {
        if io::stdin().is_terminal() || io::stderr().is_terminal() { Self::Ends } else { Self::Reloads }
    }
}

impl Signals {
    /// Begins to wait. A signal that was ignored when the process started stays ignored, as `nohup` and shells with
    /// jobs in the background mean it; only SIGTERM always ends it. Must be called within the runtime.
    ///
    /// # Errors
    ///
    /// The system refuses.
    pub(crate) fn wait(asks: Hangup) -> Result<Self> {
        let ignored = ignored();
        let is_waited_for = |number: &i32| *number == Number::TERM.as_raw() || ignored >> (number - 1) & 1 == 0;
        let mut waiting = Vec::new();
        let mut hangup = None;
        for number in ENDING.iter().map(|signal| signal.as_raw()).filter(is_waited_for) {
            let signal = signal(SignalKind::from_raw(number));
            let signal = signal.with_context(|| format!("cannot wait for signal {number}"))?;
            if asks == Hangup::Reloads && number == Number::HUP.as_raw() {
                hangup = Some(signal);
            } else {
                waiting.push((signal, number));
            }
        }
        // The C library reserves some real-time signals, and systems differ in their number: those that cannot be
        // registered are left out.
        let real_time = REAL_TIME.filter(is_waited_for);
        waiting.extend(real_time.filter_map(|number| Some((signal(SignalKind::from_raw(number)).ok()?, number))));
        // Caught and not waited for: the write fails, instead of the process.
        drop(signal(SignalKind::from_raw(Number::XFSZ.as_raw())).context("cannot wait for SIGXFSZ")?);
        Ok(Self { ending: waiting, hangup })
    }

    /// SIGHUP, where it asks for a reload; once.
    pub(crate) fn hangup(&mut self) -> Option<Signal> {
        self.hangup.take()
    }

    /// Cancels the first of the `stages` of a stop at the first signal, and the next one that is not cancelled yet at
    /// each of [`URGENT`] that comes later than [`ONE_CAUSE`] after the one before. Where none is left, that ends the
    /// process at once, as it would have without this handler.
    pub(crate) async fn cancel(mut self, stages: &[CancellationToken]) -> Infallible {
        let mut last: Option<Instant> = None;
        loop {
            let number = self.next().await;
            let is_urgent = URGENT.iter().any(|urgent| urgent.as_raw() == number);
            if last.is_some_and(|last| last.elapsed() < ONE_CAUSE || !is_urgent) {
                continue;
            }
            match stages.iter().find(|stage| !stage.is_cancelled()) {
                Some(stage) => stage.cancel(),
                None => process::exit(ENDED_BY_SIGNAL + number),
            }
            last = Some(Instant::now());
        }
    }

    /// The number of the next one.
    pub(crate) async fn next(&mut self) -> i32 {
        poll_fn(|cx| {
            // Where none has come all are polled, so that each wakes this; the one after it is left for the next time.
            let mut waiting = self.ending.iter_mut();
            let came = waiting.find_map(|(signal, number)| signal.poll_recv(cx).is_ready().then_some(*number));
            came.map_or(Poll::Pending, Poll::Ready)
        })
        .await
    }
}

/// The signals that this process was started to ignore, a bit each, the lowest for signal 1 (`SigIgn` in
/// `proc_pid_status(5)`). Where the system does not tell, none.
fn ignored() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}
