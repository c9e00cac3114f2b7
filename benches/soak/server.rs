//! The server's process: how it is started and stopped, and what the kernel says of it.

use std::{
    fmt, fs,
    io::{BufRead as _, BufReader},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, ChildStderr, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};

/// The release binary with the profile of the tests and its own limits. It stops when this is dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    child: Child,
    log: Arc<Log>,
    _keys: tempfile::TempDir,
}

/// What was read of the log.
#[derive(Default)]
struct Log {
    lines: AtomicUsize,
    faults: AtomicUsize,
}

impl Server {
    pub(crate) fn start(binary: &Path) -> Result<Self> {
        let keys = tempfile::tempdir()?;
        // Between this and the server's own bind somebody else could take the port; then the start fails and says so.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mut child = Command::new(binary)
            .env_clear()
            .current_dir(keys.path())
            .args(["--log", "json", "--listen", &address.to_string()])
            .args(["--profile", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/engineer")])
            .arg("--keys")
            .arg(keys.path())
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .context("cannot start sshcard")?;
        let log = Arc::new(Log::default());
        let said = child.stderr.take().context("no log")?;
        std::thread::spawn({
            let log = Arc::clone(&log);
            move || log.read(said)
        });
        let server = Self { address, child, log, _keys: keys };
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_secs(10) {
            if TcpStream::connect(address).is_ok() {
                return Ok(server);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        bail!("nothing listens on {address}")
    }

    /// What it takes now.
    pub(crate) fn sample(&self) -> Result<Sample> {
        let place = format!("/proc/{}", self.child.id());
        let status = fs::read_to_string(format!("{place}/status")).context("the server is gone")?;
        let rollup = fs::read_to_string(format!("{place}/smaps_rollup"))
            .context("only root may look into the server's memory and descriptors; run this as root")?;
        let mut cpu = 0;
        for task in fs::read_dir(format!("{place}/task"))? {
            // A thread may end between the two; what it took is counted no more.
            let Ok(times) = fs::read_to_string(task?.path().join("schedstat")) else { continue };
            cpu += times.split(' ').next().and_then(|time| time.parse::<u64>().ok()).unwrap_or(0);
        }
        Ok(Sample {
            pss: kilobytes(&rollup, "Pss:")? * 1024,
            rss: kilobytes(&status, "VmRSS:")? * 1024,
            descriptors: fs::read_dir(format!("{place}/fd"))?.count(),
            threads: kilobytes(&status, "Threads:")?,
            cpu: Duration::from_nanos(cpu),
        })
    }

    /// Lines of the log.
    pub(crate) fn lines(&self) -> usize {
        self.log.lines.load(Ordering::Relaxed)
    }

    /// Lines that tell of a fault of the server's.
    pub(crate) fn faults(&self) -> usize {
        self.log.faults.load(Ordering::Relaxed)
    }
}

impl Log {
    fn read(&self, said: ChildStderr) {
        for line in BufReader::new(said).lines().map_while(Result::ok) {
            self.lines.fetch_add(1, Ordering::Relaxed);
            if line.contains(r#""level":"ERROR""#) {
                self.faults.fetch_add(1, Ordering::Relaxed);
                eprintln!("{line}");
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The number after a name in one of the kernel's tables.
fn kilobytes(table: &str, name: &str) -> Result<usize> {
    let line = table.lines().find_map(|line| line.strip_prefix(name)).with_context(|| format!("no {name}"))?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

/// What the server takes at a time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sample {
    /// Proportional set size, in bytes.
    pub(crate) pss: usize,
    /// Resident set size, in bytes.
    pub(crate) rss: usize,
    /// Open file descriptors: a few of the process's own, and one for each connection.
    pub(crate) descriptors: usize,
    pub(crate) threads: usize,
    /// CPU time since the start.
    pub(crate) cpu: Duration,
}

/// What is drawn over time: its name, its unit, and its value.
type Curve = (&'static str, &'static str, fn(&Sample) -> f64);

impl Sample {
    pub(crate) const CURVES: [Curve; 4] = [
        ("PSS", "MiB", |sample| sample.pss as f64 / f64::from(1 << 20)),
        ("RSS", "MiB", |sample| sample.rss as f64 / f64::from(1 << 20)),
        ("descriptors", "", |sample| sample.descriptors as f64),
        ("threads", "", |sample| sample.threads as f64),
    ];

    pub(crate) const COLUMNS: &'static str = "pss,rss,descriptors,threads,cpu";

    /// As comma-separated values: bytes, numbers and seconds.
    pub(crate) fn row(&self) -> String {
        let Self { pss, rss, descriptors, threads, cpu } = self;
        format!("{pss},{rss},{descriptors},{threads},{:.3}", cpu.as_secs_f64())
    }
}

impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pss, rss, descriptors, threads, .. } = self;
        let [pss, rss] = [pss, rss].map(|bytes| *bytes as f64 / f64::from(1 << 20));
        write!(f, "PSS {pss:.2} MiB, RSS {rss:.2} MiB, {descriptors} descriptors, {threads} threads")
    }
}
