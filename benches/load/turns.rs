//! What is compared between servers, a turn at a time: arrivals, and keys that are pressed alone.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::Result;
use tokio::{task::JoinSet, time::sleep_until};

use super::{
    client::{FIRST_FRAME_END, Session},
    process::Server,
};

pub(crate) const STANDARD: (u32, u32) = (80, 24);
/// Sessions under way when arrivals are counted, and when many arrive at once.
pub(crate) const UNDER_WAY: usize = 16;
pub(crate) const AT_ONCE: usize = 50;
/// Arrivals that are counted.
pub(crate) const ARRIVALS: usize = 1600;
/// The door through which nothing moves.
pub(crate) const STILL: &str = "still";
/// Turns in which what is compared is measured, so that whatever else the machine does meets each server alike.
pub(crate) const TURNS: usize = 5;

/// What was seen of arrivals.
#[derive(Default)]
pub(crate) struct Arrivals {
    /// One at a time: the handshake, the first byte, the complete first frame.
    pub(crate) alone: [Vec<Duration>; 3],
    /// The same of many at once.
    pub(crate) at_once: [Vec<Duration>; 3],
    /// Arrivals a second, of each turn.
    pub(crate) rates: Vec<f64>,
    pub(crate) cpu: Option<Duration>,
}

impl Arrivals {
    pub(crate) async fn turn(&mut self, server: &Server, samples: usize) -> Result<()> {
        for _ in 0..samples {
            note(&mut self.alone, complete(server.address).await?);
        }
        for _ in 0..samples.div_ceil(AT_ONCE) {
            let mut arriving = JoinSet::new();
            for _ in 0..AT_ONCE {
                arriving.spawn(complete(server.address));
            }
            while let Some(arrived) = arriving.join_next().await {
                note(&mut self.at_once, arrived??);
            }
        }
        let (before, begin) = (server.cpu()?, Instant::now());
        let mut under_way = JoinSet::new();
        for arrived in 0..ARRIVALS / TURNS {
            if arrived >= UNDER_WAY {
                under_way.join_next().await.transpose()?.transpose()?;
            }
            let address = server.address;
            under_way.spawn(async move {
                Session::arrive(address, STILL, STANDARD).await?.0.leave().await;
                anyhow::Ok(())
            });
        }
        while let Some(done) = under_way.join_next().await {
            done??;
        }
        self.rates.push((ARRIVALS / TURNS) as f64 / begin.elapsed().as_secs_f64());
        self.cpu = spent(self.cpu, before, server.cpu()?);
        Ok(())
    }
}

/// CPU time between two looks, and what was spent before.
fn spent(so_far: Option<Duration>, before: Option<Duration>, after: Option<Duration>) -> Option<Duration> {
    Some(so_far.unwrap_or_default() + after?.saturating_sub(before?))
}

fn note(times: &mut [Vec<Duration>; 3], new: [Duration; 3]) {
    for (times, new) in times.iter_mut().zip(new) {
        times.push(new);
    }
}

/// One visitor, until the first frame is complete: the handshake, the first byte, and the last.
async fn complete(address: SocketAddr) -> Result<[Duration; 3]> {
    let begin = Instant::now();
    let (mut session, arrival) = Session::arrive(address, STILL, STANDARD).await?;
    let (_, last) = session.drain_until(FIRST_FRAME_END).await?;
    session.leave().await;
    Ok([arrival.handshake, arrival.first_byte, last.map_or(arrival.first_byte, |last| last - begin)])
}

/// What was seen of keys that are pressed alone.
#[derive(Default)]
pub(crate) struct Keys {
    pub(crate) times: Vec<Duration>,
    pub(crate) cpu: Option<Duration>,
    /// The same of a key that is held and repeats every 33 ms, and of one that does every 13.
    pub(crate) held: [Vec<Duration>; 2],
}

/// How long a held key takes to repeat, in microseconds: as keyboards come, and as some are set.
pub(crate) const HELD: [u64; 2] = [33_000, 13_000];

impl Keys {
    pub(crate) async fn turn(&mut self, server: &Server, samples: usize) -> Result<()> {
        let mut typist = typist(server.address).await?;
        let before = server.cpu()?;
        self.times.extend(key_times(&mut typist, samples).await?);
        self.cpu = spent(self.cpu, before, server.cpu()?);
        for (times, pace) in self.held.iter_mut().zip(HELD) {
            times.extend(times_of(&mut typist, samples, |_| pace).await?);
        }
        typist.leave().await;
        Ok(())
    }
}

/// A visitor on the career's page.
pub(crate) async fn typist(address: SocketAddr) -> Result<Session> {
    let mut typist = Session::arrive(address, STILL, STANDARD).await?.0;
    typist.press("3").await?;
    typist.drain().await?;
    Ok(typist)
}

/// Keys as a hand presses them quickly, and not in step with anything that ticks.
pub(crate) async fn key_times(typist: &mut Session, samples: usize) -> Result<Vec<Duration>> {
    times_of(typist, samples, |sample| 40_000 + (sample * 7919) % 9000).await
}

/// How long keys wait for their first byte; after each so many microseconds pass before the next.
async fn times_of(typist: &mut Session, samples: usize, pace: impl Fn(u64) -> u64) -> Result<Vec<Duration>> {
    let mut times = Vec::new();
    let mut next = tokio::time::Instant::now();
    for sample in 0..samples as u64 {
        times.push(typist.press(if sample % 2 == 0 { "j" } else { "k" }).await?);
        next = tokio::time::Instant::now().max(next + Duration::from_micros(pace(sample)));
        sleep_until(next).await;
    }
    Ok(times)
}
