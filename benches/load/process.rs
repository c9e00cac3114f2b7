//! A server's process: how it is started and stopped, and what the kernel says of it.

use std::{
    env, fs,
    io::{BufRead as _, BufReader},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use rustix::process::{Pid, Resource, Rlimit, Signal, getrlimit, kill_process, prlimit, setrlimit};

/// The release binary.
pub(crate) const CARD: &str = env!("CARGO_BIN_EXE_sshcard");

/// No limits of its own.
pub(crate) const UNLIMITED: &[&str] = &["--max-connections", "0", "--max-per-address", "0"];

/// A server that is measured. One that was started here stops when this is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    /// As the table has it.
    pub(crate) name: &'static str,
    pub(crate) address: SocketAddr,
    pub(crate) process: Option<Process>,
    /// Whether there are pages to turn.
    pub(crate) card: bool,
    child: Option<Child>,
    /// Removed with the server.
    keys: Option<tempfile::TempDir>,
}

impl Server {
    /// A server that runs already.
    pub(crate) fn running(name: &'static str, address: SocketAddr, pid: Option<u32>) -> Self {
        Self { name, address, process: pid.map(Process), card: true, child: None, keys: None }
    }

    /// The release binary with the profile of the tests, on a free port.
    pub(crate) fn card() -> Result<Self> {
        Self::of(CARD.as_ref(), UNLIMITED)
    }

    /// The same of another binary, and with other limits.
    pub(crate) fn of(binary: &Path, limits: &[&str]) -> Result<Self> {
        let keys = tempfile::tempdir()?;
        // Between this and the server's own bind somebody else could take the port; then the start fails and says so.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let child = Command::new(binary)
            .args(["--listen", &address.to_string()])
            .args(limits)
            .args(["--profile", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/engineer")])
            .arg("--keys")
            .arg(keys.path())
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start sshcard")?;
        let mut server = Self::started(child, address);
        (server.name, server.card, server.keys) = ("card", true, Some(keys));
        server.awaited()?;
        Ok(server)
    }

    /// The bare server: this program again.
    pub(crate) fn floor() -> Result<Self> {
        let mut child = Command::new(env::current_exe()?)
            .arg("--serve-floor")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start the bare server")?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("no output")?).read_line(&mut line)?;
        Ok(Self::started(child, line.trim().parse()?))
    }

    /// The same server once more, fresh; `None` for one that was not started here.
    pub(crate) fn again(&self) -> Result<Option<Self>> {
        match (&self.child, self.card) {
            (None, _) => Ok(None),
            (Some(_), true) => Self::card().map(Some),
            (Some(_), false) => Self::floor().map(Some),
        }
    }

    /// Its memory in bytes, its descriptors and its threads; `None` where its process is not known.
    pub(crate) fn footprint(&self) -> Result<Option<(usize, usize, usize)>> {
        self.process.map(|process| Ok((process.memory()?, process.count("fd")?, process.count("task")?))).transpose()
    }

    /// Its CPU time so far; `None` where its process is not known.
    pub(crate) fn cpu(&self) -> Result<Option<Duration>> {
        self.process.map(Process::cpu).transpose()
    }

    /// Asks it to stop: how long it takes to be gone, and whether it says that all is well.
    pub(crate) fn stopped(mut self) -> Result<(Duration, bool)> {
        let child = self.child.as_mut().context("not started here")?;
        let begin = Instant::now();
        kill_process(Pid::from_child(child), Signal::TERM)?;
        let status = child.wait()?;
        Ok((begin.elapsed(), status.success()))
    }

    fn started(child: Child, address: SocketAddr) -> Self {
        let process = Some(Process(child.id()));
        Self { name: "floor", address, process, card: false, child: Some(child), keys: None }
    }

    /// Waits until the port is listened on.
    fn awaited(&self) -> Result<()> {
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_secs(10) {
            if TcpStream::connect(self.address).is_ok() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        bail!("nothing listens on {}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
        drop(self.keys.take());
    }
}

/// A process on this machine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Process(u32);

impl Process {
    /// CPU time of all its threads so far (`/proc/PID/task/*/schedstat`: nanoseconds on a CPU).
    pub(crate) fn cpu(self) -> Result<Duration> {
        let mut nanoseconds = 0;
        for task in fs::read_dir(format!("/proc/{}/task", self.0))? {
            // A thread may end between the two.
            let Ok(times) = fs::read_to_string(task?.path().join("schedstat")) else { continue };
            nanoseconds += times.split(' ').next().and_then(|time| time.parse::<u64>().ok()).unwrap_or(0);
        }
        Ok(Duration::from_nanos(nanoseconds))
    }

    /// Leaves it so many descriptors.
    pub(crate) fn limit_descriptors(self, descriptors: u64) -> Result<()> {
        let pid = Pid::from_raw(i32::try_from(self.0)?);
        let limit = Rlimit { current: Some(descriptors), maximum: Some(descriptors) };
        prlimit(pid, Resource::Nofile, limit).context("cannot limit descriptors")?;
        Ok(())
    }

    /// Proportional set size, in bytes.
    pub(crate) fn memory(self) -> Result<usize> {
        let rollup = fs::read_to_string(format!("/proc/{}/smaps_rollup", self.0))
            .context("only root may look into the server's memory; run this as root")?;
        let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:")).context("no Pss")?;
        let kilobytes: usize = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kilobytes * 1024)
    }

    /// Its open file descriptors (`fd`), or its threads (`task`).
    fn count(self, of: &str) -> Result<usize> {
        let entries = fs::read_dir(format!("/proc/{}/{of}", self.0))
            .context("only root may look at the server's descriptors; run this as root")?;
        Ok(entries.count())
    }
}

/// Lets this process and those that it starts have a descriptor for each session.
pub(crate) fn raise_descriptors(sessions: u32) -> Result<()> {
    let wanted = u64::from(sessions) + 200;
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_some_and(|current| current < wanted) {
        let raised = maximum.map_or(wanted, |maximum| maximum.min(wanted));
        setrlimit(Resource::Nofile, Rlimit { current: Some(raised), maximum }).context("cannot raise `ulimit -n`")?;
        if raised < wanted {
            bail!("{sessions} sessions need `ulimit -n` {wanted}; it can be {raised} at most: lower --sessions");
        }
    }
    Ok(())
}
