//! Whether the card ends where it began: an hour of visitors, robots, floods, hang-ups and idlers, from many addresses,
//! against a server of its own on the loopback interface with the settings that it comes with.
//!
//! `cargo bench --bench soak -- --minutes 60` samples the server's memory, descriptors and threads meanwhile, and says
//! what they were before the first guest, how they grew, and what they were when everybody had gone. It fails if
//! descriptors or threads are left, if memory grew by more than [`GROWTH`], if a guest was not served as it should, or
//! if a task failed.

mod guest;
mod line;
mod server;
mod trend;

use std::{
    collections::BTreeMap,
    fs::File,
    io::Write as _,
    net::{IpAddr, Ipv4Addr},
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use clap::Parser;
use tokio::{task::JoinSet, time::sleep};

use guest::{Guest, Seed};
use server::{Sample, Server};

/// Serves guests of every kind for a time, and says whether anything is left of them.
#[derive(Debug, Parser)]
#[command(name = "soak")]
struct Cli {
    /// How long guests come, in minutes
    #[arg(long, default_value_t = 60.0)]
    minutes: f64,
    /// Guests a second, on average
    #[arg(long, default_value_t = 4.0)]
    rate: f64,
    /// Seconds from a sample to the next
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=600))]
    every: u64,
    /// The same guests come again with the same number
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// The server's program, if not the one that was built with this
    #[arg(long, value_name = "FILE", default_value = env!("CARGO_BIN_EXE_sshcard"))]
    binary: PathBuf,
    /// Write all samples to a file, as comma-separated values
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Given by cargo
    #[arg(long, hide = true)]
    bench: bool,
}

/// What memory may have grown by at the end, in bytes. The allocator keeps some of what the busiest moment took in each
/// of its arenas, whatever came before it; what is lost for each guest shows in the slope long before it comes to this.
const GROWTH: isize = 8 << 20;

/// Guests at a time: with more under way, no more come.
const UNDER_WAY: usize = 400;

/// How long the server has to be rid of everybody: guests who were silent are cut 20 s after they came, a thread that
/// waited for work ends after 10 s.
const DEPARTURE: Duration = Duration::from_secs(45);

/// After so long everything has been made that is made once, and those who stay long have begun to leave: from here on
/// the slope is measured. It is the first sixth of a shorter run.
const WARM: Duration = Duration::from_secs(10 * 60);

fn main() -> Result<()> {
    let cli = Cli::parse();
    ensure!((0.1..=1440.0).contains(&cli.minutes), "--minutes is 0.1 to 1440");
    ensure!((0.1..=50.0).contains(&cli.rate), "--rate is 0.1 to 50");
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?.block_on(soak(&cli))
}

/// What came of the guests of one kind.
#[derive(Default)]
struct Count {
    came: usize,
    failed: usize,
    example: Option<String>,
}

async fn soak(cli: &Cli) -> Result<()> {
    let server = Server::start(&cli.binary)?;
    let mut csv = cli.csv.as_ref().map(File::create).transpose().context("cannot write the samples")?;
    if let Some(csv) = &mut csv {
        writeln!(csv, "seconds,{}", Sample::COLUMNS)?;
    }
    // One of each has been there, and one with a window of each width: what is made once and kept is made.
    let mut seed = Seed::new(cli.seed);
    for guest in Guest::ALL.into_iter().filter(|guest| guest.is_short()) {
        guest.visit(server.address, address(&mut seed), seed.fork()).await.with_context(|| format!("{guest:?}"))?;
    }
    for columns in 1..=200 {
        for user in ["visitor", "ascii"] {
            guest::leafs_through(server.address, address(&mut seed), user, columns).await?;
        }
    }
    sleep(DEPARTURE).await;
    let start = server.sample()?;
    println!("start: {start}");

    let (begin, length) = (Instant::now(), Duration::from_secs_f64(60.0 * cli.minutes));
    let mut counts: BTreeMap<Guest, Count> = BTreeMap::new();
    let (mut samples, mut guests) = (Vec::new(), JoinSet::new());
    let (mut next_guest, mut next_sample) = (begin, begin);
    while begin.elapsed() < length {
        let now = Instant::now();
        if now >= next_sample {
            let (seconds, sample) = (begin.elapsed().as_secs_f64(), server.sample()?);
            if let Some(csv) = &mut csv {
                writeln!(csv, "{seconds:.0},{}", sample.row())?;
            }
            samples.push((seconds, sample));
            next_sample = now + Duration::from_secs(cli.every);
        }
        if now >= next_guest {
            if guests.len() < UNDER_WAY {
                let (guest, from, own) = (Guest::any(&mut seed), address(&mut seed), seed.fork());
                let to = server.address;
                guests.spawn(async move { (guest, guest.visit(to, from, own).await) });
            }
            next_guest = now + Duration::from_secs_f64(seed.exponential() / cli.rate);
        }
        tokio::select! {
            () = sleep(next_guest.min(next_sample).saturating_duration_since(Instant::now())) => {}
            Some(gone) = guests.join_next() => count(&mut counts, gone?),
        }
    }
    // Whoever is there now leaves without a word.
    guests.abort_all();
    while let Some(gone) = guests.join_next().await {
        if let Ok(gone) = gone {
            count(&mut counts, gone);
        }
    }
    sleep(DEPARTURE).await;
    report(&server, start, &samples, &counts, length)
}

fn count(counts: &mut BTreeMap<Guest, Count>, (guest, gone): (Guest, Result<()>)) {
    let count = counts.entry(guest).or_default();
    count.came += 1;
    if let Err(error) = gone {
        count.failed += 1;
        count.example.get_or_insert_with(|| format!("{error:#}"));
    }
}

fn report(
    server: &Server,
    start: Sample,
    samples: &[(f64, Sample)],
    counts: &BTreeMap<Guest, Count>,
    length: Duration,
) -> Result<()> {
    let end = server.sample()?;
    println!("end:   {end}");
    let warm = WARM.min(length / 6).as_secs_f64();
    let warm: Vec<_> = samples.iter().filter(|(seconds, _)| *seconds >= warm).collect();
    for (what, unit, of) in Sample::CURVES {
        let curve: Vec<_> = warm.iter().map(|(seconds, sample)| (*seconds, of(sample))).collect();
        println!("{what}: {} {unit}", trend::Trend::of(&curve));
    }
    let spent = end.cpu.saturating_sub(start.cpu).as_secs_f64();
    println!("CPU: {spent:.1} s, {:.2} % of a core", 100.0 * spent / length.as_secs_f64());
    let mut failed = 0;
    for (guest, Count { came, failed: of_them, example }) in counts {
        println!("{guest:?}: {came} came, {of_them} not served as they should");
        if let Some(example) = example {
            println!("  {example}");
        }
        failed += of_them;
    }
    let faults = server.faults();
    println!("lines of the log: {}; of failed tasks: {faults}", server.lines());
    let grown = end.pss.cast_signed() - start.pss.cast_signed();
    println!("memory grew by {grown} bytes");
    ensure!(end.descriptors <= start.descriptors, "descriptors are left");
    ensure!(end.threads <= start.threads, "threads are left");
    ensure!(grown <= GROWTH, "memory has grown");
    ensure!(failed == 0 && faults == 0, "not all were served as they should");
    Ok(())
}

/// An address of this machine: on Linux, all of 127.0.0.0/8 are.
fn address(seed: &mut Seed) -> IpAddr {
    let [_, b, c, d, ..] = seed.next().to_be_bytes();
    Ipv4Addr::new(127, b, c, d.clamp(1, 254)).into()
}
