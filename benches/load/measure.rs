//! What is measured, in the order of the table. Everything is bounded in count and time.

use std::{collections::BTreeSet, net::SocketAddr, time::Duration};

use anyhow::Result;
use tokio::{task::JoinSet, time::sleep};

use super::{
    client::{FIRST_FRAME_END, Session},
    process::Server,
    table::{Row, Value},
    turns::{ARRIVALS, AT_ONCE, Arrivals, HELD, Keys, STANDARD, STILL, TURNS, UNDER_WAY, key_times, typist},
};

/// How much is measured.
#[derive(Debug)]
pub(crate) struct Plan {
    /// Samples of what is measured one at a time.
    pub(crate) samples: usize,
    /// The most sessions at a time.
    pub(crate) sessions: usize,
    /// Arrivals and single keys only.
    pub(crate) brief: bool,
}

const HUGE: (u32, u32) = (200, 60);
/// Sessions that rest while others are measured.
const IDLE: usize = 1000;
/// Sessions that run exhibits while others are measured.
const RUNNING: usize = 20;
/// How long sessions at rest are watched.
pub(crate) const REST: Duration = Duration::from_secs(10);
/// Long enough for what was begun to be over: replies that never come, motion, the allocator.
pub(crate) const SETTLING: Duration = Duration::from_secs(2);
/// Long enough for threads that have nothing to do to end: tokio keeps them for 10 s.
const GONE: Duration = Duration::from_secs(12);

/// Measures everything of these servers, step by step in turns; the rows of each.
pub(crate) async fn all(servers: &[Server], plan: &Plan) -> Result<Vec<Vec<Row>>> {
    let mut all: Vec<_> = servers.iter().map(|server| Rows { rows: Vec::new(), server }).collect();
    let mut arrivals: Vec<_> = servers.iter().map(|_| Arrivals::default()).collect();
    for _ in 0..TURNS {
        for (arrivals, server) in arrivals.iter_mut().zip(servers) {
            arrivals.turn(server, plan.samples.div_ceil(TURNS)).await?;
        }
    }
    for (rows, arrivals) in all.iter_mut().zip(arrivals) {
        eprintln!("{}", rows.server.name);
        rows.arrivals(arrivals);
    }
    let mut keys: Vec<_> = servers.iter().map(|_| Keys::default()).collect();
    for _ in 0..TURNS {
        for (keys, server) in keys.iter_mut().zip(servers) {
            keys.turn(server, plan.samples.div_ceil(TURNS)).await?;
        }
    }
    for (rows, keys) in all.iter_mut().zip(keys) {
        eprintln!("{}", rows.server.name);
        rows.keys_alone(keys);
        if plan.brief {
            continue;
        }
        rows.keys_beside(plan).await?;
        rows.crowds(plan).await?;
        rows.rest().await?;
        if rows.server.card {
            rows.bytes().await?;
        }
    }
    Ok(all.into_iter().map(|rows| rows.rows).collect())
}

struct Rows<'a> {
    rows: Vec<Row>,
    server: &'a Server,
}

impl Rows<'_> {
    fn push(&mut self, what: impl Into<String>, value: Value) {
        let what = what.into();
        eprintln!("  {what}: {value}");
        self.rows.push(Row { what, value });
    }

    fn address(&self) -> SocketAddr {
        self.server.address
    }

    fn cpu(&self) -> Result<Option<Duration>> {
        self.server.cpu()
    }

    /// CPU time for each of `n`.
    fn cpu_for_each(&mut self, what: &str, spent: Option<Duration>, n: usize) {
        if let Some(spent) = spent {
            self.push(what, Value::Milliseconds(1e3 * spent.as_secs_f64() / n as f64));
        }
    }

    fn arrivals(&mut self, Arrivals { alone, at_once, mut rates, cpu }: Arrivals) {
        for (times, how) in [(alone, "one at a time".to_owned()), (at_once, format!("{AT_ONCE} at once"))] {
            let what = ["handshake", "connect to first byte", "connect to complete first frame"];
            for (times, what) in times.into_iter().zip(what) {
                self.push(format!("{what}, {how}"), Value::times(times));
            }
        }
        rates.sort_unstable_by(f64::total_cmp);
        let median = rates.get(rates.len() / 2).copied().unwrap_or(f64::NAN);
        self.push(format!("arrivals a second, {UNDER_WAY} under way"), Value::Count(median));
        self.cpu_for_each("server CPU for an arrival", cpu, ARRIVALS);
    }

    /// Memory of sessions that have turned three pages.
    async fn crowds(&mut self, plan: &Plan) -> Result<()> {
        let crowds: BTreeSet<usize> = [100, IDLE, plan.sessions].into();
        for size in [STANDARD, HUGE] {
            for &crowd in &crowds {
                // What an earlier crowd has left behind would be counted as this one's.
                let fresh = self.server.again()?;
                let server = fresh.as_ref().unwrap_or(self.server);
                // One visitor has been there: what is made once is made.
                leave_all(crowd_of(server.address, 1, size).await?).await;
                sleep(SETTLING).await;
                let before = server.footprint()?;
                let mut sessions = crowd_of(server.address, crowd, size).await?;
                for _ in 0..3 {
                    press_all(&mut sessions, "l").await?;
                }
                sleep(SETTLING).await;
                let (columns, rows) = size;
                if let (Some(before), Some(after)) = (before, server.footprint()?) {
                    let each = after.0.saturating_sub(before.0) as f64 / crowd as f64;
                    let what = format!("memory for each of {crowd} idle sessions, {columns}x{rows}");
                    self.push(what, Value::Kibibytes(each / 1024.0));
                }
                leave_all(sessions).await;
                sleep(if crowd == plan.sessions { GONE } else { SETTLING }).await;
                if let (Some(before), Some(after)) = (before, server.footprint()?)
                    && crowd == plan.sessions
                {
                    let grown = |after: usize, before: usize| after as f64 - before as f64;
                    let what = format!("memory after {crowd} have gone, {columns}x{rows}, against before");
                    self.push(what, Value::Megabytes(grown(after.0, before.0) / 1e6));
                    let what = format!("descriptors after {crowd} have gone, {columns}x{rows}, against before");
                    self.push(what, Value::Count(grown(after.1, before.1)));
                    let what = format!("threads after {crowd} have gone, {columns}x{rows}, against before");
                    self.push(what, Value::Count(grown(after.2, before.2)));
                }
            }
        }
        Ok(())
    }

    /// What a crowd at rest costs.
    async fn rest(&mut self) -> Result<()> {
        let mut sessions = crowd_of(self.address(), IDLE, STANDARD).await?;
        press_all(&mut sessions, "l").await?;
        sleep(SETTLING).await;
        for session in &mut sessions {
            session.receives(Duration::ZERO).await;
        }
        let before = self.cpu()?;
        sleep(REST).await;
        let after = self.cpu()?;
        let mut bytes = 0;
        for session in &mut sessions {
            bytes += session.receives(Duration::ZERO).await;
        }
        if let (Some(before), Some(after)) = (before, after) {
            let spent = after.saturating_sub(before).as_secs_f64() * 1e3;
            self.push(format!("CPU of {IDLE} sessions at rest, {} s", REST.as_secs()), Value::Milliseconds(spent));
        }
        let what = format!("bytes of {IDLE} sessions at rest, {} s", REST.as_secs());
        self.push(what, Value::Count(bytes as f64));
        leave_all(sessions).await;
        Ok(())
    }

    /// From a key to the first byte back.
    fn keys_alone(&mut self, Keys { times, cpu, held }: Keys) {
        self.cpu_for_each("server CPU for a key", cpu, times.len());
        self.push("key to first byte, alone", Value::times(times));
        for (times, pace) in held.into_iter().zip(HELD) {
            self.push(format!("key to first byte, one in {} ms", pace / 1000), Value::times(times));
        }
    }

    /// The same while others are there.
    async fn keys_beside(&mut self, plan: &Plan) -> Result<()> {
        let mut typist = typist(self.address()).await?;
        let idle = crowd_of(self.address(), IDLE, STANDARD).await?;
        sleep(SETTLING).await;
        let beside = key_times(&mut typist, plan.samples).await?;
        self.push(format!("key to first byte, beside {IDLE} idle"), Value::times(beside));
        if self.server.card {
            // A visitor who starts an exhibit again and again; the door is the usual one, so that it moves.
            let runners = crowd_of(self.address(), RUNNING, STANDARD).await?;
            for runner in &runners {
                runner.types("4\r").await?;
            }
            let stop = tokio_util::sync::CancellationToken::new();
            let running = tokio::spawn(stop.clone().run_until_cancelled_owned(run(runners)));
            sleep(Duration::from_millis(300)).await;
            let beside = key_times(&mut typist, plan.samples).await?;
            let what = format!("key to first byte, beside {IDLE} idle and {RUNNING} running exhibits");
            self.push(what, Value::times(beside));
            stop.cancel();
            let _ = running.await;
        }
        leave_all(idle).await;
        typist.leave().await;
        Ok(())
    }

    /// What goes over the line.
    async fn bytes(&mut self) -> Result<()> {
        for size in [STANDARD, HUGE] {
            let (columns, rows) = size;
            let (mut session, arrival) = Session::arrive(self.address(), STILL, size).await?;
            let first = arrival.bytes + session.drain_until(FIRST_FRAME_END).await?.0;
            let mut action = async |setup: &str, key: &str| -> Result<f64> {
                session.types(setup).await?;
                session.drain().await?;
                session.types(key).await?;
                Ok(session.drain().await?.0 as f64)
            };
            let turn = action("1", "2").await?;
            let step = action("5", "j").await?;
            let station = action("3", "j").await?;
            let layer = action("4", "k").await?;
            let scroll = action("2", "j").await?;
            session.leave().await;
            for (what, bytes) in [
                ("first frame", first as f64),
                ("page turn, card to about", turn),
                ("one step of a selection, contact", step),
                ("one step of a selection and another text, career", station),
                ("one step of a selection and another text, stack", layer),
                ("one scrolled line, about", scroll),
            ] {
                self.push(format!("bytes: {what}, {columns}x{rows}"), Value::Count(bytes));
            }
        }
        let mut session = Session::arrive(self.address(), STILL, STANDARD).await?.0;
        for (from, to) in [("1", "2"), ("2", "3"), ("3", "4"), ("4", "5"), ("5", "1")] {
            session.types(from).await?;
            session.drain().await?;
            session.types(to).await?;
            let bytes = session.drain().await?.0;
            self.push(format!("bytes: from page {from} to page {to}, 80x24"), Value::Count(bytes as f64));
        }
        session.leave().await;
        let (mut session, arrival) = Session::arrive(self.address(), "visitor", STANDARD).await?;
        let bytes = arrival.bytes + session.receives(Duration::from_secs(1)).await;
        self.push("bytes: the first second, with the mark in motion, 80x24", Value::Count(bytes as f64));
        session.leave().await;
        Ok(())
    }
}

/// Keeps exhibits running until it is dropped.
async fn run(mut runners: Vec<Session>) {
    loop {
        for runner in &mut runners {
            let _ = runner.types("r ").await;
        }
        for runner in &mut runners {
            runner.receives(Duration::from_millis(100)).await;
        }
    }
}

/// Visitors who arrive in the same moment, and what each waited.
async fn together(address: SocketAddr, count: usize, size: (u32, u32)) -> Result<Vec<(Session, Duration)>> {
    let mut arriving = JoinSet::new();
    for _ in 0..count {
        arriving.spawn(Session::arrive(address, STILL, size));
    }
    let mut sessions = Vec::new();
    while let Some(arrived) = arriving.join_next().await {
        let (session, arrival) = arrived??;
        sessions.push((session, arrival.first_byte));
    }
    Ok(sessions)
}

/// Visitors who arrive some at a time, and stay.
pub(crate) async fn crowd_of(address: SocketAddr, count: usize, size: (u32, u32)) -> Result<Vec<Session>> {
    let mut sessions = Vec::new();
    while sessions.len() < count {
        let some = together(address, UNDER_WAY.min(count - sessions.len()), size).await?;
        sessions.extend(some.into_iter().map(|(session, _)| session));
    }
    Ok(sessions)
}

/// Each presses a key, and waits for what comes back.
pub(crate) async fn press_all(sessions: &mut Vec<Session>, key: &'static str) -> Result<()> {
    let mut pressing = JoinSet::new();
    let mut pressed = Vec::with_capacity(sessions.len());
    for mut session in sessions.drain(..) {
        if pressing.len() >= UNDER_WAY
            && let Some(done) = pressing.join_next().await
        {
            pressed.push(done??);
        }
        pressing.spawn(async move {
            session.press(key).await?;
            anyhow::Ok(session)
        });
    }
    while let Some(done) = pressing.join_next().await {
        pressed.push(done??);
    }
    *sessions = pressed;
    Ok(())
}

pub(crate) async fn leave_all(sessions: Vec<Session>) {
    for session in sessions {
        session.leave().await;
    }
}
