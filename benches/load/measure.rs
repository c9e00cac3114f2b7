//! What is measured, in the order of the table. Everything is bounded in count and time.

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::Result;
use tokio::{task::JoinSet, time::sleep};

use super::{
    client::Session,
    process::{Process, Server},
    table::{Row, Value},
};

/// How much is measured.
#[derive(Debug)]
pub(crate) struct Plan {
    /// Samples of what is measured one at a time.
    pub(crate) samples: usize,
    /// The most sessions at a time.
    pub(crate) sessions: usize,
}

const STANDARD: (u32, u32) = (80, 24);
const HUGE: (u32, u32) = (200, 60);
/// Sessions under way when arrivals are counted, and when many arrive at once.
const UNDER_WAY: usize = 16;
const AT_ONCE: usize = 50;
/// Arrivals that are counted.
const ARRIVALS: usize = 1600;
/// Sessions that rest while others are measured.
const IDLE: usize = 1000;
/// Sessions that run exhibits while others are measured.
const RUNNING: usize = 20;
/// How long sessions at rest are watched.
const REST: Duration = Duration::from_secs(10);
/// Long enough for what was begun to be over: replies that never come, motion, the allocator.
const SETTLING: Duration = Duration::from_secs(2);
/// The door through which nothing moves.
const STILL: &str = "still";

/// Measures everything of one server.
pub(crate) async fn all(server: Server, plan: &Plan) -> Result<Vec<Row>> {
    let mut rows = Rows { rows: Vec::new(), server: &server };
    rows.arrivals(plan).await?;
    rows.crowds(plan).await?;
    rows.rest().await?;
    rows.keys(plan).await?;
    if server.card {
        rows.bytes().await?;
    }
    Ok(rows.rows)
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
        self.server.process.map(Process::cpu).transpose()
    }

    /// CPU time since `before`, for each of `n`.
    fn cpu_for_each(&mut self, what: &str, before: Option<Duration>, n: usize) -> Result<()> {
        if let (Some(before), Some(after)) = (before, self.cpu()?) {
            self.push(what, Value::Milliseconds(1e3 * after.saturating_sub(before).as_secs_f64() / n as f64));
        }
        Ok(())
    }

    async fn arrivals(&mut self, plan: &Plan) -> Result<()> {
        let address = self.address();
        let (mut handshakes, mut firsts, mut complete) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..plan.samples {
            let begin = Instant::now();
            let (mut session, arrival) = Session::arrive(address, STILL, STANDARD).await?;
            let (_, last) = session.drain().await?;
            handshakes.push(arrival.handshake);
            firsts.push(arrival.first_byte);
            complete.push(last.map_or(arrival.first_byte, |last| last - begin));
            session.leave().await;
        }
        self.push("handshake, one at a time", Value::times(handshakes));
        self.push("connect to first byte, one at a time", Value::times(firsts));
        self.push("connect to complete first frame, one at a time", Value::times(complete));
        let mut firsts = Vec::new();
        for _ in 0..plan.samples.div_ceil(AT_ONCE) {
            let sessions = together(address, AT_ONCE, STANDARD).await?;
            firsts.extend(sessions.iter().map(|(_, first)| *first));
            leave(sessions).await;
        }
        self.push(format!("connect to first byte, {AT_ONCE} at once"), Value::times(firsts));
        let (before, begin) = (self.cpu()?, Instant::now());
        let mut under_way = JoinSet::new();
        for arrived in 0..ARRIVALS {
            if arrived >= UNDER_WAY {
                under_way.join_next().await.transpose()?.transpose()?;
            }
            under_way.spawn(async move {
                Session::arrive(address, STILL, STANDARD).await?.0.leave().await;
                anyhow::Ok(())
            });
        }
        while let Some(done) = under_way.join_next().await {
            done??;
        }
        let rate = ARRIVALS as f64 / begin.elapsed().as_secs_f64();
        self.push(format!("arrivals a second, {UNDER_WAY} under way"), Value::Count(rate));
        self.cpu_for_each("server CPU for an arrival", before, ARRIVALS)
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
                sleep(SETTLING).await;
                if let (Some(before), Some(after)) = (before, server.footprint()?)
                    && crowd == plan.sessions
                {
                    let grown = |after: usize, before: usize| after as f64 - before as f64;
                    let what = format!("memory after {crowd} have gone, {columns}x{rows}, against before");
                    self.push(what, Value::Megabytes(grown(after.0, before.0) / 1e6));
                    let what = format!("descriptors after {crowd} have gone, {columns}x{rows}, against before");
                    self.push(what, Value::Count(grown(after.1, before.1)));
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
    async fn keys(&mut self, plan: &Plan) -> Result<()> {
        let mut typist = Session::arrive(self.address(), STILL, STANDARD).await?.0;
        typist.press("3").await?;
        typist.drain().await?;
        let before = self.cpu()?;
        let alone = key_times(&mut typist, plan.samples).await?;
        self.cpu_for_each("server CPU for a key", before, plan.samples)?;
        self.push("key to first byte, alone", Value::times(alone));
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
            let first = arrival.bytes + session.drain().await?.0;
            let mut action = async |setup: &str, key: &str| -> Result<f64> {
                session.types(setup).await?;
                session.drain().await?;
                session.types(key).await?;
                Ok(session.drain().await?.0 as f64)
            };
            let turn = action("1", "2").await?;
            let step = action("3", "j").await?;
            let scroll = action("2", "j").await?;
            session.leave().await;
            for (what, bytes) in [
                ("first frame", first as f64),
                ("page turn, card to about", turn),
                ("one step of a selection, career", step),
                ("one scrolled line, about", scroll),
            ] {
                self.push(format!("bytes: {what}, {columns}x{rows}"), Value::Count(bytes));
            }
        }
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

async fn key_times(typist: &mut Session, samples: usize) -> Result<Vec<Duration>> {
    let mut times = Vec::new();
    for sample in 0..samples {
        times.push(typist.press(if sample % 2 == 0 { "j" } else { "k" }).await?);
        // As fast as a held key repeats, and not in step with anything that ticks.
        sleep(Duration::from_micros(40_000 + (sample as u64 * 7919) % 9000)).await;
    }
    Ok(times)
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
async fn crowd_of(address: SocketAddr, count: usize, size: (u32, u32)) -> Result<Vec<Session>> {
    let mut sessions = Vec::new();
    while sessions.len() < count {
        let some = together(address, UNDER_WAY.min(count - sessions.len()), size).await?;
        sessions.extend(some.into_iter().map(|(session, _)| session));
    }
    Ok(sessions)
}

/// Each presses a key, and waits for what comes back.
async fn press_all(sessions: &mut Vec<Session>, key: &'static str) -> Result<()> {
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

async fn leave(sessions: Vec<(Session, Duration)>) {
    leave_all(sessions.into_iter().map(|(session, _)| session).collect()).await;
}

async fn leave_all(sessions: Vec<Session>) {
    for session in sessions {
        session.leave().await;
    }
}
