//! What visitors on slow lines wait for, and how much of what moves visitors far away see: `--lines`.
//!
//! The card runs in one network namespace and its visitor in another, with [`line.py`](line.py) between them. That is
//! no relay: what the kernel of either end keeps and acknowledges is what it would be on such a line. It needs root,
//! Linux, Python and iproute2.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use tokio::{
    net::TcpStream,
    time::{sleep, timeout},
};

use super::{
    client::Session,
    table::{Row, Value},
    turns::{STANDARD, STILL},
};

/// What the server listens on in its namespace, which is `line.py`'s.
const ADDRESS: &str = "10.87.0.2:2222";

/// Lines on which a visitor waits: bytes a second, and milliseconds one way.
const SLOW: [(u32, u32); 2] = [(3_000, 20), (1_200, 20)];
/// Lines that are fast, and of which some are long.
const LONG: [(u32, u32); 4] = [(10_000_000, 0), (10_000_000, 25), (10_000_000, 50), (10_000_000, 150)];

/// What was sent on a slow line is complete when nothing has come for so long: twice what the largest packet takes
/// there.
const SILENCE: Duration = Duration::from_millis(2_500);
/// When a visitor presses a key after the first byte has come: while the logo flows, which it does for 1.3 s.
const SOON: Duration = Duration::from_millis(300);
/// How long an exhibit has run when the visitor leaves.
const RUNNING: Duration = Duration::from_secs(3);
/// How long frames are counted: the time in which the logo flows, and something for the way.
const COUNTED: Duration = Duration::from_secs(2);

/// Measures the card on each line, and beside it other builds of it; a column for each.
pub(crate) fn all(card: &Path, beside: Option<&PathBuf>, samples: usize) -> Result<Vec<(&'static str, Vec<Row>)>> {
    let mut columns: Vec<_> = beside.map(|beside| ("before", beside.as_path(), Vec::new())).into_iter().collect();
    columns.push(("card", card, Vec::new()));
    for (rate, delay) in SLOW.into_iter().chain(LONG) {
        for (name, binary, rows) in &mut columns {
            let _line = Line::new(rate, delay)?;
            let _card = Card::start(binary)?;
            eprintln!("{name}");
            for row in Line::visitor(rate, delay, samples)? {
                eprintln!("  {}: {}", row.what, row.value);
                rows.push(row);
            }
        }
    }
    Ok(columns.into_iter().map(|(name, _, rows)| (name, rows)).collect())
}

/// A line. Dropping it removes it.
struct Line {
    process: Child,
    input: Option<ChildStdin>,
}

impl Line {
    fn new(rate: u32, delay: u32) -> Result<Self> {
        let mut process = Command::new("python3")
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/load/line.py"))
            .args([rate.to_string(), delay.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start python3")?;
        let mut ready = String::new();
        BufReader::new(process.stdout.take().context("no output")?).read_line(&mut ready)?;
        let line = Self { input: process.stdin.take(), process };
        ensure!(ready.trim() == "ready", "the line cannot be made; it needs root, /dev/net/tun and iproute2");
        Ok(line)
    }

    /// Lets a visitor at the other end of it measure.
    fn visitor(rate: u32, delay: u32, samples: usize) -> Result<Vec<Row>> {
        let slow = SLOW.contains(&(rate, delay));
        let output = within("sshcard-visitor", &std::env::current_exe()?)
            .args(["--line-visitor", ADDRESS, "--samples", &samples.to_string()])
            .args(slow.then_some("--line-is-slow"))
            .stderr(Stdio::inherit())
            .output()
            .context("cannot start the visitor")?;
        ensure!(output.status.success(), "the visitor failed");
        let mut rows: Vec<(String, Vec<f64>)> = Vec::new();
        for line in String::from_utf8(output.stdout)?.lines() {
            let (what, number) = line.split_once('\t').context("no number")?;
            let number = number.parse()?;
            match rows.iter_mut().find(|row| row.0 == what) {
                Some((_, numbers)) => numbers.push(number),
                None => rows.push((what.to_owned(), vec![number])),
            }
        }
        let line = if slow {
            format!("{:.1} kB/s", f64::from(rate) / 1e3)
        } else {
            format!("{} ms there and back", 2 * delay)
        };
        let row = |(what, numbers): (String, Vec<f64>)| Row {
            what: format!("{line}: {what}"),
            value: if slow {
                Value::times(numbers.iter().map(|seconds| Duration::from_secs_f64(*seconds)).collect())
            } else {
                Value::Count(numbers.iter().sum::<f64>() / numbers.len() as f64)
            },
        };
        Ok(rows.into_iter().map(row).collect())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        // It ends with its input.
        drop(self.input.take());
        let _ = self.process.wait();
    }
}

/// A program, in a namespace.
fn within(namespace: &str, program: &Path) -> Command {
    let mut command = Command::new("ip");
    command.args(["netns", "exec", namespace]).arg(program).stdin(Stdio::null());
    command
}

/// The card at the server's end. Dropping it stops it.
struct Card {
    process: Child,
    _keys: tempfile::TempDir,
}

impl Card {
    fn start(binary: &Path) -> Result<Self> {
        let keys = tempfile::tempdir()?;
        let process = within("sshcard-server", binary)
            .args(["--listen", ADDRESS, "--max-per-address", "0"])
            .args(["--profile", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/engineer")])
            .arg("--keys")
            .arg(keys.path())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start sshcard")?;
        Ok(Self { process, _keys: keys })
    }
}

impl Drop for Card {
    fn drop(&mut self) {
        // `ip netns exec` has become the card.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Is the visitor at the other end: writes what was measured to standard output, each with a tab and its number.
pub(crate) async fn visit(address: SocketAddr, samples: usize, slow: bool) -> Result<()> {
    timeout(Duration::from_secs(20), async {
        while TcpStream::connect(address).await.is_err() {
            sleep(Duration::from_millis(50)).await;
        }
    })
    .await
    .context("nothing listens at the other end")?;
    // What that connection left behind on the line is gone.
    sleep(Duration::from_secs(1)).await;
    for _ in 0..samples {
        if slow {
            told("a key while the logo flows, to its complete frame", key(address, "visitor").await?)?;
            told("the same where nothing moves (`still@`)", key(address, STILL).await?)?;
            told("`q` while an exhibit runs, to the close", leaving(address).await?)?;
        } else {
            let (logo, exhibit) = frames(address).await?;
            told("frames of the logo", logo)?;
            told("frames of a running exhibit in 2 s", exhibit)?;
        }
    }
    Ok(())
}

fn told(what: &str, number: f64) -> Result<()> {
    Ok(writeln!(std::io::stdout(), "{what}\t{number}")?)
}

/// The seconds from a key soon after the arrival to the last byte of its frame.
async fn key(address: SocketAddr, user: &str) -> Result<f64> {
    let mut session = Session::arrive(address, user, STANDARD).await?.0;
    session.receives(SOON).await;
    let begin = Instant::now();
    session.types("2").await?;
    let (_, last) = session.drain_until(SILENCE).await?;
    session.leave().await;
    sleep(SILENCE).await;
    Ok(last.context("no answer to the key")?.duration_since(begin).as_secs_f64())
}

/// The seconds from the last key to the close of the channel, while an exhibit runs.
async fn leaving(address: SocketAddr) -> Result<f64> {
    let mut session = Session::arrive(address, "visitor", STANDARD).await?.0;
    session.drain_until(SILENCE).await?;
    session.types("4\r").await?;
    session.drain_until(SILENCE).await?;
    session.types(" ").await?;
    session.receives(RUNNING).await;
    let begin = Instant::now();
    session.types("q").await?;
    session.closed().await?;
    let waited = begin.elapsed().as_secs_f64();
    session.leave().await;
    sleep(SILENCE).await;
    Ok(waited)
}

/// How many frames come of the logo, and of an exhibit.
async fn frames(address: SocketAddr) -> Result<(f64, f64)> {
    let mut session = Session::arrive(address, "visitor", STANDARD).await?.0;
    let logo = session.counts(COUNTED).await?;
    session.types("4\r").await?;
    session.drain_until(SILENCE).await?;
    session.types(" ").await?;
    let exhibit = session.counts(COUNTED).await?;
    session.leave().await;
    Ok((logo as f64, exhibit as f64))
}
