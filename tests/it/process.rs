//! The program itself, as a process that stops when dropped.

use std::{
    fs,
    iter::repeat_with,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    ops::{Deref, DerefMut, Range},
    path::{Path, PathBuf},
    process::{self, Child, Command, ExitStatus, Stdio},
    sync::atomic::{AtomicU16, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

use russh::client::Config;
use rustix::process::{Pid, Signal, kill_process};
use sshcard::ssh::hostkey::HostKey;

use super::{
    card::ENGINEER,
    support::{Client, DEADLINE, soon},
};

/// An address that a server can be told to listen at, which no other test gets. Ports that the system gives away
/// itself, to listeners and to connections, begin at 32768 (`ip_local_port_range`): what is free among those may be
/// taken before the server is there.
pub(crate) fn free_address() -> SocketAddr {
    static TRIED: AtomicU16 = AtomicU16::new(0);
    const PORTS: Range<u16> = 20_000..32_000;
    // Another run of the tests begins elsewhere.
    let begin = process::id() as u16 % PORTS.len() as u16;
    let mut ports = repeat_with(|| PORTS.start + (begin + TRIED.fetch_add(1, Relaxed)) % PORTS.len() as u16);
    let address = ports.find_map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok()?.local_addr().ok());
    address.unwrap()
}

/// A process that is killed when dropped.
pub(crate) struct Guarded(pub(crate) Child);

impl Guarded {
    /// Waits until it has ended, and no longer than [`DEADLINE`].
    pub(crate) fn ended(&mut self) -> ExitStatus {
        let until = Instant::now() + DEADLINE;
        loop {
            if let Some(status) = self.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < until, "the process did not end in time");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Deref for Guarded {
    type Target = Child;

    fn deref(&self) -> &Child {
        &self.0
    }
}

impl DerefMut for Guarded {
    fn deref_mut(&mut self) -> &mut Child {
        &mut self.0
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A server in a process of its own; killed when dropped.
pub(crate) struct Process {
    pub(crate) child: Guarded,
    pub(crate) address: SocketAddr,
    pub(crate) fingerprint: String,
    keys: tempfile::TempDir,
}

impl Process {
    /// Serves the profile of [`ENGINEER`], with `log` for standard error.
    pub(crate) fn start(log: Stdio, more: &[&str]) -> Self {
        Self::start_by("exec \"$@\"", log, more)
    }

    /// The same for any number of visitors from this machine, and nobody reads the log.
    pub(crate) fn open_to_all() -> Self {
        Self::start(Stdio::null(), &["--max-per-address", "0"])
    }

    /// Serves the profile in this directory to any number of visitors from this machine; the log is discarded.
    pub(crate) fn of(profile: &Path) -> Self {
        Self::serving(profile, "exec \"$@\"", Stdio::null(), &["--max-per-address", "0"])
    }

    /// The same, started by a line of a shell's, in which `"$@"` is the command.
    pub(crate) fn start_by(shell: &str, log: Stdio, more: &[&str]) -> Self {
        Self::serving(ENGINEER.as_ref(), shell, log, more)
    }

    /// The same of any profile. It has no terminal, whatever the tests have, so that SIGHUP reloads.
    pub(crate) fn serving(profile: &Path, shell: &str, log: Stdio, more: &[&str]) -> Self {
        let address = free_address();
        let listen = address.to_string();
        let more = [&["--listen", &listen], more].concat();
        Self::spawn(profile, address, shell, [Stdio::null(), Stdio::inherit(), log], &more)
    }

    /// Serves the profile of [`ENGINEER`] on a socket that it is passed as one of its standard files by a line of a
    /// shell's.
    pub(crate) fn on_socket(address: SocketAddr, shell: &str, files: [Stdio; 3]) -> Self {
        Self::spawn(ENGINEER.as_ref(), address, shell, files, &["--max-per-address", "0"])
    }

    fn spawn(profile: &Path, address: SocketAddr, shell: &str, files: [Stdio; 3], more: &[&str]) -> Self {
        let keys = tempfile::tempdir().unwrap();
        let fingerprint = HostKey::load_or_create(keys.path()).unwrap().fingerprint();
        let [stdin, stdout, stderr] = files;
        let child = Command::new("/bin/sh")
            .env_clear()
            .current_dir(keys.path())
            .args(["-c", shell, "sh", env!("CARGO_BIN_EXE_sshcard")])
            .arg("--keys")
            .arg(keys.path())
            .arg("--profile")
            .arg(profile)
            .args(more)
            .stdin(stdin)
            .stdout(stdout)
            .stderr(stderr)
            .spawn()
            .unwrap();
        Self { child: Guarded(child), address, fingerprint, keys }
    }

    /// A visitor's connection, as soon as the server listens.
    pub(crate) async fn visitor(&self) -> Client {
        let mut client = soon(async {
            loop {
                match Box::pin(Client::dial_at(self.address, &self.fingerprint, Config::default())).await {
                    Ok(client) => return client,
                    Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
                }
            }
        })
        .await;
        assert!(soon(client.handle.authenticate_none("visitor")).await.unwrap().success());
        client
    }

    /// The directory of its host key.
    pub(crate) fn keys(&self) -> &Path {
        self.keys.path()
    }

    /// What the kernel says of it: a file of `/proc/PID`.
    pub(crate) fn proc(&self, file: &str) -> PathBuf {
        Path::new("/proc").join(self.child.id().to_string()).join(file)
    }

    /// What its descriptors lead to.
    pub(crate) fn descriptors(&self) -> Vec<String> {
        let links = fs::read_dir(self.proc("fd")).unwrap();
        // One may be closed meanwhile.
        links.filter_map(|link| fs::read_link(link.unwrap().path()).ok()).map(|to| to.display().to_string()).collect()
    }

    /// Its memory that is in use, in bytes.
    pub(crate) fn memory(&self) -> usize {
        let status = fs::read_to_string(self.proc("status")).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().strip_suffix(" kB").unwrap().parse::<usize>().unwrap() * 1024
    }

    /// Asks it to stop.
    pub(crate) fn terminate(&self) {
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap();
    }

    /// Waits until it has ended.
    pub(crate) async fn ended(&mut self) -> ExitStatus {
        soon(async {
            loop {
                match self.child.try_wait().unwrap() {
                    Some(status) => return status,
                    None => tokio::time::sleep(Duration::from_millis(10)).await,
                }
            }
        })
        .await
    }

    /// Stops it; it writes what it still has to say.
    pub(crate) fn stop(&mut self) {
        self.terminate();
        assert!(self.child.ended().success());
    }

    /// Stops it and waits: what it has logged, which is nothing that a visitor could have forged: no control character,
    /// and no task that failed.
    pub(crate) async fn stopped(&mut self, log: &Path) -> String {
        self.terminate();
        assert!(self.ended().await.success());
        let log = fs::read_to_string(log).unwrap();
        assert!(!log.contains(|c: char| c.is_control() && c != '\n'), "{log:?}");
        assert!(!log.contains("a task failed"), "{log}");
        log
    }
}

/// Sends a signal by its number, as a shell does: of real-time signals there are no names.
pub(crate) fn send(signal: i32, process: u32) {
    let line = format!("kill -{signal} {process}");
    assert!(Command::new("/bin/sh").args(["-c", &line]).status().unwrap().success(), "{line}");
}

/// Waits for something that is looked at again and again.
pub(crate) async fn until(mut what: impl FnMut() -> bool) {
    soon(async {
        while !what() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}
